//! Leaving, and the notes with their signatures.

use clinic::act::room::after::gate;
use pages::{Block, Chapter, Column, Fact as Shown, Phrase, Table};
use record::Fact;
use record::fact::care::{NoteAddended, NoteSigned};
use record::fact::session::RecoveryAssessed;

use super::{Record, absent};
use crate::page::patient::may_read;

/// The gate before leaving, leaving against advice, and with whom.
pub(super) fn leaving(record: &Record<'_>) -> Chapter {
    let mut blocks = Vec::new();
    let chart = record.opened.chart();
    let last = chart
        .all::<RecoveryAssessed>()
        .rfind(|(_, one)| one.session == record.session.id);
    if let Some((entry, one)) = last {
        let titles = gate(&record.app.clinic, chart, record.session, record.ask.now).lines;
        let rows = one
            .items
            .iter()
            .map(|item| {
                let title = titles.iter().find(|line| line.rule == item.item.as_str());
                let because = item.because.as_ref();
                vec![
                    vec![Phrase::Strong(item.item.to_string())],
                    title.map_or_else(
                        || vec![Phrase::absent("not in today's pack")],
                        |line| Phrase::sentence(line.title.clone()),
                    ),
                    Phrase::sentence(item.answer.to_string()),
                    because.map_or_else(
                        || vec![Phrase::absent("nothing to add")],
                        |words| Phrase::sentence(words.to_string()),
                    ),
                ]
            })
            .collect();
        blocks.push(Block::plain(format!(
            "Signed {} by {}.",
            record.time(entry.occurred_at.0),
            record.by(entry)
        )));
        blocks.push(Block::Table(Table {
            caption: "Readiness to leave, item by item".to_owned(),
            columns: vec![
                Column::words("Item"),
                Column::words("About"),
                Column::words("Answer"),
                Column::words("Because"),
            ],
            rows,
            when_empty: "No item was answered".to_owned(),
        }));
    } else {
        blocks.push(absent("Readiness to leave was not assessed"));
    }
    blocks.extend(left(record));
    if record.session.closed_at.is_none() {
        blocks.push(absent(
            "The session is still open: this is not its whole record",
        ));
    }
    Chapter::new("Leaving", blocks)
}

/// How they left: ready or against advice, and with whom.
fn left(record: &Record<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    for (entry, fact) in record.standing() {
        if let Fact::LeftAgainstAdvice(one) = fact {
            let unmet: Vec<&str> = one.unmet.iter().map(record::Line::as_str).collect();
            blocks.push(Block::Said(vec![
                Phrase::Strong(format!(
                    "Left against advice at {}",
                    record.time(entry.occurred_at.0)
                )),
                Phrase::plain(format!(
                    ", not met: {}. Told and said: {} Recorded by {}.",
                    unmet.join(", "),
                    one.told,
                    record.by(entry)
                )),
            ]));
        }
        if let Fact::SessionClosed(one) = fact {
            let with = one.escort.as_ref();
            let with = with.map_or_else(
                || Shown::absent("With", "nobody is named"),
                |with| Shown::plain("With", with.to_string()),
            );
            blocks.push(Block::Facts(vec![
                Shown::plain(
                    "Closed",
                    format!(
                        "{} by {}",
                        record.time(entry.occurred_at.0),
                        record.by(entry)
                    ),
                ),
                with,
            ]));
        }
    }
    blocks
}

/// Every note of the session with its signature and what was added to it.
pub(super) fn notes(record: &Record<'_>) -> Chapter {
    let chart = record.opened.chart();
    let mut blocks = Vec::new();
    for (entry, fact) in record.standing() {
        let Fact::NoteSigned(note) = fact else {
            continue;
        };
        blocks.push(Block::Said(vec![Phrase::Strong(format!(
            "{} ({})",
            note.title, note.kind
        ))]));
        for line in note
            .text
            .as_str()
            .lines()
            .filter(|line| !line.trim().is_empty())
        {
            blocks.push(Block::plain(line));
        }
        blocks.push(Block::Facts(signature(record, (entry, note))));
        let added = chart
            .all::<NoteAddended>()
            .filter(|(entry, one)| one.note == note.note && may_read(record.ask, chart, entry));
        for (entry, one) in added {
            blocks.push(Block::Said(vec![
                Phrase::Strong("Addendum: ".to_owned()),
                Phrase::plain(one.text.to_string()),
                Phrase::Quiet(format!(
                    " Signed by {} {}, entry {}.",
                    one.signed_name,
                    record.moment(entry.recorded_at.0),
                    entry.number
                )),
            ]));
        }
    }
    if blocks.is_empty() {
        blocks.push(absent("No note of this session is signed"));
    }
    blocks.push(Block::Said(vec![Phrase::Quiet(
        "Counselling notes are kept apart: a copy holds them only for who may read them."
            .to_owned(),
    )]));
    Chapter::new("Notes", blocks)
}

fn signature(record: &Record<'_>, (entry, note): (&record::Entry, &NoteSigned)) -> Vec<Shown> {
    vec![
        Shown::plain(
            "Signed by",
            format!("{}: \"{}\"", note.signed_name, note.meaning),
        ),
        Shown::plain(
            "Signed at",
            format!(
                "{}, entry {}",
                record.moment(entry.recorded_at.0),
                entry.number
            ),
        ),
        Shown::plain("Hash of what was signed", note.text_hash.to_string()),
    ]
}
