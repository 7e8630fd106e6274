//! The register: the total fold of its lines.

mod session;

pub use session::SessionUse;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use record::ids::{PersonId, SessionId};
use record::quantity::Micrograms;

use crate::account::{Account, Balance, Movement};
use crate::case::Case;
use crate::ids::{CaseId, CommandId, DrugId, LineId, LocationId, LotId, VialId};
use crate::line::{Act, Container, Count, Difference, Fact, Line, Location, Receipt, Vial};

/// Every vial, lot, drug, cabinet, session and case, as the lines say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Register {
    postings: Vec<Posting>,
    places: BTreeMap<LineId, usize>,
    locations: BTreeMap<LocationId, Location>,
    drugs: BTreeMap<DrugId, Balance>,
    lots: BTreeMap<LotId, Lot>,
    vials: BTreeMap<VialId, VialLife>,
    cases: BTreeMap<CaseId, Case>,
    corrected: BTreeMap<(LineId, VialId), Micrograms>,
    givers: BTreeSet<(SessionId, PersonId)>,
    uses: BTreeMap<SessionId, SessionUse>,
    closed: BTreeSet<SessionId>,
    counted: BTreeMap<(LocationId, LotId), Date>,
    inventories: BTreeMap<LocationId, Date>,
    flaws: Vec<Flaw>,
}

/// A line with the balances after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    /// The line.
    pub line: Line,
    /// What was on hand after it, for each movement of the line in order.
    pub after: Vec<Running>,
}

/// What was on hand after a movement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Running {
    /// Of the vial.
    pub vial: Micrograms,
    /// Of the lot.
    pub lot: Micrograms,
    /// Of the drug.
    pub drug: Micrograms,
}

/// A lot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lot {
    /// The drug.
    pub drug: DrugId,
    /// The last day it may be used.
    pub expires: Date,
    /// What became of all its vials.
    pub balance: Balance,
}

/// A vial from its receipt on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VialLife {
    /// The vial as delivered.
    pub vial: Vial,
    /// Its lot.
    pub lot: LotId,
    /// Whether something was drawn from it.
    pub is_opened: bool,
    /// What became of it.
    pub balance: Balance,
    /// The lines that moved it, in order.
    pub lines: Vec<LineId>,
}

impl VialLife {
    /// The cabinet it stands in, and what it holds there.
    pub fn cabinet(&self) -> Option<(&LocationId, Micrograms)> {
        self.balance.accounts().find_map(|(account, amount)| {
            if let Account::Cabinet(location) = account {
                Some((location, amount))
            } else {
                None
            }
        })
    }
}

/// A line that cannot be right: what it moves was left where it was, and a person must look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// The line.
    pub line: LineId,
    /// The vial.
    pub vial: VialId,
}

