//! `holdfast outcomes`: words from raw trial tables, endpoints of words, and what each one means.

use std::io::Write;

use ::outcomes::programme::{self, ProgrammeOutcome};
use ::outcomes::weekly::{Calendar, PhaseWords};
use ::outcomes::{Definition, Definitions, Estimand, Value, Word, ctn, table};
use camino::{Utf8Path, Utf8PathBuf};
use serde_json::json;

use super::{Outcome, Unaskable};

mod kept;
mod report;

/// Use-pattern words, the endpoints of addiction trials on them, and what each endpoint means.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  holdfast outcomes words --ctn trials/ctn0030 > words.csv
  holdfast outcomes endpoints --words words.csv > endpoints.csv
  holdfast outcomes explain Ab_lofwall_2018")]
pub(crate) struct Outcomes {
    #[command(subcommand)]
    question: Question,
}

#[derive(clap::Subcommand)]
enum Question {
    /// Weekly words of everyone in a folder of CTN-0094 tables
    #[command(after_help = "Example:
  holdfast outcomes words --ctn trials/ctn0030 --positive Opioid,Methadone --format csv
  holdfast outcomes words --data clinic

Prints who, baseline, phase_1 and phase_2. The folder holds participants.csv, randomization.csv, uds.csv and derived_visitImputed.csv, and
tlfb.csv for words from self-report. The defaults are those of CTN-0030.")]
    Words(Words),
    /// Every endpoint of every word in a table (who, word), one column each
    #[command(after_help = "Example:
  holdfast outcomes endpoints --words words.csv --format csv

The table has the columns who and word; a word has one symbol a week: + positive, - negative,
* mixed, o missing, _ none due. An empty cell is an endpoint not defined for so short a word.")]
    Endpoints(Endpoints),
    /// What an endpoint means, where it comes from and how it is found; without a name, the list
    #[command(after_help = "Example:
  holdfast outcomes explain Rd_lingA_1976")]
    Explain(Explain),
    /// What happened to a group of people: known, not known, and the range if all of it were bad or good
    #[command(after_help = "Example:
  holdfast outcomes report --data clinic --substance alcohol
  holdfast outcomes report --words words.csv --format text

The table has the columns who and word. An answer counts as known when it is the same with every
missed week positive and with every missed week negative.")]
    Report(report::Report),
}

#[derive(clap::Args)]
struct Words {
    /// The folder with the tables
    #[arg(long, value_name = "DIR", required_unless_present = "data")]
    ctn: Option<Utf8PathBuf>,
    /// A clinic's data, whose records taken in from a trial give the trial's words
    #[arg(long, value_name = "DIR", conflicts_with = "ctn")]
    data: Option<Utf8PathBuf>,
    /// The file of the master key [default: DIR.key, beside the folder and never in it]
    #[arg(
        long,
        value_name = "FILE",
        env = "HOLDFAST_KEY_FILE",
        requires = "data"
    )]
    key_file: Option<Utf8PathBuf>,
    /// What makes a urine (or a reported day) positive; not the arm's own medicine
    #[arg(long, value_delimiter = ',', default_value = "Opioid,Methadone")]
    positive: Vec<String>,
    /// What the words are made from
    #[arg(long, value_enum, default_value_t = Source::Urine)]
    source: Source,
    /// Days of the first phase
    #[arg(long, value_name = "DAYS", default_value_t = Calendar::CTN_0030.phase_1_days,
        value_parser = clap::value_parser!(i32).range(1..=3650))]
    phase_1_days: i32,
    /// Days of the second phase
    #[arg(long, value_name = "DAYS", default_value_t = Calendar::CTN_0030.phase_2_days,
        value_parser = clap::value_parser!(i32).range(1..=3650))]
    phase_2_days: i32,
    /// How it is printed
    #[arg(long, value_enum, default_value_t = Format::Csv)]
    format: Format,
}

#[derive(clap::Args)]
struct Endpoints {
    /// The table of people and words, or - for standard input
    #[arg(long, value_name = "FILE")]
    words: Utf8PathBuf,
    /// How it is printed
    #[arg(long, value_enum, default_value_t = Format::Csv)]
    format: Format,
}

