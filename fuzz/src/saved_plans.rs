//! Saved plans: refused, or read into a plan that says the same when it is
//! written again.
//!
//! A plan whose only fault is its digest is sealed again, as somebody who means
//! harm would do. One that does not say what its steps do is refused, as the
//! program does.

use ltsctl::model::{Live, Memory};
use ltsctl::plan::assess;
use ltsctl::render::json::PlanDocument;
use ltsctl::render::{Paint, text};
use ltsctl::saved::{Fault, SavedPlan, read};
use serde_json::Value;

use super::scene::assert_printable;

pub fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let Ok(mut json) = serde_json::from_str::<Value>(&text) else { return drop(read(&text)) };
    let saved = match read(&text) {
        Err(Fault::Digest { found, .. }) => match json.get_mut("digest") {
            Some(digest) => {
                *digest = Value::String(found);
                read(&json.to_string())
            }
            None => return,
        },
        other => other,
    };
    let Ok(SavedPlan { plan, target, budget, cost, digest, snapshot }) = saved else { return };
    let document = PlanDocument::of(&plan, target, budget, cost);
    let document = match &snapshot {
        Some(note) => document.from_snapshot(note.clone()),
        None => document,
    };
    if document.find_disagreement(&json).is_some() {
        return;
    }
    assert_printable(&text::render_plan(&plan, &[], text::Detail::Verbose, Paint::Plain));
    let _ = assess(&plan, &Live::default(), &Memory::default());
    assert_eq!(document.digest(), digest, "the same plan has the same digest");
    let again = read(&serde_json::to_string(&document).expect("JSON")).expect("what was read can be read again");
    assert_eq!((again.plan, again.snapshot), (plan, snapshot));
}
