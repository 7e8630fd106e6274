//! `holdfast export`: what goes out.

use std::io::Write;
use std::sync::Arc;

use anyhow::Context as _;
use camino::{Utf8Path, Utf8PathBuf};
use clinic::Clinic;
use record::calendar::{civil_day, days_between};
use record::fact::observation::{Found, UrineScreen};
use record::ids::PatientId;

use super::{Outcome, Unaskable};
use crate::place::Place;
use crate::real::RealClock;

/// Takes a chart or de-identified tables out
#[derive(clap::Subcommand)]
#[command(after_help = "Example:\n  holdfast export tables --data clinic --to tables")]
pub(crate) enum Args {
    Chart(Chart),
    Tables(Tables),
}

impl Args {
    pub(crate) fn run(self, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        match self {
            Self::Chart(chart) => chart.run(out),
            Self::Tables(tables) => tables.run(out),
        }
    }
}

/// Writes one record whole, entry by entry, as JSON lines
#[derive(clap::Args)]
#[command(after_help = "Example:\n  holdfast export chart pt_0... --data clinic > record.jsonl")]
pub(crate) struct Chart {
    /// The patient's identifier
    patient: PatientId,
    #[command(flatten)]
    place: Place,
}

impl Chart {
    fn run(self, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        let clinic = self.place.open_to_read(Arc::new(RealClock))?;
        let known = clinic
            .chart(self.patient)
            .map_err(|_| Unaskable(format!("this clinic has no record {}", self.patient)))?;
        for entry in known.chart.entries() {
            let line = serde_json::json!({
                "number": entry.number.0,
                "position": entry.position,
                "recorded_at": entry.recorded_at,
                "occurred_at": entry.occurred_at,
                "author": entry.author,
                "says": entry.fact,
            });
            writeln!(out, "{line}")?;
        }
        Ok(Outcome::Done)
    }
}

/// Writes tidy, de-identified tables with a data dictionary
#[derive(clap::Args)]
#[command(after_help = "Example:\n  holdfast export tables --data clinic --to tables")]
pub(crate) struct Tables {
    #[command(flatten)]
    place: Place,
    /// The folder to write; it may not hold anything yet
    #[arg(long, value_name = "DIR")]
    to: Utf8PathBuf,
}

/// The tables, their columns and what each column holds.
const DICTIONARY: &[(&str, &[(&str, &str)])] = &[
    (
        "courses.csv",
        &[
            (
                "who",
                "number of the person in this export; it names nobody",
            ),
            ("protocol", "protocol of the course"),
            ("substance", "substance treated"),
            ("stage", "stage on the day of the export"),
            ("n_entries", "entries in the record"),
            (
                "position",
                "position in the journal the row was computed from",
            ),
        ],
    ),
    (
        "use_days.csv",
        &[
            ("who", "as in courses.csv"),
            ("day", "protocol day; day 0 is that of the plan"),
            ("substance", "substance"),
            (
                "known",
                "used, not_used or conflict; a day that is not here is not known",
            ),
        ],
    ),
    (
        "urines.csv",
        &[
            ("who", "as in courses.csv"),
            ("day", "protocol day"),
            ("substance", "substance"),
            ("found", "found, not_found, inconclusive or not_tested"),
        ],
    ),
    (
        "visits.csv",
        &[
            ("who", "as in courses.csv"),
            ("day", "protocol day it stood for, or fell on"),
            ("purpose", "what it was for"),
            ("state", "booked, arrived, held, missed or cancelled"),
        ],
    ),
];

