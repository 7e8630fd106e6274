//! The questions of a check-in as data, and which of them a person is asked today.

use serde::Deserialize;

use super::{ContactFault, parse};

/// The questions as shipped.
const CHECK_IN: &str = include_str!("../../../../contact/check-in.toml");

/// How a question is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnsweredBy {
    /// 0 to 10.
    Ladder,
    /// Yes or no.
    YesNo,
    /// Yes, no, or not sure.
    YesNoUnsure,
    /// A number of drinks.
    Drinks,
    /// A number of grams.
    Grams,
    /// A number of hours, in halves.
    Hours,
    /// A free line.
    Words,
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Its identifier: one of [`KNOWN`].
    pub id: String,
    /// The question, in the patient's words; `{substance}` stands for what the course treats.
    pub ask: String,
    /// A line beneath it.
    pub hint: String,
    /// How it is answered.
    pub kind: AnsweredBy,
    /// The words at 0.
    #[serde(default)]
    pub low: String,
    /// The words at 10.
    #[serde(default)]
    pub high: String,
    /// Asked only after use of this substance was said.
    pub after_use_of: Option<String>,
    /// Asked only after use of a substance was said that is not this one.
    pub after_use_of_other_than: Option<String>,
    /// Whether it is asked on a quiet day too.
    pub quiet: bool,
}

/// The questions the record has a place for, each with how it is answered.
pub const KNOWN: &[(&str, AnsweredBy)] = &[
    ("craving_now", AnsweredBy::Ladder),
    ("craving_peak", AnsweredBy::Ladder),
    ("used", AnsweredBy::YesNo),
    ("amount", AnsweredBy::Drinks),
    ("amount_grams", AnsweredBy::Grams),
    ("mood", AnsweredBy::Ladder),
    ("sleep", AnsweredBy::Hours),
    ("stress", AnsweredBy::Ladder),
    ("confidence", AnsweredBy::Ladder),
    ("risky", AnsweredBy::YesNoUnsure),
    ("safe", AnsweredBy::YesNoUnsure),
    ("words", AnsweredBy::Words),
];

/// What makes a day quiet.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuietDay {
    /// How many check-ins before have to be calm.
    pub answers: usize,
    /// The highest craving of a calm one.
    pub craving_at_most: u8,
    /// Where that comes from.
    pub source: String,
}

/// How long a link leads to its questions.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkLife {
    /// Hours from its making.
    pub hours: i64,
    /// How often the second thing the patient knows may be wrong.
    pub wrong_at_most: u32,
    /// Minutes for which one phone, once known, need not say it again.
    pub pass_minutes: i64,
    /// Where that comes from.
    pub source: String,
}

/// What becomes of a questionnaire that is begun and not given.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DraftLife {
    /// Days after its last answer in which it can be gone on with.
    pub days: i64,
    /// Minutes after its last answer before which it is not called left.
    pub minutes: i64,
    /// Hours in which somebody asks about one that was left.
    pub hours_to_act: i64,
    /// Whose that is until somebody takes it.
    pub owner: super::Owner,
    /// Where that comes from.
    pub source: String,
}

/// The questions of a check-in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Questions {
    /// Their identifier.
    pub id: String,
    /// Their version.
    pub version: u32,
    /// What makes a day quiet.
    pub quiet_day: QuietDay,
    /// How long a link lives.
    pub link: LinkLife,
    /// How long a link to a questionnaire lives.
    pub questionnaire_link: LinkLife,
    /// What becomes of a questionnaire that is begun and not given.
    pub draft: DraftLife,
    /// The questions, in order.
    #[serde(rename = "question")]
    pub questions: Vec<Question>,
}

/// What an earlier check-in said of what makes a day quiet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// The craving, where it was answered.
    pub craving: Option<u8>,
    /// Whether use was said, where it was answered.
    pub used: Option<bool>,
    /// Whether they said they were safe, where it was answered.
    pub safe: Option<bool>,
}

impl Questions {
    /// The questions as shipped.
    ///
    /// # Errors
    /// [`ContactFault`] where the file the program was built with is at fault.
    pub fn house() -> Result<Self, ContactFault> {
        Self::read(CHECK_IN)
    }

