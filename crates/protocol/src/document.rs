//! Reading a TOML file into typed values while collecting every fault, each with its line.
//!
//! `serde` stops at the first thing wrong. A director who edits a pack is owed the whole list, so
//! the files are read table by table: take each key with a typed question, then [`Table::finish`]
//! reports what was left over.

use std::collections::BTreeSet;
use std::ops::Range;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::dose::Minutes;
use crate::fault::{Fault, nearest};
use crate::{Mark, Quantity};

/// A file being read, and everything found wrong in it so far.
pub(crate) struct Document<'t> {
    file: String,
    text: &'t str,
    faults: Vec<Fault>,
}

/// A table of the file being read; remembers which of its keys were asked for.
pub(crate) struct Table<'t> {
    rows: &'t DeTable<'t>,
    span: Range<usize>,
    /// How the table is named in a fault, for example `rule E05a`.
    pub(crate) name: String,
    asked: BTreeSet<&'static str>,
}

/// A text and where it stands in the file.
#[derive(Clone, Debug)]
pub(crate) struct Placed {
    pub(crate) text: String,
    /// The byte where the first character of the text stands.
    pub(crate) start: usize,
}

impl<'t> Document<'t> {
    pub(crate) fn new(file: &str, text: &'t str) -> Self {
        Self {
            file: file.to_owned(),
            text,
            faults: Vec::new(),
        }
    }

    /// Parses the text; what can be read despite errors is still read.
    pub(crate) fn parse(&mut self) -> Spanned<DeTable<'t>> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        for error in errors {
            let at = error.span().map_or(0, |span| span.start);
            let wrong = error.message().replace('\n', ", ");
            self.fault(
                at,
                wrong,
                "write it as TOML asks, or a date as 2027-06-30".to_owned(),
            );
        }
        table
    }

    pub(crate) fn fault(&mut self, at: usize, wrong: String, instead: String) {
        let line = self.line(at);
        self.faults.push(Fault {
            file: self.file.clone(),
            line,
            wrong,
            instead,
        });
    }

    pub(crate) fn line(&self, at: usize) -> usize {
        let before = self
            .text
            .get(..at.min(self.text.len()))
            .unwrap_or(self.text);
        before
            .bytes()
            .filter(|byte| *byte == b'\n')
            .count()
            .saturating_add(1)
    }

    pub(crate) fn faults(self) -> Vec<Fault> {
        self.faults
    }

    pub(crate) fn has_faults(&self) -> bool {
        !self.faults.is_empty()
    }

    /// Where the first character of a string value stands, past its quotes.
    fn inside(&self, span: &Range<usize>) -> usize {
        let source = self.text.get(span.clone()).unwrap_or_default();
        let triple = source.starts_with("'''") || source.starts_with("\"\"\"");
        let quotes = if triple { 3 } else { 1 };
        let newline = usize::from(triple && source.get(3..4) == Some("\n"));
        span.start.saturating_add(quotes).saturating_add(newline)
    }
}

impl<'t> Table<'t> {
    pub(crate) fn root(table: &'t Spanned<DeTable<'t>>) -> Self {
        let name = "the file".to_owned();
        Self {
            rows: table.get_ref(),
            span: 0..1,
            name,
            asked: BTreeSet::new(),
        }
    }

    /// The byte where the table begins.
    pub(crate) fn start(&self) -> usize {
        self.span.start
    }

    fn take(&mut self, key: &'static str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.asked.insert(key);
        self.rows.get(key)
    }

    fn wanted(&self, file: &mut Document<'_>, at: usize, key: &str, kind: &str, example: &str) {
        let wrong = format!("{key} of {} is not {kind}", self.name);
        file.fault(at, wrong, format!("write for example {key} = {example}"));
    }

    fn absent(&self, file: &mut Document<'_>, key: &str, example: &str) {
        let wrong = format!("{} has no {key}", self.name);
        file.fault(
            self.span.start,
            wrong,
            format!("write for example {key} = {example}"),
        );
    }

