//! Help now: whom to call and what helps, for one person, on one page that works without script and,
//! where they asked for it, without a connection.
//!
//! It carries no form, so that a copy kept on a phone holds no token of a sign-in.

use maud::{DOCTYPE, Markup, html};

use crate::frame::{Door, head};
use crate::part::Link;

/// The page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelpNow {
    /// The way back to the person's other pages.
    pub back: Link,
    /// The clinic's number.
    pub clinic_phone: Option<String>,
    /// People they chose: who, which number.
    pub people: Vec<(String, String)>,
    /// Their safety plan, step by step; empty where none is written.
    pub plan: Vec<Step>,
    /// When it was written, "Mon 23 Nov 2026".
    pub written: Option<String>,
    /// Where it is written, or written anew.
    pub write: Link,
    /// The plan to read whole and to print; none where none is written.
    pub paper: Option<Link>,
    /// What is needed to keep the page on a phone; none for those whose page it is not.
    pub keep: Option<Keep>,
    /// When the page was drawn, "Mon 23 Nov 2026, 14:05".
    pub drawn: String,
}

/// One step of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The question it answers.
    pub asks: String,
    /// What was written: the words, and a number where they hold one.
    pub lines: Vec<(String, Option<String>)>,
}

/// What is needed to keep the page on a phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keep {
    /// Address of the script that keeps it.
    pub worker: String,
}

/// The sheets, the mark and the scripts the page is drawn with.
const FILES: [&str; 7] = [
    "ground.css",
    "form.css",
    "patient.css",
    "help-now.css",
    "favicon.svg",
    "holdfast.js",
    "help-now.js",
];

impl HelpNow {
    /// A plan with people, a page with neither, and the page as staff see it.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let joe = ("Joe, my brother".to_owned(), "207 555 0170".to_owned());
        let full = Self {
            back: Link::new("/patients/sample/my-record", "My record"),
            clinic_phone: Some("207 555 0100".into()),
            people: vec![joe],
            plan: vec![
                Step {
                    asks: "What can I do on my own that helps?".into(),
                    lines: vec![
                        ("Walk down to the harbour and back".into(), None),
                        ("Put the phone away and shower".into(), None),
                    ],
                },
                Step {
                    asks: "Which professionals and crisis lines can I call?".into(),
                    lines: vec![("Jonah, at the clinic".into(), Some("207 555 0100".into()))],
                },
            ],
            written: Some("Mon 2 Nov 2026".into()),
            write: Link::new("/patients/sample/do/safety-plan", "Change it"),
            paper: Some(Link::new(
                "/patients/sample/safety-plan",
                "Read or print it",
            )),
            keep: Some(Keep {
                worker: "/patients/sample/help-now.js".into(),
            }),
            drawn: "Mon 23 Nov 2026, 14:05".into(),
        };
        let bare = Self {
            people: Vec::new(),
            plan: Vec::new(),
            written: None,
            clinic_phone: None,
            write: Link::new("/patients/sample/do/safety-plan", "Write one"),
            paper: None,
            ..full.clone()
        };
        let staff = Self {
            back: Link::new("/patients/sample", "Chart"),
            keep: None,
            ..full.clone()
        };
        vec![("plan", full), ("bare", bare), ("staff", staff)]
    }
}

/// Draws the page. Its title gives nothing away.
pub fn help_now(door: &Door, view: &HelpNow) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en-US" {
            (head(&door.assets, "Today", &["ground", "form", "patient", "help-now"]))
            body.hf-patient-scale.hf-ck {
                header.hf-ck__top { a.hf-ck__back href=(view.back.href) { (view.back.text) } span {} }
                main.hf-ck__main #main tabindex="-1" {
                    p.hf-keep__from data-hf-from="line" role="status" hidden {}
                    (call(door))
                    (people(door, view))
                    (plan(view))
                    @if let Some(to_keep) = &view.keep { (keep(door, view, to_keep)) }
                }
                @if view.keep.is_some() { script src={ (door.assets) "/help-now.js" } defer {} }
            }
        }
    }
}

fn call(door: &Door) -> Markup {
    html! {
        section.hf-urgent aria-labelledby="urgent" {
            h1 #urgent { "Talk to someone now" }
            div {
                a.hf-urgent__call href={ "tel:" (door.crisis) } { "Call " (door.crisis) }
                a.hf-urgent__text href={ "sms:" (door.crisis) } { "Text " (door.crisis) }
                p { "Free, day and night. A call needs no internet." }
                p.hf-urgent__now { "In danger this minute? " a href={ "tel:" (door.emergency) } { "Call " (door.emergency) } }
            }
        }
    }
}

fn people(door: &Door, view: &HelpNow) -> Markup {
    html! {
        @if !view.people.is_empty() || view.clinic_phone.is_some() {
            h2.hf-h-s { "People I can call" }
            ul.hf-now {
                @for (who, number) in &view.people { (one(who, Some(number))) }
                @if let Some(number) = &view.clinic_phone { (one(&door.clinic, Some(number))) }
            }
        }
    }
}

/// A line, with its number one tap away.
pub(super) fn one(words: &str, number: Option<&String>) -> Markup {
    html! {
        li {
            span { (words) @if let Some(number) = number { br; span.hf-muted { (number) } } }
            @if let Some(number) = number {
                a href={ "tel:" (digits(number)) } { "Call" span.hf-hidden { " " (words) } }
            }
        }
    }
}

fn digits(number: &str) -> String {
    let is_dialled = |one: &char| one.is_ascii_digit() || *one == '+';
    number.chars().filter(is_dialled).collect()
}

fn plan(view: &HelpNow) -> Markup {
    html! {
        h2.hf-h-s { "My plan for hard moments" }
        @if view.plan.is_empty() {
            p { "Nothing is written here yet. You can write it with somebody of the team, or on your own." }
        }
        @for step in &view.plan {
            h3 { (step.asks) }
            ul.hf-now { @for (words, number) in &step.lines { (one(words, number.as_ref())) } }
        }
        p.hf-muted {
            @if let Some(day) = &view.written { "Written " (day) ". " }
            a.hf-tap href=(view.write.href) { (view.write.text) }
            @if let Some(paper) = &view.paper { " " a.hf-tap href=(paper.href) { (paper.text) } }
        }
    }
}

fn keep(door: &Door, view: &HelpNow, to_keep: &Keep) -> Markup {
    let files: Vec<String> = FILES
        .iter()
        .map(|name| format!("{}/{name}", door.assets))
        .collect();
    html! {
        section.hf-keep aria-labelledby="keep" data-hf-worker=(to_keep.worker) data-hf-files=(files.join(" ")) data-hf-drawn=(view.drawn) hidden {
            h2 #keep { "Keep this page on this phone" }
            p data-hf-said role="status" {}
            button.hf-button.hf-button--second type="button" data-hf-put hidden { "Keep it here" }
            button.hf-button.hf-button--second type="button" data-hf-off hidden { "Take it off this phone" }
        }
    }
}
