//! A patient asks for the record to be corrected; the clinic accepts or declines; the patient may answer a
//! no, and the clinic that. 45 CFR 164.526.
//!
//! A request raises an alert, so it has an owner and a clock on the watch list like all that waits; the
//! answer closes it. An accepted request names the entry that corrects, which is made first.

use jiff::{SignedDuration, ToSpan as _};
use record::chart::EntryNumber;
use record::fact::care::{AlertCause, AlertClosed, AlertRaised, Urgency};
use record::fact::correction::{
    CopyWay, CorrectionAnswer, CorrectionAnswered, CorrectionRequested, CorrectionToGoAlong,
    DisagreementStated, RebuttalWritten,
};
use record::ids::{AlertId, PatientId};
use record::words::{Line, Prose};
use record::{Chart, Entry, Fact};

use crate::authority::{Act, authorise};
use crate::clinic::{Clinic, KnownChart, Written};
use crate::denied::Denied;
use crate::operation::Operation;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The entry it is about, where they said which.
    pub entry: Option<EntryNumber>,
    /// What is wrong.
    pub wrong: Prose,
    /// What it should say.
    pub should_say: Prose,
}

/// Asks for something in the record to be corrected, and raises the alert that says so.
///
/// # Errors
/// [`Denied::NotFound`] for another's record; [`Denied::Invalid`] for an entry that is not there.
pub fn ask(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    asked: Asked,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::AskCorrection, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    if let Some(entry) = asked.entry
        && known.chart.entry(entry).is_none()
    {
        return Err(Denied::invalid(
            "entry",
            "There is no such entry: leave it empty and say which one it is in your words",
        ));
    }
    let rule = clinic.library().alerts().correction.clone();
    let now = operation.occurred().0;
    let answer_by = clinic
        .zone_today(now)
        .saturating_add(rule.days_to_answer.days());
    let alert = AlertRaised {
        alert: AlertId::make(now, operation.chance),
        course: known.chart.course().map(|course| course.id),
        cause: AlertCause::CorrectionAsked,
        urgency: Urgency::Watch,
        sentence: Line::clipped(&format!(
            "Asks for the record to be corrected: answer in writing by {answer_by}"
        )),
        due_at: now
            .saturating_add(SignedDuration::from_hours(rule.hours_to_act))
            .unwrap_or(now),
    };
    let request = CorrectionRequested {
        entry: asked.entry,
        wrong: asked.wrong,
        should_say: asked.should_say,
        answer_by,
    };
    clinic.record(
        operation,
        role,
        patient,
        Some(known.version),
        &[request.into(), alert.into()],
    )
}

/// Answers a request, and closes its alert.
///
/// # Errors
/// [`Denied::NotFound`] where there is no such request; [`Denied::Invalid`] where it is answered already, or
/// where the entry that is said to correct does not.
pub fn answer(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    request: EntryNumber,
    answer: CorrectionAnswer,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::AnswerCorrection, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    let there = known
        .chart
        .correction_request(request)
        .ok_or(Denied::NotFound)?;
    if there.answer.is_some() {
        return Err(Denied::invalid(
            "answer",
            "This request was answered already; write a note to add to the answer",
        ));
    }
    let note = match &answer {
        CorrectionAnswer::Accepted { by } => {
            let is_one = correcting(&known.chart, request)
                .iter()
                .any(|entry| entry.number == *by);
            if !is_one {
                return Err(Denied::invalid(
                    "by",
                    "Correct the entry first, then choose the correction here",
                ));
            }
            "Accepted: the record is corrected."
        }
        CorrectionAnswer::Declined { .. } => "Declined, with the reason in writing.",
    };
    let alert = alert_of(&known, request);
    let mut facts: Vec<Fact> = vec![CorrectionAnswered { request, answer }.into()];
    if let (Some(alert), Ok(note)) = (alert, Prose::new(note)) {
        facts.push(AlertClosed { alert, note }.into());
    }
    clinic.record(operation, role, patient, Some(known.version), &facts)
}

