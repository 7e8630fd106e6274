//! Four rooms of Tern Harbour Clinic at 14:05, and a quiet floor.

use figures::stay::StayBar;

use super::{Floor, Tile};
use crate::part::{Mark, Standing};

impl Floor {
    /// Four rooms, one of them late, and nobody at all.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let quiet = Self {
            next: String::new(),
            then: String::new(),
            clock: "06:40".into(),
            drawn: "06:40:03".into(),
            tiles: Vec::new(),
        };
        vec![("four_rooms", four_rooms()), ("quiet", quiet)]
    }
}

fn four_rooms() -> Floor {
    let bar = |given: u16, now: Option<u16>, id: &str| {
        StayBar {
            infusion_minutes: 40,
            given_minutes: given,
            stay_minutes: 120,
            now_minute: now,
        }
        .draw(id)
    };
    let tile = |room: &str,
                phase: &str,
                minute: &str,
                initials: &str,
                due: (&str, &str, &str),
                pressure: (&str, &str),
                bar| Tile {
        room: room.into(),
        href: "/patients/sample/sessions/sample".into(),
        phase: phase.into(),
        minute: minute.into(),
        initials: initials.into(),
        act: due.0.into(),
        at: due.1.into(),
        number: due.2.into(),
        unit: if due.2.is_empty() {
            String::new()
        } else {
            "min".into()
        },
        is_late: false,
        pressure: pressure.0.into(),
        read_at: pressure.1.into(),
        mark: None,
        bar,
    };
    let mut one = tile(
        "1",
        "Recovering",
        "minute 92",
        "H.Y.",
        ("Pressure due", "13:58", "7"),
        ("132/84", "13:43"),
        bar(40, Some(92), "bar-1"),
    );
    one.is_late = true;
    one.unit = "min late".into();
    one.mark = Some(Mark::new(Standing::Unknown, "22 min old"));
    let mut two = tile(
        "2",
        "Infusion",
        "minute 27 of 40",
        "R.P.",
        ("Pressure due", "14:08", "3"),
        ("162/98", "14:03"),
        bar(27, Some(27), "bar-2"),
    );
    two.mark = Some(Mark::new(Standing::Watch, "Watch"));
    let three = tile(
        "3",
        "Readiness",
        "before the dose",
        "T.M.",
        ("Before the dose", "", ""),
        ("", ""),
        bar(0, None, "bar-3"),
    );
    let four = tile(
        "4",
        "Ready to leave",
        "minute 137",
        "N.B.",
        ("Leaving", "", ""),
        ("124/78", "13:58"),
        bar(40, Some(137), "bar-4"),
    );
    Floor {
        next: "room 1, pressure, now".into(),
        then: "then room 2, 14:08".into(),
        clock: "14:05".into(),
        drawn: "14:05:10".into(),
        tiles: vec![one, two, three, four],
    }
}
