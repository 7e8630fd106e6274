//! What a patient disputes and the clinic declined to change: appended to whatever of the record is sent.
//!
//! 45 CFR 164.526(d)(4) links the request, the denial, the statement of disagreement and the rebuttal to the
//! entry they are about; (d)(5) has them go along with every later disclosure of it, or, without a
//! statement, the request and the denial where the patient asked for that.

use pages::{Block, Chapter, Fact as Shown, Phrase, Piece, Section};
use record::Entry;
use record::chart::correction::Request;
use record::fact::correction::CorrectionAnswer;
use record::ids::SessionId;

use super::patient::{Opened, may_read};
use super::sentence::sentence;
use super::session::session_of;
use super::timeline::{author, text_of};
use crate::app::App;
use crate::ask::Ask;
use crate::words;

/// What the chapter is called, on paper and on a screen.
const TITLE: &str = "What the patient disputes";

/// By what it goes along.
const BY: &str =
    "Appended by 45 CFR 164.526(d)(4) and (5). It goes along with every copy of what it is about.";

/// The requests that go along with a copy: of one session where it is of one, else all of them. A request
/// that names no entry may be about any of it.
fn going(opened: &Opened, of: Option<SessionId>) -> Vec<Request<'_>> {
    let chart = opened.chart();
    let mut all = chart.correction_requests();
    all.retain(|one| {
        let about = one.fact.entry.and_then(|number| chart.entry(number));
        let is_of = match (of, about) {
            (Some(session), Some(entry)) => session_of(&entry.fact) == Some(session),
            (None, _) | (_, None) => true,
        };
        one.goes_along() && is_of
    });
    all
}

/// The chapter of a paper; none where nothing is disputed.
pub(crate) fn chapter(
    app: &App,
    ask: &Ask,
    opened: &Opened,
    of: Option<SessionId>,
) -> Option<Chapter> {
    let all = going(opened, of);
    let facts = all
        .iter()
        .map(|one| Block::Facts(said(app, ask, opened, one)));
    let blocks = std::iter::once(Block::plain(BY)).chain(facts).collect();
    (!all.is_empty()).then(|| Chapter::new(TITLE, blocks))
}

/// The same as a section of the whole record, for its page and its paper alike.
pub(crate) fn section(app: &App, ask: &Ask, opened: &Opened) -> Option<Section> {
    let all = going(opened, None);
    let lines = all.iter().map(|one| {
        let facts = said(app, ask, opened, one).into_iter();
        facts
            .flat_map(|fact| {
                let head = Phrase::Strong(format!("{}: ", fact.name));
                let end = Phrase::plain(" ");
                std::iter::once(head).chain(fact.said).chain([end])
            })
            .collect()
    });
    let pieces = vec![Piece::plain(BY), Piece::List(lines.collect())];
    (!all.is_empty()).then(|| Section::new(TITLE, pieces))
}

/// Whether what an entry says is disputed, so that whoever reads it is told and led there.
pub(crate) fn mark(opened: &Opened, entry: &Entry) -> Vec<Phrase> {
    let chart = opened.chart();
    let all = chart.correction_requests();
    let is_disputed = all
        .iter()
        .any(|one| one.fact.entry == Some(entry.number) && one.goes_along());
    if !is_disputed {
        return Vec::new();
    }
    vec![
        Phrase::plain(". "),
        Phrase::link(opened.path("/corrections"), "Disputed by the patient"),
    ]
}

/// Request, denial, statements and rebuttals of one, in their order.
fn said(app: &App, ask: &Ask, opened: &Opened, one: &Request<'_>) -> Vec<Shown> {
    let chart = opened.chart();
    let when = |at| words::moment_short(at, &opened.zone);
    let mut facts = Vec::new();
    if let Some(entry) = one.fact.entry.and_then(|number| chart.entry(number)) {
        let about = if may_read(ask, chart, entry) {
            let (head, rest) = sentence(app, &entry.fact);
            let rest: String = rest.into_iter().map(text_of).collect();
            format!("Entry {}, {head}{rest}", entry.number)
        } else {
            format!("Entry {}, which is kept apart", entry.number)
        };
        facts.push(Shown::plain("About", about));
    }
    facts.push(Shown::plain(
        format!("Asked {}", when(one.asked.occurred_at.0)),
        format!(
            "Wrong: {} It should say: {}",
            one.fact.wrong, one.fact.should_say
        ),
    ));
    if let Some((entry, CorrectionAnswer::Declined { basis, reason })) = one.answer {
        facts.push(Shown::plain(
            format!("Declined {}", when(entry.occurred_at.0)),
            format!("{}. {reason} By {}", basis.label(), author(app, entry)),
        ));
    }
    facts.extend(answered_back(app, opened, one));
    facts
}

/// Statements of disagreement and what the clinic wrote to them.
pub(crate) fn answered_back(app: &App, opened: &Opened, one: &Request<'_>) -> Vec<Shown> {
    let when = |at| words::moment_short(at, &opened.zone);
    let mut facts = Vec::new();
    for (at, words) in &one.disagreements {
        let name = format!("Statement of disagreement, {}", when(*at));
        facts.push(Shown::plain(name, *words));
    }
    for (entry, rebuttal) in &one.rebuttals {
        facts.push(Shown::plain(
            format!("Rebuttal of the clinic, {}", when(entry.occurred_at.0)),
            format!(
                "{} By {}; the patient has a copy, {}",
                rebuttal.words,
                author(app, entry),
                rebuttal.copied
            ),
        ));
    }
    facts
}
