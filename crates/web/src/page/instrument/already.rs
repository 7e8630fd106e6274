//! What was filled in before the visit, on the patient's phone or anywhere, and need not be asked at the desk.

use instruments::Instrument;
use pages::{Piece, Section};
use record::calendar::civil_day;
use record::chart::visit::VisitState;

use crate::page::patient::Opened;
use crate::words;

/// That it was filled in since the patient was last here, so that nobody asks it twice for one visit.
pub(super) fn filled_in(opened: &Opened, one: &Instrument) -> Option<Section> {
    let (entry, answered) = super::entries(opened, &one.id).pop()?;
    let visits = opened.chart().visits();
    let last_here = visits
        .iter()
        .filter(|visit| matches!(visit.state, VisitState::Held | VisitState::Arrived))
        .map(|visit| visit.starts_at)
        .filter(|at| civil_day(*at, &opened.zone) < opened.today)
        .max();
    let is_for_this_visit = last_here.is_none_or(|at| entry.occurred_at.0 > at);
    is_for_this_visit.then(|| {
        let words = format!(
            "It was filled in {}, by {}, since they were last here: it need not be asked again. What is given here stands beside it and replaces nothing.",
            words::moment(entry.occurred_at.0, &opened.zone),
            answered.filled_by.label()
        );
        Section::new("Answered already", vec![Piece::plain(words)])
    })
}
