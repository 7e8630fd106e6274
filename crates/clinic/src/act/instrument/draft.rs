//! A questionnaire under way: answers kept as they are given, and what becomes of one that is left.
//!
//! A draft is a row, not an entry, whichever door its answers come by, so that one begun on a phone goes
//! on at a desk. What two doors answer at once is put together, never laid over one another. An answer
//! that needs a person now is told at once, as one of a questionnaire that was given is. With its first
//! answer the row is marked, as a check-in's is: when its day is over the watch writes it down as left
//! half done, with a task to ask about it. It is never scored, and can be gone on with for the days
//! `contact/check-in.toml` says.

use instruments::{Answers, Flagged, Instrument, Urgency as Soon};
use jiff::{SignedDuration, Timestamp};
use journal::RimRow;
use protocol::contact::check_in::DraftLife;
use record::Fact;
use record::calendar::civil_day;
use record::chart::course::CourseState;
use record::fact::care::{AlertCause, AlertRaised, Urgency};
use record::fact::observation::{ItemAnswer, QuestionnaireLeft};
use record::ids::{AlertId, PatientId};
use record::words::{Door, Line};
use serde::{Deserialize, Serialize};

use crate::act::{alert, marks};
use crate::authority::{Act, authorise};
use crate::board::follow::LeftLine;
use crate::board::line::PatientLine;
use crate::clinic::{Clinic, KnownChart};
use crate::completeness::Whose;
use crate::denied::Denied;
use crate::digest::{command, hexadecimal};
use crate::due::Zones;
use crate::operation::{Actor, Operation};

/// Where drafts are kept.
const DRAFTS: &str = "questionnaire_draft";

/// More drafts than one person can have, since there is one for each questionnaire.
const DRAFTS_OF_ONE: usize = 1_000;

/// A questionnaire under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    patient: PatientId,
    instrument: String,
    version: String,
    of: u16,
    pairs: Vec<(String, i32)>,
    /// When the first answer was given.
    pub begun_at: Timestamp,
    /// When the last one was.
    pub last_at: Timestamp,
    /// Who gave the last one, by the name they had.
    pub last_by: String,
    /// Whether that was the patient.
    pub is_by_patient: bool,
    /// What somebody was told of it, by the sentences of the alerts.
    told: Vec<String>,
    /// When the watch looks at it.
    marked: Option<Timestamp>,
    /// The last answer that stands in the record already.
    written: Option<Timestamp>,
}

impl Draft {
    /// The answers so far.
    pub fn answers(&self) -> Answers {
        let pairs = self.pairs.iter();
        Answers::of(pairs.map(|(item, value)| (item.as_str(), *value)))
    }

    /// How many items were answered.
    pub const fn n_answered(&self) -> usize {
        self.pairs.len()
    }

    /// How many items there are.
    pub const fn of(&self) -> u16 {
        self.of
    }

    /// Until when it can be gone on with.
    pub fn kept_until(&self, life: &DraftLife) -> Timestamp {
        let kept = SignedDuration::from_hours(life.days.saturating_mul(24));
        self.last_at.saturating_add(kept).unwrap_or(self.last_at)
    }
}

/// What is said of a questionnaire that was left, on the watch list and in the chart.
pub fn said_of_left(title: &str, day: jiff::civil::Date, answered: usize, of: u16) -> String {
    format!(
        "{title} left half done on {}, {answered} of {of} answered",
        day.strftime("%-d %B")
    )
}

/// How that begins, by which its alert is known.
pub(crate) fn begins(title: &str) -> String {
    format!("{title} left half done on ")
}

