//! Every form for every act, through one mechanism.
//!
//! A form is drawn, sent, and, when an answer needs mending, drawn again with everything typed kept.
//! To add one: write its `draw` and `send` in the module of its part of the course, add it to that
//! module's list, and to [`MENU`] where a person should find it.

use clinic::Clinic;
use clinic::authority::{Act, may};
use clinic::denied::Denied;
use clinic::operation::Operation;
use jiff::tz::TimeZone;
use pages::{Choice, Field, Form, FormPage, Link, form_page};
use record::Fact;
use record::ids::{CourseId, PatientId};

use crate::app::App;
use crate::ask::Ask;
use crate::page::patient::{Opened, header, open};
use crate::reply::Reply;
use crate::sent::{Answers, sentence};
use crate::{trouble, words};

mod access;
mod care;
mod contact;
mod correction;
mod correction_request;
mod course;
mod device;
mod enquiry;
pub(crate) mod evaluation;
mod evidence;
mod house;
mod observation;
mod plan;
mod reader;
mod registration;
mod report;
mod rescue;
mod room;
mod room_day;
mod rule_pack;
mod session;
mod snooze;
mod stock;
mod turn;
mod visit;

pub(crate) use care::SAFETY_STEPS;
pub(crate) use correction::can_amend;
pub(crate) use reader::{own, own_field, pass_phrase, reader, reader_fields};
pub(crate) use snooze::snooze_fields;

/// A form.
pub struct FormKind {
    /// Its name in addresses.
    pub code: &'static str,
    /// Its heading, a verb.
    pub title: &'static str,
    /// The sentence shown once it was done.
    pub done: &'static str,
    /// The act it asks for.
    pub act: Act,
    draw: fn(&Desk<'_>) -> Result<FormPage, Denied>,
    send: fn(&Desk<'_>) -> Result<String, Denied>,
}

/// What a form is drawn and sent with.
pub(crate) struct Desk<'a> {
    pub(crate) app: &'a App,
    pub(crate) ask: &'a Ask,
    pub(crate) opened: Option<&'a Opened>,
    pub(crate) zone: TimeZone,
    kind: &'static FormKind,
}

/// Forms by the part of the course they belong to, as the menu of a chart lists them.
pub(crate) const MENU: &[(&str, &[&str])] = &[
    (
        "First contact",
        &[
            "contact",
            "book-evaluation",
            "hold-evaluation",
            "register",
            "correct-identity",
            "agree-contact",
            "revoke-contact",
        ],
    ),
    ("History", &["history", "condition", "medicine", "allergy"]),
    (
        "Measurements",
        &["vitals", "laboratory", "urine", "breath", "instrument"],
    ),
    (
        "Course",
        &[
            "open-course",
            "assess",
            "override",
            "withdraw-consent",
            "amend-dose",
            "book-visit",
            "enrol-with-programme",
            "open-session",
        ],
    ),
    ("Every day", &["check-in", "use-days", "raise-alert"]),
    (
        "Notes",
        &["sign-note", "addend-note", "safety-plan", "ask-correction"],
    ),
    (
        "Turns",
        &[
            "pause-course",
            "complete-course",
            "leave-course",
            "return-course",
        ],
    ),
];

/// Every form there is.
pub fn all() -> impl Iterator<Item = &'static FormKind> {
    [
        enquiry::FORMS,
        registration::FORMS,
        observation::FORMS,
        course::FORMS,
        turn::FORMS,
        plan::FORMS,
        visit::FORMS,
        session::FORMS,
        room::FORMS,
        room_day::FORMS,
        care::FORMS,
        contact::FORMS,
        snooze::FORMS,
        correction::FORMS,
        correction_request::FORMS,
        house::FORMS,
        evidence::FORMS,
        rule_pack::FORMS,
        rescue::FORMS,
        report::FORMS,
        evaluation::FORMS,
        stock::FORMS,
        stock::REVIEW,
        stock::SESSION,
        access::FORMS,
        device::FORMS,
    ]
    .into_iter()
    .flatten()
}

/// The form of that name.
pub(crate) fn find(code: &str) -> Option<&'static FormKind> {
    all().find(|form| form.code == code)
}

/// Whether a link to a form should be offered to whoever asks.
pub(crate) fn is_offered(ask: &Ask, code: &str, patient: Option<PatientId>) -> bool {
    find(code).is_some_and(|form| {
        ask.signed_in()
            .is_ok_and(|known| may(&known.actor, form.act, patient).is_ok())
    })
}

/// The sentence shown after a form was done.
pub(crate) fn notice(code: &str) -> Option<String> {
    if code == "count-differs" {
        let words = "The count differs from the register: a case is open and the lot is frozen.";
        return Some(words.to_owned());
    }
    if code == "stopped-before" {
        let words = "It had been stopped already, by another hand; nothing was written twice.";
        return Some(words.to_owned());
    }
    find(code).map(|form| form.done.to_owned())
}

