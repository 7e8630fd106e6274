//! A rule in words.

use std::io::Write;

use camino::Utf8Path;
use protocol::{Consequence, Missing, Pack, Rule};

use super::{Format, load, told};
use crate::command::{Outcome, Unaskable};

pub(super) fn explain(
    out: &mut dyn Write,
    wanted: &str,
    pack: Option<&Utf8Path>,
    format: Format,
) -> anyhow::Result<Outcome> {
    let loaded = load::read(pack)?;
    let pack = match loaded.pack() {
        Ok(pack) => pack,
        Err(faults) => return told(out, &faults.0),
    };
    let rules: Vec<&Rule> = pack
        .rules()
        .iter()
        .filter(|rule| rule.id == wanted || rule.number() == wanted)
        .collect();
    if let Some(pointer) = pack.pointers().iter().find(|pointer| pointer.id == wanted) {
        writeln!(
            out,
            "{} {}\n  has no verdict of its own; see {}",
            pointer.id,
            pointer.title,
            pointer.to.join(", ")
        )?;
        return Ok(Outcome::Done);
    }
    if rules.is_empty() {
        let says = format!(
            "there is no rule {wanted} in {}; name one such as E05 or M07",
            pack.pin()
        );
        return Err(Unaskable(says).into());
    }
    match format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut *out, &rules)?;
            writeln!(out)?;
        }
        Format::Text => {
            for (nth, rule) in rules.iter().enumerate() {
                if nth > 0 {
                    writeln!(out)?;
                }
                in_words(out, &pack, rule)?;
            }
        }
    }
    Ok(Outcome::Done)
}

fn in_words(out: &mut dyn Write, pack: &Pack, rule: &Rule) -> std::io::Result<()> {
    writeln!(out, "{} {} (version {})", rule.id, rule.title, rule.version)?;
    writeln!(out, "  class      {}", rule.consequence)?;
    let words: Vec<&str> = protocol::Stage::WORDS
        .iter()
        .filter(|(_, stage)| rule.stages.contains(stage))
        .map(|(word, _)| *word)
        .collect();
    writeln!(out, "  asked      {}", words.join(", "))?;
    let key = match rule.consequence {
        Consequence::Required => "met when",
        Consequence::Gate(_) | Consequence::Act(_) => "when",
    };
    folded(out, key, rule.when.source())?;
    if let Some(settled) = &rule.settled_by {
        folded(out, "settled by", settled.source())?;
    }
    let missing = match rule.missing {
        Missing::Block => "a missing input blocks until it is answered",
        Missing::Ask => "a missing input is listed; going on needs a reason",
        Missing::Ignore => "a missing input is asked for and never in the way",
    };
    writeln!(out, "  missing    {missing}")?;
    for action in &rule.actions {
        writeln!(out, "  do         {action}")?;
    }
    if let Some(tighter) = &rule.tighter {
        writeln!(out, "  sooner     {tighter}")?;
    }
    writeln!(out, "  why        {}", rule.rationale)?;
    writeln!(
        out,
        "  evidence   {} ({})",
        rule.mark.letter(),
        rule.mark.said()
    )?;
    if let Some(note) = &rule.mark_note {
        writeln!(out, "             {note}")?;
    }
    for number in &rule.sources {
        if let Some(source) = pack.source(number) {
            writeln!(out, "  source     {number} {}", source.title)?;
        }
    }
    for name in rule.when.reads() {
        if let Ok(input) = pack.inputs().input(name) {
            writeln!(
                out,
                "  reads      {} ({name}): {} ({})",
                input.words(),
                input.question,
                input.answered_with()
            )?;
        }
    }
    for (name, definition) in pack.definitions() {
        if rule.when.names(name) {
            folded(
                out,
                "  where",
                &format!("{name} is {}", definition.source().trim()),
            )?;
        }
    }
    writeln!(out, "  review by  {}", rule.review_by)?;
    writeln!(out, "  at         {}:{}", rule.file, rule.line)
}

fn folded(out: &mut dyn Write, key: &str, text: &str) -> std::io::Result<()> {
    for (nth, line) in text.trim().lines().enumerate() {
        let key = if nth == 0 { key } else { "" };
        writeln!(out, "  {key:10} {}", line.trim_end())?;
    }
    Ok(())
}
