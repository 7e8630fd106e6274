//! A clinic opened on a free port, with a clock moved by hand and a journal in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use clinic::{Clinic, Library};
use journal::{ClinicId, Journal, MasterKey, MemoryKeeper, SystemChance};
use record::Clock as _;
use record::ids::{PatientId, uuid_at};
use testkit::visitor::Answer;
use testkit::{FixedClock, Visitor};
use virtual_clinic::chance::Seeded;
use virtual_clinic::staff::{self, Staff};
use virtual_clinic::{Size, beginning, populate};
use web::app::Settings;

/// Everyone's pass phrase.
pub(crate) const SECRET: &str = "kelp holds fast to rock";

/// A test writes faster than any person.
const HURRIED: &str = "seconds_min = 0";

/// Monday, nine in the morning at the clinic.
const NOW: &str = "2026-03-02T14:00:00Z";

/// An open clinic.
pub(crate) struct House {
    pub(crate) clinic: Arc<Clinic>,
    pub(crate) app: Arc<web::App>,
    pub(crate) clock: FixedClock,
    pub(crate) address: String,
    known: Mutex<BTreeMap<String, Visitor>>,
    _runtime: tokio::runtime::Runtime,
}

impl House {
    /// A clinic with staff and no patients, whose rules nobody has signed.
    pub(crate) fn unsigned() -> Self {
        let clock = FixedClock::at(NOW.parse().unwrap());
        let clinic = empty(&clock);
        let mut chance = Seeded::new(5);
        staff::hire_only(&clinic, &clock, &mut chance, "America/New_York", SECRET).unwrap();
        Self::serve(clinic, clock, HURRIED)
    }

    /// The same, with rules of its own.
    pub(crate) fn with_own_rules(library: Library) -> Self {
        let clock = FixedClock::at(NOW.parse().unwrap());
        let clinic = empty_with(&clock, library);
        let mut chance = Seeded::new(5);
        staff::hire_only(&clinic, &clock, &mut chance, "America/New_York", SECRET).unwrap();
        Self::serve(clinic, clock, HURRIED)
    }

    /// A clinic whose rescue templates were signed as `before`, and which then opened with those of this
    /// program.
    pub(crate) fn with_rescue_signed_as(before: protocol::rescue::Rescue) -> Self {
        let clock = FixedClock::at(NOW.parse().unwrap());
        let keeper = Arc::new(MemoryKeeper::new());
        let master = MasterKey::generate(&SystemChance).unwrap();
        let library = Library::embedded().unwrap();
        let old = founded_on(&clock, &keeper, &master, library.with_rescue(before));
        let mut chance = Seeded::new(5);
        let staff = staff::hire(&old, &clock, &mut chance, "America/New_York", SECRET).unwrap();
        let operation = clinic::Operation::new(staff.director, &clock, &mut chance);
        let own = clinic::act::confirm::confirm(&operation, &old, SECRET).unwrap();
        let shown = old.library().rescue().digest().0;
        clinic::act::rescue::sign(&operation, &old, &shown, &own).unwrap();
        drop(old);
        let (clock_now, chance) = (Arc::new(clock.clone()), Arc::new(SystemChance));
        let journal = Journal::open(keeper, &master, clock_now, chance).unwrap();
        let now = Clinic::open(journal, Library::embedded().unwrap()).unwrap();
        Self::serve(now, clock, HURRIED)
    }

    /// A clinic with staff and no patients.
    pub(crate) fn open() -> Self {
        let clock = FixedClock::at(NOW.parse().unwrap());
        let (clinic, _) = founded(&clock);
        Self::serve(clinic, clock, HURRIED)
    }

    /// The same, with the public pages as a clinic has written them.
    pub(crate) fn with_words(words: &str) -> Self {
        let clock = FixedClock::at(NOW.parse().unwrap());
        let (clinic, _) = founded(&clock);
        Self::serve(clinic, clock, words)
    }

