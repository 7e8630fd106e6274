//! What our own courses come to, beside what a claim's works report: in a section of its own, never in
//! their rows and never in their summary.

use std::collections::BTreeSet;

use clinic::outcome::ask::{Asked, Made, ask as asking};
use evidence::Work;
use evidence::record::{Claim, Pooling, Study};
use outcomes::report::Trajectory;
use pages::{Phrase, Piece, Section};

use super::library;
use crate::app::App;
use crate::ask::Ask;
use crate::page::outcomes::published;

/// The section; none where the claim is of something we do not count, or the reader may not see ours.
pub(super) fn section(app: &App, ask: &Ask, claim: &Claim) -> Option<Section> {
    let library = library(app);
    let pooling = claim.pooling.as_deref().and_then(|id| library.pooling(id));
    let studies: Vec<&Study> = library
        .works(&claim.in_favour)
        .chain(library.works(&claim.against))
        .filter_map(|work| match work {
            Work::Study(study) => Some(study),
            Work::Background(_) => None,
        })
        .collect();
    let constructs = constructs(&studies, pooling);
    if !OURS.iter().any(|ours| constructs.contains(ours)) {
        return None;
    }
    let actor = &ask.sign_in.as_ref()?.actor;
    let today = app.clinic.zone_today(ask.now);
    let made = asking(&app.clinic, actor, Asked::default(), today).ok()?;
    let mut pieces = Vec::new();
    if constructs.contains(published::CONSTRUCT) {
        let ids: BTreeSet<&str> = studies.iter().map(|study| study.id.as_str()).collect();
        let found = published::found(app, |study| ids.contains(study.id.as_str()));
        let plot = published::drawn(&made, &found);
        pieces.extend(plot.figure.map(Piece::Figure));
        pieces.extend(plot.said.into_iter().map(Piece::Said));
    }
    if constructs.contains("craving") {
        pieces.push(trajectory("Craving, 0 to 10", &made.report.craving));
    }
    if constructs.contains("depression") || constructs.contains("depression_response") {
        pieces.push(trajectory("PHQ-9", &made.report.phq9));
    }
    pieces.push(Piece::Said(from(&made)));
    Some(Section::new(
        "Our own courses, side by side and never merged",
        pieces,
    ))
}

/// The constructs we count too.
const OURS: [&str; 4] = [
    published::CONSTRUCT,
    "craving",
    "depression",
    "depression_response",
];

/// What the claim's works measure: the construct of its pooling, else whatever its studies name.
fn constructs<'a>(studies: &[&'a Study], pooling: Option<&'a Pooling>) -> BTreeSet<&'a str> {
    if let Some(pooling) = pooling {
        return [pooling.construct.as_str()].into();
    }
    studies
        .iter()
        .flat_map(|study| &study.outcomes)
        .filter_map(|outcome| outcome.construct.as_deref())
        .collect()
}

fn trajectory(name: &str, found: &Trajectory) -> Piece {
    let (Some(first), Some(last)) = (found.means.first(), found.means.last()) else {
        let why = found
            .said
            .clone()
            .unwrap_or_else(|| "Nobody has answered yet.".to_owned());
        return Piece::Said(vec![
            Phrase::plain(format!("{name}: ")),
            Phrase::absent(why),
        ]);
    };
    let when = |week: u32| {
        if week == 0 {
            "before the first dose".to_owned()
        } else {
            format!("in week {week}")
        }
    };
    Piece::plain(format!(
        "{name}: a mean of {:.1} {} and of {:.1} {} (95 % interval {:.1} to {:.1}), by a mixed model over {} people. A change over \
         time in people who chose treatment is no effect of it.",
        first.mean,
        when(first.week),
        last.mean,
        when(last.week),
        last.interval.0,
        last.interval.1,
        found.people,
    ))
}

fn from(made: &Made) -> Vec<Phrase> {
    vec![
        Phrase::Quiet(format!(
            "Computed from entry {} of the record. ",
            made.position
        )),
        Phrase::link("/outcomes", "All outcomes"),
    ]
}
