//! Forms of the evaluation that are lists: the criteria of a disorder, laboratory values, no medicines.

use clinic::act::evaluation::judge_criteria;
use clinic::act::observation::report;
use clinic::act::registration::{self, Listing};
use clinic::authority::Act;
use clinic::denied::Denied;
use pages::{Choice, Field, FormPage};
use record::fact::evaluation::{CriteriaJudged, CriterionAnswer, Remission};
use record::fact::observation::LaboratoryResult;
use record::fact::person::{MedicineListed, Standing};
use record::words::{Line, Substance, YesNo};

use super::{Desk, FormKind, choices_of};
use crate::words;

pub(super) const FORMS: &[FormKind] = &[
    FormKind {
        code: "criteria",
        title: "Criteria of a substance use disorder",
        done: "The criteria are recorded.",
        act: Act::JudgeCriteria,
        draw: draw_criteria,
        send: send_criteria,
    },
    FormKind {
        code: "laboratory-values",
        title: "Laboratory values",
        done: "The values are recorded.",
        act: Act::Observe,
        draw: draw_values,
        send: send_values,
    },
    FormKind {
        code: "no-medicines",
        title: "No medicines are taken",
        done: "It is recorded that no medicines are taken.",
        act: Act::TakeHistory,
        draw: draw_none,
        send: send_none,
    },
    FormKind {
        code: "medicines-still",
        title: "The medicines are still taken",
        done: "The medicines are confirmed as of today.",
        act: Act::TakeHistory,
        draw: draw_still,
        send: send_still,
    },
];

fn substance(desk: &Desk<'_>) -> Result<Substance, Denied> {
    let named: String = desk.needed("substance")?;
    Substance::new(&named).map_err(|_| Denied::NotFound)
}

fn criterion_field(id: &str) -> String {
    format!("criterion-{id}")
}

fn draw_criteria(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let substance = substance(desk)?;
    let criteria = desk.app.clinic.library().criteria();
    let disorder = criteria
        .disorder(substance.as_str())
        .ok_or(Denied::NotFound)?;
    let before = desk.opened()?.chart().criteria();
    let before = before.get(&substance).map(|(_, judged)| *judged);
    let mut fields: Vec<Field> = criteria
        .asked(disorder)
        .map(|criterion| {
            let said = before
                .and_then(|judged| {
                    judged
                        .criteria
                        .iter()
                        .find(|one| one.criterion.as_str() == criterion.id)
                })
                .map_or("", |one| one.met.code());
            Field::one_of(
                criterion_field(&criterion.id),
                &*criterion.ask,
                choices_of!(YesNo),
            )
            .optional()
            .value(said)
        })
        .collect();
    if disorder.by_prescription {
        fields.push(
            Field::tick("as_prescribed", "Taken as prescribed")
                .hint("Tolerance and withdrawal do not count then"),
        );
    }
    fields.push(
        Field::one_of("remission", "In remission?", choices_of!(Remission))
            .hint("Only where the criteria were met once and, but for craving, are no longer")
            .optional(),
    );
    let form = desk
        .form("Record the criteria")
        .hidden("substance", substance.as_str())
        .fields(fields);
    let grades: Vec<String> = criteria
        .grades
        .iter()
        .map(|grade| format!("{} from {}", grade.name, words::count(grade.from)))
        .collect();
    Ok(desk.page(form).said(format!(
        "{}, in the last twelve months. What is left open stays open: it is no \"no\", and the grade says so. Graded {}.",
        disorder.name,
        grades.join(", ")
    )))
}

fn send_criteria(desk: &Desk<'_>) -> Result<String, Denied> {
    let patient = desk.patient()?;
    let substance = substance(desk)?;
    let criteria = desk.app.clinic.library().criteria();
    let disorder = criteria
        .disorder(substance.as_str())
        .ok_or(Denied::NotFound)?;
    let mut answers = desk.answers();
    let remission = answers.word_or_none("remission", Remission::from_code);
    let answered = criteria
        .asked(disorder)
        .filter_map(|criterion| {
            let text = desk.ask.sent.get(&criterion_field(&criterion.id))?;
            Some(CriterionAnswer {
                criterion: Line::clipped(&criterion.id),
                met: YesNo::from_code(text)?,
            })
        })
        .collect();
    answers.done()?;
    let judged = CriteriaJudged {
        substance,
        criteria: answered,
        as_prescribed: desk.ask.sent.is_ticked("as_prescribed"),
        remission,
    };
    desk.operate(|operation, clinic| judge_criteria(operation, clinic, patient, &judged))?;
    desk.chart()
}

/// The tests the rules read, as a result names them, with the unit and whether a limit is asked.
const TESTS: &[(&str, &str, &str, &str, Option<&str>)] = &[
    ("alt", "ALT", "1742-6", "U/L", Some("alt_high")),
    ("ast", "AST", "1920-8", "U/L", Some("ast_high")),
    (
        "bilirubin",
        "Bilirubin",
        "1975-2",
        "mg/dL",
        Some("bilirubin_high"),
    ),
    ("albumin", "Albumin", "", "g/dL", None),
    ("inr", "INR", "6301-6", "", None),
    ("egfr", "eGFR", "", "mL/min/1.73m2", None),
];

