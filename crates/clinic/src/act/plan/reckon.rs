//! From a protocol and a person to the dose of every session: which weight, what is drawn, under which cap.

use std::collections::BTreeMap;

use jiff::civil::Date;
use protocol::dose::{Dose, Grams as Weighed, Microlitres};
use protocol::{
    Answer, Basis, Doubt, Order, PlanRefusal, Prescribed, Protocol, Quantity, Sex, Vial, Weight,
    body_mass_index, ideal_weight,
};
use record::calendar::{ProtocolDay, civil_day, days_between};
use record::fact::decision::{
    PlanPrescribed, PlannedDose, PlannedStep, PlannedTherapy, Route, WeightBasis,
};
use record::ids::CourseId;
use record::quantity::{
    Grams, Micrograms, MicrogramsPerKilogram, MicrogramsPerMillilitre, Microlitres as Drawn,
};
use record::words::{Line, Prose, Sex as Recorded};

use crate::clinic::{Clinic, KnownChart};
use crate::denied::FieldFault;

/// What a prescriber wishes of the doses.
#[derive(Clone, Debug)]
pub struct Wishes {
    /// The protocol.
    pub protocol: String,
    /// The first dosing day.
    pub day_zero: Date,
    /// The weight and when it was taken; nothing rests on the one measured last.
    pub weight: Option<(Quantity, Date)>,
    /// Why a weight far from the one before is right.
    pub weight_confirmed: Option<Prose>,
    /// Actual or ideal; nothing where nobody chose.
    pub basis: Option<Basis>,
    /// The dose of every session where the protocol leaves a choice and none is wished below.
    pub dose: Option<Dose>,
    /// The dose of one session, by its number, where it is to be another.
    pub doses: BTreeMap<u16, Dose>,
    /// The second prescriber, who approves a dose over the cap.
    pub second: Option<Line>,
}

impl Wishes {
    /// A protocol from a day on, everything else as it comes.
    pub fn of(protocol: &str, day_zero: Date) -> Self {
        Self {
            protocol: protocol.to_owned(),
            day_zero,
            weight: None,
            weight_confirmed: None,
            basis: None,
            dose: None,
            doses: BTreeMap::new(),
            second: None,
        }
    }
}

/// What the wishes come to.
#[derive(Clone, Debug)]
pub struct Reckoned {
    /// The plan as it would be prescribed.
    pub plan: PlanPrescribed,
    /// Each session as it is drawn.
    pub sessions: Vec<Prescribed>,
    /// The weight as measured or given; nothing where no dose is by weight and none is known.
    pub weight: Option<Weight>,
    /// What looked wrong with it and was confirmed.
    pub doubt: Option<Doubt>,
    /// Height, sex and mass.
    pub body: Body,
    /// Sessions that keep the protocol's own dose, because it leaves none to choose there.
    pub kept: Vec<u16>,
}

/// What decides whether actual or ideal weight must be chosen.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// The ideal weight, where sex and height give one.
    pub ideal: Option<Weighed>,
    /// The height.
    pub height: Option<Quantity>,
    /// The body mass index, to a tenth.
    pub index: Option<String>,
    /// Whether the protocol asks for a choice at this index.
    pub must_choose: bool,
}

/// The weight measured last, with its day.
pub fn measured(clinic: &Clinic, known: &KnownChart) -> Option<Weight> {
    let (entry, weight) = known.chart.weight()?;
    Some(Weight {
        grams: Weighed(u64::from(weight.get())),
        on: civil_day(entry.occurred_at.0, &clinic.zone()),
    })
}

