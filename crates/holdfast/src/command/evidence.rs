//! `holdfast evidence`: claims with their grades, studies, rows side by side, the check, the export.

mod prose;
mod table;

use std::io::Write;

use ::evidence::record::{Claim, Study, Substance};
use ::evidence::{File, Library, Prefer};
use camino::{Utf8Path, Utf8PathBuf};
use serde_json::json;

use prose::{print_claim, print_side, print_study, word};
use table::{claims_csv, faults_csv, harms_csv, outcomes_csv, studies_csv};

use super::{Outcome, Unaskable};

/// What the science says: claims with their grades, the studies behind them, rows side by side.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  holdfast evidence claims alcohol-abstinence
  holdfast evidence studies grabski-2022 --format json
  holdfast evidence pool abstinence --summary
  holdfast evidence check evidence")]
pub(crate) struct Evidence {
    #[command(subcommand)]
    question: Question,
}

#[derive(clap::Subcommand)]
enum Question {
    /// The claims with their grades, or one in full
    #[command(after_help = "Example:\n  holdfast evidence claims craving")]
    Claims(Ask),
    /// The studies, or one in full
    #[command(after_help = "Example:\n  holdfast evidence studies dakwar-2019")]
    Studies(Ask),
    /// Studies side by side, and a summary of the randomised ones when asked for
    #[command(after_help = "Example:
  holdfast evidence pool abstinence --substance alcohol --summary --format json")]
    Pool(Pool),
    /// Check a folder of evidence files: each fault with file, record, field and the mend
    #[command(after_help = "Example:
  holdfast evidence check evidence
  holdfast evidence check new-study.toml

The folder is laid out like Holdfast's own: studies/*.toml, background.toml, claims.toml, harms.toml,
misreports.toml, poolings.toml and bearings.toml. Without a folder, the evidence that came with Holdfast is checked.")]
    Check(Check),
    /// Everything as JSON, or one kind of record as CSV
    #[command(after_help = "Example:
  holdfast evidence export outcomes --format csv > outcomes.csv")]
    Export(Export),
}

#[derive(clap::Args)]
struct Ask {
    /// Which one; all in a line each when absent
    id: Option<String>,
    /// How it is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(clap::Args)]
struct Pool {
    /// Which question; the list when absent
    id: Option<String>,
    /// Only studies of this substance
    #[arg(long, value_parser = substance)]
    substance: Option<Substance>,
    /// Take adjusted effects where they are printed
    #[arg(long)]
    adjusted: bool,
    /// Add a summary of the randomised rows
    #[arg(long)]
    summary: bool,
    /// How it is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(clap::Args)]
struct Check {
    /// The folder, or one study's file to be checked among the evidence that came with Holdfast
    folder: Option<Utf8PathBuf>,
    /// How it is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(clap::Args)]
struct Export {
    /// Which records
    #[arg(value_enum, default_value_t = Kind::All)]
    kind: Kind,
    /// How it is printed
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Sentences
    Text,
    /// Data
    Json,
    /// A table
    Csv,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Kind {
    /// Everything (JSON only)
    All,
    /// One row a study
    Studies,
    /// One row an arm of an outcome, with the printed effect
    Outcomes,
    /// One row a claim
    Claims,
    /// One row a harm
    Harms,
}

fn substance(name: &str) -> Result<Substance, String> {
    serde_json::from_value(json!(name)).map_err(|_| {
        format!("no study is of {name:?}; use alcohol, cocaine, opioid, nicotine, cannabis or methamphetamine")
    })
}

impl Evidence {
    pub(crate) fn run(self, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        match self.question {
            Question::Claims(ask) => ask.claims(out),
            Question::Studies(ask) => ask.studies(out),
            Question::Pool(pool) => pool.run(out),
            Question::Check(check) => check.run(out),
            Question::Export(export) => export.run(out),
        }
    }
}

fn print_json(out: &mut dyn Write, value: &impl serde::Serialize) -> anyhow::Result<Outcome> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)?;
    Ok(Outcome::Done)
}

fn nothing_named(kind: &str, id: &str) -> anyhow::Error {
    let what = format!("there is no {kind} {id:?}; without a name, all are listed");
    Unaskable(what).into()
}

impl Ask {
    fn claims(self, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        let library = Library::of_the_house()?;
        let claims: Vec<&Claim> = match &self.id {
            None => library.claims().iter().collect(),
            Some(id) => vec![
                library
                    .claim(id)
                    .ok_or_else(|| nothing_named("claim", id))?,
            ],
        };
        match self.format {
            Format::Json => return print_json(out, &claims),
            Format::Csv => claims_csv(out, &claims)?,
            Format::Text if self.id.is_some() => {
                for claim in claims {
                    print_claim(out, &library, claim)?;
                }
            }
            Format::Text => {
                for claim in claims {
                    let grade = claim.grade.words();
                    writeln!(out, "{:<20} {grade:<9} {}", claim.id, claim.patients)?;
                }
            }
        }
        Ok(Outcome::Done)
    }

