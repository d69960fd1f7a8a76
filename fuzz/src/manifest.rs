//! Manifests: complaints that can be printed, or a plan that can be printed,
//! saved and read again.

use ltsctl::manifest::Style;
use ltsctl::model::{Capabilities, Edition, Live};
use ltsctl::plan::Purpose;
use ltsctl::render::{Paint, text};
use ltsctl::saved;

use super::scene::{assert_printable, document, plan, read_manifest};

pub fn run(bytes: &[u8]) {
    let manifest = match read_manifest(&String::from_utf8_lossy(bytes)) {
        Ok(manifest) => manifest,
        Err(complaints) => return assert_printable(&complaints.render(Style::Plain)),
    };
    for warning in &manifest.warnings {
        assert_printable(&warning.render(Style::Plain));
    }
    for edition in [Edition::Modern, Edition::Seed2022] {
        for purpose in [Purpose::Converge, Purpose::Destroy] {
            let proposal = plan(&manifest.desired, &Live::default(), &Capabilities::of(edition), purpose);
            let shown = text::render_plan(
                &proposal.plan,
                &proposal.unchanged(&manifest.desired),
                text::Detail::Verbose,
                Paint::Plain,
            );
            assert_printable(&shown);
            let saved = serde_json::to_string(&document(&proposal.plan)).expect("JSON");
            let read = saved::read(&saved).expect("what was saved can be read");
            assert_eq!(read.plan.steps, proposal.plan.steps);
        }
    }
}
