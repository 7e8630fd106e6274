//! The answers of an evaluation that finds nothing in the way, and those that find something.

use jiff::Timestamp;
use protocol::{Input, Kind};
use record::fact::person::{HistoryAnswer, HistoryTaken, HistoryValue};
use record::words::{Line, YesNo};

/// Questions whose harmless answer is yes.
const YES: &[&str] = &[
    "capacity_confirmed",
    "contraception_agreed",
    "treatment_goal_recorded",
];

/// Measures with a harmless value.
const VALUES: &[(&str, &str)] = &[
    ("height", "172"),
    ("qtcf", "418"),
    ("bprs_positive", "0"),
    ("stop_bang", "1"),
    ("bpic_ss", "3"),
    ("ciwa_ar", "2"),
    ("cows", "1"),
];

/// Answers to every question of an evaluation, with nothing in the way but what `findings` says.
pub fn taken(questions: &[&Input], findings: &[(&str, YesNo)], now: Timestamp) -> HistoryTaken {
    let answers = questions
        .iter()
        .filter_map(|input| {
            let found = findings.iter().find(|(name, _)| *name == input.name);
            let value = match found {
                Some((_, YesNo::Unknown)) => return None,
                Some((_, word)) => HistoryValue::Plain(*word),
                None => harmless(input, now)?,
            };
            Some(HistoryAnswer {
                input: Line::clipped(&input.name),
                answer: value,
            })
        })
        .collect();
    HistoryTaken {
        part: Line::clipped("evaluation"),
        answers,
    }
}

fn harmless(input: &Input, now: Timestamp) -> Option<HistoryValue> {
    let name = input.name.as_str();
    match &input.kind {
        Kind::YesNo if YES.contains(&name) => Some(HistoryValue::Plain(YesNo::Yes)),
        Kind::YesNo => Some(HistoryValue::Plain(YesNo::No)),
        Kind::Choice(words) => {
            let plain = ["none", "negative", "never", "none_reported"];
            let word = plain
                .iter()
                .find(|plain| words.iter().any(|word| word == *plain));
            let word = word
                .copied()
                .or_else(|| words.first().map(String::as_str))?;
            Some(HistoryValue::Word(Line::clipped(word)))
        }
        Kind::Quantity { .. } => VALUES
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| HistoryValue::Number(Line::clipped(value))),
        Kind::Coded => Some(HistoryValue::Word(Line::clipped("none"))),
        Kind::Moment if name == "episode_start" => Some(HistoryValue::At(now)),
        Kind::Date | Kind::Moment => None,
    }
}