impl Register {
    /// Folds lines from the first.
    pub fn of<'a>(lines: impl IntoIterator<Item = &'a Line>) -> Self {
        let mut register = Self::default();
        for line in lines {
            register.apply(line);
        }
        register
    }

    /// Folds one more line. A line that is there already changes nothing, and a line that cannot be
    /// right becomes a [`Flaw`].
    pub fn apply(&mut self, line: &Line) {
        if self.places.contains_key(&line.id) {
            return;
        }
        // A count is judged against what the register said before it.
        self.note(line);
        let mut after = Vec::new();
        for movement in &line.moves {
            match self.make(movement, &line.id) {
                Some(running) => after.push(running),
                None => self.flaws.push(Flaw {
                    line: line.id.clone(),
                    vial: movement.vial.clone(),
                }),
            }
        }
        self.places.insert(line.id.clone(), self.postings.len());
        self.postings.push(Posting {
            line: line.clone(),
            after,
        });
    }

    fn make(&mut self, movement: &Movement, line: &LineId) -> Option<Running> {
        let life = self.vials.get_mut(&movement.vial)?;
        let lot = self.lots.get_mut(&life.lot)?;
        let drug = self.drugs.get_mut(&lot.drug)?;
        // The lot and the drug hold what their vials hold, so what a vial can move they can.
        if !life.balance.can(movement) || !lot.balance.can(movement) || !drug.can(movement) {
            return None;
        }
        life.balance.make(movement);
        lot.balance.make(movement);
        drug.make(movement);
        let (from, to) = (movement.from.session(), movement.to.session());
        for session in from.into_iter().chain(to).collect::<BTreeSet<_>>() {
            self.uses
                .entry(session)
                .or_default()
                .take(session, movement);
        }
        if life.lines.last() != Some(line) {
            life.lines.push(line.clone());
        }
        Some(Running {
            vial: life.balance.on_hand(),
            lot: lot.balance.on_hand(),
            drug: drug.on_hand(),
        })
    }

    fn note(&mut self, line: &Line) {
        match &line.fact {
            Fact::CaseOpened(opening) => {
                let found = opening.differences.iter();
                let case = Case {
                    location: opening.location.clone(),
                    lot: opening.lot.clone(),
                    opened: line.on,
                    closed: None,
                    counted_by: vec![line.by],
                    found: found.map(|one| (one.vial.clone(), one.found)).collect(),
                    explanations: Vec::new(),
                };
                self.cases.insert(line.id.clone(), case);
            }
            Fact::Held(_) => {}
            Fact::Done(act) => self.note_act(act, line),
        }
    }

    fn note_act(&mut self, act: &Act, line: &Line) {
        match act {
            Act::Register(location) => {
                self.locations.insert(location.id.clone(), location.clone());
            }
            Act::Receive(receipt) => self.note_receipt(receipt),
            Act::Draw(dose) => {
                if let Some(life) = self.vials.get_mut(&dose.vial) {
                    life.is_opened = true;
                }
            }
            Act::Give(dose) => {
                self.givers.insert((dose.session, line.by));
            }
            Act::Count(count) => self.note_count(count, line),
            Act::Explain { case, text } => {
                if let Some(case) = self.cases.get_mut(case) {
                    case.explanations.push(text.clone());
                }
            }
            Act::CloseCase { case } => {
                if let Some(case) = self.cases.get_mut(case) {
                    case.closed = Some(line.on);
                }
            }
            Act::Correct(said) => {
                let key = (said.of.clone(), said.vial.clone());
                self.corrected.insert(key, said.amount);
            }
            Act::TakeInventory { location, .. } => {
                self.inventories.insert(location.clone(), line.on);
            }
            Act::CloseSession { session } => {
                self.closed.insert(*session);
            }
            Act::Move { .. }
            | Act::Issue { .. }
            | Act::Waste(_)
            | Act::Return { .. }
            | Act::Transfer { .. }
            | Act::Destroy { .. }
            | Act::Lose(_) => {}
        }
    }

    fn note_receipt(&mut self, receipt: &Receipt) {
        self.drugs.entry(receipt.drug.clone()).or_default();
        self.lots.entry(receipt.lot.clone()).or_insert_with(|| Lot {
            drug: receipt.drug.clone(),
            expires: receipt.expires,
            balance: Balance::default(),
        });
        for vial in &receipt.vials {
            self.vials
                .entry(vial.id.clone())
                .or_insert_with(|| VialLife {
                    vial: vial.clone(),
                    lot: receipt.lot.clone(),
                    is_opened: false,
                    balance: Balance::default(),
                    lines: Vec::new(),
                });
        }
    }

    /// A count while a case is open there is that case's next count.
    fn note_count(&mut self, count: &Count, line: &Line) {
        let key = (count.location.clone(), count.lot.clone());
        self.counted.insert(key, line.on);
        let differences = self.differences(count);
        let open = self.cases.values_mut();
        for case in open.filter(|case| {
            case.is_open() && case.lot == count.lot && case.location == count.location
        }) {
            case.counted_by.push(line.by);
            let found = differences.iter();
            case.found = found.map(|one| (one.vial.clone(), one.found)).collect();
        }
    }

    /// Where a count and the register differ.
    pub fn differences(&self, count: &Count) -> Vec<Difference> {
        let here = Account::Cabinet(count.location.clone());
        let of_lot = self.vials.iter().filter(|(_, life)| life.lot == count.lot);
        of_lot
            .map(|(id, life)| Difference {
                vial: id.clone(),
                expected: life.balance.of(&here),
                found: count.found.get(id).copied().unwrap_or(Micrograms::new(0)),
            })
            .filter(|one| one.expected != one.found)
            .collect()
    }

    /// Every line in order, with the balances after it.
    pub fn postings(&self) -> &[Posting] {
        &self.postings
    }

    /// One line, with the balances after it.
    pub fn posting(&self, id: &LineId) -> Option<&Posting> {
        self.postings.get(*self.places.get(id)?)
    }

    /// The lines a command wrote, in order.
    pub fn written_by(&self, command: &CommandId) -> Vec<Line> {
        let first = LineId {
            command: command.clone(),
            part: 0,
        };
        let own = self.places.range(first..);
        own.take_while(|(id, _)| &id.command == command)
            .filter_map(|(_, at)| self.postings.get(*at))
            .map(|posting| posting.line.clone())
            .collect()
    }

    /// What a line says of a vial now, where it was corrected.
    pub fn corrected(&self, line: &LineId, vial: &VialId) -> Option<Micrograms> {
        self.corrected.get(&(line.clone(), vial.clone())).copied()
    }

    /// Registered locations.
    pub const fn locations(&self) -> &BTreeMap<LocationId, Location> {
        &self.locations
    }

    /// Drugs, with what became of each.
    pub const fn drugs(&self) -> &BTreeMap<DrugId, Balance> {
        &self.drugs
    }

    /// Lots.
    pub const fn lots(&self) -> &BTreeMap<LotId, Lot> {
        &self.lots
    }

    /// Vials, each with its life.
    pub const fn vials(&self) -> &BTreeMap<VialId, VialLife> {
        &self.vials
    }

    /// Cases, open and closed.
    pub const fn cases(&self) -> &BTreeMap<CaseId, Case> {
        &self.cases
    }

    /// Lines that cannot be right; a person must look at each.
    pub fn flaws(&self) -> &[Flaw] {
        &self.flaws
    }

    /// The open case that freezes a lot.
    pub fn frozen_by(&self, lot: &LotId) -> Option<&CaseId> {
        let mut open = self.cases.iter();
        open.find(|(_, case)| case.is_open() && &case.lot == lot)
            .map(|(id, _)| id)
    }

    /// When a lot was last counted in a cabinet.
    pub fn last_count(&self, location: &LocationId, lot: &LotId) -> Option<Date> {
        let key = (location.clone(), lot.clone());
        self.counted.get(&key).copied()
    }

    /// When the last inventory of a location was taken.
    pub fn last_inventory(&self, location: &LocationId) -> Option<Date> {
        self.inventories.get(location).copied()
    }

    /// Whether a person gave in a session.
    pub fn gave(&self, session: SessionId, person: PersonId) -> bool {
        self.givers.contains(&(session, person))
    }

    /// What a session was issued and what became of it; nothing where it never held any.
    pub fn use_of(&self, session: SessionId) -> Option<&SessionUse> {
        self.uses.get(&session)
    }

    /// What each vial of a session holds, in the vial and drawn from it.
    pub fn held(
        &self,
        session: SessionId,
    ) -> impl Iterator<Item = (&VialId, Container, Micrograms)> {
        self.vials.iter().flat_map(move |(id, life)| {
            [Container::Vial, Container::Syringe]
                .into_iter()
                .map(move |one| (id, one, life.balance.of(&one.of(session))))
                .filter(|(_, _, amount)| amount.get() > 0)
        })
    }

    /// What is drawn in a session, and neither given nor wasted yet.
    pub fn drawn(&self, session: SessionId) -> Micrograms {
        let drawn = Container::Syringe.of(session);
        let sum = self.drugs.values().fold(0_u64, |sum, balance| {
            sum.saturating_add(balance.of(&drawn).get())
        });
        Micrograms::new(sum)
    }

    /// Whether the books of a session are closed.
    pub fn is_closed(&self, session: SessionId) -> bool {
        self.closed.contains(&session)
    }

    /// What a session holds and has not accounted for.
    pub fn in_use(&self, session: SessionId) -> Micrograms {
        let held = self.drugs.values();
        let sum = held.fold(0_u64, |sum, balance| {
            sum.saturating_add(balance.in_use(session).get())
        });
        Micrograms::new(sum)
    }

    /// Whether every microgram that was issued to a session is given, wasted, returned or lost.
    pub fn session_is_settled(&self, session: SessionId) -> bool {
        self.in_use(session).get() == 0
    }

    /// Every session that holds something.
    pub fn sessions_in_use(&self) -> BTreeSet<SessionId> {
        let held = self.drugs.values().flat_map(Balance::accounts);
        held.filter_map(|(account, _)| account.session()).collect()
    }
}
