//! Monday 23 November at Tern Harbour Clinic, and a morning before anyone came.

use figures::{Room, RoomsOfTheDay, Share, ShareBar, ShareShape, Stay, StayPhase};

use super::{Card, CardClock, Completeness, EMPTY_STAGES, Stage, Today, Waiting, act_now};
use crate::part::{Figure, Link, Mark, Phrase, Standing};

impl Today {
    /// A quiet morning and a full afternoon.
    pub fn samples() -> Vec<(&'static str, Self)> {
        vec![("quiet", quiet()), ("afternoon", afternoon())]
    }
}

fn quiet() -> Today {
    Today {
        now: "Mon 23 Nov 2026, 06:40".into(),
        said: "Tern Harbour Clinic. Nobody is expected today.".into(),
        completeness: None,
        stages: EMPTY_STAGES
            .iter()
            .map(|(name, when_empty)| Stage {
                name: (*name).into(),
                cards: Vec::new(),
                when_empty: (*when_empty).into(),
            })
            .collect(),
        gone_home: Vec::new(),
        waiting: Vec::new(),
        all_waiting: None,
        due: None,
        rooms: None,
    }
}

fn afternoon() -> Today {
    let cards = [
        expected(),
        arrived(),
        ready(),
        in_session(),
        recovering(),
        leaving(),
    ];
    Today {
        now: "Mon 23 Nov 2026, 14:05".into(),
        said: "Tern Harbour Clinic. 10 here or expected, 5 gone home.".into(),
        completeness: Some(completeness()),
        stages: EMPTY_STAGES
            .iter()
            .zip(cards)
            .map(|((name, when_empty), cards)| Stage {
                name: (*name).into(),
                cards,
                when_empty: (*when_empty).into(),
            })
            .collect(),
        gone_home: [
            ("Noor Haddad", "12:25"),
            ("Greta Solheim", "11:32"),
            ("Arun Mehta", "11:20"),
            ("Felix Baptiste", "10:50"),
            ("Wim de Graaf", "09:40"),
        ]
        .iter()
        .map(|(who, at)| ((*who).into(), (*at).into()))
        .collect(),
        waiting: waiting(),
        all_waiting: Some(Link::new("/watch-list", "All 14 that wait")),
        due: Some(Link::new("/due", "41 due, 6 late")),
        rooms: Some(rooms()),
    }
}

fn completeness() -> Completeness {
    let share = |word: &str, count, shape| Share {
        word: word.into(),
        count,
        shape,
    };
    let bar = ShareBar {
        id: "complete".into(),
        title: "Ninety-day answers".into(),
        shares: vec![
            share("answered", 1204, ShareShape::There),
            share("open", 34, ShareShape::Open),
            share("declined", 41, ShareShape::Declined),
            share("missed", 119, ShareShape::Missed),
        ],
        width: 500,
    };
    Completeness {
        share: "86\u{202f}%".into(),
        of: "1,204 of 1,398, from 31 people".into(),
        bar: bar.draw(),
        open: "34".into(),
        declined: "41".into(),
        missed: "119".into(),
        missing: "5 people are missing, the longest since Mon 9 Nov: Maria Santos has 2, 3 taken by nobody, the \
            coordinator\u{2019}s."
            .into(),
        who: Link::new("/missing", "Who is missing what?"),
    }
}

fn due_later(who: &str, at: &str, act: &str) -> Card {
    Card {
        who: Link::new("/patients/sample", who),
        lines: Vec::new(),
        clock: None,
        act: act.into(),
        at: at.into(),
        flag: None,
    }
}

fn here(who: &str, lines: &[&str], minutes: &str, at: &str, act: &str) -> Card {
    Card {
        lines: lines.iter().map(|line| (*line).into()).collect(),
        clock: Some(CardClock {
            minutes: minutes.into(),
            unit: "min".into(),
            is_late: false,
        }),
        ..due_later(who, at, act)
    }
}

fn expected() -> Vec<Card> {
    let mut petra = due_later("Petra Vance", "16:30", "Evaluation");
    petra.flag = Some(Mark::new(Standing::Unknown, "Allergies not asked"));
    vec![
        due_later("Callum Reyes", "14:35", "Infusion 1 of 3"),
        due_later("Owen Blackwood", "15:30", "Evaluation, video"),
        due_later("Jo Tanaka", "16:00", "Session S5"),
        petra,
    ]
}

fn arrived() -> Vec<Card> {
    vec![
        here(
            "Bea Lindholm",
            &["Therapy room"],
            "10",
            "14:15",
            "Session S4",
        ),
        here(
            "Ines Moreau",
            &["Waiting room"],
            "5",
            "14:10",
            "Bloods, day 90",
        ),
    ]
}

