//! `holdfast rules`: check, explain, test and try the rules that stand between a person and a dose.

mod explain;
mod keep;
mod load;
mod reassess;
mod show;

use std::collections::BTreeMap;
use std::io::Write;

use anyhow::Context as _;
use camino::{Utf8Path, Utf8PathBuf};
use clinic::policy::PolicyError;
use jiff::tz::TimeZone;
use protocol::{
    Case, CaseError, Dictionary, Example, Fault, Tried, assess, read_examples, uncovered,
};

pub(crate) use self::keep::own;
use self::load::Loaded;
pub(super) use self::load::text as file_text;
use super::{Outcome, Unaskable};
use crate::place::Place;

/// What is asked of the rules.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  holdfast rules explain E16")]
pub(crate) struct Rules {
    #[command(subcommand)]
    ask: Ask,
}

#[derive(clap::Subcommand)]
enum Ask {
    /// Report every error in a pack, with file, line and what to write instead
    #[command(after_help = "Example:\n  holdfast rules check rules/house.toml")]
    Check {
        /// The pack file; left out, the pack that ships with Holdfast
        file: Option<Utf8PathBuf>,
    },
    /// Say a rule in words: when it applies, what it asks, why, and on what evidence
    #[command(
        after_help = "Example:\n  holdfast rules explain E19\n  holdfast rules explain M07 --format json"
    )]
    Explain {
        /// A rule id or number, such as E05a or E05
        rule: String,
        /// The pack file; left out, the pack that ships with Holdfast
        #[arg(long)]
        pack: Option<Utf8PathBuf>,
        /// How to print
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Run example tables against the rules
    #[command(after_help = "Example:\n  holdfast rules test rules/examples/eligibility.toml")]
    Test {
        /// Example files; left out, all that ship with Holdfast
        files: Vec<Utf8PathBuf>,
        /// The pack file; left out, house.toml above the examples, else the pack that ships
        #[arg(long)]
        pack: Option<Utf8PathBuf>,
    },
    /// Print every rule's verdict for a file of facts (its format: docs/rules.md)
    #[command(
        after_help = "Example:\n  holdfast rules assess --pack rules/house.toml --facts case.json --format json"
    )]
    Assess {
        /// The pack file; left out, the pack that ships with Holdfast
        #[arg(long)]
        pack: Option<Utf8PathBuf>,
        /// The facts file
        #[arg(long)]
        facts: Utf8PathBuf,
        /// How to print
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Write the rules that ship into a folder, to be changed
    #[command(after_help = "Example:\n  holdfast rules export our-rules")]
    Export {
        /// A folder that is not there yet
        folder: Utf8PathBuf,
    },
    /// Load a clinic's own pack; it is run on patients once the medical director has signed it
    #[command(after_help = "Example:\n  holdfast rules load our-rules/house.toml --data clinic")]
    Load {
        /// The pack file; what it includes and its folder of examples are kept with it
        file: Utf8PathBuf,
        #[command(flatten)]
        place: Place,
    },
    /// Assess every open course again by the rules in force, as each night does
    #[command(after_help = "Example:\n  holdfast rules reassess --data clinic")]
    Reassess {
        #[command(flatten)]
        place: Place,
        /// How to print
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Go back to the rules that ship
    #[command(after_help = "Example:\n  holdfast rules unload --data clinic")]
    Unload {
        #[command(flatten)]
        place: Place,
    },
}

/// How to print.
#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

impl Rules {
    pub(crate) fn run(self, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        match self.ask {
            Ask::Check { file } => check(out, file.as_deref()),
            Ask::Explain { rule, pack, format } => {
                explain::explain(out, &rule, pack.as_deref(), format)
            }
            Ask::Test { files, pack } => test(out, &files, pack.as_deref()),
            Ask::Assess {
                pack,
                facts,
                format,
            } => try_case(out, pack.as_deref(), &facts, format),
            Ask::Export { folder } => keep::export(out, &folder),
            Ask::Load { file, place } => keep::load(out, &file, &place),
            Ask::Reassess { place, format } => reassess::reassess(out, &place, format),
            Ask::Unload { place } => keep::unload(out, &place),
        }
    }
}

fn check(out: &mut dyn Write, file: Option<&Utf8Path>) -> anyhow::Result<Outcome> {
    let loaded = load::read(file)?;
    match loaded.pack() {
        Ok(pack) => {
            let policy = clinic::Policy::of(&pack, &BTreeMap::new());
            if let Err(error @ (PolicyError::Unusable { .. } | PolicyError::Setting(_))) = &policy {
                writeln!(out, "{}: {error}", pack.pin())?;
                writeln!(out, "1 fault")?;
                return Ok(Outcome::Failed);
            }
            writeln!(
                out,
                "{} {}: {} rules, {} definitions, {} lists, {} settings, {} inputs; no fault",
                pack.pin(),
                pack.title,
                pack.rules().len(),
                pack.definitions().count(),
                pack.lists().len(),
                pack.settings().len(),
                pack.inputs().inputs().count(),
            )?;
            writeln!(out, "sha256 {}", pack.digest())?;
            // A part of a pack may be checked by itself; a clinic needs the whole.
            if let Err(error) = policy {
                writeln!(out, "not yet a whole pack: {error}")?;
            }
            Ok(Outcome::Done)
        }
        Err(faults) => told(out, &faults.0),
    }
}

/// Prints faults, one a line, and how many.
pub(super) fn told(out: &mut dyn Write, faults: &[Fault]) -> anyhow::Result<Outcome> {
    for fault in faults {
        writeln!(out, "{fault}")?;
    }
    writeln!(
        out,
        "{} fault{}",
        faults.len(),
        if faults.len() == 1 { "" } else { "s" }
    )?;
    Ok(Outcome::Failed)
}

fn test(
    out: &mut dyn Write,
    files: &[Utf8PathBuf],
    pack: Option<&Utf8Path>,
) -> anyhow::Result<Outcome> {
    let beside = files.first().and_then(|file| load::pack_above(file));
    let loaded = load::read(pack.or(beside.as_deref()))?;
    let pack = match loaded.pack() {
        Ok(pack) => pack,
        Err(faults) => return told(out, &faults.0),
    };
    let dictionary = loaded.dictionary()?;
    let (examples, mut faults) = examples(files, &dictionary)?;
    let mut wrong = 0_usize;
    for example in &examples {
        let says = match example.try_on(&pack) {
            Tried::AsExpected => continue,
            Tried::NoRule => "is not a rule of the pack".to_owned(),
            Tried::Otherwise(outcome) => {
                format!(
                    "should be {} and is {}",
                    show::expected(example.expected),
                    show::outcome(outcome)
                )
            }
        };
        wrong = wrong.saturating_add(1);
        writeln!(
            out,
            "{}:{}: {} {says}",
            example.file, example.line, example.rule
        )?;
    }
    let rules: std::collections::BTreeSet<&str> = examples
        .iter()
        .map(|example| example.rule.as_str())
        .collect();
    let is_whole = files.is_empty();
    faults.extend(uncovered(&pack, &examples).into_iter().filter(|fault| {
        is_whole
            || rules
                .iter()
                .any(|rule| fault.wrong.contains(&format!("rule {rule} ")))
    }));
    for fault in &faults {
        writeln!(out, "{fault}")?;
    }
    writeln!(
        out,
        "{} examples of {} rules, {wrong} otherwise than said",
        examples.len(),
        rules.len()
    )?;
    Ok(if wrong == 0 && faults.is_empty() {
        Outcome::Done
    } else {
        Outcome::Failed
    })
}

fn examples(
    files: &[Utf8PathBuf],
    dictionary: &Dictionary,
) -> anyhow::Result<(Vec<Example>, Vec<Fault>)> {
    let mut texts = Vec::new();
    for file in files {
        texts.push((file.to_string(), load::text(file)?));
    }
    if files.is_empty() {
        let shipped = protocol::house::EXAMPLES;
        texts.extend(shipped.map(|(name, text)| (name.to_owned(), text.to_owned())));
    }
    let (mut examples, mut faults) = (Vec::new(), Vec::new());
    for (name, text) in &texts {
        match read_examples(name, text, dictionary) {
            Ok(found) => examples.extend(found),
            Err(found) => faults.extend(found.0),
        }
    }
    Ok((examples, faults))
}

fn try_case(
    out: &mut dyn Write,
    pack: Option<&Utf8Path>,
    facts: &Utf8Path,
    format: Format,
) -> anyhow::Result<Outcome> {
    let loaded: Loaded = load::read(pack)?;
    let pack = match loaded.pack() {
        Ok(pack) => pack,
        Err(faults) => return told(out, &faults.0),
    };
    let text = load::text(facts)?;
    let case = Case::from_json(&text, &loaded.dictionary()?, |name| {
        TimeZone::get(name).ok()
    })
    .map_err(|error| unaskable(facts, &error))?;
    if let Some(error) = pack.check_settings(&case.facts.settings).first() {
        return Err(Unaskable(format!("{facts}: {error}")).into());
    }
    if let Some(one) = case
        .facts
        .overrides
        .iter()
        .find(|one| pack.rule(&one.rule).is_none())
    {
        let wrong = format!("{facts}: there is no rule {} to override", one.rule);
        return Err(Unaskable(format!("{wrong}; write the id of a rule, for example E16a")).into());
    }
    let assessment = assess(&case.facts, &pack, case.stage, case.at);
    match format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut *out, &assessment).context("failed to print")?;
            writeln!(out)?;
        }
        Format::Text => show::assessment(out, pack.inputs(), &assessment)?,
    }
    Ok(Outcome::Done)
}

fn unaskable(facts: &Utf8Path, error: &CaseError) -> Unaskable {
    let inner = std::error::Error::source(error).map(|inner| format!(": {inner}"));
    Unaskable(format!("{facts}: {error}{}", inner.unwrap_or_default()))
}
