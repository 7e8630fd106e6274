//! Making a link to a check-in, to be read out or sent by hand.

use clinic::act::link::make;
use clinic::authority::{Act, may};
use clinic::denied::Denied;
use pages::{Field, Form, FormPage, Link, Phrase, Piece, Section, Sheet, form_page, sheet};

use super::patient::{Opened, header, open};
use crate::app::App;
use crate::ask::Ask;
use crate::reply::Reply;
use crate::sent::Answers;
use crate::words;

/// The form.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = allowed(app, ask)?;
    Ok(Reply::Page(drawn(app, ask, &opened, None)))
}

/// Makes the link, and shows it this once.
pub(crate) fn send(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = allowed(app, ask)?;
    let mut answers = Answers::of(&ask.sent, app.clinic.zone());
    let day = answers.day("day");
    let made = answers.done().and_then(|()| {
        let day = day.ok_or(Denied::NotFound)?;
        ask.operate(app, |operation, clinic| {
            make(operation, clinic, opened.known.patient, day)
        })
    });
    let made = match made {
        Ok(made) => made,
        Err(Denied::Invalid(faults)) => {
            let said = faults.into_iter().next().map(|fault| fault.sentence);
            return Ok(Reply::PageWith(422, drawn(app, ask, &opened, said)));
        }
        Err(other) => return Err(other),
    };
    let address = app.address(ask, &format!("/check-in/{}", made.token));
    let mut view = Sheet::new("Link to a check-in", "Link to a check-in");
    view.patient = Some(header(
        app,
        &opened,
        vec![Link::new(opened.path(""), "Chart")],
    ));
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

fn allowed(app: &App, ask: &Ask) -> Result<Opened, Denied> {
    let opened = open(app, ask, "check-in link")?;
    may(
        &ask.signed_in()?.actor,
        Act::SendLink,
        Some(opened.known.patient),
    )?;
    Ok(opened)
}

fn drawn(app: &App, ask: &Ask, opened: &Opened, error: Option<String>) -> maud::Markup {
    let typed = ask.sent.get("day").map(str::to_owned);
    let day = typed.unwrap_or_else(|| {
        opened
            .today
            .saturating_sub(jiff::ToSpan::days(1))
            .to_string()
    });
    let mut form = Form::act(opened.path("/check-in-link"), "Make the link")
        .cancel(opened.path(""), "Cancel")
        .fields(vec![
            Field::day("day", "About which day?")
                .value(&day)
                .hint("The questions ask about this day; mostly it is yesterday"),
        ]);
    if let Some(error) = error {
        form = form.wrong("day", error);
    }
    let links = vec![Link::new(opened.path(""), "Chart")];
    let page = FormPage::new("Link to a check-in", form)
        .about(header(app, opened, links))
        .said("A message holds the link and nothing else: no name, no word about treatment.");
    form_page(&words::frame(app, ask, Some(pages::Place::Patients)), &page)
}
