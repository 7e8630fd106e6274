//! What is written in the register: the acts of people, what follows from them, and what each moves.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::account::{Account, Movement};
use super::ids::{CaseId, CommandId, DrugId, LineId, LocationId, LotId, VialId};
use crate::ids::{PersonId, SessionId};
use crate::quantity::Micrograms;

/// A person asks for one act to be written. The id is chosen where the act was done, so that sending it twice writes it once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// Its own name.
    pub id: CommandId,
    /// The moment it was done.
    pub at: Timestamp,
    /// The clinic's date then.
    pub on: Date,
    /// Who did it and signs for it.
    pub by: PersonId,
    /// What was done.
    pub act: Act,
}

/// One line of the register. It is never edited; a later line may correct it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its name.
    pub id: LineId,
    /// The moment it was done.
    pub at: Timestamp,
    /// The clinic's date then.
    pub on: Date,
    /// Who signed for it.
    pub by: PersonId,
    /// What it says.
    pub fact: Fact,
    /// What it moves.
    pub moves: Vec<Movement>,
}

/// What a line says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// A person did something.
    Done(Act),
    /// A count differed from the register, so a case was opened and the lot is frozen.
    CaseOpened(Opening),
    /// What an inventory found at its location.
    Held(Vec<Holding>),
}

/// What a person does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Enters a registered location, or its renewed registration.
    Register(Location),
    /// Receives vials of one lot from a supplier into a cabinet.
    Receive(Receipt),
    /// Moves a vial from its cabinet to another.
    Move {
        /// The vial.
        vial: VialId,
        /// The cabinet it is stored in now.
        to: LocationId,
    },
    /// Issues a vial, with all it holds, to a session.
    Issue {
        /// The vial.
        vial: VialId,
        /// The session.
        session: SessionId,
    },
    /// Draws from an issued vial.
    Draw(Dose),
    /// Gives what was drawn; the person who gave is the one who signs.
    Give(Dose),
    /// Wastes what was not given, before a witness.
    Waste(Waste),
    /// Puts a vial of a session back into a cabinet.
    Return {
        /// The vial.
        vial: VialId,
        /// The session it was issued to.
        session: SessionId,
        /// The cabinet.
        to: LocationId,
    },
    /// Transfers a vial to another registrant.
    Transfer {
        /// The vial.
        vial: VialId,
        /// Who receives it.
        to: Registrant,
        /// The clinic's own side, as registered where the vial stood; lines of before have none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Registrant>,
        /// What for.
        #[serde(default, skip_serializing_if = "Purpose::is_dispensing")]
        purpose: Purpose,
        /// Under which reference the programme of the drug certified who receives it; none where the
        /// drug has no such programme, and in lines of before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        certificate: Option<String>,
    },
    /// Destroys a vial of the stock before two persons: the one who signs and a second.
    Destroy {
        /// The vial.
        vial: VialId,
        /// The second person.
        second: PersonId,
        /// How it was made impossible to retrieve.
        method: String,
    },
    /// Says that an amount is lost or stolen.
    Lose(Loss),
    /// Counts one lot in one cabinet, without being shown what the register says.
    Count(Count),
    /// Says what may explain a difference.
    Explain {
        /// The case.
        case: CaseId,
        /// The explanation.
        text: String,
    },
    /// Closes a case: what still differs is booked as unexplained, and the lot is free again.
    CloseCase {
        /// The case.
        case: CaseId,
    },
    /// Corrects the amount of an earlier line.
    Correct(Correction),
    /// Takes the inventory of one location, after every lot there was counted that day.
    TakeInventory {
        /// The location.
        location: LocationId,
        /// Which inventory it is.
        kind: Inventory,
        /// Whether at the opening or the close of business.
        moment: Moment,
    },
    /// Closes the books of a session, with every microgram accounted for.
    CloseSession {
        /// The session.
        session: SessionId,
    },
}

/// A registered location.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Location {
    /// Its name.
    pub id: LocationId,
    /// The number of its registration.
    pub registration: String,
    /// The last day the registration holds.
    pub expires: Date,
}

