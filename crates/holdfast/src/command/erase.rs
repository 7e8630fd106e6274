//! `holdfast person erase`: the record of somebody the clinic never treated.

use std::io::Write;
use std::sync::Arc;

use anyhow::Context as _;
use clinic::act::{confirm, erase};
use clinic::{Actor, ActorId, Denied, Operation};
use record::Clock;
use record::ids::PatientId;
use record::words::{Door, Line};

use super::person::{line, said};
use super::{Outcome, Unaskable};
use crate::place::Place;
use crate::real::{RealChance, RealClock};

/// Destroys the key of a record that never came to a course; there is no way back
#[derive(clap::Args)]
#[command(
    after_help = "The pass phrase of who signs is asked for, or read from HOLDFAST_PASS_PHRASE.\n\nExample:\n  holdfast person erase pt_0... --data clinic --by tomasz --reason \"Asked by letter\""
)]
pub(crate) struct Erase {
    /// The patient's identifier
    patient: PatientId,
    #[command(flatten)]
    place: Place,
    /// The sign-in name of the compliance officer who signs
    #[arg(long, value_name = "SIGN_IN")]
    by: String,
    /// Why; this stays in the record
    #[arg(long)]
    reason: String,
}

impl Erase {
    pub(crate) fn run(self, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        let reason = line(&self.reason)?;
        let clock: Arc<dyn Clock> = Arc::new(RealClock);
        let clinic = self.place.open(Arc::clone(&clock))?;
        let signer = clinic
            .board()
            .person_named(&self.by)
            .filter(|(_, staff)| staff.is_here && staff.patient.is_none())
            .map(|(id, staff)| Actor {
                id: ActorId::Person(id),
                name: Line::clipped(&staff.name),
                roles: staff.roles.clone(),
                door: Door::Command,
            });
        let signer = signer.ok_or_else(|| Unaskable(format!("nobody signs in as {}", self.by)))?;
        let mut chance = RealChance::default();
        let mut operation = Operation::new(signer, &*clock, &mut chance);
        let confirmed = confirm::confirm(&operation, &clinic, &pass_phrase()?).map_err(said)?;
        let erased = erase::record(&mut operation, &clinic, self.patient, &reason, &confirmed);
        match erased {
            Ok(()) => {}
            Err(Denied::NotFound) => {
                return Err(
                    Unaskable(format!("this clinic has no record {}", self.patient)).into(),
                );
            }
            Err(denied) => return Err(said(denied)),
        }
        writeln!(
            out,
            "What {} said is erased, and that it was is an entry. Its links and its sign-in have ended. Backups made before still hold it: replace them.",
            self.patient
        )?;
        Ok(Outcome::Done)
    }
}

fn pass_phrase() -> anyhow::Result<String> {
    if let Ok(text) = std::env::var("HOLDFAST_PASS_PHRASE") {
        return Ok(text);
    }
    rpassword::prompt_password("Your pass phrase: ").context(
        "the pass phrase could not be asked for: run this at a terminal, or set HOLDFAST_PASS_PHRASE",
    )
}
