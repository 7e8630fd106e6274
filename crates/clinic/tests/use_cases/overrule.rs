//! Overruling a default for the clinic: who may, of what, and what is seen of it.

use clinic::Denied;
use clinic::act::confirm::{Confirmed, FIELD};
use clinic::act::overrule::{Decision, overrule};
use record::words::{Door, Role};

use super::harness::{TestClinic, fields, line, prose, staff};

/// The pass phrase of someone of this role, just typed.
fn proof(role: Role) -> Confirmed {
    let mut made_up = staff(role);
    made_up.door = Door::Virtual;
    Confirmed::made_up(&made_up).unwrap()
}

fn decision(about: &str, instead: Option<&str>) -> Decision {
    Decision {
        claim: line("first-ninety-days"),
        about: line(about),
        instead: instead.map(line),
        reason: prose("Most of our patients come after opioids"),
    }
}

#[test]
fn a_default_is_overruled_by_the_medical_director_with_a_reason_and_a_name_and_given_back() {
    let mut given = TestClinic::new();
    let about = "kare-2022/assessment";
    let daily = decision(about, Some("A call each day to day 14"));
    for role in [Role::Prescriber, Role::Coordinator, Role::Administrator] {
        let tried = daily.clone();
        let outcome = given.by(role, |operation, clinic| {
            overrule(operation, clinic, tried, &proof(role))
        });
        assert!(matches!(outcome, Err(Denied::Forbidden { .. })), "{role}");
    }
    given
        .by(Role::MedicalDirector, |operation, clinic| {
            overrule(operation, clinic, daily, &proof(Role::MedicalDirector))
        })
        .unwrap();
    let anew = given.opened_anew();
    assert_eq!(anew.board().overrulings, given.clinic.board().overrulings);
    let standing = anew.board().overrulings.get(about).cloned().unwrap();
    assert_eq!(standing.claim, "first-ninety-days");
    assert_eq!(standing.instead, "A call each day to day 14");
    assert_eq!(standing.name, Role::MedicalDirector.label());
    given
        .by(Role::MedicalDirector, |operation, clinic| {
            let back = decision(about, None);
            overrule(operation, clinic, back, &proof(Role::MedicalDirector))
        })
        .unwrap();
    assert!(given.clinic.board().overrulings.is_empty());
}

#[test]
fn what_does_not_rest_on_the_claim_and_what_is_not_overruled_are_sent_back() {
    let mut given = TestClinic::new();
    let mut tried = |decision: Decision| {
        given.by(Role::MedicalDirector, |operation, clinic| {
            overrule(operation, clinic, decision, &proof(Role::MedicalDirector))
        })
    };
    assert_eq!(fields(tried(decision("M01", Some("no limit")))), ["about"]);
    assert_eq!(
        fields(tried(decision("kare-2022/assessment", None))),
        ["instead"]
    );
    let mut unknown = decision("kare-2022/assessment", Some("x"));
    unknown.claim = line("no-such-claim");
    assert!(matches!(tried(unknown), Err(Denied::NotFound)));
}

#[test]
fn nobody_overrules_by_the_pass_phrase_of_another() {
    let mut given = TestClinic::new();
    let tried = given.by(Role::MedicalDirector, |operation, clinic| {
        let daily = decision("kare-2022/assessment", Some("A call each day to day 14"));
        overrule(operation, clinic, daily, &proof(Role::Prescriber))
    });
    assert_eq!(fields(tried), [FIELD]);
    assert!(given.clinic.board().overrulings.is_empty());
}
