//! The floor board: every room with an open session.

use clinic::act::room::{help_called, watch};
use clinic::authority::{Act, may};
use clinic::denied::Denied;
use figures::stay::StayBar;
use jiff::Timestamp;
use pages::{Floor, Link, Mark, Standing, Tile, floor};
use record::chart::session::Session;
use record::fact::room::RuleAct;
use record::ids::{PatientId, SessionId};

use super::sentence::room::due_words;
use crate::app::App;
use crate::ask::Ask;
use crate::reply::Reply;
use crate::words;

/// The page.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    may(&ask.signed_in()?.actor, Act::ReadBoard, None)?;
    let zone = app.clinic.zone();
    let open: Vec<(PatientId, SessionId, String)> = app
        .clinic
        .board()
        .lines()
        .filter_map(|(patient, line)| {
            let session = line
                .session
                .as_ref()
                .filter(|one| one.closed_at.is_none())?;
            Some((*patient, session.id, line.name.to_string()))
        })
        .collect();
    let mut tiles = Vec::new();
    for (patient, id, name) in open {
        let known = app.clinic.chart(patient)?;
        let sessions = known.chart.sessions();
        let Some(session) = sessions.iter().find(|one| one.id == id) else {
            continue;
        };
        let dues = watch::dues(&app.clinic, &known.chart, session, ask.now);
        let holds = watch::holds(&app.clinic, &known.chart, session, ask.now);
        let due = watch::next(&dues, session);
        let stay = clinic::act::room::after::stay_over_at(&app.clinic, &known.chart, session);
        let counted = clinic::act::device::counted(&known.chart, id);
        let pressure = counted.into_iter().rev().find_map(|(at, one)| {
            let (upper, lower) = one.systolic_mmhg.zip(one.diastolic_mmhg)?;
            Some((at, format!("{}/{}", upper.number(), lower.number())))
        });
        let has_drug = app.clinic.stock().register.in_use(id).get() > 0;
        let tile = tile(
            &Seen {
                session,
                has_drug,
                due: due.clone(),
                holds: &holds,
                help: help_called(&known.chart, session).map(|(at, _)| at),
                pressure,
                now: ask.now,
                stay,
                zone: &zone,
                old_minutes: app.clinic.library().policy().pressure_old_minutes,
            },
            patient,
            &name,
        );
        tiles.push((due, tile));
    }
    tiles.sort_by(|a, b| a.1.room.cmp(&b.1.room));
    let mut view = board(tiles, ask.now, &zone);
    view.left = super::left::left(app)
        .iter()
        .map(|one| {
            // No amount: the board hangs where visitors pass.
            let words = format!("{}: drug not accounted for", one.room);
            Link::new(one.place(), words)
        })
        .collect();
    let mut frame = words::frame(app, ask, None);
    frame.live = Some(ask.stream("/board"));
    Ok(Reply::Page(floor(&frame, &view)))
}

/// When what is due in a room, and what.
type NextDue = Option<(Timestamp, Vec<String>)>;

fn board(tiles: Vec<(NextDue, Tile)>, now: Timestamp, zone: &jiff::tz::TimeZone) -> Floor {
    let mut due: Vec<(Timestamp, String, String)> = tiles
        .iter()
        .filter_map(|(due, tile)| {
            let (at, items) = due.as_ref()?;
            Some((*at, format!("room {}", tile.room), first_of(items)))
        })
        .collect();
    due.sort();
    let when = |at: Timestamp| {
        if at <= now {
            "now".to_owned()
        } else {
            words::time(at, zone)
        }
    };
    let first = due.first();
    let next = first.map(|(at, room, what)| format!("{room}, {what}, {}", when(*at)));
    let second = due.get(1);
    let then = second.map(|(at, room, _)| format!("then {room}, {}", when(*at)));
    let local = zone.to_datetime(now);
    let (hour, minute, second) = (local.hour(), local.minute(), local.second());
    Floor {
        next: next.unwrap_or_default(),
        then: then.unwrap_or_default(),
        clock: words::time(now, zone),
        drawn: format!("{hour:02}:{minute:02}:{second:02}"),
        tiles: tiles.into_iter().map(|(_, tile)| tile).collect(),
        left: Vec::new(),
    }
}

/// The first thing due, in the words of the room.
fn first_of(items: &[String]) -> String {
    let names: Vec<&str> = items.iter().map(String::as_str).collect();
    let what = due_words(&names);
    what.split(',').next().unwrap_or_default().to_owned()
}

struct Seen<'a> {
    session: &'a Session,
    has_drug: bool,
    due: Option<(Timestamp, Vec<String>)>,
    holds: &'a [watch::Holds],
    /// Since when help is called there.
    help: Option<Timestamp>,
    /// The last pressure that counts.
    pressure: Option<(Timestamp, String)>,
    now: Timestamp,
    stay: Option<Timestamp>,
    zone: &'a jiff::tz::TimeZone,
    /// From how many minutes on a pressure is old.
    old_minutes: i64,
}

