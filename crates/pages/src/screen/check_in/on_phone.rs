//! What a page of a check-in holds so that it goes on without a line: the questions ahead, what is shown
//! at the end and in danger, and the plan and the people one tap away.
//!
//! Everything here is in the page already, so a phone without a connection has it too. Without script the
//! templates are inert and every question is a page of its own; the plan opens without script.

use maud::{Markup, html};

use super::{CheckIn, CheckInDanger, danger_main, question_main};
use crate::frame::Door;
use crate::part::Link;
use crate::screen::help_now::{self, Step};

/// What a person wrote for hard moments, at the foot of every page of their check-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coping {
    /// People they chose: who, which number.
    pub people: Vec<(String, String)>,
    /// The clinic's number.
    pub clinic_phone: Option<String>,
    /// Their safety plan, step by step; empty where none is written.
    pub plan: Vec<Step>,
}

/// A question that may come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ahead {
    /// Its identifier.
    pub id: String,
    /// Whether it comes only after use was said.
    pub is_after_use: bool,
    /// What was said to it so far, as it is sent.
    pub said: Option<String>,
    /// The answers that mean danger now, between spaces.
    pub danger: Option<String>,
    /// The question.
    pub question: CheckIn,
}

/// What the phone needs to go on without a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnPhone {
    /// Where answers that waited are sent.
    pub kept: String,
    /// The address of the check-in, before the question's identifier.
    pub base: String,
    /// What lets them in.
    pub slot: String,
    /// "7K4 Q2M".
    pub receipt: String,
    /// The question now shown.
    pub here: String,
    /// Every question that may come, in order.
    pub ahead: Vec<Ahead>,
    /// The clinic's number, for who wants to be called before a line is back.
    pub clinic_phone: Option<String>,
    /// People they chose, and what helps, for a page of danger that needs no line.
    pub danger: CheckInDanger,
}

/// What came of answers that waited, as the phone that sent them is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckInReceived {
    /// "Thank you. Your answers are in.", or why they were not taken.
    pub title: String,
    /// How it stands, for the script: `in`, `open` or `refused`.
    pub state: &'static str,
    /// The question to go on with.
    pub next: Option<String>,
    /// What is said, line by line.
    pub lines: Vec<String>,
    /// A way on.
    pub on: Option<Link>,
}

impl Coping {
    /// A plan with people, and none yet.
    pub fn sample() -> Self {
        Self {
            people: vec![("Joe, your brother".into(), "207 555 0170".into())],
            clinic_phone: Some("207 555 0100".into()),
            plan: vec![Step {
                asks: "What can I do on my own that helps?".into(),
                lines: vec![("Walk down to the harbour and back".into(), None)],
            }],
        }
    }
}

impl OnPhone {
    /// The question now shown, as the phone has to know it.
    pub(super) fn now(&self) -> Option<&Ahead> {
        self.ahead.iter().find(|one| one.id == self.here)
    }

    /// Two questions, for samples.
    pub(super) fn sample(used: &CheckIn, slept: &CheckIn) -> Self {
        let ahead = |id: &str, question: &CheckIn| Ahead {
            id: id.to_owned(),
            is_after_use: false,
            said: None,
            danger: None,
            question: question.clone(),
        };
        Self {
            kept: "/check-in/sample/kept".into(),
            base: "/check-in/sample".into(),
            slot: "sample-slot".into(),
            receipt: "7K4 Q2M".into(),
            here: "used".into(),
            ahead: vec![ahead("used", used), ahead("sleep", slept)],
            clinic_phone: Some("207 555 0100".into()),
            danger: CheckInDanger {
                told: NOT_TOLD.to_owned(),
                people: vec![("Joe, your brother".into(), "207 555 0170".into())],
                plan: None,
                mistake: None,
                go_on: None,
            },
        }
    }
}

