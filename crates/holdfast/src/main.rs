//! The Holdfast binary: one executable, one subcommand for each thing an operator can ask.
//!
//! The match in [`command::Command::run`] is the program's table of contents.
//! Exit codes: 0 done, 1 failed, 2 could not be asked (a wrong argument, a file that is not there).

mod command;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let line = command::Line::parse();
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