fn ready() -> Vec<Card> {
    let mut theo = here(
        "Theo Marsh",
        &["Room 3", "Infusion 2 of 3"],
        "5",
        "14:10",
        "Third pressure",
    );
    theo.flag = Some(Mark::new(Standing::Watch, "Last 148/92"));
    vec![theo]
}

fn in_session() -> Vec<Card> {
    let mut rowan = here(
        "Rowan Pell",
        &["Room 2", "Minute 27 of 40"],
        "3",
        "14:08",
        "Vitals",
    );
    rowan.flag = Some(Mark::new(Standing::Watch, "Last 162/98"));
    vec![rowan]
}

fn recovering() -> Vec<Card> {
    let mut halima = here(
        "Halima Yusuf",
        &["Room 1", "Minute 92"],
        "7",
        "13:58",
        "Vitals",
    );
    halima.clock = Some(CardClock {
        minutes: "7".into(),
        unit: "min late".into(),
        is_late: true,
    });
    halima.flag = Some(act_now());
    vec![halima]
}

fn leaving() -> Vec<Card> {
    let mut nadia = here(
        "Nadia Brandt",
        &["Room 4", "Minute 137"],
        "15",
        "14:20",
        "Escort due",
    );
    nadia.flag = Some(Mark::new(Standing::Unknown, "No escort yet"));
    vec![nadia]
}

fn waiting() -> Vec<Waiting> {
    let act = Some(act_now());
    let watch = Some(Mark::new(Standing::Watch, "Watch"));
    [
        (
            "Evaluation note not signed",
            "2 d 4 h",
            "Theo Marsh",
            Some("Dr Okafor"),
            None,
        ),
        (
            "Silent, 3 check-ins",
            "1 d 18 h",
            "Marcus Oyelaran, day 12",
            Some("Maria Castellanos"),
            act.clone(),
        ),
        (
            "Asked for a call after use",
            "5 h 53 min",
            "Farah Sayed, day 40",
            Some("Jonah Feld"),
            act,
        ),
        (
            "Override not signed",
            "5 h 3 min",
            "Arun Mehta, rule M02",
            Some("Dr Okafor"),
            None,
        ),
        (
            "Enquiry not yet answered",
            "2 h 45 min",
            "No. 318, by web form",
            Some("Maria Castellanos"),
            None,
        ),
        (
            "Result to read",
            "52 min",
            "Jo Tanaka, liver panel",
            None,
            None,
        ),
        (
            "Craving 9 of 10",
            "34 min",
            "Lena Ostrow, day 21",
            Some("Jonah Feld"),
            watch,
        ),
    ]
    .into_iter()
    .map(|(what, how_long, about, owner, mark)| Waiting {
        what: Link::new("/watch-list", what),
        how_long: how_long.into(),
        about: about.into(),
        owner: owner.map(str::to_owned),
        mark,
    })
    .collect()
}

fn stay(who: &str, from: u16, to: u16, infusion: Option<(u16, u16)>, phase: StayPhase) -> Stay {
    Stay {
        who: who.into(),
        from_minute: from,
        to_minute: to,
        infusion,
        phase,
    }
}

fn rooms() -> Figure {
    use StayPhase::{Done, Here, Planned};
    let room = |name: &str, stays| Room {
        name: name.into(),
        stays,
    };
    let day = RoomsOfTheDay {
        id: "rooms-of-the-day".into(),
        first_hour: 8,
        last_hour: 19,
        now_minute: Some(845),
        rooms: vec![
            room(
                "Room 1",
                vec![
                    stay("G. Solheim", 530, 692, Some((560, 600)), Done),
                    stay("H. Yusuf", 725, 873, Some((753, 793)), Here),
                    stay("B. Lindholm", 950, 1100, Some((980, 1020)), Planned),
                ],
            ),
            room(
                "Room 2",
                vec![
                    stay("A. Mehta", 520, 680, Some((548, 588)), Done),
                    stay("R. Pell", 765, 938, Some((818, 858)), Here),
                ],
            ),
            room(
                "Room 3",
                vec![stay("T. Marsh", 800, 980, Some((860, 900)), Here)],
            ),
            room(
                "Room 4",
                vec![
                    stay("N. Brandt", 680, 860, Some((708, 748)), Here),
                    stay("C. Reyes", 875, 1040, Some((920, 960)), Planned),
                ],
            ),
            room(
                "Therapy",
                vec![
                    stay("S3, F. Baptiste", 540, 630, None, Done),
                    stay("S5, N. Haddad", 645, 735, None, Done),
                    stay("S4, B. Lindholm", 855, 945, None, Planned),
                    stay("S5, J. Tanaka", 960, 1050, None, Planned),
                ],
            ),
        ],
    };
    Figure {
        drawing: day.draw(),
        caption: vec![Phrase::plain(
            "Filled: infusion. Tinted: in the room. Dashed: planned. Hours of the day, from visits and session records, entry 48,211.",
        )],
        table_link: "As a table".into(),
    }
}
