//! The server, as `holdfast serve` composes it: SQLite on disk, the door, and the watch over late readings.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use camino::Utf8Path;
use clinic::act::room::watch::stamp_missed;
use clinic::{Actor, Clinic};
use jiff::Timestamp;
use record::Clock;
use record::words::Door;
use virtual_clinic::chance::Seeded;

use crate::house;

/// The machine's clock.
pub(crate) struct Real;

impl Clock for Real {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// The clinic as it stands on the disk, by the machine's clock.
pub(crate) fn open(path: &Utf8Path) -> Clinic {
    let clock: Arc<dyn Clock> = Arc::new(Real);
    house::open(path, &clock)
}

/// Serves until it is asked to stop.
pub(crate) fn serve(path: &Utf8Path) {
    let clinic = Arc::new(open(path));
    let clock: Arc<dyn Clock> = Arc::new(Real);
    let app = house::app(&clinic, &clock, Seeded::new(11));
    let watched = Arc::clone(&app);
    std::thread::spawn(move || {
        loop {
            watched
                .operate(Actor::system(Door::Command), None, stamp_missed)
                .unwrap();
            std::thread::sleep(Duration::from_secs(5));
        }
    });
    let runtime = web::threads().unwrap();
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!(
            "Holdfast is open at http://{}",
            listener.local_addr().unwrap()
        );
        let router = web::router(&app).into_make_service_with_connect_info::<SocketAddr>();
        let mut asked =
            tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).unwrap();
        tokio::select! {
            ended = async { axum::serve(listener, router).await } => ended.unwrap(),
            _ = asked.recv() => {}
        }
    });
    runtime.shutdown_background();
    clinic.journal().flush().unwrap();
    // The watch holds the clinic still: the process ends with it.
    std::process::exit(0);
}
