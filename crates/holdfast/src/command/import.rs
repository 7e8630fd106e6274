//! `holdfast import`: what comes in.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;

use camino::Utf8PathBuf;
use clinic::act::import::take_in;
use clinic::{Actor, Operation};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::Date;
use record::Clock;
use record::words::Door;

use super::{Outcome, Unaskable};
use crate::ctn;
use crate::place::Place;
use crate::real::{RealChance, RealClock};

/// Takes records in
#[derive(clap::Subcommand)]
#[command(
    after_help = "Example:\n  holdfast import ctn ctn0030 --data clinic --day-zero 2026-01-05"
)]
pub(crate) enum Args {
    Ctn(Ctn),
}

impl Args {
    pub(crate) fn run(self, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        match self {
            Self::Ctn(ctn) => ctn.run(out),
        }
    }
}

/// Takes in a de-identified NIDA trial in the layout of the CTN-0094 data packages
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  holdfast import ctn ctn0030 --data clinic --day-zero 2026-01-05"
)]
pub(crate) struct Ctn {
    /// The folder of the trial's tables
    trial: Utf8PathBuf,
    #[command(flatten)]
    place: Place,
    /// The civil day of study day 0, the day of consent
    #[arg(long, value_name = "DATE")]
    day_zero: Date,
    /// Stop at the first row that cannot be read, and take nobody in
    #[arg(long)]
    strict: bool,
}

/// How many faults are printed before the rest is only counted.
const FAULTS_SHOWN: usize = 50;

impl Ctn {
    fn run(self, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        let trial = ctn::read(&self.trial, self.day_zero).map_err(Unaskable)?;
        for fault in trial.faults.iter().take(FAULTS_SHOWN) {
            writeln!(out, "{fault}")?;
        }
        if trial.faults.len() > FAULTS_SHOWN {
            writeln!(
                out,
                "and {} more rows that cannot be read",
                trial.faults.len() - FAULTS_SHOWN
            )?;
        }
        if self.strict && !trial.faults.is_empty() {
            writeln!(
                out,
                "Stopped: nobody was taken in. Mend the rows above, or leave out --strict."
            )?;
            return Ok(Outcome::Failed);
        }
        if trial.n_anybodys > 0 {
            writeln!(
                out,
                "Stopped: nobody was taken in. {} rows name nobody and could be anyone's, so \
                 whoever was taken in might be taken in in part. Mend them.",
                trial.n_anybodys
            )?;
            return Ok(Outcome::Failed);
        }
        let clock: Arc<dyn Clock> = Arc::new(RealClock);
        let clinic = self.place.open(Arc::clone(&clock))?;
        let zone = clinic.zone();
        let mut chance = RealChance::default();
        let style = ProgressStyle::with_template("Taken in {pos} of {len} people {wide_bar} {eta}");
        let bar = ProgressBar::new(u64::try_from(trial.people.len()).unwrap_or(0))
            .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        let (mut n_new, mut n_known) = (0_usize, 0_usize);
        let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
        for person in &trial.people {
            let foreign = person.foreign(&trial.name, &zone);
            let kinds: Vec<&'static str> = foreign
                .facts
                .iter()
                .map(|(_, fact)| fact.kind().label())
                .collect();
            let actor = Actor::system(Door::Import);
            let mut operation =
                Operation::new(actor, &*clock, &mut chance).under(person.command(&trial.name));
            let written = take_in(&mut operation, &clinic, foreign)?;
            if written.repeated {
                n_known += 1;
            } else {
                n_new += 1;
                for kind in kinds {
                    *counts.entry(kind).or_default() += 1;
                }
            }
            bar.inc(1);
        }
        bar.finish_and_clear();
        writeln!(
            out,
            "{}: {n_new} people taken in, {n_known} were here already, {} left out for {} rows that cannot be read.",
            trial.name,
            trial.n_left_out,
            trial.faults.len()
        )?;
        for (kind, n) in counts {
            writeln!(out, "  {n:>7} {kind}")?;
        }
        clinic.keep_snapshot()?;
        Ok(Outcome::Done)
    }
}
