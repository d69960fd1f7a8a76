//! What holds for every import: what is imported plans nothing but the marker
//! of the estate, nothing else changes, and a second import finds nothing; and
//! what has drifted can be written back.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod support;

use std::path::PathBuf;
use std::sync::Arc;

use ltsctl::adopt::{Adoption, Fault, adopt, find_live_value};
use ltsctl::emulator::Profile;
use ltsctl::export::Refusal;
use ltsctl::lts::Observation;
use ltsctl::manifest::edit::{Difference, write_back};
use ltsctl::manifest::{Given, Source, parse};
use ltsctl::model::{AddressGlob, Capabilities, Live, Memory};
use ltsctl::plan::{Call, Plan, Purpose, Request, Verb, propose};
use proptest::prelude::*;
use support::estates::any_estate;
use support::live::any_live;
use support::odd::{any_project, make_whole};
use support::style::{Style, print};
use support::{World, run};

fn source(text: &str) -> Source {
    Source { name: Arc::from("m.yaml"), text: text.to_owned(), folder: PathBuf::new() }
}

fn plan(text: &str, live: &Live, capabilities: &Capabilities) -> Plan {
    let manifest = parse(&[source(text)]).expect("a manifest");
    let memory = Memory::default();
    let request = Request { purpose: Purpose::Converge, take_over: &[], today: "2026-01-02", memory: &memory };
    propose(&manifest.desired, live, capabilities, request).plan
}

/// Imports, and looks at the plan as a user would; `None` where the import is
/// refused for a reason that is one.
fn check(text: &str, live: &Live, capabilities: &Capabilities, globs: &[AddressGlob]) -> Option<(Adoption, String)> {
    let adoption = match adopt(&[source(text)], &Given::default(), live, capabilities, globs) {
        Ok(adoption) => adoption,
        Err(
            Fault::AnotherEstate(_)
            | Fault::Tombstone { .. }
            | Fault::Unexported(Refusal::NotFound(_) | Refusal::Unread(_)),
        ) => return None,
        Err(fault) => panic!("{fault}\n{text}"),
    };
    let after = adoption.changed.first().map_or_else(|| text.to_owned(), |changed| changed.after.clone());
    let (old, new) = (plan(text, live, capabilities), plan(&after, live, capabilities));
    for step in &new.steps {
        let known = old.steps.iter().any(|other| other.address == step.address && other.fields == step.fields);
        assert!(known || adoption.marked.contains(&step.address), "{}:\n{text}\n{after}", step.address);
    }
    assert_eq!(new.blocked.len(), old.blocked.len(), "{text}\n{after}");
    let again = adopt(&[source(&after)], &Given::default(), live, capabilities, globs).expect("a second import");
    assert!(again.imported.is_empty() && again.changed.is_empty(), "{:?}\n{after}", again.imported);
    Some((adoption, after))
}

fn globs(texts: &[&str]) -> Vec<AddressGlob> {
    texts.iter().map(|text| AddressGlob::parse(text).expect("a glob")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_project_is_imported_into_any_manifest(
        live in any_live(),
        desired in any_estate(),
        seed in any::<u64>(),
        modern in any::<bool>(),
        glob in prop::sample::select(vec!["groups/*/**", "groups/*", "groups/*/streams/*", "groups/*/dumps/*", "groups/gamma/**"]),
    ) {
        let text = print(&desired, &mut Style::of(seed));
        run(async {
            let world = World::new(if modern { Profile::Modern } else { Profile::Seed2022 }).await;
            world.service.seed(&live).expect("a state");
            let Observation { live, capabilities, .. } = world.observe_all().await;
            check(&text, &live, &capabilities, &globs(&[glob]));
        });
    }

    #[test]
    fn what_has_drifted_is_written_back_and_then_nothing_differs(
        live in any_live(),
        desired in any_estate(),
        seed in any::<u64>(),
    ) {
        let text = print(&desired, &mut Style::of(seed));
        run(async {
            let world = World::new(Profile::Modern).await;
            world.service.seed(&live).expect("a state");
            let Observation { live, capabilities, .. } = world.observe_all().await;
            let updates = plan(&text, &live, &capabilities).steps;
            let updates = updates.iter().filter(|step| step.verb == Verb::Update);
            let fields = updates.flat_map(|step| step.fields.iter().map(|change| (step.address.clone(), change.field)));
            let differences: Vec<Difference> = fields
                .map(|(address, field)| {
                    let live = find_live_value(&desired, &live, &address, field);
                    assert!(live.is_some(), "{field} of {address}");
                    Difference { address, field, live }
                })
                .collect();
            let changed = write_back(&[source(&text)], &Given::default(), &differences).unwrap_or_else(|refusal| panic!("{refusal}\n{text}"));
            let after = changed.first().map_or(text.as_str(), |changed| changed.after.as_str());
            for step in plan(after, &live, &capabilities).steps.iter().filter(|step| step.verb == Verb::Update) {
                let marks = |call: &Call| match call {
                    Call::AddTags { tags, .. } => tags.iter().all(|(key, _)| key == "ltsctl-estate"),
                    _ => false,
                };
                assert!(step.calls.iter().all(marks), "{} {:?}\n{text}\n{after}", step.address, step.calls);
            }
        });
    }

    #[test]
    fn an_empty_manifest_takes_everything_that_can_be_declared((live, capabilities) in any_project(), owned in any::<bool>()) {
        let live = make_whole(live);
        let text = if owned { "version: 1\nestate: acme\n" } else { "version: 1\ngroups: {}\n" };
        let Some((adoption, after)) = check(text, &live, &capabilities, &globs(&["groups/*/**"])) else { return Ok(()) };
        let declared = parse(&[source(&after)]).expect("a manifest").desired.count();
        prop_assert_eq!(declared, adoption.imported.len());
        prop_assert!(owned || plan(&after, &live, &capabilities).steps.is_empty());
    }
}
