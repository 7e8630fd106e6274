//! The facts file: a plain JSON case that anyone can write and try, described in `docs/rules.md`.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use super::unique::Unique;
use super::{Answer, Code, FactError, Facts, Observation, Override, When, fits, shorthand};
use crate::input::{Dictionary, Input};
use crate::rule::Stage;
use crate::{Decimal, Quantity, Unit};

/// A case to assess: the stage, the moment, and what is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Which rules are asked.
    pub stage: Stage,
    /// The moment of the decision.
    pub at: Timestamp,
    /// What is known.
    pub facts: Facts,
}

/// Why a facts file is not a case; the sentence says what to write.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// Not JSON.
    #[error("the facts cannot be read as JSON")]
    NotJson(#[source] serde_json::Error),
    /// A part of it is not what it should be.
    #[error("{place}: {says}")]
    Shape {
        /// The key, as a path.
        place: String,
        /// What is wrong and what to write.
        says: String,
    },
    /// A fact that the dictionary does not accept.
    #[error("{place}: {error}")]
    Fact {
        /// The key, as a path.
        place: String,
        /// What is wrong with it.
        error: FactError,
    },
}

fn shape(place: &str, says: &str) -> CaseError {
    CaseError::Shape {
        place: place.to_owned(),
        says: says.to_owned(),
    }
}

const KEYS: [&str; 7] = [
    "stage",
    "at",
    "zone",
    "facts",
    "settings",
    "overrides",
    "screened_at",
];

impl Case {
    /// Reads a case; every input must be in the dictionary.
    ///
    /// `zones` finds a time zone by its name: where zones are kept is the caller's affair.
    pub fn from_json(
        text: &str,
        dictionary: &Dictionary,
        zones: impl Fn(&str) -> Option<TimeZone>,
    ) -> Result<Self, CaseError> {
        let _: Unique = serde_json::from_str(text).map_err(CaseError::NotJson)?;
        let value: Value = serde_json::from_str(text).map_err(CaseError::NotJson)?;
        let Value::Object(root) = value else {
            return Err(shape(
                "the file",
                "write an object with stage, at and facts",
            ));
        };
        if let Some(key) = root.keys().find(|key| !KEYS.contains(&key.as_str())) {
            return Err(shape(
                key,
                &format!("is not known; write one of {}", KEYS.join(", ")),
            ));
        }
        let stage = text_of(&root, "stage", "").and_then(|word| {
            Stage::named(word).ok_or_else(|| {
                shape(
                    "stage",
                    &format!("is {word:?}; write one of {}", Stage::names().join(", ")),
                )
            })
        })?;
        let at = moment_of(&root, "at", "")?;
        let zone = match root.get("zone").and_then(Value::as_str) {
            Some(name) => zones(name).ok_or_else(|| {
                shape("zone", "is not a zone; write for example America/New_York")
            })?,
            None => TimeZone::UTC,
        };
        let mut facts = Facts::new(zone);
        if root.contains_key("screened_at") {
            facts.screened_at = Some(moment_of(&root, "screened_at", "")?);
        }
        if let Some(Value::Object(inputs)) = root.get("facts") {
            for (name, value) in inputs {
                read_input(&mut facts, dictionary, name, value, at)?;
            }
        } else {
            return Err(shape(
                "facts",
                "is missing; write an object of inputs and their values",
            ));
        }
        read_settings(&mut facts, &root)?;
        read_overrides(&mut facts, &root)?;
        Ok(Self { stage, at, facts })
    }
}

fn read_input(
    facts: &mut Facts,
    dictionary: &Dictionary,
    name: &str,
    value: &Value,
    at: Timestamp,
) -> Result<(), CaseError> {
    let place = format!("facts.{name}");
    let fact = |error| CaseError::Fact {
        place: place.clone(),
        error,
    };
    let input = dictionary.input(name).map_err(fact)?;
    let one = std::slice::from_ref(value);
    let list = value.as_array().map_or(one, Vec::as_slice);
    for value in list {
        let observation = read_observation(input, &place, value, at, facts.zone())?;
        fits(input, &observation.answer).map_err(|error| CaseError::Fact {
            place: place.clone(),
            error,
        })?;
        facts.observe(name, observation);
    }
    Ok(())
}

const OBSERVATION_KEYS: [&str; 6] = ["value", "unit", "codings", "at", "entry", "recorded_at"];

fn read_observation(
    input: &Input,
    place: &str,
    value: &Value,
    at: Timestamp,
    zone: &TimeZone,
) -> Result<Observation, CaseError> {
    let Value::Object(map) = value else {
        return shorthand::read(input, &scalar(place, value)?, at, zone)
            .map_err(|says| shape(place, &says));
    };
    if let Some(key) = map
        .keys()
        .find(|key| !OBSERVATION_KEYS.contains(&key.as_str()))
    {
        let says = format!(
            "has a key {key}; write one of {}",
            OBSERVATION_KEYS.join(", ")
        );
        return Err(shape(place, &says));
    }
    let given = map.get("value").ok_or_else(|| {
        shape(
            place,
            "has no value; write for example { \"value\": \"yes\" }",
        )
    })?;
    let answer = match (given.as_number(), map.get("unit").and_then(Value::as_str)) {
        (Some(number), unit) => number_in(place, &number.to_string(), unit)?,
        (None, _) => {
            shorthand::read(input, &scalar(place, given)?, at, zone)
                .map_err(|says| shape(place, &says))?
                .answer
        }
    };
    let answer = with_codings(answer, map);
    let when = match map.get("at").and_then(Value::as_str) {
        Some(text) => shorthand::instant(text, at, zone).ok_or_else(|| {
            shape(
                place,
                "has a time that is not one; write 2026-11-24T09:00:00Z",
            )
        })?,
        None => When::At(at),
    };
    let entry = map.get("entry").and_then(Value::as_str).unwrap_or_default();
    let mut observation = Observation::new(answer, when, entry);
    if map.contains_key("recorded_at") {
        observation.recorded_at = Some(moment_of(map, "recorded_at", place)?);
    }
    Ok(observation)
}

