//! The calendar: a day or a week by room, or a week as a list.

mod by_room;

use clinic::authority::{Act, may};
use clinic::board::line::PatientLine;
use clinic::denied::Denied;
use jiff::ToSpan as _;
use jiff::civil::Date;
use pages::{
    Calendar, CalendarDay, CalendarVisit, Link, Mark, Paging, Standing, calendar, room_day,
    room_week,
};
use record::calendar::civil_day;
use record::chart::visit::VisitState;
use record::fact::visit::VisitPurpose;

use crate::app::App;
use crate::ask::Ask;
use crate::forms::is_offered;
use crate::reply::Reply;
use crate::words;

/// The page: a day by room unless the address asks for a week.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    may(&ask.signed_in()?.actor, Act::ReadBoard, None)?;
    let zone = app.clinic.zone();
    let rooms = by_room::Rooms {
        clinic: &app.clinic,
        ask,
        today: civil_day(ask.now, &zone),
        zone,
    };
    let asked = |name: &str| {
        ask.query
            .get(name)
            .and_then(|text| text.parse::<Date>().ok())
    };
    let mut frame = words::frame(app, ask, Some(pages::Place::Calendar));
    frame.live = Some(ask.stream("/board"));
    if let Some(date) = asked("rooms") {
        return Ok(Reply::Page(room_week(&frame, &rooms.week(date))));
    }
    if ask.query.get("week").is_some() {
        return Ok(list(app, ask));
    }
    let date = asked("day").unwrap_or(rooms.today);
    Ok(Reply::Page(room_day(&frame, &rooms.day(date))))
}

/// A week as a list.
fn list(app: &App, ask: &Ask) -> Reply {
    let board = app.clinic.board();
    let zone = board.house.zone();
    let today = civil_day(ask.now, &zone);
    let asked = ask
        .query
        .get("week")
        .and_then(|text| text.parse::<Date>().ok())
        .unwrap_or(today);
    let back = i32::from(asked.weekday().to_monday_zero_offset());
    let monday = asked.saturating_sub(back.days());
    let midnight = |date: Date| zone.to_timestamp(date.at(0, 0, 0, 0)).unwrap_or(ask.now);
    let (mut n_visits, mut n_infusions) = (0, 0);
    let days: Vec<CalendarDay> = (0..7_i32)
        .map(|offset| {
            let date = monday.saturating_add(offset.days());
            let until = midnight(date.saturating_add(1.days()));
            let visits: Vec<CalendarVisit> = board
                .visits_between(midnight(date), until)
                .map(|(patient, line, visit)| {
                    n_visits += 1;
                    n_infusions += usize::from(visit.purpose == VisitPurpose::Dosing);
                    shown(
                        patient,
                        &line.name,
                        visit,
                        &zone,
                        ask,
                        (date > today, is_in_session(line)),
                    )
                })
                .collect();
            CalendarDay {
                date: words::day_short(date),
                is_today: date == today,
                visits,
                closed: closed(app, date),
            }
        })
        .collect();
    let sunday = monday.saturating_add(6.days());
    let to = |offset: i32, words: &str| {
        Link::new(
            format!("/calendar?week={}", monday.saturating_add(offset.days())),
            words,
        )
    };
    let view = Calendar {
        week: format!("{} to {}", words::day_short(monday), words::day(sunday)),
        said: format!(
            "{}, {} of them infusions. Times in {}.",
            words::of(n_visits, "visit", "visits"),
            n_infusions,
            board.house.zone_name
        ),
        paging: Paging {
            said: String::new(),
            before: Some(to(-7, "Week before")),
            after: Some(to(7, "Week after")),
        },
        book: None,
        tabs: by_room::ways(asked, 2),
        days,
    };
    drop(board);
    let mut frame = words::frame(app, ask, Some(pages::Place::Calendar));
    frame.live = Some(ask.stream("/board"));
    Reply::Page(calendar(&frame, &view))
}

/// Why nothing is held on a day; empty when the clinic is open.
fn closed(app: &App, date: Date) -> String {
    let why = app.clinic.library().premises().closed_on(date);
    why.map_or_else(String::new, |why| format!("Closed, {why}"))
}

/// Whether a dosing session of this patient is open.
fn is_in_session(line: &PatientLine) -> bool {
    line.session
        .as_ref()
        .is_some_and(|session| session.closed_at.is_none())
}

fn shown(
    patient: record::ids::PatientId,
    name: &str,
    visit: &clinic::board::line::VisitLine,
    zone: &jiff::tz::TimeZone,
    ask: &Ask,
    is: (bool, bool),
) -> CalendarVisit {
    let until = visit
        .starts_at
        .saturating_add(jiff::SignedDuration::from_mins(i64::from(visit.minutes)))
        .unwrap_or(visit.starts_at);
    let (mark, acts) = standing(patient, visit, ask, is);
    CalendarVisit {
        time: format!(
            "{} to {}",
            words::time(visit.starts_at, zone),
            words::time(until, zone)
        ),
        who: Link::new(format!("/patients/{patient}"), name),
        what: visit.title.to_string(),
        with: visit.with.as_deref().unwrap_or_default().to_owned(),
        room: visit.room.as_deref().unwrap_or_default().to_owned(),
        mark,
        acts,
    }
}

/// What became of a visit, and what can be done with it.
fn standing(
    patient: record::ids::PatientId,
    visit: &clinic::board::line::VisitLine,
    ask: &Ask,
    (is_to_come, has_session): (bool, bool),
) -> (Option<Mark>, Vec<Link>) {
    let act = |code: &str, words: &str| {
        Link::new(
            format!("/patients/{patient}/do/{code}?visit={}", visit.id),
            words,
        )
    };
    let may_open = visit.purpose == VisitPurpose::Dosing
        && !has_session
        && is_offered(ask, "open-session", Some(patient));
    match visit.state {
        VisitState::Booked if is_to_come => (
            None,
            vec![act("visit-move", "Move"), act("visit-cancel", "Cancel")],
        ),
        VisitState::Booked => (
            None,
            vec![
                act("visit-arrive", "Arrived"),
                act("visit-move", "Move"),
                act("visit-miss", "Missed"),
                act("visit-hold", "Held"),
            ],
        ),
        VisitState::Arrived => (
            Some(Mark::new(Standing::Settled, "Here")),
            may_open
                .then(|| act("open-session", "Open session"))
                .into_iter()
                .chain([act("visit-hold", "Held")])
                .collect(),
        ),
        VisitState::Held => (Some(Mark::new(Standing::Settled, "Held")), Vec::new()),
        VisitState::Missed => (Some(Mark::new(Standing::Unknown, "Missed")), Vec::new()),
        VisitState::Cancelled => (Some(Mark::new(Standing::Unknown, "Cancelled")), Vec::new()),
    }
}
