//! Days of use: timeline follow-back, many days on one page.

use maud::{Markup, html};

use crate::frame::{Frame, csrf_field, staff_page};
use crate::part::patient::patient_header;
use crate::part::{Link, PatientHeader, Phrase, phrases};

/// The follow-back of one substance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UseDays {
    /// Whom it is about.
    pub patient: PatientHeader,
    /// "Alcohol".
    pub substance: String,
    /// "drinks".
    pub unit: String,
    /// Where it is sent.
    pub action: String,
    /// Fields nobody sees.
    pub hidden: Vec<(String, String)>,
    /// How to ask: anchors, what counts as a drink.
    pub said: Vec<Phrase>,
    /// What is wrong with the whole.
    pub errors: Vec<String>,
    /// The days, newest first.
    pub days: Vec<UseDay>,
    /// How it was asked, sent as `method`; the one chosen.
    pub method: Option<String>,
    /// The way out.
    pub cancel: Link,
}

/// A day of the follow-back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UseDay {
    /// The day as it is sent, `2026-11-22`. Its fields are `use-2026-11-22` and `amount-2026-11-22`.
    pub key: String,
    /// "Sun 22 Nov".
    pub date: String,
    /// "Day 30"; empty before day 0.
    pub day: String,
    /// `no`, `yes` or `unknown`; none when nothing is chosen yet.
    pub chosen: Option<String>,
    /// The amount typed.
    pub amount: String,
    /// What is already known and from where: "diary: no drinking", or an anchor: "Thanksgiving".
    pub known: Vec<Phrase>,
    /// What is wrong with this day.
    pub error: Option<String>,
}

/// How a follow-back can be asked: value, words.
pub const METHODS: [(&str, &str); 3] = [
    ("interview", "Asked face to face"),
    ("telephone", "Asked by telephone"),
    ("self", "Written by the patient"),
];

impl UseDays {
    /// Fourteen days, some known from the diary, one to mend.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let names = ["Sun", "Sat", "Fri", "Thu", "Wed", "Tue", "Mon"];
        let days: Vec<UseDay> = (0..14_u32)
            .zip(names.iter().cycle())
            .map(|(back, name)| UseDay {
                key: format!("2026-11-{:02}", 22 - back),
                date: format!("{name} {} Nov", 22 - back),
                day: format!("Day {}", 30 - back),
                chosen: (back > 4).then(|| "no".to_owned()),
                amount: String::new(),
                known: match back {
                    2 | 3 => Phrase::sentence("diary: no drinking"),
                    8 => Phrase::sentence("diary: 5 drinks"),
                    4 | 5 => vec![Phrase::absent("diary: no answer")],
                    _ => Vec::new(),
                },
                error: None,
            })
            .collect();
        let page = Self {
            patient: PatientHeader::samuel().without_acts(),
            substance: "Alcohol".into(),
            unit: "drinks".into(),
            action: "/patients/sample/use-days".into(),
            hidden: vec![("substance".into(), "alcohol".into())],
            said: Phrase::sentence(
                "A drink is 14 g of alcohol: a small beer, a glass of wine, a shot. Begin with days he remembers. What the diary says is kept beside what you write.",
            ),
            errors: Vec::new(),
            days,
            method: None,
            cancel: Link::new("/patients/sample", "Back to the chart"),
        };
        let mut to_mend = page.clone();
        if let Some(day) = to_mend.days.first_mut() {
            day.chosen = Some("yes".into());
            day.amount = "a few".into();
            day.error =
                Some("Write a number of drinks, or leave it empty if it is not known.".into());
        }
        to_mend.errors = vec!["Say how it was asked.".into()];
        vec![("fortnight", page), ("to_mend", to_mend)]
    }
}

/// Days of use.
pub fn use_days(frame: &Frame, view: &UseDays) -> Markup {
    let n = view.errors.len() + view.days.iter().filter(|day| day.error.is_some()).count();
    let main = html! {
        div.hf-page {
            div.hf-page__head { h1.hf-h-m { (view.substance) ", days of use" } p { (phrases(&view.said)) } }
            form.hf-form method="post" action=(view.action) novalidate {
                (csrf_field(&frame.csrf))
                @for (name, value) in &view.hidden { input type="hidden" name=(name) value=(value); }
                @if n > 0 { (summary(view, n)) }
                (days_table(view))
                (method(view))
                p.hf-form__acts {
                    button.hf-button type="submit" { "Add these days" } " "
                    a.hf-button.hf-button--quiet href=(view.cancel.href) { (view.cancel.text) }
                }
            }
        }
    };
    staff_page(
        frame,
        "Days of use",
        &patient_header(&view.patient, false),
        &main,
    )
}

fn summary(view: &UseDays, n: usize) -> Markup {
    html! {
        div.hf-error-summary role="alert" tabindex="-1" aria-labelledby="use-errors" {
            h2 #use-errors { @if n == 1 { "One answer needs another look" } @else { (n) " answers need another look" } }
            ul {
                @for words in &view.errors { li { (words) } }
                @for day in view.days.iter().filter(|day| day.error.is_some()) {
                    li { a href={ "#amount-" (day.key) } { (day.date) ": " @if let Some(words) = &day.error { (words) } } }
                }
            }
        }
    }
}

fn days_table(view: &UseDays) -> Markup {
    html! {
        div.hf-scroll role="region" tabindex="0" aria-label="Days" {
            table.hf-table.hf-usedays {
                caption.hf-hidden { (view.substance) ", day by day, newest first" }
                thead { tr {
                    th scope="col" { "Day" } th scope="col" { "Date" }
                    th scope="col" { "Not used" } th scope="col" { "Used" } th scope="col" { "Not known" }
                    th scope="col" { "How much, " (view.unit) } th scope="col" { "Known already" }
                } }
                tbody { @for day in &view.days { (day_row(view, day)) } }
            }
        }
    }
}

fn day_row(view: &UseDays, day: &UseDay) -> Markup {
    let error = day
        .error
        .as_ref()
        .map(|_| format!("amount-{}-error", day.key));
    html! {
        tr .hf-usedays__wrong[day.error.is_some()] {
            td { (day.day) }
            th scope="row" { (day.date) }
            @for (value, word) in [("no", "not used"), ("yes", "used"), ("unknown", "not known")] {
                td { label.hf-usedays__pick {
                    input type="radio" name={ "use-" (day.key) } value=(value) checked[day.chosen.as_deref() == Some(value)];
                    span.hf-usedays__word aria-hidden="true" { (word) }
                    span.hf-hidden { (day.date) ", " (word) }
                } }
            }
            td {
                input.hf-input.hf-input--short id={ "amount-" (day.key) } name={ "amount-" (day.key) } type="text" inputmode="decimal"
                    value=[(!day.amount.is_empty()).then_some(day.amount.as_str())] autocomplete="off"
                    aria-label={ (day.date) ", " (view.unit) } aria-invalid=[day.error.as_ref().map(|_| "true")] aria-describedby=[error.as_deref()];
                span.hf-usedays__word aria-hidden="true" { " " (view.unit) }
                @if let (Some(words), Some(id)) = (&day.error, &error) { span.hf-error id=(id) { (words) } }
            }
            td.hf-muted { (phrases(&day.known)) }
        }
    }
}

fn method(view: &UseDays) -> Markup {
    html! {
        fieldset.hf-field {
            legend.hf-label { "How it was asked" }
            @for (value, words) in METHODS {
                div.hf-choice {
                    input type="radio" id={ "method-" (value) } name="method" value=(value) checked[view.method.as_deref() == Some(value)];
                    label for={ "method-" (value) } { (words) }
                }
            }
        }
    }
}
