//! The session room: is this person safe now, and what must I do next?

mod pad;
mod sample;

pub use pad::{Pad, PadField, Press, pads};

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::frame::{Frame, csrf_field, head};
use crate::part::{Fact, Figure, Link, Mark, Phrase, Standing, data_table, link, mark, phrases};

/// The room of one session, while it is open and afterwards as its record.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionRoom {
    /// The preferred name, leading to the chart.
    pub who: Link,
    /// "they/them, 14 Mar 1984, 42".
    pub about: String,
    /// Weight, allergies, plan, consent, escort.
    pub facts: Vec<Fact>,
    /// "Room 2".
    pub room: String,
    /// The clinic's clock when this was drawn, "14:05".
    pub clock: String,
    /// The moment this was drawn, for a clock that goes on without a network: seconds since 1970.
    pub drawn_at: i64,
    /// How far the clinic's clock is from universal time, in seconds.
    pub offset_s: i32,
    /// The large figures.
    pub readouts: Vec<Readout>,
    /// What the rules say now, strictest first.
    pub said: Vec<RuleSaid>,
    /// What else is to be known at once, a mark and a sentence each: help that is called, a monitor by
    /// whose last reading nobody may go.
    pub notes: Vec<(Mark, String)>,
    /// The flowsheet.
    pub flow: Figure,
    /// The level of the plan as prescribed, drawn before the session; nothing measured changes it.
    pub plan: Option<(String, Figure)>,
    /// The numbered acts, in the order of their numbers.
    pub acts: Vec<ActLine>,
    /// How many earlier acts are left off, with the way to all of them.
    pub more: Option<Link>,
    /// "Saved 14:03:20, entry 48,207."
    pub saved: String,
    /// What is due next.
    pub due: Due,
    /// The stack of acts, top to bottom.
    pub stack: Vec<Press>,
    /// What stands in the corner that never moves.
    pub corner: Corner,
    /// Pads that open over the page where there is script.
    pub pads: Vec<Pad>,
    /// Keeps entries on the device: the identifiers of who charts and of the session. What somebody else
    /// charted waits for them: nobody's entry is sent under another's name.
    pub keep: Option<(String, String)>,
}

/// A large figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readout {
    /// "Pressure".
    pub name: String,
    /// "162/98"; empty when it was never read.
    pub number: String,
    /// "mg".
    pub unit: String,
    /// "14:03".
    pub sub: String,
    /// How it stands.
    pub mark: Option<Mark>,
    /// Seconds since 1970 it counts whole minutes from, while it runs.
    pub since: Option<i64>,
}

/// What a monitoring rule says, in the protocol's own sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSaid {
    /// "Watch", "Slow or hold", "Stop".
    pub mark: Mark,
    /// "M06".
    pub rule: String,
    /// The sentence.
    pub sentence: String,
    /// "Clinic policy".
    pub source: String,
    /// The way to the rule and what it used.
    pub why: Link,
    /// Signed rescue templates this alert calls for, by the few words of each.
    pub offers: Vec<Link>,
    /// Templates this person may not use, each with why and whom to call.
    pub barred: Vec<String>,
    /// What forbids a template and nobody knows, in one sentence.
    pub not_known: Option<String>,
    /// Why it offers none of those there are.
    pub not_offered: Option<String>,
}

impl RuleSaid {
    /// Whether rescue templates stand under it, to press or in words.
    pub const fn calls(&self) -> bool {
        !self.offers.is_empty() || !self.barred.is_empty()
    }
}

/// A numbered act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActLine {
    /// Its number in the figure.
    pub number: usize,
    /// "13:38".
    pub at: String,
    /// "Infusion started, LF".
    pub words: Vec<Phrase>,
    /// When it was charted, where that was later.
    pub late: Option<String>,
}

