//! The credential of one client, and what it adds to a request.

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST, USER_AGENT};
use http::{HeaderName, HeaderValue};
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};

use super::sign::{Signable, canonical_query};
use super::token::TokenSource;
use crate::lts::engine::Engine;
use crate::lts::request::Call;
use crate::lts::settings::{Credential, Settings};
use crate::lts::{Error, Operation};
use crate::model::{Endpoint, ProjectId};

/// The type every body is sent as, also where there is none. `[SEED:468]`
const JSON: &str = "application/json;charset=utf8";

/// Who is asking.
#[derive(Debug)]
pub(crate) enum Authority {
    /// Signs every request.
    Key { access_key: String, secret_key: SecretString, security_token: Option<SecretString> },
    /// Sends a token it was given, which it cannot renew.
    Given(SecretString),
    /// Gets tokens for a user and password.
    Password(Box<TokenSource>),
}

/// What proves one request.
#[derive(Debug, Clone)]
pub(crate) enum Proof {
    /// Nothing: the request is the one that asks for a token.
    Nothing,
    /// A signature.
    Key { access_key: String, secret_key: SecretString, security_token: Option<SecretString> },
    /// A token; with its generation if it can be renewed.
    Token { token: SecretString, generation: Option<u64> },
}

impl Authority {
    pub(crate) fn new(settings: &Settings) -> Self {
        match &settings.credential {
            Credential::AccessKey { access_key, secret_key, security_token } => Self::Key {
                access_key: access_key.clone(),
                secret_key: secret_key.clone(),
                security_token: security_token.clone(),
            },
            Credential::Token(token) => Self::Given(token.clone()),
            Credential::Password { user_name, password, domain_name } => {
                Self::Password(Box::new(TokenSource::new(user_name, password, domain_name, &settings.project)))
            }
        }
    }

    /// Returns the proof for a request, after getting a token if there is none
    /// or it is about to expire.
    pub(crate) async fn prove(&self, engine: &Engine) -> Result<Proof, Error> {
        match self {
            Self::Key { access_key, secret_key, security_token } => Ok(Proof::Key {
                access_key: access_key.clone(),
                secret_key: secret_key.clone(),
                security_token: security_token.clone(),
            }),
            Self::Given(token) => Ok(Proof::Token { token: token.clone(), generation: None }),
            Self::Password(source) => source.current(engine).await,
        }
    }

    /// Returns a proof newer than a rejected one.
    pub(crate) async fn renew(&self, engine: &Engine, rejected: u64) -> Result<Proof, Error> {
        match self {
            Self::Key { .. } | Self::Given(_) => self.prove(engine).await,
            Self::Password(source) => source.newer_than(engine, rejected).await,
        }
    }
}

impl Proof {
    /// Says whether there is nothing else to prove requests with, once this is
    /// rejected.
    pub(crate) fn is_last(&self) -> bool {
        matches!(self, Self::Key { .. } | Self::Token { generation: None, .. })
    }

    /// Makes the request that is sent.
    ///
    /// # Errors
    /// Returns in words what cannot be put into a header.
    pub(crate) fn seal(
        &self,
        call: &Call,
        endpoint: &Endpoint,
        project: Option<&ProjectId>,
        now: Timestamp,
    ) -> Result<http::Request<Bytes>, String> {
        let host = endpoint.origin().split_once("://").map_or(endpoint.origin(), |(_, host)| host);
        let query: Vec<(&str, &str)> = call.query.iter().map(|(key, value)| (*key, value.as_str())).collect();
        let mut uri = format!("{}{}", endpoint.origin(), call.path);
        if !query.is_empty() {
            uri.push('?');
            uri.push_str(&canonical_query(&query));
        }
        let mut request = http::Request::new(call.body.clone());
        *request.method_mut() = call.method.clone();
        *request.uri_mut() = uri.parse().map_err(|_| "the address is not a URL".to_owned())?;
        let headers = request.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(USER_AGENT, HeaderValue::from_static(concat!("ltsctl/", env!("CARGO_PKG_VERSION"))));
        headers.insert(HOST, plain(host)?);
        match self {
            Self::Nothing => {}
            Self::Token { token, .. } => {
                headers.insert(HeaderName::from_static("x-auth-token"), secret(token.expose_secret())?);
            }
            Self::Key { access_key, secret_key, security_token } => {
                let date = now.strftime("%Y%m%dT%H%M%SZ").to_string();
                let mut signed = vec![("content-type", JSON), ("host", host), ("x-sdk-date", date.as_str())];
                if let Some(project) = project.filter(|_| !call.operation.is_identity()) {
                    signed.push(("x-project-id", project.as_str()));
                    headers.insert(HeaderName::from_static("x-project-id"), plain(project.as_str())?);
                }
                if let Some(token) = security_token {
                    signed.push(("x-security-token", token.expose_secret()));
                    headers.insert(HeaderName::from_static("x-security-token"), secret(token.expose_secret())?);
                }
                headers.insert(HeaderName::from_static("x-sdk-date"), plain(&date)?);
                let signable = Signable {
                    method: call.method.as_str(),
                    path: &call.path,
                    query: &query,
                    headers: &signed,
                    body: &call.body,
                    date: &date,
                };
                let authorization = signable.authorization(access_key, secret_key.expose_secret());
                headers.insert(AUTHORIZATION, secret(&authorization)?);
            }
        }
        debug_assert!(
            matches!(self, Self::Nothing) == (call.operation == Operation::FetchToken),
            "only the request for a token goes without proof"
        );
        Ok(request)
    }
}

fn plain(text: &str) -> Result<HeaderValue, String> {
    HeaderValue::from_str(text).map_err(|_| "a header would hold a control character".to_owned())
}

fn secret(text: &str) -> Result<HeaderValue, String> {
    let mut value = HeaderValue::from_str(text).map_err(|_| "the credential holds a control character".to_owned())?;
    value.set_sensitive(true);
    Ok(value)
}
