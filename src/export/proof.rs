//! The proof: what was written is read again and planned against what it was
//! written from, and the plan has to be empty.

use std::sync::Arc;

use super::compose::compose;
use super::order::{Export, Order, Ownerless};
use super::refusal::Refusal;
use super::render::render;
use crate::diff::{Notice, Obstacle};
use crate::manifest::{Manifest, Source, parse};
use crate::model::{Capabilities, Live, Memory};
use crate::plan::{Plan, Purpose, Request, propose};

/// Makes a manifest of a project, and proves it.
///
/// # Errors
/// Returns why nothing is written; see [`Refusal`].
pub fn export(live: &Live, capabilities: &Capabilities, order: &Order<'_>) -> Result<Export, Refusal> {
    let draft = compose(live, capabilities, order.estate, order.selection, order.ownerless)?;
    let text = render(&draft, order)?;
    let manifest = read_back(&text, order)?;
    let (groups, streams, dumps) = draft.count();
    if manifest.desired.count() != groups + streams + dumps {
        return Err(Refusal::Disproved("it declares something else than it should".to_owned()));
    }
    let request = Request { purpose: Purpose::Converge, take_over: &[], today: "", memory: &Memory::default() };
    let mut plan = propose(&manifest.desired, live, capabilities, request).plan;
    let marked = plan.steps.iter().filter(|step| step.only_marks()).count();
    if order.ownerless == Ownerless::Declared {
        plan.steps.retain(|step| !step.only_marks());
    }
    match find_difference(&plan) {
        Some(difference) => Err(Refusal::Disproved(difference)),
        None => Ok(Export { text, draft, manifest, marked }),
    }
}

fn read_back(text: &str, order: &Order<'_>) -> Result<Manifest, Refusal> {
    let source = Source { name: Arc::from("export"), text: text.to_owned(), folder: order.folder.to_path_buf() };
    let manifest = parse(&[source]).map_err(|complaints| Refusal::Disproved(complaints.first().to_owned()))?;
    if manifest.target != *order.target || manifest.desired.estate.as_ref() != order.estate {
        return Err(Refusal::Disproved("its target or its estate is another one".to_owned()));
    }
    Ok(manifest)
}

/// Names the first thing that keeps a plan from being empty, if anything does.
#[must_use]
pub fn find_difference(plan: &Plan) -> Option<String> {
    let step = plan.steps.first().map(|step| {
        let fields: Vec<&str> = step.fields.iter().map(|field| field.field.as_str()).collect();
        format!("{} would be changed ({})", step.address, fields.join(", "))
    });
    let obstacle = |Obstacle { address, reason, .. }: &Obstacle| format!("{address} {reason}");
    let notice = |Notice { address, reason, .. }: &Notice| format!("{address} is unread: {reason}");
    step.or_else(|| plan.blocked.first().map(obstacle))
        .or_else(|| plan.held.first().map(obstacle))
        .or_else(|| plan.unread.first().map(notice))
        .or_else(|| plan.refusals.first().map(|veto| veto.code().to_owned()))
}