    /// A text that may be left out.
    pub(crate) fn text_maybe(
        &mut self,
        file: &mut Document<'_>,
        key: &'static str,
    ) -> Option<Placed> {
        let value = self.take(key)?;
        let start = file.inside(&value.span());
        if let Some(text) = value.get_ref().as_str() {
            return Some(Placed {
                text: text.to_owned(),
                start,
            });
        }
        self.wanted(file, value.span().start, key, "a text", "\"...\"");
        None
    }

    /// A text that must be there; empty text and a fault when it is not.
    pub(crate) fn text(&mut self, file: &mut Document<'_>, key: &'static str) -> Placed {
        let is_there = self.rows.contains_key(key);
        let found = self.text_maybe(file, key);
        match found {
            Some(placed) if placed.text.trim().is_empty() => {
                file.fault(
                    placed.start,
                    format!("{key} of {} is empty", self.name),
                    "write it out".to_owned(),
                );
                placed
            }
            Some(placed) => placed,
            None => {
                if !is_there {
                    self.absent(file, key, "\"...\"");
                }
                Placed {
                    text: String::new(),
                    start: self.span.start,
                }
            }
        }
    }

    /// A list of texts, empty when left out.
    pub(crate) fn texts(&mut self, file: &mut Document<'_>, key: &'static str) -> Vec<Placed> {
        let Some(value) = self.take(key) else {
            return Vec::new();
        };
        let Some(items) = value.get_ref().as_array() else {
            self.wanted(
                file,
                value.span().start,
                key,
                "a list of texts",
                "[\"...\"]",
            );
            return Vec::new();
        };
        let mut out = Vec::new();
        for item in items {
            match item.get_ref().as_str() {
                Some(text) => {
                    out.push(Placed {
                        text: text.to_owned(),
                        start: file.inside(&item.span()),
                    });
                }
                None => self.wanted(file, item.span().start, key, "a list of texts", "[\"...\"]"),
            }
        }
        out
    }

    /// A list of whole numbers, empty when left out.
    pub(crate) fn wholes(&mut self, file: &mut Document<'_>, key: &'static str) -> Vec<i64> {
        let Some(value) = self.take(key) else {
            return Vec::new();
        };
        let items = value.get_ref().as_array();
        let all: Option<Vec<i64>> =
            items.and_then(|items| items.iter().map(|item| whole_of(item.get_ref())).collect());
        all.unwrap_or_else(|| {
            self.wanted(
                file,
                value.span().start,
                key,
                "a list of whole numbers",
                "[0, 7, 14]",
            );
            Vec::new()
        })
    }

    /// A whole number that may be left out.
    pub(crate) fn whole_maybe(
        &mut self,
        file: &mut Document<'_>,
        key: &'static str,
    ) -> Option<i64> {
        let value = self.take(key)?;
        let whole = whole_of(value.get_ref());
        if whole.is_none() {
            self.wanted(file, value.span().start, key, "a whole number", "1");
        }
        whole
    }

    /// A whole number that must be there.
    pub(crate) fn whole(&mut self, file: &mut Document<'_>, key: &'static str) -> i64 {
        if !self.rows.contains_key(key) {
            self.absent(file, key, "1");
        }
        self.whole_maybe(file, key).unwrap_or_default()
    }

    /// Yes or no; `false` when left out.
    pub(crate) fn truth(&mut self, file: &mut Document<'_>, key: &'static str) -> bool {
        let Some(value) = self.take(key) else {
            return false;
        };
        value.get_ref().as_bool().unwrap_or_else(|| {
            self.wanted(file, value.span().start, key, "true or false", "true");
            false
        })
    }

