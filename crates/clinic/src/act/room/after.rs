//! After the dose: the gate before leaving, leaving against advice, and the note that writes itself.

use jiff::{SignedDuration, Timestamp};
use protocol::{Answer, Outcome, Stage};
use record::chart::session::Session;
use record::fact::care::{AlertCause, AlertRaised, NoteKind, Urgency};
use record::fact::observation::VitalsObserved;
use record::fact::room::{LeftAgainstAdvice, ReadingMissed, RuleFired};
use record::fact::session::{
    AdverseNoted, GateAnswer, GateItem, InterventionMade, RecoveryAssessed, SessionClosed, Watched,
};
use record::ids::{AlertId, PatientId, SessionId};
use record::words::{Line, Prose};
use record::{Chart, Fact};

use super::super::ledger::session::closing;
use super::super::session::open_session;
use super::before::Question;
use crate::authority::{Act, authorise};
use crate::clinic::{Clinic, Written};
use crate::denied::Denied;
use crate::inputs;
use crate::operation::Operation;

/// The item of the gate that is the clock; nobody can shorten it.
const CLOCK: &str = "G01";
/// Within how many hours somebody calls a person who left against advice: clinic policy.
const CALL_HOURS: i64 = 12;
/// What a note that is not finished still holds.
pub const TO_WRITE: &str = "[write: ";
/// The parts of a session note that a person writes, each under its heading, in their order.
pub const PARTS: [&str; 3] = [
    "What stood out, in the patient's words",
    "Assessment",
    "What is next, and when",
];

/// One item of the gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GateLine {
    /// The rule.
    pub rule: String,
    /// What it asks.
    pub title: String,
    /// Whether it is met.
    pub is_met: bool,
    /// Whether it could be answered at all.
    pub is_answered: bool,
    /// What it hung on, or what is missing.
    pub seen: Vec<String>,
    /// What to do.
    pub actions: String,
}

/// The gate before leaving.
#[derive(Clone, Debug)]
pub struct Gate {
    /// Its items, in the order of the pack.
    pub lines: Vec<GateLine>,
    /// What is still to be asked.
    pub questions: Vec<Question>,
    /// When the shortest stay is over.
    pub stay_over_at: Option<Timestamp>,
}

/// The gate before leaving, as it stands.
pub fn gate(clinic: &Clinic, chart: &Chart, session: &Session, now: Timestamp) -> Gate {
    let pack = clinic.library().pack();
    let facts = super::watch::facts(clinic, chart, session, now);
    let run = protocol::assess(&facts, pack, Stage::Discharge, now);
    let mut questions: Vec<Question> = Vec::new();
    let mut lines = Vec::new();
    for one in &run.verdicts {
        let is_met = matches!(one.outcome, Outcome::Met | Outcome::Settled);
        let used = one.used.iter().map(|used| {
            format!(
                "{}: {}",
                inputs::words(clinic, used.input),
                said(clinic, &used.observation.answer)
            )
        });
        let missing = one
            .missing
            .iter()
            .map(|wanted| format!("{}: not asked", inputs::words(clinic, wanted.input)));
        lines.push(GateLine {
            rule: one.rule.id.clone(),
            title: one.rule.title.clone(),
            is_met,
            is_answered: one.missing.is_empty(),
            seen: used.chain(missing).collect(),
            actions: one.rule.actions.join("; "),
        });
        for wanted in one.missing.iter().filter(|_| !is_met) {
            let known = questions
                .iter()
                .any(|question| question.input == wanted.input);
            let Some(input) = pack.inputs().input(wanted.input).ok().filter(|_| !known) else {
                continue;
            };
            questions.push(Question {
                input: input.name.clone(),
                words: input.question.clone(),
                kind: input.kind.clone(),
                is_open: true,
            });
        }
    }
    Gate {
        lines,
        questions,
        stay_over_at: stay_over_at(clinic, chart, session),
    }
}

/// An answer in the clinic's words: a moment by the clinic's own clock.
fn said(clinic: &Clinic, answer: &Answer) -> String {
    match answer {
        Answer::Moment(at) => clinic
            .zone()
            .to_datetime(*at)
            .strftime("%a %-d %b %H:%M")
            .to_string(),
        Answer::Quantity(_)
        | Answer::YesNo(_)
        | Answer::Code(_)
        | Answer::Date(_)
        | Answer::Unknown
        | Answer::Declined => answer.to_string(),
    }
}

/// When the shortest stay of the session's protocol is over; `None` before a dose.
pub fn stay_over_at(clinic: &Clinic, chart: &Chart, session: &Session) -> Option<Timestamp> {
    let started = session.started?;
    let courses = chart.courses();
    let pinned = courses.iter().find(|course| course.id == session.course);
    let protocol = pinned.and_then(|course| clinic.library().protocol(&course.protocol))?;
    let stay = i64::try_from(protocol.stay_min.0).ok()?;
    started.at.checked_add(SignedDuration::from_mins(stay)).ok()
}

