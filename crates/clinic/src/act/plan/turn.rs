//! The plan after it was prescribed: one visit moved or all from here on, paused, resumed, the dose amended.

use jiff::civil::{Date, DateTime};
use jiff::{Span, Timestamp};
use record::calendar::{ProtocolDay, civil_day, civil_day_of, days_between, protocol_day};
use record::chart::course::CourseState;
use record::chart::visit::{Visit, VisitState};
use record::fact::decision::{PlanAmended, PlanPrescribed};
use record::fact::visit::{
    CoursePaused, CourseReturned, VisitBooked, VisitCancelled, VisitMoved, VisitPurpose,
};
use record::ids::{CourseId, PatientId, VisitId};
use record::words::{Line, Prose};
use record::{Chart, Fact};

use super::near::{far_enough, on_their_days};
use super::reckon::{Wishes, reckon};
use super::sign::MEANING;
use crate::act::confirm::Confirmed;
use crate::authority::{Act, authorise};
use crate::calendar::{Checked, Ground, Wanted, check, taken_around};
use crate::clinic::{Clinic, KnownChart, Written};
use crate::denied::{Denied, FieldFault};
use crate::operation::Operation;

/// The reason written beside visits that a pause takes off the calendar.
pub const PAUSED: &str = "The course is paused";

/// One visit to another time, another room or other staff.
#[derive(Clone, Debug)]
pub struct Move {
    /// When it now begins, by the clock on the wall.
    pub starts: DateTime,
    /// Where it now is; nothing leaves that as it was.
    pub room: Option<Line>,
    /// With whom; nothing leaves that as it was.
    pub with: Option<Line>,
    /// Why.
    pub reason: Line,
}

/// Moves one visit. Where it stands for a session of the plan and comes to another day, the plan is
/// amended with it.
///
/// # Errors
/// [`Denied::NotFound`] for a visit that is not this patient's; [`Denied::Invalid`] where it is over, or
/// clashes with anything.
pub fn move_visit(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    visit: VisitId,
    to: &Move,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::KeepCalendar, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    let there = known.chart.visits().into_iter().find(|one| one.id == visit);
    let there = there.ok_or(Denied::NotFound)?;
    if there.state != VisitState::Booked {
        return Err(Denied::invalid(
            "visit",
            "This visit has begun or is over: only one that is booked can be moved",
        ));
    }
    let wanted = Wanted {
        starts: to.starts,
        room: to.room.as_ref().map(Line::to_string).or(there.room.clone()),
        with: to.with.as_ref().map(Line::to_string).or(there.with.clone()),
        ..wanted(clinic, &there)
    };
    far_enough(clinic, &known.chart, [(&there, to.starts.date())])?;
    let _calendar = clinic.hold_calendar();
    let checked = stand(operation, clinic, patient, &[wanted], &[visit])?;
    let mut facts = Vec::new();
    for (at, _) in &checked {
        let moved = VisitMoved {
            visit,
            starts_at: *at,
            reason: Some(to.reason.clone()),
            with: to.with.clone(),
            room: to.room.clone(),
        };
        facts.push(Fact::from(moved));
    }
    let days = days_between(clinic.zone_today(there.starts_at), to.starts.date());
    let reason = Prose::clipped(to.reason.as_str());
    facts.extend(amended(&known.chart, &[there], days, reason));
    clinic.record(operation, role, patient, Some(known.version), &facts)
}

/// A visit as it stands, as one that is wanted.
fn wanted(clinic: &Clinic, visit: &Visit) -> Wanted {
    Wanted {
        title: visit.title.clone(),
        purpose: visit.purpose,
        starts: clinic.zone().to_datetime(visit.starts_at),
        minutes: visit.minutes,
        room: visit.room.clone(),
        with: visit.with.clone(),
    }
}

