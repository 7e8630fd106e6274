//! Consent texts: files of `consents/`, filled with who signs and what they answered, hashed as shown.
//!
//! What is signed is the text as it stood on the screen, to the last letter: it is rendered here, once,
//! and the entry keeps it whole, so that it can be read and printed the same long after the file changed.

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::Deserialize;

use crate::denied::{Denied, FieldFault};
use crate::digest::hexadecimal;

/// The longest answer to a question of a consent, in characters.
pub const ANSWER_CHARACTERS_MAX: usize = 1_000;

/// Begins a line that is a heading, in a text as it is kept.
const HEADING: &str = "## ";

/// A consent text.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentText {
    /// Its identifier.
    pub id: String,
    /// Its version.
    pub version: u32,
    /// Its title.
    pub title: String,
    /// Whether nothing is dosed without it.
    #[serde(default)]
    pub needed_to_dose: bool,
    /// Whether the law forbids to combine it with any other.
    #[serde(default)]
    pub stands_alone: bool,
    /// How many months a signature holds; none until it is withdrawn, or what its words say.
    pub months: Option<u8>,
    /// The law it answers.
    pub law: Option<String>,
    /// What each drug is approved for, as a sentence of the text.
    #[serde(default)]
    pub drug: BTreeMap<String, String>,
    /// What is asked before it can be signed.
    #[serde(default, rename = "ask")]
    pub asks: Vec<Ask>,
    /// Its words.
    #[serde(rename = "part")]
    pub parts: Vec<Part>,
}

/// A heading with its paragraphs.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// The heading.
    pub heading: String,
    /// The elements of the law its words answer.
    #[serde(default)]
    pub elements: Vec<String>,
    /// The paragraphs, with places for what is filled in.
    pub paragraphs: Vec<String>,
}

/// A question to answer before signing.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// Its identifier.
    pub id: String,
    /// The question.
    pub question: String,
    /// How to answer.
    pub hint: Option<String>,
    /// What stands there until it is changed.
    pub default: Option<String>,
    /// The answers there are; none where it is answered in one's own words.
    #[serde(default)]
    pub choices: Vec<String>,
    /// Whether it is answered with one of the languages the clinic writes in.
    #[serde(default)]
    pub language: bool,
    /// The element of the law it answers.
    pub element: Option<String>,
}

/// What a text is filled with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filling {
    /// Who signs it.
    pub patient: String,
    /// The clinic.
    pub clinic: String,
    /// The treatment planned, in a few words.
    pub treatment: String,
    /// What the drug is approved for, as a sentence.
    pub drug: String,
    /// How sure one can be, as a sentence.
    pub evidence: String,
    /// The answers, by question.
    pub answers: BTreeMap<String, String>,
}

/// A text as it is shown and signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The whole text, one line a paragraph.
    pub text: String,
    /// The SHA-256 of exactly that text, in hexadecimal.
    pub hash: String,
}

impl ConsentText {
    /// The questions with what stands there until it is changed.
    pub fn defaults(&self, filling: &Filling) -> BTreeMap<String, String> {
        let answered = self.asks.iter().map(|ask| {
            let default = ask.default.as_deref().unwrap_or("");
            (ask.id.clone(), default.replace("{clinic}", &filling.clinic))
        });
        answered.collect()
    }

    /// The text filled in.
    ///
    /// # Errors
    /// [`Denied::Invalid`] for a question left without an answer: a consent that lacks an element of
    /// the law is none.
    pub fn shown(&self, filling: &Filling) -> Result<Shown, Denied> {
        let mut faults = Vec::new();
        for ask in &self.asks {
            let answer = filling.answers.get(&ask.id).map_or("", |said| said.trim());
            if answer.is_empty() {
                faults.push(FieldFault::new(
                    "answers",
                    format!("Answer this before it is signed: {}", ask.question),
                ));
            } else if !ask.choices.is_empty() && !ask.choices.iter().any(|one| one == answer) {
                faults.push(FieldFault::new(
                    "answers",
                    format!("Choose one of the answers there are: {}", ask.question),
                ));
            } else if answer.chars().count() > ANSWER_CHARACTERS_MAX {
                faults.push(FieldFault::new(
                    "answers",
                    format!("At most {ANSWER_CHARACTERS_MAX} letters: {}", ask.question),
                ));
            }
        }
        if !faults.is_empty() {
            return Err(Denied::Invalid(faults));
        }
        let mut lines = vec![self.title.clone(), format!("Version {}", self.version)];
        for part in &self.parts {
            lines.push(format!("{HEADING}{}", part.heading));
            lines.extend(part.paragraphs.iter().map(|words| filled(words, filling)));
        }
        let text = lines.join("\n");
        Ok(Shown {
            hash: hexadecimal(&text),
            text,
        })
    }

