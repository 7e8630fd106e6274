//! From the first call to registration, and what a repeat of each is answered.

use clinic::Denied;
use clinic::act::{alert, check_in, enquiry, registration};
use jiff::{SignedDuration, ToSpan as _};
use record::Kind;
use record::fact::care::{AlertCause, Urgency};
use record::fact::enquiry::{ContactMade, ContactWay, Reached};
use record::fact::person::HistoryTaken;
use record::quantity::Score10;
use record::words::{Role, Said, YesNo};

use super::harness::{TestClinic, fields, is_not_found, line, prose, themselves};
use super::sample::{a_calm_day, a_reach, an_enquiry, an_identity};

#[test]
fn an_enquiry_without_agreement_or_a_way_to_answer_is_sent_back_whole() {
    let mut given = TestClinic::unsigned();
    let mut asked = an_enquiry();
    asked.agreed_to_contact = false;
    asked.reach.phone = None;
    let outcome = given.by(Role::Public, |operation, clinic| {
        enquiry::take(operation, clinic, asked)
    });
    assert_eq!(fields(outcome), ["agreed_to_contact", "phone"]);
    assert_eq!(given.n_entries(), 0);
}

#[test]
fn a_message_left_against_the_persons_wish_needs_its_reason() {
    let mut given = TestClinic::new();
    let mut asked = an_enquiry();
    asked.reach = a_reach(YesNo::No);
    let patient = given
        .by(Role::Public, |operation, clinic| {
            enquiry::take(operation, clinic, asked)
        })
        .unwrap();
    let mut left = ContactMade {
        way: ContactWay::Phone,
        reached: Reached::LeftMessage,
        summary: None,
    };
    let outcome = given.by(Role::Coordinator, |operation, clinic| {
        enquiry::make_contact(operation, clinic, patient, left.clone())
    });
    assert_eq!(fields(outcome), ["summary"]);
    left.summary = Some(prose("Their sister answered; only asked for a call back"));
    given
        .by(Role::Coordinator, |operation, clinic| {
            enquiry::make_contact(operation, clinic, patient, left)
        })
        .unwrap();
}

#[test]
fn an_evaluation_is_not_booked_in_the_past_nor_for_no_time_at_all() {
    let mut given = TestClinic::new();
    let patient = given.enquire();
    let past = record::Clock::now(&*given.clock) - SignedDuration::from_hours(2);
    let booking = enquiry::Booking {
        starts_at: past,
        minutes: 0,
        with: None,
    };
    let outcome = given.by(Role::Coordinator, |operation, clinic| {
        enquiry::book_evaluation(operation, clinic, patient, booking)
    });
    assert_eq!(fields(outcome), ["starts_at", "minutes"]);
}

#[test]
fn a_person_is_registered_once_and_not_born_tomorrow() {
    let mut given = TestClinic::new();
    let patient = given.enquire();
    let mut unborn = an_identity();
    unborn.born = Some(given.today().saturating_add(1.days()));
    let outcome = given.by(Role::Coordinator, |operation, clinic| {
        registration::register(operation, clinic, patient, unborn)
    });
    assert_eq!(fields(outcome), ["born"]);
    given.register(patient).unwrap();
    assert_eq!(fields(given.register(patient)), ["given"]);
}

#[test]
fn an_empty_form_of_history_is_sent_back() {
    let mut given = TestClinic::new();
    let patient = given.enquire();
    let empty = HistoryTaken {
        part: line("medical"),
        answers: Vec::new(),
    };
    let outcome = given.by(Role::Nurse, |operation, clinic| {
        registration::take_history(operation, clinic, patient, empty)
    });
    assert_eq!(fields(outcome), ["answers"]);
}

#[test]
fn a_repeated_command_returns_the_first_answer_and_writes_nothing() {
    let mut given = TestClinic::unsigned();
    let ask = |operation: &mut clinic::Operation<'_>, clinic: &clinic::Clinic| {
        enquiry::take(operation, clinic, an_enquiry())
    };
    let patient = given.under(Role::Public, 71, ask).unwrap();
    assert_eq!(given.under(Role::Public, 71, ask).unwrap(), patient);
    assert_eq!(given.n_entries(), 1);
    let register = |operation: &mut clinic::Operation<'_>, clinic: &clinic::Clinic| {
        registration::register(operation, clinic, patient, an_identity())
    };
    let first = given.under(Role::Coordinator, 72, register).unwrap();
    let again = given.under(Role::Coordinator, 72, register).unwrap();
    assert!(!first.repeated && again.repeated);
    assert_eq!(
        (again.number, again.position),
        (first.number, first.position)
    );
    assert_eq!(given.n_entries(), 2);
}

