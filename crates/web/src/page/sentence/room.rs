//! What the entries of the session room say.

use protocol::Kind;
use record::Fact;
use record::fact::person::HistoryValue;
use record::fact::room::{SessionAnswered, SettingChosen};

use super::{after, brief};
use crate::app::App;
use crate::words;

/// The head and the rest of what an entry of the room says; other kinds by their label.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "a table, one line a kind; a new kind is named by its label"
)]
pub(super) fn sentence(app: &App, fact: &Fact) -> (&'static str, String) {
    match fact {
        Fact::SessionAnswered(one) => ("Asked", format!(": {}", brief(&answers(app, one)))),
        Fact::ReadinessAssessed(one) => (
            "Readiness",
            format!(
                ": {} of pack {} asked before the dose",
                words::of(one.verdicts.len(), "rule", "rules"),
                one.pack
            ),
        ),
        Fact::TimeOutHeld(one) => {
            let checked: Vec<&str> = one.checked.iter().map(record::Line::as_str).collect();
            (
                "Time-out",
                format!(" with {}: {}", one.second_name, checked.join(", ")),
            )
        }
        Fact::SessionHeld(one) => ("Held today", format!(": {}", brief(one.reason.as_str()))),
        Fact::SettingChosen(one) => ("Setting", format!(": {}", setting(one, false))),
        Fact::RuleFired(one) => (
            "Rule",
            format!(
                " {} ({}): {}",
                one.rule,
                one.act,
                brief(one.sentence.as_str())
            ),
        ),
        Fact::ReadingMissed(one) => (
            "Missed",
            format!(
                ": {}, due {}",
                items(&one.items),
                words::time(one.due_at, &app.clinic.zone())
            ),
        ),
        Fact::LeftAgainstAdvice(one) => {
            let unmet: Vec<&str> = one.unmet.iter().map(record::Line::as_str).collect();
            (
                "Left against advice",
                format!(
                    ", not met: {}{}",
                    unmet.join(", "),
                    after(one.with.as_ref())
                ),
            )
        }
        Fact::MonitoringFormSent(one) => (
            "Monitoring form sent",
            format!(
                " on {} by {}: {}",
                words::day_plain(one.sent_on),
                one.sent_by,
                one.reference
            ),
        ),
        other => (other.kind().label(), String::new()),
    }
}

/// Every answer with its question.
pub(crate) fn answers(app: &App, one: &SessionAnswered) -> String {
    let said: Vec<String> = one
        .answers
        .iter()
        .map(|answer| {
            format!(
                "{} {}",
                input(app, answer.input.as_str()),
                value(app, &answer.answer)
            )
        })
        .collect();
    said.join("; ")
}

/// Set and setting; the intention whole, or cut for a line.
pub(crate) fn setting(one: &SettingChosen, is_whole: bool) -> String {
    let mut said = Vec::new();
    said.extend(one.music.as_ref().map(|music| format!("music {music}")));
    let eyeshade = |worn: bool| if worn { "eyeshade on" } else { "no eyeshade" };
    said.extend(one.eyeshade.map(|worn| eyeshade(worn).to_owned()));
    said.extend(one.sitter.as_ref().map(|sitter| format!("{sitter} sits")));
    let intention = one.intention.as_ref();
    said.extend(intention.map(|words| {
        let words = words.as_str();
        let words = if is_whole {
            words.to_owned()
        } else {
            brief(words)
        };
        format!("intention: {words}")
    }));
    said.join(", ")
}

/// What is due or missing, in the words of the room.
pub(crate) fn items(items: &[record::Line]) -> String {
    let names: Vec<&str> = items.iter().map(record::Line::as_str).collect();
    due_words(&names)
}

/// Named inputs as a nurse says them; both pressures are one word.
pub(crate) fn due_words(names: &[&str]) -> String {
    let mut said: Vec<&str> = Vec::new();
    for name in names {
        let word = match *name {
            "systolic" | "diastolic" => "pressure",
            "saturation" => "SpO\u{2082}",
            "respiratory_rate" => "breathing",
            other => other,
        };
        if !said.contains(&word) {
            said.push(word);
        }
    }
    said.sort_by_key(|word| *word != "pressure");
    said.join(", ")
}

/// The question of an input without its mark, so that the answer can follow it.
pub(crate) fn input(app: &App, name: &str) -> String {
    let library = app.clinic.library();
    library
        .input(name)
        .map_or_else(|| library.input_words(name), |input| input.question.clone())
}

/// What the evaluation asked, or what the rules ask.
pub(crate) fn asked(app: &App, name: &str) -> String {
    let steps = app.clinic.library().evaluation();
    steps
        .question(name)
        .map_or_else(|| input(app, name), |question| question.ask.clone())
}

/// What was answered, a number with the unit it was asked in.
pub(crate) fn answer(app: &App, name: &str, given: &HistoryValue) -> String {
    let known = app.clinic.library().input(name);
    let said = match given {
        HistoryValue::Word(word) => {
            known.map_or_else(|| word.to_string(), |input| input.said(word.as_str()))
        }
        HistoryValue::Plain(_)
        | HistoryValue::On(_)
        | HistoryValue::At(_)
        | HistoryValue::Number(_)
        | HistoryValue::Text(_) => value(app, given),
    };
    match (given, known.map(|input| &input.kind)) {
        (
            HistoryValue::Number(_),
            Some(Kind::Quantity {
                unit: Some(unit), ..
            }),
        ) => {
            format!("{said} {}", unit.symbol)
        }
        _ => said,
    }
}

/// What was answered, a moment in the clinic's own time.
pub(crate) fn value(app: &App, value: &HistoryValue) -> String {
    match value {
        HistoryValue::Plain(answer) => answer.to_string(),
        HistoryValue::On(day) => words::day_plain(*day),
        HistoryValue::At(at) => words::moment_short(*at, &app.clinic.zone()),
        HistoryValue::Number(text) | HistoryValue::Word(text) => text.to_string(),
        HistoryValue::Text(text) => text.to_string(),
    }
}
