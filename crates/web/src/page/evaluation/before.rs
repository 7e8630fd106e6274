//! The evaluation beforehand: making its link, and the patient's side of it on a phone.

use clinic::act::link::before::{self, Asking, Put, PutAs, Standing};
use clinic::denied::Denied;
use clinic::operation::Actor;
use maud::Markup;
use pages::screen::check_in::{Answers, CheckIn, CheckInDone, SKIP_FIELD, check_in, check_in_done};
use pages::{Choice, Form, FormPage, Link, form_page};
use record::words::{Door, Said};

use super::ask::said;
use crate::app::App;
use crate::ask::Ask;
use crate::page::by_link::{self, ANSWER, Ended, Proved, door};
use crate::page::link;
use crate::page::patient::{Opened, header};
use crate::reply::Reply;
use crate::sent::sentence;
use crate::words;

/// The form that makes a link.
pub(crate) fn show_link(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = link::allowed(app, ask, "evaluation link")?;
    Ok(Reply::Page(making(app, ask, &opened, None)))
}

/// Makes the link, and shows it this once.
pub(crate) fn send_link(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = link::allowed(app, ask, "evaluation link")?;
    let made = ask.operate(app, |operation, clinic| {
        before::make(operation, clinic, opened.known.patient)
    });
    let made = match made {
        Ok(made) => made,
        Err(Denied::Invalid(faults)) => {
            let said = faults.into_iter().next().map(|fault| fault.sentence);
            return Ok(Reply::PageWith(422, making(app, ask, &opened, said)));
        }
        Err(other) => return Err(other),
    };
    let address = app.address(ask, &format!("/before/{}", made.token));
    let page = ("Link to the evaluation", ways(&opened));
    Ok(link::made(
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
        Link::new(opened.path("/evaluation"), "Evaluation"),
    ]
}

fn making(app: &App, ask: &Ask, opened: &Opened, error: Option<String>) -> Markup {
    let mut form = Form::act(opened.path("/evaluation-link"), "Make the link")
        .cancel(opened.path("/evaluation"), "Cancel");
    if let Some(error) = error {
        form = form.error(error);
    }
    let n = app.clinic.library().evaluation().for_patient().count();
    let page = FormPage::new("Link to the evaluation", form)
        .about(header(app, opened, ways(opened)))
        .said(format!(
            "The patient answers up to {n} questions in their own words before the visit, one at a time, and may skip any. You confirm them with the patient. A message holds the link and nothing else: no name, no word about treatment."
        ));
    form_page(&words::frame(app, ask, Some(pages::Place::Patients)), &page)
}

fn here(ask: &Ask) -> Result<(String, String), Denied> {
    let token: String = ask.name("token")?;
    let path = format!("/before/{token}");
    Ok((token, path))
}

/// The page a link opens: the birth date, or the next question, or the end.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let (token, path) = here(ask)?;
    let standing = before::standing(&app.clinic, &token, ask.pass.as_deref(), ask.now)?;
    Ok(shown(app, ask, &path, standing))
}

fn shown(app: &App, ask: &Ask, path: &str, standing: Standing) -> Reply {
    match standing {
        Standing::Gone(why) => by_link::gone(app, ask, why, ended(app)),
        Standing::Locked { .. } => by_link::proof(app, ask, path, None, None),
        Standing::Open(asking) => asking.next().map_or_else(
            || Reply::Page(check_in_done(&door(app, ask), &done(app, &asking, ask))),
            |next| {
                asked(app, ask, path, &asking, &next.id, None)
                    .map_or_else(|| Reply::SeeOther("/".to_owned()), Reply::Page)
            },
        ),
    }
}

fn ended(app: &App) -> Ended {
    let open = by_link::open_for(&app.clinic.library().evaluation().link);
    let ended = (
        "This link has ended",
        format!(
            "It was open for {open}. Nothing you answered is lost; the rest we ask when we meet."
        ),
    );
    Ended {
        expired: ended.clone(),
        course_over: ended,
    }
}

/// Takes the birth date.
pub(crate) fn prove(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let (token, path) = here(ask)?;
    let proved = by_link::prove(app, ask, &path, |operation, clinic, born| {
        before::unlock(operation, clinic, &token, born)
    })?;
    match proved {
        Proved::In(reply) => Ok(reply),
        Proved::Nowhere => show(app, ask),
        Proved::Wrong(typed, said) => {
            let standing = before::standing(&app.clinic, &token, None, ask.now)?;
            if !matches!(standing, Standing::Locked { .. }) {
                return Ok(shown(app, ask, &path, standing));
            }
            Ok(by_link::proof(app, ask, &path, Some((typed, said)), None))
        }
    }
}

/// One question.
pub(crate) fn question(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let (token, path) = here(ask)?;
    let id: String = ask.name("question")?;
    let standing = before::standing(&app.clinic, &token, ask.pass.as_deref(), ask.now)?;
    let Standing::Open(asking) = &standing else {
        return Ok(shown(app, ask, &path, standing));
    };
    Ok(asked(app, ask, &path, asking, &id, None).map_or(Reply::SeeOther(path), Reply::Page))
}