/// Puts answers to those kept, and takes one away that was passed over.
pub(in crate::act) fn keep(
    operation: &Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    instrument: &Instrument,
    (given, passed_over): (&Answers, Option<&str>),
) -> Result<Draft, Denied> {
    given
        .fit(instrument)
        .map_err(|unfit| Denied::invalid("items", unfit.to_string()))?;
    let known = clinic.chart(patient)?;
    let is_by_patient = operation.actor.patient().is_some() || operation.actor.door == Door::Link;
    let last_by = if operation.actor.door == Door::Link {
        known.chart.name()
    } else {
        operation.actor.name.to_string()
    };
    let now = operation.now();
    let key = key(patient, instrument);
    let _held = clinic.hold_drafts();
    let mut draft = read(clinic, &key)?
        .filter(|draft| now <= draft.kept_until(life(clinic)))
        .unwrap_or_else(|| Draft {
            patient,
            instrument: instrument.id.clone(),
            version: instrument.version.clone(),
            of: u16::try_from(instrument.items.len()).unwrap_or(u16::MAX),
            pairs: Vec::new(),
            begun_at: now,
            last_at: now,
            last_by: String::new(),
            is_by_patient,
            told: Vec::new(),
            marked: None,
            written: None,
        });
    let before = draft.answers();
    let answered = |item: &str| {
        let said = given.get(item).or_else(|| before.get(item));
        said.filter(|_| passed_over != Some(item))
    };
    let items = instrument.items.iter();
    draft.pairs = items
        .filter_map(|item| Some((item.id.clone(), answered(&item.id)?)))
        .collect();
    draft.last_at = now;
    (draft.last_by, draft.is_by_patient) = (last_by, is_by_patient);
    put(clinic, &key, &mut draft)?;
    Ok(draft)
}

/// Tells somebody at once of each answer that needs a person now and was not told; gives whether one of
/// them may mean danger.
pub(in crate::act) fn tell(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    instrument: &Instrument,
    draft: &Draft,
) -> Result<bool, Denied> {
    let answers = draft.answers();
    let flagged = instrument
        .flagged(&answers)
        .map_err(|unfit| Denied::invalid("items", unfit.to_string()))?;
    let pressing = |one: &&Flagged<'_>| one.urgency == Soon::ActNow && !one.is_unanswered;
    let key = key(draft.patient, instrument);
    let mut told = Vec::new();
    let mut is_crisis = false;
    for one in flagged.iter().filter(pressing) {
        let sentence = super::sentence(instrument, one);
        if draft.told.contains(&sentence) {
            continue;
        }
        let by = command(&format!("{key} {} {sentence}", draft.begun_at));
        let actor = Actor::system(operation.actor.door);
        let mut system = Operation::new(actor, operation.clock, &mut *operation.chance).under(by);
        let (cause, urgency) = (AlertCause::Safety, Urgency::ActNow);
        let line = Line::clipped(&sentence);
        alert::raise(&mut system, clinic, draft.patient, cause, urgency, &line)?;
        is_crisis |= one.is_crisis;
        told.push(sentence);
    }
    if !told.is_empty() {
        let _held = clinic.hold_drafts();
        if let Some(mut kept) = read(clinic, &key)? {
            kept.told.extend(told);
            put(clinic, &key, &mut kept)?;
        }
    }
    Ok(is_crisis)
}

/// What somebody was told already of the answers under way.
pub(super) fn told(
    clinic: &Clinic,
    patient: PatientId,
    instrument: &Instrument,
) -> Result<Vec<String>, Denied> {
    let draft = read(clinic, &key(patient, instrument))?;
    Ok(draft.map_or_else(Vec::new, |draft| draft.told))
}

/// The questionnaire under way, where it can still be gone on with.
pub(in crate::act) fn under_way(
    clinic: &Clinic,
    patient: PatientId,
    instrument: &Instrument,
    now: Timestamp,
) -> Result<Option<Draft>, Denied> {
    let draft = read(clinic, &key(patient, instrument))?;
    Ok(draft.filter(|draft| now <= draft.kept_until(life(clinic))))
}

/// Takes a draft away: its answers were given.
pub(super) fn given(
    clinic: &Clinic,
    patient: PatientId,
    instrument: &Instrument,
) -> Result<(), Denied> {
    let _held = clinic.hold_drafts();
    clinic
        .journal()
        .rim_remove(DRAFTS, &key(patient, instrument))?;
    Ok(())
}

/// Forgets every answer of a patient that was begun and not given.
pub(in crate::act) fn forget(clinic: &Clinic, patient: PatientId) -> Result<(), Denied> {
    let _held = clinic.hold_drafts();
    let rows = clinic
        .journal()
        .rim_scan(DRAFTS, &of_patient(patient), DRAFTS_OF_ONE)?;
    let keys: Vec<String> = rows.into_iter().map(|row| row.key).collect();
    clinic.journal().rim_remove_all(DRAFTS, &keys)?;
    Ok(())
}

