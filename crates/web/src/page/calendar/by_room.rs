//! The calendar by room: a day with its free places, and a week.

use clinic::Clinic;
use clinic::board::line::{PatientLine, VisitLine};
use clinic::premises::Premises;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan as _};
use pages::{
    Link, Mark, Paging, Phrase, RoomColumn, RoomDay, RoomPlace, RoomWeek, RoomWeekRow, Standing,
    Stretch, Tab,
};
use record::chart::visit::VisitState;
use record::fact::visit::VisitPurpose;
use record::ids::PatientId;

use crate::ask::Ask;
use crate::page::plan::recovery;
use crate::words;

/// The word over visits that name no room.
const NO_ROOM: &str = "No room";

/// A visit as the calendar places it.
struct Placed {
    patient: PatientId,
    name: String,
    visit: VisitLine,
    from: DateTime,
    until: DateTime,
    /// The recovery of a dose, in words.
    recovery: String,
    acts: Vec<Link>,
    mark: Option<Mark>,
}

/// What both calendars are drawn from.
pub(super) struct Rooms<'a> {
    pub(super) clinic: &'a Clinic,
    pub(super) ask: &'a Ask,
    pub(super) zone: TimeZone,
    pub(super) today: Date,
}

/// The ways to look at the calendar, around one day.
pub(super) fn ways(date: Date, chosen: usize) -> Vec<Tab> {
    let ways = [
        ("day", "Day by room"),
        ("rooms", "Week by room"),
        ("week", "Week as a list"),
    ];
    ways.iter()
        .enumerate()
        .map(|(place, (name, words))| Tab {
            link: Link::new(format!("/calendar?{name}={date}"), *words),
            count: None,
            is_chosen: place == chosen,
        })
        .collect()
}

