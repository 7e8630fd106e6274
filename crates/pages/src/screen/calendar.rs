//! The calendar: a week as a list, a day under another.

mod sample;

use maud::{Markup, html};

use crate::frame::{Frame, nothing, staff_page};
use crate::part::{Link, Mark, Paging, Tab, mark, paging, tabs};

/// A week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// "Mon 23 to Sun 29 Nov 2026".
    pub week: String,
    /// "31 visits, 6 of them infusions. Times in `America/New_York`."
    pub said: String,
    /// The week before and after.
    pub paging: Paging,
    /// The other ways to look at the calendar.
    pub tabs: Vec<Tab>,
    /// The way to booking.
    pub book: Option<Link>,
    /// Its days.
    pub days: Vec<CalendarDay>,
}

/// A day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarDay {
    /// "Mon 23 Nov".
    pub date: String,
    /// Today.
    pub is_today: bool,
    /// Its visits by time.
    pub visits: Vec<CalendarVisit>,
    /// Why nothing is booked: "Closed, Thanksgiving". Empty when nothing needs saying.
    pub closed: String,
}

/// A visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarVisit {
    /// "10:30 to 11:30".
    pub time: String,
    /// Who comes, leading to the chart.
    pub who: Link,
    /// "Relapse prevention".
    pub what: String,
    /// With whom.
    pub with: String,
    /// Where.
    pub room: String,
    /// Held, missed, moved; none while it is simply booked.
    pub mark: Option<Mark>,
    /// Moving, missing, holding it.
    pub acts: Vec<Link>,
}

/// The calendar.
pub fn calendar(frame: &Frame, view: &Calendar) -> Markup {
    let main = html! {
        div.hf-page {
            div.hf-page__head {
                h1.hf-h-m { (view.week) }
                p { (view.said) }
                (paging(&view.paging))
                @if let Some(to) = &view.book { p.hf-acts { a.hf-button href=(to.href) { (to.text) } } }
            }
            @if !view.tabs.is_empty() { div.hf-noprint { (tabs("Ways to look at the calendar", &view.tabs)) } }
            @for day in &view.days { (draw_day(day)) }
        }
    };
    staff_page(frame, "Calendar", &nothing(), &main)
}

fn draw_day(day: &CalendarDay) -> Markup {
    html! {
        section.hf-day .hf-day--today[day.is_today] {
            h2 { (day.date) @if day.is_today { " " span { "today" } } }
            @if day.visits.is_empty() {
                p.hf-muted { @if day.closed.is_empty() { "Nothing booked" } @else { (day.closed) } }
            } @else {
                ul { @for visit in &day.visits { li {
                    time { (visit.time) }
                    p { a.hf-tap href=(visit.who.href) { (visit.who.text) } ", " (visit.what) }
                    p.hf-muted { (visit.with) @if !visit.with.is_empty() && !visit.room.is_empty() { ", " } (visit.room) }
                    p { @if let Some(one) = &visit.mark { (mark(one)) } }
                    @if !visit.acts.is_empty() {
                        p.hf-day__acts.hf-noprint { @for act in &visit.acts {
                            a.hf-tap href=(act.href) { (act.text) span.hf-hidden { ", " (visit.who.text) ", " (visit.time) } } " "
                        } }
                    }
                } } }
            }
        }
    }
}
