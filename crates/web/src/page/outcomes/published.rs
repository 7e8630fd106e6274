//! The same quantity as published trials report it, beside ours and never merged with it.

use clinic::outcome::ask::Made;
use evidence::record::{Better, Outcome, OutcomeKind, Study};
use figures::{SideShare, SideShares};
use outcomes::days::RelapseRule;
use outcomes::missing::{Counted, Reading};
use outcomes::report::Curve;
use outcomes::trace::WINDOW_DAYS;
use pages::{Figure, OutcomePlot, Phrase};

use crate::app::App;

/// The construct of the evidence that counts people without use.
pub(crate) const CONSTRUCT: &str = "abstinence";

/// How many published rows one figure holds.
const ROWS_MAX: usize = 10;

/// A share of people without use that a trial reports at a day.
pub(crate) struct Published {
    /// The study and the arm.
    pub(crate) name: String,
    /// The study.
    pub(crate) study: String,
    /// What was looked at, in the study's words.
    pub(crate) what: String,
    /// The day.
    pub(crate) day: f64,
    /// Those without use, of all of the arm.
    pub(crate) counted: Counted,
}

/// What trials report of people without use, for a substance or for any, by day.
pub(crate) fn found(app: &App, substance: Option<&str>) -> Vec<Published> {
    let library = app.clinic.library().evidence();
    let mut all: Vec<Published> = library
        .studies()
        .iter()
        .filter(|study| study.shown && is_of(study, substance))
        .flat_map(|study| {
            study
                .outcomes
                .iter()
                .flat_map(|outcome| arms(study, outcome))
        })
        .collect();
    all.sort_by(|one, other| {
        one.day
            .total_cmp(&other.day)
            .then(one.name.cmp(&other.name))
    });
    all
}

/// Whether a study is of the substance.
pub(crate) fn is_of(study: &Study, substance: Option<&str>) -> bool {
    let of = match serde_json::to_value(study.substance) {
        Ok(serde_json::Value::String(word)) => word,
        Ok(_) | Err(_) => String::new(),
    };
    substance.is_none_or(|substance| of == substance)
}

fn arms(study: &Study, outcome: &Outcome) -> Vec<Published> {
    let is_such = outcome.construct.as_deref() == Some(CONSTRUCT)
        && outcome.kind == OutcomeKind::People
        && outcome.verified;
    let Some(day) = outcome.day.filter(|_| is_such) else {
        return Vec::new();
    };
    outcome
        .arms
        .iter()
        .filter_map(|numbers| {
            let arm = study.arms.iter().find(|arm| arm.name == numbers.arm);
            let (events, n) = (numbers.events?, numbers.n.or(arm.and_then(|arm| arm.n))?);
            // An outcome of which less is better counts those who used.
            let without = match outcome.better? {
                Better::Higher => events,
                Better::Lower => n.checked_sub(events)?,
            };
            Some(Published {
                name: format!(
                    "{}, {}, {without} of {n}",
                    super::super::evidence::short(&study.id),
                    numbers.arm
                ),
                study: study.id.clone(),
                what: outcome.name.clone(),
                day,
                counted: Counted::new(without, n, n),
            })
        })
        .collect()
}

/// The clinic's own share without use at a day, by the first day of use; none where that day is not
/// reached or the curve is not of first use.
pub(crate) fn own(made: &Made, day: f64) -> Option<SideShare> {
    let window = u32::try_from(WINDOW_DAYS).map_or(90.0, f64::from);
    let is_first_use = made.asked.relapse().2 == RelapseRule::FirstUse;
    let curve = made
        .report
        .relapse
        .as_ref()
        .ok()
        .filter(|_| is_first_use && day <= window)?;
    let point = at(curve, day)?;
    Some(SideShare {
        name: format!("Ours to day {day:.0}, {} people", curve.n),
        share: point.0,
        interval: point.1,
        is_own: true,
    })
}

type Point = (f64, Option<(f64, f64)>);

fn at(curve: &Curve, day: f64) -> Option<Point> {
    curve.end().filter(|end| end.day >= day)?;
    let point = curve.points.iter().rev().find(|point| point.day <= day)?;
    Some((point.share, point.interval))
}

/// Rows of published shares with ours above each day's, as far as ours goes.
pub(crate) fn rows(made: &Made, published: &[Published]) -> Vec<SideShare> {
    let mut rows: Vec<SideShare> = Vec::new();
    let mut last = None;
    for one in published.iter().take(ROWS_MAX) {
        if last.is_none_or(|last: f64| (last - one.day).abs() > 0.5) {
            rows.extend(own(made, one.day));
            last = Some(one.day);
        }
        let Some(share) = one.counted.percent(Reading::AsMissing) else {
            continue;
        };
        rows.push(SideShare {
            name: format!("{}, day {:.0}", one.name, one.day),
            share,
            interval: one.counted.interval_percent(),
            is_own: false,
        });
    }
    rows
}

/// The figure, or why there is none.
pub(super) fn plot(app: &App, made: &Made) -> OutcomePlot {
    let title = "Published, beside ours and never merged";
    let published = found(app, made.asked.substance.as_deref());
    let rows = rows(made, &published);
    if published.is_empty() {
        let words = "No trial in the evidence counts people without use of this substance at a day, as far as its numbers were seen.";
        return OutcomePlot {
            title: title.to_owned(),
            figure: None,
            said: vec![vec![Phrase::absent(words)]],
            choices: Vec::new(),
        };
    }
    let has_own = rows.iter().any(|row| row.is_own);
    let drawing = SideShares {
        id: "published".to_owned(),
        title: "Share without use, by day".to_owned(),
        rows,
    }
    .draw();
    let mut said = Vec::new();
    if !has_own {
        let words = if made.asked.relapse().2 == RelapseRule::FirstUse {
            "Ours has no row: too few have started, too few days are known, or it is withheld."
        } else {
            "Ours has no row: trials count the first day of use, and another rule is chosen above."
        };
        said.push(vec![Phrase::absent(words)]);
    }
    let mut what: Vec<(&str, &str)> = published
        .iter()
        .map(|one| (one.study.as_str(), one.what.as_str()))
        .collect();
    what.dedup();
    let mut phrases = vec![Phrase::plain("What each counts: ")];
    for (study, words) in what {
        phrases.push(Phrase::link(
            format!("/evidence/studies/{study}"),
            super::super::evidence::short(study),
        ));
        phrases.push(Phrase::plain(format!(": {words}. ")));
    }
    phrases.push(Phrase::plain(
        "Other people, other doses, other days; no arm of ours was randomised.",
    ));
    said.push(phrases);
    OutcomePlot {
        title: title.to_owned(),
        figure: Some(Figure {
            drawing,
            caption: Phrase::sentence(
                "Dot: ours, Kaplan-Meier. Square: an arm of a trial, with Wilson's interval of its printed count.",
            ),
            table_link: "Every value as a table".to_owned(),
        }),
        said,
        choices: Vec::new(),
    }
}
