//! The forms of a course, as samples of one mechanism.

use super::FormPage;
use crate::form::{Choice, Control, Field, Form, Input};
use crate::part::{Document, Fact, PatientHeader, Phrase, Piece, Refusal, Section};

impl FormPage {
    /// One sample of each act of a course.
    pub fn samples() -> Vec<(&'static str, Self)> {
        vec![
            ("register", register()),
            ("medicine", medicine()),
            ("vitals_wrong", vitals_wrong()),
            ("consent", consent()),
            ("plan_refused", plan_refused()),
            ("questionnaire", questionnaire()),
            ("visit", visit()),
            ("note", note()),
            ("correct", correct()),
            ("end_course", end_course()),
            ("add_person", add_person()),
        ]
    }
}

fn about_samuel(title: &str, form: Form) -> FormPage {
    FormPage::new(title, form.cancel("/patients/sample", "Back to the chart"))
        .about(PatientHeader::samuel().without_acts())
}

fn questionnaire() -> FormPage {
    let often = || {
        Choice::list(&[
            ("0", "Not at all"),
            ("1", "Several days"),
            ("2", "More than half the days"),
            ("3", "Nearly every day"),
        ])
    };
    let form = Form::act(
        "/patients/sample/questionnaires/phq-9/fill",
        "Give these answers",
    )
    .kept_at("/patients/sample/questionnaires/phq-9/keep")
    .small("What you leave open counts as passed over, never as no.")
    .group_with_hint(
        "Questions",
        "Over the last 2 weeks, how often have you been bothered by any of the following problems?",
        vec![
            Field::one_of(
                "item-1",
                "Little interest or pleasure in doing things",
                often(),
            )
            .value("1"),
            Field::one_of("item-2", "Feeling down, depressed, or hopeless", often()),
        ],
    );
    about_samuel("PHQ-9", form)
}

fn register() -> FormPage {
    let form = Form::act("/patients/new", "Register")
        .group(
            "Who",
            vec![
                Field::new(
                    "name",
                    "Whole name, as on their papers",
                    Control::line(Input::FullName),
                ),
                Field::new(
                    "preferred",
                    "What they want to be called",
                    Control::line(Input::Words),
                )
                .optional(),
                Field::line("pronouns", "Pronouns").optional(),
                Field::day("born", "Date of birth"),
            ],
        )
        .group_with_hint(
            "How to reach them",
            "Asked at the enquiry; check that it still holds.",
            vec![
                Field::new(
                    "reach",
                    "Phone number or email address",
                    Control::line(Input::Reach),
                )
                .value("207 555 0142"),
                Field::one_of(
                    "message",
                    "May a message say who we are?",
                    Choice::list(&[("no", "No"), ("yes", "Yes")]),
                )
                .value("no"),
            ],
        )
        .cancel("/enquiries/sample", "Back to the enquiry");
    FormPage::new("Register a person", form).said("From enquiry 318, Ruth.")
}

fn medicine() -> FormPage {
    about_samuel(
        "Add a medicine",
        Form::act("/patients/sample/medicines", "Add").fields(vec![
            Field::line("name", "Medicine").hint("As on the box. A code is kept when we know one."),
            Field::line("dose", "Dose").hint("For example 10 mg, each morning"),
            Field::day("since", "Since").optional(),
            Field::one_of(
                "source",
                "Who says so",
                Choice::list(&[
                    ("patient", "The patient"),
                    ("record", "Another clinic's record"),
                    ("box", "Seen on the box"),
                ]),
            ),
        ]),
    )
}

fn vitals_wrong() -> FormPage {
    let number = |name: &str, label: &str, unit: &str, value: &str| {
        Field::number(name, label, unit).value(value)
    };
    about_samuel(
        "Vital signs",
        Form::act("/patients/sample/vitals", "Add reading")
            .fields(vec![
                number("systolic", "Systolic pressure", "mmHg", "132"),
                number("diastolic", "Diastolic pressure", "mmHg", "84"),
                number("pulse", "Pulse", "/min", "720"),
                number("weight", "Weight", "kg", "171").optional(),
                Field::moment("at", "When").value("2026-11-23T14:02"),
            ])
            .wrong(
                "pulse",
                "720 is not a pulse. Between 20 and 250; was it 72?",
            )
            .wrong(
                "weight",
                "171 kg is 2.2 times Fri 6 Nov (77.6 kg). If these are pounds, write 77.6.",
            ),
    )
}

fn consent() -> FormPage {
    let text = Document {
        title: "Treatment with ketamine for alcohol problems".into(),
        version: "Version 3, from 1 Sep 2026".into(),
        parts: vec![
            ("What it is".into(), vec![
                "Ketamine is a medicine approved for anaesthesia. It is not approved for alcohol problems; using it so is called off-label use.".into(),
            ]),
            ("What is known".into(), vec![
                "In one trial of 96 people, those given ketamine had more days without drinking over six months. About as many in both groups went back to drinking.".into(),
            ]),
            ("You may stop".into(), vec!["You may withdraw this consent at any time, in writing or by telling any of us.".into()]),
        ],
        hash: "7c1e 40b9 d2f6 08a3 5e97 b14c 63d0 f82a".into(),
    };
    let form = Form::act("/patients/sample/consent", "Sign")
        .hidden("text", "treatment-3")
        .fields(vec![
            Field::new("name", "Your whole name", Control::line(Input::FullName)),
            Field::day("born", "Your date of birth").hint("To show that it is you"),
            Field::tick(
                "read",
                "I have read this, or it was read to me, and I agree",
            ),
        ])
        .small("Signed Mon 23 Nov 2026, 14:05. You get a copy now.");
    let mut page = about_samuel("Consent to treatment", form);
    page.before = vec![Section::new("What you sign", vec![Piece::Document(text)])];
    page
}