impl<'a> Desk<'a> {
    /// The chart the form is about.
    pub(crate) fn opened(&self) -> Result<&'a Opened, Denied> {
        self.opened.ok_or(Denied::NotFound)
    }

    /// The patient the form is about.
    pub(crate) fn patient(&self) -> Result<PatientId, Denied> {
        Ok(self.opened()?.known.patient)
    }

    /// The course that counts now.
    pub(crate) fn course(&self) -> Result<CourseId, Denied> {
        self.opened()?
            .chart()
            .course()
            .map(|course| course.id)
            .ok_or_else(|| Denied::invalid("course", "Open a course first"))
    }

    /// The answers sent.
    pub(crate) fn answers(&self) -> Answers<'a> {
        Answers::of(&self.ask.sent, self.zone.clone())
    }

    /// A part of the address or of the form: a visit, a session, an alert, an entry.
    pub(crate) fn named<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        let text = self
            .ask
            .sent
            .get(name)
            .or_else(|| self.ask.query.get(name))?;
        text.parse().ok()
    }

    /// The same, where the form makes no sense without it.
    pub(crate) fn needed<T: std::str::FromStr>(&self, name: &str) -> Result<T, Denied> {
        self.named(name).ok_or(Denied::NotFound)
    }

    /// Runs a use case.
    pub(crate) fn operate<T>(
        &self,
        act: impl FnOnce(&mut Operation<'_>, &Clinic) -> Result<T, Denied>,
    ) -> Result<T, Denied> {
        self.ask.operate(self.app, act)
    }

    /// Runs a use case that tells of a moment the form asked for.
    pub(crate) fn operate_at<T>(
        &self,
        at: Option<jiff::Timestamp>,
        act: impl FnOnce(&mut Operation<'_>, &Clinic) -> Result<T, Denied>,
    ) -> Result<T, Denied> {
        self.operate(|operation, clinic| {
            operation.occurred_at = at;
            act(operation, clinic)
        })
    }

    /// An empty form of this kind with the fields it needs behind the scenes.
    pub(crate) fn form(&self, submit: &str) -> Form {
        let (action, back) = match self.opened {
            Some(opened) => {
                let back = self
                    .evaluation_step()
                    .map_or_else(String::new, |step| format!("/evaluation/{}", step.id));
                (opened.form(self.kind.code), opened.path(&back))
            }
            None => (format!("/do/{}", self.kind.code), "/today".to_owned()),
        };
        let asked = self.ask.sent.get("back").or(self.ask.query.get("back"));
        let back = match asked {
            Some("watch-list") => "/watch-list".to_owned(),
            Some(_) | None => back,
        };
        let mut form = Form::act(action, submit)
            .hidden("command", self.app.fresh_command().to_string())
            .cancel(back, "Cancel");
        for name in [
            "visit", "session", "alert", "entry", "person", "message", "device", "back",
        ] {
            let value = self.ask.sent.get(name).or_else(|| self.ask.query.get(name));
            if let Some(value) = value {
                form = form.hidden(name, value);
            }
        }
        form
    }

    /// A page with the form.
    pub(crate) fn page(&self, form: Form) -> FormPage {
        FormPage::new(self.kind.title, form)
    }

    /// The step of the evaluation the form was opened from, where it was.
    fn evaluation_step(&self) -> Option<&'a protocol::evaluation::Step> {
        let back = self
            .ask
            .sent
            .get("back")
            .or_else(|| self.ask.query.get("back"))?;
        let step = back.strip_prefix("evaluation-")?;
        self.app.clinic.library().evaluation().step(step)
    }

    /// Where to go when it is done: back to the chart, with the sentence that says so.
    pub(crate) fn chart(&self) -> Result<String, Denied> {
        if self.ask.sent.get("back") == Some("watch-list") {
            return Ok(format!("/watch-list?done={}", self.kind.code));
        }
        if let Some(step) = self.evaluation_step() {
            let to = format!("/evaluation/{}?done={}", step.id, self.kind.code);
            return Ok(self.opened()?.path(&to));
        }
        Ok(self.opened()?.path(&format!("?done={}", self.kind.code)))
    }

    /// Where to go when it is done: back to the session.
    pub(crate) fn session(&self, session: record::ids::SessionId) -> Result<String, Denied> {
        Ok(self
            .opened()?
            .path(&format!("/sessions/{session}?done={}", self.kind.code)))
    }
}

/// A moment the person tells of: now unless they say otherwise.
pub(crate) fn when_field() -> Field {
    Field::moment("occurred_at", "When")
        .hint("Leave empty for now")
        .optional()
}

