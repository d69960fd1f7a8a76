//! What the file would have to say for the live side to be as declared.

use super::live_value::find_live_value;
use crate::drift::{Drift, Finding, Verdict};
use crate::manifest::edit::Difference;
use crate::model::{Desired, Live};

/// Returns the drifted fields with their live values, in the order of the findings.
/// What is missing, unmanaged or unhealthy is no matter of a value.
#[must_use]
pub fn follow(drift: &Drift, desired: &Desired, live: &Live) -> Vec<Difference> {
    let of = |finding: &Finding| {
        let (address, field) = (finding.address.clone(), finding.field?);
        let live = Some(find_live_value(desired, live, &address, field)?);
        Some(Difference { address, field, live })
    };
    drift.findings.iter().filter(|finding| finding.verdict == Verdict::Drifted).filter_map(of).collect()
}
