//! The checks a definition passes before it is used.

use super::{Definition, DefinitionError, Kind, Measure, Penalty, Scope, Step, Test, UseIndex};

impl Definition {
    /// Refuses a definition that cannot be meant.
    pub(super) fn check(&self) -> Result<(), DefinitionError> {
        let fault = self
            .fault_of_words()
            .or_else(|| self.steps.iter().find_map(fault_of_step))
            .or_else(|| fault_of_measure(&self.measure));
        match fault {
            None => Ok(()),
            Some(what) => Err(DefinitionError::Unsound {
                id: self.id.clone(),
                what,
            }),
        }
    }

    fn fault_of_words(&self) -> Option<&'static str> {
        let n_columns = if self.kind == Kind::Time { 2 } else { 1 };
        let texts = [
            &self.id,
            &self.name,
            &self.citation,
            &self.missing,
            &self.mixed,
        ];
        if texts.iter().any(|text| text.trim().is_empty()) {
            Some("the id, name, citation and the words on missed and mixed weeks must be given")
        } else if !self.says.ends_with('.') || self.says.trim_end_matches('.').contains(". ") {
            Some("`says` must be one sentence that ends with a full stop")
        } else if self.columns.len() != n_columns {
            Some("a definition of kind time has two columns, any other has one")
        } else if !self.kind_fits() {
            Some("the kind does not fit the measure")
        } else {
            None
        }
    }

    fn kind_fits(&self) -> bool {
        match (&self.measure, self.kind) {
            (Measure::All(_), Kind::Truth)
            | (Measure::LongestWithout(_), Kind::Whole)
            | (Measure::Share(_) | Measure::ShareWithout(_), Kind::Share)
            | (Measure::FirstWindow(_), Kind::Time)
            | (Measure::UseIndex(_), Kind::Score) => true,
            (Measure::Count(tally) | Measure::CountWithout(tally), kind) => match kind {
                Kind::Whole => tally.half.is_none(),
                Kind::Halves => tally.half.is_some(),
                Kind::Truth | Kind::Share | Kind::Score | Kind::Time => false,
            },
            (
                Measure::All(_)
                | Measure::LongestWithout(_)
                | Measure::Share(_)
                | Measure::ShareWithout(_)
                | Measure::FirstWindow(_)
                | Measure::UseIndex(_),
                _,
            ) => false,
        }
    }
}

fn fault_of_step(step: &Step) -> Option<&'static str> {
    let sound = match step {
        Step::Weeks(first, last) => *first >= 1 && first <= last,
        Step::From(week) | Step::Last(week) | Step::Pad(week) => *week >= 1,
        Step::Pick(weeks) => !weeks.is_empty() && weeks.iter().all(|&week| week >= 1),
        Step::Missing(_)
        | Step::Mixed(_)
        | Step::Drop(_)
        | Step::Lattice(_)
        | Step::Fill(_)
        | Step::ToRetention => true,
    };
    (!sound).then_some("a step names week 0, no week, or a window that ends before it begins")
}

fn fault_of_measure(measure: &Measure) -> Option<&'static str> {
    match measure {
        Measure::All(conditions) if conditions.is_empty() => Some("`all` must hold a condition"),
        Measure::All(conditions) => conditions.iter().find_map(|condition| {
            condition
                .scope
                .and_then(fault_of_scope)
                .or_else(|| fault_of_test(&condition.test))
        }),
        Measure::FirstWindow(window) => (window.at_least < 1 || window.at_least > window.width)
            .then_some("a window must hold its symbol at least once and at most its width"),
        Measure::UseIndex(index) => fault_of_index(index),
        Measure::Count(_)
        | Measure::CountWithout(_)
        | Measure::Share(_)
        | Measure::ShareWithout(_)
        | Measure::LongestWithout(_) => None,
    }
}

fn fault_of_scope(scope: Scope) -> Option<&'static str> {
    let sound = match scope {
        Scope::Weeks(first, last) => first >= 1 && first <= last,
        Scope::From(week) | Scope::Last(week) => week >= 1,
    };
    (!sound).then_some("a condition looks at week 0, or at a window that ends before it begins")
}

fn fault_of_test(test: &Test) -> Option<&'static str> {
    match test {
        Test::AtLeast(count) | Test::AtMost(count) => count
            .symbols
            .0
            .is_empty()
            .then_some("a condition must name a symbol to count"),
        Test::ShareAtLeast(share) => (share.fraction.1 == 0 || share.fraction.0 > share.fraction.1)
            .then_some("a fraction must lie between 0 and 1"),
        Test::Run(run) => (run.weeks == 0).then_some("a run must have at least one week"),
    }
}

fn fault_of_index(index: &UseIndex) -> Option<&'static str> {
    let weights = [index.scale, index.positive, index.mixed, index.missing];
    let penalties = match &index.penalty {
        Penalty::Steps(steps) if steps.is_empty() => return Some("a penalty needs its steps"),
        Penalty::Steps(steps) => steps.clone(),
        Penalty::Rising(first, last) => vec![*first, *last],
    };
    let sound = weights
        .iter()
        .chain(&penalties)
        .all(|w| w.is_finite() && *w >= 0.0)
        && index.positive.max(index.missing) > 0.0
        && penalties.iter().all(|&penalty| penalty > 0.0);
    (!sound).then_some("weights must not be negative, and penalties must be above 0")
}
