//! Making a link to a questionnaire, to be read out or sent by hand.

use clinic::act::link::questionnaire::{make, offered};
use clinic::denied::Denied;
use maud::Markup;
use pages::{Choice, Field, Form, FormPage, Link, form_page};

use crate::app::App;
use crate::ask::Ask;
use crate::page::link::{allowed, made as made_link};
use crate::page::patient::{Opened, header};
use crate::reply::Reply;
use crate::words;

/// The form.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = allowed(app, ask, "questionnaire link")?;
    Ok(Reply::Page(drawn(app, ask, &opened, None)))
}

/// Makes the link, and shows it this once.
pub(crate) fn send(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = allowed(app, ask, "questionnaire link")?;
    let instrument = ask.sent.get("instrument").unwrap_or_default();
    let made = ask.operate(app, |operation, clinic| {
        make(operation, clinic, opened.known.patient, instrument)
    });
    let made = match made {
        Ok(made) => made,
        Err(Denied::Invalid(faults)) => {
            let said = faults.into_iter().next().map(|fault| fault.sentence);
            return Ok(Reply::PageWith(422, drawn(app, ask, &opened, said)));
        }
        Err(other) => return Err(other),
    };
    let address = app.address(ask, &format!("/questionnaire/{}", made.token));
    let page = ("Link to a questionnaire", ways(&opened));
    Ok(made_link(
        app,
        ask,
        &opened,
        page,
        (address, made.expires_at),
    ))
}

fn ways(opened: &Opened) -> Vec<Link> {
    vec![
        Link::new(opened.path(""), "Chart"),
        Link::new(opened.path("/questionnaires"), "Questionnaires"),
    ]
}

fn drawn(app: &App, ask: &Ask, opened: &Opened, error: Option<String>) -> Markup {
    let typed = ask.sent.get("instrument").or(ask.query.get("instrument"));
    let choices = offered(&app.clinic).map(|one| {
        Choice::new(
            one.id.as_str(),
            format!(
                "{}: {}, {}",
                one.title,
                one.about.to_lowercase(),
                words::of(one.items.len(), "question", "questions")
            ),
        )
    });
    let mut form = Form::act(opened.path("/questionnaire-link"), "Make the link")
        .cancel(opened.path("/questionnaires"), "Cancel")
        .fields(vec![
            Field::one_of("instrument", "Which questionnaire?", choices.collect())
                .value(typed.unwrap_or("")),
        ]);
    if let Some(error) = error {
        form = form.wrong("instrument", error);
    }
    let page = FormPage::new("Link to a questionnaire", form)
        .about(header(app, opened, ways(opened)))
        .said("The patient answers one question a page and may skip any. A message holds the link and nothing else: no name, no word about treatment.");
    form_page(&words::frame(app, ask, Some(pages::Place::Patients)), &page)
}
