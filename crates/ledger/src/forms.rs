//! Figures for the authorities' forms on theft and loss (106) and destruction (41). They are gathered
//! here; filling in, signing and sending a form stays a person's act.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use record::ids::PersonId;
use record::quantity::Micrograms;

use crate::alarm::after;
use crate::ids::{DrugId, LineId, LotId, VialId};
use crate::line::{Act, Fact, Line, LossKind};
use crate::policy::{Policy, Threshold};
use crate::register::Register;

/// A loss, for form 106.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form106 {
    /// The line that says it.
    pub line: LineId,
    /// The drug.
    pub drug: DrugId,
    /// The lot.
    pub lot: LotId,
    /// The vial.
    pub vial: VialId,
    /// Micrograms in a millilitre, as on its label.
    pub strength: u64,
    /// How much, as corrected.
    pub amount: Micrograms,
    /// What kind of loss.
    pub kind: LossKind,
    /// When it was discovered.
    pub discovered: Date,
    /// By when the field office is told in writing, if the loss is theft or significant.
    pub notice_by: Date,
    /// By when the form is complete.
    pub form_by: Date,
    /// What is known of it.
    pub circumstances: String,
    /// What went missing of the lot in all without an explanation, for judging whether there is a pattern.
    pub unexplained_of_lot: Micrograms,
    /// All that was received of the drug, for judging whether the quantity is significant here.
    pub received_of_drug: Micrograms,
}

/// A destruction, for form 41.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form41 {
    /// The line that says it.
    pub line: LineId,
    /// The day.
    pub on: Date,
    /// The drug.
    pub drug: DrugId,
    /// The lot.
    pub lot: LotId,
    /// The vial.
    pub vial: VialId,
    /// Micrograms in a millilitre, as on its label.
    pub strength: u64,
    /// How much was destroyed.
    pub amount: Micrograms,
    /// How.
    pub method: String,
    /// The two persons who were there.
    pub persons: [PersonId; 2],
}

/// The figures of every loss discovered from one day to another, both included.
pub fn form_106(register: &Register, (from, to): (Date, Date), policy: &Policy) -> Vec<Form106> {
    let lines = register.postings().iter().map(|posting| &posting.line);
    lines
        .filter_map(|line| loss(register, line, policy))
        .filter(|form| from <= form.discovered && form.discovered <= to && form.amount.get() > 0)
        .collect()
}

fn loss(register: &Register, line: &Line, policy: &Policy) -> Option<Form106> {
    let Fact::Done(Act::Lose(loss)) = &line.fact else {
        return None;
    };
    let life = register.vials().get(&loss.vial)?;
    let lot = register.lots().get(&life.lot)?;
    let drug = register.drugs().get(&lot.drug)?;
    Some(Form106 {
        line: line.id.clone(),
        drug: lot.drug.clone(),
        lot: life.lot.clone(),
        vial: loss.vial.clone(),
        strength: life.vial.strength,
        amount: register
            .corrected(&line.id, &loss.vial)
            .unwrap_or(loss.amount),
        kind: loss.kind,
        discovered: loss.discovered,
        notice_by: business_days_after(loss.discovered, &policy.loss_notice),
        form_by: after(loss.discovered, &policy.loss_form),
        circumstances: loss.circumstances.clone(),
        unexplained_of_lot: lot.balance.of(&crate::Account::Missing),
        received_of_drug: drug.of(&crate::Account::Received),
    })
}

/// Leaves Saturdays and Sundays out and knows no holidays, so it is never later than the law's day.
fn business_days_after(day: Date, threshold: &Threshold) -> Date {
    let mut reached = day;
    let mut left = threshold.value;
    while left > 0 {
        let next = reached.saturating_add(1.day());
        if next == reached {
            return reached;
        }
        reached = next;
        if !matches!(next.weekday(), Weekday::Saturday | Weekday::Sunday) {
            left = left.saturating_sub(1);
        }
    }
    reached
}

/// The figures of every destruction from one day to another, both included.
pub fn form_41(register: &Register, (from, to): (Date, Date)) -> Vec<Form41> {
    let lines = register.postings().iter().map(|posting| &posting.line);
    lines
        .filter(|line| from <= line.on && line.on <= to)
        .filter_map(|line| destruction(register, line))
        .collect()
}

fn destruction(register: &Register, line: &Line) -> Option<Form41> {
    let Fact::Done(Act::Destroy {
        vial,
        second,
        method,
    }) = &line.fact
    else {
        return None;
    };
    let life = register.vials().get(vial)?;
    let lot = register.lots().get(&life.lot)?;
    let moved = line.moves.iter().find(|made| made.vial == *vial)?;
    Some(Form41 {
        line: line.id.clone(),
        on: line.on,
        drug: lot.drug.clone(),
        lot: life.lot.clone(),
        vial: vial.clone(),
        strength: life.vial.strength,
        amount: moved.amount,
        method: method.clone(),
        persons: [line.by, *second],
    })
}
