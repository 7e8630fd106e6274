//! Reminders: one message an occasion, in nobody's quiet hours, never to one who did not agree.

use clinic::act::message::{self, Ended, Leaving, Stationery};
use clinic::act::plan::turn::{Move, move_visit};
use clinic::act::{contact, course, link, remind, visit};
use clinic::{Actor, Operation};
use jiff::civil::{Date, time};
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use journal::OutboxWork;
use protocol::contact::messages::Later;
use record::Kind;
use record::fact::contact::{Carriage, ContactPreferred, ContactRevoked, Reminds, Revocable};
use record::fact::visit::{VisitBooked, VisitPurpose};
use record::ids::{CourseId, PatientId, VisitId};
use record::words::{Door, Role, YesNo};

use super::harness::{TestClinic, line};
use super::sample::a_calm_day;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

const BOTH: [Carriage; 2] = [Carriage::Mail, Carriage::Text];

pub(crate) fn agreed() -> ContactPreferred {
    ContactPreferred {
        carriages: vec![Carriage::Text],
        check_ins: true,
        visits: true,
        language: line("en"),
        zone: Some(line("America/New_York")),
        quiet_from: time(21, 0, 0, 0),
        quiet_until: time(8, 0, 0, 0),
        safe_to_leave_message: YesNo::No,
        sender_words: None,
    }
}

pub(crate) fn stationery() -> Stationery {
    Stationery {
        address: "https://page.example".to_owned(),
        languages: std::collections::BTreeMap::new(),
    }
}

struct Given {
    house: TestClinic,
    patient: PatientId,
    course: CourseId,
    day_zero: Date,
}

impl Given {
    /// Somebody on a course who agreed to text messages, with the clock at their day 0.
    fn new() -> Self {
        Self::agreeing(agreed())
    }

    fn agreeing(preferred: ContactPreferred) -> Self {
        let mut house = TestClinic::new();
        let (patient, course) = house.planned();
        house
            .by(Role::Coordinator, |operation, clinic| {
                contact::prefer(operation, clinic, patient, preferred)
            })
            .unwrap();
        let chart = house.chart(patient);
        let day_zero = chart.course().unwrap().day_zero.unwrap();
        Self {
            house,
            patient,
            course,
            day_zero,
        }
    }

    /// Sets the clock to a time of a protocol day, as the patient's clock has it.
    fn at(&self, day: i32, hour: i8) {
        let zone = jiff::tz::TimeZone::get("America/New_York").unwrap();
        let local = self.day_zero.saturating_add(day.days()).at(hour, 0, 0, 0);
        self.house.clock.set(zone.to_timestamp(local).unwrap());
    }

    fn look(&mut self) -> usize {
        self.house
            .as_actor(Actor::system(Door::Command), |operation, clinic| {
                remind::look(operation, clinic, &BOTH)
            })
            .unwrap()
    }

    fn waiting(&self, at: Timestamp) -> Vec<OutboxWork> {
        self.house.clinic.journal().outbox_due(at, 100).unwrap()
    }

    fn leaving(&self, work: &OutboxWork) -> Leaving {
        let now = self.house.now();
        message::leaving(&self.house.clinic, work, &stationery(), now).unwrap()
    }

    fn n_reminders(&self) -> usize {
        self.house.n_of(self.patient, Kind::ReminderQueued)
    }

    fn revoke(&mut self, what: Revocable) {
        let patient = self.patient;
        let revoked = ContactRevoked { what, reason: None };
        self.house
            .by(Role::Coordinator, |operation, clinic| {
                contact::revoke(operation, clinic, patient, revoked)
            })
            .unwrap();
    }

    fn answer(&mut self, about: i32) {
        let day = self.day_zero.saturating_add(about.days());
        let calm = a_calm_day(self.course, day);
        self.house.check_in(self.patient, calm).unwrap();
    }
}

#[test]
fn one_occasion_is_one_message_however_often_the_clock_looks_and_across_a_restart() {
    let mut given = Given::new();
    given.at(1, 8);
    assert_eq!(given.look(), 0, "before nine nobody is asked");
    given.at(1, 9);
    assert_eq!(given.look(), 1);
    assert_eq!(given.look(), 0);
    let anew = given.house.opened_anew();
    let mut chance = Seven;
    let clock = std::sync::Arc::clone(&given.house.clock);
    let mut operation = Operation::new(Actor::system(Door::Command), &*clock, &mut chance);
    assert_eq!(remind::look(&mut operation, &anew, &BOTH).unwrap(), 0);
    assert_eq!(given.n_reminders(), 1);
    assert_eq!(given.waiting(given.house.now()).len(), 1);
    given.at(2, 10);
    assert_eq!(given.look(), 1, "the next day is another occasion");
}

struct Seven;

