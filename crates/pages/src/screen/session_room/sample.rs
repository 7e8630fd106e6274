//! Rowan Pell in room 2: minute 27, before the dose, a crisis, and the record afterwards.

use figures::Flowsheet;

use super::{ActLine, Corner, Due, Pad, PadField, Press, Readout, RuleSaid, SessionRoom};
use crate::part::{Fact, Figure, Link, Mark, Phrase, Standing};

impl SessionRoom {
    /// Minute 27, before the dose, and a crisis with a reading missed.
    pub fn samples() -> Vec<(&'static str, Self)> {
        vec![
            ("under_way", under_way()),
            ("before", before()),
            ("crisis", crisis()),
        ]
    }
}

fn under_way() -> SessionRoom {
    SessionRoom {
        who: Link::new("/patients/sample", "Rowan Pell"),
        about: "they/them, 14 Mar 1984, 42".into(),
        facts: vec![
            Fact::plain("Weight", "70 kg, today 12:52"),
            Fact::plain("Allergies", "Penicillin, rash"),
            Fact::plain("Plan", "KARE, day 7, session 2 of 3"),
            Fact::plain("Consent", "In force, 12 Nov"),
            Fact::plain("Escort", "Sam Pell"),
        ],
        room: "Room 2".into(),
        clock: "14:05".into(),
        drawn_at: 1_795_460_700,
        offset_s: -18_000,
        readouts: vec![
            Readout { since: Some(1_795_459_080), ..readout("Since start", "27", "min", "of 40, ends 14:18") },
            readout("Given", "37.8", "mg", "0.54 mg/kg, 18.2 mg to go"),
            Readout { mark: Some(Mark::new(Standing::Watch, "Watch")), ..readout("Pressure", "162/98", "", "14:03") },
            readout("Pulse", "86", "", "14:03"),
            readout("SpO\u{2082}", "96", "%", "14:05, monitor"),
        ],
        said: vec![RuleSaid {
            mark: Mark::new(Standing::Watch, "Watch"),
            rule: "M06".into(),
            sentence: "Blood pressure 160 or 100 and over: measure again in 5 minutes, then every 5; reassure; look for full bladder, pain, anxiety.".into(),
            source: "Clinic policy".into(),
            why: Link::new("/patients/sample/sessions/sample/rules", "Why?"),
            offers: Vec::new(),
            barred: Vec::new(),
            not_known: None,
            not_offered: None,
        }],
        notes: Vec::new(),
        flow: flow(&Flowsheet::sample_running()),
        acts: acts(),
        more: None,
        saved: "Saved 14:03:20, entry 48,207.".into(),
        due: Due {
            head: "Due in".into(),
            number: "3".into(),
            unit: "min".into(),
            words: "14:08: pressure, sedation, nausea".into(),
            told: None,
            is_late: false,
            at: Some(1_795_460_880),
        },
        stack: stack(),
        corner: Corner::Stop { action: "/patients/sample/do/stop-now".into(), hidden: Vec::new(), what: "infusion".into() },
        pads: vec![vitals_pad(), score_pad()],
        plan: Some((
            "Not a measurement, not a dosing instruction. Watch the patient.".into(),
            crate::screen::sheet::level_sample::figure(),
        )),
        keep: Some(("sample".into(), "sample".into())),
    }
}

fn before() -> SessionRoom {
    let unread = |name: &str| readout(name, "", "", "");
    SessionRoom {
        readouts: vec![
            readout("Before the dose", "12", "min", "56 mg over 40 min ordered"),
            readout("Given", "0", "mg", "nothing yet"),
            readout("Pressure", "128/78", "", "13:24"),
            readout("Pulse", "72", "", "13:24"),
            unread("SpO\u{2082}"),
        ],
        said: Vec::new(),
        flow: flow(&Flowsheet::sample_before()),
        acts: Vec::new(),
        due: Due {
            head: "Nothing is due".into(),
            number: String::new(),
            unit: String::new(),
            words: "The clock starts with the dose".into(),
            told: None,
            is_late: false,
            at: None,
        },
        stack: vec![
            Press::new("Readiness", "/patients/sample/sessions/sample/readiness").lead(),
            Press::new("Vitals", "/patients/sample/do/readings").with_pad("vitals"),
        ],
        corner: Corner::Still("No dose runs".into()),
        ..under_way()
    }
}

