//! Minute 27 of an infusion, before one, and a whole session, for the gallery and the tests.

use super::{Cell, DueMark, Flowsheet, Held, Infusion, Piece, Pressure, Row};

impl Flowsheet {
    /// Minute 27 of 56 mg over 40 minutes; the last pressures stand on watch.
    pub fn sample_running() -> Self {
        Self {
            id: "flow".into(),
            from_minute: -15,
            to_minute: 60,
            zero_clock: 818,
            is_started: true,
            now_minute: Some(27.0),
            infusion: Some(Infusion {
                drug: "Ketamine".into(),
                ordered: "56 mg over 40 min, 1.4 mg/min".into(),
                planned: (0.0, 40.0),
                pieces: vec![
                    piece(0.0, 10.0, "14"),
                    piece(10.0, 20.0, "28"),
                    piece(20.0, 27.0, "37.8"),
                ],
                so_far: "0.54 mg/kg so far".into(),
                ends: "56 mg, 0.8 mg/kg, 14:18".into(),
            }),
            saturation: row(
                "SpO\u{2082}",
                "%",
                &[(-10.0, "97"), (0.0, "98"), (10.0, "97"), (20.0, "95")],
                &[30.0, 40.0],
            ),
            saturation_limit: Some(94),
            pressures: vec![
                pressure(-10.0, 128, 78, Held::Plain),
                pressure(0.0, 130, 80, Held::Plain),
                pressure(10.0, 142, 86, Held::Plain),
                pressure(20.0, 164, 96, Held::Watch),
                pressure(25.0, 162, 98, Held::Watch),
            ],
            pressures_due: [30.0, 40.0].map(due).to_vec(),
            pressure_limit: Some((160, "M06 from 160".into())),
            pulse: cells(&[
                (-10.0, "72"),
                (0.0, "74"),
                (10.0, "81"),
                (20.0, "88"),
                (25.0, "86"),
            ]),
            rows: rows(),
            acts: vec![(-8.0, 1), (0.0, 2), (14.0, 3), (21.0, 4), (25.0, 5)],
        }
    }

    /// Before the dose: one reading, nothing given.
    pub fn sample_before() -> Self {
        let running = Self::sample_running();
        Self {
            is_started: false,
            now_minute: Some(-12.0),
            infusion: None,
            saturation: row("SpO\u{2082}", "%", &[], &[-10.0, 0.0]),
            pressures: vec![pressure(-14.0, 128, 78, Held::Plain)],
            pressures_due: [-10.0, 0.0].map(due).to_vec(),
            pulse: cells(&[(-14.0, "72")]),
            rows: rows()
                .into_iter()
                .map(|row| Row {
                    cells: Vec::new(),
                    ..row
                })
                .collect(),
            acts: Vec::new(),
            ..running
        }
    }

    /// A crisis: stopped at minute 25, one reading missed, one charted late.
    pub fn sample_crisis() -> Self {
        let mut flow = Self::sample_running();
        flow.now_minute = Some(48.0);
        flow.to_minute = 135;
        flow.pressures.truncate(3);
        flow.pressures.push(Pressure {
            is_late: true,
            ..pressure(20.0, 186, 112, Held::Act)
        });
        flow.pressures.push(pressure(25.0, 204, 118, Held::Act));
        flow.pressures.push(pressure(40.0, 168, 98, Held::Watch));
        flow.pressures_due = vec![
            DueMark {
                minute: 30.0,
                is_missed: true,
            },
            due(55.0),
            due(70.0),
        ];
        if let Some(infusion) = &mut flow.infusion {
            infusion.pieces = vec![
                piece(0.0, 10.0, "14"),
                Piece {
                    is_paused: true,
                    ..piece(10.0, 15.0, "14")
                },
                piece(15.0, 25.0, "28"),
            ];
            infusion.so_far.clear();
            infusion.ends = "stopped 14:03, 28 of 56 mg".into();
        }
        flow
    }
}

fn rows() -> Vec<Row> {
    vec![
        row("Resp. rate", "/min", &[(0.0, "14"), (20.0, "12")], &[40.0]),
        row("MOAA/S", "of 5", &[(0.0, "5"), (15.0, "4")], &[30.0, 45.0]),
        row("Dissociation", "of 10", &[(0.0, "0"), (20.0, "5")], &[40.0]),
        row("Nausea", "of 10", &[(0.0, "0"), (15.0, "2")], &[30.0, 45.0]),
        row("Anxiety", "of 10", &[(0.0, "3")], &[40.0]),
    ]
}

fn row(name: &str, unit: &str, read: &[(f64, &str)], ahead: &[f64]) -> Row {
    Row {
        name: name.into(),
        unit: unit.into(),
        cells: cells(read),
        due: ahead.iter().copied().map(due).collect(),
    }
}

fn cells(read: &[(f64, &str)]) -> Vec<Cell> {
    let cell = |(minute, value): &(f64, &str)| Cell {
        minute: *minute,
        value: (*value).to_owned(),
        held: Held::Plain,
        is_late: false,
    };
    read.iter().map(cell).collect()
}

fn pressure(minute: f64, upper: u16, lower: u16, held: Held) -> Pressure {
    Pressure {
        minute,
        upper,
        lower,
        held,
        is_late: false,
    }
}

fn due(minute: f64) -> DueMark {
    DueMark {
        minute,
        is_missed: false,
    }
}

fn piece(from: f64, to: f64, given: &str) -> Piece {
    Piece {
        from,
        to,
        given: given.into(),
        is_paused: false,
    }
}
