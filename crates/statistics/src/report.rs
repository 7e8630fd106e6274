//! Results as JSON, with the key names that reference software's tables are kept under.
//!
//! Numbers that are not finite become null. The binary prints these values; the judge compares
//! them leaf by leaf with references of the same shape.

mod cox;
mod regression;
mod survival;

pub use cox::{cox, cox_estimates, proportionality};
pub use regression::{accelerated, fine_gray};
pub use survival::{at_times, gray_test, kaplan_meier, log_rank, restricted_means, states};

use serde_json::Value;

/// A number, or null where it is not finite.
pub fn number(x: f64) -> Value {
    serde_json::Number::from_f64(x).map_or(Value::Null, Value::Number)
}

/// A list of numbers.
pub fn numbers<'a>(list: impl IntoIterator<Item = &'a f64>) -> Value {
    Value::Array(list.into_iter().map(|x| number(*x)).collect())
}

/// A list of rows of numbers.
pub fn matrix(rows: &[Vec<f64>]) -> Value {
    Value::Array(rows.iter().map(numbers).collect())
}
