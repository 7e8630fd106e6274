//! The same quantity as published trials report it, beside ours and never merged with it.

use clinic::outcome::ask::Made;
use evidence::record::{Better, Outcome, OutcomeKind, Study};
use figures::{SideShare, SideShares};
use outcomes::missing::{Counted, Reading};
use outcomes::report::Curve;
use outcomes::trace::WINDOW_DAYS;
use pages::{Figure, Link, OutcomePlot, Phrase};

use super::super::evidence::short;
use super::behind;
use crate::app::App;
use crate::words;

/// The construct of the evidence that counts people without use.
pub(crate) const CONSTRUCT: &str = "abstinence";

/// A share of people without use that a trial reports at a day.
#[derive(Clone)]
pub(crate) struct Published {
    /// The substance.
    substance: String,
    /// The arm and its count.
    name: String,
    /// The study.
    study: String,
    /// What was looked at, in the study's words.
    what: String,
    /// The day.
    day: f64,
    /// Those without use, of all of the arm.
    counted: Counted,
}

/// What trials report of people without use, of one substance or of any, by substance and day.
pub(crate) fn found(app: &App, is_wanted: impl Fn(&Study) -> bool) -> Vec<Published> {
    let library = app.clinic.library().evidence();
    let mut all: Vec<Published> = library
        .studies()
        .iter()
        .filter(|study| study.shown && is_wanted(study))
        .flat_map(|study| {
            study
                .outcomes
                .iter()
                .flat_map(|outcome| arms(study, outcome))
        })
        .collect();
    all.sort_by(|one, other| {
        let by_substance = one.substance.cmp(&other.substance);
        by_substance
            .then(one.day.total_cmp(&other.day))
            .then(one.name.cmp(&other.name))
    });
    all
}

/// The word of a study's substance.
pub(crate) fn substance_of(study: &Study) -> String {
    match serde_json::to_value(study.substance) {
        Ok(serde_json::Value::String(word)) => word,
        Ok(_) | Err(_) => String::new(),
    }
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
                substance: substance_of(study),
                name: format!("{}, {}, {without} of {n}", short(&study.id), numbers.arm),
                study: study.id.clone(),
                what: outcome.name.clone(),
                day,
                counted: Counted::new(without, n, n),
            })
        })
        .collect()
}

/// The clinic's own share without use of that substance since the first dose; none where the curve does
/// not reach the day.
fn own(curve: &Curve, substance: &str, day: f64) -> Option<SideShare> {
    curve.end().filter(|end| end.day >= day)?;
    let point = curve.points.iter().rev().find(|point| point.day <= day)?;
    // Between the days of a coarse curve nothing is told.
    if curve.is_coarse && day - point.day > 0.5 {
        return None;
    }
    Some(SideShare {
        name: format!("Ours, {substance}, to day {day:.0}, {} people", curve.n),
        share: point.share,
        interval: point.interval,
        is_own: true,
    })
}

/// Rows of published shares with ours above each substance's day, and how many were left out because
/// they count later than ours.
pub(crate) fn rows(made: &Made, published: &[Published]) -> (Vec<SideShare>, usize) {
    let window = u32::try_from(WINDOW_DAYS).map_or(90.0, f64::from);
    let (mut rows, mut n_later): (Vec<SideShare>, usize) = (Vec::new(), 0);
    let mut last: Option<(&str, f64)> = None;
    for one in published {
        let Some(share) = one.counted.percent(Reading::AsMissing) else {
            continue;
        };
        if one.day > window {
            n_later += 1;
            continue;
        }
        if last.is_none_or(|(substance, day)| {
            substance != one.substance || (day - one.day).abs() > 0.5
        }) {
            let curve = made.by_substance.get(&one.substance);
            let curve = curve.and_then(|curve| curve.as_ref().ok());
            rows.extend(curve.and_then(|curve| own(curve, &one.substance, one.day)));
            last = Some((&one.substance, one.day));
        }
        rows.push(SideShare {
            name: format!("{}, {}, day {:.0}", one.name, one.substance, one.day),
            share,
            interval: one.counted.interval_percent(),
            is_own: false,
        });
    }
    (rows, n_later)
}

