//! The calendar: a week of visits.

use clinic::authority::{Act, may};
use clinic::denied::Denied;
use jiff::ToSpan as _;
use jiff::civil::Date;
use pages::{Calendar, CalendarDay, CalendarVisit, Link, Mark, Paging, Standing, calendar};
use record::calendar::civil_day;
use record::chart::visit::VisitState;
use record::fact::visit::VisitPurpose;

use crate::app::App;
use crate::ask::Ask;
use crate::reply::Reply;
use crate::words;

/// The page.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    may(&ask.signed_in()?.actor, Act::ReadBoard, None)?;
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
                    shown(patient, &line.name, visit, &zone, date > today)
                })
                .collect();
            CalendarDay {
                date: words::day_short(date),
                is_today: date == today,
                visits,
                closed: String::new(),
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
        days,
    };
    drop(board);
    let mut frame = words::frame(app, ask, Some(pages::Place::Calendar));
    frame.live = Some("/live/board".to_owned());
    Ok(Reply::Page(calendar(&frame, &view)))
}

fn shown(
    patient: record::ids::PatientId,
    name: &str,
    visit: &clinic::board::line::VisitLine,
    zone: &jiff::tz::TimeZone,
    is_to_come: bool,
) -> CalendarVisit {
    let until = visit
        .starts_at
        .saturating_add(jiff::SignedDuration::from_mins(i64::from(visit.minutes)))
        .unwrap_or(visit.starts_at);
    let act = |code: &str, words: &str| {
        Link::new(
            format!("/patients/{patient}/do/{code}?visit={}", visit.id),
            words,
        )
    };
    let (mark, acts) = match visit.state {
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
            vec![act("visit-hold", "Held")],
        ),
        VisitState::Held => (Some(Mark::new(Standing::Settled, "Held")), Vec::new()),
        VisitState::Missed => (Some(Mark::new(Standing::Unknown, "Missed")), Vec::new()),
        VisitState::Cancelled => (Some(Mark::new(Standing::Unknown, "Cancelled")), Vec::new()),
    };
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
