//! Rescue templates: off until they are signed, and then only on the alert that calls for them.

use clinic::act::confirm::Confirmed;
use clinic::act::registration::{self, Listing};
use clinic::act::rescue::{Choice, apply, sign, standing};
use clinic::act::rule_pack::Standing;
use clinic::{Denied, Written};
use record::Kind;
use record::fact::person::{AllergyCertainty, AllergyListed};
use record::fact::session::InterventionMade;
use record::ids::{PatientId, SessionId};
use record::words::{Door, Role};

use super::harness::{TestClinic, fields, is_not_found, line, refused_by, staff};
use super::room::set;

impl TestClinic {
    fn sign_rescue(&mut self, role: Role, shown: &str) -> Result<Written, Denied> {
        let mut actor = staff(role);
        actor.door = Door::Virtual;
        let confirmed = Confirmed::made_up(&actor).unwrap();
        self.as_actor(actor, |operation, clinic| {
            sign(operation, clinic, shown, &confirmed)
        })
    }

    fn signed_rescue() -> Self {
        let mut given = Self::new();
        let shown = given.clinic.library().rescue().digest().0;
        given.sign_rescue(Role::MedicalDirector, &shown).unwrap();
        given
    }

    /// A running dose whose pressure has reached 201 over 85: M08 fired.
    fn in_crisis(&mut self) -> (PatientId, SessionId) {
        let (patient, session) = self.running();
        self.minutes(10);
        self.chart_set(patient, session, set(201, 85)).unwrap();
        (patient, session)
    }

    fn rescue(
        &mut self,
        role: Role,
        about: (PatientId, SessionId),
        (template, rule): (&str, &str),
    ) -> Result<Written, Denied> {
        let choice = Choice {
            template: template.to_owned(),
            version: 1,
            rule: rule.to_owned(),
        };
        self.by(role, |operation, clinic| {
            apply(operation, clinic, about, &choice)
        })
    }
}

#[test]
fn the_rescue_templates_are_off_until_the_medical_director_signs_exactly_what_was_shown() {
    let mut given = TestClinic::new();
    assert_eq!(standing(&given.clinic), Standing::Unsigned);
    let about = given.in_crisis();
    let tried = given.rescue(Role::Nurse, about, ("labetalol-iv", "M08"));
    assert_eq!(refused_by(tried), "rescue templates");
    assert_eq!(given.n_of(about.0, Kind::InterventionMade), 0);
    assert_eq!(given.n_of(about.0, Kind::RefusalGiven), 1);
    let shown = given.clinic.library().rescue().digest().0;
    for role in [Role::Prescriber, Role::Nurse, Role::Administrator] {
        let tried = given.sign_rescue(role, &shown);
        assert!(matches!(tried, Err(Denied::Forbidden { .. })), "{role}");
    }
    let other = given.sign_rescue(Role::MedicalDirector, &"0".repeat(64));
    assert!(matches!(other, Err(Denied::Stale)));
    assert_eq!(standing(&given.clinic), Standing::Unsigned);
    given.sign_rescue(Role::MedicalDirector, &shown).unwrap();
    assert!(matches!(standing(&given.clinic), Standing::Signed(_)));
    let again = given.sign_rescue(Role::MedicalDirector, &shown);
    assert_eq!(fields(again), ["pass_phrase"]);
    given
        .rescue(Role::Nurse, about, ("labetalol-iv", "M08"))
        .unwrap();
}

#[test]
fn signing_the_rescue_templates_does_not_sign_the_rules() {
    let mut given = TestClinic::unsigned();
    let shown = given.clinic.library().rescue().digest().0;
    given.sign_rescue(Role::MedicalDirector, &shown).unwrap();
    assert_eq!(
        clinic::act::rule_pack::standing(&given.clinic),
        Standing::Unsigned
    );
}

#[test]
fn a_signed_template_is_charted_with_its_version_its_rule_and_who() {
    let mut given = TestClinic::signed_rescue();
    let about = given.in_crisis();
    given
        .rescue(Role::Nurse, about, ("labetalol-iv", "M08"))
        .unwrap();
    let chart = given.chart(about.0);
    let (entry, made) = chart.all::<InterventionMade>().last().unwrap();
    assert_eq!(made.session, Some(about.1));
    assert_eq!(made.what.as_str(), "Labetalol: 10 mg intravenously, slowly");
    let used = made.template.as_ref().unwrap();
    assert_eq!(used.template.as_str(), "labetalol-iv");
    assert_eq!((used.version, used.signed_version), (1, 1));
    assert_eq!(used.rule.as_str(), "M08");
    assert_eq!(entry.author.role, Role::Nurse);
    assert_eq!(entry.author, staff(Role::Nurse).author(Role::Nurse));
}

#[test]
fn a_template_is_used_only_on_the_alert_that_calls_for_it_and_in_its_own_session() {
    let mut given = TestClinic::signed_rescue();
    let about = given.in_crisis();
    let not_fired = given.rescue(Role::Nurse, about, ("ondansetron", "M17"));
    assert_eq!(refused_by(not_fired), "rescue templates");
    let not_its_rule = given.rescue(Role::Nurse, about, ("ondansetron", "M08"));
    assert_eq!(refused_by(not_its_rule), "rescue templates");
    let no_such = given.rescue(Role::Nurse, about, ("adrenaline", "M08"));
    assert!(is_not_found(&no_such));
    let (calm, other) = given.running();
    let elsewhere = given.rescue(Role::Nurse, (calm, other), ("labetalol-iv", "M08"));
    assert_eq!(refused_by(elsewhere), "rescue templates");
    let crossed = given.rescue(Role::Nurse, (calm, about.1), ("labetalol-iv", "M08"));
    assert!(is_not_found(&crossed));
    assert_eq!(given.n_of(about.0, Kind::InterventionMade), 0);
    assert_eq!(given.n_of(calm, Kind::InterventionMade), 0);
}

#[test]
fn a_template_of_another_version_than_was_shown_is_not_charted() {
    let mut given = TestClinic::signed_rescue();
    let about = given.in_crisis();
    let choice = Choice {
        template: "labetalol-iv".to_owned(),
        version: 2,
        rule: "M08".to_owned(),
    };
    let tried = given.by(Role::Nurse, |operation, clinic| {
        apply(operation, clinic, about, &choice)
    });
    assert!(matches!(tried, Err(Denied::Stale)));
}

#[test]
fn a_therapist_uses_no_template_and_an_allergy_to_its_drug_stands_in_the_way() {
    let mut given = TestClinic::signed_rescue();
    let about = given.in_crisis();
    let tried = given.rescue(Role::Therapist, about, ("labetalol-iv", "M08"));
    assert!(matches!(tried, Err(Denied::Forbidden { .. })));
    let allergy = AllergyListed {
        to: Some(line("Labetalol")),
        reaction: Some(line("wheeze")),
        certainty: AllergyCertainty::Unconfirmed,
    };
    given
        .by(Role::Nurse, |operation, clinic| {
            registration::list(operation, clinic, about.0, Listing::Allergy(allergy))
        })
        .unwrap();
    let tried = given.rescue(Role::Prescriber, about, ("labetalol-iv", "M08"));
    assert_eq!(refused_by(tried), "rescue templates");
    given
        .rescue(Role::Prescriber, about, ("hydralazine-iv", "M08"))
        .unwrap();
}