/// The moments of visits that can stand; every clash as a fault where any cannot.
fn stand(
    operation: &Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    all: &[Wanted],
    except: &[VisitId],
) -> Result<Vec<(Timestamp, Wanted)>, Denied> {
    let taken = taken_around(clinic, all, except);
    let zone = clinic.zone();
    let ground = Ground {
        zone: &zone,
        premises: clinic.library().premises(),
        now: operation.now(),
        patient,
        taken: &taken,
    };
    let checked = check(ground, all);
    let faults: Vec<FieldFault> = all
        .iter()
        .zip(&checked)
        .flat_map(|(one, found)| {
            let when = one.starts.strftime("%a %-d %b %H:%M");
            let said = move |clash| format!("{}, {when}: {clash}", one.title);
            let clashes = found.clashes.iter();
            clashes.map(move |clash| FieldFault::new("visits", said(clash)))
        })
        .collect();
    if !faults.is_empty() {
        return Err(Denied::Invalid(faults));
    }
    let at = |(one, found): (&Wanted, &Checked)| Some((found.at?, one.clone()));
    Ok(all.iter().zip(&checked).filter_map(at).collect())
}

/// Visits by so many days, each at the same time on the wall; what is no dose and falls on a closed day
/// stands on the next open one.
fn shifted(clinic: &Clinic, visits: &[Visit], days: i32) -> Vec<Wanted> {
    let premises = clinic.library().premises();
    let one = |visit: &Visit| {
        let before = wanted(clinic, visit);
        let date = before.starts.date();
        let date = date.saturating_add(Span::new().days(i64::from(days)));
        let open = (visit.purpose != VisitPurpose::Dosing)
            .then(|| premises.next_open(date))
            .flatten();
        let date = open.unwrap_or(date);
        Wanted {
            starts: date.to_datetime(before.starts.time()),
            ..before
        }
    };
    visits.iter().map(one).collect()
}

/// Moves a visit and every later one of its course by so many days, each at the same time on the wall,
/// and amends the plan with them.
///
/// # Errors
/// [`Denied::Invalid`] where nothing would move, or anything would clash: then nothing moves.
pub fn shift(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    from: VisitId,
    days: i32,
    reason: &Prose,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::Prescribe, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    if days == 0 || !(-365..=365).contains(&days) {
        let sentence = "Give the days to move by, from 1 to 365, or fewer than 0 to move earlier";
        return Err(Denied::invalid("days", sentence));
    }
    let known = clinic.chart(patient)?;
    let all = known.chart.visits();
    let first = all.iter().find(|visit| visit.id == from);
    let first = first.ok_or(Denied::NotFound)?;
    let moving: Vec<Visit> = all
        .iter()
        .filter(|visit| visit.course == first.course && visit.state == VisitState::Booked)
        .filter(|visit| visit.starts_at >= first.starts_at)
        .cloned()
        .collect();
    if moving.is_empty() {
        let sentence = "Nothing from this visit on is booked: there is nothing to move";
        return Err(Denied::invalid("visits", sentence));
    }
    let _calendar = clinic.hold_calendar();
    let ids: Vec<VisitId> = moving.iter().map(|visit| visit.id).collect();
    let wanted = shifted(clinic, &moving, days);
    far_enough(clinic, &known.chart, on_their_days(&moving, &wanted))?;
    let stood = stand(operation, clinic, patient, &wanted, &ids)?;
    let mut facts: Vec<Fact> = moving
        .iter()
        .zip(&stood)
        .map(|(visit, (at, _))| {
            let moved = VisitMoved {
                visit: visit.id,
                starts_at: *at,
                reason: Some(Line::clipped(reason.as_str())),
                with: None,
                room: None,
            };
            moved.into()
        })
        .collect();
    facts.extend(amended(&known.chart, &moving, days, reason.clone()));
    clinic.record(operation, role, patient, Some(known.version), &facts)
}

