//! `verify`, `checkpoint`, `backup`, `restore`: proving the record, and keeping it twice.

use std::io::Write;
use std::sync::Arc;

use anyhow::Context as _;
use camino::Utf8PathBuf;
use indicatif::{ProgressBar, ProgressStyle};
use journal::{
    Journal, SqliteKeeper, SystemChance, VerifyError, VerifyReport, restore, verify_backup,
};

use super::{Format, Outcome, Unaskable};
use crate::place::{Place, checkpoints};
use crate::real::RealClock;

/// Checks every entry, both chains, positions, headers and checkpoints, and names the first fault
#[derive(clap::Args)]
#[command(after_help = "Example:\n  holdfast verify --data clinic --checkpoint last-month.txt")]
pub(crate) struct Verify {
    #[command(flatten)]
    place: Place,
    /// A checkpoint kept off the machine; may be given more than once
    #[arg(long = "checkpoint", value_name = "FILE")]
    checkpoints: Vec<Utf8PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

impl Verify {
    pub(crate) fn run(self, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        let given = checkpoints(&self.checkpoints)?;
        let journal = self.place.journal_to_read(Arc::new(RealClock))?;
        let bar = bar("Verified {pos} of {len} entries {wide_bar} {eta}");
        let verified = journal.verify(&given, |done, all| {
            bar.set_length(all);
            bar.set_position(done);
        });
        bar.finish_and_clear();
        said(out, self.format, verified)
    }
}

fn bar(template: &str) -> ProgressBar {
    let style = ProgressStyle::with_template(template);
    ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// Says what verification found.
fn said(
    out: &mut dyn Write,
    format: Format,
    verified: Result<VerifyReport, VerifyError>,
) -> anyhow::Result<Outcome> {
    match verified {
        Ok(report) => {
            match format {
                Format::Text => writeln!(
                    out,
                    "The record verifies: {} entries in {} streams, {} erased, {} {}; its head is {} at position {}.",
                    report.entries,
                    report.streams,
                    report.erased,
                    report.checkpoints,
                    if report.checkpoints == 1 {
                        "checkpoint"
                    } else {
                        "checkpoints"
                    },
                    report.head.hash,
                    report.head.position
                )?,
                Format::Json => writeln!(
                    out,
                    "{}",
                    serde_json::json!({
                        "verifies": true,
                        "entries": report.entries,
                        "streams": report.streams,
                        "erased": report.erased,
                        "checkpoints": report.checkpoints,
                        "position": report.head.position.0,
                        "head": report.head.hash.to_string(),
                    })
                )?,
            }
            Ok(Outcome::Done)
        }
        Err(error) => {
            let Some(fault) = error.fault() else {
                return Err(error.into());
            };
            match format {
                Format::Text => {
                    writeln!(out, "The record does not verify. First fault: {fault}")?;
                    writeln!(
                        out,
                        "Stop the clinic, keep this file as it is, and restore a backup."
                    )?;
                }
                Format::Json => writeln!(
                    out,
                    "{}",
                    serde_json::json!({
                        "verifies": false,
                        "position": fault.position.0,
                        "fault": fault.to_string(),
                    })
                )?,
            }
            Ok(Outcome::Failed)
        }
    }
}

/// Signs the head of the chain, to be kept off the machine
#[derive(clap::Args)]
#[command(after_help = "Example:\n  holdfast checkpoint --data clinic > 2026-11-24.txt")]
pub(crate) struct Checkpoint {
    #[command(flatten)]
    place: Place,
}

impl Checkpoint {
    pub(crate) fn run(self, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        // Beside a running server the checkpoint is only printed; alone, it is kept in the journal too.
        let clock = Arc::new(RealClock);
        let checkpoint = match SqliteKeeper::open(&self.place.database()) {
            Ok(keeper) => {
                let master = self.place.master_key()?;
                let journal =
                    Journal::open(Arc::new(keeper), &master, clock, Arc::new(SystemChance))?;
                journal.checkpoint()?
            }
            Err(journal::KeeperError::Held { .. }) => {
                return Err(Unaskable(
                    "a server has this clinic open: stop it first, or take the checkpoint it keeps every day"
                        .to_owned(),
                )
                .into());
            }
            Err(error) => return Err(Unaskable(error.to_string()).into()),
        };
        write!(out, "{checkpoint}")?;
        Ok(Outcome::Done)
    }
}

/// Writes a whole copy while the clinic goes on, and verifies it
#[derive(clap::Args)]
#[command(after_help = "Example:\n  holdfast backup --data clinic --to 2026-11-24.holdfast")]
pub(crate) struct Backup {
    #[command(flatten)]
    place: Place,
    /// Where to write the copy; nothing may be there yet
    #[arg(long, value_name = "FILE")]
    to: Utf8PathBuf,
}

impl Backup {
    pub(crate) fn run(self, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        if self.to.exists() {
            return Err(Unaskable(format!(
                "there is something at {} already; nothing was changed",
                self.to
            ))
            .into());
        }
        let clock = Arc::new(RealClock);
        let journal = self.place.journal_to_read(clock.clone())?;
        journal.backup(&self.to)?;
        let master = self.place.master_key()?;
        let bar = bar("Verified {pos} of {len} entries {wide_bar} {eta}");
        let report = verify_backup(
            &self.to,
            &master,
            clock,
            Arc::new(SystemChance),
            &[],
            |done, all| {
                bar.set_length(all);
                bar.set_position(done);
            },
        )
        .context("the copy was written, and does not verify")?;
        bar.finish_and_clear();
        writeln!(
            out,
            "The copy at {} verifies: {} entries. Keep the key apart from it.",
            self.to, report.entries
        )?;
        Ok(Outcome::Done)
    }
}

/// Verifies a backup whole, and only then puts it in place
#[derive(clap::Args)]
#[command(after_help = "Example:\n  holdfast restore --data clinic --from 2026-11-24.holdfast")]
pub(crate) struct Restore {
    #[command(flatten)]
    place: Place,
    /// The backup
    #[arg(long, value_name = "FILE")]
    from: Utf8PathBuf,
    /// A checkpoint kept off the machine; may be given more than once
    #[arg(long = "checkpoint", value_name = "FILE")]
    checkpoints: Vec<Utf8PathBuf>,
}

impl Restore {
    pub(crate) fn run(self, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        let to = self.place.database();
        if to.exists() {
            return Err(Unaskable(format!(
                "there is a clinic at {} already: move it away first",
                self.place.data
            ))
            .into());
        }
        if !self.from.is_file() {
            return Err(Unaskable(format!("there is no backup at {}", self.from)).into());
        }
        let given = checkpoints(&self.checkpoints)?;
        let master = self.place.master_key()?;
        let is_new = !self.place.data.exists();
        std::fs::create_dir_all(&self.place.data)
            .with_context(|| format!("the folder {} could not be made", self.place.data))?;
        let bar = bar("Verified {pos} of {len} entries {wide_bar} {eta}");
        let clock = Arc::new(RealClock);
        let restored = restore(
            &self.from,
            &to,
            &master,
            clock,
            Arc::new(SystemChance),
            &given,
            |done, all| {
                bar.set_length(all);
                bar.set_position(done);
            },
        );
        bar.finish_and_clear();
        if restored.is_err() && is_new {
            // Nothing was restored, so nothing is left; a folder that holds something stays.
            let _ = std::fs::remove_dir(&self.place.data);
        }
        let is_whole = restored.is_ok();
        let outcome = said(out, Format::Text, restored)?;
        let data = &self.place.data;
        if is_whole {
            writeln!(out, "The clinic is back in {data}; open it with serve.")?;
        } else {
            writeln!(out, "Nothing was put in {data}: try an older backup.")?;
        }
        Ok(outcome)
    }
}
