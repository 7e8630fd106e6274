//! Ledgers to look at: a day in use, an empty clinic, and the copy for an inspector.

use super::{Forward, Ledger, RegisterLine, SeeTo, Tally, VialLine};
use crate::part::{Column, Link, Mark, Paging, Phrase, Standing, Table};

impl Ledger {
    /// Every sample of the page.
    pub fn samples() -> Vec<(&'static str, Self)> {
        vec![
            ("day", day()),
            ("empty", empty()),
            (
                "copy",
                Self {
                    is_copy: true,
                    title: "Inspection copy: ketamine 10 mg/mL, schedule III".to_owned(),
                    drugs: Vec::new(),
                    acts: Vec::new(),
                    count: None,
                    see_to: Vec::new(),
                    vials: Vec::new(),
                    ..day()
                },
            ),
        ]
    }
}

fn tally(name: &str, number: &str, mark: Option<Mark>) -> Tally {
    Tally {
        name: name.to_owned(),
        number: number.to_owned(),
        mark,
    }
}

fn line(number: &str, at: &str, movement: &str, about: &str, last: [&str; 6]) -> RegisterLine {
    let [vial, amount, cabinet, in_use, by, second] = last.map(str::to_owned);
    RegisterLine {
        number: Phrase::plain(number),
        at: at.to_owned(),
        movement: movement.to_owned(),
        about: Phrase::sentence(about),
        vial: vec![Phrase::plain(vial)],
        amount,
        cabinet,
        in_use,
        by,
        second,
        is_struck: false,
    }
}

fn lines() -> Vec<RegisterLine> {
    let mut struck = line(
        "292",
        "11:34",
        "Drawn",
        "N. Brandt, session 1, see 293",
        ["V-0119", "65", "1,600", "200", "L. Ferreira", ""],
    );
    struck.is_struck = true;
    vec![
        line(
            "288",
            "07:40",
            "Count",
            "Lot K26-318, 9 vials: agrees",
            ["", "", "1,800", "0", "D. Whitlock", ""],
        ),
        line(
            "289",
            "11:30",
            "Issued",
            "N. Brandt, session 1",
            ["V-0119", "200", "1,600", "200", "L. Ferreira", ""],
        ),
        struck,
        line(
            "293",
            "11:36",
            "Correction of 292",
            "Read off the wrong syringe",
            ["V-0119", "60", "1,600", "200", "L. Ferreira", ""],
        ),
        line(
            "294",
            "12:20",
            "Given",
            "N. Brandt, session 1",
            ["V-0119", "58.5", "1,600", "141.5", "L. Ferreira", ""],
        ),
        line(
            "295",
            "12:31",
            "Wasted",
            "N. Brandt, left in the vial",
            ["V-0119", "140", "1,600", "1.5", "L. Ferreira", "M. Okafor"],
        ),
    ]
}

fn lots() -> Table {
    Table {
        caption: "What became of each lot, in mg".to_owned(),
        columns: vec![
            Column::words("Lot"),
            Column::words("Use by"),
            Column::numbers("Received"),
            Column::numbers("On hand"),
            Column::numbers("Given"),
            Column::numbers("Wasted"),
        ],
        rows: vec![
            [
                "K26-318",
                "30 Apr 2028",
                "5,000",
                "1,601.5",
                "1,204.5",
                "2,194",
            ]
            .map(Phrase::sentence)
            .to_vec(),
        ],
        when_empty: String::new(),
    }
}

fn see_to() -> Vec<SeeTo> {
    vec![SeeTo {
        mark: Mark::new(Standing::Watch, "Registration"),
        said: "The registration of Cabinet A runs out on 30 Jan 2027.".to_owned(),
        acts: vec![Link::new("/do/register-location", "Renew")],
    }]
}

fn vials() -> Vec<VialLine> {
    vec![
        VialLine {
            name: Link::new("/ledger/vials/V-0119", "V-0119"),
            amount: "1.5 mg".to_owned(),
            share: 1,
            said: "In use, N. Brandt: 1.5 drawn".to_owned(),
        },
        VialLine {
            name: Link::new("/ledger/lots/K26-318", "Lot K26-318"),
            amount: "1,600 mg".to_owned(),
            share: 100,
            said: "8 sealed vials".to_owned(),
        },
    ]
}

fn day() -> Ledger {
    Ledger {
        title: "Ketamine 10 mg/mL, schedule III".to_owned(),
        about: "Tern Harbour Clinic. Mon 23 Nov 2026, 14:05. All amounts in mg.".to_owned(),
        drugs: Vec::new(),
        tally: vec![
            tally("Expected in cabinets", "1,600", None),
            tally("In use", "1.5", None),
            tally(
                "Counted",
                "",
                Some(Mark::new(Standing::Settled, "today, agrees")),
            ),
        ],
        count: Some((
            Link::new("/do/count-stock", "Count now"),
            "Blind: shows no figures".to_owned(),
        )),
        acts: vec![
            Link::new("/do/receive-stock", "Receive"),
            Link::new("/do/report-loss", "Report a loss"),
        ],
        see_to: see_to(),
        vials: vials(),
        of: "Mon 23 Nov 2026".to_owned(),
        forward: Some(Forward {
            from: "From line 287".to_owned(),
            cabinet: "1,800".to_owned(),
            in_use: "0".to_owned(),
        }),
        lines: lines(),
        when_empty: String::new(),
        paging: Paging {
            said: String::new(),
            before: None,
            after: Some(Link::new("/ledger?day=2026-11-20", "Earlier")),
        },
        lots: Some(lots()),
        foot: vec![
            "Lines are never changed; a correction is a later line that points back. Registration BT4408812 of Cabinet A runs to 30 Jan 2027.".to_owned(),
            "Received 5,000 = in cabinets 1,600 + in use 1.5 + given 1,204.5 + wasted 2,194.".to_owned(),
        ],
        chain: (
            "Chain head at entry 48,207, sealed 23 Nov 12:31:".to_owned(),
            "7c1e 40b9 d2f6 08a3 5e97 b14c 63d0 f82a".to_owned(),
        ),
        links: vec![
            Link::new("/ledger/copy", "Inspection copy"),
            Link::new("/ledger/copy.csv", "CSV"),
        ],
        is_copy: false,
    }
}

fn empty() -> Ledger {
    Ledger {
        title: "Ledger".to_owned(),
        tally: Vec::new(),
        count: None,
        acts: vec![Link::new("/do/register-location", "Register a location")],
        see_to: Vec::new(),
        vials: Vec::new(),
        forward: None,
        lines: Vec::new(),
        when_empty: "No stock has been received yet. Register a location, then receive a delivery."
            .to_owned(),
        paging: Paging {
            said: String::new(),
            before: None,
            after: None,
        },
        lots: None,
        foot: vec![
            "Lines are never changed; a correction is a later line that points back.".to_owned(),
        ],
        ..day()
    }
}
