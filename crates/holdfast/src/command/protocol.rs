//! `holdfast protocol`: check, list and show treatment protocols.

use std::io::Write;

use camino::Utf8PathBuf;
use protocol::{Choice, Known, Protocol, Session, Standing, house};

use super::rules::{Format, file_text, told};
use super::{Outcome, Unaskable};

/// What is asked of the protocols.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  holdfast protocol show kare-2022")]
pub(crate) struct Protocols {
    #[command(subcommand)]
    ask: Ask,
}

#[derive(clap::Subcommand)]
enum Ask {
    /// Report every error in protocol files, with file, line and what to write instead
    #[command(after_help = "Example:\n  holdfast protocol check protocols/kare-2022.toml")]
    Check {
        /// Protocol files; left out, all that ship with Holdfast
        files: Vec<Utf8PathBuf>,
    },
    /// List the protocols that ship, and which may be prescribed
    #[command(after_help = "Example:\n  holdfast protocol list --format json")]
    List {
        /// How to print
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Show one protocol whole: doses, days, therapy, monitoring, evidence
    #[command(after_help = "Example:\n  holdfast protocol show kare-2022")]
    Show {
        /// The protocol's id
        id: String,
        /// How to print
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
}

impl Protocols {
    pub(crate) fn run(self, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        match self.ask {
            Ask::Check { files } => check(out, &files),
            Ask::List { format } => list(out, format),
            Ask::Show { id, format } => show(out, &id, format),
        }
    }
}

fn check(out: &mut dyn Write, files: &[Utf8PathBuf]) -> anyhow::Result<Outcome> {
    let (sources, rules) = (house::sources()?, house::pack()?.names());
    let inputs = house::inputs()?;
    let known = Known {
        sources: &sources,
        rules: Some(&rules),
        inputs: Some(&inputs),
    };
    let mut texts = Vec::new();
    for file in files {
        texts.push((file.to_string(), file_text(file)?));
    }
    if files.is_empty() {
        let shipped = house::PROTOCOLS;
        texts.extend(shipped.map(|(name, text)| (name.to_owned(), text.to_owned())));
    }
    let texts: Vec<(&str, &str)> = texts
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    match Protocol::read_all(&texts, &known) {
        Ok(protocols) => {
            for one in &protocols {
                writeln!(out, "{} {}: no fault", one.pin(), one.title)?;
            }
            Ok(Outcome::Done)
        }
        Err(faults) => told(out, &faults.0),
    }
}

fn list(out: &mut dyn Write, format: Format) -> anyhow::Result<Outcome> {
    let protocols = house::protocols()?;
    match format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut *out, &protocols)?;
            writeln!(out)?;
        }
        Format::Text => {
            for one in &protocols {
                let standing = match &one.standing {
                    Standing::Prescribable => "",
                    Standing::ReferenceOnly(_) => " (for reference only)",
                };
                writeln!(out, "{:24} {}{standing}", one.pin(), one.title)?;
            }
        }
    }
    Ok(Outcome::Done)
}

fn show(out: &mut dyn Write, id: &str, format: Format) -> anyhow::Result<Outcome> {
    let protocols = house::protocols()?;
    let Some(one) = protocols.iter().find(|one| one.id == id) else {
        let known: Vec<&str> = protocols.iter().map(|one| one.id.as_str()).collect();
        let says = format!(
            "there is no protocol {id}; name one of {}",
            known.join(", ")
        );
        return Err(Unaskable(says).into());
    };
    match format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut *out, one)?;
            writeln!(out)?;
        }
        Format::Text => in_words(out, one)?,
    }
    Ok(Outcome::Done)
}

fn in_words(out: &mut dyn Write, one: &Protocol) -> std::io::Result<()> {
    writeln!(out, "{} {}", one.pin(), one.title)?;
    if let Standing::ReferenceOnly(reason) = &one.standing {
        writeln!(out, "  cannot be prescribed: {reason}")?;
    }
    writeln!(out, "  for        {}", one.indications.join("; "))?;
    writeln!(
        out,
        "  cap        {} a session [{}]",
        one.cap.amount,
        one.cap.mark.letter()
    )?;
    writeln!(
        out,
        "  stay       {} from the start of the dose",
        one.stay_min
    )?;
    for session in &one.sessions {
        writeln!(out, "  session {:2} {}", session.number, given(session))?;
    }
    for phase in &one.maintenance {
        writeln!(
            out,
            "  then       from day {}: {} [{}]",
            phase.from_day,
            phase.note,
            phase.mark.letter()
        )?;
    }
    for talk in &one.therapy {
        let (day, mark) = (talk.day, talk.mark.letter());
        writeln!(
            out,
            "  therapy {:2} day {day}, {}: {} [{mark}]",
            talk.number, talk.minutes, talk.title
        )?;
    }
    for day in &one.assessments {
        writeln!(
            out,
            "  day {:6} {} [{}]",
            day.day,
            day.items.join(", "),
            day.mark.letter()
        )?;
    }
    for finding in &one.findings {
        writeln!(
            out,
            "  found      {} [{}]",
            finding.says,
            finding.mark.letter()
        )?;
    }
    writeln!(
        out,
        "  evidence   {} ({})",
        one.evidence.letter(),
        one.evidence.said()
    )?;
    if let Some(note) = &one.evidence_note {
        writeln!(out, "             {note}")?;
    }
    writeln!(out, "  sources    {}", one.sources.join(", "))?;
    writeln!(out, "  review by  {}", one.review_by)
}

fn given(session: &Session) -> String {
    let steps: Vec<String> = session
        .steps
        .iter()
        .map(|step| {
            let over = if step.over.0 == 0 {
                String::new()
            } else {
                format!(" over {}", step.over)
            };
            let choice = match &step.choice {
                Choice::None => String::new(),
                Choice::Between(low, high) => format!(" ({low} to {high})"),
                Choice::OneOf(doses) => {
                    let doses: Vec<String> = doses.iter().map(ToString::to_string).collect();
                    format!(" (or {})", doses.join(", "))
                }
            };
            format!("{}{choice}{over}", step.dose)
        })
        .collect();
    let mark = session.mark.letter();
    format!(
        "day {}, {}: {} [{mark}]",
        session.day,
        session.route,
        steps.join(", then ")
    )
}
