//! How much of a calendar year's dosage units was passed on to other practitioners.
//!
//! A practitioner may distribute to another practitioner without a distributor registration while all
//! that is distributed in a calendar year is at most five percent of all that is distributed and
//! dispensed in it (21 CFR 1307.11). Nothing here is rounded: amounts of different dosage units are
//! brought to one denominator, and the comparison is exact.
//!
//! What a dosage unit is, `ledger/policy.toml` says for each drug. A transfer counts in the year of its
//! line, and a correction in the year of the line it corrects.

use std::fmt;

use jiff::civil::Date;

use crate::account::{Account, Movement};
use crate::ids::VialId;
use crate::line::{Act, Fact, Line, Purpose};
use crate::policy::{Policy, UnitIs};
use crate::register::Register;

/// What was passed on and what was given in a calendar year, in parts of a dosage unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// The year.
    pub year: i16,
    /// Parts passed on to other practitioners.
    pub distributed: u128,
    /// Parts given to patients.
    pub dispensed: u128,
    /// How many parts make a dosage unit.
    pub parts: u128,
}

impl Share {
    const fn nothing(year: i16) -> Self {
        Self {
            year,
            distributed: 0,
            dispensed: 0,
            parts: 1,
        }
    }

    /// Whether what was passed on is more than so many percent of all that was passed on and given.
    /// A number too large to compute with counts as more.
    pub fn is_over(&self, percent: u32) -> bool {
        let all = self.distributed.checked_add(self.dispensed);
        let allowed = all.and_then(|all| all.checked_mul(u128::from(percent)));
        let passed_on = self.distributed.checked_mul(100);
        allowed
            .zip(passed_on)
            .is_none_or(|(allowed, passed_on)| passed_on > allowed)
    }

    /// The share in tenths of a percent, never shown smaller than it is; nothing where nothing was passed
    /// on or given.
    pub fn per_mille(&self) -> Option<u128> {
        let all = self.distributed.checked_add(self.dispensed)?;
        let tenths = self.distributed.checked_mul(1_000)?;
        let up = tenths.checked_add(all)?.checked_sub(1)?;
        up.checked_div(all)
    }

    /// Takes a movement in, signed: what is put back counts down.
    fn take(
        &mut self,
        (amount, unit): (u64, u64),
        is_passed_on: bool,
        is_back: bool,
    ) -> Option<()> {
        let unit = u128::from(unit.max(1));
        let common = least_common_multiple(self.parts, unit)?;
        let wider = common.checked_div(self.parts)?;
        self.distributed = self.distributed.checked_mul(wider)?;
        self.dispensed = self.dispensed.checked_mul(wider)?;
        self.parts = common;
        let parts = u128::from(amount).checked_mul(common.checked_div(unit)?)?;
        let sum = if is_passed_on {
            &mut self.distributed
        } else {
            &mut self.dispensed
        };
        *sum = if is_back {
            sum.saturating_sub(parts)
        } else {
            sum.checked_add(parts)?
        };
        Some(())
    }
}

/// Units in words: `20.5 of 512 dosage units, 4.1 %`. Units are cut after one decimal, the share is not
/// shown smaller than it is.
impl fmt::Display for Share {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(share) = self.per_mille() else {
            return out.write_str("nothing was passed on or given");
        };
        let all = self.distributed.saturating_add(self.dispensed);
        units(out, self.distributed, self.parts)?;
        out.write_str(" of ")?;
        units(out, all, self.parts)?;
        out.write_str(" dosage units, ")?;
        tenths(out, share)?;
        out.write_str(" %")
    }
}

fn units(out: &mut fmt::Formatter<'_>, sum: u128, parts: u128) -> fmt::Result {
    let found = sum.saturating_mul(10).checked_div(parts);
    tenths(out, found.unwrap_or(0))
}

fn tenths(out: &mut fmt::Formatter<'_>, tenths: u128) -> fmt::Result {
    let whole = tenths.checked_div(10).unwrap_or(0);
    match tenths.checked_rem(10) {
        Some(0) | None => write!(out, "{whole}"),
        Some(rest) => write!(out, "{whole}.{rest}"),
    }
}

fn least_common_multiple(one: u128, other: u128) -> Option<u128> {
    let (mut a, mut b) = (one, other);
    while let Some(rest) = a.checked_rem(b) {
        (a, b) = (b, rest);
    }
    one.checked_div(a)?.checked_mul(other)
}

/// The share of a calendar year, as the lines stand corrected; nothing where it cannot be computed.
pub fn share(register: &Register, year: i16, policy: &Policy) -> Option<Share> {
    let mut share = Share::nothing(year);
    for posting in register.postings() {
        let line = origin(register, &posting.line);
        if line.on.year() != year {
            continue;
        }
        for made in &posting.line.moves {
            let Some((is_passed_on, is_back)) = counts(line, made) else {
                continue;
            };
            let unit = unit(register, &made.vial, policy);
            share.take((made.amount.get(), unit), is_passed_on, is_back)?;
        }
    }
    Some(share)
}

/// The share of a day's year if a vial of that amount were passed on as well.
pub(crate) fn share_with(
    register: &Register,
    (vial, amount): (&VialId, u64),
    on: Date,
    policy: &Policy,
) -> Option<Share> {
    let mut share = share(register, on.year(), policy)?;
    let unit = unit(register, vial, policy);
    share.take((amount, unit), true, false)?;
    Some(share)
}

/// The line whose year and purpose count: of a correction, the line it corrects.
fn origin<'a>(register: &'a Register, line: &'a Line) -> &'a Line {
    let mut found = line;
    while let Fact::Done(Act::Correct(said)) = &found.fact {
        match register.posting(&said.of) {
            Some(earlier) if earlier.line.id != found.id => found = &earlier.line,
            Some(_) | None => return found,
        }
    }
    found
}

/// Whether a movement counts as passed on or as given, and whether it puts something back.
fn counts(line: &Line, made: &Movement) -> Option<(bool, bool)> {
    let to_a_practitioner = !matches!(
        &line.fact,
        Fact::Done(Act::Transfer {
            purpose: Purpose::Return,
            ..
        })
    );
    match (&made.from, &made.to) {
        (_, Account::Transferred) => to_a_practitioner.then_some((true, false)),
        (Account::Transferred, _) => to_a_practitioner.then_some((true, true)),
        (_, Account::Given) => Some((false, false)),
        (Account::Given, _) => Some((false, true)),
        (_, _) => None,
    }
}

/// How many micrograms make one dosage unit of a vial.
fn unit(register: &Register, vial: &VialId, policy: &Policy) -> u64 {
    let Some(life) = register.vials().get(vial) else {
        return 1;
    };
    let drug = register.lots().get(&life.lot).map(|lot| lot.drug.as_str());
    match policy.dosage_unit(drug.unwrap_or_default()) {
        UnitIs::Millilitre => life.vial.strength,
        UnitIs::Container => life.vial.content.get(),
    }
}
