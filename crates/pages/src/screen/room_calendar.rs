//! The calendar by room: a day with its rooms beside one another, and a week with its rooms under one another.

mod sample;

use maud::{Markup, html};

use crate::frame::{Frame, nothing, staff_page};
use crate::part::{Link, Mark, Paging, Phrase, Tab, mark, paging, phrases, tabs};

/// A day by room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomDay {
    /// "Fri 27 Nov 2026".
    pub title: String,
    /// "12 visits, 4 of them with a dose. Open 08:00 to 19:00. Times in `America/New_York`."
    pub said: Vec<Phrase>,
    /// The other ways to look at the calendar.
    pub tabs: Vec<Tab>,
    /// The day before and after.
    pub paging: Paging,
    /// Why the clinic is closed; empty when it is open.
    pub closed: String,
    /// Its rooms.
    pub rooms: Vec<RoomColumn>,
    /// Visits that name no room; none where every visit has one.
    pub loose: Option<RoomColumn>,
}

/// A room on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomColumn {
    /// What it is called.
    pub name: String,
    /// "Free 5 h 30 min"; what is wrong with the column otherwise.
    pub said: String,
    /// Whether its stretches are drawn to scale; visits without a room are not.
    pub is_to_scale: bool,
    /// What fills the day, from opening to closing.
    pub stretches: Vec<Stretch>,
}

/// A stretch of a room's day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// How long, in quarters of an hour, at least one.
    pub quarters: u16,
    /// "10:00 to 13:00".
    pub time: String,
    /// What it holds.
    pub holds: Place,
}

/// What a stretch holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Nothing: a free place.
    Free,
    /// The room is made ready after a visit: nobody can be booked into it.
    Turnaround,
    /// A visit.
    Visit {
        /// Who comes.
        who: Link,
        /// "Infusion 2 of 3".
        what: String,
        /// With whom, or that nobody is named.
        with: Vec<Phrase>,
        /// "Dose from 11:00, recovery until 13:00".
        recovery: String,
        /// What became of it, or that it clashes.
        mark: Option<Mark>,
        /// What can be done with it.
        acts: Vec<Link>,
    },
}

/// A week by room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomWeek {
    /// "Mon 23 to Sun 29 Nov 2026".
    pub title: String,
    /// What it comes to.
    pub said: Vec<Phrase>,
    /// The other ways to look at the calendar.
    pub tabs: Vec<Tab>,
    /// The week before and after.
    pub paging: Paging,
    /// The days: a link to the day, and why it is closed or nothing.
    pub days: Vec<(Link, String)>,
    /// A row a room.
    pub rooms: Vec<RoomWeekRow>,
}

/// A room in a week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomWeekRow {
    /// What it is called.
    pub name: String,
    /// A cell a day: what is there, then what is free.
    pub days: Vec<(Vec<Vec<Phrase>>, String)>,
}

/// The longest stretch the style sheet draws to scale, in quarters of an hour.
pub const QUARTERS_MAX: u16 = 48;

/// The day.
pub fn room_day(frame: &Frame, view: &RoomDay) -> Markup {
    let main = html! {
        div.hf-page {
            (head(&view.title, &view.said, &view.tabs, &view.paging))
            @if !view.closed.is_empty() { p.hf-callout.hf-callout--watch { b { "Closed" } ", " (view.closed) "." } }
            div.hf-roomday role="region" tabindex="0" aria-label="Rooms of the day" {
                @for room in &view.rooms { (column(room)) }
            }
            @if let Some(loose) = &view.loose { div.hf-roomday__loose { (column(loose)) } }
        }
    };
    staff_page(frame, "Calendar", &nothing(), &main)
}

fn head(title: &str, said: &[Phrase], ways: &[Tab], pages: &Paging) -> Markup {
    html! {
        div.hf-page__head {
            h1.hf-h-m { (title) }
            p { (phrases(said)) }
            (paging(pages))
        }
        div.hf-noprint { (tabs("Ways to look at the calendar", ways)) }
    }
}

fn column(room: &RoomColumn) -> Markup {
    html! {
        section.hf-roomday__room {
            h2 { (room.name) " " span { (room.said) } }
            @if room.stretches.is_empty() { p.hf-muted { "Nothing" } }
            ol { @for one in &room.stretches { (stretch(room, one)) } }
        }
    }
}

fn stretch(room: &RoomColumn, one: &Stretch) -> Markup {
    let scale = room
        .is_to_scale
        .then(|| format!("hf-quarters-{}", one.quarters.clamp(1, QUARTERS_MAX)));
    let kind = match one.holds {
        Place::Free => "hf-stretch hf-stretch--free",
        Place::Turnaround => "hf-stretch hf-stretch--turnaround",
        Place::Visit { .. } => "hf-stretch",
    };
    let class = scale.map_or_else(|| kind.to_owned(), |scale| format!("{kind} {scale}"));
    html! {
        li class=(class) {
            @match &one.holds {
                Place::Free => p { time { (one.time) } " free" },
                Place::Turnaround => p { time { (one.time) } " turnaround, not free" },
                Place::Visit { who, what, with, recovery, mark: standing, acts } => {
                    p { time { (one.time) } @if let Some(is) = standing { " " (mark(is)) } }
                    p { a.hf-tap href=(who.href) { (who.text) } ", " (what) }
                    p.hf-muted { (phrases(with)) }
                    @if !recovery.is_empty() { p.hf-muted { (recovery) } }
                    @if !acts.is_empty() { p.hf-stretch__acts.hf-noprint { @for act in acts {
                        a.hf-tap href=(act.href) { (act.text) span.hf-hidden { ", " (who.text) ", " (one.time) } } " "
                    } } }
                }
            }
        }
    }
}

/// The week.
pub fn room_week(frame: &Frame, view: &RoomWeek) -> Markup {
    let main = html! {
        div.hf-page {
            (head(&view.title, &view.said, &view.tabs, &view.paging))
            div.hf-scroll role="region" tabindex="0" aria-label="Rooms of the week" {
                table.hf-table.hf-roomweek {
                    caption.hf-hidden { "Rooms of the week" }
                    thead { tr {
                        th scope="col" { "Room" }
                        @for (day, closed) in &view.days { th scope="col" {
                            a.hf-tap href=(day.href) { (day.text) }
                            @if !closed.is_empty() { " " span.hf-muted { "closed" } }
                        } }
                    } }
                    tbody { @for room in &view.rooms { tr {
                        th scope="row" { (room.name) }
                        @for (visits, free) in &room.days { td {
                            @for words in visits { p { (phrases(words)) } }
                            @if !free.is_empty() { p.hf-muted { (free) } }
                        } }
                    } } }
                }
            }
        }
    };
    staff_page(frame, "Calendar", &nothing(), &main)
}
