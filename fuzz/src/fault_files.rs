//! Files of `emulator --faults`: complaints with a place, or rules that say the
//! same when they are written and read again.

use std::sync::Arc;

use ltsctl::emulator::{FaultComplaint, Faults};
use ltsctl::manifest::{Objection, Source, Style, read_data};

use super::scene::assert_printable;

pub fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let source = Source { name: Arc::from("faults.yaml"), text, folder: "estate".into() };
    let judge = |value: &serde_json::Value| {
        Faults::read(value).map_err(|complaints| {
            let objection = |FaultComplaint { path, message, help }| Objection { path, message, help };
            complaints.into_iter().map(objection).collect()
        })
    };
    match read_data(&source, judge) {
        Ok(faults) => {
            let written = serde_json::to_value(&faults).expect("JSON");
            assert_eq!(Faults::read(&written).expect("what was read can be read again"), faults);
        }
        Err(complaints) => assert_printable(&complaints.render(Style::Plain)),
    }
}
