//! The watch list: what is late or alarming, each with its reason, one owner and one clock.

mod sample;

use maud::{Markup, PreEscaped, html};

use crate::form::{Form, form};
use crate::frame::{Frame, nothing, staff_page};
use crate::part::{Link, Mark, Phrase, Tab, mark, phrases, tabs};

/// The watch list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchList {
    /// "3 to act on now, 4 to watch, 1 without an owner."
    pub said: String,
    /// Everyone, mine, settled today.
    pub tabs: Vec<Tab>,
    /// Act now first, then the longest wait.
    pub alerts: Vec<Alert>,
    /// How long it took to reach people, measured: "Time to contact, last 30 days: 3 h in the middle".
    pub contact: String,
    /// When it was drawn and what the marks mean.
    pub foot: String,
    /// What to say when nothing waits.
    pub when_empty: String,
}

/// One alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Unique on the page, for links and forms.
    pub id: String,
    /// Act now, watch, or settled.
    pub mark: Mark,
    /// "1 d 18 h".
    pub waited: String,
    /// "since Sat 20:05".
    pub since: String,
    /// Who it is about, leading to the chart.
    pub who: Link,
    /// "day 12".
    pub day: String,
    /// The reason in one sentence.
    pub reason: String,
    /// The data behind it.
    pub data: Vec<Vec<Phrase>>,
    /// The last fourteen days, drawn; or in words what is missing.
    pub recent: Recent,
    /// Whose it is; none when nobody owns it yet.
    pub owner: Option<String>,
    /// What runs out: "Third call due 14:30, in 25 min. Then to Dana Whitlock."
    pub clock: String,
    /// Forms with only a button: "Take it", "Hand over".
    pub acts: Vec<Form>,
    /// Where the number stands, and where what came of a call is written; none where nobody is to be called.
    pub call: Option<Link>,
    /// The form that puts it off, within the clinic's bound; folded until wanted. None where it may not.
    pub snooze: Option<Form>,
    /// The form that settles it with a note; folded until wanted.
    pub settle: Option<Form>,
}

/// What the last fourteen days look like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recent {
    /// A small drawing.
    Drawn(figures::Drawing),
    /// Nothing to draw: "no reading since 13:43".
    Absent(String),
}

/// The watch list.
pub fn watch_list(frame: &Frame, view: &WatchList) -> Markup {
    let main = html! {
        div.hf-page.hf-watch {
            div.hf-page__head {
                h1.hf-h-m { "Watch list" }
                p { (view.said) " " span.hf-muted { "Silence counts like a reading." } }
                (tabs("Show", &view.tabs))
            }
            @if view.alerts.is_empty() {
                p.hf-empty { (view.when_empty) }
            } @else {
                div.hf-watch__heads aria-hidden="true" {
                    span { "Waiting" } span { "Who, why and what is known" } span { "Last 14 days" }
                    span { "Owner, and what runs out" } span { "Act" }
                }
                ol { @for alert in &view.alerts { (draw_alert(frame, alert)) } }
            }
            @if !view.contact.is_empty() { p.hf-small { (view.contact) } }
            @if !view.alerts.is_empty() { p.hf-small.hf-muted { (view.foot) } }
        }
    };
    staff_page(frame, "Watch list", &nothing(), &main)
}

fn draw_alert(frame: &Frame, alert: &Alert) -> Markup {
    let is_act = alert.mark.standing == crate::part::Standing::ActNow;
    html! {
        li.hf-alert .hf-alert--act[is_act] id=(alert.id) {
            div.hf-alert__wait {
                (mark(&alert.mark))
                p { b { (alert.waited) } " " span.hf-muted { (alert.since) } }
            }
            div {
                h2 { a href=(alert.who.href) { (alert.who.text) } " " span.hf-muted { (alert.day) } }
                p.hf-alert__reason { (alert.reason) }
                @for words in &alert.data { p { (phrases(words)) } }
            }
            div {
                @match &alert.recent {
                    Recent::Drawn(drawing) => (PreEscaped(drawing.svg.as_str())),
                    Recent::Absent(words) => span.hf-absent { (words) },
                }
            }
            div {
                @if let Some(owner) = &alert.owner { p { b { (owner) } } }
                @else { p { b.hf-absent { "no owner yet" } } }
                p { (alert.clock) }
            }
            div.hf-alert__acts {
                @for act in &alert.acts { (form(&frame.csrf, act)) }
                @if let Some(call) = &alert.call { p { a href=(call.href) { (call.text) span.hf-hidden { ", " (alert.who.text) } } } }
                @if let Some(snooze) = &alert.snooze {
                    details.hf-data id={ (alert.id) "-snooze" } open[snooze.n_errors() > 0] {
                        summary { "Put off" }
                        (form(&frame.csrf, snooze))
                    }
                }
                @if let Some(settle) = &alert.settle {
                    details.hf-data id={ (alert.id) "-settle" } open[settle.n_errors() > 0] {
                        summary { "Settle, with a note" }
                        (form(&frame.csrf, settle))
                    }
                }
            }
        }
    }
}
