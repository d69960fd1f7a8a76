//! From a target to a client: the service over a socket, or the emulator
//! without one.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use super::args::Service;
use super::error::CliError;
use super::exit::Exit;
use super::settings::read_environment;
use super::targets::name_of;
use crate::effects::{Chance, Clock, SystemClock};
use crate::emulator::{self, Emulator};
use crate::lts::{
    self, Client, Credential, Identity, Limits, ProjectPin, Rates, RouterTransport, Settings, Shared, SocketTransport,
    Trace, Transport,
};
use crate::model::{EmulatorTarget, Endpoint, Profile, ProjectId, Region, Target};
use crate::plan::{ApiBudget, Plan, RateLimit, Standing};
use crate::saved::{EmulatorDocument, TargetDocument};

/// A client, and where it is.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) client: Client,
    pub(super) identity: Identity,
    pub(super) target: TargetDocument,
    /// How many requests the latest observation took.
    pub(super) reads: Cell<u64>,
}

/// Longest time of one request.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);
/// A clock that is further off than this is mentioned; signatures are refused
/// from 15 minutes on (facts page 2.3).
const SKEW_WORTH_A_WORD: u64 = 60;

/// Connects, and makes sure that the credential belongs to the target.
pub(super) async fn connect(target: &Target, service: &Service) -> Result<Connection, CliError> {
    connect_noting(target, service, Trace::default()).await
}

/// Does the same, and notes what is exchanged, also when the connection fails.
pub(super) async fn connect_noting(target: &Target, service: &Service, trace: Trace) -> Result<Connection, CliError> {
    let route = find_route(target, service).map_err(|error| error.of(&name_of(target)))?;
    let name = route.name(target);
    follow(route, target, service, trace).await.map_err(|error| error.of(&name))
}

/// How a target is reached.
struct Route {
    settings: Settings,
    transport: Arc<dyn Transport>,
    /// As documents call it.
    endpoint: String,
}

impl Route {
    /// Calls the target by the best name there is before it is asked.
    fn name(&self, target: &Target) -> String {
        let Settings { region, project, .. } = &self.settings;
        match (target, project) {
            (Target::Emulator(_), _) => name_of(target),
            (Target::Service(_), ProjectPin::Id(id) | ProjectPin::Both(id, _)) => format!("{region}/{id}"),
            (Target::Service(_), ProjectPin::Name(name)) => format!("{region}/{name}"),
        }
    }
}

fn find_route(target: &Target, service: &Service) -> Result<Route, CliError> {
    let target = match target {
        Target::Emulator(target) => return embed(target),
        Target::Service(target) => target,
    };
    let settings = lts::resolve(target, &read_environment())?;
    let authorities = match &service.ca_file {
        Some(file) => Some(std::fs::read(file).map_err(|error| {
            CliError::new(Exit::Error, "settings", format!("cannot read `{}`: {error}", file.display()))
                .help("name a readable PEM file with `--ca-file`")
        })?),
        None => None,
    };
    let transport = SocketTransport::new(authorities.as_deref())
        .map_err(|fault| CliError::new(Exit::Error, "settings", fault.to_string()))?;
    let endpoint = settings.lts.to_string();
    Ok(Route { settings, transport: Arc::new(transport), endpoint })
}

async fn follow(route: Route, target: &Target, service: &Service, trace: Trace) -> Result<Connection, CliError> {
    let Route { settings, transport, endpoint } = route;
    let (iam_endpoint, api, emulator, rates) = match target {
        // Embedded services share an address and nothing else.
        Target::Emulator(target) => (None, target.edition, Some(describe_emulator(target)), Rates::default()),
        Target::Service(target) => (Some(settings.iam.to_string()), target.edition, None, service.rates.clone()),
    };
    let limits =
        Limits { parallelism: service.parallelism, request_timeout: REQUEST_TIMEOUT, deadline: service.deadline };
    let shared = Shared { trace, rates };
    let (client, identity) =
        Client::connect_sharing(settings, transport, Arc::new(SystemClock), Chance::from_system(), limits, shared)
            .await?;
    let target = TargetDocument {
        name: format!("{}/{}", identity.region, identity.project_id),
        region: identity.region.to_string(),
        project_id: identity.project_id.to_string(),
        project_name: identity.project_name.as_ref().map(ToString::to_string),
        domain_id: identity.domain_id.as_ref().map(ToString::to_string),
        endpoint,
        iam_endpoint,
        api: api.as_str().to_owned(),
        emulator,
    };
    Ok(Connection { client, identity, target, reads: Cell::new(0) })
}

