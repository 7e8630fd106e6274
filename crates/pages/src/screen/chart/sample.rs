//! Samuel Adeyemi's chart; the same chart as it stood earlier; a chart with nothing in it yet.

use super::{AsOf, Chart};
use crate::part::{
    Column, EntryShape, Fact, Figure, Link, Mark, PatientHeader, Phrase, Piece, Section, Standing,
    Tab, Table, TimelineItem,
};

impl Chart {
    /// Now, earlier, empty.
    pub fn samples() -> Vec<(&'static str, Self)> {
        vec![("now", now()), ("earlier", earlier()), ("empty", empty())]
    }
}

fn now() -> Chart {
    Chart {
        patient: PatientHeader::samuel(),
        filters: filters(["148", "10", "71", "39", "28"]),
        as_of: AsOf {
            action: "/patients/sample".into(),
            show: None,
            value: "2026-11-23T14:05".into(),
            past: None,
        },
        future: future(),
        now: "Mon 23 Nov 2026, 14:05, day 31".into(),
        more_planned: Some(Link::new(
            "/patients/sample?planned=all",
            "14 more planned, to day 90",
        )),
        past: past(),
        newer: None,
        older: Some(Link::new(
            "/patients/sample?before=139",
            "Older, 139 entries",
        )),
        when_empty: String::new(),
        side: side(),
    }
}

fn earlier() -> Chart {
    let mut chart = now();
    chart.as_of.value = "2026-11-15T12:00".into();
    chart.as_of.past = Some((
        "Sun 15 Nov 2026, 12:00, entry 41,020".into(),
        Link::new("/patients/sample", "Show it as it is now"),
    ));
    chart.now = "Sun 15 Nov 2026, 12:00, day 23".into();
    chart.patient.day = Some("Day 23".into());
    chart.future.truncate(1);
    chart.side.clear();
    chart.past = chart.past.split_off(3);
    chart
}

fn empty() -> Chart {
    Chart {
        patient: PatientHeader::petra(),
        filters: filters(["0", "0", "0", "0", "0"]),
        as_of: AsOf {
            action: "/patients/sample-2".into(),
            show: None,
            value: "2026-11-23T14:05".into(),
            past: None,
        },
        future: vec![
            TimelineItem::new(
                "",
                "Mon 23 Nov 16:30",
                EntryShape::Planned,
                "Evaluation",
                Phrase::sentence(", Dr Okafor, 60 min"),
            )
            .to("/visits/sample")
            .by("Booked Thu 19 Nov by Maria Castellanos"),
        ],
        now: "Mon 23 Nov 2026, 14:05".into(),
        more_planned: None,
        past: Vec::new(),
        newer: None,
        older: None,
        when_empty: "Nothing is recorded yet. The first entries come with the evaluation.".into(),
        side: vec![Section::new(
            "To date",
            vec![Piece::plain("No plan yet, so there is no day 0.")],
        )],
    }
}

fn filters(counts: [&str; 5]) -> Vec<Tab> {
    let names = [
        ("Everything", ""),
        ("Sessions", "sessions"),
        ("Check-ins and measures", "measures"),
        ("Notes and calls", "notes"),
        ("Labs and medicines", "labs"),
    ];
    names
        .iter()
        .zip(counts)
        .map(|((name, show), count)| Tab {
            link: Link::new(format!("/patients/sample?show={show}"), *name),
            count: Some(count.into()),
            is_chosen: show.is_empty(),
        })
        .collect()
}

fn future() -> Vec<TimelineItem> {
    let mut due = TimelineItem::new(
        "Day 30",
        "due Sun 22 Nov",
        EntryShape::Due,
        "Day-30 measures",
        Phrase::sentence(": liver tests, bladder questionnaire, PHQ-9"),
    )
    .to("/patients/sample/measures")
    .by("Owner Priya Nair");
    due.mark = Some(Mark::new(Standing::Watch, "Late 1 day"));
    vec![
        TimelineItem::new(
            "Day 90",
            "Thu 21 Jan 2027",
            EntryShape::Planned,
            "Ninety-day review",
            Phrase::sentence(", Dr Okafor, 60 min"),
        )
        .to("/visits/sample")
        .by("Planned Fri 23 Oct by protocol KARE 4"),
        TimelineItem::new(
            "Day 32",
            "Tue 24 Nov 10:30",
            EntryShape::Planned,
            "Relapse prevention",
            Phrase::sentence(", Jonah Feld, 60 min"),
        )
        .to("/visits/sample")
        .by("He confirmed, Sat 21 Nov"),
        due,
    ]
}

fn recorded(day: &str, when: &str, head: &str, rest: &str, by: &str) -> TimelineItem {
    TimelineItem::new(
        day,
        when,
        EntryShape::Recorded,
        head,
        Phrase::sentence(rest),
    )
    .to("/entries/sample")
    .by(by)
}

fn past() -> Vec<TimelineItem> {
    let mut call = recorded(
        "Day 28",
        "Fri 20 Nov 16:10",
        "Weekly call",
        ", 12 min: evenings are hard, will walk with T.",
        "Priya Nair",
    );
    call.late = Some("Charted Sat 21 Nov 09:05, 17 h later".into());
    let mut used = recorded(
        "Day 23",
        "Sun 15 Nov 08:10",
        "Check-in",
        ", for yesterday: returned to use, 5 drinks, craving 7 of 10; asks for a call",
        "Patient, by phone",
    );
    used.shape = EntryShape::Use;
    vec![
        recorded(
            "Day 31",
            "Mon 23 Nov 07:42",
            "Check-in",
            ", for yesterday: no drinking, craving 5 of 10, mood 6, slept 6 h",
            "Patient, by phone",
        ),
        call,
        missed(),
        recorded(
            "Day 23",
            "Sun 15 Nov 09:00",
            "Call back",
            ", 25 min, 50 min after he asked; plan for Saturdays agreed",
            "Jonah Feld, signed. Counselling note kept apart",
        ),
        used,
        corrected(),
        in_error(),
        recorded(
            "Day 15",
            "Sat 7 Nov 11:00",
            "Integration",
            ", session S7 of 7, 90 min",
            "Jonah Feld, signed Sat 7 Nov 13:15",
        ),
        infusion(),
    ]
}

