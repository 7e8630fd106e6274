//! A clinic of made-up patients on a ground.

use std::sync::Arc;

use clinic::{Clinic, Library};
use jiff::Timestamp;
use journal::{ClinicId, Journal, MasterKey, SqliteKeeper, SystemChance};
use record::ids::uuid_at;
use testkit::FixedClock;
use virtual_clinic::chance::Seeded;
use virtual_clinic::staff::Staff;
use virtual_clinic::{Size, beginning, populate, staff};

use crate::ground::Ground;

/// Everyone's pass phrase.
pub(crate) const SECRET: &str = "kelp holds fast to rock";

/// Lays a clinic of made-up patients on a ground, as it stands at an hour.
pub(crate) fn peopled(
    ground: &Ground,
    now: Timestamp,
    zone: &str,
    n_patients: usize,
) -> (Clinic, FixedClock) {
    let (clinic, clock, staff) = staffed(ground, beginning(now), zone);
    let size = Size {
        n_patients,
        seed: 7,
    };
    let moved = |at| clock.set(at);
    populate(&clinic, &staff, size, now, &clock, &moved, &|_, _| {}).unwrap();
    (clinic, clock)
}

/// Lays a clinic with its staff and no patients on a ground.
pub(crate) fn staffed(ground: &Ground, now: Timestamp, zone: &str) -> (Clinic, FixedClock, Staff) {
    std::fs::remove_file(ground.database()).unwrap();
    let master = MasterKey::generate(&SystemChance).unwrap();
    std::fs::write(ground.key(), master.to_text().as_bytes()).unwrap();
    let clock = FixedClock::at(now);
    let id = ClinicId(uuid_at(now, &mut Seeded::new(5)));
    let keeper = Arc::new(SqliteKeeper::create(&ground.database()).unwrap());
    let clocked = Arc::new(clock.clone());
    let journal = Journal::found(keeper, id, &master, clocked, Arc::new(SystemChance)).unwrap();
    let clinic = Clinic::open(journal, Library::embedded().unwrap()).unwrap();
    let mut chance = Seeded::new(5);
    let staff = staff::hire(&clinic, &clock, &mut chance, zone, SECRET).unwrap();
    (clinic, clock, staff)
}
