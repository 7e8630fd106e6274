//! Forms for visits.
#![expect(
    clippy::unnecessary_wraps,
    reason = "the drawing of every form has one shape"
)]

use clinic::act::visit::{self, Turn};
use clinic::authority::Act;
use clinic::denied::Denied;
use pages::{Field, FormPage};
use record::fact::visit::{VisitBooked, VisitPurpose};
use record::ids::VisitId;

use super::{Desk, FormKind, choices_of, read};
use crate::words;

pub(super) const FORMS: &[FormKind] = &[
    FormKind {
        code: "book-visit",
        title: "Book a visit",
        done: "The visit is booked.",
        act: Act::KeepCalendar,
        draw: draw_book,
        send: send_book,
    },
    FormKind {
        code: "visit-arrive",
        title: "The patient is here",
        done: "Their arrival is recorded.",
        act: Act::KeepCalendar,
        draw: draw_arrive,
        send: send_arrive,
    },
    FormKind {
        code: "visit-miss",
        title: "Record a missed visit",
        done: "The missed visit is recorded.",
        act: Act::KeepCalendar,
        draw: draw_miss,
        send: send_miss,
    },
    FormKind {
        code: "visit-hold",
        title: "Record a visit held",
        done: "The visit is recorded.",
        act: Act::KeepCalendar,
        draw: draw_hold,
        send: send_hold,
    },
    FormKind {
        code: "visit-cancel",
        title: "Cancel a visit",
        done: "The visit is off the calendar.",
        act: Act::KeepCalendar,
        draw: draw_cancel,
        send: send_cancel,
    },
];

fn draw_book(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    Ok(desk.page(desk.form("Book").fields(vec![
        Field::one_of("purpose", "What is it for?", choices_of!(VisitPurpose)),
        Field::line("title", "What is it called?"),
        Field::moment("starts_at", "When does it begin?"),
        Field::number("minutes", "How long?", "min").value("60"),
        Field::line("with", "With whom?").optional(),
        Field::line("room", "Where?").optional(),
    ])))
}

fn send_book(desk: &Desk<'_>) -> Result<String, Denied> {
    let patient = desk.patient()?;
    let course = desk.opened()?.chart().course().map(|course| course.id);
    let mut answers = desk.answers();
    let purpose = answers.word("purpose", VisitPurpose::from_code);
    let title = answers.line("title");
    let starts_at = answers.moment("starts_at");
    let minutes = answers.number("minutes", 1, 720);
    let with = answers.line_or_none("with");
    let room = answers.line_or_none("room");
    read!(answers => purpose, title, starts_at, minutes);
    desk.operate(|operation, clinic| {
        let booked = VisitBooked {
            visit: VisitId::make(operation.now(), operation.chance),
            course,
            purpose,
            title,
            day: None,
            starts_at,
            minutes,
            with,
            room,
            number: None,
        };
        visit::book(operation, clinic, patient, vec![booked])
    })?;
    desk.chart()
}

/// Which visit it is about, in words.
fn said(desk: &Desk<'_>) -> Result<String, Denied> {
    let id: VisitId = desk.needed("visit")?;
    let visits = desk.opened()?.chart().visits();
    let visit = visits
        .iter()
        .find(|visit| visit.id == id)
        .ok_or(Denied::NotFound)?;
    Ok(format!(
        "{}, {}.",
        visit.title,
        words::moment(visit.starts_at, &desk.zone)
    ))
}

fn send_turn(desk: &Desk<'_>, turn: Turn) -> Result<String, Denied> {
    let patient = desk.patient()?;
    let id: VisitId = desk.needed("visit")?;
    desk.operate(|operation, clinic| visit::turn(operation, clinic, patient, id, turn))?;
    desk.chart()
}

fn draw_arrive(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    Ok(desk.page(desk.form("They are here")).said(said(desk)?))
}

fn send_arrive(desk: &Desk<'_>) -> Result<String, Denied> {
    send_turn(desk, Turn::Arrive)
}

fn draw_miss(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let form = desk.form("Record").fields(vec![
        Field::line("reason", "What is known of why?").optional(),
    ]);
    Ok(desk.page(form).said(said(desk)?))
}

fn send_miss(desk: &Desk<'_>) -> Result<String, Denied> {
    let mut answers = desk.answers();
    let reason = answers.line_or_none("reason");
    answers.done()?;
    send_turn(desk, Turn::Miss { reason })
}

fn draw_hold(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let form = desk.form("Record").fields(vec![
        Field::line("summary", "What did it come to?").optional(),
    ]);
    Ok(desk.page(form).said(said(desk)?))
}

fn send_hold(desk: &Desk<'_>) -> Result<String, Denied> {
    let mut answers = desk.answers();
    let summary = answers.line_or_none("summary");
    answers.done()?;
    send_turn(desk, Turn::Hold { summary })
}

fn draw_cancel(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let form = desk
        .form("Cancel the visit")
        .grave()
        .fields(vec![Field::line("reason", "Why?")]);
    Ok(desk.page(form).said(said(desk)?))
}

fn send_cancel(desk: &Desk<'_>) -> Result<String, Denied> {
    let mut answers = desk.answers();
    let reason = answers.line("reason");
    read!(answers => reason);
    send_turn(desk, Turn::Cancel { reason })
}
