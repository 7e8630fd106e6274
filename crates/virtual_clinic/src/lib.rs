//! Synthetic patients, seeded, through the same use cases as real ones.
