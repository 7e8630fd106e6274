//! What the register refuses: each is a value with one sentence that says what is wrong and what to do.

use jiff::civil::Date;
use record::ids::SessionId;
use record::quantity::Micrograms;

use crate::distribution::Share;
use crate::ids::{CaseId, CommandId, DrugId, LineId, LocationId, LotId, VialId};
use crate::line::Container;

/// Why an act is not written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The id was used for something else.
    #[error("{0} already stands for another act: record this one anew")]
    IdUsedForAnotherAct(CommandId),
    /// Something had to be said and was left empty.
    #[error("{0} is empty: write it")]
    Unsaid(&'static str),
    /// An amount of nought.
    #[error("an amount of nought is nothing to record: enter what it was")]
    Nought,
    /// A date that lies ahead.
    #[error("{0} has not come yet: enter the day it was discovered")]
    DateAhead(Date),
    /// A location nobody registered.
    #[error("{0} is not a registered location: register it first, or choose another")]
    UnknownLocation(LocationId),
    /// The registration of a location has run out.
    #[error("the registration of {0} ran out on {1}: renew it before anything is handled there")]
    RegistrationExpired(LocationId, Date),
    /// A vial the register has never seen.
    #[error("the register does not know vial {0}: check its number, or receive it first")]
    UnknownVial(VialId),
    /// A vial that was received before.
    #[error("vial {0} was already received: give each vial its own number")]
    VialReceivedBefore(VialId),
    /// A vial that cannot hold what is said.
    #[error("vial {0} is said to hold {1}: check the content on its label")]
    ImplausibleContent(VialId, Micrograms),
    /// A strength that is not the one in the drug's own name.
    #[error(
        "{0} names another strength than the {1} mg/mL entered: check the decimal point on the label"
    )]
    StrengthDiffers(DrugId, String),
    /// A lot that was received as another drug or with another expiry.
    #[error("lot {0} stands in the register as {1}, to be used by {2}: check the label")]
    LotDiffers(LotId, DrugId, Date),
    /// A lot the register has never seen.
    #[error("the register does not know lot {0}: check its number")]
    UnknownLot(LotId),
    /// A vial of another lot than the one that is counted.
    #[error("vial {0} is of lot {1}: count it with that lot")]
    VialOfAnotherLot(VialId, LotId),
    /// The lot may not be used any more.
    #[error("lot {0} ran out on {1}: take a vial of another lot, and have this one destroyed")]
    LotExpired(LotId, Date),
    /// A case is open on the lot.
    #[error(
        "lot {0} is frozen until its difference is explained (case {1}): take a vial of another lot"
    )]
    LotFrozen(LotId, CaseId),
    /// A vial that is in no cabinet.
    #[error("vial {0} is in no cabinet: it is in use, or nothing is left of it")]
    NotInACabinet(VialId),
    /// A move to where the vial is.
    #[error("vial {0} is already in {1}")]
    AlreadyThere(VialId, LocationId),
    /// A vial the session was not given.
    #[error("vial {0} is not issued to {1}, or nothing is left in it: issue a vial first")]
    NotIssued(VialId, SessionId),
    /// More is drawn than the vial holds.
    #[error("{1} cannot be drawn: vial {0} holds {2}")]
    DrawsMoreThanHeld(VialId, Micrograms, Micrograms),
    /// More is given than was drawn.
    #[error("{1} cannot be given: of vial {0}, {2} is drawn and not yet given or wasted")]
    GivesMoreThanDrawn(VialId, Micrograms, Micrograms),
    /// More is wasted than is left.
    #[error("{1} cannot be wasted: {2} is left {place}", place = where_left(.0, *.3))]
    WastesMoreThanLeft(VialId, Micrograms, Micrograms, Container),
    /// The witness gave the drug.
    #[error(
        "who gave the drug cannot witness its waste: ask another person who saw it to type their name and pass phrase"
    )]
    WitnessIsGiver,
    /// The witness is the one who signs.
    #[error(
        "who signs for a waste cannot witness it too: ask another person to type their name and pass phrase"
    )]
    WitnessSigns,
    /// Nobody witnessed.
    #[error(
        "a waste is corrected before a second person: ask one to type their name and pass phrase"
    )]
    NoWitness,
    /// One person stands for two.
    #[error(
        "destruction needs two different persons: ask another to type their name and pass phrase"
    )]
    OnePersonForTwo,
    /// A transfer under another registration than that of where the vial stands.
    #[error("a vial in {0} is handed over under the registration of {0}: enter that one")]
    OtherRegistration(LocationId),
    /// More would be passed on than a practitioner may without a distributor registration.
    #[error(
        "with this vial, {after} would be passed on this year; above {percent} % of all that is given and passed on in a calendar year the law asks for a registration as a distributor (21 CFR 1307.11): keep the vial, or let one who is registered as a distributor supply them",
        after = .after.map_or_else(|| "more than can be computed".to_owned(), |share| share.to_string())
    )]
    PassesOnTooMuch {
        /// What the year would come to with it; nothing where it cannot be computed.
        after: Option<Share>,
        /// The most percent there may be.
        percent: u32,
    },
    /// An opened vial is put back.
    #[error("vial {0} was opened: waste what is left before a witness")]
    OpenedVialReturned(VialId),
    /// More is lost than was there.
    #[error("{1} of vial {0} cannot be lost there: the register has {2} in that place")]
    LosesMoreThanThere(VialId, Micrograms, Micrograms),
    /// A loss from where nothing can be on hand.
    #[error("a loss is from a cabinet, a vial or a syringe: choose where it was")]
    LostFromNowhere,
    /// The books of the session are closed.
    #[error("the books of {0} are closed: correct an earlier line, or use an open session")]
    SessionClosed(SessionId),
    /// Something of the session is not accounted for.
    #[error("{0} has {1} not accounted for: give, waste, return or report it before closing")]
    SessionUnsettled(SessionId, Micrograms),
    /// No such case.
    #[error("there is no case {0}: choose one from the list")]
    UnknownCase(CaseId),
    /// The case is closed.
    #[error("case {0} is closed already")]
    CaseClosed(CaseId),
    /// The case has no explanation.
    #[error("case {0} has no explanation: write what was looked into before closing it")]
    CaseUnexplained(CaseId),
    /// The case has been counted by one person only.
    #[error("case {0} waits for a second count by another person")]
    CaseCountedOnce(CaseId),
    /// A vial that was found is also in a session.
    #[error("vial {0} was counted in the cabinet and is in use by the register: return it first")]
    FoundWhileInUse(VialId),
    /// No such line.
    #[error("no line {0} moves vial {1}: choose the line to correct from the register")]
    UnknownLine(LineId, VialId),
    /// A line without an amount of its own.
    #[error("line {0} cannot be corrected by its amount: record what happened as a new line")]
    NotCorrectable(LineId),
    /// The line says so already.
    #[error("line {0} says {1} already")]
    NothingToCorrect(LineId, Micrograms),
    /// Later lines rest on the amount.
    #[error("line {0} cannot become {1}: later lines used the difference; correct those first")]
    CorrectionImpossible(LineId, Micrograms),
    /// A lot was not counted on the day of the inventory.
    #[error("lot {1} in {0} was not counted today: count it, then take the inventory")]
    InventoryWithoutCount(LocationId, LotId),
    /// A first inventory where there is one.
    #[error("{0} has its initial inventory: take this one as a biennial inventory")]
    InitialInventoryTaken(LocationId),
    /// A later inventory where there is no first.
    #[error("{0} has no initial inventory yet: take this one as the initial inventory")]
    NoInitialInventory(LocationId),
}

/// Where what is wasted is taken from: one vial may have some in it and some drawn from it.
fn where_left(vial: &VialId, container: Container) -> String {
    match container {
        Container::Vial => format!("in vial {vial}"),
        Container::Syringe => format!("of what was drawn from vial {vial}"),
    }
}
