//! The dosing session's essentials: opened, given, watched, assessed, closed.

pub(crate) mod day;
pub mod pieces;

use jiff::SignedDuration;
use record::Chart;
use record::Fact;
use record::calendar::civil_day;
use record::chart::EntryNumber;
use record::chart::course::CourseState;
use record::chart::session::Session;
use record::fact::decision::PlannedDose;
use record::fact::session::{
    AdverseNoted, DoseChange, DoseChanged, DoseStarted, DoseStopped, GateAnswer, InterventionMade,
    ObservationMade, RecoveryAssessed, SessionClosed, SessionOpened,
};
use record::ids::{CourseId, PatientId, SessionId, VisitId};
use record::quantity::Grams;
use record::words::Line;

use super::eligibility::{may_dose, refuse};
use crate::authority::{Act, authorise};
use crate::clinic::stock::Lines;
use crate::clinic::{Clinic, KnownChart, Written};
use crate::denied::{Denied, Refusal};
use crate::operation::Operation;

/// How far into the past a charted time may lie, in days: what is older is a correction.
const TOLD_DAYS_MAX: i64 = 400;

/// Refuses a charted time that has not come yet, or lies too far back.
pub(crate) fn check_told_time(operation: &Operation<'_>) -> Result<(), Denied> {
    let told = operation.occurred().0;
    let now = operation.now();
    if told
        > now
            .saturating_add(SignedDuration::from_mins(2))
            .unwrap_or(now)
    {
        return Err(Denied::invalid(
            "occurred_at",
            "This time has not come yet: check the clock",
        ));
    }
    let earliest = SignedDuration::from_hours(24 * TOLD_DAYS_MAX);
    if told < now.saturating_sub(earliest).unwrap_or(now) {
        return Err(Denied::invalid(
            "occurred_at",
            "This is more than a year ago: check the year",
        ));
    }
    Ok(())
}

/// Passes a time within the session: what was before it was opened is no event of it, and nothing changes
/// or ends a dose before the dose began. A form tells whole minutes. What happens now is never held up: the
/// machine's clock may have been set back.
pub(crate) fn check_within(
    operation: &Operation<'_>,
    clinic: &Clinic,
    session: &Session,
    is_of_dose: bool,
) -> Result<(), Denied> {
    let Some(told) = operation.occurred_at else {
        return Ok(());
    };
    let started = session.started.filter(|_| is_of_dose);
    let (what, from) = started.map_or(("The session was opened", session.opened_at), |started| {
        ("The dose was started", started.at)
    });
    let minute = SignedDuration::from_mins(1);
    if told.saturating_add(minute).unwrap_or(told) > from {
        return Ok(());
    }
    let from = clinic.zone().to_datetime(from).strftime("%a %-d %b %H:%M");
    Err(Denied::invalid(
        "occurred_at",
        format!(
            "{what} {from}, and this is earlier: check the time. What was taken before is written on the chart"
        ),
    ))
}

/// The session of that identifier, of this patient.
pub(crate) fn find(chart: &Chart, session: SessionId) -> Result<Session, Denied> {
    chart
        .sessions()
        .into_iter()
        .find(|there| there.id == session)
        .ok_or(Denied::NotFound)
}

/// The session of that identifier, of this patient, while it is open.
pub(crate) fn open_session(chart: &Chart, session: SessionId) -> Result<Session, Denied> {
    let there = find(chart, session)?;
    if there.closed_at.is_some() {
        return Err(Denied::invalid(
            "session",
            "This session is closed: add to its note, or correct an entry on the chart",
        ));
    }
    Ok(there)
}

/// What is needed to open a session.
#[derive(Clone, Debug)]
pub struct Opening {
    /// The course.
    pub course: CourseId,
    /// The visit it was booked as.
    pub visit: Option<VisitId>,
    /// In which room.
    pub room: Option<Line>,
    /// The weight used, as weighed.
    pub weight_g: Option<Grams>,
}

