//! Which account, project and region a credential belongs to, established
//! before anything else is sent.
//!
//! One request at a time: a wrong credential is noticed by the first, and no
//! second one is sent.

use std::sync::Arc;

use super::Authority;
use super::token::TokenScope;
use crate::lts::engine::Engine;
use crate::lts::request::Call;
use crate::lts::settings::{ProjectPin, Settings};
use crate::lts::wire::{Items, ProjectItem, ProjectList};
use crate::lts::{Certainty, Error, ErrorClass, Operation};
use crate::model::{DomainId, ProjectId, Region};

/// Where the client is, as the service sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Project everything happens in.
    pub project_id: ProjectId,
    /// Its name, as IAM spells it, unless IAM would not tell.
    pub project_name: Option<Arc<str>>,
    /// Account the project belongs to, unless IAM would not tell.
    pub domain_id: Option<DomainId>,
    /// Its name, which only a token shows.
    pub domain_name: Option<Arc<str>>,
    /// Region.
    pub region: Region,
    /// Seconds by which this machine's clock is ahead of the service's
    /// (negative: behind), if an answer showed it.
    pub clock_skew_seconds: Option<i64>,
}

/// A project as IAM shows it.
#[derive(Debug, Clone)]
struct Project {
    id: ProjectId,
    name: Arc<str>,
    domain_id: Option<DomainId>,
}

/// Resolves the project and compares it with the pins.
pub(crate) async fn identify(engine: &Engine, settings: &Settings) -> Result<Identity, Error> {
    let mut identity = match engine.authority() {
        Authority::Password(source) => {
            engine.warm_up().await?;
            by_token(&source.scope().await, settings)?
        }
        Authority::Key { .. } | Authority::Given(_) => by_lookup(engine, settings).await?,
    };
    identity.clock_skew_seconds = engine.skew();
    engine.settle_on(identity.project_id.clone());
    Ok(identity)
}

/// A token says itself what it is for, so that no second request is needed.
fn by_token(scope: &TokenScope, settings: &Settings) -> Result<Identity, Error> {
    let operation = Operation::FetchToken;
    let unusable = |reason: &str| Error::local(operation, ErrorClass::Unusable, Certainty::NotExecuted, reason);
    let id = scope.project_id.as_deref().ok_or_else(|| unusable("the token does not name its project"))?;
    let id = ProjectId::parse(id).map_err(|_| unusable("the token names a project whose id is malformed"))?;
    let project = Project {
        id,
        name: Arc::from(scope.project_name.as_deref().unwrap_or_default()),
        domain_id: scope.domain_id.as_deref().and_then(|id| DomainId::parse(id).ok()),
    };
    compare(operation, &project, settings)?;
    Ok(Identity { domain_name: scope.domain_name.as_deref().map(Arc::from), ..project.identity(settings) })
}

async fn by_lookup(engine: &Engine, settings: &Settings) -> Result<Identity, Error> {
    let name = match &settings.project {
        ProjectPin::Name(name) | ProjectPin::Both(_, name) => name.to_string(),
        // The default project of a region bears its name (facts page 1.2).
        ProjectPin::Id(_) => settings.region.to_string(),
    };
    let found = match lookup(engine, Some(&name)).await {
        Ok(projects) => projects,
        Err(error) => return without_lookup(error, settings),
    };
    let project = match &settings.project {
        ProjectPin::Name(_) | ProjectPin::Both(..) => only_one_named(found, &name)?,
        ProjectPin::Id(id) => match found.into_iter().find(|project| project.id == *id) {
            Some(project) => project,
            None => match lookup(engine, None).await {
                Ok(all) => all.into_iter().find(|project| project.id == *id).ok_or_else(|| {
                    mismatch(Operation::ListProjects, &format!("the credential has no access to project `{id}`"))
                })?,
                Err(error) => return without_lookup(error, settings),
            },
        },
    };
    compare(Operation::ListProjects, &project, settings)?;
    Ok(project.identity(settings))
}

/// A credential need not be allowed to look up projects. With a project id and
/// no account to compare with, LTS itself checks one against the other.
fn without_lookup(error: Error, settings: &Settings) -> Result<Identity, Error> {
    let refused = matches!(error.status, Some(403 | 404)) && error.class != ErrorClass::Authentication;
    match (&settings.project, &settings.domain_pin) {
        (ProjectPin::Id(id), None) if refused => Ok(Identity {
            project_id: id.clone(),
            project_name: None,
            domain_id: None,
            domain_name: None,
            region: settings.region.clone(),
            clock_skew_seconds: None,
        }),
        _ => Err(error),
    }
}

