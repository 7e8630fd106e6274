//! The evaluation as data: its steps, who may answer each question, and which rule input it answers.
//!
//! The files are `evaluation/steps.toml` and `evaluation/criteria.toml`. A step's questions are read
//! against the dictionary, so that a question can ask for no input the rules do not know, and none twice.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::contact::check_in::LinkLife;
use crate::contact::{ContactFault, parse};
use crate::{Dictionary, Kind, Pack, Stage};

pub mod criteria;

/// The steps as shipped.
const STEPS: &str = include_str!("../../../evaluation/steps.toml");

/// A list kept entry by entry that a step shows beside its questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Panel {
    /// The criteria of a disorder, substance by substance.
    Criteria,
    /// The problem list.
    Conditions,
    /// Medicines and allergies, with their interactions.
    Medicines,
    /// Vital signs.
    Vitals,
    /// Laboratory values.
    Laboratory,
    /// The follow-back calendar.
    Calendar,
}

/// How a question is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// As the rules' dictionary says.
    Input(Kind),
    /// Several of a list of names, or others, or none.
    Many(Vec<String>),
    /// Free words.
    Words,
    /// A whole number.
    Number,
    /// Yes or no.
    YesNo,
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Its name: of the input it answers, or its own.
    pub id: String,
    /// Whether it answers an input of the rules.
    pub is_input: bool,
    /// As the clinic asks it.
    pub ask: String,
    /// As the patient is asked beforehand; `None` where only the clinic asks.
    pub patient: Option<String>,
    /// What the patient is asked after a yes.
    pub patient_words: Option<String>,
    /// Whether it makes no sense to ask a person recorded as male.
    pub is_not_for_men: bool,
    /// How it is answered.
    pub asked: Asked,
    /// The choices of an input that is one, each with its words.
    pub choices: Vec<(String, String)>,
    /// The question for the day of a yes.
    pub day: Option<String>,
    /// The question for a line beside the answer.
    pub words: Option<String>,
}

/// A step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its name in addresses.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What to know before it.
    pub said: String,
    /// The list it shows.
    pub panel: Option<Panel>,
    /// The inputs that list answers.
    pub panel_answers: Vec<String>,
    /// Its questions.
    pub questions: Vec<Question>,
}