#[derive(clap::Args)]
struct Explain {
    /// The endpoint, one of its columns, or an outcome of a programme
    id: Option<String>,
    /// Whom the estimand speaks of
    #[arg(
        long,
        default_value = "everyone who was assigned to treatment, whether or not they came"
    )]
    population: String,
    /// How it is printed
    #[arg(long, value_enum, default_value_t = Prose::Text)]
    format: Prose,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Source {
    /// Urines and visits
    Urine,
    /// Days of reported use; days without a report count as without use
    SelfReport,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    /// Comma-separated values
    Csv,
    /// A list of objects
    Json,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Prose {
    /// Sentences
    Text,
    /// The definition as data, with its estimand
    Json,
}

impl Outcomes {
    pub(crate) fn run(self, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        match self.question {
            Question::Words(words) => words.run(out),
            Question::Endpoints(endpoints) => endpoints.run(out),
            Question::Explain(explain) => explain.run(out),
            Question::Report(report) => report.run(out),
        }
    }
}

impl Words {
    fn run(self, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        let people = self.words_by_person()?;
        match self.format {
            Format::Csv => {
                let mut csv = csv::Writer::from_writer(out);
                csv.write_record(["who", "baseline", "phase_1", "phase_2"])?;
                for (who, words) in &people {
                    let [baseline, phase_1, phase_2] = texts(words);
                    csv.write_record([who, &baseline, &phase_1, &phase_2])?;
                }
                csv.flush()?;
            }
            Format::Json => {
                let rows: Vec<_> = people
                    .iter()
                    .map(|(who, words)| {
                        let [baseline, phase_1, phase_2] = texts(words);
                        json!({
                            "who": who, "baseline": baseline, "phase_1": phase_1, "phase_2": phase_2,
                        })
                    })
                    .collect();
                serde_json::to_writer_pretty(&mut *out, &rows)?;
                writeln!(out)?;
            }
        }
        Ok(Outcome::Done)
    }

    fn calendar(&self) -> Calendar {
        Calendar {
            phase_1_days: self.phase_1_days,
            phase_2_days: self.phase_2_days,
            ..Calendar::CTN_0030
        }
    }

    fn words_by_person(&self) -> anyhow::Result<Vec<(String, PhaseWords)>> {
        if let Some(data) = &self.data {
            let is_self_report = match self.source {
                Source::Urine => false,
                Source::SelfReport => true,
            };
            let key_file = self.key_file.as_ref();
            return kept::words(
                data,
                key_file,
                &self.positive,
                self.calendar(),
                is_self_report,
            );
        }
        Ok(self.words_of_tables()?)
    }

    fn words_of_tables(&self) -> Result<Vec<(String, PhaseWords)>, Unaskable> {
        let folder = self.ctn.clone().unwrap_or_default();
        let text = |name: &str| read(&folder.join(name));
        let tables = ctn::Tables {
            participants: &text("participants.csv")?,
            randomization: &text("randomization.csv")?,
            uds: &text("uds.csv")?,
            visits: &text("derived_visitImputed.csv")?,
        };
        let people = ctn::read(tables, &self.positive).map_err(unaskable)?;
        let used = match self.source {
            Source::Urine => None,
            Source::SelfReport => {
                Some(ctn::read_days_of_use(&text("tlfb.csv")?, &self.positive).map_err(unaskable)?)
            }
        };
        let calendar = self.calendar();
        let words = |person: ctn::Person| {
            let words = match &used {
                None => person.urine_words(calendar),
                Some(used) => person.self_report_words(used, calendar),
            };
            words.map(|words| (person.who, words)).map_err(unaskable)
        };
        people.into_iter().map(words).collect()
    }
}

fn texts(words: &PhaseWords) -> [String; 3] {
    [&words.baseline, &words.phase_1, &words.phase_2].map(ToString::to_string)
}

impl Endpoints {
    fn run(self, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        let definitions = Definitions::of_the_house()?;
        let text = read(&self.words)?;
        let people = table::people_and_words(self.words.as_str(), &text).map_err(unaskable)?;
        match self.format {
            Format::Csv => print_endpoints(out, &definitions, &people)?,
            Format::Json => {
                let rows: Vec<_> = people
                    .iter()
                    .map(|(who, word)| object(&definitions, who, word))
                    .collect();
                serde_json::to_writer_pretty(&mut *out, &rows)?;
                writeln!(out)?;
            }
        }
        Ok(Outcome::Done)
    }
}

fn print_endpoints(
    out: &mut dyn Write,
    definitions: &Definitions,
    people: &[(String, Word)],
) -> anyhow::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(std::iter::once("who").chain(definitions.columns()))?;
    for (who, word) in people {
        csv.write_field(who)?;
        for (definition, value) in definitions.iter().zip(definitions.values(word)) {
            for cell in value.cells(definition.columns.len()) {
                csv.write_field(cell)?;
            }
        }
        csv.write_record(None::<&[u8]>)?;
    }
    csv.flush()?;
    Ok(())
}

fn object(definitions: &Definitions, who: &str, word: &Word) -> serde_json::Value {
    let mut row = serde_json::Map::new();
    row.insert("who".to_owned(), json!(who));
    row.insert("word".to_owned(), json!(word.to_string()));
    row.insert("retention".to_owned(), json!(word.retention()));
    for (definition, value) in definitions.iter().zip(definitions.values(word)) {
        let cells = match value {
            Value::Truth(truth) => vec![json!(truth)],
            Value::Whole(weeks) => vec![json!(weeks)],
            Value::Number(number) => vec![json!(number)],
            Value::Time { week, happened } => vec![json!(week), json!(happened)],
            Value::NotDefined { .. } => vec![json!(null); definition.columns.len()],
        };
        for (column, cell) in definition.columns.iter().zip(cells) {
            row.insert(column.clone(), cell);
        }
    }
    serde_json::Value::Object(row)
}

