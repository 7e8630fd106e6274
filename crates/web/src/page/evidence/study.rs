//! A study as far as it was seen, and where each number was seen.

use evidence::Work;
use evidence::record::{Arm, ArmNumbers, Background, Effect, Outcome, Study};
use pages::screen::evidence::EvidenceMain;
use pages::{Column, Fact, Phrase, Piece, Section, Table};

use super::{claim_path, library, short, word, work_link};
use crate::app::App;
use crate::site::lay::capital;

/// A study, or a work beside the study records.
pub(super) fn view(app: &App, work: &Work<'_>) -> EvidenceMain {
    let mut sections = match work {
        Work::Study(study) => of_study(study),
        Work::Background(one) => of_background(one),
    };
    let claims: Vec<Vec<Phrase>> = library(app)
        .claims_on(work.id())
        .map(|claim| {
            let side = if claim.against.iter().any(|id| id == work.id()) {
                "against"
            } else {
                "for"
            };
            vec![
                Phrase::link(claim_path(&claim.id), capital(&claim.claim)),
                Phrase::plain(format!(", {side}")),
            ]
        })
        .collect();
    if !claims.is_empty() {
        sections.push(Section::new(
            "Claims that rest on it",
            vec![Piece::List(claims)],
        ));
    }
    EvidenceMain::Sheet {
        title: short(work.id()),
        said: Phrase::sentence(work.citation()),
        sections,
    }
}

fn of_background(one: &Background) -> Vec<Section> {
    let mut facts = vec![
        Fact::plain("Kind", capital(&word(&one.kind))),
        Fact::plain("What was seen", one.seen.clone()),
    ];
    facts.extend(one.doi.iter().map(|doi| Fact::plain("DOI", doi.clone())));
    facts.extend(one.url.iter().map(|url| Fact::plain("Where", url.clone())));
    vec![
        Section::new("What it found", vec![Piece::plain(one.finding.clone())]),
        Section::new("How it was read", vec![Piece::Facts(facts)]),
    ]
}

fn of_study(study: &Study) -> Vec<Section> {
    let absent = || "not seen".to_owned();
    let mut facts = vec![
        Fact::plain("Drug", word(&study.substance)),
        Fact::plain("Made how", capital(&word(&study.class))),
        Fact::plain("Status", word(&study.status)),
        Fact::plain("People", study.population.clone().unwrap_or_else(absent)),
        Fact::plain("How many", study.n.map_or_else(absent, |n| n.to_string())),
        Fact::plain("Design", study.design.clone()),
        Fact::plain(
            "Who did not know",
            study.blinding.clone().unwrap_or_else(absent),
        ),
        Fact::plain(
            "Registration",
            study.registration.clone().unwrap_or_else(absent),
        ),
        Fact::plain("Harms", study.harms.clone().unwrap_or_else(absent)),
    ];
    facts.extend(study.doi.iter().map(|doi| Fact::plain("DOI", doi.clone())));
    let mut made = vec![Piece::Facts(facts)];
    if let Some(twin) = &study.same_people_as {
        made.push(Piece::Said(vec![
            Phrase::plain("The same people as "),
            work_link(twin),
            Phrase::plain(", with which it is never counted together."),
        ]));
    }
    let seen = if study.verified && study.shown {
        "Each number below was seen in an excerpt. Nobody has checked it against the paper."
    } else {
        "Its numbers were not seen where they can be trusted, and are never shown as a result."
    };
    let mut read = vec![Piece::plain(seen)];
    read.extend(study.verified_note.iter().map(Piece::plain));
    let sources = study.sources.iter().map(|source| {
        vec![
            Phrase::plain(format!("{}: ", capital(&source.seen))),
            Phrase::Quiet(source.url.clone()),
        ]
    });
    read.push(Piece::List(sources.collect()));
    let flags = study
        .flags
        .iter()
        .map(|flag| Phrase::sentence(capital(flag)));
    vec![
        Section::new("What was found", vec![Piece::Table(outcomes(study))]),
        Section::new(
            "What a careful reader holds against it",
            vec![Piece::List(flags.collect())],
        ),
        Section::new("How it was made", made),
        Section::new("Arms", vec![Piece::Table(arms(study))]),
        Section::new("What was seen, and where", read),
    ]
}

