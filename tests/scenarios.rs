//! One test per folder of `tests/scenarios`, played by the program itself
//! against an emulator of its own.
//!
//! | file | what it says |
//! |---|---|
//! | `manifest.yaml` | what is declared, and in its first line why there is a story |
//! | `live.json` | what is there: the body of `PUT /emulator/state` |
//! | `service.json` | optional: how the service differs, the body of `PATCH /emulator/config` |
//! | `accounts.json` | optional: another account, the body of `POST /emulator/accounts` |
//! | `allow.txt` | optional: classes for `apply --allow` |
//! | `command.txt` | optional: `destroy`, to be played instead of `apply` |
//! | `flags.txt` | optional: further flags of both commands |
//! | `expected.txt` | what comes of it: plan, apply and second plan with their exit codes, and the writes |
//!
//! To make an expectation anew, empty `expected.txt` and run the test twice.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[path = "support/program.rs"]
mod program;
#[path = "support/story.rs"]
mod story;

use std::fs;
use std::path::Path;

use story::Story;

fn scenario(manifest_path: &Path) -> datatest_stable::Result<()> {
    let folder = manifest_path.parent().expect("a folder");
    let found = Story::read(folder).play();

    let expected_path = folder.join("expected.txt");
    let expected = fs::read_to_string(&expected_path).unwrap_or_default();
    if expected.is_empty() {
        fs::write(&expected_path, &found)?;
        return Err(format!("{} was written; read it and run the test again", expected_path.display()).into());
    }
    let difference = similar::TextDiff::from_lines(&expected, &found);
    if expected == found { Ok(()) } else { Err(difference.unified_diff().to_string().into()) }
}

datatest_stable::harness! {
    { test = scenario, root = "tests/scenarios", pattern = r"manifest\.yaml$" },
}