    /// A civil date that must be there.
    pub(crate) fn date(&mut self, file: &mut Document<'_>, key: &'static str) -> Option<Date> {
        let Some(value) = self.take(key) else {
            self.absent(file, key, "2027-06-30");
            return None;
        };
        let value_ref = value.get_ref();
        let text = match value_ref.as_datetime() {
            Some(stamp) => stamp.to_string(),
            None => value_ref.as_str().unwrap_or_default().to_owned(),
        };
        let date = text.parse::<Date>().ok();
        if date.is_none() {
            self.wanted(
                file,
                value.span().start,
                key,
                "a date that exists",
                "2027-06-30",
            );
        }
        date
    }

    /// A quantity that may be left out.
    pub(crate) fn quantity_maybe(
        &mut self,
        file: &mut Document<'_>,
        key: &'static str,
    ) -> Option<Quantity> {
        let placed = self.text_maybe(file, key)?;
        self.quantity_of(file, key, &placed)
    }

    /// Whole minutes that may be left out.
    pub(crate) fn minutes_maybe(
        &mut self,
        file: &mut Document<'_>,
        key: &'static str,
    ) -> Option<Minutes> {
        let placed = self.text_maybe(file, key)?;
        let quantity = self.quantity_of(file, key, &placed)?;
        let found = Minutes::from_quantity(quantity);
        if found.is_none() {
            let wrong = format!("{key} of {} is not whole minutes", self.name);
            file.fault(
                placed.start,
                wrong,
                format!("write for example {key} = \"40 min\""),
            );
        }
        found
    }

    /// Reads a placed text as a quantity, or says what is wrong with it.
    pub(crate) fn quantity_of(
        &self,
        file: &mut Document<'_>,
        key: &str,
        placed: &Placed,
    ) -> Option<Quantity> {
        Quantity::parse(&placed.text)
            .map_err(|error| {
                let wrong = format!("{key} of {} is not a quantity", self.name);
                file.fault(placed.start, wrong, error.to_string());
            })
            .ok()
    }

    /// An evidence mark that must be there.
    pub(crate) fn mark(&mut self, file: &mut Document<'_>, key: &'static str) -> Mark {
        let placed = self.text(file, key);
        Mark::parse(&placed.text).unwrap_or_else(|| {
            if !placed.text.is_empty() {
                self.wanted(
                    file,
                    placed.start,
                    key,
                    "an evidence mark",
                    "\"R\", \"K\" or \"H\"",
                );
            }
            Mark::House
        })
    }

    /// One of a few words, by `read`; `None` and a fault otherwise.
    pub(crate) fn word<T>(
        &mut self,
        file: &mut Document<'_>,
        key: &'static str,
        known: &[(&str, T)],
    ) -> Option<T>
    where
        T: Copy,
    {
        let placed = self.text(file, key);
        self.word_of(file, key, &placed, known)
    }

    /// As [`Table::word`], for a text already taken.
    pub(crate) fn word_of<T: Copy>(
        &self,
        file: &mut Document<'_>,
        key: &str,
        placed: &Placed,
        known: &[(&str, T)],
    ) -> Option<T> {
        let found = known
            .iter()
            .find(|(word, _)| *word == placed.text)
            .map(|(_, value)| *value);
        if found.is_none() && !placed.text.is_empty() {
            let words: Vec<&str> = known.iter().map(|(word, _)| *word).collect();
            let instead = match nearest(&placed.text, words.iter().copied()) {
                Some(word) => format!("did you mean {word:?}?"),
                None => format!("write one of {}", words.join(", ")),
            };
            let wrong = format!(
                "{key} of {} is {:?}, which is not known",
                self.name, placed.text
            );
            file.fault(placed.start, wrong, instead);
        }
        found
    }

