//! Answers that arrive late, broken, or not at all: over a socket on the
//! connection itself, and in this process as a body that fails half-way, which
//! is what a caller of the router would see of a broken connection.

use std::convert::Infallible;
use std::io;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream;
use http::HeaderValue;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http_body_util::BodyExt;

use super::super::faults::{BodyLength, Fault};
use super::wire::Line;

/// Marks, in the extensions of a response of the router, an answer that nobody
/// gets: over a socket, the connection closes instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lost;

/// Neither JSON nor UTF-8.
const GARBAGE: &[u8] = b"\xff\xfe\x00{\"log_groups\":[\xc3\x28";

/// What a large body is made of.
const CHUNK: usize = 1 << 20;

/// Sends a response on its way, as the fault has it.
pub(super) async fn deliver(fault: Option<&Fault>, response: Option<Response>, line: Option<&Line>) -> Response {
    if let Some(Fault::Hang(_)) = fault {
        return std::future::pending().await;
    }
    let Some(response) = response else { return lose(line) };
    match fault {
        Some(Fault::CommitThenDrop(_)) => lose(line),
        Some(Fault::Body(body)) => {
            with_body(response, body.text.clone().into_bytes(), HeaderValue::from_str(&body.content_type).ok())
        }
        Some(Fault::Garbage(_)) => with_body(response, GARBAGE.to_vec(), None),
        Some(Fault::Truncate(truncate)) => {
            let (response, body) = taken_apart(response).await;
            let Some(last) = body.len().checked_sub(1) else { return lose(line) };
            let kept = truncate.bytes.map_or(body.len() / 2, |bytes| usize::try_from(bytes).unwrap_or(last));
            let kept_body = body.slice(..kept.min(last));
            match truncate.content_length {
                BodyLength::Whole => with_stream(response, Some(body.len()), broken(kept_body)),
                BodyLength::Cut => with_body(response, kept_body.to_vec(), None),
            }
        }
        Some(Fault::SlowBody(slow)) => {
            let (response, body) = taken_apart(response).await;
            let length = body.len();
            with_stream(response, Some(length), trickle(body, Duration::from_millis(slow.byte_ms)))
        }
        Some(Fault::Flood(flood)) => with_stream(response, None, repeated(flood.mib)),
        _ => response,
    }
}

/// Closes the connection without an answer.
pub(super) fn lose(line: Option<&Line>) -> Response {
    if let Some(line) = line {
        line.cut();
    }
    let gone = io::Error::new(io::ErrorKind::ConnectionReset, "the connection was closed without an answer");
    let mut response = Response::new(Body::from_stream(stream::iter([Err::<Bytes, _>(gone)])));
    response.extensions_mut().insert(Lost);
    response
}

async fn taken_apart(response: Response) -> (Response, Bytes) {
    let (parts, body) = response.into_parts();
    // It was made from bytes a moment ago and cannot fail.
    let bytes = body.collect().await.map(|collected| collected.to_bytes()).unwrap_or_default();
    (Response::from_parts(parts, Body::empty()), bytes)
}

fn with_body(mut response: Response, body: Vec<u8>, content_type: Option<HeaderValue>) -> Response {
    if let Some(content_type) = content_type {
        response.headers_mut().insert(CONTENT_TYPE, content_type);
    }
    *response.body_mut() = Body::from(body);
    response
}

fn with_stream<S, E>(mut response: Response, length: Option<usize>, stream: S) -> Response
where
    S: stream::Stream<Item = Result<Bytes, E>> + Send + 'static,
    E: std::error::Error + Send + Sync + 'static,
{
    if let Some(length) = length {
        response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    *response.body_mut() = Body::from_stream(stream);
    response
}

/// Yields some bytes and breaks.
fn broken(bytes: Bytes) -> impl stream::Stream<Item = Result<Bytes, io::Error>> {
    stream::unfold(Some(bytes), |bytes| async {
        match bytes {
            Some(bytes) if !bytes.is_empty() => Some((Ok(bytes), Some(Bytes::new()))),
            Some(_) => {
                // The server sends what it has when there is nothing to do.
                tokio::task::yield_now().await;
                let gone = io::Error::new(io::ErrorKind::ConnectionReset, "the connection broke within the body");
                Some((Err(gone), None))
            }
            None => None,
        }
    })
}

fn trickle(body: Bytes, pause: Duration) -> impl stream::Stream<Item = Result<Bytes, Infallible>> {
    stream::unfold(body, move |mut rest| async move {
        if rest.is_empty() {
            return None;
        }
        tokio::time::sleep(pause).await;
        let byte = rest.split_to(1);
        Some((Ok(byte), rest))
    })
}

fn repeated(mib: u32) -> impl stream::Stream<Item = Result<Bytes, Infallible>> {
    let chunk = Bytes::from(vec![b' '; CHUNK]);
    stream::iter((0..mib).map(move |_| Ok(chunk.clone())))
}
