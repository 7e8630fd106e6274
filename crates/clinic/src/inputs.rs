//! The inputs of the rules as people read them: their words, and what was recorded of each in words.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::Clinic;

/// What an input is called, "new pain or blood on passing urine".
pub fn words(clinic: &Clinic, name: &str) -> String {
    clinic.library().input_words(name)
}

/// What a verdict recorded of an input, in words: a choice as people say it, a moment by the clinic's
/// clock, a date as a date; which entry it came from stays behind it.
pub fn value(clinic: &Clinic, name: &str, recorded: &str) -> String {
    let (said, from) = match recorded.rfind(" (") {
        Some(at) if recorded.ends_with(')') => recorded.split_at(at),
        Some(_) | None => (recorded, ""),
    };
    if let Ok(at) = said.parse::<Timestamp>() {
        let local = clinic.zone().to_datetime(at);
        return format!("{}{from}", local.strftime("%a %-d %b %Y, %H:%M"));
    }
    if let Ok(day) = said.parse::<Date>() {
        return format!("{}{from}", day.strftime("%-d %b %Y"));
    }
    match clinic.library().input(name) {
        Some(input) => format!("{}{from}", input.said(said)),
        None => recorded.to_owned(),
    }
}
