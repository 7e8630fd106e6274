//! Laws of the board: however it came about, it is the same value.

use clinic::act::course::Turn;
use jiff::ToSpan as _;
use proptest::prelude::*;
use record::ids::{CourseId, PatientId};
use record::words::Said;

use super::harness::{TestClinic, prose};
use super::sample::a_calm_day;

/// A person whose plan begins in a week, so that its visits can be booked.
fn planned_for_later(given: &mut TestClinic) -> (PatientId, CourseId) {
    let (patient, course) = given.assessed();
    given.consent(patient, course);
    let day_zero = given.today().saturating_add(7.days());
    given.prescribe_from(patient, course, day_zero).unwrap();
    (patient, course)
}

/// Does one of the things people do; what is denied changes nothing.
fn step(given: &mut TestClinic, number: u8, people: &mut Vec<(PatientId, CourseId)>) {
    if number.is_multiple_of(8) || people.is_empty() {
        people.push(if number < 100 {
            given.planned()
        } else {
            planned_for_later(given)
        });
        return;
    }
    let at = usize::from(number / 8) % people.len();
    let (patient, course) = people[at];
    let day = given.today();
    match number % 8 {
        1 => drop(given.check_in(patient, a_calm_day(course, day))),
        2 => {
            let mut answered = a_calm_day(course, day);
            answered.used = Said::Answered(true);
            drop(given.check_in(patient, answered));
        }
        3 => drop(given.book_plan(patient, course)),
        4 => drop(given.open_session(patient, course)),
        5 => drop(given.turn(
            patient,
            course,
            Turn::Pause {
                reason: prose("Away"),
            },
        )),
        6 => drop(given.turn(patient, course, Turn::Return { reason: None })),
        _ => given.clock.forward(jiff::SignedDuration::from_hours(24)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn the_board_is_the_same_folded_step_by_step_anew_or_from_a_snapshot(
        steps in proptest::collection::vec(any::<u8>(), 1..24),
        kept_after in 0_usize..24,
    ) {
        let mut given = TestClinic::new();
        let mut people = Vec::new();
        for (at, number) in steps.into_iter().enumerate() {
            step(&mut given, number, &mut people);
            if at == kept_after {
                let anew = given.opened_anew();
            prop_assert_eq!(&*given.clinic.board(), &*anew.board());
                given.clinic.keep_snapshot().unwrap();
            }
        }
        let anew = given.opened_anew();
            prop_assert_eq!(&*given.clinic.board(), &*anew.board());
    }
}

#[test]
fn a_long_record_read_by_several_threads_is_the_chart_that_grew_entry_by_entry() {
    let mut given = TestClinic::new();
    let (patient, course) = given.planned();
    given.clinic.chart(patient).unwrap();
    for _ in 0..260 {
        given
            .check_in(patient, a_calm_day(course, given.today()))
            .unwrap();
    }
    let grown = given.clinic.chart(patient).unwrap();
    assert!(grown.chart.entries().len() > 260);
    let anew = given.opened_anew().chart(patient).unwrap();
    assert_eq!(anew.chart, grown.chart);
    assert_eq!(anew.version, grown.version);
}

#[test]
fn a_snapshot_that_cannot_be_read_or_is_of_another_journal_is_thrown_away() {
    let mut given = TestClinic::new();
    given.assessed();
    given.clinic.keep_snapshot().unwrap();
    let rows = given.clinic.journal().rim_scan("board_8", "", 10).unwrap();
    assert!(!rows.is_empty(), "a snapshot is kept");

    let strange = TestClinic::new();
    for row in &rows {
        strange
            .clinic
            .journal()
            .rim_put("board_8", &row.key, &row.value, None)
            .unwrap();
    }
    assert_eq!(strange.opened_anew().board().n_records(), 0);

    given
        .clinic
        .journal()
        .rim_put("board_8", "00000000", b"not a row", None)
        .unwrap();
    let anew = given.opened_anew();
    assert_eq!(&*given.clinic.board(), &*anew.board());
}