/// The plan with the days of these visits moved; `None` where no session of a plan moves.
///
/// Day 0 is the first dose: it moves when that does, and every other day is counted from it anew.
fn amended(chart: &Chart, visits: &[Visit], days: i32, reason: Prose) -> Option<Fact> {
    let course = visits.iter().find_map(|visit| visit.course)?;
    let (_, plan) = chart.plan(course)?;
    let moves = |purpose: VisitPurpose, number: u8| {
        let is_it = |visit: &Visit| visit.purpose == purpose && visit.number == Some(number);
        visits.iter().any(is_it)
    };
    let is_any = visits.iter().any(|visit| visit.number.is_some());
    if days == 0 || !is_any {
        return None;
    }
    let date = |day: ProtocolDay, is_moved: bool| {
        let by = if is_moved { days } else { 0 };
        civil_day_of(ProtocolDay(day.0.saturating_add(by)), plan.day_zero)
    };
    let first = plan.doses.first()?;
    let zero_moves = moves(VisitPurpose::Dosing, first.number);
    let day_zero = if zero_moves {
        date(ProtocolDay(0), true)
    } else {
        plan.day_zero
    };
    let mut plan = PlanPrescribed {
        day_zero,
        ..plan.clone()
    };
    for dose in &mut plan.doses {
        let on = date(dose.day, moves(VisitPurpose::Dosing, dose.number));
        dose.day = protocol_day(on, day_zero);
    }
    for talk in &mut plan.therapy {
        let on = date(talk.day, moves(VisitPurpose::Therapy, talk.number));
        talk.day = protocol_day(on, day_zero);
    }
    Some(PlanAmended { plan, reason }.into())
}

/// Pauses the course: whatever it still has on the calendar is taken off, and kept to be taken up again.
///
/// # Errors
/// [`Denied::Invalid`] where the course is not under way.
pub fn pause(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    course: CourseId,
    reason: Prose,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::TurnCourse, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    let there = crate::act::course::find(&known, course)?;
    if there.state != CourseState::Open {
        return Err(Denied::invalid(
            "turn",
            "This course is not under way: take it up again first",
        ));
    }
    let mut facts: Vec<Fact> = vec![CoursePaused { course, reason }.into()];
    let to_come = known.chart.visits().into_iter().filter(|visit| {
        visit.course == Some(course)
            && visit.state == VisitState::Booked
            && visit.starts_at > operation.now()
    });
    facts.extend(to_come.map(|visit| {
        Fact::from(VisitCancelled {
            visit: visit.id,
            reason: Line::clipped(PAUSED),
        })
    }));
    clinic.record(operation, role, patient, Some(known.version), &facts)
}

/// The visits the last pause took off the calendar, by the time they had.
pub fn paused_visits(known: &KnownChart, course: CourseId) -> Vec<Visit> {
    let mut pauses = known.chart.all::<CoursePaused>();
    let Some((pause, _)) = pauses.rfind(|(_, fact)| fact.course == course) else {
        return Vec::new();
    };
    let returned = known.chart.all::<CourseReturned>();
    let is_over = returned
        .filter(|(_, fact)| fact.course == course)
        .any(|(entry, _)| entry.number > pause.number);
    if is_over {
        return Vec::new();
    }
    let taken_off: Vec<VisitId> = known
        .chart
        .all::<VisitCancelled>()
        .filter(|(entry, fact)| entry.number > pause.number && fact.reason.as_str() == PAUSED)
        .map(|(_, fact)| fact.visit)
        .collect();
    let visits = known.chart.visits().into_iter();
    visits
        .filter(|visit| taken_off.contains(&visit.id))
        .collect()
}

