//! The vectors V0 to V4 of facts page 2.4.

use http::{HeaderMap, HeaderName, HeaderValue};

use super::{Claim, Signed};

const ACCESS: &str = "AKEXAMPLE0000000001";
const SECRET: &str = "SKexampleexampleexampleexampleexample0001";
const PROJECT: &str = "2a473356cca5487f8373be891bffc1cf";

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())).collect()
}

fn check(request: Signed<'_>, signed: &str, access: &str, secret: &str, signature: &str) {
    let names: Vec<String> = signed.split(';').map(str::to_owned).collect();
    assert_eq!(request.sign(&names, secret), signature);
    let claim =
        Claim::parse(&format!("SDK-HMAC-SHA256 Access={access}, SignedHeaders={signed}, Signature={signature}"))
            .unwrap();
    assert_eq!(claim.access, access);
    assert!(request.verifies(&claim, secret));
    assert!(!request.verifies(&claim, "another secret"));
}

#[test]
fn v0_the_vendor_s_own_example() {
    let headers = headers(&[
        ("content-type", "application/json"),
        ("host", "service.region.example.com"),
        ("x-sdk-date", "20191115T033655Z"),
    ]);
    let request = Signed {
        method: "GET",
        path: "/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs",
        query: "limit=2&marker=13551d6b-755d-4757-b956-536f674975c0",
        headers: &headers,
        body: b"",
    };
    check(
        request,
        "content-type;host;x-sdk-date",
        "QTWAOYTTINDUT2QVKYUC",
        "MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc",
        "7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe",
    );
}

#[test]
fn v1_get_groups() {
    let headers = headers(&[
        ("content-type", "application/json"),
        ("host", "lts.cn-north-4.myhuaweicloud.com"),
        ("x-project-id", PROJECT),
        ("x-sdk-date", "20240102T030405Z"),
    ]);
    let path = format!("/v2/{PROJECT}/groups");
    let request = Signed { method: "GET", path: &path, query: "", headers: &headers, body: b"" };
    let signature = "f28d4b619690caebca66d90c4025b120c2f30c47d3f799d98c0ddbc15f00ebb6";
    check(request, "content-type;host;x-project-id;x-sdk-date", ACCESS, SECRET, signature);
}

#[test]
fn v2_post_with_a_security_token() {
    let headers = headers(&[
        ("content-type", "application/json;charset=utf8"),
        ("host", "lts.cn-north-4.myhuaweicloud.com"),
        ("x-project-id", PROJECT),
        ("x-sdk-date", "20240102T030405Z"),
        ("x-security-token", "STSTOKENEXAMPLE=="),
    ]);
    let path = format!("/v2/{PROJECT}/groups");
    let request = Signed {
        method: "POST",
        path: &path,
        query: "enterprise_project_id=0",
        headers: &headers,
        body: br#"{"log_group_name":"lts-group-01nh","ttl_in_days":7}"#,
    };
    let signature = "80d1400c318027f1c71418f302ad3ad257d2dc4e8572c15b6c815c1928520928";
    check(request, "content-type;host;x-project-id;x-sdk-date;x-security-token", ACCESS, SECRET, signature);
}

#[test]
fn v3_a_hostile_query_in_any_order() {
    let headers =
        headers(&[("host", "lts.my-kualalumpur-1.myhuaweicloud.com:8443"), ("x-sdk-date", "20240102T030405Z")]);
    let path = format!("/v2/{PROJECT}/transfers");
    let query =
        "offset=0&log_stream_name=a%20b~c%2Fd%2A%2B%C3%A9&limit=100&log_group_name=%E6%97%A5%E5%BF%97%20%E7%BB%84";
    let request = Signed { method: "GET", path: &path, query, headers: &headers, body: b"" };
    let signature = "d55c4f1a14f8d145a3e4969a4a356ff1541c383e7af2ed4eeedafa63fd6c0071";
    check(request, "host;x-sdk-date", ACCESS, SECRET, signature);
}

#[test]
fn v4_delete_a_stream() {
    let headers = headers(&[
        ("content-type", "application/json;charset=utf8"),
        ("host", "lts.cn-north-4.myhuaweicloud.com"),
        ("x-sdk-date", "20240102T030405Z"),
    ]);
    let path = format!(
        "/v2/{PROJECT}/groups/b6b9332b-091f-4b22-b810-264318d2d664/streams/c54dbc58-0fd8-48ed-b007-6d54981427a7"
    );
    let request = Signed { method: "DELETE", path: &path, query: "", headers: &headers, body: b"" };
    let signature = "c34751277dffc6de6ad8879b51375328f677904f5a428203ddc0949b9b29696b";
    check(request, "content-type;host;x-sdk-date", ACCESS, SECRET, signature);
}

#[test]
fn a_claim_is_read_part_by_part() {
    assert_eq!(Claim::parse("Bearer abc"), None);
    assert_eq!(Claim::parse("SDK-HMAC-SHA256 Access=a, Signature=b"), None);
    let claim = Claim::parse("SDK-HMAC-SHA256 Access=a,SignedHeaders=Host;x-sdk-date,Signature=ff").unwrap();
    assert_eq!(claim.signed_headers, ["host", "x-sdk-date"]);
}
