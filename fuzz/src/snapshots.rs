//! Snapshots: refused, or read into a project that is written the same again and can
//! be planned against.
//!
//! A snapshot whose only fault is its digest is sealed again, as somebody who means
//! harm would do.

use ltsctl::plan::Purpose;
use ltsctl::render::{Paint, text};
use ltsctl::snapshot::{Fault, read};
use serde_json::Value;

use super::scene::{assert_printable, plan, read_manifest};

const MANIFEST: &str = "version: 1\nestate: acme\npolicy: {prune: owned}\ngroups: {web: {ttl_in_days: 3, streams: {access: }, dumps: {}}}\n";

pub fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let read_text = match read(&text) {
        Err(Fault::Digest { found, .. }) => seal(&text, found),
        other => other.ok(),
    };
    let Some(snapshot) = read_text else { return };
    let written = snapshot.document().render().expect("a text");
    assert_eq!(read(&written).as_ref(), Ok(&snapshot), "what was read can be read again");
    let desired = read_manifest(MANIFEST).expect("a manifest").desired;
    let proposal = plan(&desired, &snapshot.live, &snapshot.capabilities, Purpose::Converge);
    assert_printable(&text::render_plan(&proposal.plan, &[], text::Detail::Verbose, Paint::Plain));
}

fn seal(text: &str, digest: String) -> Option<ltsctl::snapshot::Snapshot> {
    let mut document: Value = serde_json::from_str(text).ok()?;
    *document.get_mut("digest")? = Value::String(digest);
    read(&document.to_string()).ok()
}
