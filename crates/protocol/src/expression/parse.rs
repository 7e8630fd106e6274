//! Reading an expression and checking it in the same pass: names, kinds and units.

mod series;

use std::collections::{BTreeMap, BTreeSet};

use super::token::{Token, tokens};
use super::{Expression, ExpressionError, Node, Operation, Order, Type};
use crate::fault::nearest;
use crate::input::{Dictionary, Kind};
use crate::{Decimal, Dimension};

/// Everything an expression may refer to.
pub(crate) struct Names<'n> {
    pub(crate) dictionary: &'n Dictionary,
    pub(crate) settings: &'n BTreeMap<String, Dimension>,
    pub(crate) lists: &'n BTreeMap<String, usize>,
    pub(crate) defines: &'n BTreeMap<String, (usize, Expression)>,
}

/// How deep brackets may nest.
const DEPTH_MAX: usize = 40;

/// Reads `text`, which must give `wanted` when that is given.
pub(crate) fn parse(
    text: &str,
    names: &Names<'_>,
    wanted: Option<Type>,
) -> Result<Expression, ExpressionError> {
    let mut parser = Parser {
        tokens: tokens(text)?,
        at: 0,
        end: text.len(),
        names,
        reads: BTreeSet::new(),
        depth: 0,
    };
    let (node, result) = parser.choice()?;
    if let Some((at, token)) = parser.tokens.get(parser.at) {
        return Err(ExpressionError {
            at: *at,
            wrong: format!("{} is not expected here", said(token)),
            instead: "join conditions with and, or; close brackets".to_owned(),
        });
    }
    if wanted.is_some_and(|wanted| wanted != result) {
        return Err(ExpressionError {
            at: 0,
            wrong: format!("this gives {}", result.said()),
            instead: format!(
                "write something that gives {}",
                wanted.map(Type::said).unwrap_or_default()
            ),
        });
    }
    Ok(Expression {
        source: text.to_owned(),
        node,
        result,
        reads: parser.reads,
    })
}

pub(super) struct Parser<'p> {
    tokens: Vec<(usize, Token)>,
    at: usize,
    end: usize,
    names: &'p Names<'p>,
    reads: BTreeSet<String>,
    depth: usize,
}

type Parsed = Result<(Node, Type), ExpressionError>;

fn said(token: &Token) -> String {
    match token {
        Token::Number(quantity) => format!("the number {quantity}"),
        Token::Word(word) => format!("the word {word}"),
        Token::Text(text) => format!("the text {text:?}"),
        Token::Sign(sign) => format!("the sign {sign}"),
    }
}

