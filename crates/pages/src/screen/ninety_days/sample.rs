//! Ninety days of Samuel Adeyemi, half a year of an imported course, and a first day.

use figures::CourseFigure;

use super::{BigNumber, NinetyDays};
use crate::form::{Choice, Field, Form};
use crate::part::{Fact, Figure, Link, PatientHeader, Phrase, Piece, Section};

impl NinetyDays {
    /// Day 31, an imported course, day 0.
    pub fn samples() -> Vec<(&'static str, Self)> {
        vec![
            ("day_31", day_31()),
            ("imported", imported()),
            ("day_0", day_0()),
        ]
    }
}

fn number(number: &str, said: &str) -> BigNumber {
    BigNumber {
        number: number.into(),
        said: said.into(),
    }
}

fn page(course: &CourseFigure, caption: &str) -> NinetyDays {
    let mut patient = PatientHeader::samuel();
    patient.facts = vec![Fact::plain("Allergies", "None known, asked 21 Oct")];
    patient.acts = vec![
        Link::new("/patients/sample", "Chart"),
        Link::new("/patients/sample/add/use-days", "Days of use"),
    ];
    NinetyDays {
        patient,
        title: "Ninety days: is this helping?".into(),
        said: Vec::new(),
        numbers: Vec::new(),
        notes: NinetyDays::notes_of(course),
        figure: Figure {
            drawing: course.draw(),
            caption: Phrase::sentence(caption),
            table_link: "Every value as a table".into(),
        },
        side: Vec::new(),
    }
}

fn day_31() -> NinetyDays {
    let caption = "Self-report, one answer a day about the day before; a gap stays a gap. Doses from the session record. Ticks: check-ins still to come.";
    NinetyDays {
        said: vec![
            Phrase::plain(
                "Craving fell to 2 after each dose, and is 4 to 6 since day 23. He drank on 3 of 27 known days. ",
            ),
            Phrase::Quiet("One record cannot show why.".into()),
        ],
        numbers: vec![
            number(
                "27 of 31 days known",
                "Not known: days 17, 18, 25, 26. Called on 18 and 26; he answered the day after.",
            ),
            number(
                "31 days in care",
                "A return to use never ends or resets this.",
            ),
            number(
                "24 days without use",
                "Of 27 known; of all 31, between 24 and 28.",
            ),
            number(
                "11 days, longest run",
                "Day 0 to 10, whatever the unknown days were.",
            ),
            number(
                "1 day to recover",
                "From use to the next day without; the first time, 2.",
            ),
        ],
        side: side(),
        ..page(&CourseFigure::sample(), caption)
    }
}

fn side() -> Vec<Section> {
    let keep = Form::act("/patients/sample/cadence", "Sign")
        .named("cadence")
        .fields(vec![
            Field::one_of(
                "cadence",
                "Daily check-ins",
                Choice::list(&[
                    ("daily", "Keep daily to day 38"),
                    ("step", "Step down as planned"),
                ]),
            ),
            Field::line("reason", "Reason").optional(),
        ]);
    vec![
        Section::new(
            "Next visit",
            vec![Piece::Said(vec![
                Phrase::Strong("Tue 24 Nov, 10:30. ".into()),
                Phrase::plain("Jonah Feld, relapse prevention, 60 min"),
            ])],
        ),
        Section::new(
            "What the plan proposes",
            vec![
                Piece::Said(vec![
                    Phrase::Strong("Stay on daily check-ins to day 38. ".into()),
                    Phrase::plain(
                        "The plan steps down to every other day from today. He drank on day 22, and craving was 5 or more on the last 4 known days. Clinic policy. ",
                    ),
                    Phrase::link("/evidence", "why?"),
                ]),
                Piece::Form(keep),
            ],
        ),
        Section::new(
            "Still missing",
            vec![Piece::plain(
                "Liver tests, bladder questionnaire, PHQ-9: due Sun 22 Nov, not in.",
            )],
        ),
    ]
}

fn imported() -> NinetyDays {
    let mut view = page(
        &CourseFigure::sample_long(),
        "From a de-identified trial, timeline follow-back and visit forms. Urine tests weekly; withdrawal by the person's own rating.",
    );
    view.patient.name = "CTN 0217".into();
    view.patient.who = "Sex and age as in the trial: F, 29. Imported".into();
    view.patient.day = None;
    view.patient.course = "CTN-0030, buprenorphine, no ketamine".into();
    view.patient.facts = vec![Fact::absent("Allergies", "not in the trial's files")];
    view.title = "Days 0 to 182".into();
    view.said = Phrase::sentence("142 of 183 days known; opioids used on 20 of them.");
    view.numbers = vec![
        number("142 of 183 days known", "After day 150 nothing is known."),
        number(
            "122 days without opioids",
            "Of 142 known; of all 183, between 122 and 163.",
        ),
        number("17 of 26 visits kept", "The last kept on day 112."),
    ];
    view
}

fn day_0() -> NinetyDays {
    let mut view = page(
        &CourseFigure::sample_empty(),
        "Nothing is recorded yet. Ticks: check-ins to come.",
    );
    view.patient.name = "Ruth Calder".into();
    view.patient.who = "she/her. Born 11 May 1974, 52. Record TH 0447".into();
    view.patient.day = Some("Day 0".into());
    view.said = Phrase::sentence("The first day. There is nothing to compare yet.");
    view.numbers = vec![number(
        "0 of 0 days known",
        "The first answer is asked for tomorrow.",
    )];
    view
}
