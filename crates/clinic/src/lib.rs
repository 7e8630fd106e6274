//! One module for each thing a person can do, who may do it, and the board.
//!
//! ```
//! use clinic::authority::{Act, Reach};
//! use record::words::Role;
//!
//! assert_eq!(Act::Prescribe.reach(Role::Prescriber), Reach::All);
//! assert_eq!(Act::ReadChart.reach(Role::Patient), Reach::Own);
//! assert_eq!(Act::Prescribe.reach(Role::Coordinator), Reach::No);
//! ```
//!
//! # Mental model
//!
//! A use case authorises, reads the chart, asks what stands against it, appends its entries in one
//! transaction and answers. A [`Refusal`] is a recorded no; [`Denied`] says every way a thing is not
//! done. The [`board`] holds one line for each record, and a line is a function of its chart.
//!
//! # The map
//!
//! [`act`] the use cases; [`authority`] the permission table; [`board`] what lists read; [`facts`] a
//! chart as the inputs of the rules; [`grounds`] what each rule and default rests on; [`library`]
//! protocols, rules and consents; [`policy`] the numbers the clinic runs by, from its rule pack;
//! [`premises`] rooms, hours and vials; [`calendar`] whether a visit may stand where it is wanted;
//! [`live`] what changed; [`outcome`] every course as the outcomes count it.
//!
//! # What it deliberately does not do
//!
//! It reads no clock and draws no chance: both come with the [`Operation`]. It knows no page and no
//! HTTP, and writes no entry but through the journal.
//!
//! # To add a use case
//!
//! 1. Write it in the module of `act` it belongs to, and say in its document what it refuses.
//! 2. Give it an [`authority::Act`] and its row of roles; the snapshot of the table will show it.
//! 3. Test it as given, when, then, every refusal included.

#![deny(missing_docs)]

pub mod act;
mod answers;
pub mod authority;
pub mod board;
pub mod calendar;
pub mod clinic;
pub mod completeness;
pub mod consent_text;
pub mod denied;
pub mod digest;
pub mod due;
pub mod facts;
pub mod grounds;
pub mod inputs;
pub mod library;
pub mod live;
pub mod operation;
pub mod outcome;
pub mod policy;
pub mod premises;
pub mod relapse;

pub use clinic::{Clinic, KnownChart, Written};
pub use denied::{Denied, Refusal};
pub use library::Library;
pub use operation::{Actor, ActorId, Operation};
pub use policy::Policy;