/// Opens the next dosing session of a course.
///
/// # Errors
/// A recorded refusal where the rules or a missing consent forbid dosing, or on another day than that of
/// its visit and plan; [`Denied::Invalid`] where a session is open already, the course is not under way, or no plan is prescribed.
pub fn open(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    opening: Opening,
) -> Result<SessionId, Denied> {
    let role = authorise(operation, Act::RunSession, Some(patient))?;
    let first = clinic.first_answer(operation, Some(patient))?;
    let known = clinic.chart(patient)?;
    if let Some(first) = first {
        return opened_by(&known.chart, first.number);
    }
    check_told_time(operation)?;
    let course = super::course::find(&known, opening.course)?;
    if course.state != CourseState::Open {
        return Err(Denied::invalid(
            "course",
            "This course is not under way: take it up again first",
        ));
    }
    let sessions = known.chart.sessions();
    if sessions.iter().any(|session| session.closed_at.is_none()) {
        return Err(Denied::invalid(
            "course",
            "A session of this patient is open: close it first",
        ));
    }
    let today = civil_day(operation.occurred().0, &clinic.zone());
    let zone = clinic.zone();
    let wanted = day::Wanted {
        sessions: &sessions,
        course: course.id,
        visit: opening.visit,
        at: operation.occurred().0,
        zone: &zone,
    };
    let allowed = super::rule_pack::in_force(clinic)
        .and_then(|()| may_dose(clinic, &known.chart, course.id, today))
        .and_then(|()| day::number(&known.chart, &wanted));
    let number = match allowed {
        Ok(number) => number,
        Err(refusal) => {
            return Err(refuse(
                operation,
                clinic,
                role,
                patient,
                Act::RunSession,
                refusal,
            ));
        }
    };
    let session = SessionId::make(operation.now(), operation.chance);
    let fact = SessionOpened {
        session,
        course: opening.course,
        visit: opening.visit,
        number,
        room: opening.room,
        weight_g: opening.weight_g,
    };
    let written = clinic.record(
        operation,
        role,
        patient,
        Some(known.version),
        &[fact.into()],
    )?;
    if written.repeated {
        return opened_by(&clinic.chart(patient)?.chart, written.number);
    }
    Ok(session)
}

/// The session an entry opened.
fn opened_by(chart: &Chart, number: EntryNumber) -> Result<SessionId, Denied> {
    let sessions = chart.sessions();
    let opened = sessions.iter().find(|session| session.opened_by == number);
    opened.map(|session| session.id).ok_or(Denied::NotFound)
}

/// Something that happens in a session.
#[derive(Clone, Debug)]
pub enum Happening {
    /// Drug begins to be given.
    Start(DoseStarted),
    /// The giving changes.
    Change(DoseChanged),
    /// The giving ends.
    Stop(DoseStopped),
    /// Something is seen or asked.
    Observe(ObservationMade),
    /// Harm is seen or reported.
    Adverse(AdverseNoted),
    /// Something is done about it.
    Intervene(InterventionMade),
    /// Readiness to leave is assessed.
    Recover(RecoveryAssessed),
    /// The patient leaves.
    Close(SessionClosed),
}

