//! One module for each thing a person can do, who may do it, and the board.

#![deny(missing_docs)]

pub mod act;
mod answers;
pub mod authority;
pub mod board;
pub mod clinic;
pub mod denied;
pub mod digest;
pub mod facts;
pub mod library;
pub mod live;
pub mod operation;

pub use clinic::{Clinic, KnownChart, Written};
pub use denied::{Denied, Refusal};
pub use library::Library;
pub use operation::{Actor, ActorId, Operation};