/// The figure, or why there is none.
pub(super) fn plot(app: &App, made: &Made) -> OutcomePlot {
    let wanted = made.asked.substance.as_deref();
    let published = found(app, |study| {
        let substance = substance_of(study);
        // Other substances than ours have nothing to stand beside.
        let ours = &made.by_substance;
        wanted.map_or_else(
            || ours.is_empty() || ours.contains_key(&substance),
            |wanted| wanted == substance,
        )
    });
    drawn(made, &published)
}

/// Published shares with ours beside them.
pub(crate) fn drawn(made: &Made, published: &[Published]) -> OutcomePlot {
    let title = "Published, beside ours and never merged";
    let (rows, n_later) = rows(made, published);
    let mut said = Vec::new();
    if rows.is_empty() {
        let words = "No trial in the evidence counts people without use of these substances at a day up to the ninetieth, as \
            far as its numbers were seen.";
        said.push(vec![Phrase::absent(words)]);
        return OutcomePlot {
            title: title.to_owned(),
            figure: None,
            said,
            choices: Vec::new(),
            estimand: Vec::new(),
            from: Vec::new(),
        };
    }
    let has_own = rows.iter().any(|row| row.is_own);
    let from = if has_own {
        from(made, published)
    } else {
        Vec::new()
    };
    if !has_own {
        let words = "Ours has no row: too few people with this substance have started or are followed that far, or it is \
            withheld.";
        said.push(vec![Phrase::absent(words)]);
    }
    said.push(counting(published, n_later));
    let drawing = SideShares {
        id: "published".to_owned(),
        title: "Share without use, by day".to_owned(),
        rows,
    }
    .draw();
    let caption = "Dot: ours, Kaplan-Meier to the first day of use. Square: an arm of a trial, with Wilson's interval of its \
        printed count.";
    OutcomePlot {
        title: title.to_owned(),
        figure: Some(Figure {
            drawing,
            caption: Phrase::sentence(caption),
            table_link: "Every value as a table".to_owned(),
        }),
        said,
        choices: Vec::new(),
        estimand: Vec::new(),
        from,
    }
}

/// The charts behind our own rows: the days to the first use of each substance.
fn from(made: &Made, published: &[Published]) -> Vec<Phrase> {
    let mut substances: Vec<&str> = published.iter().map(|one| one.substance.as_str()).collect();
    substances.dedup();
    let links = substances
        .into_iter()
        .filter(|substance| made.by_substance.contains_key(*substance))
        .map(|substance| {
            let more = [
                ("of", "relapse"),
                ("relapse", "first-use"),
                ("substance", substance),
            ];
            let to = super::path("/outcomes/behind", &made.asked, &more);
            Link::new(to, format!("ours, {substance}"))
        })
        .collect();
    behind::from_links(made, links)
}

/// What each row counts, since that differs.
fn counting(published: &[Published], n_later: usize) -> Vec<Phrase> {
    let window = u32::try_from(WINDOW_DAYS).map_or(90.0, f64::from);
    let mut what: Vec<(&str, &str)> = published
        .iter()
        .filter(|one| one.day <= window)
        .map(|one| (one.study.as_str(), one.what.as_str()))
        .collect();
    what.dedup();
    let mut phrases = vec![Phrase::plain(
        "Ours counts any use since day 0; what a trial counts may not be the same thing. ",
    )];
    for (study, words) in what {
        phrases.push(Phrase::link(
            format!("/evidence/studies/{study}"),
            short(study),
        ));
        phrases.push(Phrase::plain(format!(": {words}. ")));
    }
    if n_later > 0 {
        let rows = words::of(
            n_later,
            "published arm that counts",
            "published arms that count",
        );
        phrases.push(Phrase::plain(format!(
            "Not shown: {rows} at a later day than ours. "
        )));
    }
    phrases.push(Phrase::plain(
        "Other people, other doses; no arm of ours was randomised.",
    ));
    phrases
}