/// Takes one answer, and leads on.
pub(crate) fn answer(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let (token, path) = here(ask)?;
    let id: String = ask.name("question")?;
    let pass = ask.pass.as_deref();
    let values: Vec<&str> = match ask.sent.get(SKIP_FIELD) {
        Some(_) => Vec::new(),
        None => ask.sent.all(ANSWER).collect(),
    };
    let taken = app.operate(Actor::public(Door::Link), None, |operation, clinic| {
        before::answer(operation, clinic, &token, pass, &id, &values)
    });
    match taken {
        Ok(Standing::Open(asking)) => Ok(Reply::SeeOther(
            after(&asking, &id).map_or_else(|| path.clone(), |next| format!("{path}/{next}")),
        )),
        Ok(Standing::Gone(_) | Standing::Locked { .. }) | Err(Denied::NotFound) => {
            Ok(Reply::SeeOther(path))
        }
        Err(Denied::Invalid(faults)) => {
            let standing = before::standing(&app.clinic, &token, pass, ask.now)?;
            let Standing::Open(asking) = &standing else {
                return Ok(shown(app, ask, &path, standing));
            };
            let error = by_link::beside_answer(faults);
            Ok(asked(app, ask, &path, asking, &id, error)
                .map_or(Reply::SeeOther(path), |page| Reply::PageWith(422, page)))
        }
        Err(other) => Err(other),
    }
}

/// The question after this one: going back and answering anew goes on from there.
fn after<'a>(asking: &'a Asking, id: &str) -> Option<&'a str> {
    let at = asking.questions.iter().position(|put| put.id == id)?;
    asking.questions.get(at + 1).map(|put| put.id.as_str())
}

fn asked(
    app: &App,
    ask: &Ask,
    path: &str,
    asking: &Asking,
    id: &str,
    error: Option<String>,
) -> Option<Markup> {
    let at = asking.questions.iter().position(|put| put.id == id)?;
    let put = asking.questions.get(at)?;
    let before = at
        .checked_sub(1)
        .and_then(|before| asking.questions.get(before));
    let number = |n: usize| u8::try_from(n).unwrap_or(u8::MAX);
    let view = CheckIn {
        number: number(at + 1),
        of: number(asking.questions.len()),
        back: before.map(|before| format!("{path}/{}", before.id)),
        action: format!("{path}/{id}"),
        hidden: Vec::new(),
        question: put.ask.clone(),
        hint: hint(app, asking, put),
        name: ANSWER.to_owned(),
        answers: answers(put),
        error,
        coping: None,
        on_phone: None,
    };
    Some(check_in(&door(app, ask), &view))
}

fn hint(app: &App, asking: &Asking, put: &Put) -> String {
    match asking.said.get(&put.id) {
        None => match put.put_as {
            PutAs::AnyOf(_) => "Tap all that apply, then Next.".to_owned(),
            PutAs::YesNo => "Either answer is fine to give.".to_owned(),
            PutAs::Number | PutAs::Words => String::new(),
        },
        Some(Said::Answered(value)) => {
            let words = match said(value, &[], &app.clinic.zone()).as_str() {
                "not known" => "not sure".to_owned(),
                other => other.to_owned(),
            };
            format!("You said: {words}. Answer again to change it.")
        }
        Some(Said::Skipped | Said::Declined | Said::NotAnswered | Said::NotAsked) => {
            "You skipped this one. You can still answer it.".to_owned()
        }
    }
}

fn answers(put: &Put) -> Answers {
    match &put.put_as {
        PutAs::YesNo => Answers::OneOf(Choice::list(&[
            ("yes", "Yes"),
            ("no", "No"),
            ("unknown", "Not sure"),
        ])),
        PutAs::AnyOf(names) => Answers::AnyOf(
            names
                .iter()
                .map(|name| Choice::new(name, sentence(name)))
                .chain([
                    Choice::new("something else", "Something else"),
                    Choice::new("none", "None of these"),
                ])
                .collect(),
        ),
        PutAs::Number => Answers::Number {
            unit: String::new(),
            within: None,
        },
        PutAs::Words => Answers::Words,
    }
}

fn done(app: &App, asking: &Asking, ask: &Ask) -> CheckInDone {
    let zone = app.clinic.zone();
    let house = app.clinic.board();
    let n_skipped = asking
        .said
        .values()
        .filter(|said| said.answer().is_none())
        .count();
    let skipped = (n_skipped > 0).then(|| {
        format!(
            "You skipped {}. That is fine: we go through them together.",
            words::of(n_skipped, "question", "questions")
        )
    });
    let mut next = vec![(
        "Before your visit".to_owned(),
        format!(
            "A person at {} reads this. Nothing in it decides anything until they have talked with you.",
            house.house.name
        ),
    )];
    let visit = house
        .line(asking.patient)
        .and_then(|line| line.next_visit(ask.now).cloned());
    if let Some(visit) = visit {
        next.push((
            words::moment_short(visit.starts_at, &zone),
            visit.title.to_string(),
        ));
    }
    CheckInDone {
        useful: None,
        sent: format!("Kept {}", words::time(ask.now, &zone)),
        said: skipped,
        offer: None,
        next,
        receipt: asking.receipt.clone(),
        coping: None,
    }
}
