//! The numbers of clinic policy are data: another number, another behaviour.

use jiff::{SignedDuration, ToSpan as _};
use record::fact::care::{AlertCause, Urgency};
use record::quantity::Score10;
use record::words::Said;

use crate::harness::{TestClinic, fields};
use crate::sample::a_calm_day;

/// What a check-in with a craving of 6 raises in a clinic with these numbers.
fn raised_by_craving_of_six(own: &[(&str, &str)]) -> Vec<(AlertCause, Urgency, SignedDuration)> {
    let mut given = TestClinic::with_settings(own);
    let (patient, course) = given.assessed();
    let mut answered = a_calm_day(course, given.today());
    answered.craving_peak = Said::Answered(Score10::new(6).unwrap());
    given.check_in(patient, answered).unwrap();
    let alerts = given.chart(patient).alerts();
    alerts
        .into_iter()
        .map(|alert| {
            let within = alert.due_at.duration_since(alert.raised_at);
            (alert.cause, alert.urgency, within)
        })
        .collect()
}

#[test]
fn from_which_craving_a_person_looks_and_by_when_is_the_clinics_own_number() {
    assert_eq!(raised_by_craving_of_six(&[]), []);
    let own = [
        ("craving_to_watch", "6 points"),
        ("alert_watch_within", "2 h"),
    ];
    let within = SignedDuration::from_hours(2);
    assert_eq!(
        raised_by_craving_of_six(&own),
        [(AlertCause::Craving, Urgency::Watch, within)]
    );
}

#[test]
fn how_long_a_weight_holds_and_what_can_be_drawn_are_the_clinics_own_numbers() {
    let mut given =
        TestClinic::with_settings(&[("weight_valid", "60 d"), ("dose_drawn_in", "5 mg")]);
    let (patient, course) = given.assessed();
    given.clock.forward(SignedDuration::from_hours(24 * 31));
    given.consent(patient, course);
    given.prescribe(patient, course).unwrap();
    // 0.8 mg/kg for 77.6 kg is 62.08 mg; 60 mg can be drawn in steps of 5.
    assert_eq!(given.planned_dose(patient, course).get(), 60_000);
}

/// A plan from a week on, in a clinic with these numbers, its visits booked where they may be.
fn booked(own: &[(&str, &str)]) -> Result<Vec<u32>, Vec<&'static str>> {
    let mut given = TestClinic::with_settings(own);
    let (patient, course) = given.assessed();
    given.consent(patient, course);
    let day_zero = given.today().saturating_add(7.days());
    given.prescribe_from(patient, course, day_zero).unwrap();
    let outcome = given.book_plan(patient, course);
    if outcome.is_err() {
        return Err(fields(outcome));
    }
    let visits = given.chart(patient).visits();
    Ok(visits.into_iter().map(|visit| visit.minutes).collect())
}

#[test]
fn how_long_a_visit_is_booked_and_may_be_are_the_clinics_own_numbers() {
    assert!(booked(&[]).unwrap().contains(&180));
    assert!(
        booked(&[("dosing_visit", "200 min")])
            .unwrap()
            .contains(&200)
    );
    let shorter = booked(&[("dosing_visit", "200 min"), ("visit_longest", "3 h")]);
    assert_eq!(shorter.unwrap_err(), ["minutes"]);
}
