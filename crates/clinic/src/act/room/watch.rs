//! The watch over a running session: what the rules say at each append, and what the clock misses.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use protocol::{Consequence, Due, Facts, Outcome, Stage};
use record::chart::session::Session;
use record::entry::Entry;
use record::fact::care::{AlertCause, AlertRaised, Urgency};
use record::fact::decision::InputSeen;
use record::fact::room::{ReadingMissed, RuleAct, RuleFired};
use record::ids::{AlertId, PatientId, SessionId};
use record::time::RecordedAt;
use record::words::{Line, Prose, Role};
use record::{Chart, EntryNumber, Fact};

use crate::authority::{Act, authorise};
use crate::clinic::{Clinic, KnownChart};
use crate::denied::Denied;
use crate::inputs;
use crate::operation::Operation;

/// Who is told of a late reading, step by step; from how many minutes on is clinic policy.
const LADDER: [Role; 3] = [Role::Nurse, Role::Prescriber, Role::MedicalDirector];
/// How many people one alert names.
const NAMED_MAX: usize = 4;

/// A monitoring rule that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holds {
    /// The rule.
    pub rule: String,
    /// Its version.
    pub version: u32,
    /// What it asks for.
    pub act: RuleAct,
    /// The protocol's own sentence.
    pub sentence: String,
    /// How far its numbers may be trusted: "Clinic policy", "Read at the source".
    pub mark: String,
    /// The inputs it hung on, with their values and entries.
    pub seen: Vec<(String, String)>,
}

/// How a session is called in an alert.
pub(super) fn room(session: &Session) -> String {
    session
        .room
        .clone()
        .unwrap_or_else(|| "Room not set".to_owned())
}

/// The facts of a session at a moment, with what is overdue by then.
pub fn facts(clinic: &Clinic, chart: &Chart, session: &Session, now: Timestamp) -> Facts {
    let zone = clinic.zone();
    let today = record::calendar::civil_day(now, &zone);
    let pack = clinic.library().pack();
    let mut facts = crate::facts::of_session(chart, session, pack, (now, today), &zone);
    crate::act::certificate::tell(clinic, &mut facts, (now, today));
    facts
}

/// The monitoring rules that hold at a moment, strictest first; none before a dose has started.
pub fn holds(clinic: &Clinic, chart: &Chart, session: &Session, now: Timestamp) -> Vec<Holds> {
    if session.started.is_none() {
        return Vec::new();
    }
    held(clinic, &facts(clinic, chart, session, now), now)
}

fn held(clinic: &Clinic, facts: &Facts, now: Timestamp) -> Vec<Holds> {
    let pack = clinic.library().pack();
    let run = protocol::assess(facts, pack, Stage::InSession, now);
    let mut all: Vec<Holds> = run
        .verdicts
        .iter()
        .filter(|verdict| verdict.outcome == Outcome::Fired)
        .filter_map(|verdict| {
            let Consequence::Act(act) = verdict.rule.consequence else {
                return None;
            };
            let actions = verdict.rule.actions.join("; ");
            Some(Holds {
                rule: verdict.rule.id.clone(),
                version: verdict.rule.version,
                act: act_of(act),
                sentence: format!("{}: {actions}.", verdict.rule.title),
                mark: mark_of(verdict.rule.mark).to_owned(),
                seen: verdict
                    .used
                    .iter()
                    .map(|used| {
                        let value =
                            format!("{} ({})", used.observation.answer, used.observation.entry);
                        (used.input.to_owned(), value)
                    })
                    .collect(),
            })
        })
        .collect();
    all.sort_by(|a, b| b.act.cmp(&a.act).then_with(|| a.rule.cmp(&b.rule)));
    all
}

const fn act_of(act: protocol::Act) -> RuleAct {
    match act {
        protocol::Act::Alert => RuleAct::Alert,
        protocol::Act::Notify => RuleAct::Notify,
        protocol::Act::Slow => RuleAct::Slow,
        protocol::Act::Stop => RuleAct::Stop,
    }
}

fn mark_of(mark: protocol::Mark) -> &'static str {
    match mark.letter() {
        "R" => "Read at the source",
        "K" => "To be verified against its source",
        _ => "Clinic policy",
    }
}

