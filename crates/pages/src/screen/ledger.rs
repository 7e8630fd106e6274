//! The ledger: where is every milligram? A bound register with two names a line, and what must be seen to.

mod sample;

use maud::{Markup, html};

use crate::frame::{Frame, nothing, staff_page};
use crate::part::{Link, Mark, Paging, Phrase, Table, link, mark, paging, phrases, table};

/// The ledger of one drug: of a day, of a lot, of a vial, or whole as an inspection copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    /// "Ketamine 10 mg/mL, schedule III".
    pub title: String,
    /// "Tern Harbour Clinic. Mon 23 Nov 2026, 14:05. All amounts in mg."
    pub about: String,
    /// The drugs of the register, where there are several.
    pub drugs: Vec<(Link, bool)>,
    /// The large figures.
    pub tally: Vec<Tally>,
    /// The way to a count, with what it does not show.
    pub count: Option<(Link, String)>,
    /// What can be done from here.
    pub acts: Vec<Link>,
    /// What somebody must see to.
    pub see_to: Vec<SeeTo>,
    /// Vials and sealed lots, at the left.
    pub vials: Vec<VialLine>,
    /// What the lines are of: "Mon 23 Nov 2026", "Lot K26-318".
    pub of: String,
    /// What stood before the first line.
    pub forward: Option<Forward>,
    /// The lines.
    pub lines: Vec<RegisterLine>,
    /// What to say where there is none.
    pub when_empty: String,
    /// The way to earlier and later days.
    pub paging: Paging,
    /// What became of each lot.
    pub lots: Option<Table>,
    /// What is true of the register, one sentence each.
    pub foot: Vec<String>,
    /// The head of the chain: what it is of, and the hash.
    pub chain: (String, String),
    /// Print, CSV, verify.
    pub links: Vec<Link>,
    /// Drawn to be printed and handed over.
    pub is_copy: bool,
}

/// A large figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// "Expected in cabinets".
    pub name: String,
    /// "1,865"; empty where the mark says it.
    pub number: String,
    /// How it stands.
    pub mark: Option<Mark>,
}

/// One thing to see to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeeTo {
    /// How soon.
    pub mark: Mark,
    /// What it is.
    pub said: String,
    /// What settles it.
    pub acts: Vec<Link>,
}

/// A vial, or the sealed vials of a lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VialLine {
    /// "V-0118".
    pub name: Link,
    /// "320 mg".
    pub amount: String,
    /// How full, in hundredths.
    pub share: u8,
    /// "Open, in session 2 of Ro Marsh".
    pub said: String,
}

/// What was on hand before the first line shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forward {
    /// "From line 2,287".
    pub from: String,
    /// In cabinets.
    pub cabinet: String,
    /// In use.
    pub in_use: String,
}

/// A line of the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterLine {
    /// Its number, leading to its correction where it may be corrected.
    pub number: Phrase,
    /// "08:52", or with its day.
    pub at: String,
    /// "Drawn".
    pub movement: String,
    /// Whom it is for, or from whom, and how.
    pub about: Vec<Phrase>,
    /// The vial or vials.
    pub vial: Vec<Phrase>,
    /// How much; empty where the line moves nothing.
    pub amount: String,
    /// In cabinets after it.
    pub cabinet: String,
    /// In use after it.
    pub in_use: String,
    /// Who signed.
    pub by: String,
    /// The second person.
    pub second: String,
    /// Corrected by a later line.
    pub is_struck: bool,
}

/// Draws the ledger.
pub fn ledger(frame: &Frame, view: &Ledger) -> Markup {
    let main = html! {
        div.hf-ledger .hf-ledger--copy[view.is_copy] {
            (top(view))
            @if !view.see_to.is_empty() { (see_to(view)) }
            @if !view.vials.is_empty() { (vials(view)) }
            section.hf-ledger__book aria-label="Register" {
                h2 { (view.of) }
                (book(view))
                (paging(&view.paging))
            }
            @if let Some(lots) = &view.lots {
                section.hf-ledger__lots { h2 { "By lot, in mg" } (table(lots)) }
            }
            (foot(view))
        }
    };
    staff_page(frame, "Ledger", &nothing(), &main)
}

