//! Assessing again: one chart, and five thousand, by the rules that ship.
//!
//! The charts are those of a made-up clinic, folded and in memory; five thousand are its people over and
//! over, each assessed on its own. Limits: 1 ms for one, 0.5 s for five thousand on two cores.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a bench stops at the first fault"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use clinic::act::reassess::again;
use clinic::{Clinic, KnownChart, Library};
use jiff::Timestamp;
use journal::{ClinicId, Journal, MasterKey, MemoryKeeper, SystemChance};
use rayon::prelude::*;
use record::Clock;
use record::ids::CourseId;
use uuid::Uuid;
use virtual_clinic::chance::Seeded;
use virtual_clinic::{Size, beginning, populate, staff};

/// The allocator the program is built with.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const N_CHARTS: usize = 5_000;

fn main() {
    divan::main();
}

#[derive(Default)]
struct Moved(AtomicI64);

impl Moved {
    fn to(&self, at: Timestamp) {
        self.0.store(at.as_second(), Ordering::SeqCst);
    }
}

impl Clock for Moved {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::SeqCst)).unwrap_or(Timestamp::MIN)
    }
}

fn now() -> Timestamp {
    "2026-11-24T15:00:00Z".parse().expect("a moment")
}

/// A made-up clinic, and everybody in it who was ever assessed.
fn house() -> (Clinic, Vec<(Arc<KnownChart>, CourseId)>) {
    let clock = Arc::new(Moved::default());
    clock.to(beginning(now()));
    let chance = Arc::new(SystemChance);
    let master = MasterKey::generate(&*chance).unwrap();
    let keeper = Arc::new(MemoryKeeper::new());
    let id = ClinicId(Uuid::from_u128(1));
    let journal = Journal::found(keeper, id, &master, Arc::<Moved>::clone(&clock), chance).unwrap();
    let clinic = Clinic::open(journal, Library::embedded().unwrap()).unwrap();
    let secret = "correct horse battery";
    let zone = "America/New_York";
    let staff = staff::hire(&clinic, &*clock, &mut Seeded::new(1), zone, secret).unwrap();
    let size = Size {
        n_patients: 60,
        seed: 7,
    };
    let step = |at| clock.to(at);
    populate(&clinic, &staff, size, now(), &*clock, &step, &|_, _| {}).unwrap();
    let people: Vec<_> = clinic.board().lines().map(|(id, _)| *id).collect();
    let charts = people
        .into_iter()
        .map(|patient| clinic.chart(patient).unwrap())
        .filter_map(|known| {
            let course = known.chart.course()?.id;
            known.chart.assessment(course)?;
            Some((known, course))
        })
        .collect();
    (clinic, charts)
}

#[divan::bench]
fn one_chart_assessed_again(bencher: divan::Bencher<'_, '_>) {
    let (clinic, charts) = house();
    let (pack, zone) = (clinic.library().pack(), clinic.zone());
    let longest = charts
        .iter()
        .max_by_key(|(known, _)| known.chart.entries().len());
    let (known, course) = longest.unwrap();
    bencher.bench_local(|| again(&known.chart, *course, pack, now(), &zone));
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn five_thousand_charts_assessed_again(bencher: divan::Bencher<'_, '_>) {
    let (clinic, charts) = house();
    let (pack, zone) = (clinic.library().pack(), clinic.zone());
    let many: Vec<_> = charts.iter().cycle().take(N_CHARTS).collect();
    bencher.bench_local(|| {
        many.par_iter()
            .filter(|(known, course)| again(&known.chart, *course, pack, now(), &zone).is_some())
            .count()
    });
}
