//! When an iteration ends.

/// When an iteration ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stop {
    /// When no digit moves any more.
    Converged,
    /// When a step is no longer than this. Programs differ in the last digits, or in the first
    /// ones where the estimate itself is of this size, because they stop here; this reproduces
    /// them.
    StepWithin(f64),
}
