//! What came or changed in an esketamine session since its monitoring form was sent.

use clinic::act::monitoring_form::{Since, since_sent};
use pages::{Block, Chapter, Column, Phrase, Table};
use record::Fact;
use record::chart::session::Session;

use super::patient::Opened;
use super::sentence::sentence;
use crate::app::App;
use crate::words;

/// How many things came or changed, in words; nothing where none did.
pub(super) fn counted(app: &App, opened: &Opened, of: &Session) -> Option<String> {
    let n = since_sent(&app.clinic, opened.chart(), of.id).len();
    (n > 0).then(|| {
        let n = words::of(n, "entry", "entries");
        format!("Changed since by {n}: send it again, and record that")
    })
}

/// The chapter of the form; nothing where nothing came or changed.
pub(super) fn chapter(app: &App, opened: &Opened, of: &Session) -> Option<Chapter> {
    let since = since_sent(&app.clinic, opened.chart(), of.id);
    if since.is_empty() {
        return None;
    }
    let table = Table {
        caption: "Charted or corrected after it was sent; the form above has it, the one that was sent does not"
            .to_owned(),
        columns: vec![
            Column::words("Recorded"),
            Column::words("What"),
            Column::words("By"),
        ],
        rows: since.iter().map(|one| row(app, opened, one)).collect(),
        when_empty: "Nothing".to_owned(),
    };
    Some(Chapter::new("Since it was sent", vec![Block::Table(table)]))
}

fn row(app: &App, opened: &Opened, one: &Since<'_>) -> Vec<pages::Cell> {
    let entry = one.entry;
    let mut said = Vec::new();
    match (&entry.fact, one.corrects) {
        (Fact::Amended(amended), Some(first)) => {
            said.push(Phrase::Strong("Corrected".to_owned()));
            said.push(Phrase::plain(format!(" ({}): ", amended.reason)));
            said.extend(told(app, &first.fact));
            said.push(Phrase::Strong(". It now reads".to_owned()));
            said.push(Phrase::plain(": "));
            said.extend(told(app, &amended.replacement));
        }
        (Fact::EnteredInError(error), Some(first)) => {
            said.push(Phrase::Strong("Entered in error".to_owned()));
            said.push(Phrase::plain(format!(" ({}): ", error.reason)));
            said.extend(told(app, &first.fact));
        }
        (fact, _) => {
            said.push(Phrase::Strong("Charted late".to_owned()));
            let at = words::moment_short(entry.occurred_at.0, &opened.zone);
            said.push(Phrase::plain(format!(", of {at}: ")));
            said.extend(told(app, fact));
        }
    }
    let by = app.clinic.board().author_name(&entry.author.who);
    vec![
        vec![Phrase::Time(words::moment_short(
            entry.recorded_at.0,
            &opened.zone,
        ))],
        said,
        Phrase::sentence(by),
    ]
}

/// A fact in the words of the record.
fn told(app: &App, fact: &Fact) -> Vec<Phrase> {
    let (head, rest) = sentence(app, fact);
    let mut said = vec![Phrase::plain(head)];
    said.extend(rest);
    said
}
