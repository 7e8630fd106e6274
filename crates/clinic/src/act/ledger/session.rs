//! Stock in a dosing session: issued, drawn, given, wasted, put back, lost, and its books closed.
//!
//! Drug is given where a dose is stopped, so those lines are written with the chart's entry in one
//! append, by [`giving`]. A dose starts only when it is drawn, unless a prescriber named another supply.
//!
//! Leaving against advice is never held up by the books: the room closes, and what is not accounted for
//! stays an alarm of the register until somebody accounts for it, which then closes the books.

use ledger::{Act as Deed, Container, Dose, Line};
use record::Chart;
use record::Fact;
use record::chart::session::Session;
use record::fact::session::{DoseStarted, SupplyNamed};
use record::ids::{PatientId, PersonId, SessionId};
use record::quantity::Micrograms;
use record::words::{Line as Words, Prose};

use super::{access, check_second, command, decided, denied, permission, policy, signer};
use crate::act::room::before::Second;
use crate::act::session::{check_told_time, check_within, find};
use crate::authority::{Act, authorise};
use crate::clinic::stock::Lines;
use crate::clinic::{Clinic, KnownChart, Written};
use crate::denied::{Denied, Refusal};
use crate::operation::Operation;

/// A waste as it is told: the giver is read from the chart, and the witness proves who they are.
#[derive(Clone, Debug)]
pub struct Wasted {
    /// From which vial.
    pub vial: ledger::VialId,
    /// From the syringe or from the vial.
    pub from: Container,
    /// How much.
    pub amount: Micrograms,
    /// How it was made unusable.
    pub method: String,
}

/// Wastes what was not given, before a second person: one signature for all that is wasted together.
///
/// # Errors
/// As [`write`].
pub fn waste(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    (patient, session): (PatientId, SessionId),
    wasted: Vec<Wasted>,
    second: &Second,
) -> Result<Written, Denied> {
    let by = signer(operation, Act::UseStock)?;
    let giver = giver(&clinic.chart(patient)?.chart, session).unwrap_or(by);
    let deeds = wasted.into_iter().map(|one| {
        Deed::Waste(ledger::Waste {
            dose: Dose {
                session,
                vial: one.vial,
                amount: one.amount,
            },
            from: one.from,
            giver,
            witness: second.person(),
            method: one.method,
        })
    });
    write_together(operation, clinic, patient, deeds.collect(), Some(second))
}

/// Takes a vial out of its cabinet for a session and draws from it, in one append.
///
/// # Errors
/// As [`write`].
pub fn issue_and_draw(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    dose: Dose,
) -> Result<Written, Denied> {
    let issue = Deed::Issue {
        vial: dose.vial.clone(),
        session: dose.session,
    };
    write_together(
        operation,
        clinic,
        patient,
        vec![issue, Deed::Draw(dose)],
        None,
    )
}

/// Who began to give the dose.
fn giver(chart: &Chart, session: SessionId) -> Option<PersonId> {
    let mut started = chart.all::<DoseStarted>();
    let found = started.rfind(|(_, dose)| dose.session == session);
    found.and_then(|(entry, _)| entry.author.who.parse().ok())
}

/// Writes an act upon the stock in a session of this patient.
///
/// # Errors
/// [`Denied::Invalid`] with the register's own sentence where it may not be, or for a session that is
/// closed, has another supply, or whose running dose needs what is drawn; [`Denied::NotFound`] for a
/// session that is not this patient's.
pub fn write(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    deed: Deed,
    second: Option<&Second>,
) -> Result<Written, Denied> {
    write_together(operation, clinic, patient, vec![deed], second)
}

