//! The rule pack: nothing is run on a patient without the medical director's signature under it.

use clinic::act::confirm::{Confirmed, confirm};
use clinic::act::eligibility::assess;
use clinic::act::people::{NewPerson, add};
use clinic::act::rule_pack::{Change, Standing, differences, in_force, sign, standing};
use clinic::act::rule_pack::{before, moves};
use clinic::{Actor, ActorId, Clinic, Denied, Library};
use protocol::{PackText, house};
use record::Kind;
use record::words::{Door, Role};

use super::harness::{TestClinic, fields, line, refused_by, staff};

/// The pack that ships with some words of one file changed.
pub(crate) fn edited(file: &str, from: &str, to: &str) -> Library {
    edited_as(&[(file, from, to)])
}

/// The same, with several changes.
pub(crate) fn edited_as(changes: &[(&str, &str, &str)]) -> Library {
    let mut text = PackText::house();
    for (file, from, to) in changes {
        let mut files = text.files.iter_mut();
        let (_, words) = files.find(|(name, _)| name == file).unwrap();
        assert!(words.contains(from), "{file} does not say {from}");
        *words = words.replacen(from, to, 1);
    }
    Library::embedded()
        .unwrap()
        .with_pack_text(text, house::examples().unwrap())
        .unwrap()
}

fn sign_shown(given: &mut TestClinic, actor: Actor, shown: &str) -> Result<(), Denied> {
    let mut made_up = actor.clone();
    made_up.door = Door::Virtual;
    let confirmed = Confirmed::made_up(&made_up).unwrap();
    given.as_actor(actor, |operation, clinic| {
        sign(operation, clinic, shown, &confirmed).map(|_| ())
    })
}

fn digest(clinic: &Clinic) -> String {
    clinic.library().pack_digest().0.clone()
}

#[test]
fn an_unsigned_pack_is_run_on_nobody_and_the_refusal_says_who_signs() {
    let mut given = TestClinic::unsigned();
    assert_eq!(standing(&given.clinic), Standing::Unsigned);
    let patient = given.enquire();
    given.register(patient).unwrap();
    let course = given.open_course(patient).unwrap();
    let tried = given.by(Role::Prescriber, |operation, clinic| {
        assess(operation, clinic, patient, course)
    });
    let Err(Denied::Refused(refusal)) = &tried else {
        panic!("{tried:?}");
    };
    assert!(
        refusal
            .sentence
            .contains("the medical director reads and signs them")
    );
    assert_eq!(refused_by(tried), "rule pack");
    assert_eq!(given.n_of(patient, Kind::EligibilityAssessed), 0);
    assert_eq!(given.n_of(patient, Kind::RefusalGiven), 1);
    given.sign_rules().unwrap();
    given
        .by(Role::Prescriber, |operation, clinic| {
            assess(operation, clinic, patient, course)
        })
        .unwrap();
}

#[test]
fn only_the_medical_director_signs_and_exactly_what_was_shown() {
    let mut given = TestClinic::unsigned();
    let shown = digest(&given.clinic);
    for role in [Role::Prescriber, Role::Nurse, Role::Administrator] {
        let tried = sign_shown(&mut given, staff(role), &shown);
        assert!(matches!(tried, Err(Denied::Forbidden { .. })), "{role}");
    }
    let other = sign_shown(&mut given, staff(Role::MedicalDirector), &"0".repeat(64));
    assert!(matches!(other, Err(Denied::Stale)));
    assert_eq!(standing(&given.clinic), Standing::Unsigned);
    sign_shown(&mut given, staff(Role::MedicalDirector), &shown).unwrap();
    let Standing::Signed(signature) = standing(&given.clinic) else {
        panic!("not signed");
    };
    assert_eq!(signature.signed.digest.as_str(), shown);
    assert_eq!(signature.signed.role, Role::MedicalDirector);
    assert_eq!(signature.at, given.now());
    let again = sign_shown(&mut given, staff(Role::MedicalDirector), &shown);
    assert_eq!(fields(again), ["pass_phrase"]);
}

#[test]
fn a_wrong_pass_phrase_signs_nothing_and_too_many_lock_the_signing() {
    let mut given = TestClinic::unsigned();
    let director = given
        .by(Role::System, |operation, clinic| {
            let person = NewPerson {
                name: line("Dr Edith Lindqvist"),
                sign_in_name: line("lindqvist"),
                roles: vec![Role::MedicalDirector],
                patient: None,
            };
            add(operation, clinic, person, "a harbour with four terns")
        })
        .unwrap();
    let mut actor = staff(Role::MedicalDirector);
    actor.id = ActorId::Person(director);
    let mut tried = |secret: &str| {
        given.as_actor(actor.clone(), |operation, clinic| {
            confirm(operation, clinic, secret)
        })
    };
    assert!(tried("a harbour with four terns").is_ok());
    for _ in 0..5 {
        assert_eq!(fields(tried("a harbour with five terns")), ["pass_phrase"]);
    }
    let locked = tried("a harbour with four terns");
    let Err(Denied::Invalid(faults)) = locked else {
        panic!("{locked:?}");
    };
    assert!(faults[0].sentence.contains("wait fifteen minutes"));
}

