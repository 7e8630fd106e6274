//! What was corrected, and who did what.

use pages::{Block, Chapter, Column, Phrase, Table};
use record::chart::Stands;
use record::{Entry, Fact};

use super::{Record, absent};
use crate::page::sentence::sentence;

/// Every correction of an entry of this session, with what it said before.
pub(super) fn corrections(record: &Record<'_>) -> Chapter {
    let chart = record.opened.chart();
    let mut items: Vec<Vec<Phrase>> = Vec::new();
    for entry in record.entries() {
        let (by, reason, now) = match chart.stands(entry) {
            Stands::AsMade => continue,
            Stands::Amended { by, reason, now } => (by, reason, Some(now)),
            Stands::InError { by, reason } => (by, reason, None),
        };
        let mut item = vec![
            Phrase::plain(format!("Entry {}, ", entry.number)),
            Phrase::Time(record.time(entry.occurred_at.0)),
            Phrase::plain(": "),
            Phrase::Struck(said(record, &entry.fact)),
        ];
        match now {
            Some(now) => item.push(Phrase::Instead(format!(" {}", said(record, now)))),
            None => item.push(Phrase::Strong(" entered in error".to_owned())),
        }
        item.push(Phrase::plain(format!(". Why: {reason}. ")));
        item.push(Phrase::Quiet(format!(
            "{}, {}, entry {}",
            record.by(by),
            record.moment(by.recorded_at.0),
            by.number
        )));
        items.push(item);
    }
    let block = if items.is_empty() {
        absent("No entry of this session was corrected")
    } else {
        Block::List(items)
    };
    Chapter::new("Corrections", vec![block])
}

fn said(record: &Record<'_>, fact: &Fact) -> String {
    let (head, rest) = sentence(record.app, fact);
    format!("{head}{}", pages::screen::document::words(&rest))
}

/// Every entry of the session: when, what, who, in which role.
pub(super) fn everything(record: &Record<'_>) -> Chapter {
    let rows = record
        .entries()
        .into_iter()
        .map(|entry| row(record, entry))
        .collect();
    let table = Table {
        caption: "Every entry of this session, by the time it happened".to_owned(),
        columns: vec![
            Column::numbers("Entry"),
            Column::words("Happened"),
            Column::words("Taken in"),
            Column::words("What"),
            Column::words("Who"),
        ],
        rows,
        when_empty: "Nothing was recorded".to_owned(),
    };
    Chapter::new("Who did what", vec![Block::Table(table)])
}

fn row(record: &Record<'_>, entry: &Entry) -> Vec<pages::Cell> {
    let words = said(record, &entry.fact);
    let mut what = match record.opened.chart().stands(entry) {
        Stands::AsMade | Stands::Amended { .. } => Phrase::sentence(words),
        Stands::InError { .. } => vec![Phrase::Struck(words)],
    };
    what.extend(
        record
            .corrected(entry)
            .map(|words| Phrase::Strong(format!(" ({words})"))),
    );
    vec![
        Phrase::sentence(entry.number.to_string()),
        vec![Phrase::Time(record.time(entry.occurred_at.0))],
        vec![Phrase::Time(record.time(entry.recorded_at.0))],
        what,
        Phrase::sentence(record.by(entry)),
    ]
}
