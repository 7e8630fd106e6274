//! A refusal: the clinical or legal no, said calmly, with what would change it.

use maud::{Markup, html};

use super::list::{Fact, facts};
use super::phrase::{Link, Phrase, link, phrases};

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The rule, "E16".
    pub rule: String,
    /// The rule's own sentence.
    pub sentence: String,
    /// The inputs it used, with their dates.
    pub inputs: Vec<Fact>,
    /// What it rests on: grade and source, or "clinic policy".
    pub evidence: Vec<Phrase>,
    /// What would change the answer.
    pub what_would_change_it: Option<String>,
    /// Who may overrule it, or that nobody may.
    pub who_may_override: String,
    /// The way to overruling it, for a person who may.
    pub override_link: Option<Link>,
}

/// Draws a refusal.
pub fn refusal(refusal: &Refusal) -> Markup {
    html! {
        section.hf-refusal aria-label={ "Refused by rule " (refusal.rule) } {
            p.hf-refusal__said { b { (refusal.rule) } " " (refusal.sentence) }
            @if !refusal.inputs.is_empty() { (facts(&refusal.inputs)) }
            dl.hf-facts {
                @if let Some(words) = &refusal.what_would_change_it { dt { "Would change it" } dd { (words) } }
                dt { "Rests on" } dd { (phrases(&refusal.evidence)) }
                dt { "May overrule" } dd {
                    (refusal.who_may_override)
                    @if let Some(to) = &refusal.override_link { " " (link(to)) }
                }
            }
        }
    }
}
