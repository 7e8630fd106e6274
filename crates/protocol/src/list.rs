//! Drug lists of a pack: names, `RxNorm` ingredient codes, class prefixes.

use crate::Mark;
use crate::fact::Code;

/// A named list; what is on it is an example of its class, and the class decides.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct List {
    /// Its name in conditions.
    pub name: String,
    /// What it holds, in words.
    pub title: String,
    /// Drugs named one by one.
    pub drugs: Vec<Drug>,
    /// ATC prefixes: every code that begins with one is on the list.
    pub classes: Vec<String>,
    /// How far the class prefixes may be trusted.
    pub classes_mark: Mark,
}

/// One drug of a list.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Drug {
    /// Its name in lower case.
    pub name: String,
    /// Its `RxNorm` ingredient code, where one is known.
    pub rxnorm: Option<String>,
    /// How far the code may be trusted.
    pub mark: Mark,
}

impl List {
    /// What makes this code a member: the listed name, or the code's own text when only its class
    /// is listed. `None` when it is not on the list.
    ///
    /// A code is matched by system and code together, never by the code alone; a free text matches
    /// when the listed name stands in it as whole words.
    pub fn member<'c>(&'c self, code: &'c Code) -> Option<&'c str> {
        let rxnorm = code
            .codings
            .iter()
            .filter_map(|coding| coding.strip_prefix("rxnorm:"));
        let mut rxnorm = rxnorm.peekable();
        let has_rxnorm = rxnorm.peek().is_some();
        let listed: Vec<&str> = rxnorm.collect();
        let by_code = self.drugs.iter().find(|drug| {
            has_rxnorm
                && drug
                    .rxnorm
                    .as_deref()
                    .is_some_and(|known| listed.contains(&known))
        });
        if let Some(drug) =
            by_code.or_else(|| self.drugs.iter().find(|drug| says(&code.text, &drug.name)))
        {
            return Some(&drug.name);
        }
        let mut atc = code
            .codings
            .iter()
            .filter_map(|coding| coding.strip_prefix("atc:"));
        let is_in_class = atc.any(|found| {
            self.classes
                .iter()
                .any(|class| found.starts_with(class.as_str()))
        });
        is_in_class.then_some(code.text.as_str())
    }
}

/// Whether `name` stands in `text` as whole words, whatever the case.
fn says(text: &str, name: &str) -> bool {
    let mut rest = text;
    let mut before: Option<char> = None;
    while let Some(at) = find_ignoring_case(rest, name) {
        let lead = rest
            .get(..at)
            .and_then(|lead| lead.chars().next_back())
            .or(before);
        let tail = rest
            .get(at.saturating_add(name.len())..)
            .unwrap_or_default();
        let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        if !is_letter(lead) && !is_letter(tail.chars().next()) {
            return true;
        }
        before = name.chars().next_back();
        rest = tail;
    }
    false
}

fn find_ignoring_case(text: &str, name: &str) -> Option<usize> {
    let ends = text.len().checked_sub(name.len())?;
    (0..=ends).find(|at| {
        let end = at.saturating_add(name.len());
        text.get(*at..end)
            .is_some_and(|found| found.eq_ignore_ascii_case(name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list() -> List {
        List {
            name: "benzodiazepines".to_owned(),
            title: "Benzodiazepines".to_owned(),
            drugs: vec![Drug {
                name: "lorazepam".to_owned(),
                rxnorm: Some("6470".to_owned()),
                mark: Mark::Read,
            }],
            classes: vec!["N05BA".to_owned()],
            classes_mark: Mark::Recalled,
        }
    }

    #[test]
    fn a_drug_is_found_by_code_by_class_and_by_its_name_in_free_text() {
        let list = list();
        let coded = |coding: &str| Code {
            text: "x".into(),
            codings: vec![coding.into()],
        };
        assert_eq!(list.member(&coded("rxnorm:6470")), Some("lorazepam"));
        assert_eq!(list.member(&coded("atc:N05BA12")), Some("x"));
        assert_eq!(
            list.member(&Code::plain("Lorazepam 1 mg at night")),
            Some("lorazepam")
        );
    }

    #[test]
    fn the_same_digits_in_another_system_and_longer_words_do_not_match() {
        let list = list();
        let coded = Code {
            text: "x".into(),
            codings: vec!["ndc:6470".into()],
        };
        assert_eq!(list.member(&coded), None);
        assert_eq!(list.member(&Code::plain("lorazepamol")), None);
        assert_eq!(list.member(&Code::plain("none")), None);
    }
}
