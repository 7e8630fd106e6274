//! Enquiries, patients, people and the access log.

use super::Listing;
use crate::form::{Control, Field, Form, Input};
use crate::part::{Cell, Column, Link, Mark, Paging, Phrase, Standing, Tab, Table};

fn tab(href: &str, text: &str, count: &str, is_chosen: bool) -> Tab {
    Tab {
        link: Link::new(href, text),
        count: (!count.is_empty()).then(|| count.to_owned()),
        is_chosen,
    }
}

fn words(all: &[&str]) -> Vec<Cell> {
    all.iter().map(|one| Phrase::sentence(*one)).collect()
}

fn list(
    title: &str,
    said: &str,
    columns: &[&str],
    rows: Vec<Vec<Cell>>,
    when_empty: &str,
) -> Listing {
    Listing {
        title: title.into(),
        said: Phrase::sentence(said),
        tabs: Vec::new(),
        search: None,
        acts: Vec::new(),
        table: Table {
            caption: title.into(),
            columns: columns.iter().map(|head| Column::words(*head)).collect(),
            rows,
            when_empty: when_empty.into(),
        },
        paging: Paging::default(),
    }
}

impl Listing {
    /// Enquiries: some waiting, none.
    pub fn enquiries_samples() -> Vec<(&'static str, Self)> {
        let heads = ["Waiting", "Who", "Came", "Reach", "Owner", "Next"];
        let mut waiting = list(
            "Enquiries",
            "2 not yet answered; the longest has waited 2 h 45 min. Median time to contact in the last 30 days 1 h 50 min, of 41.",
            &heads,
            enquiry_rows(),
            "",
        );
        waiting.tabs = vec![
            tab("/enquiries", "Open", "4", true),
            tab("/enquiries?show=booked", "Booked", "6", false),
            tab("/enquiries?show=closed", "Closed", "37", false),
        ];
        waiting.acts = vec![Link::new("/enquiries/take", "Take an enquiry")];
        let mut none = list(
            "Enquiries",
            "None waits.",
            &heads,
            Vec::new(),
            "No enquiry is open. New ones appear here as they are sent, with a clock.",
        );
        none.tabs.clone_from(&waiting.tabs);
        vec![("waiting", waiting), ("none", none)]
    }

    /// Patients: a page of many, and a search that finds nobody.
    pub fn patients_samples() -> Vec<(&'static str, Self)> {
        let heads = ["Name", "Record", "Stage", "Day", "Last heard", "Next"];
        let mut many = list(
            "Patients",
            "868 people have a record here.",
            &heads,
            patient_rows(),
            "",
        );
        many.tabs = vec![
            tab("/patients", "Everyone", "868", true),
            tab("/patients?stage=evaluation", "Evaluation", "9", false),
            tab("/patients?stage=planned", "Planned", "6", false),
            tab("/patients?stage=dosing", "Dosing", "8", false),
            tab("/patients?stage=ninety-days", "Ninety days", "31", false),
            tab("/patients?stage=maintenance", "Maintenance", "44", false),
            tab("/patients?stage=ended", "Ended", "770", false),
        ];
        many.search = Some(search(""));
        many.paging = Paging {
            said: "1 to 5 of 868".into(),
            before: None,
            after: Some(Link::new("/patients?page=2", "Next 5")),
        };
        many.acts = vec![Link::new("/patients/new", "Register a person")];
        let mut nobody = list(
            "Patients",
            "868 people have a record here.",
            &heads,
            Vec::new(),
            "Nobody is found for \u{201c}Oyelran\u{201d}. Names, record numbers and dates of birth (2 Sep 1979) can be looked for.",
        );
        nobody.search = Some(search("Oyelran"));
        vec![("many", many), ("nobody", nobody)]
    }

    /// What is missing, and nothing missing.
    pub fn missing_samples() -> Vec<(&'static str, Self)> {
        let columns = ["Who", "What", "Since", "Days", "Last word", "Whose"];
        let rows = [
            [
                "Joel Marchetti",
                "14 check-ins in a row",
                "Mon 9 Nov",
                "14",
                "Sun 8 Nov 21:10",
                "Maria Santos",
            ],
            [
                "Amara Oyelaran",
                "Call",
                "Mon 16 Nov",
                "7",
                "Sun 22 Nov 20:41",
                "Coordinator, taken by nobody",
            ],
        ];
        let rows: Vec<Vec<Cell>> = rows.iter().map(|cells| words(cells.as_slice())).collect();
        let said = "1,204 of 1,398 check-ins due in the first ninety days are in, from 31 people. As of 14:05.";
        let when_empty = "Nothing of this is missing now.";
        let two = list("Who is missing what?", said, &columns, rows, when_empty);
        let none = list(
            "Who is missing what?",
            said,
            &columns,
            Vec::new(),
            when_empty,
        );
        vec![("two", two), ("none", none)]
    }

