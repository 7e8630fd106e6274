//! What a form sent: parsed strictly, read field by field, faults gathered so that all are said at once.

use clinic::calendar::{Clash, OnTheClock, on_the_clock};
use clinic::denied::{Denied, FieldFault};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use record::quantity::Unreadable;
use record::words::{Line, Prose};

/// The most fields one form may send.
const FIELDS_MAX: usize = 1_000;

/// Why a body is not a form's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotAForm {
    /// It is not UTF-8, or an escape in it is broken.
    Text,
    /// It has more fields than any form of ours.
    TooMany,
}

/// What a form or an address sent, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sent {
    pairs: Vec<(String, String)>,
}

fn unescape(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let pair = [rest.next()?, rest.next()?];
                let digits = std::str::from_utf8(&pair).ok()?;
                if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                    return None;
                }
                bytes.push(u8::from_str_radix(digits, 16).ok()?);
            }
            other => bytes.push(other),
        }
    }
    String::from_utf8(bytes).ok()
}

impl Sent {
    /// Reads `name=value&...`, refusing what is not text.
    pub(crate) fn parse(body: &str) -> Result<Self, NotAForm> {
        let mut pairs = Vec::new();
        for part in body.split('&').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let name = unescape(name).ok_or(NotAForm::Text)?;
            let value = unescape(value).ok_or(NotAForm::Text)?;
            pairs.push((name, value));
            if pairs.len() > FIELDS_MAX {
                return Err(NotAForm::TooMany);
            }
        }
        Ok(Self { pairs })
    }

    /// Everything sent, to put back into a form.
    pub(crate) fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }

    /// The first answer under a name; `None` when there is none or it is blank.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.pairs
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.trim())
            .filter(|value| !value.is_empty())
    }

    /// The first answer under a name as it was typed, blanks and all.
    pub(crate) fn raw(&self, name: &str) -> Option<&str> {
        self.pairs
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// Every answer under a name.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.pairs
            .iter()
            .filter(move |(known, _)| known == name)
            .map(|(_, value)| value.trim())
    }

    /// Whether a box was ticked.
    pub(crate) fn is_ticked(&self, name: &str) -> bool {
        self.get(name) == Some("yes")
    }
}

/// Reads answers one by one and gathers what is wrong with them.
pub(crate) struct Answers<'a> {
    sent: &'a Sent,
    zone: TimeZone,
    faults: Vec<FieldFault>,
}

impl<'a> Answers<'a> {
    /// Reads what was sent; days and hours are the clinic's.
    pub(crate) fn of(sent: &'a Sent, zone: TimeZone) -> Self {
        Self {
            sent,
            zone,
            faults: Vec::new(),
        }
    }

