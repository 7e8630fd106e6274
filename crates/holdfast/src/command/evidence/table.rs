//! Records as tables.

use std::io::Write;

use ::evidence::record::{ArmNumbers, Claim, Outcome as StudyOutcome, Study};
use ::evidence::{Fault, Library};

use super::prose::word;

fn cell(value: Option<impl ToString>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

pub(super) fn studies_csv(out: &mut dyn Write, studies: &[&Study]) -> anyhow::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record([
        "id",
        "year",
        "substance",
        "class",
        "status",
        "n",
        "population",
        "design",
        "blinding",
        "registration",
        "doi",
        "verified",
        "shown",
        "flags",
        "harms",
        "citation",
        "source",
    ])?;
    for study in studies {
        csv.write_record([
            study.id.clone(),
            cell(study.year),
            word(&study.substance),
            word(&study.class),
            word(&study.status),
            cell(study.n),
            cell(study.population.as_ref()),
            study.design.clone(),
            cell(study.blinding.as_ref()),
            cell(study.registration.as_ref()),
            cell(study.doi.as_ref()),
            study.verified.to_string(),
            study.shown.to_string(),
            study.flags.join("; "),
            cell(study.harms.as_ref()),
            study.citation.clone(),
            cell(study.sources.first().map(|source| &source.url)),
        ])?;
    }
    csv.flush()?;
    Ok(())
}

pub(super) fn outcomes_csv(out: &mut dyn Write, studies: &[&Study]) -> anyhow::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record([
        "study",
        "outcome",
        "day",
        "construct",
        "contrast",
        "better",
        "verified",
        "arm",
        "events",
        "n",
        "percent",
        "mean",
        "sd",
        "before",
        "after",
        "measure",
        "value",
        "low",
        "high",
        "adjusted",
        "p",
        "finds",
        "note",
    ])?;
    for study in studies {
        for outcome in &study.outcomes {
            let arms: Vec<Option<_>> = if outcome.arms.is_empty() {
                vec![None]
            } else {
                outcome.arms.iter().map(Some).collect()
            };
            for arm in arms {
                csv.write_record(outcome_cells(study, outcome, arm))?;
            }
        }
    }
    csv.flush()?;
    Ok(())
}

fn outcome_cells(study: &Study, outcome: &StudyOutcome, arm: Option<&ArmNumbers>) -> Vec<String> {
    let effect = outcome.effect;
    let names = arm.map(|arm| {
        std::iter::once(&arm.arm)
            .chain(&arm.and)
            .cloned()
            .collect::<Vec<_>>()
            .join(" and ")
    });
    vec![
        study.id.clone(),
        outcome.name.clone(),
        cell(outcome.day),
        cell(outcome.construct.as_ref()),
        cell(outcome.contrast.as_ref().map(word)),
        cell(outcome.better.as_ref().map(word)),
        outcome.verified.to_string(),
        cell(names),
        cell(arm.and_then(|arm| arm.events)),
        cell(arm.and_then(|arm| arm.n)),
        cell(arm.and_then(|arm| arm.percent)),
        cell(arm.and_then(|arm| arm.mean)),
        cell(arm.and_then(|arm| arm.sd)),
        cell(arm.and_then(|arm| arm.before)),
        cell(arm.and_then(|arm| arm.after)),
        cell(effect.map(|effect| word(&effect.measure))),
        cell(effect.map(|effect| effect.value)),
        cell(effect.and_then(|effect| effect.low)),
        cell(effect.and_then(|effect| effect.high)),
        cell(effect.map(|effect| effect.adjusted)),
        cell(outcome.p.as_ref()),
        cell(outcome.finds.as_ref()),
        cell(outcome.note.as_ref()),
    ]
}

pub(super) fn claims_csv(out: &mut dyn Write, claims: &[&Claim]) -> anyhow::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record([
        "id",
        "consequence",
        "claim",
        "grade",
        "grade_note",
        "reasons",
        "patients",
        "clinicians",
        "for",
        "against",
        "would_change",
    ])?;
    for claim in claims {
        csv.write_record([
            claim.id.clone(),
            word(&claim.consequence),
            claim.claim.clone(),
            claim.grade.words().to_owned(),
            cell(claim.grade_note.as_ref()),
            claim.reasons.join("; "),
            claim.patients.clone(),
            claim.clinicians.clone(),
            claim.in_favour.join(" "),
            claim.against.join(" "),
            claim.would_change.clone(),
        ])?;
    }
    csv.flush()?;
    Ok(())
}

pub(super) fn harms_csv(out: &mut dyn Write, library: &Library) -> anyhow::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record([
        "id", "harm", "figure", "n", "of", "setting", "source", "url", "study", "act", "patients",
    ])?;
    for harm in library.harms() {
        csv.write_record([
            harm.id.clone(),
            harm.harm.clone(),
            harm.figure.clone(),
            cell(harm.n),
            cell(harm.of),
            harm.setting.clone(),
            harm.source.clone(),
            cell(harm.url.as_ref()),
            cell(harm.study.as_ref()),
            harm.act.clone(),
            harm.patients.clone(),
        ])?;
    }
    csv.flush()?;
    Ok(())
}

pub(super) fn faults_csv(out: &mut dyn Write, faults: &[Fault]) -> anyhow::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(["file", "record", "field", "what", "mend"])?;
    for fault in faults {
        csv.write_record([
            &fault.file,
            &fault.record,
            &fault.field,
            &fault.what,
            &fault.mend,
        ])?;
    }
    csv.flush()?;
    Ok(())
}
