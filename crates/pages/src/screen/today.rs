//! The board of the day: who needs me, and for what?

mod sample;

use maud::{Markup, PreEscaped, html};

use crate::frame::{Frame, Place, nothing, staff_page};
use crate::part::{Figure, Link, Mark, Standing, figure, link, mark};

/// The board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Today {
    /// "Mon 23 Nov 2026, 14:05".
    pub now: String,
    /// "Tern Harbour Clinic. 10 here or expected, 5 gone home."
    pub said: String,
    /// How complete the ninety days of everyone in care are; none while nobody is in care.
    pub completeness: Option<Completeness>,
    /// The six stages, left to right.
    pub stages: Vec<Stage>,
    /// Who has gone home, with the time.
    pub gone_home: Vec<(String, String)>,
    /// What waits, longest first.
    pub waiting: Vec<Waiting>,
    /// The way to all that waits, "All 14 that wait".
    pub all_waiting: Option<Link>,
    /// The way to what is due, "41 due, 6 late".
    pub due: Option<Link>,
    /// The rooms of the day; none on a day without a booking.
    pub rooms: Option<Figure>,
}

/// Ninety-day completeness, with its denominator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completeness {
    /// "86 %".
    pub share: String,
    /// "1,204 of 1,398, from 31 people".
    pub of: String,
    /// The bar.
    pub bar: figures::Drawing,
    /// Answers still open, "34".
    pub open: String,
    /// Answers declined.
    pub declined: String,
    /// Answers missed.
    pub missed: String,
    /// "5 people are missing, the longest since Mon 9 Nov: 3 taken by nobody, the coordinator's."
    pub missing: String,
    /// The way to who is missing.
    pub who: Link,
}

/// A stage of the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// "Expected".
    pub name: String,
    /// Its cards.
    pub cards: Vec<Card>,
    /// What to say when there is none: "Nobody is in session".
    pub when_empty: String,
}

/// One patient with the single next act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// The preferred name, leading to the chart or the session.
    pub who: Link,
    /// Room and minute, a line each.
    pub lines: Vec<String>,
    /// The clock of the next act; none for one who is only expected.
    pub clock: Option<CardClock>,
    /// The next act, "Vitals".
    pub act: String,
    /// When it is due, "14:08".
    pub at: String,
    /// At most one flag.
    pub flag: Option<Mark>,
}

/// The only big numerals on the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardClock {
    /// Whole minutes.
    pub minutes: String,
    /// "min" or "min late".
    pub unit: String,
    /// The act is late and somebody must act now.
    pub is_late: bool,
}

/// Something that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// What waits, leading there.
    pub what: Link,
    /// For how long, "1 d 18 h".
    pub how_long: String,
    /// About whom or what.
    pub about: String,
    /// Whose it is; none when nobody owns it yet.
    pub owner: Option<String>,
    /// How pressing.
    pub mark: Option<Mark>,
}

/// The board of the day.
pub fn today(frame: &Frame, view: &Today) -> Markup {
    let main = html! {
        div.hf-today {
            div.hf-today__head {
                div {
                    h1.hf-h-m { (view.now) }
                    p.hf-small.hf-muted { (view.said) " " a.hf-tap.hf-noprint href=(Place::Today.path()) { "Reload" } " " a.hf-tap.hf-noprint href="/floor" { "Floor board" }
                        @if let Some(due) = &view.due { " " a.hf-tap.hf-noprint href=(due.href) { (due.text) } }
                        " " a.hf-tap.hf-noprint href="/messages" { "Messages" } }
                }
                @if let Some(share) = &view.completeness { (completeness(share)) }
            }
            div.hf-board { @for (place, one) in view.stages.iter().enumerate() {
                (stage(place, one, place + 1 == view.stages.len(), &view.gone_home))
            } }
            @if let Some(rooms) = &view.rooms {
                div.hf-rooms {
                    h2.hf-hidden #rooms { "Rooms of the day" }
                    (figure(rooms))
                }
            }
            (waiting(view))
        }
    };
    staff_page(frame, "Today", &nothing(), &main)
}