/// The evaluation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Steps {
    /// Its identifier.
    pub id: String,
    /// Its version.
    pub version: u32,
    /// How long a patient's link leads to it.
    pub link: LinkLife,
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// Inputs no step asks, with where each comes from.
    pub elsewhere: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSteps {
    id: String,
    version: u32,
    link: LinkLife,
    step: Vec<RawStep>,
    #[serde(default)]
    elsewhere: Vec<RawElsewhere>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStep {
    id: String,
    title: String,
    said: String,
    panel: Option<Panel>,
    #[serde(default)]
    panel_answers: Vec<String>,
    #[serde(default)]
    question: Vec<RawQuestion>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawQuestion {
    input: Option<String>,
    own: Option<String>,
    kind: Option<OwnKind>,
    ask: Option<String>,
    patient: Option<String>,
    patient_words: Option<String>,
    day: Option<String>,
    words: Option<String>,
    #[serde(default)]
    many: Vec<String>,
    #[serde(default)]
    not_for_men: bool,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum OwnKind {
    Words,
    Number,
    YesNo,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawElsewhere {
    input: String,
    from: String,
}

fn sense<T>(item: &str, said: impl Into<String>) -> Result<T, ContactFault> {
    Err(ContactFault::Sense {
        item: item.to_owned(),
        said: said.into(),
    })
}

fn of_input(
    raw: RawQuestion,
    name: String,
    dictionary: &Dictionary,
) -> Result<Question, ContactFault> {
    let Ok(input) = dictionary.input(&name) else {
        return sense(
            &name,
            "the rules know no such input: name one of rules/inputs.toml, or write own in place of input",
        );
    };
    if raw.kind.is_some() {
        return sense(
            &name,
            "an input is answered as the rules' dictionary says: take kind away",
        );
    }
    if !raw.many.is_empty() && input.kind != Kind::Coded {
        return sense(&name, "only a coded input can have many answers");
    }
    if raw.day.is_some() && input.kind != Kind::YesNo {
        return sense(&name, "only a yes has a day of its own: take day away");
    }
    let asked = if raw.many.is_empty() {
        Asked::Input(input.kind.clone())
    } else {
        Asked::Many(raw.many)
    };
    Ok(Question {
        id: name,
        is_input: true,
        ask: raw.ask.unwrap_or_else(|| input.question.clone()),
        patient: raw.patient,
        patient_words: raw.patient_words,
        is_not_for_men: raw.not_for_men,
        asked,
        choices: input
            .choices()
            .into_iter()
            .map(|(choice, said)| (choice.to_owned(), said))
            .collect(),
        day: raw.day,
        words: raw.words,
    })
}

fn of_own(
    raw: RawQuestion,
    name: String,
    dictionary: &Dictionary,
) -> Result<Question, ContactFault> {
    if dictionary.input(&name).is_ok() {
        return sense(
            &name,
            "the rules read an input of this name: write input in place of own",
        );
    }
    let (Some(kind), Some(ask)) = (raw.kind, raw.ask) else {
        return sense(&name, "a question of our own needs kind and ask");
    };
    Ok(Question {
        id: name,
        is_input: false,
        ask,
        patient: raw.patient,
        patient_words: raw.patient_words,
        is_not_for_men: raw.not_for_men,
        asked: match kind {
            OwnKind::Words => Asked::Words,
            OwnKind::Number => Asked::Number,
            OwnKind::YesNo => Asked::YesNo,
        },
        choices: Vec::new(),
        day: raw.day,
        words: raw.words,
    })
}

impl Steps {
    /// The evaluation as shipped.
    ///
    /// # Errors
    /// [`ContactFault`] where the file the program was built with is at fault.
    pub fn house(dictionary: &Dictionary) -> Result<Self, ContactFault> {
        Self::read(STEPS, dictionary)
    }

    /// Reads an evaluation against the inputs of the rules.
    ///
    /// # Errors
    /// The first [`ContactFault`].
    pub fn read(text: &str, dictionary: &Dictionary) -> Result<Self, ContactFault> {
        let raw: RawSteps = parse(text)?;
        let mut seen = BTreeSet::new();
        let mut once = |name: &str| {
            if seen.insert(name.to_owned()) {
                Ok(())
            } else {
                sense(
                    name,
                    "this is asked twice: leave it where it is first needed",
                )
            }
        };
        let mut steps = Vec::new();
        for step in raw.step {
            let mut questions = Vec::new();
            for mut question in step.question {
                let read = match (question.input.take(), question.own.take()) {
                    (Some(name), None) => of_input(question, name, dictionary)?,
                    (None, Some(name)) => of_own(question, name, dictionary)?,
                    (Some(name), Some(_)) => return sense(&name, "write input or own, not both"),
                    (None, None) => return sense(&step.id, "a question needs input or own"),
                };
                once(&read.id)?;
                questions.push(read);
            }
            for name in &step.panel_answers {
                if dictionary.input(name).is_err() {
                    return sense(
                        name,
                        "the rules know no such input: name one of rules/inputs.toml",
                    );
                }
                once(name)?;
            }
            if steps.iter().any(|known: &Step| known.id == step.id) {
                return sense(&step.id, "the step is there twice");
            }
            steps.push(Step {
                id: step.id,
                title: step.title,
                said: step.said,
                panel: step.panel,
                panel_answers: step.panel_answers,
                questions,
            });
        }
        let mut elsewhere = BTreeMap::new();
        for one in raw.elsewhere {
            once(&one.input)?;
            elsewhere.insert(one.input, one.from);
        }
        if raw.link.hours < 1 || raw.link.wrong_at_most < 1 || raw.link.pass_minutes < 1 {
            return sense("link", "hours, tries and minutes are 1 or more");
        }
        Ok(Self {
            id: raw.id,
            version: raw.version,
            link: raw.link,
            steps,
            elsewhere,
        })
    }

    /// The step of that name.
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == id)
    }

    /// The step after that one.
    pub fn after(&self, id: &str) -> Option<&Step> {
        let at = self.steps.iter().position(|step| step.id == id)?;
        self.steps.get(at.saturating_add(1))
    }

    /// Every question put to the patient beforehand, in order.
    pub fn for_patient(&self) -> impl Iterator<Item = &Question> {
        let all = self.steps.iter().flat_map(|step| &step.questions);
        all.filter(|question| question.patient.is_some())
    }

    /// The step that asks for an input, by a question or by its list.
    pub fn asks(&self, input: &str) -> Option<&Step> {
        self.steps.iter().find(|step| {
            step.panel_answers.iter().any(|known| known == input)
                || step.questions.iter().any(|question| question.id == input)
        })
    }

    /// The question of that name.
    pub fn question(&self, id: &str) -> Option<&Question> {
        let mut all = self.steps.iter().flat_map(|step| &step.questions);
        all.find(|question| question.id == id)
    }

    /// What the screening rules read and nobody asks: none, where the evaluation is whole.
    pub fn forgotten<'p>(&self, pack: &'p Pack) -> Vec<&'p str> {
        let read = read_at_screening(pack);
        let answered = |name: &str| self.elsewhere.contains_key(name) || self.asks(name).is_some();
        read.into_iter().filter(|name| !answered(name)).collect()
    }
}

