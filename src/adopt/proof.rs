//! The proof of an import: the plan with it against the plan without it.

use std::collections::{BTreeMap, BTreeSet};

use super::fault::Fault;
use super::run::Adoption;
use crate::manifest::edit::Refusal;
use crate::manifest::{Given, Source, parse_whole};
use crate::model::{Address, Capabilities, Live, Memory};
use crate::plan::{Plan, Purpose, Request, propose};

/// Demands that nothing is planned for what is imported but the estate's
/// marker, and that nothing else changes; returns what gets the marker.
pub(super) fn prove(
    sources: &[Source],
    given: &Given,
    adoption: &Adoption,
    live: &Live,
    capabilities: &Capabilities,
) -> Result<BTreeSet<Address>, Fault> {
    let mut edited = sources.to_vec();
    for source in &mut edited {
        if let Some(changed) = adoption.changed.iter().find(|changed| changed.name == source.name) {
            source.text.clone_from(&changed.after);
        }
    }
    let memory = Memory::default();
    let plan = |sources: &[Source]| -> Result<Plan, Fault> {
        let manifest = parse_whole(sources, given).map_err(Refusal::Unreadable)?;
        // Known drift is of no concern here; no day is its last.
        let request = Request { purpose: Purpose::Converge, take_over: &[], today: "", memory: &memory };
        Ok(propose(&manifest.desired, live, capabilities, request).plan)
    };
    let (old, after) = (plan(sources)?, plan(&edited)?);
    let before = trouble(&old);
    let mut marked = BTreeSet::new();
    for step in &after.steps {
        if adoption.imported.contains(&step.address) && step.only_marks() {
            marked.insert(step.address.clone());
        }
    }
    let new = trouble(&after)
        .into_iter()
        .find(|(address, told)| !marked.contains(address) && before.get(address).is_none_or(|before| told != before));
    let refusal = after.refusals.iter().find(|veto| !old.refusals.contains(veto));
    match (new, refusal) {
        (Some((address, told)), _) => Err(Fault::Disproved(format!("{address}: {told}"))),
        (None, Some(veto)) => Err(Fault::Disproved(veto.code().to_owned())),
        (None, None) => Ok(marked),
    }
}

/// What a plan does to each object, and what it cannot do, in words.
fn trouble(plan: &Plan) -> BTreeMap<Address, String> {
    let mut told: BTreeMap<Address, String> = BTreeMap::new();
    let steps = plan.steps.iter().map(|step| {
        let fields: Vec<&str> = step.fields.iter().map(|field| field.field.as_str()).collect();
        (&step.address, format!("would be changed ({})", fields.join(", ")))
    });
    let obstacles = plan.blocked.iter().chain(&plan.held).map(|obstacle| (&obstacle.address, obstacle.reason.clone()));
    let unread = plan.unread.iter().map(|notice| (&notice.address, notice.reason.clone()));
    for (address, text) in steps.chain(obstacles).chain(unread) {
        told.entry(address.clone()).and_modify(|all| all.push_str(&format!("; {text}"))).or_insert(text);
    }
    told
}
