//! Rescue templates: off until signed, used on the alert that calls for them, charted by name.

use clinic::act::confirm::Confirmed;
use clinic::act::registration::{self, Listing};
use clinic::act::rescue::{Choice, apply, is_signed, sign};
use clinic::act::room::{self, Readings};
use clinic::act::rule_pack;
use clinic::{Denied, Written};
use jiff::SignedDuration;
use record::fact::person::{AllergyCertainty, AllergyListed, HistoryAnswer, HistoryValue};
use record::fact::session::InterventionMade;
use record::ids::{PatientId, SessionId};
use record::words::{Door, Line, Role};

use super::harness::{TestClinic, is_not_found, refused_by, staff};
use super::sample::pressure;

const RULE: &str = "rescue templates";

impl TestClinic {
    fn sign_rescue(&mut self, role: Role) -> Result<Written, Denied> {
        let mut made_up = staff(role);
        made_up.door = Door::Virtual;
        let confirmed = Confirmed::made_up(&made_up).unwrap();
        let shown = self.clinic.library().rescue().digest().0;
        self.by(role, |operation, clinic| {
            sign(operation, clinic, &shown, &confirmed)
        })
    }

    fn use_template(
        &mut self,
        role: Role,
        at: (PatientId, SessionId),
        (template, rule): (&str, &str),
    ) -> Result<Written, Denied> {
        let choice = Choice {
            template: template.to_owned(),
            version: 1,
            rule: rule.to_owned(),
        };
        self.by(role, |operation, clinic| {
            apply(operation, clinic, at, &choice)
        })
    }

    /// A dose that runs, and a pressure that rises to 186 over 98 and stays there.
    fn pressed(&mut self) -> (PatientId, SessionId) {
        let (patient, course) = self.planned();
        let session = self.open_session(patient, course).unwrap();
        let dose = self.planned_dose(patient, course);
        self.start(patient, session, dose).unwrap();
        for (minutes, upper) in [(10, 165), (5, 182), (5, 186)] {
            self.clock.forward(SignedDuration::from_mins(minutes));
            let readings = Readings {
                vitals: pressure(upper, 98),
                ..Readings::default()
            };
            self.by(Role::Nurse, |operation, clinic| {
                room::chart(operation, clinic, patient, session, readings)
            })
            .unwrap();
        }
        (patient, session)
    }
}

#[test]
fn no_template_is_used_before_the_director_signed_exactly_these_and_nobody_else_signs() {
    let mut given = TestClinic::new();
    let at = given.pressed();
    let tried = given.use_template(Role::Nurse, at, ("labetalol-iv", "M07"));
    assert_eq!(refused_by(tried), RULE);
    for role in [Role::Prescriber, Role::Nurse, Role::Administrator] {
        assert!(given.sign_rescue(role).is_err(), "{role:?}");
    }
    assert!(!is_signed(&given.clinic));
    let mut made_up = staff(Role::MedicalDirector);
    made_up.door = Door::Virtual;
    let confirmed = Confirmed::made_up(&made_up).unwrap();
    let other = given.by(Role::MedicalDirector, |operation, clinic| {
        sign(operation, clinic, "another digest", &confirmed)
    });
    assert!(matches!(other, Err(Denied::Stale)), "{other:?}");
    given.sign_rescue(Role::MedicalDirector).unwrap();
    assert!(is_signed(&given.clinic));
    assert!(
        given.sign_rescue(Role::MedicalDirector).is_err(),
        "exactly this is signed already"
    );
}

#[test]
fn a_signed_template_is_charted_with_its_version_and_the_rule_that_called_for_it() {
    let mut given = TestClinic::new();
    given.sign_rescue(Role::MedicalDirector).unwrap();
    let at = given.pressed();
    given
        .use_template(Role::Nurse, at, ("labetalol-iv", "M07"))
        .unwrap();
    let chart = given.chart(at.0);
    let (entry, made) = chart.latest::<InterventionMade>().unwrap();
    assert_eq!(entry.author.role, Role::Nurse);
    assert_eq!(made.what.as_str(), "Labetalol: 10 mg intravenously, slowly");
    let used = made.template.as_ref().unwrap();
    assert_eq!(
        (used.template.as_str(), used.version, used.rule.as_str()),
        ("labetalol-iv", 1, "M07")
    );
}

