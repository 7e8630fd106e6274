//! What a tile of the floor board says.

use record::chart::session::{Changed, Started};
use record::fact::decision::Route;
use record::fact::session::{DoseChange, SessionOpened};
use record::ids::CourseId;
use record::quantity::Micrograms;
use record::words::Line;
use virtual_clinic::chance::Seeded;

use super::*;

/// Fourteen o'clock, by the clinic's clock.
fn at(minutes: i64) -> Timestamp {
    let zero: Timestamp = "2026-03-02T14:00:00Z".parse().unwrap();
    zero + jiff::SignedDuration::from_mins(minutes)
}

/// Opened twenty minutes before a dose that has not begun.
fn opened() -> Session {
    let mut chance = Seeded::new(1);
    let fact = SessionOpened {
        session: SessionId::make(at(0), &mut chance),
        course: CourseId::make(at(0), &mut chance),
        visit: None,
        number: 1,
        room: Some(Line::clipped("Room 2")),
        weight_g: None,
    };
    Session::opened(record::EntryNumber(1), at(-20), &fact)
}

/// The same, with 40 mg over 40 minutes begun at fourteen o'clock.
fn running() -> Session {
    let started = Started {
        at: at(0),
        dose: Micrograms::new(40_000),
        route: Route::Intravenous,
        minutes: 40,
    };
    Session {
        started: Some(started),
        ..opened()
    }
}

fn stopped() -> Session {
    Session {
        stopped: Some((at(28), Micrograms::new(28_000))),
        ..running()
    }
}

