//! The follow-back calendar: ninety days of one substance as months, one box a day, what is known beside it.

mod sample;

use maud::{Markup, html};

use crate::form::{Form, form};
use crate::frame::{Frame, csrf_field, staff_page};
use crate::part::list::tabs;
use crate::part::patient::patient_header;
use crate::part::{Fact, Link, PatientHeader, Phrase, Tab, facts, phrases};

const WEEKDAYS: [(&str, &str); 7] = [
    ("Mon", "Monday"),
    ("Tue", "Tuesday"),
    ("Wed", "Wednesday"),
    ("Thu", "Thursday"),
    ("Fri", "Friday"),
    ("Sat", "Saturday"),
    ("Sun", "Sunday"),
];

/// The signs a day can hold, with their words.
const SIGNS: [(&str, &str); 9] = [
    ("D", "diary"),
    ("C", "conversation"),
    ("S", "session"),
    ("V", "visit"),
    ("T", "urine test"),
    ("H P L A", "holiday, pay day, life event, other anchor"),
    ("+", "used, or found"),
    ("-", "not used, or not found"),
    ("!", "reports disagree"),
];

/// The calendar of one substance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowBack {
    /// Whom it is about.
    pub patient: PatientHeader,
    /// "Alcohol".
    pub substance: String,
    /// "drinks of 14 g".
    pub unit: String,
    /// What was recorded, counted with what is not known.
    pub said: Vec<Phrase>,
    /// The substances, each a layer of its own.
    pub layers: Vec<Tab>,
    /// The windows: now, and before the first dose.
    pub windows: Vec<Tab>,
    /// Where it is sent.
    pub action: String,
    /// Fields nobody sees.
    pub hidden: Vec<(String, String)>,
    /// What is wrong with the whole.
    pub errors: Vec<String>,
    /// Whether whoever reads may write.
    pub is_open: bool,
    /// The months, earliest first.
    pub months: Vec<FollowMonth>,
    /// Who said so: value and words; the one chosen.
    pub sources: Vec<(String, String)>,
    /// The source chosen.
    pub source: String,
    /// The form that fills a run of days.
    pub fill: Form,
    /// The form that opens another substance.
    pub other: Form,
    /// The form that notes an anchor.
    pub anchor: Form,
    /// The anchors, tests, sessions and conflicts of these days, in words.
    pub events: Vec<Fact>,
    /// The way out.
    pub cancel: Link,
}

/// A month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowMonth {
    /// Its name in addresses: `2026-11`.
    pub key: String,
    /// "November 2026".
    pub title: String,
    /// Its weeks from Monday on; a place without a day is outside the month or the ninety days.
    pub weeks: Vec<Vec<Option<FollowDay>>>,
}

/// What is known of a day by every way of asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayShape {
    /// Used.
    Used,
    /// Not used.
    NotUsed,
    /// Nobody said.
    NotKnown,
    /// One report says used and another says not.
    Conflict,
}

/// A day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowDay {
    /// As it is sent; its box is `day-2026-11-22`.
    pub key: String,
    /// "22".
    pub number: String,
    /// "Sun 22 Nov".
    pub label: String,
    /// What the interview says so far: empty, `0`, an amount, or `u` where the amount is not known.
    pub value: String,
    /// What is known of it.
    pub shape: DayShape,
    /// What stands beside it.
    pub badges: Vec<Badge>,
    /// What is wrong with what was typed.
    pub error: Option<String>,
}

/// A short sign in a day, with its meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Badge {
    /// One or two letters.
    pub sign: String,
    /// In words.
    pub words: String,
}

impl DayShape {
    const fn class(self) -> &'static str {
        match self {
            Self::Used => "hf-fb__day--used",
            Self::NotUsed => "hf-fb__day--not-used",
            Self::NotKnown => "hf-fb__day--unknown",
            Self::Conflict => "hf-fb__day--conflict",
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Used => "used",
            Self::NotUsed => "not used",
            Self::NotKnown => "not known",
            Self::Conflict => "reports disagree",
        }
    }
}

/// The follow-back calendar.
pub fn follow_back(frame: &Frame, view: &FollowBack) -> Markup {
    let main = html! {
        div.hf-page {
            div.hf-page__head {
                h1.hf-h-m { (view.substance) ", ninety days" }
                p { (phrases(&view.said)) }
            }
            (tabs("Substances", &view.layers))
            (tabs("Which ninety days", &view.windows))
            nav.hf-fb__jump aria-label="Months" { @for month in &view.months {
                a.hf-tap href={ "#month-" (month.key) } { (month.title) } " "
            } }
            (days_form(frame, view))
            @if view.is_open {
                div.hf-fb__forms {
                    section.hf-section { h2 { "Fill a run of days" } (form(&frame.csrf, &view.fill)) }
                    section.hf-section { h2 { "Note an anchor" } (form(&frame.csrf, &view.anchor)) }
                    section.hf-section { h2 { "Another substance" } (form(&frame.csrf, &view.other)) }
                }
            }
            section.hf-section {
                h2 { "Beside these days" }
                @if view.events.is_empty() {
                    p.hf-empty { "No session, visit, test or anchor is recorded in these days." }
                } @else { (facts(&view.events)) }
            }
            script src={ (frame.assets) "/follow-back.js" } defer {}
        }
    };
    staff_page(
        frame,
        "Follow-back calendar",
        &patient_header(&view.patient, false),
        &main,
    )
}

