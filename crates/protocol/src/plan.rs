//! From a protocol to a plan: the dose for this person, what to draw, and the days.

use jiff::civil::Date;

use crate::dose::{
    Dose, Grams, Micrograms, MicrogramsPerKilogram, MicrogramsPerMillilitre, Microlitres, Minutes,
};
use crate::protocol::{Protocol, Route, Session, Standing, TherapyKind};
use crate::weight::{Basis, Weight};
use crate::{Decimal, Quantity, Unit};

/// What a prescriber asks for one session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The session of the protocol.
    pub session: u16,
    /// The weight, with its day.
    pub weight: Weight,
    /// Which weight to reckon on; `None` when the prescriber has not chosen.
    pub basis: Option<Basis>,
    /// The ideal weight, where it can be given.
    pub ideal: Option<Grams>,
    /// Height, for the body mass index that makes the choice of basis due.
    pub height: Option<Quantity>,
    /// One dose a step, where the protocol leaves a choice; empty for the stated doses.
    pub chosen: Vec<Dose>,
    /// The vial to draw from; `None` when it comes in whole devices or lozenges.
    pub vial: Option<Vial>,
    /// The second prescriber who approves a dose over the cap.
    pub second_prescriber: Option<String>,
    /// Who prescribes.
    pub prescriber: String,
    /// The oldest weight accepted, in days before the day of the order.
    pub weight_days_max: i32,
    /// The day of the order.
    pub on: Date,
}

/// A vial and the syringe it is drawn with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Vial {
    /// Its strength.
    pub strength: MicrogramsPerMillilitre,
    /// The finest volume the syringe can show.
    pub step: Microlitres,
}

/// What one session gives this person.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Prescribed {
    /// The protocol and its version.
    pub protocol: String,
    /// The session of the protocol.
    pub session: u16,
    /// The way in.
    pub route: Route,
    /// The weight it was reckoned on.
    pub weight: Weight,
    /// Whether that is the actual weight or the ideal one.
    pub basis: Basis,
    /// The weight on that basis.
    pub grams: Grams,
    /// What is given, in order.
    pub steps: Vec<PrescribedStep>,
    /// All steps together, as drawn.
    pub total: Micrograms,
    /// All steps together by the weight it was reckoned on, rounded down.
    pub total_per_kg: MicrogramsPerKilogram,
    /// Who approved a dose over the cap, when it is over.
    pub over_cap_approved_by: Option<String>,
}

/// One step of a session for this person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct PrescribedStep {
    /// The dose as the protocol or the prescriber states it.
    pub dose: Dose,
    /// The dose for this weight, before what can be drawn.
    pub exact: Micrograms,
    /// What can be drawn or counted out: never more than the exact dose.
    pub drawn: Micrograms,
    /// The volume to draw, from a vial.
    pub volume: Option<Microlitres>,
    /// How many devices or lozenges, when it comes in whole ones.
    pub pieces: Option<u64>,
    /// Over how long.
    pub over: Minutes,
}

