//! The predicted level of a plan under two published models: to teach, and for a plan as prescribed.
//!
//! A picture of a plan. Nothing measured enters it, and nothing in the product reads it.

mod asked;
mod drawn;

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use clinic::authority::{Act, may};
use clinic::denied::Denied;
use pages::{Figure, Phrase, Piece, Section, Sheet, sheet};
use pharmacology::preview::{Extent, preview};
use pharmacology::{Drug, Model, model, wording};
use record::fact::decision::PlannedDose;

use self::asked::{Asked, Fault};
use super::patient::{Opened, header, open};
use crate::app::App;
use crate::ask::Ask;
use crate::reply::Reply;
use crate::words;

/// How far a picture reaches: a working day at two minutes a point, the same people every time.
const EXTENT: Extent = Extent {
    until_h: 8.0,
    n_times: 241,
    n_people: 500,
    seed: 1,
};

/// The published models; the files are part of the program and are read once.
static MODELS: LazyLock<Vec<Model>> = LazyLock::new(|| {
    model::published().unwrap_or_else(|error| {
        tracing::error!(%error, "the published models cannot be read");
        Vec::new()
    })
});

/// The curves of plans shown in rooms; a clinic has a handful of sessions a day.
static CURVES: Mutex<BTreeMap<String, Figure>> = Mutex::new(BTreeMap::new());
const CURVES_MAX: usize = 64;

/// The page on which to change a plan and see.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    may(&ask.signed_in()?.actor, Act::ReadBoard, None)?;
    let mut view = Sheet::new("Predicted level", "Predicted level");
    view.said = Phrase::sentence(
        "To teach and to plan: change the dose, the way in or the time, and see. It never doses.",
    );
    view.main = vec![caution()];
    let form = asked::form("/pharmacology", &ask.query, &MODELS);
    match asked::read(&ask.query) {
        Ok(asked) => match predicted(app, &asked, false) {
            Ok(sections) => {
                view.main.extend(sections);
                view.side = vec![Section::new("The plan", vec![Piece::Form(form)])];
            }
            Err(fault) => view.main.push(mend(form, &[fault])),
        },
        Err(faults) => view.main.push(mend(form, &faults)),
    }
    let frame = words::frame(app, ask, Some(pages::Place::Evidence));
    Ok(Reply::Page(sheet(&frame, &view)))
}

fn mend(form: pages::Form, faults: &[Fault]) -> Section {
    let form = faults
        .iter()
        .fold(form, |form, fault| form.wrong(fault.field, &*fault.says));
    Section::new("The plan", vec![Piece::Form(form)])
}

/// Stands first on every page of this kind.
fn caution() -> Section {
    Section::new("Not a measurement", vec![Piece::plain(wording::CAUTION)])
}

fn predicted(app: &App, asked: &Asked, is_beside: bool) -> Result<Vec<Section>, Fault> {
    let models = asked.chosen(&MODELS)?;
    let unable = |error: &dyn std::fmt::Display| {
        tracing::error!(%error, "a level could not be predicted");
        Fault::new(
            "dose",
            "This plan could not be predicted: change the dose or the minutes",
        )
    };
    let plan = asked.plan()?;
    let patient = asked.patient()?;
    let found = preview(&models, &patient, &plan, EXTENT).map_err(|error| unable(&error))?;
    if let (true, Some((name, error))) = (found.models.is_empty(), found.refused.first()) {
        return Err(asked::refused(name, error, &MODELS));
    }
    Ok(drawn::sections(app, asked, &found, &MODELS, is_beside))
}

/// The plan of a course as prescribed, for this person's weight.
pub(crate) fn show_plan(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = open(app, ask, "predicted level")?;
    let mut view = Sheet::new("Predicted level of the plan", "Predicted level");
    let back = pages::Link::new(opened.path(""), "Chart");
    view.patient = Some(header(app, &opened, vec![back]));
    match of_plan(app, ask, &opened) {
        Err(why) => view.said = Phrase::sentence(why),
        Ok((asked, doses, dose)) => {
            view.said = Phrase::sentence(wording::PLAN_NOT_LIVE);
            view.main = vec![caution()];
            match predicted(app, &asked, false) {
                Ok(sections) => view.main.extend(sections),
                Err(fault) => view.main.push(Section::new(
                    "No prediction",
                    vec![Piece::plain(fault.says)],
                )),
            }
            let form =
                asked::session_form(&opened.path("/predicted"), &doses, &dose, &asked, &MODELS);
            view.side = vec![Section::new("As prescribed", vec![Piece::Form(form)])];
        }
    }
    let frame = words::frame(app, ask, Some(pages::Place::Patients));
    Ok(Reply::Page(sheet(&frame, &view)))
}