#[expect(
    clippy::unnecessary_wraps,
    reason = "the drawing of every form has one shape"
)]
fn draw_values(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let mut fields = Vec::new();
    for (field, name, _, unit, high) in TESTS {
        fields.push(Field::number(*field, *name, *unit).optional());
        if let Some(high) = high {
            let label = format!("{name}, the laboratory's upper limit");
            fields.push(Field::number(*high, label, *unit).optional());
        }
    }
    fields.push(Field::moment("sampled_at", "When was the sample taken?"));
    Ok(desk
        .page(desk.form("Record the values").fields(fields))
        .said("Enter what the report says. What is left empty was not measured."))
}

fn send_values(desk: &Desk<'_>) -> Result<String, Denied> {
    let patient = desk.patient()?;
    let mut answers = desk.answers();
    let sampled_at = answers.moment("sampled_at");
    let inputs = desk.app.clinic.library().pack().inputs();
    let mut results = Vec::new();
    for (field, name, loinc, unit, high) in TESTS {
        let value = answers.line_or_none(field);
        let limit = high.and_then(|high| answers.line_or_none(high));
        if let Some(said) = value
            .as_ref()
            .and_then(|value| implausible(inputs, field, value.as_str(), unit))
        {
            answers.fault(field, said);
        }
        if value.is_none() && limit.is_some() {
            answers.fault(field, "Enter the value that belongs to this limit");
        }
        if let (Some(value), Some(sampled_at)) = (value, sampled_at) {
            results.push(LaboratoryResult {
                test: Line::clipped(name),
                code: (!loinc.is_empty()).then(|| record::fact::person::Code {
                    system: Line::clipped("loinc"),
                    code: Line::clipped(loinc),
                }),
                value,
                unit: (!unit.is_empty()).then(|| Line::clipped(unit)),
                low: None,
                high: limit,
                sampled_at,
            });
        }
    }
    if sampled_at.is_some() && results.is_empty() {
        answers.fault("alt", "Enter at least one value");
    }
    answers.done()?;
    desk.operate_at(sampled_at, |operation, clinic| {
        report(operation, clinic, patient, results)
    })?;
    desk.chart()
}

/// Why a number cannot be what a living person shows; nothing where it can, or where only a bound is
/// reported, such as `<5`.
pub(crate) fn implausible(
    inputs: &protocol::Dictionary,
    input: &str,
    value: &str,
    unit: &str,
) -> Option<String> {
    let protocol::Kind::Quantity {
        plausible: Some((low, high)),
        ..
    } = &inputs.input(input).ok()?.kind
    else {
        return None;
    };
    let said = format!("{value} {unit}");
    let Ok(found) = protocol::Quantity::parse(said.trim()) else {
        let is_bound = value.starts_with(['<', '>']);
        return (!is_bound).then(|| format!("Write a number, for example {low}"));
    };
    let is_outside = found.base() < low.base() || found.base() > high.base();
    is_outside.then(|| format!("{found} is outside {low} to {high}: check the number and its unit"))
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "the drawing of every form has one shape"
)]
fn draw_none(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    Ok(desk
        .page(desk.form("Record that none are taken"))
        .said("Asked, and none are taken: with or without prescription, herbs included."))
}

fn send_none(desk: &Desk<'_>) -> Result<String, Denied> {
    let patient = desk.patient()?;
    let chart = desk.opened()?.chart();
    if chart
        .medicines_now()
        .iter()
        .any(|(_, one)| one.name.as_str() != "none")
    {
        return Err(Denied::invalid(
            "medicines",
            "Medicines are listed as taken now: list each as past first",
        ));
    }
    let none = MedicineListed {
        name: Line::clipped("none"),
        code: None,
        dose: None,
        standing: Standing::Current,
        since: None,
    };
    desk.operate(|operation, clinic| {
        registration::list(operation, clinic, patient, Listing::Medicine(none))
    })?;
    desk.chart()
}

fn draw_still(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let taken: Vec<Choice> = desk
        .opened()?
        .chart()
        .medicines_now()
        .into_iter()
        .map(|(_, one)| Choice::new(one.name.as_str(), one.name.as_str()))
        .collect();
    let fields = vec![Field::any_of("still", "Which are still taken?", taken)];
    Ok(desk.page(desk.form("Confirm as of today").fields(fields)))
}

fn send_still(desk: &Desk<'_>) -> Result<String, Denied> {
    let patient = desk.patient()?;
    let ticked: Vec<&str> = desk.ask.sent.all("still").collect();
    desk.operate(|operation, clinic| {
        registration::confirm_medicines(operation, clinic, patient, &ticked)
    })?;
    desk.chart()
}
