//! Chores of the house: what a compiler cannot check and a reviewer should not have to.
//!
//! ```text
//! cargo xtask tidy     arrows between crates, lengths, words, documents, decisions
//! cargo xtask check    tidy, and the licences, sources and versions of every dependency
//! cargo xtask judge DIR recompute a folder of reference statistics and compare
//! cargo xtask tally NAME=CODE[,REPORT]...   what the steps of ./test add up to
//! ```
//!
//! # The mental model
//!
//! A check is a pure function from the tree of files (or from what Cargo says of it) to a list of
//! faults; each has a test that it can fail.
//! What is allowed is data: `xtask/arrows.toml`, `xtask/words.toml`, `deny.toml`.
//!
//! # The map
//!
//! [`tree`] reads the files once · [`arrows`] who may know whom · [`length`] files and functions ·
//! [`words`] words, paths and file names · [`crate_document`] the top comment of each crate ·
//! [`decision`] the index of decisions · [`markdown`] one sentence a line · [`dependency`] licences,
//! sources, versions · [`tally`] the closing line of `./test`.
//!
//! # What it deliberately does not do
//!
//! It does not change a file, and it does not reach the network; what Cargo has not fetched is
//! Cargo's to fetch.
//!
//! # To add a check
//!
//! 1. Write a module with a function from [`tree::Tree`] (or `metadata::Metadata`) to `Vec<Fault>`.
//! 2. Call it from [`tidy`].
//! 3. Write a test beside it that hands it a small tree with the fault in it, and see it found.

mod arrows;
mod crate_document;
mod decision;
mod dependency;
mod fault;
mod length;
mod markdown;
mod metadata;
mod tally;
mod tree;
mod words;

use std::io::Write;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use camino::{Utf8Path, Utf8PathBuf};

use fault::Fault;
use metadata::Metadata;
use tree::Tree;

const USAGE: &str = "usage: cargo xtask tidy | check | tally NAME=CODE[,REPORT]...";

fn main() -> ExitCode {
    let mut out = std::io::stdout().lock();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((chore, rest)) = arguments.split_first() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let ended = match chore.as_str() {
        "tidy" => root().and_then(|root| told(&tidy(&root)?, &mut out)),
        "check" => root().and_then(|root| {
            let mut faults = tidy(&root)?;
            faults.extend(dependency::faults(&root)?);
            told(&faults, &mut out)
        }),
        "tally" => tally::run(rest, &mut out),
        "judge" => match rest {
            [folder] => xtask::judge::judge(folder.as_str().into(), &mut out)
                .map(xtask::judge::Verdict::holds)
                .map_err(anyhow::Error::from),
            _ => Err(anyhow::anyhow!("name one folder: cargo xtask judge DIR")),
        },
        other => Err(anyhow::anyhow!("there is no chore `{other}`; {USAGE}")),
    };
    match ended {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Every fault of the tree, in the order of its files.
fn tidy(root: &Utf8Path) -> Result<Vec<Fault>> {
    let tree = Tree::read(root)?;
    let metadata = Metadata::of(root, None)?;
    let mut faults = arrows::faults(&tree, &metadata)?;
    faults.extend(length::faults(&tree));
    faults.extend(words::faults(&tree)?);
    faults.extend(crate_document::faults(&tree, &metadata));
    faults.extend(crate_document::unmapped(&tree, &metadata));
    faults.extend(decision::faults(&tree));
    faults.extend(markdown::faults(&tree));
    faults.sort();
    Ok(faults)
}

fn told(faults: &[Fault], out: &mut dyn Write) -> Result<bool> {
    for fault in faults {
        writeln!(out, "{fault}")?;
    }
    match faults.len() {
        0 => writeln!(out, "The house is tidy.")?,
        1 => writeln!(out, "1 fault.")?,
        n => writeln!(out, "{n} faults.")?,
    }
    Ok(faults.is_empty())
}

/// The folder of the workspace: the one above this crate.
fn root() -> Result<Utf8PathBuf> {
    let here = std::env::var("CARGO_MANIFEST_DIR").context("run me as `cargo xtask`")?;
    match Utf8Path::new(&here).parent() {
        Some(root) => Ok(root.to_owned()),
        None => bail!("{here} is not inside a workspace"),
    }
}
