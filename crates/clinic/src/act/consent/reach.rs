//! The consent that says how somebody may be reached: its answers are the way to reach them.

use std::collections::BTreeMap;

use jiff::civil::Time;
use record::Chart;
use record::fact::contact::{Carriage, ContactPreferred};
use record::words::{Line, YesNo};

use crate::denied::Denied;

/// The text that is about contact.
pub const CONTACT: &str = "contact";

/// What was agreed by these answers. A zone and a sender's words that stand already stay.
///
/// # Errors
/// [`Denied::Invalid`] for an answer that is not one of those offered.
pub fn agreed(
    answers: &BTreeMap<String, String>,
    chart: &Chart,
) -> Result<ContactPreferred, Denied> {
    let said = |ask: &str| answers.get(ask).map_or("", |said| said.trim());
    let ways = said("ways");
    let mut carriages: Vec<Carriage> = [("text message", Carriage::Text), ("mail", Carriage::Mail)]
        .into_iter()
        .filter(|(word, _)| ways.contains(word))
        .map(|(_, carriage)| carriage)
        .collect();
    if ways.starts_with("mail") {
        carriages.reverse();
    }
    let hour = |ask: &str| {
        let read = said(ask).parse::<Time>();
        read.map_err(|_| Denied::invalid("answers", "Write the hours as in 21:00"))
    };
    let reminders = said("reminders");
    let now = chart.contact();
    Ok(ContactPreferred {
        carriages,
        check_ins: reminders.contains("check-ins"),
        visits: reminders.contains("visits"),
        language: Line::clipped(code(said("language"))),
        zone: now
            .as_ref()
            .and_then(|one| one.zone.as_deref().map(Line::clipped)),
        quiet_from: hour("quiet_from")?,
        quiet_until: hour("quiet_until")?,
        safe_to_leave_message: if said("spoken") == "yes" {
            YesNo::Yes
        } else {
            YesNo::No
        },
        sender_words: now.and_then(|one| one.sender_words.as_deref().map(Line::clipped)),
    })
}

/// The code behind a language's own name, "English (en)".
fn code(language: &str) -> &str {
    language
        .rsplit_once('(')
        .map_or(language, |(_, code)| code.trim_end_matches(')'))
        .trim()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::Library;

    fn answers(all: &[(&str, &str)]) -> BTreeMap<String, String> {
        let library = Library::embedded().unwrap();
        let text = library.consent(CONTACT).unwrap();
        let mut answers = text.defaults(&crate::consent_text::Filling::default());
        for (ask, said) in all {
            answers.insert((*ask).to_owned(), (*said).to_owned());
        }
        answers
    }

    #[test]
    fn what_stands_there_until_it_is_changed_agrees_to_no_message() {
        let agreed = agreed(&answers(&[]), &Chart::default()).unwrap();
        assert!(agreed.carriages.is_empty());
        assert_eq!(agreed.safe_to_leave_message, YesNo::No);
    }

    #[test]
    fn every_choice_of_the_text_is_understood() {
        let read = |said: &[(&str, &str)]| agreed(&answers(said), &Chart::default()).unwrap();
        let ways = |said| read(&[("ways", said)]).carriages;
        assert_eq!(ways("text message"), [Carriage::Text]);
        assert_eq!(ways("mail"), [Carriage::Mail]);
        let (text, mail) = (Carriage::Text, Carriage::Mail);
        assert_eq!(ways("text message first, or mail"), [text, mail]);
        assert_eq!(ways("mail first, or text message"), [mail, text]);
        let reminders = |said| {
            let one = read(&[("reminders", said)]);
            (one.check_ins, one.visits)
        };
        assert_eq!(reminders("check-ins and visits"), (true, true));
        assert_eq!(reminders("check-ins"), (true, false));
        assert_eq!(reminders("visits"), (false, true));
        assert_eq!(
            read(&[("language", "Español (es)")]).language.as_str(),
            "es"
        );
    }
}
