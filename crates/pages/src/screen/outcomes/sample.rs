//! Samples: a programme of 84 people, the same with what is small withheld, and one nobody has started.

use figures::{
    Known, ScoreMean, Scores, SideShare, SideShares, StepLine, StepPoint, StepStroke, Steps, Way,
    WayStep, Weeks,
};

use super::{Filter, OutcomePlot, OutcomeRow, Outcomes};
use crate::form::Choice;
use crate::part::{Fact, Figure, Link, Phrase, Piece, Section};

fn shown(drawing: figures::Drawing) -> Figure {
    Figure {
        drawing,
        caption: Phrase::sentence("Everybody who asked in this period."),
        table_link: "Every value as a table".into(),
    }
}

fn complete() -> Section {
    let words = "Of the check-ins due in the first ninety days 4,102 of 4,536 are in, from 84 people. 101 declined, 12 \
        open, 321 missed. 17 people are missing their last ones, the longest since Mon 9 Nov.";
    Section::new("Who is missing what", vec![Piece::plain(words)])
}

fn way(withheld: bool) -> Figure {
    let step = |name: &str, n: u32, of: u32, note: &str, is_treated: bool| WayStep {
        name: name.into(),
        n: (!withheld || n != 73).then_some(n),
        of: Some(of),
        note: note.into(),
        is_treated,
    };
    shown(
        Way {
            id: "way".into(),
            title: "From enquiry to day 90".into(),
            steps: vec![
                step("Enquired", 212, 212, "", false),
                step(
                    "Evaluated",
                    151,
                    212,
                    "61 did not: 38 not reached, 23 nothing known since",
                    false,
                ),
                step(
                    "First dose",
                    84,
                    151,
                    "67 did not: 40 declined, 27 still on the way",
                    true,
                ),
                step(
                    "All planned doses",
                    73,
                    84,
                    "11 did not: 11 left the course",
                    true,
                ),
                step(
                    "In contact at day 90",
                    69,
                    84,
                    "15 did not: 15 no contact since day 76",
                    true,
                ),
            ],
        }
        .draw(),
    )
}

fn estimand() -> Vec<Fact> {
    vec![
        Fact::plain("People", "everyone who started and has reached day 90"),
        Fact::plain(
            "Measure",
            "No use on any of days 61 to 90, every one of them known.",
        ),
        Fact::plain("If a day is not known", "not known; never filled in"),
        Fact::plain(
            "Summary",
            "the share with its interval and range; no comparison group",
        ),
    ]
}

fn row(id: &str, words: [&str; 3], counts: [u32; 3], numbers: [&str; 3]) -> OutcomeRow {
    let [so, not_known, not_so] = counts;
    OutcomeRow {
        sentence: vec![
            Phrase::plain(words[0]),
            Phrase::Strong(words[1].into()),
            Phrase::plain(words[2]),
        ],
        bar: Some(
            Known {
                id: format!("known-{id}"),
                title: words[1].into(),
                so,
                not_known,
                not_so,
            }
            .draw(),
        ),
        share: numbers[0].into(),
        interval: numbers[1].into(),
        range: numbers[2].into(),
        estimand: estimand(),
        from: vec![Phrase::link(
            format!("/outcomes/behind?of={id}"),
            "entry 48,213",
        )],
    }
}

fn from(behind: &[(&str, &str)]) -> Vec<Phrase> {
    let mut phrases = vec![Phrase::plain("Computed from entry 48,213. ")];
    for (of, words) in behind {
        phrases.push(Phrase::link(format!("/outcomes/behind?of={of}"), *words));
        phrases.push(Phrase::plain(" "));
    }
    phrases
}

fn steps() -> OutcomePlot {
    let point = |day: f64, share: f64| StepPoint {
        day,
        share,
        interval: Some(((share - 9.0).max(0.0), (share + 8.0).min(100.0))),
    };
    let line = StepLine {
        word: "without use".into(),
        points: vec![
            point(0.0, 100.0),
            point(9.0, 81.0),
            point(30.0, 66.0),
            point(81.0, 50.0),
            point(90.0, 47.0),
        ],
        stroke: StepStroke::First,
    };
    let drawing = Steps {
        id: "relapse".into(),
        title: "Days to first return to use".into(),
        axis: "% without use so far".into(),
        lines: vec![line],
        ticks: vec![20.0, 55.0],
        half_on: Some(81.0),
        is_coarse: false,
        rows: vec!["at risk".into(), "used".into()],
        numbers: vec![(0, vec![84, 0]), (45, vec![46, 31]), (90, vec![31, 41])],
    }
    .draw();
    OutcomePlot {
        title: "Days to first return to use".into(),
        figure: Some(shown(drawing)),
        said: vec![Phrase::sentence(
            "The curve takes the 12 lost to be like the rest: had all used it would end at 37 %, had none, at 51 %.",
        )],
        choices: vec![Link::new(
            "/outcomes?relapse=ten-days",
            "Ten days in twenty-eight",
        )],
        estimand: estimand(),
        from: from(&[
            ("relapse", "relapsed 41"),
            ("relapse&answer=not-known", "not known 12"),
        ]),
    }
}

