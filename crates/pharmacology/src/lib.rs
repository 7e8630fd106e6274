//! Exact solutions of linear compartment models of ketamine, with every parameter sourced.
#![expect(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "numeric kernels: bounds are the sizes of the system, counts are small"
)]

pub mod linear;