    /// One clinic for every test that only reads, with patients in every stage; one of them has a
    /// sign-in under the name `patient`.
    pub(crate) fn lived_in() -> &'static Self {
        static HOUSE: OnceLock<House> = OnceLock::new();
        HOUSE.get_or_init(|| Self::with_patients(12))
    }

    /// A clinic with made-up patients.
    pub(crate) fn with_patients(n_patients: usize) -> Self {
        Self::with_patients_at(n_patients, NOW)
    }

    /// The same, at another moment.
    pub(crate) fn with_patients_at(n_patients: usize, now: &str) -> Self {
        Self::with_patients_of(n_patients, now, Library::embedded().unwrap())
    }

    /// The same, with files of its own.
    pub(crate) fn with_patients_of(n_patients: usize, now: &str, library: Library) -> Self {
        let now = now.parse().unwrap();
        let clock = FixedClock::at(beginning(now));
        let clinic = empty_with(&clock, library);
        let mut chance = Seeded::new(5);
        let staff = staff::hire(&clinic, &clock, &mut chance, "America/New_York", SECRET).unwrap();
        let size = Size {
            n_patients,
            seed: 7,
        };
        populate(
            &clinic,
            &staff,
            size,
            now,
            &clock,
            &|at| clock.set(at),
            &|_, _| {},
        )
        .unwrap();
        clock.set(now);
        let own = on_course(&clinic);
        staff::invite(&clinic, &clock, &mut Seeded::new(3), own, SECRET).unwrap();
        Self::serve(clinic, clock, HURRIED)
    }

    fn serve(clinic: Clinic, clock: FixedClock, words: &str) -> Self {
        let clinic = Arc::new(clinic);
        let settings = Settings {
            is_behind_tls: false,
            version: "0.0.0-test",
            emergency: "911".to_owned(),
        };
        let words = [("clinic.toml".to_owned(), words.to_owned())];
        let site = web::site::Site::read(&words, clinic.library().evidence()).unwrap();
        let app = web::App::with_site(
            Arc::clone(&clinic),
            Arc::new(clock.clone()),
            Box::new(Seeded::new(11)),
            settings,
            site,
        );
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let listener = runtime
            .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
            .unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let router =
            web::router(&app).into_make_service_with_connect_info::<std::net::SocketAddr>();
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self {
            clinic,
            app,
            clock,
            address,
            known: Mutex::new(BTreeMap::new()),
            _runtime: runtime,
        }
    }

    /// Someone who is not signed in.
    pub(crate) fn stranger(&self) -> Visitor {
        Visitor::of(&self.address)
    }

    /// Signs someone in anew.
    pub(crate) fn sign_in(&self, name: &str) -> Visitor {
        let mut visitor = self.stranger();
        let answer = try_sign_in(&mut visitor, name, SECRET);
        assert_eq!(answer.status, 303, "{name} cannot sign in");
        visitor
    }

    /// Someone signed in, once for all tests of this house.
    pub(crate) fn known(&self, name: &str) -> Visitor {
        let mut known = lock(&self.known);
        if let Some(visitor) = known.get(name) {
            return visitor.clone();
        }
        let visitor = self.sign_in(name);
        known.insert(name.to_owned(), visitor.clone());
        visitor
    }

    /// How far the journal goes.
    pub(crate) fn head(&self) -> u64 {
        self.clinic.journal().head().unwrap().position.0
    }

    /// A patient well into their course: the one who has a sign-in.
    pub(crate) fn patient(&self) -> PatientId {
        on_course(&self.clinic)
    }

    /// A patient who is not that one.
    pub(crate) fn other(&self) -> PatientId {
        let own = self.patient();
        let board = self.clinic.board();
        board
            .lines()
            .map(|(id, _)| *id)
            .find(|id| *id != own)
            .unwrap()
    }
}

pub(crate) fn lock<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sends the sign-in form.
pub(crate) fn try_sign_in(visitor: &mut Visitor, name: &str, secret: &str) -> Answer {
    let page = visitor.get("/sign-in").unwrap();
    let csrf = page.hidden("csrf").unwrap();
    let fields = [("csrf", &*csrf), ("name", name), ("pass_phrase", secret)];
    visitor.post("/sign-in", &fields).unwrap()
}

fn empty(clock: &FixedClock) -> Clinic {
    empty_with(clock, Library::embedded().unwrap())
}

fn empty_with(clock: &FixedClock, library: Library) -> Clinic {
    let master = MasterKey::generate(&SystemChance).unwrap();
    founded_on(clock, &Arc::new(MemoryKeeper::new()), &master, library)
}

fn founded_on(
    clock: &FixedClock,
    keeper: &Arc<MemoryKeeper>,
    master: &MasterKey,
    library: Library,
) -> Clinic {
    let mut chance = Seeded::new(5);
    let id = ClinicId(uuid_at(clock.now(), &mut chance));
    let keeper: Arc<MemoryKeeper> = Arc::clone(keeper);
    let journal = Journal::found(
        keeper,
        id,
        master,
        Arc::new(clock.clone()),
        Arc::new(SystemChance),
    )
    .unwrap();
    Clinic::open(journal, library).unwrap()
}

fn founded(clock: &FixedClock) -> (Clinic, Staff) {
    let clinic = empty(clock);
    let mut chance = Seeded::new(5);
    let staff = staff::hire(&clinic, clock, &mut chance, "America/New_York", SECRET).unwrap();
    (clinic, staff)
}

/// The patient with most check-ins, who has been given a dose.
fn on_course(clinic: &Clinic) -> PatientId {
    let board = clinic.board();
    board
        .lines()
        .filter(|(_, line)| line.session.is_some() && line.course.is_some())
        .max_by_key(|(id, line)| (line.check_in_days.count_ones(), **id))
        .map(|(id, _)| *id)
        .expect("nobody of the made-up patients was given a dose")
}