    /// Reads questions.
    ///
    /// # Errors
    /// The first [`ContactFault`].
    pub fn read(text: &str) -> Result<Self, ContactFault> {
        let read: Self = parse(text)?;
        let wrong = |item: &str, said: String| {
            Err(ContactFault::Sense {
                item: item.to_owned(),
                said,
            })
        };
        for (at, question) in read.questions.iter().enumerate() {
            let known = KNOWN.iter().find(|(id, _)| *id == question.id);
            if known.is_none_or(|(_, kind)| *kind != question.kind) {
                let known: Vec<&str> = KNOWN.iter().map(|(id, _)| *id).collect();
                return wrong(
                    &question.id,
                    format!(
                        "the record has no such answer: use one of {}, answered in its own way",
                        known.join(", ")
                    ),
                );
            }
            if read
                .questions
                .iter()
                .take(at)
                .any(|one| one.id == question.id)
            {
                return wrong(&question.id, "the question is there twice".to_owned());
            }
        }
        if !read
            .questions
            .iter()
            .any(|question| question.id == "safe" && question.quiet)
        {
            return wrong(
                "safe",
                "every check-in asks whether the person is safe".to_owned(),
            );
        }
        let lives =
            |life: &LinkLife| life.hours >= 1 && life.wrong_at_most >= 1 && life.pass_minutes >= 1;
        if !lives(&read.link) || !lives(&read.questionnaire_link) {
            return wrong("link", "hours, tries and minutes are 1 or more".to_owned());
        }
        let draft = &read.draft;
        if draft.days < 1 || draft.minutes < 1 || draft.hours_to_act < 1 {
            return wrong("draft", "days, minutes and hours are 1 or more".to_owned());
        }
        Ok(read)
    }

    /// Whether today is quiet, by the check-ins before, newest first. What was not answered is not calm.
    pub fn is_quiet(&self, earlier: &[Earlier]) -> bool {
        let calm = |one: &Earlier| {
            one.craving
                .is_some_and(|craving| craving <= self.quiet_day.craving_at_most)
                && one.used == Some(false)
                && one.safe == Some(true)
        };
        earlier.len() >= self.quiet_day.answers
            && earlier.iter().take(self.quiet_day.answers).all(calm)
    }

    /// The questions asked, in order: after use of `substance`, also what is asked then.
    pub fn asked(&self, is_quiet: bool, substance: &str, used: Option<bool>) -> Vec<&Question> {
        self.questions
            .iter()
            .filter(|question| question.quiet || !is_quiet)
            .filter(|question| {
                let of = question.after_use_of.as_deref();
                let not_of = question.after_use_of_other_than.as_deref();
                let fits = of.is_none_or(|of| of == substance)
                    && not_of.is_none_or(|not_of| not_of != substance);
                fits && (used == Some(true) || (of.is_none() && not_of.is_none()))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALM: Earlier = Earlier {
        craving: Some(2),
        used: Some(false),
        safe: Some(true),
    };

    #[test]
    fn a_day_is_quiet_only_after_seven_calm_answers_with_nothing_passed_over() {
        let questions = Questions::house().unwrap();
        assert!(questions.is_quiet(&[CALM; 7]));
        assert!(!questions.is_quiet(&[CALM; 6]));
        for loud in [
            Earlier {
                craving: Some(4),
                ..CALM
            },
            Earlier {
                craving: None,
                ..CALM
            },
            Earlier {
                used: Some(true),
                ..CALM
            },
            Earlier { used: None, ..CALM },
            Earlier { safe: None, ..CALM },
        ] {
            let mut earlier = [CALM; 7];
            earlier[3] = loud;
            assert!(!questions.is_quiet(&earlier), "{loud:?}");
        }
    }

    #[test]
    fn fewer_are_asked_on_a_quiet_day_and_amounts_only_after_use() {
        let questions = Questions::house().unwrap();
        let ids = |is_quiet, substance, used| -> Vec<String> {
            let asked = questions.asked(is_quiet, substance, used);
            asked
                .into_iter()
                .map(|question| question.id.clone())
                .collect()
        };
        assert_eq!(
            ids(true, "alcohol", None),
            ["craving_peak", "used", "safe", "words"]
        );
        assert_eq!(
            ids(true, "alcohol", Some(true)),
            ["craving_peak", "used", "amount", "safe", "words"]
        );
        assert_eq!(
            ids(true, "cocaine", Some(true)),
            ["craving_peak", "used", "amount_grams", "safe", "words"]
        );
        assert_eq!(
            ids(true, "cocaine", Some(false)),
            ["craving_peak", "used", "safe", "words"]
        );
        assert_eq!(ids(false, "alcohol", Some(false)).len(), 9);
    }

    #[test]
    fn questions_without_a_place_or_without_safety_are_refused() {
        let said = |from: &str, to: &str| {
            Questions::read(&CHECK_IN.replacen(from, to, 1))
                .unwrap_err()
                .to_string()
        };
        assert!(said("id = \"mood\"", "id = \"moods\"").contains("no such answer"));
        assert!(said("kind = \"hours\"", "kind = \"ladder\"").contains("no such answer"));
        assert!(said("id = \"stress\"", "id = \"mood\"").contains("twice"));
        let unsafe_text = CHECK_IN.replace(
            "kind = \"yes_no_unsure\"\nquiet = true",
            "kind = \"yes_no_unsure\"\nquiet = false",
        );
        assert!(
            Questions::read(&unsafe_text)
                .unwrap_err()
                .to_string()
                .contains("safe")
        );
    }
}
