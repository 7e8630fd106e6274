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
    /// What it is called where a person reads it; `None` in a pack written before inputs had words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// What it can be.
    pub kind: Kind,
    /// The words of its choices, in their order, where the choices do not read as words themselves.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub choice_words: Vec<String>,
    /// The question that gets the answer, as a person would be asked.
    pub question: String,
    /// Its LOINC code, where one is known, and how far the code may be trusted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loinc: Option<(String, Mark)>,
}

impl Input {
    /// What it is called where a person reads it.
    pub fn words(&self) -> String {
        self.words.clone().unwrap_or_else(|| spaced(&self.name))
    }

    /// One of its choices in words; anything else as it stands.
    pub fn said(&self, choice: &str) -> String {
        let Kind::Choice(choices) = &self.kind else {
            return choice.to_owned();
        };
        let place = choices.iter().position(|known| known == choice);
        place
            .and_then(|place| self.choice_words.get(place))
            .cloned()
            .unwrap_or_else(|| spaced(choice))
    }

    /// Its choices, each with its words; none where it is no choice.
    pub fn choices(&self) -> Vec<(&str, String)> {
        match &self.kind {
            Kind::Choice(choices) => choices
                .iter()
                .map(|choice| (choice.as_str(), self.said(choice)))
                .collect(),
            Kind::Quantity { .. } | Kind::YesNo | Kind::Coded | Kind::Date | Kind::Moment => {
                Vec::new()
            }
        }
    }

    /// What belongs in it, in words.
    pub fn answered_with(&self) -> String {
        match &self.kind {
            Kind::Choice(_) => {
                let all: Vec<String> = self.choices().into_iter().map(|(_, said)| said).collect();
                format!("one of: {}", all.join(", "))
            }
            other @ (Kind::Quantity { .. }
            | Kind::YesNo
            | Kind::Coded
            | Kind::Date
            | Kind::Moment) => other.said(),
        }
    }
}

/// A name nobody gave words to.
fn spaced(name: &str) -> String {
    name.replace('_', " ")
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

    /// What an input is called where a person reads it; of one that is not here, its name spaced out.
    ///
    /// # Examples
    ///
    /// ```
    /// let inputs = protocol::house::inputs().unwrap();
    /// assert_eq!(inputs.words("urinary_symptom_new"), "new pain or blood on passing urine");
    /// ```
    pub fn words(&self, name: &str) -> String {
        self.0.get(name).map_or_else(|| spaced(name), Input::words)
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
    let words = table.text_maybe(file, "words").map(|placed| placed.text);
    let choice_words = choice_words(file, table, &kind);
    Input {
        name: name.to_owned(),
        words,
        kind,
        choice_words,
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

/// The words of the choices, as many as there are choices.
fn choice_words(file: &mut Document<'_>, table: &mut Table<'_>, kind: &Kind) -> Vec<String> {
    let words = table.texts(file, "choice_words");
    let n_choices = match kind {
        Kind::Choice(choices) => choices.len(),
        Kind::Quantity { .. } | Kind::YesNo | Kind::Coded | Kind::Date | Kind::Moment => 0,
    };
    if let Some(first) = words.first().filter(|_| words.len() != n_choices) {
        let wrong = format!(
            "{} has {n_choices} choices and words for {}",
            table.name,
            words.len()
        );
        let instead = "write choice_words with one for each choice, in their order";
        file.fault(first.start, wrong, instead.to_owned());
    }
    words.into_iter().map(|placed| placed.text).collect()
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
    fn every_input_that_ships_has_words_of_its_own_and_none_reads_like_a_name() {
        let inputs = crate::house::inputs().unwrap();
        let mut known = std::collections::BTreeSet::new();
        for input in inputs.inputs() {
            let words = input.words.clone().unwrap_or_default();
            assert!(!words.trim().is_empty(), "{} has no words", input.name);
            assert!(!words.contains('_'), "{}: {words}", input.name);
            assert!(known.insert(words.clone()), "{words} stands for two inputs");
            for (choice, said) in input.choices() {
                assert!(!said.contains('_'), "{}: {choice} is {said}", input.name);
                assert!(
                    !choice.contains('_') || !input.choice_words.is_empty(),
                    "{} has no words for {choice}",
                    input.name
                );
            }
        }
    }

    #[test]
    fn words_for_another_number_of_choices_are_told_with_their_line() {
        let text = "[a]\nkind = \"choice\"\nchoices = [\"x\", \"y\"]\nask = \"?\"\nchoice_words = [\"one\"]\n";
        let faults = Dictionary::read("inputs.toml", text).unwrap_err().0;
        let told = faults[0].to_string();
        assert!(
            told.starts_with("inputs.toml:5: a has 2 choices and words for 1"),
            "{told}"
        );
    }

    #[test]
    fn a_dictionary_from_before_inputs_had_words_still_reads_as_words() {
        let text = "[last_food]\nkind = \"moment\"\nask = \"?\"\n";
        let inputs = Dictionary::read("inputs.toml", text).unwrap();
        assert_eq!(inputs.words("last_food"), "last food");
        assert!(!serde_json::to_string(&inputs).unwrap().contains("words"));
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
