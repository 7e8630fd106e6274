//! Forms for how a patient agreed to be reached, and for messages that did not arrive.
#![expect(
    clippy::unnecessary_wraps,
    reason = "the drawing of every form has one shape"
)]

use clinic::act::{contact, message};
use clinic::authority::Act;
use clinic::denied::Denied;
use jiff::civil::Time;
use pages::{Choice, Field, FormPage};
use record::fact::contact::{Carriage, ContactPreferred, ContactRevoked, Revocable};
use record::words::{Line, YesNo};

use super::{Desk, FormKind, Pairs, choices_of, read};

pub(super) const FORMS: &[FormKind] = &[
    FormKind {
        code: "agree-contact",
        title: "Agree how to be reached",
        done: "How to reach them is written down.",
        act: Act::AgreeContact,
        draw: draw_agree,
        send: send_agree,
    },
    FormKind {
        code: "revoke-contact",
        title: "Take back what was agreed",
        done: "It is taken back, and nothing more of it leaves.",
        act: Act::AgreeContact,
        draw: draw_revoke,
        send: send_revoke,
    },
    FormKind {
        code: "settle-message",
        title: "Settle a message that did not arrive",
        done: "It is off the list. The record keeps what it says.",
        act: Act::HandleAlert,
        draw: draw_settle,
        send: send_settle,
    },
];

fn hours() -> Vec<Choice> {
    (0..24)
        .map(|hour| Choice::new(format!("{hour:02}:00"), format!("{hour:02}:00")))
        .collect()
}

fn hour(time: Time) -> String {
    format!("{:02}:00", time.hour())
}

fn draw_agree(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let when = &desk.app.clinic.library().messages().when;
    let mut languages = vec![Choice::new("en", "English")];
    if let Some(post) = desk.app.post.get() {
        let more = post.languages.iter().filter(|(code, _)| code != "en");
        languages.extend(more.map(|(code, name)| Choice::new(code.clone(), name.clone())));
    }
    let mut pairs: Pairs = vec![
        ("language".to_owned(), "en".to_owned()),
        ("quiet_from".to_owned(), hour(when.quiet_from)),
        ("quiet_until".to_owned(), hour(when.quiet_until)),
    ];
    if let Some(now) = desk.opened()?.chart().contact() {
        pairs = vec![
            ("language".to_owned(), now.language.clone()),
            ("quiet_from".to_owned(), hour(now.quiet_from)),
            ("quiet_until".to_owned(), hour(now.quiet_until)),
            ("zone".to_owned(), now.zone.clone().unwrap_or_default()),
            (
                "sender_words".to_owned(),
                now.sender_words.clone().unwrap_or_default(),
            ),
            (
                "message".to_owned(),
                now.safe_to_leave_message.code().to_owned(),
            ),
        ];
        if let Some(first) = now.carriages.first() {
            pairs.push(("first".to_owned(), first.code().to_owned()));
        }
        let ways = now.carriages.iter();
        pairs.extend(ways.map(|way| ("carriages".to_owned(), way.code().to_owned())));
        for (name, is_agreed) in [("check_ins", now.check_ins), ("visits", now.visits)] {
            if is_agreed {
                pairs.push((name.to_owned(), "yes".to_owned()));
            }
        }
    }
    let form = desk
        .form("Write it down")
        .fields(vec![
            Field::any_of(
                "carriages",
                "By which way may we remind them?",
                choices_of!(Carriage),
            )
            .hint("None means that no message is sent")
            .optional(),
            Field::one_of("first", "Which of them first?", choices_of!(Carriage)).optional(),
            Field::tick("check_ins", "They agree to reminders of check-ins"),
            Field::tick("visits", "They agree to a reminder the day before a visit"),
            Field::select("language", "In which language?", languages),
            Field::select("quiet_from", "Quiet from, by their clock", hours()),
            Field::select("quiet_until", "Quiet until", hours()),
            Field::line("zone", "Their time zone, where it is not the clinic's")
                .hint("For example America/Chicago")
                .optional(),
            Field::one_of(
                "message",
                "Is it safe to leave a spoken message?",
                choices_of!(YesNo),
            ),
            Field::line("sender_words", "Words to name the sender with")
                .hint("What a locked screen may show. Empty: Reminder")
                .optional(),
        ])
        .keep(&pairs);
    Ok(desk.page(form).said(
        "The number and the address are part of who they are: correct them there. Every part can be taken back at any time.",
    ))
}

fn send_agree(desk: &Desk<'_>) -> Result<String, Denied> {
    let patient = desk.patient()?;
    let mut answers = desk.answers();
    let mut carriages: Vec<Carriage> = desk
        .ask
        .sent
        .all("carriages")
        .filter_map(Carriage::from_code)
        .collect();
    let first = answers.word_or_none("first", Carriage::from_code);
    carriages.sort_by_key(|way| Some(*way) != first);
    let time = |text: &str| text.parse::<Time>().ok();
    let quiet_from = answers.word("quiet_from", time);
    let quiet_until = answers.word("quiet_until", time);
    let language = answers.line("language");
    let zone = answers.line_or_none("zone");
    let sender_words = answers.line_or_none("sender_words");
    let message = answers.word("message", YesNo::from_code);
    read!(answers => quiet_from, quiet_until, language, message);
    let preferred = ContactPreferred {
        carriages,
        check_ins: desk.ask.sent.is_ticked("check_ins"),
        visits: desk.ask.sent.is_ticked("visits"),
        language,
        zone,
        quiet_from,
        quiet_until,
        safe_to_leave_message: message,
        sender_words,
    };
    desk.operate(|operation, clinic| contact::prefer(operation, clinic, patient, preferred))?;
    desk.chart()
}

fn draw_revoke(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let form = desk.form("Take it back").fields(vec![
        Field::one_of("what", "What do they take back?", choices_of!(Revocable)),
        Field::line("reason", "Why, where they said").optional(),
    ]);
    Ok(desk
        .page(form)
        .said("It holds at once: what waits and is not agreed to any more does not leave."))
}

fn send_revoke(desk: &Desk<'_>) -> Result<String, Denied> {
    let patient = desk.patient()?;
    let mut answers = desk.answers();
    let what = answers.word("what", Revocable::from_code);
    let reason: Option<Line> = answers.line_or_none("reason");
    read!(answers => what);
    let revoked = ContactRevoked { what, reason };
    desk.operate(|operation, clinic| contact::revoke(operation, clinic, patient, revoked))?;
    desk.chart()
}

fn draw_settle(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    Ok(desk
        .page(desk.form("Settle"))
        .said("Settle it when the person was reached another way, or need not be."))
}

fn send_settle(desk: &Desk<'_>) -> Result<String, Denied> {
    let id = desk.needed("message")?;
    desk.operate(|operation, clinic| message::settle(operation, clinic, id))?;
    Ok("/messages?done=settle-message".to_owned())
}
