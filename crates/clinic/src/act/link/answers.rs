//! Answers to the questions of a check-in, as a phone sends them and as the record keeps them.

use std::collections::BTreeMap;

use jiff::civil::Date;
use protocol::contact::check_in::{AnsweredBy, Question};
use protocol::contact::useful;
use record::fact::substance_use::{CheckInAnswered, Use};
use record::ids::CourseId;
use record::quantity::{MilligramsTaken, Score10, parse_decimal};
use record::words::{Prose, Said, Substance, YesNo};

use crate::denied::Denied;

/// What stands for a question that was passed over.
pub const SKIPPED: &str = "skipped";

/// The longest free line, in characters: what a form field holds, not what a person has to say.
const WORDS_MAX: usize = 1_000;

/// Milligrams of alcohol in a US standard drink (14 g).
const DRINK_MG: u64 = 14_000;

/// The most drinks that are not a slip of typing.
const DRINKS_MAX: u64 = 100;

/// The most grams that are not a slip of typing.
const GRAMS_MAX: u64 = 100;

pub(super) fn yes_or_no(answer: Option<&String>) -> Option<bool> {
    match answer.map(String::as_str) {
        Some("yes") => Some(true),
        Some("no") => Some(false),
        Some(_) | None => None,
    }
}

/// Whether an answer means danger now: not safe, and not sure of it either.
pub(super) fn is_danger(question: &str, value: &str) -> bool {
    question == "safe" && matches!(value.trim(), "no" | "unknown")
}

/// The answer as it is kept.
///
/// # Errors
/// [`Denied::Invalid`] where it is no answer to this question.
pub(super) fn fitting(question: &Question, value: &str) -> Result<String, Denied> {
    // A pasted line may carry letters nobody sees, and is not lost for them.
    let seen: String = value
        .chars()
        .filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\t'))
        .collect();
    let value = seen.trim();
    if value == SKIPPED || (value.is_empty() && question.kind == AnsweredBy::Words) {
        return Ok(SKIPPED.to_owned());
    }
    let fits = match question.kind {
        AnsweredBy::Ladder => score(value).is_some(),
        AnsweredBy::YesNo => matches!(value, "yes" | "no"),
        AnsweredBy::YesNoUnsure => matches!(value, "yes" | "no" | "unknown"),
        AnsweredBy::Drinks => drinks(value).is_some(),
        AnsweredBy::Grams => milligrams(value).is_some(),
        AnsweredBy::Hours => half_hours(value).is_some(),
        AnsweredBy::Words => true,
    };
    if fits {
        let clipped: String = value.chars().take(WORDS_MAX).collect();
        return Ok(clipped);
    }
    let said = match question.kind {
        AnsweredBy::Drinks => "Write a number of drinks, for example 3",
        AnsweredBy::Grams => "Write a number of grams, for example 0.5",
        AnsweredBy::Hours => "Write a number of hours, for example 6.5",
        AnsweredBy::Ladder | AnsweredBy::YesNo | AnsweredBy::YesNoUnsure | AnsweredBy::Words => {
            "Tap one of the answers, or skip this one"
        }
    };
    Err(Denied::invalid("answer", said))
}

fn score(value: &str) -> Option<Score10> {
    value
        .parse::<u8>()
        .ok()
        .and_then(|score| Score10::new(score).ok())
}

/// Tenths of a drink; it is asked after use, so none at all is a slip too.
fn drinks(value: &str) -> Option<u64> {
    let tenths = parse_decimal(&value.replace(',', "."), 1)?;
    u64::try_from(tenths)
        .ok()
        .filter(|tenths| (1..=DRINKS_MAX * 10).contains(tenths))
}

/// Milligrams, of a number of grams.
fn milligrams(value: &str) -> Option<u64> {
    let milligrams = parse_decimal(&value.replace(',', "."), 3)?;
    u64::try_from(milligrams)
        .ok()
        .filter(|milligrams| (1..=GRAMS_MAX * 1_000).contains(milligrams))
}

fn half_hours(value: &str) -> Option<u8> {
    let tenths = parse_decimal(&value.replace(',', "."), 1)?;
    u8::try_from(tenths / 5).ok().filter(|halves| *halves <= 48)
}

/// The check-in these answers come to, of the questions `asked`.
pub(super) fn check_in(
    course: CourseId,
    day: Date,
    substance: &str,
    asked: &[&Question],
    answers: &BTreeMap<String, String>,
) -> CheckInAnswered {
    let answers = &Answered { asked, answers };
    let used = said(answers, "used", |value| match value {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    });
    let of_drinks = |value: &str| Some(drinks(value)?.saturating_mul(DRINK_MG) / 10);
    // One of the two is asked, by what the substance is counted in.
    let counted = said(answers, "amount", of_drinks);
    let amount = if counted == Said::NotAsked {
        said(answers, "amount_grams", milligrams)
    } else {
        counted
    };
    let uses = match (&used, &amount, Substance::new(substance)) {
        (Said::Answered(true), Said::Answered(milligrams), Ok(substance)) => vec![Use {
            substance,
            used: true,
            amount_mg: Some(MilligramsTaken::new(*milligrams)),
        }],
        (_, _, _) => Vec::new(),
    };
    CheckInAnswered {
        course,
        day,
        craving_now: said(answers, "craving_now", score),
        craving_peak: said(answers, "craving_peak", score),
        used,
        uses,
        mood: said(answers, "mood", score),
        sleep_half_hours: said(answers, "sleep", half_hours),
        stress: said(answers, "stress", score),
        confidence: said(answers, "confidence", score),
        risky_situation: said(answers, "risky", YesNo::from_code),
        safe: said(answers, "safe", YesNo::from_code),
        wants_call: false,
        words: answers
            .answers
            .get("words")
            .filter(|words| *words != SKIPPED)
            .and_then(|words| Prose::new(words).ok()),
    }
}