/// The facts of an act, with the rules that begin to hold by them and whom that tells.
///
/// The rules are asked over the chart as it will stand, so what fires is in the same append as the
/// reading it hangs on. A rule that held already is not written again.
pub(crate) fn with_rules(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    known: &KnownChart,
    session: &Session,
    mut facts: Vec<Fact>,
) -> Vec<Fact> {
    let now = operation.now();
    let Some(before) = session
        .started
        .map(|_| holds(clinic, &known.chart, session, now))
    else {
        return facts;
    };
    let mut after = known.chart.clone();
    for (place, fact) in (1_u64..).zip(&facts) {
        after.take(Entry {
            number: EntryNumber(known.version.0 + place),
            position: 0,
            recorded_at: RecordedAt(now),
            occurred_at: operation.occurred(),
            author: operation.actor.author(Role::System),
            fact: fact.clone(),
        });
    }
    let stood: BTreeSet<&str> = before.iter().map(|one| one.rule.as_str()).collect();
    let watch_minutes = clinic.library().policy().room_watch_minutes;
    for one in holds(clinic, &after, session, now) {
        if !stood.contains(one.rule.as_str()) {
            facts.extend(said(operation, session, &one, watch_minutes));
        }
    }
    facts
}

/// A rule that began to hold, and the alert that tells of it.
fn said(
    operation: &mut Operation<'_>,
    session: &Session,
    one: &Holds,
    watch_minutes: i64,
) -> [Fact; 2] {
    let now = operation.now();
    let fired = RuleFired {
        session: session.id,
        rule: Line::clipped(&one.rule),
        rule_version: one.version,
        act: one.act,
        sentence: Prose::clipped(&one.sentence),
        seen: one
            .seen
            .iter()
            .map(|(input, value)| InputSeen {
                input: Line::clipped(input),
                value: Line::clipped(value),
            })
            .collect(),
    };
    let (urgency, minutes) = match one.act {
        RuleAct::Stop | RuleAct::Slow => (Urgency::ActNow, 0),
        RuleAct::Notify | RuleAct::Alert => (Urgency::Watch, watch_minutes),
    };
    let sentence = format!("{}, {}: {}", room(session), one.rule, one.sentence);
    let alert = alert(
        operation,
        session,
        urgency,
        &sentence,
        in_minutes(now, minutes),
    );
    [fired.into(), alert]
}

fn alert(
    operation: &mut Operation<'_>,
    session: &Session,
    urgency: Urgency,
    sentence: &str,
    due_at: Timestamp,
) -> Fact {
    AlertRaised {
        alert: AlertId::make(operation.now(), operation.chance),
        course: Some(session.course),
        cause: AlertCause::Reading,
        urgency,
        sentence: Line::clipped(sentence),
        due_at,
    }
    .into()
}

fn in_minutes(at: Timestamp, minutes: i64) -> Timestamp {
    at.saturating_add(SignedDuration::from_mins(minutes))
        .unwrap_or(at)
}

/// Every reading a session is due, with what answered it: by its protocol's cadence, and sooner while
/// a rule asks for that. None before a dose has started.
pub fn dues(clinic: &Clinic, chart: &Chart, session: &Session, now: Timestamp) -> Vec<Due> {
    let Some(started) = session.started else {
        return Vec::new();
    };
    let facts = facts(clinic, chart, session, now);
    let courses = chart.courses();
    let pinned = courses.iter().find(|course| course.id == session.course);
    let protocol = pinned.and_then(|course| clinic.library().protocol(&course.protocol));
    let planned = protocol.and_then(|protocol| {
        let number = protocol.session(u16::from(session.number));
        Some((protocol, number.or_else(|| protocol.sessions.first())?))
    });
    let mut all = planned.map_or_else(Vec::new, |(protocol, planned)| {
        protocol::due(protocol, planned, &facts, started.at)
    });
    let until = session.closed_at.map_or(now, |closed| closed.min(now));
    protocol::tighten(
        &mut all,
        &facts,
        clinic.library().pack(),
        (started.at, until),
    );
    if let Some(closed) = session.closed_at {
        all.retain(|due| due.rule.is_none() || due.at <= closed);
    }
    all
}

