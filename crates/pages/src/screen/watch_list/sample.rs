//! The watch list of a Monday afternoon, and an empty one.

use figures::Recent as RecentFigure;

use super::{Alert, Recent, WatchList};
use crate::form::{Choice, Field, Form};
use crate::part::{Link, Mark, Phrase, Standing, Tab};

impl WatchList {
    /// A full list and an empty one.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let tab = |href: &str, text: &str, count: Option<&str>, is_chosen| Tab {
            link: Link::new(href, text),
            count: count.map(str::to_owned),
            is_chosen,
        };
        let tabs = vec![
            tab("/watch-list", "Everyone", Some("4"), true),
            tab("/watch-list?show=mine", "Mine", Some("1"), false),
            tab(
                "/watch-list?show=settled",
                "Settled today",
                Some("4"),
                false,
            ),
        ];
        let full = Self {
            said: "3 to act on now, 1 to watch, 1 without an owner.".into(),
            tabs: tabs.clone(),
            alerts: vec![marcus(), farah(), halima(), wim()],
            contact: "Time to contact, last 30 days: 2 h 40 min in the middle of 31 reached. 4 were settled with no contact written down; 1 open is past its clock.".into(),
            foot: "Drawn 14:05:10. A row leaves only when a person settles it, with a note. Craving is drawn 0 to 10. \
                   Open square: no use. Diamond: used. Dashes: not known."
                .into(),
            when_empty: String::new(),
        };
        let empty = Self {
            said: "Nothing waits.".into(),
            tabs,
            alerts: Vec::new(),
            contact: "Time to contact: no alert was raised in the last 30 days.".into(),
            foot: String::new(),
            when_empty: "No alert is open. That is what the rules found in what was entered; it says nothing about what was not."
                .into(),
        };
        vec![("afternoon", full), ("empty", empty)]
    }
}

fn alert(id: &str, who: &str, day: &str, reason: &str) -> Alert {
    Alert {
        id: id.into(),
        mark: Mark::new(Standing::ActNow, "Act now"),
        waited: String::new(),
        since: String::new(),
        who: Link::new("/patients/sample", who),
        day: day.into(),
        reason: reason.into(),
        data: Vec::new(),
        recent: Recent::Absent("nothing to draw".into()),
        owner: None,
        clock: String::new(),
        acts: Vec::new(),
        call: Some(Link::new(
            "/patients/pat_sample/do/contact?back=watch-list",
            "Call, and write it down",
        )),
        snooze: Some(button(id, "put-off", "Put off").fields(vec![
            Field::select(
                "minutes",
                "By how long",
                Choice::list(&[("30", "30 min"), ("60", "1 h"), ("120", "2 h")]),
            ),
            Field::line("reason", "Why"),
        ])),
        settle: Some(settle(id)),
    }
}

fn button(id: &str, act: &str, word: &str) -> Form {
    Form::act(format!("/alerts/{id}/{act}"), word).named(format!("{id}-{act}"))
}

fn settle(id: &str) -> Form {
    button(id, "close", "Settle").fields(vec![
        Field::select(
            "outcome",
            "What came of it",
            Choice::list(&[
                ("reached", "Reached; no more to do"),
                ("plan", "Plan changed"),
                ("error", "Raised by an entry in error"),
            ]),
        ),
        Field::area("note", "Note"),
    ])
}

fn plain(all: &[&str]) -> Vec<Vec<Phrase>> {
    all.iter().map(|words| Phrase::sentence(*words)).collect()
}

fn marcus() -> Alert {
    let mut data = plain(&[
        "Before that, 10 answers in 10 days; craving rose from 3 to 7.",
        "Text Sun 09:00, delivered. Calls Sun and Mon, no answer.",
        "His sister Rosa may be called, by his consent of 11 Nov.",
    ]);
    data.push(vec![
        Phrase::plain("Suicide risk: low on 11 Nov, "),
        Phrase::absent("not asked since"),
        Phrase::plain("."),
    ]);
    Alert {
        waited: "1 d 18 h".into(),
        since: "since Sat 20:05".into(),
        data,
        recent: Recent::Drawn(RecentFigure::sample_silent().draw()),
        owner: Some("Maria Castellanos".into()),
        clock: "Third call due 14:30, in 25 min. Then to Dana Whitlock.".into(),
        acts: vec![button("a1", "hand-over", "Hand over")],
        ..alert(
            "a1",
            "Marcus Oyelaran",
            "day 12",
            "Silent for two days; nothing yet today either.",
        )
    }
}

fn farah() -> Alert {
    Alert {
        waited: "5 h 53 min".into(),
        since: "since 08:12".into(),
        data: plain(&["First use since day 18. We said \u{201c}by noon\u{201d}: 2 h 5 min late."]),
        recent: Recent::Drawn(RecentFigure::sample_used().draw()),
        owner: Some("Jonah Feld".into()),
        clock: "In a session from 14:15.".into(),
        acts: vec![button("a2", "hand-over", "Hand over")],
        ..alert(
            "a2",
            "Farah Sayed",
            "day 40",
            "Drank on Sunday, asks for a call.",
        )
    }
}

fn halima() -> Alert {
    Alert {
        waited: "7 min".into(),
        since: "since 13:58".into(),
        data: plain(&["Last 132/84 at 13:43, 22 min old. The plan asks every 15 min."]),
        recent: Recent::Absent("no reading since 13:43".into()),
        owner: Some("Priya Nair".into()),
        clock: "To Dana Whitlock at 14:08.".into(),
        settle: Some(settle("a3").wrong(
            "note",
            "Write what was done. An alert is not settled without a note.",
        )),
        ..alert(
            "a3",
            "Halima Yusuf",
            "room 1",
            "Pressure and saturation are late.",
        )
    }
}

fn wim() -> Alert {
    Alert {
        mark: Mark::new(Standing::Watch, "Watch"),
        waited: "12 min".into(),
        since: "since 13:53".into(),
        data: plain(&["4.5, 4 and 3.5 h. He left here at 09:40; not asked today."]),
        recent: Recent::Absent("sleep not drawn".into()),
        clock: "To Dana Whitlock at 14:08.".into(),
        acts: vec![button("a4", "own", "Take it")],
        ..alert(
            "a4",
            "Wim de Graaf",
            "day 64",
            "Slept under 5 h, three nights running.",
        )
    }
}
