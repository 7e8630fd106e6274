//! The calendar as a decision: whether a visit may stand where it is wanted.
//!
//! Local clock time is what people keep, so a plan is laid out in civil time and becomes moments last:
//! ten o'clock stays ten o'clock when the clocks change, a time that does not exist on a day is refused,
//! and of a time that comes twice the first is meant. One room, one member of staff and one patient are
//! never in two visits at once; a visit that begins as another ends is no clash, but in a room that stays
//! empty for a while between two visits, which the premises say.

use std::fmt;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use record::chart::visit::VisitState;
use record::fact::visit::VisitPurpose;
use record::ids::{PatientId, VisitId};

use crate::clinic::Clinic;
use crate::premises::Premises;

/// A visit as it is wanted, in the clinic's own time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// What it is called.
    pub title: String,
    /// What it is for.
    pub purpose: VisitPurpose,
    /// When it begins, by the clock on the wall.
    pub starts: DateTime,
    /// How long it takes.
    pub minutes: u32,
    /// Where.
    pub room: Option<String>,
    /// With whom.
    pub with: Option<String>,
}

/// A visit that stands on the calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The visit.
    pub visit: VisitId,
    /// Whose it is.
    pub patient: PatientId,
    /// What it is called.
    pub title: String,
    /// When it begins.
    pub from: Timestamp,
    /// When it ends.
    pub until: Timestamp,
    /// Where.
    pub room: Option<String>,
    /// With whom.
    pub with: Option<String>,
}

/// What a clock says of a time of day on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnTheClock {
    /// It comes once, at this moment.
    Once(Timestamp),
    /// It comes twice, because the clocks go back: the first is meant.
    Twice(Timestamp),
    /// It does not come, because the clocks go forward; the time as far behind the change is this.
    Never(DateTime),
}

/// The moment of a time on the wall.
pub fn on_the_clock(zone: &TimeZone, wall: DateTime) -> OnTheClock {
    let ambiguous = zone.to_ambiguous_timestamp(wall);
    let offset = ambiguous.offset();
    match (offset, ambiguous.earlier(), ambiguous.later()) {
        (AmbiguousOffset::Unambiguous { .. }, Ok(at), _) => OnTheClock::Once(at),
        (AmbiguousOffset::Fold { .. }, Ok(at), _) => OnTheClock::Twice(at),
        (AmbiguousOffset::Gap { .. }, _, Ok(at)) => OnTheClock::Never(zone.to_datetime(at)),
        // Only the ends of the calendar come here, which no visit reaches.
        (_, _, _) => OnTheClock::Never(wall),
    }
}

/// Whether a moment is the first of two of its time on the wall, because the clocks go back after it.
pub fn is_first_of_two(zone: &TimeZone, at: Timestamp) -> bool {
    on_the_clock(zone, zone.to_datetime(at)) == OnTheClock::Twice(at)
}

/// Why a visit cannot stand where it is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clash {
    /// The clocks jump over the time.
    NoSuchTime {
        /// What was wanted.
        wanted: DateTime,
        /// As far behind the change.
        instead: DateTime,
    },
    /// It has passed.
    Passed,
    /// The clinic is closed.
    Closed {
        /// Why.
        why: String,
        /// The next open day.
        next: Option<Date>,
    },
    /// Outside the opening hours.
    Hours {
        /// Open from.
        from: Time,
        /// Until.
        until: Time,
    },
    /// The room is taken.
    Room {
        /// The room.
        room: String,
        /// By which visit.
        by: String,
        /// From when to when.
        span: (Time, Time),
        /// Rooms that are free then.
        free: Vec<String>,
    },
    /// The room is not ready: too little time lies between this visit and another in it.
    Turnaround {
        /// The room.
        room: String,
        /// The other visit.
        by: String,
        /// From when to when that is.
        span: (Time, Time),
        /// How many minutes must lie between.
        minutes: u32,
        /// Rooms that are free, and ready, then.
        free: Vec<String>,
    },
    /// There is no such room, or it is not for such a visit.
    NotInThisRoom {
        /// The room.
        room: String,
        /// Rooms that are for it, and free.
        free: Vec<String>,
    },
    /// The member of staff is elsewhere.
    Staff {
        /// Who.
        who: String,
        /// In which visit.
        by: String,
        /// From when to when.
        span: (Time, Time),
    },
    /// The patient is in another visit.
    Patient {
        /// Which.
        by: String,
        /// From when to when.
        span: (Time, Time),
    },
}

