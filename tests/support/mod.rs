//! A project on an in-memory emulator, under virtual time, and the real client

//! in front of it.

#![allow(dead_code, unreachable_pub, reason = "every test binary uses its own part, and exports nothing")]

pub mod estates;
pub mod live;
pub mod odd;
pub mod style;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use ltsctl::apply::{Checked, Done, Ending, Event, Orders, Outcome, Settled, drive};
use ltsctl::effects::{Chance, Clock, TokioClock};
use ltsctl::emulator::{self, Emulator};
use ltsctl::lts::{
    Client, Credential, Deadline, Limits, Observation, ProjectPin, RouterTransport, Scope, Settings, Transport, observe,
};
use ltsctl::model::{DeleteBudget, Desired, Edition, Endpoint, ProjectId, Region};
use ltsctl::plan::{ApiBudget, Found, Moved, Plan, Proposal, Purpose, Request, Standing, StepId, assess, propose};
use ltsctl::render::json::PlanDocument;
use ltsctl::saved::TargetDocument;
use secrecy::SecretString;

/// A project with nothing in it.
pub struct World {
    pub service: Emulator,
    pub client: Client,
    clock: Arc<dyn Clock>,
    edition: Edition,
}

impl World {
    pub async fn new(profile: emulator::Profile) -> Self {
        Self::with_transport(profile, |transport| transport).await
    }

    /// Puts something between the client and the service.
    pub async fn with_transport(
        profile: emulator::Profile,
        wrap: impl FnOnce(Arc<dyn Transport>) -> Arc<dyn Transport>,
    ) -> Self {
        let start = "2026-01-02T03:04:05Z".parse().expect("a time");
        let clock: Arc<dyn Clock> = Arc::new(TokioClock::starting_at(start));
        let options = emulator::Options { profile, data: None, clock: Arc::clone(&clock), chance: Chance::seeded(1) };
        let service = Emulator::open(options).expect("an emulator in memory");
        let transport: Arc<dyn Transport> = Arc::new(RouterTransport::new(service.router()));
        let edition = Edition::Auto;
        let client = connect(&service, wrap(transport), Arc::clone(&clock), edition).await;
        Self { service, client, clock, edition }
    }

    /// Connects a client beside this one, with a way of its own.
    pub async fn beside(&self, wrap: impl FnOnce(Arc<dyn Transport>) -> Arc<dyn Transport>) -> Self {
        let transport: Arc<dyn Transport> = Arc::new(RouterTransport::new(self.service.router()));
        let (service, clock, edition) = (self.service.clone(), Arc::clone(&self.clock), self.edition);
        let client = connect(&service, wrap(transport), Arc::clone(&clock), edition).await;
        Self { service, client, clock, edition }
    }

    /// Connects a client beside this one that has so much time.
    pub async fn with_deadline(&self, deadline: Duration) -> Self {
        let transport: Arc<dyn Transport> = Arc::new(RouterTransport::new(self.service.router()));
        let (service, clock, edition) = (self.service.clone(), Arc::clone(&self.clock), self.edition);
        let limits = Limits { deadline: Some(Deadline::within(deadline)), ..LIMITS };
        let client = connect_within(&service, transport, Arc::clone(&clock), edition, limits).await;
        Self { service, client, clock, edition }
    }

    /// Connects a second client, as another run would.
    pub async fn reconnect(&mut self) {
        let transport: Arc<dyn Transport> = Arc::new(RouterTransport::new(self.service.router()));
        self.client = connect(&self.service, transport, Arc::clone(&self.clock), self.edition).await;
    }

    /// The clock of the service and of everybody who asks it.
    pub fn clock(&self) -> &dyn Clock {
        self.clock.as_ref()
    }

    pub async fn observe(&self, desired: &Desired) -> Observation {
        let scope = Scope::Groups(desired.groups.keys().cloned().collect());
        observe(&self.client, &scope).await.expect("an observation")
    }

    /// Observes, where that may fail.
    pub async fn try_observe(&self, desired: &Desired) -> Result<Observation, String> {
        let scope = Scope::Groups(desired.groups.keys().cloned().collect());
        observe(&self.client, &scope).await.map_err(|error| error.to_string())
    }

    /// Plans, where the observation may fail.
    pub async fn try_propose(&self, desired: &Desired, purpose: Purpose) -> Result<Proposal, String> {
        let Observation { live, capabilities, .. } = self.try_observe(desired).await?;
        let memory = ltsctl::model::Memory::default();
        let request = Request { purpose, take_over: &[], today: "2026-01-02", memory: &memory };
        Ok(propose(desired, &live, &capabilities, request))
    }

    /// Observes the whole project.
    pub async fn observe_all(&self) -> Observation {
        observe(&self.client, &Scope::Everything).await.expect("an observation")
    }

    /// Plans. In debug builds, as tests are, the independent judge looks at the
    /// plan.
    pub async fn propose(&self, desired: &Desired, purpose: Purpose) -> Proposal {
        self.propose_taking_over(desired, purpose, &[]).await
    }

    pub async fn propose_taking_over(
        &self,
        desired: &Desired,
        purpose: Purpose,
        take_over: &[ltsctl::model::AddressGlob],
    ) -> Proposal {
        let Observation { live, capabilities, .. } = self.observe(desired).await;
        let request = Request { purpose, take_over, today: "2026-01-02", memory: &ltsctl::model::Memory::default() };
        propose(desired, &live, &capabilities, request)
    }