/// Records what happens in a session.
///
/// # Errors
/// A recorded refusal for a dose over the plan, or where the rules or a consent no longer allow one; [`Denied::Invalid`] for what the session's state does
/// not allow; [`Denied::NotFound`] for a session that is not this patient's.
pub fn happen(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    session: SessionId,
    happening: Happening,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::RunSession, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    check_told_time(operation)?;
    if happening.session().is_some_and(|named| named != session) {
        return Err(Denied::NotFound);
    }
    let there = open_session(&known.chart, session)?;
    let is_of_dose = matches!(happening, Happening::Change(_) | Happening::Stop(_));
    check_within(operation, clinic, &there, is_of_dose)?;
    check_state(&there, &happening)?;
    pieces::check(clinic, &known, &there, (&happening, operation.occurred().0))?;
    if let Happening::Change(change) = &happening {
        check_rate(&there, change)?;
    }
    if let Happening::Close(close) = &happening
        && !close.against_advice
    {
        super::room::after::check_stay(clinic, &known.chart, &there, operation.occurred().0)?;
    }
    // Held for whatever happens: what is drawn must not change between the look and the append.
    let _stock = clinic.hold_stock();
    if let Happening::Start(start) = &happening
        && let Err(refusal) = may_start(operation, clinic, &known, &there, start)?
    {
        return Err(refuse(
            operation,
            clinic,
            role,
            patient,
            Act::RunSession,
            refusal,
        ));
    }
    let lines = of_stock(operation, clinic, (patient, &there), &happening)?;
    let first = pieces::first(clinic, &known, &there, &happening);
    let fact: Fact = match happening {
        Happening::Start(fact) => fact.into(),
        Happening::Change(fact) => fact.into(),
        Happening::Stop(fact) => fact.into(),
        Happening::Observe(fact) => fact.into(),
        Happening::Adverse(fact) => fact.into(),
        Happening::Intervene(fact) => fact.into(),
        Happening::Recover(fact) => fact.into(),
        Happening::Close(fact) => fact.into(),
    };
    let is_closing = matches!(fact, Fact::SessionClosed(_));
    let facts = [fact].into_iter().chain(first.map(Fact::from)).collect();
    let mut facts = super::room::watch::with_rules(operation, clinic, &known, &there, facts);
    if is_closing {
        let clock = super::monitoring_form::clock(operation, clinic, &known.chart, &there);
        facts.extend(clock);
    }
    let expected = Some(known.version);
    clinic.record_with_stock(operation, role, patient, expected, (&facts, &lines))
}

/// What the register writes beside what happens, in the same append.
fn of_stock(
    operation: &Operation<'_>,
    clinic: &Clinic,
    about: (PatientId, &Session),
    happening: &Happening,
) -> Result<Lines, Denied> {
    match happening {
        Happening::Stop(stop) => {
            super::ledger::session::giving(operation, clinic, about, stop.given)
        }
        Happening::Close(close) => {
            super::ledger::session::closing(operation, clinic, about, close.against_advice)
        }
        Happening::Start(_)
        | Happening::Change(_)
        | Happening::Observe(_)
        | Happening::Adverse(_)
        | Happening::Intervene(_)
        | Happening::Recover(_) => Ok(Lines::default()),
    }
}

impl Happening {
    /// The session it says it belongs to.
    const fn session(&self) -> Option<SessionId> {
        match self {
            Self::Start(fact) => Some(fact.session),
            Self::Change(fact) => Some(fact.session),
            Self::Stop(fact) => Some(fact.session),
            Self::Observe(fact) => Some(fact.session),
            Self::Adverse(fact) => fact.session,
            Self::Intervene(fact) => fact.session,
            Self::Recover(fact) => Some(fact.session),
            Self::Close(fact) => Some(fact.session),
        }
    }
}

/// Whether drug may begin to be given: what held when the session was opened must hold still, and
/// the dose must be the plan's. The outer error is a fault, the inner one a refusal.
fn may_start(
    operation: &Operation<'_>,
    clinic: &Clinic,
    known: &KnownChart,
    session: &Session,
    start: &DoseStarted,
) -> Result<Result<(), Refusal>, Denied> {
    let course = super::course::find(known, session.course)?;
    if course.state != CourseState::Open {
        return Err(Denied::invalid(
            "course",
            "This course is not under way: take it up again first",
        ));
    }
    let today = civil_day(operation.occurred().0, &clinic.zone());
    let may = may_dose(clinic, &known.chart, session.course, today);
    Ok(may
        .and_then(|()| within_plan(&known.chart, session, start))
        .and_then(|()| super::room::before::was_checked(clinic, session, operation.occurred().0))
        .and_then(|()| super::ledger::session::may_give(operation, clinic, (session, start))))
}

