//! Consents: who signs, how they prove it, and what a signature covers.

use std::collections::BTreeMap;

use clinic::act::confirm::Confirmed;
use clinic::act::consent::{Proof, Signature, filling, sign, withdraw};
use clinic::consent_text::parts_of;
use clinic::denied::Denied;
use record::Kind as EntryKind;
use record::fact::decision::{ConsentSigned, SignerProof};
use record::ids::{CourseId, PatientId};
use record::words::{Door, Line, Role};

use crate::harness::{TestClinic, staff};
use crate::sample::an_identity;

/// A signature as it should be, to be spoiled one part at a time.
pub(crate) fn signature(
    given: &TestClinic,
    patient: PatientId,
    course: CourseId,
    text: &str,
) -> Signature {
    let known = given.clinic.chart(patient).unwrap();
    let mut with = filling(&given.clinic, &known, course).unwrap();
    let text = given.clinic.library().consent(text).unwrap();
    with.answers = text
        .defaults(&with)
        .into_iter()
        .map(|(ask, default)| {
            (
                ask,
                if default.is_empty() {
                    "As said".to_owned()
                } else {
                    default
                },
            )
        })
        .collect::<BTreeMap<_, _>>();
    let mut desk = staff(Role::Coordinator);
    desk.door = Door::Virtual;
    Signature {
        course,
        text: text.id.clone(),
        shown_hash: text.shown(&with).unwrap().hash,
        answers: with.answers,
        signed_name: Line::clipped("Rowan Marsh"),
        on_behalf_as: None,
        proof: Proof::Witnessed {
            witness: Confirmed::made_up(&desk).unwrap(),
            born: an_identity().born,
        },
    }
}

fn signed(given: &mut TestClinic, patient: PatientId, signature: Signature) -> Result<(), Denied> {
    let mut desk = staff(Role::Coordinator);
    desk.door = Door::Virtual;
    given
        .as_actor(desk, |operation, clinic| {
            sign(operation, clinic, patient, signature)
        })
        .map(|_| ())
}

fn sentence(denied: Result<(), Denied>) -> String {
    match denied {
        Err(Denied::Invalid(faults)) => faults[0].sentence.clone(),
        other => panic!("{other:?}"),
    }
}

fn on_course(given: &mut TestClinic) -> (PatientId, CourseId) {
    let patient = given.enquire();
    given.register(patient).unwrap();
    given.examine(patient);
    let course = given.open_course(patient).unwrap();
    (patient, course)
}

#[test]
fn the_entry_keeps_exactly_what_was_shown_and_how_it_was_proved() {
    let mut given = TestClinic::new();
    let (patient, course) = on_course(&mut given);
    let signature = signature(&given, patient, course, "part-2");
    let hash = signature.shown_hash.clone();
    signed(&mut given, patient, signature).unwrap();
    let chart = given.chart(patient);
    let (_, one) = chart.all::<ConsentSigned>().next().unwrap();
    let shown = one.shown.as_ref().unwrap().as_str();
    assert_eq!(clinic::digest::hexadecimal(shown), hash);
    assert_eq!(parts_of(shown).parts.len(), 6);
    assert_eq!(one.proved_by, Some(SignerProof::BeforeWitness));
    assert!(
        one.answers
            .iter()
            .any(|answer| answer.ask.as_str() == "recipients")
    );
}

#[test]
fn a_text_with_one_answer_changed_is_not_the_one_that_was_shown() {
    let mut given = TestClinic::new();
    let (patient, course) = on_course(&mut given);
    let mut changed = signature(&given, patient, course, "part-2");
    changed
        .answers
        .insert("recipients".to_owned(), "Anyone".to_owned());
    assert!(sentence(signed(&mut given, patient, changed)).contains("changed since it was shown"));
    let mut open = signature(&given, patient, course, "part-2-named");
    open.answers.insert("recipients".to_owned(), String::new());
    assert!(sentence(signed(&mut given, patient, open)).contains("With whom"));
    assert_eq!(given.n_of(patient, EntryKind::ConsentSigned), 0);
}