#[test]
fn a_pack_edited_after_signature_is_refused_and_its_changes_are_named_rule_by_rule() {
    let given = TestClinic::new();
    let edit = (
        "rules/eligibility.toml",
        "age(birth_date) < 18 y",
        "age(birth_date) < 17 y",
    );
    let clinic = given.opened_with(edited(edit.0, edit.1, edit.2));
    let Standing::Changed { before, why } = standing(&clinic) else {
        panic!("an edit went unseen");
    };
    assert!(why.contains("edited after they were signed") && why.contains("raise the version"));
    assert!(in_force(&clinic).is_err());
    let changes = differences(&before.signed, clinic.library());
    let named: Vec<_> = changes
        .iter()
        .map(|one| (one.rule.as_str(), one.change))
        .collect();
    assert_eq!(named, [("E05a", Change::Edited)]);
    assert!(
        in_force(&given.opened_anew()).is_ok(),
        "put back, it stands"
    );
}

#[test]
fn a_signature_outlives_a_restart() {
    let given = TestClinic::new();
    assert!(matches!(
        standing(&given.opened_anew()),
        Standing::Signed(_)
    ));
}

/// The next version of the pack that ships, with the age from which one may be treated raised.
fn next_version() -> Library {
    edited_as(&[
        ("rules/house.toml", "version = 1", "version = 2"),
        (
            "rules/eligibility.toml",
            "age(birth_date) < 18 y",
            "age(birth_date) < 60 y",
        ),
    ])
}

#[test]
fn what_was_signed_is_kept_whole_and_is_read_back_beside_the_next_version() {
    let given = TestClinic::new();
    let clinic = given.opened_with(next_version());
    let all = before::all(&clinic).unwrap();
    let [signed] = all.as_slice() else {
        panic!("{all:?}");
    };
    assert!(signed.signed.is_some());
    let old = signed.pack.as_ref().unwrap();
    assert_eq!(old.digest().0, digest(&given.clinic));
    let found = protocol::compare(old, clinic.library().pack());
    let named: Vec<_> = found.rules.iter().map(|rule| rule.id.as_str()).collect();
    assert_eq!(named, ["E05a"]);
}

#[test]
fn a_pack_of_the_clinics_own_is_laid_beside_what_it_signed_before_even_when_those_files_are_gone() {
    let given = TestClinic::unsigned();
    let own = |change: &str| edited("rules/eligibility.toml", "age(birth_date) < 18 y", change);
    let mut first = given.opened_with(own("age(birth_date) < 19 y"));
    let mut given = given;
    std::mem::swap(&mut given.clinic, &mut first);
    given.sign_rules().unwrap();
    let later = given.opened_with(own("age(birth_date) < 20 y"));
    let all = before::all(&later).unwrap();
    assert_eq!(all.len(), 2, "what was signed, and what ships");
    let old = all[0].pack.as_ref().unwrap();
    assert_eq!(
        old.rule("E05a").unwrap().when.source(),
        "age(birth_date) < 19 y"
    );
    assert!(all[1].signed.is_none());
}

#[test]
fn a_change_says_whom_it_would_newly_stop_and_whom_it_would_newly_pass_before_it_is_signed() {
    let mut given = TestClinic::new();
    let (patient, _) = given.assessed();
    let clinic = given.opened_with(next_version());
    let all = before::all(&clinic).unwrap();
    let old = all[0].pack.as_ref().unwrap();
    let now = clinic.library().pack();
    let forth = moves::between(&clinic, old, now, given.now()).unwrap();
    assert_eq!(forth.n_courses, 1);
    let stopped: Vec<_> = forth.newly_stopped().map(|one| one.patient).collect();
    assert_eq!(stopped, [patient]);
    assert_eq!(forth.newly_passed().count(), 0);
    let back = moves::between(&clinic, now, old, given.now()).unwrap();
    assert_eq!(back.newly_passed().count(), 1);
    assert_eq!(back.newly_stopped().count(), 0);
    let same = moves::between(&clinic, old, old, given.now()).unwrap();
    assert_eq!(same.moved, []);
}