impl Connection {
    /// Returns what applying a plan costs here, at the limit the service has
    /// told, if it has.
    pub(super) fn cost(&self, plan: &Plan) -> ApiBudget {
        ApiBudget::of(plan, self.reads.get(), self.limit())
    }

    /// Returns what the rest of a plan costs here, with so many looks at what it
    /// rests on.
    pub(super) fn cost_of_rest(&self, plan: &Plan, standings: &[Standing], looks: u64) -> ApiBudget {
        ApiBudget::of_rest(plan, standings, (self.reads.get(), looks), self.limit())
    }

    fn limit(&self) -> Option<RateLimit> {
        self.client.rate_limit().map(|(requests, seconds)| RateLimit { requests, seconds })
    }

    /// Returns how many requests were sent so far.
    pub(super) fn requests(&self) -> u64 {
        let usage = self.client.usage();
        usage.identity + usage.reads + usage.queries + usage.writes
    }

    /// Returns the line that says where everything happens.
    pub(super) fn describe(&self) -> String {
        let name = match &self.identity.project_name {
            Some(name) if **name != *self.identity.region.as_str() => format!(" ({name})"),
            _ => String::new(),
        };
        let place = match self.target.endpoint.as_str() {
            EMBEDDED => "the embedded service".to_owned(),
            endpoint => endpoint.to_owned(),
        };
        let mut text = format!("Project {}{name} in {}, on {place}.\n", self.identity.project_id, self.identity.region);
        if let Some(skew) = self.identity.clock_skew_seconds.filter(|skew| skew.unsigned_abs() > SKEW_WORTH_A_WORD) {
            let direction = if skew > 0 { "ahead of" } else { "behind" };
            text.push_str(&format!(
                "warning: this machine's clock is {} s {direction} the service's\n",
                skew.unsigned_abs()
            ));
        }
        text
    }
}

/// The endpoint of the embedded service in documents.
const EMBEDDED: &str = "emulator";

fn describe_emulator(target: &EmulatorTarget) -> EmulatorDocument {
    EmulatorDocument { profile: target.profile.as_str().to_owned(), data: target.data.to_string_lossy().into_owned() }
}

fn embed(target: &EmulatorTarget) -> Result<Route, CliError> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let profile = match target.profile {
        Profile::Modern => emulator::Profile::Modern,
        Profile::Seed2022 => emulator::Profile::Seed2022,
        Profile::NoUpdate => emulator::Profile::NoUpdate,
    };
    let options = emulator::Options { profile, data: Some(target.data.clone()), clock, chance: Chance::from_system() };
    let service = Emulator::open(options).map_err(|error| CliError::new(Exit::Error, "emulator", error.to_string()))?;
    let account = service.account();
    let malformed = || CliError::internal("the emulator's own account is malformed");
    // The router needs an origin to be asked under; nothing listens there.
    let endpoint = Endpoint::parse("http://127.0.0.1").map_err(|_| malformed())?;
    let settings = Settings {
        region: Region::parse(account.region).ok_or_else(malformed)?,
        lts: endpoint.clone(),
        iam: endpoint,
        project: ProjectPin::Id(ProjectId::parse(account.project_id).map_err(|_| malformed())?),
        domain_pin: None,
        credential: Credential::AccessKey {
            access_key: account.access_key.to_owned(),
            secret_key: SecretString::from(account.secret_key),
            security_token: None,
        },
        edition: target.edition,
    };
    let transport = Arc::new(RouterTransport::new(service.router()));
    Ok(Route { settings, transport, endpoint: EMBEDDED.to_owned() })
}
