//! Forms for a plan that stands: one visit moved, all from here on moved, the dose amended.

use clinic::act::confirm::{FIELD, confirm};
use clinic::act::plan::reckon::Wishes;
use clinic::act::plan::sign::approve;
use clinic::act::plan::turn::{self, Move};
use clinic::authority::Act;
use clinic::denied::Denied;
use jiff::civil::DateTime;
use pages::{Control, Field, FormPage, Input, Phrase};
use protocol::Basis;
use record::chart::visit::Visit;
use record::fact::visit::VisitPurpose;
use record::ids::{PersonId, VisitId};
use record::words::Role;

use super::{Desk, FormKind, read};
use crate::page::plan::fields;
use crate::words;

pub(super) const FORMS: &[FormKind] = &[
    FormKind {
        code: "visit-move",
        title: "Move a visit",
        done: "The visit is moved.",
        act: Act::KeepCalendar,
        draw: draw_move,
        send: send_move,
    },
    FormKind {
        code: "shift-plan",
        title: "Move all visits from here on",
        done: "The visits are moved, and the plan with them.",
        act: Act::Prescribe,
        draw: draw_shift,
        send: send_shift,
    },
    FormKind {
        code: "amend-dose",
        title: "Amend the dose",
        done: "The dose is amended for the sessions to come.",
        act: Act::Prescribe,
        draw: draw_dose,
        send: send_dose,
    },
];

/// The visit it is about.
fn visit(desk: &Desk<'_>) -> Result<Visit, Denied> {
    let id: VisitId = desk.needed("visit")?;
    let visits = desk.opened()?.chart().visits();
    let found = visits.into_iter().find(|visit| visit.id == id);
    found.ok_or(Denied::NotFound)
}

fn draw_move(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let there = visit(desk)?;
    let nobody = || {
        there
            .with
            .clone()
            .unwrap_or_else(|| "nobody named".to_owned())
    };
    let room = there.room.clone().unwrap_or_else(|| "no room".to_owned());
    let role = match there.purpose {
        VisitPurpose::Dosing | VisitPurpose::FollowUp => Role::Nurse,
        VisitPurpose::Therapy => Role::Therapist,
        VisitPurpose::Evaluation | VisitPurpose::Call => Role::Prescriber,
    };
    let starts = desk.zone.to_datetime(there.starts_at);
    let starts = starts.strftime("%Y-%m-%dT%H:%M").to_string();
    let form = desk.form("Move").fields(vec![
        Field::moment("starts_at", "When does it now begin?").value(&starts),
        Field::select(
            "room",
            "In another room?",
            fields::rooms(desk.app, there.purpose),
        )
        .hint(format!("Empty: {room}"))
        .optional(),
        Field::select("with", "With someone else?", fields::staff(desk.app, role))
            .hint(format!("Empty: {}", nobody()))
            .optional(),
        Field::line("reason", "Why?"),
    ]);
    let page = desk.page(form);
    Ok(page.said(format!(
        "{}, {}. No room, no member of staff and no patient is ever in two visits at once.",
        there.title,
        words::moment(there.starts_at, &desk.zone)
    )))
}

fn send_move(desk: &Desk<'_>) -> Result<String, Denied> {
    let patient = desk.patient()?;
    let there = visit(desk)?;
    let mut answers = desk.answers();
    let starts = answers.word("starts_at", |text| text.parse::<DateTime>().ok());
    let room = answers.line_or_none("room");
    let with = answers.line_or_none("with");
    let reason = answers.line("reason");
    read!(answers => starts, reason);
    let to = Move {
        starts,
        room,
        with,
        reason,
    };
    desk.operate(|operation, clinic| turn::move_visit(operation, clinic, patient, there.id, &to))?;
    back(desk, &there)
}

/// Back to the plan where the visit is of one, to the chart otherwise.
fn back(desk: &Desk<'_>, there: &Visit) -> Result<String, Denied> {
    match there.course {
        Some(_) => Ok(desk
            .opened()?
            .path(&format!("/plan?done={}", desk.kind.code))),
        None => desk.chart(),
    }
}

fn draw_shift(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let there = visit(desk)?;
    let visits = desk.opened()?.chart().visits();
    let n = visits
        .iter()
        .filter(|visit| visit.course == there.course && visit.starts_at >= there.starts_at)
        .filter(|visit| visit.state == record::chart::visit::VisitState::Booked)
        .count();
    let form = desk.form("Move them all").fields(vec![
        Field::number("days", "By how many days?", "days")
            .hint("Fewer than 0 moves them earlier")
            .value("7"),
        Field::area("reason", "Why?"),
    ]);
    let page = desk.page(form);
    Ok(page.said(format!(
        "{} and everything later: {}. Each keeps its time on the clock, also when the clocks change. If one \
         of them cannot stand where it would come, none moves.",
        there.title,
        words::of(n, "visit", "visits")
    )))
}

