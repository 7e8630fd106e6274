//! Help now: the patient's own safety plan, the people they chose, and the lines that answer at night.

use clinic::denied::Denied;
use pages::{HelpNow, Keep, Link, Step, help_now};
use record::calendar::civil_day;
use record::chart::Chart;
use record::fact::care::SafetyPlanWritten;

use super::check_in::person;
use super::patient::open;
use crate::app::App;
use crate::ask::Ask;
use crate::forms::SAFETY_STEPS;
use crate::reply::Reply;
use crate::{assets, words};

/// The step that names people to ask for help.
const PEOPLE: &str = "help";

/// The page.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = open(app, ask, "help now")?;
    let is_own = ask.signed_in()?.actor.patient().is_some();
    let latest = opened.chart().latest::<SafetyPlanWritten>();
    let (people, plan) = plan_of(opened.chart());
    let (back, write) = if is_own {
        let back = Link::new(opened.path("/my-record"), "My record");
        let write = if latest.is_some() {
            "Change it"
        } else {
            "Write it"
        };
        (back, write)
    } else {
        (Link::new(opened.path(""), "Chart"), "Write it with them")
    };
    let view = HelpNow {
        back,
        clinic_phone: app.clinic.board().house.phone.clone(),
        people,
        plan,
        written: latest.map(|(entry, _)| words::day(civil_day(entry.occurred_at.0, &opened.zone))),
        write: Link::new(opened.form("safety-plan"), write),
        paper: latest.map(|_| Link::new(opened.path("/safety-plan"), "Read or print it")),
        keep: is_own.then(|| Keep {
            worker: opened.path("/help-now.js"),
        }),
        drawn: words::moment(ask.now, &opened.zone),
    };
    Ok(Reply::Page(help_now(&words::door(app, ask.now), &view)))
}

/// The people somebody chose, and their plan, step by step.
pub(super) fn plan_of(chart: &Chart) -> (Vec<(String, String)>, Vec<Step>) {
    let latest = chart.latest::<SafetyPlanWritten>();
    let steps = latest.map_or(&[][..], |(_, plan)| plan.steps.as_slice());
    let lines = |wanted: &str| -> Vec<(String, Option<String>)> {
        steps
            .iter()
            .filter(|step| step.step.as_str() == wanted)
            .flat_map(|step| step.lines.iter())
            .map(|line| match person(line.as_str()) {
                Some((who, number)) => (who, Some(number)),
                None => (line.to_string(), None),
            })
            .collect()
    };
    let people: Vec<(String, String)> = lines(PEOPLE)
        .into_iter()
        .filter_map(|(who, number)| Some((who, number?)))
        .collect();
    let plan = SAFETY_STEPS.iter().filter_map(|(step, asks)| {
        let mut lines = lines(step);
        // Who has a number stands above already.
        lines.retain(|(_, number)| *step != PEOPLE || number.is_none());
        (!lines.is_empty()).then(|| Step {
            asks: (*asks).to_owned(),
            lines,
        })
    });
    (people, plan.collect())
}

/// The script that keeps the page on a phone. It stands beside the page, since a script can keep only
/// what lies beneath its own address.
pub(crate) fn worker(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    open(app, ask, "help now, kept")?;
    let text = assets::text("help-worker.js").ok_or(Denied::NotFound)?;
    Ok(Reply::Data("text/javascript; charset=utf-8", text))
}
