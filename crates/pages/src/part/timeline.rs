//! Entries of a course in order of time, each one sentence, some opening in place.

use maud::{Markup, html};

use super::list::{Fact, facts};
use super::mark::{Mark, mark};
use super::phrase::{Link, Phrase, link, phrases};

/// One entry, or one thing planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineItem {
    /// "Day 31"; empty before a plan gives a day 0.
    pub day: String,
    /// "Mon 23 Nov 07:42", or "due Sun 22 Nov".
    pub when: String,
    /// Its shape on the line.
    pub shape: EntryShape,
    /// What it is: "Check-in".
    pub head: String,
    /// Where the head leads; an item with `more` opens in place instead.
    pub href: Option<String>,
    /// The rest of the sentence.
    pub rest: Vec<Phrase>,
    /// Author, signature, origin; for a correction both authors.
    pub by: Vec<Phrase>,
    /// How late it was charted: "Charted Sat 21 Nov 09:05, 17 h later".
    pub late: Option<String>,
    /// At most one mark.
    pub mark: Option<Mark>,
    /// What opens in place.
    pub more: Vec<Fact>,
    /// What can be done with it: "Correct", "Open".
    pub acts: Vec<Link>,
}

/// Shape of an entry on the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryShape {
    /// Dashed ring: planned.
    Planned,
    /// Dashed square: due, or missed.
    Due,
    /// Dot: recorded.
    Recorded,
    /// Tall bar: a dosing session.
    Session,
    /// Diamond: use reported.
    Use,
    /// Cross: corrected, or entered in error.
    Corrected,
}

impl TimelineItem {
    /// An entry with a head and the rest of its sentence.
    pub fn new(
        day: impl Into<String>,
        when: impl Into<String>,
        shape: EntryShape,
        head: impl Into<String>,
        rest: Vec<Phrase>,
    ) -> Self {
        Self {
            day: day.into(),
            when: when.into(),
            shape,
            head: head.into(),
            href: None,
            rest,
            by: Vec::new(),
            late: None,
            mark: None,
            more: Vec::new(),
            acts: Vec::new(),
        }
    }

    /// Says who wrote it.
    #[must_use]
    pub fn by(mut self, words: impl Into<String>) -> Self {
        self.by = Phrase::sentence(words);
        self
    }

    /// Leads to its own page.
    #[must_use]
    pub fn to(mut self, href: impl Into<String>) -> Self {
        self.href = Some(href.into());
        self
    }
}

/// Draws entries; `is_future` draws the line dashed and what is planned on one line.
pub fn timeline(items: &[TimelineItem], is_future: bool) -> Markup {
    html! {
        ol.hf-timeline .hf-timeline--future[is_future] {
            @for item in items { (entry(item)) }
        }
    }
}

fn entry(item: &TimelineItem) -> Markup {
    let by = html! {
        @if !item.by.is_empty() || item.late.is_some() || item.mark.is_some() {
            p.hf-entry__by {
                @if let Some(one) = &item.mark { (mark(one)) " " }
                (phrases(&item.by))
                @if let Some(words) = &item.late { " " span.hf-late { (words) } }
            }
        }
    };
    let opens = !item.more.is_empty() || !item.acts.is_empty();
    html! {
        li.hf-entry {
            p.hf-entry__when { b { (item.day) } " " time { (item.when) } }
            (shape(item.shape))
            div.hf-entry__body {
                @if opens {
                    details {
                        summary.hf-entry__what { span.hf-entry__head { (item.head) } (phrases(&item.rest)) }
                        div.hf-entry__open {
                            @if !item.more.is_empty() { (facts(&item.more)) }
                            @if item.href.is_some() || !item.acts.is_empty() {
                                p.hf-entry__acts {
                                    @if let Some(href) = &item.href { (link(&Link::new(href.as_str(), "Open"))) }
                                    @for act in &item.acts { " " (link(act)) }
                                }
                            }
                        }
                    }
                    (by)
                } @else {
                    p.hf-entry__what {
                        @if let Some(href) = &item.href { a.hf-entry__head href=(href) { (item.head) } }
                        @else { b.hf-entry__head { (item.head) } }
                        (phrases(&item.rest))
                    }
                    (by)
                }
            }
        }
    }
}

/// The shape on the line, with its word for those who do not see it.
fn shape(shape: EntryShape) -> Markup {
    let drawn = match shape {
        EntryShape::Planned => html! { circle.hf-m-plan cx="8" cy="8" r="5.5" {} },
        EntryShape::Due => html! { rect.hf-m-plan x="2.5" y="2.5" width="11" height="11" {} },
        EntryShape::Recorded => html! { circle.hf-m-dot cx="8" cy="8" r="4.5" {} },
        EntryShape::Session => html! { rect.hf-m-session x="3" y="0" width="10" height="16" {} },
        EntryShape::Use => html! { path.hf-m-dot d="M8 1.5L15 8L8 14.5L1 8Z" {} },
        EntryShape::Corrected => html! { path.hf-m-cross d="M3 8h10M8 3v10" {} },
    };
    html! { svg.hf-entry__mark viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" { (drawn) } }
}
