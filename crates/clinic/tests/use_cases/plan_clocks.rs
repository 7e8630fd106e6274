//! A plan over a change of the clocks, in spring and autumn, in New York and in London: what stands at ten
//! stays at ten, protocol days are days of the calendar, and nothing is in two places.

use clinic::act::people::describe_clinic;
use clinic::act::plan::lay::Placing;
use clinic::act::plan::turn::{self, Move};
use clinic::{Clinic, Denied, Operation, Written};
use jiff::ToSpan;
use jiff::civil::{Date, DateTime, date, time};
use jiff::tz::TimeZone;
use protocol::Basis;
use record::calendar::protocol_day;
use record::chart::visit::Visit;
use record::fact::house::ClinicDescribed;
use record::fact::visit::VisitPurpose;
use record::ids::{CourseId, PatientId};
use record::words::Role;

use crate::harness::{TestClinic, line, prose};
use crate::plan::{booked, ready, signed, wall};

/// A zone, the Wednesday before its change, and by how many hours the offset then moves.
const CHANGES: [(&str, Date, i32); 4] = [
    ("America/New_York", date(2026, 3, 4), 1),
    ("America/New_York", date(2026, 10, 28), -1),
    ("Europe/London", date(2026, 3, 25), 1),
    ("Europe/London", date(2026, 10, 21), -1),
];

/// A clinic in that zone on the Monday before that Wednesday, and a patient with a plan from it on.
fn planned(zone: &str, wednesday: Date) -> (TestClinic, PatientId, CourseId) {
    let mut t = TestClinic::new();
    let place = TimeZone::get(zone).unwrap();
    let monday = wednesday.saturating_sub(2.days()).at(9, 0, 0, 0);
    t.clock.set(place.to_timestamp(monday).unwrap());
    let fact = ClinicDescribed {
        name: line("Tern Harbour Clinic"),
        zone: line(zone),
        phone: None,
        crisis_line: line("988"),
    };
    t.by(Role::System, |operation, clinic| {
        describe_clinic(operation, clinic, fact)
    })
    .unwrap();
    let (patient, course) = ready(&mut t);
    let asked = clinic::act::plan::sign::Design {
        course,
        wishes: clinic::act::plan::reckon::Wishes {
            basis: Some(Basis::Actual),
            ..clinic::act::plan::reckon::Wishes::of("kare-2022", wednesday)
        },
        placing: Placing {
            measures: Some(time(14, 0, 0, 0)),
            ..Placing::at(time(10, 0, 0, 0), time(8, 30, 0, 0))
        },
    };
    signed(&mut t, patient, &asked).unwrap();
    (t, patient, course)
}

fn doses(t: &TestClinic, patient: PatientId) -> Vec<Visit> {
    let visits = booked(t, patient).into_iter();
    visits
        .filter(|visit| visit.purpose == VisitPurpose::Dosing)
        .collect()
}

fn walls(t: &TestClinic, visits: &[Visit]) -> Vec<DateTime> {
    visits.iter().map(|visit| wall(t, visit)).collect()
}

/// Every visit stands at the hour it was laid at, on the day of the calendar its protocol day is.
fn keeps_its_hours_and_days(t: &TestClinic, patient: PatientId, course: CourseId) {
    let chart = t.chart(patient);
    let (_, plan) = chart.plan(course).unwrap();
    let all = booked(t, patient);
    assert!(all.len() > 5, "{}", all.len());
    for visit in &all {
        let at = wall(t, visit);
        let hour = match visit.purpose {
            VisitPurpose::Dosing => time(10, 0, 0, 0),
            VisitPurpose::Therapy => time(8, 30, 0, 0),
            _ => time(14, 0, 0, 0),
        };
        assert_eq!(at.time(), hour, "{} on {}", visit.title, at.date());
        let is_dose = visit.purpose == VisitPurpose::Dosing;
        if is_dose {
            let number = visit.number.unwrap();
            let dose = plan.doses.iter().find(|one| one.number == number).unwrap();
            assert_eq!(
                dose.day,
                protocol_day(at.date(), plan.day_zero),
                "{}",
                visit.title
            );
        }
    }
}

