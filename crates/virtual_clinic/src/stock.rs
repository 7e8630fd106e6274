//! The made-up clinic's stock: its cabinet, its deliveries, its counts, and a vial for each dose.

use std::collections::{BTreeMap, BTreeSet};

use clinic::act::ledger as register;
use clinic::{Actor, Clinic, Denied, Operation};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use ledger::{
    Account, Act, Count, DrugId, Inventory, Location, LocationId, LotId, Moment, Receipt,
    Registrant, Vial, VialId,
};
use record::Clock;
use record::quantity::Micrograms;

use crate::chance::Seeded;
use crate::staff::Staff;

/// What one vial holds: 20 millilitres of 10 milligrams each.
const CONTENT: Micrograms = Micrograms::new(200_000);
const STRENGTH: u64 = 10_000;
const DRUG: &str = "ketamine 10 mg/mL";
/// How many vials come with one delivery.
const DELIVERY: usize = 25;
/// Fewer than this many beside those of the hour, and more are ordered.
const SPARE: usize = 5;
/// How many vials the numbering starts at.
const FIRST: usize = 101;

/// Who keeps the stock, at which moment.
pub(crate) struct Keeper<'a> {
    pub(crate) clinic: &'a Clinic,
    pub(crate) staff: &'a Staff,
    pub(crate) clock: &'a dyn Clock,
    pub(crate) at: Timestamp,
}

impl Keeper<'_> {
    /// Makes ready for doses of the hour: counts, takes in what is short, and sets one vial aside for each.
    pub(crate) fn ready<T: Ord>(
        &self,
        doses: Vec<T>,
        chance: &mut Seeded,
    ) -> Result<BTreeMap<T, VialId>, Denied> {
        if doses.is_empty() {
            return Ok(BTreeMap::new());
        }
        if self.clinic.stock().register.locations().is_empty() {
            self.found(chance)?;
        }
        self.count_of_the_day(chance)?;
        if self.sealed().len() < doses.len() + SPARE {
            self.receive(chance)?;
        }
        Ok(doses.into_iter().zip(self.sealed()).collect())
    }

    /// The first day: the cabinet is registered, filled, counted, and its initial inventory taken.
    fn found(&self, chance: &mut Seeded) -> Result<(), Denied> {
        let location = Location {
            id: cabinet(),
            registration: "BT4408812".to_owned(),
            expires: self.today().saturating_add(3.years()),
        };
        self.act(chance, &self.staff.director, Act::Register(location))?;
        self.receive(chance)?;
        self.count_of_the_day(chance)?;
        let inventory = Act::TakeInventory {
            location: cabinet(),
            kind: Inventory::Initial,
            moment: Moment::Opening,
        };
        self.act(chance, &self.staff.director, inventory)
    }

    /// Counts every lot that is on hand, once a day.
    fn count_of_the_day(&self, chance: &mut Seeded) -> Result<(), Denied> {
        let here = Account::Cabinet(cabinet());
        let today = self.today();
        let mut found: BTreeMap<LotId, BTreeMap<VialId, Micrograms>> = BTreeMap::new();
        {
            let stock = self.clinic.stock();
            for (id, life) in stock.register.vials() {
                let amount = life.balance.of(&here);
                let is_counted = stock.register.last_count(&cabinet(), &life.lot) == Some(today);
                if amount.get() > 0 && !is_counted {
                    let of_lot = found.entry(life.lot.clone()).or_default();
                    of_lot.insert(id.clone(), amount);
                }
            }
        }
        for (lot, found) in found {
            let location = cabinet();
            let count = Count {
                location,
                lot,
                found,
            };
            self.act(chance, &self.staff.nurse, Act::Count(count))?;
        }
        Ok(())
    }

    fn receive(&self, chance: &mut Seeded) -> Result<(), Denied> {
        let n_before = self.clinic.stock().register.vials().len();
        let delivery = n_before / DELIVERY + 1;
        let vial = |number: usize| Vial {
            id: VialId::new(format!("V-{:04}", FIRST + number)),
            strength: STRENGTH,
            content: CONTENT,
        };
        let receipt = Receipt {
            location: cabinet(),
            supplier: Registrant {
                name: "Casco Pharma Supply".to_owned(),
                address: "40 Commercial Street, Portland".to_owned(),
                registration: "RC0198204".to_owned(),
            },
            invoice: format!("77-{}", 4_400 + delivery),
            drug: DrugId::new(DRUG),
            lot: LotId::new(format!("K26-{}", 310 + delivery)),
            expires: self.today().saturating_add(18.months()),
            vials: (n_before..n_before + DELIVERY).map(vial).collect(),
        };
        self.act(chance, &self.staff.nurse, Act::Receive(receipt))
    }

    /// Vials in the cabinet nobody has opened, in the order of their numbers.
    fn sealed(&self) -> BTreeSet<VialId> {
        let stock = self.clinic.stock();
        let vials = stock.register.vials().iter();
        vials
            .filter(|(_, life)| life.cabinet().is_some() && !life.is_opened)
            .map(|(id, _)| id.clone())
            .collect()
    }

    fn today(&self) -> Date {
        self.clinic.zone_today(self.at)
    }

    fn act(&self, chance: &mut Seeded, actor: &Actor, act: Act) -> Result<(), Denied> {
        let mut operation = Operation::new(actor.clone(), self.clock, chance).at(self.at);
        register::write(&mut operation, self.clinic, act, None)?;
        Ok(())
    }
}

/// The one cabinet.
pub(crate) fn cabinet() -> LocationId {
    LocationId::new("Cabinet A")
}
