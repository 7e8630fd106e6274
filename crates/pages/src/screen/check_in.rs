//! The check-in on a phone: one question a page, skip always allowed, the crisis line at the foot.

pub mod link;
pub mod on_phone;
pub mod questionnaire;

use maud::{DOCTYPE, Markup, html};

use crate::form::Choice;
use crate::frame::{CSRF_FIELD, Door, csrf_field, head_without_script};
use crate::part::Link;
use on_phone::{Ahead, Coping, OnPhone};

/// How many questions are drawn as a row of steps; of more, the words say how far one is.
const STEPS_DRAWN_MAX: u8 = 14;

/// One question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckIn {
    /// Which question, from 1.
    pub number: u8,
    /// Of how many.
    pub of: u8,
    /// The question before; none on the first.
    pub back: Option<String>,
    /// Where the answer is sent.
    pub action: String,
    /// Fields nobody sees.
    pub hidden: Vec<(String, String)>,
    /// The question, in the patient's words.
    pub question: String,
    /// "Tap one. You can go back."
    pub hint: String,
    /// The name under which the answer is sent.
    pub name: String,
    /// How it is answered.
    pub answers: Answers,
    /// What is wrong with what was sent, when something is.
    pub error: Option<String>,
    /// The plan and the people, for the foot.
    pub coping: Option<Coping>,
    /// What lets the phone go on without a line; none where every question is a page of its own.
    pub on_phone: Option<Box<OnPhone>>,
}

/// How a question is answered. Every answer is a button that sends; nothing is preset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answers {
    /// 10 down to 0, with words at both ends.
    Ladder {
        /// At 10: "could not be stronger".
        high: String,
        /// At 0: "none at all".
        low: String,
    },
    /// A few.
    OneOf(Vec<Choice>),
    /// Any of a few, ticked, then sent.
    AnyOf(Vec<Choice>),
    /// A number, with its unit.
    Number {
        /// "hours".
        unit: String,
        /// What is no slip of typing; a phone without a line has nobody else to say it.
        within: Option<Within>,
    },
    /// A free line.
    Words,
}

/// The numbers a question takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Within {
    /// The least, as a number is written.
    pub least: String,
    /// The most.
    pub most: u32,
    /// How many places may stand behind the point.
    pub places: u8,
    /// What is said of anything else.
    pub fault: String,
}

/// The field that says the question was skipped: one of its own, because a field left empty is sent too.
pub const SKIP_FIELD: &str = "skip";

/// The end of a check-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckInDone {
    /// "Sent 08:12".
    pub sent: String,
    /// What was said that matters, back in plain words; none on a quiet day.
    pub said: Option<String>,
    /// The offer of a call, and where its answer is sent.
    pub offer: Option<(String, String)>,
    /// One useful thing for today, of the patient's own plan or ours.
    pub useful: Option<String>,
    /// What happens now: when, what.
    pub next: Vec<(String, String)>,
    /// "7K4 Q2M".
    pub receipt: String,
    /// The plan and the people, for the foot.
    pub coping: Option<Coping>,
}

/// Danger: the crisis line above everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckInDanger {
    /// "Dana, the nurse on duty, was told at 08:12. She will call the number ending 0142 by 08:30."
    pub told: String,
    /// People the patient chose: name, number.
    pub people: Vec<(String, String)>,
    /// From the safety plan.
    pub plan: Option<String>,
    /// Where "I tapped this by mistake" is sent.
    pub mistake: Option<String>,
    /// Where one goes on with what was begun, once help is at hand.
    pub go_on: Option<Link>,
}

