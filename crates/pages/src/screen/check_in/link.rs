//! Before and beyond a check-in's questions: the birth date that opens them, and a link that has ended.

use maud::{Markup, html};

use super::phone_page;
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
        };
        let wrong = Self {
            typed: ["3".into(), "14".into(), "1948".into()],
            error: Some("That is not the birth date we have. 4 tries are left".into()),
            ..fresh.clone()
        };
        vec![("fresh", fresh), ("wrong", wrong)]
    }
}

impl CheckInGone {
    /// An ended link, with and without a number to call.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let ended = Self {
            title: "This link has ended".into(),
            said: "Links to a check-in are open for a day and a half. The next one comes to you as usual, and nothing you sent before is lost.".into(),
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
