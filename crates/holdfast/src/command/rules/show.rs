//! An assessment for people: what stands, what fired, what waits for an answer, what did not fire.

use std::io::Write;

use protocol::{Assessment, Clearance, Dictionary, Expected, Outcome, Stage, Verdict};

/// What an example was to give, in words.
pub(super) fn expected(expected: Expected) -> &'static str {
    match expected {
        Expected::Fires => "fired",
        Expected::Not => "not fired",
        Expected::Unanswered => "unanswered",
        Expected::Settled => "settled by another answer",
    }
}

/// How a rule came out, in words.
pub(super) fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Fired => "fired",
        Outcome::NotFired => "not fired",
        Outcome::Unanswered => "unanswered",
        Outcome::Settled => "settled by another answer",
        Outcome::Unchanged => "as before: nothing it reads is newer",
        Outcome::Met => "met",
        Outcome::NotMet => "not met",
    }
}

/// Prints an assessment for people.
pub(super) fn assessment(
    out: &mut dyn Write,
    inputs: &Dictionary,
    found: &Assessment<'_>,
) -> std::io::Result<()> {
    writeln!(out, "{} at {}: {}", found.pack, found.at, standing(found))?;
    let order = [
        Outcome::Fired,
        Outcome::NotMet,
        Outcome::Unanswered,
        Outcome::Settled,
        Outcome::Met,
        Outcome::Unchanged,
        Outcome::NotFired,
    ];
    for kind in order {
        let mut verdicts: Vec<&Verdict<'_>> = found.that(kind).collect();
        if verdicts.is_empty() {
            continue;
        }
        verdicts.sort_by_key(|verdict| std::cmp::Reverse(strictness(verdict)));
        writeln!(out, "\n{} ({})", outcome(kind), verdicts.len())?;
        for verdict in verdicts {
            match kind {
                Outcome::Fired | Outcome::NotMet | Outcome::Unanswered => {
                    whole(out, inputs, verdict)?;
                }
                Outcome::Settled | Outcome::Met | Outcome::Unchanged | Outcome::NotFired => {
                    writeln!(out, "  {:5} {}", verdict.rule.id, verdict.rule.title)?;
                }
            }
        }
    }
    Ok(())
}

fn strictness(verdict: &Verdict<'_>) -> Option<protocol::Class> {
    match verdict.rule.consequence {
        protocol::Consequence::Gate(class) => Some(class),
        protocol::Consequence::Act(_) | protocol::Consequence::Required => None,
    }
}

fn whole(out: &mut dyn Write, inputs: &Dictionary, verdict: &Verdict<'_>) -> std::io::Result<()> {
    let rule = verdict.rule;
    let mark = rule.mark.letter();
    writeln!(
        out,
        "  {:5} {} [{}, {mark}]",
        rule.id, rule.title, rule.consequence
    )?;
    for used in &verdict.used {
        let entry = used.observation.entry.as_str();
        let entry = if entry.is_empty() {
            String::new()
        } else {
            format!(" ({entry})")
        };
        writeln!(
            out,
            "        {} [{}]: {}{entry}",
            inputs.words(used.input),
            used.input,
            used.observation.answer
        )?;
    }
    for wanted in &verdict.missing {
        writeln!(out, "        asks: {} [{}]", wanted.question, wanted.input)?;
    }
    if let Some(lifted) = verdict.overridden {
        writeln!(
            out,
            "        overridden by {}: {}; {}",
            lifted.by, lifted.reason, lifted.mitigation
        )?;
    } else if let Some(refusal) = verdict.override_refused {
        writeln!(out, "        its override does not hold: {refusal}")?;
    }
    if verdict.outcome != Outcome::Unanswered {
        for action in &rule.actions {
            writeln!(out, "        do: {action}")?;
        }
    }
    Ok(())
}

fn standing(found: &Assessment<'_>) -> String {
    match (found.stage, found.act) {
        (Stage::InSession, Some(act)) => format!("{act}"),
        (Stage::InSession, None) => "no monitoring rule fired".to_owned(),
        (Stage::Discharge, _) if found.may_leave() => "every item is met".to_owned(),
        (Stage::Discharge, _) => "not yet: items are open".to_owned(),
        (Stage::Screen | Stage::PreSession | Stage::Followup, _) => match found.clearance {
            Clearance::Excluded => "excluded".to_owned(),
            Clearance::HeldToday => "held today".to_owned(),
            Clearance::NeedsAnswers => "waits for answers".to_owned(),
            Clearance::NeedsOverride => "needs an override by a prescriber".to_owned(),
            Clearance::NothingInTheWay => {
                "no rule that was asked stands in the way; the decision is a prescriber's"
                    .to_owned()
            }
        },
    }
}
