//! The form that puts an alert off: by how long, within the clinic's bound, and why.

use clinic::act::alert::snooze::snooze;
use clinic::authority::Act;
use clinic::denied::Denied;
use jiff::SignedDuration;
use pages::{Choice, Field, FormPage};
use record::fact::care::Urgency;
use record::ids::AlertId;

use super::{Desk, FormKind, read};
use crate::app::App;
use crate::words;

pub(super) const FORMS: &[FormKind] = &[FormKind {
    code: "snooze-alert",
    title: "Put an alert off",
    done: "The alert is put off. It comes back by itself.",
    act: Act::SnoozeAlert,
    draw,
    send,
}];

/// The lengths offered, in minutes; those beyond the clinic's bound are not.
const LENGTHS: &[i64] = &[15, 30, 60, 120, 240, 480, 1_440];

/// What the form asks, for an alert that presses so.
pub(crate) fn snooze_fields(app: &App, urgency: Urgency) -> Vec<Field> {
    let most = app.clinic.library().policy().snooze_most(urgency);
    let choices = LENGTHS
        .iter()
        .filter(|minutes| SignedDuration::from_mins(**minutes) <= most)
        .map(|minutes| Choice::new(minutes.to_string(), words::stretch(*minutes)));
    vec![
        Field::select("minutes", "By how long?", choices.collect()).hint(format!(
            "{} at the most: clinic policy",
            words::stretch(most.as_mins())
        )),
        Field::line("reason", "Why?"),
    ]
}

fn draw(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let id: AlertId = desk.needed("alert")?;
    let alerts = desk.opened()?.chart().alerts();
    let there = alerts.iter().find(|alert| alert.id == id);
    let urgency = there.ok_or(Denied::NotFound)?.urgency;
    Ok(desk
        .page(
            desk.form("Put off")
                .fields(snooze_fields(desk.app, urgency)),
        )
        .said("It stays on the watch list with your reason, and its clock runs on from then."))
}

fn send(desk: &Desk<'_>) -> Result<String, Denied> {
    let patient = desk.patient()?;
    let id: AlertId = desk.needed("alert")?;
    let mut answers = desk.answers();
    let minutes = answers.number_or_none("minutes", 1, 10_080);
    let reason = answers.line("reason");
    read!(answers => reason);
    let minutes = minutes.ok_or_else(|| Denied::invalid("minutes", "Choose by how long"))?;
    desk.operate(|operation, clinic| {
        let until = operation
            .now()
            .saturating_add(SignedDuration::from_mins(minutes.into()))
            .map_err(|_| Denied::invalid("minutes", "Choose by how long"))?;
        snooze(operation, clinic, patient, id, until, reason)
    })?;
    desk.chart()
}
