//! The accessibility tree: a page as the browser hands it to a screen reader.

use serde_json::{Value, json};

use super::BrowserError;
use super::page::Page;

/// One thing a screen reader is told of, in the order it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// What it is: `heading`, `main`, `link`, `textbox`.
    pub role: String,
    /// What it is called.
    pub name: String,
    /// What more is said of it.
    pub description: String,
    /// Its level, of a heading.
    pub level: Option<u64>,
    /// How it speaks up when it changes: `polite` or `assertive`; empty where it does not.
    pub live: String,
}

impl Page {
    /// Everything a screen reader is told of the page as it stands, in reading order.
    pub fn accessibility_tree(&self) -> Result<Vec<Told>, BrowserError> {
        self.ask("Accessibility.enable", &json!({}))?;
        let whole = self.ask("Accessibility.getFullAXTree", &json!({}))?;
        let none = Vec::new();
        let nodes = whole
            .get("nodes")
            .and_then(Value::as_array)
            .unwrap_or(&none);
        let by_id = |id: &Value| nodes.iter().find(|node| node.get("nodeId") == Some(id));
        let mut told = Vec::new();
        let mut open: Vec<&Value> = nodes.first().into_iter().collect();
        while let Some(node) = open.pop() {
            if node.get("ignored").and_then(Value::as_bool) != Some(true) {
                told.push(Told::of(node));
            }
            let children = node.get("childIds").and_then(Value::as_array);
            open.extend(children.unwrap_or(&none).iter().rev().filter_map(by_id));
        }
        Ok(told)
    }
}

impl Told {
    fn of(node: &Value) -> Self {
        let text = |name: &str| {
            let value = node.get(name).and_then(|one| one.get("value"));
            value.and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let property = |wanted: &str| {
            let all = node.get("properties").and_then(Value::as_array)?;
            let found = all
                .iter()
                .find(|one| one.get("name").and_then(Value::as_str) == Some(wanted))?;
            found.get("value")?.get("value")
        };
        Self {
            role: text("role"),
            name: text("name"),
            description: text("description"),
            level: property("level").and_then(Value::as_u64),
            live: property("live")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
        }
    }
}
