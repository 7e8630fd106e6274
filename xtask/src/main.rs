//! Chores of the house.

use xtask::judge;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if let ["judge", folder] = arguments.as_slice() {
        run_judge(folder)
    } else {
        eprintln!("usage: cargo xtask judge DIR   recompute a folder of reference statistics");
        ExitCode::from(2)
    }
}

fn run_judge(folder: &str) -> ExitCode {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    match judge::judge(folder.into(), &mut out) {
        Ok(verdict) if verdict.holds() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(1),
        Err(error) => {
            eprintln!("xtask judge: {:#}", anyhow::Error::from(error));
            ExitCode::from(2)
        }
    }
}
