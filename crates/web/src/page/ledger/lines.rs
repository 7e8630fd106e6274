//! The lines of one drug, with what is in cabinets and in use after each.

use std::collections::{BTreeMap, BTreeSet};

use clinic::authority::{Act as Permission, may};
use clinic::clinic::stock::Stock;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use ledger::{
    Account, Act, CaseId, Container, DrugId, Fact, Inventory, LineId, LossKind, LotId, Moment,
    Movement, Posting, Registrant, Side, VialId,
};
use pages::Phrase;
use pages::screen::ledger::RegisterLine;
use record::ids::{PersonId, SessionId};
use record::quantity::Micrograms;

use super::words::{mg, movement, number};
use super::{Of, to_vial};
use crate::app::App;
use crate::ask::Ask;
use crate::forms::is_offered;
use crate::words::{day_plain, of, time};

/// A line with the sums after it.
pub(super) struct Row<'a> {
    pub(super) number: u64,
    pub(super) posting: &'a Posting,
    pub(super) cabinet: u64,
    pub(super) in_use: u64,
}

/// The register as one drug's lines.
pub(super) struct Book<'a> {
    pub(super) app: &'a App,
    pub(super) stock: &'a Stock,
    pub(super) drug: &'a DrugId,
    pub(super) rows: Vec<Row<'a>>,
    zone: TimeZone,
    today: Date,
    may_correct: bool,
    may_open: bool,
    corrections: BTreeMap<&'a LineId, u64>,
}

impl<'a> Book<'a> {
    pub(super) fn of(app: &'a App, ask: &Ask, stock: &'a Stock, drug: &'a DrugId) -> Self {
        let mut book = Self {
            app,
            stock,
            drug,
            rows: Vec::new(),
            zone: app.clinic.zone(),
            today: app.clinic.zone_today(ask.now),
            may_correct: is_offered(ask, "correct-line", None),
            may_open: ask
                .signed_in()
                .is_ok_and(|known| may(&known.actor, Permission::ReadChart, None).is_ok()),
            corrections: BTreeMap::new(),
        };
        let (mut cabinet, mut in_use) = (0, 0);
        for posting in stock.register.postings() {
            if !book.is_of_drug(posting) {
                continue;
            }
            let is_made = posting.after.len() == posting.line.moves.len();
            for made in posting.line.moves.iter().filter(|_| is_made) {
                shift(made, &mut cabinet, &mut in_use);
            }
            let number = stock.numbers.get(&posting.line.id).copied().unwrap_or(0);
            if let Fact::Done(Act::Correct(said)) = &posting.line.fact {
                book.corrections.insert(&said.of, number);
            }
            book.rows.push(Row {
                number,
                posting,
                cabinet,
                in_use,
            });
        }
        book
    }

    /// Whether a vial holds this drug.
    pub(super) fn is_drug(&self, vial: &VialId) -> bool {
        let life = self.stock.register.vials().get(vial);
        life.is_some_and(|life| self.is_lot(&life.lot))
    }

    /// Whether a lot is of this drug.
    pub(super) fn holds(&self, lot: &LotId) -> bool {
        self.is_lot(lot)
    }

    /// The clinic's date.
    pub(super) const fn today(&self) -> Date {
        self.today
    }

    fn is_lot(&self, lot: &LotId) -> bool {
        let lot = self.stock.register.lots().get(lot);
        lot.is_some_and(|lot| lot.drug == *self.drug)
    }

    fn is_case(&self, case: &CaseId) -> bool {
        let case = self.stock.register.cases().get(case);
        case.is_some_and(|case| self.is_lot(&case.lot))
    }

    /// Whether a line is of this drug; what is of no drug is of every drug.
    fn is_of_drug(&self, posting: &Posting) -> bool {
        let moves = &posting.line.moves;
        if !moves.is_empty() {
            return moves.iter().any(|made| self.is_drug(&made.vial));
        }
        match &posting.line.fact {
            Fact::CaseOpened(opening) => self.is_lot(&opening.lot),
            Fact::Done(Act::Count(count)) => self.is_lot(&count.lot),
            Fact::Done(Act::Explain { case, .. } | Act::CloseCase { case }) => self.is_case(case),
            Fact::Held(_) | Fact::Done(_) => true,
        }
    }

    /// Whether a row is of what is looked at.
    pub(super) fn is_of(&self, row: &Row<'_>, of: &Of) -> bool {
        let line = &row.posting.line;
        match of {
            Of::Whole => true,
            Of::Day(day) => line.on == *day,
            Of::Vial(vial) => line.moves.iter().any(|made| made.vial == *vial),
            Of::Lot(lot) => {
                let moves = line.moves.iter().any(|made| {
                    let life = self.stock.register.vials().get(&made.vial);
                    life.is_some_and(|life| life.lot == *lot)
                });
                let is_said = match &line.fact {
                    Fact::CaseOpened(opening) => opening.lot == *lot,
                    Fact::Done(Act::Count(count)) => count.lot == *lot,
                    Fact::Done(Act::Explain { case, .. } | Act::CloseCase { case }) => {
                        let case = self.stock.register.cases().get(case);
                        case.is_some_and(|case| case.lot == *lot)
                    }
                    Fact::Held(_) | Fact::Done(_) => false,
                };
                moves || is_said
            }
        }
    }

