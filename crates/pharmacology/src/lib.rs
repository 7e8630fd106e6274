//! Exact solutions of linear compartment models of ketamine, with every parameter sourced.
//!
//! From a plan of doses to the level in blood, at the site of effect and on the receptor: for one
//! person, for a population, or for a person whose levels were measured. For planning, teaching and
//! research. It never doses, and no live feed enters it.
//!
//! ```
//! use pharmacology::{Analyte, Dose, Evaluator, Patient, Plan, Question, linear::Times, model};
//!
//! let otto = model::find("otto2021")?.expect("it is in the catalogue");
//! let plan = Plan::new(vec![Dose::infusion(0.0, 35.0, 2.0 / 3.0)])?;
//! let question = Question::new(&otto, &Patient::new(70.0)?, &plan, &[Analyte::Parent])?;
//! let mut ng_per_ml = [0.0; 2];
//! question.typical(&Times::new(vec![2.0 / 3.0, 4.0])?, &mut Evaluator::new(), &mut ng_per_ml)?;
//! assert!(ng_per_ml[0] > 158.0 && ng_per_ml[1] < 26.0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The picture to keep in mind
//!
//! A **model** is a file of facts: who was studied, where blood was drawn, a table of parameters
//! with their variability, and a network of compartments whose rates are products and quotients of
//! those parameters. A **plan** is a list of doses. A **question** binds one model, one patient and
//! one plan, or says which field does not fit. Answering it evaluates the rates for one person, lays
//! out when drug enters, and solves the network exactly. Everything else (populations, fits,
//! exposure, searches, previews) asks the same question many times.
//!
//! Every answer can be traced: a question carries its model (source, number of people, sampling
//! site) and its [`Notice`]s (what is extrapolated, assumed or known to be off). Venous and arterial
//! are never mixed.
//!
//! # Map
//!
//! | module | what |
//! |---|---|
//! | [`linear`] | networks of compartments and their exact solution; knows nothing of ketamine |
//! | [`model`] | the published models as files, and their form |
//! | [`patient`], [`plan`], [`analyte`] | who, what is given, what is read |
//! | [`boundary`] | every refusal, by field and mend; every notice |
//! | [`question`] | a model asked about a plan for a patient |
//! | [`population`] | seeded people from the full covariance, percentiles |
//! | [`fit`] | one person from measured levels, with uncertainty |
//! | [`exposure`] | peak, time of peak, area, half-life, time above a level |
//! | [`effect`] | receptor occupancy, dissociation, pressure: only as ranges |
//! | [`target`] | amounts that would meet wanted levels under caps |
//! | [`preview`] | all a page needs to draw a plan under several models |
//! | [`wording`] | the sentences that must stand beside it |
//!
//! # Units
//!
//! Hours, litres, milligrams of free base, nanograms per millilitre, unless a name says otherwise.
//! A model file states each parameter in the unit its paper printed.
//!
//! # How far the numbers can be trusted
//!
//! The arithmetic: within 1e-10 relative (or 1e-13 ng/mL) of the exact solution of the model, by the
//! bound that each value carries ([`linear`]); the tests compare with forty-digit reference values
//! and with a second solution in twice the precision, over fourteen decades of rate constants. The
//! models: `docs/pharmacology-validation.md` lists predicted against published values, and where
//! they fail.
//!
//! # What it deliberately does not do
//!
//! - Step an ordinary differential equation. Models that are not linear (tolerance, trapping block,
//!   clearance that drifts with time) are left out rather than approximated.
//! - Predict blood pressure, craving or mood from a level: no published model with parameters exists.
//! - Give one number for an effect, recommend a dose or a rate, or say when someone may leave.
//! - Read clocks, files or chance: times and seeds are arguments.
//!
//! # To add a model
//!
//! 1. Write `pharmacology/NAME.json` after `otto2021.json`: facts in your own words, each parameter
//!    in the unit of the paper, what was read and what was not.
//! 2. Add it to the list in `model.rs`.
//! 3. Write its equations out again in `tests/second_solution/random_plans.rs`.
//! 4. Add the published values it should meet to the validation data and its lines to
//!    `tests/validation.rs`; write the report again.
//!
//! # To add a route
//!
//! 1. Add a variant to [`Route`] with its word.
//! 2. Give it to the models whose source describes it, and to no other; users may state an
//!    absorption of their own ([`plan::AssumedAbsorption`]), which is then said.

#![expect(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "numeric kernels: bounds are the sizes of the system, counts are small"
)]
#![expect(
    clippy::inline_always,
    clippy::needless_range_loop,
    reason = "what works on lanes must come to stand where the wide registers are allowed"
)]

pub mod analyte;
pub mod boundary;
pub mod effect;
pub mod exposure;
pub mod fit;
pub mod linear;
pub mod model;
pub mod patient;
pub mod plan;
pub mod population;
pub mod preview;
pub mod question;
pub mod target;
pub mod wording;

pub use analyte::{Analyte, Drug};
pub use boundary::{BoundaryError, Notice};
pub use model::{Model, Sampling};
pub use patient::Patient;
pub use plan::{Dose, Plan, Route};
pub use question::{Evaluator, Question};
