//! The evidence page as markup.

use maud::{Markup, html};

use super::{ClaimGroup, ClaimView, Evidence, EvidenceMain, MisreportView, Plot};
use crate::form::form;
use crate::frame::{Frame, nothing, staff_page};
use crate::part::mark::{Mark, Standing, mark};
use crate::part::section::sections;
use crate::part::{figure, phrases};
use crate::screen::site::{Grade, grade_mark};

/// Draws the page.
pub fn evidence(frame: &Frame, view: &Evidence) -> Markup {
    let main = html! {
        div.hf-page.hf-evidence {
            div.hf-evidence__list.hf-noprint[!view.list_prints] {
                h1.hf-h-m { "Why does the software say that?" }
                p.hf-small.hf-muted { (view.said) }
                div.hf-noprint { (form(&frame.csrf, &view.search)) }
                nav aria-label="Claims" { @for one in &view.groups { (group(one)) } }
            }
            div.hf-evidence__main {
                @match &view.main {
                    EvidenceMain::Claim(one) => (claim(frame, one)),
                    EvidenceMain::Sheet { title, said, sections: all } => {
                        h2.hf-h-m { (title) }
                        p { (phrases(said)) }
                        (sections(&frame.csrf, all))
                    }
                }
            }
        }
    };
    let window = match &view.main {
        EvidenceMain::Claim(one) => format!("{}, evidence", one.title),
        EvidenceMain::Sheet { title, .. } => format!("{title}, evidence"),
    };
    staff_page(frame, &window, &nothing(), &main)
}

fn group(group: &ClaimGroup) -> Markup {
    html! {
        h2.hf-evidence__head { (group.title) }
        ul {
            @for line in &group.lines {
                li.hf-evidence__line {
                    a href=(line.link.href) aria-current=[line.is_here.then_some("page")] {
                        b { (line.link.text) }
                        span.hf-muted { (line.under) }
                        @if line.is_overruled { span { (mark(&Mark::new(Standing::Watch, "Overruled here"))) } }
                    }
                    (graded(&line.grade))
                }
            }
        }
    }
}

/// A grade as marks and a word; where nothing was graded the word alone.
fn graded(grade: &Grade) -> Markup {
    html! {
        span.hf-graded {
            @if grade.marks > 0 { (grade_mark(grade)) b { (grade.word) } }
            @else { span.hf-muted { (grade.word) } }
        }
    }
}

fn claim(frame: &Frame, view: &ClaimView) -> Markup {
    html! {
        h2.hf-h-m { (view.title) }
        p.hf-evidence__grade {
            (graded(&view.grade))
            @if let Some(note) = &view.grade_note { " " span { (note) } }
        }
        p.hf-evidence__plain { (view.plain) }
        p { (view.numbers) }
        p.hf-small.hf-muted { (phrases(&view.small)) }
        @if let Some(one) = &view.plot { (plot(one)) }
        div.hf-evidence__columns {
            @for (heading, items) in &view.columns {
                section {
                    h3 { (heading) }
                    @if items.is_empty() { p.hf-absent { "nothing found" } }
                    ul { @for item in items { li { (phrases(item)) } } }
                }
            }
        }
        p.hf-small { b { "What would change it: " } (view.would_change) }
        @for one in &view.misreports { (misreport(one)) }
        section.hf-evidence__own {
            h3 { "This clinic" }
            @if view.overrulings.is_empty() { p { "No default that rests on this is overruled." } }
            ul { @for item in &view.overrulings { li { (phrases(item)) } } }
            @if let Some(to) = &view.overrule { p.hf-noprint { a.hf-tap href=(to.href) { (to.text) } } }
        }
        (sections(&frame.csrf, &view.sections))
    }
}

fn plot(plot: &Plot) -> Markup {
    html! {
        section.hf-evidence__plot {
            h3 { (plot.figure.drawing.title) }
            (figure(&plot.figure))
            @for words in &plot.said { p.hf-small { (words) } }
            p.hf-small.hf-noprint.hf-evidence__choices {
                @for to in &plot.choices { a.hf-tap href=(to.href) { (to.text) } " " }
            }
        }
    }
}

fn misreport(one: &MisreportView) -> Markup {
    html! {
        section.hf-evidence__misreport {
            h3 { (mark(&Mark::new(Standing::Watch, "Often misreported"))) }
            blockquote { p { "\u{201c}" (one.says) "\u{201d} " span.hf-muted { (one.said_by) } } }
            @if let Some(counted) = &one.counted { (figure(counted)) }
            ul.hf-small { @for words in &one.wrong { li { (words) } } }
            p { b { "What may be said: " } (one.instead) }
        }
    }
}
