//! A thousand creates, against the ideal schedule.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use ltsctl::apply::{Checked, Orders, Outcome as StepOutcome, drive};
use ltsctl::emulator::{Estate, Profile};
use ltsctl::lts::{Scope, SocketTransport, observe};
use ltsctl::plan::{Plan, Purpose, Request, propose};

use crate::service::{PARALLELISM, Service};
use crate::shape::Shape;
use crate::stopwatch::{Fastest, Stopwatch};
use crate::table::{Table, Target, show_time};
use crate::{Outcome, block_on};

/// 10 groups, 890 streams and 100 dumps.
const SHAPE: Shape = Shape { groups: 10, streams: 89, dumps: 10, covered: 5 };

const LATENCY: Duration = Duration::from_millis(20);
const ROUNDS: usize = 4;

/// Least part of the time that an ideal schedule would have needed, too.
const LEAST: f64 = 0.85;

pub(crate) fn measure(table: &mut Table) -> Outcome<()> {
    block_on(async {
        let service = Service::start(Profile::Modern)?;
        let mut fastest = Fastest::of_none();
        let mut ideal = Duration::ZERO;
        for _ in 0..ROUNDS {
            let (elapsed, plan) = apply_to_nothing(&service).await?;
            fastest.note(elapsed);
            ideal = ideal_of(&plan);
        }
        let efficiency = ideal.as_secs_f64() / fastest.get().as_secs_f64();
        let what = format!("apply 1000 creates, {} ms latency, parallelism {PARALLELISM}", LATENCY.as_millis());
        let against = format!("ideal {}", show_time(ideal));
        table.add(&what, show_time(fastest.get()), against, efficiency, Target::AtLeast(LEAST));
        Ok(())
    })
}

async fn apply_to_nothing(service: &Service) -> Outcome<(Duration, Plan)> {
    service.hold_answers_back(0).await?;
    service.seed(&Estate::default()).await?;
    let client = service.connect(Arc::new(SocketTransport::new(None)?)).await?;
    let desired = SHAPE.desired()?;
    let observation = observe(&client, &Scope::Everything).await?;
    let request = Request {
        purpose: Purpose::Converge,
        take_over: &[],
        today: "2026-01-02",
        memory: &ltsctl::model::Memory::default(),
    };
    let proposal = propose(&desired, &observation.live, &observation.capabilities, request);
    service.hold_answers_back(u64::try_from(LATENCY.as_millis())?).await?;
    let transfers = proposal.capabilities.transfers;
    let orders = Orders { parallelism: PARALLELISM, transfers, settled: BTreeMap::new(), checked: Checked::now() };
    let watch = Stopwatch::start();
    let ending = drive(&client, &proposal.plan, orders, std::future::pending(), |_| {}).await;
    let elapsed = watch.elapsed();
    match ending.outcomes.iter().find(|outcome| !StepOutcome::is_done(outcome)) {
        Some(outcome) => Err(format!("a step was not done: {outcome:?}").into()),
        None => Ok((elapsed, proposal.plan)),
    }
}

/// Returns the time that a plan needs where nothing but latency costs any: of
/// the longest chain of steps, or of all requests at the parallelism at hand,
/// whichever is longer.
fn ideal_of(plan: &Plan) -> Duration {
    let mut chains: Vec<u32> = Vec::with_capacity(plan.steps.len());
    let mut requests = 0_u32;
    for step in &plan.steps {
        let calls = u32::try_from(step.calls.len()).unwrap_or(u32::MAX);
        let longest = step.waits_for.iter().filter_map(|id| chains.get(id.index())).max().copied().unwrap_or(0);
        chains.push(longest + calls);
        requests += calls;
    }
    let critical_path = LATENCY * chains.into_iter().max().unwrap_or(0);
    critical_path.max(LATENCY * requests / u32::try_from(PARALLELISM).unwrap_or(1))
}