impl record::ids::Chance for Seven {
    fn draw(&mut self) -> u64 {
        7
    }
}

#[test]
fn a_letter_says_nothing_of_the_person_or_the_place_and_carries_their_link() {
    let mut given = Given::new();
    given.at(1, 9);
    given.look();
    let work = given.waiting(given.house.now()).remove(0);
    let Leaving::Now(letter) = given.leaving(&work) else {
        panic!("it may leave now");
    };
    assert!(letter.text.contains("https://page.example/check-in/"));
    assert_eq!(letter.sender, "Reminder");
    let all = format!("{} {} {}", letter.sender, letter.subject, letter.text).to_lowercase();
    for given_away in ["rowan", "marsh", "clinic", "ketamine", "alcohol"] {
        assert!(!all.contains(given_away), "{given_away}: {all}");
    }
    let token = letter.text.split("/check-in/").nth(1).unwrap().trim();
    let now = given.house.now();
    let standing = link::standing(&given.house.clinic, token, None, now).unwrap();
    assert!(matches!(standing, link::Standing::Locked { .. }));
}

#[test]
fn nobody_is_reminded_without_having_agreed_and_nothing_leaves_after_it_is_taken_back() {
    let mut given = Given::agreeing(ContactPreferred {
        check_ins: false,
        visits: false,
        ..agreed()
    });
    given.at(1, 12);
    assert_eq!(given.look(), 0);
    let mut given = Given::new();
    given.at(1, 9);
    given.look();
    let work = given.waiting(given.house.now()).remove(0);
    given.revoke(Revocable::Text);
    assert_eq!(given.leaving(&work), Leaving::Never(Ended::NotAgreed));
    given.at(2, 12);
    assert_eq!(given.look(), 0);
}

#[test]
fn what_was_answered_or_left_meanwhile_is_not_asked_for_any_more() {
    let mut given = Given::new();
    given.at(1, 9);
    given.look();
    let work = given.waiting(given.house.now()).remove(0);
    given.answer(0);
    assert_eq!(given.leaving(&work), Leaving::Never(Ended::DoneBefore));
    given.at(2, 9);
    given.look();
    let work = given.waiting(given.house.now()).pop().unwrap();
    let (patient, course) = (given.patient, given.course);
    let leave = course::Turn::Leave { reason: None };
    given.house.turn(patient, course, leave).unwrap();
    assert_eq!(given.leaving(&work), Leaving::Never(Ended::CourseOver));
    given.at(3, 9);
    assert_eq!(given.look(), 0);
}

#[test]
fn the_quiet_hours_hold_at_queuing_and_again_at_leaving() {
    let mut given = Given::new();
    given.at(1, 22);
    assert_eq!(given.look(), 1, "the clinic was down all day");
    let at = given.house.now();
    assert!(given.waiting(at).is_empty(), "it waits for the morning");
    given.at(2, 8);
    let work = given.waiting(given.house.now()).remove(0);
    assert!(matches!(given.leaving(&work), Leaving::Now(_)));
    given.at(2, 23);
    let Leaving::NotBefore(morning) = given.leaving(&work) else {
        panic!("the night is quiet");
    };
    given.at(3, 8);
    assert_eq!(morning, given.house.now());
}

#[test]
fn the_clock_of_the_patient_counts_when_daylight_saving_ends_on_day_31_and_where_they_live() {
    let mut house = TestClinic::new();
    // Day 31 is 5 April, the day on which the clocks go back in Sydney.
    house.clock.set("2026-03-05T14:00:00Z".parse().unwrap());
    let (patient, _) = house.planned();
    let zone = jiff::tz::TimeZone::get("Australia/Sydney").unwrap();
    let sydney = ContactPreferred {
        zone: Some(line("Australia/Sydney")),
        ..agreed()
    };
    house
        .by(Role::Coordinator, |operation, clinic| {
            contact::prefer(operation, clinic, patient, sydney)
        })
        .unwrap();
    let day_zero = house.chart(patient).course().unwrap().day_zero.unwrap();
    let mut leaves = Vec::new();
    for day in 1..=40 {
        let date = day_zero.saturating_add(day.days());
        // One minute before and at nine, by the clock on the wall there.
        for (minute, wanted) in [(-1_i64, false), (0, true)] {
            let nine = zone.to_timestamp(date.at(9, 0, 0, 0)).unwrap();
            house.clock.set(nine + SignedDuration::from_mins(minute));
            let n = house
                .as_actor(Actor::system(Door::Command), |operation, clinic| {
                    remind::look(operation, clinic, &BOTH)
                })
                .unwrap();
            assert!(n <= usize::from(wanted), "day {day}");
            leaves.extend((n == 1).then_some(day));
        }
    }
    assert_eq!(day_zero.saturating_add(31.days()).to_string(), "2026-04-05");
    // Daily to day 30, then every other day.
    let expected: Vec<i32> = (1..=30).chain((31..=40).step_by(2)).collect();
    assert_eq!(leaves, expected);
    let chart = house.chart(patient);
    for (_, fact) in chart.reminders() {
        let local = zone.to_datetime(fact.leaves_at);
        assert_eq!(local.time(), time(9, 0, 0, 0));
    }
}