impl Explain {
    fn run(self, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        let definitions = Definitions::of_the_house()?;
        let Some(id) = &self.id else {
            self.print_list(out, &definitions)?;
            return Ok(Outcome::Done);
        };
        let Some(definition) = definitions.find(id) else {
            let programme = programme::of_the_house()?;
            if let Some(outcome) = programme.iter().find(|one| one.id.eq_ignore_ascii_case(id)) {
                self.print_programme(out, outcome)?;
                return Ok(Outcome::Done);
            }
            let what = format!(
                "there is no endpoint {id:?}; `holdfast outcomes explain` lists all of them"
            );
            return Err(Unaskable(what).into());
        };
        match self.format {
            Prose::Text => self.print(out, definition)?,
            Prose::Json => {
                serde_json::to_writer_pretty(&mut *out, &self.object(definition))?;
                writeln!(out)?;
            }
        }
        Ok(Outcome::Done)
    }

    fn print_list(&self, out: &mut dyn Write, definitions: &Definitions) -> anyhow::Result<()> {
        match self.format {
            Prose::Text => {
                for definition in definitions {
                    writeln!(out, "{:<27} {}", definition.id, definition.says)?;
                }
                for outcome in programme::of_the_house()? {
                    writeln!(out, "{:<27} {}", outcome.id, outcome.says)?;
                }
            }
            Prose::Json => {
                let mut all: Vec<_> = definitions.iter().map(|one| self.object(one)).collect();
                for outcome in programme::of_the_house()? {
                    all.push(self.object_of_programme(&outcome));
                }
                serde_json::to_writer_pretty(&mut *out, &all)?;
                writeln!(out)?;
            }
        }
        Ok(())
    }

    fn object(&self, definition: &Definition) -> serde_json::Value {
        json!({
            "definition": definition,
            "computed": definition.steps_in_words(),
            "warning": definition.warning(),
            "estimand": definition.estimand(&self.population),
        })
    }

    fn print(&self, out: &mut dyn Write, definition: &Definition) -> std::io::Result<()> {
        writeln!(
            out,
            "{}: {}\n\n{}\n",
            definition.id, definition.name, definition.says
        )?;
        write!(out, "Source     {}", definition.citation)?;
        match &definition.doi {
            Some(doi) => writeln!(out, " (doi {doi})")?,
            None => writeln!(out)?,
        }
        writeln!(
            out,
            "Samples    {} in the source trial",
            definition.sampling_in_source
        )?;
        if let Some(windows) = &definition.windows_in_source {
            writeln!(out, "Adapted    the source looks at {windows}")?;
        }
        writeln!(out, "Columns    {}", definition.columns.join(", "))?;
        for (at, step) in definition.steps_in_words().iter().enumerate() {
            writeln!(
                out,
                "{:<10} {}. {step}",
                if at == 0 { "Computed" } else { "" },
                at + 1
            )?;
        }
        for (name, text) in [
            ("Note", &definition.note),
            ("Beware", &definition.warning()),
        ] {
            if let Some(text) = text {
                writeln!(out, "{name:<10} {text}")?;
            }
        }
        print_estimand(out, &definition.estimand(&self.population))
    }

    fn object_of_programme(&self, outcome: &ProgrammeOutcome) -> serde_json::Value {
        json!({ "outcome": outcome, "estimand": outcome.estimand(&self.population) })
    }

    fn print_programme(
        &self,
        out: &mut dyn Write,
        outcome: &ProgrammeOutcome,
    ) -> anyhow::Result<()> {
        match self.format {
            Prose::Text => {
                writeln!(
                    out,
                    "{}: {}\n\n{}\n",
                    outcome.id, outcome.name, outcome.says
                )?;
                writeln!(out, "Source     {}", outcome.source)?;
                print_estimand(out, &outcome.estimand(&self.population))?;
            }
            Prose::Json => {
                serde_json::to_writer_pretty(&mut *out, &self.object_of_programme(outcome))?;
                writeln!(out)?;
            }
        }
        Ok(())
    }
}

fn print_estimand(out: &mut dyn Write, estimand: &Estimand) -> std::io::Result<()> {
    writeln!(out, "\nEstimand\n  population   {}", estimand.population)?;
    writeln!(out, "  variable     {}", estimand.variable)?;
    for event in &estimand.intercurrent_events {
        writeln!(out, "  when         {}: {}", event.event, event.handling)?;
    }
    writeln!(out, "  summary      {}", estimand.summary)
}

fn read(path: &Utf8Path) -> Result<String, Unaskable> {
    let read = if path == "-" {
        std::io::read_to_string(std::io::stdin())
    } else {
        std::fs::read_to_string(path)
    };
    read.map_err(|error| {
        if error.kind() == std::io::ErrorKind::InvalidData {
            Unaskable(format!(
                "{path} is not UTF-8 text; save it as UTF-8 and try again"
            ))
        } else {
            Unaskable(format!("failed to read {path}: {error}; check the path"))
        }
    })
}

fn unaskable(error: impl std::error::Error) -> Unaskable {
    Unaskable(error.to_string())
}
