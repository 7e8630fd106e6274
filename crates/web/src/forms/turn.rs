//! Forms for the turns of a course: pausing, completing, leaving, coming back.

#![expect(
    clippy::unnecessary_wraps,
    reason = "the drawing of every form has one shape"
)]

use clinic::act::course::{self, Turn};
use clinic::act::plan::turn as plan;
use clinic::authority::Act;
use clinic::denied::Denied;
use pages::{Field, FormPage, Link, Phrase};

use super::{Desk, FormKind, read};

pub(super) const FORMS: &[FormKind] = &[
    FormKind {
        code: "pause-course",
        title: "Pause the course",
        done: "The course is paused.",
        act: Act::TurnCourse,
        draw: draw_pause,
        send: send_pause,
    },
    FormKind {
        code: "complete-course",
        title: "Complete the course",
        done: "The course is completed.",
        act: Act::TurnCourse,
        draw: draw_complete,
        send: send_complete,
    },
    FormKind {
        code: "leave-course",
        title: "Record that they left the course",
        done: "It is recorded. They can come back at any time; nothing is lost.",
        act: Act::TurnCourse,
        draw: draw_leave,
        send: send_leave,
    },
    FormKind {
        code: "return-course",
        title: "Take the course up again",
        done: "The course goes on. Nothing was reset.",
        act: Act::TurnCourse,
        draw: draw_return,
        send: send_return,
    },
];

fn turn(desk: &Desk<'_>, turn: Turn) -> Result<String, Denied> {
    let (patient, course) = (desk.patient()?, desk.course()?);
    desk.operate(|operation, clinic| course::turn(operation, clinic, patient, course, turn))?;
    desk.chart()
}

fn draw_pause(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    Ok(desk.page(
        desk.form("Pause")
            .fields(vec![Field::area("reason", "Why?")]),
    ))
}

fn send_pause(desk: &Desk<'_>) -> Result<String, Denied> {
    let mut answers = desk.answers();
    let reason = answers.prose("reason");
    read!(answers => reason);
    let (patient, course) = (desk.patient()?, desk.course()?);
    desk.operate(|operation, clinic| plan::pause(operation, clinic, patient, course, reason))?;
    desk.chart()
}

fn draw_complete(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let field = Field::area("summary", "What did it come to?").optional();
    Ok(desk.page(desk.form("Complete").fields(vec![field])))
}

fn send_complete(desk: &Desk<'_>) -> Result<String, Denied> {
    let mut answers = desk.answers();
    let summary = answers.prose_or_none("summary");
    answers.done()?;
    turn(desk, Turn::Complete { summary })
}

fn draw_leave(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let field = Field::area("reason", "What is known of why?").optional();
    let mut page = desk.page(desk.form("Record").grave().fields(vec![field]));
    page.said = vec![
        Phrase::plain("A return to use is no reason to end a course. "),
        Phrase::Link(Link::new(
            desk.opened()?.form("pause-course"),
            "Pause it instead?",
        )),
    ];
    Ok(page)
}

fn send_leave(desk: &Desk<'_>) -> Result<String, Denied> {
    let mut answers = desk.answers();
    let reason = answers.prose_or_none("reason");
    answers.done()?;
    turn(desk, Turn::Leave { reason })
}

fn draw_return(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let mut fields = vec![Field::area("reason", "What brought them back?").optional()];
    let course = desk.course()?;
    let visits = plan::paused_visits(&desk.opened()?.known, course);
    let mut said = String::new();
    if let Some(first) = visits.first() {
        said = format!(
            "{} booked anew, the first of it {}, each at its time on the clock and as far apart as before.",
            crate::words::of(visits.len(), "visit is", "visits are"),
            first.title
        );
        fields.insert(0, Field::day("first_on", "On which day is the next visit?"));
    }
    Ok(desk
        .page(desk.form("Take it up again").fields(fields))
        .said(said))
}

fn send_return(desk: &Desk<'_>) -> Result<String, Denied> {
    let mut answers = desk.answers();
    let reason = answers.prose_or_none("reason");
    let first_on = answers.day_or_none("first_on");
    answers.done()?;
    let (patient, course) = (desk.patient()?, desk.course()?);
    desk.operate(|operation, clinic| {
        plan::resume(operation, clinic, patient, course, first_on, reason)
    })?;
    desk.chart()
}