impl Parser<'_> {
    fn place(&self) -> usize {
        self.tokens.get(self.at).map_or(self.end, |(at, _)| *at)
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(_, token)| token)
    }

    fn peek_second(&self) -> Option<&Token> {
        self.tokens
            .get(self.at.saturating_add(1))
            .map(|(_, token)| token)
    }

    fn advance(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    fn wrong<T>(&self, wrong: impl Into<String>, instead: &str) -> Result<T, ExpressionError> {
        let (wrong, instead) = (wrong.into(), instead.to_owned());
        Err(ExpressionError {
            at: self.place(),
            wrong,
            instead,
        })
    }

    fn is_sign(&self, sign: &str) -> bool {
        matches!(self.peek(), Some(Token::Sign(found)) if *found == sign)
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Some(Token::Word(found)) if found == word)
    }

    fn eat_sign(&mut self, sign: &str) -> bool {
        let found = self.is_sign(sign);
        if found {
            self.advance();
        }
        found
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        if found {
            self.advance();
        }
        found
    }

    fn expect_sign(&mut self, sign: &str) -> Result<(), ExpressionError> {
        if self.eat_sign(sign) {
            return Ok(());
        }
        let found = self.peek().map_or_else(|| "the end".to_owned(), said);
        self.wrong(
            format!("{found} stands where {sign} belongs"),
            &format!("write {sign}"),
        )
    }

    fn expect_word(&mut self, word: &str) -> Result<(), ExpressionError> {
        if self.eat_word(word) {
            return Ok(());
        }
        let found = self.peek().map_or_else(|| "the end".to_owned(), said);
        self.wrong(
            format!("{found} stands where {word} belongs"),
            &format!("write {word}"),
        )
    }

    fn truth(&mut self, what: &str) -> Result<Node, ExpressionError> {
        let at = self.place();
        let (node, result) = self.choice()?;
        truth_of(at, node, result, what)
    }

    /// Conditions joined by `or`: the loosest binding.
    fn choice(&mut self) -> Parsed {
        self.depth = self.depth.saturating_add(1);
        if self.depth > DEPTH_MAX {
            return self.wrong("brackets nest too deep", "name a part under [define]");
        }
        let at = self.place();
        let (first, result) = self.both()?;
        let mut nodes = vec![first];
        while self.is_word("or") {
            if nodes.len() == 1 {
                let only = nodes.pop().into_iter();
                nodes.extend(
                    only.map(|node| truth_of(at, node, result, "or"))
                        .collect::<Result<Vec<_>, _>>()?,
                );
            }
            self.advance();
            let at = self.place();
            let (next, result) = self.both()?;
            nodes.push(truth_of(at, next, result, "or")?);
        }
        self.depth = self.depth.saturating_sub(1);
        Ok(joined(nodes, result, Node::Or))
    }

    fn both(&mut self) -> Parsed {
        let at = self.place();
        let (first, result) = self.negation()?;
        let mut nodes = vec![first];
        while self.is_word("and") {
            if nodes.len() == 1 {
                let only = nodes.pop().into_iter();
                nodes.extend(
                    only.map(|node| truth_of(at, node, result, "and"))
                        .collect::<Result<Vec<_>, _>>()?,
                );
            }
            self.advance();
            let at = self.place();
            let (next, result) = self.negation()?;
            nodes.push(truth_of(at, next, result, "and")?);
        }
        Ok(joined(nodes, result, Node::And))
    }

    fn negation(&mut self) -> Parsed {
        if !self.eat_word("not") {
            return self.comparison();
        }
        let at = self.place();
        let (node, result) = self.negation_bounded()?;
        Ok((
            Node::Not(Box::new(truth_of(at, node, result, "not")?)),
            Type::Truth,
        ))
    }

    fn negation_bounded(&mut self) -> Parsed {
        self.depth = self.depth.saturating_add(1);
        if self.depth > DEPTH_MAX {
            return self.wrong("negations nest too deep", "leave out every second one");
        }
        let parsed = self.negation();
        self.depth = self.depth.saturating_sub(1);
        parsed
    }

    fn comparison(&mut self) -> Parsed {
        let at = self.place();
        let (left, result) = self.sum()?;
        if result == Type::Code {
            return Self::wrong_at(at, "a word stands alone", "compare it: route = \"iv\"");
        }
        let Some(order) = self.order() else {
            return Ok((left, result));
        };
        let right_at = self.place();
        let (right, right_result) = self.sum()?;
        match (result, right_result) {
            (Type::Number(a), Type::Number(b)) if a == b => {}
            (Type::Number(a), Type::Number(b)) => {
                let wrong = format!("{} is compared with {}", a.said(), b.said());
                return Self::wrong_at(
                    right_at,
                    &wrong,
                    &format!("write the number in {}", a.said()),
                );
            }
            _ => {
                let wrong = "only numbers are compared with each other";
                return Self::wrong_at(
                    right_at,
                    wrong,
                    "write the yes/no input alone, or not before it",
                );
            }
        }
        Ok((
            Node::Compare(order, Box::new(left), Box::new(right)),
            Type::Truth,
        ))
    }

    fn wrong_at<T>(at: usize, wrong: &str, instead: &str) -> Result<T, ExpressionError> {
        Err(ExpressionError {
            at,
            wrong: wrong.to_owned(),
            instead: instead.to_owned(),
        })
    }

    fn order(&mut self) -> Option<Order> {
        let Some(Token::Sign(sign)) = self.peek() else {
            return None;
        };
        let order = match *sign {
            "<" => Order::Less,
            "<=" => Order::LessOrEqual,
            "=" => Order::Equal,
            "!=" => Order::NotEqual,
            ">=" => Order::GreaterOrEqual,
            ">" => Order::Greater,
            _ => return None,
        };
        self.advance();
        Some(order)
    }

    fn sum(&mut self) -> Parsed {
        let mut left = self.product()?;
        loop {
            let operation = match self.peek() {
                Some(Token::Sign("+")) => Operation::Plus,
                Some(Token::Sign("-")) => Operation::Minus,
                _ => return Ok(left),
            };
            self.advance();
            let at = self.place();
            let right = self.product()?;
            left = Self::arithmetic(at, operation, left, right)?;
        }
    }

    fn product(&mut self) -> Parsed {
        let mut left = self.primary()?;
        loop {
            let operation = match self.peek() {
                Some(Token::Sign("*")) => Operation::Times,
                Some(Token::Sign("/")) => Operation::Over,
                _ => return Ok(left),
            };
            self.advance();
            let at = self.place();
            let right = self.primary()?;
            left = Self::arithmetic(at, operation, left, right)?;
        }
    }

    fn arithmetic(
        at: usize,
        operation: Operation,
        (left, left_type): (Node, Type),
        (right, right_type): (Node, Type),
    ) -> Parsed {
        let (Type::Number(a), Type::Number(b)) = (left_type, right_type) else {
            return Self::wrong_at(at, "only numbers can be reckoned with", "use and, or, not");
        };
        let result = match operation {
            Operation::Times => a.times(b),
            Operation::Over => a.over(b),
            Operation::Plus | Operation::Minus | Operation::Least | Operation::Greatest => {
                if a != b {
                    let wrong = format!("{} is added to or set beside {}", b.said(), a.said());
                    return Self::wrong_at(at, &wrong, "use one unit on both sides");
                }
                a
            }
        };
        let node = Node::Arithmetic(operation, Box::new(left), Box::new(right));
        Ok((node, Type::Number(result)))
    }

    fn primary(&mut self) -> Parsed {
        let Some(token) = self.peek().cloned() else {
            return self.wrong(
                "the expression ends too soon",
                "write a value or a condition",
            );
        };
        match token {
            Token::Number(quantity) => {
                self.advance();
                Ok((
                    Node::Number(quantity.base()),
                    Type::Number(quantity.dimension()),
                ))
            }
            Token::Sign("-") => self.negative(),
            Token::Sign("(") => {
                self.advance();
                let inside = self.choice()?;
                self.expect_sign(")")?;
                Ok(inside)
            }
            Token::Text(_) => self.wrong(
                "a text stands alone",
                "write the input first: route = \"iv\"",
            ),
            Token::Sign(sign) => self.wrong(
                format!("the sign {sign} stands where a value belongs"),
                "write a value",
            ),
            Token::Word(word) => self.word(&word),
        }
    }

    fn negative(&mut self) -> Parsed {
        self.advance();
        let at = self.place();
        let Some(Token::Number(quantity)) = self.peek().cloned() else {
            return self.wrong(
                "a minus stands before something that is not a number",
                "write 0 - x",
            );
        };
        self.advance();
        let negative = Decimal::ZERO.minus(quantity.base());
        match negative {
            Some(base) => Ok((Node::Number(base), Type::Number(quantity.dimension()))),
            None => Self::wrong_at(at, "the number is too large", "write a smaller one"),
        }
    }

    fn word(&mut self, word: &str) -> Parsed {
        match word {
            "yes" | "no" => {
                self.advance();
                Ok((Node::Truth(word == "yes"), Type::Truth))
            }
            "setting" => self.setting(),
            "case" => self.case(),
            "max" | "min" => {
                let operation = if word == "max" {
                    Operation::Greatest
                } else {
                    Operation::Least
                };
                self.advance();
                self.expect_sign("(")?;
                let left = self.sum()?;
                self.expect_sign(",")?;
                let at = self.place();
                let right = self.sum()?;
                self.expect_sign(")")?;
                Self::arithmetic(at, operation, left, right)
            }
            "abs" => {
                self.advance();
                self.expect_sign("(")?;
                let at = self.place();
                let (node, result) = self.sum()?;
                self.expect_sign(")")?;
                match result {
                    Type::Number(_) => Ok((Node::Abs(Box::new(node)), result)),
                    Type::Truth | Type::Code => Self::wrong_at(
                        at,
                        "abs is asked of something not a number",
                        "write a number",
                    ),
                }
            }
            _ if matches!(self.peek_second(), Some(Token::Sign("("))) => self.function(word),
            _ => self.name(word),
        }
    }

    fn setting(&mut self) -> Parsed {
        self.advance();
        self.expect_sign(".")?;
        let Some(Token::Word(name)) = self.peek().cloned() else {
            return self.wrong("no setting is named", "write setting.NAME");
        };
        if let Some(dimension) = self.names.settings.get(&name) {
            self.advance();
            Ok((Node::Setting(name), Type::Number(*dimension)))
        } else {
            let instead = suggestion(&name, self.names.settings.keys(), "add it under [setting]");
            self.wrong(format!("there is no setting {name}"), &instead)
        }
    }

    fn case(&mut self) -> Parsed {
        self.advance();
        let mut arms = Vec::new();
        let mut given: Option<Type> = None;
        loop {
            if !arms.is_empty() && self.eat_word("else") {
                let otherwise = self.arm(given)?;
                return Ok((Node::Case(arms, Some(Box::new(otherwise.0))), otherwise.1));
            }
            let condition = self.truth("case")?;
            self.expect_sign("->")?;
            let (value, result) = self.arm(given)?;
            given = Some(result);
            arms.push((condition, value));
            if !self.eat_sign(";") {
                return Ok((Node::Case(arms, None), result));
            }
        }
    }

    fn arm(&mut self, given: Option<Type>) -> Parsed {
        let at = self.place();
        let (value, result) = self.choice()?;
        match given {
            Some(given) if given != result => {
                let wrong = format!("one arm gives {}, another {}", given.said(), result.said());
                Self::wrong_at(at, &wrong, "let every arm give the same kind of value")
            }
            Some(_) | None => Ok((value, result)),
        }
    }

    /// A definition, or the latest value of an input.
    fn name(&mut self, word: &str) -> Parsed {
        if let Some((place, expression)) = self.names.defines.get(word) {
            self.advance();
            self.reads.extend(expression.reads.iter().cloned());
            return Ok((Node::Define(*place), expression.result));
        }
        self.latest_of(word)
    }

    fn kind_of(&self, name: &str) -> Result<Kind, ExpressionError> {
        if let Ok(input) = self.names.dictionary.input(name) {
            Ok(input.kind.clone())
        } else {
            let known = self.names.dictionary.names().map(str::to_owned);
            let known: Vec<String> = known.chain(self.names.defines.keys().cloned()).collect();
            let instead = suggestion(name, known.iter(), "declare it in rules/inputs.toml");
            self.wrong(format!("there is no input or definition {name}"), &instead)
        }
    }
}

fn suggestion<'k>(name: &str, known: impl Iterator<Item = &'k String>, otherwise: &str) -> String {
    match nearest(name, known.map(String::as_str)) {
        Some(known) => format!("did you mean {known}?"),
        None => otherwise.to_owned(),
    }
}

fn truth_of(at: usize, node: Node, result: Type, what: &str) -> Result<Node, ExpressionError> {
    if result == Type::Truth {
        return Ok(node);
    }
    Err(ExpressionError {
        at,
        wrong: format!("{what} is given {}", result.said()),
        instead: "compare it with something, for example >= 140 mmHg".to_owned(),
    })
}

fn joined(mut nodes: Vec<Node>, result: Type, join: fn(Vec<Node>) -> Node) -> (Node, Type) {
    if nodes.len() > 1 {
        return (join(nodes), Type::Truth);
    }
    match nodes.pop() {
        Some(node) => (node, result),
        None => (Node::Truth(false), Type::Truth),
    }
}
