//! Forms for corrections: the form the entry came from, filled with what it says.

use clinic::act::correction;
use clinic::authority::Act;
use clinic::denied::Denied;
use pages::{Field, FormPage, Phrase, Piece, Section};
use record::chart::EntryNumber;
use record::{Entry, Fact};

use super::{Desk, FactForm, FormKind, care, observation, read, registration};
use crate::page::patient::may_read;
use crate::page::sentence::sentence;
use crate::page::timeline::author;
use crate::words;

pub(super) const FORMS: &[FormKind] = &[
    FormKind {
        code: "amend",
        title: "Correct an entry",
        done: "The entry is corrected. What it said before stays visible.",
        act: Act::Correct,
        draw: draw_amend,
        send: send_amend,
    },
    FormKind {
        code: "entered-in-error",
        title: "Mark an entry as entered in error",
        done: "The entry is marked. It stays visible, struck through.",
        act: Act::Correct,
        draw: draw_error,
        send: send_error,
    },
];

/// The form an entry's kind is corrected with.
fn form_of(fact: &Fact) -> Option<&'static FactForm> {
    const FORMS: [&FactForm; 6] = [
        &observation::VITALS,
        &observation::LABORATORY,
        &observation::URINE,
        &registration::CONDITION,
        &registration::MEDICINE,
        &care::USE,
    ];
    FORMS.into_iter().find(|form| (form.pairs)(fact).is_some())
}

/// Whether an entry can be corrected by form; others are marked as entered in error and made anew.
pub(crate) fn can_amend(fact: &Fact) -> bool {
    form_of(fact).is_some()
}

fn entry<'a>(desk: &Desk<'a>) -> Result<&'a Entry, Denied> {
    let number: u64 = desk.needed("entry")?;
    let chart = desk.opened()?.chart();
    chart
        .entry(EntryNumber(number))
        .filter(|entry| may_read(desk.ask, chart, entry))
        .ok_or(Denied::NotFound)
}

/// What the entry says now, for the page of its correction.
fn before(desk: &Desk<'_>, entry: &Entry) -> Result<Section, Denied> {
    let chart = desk.opened()?.chart();
    let fact = chart.now_says(entry).unwrap_or(&entry.fact);
    let (head, rest) = sentence(desk.app, fact);
    let mut said = vec![Phrase::Strong(head)];
    said.extend(rest);
    let by = format!(
        "{}, {}",
        words::moment(entry.occurred_at.0, &desk.zone),
        author(desk.app, entry)
    );
    Ok(Section::new(
        "What it says now",
        vec![Piece::Said(said), Piece::plain(by)],
    ))
}

fn draw_amend(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let entry = entry(desk)?;
    let chart = desk.opened()?.chart();
    let fact = chart.now_says(entry).unwrap_or(&entry.fact);
    let form = form_of(fact).ok_or(Denied::NotFound)?;
    let mut fields = (form.fields)(desk);
    fields.push(Field::line("reason", "Why is it corrected?"));
    let filled = desk
        .form("Correct")
        .fields(fields)
        .keep(&(form.pairs)(fact).unwrap_or_default());
    let mut page = desk.page(filled);
    page.before = vec![before(desk, entry)?];
    Ok(page)
}

fn send_amend(desk: &Desk<'_>) -> Result<String, Denied> {
    let patient = desk.patient()?;
    let entry = entry(desk)?;
    let form = form_of(&entry.fact).ok_or(Denied::NotFound)?;
    let mut answers = desk.answers();
    let fact = (form.read)(desk, &mut answers);
    let reason = answers.line("reason");
    read!(answers => fact, reason);
    let fact = keep_session(&entry.fact, fact);
    desk.operate(|operation, clinic| {
        correction::amend(operation, clinic, patient, entry.number, fact, reason)
    })?;
    desk.chart()
}

/// A corrected reading stays in the session it was taken in.
fn keep_session(old: &Fact, new: Fact) -> Fact {
    if let (Fact::VitalsObserved(old), Fact::VitalsObserved(mut vitals)) = (old, new.clone()) {
        vitals.session = old.session;
        return vitals.into();
    }
    new
}

fn draw_error(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let entry = entry(desk)?;
    let field = Field::line("reason", "Why should it not have been made?");
    let mut page = desk.page(desk.form("Mark it").grave().fields(vec![field]));
    page.before = vec![before(desk, entry)?];
    Ok(page)
}

fn send_error(desk: &Desk<'_>) -> Result<String, Denied> {
    let patient = desk.patient()?;
    let number = entry(desk)?.number;
    let mut answers = desk.answers();
    let reason = answers.line("reason");
    read!(answers => reason);
    desk.operate(|operation, clinic| {
        correction::enter_in_error(operation, clinic, patient, number, reason)
    })?;
    desk.chart()
}
