//! What the chores are made of, so that tests can run them without a process.

pub mod judge;
