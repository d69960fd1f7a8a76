//! What the socket transport does on a real wire: every body is delivered at
//! most once, nothing is followed, and nothing is half read.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests are tests")]

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use bytes::Bytes;
use ltsctl::effects::{Chance, SystemClock};
use ltsctl::lts::{
    Certainty, Client, Credential, ErrorClass, LARGEST_BODY, Limits, NewGroup, ProjectPin, Settings, SocketTransport,
    Transport as _, Undelivered,
};
use ltsctl::model::{Days, Edition, Endpoint, GroupName, ProjectId, Region, Tags};

/// What the server does with a request it has read in full.
#[derive(Debug, Clone)]
enum Action {
    /// Answers and keeps the connection.
    Answer(Vec<u8>),
    /// Writes these bytes and closes.
    AnswerAndClose(Vec<u8>),
    /// Closes without a word.
    Close,
    /// Writes a head, then zeros until the other side has had enough.
    Flood(&'static str),
}

/// A server on this machine that keeps every request it reads.
struct Server {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn start(act: impl Fn(usize, &str) -> Action + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let act = Arc::new(act);
        let seen = requests.clone();
        thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                let (seen, act) = (seen.clone(), act.clone());
                thread::spawn(move || serve(connection, &seen, &*act));
            }
        });
        Self { address, requests }
    }

    fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// How many times a body arrived.
    fn deliveries(&self, body: &str) -> usize {
        self.requests().iter().filter(|request| request.ends_with(body)).count()
    }

    async fn post(
        &self,
        transport: &SocketTransport,
        body: &'static str,
    ) -> Result<http::Response<Bytes>, Undelivered> {
        let uri = format!("http://{}/v2/p/groups", self.address);
        let request = http::Request::post(uri).body(Bytes::from_static(body.as_bytes())).unwrap();
        transport.deliver(request).await
    }
}

fn serve(mut connection: TcpStream, seen: &Mutex<Vec<String>>, act: &(dyn Fn(usize, &str) -> Action + Send + Sync)) {
    while let Some(request) = read_request(&mut connection) {
        let index = {
            let mut seen = seen.lock().unwrap();
            seen.push(request.clone());
            seen.len() - 1
        };
        match act(index, &request) {
            Action::Answer(bytes) => {
                if connection.write_all(&bytes).is_err() {
                    return;
                }
            }
            Action::AnswerAndClose(bytes) => {
                let _ = connection.write_all(&bytes);
                break;
            }
            Action::Close => break,
            Action::Flood(head) => {
                let _ = connection.write_all(head.as_bytes());
                let zeros = [b'0'; 64 * 1024];
                let chunked = head.contains("chunked");
                loop {
                    if chunked && connection.write_all(b"10000\r\n").is_err() {
                        return;
                    }
                    if connection.write_all(&zeros).is_err() || (chunked && connection.write_all(b"\r\n").is_err()) {
                        return;
                    }
                }
            }
        }
    }
    let _ = connection.shutdown(Shutdown::Both);
}

/// Reads one request with its body, or nothing when the other side is gone.
fn read_request(connection: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:").map(str::to_owned))
                .map_or(0, |length| length.trim().parse().unwrap());
            if body.len() >= length {
                return Some(text);
            }
        }
        match connection.read(&mut buffer) {
            Ok(0) | Err(_) => return None,
            Ok(count) => bytes.extend_from_slice(&buffer[..count]),
        }
    }
}