    /// The last day a signature of this day holds, where it ends by itself.
    pub fn expires(&self, signed: Date) -> Option<Date> {
        self.months
            .map(|months| signed.saturating_add(i32::from(months).months()))
    }
}

/// The words with what is filled in; an answer's own braces are its own.
fn filled(words: &str, filling: &Filling) -> String {
    let mut out = String::new();
    let mut rest = words;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        out.push_str(&value(name, filling));
        rest = after;
    }
    out.push_str(rest);
    out
}

fn value(name: &str, filling: &Filling) -> String {
    let plain = match name {
        "patient" => Some(&filling.patient),
        "clinic" => Some(&filling.clinic),
        "treatment" => Some(&filling.treatment),
        "drug" => Some(&filling.drug),
        "evidence" => Some(&filling.evidence),
        _ => name
            .strip_prefix("answer.")
            .and_then(|ask| filling.answers.get(ask)),
    };
    // A line break would make two paragraphs of one; a full stop at the end stands in the text already.
    let words = plain.map_or("", |words| words.trim());
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    match name.strip_prefix("answer.") {
        Some(_) => line.trim_end_matches('.').to_owned(),
        None => line,
    }
}

/// A text as it is kept, taken apart again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Its title.
    pub title: String,
    /// "Version 2".
    pub version: String,
    /// The headings with their paragraphs.
    pub parts: Vec<(String, Vec<String>)>,
}

