//! Protocols and rules as data, and the decisions over a chart.

mod decimal;
mod document;
pub mod dose;
mod expression;
mod fact;
mod fault;
pub mod house;
mod input;
mod list;
mod mark;
mod protocol;
mod rule;
mod source;
mod unit;

pub use decimal::Decimal;
pub use expression::Expression;
pub use fact::{Answer, Case, CaseError, Code, FactError, Facts, Observation, Override, When};
pub use fault::{Fault, Faults};
pub use input::{Dictionary, Input, Kind};
pub use list::{Drug, List};
pub use mark::{Mark, Source, Sources};
pub use protocol::{
    AssessmentDay, Cadence, Cap, Choice, Finding, Known, Maintenance, Protocol, Route, Session,
    Standing, Step, Therapy, TherapyKind,
};
pub use rule::{Act, Class, Consequence, Missing, Rule, Stage};
pub use unit::{Dimension, Quantity, QuantityError, Unit};