impl CheckIn {
    /// A ladder, a choice, a line that needs mending.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let ladder = Self {
            number: 1,
            of: 5,
            back: None,
            action: "/check-in/sample/1".into(),
            hidden: vec![("command".into(), "cmd_sample".into())],
            question: "How strong was the urge to drink, at its worst, since yesterday?".into(),
            hint: "Tap one. You can go back.".into(),
            name: "craving".into(),
            answers: Answers::Ladder {
                high: "could not be stronger".into(),
                low: "none at all".into(),
            },
            error: None,
            coping: Some(Coping::sample()),
            on_phone: None,
        };
        let used = Self {
            number: 2,
            back: Some("/check-in/sample/1".into()),
            question: "Did you drink yesterday?".into(),
            hint: "Either answer is fine to give.".into(),
            name: "used".into(),
            answers: Answers::OneOf(Choice::list(&[("no", "No"), ("yes", "Yes")])),
            ..ladder.clone()
        };
        let slept = Self {
            number: 4,
            back: Some("/check-in/sample/3".into()),
            question: "How long did you sleep?".into(),
            hint: String::new(),
            name: "sleep".into(),
            answers: Answers::Number {
                unit: "hours".into(),
                within: Some(Within {
                    least: "0".into(),
                    most: 24,
                    places: 1,
                    fault: "Write a number of hours, for example 6.5".into(),
                }),
            },
            error: Some("Write a number of hours, for example 6.5.".into()),
            ..ladder.clone()
        };
        let alone = Self {
            on_phone: Some(Box::new(OnPhone::sample(&used, &slept))),
            ..used.clone()
        };
        let which = Self {
            number: 3,
            of: 38,
            question: "Which of these do you use at present?".into(),
            hint: "Tap all that apply, then Next.".into(),
            answers: Answers::AnyOf(Choice::list(&[
                ("alcohol", "Alcohol"),
                ("cocaine", "Cocaine"),
                ("none", "None of these"),
            ])),
            ..used.clone()
        };
        vec![
            ("ladder", ladder),
            ("choice", used),
            ("any", which),
            ("number", slept),
            ("alone", alone),
        ]
    }
}

impl CheckInDone {
    /// A quiet day and a day after use.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let next = |when: &str, what: &str| (when.to_owned(), what.to_owned());
        let quiet = Self {
            sent: "Sent 08:12".into(),
            said: None,
            offer: None,
            useful: Some("You wrote down what you want to live for: my daughter.".into()),
            next: vec![
                next("By noon", "Maria reads this. She does so every weekday."),
                next("Tomorrow 10:30", "Jonah, at the clinic."),
            ],
            receipt: "7K4 Q2M".into(),
            coping: Some(Coping::sample()),
        };
        let used = Self {
            said: Some("You said you drank yesterday. That day is written down as one day. The days before it stay as they are.".into()),
            offer: Some(("Shall we call you today?".into(), "/check-in/sample/call".into())),
            useful: Some("A day of use is a day to have company. On your plan stands: Joe, my brother.".into()),
            ..quiet.clone()
        };
        let late = Self {
            sent: "Answered 08:12, received 11:40".into(),
            ..quiet.clone()
        };
        vec![("quiet", quiet), ("used", used), ("late", late)]
    }
}

impl CheckInDanger {
    /// One sample.
    pub fn samples() -> Vec<(&'static str, Self)> {
        vec![("told", Self {
            told: "Dana, the nurse on duty, was told at 08:12. She will call the number ending 0142 by 08:30.".into(),
            people: vec![("Joe, your brother".into(), "207 555 0170".into()), ("Ana, next door".into(), "207 555 0171".into())],
            plan: Some("move away from what could hurt you. Go and sit where other people are.".into()),
            mistake: Some("/check-in/sample/mistake".into()),
            go_on: None,
        })]
    }
}

/// One question of a check-in.
pub fn check_in(door: &Door, view: &CheckIn) -> Markup {
    question_page(door, view, &html! {}, None)
}

/// One question beneath what stands above all of them.
fn question_page(door: &Door, view: &CheckIn, above: &Markup, kept: Option<&str>) -> Markup {
    let top = html! {
        @if let Some(back) = &view.back { a.hf-ck__back href=(back) { "Back" } } @else { span {} }
        p {
            "Question " (view.number) " of " (view.of)
            @if view.of <= STEPS_DRAWN_MAX {
                span.hf-ck__steps aria-hidden="true" {
                    @for step in 1..=view.of { i .hf-ck__on[step <= view.number] {} }
                }
            }
        }
    };
    let main = html! {
        (above)
        (question_main(door, view, view.on_phone.as_ref().and_then(|phone| phone.now())))
        @if let Some(words) = kept { p.hf-ck__kept { (words) } }
    };
    let around = Around {
        has_crisis_foot: true,
        coping: view.coping.as_ref(),
        on_phone: view.on_phone.as_deref(),
        state: None,
    };
    phone_page_with(door, &top, &main, &around)
}