/// What is due next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// "Vitals due in", "Overdue by", "Nothing due yet".
    pub head: String,
    /// Whole minutes; empty when nothing is due.
    pub number: String,
    /// "min".
    pub unit: String,
    /// "14:08: pressure, sedation".
    pub words: String,
    /// Who is told, once it is late.
    pub told: Option<String>,
    /// Late: somebody must act now.
    pub is_late: bool,
    /// Seconds since 1970 at which it is due.
    pub at: Option<i64>,
}

/// The corner in which Stop stands, whatever the page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Corner {
    /// One press ends the dose.
    Stop {
        /// Where it is sent.
        action: String,
        /// The fields sent with it.
        hidden: Vec<(String, String)>,
        /// What ends: "infusion".
        what: String,
    },
    /// No dose runs: why, in a few words.
    Still(String),
}

/// The page.
pub fn session_room(frame: &Frame, view: &SessionRoom) -> Markup {
    let title = format!("{} - Holdfast", view.room);
    html! {
        (DOCTYPE)
        html lang="en-US" {
            (head(&frame.assets, &title, &["ground", "form", "figure", "room"]))
            body.hf-night {
                a.hf-skip href="#main" { "Skip to the page" }
                (offline(frame, view))
                @if let Some(notice) = &frame.notice { p.hf-hidden role="status" { (notice) } }
                main #main tabindex="-1" data-hf-live=[frame.live.as_deref()] data-hf-drawn=(view.drawn_at)
                    data-hf-offset=(view.offset_s) {
                    (bedside(view))
                    div.hf-room {
                        (watching(view))
                        (stack(frame, view))
                    }
                }
                (pads(&frame.csrf, &view.pads))
                footer.hf-printfoot {
                    (frame.clinic) ", drawn " (frame.drawn) " for " (frame.name) "."
                }
                script src={ (frame.assets) "/device-queue.js" } defer {}
                script src={ (frame.assets) "/room.js" } defer {}
            }
        }
    }
}

/// Where the page says that the network is gone and what waits; script fills it.
fn offline(frame: &Frame, view: &SessionRoom) -> Markup {
    html! {
        @if let Some((who, session)) = &view.keep {
            div #hf-offline role="status" data-hf-who=(who) data-hf-name=(frame.name)
                data-hf-session=(session) data-hf-csrf=(frame.csrf) {}
        }
    }
}

fn bedside(view: &SessionRoom) -> Markup {
    html! {
        header.hf-bedside {
            h1 { a href=(view.who.href) { (view.who.text) } span { (view.about) } }
            dl { @for fact in &view.facts { div { dt { (fact.name) } dd { (phrases(&fact.said)) } } } }
            p.hf-bedside__room { (view.room) time data-hf-clock { (view.clock) } }
        }
    }
}

fn watching(view: &SessionRoom) -> Markup {
    html! {
        div {
            dl.hf-readout { @for one in &view.readouts { (readout(one)) } }
            (rules_said(&view.said, &view.notes))
            figure.hf-flow {
                div.hf-scroll role="region" tabindex="0" aria-label={ (view.flow.drawing.title) ", drawing" } {
                    (PreEscaped(view.flow.drawing.svg.as_str()))
                }
                figcaption {
                    ol.hf-actslist { @for act in &view.acts { li {
                        b { (act.number) } " " time { (act.at) } " " (phrases(&act.words))
                        @if let Some(late) = &act.late { " " span.hf-late { (late) } }
                    } } }
                    p.hf-flow__foot {
                        span { (view.saved) }
                        @if let Some(more) = &view.more { " " (link(more)) }
                        @if !view.flow.caption.is_empty() { " " (phrases(&view.flow.caption)) }
                    }
                }
            }
            (data_table(&view.flow.table_link, &view.flow.drawing.table))
            @if let Some((caution, curve)) = &view.plan {
                details.hf-data.hf-roomplan {
                    summary { "The plan\u{2019}s level, drawn before the session" }
                    p { b { (caution) } }
                    (crate::part::figure(curve))
                }
            }
        }
    }
}