#[test]
fn a_plan_keeps_its_hours_and_its_days_over_spring_and_autumn_in_new_york_and_london() {
    for (zone, wednesday, hours) in CHANGES {
        let (t, patient, course) = planned(zone, wednesday);
        keeps_its_hours_and_days(&t, patient, course);
        let all = doses(&t, patient);
        let days: Vec<DateTime> = [0, 7, 14]
            .map(|days| wednesday.saturating_add(days.days()).at(10, 0, 0, 0))
            .to_vec();
        assert_eq!(walls(&t, &all), days, "{zone}");
        // A week over the change is an hour shorter or longer; the next is a week again.
        let hours_between = |one: usize| {
            let between = all[one + 1].starts_at.duration_since(all[one].starts_at);
            i32::try_from(between.as_hours()).unwrap()
        };
        assert_eq!(
            (hours_between(0), hours_between(1)),
            (168 - hours, 168),
            "{zone}"
        );
    }
}

fn by<T>(
    t: &mut TestClinic,
    act: impl FnOnce(&mut Operation<'_>, &Clinic) -> Result<T, Denied>,
) -> T {
    t.by(Role::Prescriber, act).unwrap()
}

#[test]
fn what_is_moved_over_a_change_stands_at_the_same_hour_of_another_day() {
    for (zone, wednesday, _) in CHANGES {
        let (mut t, patient, course) = planned(zone, wednesday);
        let reason = prose("Away for a funeral");
        let second = doses(&t, patient)[1].id;
        by(&mut t, |operation, clinic| {
            turn::shift(operation, clinic, patient, second, 7, &reason)
        });
        keeps_its_hours_and_days(&t, patient, course);
        let expected: Vec<DateTime> = [0, 14, 21]
            .map(|days| wednesday.saturating_add(days.days()).at(10, 0, 0, 0))
            .to_vec();
        assert_eq!(walls(&t, &doses(&t, patient)), expected, "{zone}");
        // One visit alone, back to before the change.
        let to = Move {
            starts: wednesday.saturating_add(2.days()).at(10, 0, 0, 0),
            room: None,
            with: None,
            reason: line("A seat came free"),
        };
        by(&mut t, |operation, clinic| {
            turn::move_visit(operation, clinic, patient, second, &to)
        });
        let chart = t.chart(patient);
        let (_, plan) = chart.plan(course).unwrap();
        let days: Vec<i32> = plan.doses.iter().map(|dose| dose.day.0).collect();
        assert_eq!(days, [0, 2, 21], "{zone}");
    }
}

#[test]
fn what_is_paused_before_a_change_and_taken_up_after_it_keeps_its_hours() {
    for (zone, wednesday, _) in CHANGES {
        let (mut t, patient, course) = planned(zone, wednesday);
        let before = walls(&t, &booked(&t, patient));
        by(&mut t, |operation, clinic| {
            turn::pause(operation, clinic, patient, course, prose("Flu"))
        });
        assert!(booked(&t, patient).is_empty());
        // Four weeks on, every visit at its own hour; what would fall on a closed day stands on the next.
        let first = before[0].date().saturating_add(28.days());
        by(&mut t, |operation, clinic| {
            let reason = Some(prose("Well again"));
            turn::resume(operation, clinic, patient, course, Some(first), reason)
        });
        let after = walls(&t, &booked(&t, patient));
        assert_eq!(after.len(), before.len());
        keeps_its_hours_and_days(&t, patient, course);
    }
}

#[test]
fn a_visit_moved_into_the_hour_that_does_not_exist_is_refused_and_nothing_moves() {
    for (zone, wednesday, missing) in [
        (
            "America/New_York",
            date(2026, 3, 4),
            date(2026, 3, 8).at(2, 30, 0, 0),
        ),
        (
            "Europe/London",
            date(2026, 3, 25),
            date(2026, 3, 29).at(1, 30, 0, 0),
        ),
    ] {
        let (mut t, patient, _) = planned(zone, wednesday);
        let before = booked(&t, patient);
        let to = Move {
            starts: missing,
            room: None,
            with: None,
            reason: line("By night"),
        };
        let second = before[1].id;
        let refused: Result<Written, Denied> = t.by(Role::Prescriber, |operation, clinic| {
            turn::move_visit(operation, clinic, patient, second, &to)
        });
        let Err(Denied::Invalid(faults)) = refused else {
            panic!("{zone}: a visit stands at a time that does not exist")
        };
        assert!(
            faults[0].sentence.contains("does not exist"),
            "{zone}: {}",
            faults[0].sentence
        );
        assert_eq!(booked(&t, patient), before);
    }
}
