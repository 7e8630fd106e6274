//! A register with two cabinets and three lots, and short names for what happens to them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::{Date, date};
use ledger::{
    Act, Command, CommandId, Container, Count, Dose, DrugId, Line, Location, LocationId, LotId,
    Policy, Receipt, Refusal, Register, Registrant, Vial, VialId, Waste, decide,
};
use record::ids::{PersonId, SessionId};
use record::quantity::Micrograms;
use uuid::Uuid;

pub(crate) const TODAY: Date = date(2026, 11, 27);

pub(crate) struct Book {
    pub(crate) register: Register,
    pub(crate) lines: Vec<Line>,
    pub(crate) policy: Policy,
    pub(crate) today: Date,
}

pub(crate) fn person(number: u128) -> PersonId {
    PersonId::from_uuid(Uuid::from_u128(number))
}

pub(crate) fn session(number: u128) -> SessionId {
    SessionId::from_uuid(Uuid::from_u128(number))
}

pub(crate) fn mg(amount: u64) -> Micrograms {
    Micrograms::new(amount * 1_000)
}

pub(crate) fn vial(number: usize) -> VialId {
    VialId::new(format!("v{number}"))
}

pub(crate) fn place(name: &str) -> LocationId {
    LocationId::new(name)
}

pub(crate) fn registrant() -> Registrant {
    Registrant {
        name: "Supplier".to_owned(),
        address: "1 Road".to_owned(),
        registration: "RS0000001".to_owned(),
    }
}

/// The clinic's own side of a transfer from a cabinet.
pub(crate) fn own_side(place: &str) -> Registrant {
    Registrant {
        name: "The clinic".to_owned(),
        address: "2 Road".to_owned(),
        registration: format!("R-{place}"),
    }
}

/// Two vials of 200 mg, numbered from `first`.
pub(crate) fn receipt(drug: &str, lot: &str, first: usize) -> Receipt {
    Receipt {
        location: place("main"),
        supplier: registrant(),
        invoice: "inv-1".to_owned(),
        drug: DrugId::new(drug),
        lot: LotId::new(lot),
        expires: date(2027, 11, 30),
        vials: [first, first + 1]
            .map(|number| Vial {
                id: vial(number),
                strength: 50_000,
                content: mg(200),
            })
            .to_vec(),
    }
}

pub(crate) fn location(name: &str) -> Location {
    Location {
        id: place(name),
        registration: format!("R-{name}"),
        expires: date(2028, 6, 30),
    }
}

pub(crate) fn dose(number: usize, amount: u64) -> Dose {
    Dose {
        session: session(1),
        vial: vial(number),
        amount: mg(amount),
    }
}

/// A waste of what is in the syringe, given by person 1.
pub(crate) fn waste(number: usize, amount: u64, witness: u128) -> Act {
    Act::Waste(Waste {
        dose: dose(number, amount),
        from: Container::Syringe,
        giver: person(1),
        witness: person(witness),
        method: "into gel".to_owned(),
    })
}

pub(crate) fn issue(number: usize) -> Act {
    Act::Issue {
        vial: vial(number),
        session: session(1),
    }
}

pub(crate) fn count(lot: &str, found: &[(usize, u64)]) -> Act {
    Act::Count(Count {
        location: place("main"),
        lot: LotId::new(lot),
        found: found
            .iter()
            .map(|(number, amount)| (vial(*number), mg(*amount)))
            .collect::<BTreeMap<_, _>>(),
    })
}

impl Book {
    /// Cabinets `main` and `room`; lots `A` and `B` of ketamine with vials 0 to 3, `C` of esketamine with 4 and 5.
    pub(crate) fn open() -> Self {
        let mut book = Self {
            register: Register::default(),
            lines: Vec::new(),
            policy: Policy::shipped().unwrap(),
            today: TODAY,
        };
        for act in [
            Act::Register(location("main")),
            Act::Register(location("room")),
            Act::Receive(receipt("ketamine", "A", 0)),
            Act::Receive(receipt("ketamine", "B", 2)),
            Act::Receive(receipt("esketamine", "C", 4)),
        ] {
            book.does(1, act).unwrap();
        }
        book
    }

    pub(crate) fn command(&self, by: u128, act: Act) -> Command {
        Command {
            id: CommandId::new(format!("c{}", self.lines.len())),
            at: Timestamp::UNIX_EPOCH,
            on: self.today,
            by: person(by),
            act,
        }
    }

    /// Does an act, and answers with the number of its first line.
    pub(crate) fn does(&mut self, by: u128, act: Act) -> Result<usize, Refusal> {
        let command = self.command(by, act);
        let at = self.lines.len();
        for line in decide(&self.register, &command, &self.policy)? {
            self.register.apply(&line);
            self.lines.push(line);
        }
        Ok(at)
    }

    /// Does an act that has to be refused, and answers why.
    pub(crate) fn refused(&self, by: u128, act: Act) -> Refusal {
        decide(&self.register, &self.command(by, act), &self.policy).unwrap_err()
    }

    /// Issues vial 0 to session 1 and draws.
    pub(crate) fn drawn(amount: u64) -> Self {
        let mut book = Self::open();
        book.does(1, issue(0)).unwrap();
        book.does(1, Act::Draw(dose(0, amount))).unwrap();
        book
    }
}
