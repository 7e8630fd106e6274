//! When a reading is due, and what becomes of one that does not come.

use clinic::act::room::{self, watch};
use jiff::SignedDuration;
use record::fact::care::AlertRaised;
use record::fact::observation::VitalsObserved;
use record::fact::room::ReadingMissed;
use record::words::Role;
use record::{Clock as _, Kind};

use super::harness::TestClinic;
use super::room::set;

#[test]
fn a_reading_that_is_late_is_stamped_missed_once_and_people_are_told_step_by_step() {
    let mut given = TestClinic::new();
    let (patient, session) = given.running();
    given.chart_set(patient, session, set(128, 78)).unwrap();
    given.minutes(5);
    given.watch();
    assert_eq!(
        given.n_of(patient, Kind::ReadingMissed),
        0,
        "five minutes are the grace"
    );
    given.minutes(1);
    given.watch();
    given.watch();
    let missed: Vec<String> = given
        .chart(patient)
        .all::<ReadingMissed>()
        .flat_map(|(_, one)| one.items.clone())
        .map(|item| item.to_string())
        .collect();
    assert!(
        missed.contains(&"respiratory_rate".to_owned()),
        "{missed:?}"
    );
    assert!(!missed.contains(&"systolic".to_owned()), "{missed:?}");
    let told = |given: &TestClinic| -> Vec<String> {
        let chart = given.chart(patient);
        let alerts = chart
            .all::<AlertRaised>()
            .map(|(_, one)| one.sentence.to_string());
        alerts.filter(|words| words.contains("M19")).collect()
    };
    let n_first = told(&given).len();
    assert_eq!(n_first, 1);
    given.minutes(5);
    given.watch();
    assert_eq!(told(&given).len(), 2, "the next people are told");
}

#[test]
fn a_reading_charted_later_for_a_missed_time_does_not_take_the_stamp_back() {
    let mut given = TestClinic::new();
    let (patient, session) = given.running();
    given.minutes(17);
    given.watch();
    let n_stamped = given.n_of(patient, Kind::ReadingMissed);
    assert!(n_stamped > 0);
    let at = given
        .chart(patient)
        .sessions()
        .pop()
        .unwrap()
        .started
        .unwrap()
        .at;
    let ten = at.checked_add(SignedDuration::from_mins(10)).unwrap();
    given
        .by(Role::Nurse, |operation, clinic| {
            operation.occurred_at = Some(ten);
            room::chart(operation, clinic, patient, session, set(130, 80))
        })
        .unwrap();
    let chart = given.chart(patient);
    assert_eq!(chart.all::<ReadingMissed>().count(), n_stamped);
    let (entry, _) = chart.all::<VitalsObserved>().last().unwrap();
    assert_eq!(entry.minutes_late(), 7, "both times are kept");
}

#[test]
fn after_a_crisis_pressure_is_due_again_in_five_minutes() {
    let mut given = TestClinic::new();
    let (patient, session) = given.running();
    given.minutes(10);
    given.chart_set(patient, session, set(165, 95)).unwrap();
    given.minutes(1);
    let chart = given.chart(patient);
    let there = chart.sessions().pop().unwrap();
    let now = there
        .started
        .unwrap()
        .at
        .checked_add(SignedDuration::from_mins(11))
        .unwrap();
    let dues = watch::dues(&given.clinic, &chart, &there, now);
    let pressure = dues
        .iter()
        .find(|due| due.item == "systolic" && due.read_at.is_none() && due.minute > 10);
    assert_eq!(pressure.unwrap().minute, 15);
    assert_eq!(pressure.unwrap().rule.as_deref(), Some("M06"));
    let (due_at, _) = watch::next(&dues, &there).unwrap();
    assert!(watch::asked_by(&dues, &there, due_at).is_empty());
    assert_eq!(
        watch::next_of(&dues, &there, "systolic"),
        Some(pressure.unwrap().at)
    );
}

#[test]
fn a_reading_a_rule_asked_for_is_stamped_missed_and_told_like_any_other() {
    let mut given = TestClinic::new();
    let (patient, session) = given.running();
    given.minutes(10);
    given.chart_set(patient, session, set(165, 95)).unwrap();
    given.minutes(11);
    given.watch();
    let chart = given.chart(patient);
    let started = chart.sessions().pop().unwrap().started.unwrap().at;
    let missed = |minute: i64| {
        let due_at = started + SignedDuration::from_mins(minute);
        chart.all::<ReadingMissed>().any(|(_, one)| {
            one.due_at == due_at && one.items.iter().any(|item| item.as_str() == "systolic")
        })
    };
    assert!(missed(15), "the rule's own time went by without a reading");
    assert!(!missed(20), "a minute after its time the next is not late");
}

#[test]
fn once_pressure_is_quiet_the_protocol_says_when_it_is_due_again() {
    let mut given = TestClinic::new();
    let (patient, session) = given.running();
    given.minutes(10);
    given.chart_set(patient, session, set(165, 95)).unwrap();
    given.minutes(5);
    given.chart_set(patient, session, set(138, 84)).unwrap();
    given.minutes(1);
    let chart = given.chart(patient);
    let there = chart.sessions().pop().unwrap();
    let dues = watch::dues(&given.clinic, &chart, &there, given.clock.now());
    let next = watch::next_of(&dues, &there, "systolic").unwrap();
    assert_eq!(
        next,
        there.started.unwrap().at + SignedDuration::from_mins(30)
    );
}
