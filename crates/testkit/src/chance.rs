//! Chance that is the same every time.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng as _;

/// Returns a generator of chance that gives the same numbers for the same seed, on every machine.
///
/// ```
/// use rand_xoshiro::rand_core::Rng as _;
///
/// assert_eq!(testkit::seeded(7).next_u64(), testkit::seeded(7).next_u64());
/// assert_ne!(testkit::seeded(7).next_u64(), testkit::seeded(8).next_u64());
/// ```
pub fn seeded(seed: u64) -> Xoshiro256PlusPlus {
    Xoshiro256PlusPlus::seed_from_u64(seed)
}