/// Writes acts that belong together in one append: each is decided over what the one before it left.
fn write_together(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    deeds: Vec<Deed>,
    second: Option<&Second>,
) -> Result<Written, Denied> {
    let act = deeds.first().map_or(Act::UseStock, permission);
    let role = authorise(operation, act, Some(patient))?;
    let Some(session) = deeds.first().and_then(session_of) else {
        return Err(Denied::Forbidden { act });
    };
    if let Some(first) = clinic.first_answer(operation, None)? {
        return Ok(first);
    }
    check_told_time(operation)?;
    let known = clinic.chart(patient)?;
    let there = find(&known.chart, session)?;
    check_within(operation, clinic, &there, false)?;
    let _held = clinic.hold_stock();
    let by = signer(operation, act)?;
    for deed in &deeds {
        if session_of(deed) != Some(session) {
            return Err(Denied::Forbidden { act });
        }
        check_second(deed, second)?;
        access::check_hands(clinic, by, deed)?;
        check_use(clinic, &known, &there, deed)?;
    }
    let lines = decided_together(operation, clinic, by, deeds)?;
    check_running(clinic, &there, &lines)?;
    let after = closed_late(operation, clinic, (by, &there), &lines);
    let mut all = Lines::of(Some(patient), lines);
    all.extend(Lines::of(Some(patient), after));
    clinic.record_stock(operation, role, &all)
}

fn decided_together(
    operation: &Operation<'_>,
    clinic: &Clinic,
    by: PersonId,
    deeds: Vec<Deed>,
) -> Result<Vec<Line>, Denied> {
    let mut then = (deeds.len() > 1).then(|| clinic.stock().register.clone());
    let mut lines = Vec::new();
    for (number, deed) in deeds.into_iter().enumerate() {
        let part = (number > 0).then(|| number.saturating_add(1).to_string());
        let command = command(operation, clinic, (by, part.as_deref()), deed);
        let decided = match &then {
            Some(register) => ledger::decide(register, &command, policy(clinic)),
            None => ledger::decide(&clinic.stock().register, &command, policy(clinic)),
        };
        let decided = decided.map_err(|stop| denied(clinic, &stop))?;
        if let Some(register) = &mut then {
            for line in &decided {
                register.apply(line);
            }
        }
        lines.extend(decided);
    }
    Ok(lines)
}

/// The session an act upon the stock belongs to, where a person may ask for it there.
fn session_of(deed: &Deed) -> Option<SessionId> {
    match deed {
        Deed::Issue { session, .. } | Deed::Return { session, .. } => Some(*session),
        Deed::Draw(dose) => Some(dose.session),
        Deed::Waste(waste) => Some(waste.dose.session),
        Deed::Lose(loss) => loss.from.session(),
        Deed::Give(_)
        | Deed::CloseSession { .. }
        | Deed::Register(_)
        | Deed::Receive(_)
        | Deed::Move { .. }
        | Deed::Transfer { .. }
        | Deed::Destroy { .. }
        | Deed::Count(_)
        | Deed::Explain { .. }
        | Deed::CloseCase { .. }
        | Deed::Correct(_)
        | Deed::TakeInventory { .. } => None,
    }
}

/// Passes a vial or a draw that this session can still use: open, not dosed yet, and of its own drug.
fn check_use(
    clinic: &Clinic,
    known: &KnownChart,
    there: &Session,
    deed: &Deed,
) -> Result<(), Denied> {
    let Some(vial) = wanted(deed) else {
        return Ok(());
    };
    if there.closed_at.is_some() {
        return Err(Denied::invalid(
            "session",
            "This session is closed: nothing more is issued or drawn for it",
        ));
    }
    if there.stopped.is_some() {
        return Err(Denied::invalid(
            "session",
            "The dose has ended: waste what is left, or put an unopened vial back",
        ));
    }
    if let Some(supply) = &there.other_supply {
        let sentence = format!(
            "The drug of this session comes from {supply}, not from the clinic's stock: leave the vial in its cabinet"
        );
        return Err(Denied::invalid("vial", sentence));
    }
    let Some(drug) = drug_of(clinic, known, there) else {
        return Ok(());
    };
    let stock = clinic.stock();
    let lot = stock.register.vials().get(vial);
    let lot = lot.and_then(|life| stock.register.lots().get(&life.lot));
    match lot {
        Some(lot) if !is_drug(&lot.drug, &drug) => Err(Denied::invalid(
            "vial",
            format!(
                "Vial {vial} holds {} and this course is treated with {drug}: take a vial of {drug}",
                lot.drug
            ),
        )),
        Some(_) | None => Ok(()),
    }
}

/// The vial an act would take or draw from.
const fn wanted(deed: &Deed) -> Option<&ledger::VialId> {
    if let Deed::Issue { vial, .. } = deed {
        Some(vial)
    } else if let Deed::Draw(dose) = deed {
        Some(&dose.vial)
    } else {
        None
    }
}

