//! Questionnaires and ratings: answered item by item, kept as they are filled in, scored when read.
//!
//! What an answer flags, such as the ninth item of the PHQ-9, becomes an alert in the same append.
//! A total from paper is an answer too, but says less and flags only what a total can.

use instruments::{Answers, FilledBy as MeantFor, Flagged, Instrument, Scored, Urgency as Soon};
use jiff::{SignedDuration, Timestamp};
use record::Fact;
use record::fact::care::{AlertCause, Urgency};
use record::fact::observation::{FilledBy, InstrumentAnswered, ItemAnswer};
use record::ids::PatientId;
use record::words::{Line, Role, Sex};

use super::alert::raised;
use crate::authority::{Act, authorise};
use crate::clinic::{Clinic, KnownChart, Written};
use crate::denied::Denied;
use crate::operation::Operation;

pub mod draft;

use draft::Draft;

/// A questionnaire or rating filled in.
#[derive(Clone, Debug)]
pub struct Filled {
    /// Which: `phq-9`.
    pub instrument: String,
    /// The answers; what is not here was passed over.
    pub answers: Answers,
    /// Who filled it in.
    pub filled_by: FilledBy,
}

/// Gives the answers to a questionnaire or rating.
///
/// # Errors
/// [`Denied::NotFound`] for an instrument that is not there; [`Denied::Invalid`] where nothing was
/// answered, an answer is none of the item's options, or a patient fills in what staff rate.
pub fn answer(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    filled: &Filled,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::AnswerInstrument, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    if filled.answers.pairs().next().is_none() {
        return Err(Denied::invalid(
            "items",
            "Nothing was answered: answer at least one item, or go back",
        ));
    }
    give(operation, clinic, role, patient, filled)
}

/// Writes the answers down, with an alert in the same append for each flag nobody was told of yet.
pub(super) fn give(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    role: Role,
    patient: PatientId,
    filled: &Filled,
) -> Result<Written, Denied> {
    let instrument = found(operation, clinic, &filled.instrument)?;
    let told = draft::told(clinic, patient, &instrument)?;
    let flagged = instrument
        .flagged(&filled.answers)
        .map_err(|unfit| Denied::invalid("items", unfit.to_string()))?;
    let known = clinic.chart(patient)?;
    super::session::check_told_time(operation)?;
    let items = instrument.items.iter().map(|item| ItemAnswer {
        item: Line::clipped(&item.id),
        value: filled.answers.get(&item.id),
    });
    let answered = InstrumentAnswered {
        instrument: Line::clipped(&instrument.id),
        version: Line::clipped(&instrument.version),
        items: items.collect(),
        entered_total: None,
        filled_by: filled.filled_by,
    };
    let risen = risen(&instrument, &known, &answered, operation.occurred().0);
    let mut facts = vec![Fact::from(answered)];
    for one in flagged.iter().chain(&risen) {
        if told.contains(&sentence(&instrument, one)) {
            continue;
        }
        facts.push(flag(operation, clinic, &known, &instrument, one));
    }
    let written = clinic.record(operation, role, patient, None, &facts)?;
    draft::given(clinic, patient, &instrument)?;
    Ok(written)
}

/// The rises of the first score against the lowest of the day before it, or else the answer before.
fn risen<'a>(
    instrument: &'a Instrument,
    known: &KnownChart,
    answered: &InstrumentAnswered,
    at: Timestamp,
) -> Vec<Flagged<'a>> {
    let value = |answered: &InstrumentAnswered| {
        let scores = scored(instrument, answered, Sex::NotRecorded);
        scores.first().and_then(Scored::value)
    };
    let earlier: Vec<(Timestamp, f64)> = known
        .chart
        .all::<InstrumentAnswered>()
        .filter(|(entry, one)| one.instrument == answered.instrument && entry.occurred_at.0 <= at)
        .filter_map(|(entry, one)| Some((entry.occurred_at.0, value(one)?)))
        .collect();
    let since = at
        .saturating_sub(SignedDuration::from_hours(24))
        .unwrap_or(at);
    let of_the_day = earlier.iter().filter(|(then, _)| *then >= since);
    let lowest = of_the_day.map(|(_, value)| *value).reduce(f64::min);
    let before = lowest.or(earlier
        .iter()
        .max_by_key(|(then, _)| *then)
        .map(|(_, value)| *value));
    let (Some(score), Some(before), Some(now)) =
        (instrument.scores.first(), before, value(answered))
    else {
        return Vec::new();
    };
    instrument.risen(&score.id, before, now)
}

/// What an alert of a flag says.
fn sentence(instrument: &Instrument, flagged: &Flagged<'_>) -> String {
    format!("{}: {}", instrument.title, flagged.says)
}

