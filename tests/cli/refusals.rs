//! What must not happen, and what is said instead.

use crate::program::{ACCESS_KEY, DOMAIN, Place, SECRET_KEY, Service};

const ESTATE: &str = "groups: {web: {ttl_in_days: 7, streams: {access: }}}\n";

#[test]
fn ten_mistakes_in_three_files_are_ten_complaints_and_no_request() {
    let service = Service::start("modern");
    let place = service.place();
    let good = service.target();
    place.write(
        "m/a.yaml",
        &format!("{good}groups:\n  web: {{ttl_in_days: 400, colour: red}}\n  _x: {{ttl_in_days: 1}}\n"),
    );
    place.write(
        "m/b.yaml",
        "version: 1\ngroups:\n  pay:\n    ttl_in_days: yes\n    streams: {api: {ttl: 3}}\n    dumps:\n      d: {streams: \
         [nope], obs_bucket_name: A, storage_format: XML, period: 1min}\n",
    );
    place.write("m/c.yaml", "version: 2\ngroups: {ok: {ttl_in_days: 7}}\n");
    let ran = place.run(&["apply", "-f", "m", "--auto-approve"]).exits(1);
    let places = ran.stderr.lines().filter(|line| line.trim_start().starts_with("-->")).count();
    assert!(ran.stderr.trim_end().ends_with("error: 10 complaints in 3 files"), "{}", ran.stderr);
    assert!(places >= 10, "{}", ran.stderr);
    assert_eq!(service.journal(), Vec::<String>::new());
}

#[test]
fn an_apply_that_cannot_ask_does_not_begin() {
    let service = Service::start("modern");
    let place = service.place();
    place.write("m.yaml", &format!("{}{ESTATE}", service.target()));
    let ran = place.run(&["apply", "-f", "m.yaml"]).exits(64);
    assert!(ran.stderr.contains("--auto-approve"), "{}", ran.stderr);
    assert_eq!(service.journal(), Vec::<String>::new());
}

/// Whatever is wrong with the identity: exit 5, no request to LTS that writes,
/// at most two rejected signatures, and no secret in any byte.
fn check_identity(service: &Service, place: &Place, secrets: &[&str]) {
    for arguments in [
        &["apply", "-f", "m.yaml", "--auto-approve"][..],
        &["plan", "-f", "m.yaml", "-o", "json"],
        &["apply", "-f", "m.yaml", "--auto-approve", "-v", "-o", "json"],
    ] {
        service.forget_journal();
        let ran = place.run(arguments).exits(5);
        let journal = service.journal();
        let rejected = journal.iter().filter(|line| line.ends_with(" 401")).count();
        assert!(rejected <= 2, "{journal:?}");
        assert!(!journal.iter().any(|line| line.starts_with("Create")), "{journal:?}");
        for secret in secrets {
            assert!(!ran.stdout.contains(secret) && !ran.stderr.contains(secret), "{ran:?}");
        }
        if arguments.contains(&"json") {
            assert_eq!(ran.document()["exit_code"], 5, "{}", ran.stdout);
        }
    }
}

#[test]
fn s66_a_wrong_project_ends_before_the_first_write() {
    let service = Service::start("modern");
    let place = service.place();
    place.write("m.yaml", &format!("{}{ESTATE}", service.target_of("00000000000000000000000000000000")));
    check_identity(&service, &place, &[SECRET_KEY]);
}

#[test]
fn s66_a_wrong_account_ends_before_the_first_write() {
    let service = Service::start("modern");
    let place = service.place();
    let target = service.target().replace("target:\n", "target:\n  domain_id: ffffffffffffffffffffffffffffffff\n");
    assert!(!target.contains(DOMAIN));
    place.write("m.yaml", &format!("{target}{ESTATE}"));
    check_identity(&service, &place, &[SECRET_KEY]);
}

#[test]
fn s20_a_wrong_secret_ends_before_the_first_write() {
    let service = Service::start("modern");
    let canary = "canary-7f3e9d2c-wrong-secret";
    let place = Place::new().with("HW_ACCESS_KEY", ACCESS_KEY).with("HW_SECRET_KEY", canary);
    place.write("m.yaml", &format!("{}{ESTATE}", service.target()));
    check_identity(&service, &place, &[canary]);
    let place = Place::new()
        .with("HW_USER_NAME", "emulator")
        .with("HW_USER_PASSWORD", canary)
        .with("HW_DOMAIN_NAME", "emulator");
    place.write("m.yaml", &format!("{}{ESTATE}", service.target()));
    check_identity(&service, &place, &[canary]);
}

#[test]
fn an_endpoint_that_nobody_agreed_to_is_asked_nothing() {
    let place = Place::new().with("HW_ACCESS_KEY", ACCESS_KEY).with("HW_SECRET_KEY", SECRET_KEY);
    let target = "version: 1\ntarget: {region: my-kualalumpur-1, project_id: 2a473356cca5487f8373be891bffc1cf, endpoints: \
                  {lts: \"https://lts.evil.example\"}}\n";
    place.write("m.yaml", &format!("{target}{ESTATE}"));
    let ran = place.run(&["plan", "-f", "m.yaml"]).exits(5);
    assert!(ran.stderr.contains("LTSCTL_TRUSTED_ENDPOINTS"), "{}", ran.stderr);
}

#[test]
fn a_deletion_needs_its_flags_by_name() {
    let service = Service::start("modern");
    let place = service.place();
    place.write("m.yaml", &format!("{}{ESTATE}", service.target()));
    place.run(&["apply", "-f", "m.yaml", "--auto-approve"]).exits(0);
    service.forget_journal();
    place.write("m.yaml", &format!("{}groups: {{web: {{ensure: absent}}}}\n", service.target()));
    let plan = place.run(&["plan", "-f", "m.yaml"]).exits(0);
    // The stream is not declared, so what goes with the group is not, either.
    assert!(plan.stdout.contains("apply needs: --allow delete,data-loss,unmanaged"), "{}", plan.stdout);
    assert_eq!(plan.last_line(), "Plan: 0 to add, 0 to change, 2 to destroy.");
    place.run(&["plan", "-f", "m.yaml", "--fail-on", "data-loss"]).exits(4);
    let refused = place.run(&["apply", "-f", "m.yaml", "--auto-approve", "--allow", "delete"]).exits(4);
    for flag in ["--allow data-loss", "--allow unmanaged"] {
        assert!(refused.stderr.contains(flag), "{}", refused.stderr);
    }
    assert!(!service.lts_journal().iter().any(|line| line.starts_with("Delete")));
    place.run(&["apply", "-f", "m.yaml", "--auto-approve", "--allow", "delete,data-loss,unmanaged"]).exits(0);
}
