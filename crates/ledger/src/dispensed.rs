//! What was given, dose by dose, for the log the law asks for (21 CFR 1304.22(c)). Who it was given to,
//! and where they live, the caller knows: the register knows sessions and no patients.

use jiff::Timestamp;
use jiff::civil::Date;
use record::ids::{PersonId, SessionId};
use record::quantity::Micrograms;

use crate::ids::{DrugId, LineId, LotId, VialId};
use crate::line::{Act, Fact, Line};
use crate::policy::{Policy, UnitIs};
use crate::register::Register;

/// An amount given of one vial in one session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dispensed {
    /// The line that says it.
    pub line: LineId,
    /// The day.
    pub on: Date,
    /// The moment.
    pub at: Timestamp,
    /// Who gave it: the one who signed.
    pub by: PersonId,
    /// The session.
    pub session: SessionId,
    /// The drug.
    pub drug: DrugId,
    /// The lot.
    pub lot: LotId,
    /// The vial.
    pub vial: VialId,
    /// Micrograms in a millilitre, as on its label.
    pub strength: u64,
    /// What the vial or device held as delivered.
    pub content: Micrograms,
    /// What a dosage unit of the drug is.
    pub unit: UnitIs,
    /// How much was given, as the line said it.
    pub said: Micrograms,
    /// How much was given, as corrected.
    pub amount: Micrograms,
}

impl Dispensed {
    /// The volume in microlitres, and whether it is exact or cut.
    pub fn volume(&self) -> Option<(u64, bool)> {
        let thousandfold = self.amount.get().checked_mul(1_000)?;
        let whole = thousandfold.checked_div(self.strength)?;
        Some((whole, thousandfold.checked_rem(self.strength) == Some(0)))
    }
}

/// Everything given from one day to another, both included, in the order of the lines. A line that was
/// corrected to nought stays in it, as nought.
pub fn dispensed(register: &Register, (from, to): (Date, Date), policy: &Policy) -> Vec<Dispensed> {
    let lines = register.postings().iter().map(|posting| &posting.line);
    lines
        .filter(|line| from <= line.on && line.on <= to)
        .filter_map(|line| given(register, line, policy))
        .collect()
}

fn given(register: &Register, line: &Line, policy: &Policy) -> Option<Dispensed> {
    let Fact::Done(Act::Give(dose)) = &line.fact else {
        return None;
    };
    let life = register.vials().get(&dose.vial)?;
    let lot = register.lots().get(&life.lot)?;
    let corrected = register.corrected(&line.id, &dose.vial);
    Some(Dispensed {
        line: line.id.clone(),
        on: line.on,
        at: line.at,
        by: line.by,
        session: dose.session,
        drug: lot.drug.clone(),
        lot: life.lot.clone(),
        vial: dose.vial.clone(),
        strength: life.vial.strength,
        content: life.vial.content,
        unit: policy.dosage_unit(lot.drug.as_str()),
        said: dose.amount,
        amount: corrected.unwrap_or(dose.amount),
    })
}