    /// The days with lines, in order.
    pub(super) fn days(&self) -> BTreeSet<Date> {
        self.rows.iter().map(|row| row.posting.line.on).collect()
    }

    /// Whose a session is, in words.
    pub(super) fn patient(&self, session: SessionId) -> String {
        let patient = self.stock.patients.get(&session);
        let board = self.app.clinic.board();
        let line = patient.and_then(|patient| board.line(*patient));
        line.map_or_else(|| "a session".to_owned(), |line| line.name.to_string())
    }

    /// The same, leading to the drug of the session for who may open the chart.
    fn session(&self, session: SessionId) -> Phrase {
        let name = self.patient(session);
        match self.stock.patients.get(&session) {
            Some(patient) if self.may_open => {
                Phrase::link(format!("/patients/{patient}/sessions/{session}/drug"), name)
            }
            Some(_) | None => Phrase::plain(name),
        }
    }

    fn person(&self, person: PersonId) -> String {
        self.app.clinic.board().author_name(&person.to_string())
    }

    /// A line as it is shown.
    pub(super) fn line(&self, row: &Row<'_>, with_day: bool) -> RegisterLine {
        let line = &row.posting.line;
        let corrected_by = self.corrections.get(&line.id);
        let mut about = self.about(&line.fact);
        if let Some(by) = corrected_by {
            about.push(Phrase::Quiet(format!(" see {}", number(*by))));
        }
        if row.posting.after.len() != line.moves.len() {
            about.push(Phrase::plain(" "));
            let wrong = pages::Mark::new(pages::Standing::ActNow, "cannot be right");
            about.push(Phrase::Mark(wrong));
        }
        let sum = line.moves.iter().map(|made| made.amount.get()).sum::<u64>();
        RegisterLine {
            number: self.number(row),
            at: if with_day {
                format!("{} {}", day_plain(line.on), time(line.at, &self.zone))
            } else {
                time(line.at, &self.zone)
            },
            movement: self.movement(&line.fact),
            about,
            vial: vials(&line.moves),
            amount: if line.moves.is_empty() {
                String::new()
            } else {
                mg(Micrograms::new(sum))
            },
            cabinet: mg(Micrograms::new(row.cabinet)),
            in_use: mg(Micrograms::new(row.in_use)),
            by: self.person(line.by),
            second: second(&line.fact).map_or_else(String::new, |person| self.person(person)),
            is_struck: corrected_by.is_some(),
        }
    }

    fn number(&self, row: &Row<'_>) -> Phrase {
        let text = number(row.number);
        let can = matches!(
            row.posting.line.fact,
            Fact::Done(
                Act::Receive(_) | Act::Draw(_) | Act::Give(_) | Act::Waste(_) | Act::Lose(_)
            )
        );
        if can && self.may_correct {
            Phrase::link(format!("/do/correct-line?line={}", row.number), text)
        } else {
            Phrase::plain(text)
        }
    }

    fn numbered(&self, id: &LineId) -> String {
        let found = self.stock.numbers.get(id);
        found.map_or_else(|| id.to_string(), |one| number(*one))
    }

    fn movement(&self, fact: &Fact) -> String {
        match fact {
            Fact::Done(Act::Correct(said)) => format!("Correction of {}", self.numbered(&said.of)),
            Fact::Done(_) | Fact::CaseOpened(_) | Fact::Held(_) => movement(fact).to_owned(),
        }
    }

    fn about(&self, fact: &Fact) -> Vec<Phrase> {
        match fact {
            Fact::CaseOpened(opening) => Phrase::sentence(format!(
                "Lot {} in {}: {}",
                opening.lot,
                opening.location,
                of(opening.differences.len(), "vial differs", "vials differ")
            )),
            Fact::Held(rows) => {
                let sum = rows.iter().map(|row| row.amount.get()).sum::<u64>();
                let lots = of(rows.len(), "lot", "lots");
                Phrase::sentence(format!("{lots}, {} mg", mg(Micrograms::new(sum))))
            }
            Fact::Done(act) => self.done(act),
        }
    }

