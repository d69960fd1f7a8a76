//! The operations by method and path, and which edition has them (facts page
//! 4).

use super::super::auth::decoded;
use super::super::profile::Profile;
use super::super::refusal::Refusal;
use super::super::service::Inner;
use super::super::state::World;
use super::exchange::{Answer, Call, Service};
use super::{dumps, groups, iam, logs, streams, tags, transfers};

/// One operation.
#[derive(Debug)]
pub(crate) struct Operation {
    /// The vendor's name for it.
    pub(crate) name: &'static str,
    pub(crate) method: &'static str,
    /// `{name}` stands for one segment.
    pub(crate) path: &'static str,
    edition: Edition,
    pub(crate) act: Act,
}

/// Where an operation exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edition {
    Everywhere,
    /// Not in the seed's edition.
    Modern,
    /// Neither in the seed's edition nor where updates are missing.
    Updating,
}

/// What an operation does and to what.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Act {
    Read(fn(&World, &Call) -> Result<Answer, Refusal>),
    Write(fn(&mut World, &Call) -> Result<Answer, Refusal>),
    /// Of IAM, for someone who is known.
    Identify(fn(&Inner, &Call) -> Result<Answer, Refusal>),
    /// Of IAM, for anyone `[SEED:190]`.
    Admit(fn(&Inner, &Call) -> Result<Answer, Refusal>),
}

static OPERATIONS: [Operation; 21] = [
    // IAM is a service of its own: every edition of LTS has it beside it.
    admit("KeystoneCreateUserTokenByPassword", "POST", "/v3/auth/tokens", iam::create_token),
    identify("KeystoneListProjects", "GET", "/v3/projects", iam::list_projects),
    identify("KeystoneShowProject", "GET", "/v3/projects/{project_id}", iam::show_project),
    identify("KeystoneListAuthProjects", "GET", "/v3/auth/projects", iam::list_projects),
    identify("KeystoneListAuthDomains", "GET", "/v3/auth/domains", iam::list_domains),
    write("CreateLogGroup", "POST", "/v2/{project_id}/groups", Edition::Everywhere, groups::create),
    read("ListLogGroups", "GET", "/v2/{project_id}/groups", Edition::Everywhere, groups::list),
    write("UpdateLogGroup", "POST", "/v2/{project_id}/groups/{log_group_id}", Edition::Updating, groups::update),
    write("DeleteLogGroup", "DELETE", "/v2/{project_id}/groups/{log_group_id}", Edition::Everywhere, groups::delete),
    write(
        "CreateLogStream",
        "POST",
        "/v2/{project_id}/groups/{log_group_id}/streams",
        Edition::Everywhere,
        streams::create,
    ),
    read("ListLogStream", "GET", "/v2/{project_id}/groups/{log_group_id}/streams", Edition::Everywhere, streams::list),
    read("ListLogStreams", "GET", "/v2/{project_id}/log-streams", Edition::Modern, streams::list_all),
    write(
        "UpdateLogStream",
        "PUT",
        "/v2/{project_id}/groups/{log_group_id}/streams-ttl/{log_stream_id}",
        Edition::Updating,
        streams::update,
    ),
    write(
        "DeleteLogStream",
        "DELETE",
        "/v2/{project_id}/groups/{log_group_id}/streams/{log_stream_id}",
        Edition::Everywhere,
        streams::delete,
    ),
    read(
        "ListLogs",
        "POST",
        "/v2/{project_id}/groups/{log_group_id}/streams/{log_stream_id}/content/query",
        Edition::Everywhere,
        logs::query,
    ),
    write("CreateLogDumpObs", "POST", "/v2/{project_id}/log-dump/obs", Edition::Everywhere, dumps::create),
    write("CreateTransfer", "POST", "/v2/{project_id}/transfers", Edition::Modern, transfers::create),
    read("ListTransfers", "GET", "/v2/{project_id}/transfers", Edition::Modern, transfers::list),
    write("UpdateTransfer", "PUT", "/v2/{project_id}/transfers", Edition::Modern, transfers::update),
    write("DeleteTransfer", "DELETE", "/v2/{project_id}/transfers", Edition::Modern, transfers::delete),
    write(
        "CreateTags",
        "POST",
        "/v1/{project_id}/{resource_type}/{resource_id}/tags/action",
        Edition::Modern,
        tags::act,
    ),
];

/// Returns the names of all operations.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    OPERATIONS.iter().map(|operation| operation.name)
}

/// Returns the names of the operations that list objects. Log lines are no
/// objects.
pub(crate) fn lists() -> impl Iterator<Item = &'static str> {
    names().filter(|name| *name != "ListLogs" && (name.starts_with("List") || name.starts_with("KeystoneList")))
}

/// The parameters of a path.
pub(super) type Parameters = Vec<(&'static str, String)>;

/// Finds the operation of a request and the parameters of its path.
///
/// # Errors
/// APIGW.0101, which tells a wrong method from a wrong path in its text only.
pub(crate) fn find(profile: Profile, method: &str, path: &str) -> Result<(&'static Operation, Parameters), Refusal> {
    let mut known = false;
    for operation in OPERATIONS.iter().filter(|operation| operation.edition.includes(profile)) {
        if let Some(parameters) = parameters(operation.path, path) {
            if operation.method == method {
                return Ok((operation, parameters));
            }
            known = true;
        }
    }
    Err(if known { Refusal::no_method(method) } else { Refusal::no_operation() })
}

fn parameters(pattern: &'static str, path: &str) -> Option<Parameters> {
    let mut parameters = Vec::new();
    let mut segments = path.split('/');
    for part in pattern.split('/') {
        let segment = segments.next()?;
        match part.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(_) if segment.is_empty() => return None,
            Some(name) => parameters.push((name, decoded(segment))),
            None if part == segment => {}
            None => return None,
        }
    }
    segments.next().is_none().then_some(parameters)
}

impl Operation {
    pub(crate) fn service(&self) -> Service {
        match self.act {
            Act::Read(_) | Act::Write(_) => Service::Lts,
            Act::Identify(_) | Act::Admit(_) => Service::Iam,
        }
    }
}

impl Edition {
    fn includes(self, profile: Profile) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Modern => profile.is_modern(),
            Self::Updating => profile == Profile::Modern,
        }
    }
}

const fn read(
    name: &'static str,
    method: &'static str,
    path: &'static str,
    edition: Edition,
    act: fn(&World, &Call) -> Result<Answer, Refusal>,
) -> Operation {
    Operation { name, method, path, edition, act: Act::Read(act) }
}

const fn write(
    name: &'static str,
    method: &'static str,
    path: &'static str,
    edition: Edition,
    act: fn(&mut World, &Call) -> Result<Answer, Refusal>,
) -> Operation {
    Operation { name, method, path, edition, act: Act::Write(act) }
}

const fn identify(
    name: &'static str,
    method: &'static str,
    path: &'static str,
    act: fn(&Inner, &Call) -> Result<Answer, Refusal>,
) -> Operation {
    Operation { name, method, path, edition: Edition::Everywhere, act: Act::Identify(act) }
}

const fn admit(
    name: &'static str,
    method: &'static str,
    path: &'static str,
    act: fn(&Inner, &Call) -> Result<Answer, Refusal>,
) -> Operation {
    Operation { name, method, path, edition: Edition::Everywhere, act: Act::Admit(act) }
}