fn ok(body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn transport() -> SocketTransport {
    SocketTransport::new(None).expect("a transport")
}

#[tokio::test]
async fn s09_a_server_that_reads_and_closes_gets_the_body_once() {
    let server = Server::start(|_, _| Action::Close);
    let transport = transport();
    for body in ["first", "second"] {
        let outcome = server.post(&transport, body).await;
        assert!(matches!(outcome, Err(Undelivered::Interrupted(_))), "{outcome:?}");
        assert_eq!(server.deliveries(body), 1);
    }
}

#[tokio::test]
async fn s09_a_kept_connection_that_dies_with_the_request_gets_the_body_once() {
    let server =
        Server::start(|_, request| if request.ends_with("second") { Action::Close } else { Action::Answer(ok("{}")) });
    let transport = transport();
    assert!(server.post(&transport, "first").await.is_ok());
    let outcome = server.post(&transport, "second").await;
    assert!(matches!(outcome, Err(Undelivered::Interrupted(_))), "{outcome:?}");
    // A replay would have to come before this one.
    assert!(server.post(&transport, "third").await.is_ok());
    assert_eq!(server.deliveries("second"), 1);
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn s09_a_kept_connection_that_was_closed_meanwhile_gets_nothing_twice() {
    let server = Server::start(|_, _| Action::AnswerAndClose(ok("{}")));
    let transport = transport();
    for round in 0..50 {
        let body: &'static str = Box::leak(format!("body-{round}.").into_boxed_str());
        // Whether the closing was noticed in time or not, the body is there
        // once, or not at all and then the caller knows.
        match server.post(&transport, body).await {
            Ok(_) => assert_eq!(server.deliveries(body), 1),
            Err(_) => assert!(server.deliveries(body) <= 1),
        }
    }
}

#[tokio::test]
async fn s22_redirects_are_answers() {
    let target = Server::start(|_, _| Action::Answer(ok("{}")));
    let location = target.address;
    for status in
        ["301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"]
    {
        let answer = format!("HTTP/1.1 {status}\r\nLocation: http://{location}/\r\nContent-Length: 0\r\n\r\n");
        let server = Server::start(move |_, _| Action::Answer(answer.clone().into_bytes()));
        let response = server.post(&transport(), "body").await.expect("an answer");
        assert_eq!(response.status().as_u16().to_string(), status[..3]);
    }
    assert_eq!(target.requests().len(), 0);
}

#[tokio::test]
async fn s16_an_answer_without_end_is_cut() {
    for head in [
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1099511627776\r\n\r\n",
    ] {
        let server = Server::start(move |_, _| Action::Flood(head));
        let outcome = server.post(&transport(), "body").await.map(|response| response.body().len());
        assert_eq!(outcome, Err(Undelivered::TooLarge), "{head}");
        assert_eq!(server.deliveries("body"), 1);
    }
}

#[tokio::test]
async fn the_largest_answer_arrives_whole() {
    let body = "x".repeat(LARGEST_BODY);
    let server = Server::start(move |_, _| Action::Answer(ok(&body)));
    let response = server.post(&transport(), "body").await.expect("an answer");
    assert_eq!(response.body().len(), LARGEST_BODY);
}

#[tokio::test]
async fn s34_half_an_answer_is_none() {
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"log_group_id\":",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"log",
        "HTTP/1.1 200 OK\r\nContent-Le",
        "garbage\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ] {
        let server = Server::start(move |_, _| Action::AnswerAndClose(answer.as_bytes().to_vec()));
        let outcome = server.post(&transport(), "body").await;
        assert!(matches!(outcome, Err(Undelivered::Interrupted(_))), "{answer}: {outcome:?}");
        assert_eq!(server.deliveries("body"), 1);
    }
}

#[tokio::test]
async fn a_body_comes_as_it_is_and_uncompressed() {
    let server = Server::start(|_, _| Action::Answer(ok("<html>log in</html>")));
    let response = server.post(&transport(), "body").await.expect("an answer");
    assert_eq!(response.body().as_ref(), b"<html>log in</html>");
    let request = server.requests().remove(0);
    let (line, _) = request.split_once("\r\n").expect("a request line");
    assert_eq!(line, "POST /v2/p/groups HTTP/1.1");
    for header in ["accept-encoding", "upgrade", "expect", "referer", "cookie"] {
        assert!(!request.to_ascii_lowercase().contains(header), "{request}");
    }
}

#[tokio::test]
async fn nobody_listening_means_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let request = http::Request::post(format!("http://{address}/")).body(Bytes::from_static(b"body")).unwrap();
    let outcome = transport().deliver(request).await;
    assert!(matches!(outcome, Err(Undelivered::NotSent(_))), "{outcome:?}");
}

#[tokio::test]
async fn a_failed_handshake_means_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let heard = thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        let mut buffer = [0; 4096];
        let count = connection.read(&mut buffer).unwrap();
        connection.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap();
        buffer[..count].to_vec()
    });
    let request = http::Request::post(format!("https://{address}/")).body(Bytes::from_static(b"canary")).unwrap();
    let outcome = transport().deliver(request).await;
    assert!(matches!(outcome, Err(Undelivered::NotSent(_))), "{outcome:?}");
    let heard = heard.join().unwrap();
    assert!(!heard.windows(6).any(|window| window == b"canary"));
}

#[test]
fn a_file_of_authorities_must_hold_some() {
    for bytes in [&b"nothing"[..], b"", b"-----BEGIN CERTIFICATE-----\nnot base64!\n-----END CERTIFICATE-----\n"] {
        assert!(SocketTransport::new(Some(bytes)).is_err(), "{bytes:?}");
    }
}

#[tokio::test]
async fn a_write_that_gets_no_answer_reaches_the_service_once() {
    const PROJECT: &str = "2a473356cca5487f8373be891bffc1cf";
    let server = Server::start(|_, request| {
        if request.starts_with("GET /v3/projects") {
            let project = format!(r#"{{"projects":[{{"id":"{PROJECT}","name":"here"}}]}}"#);
            Action::Answer(ok(&project))
        } else {
            Action::Close
        }
    });
    let origin = Endpoint::parse(&format!("http://{}", server.address)).expect("an endpoint");
    let settings = Settings {
        region: Region::parse("here").expect("a region"),
        lts: origin.clone(),
        iam: origin,
        project: ProjectPin::Id(ProjectId::parse(PROJECT).expect("an id")),
        domain_pin: None,
        credential: Credential::AccessKey {
            access_key: "AKID".to_owned(),
            secret_key: "secret".into(),
            security_token: None,
        },
        edition: Edition::Auto,
    };
    let (client, identity) =
        Client::connect(settings, Arc::new(transport()), Arc::new(SystemClock), Chance::seeded(1), Limits::default())
            .await
            .expect("a connection");
    assert_eq!(identity.project_name.as_deref(), Some("here"));
    let group = NewGroup {
        name: GroupName::from_service("payments"),
        ttl: Days::from_service(7),
        tags: Tags::default(),
        enterprise_project_id: None,
    };
    let error = client.create_group(&group).await.expect_err("no answer");
    assert_eq!((error.class, error.certainty), (ErrorClass::Interrupted, Certainty::Unknown));
    assert_eq!(server.deliveries(r#"{"log_group_name":"payments","ttl_in_days":7}"#), 1);
    assert_eq!(server.requests().len(), 2);
}
