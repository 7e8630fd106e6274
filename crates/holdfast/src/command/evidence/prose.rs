//! Claims, studies and rows in sentences.

use std::io::Write;

use ::evidence::record::{Better, Claim, Outcome as StudyOutcome, Study};
use ::evidence::{Library, SideBySide, Summary, Work};

/// The word by which an enum is written in the files.
pub(super) fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word.replace('_', " "),
        Ok(_) | Err(_) => String::new(),
    }
}

pub(super) fn print_claim(
    out: &mut dyn Write,
    library: &Library,
    claim: &Claim,
) -> std::io::Result<()> {
    writeln!(out, "{}: {}\n", claim.id, claim.claim)?;
    writeln!(out, "Patients    {}", claim.patients)?;
    writeln!(out, "Clinicians  {}", claim.clinicians)?;
    write!(out, "Grade       {}", claim.grade.words())?;
    match &claim.grade_note {
        Some(note) => writeln!(out, " ({note})")?,
        None => writeln!(out)?,
    }
    writeln!(out, "Because     {}", claim.reasons.join("; "))?;
    for (side, ids) in [("For", &claim.in_favour), ("Against", &claim.against)] {
        for (at, work) in library.works(ids).enumerate() {
            let side = if at == 0 { side } else { "" };
            writeln!(
                out,
                "{side:<11} {} {}: {}",
                mark(&work),
                work.id(),
                work.citation()
            )?;
        }
    }
    writeln!(out, "Not known   {}", claim.not_known.join("; "))?;
    writeln!(out, "Would change it: {}", claim.would_change)
}

/// Whether each number of a work was seen in an excerpt.
fn mark(work: &Work<'_>) -> &'static str {
    match work {
        Work::Study(study) if !study.verified => "[not seen]",
        Work::Study(_) | Work::Background(_) => "[seen in an excerpt]",
    }
}

pub(super) fn print_study(
    out: &mut dyn Write,
    library: &Library,
    study: &Study,
) -> std::io::Result<()> {
    writeln!(out, "{}: {}\n", study.id, study.citation)?;
    let n = study.n.map(|n| n.to_string());
    let seen = if study.verified {
        "each number was seen in an excerpt"
    } else {
        "not seen"
    };
    let rows = [
        ("DOI", study.doi.as_deref()),
        ("Substance", Some(&*word(&study.substance))),
        ("Kind", Some(&*word(&study.class))),
        ("Status", Some(&*word(&study.status))),
        ("People", study.population.as_deref()),
        ("How many", n.as_deref()),
        ("Design", Some(&*study.design)),
        ("Blinding", study.blinding.as_deref()),
        ("Registered", study.registration.as_deref()),
        ("Same people", study.same_people_as.as_deref()),
        ("Harms", study.harms.as_deref()),
        ("Verified", Some(seen)),
        ("", study.verified_note.as_deref()),
    ];
    for (name, text) in rows {
        if let Some(text) = text {
            writeln!(out, "{name:<12} {text}")?;
        }
    }
    writeln!(out, "{:<12} {}", "Against it", study.flags.join("; "))?;
    for outcome in &study.outcomes {
        let verified = if outcome.verified {
            ""
        } else {
            " [not to be trusted]"
        };
        writeln!(
            out,
            "{:<12} {}: {}{verified}",
            "Outcome",
            outcome.name,
            result(outcome)
        )?;
    }
    for source in &study.sources {
        writeln!(out, "{:<12} {} ({})", "Seen in", source.url, source.seen)?;
    }
    let claims: Vec<&str> = library
        .claims_on(&study.id)
        .map(|claim| claim.id.as_str())
        .collect();
    if !claims.is_empty() {
        writeln!(out, "{:<12} {}", "Claims on it", claims.join(", "))?;
    }
    Ok(())
}

/// The numbers of an outcome in a phrase.
fn result(outcome: &StudyOutcome) -> String {
    let mut parts = Vec::new();
    for arm in &outcome.arms {
        let mut said = Vec::new();
        match (arm.events, arm.n) {
            (Some(events), Some(n)) => said.push(format!("{events} of {n}")),
            (Some(events), None) => said.push(format!("{events}")),
            (None, _) => {}
        }
        let numbers = [
            ("", arm.percent, " in 100"),
            ("mean ", arm.mean, ""),
            ("SD ", arm.sd, ""),
            ("before ", arm.before, ""),
            ("after ", arm.after, ""),
        ];
        for (before, number, after) in numbers {
            said.extend(number.map(|number| format!("{before}{number}{after}")));
        }
        if !said.is_empty() {
            parts.push(format!("{} {}", arm.arm, said.join(", ")));
        }
    }
    if let Some(effect) = outcome.effect {
        let adjusted = if effect.adjusted { "adjusted " } else { "" };
        let interval = match (effect.low, effect.high) {
            (Some(low), Some(high)) => format!(" ({low} to {high})"),
            (Some(_) | None, _) => String::new(),
        };
        parts.push(format!(
            "{adjusted}{} {}{interval}",
            word(&effect.measure),
            effect.value
        ));
    }
    parts.extend(outcome.finds.clone());
    parts.extend(outcome.p.as_ref().map(|p| format!("p {p}")));
    parts.extend(outcome.note.as_ref().map(|note| format!("({note})")));
    if parts.is_empty() {
        "numbers not seen".to_owned()
    } else {
        parts.join("; ")
    }
}

pub(super) fn print_side(
    out: &mut dyn Write,
    side: &SideBySide,
    summary: Option<&Summary>,
) -> std::io::Result<()> {
    let better = match side.better {
        Better::Higher => "above",
        Better::Lower => "below",
    };
    writeln!(
        out,
        "{}\n{}s {better} 1 are better\n",
        side.question,
        word(&side.measure)
    )?;
    for (name, rows) in [
        ("randomised", &side.randomised),
        ("not randomised", &side.not_randomised),
    ] {
        for row in rows {
            let day = row.day.map_or_else(String::new, |day| format!("day {day}"));
            writeln!(
                out,
                "{name:<15} {:<15} {:<10} {day:<8} {:>6.2} ({:.2} to {:.2}) {}",
                row.study,
                word(&row.substance),
                row.ratio,
                row.low,
                row.high,
                word(&row.origin)
            )?;
        }
    }
    for left_out in &side.left_out {
        writeln!(
            out,
            "{:<15} {:<15} {}: {}",
            "no row", left_out.study, left_out.outcome, left_out.why
        )?;
    }
    let words = summary.map_or(&side.words, |summary| &summary.words);
    if let Some(summary) = summary {
        let (low, high) = summary.interval;
        write!(
            out,
            "\n{} randomised: {:.2} ({low:.2} to {high:.2}, ",
            summary.k, summary.ratio
        )?;
        write!(out, "Hartung-Knapp); I2 {:.0} %", summary.i_square)?;
        match summary.prediction {
            Some((low, high)) => writeln!(out, "; a new study: {low:.3} to {high:.0}")?,
            None => writeln!(out)?,
        }
    }
    writeln!(out, "\n{}", words.join("; "))
}
