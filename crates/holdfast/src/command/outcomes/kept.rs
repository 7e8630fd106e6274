//! The same questions asked of a clinic's own record.

use std::io::Write;
use std::sync::Arc;

use ::outcomes::report::{Line, Report as Courses, Step, thousands};
use ::outcomes::weekly::{Calendar, PhaseWords};
use camino::Utf8PathBuf;
use clinic::outcome::ask::{Asked, Made, ask};
use clinic::outcome::{told, trial};
use clinic::{Actor, Clinic, Denied};
use record::Clock as _;
use record::words::Door;

use super::super::{Outcome, Unaskable};
use crate::place::Place;
use crate::real::RealClock;

/// How a report is printed.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(super) enum Told {
    /// Sentences
    Text,
    /// Numbers as data, with the estimands
    Json,
    /// One row an outcome
    Csv,
}

/// Which of a clinic's courses are asked about.
#[derive(clap::Args, Clone, Debug)]
pub(super) struct OfClinic {
    /// The file of the master key [default: DIR.key, beside the folder and never in it]
    #[arg(
        long,
        value_name = "FILE",
        env = "HOLDFAST_KEY_FILE",
        requires = "data"
    )]
    key_file: Option<Utf8PathBuf>,
    /// Only courses for this substance
    #[arg(long, requires = "data")]
    substance: Option<String>,
    /// Only courses of this protocol, such as "kare-2022 version 1"
    #[arg(long, requires = "data")]
    protocol: Option<String>,
    /// Only courses at this site
    #[arg(long, requires = "data")]
    site: Option<String>,
    /// Only first doses of this year
    #[arg(long, requires = "data")]
    year: Option<i16>,
    /// What counts as relapse: first-use or ten-days
    #[arg(long, requires = "data", value_parser = ["first-use", "ten-days"])]
    relapse: Option<String>,
}

/// Opens a clinic for reading.
fn opened(data: &Utf8PathBuf, key_file: Option<&Utf8PathBuf>) -> anyhow::Result<Clinic> {
    let place = Place {
        data: data.clone(),
        key_file: key_file.cloned(),
    };
    place.open_to_read(Arc::new(RealClock))
}

/// The weekly words of everybody taken in from a trial, by the trial's own rule, in the order of its
/// numbers; a course of the clinic's own stands under its patient, with its first twelve weeks.
pub(super) fn words(
    data: &Utf8PathBuf,
    key_file: Option<&Utf8PathBuf>,
    positive: &[String],
    calendar: Calendar,
    is_self_report: bool,
) -> anyhow::Result<Vec<(String, PhaseWords)>> {
    let clinic = opened(data, key_file)?;
    let zone = clinic.zone();
    let positive: Vec<&str> = positive.iter().map(String::as_str).collect();
    let patients: Vec<_> = clinic
        .board()
        .lines()
        .map(|(patient, _)| *patient)
        .collect();
    let mut all: Vec<(String, PhaseWords)> = Vec::new();
    for patient in patients {
        let known = clinic.chart(patient)?;
        let words = trial::with(&known.chart, &zone, &positive).map(|trial| {
            let words = if is_self_report {
                trial.self_report_words(calendar)
            } else {
                trial.urine_words(calendar)
            };
            (trial.who, words)
        });
        match words {
            Some((who, Some(words))) => all.push((who, words)),
            Some((who, None)) => {
                return Err(Unaskable(format!(
                    "the days of {who} make no word; check what was taken in"
                ))
                .into());
            }
            None => {
                for course in clinic::outcome::Course::all_of(patient, &known.chart, &zone) {
                    let words = PhaseWords {
                        phase_1: course.trace.word.clone(),
                        ..PhaseWords::default()
                    };
                    if course.index.is_some() {
                        all.push((patient.to_string(), words));
                    }
                }
            }
        }
    }
    all.sort_by_key(|(who, _)| (who.parse::<u32>().unwrap_or(u32::MAX), who.clone()));
    Ok(all)
}

/// Prints what a clinic's courses come to, with nothing small in it.
pub(super) fn report(
    data: &Utf8PathBuf,
    of: &OfClinic,
    format: Told,
    out: &mut dyn Write,
) -> anyhow::Result<Outcome> {
    let clinic = opened(data, of.key_file.as_ref())?;
    let asked = Asked {
        substance: of.substance.clone(),
        protocol: of.protocol.clone(),
        site: of.site.clone(),
        year: of.year,
        relapse: of.relapse.clone(),
        definitions: false,
        for_outside: true,
    };
    let today = clinic.zone_today(RealClock.now());
    let made = ask(&clinic, &Actor::system(Door::Command), asked, today).map_err(said)?;
    match format {
        Told::Text => text(out, &made)?,
        Told::Json => {
            serde_json::to_writer_pretty(&mut *out, &told::json(&made))?;
            writeln!(out)?;
        }
        Told::Csv => csv_of(out, &made)?,
    }
    Ok(Outcome::Done)
}