/// Refuses to let somebody leave as ready before the shortest stay is over.
pub(crate) fn check_stay(
    clinic: &Clinic,
    chart: &Chart,
    session: &Session,
    at: Timestamp,
) -> Result<(), Denied> {
    let Some(over) = stay_over_at(clinic, chart, session).filter(|over| at < *over) else {
        return Ok(());
    };
    let left = (over.as_second() - at.as_second() + 59).div_euclid(60);
    Err(Denied::invalid(
        "session",
        format!(
            "The shortest stay is over in {left} min and the clock cannot be shortened: wait, or record leaving against advice"
        ),
    ))
}

/// Signs the gate: every item met, or not met because; the clock has no because.
///
/// # Errors
/// [`Denied::Invalid`] for an item without its reason, or where the clock has not run.
pub fn sign_gate(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    session: SessionId,
    because: &[(String, Line)],
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::RunSession, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    let there = open_session(&known.chart, session)?;
    if there.stopped.is_none() {
        return Err(Denied::invalid(
            "items",
            "The dose has not ended: end it first",
        ));
    }
    check_stay(clinic, &known.chart, &there, operation.now())?;
    let mut items = Vec::new();
    let mut open = Vec::new();
    for line in gate(clinic, &known.chart, &there, operation.now()).lines {
        let because = because
            .iter()
            .find(|(rule, _)| *rule == line.rule && rule != CLOCK)
            .map(|(_, why)| why.clone());
        let answer = if line.is_met {
            GateAnswer::Met
        } else {
            GateAnswer::NotMet
        };
        if !line.is_met && because.is_none() {
            open.push(format!("{} {}", line.rule, line.title));
        }
        let because = because.filter(|_| !line.is_met);
        items.push(GateItem {
            item: Line::clipped(&line.rule),
            answer,
            because,
        });
    }
    if !open.is_empty() {
        return Err(Denied::invalid(
            "items",
            format!(
                "Say why not, or meet it; for the time, {CLOCK}, there is no because: {}",
                open.join("; ")
            ),
        ));
    }
    let fact = RecoveryAssessed { session, items };
    clinic.record(
        operation,
        role,
        patient,
        Some(known.version),
        &[fact.into()],
    )
}

/// Records that somebody leaves before they are ready, against advice; the session closes with it.
///
/// # Errors
/// [`Denied::Invalid`] while the dose still runs.
pub fn leave_against_advice(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    session: SessionId,
    (told, with): (Prose, Option<Line>),
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::RunSession, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    let there = open_session(&known.chart, session)?;
    if there.started.is_some() && there.stopped.is_none() {
        return Err(Denied::invalid(
            "told",
            "The dose still runs: stop it first",
        ));
    }
    let now = operation.now();
    let unmet = gate(clinic, &known.chart, &there, now)
        .lines
        .iter()
        .filter(|line| !line.is_met)
        .map(|line| Line::clipped(&line.rule))
        .collect();
    let left = LeftAgainstAdvice {
        session,
        unmet,
        told,
        with: with.clone(),
    };
    let closed = SessionClosed {
        session,
        escort: with,
        against_advice: true,
    };
    let alert = AlertRaised {
        alert: AlertId::make(now, operation.chance),
        course: Some(there.course),
        cause: AlertCause::Safety,
        urgency: Urgency::ActNow,
        sentence: Line::clipped(&format!(
            "Left against advice after session {}: call within {CALL_HOURS} hours",
            there.number
        )),
        due_at: now
            .saturating_add(SignedDuration::from_hours(CALL_HOURS))
            .unwrap_or(now),
    };
    let mut facts: Vec<Fact> = vec![left.into(), closed.into(), alert.into()];
    let clock = super::super::monitoring_form::clock(operation, clinic, &known.chart, &there);
    facts.extend(clock);
    let _stock = clinic.hold_stock();
    let lines = closing(operation, clinic, (patient, &there), true)?;
    let expected = Some(known.version);
    clinic.record_with_stock(operation, role, patient, expected, (&facts, &lines))
}

/// The session note as the record writes it, with what a person has to write marked as open.
pub fn draft_note(clinic: &Clinic, chart: &Chart, session: &Session) -> String {
    let zone = clinic.zone();
    let clock = |at: Timestamp| {
        let local = zone.to_datetime(at);
        format!("{:02}:{:02}", local.hour(), local.minute())
    };
    let opened = clock(session.opened_at);
    let mut lines = vec![format!("Session {}, opened {opened}.", session.number)];
    lines.push(given_words(session, &clock));
    lines.extend(readings_words(session));
    lines.extend(harm_words(chart, session, &clock));
    lines.push(match (session.closed_at, session.left_against_advice) {
        (Some(at), true) => format!("Left against advice at {}.", clock(at)),
        (Some(at), false) => format!("Left at {}.", clock(at)),
        (None, _) => "Still here.".to_owned(),
    });
    lines.extend(PARTS.map(|part| format!("{part}:\n{TO_WRITE}{part}]")));
    lines.join("\n")
}

