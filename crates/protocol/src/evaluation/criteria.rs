//! The criteria of a substance use disorder: counted, graded and coded from data.

use serde::Deserialize;

use super::sense;
use crate::contact::{ContactFault, parse};

/// The criteria as shipped.
const CRITERIA: &str = include_str!("../../../../evaluation/criteria.toml");

/// Criteria that do not count where the substance is taken as prescribed.
const NOT_AS_PRESCRIBED: [&str; 2] = ["tolerance", "withdrawal"];

/// A criterion.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// Its name.
    pub id: String,
    /// In our own words.
    pub ask: String,
}

/// A grade.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grade {
    /// From how many criteria on.
    pub from: usize,
    /// In a word.
    pub name: String,
    /// What follows the dot of the code.
    pub code: String,
    /// The same in remission.
    pub remission: String,
}

/// A substance with its disorder.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disorder {
    /// The substance.
    pub id: String,
    /// The disorder's name.
    pub name: String,
    /// The category of its code; none where the set codes it in another way than by grade.
    pub code: Option<String>,
    /// Criteria that are not asked for it.
    #[serde(default)]
    pub without: Vec<String>,
    /// Whether it may be taken as prescribed.
    #[serde(default)]
    pub by_prescription: bool,
}

/// The criteria, grades and substances.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criteria {
    /// Their identifier.
    pub id: String,
    /// Their version.
    pub version: u32,
    /// Where counts and codes were read.
    pub source: String,
    /// How far they may be trusted.
    pub evidence: String,
    /// When they must be looked at again.
    pub review_by: toml::value::Datetime,
    /// The criteria.
    #[serde(rename = "criterion")]
    pub criteria: Vec<Criterion>,
    /// The grades, mildest first.
    #[serde(rename = "grade")]
    pub grades: Vec<Grade>,
    /// The substances.
    #[serde(rename = "substance")]
    pub disorders: Vec<Disorder>,
}

/// What a count comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Graded {
    /// How many are met.
    pub n_met: usize,
    /// How many were asked for this substance.
    pub of: usize,
    /// How many are not answered: neither yes nor no.
    pub n_unanswered: usize,
    /// The grade by what is met; `None` below the mildest.
    pub grade: Option<String>,
    /// The code by what is met.
    pub code: Option<String>,
    /// Whether no answer still open could change the grade.
    pub is_settled: bool,
}

impl Criteria {
    /// The criteria as shipped.
    ///
    /// # Errors
    /// [`ContactFault`] where the file the program was built with is at fault.
    pub fn house() -> Result<Self, ContactFault> {
        Self::read(CRITERIA)
    }

    /// Reads criteria.
    ///
    /// # Errors
    /// The first [`ContactFault`].
    pub fn read(text: &str) -> Result<Self, ContactFault> {
        let read: Self = parse(text)?;
        if !read.grades.is_sorted_by(|one, next| one.from < next.from) {
            return sense(
                "grade",
                "write the grades from the mildest on, each from more criteria than the one before",
            );
        }
        for disorder in &read.disorders {
            let unknown = disorder
                .without
                .iter()
                .find(|name| !read.criteria.iter().any(|known| known.id == **name));
            if let Some(name) = unknown {
                return sense(name, "there is no such criterion to leave out");
            }
        }
        Ok(read)
    }

    /// The disorder of a substance; what is not named is the last, "other".
    pub fn disorder(&self, substance: &str) -> Option<&Disorder> {
        let named = self
            .disorders
            .iter()
            .find(|disorder| disorder.id == substance);
        named.or(self.disorders.last())
    }

    /// The criteria asked for a substance.
    pub fn asked<'a>(&'a self, disorder: &'a Disorder) -> impl Iterator<Item = &'a Criterion> {
        self.criteria
            .iter()
            .filter(|criterion| !disorder.without.contains(&criterion.id))
    }

    fn grade(&self, n_met: usize) -> Option<&Grade> {
        self.grades.iter().rev().find(|grade| n_met >= grade.from)
    }

