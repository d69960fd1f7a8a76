//! Requests as they are signed and sent, in this process or over a socket, and
//! answers as they come off the wire.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use hmac::{Hmac, KeyInit, Mac};
use http_body_util::BodyExt;
use jiff::Timestamp;
use ltsctl::emulator::{Account, Lost};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tower::ServiceExt;

/// An answer off the wire.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

/// An answer that did not arrive in full.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    /// The connection closed without a byte.
    NoAnswer,
    /// It closed within the body, after this much of it.
    Within(Vec<u8>),
}

/// A request before it is signed.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    pub(crate) method: String,
    /// Path and query as they go over the wire.
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// What signs.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub(crate) access: String,
    pub(crate) secret: String,
}

impl Key {
    pub(crate) fn built_in() -> Self {
        Self { access: Account::BUILT_IN.access_key.to_owned(), secret: Account::BUILT_IN.secret_key.to_owned() }
    }
}

impl Ask {
    pub(crate) fn new(method: &str, target: &str, body: Option<Value>) -> Self {
        Self {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: vec![
                ("host".to_owned(), "localhost".to_owned()),
                ("content-type".to_owned(), "application/json;charset=utf8".to_owned()),
            ],
            body: body.map(|body| body.to_string().into_bytes()).unwrap_or_default(),
        }
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    /// Expects a success and returns its body.
    #[track_caller]
    pub(crate) fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        self.json()
    }

    /// Expects a success without a body.
    #[track_caller]
    pub(crate) fn expect_empty(&self, status: u16) {
        assert_eq!((self.status, self.body.as_slice()), (status, &b""[..]), "{self:?}");
    }

    /// Expects a refusal of the service: two members, and the request's id in
    /// the header only.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, code: &str, message: &str) {
        let body = self.expect(status);
        assert_eq!(body, json!({ "error_code": code, "error_msg": message }));
        assert_eq!(self.headers.get("x-request-id").map(String::len), Some(32), "{self:?}");
    }

    /// Expects a refusal of the gateway: the request's id in the body too.
    #[track_caller]
    pub(crate) fn turned_away(&self, status: u16, code: &str, message_part: &str) {
        let body = self.expect(status);
        assert_eq!(body["error_code"], code, "{body}");
        assert!(body["error_msg"].as_str().unwrap().contains(message_part), "{body}");
        assert!(body["request_id"].as_str().is_some_and(|id| id.len() == 32), "{body}");
    }
}

pub(crate) fn sign(ask: Ask, key: &Key, now: Timestamp) -> Ask {
    let date = now.strftime("%Y%m%dT%H%M%SZ").to_string();
    let ask = ask.with("x-sdk-date", &date);
    let mut headers: Vec<(String, String)> =
        ask.headers.iter().filter(|(name, _)| name != "authorization").cloned().collect();
    headers.sort();
    let signed: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
    let (path, query) = ask.target.split_once('?').unwrap_or((&ask.target, ""));
    // Test queries are written encoded and in order.
    let lines: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    let slash = if path.ends_with('/') { "" } else { "/" };
    let canonical = format!(
        "{}\n{path}{slash}\n{query}\n{lines}\n{}\n{}",
        ask.method,
        signed.join(";"),
        hex(&Sha256::digest(&ask.body))
    );
    let text = format!("SDK-HMAC-SHA256\n{date}\n{}", hex(&Sha256::digest(canonical)));
    let mut mac = Hmac::<Sha256>::new_from_slice(key.secret.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    let signature = hex(&mac.finalize().into_bytes());
    let header =
        format!("SDK-HMAC-SHA256 Access={}, SignedHeaders={}, Signature={signature}", key.access, signed.join(";"));
    ask.with("authorization", &header)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) async fn in_process(router: Router, ask: Ask) -> Result<Answer, Broken> {
    let mut request = http::Request::builder().method(ask.method.as_str()).uri(&ask.target);
    for (name, value) in &ask.headers {
        request = request.header(name, value);
    }
    let response = router.oneshot(request.body(Body::from(ask.body)).unwrap()).await.unwrap();
    let (parts, mut body) = response.into_parts();
    if parts.extensions.get::<Lost>().is_some() {
        assert!(body.collect().await.is_err(), "who does not know the mark sees a broken body");
        return Err(Broken::NoAnswer);
    }
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        match frame {
            Ok(frame) => bytes.extend(frame.into_data().unwrap()),
            Err(_) => return Err(Broken::Within(bytes)),
        }
    }
    Ok(Answer {
        status: parts.status.as_u16(),
        headers: parts
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect(),
        body: bytes,
    })
}

pub(crate) async fn over_socket(address: SocketAddr, ask: Ask) -> Result<Answer, Broken> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let mut head = format!("{} {} HTTP/1.1\r\n", ask.method, ask.target);
    for (name, value) in &ask.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("content-length: {}\r\nconnection: close\r\n\r\n", ask.body.len()));
    stream.write_all(head.as_bytes()).await.unwrap();
    // A refusal may come, and the connection close, before all of it is sent.
    let _ = stream.write_all(&ask.body).await;
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes).await;
    if bytes.is_empty() {
        return Err(Broken::NoAnswer);
    }
    let answer = parse(&bytes);
    match answer.headers.get("content-length").map(|length| length.parse::<usize>().unwrap()) {
        Some(length) if answer.body.len() < length => Err(Broken::Within(answer.body)),
        _ => Ok(answer),
    }
}

fn parse(bytes: &[u8]) -> Answer {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("a head");
    let head = std::str::from_utf8(&bytes[..end]).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers: BTreeMap<String, String> = lines
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let body = match headers.get("transfer-encoding").map(String::as_str) {
        None => bytes[end + 4..].to_vec(),
        Some("chunked") => unchunked(&bytes[end + 4..]),
        Some(other) => panic!("{other}"),
    };
    Answer { status, headers, body }
}

fn unchunked(mut bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = bytes.windows(2).position(|window| window == b"\r\n") {
        let length = usize::from_str_radix(std::str::from_utf8(&bytes[..end]).unwrap(), 16).unwrap();
        body.extend_from_slice(&bytes[end + 2..end + 2 + length]);
        bytes = &bytes[end + 4 + length..];
    }
    body
}
