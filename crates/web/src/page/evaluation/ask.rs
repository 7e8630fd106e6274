//! A question of the evaluation as fields, and what was sent as answers of the history.

use clinic::act::evaluation::{DAY, WORDS};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use pages::{Choice, Field};
use protocol::Kind;
use protocol::evaluation::{Asked, Question};
use record::Entry;
use record::fact::person::{HistoryAnswer, HistoryValue};
use record::words::{Line, Prose, Said, YesNo};

use crate::forms::choices_of;
use crate::forms::evaluation::implausible;
use crate::page::patient::Opened;
use crate::sent::{Sent, moment_of, sentence};
use crate::words;

/// Before a question's name: what stands on the chart is still so.
pub(super) const STILL: &str = "still.";

/// Before a question's name: it is as the patient said.
pub(super) const TOLD: &str = "told.";

/// After a question's name: a name that is not among those offered.
const OTHER: &str = ".other";

/// An answer in words, a choice in the words of its question.
pub(crate) fn said(value: &HistoryValue, choices: &[(String, String)], zone: &TimeZone) -> String {
    match value {
        HistoryValue::Plain(word) => word.label().to_owned(),
        HistoryValue::On(day) => words::day_plain(*day),
        HistoryValue::At(at) => words::moment(*at, zone),
        HistoryValue::Number(line) => line.to_string(),
        HistoryValue::Word(line) => choices
            .iter()
            .find(|(choice, _)| choice == line.as_str())
            .map_or_else(|| line.to_string(), |(_, said)| said.clone()),
        HistoryValue::Text(text) => text.to_string(),
    }
}

fn on_chart(opened: &Opened, question: &Question, rest: &str) -> Vec<(Date, String)> {
    let id = format!("{}{rest}", question.id);
    let entries = opened.chart().all::<record::fact::person::HistoryTaken>();
    let last = entries
        .filter_map(|(entry, taken)| {
            let all: Vec<String> = taken
                .answers
                .iter()
                .filter(|one| one.input.as_str() == id)
                .map(|one| said(&one.answer, &question.choices, &opened.zone))
                .collect();
            let on = record::calendar::civil_day(entry.occurred_at.0, &opened.zone);
            (!all.is_empty()).then(|| (on, all.join(", ")))
        })
        .next_back();
    last.into_iter().collect()
}

/// What stands on the chart for a question, with its day and what belongs to it; nothing where it was
/// never asked.
pub(super) fn standing(opened: &Opened, question: &Question) -> Option<String> {
    let (on, mut text) = on_chart(opened, question, "").pop()?;
    for (rest, lead) in [(DAY, ", on "), (WORDS, ": ")] {
        if let Some((_, more)) = on_chart(opened, question, rest).pop() {
            text.push_str(lead);
            text.push_str(&more);
        }
    }
    Some(format!("{text} ({})", words::day_plain(on)))
}

/// What the patient said, in their words, with its day.
pub(super) fn told(opened: &Opened, question: &Question) -> Option<String> {
    let all = opened.chart().history_told();
    let (entry, answer) = all.get(question.id.as_str())?;
    let on = record::calendar::civil_day(entry.occurred_at.0, &opened.zone);
    let mut text = match answer {
        Said::Answered(value) => said(value, &question.choices, &opened.zone),
        Said::Skipped => "passed over".to_owned(),
        Said::Declined => "declined".to_owned(),
        Said::NotAnswered => "not answered".to_owned(),
        Said::NotAsked => return None,
    };
    if let Some((_, Said::Answered(more))) = all.get(format!("{}{WORDS}", question.id).as_str()) {
        text = format!("{text}, \"{}\"", said(more, &[], &opened.zone));
    }
    Some(format!("{text} ({})", words::day_plain(on)))
}

/// What the patient said, where it can stand as the answer as it is.
pub(super) fn told_value(opened: &Opened, question: &Question) -> Option<HistoryValue> {
    let all = opened.chart().history_told();
    let (_, Said::Answered(value)) = all.get(question.id.as_str())? else {
        return None;
    };
    match (&question.asked, value) {
        (Asked::YesNo | Asked::Input(Kind::YesNo), HistoryValue::Plain(_))
        | (Asked::Words, HistoryValue::Text(_))
        | (Asked::Number, HistoryValue::Number(_)) => Some(value.clone()),
        // A plain no to a question of degree is its "none"; a yes needs the degree, which a person asks.
        (Asked::Input(Kind::Choice(choices)), HistoryValue::Plain(YesNo::No)) => choices
            .iter()
            .any(|choice| choice == "none")
            .then(|| HistoryValue::Word(Line::clipped("none"))),
        _ => None,
    }
}

