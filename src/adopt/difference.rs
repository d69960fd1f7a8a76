//! Two texts side by side.

use similar::TextDiff;

use crate::manifest::edit::Changed;

/// Returns a unified diff of a file; its text is not escaped.
#[must_use]
pub fn show_difference(changed: &Changed) -> String {
    let Changed { name, before, after } = changed;
    TextDiff::from_lines(before.as_str(), after.as_str()).unified_diff().header(name, name).to_string()
}
