//! Forms for devices, and for the monitoring form of an esketamine session.
#![expect(
    clippy::unnecessary_wraps,
    reason = "the drawing of every form has one shape"
)]

use clinic::act::{device, enrolment, monitoring_form};
use clinic::authority::Act;
use clinic::denied::Denied;
use pages::{Field, FormPage};
use record::ids::SessionId;

use super::{Desk, FormKind};

/// What is said above the form of an enrolment.
const ENROL_SAID: &str = "The clinic enrols the person with the programme itself, with both signatures; Holdfast sends nothing. \
    Until the enrolment is recorded here, rule E54 holds every dose.";

pub(super) const FORMS: &[FormKind] = &[
    FormKind {
        code: "place-device",
        title: "Put a device into another room",
        done: "The device stands in its new room; what it read before is not taken there.",
        act: Act::PlaceDevice,
        draw: draw_place,
        send: send_place,
    },
    FormKind {
        code: "revoke-device",
        title: "Revoke a device",
        done: "The device is revoked: its token opens nothing.",
        act: Act::ManageDevices,
        draw: draw_revoke,
        send: send_revoke,
    },
    FormKind {
        code: "monitoring-form-sent",
        title: "Record that the monitoring form was sent",
        done: "That the form was sent is recorded.",
        act: Act::SendMonitoringForm,
        draw: draw_sent,
        send: send_sent,
    },
    FormKind {
        code: "enrol-with-programme",
        title: "Record the enrolment with the programme of esketamine",
        done: "The enrolment is recorded, and the rules of the day read it.",
        act: Act::EnrolWithProgramme,
        draw: draw_enrol,
        send: send_enrol,
    },
];

fn draw_place(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let field = Field::line("room", "Room")
        .hint("As the room is written when a session is opened, for example Room 2");
    Ok(desk.page(desk.form("Put it there").fields(vec![field])))
}

fn send_place(desk: &Desk<'_>) -> Result<String, Denied> {
    let id: String = desk.needed("device")?;
    let mut answers = desk.answers();
    let room = answers.line("room");
    answers.done()?;
    let room = room.ok_or(Denied::NotFound)?;
    desk.operate(|operation, clinic| device::place(operation, clinic, &id, room))?;
    Ok("/devices".to_owned())
}

fn draw_revoke(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    Ok(desk.page(desk.form("Revoke it")))
}

fn send_revoke(desk: &Desk<'_>) -> Result<String, Denied> {
    let id: String = desk.needed("device")?;
    desk.operate(|operation, clinic| device::revoke(operation, clinic, &id))?;
    Ok("/devices".to_owned())
}

fn draw_enrol(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let today = desk.opened()?.today.to_string();
    let form = desk.form("Record it").fields(vec![
        Field::day("enrolled_on", "Since which day are they enrolled?").value(&today),
        Field::line("reference", "Reference").hint(
            "The programme's confirmation number, or how it was confirmed where there is none",
        ),
    ]);
    Ok(desk.page(form).said(ENROL_SAID))
}

fn send_enrol(desk: &Desk<'_>) -> Result<String, Denied> {
    let patient = desk.patient()?;
    let mut answers = desk.answers();
    let (day, reference) = (answers.day("enrolled_on"), answers.line("reference"));
    answers.done()?;
    let said = day.zip(reference).ok_or(Denied::NotFound)?;
    desk.operate(|operation, clinic| enrolment::record_enrolled(operation, clinic, patient, said))?;
    let opened = desk.opened()?;
    let back = desk.named::<SessionId>("session").map_or_else(
        || opened.path("?done=enrol-with-programme"),
        |session| opened.path(&format!("/sessions/{session}/readiness")),
    );
    Ok(back)
}

fn draw_sent(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let today = desk.opened()?.today.to_string();
    let form = desk.form("Record it").fields(vec![
        Field::day("sent_on", "On which day was it sent?").value(&today),
        Field::line("reference", "Reference")
            .hint("The confirmation number, or how it was sent where there is none"),
    ]);
    Ok(desk.page(form))
}

fn send_sent(desk: &Desk<'_>) -> Result<String, Denied> {
    let session: SessionId = desk.needed("session")?;
    let patient = desk.patient()?;
    let mut answers = desk.answers();
    let (day, reference) = (answers.day("sent_on"), answers.line("reference"));
    answers.done()?;
    let said = day.zip(reference).ok_or(Denied::NotFound)?;
    desk.operate(|operation, clinic| {
        monitoring_form::record_sent(operation, clinic, patient, session, said)
    })?;
    Ok(desk
        .opened()?
        .path(&format!("/sessions/{session}/monitoring-form")))
}