fn readout(one: &Readout) -> Markup {
    let standing = one.mark.as_ref().map(|mark| mark.standing);
    let is_watch = standing == Some(Standing::Watch);
    let is_act = standing == Some(Standing::ActNow);
    html! {
        div .is-watch[is_watch] .is-act[is_act] {
            dt { (one.name) }
            dd {
                @if one.number.is_empty() { span.hf-absent { "not read" } }
                @else { b data-hf-since=[one.since] { (one.number) } " " (one.unit) }
            }
            dd.hf-readout__sub {
                @if let Some(shown) = &one.mark { (mark(shown)) " " }
                (one.sub)
            }
        }
    }
}

/// The first sentence whole, and each that calls for a rescue; the rest a line each, which opens, so
/// that the flowsheet stays in sight however many rules speak.
fn rules_said(said: &[RuleSaid], notes: &[(Mark, String)]) -> Markup {
    html! {
        @if !said.is_empty() || !notes.is_empty() {
            div.hf-rulessaid {
                @for (place, one) in said.iter().enumerate() {
                    @let is_act = one.mark.standing == Standing::ActNow;
                    div.hf-rulesaid .hf-rulesaid--act[is_act] role=(if is_act { "alert" } else { "status" }) {
                        @if place == 0 || one.calls() { (said_whole(one)) } @else { (said_short(one)) }
                    }
                }
                @for (shown, words) in notes {
                    @let is_act = shown.standing == Standing::ActNow;
                    div.hf-rulesaid .hf-rulesaid--act[is_act] role="status" { p { (mark(shown)) " " (words) } }
                }
            }
        }
    }
}

fn said_whole(one: &RuleSaid) -> Markup {
    html! {
        p { (sentence(one)) " " (grounds(one)) }
        @if one.calls() {
            div.hf-rulesaid__offers { @for offer in &one.offers {
                a.hf-button.hf-button--second href=(offer.href) { (offer.text) }
            }
            @for words in &one.barred { p.hf-rulesaid__barred { (words) } } }
        }
        @if let Some(words) = &one.not_known { p.hf-absent { (words) } }
    }
}

fn said_short(one: &RuleSaid) -> Markup {
    html! {
        details {
            summary { (sentence(one)) }
            p { (grounds(one)) }
            @if let Some(words) = &one.not_known { p.hf-absent { (words) } }
        }
    }
}

fn sentence(one: &RuleSaid) -> Markup {
    html! { (mark(&one.mark)) " " b { (one.rule) "." } " " (one.sentence) }
}

/// Where the rule is from, the way to it, and why it offers no rescue.
fn grounds(one: &RuleSaid) -> Markup {
    html! {
        span.hf-muted { (one.source) "." } " "
        a.hf-tap href=(one.why.href) { (one.why.text) }
        @if let Some(words) = &one.not_offered { " " span.hf-muted { (words) } }
    }
}

fn stack(frame: &Frame, view: &SessionRoom) -> Markup {
    let due = &view.due;
    html! {
        div.hf-stack {
            div.hf-due .hf-due--late[due.is_late] data-hf-due=[due.at] {
                p { (due.head) }
                p.hf-due__n { b { (due.number) } " " (due.unit) }
                p { (due.words) }
                @if let Some(told) = &due.told { p.hf-due__told { (told) } }
            }
            @for one in &view.stack { (pad::press(&frame.csrf, one)) }
            (corner(frame, &view.corner))
        }
    }
}

fn corner(frame: &Frame, corner: &Corner) -> Markup {
    html! {
        @match corner {
            Corner::Stop { action, hidden, what } => {
                form.hf-stop method="post" action=(action) data-hf-room="stop" {
                    (csrf_field(&frame.csrf))
                    @for (name, value) in hidden { input type="hidden" name=(name) value=(value); }
                    button.hf-button.hf-button--stop type="submit" { "Stop " (what) }
                }
            }
            Corner::Still(words) => { p.hf-stop.hf-stop--still { (words) } }
        }
    }
}
