//! Reading the table and finding the columns, by name or by the names such tables use.

use camino::Utf8PathBuf;
use statistics::survival::design::{Design, level_label};
use statistics::survival::{Groups, SurvivalError, Times, events};
use statistics::table::{Column, Factor, Table};

use super::Format;
use crate::command::Unaskable;

/// The file and the columns every survival estimator reads.
#[derive(clap::Args)]
pub(crate) struct Data {
    /// The CSV file, whose first line names the columns
    file: Utf8PathBuf,
    /// Column of the time each row left [default: stop or time]
    #[arg(long)]
    time: Option<String>,
    /// Column of 1 for the event and 0 for none [default: status]
    #[arg(long)]
    status: Option<String>,
    /// Column of the time each row entered [default: start, where there is one]
    #[arg(long)]
    start: Option<String>,
    /// How the result is printed
    #[arg(long, value_enum, default_value = "json")]
    pub(crate) format: Format,
}

/// A table and where its outcome is.
pub(crate) struct Source {
    pub(crate) table: Table,
    pub(crate) time: String,
    pub(crate) status: String,
    pub(crate) start: Option<String>,
}

/// Times and status of the rows in use.
pub(crate) struct Followed {
    start: Option<Vec<f64>>,
    pub(crate) stop: Vec<f64>,
    pub(crate) event: Vec<bool>,
}

/// A grouping of the rows in use.
pub(crate) struct Grouping {
    pub(crate) name: String,
    pub(crate) factor: Factor,
    pub(crate) codes: Vec<u32>,
}

/// Names that columns of outcomes and of identity have, which are never covariates by themselves.
const NEVER_COVARIATES: [&str; 9] = [
    "id", "who", "time", "start", "stop", "status", "cause", "", "rownames",
];
/// Names that the column of groups has.
const GROUPS: [&str; 6] = ["group", "arm", "grp", "treatment", "sex", "transplant"];

pub(crate) fn unaskable(error: impl std::fmt::Display) -> anyhow::Error {
    anyhow::Error::new(Unaskable(error.to_string()))
}

impl Data {
    pub(crate) fn source(&self) -> anyhow::Result<Source> {
        let bytes = std::fs::read(&self.file)
            .map_err(|error| unaskable(format!("{} cannot be read: {error}", self.file)))?;
        let table =
            Table::read(&bytes).map_err(|error| unaskable(format!("{}: {error}", self.file)))?;
        let first = |given: &Option<String>, usual: &[&str]| {
            given.clone().or_else(|| {
                usual
                    .iter()
                    .find(|name| table.has(name))
                    .map(|name| (*name).to_owned())
            })
        };
        let time = first(&self.time, &["time", "stop"]);
        let start = match (&self.start, &time) {
            (None, Some(time)) if time == "stop" => first(&None, &["start"]),
            _ => self.start.clone(),
        };
        let time = time
            .ok_or_else(|| unaskable("no column is named `time` or `stop`; name it with --time"))?;
        let status = first(&self.status, &["status"]).unwrap_or_else(|| "status".to_owned());
        Ok(Source {
            table,
            time,
            status,
            start,
        })
    }
}

impl Source {
    /// The rows that miss none of these columns, and how many were dropped.
    pub(crate) fn complete(&mut self, names: &[&str]) -> anyhow::Result<usize> {
        let rows = self.table.complete_rows(names).map_err(unaskable)?;
        let dropped = self.table.rows() - rows.len();
        if dropped > 0 {
            self.table = self.table.select(&rows);
        }
        Ok(dropped)
    }

    /// The columns of the outcome.
    pub(crate) fn outcome_names(&self) -> Vec<&str> {
        let start = self.start.as_deref();
        start
            .into_iter()
            .chain([self.time.as_str(), self.status.as_str()])
            .collect()
    }

    pub(crate) fn followed(&self) -> anyhow::Result<Followed> {
        let numbers = |name: &str| {
            self.table
                .numbers(name)
                .map(<[f64]>::to_vec)
                .map_err(unaskable)
        };
        Ok(Followed {
            start: self.start.as_deref().map(numbers).transpose()?,
            stop: numbers(&self.time)?,
            event: events(self.table.numbers(&self.status).map_err(unaskable)?)?,
        })
    }

    /// The column of groups asked for, or the first with a name such columns have.
    pub(crate) fn group_name(&self, given: Option<&String>) -> Option<String> {
        given.cloned().or_else(|| {
            GROUPS
                .iter()
                .find(|name| self.table.has(name))
                .map(|name| (*name).to_owned())
        })
    }

    pub(crate) fn grouping(&self, name: &str) -> anyhow::Result<Grouping> {
        let factor = self.table.factor(name).map_err(unaskable)?;
        let codes = factor
            .codes
            .iter()
            .flatten()
            .map(|code| u32::try_from(*code))
            .collect::<Result<_, _>>()
            .map_err(unaskable)?;
        Ok(Grouping {
            name: name.to_owned(),
            factor,
            codes,
        })
    }

    /// The covariates asked for, or every other column that could be one: numbers, and text with
    /// no more than ten levels.
    pub(crate) fn covariates(&self, given: &[String], except: &[Option<&String>]) -> Vec<String> {
        if !given.is_empty() {
            return given.to_vec();
        }
        let could_be = |name: &&String| {
            let outcome = self.outcome_names();
            let few = match self.table.column(name) {
                Ok(Column::Number(_)) => true,
                Ok(Column::Text { factor, .. }) => factor.levels.len() <= 10,
                Err(_) => false,
            };
            few && !NEVER_COVARIATES.contains(&name.as_str())
                && !outcome.contains(&name.as_str())
                && !except.contains(&Some(*name))
        };
        self.table
            .names()
            .iter()
            .filter(could_be)
            .cloned()
            .collect()
    }

    pub(crate) fn design(&self, covariates: &[String]) -> anyhow::Result<Design> {
        let names: Vec<&str> = covariates.iter().map(String::as_str).collect();
        Design::of(&self.table, &names).map_err(unaskable)
    }
}

impl Followed {
    pub(crate) fn times(&self) -> Result<Times<'_>, SurvivalError> {
        match &self.start {
            Some(start) => Times::with_entry(start, &self.stop, &self.event),
            None => Times::new(&self.stop, &self.event),
        }
    }
}

impl Grouping {
    pub(crate) fn groups(&self) -> Result<Groups<'_>, SurvivalError> {
        Groups::new(&self.codes, self.factor.levels.len())
    }

    /// The labels of the levels; `bare` leaves out the column's name where the column is text.
    pub(crate) fn labels(&self, table: &Table, bare: bool) -> Vec<String> {
        let label = |level: &String| level_label(table, &self.name, level, bare);
        self.factor.levels.iter().map(label).collect()
    }
}
