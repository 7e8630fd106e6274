//! The rooms of the day, drawn from visits and session records.

use std::collections::BTreeMap;

use figures::{Room, RoomsOfTheDay, Stay, StayPhase};
use jiff::Timestamp;
use pages::{Figure, Phrase};
use record::chart::visit::VisitState;
use record::fact::visit::VisitPurpose;

use super::today::{Clock, Coming, in_minutes, session_of};

/// The rooms of the day, from visits and session records.
pub(super) fn rooms(coming: &[Coming<'_>], clock: &Clock<'_>) -> Option<Figure> {
    let minute = |at: Timestamp| {
        let local = clock.zone.to_datetime(at);
        u16::try_from(i32::from(local.hour()) * 60 + i32::from(local.minute())).unwrap_or(0)
    };
    let mut rooms: BTreeMap<String, Vec<Stay>> = BTreeMap::new();
    for one in coming {
        // A visit without a room stands in no room; an infusion without one is shown as missing it.
        let is_shown = one.visit.room.is_some() || one.visit.purpose == VisitPurpose::Dosing;
        if one.visit.state == VisitState::Cancelled || !is_shown {
            continue;
        }
        let session = session_of(one, clock);
        let from = session.map_or(one.visit.starts_at, |session| session.opened_at);
        let planned = in_minutes(one.visit.starts_at, i64::from(one.visit.minutes));
        let to = session
            .and_then(|session| session.closed_at)
            .unwrap_or(planned);
        let infusion = session
            .and_then(|session| session.started)
            .map(|(at, minutes)| (minute(at), minute(in_minutes(at, i64::from(minutes)))));
        let is_done = session.is_some_and(|session| session.closed_at.is_some())
            || matches!(one.visit.state, VisitState::Held | VisitState::Missed);
        let phase = if is_done {
            StayPhase::Done
        } else if session.is_some() || one.visit.state == VisitState::Arrived {
            StayPhase::Here
        } else {
            StayPhase::Planned
        };
        let room = one.visit.room.as_deref().unwrap_or("No room").to_owned();
        rooms.entry(room).or_default().push(Stay {
            who: short_name(&one.line.name),
            from_minute: minute(from),
            to_minute: minute(to).max(minute(from).saturating_add(10)),
            infusion,
            phase,
        });
    }
    if rooms.is_empty() {
        return None;
    }
    let rooms = rooms
        .into_iter()
        .map(|(name, mut stays)| {
            stays.sort_by_key(|stay| stay.from_minute);
            Room { name, stays }
        })
        .collect();
    let drawing = RoomsOfTheDay {
        id: "rooms".to_owned(),
        rooms,
        first_hour: 8,
        last_hour: 18,
        now_minute: Some(minute(clock.now)),
    }
    .draw();
    Some(Figure {
        drawing,
        caption: Phrase::sentence("Hours of the day. From visits and session records."),
        table_link: "As a table".to_owned(),
    })
}

/// `R. Pell`: as a wall may show a person.
fn short_name(name: &str) -> String {
    let mut parts = name.split_whitespace();
    let first = parts.next().unwrap_or_default();
    match parts.next_back() {
        Some(last) => format!("{}. {last}", first.chars().next().unwrap_or(' ')),
        None => first.to_owned(),
    }
}
