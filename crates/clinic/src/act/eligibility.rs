//! Eligibility: the rules run over a chart, overrides, and what stands against a plan or a dose.

use jiff::civil::Date;
use record::Chart;
use record::calendar::civil_day;
use record::fact::care::RefusalGiven;
use record::fact::decision::{
    EligibilityAssessed, EligibilityOverridden, InputSeen, RuleClass, RuleOutcome, Verdict,
};
use record::ids::{CourseId, PatientId};
use record::words::{Line, Prose, Role};

use super::reader::{Hands, signed_with};
use crate::authority::{Act, authorise};
use crate::clinic::{Clinic, Written};
use crate::denied::{Denied, Refusal};
use crate::inputs;
use crate::operation::Operation;

/// Consents without which no dose is given (rule E52).
pub const CONSENTS_NEEDED: &[&str] = &["treatment", "part-2"];

/// A verdict that stands in the way, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    /// The rule fired.
    Fired,
    /// Nobody can say, and that blocks.
    Unanswered,
}

/// Whether a verdict stands in the way of dosing, overrides taken into account.
pub fn stands(verdict: &Verdict, overridden: &[&str]) -> Option<Stands> {
    let blocks = match verdict.class {
        RuleClass::Exclude | RuleClass::HoldToday => true,
        RuleClass::Override => !overridden.contains(&verdict.rule.as_str()),
        RuleClass::Caution | RuleClass::Info => false,
    };
    match verdict.outcome {
        RuleOutcome::Fired if blocks => Some(Stands::Fired),
        RuleOutcome::Unanswered if blocks && verdict.blocks_when_missing => {
            Some(Stands::Unanswered)
        }
        RuleOutcome::Fired
        | RuleOutcome::Unanswered
        | RuleOutcome::NotFired
        | RuleOutcome::Settled => None,
    }
}

/// Whether a plan may be prescribed: the rules were run and nothing in their verdicts blocks.
///
/// # Errors
/// The refusal, naming the first rule in the way.
pub fn may_prescribe(
    clinic: &Clinic,
    chart: &Chart,
    course: CourseId,
    today: Date,
) -> Result<(), Refusal> {
    may_prescribe_with(clinic, chart, course, today, &[])
}

/// The same, with rules that are overridden as the plan is signed.
///
/// # Errors
/// As [`may_prescribe`].
pub fn may_prescribe_with(
    clinic: &Clinic,
    chart: &Chart,
    course: CourseId,
    today: Date,
    more: &[&str],
) -> Result<(), Refusal> {
    if !chart.unreadable().is_empty() {
        return Err(unreadable());
    }
    let Some((_, assessment)) = chart.assessment(course) else {
        return Err(Refusal {
            rule: "assessment".to_owned(),
            sentence: "The eligibility rules have not been run for this course: run them first"
                .to_owned(),
            inputs: Vec::new(),
            evidence: "Clinic policy: no plan without an assessment".to_owned(),
            may_override: None,
        });
    };
    let overrides = chart.overrides(course);
    let overridden: Vec<&str> = overrides
        .iter()
        .map(|(_, fact)| fact.rule.as_str())
        .chain(more.iter().copied())
        .collect();
    for verdict in &assessment.verdicts {
        if let Some(how) = stands(verdict, &overridden) {
            return Err(in_the_way(clinic, verdict, how));
        }
    }
    missing_consent(chart, course, today)
}

/// Whether a dose may be given today.
///
/// # Errors
/// As [`may_prescribe`].
pub fn may_dose(
    clinic: &Clinic,
    chart: &Chart,
    course: CourseId,
    today: Date,
) -> Result<(), Refusal> {
    may_prescribe(clinic, chart, course, today)?;
    if chart.plan(course).is_none() {
        return Err(Refusal {
            rule: "plan".to_owned(),
            sentence: "No plan is prescribed for this course: a prescriber prescribes one first"
                .to_owned(),
            inputs: Vec::new(),
            evidence: "Clinic policy: no dose without a plan".to_owned(),
            may_override: None,
        });
    }
    Ok(())
}

fn unreadable() -> Refusal {
    Refusal {
        rule: "record".to_owned(),
        sentence: "Part of this record cannot be read by this version of Holdfast, so nothing is \
                   given on it: open it with a newer version"
            .to_owned(),
        inputs: Vec::new(),
        evidence: "Clinic policy: no dose on a record that cannot be read whole".to_owned(),
        may_override: None,
    }
}

fn in_the_way(clinic: &Clinic, verdict: &Verdict, how: Stands) -> Refusal {
    let sentence = match how {
        Stands::Fired => format!("{}: this rule fired", verdict.title),
        Stands::Unanswered => {
            let missing: Vec<String> = verdict
                .missing
                .iter()
                .map(|name| inputs::words(clinic, name.as_str()))
                .collect();
            format!(
                "{}: not answered yet ({})",
                verdict.title,
                missing.join(", ")
            )
        }
    };
    let may = verdict.class == RuleClass::Override;
    Refusal {
        rule: verdict.rule.to_string(),
        sentence,
        inputs: verdict
            .seen
            .iter()
            .map(|seen| {
                let name = seen.input.as_str();
                (
                    inputs::words(clinic, name),
                    inputs::value(clinic, name, seen.value.as_str()),
                )
            })
            .collect(),
        evidence: format!("Rule {} version {}", verdict.rule, verdict.version),
        may_override: may.then_some(Role::Prescriber),
    }
}

