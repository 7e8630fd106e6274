//! A year of five hundred people with seeded behaviours, and every promise of contact checked on the
//! journal it leaves.

use std::collections::{BTreeMap, BTreeSet};

use clinic::act::message::{self, Leaving};
use clinic::act::{alert, check_in, contact, course, import, remind, watch};
use clinic::{Actor, Clinic, Operation};
use jiff::civil::{Date, Time, date, time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use record::calendar::{civil_day, days_between};
use record::fact::care::AlertCause;
use record::fact::contact::{Carriage, ContactPreferred, ContactRevoked, Revocable};
use record::fact::enquiry::{ContactWay, Reach};
use record::fact::house::RecordImported;
use record::fact::person::PersonRegistered;
use record::fact::substance_use::CheckInAnswered;
use record::fact::visit::CourseOpened;
use record::ids::{CourseId, PatientId};
use record::time::OccurredAt;
use record::words::{Door, Role, Said, YesNo};
use record::{Chart, Fact};
use uuid::Uuid;

use super::harness::{TestClinic, line, prose, themselves};
use super::remind::{agreed, stationery};
use super::sample::{a_calm_day, alcohol, an_identity};

const N_PEOPLE: u64 = 500;

const N_DAYS: i32 = 365;

/// The first day of the year played.
const BEGINS: Date = date(2026, 1, 5);

/// Zones people live in; the clinic keeps universal time.
const ZONES: [&str; 4] = [
    "America/New_York",
    "America/Los_Angeles",
    "Europe/Berlin",
    "Australia/Sydney",
];

/// How somebody behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Faithful,
    Fading,
    Lapsing,
    Silent,
}

/// One life.
struct Life {
    patient: PatientId,
    course: CourseId,
    way: Way,
    zone: TimeZone,
    quiet: (Time, Time),
    day_zero: Date,
    leaves_on: Option<i32>,
    revokes_on: Option<i32>,
    falls_silent_on: i32,
}