/// What in these answers chooses the one useful thing said at the end.
pub(super) fn of_use(answers: &BTreeMap<String, String>) -> useful::Said {
    let craving = |question| {
        let answer: &String = answers.get(question)?;
        score(answer).map(Score10::get)
    };
    useful::Said {
        used: yes_or_no(answers.get("used")),
        craving: craving("craving_peak").or_else(|| craving("craving_now")),
        risky: yes_or_no(answers.get("risky")),
        sleep_half_hours: answers.get("sleep").and_then(|slept| half_hours(slept)),
    }
}

/// Answers, with the questions they belong to.
struct Answered<'a> {
    asked: &'a [&'a Question],
    answers: &'a BTreeMap<String, String>,
}

fn said<T>(
    answered: &Answered<'_>,
    question: &str,
    read: impl FnOnce(&str) -> Option<T>,
) -> Said<T> {
    match answered.answers.get(question).map(String::as_str) {
        // On one page a question nobody can tell what was looked at: what was there to be answered
        // and was not is left open, and neither passed over nor never asked.
        None if answered.asked.iter().any(|one| one.id == question) => Said::NotAnswered,
        None => Said::NotAsked,
        Some(SKIPPED) => Said::Skipped,
        Some(value) => read(value).map_or(Said::Skipped, Said::Answered),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(kind: AnsweredBy) -> Question {
        Question {
            id: "one".to_owned(),
            ask: String::new(),
            hint: String::new(),
            kind,
            low: String::new(),
            high: String::new(),
            after_use_of: None,
            after_use_of_other_than: None,
            quiet: true,
        }
    }

    #[test]
    fn answers_that_fit_are_kept_and_others_are_sent_back() {
        let fits = |kind, value| fitting(&question(kind), value).ok();
        assert_eq!(fits(AnsweredBy::Ladder, " 7 ").as_deref(), Some("7"));
        assert_eq!(fits(AnsweredBy::Ladder, "11"), None);
        assert_eq!(fits(AnsweredBy::YesNo, "unknown"), None);
        assert_eq!(
            fits(AnsweredBy::YesNoUnsure, "unknown").as_deref(),
            Some("unknown")
        );
        assert_eq!(fits(AnsweredBy::Drinks, "2,5").as_deref(), Some("2,5"));
        assert_eq!(fits(AnsweredBy::Drinks, "101"), None);
        assert_eq!(fits(AnsweredBy::Drinks, "-1"), None);
        assert_eq!(fits(AnsweredBy::Grams, "0,25").as_deref(), Some("0,25"));
        assert_eq!(fits(AnsweredBy::Drinks, "0"), None, "asked after use");
        for none in ["101", "-0.5", "0", "0.0001", "a line"] {
            assert_eq!(fits(AnsweredBy::Grams, none), None, "{none}");
        }
        assert_eq!(milligrams("0.25"), Some(250));
        assert_eq!(fits(AnsweredBy::Hours, "25"), None);
        assert_eq!(fits(AnsweredBy::Words, "").as_deref(), Some(SKIPPED));
        assert_eq!(fits(AnsweredBy::Ladder, SKIPPED).as_deref(), Some(SKIPPED));
        let megabyte = "word ".repeat(200_000);
        assert_eq!(
            fits(AnsweredBy::Words, &megabyte).map(|kept| kept.chars().count()),
            Some(WORDS_MAX)
        );
    }

    #[test]
    fn what_was_used_is_kept_in_milligrams_whatever_it_is_counted_in() {
        let questions = protocol::contact::check_in::Questions::house().unwrap();
        let kept = |substance: &str, amount: (&str, &str)| {
            let asked = questions.asked(true, substance, Some(true));
            let said = [("used", "yes"), amount];
            let answers = said.map(|(id, value)| (id.to_owned(), value.to_owned()));
            let course = CourseId::from_uuid(uuid::Uuid::nil());
            let day = jiff::civil::date(2026, 3, 2);
            let made = check_in(course, day, substance, &asked, &answers.into());
            made.uses[0].amount_mg.map(MilligramsTaken::get)
        };
        assert_eq!(kept("alcohol", ("amount", "2,5")), Some(35_000));
        assert_eq!(kept("cocaine", ("amount_grams", "0.25")), Some(250));
    }
}
