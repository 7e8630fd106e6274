//! The safety plan as it was given, on the screen and on paper, both from one model.

use clinic::authority::{Act, may};
use clinic::denied::Denied;
use pages::{Block, Chapter, DocumentPage, Fact as Shown, Link, Paper, Phrase, document_page};
use record::fact::care::SafetyPlanWritten;

use super::patient::{Opened, header, open};
use super::record::{paper_of, printed};
use super::timeline;
use crate::app::App;
use crate::ask::Ask;
use crate::forms::SAFETY_STEPS;
use crate::reply::Reply;
use crate::words;

/// The plan on the screen.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = open(app, ask, "safety plan")?;
    let actor = &ask.signed_in()?.actor;
    let mut acts = Vec::new();
    if opened.chart().latest::<SafetyPlanWritten>().is_some() {
        acts.push(Link::new(opened.path("/safety-plan.pdf"), "Save as PDF"));
    }
    if may(actor, Act::PlanSafety, Some(opened.known.patient)).is_ok() {
        acts.push(Link::new(opened.form("safety-plan"), "Change or write it"));
    }
    acts.push(Link::new(opened.path("/help-now"), "Help now"));
    let back = if actor.patient().is_some() {
        Link::new(opened.path("/my-record"), "My record")
    } else {
        Link::new(opened.path(""), "Chart")
    };
    let view = DocumentPage {
        paper: paper(app, ask, &opened)?,
        window: "Safety plan".to_owned(),
        patient: Some(header(app, &opened, vec![back])),
        acts,
    };
    let frame = words::frame(app, ask, Some(pages::Place::Patients));
    Ok(Reply::Page(document_page(&frame, &view)))
}

/// The plan on paper.
pub(crate) fn print(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = open(app, ask, "safety plan, printed")?;
    printed(&paper(app, ask, &opened)?, "safety-plan.pdf")
}

fn paper(app: &App, ask: &Ask, opened: &Opened) -> Result<Paper, Denied> {
    let latest = opened.chart().latest::<SafetyPlanWritten>();
    let mut chapters = Vec::new();
    match latest {
        None => chapters.push(Chapter::new(
            "Not written yet",
            vec![Block::Said(vec![Phrase::absent(
                "No safety plan is written yet. Write it together, or on your own.",
            )])],
        )),
        Some((_, plan)) => {
            for (place, (step, asks)) in SAFETY_STEPS.iter().enumerate() {
                let lines: Vec<Vec<Phrase>> = plan
                    .steps
                    .iter()
                    .filter(|one| one.step.as_str() == *step)
                    .flat_map(|one| &one.lines)
                    .map(|line| Phrase::sentence(line.as_str()))
                    .collect();
                let block = if lines.is_empty() {
                    Block::Said(vec![Phrase::absent("Nothing written here yet")])
                } else {
                    Block::List(lines)
                };
                // The seventh is no step but what the six are for.
                let title = if place < 6 {
                    format!("{}. {asks}", place + 1)
                } else {
                    (*asks).to_owned()
                };
                chapters.push(Chapter::new(title, vec![block]));
            }
        }
    }
    let house = &app.clinic.board().house;
    let mut calls = vec![Shown::plain(
        "Crisis line, day and night",
        house.crisis_line.clone(),
    )];
    if let Some(phone) = &house.phone {
        calls.push(Shown::plain(house.name.clone(), phone.clone()));
    }
    calls.push(Shown::plain(
        "In danger this minute",
        app.settings.emergency.clone(),
    ));
    chapters.push(Chapter::new("Whom to call now", vec![Block::Facts(calls)]));
    if let Some((entry, plan)) = latest {
        let facts = vec![
            Shown::plain("By", timeline::author(app, entry)),
            Shown::plain("When", words::moment(entry.occurred_at.0, &opened.zone)),
            Shown {
                name: "We go through it again".to_owned(),
                said: Phrase::or_absent(plan.review_on.map(words::day_plain), "no day chosen"),
            },
        ];
        chapters.push(Chapter::new("Written", vec![Block::Facts(facts)]));
    }
    paper_of(app, ask, opened, ("Safety plan", "Safety plan"), chapters)
}