    /// The tables of `[[key]]`, none when left out.
    pub(crate) fn tables(&mut self, file: &mut Document<'_>, key: &'static str) -> Vec<Table<'t>> {
        let Some(value) = self.take(key) else {
            return Vec::new();
        };
        let Some(items) = value.get_ref().as_array() else {
            self.wanted(file, value.span().start, key, "a list of tables", "[[...]]");
            return Vec::new();
        };
        let mut out = Vec::new();
        for (nth, item) in items.iter().enumerate() {
            match item.get_ref().as_table() {
                Some(table) => out.push(Table {
                    rows: table,
                    span: item.span(),
                    name: format!("{key} number {}", nth.saturating_add(1)),
                    asked: BTreeSet::new(),
                }),
                None => self.wanted(file, item.span().start, key, "a table", "{ ... }"),
            }
        }
        out
    }

    /// A table that may be left out.
    pub(crate) fn table_maybe(
        &mut self,
        file: &mut Document<'_>,
        key: &'static str,
    ) -> Option<Table<'t>> {
        let value = self.take(key)?;
        let Some(table) = value.get_ref().as_table() else {
            self.wanted(
                file,
                value.span().start,
                key,
                "a table",
                "{ name = \"...\" }",
            );
            return None;
        };
        let name = format!("{key} of {}", self.name);
        Some(Table {
            rows: table,
            span: value.span(),
            name,
            asked: BTreeSet::new(),
        })
    }

    /// The named tables of `[key.NAME]`, in the order of their names.
    pub(crate) fn named(
        &mut self,
        file: &mut Document<'_>,
        key: &'static str,
    ) -> Vec<(String, Table<'t>)> {
        let Some(value) = self.take(key) else {
            return Vec::new();
        };
        let Some(table) = value.get_ref().as_table() else {
            self.wanted(file, value.span().start, key, "a table of tables", "[NAME]");
            return Vec::new();
        };
        children(table, file, key)
    }

    /// Every table of the file, by name: for files that are nothing but named tables.
    pub(crate) fn children(&self, file: &mut Document<'_>) -> Vec<(String, Table<'t>)> {
        children(self.rows, file, "")
    }

    /// Every key with its value, for tables whose keys are data.
    pub(crate) fn entries(
        &self,
    ) -> impl Iterator<Item = (&'t str, usize, &'t Spanned<DeValue<'t>>)> + use<'t> {
        self.rows
            .iter()
            .map(|(key, value)| (key.get_ref().as_ref(), key.span().start, value))
    }

    /// Reports every key nobody asked for.
    pub(crate) fn finish(self, file: &mut Document<'_>) {
        for key in self.rows.keys() {
            let word = key.get_ref().as_ref();
            if self.asked.contains(word) {
                continue;
            }
            let instead = if let Some(known) = nearest(word, self.asked.iter().copied()) {
                format!("did you mean {known}?")
            } else {
                let known: Vec<&str> = self.asked.iter().copied().collect();
                format!("write one of {}", known.join(", "))
            };
            let wrong = format!("{} has a key {word} that is not known", self.name);
            file.fault(key.span().start, wrong, instead);
        }
    }
}

fn children<'t>(
    table: &'t DeTable<'t>,
    file: &mut Document<'_>,
    key: &str,
) -> Vec<(String, Table<'t>)> {
    let mut out = Vec::new();
    for (name, value) in table {
        let name = name.get_ref().to_string();
        match value.get_ref().as_table() {
            Some(table) => {
                let said = if key.is_empty() {
                    name.clone()
                } else {
                    format!("{key} {name}")
                };
                let span = value.span();
                out.push((
                    name,
                    Table {
                        rows: table,
                        span,
                        name: said,
                        asked: BTreeSet::new(),
                    },
                ));
            }
            None => file.fault(
                value.span().start,
                format!("{name} is not a table"),
                format!("write [{key}.{name}] and its keys below it").replace("[.", "["),
            ),
        }
    }
    out
}

fn whole_of(value: &DeValue<'_>) -> Option<i64> {
    value
        .as_integer()
        .and_then(|whole| i64::from_str_radix(&whole.as_str().replace('_', ""), whole.radix()).ok())
}
