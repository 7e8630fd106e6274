//! A week in November, and a week with nothing in it.

use super::{Calendar, CalendarDay, CalendarVisit};
use crate::part::{Link, Mark, Paging, Standing};

impl Calendar {
    /// A full week and an empty one.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let paging = Paging {
            said: String::new(),
            before: Some(Link::new("/calendar?week=2026-11-16", "Week before")),
            after: Some(Link::new("/calendar?week=2026-11-30", "Week after")),
        };
        let full = Self {
            week: "Mon 23 to Sun 29 Nov 2026".into(),
            said: "5 visits shown. Times in America/New_York.".into(),
            paging: paging.clone(),
            tabs: Vec::new(),
            book: Some(Link::new("/visits/new", "Book a visit")),
            days: vec![
                monday(),
                tuesday(),
                day("Wed 25 Nov"),
                closed(),
                day("Fri 27 Nov"),
            ],
        };
        let empty = Self {
            week: "Mon 28 Dec 2026 to Sun 3 Jan 2027".into(),
            said: "Nothing is booked. Times in America/New_York.".into(),
            paging,
            tabs: Vec::new(),
            book: None,
            days: vec![day("Mon 28 Dec"), day("Tue 29 Dec")],
        };
        vec![("week", full), ("empty", empty)]
    }
}

fn day(date: &str) -> CalendarDay {
    CalendarDay {
        date: date.into(),
        is_today: false,
        visits: Vec::new(),
        closed: String::new(),
    }
}

fn closed() -> CalendarDay {
    CalendarDay {
        closed: "Closed, Thanksgiving".into(),
        ..day("Thu 26 Nov")
    }
}

fn visit(time: &str, who: &str, what: &str, with: &str, room: &str) -> CalendarVisit {
    CalendarVisit {
        time: time.into(),
        who: Link::new("/patients/sample", who),
        what: what.into(),
        with: with.into(),
        room: room.into(),
        mark: None,
        acts: vec![
            Link::new("/visits/sample/move", "Move"),
            Link::new("/visits/sample/hold", "Hold"),
        ],
    }
}

fn monday() -> CalendarDay {
    let mut greta = visit(
        "08:50 to 11:32",
        "Greta Solheim",
        "infusion 3 of 3",
        "Priya Nair RN",
        "Room 1",
    );
    greta.mark = Some(Mark::new(Standing::Settled, "Held"));
    greta.acts.clear();
    let mut kim = visit(
        "11:00 to 12:00",
        "K. Aaltonen",
        "evaluation",
        "Dr Okafor",
        "Video",
    );
    kim.mark = Some(Mark::new(Standing::Unknown, "Missed, no word"));
    kim.acts = vec![Link::new("/visits/sample/move", "Move")];
    CalendarDay {
        is_today: true,
        visits: vec![
            greta,
            kim,
            visit(
                "14:35 to 17:20",
                "Callum Reyes",
                "infusion 1 of 3",
                "Luis Ferreira RN",
                "Room 4",
            ),
            visit(
                "16:30 to 17:30",
                "Petra Vance",
                "evaluation",
                "Dr Okafor",
                "Room 5",
            ),
        ],
        ..day("Mon 23 Nov")
    }
}

fn tuesday() -> CalendarDay {
    CalendarDay {
        visits: vec![visit(
            "10:30 to 11:30",
            "Samuel Adeyemi",
            "relapse prevention",
            "Jonah Feld LCSW",
            "Therapy",
        )],
        ..day("Tue 24 Nov")
    }
}
