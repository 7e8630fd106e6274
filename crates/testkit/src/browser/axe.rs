//! axe-core over a page.

use std::fmt;

use serde_json::Value;

/// The rules, unmodified; their licence is beside them.
pub(super) const AXE: &str = include_str!("../../assets/axe-core/axe.min.js");

/// Runs the rules over the page as it stands and returns what they found wrong.
///
/// Without `preload`: it would fetch every style sheet a second time, for experimental rules only,
/// and a page whose security policy forbids that would seem to complain.
pub(super) const RUN: &str = "axe.run(document, { resultTypes: ['violations'], preload: false })
    .then((found) => found.violations)";

/// One accessibility rule that a page breaks.
///
/// It is written so that a failing assertion reads as a work list: the rule, then each place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The rule's name, for example `color-contrast`.
    pub rule: String,
    /// How much it hurts: `minor`, `moderate`, `serious` or `critical`.
    pub impact: String,
    /// The rule in one sentence.
    pub help: String,
    /// Where the page breaks it.
    pub places: Vec<Place>,
}

/// One element that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// A CSS selector of the element.
    pub selector: String,
    /// The element's own HTML, shortened by axe.
    pub html: String,
    /// What would mend it.
    pub remedy: String,
}

impl Violation {
    pub(super) fn all(found: &Value) -> Vec<Self> {
        list(Some(found)).map(Self::one).collect()
    }

    fn one(found: &Value) -> Self {
        Self {
            rule: text(found, "id"),
            impact: text(found, "impact"),
            help: text(found, "help"),
            places: list(found.get("nodes"))
                .map(|node| Place {
                    selector: list(node.get("target"))
                        .map(Value::to_string)
                        .collect::<Vec<_>>()
                        .join(" "),
                    html: text(node, "html"),
                    remedy: text(node, "failureSummary"),
                })
                .collect(),
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.rule, self.impact, self.help)?;
        for place in &self.places {
            let remedy = place.remedy.replace('\n', " ");
            write!(f, "\n  {} {}\n    {remedy}", place.selector, place.html)?;
        }
        Ok(())
    }
}

fn list(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

fn text(value: &Value, field: &str) -> String {
    value
        .get(field)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}