/// Another registrant: a supplier, or who receives a transfer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registrant {
    /// The name.
    pub name: String,
    /// The address.
    pub address: String,
    /// The registration number.
    pub registration: String,
}

/// What a vial is handed to another registrant for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// For another practitioner to dispense.
    #[default]
    Dispensing,
    /// Back to the supplier or the maker, or to a reverse distributor.
    Return,
}

impl Purpose {
    /// Whether it is for another practitioner to dispense.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
    const fn is_dispensing(&self) -> bool {
        matches!(self, Self::Dispensing)
    }
}

/// A delivery of one lot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The cabinet it went into.
    pub location: LocationId,
    /// Who supplied it.
    pub supplier: Registrant,
    /// The invoice.
    pub invoice: String,
    /// The drug.
    pub drug: DrugId,
    /// The lot.
    pub lot: LotId,
    /// The last day the lot may be used.
    pub expires: Date,
    /// The vials.
    pub vials: Vec<Vial>,
}

/// A vial as delivered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vial {
    /// Its number.
    pub id: VialId,
    /// Micrograms in a millilitre.
    pub strength: u64,
    /// What it holds.
    pub content: Micrograms,
}

/// An amount of a vial in a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dose {
    /// The session.
    pub session: SessionId,
    /// The vial.
    pub vial: VialId,
    /// How much.
    pub amount: Micrograms,
}

/// What was wasted, and before whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waste {
    /// How much of which vial in which session.
    pub dose: Dose,
    /// From the syringe or from the vial.
    pub from: Container,
    /// Who gave, or would have given.
    pub giver: PersonId,
    /// The second person, who saw it.
    pub witness: PersonId,
    /// How it was wasted.
    pub method: String,
}

/// What an amount in use is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Container {
    /// The syringe or pump it was drawn into.
    Syringe,
    /// The vial.
    Vial,
}

impl Container {
    /// Its account in a session.
    pub const fn of(self, session: SessionId) -> Account {
        match self {
            Self::Syringe => Account::Syringe(session),
            Self::Vial => Account::Vial(session),
        }
    }
}

/// A theft or loss.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loss {
    /// The vial.
    pub vial: VialId,
    /// Where it was: a cabinet, a session's vial or a session's syringe.
    pub from: Account,
    /// How much.
    pub amount: Micrograms,
    /// What kind of loss.
    pub kind: LossKind,
    /// The day it was discovered.
    pub discovered: Date,
    /// What is known of it: persons, activities, pattern, efforts to resolve it.
    pub circumstances: String,
}

/// What kind of loss it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LossKind {
    /// Taken.
    Theft,
    /// Broken or spilled.
    Breakage,
    /// Anything else.
    Other,
}

/// A blind count of one lot in one cabinet; a vial not named was not there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// The cabinet.
    pub location: LocationId,
    /// The lot.
    pub lot: LotId,
    /// What was found, vial by vial.
    pub found: BTreeMap<VialId, Micrograms>,
}

/// A correction: what an earlier line should have said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// The line.
    pub of: LineId,
    /// The vial in it.
    pub vial: VialId,
    /// The amount it should have said; nought strikes it.
    pub amount: Micrograms,
    /// Why.
    pub why: String,
    /// The second person, where the line is a waste.
    pub witness: Option<PersonId>,
}

/// Why a case is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// The cabinet that was counted.
    pub location: LocationId,
    /// The lot, which is frozen.
    pub lot: LotId,
    /// What differed.
    pub differences: Vec<Difference>,
}

/// One vial that differed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// The vial.
    pub vial: VialId,
    /// What the register said.
    pub expected: Micrograms,
    /// What was found.
    pub found: Micrograms,
}

/// A row of an inventory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holding {
    /// The drug.
    pub drug: DrugId,
    /// The lot.
    pub lot: LotId,
    /// How many vials.
    pub vials: u64,
    /// How much in them.
    pub amount: Micrograms,
}

/// Which inventory it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Inventory {
    /// The one of the first day.
    Initial,
    /// One of those that follow.
    Biennial,
}

/// When in the day an inventory was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// The opening of business.
    Opening,
    /// The close of business.
    Close,
}