fn send_shift(desk: &Desk<'_>) -> Result<String, Denied> {
    let patient = desk.patient()?;
    let there = visit(desk)?;
    let mut answers = desk.answers();
    let days = answers.word("days", |text| text.parse::<i32>().ok());
    let reason = answers.prose("reason");
    read!(answers => days, reason);
    desk.operate(|operation, clinic| {
        turn::shift(operation, clinic, patient, there.id, days, &reason)
    })?;
    back(desk, &there)
}

/// What the amended dose is reckoned on.
fn wishes(desk: &Desk<'_>) -> Result<Wishes, Denied> {
    let opened = desk.opened()?;
    let course = desk.course()?;
    let (_, plan) = opened
        .chart()
        .plan(course)
        .ok_or_else(|| Denied::invalid("dose", "No plan is prescribed yet: design one first"))?;
    let sent = &desk.ask.sent;
    let mut faults = Vec::new();
    let wishes = Wishes {
        weight: fields::weight(sent, opened.today, &mut faults),
        weight_confirmed: fields::prose(sent, "weight_confirmed", &mut faults),
        basis: match sent.get("basis") {
            Some("actual") => Some(Basis::Actual),
            Some("ideal") => Some(Basis::Ideal),
            Some(_) | None => None,
        },
        dose: fields::dose(sent, &mut faults),
        doses: fields::doses(sent, &mut faults),
        second: fields::second(desk.app, sent),
        ..Wishes::of(plan.protocol.as_str(), opened.today)
    };
    if faults.is_empty() {
        Ok(wishes)
    } else {
        Err(Denied::Invalid(faults))
    }
}

fn draw_dose(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let opened = desk.opened()?;
    let course = desk.course()?;
    let (_, plan) = opened.chart().plan(course).ok_or(Denied::NotFound)?;
    let protocol = desk.app.clinic.library().protocol(plan.protocol.as_str());
    let protocol = protocol.ok_or(Denied::NotFound)?;
    let sent = &desk.ask.sent;
    let mut all = fields::dose_fields(desk.app, opened, protocol, sent);
    let has = |all: &[Field], name: &str| all.iter().any(|field| field.name == name);
    if !has(&all, "weight_confirmed") {
        all.push(fields::confirm_field(sent).optional());
    }
    if !has(&all, "second") {
        all.push(fields::second_field(desk.app, sent).optional());
    }
    let secret = |name, label: &str| Field::new(name, label, Control::line(Input::Secret));
    all.push(secret("second_secret", "Pass phrase of the second prescriber").optional());
    all.push(Field::area("reason", "Why does it change?"));
    all.push(super::pass_phrase(None));
    let mut page = desk.page(desk.form("Sign the amendment").fields(all));
    let now: Vec<String> = plan
        .doses
        .iter()
        .map(|dose| format!("session {}: {}", dose.number, dose.dose))
        .collect();
    page.said = Phrase::sentence(format!(
        "Now {}. Doses that were given stand as they were; those to come are reckoned anew.",
        now.join("; ")
    ));
    Ok(page)
}

fn send_dose(desk: &Desk<'_>) -> Result<String, Denied> {
    let (patient, course) = (desk.patient()?, desk.course()?);
    let wishes = wishes(desk)?;
    let mut answers = desk.answers();
    let reason = answers.prose("reason");
    read!(answers => reason);
    let sent = &desk.ask.sent;
    let secret = sent.raw(FIELD).unwrap_or_default();
    let second: Option<PersonId> = sent.get("second").and_then(|text| text.parse().ok());
    let typed = sent.raw("second_secret").filter(|text| !text.is_empty());
    desk.operate(|operation, clinic| {
        let confirmed = confirm(operation, clinic, secret)?;
        let second = match (second, typed) {
            (Some(second), Some(typed)) => Some(approve(operation, clinic, second, typed)?),
            (Some(_) | None, _) => None,
        };
        let signed = (reason, &confirmed, second.as_ref());
        turn::amend_dose(operation, clinic, patient, course, &wishes, signed)
    })?;
    Ok(desk.opened()?.path("/plan?done=amend-dose"))
}
