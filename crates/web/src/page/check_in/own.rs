//! Where a patient who is signed in begins a check-in: the day, then the same questions as by a link.

use clinic::act::link;
use clinic::authority::{Act, may};
use clinic::denied::Denied;
use jiff::ToSpan as _;
use jiff::civil::Date;
use maud::Markup;
use pages::{Choice, Field, Form, FormPage, form_page};

use crate::app::App;
use crate::ask::Ask;
use crate::page::patient::{Opened, open};
use crate::reply::Reply;
use crate::sent::Answers;
use crate::words;

/// The page; the team has a form of its own.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = theirs(app, ask)?;
    Ok(Reply::Page(drawn(app, ask, &opened, None)))
}

fn theirs(app: &App, ask: &Ask) -> Result<Opened, Denied> {
    let patient = ask.name("patient")?;
    may(&ask.signed_in()?.actor, Act::ReadOwnRecord, Some(patient))?;
    open(app, ask, "check-in")
}

/// Begins it and goes to its first question.
pub(crate) fn begin(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = theirs(app, ask)?;
    let patient = opened.known.patient;
    let mut answers = Answers::of(&ask.sent, app.clinic.zone());
    let day = answers.day("day");
    let begun = answers.done().and_then(|()| {
        let day = day.ok_or(Denied::NotFound)?;
        ask.operate(app, |operation, clinic| {
            link::begin(operation, clinic, patient, day)
        })
    });
    match begun {
        Ok((made, pass)) => Ok(Reply::Passed(pass, format!("/check-in/{}", made.token))),
        Err(Denied::Invalid(faults)) => {
            let said = faults.into_iter().next().map(|fault| fault.sentence);
            Ok(Reply::PageWith(422, drawn(app, ask, &opened, said)))
        }
        Err(other) => Err(other),
    }
}

fn drawn(app: &App, ask: &Ask, opened: &Opened, error: Option<String>) -> Markup {
    let yesterday = opened.today.saturating_sub(1.day());
    let choice = |day: Date, name: &str| {
        Choice::new(
            day.to_string(),
            format!("{name}, {}", words::day_plain(day)),
        )
    };
    let days = vec![
        choice(yesterday, "Yesterday"),
        choice(opened.today, "Today so far"),
    ];
    let typed = ask.sent.get("day").map(str::to_owned);
    let day = typed.unwrap_or_else(|| yesterday.to_string());
    let mut form = Form::act(opened.path("/check-in"), "Begin").fields(vec![
        Field::one_of("day", "About which day?", days).value(&day),
    ]);
    if let Some(error) = error {
        form = form.wrong("day", error);
    }
    let page = FormPage::new("Check in", form).said(
        "One question at a time, under a minute. You may skip any of them and go back. \
         Nothing you say here resets anything.",
    );
    form_page(&words::frame(app, ask, Some(pages::Place::Patients)), &page)
}