fn days_form(frame: &Frame, view: &FollowBack) -> Markup {
    html! {
        form #days method="post" action=(view.action) novalidate {
            (csrf_field(&frame.csrf))
            @for (name, value) in &view.hidden { input type="hidden" name=(name) value=(value); }
            (summary(view))
            p.hf-fb__key #key {
                "In each day: " b { "0" } " not used, a number of " (view.unit) ", "
                b { "u" } " used and the amount not known. Empty stays not known. "
                span.hf-muted { "Arrow keys move from day to day and week to week." }
            }
            dl.hf-fb__signs aria-label="Signs" { @for (sign, words) in SIGNS {
                div { dt { (sign) } dd { (words) } }
            } }
            div.hf-fb .hf-fb--four[view.months.len() > 3] { @for month in &view.months { (draw_month(view, month)) } }
            @if view.is_open {
                fieldset.hf-field.hf-field--row {
                    legend.hf-label { "Who says so?" }
                    @for (value, words) in &view.sources {
                        div.hf-choice {
                            input type="radio" id={ "source-" (value) } name="source" value=(value) checked[*value == view.source];
                            label for={ "source-" (value) } { (words) }
                        }
                    }
                }
                p.hf-form__acts {
                    button.hf-button type="submit" { "Save these days" } " "
                    a.hf-button.hf-button--quiet href=(view.cancel.href) { (view.cancel.text) }
                }
            }
        }
    }
}

fn summary(view: &FollowBack) -> Markup {
    let wrong: Vec<&FollowDay> = view
        .months
        .iter()
        .flat_map(|month| month.weeks.iter().flatten().flatten())
        .filter(|day| day.error.is_some())
        .collect();
    let n = view.errors.len() + wrong.len();
    html! {
        @if n > 0 {
            div.hf-error-summary role="alert" tabindex="-1" aria-labelledby="days-errors" {
                h2 #days-errors { @if n == 1 { "One answer needs another look" } @else { (n) " answers need another look" } }
                ul {
                    @for words in &view.errors { li { (words) } }
                    @for day in wrong { @if let Some(words) = &day.error {
                        li { a href={ "#day-" (day.key) } { (day.label) ": " (words) } }
                    } }
                }
            }
        }
    }
}

fn draw_month(view: &FollowBack, month: &FollowMonth) -> Markup {
    html! {
        table.hf-fb__month id={ "month-" (month.key) } {
            caption { (month.title) }
            thead { tr { @for (short, whole) in WEEKDAYS {
                th scope="col" { span aria-hidden="true" { (short) } span.hf-hidden { (whole) } }
            } } }
            tbody { @for week in &month.weeks { tr {
                @for day in week {
                    @match day {
                        Some(day) => (draw_day(view, day)),
                        None => td.hf-fb__none {},
                    }
                }
            } } }
        }
    }
}

fn draw_day(view: &FollowBack, day: &FollowDay) -> Markup {
    let beside: Vec<&str> = day
        .badges
        .iter()
        .map(|badge| badge.words.as_str())
        .collect();
    let beside = if beside.is_empty() {
        String::new()
    } else {
        format!("; {}", beside.join("; "))
    };
    let label = format!(
        "{}, {}, {}{beside}",
        day.label,
        view.unit,
        day.shape.words()
    );
    html! {
        td.hf-fb__day .(day.shape.class()) {
            span.hf-fb__number aria-hidden="true" { (day.number) }
            @if view.is_open {
                input.hf-fb__box id={ "day-" (day.key) } name={ "day-" (day.key) } type="text" inputmode="text"
                    autocomplete="off" autocapitalize="off" value=[(!day.value.is_empty()).then_some(day.value.as_str())]
                    aria-label=(label) aria-invalid=[day.error.as_ref().map(|_| "true")];
            } @else {
                span.hf-fb__said { span aria-hidden="true" { (day.value) } span.hf-hidden { (label) ", " (day.value) } }
            }
            @if !day.badges.is_empty() {
                span.hf-fb__badges aria-hidden="true" { @for badge in &day.badges {
                    abbr title=(badge.words) { (badge.sign) }
                } }
            }
        }
    }
}
