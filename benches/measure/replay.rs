//! The floor of an observation: its own requests, sent again with as little
//! around them as there can be. Bodies are read and dropped; nothing is signed,
//! parsed or kept.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures_util::future::{BoxFuture, join};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use ltsctl::emulator::Profile;
use ltsctl::lts::{SocketTransport, Transport, Undelivered};

use crate::Outcome;
use crate::service::PARALLELISM;

/// Carries requests and keeps a copy of each.
#[derive(Debug)]
pub(crate) struct Recorder {
    transport: SocketTransport,
    requests: Mutex<Vec<http::Request<Bytes>>>,
}

impl Recorder {
    pub(crate) fn new() -> Outcome<Arc<Self>> {
        Ok(Arc::new(Self { transport: SocketTransport::new(None)?, requests: Mutex::default() }))
    }

    /// Returns what was sent since the last time.
    pub(crate) fn take(&self) -> Vec<http::Request<Bytes>> {
        std::mem::take(&mut *self.requests.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Transport for Recorder {
    fn deliver(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>, Undelivered>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).push(request.clone());
        self.transport.deliver(request)
    }
}

/// What went over the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Traffic {
    pub(crate) requests: u64,
    pub(crate) bytes: u64,
}

/// The requests of one observation, ready to be sent again. A signature holds
/// for 15 minutes, so that it can be sent with them.
#[derive(Debug)]
pub(crate) struct Replay {
    connections: reqwest::Client,
    profile: Profile,
    groups: http::Request<Bytes>,
    transfers: http::Request<Bytes>,
    /// The list of all streams, or one list for each group.
    streams: Vec<http::Request<Bytes>>,
}

impl Replay {
    /// Sorts recorded requests by what they ask for.
    pub(crate) fn of(requests: Vec<http::Request<Bytes>>, profile: Profile) -> Outcome<Self> {
        let (mut groups, mut transfers, mut streams) = (None, None, Vec::new());
        for request in requests {
            let path = request.uri().path();
            if path.ends_with("/transfers") {
                transfers = Some(request);
            } else if path.ends_with("streams") {
                streams.push(request);
            } else if path.ends_with("/groups") {
                groups = Some(request);
            } else {
                return Err(format!("an observation does not ask for {path}").into());
            }
        }
        let missing = "the observation lacks a list";
        Ok(Self {
            // The loopback needs no TLS, but the builder wants to know.
            connections: reqwest::Client::builder().no_proxy().http1_only().tcp_nodelay(true).build()?,
            profile,
            groups: groups.ok_or(missing)?,
            transfers: transfers.ok_or(missing)?,
            streams,
        })
    }

    /// Sends the requests, each as soon as what it depends on is there: the
    /// list of transfers tells which edition this is, and the lists of single
    /// groups need the ids of the groups.
    pub(crate) async fn send(&self) -> Outcome<Traffic> {
        let (first, rest) = match self.profile {
            Profile::Seed2022 => {
                let (groups, transfers) = join(self.fetch(&self.groups), self.fetch(&self.transfers)).await;
                (groups? + transfers?, self.fetch_streams().await?)
            }
            Profile::Modern | Profile::NoUpdate => {
                let in_turn = async { Outcome::Ok(self.fetch(&self.transfers).await? + self.fetch_streams().await?) };
                let (groups, rest) = join(self.fetch(&self.groups), in_turn).await;
                (groups?, rest?)
            }
        };
        Ok(Traffic { requests: 2 + self.streams.len() as u64, bytes: first + rest })
    }

    async fn fetch_streams(&self) -> Outcome<u64> {
        let fetches = stream::iter(&self.streams).map(|request| self.fetch(request)).buffer_unordered(PARALLELISM);
        fetches.try_fold(0, |sum, bytes| async move { Ok(sum + bytes) }).await
    }

    async fn fetch(&self, request: &http::Request<Bytes>) -> Outcome<u64> {
        let request = reqwest::Request::try_from(request.clone().map(reqwest::Body::from))?;
        let mut response = self.connections.execute(request).await?;
        let mut bytes = 0;
        while let Some(chunk) = response.chunk().await? {
            bytes += chunk.len() as u64;
        }
        Ok(bytes)
    }
}
