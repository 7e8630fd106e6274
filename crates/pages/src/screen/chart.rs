//! The chart: what has happened, what comes next? One timeline, the future above a "now" rule.

mod sample;

use maud::{Markup, html};

use crate::frame::{Frame, staff_page};
use crate::part::patient::patient_header;
use crate::part::section::sections;
use crate::part::{Link, PatientHeader, Section, Tab, TimelineItem, link, tabs, timeline};

/// The chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    /// Whom it is about.
    pub patient: PatientHeader,
    /// The filters with their counts, everything first; the choice lives in the address.
    pub filters: Vec<Tab>,
    /// The moment shown.
    pub as_of: AsOf,
    /// What is planned or due, furthest first, so that the next stands on the rule.
    pub future: Vec<TimelineItem>,
    /// What the rule says: "Mon 23 Nov 2026, 14:05, day 31".
    pub now: String,
    /// The way to what else is planned: "14 more planned, to day 90".
    pub more_planned: Option<Link>,
    /// What was recorded, newest first.
    pub past: Vec<TimelineItem>,
    /// The way to what is newer, when this is not the first page.
    pub newer: Option<Link>,
    /// The way to the rest: "Older, 139 entries".
    pub older: Option<Link>,
    /// What to say when nothing is recorded under this filter.
    pub when_empty: String,
    /// To date, medicines, ketamine so far.
    pub side: Vec<Section>,
}

/// The moment a chart is shown at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AsOf {
    /// The chart's address; the question is sent there with GET as `on`.
    pub action: String,
    /// The filter to keep, sent as `show`.
    pub show: Option<String>,
    /// The moment as the box wants it: `2026-11-23T14:05`.
    pub value: String,
    /// When the moment is past: how it reads ("Fri 6 Nov 2026, 15:40, entry 41,020") and the way back to now.
    pub past: Option<(String, Link)>,
}

/// The chart.
pub fn chart(frame: &Frame, view: &Chart) -> Markup {
    let main = html! {
        @if let Some((moment, back)) = &view.as_of.past {
            p.hf-asof-said role="status" {
                b { "As it stood on " (moment) "." } " What was written later is not shown. " (link(back))
            }
        }
        div.hf-chart {
            div.hf-chart__bar { (tabs("Show", &view.filters)) (as_of_form(&view.as_of)) }
            section.hf-chart__line aria-label="Timeline" {
                @if !view.future.is_empty() { (timeline(&view.future, true)) }
                p.hf-nowrule {
                    b { @if view.as_of.past.is_some() { "Then" } @else { "Now" } } " " (view.now)
                    @if let Some(to) = &view.more_planned { " " (link(to)) }
                }
                @if let Some(to) = &view.newer { p.hf-older { a rel="prev" href=(to.href) { (to.text) } } }
                @if view.past.is_empty() { p.hf-empty { (view.when_empty) } }
                @else { (timeline(&view.past, false)) }
                @if let Some(to) = &view.older { p.hf-older { a rel="next" href=(to.href) { (to.text) } } }
            }
            @if !view.side.is_empty() {
                aside.hf-side aria-label="In short" { (sections(&frame.csrf, &view.side)) }
            }
        }
    };
    staff_page(frame, "Chart", &patient_header(&view.patient, true), &main)
}

fn as_of_form(as_of: &AsOf) -> Markup {
    html! {
        form.hf-ask-line.hf-noprint method="get" action=(as_of.action) {
            label for="as-of" { "As it stood on" }
            input.hf-input #as-of name="on" type="datetime-local" value=(as_of.value);
            @if let Some(show) = &as_of.show { input type="hidden" name="show" value=(show); }
            button.hf-button.hf-button--second type="submit" { "Show" }
        }
    }
}
