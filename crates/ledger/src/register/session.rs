//! What one session was issued, and what became of it.

use std::collections::BTreeMap;

use record::ids::SessionId;
use record::quantity::Micrograms;

use super::Register;
use crate::account::{Account, Movement};
use crate::ids::VialId;
use crate::line::Container;

/// The amounts of one session, as the lines and their corrections say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionUse {
    /// Issued to it.
    pub issued: Micrograms,
    /// Drawn from its vials, whatever became of it.
    pub drawn: Micrograms,
    /// Given.
    pub given: Micrograms,
    /// Wasted.
    pub wasted: Micrograms,
    /// Put back into a cabinet.
    pub returned: Micrograms,
    /// Lost, and said so.
    pub lost: Micrograms,
}

impl Default for SessionUse {
    fn default() -> Self {
        let nought = Micrograms::new(0);
        Self {
            issued: nought,
            drawn: nought,
            given: nought,
            wasted: nought,
            returned: nought,
            lost: nought,
        }
    }
}

impl SessionUse {
    /// Takes a movement that was made; one that goes back along its way takes back what it brought.
    pub(super) fn take(&mut self, session: SessionId, movement: &Movement) {
        let amount = movement.amount.get();
        let is_own = |account: &Account| account.session() == Some(session);
        let (vial, syringe) = (Container::Vial.of(session), Container::Syringe.of(session));
        if movement.from == vial && movement.to == syringe {
            add(&mut self.drawn, amount);
        } else if movement.from == syringe && movement.to == vial {
            take_back(&mut self.drawn, amount);
        } else if is_own(&movement.from) {
            if let Some(end) = self.end(&movement.to) {
                add(end, amount);
            }
        } else if matches!(movement.from, Account::Cabinet(_)) {
            add(&mut self.issued, amount);
        } else if let Some(end) = self.end(&movement.from) {
            take_back(end, amount);
        }
    }

    /// Where an amount that leaves the session ends.
    const fn end(&mut self, account: &Account) -> Option<&mut Micrograms> {
        match account {
            Account::Given => Some(&mut self.given),
            Account::Wasted => Some(&mut self.wasted),
            Account::Cabinet(_) => Some(&mut self.returned),
            Account::Lost => Some(&mut self.lost),
            Account::Received
            | Account::Surplus
            | Account::Vial(_)
            | Account::Syringe(_)
            | Account::Transferred
            | Account::Destroyed
            | Account::Missing => None,
        }
    }
}

impl Register {
    /// What was given in a session from each vial, as the lines and their corrections say.
    pub fn given_from(&self, session: SessionId) -> BTreeMap<VialId, Micrograms> {
        let mut given: BTreeMap<VialId, Micrograms> = BTreeMap::new();
        let nought = Micrograms::new(0);
        for made in self.postings().iter().flat_map(|one| &one.line.moves) {
            if made.from.session() == Some(session) && made.to == Account::Given {
                let sum = given.entry(made.vial.clone()).or_insert(nought);
                add(sum, made.amount.get());
            } else if made.from == Account::Given && made.to.session() == Some(session) {
                let sum = given.entry(made.vial.clone()).or_insert(nought);
                take_back(sum, made.amount.get());
            }
        }
        given.retain(|_, sum| sum.get() > 0);
        given
    }
}

const fn add(sum: &mut Micrograms, amount: u64) {
    *sum = Micrograms::new(sum.get().saturating_add(amount));
}

const fn take_back(sum: &mut Micrograms, amount: u64) {
    *sum = Micrograms::new(sum.get().saturating_sub(amount));
}
