//! The rules that ran: fired, unanswered, overruled. There is no "all clear".

use maud::{Markup, html};

use super::mark::{Mark, Standing, mark};
use super::phrase::{Phrase, phrases};

/// What became of the rules of an assessment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// "53 rules of pack 7 at 13:52, on 61 inputs."
    pub said: String,
    /// The groups, most consequential first.
    pub groups: Vec<RuleGroup>,
}

impl Rules {
    /// Rules by how they came out, the gravest first; a group with no rule is left out.
    pub fn of(said: impl Into<String>, mut all: Vec<(RuleOutcome, RuleLine)>) -> Self {
        let mut groups: Vec<RuleGroup> = Vec::new();
        all.sort_by_key(|(outcome, _)| *outcome);
        for (outcome, line) in all {
            match groups.last_mut().filter(|group| group.outcome == outcome) {
                Some(group) => group.lines.push(line),
                None => groups.push(RuleGroup {
                    outcome,
                    lines: vec![line],
                }),
            }
        }
        Self {
            said: said.into(),
            groups,
        }
    }
}

/// Rules that came out alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleGroup {
    /// How they came out.
    pub outcome: RuleOutcome,
    /// The rules.
    pub lines: Vec<RuleLine>,
}

/// How a rule came out, the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RuleOutcome {
    /// It fired and excludes.
    Excludes,
    /// It could not run: an input is missing.
    Unanswered,
    /// It fired and asks for caution.
    Cautions,
    /// It fired and a person overruled it.
    Overridden,
    /// It waits for the day itself.
    WaitsForTheDay,
    /// It ran on its inputs and did not fire. Not an all-clear.
    DidNotFire,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleLine {
    /// "E16".
    pub rule: String,
    /// Its sentence.
    pub sentence: Vec<Phrase>,
    /// The inputs it used, or the one that is missing.
    pub inputs: Vec<Phrase>,
}

/// Draws the rules that ran.
pub fn rules(rules: &Rules) -> Markup {
    html! {
        p { (rules.said) " " b { "This is not an all-clear." } }
        @for group in &rules.groups { (rule_group(group)) }
    }
}

fn rule_group(group: &RuleGroup) -> Markup {
    let n = group.lines.len();
    let (standing, words) = match group.outcome {
        RuleOutcome::Excludes => (Some(Standing::ActNow), "Fired, and exclude"),
        RuleOutcome::Cautions => (Some(Standing::Watch), "Fired, and ask for caution"),
        RuleOutcome::Unanswered => (Some(Standing::Unknown), "Cannot run, input missing"),
        RuleOutcome::Overridden => (Some(Standing::Watch), "Fired, and overruled by a person"),
        RuleOutcome::WaitsForTheDay => (Some(Standing::Unknown), "Wait for the day"),
        RuleOutcome::DidNotFire => (None, "Ran and found nothing that stops"),
    };
    let lines = html! {
        table.hf-table.hf-rules role="table" {
            caption.hf-hidden { (words) }
            thead.hf-hidden role="rowgroup" { tr role="row" {
                @for head in ["Rule", "What it says", "Inputs"] { th scope="col" role="columnheader" { (head) } }
            } }
            tbody role="rowgroup" { @for line in &group.lines { tr role="row" {
                th scope="row" role="rowheader" { (line.rule) }
                td role="cell" { (phrases(&line.sentence)) }
                td role="cell" { (phrases(&line.inputs)) }
            } } }
        }
    };
    html! {
        @if n > 0 {
            @if let Some(standing) = standing {
                h3.hf-rules__head { (mark(&Mark::new(standing, format!("{words}: {n}")))) }
                (lines)
            } @else {
                details.hf-data { summary { (words) ": " (n) ", with their inputs" } (lines) }
            }
        }
    }
}
