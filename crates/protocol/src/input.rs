//! The dictionary: every input that a rule may read, declared once in `rules/inputs.toml`.

use std::collections::BTreeMap;

use crate::document::{Document, Table};
use crate::fact::FactError;
use crate::fault::nearest;
use crate::{Faults, Mark, Quantity, Unit};

/// One named input.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Input {
    /// Its name in rules and facts.
    pub name: String,
    /// What it can be.
    pub kind: Kind,
    /// The question that gets the answer, as a person would be asked.
    pub question: String,
    /// Its LOINC code, where one is known, and how far the code may be trusted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loinc: Option<(String, Mark)>,
}

/// What an input can be.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A number in a unit, within what a living person can show.
    Quantity {
        /// The unit people chart it in; `None` for a bare number.
        unit: Option<Unit>,
        /// The lowest and the highest value that is believed.
        plausible: Option<(Quantity, Quantity)>,
    },
    /// Yes or no.
    YesNo,
    /// One of a few words.
    Choice(Vec<String>),
    /// A coded thing from an open list, such as a medicine; `none` says the list is empty.
    Coded,
    /// A civil date.
    Date,
    /// A moment.
    Moment,
}

impl serde::Serialize for Unit {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(self.symbol)
    }
}

impl Kind {
    /// What belongs in such an input, in words.
    pub fn said(&self) -> String {
        match self {
            Self::Quantity {
                unit: Some(unit), ..
            } => format!("a number in {}", unit.symbol),
            Self::Quantity { unit: None, .. } => "a number without unit".to_owned(),
            Self::YesNo => "yes or no".to_owned(),
            Self::Choice(choices) => format!("one of {}", choices.join(", ")),
            Self::Coded => "a name with its codes".to_owned(),
            Self::Date => "a date".to_owned(),
            Self::Moment => "a moment".to_owned(),
        }
    }
}

/// All inputs, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Dictionary(BTreeMap<String, Input>);

impl Dictionary {
    /// Reads the dictionary, or everything wrong with it.
    pub fn read(name: &str, text: &str) -> Result<Self, Faults> {
        let mut file = Document::new(name, text);
        let parsed = file.parse();
        let mut inputs = BTreeMap::new();
        for (name, mut table) in Table::root(&parsed).children(&mut file) {
            let input = read_input(&mut file, &name, &mut table);
            table.finish(&mut file);
            inputs.insert(name, input);
        }
        if file.has_faults() {
            let mut faults = file.faults();
            faults.sort();
            return Err(Faults(faults));
        }
        Ok(Self(inputs))
    }

    /// The input with this name, or the sentence that says which was meant.
    pub fn input(&self, name: &str) -> Result<&Input, FactError> {
        self.0.get(name).ok_or_else(|| FactError::UnknownInput {
            name: name.to_owned(),
            hint: match nearest(name, self.names()) {
                Some(known) => format!("did you mean {known}?"),
                None => "rules/inputs.toml lists them all".to_owned(),
            },
        })
    }

    /// Every name.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Every input, in the order of the names.
    pub fn inputs(&self) -> impl Iterator<Item = &Input> {
        self.0.values()
    }

    /// The dictionary reduced to these names.
    pub(crate) fn only(&self, keep: &std::collections::BTreeSet<String>) -> Self {
        let inputs = self.0.iter().filter(|(name, _)| keep.contains(*name));
        Self(
            inputs
                .map(|(name, input)| (name.clone(), input.clone()))
                .collect(),
        )
    }
}

#[derive(Clone, Copy)]
enum KindWord {
    Quantity,
    YesNo,
    Choice,
    Coded,
    Date,
    Moment,
}

const KINDS: [(&str, KindWord); 6] = [
    ("quantity", KindWord::Quantity),
    ("yes_no", KindWord::YesNo),
    ("choice", KindWord::Choice),
    ("coded", KindWord::Coded),
    ("date", KindWord::Date),
    ("moment", KindWord::Moment),
];

fn read_input(file: &mut Document<'_>, name: &str, table: &mut Table<'_>) -> Input {
    let kind = match table.word(file, "kind", &KINDS).unwrap_or(KindWord::YesNo) {
        KindWord::Quantity => quantity(file, table),
        KindWord::Choice => choice(file, table),
        KindWord::YesNo => Kind::YesNo,
        KindWord::Coded => Kind::Coded,
        KindWord::Date => Kind::Date,
        KindWord::Moment => Kind::Moment,
    };
    let loinc = table.text_maybe(file, "loinc").map(|code| {
        if !has_check_digit(&code.text) {
            let wrong = format!(
                "the LOINC code {} of {name} fails its check digit",
                code.text
            );
            file.fault(code.start, wrong, "look the code up again".to_owned());
        }
        (code.text, table.mark(file, "loinc_evidence"))
    });
    Input {
        name: name.to_owned(),
        kind,
        question: table.text(file, "ask").text,
        loinc,
    }
}

