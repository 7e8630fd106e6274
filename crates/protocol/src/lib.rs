//! Protocols and rules as data, and the decisions over a chart.

mod assess;
mod decimal;
mod document;
pub mod dose;
mod example;
mod expression;
mod fact;
mod fault;
pub mod house;
mod input;
mod list;
mod mark;
mod pack;
mod plan;
mod protocol;
mod rule;
mod source;
mod unit;
mod weight;

pub use assess::{
    Assessment, Clearance, Outcome, OverrideRefusal, Used, Verdict, Wanted, assess, judge,
};
pub use decimal::Decimal;
pub use example::{EXAMPLE_AT, Example, Expected, Tried, read_examples, uncovered};
pub use expression::Expression;
pub use fact::{Answer, Case, CaseError, Code, FactError, Facts, Observation, Override, When};
pub use fault::{Fault, Faults};
pub use input::{Dictionary, Input, Kind};
pub use list::{Drug, List};
pub use mark::{Mark, Source, Sources};
pub use pack::{Digest, Pack, Pointer, Setting, Signature, SignatureError, includes};
pub use plan::{
    LayoutError, Order, PlanRefusal, PlannedDay, PlannedKind, Prescribed, PrescribedStep, Vial,
    body_mass_index, lay_out, prescribe,
};
pub use protocol::{
    AssessmentDay, Cadence, Cap, Choice, Finding, Known, Maintenance, Protocol, Route, Session,
    Standing, Step, Therapy, TherapyKind,
};
pub use rule::{Act, Class, Consequence, Missing, Rule, Stage};
pub use unit::{Dimension, Quantity, QuantityError, Unit};
pub use weight::{Basis, Doubt, Sex, Weight, WeightError, ideal_weight};
