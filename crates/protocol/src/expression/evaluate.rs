//! Evaluating an expression over facts, keeping what was used and what was missing.

mod over_days;
mod over_series;
mod spans;

use std::cell::RefCell;
use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::{Expression, Node, Operation, Order, Series, holds};
use crate::fact::{Answer, Facts, Observation};
use crate::list::List;
use crate::{Decimal, Quantity};

/// What an expression gave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Value {
    /// It cannot be said from what is known.
    Unknown,
    Truth(bool),
    /// A number between two ends; the ends differ when a time is known only to the day.
    Number(Decimal, Decimal),
    /// A setting that the clinic switched off: every comparison with it is no.
    Off,
}

impl Value {
    fn exactly(number: Decimal) -> Self {
        Self::Number(number, number)
    }

    pub(crate) fn as_truth(self) -> Option<bool> {
        match self {
            Self::Truth(truth) => Some(truth),
            Self::Unknown | Self::Number(..) | Self::Off => None,
        }
    }
}

/// What an evaluation looked at.
#[derive(Debug, Default)]
pub(crate) struct Trace<'e> {
    /// Each input and the observation of it that counted.
    pub(crate) used: Vec<(&'e str, &'e Observation)>,
    /// Inputs without which the answer could not be given.
    pub(crate) missing: Vec<&'e str>,
}

/// Which observations are seen: all, or those of one day, or of one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Scope {
    All,
    Day(Date),
    Moment(Timestamp),
}

/// Everything an expression is evaluated against.
pub(crate) struct Evaluation<'e> {
    pub(crate) facts: &'e Facts,
    pub(crate) at: Timestamp,
    today: Date,
    pub(crate) defines: &'e [Expression],
    pub(crate) lists: &'e [List],
    pub(crate) settings: &'e BTreeMap<String, Option<Quantity>>,
    /// The moments windows hang on, as they were found: a window asks once for each observation.
    anchors: RefCell<Vec<(&'e str, Anchor)>>,
}

/// The two ends of a moment a window hangs on; nothing where it never came.
type Anchor = Option<(Timestamp, Timestamp)>;

impl<'e> Evaluation<'e> {
    pub(crate) fn new(
        facts: &'e Facts,
        at: Timestamp,
        defines: &'e [Expression],
        lists: &'e [List],
        settings: &'e BTreeMap<String, Option<Quantity>>,
    ) -> Self {
        let today = facts.zone().to_datetime(at).date();
        Self {
            facts,
            at,
            today,
            defines,
            lists,
            settings,
            anchors: RefCell::default(),
        }
    }

    /// The observations of an input up to now, oldest first: facts are kept in the order of their
    /// earliest moments, and what may have begun by now is past.
    fn past(&self, input: &str) -> &'e [Observation] {
        let list = self.facts.of(input);
        let zone = self.facts.zone();
        let n_past = list.partition_point(|one| one.when.earliest(zone) <= Some(self.at));
        list.get(..n_past).unwrap_or(list)
    }

    /// The value of an expression, with what it used and missed added to `trace`.
    pub(crate) fn value(&self, expression: &'e Expression, trace: &mut Trace<'e>) -> Value {
        self.node(&expression.node, Scope::All, trace)
    }

    fn node(&self, node: &'e Node, scope: Scope, trace: &mut Trace<'e>) -> Value {
        let missing_before = trace.missing.len();
        let value = match node {
            Node::Number(number) => Value::exactly(*number),
            Node::Truth(truth) => Value::Truth(*truth),
            Node::Setting(name) => self.setting(name),
            Node::Define(place) => match self.defines.get(*place) {
                Some(define) => self.node(&define.node, scope, trace),
                None => Value::Unknown,
            },
            Node::Pick(pick, series) => self.pick(pick, series, scope, trace),
            Node::Is(series, members) => self.is(series, members, scope, trace),
            Node::Age(input) => self.age(input, trace),
            Node::Since(series) => self.since(series, scope, trace),
            Node::Compare(order, a, b) => {
                let (a, b) = (self.node(a, scope, trace), self.node(b, scope, trace));
                compared(*order, a, b)
            }
            Node::Not(inner) => match self.node(inner, scope, trace) {
                Value::Truth(truth) => Value::Truth(!truth),
                Value::Unknown | Value::Number(..) | Value::Off => Value::Unknown,
            },
            Node::And(nodes) => self.joined(nodes, false, scope, trace),
            Node::Or(nodes) => self.joined(nodes, true, scope, trace),
            Node::Arithmetic(operation, a, b) => {
                let (a, b) = (self.node(a, scope, trace), self.node(b, scope, trace));
                reckoned(*operation, a, b)
            }
            Node::Abs(inner) => absolute(self.node(inner, scope, trace)),
            Node::Case(arms, otherwise) => self.case(arms, otherwise.as_deref(), scope, trace),
            Node::Days(condition, reads) => self.days(condition, reads, trace),
            Node::LatestDay(condition, reads) => self.latest_day(condition, reads, trace),
            Node::Run(run) => self.run(run, scope, trace),
        };
        let is_unsure = match value {
            Value::Unknown => true,
            Value::Number(low, high) => low < high,
            Value::Truth(_) | Value::Off => false,
        };
        if !is_unsure {
            // What was missing did not matter: the answer is known without it.
            trace.missing.truncate(missing_before);
        }
        value
    }

    fn setting(&self, name: &str) -> Value {
        let own = self
            .facts
            .settings
            .get(name)
            .map(|quantity| Some(*quantity));
        let default = self.settings.get(name).copied();
        // A clinic's value in another unit is never compared; `Pack::check_settings` names it.
        let own = own.filter(|own| match (own, default) {
            (Some(own), Some(Some(default))) => own.dimension() == default.dimension(),
            _ => true,
        });
        match own.or(default) {
            Some(Some(quantity)) => Value::exactly(quantity.base()),
            Some(None) => Value::Off,
            None => Value::Unknown,
        }
    }

    /// `or` when `decisive` is true, `and` when it is false: one decisive part settles the whole.
    fn joined(
        &self,
        nodes: &'e [Node],
        decisive: bool,
        scope: Scope,
        trace: &mut Trace<'e>,
    ) -> Value {
        let mut all_known = true;
        let mut decided = false;
        for node in nodes {
            match self.node(node, scope, trace).as_truth() {
                Some(truth) if truth == decisive => decided = true,
                Some(_) => {}
                None => all_known = false,
            }
        }
        match (decided, all_known) {
            (true, _) => Value::Truth(decisive),
            (false, true) => Value::Truth(!decisive),
            (false, false) => Value::Unknown,
        }
    }

    fn case(
        &self,
        arms: &'e [(Node, Node)],
        otherwise: Option<&'e Node>,
        scope: Scope,
        trace: &mut Trace<'e>,
    ) -> Value {
        for (condition, value) in arms {
            match self.node(condition, scope, trace).as_truth() {
                Some(true) => return self.node(value, scope, trace),
                Some(false) => {}
                None => return Value::Unknown,
            }
        }
        otherwise.map_or(Value::Unknown, |node| self.node(node, scope, trace))
    }

    fn age(&self, input: &'e str, trace: &mut Trace<'e>) -> Value {
        let last = self.facts.of(input).last();
        let Some((Answer::Date(birth), observation)) = last.map(|one| (&one.answer, one)) else {
            trace.missing.push(input);
            return Value::Unknown;
        };
        trace.used.push((input, observation));
        let had_birthday = (self.today.month(), self.today.day()) >= (birth.month(), birth.day());
        let years = i64::from(self.today.year()).saturating_sub(i64::from(birth.year()));
        Value::exactly(Decimal::whole(
            years.saturating_sub(i64::from(!had_birthday)),
        ))
    }

    /// Records that the answer hangs on this series.
    fn miss(series: &'e Series, trace: &mut Trace<'e>) -> Value {
        trace.missing.push(&series.input);
        Value::Unknown
    }
}

