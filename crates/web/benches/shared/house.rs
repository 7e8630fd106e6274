//! What the benches of the server share: a clinic on disk with its staff, the app over it, and its door.

#![allow(dead_code, reason = "each bench uses a part of it")]

use std::net::SocketAddr;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use clinic::act::import::Foreign;
use clinic::{Clinic, Library};
use jiff::Timestamp;
use jiff::civil::Date;
use journal::{ClinicId, Journal, MasterKey, SqliteKeeper, SystemChance};
use record::fact::house::RecordImported;
use record::fact::person::Identity;
use record::ids::{PatientId, uuid_at};
use record::words::{Line, Sex};
use record::{Clock, Fact, OccurredAt};
use virtual_clinic::chance::Seeded;
use virtual_clinic::staff;
use web::App;
use web::app::Settings;

/// The pass phrase of everybody who works there.
pub(crate) const SECRET: &str = "a pass phrase for the bench";

/// The birth date of everybody who is treated there.
pub(crate) const BORN: Date = Date::constant(1980, 5, 17);

/// A clock that stands.
pub(crate) struct Fixed(pub(crate) Timestamp);

impl Clock for Fixed {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// When it stands.
pub(crate) fn now() -> Timestamp {
    "2026-11-24T14:05:00Z".parse().unwrap()
}

/// A number from the environment.
pub(crate) fn setting(name: &str, default: usize) -> usize {
    let text = std::env::var(name).ok();
    text.and_then(|text| text.parse().ok()).unwrap_or(default)
}

pub(crate) fn line(text: &str) -> Line {
    Line::new(text).unwrap()
}

/// Where a clinic is made: in the folder `KEEP` names, to be used again, or in `otherwise`.
pub(crate) fn folder(otherwise: &tempfile::TempDir) -> Utf8PathBuf {
    std::env::var("KEEP").map_or_else(
        |_| Utf8Path::from_path(otherwise.path()).unwrap().to_owned(),
        Utf8PathBuf::from,
    )
}

fn master() -> MasterKey {
    MasterKey::from_bytes([7; 32])
}

/// A clinic that nobody has been treated in, with its staff.
pub(crate) fn found(path: &Utf8Path, clock: &Arc<dyn Clock>, chance: &mut Seeded) -> Clinic {
    let keeper = Arc::new(SqliteKeeper::create(path).unwrap());
    let id = ClinicId(uuid_at(clock.now(), chance));
    let (clock_of, system) = (Arc::clone(clock), Arc::new(SystemChance));
    let journal = Journal::found(keeper, id, &master(), clock_of, system).unwrap();
    let clinic = Clinic::open(journal, Library::embedded().unwrap()).unwrap();
    staff::hire(&clinic, &**clock, chance, "UTC", SECRET).unwrap();
    clinic
}

/// The clinic as it stands on the disk.
pub(crate) fn open(path: &Utf8Path, clock: &Arc<dyn Clock>) -> Clinic {
    let keeper = Arc::new(SqliteKeeper::open(path).unwrap());
    let (clock_of, system) = (Arc::clone(clock), Arc::new(SystemChance));
    let journal = Journal::open(keeper, &master(), clock_of, system).unwrap();
    Clinic::open(journal, Library::embedded().unwrap()).unwrap()
}

/// The app over a clinic.
pub(crate) fn app(clinic: &Arc<Clinic>, clock: &Arc<dyn Clock>, chance: Seeded) -> Arc<App> {
    let settings = Settings {
        is_behind_tls: false,
        version: "bench",
        emergency: "911".to_owned(),
    };
    App::new(
        Arc::clone(clinic),
        Arc::clone(clock),
        Box::new(chance),
        settings,
    )
}

/// Opens its door.
pub(crate) fn serve(app: &Arc<App>) -> (tokio::runtime::Runtime, SocketAddr) {
    let runtime = web::threads().unwrap();
    let listener = runtime
        .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
        .unwrap();
    let address = listener.local_addr().unwrap();
    let router = web::router(app).into_make_service_with_connect_info::<SocketAddr>();
    runtime.spawn(async move { axum::serve(listener, router).await });
    (runtime, address)
}

/// Who the nth person is.
pub(crate) fn person(number: usize) -> Identity {
    Identity {
        given: line(["Ruth", "Samuel", "Halima", "Theo"][number % 4]),
        family: Some(line(&format!("Number {number}"))),
        preferred: None,
        pronouns: None,
        born: Some(BORN),
        age_years: None,
        sex: Sex::Female,
        record_number: Some(line(&format!("B {number}"))),
        reach: None,
        address: None,
    }
}

/// The nth record, as an import takes it in.
pub(crate) fn record(patient: PatientId, number: usize, facts: Vec<(OccurredAt, Fact)>) -> Foreign {
    Foreign {
        patient,
        imported: RecordImported {
            source: line("bench"),
            source_number: line(&number.to_string()),
            remark: None,
        },
        facts,
    }
}
