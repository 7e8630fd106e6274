//! Consents of a patient: what is in force, what can be signed, signing it, and what was signed.

mod paper;
mod reach;

use std::collections::BTreeMap;

use clinic::act::confirm::confirm;
use clinic::act::consent::{self, Proof, Signature};
use clinic::act::eligibility::CONSENTS_NEEDED;
use clinic::authority::{Act, may};
use clinic::consent_text::{ConsentText, Filling, parts_of};
use clinic::denied::{Denied, FieldFault};
use pages::{
    Column, Control, Document, Field, Form, FormPage, Input, Link, Phrase, Piece, Section, Sheet,
    Table, form_page, sheet,
};
use record::Entry;
use record::fact::decision::{ConsentSigned, ConsentWithdrawn};
use record::ids::{ConsentId, CourseId};

use super::patient::{Opened, header, open};
use crate::app::App;
use crate::ask::Ask;
use crate::reply::Reply;
use crate::sent::Answers;
use crate::words;

pub(crate) use paper::{print as print_signed, show as signed};
pub(crate) use reach::section as reach_section;

/// Before the name of a question in a form.
const ASK: &str = "ask-";

/// What is in force, what is needed, what can be asked, what was.
pub(crate) fn list(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = open(app, ask, "consents")?;
    let mut view = Sheet::new("Consents", "Consents");
    view.patient = Some(header(app, &opened, vec![chart_link(&opened)]));
    let chart = opened.chart();
    let course = chart.course().map(|course| course.id);
    let in_force: Vec<_> =
        course.map_or_else(Vec::new, |course| chart.consents_on(course, opened.today));
    let may_sign = may(
        &ask.signed_in()?.actor,
        Act::Consent,
        Some(opened.known.patient),
    )
    .is_ok();
    let rows = |all: &[(&Entry, &ConsentSigned)]| rows(app, &opened, all);
    let past: Vec<(&Entry, &ConsentSigned)> = chart
        .all::<ConsentSigned>()
        .filter(|(_, one)| !in_force.iter().any(|(_, held)| held.consent == one.consent))
        .collect();
    let mut main = vec![Section::new(
        "In force",
        vec![table(
            "In force",
            rows(&in_force),
            "Nothing is signed and in force.",
        )],
    )];
    if may_sign && course.is_some() {
        main.push(to_sign(app, &opened, &in_force));
    } else if course.is_none() {
        main.push(Section::new(
            "To sign",
            vec![Piece::plain(
                "A consent belongs to a course: open the course first.",
            )],
        ));
    }
    main.push(reach::section(app, ask, &opened));
    main.push(Section::new(
        "No longer in force",
        vec![table(
            "No longer in force",
            rows(&past),
            "None has ended or been withdrawn.",
        )],
    ));
    view.main = main;
    Ok(Reply::Page(sheet(&frame(app, ask), &view)))
}

/// A line a consent: what, when, by whom, and until when it holds.
fn rows(app: &App, opened: &Opened, all: &[(&Entry, &ConsentSigned)]) -> Vec<Vec<Vec<Phrase>>> {
    let withdrawn = |consent: ConsentId| {
        let mut all = opened.chart().all::<ConsentWithdrawn>();
        all.find(|(_, gone)| gone.consent == consent)
    };
    let row = |(entry, one): &(&Entry, &ConsentSigned)| {
        let until = match (withdrawn(one.consent), one.expires) {
            (Some((gone, _)), _) => {
                let at = words::moment(gone.occurred_at.0, &opened.zone);
                format!("withdrawn {at}")
            }
            (None, Some(last)) => format!("until {}", words::day_plain(last)),
            (None, None) => "until it is withdrawn".to_owned(),
        };
        vec![
            vec![Phrase::link(
                opened.path(&format!("/consents/signed/{}", one.consent)),
                title_of(app, one),
            )],
            Phrase::sentence(words::moment(entry.occurred_at.0, &opened.zone)),
            Phrase::sentence(one.signed_name.as_str()),
            Phrase::sentence(until),
        ]
    };
    all.iter().map(row).collect::<Vec<_>>()
}

fn table(caption: &str, rows: Vec<Vec<Vec<Phrase>>>, when_empty: &str) -> Piece {
    Piece::Table(Table {
        caption: caption.to_owned(),
        columns: ["Consent", "Signed", "By", "Holds"]
            .map(Column::words)
            .to_vec(),
        rows,
        when_empty: when_empty.to_owned(),
    })
}

