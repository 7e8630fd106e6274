//! The clinic of the bench: people two months into a course, each in a room with a dose running.

use std::sync::Arc;

use camino::Utf8Path;
use clinic::act::import::{Foreign, take_in};
use clinic::{Actor, Clinic, Operation};
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use record::calendar::ProtocolDay;
use record::fact::decision::{PlanPrescribed, PlannedDose, Route, WeightBasis};
use record::fact::house::RecordImported;
use record::fact::observation::VitalsObserved;
use record::fact::person::PersonRegistered;
use record::fact::session::{DoseStarted, SessionOpened};
use record::fact::substance_use::{Use, UseMethod, UseReported, UseSource};
use record::fact::visit::CourseOpened;
use record::ids::{CourseId, PatientId, SessionId};
use record::quantity::{BeatsPerMinute, Grams, Micrograms, MillimetresOfMercury, Minutes, Percent};
use record::words::{Door, Line, Substance};
use record::{Clock, Fact, OccurredAt};
use virtual_clinic::chance::Seeded;

use crate::house;
use crate::server::{Real, open};

/// How many days of use each record holds beside its session.
const DAYS: i32 = 60;

/// Entries of the long session.
const LONG: usize = 400;

/// A room in use.
#[derive(Clone, Debug)]
pub(crate) struct Room {
    pub(crate) name: String,
    pub(crate) patient: PatientId,
    pub(crate) session: SessionId,
}

impl Room {
    /// Its page.
    pub(crate) fn path(&self) -> String {
        format!("/patients/{}/sessions/{}", self.patient, self.session)
    }
}

/// What the clinic of the bench holds.
pub(crate) struct Made {
    /// The rooms in use.
    pub(crate) rooms: Vec<Room>,
    /// A room whose session has four hundred entries.
    pub(crate) long: Room,
}

/// Makes the clinic.
pub(crate) fn make(path: &Utf8Path, n_rooms: usize) -> Made {
    let mut chance = Seeded::new(7);
    let clock: Arc<dyn Clock> = Arc::new(Real);
    let clinic = house::found(path, &clock, &mut chance);
    let rooms = (1..=n_rooms)
        .map(|number| in_use(&clinic, number, 0, &mut chance))
        .collect();
    let long = in_use(&clinic, n_rooms + 1, LONG, &mut chance);
    clinic.journal().flush().unwrap();
    Made { rooms, long }
}

/// Somebody in a room, the dose running for a minute, with so many readings before now.
fn in_use(clinic: &Clinic, number: usize, n_readings: usize, chance: &mut Seeded) -> Room {
    let now = Real.now();
    let patient = PatientId::make(now, chance);
    let course = CourseId::make(now, chance);
    let session = SessionId::make(now, chance);
    let name = format!("Room {number}");
    let ago = |seconds: i64| {
        OccurredAt(
            now.saturating_sub(SignedDuration::from_secs(seconds))
                .unwrap(),
        )
    };
    let since = i64::try_from(n_readings).unwrap() * 5 + 60;
    let mut facts = before(number, course, now)
        .into_iter()
        .map(|fact| (ago(since + 600), fact))
        .collect::<Vec<_>>();
    let opened = SessionOpened {
        session,
        course,
        visit: None,
        number: 1,
        room: Some(Line::clipped(&name)),
        weight_g: Some(Grams::new(70_000)),
    };
    let started = DoseStarted {
        session,
        dose: Micrograms::new(56_000),
        route: Route::Intravenous,
        minutes: Minutes::new(40),
    };
    facts.push((ago(since + 300), opened.into()));
    facts.push((ago(since), started.into()));
    for n in 0..n_readings {
        let vitals = VitalsObserved {
            session: Some(session),
            systolic_mmhg: Some(MillimetresOfMercury::new(
                112 + u16::try_from(n % 20).unwrap(),
            )),
            diastolic_mmhg: Some(MillimetresOfMercury::new(72)),
            pulse_per_min: Some(BeatsPerMinute::new(70)),
            saturation_percent: Some(Percent::new(97)),
            ..VitalsObserved::default()
        };
        facts.push((ago(since - 5 * i64::try_from(n).unwrap()), vitals.into()));
    }
    let imported = RecordImported {
        source: Line::clipped("bench"),
        source_number: Line::clipped(&number.to_string()),
        remark: None,
    };
    let foreign = Foreign {
        patient,
        imported,
        facts,
    };
    let mut operation = Operation::new(Actor::system(Door::Import), &Real, chance);
    take_in(&mut operation, clinic, foreign).unwrap();
    Room {
        name,
        patient,
        session,
    }
}

/// What a record holds before the session.
fn before(number: usize, course: CourseId, now: Timestamp) -> Vec<Fact> {
    let today = jiff::tz::TimeZone::UTC.to_datetime(now).date();
    let alcohol = Substance::new("alcohol").unwrap();
    let identity = house::person(number);
    let dose = |number: u8| PlannedDose {
        number,
        day: ProtocolDay(i32::from(number - 1) * 7),
        dose: Micrograms::new(56_000),
        route: Route::Intravenous,
        minutes: 40,
        steps: Vec::new(),
    };
    let plan = PlanPrescribed {
        course,
        protocol: Line::clipped("kare-2022"),
        protocol_version: 1,
        day_zero: today,
        weight_g: Some(Grams::new(70_000)),
        weighed_on: Some(today),
        basis: WeightBasis::Actual,
        dose_per_weight: None,
        doses: (1..=3).map(dose).collect(),
        therapy: Vec::new(),
        actual_g: None,
        vial: None,
        weight_confirmed: None,
        over_cap_approved_by: None,
        signed: None,
    };
    let opened = CourseOpened {
        course,
        protocol: Line::clipped("kare-2022"),
        protocol_version: 1,
        substance: alcohol.clone(),
        day_zero: None,
    };
    let mut facts: Vec<Fact> = vec![
        PersonRegistered { identity }.into(),
        opened.into(),
        plan.into(),
    ];
    facts.extend((1..=DAYS).map(|day| {
        let used = Use {
            substance: alcohol.clone(),
            used: day % 11 == 0,
            amount_mg: None,
        };
        Fact::from(UseReported {
            day: today.saturating_sub(day.days()),
            uses: vec![used],
            source: UseSource::Patient,
            method: UseMethod::Interview,
        })
    }));
    facts
}

/// The pressures charted in each room, in the order of the journal, once the server is closed.
pub(crate) fn readings(path: &Utf8Path, rooms: &[Room]) -> Vec<Vec<(u16, u16)>> {
    let clinic = open(path);
    let of_room = |room: &Room| {
        let known = clinic.chart(room.patient).unwrap();
        let all = known.chart.all::<VitalsObserved>();
        all.filter(|(_, one)| one.session == Some(room.session))
            .filter_map(|(_, one)| Some((one.systolic_mmhg?.get(), one.diastolic_mmhg?.get())))
            .collect()
    };
    rooms.iter().map(of_room).collect()
}
