//! What holds of the register whatever people do, in whatever order: through the use cases.

use std::collections::BTreeMap;

use clinic::act::ledger::{self as register, correct};
use clinic::act::room::before::Second;
use clinic::act::session::Happening;
use clinic::{Actor, Clinic};
use jiff::civil::date;
use ledger::{
    Account, Act, Balance, Container, Count, Dose, Loss, LossKind, LotId, Purpose, VialId,
};
use proptest::prelude::*;
use record::fact::session::{DoseStopped, RecoveryAssessed, SessionClosed};
use record::ids::{PatientId, SessionId};
use record::quantity::Micrograms;
use record::words::{Door, Role};

use crate::harness::{TestClinic, line, staff};
use crate::sample::a_start;
use crate::stock::{a_receipt, a_registrant, cabinet, vial};

/// Which act, which of two sessions, which vial, who, and how many milligrams.
type Step = (u8, usize, usize, u8, u64);

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (
        0..26_u8,
        0..2_usize,
        0..6_usize,
        0..3_u8,
        prop_oneof![0..20_u64, 0..210_u64],
    );
    prop::collection::vec(step, 1..60)
}

const ROLES: [Role; 3] = [Role::Nurse, Role::Prescriber, Role::MedicalDirector];

fn witness(who: u8) -> Second {
    let actor = Actor {
        door: Door::Virtual,
        ..staff(ROLES[usize::from(who) % 3])
    };
    Second::made_up(&actor).unwrap()
}

struct Floor {
    given: TestClinic,
    rooms: Vec<(PatientId, SessionId, Micrograms)>,
}

impl Floor {
    fn open() -> Self {
        let mut given = TestClinic::new();
        let patients: Vec<_> = (0..2).map(|_| given.planned()).collect();
        let rooms = patients.into_iter().map(|(patient, course)| {
            let session = given.open_session(patient, course).unwrap();
            let dose = given.planned_dose(patient, course);
            given.check_together(patient, session);
            (patient, session, dose)
        });
        let rooms = rooms.collect();
        given.stock(Role::Nurse, a_receipt("L2", 2..6)).unwrap();
        Self { given, rooms }
    }

    /// Does a step; a refusal is one of the things that happen.
    fn step(&mut self, step: &Step) {
        let (which, room, number, who, amount) = *step;
        let (patient, session, dose) = self.rooms[room];
        let id = vial(number);
        let amount = Micrograms::new(amount * 1_000);
        let part = Dose {
            session,
            vial: id.clone(),
            amount,
        };
        let from = if who == 0 {
            Container::Vial
        } else {
            Container::Syringe
        };
        let given = &mut self.given;
        match which {
            0..=1 => drop(given.in_session(patient, Act::Issue { vial: id, session })),
            2..=4 => drop(given.in_session(patient, Act::Draw(part))),
            5..=6 => {
                let start = Happening::Start(a_start(session, dose));
                drop(given.happen(patient, session, start));
            }
            7..=8 => {
                let stop = DoseStopped {
                    session,
                    given: amount.min(dose),
                    reason: None,
                };
                drop(given.happen(patient, session, Happening::Stop(stop)));
            }
            9..=12 => drop(given.waste(patient, session, (id, from, amount), &witness(who))),
            13 => {
                let to = cabinet();
                let back = Act::Return {
                    vial: id,
                    session,
                    to,
                };
                drop(given.in_session(patient, back));
            }
            14..=15 => self.lose(step),
            16 => {
                let to = a_registrant();
                let from = crate::stock::own_side();
                let transfer = Act::Transfer {
                    vial: id,
                    to,
                    from: Some(from),
                    purpose: Purpose::Return,
                    certificate: None,
                };
                drop(given.stock(Role::MedicalDirector, transfer));
            }
            17 => {
                let second = witness(who);
                let destroy = Act::Destroy {
                    vial: id,
                    second: second.person(),
                    method: "Burnt".to_owned(),
                };
                drop(given.by(Role::ComplianceOfficer, |operation, clinic| {
                    register::write(operation, clinic, destroy, Some(&second))
                }));
            }
            18..=19 => self.count(number, who, amount),
            20 => self.close_cases(who),
            21..=23 => self.correct(step),
            _ => self.close(patient, session, who),
        }
    }

    fn lose(&mut self, step: &Step) {
        let (_, room, number, who, amount) = *step;
        let (patient, session, _) = self.rooms[room];
        let places = [
            Account::Cabinet(cabinet()),
            Container::Syringe.of(session),
            Container::Vial.of(session),
        ];
        let loss = Act::Lose(Loss {
            vial: vial(number),
            from: places[usize::from(who)].clone(),
            amount: Micrograms::new(amount * 1_000),
            kind: LossKind::Breakage,
            discovered: date(2026, 3, 2),
            circumstances: "Dropped".to_owned(),
        });
        drop(self.given.in_session(patient, loss.clone()));
        drop(self.given.stock(Role::Nurse, loss));
    }

