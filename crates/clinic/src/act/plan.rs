//! The plan: prescribed from a protocol, its visits booked as one thing.

use jiff::civil::{Date, Time};
use protocol::dose::{Dose, Grams as Weight};
use protocol::{Protocol, Standing};
use record::calendar::{ProtocolDay, civil_day, civil_day_of, days_between};
use record::fact::decision::{
    PlanAmended, PlanPrescribed, PlannedDose, PlannedTherapy, Route, WeightBasis,
};
use record::fact::visit::{VisitBooked, VisitPurpose};
use record::ids::{CourseId, PatientId, VisitId};
use record::quantity::{Grams, Micrograms, MicrogramsPerKilogram};
use record::words::{Line, Prose};

use super::eligibility::{may_prescribe, refuse};
use crate::authority::{Act, authorise};
use crate::clinic::{Clinic, KnownChart, Written};
use crate::denied::{Denied, FieldFault, Refusal};
use crate::operation::Operation;
use crate::policy::Policy;

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
/// [`Denied::Invalid`] for a missing, old or implausible weight, or a day that cannot be.
pub fn draft(
    operation: &Operation<'_>,
    clinic: &Clinic,
    known: &KnownChart,
    asked: &Prescription,
) -> Result<PlanPrescribed, Denied> {
    let course = super::course::find(known, asked.course)?;
    let protocol = clinic
        .library()
        .protocol(&course.protocol)
        .ok_or(Denied::NotFound)?;
    if let Standing::ReferenceOnly(why) = &protocol.standing {
        return Err(Denied::invalid(
            "protocol",
            format!("This protocol cannot be prescribed: {why}"),
        ));
    }
    let today = civil_day(operation.now(), &clinic.zone());
    let mut faults = Vec::new();
    let ahead = days_between(today, asked.day_zero);
    if !(0..=365).contains(&ahead) {
        faults.push(FieldFault::new(
            "day_zero",
            "Choose a day from today on, within a year",
        ));
    }
    let is_by_weight = protocol.sessions.iter().any(|session| {
        session
            .steps
            .iter()
            .any(|step| matches!(step.dose, Dose::PerKilogram(_)))
    });
    let weighed = weight_for(known, asked, today, clinic);
    if is_by_weight && let Err(fault) = &weighed {
        faults.push(fault.clone());
    }
    if !faults.is_empty() {
        return Err(Denied::Invalid(faults));
    }
    let (weight_g, weighed_on) = weighed.unwrap_or((Grams::new(0), today));
    Ok(PlanPrescribed {
        course: course.id,
        protocol: Line::clipped(&protocol.id),
        protocol_version: protocol.version,
        day_zero: asked.day_zero,
        weight_g: is_by_weight.then_some(weight_g),
        weighed_on: is_by_weight.then_some(weighed_on),
        basis: WeightBasis::Actual,
        dose_per_weight: dose_per_weight(protocol),
        doses: doses(protocol, weight_g, clinic.library().policy()),
        therapy: therapy(protocol),
    })
}

/// The weight a dose rests on and the day it was taken.
fn weight_for(
    known: &KnownChart,
    asked: &Prescription,
    today: Date,
    clinic: &Clinic,
) -> Result<(Grams, Date), FieldFault> {
    let policy = clinic.library().policy();
    let measured = known.chart.weight();
    let field = "weight";
    if let Some(given) = asked.weight_g {
        let given = Grams::plausible(given.get())
            .map_err(|implausible| FieldFault::new(field, implausible.to_string()))?;
        if let Some((_, before)) = measured {
            let most = policy.weight_change_percent_most;
            let moved = u64::from(given.get().abs_diff(before.get()));
            if moved * 100 > u64::from(before.get()) * most {
                return Err(FieldFault::new(
                    field,
                    format!(
                        "{given} is more than {most} % away from {before} measured before: check that it \
                     is in kilograms, or chart a new weight first"
                    ),
                ));
            }
        }
        return Ok((given, today));
    }
    let Some((entry, weight)) = measured else {
        return Err(FieldFault::new(
            field,
            "No weight is charted: weigh the patient first",
        ));
    };
    let weighed_on = civil_day(entry.occurred_at.0, &clinic.zone());
    let most = policy.weight_days_most;
    if i64::from(days_between(weighed_on, today)) > most {
        return Err(FieldFault::new(
            field,
            format!("The last weight is more than {most} days old: weigh again"),
        ));
    }
    Ok((weight, weighed_on))
}

