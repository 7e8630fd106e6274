//! Four rooms of Tern Harbour Clinic at 14:05, and a quiet floor.

use figures::stay::StayBar;

use super::{Floor, Tile};
use crate::part::{Link, Mark, Standing};

impl Floor {
    /// Four rooms, one of them late, and nobody at all.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let quiet = Self {
            next: String::new(),
            then: String::new(),
            clock: "06:40".into(),
            drawn: "06:40:03".into(),
            left: Vec::new(),
            tiles: Vec::new(),
        };
        vec![("four_rooms", four_rooms()), ("quiet", quiet)]
    }
}

fn four_rooms() -> Floor {
    let mut late = tile(
        "1",
        ("Recovering", "minute 92"),
        "H.Y.",
        ("132/84", "13:43"),
    );
    late.act = "Pressure due".into();
    late.at = "13:58".into();
    late.number = "7".into();
    late.unit = "min late".into();
    late.is_late = true;
    late.mark = Some(Mark::new(Standing::Unknown, "22 min old"));
    late.bar = bar(40, Some(92), "bar-1");
    let mut running = tile(
        "2",
        ("Infusion", "minute 27 of 40"),
        "R.P.",
        ("162/98", "14:03"),
    );
    running.act = "Pressure due".into();
    running.at = "14:08".into();
    running.number = "3".into();
    running.unit = "min".into();
    running.mark = Some(Mark::new(Standing::Watch, "Watch, M06"));
    running.bar = bar(27, Some(27), "bar-2");
    let ready = tile("3", ("Readiness", "before the dose"), "T.M.", ("", ""));
    let mut leaving = tile(
        "4",
        ("Ready to leave", "minute 137"),
        "N.B.",
        ("124/78", "13:58"),
    );
    leaving.act = "Nothing is due".into();
    leaving.drug = Some(Mark::new(Standing::Watch, "Drug to waste"));
    leaving.bar = bar(40, Some(137), "bar-4");
    Floor {
        next: "room 1, pressure, now".into(),
        then: "then room 2, 14:08".into(),
        clock: "14:05".into(),
        drawn: "14:05:10".into(),
        left: vec![Link::new(
            "/patients/sample/sessions/sample/drug",
            "Room 5: drug not accounted for",
        )],
        tiles: vec![late, running, ready, leaving],
    }
}

fn bar(given: u16, now: Option<u16>, id: &str) -> figures::Drawing {
    let bar = StayBar {
        infusion_minutes: 40,
        given_minutes: given,
        stay_minutes: 120,
        now_minute: now,
    };
    bar.draw(id)
}

/// A room in which nothing is due.
fn tile(room: &str, phase: (&str, &str), initials: &str, pressure: (&str, &str)) -> Tile {
    Tile {
        room: room.into(),
        href: "/patients/sample/sessions/sample".into(),
        phase: phase.0.into(),
        minute: phase.1.into(),
        initials: initials.into(),
        act: "Before the dose".into(),
        at: String::new(),
        number: String::new(),
        unit: String::new(),
        is_late: false,
        pressure: pressure.0.into(),
        read_at: pressure.1.into(),
        mark: None,
        drug: None,
        bar: bar(0, None, &format!("bar-{room}-planned")),
    }
}