/// Whether what the patient said is newer than what stands on the chart.
pub(super) fn is_unread(opened: &Opened, question: &Question) -> bool {
    let chart = opened.chart();
    let number = |entry: &Entry| entry.number;
    let told = chart
        .history_told()
        .get(question.id.as_str())
        .map(|(entry, _)| number(entry));
    let taken = chart
        .history()
        .get(question.id.as_str())
        .map(|(entry, _)| number(entry));
    told.is_some_and(|told| taken.is_none_or(|taken| taken < told))
}

fn control(question: &Question) -> Field {
    let (name, ask) = (question.id.as_str(), question.ask.as_str());
    match &question.asked {
        Asked::YesNo | Asked::Input(Kind::YesNo) => Field::one_of(name, ask, choices_of!(YesNo)),
        Asked::Input(Kind::Choice(_)) => {
            let known = question.choices.iter();
            let known = known.map(|(word, said)| Choice::new(word, sentence(said)));
            let unknown = Choice::new("unknown", "Not known");
            Field::one_of(name, ask, known.chain([unknown]).collect())
        }
        Asked::Input(Kind::Quantity { unit, .. }) => {
            Field::number(name, ask, unit.as_ref().map_or("", |unit| unit.symbol))
        }
        Asked::Input(Kind::Coded) => Field::line(name, ask),
        Asked::Input(Kind::Date) => Field::day(name, ask),
        Asked::Input(Kind::Moment) => Field::moment(name, ask),
        Asked::Many(names) => {
            let known = names.iter().map(|one| Choice::new(one, sentence(one)));
            let none = Choice::new("none", "None at present");
            Field::any_of(name, ask, known.chain([none]).collect())
        }
        Asked::Number => Field::number(name, ask, ""),
        Asked::Words => Field::area(name, ask),
    }
}

/// The fields of one question: the answer with what is known already, and what belongs to it.
pub(super) fn fields(opened: &Opened, question: &Question) -> Vec<Field> {
    let standing = standing(opened, question);
    let told = told(opened, question);
    let mut hints = Vec::new();
    match &standing {
        Some(text) => hints.push(format!("On the chart: {text}.")),
        None => hints.push("Not answered yet.".to_owned()),
    }
    if let Some(text) = &told {
        hints.push(format!("The patient: {text}."));
    }
    let mut fields = vec![control(question).hint(hints.join(" ")).optional()];
    if matches!(question.asked, Asked::Many(_)) {
        let name = format!("{}{OTHER}", question.id);
        fields.push(Field::line(name, "Another, which?").optional());
    }
    if let Some(day) = &question.day {
        let name = format!("{}{DAY}", question.id);
        let field = Field::day(name, format!("If yes: {}", lower(day)));
        fields.push(field.optional());
    }
    if let Some(ask) = &question.words {
        let name = format!("{}{WORDS}", question.id);
        fields.push(Field::line(name, ask.clone()).optional());
    }
    if is_unread(opened, question) && told_value(opened, question).is_some() {
        let name = format!("{TOLD}{}", question.id);
        fields.push(Field::tick(name, "Asked again: it is as the patient says"));
    }
    if standing.is_some() {
        let name = format!("{STILL}{}", question.id);
        fields.push(Field::tick(name, "Asked today: still so"));
    }
    fields
}

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().collect::<String>() + letters.as_str()
    })
}

/// What was sent, read.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) answers: Vec<HistoryAnswer>,
    /// What is wrong, by field.
    pub(super) faults: Vec<(String, String)>,
}

impl Read {
    fn answer(&mut self, input: &str, answer: HistoryValue) {
        self.answers.push(HistoryAnswer {
            input: Line::clipped(input),
            answer,
        });
    }

    fn fault(&mut self, field: &str, said: impl Into<String>) {
        self.faults.push((field.to_owned(), said.into()));
    }
}

/// Reads one question: a new answer, or that the old one or the patient's stands, or nothing.
pub(super) fn read(
    opened: &Opened,
    app: &crate::app::App,
    question: &Question,
    sent: &Sent,
    into: &mut Read,
) {
    let id = question.id.as_str();
    let before = into.answers.len();
    if matches!(question.asked, Asked::Many(_)) {
        many(id, sent, into);
    } else if let Some(text) = sent.get(id) {
        match value(app, question, text, &opened.zone) {
            Ok(value) => into.answer(id, value),
            Err(said) => into.fault(id, said),
        }
    }
    let is_new = into.answers.len() > before;
    if !is_new && sent.is_ticked(&format!("{TOLD}{id}")) {
        if let Some(value) = told_value(opened, question) {
            into.answer(id, value);
        }
    } else if !is_new && sent.is_ticked(&format!("{STILL}{id}")) {
        again(opened, id, into);
    }
    beside(opened, question, sent, into);
}

