//! One step of the evaluation: its questions with what is known already, its list, and where one stands.

use clinic::act::evaluation::{filled_already, progress};
use clinic::act::registration;
use clinic::authority::{Act, may};
use clinic::denied::Denied;
use pages::{Form, FormWords, Phrase, Piece, Section, Sheet, sheet};
use protocol::evaluation::{Panel, Question, Step};
use record::fact::person::HistoryTaken;
use record::words::Line;

use super::ask::{Read, fields, read};
use super::{beside, panel, step_path};
use crate::app::App;
use crate::ask::Ask;
use crate::page::patient::{Opened, header, open};
use crate::reply::Reply;
use crate::words;

fn found<'a>(app: &'a App, ask: &Ask) -> Result<&'a Step, Denied> {
    let id: String = ask.name("step")?;
    app.clinic
        .library()
        .evaluation()
        .step(&id)
        .ok_or(Denied::NotFound)
}

/// A step.
pub(crate) fn show_step(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let step = found(app, ask)?;
    let opened = open(app, ask, "evaluation")?;
    Ok(Reply::Page(drawn(app, ask, &opened, step, None)?))
}

/// Takes a step's answers, whatever was given of them, and goes on to the next.
pub(crate) fn send(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let step = found(app, ask)?;
    let opened = open(app, ask, "evaluation")?;
    let patient = opened.known.patient;
    may(&ask.signed_in()?.actor, Act::TakeHistory, Some(patient))?;
    let mut taken = Read::default();
    for question in step.questions.iter().filter(|one| is_asked(&opened, one)) {
        read(&opened, app, question, &ask.sent, &mut taken);
    }
    if !taken.faults.is_empty() {
        let page = drawn(app, ask, &opened, step, Some(&taken.faults))?;
        return Ok(Reply::PageWith(422, page));
    }
    let is_new = !taken.answers.is_empty();
    if is_new {
        let history = HistoryTaken {
            part: Line::clipped(&format!("evaluation, {}", step.title.to_lowercase())),
            answers: taken.answers,
        };
        ask.operate(app, |operation, clinic| {
            registration::take_history(operation, clinic, patient, history)
        })?;
    }
    let next = app.clinic.library().evaluation().after(&step.id);
    // A list below the questions is still to be seen to: one stays with it once.
    let to = match (next, step.panel) {
        (_, Some(_)) if is_new => step_path(&opened, &step.id),
        (Some(next), _) => step_path(&opened, &next.id),
        (None, _) => opened.path("/evaluation"),
    };
    let done = if is_new { "?done=history" } else { "" };
    Ok(Reply::SeeOther(format!("{to}{done}")))
}

fn drawn(
    app: &App,
    ask: &Ask,
    opened: &Opened,
    step: &Step,
    faults: Option<&[(String, String)]>,
) -> Result<maud::Markup, Denied> {
    let steps = app.clinic.library().evaluation();
    let mut view = Sheet::new(step.title.clone(), "Evaluation");
    view.patient = Some(header(app, opened, beside(opened)));
    view.said = Phrase::sentence(step.said.clone());
    let actor = &ask.signed_in()?.actor;
    let may_take = may(actor, Act::TakeHistory, Some(opened.known.patient)).is_ok();
    if may_take && !step.questions.is_empty() {
        view.main.push(Section::new(
            "Questions",
            vec![Piece::Form(form(app, ask, opened, step, faults))],
        ));
    }
    view.main.extend(filled_in(app, opened, step));
    if let Some(list) = step.panel {
        view.main
            .extend(panel::sections(app, ask, opened, step, list));
    }
    if step.panel == Some(Panel::Medicines) {
        view.script = Some("evaluation.js");
    }
    if let Some(next) = steps.after(&step.id) {
        let to = Phrase::link(step_path(opened, &next.id), next.title.clone());
        view.main
            .push(Section::new("Next", vec![Piece::Said(vec![to])]));
    }
    view.side = vec![Section::new(
        "Steps",
        vec![Piece::List(lines(app, opened, step))],
    )];
    Ok(sheet(
        &words::frame(app, ask, Some(pages::Place::Patients)),
        &view,
    ))
}

fn form(
    app: &App,
    ask: &Ask,
    opened: &Opened,
    step: &Step,
    faults: Option<&[(String, String)]>,
) -> Form {
    let is_last = app.clinic.library().evaluation().after(&step.id).is_none();
    let submit = match (step.panel, is_last) {
        (Some(_), _) => "Save the answers",
        (None, false) => "Save and go on",
        (None, true) => "Save",
    };
    let mut form = Form::act(step_path(opened, &step.id), submit)
        .named("ask")
        .hidden("command", app.fresh_command().to_string())
        .cancel(opened.path("/evaluation"), "All steps")
        .said(FormWords {
            optional: String::new(),
            ..FormWords::default()
        })
        .small("Answer what is known. A question left open stays not answered, which is not a no.");
    for question in step.questions.iter().filter(|one| is_asked(opened, one)) {
        form = form.fields(fields(opened, question));
    }
    if let Some(faults) = faults {
        form = form.keep(ask.sent.pairs());
        for (field, said) in faults {
            form = form.wrong(field, said.clone());
        }
    }
    form
}

/// Whether the desk asks a question: not one a questionnaire has answered already.
fn is_asked(opened: &Opened, question: &Question) -> bool {
    filled_already(opened.chart(), &question.id).is_none()
}

/// What questionnaires answered already, with the way to look or to fill one in again.
fn filled_in(app: &App, opened: &Opened, step: &Step) -> Option<Section> {
    let lines: Vec<Vec<Phrase>> = step
        .questions
        .iter()
        .filter_map(|question| {
            let (entry, answered) = filled_already(opened.chart(), &question.id)?;
            let id = answered.instrument.as_str();
            let title = app.clinic.library().instrument(id);
            let title = title.map_or_else(|| id.to_owned(), |one| one.title.clone());
            let by = answered.filled_by.label();
            Some(vec![
                Phrase::plain(format!("{} ", question.ask)),
                Phrase::link(opened.path(&format!("/questionnaires/{id}")), title),
                Phrase::plain(format!(
                    ", filled in {} by {by}.",
                    words::moment(entry.occurred_at.0, &opened.zone)
                )),
            ])
        })
        .collect();
    (!lines.is_empty()).then(|| {
        Section::new(
            "Answered by a questionnaire, and not asked again",
            vec![Piece::List(lines)],
        )
    })
}

/// Every step with how far it is, the one that is open first seen.
fn lines(app: &App, opened: &Opened, here: &Step) -> Vec<Vec<Phrase>> {
    let steps = &app.clinic.library().evaluation().steps;
    steps
        .iter()
        .map(|step| {
            let done = progress(opened.chart(), step);
            let name = if step.id == here.id {
                Phrase::Strong(step.title.clone())
            } else {
                Phrase::link(step_path(opened, &step.id), step.title.clone())
            };
            let mut line = vec![
                name,
                Phrase::Quiet(format!(" {} of {}", done.n_answered, done.of)),
            ];
            if done.n_told > 0 {
                line.push(Phrase::Strong(format!(", {} to read", done.n_told)));
            }
            line
        })
        .collect()
}
