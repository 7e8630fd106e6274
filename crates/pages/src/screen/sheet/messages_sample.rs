//! The messages of a day, with one that did not arrive.

use super::Sheet;
use crate::part::{Column, Link, Mark, Phrase, Piece, Section, Standing, Table};

impl Sheet {
    /// A day with messages, and a clinic that has set no way out up.
    pub fn messages_samples() -> Vec<(&'static str, Self)> {
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
        let row = |cells: [&str; 8]| cells.map(Phrase::sentence).to_vec();
        let mut bounced = row([
            "Mon 23 Nov 09:00",
            "Joel Marchetti",
            "check-in, by mail",
            "Mon 23 Nov 09:00",
            "",
            "",
            "",
            "",
        ]);
        let absent = [
            (4, Phrase::absent("mail cannot know")),
            (5, Phrase::absent("not seen")),
            (6, Phrase::absent("not answered")),
            (
                7,
                Phrase::Mark(Mark::new(
                    Standing::Unknown,
                    "did not arrive: the address is wrong",
                )),
            ),
        ];
        for (at, phrase) in absent {
            if let Some(cell) = bounced.get_mut(at) {
                *cell = vec![phrase];
            }
        }
        let answered = row([
            "Mon 23 Nov 09:00",
            "Ines Duarte",
            "check-in, by text message",
            "Mon 23 Nov 09:00",
            "Mon 23 Nov 09:01",
            "Mon 23 Nov 09:20",
            "Mon 23 Nov 09:21",
            "on its way or there",
        ]);
        let table = |rows| Table {
            caption: "Messages, newest first".into(),
            columns: columns.map(Column::words).to_vec(),
            rows,
            when_empty: "No message was queued.".into(),
        };
        let acts = || {
            vec![
                Link::new("/messages?day=2026-11-22", "The day before"),
                Link::new("/due", "What is due"),
            ]
        };
        let mut day = Self::new("Messages of Mon 23 Nov 2026", "Messages");
        day.said = Phrase::sentence("Set up: mail and text messages.");
        day.acts = acts();
        day.main = vec![Section::new(
            "2 queued, 2 sent, 1 answered, 1 that did not arrive or leave",
            vec![Piece::Table(table(vec![answered, bounced]))],
        )];
        let mut none = Self::new("Messages of Mon 23 Nov 2026", "Messages");
        none.said =
            Phrase::sentence("No way out is set up, so no reminder is queued and nothing leaves.");
        none.acts = acts();
        none.main = vec![Section::new(
            "0 queued",
            vec![Piece::Table(table(Vec::new()))],
        )];
        vec![("day", day), ("none", none)]
    }
}