fn others() -> Vec<OutcomePlot> {
    let mean = |week: u32, mean: f64| ScoreMean {
        week,
        mean,
        interval: (mean - 0.5, mean + 0.5),
        n: Some(80 - week),
    };
    let scores = Scores {
        id: "craving".into(),
        title: "Craving by week, every answer a dot".into(),
        axis: "0 to 10; down is better".into(),
        top: 10.0,
        dots: vec![(0, 7.0, 20), (0, 5.0, 9), (4, 3.5, 12), (13, 2.0, 8)],
        means: vec![mean(0, 6.4), mean(4, 4.0), mean(13, 3.1)],
        under: "answered that week, of 84".into(),
    };
    let weeks = Weeks {
        id: "weeks".into(),
        title: "Weeks without use".into(),
        weeks: vec![Some((60, 10, 14)), Some((55, 15, 14)), None],
    };
    let side = SideShares {
        id: "side".into(),
        title: "Without use to day 21".into(),
        rows: vec![
            SideShare {
                name: "Ours".into(),
                share: 76.0,
                interval: Some((65.0, 84.0)),
                is_own: true,
            },
            SideShare {
                name: "Dakwar 2020, ketamine, 9 of 17".into(),
                share: 53.0,
                interval: Some((31.0, 74.0)),
                is_own: false,
            },
        ],
    };
    let plot = |title: &str, drawing: figures::Drawing| OutcomePlot {
        title: title.into(),
        figure: Some(shown(drawing)),
        said: vec![Phrase::sentence("No arm of ours was randomised.")],
        choices: Vec::new(),
        estimand: Vec::new(),
        from: from(&[]),
    };
    vec![
        plot("Weeks without use", weeks.draw()),
        plot("Craving by week", scores.draw()),
        plot("Published, never merged", side.draw()),
    ]
}

fn abstinent() -> OutcomeRow {
    row(
        "abstinent_last_30_days",
        [
            "Of 84 who reached day 90, ",
            "47 are known not to have used in days 61 to 90",
            "; 15 are not known.",
        ],
        [47, 15, 22],
        ["68 %", "56 to 78", "56 to 74 %"],
    )
}

impl Outcomes {
    /// Samples.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let mut plots = vec![steps()];
        plots.extend(others());
        let full = Self {
            title: "What does our programme do for people like these?".into(),
            said: Vec::new(),
            filters: vec![Filter {
                name: "substance".into(),
                label: "Substance".into(),
                choices: vec![Choice::new("", "Any"), Choice::new("alcohol", "Alcohol")],
                chosen: "alcohol".into(),
            }],
            along: vec![("relapse".into(), "first-use".into())],
            complete: complete(),
            way: way(false),
            way_from: from(&[
                ("way-enquired", "enquired 212"),
                ("way-started", "first dose 84"),
            ]),
            estimand: estimand(),
            whose: "What happened to the 84".into(),
            rows: vec![abstinent()],
            when_empty: String::new(),
            harm: vec![
                Phrase::Strong("Harm: ".into()),
                Phrase::plain("2 people with a serious adverse event of 84."),
            ],
            harm_from: from(&[("harm-serious", "serious 2")]),
            plots,
            sections: Vec::new(),
            foot: vec![
                Phrase::Strong("Computed from entry 48,213".into()),
                Phrase::plain(" of the record, Mon 23 Nov 2026, 06:00."),
            ],
            links: vec![Link::new("/outcomes/report", "Frozen report")],
        };
        let mut withheld = full.clone();
        withheld.said =
            Phrase::sentence("Counts under 5, and what would give them away, are withheld.");
        withheld.way = way(true);
        withheld.way_from = from(&[]);
        for row in &mut withheld.rows {
            row.bar = None;
            row.sentence = Phrase::sentence("Withheld: a part of it is too small.");
            row.from = Phrase::sentence("entry 48,213");
            "withheld".clone_into(&mut row.share);
        }
        let mut nobody = full.clone();
        nobody.rows.clear();
        nobody.when_empty =
            "Nobody has reached day 90 yet; the first will on Tue 2 Mar 2027.".into();
        nobody.plots = vec![OutcomePlot {
            title: "Days to first return to use".into(),
            figure: None,
            said: vec![vec![Phrase::absent(
                "Nobody has started yet; a curve is drawn from 5 people on.",
            )]],
            choices: Vec::new(),
            estimand: Vec::new(),
            from: Vec::new(),
        }];
        vec![
            ("full", full),
            ("withheld", withheld),
            ("nobody-yet", nobody),
        ]
    }
}
