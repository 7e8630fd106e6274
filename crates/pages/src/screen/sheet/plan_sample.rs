//! A plan being designed, one that clashes, and a protocol as a page.

use super::Sheet;
use crate::form::{Field, Form};
use crate::part::{
    Column, Fact, Link, Mark, Offer, PatientHeader, Phrase, Piece, Section, Standing, Sum, Table,
    Term,
};

impl Sheet {
    /// A plan that can be signed, one that cannot stand, and the choice before any.
    pub fn plan_samples() -> Vec<(&'static str, Self)> {
        let page = |title: &str| {
            let mut page = Self::new(title, "Plan");
            page.patient = Some(PatientHeader::petra());
            page
        };
        let mut chosen = page("Plan: KARE for alcohol");
        chosen.main = vec![
            Section::new("Dose", vec![Piece::Sum(dose())]),
            Section::new("The course by day", vec![Piece::Table(visits(true))]),
        ];
        let secret = Form::act("/patients/sample/plan/new", "Sign the plan");
        let secret = secret
            .named("sign")
            .fields(vec![Field::area("reason-E16", "Why is it right to go on?")]);
        chosen.side = vec![Section::new("Sign", vec![Piece::Form(secret)])];
        let mut clashing = page("Plan: KARE for alcohol");
        clashing.main = vec![Section::new(
            "The course by day",
            vec![Piece::Table(visits(false))],
        )];
        let mut choice = page("Choose a protocol");
        choice.main = vec![Section::new("Protocols", vec![Piece::Offers(offers())])];
        vec![("ready", chosen), ("clash", clashing), ("choice", choice)]
    }

    /// Every protocol, and one of them.
    pub fn protocol_samples() -> Vec<(&'static str, Self)> {
        let mut all = Self::new("Protocols", "Protocols");
        all.main = vec![Section::new("Prescribable", vec![Piece::Offers(offers())])];
        let mut one = Self::new("KARE for alcohol", "Protocol");
        one.main = vec![Section::new(
            "What is given",
            vec![Piece::Facts(vec![Fact::plain(
                "Dose",
                "0.8 mg/kg over 40 min",
            )])],
        )];
        vec![("all", all), ("one", one)]
    }
}

fn dose() -> Sum {
    Sum {
        terms: vec![
            Term::new("", "0.8 mg/kg", ""),
            Term::new("\u{d7}", "74 kg", "weighed 4 days ago"),
            Term::new("=", "59.2 mg", "before rounding"),
            Term::result("so", "59 mg over 40 min", "1.18 mL of 50 mg/mL"),
        ],
    }
}

fn offers() -> Vec<Offer> {
    vec![
        Offer {
            title: Link::new("/protocols/kare-2022", "KARE for alcohol"),
            mark: Some(Mark::new(Standing::Settled, "Chosen")),
            lines: vec![Phrase::sentence("3 doses of 0.8 mg/kg, a week apart.")],
            choose: None,
            is_chosen: true,
        },
        Offer {
            title: Link::new("/protocols/das-2019", "Ketamine after retrieved memories"),
            mark: Some(Mark::new(Standing::Unknown, "For reference")),
            lines: vec![Phrase::sentence(
                "Cannot be prescribed: an experiment, not a treatment.",
            )],
            choose: None,
            is_chosen: false,
        },
        Offer {
            title: Link::new("/protocols/depression-iv-6", "Six infusions"),
            mark: None,
            lines: vec![Phrase::sentence("6 doses of 0.5 mg/kg.")],
            choose: Some(Link::new(
                "/patients/sample/plan/new?protocol=x",
                "Look at it",
            )),
            is_chosen: false,
        },
    ]
}

fn visits(stands: bool) -> Table {
    let last = if stands {
        Phrase::sentence("free")
    } else {
        vec![
            Phrase::Mark(Mark::new(Standing::ActNow, "Cannot stand")),
            Phrase::plain(" Room 1 is taken 10:00 to 13:00 by Infusion 2 of 3; free then: Room 2"),
        ]
    };
    Table {
        caption: "Visits of the plan".into(),
        columns: ["Day", "When", "What", "Stands"]
            .map(Column::words)
            .to_vec(),
        rows: vec![vec![
            Phrase::sentence("day 0"),
            Phrase::sentence("Fri 27 Nov, 10:00 to 13:00"),
            Phrase::sentence("Infusion 1 of 3"),
            last,
        ]],
        when_empty: "Nothing".into(),
    }
}
