//! What is said by a link once its check-in is in.

use record::fact::care::{AlertCause, Urgency};
use record::words::{Door, Line};

use super::{Kept, Sent, Standing, keep, read, stands};
use crate::act::alert;
use crate::clinic::Clinic;
use crate::denied::Denied;
use crate::digest::hexadecimal;
use crate::operation::{Actor, Operation};

/// Takes whether they want a call, after the check-in is in.
///
/// # Errors
/// [`Denied::NotFound`] where the link leads nowhere or the phone has no pass.
pub fn want_call(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    token: &str,
    pass: Option<&str>,
    wants: bool,
) -> Result<(), Denied> {
    after(operation, clinic, token, pass, |sent| {
        let is_new = sent.wants_call.is_none();
        sent.wants_call = Some(wants);
        (wants && is_new).then_some((
            AlertCause::CallAsked,
            Urgency::ActNow,
            "Asked for a call at the end of a check-in",
        ))
    })
}

/// Takes that "not safe" was tapped by mistake. It lowers nothing: somebody still calls.
///
/// # Errors
/// [`Denied::NotFound`] where the link leads nowhere or the phone has no pass.
pub fn by_mistake(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    token: &str,
    pass: Option<&str>,
) -> Result<(), Denied> {
    after(operation, clinic, token, pass, |sent| {
        sent.is_danger.then_some((
            AlertCause::Safety,
            Urgency::ActNow,
            "Says that not safe was tapped by mistake: call all the same",
        ))
    })
}

fn after(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    token: &str,
    pass: Option<&str>,
    then: impl FnOnce(&mut Sent) -> Option<(AlertCause, Urgency, &'static str)>,
) -> Result<(), Denied> {
    let key = hexadecimal(token);
    let _held = clinic.hold_link(&key);
    let mut kept: Kept = read(clinic, &key)?.ok_or(Denied::NotFound)?;
    let now = operation.now();
    if !matches!(stands(clinic, &kept, &key, pass, now)?, Standing::Sent(_)) {
        return Err(Denied::NotFound);
    }
    let mut sent = kept.sent.clone().ok_or(Denied::NotFound)?;
    if let Some((cause, urgency, sentence)) = then(&mut sent) {
        let command = crate::digest::command(&format!("{key} {sentence}"));
        let mut system =
            Operation::new(Actor::system(Door::Link), operation.clock, operation.chance)
                .under(command);
        alert::raise(
            &mut system,
            clinic,
            kept.patient,
            cause,
            urgency,
            &Line::clipped(sentence),
        )?;
    }
    kept.sent = Some(sent);
    keep(clinic, &key, &kept)
}
