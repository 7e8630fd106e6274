//! The people of Tern Harbour Clinic, for samples. All of them are made up.

use crate::part::{Fact, Link, PatientHeader, Phrase, Refusal};

impl PatientHeader {
    /// Samuel Adeyemi on day 31 of KARE.
    pub fn samuel() -> Self {
        Self {
            name: "Samuel Adeyemi".into(),
            chart: "/patients/sample".into(),
            who: "he/him. Born 2 Sep 1979, 47. Record TH 0412".into(),
            day: Some("Day 31".into()),
            of: "of 90".into(),
            course: "KARE, version 4, alcohol".into(),
            facts: vec![
                Fact::plain("Allergies", "None known, asked 21 Oct"),
                Fact {
                    name: "Consent".into(),
                    said: vec![
                        Phrase::plain("In force. To Dr R. Lindgren until Dec 2027. "),
                        Phrase::link("/patients/sample/consent", "All 4"),
                    ],
                },
                Fact {
                    name: "Who may see".into(),
                    said: vec![
                        Phrase::plain("Team of 6. Part 2: not passed on without his consent. "),
                        Phrase::link("/patients/sample/access", "Who has"),
                    ],
                },
            ],
            acts: vec![
                Link::new("/patients/sample/ninety-days", "Ninety days"),
                Link::new("/patients/sample/add", "Add entry"),
            ],
        }
    }

    /// Petra Vance, before evaluation: most of what matters is not asked yet.
    pub fn petra() -> Self {
        Self {
            name: "Petra Vance".into(),
            chart: "/patients/sample-2".into(),
            who: "she/her. Born 30 Jan 1991, 35. Record TH 0461".into(),
            day: None,
            of: String::new(),
            course: "Evaluation booked, no plan yet".into(),
            facts: vec![
                Fact::absent("Allergies", "not asked"),
                Fact::absent("Consent", "none signed"),
                Fact::plain(
                    "Who may see",
                    "Team of 3. Part 2: not passed on without her consent.",
                ),
            ],
            acts: vec![Link::new("/patients/sample-2/add", "Add entry")],
        }
    }

    /// The same person on a page that has its own acts.
    #[must_use]
    pub fn without_acts(mut self) -> Self {
        self.acts.clear();
        self
    }

    /// Rowan Pell, in session.
    pub fn rowan() -> Self {
        Self {
            name: "Rowan Pell".into(),
            chart: "/patients/sample-3".into(),
            who: "they/them. Born 14 Mar 1984, 42. Record TH 0438".into(),
            day: Some("Day 7".into()),
            of: "of 90".into(),
            course: "KARE, version 4, alcohol".into(),
            facts: vec![
                Fact::plain("Allergies", "Penicillin, rash"),
                Fact::plain("Consent", "In force, 12 Nov"),
                Fact::plain("Weight", "70 kg, today 12:52"),
                Fact::plain("Escort", "Sam Pell, 16:00"),
            ],
            acts: Vec::new(),
        }
    }
}

impl Refusal {
    /// Rule E16 on a resting pressure.
    pub fn sample() -> Self {
        Self {
            rule: "E16".into(),
            sentence: "Resting pressure is 140/90 or more: do not start until it is lower.".into(),
            inputs: vec![
                Fact::plain("Pressure", "152/96, today 13:52, seated, third of three"),
                Fact::plain("Before", "146/88, Thu 19 Nov"),
                Fact::absent("Amlodipine since Friday", "not asked whether taken today"),
            ],
            evidence: vec![
                Phrase::plain("KARE 2022 excluded people at this level. Low certainty. "),
                Phrase::link("/evidence/e16", "why 140/90?"),
            ],
            what_would_change_it: Some(
                "Two readings under 140/90, ten minutes apart, today.".into(),
            ),
            who_may_override: "A prescriber, with a reason and a second reader.".into(),
            override_link: Some(Link::new("/patients/sample/overrule/e16", "Overrule")),
        }
    }
}