/// What a tile says of a session at a minute, changed as `with` says.
fn said(session: &Session, minute: i64, with: impl FnOnce(&mut Seen<'_>)) -> Tile {
    let mut seen = Seen {
        session,
        has_drug: false,
        due: None,
        holds: &[],
        help: None,
        pressure: None,
        now: at(minute),
        stay: Some(at(120)),
        zone: &jiff::tz::TimeZone::UTC,
        old_minutes: 16,
    };
    with(&mut seen);
    let patient = PatientId::make(at(0), &mut Seeded::new(2));
    tile(&seen, patient, "Rowan Pell")
}

fn phase_of(session: &Session, minute: i64) -> (String, String) {
    let tile = said(session, minute, |_| {});
    (tile.phase, tile.minute)
}

fn pair(phase: &str, minute: &str) -> (String, String) {
    (phase.to_owned(), minute.to_owned())
}

#[test]
fn a_phase_is_where_the_session_is_from_readiness_to_leaving() {
    let held = |time_out: Option<i64>, today: Option<i64>| Session {
        time_out_at: time_out.map(at),
        held_at: today.map(at),
        ..opened()
    };
    let before = pair("Readiness", "before the dose");
    assert_eq!(phase_of(&opened(), -5), before);
    let time_out = pair("Time-out held", "before the dose");
    assert_eq!(phase_of(&held(Some(-3), None), -2), time_out);
    let today = pair("Held today", "no dose");
    assert_eq!(phase_of(&held(Some(-3), Some(-1)), 0), today);
    let infusion = pair("Infusion", "minute 27 of 40");
    assert_eq!(phase_of(&running(), 27), infusion);
    let over = pair("Infusion over", "end not charted");
    assert_eq!(phase_of(&running(), 40), over);
    assert_eq!(phase_of(&stopped(), 60), pair("Recovering", "minute 60"));
    let leaving = pair("Leaving check", "minute 121");
    assert_eq!(phase_of(&stopped(), 121), leaving);
    let assessed = Session {
        is_recovery_assessed: true,
        ..stopped()
    };
    let ready = pair("Ready to leave", "minute 125");
    assert_eq!(phase_of(&assessed, 125), ready);
}

#[test]
fn a_paused_infusion_says_so_and_a_dose_given_at_once_has_no_minutes_to_go() {
    let mut paused = running();
    paused.changes.push(Changed {
        at: at(10),
        change: DoseChange::Paused,
        given_so_far: None,
        rate: None,
    });
    assert_eq!(phase_of(&paused, 45), pair("Paused", "minute 45"));
    let mut at_once = running();
    if let Some(started) = &mut at_once.started {
        started.minutes = 0;
    }
    assert_eq!(phase_of(&at_once, 3), pair("Dosing", "minute 3"));
}

#[test]
fn what_is_due_is_counted_to_and_from_a_whole_minute_on_it_is_late() {
    let due = |minute: i64, seconds: i64| {
        let items = vec!["systolic".to_owned(), "nausea".to_owned()];
        let tile = said(&running(), minute, |seen| {
            seen.due = Some((at(30), items));
            seen.now += jiff::SignedDuration::from_secs(seconds);
        });
        (tile.act, tile.at, tile.number, tile.unit, tile.is_late)
    };
    let said_so = |number: &str, unit: &str, is_late: bool| {
        let [act, at, number, unit] = ["Pressure due", "14:30", number, unit];
        (act.into(), at.into(), number.into(), unit.into(), is_late)
    };
    assert_eq!(due(27, 0), said_so("3", "min", false));
    assert_eq!(due(27, 30), said_so("3", "min", false));
    assert_eq!(due(30, 59), said_so("0", "min", false));
    assert_eq!(due(31, 0), said_so("1", "min late", true));
    assert_eq!(due(52, 10), said_so("22", "min late", true));
    assert_eq!(said(&running(), 27, |_| {}).act, "Nothing is due");
    assert_eq!(said(&opened(), -5, |_| {}).act, "Before the dose");
}

#[test]
fn a_pressure_nobody_read_is_empty_and_an_old_one_is_unknown_rather_than_well() {
    let never = said(&running(), 27, |_| {});
    assert_eq!((never.pressure.as_str(), never.mark), ("", None));
    let read = |age: i64| {
        said(&running(), 27, |seen| {
            seen.pressure = Some((at(27 - age), "132/84".to_owned()));
        })
    };
    let fresh = read(15);
    assert_eq!(
        (fresh.pressure.as_str(), fresh.read_at.as_str()),
        ("132/84", "14:12")
    );
    assert_eq!(fresh.mark, None);
    let old = Mark::new(Standing::Unknown, "16 min old");
    assert_eq!(read(16).mark, Some(old));
}

#[test]
fn a_call_for_help_stands_over_every_rule_and_the_strictest_rule_over_an_old_pressure() {
    let hold = |act, rule: &str| watch::Holds {
        rule: rule.to_owned(),
        version: 1,
        act,
        sentence: "Blood pressure: stop the dose.".to_owned(),
        mark: "Clinic policy".to_owned(),
        seen: Vec::new(),
    };
    let marked = |session: &Session, act, rule: &str, help: Option<i64>| {
        let holds = [hold(act, rule)];
        let seen = Seen {
            session,
            has_drug: false,
            due: None,
            holds: &holds,
            help: help.map(at),
            pressure: None,
            now: at(40),
            stay: None,
            zone: &jiff::tz::TimeZone::UTC,
            old_minutes: 16,
        };
        let mark = mark(&seen, Some(at(3))).unwrap();
        (mark.standing, mark.word)
    };
    let running = running();
    let so = |standing, words: &str| (standing, words.to_owned());
    assert_eq!(
        marked(&running, RuleAct::Stop, "M08", Some(38)),
        so(Standing::ActNow, "Help called 14:38")
    );
    assert_eq!(
        marked(&running, RuleAct::Stop, "M08", None),
        so(Standing::ActNow, "Stop, M08")
    );
    assert_eq!(
        marked(&running, RuleAct::Slow, "M07", None),
        so(Standing::ActNow, "Slow, M07")
    );
    assert_eq!(
        marked(&stopped(), RuleAct::Stop, "M08", None),
        so(Standing::ActNow, "Act now, M08")
    );
    assert_eq!(
        marked(&running, RuleAct::Alert, "M06", None),
        so(Standing::Watch, "Watch, M06")
    );
}

#[test]
fn drug_is_to_waste_once_the_dose_is_over_and_some_is_left_and_a_wall_shows_initials() {
    let drug =
        |session: &Session, has_drug: bool| said(session, 60, |seen| seen.has_drug = has_drug).drug;
    assert_eq!(drug(&running(), true), None);
    let waste = Mark::new(Standing::Watch, "Drug to waste");
    assert_eq!(drug(&stopped(), true), Some(waste));
    assert_eq!(drug(&stopped(), false), None);
    let tile = said(&stopped(), 60, |_| {});
    assert_eq!((tile.initials.as_str(), tile.room.as_str()), ("R.P.", "2"));
}