fn dose_per_weight(protocol: &Protocol) -> Option<MicrogramsPerKilogram> {
    let total: u64 = protocol
        .sessions
        .first()?
        .steps
        .iter()
        .map(|step| match step.dose {
            Dose::PerKilogram(rate) => rate.0,
            Dose::Fixed(_) => 0,
        })
        .sum();
    u32::try_from(total)
        .ok()
        .filter(|total| *total > 0)
        .map(MicrogramsPerKilogram::new)
}

/// The doses, each rounded down to what can be drawn and held under the protocol's cap.
fn doses(protocol: &Protocol, weight: Grams, policy: &Policy) -> Vec<PlannedDose> {
    let drawn_in = policy.drawn_in.get();
    protocol
        .sessions
        .iter()
        .map(|session| {
            let whole: u64 = session
                .steps
                .iter()
                .filter_map(|step| step.dose.amount(Weight(u64::from(weight.get()))))
                .map(|amount| amount.0)
                .sum();
            let capped = whole.min(protocol.cap.amount.0);
            PlannedDose {
                number: u8::try_from(session.number).unwrap_or(u8::MAX),
                day: ProtocolDay(i32::from(session.day)),
                dose: Micrograms::new(capped - capped.checked_rem(drawn_in).unwrap_or(0)),
                route: route(session.route),
                minutes: u32::try_from(session.minutes().0).unwrap_or(0),
            }
        })
        .collect()
}

const fn route(route: protocol::Route) -> Route {
    match route {
        protocol::Route::Iv => Route::Intravenous,
        protocol::Route::Im => Route::Intramuscular,
        protocol::Route::In => Route::Intranasal,
        protocol::Route::Sl => Route::Sublingual,
    }
}

fn therapy(protocol: &Protocol) -> Vec<PlannedTherapy> {
    protocol
        .therapy
        .iter()
        .map(|session| PlannedTherapy {
            number: u8::try_from(session.number).unwrap_or(u8::MAX),
            day: ProtocolDay(i32::from(session.day)),
            minutes: u32::try_from(session.minutes.0).unwrap_or(0),
            title: Line::clipped(&session.title),
        })
        .collect()
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
    if let Err(refusal) = may_prescribe(&known.chart, asked.course, today) {
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
    let bookings = bookings(operation, clinic, plan, hours, room);
    super::visit::book(operation, clinic, patient, bookings)
}

/// A plan's visits: its dosing sessions, its therapy, and the ninety-day review.
fn bookings(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    plan: &PlanPrescribed,
    hours: Hours,
    room: Option<&Line>,
) -> Vec<VisitBooked> {
    let zone = clinic.zone();
    let now = operation.now();
    let mut bookings = Vec::new();
    let mut visit =
        |day: ProtocolDay, time: Time, minutes, purpose, title: String, room: Option<&Line>| {
            let local = civil_day_of(day, plan.day_zero).to_datetime(time);
            let starts_at = zone.to_timestamp(local).unwrap_or(jiff::Timestamp::MIN);
            bookings.push(VisitBooked {
                visit: VisitId::make(now, operation.chance),
                course: Some(plan.course),
                purpose,
                title: Line::clipped(&title),
                day: Some(day),
                starts_at,
                minutes,
                with: None,
                room: room.cloned(),
            });
        };
    let policy = clinic.library().policy();
    let n_doses = plan.doses.len();
    for dose in &plan.doses {
        let title = format!("Infusion {} of {n_doses}", dose.number);
        visit(
            dose.day,
            hours.dosing,
            policy.dosing_visit_minutes,
            VisitPurpose::Dosing,
            title,
            room,
        );
    }
    for therapy in &plan.therapy {
        let title = format!("S{} {}", therapy.number, therapy.title);
        visit(
            therapy.day,
            hours.therapy,
            therapy.minutes,
            VisitPurpose::Therapy,
            title,
            None,
        );
    }
    visit(
        ProtocolDay(90),
        hours.therapy,
        policy.review_visit_minutes,
        VisitPurpose::FollowUp,
        "Ninety-day review".to_owned(),
        None,
    );
    bookings
}