/// Takes a text apart as it is kept.
pub fn parts_of(text: &str) -> Taken {
    let mut lines = text.lines();
    let title = lines.next().unwrap_or_default().to_owned();
    let version = lines.next().unwrap_or_default().to_owned();
    let mut parts: Vec<(String, Vec<String>)> = Vec::new();
    for line in lines {
        match (line.strip_prefix(HEADING), parts.last_mut()) {
            (Some(heading), _) => parts.push((heading.to_owned(), Vec::new())),
            (None, Some((_, paragraphs))) => paragraphs.push(line.to_owned()),
            (None, None) => parts.push((String::new(), vec![line.to_owned()])),
        }
    }
    Taken {
        title,
        version,
        parts,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::Library;

    /// What 42 CFR 2.31(a) asks of every consent, and of one for treatment, payment and operations;
    /// who signed and when, (8) and (9), are the entry's own.
    const EVERY: &[&str] = &[
        "2.31(a)(1)",
        "2.31(a)(2)",
        "2.31(a)(3)",
        "2.31(a)(4)(i)",
        "2.31(a)(5)",
        "2.31(a)(6)",
        "2.31(a)(7)",
    ];
    const TREATMENT_AND_PAYMENT: &[&str] =
        &["2.31(a)(4)(iii)", "2.31(a)(10)(i)", "2.31(a)(10)(ii)"];

    fn filling(text: &ConsentText) -> Filling {
        let mut filling = Filling {
            patient: "Rowan Marsh".to_owned(),
            clinic: "Tern Harbour Clinic".to_owned(),
            treatment: "three infusions".to_owned(),
            drug: "It is off-label.".to_owned(),
            evidence: "Very low.".to_owned(),
            answers: BTreeMap::new(),
        };
        let said = |(ask, default): (String, String)| {
            let answer = if default.is_empty() {
                format!("the answer to {ask}")
            } else {
                default
            };
            (ask, answer)
        };
        filling.answers = text.defaults(&filling).into_iter().map(said).collect();
        filling
    }

    #[test]
    fn every_text_fills_in_whole_and_can_be_taken_apart_again() {
        let library = Library::embedded().unwrap();
        for text in library.consents() {
            let shown = text.shown(&filling(text)).unwrap();
            assert!(
                !shown.text.contains(['{', '}']),
                "{}: {}",
                text.id,
                shown.text
            );
            assert!(
                shown.text.contains("Rowan Marsh"),
                "{} names nobody",
                text.id
            );
            let taken = parts_of(&shown.text);
            assert_eq!(taken.title, text.title);
            assert_eq!(taken.parts.len(), text.parts.len());
            for ask in &text.asks {
                let words = filling(text).answers[&ask.id].clone();
                let words = words.trim_end_matches('.');
                assert!(
                    shown.text.contains(words),
                    "{}: {} is not in it",
                    text.id,
                    ask.id
                );
            }
        }
    }

    #[test]
    fn there_is_a_versioned_text_for_each_thing_agreed_to_and_the_treatment_says_how_sure_one_can_be()
     {
        let library = Library::embedded().unwrap();
        for id in [
            "treatment",
            "part-2",
            "part-2-named",
            "telehealth",
            "research",
            "contact",
        ] {
            let text = library.consent(id).unwrap();
            assert!(text.version >= 1, "{id}");
            assert!(!text.parts.is_empty(), "{id}");
        }
        let treatment = library.consent("treatment").unwrap();
        assert!(treatment.needed_to_dose);
        let words: Vec<&String> = treatment
            .parts
            .iter()
            .flat_map(|part| &part.paragraphs)
            .collect();
        for place in ["{drug}", "{evidence}", "{treatment}"] {
            assert!(
                words.iter().any(|one| one.contains(place)),
                "{place} is not in it"
            );
        }
        assert!(
            treatment
                .drug
                .values()
                .any(|said| said.contains("off-label"))
        );
    }

    #[test]
    fn every_consent_of_part_2_has_every_element_of_the_law() {
        let library = Library::embedded().unwrap();
        let mut n_of_part_2 = 0;
        for text in library.consents().iter().filter(|text| text.law.is_some()) {
            n_of_part_2 += 1;
            let mut has: Vec<&str> = Vec::new();
            has.extend(
                text.parts
                    .iter()
                    .flat_map(|part| &part.elements)
                    .map(String::as_str),
            );
            let wanted = EVERY.iter().chain(match text.id.as_str() {
                "part-2" => TREATMENT_AND_PAYMENT,
                _ => &[],
            });
            for element in wanted {
                assert!(has.contains(element), "{} lacks {element}", text.id);
            }
        }
        assert_eq!(n_of_part_2, 4);
    }

    #[test]
    fn a_question_left_open_keeps_the_text_from_being_signed() {
        let library = Library::embedded().unwrap();
        let text = library.consent("part-2-named").unwrap();
        for open in ["", "  "] {
            let mut filling = filling(text);
            filling
                .answers
                .insert("recipients".to_owned(), open.to_owned());
            let Err(Denied::Invalid(faults)) = text.shown(&filling) else {
                unreachable!("signed without a recipient");
            };
            assert!(faults[0].sentence.contains("With whom"));
        }
    }

    #[test]
    fn an_answer_cannot_write_another_part_of_the_text() {
        let library = Library::embedded().unwrap();
        let text = library.consent("part-2-named").unwrap();
        let mut filling = filling(text);
        let hostile = "my sister\n## Why\nfor anything {answer.information}";
        filling
            .answers
            .insert("recipients".to_owned(), hostile.to_owned());
        let shown = text.shown(&filling).unwrap();
        assert_eq!(parts_of(&shown.text).parts.len(), text.parts.len());
        assert!(
            shown.text.contains("{answer.information}"),
            "an answer is not filled in"
        );
    }

    #[test]
    fn another_word_is_another_hash() {
        let library = Library::embedded().unwrap();
        let text = library.consent("treatment").unwrap();
        let one = text.shown(&filling(text)).unwrap();
        let other = Filling {
            evidence: "High.".to_owned(),
            ..filling(text)
        };
        assert_ne!(one.hash, text.shown(&other).unwrap().hash);
    }
}
