//! Which session of a course may be opened, and on which day.
//!
//! A session is opened on the day its visit is booked for, and never before the day the plan has it on:
//! whoever wants another day moves the visit, which is written with its reason and moves the plan with
//! it. Two doses never come nearer to each other than the plan was signed with, whatever was moved.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use record::Chart;
use record::calendar::{civil_day, civil_day_of};
use record::chart::session::Session;
use record::chart::visit::{Visit, VisitState};
use record::fact::decision::{PlanAmended, PlanPrescribed};
use record::fact::session::SessionOpened;
use record::fact::visit::VisitPurpose;
use record::ids::{CourseId, VisitId};

use crate::denied::Refusal;

/// A session opened after midnight belongs to the day of the evening's visit it was booked as.
const NIGHT: SignedDuration = SignedDuration::from_hours(12);

/// What is to be opened, and when.
pub(super) struct Wanted<'a> {
    /// The sessions of the patient so far.
    pub(super) sessions: &'a [Session],
    /// The course.
    pub(super) course: CourseId,
    /// The visit it is opened as, where one was named.
    pub(super) visit: Option<VisitId>,
    /// When.
    pub(super) at: Timestamp,
    /// The clinic's zone.
    pub(super) zone: &'a TimeZone,
}

/// Which session of the course this would be, unless the plan holds no more (rule E53) or it is not its
/// day.
pub(super) fn number(chart: &Chart, wanted: &Wanted<'_>) -> Result<u8, Refusal> {
    let number = next_number(chart, wanted)?;
    let visits = chart.visits();
    let visit = booked(&visits, wanted, number);
    let today = day(wanted.at, wanted.zone, visit);
    far_enough(chart, wanted, today)?;
    on_its_day(chart, wanted, (number, visit), today)?;
    Ok(number)
}

fn next_number(chart: &Chart, wanted: &Wanted<'_>) -> Result<u8, Refusal> {
    let of_course = |session: &&Session| session.course == wanted.course;
    let n_before = wanted.sessions.iter().filter(of_course).count();
    let number = u8::try_from(n_before + 1).unwrap_or(u8::MAX);
    let plan = chart.plan(wanted.course);
    let planned = plan.map_or(0, |(_, plan)| plan.doses.len());
    if usize::from(number) <= planned {
        return Ok(number);
    }
    Err(Refusal {
        rule: "E53".to_owned(),
        sentence: format!(
            "The plan holds {planned} dosing sessions and this would be number {number}: a \
             prescriber amends the plan first"
        ),
        inputs: vec![("sessions planned".to_owned(), planned.to_string())],
        evidence: "Course ceiling: a defined course and endpoint (ASA statement)".to_owned(),
        may_override: Some(record::Role::Prescriber),
    })
}

/// The visit the session was booked as: the one named, or else the one that stands for its number.
fn booked<'a>(visits: &'a [Visit], wanted: &Wanted<'_>, number: u8) -> Option<&'a Visit> {
    let mut dosing = visits.iter().filter(|visit| {
        let is_to_come = matches!(visit.state, VisitState::Booked | VisitState::Arrived);
        let is_ours = visit.course.is_none_or(|course| course == wanted.course);
        is_to_come && is_ours && visit.purpose == VisitPurpose::Dosing
    });
    let named = dosing.clone().find(|visit| Some(visit.id) == wanted.visit);
    named.or_else(|| dosing.find(|visit| visit.number == Some(number)))
}

/// The day a moment belongs to.
fn day(at: Timestamp, zone: &TimeZone, visit: Option<&Visit>) -> Date {
    let since = visit.map(|visit| at.duration_since(visit.starts_at));
    let is_its_night = since.is_some_and(|since| !since.is_negative() && since <= NIGHT);
    let begun = visit.filter(|_| is_its_night);
    civil_day(begun.map_or(at, |visit| visit.starts_at), zone)
}

/// Passes a session on the day of its visit, and not before the day of the plan.
fn on_its_day(
    chart: &Chart,
    wanted: &Wanted<'_>,
    (number, visit): (u8, Option<&Visit>),
    today: Date,
) -> Result<(), Refusal> {
    if let Some(visit) = visit {
        let on = civil_day(visit.starts_at, wanted.zone);
        if on > today {
            return Err(not_today(
                format!(
                    "Session {number} is booked for {}: move its visit to today first, or open it on that day",
                    said(on)
                ),
                ("booked for", on),
                today,
            ));
        }
        if on < today {
            return Err(not_today(
                format!(
                    "Session {number} was booked for {}: move its visit to today first, or mark it missed and book another",
                    said(on)
                ),
                ("booked for", on),
                today,
            ));
        }
    }
    let Some(on) = planned(chart, wanted.course, number) else {
        return Ok(());
    };
    if on <= today {
        return Ok(());
    }
    Err(not_today(
        format!(
            "The plan has session {number} on {}: move its visit to today, or have a prescriber amend the plan, or open it on that day",
            said(on)
        ),
        ("planned for", on),
        today,
    ))
}