fn choice(file: &mut Document<'_>, table: &mut Table<'_>) -> Kind {
    let choices = table.texts(file, "choices");
    if choices.is_empty() {
        let wrong = format!("{} is a choice without choices", table.name);
        file.fault(
            table.start(),
            wrong,
            "write choices = [\"...\", \"...\"]".to_owned(),
        );
    }
    Kind::Choice(choices.into_iter().map(|placed| placed.text).collect())
}

fn quantity(file: &mut Document<'_>, table: &mut Table<'_>) -> Kind {
    let unit = table.text_maybe(file, "unit").and_then(|placed| {
        let unit = Unit::named(&placed.text);
        if unit.is_none() {
            let wrong = format!("the unit {:?} of {} is not known", placed.text, table.name);
            let known: Vec<&str> = Unit::symbols().collect();
            file.fault(
                placed.start,
                wrong,
                format!("write one of {}", known.join(", ")),
            );
        }
        unit
    });
    let range = table.texts(file, "plausible");
    let mut ends = Vec::new();
    for placed in &range {
        let Some(end) = table.quantity_of(file, "plausible", placed) else {
            continue;
        };
        if end.unit().map(|unit| unit.dimension) == unit.map(|unit| unit.dimension) {
            ends.push(end);
        } else {
            let wrong = format!("plausible of {} is not in its unit", table.name);
            let symbol = unit.map_or("no unit", |unit| unit.symbol);
            file.fault(placed.start, wrong, format!("write it in {symbol}"));
        }
    }
    let plausible = match ends.as_slice() {
        [low, high] if low.base() < high.base() => Some((*low, *high)),
        [] => None,
        _ => {
            let wrong = format!(
                "plausible of {} is not a lowest and a highest value",
                table.name
            );
            let instead = "write for example plausible = [\"40 mmHg\", \"300 mmHg\"]";
            file.fault(table.start(), wrong, instead.to_owned());
            None
        }
    };
    Kind::Quantity { unit, plausible }
}

/// Whether the last digit is the check digit of the rest (the Luhn rule, as LOINC uses it).
fn has_check_digit(code: &str) -> bool {
    let Some((number, check)) = code.split_once('-') else {
        return false;
    };
    let mut sum = 0_u32;
    for (place, letter) in number.chars().rev().enumerate() {
        let Some(digit) = letter.to_digit(10) else {
            return false;
        };
        let counted = if place.is_multiple_of(2) {
            digit.saturating_mul(2)
        } else {
            digit
        };
        sum = sum.saturating_add(if counted > 9 {
            counted.saturating_sub(9)
        } else {
            counted
        });
    }
    let wanted = 10_u32.saturating_sub(sum % 10) % 10;
    check.parse::<u32>().ok() == Some(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_digit_that_does_not_fit_is_found() {
        for good in ["8480-6", "8462-4", "8867-4", "59408-5", "29463-7", "2106-3"] {
            assert!(has_check_digit(good), "{good}");
        }
        for bad in ["72109-3", "8480-7", "8480", "x-1"] {
            assert!(!has_check_digit(bad), "{bad}");
        }
    }

    #[test]
    fn a_misnamed_input_is_answered_with_the_name_that_was_meant() {
        let text = "[systolic]\nkind = \"quantity\"\nunit = \"mmHg\"\nask = \"Upper pressure?\"\n";
        let dictionary = Dictionary::read("inputs.toml", text).unwrap();
        let error = dictionary.input("sistolic").unwrap_err();
        assert_eq!(
            error.to_string(),
            "there is no input \"sistolic\"; did you mean systolic?"
        );
    }

    #[test]
    fn every_fault_of_a_dictionary_is_told_with_its_line() {
        let text =
            "[a]\nkind = \"quantty\"\nask = \"?\"\n[b]\nkind = \"quantity\"\nunit = \"foo\"\n";
        let faults = Dictionary::read("inputs.toml", text).unwrap_err().0;
        let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert!(
            told[0].starts_with("inputs.toml:2: kind of a is \"quantty\""),
            "{}",
            told[0]
        );
        assert!(
            told[0].ends_with("did you mean \"quantity\"?"),
            "{}",
            told[0]
        );
        assert!(
            told.iter()
                .any(|one| one.starts_with("inputs.toml:6: the unit \"foo\""))
        );
        assert!(told.iter().any(|one| one.contains("b has no ask")));
    }
}