impl Tables {
    fn run(self, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        if self.to.exists()
            && std::fs::read_dir(&self.to).is_ok_and(|mut there| there.next().is_some())
        {
            return Err(Unaskable(format!(
                "{} holds something already; nothing was changed",
                self.to
            ))
            .into());
        }
        let clinic = self.place.open_to_read(Arc::new(RealClock))?;
        std::fs::create_dir_all(&self.to)
            .with_context(|| format!("the folder {} could not be made", self.to))?;
        let mut writers = writers(&self.to)?;
        let patients: Vec<PatientId> = clinic.board().lines().map(|(id, _)| *id).collect();
        for (number, patient) in patients.iter().enumerate() {
            rows(&clinic, *patient, number + 1, &mut writers)?;
        }
        for writer in &mut writers {
            writer.flush().context("a table could not be written")?;
        }
        let dictionary: serde_json::Map<String, serde_json::Value> = DICTIONARY
            .iter()
            .map(|(table, columns)| {
                let columns = columns
                    .iter()
                    .map(|(name, words)| ((*name).to_owned(), (*words).into()));
                (
                    (*table).to_owned(),
                    serde_json::Value::Object(columns.collect()),
                )
            })
            .collect();
        let text = serde_json::to_string_pretty(&dictionary)?;
        std::fs::write(self.to.join("dictionary.json"), text)
            .context("the dictionary could not be written")?;
        writeln!(out, "{} records written to {}.", patients.len(), self.to)?;
        Ok(Outcome::Done)
    }
}

type Writers = [csv::Writer<std::fs::File>; 4];

fn writers(to: &Utf8Path) -> anyhow::Result<Writers> {
    let open =
        |table: &str, columns: &[(&str, &str)]| -> anyhow::Result<csv::Writer<std::fs::File>> {
            let mut writer = csv::Writer::from_path(to.join(table))?;
            writer.write_record(columns.iter().map(|(name, _)| *name))?;
            Ok(writer)
        };
    let all: anyhow::Result<Vec<_>> = DICTIONARY
        .iter()
        .map(|(table, columns)| open(table, columns))
        .collect();
    all?.try_into()
        .map_err(|_| anyhow::anyhow!("the dictionary names four tables"))
}

fn rows(
    clinic: &Clinic,
    patient: PatientId,
    who: usize,
    writers: &mut Writers,
) -> anyhow::Result<()> {
    let known = clinic.chart(patient)?;
    let chart = &known.chart;
    let Some(course) = chart.course() else {
        return Ok(());
    };
    let zone = clinic.zone();
    let today = clinic.zone_today(record::Clock::now(&RealClock));
    let who = who.to_string();
    let [courses, use_days, urines, visits] = writers;
    let position = chart.entries().last().map_or(0, |entry| entry.position);
    courses.write_record([
        &who,
        &course.protocol,
        course.substance.as_str(),
        chart.stage(today).code(),
        &chart.entries().len().to_string(),
        &position.to_string(),
    ])?;
    let Some(day_zero) = course.day_zero else {
        return Ok(());
    };
    for (substance, days) in chart.use_days(Some(&course.substance)) {
        for (day, said) in days {
            let said = match said {
                record::chart::substance_use::UseDay::Used => "used",
                record::chart::substance_use::UseDay::NotUsed => "not_used",
                record::chart::substance_use::UseDay::Conflict => "conflict",
            };
            let day = days_between(day_zero, day).to_string();
            use_days.write_record([&who, &day, substance.as_str(), said])?;
        }
    }
    for (entry, screen) in chart.all::<UrineScreen>() {
        let day = days_between(day_zero, civil_day(entry.occurred_at.0, &zone)).to_string();
        for finding in &screen.findings {
            let found: Found = finding.found;
            urines.write_record([&who, &day, finding.substance.as_str(), found.code()])?;
        }
    }
    for visit in chart.visits() {
        let day = visit.day.map_or_else(
            || days_between(day_zero, civil_day(visit.starts_at, &zone)),
            |day| day.0,
        );
        let state = match visit.state {
            record::chart::visit::VisitState::Booked => "booked",
            record::chart::visit::VisitState::Arrived => "arrived",
            record::chart::visit::VisitState::Held => "held",
            record::chart::visit::VisitState::Missed => "missed",
            record::chart::visit::VisitState::Cancelled => "cancelled",
        };
        visits.write_record([&who, &day.to_string(), visit.purpose.code(), state])?;
    }
    Ok(())
}
