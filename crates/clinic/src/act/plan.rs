//! The plan: prescribed from a protocol, its visits booked as one thing.

pub mod lay;
mod near;
pub mod reckon;
pub mod sign;
pub mod turn;

use jiff::civil::{Date, Time};
use protocol::{Basis, Decimal, Quantity, Unit};
use record::calendar::civil_day;
use record::fact::decision::{PlanAmended, PlanPrescribed};
use record::ids::{CourseId, PatientId};
use record::quantity::Grams;
use record::words::{Line, Prose};

use self::lay::{Placing, lay};
use self::reckon::{Wishes, reckon};
use super::eligibility::{may_prescribe, refuse};
use crate::authority::{Act, authorise};
use crate::calendar::{Clash, OnTheClock, on_the_clock};
use crate::clinic::{Clinic, KnownChart, Written};
use crate::denied::{Denied, Refusal};
use crate::operation::Operation;

/// What a prescriber asks for.
#[derive(Clone, Debug)]
pub struct Prescription {
    /// The course.
    pub course: CourseId,
    /// The first dosing day.
    pub day_zero: Date,
    /// The weight the dose is worked out on, where it differs from the one measured last.
    pub weight_g: Option<Grams>,
}

/// A plan as it would be prescribed, for the page that shows it before it is signed.
///
/// # Errors
/// [`Denied::Invalid`] for a missing, old or implausible weight, a day that cannot be, or a dose over
/// the protocol's cap.
pub fn draft(
    operation: &Operation<'_>,
    clinic: &Clinic,
    known: &KnownChart,
    asked: &Prescription,
) -> Result<PlanPrescribed, Denied> {
    let course = super::course::find(known, asked.course)?;
    let today = civil_day(operation.now(), &clinic.zone());
    let weight = asked.weight_g.map(|weight| (weight.get(), today));
    let wishes = Wishes {
        weight: weight.and_then(|(grams, on)| Some((in_grams(grams)?, on))),
        basis: Some(Basis::Actual),
        ..Wishes::of(&course.protocol, asked.day_zero)
    };
    let who = operation.actor.name.as_str();
    let reckoned = reckon(clinic, known, (course.id, who), today, &wishes);
    reckoned
        .map(|reckoned| reckoned.plan)
        .map_err(Denied::Invalid)
}

fn in_grams(grams: u32) -> Option<Quantity> {
    Quantity::new(Decimal::whole(i64::from(grams)), Unit::named("g"))
}

/// Prescribes a plan.
///
/// # Errors
/// A recorded refusal where the rules or a missing consent stand against it; [`Denied::Invalid`]
/// as [`draft`], or where a plan is prescribed already.
pub fn prescribe(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    asked: &Prescription,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::Prescribe, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    if known.chart.plan(asked.course).is_some() {
        return Err(Denied::invalid(
            "day_zero",
            "A plan is prescribed: amend it instead",
        ));
    }
    let plan = draft(operation, clinic, &known, asked)?;
    let today = civil_day(operation.now(), &clinic.zone());
    if let Err(refusal) = may_prescribe(clinic, &known.chart, asked.course, today) {
        return Err(refuse(
            operation,
            clinic,
            role,
            patient,
            Act::Prescribe,
            refusal,
        ));
    }
    clinic.record(
        operation,
        role,
        patient,
        Some(known.version),
        &[plan.into()],
    )
}

/// Amends a plan: the same protocol, worked out anew from another day or weight.
///
/// # Errors
/// As [`prescribe`]; a recorded refusal where a dose was given and day 0 would move.
pub fn amend(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    asked: &Prescription,
    reason: Prose,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::Prescribe, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    let Some((_, before)) = known.chart.plan(asked.course) else {
        return Err(Denied::invalid("day_zero", "No plan is prescribed yet"));
    };
    let is_begun = known
        .chart
        .sessions()
        .iter()
        .any(|session| session.course == asked.course && session.started.is_some());
    let plan = if is_begun && asked.day_zero == before.day_zero {
        let later = Prescription {
            day_zero: civil_day(operation.now(), &clinic.zone()),
            ..asked.clone()
        };
        PlanPrescribed {
            day_zero: before.day_zero,
            ..draft(operation, clinic, &known, &later)?
        }
    } else {
        draft(operation, clinic, &known, asked)?
    };
    if is_begun && plan.day_zero != before.day_zero {
        let refusal = Refusal {
            rule: "plan".to_owned(),
            sentence: "A dose was given, so day 0 stays where it is: amend the later days instead"
                .to_owned(),
            inputs: vec![("day 0".to_owned(), before.day_zero.to_string())],
            evidence: "Clinic policy: protocol days count from the first dose".to_owned(),
            may_override: None,
        };
        return Err(refuse(
            operation,
            clinic,
            role,
            patient,
            Act::Prescribe,
            refusal,
        ));
    }
    let fact = PlanAmended { plan, reason };
    clinic.record(
        operation,
        role,
        patient,
        Some(known.version),
        &[fact.into()],
    )
}

/// At which hours a plan's visits begin.
#[derive(Clone, Copy, Debug)]
pub struct Hours {
    /// Dosing sessions.
    pub dosing: Time,
    /// Therapy sessions.
    pub therapy: Time,
}

/// Books every visit of a plan as one thing: dosing sessions, therapy, and the ninety-day review.
///
/// # Errors
/// [`Denied::Invalid`] where there is no plan, its visits are booked already, or a room is taken.
pub fn book_visits(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    course: CourseId,
    hours: Hours,
    room: Option<&Line>,
) -> Result<Written, Denied> {
    authorise(operation, Act::KeepCalendar, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    let Some((_, plan)) = known.chart.plan(course) else {
        return Err(Denied::invalid("day_zero", "Prescribe a plan first"));
    };
    if known
        .chart
        .visits()
        .iter()
        .any(|visit| visit.course == Some(course))
    {
        return Err(Denied::invalid(
            "day_zero",
            "The visits of this plan are booked: move them one by one",
        ));
    }
    let protocol = clinic.library().protocol(plan.protocol.as_str());
    let protocol = protocol.ok_or(Denied::NotFound)?;
    let placing = Placing {
        room: room.cloned(),
        ..Placing::at(hours.dosing, hours.therapy)
    };
    let zone = clinic.zone();
    let today = civil_day(operation.now(), &zone);
    let mut bookings = Vec::new();
    for slot in lay(plan, protocol, clinic.library(), &placing, today).slots {
        let starts_at = match on_the_clock(&zone, slot.wanted.starts) {
            OnTheClock::Once(at) | OnTheClock::Twice(at) => at,
            OnTheClock::Never(instead) => {
                let (wanted, instead) = (slot.wanted.starts, instead);
                let clash = Clash::NoSuchTime { wanted, instead };
                return Err(Denied::invalid("dosing", clash.to_string()));
            }
        };
        bookings.push(slot.booked(operation, plan.course, starts_at));
    }
    super::visit::book(operation, clinic, patient, bookings)
}
