//! Randomness, which is an argument like the clock.

use thiserror::Error;

/// The source of randomness gave nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the source of randomness failed; nothing was written")]
pub struct ChanceFailed;

/// Somewhere random bytes come from.
///
/// Keys and nonces are only as good as this: the binary gives [`SystemChance`], tests a seeded one
/// (`conformance::SeededChance`) so that they can be repeated.
pub trait Chance: Send + Sync {
    /// Fills all of `bytes` with unpredictable bytes.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), ChanceFailed>;
}

/// The operating system's randomness through the generator of aws-lc.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemChance;

impl Chance for SystemChance {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), ChanceFailed> {
        aws_lc_rs::rand::fill(bytes).map_err(|_| ChanceFailed)
    }
}