    pub async fn carry_out(&self, proposal: &Proposal) -> Ending {
        self.carry_out_until(proposal, std::future::pending()).await
    }

    pub async fn carry_out_plan(&self, plan: &Plan) -> Ending {
        self.drive(plan, BTreeMap::new()).await
    }

    /// Applies a plan as `apply PLAN` does: what is done already is left out.
    pub async fn resume(&self, plan: &Plan) -> Result<Ending, Vec<Moved>> {
        let standings = assess(plan, &self.observe_all().await.live, &ltsctl::model::Memory::default());
        let mut moved = Vec::new();
        let mut settled = BTreeMap::new();
        for ((id, _), standing) in plan.iter().zip(standings) {
            match standing {
                Standing::Open(0) => {}
                Standing::Open(calls) => {
                    settled.insert(id, Settled::Begun(calls));
                }
                Standing::Done(Found::Plain) => {
                    settled.insert(id, Settled::AlreadySo(Done::Plain));
                }
                Standing::Done(Found::Group(group)) => {
                    settled.insert(id, Settled::AlreadySo(Done::Group(group)));
                }
                Standing::Done(Found::Stream(stream)) => {
                    settled.insert(id, Settled::AlreadySo(Done::Stream(stream)));
                }
                Standing::Moved(why) => moved.push(why),
            }
        }
        if moved.is_empty() { Ok(Box::pin(self.drive(plan, settled)).await) } else { Err(moved) }
    }

    /// Drives what is left of a plan.
    pub async fn drive(&self, plan: &Plan, settled: BTreeMap<StepId, Settled>) -> Ending {
        let orders =
            Orders { parallelism: 4, transfers: ltsctl::model::Ability::Offered, settled, checked: Checked::now() };
        drive(&self.client, plan, orders, std::future::pending(), |_: Event<'_>| {}).await
    }

    pub async fn carry_out_until(&self, proposal: &Proposal, interrupt: impl Future<Output = ()>) -> Ending {
        let orders = Orders {
            parallelism: 4,
            transfers: proposal.capabilities.transfers,
            settled: BTreeMap::new(),
            checked: Checked::now(),
        };
        drive(&self.client, &proposal.plan, orders, interrupt, |_: Event<'_>| {}).await
    }

    /// Plans and applies, and demands that every step is done.
    pub async fn apply(&self, desired: &Desired) -> Proposal {
        let proposal = self.propose(desired, Purpose::Converge).await;
        let ending = self.carry_out(&proposal).await;
        for (step, outcome) in proposal.plan.steps.iter().zip(&ending.outcomes) {
            assert!(outcome.is_done(), "{} {:?}: {outcome:?}", step.address, step.verb);
        }
        proposal
    }

    /// The writes of the journal, as `operation status` lines.
    pub fn writes(&self) -> Vec<String> {
        let journal = self.service.journal();
        let writes = journal.iter().filter(|entry| entry.method != "GET" && !entry.path.contains("/v3/"));
        writes.map(|entry| format!("{} {}", entry.operation.unwrap_or("?"), entry.status)).collect()
    }
}

const LIMITS: Limits = Limits { parallelism: 4, request_timeout: Duration::from_secs(60), deadline: None };

async fn connect(service: &Emulator, transport: Arc<dyn Transport>, clock: Arc<dyn Clock>, edition: Edition) -> Client {
    connect_within(service, transport, clock, edition, LIMITS).await
}

async fn connect_within(
    service: &Emulator,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    edition: Edition,
    limits: Limits,
) -> Client {
    let account = service.account();
    let endpoint = Endpoint::parse("http://127.0.0.1").expect("an origin");
    let settings = Settings {
        region: Region::parse(account.region).expect("a region"),
        lts: endpoint.clone(),
        iam: endpoint,
        project: ProjectPin::Id(ProjectId::parse(account.project_id).expect("an id")),
        domain_pin: None,
        credential: Credential::AccessKey {
            access_key: account.access_key.to_owned(),
            secret_key: SecretString::from(account.secret_key),
            security_token: None,
        },
        edition,
    };
    let (client, _) =
        Client::connect(settings, transport, clock, Chance::seeded(2), limits).await.expect("a connection");
    client
}

/// A plan as it is printed and saved.
pub fn document(plan: &Plan) -> PlanDocument {
    let target = TargetDocument {
        name: "my-kualalumpur-1/2a473356cca5487f8373be891bffc1cf".to_owned(),
        region: "my-kualalumpur-1".to_owned(),
        project_id: "2a473356cca5487f8373be891bffc1cf".to_owned(),
        project_name: None,
        domain_id: None,
        endpoint: "https://lts.example".to_owned(),
        iam_endpoint: Some("https://iam.example".to_owned()),
        api: "auto".to_owned(),
        emulator: None,
    };
    PlanDocument::of(plan, target, DeleteBudget::default(), ApiBudget::of(plan, 3, None))
}

/// Runs a future to its end under virtual time.
pub fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
    // A test's future holds whole worlds; unoptimised, the stack is too small for it.
    runtime.block_on(Box::pin(future))
}

/// Says whether every outcome is done.
pub fn all_done(outcomes: &[Outcome]) -> bool {
    outcomes.iter().all(Outcome::is_done)
}
