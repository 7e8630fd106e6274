//! Synthetic patients, seeded, through the same use cases as real ones.
//!
//! ```
//! use virtual_clinic::chance::Seeded;
//! use record::ids::Chance as _;
//!
//! assert_eq!(Seeded::new(7).draw(), Seeded::new(7).draw(), "the same seed, the same lives");
//! ```
//!
//! # Mental model
//!
//! A [`person::Person`] has a [`script::Script`]: what happens to them, and when. The clinic plays
//! all scripts side by side, hour by hour, and every step goes through the use case a real member of
//! staff would have used, with the same refusals. Nothing is written behind the clinic's back.
//!
//! # What this crate does not do
//!
//! It reads no clock and draws no chance of its own: the caller moves the clock, and a seed makes
//! the same clinic every time. It says nothing about how real patients fare.
//!
//! # To add a thing that happens
//!
//! Add a variant to [`script::Step`], write it into scripts in `script.rs`, and play it in `play.rs`.

#![deny(missing_docs)]

pub mod chance;
pub mod contact;
pub mod history;
pub mod person;
mod play;
pub mod script;
pub mod staff;
mod stock;

use std::collections::BTreeMap;

use clinic::{Clinic, Denied};
use jiff::civil::Time;
use jiff::{SignedDuration, Timestamp};
use rayon::prelude::*;
use record::Clock;

use chance::Seeded;
use person::Person;
use play::Life;
use script::{Placed, Step, Until};
use staff::Staff;
use stock::Keeper;

/// What to make.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// How many patients.
    pub n_patients: usize,
    /// The seed.
    pub seed: u64,
}

/// Fills a clinic that is described and staffed with made-up patients, up to `now`.
///
/// `move_clock` sets the clock the journal and the use cases read; `progress` is told how many steps
/// of how many are done.
///
/// # Errors
/// The first denial no script expects.
pub fn populate(
    clinic: &Clinic,
    staff: &Staff,
    size: Size,
    now: Timestamp,
    clock: &dyn Clock,
    move_clock: &dyn Fn(Timestamp),
    progress: &dyn Fn(usize, usize),
) -> Result<(), Denied> {
    let mut lives = lives(clinic, size, now);
    let hours = hours(&lives);
    let n_steps: usize = hours
        .values()
        .map(|steps| steps.values().map(Vec::len).sum::<usize>())
        .sum();
    let mut n_done = 0;
    let mut chance = Seeded::new(size.seed ^ STOCK_SALT);
    for (hour, mut steps) in hours {
        let end = Timestamp::from_second((hour + 1) * 3_600 - 1).unwrap_or(now);
        move_clock(end.min(now));
        set_vials_aside(clinic, staff, clock, (&mut lives, &steps), &mut chance)?;
        let played: Result<Vec<usize>, Denied> = lives
            .par_iter_mut()
            .enumerate()
            .filter_map(|(number, life)| steps.get(&number).map(|steps| (life, steps)))
            .map(|(life, steps)| {
                for (at, step) in steps {
                    life.play(clinic, staff, clock, *at, step)?;
                }
                Ok(steps.len())
            })
            .collect();
        n_done += played?.into_iter().sum::<usize>();
        progress(n_done, n_steps);
        steps.clear();
    }
    Ok(())
}

/// Parts the chance of the stock from that of the lives.
const STOCK_SALT: u64 = 0x5704_C4B1;

/// Sets a vial aside for each dose of the hour, before the lives of that hour are played side by side.
fn set_vials_aside(
    clinic: &Clinic,
    staff: &Staff,
    clock: &dyn Clock,
    (lives, steps): (&mut [Life], &Hour),
    chance: &mut Seeded,
) -> Result<(), Denied> {
    let starts = steps.iter().filter_map(|(life, steps)| {
        let start = steps.iter().find(|(_, step)| matches!(step, Step::Start));
        start.map(|(at, _)| (*at, *life))
    });
    let starts: Vec<_> = starts.collect();
    let Some(at) = starts.iter().map(|(at, _)| *at).min() else {
        return Ok(());
    };
    let keeper = Keeper {
        clinic,
        staff,
        clock,
        at,
    };
    let doses = starts.iter().map(|(_, life)| *life).collect();
    for (life, vial) in keeper.ready(doses, chance)? {
        if let Some(life) = lives.get_mut(life) {
            life.vial = Some(vial);
        }
    }
    Ok(())
}

/// The steps of each hour, by life.
type Hours = BTreeMap<i64, Hour>;

/// The steps of one hour, by life.
type Hour = BTreeMap<usize, Vec<(Timestamp, Step)>>;

fn hours(lives: &[Life]) -> Hours {
    let mut hours = Hours::new();
    for (number, life) in lives.iter().enumerate() {
        for (at, step) in &life.script {
            let hour = at.as_second().div_euclid(3_600);
            hours
                .entry(hour)
                .or_default()
                .entry(number)
                .or_default()
                .push((*at, step.clone()));
        }
    }
    hours
}

fn lives(clinic: &Clinic, size: Size, now: Timestamp) -> Vec<Life> {
    let zone = clinic.zone();
    let today = zone.to_datetime(now).date();
    (0..size.n_patients)
        .map(|number| {
            let salt = u64::try_from(number)
                .unwrap_or(0)
                .wrapping_mul(0x0010_0000_01B3);
            let mut chance = Seeded::new(size.seed ^ salt);
            let person = Person::make(number, today, &mut chance);
            let placed = place(
                number,
                size.n_patients,
                zone.to_datetime(now).time(),
                &mut chance,
            );
            let script = script::write(&person, placed, now, &zone, &mut chance);
            Life::new(person, script, chance)
        })
        .collect()
}

/// How far along a life is and how long ago it began: every stage is there, in a believable spread.
fn place(number: usize, n_patients: usize, now: Time, chance: &mut Seeded) -> Placed {
    let share = number * 120 / n_patients.max(1);
    let (until, days_ago) = match share {
        0..=4 => (Until::Enquiry, chance.between(0, 1)),
        5..=10 => (Until::Contact, chance.between(1, 6)),
        11..=14 => (Until::NotProceeding, chance.between(8, 200)),
        15..=19 => (Until::Eligibility, chance.between(4, 9)),
        20..=23 => (Until::Consent, chance.between(4, 10)),
        24..=26 => (Until::Plan, chance.between(7, 12)),
        27..=32 => (Until::Course, chance.between(8, 13)),
        // Day 0, 7 or 14 is today, so that the rooms are in use.
        33..=38 => (Until::Course, 14 + 7 * chance.between(0, 2)),
        39..=50 => (Until::Course, chance.between(15, 30)),
        51..=88 => (Until::Course, chance.between(31, 104)),
        _ => (Until::Course, chance.between(105, 350)),
    };
    let hour = i8::try_from(chance.between(9, 14)).unwrap_or(10);
    let dosing_at = match share {
        // Those of today stand in every phase of a session at this moment.
        33..=38 => {
            let minutes = [-170, -125, -75, -45, 5, 60];
            let ahead = minutes.get(share - 33).copied().unwrap_or(0);
            let quarter = now.minute() / 5 * 5;
            let at = Time::constant(now.hour(), quarter, 0, 0);
            at.wrapping_add(SignedDuration::from_mins(ahead))
        }
        _ => Time::constant(hour, 0, 0, 0),
    };
    Placed {
        until,
        days_ago,
        dosing_at,
    }
}

/// The moment a made-up clinic begins: a year and a month before now.
pub fn beginning(now: Timestamp) -> Timestamp {
    now.saturating_sub(SignedDuration::from_hours(24 * 395))
        .unwrap_or(now)
}