/// Every session in which a dose was begun and that is not closed, as the board has it.
fn running(clinic: &Clinic) -> Vec<(PatientId, SessionId)> {
    let board = clinic.board();
    let all = board.lines().filter_map(|(patient, line)| {
        let session = line.session.as_ref()?;
        let is_running = session.started.is_some() && session.closed_at.is_none();
        is_running.then_some((*patient, session.id))
    });
    all.collect()
}

/// When one item is to be read next in each session that is running, as its room says; a session whose
/// record cannot be read has none.
pub fn next_in_each(clinic: &Clinic, item: &str, now: Timestamp) -> BTreeMap<SessionId, Timestamp> {
    let next = |(patient, id): (PatientId, SessionId)| {
        let known = clinic.chart(patient).ok()?;
        let sessions = known.chart.sessions();
        let session = sessions.iter().find(|one| one.id == id)?;
        let dues = dues(clinic, &known.chart, session, now);
        next_of(&dues, session, item).map(|at| (id, at))
    };
    running(clinic).into_iter().filter_map(next).collect()
}

/// What is due next or overdue: the earliest reading that is open, and everything due with it.
pub fn next(dues: &[Due], session: &Session) -> Option<(Timestamp, Vec<String>)> {
    let first = open(dues, session).next()?.at;
    let items = open(dues, session).filter(|due| due.at == first);
    Some((first, items.map(|due| due.item.clone()).collect()))
}

/// When one item is due next, or has been due since.
pub fn next_of(dues: &[Due], session: &Session, item: &str) -> Option<Timestamp> {
    let mut open = open(dues, session).filter(|due| due.item == item);
    open.next().map(|due| due.at)
}

/// The rules that ask, beyond the protocol's cadence, for what is due at a moment.
pub fn asked_by(dues: &[Due], session: &Session, at: Timestamp) -> Vec<String> {
    let due = open(dues, session).filter(|due| due.at == at);
    let rules: BTreeSet<String> = due.filter_map(|due| due.rule.clone()).collect();
    rules.into_iter().collect()
}

/// What is due and neither read nor overtaken, earliest first.
fn open<'d>(dues: &'d [Due], session: &Session) -> impl Iterator<Item = &'d Due> {
    let is_started = session.started.is_some();
    dues.iter().filter(move |due| {
        is_started && due.minute >= 0 && due.read_at.is_none() && !is_overtaken(due, dues)
    })
}

/// Whether a later reading of the same item stands in for one that was missed.
fn is_overtaken(due: &Due, dues: &[Due]) -> bool {
    dues.iter()
        .any(|one| one.item == due.item && one.at > due.at && one.read_at.is_some())
}

/// Says whether a reading that is overdue by so much is late: by the rules that read it, M19 of the
/// route in the pack that ships.
#[derive(Debug)]
pub struct Lateness<'a> {
    facts: Facts,
    pack: &'a protocol::Pack,
    now: Timestamp,
}

impl<'a> Lateness<'a> {
    /// For a session at a moment.
    pub fn of(clinic: &'a Clinic, chart: &Chart, session: &Session, now: Timestamp) -> Self {
        Self {
            facts: facts(clinic, chart, session, now),
            pack: clinic.library().pack(),
            now,
        }
    }

    /// Whether a reading that came, or did not come, this long after it was due is late.
    pub fn is_late(&self, waited: SignedDuration) -> bool {
        protocol::is_late(&self.facts, self.pack, waited, self.now)
    }
}

/// Who is told of a reading that is this late, by name: the people of the last step reached.
pub fn told_last(clinic: &Clinic, minutes_late: i64) -> Vec<String> {
    let steps = clinic.library().policy().late_reading_minutes;
    let reached = steps.iter().zip(LADDER).rev();
    let mut reached = reached.filter(|(from, _)| minutes_late >= **from);
    let Some((_, role)) = reached.next() else {
        return Vec::new();
    };
    let board = clinic.board();
    let here = board
        .people
        .values()
        .filter(|one| one.is_here && one.roles.contains(&role));
    here.map(|one| one.name.clone()).take(NAMED_MAX).collect()
}

