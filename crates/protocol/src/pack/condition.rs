//! A condition in the language of the rules that stands outside them, such as what forbids a rescue template.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Pack;
use crate::assess::{Used, Wanted, used, wanted};
use crate::expression::{Evaluation, Expression, Names, Trace, Type, parse};
use crate::{Dimension, Facts};

/// How a condition came out.
#[derive(Clone, Debug, PartialEq)]
pub struct Truth<'a> {
    /// Whether it holds; `None` where that cannot be said.
    pub holds: Option<bool>,
    /// The observations it hung on.
    pub used: Vec<Used<'a>>,
    /// The inputs without which it cannot be said.
    pub missing: Vec<Wanted<'a>>,
}

impl Pack {
    /// Reads a condition that uses the inputs, lists, settings and definitions of this pack.
    ///
    /// # Errors
    /// What is wrong and what to write instead, in one sentence.
    pub fn condition(&self, text: &str) -> Result<Expression, String> {
        let settings: BTreeMap<String, Dimension> = self
            .settings
            .iter()
            .filter_map(|(name, one)| Some((name.clone(), one.value?.dimension())))
            .collect();
        let lists = self.lists.iter().enumerate();
        let lists = lists.map(|(place, list)| (list.name.clone(), place));
        let defines = self.define_names.iter().zip(&self.defines).enumerate();
        let defines =
            defines.map(|(place, (name, define))| (name.clone(), (place, define.clone())));
        let names = Names {
            dictionary: &self.inputs,
            settings: &settings,
            lists: &lists.collect(),
            defines: &defines.collect(),
        };
        parse(text, &names, Some(Type::Truth))
            .map_err(|error| format!("{}: {}", error.wrong, error.instead))
    }

    /// Whether a condition read by [`Pack::condition`] holds over what is known at a moment.
    pub fn truth<'a>(
        &'a self,
        condition: &'a Expression,
        facts: &'a Facts,
        at: Timestamp,
    ) -> Truth<'a> {
        let evaluation = Evaluation::new(facts, at, &self.defines, &self.lists, &self.defaults);
        let mut trace = Trace::default();
        let holds = evaluation.value(condition, &mut trace).as_truth();
        let missing = match holds {
            None => wanted(trace.missing, self),
            Some(_) => Vec::new(),
        };
        Truth {
            holds,
            used: used(trace.used),
            missing,
        }
    }
}