#[test]
fn a_template_stands_on_its_own_alert_alone_and_a_prescribers_is_no_nurses() {
    let mut given = TestClinic::new();
    given.sign_rescue(Role::MedicalDirector).unwrap();
    let at = given.pressed();
    // M12 calls for it and has not fired; M07 has fired and does not call for it.
    for choice in [("bag-mask", "M12"), ("bag-mask", "M07")] {
        let tried = given.use_template(Role::Nurse, at, choice);
        assert_eq!(refused_by(tried), RULE, "{choice:?}");
    }
    let (template, rule) = ("midazolam-iv", "M16b");
    let tried = given.use_template(Role::Nurse, at, (template, rule));
    assert_eq!(refused_by(tried), RULE);
    let chart = given.chart(at.0);
    assert!(chart.latest::<InterventionMade>().is_none());
}

#[test]
fn a_drug_somebody_is_allergic_to_is_not_given_by_template() {
    let mut given = TestClinic::new();
    given.sign_rescue(Role::MedicalDirector).unwrap();
    let at = given.pressed();
    let listed = AllergyListed {
        to: Some(Line::clipped("Labetalol tablets")),
        reaction: None,
        certainty: AllergyCertainty::Confirmed,
    };
    given
        .by(Role::Nurse, |operation, clinic| {
            registration::list(operation, clinic, at.0, Listing::Allergy(listed))
        })
        .unwrap();
    let tried = given.use_template(Role::Nurse, at, ("labetalol-iv", "M07"));
    let Err(Denied::Refused(refusal)) = tried else {
        panic!("{tried:?}");
    };
    assert!(
        refusal.sentence.contains("An allergy to Labetalol tablets"),
        "{}",
        refusal.sentence
    );
}

#[test]
fn midazolam_is_a_prescribers_even_where_its_own_alert_stands() {
    let mut given = TestClinic::new();
    given.sign_rescue(Role::MedicalDirector).unwrap();
    let at = given.pressed();
    let answers = vec![HistoryAnswer {
        input: Line::clipped("agitation"),
        answer: HistoryValue::Number(Line::clipped("3")),
    }];
    let readings = Readings {
        answers,
        ..Readings::default()
    };
    given
        .by(Role::Nurse, |operation, clinic| {
            room::chart(operation, clinic, at.0, at.1, readings)
        })
        .unwrap();
    let tried = given.use_template(Role::Nurse, at, ("midazolam-iv", "M16b"));
    let Err(Denied::Refused(refusal)) = tried else {
        panic!("{tried:?}");
    };
    assert!(
        refusal.sentence.contains("by the order of a prescriber"),
        "{}",
        refusal.sentence
    );
    given
        .use_template(Role::Prescriber, at, ("midazolam-iv", "M16b"))
        .unwrap();
}

#[test]
fn an_alert_in_one_session_calls_for_nothing_in_anothers() {
    let mut given = TestClinic::new();
    given.sign_rescue(Role::MedicalDirector).unwrap();
    let (pressed, session) = given.pressed();
    let (calm, course) = given.planned();
    let other = given.open_session(calm, course).unwrap();
    let tried = given.use_template(Role::Nurse, (calm, other), ("labetalol-iv", "M07"));
    assert_eq!(refused_by(tried), RULE);
    let crossed = given.use_template(Role::Nurse, (calm, session), ("labetalol-iv", "M07"));
    assert!(is_not_found(&crossed), "{crossed:?}");
    for patient in [pressed, calm] {
        let chart = given.chart(patient);
        assert!(chart.latest::<InterventionMade>().is_none());
    }
}

#[test]
fn another_version_than_was_shown_is_not_charted() {
    let mut given = TestClinic::new();
    given.sign_rescue(Role::MedicalDirector).unwrap();
    let at = given.pressed();
    let choice = Choice {
        template: "labetalol-iv".to_owned(),
        version: 2,
        rule: "M07".to_owned(),
    };
    let tried = given.by(Role::Nurse, |operation, clinic| {
        apply(operation, clinic, at, &choice)
    });
    assert!(matches!(tried, Err(Denied::Stale)), "{tried:?}");
}

#[test]
fn signing_the_templates_signs_no_rules() {
    let mut given = TestClinic::unsigned();
    given.sign_rescue(Role::MedicalDirector).unwrap();
    let rules = rule_pack::standing(&given.clinic);
    assert_eq!(rules, rule_pack::Standing::Unsigned);
}
