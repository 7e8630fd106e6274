//! The evaluation: its steps with how far each is, one step, and what medicines mean.

use clinic::act::evaluation::{Progress, progress};
use clinic::authority::{Act, may};
use clinic::denied::Denied;
use pages::part::{Cell, Column, Table};
use pages::{Field, Form, Link, Phrase, Piece, Section, Sheet, sheet};
use protocol::Code;
use protocol::evaluation::Step;

use super::patient::{Opened, header, open};
use crate::app::App;
use crate::ask::Ask;
use crate::reply::Reply;
use crate::words;

mod ask;
pub(crate) mod before;
mod panel;
mod step;

pub(crate) use ask::said;
pub(crate) use step::{send, show_step};

/// The address of a step.
pub(crate) fn step_path(opened: &Opened, step: &str) -> String {
    opened.path(&format!("/evaluation/{step}"))
}

/// The steps.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = open(app, ask, "evaluation")?;
    let actor = &ask.signed_in()?.actor;
    let steps = app.clinic.library().evaluation();
    let mut view = Sheet::new("Evaluation", "Evaluation");
    view.patient = Some(header(app, &opened, beside(&opened)));
    let all: Vec<(&Step, Progress)> = steps
        .steps
        .iter()
        .map(|step| (step, progress(opened.chart(), step)))
        .collect();
    view.said = Phrase::sentence(whole(&all));
    let first_open = all
        .iter()
        .find(|(_, progress)| progress.n_answered < progress.of)
        .or(all.first());
    if let Some((step, _)) = first_open {
        view.acts.push(Link::new(
            step_path(&opened, &step.id),
            format!("Go on: {}", step.title),
        ));
    }
    if may(actor, Act::SendLink, Some(opened.known.patient)).is_ok() {
        view.acts.push(Link::new(
            opened.path("/evaluation-link"),
            "Link for the patient",
        ));
    }
    if opened.chart().course().is_some() {
        view.acts
            .push(Link::new(opened.path("/eligibility"), "Eligibility"));
    }
    let rows = all
        .iter()
        .map(|(step, progress)| row(&opened, step, *progress))
        .collect();
    let table = Table {
        caption: "The steps of the evaluation".to_owned(),
        columns: vec![
            Column::words("Step"),
            Column::numbers("Answered"),
            Column::numbers("Open"),
            Column::words("From the patient"),
        ],
        rows,
        when_empty: String::new(),
    };
    view.main = vec![Section::new("Steps", vec![Piece::Table(table)])];
    Ok(Reply::Page(sheet(
        &words::frame(app, ask, Some(pages::Place::Patients)),
        &view,
    )))
}

fn beside(opened: &Opened) -> Vec<Link> {
    vec![
        Link::new(opened.path(""), "Chart"),
        Link::new(opened.path("/calendar"), "Follow-back calendar"),
    ]
}

fn whole(all: &[(&Step, Progress)]) -> String {
    let n_answered: usize = all.iter().map(|(_, progress)| progress.n_answered).sum();
    let of: usize = all.iter().map(|(_, progress)| progress.of).sum();
    let n_told: usize = all.iter().map(|(_, progress)| progress.n_told).sum();
    let told = match n_told {
        0 => String::new(),
        n => format!(
            " {} in the patient's words to read.",
            words::of(n, "answer", "answers")
        ),
    };
    format!("{n_answered} of {of} answered. What is not answered is not a no.{told}")
}

fn row(opened: &Opened, step: &Step, progress: Progress) -> Vec<Cell> {
    let n_open = progress.of.saturating_sub(progress.n_answered);
    let open = if n_open == 0 {
        Phrase::sentence("none")
    } else {
        vec![Phrase::Strong(n_open.to_string())]
    };
    let told = match progress.n_told {
        0 => Vec::new(),
        n => vec![Phrase::Strong(format!("{n} to read"))],
    };
    vec![
        vec![Phrase::link(
            step_path(opened, &step.id),
            step.title.clone(),
        )],
        Phrase::sentence(format!("{} of {}", progress.n_answered, progress.of)),
        open,
        told,
    ]
}

/// What a medicine would mean, asked by its name: for a person who types, and for anyone who wonders.
pub(crate) fn interactions(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    may(&ask.signed_in()?.actor, Act::ReadRules, None)?;
    let name = ask.query.get("name").unwrap_or_default();
    let mut view = Sheet::new("What a medicine means for ketamine", "Interactions");
    view.said = Phrase::sentence(
        "By the rules in use, for one medicine alone. What several mean together is said where they are listed.",
    );
    let form = Form::ask("/interactions", "Look")
        .fields(vec![Field::line("name", "Which medicine?").value(name)]);
    view.main = vec![Section::new("Ask", vec![Piece::Form(form)])];
    if !name.is_empty() {
        let pieces = panel::meanings(app, &[Code::plain(name)], ask.now);
        view.main
            .push(Section::new(format!("What {name} means"), pieces));
    }
    Ok(Reply::Page(sheet(
        &words::frame(app, ask, Some(pages::Place::Patients)),
        &view,
    )))
}