#[test]
fn nobody_signs_with_another_birth_date_or_another_persons_pass_phrase() {
    let mut given = TestClinic::new();
    let (patient, course) = on_course(&mut given);
    let mut stranger = signature(&given, patient, course, "treatment");
    if let Proof::Witnessed { born, .. } = &mut stranger.proof {
        *born = Some(jiff::civil::date(1971, 1, 2));
    }
    assert!(sentence(signed(&mut given, patient, stranger)).contains("not the birth date"));
    let own = signature(&given, patient, course, "treatment");
    let other = given.by(Role::Nurse, |operation, clinic| {
        sign(operation, clinic, patient, own)
    });
    assert!(sentence(other.map(|_| ())).contains("not that of whoever is signed in"));
    assert_eq!(given.n_of(patient, EntryKind::ConsentSigned), 0);
}

#[test]
fn a_guardian_signs_in_their_own_name_and_it_says_so() {
    let mut given = TestClinic::new();
    let (patient, course) = on_course(&mut given);
    let mut theirs = signature(&given, patient, course, "treatment");
    theirs.signed_name = Line::clipped("Ines Marsh");
    theirs.on_behalf_as = Some(Line::clipped("guardian"));
    if let Proof::Witnessed { born, .. } = &mut theirs.proof {
        *born = None;
    }
    signed(&mut given, patient, theirs).unwrap();
    let chart = given.chart(patient);
    let (_, one) = chart.all::<ConsentSigned>().next().unwrap();
    assert_eq!(
        one.on_behalf_as.as_ref().map(Line::as_str),
        Some("guardian")
    );
}

#[test]
fn what_was_revoked_can_be_signed_anew_and_what_is_in_force_cannot() {
    let mut given = TestClinic::new();
    let (patient, course) = on_course(&mut given);
    let again = signature(&given, patient, course, "telehealth");
    signed(&mut given, patient, again.clone()).unwrap();
    assert!(sentence(signed(&mut given, patient, again.clone())).contains("in force"));
    let consent = given
        .chart(patient)
        .all::<ConsentSigned>()
        .next()
        .unwrap()
        .1
        .consent;
    given
        .by(Role::Coordinator, |operation, clinic| {
            withdraw(operation, clinic, patient, consent, None)
        })
        .unwrap();
    signed(&mut given, patient, again).unwrap();
    assert_eq!(given.n_of(patient, EntryKind::ConsentSigned), 2);
}

#[test]
fn a_text_of_another_version_than_the_one_in_use_is_not_signed_and_the_sentence_says_to_read_it_again()
 {
    let mut given = TestClinic::new();
    let (patient, course) = on_course(&mut given);
    let known = given.clinic.chart(patient).unwrap();
    let mut older = given.clinic.library().consent("treatment").unwrap().clone();
    older.version += 1;
    let mut filling = filling(&given.clinic, &known, course).unwrap();
    let mut signature = signature(&given, patient, course, "treatment");
    filling.answers.clone_from(&signature.answers);
    let now = signature.shown_hash.clone();
    signature.shown_hash = older.shown(&filling).unwrap().hash;
    assert_ne!(
        signature.shown_hash, now,
        "the version is part of what is hashed"
    );
    assert!(
        sentence(signed(&mut given, patient, signature)).contains("changed since it was shown")
    );
    assert_eq!(given.n_of(patient, EntryKind::ConsentSigned), 0);
}

#[test]
fn a_consent_that_ran_out_or_was_revoked_stands_in_the_way_of_plan_and_dose() {
    use clinic::act::eligibility::may_prescribe;
    let mut given = TestClinic::new();
    let (patient, course) = given.assessed();
    let rule = |given: &TestClinic, day| {
        may_prescribe(&given.clinic, &given.chart(patient), course, day)
            .err()
            .map(|refusal| refusal.rule)
    };
    assert_eq!(rule(&given, given.today()).as_deref(), Some("E52"));
    given.consent(patient, course);
    assert_eq!(rule(&given, given.today()), None);
    let chart = given.chart(patient);
    let (_, one) = chart
        .all::<ConsentSigned>()
        .find(|(_, one)| one.text.as_str() == "treatment")
        .unwrap();
    if let Some(last) = one.expires {
        assert_eq!(rule(&given, last), None, "its last day still counts");
        assert_eq!(
            rule(&given, last.tomorrow().unwrap()).as_deref(),
            Some("E52")
        );
    }
    let consent = one.consent;
    given
        .by(Role::Coordinator, |operation, clinic| {
            withdraw(operation, clinic, patient, consent, None)
        })
        .unwrap();
    assert_eq!(rule(&given, given.today()).as_deref(), Some("E52"));
}
