//! `holdfast instrument`: questionnaires and ratings: list, show, score, check, and the clinic's
//! licensed words.

use std::collections::BTreeMap;
use std::io::Write;

use camino::{Utf8Path, Utf8PathBuf};
use clinic::Library;
use instruments::{Answers, Instrument, Outcome as Scoring, Wording, library};
use outcomes::change::Noise;
use serde_json::json;

use super::rules::{Format, file_text};
use super::{Outcome, Unaskable};
use crate::place::Place;

/// What is asked of the instruments.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  holdfast instrument list
  holdfast instrument score phq-9 --answers answers.json
  holdfast instrument load ours.toml --data clinic")]
pub(crate) struct Instruments {
    #[command(subcommand)]
    ask: Ask,
}

#[derive(clap::Subcommand)]
enum Ask {
    /// List every instrument, with the licence of its words
    #[command(after_help = "Example:\n  holdfast instrument list --format json")]
    List {
        /// How to print
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Show one whole: items, options, scores, bands, flags; words only where they may be printed
    #[command(after_help = "Example:\n  holdfast instrument show gad-7")]
    Show {
        /// The instrument's id
        id: String,
    },
    /// Score answers
    #[command(after_help = "Example:
  holdfast instrument score audit-c --answers answers.json

The file is one JSON object of items and whole numbers, such as {\"1\": 2, \"2\": 1, \"3\": 0}. An item that is not there was passed over.")]
    Score {
        /// The instrument's id
        id: String,
        /// The file of answers
        #[arg(long, value_name = "FILE")]
        answers: Utf8PathBuf,
        /// Use the bands printed for men, where they differ
        #[arg(long)]
        man: bool,
        /// How to print
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Report every error in instrument files, with file, line and what to write instead
    #[command(after_help = "Example:\n  holdfast instrument check instruments/phq-9.toml")]
    Check {
        /// Instrument files
        #[arg(required = true)]
        files: Vec<Utf8PathBuf>,
    },
    /// Load the words a clinic holds a licence for; a running server shows them from its next start
    #[command(after_help = "Example:
  holdfast instrument load ours.toml --data clinic

The file says instrument, licence (who gave the right, and how), items (words by item), options
(points and words by item; \"*\" serves every item not named), and where the key comes with the
copy, reversed and counted (items by score) and tables (rows of sum and score, by score).")]
    Load {
        /// The file of words
        file: Utf8PathBuf,
        #[command(flatten)]
        place: Place,
    },
    /// Load the standard deviation and reliability by which a change is real; from the next start
    #[command(after_help = "Example:
  holdfast instrument change ours.toml --data clinic

The file says instrument, standard_deviation, reliability, sample (of whom), source (where both are
printed), decided_by (the medical director) and decided_on (\"2026-03-02\"). The page of days then
computes the reliable change index from them, and says whose they are.")]
    Change {
        /// The file
        file: Utf8PathBuf,
        #[command(flatten)]
        place: Place,
    },
}

impl Instruments {
    pub(crate) fn run(self, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        match self.ask {
            Ask::List { format } => list(out, format),
            Ask::Show { id } => show(out, known(&id)?),
            Ask::Score {
                id,
                answers,
                man,
                format,
            } => score(out, known(&id)?, &answers, man, format),
            Ask::Check { files } => check(out, &files),
            Ask::Load { file, place } => load(out, &file, &place),
            Ask::Change { file, place } => change(out, &file, &place),
        }
    }
}

fn known(id: &str) -> anyhow::Result<&'static Instrument> {
    library().get(id).ok_or_else(|| {
        let says = format!("there is no instrument {id}: `holdfast instrument list` names them");
        Unaskable(says).into()
    })
}

fn list(out: &mut dyn Write, format: Format) -> anyhow::Result<Outcome> {
    match format {
        Format::Json => {
            let all: Vec<_> = library().all().map(as_data).collect();
            serde_json::to_writer_pretty(&mut *out, &all)?;
            writeln!(out)?;
        }
        Format::Text => {
            for one in library().all() {
                let words = if one.has_own_words() {
                    "words included"
                } else {
                    "words to be loaded"
                };
                writeln!(
                    out,
                    "{:28} {:28} {:28} {words}",
                    one.id,
                    one.title,
                    one.licence.code.label()
                )?;
            }
        }
    }
    Ok(Outcome::Done)
}

fn as_data(one: &Instrument) -> serde_json::Value {
    json!({
        "id": one.id,
        "version": one.version,
        "title": one.title,
        "about": one.about,
        "recall": one.recall,
        "items": one.items.iter().map(|item| &item.id).collect::<Vec<_>>(),
        "scores": one.scores.iter().map(|score| json!({
            "id": score.id, "title": score.title, "range": [score.range.0, score.range.1],
        })).collect::<Vec<_>>(),
        "licence": one.licence.code.label(),
        "has_words": one.has_own_words(),
        "source": one.source,
        "mark": one.mark.to_string(),
    })
}

fn show(out: &mut dyn Write, one: &Instrument) -> anyhow::Result<Outcome> {
    writeln!(out, "{} ({}, version {})", one.title, one.id, one.version)?;
    writeln!(out, "{}, over {}.", one.about, one.recall)?;
    writeln!(out, "From: {} [{}]", one.source, one.mark)?;
    writeln!(out, "Licence: {}", one.licence.said)?;
    writeln!(out, "\nItems")?;
    for item in &one.items {
        let text = match (&item.text, one.has_own_words()) {
            (Some(text), true) => text.as_str(),
            _ => "(words come with the licensed copy)",
        };
        writeln!(out, "  {:14} {text}", item.id)?;
        let choices: Vec<String> = item
            .choices
            .iter()
            .map(|choice| match (&choice.words, one.has_own_words()) {
                (Some(words), true) => format!("{} {words}", choice.value),
                _ => choice.value.to_string(),
            })
            .collect();
        if let Some((least, most)) = item.scale() {
            let end = |choice: &instruments::instrument::Choice| {
                let words = choice.words.as_deref().unwrap_or_default();
                format!("{} {words}", choice.value)
            };
            writeln!(out, "  {:14} {} to {}", "", end(least), end(most))?;
        } else if !choices.is_empty() {
            writeln!(out, "  {:14} {}", "", choices.join(" / "))?;
        }
    }
    writeln!(out, "\nScores")?;
    for score in &one.scores {
        let (least, most) = score.range;
        writeln!(out, "  {:14} {}, {least} to {most}", score.id, score.title)?;
        for band in &score.bands {
            let from = match (band.from, band.above) {
                (Some(from), _) => format!("from {from}"),
                (None, Some(above)) => format!("above {above}"),
                (None, None) => "any".to_owned(),
            };
            writeln!(out, "  {:14}   {from}: {}", "", band.word)?;
        }
    }
    for flag in &one.flags {
        writeln!(out, "\nFlag: {}", flag.says)?;
    }
    Ok(Outcome::Done)
}

fn score(
    out: &mut dyn Write,
    one: &Instrument,
    file: &Utf8PathBuf,
    is_man: bool,
    format: Format,
) -> anyhow::Result<Outcome> {
    let text = file_text(file)?;
    let pairs: BTreeMap<String, i32> = serde_json::from_str(&text).map_err(|error| {
        Unaskable(format!(
            "{file}: {error}; write one object of items and whole numbers, such as {{\"1\": 2}}"
        ))
    })?;
    let answers = Answers::of(pairs.iter().map(|(item, value)| (item.as_str(), *value)));
    let unfit = |error: instruments::Unfit| Unaskable(format!("{file}: {error}"));
    let scored = one.scored_for(&answers, is_man).map_err(unfit)?;
    let flagged = one.flagged(&answers).map_err(unfit)?;
    if matches!(format, Format::Json) {
        let scores: Vec<_> = scored
            .iter()
            .map(|score| match &score.outcome {
                Scoring::Value { value, band } => json!({
                    "score": score.score.id, "value": value, "band": band, "prorated": score.is_prorated,
                }),
                Scoring::NotComputed { missing, at_least, why } => json!({
                    "score": score.score.id, "value": null, "missing": missing, "at_least": at_least, "why": why,
                }),
            })
            .collect();
        let flags: Vec<&str> = flagged.iter().map(|flag| flag.says).collect();
        let all = json!({ "instrument": one.id, "version": one.version, "scores": scores, "flags": flags });
        serde_json::to_writer_pretty(&mut *out, &all)?;
        writeln!(out)?;
        return Ok(Outcome::Done);
    }
    for score in &scored {
        let said = match &score.outcome {
            Scoring::Value { value, band } => {
                let carried = if score.is_prorated {
                    " (items passed over carried over)"
                } else {
                    ""
                };
                let band = band.map_or_else(String::new, |band| format!(", {band}"));
                format!("{value}{band}{carried}")
            }
            Scoring::NotComputed { why, .. } => format!("no score: {why}"),
        };
        writeln!(out, "{}: {said}", score.score.title)?;
    }
    for flag in flagged {
        writeln!(out, "Flag: {}", flag.says)?;
    }
    Ok(Outcome::Done)
}

fn check(out: &mut dyn Write, files: &[Utf8PathBuf]) -> anyhow::Result<Outcome> {
    let mut outcome = Outcome::Done;
    for file in files {
        match instruments::read(&file_text(file)?) {
            Ok(one) => writeln!(out, "{file}: {}: no fault", one.title)?,
            Err(faults) => {
                outcome = Outcome::Failed;
                for fault in faults {
                    writeln!(out, "{file}: {fault}")?;
                }
            }
        }
    }
    Ok(outcome)
}

fn load(out: &mut dyn Write, file: &Utf8PathBuf, place: &Place) -> anyhow::Result<Outcome> {
    let text = file_text(file)?;
    let wording = Wording::read(&text).map_err(|said| Unaskable(format!("{file}: {said}")))?;
    // Held to the instrument before anything is written: a file that does not fit is not kept.
    Library::embedded()?
        .with_wordings(std::slice::from_ref(&wording))
        .map_err(|error| Unaskable(format!("{file}: {error}")))?;
    keep(place, &place.wordings(), &wording.instrument, &text)?;
    writeln!(
        out,
        "The words of {} are loaded ({}); a running server shows them from its next start.",
        wording.instrument, wording.licence
    )?;
    Ok(Outcome::Done)
}

fn change(out: &mut dyn Write, file: &Utf8PathBuf, place: &Place) -> anyhow::Result<Outcome> {
    let text = file_text(file)?;
    let noise = Noise::read(&text).map_err(|said| Unaskable(format!("{file}: {said}")))?;
    Library::embedded()?
        .with_noise(std::slice::from_ref(&noise))
        .map_err(|error| Unaskable(format!("{file}: {error}")))?;
    keep(place, &place.noises(), &noise.instrument, &text)?;
    writeln!(
        out,
        "Real change on {} is computed from SD {} and r {}, as {} decided; a running server does so from its next start.",
        noise.instrument, noise.standard_deviation, noise.reliability, noise.decided_by
    )?;
    Ok(Outcome::Done)
}

/// Keeps a file of the clinic's under the name of its instrument, whole or not at all.
fn keep(place: &Place, folder: &Utf8Path, instrument: &str, text: &str) -> anyhow::Result<()> {
    if !place.database().is_file() {
        let says = format!(
            "there is no clinic in {}: make one with `holdfast init`",
            place.data
        );
        return Err(Unaskable(says).into());
    }
    std::fs::create_dir_all(folder)?;
    let to = folder.join(format!("{instrument}.toml"));
    let under_way = to.with_extension("part");
    std::fs::write(&under_way, text)?;
    std::fs::rename(&under_way, &to)?;
    Ok(())
}
