//! What a patient asked to be corrected, and what became of it: one page for them and for who answers.

use clinic::act::correction_request::correcting;
use clinic::denied::Denied;
use pages::{Fact as Shown, Link, Phrase, Piece, Section, Sheet, sheet};
use record::chart::correction::Request;
use record::fact::correction::CorrectionAnswer;

use super::disputed;
use super::patient::{Opened, header, may_read, open};
use crate::app::App;
use crate::ask::Ask;
use crate::forms::is_offered;
use crate::page::sentence::sentence;
use crate::page::timeline::{author, text_of};
use crate::reply::Reply;
use crate::words;

/// The page.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = open(app, ask, "corrections asked for")?;
    let is_own = ask.signed_in()?.actor.patient().is_some();
    let title = "Corrections asked for";
    let mut view = Sheet::new(title, title);
    let asks = Link::new(opened.form("ask-correction"), "Ask for a correction");
    let back = if is_own {
        Link::new(opened.path("/my-record"), "My record")
    } else {
        Link::new(opened.path(""), "Chart")
    };
    if !is_own {
        view.patient = Some(header(app, &opened, Vec::new()));
    }
    view.acts = vec![asks, back];
    view.said = Phrase::sentence(
        "Everybody may ask for what is wrong in their record to be corrected, and is answered in writing. \
         45 CFR 164.526.",
    );
    let all = opened.chart().correction_requests();
    view.main = all
        .iter()
        .rev()
        .map(|one| section(app, ask, &opened, one, is_own))
        .collect();
    if all.is_empty() {
        view.main = vec![Section::new(
            "None",
            vec![Piece::plain("Nothing was asked to be corrected.")],
        )];
    }
    let place = (!is_own).then_some(pages::Place::Patients);
    Ok(Reply::Page(sheet(&words::frame(app, ask, place), &view)))
}

/// How a request stands, in a few words.
pub(crate) fn state(one: &Request<'_>, opened: &Opened) -> Phrase {
    match one.answer {
        Some((entry, CorrectionAnswer::Accepted { .. })) => Phrase::plain(format!(
            "accepted {}: the record is corrected",
            words::moment_short(entry.occurred_at.0, &opened.zone)
        )),
        Some((entry, CorrectionAnswer::Declined { .. })) => Phrase::plain(format!(
            "declined {}, with a reason",
            words::moment_short(entry.occurred_at.0, &opened.zone)
        )),
        None if one.is_late(opened.today) => Phrase::Strong(format!(
            "not answered, though it was due by {}",
            words::day(one.fact.answer_by)
        )),
        None => Phrase::plain(format!(
            "waiting; it is answered by {}",
            words::day(one.fact.answer_by)
        )),
    }
}

fn section(app: &App, ask: &Ask, opened: &Opened, one: &Request<'_>, is_own: bool) -> Section {
    let chart = opened.chart();
    let mut facts = Vec::new();
    if let Some(entry) = one.fact.entry.and_then(|number| chart.entry(number)) {
        let said = if may_read(ask, chart, entry) {
            let (head, rest) = sentence(app, &entry.fact);
            let rest: String = rest.into_iter().map(text_of).collect();
            format!("{head}{rest}")
        } else {
            "an entry that is kept apart".to_owned()
        };
        facts.push(Shown::plain("About", said));
    }
    facts.push(Shown::plain("What is wrong", one.fact.wrong.as_str()));
    facts.push(Shown::plain(
        "What it should say",
        one.fact.should_say.as_str(),
    ));
    facts.push(Shown::plain("Asked by", author(app, one.asked)));
    facts.push(Shown {
        name: "Stands".to_owned(),
        said: vec![state(one, opened)],
    });
    facts.extend(answered(app, opened, one));
    facts.extend(disputed::answered_back(app, opened, one));
    if one.goes_along() {
        facts.push(Shown::plain(
            "Goes along",
            "all of this, whenever what it is about is sent to anybody. 45 CFR 164.526(d)(5)",
        ));
    }
    let mut pieces = vec![Piece::Facts(facts)];
    pieces.extend(next(app, ask, opened, one, is_own));
    let when = words::moment_short(one.asked.occurred_at.0, &opened.zone);
    Section::new(format!("Asked {when}"), pieces)
}

fn answered(app: &App, opened: &Opened, one: &Request<'_>) -> Vec<Shown> {
    let Some((entry, answer)) = one.answer else {
        return Vec::new();
    };
    let mut facts = match answer {
        CorrectionAnswer::Accepted { by } => {
            let corrected = opened.chart().entry(*by).map_or_else(String::new, |entry| {
                let when = words::moment_short(entry.recorded_at.0, &opened.zone);
                format!("{}, {when}, by {}", entry.fact.kind(), author(app, entry))
            });
            vec![Shown::plain(
                "Corrected by",
                format!("entry {}: {corrected}", by.0),
            )]
        }
        CorrectionAnswer::Declined { basis, reason } => vec![
            Shown::plain("On the ground that", basis.label()),
            Shown::plain("Because", reason.as_str()),
        ],
    };
    facts.push(Shown::plain("Answered by", author(app, entry)));
    facts
}

/// What can be done about it next, by who looks.
fn next(app: &App, ask: &Ask, opened: &Opened, one: &Request<'_>, is_own: bool) -> Vec<Piece> {
    let number = one.number().0;
    if one.answer.is_none() {
        let may_answer = is_offered(ask, "answer-correction", Some(opened.known.patient));
        if is_own || !may_answer {
            return Vec::new();
        }
        let n_found = correcting(opened.chart(), one.number()).len();
        let mut said = vec![Phrase::link(
            format!("{}?request={number}", opened.form("answer-correction")),
            "Accept or decline it",
        )];
        said.push(Phrase::plain(if n_found == 0 {
            ". To accept it, correct the entry on the chart first; the answer names the correction."
        } else {
            ". The record was corrected since, so it can be accepted."
        }));
        return vec![Piece::Said(said)];
    }
    if !one.is_declined() {
        return Vec::new();
    }
    let phone = app.clinic.board().house.phone.clone();
    let complain = phone.map_or_else(String::new, |phone| format!(" on {phone}"));
    let mut pieces = vec![Piece::Said(vec![
        Phrase::link(
            format!("{}?request={number}", opened.form("state-disagreement")),
            "Add a statement of disagreement",
        ),
        Phrase::plain(
            ": it stays with the record, and goes along whenever this part of it is sent to anybody.",
        ),
    ])];
    if !one.goes_along() {
        pieces.push(Piece::Said(vec![
            Phrase::plain("Without one, you can "),
            Phrase::link(
                format!("{}?request={number}", opened.form("send-along")),
                "ask that the request and this answer go along instead",
            ),
            Phrase::plain("."),
        ]));
    }
    let may_rebut = !is_own && is_offered(ask, "rebut", Some(opened.known.patient));
    if may_rebut && !one.disagreements.is_empty() {
        pieces.push(Piece::Said(vec![
            Phrase::link(
                format!("{}?request={number}", opened.form("rebut")),
                "Write a rebuttal",
            ),
            Phrase::plain(
                ": nobody has to. The patient is given a copy, and it goes along with the rest. 45 CFR 164.526(d)(3).",
            ),
        ]));
    }
    pieces.push(Piece::plain(format!(
        "Who thinks the answer wrong may complain to the clinic{complain}, or to the Secretary of Health and \
         Human Services at hhs.gov/ocr/complaints; nobody may be treated worse for it.",
    )));
    pieces
}
