//! The one engine that interprets every definition.

use crate::definition::{
    Condition, Definition, Definitions, Fill, FirstWindow, Kind, Lattice, Measure, Penalty, Scope,
    ShareAtLeast, Step, Tally, Test, UseIndex,
};
use crate::word::{Symbol, Word, retention};

/// What a definition says of one word.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// Yes or no.
    Truth(bool),
    /// A whole number of weeks.
    Whole(u32),
    /// A share, a score, or weeks in halves.
    Number(f64),
    /// The week in which it happened, or the last in which it could have been seen and was not.
    Time {
        /// The week, from 1.
        week: u32,
        /// Whether it happened.
        happened: bool,
    },
    /// The rule has no answer for a word this short.
    NotDefined {
        /// How many weeks the word has.
        weeks: usize,
    },
}

impl Definition {
    /// What this definition says of `word`.
    ///
    /// It never looks at whether the answer is good news: a person never tested can score a full 1
    /// by a rule that leaves missed weeks out. Show [`Word::retention`] beside every value.
    pub fn value(&self, word: &Word) -> Value {
        self.value_with(word.symbols(), &mut Sight::default())
    }

    fn value_with(&self, word: &[Symbol], sight: &mut Sight) -> Value {
        if self
            .word_weeks_min
            .is_some_and(|least| word.len() < usize::from(least))
        {
            return Value::NotDefined { weeks: word.len() };
        }
        if self
            .retained_weeks_min
            .is_some_and(|least| retention(word) < usize::from(least))
        {
            return self.value_of_the_not_retained();
        }
        sight.look_at(word);
        for step in &self.steps {
            sight.take(step);
        }
        measure(&self.measure, sight.weeks(), word.len())
    }

    fn value_of_the_not_retained(&self) -> Value {
        match self.kind {
            Kind::Truth => Value::Truth(false),
            Kind::Whole => Value::Whole(0),
            Kind::Halves | Kind::Share | Kind::Score => Value::Number(0.0),
            Kind::Time => Value::Time {
                week: 1,
                happened: true,
            },
        }
    }
}

impl Definitions {
    /// The value of every definition for `word`, in the order of the definitions.
    pub fn values(&self, word: &Word) -> Vec<Value> {
        let mut sight = Sight::default();
        self.iter()
            .map(|definition| definition.value_with(word.symbols(), &mut sight))
            .collect()
    }
}

/// The word as the steps so far have left it: a range of a buffer that is used again and again.
#[derive(Default)]
struct Sight {
    buffer: Vec<Symbol>,
    from: usize,
}

impl Sight {
    fn look_at(&mut self, word: &[Symbol]) {
        self.buffer.clear();
        self.buffer.extend_from_slice(word);
        self.from = 0;
    }

    fn weeks(&self) -> &[Symbol] {
        self.buffer.get(self.from..).unwrap_or_default()
    }

    fn weeks_mut(&mut self) -> &mut [Symbol] {
        self.buffer.get_mut(self.from..).unwrap_or_default()
    }

    /// Cuts everything after the first `n` weeks.
    fn keep_first(&mut self, n: usize) {
        self.buffer.truncate(self.from.saturating_add(n));
    }

    /// Cuts the first `n` weeks, or all there are.
    fn skip(&mut self, n: usize) {
        self.from = self.from.saturating_add(n).min(self.buffer.len());
    }

    /// Moves what is left to the front of the buffer, for steps that change its length.
    fn settle(&mut self) {
        self.buffer.drain(..self.from);
        self.from = 0;
    }

    fn take(&mut self, step: &Step) {
        match step {
            Step::Missing(symbol) => self.recode(Symbol::Missing, *symbol),
            Step::Mixed(symbol) => self.recode(Symbol::Mixed, *symbol),
            Step::Drop(symbol) => {
                self.settle();
                self.buffer.retain(|week| week != symbol);
            }
            Step::Weeks(first, last) => {
                self.keep_first(usize::from(*last));
                self.skip(usize::from(*first).saturating_sub(1));
            }
            Step::From(first) => self.skip(usize::from(*first).saturating_sub(1)),
            Step::Last(n) => self.skip(self.weeks().len().saturating_sub(usize::from(*n))),
            Step::Pad(n) => {
                let least = self.from.saturating_add(usize::from(*n));
                self.buffer
                    .resize(self.buffer.len().max(least), Symbol::Missing);
            }
            Step::Pick(picked) => {
                let kept: Vec<Symbol> = picked
                    .iter()
                    .filter_map(|&week| {
                        self.weeks().get(usize::from(week).checked_sub(1)?).copied()
                    })
                    .collect();
                self.look_at(&kept);
            }
            Step::Lattice(lattice) => self.carry_forward(lattice),
            Step::Fill(Fill::Neighbours) => self.fill_between_neighbours(),
            Step::Fill(Fill::Mode) => {
                let filling = commoner_result(self.weeks());
                self.recode(Symbol::Missing, filling);
            }
            Step::ToRetention => self.keep_first(retention(self.weeks())),
        }
    }

