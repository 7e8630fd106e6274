//! The page of days for the person whose days they are: plainer words, and theirs to put away.

use clinic::act::own;
use clinic::denied::Denied;
use pages::{Form, NinetyDays, Phrase, Piece, Section, Sheet, sheet};

use crate::app::App;
use crate::ask::Ask;
use crate::page::patient::Opened;
use crate::reply::Reply;
use crate::words;

/// Says the page in the words of whose it is. The figures are the same.
pub(super) fn in_plain_words(opened: &Opened, view: &mut NinetyDays) {
    "My days".clone_into(&mut view.title);
    view.patient.chart = opened.path("/my-record");
    view.patient.who = String::new();
    view.patient.facts = Vec::new();
    let course = opened.chart().course();
    if course.and_then(|course| course.day_zero).is_none() {
        view.said =
            Phrase::sentence("They begin with the first day of your plan. There is none yet.");
        view.side.push(hide_section(opened));
        return;
    }
    // Which lines are put away stands at the end of what is said.
    let away = view.said.split_off(view.said.len().min(2));
    view.said = vec![
        Phrase::plain(
            "This is what you told us, day by day, with your sessions. A day of use is one day: it takes \
             nothing away from the others. ",
        ),
        Phrase::Quiet("A gap is a day nobody knows of, not a bad day.".to_owned()),
    ];
    view.said.extend(away);
    view.figure.caption = Phrase::sentence(
        "What you told us, one answer for the day before, and tests where it says so. Doses are from the \
         session record. The words beside a questionnaire are the names of its scale, not of you.",
    );
    view.side.push(hide_section(opened));
}

fn hide_section(opened: &Opened) -> Section {
    let form = Form::act(opened.path("/ninety-days/hidden"), "Put this page away")
        .named("hide")
        .hidden("hidden", "yes");
    Section::new(
        "Rather not see this?",
        vec![
            Piece::plain(
                "You can put this page away and take it out again. Nothing of it is lost.",
            ),
            Piece::Form(form),
        ],
    )
}

/// The page while it is put away.
pub(super) fn put_away(app: &App, ask: &Ask, opened: &Opened) -> Reply {
    let form = Form::act(opened.path("/ninety-days/hidden"), "Take it out again")
        .named("show")
        .hidden("hidden", "no");
    let mut view = Sheet::new("My days", "My days");
    view.said = Phrase::sentence("You have put this page away.");
    view.main = vec![Section::new(
        "Nothing is lost",
        vec![
            Piece::plain(
                "What you tell us is still written down, and the people who treat you still see it. They \
                 see that you put the page away, and are not told why.",
            ),
            Piece::Form(form),
        ],
    )];
    Reply::Page(sheet(&words::frame(app, ask, None), &view))
}

/// Puts the page or single lines of it away, or takes them out again.
pub(crate) fn hide(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    if ask.sent.get("of").is_some() {
        return super::shown::choose(app, ask);
    }
    let patient = ask.patient()?;
    let is_hidden = match ask.sent.get("hidden") {
        Some("yes") => true,
        Some("no") => false,
        _ => return Err(Denied::invalid("hidden", "Say whether to put it away")),
    };
    ask.operate(app, |operation, clinic| {
        own::hide_days(operation, clinic, patient, is_hidden)
    })?;
    Ok(Reply::SeeOther(format!("/patients/{patient}/ninety-days")))
}
