//! Forms from the first call to the evaluation.
#![expect(
    clippy::unnecessary_wraps,
    reason = "the drawing of every form has one shape"
)]

use clinic::act::enquiry;
use clinic::authority::Act;
use clinic::denied::Denied;
use pages::{Choice, Field, FormPage, Phrase};
use record::fact::enquiry::{
    ContactMade, ContactWay, EnquiryReceived, EnquiryVia, EvaluationHeld, EvaluationLeadsTo, Reach,
    Reached,
};
use record::ids::VisitId;
use record::words::{Substance, YesNo};

use super::{Desk, FormKind, choices_of, read, when_field};

pub(super) const FORMS: &[FormKind] = &[
    FormKind {
        code: "enquiry",
        title: "Take an enquiry",
        done: "The enquiry is taken.",
        act: Act::TakeEnquiry,
        draw: draw_enquiry,
        send: send_enquiry,
    },
    FormKind {
        code: "contact",
        title: "Record a contact",
        done: "The contact is recorded.",
        act: Act::MakeContact,
        draw: draw_contact,
        send: send_contact,
    },
    FormKind {
        code: "book-evaluation",
        title: "Book an evaluation",
        done: "The evaluation is booked.",
        act: Act::Evaluate,
        draw: draw_booking,
        send: send_booking,
    },
    FormKind {
        code: "hold-evaluation",
        title: "Record an evaluation",
        done: "The evaluation is recorded.",
        act: Act::Evaluate,
        draw: draw_held,
        send: send_held,
    },
];

fn draw_enquiry(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let substances = Substance::COMMON
        .iter()
        .map(|name| Choice::new(*name, *name))
        .collect();
    Ok(desk.page(desk.form("Take the enquiry").fields(vec![
        Field::line("name", "What should we call them?"),
        Field::one_of("via", "How did it come?", choices_of!(EnquiryVia)),
        Field::line("phone", "Phone").optional(),
        Field::line("email", "Email").optional(),
        Field::one_of(
            "prefers",
            "How should we reach them?",
            choices_of!(ContactWay),
        ),
        Field::one_of(
            "message",
            "Is it safe to leave a message?",
            choices_of!(YesNo),
        ),
        Field::select("substance", "What do they hope for help with?", substances).optional(),
        Field::area("about", "What did they say?").optional(),
        Field::tick("agreed_to_contact", "They agreed to be contacted"),
    ])))
}

fn send_enquiry(desk: &Desk<'_>) -> Result<String, Denied> {
    let mut answers = desk.answers();
    let name = answers.line("name");
    let via = answers.word("via", EnquiryVia::from_code);
    let phone = answers.line_or_none("phone");
    let email = answers.line_or_none("email");
    let prefers = answers.word("prefers", ContactWay::from_code);
    let message = answers.word("message", YesNo::from_code);
    let substance = answers.word_or_none("substance", |text| Substance::new(text).ok());
    let about = answers.prose_or_none("about");
    read!(answers => name, via, prefers, message);
    let enquiry = EnquiryReceived {
        name,
        reach: Reach {
            phone,
            email,
            prefers,
            safe_to_leave_message: message,
        },
        substance,
        about,
        via,
        agreed_to_contact: desk.ask.sent.is_ticked("agreed_to_contact"),
    };
    let patient = desk.operate(|operation, clinic| enquiry::take(operation, clinic, enquiry))?;
    Ok(format!("/patients/{patient}?done=enquiry"))
}

fn draw_contact(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let reach = desk.opened()?.chart().reach();
    let mut page = desk.page(desk.form("Record").fields(vec![
        Field::one_of("way", "By which way?", choices_of!(ContactWay)),
        Field::one_of("reached", "What came of it?", choices_of!(Reached)),
        Field::area("summary", "What was said or agreed?").optional(),
        when_field(),
    ]));
    page.said = match reach {
        None => vec![Phrase::absent("How to reach them is not recorded.")],
        Some(reach) => {
            let mut said = vec![Phrase::plain(format!("Prefers {}. ", reach.prefers))];
            if let Some(phone) = &reach.phone {
                let number = phone.as_str().replace(' ', "");
                said.push(Phrase::link(format!("tel:{number}"), phone.as_str()));
                said.push(Phrase::plain(". "));
            }
            if let Some(email) = &reach.email {
                said.push(Phrase::plain(format!("{email}. ")));
            }
            said.push(Phrase::plain(format!(
                "Safe to leave a message: {}.",
                reach.safe_to_leave_message
            )));
            said
        }
    };
    Ok(page)
}

fn send_contact(desk: &Desk<'_>) -> Result<String, Denied> {
    let patient = desk.patient()?;
    let mut answers = desk.answers();
    let way = answers.word("way", ContactWay::from_code);
    let reached = answers.word("reached", Reached::from_code);
    let summary = answers.prose_or_none("summary");
    let at = answers.moment_or_none("occurred_at");
    read!(answers => way, reached);
    let contact = ContactMade {
        way,
        reached,
        summary,
    };
    desk.operate_at(at, |operation, clinic| {
        enquiry::make_contact(operation, clinic, patient, contact)
    })?;
    desk.chart()
}

fn draw_booking(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    Ok(desk.page(desk.form("Book").fields(vec![
        Field::moment("starts_at", "When does it begin?"),
        Field::number("minutes", "How long?", "min").value("60"),
        Field::line("with", "With whom?").optional(),
    ])))
}

fn send_booking(desk: &Desk<'_>) -> Result<String, Denied> {
    let patient = desk.patient()?;
    let mut answers = desk.answers();
    let starts_at = answers.moment("starts_at");
    let minutes = answers.number("minutes", 1, 720);
    let with = answers.line_or_none("with");
    read!(answers => starts_at, minutes);
    let booking = enquiry::Booking {
        starts_at,
        minutes,
        with,
    };
    desk.operate(|operation, clinic| {
        enquiry::book_evaluation(operation, clinic, patient, booking)
    })?;
    desk.chart()
}

fn draw_held(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    Ok(desk.page(desk.form("Record").fields(vec![
        Field::one_of(
            "leads_to",
            "Where does it lead?",
            choices_of!(EvaluationLeadsTo),
        ),
        Field::area("summary", "What was found and agreed?").optional(),
        when_field(),
    ])))
}

fn send_held(desk: &Desk<'_>) -> Result<String, Denied> {
    let opened = desk.opened()?;
    let patient = desk.patient()?;
    let mut answers = desk.answers();
    let leads_to = answers.word("leads_to", EvaluationLeadsTo::from_code);
    let summary = answers.prose_or_none("summary");
    let at = answers.moment_or_none("occurred_at");
    read!(answers => leads_to);
    // The visit it was booked as: the one named, or the last evaluation still open.
    let visit: Option<VisitId> = desk.named("visit").or_else(|| {
        let visits = opened.chart().visits();
        visits
            .iter()
            .rev()
            .find(|visit| {
                visit.purpose == record::fact::visit::VisitPurpose::Evaluation
                    && visit.state != record::chart::visit::VisitState::Held
            })
            .map(|visit| visit.id)
    });
    let held = EvaluationHeld {
        visit,
        leads_to,
        summary,
    };
    desk.operate_at(at, |operation, clinic| {
        enquiry::hold_evaluation(operation, clinic, patient, held)
    })?;
    desk.chart()
}