    fn recode(&mut self, from: Symbol, to: Symbol) {
        for week in self.weeks_mut() {
            if *week == from {
                *week = to;
            }
        }
    }

    fn carry_forward(&mut self, lattice: &Lattice) {
        let mut seen = None;
        for (week, &looked_at) in self.weeks_mut().iter_mut().zip(lattice.looked_at()) {
            match seen {
                Some(before) if !looked_at => *week = before,
                Some(_) | None => seen = Some(*week),
            }
        }
    }

    fn fill_between_neighbours(&mut self) {
        let mut before = None;
        let mut rest = self.weeks_mut();
        while let [week, tail @ ..] = rest {
            let original = *week;
            if original == Symbol::Missing
                && let (Some(before), Some(after)) = (before, tail.first())
                && let Some(filling) = between(before, *after)
            {
                *week = filling;
            }
            before = Some(original);
            rest = tail;
        }
    }
}

/// The average of two known weeks, to the nearest of the three values, ties to the larger.
fn between(before: Symbol, after: Symbol) -> Option<Symbol> {
    // In halves the sum of two weeks is 0 to 4, and the three values are 0, 2 and 4.
    match halves(before)? + halves(after)? {
        0 => Some(Symbol::Negative),
        1 | 2 => Some(Symbol::Mixed),
        _ => Some(Symbol::Positive),
    }
}

fn halves(symbol: Symbol) -> Option<u8> {
    match symbol {
        Symbol::Positive => Some(2),
        Symbol::Mixed => Some(1),
        Symbol::Negative => Some(0),
        Symbol::Missing | Symbol::Unscheduled => None,
    }
}

/// The commoner of positive (with mixed) and negative; positive on a tie.
fn commoner_result(weeks: &[Symbol]) -> Symbol {
    let negative = count(weeks, Symbol::Negative);
    let positive = count(weeks, Symbol::Positive) + count(weeks, Symbol::Mixed);
    if negative > positive {
        Symbol::Negative
    } else {
        Symbol::Positive
    }
}

fn count(weeks: &[Symbol], symbol: Symbol) -> u32 {
    // Bytes are added in runs that cannot overflow one, which the compiler turns into wide adds.
    let run = |weeks: &[Symbol]| {
        weeks
            .iter()
            .fold(0_u8, |n, &week| n + u8::from(week == symbol))
    };
    weeks.chunks(255).map(|weeks| u32::from(run(weeks))).sum()
}

/// Weeks as a number. A word has at most [`crate::word::WORD_WEEKS_MAX`] weeks and a step can pad it
/// to at most 65,535, so the bound is never met.
fn number(weeks: usize) -> u32 {
    u32::try_from(weeks).unwrap_or(u32::MAX)
}

impl Tally {
    /// Twice the tally, which is a whole number.
    fn twice(self, weeks: &[Symbol]) -> u32 {
        let halves = self.half.map_or(0, |half| count(weeks, half));
        2 * count(weeks, self.whole) + halves
    }

    fn weeks(self, weeks: &[Symbol]) -> f64 {
        f64::from(self.twice(weeks)) / 2.0
    }

    /// The share of the weeks; 0 for no weeks.
    fn share(self, weeks: &[Symbol]) -> f64 {
        if weeks.is_empty() {
            0.0
        } else {
            self.weeks(weeks) / f64::from(number(weeks.len()))
        }
    }
}

fn measure(measure: &Measure, weeks: &[Symbol], word_weeks: usize) -> Value {
    match measure {
        Measure::All(conditions) => {
            Value::Truth(conditions.iter().all(|condition| condition.holds(weeks)))
        }
        Measure::Count(tally) => match tally.half {
            None => Value::Whole(count(weeks, tally.whole)),
            Some(_) => Value::Number(tally.weeks(weeks)),
        },
        Measure::CountWithout(tally) => match tally.half {
            None => Value::Whole(number(weeks.len()) - count(weeks, tally.whole)),
            Some(_) => Value::Number(f64::from(number(weeks.len())) - tally.weeks(weeks)),
        },
        Measure::Share(tally) => Value::Number(tally.share(weeks)),
        Measure::ShareWithout(tally) => Value::Number(1.0 - tally.share(weeks)),
        Measure::LongestWithout(symbol) => {
            let stretches = weeks.split(|week| week == symbol).map(<[Symbol]>::len);
            Value::Whole(number(stretches.max().unwrap_or(0)))
        }
        Measure::FirstWindow(window) => window.first(weeks, word_weeks),
        Measure::UseIndex(index) => Value::Number(index.score(weeks)),
    }
}

