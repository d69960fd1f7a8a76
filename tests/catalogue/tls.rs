//! S23: a service whose certificate is not in order is told nothing. The
//! certificates are made for these tests: one authority, one key, and what it
//! signs valid from 2020 to 2120 unless its name says otherwise.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use ltsctl::lts::{SocketTransport, Transport as _, Undelivered};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

const AUTHORITY: &[u8] = include_bytes!("certificates/authority.pem");
const KEY: &[u8] = include_bytes!("certificates/server-key.pem");

/// Serves HTTPS with a certificate, and keeps what it could read.
fn serve(certificate: &[u8]) -> (SocketAddr, Arc<Mutex<Vec<u8>>>) {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(certificate).expect("a certificate")],
            PrivateKeyDer::from_pem_slice(KEY).expect("a key"),
        )
        .expect("a server");
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let heard = Arc::new(Mutex::new(Vec::new()));
    let keep = Arc::clone(&heard);
    std::thread::spawn(move || {
        for socket in listener.incoming().map_while(Result::ok) {
            let connection = rustls::ServerConnection::new(Arc::clone(&config)).expect("a connection");
            let mut stream = rustls::StreamOwned::new(connection, socket);
            let mut buffer = [0; 4096];
            while let Ok(count) = stream.read(&mut buffer) {
                keep.lock().expect("a lock").extend_from_slice(&buffer[..count]);
                if count == 0 || keep.lock().expect("a lock").ends_with(b"canary") {
                    break;
                }
            }
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}");
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
    });
    (address, heard)
}

async fn ask(authorities: Option<&[u8]>, address: SocketAddr) -> Result<u16, Undelivered> {
    let request = http::Request::post(format!("https://{address}/v2/p/groups"))
        .header("x-auth-token", "canary")
        .body(Bytes::from_static(b"canary"))
        .expect("a request");
    let transport = SocketTransport::new(authorities).expect("a transport");
    transport.deliver(request).await.map(|answer| answer.status().as_u16())
}

/// Expired, for another host, and signed by nobody who is known: the connection
/// fails, so that nothing was sent, and the other side has read nothing. With
/// the authority in the file of `--ca-file` a certificate in order is taken.
#[tokio::test]
async fn s23_tls_bad() {
    let good: &[u8] = include_bytes!("certificates/good.pem");
    let (address, heard) = serve(good);
    assert_eq!(ask(Some(AUTHORITY), address).await, Ok(200));
    assert!(heard.lock().expect("a lock").ends_with(b"canary"));
    let expired: &[u8] = include_bytes!("certificates/expired.pem");
    for (what, certificate, authorities) in [
        ("expired", expired, Some(AUTHORITY)),
        ("for another host", include_bytes!("certificates/other-host.pem"), Some(AUTHORITY)),
        ("of another authority", include_bytes!("certificates/stranger-signed.pem"), Some(AUTHORITY)),
        ("of an authority that nobody has named", good, None),
    ] {
        let (address, heard) = serve(certificate);
        let outcome = ask(authorities, address).await;
        match outcome {
            Err(Undelivered::NotSent(reason)) => assert!(reason.contains("certificate"), "{what}: {reason}"),
            other => panic!("{what}: {other:?}"),
        }
        assert_eq!(*heard.lock().expect("a lock"), b"", "{what}");
    }
}

/// There is no flag and no variable that lifts the check.
#[test]
fn s23_nothing_lifts_the_check() {
    let place = crate::program::Place::new();
    for command in ["plan", "apply", "destroy", "verify"] {
        let help = place.run(&[command, "--help"]).exits(0).stdout;
        for word in ["insecure", "skip-verify", "no-verify", "INSECURE"] {
            assert!(!help.contains(word), "{command}: {word}");
        }
    }
}
