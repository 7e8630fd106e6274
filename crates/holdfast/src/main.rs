//! The Holdfast binary: one executable, one subcommand for each thing an operator can ask.
//!
//! The match in [`command::Command::run`] is the program's table of contents.
//! Exit codes: 0 done, 1 failed, 2 could not be asked (a wrong argument, a file that is not there).

mod command;
mod ctn;
mod place;
mod real;

use std::process::ExitCode;

use clap::Parser as _;

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
