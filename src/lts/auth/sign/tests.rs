//! Vectors V0 to V4 of facts page 2.4.

use super::*;

const ACCESS: &str = "AKEXAMPLE0000000001";
const SECRET: &str = "SKexampleexampleexampleexampleexample0001";
const DATE: &str = "20240102T030405Z";
const PROJECT: &str = "2a473356cca5487f8373be891bffc1cf";
const HOST: &str = "lts.cn-north-4.myhuaweicloud.com";

#[test]
fn v0_the_vendors_published_example() {
    let request = Signable {
        method: "GET",
        path: "/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs",
        query: &[("marker", "13551d6b-755d-4757-b956-536f674975c0"), ("limit", "2")],
        headers: &[
            ("content-type", "application/json"),
            ("host", "service.region.example.com"),
            ("x-sdk-date", "20191115T033655Z"),
        ],
        body: b"",
        date: "20191115T033655Z",
    };
    assert_eq!(request.digest(), "b25362e603ee30f4f25e7858e8a7160fd36e803bb2dfe206278659d71a9bcd7a");
    assert_eq!(
        request.authorization("QTWAOYTTINDUT2QVKYUC", "MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc"),
        "SDK-HMAC-SHA256 Access=QTWAOYTTINDUT2QVKYUC, SignedHeaders=content-type;host;x-sdk-date, \
         Signature=7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe"
    );
}

#[test]
fn v1_groups_with_a_project_header() {
    let path = format!("/v2/{PROJECT}/groups");
    let request = Signable {
        method: "GET",
        path: &path,
        query: &[],
        headers: &[
            ("x-sdk-date", DATE),
            ("x-project-id", PROJECT),
            ("host", HOST),
            ("content-type", "application/json"),
        ],
        body: b"",
        date: DATE,
    };
    assert_eq!(request.digest(), "0d7621941c5edb7969c6377971eeb36906066e85e1970bbb181ecfc1bfec91d7");
    assert_eq!(
        request.authorization(ACCESS, SECRET),
        "SDK-HMAC-SHA256 Access=AKEXAMPLE0000000001, SignedHeaders=content-type;host;x-project-id;x-sdk-date, \
         Signature=f28d4b619690caebca66d90c4025b120c2f30c47d3f799d98c0ddbc15f00ebb6"
    );
}

#[test]
fn v2_a_body_and_a_security_token() {
    let path = format!("/v2/{PROJECT}/groups");
    let request = Signable {
        method: "POST",
        path: &path,
        query: &[("enterprise_project_id", "0")],
        headers: &[
            ("content-type", "application/json;charset=utf8"),
            ("host", HOST),
            ("x-project-id", PROJECT),
            ("x-sdk-date", DATE),
            ("x-security-token", "STSTOKENEXAMPLE=="),
        ],
        body: br#"{"log_group_name":"lts-group-01nh","ttl_in_days":7}"#,
        date: DATE,
    };
    assert_eq!(request.digest(), "3b406f8514ab199e5f0e3190116e17917e062e291227eec18209cc3131f6fb0a");
    assert!(
        request
            .authorization(ACCESS, SECRET)
            .ends_with("Signature=80d1400c318027f1c71418f302ad3ad257d2dc4e8572c15b6c815c1928520928")
    );
}

#[test]
fn v3_a_hostile_query_and_a_port() {
    let path = format!("/v2/{PROJECT}/transfers");
    let query = [("log_stream_name", "a b~c/d*+é"), ("log_group_name", "日志 组"), ("limit", "100"), ("offset", "0")];
    let request = Signable {
        method: "GET",
        path: &path,
        query: &query,
        headers: &[("host", "lts.my-kualalumpur-1.myhuaweicloud.com:8443"), ("x-sdk-date", DATE)],
        body: b"",
        date: DATE,
    };
    assert_eq!(
        canonical_query(&query),
        "limit=100&log_group_name=%E6%97%A5%E5%BF%97%20%E7%BB%84&log_stream_name=a%20b~c%2Fd%2A%2B%C3%A9&offset=0"
    );
    assert_eq!(request.digest(), "0fe39de7be10be0344ac6771cb26c377a4c19c77dea169042b70684a9ba4476e");
    assert!(
        request
            .authorization(ACCESS, SECRET)
            .ends_with("Signature=d55c4f1a14f8d145a3e4969a4a356ff1541c383e7af2ed4eeedafa63fd6c0071")
    );
}

#[test]
fn v4_deletion_of_a_stream() {
    let path = format!(
        "/v2/{PROJECT}/groups/b6b9332b-091f-4b22-b810-264318d2d664/streams/c54dbc58-0fd8-48ed-b007-6d54981427a7"
    );
    let request = Signable {
        method: "DELETE",
        path: &path,
        query: &[],
        headers: &[("content-type", "application/json;charset=utf8"), ("host", HOST), ("x-sdk-date", DATE)],
        body: b"",
        date: DATE,
    };
    assert_eq!(request.digest(), "27a6ed4f27980c65ded45f824195cf6be32a84e2cf38e247b9e8c61d774b6f30");
    assert!(
        request
            .authorization(ACCESS, SECRET)
            .ends_with("Signature=c34751277dffc6de6ad8879b51375328f677904f5a428203ddc0949b9b29696b")
    );
}