    /// What is due: of three people, and on a day without.
    pub fn due_samples() -> Vec<(&'static str, Self)> {
        let columns = ["Who", "What", "Stands", "Since", "Day", "Whose"];
        let mark = |standing, word: &str| vec![Phrase::Mark(Mark::new(standing, word))];
        let mut rows: Vec<Vec<Cell>> = [
            [
                "Amara Oyelaran",
                "Call",
                "",
                "Mon 16 Nov",
                "14",
                "Coordinator",
            ],
            [
                "Joel Marchetti",
                "PHQ-9",
                "open",
                "Sat 21 Nov",
                "21",
                "Nurse",
            ],
            [
                "Ines Duarte",
                "Check-in",
                "open",
                "Mon 23 Nov",
                "9",
                "Patient",
            ],
        ]
        .iter()
        .map(|cells| words(cells.as_slice()))
        .collect();
        if let Some(cell) = rows.first_mut().and_then(|row| row.get_mut(2)) {
            *cell = mark(Standing::Watch, "late");
            cell.push(Phrase::Quiet(", 1 missed before".into()));
        }
        let said = "3 things from 3 people, as of 14:05. Late first, then longest due.";
        let three = list("What is due", said, &columns, rows, "");
        let none = list(
            "What is due",
            "0 things from 0 people, as of 14:05.",
            &columns,
            Vec::new(),
            "Nothing of this is due now.",
        );
        vec![("three", three), ("none", none)]
    }

    /// People and roles.
    pub fn people_samples() -> Vec<(&'static str, Self)> {
        let mut staff = list(
            "People",
            "8 people work here; 1 is locked out.",
            &["Name", "Roles", "Sign-in name", "Last sign-in", "State"],
            [
                [
                    "Dr Miriam Okafor",
                    "Prescriber",
                    "miriam.okafor",
                    "today 07:55",
                ],
                [
                    "Dr Edith Lindqvist",
                    "Medical director, prescriber",
                    "edith.lindqvist",
                    "Fri 20 Nov",
                ],
                [
                    "Dana Whitlock RN",
                    "Nurse, charge",
                    "dana.whitlock",
                    "today 06:40",
                ],
                ["Jonah Feld LCSW", "Therapist", "jonah.feld", "today 08:30"],
                [
                    "Maria Castellanos",
                    "Coordinator",
                    "maria.castellanos",
                    "today 07:30",
                ],
            ]
            .iter()
            .map(|cells| {
                let mut row = words(cells);
                row.push(vec![Phrase::link("/people/sample", "Change")]);
                row
            })
            .collect(),
            "",
        );
        if let Some(cell) = staff.table.rows.last_mut().and_then(|row| row.last_mut()) {
            cell.insert(
                0,
                Phrase::Mark(Mark::new(Standing::Watch, "Locked until 14:20")),
            );
            cell.insert(1, Phrase::plain(" "));
        }
        staff.acts = vec![Link::new("/people/new", "Add a person")];
        vec![("staff", staff)]
    }