    fn count(&mut self, number: usize, who: u8, amount: Micrograms) {
        let lot = LotId::new(["K26-318", "L2"][number % 2]);
        let here = Account::Cabinet(cabinet());
        let mut found: BTreeMap<VialId, Micrograms> = {
            let stock = self.given.clinic.stock();
            let own = stock.register.vials().iter();
            own.filter(|(_, life)| life.lot == lot)
                .map(|(id, life)| (id.clone(), life.balance.of(&here)))
                .collect()
        };
        if who == 0
            && let Some(first) = found.values_mut().next()
        {
            *first = amount;
        }
        let location = cabinet();
        let count = Act::Count(Count {
            location,
            lot,
            found,
        });
        drop(self.given.stock(ROLES[usize::from(who)], count));
    }

    fn close_cases(&mut self, who: u8) {
        let cases: Vec<_> = {
            let stock = self.given.clinic.stock();
            stock.register.cases().keys().cloned().collect()
        };
        for case in cases {
            let text = "Looked into".to_owned();
            let explain = Act::Explain {
                case: case.clone(),
                text,
            };
            drop(self.given.stock(ROLES[usize::from(who)], explain));
            drop(
                self.given
                    .stock(Role::MedicalDirector, Act::CloseCase { case }),
            );
        }
    }

    fn correct(&mut self, step: &Step) {
        let (_, room, number, who, amount) = *step;
        let asked = {
            let stock = self.given.clinic.stock();
            let lines = stock.register.postings();
            let moving: Vec<_> = lines
                .iter()
                .filter(|one| !one.line.moves.is_empty())
                .collect();
            let back = (number * 2 + room + 1).min(moving.len());
            let line = &moving[moving.len() - back].line;
            (line.id.clone(), line.moves[0].vial.clone())
        };
        let asked = correct::Correcting {
            of: asked.0,
            vial: asked.1,
            amount: Micrograms::new(amount * 1_000),
            why: line("Slip"),
        };
        let second = witness(who);
        drop(self.given.by(Role::Prescriber, |operation, clinic| {
            correct::correct(operation, clinic, asked, Some(&second))
        }));
    }

    fn close(&mut self, patient: PatientId, session: SessionId, who: u8) {
        let is_stopped = self
            .given
            .chart(patient)
            .sessions()
            .iter()
            .any(|one| one.stopped.is_some());
        if is_stopped && who > 0 {
            self.given.settle(patient, session);
            self.given
                .clock
                .forward(jiff::SignedDuration::from_mins(120));
        }
        let recovered = RecoveryAssessed {
            session,
            items: Vec::new(),
        };
        let close = SessionClosed {
            session,
            escort: None,
            against_advice: false,
        };
        drop(
            self.given
                .happen(patient, session, Happening::Recover(recovered)),
        );
        self.given.clock.forward(jiff::SignedDuration::from_mins(1));
        drop(self.given.happen(patient, session, Happening::Close(close)));
    }
}

/// received = on hand + given + wasted + transferred + destroyed + lost + unexplained
fn adds_up(balance: &Balance) -> bool {
    let of = |account: &Account| i128::from(balance.of(account).get());
    let ends = [
        Account::Given,
        Account::Wasted,
        Account::Transferred,
        Account::Destroyed,
        Account::Lost,
    ];
    let ended: i128 = ends.iter().map(of).sum();
    let on_hand = i128::from(balance.on_hand().get());
    of(&Account::Received) == on_hand + ended + balance.unexplained()
}

fn agree(clinic: &Clinic, (patient, session, _): (PatientId, SessionId, Micrograms)) {
    let chart = &clinic.chart(patient).unwrap().chart;
    let sessions = chart.sessions();
    let there = sessions.iter().find(|one| one.id == session).unwrap();
    let told = there.stopped.map_or(Micrograms::new(0), |(_, given)| given);
    let stock = clinic.stock();
    let used = stock.register.use_of(session).copied().unwrap_or_default();
    assert_eq!(
        used.given, told,
        "the chart and the register say what was given"
    );
    let sum = [used.given, used.wasted, used.returned, used.lost]
        .map(Micrograms::get)
        .into_iter()
        .sum::<u64>();
    let left = stock.register.in_use(session).get();
    assert_eq!(
        used.issued.get(),
        sum + left,
        "nothing of a session is unaccounted for"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn every_microgram_is_somewhere_and_the_chart_and_the_register_agree_whatever_is_done(
        steps in steps()
    ) {
        let mut floor = Floor::open();
        for step in &steps {
            floor.step(step);
            let stock = floor.given.clinic.stock();
            prop_assert!(stock.register.drugs().values().all(adds_up));
            prop_assert!(stock.register.lots().values().all(|lot| adds_up(&lot.balance)));
            prop_assert!(stock.register.vials().values().all(|life| adds_up(&life.balance)));
            prop_assert!(stock.register.flaws().is_empty());
            drop(stock);
            for room in &floor.rooms {
                agree(&floor.given.clinic, *room);
            }
        }
        let anew = floor.given.opened_anew();
        prop_assert_eq!(&*anew.stock(), &*floor.given.clinic.stock());
    }
}