/// Writes down a total from paper, where only that is known.
///
/// # Errors
/// [`Denied::NotFound`] for an instrument that is not there; [`Denied::Invalid`] for a total outside
/// its range.
pub fn enter_total(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    instrument: &str,
    total: i32,
    filled_by: FilledBy,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::Observe, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let instrument = found(operation, clinic, instrument)?;
    let score = instrument.scores.first().ok_or(Denied::NotFound)?;
    if instrument
        .entered(&score.id, f64::from(total), false)
        .is_none()
    {
        let (least, most) = score.range;
        return Err(Denied::invalid(
            "total",
            format!("{} runs from {least} to {most}", instrument.title),
        ));
    }
    super::session::check_told_time(operation)?;
    let answered = InstrumentAnswered {
        instrument: Line::clipped(&instrument.id),
        version: Line::clipped(&instrument.version),
        items: Vec::new(),
        entered_total: Some(total),
        filled_by,
    };
    let known = clinic.chart(patient)?;
    let mut flagged = instrument.flagged_total(&score.id, f64::from(total));
    flagged.extend(risen(
        &instrument,
        &known,
        &answered,
        operation.occurred().0,
    ));
    let mut facts = vec![Fact::from(answered)];
    for one in &flagged {
        facts.push(flag(operation, clinic, &known, &instrument, one));
    }
    clinic.record(operation, role, patient, None, &facts)
}

/// What became of answers that were kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The questionnaire under way.
    pub draft: Draft,
    /// Whether one of the answers, new among them, may mean danger; somebody was told.
    pub is_crisis: bool,
}

/// Keeps answers under way, for whoever goes on with them: on another device, after a reload, another day.
/// They are put to those kept before, and an answer that needs a person now is told at once.
///
/// # Errors
/// [`Denied::NotFound`] for an instrument that is not there; [`Denied::Invalid`] for an answer that is
/// none of the item's options.
pub fn keep(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    instrument: &str,
    answers: &Answers,
) -> Result<Kept, Denied> {
    authorise(operation, Act::AnswerInstrument, Some(patient))?;
    let instrument = found(operation, clinic, instrument)?;
    let draft = draft::keep(operation, clinic, patient, &instrument, (answers, None))?;
    let is_crisis = draft::tell(operation, clinic, &instrument, &draft)?;
    Ok(Kept { draft, is_crisis })
}

/// The questionnaire under way, where somebody began and did not finish.
///
/// # Errors
/// [`Denied`] where the reader may not, or the journal cannot be read.
pub fn under_way(
    operation: &Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    instrument: &str,
) -> Result<Option<Draft>, Denied> {
    authorise(operation, Act::AnswerInstrument, Some(patient))?;
    let Some(instrument) = clinic.library().instrument(instrument) else {
        return Ok(None);
    };
    draft::under_way(clinic, patient, instrument, operation.now())
}

/// What an answered questionnaire comes to, by the instrument's scoring as it is now; empty where the
/// instrument is not known here, as in an imported record.
pub fn scored<'a>(
    instrument: &'a Instrument,
    answered: &InstrumentAnswered,
    sex: Sex,
) -> Vec<Scored<'a>> {
    let is_man = sex == Sex::Male;
    if let Some(total) = answered.entered_total {
        let first = instrument.scores.first();
        let entered = first.and_then(|score| instrument.entered(&score.id, total.into(), is_man));
        return entered.into_iter().collect();
    }
    instrument
        .scored_for(&answers_of(answered), is_man)
        .unwrap_or_default()
}

/// The answers of an entry.
pub fn answers_of(answered: &InstrumentAnswered) -> Answers {
    Answers::of(
        answered
            .items
            .iter()
            .filter_map(|item| Some((item.item.as_str(), item.value?))),
    )
}

fn found(
    operation: &Operation<'_>,
    clinic: &Clinic,
    instrument: &str,
) -> Result<Instrument, Denied> {
    let instrument = clinic
        .library()
        .instrument(instrument)
        .ok_or(Denied::NotFound)?;
    if instrument.filled_by == MeantFor::Staff && operation.actor.patient().is_some() {
        return Err(Denied::invalid(
            "items",
            format!("{} is filled in by the clinic's staff", instrument.title),
        ));
    }
    Ok(instrument.clone())
}

fn flag(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    known: &KnownChart,
    instrument: &Instrument,
    flagged: &Flagged<'_>,
) -> Fact {
    let urgency = match flagged.urgency {
        Soon::ActNow => Urgency::ActNow,
        Soon::Watch => Urgency::Watch,
    };
    let cause = match urgency {
        Urgency::ActNow => AlertCause::Safety,
        Urgency::Watch => AlertCause::Reading,
    };
    raised(
        operation.occurred().0,
        operation.chance,
        clinic.library().policy(),
        known,
        cause,
        urgency,
        &sentence(instrument, flagged),
    )
}
