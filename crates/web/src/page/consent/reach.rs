//! How a patient may be reached now, as staff and the patient themselves see it.

use clinic::act::consent::reach::CONTACT;
use clinic::consent_text::Ask as Question;
use pages::{Choice, Fact, Phrase, Piece, Section};
use record::chart::contact::Contact;

use crate::app::App;
use crate::ask::Ask;
use crate::forms::is_offered;
use crate::page::patient::Opened;
use crate::sent::sentence;
use crate::words;

/// The answers a question of a consent offers; none where it is answered in one's own words.
pub(super) fn offered(app: &App, question: &Question) -> Vec<Choice> {
    if question.language {
        return languages(app)
            .into_iter()
            .map(|(code, name)| {
                let said = format!("{name} ({code})");
                Choice::new(said.clone(), said)
            })
            .collect();
    }
    let choices = question.choices.iter();
    choices
        .map(|one| Choice::new(one.as_str(), sentence(one)))
        .collect()
}

/// The languages messages are written in, by code: English, and what the clinic has beside it.
fn languages(app: &App) -> Vec<(String, String)> {
    let mut all = vec![("en".to_owned(), "English".to_owned())];
    if let Some(post) = app.post.get() {
        let more = post.languages.iter().filter(|(code, _)| code != "en");
        all.extend(more.map(|(code, name)| (code.clone(), name.clone())));
    }
    all
}

/// How they may be reached now, and the ways to change it.
pub(crate) fn section(app: &App, ask: &Ask, opened: &Opened) -> Section {
    let mut pieces = match opened.chart().contact() {
        None => vec![Piece::Said(vec![Phrase::absent(
            "Not asked yet: no message is sent.",
        )])],
        Some(contact) => vec![Piece::Facts(facts(app, opened, &contact))],
    };
    let patient = Some(opened.known.patient);
    let mut ways = Vec::new();
    if opened.chart().course().is_some() {
        let to = opened.path(&format!("/consents/{CONTACT}"));
        ways.push(vec![Phrase::link(to, "Sign how to be reached")]);
    }
    for (code, title) in [
        ("agree-contact", "Change a part"),
        ("revoke-contact", "Take back a part, or all of it"),
    ] {
        if is_offered(ask, code, patient) {
            ways.push(vec![Phrase::link(opened.form(code), title)]);
        }
    }
    pieces.push(Piece::List(ways));
    Section::new("How to be reached", pieces)
}

fn facts(app: &App, opened: &Opened, contact: &Contact) -> Vec<Fact> {
    let ways: Vec<&str> = contact.carriages.iter().map(|one| one.label()).collect();
    let mut facts = vec![if ways.is_empty() {
        Fact::absent("Messages", "none agreed to, so none is sent")
    } else {
        Fact::plain("Messages by", ways.join(", then "))
    }];
    let reminders: Vec<&str> = [(contact.check_ins, "check-ins"), (contact.visits, "visits")]
        .into_iter()
        .filter_map(|(is_agreed, word)| is_agreed.then_some(word))
        .collect();
    facts.push(if reminders.is_empty() {
        Fact::absent("Reminders of", "nothing agreed to")
    } else {
        Fact::plain("Reminders of", reminders.join(" and "))
    });
    let known = languages(app);
    let language = known.iter().find(|(code, _)| *code == contact.language);
    facts.push(match language {
        Some((_, name)) => Fact::plain("Language", name.clone()),
        None => Fact::plain(
            "Language",
            format!(
                "{}: the clinic has no words in it, so messages are in English",
                contact.language
            ),
        ),
    });
    let hour = |time: jiff::civil::Time| format!("{:02}:{:02}", time.hour(), time.minute());
    let zone = contact.zone.as_deref();
    facts.push(Fact::plain(
        "Quiet",
        format!(
            "from {} until {}, by the clock {}",
            hour(contact.quiet_from),
            hour(contact.quiet_until),
            zone.map_or_else(|| "of the clinic".to_owned(), |zone| format!("of {zone}"))
        ),
    ));
    facts.push(Fact::plain(
        "Safe to leave a spoken message",
        contact.safe_to_leave_message.label(),
    ));
    if let Some(words) = &contact.sender_words {
        facts.push(Fact::plain("A locked screen shows", words.clone()));
    }
    if let Some(at) = changed(opened) {
        facts.push(Fact::plain("Last said", at));
    }
    facts
}

/// When they last agreed to anything, or took anything back.
fn changed(opened: &Opened) -> Option<String> {
    use record::fact::contact::{ContactPreferred, ContactRevoked};
    let chart = opened.chart();
    let said = chart.all::<ContactPreferred>().map(|(entry, _)| entry);
    let taken = chart.all::<ContactRevoked>().map(|(entry, _)| entry);
    let last = said.chain(taken).max_by_key(|entry| entry.number)?;
    Some(words::moment(last.occurred_at.0, &opened.zone))
}
