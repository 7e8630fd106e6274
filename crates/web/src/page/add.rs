//! What can be added to a record, by the part of the course it belongs to.

use clinic::act::enrolment::is_needed;
use clinic::authority::{Act, may};
use clinic::denied::Denied;
use pages::{Link, Phrase, Piece, Section, Sheet, sheet};
use record::Chart;
use record::chart::course::CourseState;
use record::fact::care::NoteSigned;

use super::patient::{header, open};
use crate::app::App;
use crate::ask::Ask;
use crate::forms;
use crate::reply::Reply;
use crate::words;

/// Whether a form makes sense where the course stands; what does not is still answered at its
/// address, and says why not.
fn has_its_place(app: &App, code: &str, chart: &Chart) -> bool {
    let course = chart.course();
    let state = course.as_ref().map(|course| course.state);
    let is_going = matches!(state, Some(CourseState::Open | CourseState::Paused));
    let has_plan = course
        .as_ref()
        .is_some_and(|course| chart.plan(course.id).is_some());
    let is_registered = chart.identity().is_some();
    match code {
        "register" => !is_registered,
        "correct-identity" => is_registered,
        "book-evaluation" | "hold-evaluation" | "open-course" => !is_going,
        "assess" | "override" | "withdraw-consent" | "complete-course" | "leave-course" => is_going,
        "amend-dose" | "open-session" => is_going && has_plan,
        "pause-course" => state == Some(CourseState::Open),
        "return-course" => state.is_some_and(|state| state != CourseState::Open),
        "check-in" => course.is_some(),
        "enrol-with-programme" => is_needed(&app.clinic, chart),
        "addend-note" => chart.all::<NoteSigned>().next().is_some(),
        _ => true,
    }
}

/// The page.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = open(app, ask, "add an entry")?;
    let actor = &ask.signed_in()?.actor;
    let mut view = Sheet::new("Add an entry", "Add an entry");
    view.patient = Some(header(
        app,
        &opened,
        vec![Link::new(opened.path(""), "Chart")],
    ));
    for (title, codes) in forms::MENU {
        let mut lines: Vec<Vec<Phrase>> = codes
            .iter()
            .filter_map(|code| forms::find(code))
            .filter(|form| may(actor, form.act, Some(opened.known.patient)).is_ok())
            .filter(|form| has_its_place(app, form.code, opened.chart()))
            .map(|form| vec![Phrase::link(opened.form(form.code), form.title)])
            .collect();
        if codes.contains(&"open-course") {
            lines.extend(plan(ask, &opened));
        }
        let is_going = has_its_place(app, "pause-course", opened.chart());
        if codes.contains(&"check-in") && is_going && may(actor, Act::SendLink, None).is_ok() {
            let to = opened.path("/check-in-link");
            lines.push(vec![Phrase::link(to, "Link to a check-in")]);
        }
        if codes.contains(&"check-in") && may(actor, Act::SendLink, None).is_ok() {
            let to = opened.path("/questionnaire-link");
            lines.push(vec![Phrase::link(to, "Link to a questionnaire")]);
        }
        if codes.contains(&"history") && may(actor, Act::TakeHistory, None).is_ok() {
            let to = opened.path("/evaluation");
            lines.insert(0, vec![Phrase::link(to, "Evaluation, step by step")]);
        }
        if codes.contains(&"use-days") && may(actor, Act::ReportUse, None).is_ok() {
            let to = opened.path("/calendar");
            lines.push(vec![Phrase::link(
                to,
                "Follow-back calendar of ninety days",
            )]);
        }
        if codes.contains(&"instrument") {
            let to = opened.path("/questionnaires");
            lines.push(vec![Phrase::link(to, "Questionnaires and ratings")]);
        }
        if codes.contains(&"withdraw-consent") && is_going {
            let to = opened.path("/consents");
            lines.push(vec![Phrase::link(to, "Consents")]);
        }
        if !lines.is_empty() {
            view.main
                .push(Section::new(*title, vec![Piece::List(lines)]));
        }
    }
    Ok(Reply::Page(sheet(
        &words::frame(app, ask, Some(pages::Place::Patients)),
        &view,
    )))
}

/// The way to the plan: to design one, or to the one that stands.
fn plan(ask: &Ask, opened: &super::patient::Opened) -> Option<Vec<Phrase>> {
    let course = opened.chart().course()?;
    let actor = &ask.signed_in().ok()?.actor;
    if opened.chart().plan(course.id).is_some() {
        return Some(vec![Phrase::link(opened.path("/plan"), "The plan")]);
    }
    may(actor, Act::Prescribe, Some(opened.known.patient)).ok()?;
    let to = opened.path("/plan/new");
    Some(vec![Phrase::link(to, "Design a plan")])
}
