//! Warnings: legal, and probably not meant.

use std::collections::BTreeMap;

use super::super::code;
use super::super::printable::quote;
use super::super::sink::{Draft, Sink, Spot};
use super::merge::Merged;
use crate::model::Prune;

/// Looks for what is legal and probably not meant.
pub(super) fn check(merged: &Merged, sink: &mut Sink<'_>) {
    // What could not be read may hold groups.
    if !merged.has_groups && !sink.has_errors() {
        warn_of_nothing(merged, sink);
    }
    warn_of_idle_prune(merged, sink);
    let groups = merged.groups.iter().filter(|group| !group.wanted.is_absent());
    warn_of_twins(groups.map(|group| (group.name.as_str(), group.spot)), "log groups", sink);
    for group in &merged.groups {
        let streams = group.streams.iter().flatten().filter(|stream| !stream.wanted.is_absent());
        warn_of_twins(streams.map(|stream| (stream.name.as_str(), stream.spot)), "log streams", sink);
        for folder in group.dumps.iter().flatten().filter_map(|dump| dump.folder.as_ref()) {
            warn_of_folder(&folder.value, folder.spot, sink);
        }
    }
}

fn warn_of_nothing(merged: &Merged, sink: &mut Sink<'_>) {
    let spots = [
        merged.target.as_ref().map(|said| said.spot),
        merged.estate.as_ref().map(|said| said.spot),
        merged.policy.as_ref().map(|said| said.spot),
        merged.defaults.as_ref().map(|said| said.spot),
    ];
    let top = Spot { file: 0, line: 1, column: 1, start: 0, end: 0 };
    let spot = spots.into_iter().flatten().next().unwrap_or(top);
    let draft = Draft::warning(code::NOTHING_DECLARED, spot, "no log group is declared");
    sink.report(draft.help("add `groups:`, keyed by name; `groups: {}` says that this is meant"));
}

/// What was written by an estate is known by its name.
fn warn_of_idle_prune(merged: &Merged, sink: &mut Sink<'_>) {
    let Some(policy) = &merged.policy else { return };
    // An estate whose name could not be read is complained of already.
    if policy.value.policy.prune == Prune::Owned && merged.estate.is_none() && !sink.has_errors() {
        let spot = policy.value.prune.unwrap_or(policy.spot);
        let draft = Draft::warning(code::NAMELESS_ESTATE, spot, "`prune: owned` does nothing without `estate`");
        sink.report(draft.help(
            "name the estate with `estate:`, so that its objects can be told by their markers; or remove `prune`",
        ));
    }
}

/// Names are compared byte by byte by the service and by eye by people.
fn warn_of_twins<'a>(names: impl Iterator<Item = (&'a str, Spot)>, what: &str, sink: &mut Sink<'_>) {
    let mut seen: BTreeMap<String, (&str, Spot)> = BTreeMap::new();
    for (name, spot) in names {
        match seen.get(&name.to_lowercase()) {
            Some((twin, first)) if *twin != name => {
                let message = format!("{what} {} and {} differ in case only", quote(twin), quote(name));
                let draft = Draft::warning(code::CONFUSABLE_NAMES, spot, message);
                sink.report(draft.note_at(*first, "the other one is declared here"));
            }
            Some(_) => {}
            None => {
                seen.insert(name.to_lowercase(), (name, spot));
            }
        }
    }
}

/// The documents contradict each other about folders (facts page 7), so what
/// one of them refuses is worth a warning and no more.
fn warn_of_folder(folder: &str, spot: Spot, sink: &mut Sink<'_>) {
    if folder.contains('%') {
        let message = "time macros (`%Y`) in `dir_prefix_name` are the console's; the API may refuse them";
        let draft = Draft::warning(code::DOUBTFUL_PATH, spot, message);
        sink.report(draft.note("the service answers LTS.1902 when it does"));
    } else if !is_documented_folder(folder) {
        let message =
            format!("`dir_prefix_name` {} is outside the documented form; the API may refuse it", quote(folder));
        let draft = Draft::warning(code::DOUBTFUL_PATH, spot, message);
        sink.report(draft.help("use letters, digits, `.`, `_` and `-` between single `/`"));
    }
}

/// The form of facts page 5.14, `^(/)?([a-zA-Z0-9._-]+)(/[a-zA-Z0-9._-]+)*(/)?$`,
/// or nothing.
fn is_documented_folder(folder: &str) -> bool {
    let inner = folder.strip_prefix('/').unwrap_or(folder);
    let inner = inner.strip_suffix('/').unwrap_or(inner);
    let legal = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    folder.is_empty() || inner.split('/').all(|part| !part.is_empty() && part.bytes().all(legal))
}

#[cfg(test)]
mod tests {
    use super::is_documented_folder;

    #[test]
    fn folders_follow_the_documented_form() {
        for good in ["", "a", "/a/b/", "payments/audit", "a.b_c-9"] {
            assert!(is_documented_folder(good), "{good}");
        }
        for bad in ["/", "//", "a//b", "a b", "a/ü"] {
            assert!(!is_documented_folder(bad), "{bad}");
        }
    }
}