/// The drug of a session's course.
pub fn drug_of(clinic: &Clinic, known: &KnownChart, session: &Session) -> Option<String> {
    let course = crate::act::course::find(known, session.course).ok()?;
    let protocol = clinic.library().protocol(&course.protocol)?;
    Some(protocol.substance.clone())
}

/// Whether a drug as the register lists it ("ketamine 50 mg/mL") is the one a protocol names.
pub fn is_drug(listed: &ledger::DrugId, drug: &str) -> bool {
    let first = listed.as_str().split_whitespace().next();
    first.is_some_and(|word| word.eq_ignore_ascii_case(drug))
}

/// Passes lines that leave a running dose what it needs: what is given is written when it ends.
pub(super) fn check_running(
    clinic: &Clinic,
    there: &Session,
    lines: &[Line],
) -> Result<(), Denied> {
    let Some(started) = there.started.filter(|_| there.stopped.is_none()) else {
        return Ok(());
    };
    if there.other_supply.is_some() {
        return Ok(());
    }
    let syringe = Container::Syringe.of(there.id);
    let moves = || lines.iter().flat_map(|line| &line.moves);
    let sum = |amounts: &mut dyn Iterator<Item = u64>| amounts.fold(0_u64, u64::saturating_add);
    let out = sum(&mut moves()
        .filter(|made| made.from == syringe)
        .map(|made| made.amount.get()));
    let back = sum(&mut moves()
        .filter(|made| made.to == syringe)
        .map(|made| made.amount.get()));
    let drawn = clinic.stock().register.drawn(there.id).get();
    let after = drawn.saturating_add(back).saturating_sub(out);
    if out == 0 || after >= started.dose.get() {
        return Ok(());
    }
    let spare = Micrograms::new(drawn.saturating_sub(started.dose.get()));
    Err(Denied::invalid(
        "amount",
        format!(
            "The dose of {} still runs, so of what is drawn {spare} can be taken away: stop the dose first",
            started.dose
        ),
    ))
}

/// The line that closes the books of a session whose room closed before they were settled, where these
/// lines settle them.
fn closed_late(
    operation: &Operation<'_>,
    clinic: &Clinic,
    (by, there): (PersonId, &Session),
    lines: &[Line],
) -> Vec<Line> {
    if there.closed_at.is_none() {
        return Vec::new();
    }
    let mut register = clinic.stock().register.clone();
    for line in lines {
        register.apply(line);
    }
    let close = Deed::CloseSession { session: there.id };
    let command = command(operation, clinic, (by, Some("close")), close);
    ledger::decide(&register, &command, policy(clinic)).unwrap_or_default()
}

/// A prescriber says that the drug of a session is not from the clinic's stock, and why.
///
/// # Errors
/// [`Denied::Invalid`] where a dose was started, or the session holds stock.
pub fn name_supply(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    (session, supply, reason): (SessionId, Words, Prose),
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::Prescribe, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    let known = clinic.chart(patient)?;
    check_told_time(operation)?;
    let there = crate::act::session::open_session(&known.chart, session)?;
    if there.started.is_some() {
        return Err(Denied::invalid("supply", "A dose was started already"));
    }
    let _held = clinic.hold_stock();
    let held = clinic.stock().register.in_use(session);
    if held.get() > 0 {
        let sentence = format!(
            "This session holds {held} of the clinic's stock: put it back or waste it first"
        );
        return Err(Denied::invalid("supply", sentence));
    }
    let fact: Fact = SupplyNamed {
        session,
        supply,
        reason,
    }
    .into();
    clinic.record(operation, role, patient, Some(known.version), &[fact])
}