/// Why a dose cannot be prescribed so. Each says what would change the answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanRefusal {
    /// The protocol is there to be read.
    #[error(
        "{protocol} is for reference and cannot be prescribed: {reason}; choose another protocol"
    )]
    ReferenceOnly {
        /// The protocol.
        protocol: String,
        /// Why.
        reason: String,
    },
    /// No such session.
    #[error("{protocol} has no session {session}; it has {has}")]
    NoSession {
        /// The protocol.
        protocol: String,
        /// What was asked.
        session: u16,
        /// How many it has.
        has: usize,
    },
    /// The cap.
    #[error("{dose} is over the cap of {cap} a session; {instead}")]
    OverCap {
        /// The dose.
        dose: Micrograms,
        /// The most allowed.
        cap: Micrograms,
        /// What can be done.
        instead: &'static str,
    },
    /// Actual or ideal.
    #[error(
        "the body mass index is {bmi} and the weight to reckon on is not chosen; \
         choose actual or ideal weight"
    )]
    BasisNotChosen {
        /// The index, to one place.
        bmi: String,
    },
    /// Nobody knows how heavy the person should be.
    #[error(
        "the ideal weight cannot be given without sex and a height of five feet or more; choose the actual weight"
    )]
    NoIdealWeight,
    /// Whether a choice of weight is due cannot be said.
    #[error(
        "the height is not known, so nobody can say whether actual or ideal weight must be chosen; measure the height, or choose"
    )]
    NoHeight,
    /// The weight is old, or from the future.
    #[error("the weight is of {on}, and the order of {ordered}; weigh again")]
    WeightTooOld {
        /// When it was measured.
        on: Date,
        /// The day of the order.
        ordered: Date,
    },
    /// Not among the protocol's doses.
    #[error(
        "{dose} is not among the doses that session {session} leaves open; the protocol gives {stated}"
    )]
    DoseNotOpen {
        /// What was asked.
        dose: Dose,
        /// The session.
        session: u16,
        /// What the protocol gives.
        stated: Dose,
    },
    /// The number of chosen doses is not the number of steps.
    #[error("{found} doses are chosen for {wanted} steps; choose one for each, or none")]
    WrongSteps {
        /// How many were chosen.
        found: usize,
        /// How many there are.
        wanted: usize,
    },
    /// Nothing says what to draw from.
    #[error("no vial is named; name its strength and the syringe's finest mark")]
    NoVial,
    /// A strength or a step of zero.
    #[error("the vial has no strength or the syringe no marks; give both above zero")]
    EmptyVial,
    /// Less than the finest mark.
    #[error("{dose} is less than can be drawn; use a finer syringe or a weaker vial")]
    TooSmallToDraw {
        /// The dose.
        dose: Micrograms,
    },
}

/// The dose of one session for one person, or why not.
///
/// Doses are exact in micrograms and rounded **down** to what can be drawn, so that what is drawn is
/// never over the order or the cap.
///
/// # Examples
///
/// A person of 72.5 kg by `kare-2022`: 58 mg, drawn as 1.16 mL of 50 mg/mL.
///
/// ```
/// use protocol::dose::{Grams, Microlitres, MicrogramsPerMillilitre};
/// use protocol::{Basis, Order, Vial, Weight, prescribe};
/// let protocols = protocol::house::protocols().unwrap();
/// let kare = protocols.iter().find(|one| one.id == "kare-2022").unwrap();
/// let day = "2026-11-24".parse().unwrap();
/// let order = Order {
///     session: 1,
///     weight: Weight { grams: Grams(72_500), on: day },
///     basis: Some(Basis::Actual),
///     ideal: None,
///     height: None,
///     chosen: Vec::new(),
///     vial: Some(Vial { strength: MicrogramsPerMillilitre(50_000), step: Microlitres(10) }),
///     second_prescriber: None,
///     prescriber: "Dr A".to_owned(),
///     weight_days_max: 7,
///     on: day,
/// };
/// let prescribed = prescribe(kare, &order).unwrap();
/// assert_eq!(prescribed.total.to_string(), "58 mg");
/// assert_eq!(prescribed.steps[0].volume.unwrap().to_string(), "1.16 mL");
/// ```
pub fn prescribe(protocol: &Protocol, order: &Order) -> Result<Prescribed, PlanRefusal> {
    if let Standing::ReferenceOnly(reason) = &protocol.standing {
        let (protocol, reason) = (protocol.pin(), reason.clone());
        return Err(PlanRefusal::ReferenceOnly { protocol, reason });
    }
    let session = protocol
        .session(order.session)
        .ok_or_else(|| PlanRefusal::NoSession {
            protocol: protocol.pin(),
            session: order.session,
            has: protocol.sessions.len(),
        })?;
    let is_fresh = order
        .on
        .since(order.weight.on)
        .is_ok_and(|span| (0..=order.weight_days_max).contains(&span.get_days()));
    if !is_fresh {
        return Err(PlanRefusal::WeightTooOld {
            on: order.weight.on,
            ordered: order.on,
        });
    }
    let by_weight = session
        .steps
        .iter()
        .any(|step| matches!(step.dose, Dose::PerKilogram(_)));
    let (basis, grams) = basis(protocol, order, by_weight)?;
    let mut steps = Vec::new();
    for (step, dose) in session.steps.iter().zip(doses(session, order)?) {
        steps.push(drawn(protocol, order, dose, step.over, grams)?);
    }
    let exact = Micrograms(
        steps
            .iter()
            .map(|step| step.exact.0)
            .fold(0, u64::saturating_add),
    );
    let total = Micrograms(
        steps
            .iter()
            .map(|step| step.drawn.0)
            .fold(0, u64::saturating_add),
    );
    let over_cap_approved_by = over_cap(protocol, order, exact)?;
    let per_kg = total
        .0
        .saturating_mul(1_000)
        .checked_div(grams.0)
        .unwrap_or_default();
    Ok(Prescribed {
        protocol: protocol.pin(),
        session: session.number,
        route: session.route,
        weight: order.weight,
        basis,
        grams,
        steps,
        total,
        total_per_kg: MicrogramsPerKilogram(per_kg),
        over_cap_approved_by,
    })
}