/// A question and its answers; `ahead` says what a phone without a line has to know of it.
fn question_main(door: &Door, view: &CheckIn, ahead: Option<&Ahead>) -> Markup {
    html! {
        form method="post" action=(view.action) novalidate data-hf-ask=[ahead.map(|one| one.id.as_str())] data-hf-danger=[ahead.and_then(|one| one.danger.as_deref())] {
            (csrf_field(&door.csrf))
            @for (name, value) in &view.hidden { input type="hidden" name=(name) value=(value); }
            fieldset {
                legend { h1.hf-h-m { (view.question) } }
                @if !view.hint.is_empty() { p.hf-hint { (view.hint) } }
                @if let Some(words) = &view.error { p.hf-error role="alert" { (words) } }
                (answers(view))
            }
            p.hf-ck__skip { button.hf-linkbutton name=(SKIP_FIELD) value="yes" type="submit" { "Skip this one" } }
        }
    }
}

fn answers(view: &CheckIn) -> Markup {
    match &view.answers {
        Answers::Ladder { high, low } => html! {
            ol.hf-ladder {
                @for step in (0..=10_u8).rev() {
                    li { button name=(view.name) value=(step) type="submit" {
                        svg.hf-ladder__bar viewBox="0 0 10 1" preserveAspectRatio="none" aria-hidden="true" {
                            rect width=(step) height="1" {}
                        }
                        b { (step) }
                        @if step == 10 { span { (high) } }
                        @if step == 0 { span { (low) } }
                    } }
                }
            }
        },
        Answers::OneOf(choices) => html! {
            div.hf-ck__answers { @for choice in choices {
                button.hf-ck__answer name=(view.name) value=(choice.value) type="submit" {
                    (choice.text)
                    @if let Some(words) = &choice.hint { span.hf-hint { (words) } }
                }
            } }
        },
        Answers::AnyOf(choices) => html! {
            @for (place, choice) in choices.iter().enumerate() {
                div.hf-choice {
                    input type="checkbox" id={ "any-" (place) } name=(view.name) value=(choice.value);
                    label for={ "any-" (place) } { (choice.text) }
                }
            }
            p { button.hf-button.hf-button--wide type="submit" { "Next" } }
        },
        Answers::Number { unit, within } => html! {
            p.hf-with-unit {
                input.hf-input.hf-input--short data-hf-least=[within.as_ref().map(|one| &one.least)] data-hf-most=[within.as_ref().map(|one| one.most)] data-hf-places=[within.as_ref().map(|one| one.places)] data-hf-fault=[within.as_ref().map(|one| &one.fault)] name=(view.name) type="text" inputmode="decimal" autocomplete="off" aria-label=(if unit.is_empty() { &view.question } else { unit });
                span { (unit) }
            }
            p { button.hf-button.hf-button--wide type="submit" { "Next" } }
        },
        Answers::Words => html! {
            textarea.hf-input.hf-textarea name=(view.name) rows="4" aria-label=(view.question) {}
            p { button.hf-button.hf-button--wide type="submit" { "Next" } }
        },
    }
}