fn plan_refused() -> FormPage {
    let form = Form::act("/patients/sample/plan", "Prescribe").fields(vec![
        Field::select(
            "protocol",
            "Protocol",
            Choice::list(&[
                ("kare-4", "KARE, version 4"),
                ("grabski-2", "Grabski, version 2"),
            ]),
        )
        .value("kare-4"),
        Field::day("day_zero", "Day 0, the first infusion").value("2026-11-27"),
        Field::number("weight", "Weight", "kg")
            .value("74.0")
            .hint("Measured Thu 19 Nov, 4 days ago"),
        Field::area("reason", "Why this plan for this person"),
    ]);
    let mut page = about_samuel("Prescribe a plan", form);
    page.refusal = Some(Refusal::sample());
    page
}

fn visit() -> FormPage {
    about_samuel(
        "Book a visit",
        Form::act("/patients/sample/visits", "Book").fields(vec![
            Field::select(
                "kind",
                "What for",
                Choice::list(&[
                    ("therapy", "Relapse prevention"),
                    ("infusion", "Infusion"),
                    ("review", "Ninety-day review"),
                ]),
            ),
            Field::moment("at", "When"),
            Field::number("minutes", "How long", "min").value("60"),
            Field::select(
                "with",
                "With",
                Choice::list(&[("jonah", "Jonah Feld LCSW"), ("miriam", "Dr Miriam Okafor")]),
            ),
            Field::select(
                "room",
                "Room",
                Choice::list(&[("1", "Room 1"), ("2", "Room 2"), ("therapy", "Therapy")]),
            ),
        ]),
    )
}

fn note() -> FormPage {
    about_samuel(
        "Write a note",
        Form::act("/patients/sample/notes", "Sign")
            .fields(vec![
                Field::select(
                    "kind",
                    "Kind",
                    Choice::list(&[
                        ("progress", "Progress"),
                        ("integration", "Integration"),
                        ("call", "Call"),
                    ]),
                ),
                Field::new(
                    "text",
                    "Note",
                    Control::Area {
                        value: String::new(),
                        rows: 10,
                    },
                ),
                Field::tick("apart", "Keep apart as a counselling note").hint(
                    "Seen by its author and those the patient names. Never sent with the record.",
                ),
            ])
            .small(
                "Signing locks the note. Later words are an addendum with their own time and name.",
            ),
    )
}

fn correct() -> FormPage {
    let form = Form::act("/entries/sample/correct", "Correct")
        .hidden("seen", "41020")
        .fields(vec![
            Field::one_of(
                "how",
                "What is wrong",
                vec![
                    Choice::with_hint(
                        "amend",
                        "A value is wrong",
                        "Write the right one below. Both stay in the record.",
                    ),
                    Choice::with_hint(
                        "error",
                        "It should not be here at all",
                        "For example another person's value. It stays, struck.",
                    ),
                ],
            ),
            Field::number("value", "ALT", "U/L").optional(),
            Field::area("reason", "How you know"),
        ]);
    let mut page = about_samuel("Correct an entry", form);
    page.before = vec![Section::new(
        "As it stands",
        vec![Piece::Facts(vec![
            Fact::plain("ALT", "85 U/L"),
            Fact::plain("Drawn", "Fri 13 Nov 2026, 09:20, day 21"),
            Fact::plain("Entered", "Fri 13 Nov 16:31 by Priya Nair, entry 39,117"),
        ])],
    )];
    page
}

fn end_course() -> FormPage {
    let form = Form::act("/patients/sample/course/end", "End the course")
        .grave()
        .fields(vec![
            Field::one_of(
                "why",
                "Why it ends",
                Choice::list(&[
                    ("completed", "Completed"),
                    ("patient", "The patient leaves"),
                    ("clinic", "We end it, with a reason"),
                    ("moved", "Goes on elsewhere"),
                    ("lost", "Not reached any more"),
                ]),
            ),
            Field::day("on", "On"),
            Field::area("reason", "In words"),
            Field::any_of(
                "stays",
                "What stays open",
                vec![
                    Choice::new("checkins", "Check-ins, if the patient wants them"),
                    Choice::new("calls", "One call a month for a year"),
                ],
            )
            .optional(),
        ]);
    let mut page = about_samuel("End the course", form);
    page.said = Phrase::sentence(
        "A return to use is no reason to end a course. It can be opened again at any time.",
    );
    page
}

fn add_person() -> FormPage {
    let form = Form::act("/people/new", "Add")
        .fields(vec![
            Field::new("name", "Whole name", Control::line(Input::FullName)),
            Field::new("sign_in", "Sign-in name", Control::line(Input::SignInName)),
            Field::any_of(
                "roles",
                "Roles",
                vec![
                    Choice::with_hint(
                        "coordinator",
                        "Coordinator",
                        "enquiries, calendar, reminders",
                    ),
                    Choice::with_hint(
                        "prescriber",
                        "Prescriber",
                        "eligibility, plan, orders, overrides",
                    ),
                    Choice::with_hint("nurse", "Nurse", "sessions, readings, ledger"),
                    Choice::with_hint(
                        "therapist",
                        "Therapist",
                        "preparation, integration, counselling notes",
                    ),
                    Choice::with_hint(
                        "administrator",
                        "Administrator",
                        "people, roles, backup; no charts",
                    ),
                ],
            ),
        ])
        .small("A pass phrase for the first sign-in is shown once, on the next page.")
        .cancel("/people", "Back to People");
    FormPage::new("Add a person", form)
}