    fn studies(self, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        let library = Library::of_the_house()?;
        let studies: Vec<&Study> = match &self.id {
            None => library.studies().iter().collect(),
            Some(id) => vec![
                library
                    .study(id)
                    .ok_or_else(|| nothing_named("study", id))?,
            ],
        };
        match self.format {
            Format::Json => return print_json(out, &studies),
            Format::Csv => studies_csv(out, &studies)?,
            Format::Text if self.id.is_some() => {
                for study in studies {
                    print_study(out, &library, study)?;
                }
            }
            Format::Text => {
                for study in studies {
                    let n = study
                        .n
                        .map_or_else(|| "n not seen".to_owned(), |n| format!("n={n}"));
                    writeln!(
                        out,
                        "{:<22} {:<18} {:<26} {n}",
                        study.id,
                        word(&study.substance),
                        word(&study.class)
                    )?;
                }
            }
        }
        Ok(Outcome::Done)
    }
}

impl Pool {
    fn run(self, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        let library = Library::of_the_house()?;
        let Some(id) = &self.id else {
            for pooling in library.poolings() {
                writeln!(out, "{:<20} {}", pooling.id, pooling.question)?;
            }
            return Ok(Outcome::Done);
        };
        let pooling = library
            .pooling(id)
            .ok_or_else(|| nothing_named("pooling", id))?;
        let prefer = if self.adjusted {
            Prefer::Adjusted
        } else {
            Prefer::Raw
        };
        let side = library.side_by_side(pooling, self.substance, prefer);
        let summary = match self.summary.then(|| side.summary()) {
            None => None,
            Some(Ok(summary)) => Some(summary),
            Some(Err(why)) => return Err(Unaskable(why.to_string()).into()),
        };
        match self.format {
            Format::Json => print_json(out, &json!({ "side_by_side": side, "summary": summary })),
            Format::Csv => {
                let mut csv = csv::Writer::from_writer(out);
                for row in side.randomised.iter().chain(&side.not_randomised) {
                    csv.serialize(row)?;
                }
                csv.flush()?;
                Ok(Outcome::Done)
            }
            Format::Text => {
                print_side(out, &side, summary.as_ref())?;
                Ok(Outcome::Done)
            }
        }
    }
}

impl Check {
    fn run(self, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        let files = match &self.folder {
            None => ::evidence::files_of_the_house(),
            Some(path) if path.is_file() => read_study(path)?,
            Some(folder) => read_folder(folder)?,
        };
        let faults = ::evidence::check(&files);
        match self.format {
            Format::Json => {
                print_json(out, &faults)?;
            }
            Format::Csv => faults_csv(out, &faults)?,
            Format::Text => {
                for fault in &faults {
                    writeln!(out, "{fault}")?;
                }
                writeln!(out, "files: {}, faults: {}", files.len(), faults.len())?;
            }
        }
        Ok(if faults.is_empty() {
            Outcome::Done
        } else {
            Outcome::Failed
        })
    }
}

/// The evidence that came with Holdfast, with one study added or put in the place of its namesake.
fn read_study(path: &Utf8Path) -> Result<Vec<File>, Unaskable> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Unaskable(format!("failed to read {path}: {error}; check the path")))?;
    let name = format!("studies/{}", path.file_name().unwrap_or_default());
    let mut files = ::evidence::files_of_the_house();
    files.retain(|file| file.name != name);
    files.push(File { name, text });
    Ok(files)
}

/// The evidence files of a folder and its `studies` folder, by name.
fn read_folder(folder: &Utf8Path) -> Result<Vec<File>, Unaskable> {
    let unreadable = |path: &Utf8Path, error: &std::io::Error| {
        Unaskable(format!("failed to read {path}: {error}; check the path"))
    };
    let mut files = Vec::new();
    for (prefix, place) in [
        ("", folder.to_owned()),
        ("studies/", folder.join("studies")),
    ] {
        if !prefix.is_empty() && !place.is_dir() {
            continue;
        }
        for entry in place
            .read_dir_utf8()
            .map_err(|error| unreadable(&place, &error))?
        {
            let entry = entry.map_err(|error| unreadable(&place, &error))?;
            if entry.path().extension() == Some("toml") {
                let text = std::fs::read_to_string(entry.path())
                    .map_err(|error| unreadable(entry.path(), &error))?;
                files.push(File {
                    name: format!("{prefix}{}", entry.file_name()),
                    text,
                });
            }
        }
    }
    if files.is_empty() {
        return Err(Unaskable(format!(
            "{folder} holds no evidence files (*.toml); check the path"
        )));
    }
    files.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(files)
}

impl Export {
    fn run(self, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        let library = Library::of_the_house()?;
        let studies: Vec<&Study> = library.studies().iter().collect();
        let claims: Vec<&Claim> = library.claims().iter().collect();
        if self.format == Format::Csv {
            match self.kind {
                Kind::Studies => studies_csv(out, &studies)?,
                Kind::Outcomes => outcomes_csv(out, &studies)?,
                Kind::Claims => claims_csv(out, &claims)?,
                Kind::Harms => harms_csv(out, &library)?,
                Kind::All => {
                    let what =
                        "a table holds one kind of record; name studies, outcomes, claims or harms";
                    return Err(Unaskable(what.to_owned()).into());
                }
            }
            return Ok(Outcome::Done);
        }
        match self.kind {
            Kind::Studies | Kind::Outcomes => print_json(out, &studies),
            Kind::Claims => print_json(out, &claims),
            Kind::Harms => print_json(out, &library.harms()),
            Kind::All => print_json(
                out,
                &json!({
                    "studies": studies,
                    "background": library.background(),
                    "claims": claims,
                    "harms": library.harms(),
                    "misreports": library.misreports(),
                    "poolings": library.poolings(),
                    "bearings": library.bearings(),
                }),
            ),
        }
    }
}