fn said(denied: Denied) -> anyhow::Error {
    anyhow::Error::new(denied)
}

fn text(out: &mut dyn Write, made: &Made) -> std::io::Result<()> {
    let report = &made.report;
    writeln!(
        out,
        "Computed from entry {} of the record, on {}. Numbers under {}, and what would give them away, are withheld.\n",
        made.position, made.today, report.fewest
    )?;
    if made.is_all_withheld {
        return writeln!(
            out,
            "All of it is withheld: too few people are asked about, or left out. Ask less narrowly."
        );
    }
    writeln!(out, "Who is in it")?;
    for step in &report.steps {
        way(out, step)?;
    }
    writeln!(
        out,
        "\nWhat happened to the {} who have reached day 90",
        report.n_counted
    )?;
    for line in &report.lines {
        outcome(out, line)?;
    }
    curves(out, made, report)
}

fn way(out: &mut dyn Write, step: &Step) -> std::io::Result<()> {
    let n = step.n.map_or_else(|| "withheld".to_owned(), thousands);
    let why: Vec<String> = step
        .without
        .iter()
        .map(|(why, n)| format!("{} {why}", thousands(*n)))
        .collect();
    writeln!(out, "  {:<22} {n:>8}  {}", step.words, why.join(", "))
}

fn outcome(out: &mut dyn Write, line: &Line) -> std::io::Result<()> {
    writeln!(out, "  {}", line.sentence().concat())?;
    let Some(counted) = line.counted else {
        return Ok(());
    };
    if let (Some((worst, best)), Some(share)) = (
        counted.range_percent(),
        counted.percent(::outcomes::missing::Reading::AsMissing),
    ) {
        let interval = line.interval.map_or_else(String::new, |(low, high)| {
            format!(" (95 %: {low:.0} to {high:.0})")
        });
        writeln!(
            out,
            "    of those known {share:.0} %{interval}; {worst:.0} to {best:.0} % if all the unknown were bad, or good"
        )?;
    }
    Ok(())
}

fn curves(out: &mut dyn Write, made: &Made, report: &Courses) -> std::io::Result<()> {
    let (_, rule, _) = made.asked.relapse();
    writeln!(out, "\nOver the {} who started", report.n_started)?;
    for (name, curve) in [
        (format!("not relapsed ({rule})"), &report.relapse),
        ("still in contact".to_owned(), &report.retention),
    ] {
        match curve.as_ref().map(::outcomes::report::Curve::end) {
            Ok(Some(end)) => {
                let around = end.interval.map_or_else(String::new, |(low, high)| {
                    format!(" (95 %: {low:.0} to {high:.0})")
                });
                writeln!(
                    out,
                    "  {name}: {:.0} %{around} on day {:.0}",
                    end.share, end.day
                )?;
            }
            Ok(None) => writeln!(out, "  {name}: nothing to draw")?,
            Err(why) => writeln!(out, "  {name}: {why}")?,
        }
    }
    for (name, found) in [
        ("craving, 0 to 10", &report.craving),
        ("PHQ-9", &report.phq9),
    ] {
        if let (Some(first), Some(last)) = (found.means.first(), found.means.last()) {
            writeln!(
                out,
                "  {name}: mean {:.1} in week {}, {:.1} ({:.1} to {:.1}) in week {}",
                first.mean, first.week, last.mean, last.interval.0, last.interval.1, last.week
            )?;
        }
    }
    Ok(())
}

fn csv_of(out: &mut dyn Write, made: &Made) -> anyhow::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record([
        "outcome",
        "unit",
        "n",
        "known",
        "of",
        "not_known",
        "lower_95_percent",
        "upper_95_percent",
        "worst_percent",
        "best_percent",
        "position",
        "withheld_under",
    ])?;
    for line in &made.report.lines {
        let number = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
        let count = |of: fn(::outcomes::missing::Counted) -> u32| {
            line.counted
                .map_or_else(|| "withheld".to_owned(), |counted| of(counted).to_string())
        };
        let range = line
            .counted
            .and_then(::outcomes::missing::Counted::range_percent);
        csv.write_record([
            line.id.to_owned(),
            line.unit.words().to_owned(),
            count(::outcomes::missing::Counted::n),
            count(::outcomes::missing::Counted::known),
            count(::outcomes::missing::Counted::of),
            count(::outcomes::missing::Counted::not_known),
            number(line.interval.map(|ends| ends.0)),
            number(line.interval.map(|ends| ends.1)),
            number(range.map(|ends| ends.0)),
            number(range.map(|ends| ends.1)),
            made.position.to_string(),
            made.report.fewest.to_string(),
        ])?;
    }
    csv.flush()?;
    Ok(())
}
