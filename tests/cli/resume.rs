//! A saved plan that is applied again: what is shown and what it costs is the rest.

use crate::program::Service;

const BEFORE: &str = "groups: {web: {ttl_in_days: 7}}\n";
const WHOLE: &str = "groups: {web: {ttl_in_days: 7, streams: {access: , error: }}, api: {ttl_in_days: 7}}\n";

#[test]
fn the_rest_of_a_plan_is_what_is_shown_and_what_it_costs() {
    let service = Service::start("modern");
    let place = service.place();
    place.write("m.yaml", &format!("{}{WHOLE}", service.target()));
    place.run(&["plan", "-f", "m.yaml", "--out", "p.json"]).exits(0);
    place.write("before.yaml", &format!("{}{BEFORE}", service.target()));
    place.run(&["apply", "-f", "before.yaml", "--auto-approve"]).exits(0);

    let half = place.run(&["apply", "p.json", "--auto-approve"]).exits(0);
    assert!(half.stdout.contains("Plan: 4 to add, 0 to change, 0 to destroy."), "{}", half.stdout);
    for told in [
        "1 of 4 steps are done already, left are 3 to add, 0 to change, 0 to destroy.",
        "    create groups/web: done already",
        "This sends 3 writes and 3 reads.",
    ] {
        assert!(half.stderr.contains(told), "{told}:\n{}", half.stderr);
    }
    assert_eq!(half.last_line(), "Apply complete! Resources: 3 added, 0 changed, 0 destroyed.");

    service.forget_journal();
    let again = place.run(&["apply", "p.json", "--auto-approve"]).exits(0);
    for told in ["4 of 4 steps are done already, nothing is left to do.", "This sends 0 writes and 3 reads."] {
        assert!(again.stderr.contains(told), "{told}:\n{}", again.stderr);
    }
    // One look before, one after: three lists each, and one for the identity.
    assert!(service.lts_journal().iter().all(|line| line.starts_with("List")), "{:?}", service.lts_journal());

    let fresh = Service::start("modern");
    let place = fresh.place();
    place.write("m.yaml", &format!("{}{WHOLE}", fresh.target()));
    place.run(&["plan", "-f", "m.yaml", "--out", "p.json"]).exits(0);
    let all = place.run(&["apply", "p.json", "--auto-approve"]).exits(0);
    assert!(!all.stderr.contains("done already") && all.stderr.contains("This sends 4 writes"), "{}", all.stderr);
}
