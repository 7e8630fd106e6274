//! Assessing every open course again, as each night does.

use std::io::Write;
use std::sync::Arc;

use anyhow::Context as _;
use clinic::act::reassess::run;
use clinic::{Actor, Denied, Operation};
use record::Clock;
use record::words::Door;

use super::Format;
use crate::command::{Outcome, Unaskable};
use crate::place::Place;
use crate::real::{RealChance, RealClock};

/// Assesses them, and says how that went. Run again it finds nothing new.
pub(super) fn reassess(
    out: &mut dyn Write,
    place: &Place,
    format: Format,
) -> anyhow::Result<Outcome> {
    let clock: Arc<dyn Clock> = Arc::new(RealClock);
    let clinic = place.open(Arc::clone(&clock))?;
    let mut chance = RealChance::default();
    let mut operation = Operation::new(Actor::system(Door::Command), &*clock, &mut chance);
    let look = match run(&mut operation, &clinic) {
        Ok(look) => look,
        Err(Denied::Refused(refusal)) => return Err(Unaskable(refusal.sentence.clone()).into()),
        Err(error) => return Err(error).context("the courses could not be assessed again"),
    };
    clinic.journal().flush()?;
    clinic.keep_snapshot()?;
    match format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut *out, &look).context("failed to print")?;
            writeln!(out)?;
        }
        Format::Text => writeln!(
            out,
            "{} open courses assessed again by {}: {} came out otherwise than before, each with an alert to somebody.\n{} were never assessed, {} have a record that cannot be read whole.",
            look.n_assessed,
            clinic.library().pack().pin(),
            look.n_changed,
            look.n_never,
            look.n_unreadable
        )?,
    }
    Ok(Outcome::Done)
}