/// Every input the screening rules read, those that settle a rule included.
pub fn read_at_screening(pack: &Pack) -> BTreeSet<&str> {
    pack.rules()
        .iter()
        .filter(|rule| rule.stages.contains(&Stage::Screen))
        .flat_map(crate::Rule::reads)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::house;

    const HEAD: &str = "id = \"e\"\nversion = 1\n[link]\nhours = 1\nwrong_at_most = 1\npass_minutes = 1\nsource = \"s\"\n";

    fn fault(steps: &str) -> String {
        let text = format!("{HEAD}{steps}");
        let read = Steps::read(&text, &house::inputs().unwrap());
        read.err()
            .map_or_else(String::new, |fault| fault.to_string())
    }

    #[test]
    fn every_input_of_the_screening_rules_is_asked_or_said_to_come_from_elsewhere() {
        let pack = house::pack().unwrap();
        let steps = Steps::house(&house::inputs().unwrap()).unwrap();
        assert_eq!(steps.forgotten(&pack), Vec::<&str>::new());
        let without: String = STEPS
            .split("[[step.question]]")
            .filter(|part| !part.contains("input = \"dialysis\""))
            .collect::<Vec<_>>()
            .join("[[step.question]]");
        let without = Steps::read(&without, &house::inputs().unwrap()).unwrap();
        assert_eq!(without.forgotten(&pack), ["dialysis"]);
    }

    #[test]
    fn what_comes_from_elsewhere_is_still_read_by_a_screening_rule() {
        let pack = house::pack().unwrap();
        let steps = Steps::house(&house::inputs().unwrap()).unwrap();
        let read = read_at_screening(&pack);
        let stale: Vec<&String> = steps
            .elsewhere
            .keys()
            .filter(|name| !read.contains(name.as_str()))
            .collect();
        assert_eq!(stale, Vec::<&String>::new());
    }

    #[test]
    fn a_question_for_an_unknown_input_is_refused_with_what_to_write() {
        let said = fault(
            "[[step]]\nid = \"a\"\ntitle = \"A\"\nsaid = \"s\"\n[[step.question]]\ninput = \"aura\"\n",
        );
        assert!(said.contains("aura"), "{said}");
        assert!(said.contains("rules/inputs.toml"), "{said}");
    }

    #[test]
    fn nothing_is_asked_twice() {
        let said = fault(
            "[[step]]\nid = \"a\"\ntitle = \"A\"\nsaid = \"s\"\n[[step.question]]\ninput = \"stroke\"\n[[step.question]]\ninput = \"stroke\"\n",
        );
        assert!(said.contains("asked twice"), "{said}");
    }

    #[test]
    fn only_a_yes_has_a_day_of_its_own() {
        let said = fault(
            "[[step]]\nid = \"a\"\ntitle = \"A\"\nsaid = \"s\"\n[[step.question]]\ninput = \"height\"\nday = \"When?\"\n",
        );
        assert!(said.contains("take day away"), "{said}");
    }
}
