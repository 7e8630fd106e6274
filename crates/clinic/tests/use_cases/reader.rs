//! The second reader of an override is another prescriber who signs, and never a typed name.

use clinic::act::confirm::{Confirmed, FIELD, confirm};
use clinic::act::eligibility::override_rule;
use clinic::act::people::{NewPerson, add, change_roles, leave};
use clinic::act::reader::{Hands, READER, READER_SECRET, read_by};
use clinic::{Actor, ActorId, Denied};
use record::fact::decision::EligibilityOverridden;
use record::ids::{CourseId, PatientId, PersonId};
use record::words::{Role, YesNo};

use super::harness::{TestClinic, fields, line, prose, staff};

const SECRET: &str = "a harbour with four terns";

fn person(given: &mut TestClinic, name: &str, role: Role) -> (PersonId, Actor) {
    let id = given
        .by(Role::System, |operation, clinic| {
            let person = NewPerson {
                name: line(name),
                sign_in_name: line(&name.to_lowercase()),
                roles: vec![role],
                patient: None,
            };
            add(operation, clinic, person, SECRET)
        })
        .unwrap();
    let mut actor = staff(role);
    actor.id = ActorId::Person(id);
    actor.name = line(name);
    (id, actor)
}

/// A person with psychosis in the past, whose rule E11 asks for a second reader.
fn asked(given: &mut TestClinic) -> (PatientId, CourseId) {
    given.assessed_with(&[("psychosis_past", YesNo::Yes)])
}

fn with_name(course: CourseId, name: Option<&str>) -> EligibilityOverridden {
    EligibilityOverridden {
        course,
        rule: line("E11"),
        reason: prose("Eleven years without one"),
        mitigation: prose("BPRS+ before and after each dose"),
        second_reader: name.map(line),
        second_reader_person: None,
        rule_version: None,
        signed: None,
    }
}

fn read(
    given: &mut TestClinic,
    by: &Actor,
    reader: PersonId,
    secret: &str,
) -> Result<Confirmed, Denied> {
    given.as_actor(by.clone(), |operation, clinic| {
        read_by(operation, clinic, reader, secret)
    })
}

fn overridden(
    given: &mut TestClinic,
    by: &Actor,
    (patient, course): (PatientId, CourseId),
    reader: Option<&Confirmed>,
) -> Result<(), Denied> {
    given.as_actor(by.clone(), |operation, clinic| {
        let typed = with_name(course, Some("Dr Somebody Else"));
        let own = confirm(operation, clinic, SECRET)?;
        let hands = Hands { own: &own, reader };
        override_rule(operation, clinic, patient, typed, hands).map(|_| ())
    })
}

#[test]
fn an_override_is_signed_with_the_pass_phrase_of_the_one_who_overrides_and_of_nobody_else() {
    let mut given = TestClinic::new();
    let (_, first) = person(&mut given, "Okafor", Role::Prescriber);
    let (second, _) = person(&mut given, "Haddad", Role::Prescriber);
    let (patient, course) = asked(&mut given);
    let other = read(&mut given, &first, second, SECRET).unwrap();
    let tried = given.as_actor(first.clone(), |operation, clinic| {
        let hands = Hands {
            own: &other,
            reader: Some(&other),
        };
        override_rule(operation, clinic, patient, with_name(course, None), hands)
    });
    assert_eq!(fields(tried), [FIELD]);
    let guessed = given.as_actor(first, |operation, clinic| {
        confirm(operation, clinic, "a guess at it")
    });
    assert_eq!(fields(guessed), [FIELD]);
    assert_eq!(given.chart(patient).overrides(course).len(), 0);
}

#[test]
fn a_typed_name_is_no_second_reader_and_another_prescribers_pass_phrase_is() {
    let mut given = TestClinic::new();
    let (_, first) = person(&mut given, "Okafor", Role::Prescriber);
    let (second, _) = person(&mut given, "Haddad", Role::Prescriber);
    let of = asked(&mut given);
    assert_eq!(fields(overridden(&mut given, &first, of, None)), [READER]);
    assert_eq!(given.chart(of.0).overrides(of.1).len(), 0);
    let reader = read(&mut given, &first, second, SECRET).unwrap();
    overridden(&mut given, &first, of, Some(&reader)).unwrap();
    let chart = given.chart(of.0);
    let [(_, kept)] = chart.overrides(of.1).try_into().unwrap();
    assert_eq!(
        kept.second_reader,
        Some(line("Haddad")),
        "who signed, not what was typed"
    );
    assert_eq!(kept.second_reader_person, Some(second));
}