/// Needed first; what stands alone by law says so.
fn to_sign(app: &App, opened: &Opened, in_force: &[(&Entry, &ConsentSigned)]) -> Section {
    let mut lines = Vec::new();
    for text in app.clinic.library().consents() {
        let is_signed = in_force
            .iter()
            .any(|(_, one)| one.text.as_str() == text.id && one.text_version == text.version);
        let to = opened.path(&format!("/consents/{}", text.id));
        let mut line = vec![Phrase::link(to, text.title.as_str())];
        let needed = CONSENTS_NEEDED.contains(&text.id.as_str());
        line.push(Phrase::plain(
            match (is_signed, needed, text.stands_alone) {
                (true, _, _) => " In force. Sign again to change what it says.",
                (false, true, _) => " Needed before the first dose.",
                (false, false, true) => {
                    " Optional; by law it stands alone, and treatment never depends on it."
                }
                (false, false, false) => " Optional.",
            },
        ));
        lines.push(line);
    }
    Section::new("To sign", vec![Piece::List(lines)])
}

/// The text, its questions first where it has some.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let signing = Signing::of(app, ask)?;
    let defaults = signing.text.defaults(&signing.filling);
    let page = if signing.text.asks.is_empty() {
        signing.to_sign(&BTreeMap::new(), &[])?
    } else {
        signing.to_fill(&defaults, Vec::new())
    };
    Ok(Reply::Page(page))
}

/// Takes the answers, and then the signature.
pub(crate) fn send(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let signing = Signing::of(app, ask)?;
    let answers: BTreeMap<String, String> = signing
        .text
        .asks
        .iter()
        .map(|one| {
            let said = ask.sent.get(&format!("{ASK}{}", one.id)).unwrap_or("");
            (one.id.clone(), said.to_owned())
        })
        .collect();
    let is_signing = ask.sent.get("shown_hash").is_some();
    let faults = match is_signing.then(|| signing.sign(answers.clone())) {
        None => Vec::new(),
        Some(Ok(consent)) => {
            let to = format!("/consents/signed/{consent}?done=sign-consent");
            return Ok(Reply::SeeOther(signing.opened.path(&to)));
        }
        Some(Err(Denied::Invalid(faults))) => faults,
        Some(Err(other)) => return Err(other),
    };
    match signing.to_sign(&answers, &faults) {
        Ok(page) if faults.is_empty() => Ok(Reply::Page(page)),
        Ok(page) => Ok(Reply::PageWith(422, page)),
        Err(Denied::Invalid(faults)) => Ok(Reply::PageWith(422, signing.to_fill(&answers, faults))),
        Err(other) => Err(other),
    }
}

fn frame(app: &App, ask: &Ask) -> pages::Frame {
    words::frame(app, ask, Some(pages::Place::Patients))
}

fn chart_link(opened: &Opened) -> Link {
    Link::new(opened.path(""), "Chart")
}

pub(crate) fn title_of(app: &App, one: &ConsentSigned) -> String {
    let shown = one
        .shown
        .as_ref()
        .map(|shown| parts_of(shown.as_str()).title);
    shown
        .or_else(|| {
            let text = app.clinic.library().consent(one.text.as_str())?;
            Some(text.title.clone())
        })
        .unwrap_or_else(|| one.text.to_string())
}

fn document(text: &str, hash: &str) -> Document {
    let taken = parts_of(text);
    Document {
        title: taken.title,
        version: taken.version,
        parts: taken.parts,
        hash: hash.to_owned(),
    }
}

/// One text being signed by one patient.
struct Signing<'a> {
    app: &'a App,
    ask: &'a Ask,
    opened: Opened,
    course: CourseId,
    text: &'a ConsentText,
    filling: Filling,
}

impl<'a> Signing<'a> {
    fn of(app: &'a App, ask: &'a Ask) -> Result<Self, Denied> {
        let opened = open(app, ask, "consent")?;
        may(
            &ask.signed_in()?.actor,
            Act::Consent,
            Some(opened.known.patient),
        )?;
        let id: String = ask.name("text")?;
        let text = app.clinic.library().consent(&id).ok_or(Denied::NotFound)?;
        let course = opened.chart().course().ok_or(Denied::NotFound)?.id;
        let filling = consent::filling(&app.clinic, &opened.known, course)?;
        Ok(Self {
            app,
            ask,
            opened,
            course,
            text,
            filling,
        })
    }

    fn path(&self) -> String {
        self.opened.path(&format!("/consents/{}", self.text.id))
    }

    fn page(&self, form: Form) -> FormPage {
        let back = self.opened.path("/consents");
        FormPage::new(self.text.title.as_str(), form.cancel(back, "Back")).about(header(
            self.app,
            &self.opened,
            vec![chart_link(&self.opened)],
        ))
    }

    fn drawn(&self, page: &FormPage) -> maud::Markup {
        form_page(&frame(self.app, self.ask), page)
    }

