//! Exact solutions of linear compartment networks.
//!
//! A network is a set of compartments joined by first-order flows. Its amounts obey
//! `x' = K x + r(t)`, where every off-diagonal entry of `K` is a rate constant and `r` is constant
//! between the entries of a [`Schedule`]. Such a system has an exact solution, so nothing here steps
//! an ordinary differential equation. Two forms of it are used:
//!
//! | form | how | when | error bound |
//! |---|---|---|---|
//! | modal | residues of a cascade of star-shaped blocks, each solved by its secular equation | wherever its own error bound is met | 1e-10 relative, or 1e-13 absolute, in the units of the output |
//! | propagator | uniformisation and squaring, in numbers that are never negative, with the total of every column held at one | everything else: equal or nearly equal rate constants, the first moments after a dose, networks that are no cascade of stars | a few hundred units in the last place, growing with `lambda t` only in the far tail |
//!
//! The modal form carries an error bound with it for every value (condition of each residue times
//! the sum of the absolute terms); a value that misses the bound is computed again by the propagator.
//! That is why rates that meet cost time and not digits. At equally spaced times each exponential is
//! the one eight steps before times the decay over eight steps, found anew after 32 such products;
//! the roundings of the products are in the bound.
//!
//! All arithmetic is plain addition and multiplication in a fixed order with an exponential of our
//! own, so the same question gives the same bits on every machine, for one person alone or among
//! the eight that are worked on side by side.

mod lanes;
mod modal;
mod network;
mod propagator;
mod schedule;
mod solver;
mod star;
mod system;

pub(crate) use lanes::{LANES, Lanes, Processor};
pub use network::{Compartment, Link, Network, NetworkError};
pub use schedule::{Schedule, ScheduleError};
pub(crate) use solver::Task;
pub use solver::{Solver, SolverError, Times, TimesError};
pub use system::System;
