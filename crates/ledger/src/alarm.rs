//! What somebody must see to, on a day.

use jiff::ToSpan;
use jiff::civil::Date;
use record::ids::SessionId;
use record::quantity::Micrograms;

use crate::account::Account;
use crate::ids::{CaseId, LocationId, LotId};
use crate::policy::{Policy, Threshold};
use crate::register::{Flaw, Register};

/// One thing to see to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Alarm {
    /// A lot of which something is on hand runs out soon, or has.
    LotExpires {
        /// The lot.
        lot: LotId,
        /// Its last day.
        on: Date,
        /// What is on hand.
        on_hand: Micrograms,
    },
    /// The registration of a location runs out soon, or has.
    RegistrationExpires {
        /// The location.
        location: LocationId,
        /// Its last day.
        on: Date,
    },
    /// A lot in a cabinet is to be counted.
    CountDue {
        /// The cabinet.
        location: LocationId,
        /// The lot.
        lot: LotId,
        /// When it was counted last, if ever.
        last: Option<Date>,
    },
    /// An inventory is due soon, or is overdue.
    InventoryDue {
        /// The location.
        location: LocationId,
        /// By when; nothing where there has been none.
        by: Option<Date>,
    },
    /// A case has been open too long.
    CaseOpen {
        /// The case.
        case: CaseId,
        /// Since when.
        since: Date,
    },
    /// The books of a session were closed and a correction left something over.
    ClosedSessionUnsettled {
        /// The session.
        session: SessionId,
        /// What is left over.
        amount: Micrograms,
    },
    /// A line cannot be right.
    LineAtFault(Flaw),
}

/// Everything to see to on a day.
pub fn alarms(register: &Register, today: Date, policy: &Policy) -> Vec<Alarm> {
    let mut due = Vec::new();
    due.extend(register.flaws().iter().cloned().map(Alarm::LineAtFault));
    due.extend(unsettled(register));
    due.extend(long_open(register, today, policy));
    due.extend(expiries(register, today, policy));
    due.extend(counts(register, today, policy));
    due.extend(inventories(register, today, policy));
    due
}

/// The day a number of days after another; the last day there is where the calendar ends.
pub(crate) fn after(day: Date, threshold: &Threshold) -> Date {
    day.saturating_add(i64::from(threshold.value).days())
}

fn unsettled(register: &Register) -> impl Iterator<Item = Alarm> {
    let held = register.sessions_in_use().into_iter();
    held.filter(|session| register.is_closed(*session))
        .map(|session| Alarm::ClosedSessionUnsettled {
            session,
            amount: register.in_use(session),
        })
}

fn long_open(register: &Register, today: Date, policy: &Policy) -> impl Iterator<Item = Alarm> {
    let cases = register.cases().iter();
    cases
        .filter(move |(_, case)| {
            case.is_open() && after(case.opened, &policy.case_open_longest) < today
        })
        .map(|(id, case)| Alarm::CaseOpen {
            case: id.clone(),
            since: case.opened,
        })
}

fn expiries(register: &Register, today: Date, policy: &Policy) -> impl Iterator<Item = Alarm> {
    let lots = register.lots().iter();
    let lots = lots
        .filter(move |(_, lot)| {
            lot.balance.on_hand().get() > 0 && lot.expires <= after(today, &policy.lot_expiry_ahead)
        })
        .map(|(id, lot)| Alarm::LotExpires {
            lot: id.clone(),
            on: lot.expires,
            on_hand: lot.balance.on_hand(),
        });
    let places = register.locations().values();
    let places = places
        .filter(move |place| place.expires <= after(today, &policy.registration_expiry_ahead))
        .map(|place| Alarm::RegistrationExpires {
            location: place.id.clone(),
            on: place.expires,
        });
    lots.chain(places)
}

fn counts(register: &Register, today: Date, policy: &Policy) -> Vec<Alarm> {
    let mut due = Vec::new();
    for (id, lot) in register.lots() {
        for (account, _) in lot.balance.accounts() {
            let Account::Cabinet(location) = account else {
                continue;
            };
            let last = register.last_count(location, id);
            if last.is_none_or(|day| after(day, &policy.count_every) <= today) {
                due.push(Alarm::CountDue {
                    location: location.clone(),
                    lot: id.clone(),
                    last,
                });
            }
        }
    }
    due
}

fn inventories(register: &Register, today: Date, policy: &Policy) -> impl Iterator<Item = Alarm> {
    let places = register.locations().keys();
    places.filter_map(move |location| {
        let years = i64::from(policy.inventory_every.value).years();
        let last = register.last_inventory(location);
        let by = last.map(|day| day.saturating_add(years));
        by.is_none_or(|day| day <= after(today, &policy.inventory_ahead))
            .then(|| Alarm::InventoryDue {
                location: location.clone(),
                by,
            })
    })
}
