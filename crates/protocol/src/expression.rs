//! The language of conditions: small, typed, and with "unknown" as a value of its own.
//!
//! ```text
//! systolic >= 140 mmHg                      the latest value
//! pregnancy_test = "positive"               a word
//! smoker and not asthma                     yes/no inputs
//! any(heart_attack within 183 d)            a yes in the window
//! count(session_given within 12 mo)         how many
//! distinct(medicine in depressants)         how many different ones, by a list of the pack
//! mean(systolic last 2 apart 5 min today)   of the last two readings at least 5 minutes apart
//! previous(pulse) gap(pulse)                the reading before the last; the time between the two
//! latest(alt before first_dose)             a baseline; also: within 7 d, today, before today,
//!                                           since NAME, outside 14 d after NAME, at unknown time
//! least(x) greatest(x)                      over all observations in the window
//! age(birth_date) >= 18 y                   completed years
//! since(last_drink) < 24 h                  elapsed time
//! answered(ecg within 30 d)                 whether there is any answer: never unknown
//! run(2 of pulse > 130 /min spanning 5 min) unbroken, up to the latest reading
//! days(mean(systolic last 2) >= 160 mmHg)   on how many days it held
//! latest_day(...)                           whether it holds on the latest day
//! case a -> 1; b -> 2; else 3               the first that is true
//! max(140 mmHg, baseline + 20 mmHg)  min(...)  abs(...)  + - * /
//! setting.breath_alcohol_limit              a number the clinic may set
//! ```
//!
//! Truth is three-valued (Kleene): `unknown and no` is no, `unknown and yes` is unknown. What is
//! known can therefore never be changed by what is not.

mod evaluate;
mod parse;
mod token;

use std::collections::BTreeSet;

use crate::{Decimal, Dimension};

pub(crate) use evaluate::{Evaluation, Trace, Value};
pub(crate) use parse::{Names, parse};
pub(crate) use token::words;

/// A condition or a value, as written and as understood.
#[derive(Clone, Debug)]
pub struct Expression {
    source: String,
    pub(crate) node: Node,
    pub(crate) result: Type,
    reads: BTreeSet<String>,
}

impl Expression {
    /// Stands for an expression that could not be read, while the rest of its file is.
    pub(crate) fn never(source: &str) -> Self {
        let (node, result) = (Node::Truth(false), Type::Truth);
        Self {
            source: source.to_owned(),
            node,
            result,
            reads: BTreeSet::new(),
        }
    }

    /// As written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether a word, such as the name of a definition, stands in it.
    pub fn names(&self, word: &str) -> bool {
        words(&self.source).iter().any(|found| found == word)
    }

    /// The number it is, in the base unit of what it measures, where it is one and nothing else.
    pub(crate) const fn constant(&self) -> Option<Decimal> {
        if let Node::Number(number) = self.node {
            Some(number)
        } else {
            None
        }
    }

    /// Every input it reads, also through definitions.
    pub fn reads(&self) -> impl Iterator<Item = &str> {
        self.reads.iter().map(String::as_str)
    }
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl serde::Serialize for Expression {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(&self.source)
    }
}

/// What is wrong with an expression: where, what, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{wrong}; {instead}")]
pub(crate) struct ExpressionError {
    /// Bytes from the start of the text.
    pub(crate) at: usize,
    pub(crate) wrong: String,
    pub(crate) instead: String,
}

/// What an expression gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Truth,
    Number(Dimension),
    Code,
}

impl Type {
    pub(crate) fn said(self) -> String {
        match self {
            Self::Truth => "yes or no".to_owned(),
            Self::Number(dimension) => format!("a number in {}", dimension.said()),
            Self::Code => "a word".to_owned(),
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) enum Node {
    Number(Decimal),
    Truth(bool),
    Setting(String),
    Define(usize),
    Pick(Pick, Series),
    Age(String),
    Since(Series),
    Compare(Order, Box<Node>, Box<Node>),
    Is(Series, Members),
    Not(Box<Node>),
    And(Vec<Node>),
    Or(Vec<Node>),
    Arithmetic(Operation, Box<Node>, Box<Node>),
    Abs(Box<Node>),
    Case(Vec<(Node, Node)>, Option<Box<Node>>),
    Days(Box<Node>, BTreeSet<String>),
    LatestDay(Box<Node>, BTreeSet<String>),
    Run(Box<Run>),
}

/// The observations of one input that an expression looks at.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    pub(crate) input: String,
    pub(crate) filter: Option<Filter>,
    pub(crate) windows: Vec<Window>,
}

#[derive(Clone, Debug)]
pub(crate) enum Filter {
    Compare(Order, Box<Node>),
    In(Members),
}

#[derive(Clone, Debug)]
pub(crate) enum Members {
    /// A list of the pack, by its place.
    List(usize),
    Words(BTreeSet<String>),
    /// Everything but these.
    NotWords(BTreeSet<String>),
}

#[derive(Clone, Debug)]
pub(crate) enum Window {
    /// Seconds back from now, both ends included.
    Seconds(i64),
    Days(i64),
    Months(i64),
    Today,
    Since(String),
    Before(String),
    BeforeToday,
    /// Not on the days from an observation of this input to this many days after it.
    Outside(i64, String),
    UnknownTime,
}

#[derive(Clone, Debug)]
pub(crate) enum Pick {
    Latest,
    Previous,
    Gap,
    Any,
    Count,
    Distinct,
    Least,
    Greatest,
    Answered,
    Mean {
        last: usize,
        /// Only this many from the beginning of the window are looked at.
        first: Option<usize>,
        /// Seconds that two readings must lie apart to both count.
        apart: i64,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Less,
    LessOrEqual,
    Equal,
    NotEqual,
    GreaterOrEqual,
    Greater,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Plus,
    Minus,
    Times,
    Over,
    Least,
    Greatest,
}

/// An unbroken run of charted rows up to the latest, on each of which a condition holds.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub(crate) count: usize,
    pub(crate) condition: Node,
    pub(crate) reads: BTreeSet<String>,
    /// Two rows of the run must lie this many seconds apart, both ends included.
    pub(crate) apart: Option<(i64, i64)>,
    /// The run must last this many seconds.
    pub(crate) spanning: Option<i64>,
    /// Whether it must last longer, and not just as long.
    pub(crate) is_strict: bool,
    pub(crate) windows: Vec<Window>,
}

/// Whether an order holds of two numbers.
fn holds<T: PartialOrd>(order: Order, a: &T, b: &T) -> bool {
    match order {
        Order::Less => a < b,
        Order::LessOrEqual => a <= b,
        Order::Equal => a == b,
        Order::NotEqual => a != b,
        Order::GreaterOrEqual => a >= b,
        Order::Greater => a > b,
    }
}