/// Whether a dose may start as far as the stock goes: all of it is drawn, or another supply is named.
pub(crate) fn may_give(
    operation: &Operation<'_>,
    clinic: &Clinic,
    (there, start): (&Session, &DoseStarted),
) -> Result<(), Refusal> {
    if let Some(by) = operation.actor.person() {
        access::may_give(clinic, by)?;
    }
    let drawn = clinic.stock().register.drawn(there.id);
    if there.other_supply.is_some() || drawn >= start.dose {
        return Ok(());
    }
    let missing = Micrograms::new(start.dose.get().saturating_sub(drawn.get()));
    Err(Refusal {
        rule: "register".to_owned(),
        sentence: format!(
            "{} is to be given and {drawn} is drawn: draw {missing} more from a vial issued to this session, or a prescriber names another supply",
            start.dose
        ),
        inputs: vec![
            ("to be given".to_owned(), start.dose.to_string()),
            ("drawn".to_owned(), drawn.to_string()),
        ],
        evidence: "Clinic policy: nothing is given that the register does not show as drawn (21 CFR 1304.22(c))"
            .to_owned(),
        may_override: None,
    })
}

/// The lines of what was given: of each vial as much as is drawn, in the order of their numbers.
///
/// A stop is never held up by the register. What it could not find as drawn stays a difference between
/// the chart and the register, and then the session does not close.
pub(crate) fn giving(
    operation: &Operation<'_>,
    clinic: &Clinic,
    (patient, there): (PatientId, &Session),
    given: Micrograms,
) -> Result<Lines, Denied> {
    let Some(by) = operation.actor.person() else {
        return Ok(Lines::default());
    };
    let drawn: Vec<_> = {
        let stock = clinic.stock();
        let held = stock.register.held(there.id);
        held.filter(|(_, container, _)| *container == Container::Syringe)
            .map(|(vial, _, amount)| (vial.clone(), amount))
            .collect()
    };
    let mut left = given.get();
    let mut lines = Lines::default();
    for (number, (vial, held)) in drawn.into_iter().enumerate() {
        let amount = left.min(held.get());
        if amount == 0 {
            break;
        }
        left = left.saturating_sub(amount);
        let dose = Dose {
            session: there.id,
            vial,
            amount: Micrograms::new(amount),
        };
        let part = format!("given.{}", number.saturating_add(1));
        let decided = decided(operation, clinic, (by, Some(&part)), Deed::Give(dose))?;
        lines.extend(Lines::of(Some(patient), decided));
    }
    Ok(lines)
}

/// The line that closes a session's books with its room; nothing where it never held stock.
///
/// # Errors
/// [`Denied::Invalid`] that says how much is not accounted for and what to do, unless the patient leaves
/// against advice: that is never held up.
pub(crate) fn closing(
    operation: &Operation<'_>,
    clinic: &Clinic,
    (patient, there): (PatientId, &Session),
    against_advice: bool,
) -> Result<Lines, Denied> {
    let used = clinic.stock().register.use_of(there.id).copied();
    let Some(used) = used else {
        return Ok(Lines::default());
    };
    let told = there.stopped.map_or(Micrograms::new(0), |(_, given)| given);
    let fault = unaccounted(clinic, there.id).or_else(|| {
        (used.given != told).then(|| {
            format!(
                "The chart says that {told} was given and the register says {}: correct the line of the register, then close",
                used.given
            )
        })
    });
    match (fault, operation.actor.person()) {
        (Some(_), _) if against_advice => Ok(Lines::default()),
        (Some(sentence), _) => Err(Denied::invalid("session", sentence)),
        (None, None) => Ok(Lines::default()),
        (None, Some(by)) => {
            let close = Deed::CloseSession { session: there.id };
            let command = command(operation, clinic, (by, Some("close")), close);
            let lines = ledger::decide(&clinic.stock().register, &command, policy(clinic));
            let lines = lines.map_err(|stop| denied(clinic, &stop))?;
            Ok(Lines::of(Some(patient), lines))
        }
    }
}

/// What a session still has to account for, in a sentence that says what to do; nothing where all is.
pub fn unaccounted(clinic: &Clinic, session: SessionId) -> Option<String> {
    let stock = clinic.stock();
    let left = stock.register.in_use(session);
    let parts: Vec<String> = stock
        .register
        .held(session)
        .map(|(vial, container, amount)| match container {
            Container::Syringe => format!("{amount} drawn from vial {vial}"),
            Container::Vial => format!("{amount} left in vial {vial}"),
        })
        .collect();
    (left.get() > 0).then(|| {
        format!(
            "{left} is not accounted for ({}): waste it before a witness, put an unopened vial back, or report a loss, then close the session",
            parts.join(", ")
        )
    })
}
