//! The drug of a session: a vial issued, the dose drawn, and what is left wasted before a witness.

use clinic::act::ledger::session as used;
use clinic::act::room::before::Second;
use ledger::{Act, Dose};
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
        let issue = Act::Issue {
            vial: vial.clone(),
            session,
        };
        let draw = Act::Draw(Dose {
            session,
            vial,
            amount,
        });
        for act in [issue, draw] {
            let mut operation = self.operation(stage, &stage.staff.nurse);
            used::write(&mut operation, stage.clinic, patient, act, None)?;
        }
        Ok(())
    }

    /// Wastes whatever the session still holds.
    pub(super) fn waste_the_rest(&mut self, stage: &Stage<'_>) -> Result<(), Denied> {
        let patient = self.patient()?;
        let session = self.session.ok_or(Denied::NotFound)?;
        let mut witness = stage.staff.prescriber.clone();
        witness.door = record::words::Door::Virtual;
        let second = Second::made_up(&witness).ok_or(Denied::NotFound)?;
        let held: Vec<_> = {
            let stock = stage.clinic.stock();
            let held = stock.register.held(session);
            held.map(|(vial, from, amount)| (vial.clone(), from, amount))
                .collect()
        };
        for (vial, from, amount) in held {
            let wasted = used::Wasted {
                vial,
                from,
                amount,
                method: "Into the sequestering bottle".to_owned(),
            };
            let mut operation = self.operation(stage, &stage.staff.nurse);
            used::waste(
                &mut operation,
                stage.clinic,
                (patient, session),
                wasted,
                &second,
            )?;
        }
        Ok(())
    }
}
