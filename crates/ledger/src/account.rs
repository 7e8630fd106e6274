//! What stands in each account, and whether it adds up.

use std::collections::BTreeMap;

use record::ids::SessionId;
use record::quantity::Micrograms;

pub use record::stock::account::{Account, Movement, Side};

/// What stands in each account: of a vial, a lot or a drug.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    accounts: BTreeMap<Account, u64>,
}

impl Balance {
    /// What stands in one account; of a source, what came out of it.
    pub fn of(&self, account: &Account) -> Micrograms {
        Micrograms::new(self.raw(account))
    }

    /// What is on hand: in cabinets and in use.
    pub fn on_hand(&self) -> Micrograms {
        let sum = self.side(Side::OnHand);
        Micrograms::new(sum)
    }

    /// What a session holds, in vials and drawn.
    pub fn in_use(&self, session: SessionId) -> Micrograms {
        let vial = self.raw(&Account::Vial(session));
        Micrograms::new(vial.saturating_add(self.raw(&Account::Syringe(session))))
    }

    /// What nobody could explain: missing counts up, a surplus counts down.
    pub fn unexplained(&self) -> i128 {
        i128::from(self.raw(&Account::Missing))
            .saturating_sub(i128::from(self.raw(&Account::Surplus)))
    }

    /// Every account that holds something, in order.
    pub fn accounts(&self) -> impl Iterator<Item = (&Account, Micrograms)> {
        let held = self.accounts.iter();
        held.map(|(account, amount)| (account, Micrograms::new(*amount)))
    }

    /// Whether received = on hand + given + wasted + transferred + destroyed + lost + unexplained.
    pub fn is_whole(&self) -> bool {
        self.side(Side::Source) == self.side(Side::OnHand).saturating_add(self.side(Side::End))
    }

    /// Makes a movement, or changes nothing when an account would fall below nought.
    pub(crate) fn make(&mut self, movement: &Movement) -> bool {
        let amount = movement.amount.get();
        let from = match movement.from.side() {
            Side::Source => self.raw(&movement.from).checked_add(amount),
            Side::OnHand | Side::End => self.raw(&movement.from).checked_sub(amount),
        };
        let to = match movement.to.side() {
            Side::Source => self.raw(&movement.to).checked_sub(amount),
            Side::OnHand | Side::End => self.raw(&movement.to).checked_add(amount),
        };
        let (Some(from), Some(to)) = (from, to) else {
            return false;
        };
        if movement.from == movement.to {
            return true;
        }
        self.set(&movement.from, from);
        self.set(&movement.to, to);
        true
    }

    /// Whether a movement could be made.
    pub(crate) fn can(&self, movement: &Movement) -> bool {
        self.clone().make(movement)
    }

    fn set(&mut self, account: &Account, amount: u64) {
        if amount == 0 {
            self.accounts.remove(account);
        } else {
            self.accounts.insert(account.clone(), amount);
        }
    }

    fn raw(&self, account: &Account) -> u64 {
        self.accounts.get(account).copied().unwrap_or(0)
    }

    fn side(&self, side: Side) -> u64 {
        let held = self.accounts.iter();
        held.filter(|(account, _)| account.side() == side)
            .fold(0, |sum, (_, amount)| sum.saturating_add(*amount))
    }
}
