//! Over a socket.

use std::error::Error as _;
use std::fmt::Write as _;
use std::sync::OnceLock;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;

use super::{LARGEST_BODY, Transport, Undelivered};

/// How long a connection may take to be made, name lookup and TLS included.
/// A connection that fails is known not to have carried the request.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long an unused connection is kept: less than servers keep theirs, so
/// that a write is unlikely to meet one that is just being closed.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// A transport that cannot be built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportFault {
    /// The file of additional certificate authorities is not PEM.
    #[error("the file of certificate authorities is not PEM: {0}")]
    Authorities(String),
    /// It is, but holds no certificate.
    #[error("the file of certificate authorities holds no certificate")]
    NoAuthority,
}

/// HTTP/1.1 over TLS, or over plain TCP on this machine. Requests to this
/// machine bypass `HTTP_PROXY`, which would capture them.
#[derive(Debug)]
pub struct SocketTransport {
    authorities: Vec<reqwest::Certificate>,
    outside: OnceLock<Result<reqwest::Client, String>>,
    loopback: OnceLock<Result<reqwest::Client, String>>,
}

impl SocketTransport {
    /// Prepares connections that trust the system's certificate authorities,
    /// Mozilla's, and those of `additional`, a PEM bundle.
    ///
    /// # Errors
    /// Returns a fault when `additional` cannot be read.
    pub fn new(additional: Option<&[u8]>) -> Result<Self, TransportFault> {
        let authorities = match additional {
            None => Vec::new(),
            Some(pem) => reqwest::Certificate::from_pem_bundle(pem)
                .map_err(|error| TransportFault::Authorities(describe(&error)))?,
        };
        if additional.is_some() && authorities.is_empty() {
            return Err(TransportFault::NoAuthority);
        }
        Ok(Self { authorities, outside: OnceLock::new(), loopback: OnceLock::new() })
    }

    /// Returns the connections for a host, made on first use: reading the
    /// system's certificates takes longer than a run that needs none.
    fn connections(&self, host: &str) -> Result<&reqwest::Client, Undelivered> {
        let built = if is_loopback(host) {
            self.loopback.get_or_init(|| self.build(reqwest::Client::builder().no_proxy()))
        } else {
            self.outside.get_or_init(|| self.build(reqwest::Client::builder()))
        };
        built.as_ref().map_err(|message| Undelivered::NotSent(message.clone()))
    }

    fn build(&self, builder: reqwest::ClientBuilder) -> Result<reqwest::Client, String> {
        // Whoever installed a provider first wins; there is only one here.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // A machine without CA certificates must still be able to connect, so
        // that Mozilla's are always among them.
        let known = webpki_root_certs::TLS_SERVER_ROOT_CERTS
            .iter()
            .filter_map(|der| reqwest::Certificate::from_der(der).ok())
            .chain(self.authorities.iter().cloned());
        builder
            .tls_certs_merge(known)
            .tls_version_min(reqwest::tls::Version::TLS_1_2)
            .http1_only()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .tcp_nodelay(true)
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .build()
            .map_err(|error| describe(&error))
    }
}

impl Transport for SocketTransport {
    fn deliver(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>, Undelivered>> {
        async move {
            let connections = self.connections(request.uri().host().unwrap_or_default())?;
            let request = reqwest::Request::try_from(request.map(reqwest::Body::from))
                .map_err(|error| Undelivered::NotSent(describe(&error)))?;
            let mut response = connections.execute(request).await.map_err(undelivered)?;
            let announced = usize::try_from(response.content_length().unwrap_or(0)).unwrap_or(usize::MAX);
            if announced > LARGEST_BODY {
                return Err(Undelivered::TooLarge);
            }
            let (status, headers) = (response.status(), response.headers().clone());
            // Growing step by step would copy a large list several times.
            let mut body = BytesMut::with_capacity(announced);
            while let Some(chunk) = response.chunk().await.map_err(undelivered)? {
                if body.len() + chunk.len() > LARGEST_BODY {
                    return Err(Undelivered::TooLarge);
                }
                body.extend_from_slice(&chunk);
            }
            let mut answer = http::Response::new(body.freeze());
            *answer.status_mut() = status;
            *answer.headers_mut() = headers;
            Ok(answer)
        }
        .boxed()
    }
}

/// A failure to connect is known to come before the first byte; nothing else is.
fn undelivered(error: reqwest::Error) -> Undelivered {
    let not_sent = error.is_connect() || error.is_builder();
    let text = describe(&error.without_url());
    if not_sent { Undelivered::NotSent(text) } else { Undelivered::Interrupted(text) }
}

/// Returns an error with its causes on one line.
fn describe(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        // Writing into a String cannot fail.
        let _ = write!(text, ": {next}");
        cause = next.source();
    }
    text
}

fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}