async fn lookup(engine: &Engine, name: Option<&str>) -> Result<Vec<Project>, Error> {
    let call = Call::new(Operation::ListProjects, http::Method::GET, "/v3/projects".to_owned());
    let call = match name {
        Some(name) => call.with_query("name", name),
        None => call,
    };
    let answer = engine.call(call).await?;
    let list: ProjectList<'_> = answer.read()?;
    match list.projects {
        Items::Missing => Err(answer.unusable("the answer has no list of projects")),
        Items::Listed(items) => Ok(items.iter().filter_map(Project::read).collect()),
    }
}

fn only_one_named(projects: Vec<Project>, name: &str) -> Result<Project, Error> {
    let mut named = projects.into_iter().filter(|project| *project.name == *name);
    match (named.next(), named.next()) {
        (Some(project), None) => Ok(project),
        (Some(first), Some(second)) => Err(mismatch(
            Operation::ListProjects,
            &format!("two projects are named `{name}` ({} and {}); name it by its id", first.id, second.id),
        )),
        (None, _) => {
            Err(mismatch(Operation::ListProjects, &format!("the credential has no access to a project named `{name}`")))
        }
    }
}

fn compare(operation: Operation, project: &Project, settings: &Settings) -> Result<(), Error> {
    let (id, name) = match &settings.project {
        ProjectPin::Id(id) => (Some(id), None),
        ProjectPin::Name(name) => (None, Some(name)),
        ProjectPin::Both(id, name) => (Some(id), Some(name)),
    };
    if let Some(id) = id.filter(|id| **id != project.id) {
        let message = format!("the credential is for project `{}` ({}), not for `{id}`", project.id, project.name);
        return Err(mismatch(operation, &message));
    }
    if let Some(name) = name.filter(|name| **name != project.name) {
        let message = format!("project `{}` is named `{}`, not `{name}`", project.id, project.name);
        return Err(mismatch(operation, &message));
    }
    if let Some(other) = named_region(&project.name).filter(|region| *region != settings.region.as_str()) {
        let message = format!(
            "project `{}` ({}) is in region `{other}`, as its name says, not in `{}`",
            project.id, project.name, settings.region
        );
        return Err(mismatch(operation, &message));
    }
    match (&settings.domain_pin, &project.domain_id) {
        (Some(pin), Some(domain)) if pin != domain => {
            Err(mismatch(operation, &format!("the credential belongs to account `{domain}`, not to `{pin}`")))
        }
        (Some(pin), None) => {
            Err(mismatch(operation, &format!("IAM does not say which account the project is in; `{pin}` is demanded")))
        }
        _ => Ok(()),
    }
}

/// Returns the region that the name of a project speaks of: the default project
/// of a region bears its name, and any other one is called
/// `{region}_{name}` (facts page 1.2). A name of another form, which an
/// administrator of a cloud may give, says nothing.
fn named_region(name: &str) -> Option<&str> {
    let region = name.split('_').next()?;
    let parts: Vec<&str> = region.split('-').collect();
    let [area, middle @ .., number] = parts.as_slice() else { return None };
    let all = |text: &str, legal: fn(u8) -> bool| !text.is_empty() && text.bytes().all(legal);
    let plain = area.len() >= 2
        && all(area, |b| b.is_ascii_lowercase())
        && !middle.is_empty()
        && middle.iter().all(|part| all(part, |b| b.is_ascii_lowercase() || b.is_ascii_digit()))
        && all(number, |b| b.is_ascii_digit());
    plain.then_some(region)
}

fn mismatch(operation: Operation, message: &str) -> Error {
    Error::local(operation, ErrorClass::Identity, Certainty::NotExecuted, message)
}

impl Project {
    /// A project without a usable id or name cannot be the one that is meant.
    fn read(item: &ProjectItem<'_>) -> Option<Self> {
        Some(Self {
            id: ProjectId::parse(item.id.text()?).ok()?,
            name: Arc::from(item.name.text()?),
            domain_id: item.domain_id.filled().and_then(|id| DomainId::parse(id).ok()),
        })
    }

    fn identity(&self, settings: &Settings) -> Identity {
        Identity {
            project_id: self.id.clone(),
            project_name: (!self.name.is_empty()).then(|| self.name.clone()),
            domain_id: self.domain_id.clone(),
            domain_name: None,
            region: settings.region.clone(),
            clock_skew_seconds: None,
        }
    }
}
