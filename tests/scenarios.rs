//! One test per folder of `tests/scenarios`: what is declared
//! (`manifest.yaml`), what is there (`live.json`, the shape of the emulator's
//! `/emulator/state`), what is allowed (`allow.txt`, optional), and what must
//! come of it (`expected.txt`): the plan, the verdict, the writes the service
//! saw, and the second plan.
//!
//! To make an expectation anew, empty `expected.txt` and run the test twice.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use ltsctl::apply::{Outcome, tally};
use ltsctl::emulator::{self, Estate};
use ltsctl::manifest::{self, Source};
use ltsctl::model::{Desired, Profile, Target};
use ltsctl::plan::guard::{self, BudgetRule};
use ltsctl::plan::{Class, Classes, Proposal, Purpose};
use ltsctl::render::Paint;
use ltsctl::render::text::{self, Detail};
use support::{World, run};

fn scenario(manifest_path: &Path) -> datatest_stable::Result<()> {
    let folder = manifest_path.parent().expect("a folder");
    let text = fs::read_to_string(manifest_path)?;
    let source = Source { name: "manifest.yaml".into(), text, folder: PathBuf::from(".") };
    let manifest = manifest::parse(&[source]).map_err(|complaints| complaints.render(manifest::Style::Plain))?;
    let live = fs::read_to_string(folder.join("live.json")).unwrap_or_else(|_| "{}".to_owned());
    let live: Estate = serde_json::from_str(&live)?;
    let allowed = fs::read_to_string(folder.join("allow.txt")).unwrap_or_default();
    let allowed: Classes = allowed.split_whitespace().map(|word| Class::parse(word).expect("a class")).collect();
    let found = run(play(&manifest, &live, &allowed));

    let expected_path = folder.join("expected.txt");
    let expected = fs::read_to_string(&expected_path).unwrap_or_default();
    if expected.is_empty() {
        fs::write(&expected_path, &found)?;
        return Err(format!("{} was written; read it and run the test again", expected_path.display()).into());
    }
    let difference = similar::TextDiff::from_lines(&expected, &found);
    if expected == found { Ok(()) } else { Err(difference.unified_diff().to_string().into()) }
}

async fn play(manifest: &manifest::Manifest, live: &Estate, allowed: &Classes) -> String {
    let profile = match &manifest.target {
        Target::Emulator(target) => match target.profile {
            Profile::Modern => emulator::Profile::Modern,
            Profile::Seed2022 => emulator::Profile::Seed2022,
            Profile::NoUpdate => emulator::Profile::NoUpdate,
        },
        Target::Service(_) => panic!("a scenario is played on the emulator"),
    };
    let world = World::new(profile).await;
    world.service.seed(live).expect("a state");
    world.service.clear_journal();
    let desired = &manifest.desired;
    let mut story = String::new();

    let proposal = world.propose(desired, Purpose::Converge).await;
    let _ = writeln!(story, "## plan\n\n{}", render(&proposal, desired));
    let budget = BudgetRule::Enforced(desired.policy.max_deletes);
    match guard::judge(&proposal.plan, allowed, budget) {
        Err(refusals) => {
            let _ = writeln!(story, "## refused\n\n{}", text::render_refusals(&refusals, Paint::Plain));
        }
        Ok(()) => {
            let ending = world.carry_out(&proposal).await;
            let done = tally(&proposal.plan, &ending.outcomes);
            let outcomes = text::render_outcomes(&proposal.plan, &ending.outcomes, Paint::Plain);
            let last = if ending.outcomes.iter().all(Outcome::is_done) {
                format!("{}\n", text::apply_line(done.done))
            } else {
                text::render_tally(&done)
            };
            let _ = writeln!(story, "## applied\n\n{outcomes}{last}");
        }
    }
    let writes = world.writes();
    let _ = writeln!(story, "## writes\n\n{}\n", if writes.is_empty() { "none".to_owned() } else { writes.join("\n") });
    let again = world.propose(desired, Purpose::Converge).await;
    let _ = write!(story, "## second plan\n\n{}", render(&again, desired));
    story
}

fn render(proposal: &Proposal, desired: &Desired) -> String {
    text::render_plan(&proposal.plan, &proposal.unchanged(desired), Detail::Verbose, Paint::Plain)
}

datatest_stable::harness! {
    { test = scenario, root = "tests/scenarios", pattern = r"manifest\.yaml$" },
}