#[test]
fn later_brings_the_same_link_once_more_and_a_double_tap_is_one() {
    let mut given = Given::new();
    given.at(1, 9);
    given.look();
    let work = given.waiting(given.house.now()).remove(0);
    let Leaving::Now(letter) = given.leaving(&work) else {
        panic!("it may leave now");
    };
    message::left(&given.house.clinic, &work, given.house.now()).unwrap();
    let token = letter.text.split("/check-in/").nth(1).unwrap().trim();
    let token = token.to_owned();
    let put_off = |given: &mut Given, later| {
        given
            .house
            .as_actor(Actor::public(Door::Link), |operation, clinic| {
                link::put_off(operation, clinic, &token, later)
            })
    };
    let first = put_off(&mut given, Later::Hour).unwrap();
    assert_eq!(first, given.house.now() + HOUR);
    assert_eq!(put_off(&mut given, Later::Evening).unwrap(), first);
    assert_eq!(given.n_reminders(), 2);
    given.house.clock.forward(HOUR);
    let work = given.waiting(given.house.now()).remove(0);
    let Leaving::Now(again) = given.leaving(&work) else {
        panic!("it may leave now");
    };
    assert!(again.text.contains(&token));
    // Three times, and no more.
    given.house.clock.forward(HOUR);
    put_off(&mut given, Later::Hour).unwrap();
    given.house.clock.forward(HOUR);
    given.house.clock.forward(HOUR);
    put_off(&mut given, Later::Hour).unwrap();
    given.house.clock.forward(HOUR);
    given.house.clock.forward(HOUR);
    assert!(put_off(&mut given, Later::Hour).is_err());
    assert_eq!(given.look(), 0, "the day's own reminder is not sent again");
}

#[test]
fn a_visit_is_reminded_of_the_day_before_and_the_log_tells_only_what_is_known() {
    let mut given = Given::new();
    given.at(4, 10);
    let starts_at = given.house.now();
    given.at(0, 10);
    let booked = VisitBooked {
        visit: VisitId::from_uuid(uuid::Uuid::from_u128(77)),
        course: Some(given.course),
        purpose: VisitPurpose::Therapy,
        title: line("Ketamine integration"),
        day: None,
        starts_at,
        minutes: 50,
        with: None,
        room: None,
        number: None,
    };
    let patient = given.patient;
    given
        .house
        .by(Role::Coordinator, |operation, clinic| {
            visit::book(operation, clinic, patient, vec![booked])
        })
        .unwrap();
    given.at(3, 16);
    given.look();
    let n_before = given.n_reminders();
    given.at(3, 17);
    let five = given.house.now();
    given.look();
    given.look();
    assert_eq!(given.n_reminders(), n_before + 1);
    let chart = given.house.chart(patient);
    let clinic = &given.house.clinic;
    let logged = message::of(clinic, patient, &chart, 10).unwrap();
    assert_eq!(logged[0].reminds, Reminds::Visit);
    assert_eq!(logged[0].sent_at, None);
    let works = given.waiting(five);
    let letter = works.iter().find_map(|work| match given.leaving(work) {
        Leaving::Now(letter) if letter.reference == logged[0].reference() => Some((work, letter)),
        _ => None,
    });
    let (work, letter) = letter.unwrap();
    assert!(letter.text.contains("10:00"), "{}", letter.text);
    assert!(!letter.text.contains("integration"), "{}", letter.text);
    message::left(clinic, work, five).unwrap();
    let logged = message::of(clinic, patient, &chart, 10).unwrap();
    assert_eq!(logged[0].sent_at, Some(five));
    assert_eq!(logged[0].delivered_at, None, "nobody said that it was");
    let on = message::on(clinic, clinic.zone_today(five), 50).unwrap();
    assert!(on.iter().any(|one| one.message == logged[0].message));
    // A visit that moves is another occasion, and the message about the old time never leaves.
    given.at(3, 18);
    let moved = starts_at + HOUR;
    given
        .house
        .by(Role::Coordinator, |operation, clinic| {
            let visit = VisitId::from_uuid(uuid::Uuid::from_u128(77));
            let to = Move {
                starts: clinic.zone().to_datetime(moved),
                room: None,
                with: None,
                reason: line("Another hour suits"),
            };
            move_visit(operation, clinic, patient, visit, &to)
        })
        .unwrap();
    given.look();
    assert_eq!(given.n_reminders(), n_before + 2);
}
