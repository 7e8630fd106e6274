//! `rules reassess` on a clinic's own data folder, as an administrator runs it.

use clinic::act::registration::take_history;
use clinic::{Actor, Operation};
use jiff::Timestamp;
use record::chart::course::CourseState;
use record::fact::person::{HistoryAnswer, HistoryTaken, HistoryValue};
use record::ids::PatientId;
use record::words::{Door, Line, YesNo};
use virtual_clinic::chance::Seeded;

use crate::ground::Ground;
use crate::peopled::peopled;

const PATIENTS: usize = 12;

fn at() -> Timestamp {
    "2026-03-02T14:00:00Z".parse().unwrap()
}

fn number(text: &str, name: &str) -> u64 {
    let read: serde_json::Value = serde_json::from_str(text).unwrap();
    read[name].as_u64().unwrap()
}

#[test]
fn every_open_course_is_assessed_by_the_signed_rules_and_what_came_out_otherwise_is_reported() {
    let ground = Ground::fresh();
    let (clinic, clock) = peopled(&ground, at(), "America/New_York", PATIENTS);
    // Of one whose course is open, a history that excludes is written down after the last assessment.
    let board = clinic.board();
    let everybody: Vec<PatientId> = board.lines().map(|(patient, _)| *patient).collect();
    drop(board);
    let is_assessed = |patient: &PatientId| {
        let known = clinic.chart(*patient).unwrap();
        let course = known
            .chart
            .course()
            .filter(|course| matches!(course.state, CourseState::Open | CourseState::Paused));
        course.is_some_and(|course| known.chart.assessment(course.id).is_some())
    };
    let open: Vec<PatientId> = everybody.into_iter().filter(is_assessed).collect();
    assert!(open.len() > 3, "{}", open.len());
    let mut chance = Seeded::new(31);
    let mut operation = Operation::new(Actor::system(Door::Virtual), &clock, &mut chance);
    let history = HistoryTaken {
        part: Line::new("the day").unwrap(),
        answers: vec![HistoryAnswer {
            input: Line::new("psychosis_current").unwrap(),
            answer: HistoryValue::Plain(YesNo::Yes),
        }],
    };
    take_history(&mut operation, &clinic, open[0], history).unwrap();
    drop(clinic);

    let said = ground
        .ask(&["rules", "reassess", "--format", "json"])
        .done();
    assert_eq!(
        number(&said, "n_assessed"),
        u64::try_from(open.len()).unwrap(),
        "{said}"
    );
    assert!(number(&said, "n_changed") >= 1, "{said}");
    // Asked again it finds nothing new, and says the rules by which it looked.
    let again = ground.ask(&["rules", "reassess"]).done();
    assert!(
        again.contains("by house@1: 0 came out otherwise"),
        "{again}"
    );
    let checked = ground.ask(&["verify"]).done();
    assert!(!checked.is_empty());
}

#[test]
fn without_a_signed_pack_nothing_is_assessed_and_one_sentence_says_what_to_do() {
    let ground = Ground::fresh();
    let head = ground.ask(&["checkpoint"]).done();
    let said = ground.ask(&["rules", "reassess"]);
    said.refused(2, &["medical director", "sign"]);
    assert!(said.out.is_empty(), "{}", said.out);
    let after = ground.ask(&["checkpoint"]).done();
    let position = |text: &str| {
        let line = text.lines().find(|line| line.contains("position"));
        line.map(str::to_owned)
    };
    assert_eq!(position(&head), position(&after), "something was written");
}