/// States that one does not agree that a request was declined.
///
/// # Errors
/// [`Denied::NotFound`] for another's record or request; [`Denied::Invalid`] where it was not declined.
pub fn disagree(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    request: EntryNumber,
    words: Prose,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::AskCorrection, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    let there = known
        .chart
        .correction_request(request)
        .ok_or(Denied::NotFound)?;
    if !there.is_declined() {
        return Err(Denied::invalid(
            "words",
            "This request was not declined, so there is nothing to disagree with yet",
        ));
    }
    let fact = DisagreementStated { request, words };
    clinic.record(
        operation,
        role,
        patient,
        Some(known.version),
        &[fact.into()],
    )
}

/// Writes a rebuttal to a statement of disagreement. The patient is given a copy, and how is written down
/// with it: 45 CFR 164.526(d)(3).
///
/// # Errors
/// [`Denied::NotFound`] where there is no such request; [`Denied::Invalid`] where nobody disagreed with its
/// answer, or the copy is said to stand where the patient cannot read it.
pub fn rebut(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    request: EntryNumber,
    (words, copied): (Prose, CopyWay),
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::AnswerCorrection, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    let there = known
        .chart
        .correction_request(request)
        .ok_or(Denied::NotFound)?;
    if there.disagreements.is_empty() {
        return Err(Denied::invalid(
            "words",
            "The patient stated no disagreement, so there is nothing to rebut",
        ));
    }
    let signs_in = clinic
        .board()
        .people
        .values()
        .any(|one| one.patient == Some(patient));
    if copied == CopyWay::OwnRecord && !signs_in {
        return Err(Denied::invalid(
            "copied",
            "They do not sign in here: hand them the copy or send it by mail",
        ));
    }
    let fact = RebuttalWritten {
        request,
        words,
        copied,
    };
    let version = Some(known.version);
    clinic.record(operation, role, patient, version, &[fact.into()])
}

/// Asks that a declined request and its answer go along with what is sent of the record, without a statement
/// of disagreement: 45 CFR 164.526(d)(1)(iii).
///
/// # Errors
/// [`Denied::NotFound`] for another's record or request; [`Denied::Invalid`] where it was not declined, or
/// goes along already.
pub fn send_along(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    request: EntryNumber,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::AskCorrection, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    let there = known
        .chart
        .correction_request(request)
        .ok_or(Denied::NotFound)?;
    if !there.is_declined() || there.goes_along() {
        let said = if there.goes_along() {
            "It goes along already"
        } else {
            "This request was not declined, so there is nothing to send along"
        };
        return Err(Denied::invalid("request", said));
    }
    let fact = CorrectionToGoAlong { request };
    let version = Some(known.version);
    clinic.record(operation, role, patient, version, &[fact.into()])
}

/// The entries that can be what corrects: made after the request, and about the entry it names where it
/// names one that was corrected in place.
pub fn correcting(chart: &Chart, request: EntryNumber) -> Vec<&Entry> {
    let Some(there) = chart.correction_request(request) else {
        return Vec::new();
    };
    let wanted = there.fact.entry;
    let corrects = |entry: &Entry| {
        let target = if let Fact::Amended(fact) = &entry.fact {
            Some(fact.entry)
        } else if let Fact::EnteredInError(fact) = &entry.fact {
            Some(fact.entry)
        } else {
            None
        };
        match (target, wanted) {
            (Some(target), Some(wanted)) => target == wanted,
            (Some(_), None) => true,
            (None, _) => matches!(
                entry.fact,
                Fact::IdentityCorrected(_)
                    | Fact::NoteAddended(_)
                    | Fact::HistoryTaken(_)
                    | Fact::MedicineListed(_)
                    | Fact::ConditionListed(_)
                    | Fact::AllergyListed(_)
            ),
        }
    };
    let entries = chart.entries().iter();
    entries
        .filter(|entry| entry.number > request && corrects(entry))
        .collect()
}

/// The open alert that was raised with a request: the entry after it.
fn alert_of(known: &KnownChart, request: EntryNumber) -> Option<AlertId> {
    let next = EntryNumber(request.0.saturating_add(1));
    let mut alerts = known.chart.alerts().into_iter();
    alerts
        .find(|alert| alert.raised_by == next && alert.closed_at.is_none())
        .map(|alert| alert.id)
}
