//! The parts of an expression that look at observations: functions, filters, windows.

use std::collections::BTreeSet;

use super::{Parsed, Parser, Token};
use crate::Dimension;
use crate::expression::{ExpressionError, Filter, Members, Node, Pick, Run, Series, Type, Window};
use crate::input::Kind;

const FUNCTIONS: [&str; 15] = [
    "abs",
    "age",
    "answered",
    "any",
    "case",
    "count",
    "days",
    "distinct",
    "gap",
    "greatest",
    "latest",
    "latest_day",
    "least",
    "mean",
    "run",
];

/// The longest run or mean that may be asked for; more is a slip.
const COUNT_MAX: i64 = 50;
/// The longest window, in the unit it is written in; more is a slip.
const WINDOW_MAX: i64 = 100_000;

impl Parser<'_> {
    pub(super) fn function(&mut self, name: &str) -> Parsed {
        let pick = match name {
            "latest" => Some(Pick::Latest),
            "previous" => Some(Pick::Previous),
            "gap" => Some(Pick::Gap),
            "any" => Some(Pick::Any),
            "count" => Some(Pick::Count),
            "distinct" => Some(Pick::Distinct),
            "least" => Some(Pick::Least),
            "greatest" => Some(Pick::Greatest),
            "answered" => Some(Pick::Answered),
            "mean" | "age" | "since" | "days" | "latest_day" | "run" => None,
            _ => {
                let instead = match crate::fault::nearest(name, FUNCTIONS) {
                    Some(known) => format!("did you mean {known}?"),
                    None => format!(
                        "write one of {}, since, previous, max, min",
                        FUNCTIONS.join(", ")
                    ),
                };
                return self.wrong(format!("there is no function {name}"), &instead);
            }
        };
        self.advance();
        self.expect_sign("(")?;
        let parsed = match (pick, name) {
            (Some(pick), _) => self.picked(pick),
            (None, "mean") => self.mean(),
            (None, "age") => self.age(),
            (None, "since") => self.elapsed(),
            (None, "run") => self.run(),
            (None, _) => self.by_day(name == "days"),
        }?;
        self.expect_sign(")")?;
        Ok(parsed)
    }

    fn input_name(&mut self) -> Result<(String, Kind), ExpressionError> {
        let Some(Token::Word(name)) = self.peek().cloned() else {
            return self.wrong("no input is named", "write the name of an input");
        };
        let kind = self.kind_of(&name)?;
        self.advance();
        self.reads.insert(name.clone());
        Ok((name, kind))
    }

    /// `NAME windows`, and for words `= "..."` or `in [...]`: the latest value.
    pub(super) fn latest_of(&mut self, name: &str) -> Parsed {
        let at = self.place();
        let (input, kind) = self.input_name()?;
        let windows = self.windows()?;
        let series = Series {
            input,
            filter: None,
            windows,
        };
        match kind {
            Kind::YesNo => Ok((Node::Pick(Pick::Latest, series), Type::Truth)),
            Kind::Quantity { unit, .. } => {
                let dimension = unit.map_or(Dimension::NONE, |unit| unit.dimension);
                Ok((Node::Pick(Pick::Latest, series), Type::Number(dimension)))
            }
            Kind::Choice(_) | Kind::Coded => {
                let members = self.members(&kind)?;
                match members {
                    Some(members) => Ok((Node::Is(series, members), Type::Truth)),
                    None => Self::wrong_at(
                        at,
                        &format!("{name} is a word and stands alone"),
                        "write = \"...\" or in [\"...\", \"...\"] after it",
                    ),
                }
            }
            Kind::Date | Kind::Moment => Self::wrong_at(
                at,
                &format!("{name} is a time and stands alone"),
                "write since(...) or age(...) around it",
            ),
        }
    }

    fn picked(&mut self, pick: Pick) -> Parsed {
        let at = self.place();
        let (input, kind) = self.input_name()?;
        let filter = self.filter(&kind)?;
        let windows = self.windows()?;
        let dimension = match &kind {
            Kind::Quantity { unit, .. } => {
                Some(unit.map_or(Dimension::NONE, |unit| unit.dimension))
            }
            Kind::YesNo | Kind::Choice(_) | Kind::Coded | Kind::Date | Kind::Moment => None,
        };
        let is_yes_no = kind == Kind::YesNo;
        let has_filter = filter.is_some();
        let result = match (&pick, dimension) {
            (Pick::Answered, _) => Type::Truth,
            (Pick::Count, _) => Type::Number(Dimension::NONE),
            (Pick::Gap, _) => Type::Number(Dimension::TIME),
            (Pick::Any, _) if is_yes_no || has_filter => Type::Truth,
            (Pick::Distinct, _) if matches!(kind, Kind::Coded | Kind::Choice(_)) => {
                Type::Number(Dimension::NONE)
            }
            (Pick::Latest | Pick::Previous, _) if is_yes_no && !has_filter => Type::Truth,
            (Pick::Latest | Pick::Previous | Pick::Least | Pick::Greatest, Some(dimension))
                if !has_filter =>
            {
                Type::Number(dimension)
            }
            _ => {
                let wrong = format!(
                    "this function does not fit {input}, which is {}",
                    kind.said()
                );
                return Self::wrong_at(at, &wrong, "see the list of functions in docs/rules.md");
            }
        };
        Ok((
            Node::Pick(
                pick,
                Series {
                    input,
                    filter,
                    windows,
                },
            ),
            result,
        ))
    }

    fn filter(&mut self, kind: &Kind) -> Result<Option<Filter>, ExpressionError> {
        if let Some(members) = self.members(kind)? {
            return Ok(Some(Filter::In(members)));
        }
        let at = self.place();
        let Some(order) = self.order() else {
            return Ok(None);
        };
        let (value, result) = self.sum()?;
        let wanted = match kind {
            Kind::Quantity { unit, .. } => {
                Type::Number(unit.map_or(Dimension::NONE, |unit| unit.dimension))
            }
            Kind::YesNo | Kind::Choice(_) | Kind::Coded | Kind::Date | Kind::Moment => {
                return Self::wrong_at(
                    at,
                    "this input is not a number",
                    "leave the comparison out",
                );
            }
        };
        if wanted != result {
            let wrong = format!("{} is compared with {}", wanted.said(), result.said());
            return Self::wrong_at(at, &wrong, &format!("write {}", wanted.said()));
        }
        Ok(Some(Filter::Compare(order, Box::new(value))))
    }

    /// `= "a"`, `!= "a"`, `in ["a", "b"]` or `in LIST` after a word-valued input.
    fn members(&mut self, kind: &Kind) -> Result<Option<Members>, ExpressionError> {
        if !matches!(kind, Kind::Choice(_) | Kind::Coded) {
            return Ok(None);
        }
        if self.eat_word("in") {
            return self.member_list(kind).map(Some);
        }
        let is_equal = self.is_sign("=");
        if !is_equal && !self.is_sign("!=") {
            return Ok(None);
        }
        self.advance();
        let words = BTreeSet::from([self.member(kind)?]);
        Ok(Some(if is_equal {
            Members::Words(words)
        } else {
            Members::NotWords(words)
        }))
    }

    fn member_list(&mut self, kind: &Kind) -> Result<Members, ExpressionError> {
        if let Some(Token::Word(name)) = self.peek().cloned() {
            let Some(place) = self.names.lists.get(&name) else {
                let instead =
                    super::suggestion(&name, self.names.lists.keys(), "add it as [list.NAME]");
                return self.wrong(format!("there is no list {name}"), &instead);
            };
            self.advance();
            return Ok(Members::List(*place));
        }
        self.expect_sign("[")?;
        let mut words = BTreeSet::new();
        loop {
            words.insert(self.member(kind)?);
            if !self.eat_sign(",") {
                break;
            }
        }
        self.expect_sign("]")?;
        Ok(Members::Words(words))
    }

    fn member(&mut self, kind: &Kind) -> Result<String, ExpressionError> {
        let Some(Token::Text(text)) = self.peek().cloned() else {
            return self.wrong("a word in quotes belongs here", "write for example \"iv\"");
        };
        if let Kind::Choice(choices) = kind
            && !choices.contains(&text)
        {
            let instead = format!("write one of {}", choices.join(", "));
            return self.wrong(format!("{text:?} is not a choice of this input"), &instead);
        }
        self.advance();
        Ok(text)
    }

    pub(super) fn windows(&mut self) -> Result<Vec<Window>, ExpressionError> {
        let mut windows = Vec::new();
        loop {
            if self.eat_word("today") {
                windows.push(Window::Today);
            } else if self.eat_word("within") {
                windows.push(self.within()?);
            } else if self.eat_word("since") {
                windows.push(Window::Since(self.anchor()?));
            } else if self.eat_word("before") {
                windows.push(if self.eat_word("today") {
                    Window::BeforeToday
                } else {
                    Window::Before(self.anchor()?)
                });
            } else if self.eat_word("outside") {
                windows.push(self.outside()?);
            } else if self.is_word("at") {
                self.advance();
                self.expect_word("unknown")?;
                self.expect_word("time")?;
                windows.push(Window::UnknownTime);
            } else {
                return Ok(windows);
            }
        }
    }

    fn anchor(&mut self) -> Result<String, ExpressionError> {
        self.input_name().map(|(name, _)| name)
    }

    fn outside(&mut self) -> Result<Window, ExpressionError> {
        let at = self.place();
        let Window::Days(days) = self.within()? else {
            return Self::wrong_at(
                at,
                "outside is not followed by days",
                "write outside 14 d after",
            );
        };
        self.expect_word("after")?;
        Ok(Window::Outside(days, self.anchor()?))
    }

    fn within(&mut self) -> Result<Window, ExpressionError> {
        let at = self.place();
        let Some(Token::Number(quantity)) = self.peek().cloned() else {
            return self.wrong(
                "within is not followed by a time",
                "write for example within 7 d",
            );
        };
        self.advance();
        let amount = quantity.amount();
        let whole = amount
            .floor()
            .filter(|whole| crate::Decimal::whole(*whole) == amount);
        let whole = whole.filter(|whole| (1..=WINDOW_MAX).contains(whole));
        let window = match (quantity.unit().map(|unit| unit.symbol), whole) {
            (None, Some(months)) if self.eat_word("mo") => Some(Window::Months(months)),
            (Some("d"), Some(days)) => Some(Window::Days(days)),
            (Some("y"), Some(years)) => Some(Window::Months(years.saturating_mul(12))),
            (Some("s" | "min" | "h"), Some(_)) => quantity.base().floor().map(Window::Seconds),
            _ => None,
        };
        match window {
            Some(window) => Ok(window),
            None => Self::wrong_at(
                at,
                "within is not followed by a whole span of time",
                "write for example 4 h, 7 d or 12 mo",
            ),
        }
    }

    fn count(&mut self, what: &str) -> Result<usize, ExpressionError> {
        let at = self.place();
        if let Some(Token::Number(quantity)) = self.peek().cloned()
            && quantity.unit().is_none()
            && let Some(count) = quantity
                .amount()
                .floor()
                .filter(|n| (1..=COUNT_MAX).contains(n))
        {
            self.advance();
            return Ok(usize::try_from(count).unwrap_or(1));
        }
        Self::wrong_at(
            at,
            &format!("{what} is not followed by a small whole number"),
            "write 2",
        )
    }

    fn span(&mut self, what: &str) -> Result<i64, ExpressionError> {
        let at = self.place();
        if let Some(Token::Number(quantity)) = self.peek().cloned()
            && quantity.dimension() == Dimension::TIME
            && let Some(seconds) = quantity.base().floor()
        {
            self.advance();
            return Ok(seconds);
        }
        Self::wrong_at(
            at,
            &format!("{what} is not followed by a time"),
            "write for example 5 min",
        )
    }

    fn mean(&mut self) -> Parsed {
        let at = self.place();
        let (input, kind) = self.input_name()?;
        let Kind::Quantity { unit, .. } = kind else {
            return Self::wrong_at(
                at,
                &format!("{input} is not a number"),
                "name a measured input",
            );
        };
        self.expect_word("last")?;
        let last = self.count("last")?;
        let first = if self.eat_word("of") {
            self.expect_word("first")?;
            Some(self.count("first")?)
        } else {
            None
        };
        let apart = if self.eat_word("apart") {
            self.span("apart")?
        } else {
            0
        };
        let windows = self.windows()?;
        let dimension = unit.map_or(Dimension::NONE, |unit| unit.dimension);
        let series = Series {
            input,
            filter: None,
            windows,
        };
        Ok((
            Node::Pick(Pick::Mean { last, first, apart }, series),
            Type::Number(dimension),
        ))
    }

    fn age(&mut self) -> Parsed {
        let at = self.place();
        let (input, kind) = self.input_name()?;
        if kind != Kind::Date {
            return Self::wrong_at(
                at,
                &format!("{input} is not a date"),
                "write age(birth_date)",
            );
        }
        Ok((Node::Age(input), Type::Number(Dimension::AGE)))
    }

    fn elapsed(&mut self) -> Parsed {
        let (input, kind) = self.input_name()?;
        let filter = self.filter(&kind)?;
        let windows = self.windows()?;
        Ok((
            Node::Since(Series {
                input,
                filter,
                windows,
            }),
            Type::Number(Dimension::TIME),
        ))
    }

    fn by_day(&mut self, counts: bool) -> Parsed {
        let (condition, reads) = self.condition()?;
        Ok(if counts {
            (Node::Days(condition, reads), Type::Number(Dimension::NONE))
        } else {
            (Node::LatestDay(condition, reads), Type::Truth)
        })
    }

    /// A condition, with the inputs it reads and nothing else does.
    fn condition(&mut self) -> Result<(Box<Node>, BTreeSet<String>), ExpressionError> {
        let outer = std::mem::take(&mut self.reads);
        let condition = self.truth("this function");
        let reads = std::mem::replace(&mut self.reads, outer);
        self.reads.extend(reads.iter().cloned());
        Ok((Box::new(condition?), reads))
    }

    fn run(&mut self) -> Parsed {
        let count = self.count("run")?;
        self.expect_word("of")?;
        let (condition, reads) = self.condition()?;
        let mut run = Run {
            count,
            condition: *condition,
            reads,
            apart: None,
            spanning: None,
            is_strict: false,
            windows: Vec::new(),
        };
        loop {
            if self.eat_word("apart") {
                let low = self.span("apart")?;
                self.expect_word("to")?;
                run.apart = Some((low, self.span("to")?));
            } else if self.eat_word("spanning") {
                run.is_strict = self.eat_word("over");
                run.spanning = Some(self.span("spanning")?);
            } else {
                run.windows = self.windows()?;
                return Ok((Node::Run(Box::new(run)), Type::Truth));
            }
        }
    }
}
