//! Facts as one short text each: `142 mmHg @ -10 min`, `yes`, `lorazepam (rxnorm:6470) @ -2 h`.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::{Answer, Code, Observation, When, fits};
use crate::input::{Input, Kind};
use crate::{Dimension, Quantity};

/// Reads one observation; `at` is the moment that relative times are counted from.
///
/// The error is a sentence for the person who wrote the text.
pub(crate) fn read(
    input: &Input,
    text: &str,
    at: Timestamp,
    zone: &TimeZone,
) -> Result<Observation, String> {
    let (value, when) = match text.rsplit_once('@') {
        Some((value, when)) => (value.trim(), read_when(when.trim(), at, zone)?),
        None => (text.trim(), When::At(at)),
    };
    let answer = read_answer(input, value, at, zone)?;
    fits(input, &answer).map_err(|error| error.to_string())?;
    Ok(Observation::new(answer, when, ""))
}

fn read_answer(
    input: &Input,
    value: &str,
    at: Timestamp,
    zone: &TimeZone,
) -> Result<Answer, String> {
    match value {
        "unknown" => return Ok(Answer::Unknown),
        "declined" => return Ok(Answer::Declined),
        _ => {}
    }
    match &input.kind {
        Kind::Quantity { .. } => Quantity::parse(value)
            .map(Answer::Quantity)
            .map_err(|error| error.to_string()),
        Kind::YesNo => match value {
            "yes" => Ok(Answer::YesNo(true)),
            "no" => Ok(Answer::YesNo(false)),
            _ => Err(format!(
                "{} is {value:?}; write yes, no, unknown or declined",
                input.name
            )),
        },
        Kind::Choice(_) | Kind::Coded => Ok(Answer::Code(code(value))),
        Kind::Date => match instant(value, at, zone) {
            Some(When::On(date)) => Ok(Answer::Date(date)),
            Some(When::At(_) | When::Unknown) | None => Err(format!(
                "{} is {value:?}; write a date such as 1980-05-31",
                input.name
            )),
        },
        Kind::Moment => match instant(value, at, zone) {
            Some(When::On(date)) => Ok(Answer::Date(date)),
            Some(When::At(moment)) => Ok(Answer::Moment(moment)),
            Some(When::Unknown) | None => Err(format!(
                "{} is {value:?}; write a moment such as 2026-11-24T09:00:00Z, a date, or -3 h",
                input.name
            )),
        },
    }
}

/// `lorazepam (rxnorm:6470, atc:N05BA06)`.
fn code(value: &str) -> Code {
    let Some((text, codings)) = value.split_once('(') else {
        return Code::plain(value);
    };
    let codings = codings.trim_end().trim_end_matches(')');
    let codings = codings.split(',').map(|one| one.trim().to_owned());
    Code {
        codings: codings.filter(|one| !one.is_empty()).collect(),
        ..Code::plain(text)
    }
}

fn read_when(text: &str, at: Timestamp, zone: &TimeZone) -> Result<When, String> {
    instant(text, at, zone).ok_or_else(|| {
        format!("the time {text:?} is not known; write 2026-11-24T09:00:00Z, 2026-11-24, -3 h or ?")
    })
}

/// Reads a moment, a date, `?`, or a span back from (or on from) `at`: `-3 d`, `-10 min`, `5 min`.
///
/// Spans in days give a date, as people say "three days ago"; shorter spans give a moment.
pub(crate) fn instant(text: &str, at: Timestamp, zone: &TimeZone) -> Option<When> {
    if text == "?" {
        return Some(When::Unknown);
    }
    if text.contains('T')
        && let Ok(moment) = text.parse::<Timestamp>()
    {
        return Some(When::At(moment));
    }
    let is_date = text.len() == 10 && text.matches('-').count() == 2;
    if is_date {
        return text.parse::<Date>().ok().map(When::On);
    }
    let span = Quantity::parse(text)
        .ok()
        .filter(|span| span.dimension() == Dimension::TIME)?;
    let seconds = span.base().floor()?;
    let moment = at.checked_add(SignedDuration::from_secs(seconds)).ok()?;
    let in_days = span.unit().is_some_and(|unit| unit.symbol == "d");
    Some(if in_days {
        When::On(zone.to_datetime(moment).date())
    } else {
        When::At(moment)
    })
}
