//! The part of IAM that leads to LTS: facts pages 1.2 and 2.1. An error here
//! has the shape of Keystone's.

use http::HeaderName;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::auth::{Directory, ProjectEntry, Scope, Token, User};
use super::super::refusal::Refusal;
use super::super::service::Inner;
use super::super::store;
use super::exchange::{Answer, Call};

pub(super) fn create_token(inner: &Inner, call: &Call) -> Result<Answer, Refusal> {
    let body: Value =
        serde_json::from_slice(&call.body).map_err(|error| Refusal::identity_bad_request(error.to_string()))?;
    let mut directory = inner.directory();
    let user = user(&directory, &body)?.clone();
    let scope = scope(&directory, &body, &user)?;
    let value = format!("MIIEmulator{:032x}{:032x}", inner.chance.bits(), inner.chance.bits());
    let token = directory.issue(value.clone(), &user, scope, call.now);
    inner.store.queue(vec![store::token_write(&value, &token)]);
    let with_catalog = call.query("nocatalog").is_none();
    let mut answer = Answer::json(201, &shown_token(&directory, &user, &token, call, with_catalog))?;
    answer.headers.push((HeaderName::from_static("x-subject-token"), value));
    Ok(answer)
}

/// Lists the projects of the caller's account. Also serves `GET
/// /v3/auth/projects`, which differs only in taking no filter from clients.
pub(super) fn list_projects(inner: &Inner, call: &Call) -> Result<Answer, Refusal> {
    let directory = inner.directory();
    let domain = own_domain(&directory, call)?;
    let wanted = |project: &&ProjectEntry| {
        let parent = parent_id(&directory, project);
        project.domain_id == domain
            && call.query("name").is_none_or(|name| name == project.name)
            && call.query("domain_id").is_none_or(|id| id == project.domain_id)
            && call.query("parent_id").is_none_or(|id| id == parent)
            && call.query("enabled").is_none_or(|flag| flag == project.enabled.to_string())
            && call.query("is_domain").is_none_or(|flag| flag == "false")
    };
    let (skip, take) = page(call)?;
    let projects: Vec<Value> = directory
        .projects
        .values()
        .filter(wanted)
        .skip(skip)
        .take(take)
        .map(|project| shown_project(&directory, project, call))
        .collect();
    let own = format!("http://{}/v3/projects", call.host);
    Answer::json(200, &json!({ "links": { "self": own, "previous": null, "next": null }, "projects": projects }))
}

pub(super) fn show_project(inner: &Inner, call: &Call) -> Result<Answer, Refusal> {
    let directory = inner.directory();
    let domain = own_domain(&directory, call)?;
    let project = directory.projects.get(call.parameter("project_id"));
    let project = project.filter(|project| project.domain_id == domain).ok_or_else(Refusal::identity_not_found)?;
    Answer::json(200, &json!({ "project": shown_project(&directory, project, call) }))
}

/// Lists the caller's account, which is how an SDK learns its id.
pub(super) fn list_domains(inner: &Inner, call: &Call) -> Result<Answer, Refusal> {
    let directory = inner.directory();
    let domain = own_domain(&directory, call)?;
    let name = directory.domains.get(&domain).map_or("", |domain| &domain.name);
    let own = format!("http://{}/v3/auth/domains", call.host);
    let shown = json!({
        "description": "",
        "enabled": true,
        "id": domain,
        "links": { "self": format!("http://{}/v3/domains/{domain}", call.host) },
        "name": name,
    });
    Answer::json(200, &json!({ "domains": [shown], "links": { "self": own, "previous": null, "next": null } }))
}

fn own_domain(directory: &Directory, call: &Call) -> Result<String, Refusal> {
    let domain = call.scope.as_ref().and_then(|scope| directory.domain_of(scope));
    domain.map(|domain| domain.id.clone()).ok_or_else(|| Refusal::identity_forbidden("No account."))
}

/// `page` counts from 1; both parameters or none (facts page 1.2).
fn page(call: &Call) -> Result<(usize, usize), Refusal> {
    let number = |name: &str| call.query(name).map(|text| text.parse::<usize>().ok());
    match (number("page"), number("per_page")) {
        (None, None) => Ok((0, usize::MAX)),
        (Some(Some(page)), Some(Some(size))) if page >= 1 && (1..=5000).contains(&size) => {
            Ok(((page - 1).saturating_mul(size), size))
        }
        _ => Err(Refusal::identity_bad_request("`page` (from 1) and `per_page` (1 to 5000) go together")),
    }
}