impl fmt::Display for Clash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchTime { wanted, instead } => write!(
                out,
                "{} does not exist on {}, because the clocks go forward: choose {} or another time",
                wanted.strftime("%H:%M"),
                wanted.strftime("%a %-d %b %Y"),
                instead.strftime("%H:%M"),
            ),
            Self::Passed => out.write_str("this has passed: choose a later day 0 or move it"),
            Self::Closed { why, next } => {
                write!(out, "the clinic is closed, {why}: ")?;
                match next {
                    Some(day) => write!(out, "the next open day is {}", day.strftime("%a %-d %b")),
                    None => out.write_str("choose another day"),
                }
            }
            Self::Hours { from, until } => write!(
                out,
                "the clinic is open from {} to {} on this day: choose a time within",
                from.strftime("%H:%M"),
                until.strftime("%H:%M"),
            ),
            Self::Room {
                room,
                by,
                span,
                free,
            } => {
                write!(out, "{room} is taken {} by {by}; ", spanned(*span))?;
                offer(out, free)
            }
            Self::Turnaround {
                room,
                by,
                span,
                minutes,
                free,
            } => {
                write!(
                    out,
                    "{room} stays empty for {minutes} min between visits, and {by} is there {}; ",
                    spanned(*span)
                )?;
                offer(out, free)
            }
            Self::NotInThisRoom { room, free } => {
                write!(out, "{room} is no room for this kind of visit; ")?;
                offer(out, free)
            }
            Self::Staff { who, by, span } => write!(
                out,
                "{who} is in {by} {}: name someone else or choose another time",
                spanned(*span)
            ),
            Self::Patient { by, span } => write!(
                out,
                "the patient is in {by} {}: choose another time",
                spanned(*span)
            ),
        }
    }
}

fn spanned((from, until): (Time, Time)) -> String {
    format!("{} to {}", from.strftime("%H:%M"), until.strftime("%H:%M"))
}

fn offer(out: &mut fmt::Formatter<'_>, free: &[String]) -> fmt::Result {
    if free.is_empty() {
        out.write_str("no other room is free then: choose another time")
    } else {
        write!(out, "free then: {}", free.join(", "))
    }
}

/// A wanted visit with its moment and what stands against it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The moment; `None` for a time that does not exist.
    pub at: Option<Timestamp>,
    /// The clocks go back and the time comes twice: the first is meant.
    pub comes_twice: bool,
    /// What stands against it, most telling first.
    pub clashes: Vec<Clash>,
}

/// What the visits are checked against.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// The clinic's zone.
    pub zone: &'a TimeZone,
    /// Rooms, hours and closing days.
    pub premises: &'a Premises,
    /// Now.
    pub now: Timestamp,
    /// Whose visits they are.
    pub patient: PatientId,
    /// What stands already.
    pub taken: &'a [Taken],
}

/// When a visit ends.
pub fn ends(from: Timestamp, minutes: u32) -> Timestamp {
    let length = SignedDuration::from_mins(i64::from(minutes));
    from.saturating_add(length).unwrap_or(from)
}

/// Checks visits against what stands and against one another.
pub fn check(ground: Ground<'_>, wanted: &[Wanted]) -> Vec<Checked> {
    let moments: Vec<OnTheClock> = wanted
        .iter()
        .map(|one| on_the_clock(ground.zone, one.starts))
        .collect();
    let together: Vec<Option<Taken>> = wanted
        .iter()
        .zip(&moments)
        .map(|(one, moment)| {
            let from = at(*moment)?;
            Some(Taken {
                visit: VisitId::from_uuid(uuid::Uuid::nil()),
                patient: ground.patient,
                title: one.title.clone(),
                from,
                until: ends(from, one.minutes),
                room: one.room.clone(),
                with: one.with.clone(),
            })
        })
        .collect();
    wanted
        .iter()
        .zip(&moments)
        .enumerate()
        .map(|(place, (one, moment))| {
            let others: Vec<&Taken> = together
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != place)
                .filter_map(|(_, other)| other.as_ref())
                .chain(ground.taken)
                .collect();
            check_one(ground, one, *moment, &others)
        })
        .collect()
}

const fn at(moment: OnTheClock) -> Option<Timestamp> {
    match moment {
        OnTheClock::Once(at) | OnTheClock::Twice(at) => Some(at),
        OnTheClock::Never(_) => None,
    }
}

fn check_one(ground: Ground<'_>, one: &Wanted, moment: OnTheClock, others: &[&Taken]) -> Checked {
    let mut clashes = Vec::new();
    if let OnTheClock::Never(instead) = moment {
        clashes.push(Clash::NoSuchTime {
            wanted: one.starts,
            instead,
        });
    }
    if let Some(why) = ground.premises.closed_on(one.starts.date()) {
        let next = one.starts.date().tomorrow().ok();
        let next = next.and_then(|day| ground.premises.next_open(day));
        clashes.push(Clash::Closed { why, next });
    } else if let Some((from, until)) = ground.premises.open_on(one.starts.date()) {
        // Over a change of the clocks a visit ends an hour earlier or later by the clock on the wall.
        let end = at(moment).map_or(one.starts, |from| {
            ground.zone.to_datetime(ends(from, one.minutes))
        });
        let is_within =
            one.starts.time() >= from && end.date() == one.starts.date() && end.time() <= until;
        if !is_within {
            clashes.push(Clash::Hours { from, until });
        }
    }
    if let Some(from) = at(moment) {
        if from < ground.now {
            clashes.insert(0, Clash::Passed);
        }
        clashes.extend(meets(ground, one, (from, ends(from, one.minutes)), others));
    }
    Checked {
        at: at(moment),
        comes_twice: matches!(moment, OnTheClock::Twice(_)),
        clashes,
    }
}