    /// The questions, as the first of two steps.
    fn to_fill(&self, answers: &BTreeMap<String, String>, faults: Vec<FieldFault>) -> maud::Markup {
        let fields = self.text.asks.iter().map(|one| {
            let said = answers.get(&one.id).map_or("", String::as_str);
            let name = format!("{ASK}{}", one.id);
            let offered = reach::offered(self.app, one);
            let mut field = if offered.is_empty() {
                Field::area(name, one.question.as_str())
            } else {
                Field::select(name, one.question.as_str(), offered)
            };
            if let Some(hint) = &one.hint {
                field = field.hint(hint.as_str());
            }
            if let Some(element) = &one.element {
                let hint = field
                    .hint
                    .take()
                    .map_or_else(String::new, |hint| format!("{hint}. "));
                field = field.hint(format!("{hint}Required by 42 CFR {element}"));
            }
            field.value(said)
        });
        let mut form =
            Form::act(self.path(), "Read it with these answers").fields(fields.collect());
        for fault in faults {
            form = form.error(fault.sentence);
        }
        let said =
            "Change what is there, or leave it. Then read the whole text, and sign it or not.";
        self.drawn(&self.page(form).said(said))
    }

    /// The whole text, and the signature.
    fn to_sign(
        &self,
        answers: &BTreeMap<String, String>,
        faults: &[FieldFault],
    ) -> Result<maud::Markup, Denied> {
        let filling = Filling {
            answers: answers.clone(),
            ..self.filling.clone()
        };
        let shown = self.text.shown(&filling)?;
        let is_own = self.ask.signed_in()?.actor.patient().is_some();
        let mut form = Form::act(self.path(), "Sign")
            .hidden("command", self.app.fresh_command().to_string())
            .hidden("shown_hash", shown.hash.as_str());
        for (id, said) in answers {
            form = form.hidden(format!("{ASK}{id}"), said.as_str());
        }
        let name = Field::new(
            "signed_name",
            "Write your full name to sign",
            Control::line(Input::Words),
        );
        let agrees = Field::tick("agrees", "I have read this, I may ask, and I agree");
        let secret = |label: &str| Field::new("pass_phrase", label, Control::line(Input::Secret));
        form = if is_own {
            form.fields(vec![name, agrees, secret("Your pass phrase")])
        } else {
            let born = Field::day("born", "The patient's birth date, as they say it")
                .hint("It is held to the record, so that the right person signs");
            let capacity = Field::line("on_behalf_as", "Who signs for the patient, and as what?")
                .hint("Only where the law lets someone sign for them: parent, guardian")
                .optional();
            form.group("The patient", vec![name, agrees, born, capacity])
                .group(
                    "The witness",
                    vec![
                        secret("Your own pass phrase")
                            .hint("You confirm that this person read the text and signed it"),
                    ],
                )
        };
        if !faults.is_empty() {
            form = form.keep(self.ask.sent.pairs());
        }
        for fault in faults {
            form = form.wrong(fault.field, fault.sentence.as_str());
        }
        let mut page = self.page(form);
        page.before = vec![Section::new(
            "What is signed",
            vec![Piece::Document(document(&shown.text, &shown.hash))],
        )];
        if let Some(law) = &self.text.law {
            page = page.said(format!(
                "After {law}. A copy can be printed once it is signed."
            ));
        }
        Ok(self.drawn(&page))
    }

    fn sign(&self, said: BTreeMap<String, String>) -> Result<ConsentId, Denied> {
        let sent = &self.ask.sent;
        let mut answers = Answers::of(sent, self.app.clinic.zone());
        let signed_name = answers.line("signed_name");
        let on_behalf_as = answers.line_or_none("on_behalf_as");
        let born = answers.day_or_none("born");
        if !sent.is_ticked("agrees") {
            answers.fault(
                "agrees",
                "Tick this to sign, or leave the page without signing",
            );
        }
        let secret = sent.raw("pass_phrase").unwrap_or("");
        if secret.is_empty() {
            answers.fault("pass_phrase", "Type the pass phrase you sign in with");
        }
        answers.done()?;
        let is_own = self.ask.signed_in()?.actor.patient().is_some();
        let patient = self.opened.known.patient;
        self.ask.operate(self.app, |operation, clinic| {
            let confirmed = confirm(operation, clinic, secret)?;
            let proof = if is_own {
                Proof::Own(confirmed)
            } else {
                Proof::Witnessed {
                    witness: confirmed,
                    born,
                }
            };
            let signature = Signature {
                course: self.course,
                text: self.text.id.clone(),
                answers: said,
                shown_hash: sent.get("shown_hash").unwrap_or_default().to_owned(),
                signed_name: signed_name.ok_or(Denied::NotFound)?,
                on_behalf_as,
                proof,
            };
            consent::sign(operation, clinic, patient, signature)?;
            let chart = clinic.chart(patient)?;
            let last = chart.chart.all::<ConsentSigned>().last();
            last.map(|(_, one)| one.consent).ok_or(Denied::NotFound)
        })
    }
}