fn missed() -> TimelineItem {
    let mut call = recorded(
        "Day 26",
        "Wed 18 Nov 10:05",
        "Call",
        "",
        "Maria Castellanos. He answered on day 27",
    );
    call.shape = EntryShape::Due;
    call.rest = vec![
        Phrase::plain(", "),
        Phrase::absent("not answered"),
        Phrase::plain(", after two silent days; use not known on days 25 and 26"),
    ];
    call
}

fn corrected() -> TimelineItem {
    let mut alt = recorded("Day 21", "Fri 13 Nov 09:20", "ALT", "", "");
    alt.shape = EntryShape::Corrected;
    alt.rest = vec![
        Phrase::plain(" "),
        Phrase::Struck("85 U/L".into()),
        Phrase::plain(" "),
        Phrase::Instead("58 U/L".into()),
        Phrase::plain(". Digits turned round; read again from the lab's page"),
    ];
    alt.by = vec![
        Phrase::plain("Entered by Priya Nair, corrected Mon 16 Nov 08:02 by Dr Okafor. "),
        Phrase::link("/entries/sample/history", "Both entries"),
    ];
    alt
}

fn in_error() -> TimelineItem {
    let mut weight = recorded("Day 20", "Thu 12 Nov 15:12", "Weight", "", "");
    weight.shape = EntryShape::Corrected;
    weight.rest = vec![
        Phrase::plain(" "),
        Phrase::Struck("70.0 kg".into()),
        Phrase::plain(". Entered in error: it was Rowan P.'s weight"),
    ];
    weight.by = vec![
        Phrase::plain("Entered by Luis Ferreira, struck Thu 12 Nov 15:20 by Luis Ferreira. "),
        Phrase::link("/entries/sample/history", "Both entries"),
    ];
    weight
}

fn infusion() -> TimelineItem {
    let mut dose = recorded(
        "Day 14",
        "Fri 6 Nov 10:20",
        "Infusion 3 of 3",
        "",
        "Luis Ferreira and Dr Okafor, signed Fri 6 Nov 15:40",
    );
    dose.shape = EntryShape::Session;
    dose.more = vec![
        Fact::plain(
            "Dose",
            "62 mg over 40 min; 0.8 mg/kg of 77.6 kg, weighed that day",
        ),
        Fact::plain(
            "Peak",
            "146/88 at minute 30, pulse 92, lowest SpO\u{2082} 95 %",
        ),
        Fact::plain("Felt", "Dissociation 6 of 10 at minute 40, nausea 2 of 10"),
        Fact::plain(
            "Left",
            "Minute 134 with escort T. Adeyemi, gate signed by Luis Ferreira",
        ),
    ];
    dose.acts = vec![Link::new("/entries/sample/correct", "Correct")];
    dose
}

fn side() -> Vec<Section> {
    let figure = Figure {
        drawing: figures::ToDate::sample().draw(),
        caption: vec![Phrase::plain(
            "Craving, 0 to 10, one a day; sessions as upright lines. Below: open square no use 24, diamond used 3, dashes not known 4.",
        )],
        table_link: "As a table".into(),
    };
    vec![
        Section::new(
            "To date",
            vec![
                Piece::Figure(figure),
                Piece::plain(
                    "24 days without use of 27 known. Longest run 11 days; 1 day to recover. 31 days in care.",
                ),
            ],
        ),
        Section::new(
            "Medicines",
            vec![
                Piece::lines(&[
                    "Lisinopril 10 mg, each morning",
                    "Thiamine 100 mg, each morning",
                    "Ibuprofen 400 mg, when needed",
                ]),
                Piece::Said(vec![
                    Phrase::Quiet(
                        "Checked with him Fri 6 Nov by Luis Ferreira, 17 days ago. ".into(),
                    ),
                    Phrase::link("/patients/sample/medicines", "Check"),
                ]),
            ],
        ),
        Section::new(
            "Ketamine so far",
            vec![
                Piece::Table(given()),
                Piece::Said(vec![
                    Phrase::plain(
                        "186 mg in all, over 15 days. Last: peak 146/88, left at minute 134. ",
                    ),
                    Phrase::link("/sessions/sample", "Session"),
                ]),
            ],
        ),
    ]
}

fn given() -> Table {
    let row = |what: &str, weight: &str, dose: &str| {
        vec![
            Phrase::sentence(what),
            Phrase::sentence(weight),
            Phrase::sentence(dose),
        ]
    };
    Table {
        caption: "Ketamine given, by infusion".into(),
        columns: vec![
            Column::words("Infusion"),
            Column::numbers("Weight"),
            Column::numbers("Given"),
        ],
        rows: vec![
            row("1, Fri 23 Oct", "78.1 kg", "62 mg"),
            row("2, Fri 30 Oct", "77.9 kg", "62 mg"),
            row("3, Fri 6 Nov", "77.6 kg", "62 mg"),
        ],
        when_empty: "None given.".into(),
    }
}