    /// What was sent.
    pub(crate) const fn sent(&self) -> &'a Sent {
        self.sent
    }

    /// Notes a fault.
    pub(crate) fn fault(&mut self, field: &'static str, sentence: impl Into<String>) {
        self.faults.push(FieldFault::new(field, sentence));
    }

    /// Ends the reading: everything wrong at once, or nothing.
    ///
    /// # Errors
    /// [`Denied::Invalid`] with every fault noted.
    pub(crate) fn done(self) -> Result<(), Denied> {
        if self.faults.is_empty() {
            Ok(())
        } else {
            Err(Denied::Invalid(self.faults))
        }
    }

    fn needed<T>(&mut self, field: &'static str, answer: Option<T>) -> Option<T> {
        let is_faulted = self.faults.iter().any(|fault| fault.field == field);
        if answer.is_none() && !is_faulted {
            self.fault(field, "Answer this");
        }
        answer
    }

    /// A line of text, where one was given.
    pub(crate) fn line_or_none(&mut self, field: &'static str) -> Option<Line> {
        let text = self.sent.get(field)?;
        Line::new(text)
            .map_err(|error| self.fault(field, sentence(&error.to_string())))
            .ok()
    }

    /// A line of text that must be given.
    pub(crate) fn line(&mut self, field: &'static str) -> Option<Line> {
        let line = self.line_or_none(field);
        self.needed(field, line)
    }

    /// Paragraphs, where they were given.
    pub(crate) fn prose_or_none(&mut self, field: &'static str) -> Option<Prose> {
        let text = self.sent.get(field)?;
        Prose::new(text)
            .map_err(|error| self.fault(field, sentence(&error.to_string())))
            .ok()
    }

    /// Paragraphs that must be given.
    pub(crate) fn prose(&mut self, field: &'static str) -> Option<Prose> {
        let prose = self.prose_or_none(field);
        self.needed(field, prose)
    }

    /// One of a list, where one was chosen.
    pub(crate) fn word_or_none<T>(
        &mut self,
        field: &'static str,
        find: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.sent.get(field)?;
        let found = find(text);
        if found.is_none() {
            self.fault(field, "Choose one of the answers offered");
        }
        found
    }

    /// One of a list that must be chosen.
    pub(crate) fn word<T>(
        &mut self,
        field: &'static str,
        find: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let found = self.word_or_none(field, find);
        self.needed(field, found)
    }

    /// A quantity, where one was given.
    pub(crate) fn quantity_or_none<Q>(
        &mut self,
        field: &'static str,
        parse: impl FnOnce(&str) -> Result<Q, Unreadable>,
    ) -> Option<Q> {
        let text = self.sent.get(field)?;
        parse(text)
            .map_err(|error| self.fault(field, sentence(&error.to_string())))
            .ok()
    }

    /// A quantity that must be given.
    pub(crate) fn quantity<Q>(
        &mut self,
        field: &'static str,
        parse: impl FnOnce(&str) -> Result<Q, Unreadable>,
    ) -> Option<Q> {
        let quantity = self.quantity_or_none(field, parse);
        self.needed(field, quantity)
    }

    /// A whole number between bounds, where one was given.
    pub(crate) fn number_or_none(
        &mut self,
        field: &'static str,
        least: u32,
        most: u32,
    ) -> Option<u32> {
        let text = self.sent.get(field)?;
        let number = text
            .parse::<u32>()
            .ok()
            .filter(|number| (least..=most).contains(number));
        if number.is_none() {
            self.fault(
                field,
                format!("Enter a whole number from {least} to {most}"),
            );
        }
        number
    }

    /// A whole number between bounds that must be given.
    pub(crate) fn number(&mut self, field: &'static str, least: u32, most: u32) -> Option<u32> {
        let number = self.number_or_none(field, least, most);
        self.needed(field, number)
    }

    /// A quantity that must be given, called by the name its field gives it where it is refused.
    pub(crate) fn quantity_of<Q>(
        &mut self,
        field: &'static str,
        named: &'static str,
        parse: impl FnOnce(&str) -> Result<Q, Unreadable>,
    ) -> Option<Q> {
        self.quantity(field, |text| parse(text).map_err(|fault| fault.of(named)))
    }

    /// A day, where one was given.
    pub(crate) fn day_or_none(&mut self, field: &'static str) -> Option<Date> {
        let text = self.sent.get(field)?;
        let day = text.parse::<Date>().ok();
        if day.is_none() {
            self.fault(field, "This day does not exist: write it as 2026-11-23");
        }
        day
    }

    /// A day that must be given.
    pub(crate) fn day(&mut self, field: &'static str) -> Option<Date> {
        let day = self.day_or_none(field);
        self.needed(field, day)
    }

    /// A moment in the clinic's zone, where one was given.
    pub(crate) fn moment_or_none(&mut self, field: &'static str) -> Option<Timestamp> {
        let text = self.sent.get(field)?;
        let Ok(wall) = text.parse::<DateTime>() else {
            self.fault(
                field,
                "This day or time does not exist: write it as 2026-11-23T14:05",
            );
            return None;
        };
        match on_the_clock(&self.zone, wall) {
            OnTheClock::Once(at) | OnTheClock::Twice(at) => Some(at),
            OnTheClock::Never(instead) => {
                let wanted = wall;
                let clash = Clash::NoSuchTime { wanted, instead };
                self.fault(field, sentence(&clash.to_string()));
                None
            }
        }
    }

    /// A moment in the clinic's zone that must be given.
    pub(crate) fn moment(&mut self, field: &'static str) -> Option<Timestamp> {
        let moment = self.moment_or_none(field);
        self.needed(field, moment)
    }
}

/// The moment of a time on the wall as a form sends it; `None` for what is no time, or none that the
/// clocks show on that day.
pub(crate) fn moment_of(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    match on_the_clock(zone, text.parse().ok()?) {
        OnTheClock::Once(at) | OnTheClock::Twice(at) => Some(at),
        OnTheClock::Never(_) => None,
    }
}

/// An error's text as a sentence: a capital to begin with.
pub(crate) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + letters.as_str()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_text_is_not_a_form() {
        assert_eq!(Sent::parse("a=%FF").err(), Some(NotAForm::Text));
        assert_eq!(Sent::parse("a=%G0").err(), Some(NotAForm::Text));
        assert_eq!(Sent::parse("a=%+1").err(), Some(NotAForm::Text));
        assert_eq!(Sent::parse("a=%2").err(), Some(NotAForm::Text));
        let many = "a=1&".repeat(FIELDS_MAX + 1);
        assert_eq!(Sent::parse(&many).err(), Some(NotAForm::TooMany));
    }

    #[test]
    fn answers_are_read_as_they_were_typed() {
        let sent = Sent::parse("name=J%C3%B8rn+P%2B&roles=nurse&roles=therapist&blank=+").unwrap();
        assert_eq!(sent.get("name"), Some("Jørn P+"));
        assert_eq!(sent.all("roles").count(), 2);
        assert_eq!(sent.get("blank"), None);
    }
}
