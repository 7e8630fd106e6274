//! A questionnaire's items as fields of a form, and what came back in them.

use clinic::denied::Denied;
use instruments::{Answers, Instrument, Item};
use pages::{Choice, Field};

use crate::ask::Ask;

/// Before the name of an item in a form, so that no item is taken for another field.
const ITEM: &str = "item-";

/// The words at the two ends of a scale that is answered with a number.
pub(crate) fn ends(item: &Item) -> Option<String> {
    let (least, most) = item.scale()?;
    let end = |choice: &instruments::instrument::Choice| {
        let words = choice.words.as_deref()?;
        Some(format!("{}: {words}.", choice.value))
    };
    Some(format!("{} {}", end(least)?, end(most)?))
}

/// The field of one item, with what was answered before.
pub(super) fn item_field(item: &Item, kept: Option<&Answers>) -> Field {
    let name = format!("{ITEM}{}", item.id);
    let text = item
        .text
        .clone()
        .unwrap_or_else(|| format!("Item {}", item.id));
    let value = kept
        .and_then(|kept| kept.get(&item.id))
        .map(|value| value.to_string());
    let field = if let Some((least, most)) = item.scale() {
        let unit = format!("{} to {}", least.value, most.value);
        Field::number(name, text, unit).hint(ends(item).unwrap_or_default())
    } else if item.choices.is_empty() {
        Field::number(name, text, "points")
    } else {
        let choices = item.choices.iter().map(|choice| {
            let number = choice.value.to_string();
            let words = choice.words.clone().unwrap_or_else(|| number.clone());
            Choice::new(number, words)
        });
        Field::one_of(name, text, choices.collect())
    };
    field.value(value.as_deref().unwrap_or(""))
}

/// The answers the form carried; what was left open is not among them.
pub(super) fn answers(ask: &Ask, one: &Instrument) -> Result<Answers, Denied> {
    let mut pairs = Vec::new();
    for item in &one.items {
        let Some(text) = ask.sent.get(&format!("{ITEM}{}", item.id)) else {
            continue;
        };
        let value = text.parse().map_err(|_| {
            let words = item.text.as_deref().unwrap_or(&item.id);
            Denied::invalid("items", format!("{words}: write a whole number"))
        })?;
        pairs.push((item.id.as_str(), value));
    }
    Ok(Answers::of(pairs))
}
