//! Making a link to a questionnaire, to be read out or sent by hand.

use clinic::act::link::questionnaire::{make, offered};
use clinic::authority::{Act, may};
use clinic::denied::Denied;
use maud::Markup;
use pages::{Choice, Field, Form, FormPage, Link, Phrase, Piece, Section, Sheet, form_page, sheet};

use crate::app::App;
use crate::ask::Ask;
use crate::page::patient::{Opened, header, open};
use crate::reply::Reply;
use crate::words;

/// The form.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = allowed(app, ask)?;
    Ok(Reply::Page(drawn(app, ask, &opened, None)))
}

/// Makes the link, and shows it this once.
pub(crate) fn send(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = allowed(app, ask)?;
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
    let mut view = Sheet::new("Link to a questionnaire", "Link to a questionnaire");
    view.patient = Some(header(app, &opened, ways(&opened)));
    view.said = Phrase::sentence(format!(
        "It is for this patient alone, asks for their birth date, and ends {}. It is shown this once.",
        words::moment(made.expires_at, &opened.zone)
    ));
    view.main = vec![Section::new(
        "Send or read out",
        vec![Piece::plain(address)],
    )];
    Ok(Reply::Page(sheet(
        &words::frame(app, ask, Some(pages::Place::Patients)),
        &view,
    )))
}

fn ways(opened: &Opened) -> Vec<Link> {
    vec![
        Link::new(opened.path(""), "Chart"),
        Link::new(opened.path("/questionnaires"), "Questionnaires"),
    ]
}

fn allowed(app: &App, ask: &Ask) -> Result<Opened, Denied> {
    let opened = open(app, ask, "questionnaire link")?;
    may(
        &ask.signed_in()?.actor,
        Act::SendLink,
        Some(opened.known.patient),
    )?;
    Ok(opened)
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
