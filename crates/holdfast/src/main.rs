//! The Holdfast binary: one executable, one subcommand for each thing an operator can ask.
//!
//! ```text
//! holdfast init --data clinic --name "Tern Harbour Clinic" --zone America/New_York
//! holdfast serve --data clinic
//! holdfast backup --data clinic --to 2026-11-24.holdfast
//! holdfast verify --data clinic --checkpoint last-month.txt
//! holdfast demo
//! ```
//!
//! # The mental model
//!
//! A clinic is a data folder and a key that is kept apart from it; `Place` is where both are.
//! A command opens the clinic, for writing when nobody else has it, or for reading beside a server,
//! calls what the other crates offer, and writes to the `out` it is given.
//! How it went is the exit code: 0 done, 1 it ran and the answer is no, 2 it could not be asked (a
//! wrong argument, a file that is not there).
//! An error is one line on standard error that says what is wrong and what to do.
//!
//! # The map
//!
//! - [`command::Command::run`] is the table of contents: one variant and one module a command.
//! - `place`: the data folder, the key, opening the clinic.
//! - `real`: the one real clock and the one real source of chance of the whole house.
//! - `ctn`: a trial's tables read into records, every fault with its file, line and column.
//! - `tests/disaster`: the built program killed, cut off, tampered with and fed nonsense.
//!
//! # What it deliberately does not do
//!
//! It holds no medicine and no rule: those are in `protocol` and `clinic`.
//! It knows no configuration file: everything is an argument, and keys may come from the environment.
//! It never repairs a record that does not verify: it names the fault, and a backup is restored.
//!
//! # To add a command
//!
//! 1. Make `command/NAME.rs` with a `clap::Args` struct whose help carries an example, and whose
//!    `run(self, out)` gives an `Outcome`, or an `Unaskable` when it could not be asked.
//! 2. Add its variant to [`command::Command`] and its arm to [`command::Command::run`].
//! 3. Name it in `tests/disaster/asking.rs`, and prove there or beside it how it fails.

mod clock_back;
mod command;
mod ctn;
mod place;
mod post_office;
mod real;

use std::process::ExitCode;

use clap::Parser as _;

/// Pages are made of many short strings on many threads; see `cargo bench -p web`, which runs on it too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let line = command::Line::parse();
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("HOLDFAST_LOG")
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn")),
        )
        .with_writer(std::io::stderr)
        .init();
    let mut out = std::io::stdout().lock();
    match line.command.run(&mut out) {
        Ok(command::Outcome::Done) => ExitCode::SUCCESS,
        Ok(command::Outcome::Failed) => ExitCode::from(1),
        Err(error) => {
            eprintln!("holdfast: {error:#}");
            ExitCode::from(if error.is::<command::Unaskable>() {
                2
            } else {
                1
            })
        }
    }
}
