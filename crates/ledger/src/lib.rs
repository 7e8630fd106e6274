//! The register of controlled substances: every vial from its receipt to its last microgram, as a
//! fold of lines that are never edited.
//!
//! ```
//! use ledger::{Account, Balance, Policy, Register};
//!
//! let policy = Policy::shipped()?;
//! assert_eq!(policy.inventory_every.value, 2, "an inventory at least every second year");
//! let register = Register::of([]);
//! assert!(register.drugs().values().all(Balance::is_whole));
//! assert_eq!(Account::Wasted.to_string(), "wasted");
//! # Ok::<(), ledger::PolicyFault>(())
//! ```
//!
//! # Mental model
//!
//! Double-entry. Every [`Line`] says what a person did and moves amounts of a vial from one
//! [`Account`] to another: from the supplier into a cabinet, a vial in use, a syringe, and to an end.
//! Nothing is made or lost between two accounts, so at every line
//!
//! > received = on hand + given + wasted + transferred + destroyed + lost + unexplained
//!
//! holds for each vial, lot and drug. [`decide`] takes a [`Command`] and answers with the lines to
//! append or with a [`Refusal`]; [`Register`] is the total fold of the lines. What it cannot believe
//! becomes a [`Flaw`] somebody must look at, and moves nothing.
//!
//! A [`Count`] is blind: it carries what was found, and the register compares. A difference opens a
//! [`Case`] that freezes the lot; closing it books what is still not explained under that name.
//!
//! # The map
//!
//! [`line`](mod@line) what is written, in the words of `record`; [`account`] what stands where; [`decide`](mod@decide)
//! what is refused; [`register`] the fold; [`policy`] the thresholds of `ledger/policy.toml`;
//! [`alarm`] what is due; [`distribution`] what was passed on in a year; [`inspection`] rows for print and CSV; [`forms`] figures for the
//! authorities' forms.
//!
//! # What it deliberately does not do
//!
//! It knows no chart, no medicine and no dose limit. It reads no clock: the moment, the clinic's date
//! and the person come with the command, and that the person signed in is the caller's to know. It
//! sends nothing to an authority: that stays a person's act. Amounts are whole micrograms, and
//! no sum is rounded.
//!
//! # To add an act
//!
//! 1. Add its variant to [`Act`], which `record` keeps; the compiler names each place that must know it.
//! 2. Decide over it in a function of `decide/`, with a [`Refusal`] for each way it can be wrong.
//! 3. Work an example of it and of each refusal in `tests/register/worked.rs`, and let `laws.rs` beside it do it at random.

#![deny(missing_docs)]
#![deny(clippy::arithmetic_side_effects)]

pub mod account;
pub mod alarm;
pub mod case;
pub mod decide;
pub mod dispensed;
pub mod distribution;
pub mod forms;
pub mod inspection;
pub mod policy;
pub mod refusal;
pub mod register;

pub use record::stock::{ids, line};

pub use account::{Account, Balance, Movement, Side};
pub use alarm::{Alarm, alarms};
pub use case::Case;
pub use decide::decide;
pub use dispensed::{Dispensed, dispensed};
pub use distribution::Share;
pub use forms::{Form41, Form106, form_41, form_106};
pub use ids::{CaseId, CommandId, DrugId, LineId, LocationId, LotId, VialId};
pub use inspection::{csv, rows};
pub use line::{
    Act, Command, Container, Correction, Count, Difference, Dose, Fact, Holding, Inventory, Line,
    Location, Loss, LossKind, Moment, Opening, Purpose, Receipt, Registrant, Vial, Waste,
};
pub use policy::{Allowance, Fault as PolicyFault, Mark, Policy, Threshold};
pub use refusal::Refusal;
pub use register::{Flaw, Lot, Posting, Register, Running, SessionUse, VialLife};