impl Rooms<'_> {
    fn premises(&self) -> &Premises {
        self.clinic.library().premises()
    }

    fn midnight(&self, date: Date) -> jiff::Timestamp {
        let midnight = self.zone.to_timestamp(date.at(0, 0, 0, 0));
        midnight.unwrap_or(self.ask.now)
    }

    /// The visits of a day that were not cancelled, by time.
    fn visits(&self, date: Date) -> Vec<Placed> {
        let (from, until) = (
            self.midnight(date),
            self.midnight(date.saturating_add(1.days())),
        );
        let board = self.clinic.board();
        board
            .visits_between(from, until)
            .filter(|(_, _, visit)| visit.state != VisitState::Cancelled)
            .map(|(patient, line, visit)| self.placed(patient, line, visit, date))
            .collect()
    }

    fn placed(
        &self,
        patient: PatientId,
        line: &PatientLine,
        visit: &VisitLine,
        date: Date,
    ) -> Placed {
        let from = self.zone.to_datetime(visit.starts_at);
        let minutes = Span::new().minutes(i64::from(visit.minutes));
        let is = (date > self.today, super::is_in_session(line));
        let (mark, acts) = super::standing(patient, visit, self.ask, is);
        Placed {
            patient,
            name: line.name.to_string(),
            visit: visit.clone(),
            from,
            until: from.saturating_add(minutes),
            recovery: self.recovery(line, visit, from),
            acts,
            mark,
        }
    }

    /// From when the dose runs and until when recovery holds the room, by the course's own protocol.
    fn recovery(&self, line: &PatientLine, visit: &VisitLine, from: DateTime) -> String {
        if visit.purpose != VisitPurpose::Dosing {
            return String::new();
        }
        let course = line.course.as_ref();
        let protocol = course.and_then(|course| self.clinic.library().protocol(&course.protocol));
        protocol.map_or_else(String::new, |protocol| {
            let infusion = protocol.sessions.first();
            let infusion = infusion.map_or(0, |session| session.minutes().0);
            let infusion = u32::try_from(infusion).unwrap_or(0);
            let stay = protocol.stay_min.0;
            crate::sent::sentence(&recovery(from, visit.minutes, stay, infusion))
        })
    }

    /// A day.
    pub(super) fn day(&self, date: Date) -> RoomDay {
        let visits = self.visits(date);
        let n_doses = visits
            .iter()
            .filter(|one| one.visit.purpose == VisitPurpose::Dosing)
            .count();
        let closed = self.premises().closed_on(date).unwrap_or_default();
        let hours = self.premises().open_on(date).filter(|_| closed.is_empty());
        let open = hours.map_or_else(
            || "Closed.".to_owned(),
            |(from, until)| {
                let [from, until] = [from, until].map(|at| at.strftime("%H:%M").to_string());
                format!("Open {from} to {until}.")
            },
        );
        let said = format!(
            "{}, {n_doses} of them with a dose. {open} Times in {}.",
            words::of(visits.len(), "visit", "visits"),
            self.clinic.board().house.zone_name
        );
        let to = |days: i32, words: &str| {
            let day = date.saturating_add(days.days());
            Link::new(format!("/calendar?day={day}"), words)
        };
        let mut rooms = Vec::new();
        for name in self.names(&visits) {
            let here: Vec<&Placed> = visits.iter().filter(|one| room(one) == name).collect();
            rooms.push(column(&name, &here, hours, self.premises()));
        }
        if hours.is_none() {
            rooms.retain(|room| !room.stretches.is_empty());
        }
        let loose = rooms.pop_if(|room| room.name == NO_ROOM);
        RoomDay {
            title: words::day(date),
            said: Phrase::sentence(said),
            tabs: ways(date, 0),
            paging: Paging {
                said: if date == self.today {
                    "today".to_owned()
                } else {
                    String::new()
                },
                before: Some(to(-1, "Day before")),
                after: Some(to(1, "Day after")),
            },
            closed,
            rooms,
            loose,
        }
    }

    /// Every room of the premises, then rooms only visits know, then none.
    fn names(&self, visits: &[Placed]) -> Vec<String> {
        let rooms = self.premises().rooms.iter();
        let mut names: Vec<String> = rooms.map(|room| room.name.clone()).collect();
        let mut others: Vec<String> = visits
            .iter()
            .map(room)
            .filter(|name| !names.contains(name) && name != NO_ROOM)
            .collect();
        others.sort();
        others.dedup();
        names.extend(others);
        if visits.iter().any(|one| one.visit.room.is_none()) {
            names.push(NO_ROOM.to_owned());
        }
        names
    }

    /// A week.
    pub(super) fn week(&self, asked: Date) -> RoomWeek {
        let back = i32::from(asked.weekday().to_monday_zero_offset());
        let monday = asked.saturating_sub(back.days());
        let dates: Vec<Date> = (0..7_i32)
            .map(|day| monday.saturating_add(day.days()))
            .collect();
        let days: Vec<Vec<Placed>> = dates.iter().map(|date| self.visits(*date)).collect();
        let all: usize = days.iter().map(Vec::len).sum();
        let mut names: Vec<String> = Vec::new();
        for day in &days {
            for name in self.names(day) {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        names.sort_by_key(|name| name == NO_ROOM);
        let rooms = names.into_iter().map(|name| RoomWeekRow {
            days: dates
                .iter()
                .zip(&days)
                .map(|(date, visits)| self.cell(&name, *date, visits))
                .collect(),
            name,
        });
        let to = |days: i32, words: &str| {
            let day = monday.saturating_add(days.days());
            Link::new(format!("/calendar?rooms={day}"), words)
        };
        let sunday = monday.saturating_add(6.days());
        RoomWeek {
            title: format!("{} to {}", words::day_short(monday), words::day(sunday)),
            said: Phrase::sentence(format!(
                "{}. Times in {}.",
                words::of(all, "visit", "visits"),
                self.clinic.board().house.zone_name
            )),
            tabs: ways(asked, 1),
            paging: Paging {
                said: String::new(),
                before: Some(to(-7, "Week before")),
                after: Some(to(7, "Week after")),
            },
            days: dates
                .iter()
                .map(|date| {
                    let link = Link::new(format!("/calendar?day={date}"), words::day_short(*date));
                    (link, self.premises().closed_on(*date).unwrap_or_default())
                })
                .collect(),
            rooms: rooms.collect(),
        }
    }

    fn cell(&self, name: &str, date: Date, visits: &[Placed]) -> (Vec<Vec<Phrase>>, String) {
        let here: Vec<&Placed> = visits.iter().filter(|one| room(one) == name).collect();
        let said = here.iter().map(|one| {
            vec![
                Phrase::Time(format!("{} ", one.from.strftime("%H:%M"))),
                Phrase::link(format!("/patients/{}", one.patient), short(&one.name)),
                Phrase::plain(format!(", {}", one.visit.title)),
            ]
        });
        let said = said.collect();
        let closed = self.premises().closed_on(date);
        let hours = self
            .premises()
            .open_on(date)
            .filter(|_| closed.is_none() && name != NO_ROOM);
        let free = hours.map_or_else(String::new, |hours| {
            let ready = self.premises().turnaround_minutes(name);
            let minutes = stretches(&here, hours, ready)
                .iter()
                .filter(|one| matches!(one.holds, RoomPlace::Free))
                .map(|one| u32::from(one.quarters) * 15)
                .sum();
            free_words(minutes)
        });
        (said, free)
    }
}

fn room(one: &Placed) -> String {
    one.visit
        .room
        .as_deref()
        .map_or_else(|| NO_ROOM.to_owned(), str::to_owned)
}

/// `R. Calder`: a week has little room.
fn short(name: &str) -> String {
    let mut parts = name.split_whitespace();
    let first = parts.next().unwrap_or_default();
    match parts.next_back() {
        Some(last) => format!("{}. {last}", first.chars().next().unwrap_or(' ')),
        None => first.to_owned(),
    }
}

fn free_words(minutes: u32) -> String {
    match (minutes.div_euclid(60), minutes.rem_euclid(60)) {
        (0, 0) => "nothing free".to_owned(),
        (0, minutes) => format!("free {minutes} min"),
        (hours, 0) => format!("free {hours} h"),
        (hours, minutes) => format!("free {hours} h {minutes} min"),
    }
}

fn column(
    name: &str,
    here: &[&Placed],
    hours: Option<(Time, Time)>,
    premises: &Premises,
) -> RoomColumn {
    let hours = hours.filter(|_| name != NO_ROOM);
    let Some(hours) = hours else {
        return RoomColumn {
            name: name.to_owned(),
            said: words::of(here.len(), "visit", "visits"),
            is_to_scale: false,
            stretches: here.iter().map(|one| stretch(one, here)).collect(),
        };
    };
    let all = stretches(here, hours, premises.turnaround_minutes(name));
    let free = all
        .iter()
        .filter(|one| matches!(one.holds, RoomPlace::Free))
        .map(|one| u32::from(one.quarters) * 15)
        .sum();
    RoomColumn {
        name: name.to_owned(),
        said: free_words(free),
        is_to_scale: true,
        stretches: all,
    }
}

/// A room's day from opening to closing: visits, the turnaround after each, and the free places between.
fn stretches(
    here: &[&Placed],
    (opens, closes): (Time, Time),
    turnaround_minutes: u32,
) -> Vec<Stretch> {
    let minute = |time: Time| i64::from(time.hour()) * 60 + i64::from(time.minute());
    let mut all = Vec::new();
    let mut at = minute(opens);
    for (place, one) in here.iter().enumerate() {
        let from = minute(one.from.time());
        all.extend(free(at, from));
        all.push(stretch(one, here));
        let ends = from.saturating_add(i64::from(one.visit.minutes));
        let next = here.get(place.saturating_add(1));
        let next = next.map_or(i64::MAX, |next| minute(next.from.time()));
        let ready = ends.saturating_add(i64::from(turnaround_minutes)).min(next);
        all.extend(turnaround(ends, ready));
        at = at.max(ends).max(ready);
    }
    all.extend(free(at, minute(closes)));
    all
}

/// A free place of at least a quarter of an hour.
fn free(from: i64, until: i64) -> Option<Stretch> {
    let quarters = until.saturating_sub(from).div_euclid(15);
    let quarters = u16::try_from(quarters).ok().filter(|n| *n > 0)?;
    Some(Stretch {
        quarters,
        time: span(from, until),
        holds: RoomPlace::Free,
    })
}

/// The time a room is made ready in, of any length; nothing where the next visit begins at once.
fn turnaround(from: i64, until: i64) -> Option<Stretch> {
    let minutes = until.saturating_sub(from);
    let minutes = u16::try_from(minutes).ok().filter(|n| *n > 0)?;
    Some(Stretch {
        quarters: minutes.div_ceil(15),
        time: span(from, until),
        holds: RoomPlace::Turnaround,
    })
}

/// "10:00 to 13:00", from minutes of the day.
fn span(from: i64, until: i64) -> String {
    let clock = |at: i64| format!("{:02}:{:02}", at.div_euclid(60), at.rem_euclid(60));
    format!("{} to {}", clock(from), clock(until))
}

fn stretch(one: &Placed, here: &[&Placed]) -> Stretch {
    let meets = |other: &&&Placed| {
        other.visit.id != one.visit.id && other.from < one.until && one.from < other.until
    };
    let is_doubled = one.visit.room.is_some() && here.iter().any(|other| meets(&other));
    let mark = if is_doubled {
        Some(Mark::new(Standing::ActNow, "Booked twice"))
    } else {
        one.mark.clone()
    };
    let with = one.visit.with.as_deref().map_or_else(
        || vec![Phrase::absent("nobody named")],
        |with| Phrase::sentence(with.to_owned()),
    );
    Stretch {
        quarters: u16::try_from(one.visit.minutes.div_ceil(15))
            .unwrap_or(1)
            .max(1),
        time: format!(
            "{} to {}",
            one.from.strftime("%H:%M"),
            one.until.strftime("%H:%M")
        ),
        holds: RoomPlace::Visit {
            who: Link::new(format!("/patients/{}", one.patient), one.name.clone()),
            what: one.visit.title.to_string(),
            with,
            recovery: one.recovery.clone(),
            mark,
            acts: one.acts.clone(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turnaround_of_any_length_is_occupied_and_none_is_none() {
        let ten = turnaround(600, 610).unwrap();
        assert_eq!((ten.quarters, ten.time.as_str()), (1, "10:00 to 10:10"));
        assert!(matches!(ten.holds, RoomPlace::Turnaround));
        assert_eq!(turnaround(600, 645).unwrap().quarters, 3);
        assert!(turnaround(600, 600).is_none());
        assert!(turnaround(600, 590).is_none(), "the next was there before");
    }
}
