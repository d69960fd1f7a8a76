use super::*;
use crate::model::DomainId;

const PROJECT: &str = "2a473356cca5487f8373be891bffc1cf";
const OTHER_PROJECT: &str = "ffffffffffffffffffffffffffffffff";

fn environment() -> Environment {
    Environment {
        access_key: Some("AK".to_owned()),
        secret_key: Some("a secret key".replace(' ', "").into()),
        ..Environment::default()
    }
}

fn target() -> ServiceTarget {
    ServiceTarget {
        region: Region::parse("my-kualalumpur-1"),
        project_id: ProjectId::parse(PROJECT).ok(),
        ..ServiceTarget::default()
    }
}

fn endpoint(text: &str) -> Option<Endpoint> {
    Some(Endpoint::parse(text).expect("an endpoint"))
}

fn faults(target: &ServiceTarget, environment: &Environment) -> Vec<(FaultClass, String)> {
    let faults = resolve(target, environment).expect_err("a refusal");
    faults.iter().map(|fault| (fault.class, fault.message.clone())).collect()
}

#[test]
fn endpoints_follow_from_region_and_cloud() {
    let settings = resolve(&target(), &environment()).expect("settings");
    assert_eq!(settings.lts.origin(), "https://lts.my-kualalumpur-1.myhuaweicloud.com");
    assert_eq!(settings.iam.origin(), "https://iam.my-kualalumpur-1.myhuaweicloud.com");
    let cloud = Environment { cloud: Some("otc.t-systems.com".to_owned()), ..environment() };
    assert_eq!(resolve(&target(), &cloud).expect("settings").lts.host(), "lts.my-kualalumpur-1.otc.t-systems.com");
    let europe = ServiceTarget { region: Region::parse("eu-west-101"), ..target() };
    assert_eq!(resolve(&europe, &environment()).expect("settings").lts.host(), "lts.eu-west-101.myhuaweicloud.eu");
    let hostile = Environment { cloud: Some("x@evil.example/".to_owned()), ..environment() };
    assert_eq!(faults(&target(), &hostile)[0].0, FaultClass::Other);
}

#[test]
fn the_environment_fills_gaps_and_must_not_differ() {
    let from_environment = Environment {
        region_name: Some("my-kualalumpur-1".to_owned()),
        project_id: Some(PROJECT.to_owned()),
        project_name: Some("my-kualalumpur-1_logs".to_owned()),
        ..environment()
    };
    let settings = resolve(&ServiceTarget::default(), &from_environment).expect("settings");
    assert!(matches!(settings.project, ProjectPin::Both(_, ref name) if **name == *"my-kualalumpur-1_logs"));
    let declared = ServiceTarget {
        region: Region::parse("cn-north-4"),
        project_id: ProjectId::parse(OTHER_PROJECT).ok(),
        project_name: Some(Arc::from("other")),
        ..ServiceTarget::default()
    };
    let found = faults(&declared, &from_environment);
    assert!(found.iter().all(|(class, _)| *class == FaultClass::Identity), "{found:?}");
    assert_eq!(found.len(), 2, "{found:?}");
}

/// Each pin on its own: the other ones must not hide that it is not compared.
#[test]
fn s66_each_pin_is_compared_by_itself() {
    let named = || ServiceTarget { project_id: None, project_name: Some(Arc::from("logs")), ..target() };
    let says = |region: Option<&str>, id: Option<&str>, name: Option<&str>| Environment {
        region_name: region.map(str::to_owned),
        project_id: id.map(str::to_owned),
        project_name: name.map(str::to_owned),
        ..environment()
    };
    let same = [
        (target(), says(Some("my-kualalumpur-1"), None, None)),
        (target(), says(None, Some(PROJECT), None)),
        (named(), says(None, None, Some("logs"))),
    ];
    for (target, environment) in same {
        let settings = resolve(&target, &environment).expect("the same in both");
        assert_eq!(settings.region.as_str(), "my-kualalumpur-1");
    }
    let other = [
        (target(), says(Some("cn-north-4"), None, None), "region", "HW_REGION_NAME", "cn-north-4"),
        (target(), says(None, Some(OTHER_PROJECT), None), "project", "HW_PROJECT_ID", OTHER_PROJECT),
        (named(), says(None, None, Some("logs-2")), "project", "HW_PROJECT_NAME", "logs-2"),
    ];
    for (target, environment, what, variable, value) in other {
        let found = faults(&target, &environment);
        let [(FaultClass::Identity, message)] = found.as_slice() else { panic!("{found:?}") };
        assert!([what, variable, value].iter().all(|word| message.contains(word)), "{message}");
    }
}