fn basis(
    protocol: &Protocol,
    order: &Order,
    by_weight: bool,
) -> Result<(Basis, Grams), PlanRefusal> {
    match order.basis {
        Some(Basis::Actual) => Ok((Basis::Actual, order.weight.grams)),
        Some(Basis::Ideal) => match order.ideal {
            Some(ideal) => Ok((Basis::Ideal, ideal)),
            None => Err(PlanRefusal::NoIdealWeight),
        },
        None => {
            if let Some(limit) = protocol.basis_asked_from.filter(|_| by_weight) {
                let bmi = order
                    .height
                    .and_then(|height| body_mass_index(order.weight, height));
                let bmi = bmi.ok_or(PlanRefusal::NoHeight)?;
                if bmi.base() >= limit.base() {
                    return Err(PlanRefusal::BasisNotChosen {
                        bmi: one_place(bmi.amount()),
                    });
                }
            }
            Ok((Basis::Actual, order.weight.grams))
        }
    }
}

/// Weight over height squared, unrounded; `None` when the height is not a length above zero.
pub fn body_mass_index(weight: Weight, height: Quantity) -> Option<Quantity> {
    let (metre, index) = (Unit::named("m")?, Unit::named("kg/m2")?);
    if height.dimension() != metre.dimension {
        return None;
    }
    let grams = Decimal::whole(i64::try_from(weight.grams.0).ok()?);
    let base = grams.over(height.base().times(height.base())?)?;
    Quantity::new(index.from_base(base)?, Some(index))
}

/// Cut, not rounded, so that 29.96 is not shown as 30.
fn one_place(number: Decimal) -> String {
    let tenths = number
        .times(Decimal::whole(10))
        .and_then(Decimal::floor)
        .unwrap_or_default();
    Decimal::whole(tenths)
        .over(Decimal::whole(10))
        .unwrap_or_default()
        .to_string()
}

fn doses(session: &Session, order: &Order) -> Result<Vec<Dose>, PlanRefusal> {
    if order.chosen.is_empty() {
        return Ok(session.steps.iter().map(|step| step.dose).collect());
    }
    let (found, wanted) = (order.chosen.len(), session.steps.len());
    if found != wanted {
        return Err(PlanRefusal::WrongSteps { found, wanted });
    }
    for (step, dose) in session.steps.iter().zip(&order.chosen) {
        if !step.choice.allows(step.dose, *dose) {
            let (dose, stated) = (*dose, step.dose);
            return Err(PlanRefusal::DoseNotOpen {
                dose,
                session: session.number,
                stated,
            });
        }
    }
    Ok(order.chosen.clone())
}

fn drawn(
    protocol: &Protocol,
    order: &Order,
    dose: Dose,
    over: Minutes,
    grams: Grams,
) -> Result<PrescribedStep, PlanRefusal> {
    let too_large = PlanRefusal::OverCap {
        dose: Micrograms(u64::MAX),
        cap: protocol.cap.amount,
        instead: "check the weight",
    };
    let exact = dose.amount(grams).ok_or(too_large)?;
    let step = |drawn: Micrograms, volume, pieces| {
        if drawn.0 == 0 {
            return Err(PlanRefusal::TooSmallToDraw { dose: exact });
        }
        Ok(PrescribedStep {
            dose,
            exact,
            drawn,
            volume,
            pieces,
            over,
        })
    };
    if let Some(piece) = protocol.piece {
        let pieces = exact.0.checked_div(piece.0).ok_or(PlanRefusal::EmptyVial)?;
        return step(
            Micrograms(pieces.saturating_mul(piece.0)),
            None,
            Some(pieces),
        );
    }
    let vial = order.vial.ok_or(PlanRefusal::NoVial)?;
    if vial.strength.0 == 0 || vial.step.0 == 0 {
        return Err(PlanRefusal::EmptyVial);
    }
    // Micrograms over micrograms a millilitre are millilitres: a thousand microlitres.
    let exact_microlitres = exact.0.saturating_mul(1_000).checked_div(vial.strength.0);
    let marks = exact_microlitres.and_then(|volume| volume.checked_div(vial.step.0));
    let volume = Microlitres(marks.unwrap_or_default().saturating_mul(vial.step.0));
    let drawn = volume
        .0
        .saturating_mul(vial.strength.0)
        .checked_div(1_000)
        .unwrap_or_default();
    step(Micrograms(drawn), Some(volume), None)
}

