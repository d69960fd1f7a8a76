//! The way between the client and the service, and what goes wrong on it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use ltsctl::lts::{Transport, Undelivered};
use tokio::sync::Notify;

/// What happens to one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// Nothing listens: it never leaves.
    NotSent,
    /// It is lost on the way there.
    DropBefore,
    /// It is executed, and the answer is lost.
    CommitThenDrop,
    /// It is executed, and the gateway has lost patience.
    CommitThen504,
    /// The service fails before it does anything.
    Fails500,
    /// A load balancer answers.
    Html503,
    /// It is executed, and the answer is no JSON.
    CommitThenGarbage,
    /// It is executed, and the answer says nothing.
    CommitThenEmpty,
    /// It is not executed, and an error comes under status 200.
    ErrorUnder200,
    /// It is executed, and an error comes under status 200.
    CommitThenErrorUnder200,
    /// Too many requests; the window is in the prose.
    Throttled,
    /// It is executed, and no answer ever comes.
    Hangs,
    /// A list comes empty.
    EmptyList,
    /// A list lacks its first item.
    MissingItem,
    /// A list is the one that was answered first.
    StaleList,
    /// A list shows its first item twice.
    TwiceListed,
    /// The process is killed before the request leaves.
    KilledBefore,
    /// The process is killed after the service has executed it.
    KilledAfter,
}

impl Fault {
    pub(crate) const OF_ANY: [Self; 12] = [
        Self::NotSent,
        Self::DropBefore,
        Self::CommitThenDrop,
        Self::CommitThen504,
        Self::Fails500,
        Self::Html503,
        Self::CommitThenGarbage,
        Self::CommitThenEmpty,
        Self::ErrorUnder200,
        Self::CommitThenErrorUnder200,
        Self::Throttled,
        Self::Hangs,
    ];
    pub(crate) const OF_READS: [Self; 4] = [Self::EmptyList, Self::MissingItem, Self::StaleList, Self::TwiceListed];
    pub(crate) const OF_PROCESSES: [Self; 2] = [Self::KilledBefore, Self::KilledAfter];

    /// All faults, for reading one from a replay command.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let all = Self::OF_ANY.into_iter().chain(Self::OF_READS).chain(Self::OF_PROCESSES);
        all.into_iter().find(|fault| format!("{fault:?}") == text)
    }

    /// Whether it can happen to a request.
    pub(crate) fn fits(self, method: &http::Method) -> bool {
        *method == http::Method::GET || !Self::OF_READS.contains(&self)
    }
}

/// What is planned to go wrong, and what was sent.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// Faults by the position of a request to LTS, from 0.
    pub(crate) faults: BTreeMap<usize, Fault>,
    /// The methods of the requests to LTS so far.
    pub(crate) sent: Vec<http::Method>,
    /// The first answer to each list.
    pub(crate) first: BTreeMap<String, Bytes>,
    /// Told when the process is killed.
    pub(crate) killed: Arc<Notify>,
}

/// The way.
#[derive(Debug)]
pub(crate) struct Way {
    pub(crate) inner: Arc<dyn Transport>,
    pub(crate) plan: Arc<Mutex<Plan>>,
}

impl Way {
    fn next_fault(&self, request: &http::Request<Bytes>) -> Option<Fault> {
        let mut plan = self.plan.lock().expect("a lock");
        let position = plan.sent.len();
        plan.sent.push(request.method().clone());
        plan.faults.get(&position).copied()
    }

    /// Ends the process; nobody hears an answer any more.
    async fn kill(&self) -> Result<http::Response<Bytes>, Undelivered> {
        self.plan.lock().expect("a lock").killed.notify_one();
        std::future::pending().await
    }

    fn spoil(&self, fault: Option<Fault>, path: &str, body: Bytes) -> Bytes {
        let first = {
            let mut plan = self.plan.lock().expect("a lock");
            plan.first.entry(path.to_owned()).or_insert_with(|| body.clone()).clone()
        };
        let edit = |change: &dyn Fn(&mut Vec<serde_json::Value>)| {
            let mut document: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
            for key in ["log_groups", "log_streams", "log_transfers"] {
                if let Some(list) = document.get_mut(key).and_then(serde_json::Value::as_array_mut) {
                    change(list);
                }
            }
            Bytes::from(document.to_string())
        };
        match fault {
            Some(Fault::EmptyList) => edit(&|list| list.clear()),
            Some(Fault::MissingItem) => edit(&|list| drop(list.drain(..list.len().min(1)))),
            Some(Fault::TwiceListed) => edit(&|list| list.extend(list.first().cloned())),
            Some(Fault::StaleList) => first,
            _ => body,
        }
    }
}

fn answer(status: u16, body: &'static str) -> Result<http::Response<Bytes>, Undelivered> {
    Ok(http::Response::builder().status(status).body(Bytes::from_static(body.as_bytes())).expect("an answer"))
}

impl Transport for Way {
    fn deliver(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>, Undelivered>> {
        async move {
            // IAM is asked once, before anything; its faults have tests of their own.
            if request.uri().path().starts_with("/v3/") {
                return self.inner.deliver(request).await;
            }
            let fault = self.next_fault(&request);
            let reset = || Err(Undelivered::Interrupted("connection reset".to_owned()));
            let (path, is_list) = (request.uri().path().to_owned(), *request.method() == http::Method::GET);
            match fault {
                Some(Fault::NotSent) => return Err(Undelivered::NotSent("connection refused".to_owned())),
                Some(Fault::DropBefore) => return reset(),
                Some(Fault::Fails500) => return answer(500, r#"{"error_code":"LTS.0010","error_msg":"Internal Server Error"}"#),
                Some(Fault::Html503) => return answer(503, "<html>busy</html>"),
                Some(Fault::ErrorUnder200) => return answer(200, r#"{"error_code":"LTS.0010","error_msg":"internal"}"#),
                Some(Fault::Throttled) => {
                    let body = r#"{"error_code":"APIGW.0308","error_msg":"The throttling threshold has been reached: policy user over ratelimit,limit:50,time:1 second"}"#;
                    return answer(429, body);
                }
                Some(Fault::KilledBefore) => return self.kill().await,
                _ => {}
            }
            let delivered = self.inner.deliver(request).await?;
            match fault {
                Some(Fault::CommitThenDrop) => reset(),
                Some(Fault::CommitThen504) => answer(504, r#"{"error_code":"APIGW.0203","error_msg":"Backend timeout."}"#),
                Some(Fault::CommitThenGarbage) => answer(201, "{\"log_gro"),
                Some(Fault::CommitThenEmpty) => answer(201, "{}"),
                Some(Fault::CommitThenErrorUnder200) => answer(200, r#"{"error_code":"LTS.0010","error_msg":"internal"}"#),
                Some(Fault::Hangs) => std::future::pending().await,
                Some(Fault::KilledAfter) => self.kill().await,
                fault if is_list => {
                    let (parts, body) = delivered.into_parts();
                    Ok(http::Response::from_parts(parts, self.spoil(fault, &path, body)))
                }
                _ => Ok(delivered),
            }
        }
        .boxed()
    }
}
