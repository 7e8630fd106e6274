//! Protocols and rules as data, and the decisions over a chart.
//!
//! A treatment is as safe as the decision to give it. Every threshold of that decision is in a file
//! that a medical director can read, change and sign; this crate reads those files, tells every
//! fault in them with its line, and asks the rules.
//!
//! ```
//! use protocol::{Case, Clearance, assess, house};
//! let pack = house::pack().unwrap();
//! let json = r#"{ "stage": "screen", "at": "2026-11-24T15:00:00Z",
//!                 "facts": { "birth_date": "2010-01-01" } }"#;
//! let case = Case::from_json(json, &house::inputs().unwrap(), |_| None).unwrap();
//! let found = assess(&case.facts, &pack, case.stage, case.at);
//! assert_eq!(found.clearance, Clearance::Excluded);
//! ```
//!
//! # The mental model
//!
//! **Facts** are what is known of one person by named input: a value, when it held, the entry it
//! comes from. Who holds the chart maps it to facts. **Rules** are conditions over inputs in a small
//! typed language; truth has three values, and what cannot be said is *unanswered*. A **pack** is
//! rules with their definitions, drug lists and settings, checked whole at load. **Assessing** asks
//! every rule of a stage and says for each: fired or not, on which observations, what was missing,
//! what follows. The strictest stands; an override lifts only a rule of class override.
//!
//! A missing input never opens the way: it blocks an exclusion or a hold, it is a reason to give for
//! an override, and it is a question for the rest.
//!
//! # The map
//!
//! | to | see |
//! |---|---|
//! | read a pack, sign it, find it edited | [`Pack`], [`Signature`] |
//! | ask the rules | [`assess`], [`judge`], [`Assessment`], [`Verdict`] |
//! | judge a running session | [`assess`] at [`Stage::InSession`], [`timeline`], [`due`] |
//! | let a person leave | [`Assessment::may_leave`] at [`Stage::Discharge`] |
//! | read a protocol, reckon a dose, lay out a course | [`Protocol`], [`prescribe`], [`lay_out`] |
//! | hold what is known | [`Facts`], [`Observation`], [`Dictionary`], [`Case`] |
//! | write conditions | [`Expression`] and `docs/rules.md` |
//! | what ships | [`house`] |
//!
//! # What it deliberately does not do
//!
//! It holds no threshold of medicine in code. It reads no clock, no file and no chart. It never says
//! "all clear": the least it says is that nothing that was asked stands in the way. It does not keep
//! verdicts or signatures; the journal does. It never converts a dose from one route to another.
//!
//! # To add a rule
//!
//! 1. Declare any new input in `rules/inputs.toml`, with its question and plausible range.
//! 2. Write the rule in its file under `rules/`, with actions, rationale, sources and mark.
//! 3. Add an example that fires, one that does not, one with an input missing, in `rules/examples/`.
//! 4. Run `holdfast rules check rules/house.toml` and `holdfast rules test`.
//! 5. Raise the version of the pack; it must be signed again.
//!
//! # To add a protocol
//!
//! 1. Write `protocols/NAME.toml`; give it a cap, a mark for each number, and its sources.
//! 2. Run `holdfast protocol check protocols/NAME.toml`.
//! 3. Name it in [`house::PROTOCOLS`].
//!
//! # To add a unit or a function of the language
//!
//! 1. A unit is one line in `unit.rs`.
//! 2. A function is a variant of `Pick` or `Node`, its reading in `expression/parse/series.rs`, its
//!    meaning in `expression/evaluate/`, and a line in the table of `expression.rs`.

mod assess;
pub mod contact;
mod decimal;
mod document;
pub mod dose;
mod due;
pub mod evaluation;
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
pub mod rescue;
mod rule;
mod source;
mod timeline;
mod unit;
mod weight;

pub use assess::{
    Assessment, Clearance, Outcome, OverrideRefusal, Used, Verdict, Wanted, assess, judge,
};
pub use decimal::Decimal;
pub use due::{Due, due, is_late, observe_overdue, overdue, tighten};
pub use example::{EXAMPLE_AT, Example, Expected, Tried, read_examples, uncovered};
pub use expression::Expression;
pub use fact::{Answer, Case, CaseError, Code, FactError, Facts, Observation, Override, When};
pub use fault::{Fault, Faults};
pub use input::{Dictionary, Input, Kind};
pub use list::{Drug, List};
pub use mark::{Mark, Source, Sources};
pub use pack::{
    Compared, Digest, FieldCompared, Pack, PackText, Pointer, RuleCompared, Setting, SettingError,
    Signature, SignatureError, Truth, compare, includes,
};
pub use plan::{
    LayoutError, Order, PlanRefusal, PlannedDay, PlannedKind, Prescribed, PrescribedStep, Vial,
    body_mass_index, lay_out, prescribe,
};
pub use protocol::{
    AssessmentDay, Cadence, Cap, Choice, Finding, Known, Maintenance, Protocol, Route, Session,
    Site, Standing, Step, Target, Therapy, TherapyKind,
};
pub use rule::{Act, Class, Consequence, Missing, Rule, Stage, Tighter};
pub use source::read as read_sources;
pub use timeline::{Held, timeline};
pub use unit::{Dimension, Quantity, QuantityError, Unit};
pub use weight::{Basis, Doubt, Sex, Weight, WeightError, ideal_weight};
