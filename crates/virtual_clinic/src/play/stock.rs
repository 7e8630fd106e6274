//! The drug of a session: a vial issued, the dose drawn, and what is left wasted before a witness.

use clinic::act::ledger::session as used;
use clinic::act::room::before::Second;
use ledger::Dose;
use record::quantity::Micrograms;

use super::{Denied, Life, Stage};

/// Drawn to the next five milligrams, so that the line is filled.
const STEP: u64 = 5_000;

impl Life {
    /// Has the vial that was set aside issued, and draws the dose.
    pub(super) fn draw(&mut self, stage: &Stage<'_>, dose: Micrograms) -> Result<(), Denied> {
        let patient = self.patient()?;
        let session = self.session.ok_or(Denied::NotFound)?;
        let vial = self.vial.take().ok_or(Denied::NotFound)?;
        let amount = Micrograms::new(dose.get().div_ceil(STEP) * STEP);
        let dose = Dose {
            session,
            vial,
            amount,
        };
        let mut operation = self.operation(stage, &stage.staff.nurse);
        used::issue_and_draw(&mut operation, stage.clinic, patient, dose)?;
        Ok(())
    }

    /// Wastes whatever the session still holds.
    pub(super) fn waste_the_rest(&mut self, stage: &Stage<'_>) -> Result<(), Denied> {
        let patient = self.patient()?;
        let session = self.session.ok_or(Denied::NotFound)?;
        let mut witness = stage.staff.prescriber.clone();
        witness.door = record::words::Door::Virtual;
        let second = Second::made_up(&witness).ok_or(Denied::NotFound)?;
        let wasted: Vec<_> = {
            let stock = stage.clinic.stock();
            let held = stock.register.held(session);
            held.map(|(vial, from, amount)| used::Wasted {
                vial: vial.clone(),
                from,
                amount,
                method: "Into the sequestering bottle".to_owned(),
            })
            .collect()
        };
        if wasted.is_empty() {
            return Ok(());
        }
        let mut operation = self.operation(stage, &stage.staff.nurse);
        let about = (patient, session);
        used::waste(&mut operation, stage.clinic, about, wasted, &second)?;
        Ok(())
    }
}