/// Whether the exact dose, before rounding down, is over the cap, and who lifted it.
fn over_cap(
    protocol: &Protocol,
    order: &Order,
    exact: Micrograms,
) -> Result<Option<String>, PlanRefusal> {
    let cap = protocol.cap;
    if exact <= cap.amount {
        return Ok(None);
    }
    let second = order
        .second_prescriber
        .as_deref()
        .map(str::trim)
        .unwrap_or_default();
    let is_other = !second.is_empty() && second != order.prescriber.trim();
    if cap.second_prescriber_may_lift && is_other {
        return Ok(Some(second.to_owned()));
    }
    let instead = match (cap.second_prescriber_may_lift, second.is_empty()) {
        (true, true) => "lower it, reckon on the ideal weight, or have a second prescriber approve",
        (true, false) => "the second prescriber must be another person",
        (false, _) => "lower it; this protocol does not let anyone lift the cap",
    };
    Err(PlanRefusal::OverCap {
        dose: exact,
        cap: cap.amount,
        instead,
    })
}

/// One thing of a course on its day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct PlannedDay {
    /// The civil day.
    pub date: Date,
    /// The protocol day.
    pub day: i16,
    /// What happens.
    pub what: PlannedKind,
}

/// What happens on a day of a course; in the order in which it happens within one day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PlannedKind {
    /// Instruments and tests.
    Assessment {
        /// Their names.
        items: Vec<String>,
    },
    /// A talking session.
    Therapy {
        /// Its number.
        number: u16,
        /// What it is for.
        kind: TherapyKind,
        /// Its name.
        title: String,
        /// How long.
        minutes: Minutes,
    },
    /// A dosing session.
    Session {
        /// Its number.
        number: u16,
        /// The way in.
        route: Route,
        /// How long the drug runs in.
        infusion: Minutes,
        /// The shortest time on the premises, from the start of the dose.
        stay: Minutes,
    },
}

/// Why a course cannot be laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("protocol day {day} counted from {from} lies outside the calendar; check the first day")]
pub struct LayoutError {
    /// The protocol day.
    pub day: i16,
    /// Day 0.
    pub from: Date,
}

/// Lays a course out by civil days from day 0, earliest first.
///
/// Days are days in the clinic's zone; hours, rooms and staff are the calendar's affair.
pub fn lay_out(protocol: &Protocol, day_zero: Date) -> Result<Vec<PlannedDay>, LayoutError> {
    let assessments = protocol.assessments.iter().map(|one| {
        (
            one.day,
            PlannedKind::Assessment {
                items: one.items.clone(),
            },
        )
    });
    let therapy = protocol.therapy.iter().map(|one| {
        let (number, kind, minutes) = (one.number, one.kind, one.minutes);
        (
            one.day,
            PlannedKind::Therapy {
                number,
                kind,
                title: one.title.clone(),
                minutes,
            },
        )
    });
    let sessions = protocol.sessions.iter().map(|one| {
        let (number, route, stay) = (one.number, one.route, protocol.stay_min);
        (
            one.day,
            PlannedKind::Session {
                number,
                route,
                infusion: one.minutes(),
                stay,
            },
        )
    });
    let mut days = Vec::new();
    for (day, what) in assessments.chain(therapy).chain(sessions) {
        let span = jiff::Span::new().days(i64::from(day));
        let date = day_zero.checked_add(span).map_err(|_| LayoutError {
            day,
            from: day_zero,
        })?;
        days.push(PlannedDay { date, day, what });
    }
    days.sort();
    Ok(days)
}