#[test]
fn nobody_is_their_own_second_reader() {
    let mut given = TestClinic::new();
    let (id, first) = person(&mut given, "Okafor", Role::Prescriber);
    let of = asked(&mut given);
    assert_eq!(fields(read(&mut given, &first, id, SECRET)), [READER]);
    // Confirmed for another signature, offered as one's own second reader.
    let (_, other) = person(&mut given, "Haddad", Role::Prescriber);
    let own = read(&mut given, &other, id, SECRET).unwrap();
    assert_eq!(
        fields(overridden(&mut given, &first, of, Some(&own))),
        [READER]
    );
    assert_eq!(given.chart(of.0).overrides(of.1).len(), 0);
}

#[test]
fn one_who_does_not_prescribe_is_no_second_reader() {
    let mut given = TestClinic::new();
    let (_, first) = person(&mut given, "Okafor", Role::Prescriber);
    for role in [Role::Nurse, Role::Therapist, Role::Coordinator] {
        let (other, _) = person(&mut given, role.label(), role);
        assert_eq!(fields(read(&mut given, &first, other, SECRET)), [READER]);
    }
}

#[test]
fn one_whose_role_was_withdrawn_or_who_left_is_no_second_reader() {
    let mut given = TestClinic::new();
    let (_, first) = person(&mut given, "Okafor", Role::Prescriber);
    let (changed, _) = person(&mut given, "Haddad", Role::Prescriber);
    let (gone, _) = person(&mut given, "Silva", Role::Prescriber);
    given
        .by(Role::System, |operation, clinic| {
            change_roles(operation, clinic, changed, vec![Role::Nurse], None)
        })
        .unwrap();
    given
        .by(Role::System, |operation, clinic| {
            leave(operation, clinic, gone, None)
        })
        .unwrap();
    for other in [changed, gone] {
        assert_eq!(fields(read(&mut given, &first, other, SECRET)), [READER]);
    }
}

#[test]
fn a_wrong_pass_phrase_signs_nothing_and_too_many_lock_the_reader() {
    let mut given = TestClinic::new();
    let (_, first) = person(&mut given, "Okafor", Role::Prescriber);
    let (second, _) = person(&mut given, "Haddad", Role::Prescriber);
    for _ in 0..5 {
        assert_eq!(
            fields(read(&mut given, &first, second, "four terns")),
            [READER_SECRET]
        );
    }
    assert_eq!(
        fields(read(&mut given, &first, second, SECRET)),
        [READER_SECRET],
        "locked"
    );
}

#[test]
fn an_override_without_the_signature_its_rule_asks_for_lifts_nothing_in_the_rules() {
    let mut given = TestClinic::new();
    let (_, first) = person(&mut given, "Okafor", Role::Prescriber);
    let (second, _) = person(&mut given, "Haddad", Role::Prescriber);
    let of = asked(&mut given);
    let reader = read(&mut given, &first, second, SECRET).unwrap();
    overridden(&mut given, &first, of, Some(&reader)).unwrap();
    let chart = given.chart(of.0);
    let pack = given.clinic.library().pack();
    let zone = given.clinic.zone();
    let mut facts = clinic::facts::of(&chart, of.1, pack, given.today(), &zone);
    let lifts = |facts: &protocol::Facts| {
        let run = protocol::assess(facts, pack, protocol::Stage::Screen, given.now());
        let mut verdicts = run.verdicts.iter();
        let one = verdicts.find(|one| one.rule.id == "E11").unwrap();
        one.overridden.is_some()
    };
    assert!(lifts(&facts));
    facts.overrides[0].second_reader = None;
    assert!(!lifts(&facts));
}

#[test]
fn an_override_keeps_what_its_signature_says_with_the_name_and_the_time() {
    let mut given = TestClinic::new();
    let (_, first) = person(&mut given, "Okafor", Role::Prescriber);
    let (second, _) = person(&mut given, "Haddad", Role::Prescriber);
    let (patient, course) = asked(&mut given);
    let other = read(&mut given, &first, second, SECRET).unwrap();
    overridden(&mut given, &first, (patient, course), Some(&other)).unwrap();
    let now = given.now();
    let chart = given.chart(patient);
    let (entry, one) = *chart.overrides(course).first().unwrap();
    let says = one.signed.as_ref().unwrap();
    assert_eq!(says.as_str(), clinic::act::reader::MEANING);
    assert_eq!(entry.recorded_at.0, now);
    assert_eq!(entry.author.who, first.person().unwrap().to_string());
}