fn missing_consent(chart: &Chart, course: CourseId, today: Date) -> Result<(), Refusal> {
    let signed = chart.consents_on(course, today);
    let missing = CONSENTS_NEEDED.iter().find(|needed| {
        !signed
            .iter()
            .any(|(_, consent)| consent.text.as_str() == **needed)
    });
    missing.map_or(Ok(()), |missing| {
        Err(Refusal {
            rule: "E52".to_owned(),
            sentence: format!(
                "The consent \"{missing}\" is not signed and in force: sign it first"
            ),
            inputs: signed
                .iter()
                .map(|(_, consent)| ("signed".to_owned(), consent.text.to_string()))
                .collect(),
            evidence: "Rule E52: consent, Part 2 consent (clinic policy)".to_owned(),
            may_override: None,
        })
    })
}

/// Records a refusal and gives it back as the reason.
pub(crate) fn refuse(
    operation: &Operation<'_>,
    clinic: &Clinic,
    role: Role,
    patient: PatientId,
    act: Act,
    refusal: Refusal,
) -> Denied {
    let fact = RefusalGiven {
        act: Line::clipped(act.code()),
        rule: Line::clipped(&refusal.rule),
        sentence: Prose::clipped(&refusal.sentence),
    };
    match clinic.record(operation, role, patient, None, &[fact.into()]) {
        Ok(written) if written.repeated => Denied::Stale,
        Ok(_) => {
            clinic.answers().refused(operation, &refusal);
            refusal.into()
        }
        Err(failed) => failed,
    }
}

/// Runs the screening rules over the chart, and keeps what every one of them said.
///
/// # Errors
/// [`Denied::NotFound`] for a course that is not this patient's.
pub fn assess(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    course: CourseId,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::Assess, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    super::course::find(&known, course)?;
    if let Err(refusal) = super::rule_pack::in_force(clinic) {
        return Err(refuse(
            operation,
            clinic,
            role,
            patient,
            Act::Assess,
            refusal,
        ));
    }
    let zone = clinic.zone();
    let now = operation.now();
    let pack = clinic.library().pack();
    let facts = crate::facts::of(&known.chart, course, pack, civil_day(now, &zone), &zone);
    let run = protocol::assess(&facts, pack, protocol::Stage::Screen, now);
    let fact = EligibilityAssessed {
        course,
        pack: Line::clipped(&pack.id),
        pack_version: pack.version,
        verdicts: run.verdicts.iter().filter_map(verdict).collect(),
    };
    clinic.record(
        operation,
        role,
        patient,
        Some(known.version),
        &[fact.into()],
    )
}

/// A verdict as the record keeps it; `None` for a rule that gates no dose.
pub(crate) fn verdict(said: &protocol::Verdict<'_>) -> Option<Verdict> {
    let protocol::Consequence::Gate(class) = said.rule.consequence else {
        return None;
    };
    let class = match class {
        protocol::Class::Exclude => RuleClass::Exclude,
        protocol::Class::HoldToday => RuleClass::HoldToday,
        protocol::Class::Override => RuleClass::Override,
        protocol::Class::Caution => RuleClass::Caution,
        protocol::Class::Info => RuleClass::Info,
    };
    let outcome = match said.outcome {
        protocol::Outcome::Fired => RuleOutcome::Fired,
        protocol::Outcome::Unanswered => RuleOutcome::Unanswered,
        protocol::Outcome::Settled => RuleOutcome::Settled,
        protocol::Outcome::NotFired
        | protocol::Outcome::Unchanged
        | protocol::Outcome::Met
        | protocol::Outcome::NotMet => RuleOutcome::NotFired,
    };
    Some(Verdict {
        rule: Line::clipped(&said.rule.id),
        version: said.rule.version,
        title: Line::clipped(&said.rule.title),
        outcome,
        class,
        blocks_when_missing: said.rule.blocks_when_missing(),
        seen: said
            .used
            .iter()
            .map(|used| InputSeen {
                input: Line::clipped(used.input),
                value: Line::clipped(&format!(
                    "{} ({})",
                    used.observation.answer, used.observation.entry
                )),
            })
            .collect(),
        missing: said
            .missing
            .iter()
            .map(|wanted| Line::clipped(wanted.input))
            .collect(),
    })
}

/// Overrides a rule that fired and allows it.
///
/// # Errors
/// A recorded refusal for a rule that allows no override; [`Denied::Invalid`] for one that is not in
/// the way, where the pass phrase is another person's, or where its rule asks for a second reader and
/// nobody signed as one.
pub fn override_rule(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    overridden: EligibilityOverridden,
    hands: Hands<'_>,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::Override, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    super::course::find(&known, overridden.course)?;
    if let Err(refusal) = super::rule_pack::in_force(clinic) {
        return Err(refuse(
            operation,
            clinic,
            role,
            patient,
            Act::Override,
            refusal,
        ));
    }
    let verdict = known
        .chart
        .assessment(overridden.course)
        .and_then(|(_, assessment)| {
            assessment
                .verdicts
                .iter()
                .find(|verdict| verdict.rule == overridden.rule)
        });
    let Some(verdict) = verdict else {
        return Err(Denied::invalid(
            "rule",
            "The last assessment holds no such rule",
        ));
    };
    if stands(verdict, &[]).is_none() {
        return Err(Denied::invalid(
            "rule",
            "This rule does not stand in the way",
        ));
    }
    if verdict.class != RuleClass::Override {
        let refusal = in_the_way(clinic, verdict, Stands::Fired);
        return Err(refuse(
            operation,
            clinic,
            role,
            patient,
            Act::Override,
            refusal,
        ));
    }
    let overridden = signed_with(operation, clinic, overridden, hands)?;
    clinic.record(
        operation,
        role,
        patient,
        Some(known.version),
        &[overridden.into()],
    )
}
