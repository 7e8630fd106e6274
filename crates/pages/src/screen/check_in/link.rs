//! Before and beyond a check-in's questions: the birth date that opens them, and a link that has ended.

use maud::{Markup, html};

use super::phone_page;
use crate::form::Choice;
use crate::frame::{Door, csrf_field};

/// The names under which the parts of a birth date are sent: month, day, year.
pub const BORN_FIELDS: [&str; 3] = ["month", "day", "year"];

/// The question that opens a link: the birth date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckInProof {
    /// Where the answer is sent.
    pub action: String,
    /// What was typed before, to be kept: month, day, year.
    pub typed: [String; 3],
    /// What is wrong with what was sent.
    pub error: Option<String>,
    /// The offer to be reminded later, for a link that came in a message.
    pub later: Option<LaterOffer>,
}

/// The name under which the way to be reminded later is sent.
pub const LATER_FIELD: &str = "later";

/// An offer to be reminded later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaterOffer {
    /// Where the answer is sent.
    pub action: String,
    /// The ways, each with the moment it means.
    pub ways: Vec<Choice>,
    /// When it was put off already: "We send it again Tue 3 Mar 10:05."
    pub said: Option<String>,
}

/// A link that leads to no questions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckInGone {
    /// Why, kindly: "This link has ended".
    pub title: String,
    /// What to do.
    pub said: String,
    /// The clinic's telephone number.
    pub phone: Option<String>,
}

impl CheckInProof {
    /// Fresh, and with a wrong date.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let fresh = Self {
            action: "/check-in/sample".into(),
            typed: [String::new(), String::new(), String::new()],
            error: None,
            later: None,
        };
        let mut ways = Choice::list(&[
            ("hour", "In an hour"),
            ("evening", "This evening"),
            ("tomorrow", "Tomorrow"),
        ]);
        for (way, hint) in
            ways.iter_mut()
                .zip(["Mon 23 Nov 15:05", "Mon 23 Nov 19:00", "Tue 24 Nov 09:00"])
        {
            way.hint = Some(hint.into());
        }
        let messaged = Self {
            later: Some(LaterOffer {
                action: "/check-in/sample/later".into(),
                ways,
                said: None,
            }),
            ..fresh.clone()
        };
        let put_off = Self {
            later: Some(LaterOffer {
                action: "/check-in/sample/later".into(),
                ways: Vec::new(),
                said: Some("We send it again Mon 23 Nov 15:05.".into()),
            }),
            ..fresh.clone()
        };
        let wrong = Self {
            typed: ["3".into(), "14".into(), "1948".into()],
            error: Some("That is not the birth date we have. 4 tries are left".into()),
            ..fresh.clone()
        };
        vec![
            ("fresh", fresh),
            ("messaged", messaged),
            ("put_off", put_off),
            ("wrong", wrong),
        ]
    }
}

impl CheckInGone {
    /// An ended link, with and without a number to call.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let ended = Self {
            title: "This link has ended".into(),
            said: "Links to a check-in are open for 36 hours. The next one comes to you as usual, and nothing you sent before is lost.".into(),
            phone: Some("207 555 0100".into()),
        };
        let unknown = Self {
            title: "This link leads nowhere".into(),
            said: "It may have been cut short in the message. Open it from the message once more."
                .into(),
            phone: None,
        };
        vec![("ended", ended), ("unknown", unknown)]
    }
}

/// The question that opens a link.
pub fn check_in_proof(door: &Door, view: &CheckInProof) -> Markup {
    let labels = ["Month", "Day", "Year"];
    let main = html! {
        form method="post" action=(view.action) novalidate {
            (csrf_field(&door.csrf))
            fieldset.hf-ck__born {
                legend { h1.hf-h-m { "When were you born?" } }
                p.hf-hint { "So that nobody else can answer for you. For example 3 14 1984." }
                @if let Some(words) = &view.error { p.hf-error role="alert" { (words) "." } }
                div {
                    @for ((name, label), typed) in BORN_FIELDS.iter().zip(labels).zip(&view.typed) {
                        label {
                            span { (label) }
                            input.hf-input name=(name) value=(typed) inputmode="numeric" autocomplete="off"
                                maxlength="4" required;
                        }
                    }
                }
            }
            p { button.hf-button.hf-button--wide type="submit" { "Open the questions" } }
        }
        p.hf-muted { "A few questions, one at a time. You can skip any of them." }
        @if let Some(offer) = &view.later { (later(door, offer)) }
    };
    phone_page(door, &html! { span {} }, &main, true)
}

/// A link that leads to no questions.
pub fn check_in_gone(door: &Door, view: &CheckInGone) -> Markup {
    let main = html! {
        h1.hf-h-m { (view.title) }
        p { (view.said) }
        @if let Some(phone) = &view.phone {
            p { "Want to talk to us? " a.hf-tap href={ "tel:" (phone.replace(' ', "")) } { "Call " (phone) } }
        }
    };
    phone_page(door, &html! { span {} }, &main, true)
}

fn later(door: &Door, offer: &LaterOffer) -> Markup {
    html! {
        @if let Some(said) = &offer.said { p.hf-callout role="status" { (said) } }
        @if !offer.ways.is_empty() {
            form.hf-ck__later method="post" action=(offer.action) {
                (csrf_field(&door.csrf))
                fieldset {
                    legend { "Not now? Remind me" }
                    div { @for way in &offer.ways {
                        button.hf-ck__chip name=(LATER_FIELD) value=(way.value) type="submit" {
                            (way.text)
                            @if let Some(when) = &way.hint { span { (when) } }
                        }
                    } }
                }
            }
        }
    }
}
