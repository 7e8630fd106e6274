//! The messages of a day, with one that did not arrive.

use super::Sheet;
use crate::part::{Cell, Column, Link, Mark, Phrase, Piece, Section, Standing, Table};

impl Sheet {
    /// A day with messages, and a clinic that has set no way out up.
    pub fn messages_samples() -> Vec<(&'static str, Self)> {
        let day = day(
            "Set up: mail and text messages.",
            "2 queued, 2 sent, 1 answered, 1 that did not arrive or leave",
            vec![answered(), bounced()],
        );
        let none = day_without();
        vec![("day", day), ("none", none)]
    }
}

fn day_without() -> Sheet {
    day(
        "No way out is set up, so no reminder is queued and nothing leaves.",
        "0 queued",
        Vec::new(),
    )
}

fn day(said: &str, counted: &str, rows: Vec<Vec<Cell>>) -> Sheet {
    let columns = [
        "Queued",
        "To",
        "Reminder of",
        "Sent",
        "Delivered",
        "Opened",
        "Answered",
        "How it stands",
    ];
    let table = Table {
        caption: "Messages, newest first".into(),
        columns: columns.map(Column::words).to_vec(),
        rows,
        when_empty: "No message was queued.".into(),
    };
    let mut view = Sheet::new("Messages of Mon 23 Nov 2026", "Messages");
    view.said = Phrase::sentence(said);
    view.acts = vec![
        Link::new("/messages?day=2026-11-22", "The day before"),
        Link::new("/due", "What is due"),
    ];
    view.main = vec![Section::new(counted, vec![Piece::Table(table)])];
    view
}

fn answered() -> Vec<Cell> {
    [
        "Mon 23 Nov 09:00",
        "Ines Duarte",
        "check-in, by text message",
        "Mon 23 Nov 09:00",
        "Mon 23 Nov 09:01",
        "Mon 23 Nov 09:20",
        "Mon 23 Nov 09:21",
        "on its way or there",
    ]
    .map(Phrase::sentence)
    .to_vec()
}

fn bounced() -> Vec<Cell> {
    let said = [
        "Mon 23 Nov 09:00",
        "Joel Marchetti",
        "check-in, by mail",
        "Mon 23 Nov 09:00",
    ];
    let absent = ["mail cannot know", "not seen", "not answered"];
    let wrong = Mark::new(Standing::Unknown, "did not arrive: the address is wrong");
    let mut row = said.map(Phrase::sentence).to_vec();
    row.extend(absent.map(|word| vec![Phrase::absent(word)]));
    row.push(vec![Phrase::Mark(wrong)]);
    row
}