/// The level of a dose as it is planned, for a page that designs or shows a plan; its first section is
/// the caution that stands on every prediction.
pub(crate) fn of_planned(
    app: &App,
    dose: &PlannedDose,
    protocol: &protocol::Protocol,
    weight_kg: Option<f64>,
    age: Option<f64>,
) -> Vec<Section> {
    let none = |why: &str| vec![Section::new("No prediction", vec![Piece::plain(why)])];
    let Some(weight_kg) = weight_kg else {
        return none("No weight is known, and the level depends on it: record the weight first.");
    };
    let Some(drug) = drug(&protocol.substance) else {
        return none("Which drug the plan gives is not known here, so no level is drawn.");
    };
    let asked = asked::of_dose(dose, drug, weight_kg, age, &crate::sent::Sent::default());
    let mut all = vec![caution()];
    match predicted(app, &asked, true) {
        Ok(sections) => all.extend(sections),
        Err(fault) => all.extend(none(&fault.says)),
    }
    all
}

/// The curve of a session's dose as the plan prescribes it, with the words that stand on it.
///
/// It is worked out from the plan alone, so it is the same before, during and after the session, and is
/// kept so that a room that is drawn anew every minute does not work it out anew.
pub(crate) fn in_room(app: &App, opened: &Opened, number: u8) -> Option<(String, Figure)> {
    let chart = opened.chart();
    let course = chart.course()?;
    let (_, plan) = chart.plan(course.id)?;
    let dose = plan.doses.iter().find(|dose| dose.number == number)?;
    let protocol = app.clinic.library().protocol(plan.protocol.as_str())?;
    let weight = f64::from(plan.weight_g?.get()) / 1_000.0;
    let age = chart.age_on(plan.day_zero).map(f64::from);
    let drug = drug(&protocol.substance)?;
    let asked = asked::of_dose(dose, drug, weight, age, &crate::sent::Sent::default());
    let key = format!("{asked:?}");
    let kept = |all: &BTreeMap<String, Figure>| all.get(&key).cloned();
    let mut curves = CURVES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(curve) = kept(&curves) {
        return Some((wording::CAUTION.to_owned(), curve));
    }
    let models = asked.chosen(&MODELS).ok()?;
    let found = preview(&models, &asked.patient().ok()?, &asked.plan().ok()?, EXTENT).ok()?;
    let mut curve = drawn::first(&found)?;
    curve.caption = Phrase::sentence(format!(
        "{} {}",
        wording::PLAN_NOT_LIVE,
        wording::NO_DISCHARGE_CRITERION
    ));
    if curves.len() >= CURVES_MAX {
        curves.clear();
    }
    curves.insert(key, curve.clone());
    Some((wording::CAUTION.to_owned(), curve))
}

fn drug(substance: &str) -> Option<Drug> {
    match substance {
        "ketamine" => Some(Drug::RacemicKetamine),
        "esketamine" => Some(Drug::Esketamine),
        _ => None,
    }
}

/// What is prescribed, as a question; or why there is nothing to draw, in a sentence.
fn of_plan(
    app: &App,
    ask: &Ask,
    opened: &Opened,
) -> Result<(Asked, Vec<PlannedDose>, PlannedDose), String> {
    let chart = opened.chart();
    let course = chart.course().ok_or(
        "There is no course yet: open one and prescribe a plan, then its level can be drawn.",
    )?;
    let (_, plan) = chart.plan(course.id).ok_or(
        "No plan is prescribed for this course: prescribe one, then its level can be drawn.",
    )?;
    let number = ask.query.get("session").and_then(|word| word.parse().ok());
    let chosen = plan.doses.iter().find(|dose| Some(dose.number) == number);
    let dose = chosen
        .or_else(|| plan.doses.first())
        .ok_or("The plan holds no dosing session, so there is no level to draw.")?;
    let weight = plan
        .weight_g
        .or_else(|| chart.weight().map(|(_, weight)| weight))
        .ok_or("No weight is recorded, and the level depends on it: record the weight first.")?;
    let protocol = app.clinic.library().protocol(plan.protocol.as_str());
    let drug = protocol
        .and_then(|protocol| drug(&protocol.substance))
        .ok_or("Which drug the plan gives is not known here, so no level is drawn.")?;
    let asked = asked::of_dose(
        dose,
        drug,
        f64::from(weight.get()) / 1_000.0,
        chart.age_on(opened.today).map(f64::from),
        &ask.query,
    );
    Ok((asked, plan.doses.clone(), dose.clone()))
}
