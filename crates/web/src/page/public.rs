//! The public page, the enquiry it takes, and the thanks after it.

use clinic::act::enquiry::take;
use clinic::denied::Denied;
use clinic::operation::Actor;
use pages::screen::public::{
    EnquiryReceived, Public, enquiry_form, enquiry_received, field, public,
};
use record::fact::enquiry::{ContactWay, EnquiryReceived as Enquiry, EnquiryVia, Reach};
use record::words::{Door, Line, YesNo};

use crate::app::App;
use crate::ask::Ask;
use crate::reply::Reply;
use crate::sent::Answers;
use crate::words;

const READER: &str = "A coordinator";
const ANSWERED_BY: &str = "the end of the next working day";

fn view(app: &App) -> Public {
    let form = enquiry_form().hidden("command", app.fresh_command().to_string());
    Public {
        reader: READER.to_owned(),
        answered_by: ANSWERED_BY.to_owned(),
        form,
    }
}

/// The public page.
#[expect(clippy::unnecessary_wraps, reason = "every page has this shape")]
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    Ok(Reply::Page(public(&words::door(app, ask.now), &view(app))))
}

/// Takes an enquiry.
pub(crate) fn send(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    // A person never sees this field. A machine that fills it is thanked and nothing is written.
    if ask.sent.get(field::HONEYPOT).is_some() {
        return Ok(Reply::SeeOther("/enquiries/received".to_owned()));
    }
    let taken = read(app, ask).and_then(|enquiry| {
        app.operate(
            Actor::public(Door::Web),
            ask.command(),
            |operation, clinic| take(operation, clinic, enquiry),
        )
    });
    match taken {
        Ok(patient) => {
            let receipt: String = patient.to_string().chars().rev().take(6).collect();
            let by = ask.sent.get(field::BY).unwrap_or("call");
            Ok(Reply::SeeOther(format!(
                "/enquiries/received?receipt={receipt}&by={by}"
            )))
        }
        Err(Denied::Invalid(faults)) => {
            let mut view = view(app);
            view.form = view.form.keep(ask.sent.pairs());
            for fault in faults {
                let name = match fault.field {
                    "agreed_to_contact" => field::CONSENT,
                    "phone" | "email" => field::REACH,
                    other => other,
                };
                view.form = view.form.wrong(name, fault.sentence);
            }
            Ok(Reply::PageWith(
                422,
                public(&words::door(app, ask.now), &view),
            ))
        }
        Err(other) => Err(other),
    }
}

fn read(app: &App, ask: &Ask) -> Result<Enquiry, Denied> {
    let mut answers = Answers::of(&ask.sent, app.clinic.zone());
    let name = answers.line(field::NAME);
    let by = answers.word(field::BY, |by| match by {
        "call" => Some(ContactWay::Phone),
        "text" => Some(ContactWay::Text),
        "mail" => Some(ContactWay::Email),
        _ => None,
    });
    let reach = answers.line(field::REACH);
    let may_leave = answers.word(field::MESSAGE, YesNo::from_code);
    let about = answers.prose_or_none(field::ABOUT);
    let (mut phone, mut email) = (None, None);
    if let Some(reach) = reach {
        if reach.as_str().contains('@') {
            email = Some(reach);
        } else if is_telephone(reach.as_str()) {
            phone = Some(reach);
        } else {
            answers.fault(
                field::REACH,
                "This is neither a phone number nor an email address. Please check it",
            );
        }
    }
    let agreed_to_contact = ask.sent.is_ticked(field::CONSENT);
    if !agreed_to_contact {
        answers.fault(
            field::CONSENT,
            "Tick this if we may contact you. Without it we will not",
        );
    }
    answers.done()?;
    let (Some(name), Some(prefers), Some(safe_to_leave_message)) = (name, by, may_leave) else {
        return Err(Denied::NotFound);
    };
    Ok(Enquiry {
        name,
        reach: Reach {
            phone,
            email,
            prefers,
            safe_to_leave_message,
        },
        substance: None,
        about,
        via: EnquiryVia::Form,
        agreed_to_contact,
    })
}

/// Seven digits or more, and nothing a telephone number does not hold.
fn is_telephone(text: &str) -> bool {
    let n_digits = text.chars().filter(char::is_ascii_digit).count();
    (7..=15).contains(&n_digits)
        && text
            .chars()
            .all(|letter| letter.is_ascii_digit() || " +-().x".contains(letter))
}

/// The thanks.
#[expect(clippy::unnecessary_wraps, reason = "every page has this shape")]
pub(crate) fn received(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let how = match ask.query.get("by") {
        Some("mail") => "We will write to the address you gave.",
        Some("text") => "We will text the number you gave, and say only a first name.",
        _ => {
            "We will call the number you gave. If someone else answers, we say only what you allowed."
        }
    };
    let receipt = ask.query.get("receipt").unwrap_or_default();
    let receipt = Line::clipped(receipt)
        .as_str()
        .chars()
        .take(6)
        .collect::<String>()
        .to_uppercase();
    let view = EnquiryReceived {
        reader: READER.to_owned(),
        answered_by: format!("By {ANSWERED_BY}"),
        how: how.to_owned(),
        receipt,
    };
    Ok(Reply::Page(enquiry_received(
        &words::door(app, ask.now),
        &view,
    )))
}