/// Writes down every questionnaire that was begun and left, whose time has come; gives how many.
///
/// # Errors
/// What the journal says when it cannot be read or written.
pub fn look(operation: &mut Operation<'_>, clinic: &Clinic) -> Result<usize, Denied> {
    authorise(operation, Act::RaiseAlert, None)?;
    let now = operation.now();
    marks::take(clinic, DRAFTS, now, |key| end(operation, clinic, key, now))
}

/// Writes one down as it stands, where it was left; says whether it did.
fn end(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    key: &str,
    now: Timestamp,
) -> Result<bool, Denied> {
    let _held = clinic.hold_drafts();
    let Some(mut draft) = read(clinic, key)? else {
        return Ok(false);
    };
    if draft.pairs.is_empty() || draft.written == Some(draft.last_at) {
        return Ok(false);
    }
    if due(clinic, &draft) > now {
        put(clinic, key, &mut draft)?;
        return Ok(false);
    }
    let known = match clinic.chart(draft.patient) {
        Ok(known) if !known.chart.is_erased() => known,
        // The record was erased: nothing that was said stays anywhere.
        Ok(_) | Err(Denied::NotFound) => {
            clinic.journal().rim_remove(DRAFTS, key)?;
            return Ok(false);
        }
        Err(other) => return Err(other),
    };
    let by = command(&format!("{key} left {}", draft.last_at));
    let mut system = Operation::new(
        operation.actor.clone(),
        operation.clock,
        &mut *operation.chance,
    )
    .under(by);
    let role = authorise(&system, Act::RaiseAlert, Some(draft.patient))?;
    if clinic.first_answer(&system, Some(draft.patient))?.is_none() {
        let facts = facts(&mut system, clinic, &known, &draft);
        match clinic.record(&system, role, draft.patient, Some(known.version), &facts) {
            Ok(_) => {}
            // Somebody wrote at this very moment: it is looked at again in an hour.
            Err(Denied::Stale) => {
                let later = now.saturating_add(SignedDuration::from_hours(1));
                keep_marked(clinic, key, &mut draft, later.unwrap_or(now))?;
                return Ok(false);
            }
            Err(other) => return Err(other),
        }
    }
    draft.written = Some(draft.last_at);
    put(clinic, key, &mut draft)?;
    Ok(true)
}

/// That it was left, and a task to ask about it, unless one is open or nobody is treated here any more.
fn facts(
    system: &mut Operation<'_>,
    clinic: &Clinic,
    known: &KnownChart,
    draft: &Draft,
) -> Vec<Fact> {
    let items = draft.pairs.iter().map(|(item, value)| ItemAnswer {
        item: Line::clipped(item),
        value: Some(*value),
    });
    let left = QuestionnaireLeft {
        instrument: Line::clipped(&draft.instrument),
        version: Line::clipped(&draft.version),
        items: items.collect(),
        of: draft.of,
        begun_at: draft.begun_at,
        last_at: draft.last_at,
        last_by: Line::clipped(&draft.last_by),
        is_by_patient: draft.is_by_patient,
    };
    let mut facts = vec![Fact::from(left)];
    let title = title(clinic, &draft.instrument);
    let begins = begins(title);
    let is_told = known.chart.alerts().iter().any(|alert| {
        alert.cause == AlertCause::HalfDone
            && alert.closed_at.is_none()
            && alert.sentence.starts_with(&begins)
    });
    let course = known.chart.course();
    let is_over = course.as_ref().is_some_and(|course| match course.state {
        CourseState::Open | CourseState::Paused => false,
        CourseState::Completed | CourseState::Left => true,
    });
    if !is_told && !is_over {
        let now = system.now();
        let within = SignedDuration::from_hours(life(clinic).hours_to_act);
        let day = civil_day(draft.last_at, &zone(clinic, draft.patient));
        let sentence = said_of_left(title, day, draft.n_answered(), draft.of);
        let raised = AlertRaised {
            alert: AlertId::make(now, system.chance),
            course: course.map(|course| course.id),
            cause: AlertCause::HalfDone,
            urgency: Urgency::Watch,
            sentence: Line::clipped(&sentence),
            due_at: now.saturating_add(within).unwrap_or(now),
        };
        facts.push(raised.into());
    }
    facts
}

