//! Rescue templates: off until signed, used on the alert that calls for them, charted by name.

use clinic::act::confirm::Confirmed;
use clinic::act::registration::{self, Listing};
use clinic::act::rescue::against::{Held, against};
use clinic::act::rescue::{Choice, apply, is_signed, sign};
use clinic::act::room::{self, Readings};
use clinic::act::rule_pack;
use clinic::{Denied, Written};
use jiff::SignedDuration;
use record::Clock as _;
use record::fact::person::{
    AllergyCertainty, AllergyListed, ConditionListed, HistoryAnswer, HistoryValue, Standing,
};
use record::fact::session::InterventionMade;
use record::ids::{PatientId, SessionId};
use record::quantity::BeatsPerMinute;
use record::words::{Door, Line, Prose, Role};

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
        self.use_despite(role, at, (template, rule), None)
    }

    fn use_despite(
        &mut self,
        role: Role,
        at: (PatientId, SessionId),
        (template, rule): (&str, &str),
        despite: Option<&str>,
    ) -> Result<Written, Denied> {
        let known = self.clinic.library().rescue().template(template);
        let choice = Choice {
            template: template.to_owned(),
            version: known.map_or(1, |one| one.version),
            rule: rule.to_owned(),
            despite: despite.map(Prose::clipped),
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
        ("labetalol-iv", 2, "M07")
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
        version: 9,
        rule: "M07".to_owned(),
        despite: None,
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

/// Lists asthma as a condition that holds, or held once.
fn asthmatic(given: &mut TestClinic, patient: PatientId, standing: Standing) {
    let listed = ConditionListed {
        name: Line::clipped("Asthma, mild"),
        code: None,
        standing,
        since: None,
    };
    given
        .by(Role::Nurse, |operation, clinic| {
            registration::list(operation, clinic, patient, Listing::Condition(listed))
        })
        .unwrap();
}

fn seen(given: &TestClinic, at: (PatientId, SessionId), template: &str) -> Vec<(String, Held)> {
    let chart = given.chart(at.0);
    let mut sessions = chart.sessions().into_iter();
    let session = sessions.find(|one| one.id == at.1).unwrap();
    let template = given.clinic.library().rescue().template(template).unwrap();
    let now = given.clock.now();
    against(&given.clinic, &chart, &session, template, now)
        .into_iter()
        .map(|one| (one.what, one.held))
        .collect()
}

#[test]
fn what_forbids_a_template_stops_a_nurse_and_asks_a_prescriber_why() {
    let mut given = TestClinic::new();
    given.sign_rescue(Role::MedicalDirector).unwrap();
    let at = given.pressed();
    asthmatic(&mut given, at.0, Standing::Current);
    let choice = ("labetalol-iv", "M07");
    let tried = given.use_despite(Role::Nurse, at, choice, Some("A nurse may not say"));
    let Err(Denied::Refused(refusal)) = tried else {
        panic!("{tried:?}");
    };
    assert!(
        refusal
            .sentence
            .contains("not given with asthma (Asthma, mild, on the problem list): call"),
        "{}",
        refusal.sentence
    );
    assert_eq!(refusal.may_override, Some(Role::Prescriber));
    let silent = given.use_template(Role::Prescriber, at, choice);
    assert!(matches!(silent, Err(Denied::Invalid(_))), "{silent:?}");
    assert!(given.chart(at.0).latest::<InterventionMade>().is_none());
    let why = "No wheeze for years; hydralazine is not in the house";
    given
        .use_despite(Role::Prescriber, at, choice, Some(why))
        .unwrap();
    let chart = given.chart(at.0);
    let (_, made) = chart.latest::<InterventionMade>().unwrap();
    let used = made.template.as_ref().unwrap();
    assert_eq!(used.despite.as_ref().map(Prose::as_str), Some(why));
    let kept = used
        .against
        .iter()
        .find(|one| one.what.as_str() == "asthma");
    assert!(kept.is_some_and(|one| one.is_known), "{used:?}");
}

#[test]
fn a_condition_that_is_over_does_not_stop_a_template_and_silence_is_not_a_no() {
    let mut given = TestClinic::new();
    given.sign_rescue(Role::MedicalDirector).unwrap();
    let at = given.pressed();
    let silent = seen(&given, at, "labetalol-iv");
    assert!(
        silent.contains(&("asthma".to_owned(), Held::NotKnown)),
        "{silent:?}"
    );
    asthmatic(&mut given, at.0, Standing::Past);
    let over = seen(&given, at, "labetalol-iv");
    assert!(
        over.contains(&("asthma".to_owned(), Held::NotKnown)),
        "{over:?}"
    );
    given
        .use_template(Role::Nurse, at, ("labetalol-iv", "M07"))
        .unwrap();
    let chart = given.chart(at.0);
    let (_, made) = chart.latest::<InterventionMade>().unwrap();
    let used = made.template.as_ref().unwrap();
    assert!(used.despite.is_none());
    assert!(
        used.against
            .iter()
            .any(|one| one.what.as_str() == "asthma" && !one.is_known),
        "what nobody knew is kept: {used:?}"
    );
}

#[test]
fn a_pulse_forbids_a_template_while_it_is_recent_and_is_not_known_once_it_is_old() {
    let mut given = TestClinic::new();
    given.sign_rescue(Role::MedicalDirector).unwrap();
    let at = given.pressed();
    let pulse = |given: &TestClinic| {
        let all = seen(given, at, "clonidine-po");
        all.into_iter()
            .find(|(what, _)| what == "pulse under 60")
            .unwrap()
            .1
    };
    for (beats, held) in [(54, Held::Yes), (72, Held::No)] {
        given.clock.forward(SignedDuration::from_mins(2));
        let mut vitals = pressure(186, 98);
        vitals.pulse_per_min = Some(BeatsPerMinute::new(beats));
        let readings = Readings {
            vitals,
            ..Readings::default()
        };
        given
            .by(Role::Nurse, |operation, clinic| {
                room::chart(operation, clinic, at.0, at.1, readings)
            })
            .unwrap();
        assert_eq!(pulse(&given), held, "{beats}");
        if held == Held::Yes {
            let tried = given.use_template(Role::Nurse, at, ("clonidine-po", "M07"));
            assert_eq!(refused_by(tried), RULE);
        }
    }
    given.clock.forward(SignedDuration::from_mins(16));
    assert_eq!(pulse(&given), Held::NotKnown);
}