fn compared(order: Order, a: Value, b: Value) -> Value {
    let (Value::Number(a_low, a_high), Value::Number(b_low, b_high)) = (a, b) else {
        let is_off = a == Value::Off || b == Value::Off;
        return if is_off {
            Value::Truth(false)
        } else {
            Value::Unknown
        };
    };
    // A comparison of two ranges is known when it comes out the same at every corner. For `=` and
    // `!=` two wide ranges that overlap are never known.
    let corners = [
        holds(order, &a_low, &b_low),
        holds(order, &a_low, &b_high),
        holds(order, &a_high, &b_low),
        holds(order, &a_high, &b_high),
    ];
    let overlap = a_low <= b_high && b_low <= a_high;
    let is_wide = a_low < a_high || b_low < b_high;
    if matches!(order, Order::Equal | Order::NotEqual) && overlap && is_wide {
        return Value::Unknown;
    }
    match corners {
        [true, true, true, true] => Value::Truth(true),
        [false, false, false, false] => Value::Truth(false),
        _ => Value::Unknown,
    }
}

fn reckoned(operation: Operation, a: Value, b: Value) -> Value {
    let (Value::Number(a_low, a_high), Value::Number(b_low, b_high)) = (a, b) else {
        return Value::Unknown;
    };
    let crosses_zero = b_low <= Decimal::ZERO && Decimal::ZERO <= b_high;
    if operation == Operation::Over && crosses_zero {
        return Value::Unknown;
    }
    let by = |x: Decimal, y: Decimal| match operation {
        Operation::Plus => x.plus(y),
        Operation::Minus => x.minus(y),
        Operation::Times => x.times(y),
        Operation::Over => x.over(y),
        Operation::Least => Some(x.min(y)),
        Operation::Greatest => Some(x.max(y)),
    };
    if a_low == a_high && b_low == b_high {
        return by(a_low, b_low).map_or(Value::Unknown, Value::exactly);
    }
    let corners = [
        by(a_low, b_low),
        by(a_low, b_high),
        by(a_high, b_low),
        by(a_high, b_high),
    ];
    let corners: Option<Vec<Decimal>> = corners.into_iter().collect();
    let ends = corners.and_then(|all| Some((*all.iter().min()?, *all.iter().max()?)));
    ends.map_or(Value::Unknown, |(low, high)| Value::Number(low, high))
}

fn absolute(value: Value) -> Value {
    match value {
        Value::Number(low, high) if low >= Decimal::ZERO => Value::Number(low, high),
        Value::Number(low, high) if high <= Decimal::ZERO => Value::Number(high.abs(), low.abs()),
        Value::Number(low, high) => Value::Number(Decimal::ZERO, low.abs().max(high.abs())),
        Value::Unknown | Value::Truth(_) | Value::Off => Value::Unknown,
    }
}
