//! An enquiry, an assessment, an entry menu, a consent.

use super::Sheet;
use crate::form::{Choice, Field, Form};
use crate::part::{
    EntryShape, Fact, Link, Mark, PatientHeader, Phrase, Piece, RuleGroup, RuleLine, RuleOutcome,
    Rules, Section, Standing, TimelineItem,
};

impl Sheet {
    /// An enquiry that waits for its first contact.
    pub fn enquiry_samples() -> Vec<(&'static str, Self)> {
        let contact = Form::act("/enquiries/sample/contact", "Record contact")
            .named("contact")
            .fields(vec![
                Field::one_of(
                    "how",
                    "How",
                    Choice::list(&[("call", "Call"), ("text", "Text"), ("mail", "Email")]),
                ),
                Field::one_of(
                    "outcome",
                    "What came of it",
                    Choice::list(&[
                        ("spoke", "We spoke"),
                        ("message", "Left a message"),
                        ("no_answer", "No answer"),
                        ("not_wanted", "They do not want to be contacted"),
                    ]),
                ),
                Field::moment("at", "When").value("2026-11-23T14:05"),
                Field::area("note", "What was said").optional(),
            ]);
        let mut sheet = Self::new("Ruth, enquiry 318", "Enquiry 318");
        sheet.mark = Some(Mark::new(Standing::ActNow, "2 h 45 min without an answer"));
        sheet.said =
            Phrase::sentence("Promised by the end of the next working day, Tue 24 Nov 18:00.");
        sheet.acts = vec![
            Link::new("/enquiries/sample/book", "Book an evaluation"),
            Link::new("/enquiries/sample/close", "Close"),
        ];
        sheet.main = vec![
            Section::new(
                "What she wrote",
                vec![Piece::Facts(vec![
                    Fact::plain("Came", "Mon 23 Nov 2026, 11:20, by web form"),
                    Fact::plain("Reach", "Call 207 555 0142"),
                    Fact::plain(
                        "If someone else answers",
                        "Say only a first name; leave no message that names us",
                    ),
                    Fact::plain("Consent to contact", "Given Mon 23 Nov 11:20"),
                    Fact::absent("First words", "left empty"),
                ])],
            ),
            Section::new(
                "So far",
                vec![Piece::Timeline(vec![
                    TimelineItem::new(
                        "",
                        "Mon 23 Nov 11:20",
                        EntryShape::Recorded,
                        "Enquiry",
                        Phrase::sentence(" received by web form"),
                    )
                    .by("Ruth"),
                ])],
            ),
        ];
        sheet.side = vec![Section::new("Contact", vec![Piece::Form(contact)])];
        vec![("waiting", sheet)]
    }

    /// An evaluation's rules.
    pub fn assessment_samples() -> Vec<(&'static str, Self)> {
        let mut sheet = Self::new("Eligibility", "Eligibility");
        sheet.patient = Some(PatientHeader::petra().without_acts());
        sheet.said = Phrase::sentence("Assessed Mon 23 Nov 13:52 by Dr Okafor with rule pack 7.");
        sheet.acts = vec![Link::new(
            "/patients/sample/measures",
            "Answer what is missing",
        )];
        sheet.main = vec![Section::new(
            "Rules that ran",
            vec![Piece::Rules(Rules {
                said: "7 rules of pack 7 at 13:52, on 9 inputs.".into(),
                groups: rule_groups(),
            })],
        )];
        sheet.side = vec![Section::new(
            "A person decides",
            vec![
                Piece::plain(
                    "Nothing here says that it is safe. The rules show what was looked at, what was found and what is not known.",
                ),
                Piece::Refusal(crate::part::Refusal::sample()),
            ],
        )];
        vec![("mixed", sheet)]
    }

    /// What can be added to a chart.
    pub fn add_entry_samples() -> Vec<(&'static str, Self)> {
        let group = |title: &str, items: &[(&str, &str)]| {
            Section::new(
                title,
                vec![Piece::List(
                    items
                        .iter()
                        .map(|(text, hint)| {
                            vec![
                                Phrase::link("/patients/sample/add/sample", *text),
                                Phrase::Quiet(format!(" {hint}")),
                            ]
                        })
                        .collect(),
                )],
            )
        };
        let mut sheet = Self::new("Add an entry", "Add an entry");
        sheet.patient = Some(PatientHeader::samuel().without_acts());
        sheet.said = Phrase::sentence("What you may add, as a prescriber.");
        sheet.main = vec![
            group(
                "Seen and measured",
                &[
                    ("Vital signs", "pressure, pulse, saturation, weight"),
                    (
                        "Days of use",
                        "timeline follow-back, up to ninety days at once",
                    ),
                    (
                        "Check-in answers",
                        "read out by the patient on the telephone",
                    ),
                    ("Laboratory result", ""),
                    ("Urine screen", ""),
                    ("Breath test", ""),
                ],
            ),
            group(
                "Said and decided",
                &[
                    ("Note", "signed, amended only by addendum"),
                    ("Call or contact", ""),
                    ("Eligibility", "run the rules"),
                    ("Plan", "prescribe from a protocol"),
                ],
            ),
        ];
        sheet.side = vec![
            group(
                "History",
                &[
                    ("Condition", ""),
                    ("Medicine", ""),
                    ("Allergy", "or none known"),
                ],
            ),
            group(
                "Course",
                &[
                    ("Consent", "sign or withdraw"),
                    ("Visit", "book, move, hold"),
                    ("Safety plan", ""),
                    ("Pause or end the course", ""),
                ],
            ),
        ];
        vec![("prescriber", sheet)]
    }
}

fn rule_groups() -> Vec<RuleGroup> {
    let line = |rule: &str, sentence: &str, input: Phrase| RuleLine {
        rule: rule.into(),
        sentence: Phrase::sentence(sentence),
        inputs: vec![input],
    };
    let missing = |words: &str| Phrase::absent(words);
    vec![
        RuleGroup {
            outcome: RuleOutcome::Excludes,
            lines: vec![line(
                "E16",
                "Resting pressure 140/90 or more",
                Phrase::plain("152/96, today 13:52"),
            )],
        },
        RuleGroup {
            outcome: RuleOutcome::Unanswered,
            lines: vec![
                line("E19", "ECG, needed from age 50", missing("not done")),
                line("E20", "Liver score: INR", missing("not sent")),
                line("E42", "Bladder questionnaire", missing("not asked")),
            ],
        },
        RuleGroup {
            outcome: RuleOutcome::Overridden,
            lines: vec![RuleLine {
                rule: "E12".into(),
                sentence: Phrase::sentence("Psychosis in close family"),
                inputs: Phrase::sentence(
                    "Dr Okafor, Fri 20 Nov 16:10: \u{201c}adopted; own history clear over 30 years\u{201d}",
                ),
            }],
        },
        RuleGroup {
            outcome: RuleOutcome::WaitsForTheDay,
            lines: vec![line(
                "D01",
                "Breath alcohol, last drink, withdrawal, escort, fasting",
                missing("asked on the day"),
            )],
        },
        RuleGroup {
            outcome: RuleOutcome::DidNotFire,
            lines: vec![
                line(
                    "E01",
                    "Age 18 or more",
                    Phrase::plain("52, born 11 May 1974"),
                ),
                line(
                    "E07",
                    "Not pregnant",
                    Phrase::plain("test negative, Thu 19 Nov"),
                ),
            ],
        },
    ]
}