#[test]
fn a_refused_command_that_is_repeated_is_refused_once_more_and_recorded_once() {
    let mut given = TestClinic::new();
    let (patient, course) = given.assessed();
    let asked = clinic::act::plan::Prescription {
        course,
        day_zero: given.today(),
        weight_g: None,
    };
    for _ in 0..2 {
        let outcome = given.under(Role::Prescriber, 81, |operation, clinic| {
            clinic::act::plan::prescribe(operation, clinic, patient, &asked)
        });
        assert_eq!(super::harness::refused_by(outcome), "E52");
    }
    given.consent(patient, course);
    let outcome = given.under(Role::Prescriber, 81, |operation, clinic| {
        clinic::act::plan::prescribe(operation, clinic, patient, &asked)
    });
    assert_eq!(
        super::harness::refused_by(outcome),
        "E52",
        "an old no never becomes a silent yes"
    );
    assert_eq!(given.n_of(patient, Kind::RefusalGiven), 1);
    assert_eq!(given.n_of(patient, Kind::PlanPrescribed), 0);
}

#[test]
fn a_check_in_and_the_alerts_it_raises_are_one_append() {
    let mut given = TestClinic::new();
    let (patient, course) = given.assessed();
    let before = given.chart(patient).entries().len();
    let mut answered = a_calm_day(course, given.today());
    answered.used = Said::Answered(true);
    answered.wants_call = true;
    answered.safe = Said::Answered(YesNo::No);
    answered.craving_peak = Said::Answered(Score10::new(9).unwrap());
    given.check_in(patient, answered).unwrap();
    let chart = given.chart(patient);
    let alerts = chart.alerts();
    let mut causes: Vec<AlertCause> = alerts.iter().map(|alert| alert.cause).collect();
    causes.sort_unstable();
    assert_eq!(
        causes,
        [
            AlertCause::CallAsked,
            AlertCause::Craving,
            AlertCause::Safety
        ]
    );
    let added = chart.entries().get(before..).unwrap();
    assert_eq!(added.len(), 4);
    assert!(
        added
            .iter()
            .all(|entry| entry.recorded_at == added.first().unwrap().recorded_at)
    );
}

#[test]
fn a_check_in_of_a_day_to_come_or_of_another_patients_course_is_not_taken() {
    let mut given = TestClinic::new();
    let (patient, course) = given.assessed();
    let (_, others) = given.assessed();
    let tomorrow = given.today().saturating_add(1.days());
    assert_eq!(
        fields(given.check_in(patient, a_calm_day(course, tomorrow))),
        ["day"]
    );
    let today = given.today();
    assert!(is_not_found(
        &given.check_in(patient, a_calm_day(others, today))
    ));
}

#[test]
fn a_patient_answers_for_nobody_else_and_cannot_learn_that_anyone_else_exists() {
    let mut given = TestClinic::new();
    let (one, _) = given.assessed();
    let (other, others) = given.assessed();
    let answered = a_calm_day(others, given.today());
    let outcome = given.as_actor(themselves(one), |operation, clinic| {
        check_in::answer(operation, clinic, other, answered)
    });
    assert!(is_not_found(&outcome));
}

#[test]
fn an_alert_is_taken_and_closed_once() {
    let mut given = TestClinic::new();
    let (patient, _) = given.assessed();
    given
        .by(Role::Nurse, |operation, clinic| {
            alert::raise(
                operation,
                clinic,
                patient,
                AlertCause::Person,
                Urgency::Watch,
                &line("Pale"),
            )
        })
        .unwrap();
    let id = given.chart(patient).alerts().first().unwrap().id;
    let own = |operation: &mut clinic::Operation<'_>, clinic: &clinic::Clinic| {
        alert::own(operation, clinic, patient, id)
    };
    given.by(Role::Nurse, own).unwrap();
    assert!(matches!(
        given.by(Role::System, own),
        Err(Denied::Forbidden { .. })
    ));
    let close = |operation: &mut clinic::Operation<'_>, clinic: &clinic::Clinic| {
        alert::close(
            operation,
            clinic,
            patient,
            id,
            prose("Ate, and felt better"),
        )
    };
    given.by(Role::Nurse, close).unwrap();
    assert_eq!(fields(given.by(Role::Nurse, close)), ["note"]);
}