fn arms(study: &Study) -> Table {
    let row = |arm: &Arm| {
        let dose = match (&arm.dose, &arm.unit) {
            (Some(dose), Some(unit)) => format!("{dose} {unit}"),
            (Some(_) | None, None) | (None, Some(_)) => String::new(),
        };
        let over = arm
            .minutes
            .map_or_else(String::new, |minutes| format!("over {minutes} min"));
        let times = arm
            .sessions
            .map_or_else(String::new, |n| format!("{n} times"));
        let given = [
            arm.drug.clone().unwrap_or_default(),
            dose,
            arm.route.clone().unwrap_or_default(),
            over,
            times,
        ];
        let given: Vec<String> = given.into_iter().filter(|part| !part.is_empty()).collect();
        vec![
            Phrase::sentence(arm.name.clone()),
            arm.n.map_or_else(
                || vec![Phrase::absent("not seen")],
                |n| Phrase::sentence(n.to_string()),
            ),
            Phrase::sentence(given.join(", ")),
            Phrase::sentence(arm.therapy.clone().unwrap_or_default()),
            Phrase::sentence(if arm.control { "control" } else { "" }),
        ]
    };
    Table {
        caption: "Arms".to_owned(),
        columns: vec![
            Column::words("Arm"),
            Column::numbers("People"),
            Column::words("What was given"),
            Column::words("Therapy"),
            Column::words("Compared with"),
        ],
        rows: study.arms.iter().map(row).collect(),
        when_empty: "Arms were not seen.".to_owned(),
    }
}

fn outcomes(study: &Study) -> Table {
    let row = |outcome: &Outcome| {
        let day = outcome.day.map_or_else(
            || vec![Phrase::absent("not seen")],
            |day| Phrase::sentence(format!("day {day}")),
        );
        let found = said(outcome);
        let mut result = if found.is_empty() {
            vec![Phrase::absent("numbers not seen")]
        } else {
            Phrase::sentence(found)
        };
        result.extend(
            outcome
                .note
                .iter()
                .map(|note| Phrase::Quiet(format!("; {note}"))),
        );
        result.extend(
            outcome
                .derived
                .iter()
                .map(|how| Phrase::Quiet(format!("; worked out: {how}"))),
        );
        let trusted = if outcome.verified {
            "seen"
        } else {
            "not to be trusted"
        };
        vec![
            Phrase::sentence(outcome.name.clone()),
            day,
            result,
            Phrase::sentence(trusted),
        ]
    };
    Table {
        caption: "Outcomes".to_owned(),
        columns: ["Outcome", "When", "Result", "Numbers"]
            .map(Column::words)
            .to_vec(),
        rows: study.outcomes.iter().map(row).collect(),
        when_empty: "It has no results that were seen.".to_owned(),
    }
}

/// An outcome's numbers in a phrase: counts by arm, the effect as printed, the finding, the p.
pub(super) fn said(outcome: &Outcome) -> String {
    let mut parts: Vec<String> = outcome
        .arms
        .iter()
        .filter(|numbers| numbers.has_result())
        .map(|numbers| {
            format!(
                "{}: {}",
                numbers.arm,
                counted(numbers, outcome.unit.as_deref())
            )
        })
        .collect();
    parts.extend(outcome.effect.as_ref().map(effect));
    parts.extend(outcome.finds.clone());
    parts.extend(outcome.p.as_ref().map(|p| format!("p {p}")));
    parts.join("; ")
}

fn counted(numbers: &ArmNumbers, unit: Option<&str>) -> String {
    let unit = unit.map_or_else(String::new, |unit| format!(" {unit}"));
    let mut said = Vec::new();
    match (numbers.events, numbers.n) {
        (Some(events), Some(n)) => said.push(format!("{events} of {n}")),
        (Some(events), None) => said.push(events.to_string()),
        (None, _) => {}
    }
    said.extend(numbers.percent.map(|percent| format!("{percent} in 100")));
    said.extend(numbers.mean.map(|mean| format!("mean {mean}{unit}")));
    said.extend(numbers.sd.map(|sd| format!("SD {sd}")));
    if let (Some(before), Some(after)) = (numbers.before, numbers.after) {
        said.push(format!("{before} to {after}{unit}"));
    }
    said.join(", ")
}

fn effect(effect: &Effect) -> String {
    let adjusted = if effect.adjusted { ", adjusted" } else { "" };
    let measure = word(&effect.measure);
    match (effect.low, effect.high) {
        (Some(low), Some(high)) => {
            format!("{measure} {} ({low} to {high}{adjusted})", effect.value)
        }
        (Some(_) | None, None) | (None, Some(_)) => format!("{measure} {}{adjusted}", effect.value),
    }
}
