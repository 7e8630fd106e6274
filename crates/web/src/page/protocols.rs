//! The protocols as a director reads them: what each gives, on which days, watched how, on what evidence.

mod one;

use clinic::authority::{Act, may};
use clinic::denied::Denied;
use clinic::grounds;
use pages::{Link, Mark, Offer, Phrase, Piece, Section, Sheet, Standing as Stands, sheet};
use protocol::{Protocol, Standing};

use super::why;
use crate::app::App;
use crate::ask::Ask;
use crate::reply::Reply;
use crate::words;

pub(crate) use one::show as show_one;

/// The address of a protocol.
pub(crate) fn path(protocol: &str) -> String {
    format!("/protocols/{protocol}")
}

/// Every protocol.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    may(&ask.signed_in()?.actor, Act::ReadRules, None)?;
    let all = app.clinic.library().protocols();
    let mut view = Sheet::new("Protocols", "Protocols");
    view.said = Phrase::sentence(format!(
        "{}. A course pins the version it began under. What is only for reference can be read and never \
         prescribed.",
        words::of(all.len(), "protocol", "protocols")
    ));
    let of = |is_prescribable: bool| -> Vec<Offer> {
        let of_kind = all
            .iter()
            .filter(|one| (one.standing == Standing::Prescribable) == is_prescribable);
        of_kind.map(|one| offer(app, one, None, false)).collect()
    };
    view.main = vec![
        Section::new("Can be prescribed", vec![Piece::Offers(of(true))]),
        Section::new("For reference", vec![Piece::Offers(of(false))]),
    ];
    let frame = words::frame(app, ask, Some(pages::Place::Evidence));
    Ok(Reply::Page(sheet(&frame, &view)))
}

/// A protocol as something to choose; `choose` is the way to it where it may be prescribed.
pub(crate) fn offer(
    app: &App,
    protocol: &Protocol,
    choose: Option<Link>,
    is_chosen: bool,
) -> Offer {
    let mut lines = vec![
        Phrase::sentence(format!("For {}.", protocol.indications.join("; "))),
        Phrase::sentence(format!("{}.", given(protocol))),
    ];
    if !protocol.therapy.is_empty() {
        let n = words::of(
            protocol.therapy.len(),
            "talking session",
            "talking sessions",
        );
        lines.push(Phrase::sentence(format!("{n}.")));
    }
    lines.push(graded(app, protocol));
    let mark = match &protocol.standing {
        Standing::ReferenceOnly(reason) => {
            lines.push(vec![
                Phrase::Strong("Cannot be prescribed: ".to_owned()),
                Phrase::plain(format!("{reason}.")),
            ]);
            Some(Mark::new(Stands::Unknown, "For reference only"))
        }
        Standing::Prescribable if is_chosen => Some(Mark::new(Stands::Settled, "Chosen")),
        Standing::Prescribable => None,
    };
    Offer {
        title: Link::new(path(&protocol.id), protocol.title.clone()),
        mark,
        lines,
        choose: choose.filter(|_| protocol.standing == Standing::Prescribable && !is_chosen),
        is_chosen,
    }
}

/// "3 doses of 0.8 mg/kg, intravenous, on days 0, 7, 14"; a range where doses differ.
fn given(protocol: &Protocol) -> String {
    let first = protocol.sessions.first();
    let dose = first.map_or_else(String::new, |session| {
        let steps = session.steps.iter().map(|step| step.dose.to_string());
        let steps: Vec<String> = steps.collect();
        format!("{}, {}", steps.join(" then "), session.route)
    });
    let days: Vec<String> = protocol
        .sessions
        .iter()
        .map(|session| session.day.to_string())
        .collect();
    let n = words::of(days.len(), "dose", "doses");
    let word = if days.len() == 1 { "day" } else { "days" };
    format!("{n} of {dose}, on {word} {}", days.join(", "))
}

/// The grade of the claim its doses rest on, with the way to it, and its mark.
pub(crate) fn graded(app: &App, protocol: &Protocol) -> Vec<Phrase> {
    let library = app.clinic.library();
    let ground = grounds::of_protocol(library, &protocol.id, "session");
    let claim = ground.and_then(|ground| ground.claim);
    let grade = claim.map_or_else(
        || "not graded".to_owned(),
        |claim| claim.grade.words().to_owned(),
    );
    let mut said = vec![
        Phrase::Strong("Evidence: ".to_owned()),
        Phrase::plain(format!(
            "{grade}. Figures {}.",
            mark_words(protocol.evidence)
        )),
    ];
    said.extend(why::of_protocol(app, &protocol.id, "session"));
    said
}

/// A mark in words.
pub(crate) const fn mark_words(mark: protocol::Mark) -> &'static str {
    match mark {
        protocol::Mark::Read => "read at the source",
        protocol::Mark::Recalled => "recalled from the source, to be verified",
        protocol::Mark::House => "clinic policy",
    }
}