    fn done(&self, act: &Act) -> Vec<Phrase> {
        let in_session =
            |session: SessionId, rest: String| vec![self.session(session), Phrase::plain(rest)];
        match act {
            Act::Register(place) => Phrase::sentence(format!(
                "{}, {}, to {}",
                place.id,
                place.registration,
                day_plain(place.expires)
            )),
            Act::Receive(receipt) => Phrase::sentence(format!(
                "{}, invoice {}, lot {}",
                receipt.supplier.name, receipt.invoice, receipt.lot
            )),
            Act::Move { to, .. } => Phrase::sentence(format!("To {to}")),
            Act::Issue { session, .. } | Act::CloseSession { session } => {
                in_session(*session, String::new())
            }
            Act::Draw(dose) | Act::Give(dose) => in_session(dose.session, String::new()),
            Act::Waste(waste) => {
                let place = match waste.from {
                    Container::Syringe => "left in the syringe",
                    Container::Vial => "left in the vial",
                };
                in_session(waste.dose.session, format!(", {place}: {}", waste.method))
            }
            Act::Return { session, to, .. } => in_session(*session, format!(", to {to}")),
            Act::Transfer { .. } => sides(act),
            Act::Destroy { method, .. } => Phrase::sentence(method.clone()),
            Act::Lose(loss) => {
                let kind = match loss.kind {
                    LossKind::Theft => "Theft",
                    LossKind::Breakage => "Broken or spilled",
                    LossKind::Other => "Loss",
                };
                Phrase::sentence(format!("{kind}: {}", loss.circumstances))
            }
            Act::Count(count) => {
                let sum = count.found.values().map(|one| one.get()).sum::<u64>();
                Phrase::sentence(format!(
                    "Lot {} in {}: {}, {} mg found",
                    count.lot,
                    count.location,
                    of(count.found.len(), "vial", "vials"),
                    mg(Micrograms::new(sum))
                ))
            }
            Act::Explain { case, text } => {
                Phrase::sentence(format!("Case {}: {text}", self.numbered(case)))
            }
            Act::CloseCase { case } => Phrase::sentence(format!("Case {}", self.numbered(case))),
            Act::Correct(said) => Phrase::sentence(said.why.clone()),
            Act::TakeInventory {
                location,
                kind,
                moment,
            } => {
                let kind = match kind {
                    Inventory::Initial => "initial",
                    Inventory::Biennial => "later",
                };
                let moment = match moment {
                    Moment::Opening => "at the opening of business",
                    Moment::Close => "at the close of business",
                };
                Phrase::sentence(format!("{location}, {kind}, {moment}"))
            }
        }
    }
}

/// Both sides of a transfer; a line of before has the other one only.
fn sides(act: &Act) -> Vec<Phrase> {
    let Act::Transfer {
        to,
        from,
        certificate,
        ..
    } = act
    else {
        return Vec::new();
    };
    let side = |one: &Registrant| format!("{}, {}, {}", one.name, one.address, one.registration);
    let own = from.as_ref();
    let own = own.map_or_else(String::new, |own| format!("; from {}", side(own)));
    let certified = certificate.as_ref();
    let certified = certified.map_or_else(String::new, |reference| {
        format!(", certified as {reference}")
    });
    Phrase::sentence(format!("To {}{certified}{own}", side(to)))
}

/// The second person of a line.
pub(super) const fn second(fact: &Fact) -> Option<PersonId> {
    match fact {
        Fact::Done(Act::Waste(waste)) => Some(waste.witness),
        Fact::Done(Act::Destroy { second, .. }) => Some(*second),
        Fact::Done(Act::Correct(said)) => said.witness,
        Fact::Done(_) | Fact::CaseOpened(_) | Fact::Held(_) => None,
    }
}

fn vials(moves: &[Movement]) -> Vec<Phrase> {
    match (moves.first(), moves.last()) {
        (Some(first), Some(last)) if moves.len() > 1 => {
            Phrase::sentence(format!("{} to {}", first.vial, last.vial))
        }
        (Some(only), _) => vec![Phrase::link(to_vial(&only.vial), only.vial.to_string())],
        (None, _) => Vec::new(),
    }
}

/// Takes a movement into the two sums.
fn shift(made: &Movement, cabinet: &mut u64, in_use: &mut u64) {
    let amount = made.amount.get();
    match stands(&made.from) {
        Some(Stands::Cabinet) => *cabinet = cabinet.saturating_sub(amount),
        Some(Stands::InUse) => *in_use = in_use.saturating_sub(amount),
        None => {}
    }
    match stands(&made.to) {
        Some(Stands::Cabinet) => *cabinet = cabinet.saturating_add(amount),
        Some(Stands::InUse) => *in_use = in_use.saturating_add(amount),
        None => {}
    }
}

/// Where an amount on hand stands.
pub(super) enum Stands {
    /// In a cabinet.
    Cabinet,
    /// In a vial or a syringe of a session.
    InUse,
}

/// Where an account's amounts stand; none where they are not on hand.
pub(super) fn stands(account: &Account) -> Option<Stands> {
    match (account.side(), account.session()) {
        (Side::OnHand, Some(_)) => Some(Stands::InUse),
        (Side::OnHand, None) => Some(Stands::Cabinet),
        (Side::Source | Side::End, _) => None,
    }
}
