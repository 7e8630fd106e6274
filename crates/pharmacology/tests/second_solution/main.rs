//! The solver against a second solution: the matrix exponential in twice the precision.

mod double_double;
mod random_networks;
