//! A made-up clinic is believable: every stage is there, what was planned mostly happens, and
//! nothing in its journal is out of order.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use clinic::due::{Calendar, Zones};
use clinic::relapse::{Watched, score_now};
use clinic::{Clinic, Library};
use jiff::{Timestamp, ToSpan as _};
use journal::{ClinicId, Journal, MasterKey, MemoryKeeper, SystemChance};
use record::calendar::civil_day;
use record::chart::visit::VisitState;
use record::fact::care::{Amended, RefusalGiven};
use record::fact::substance_use::{CheckInAnswered, UseReported};
use record::fact::visit::VisitPurpose;
use record::{Clock, Kind};
use uuid::Uuid;
use virtual_clinic::chance::Seeded;
use virtual_clinic::{Size, beginning, populate, staff};

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

fn made(n_patients: usize, now: Timestamp) -> Result<Clinic, Box<dyn Error>> {
    let clock = Arc::new(Moved::default());
    clock.to(beginning(now));
    let chance = Arc::new(SystemChance);
    let master = MasterKey::generate(&*chance)?;
    let keeper = Arc::new(MemoryKeeper::new());
    let id = ClinicId(Uuid::from_u128(1));
    let journal = Journal::found(keeper, id, &master, Arc::<Moved>::clone(&clock), chance)?;
    let clinic = Clinic::open(journal, Library::embedded()?)?;
    let secret = "correct horse battery";
    let staff = staff::hire(
        &clinic,
        &*clock,
        &mut Seeded::new(1),
        "America/New_York",
        secret,
    )?;
    let size = Size {
        n_patients,
        seed: 7,
    };
    populate(
        &clinic,
        &staff,
        size,
        now,
        &*clock,
        &|at| clock.to(at),
        &|_, _| {},
    )?;
    Ok(clinic)
}

#[derive(Debug, Default)]
struct Spread {
    n_courses: usize,
    n_open_alerts: usize,
    n_closed_alerts: usize,
    n_corrections: usize,
    n_check_ins: usize,
    n_reports: usize,
    n_dosing_due: usize,
    n_dosing_held: usize,
    n_sessions: usize,
    n_sessions_closed: usize,
    n_doses_stopped: usize,
    refusals: BTreeMap<String, usize>,
    kinds: BTreeMap<Kind, usize>,
    visits: BTreeMap<String, usize>,
}

fn spread(clinic: &Clinic, now: Timestamp) -> Result<Spread, Box<dyn Error>> {
    let mut seen = Spread::default();
    let patients: Vec<_> = clinic.board().lines().map(|(id, _)| *id).collect();
    for patient in patients {
        let known = clinic.chart(patient)?;
        let chart = &known.chart;
        seen.n_courses += chart.courses().len();
        for alert in chart.alerts() {
            seen.n_open_alerts += usize::from(alert.closed_at.is_none());
            seen.n_closed_alerts += usize::from(alert.closed_at.is_some());
        }
        seen.n_corrections += chart.all::<Amended>().count();
        seen.n_check_ins += chart.all::<CheckInAnswered>().count();
        seen.n_reports += chart.all::<UseReported>().count();
        for visit in chart.visits().iter().filter(|visit| visit.starts_at < now) {
            let key = format!("{:?} {:?}", visit.purpose, visit.state);
            *seen.visits.entry(key).or_default() += 1;
            if visit.purpose == VisitPurpose::Dosing {
                seen.n_dosing_due += 1;
                seen.n_dosing_held += usize::from(visit.state == VisitState::Held);
            }
        }
        for session in chart.sessions() {
            seen.n_sessions += 1;
            seen.n_sessions_closed += usize::from(session.closed_at.is_some());
            seen.n_doses_stopped += usize::from(session.stopped.is_some());
        }
        for (_, refusal) in chart.all::<RefusalGiven>() {
            let key = format!("{} / {}", refusal.act, refusal.rule);
            *seen.refusals.entry(key).or_default() += 1;
        }
        for entry in chart.entries() {
            *seen.kinds.entry(entry.fact.kind()).or_default() += 1;
        }
    }
    Ok(seen)
}

#[test]
fn a_made_up_clinic_of_a_hundred_and_fifty_is_a_believable_one() -> Result<(), Box<dyn Error>> {
    let now: Timestamp = "2026-11-24T17:30:00Z".parse()?;
    let clinic = made(150, now)?;
    let seen = spread(&clinic, now)?;
    let stages = clinic.board().stages(clinic.zone_today(now));
    println!("{stages:?}\n{seen:#?}");
    assert_eq!(clinic.board().n_records(), 150);
    assert!(seen.n_courses >= 120, "{} courses", seen.n_courses);
    assert!(stages.len() >= 12, "only {stages:?}");
    assert!(
        seen.n_dosing_held * 10 >= seen.n_dosing_due * 8,
        "most planned sessions are held"
    );
    assert!(
        seen.n_sessions_closed + 12 >= seen.n_sessions,
        "sessions are left open"
    );
    assert!(
        seen.n_doses_stopped * 10 >= seen.n_sessions * 9,
        "sessions without a dose"
    );
    assert!(seen.n_check_ins > 2_000, "{} check-ins", seen.n_check_ins);
    assert!(seen.n_reports > 200, "{} reports of use", seen.n_reports);
    assert!(seen.n_open_alerts > 0 && seen.n_closed_alerts > 0);
    assert!(seen.n_corrections > 0);
    let report = clinic.journal().verify(&[], |_, _| {})?;
    assert!(report.entries > 10_000, "{} entries", report.entries);
    Ok(())
}

/// The relapse watch of everybody, on the board and from the whole chart: one score, wherever it is shown.
#[test]
fn the_board_scores_everybody_as_their_chart_does_and_no_alert_lingers()
-> Result<(), Box<dyn Error>> {
    let now: Timestamp = "2026-11-24T15:05:00Z".parse()?;
    let clinic = made(12, now)?;
    let library = clinic.library();
    let (watch, cadence) = (library.relapse_watch(), library.cadence());
    let calendar = Calendar::of(library);
    let board = clinic.board();
    let mut zones = Zones::of(board.house.zone());
    let mut n_scored = 0;
    for (patient, line) in board.lines() {
        let zone = zones.theirs(line);
        let chart = &clinic.chart(*patient)?.chart;
        let Some(course) = chart.course() else {
            continue;
        };
        let whole = Watched::of(chart, &course);
        // Today, and as the score ages when nothing more comes.
        for ahead in [0_i32, 1, 5, 20] {
            let today = civil_day(now, &zone).saturating_add(ahead.days());
            let of_the_chart = whole
                .as_ref()
                .and_then(|whole| score_now(whole, today, watch, cadence, &zone));
            assert_eq!(
                calendar.watch(line, today, &zone),
                of_the_chart,
                "{} in {ahead} days",
                line.name
            );
            n_scored += usize::from(of_the_chart.is_some());
        }
    }
    assert!(n_scored > 12, "{n_scored}");
    // And every alert of a made-up clinic is taken and settled within days, as where people work.
    let lingering: Vec<String> = board
        .open_alerts()
        .map(|(_, line, alert)| {
            let days = now.duration_since(alert.raised_at).as_hours() / 24;
            (
                days,
                format!("{} {days} d: {} {}", line.name, alert.cause, alert.sentence),
            )
        })
        .filter(|(days, _)| *days > 4)
        .map(|(_, said)| said)
        .collect();
    assert!(lingering.is_empty(), "{lingering:#?}");
    Ok(())
}
