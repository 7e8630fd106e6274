//! Questionnaires: what is answered, what that flags, and what is kept on the way.

use clinic::act::instrument::{Filled, answer, enter_total, keep, scored, under_way};
use clinic::denied::Denied;
use clinic::operation::{Actor, ActorId};
use instruments::Answers;
use record::Kind as EntryKind;
use record::fact::care::{AlertRaised, Urgency};
use record::fact::observation::{FilledBy, InstrumentAnswered};
use record::ids::PatientId;
use record::words::{Door, Line, Role, Sex};

use crate::harness::TestClinic;

pub(crate) fn filled(instrument: &str, pairs: &[(&str, i32)]) -> Filled {
    Filled {
        instrument: instrument.to_owned(),
        answers: Answers::of(pairs.iter().copied()),
        filled_by: FilledBy::ReadAloud,
    }
}

fn a_patient(given: &mut TestClinic) -> PatientId {
    let patient = given.enquire();
    given.register(patient).unwrap();
    patient
}

fn themselves(patient: PatientId) -> Actor {
    Actor {
        id: ActorId::Patient(patient),
        name: Line::clipped("A patient"),
        roles: vec![Role::Patient],
        door: Door::Web,
    }
}

fn sentence_of(denied: &Denied) -> String {
    match denied {
        Denied::Invalid(faults) => faults[0].sentence.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn answers_are_kept_item_by_item_and_scored_when_they_are_read() {
    let mut given = TestClinic::new();
    let patient = a_patient(&mut given);
    let all: Vec<(String, i32)> = (1..=8).map(|item| (item.to_string(), 2)).collect();
    let pairs: Vec<(&str, i32)> = all
        .iter()
        .map(|(item, value)| (item.as_str(), *value))
        .collect();
    given
        .by(Role::Nurse, |operation, clinic| {
            answer(operation, clinic, patient, &filled("phq-9", &pairs))
        })
        .unwrap();
    let chart = given.chart(patient);
    let (_, answered) = chart.all::<InstrumentAnswered>().next().unwrap();
    assert_eq!(answered.entered_total, None);
    assert_eq!(
        answered.items.len(),
        10,
        "what was passed over is there as passed over"
    );
    let phq = given.clinic.library().instrument("phq-9").unwrap();
    let total = &scored(phq, answered, Sex::NotRecorded)[0];
    assert_eq!((total.value(), total.is_prorated), (Some(18.0), true));
}

#[test]
fn an_answer_to_the_ninth_item_is_someones_task_in_the_same_append_and_so_is_its_absence() {
    for (ninth, said) in [(Some(1), "dead"), (None, "not answered")] {
        let mut given = TestClinic::new();
        let patient = a_patient(&mut given);
        let mut pairs = vec![("1", 0)];
        pairs.extend(ninth.map(|value| ("9", value)));
        let before = given.n_entries();
        given
            .as_actor(themselves(patient), |operation, clinic| {
                answer(operation, clinic, patient, &filled("phq-9", &pairs))
            })
            .unwrap();
        assert_eq!(given.n_entries(), before + 2);
        let chart = given.chart(patient);
        let (_, raised) = chart.all::<AlertRaised>().last().unwrap();
        assert_eq!(raised.urgency, Urgency::ActNow);
        assert!(
            raised.sentence.as_str().contains(said),
            "{}",
            raised.sentence
        );
    }
}

#[test]
fn what_is_no_answer_is_refused_in_a_sentence_and_nothing_is_written() {
    let mut given = TestClinic::new();
    let patient = a_patient(&mut given);
    let before = given.n_entries();
    let mut refused = |filled: Filled| {
        let denied = given.by(Role::Nurse, |operation, clinic| {
            answer(operation, clinic, patient, &filled)
        });
        denied.unwrap_err()
    };
    assert!(sentence_of(&refused(filled("phq-9", &[("1", 4)]))).contains("no option"));
    assert!(sentence_of(&refused(filled("phq-9", &[("11", 1)]))).contains("no item"));
    assert!(sentence_of(&refused(filled("phq-9", &[]))).contains("Nothing was answered"));
    assert!(matches!(
        refused(filled("phq-99", &[("1", 1)])),
        Denied::NotFound
    ));
    let theirs = given.as_actor(themselves(patient), |operation, clinic| {
        answer(operation, clinic, patient, &filled("ciwa-ar", &[("1", 1)]))
    });
    assert!(sentence_of(&theirs.unwrap_err()).contains("staff"));
    let total = given.by(Role::Nurse, |operation, clinic| {
        enter_total(operation, clinic, patient, "phq-9", 28, FilledBy::Patient)
    });
    assert_eq!(sentence_of(&total.unwrap_err()), "PHQ-9 runs from 0 to 27");
    assert_eq!(given.n_entries(), before);
}

#[test]
fn answers_under_way_are_kept_until_they_are_given_and_are_no_entry() {
    let mut given = TestClinic::new();
    let patient = a_patient(&mut given);
    let before = given.n_entries();
    let begun = Answers::of([("1", 3), ("2", 0)]);
    let kept_now = |given: &mut TestClinic| {
        given
            .by(Role::Therapist, |operation, clinic| {
                under_way(operation, clinic, patient, "gad-7")
            })
            .unwrap()
            .map(|draft| draft.answers())
    };
    given
        .as_actor(themselves(patient), |operation, clinic| {
            keep(operation, clinic, patient, "gad-7", &begun)
        })
        .unwrap();
    assert_eq!(given.n_entries(), before);
    assert_eq!(kept_now(&mut given), Some(begun));
    given
        .by(Role::Nurse, |operation, clinic| {
            answer(operation, clinic, patient, &filled("gad-7", &[("1", 3)]))
        })
        .unwrap();
    assert_eq!(kept_now(&mut given), None);
    assert_eq!(given.n_of(patient, EntryKind::InstrumentAnswered), 1);
}

#[test]
fn a_score_answers_the_input_of_the_rules_that_asks_for_it() {
    let mut given = TestClinic::new();
    let patient = a_patient(&mut given);
    given
        .by(Role::Nurse, |operation, clinic| {
            enter_total(
                operation,
                clinic,
                patient,
                "ciwa-ar",
                11,
                FilledBy::Clinician,
            )
        })
        .unwrap();
    let screener = [("1", 1), ("2", 1), ("3", 1), ("4", 0), ("5", 0), ("6", 0)];
    given
        .by(Role::Nurse, |operation, clinic| {
            answer(
                operation,
                clinic,
                patient,
                &filled("c-ssrs-screener", &screener),
            )
        })
        .unwrap();
    let course = record::ids::CourseId::from_uuid(uuid::Uuid::from_u128(1));
    let (pack, zone) = (given.clinic.library().pack(), given.clinic.zone());
    let facts = clinic::facts::of(&given.chart(patient), course, pack, given.today(), &zone);
    let said = |input: &str| format!("{:?}", facts.of(input).last().map(|one| &one.answer));
    assert!(said("ciwa_ar").contains("11"), "{}", said("ciwa_ar"));
    assert!(
        said("cssrs_triage").contains("moderate"),
        "{}",
        said("cssrs_triage")
    );
    assert_eq!(said("cows"), "None");
}

/// The alerts of a patient so far, as urgency and sentence.
fn told(given: &TestClinic, patient: PatientId) -> Vec<(Urgency, String)> {
    let chart = given.chart(patient);
    chart
        .all::<AlertRaised>()
        .map(|(_, raised)| (raised.urgency, raised.sentence.to_string()))
        .collect()
}

#[test]
fn a_total_from_paper_raises_what_a_total_can_and_asks_what_it_leaves_open() {
    let by_paper = |instrument: &str, total: i32| {
        let mut given = TestClinic::new();
        let patient = a_patient(&mut given);
        given
            .by(Role::Nurse, |operation, clinic| {
                enter_total(
                    operation,
                    clinic,
                    patient,
                    instrument,
                    total,
                    FilledBy::Clinician,
                )
            })
            .unwrap();
        told(&given, patient)
    };
    let high = by_paper("c-ssrs-screener", 3);
    assert_eq!(high.len(), 1, "the strictest speaks for all: {high:?}");
    assert_eq!(high[0].0, Urgency::ActNow);
    assert!(high[0].1.contains("High risk"), "{high:?}");
    assert!(
        by_paper("c-ssrs-screener", 2)[0]
            .1
            .contains("Moderate risk")
    );
    assert!(by_paper("c-ssrs-screener", 1)[0].1.contains("Low risk"));
    assert!(by_paper("c-ssrs-screener", 0).is_empty());
    // A sum of 12 says nothing of the ninth item; a sum of 0 says that it is 0.
    let open = by_paper("phq-9", 12);
    assert_eq!(open.len(), 1, "{open:?}");
    assert!(open[0].1.contains("Item 9 was not answered"), "{open:?}");
    assert!(by_paper("phq-9", 0).is_empty());
    assert!(by_paper("gad-7", 21).is_empty());
}

#[test]
fn signs_of_psychosis_that_rise_by_three_since_the_first_of_the_day_are_reviewed() {
    let mut given = TestClinic::new();
    let patient = a_patient(&mut given);
    let rate = |given: &mut TestClinic, total: i32| {
        given
            .by(Role::Nurse, |operation, clinic| {
                let pairs = [
                    ("suspiciousness", total),
                    ("hallucinations", 0),
                    ("thought-content", 0),
                    ("disorganisation", 0),
                ];
                answer(operation, clinic, patient, &filled("bprs-positive", &pairs))
            })
            .unwrap();
        told(given, patient).len()
    };
    assert_eq!(rate(&mut given, 1), 0, "before the dose");
    assert_eq!(rate(&mut given, 3), 0, "a rise of two");
    assert_eq!(
        rate(&mut given, 4),
        1,
        "of three since the first, in two steps"
    );
    assert!(told(&given, patient)[0].1.contains("rose by 3 or more"));
    assert_eq!(rate(&mut given, 1), 1, "back again");
}
