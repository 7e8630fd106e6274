//! The commands, one module each.
//!
//! To add a command: make `command/NAME.rs` with a `clap::Args` struct whose `run` writes to the
//! `out` it is given, add a variant to [`Command`] with a one-line help and an example, and add its
//! arm to [`Command::run`].

mod statistics;

use std::io::Write;

/// What `holdfast` was asked.
#[derive(clap::Parser)]
#[command(name = "holdfast", version, about, max_term_width = 100)]
pub(crate) struct Line {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Survival, meta-analysis, mixed models and calibration over a CSV file
    ///
    /// Example: holdfast statistics km trial.csv --group arm
    #[command(subcommand)]
    Statistics(statistics::Statistics),
}

/// How an asked command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It did what was asked: exit code 0.
    Done,
    /// It ran, and the answer is no (a check found faults): exit code 1.
    Failed,
}

/// A question that could not be asked: a wrong argument, a file that is not there. Exit code 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Unaskable(pub(crate) String);

impl Command {
    /// Runs the command, writing what it prints to `out`.
    pub(crate) fn run(self, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        match self {
            Self::Statistics(command) => command.run(out),
        }
    }
}
