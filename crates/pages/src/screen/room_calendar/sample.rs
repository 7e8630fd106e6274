//! A day with a session in it, a closed day, and a week.

use super::{Place, RoomColumn, RoomDay, RoomWeek, RoomWeekRow, Stretch};
use crate::part::{Link, Mark, Paging, Phrase, Standing, Tab};

fn ways() -> Vec<Tab> {
    let way = |href: &str, text: &str, is_chosen| Tab {
        link: Link::new(href, text),
        count: None,
        is_chosen,
    };
    vec![
        way("/calendar?day=2026-11-27", "Day by room", true),
        way("/calendar?rooms=2026-11-27", "Week by room", false),
        way("/calendar?week=2026-11-27", "Week as a list", false),
    ]
}

fn free(quarters: u16, time: &str) -> Stretch {
    Stretch {
        quarters,
        time: time.into(),
        holds: Place::Free,
    }
}

fn visit(quarters: u16, time: &str, (who, what): (&str, &str), recovery: &str) -> Stretch {
    Stretch {
        quarters,
        time: time.into(),
        holds: Place::Visit {
            who: Link::new("/patients/sample", who),
            what: what.into(),
            with: Phrase::sentence("Dana Whitlock RN"),
            recovery: recovery.into(),
            mark: None,
            acts: vec![Link::new("/visits/sample/move", "Move")],
        },
    }
}

impl RoomDay {
    /// A day with a session, and a closed one.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let paging = Paging {
            said: String::new(),
            before: Some(Link::new("/calendar?day=2026-11-26", "Day before")),
            after: Some(Link::new("/calendar?day=2026-11-28", "Day after")),
        };
        let infusion = visit(
            12,
            "10:00 to 13:00",
            ("Ruth Calder", "Infusion 1 of 3"),
            "Dose from 11:00 to 11:40, recovery until 13:00",
        );
        let mut loose = visit(4, "15:00 to 16:00", ("Petra Vance", "evaluation"), "");
        if let Place::Visit { with, mark, .. } = &mut loose.holds {
            *with = vec![Phrase::absent("nobody named")];
            *mark = Some(Mark::new(Standing::Watch, "No room"));
        }
        let open = Self {
            title: "Fri 27 Nov 2026".into(),
            said: Phrase::sentence("2 visits, 1 of them with a dose. Open 08:00 to 19:00."),
            tabs: ways(),
            paging: paging.clone(),
            closed: String::new(),
            rooms: vec![
                RoomColumn {
                    name: "Room 1".into(),
                    said: "free 8 h".into(),
                    is_to_scale: true,
                    stretches: vec![
                        free(8, "08:00 to 10:00"),
                        infusion,
                        free(24, "13:00 to 19:00"),
                    ],
                },
                RoomColumn {
                    name: "Room 2".into(),
                    said: "free 11 h".into(),
                    is_to_scale: true,
                    stretches: vec![free(44, "08:00 to 19:00")],
                },
            ],
            loose: Some(RoomColumn {
                name: "No room".into(),
                said: "1 visit".into(),
                is_to_scale: false,
                stretches: vec![loose],
            }),
        };
        let closed = Self {
            title: "Thu 26 Nov 2026".into(),
            said: Phrase::sentence("Nothing is booked."),
            tabs: ways(),
            paging,
            closed: "Thanksgiving".into(),
            rooms: Vec::new(),
            loose: None,
        };
        vec![("open", open), ("closed", closed)]
    }
}

impl RoomWeek {
    /// A week with a closed day.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let at = |words: &str| {
            vec![
                Phrase::Time("10:00 ".into()),
                Phrase::link("/patients/sample", words),
            ]
        };
        let full = (
            vec![at("R. Calder, infusion 1 of 3")],
            "free 8 h".to_owned(),
        );
        let empty = (Vec::new(), "free 11 h".to_owned());
        let shut = (Vec::new(), String::new());
        let day = |date: &str, words: &str| Link::new(format!("/calendar?day={date}"), words);
        let view = Self {
            title: "Wed 25 to Fri 27 Nov 2026".into(),
            said: Phrase::sentence("1 visit, with a dose."),
            tabs: ways(),
            paging: Paging::default(),
            days: vec![
                (day("2026-11-25", "Wed 25 Nov"), String::new()),
                (day("2026-11-26", "Thu 26 Nov"), "Thanksgiving".into()),
                (day("2026-11-27", "Fri 27 Nov"), String::new()),
            ],
            rooms: vec![
                RoomWeekRow {
                    name: "Room 1".into(),
                    days: vec![empty.clone(), shut.clone(), full],
                },
                RoomWeekRow {
                    name: "Room 2".into(),
                    days: vec![empty.clone(), shut, empty],
                },
            ],
        };
        vec![("week", view)]
    }
}
