//! An enquiry written by the person themselves on the public page: help first where they are in danger,
//! and one task however often it is sent.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use record::Fact;
use record::fact::care::{AlertCause, AlertRaised, Urgency};
use record::fact::enquiry::{EnquiryReceived, Reach};
use record::ids::{AlertId, PatientId};
use record::words::Line;

use super::enquiry::check;
use crate::authority::{Act, authorise};
use crate::clinic::{Clinic, KnownChart};
use crate::denied::Denied;
use crate::operation::Operation;

/// The phrases, as a file people can read.
const DANGER: &str = include_str!("../../../../site/danger.toml");

/// How many waiting enquiries of one name are compared with a new one.
const NAMESAKES_MAX: usize = 20;

/// What came of an enquiry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The record it is in.
    pub patient: PatientId,
    /// Whether the person must see help before anything else.
    pub needs_help: bool,
}

/// Takes an enquiry from the public page.
///
/// Who says that they are not safe, or writes of danger, becomes somebody's task at once, in the same
/// append. The same enquiry sent again while the first waits is kept in the same record, and is one task.
///
/// # Errors
/// What [`super::enquiry::take`] says.
pub fn take(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    enquiry: EnquiryReceived,
    says_unsafe: bool,
) -> Result<Taken, Denied> {
    let role = authorise(operation, Act::TakeEnquiry, None)?;
    let about = enquiry.about.as_ref().map(record::Prose::as_str);
    let writes_of_danger =
        about.is_some_and(tells_of_danger) || tells_of_danger(enquiry.name.as_str());
    let needs_help = says_unsafe || writes_of_danger;
    if let Some(first) = clinic.first_answer(operation, None)? {
        let patient = PatientId::from_uuid(first.stream);
        return Ok(Taken {
            patient,
            needs_help,
        });
    }
    check(&enquiry)?;
    let waiting = waiting_twin(clinic, &enquiry)?;
    let is_told = waiting.as_ref().is_some_and(|known| {
        let mut alerts = known.chart.alerts().into_iter();
        alerts.any(|alert| alert.cause == AlertCause::Safety && alert.closed_at.is_none())
    });
    let patient = match &waiting {
        Some(known) => known.patient,
        None => PatientId::make(operation.now(), operation.chance),
    };
    let mut facts: Vec<Fact> = vec![enquiry.into()];
    if needs_help && !is_told {
        facts.push(task(operation, clinic, says_unsafe));
    }
    let written = clinic.record(operation, role, patient, None, &facts)?;
    let patient = PatientId::from_uuid(written.stream);
    Ok(Taken {
        patient,
        needs_help,
    })
}

fn task(operation: &mut Operation<'_>, clinic: &Clinic, says_unsafe: bool) -> Fact {
    let now = operation.occurred().0;
    let wait = clinic.library().policy().to_act(Urgency::ActNow);
    let sentence = if says_unsafe {
        "Asked for an evaluation and answered that they are not safe"
    } else {
        "Asked for an evaluation and may have written of danger: read it"
    };
    AlertRaised {
        alert: AlertId::make(now, operation.chance),
        course: None,
        cause: AlertCause::Safety,
        urgency: Urgency::ActNow,
        sentence: Line::clipped(sentence),
        due_at: now.saturating_add(wait).unwrap_or(now),
    }
    .into()
}

/// A record whose enquiry nobody has answered yet, by the same name and to be reached in the same way.
fn waiting_twin(
    clinic: &Clinic,
    enquiry: &EnquiryReceived,
) -> Result<Option<std::sync::Arc<KnownChart>>, Denied> {
    let name = enquiry.name.as_str().to_lowercase();
    let namesakes: Vec<PatientId> = clinic
        .board()
        .unanswered_enquiries()
        .filter(|(_, line)| line.name.to_lowercase() == name)
        .map(|(id, _)| id)
        .take(NAMESAKES_MAX)
        .collect();
    for id in namesakes {
        let known = clinic.chart(id)?;
        let first = known.chart.enquiry().map(|(_, first)| &first.reach);
        if first.is_some_and(|first| is_same(first, &enquiry.reach)) {
            return Ok(Some(known));
        }
    }
    Ok(None)
}

/// Reached in the same way, with the same wish about messages: a different wish is a record of its
/// own, so that the stricter one is never lost.
fn is_same(one: &Reach, other: &Reach) -> bool {
    let digits = |reach: &Reach| -> String {
        let phone = reach.phone.as_ref().map_or("", Line::as_str);
        phone.chars().filter(char::is_ascii_digit).collect()
    };
    let email = |reach: &Reach| {
        reach
            .email
            .as_ref()
            .map(|email| email.as_str().to_lowercase())
    };
    digits(one) == digits(other)
        && email(one) == email(other)
        && one.prefers == other.prefers
        && one.safe_to_leave_message == other.safe_to_leave_message
}

/// Whether words may say that whoever wrote them is in danger. Too often rather than too seldom.
pub fn tells_of_danger(text: &str) -> bool {
    static PHRASES: OnceLock<Vec<String>> = OnceLock::new();
    let phrases = PHRASES.get_or_init(phrases);
    let text = plain(text);
    phrases.iter().any(|phrase| text.contains(phrase.as_str()))
}

#[derive(serde::Deserialize)]
struct DangerFile {
    phrases: BTreeMap<String, Vec<String>>,
}

/// The phrases in the form of [`plain`]; the file was read by a test when the program was built.
fn phrases() -> Vec<String> {
    let file: DangerFile = toml::from_str(DANGER).unwrap_or(DangerFile {
        phrases: BTreeMap::new(),
    });
    file.phrases
        .into_values()
        .flatten()
        .map(|phrase| plain(&phrase))
        .collect()
}

/// Lower case, without accents and apostrophes, one space between words and at both ends.
fn plain(text: &str) -> String {
    let mut plain = String::from(" ");
    for letter in text.chars().flat_map(char::to_lowercase) {
        let letter = match letter {
            '\'' | '\u{2019}' | '\u{0301}' | '\u{0303}' => continue,
            '\u{e1}' => 'a',
            '\u{e9}' => 'e',
            '\u{ed}' => 'i',
            '\u{f1}' => 'n',
            '\u{f3}' => 'o',
            '\u{fa}' => 'u',
            other if other.is_alphanumeric() => other,
            _ => ' ',
        };
        if letter != ' ' || !plain.ends_with(' ') {
            plain.push(letter);
        }
    }
    if !plain.ends_with(' ') {
        plain.push(' ');
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_phrases_are_read_and_found_in_what_people_write() {
        assert!(phrases().len() > 40, "the file of phrases cannot be read");
        for text in [
            "I want to die",
            "i don\u{2019}t want to live like this",
            "Thinking of SUICIDE.",
            "He took too much, please",
            "quiero morir",
            "Tom\u{e9} demasiado",
        ] {
            assert!(tells_of_danger(text), "{text}");
        }
        for text in [
            "I drink each night and want to stop",
            "",
            "My dog died",
            "skill myselfless",
        ] {
            assert!(!tells_of_danger(text), "{text}");
        }
    }
}
