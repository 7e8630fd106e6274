//! Exact solutions of linear compartment models of ketamine, with every parameter sourced.
#![expect(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "numeric kernels: bounds are the sizes of the system, counts are small"
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
