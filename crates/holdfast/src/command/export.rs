//! `holdfast export`: what goes out.

use std::io::Write;
use std::sync::Arc;

use anyhow::Context as _;
use camino::Utf8PathBuf;
use clinic::Clinic;
use outcomes::tidy::{Column, Format, Holds, Table, TidyError};
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
    /// What the tables are written as; Parquet only where it was built in
    #[arg(long, value_enum, default_value_t = Written::Csv)]
    format: Written,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Written {
    /// Comma-separated values
    Csv,
    /// Parquet, typed columns that say what they mean
    Parquet,
}

impl Written {
    const fn format(self) -> Format {
        match self {
            Self::Csv => Format::Csv,
            Self::Parquet => Format::Parquet,
        }
    }
}

type Described = (&'static str, Holds, &'static str);

/// The tables, their columns and what each column holds.
const TABLES: [(&str, &[Described]); 4] = [
    (
        "courses",
        &[
            (
                "who",
                Holds::Whole,
                "number of the person in this export; it names nobody",
            ),
            ("protocol", Holds::Words, "protocol of the course"),
            ("substance", Holds::Words, "substance treated"),
            ("stage", Holds::Words, "stage on the day of the export"),
            ("n_entries", Holds::Whole, "entries in the record"),
            (
                "position",
                Holds::Whole,
                "position in the journal the row was computed from",
            ),
        ],
    ),
    (
        "use_days",
        &[
            ("who", Holds::Whole, "as in courses"),
            (
                "day",
                Holds::Whole,
                "protocol day; day 0 is that of the plan",
            ),
            ("substance", Holds::Words, "substance"),
            (
                "known",
                Holds::Words,
                "used, not_used or conflict; a day that is not here is not known",
            ),
        ],
    ),
    (
        "urines",
        &[
            ("who", Holds::Whole, "as in courses"),
            ("day", Holds::Whole, "protocol day"),
            ("substance", Holds::Words, "substance"),
            (
                "found",
                Holds::Words,
                "found, not_found, inconclusive or not_tested",
            ),
        ],
    ),
    (
        "visits",
        &[
            ("who", Holds::Whole, "as in courses"),
            ("day", Holds::Whole, "protocol day it stood for, or fell on"),
            ("purpose", Holds::Words, "what it was for"),
            (
                "state",
                Holds::Words,
                "booked, arrived, held, missed or cancelled",
            ),
        ],
    ),
];

fn empty_tables() -> [Table; 4] {
    TABLES.map(|(name, columns)| Table {
        name: name.to_owned(),
        columns: columns
            .iter()
            .map(|(name, holds, means)| Column::new(*name, *holds, "", *means))
            .collect(),
        rows: Vec::new(),
    })
}

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
        let format = self.format.format();
        if !Format::built_in().contains(&format) {
            return Err(Unaskable(TidyError::NotBuiltIn.to_string()).into());
        }
        let clinic = self.place.open_to_read(Arc::new(RealClock))?;
        std::fs::create_dir_all(&self.to)
            .with_context(|| format!("the folder {} could not be made", self.to))?;
        let mut tables = empty_tables();
        let patients: Vec<PatientId> = clinic.board().lines().map(|(id, _)| *id).collect();
        for (number, patient) in patients.iter().enumerate() {
            rows(&clinic, *patient, number + 1, &mut tables)?;
        }
        let mut dictionary = serde_json::Map::new();
        for table in &tables {
            let file = format!("{}.{}", table.name, format.ending());
            std::fs::write(self.to.join(&file), table.written(format)?)
                .with_context(|| format!("{file} could not be written"))?;
            let columns = table.columns.iter();
            let columns = columns.map(|one| (one.name.clone(), one.means.clone().into()));
            dictionary.insert(file, serde_json::Value::Object(columns.collect()));
        }
        let text = serde_json::to_string_pretty(&dictionary)?;
        std::fs::write(self.to.join("dictionary.json"), text)
            .context("the dictionary could not be written")?;
        writeln!(out, "{} records written to {}.", patients.len(), self.to)?;
        Ok(Outcome::Done)
    }
}

fn rows(
    clinic: &Clinic,
    patient: PatientId,
    who: usize,
    tables: &mut [Table; 4],
) -> anyhow::Result<()> {
    let known = clinic.chart(patient)?;
    let chart = &known.chart;
    let Some(course) = chart.course() else {
        return Ok(());
    };
    let zone = clinic.zone();
    let today = clinic.zone_today(record::Clock::now(&RealClock));
    let who = who.to_string();
    let [courses, use_days, urines, visits] = tables;
    let position = chart.entries().last().map_or(0, |entry| entry.position);
    courses.rows.push(vec![
        who.clone(),
        course.protocol.clone(),
        course.substance.to_string(),
        chart.stage(today).code().to_owned(),
        chart.entries().len().to_string(),
        position.to_string(),
    ]);
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
            let row = vec![who.clone(), day, substance.to_string(), said.to_owned()];
            use_days.rows.push(row);
        }
    }
    for (entry, screen) in chart.all::<UrineScreen>() {
        let day = days_between(day_zero, civil_day(entry.occurred_at.0, &zone)).to_string();
        for finding in &screen.findings {
            let found: Found = finding.found;
            urines.rows.push(vec![
                who.clone(),
                day.clone(),
                finding.substance.to_string(),
                found.code().to_owned(),
            ]);
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
        visits.rows.push(vec![
            who.clone(),
            day.to_string(),
            visit.purpose.code().to_owned(),
            state.to_owned(),
        ]);
    }
    Ok(())
}
