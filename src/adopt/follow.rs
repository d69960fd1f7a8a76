//! What the file would have to say for the live side to be as declared.

use crate::drift::{Drift, Finding, Verdict};
use crate::manifest::edit::Difference;
use crate::manifest::write::{FieldValue, dump_fields, group_fields, stream_fields};
use crate::model::{Address, Desired, Field, Live, LiveDump, TransferKind};

/// Returns the drifted fields with their live values, in the order of the findings.
/// What is missing, unmanaged or unhealthy is no matter of a value, and neither are
/// marks of this program.
#[must_use]
pub fn follow(drift: &Drift, desired: &Desired, live: &Live) -> Vec<Difference> {
    let of = |finding: &Finding| {
        let field = finding.field.filter(|field| *field != Field::Protected)?;
        let fields = live_fields(&finding.address, desired, live)?;
        let live = fields.into_iter().find(|(other, _)| *other == field).map(|(_, value)| value);
        Some(Difference { address: finding.address.clone(), field, live })
    };
    drift.findings.iter().filter(|finding| finding.verdict == Verdict::Drifted).filter_map(of).collect()
}

fn live_fields(address: &Address, desired: &Desired, live: &Live) -> Option<Vec<(Field, FieldValue)>> {
    let group = live.groups.get(address.group())?;
    match address {
        Address::Group(_) => Some(group_fields(&group.settings)),
        Address::Stream(_, name) => Some(stream_fields(&group.streams.complete()?.get(name)?.settings)),
        Address::Dump(_, handle) => {
            let declared = &desired.groups.get(address.group())?.dumps.as_ref()?.get(handle)?.streams;
            let overlaps = |dump: &&LiveDump| {
                dump.kind == TransferKind::Obs && dump.streams.values().any(|stream| declared.contains(stream))
            };
            let mut dumps = group.dumps.complete()?.iter().filter(overlaps);
            // Of two that share its streams, neither is what the file means.
            let (Some(dump), None) = (dumps.next(), dumps.next()) else { return None };
            let mut fields = dump_fields(&dump.settings);
            fields.push((Field::Streams, FieldValue::Streams(dump.stream_names())));
            Some(fields)
        }
    }
}