fn completeness(view: &Completeness) -> Markup {
    html! {
        section.hf-complete aria-label="Ninety-day completeness" {
            p.hf-complete__n {
                b { (view.share) } " of ninety-day answers are in "
                span.hf-muted { (view.of) }
            }
            (PreEscaped(view.bar.svg.as_str()))
            p.hf-complete__k {
                span { i.hf-key.hf-key--open {} "open " (view.open) }
                span { i.hf-key.hf-key--declined {} "declined " (view.declined) }
                span { i.hf-key.hf-key--missed {} "missed " (view.missed) }
                (link(&view.who))
            }
            p.hf-complete__m { (view.missing) }
        }
    }
}

fn stage(place: usize, stage: &Stage, is_last: bool, gone: &[(String, String)]) -> Markup {
    let id = format!("stage-{place}");
    html! {
        section.hf-stage aria-labelledby=(id) {
            h2.hf-stage__head id=(id) { (stage.name) " " span { (stage.cards.len()) } }
            @if stage.cards.is_empty() {
                p.hf-stage__empty { (stage.when_empty) }
            } @else {
                ul { @for one in &stage.cards { (card(one)) } }
            }
            @if is_last && !gone.is_empty() {
                div.hf-stage__gone {
                    h3 { "Gone home " span { (gone.len()) } }
                    ul { @for (who, at) in gone { li { (who) " " time { (at) } } } }
                }
            }
        }
    }
}

fn card(card: &Card) -> Markup {
    let is_late = card.clock.as_ref().is_some_and(|clock| clock.is_late);
    html! {
        li.hf-card .hf-card--late[is_late] .hf-card--expected[card.clock.is_none()] {
            h3 { a href=(card.who.href) { (card.who.text) } }
            @for line in &card.lines { p.hf-card__meta { (line) } }
            @if let Some(clock) = &card.clock {
                p.hf-card__num {
                    span { b { (clock.minutes) } " " (clock.unit) }
                    @if !is_late { time { (card.at) } }
                }
                p.hf-card__act { (card.act) @if is_late { " " time { (card.at) } } }
            } @else {
                p.hf-card__act { time { (card.at) } " " (card.act) }
            }
            @if let Some(flag) = &card.flag { p.hf-card__flag { (mark(flag)) } }
        }
    }
}

fn waiting(view: &Today) -> Markup {
    html! {
        aside.hf-wait aria-labelledby="wait" {
            h2.hf-stage__head #wait { "Waiting " span { "longest first" } }
            @if view.waiting.is_empty() {
                p.hf-stage__empty { "Nothing waits for anyone." }
            } @else {
                ul { @for one in &view.waiting { li {
                    p.hf-wait__t { a href=(one.what.href) { (one.what.text) } " " time { (one.how_long) } }
                    p.hf-wait__m { (one.about) }
                    p.hf-wait__m {
                        @if let Some(owner) = &one.owner { (owner) }
                        @else { span.hf-absent { "no owner yet" } }
                        @if let Some(flag) = &one.mark { " " (mark(flag)) }
                    }
                } } }
            }
            @if let Some(to) = &view.all_waiting { p.hf-wait__all { (link(to)) } }
        }
    }
}

/// The kind words for an empty stage, in the order of the board.
pub const EMPTY_STAGES: [(&str, &str); 6] = [
    ("Expected", "Nobody else is expected today"),
    ("Arrived", "Nobody is waiting"),
    ("Ready to dose", "Nobody is ready to dose"),
    ("In session", "Nobody is in session"),
    ("Recovering", "Nobody is recovering"),
    ("Ready to leave", "Nobody is about to leave"),
];

/// A late card's flag.
pub(crate) fn act_now() -> Mark {
    Mark::new(Standing::ActNow, "Act now")
}