    /// The access log: of the clinic, and of one record that nobody opened.
    pub fn access_log_samples() -> Vec<(&'static str, Self)> {
        let heads = ["When", "Who", "Whose record", "What", "Why"];
        let mut log = list(
            "Access log",
            "Every record opened, newest first. Reading this log is in it too.",
            &heads,
            [
                [
                    "Mon 23 Nov 14:03",
                    "Dana Whitlock RN",
                    "Rowan Pell",
                    "Chart",
                    "in their team",
                ],
                [
                    "Mon 23 Nov 13:58",
                    "Dr Miriam Okafor",
                    "Samuel Adeyemi",
                    "Ninety days",
                    "in their team",
                ],
                [
                    "Mon 23 Nov 13:40",
                    "Tomasz Wren",
                    "Arun Mehta",
                    "Chart",
                    "compliance review",
                ],
                [
                    "Mon 23 Nov 13:31",
                    "Dr Edith Lindqvist",
                    "Lena Ostrow",
                    "Chart",
                    "not in their team: \u{201c}covering for Dr Okafor\u{201d}",
                ],
            ]
            .iter()
            .map(|cells| words(cells.as_slice()))
            .collect(),
            "",
        );
        log.search = Some(Form::ask("/access-log", "Show").named("find").fields(vec![
                Field::new(
                    "person",
                    "Whose record or who",
                    Control::line(Input::Search),
                )
                .optional(),
                Field::day("from", "From").optional(),
                Field::day("to", "To").optional(),
            ]));
        log.paging = Paging {
            said: "1 to 4 of 9,310".into(),
            before: None,
            after: Some(Link::new("/access-log?before=9306", "Older")),
        };
        let none = list(
            "Access log",
            "Petra Vance's record.",
            &heads,
            Vec::new(),
            "Nobody has opened this record.",
        );
        vec![("clinic", log), ("nobody", none)]
    }
}

fn search(value: &str) -> Form {
    Form::ask("/patients", "Find").named("find").fields(vec![
        Field::new(
            "find",
            "Name, record number or date of birth",
            Control::line(Input::Search),
        )
        .value(value),
    ])
}

fn enquiry_rows() -> Vec<Vec<Cell>> {
    let row =
        |wait: Mark, no: &str, who: &str, came: &str, reach: &str, owner: Phrase, next: &str| {
            vec![
                vec![Phrase::Mark(wait)],
                vec![
                    Phrase::link("/enquiries/sample", who),
                    Phrase::plain(format!(", no. {no}")),
                ],
                vec![Phrase::Time(came.into())],
                Phrase::sentence(reach),
                vec![owner],
                Phrase::sentence(next),
            ]
        };
    vec![
        row(
            Mark::new(Standing::ActNow, "2 h 45 min"),
            "318",
            "Ruth",
            "Mon 23 Nov 11:20",
            "Call, no message",
            Phrase::plain("Maria Castellanos"),
            "First contact",
        ),
        row(
            Mark::new(Standing::Watch, "35 min"),
            "319",
            "Ben",
            "Mon 23 Nov 13:30",
            "Text",
            Phrase::absent("no owner yet"),
            "First contact",
        ),
        row(
            Mark::new(Standing::Unknown, "no answer yet, 1 try"),
            "316",
            "K.",
            "Sun 22 Nov 20:14",
            "Email",
            Phrase::plain("Maria Castellanos"),
            "Second try Tue 24 Nov",
        ),
        row(
            Mark::new(Standing::Settled, "answered in 1 h 5 min"),
            "314",
            "Petra",
            "Thu 19 Nov 09:12",
            "Call",
            Phrase::plain("Maria Castellanos"),
            "Evaluation today 16:30",
        ),
    ]
}

fn patient_rows() -> Vec<Vec<Cell>> {
    let row = |who: &str, rest: [Phrase; 5]| {
        let mut cells = vec![vec![Phrase::link("/patients/sample", who)]];
        cells.extend(rest.into_iter().map(|one| vec![one]));
        cells
    };
    let p = |text: &str| Phrase::plain(text);
    vec![
        row(
            "Samuel Adeyemi",
            [
                p("TH 0412"),
                p("Ninety days"),
                p("31"),
                p("today 07:42"),
                p("Tue 24 Nov 10:30"),
            ],
        ),
        row(
            "Nadia Brandt",
            [
                p("TH 0455"),
                p("Dosing"),
                p("0"),
                p("here now"),
                p("today 14:20"),
            ],
        ),
        row(
            "Ruth Calder",
            [
                p("TH 0447"),
                p("Planned"),
                Phrase::absent("4 days to day 0"),
                p("Thu 19 Nov"),
                p("Fri 27 Nov 09:00"),
            ],
        ),
        row(
            "Marcus Oyelaran",
            [
                p("TH 0440"),
                p("Ninety days"),
                p("12"),
                Phrase::Mark(Mark::new(Standing::ActNow, "silent 2 days")),
                p("call 14:30"),
            ],
        ),
        row(
            "Petra Vance",
            [
                p("TH 0461"),
                p("Evaluation"),
                Phrase::absent("no plan yet"),
                p("Fri 20 Nov"),
                p("today 16:30"),
            ],
        ),
    ]
}
