//! Stock for the tests: a cabinet, vials, and what a session draws and wastes.

use clinic::act::ledger::{self as register, session as used};
use clinic::act::room::before::Second;
use clinic::{Denied, Written};
use jiff::civil::date;
use ledger::{
    Act, Container, Dose, DrugId, Location, LocationId, LotId, Receipt, Registrant, Vial, VialId,
};
use record::ids::{PatientId, SessionId};
use record::quantity::Micrograms;
use record::words::Role;

use crate::harness::TestClinic;

/// What a vial of the tests holds.
pub(crate) const VIAL: Micrograms = Micrograms::new(200_000);

pub(crate) fn mg(amount: u64) -> Micrograms {
    Micrograms::new(amount * 1_000)
}

pub(crate) fn cabinet() -> LocationId {
    LocationId::new("Cabinet A")
}

pub(crate) fn vial(number: usize) -> VialId {
    VialId::new(format!("V-{number:03}"))
}

pub(crate) fn a_location() -> Act {
    Act::Register(Location {
        id: cabinet(),
        registration: "BT0000001".to_owned(),
        expires: date(2040, 1, 1),
    })
}

pub(crate) fn a_registrant() -> Registrant {
    Registrant {
        name: "Casco Supply".to_owned(),
        address: "1 Wharf, Portland".to_owned(),
        registration: "RC0000001".to_owned(),
    }
}

/// The clinic's own side of a transfer from the cabinet.
pub(crate) fn own_side() -> Registrant {
    Registrant {
        name: "The clinic".to_owned(),
        address: "2 Wharf, Portland".to_owned(),
        registration: "BT0000001".to_owned(),
    }
}

pub(crate) fn a_receipt(lot: &str, numbers: std::ops::Range<usize>) -> Act {
    let vial = |number| Vial {
        id: vial(number),
        strength: 10_000,
        content: VIAL,
    };
    Act::Receive(Receipt {
        location: cabinet(),
        supplier: a_registrant(),
        invoice: "77-4402".to_owned(),
        drug: DrugId::new("ketamine 10 mg/mL"),
        lot: LotId::new(lot),
        expires: date(2040, 1, 1),
        vials: numbers.map(vial).collect(),
    })
}

impl TestClinic {
    /// Does an act upon the stock that belongs to no session.
    pub(crate) fn stock(&mut self, role: Role, act: Act) -> Result<Written, Denied> {
        self.by(role, |operation, clinic| {
            register::write(operation, clinic, act, None)
        })
    }

    /// Does an act upon the stock in a session.
    pub(crate) fn in_session(&mut self, patient: PatientId, act: Act) -> Result<Written, Denied> {
        self.by(Role::Nurse, |operation, clinic| {
            used::write(operation, clinic, patient, act, None)
        })
    }

    /// One vial more in the cabinet.
    pub(crate) fn one_vial(&mut self) -> VialId {
        if self.clinic.stock().register.locations().is_empty() {
            self.stock(Role::MedicalDirector, a_location()).unwrap();
        }
        let number = self.clinic.stock().register.vials().len();
        let receipt = a_receipt("K26-318", number..number + 1);
        self.stock(Role::Nurse, receipt).unwrap();
        vial(number)
    }

    /// Issues vials to a session and draws from them until that much is drawn.
    pub(crate) fn draw(&mut self, patient: PatientId, session: SessionId, dose: Micrograms) {
        loop {
            let drawn = self.clinic.stock().register.drawn(session);
            let left = dose.get().saturating_sub(drawn.get()).min(VIAL.get());
            if left == 0 {
                return;
            }
            let vial = self.one_vial();
            let issue = Act::Issue {
                vial: vial.clone(),
                session,
            };
            self.in_session(patient, issue).unwrap();
            let amount = Micrograms::new(left);
            let draw = Act::Draw(Dose {
                session,
                vial,
                amount,
            });
            self.in_session(patient, draw).unwrap();
        }
    }

    /// Draws what the plan holds for a session.
    pub(crate) fn draw_planned(&mut self, patient: PatientId, session: SessionId) {
        let chart = self.chart(patient);
        let sessions = chart.sessions();
        let there = sessions.iter().find(|one| one.id == session).unwrap();
        let plan = chart.plan(there.course).map(|(_, plan)| plan.doses.clone());
        let doses = plan.unwrap_or_default();
        if let Some(dose) = doses.iter().find(|dose| dose.number == there.number) {
            self.draw(patient, session, dose.dose);
        }
    }

    /// Wastes what a session holds of one vial before a witness.
    pub(crate) fn waste(
        &mut self,
        patient: PatientId,
        session: SessionId,
        (vial, from, amount): (VialId, Container, Micrograms),
        second: &Second,
    ) -> Result<Written, Denied> {
        let wasted = used::Wasted {
            vial,
            from,
            amount,
            method: "Into the bottle".to_owned(),
        };
        self.by(Role::Nurse, |operation, clinic| {
            used::waste(operation, clinic, (patient, session), vec![wasted], second)
        })
    }

    /// Wastes all that a session still holds.
    pub(crate) fn settle(&mut self, patient: PatientId, session: SessionId) {
        let held: Vec<_> = {
            let stock = self.clinic.stock();
            let held = stock.register.held(session);
            held.map(|(vial, from, amount)| (vial.clone(), from, amount))
                .collect()
        };
        let second = crate::ready::second(self);
        for one in held {
            self.waste(patient, session, one, &second).unwrap();
        }
    }
}