/// What a questionnaire is called here; its identifier where it is not known.
pub fn title<'a>(clinic: &'a Clinic, instrument: &'a str) -> &'a str {
    let known = clinic.library().instrument(instrument);
    known.map_or(instrument, |known| &known.title)
}

/// When one that goes no further is written down as left.
fn due(clinic: &Clinic, draft: &Draft) -> Timestamp {
    let minutes = SignedDuration::from_mins(life(clinic).minutes);
    let last = draft.last_at;
    let put_away = last.saturating_add(minutes).unwrap_or(last);
    let zone = zone(clinic, draft.patient);
    let next_day = civil_day(last, &zone).tomorrow();
    let midnight = next_day
        .and_then(|day| zone.to_timestamp(day.at(0, 0, 0, 0)))
        .unwrap_or(put_away);
    midnight.max(put_away)
}

/// Where the patient lives, as far as that is known.
fn zone(clinic: &Clinic, patient: PatientId) -> jiff::tz::TimeZone {
    let board = clinic.board();
    let here = board.house.zone();
    let line = board.line(patient);
    line.map_or_else(|| here.clone(), |line| Zones::of(here.clone()).theirs(line))
}

fn life(clinic: &Clinic) -> &DraftLife {
    &clinic.library().check_in().draft
}

fn read(clinic: &Clinic, key: &str) -> Result<Option<Draft>, Denied> {
    let row = clinic.journal().rim_get(DRAFTS, key)?;
    Ok(row.and_then(|row| serde_json::from_slice(&row.value).ok()))
}

/// Keeps a draft, marked for when it may have been left.
fn put(clinic: &Clinic, key: &str, draft: &mut Draft) -> Result<(), Denied> {
    let due = due(clinic, draft);
    keep_marked(clinic, key, draft, due)
}

fn keep_marked(clinic: &Clinic, key: &str, draft: &mut Draft, at: Timestamp) -> Result<(), Denied> {
    let is_written = draft.written == Some(draft.last_at);
    let is_marked = draft.marked == Some(at) || is_written || draft.pairs.is_empty();
    if !is_marked {
        draft.marked = Some(at);
    }
    let row = RimRow {
        key: key.to_owned(),
        value: serde_json::to_vec(draft)?,
        // What is written down nowhere else is swept away by nobody.
        expires_at: (is_written || draft.pairs.is_empty()).then(|| draft.kept_until(life(clinic))),
    };
    let mut rows = vec![row];
    rows.extend((!is_marked).then(|| marks::mark(at, key)));
    Ok(clinic.journal().rim_put_all(DRAFTS, &rows)?)
}

fn of_patient(patient: PatientId) -> String {
    format!("{}-", hexadecimal(&patient.to_string()))
}

/// The version is part of it, so that answers to questions that have changed since answer nothing.
fn key(patient: PatientId, instrument: &Instrument) -> String {
    let Instrument { id, version, .. } = instrument;
    let which = hexadecimal(&format!("{id} {version}"));
    format!("{}{which}", of_patient(patient))
}

/// Whose a questionnaire that was left is.
pub fn whose(clinic: &Clinic, line: &PatientLine, left: &LeftLine) -> Whose {
    let begins = begins(title(clinic, &left.instrument));
    let open = line.alerts.iter().find(|alert| {
        alert.cause == AlertCause::HalfDone
            && alert.closed_at.is_none()
            && alert.sentence.starts_with(&begins)
    });
    let owner = open.and_then(|alert| alert.owner.as_ref());
    match (owner, line.stage.state) {
        (Some((_, name)), _) => Whose::Taken(name.clone()),
        (None, Some(CourseState::Completed | CourseState::Left)) => Whose::Over,
        (None, Some(CourseState::Open | CourseState::Paused) | None) => {
            Whose::FallsTo(life(clinic).owner)
        }
    }
}
