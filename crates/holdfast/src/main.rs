//! The Holdfast binary.

fn main() {}
