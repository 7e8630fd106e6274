//! Making a link to a check-in, to be read out or sent by hand.

use clinic::act::link::make;
use clinic::authority::{Act, may};
use clinic::denied::Denied;
use jiff::Timestamp;
use pages::{Field, Form, FormPage, Link, Phrase, Piece, Section, Sheet, form_page, sheet};

use super::patient::{Opened, header, open};
use crate::app::App;
use crate::ask::Ask;
use crate::reply::Reply;
use crate::sent::Answers;
use crate::words;

/// The form.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = allowed(app, ask, "check-in link")?;
    Ok(Reply::Page(drawn(app, ask, &opened, None)))
}

/// Makes the link, and shows it this once.
pub(crate) fn send(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = allowed(app, ask, "check-in link")?;
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
    let page = ("Link to a check-in", ways(&opened));
    Ok(self::made(
        app,
        ask,
        &opened,
        page,
        (address, made.expires_at),
    ))
}

fn ways(opened: &Opened) -> Vec<Link> {
    vec![Link::new(opened.path(""), "Chart")]
}

/// Opens the chart a link is made for, where whoever asks may make one.
pub(crate) fn allowed(app: &App, ask: &Ask, what: &str) -> Result<Opened, Denied> {
    let opened = open(app, ask, what)?;
    may(
        &ask.signed_in()?.actor,
        Act::SendLink,
        Some(opened.known.patient),
    )?;
    Ok(opened)
}

/// The page that shows a link of any kind this once: its heading and the ways on, and the address with
/// when it ends.
pub(crate) fn made(
    app: &App,
    ask: &Ask,
    opened: &Opened,
    (title, ways): (&str, Vec<Link>),
    (address, expires_at): (String, Timestamp),
) -> Reply {
    let mut view = Sheet::new(title, title);
    view.patient = Some(header(app, opened, ways));
    view.said = Phrase::sentence(format!(
        "It is for this patient alone, asks for their birth date, and ends {}. It is shown this once.",
        words::moment(expires_at, &opened.zone)
    ));
    view.main = vec![Section::new(
        "Send or read out",
        vec![Piece::plain(address)],
    )];
    Reply::Page(sheet(
        &words::frame(app, ask, Some(pages::Place::Patients)),
        &view,
    ))
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
    let page = FormPage::new("Link to a check-in", form)
        .about(header(app, opened, ways(opened)))
        .said("A message holds the link and nothing else: no name, no word about treatment.");
    form_page(&words::frame(app, ask, Some(pages::Place::Patients)), &page)
}