fn crisis() -> SessionRoom {
    let mut view = under_way();
    view.flow = flow(&Flowsheet::sample_crisis());
    view.said.insert(0, RuleSaid {
        mark: Mark::new(Standing::ActNow, "Stop"),
        rule: "M08".into(),
        sentence: "Blood pressure 200 or 120 and over, or 180 or 110 and over with a symptom: stop the dose; emergency protocol; decide on transfer.".into(),
        source: "Read at the source".into(),
        why: Link::new("/patients/sample/sessions/sample/rules", "Why?"),
        offers: vec![
            Link::new("/patients/sample/do/use-rescue", "Labetalol 10 mg IV"),
            Link::new("/patients/sample/do/use-rescue", "Hydralazine 10 mg IV"),
        ],
        barred: vec![
            "Clonidine 0.1 mg: not with pulse under 60. Prescriber only: call Grace Okafor.".to_owned(),
        ],
        not_known: Some("Not known: asthma (labetalol).".to_owned()),
        not_offered: None,
    });
    view.notes = vec![
        (
            Mark::new(Standing::ActNow, "Help called"),
            "14:04 by Dana Whitlock RN. It stands until it is settled on the watch list.".into(),
        ),
        (
            Mark::new(Standing::Unknown, "Stale"),
            "Monitor 2 has been silent since 13:52. Read by hand.".into(),
        ),
    ];
    view.due = Due {
        head: "Overdue by".into(),
        number: "7".into(),
        unit: "min".into(),
        words: "13:58: pressure, pulse".into(),
        told: Some("Dana Whitlock RN is told".into()),
        is_late: true,
        at: Some(1_795_460_280),
    };
    view.corner = Corner::Still("Stopped 14:03, 28 of 56 mg given".into());
    view
}

fn readout(name: &str, number: &str, unit: &str, sub: &str) -> Readout {
    Readout {
        name: name.into(),
        number: number.into(),
        unit: unit.into(),
        sub: sub.into(),
        mark: None,
        since: None,
    }
}

fn flow(flow: &Flowsheet) -> Figure {
    Figure {
        drawing: flow.draw(),
        caption: Vec::new(),
        table_link: "Numbers as a table".into(),
    }
}

fn acts() -> Vec<ActLine> {
    let said = [
        ("13:30", "Name and birth date checked, LF PN"),
        ("13:38", "Infusion started, LF"),
        ("13:52", "Music softer, patient asked, LF"),
        ("13:59", "Dr Okafor told of 164/96: go on, MO"),
        ("14:03", "No headache, no chest pain, LF"),
    ];
    let line = |(place, (at, words)): (usize, &(&str, &str))| ActLine {
        number: place + 1,
        at: (*at).into(),
        words: Phrase::sentence(*words),
        late: (place == 3).then(|| "charted 14:04".to_owned()),
    };
    said.iter().enumerate().map(line).collect()
}

fn stack() -> Vec<Press> {
    let to = |code: &str| format!("/patients/sample/do/{code}");
    vec![
        Press::new("Vitals now", to("readings"))
            .with_pad("vitals")
            .lead(),
        Press::new("Sedation", to("score-sedation"))
            .with_pad("sedation")
            .half(),
        Press::new("Symptoms", to("symptoms")).half(),
        Press::new("Note", to("room-note")).half(),
        Press::new("Signs", to("signs")).half(),
        Press::new("Pause", to("pause")).sending(Vec::new()).apart(),
        Press::new("Call for help", to("call-help")).sending(Vec::new()),
    ]
}

fn vitals_pad() -> Pad {
    let field = |name: &str, label: &str, unit: &str, digits: u8| PadField {
        name: name.into(),
        label: label.into(),
        unit: unit.into(),
        digits,
        scores: Vec::new(),
    };
    Pad {
        id: "vitals".into(),
        title: "Vitals now".into(),
        action: "/patients/sample/do/readings".into(),
        hidden: Vec::new(),
        fields: vec![
            field("systolic", "Systolic", "mmHg", 3),
            field("diastolic", "Diastolic", "mmHg", 2),
            field("pulse", "Pulse", "/min", 2),
            field("saturation", "SpO\u{2082}", "%", 2),
            field("breaths", "Resp. rate", "/min", 2),
        ],
        submit: "Chart".into(),
    }
}

fn score_pad() -> Pad {
    Pad {
        id: "sedation".into(),
        title: "Sedation score".into(),
        action: "/patients/sample/do/readings".into(),
        hidden: Vec::new(),
        fields: vec![PadField {
            name: "sedation".into(),
            label: "MOAA/S".into(),
            unit: "5 answers readily to the name, 0 no response".into(),
            digits: 0,
            scores: (0..=5).rev().map(|score: u8| score.to_string()).collect(),
        }],
        submit: "Chart".into(),
    }
}
