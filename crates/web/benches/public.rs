//! What the public pages cost: requests a second, server and clients on the same cores, beside a bare
//! hyper server that says hello in the same run, since the machine may be busy with other things.
//!
//! `cargo bench -p web --bench public` prints one line a page, with its ratio to the bare server.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a bench prints its figures and may stop where it cannot go on"
)]
#![expect(
    clippy::cast_precision_loss,
    clippy::as_conversions,
    reason = "counts become rates"
)]

use std::convert::Infallible;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use clinic::{Clinic, Library};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use journal::{ClinicId, Journal, MasterKey, MemoryKeeper, SystemChance};
use record::Clock;
use record::ids::uuid_at;
use virtual_clinic::chance::Seeded;
use virtual_clinic::staff;
use web::App;
use web::app::Settings;

const CONNECTIONS: usize = 16;
const FOR: Duration = Duration::from_secs(3);

struct Fixed(Timestamp);

impl Clock for Fixed {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// Asks for a path over one connection until the time is over; gives how many answers came, and the
/// bytes of one.
fn hammer(address: SocketAddr, path: &str) -> (usize, usize) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_nodelay(true).unwrap();
    let question = format!("GET {path} HTTP/1.1\r\nhost: bench\r\naccept-encoding: gzip\r\n\r\n");
    let mut buffer = vec![0_u8; 1 << 16];
    let (mut n_answers, mut n_bytes) = (0, 0);
    let begun = Instant::now();
    while begun.elapsed() < FOR {
        stream.write_all(question.as_bytes()).unwrap();
        let mut got = 0;
        loop {
            let n = stream.read(&mut buffer[got..]).unwrap();
            assert!(n > 0, "the server closed the connection");
            got += n;
            if is_whole(&buffer[..got]) {
                break;
            }
        }
        n_bytes = got;
        n_answers += 1;
    }
    (n_answers, n_bytes)
}

/// Whether an answer has all its bytes: by its length, or by the end of its last chunk.
fn is_whole(got: &[u8]) -> bool {
    let Some(head) = got.windows(4).position(|four| four == b"\r\n\r\n") else {
        return false;
    };
    let text = String::from_utf8_lossy(&got[..head]).to_lowercase();
    assert!(text.starts_with("http/1.1 200"), "{text}");
    if text.contains("transfer-encoding: chunked") {
        return got.ends_with(b"0\r\n\r\n");
    }
    let length = text
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    got.len() >= head + 4 + length.map_or(0, |length| length.trim().parse::<usize>().unwrap())
}

fn rate(address: SocketAddr, path: &str) -> (f64, usize) {
    let begun = Instant::now();
    let all: Vec<(usize, usize)> = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..CONNECTIONS)
            .map(|_| scope.spawn(|| hammer(address, path)))
            .collect();
        asking.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let n: usize = all.iter().map(|(n, _)| n).sum();
    (n as f64 / begun.elapsed().as_secs_f64(), all[0].1)
}

/// A server that says hello and nothing else.
async fn bare(listener: tokio::net::TcpListener) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        let hello = service_fn(|_| async {
            Ok::<_, Infallible>(hyper::Response::new(Full::new(Bytes::from_static(
                b"hello",
            ))))
        });
        tokio::spawn(async move {
            let _ = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), hello)
                .await;
        });
    }
}

fn app() -> Arc<App> {
    let now: Timestamp = "2026-11-24T14:05:00Z".parse().unwrap();
    let clock: Arc<dyn Clock> = Arc::new(Fixed(now));
    let mut chance = Seeded::new(7);
    let journal = Journal::found(
        Arc::new(MemoryKeeper::new()),
        ClinicId(uuid_at(now, &mut chance)),
        &MasterKey::generate(&SystemChance).unwrap(),
        Arc::clone(&clock),
        Arc::new(SystemChance),
    )
    .unwrap();
    let clinic = Clinic::open(journal, Library::embedded().unwrap()).unwrap();
    staff::hire(
        &clinic,
        &*clock,
        &mut chance,
        "UTC",
        "a pass phrase for the bench",
    )
    .unwrap();
    let settings = Settings {
        is_behind_tls: false,
        version: "bench",
        emergency: "911".to_owned(),
    };
    App::new(Arc::new(clinic), clock, Box::new(chance), settings)
}

fn main() {
    let app = app();
    let runtime = web::threads().unwrap();
    let listen = || {
        runtime
            .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
            .unwrap()
    };
    let (plain, ours) = (listen(), listen());
    let (hello, address) = (plain.local_addr().unwrap(), ours.local_addr().unwrap());
    runtime.spawn(bare(plain));
    runtime.spawn(async move {
        let router = web::router(&app).into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(ours, router).await
    });
    for path in ["/addiction", "/studies", "/help", "/", "/evaluation"] {
        let (bare, _) = rate(hello, "/");
        let (found, n_bytes) = rate(address, path);
        println!(
            "{path}: {found:.0} requests/s of {n_bytes} bytes over {CONNECTIONS} connections; a bare server \
             {bare:.0}/s beside it, ratio {:.2}",
            found / bare
        );
    }
    runtime.shutdown_background();
}