/// Stamps every reading that is late as missed and tells the people on the ladder; once for each step
/// of it; and says of a monitor that it fell silent. Run by the clock, for every open session.
///
/// # Errors
/// What the journal says when it cannot be read or written.
pub fn stamp_missed(operation: &mut Operation<'_>, clinic: &Clinic) -> Result<usize, Denied> {
    authorise(operation, Act::RunSession, None)?;
    let mut n_stamped = 0;
    for (patient, session) in running(clinic) {
        let known = clinic.chart(patient)?;
        let there = super::find(&known.chart, session)?;
        let mut facts = missed(operation, clinic, &known, &there);
        facts.extend(super::monitor::silent(operation, clinic, &known, &there)?);
        if facts.is_empty() {
            continue;
        }
        let command = record::ids::uuid_at(operation.now(), operation.chance);
        operation.command = journal::CommandId(command);
        match clinic.record(
            operation,
            Role::System,
            patient,
            Some(known.version),
            &facts,
        ) {
            Ok(_) => n_stamped += 1,
            // Somebody charted at this very moment: the next look sees what they wrote.
            Err(Denied::Stale) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(n_stamped)
}

fn missed(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    known: &KnownChart,
    session: &Session,
) -> Vec<Fact> {
    let now = operation.now();
    if session.started.is_none() {
        return Vec::new();
    }
    let lateness = Lateness::of(clinic, &known.chart, session, now);
    let dues = dues(clinic, &known.chart, session, now);
    let stamped: BTreeSet<(Timestamp, &str)> = known
        .chart
        .all::<ReadingMissed>()
        .filter(|(_, one)| one.session == session.id)
        .flat_map(|(_, one)| one.items.iter().map(|item| (one.due_at, item.as_str())))
        .collect();
    let late = |due: &&Due| {
        due.minute >= 0
            && due.read_at.is_none()
            && due.at < now
            && lateness.is_late(now.duration_since(due.at))
    };
    let mut facts = Vec::new();
    let moments: BTreeSet<Timestamp> = dues.iter().filter(late).map(|due| due.at).collect();
    for due_at in moments {
        let items: Vec<Line> = dues
            .iter()
            .filter(late)
            .filter(|due| due.at == due_at && !stamped.contains(&(due_at, due.item.as_str())))
            .map(|due| Line::clipped(&due.item))
            .collect();
        if !items.is_empty() {
            facts.push(
                ReadingMissed {
                    session: session.id,
                    items,
                    due_at,
                }
                .into(),
            );
        }
    }
    facts.extend(escalated(
        operation,
        clinic,
        known,
        (session, &dues),
        &lateness,
    ));
    facts
}

/// The alert of the next step of the ladder, where that step is reached and was not told yet.
fn escalated(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    known: &KnownChart,
    (session, dues): (&Session, &[Due]),
    lateness: &Lateness<'_>,
) -> Vec<Fact> {
    let now = operation.now();
    let Some((due_at, items)) = next(dues, session) else {
        return Vec::new();
    };
    let waited = now.duration_since(due_at);
    if due_at >= now || !lateness.is_late(waited) {
        return Vec::new();
    }
    let ladder = clinic.library().policy().late_reading_minutes;
    let minutes = waited.as_secs().div_euclid(60);
    let zone = clinic.zone();
    let clock = zone.to_datetime(due_at);
    let head = format!(
        "{}: reading due {:02}:{:02} is late, step ",
        room(session),
        clock.hour(),
        clock.minute()
    );
    let steps = ladder.iter().filter(|from| minutes >= **from).count();
    let raised = known
        .chart
        .all::<AlertRaised>()
        .filter(|(_, one)| one.sentence.as_str().starts_with(&head))
        .count();
    (raised + 1..=steps)
        .map(|step| {
            let from = ladder.get(step - 1).copied();
            let names = told_last(clinic, from.unwrap_or(minutes));
            let names = if names.is_empty() {
                "everybody here".to_owned()
            } else {
                names.join(", ")
            };
            let what = items
                .iter()
                .map(|item| inputs::words(clinic, item))
                .collect::<Vec<_>>()
                .join(", ");
            let sentence = format!("{head}{step} (M19), told: {names}. Missing: {what}");
            alert(operation, session, Urgency::ActNow, &sentence, now)
        })
        .collect()
}
