//! Definitions in sentences, made from the same data the engine runs on, so they cannot drift.

use std::fmt;

use crate::definition::{
    Condition, Definition, Fill, Kind, Measure, Penalty, Scope, Step, SymbolSet, Tally, Test,
};
use crate::engine::Value;
use crate::word::{Symbol, Word};

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Missing(symbol) => write!(f, "read every missed week as {symbol}"),
            Step::Mixed(symbol) => write!(f, "read every mixed week as {symbol}"),
            Step::Drop(symbol) => write!(f, "cut out every {symbol} and close up the rest"),
            Step::Weeks(first, last) => write!(f, "keep weeks {first} to {last}"),
            Step::From(first) => write!(f, "keep week {first} and later"),
            Step::Last(n) => write!(f, "keep the last {n} weeks"),
            Step::Pad(n) => write!(f, "lengthen a shorter word to {n} weeks with o"),
            Step::Pick(weeks) => {
                let weeks: Vec<String> = weeks.iter().map(u16::to_string).collect();
                write!(f, "keep weeks {} only", weeks.join(", "))
            }
            Step::Lattice(lattice) => write!(
                f,
                "look only at the weeks with a visit ({}), the others take the week before",
                String::from(lattice.clone())
            ),
            Step::Fill(Fill::Neighbours) => f.write_str(
                "fill a single missed week with the average of the weeks beside it, ties to use",
            ),
            Step::Fill(Fill::Mode) => {
                f.write_str("fill missed weeks with the person's commoner result, ties to +")
            }
            Step::ToRetention => f.write_str("cut off everything after the last week attended"),
        }
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Write::write_char(f, char::from(*self))
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.half {
            None => write!(f, "the {} weeks", self.whole),
            Some(half) => write!(f, "the {} weeks and half of the {half} weeks", self.whole),
        }
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Measure::All(conditions) => {
                let conditions: Vec<String> = conditions.iter().map(ToString::to_string).collect();
                write!(f, "yes when {}", conditions.join(", and "))
            }
            Measure::Count(tally) => write!(f, "count {tally}"),
            Measure::CountWithout(tally) => write!(f, "the number of weeks less {tally}"),
            Measure::Share(tally) => write!(f, "{tally}, divided by all weeks left (0 for none)"),
            Measure::ShareWithout(tally) => {
                write!(f, "1 less {tally} divided by all weeks left (1 for none)")
            }
            Measure::LongestWithout(symbol) => {
                write!(f, "the length of the longest stretch without {symbol}")
            }
            Measure::FirstWindow(window) => {
                let late = window.width.saturating_sub(window.at_least);
                write!(
                    f,
                    "the first {} weeks in a row with at least {} {}, dated to their week {}; \
                     without one, the last week to which one could be dated, as not happened",
                    window.width,
                    window.at_least,
                    window.symbol,
                    late + 1,
                )
            }
            Measure::UseIndex(index) => {
                write!(
                    f,
                    "{scale} less {scale} times the sum of the weights (+ {}, * {}, o {}, - 0) over \
                     the worst sum possible, + and * weighing ",
                    index.positive,
                    index.mixed,
                    index.missing,
                    scale = index.scale,
                )?;
                match &index.penalty {
                    Penalty::Steps(steps) => {
                        let steps: Vec<String> = steps.iter().map(f64::to_string).collect();
                        write!(f, "{} times from week to week", steps.join(", "))
                    }
                    Penalty::Rising(first, last) => {
                        write!(f, "from {first} to {last} times, rising evenly")
                    }
                }
            }
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.scope {
            None => {}
            Some(Scope::Weeks(first, last)) if first == last => write!(f, "in week {first} ")?,
            Some(Scope::Weeks(first, last)) => write!(f, "in weeks {first} to {last} ")?,
            Some(Scope::From(first)) => write!(f, "from week {first} on ")?,
            Some(Scope::Last(1)) => f.write_str("in the last week ")?,
            Some(Scope::Last(n)) => write!(f, "in the last {n} weeks ")?,
        }
        let any = |set: &SymbolSet| {
            set.0
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(" or ")
        };
        match &self.test {
            Test::AtLeast(least) => write!(f, "at least {} is {}", least.n, any(&least.symbols)),
            Test::AtMost(most) if most.n == 0 => write!(f, "none is {}", any(&most.symbols)),
            Test::AtMost(most) => write!(f, "at most {} is {}", most.n, any(&most.symbols)),
            Test::ShareAtLeast(share) => {
                let (a, b) = share.fraction;
                write!(f, "{} are at least {a}/{b} of all", share.tally)
            }
            Test::Run(run) => write!(f, "{} stands {} times in a row", run.symbol, run.weeks),
        }
    }
}

impl Definition {
    /// How the value is found, step by step, each as a phrase.
    pub fn steps_in_words(&self) -> Vec<String> {
        let guards = [
            self.word_weeks_min
                .map(|n| format!("give no value for a word under {n} weeks")),
            self.retained_weeks_min.map(|n| {
                let otherwise = if self.kind == Kind::Truth { "no" } else { "0" };
                format!("give {otherwise} unless week {n} or a later one was attended")
            }),
        ];
        let steps = self.steps.iter().map(ToString::to_string);
        guards
            .into_iter()
            .flatten()
            .chain(steps)
            .chain([self.measure.to_string()])
            .collect()
    }

    /// A warning when a person who never gave a test does not count as the worst there is.
    ///
    /// It is found by trying: the value of fifteen missed weeks against that of fifteen positive.
    pub fn warning(&self) -> Option<String> {
        let word = |symbol| Word::new(vec![symbol; 15]).unwrap_or_default();
        let missed = self.value(&word(Symbol::Missing));
        let used = self.value(&word(Symbol::Positive));
        if missed == used {
            return None;
        }
        let said = |value: Value| match value {
            Value::Truth(true) => "yes".to_owned(),
            Value::Truth(false) => "no".to_owned(),
            Value::Whole(_) | Value::Number(_) => value.cells(1).concat(),
            Value::Time {
                week,
                happened: true,
            } => format!("happened in week {week}"),
            Value::Time {
                week,
                happened: false,
            } => format!("not happened by week {week}"),
            Value::NotDefined { .. } => "no value".to_owned(),
        };
        Some(format!(
            "a person with fifteen missed weeks gets: {}; with fifteen positive weeks: {}. \
             Read it beside retention.",
            said(missed),
            said(used)
        ))
    }
}