/// A number from a seed and a place, the same in every run.
fn drawn(seed: u64, place: u64) -> u64 {
    let mut x = seed
        .wrapping_mul(0x9E37_79B9_7F4A_7C15)
        .wrapping_add(place.wrapping_mul(0xBF58_476D_1CE4_E5B9));
    x ^= x >> 30;
    x = x.wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x ^= x >> 27;
    x = x.wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

fn life(n: u64) -> Life {
    let way = match n % 4 {
        0 => Way::Faithful,
        1 => Way::Fading,
        2 => Way::Lapsing,
        _ => Way::Silent,
    };
    let some_day = |place: u64, one_in: u64| {
        let is_so = drawn(n, place).is_multiple_of(one_in);
        is_so.then(|| 5 + i32::try_from(drawn(n, place + 1) % 80).unwrap())
    };
    let starts = i32::try_from(drawn(n, 1) % 270).unwrap();
    let zone = ZONES[usize::try_from(drawn(n, 2) % 4).unwrap()];
    Life {
        patient: PatientId::from_uuid(Uuid::from_u128(10_000 + u128::from(n))),
        course: CourseId::from_uuid(Uuid::from_u128(20_000 + u128::from(n))),
        way,
        zone: TimeZone::get(zone).unwrap(),
        quiet: if n.is_multiple_of(10) {
            (time(12, 0, 0, 0), time(18, 0, 0, 0))
        } else {
            (time(21, 0, 0, 0), time(8, 0, 0, 0))
        },
        day_zero: BEGINS.saturating_add(starts.days()),
        leaves_on: some_day(3, 12),
        revokes_on: some_day(5, 15),
        falls_silent_on: 3 + i32::try_from(drawn(n, 7) % 40).unwrap(),
    }
}

impl Life {
    /// Whether they answer on a day of their course.
    fn answers(&self, day: i32) -> bool {
        let luck = drawn(
            self.patient.uuid().as_u64_pair().1,
            100 + u64::try_from(day).unwrap(),
        ) % 100;
        let chance = match self.way {
            Way::Faithful => 96,
            Way::Fading => u64::try_from((95 - day).max(10)).unwrap(),
            Way::Lapsing => 70,
            Way::Silent if day < self.falls_silent_on => 90,
            Way::Silent => 0,
        };
        luck < chance
    }

    fn said(&self, about: Date, day: i32) -> CheckInAnswered {
        let mut said = a_calm_day(self.course, about);
        if self.way == Way::Lapsing && day % 9 == 0 {
            said.used = Said::Answered(true);
        }
        said
    }

    fn begin(&self, house: &mut TestClinic) {
        let mut identity = an_identity();
        identity.reach = Some(Reach {
            phone: Some(line("+1 207 555 0142")),
            email: None,
            prefers: ContactWay::Text,
            safe_to_leave_message: YesNo::No,
        });
        let opened = CourseOpened {
            course: self.course,
            protocol: line("kare-2022"),
            protocol_version: 1,
            substance: alcohol(),
            day_zero: Some(self.day_zero),
        };
        let at = OccurredAt(house.now());
        let facts: Vec<(OccurredAt, Fact)> = vec![
            (at, PersonRegistered { identity }.into()),
            (at, opened.into()),
        ];
        let imported = RecordImported {
            source: line("made up"),
            source_number: line(&self.patient.to_string()),
            remark: None,
        };
        let foreign = import::Foreign {
            patient: self.patient,
            imported,
            facts,
        };
        by_system(house, |operation, clinic| {
            import::take_in(operation, clinic, foreign).unwrap();
            let preferred = ContactPreferred {
                zone: Some(line(self.zone.iana_name().unwrap())),
                quiet_from: self.quiet.0,
                quiet_until: self.quiet.1,
                ..agreed()
            };
            contact::prefer(
                operation_anew(operation, 1),
                clinic,
                self.patient,
                preferred,
            )
            .unwrap();
        });
    }
}

/// The same operation under another command, for a second act of one hand.
fn operation_anew<'a, 'b>(operation: &'b mut Operation<'a>, n: u128) -> &'b mut Operation<'a> {
    let command = operation.command.0.as_u128().wrapping_add(n);
    operation.command = journal::CommandId(Uuid::from_u128(command));
    operation
}

fn by_system<T>(house: &mut TestClinic, act: impl FnOnce(&mut Operation<'_>, &Clinic) -> T) -> T {
    house.as_actor(Actor::system(Door::Virtual), act)
}

/// A message that left.
struct Left {
    reference: String,
    at: Timestamp,
}

struct Year {
    house: TestClinic,
    lives: Vec<Life>,
    left: BTreeMap<PatientId, Vec<Left>>,
}

impl Year {
    /// What the clock does by itself: looks, queues, carries.
    fn tick(&mut self, at: Timestamp) {
        self.house.clock.set(at);
        by_system(&mut self.house, watch::look).unwrap();
        by_system(&mut self.house, |operation, clinic| {
            remind::look(operation, clinic, &[Carriage::Text])
        })
        .unwrap();
        let (left, stationery) = (&mut self.left, stationery());
        by_system(&mut self.house, |operation, clinic| {
            for work in clinic.journal().outbox_due(at, 2_000).unwrap() {
                match message::leaving(clinic, &work, &stationery, at).unwrap() {
                    Leaving::Now(letter) => {
                        message::left(clinic, &work, at).unwrap();
                        let patient = logged_patient(&work.row.payload);
                        left.entry(patient).or_default().push(Left {
                            reference: letter.reference.clone(),
                            at,
                        });
                    }
                    Leaving::NotBefore(moment) => {
                        message::waits(clinic, &work, at, None, Some(moment)).unwrap();
                    }
                    Leaving::Never(ended) => {
                        message::never(operation_anew(operation, 1), clinic, &work, ended).unwrap();
                    }
                }
            }
        });
    }

    /// What people do in the afternoon of a day: answer, leave, take back.
    fn people(&mut self, today: Date) {
        for life in &self.lives {
            let day = days_between(life.day_zero, today);
            let is_gone = life.leaves_on.is_some_and(|leaves| day > leaves);
            if !(1..=100).contains(&day) || is_gone {
                continue;
            }
            let (patient, course) = (life.patient, life.course);
            if life.leaves_on == Some(day) {
                let turn = course::Turn::Leave { reason: None };
                by_system(&mut self.house, |operation, clinic| {
                    course::turn(operation, clinic, patient, course, turn)
                })
                .unwrap();
                continue;
            }
            if life.revokes_on == Some(day) {
                let revoked = ContactRevoked {
                    what: Revocable::Everything,
                    reason: None,
                };
                by_system(&mut self.house, |operation, clinic| {
                    contact::revoke(operation, clinic, patient, revoked)
                })
                .unwrap();
            }
            if day <= 90 && life.answers(day) {
                let said = life.said(today.yesterday().unwrap(), day);
                self.house
                    .as_actor(themselves(patient), |operation, clinic| {
                        check_in::answer(operation, clinic, patient, said)
                    })
                    .unwrap();
            }
        }
    }

    /// The coordinator settles what waited since the day before.
    fn coordinator(&mut self) {
        let now = self.house.now();
        let waiting: Vec<_> = {
            let board = self.house.clinic.board();
            let open = board.open_alerts().filter(|(_, _, alert)| {
                now.duration_since(alert.raised_at) > SignedDuration::from_hours(20)
            });
            open.map(|(patient, _, alert)| (patient, alert.id))
                .collect()
        };
        for (patient, id) in waiting {
            self.house
                .by(Role::Coordinator, |operation, clinic| {
                    alert::close(operation, clinic, patient, id, prose("Called them"))
                })
                .unwrap();
        }
    }
}

fn logged_patient(payload: &[u8]) -> PatientId {
    let read: serde_json::Value = serde_json::from_slice(payload).unwrap();
    read["patient"].as_str().unwrap().parse().unwrap()
}

/// Civil days are the clinic's, which keeps universal time here.
fn day_of(at: Timestamp) -> Date {
    civil_day(at, &TimeZone::UTC)
}

/// Every stretch without a word of three days and more, within the days watched, was somebody's alert
/// within two.
fn silence_was_seen(life: &Life, chart: &Chart, last_day: Date) -> usize {
    let until = life.leaves_on.unwrap_or(90).min(90);
    let end = life.day_zero.saturating_add(until.days()).min(last_day);
    let mut words: Vec<Date> = chart
        .all::<CheckInAnswered>()
        .map(|(entry, _)| day_of(entry.occurred_at.0))
        .collect();
    words.insert(0, life.day_zero);
    words.push(end);
    let silences: Vec<_> = chart
        .alerts()
        .into_iter()
        .filter(|alert| alert.cause == AlertCause::Silence)
        .collect();
    let mut n_silent = 0;
    for pair in words.windows(2) {
        let (word, next) = (pair[0], pair[1].min(end));
        if days_between(word, next) < 3 {
            continue;
        }
        n_silent += 1;
        let is_seen = silences.iter().any(|alert| {
            let raised = days_between(word, day_of(alert.raised_at));
            let closed = alert.closed_at.map(day_of);
            // One raised before may still be open, and is the same person's name on the same list.
            (1..=2).contains(&raised) || (raised <= 0 && closed.is_none_or(|day| day > word))
        });
        assert!(
            is_seen,
            "{:?} {}: silent from {word} to {next}",
            life.way, life.patient
        );
    }
    n_silent
}

fn reminders_kept_their_promises(life: &Life, chart: &Chart, left: &[Left]) {
    let mut occasions = BTreeSet::new();
    for (_, fact) in chart.reminders() {
        let occasion = (fact.course, fact.day, fact.visit, fact.put_off);
        assert!(occasions.insert(occasion), "{}: twice", life.patient);
    }
    let mut names = BTreeSet::new();
    for one in left {
        assert!(
            names.insert(one.reference.clone()),
            "{} left twice",
            one.reference
        );
        let local = life.zone.to_datetime(one.at).time();
        let quiet = protocol::contact::messages::Quiet {
            from: life.quiet.0,
            until: life.quiet.1,
        };
        assert!(!quiet.holds(local), "{} at {local}", life.patient);
        for ends_on in [life.leaves_on, life.revokes_on].into_iter().flatten() {
            let day = days_between(life.day_zero, day_of(one.at));
            assert!(
                day <= ends_on,
                "{}: a message after day {ends_on}",
                life.patient
            );
        }
    }
    assert!(left.len() <= occasions.len());
}

#[test]
fn in_a_year_of_500_people_every_silence_is_seen_and_no_reminder_comes_twice_or_unwanted() {
    let mut year = Year {
        house: TestClinic::new(),
        lives: (0..N_PEOPLE).map(life).collect(),
        left: BTreeMap::new(),
    };
    let midnight = |day: Date| TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).unwrap();
    year.house.clock.set(midnight(BEGINS));
    let mut n_begun = 0;
    let mut by_start: Vec<usize> = (0..year.lives.len()).collect();
    by_start.sort_by_key(|at| year.lives[*at].day_zero);
    for number in 0..N_DAYS {
        let today = BEGINS.saturating_add(number.days());
        let at = |hour: i64| midnight(today) + SignedDuration::from_hours(hour);
        year.house.clock.set(at(0));
        while let Some(next) = by_start.get(n_begun) {
            if year.lives[*next].day_zero > today {
                break;
            }
            year.lives[*next].begin(&mut year.house);
            n_begun += 1;
        }
        for hour in [1, 8, 14, 17] {
            year.tick(at(hour));
        }
        year.coordinator();
        year.house.clock.set(at(20));
        year.people(today);
        year.tick(at(22));
    }
    let last_day = BEGINS.saturating_add((N_DAYS - 1).days());
    let none = Vec::new();
    let (mut n_silent, mut n_left) = (0, 0);
    for life in &year.lives {
        let chart = year.house.chart(life.patient);
        let left = year.left.get(&life.patient).unwrap_or(&none);
        n_silent += silence_was_seen(life, &chart, last_day);
        reminders_kept_their_promises(life, &chart, left);
        n_left += left.len();
    }
    assert!(n_silent > 500, "{n_silent} silences were played");
    assert!(n_left > 10_000, "{n_left} messages left");
}