/// Repeats what stands on the chart: every answer of the last entry that gave one.
fn again(opened: &Opened, id: &str, into: &mut Read) {
    let mut entries = opened.chart().all::<record::fact::person::HistoryTaken>();
    let last = entries.rfind(|(_, taken)| taken.answers.iter().any(|one| one.input.as_str() == id));
    let names = [id.to_owned(), format!("{id}{DAY}"), format!("{id}{WORDS}")];
    let Some((_, taken)) = last else { return };
    let same = taken
        .answers
        .iter()
        .filter(|one| names.iter().any(|name| one.input.as_str() == name));
    into.answers.extend(same.cloned());
}

fn many(id: &str, sent: &Sent, into: &mut Read) {
    let other = format!("{id}{OTHER}");
    let mut names: Vec<&str> = sent.all(id).filter(|name| !name.is_empty()).collect();
    names.extend(sent.get(&other));
    if names.len() > 1 && names.contains(&"none") {
        into.fault(id, "None and a name exclude one another: take one away");
        return;
    }
    for name in names {
        match Line::new(&name.to_lowercase()) {
            Ok(line) => into.answer(id, HistoryValue::Word(line)),
            Err(error) => into.fault(&other, sentence(&error.to_string())),
        }
    }
}

/// What belongs to an answer: the day of a yes, and the line beside it.
fn beside(opened: &Opened, question: &Question, sent: &Sent, into: &mut Read) {
    let id = question.id.as_str();
    let now_says = |into: &Read| {
        let new = into
            .answers
            .iter()
            .rev()
            .find(|one| one.input.as_str() == id)
            .map(|one| one.answer.clone());
        new.or_else(|| {
            let history = opened.chart().history();
            history.get(id).map(|(_, value)| (*value).clone())
        })
    };
    let day = format!("{id}{DAY}");
    if let Some(text) = sent.get(&day) {
        let yes = HistoryValue::Plain(YesNo::Yes);
        match text.parse::<Date>() {
            Err(_) => into.fault(&day, "This day does not exist: write it as 2026-11-23"),
            Ok(on) if on > opened.today => into.fault(&day, "This day has not come yet"),
            Ok(_) if now_says(into) != Some(yes.clone()) => {
                into.fault(
                    &day,
                    "A day belongs to a yes: answer yes, or take the day away",
                );
            }
            Ok(on) => {
                // The day must stand in one entry with its yes.
                if !into.answers.iter().any(|one| one.input.as_str() == id) {
                    into.answer(id, yes);
                }
                into.answers.retain(|one| one.input.as_str() != day);
                into.answer(&day, HistoryValue::On(on));
            }
        }
    }
    let line = format!("{id}{WORDS}");
    if let Some(text) = sent.get(&line) {
        match Prose::new(text) {
            Ok(text) => {
                into.answers.retain(|one| one.input.as_str() != line);
                into.answer(&line, HistoryValue::Text(text));
            }
            Err(error) => into.fault(&line, sentence(&error.to_string())),
        }
    }
}

fn value(
    app: &crate::app::App,
    question: &Question,
    text: &str,
    zone: &TimeZone,
) -> Result<HistoryValue, String> {
    let word = YesNo::from_code(text);
    if let Some(word @ (YesNo::Unknown | YesNo::Declined)) = word {
        return Ok(HistoryValue::Plain(word));
    }
    let choose = || "Choose one of the answers offered".to_owned();
    match &question.asked {
        Asked::YesNo | Asked::Input(Kind::YesNo) => {
            word.map(HistoryValue::Plain).ok_or_else(choose)
        }
        Asked::Input(Kind::Choice(choices)) => choices
            .iter()
            .any(|known| known == text)
            .then(|| HistoryValue::Word(Line::clipped(text)))
            .ok_or_else(choose),
        Asked::Input(Kind::Quantity { unit, .. }) => {
            let inputs = app.clinic.library().pack().inputs();
            let symbol = unit.as_ref().map_or("", |unit| unit.symbol);
            if protocol::Decimal::parse(text).is_none() {
                return Err("Write a number".to_owned());
            }
            implausible(inputs, &question.id, text, symbol)
                .map_or_else(|| Ok(HistoryValue::Number(Line::clipped(text))), Err)
        }
        Asked::Input(Kind::Coded) | Asked::Many(_) => Line::new(text)
            .map(HistoryValue::Word)
            .map_err(|error| sentence(&error.to_string())),
        Asked::Input(Kind::Date) => text
            .parse()
            .map(HistoryValue::On)
            .map_err(|_| "This day does not exist: write it as 2026-11-23".to_owned()),
        Asked::Input(Kind::Moment) => {
            moment_of(text, zone).map(HistoryValue::At).ok_or_else(|| {
                "This day or time does not exist: write it as 2026-11-23T14:05".to_owned()
            })
        }
        Asked::Number => text
            .parse::<u32>()
            .map(|number| HistoryValue::Number(Line::clipped(&number.to_string())))
            .map_err(|_| "Write a whole number".to_owned()),
        Asked::Words => Prose::new(text)
            .map(HistoryValue::Text)
            .map_err(|error| sentence(&error.to_string())),
    }
}