/// The end of a check-in.
pub fn check_in_done(door: &Door, view: &CheckInDone) -> Markup {
    let top = html! { span {} p { (view.sent) } };
    let main = html! {
        h1.hf-h-m { "Thank you. Your answers are in." }
        @if view.said.is_some() || view.offer.is_some() {
            div.hf-callout {
                @if let Some(words) = &view.said { p { (words) } }
                @if let Some((question, action)) = &view.offer {
                    form method="post" action=(action) {
                        input type="hidden" name=(CSRF_FIELD) value=(door.csrf);
                        fieldset {
                            legend { b { (question) } }
                            div.hf-ck__two {
                                button.hf-button name="call" value="yes" type="submit" { "Yes, call me" }
                                button.hf-button.hf-button--second name="call" value="no" type="submit" { "Not today" }
                            }
                        }
                    }
                }
            }
        }
        @if let Some(words) = &view.useful {
            h2.hf-h-s { "For today" }
            p { (words) }
        }
        h2.hf-h-s { "What happens now" }
        dl.hf-next { @for (when, what) in &view.next { div { dt { (when) } dd { (what) } } } }
        p.hf-muted { "Receipt " (view.receipt) ". Show it if we say nothing came." }
    };
    let around = Around {
        has_crisis_foot: true,
        coping: view.coping.as_ref(),
        on_phone: None,
        state: Some("in"),
    };
    phone_page_with(door, &top, &main, &around)
}

/// Danger: the crisis line first, then who was told.
pub fn check_in_danger(door: &Door, view: &CheckInDanger) -> Markup {
    let around = Around {
        has_crisis_foot: false,
        coping: None,
        on_phone: None,
        state: Some("in"),
    };
    phone_page_with(door, &html! {}, &danger_main(door, view), &around)
}

fn danger_main(door: &Door, view: &CheckInDanger) -> Markup {
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
        p.hf-ck__told { b { "You are not left alone with this. " } (view.told) }
        @if !view.people.is_empty() {
            h2.hf-h-s { "People you chose" }
            ul.hf-ck__people { @for (name, number) in &view.people {
                li { span { (name) } " " a href={ "tel:" (number.replace(' ', "")) } { "Call" span.hf-hidden { " " (name) } } }
            } }
        }
        @if let Some(plan) = &view.plan { p { b { "From your plan: " } (plan) } }
        @if let Some(action) = &view.mistake {
            form.hf-ck__skip method="post" action=(action) {
                (csrf_field(&door.csrf))
                button.hf-linkbutton type="submit" { "I tapped this by mistake" }
            }
            p.hf-muted { "We will still call, to be sure." }
        }
        @if let Some(on) = &view.go_on { p { a href=(on.href) { (on.text) } } }
    }
}

/// What stands around the content of a page on a phone.
struct Around<'a> {
    has_crisis_foot: bool,
    coping: Option<&'a Coping>,
    on_phone: Option<&'a OnPhone>,
    /// How the check-in stands, for the script: `in` once it is sent.
    state: Option<&'static str>,
}

/// A page on a phone. Its title gives nothing away.
fn phone_page(door: &Door, top: &Markup, main: &Markup, has_crisis_foot: bool) -> Markup {
    let around = Around {
        has_crisis_foot,
        coping: None,
        on_phone: None,
        state: None,
    };
    phone_page_with(door, top, main, &around)
}

fn phone_page_with(door: &Door, top: &Markup, main: &Markup, around: &Around<'_>) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en-US" {
            (head_without_script(&door.assets, "Today", &["ground", "form", "patient", "help-now"]))
            body.hf-patient-scale.hf-ck {
                header.hf-ck__top { (top) }
                // What waits on this phone is said here, and sent from whichever page is open.
                div.hf-ck__line data-hf-line data-hf-csrf=(door.csrf) role="status" {}
                main.hf-ck__main #main tabindex="-1" data-hf-state=[around.state] { (main) }
                @if around.has_crisis_foot {
                    footer.hf-ck__crisis {
                        @if let Some(coping) = around.coping { (on_phone::coping(door, coping)) }
                        p {
                            span { "Not safe, or not sure?" } " "
                            span { a href={ "tel:" (door.crisis) } { "Call " (door.crisis) } " " a href={ "sms:" (door.crisis) } { "or text" } }
                        }
                    }
                }
                @if let Some(phone) = around.on_phone { (on_phone::ahead(door, phone)) }
                script src={ (door.assets) "/device-queue.js" } defer {}
                script src={ (door.assets) "/check-in.js" } defer {}
            }
        }
    }
}
