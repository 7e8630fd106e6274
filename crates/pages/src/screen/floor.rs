//! The floor: what phase is each room in, and what is due next? Readable at three metres, initials only.

mod sample;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::frame::{Frame, head};
use crate::part::mark::wordmark;
use crate::part::{Link, Mark, Standing, link, mark};

/// The floor board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Floor {
    /// "room 1, pressure, now"; empty when nothing is due.
    pub next: String,
    /// "then room 2, 14:08".
    pub then: String,
    /// The clinic's clock, "14:05".
    pub clock: String,
    /// "14:05:10".
    pub drawn: String,
    /// Rooms that are empty and hold drug nobody has accounted for.
    pub left: Vec<Link>,
    /// The rooms in use.
    pub tiles: Vec<Tile>,
}

/// One room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tile {
    /// "2"; a longer name is written smaller.
    pub room: String,
    /// Where it leads.
    pub href: String,
    /// "Infusion".
    pub phase: String,
    /// "minute 27 of 40".
    pub minute: String,
    /// "R.P.".
    pub initials: String,
    /// "Pressure due".
    pub act: String,
    /// "14:08"; empty when nothing is due.
    pub at: String,
    /// Minutes to go, or by which it is late.
    pub number: String,
    /// "min" or "min late".
    pub unit: String,
    /// Somebody must act now.
    pub is_late: bool,
    /// "132/84"; empty when it was never read.
    pub pressure: String,
    /// When it was read.
    pub read_at: String,
    /// How it stands: a rule that holds, or that it is old.
    pub mark: Option<Mark>,
    /// Drug that is left once the dose has ended.
    pub drug: Option<Mark>,
    /// How far the stay is along.
    pub bar: figures::Drawing,
}

/// Draws the board.
pub fn floor(frame: &Frame, view: &Floor) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en-US" {
            (head(&frame.assets, "Floor - Holdfast", &["ground", "figure", "floor"]))
            body.hf-floorpage {
                a.hf-skip href="#main" { "Skip to the board" }
                main #main tabindex="-1" data-hf-live=[frame.live.as_deref()] {
                    header.hf-floorhead {
                        a.hf-wordmark href="/today" { (wordmark()) "Holdfast" }
                        h1 { "Floor" }
                        p.hf-floorhead__next {
                            @if view.next.is_empty() { "Nothing is due" }
                            @else { "Next: " b { (view.next) } " " (view.then) }
                        }
                        p.hf-floorhead__clock { (view.clock) }
                    }
                    div.hf-floor__left { @for one in &view.left { p {
                        (mark(&Mark::new(Standing::ActNow, "Act now"))) " " (link(one))
                    } } }
                    div.hf-floor {
                        @if view.tiles.is_empty() { p.hf-floor__empty { "Nobody is in session" } }
                        @for one in &view.tiles { (tile(one)) }
                    }
                    footer.hf-floorfoot {
                        p { "Initials only: this board hangs where visitors pass." }
                        p { "Drawn " (view.drawn) ". If this is more than a minute old the board is out of date: go to the rooms." }
                    }
                }
                script src={ (frame.assets) "/floor.js" } defer {}
            }
        }
    }
}

fn tile(one: &Tile) -> Markup {
    html! {
        section.hf-tile .is-act[one.is_late] aria-label={ "Room " (one.room) } {
            header {
                p.hf-tile__room { a href=(one.href) { (one.room) } }
                p.hf-tile__phase { (one.phase) span { (one.minute) } }
                p.hf-tile__who { (one.initials) }
            }
            div.hf-tile__due {
                p.hf-tile__act { (one.act) " " time { (one.at) } }
                @if !one.number.is_empty() { p.hf-tile__n .hf-tile__n--long[one.number.len() > 2] { b { (one.number) } span { (one.unit) } } }
                @if one.is_late { p { (mark(&Mark::new(Standing::ActNow, "Act now"))) } }
            }
            div.hf-tile__bp {
                p { "Pressure " time { (one.read_at) } }
                @if one.pressure.is_empty() { p.hf-tile__none { span.hf-absent { "not read" } } }
                @else { p.hf-tile__v { (one.pressure) } }
                @if let Some(shown) = &one.mark { p { (mark(shown)) } }
                @if let Some(shown) = &one.drug { p { (mark(shown)) } }
            }
            div.hf-tile__bar { (PreEscaped(one.bar.svg.as_str())) }
        }
    }
}