/// Reckons a plan.
///
/// # Errors
/// Every answer to mend: the weight, its basis, the dose, the second prescriber, the day.
pub fn reckon(
    clinic: &Clinic,
    known: &KnownChart,
    (course, prescriber): (CourseId, &str),
    today: Date,
    wishes: &Wishes,
) -> Result<Reckoned, Vec<FieldFault>> {
    let library = clinic.library();
    let protocol = library.protocol(&wishes.protocol).ok_or_else(|| {
        let known = "There is no such protocol: choose one of those shown";
        vec![FieldFault::new("protocol", known)]
    })?;
    let mut faults = Vec::new();
    if !(0..=365).contains(&days_between(today, wishes.day_zero)) {
        let sentence = "Choose a day from today on, within a year";
        faults.push(FieldFault::new("day_zero", sentence));
    }
    faults.extend(no_such_session(protocol, wishes));
    let is_by_weight = is_by_weight(protocol);
    let weighed = weight_for(clinic, known, today, wishes);
    if let (true, Err(fault)) = (is_by_weight, &weighed) {
        faults.push(fault.clone());
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let (weight, doubt) = weighed.map_or((None, None), |(weight, doubt)| (Some(weight), doubt));
    let body = body(clinic, known, (course, today), protocol, weight);
    let mut sessions = Vec::new();
    let mut kept = Vec::new();
    for session in &protocol.sessions {
        let own = wishes.doses.get(&session.number).copied();
        let (chosen, is_kept) = chosen(session, own.or(wishes.dose));
        if let (Some(dose), true) = (own, is_kept) {
            return Err(vec![not_open(session, dose)]);
        }
        let order = Order {
            session: session.number,
            weight: weight.unwrap_or(Weight {
                grams: Weighed(0),
                on: today,
            }),
            basis: wishes.basis.or((!is_by_weight).then_some(Basis::Actual)),
            ideal: body.ideal,
            height: body.height,
            chosen,
            vial: vial(clinic, protocol),
            second_prescriber: wishes.second.as_ref().map(ToString::to_string),
            prescriber: prescriber.to_owned(),
            weight_days_max: i32::try_from(library.policy().weight_days_most).unwrap_or(i32::MAX),
            on: today,
        };
        if is_kept {
            kept.push(session.number);
        }
        let prescribed = protocol::prescribe(protocol, &order);
        sessions.push(prescribed.map_err(|refusal| vec![fault(&refusal)])?);
    }
    if let (Some(dose), true) = (wishes.dose, kept.len() == protocol.sessions.len()) {
        return Err(vec![nowhere_open(dose)]);
    }
    let plan = plan(
        protocol,
        course,
        wishes,
        (&sessions, weight),
        is_by_weight,
        vial(clinic, protocol),
    );
    Ok(Reckoned {
        plan,
        sessions,
        weight,
        doubt,
        body,
        kept,
    })
}

fn is_by_weight(protocol: &Protocol) -> bool {
    let steps = protocol.sessions.iter().flat_map(|session| &session.steps);
    steps
        .into_iter()
        .any(|step| matches!(step.dose, Dose::PerKilogram(_)))
}

/// A dose wished for a session that does not leave it open.
fn not_open(session: &protocol::Session, dose: Dose) -> FieldFault {
    let steps = session.steps.iter();
    let steps: Vec<String> = steps.map(|step| step.dose.to_string()).collect();
    let (number, given) = (session.number, steps.join(", then "));
    let sentence =
        format!("Session {number} leaves no {dose} open: it is given {given}; leave it empty");
    FieldFault::new("dose", sentence)
}

/// A dose wished for every session that none leaves open.
fn nowhere_open(dose: Dose) -> FieldFault {
    let sentence = format!("This protocol leaves no session at {dose} open: leave it empty");
    FieldFault::new("dose", sentence)
}

/// A dose wished for a session there is none of.
fn no_such_session(protocol: &Protocol, wishes: &Wishes) -> Option<FieldFault> {
    let unknown = wishes.doses.keys().find(|number| {
        let known = |session: &protocol::Session| session.number == **number;
        !protocol.sessions.iter().any(known)
    })?;
    let sentence = format!("There is no session {unknown} in this protocol: leave it empty");
    Some(FieldFault::new("dose", sentence))
}

/// One dose a step, and whether the session keeps the protocol's own though another was wished.
fn chosen(session: &protocol::Session, wished: Option<Dose>) -> (Vec<Dose>, bool) {
    let Some(wished) = wished else {
        return (Vec::new(), false);
    };
    let open = |step: &protocol::Step| step.choice.allows(step.dose, wished);
    let is_open = session.steps.iter().any(open);
    let doses = session.steps.iter();
    let doses = doses.map(|step| if open(step) { wished } else { step.dose });
    (doses.collect(), !is_open)
}

/// The vial in use, read off at marks that also give whole parts of what policy draws in.
fn vial(clinic: &Clinic, protocol: &Protocol) -> Option<Vial> {
    let vial = clinic.library().premises().vial(&protocol.substance)?;
    let drawn_in = clinic.library().policy().drawn_in.get();
    let whole = drawn_in.saturating_mul(1_000);
    let divides = |of: u64, by: u64| of.checked_rem(by) == Some(0);
    let step = whole.checked_div(vial.strength.0).unwrap_or_default();
    if divides(whole, vial.strength.0) && step > 0 && divides(step, vial.step.0) {
        let step = Microlitres(step);
        return Some(Vial { step, ..vial });
    }
    Some(vial)
}

/// The weight a dose rests on, and what looks wrong with it where that was confirmed.
fn weight_for(
    clinic: &Clinic,
    known: &KnownChart,
    today: Date,
    wishes: &Wishes,
) -> Result<(Weight, Option<Doubt>), FieldFault> {
    let policy = clinic.library().policy();
    let wrong = |sentence: String| FieldFault::new("weight", sentence);
    let before = measured(clinic, known);
    let Some((given, on)) = wishes.weight else {
        let weight = before
            .ok_or_else(|| wrong("No weight is charted: weigh the patient first".to_owned()))?;
        if i64::from(days_between(weight.on, today)) > policy.weight_days_most {
            let most = policy.weight_days_most;
            return Err(wrong(format!(
                "The last weight is more than {most} days old: weigh again"
            )));
        }
        return Ok((weight, None));
    };
    let weight = Weight::new(given, on, clinic.library().pack().inputs())
        .map_err(|error| wrong(capital(&error.to_string())))?;
    if !(0..=policy.weight_days_most).contains(&i64::from(days_between(on, today))) {
        let refusal = PlanRefusal::WeightTooOld { on, ordered: today };
        return Err(FieldFault::new("weighed_on", capital(&refusal.to_string())));
    }
    let most = u32::try_from(policy.weight_change_percent_most).unwrap_or(u32::MAX);
    let doubt = before.and_then(|before| weight.doubt(before, most));
    match (&doubt, &wishes.weight_confirmed) {
        (Some(doubt), None) => Err(wrong(format!(
            "{}. Chart a new weight, mend this one, or say below why it is right",
            capital(&doubt.to_string())
        ))),
        (Some(_) | None, _) => Ok((weight, doubt)),
    }
}

fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// What decides whether actual or ideal weight must be chosen, for a weight.
pub fn body(
    clinic: &Clinic,
    known: &KnownChart,
    (course, today): (CourseId, Date),
    protocol: &Protocol,
    weight: Option<Weight>,
) -> Body {
    let pack = clinic.library().pack();
    let facts = crate::facts::of(&known.chart, course, pack, today, &clinic.zone());
    let height = facts.of("height").last().and_then(|one| match &one.answer {
        Answer::Quantity(height) => Some(*height),
        Answer::YesNo(_)
        | Answer::Code(_)
        | Answer::Date(_)
        | Answer::Moment(_)
        | Answer::Unknown
        | Answer::Declined => None,
    });
    let sex = known
        .chart
        .identity()
        .and_then(|identity| match identity.sex {
            Recorded::Female => Some(Sex::Female),
            Recorded::Male => Some(Sex::Male),
            Recorded::Other | Recorded::NotRecorded => None,
        });
    let index = weight.zip(height);
    let index = index.and_then(|(weight, height)| body_mass_index(weight, height));
    let limit = protocol.basis_asked_from;
    Body {
        ideal: height
            .zip(sex)
            .and_then(|(height, sex)| ideal_weight(height, sex)),
        height,
        index: index.and_then(|index| {
            let tenths = index
                .amount()
                .times(protocol::Decimal::whole(10))?
                .floor()?;
            Some(format!(
                "{}.{}",
                tenths.div_euclid(10),
                tenths.rem_euclid(10)
            ))
        }),
        must_choose: limit.is_some_and(|limit| {
            weight.is_some() && index.is_none_or(|index| index.base() >= limit.base())
        }),
    }
}

/// The answer that mends a refusal.
fn fault(refusal: &PlanRefusal) -> FieldFault {
    let field = match refusal {
        PlanRefusal::ReferenceOnly { .. } | PlanRefusal::NoSession { .. } => "protocol",
        PlanRefusal::OverCap { .. } => "second",
        PlanRefusal::BasisNotChosen { .. } | PlanRefusal::NoIdealWeight | PlanRefusal::NoHeight => {
            "basis"
        }
        PlanRefusal::WeightTooOld { .. } => "weighed_on",
        PlanRefusal::DoseNotOpen { .. }
        | PlanRefusal::WrongSteps { .. }
        | PlanRefusal::NoVial
        | PlanRefusal::EmptyVial
        | PlanRefusal::TooSmallToDraw { .. } => "dose",
    };
    FieldFault::new(field, capital(&refusal.to_string()))
}

fn plan(
    protocol: &Protocol,
    course: CourseId,
    wishes: &Wishes,
    (sessions, weight): (&[Prescribed], Option<Weight>),
    is_by_weight: bool,
    vial: Option<Vial>,
) -> PlanPrescribed {
    let first = sessions.first();
    let basis = first.map_or(Basis::Actual, |first| first.basis);
    let grams = |grams: Weighed| u32::try_from(grams.0).ok().map(Grams::new);
    let actual = weight.and_then(|weight| grams(weight.grams));
    let over_cap = sessions
        .iter()
        .find_map(|session| session.over_cap_approved_by.as_deref());
    PlanPrescribed {
        course,
        protocol: Line::clipped(&protocol.id),
        protocol_version: protocol.version,
        day_zero: wishes.day_zero,
        weight_g: first
            .filter(|_| is_by_weight)
            .and_then(|first| grams(first.grams)),
        weighed_on: weight.filter(|_| is_by_weight).map(|weight| weight.on),
        basis: match basis {
            Basis::Actual => WeightBasis::Actual,
            Basis::Ideal => WeightBasis::Ideal,
        },
        dose_per_weight: first.and_then(dose_per_weight),
        doses: sessions
            .iter()
            .zip(&protocol.sessions)
            .map(|(one, session)| dose(one, session.day))
            .collect(),
        therapy: therapy(protocol),
        actual_g: actual.filter(|_| basis == Basis::Ideal),
        vial: vial
            .filter(|_| protocol.piece.is_none())
            .and_then(|vial| u32::try_from(vial.strength.0).ok())
            .map(MicrogramsPerMillilitre::new),
        weight_confirmed: wishes.weight_confirmed.clone(),
        over_cap_approved_by: over_cap.map(Line::clipped),
        signed: None,
    }
}

fn dose_per_weight(first: &Prescribed) -> Option<MicrogramsPerKilogram> {
    let by_weight = first.steps.iter().map(|step| match step.dose {
        Dose::PerKilogram(rate) => rate.0,
        Dose::Fixed(_) => 0,
    });
    let total = u32::try_from(by_weight.sum::<u64>()).ok()?;
    (total > 0).then(|| MicrogramsPerKilogram::new(total))
}

fn dose(one: &Prescribed, day: i16) -> PlannedDose {
    let minutes = |minutes: u64| u32::try_from(minutes).unwrap_or(u32::MAX);
    let steps = one.steps.iter().map(|step| PlannedStep {
        dose: Micrograms::new(step.drawn.0),
        minutes: minutes(step.over.0),
        volume: step.volume.map(|volume| Drawn::new(volume.0)),
        pieces: step.pieces.and_then(|pieces| u32::try_from(pieces).ok()),
    });
    PlannedDose {
        number: u8::try_from(one.session).unwrap_or(u8::MAX),
        day: ProtocolDay(i32::from(day)),
        dose: Micrograms::new(one.total.0),
        route: route(one.route),
        minutes: minutes(one.steps.iter().map(|step| step.over.0).sum()),
        steps: steps.collect(),
    }
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
    let sessions = protocol.therapy.iter();
    sessions
        .map(|session| PlannedTherapy {
            number: u8::try_from(session.number).unwrap_or(u8::MAX),
            day: ProtocolDay(i32::from(session.day)),
            minutes: u32::try_from(session.minutes.0).unwrap_or(0),
            title: Line::clipped(&session.title),
        })
        .collect()
}
