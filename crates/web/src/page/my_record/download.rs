//! Everything as one JSON file: each entry its owner may read, in words and as it is kept.

use clinic::denied::Denied;
use jiff::Timestamp;
use pages::Phrase;
use record::chart::Stands;
use record::{Chart, Entry, Fact};
use serde::Serialize;
use serde_json::{Value, json};

use super::{corrected, open_own, reads, seen_by};
use crate::app::App;
use crate::ask::Ask;
use crate::page::patient::Opened;
use crate::page::sentence::sentence;
use crate::page::timeline::{author, more, text_of};
use crate::reply::Reply;
use crate::words;

/// The name the file is saved under: it names nobody and no clinic.
const NAME: &str = "my-record.json";

const HOW_TO_READ: &[&str] = &[
    "entries are in the order they were written; number is their place in the record",
    "when is the clinic's own time; occurred_at is when it happened and recorded_at when it was written down, both in UTC",
    "says and details tell it in words; data is the same as the clinic's journal keeps it, by kind and version",
    "stands tells whether an entry was corrected later; corrected and correcting entries are both here",
    "an answer that is not here was not given, and means neither no nor none",
];

/// The file, in the order a person reads it.
#[derive(Serialize)]
struct Whole<'a> {
    what: &'static str,
    how_to_read: &'static [&'static str],
    name: String,
    clinic: String,
    zone: String,
    drawn_at: Timestamp,
    n_entries: usize,
    not_here: NotHere,
    entries: Vec<Line<'a>>,
    opened_by_others: Vec<Value>,
}

/// What the file leaves out, and why.
#[derive(Serialize)]
struct NotHere {
    counselling: &'static str,
    cannot_be_read_by_this_version: Vec<u64>,
}

/// One entry, in words first.
#[derive(Serialize)]
struct Line<'a> {
    number: u64,
    when: String,
    called: &'static str,
    says: String,
    details: Vec<Value>,
    by: String,
    stands: Value,
    corrects: Option<u64>,
    occurred_at: Timestamp,
    recorded_at: Timestamp,
    data: &'a Fact,
}

/// The file.
pub(crate) fn send(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = open_own(app, ask, "my record, downloaded")?;
    let chart = opened.chart();
    let read: Vec<&Entry> = chart
        .entries()
        .iter()
        .filter(|entry| reads(ask, chart, entry))
        .collect();
    let entries: Vec<Line<'_>> = read.iter().map(|one| line(app, &opened, one)).collect();
    let openings: Vec<Value> = seen_by::all(app, &opened)?
        .into_iter()
        .map(|one| {
            json!({
                "at": one.at,
                "role": one.role,
                "name": one.name,
                "page": one.what,
            })
        })
        .collect();
    let unreadable: Vec<u64> = chart.unreadable().iter().map(|number| number.0).collect();
    let house = app.clinic.board().house.clone();
    let file = Whole {
        what: "The record of one patient, with every entry its owner may read",
        how_to_read: HOW_TO_READ,
        name: chart.name(),
        clinic: house.name,
        zone: house.zone_name,
        drawn_at: ask.now,
        n_entries: entries.len(),
        not_here: NotHere {
            counselling: "Notes of counselling sessions are kept apart from the record; ask your therapist about them.",
            cannot_be_read_by_this_version: unreadable,
        },
        entries,
        opened_by_others: openings,
    };
    let text = serde_json::to_string_pretty(&file)?;
    Ok(Reply::Saved("application/json", NAME, text))
}

fn line<'a>(app: &App, opened: &Opened, entry: &'a Entry) -> Line<'a> {
    let (head, rest) = sentence(app, &entry.fact);
    let details: Vec<Value> = more(app, &entry.fact)
        .into_iter()
        .map(|one| json!({ "name": one.name, "said": plain(one.said) }))
        .collect();
    Line {
        number: entry.number.0,
        when: words::moment(entry.occurred_at.0, &opened.zone),
        called: entry.fact.kind().label(),
        says: format!("{head}{}", plain(rest)),
        details,
        by: author(app, entry),
        stands: stands(opened.chart(), entry),
        corrects: corrected(&entry.fact).map(|number| number.0),
        occurred_at: entry.occurred_at.0,
        recorded_at: entry.recorded_at.0,
        data: &entry.fact,
    }
}

fn stands(chart: &Chart, entry: &Entry) -> Value {
    match chart.stands(entry) {
        Stands::AsMade => json!({ "as": "made" }),
        Stands::Amended { by, reason, .. } => {
            json!({ "as": "corrected", "by_entry": by.number.0, "reason": reason })
        }
        Stands::InError { by, reason } => {
            json!({ "as": "entered in error", "by_entry": by.number.0, "reason": reason })
        }
    }
}

fn plain(pieces: Vec<Phrase>) -> String {
    pieces.into_iter().map(text_of).collect()
}
