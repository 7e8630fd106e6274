//! Where a microgram can be, and how it moves: every line moves amounts from one account to another,
//! so nothing appears or vanishes between them.

use std::collections::BTreeMap;
use std::fmt;

use record::ids::SessionId;
use record::quantity::Micrograms;
use serde::{Deserialize, Serialize};

use crate::ids::{LocationId, VialId};

/// Where an amount is, came from, or ended.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Account {
    /// A source: what suppliers delivered.
    Received,
    /// A source: more was found than the register said, and nobody could say why.
    Surplus,
    /// On hand in the cabinet of a registered location.
    Cabinet(LocationId),
    /// On hand in a vial that was issued to a session.
    Vial(SessionId),
    /// On hand in a syringe or pump of a session: drawn, and neither given nor wasted yet.
    Syringe(SessionId),
    /// Given to a patient.
    Given,
    /// Wasted before a witness.
    Wasted,
    /// Transferred to another registrant.
    Transferred,
    /// Destroyed before two persons.
    Destroyed,
    /// Lost or stolen, and said so.
    Lost,
    /// Less was found than the register said, and nobody could say why.
    Missing,
}

/// What kind of account it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Amounts come out of it.
    Source,
    /// Amounts are on hand.
    OnHand,
    /// Amounts have ended here.
    End,
}

impl Account {
    /// What kind of account it is.
    pub const fn side(&self) -> Side {
        match self {
            Self::Received | Self::Surplus => Side::Source,
            Self::Cabinet(_) | Self::Vial(_) | Self::Syringe(_) => Side::OnHand,
            Self::Given
            | Self::Wasted
            | Self::Transferred
            | Self::Destroyed
            | Self::Lost
            | Self::Missing => Side::End,
        }
    }

    /// The session it belongs to, where it belongs to one.
    pub const fn session(&self) -> Option<SessionId> {
        match self {
            Self::Vial(session) | Self::Syringe(session) => Some(*session),
            Self::Received
            | Self::Surplus
            | Self::Cabinet(_)
            | Self::Given
            | Self::Wasted
            | Self::Transferred
            | Self::Destroyed
            | Self::Lost
            | Self::Missing => None,
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Received => out.write_str("received"),
            Self::Surplus => out.write_str("unexplained, found"),
            Self::Cabinet(location) => write!(out, "cabinet {location}"),
            Self::Vial(session) => write!(out, "vial in {session}"),
            Self::Syringe(session) => write!(out, "drawn in {session}"),
            Self::Given => out.write_str("given"),
            Self::Wasted => out.write_str("wasted"),
            Self::Transferred => out.write_str("transferred"),
            Self::Destroyed => out.write_str("destroyed"),
            Self::Lost => out.write_str("lost"),
            Self::Missing => out.write_str("unexplained, missing"),
        }
    }
}

/// An amount of one vial that moves from one account to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Movement {
    /// The vial it is from.
    pub vial: VialId,
    /// Where it was.
    pub from: Account,
    /// Where it is now.
    pub to: Account,
    /// How much.
    pub amount: Micrograms,
}

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