/// The day the plan has a session on.
fn planned(chart: &Chart, course: CourseId, number: u8) -> Option<Date> {
    let (_, plan) = chart.plan(course)?;
    let dose = plan.doses.iter().find(|dose| dose.number == number)?;
    Some(civil_day_of(dose.day, plan.day_zero))
}

/// The first day a dose may come again, after the one given last.
pub(crate) struct Earliest {
    /// The day of the last dose.
    before: Date,
    /// The fewest days that any two doses were signed apart.
    apart: i32,
    /// The first day.
    pub(crate) on: Date,
}

impl Earliest {
    /// Why a day before it is too soon.
    pub(crate) fn said(&self) -> String {
        let (apart, days) = (self.apart, if self.apart == 1 { "day" } else { "days" });
        format!(
            "The last dose was given on {}, and no two doses of the plan were signed nearer to each other than {apart} {days}",
            said(self.before)
        )
    }
}

/// The first day on which a session may be held, at least as far from the last dose given as any two
/// doses of the plan were signed; nothing where no dose was given, or the plan has but one.
pub(crate) fn earliest(chart: &Chart, zone: &TimeZone, course: CourseId) -> Option<Earliest> {
    let apart = signed_apart(chart, course)?;
    let given = chart.sessions().into_iter();
    let given = given.filter(|one| one.started.is_some());
    let last = given.max_by_key(|one| one.opened_at)?;
    let mut opened = chart.all::<SessionOpened>();
    let opened = opened.find(|(_, opened)| opened.session == last.id);
    let visit = opened.and_then(|(_, opened)| opened.visit);
    let visits = chart.visits();
    let visit = visits.iter().find(|one| Some(one.id) == visit);
    let before = day(last.opened_at, zone, visit);
    let on = before.saturating_add(apart.days());
    Some(Earliest { before, apart, on })
}

/// Passes a session that lies at least as far from the last dose given as any two doses were signed.
fn far_enough(chart: &Chart, wanted: &Wanted<'_>, today: Date) -> Result<(), Refusal> {
    let earliest = earliest(chart, wanted.zone, wanted.course);
    let Some(earliest) = earliest.filter(|earliest| today < earliest.on) else {
        return Ok(());
    };
    Err(not_today(
        format!(
            "{}: open it on {} or later, and move its visit where it is booked sooner",
            earliest.said(),
            said(earliest.on)
        ),
        ("last dose on", earliest.before),
        today,
    ))
}

/// The fewest days between two doses, as the plan's protocol was signed: what was moved since is
/// nobody's word on how near two doses may come, and one that was late does not put off all after it.
fn signed_apart(chart: &Chart, course: CourseId) -> Option<i32> {
    let (_, now) = chart.plan(course)?;
    let prescribed = chart.all::<PlanPrescribed>().map(|(_, plan)| plan);
    let amended = chart.all::<PlanAmended>().map(|(_, amended)| &amended.plan);
    let signed = prescribed.chain(amended).find(|plan| {
        let is_same = plan.protocol == now.protocol;
        plan.course == course && is_same && plan.protocol_version == now.protocol_version
    })?;
    let mut days: Vec<i32> = signed.doses.iter().map(|dose| dose.day.0).collect();
    days.sort_unstable();
    let gaps = days.iter().zip(days.iter().skip(1));
    gaps.map(|(before, next)| next.saturating_sub(*before))
        .min()
}

fn not_today(sentence: String, (what, on): (&str, Date), today: Date) -> Refusal {
    Refusal {
        rule: "plan".to_owned(),
        sentence,
        inputs: vec![
            (what.to_owned(), on.to_string()),
            ("today".to_owned(), today.to_string()),
        ],
        evidence: "Clinic policy: a dose on the day it is planned for, and none nearer to the one before than was signed"
            .to_owned(),
        may_override: None,
    }
}

pub(crate) fn said(day: Date) -> String {
    day.strftime("%a %-d %b").to_string()
}
