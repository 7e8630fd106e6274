//! The solver against a second solution: the matrix exponential in twice the precision.

#[cfg(test)]
mod double_double;
#[cfg(test)]
mod random_networks;
#[cfg(test)]
mod random_plans;
