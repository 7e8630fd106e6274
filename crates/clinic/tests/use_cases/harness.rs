//! A clinic in memory whose clock is moved by hand, with its use cases as verbs.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use clinic::act::confirm::Confirmed;
use clinic::act::plan::{Hours, Prescription};
use clinic::act::room::before;
use clinic::act::rule_pack;
use clinic::act::session::{Happening, Opening};
use clinic::act::{check_in, consent, course, eligibility, enquiry, observation, plan};
use clinic::act::{registration, session};
use clinic::{Actor, ActorId, Clinic, Denied, Library, Operation, Written};
use jiff::civil::{Date, time};
use jiff::{SignedDuration, Timestamp};
use journal::{ClinicId, Journal, MasterKey, MemoryKeeper, SystemChance};
use record::fact::observation::{
    Found, LaboratoryResult, UrineFinding, UrineScreen, VitalsObserved,
};
use record::fact::person::{AllergyCertainty, AllergyListed, MedicineListed, Standing};
use record::fact::session::{DoseStopped, RecoveryAssessed, SessionClosed};
use record::fact::substance_use::CheckInAnswered;
use record::ids::{Chance, CourseId, PatientId, PersonId, SessionId};
use record::quantity::{Grams, Micrograms};
use record::words::{Door, Line, Prose, Role, Substance, YesNo};
use record::{Chart, Clock, Kind as EntryKind};
use uuid::Uuid;

use crate::sample::{a_start, alcohol, an_enquiry, an_identity, harmless_history, pressure};

/// A clock that stands until it is moved.
#[derive(Debug, Default)]
pub(crate) struct HandClock(AtomicI64);

impl HandClock {
    pub(crate) fn set(&self, at: Timestamp) {
        self.0.store(at.as_second(), Ordering::SeqCst);
    }