    /// What answers come to; `None` for a criterion is neither yes nor no, and never counts as a no.
    pub fn graded(
        &self,
        disorder: &Disorder,
        answer: impl Fn(&str) -> Option<bool>,
        as_prescribed: bool,
        in_remission: bool,
    ) -> Graded {
        let counted: Vec<Option<bool>> = self
            .asked(disorder)
            .filter(|criterion| {
                !(as_prescribed && NOT_AS_PRESCRIBED.contains(&criterion.id.as_str()))
            })
            .map(|criterion| answer(&criterion.id))
            .collect();
        let n_met = counted.iter().filter(|met| **met == Some(true)).count();
        let n_unanswered = counted.iter().filter(|met| met.is_none()).count();
        let grade = self.grade(n_met);
        let most = self.grade(n_met.saturating_add(n_unanswered));
        Graded {
            n_met,
            of: counted.len(),
            n_unanswered,
            grade: grade.map(|grade| grade.name.clone()),
            code: grade.zip(disorder.code.as_ref()).map(|(grade, category)| {
                let after = if in_remission {
                    &grade.remission
                } else {
                    &grade.code
                };
                format!("{category}.{after}")
            }),
            is_settled: grade == most,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graded(substance: &str, met: &[&str], no: &[&str], as_prescribed: bool) -> Graded {
        let criteria = Criteria::house().unwrap();
        let disorder = criteria.disorder(substance).unwrap();
        let answer = |id: &str| {
            if met.contains(&id) {
                Some(true)
            } else {
                no.contains(&id).then_some(false)
            }
        };
        criteria.graded(disorder, answer, as_prescribed, false)
    }

    #[test]
    fn two_are_mild_four_moderate_six_severe_and_one_is_none() {
        let all = ["larger", "cut_down", "time", "craving", "roles", "conflict"];
        let of = |n: usize| graded("alcohol", &all[..n], &[], false);
        assert_eq!((of(1).grade, of(1).code), (None, None));
        for (n, grade, code) in [
            (2, "mild", "F10.10"),
            (3, "mild", "F10.10"),
            (4, "moderate", "F10.20"),
            (5, "moderate", "F10.20"),
            (6, "severe", "F10.20"),
        ] {
            assert_eq!(of(n).grade.as_deref(), Some(grade), "{n}");
            assert_eq!(of(n).code.as_deref(), Some(code), "{n}");
        }
    }

    #[test]
    fn an_answer_still_open_is_never_a_no_and_leaves_the_grade_open() {
        let open = graded("alcohol", &["craving"], &[], false);
        assert_eq!((open.n_met, open.n_unanswered), (1, 10));
        assert!(!open.is_settled);
        let rest = [
            "larger",
            "cut_down",
            "time",
            "roles",
            "conflict",
            "given_up",
            "hazard",
            "harm",
            "tolerance",
            "withdrawal",
        ];
        assert!(graded("alcohol", &["craving"], &rest, false).is_settled);
    }

    #[test]
    fn tolerance_and_withdrawal_do_not_count_where_it_is_taken_as_prescribed() {
        let met = ["tolerance", "withdrawal", "craving"];
        assert_eq!(graded("opioid", &met, &[], false).n_met, 3);
        assert_eq!(graded("opioid", &met, &[], true).n_met, 1);
        assert_eq!(graded("ketamine", &met, &[], false).n_met, 2);
        assert_eq!(graded("ketamine", &met, &[], false).of, 10);
    }

    #[test]
    fn tobacco_is_graded_and_not_coded_by_grade() {
        let nicotine = graded("nicotine", &["craving", "time"], &[], false);
        assert_eq!(nicotine.grade.as_deref(), Some("mild"));
        assert_eq!(nicotine.code, None);
    }

    #[test]
    fn a_substance_nobody_foresaw_is_coded_as_other() {
        let other = graded("kratom", &["craving", "time"], &[], false);
        assert_eq!(other.code.as_deref(), Some("F19.10"));
    }
}