fn meets(
    ground: Ground<'_>,
    one: &Wanted,
    (from, until): (Timestamp, Timestamp),
    others: &[&Taken],
) -> Vec<Clash> {
    let mut clashes = Vec::new();
    let in_room = |room: &str| -> Option<&Taken> {
        let minutes = ground.premises.turnaround_minutes(room);
        let mut others = others.iter().copied();
        others.find(|other| {
            other.room.as_deref() == Some(room)
                && other.from < ends(until, minutes)
                && from < ends(other.until, minutes)
        })
    };
    let then: Vec<&Taken> = others
        .iter()
        .copied()
        .filter(|other| other.from < until && from < other.until)
        .collect();
    let span = |other: &Taken| {
        let wall = |at| ground.zone.to_datetime(at).time();
        (wall(other.from), wall(other.until))
    };
    let free = || -> Vec<String> {
        ground
            .premises
            .rooms_for(one.purpose)
            .filter(|room| in_room(&room.name).is_none())
            .map(|room| room.name.clone())
            .collect()
    };
    if let Some(other) = then.iter().find(|other| other.patient == ground.patient) {
        clashes.push(Clash::Patient {
            by: other.title.clone(),
            span: span(other),
        });
    }
    if let Some(room) = &one.room {
        let is_for_it = |known: &crate::premises::Room| known.name == *room;
        if !ground.premises.rooms_for(one.purpose).any(is_for_it) {
            clashes.push(Clash::NotInThisRoom {
                room: room.clone(),
                free: free(),
            });
        }
        if let Some(other) = then.iter().find(|other| other.room.as_ref() == Some(room)) {
            clashes.push(Clash::Room {
                room: room.clone(),
                by: other.title.clone(),
                span: span(other),
                free: free(),
            });
        } else if let Some(other) = in_room(room) {
            clashes.push(Clash::Turnaround {
                room: room.clone(),
                by: other.title.clone(),
                span: span(other),
                minutes: ground.premises.turnaround_minutes(room),
                free: free(),
            });
        }
    }
    if let Some(who) = &one.with
        && let Some(other) = then.iter().find(|other| other.with.as_ref() == Some(who))
    {
        clashes.push(Clash::Staff {
            who: who.clone(),
            by: other.title.clone(),
            span: span(other),
        });
    }
    clashes
}

/// What stands on the calendar from one moment to another, save the visits named.
pub fn taken(clinic: &Clinic, from: Timestamp, until: Timestamp, except: &[VisitId]) -> Vec<Taken> {
    let longest = i64::from(clinic.library().policy().visit_minutes_most);
    let since = from
        .saturating_sub(SignedDuration::from_mins(longest))
        .unwrap_or(from);
    clinic
        .board()
        .visits_between(since, until)
        .filter(|(_, _, visit)| {
            matches!(visit.state, VisitState::Booked | VisitState::Arrived)
                && !except.contains(&visit.id)
        })
        .map(|(patient, _, visit)| Taken {
            visit: visit.id,
            patient,
            title: visit.title.to_string(),
            from: visit.starts_at,
            until: ends(visit.starts_at, visit.minutes),
            room: visit.room.as_deref().map(str::to_owned),
            with: visit.with.as_deref().map(str::to_owned),
        })
        .filter(|one| one.until > from)
        .collect()
}

/// The same, over all the time some wanted visits take.
pub fn taken_around(clinic: &Clinic, wanted: &[Wanted], except: &[VisitId]) -> Vec<Taken> {
    let zone = clinic.zone();
    let moments = wanted
        .iter()
        .filter_map(|one| Some((at(on_the_clock(&zone, one.starts))?, one.minutes)));
    let spans: Vec<(Timestamp, Timestamp)> = moments
        .map(|(from, minutes)| (from, ends(from, minutes)))
        .collect();
    // What ends shortly before, or begins shortly after, counts where a room stays empty for a while.
    let between = clinic.library().premises().turnaround_minutes_most();
    let before = |at: Timestamp| {
        let length = SignedDuration::from_mins(i64::from(between));
        at.saturating_sub(length).unwrap_or(at)
    };
    let from = spans.iter().map(|(from, _)| before(*from)).min();
    let until = spans.iter().map(|(_, until)| ends(*until, between)).max();
    match (from, until) {
        (Some(from), Some(until)) => taken(clinic, from, until, except),
        (_, _) => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
