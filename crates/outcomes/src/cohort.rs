//! What happened to a group of people, told from their words: each yes-or-no endpoint with what is
//! known, what is not, and what it would be if every missed week were use or none were.
//!
//! A missed week is never read. An answer is **known** when the rule gives the same answer with
//! every missed week positive and with every missed week negative; otherwise it is not known.

use serde::Serialize;

use crate::definition::{Definition, Definitions, Kind};
use crate::engine::Value;
use crate::missing::{Answer, Counted};
use crate::word::{Symbol, Word};

/// What happened to a group of people.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cohort {
    /// How many there are.
    pub people: u32,
    /// How many gave a test in the last week of their word; silence is known to be silence.
    pub tested_in_last_week: Counted,
    /// Weeks with only negative tests, of all weeks in which something was due.
    pub negative_weeks: Counted,
    /// Each yes-or-no endpoint.
    pub endpoints: Vec<CohortEndpoint>,
}

/// One yes-or-no endpoint over a group of people.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CohortEndpoint {
    /// The definition.
    pub id: String,
    /// What it says, in one sentence.
    pub says: String,
    /// For how many it is so, of those for whom it is known, of all whose word is long enough.
    pub counted: Counted,
    /// For how many the rule as published says it is so, with its own way of reading missed weeks.
    pub as_published: u32,
    /// Whose word is too short for the rule.
    pub not_defined: u32,
}

impl Cohort {
    /// Counts the words of a group of people, one word each.
    pub fn of<'a>(definitions: &Definitions, words: impl IntoIterator<Item = &'a Word>) -> Self {
        let mut cohort = Cohort {
            people: 0,
            tested_in_last_week: Counted::default(),
            negative_weeks: Counted::default(),
            endpoints: Vec::new(),
        };
        let rules: Vec<&Definition> = definitions
            .iter()
            .filter(|definition| definition.kind == Kind::Truth)
            .collect();
        let mut tallies = vec![Tally::default(); rules.len()];
        let (mut last_weeks, mut weeks) = (Vec::new(), Vec::new());
        for word in words {
            cohort.people += 1;
            last_weeks.push(Answer::from(word.retention() == word.weeks()));
            weeks.extend(word.symbols().iter().filter_map(|week| answer_of(*week)));
            let readings = Readings::of(word);
            for (rule, tally) in rules.iter().zip(&mut tallies) {
                tally.add(readings.answer(rule));
            }
        }
        cohort.tested_in_last_week = Counted::of_answers(last_weeks);
        cohort.negative_weeks = Counted::of_answers(weeks);
        cohort.endpoints = rules
            .into_iter()
            .zip(tallies)
            .map(|(rule, tally)| CohortEndpoint {
                id: rule.id.clone(),
                says: rule.says.clone(),
                counted: Counted::of_answers(tally.answers),
                as_published: tally.as_published,
                not_defined: tally.not_defined,
            })
            .collect();
        cohort
    }
}

#[derive(Clone, Default)]
struct Tally {
    answers: Vec<Answer>,
    as_published: u32,
    not_defined: u32,
}

impl Tally {
    fn add(&mut self, found: Option<(bool, Answer)>) {
        match found {
            None => self.not_defined += 1,
            Some((published, answer)) => {
                self.as_published += u32::from(published);
                self.answers.push(answer);
            }
        }
    }
}

/// A word with its missed weeks, with every one of them positive, and with every one negative.
pub(crate) struct Readings<'a> {
    published: &'a Word,
    worst: Word,
    best: Word,
}

impl<'a> Readings<'a> {
    pub(crate) fn of(word: &'a Word) -> Self {
        Self {
            published: word,
            worst: word.with_missing_as(Symbol::Positive),
            best: word.with_missing_as(Symbol::Negative),
        }
    }

    /// What a rule says of it: as published, and the answer where it is known. None where the word is too
    /// short for the rule.
    pub(crate) fn answer(&self, rule: &Definition) -> Option<(bool, Answer)> {
        let Value::Truth(published) = rule.value(self.published) else {
            return None;
        };
        let worst = rule.value(&self.worst);
        let is_known = worst == rule.value(&self.best);
        let answer = match worst {
            Value::Truth(truth) if is_known => Answer::from(truth),
            Value::Truth(_)
            | Value::Whole(_)
            | Value::Number(_)
            | Value::Time { .. }
            | Value::NotDefined { .. } => Answer::NotKnown,
        };
        Some((published, answer))
    }
}

/// Whether a week was without use; none when nothing was due in it.
fn answer_of(week: Symbol) -> Option<Answer> {
    match week {
        Symbol::Negative => Some(Answer::Yes),
        Symbol::Positive | Symbol::Mixed => Some(Answer::No),
        Symbol::Missing => Some(Answer::NotKnown),
        Symbol::Unscheduled => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cohort(words: &[&str]) -> Cohort {
        let words: Vec<Word> = words.iter().map(|word| word.parse().unwrap()).collect();
        Cohort::of(&Definitions::of_the_house().unwrap(), &words)
    }

    #[test]
    fn weeks_and_last_weeks_are_counted_by_hand() {
        let told = cohort(&["--+o", "-_*-", "oooo"]);
        assert_eq!(told.people, 3);
        assert_eq!(told.tested_in_last_week, Counted::new(1, 3, 3));
        // Eleven weeks were due, six of them are known and four of these are negative.
        assert_eq!(told.negative_weeks, Counted::new(4, 6, 11));
    }

    #[test]
    fn nobody_who_was_never_tested_is_counted_as_known_to_be_well() {
        let told = cohort(&["ooooooooooooooo"]);
        for endpoint in &told.endpoints {
            let counted = endpoint.counted;
            assert!(counted.of() + endpoint.not_defined == 1, "{}", endpoint.id);
            let says_abstinent = endpoint.id.starts_with("Ab_");
            assert!(!says_abstinent || counted.n() == 0, "{}", endpoint.id);
        }
    }

    #[test]
    fn a_full_word_leaves_nothing_unknown_and_agrees_with_the_rule_as_published() {
        let told = cohort(&["---------------", "-----+++-------", "+++++++++++++++"]);
        assert!(!told.endpoints.is_empty());
        for endpoint in &told.endpoints {
            assert_eq!(endpoint.counted.not_known(), 0, "{}", endpoint.id);
            assert_eq!(
                endpoint.counted.n(),
                endpoint.as_published,
                "{}",
                endpoint.id
            );
        }
    }
}
