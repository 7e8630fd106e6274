//! Exact solutions of linear compartment models of ketamine, with every parameter sourced.
