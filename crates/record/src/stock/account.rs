//! Where a microgram can be, and how it moves: every line moves amounts from one account to another,
//! so nothing appears or vanishes between them.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::ids::{LocationId, VialId};
use crate::ids::SessionId;
use crate::quantity::Micrograms;

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