/// The choices of a closed list of words.
pub(crate) fn choices<T: Copy>(
    all: &[T],
    code: impl Fn(T) -> &'static str,
    label: impl Fn(T) -> &'static str,
) -> Vec<Choice> {
    all.iter()
        .map(|one| Choice::new(code(*one), sentence(label(*one))))
        .collect()
}

/// The choices of one of `record`'s lists of words.
macro_rules! choices_of {
    ($name:ty) => {
        crate::forms::choices(<$name>::ALL, <$name>::code, <$name>::label)
    };
}
pub(crate) use choices_of;

/// Ends the reading of answers, and gives each one that must be there.
macro_rules! read {
    ($answers:ident => $($name:ident),+ $(,)?) => {
        $answers.done()?;
        let ($(Some($name),)+) = ($($name,)+) else {
            return Err(clinic::denied::Denied::NotFound);
        };
    };
}
pub(crate) use read;

/// Draws a form.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let (kind, opened) = found(app, ask)?;
    let desk = Desk {
        app,
        ask,
        opened: opened.as_ref(),
        zone: app.clinic.zone(),
        kind,
    };
    let page = (kind.draw)(&desk)?;
    Ok(Reply::Page(drawn(&desk, page)))
}

/// Takes what a form sent.
pub(crate) fn send(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let (kind, opened) = found(app, ask)?;
    let desk = Desk {
        app,
        ask,
        opened: opened.as_ref(),
        zone: app.clinic.zone(),
        kind,
    };
    match (kind.send)(&desk) {
        Ok(to) => Ok(Reply::SeeOther(to)),
        Err(Denied::Invalid(faults)) => {
            let mut page = (kind.draw)(&desk)?;
            page.form = page.form.keep(ask.sent.pairs());
            for fault in faults {
                page.form = page.form.wrong(fault.field, fault.sentence);
            }
            Ok(Reply::PageWith(422, drawn(&desk, page)))
        }
        Err(Denied::Refused(refusal)) => {
            let mut page = (kind.draw)(&desk)?;
            page.form = page.form.keep(ask.sent.pairs());
            page.refusal = Some(trouble::shown_with_why(app, &refusal));
            Ok(Reply::PageWith(422, drawn(&desk, page)))
        }
        Err(other) => Err(other),
    }
}

/// A form of a chart to stand on another page about the same patient and lead back to it; nothing for who
/// may not send it.
pub(crate) fn inline(
    app: &App,
    ask: &Ask,
    opened: &Opened,
    code: &str,
    back: String,
) -> Option<Form> {
    let kind = find(code).filter(|_| is_offered(ask, code, Some(opened.known.patient)))?;
    let desk = Desk {
        app,
        ask,
        opened: Some(opened),
        zone: app.clinic.zone(),
        kind,
    };
    let mut form = (kind.draw)(&desk)
        .ok()?
        .form
        .named(code)
        .hidden("back", back);
    form.cancel = None;
    Some(form)
}

fn found(app: &App, ask: &Ask) -> Result<(&'static FormKind, Option<Opened>), Denied> {
    let code: String = ask.name("form")?;
    let kind = find(&code).ok_or(Denied::NotFound)?;
    let actor = &ask.signed_in()?.actor;
    let is_about_patient = ask.path.starts_with("/patients/");
    let opened = if is_about_patient {
        Some(open(app, ask, kind.title)?)
    } else {
        None
    };
    let patient = opened.as_ref().map(|opened| opened.known.patient);
    may(actor, kind.act, patient)?;
    Ok((kind, opened))
}

fn drawn(desk: &Desk<'_>, mut page: FormPage) -> maud::Markup {
    let is_stock =
        desk.opened.is_none() && matches!(desk.kind.act, Act::HandleStock | Act::SettleStock);
    let place = if is_stock {
        pages::Place::Ledger
    } else {
        pages::Place::Patients
    };
    let frame = words::frame(desk.app, desk.ask, Some(place));
    if let Some(opened) = desk.opened {
        let links = vec![Link::new(opened.path(""), "Chart")];
        page = page.about(header(desk.app, opened, links));
    }
    form_page(&frame, &page)
}

/// The pairs a form would send to say what a fact says, to fill it with before a correction.
pub(crate) type Pairs = Vec<(String, String)>;

/// A fact read from a form, and the way back; used by a form and by its correction alike.
pub(crate) struct FactForm {
    pub(crate) fields: fn(&Desk<'_>) -> Vec<Field>,
    pub(crate) read: fn(&Desk<'_>, &mut Answers<'_>) -> Option<Fact>,
    pub(crate) pairs: fn(&Fact) -> Option<Pairs>,
}