/// Takes a paused course up again: what the pause took off the calendar is booked anew, the first of it
/// on the day named and the rest as far apart as before.
///
/// # Errors
/// [`Denied::Invalid`] where the course is not paused, the day is missing, or anything clashes.
pub fn resume(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    course: CourseId,
    first_on: Option<Date>,
    reason: Option<Prose>,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::TurnCourse, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    if crate::act::course::find(&known, course)?.state == CourseState::Open {
        return Err(Denied::invalid("turn", "This course is under way already"));
    }
    let visits = paused_visits(&known, course);
    let said = reason
        .clone()
        .unwrap_or_else(|| Prose::clipped("The course is taken up again"));
    let mut facts: Vec<Fact> = vec![CourseReturned { course, reason }.into()];
    let _calendar = clinic.hold_calendar();
    if let Some(first) = visits.first() {
        let on = first_on
            .ok_or_else(|| Denied::invalid("first_on", "Choose the day of the next visit"))?;
        let days = days_between(clinic.zone_today(first.starts_at), on);
        let wanted = shifted(clinic, &visits, days);
        far_enough(clinic, &known.chart, on_their_days(&visits, &wanted))?;
        let stood = stand(operation, clinic, patient, &wanted, &[])?;
        facts.extend(amended(&known.chart, &visits, days, said));
        for (visit, (at, wanted)) in visits.iter().zip(stood) {
            let booked = VisitBooked {
                visit: VisitId::make(operation.now(), operation.chance),
                course: Some(course),
                purpose: visit.purpose,
                title: Line::clipped(&visit.title),
                day: visit.day,
                starts_at: at,
                minutes: visit.minutes,
                with: wanted.with.as_deref().map(Line::clipped),
                room: wanted.room.as_deref().map(Line::clipped),
                number: visit.number,
            };
            facts.push(booked.into());
        }
    }
    clinic.record(operation, role, patient, Some(known.version), &facts)
}

/// Amends the dose of the sessions that were not given yet; what was given stands as it was.
///
/// # Errors
/// [`Denied::Invalid`] as when a plan is designed, or where nothing is left to amend.
pub fn amend_dose(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    course: CourseId,
    wishes: &Wishes,
    (reason, confirmed, second): (Prose, &Confirmed, Option<&Confirmed>),
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::Prescribe, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    if !confirmed.is(&operation.actor) {
        return Err(Denied::Forbidden {
            act: Act::Prescribe,
        });
    }
    let known = clinic.chart(patient)?;
    let plan = amended_dose(operation, clinic, &known, course, wishes)?;
    if plan.over_cap_approved_by.is_some()
        && plan.over_cap_approved_by.as_ref() != second.map(Confirmed::name)
    {
        return Err(Denied::invalid(
            "second_secret",
            "A dose over the cap needs the second prescriber\u{2019}s own pass phrase",
        ));
    }
    let plan = PlanPrescribed {
        signed: Some(Prose::clipped(MEANING)),
        ..plan
    };
    let fact = PlanAmended { plan, reason };
    clinic.record(
        operation,
        role,
        patient,
        Some(known.version),
        &[fact.into()],
    )
}

/// The plan as it would stand with the dose amended.
///
/// # Errors
/// As [`amend_dose`].
pub fn amended_dose(
    operation: &Operation<'_>,
    clinic: &Clinic,
    known: &KnownChart,
    course: CourseId,
    wishes: &Wishes,
) -> Result<PlanPrescribed, Denied> {
    let Some((_, before)) = known.chart.plan(course) else {
        return Err(Denied::invalid("dose", "No plan is prescribed yet"));
    };
    let given: Vec<u8> = known
        .chart
        .sessions()
        .iter()
        .filter(|session| session.course == course && session.started.is_some())
        .map(|session| session.number)
        .collect();
    if before.doses.iter().all(|dose| given.contains(&dose.number)) {
        let sentence = "Every dose of this plan was given: there is none to amend";
        return Err(Denied::invalid("dose", sentence));
    }
    let today = civil_day(operation.now(), &clinic.zone());
    // Day 0 may have passed, and does not move: only the doses are reckoned anew.
    let wishes = Wishes {
        protocol: before.protocol.to_string(),
        day_zero: today,
        ..wishes.clone()
    };
    let who = operation.actor.name.as_str();
    let reckoned = reckon(clinic, known, (course, who), today, &wishes).map_err(Denied::Invalid)?;
    let mut plan = PlanPrescribed {
        day_zero: before.day_zero,
        therapy: before.therapy.clone(),
        protocol_version: before.protocol_version,
        ..reckoned.plan
    };
    for (dose, old) in plan.doses.iter_mut().zip(&before.doses) {
        if given.contains(&old.number) {
            *dose = old.clone();
        } else {
            dose.day = old.day;
        }
    }
    Ok(plan)
}
