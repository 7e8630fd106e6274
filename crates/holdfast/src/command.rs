//! The commands, one module each.
//!
//! To add a command: make `command/NAME.rs` with a `clap::Args` struct whose `run` writes to the
//! `out` it is given, add a variant to [`Command`] with a one-line help and an example, and add its
//! arm to [`Command::run`].

use std::io::Write;

mod demo;
mod device;
mod erase;
mod evidence;
mod export;
mod import;
mod init;
mod instrument;
mod outcomes;
mod person;
mod predict;
mod protocol;
mod record;
mod rules;
mod serve;
mod statistics;

pub(crate) use self::rules::own as own_rules;

/// What `holdfast` was asked.
#[derive(clap::Parser)]
#[command(
    name = "holdfast",
    version,
    about = "Runs a ketamine-assisted therapy programme for addiction",
    max_term_width = 100,
    after_help = "Examples:\n  holdfast demo\n  holdfast init --data clinic && holdfast serve --data clinic"
)]
pub(crate) struct Line {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    Demo(demo::Args),
    Init(init::Args),
    Serve(serve::Args),
    Verify(record::Verify),
    Checkpoint(record::Checkpoint),
    Backup(record::Backup),
    Restore(record::Restore),
    #[command(subcommand)]
    Import(import::Args),
    #[command(subcommand)]
    Export(export::Args),
    #[command(subcommand)]
    Person(person::Person),
    #[command(subcommand)]
    Key(person::Key),
    /// Predicts levels in blood from a plan, for planning and teaching
    Predict(predict::Predict),
    /// Tries the door that devices send readings to
    #[command(subcommand)]
    Device(device::Device),
    /// Checks, explains, tests and tries the rules, and assesses by them again
    Rules(rules::Rules),
    /// Checks, lists and shows treatment protocols
    Protocol(protocol::Protocols),
    /// Lists, shows, scores and checks questionnaires, and loads a clinic's licensed words
    Instrument(instrument::Instruments),
    /// Shows and checks claims with their grades, studies, and what may be pooled
    Evidence(evidence::Evidence),
    /// Words patterns of use, and works out the endpoints of addiction trials
    Outcomes(outcomes::Outcomes),
    /// Works out survival, meta-analysis, mixed models and calibration over a CSV file
    #[command(subcommand)]
    Statistics(statistics::Statistics),
}

/// How a command prints data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
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
            Self::Demo(args) => args.run(out),
            Self::Init(args) => args.run(out),
            Self::Serve(args) => args.run(out),
            Self::Verify(args) => args.run(out),
            Self::Checkpoint(args) => args.run(out),
            Self::Backup(args) => args.run(out),
            Self::Restore(args) => args.run(out),
            Self::Import(args) => args.run(out),
            Self::Export(args) => args.run(out),
            Self::Person(args) => args.run(out),
            Self::Key(args) => args.run(out),
            Self::Predict(args) => args.run(out),
            Self::Device(args) => args.run(out),
            Self::Rules(args) => args.run(out),
            Self::Protocol(args) => args.run(out),
            Self::Instrument(args) => args.run(out),
            Self::Evidence(args) => args.run(out),
            Self::Outcomes(args) => args.run(out),
            Self::Statistics(args) => args.run(out),
        }
    }
}