fn with_codings(answer: Answer, map: &Map<String, Value>) -> Answer {
    let listed = map.get("codings").and_then(Value::as_array);
    match (answer, listed) {
        (Answer::Code(code), Some(list)) => {
            let codings = list
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect();
            Answer::Code(Code { codings, ..code })
        }
        (answer, _) => answer,
    }
}

fn number_in(place: &str, number: &str, unit: Option<&str>) -> Result<Answer, CaseError> {
    let amount = Decimal::parse(number)
        .ok_or_else(|| shape(place, "has a value that is not a plain decimal number"))?;
    let unit = match unit {
        Some(symbol) => Some(Unit::named(symbol).ok_or_else(|| {
            let known: Vec<&str> = Unit::symbols().collect();
            shape(
                place,
                &format!("has the unit {symbol:?}; write one of {}", known.join(", ")),
            )
        })?),
        None => None,
    };
    Quantity::new(amount, unit)
        .map(Answer::Quantity)
        .ok_or_else(|| shape(place, "has a value too large to be a measurement"))
}

/// The longest text of one value, in bytes: longer is no answer to any question.
const TEXT_MAX: usize = 2_000;

/// A bare JSON value as the shorthand text it stands for.
fn scalar(place: &str, value: &Value) -> Result<String, CaseError> {
    match value {
        Value::String(text) if text.len() > TEXT_MAX => Err(shape(
            place,
            &format!("is longer than {TEXT_MAX} bytes; write a value, a name or a word"),
        )),
        Value::String(text) => Ok(text.clone()),
        Value::Bool(true) => Ok("yes".to_owned()),
        Value::Bool(false) => Ok("no".to_owned()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Null => Ok("unknown".to_owned()),
        Value::Array(_) | Value::Object(_) => Err(shape(
            place,
            "is nested too deep; write a value or { value, unit, at, entry }",
        )),
    }
}

fn text_of<'v>(map: &'v Map<String, Value>, key: &str, place: &str) -> Result<&'v str, CaseError> {
    map.get(key)
        .and_then(Value::as_str)
        .ok_or_else(|| shape(&joined(place, key), "is missing; write a text"))
}

fn moment_of(map: &Map<String, Value>, key: &str, place: &str) -> Result<Timestamp, CaseError> {
    text_of(map, key, place)?.parse().map_err(|_| {
        shape(
            &joined(place, key),
            "is not a moment; write for example 2026-11-24T09:00:00Z",
        )
    })
}

fn joined(place: &str, key: &str) -> String {
    if place.is_empty() {
        key.to_owned()
    } else {
        format!("{place}.{key}")
    }
}

fn read_settings(facts: &mut Facts, root: &Map<String, Value>) -> Result<(), CaseError> {
    let Some(settings) = root.get("settings") else {
        return Ok(());
    };
    let Value::Object(settings) = settings else {
        return Err(shape(
            "settings",
            "is not an object; write { \"name\": \"0.02 g/dL\" }",
        ));
    };
    for (name, value) in settings {
        let place = format!("settings.{name}");
        let quantity = Quantity::parse(&scalar(&place, value)?)
            .map_err(|error| shape(&place, &error.to_string()))?;
        facts.settings.insert(name.clone(), quantity);
    }
    Ok(())
}

fn read_overrides(facts: &mut Facts, root: &Map<String, Value>) -> Result<(), CaseError> {
    let Some(list) = root.get("overrides") else {
        return Ok(());
    };
    let list = list
        .as_array()
        .ok_or_else(|| shape("overrides", "is not a list"))?;
    for (nth, value) in list.iter().enumerate() {
        let place = format!("overrides[{nth}]");
        let map = value
            .as_object()
            .ok_or_else(|| shape(&place, "is not an object"))?;
        let version = match map.get("version") {
            None => 1,
            Some(version) => version.as_u64().ok_or_else(|| {
                shape(
                    &joined(&place, "version"),
                    "is not a whole number; write for example 1",
                )
            })?,
        };
        facts.overrides.push(Override {
            rule: text_of(map, "rule", &place)?.to_owned(),
            version: u32::try_from(version).unwrap_or_default(),
            reason: text_of(map, "reason", &place)?.to_owned(),
            mitigation: text_of(map, "mitigation", &place)?.to_owned(),
            by: text_of(map, "by", &place)?.to_owned(),
            second_reader: map
                .get("second_reader")
                .and_then(Value::as_str)
                .map(str::to_owned),
            at: moment_of(map, "at", &place)?,
            entry: map
                .get("entry")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
        });
    }
    Ok(())
}