fn given_words(session: &Session, clock: &dyn Fn(Timestamp) -> String) -> String {
    match (session.started, session.stopped) {
        (Some(started), Some((at, given))) => format!(
            "Given: {given} of {} {} from {} to {}.",
            started.dose,
            started.route,
            clock(started.at),
            clock(at)
        ),
        (Some(started), None) => {
            format!("Given: {} begun {}.", started.dose, clock(started.at))
        }
        (None, _) => "Given: nothing.".to_owned(),
    }
}

fn readings_words(session: &Session) -> Vec<String> {
    let pressure = |vitals: &VitalsObserved| {
        let (upper, lower) = vitals.systolic_mmhg.zip(vitals.diastolic_mmhg)?;
        Some(format!("{}/{}", upper.number(), lower.number()))
    };
    let or_not = |value: Option<String>| value.unwrap_or_else(|| "not read".to_owned());
    let first = session.vitals.iter().find_map(|(_, one)| pressure(one));
    let last = session
        .vitals
        .iter()
        .rev()
        .find_map(|(_, one)| pressure(one));
    let peak = session.peak_pressure().and_then(pressure);
    let mut lines = vec![format!(
        "Pressure: before {}, highest {}, last {}.",
        or_not(first),
        or_not(peak),
        or_not(last)
    )];
    for watched in [Watched::Dissociation, Watched::Nausea, Watched::Anxiety] {
        let greatest = session.greatest(watched).map(|score| score.to_string());
        lines.push(format!("Greatest {watched}: {}.", or_not(greatest)));
    }
    lines
}

fn harm_words(
    chart: &Chart,
    session: &Session,
    clock: &dyn Fn(Timestamp) -> String,
) -> [String; 4] {
    let is_of = |id: Option<SessionId>| id == Some(session.id);
    let list = |name: &str, all: Vec<String>| {
        let said = if all.is_empty() {
            "none recorded".to_owned()
        } else {
            all.join("; ")
        };
        format!("{name}: {said}.")
    };
    let rules = chart.all::<RuleFired>();
    let rules = rules
        .filter(|(_, one)| one.session == session.id)
        .map(|(entry, one)| format!("{} {}", one.rule, clock(entry.occurred_at.0)));
    let missed = chart.all::<ReadingMissed>();
    let missed = missed
        .filter(|(_, one)| one.session == session.id)
        .map(|(_, one)| clock(one.due_at));
    let adverse = chart.all::<AdverseNoted>();
    let adverse = adverse
        .filter(|(_, one)| is_of(one.session))
        .map(|(_, one)| format!("{}, {}", one.what, one.severity));
    let done = chart.all::<InterventionMade>();
    let done = done
        .filter(|(_, one)| is_of(one.session))
        .map(|(_, one)| one.what.to_string());
    [
        list("Rules that fired", rules.collect()),
        list("Readings missed", missed.collect()),
        list("Adverse events", adverse.collect()),
        list("Done about it", done.collect()),
    ]
}

/// Refuses a note that is not finished: one with a mark of what is to be written, and a session note
/// without each of its parts, headed, with words of its own.
pub(crate) fn check_finished(kind: NoteKind, text: &Prose) -> Result<(), Denied> {
    let open: Vec<&str> = match kind {
        NoteKind::Session => {
            let is_open = |part: &&str| !has_words(text.as_str(), part);
            PARTS.into_iter().filter(is_open).collect()
        }
        NoteKind::Clinical | NoteKind::Therapy | NoteKind::Counselling => text
            .as_str()
            .split(TO_WRITE)
            .skip(1)
            .filter_map(|rest| rest.split(']').next())
            .collect(),
    };
    if open.is_empty() {
        return Ok(());
    }
    Err(Denied::invalid(
        "text",
        format!(
            "Write what is still open, below its own heading: {}",
            open.join("; ")
        ),
    ))
}

/// Whether a part of a session note has its heading, and words below it that are not the mark left there.
fn has_words(text: &str, part: &str) -> bool {
    let headed = |line: &str, part: &str| {
        let rest = line.trim().strip_prefix(part)?.strip_prefix(':')?;
        Some(rest.trim().to_owned())
    };
    let mut lines = text.lines();
    let Some(first) = lines.find_map(|line| headed(line, part)) else {
        return false;
    };
    let below = lines
        .take_while(|line| PARTS.iter().all(|other| headed(line, other).is_none()))
        .map(str::to_owned);
    let mut has_letters = false;
    for line in std::iter::once(first).chain(below) {
        if line.contains(TO_WRITE) {
            return false;
        }
        has_letters |= line.chars().any(char::is_alphabetic);
    }
    has_letters
}