/// What stands on a page of danger before the clinic has it.
pub const NOT_TOLD: &str = "This page came up at once, before the clinic has your answer. It is sent the moment there is a line. Do not wait for it: a call needs no internet.";

impl CheckInReceived {
    /// Taken in late, not at the end, and not taken.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let late = Self {
            title: "Thank you. Your answers are in.".into(),
            state: "in",
            next: None,
            lines: vec![
                "Answered 08:12, received 11:40.".into(),
                "Receipt 7K4 Q2M. Show it if we say nothing came.".into(),
            ],
            on: Some(Link::new("/check-in/sample", "Look at this check-in")),
        };
        let open = Self {
            title: "Kept so far".into(),
            state: "open",
            next: Some("sleep".into()),
            lines: vec!["Write a number of hours, for example 6.5.".into()],
            ..late.clone()
        };
        let refused = Self {
            title: "There is nothing to answer now".into(),
            state: "refused",
            next: None,
            lines: vec![
                "Your course had ended when this came in. You are welcome back at any time.".into(),
            ],
            on: None,
        };
        vec![("late", late), ("open", open), ("refused", refused)]
    }
}

/// The plan and the people, opened by one tap with or without script.
pub(super) fn coping(door: &Door, view: &Coping) -> Markup {
    html! {
        details.hf-ck__coping {
            summary { "My plan and my people" }
            div {
                @if !view.people.is_empty() || view.clinic_phone.is_some() {
                    ul.hf-now {
                        @for (who, number) in &view.people { (help_now::one(who, Some(number))) }
                        @if let Some(number) = &view.clinic_phone { (help_now::one(&door.clinic, Some(number))) }
                    }
                }
                @if view.plan.is_empty() {
                    p.hf-muted { "No plan for hard moments is written yet. We can write it together at your next visit." }
                }
                @for step in &view.plan {
                    h2 { (step.asks) }
                    ul.hf-now { @for (words, number) in &step.lines { (help_now::one(words, number.as_ref())) } }
                }
            }
        }
    }
}

/// The questions ahead and both ends, for the script.
pub(super) fn ahead(door: &Door, view: &OnPhone) -> Markup {
    html! {
        div hidden data-hf-check-in data-hf-kept=(view.kept) data-hf-base=(view.base) data-hf-slot=(view.slot) data-hf-here=(view.here) {
            @for one in &view.ahead {
                template data-hf-question=(one.id) data-hf-after-use[one.is_after_use] data-hf-said=[one.said.as_deref()] {
                    (question_main(door, &one.question, Some(one)))
                }
            }
            template data-hf-end="kept" { (kept_main(view)) }
            template data-hf-end="danger" { (danger_main(door, &view.danger)) }
        }
    }
}

/// The receipt of what waits on the phone.
fn kept_main(view: &OnPhone) -> Markup {
    html! {
        h1.hf-h-m { "Thank you. Your answers are on this phone." }
        p { b { "Answered " span data-hf-answered {} "." } " Not at the clinic yet: there is no line." }
        p { "They are sent as soon as a line is back. Leave this page open, or open the link again later. Nothing you said is lost, and nothing is sent twice." }
        @if let Some(phone) = &view.clinic_phone {
            p { "Want to talk to us before that? A call needs no internet. " a.hf-tap href={ "tel:" (phone.replace(' ', "")) } { "Call " (phone) } }
        }
        p.hf-muted { "Receipt " (view.receipt) ". Show it if we say nothing came." }
    }
}

/// What came of answers that waited.
pub fn check_in_received(door: &Door, view: &CheckInReceived) -> Markup {
    let main = html! {
        div data-hf-state=(view.state) data-hf-next=[view.next.as_deref()] {
            h1.hf-h-m { (view.title) }
            @for words in &view.lines { p data-hf-told { (words) } }
            @if let Some(on) = &view.on { p { a.hf-tap href=(on.href) { (on.text) } } }
        }
    };
    super::phone_page(door, &html! { span {} }, &main, true)
}
