//! Outcomes: what does our programme do for people like these? Who is in it, one sentence an outcome
//! with its unknown, curves with what they suppose, and published figures beside them.

mod sample;

use figures::Drawing;
use maud::{Markup, PreEscaped, html};

use crate::form::Choice;
use crate::frame::{Frame, nothing, staff_page};
use crate::part::Figure;
use crate::part::figure::figure;
use crate::part::list::{Fact, facts};
use crate::part::phrase::{Link, Phrase, phrases};
use crate::part::section::{Section, sections};

/// The page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcomes {
    /// The question it answers.
    pub title: String,
    /// A sentence under it, such as what is withheld.
    pub said: Vec<Phrase>,
    /// What the reader may choose; empty on a frozen report, which says what was chosen.
    pub filters: Vec<Filter>,
    /// Values sent along with the filters unchanged.
    pub along: Vec<(String, String)>,
    /// Who is missing what, since when, and whose it is.
    pub complete: Section,
    /// How far people came.
    pub way: Figure,
    /// What it was computed from, leading to the charts behind each number where they may be seen.
    pub way_from: Vec<Phrase>,
    /// What exactly is estimated.
    pub estimand: Vec<Fact>,
    /// "What happened to the 84".
    pub whose: String,
    /// One row an outcome.
    pub rows: Vec<OutcomeRow>,
    /// What is said where there is no row.
    pub when_empty: String,
    /// Harm, in a sentence.
    pub harm: Vec<Phrase>,
    /// What it was computed from, as under the figures.
    pub harm_from: Vec<Phrase>,
    /// The figures.
    pub plots: Vec<OutcomePlot>,
    /// What follows the figures.
    pub sections: Vec<Section>,
    /// From which entry it was computed, when, by which code.
    pub foot: Vec<Phrase>,
    /// Where else to go.
    pub links: Vec<Link>,
}

/// A choice in the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// Its name in the address.
    pub name: String,
    /// Its label.
    pub label: String,
    /// What can be chosen; the first is everything.
    pub choices: Vec<Choice>,
    /// What is chosen.
    pub chosen: String,
}

/// One outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutcomeRow {
    /// The sentence, its middle strong.
    pub sentence: Vec<Phrase>,
    /// So, not known and not so; none where that is withheld.
    pub bar: Option<Drawing>,
    /// The share of those known.
    pub share: String,
    /// Its interval.
    pub interval: String,
    /// From worst to best case.
    pub range: String,
    /// What exactly is estimated.
    pub estimand: Vec<Fact>,
    /// "entry 48,213": what it was computed from, leading to the charts behind it where they may be seen.
    pub from: Vec<Phrase>,
}

/// A figure with what must be said under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutcomePlot {
    /// Its heading.
    pub title: String,
    /// The drawing; none where there is too little to draw.
    pub figure: Option<Figure>,
    /// What it supposes, or why there is none.
    pub said: Vec<Vec<Phrase>>,
    /// Other readings of it.
    pub choices: Vec<Link>,
    /// What exactly is estimated; empty where there is nothing of ours in it.
    pub estimand: Vec<Fact>,
    /// What it was computed from, leading to the charts behind each number where they may be seen.
    pub from: Vec<Phrase>,
}

/// The page.
pub fn outcomes(frame: &Frame, view: &Outcomes) -> Markup {
    let main = html! {
        div.hf-outcomes {
            div.hf-outcomes__head {
                h1 { (view.title) }
                (filter(view))
            }
            @if !view.said.is_empty() { p.hf-small { (phrases(&view.said)) } }
            (sections(&frame.csrf, std::slice::from_ref(&view.complete)))
            div.hf-outcomes__top {
                section {
                    h2 { "Who is in it" }
                    (figure(&view.way))
                    (from(&view.way_from))
                }
                section.hf-outcomes__box {
                    h2 { "What exactly is estimated" }
                    (facts(&view.estimand))
                }
            }
            (lines(view))
            @if !view.harm.is_empty() {
                p.hf-small { (phrases(&view.harm)) }
                (from(&view.harm_from))
            }
            div.hf-outcomes__figures {
                @for one in &view.plots { (plot(one)) }
            }
            (sections(&frame.csrf, &view.sections))
            footer.hf-outcomes__foot.hf-small {
                p { (phrases(&view.foot)) }
                p.hf-outcomes__links {
                    @for to in &view.links { a.hf-tap href=(to.href) { (to.text) } }
                }
            }
        }
    };
    staff_page(frame, "Outcomes", &nothing(), &main)
}