impl FirstWindow {
    fn first(self, weeks: &[Symbol], word_weeks: usize) -> Value {
        let least = u32::from(self.at_least);
        let dated = u32::from(self.width) - least + u32::from(self.weeks_before);
        let found = self.start_of_first(weeks);
        if let Some(at) = found {
            return Value::Time {
                week: number(at) + 1 + dated,
                happened: true,
            };
        }
        // The start of the last possible window. A word shorter than the window has none, and where
        // the arithmetic then leads before week 1 there is no week to give.
        match (number(weeks.len()) + 1 + dated).checked_sub(u32::from(self.width)) {
            Some(week) if week >= 1 => Value::Time {
                week,
                happened: false,
            },
            Some(_) | None => Value::NotDefined { weeks: word_weeks },
        }
    }
}

impl FirstWindow {
    /// Where the first window begins that holds enough, counting along: one week comes in, one
    /// goes out.
    fn start_of_first(self, weeks: &[Symbol]) -> Option<usize> {
        let (width, least) = (usize::from(self.width), u32::from(self.at_least));
        let mut held = count(weeks.get(..width)?, self.symbol);
        let coming = weeks.iter().skip(width);
        for (start, (&out, &into)) in weeks.iter().zip(coming).enumerate() {
            if held >= least {
                return Some(start);
            }
            held = held + u32::from(into == self.symbol) - u32::from(out == self.symbol);
        }
        (held >= least).then(|| weeks.len() - width)
    }
}

impl UseIndex {
    fn score(&self, weeks: &[Symbol]) -> f64 {
        let (mut sum, mut worst) = (Sum::default(), Sum::default());
        let n = number(weeks.len());
        for (at, week) in weeks.iter().enumerate() {
            let Some(penalty) = self.penalty.of(at, n) else {
                break;
            };
            worst.add((self.positive * penalty).max(self.missing));
            sum.add(match week {
                Symbol::Positive => self.positive * penalty,
                Symbol::Mixed => self.mixed * penalty,
                Symbol::Missing => self.missing,
                Symbol::Negative | Symbol::Unscheduled => 0.0,
            });
        }
        let (sum, worst) = (sum.value(), worst.value());
        if worst > 0.0 {
            self.scale - self.scale * sum / worst
        } else {
            self.scale
        }
    }
}

/// A compensated sum (Neumaier 1974): the reference summed in extended precision, and an index
/// compared in its fifteenth digit notices.
#[derive(Clone, Copy, Default)]
struct Sum {
    sum: f64,
    lost: f64,
}

impl Sum {
    fn add(&mut self, term: f64) {
        let next = self.sum + term;
        self.lost += if self.sum.abs() >= term.abs() {
            (self.sum - next) + term
        } else {
            (term - next) + self.sum
        };
        self.sum = next;
    }

    fn value(self) -> f64 {
        self.sum + self.lost
    }
}

impl Penalty {
    /// The penalty of the week at `at` (from 0) among `n`.
    fn of(&self, at: usize, n: u32) -> Option<f64> {
        match self {
            Penalty::Steps(steps) => steps.get(at).copied(),
            Penalty::Rising(first, last) => {
                let step = (last - first) / f64::from(n.saturating_sub(1).max(1));
                Some(first + f64::from(number(at)) * step)
            }
        }
    }
}

impl Condition {
    fn holds(&self, weeks: &[Symbol]) -> bool {
        let weeks = self.scope.map_or(weeks, |scope| scope.of(weeks));
        let any = |symbols: &[Symbol]| {
            symbols
                .iter()
                .map(|&symbol| count(weeks, symbol))
                .sum::<u32>()
        };
        match &self.test {
            Test::AtLeast(least) => any(&least.symbols.0) >= u32::from(least.n),
            Test::AtMost(most) => any(&most.symbols.0) <= u32::from(most.n),
            Test::ShareAtLeast(share) => share.holds(weeks),
            Test::Run(run) => weeks
                .split(|&week| week != run.symbol)
                .any(|stretch| stretch.len() >= usize::from(run.weeks)),
        }
    }
}

impl Scope {
    fn of(self, weeks: &[Symbol]) -> &[Symbol] {
        let from = |week: u16| usize::from(week).saturating_sub(1).min(weeks.len());
        let range = match self {
            Scope::Weeks(first, last) => from(first)..usize::from(last).min(weeks.len()),
            Scope::From(first) => from(first)..weeks.len(),
            Scope::Last(n) => weeks.len().saturating_sub(usize::from(n))..weeks.len(),
        };
        weeks.get(range).unwrap_or_default()
    }
}

impl ShareAtLeast {
    /// Compared in whole numbers: `tally / weeks >= a / b` is `2 * tally * b >= 2 * weeks * a`.
    fn holds(self, weeks: &[Symbol]) -> bool {
        let (a, b) = (u64::from(self.fraction.0), u64::from(self.fraction.1));
        let of_tally = u64::from(self.tally.twice(weeks)) * b;
        !weeks.is_empty() && of_tally >= 2 * u64::from(number(weeks.len())) * a
    }
}