fn tile(seen: &Seen<'_>, patient: PatientId, name: &str) -> Tile {
    let session = seen.session;
    let minutes = session
        .started
        .map(|started| words::minutes_between(started.at, seen.now));
    let room = session.room.clone().unwrap_or_else(|| "?".to_owned());
    let (phase, minute) = phase(seen, minutes);
    let (act, at, number, unit, is_late) = due(seen);
    let last = &seen.pressure;
    let mark = mark(seen, last.as_ref().map(|(at, _)| *at));
    let count = |minutes: i64| u16::try_from(minutes.max(0)).unwrap_or(u16::MAX);
    let ordered = session
        .started
        .map_or(0, |started| i64::from(started.minutes));
    let given = match session.stopped {
        Some((at, _)) => session
            .started
            .map_or(0, |started| words::minutes_between(started.at, at)),
        None => minutes.unwrap_or(0).min(ordered),
    };
    let stay = seen
        .stay
        .zip(session.started)
        .map_or(120, |(over, started)| {
            words::minutes_between(started.at, over)
        });
    let bar = StayBar {
        infusion_minutes: count(ordered),
        given_minutes: count(given),
        stay_minutes: count(stay),
        now_minute: minutes.map(count),
    };
    Tile {
        room: room.trim_start_matches("Room ").to_owned(),
        href: format!("/patients/{patient}/sessions/{}", session.id),
        phase,
        minute,
        initials: initials(name),
        act,
        at,
        number,
        unit,
        is_late,
        pressure: last
            .as_ref()
            .map_or_else(String::new, |(_, value)| value.clone()),
        read_at: last
            .as_ref()
            .map_or_else(String::new, |(at, _)| words::time(*at, seen.zone)),
        mark,
        drug: (session.stopped.is_some() && seen.has_drug)
            .then(|| Mark::new(Standing::Watch, "Drug to waste")),
        bar: bar.draw(&format!("bar-{}", session.id)),
    }
}

fn phase(seen: &Seen<'_>, minutes: Option<i64>) -> (String, String) {
    let session = seen.session;
    let Some((minute, started)) = minutes.zip(session.started) else {
        let (phase, words) = match (session.held_at, session.time_out_at) {
            (Some(_), _) => ("Held today", "no dose"),
            (None, Some(_)) => ("Time-out held", "before the dose"),
            (None, None) => ("Readiness", "before the dose"),
        };
        return (phase.to_owned(), words.to_owned());
    };
    let infusion = session.infusion(seen.now);
    let is_paused = infusion.as_ref().is_some_and(|one| one.rate.get() == 0);
    let ends_at = infusion.and_then(|one| one.ends_at);
    let is_over = seen.stay.is_some_and(|over| over <= seen.now);
    match session.stopped {
        None if started.minutes == 0 => ("Dosing".to_owned(), format!("minute {minute}")),
        None if is_paused => ("Paused".to_owned(), format!("minute {minute}")),
        // The pump has run its time, and nobody has charted the end.
        None if ends_at.is_some_and(|at| at <= seen.now) => {
            ("Infusion over".to_owned(), "end not charted".to_owned())
        }
        None => (
            "Infusion".to_owned(),
            format!("minute {minute} of {}", started.minutes),
        ),
        Some(_) if session.is_recovery_assessed => {
            ("Ready to leave".to_owned(), format!("minute {minute}"))
        }
        Some(_) if is_over => ("Leaving check".to_owned(), format!("minute {minute}")),
        Some(_) => ("Recovering".to_owned(), format!("minute {minute}")),
    }
}

fn due(seen: &Seen<'_>) -> (String, String, String, String, bool) {
    let Some((at, items)) = &seen.due else {
        let words = if seen.session.started.is_some() {
            "Nothing is due"
        } else {
            "Before the dose"
        };
        return (
            words.to_owned(),
            String::new(),
            String::new(),
            String::new(),
            false,
        );
    };
    let act = format!("{} due", crate::sent::sentence(&first_of(items)));
    let seconds = at.as_second() - seen.now.as_second();
    let is_late = seconds <= -60;
    let number = if is_late {
        (-seconds).div_euclid(60)
    } else {
        (seconds + 59).div_euclid(60).max(0)
    };
    let unit = if is_late { "min late" } else { "min" };
    (
        act,
        words::time(*at, seen.zone),
        number.to_string(),
        unit.to_owned(),
        is_late,
    )
}

fn mark(seen: &Seen<'_>, read_at: Option<Timestamp>) -> Option<Mark> {
    if let Some(at) = seen.help {
        let words = format!("Help called {}", words::time(at, seen.zone));
        return Some(Mark::new(Standing::ActNow, words));
    }
    if let Some(first) = seen.holds.first() {
        let is_over = seen.session.stopped.is_some();
        return Some(match first.act {
            // No dose runs: there is nothing to stop or to slow.
            RuleAct::Stop | RuleAct::Slow if is_over => {
                Mark::new(Standing::ActNow, format!("Act now, {}", first.rule))
            }
            RuleAct::Stop => Mark::new(Standing::ActNow, format!("Stop, {}", first.rule)),
            RuleAct::Slow => Mark::new(Standing::ActNow, format!("Slow, {}", first.rule)),
            RuleAct::Notify | RuleAct::Alert => {
                Mark::new(Standing::Watch, format!("Watch, {}", first.rule))
            }
        });
    }
    let age = words::minutes_between(read_at?, seen.now);
    let is_old = seen.session.started.is_some() && age >= seen.old_minutes;
    is_old.then(|| Mark::new(Standing::Unknown, format!("{age} min old")))
}

/// `R.P.`: a wall shows no more of a name.
fn initials(name: &str) -> String {
    let letters = name
        .split_whitespace()
        .filter_map(|word| word.chars().next());
    letters.map(|letter| format!("{letter}.")).take(3).collect()
}

#[cfg(test)]
mod tests;