fn top(view: &Ledger) -> Markup {
    html! {
        header.hf-ledger__head {
            div {
                h1.hf-h-m { (view.title) }
                p.hf-small.hf-muted { (view.about) }
                @if !view.drugs.is_empty() {
                    p.hf-ledger__drugs { @for (drug, is_shown) in &view.drugs {
                        a.hf-tap href=(drug.href) aria-current=[is_shown.then_some("true")] { (drug.text) } " "
                    } }
                }
            }
            dl.hf-tally { @for one in &view.tally {
                div { dt { (one.name) } dd {
                    @if !one.number.is_empty() { b { (one.number) } " mg " }
                    @if let Some(shown) = &one.mark { (mark(shown)) }
                } }
            } }
            @if let Some((count, words)) = &view.count {
                p.hf-ledger__count { a.hf-button href=(count.href) { (count.text) } span { (words) } }
            }
            @if !view.acts.is_empty() {
                p.hf-ledger__acts { @for act in &view.acts { a.hf-tap href=(act.href) { (act.text) } " " } }
            }
        }
    }
}

fn see_to(view: &Ledger) -> Markup {
    html! {
        section.hf-ledger__seeto aria-label="To see to" {
            ul { @for one in &view.see_to { li {
                (mark(&one.mark)) " " (one.said)
                @for act in &one.acts { " " a.hf-tap href=(act.href) { (act.text) } }
            } } }
        }
    }
}

fn vials(view: &Ledger) -> Markup {
    html! {
        nav.hf-vials aria-label="Vials" {
            h2 { "Vials" }
            ul { @for vial in &view.vials { li.hf-vial {
                a href=(vial.name.href) { b { (vial.name.text) } span { (vial.amount) } }
                svg.hf-vial__bar viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" {
                    rect.v-in x="0" y="0" width=(vial.share.min(100)) height="10" {}
                    rect.v-out x="0.5" y="0.5" width="99" height="9" {}
                }
                p { (vial.said) }
            } } }
        }
    }
}

const HEADS: [(&str, bool); 10] = [
    ("Line", true),
    ("Time", false),
    ("Movement", false),
    ("For, from", false),
    ("Vial", false),
    ("Amount", true),
    ("Cabinet", true),
    ("In use", true),
    ("By", false),
    ("Second", false),
];

fn book(view: &Ledger) -> Markup {
    html! {
        @if view.lines.is_empty() {
            p.hf-empty { (view.when_empty) }
        } @else {
            div.hf-scroll role="region" tabindex="0" aria-label={ "Register, " (view.of) } {
                table.hf-table.hf-register {
                    caption.hf-hidden { "Register, " (view.of) }
                    thead { tr { @for (head, is_number) in HEADS { th scope="col" .hf-num[is_number] { (head) } } } }
                    tbody {
                        @if let Some(forward) = &view.forward {
                            tr.is-brought {
                                td {} td {} th scope="row" { "Forward" } td { (forward.from) } td {} td {}
                                td.hf-num.hf-strong { (forward.cabinet) } td.hf-num { (forward.in_use) } td {} td {}
                            }
                        }
                        @for (place, one) in view.lines.iter().enumerate() { (line(place, one)) }
                    }
                }
            }
        }
    }
}

fn line(place: usize, one: &RegisterLine) -> Markup {
    let is_fifth = place % 5 == 4;
    html! {
        tr .is-fifth[is_fifth] .is-struck[one.is_struck] {
            th.hf-num scope="row" { (phrases(std::slice::from_ref(&one.number))) }
            td { time { (one.at) } }
            td { (one.movement) }
            td.hf-ledger__for { (phrases(&one.about)) }
            td { (phrases(&one.vial)) }
            td.hf-num { @if one.is_struck { del { (one.amount) } } @else { (one.amount) } }
            td.hf-num.hf-strong { (one.cabinet) }
            td.hf-num { (one.in_use) }
            td { (one.by) }
            td { (one.second) }
        }
    }
}

fn foot(view: &Ledger) -> Markup {
    html! {
        footer.hf-inspect {
            @for words in &view.foot { p { (words) } }
            p {
                (view.chain.0) " " code { (view.chain.1) }
            }
            @if !view.links.is_empty() {
                p.hf-inspect__links { @for one in &view.links { (link(one)) " " } }
            }
        }
    }
}
