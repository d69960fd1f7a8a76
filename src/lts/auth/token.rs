//! Tokens for a user and password (facts page 2.1).
//!
//! One token serves the whole client. It is renewed ahead of its end, or when
//! the service rejects it (it dies early when permissions change); however many
//! requests find out at once, one renewal is sent.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::Proof;
use crate::lts::engine::Engine;
use crate::lts::request::{Answer, Call};
use crate::lts::settings::ProjectPin;
use crate::lts::wire::TokenBody;
use crate::lts::{Error, ErrorClass, Operation, ticks};

/// Lifetime of a token whose body does not say. `[SEED:273]`
const USUAL_LIFETIME: Duration = Duration::from_secs(24 * 3_600);

/// Longest time before its end at which a token is renewed; at most a tenth of
/// its lifetime.
const LEAD: Duration = Duration::from_secs(300);

/// How long an old token is used on after a renewal ahead of time failed.
const SECOND_TRY: Duration = Duration::from_secs(30);

/// What a token is for.
#[derive(Debug, Clone, Default)]
pub(super) struct TokenScope {
    pub(super) project_id: Option<String>,
    pub(super) project_name: Option<String>,
    pub(super) domain_id: Option<String>,
    pub(super) domain_name: Option<String>,
}

#[derive(Debug)]
struct Held {
    token: SecretString,
    generation: u64,
    renew_at: Instant,
    ends_at: Instant,
    scope: TokenScope,
}

/// Gets and keeps tokens.
#[derive(Debug)]
pub(crate) struct TokenSource {
    user_name: String,
    password: SecretString,
    domain_name: String,
    project: ProjectPin,
    held: Mutex<Option<Held>>,
}

impl TokenSource {
    pub(super) fn new(user_name: &str, password: &SecretString, domain_name: &str, project: &ProjectPin) -> Self {
        Self {
            user_name: user_name.to_owned(),
            password: password.clone(),
            domain_name: domain_name.to_owned(),
            project: project.clone(),
            held: Mutex::new(None),
        }
    }

    /// Returns a token that should be valid.
    pub(super) async fn current(&self, engine: &Engine) -> Result<Proof, Error> {
        let mut held = self.held.lock().await;
        let now = ticks::now();
        match held.as_mut() {
            Some(held) if now < held.renew_at => Ok(held.proof()),
            Some(old) => match self.fetch(engine, old.generation + 1).await {
                Ok(new) => {
                    *old = new;
                    Ok(old.proof())
                }
                Err(error) if ticks::now() < old.ends_at => {
                    // A password that is refused again and again locks the account.
                    let refused = error.class == ErrorClass::Authentication;
                    old.renew_at = if refused { old.ends_at } else { ticks::now() + SECOND_TRY };
                    Ok(old.proof())
                }
                Err(error) => Err(error),
            },
            None => {
                let new = self.fetch(engine, 1).await?;
                Ok(held.insert(new).proof())
            }
        }
    }

    /// Returns a token that is not the rejected one.
    pub(super) async fn newer_than(&self, engine: &Engine, rejected: u64) -> Result<Proof, Error> {
        let mut held = self.held.lock().await;
        if let Some(held) = held.as_ref().filter(|held| held.generation > rejected) {
            return Ok(held.proof());
        }
        let new = self.fetch(engine, rejected + 1).await?;
        Ok(held.insert(new).proof())
    }

    /// Returns what the token at hand is for.
    pub(super) async fn scope(&self) -> TokenScope {
        self.held.lock().await.as_ref().map(|held| held.scope.clone()).unwrap_or_default()
    }

    async fn fetch(&self, engine: &Engine, generation: u64) -> Result<Held, Error> {
        let call = Call::new(Operation::FetchToken, http::Method::POST, "/v3/auth/tokens".to_owned())
            // Drops the catalog, most of the body.
            .with_query("nocatalog", "true")
            .with_body(&self.question());
        let answer = engine.attempts(&call, &Proof::Nothing, &mut 0).await?;
        read_token(engine, &answer, generation)
    }

    fn question(&self) -> Question<'_> {
        let project = match &self.project {
            ProjectPin::Id(id) | ProjectPin::Both(id, _) => ProjectQuestion { id: Some(id.as_str()), name: None },
            ProjectPin::Name(name) => ProjectQuestion { id: None, name: Some(name) },
        };
        Question {
            auth: AuthQuestion {
                identity: IdentityQuestion {
                    methods: ["password"],
                    password: PasswordQuestion {
                        user: UserQuestion {
                            name: &self.user_name,
                            password: self.password.expose_secret(),
                            domain: NameQuestion { name: &self.domain_name },
                        },
                    },
                },
                scope: ScopeQuestion { project },
            },
        }
    }
}

impl Held {
    fn proof(&self) -> Proof {
        Proof::Token { token: self.token.clone(), generation: Some(self.generation) }
    }
}

fn read_token(engine: &Engine, answer: &Answer, generation: u64) -> Result<Held, Error> {
    let token = answer
        .headers
        .get("x-subject-token")
        .and_then(|value| value.to_str().ok())
        .filter(|token| !token.is_empty())
        .ok_or_else(|| answer.unusable("the answer has no `X-Subject-Token`"))?;
    let token = SecretString::from(token);
    engine.scrubber.learn(&token);
    let body: TokenBody<'_> = answer.read()?;
    // The difference of the two times, so that a wrong clock here does not matter.
    let time = |scalar: &crate::lts::wire::Scalar<'_>| scalar.text()?.parse::<jiff::Timestamp>().ok();
    let lifetime = time(&body.token.expires_at)
        .zip(time(&body.token.issued_at))
        .and_then(|(end, start)| Duration::try_from(end.duration_since(start)).ok())
        .filter(|lifetime| !lifetime.is_zero() && *lifetime <= USUAL_LIFETIME * 30)
        .unwrap_or(USUAL_LIFETIME);
    let now = ticks::now();
    let text = |scalar: &crate::lts::wire::Scalar<'_>| scalar.filled().map(str::to_owned);
    let project = &body.token.project;
    Ok(Held {
        token,
        generation,
        renew_at: now + lifetime - LEAD.min(lifetime / 10),
        ends_at: now + lifetime,
        scope: TokenScope {
            project_id: text(&project.id),
            project_name: text(&project.name),
            domain_id: text(&project.domain.id),
            domain_name: text(&project.domain.name),
        },
    })
}

#[derive(Serialize)]
struct Question<'a> {
    auth: AuthQuestion<'a>,
}

#[derive(Serialize)]
struct AuthQuestion<'a> {
    identity: IdentityQuestion<'a>,
    scope: ScopeQuestion<'a>,
}

#[derive(Serialize)]
struct IdentityQuestion<'a> {
    methods: [&'static str; 1],
    password: PasswordQuestion<'a>,
}

#[derive(Serialize)]
struct PasswordQuestion<'a> {
    user: UserQuestion<'a>,
}

#[derive(Serialize)]
struct UserQuestion<'a> {
    name: &'a str,
    password: &'a str,
    domain: NameQuestion<'a>,
}

#[derive(Serialize)]
struct NameQuestion<'a> {
    name: &'a str,
}

#[derive(Serialize)]
struct ScopeQuestion<'a> {
    project: ProjectQuestion<'a>,
}

#[derive(Serialize)]
struct ProjectQuestion<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
}