fn within_plan(chart: &Chart, session: &Session, start: &DoseStarted) -> Result<(), Refusal> {
    let planned = chart.plan(session.course).and_then(|(_, plan)| {
        let of_session = |dose: &&PlannedDose| dose.number == session.number;
        plan.doses.iter().find(of_session)
    });
    let Some(planned) = planned else {
        return Err(Refusal {
            rule: "plan".to_owned(),
            sentence: format!(
                "The plan holds no dose for session {}: a prescriber amends the plan first",
                session.number
            ),
            inputs: vec![("asked for".to_owned(), start.dose.to_string())],
            evidence: "Clinic policy: no dose beyond the prescribed plan".to_owned(),
            may_override: None,
        });
    };
    let is_slower = start.minutes.get() >= planned.minutes;
    if start.dose <= planned.dose && start.route == planned.route && is_slower {
        return Ok(());
    }
    Err(Refusal {
        rule: "plan".to_owned(),
        sentence: format!(
            "The plan prescribes {} {} over {} min for session {}: a prescriber amends the plan \
             before more is given, or faster",
            planned.dose, planned.route, planned.minutes, session.number
        ),
        inputs: vec![
            (
                "planned".to_owned(),
                format!("{} {}", planned.dose, planned.route),
            ),
            (
                "asked for".to_owned(),
                format!("{} {} over {}", start.dose, start.route, start.minutes),
            ),
        ],
        evidence: "Clinic policy: no dose beyond the prescribed plan".to_owned(),
        may_override: None,
    })
}

/// Refuses a rate faster than was ordered: most often a decimal point in the wrong place.
fn check_rate(session: &Session, change: &DoseChanged) -> Result<(), Denied> {
    if change.change == DoseChange::Rate && change.rate.is_none() {
        return Err(Denied::invalid("rate", "Enter the new rate"));
    }
    if let (Some(given), Some(started)) = (change.given_so_far, session.started)
        && given > started.dose
    {
        return Err(Denied::invalid(
            "given",
            format!(
                "{given} is more than the dose of {}: read the pump again, and check the decimal point",
                started.dose
            ),
        ));
    }
    let ordered = session
        .infusion(session.opened_at)
        .and_then(|infusion| Some(infusion.steps.first()?.rate));
    match (change.rate, ordered) {
        (Some(rate), Some(ordered)) if rate > ordered => Err(Denied::invalid(
            "rate",
            format!(
                "{rate} is faster than the {ordered} ordered: check the decimal point. A \
                 prescriber amends the plan before drug goes in faster"
            ),
        )),
        (Some(_) | None, Some(_) | None) => Ok(()),
    }
}

fn check_state(session: &Session, happening: &Happening) -> Result<(), Denied> {
    let fault = match happening {
        Happening::Start(_) if session.started.is_some() => {
            Some("A dose was started in this session already: change that one, or end it")
        }
        Happening::Change(_) | Happening::Stop(_) if session.started.is_none() => {
            Some("No dose was started in this session: start it first")
        }
        Happening::Change(_) | Happening::Stop(_) if session.stopped.is_some() => {
            Some("The dose has ended already: correct what was charted, where it is wrong")
        }
        Happening::Recover(assessed)
            if assessed
                .items
                .iter()
                .any(|item| item.answer == GateAnswer::NotMet && item.because.is_none()) =>
        {
            Some("Say why for each item that is not met")
        }
        Happening::Close(_) if session.started.is_some() && session.stopped.is_none() => {
            Some("The dose has not ended: end it first")
        }
        Happening::Close(close) if !close.against_advice && !session.is_recovery_assessed => {
            Some("Assess readiness to leave first, or record that they left against advice")
        }
        Happening::Start(_)
        | Happening::Change(_)
        | Happening::Stop(_)
        | Happening::Observe(_)
        | Happening::Adverse(_)
        | Happening::Intervene(_)
        | Happening::Recover(_)
        | Happening::Close(_) => None,
    };
    if let Some(sentence) = fault {
        return Err(Denied::invalid("session", sentence));
    }
    match (happening, session.started) {
        (Happening::Stop(stop), Some(started)) if stop.given > started.dose => {
            let (given, dose) = (stop.given, started.dose);
            Err(Denied::invalid(
                "given",
                format!(
                    "{given} is more than the {dose} that was started: read the pump again, and check the decimal point"
                ),
            ))
        }
        _ => Ok(()),
    }
}