fn filter(view: &Outcomes) -> Markup {
    html! {
        @if !view.filters.is_empty() {
            form.hf-ask-line.hf-outcomes__filter method="get" action="/outcomes" {
                @for (name, value) in &view.along { input type="hidden" name=(name) value=(value); }
                @for one in &view.filters {
                    @let id = format!("filter-{}", one.name);
                    span.hf-outcomes__choice {
                        label for=(id) { (one.label) }
                        select.hf-input id=(id) name=(one.name) {
                            @for choice in &one.choices {
                                option value=(choice.value) selected[choice.value == one.chosen] { (choice.text) }
                            }
                        }
                    }
                }
                button.hf-button.hf-button--second type="submit" { "Show" }
            }
        }
    }
}

fn lines(view: &Outcomes) -> Markup {
    html! {
        section.hf-outcomes__lines {
            h2 { (view.whose) }
            @if view.rows.is_empty() {
                p.hf-empty { (view.when_empty) }
            } @else {
                div.hf-scroll role="region" tabindex="0" aria-label="Outcomes, table" {
                    table.hf-table.hf-rowed role="table" {
                        caption.hf-hidden { (view.whose) }
                        thead role="rowgroup" { tr role="row" {
                            th scope="col" role="columnheader" { "Outcome" }
                            th scope="col" role="columnheader" { (key()) }
                            th.hf-num scope="col" role="columnheader" { "Of those known" }
                            th.hf-num scope="col" role="columnheader" { "95 % interval" }
                            th.hf-num scope="col" role="columnheader" { "Worst to best case" }
                            th scope="col" role="columnheader" { "Computed from" }
                        } }
                        tbody role="rowgroup" { @for row in &view.rows { (line(row)) } }
                    }
                }
            }
        }
    }
}

fn key() -> Markup {
    html! {
        span.hf-outcomes__key {
            span { i.fg-kyes {} "so" }
            span { i.fg-kdontknow {} "not known" }
            span { i.fg-kno {} "not so" }
        }
    }
}

fn line(row: &OutcomeRow) -> Markup {
    html! {
        tr role="row" {
            th scope="row" role="rowheader" {
                (phrases(&row.sentence))
                details.hf-data {
                    summary { "What exactly" }
                    (facts(&row.estimand))
                }
            }
            td role="cell" {
                @match &row.bar {
                    Some(bar) => (PreEscaped(bar.svg.as_str())),
                    None => span.hf-absent { "withheld" },
                }
            }
            td.hf-num role="cell" data-head="Of those known" { b { (row.share) } }
            td.hf-num role="cell" data-head="95 % interval" { (row.interval) }
            td.hf-num role="cell" data-head="Worst to best case" { (row.range) }
            td role="cell" { (phrases(&row.from)) }
        }
    }
}

fn plot(one: &OutcomePlot) -> Markup {
    html! {
        section {
            h2 { (one.title) }
            @if let Some(drawn) = &one.figure { (figure(drawn)) }
            @for words in &one.said { p.hf-small { (phrases(words)) } }
            @if !one.choices.is_empty() {
                p.hf-small.hf-noprint.hf-outcomes__links {
                    @for to in &one.choices { a.hf-tap href=(to.href) { (to.text) } }
                }
            }
            @if !one.estimand.is_empty() {
                details.hf-data {
                    summary { "What exactly is estimated" }
                    (facts(&one.estimand))
                }
            }
            (from(&one.from))
        }
    }
}

/// The entry a number was computed from, and the charts behind it.
fn from(words: &[Phrase]) -> Markup {
    html! {
        @if !words.is_empty() { p.hf-small.hf-outcomes__from { (phrases(words)) } }
    }
}