    pub(crate) fn forward(&self, by: SignedDuration) {
        self.0.fetch_add(by.as_secs(), Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// Chance that counts, so that every run is the same.
#[derive(Debug)]
pub(crate) struct Counting(pub(crate) u64);

impl Chance for Counting {
    fn draw(&mut self) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        self.0 ^ (self.0 >> 29)
    }
}

pub(crate) fn line(text: &str) -> Line {
    Line::new(text).unwrap()
}

pub(crate) fn prose(text: &str) -> Prose {
    Prose::new(text).unwrap()
}

/// An actor of one role, who works here.
pub(crate) fn staff(role: Role) -> Actor {
    let number = Role::ALL.iter().position(|known| *known == role).unwrap();
    let id = match role {
        Role::Public => ActorId::Public,
        Role::System => ActorId::System,
        _ => ActorId::Person(PersonId::from_uuid(Uuid::from_u128(
            900 + u128::try_from(number).unwrap(),
        ))),
    };
    Actor {
        id,
        name: line(role.label()),
        roles: vec![role],
        door: Door::Web,
    }
}

/// The library of a clinic that lets people without a check of access handle stock: the people of
/// these tests are nobody's staff, and what is asked of staff has tests of its own.
fn unasked() -> Library {
    let mut stock = ledger::Policy::shipped().unwrap();
    stock.access_without_check.allowed = true;
    Library::embedded().unwrap().with_stock_policy(stock)
}

/// A patient, for themselves.
pub(crate) fn themselves(patient: PatientId) -> Actor {
    Actor {
        id: ActorId::Patient(patient),
        name: line("the patient"),
        roles: vec![Role::Patient],
        door: Door::Web,
    }
}

pub(crate) struct TestClinic {
    pub(crate) clinic: Clinic,
    pub(crate) clock: Arc<HandClock>,
    keeper: Arc<MemoryKeeper>,
    master: MasterKey,
    chance: Counting,
}

impl TestClinic {
    /// A clinic on a Monday morning.
    pub(crate) fn new() -> Self {
        Self::with_settings(&[])
    }

    /// The same, whose rules nobody has signed yet.
    pub(crate) fn unsigned() -> Self {
        Self::unsigned_with(&[])
    }

    /// The medical director signs the rules in use.
    pub(crate) fn sign_rules(&mut self) -> Result<Written, Denied> {
        let mut director = staff(Role::MedicalDirector);
        director.door = Door::Virtual;
        let confirmed = Confirmed::made_up(&director).unwrap();
        self.as_actor(director, |operation, clinic| {
            let shown = clinic.library().pack_digest().0.clone();
            rule_pack::sign(operation, clinic, &shown, &confirmed)
        })
    }

    /// A clinic with numbers of its own in place of the rule pack's.
    pub(crate) fn with_settings(own: &[(&str, &str)]) -> Self {
        let mut given = Self::unsigned_with(own);
        given.sign_rules().unwrap();
        given
    }

    fn unsigned_with(own: &[(&str, &str)]) -> Self {
        let read = |value: &str| protocol::Quantity::parse(value).unwrap();
        let own = own.iter();
        let own = own.map(|(name, value)| ((*name).to_owned(), read(value)));
        let own = own.collect();
        Self::of(unasked().with_settings(&own).unwrap())
    }

    /// A clinic with that library.
    pub(crate) fn of(library: Library) -> Self {
        let clock = Arc::new(HandClock::default());
        clock.set("2026-03-02T14:00:00Z".parse().unwrap());
        let chance = Arc::new(SystemChance);
        let master = MasterKey::generate(&*chance).unwrap();
        let keeper = Arc::new(MemoryKeeper::new());
        let id = ClinicId(Uuid::from_u128(1));
        let journal = Journal::found(
            Arc::<MemoryKeeper>::clone(&keeper),
            id,
            &master,
            Arc::<HandClock>::clone(&clock),
            chance,
        )
        .unwrap();
        let clinic = Clinic::open(journal, library).unwrap();
        Self {
            clinic,
            clock,
            keeper,
            master,
            chance: Counting(7),
        }
    }

    /// The same journal, opened anew: nothing in memory is carried over.
    pub(crate) fn opened_anew(&self) -> Clinic {
        self.opened_with(unasked())
    }

    /// The same journal, opened anew with another library.
    pub(crate) fn opened_with(&self, library: Library) -> Clinic {
        let keeper = Arc::<MemoryKeeper>::clone(&self.keeper);
        let clock = Arc::<HandClock>::clone(&self.clock);
        let journal = Journal::open(keeper, &self.master, clock, Arc::new(SystemChance)).unwrap();
        Clinic::open(journal, library).unwrap()
    }

    /// Does something as an actor, under a fresh command.
    pub(crate) fn as_actor<T>(
        &mut self,
        actor: Actor,
        act: impl FnOnce(&mut Operation<'_>, &Clinic) -> T,
    ) -> T {
        let mut operation = Operation::new(actor, &*self.clock, &mut self.chance);
        act(&mut operation, &self.clinic)
    }

    /// Does something as someone who works here.
    pub(crate) fn by<T>(
        &mut self,
        role: Role,
        act: impl FnOnce(&mut Operation<'_>, &Clinic) -> T,
    ) -> T {
        self.as_actor(staff(role), act)
    }

    /// Does something under a command the caller made.
    pub(crate) fn under<T>(
        &mut self,
        role: Role,
        command: u128,
        act: impl FnOnce(&mut Operation<'_>, &Clinic) -> T,
    ) -> T {
        let operation = Operation::new(staff(role), &*self.clock, &mut self.chance);
        act(&mut operation.under(Uuid::from_u128(command)), &self.clinic)
    }

    pub(crate) fn chart(&self, patient: PatientId) -> Chart {
        self.clinic.chart(patient).unwrap().chart.clone()
    }

    /// Now, by the clock moved by hand.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn n_entries(&self) -> u64 {
        self.clinic.journal().head().unwrap().position.0
    }

    pub(crate) fn today(&self) -> Date {
        self.clinic.zone_today(self.clock.now())
    }

    /// How many entries of a kind a record holds.
    pub(crate) fn n_of(&self, patient: PatientId, kind: EntryKind) -> usize {
        self.chart(patient)
            .entries()
            .iter()
            .filter(|entry| entry.fact.kind() == kind)
            .count()
    }

    pub(crate) fn enquire(&mut self) -> PatientId {
        self.by(Role::Public, |operation, clinic| {
            enquiry::take(operation, clinic, an_enquiry())
        })
        .unwrap()
    }

    pub(crate) fn register(&mut self, patient: PatientId) -> Result<Written, Denied> {
        self.by(Role::Coordinator, |operation, clinic| {
            registration::register(operation, clinic, patient, an_identity())
        })
    }

    pub(crate) fn answer_history(&mut self, patient: PatientId, findings: &[(&str, YesNo)]) {
        let history = harmless_history(&self.clinic, findings, self.clock.now());
        self.by(Role::Nurse, |operation, clinic| {
            registration::take_history(operation, clinic, patient, history)
        })
        .unwrap();
    }

    pub(crate) fn measure(
        &mut self,
        patient: PatientId,
        measured: observation::Measured,
    ) -> Result<Written, Denied> {
        self.by(Role::Nurse, |operation, clinic| {
            observation::observe(operation, clinic, patient, measured)
        })
    }

    /// Weight, two readings at rest, blood results and an answer about allergies.
    pub(crate) fn examine(&mut self, patient: PatientId) {
        for weight in [None, Some(Grams::new(77_600))] {
            let vitals = VitalsObserved {
                weight_g: weight,
                ..pressure(122, 78)
            };
            self.measure(patient, observation::Measured::Vitals(vitals))
                .unwrap();
            self.clock.forward(SignedDuration::from_mins(10));
        }
        let finding = UrineFinding {
            substance: Substance::new("ketamine").unwrap(),
            found: Found::NotFound,
        };
        let screen = UrineScreen {
            findings: vec![finding],
            temperature_ok: Some(true),
            not_given: None,
        };
        self.measure(patient, observation::Measured::Urine(screen))
            .unwrap();
        for (test, value, unit, high) in [
            ("ALT", "24", "U/L", "55"),
            ("AST", "22", "U/L", "48"),
            ("eGFR", "92", "mL/min/1.73m2", "120"),
            ("Bilirubin", "0.6", "mg/dL", "1.2"),
        ] {
            let result = LaboratoryResult {
                test: line(test),
                code: None,
                value: line(value),
                unit: Some(line(unit)),
                low: None,
                high: Some(line(high)),
                sampled_at: self.clock.now(),
            };
            self.measure(patient, observation::Measured::Laboratory(result))
                .unwrap();
        }
        let thiamine = MedicineListed {
            name: line("Thiamine"),
            code: None,
            dose: None,
            standing: Standing::Current,
            since: None,
        };
        self.by(Role::Nurse, |operation, clinic| {
            let listing = registration::Listing::Medicine(thiamine);
            registration::list(operation, clinic, patient, listing)
        })
        .unwrap();
        let none = AllergyListed {
            to: None,
            reaction: None,
            certainty: AllergyCertainty::Confirmed,
        };
        self.by(Role::Nurse, |operation, clinic| {
            registration::list(
                operation,
                clinic,
                patient,
                registration::Listing::Allergy(none),
            )
        })
        .unwrap();
    }

    pub(crate) fn open_course(&mut self, patient: PatientId) -> Result<CourseId, Denied> {
        self.by(Role::Prescriber, |operation, clinic| {
            course::open(operation, clinic, patient, "kare-2022", alcohol())
        })
    }

    pub(crate) fn assess(&mut self, patient: PatientId, course: CourseId) {
        self.by(Role::Prescriber, |operation, clinic| {
            eligibility::assess(operation, clinic, patient, course)
        })
        .unwrap();
    }

    pub(crate) fn sign(
        &mut self,
        patient: PatientId,
        course: CourseId,
        text: &str,
    ) -> Result<Written, Denied> {
        let signature = crate::consent::signature(self, patient, course, text);
        let mut desk = staff(Role::Coordinator);
        desk.door = Door::Virtual;
        self.as_actor(desk, |operation, clinic| {
            consent::sign(operation, clinic, patient, signature)
        })
    }

    pub(crate) fn consent(&mut self, patient: PatientId, course: CourseId) {
        for text in ["treatment", "part-2"] {
            self.sign(patient, course, text).unwrap();
        }
    }

    pub(crate) fn prescribe(
        &mut self,
        patient: PatientId,
        course: CourseId,
    ) -> Result<Written, Denied> {
        self.prescribe_from(patient, course, self.today())
    }

    pub(crate) fn prescribe_from(
        &mut self,
        patient: PatientId,
        course: CourseId,
        day_zero: Date,
    ) -> Result<Written, Denied> {
        let asked = Prescription {
            course,
            day_zero,
            weight_g: None,
        };
        self.by(Role::Prescriber, |operation, clinic| {
            plan::prescribe(operation, clinic, patient, &asked)
        })
    }

    pub(crate) fn book_plan(
        &mut self,
        patient: PatientId,
        course: CourseId,
    ) -> Result<Written, Denied> {
        let hours = Hours {
            dosing: time(16, 0, 0, 0),
            therapy: time(18, 0, 0, 0),
        };
        let room = line("Room 1");
        self.by(Role::Coordinator, |operation, clinic| {
            plan::book_visits(operation, clinic, patient, course, hours, Some(&room))
        })
    }

    /// A person registered, examined, assessed with nothing in the way.
    pub(crate) fn assessed(&mut self) -> (PatientId, CourseId) {
        self.assessed_with(&[])
    }

    pub(crate) fn assessed_with(&mut self, findings: &[(&str, YesNo)]) -> (PatientId, CourseId) {
        let patient = self.enquire();
        self.register(patient).unwrap();
        self.answer_history(patient, findings);
        self.examine(patient);
        let course = self.open_course(patient).unwrap();
        self.assess(patient, course);
        (patient, course)
    }

    /// The same, with consents and a plan whose day 0 is today.
    pub(crate) fn planned(&mut self) -> (PatientId, CourseId) {
        let (patient, course) = self.assessed();
        self.consent(patient, course);
        self.prescribe(patient, course).unwrap();
        (patient, course)
    }

    pub(crate) fn open_session(
        &mut self,
        patient: PatientId,
        course: CourseId,
    ) -> Result<SessionId, Denied> {
        let opening = Opening {
            course,
            visit: None,
            room: Some(line("Room 1")),
            weight_g: None,
        };
        self.by(Role::Nurse, |operation, clinic| {
            session::open(operation, clinic, patient, opening)
        })
    }

    pub(crate) fn happen(
        &mut self,
        patient: PatientId,
        session: SessionId,
        happening: Happening,
    ) -> Result<Written, Denied> {
        self.by(Role::Nurse, |operation, clinic| {
            session::happen(operation, clinic, patient, session, happening)
        })
    }

    pub(crate) fn planned_dose(&self, patient: PatientId, course: CourseId) -> Micrograms {
        self.chart(patient)
            .plan(course)
            .unwrap()
            .1
            .doses
            .first()
            .unwrap()
            .dose
    }

    pub(crate) fn start(
        &mut self,
        patient: PatientId,
        session: SessionId,
        dose: Micrograms,
    ) -> Result<Written, Denied> {
        self.check_together(patient, session);
        self.happen(patient, session, Happening::Start(a_start(session, dose)))
    }

    /// Answers the day's questions as on a calm day, and holds the time-out, as far as the rules let.
    pub(crate) fn check_together(&mut self, patient: PatientId, session: SessionId) {
        let is_open = self
            .chart(patient)
            .sessions()
            .iter()
            .any(|one| one.id == session && one.started.is_none() && one.closed_at.is_none());
        if !is_open {
            return;
        }
        // What was tested at the evaluation was tested before the dose.
        self.clock.forward(SignedDuration::from_mins(1));
        super::ready::answer_calmly(self, patient, session);
        self.draw_planned(patient, session);
        let second = super::ready::second(self);
        let held = self.by(Role::Nurse, |operation, clinic| {
            let checked = super::ready::every_item();
            before::time_out(operation, clinic, patient, session, (second, checked))
        });
        drop(held);
    }

    /// Gives a whole session, from its opening to leaving.
    pub(crate) fn hold_session(&mut self, patient: PatientId, course: CourseId) -> SessionId {
        let session = self.open_session(patient, course).unwrap();
        let dose = self.planned_dose(patient, course);
        self.start(patient, session, dose).unwrap();
        let stop = DoseStopped {
            session,
            given: dose,
            reason: None,
        };
        self.happen(patient, session, Happening::Stop(stop))
            .unwrap();
        let recovered = RecoveryAssessed {
            session,
            items: Vec::new(),
        };
        self.happen(patient, session, Happening::Recover(recovered))
            .unwrap();
        self.settle(patient, session);
        self.clock.forward(SignedDuration::from_mins(121));
        let close = SessionClosed {
            session,
            escort: None,
            against_advice: false,
        };
        self.happen(patient, session, Happening::Close(close))
            .unwrap();
        session
    }

    pub(crate) fn check_in(
        &mut self,
        patient: PatientId,
        answered: CheckInAnswered,
    ) -> Result<Written, Denied> {
        self.as_actor(themselves(patient), |operation, clinic| {
            check_in::answer(operation, clinic, patient, answered)
        })
    }

    pub(crate) fn turn(
        &mut self,
        patient: PatientId,
        course: CourseId,
        turn: course::Turn,
    ) -> Result<Written, Denied> {
        self.by(Role::Prescriber, |operation, clinic| {
            course::turn(operation, clinic, patient, course, turn)
        })
    }
}

/// The fields an answer was sent back for.
pub(crate) fn fields<T: std::fmt::Debug>(outcome: Result<T, Denied>) -> Vec<&'static str> {
    match outcome {
        Err(Denied::Invalid(faults)) => faults.iter().map(|fault| fault.field).collect(),
        other => panic!("expected answers to mend, got {other:?}"),
    }
}

/// The rule that refused.
pub(crate) fn refused_by<T: std::fmt::Debug>(outcome: Result<T, Denied>) -> String {
    match outcome {
        Err(Denied::Refused(refusal)) => refusal.rule,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

/// Whether it was said that there is no such thing.
pub(crate) fn is_not_found<T>(outcome: &Result<T, Denied>) -> bool {
    matches!(outcome, Err(Denied::NotFound))
}