#[test]
fn without_a_project_it_is_the_regions_own() {
    let bare = ServiceTarget { project_id: None, ..target() };
    let settings = resolve(&bare, &environment()).expect("settings");
    assert_eq!(settings.project, ProjectPin::Name(Arc::from("my-kualalumpur-1")));
}

#[test]
fn a_manifest_cannot_send_the_credential_elsewhere() {
    let elsewhere =
        ServiceTarget { lts: endpoint("https://lts.evil.example"), iam: endpoint("https://evil.example"), ..target() };
    let found = faults(&elsewhere, &environment());
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|(class, _)| *class == FaultClass::Identity));
    let trusting = Environment {
        trusted_endpoints: vec!["LTS.evil.example".to_owned(), "https://evil.example:443".to_owned()],
        ..environment()
    };
    assert!(resolve(&elsewhere, &trusting).is_ok());
    // A trusted host does not extend to hosts that end or begin like it.
    let lookalike = ServiceTarget { lts: endpoint("https://lts.evil.example.org"), ..target() };
    assert!(resolve(&lookalike, &trusting).is_err());
    let loopback =
        ServiceTarget { lts: endpoint("http://127.0.0.1:8888"), iam: endpoint("http://[::1]:8888"), ..target() };
    assert!(resolve(&loopback, &environment()).is_ok());
    let usual = ServiceTarget { lts: endpoint("https://lts.my-kualalumpur-1.myhuaweicloud.com:8443"), ..target() };
    assert!(resolve(&usual, &environment()).is_ok());
}

#[test]
fn the_environments_iam_is_trusted_and_loses_its_version() {
    let told = Environment { auth_url: Some("https://iam.elsewhere.example:443/v3/".to_owned()), ..environment() };
    assert_eq!(resolve(&target(), &told).expect("settings").iam.origin(), "https://iam.elsewhere.example");
    let declared = ServiceTarget { iam: endpoint("https://iam.my-kualalumpur-1.myhuaweicloud.com"), ..target() };
    assert_eq!(faults(&declared, &told)[0].0, FaultClass::Identity);
}

#[test]
fn credentials_come_in_three_kinds_and_never_by_halves() {
    let none = Environment::default();
    assert_eq!(faults(&target(), &none)[0], (FaultClass::Identity, "no credential is in the environment".to_owned()));
    let half = Environment { access_key: Some("AK".to_owned()), ..none.clone() };
    assert_eq!(faults(&target(), &half)[0].1, "`HW_ACCESS_KEY` is set, but `HW_SECRET_KEY` is not");
    let empty = Environment { secret_key: Some("".into()), ..half };
    assert_eq!(faults(&target(), &empty)[0].0, FaultClass::Identity);
    let sdk = Environment {
        sdk_access_key: Some("AK".to_owned()),
        sdk_secret_key: Some("SK".into()),
        sdk_security_token: Some("STS".into()),
        ..none.clone()
    };
    let settings = resolve(&target(), &sdk).expect("settings");
    assert!(matches!(settings.credential, Credential::AccessKey { security_token: Some(_), .. }));
    let login = Environment {
        user_name: Some("u".to_owned()),
        user_password: Some("p w".into()),
        domain_name: Some("d".to_owned()),
        ..none.clone()
    };
    assert!(matches!(resolve(&target(), &login).expect("settings").credential, Credential::Password { .. }));
    let partial = Environment { domain_name: None, ..login };
    assert_eq!(faults(&target(), &partial)[0].1, "a login with user and password lacks `HW_DOMAIN_NAME`");
    let broken = Environment { auth_token: Some("token\n".into()), ..none };
    assert!(faults(&target(), &broken)[0].1.starts_with("`HW_AUTH_TOKEN` holds a space"));
}

#[test]
fn all_faults_come_at_once_and_no_secret_is_shown() {
    let bad = Environment {
        region_name: Some("Nowhere!".to_owned()),
        project_id: Some("12".to_owned()),
        secret_key: Some("canary-secret".into()),
        ..Environment::default()
    };
    let found = resolve(&ServiceTarget::default(), &bad).expect_err("a refusal");
    assert_eq!(found.iter().count(), 3);
    assert_eq!(found.class(), FaultClass::Identity);
    assert!(!format!("{found:?} {found} {bad:?}").contains("canary"));
}

#[test]
fn the_account_pin_is_kept() {
    let pinned = ServiceTarget { domain_id: DomainId::parse(OTHER_PROJECT).ok(), ..target() };
    assert_eq!(resolve(&pinned, &environment()).expect("settings").domain_pin, pinned.domain_id);
}