fn user<'a>(directory: &'a Directory, body: &Value) -> Result<&'a User, Refusal> {
    let identity = &body["auth"]["identity"];
    let methods = identity["methods"].as_array();
    if !methods.is_some_and(|methods| methods.iter().any(|method| method == "password")) {
        return Err(Refusal::identity_bad_request("`auth.identity.methods` must hold `password`"));
    }
    let asked = &identity["password"]["user"];
    let password = text(asked, "password").ok_or_else(|| absent("password"))?;
    let found = match (text(asked, "id"), text(asked, "name")) {
        (Some(id), _) => directory.users.get(id),
        (None, Some(name)) => {
            let domain = domain(directory, &asked["domain"])?;
            directory.users.values().find(|user| user.name == name && Some(user.domain_id.as_str()) == domain)
        }
        (None, None) => return Err(absent("name")),
    };
    found
        .filter(|user| user.password == password)
        .ok_or_else(|| Refusal::identity_unauthorized("The username or password is wrong."))
}

/// Finds the account that is named; none if there is no such account.
fn domain<'a>(directory: &'a Directory, asked: &Value) -> Result<Option<&'a str>, Refusal> {
    let found = match (text(asked, "id"), text(asked, "name")) {
        (Some(id), _) => directory.domains.get(id),
        (None, Some(name)) => directory.domains.values().find(|domain| domain.name == name),
        (None, None) => return Err(absent("domain")),
    };
    Ok(found.map(|domain| domain.id.as_str()))
}

/// Without a scope, or with an account as scope, a token reaches no project
/// (facts page 2.1).
fn scope(directory: &Directory, body: &Value, user: &User) -> Result<Scope, Refusal> {
    let asked = &body["auth"]["scope"]["project"];
    if asked.is_null() {
        return Ok(Scope::Domain { id: user.domain_id.clone() });
    }
    let mut projects = directory.projects.values().filter(|project| project.domain_id == user.domain_id);
    let found = match (text(asked, "id"), text(asked, "name")) {
        (Some(id), _) => projects.find(|project| project.id == id),
        (None, Some(name)) => projects.find(|project| project.name == name),
        (None, None) => return Err(absent("project")),
    };
    match found {
        Some(project) if project.enabled => Ok(Scope::Project { id: project.id.clone() }),
        _ => Err(Refusal::identity_unauthorized("The project of the scope does not exist or is not yours.")),
    }
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value[name].as_str().filter(|text| !text.is_empty())
}

fn absent(name: &str) -> Refusal {
    Refusal::identity_bad_request(format!("`{name}` is required"))
}

fn shown_token(directory: &Directory, user: &User, token: &Token, call: &Call, with_catalog: bool) -> Value {
    let domain = directory.domains.get(&user.domain_id);
    let domain = json!({ "id": user.domain_id, "name": domain.map_or("", |domain| &domain.name) });
    let mut shown = json!({
        "expires_at": six_decimals(token.expires_at),
        "issued_at": six_decimals(token.issued_at),
        "methods": ["password"],
        "roles": [{ "id": "0", "name": "te_admin" }],
        "user": {
            "domain": domain,
            "id": user.id,
            "name": user.name,
            "password_expires_at": "",
        },
        "catalog": [],
    });
    match &token.scope {
        Scope::Project { id } => {
            let name = directory.projects.get(id).map_or("", |project| &project.name);
            shown["project"] = json!({ "domain": domain, "id": id, "name": name });
            if with_catalog {
                shown["catalog"] = catalog(&call.host, name, id);
            }
        }
        Scope::Domain { .. } | Scope::Key { .. } => shown["domain"] = domain,
    }
    json!({ "token": shown })
}

fn catalog(host: &str, region: &str, project: &str) -> Value {
    let service = |kind: &str, url: String| {
        json!({
            "endpoints": [{ "id": kind, "interface": "public", "region": region, "region_id": region, "url": url }],
            "id": kind,
            "name": kind,
            "type": kind,
        })
    };
    json!([service("iam", format!("http://{host}/v3")), service("lts", format!("http://{host}/v2/{project}"))])
}

fn shown_project(directory: &Directory, project: &ProjectEntry, call: &Call) -> Value {
    json!({
        "description": "",
        "domain_id": project.domain_id,
        "enabled": project.enabled,
        "id": project.id,
        "is_domain": false,
        "links": { "self": format!("http://{}/v3/projects/{}", call.host, project.id) },
        "name": project.name,
        "parent_id": parent_id(directory, project),
    })
}

/// A sub-project is below the project of its region, any other below its
/// account.
fn parent_id(directory: &Directory, project: &ProjectEntry) -> String {
    let region = project.name.split_once('_').map(|(region, _)| region);
    let parent = directory
        .projects
        .values()
        .find(|candidate| Some(candidate.name.as_str()) == region && candidate.domain_id == project.domain_id);
    parent.map_or(&project.domain_id, |parent| &parent.id).clone()
}

fn six_decimals(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string()
}
