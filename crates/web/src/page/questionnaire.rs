//! A questionnaire by a link: the birth date, one question a page, and what is said at the end.

use clinic::act::link::questionnaire::{self, Asking, Said, SentAnswers, Standing};
use clinic::denied::Denied;
use clinic::operation::Actor;
use instruments::Item;
use maud::Markup;
use pages::Choice;
use pages::screen::check_in::link::{CheckInGone, check_in_gone};
use pages::screen::check_in::questionnaire::{QuestionnaireQuestion, questionnaire_question};
use pages::screen::check_in::{
    Answers, CheckIn, CheckInDone, SKIP_FIELD, Within, check_in_danger, check_in_done,
};
use record::fact::care::Urgency;
use record::words::Door;

use super::by_link::{self, ANSWER, Ended, Proved, door};
use super::check_in::danger;
use super::half_done;
use super::reading;
use crate::app::App;
use crate::ask::Ask;
use crate::page::instrument::ends;
use crate::reply::Reply;
use crate::words;

pub(crate) mod link;

/// Where "tapped by mistake" is sent; no item is called so.
const MISTAKE: &str = "mistake";

fn here(ask: &Ask) -> Result<(String, String), Denied> {
    let token: String = ask.name("token")?;
    let path = format!("/questionnaire/{token}");
    Ok((token, path))
}

/// The page a link opens: the birth date, the next question, or how it ended.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let (token, path) = here(ask)?;
    let standing = questionnaire::standing(&app.clinic, &token, ask.pass.as_deref(), ask.now)?;
    Ok(shown(app, ask, &path, standing))
}

/// Takes the birth date.
pub(crate) fn prove(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let (token, path) = here(ask)?;
    let proved = by_link::prove(app, ask, &path, |operation, clinic, born| {
        questionnaire::unlock(operation, clinic, &token, born)
    })?;
    match proved {
        Proved::In(reply) => Ok(reply),
        Proved::Nowhere => show(app, ask),
        Proved::Wrong(typed, said) => {
            let standing = questionnaire::standing(&app.clinic, &token, None, ask.now)?;
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
    let standing = questionnaire::standing(&app.clinic, &token, ask.pass.as_deref(), ask.now)?;
    let Standing::Open(asking) = &standing else {
        return Ok(shown(app, ask, &path, standing));
    };
    Ok(asked(app, ask, &path, asking, &id, None).map_or(Reply::SeeOther(path), Reply::Page))
}

/// Takes one answer, or that one was tapped by mistake, and leads on.
pub(crate) fn answer(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let (token, path) = here(ask)?;
    let id: String = ask.name("question")?;
    let pass = ask.pass.as_deref();
    let public = || Actor::public(Door::Link);
    if id == MISTAKE {
        app.operate(public(), None, |operation, clinic| {
            questionnaire::by_mistake(operation, clinic, &token, pass)
        })?;
        return Ok(Reply::SeeOther(format!("{path}?mistake=told")));
    }
    let value = match ask.sent.get(SKIP_FIELD) {
        Some(_) => None,
        None => Some(ask.sent.get(ANSWER).unwrap_or_default()),
    };
    let taken = app.operate(public(), None, |operation, clinic| {
        questionnaire::answer(operation, clinic, &token, pass, &id, value)
    });
    match taken {
        Ok(Standing::Open(asking)) => Ok(Reply::SeeOther(match after(&asking, &id) {
            Some(next) => format!("{path}/{next}"),
            None => path,
        })),
        Ok(
            Standing::Sent(_)
            | Standing::GivenElsewhere
            | Standing::Gone(_)
            | Standing::Locked { .. },
        )
        | Err(Denied::NotFound) => Ok(Reply::SeeOther(path)),
        Err(Denied::Invalid(faults)) => {
            let standing = questionnaire::standing(&app.clinic, &token, pass, ask.now)?;
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
    let items = &asking.instrument.items;
    let at = items.iter().position(|item| item.id == id)?;
    items.get(at + 1).map(|item| item.id.as_str())
}

fn shown(app: &App, ask: &Ask, path: &str, standing: Standing) -> Reply {
    match standing {
        Standing::Gone(why) => by_link::gone(app, ask, why, ended(app)),
        Standing::GivenElsewhere => {
            let view = CheckInGone {
                title: "These questions are answered".to_owned(),
                said: "You answered them at the clinic since this link was made. There is nothing left to do here.".to_owned(),
                phone: app.clinic.board().house.phone.clone(),
            };
            Reply::Page(check_in_gone(&door(app, ask), &view))
        }
        Standing::Locked { .. } => by_link::proof(app, ask, path, None, None),
        Standing::Open(asking) => {
            let first = asking.next().or(asking.instrument.items.last());
            let page = first.and_then(|first| asked(app, ask, path, &asking, &first.id, None));
            page.map_or_else(|| Reply::SeeOther("/".to_owned()), Reply::Page)
        }
        Standing::Sent(sent) if sent.is_crisis => Reply::Page(check_in_danger(
            &door(app, ask),
            &danger(app, ask, path, sent.patient, sent.at),
        )),
        Standing::Sent(sent) => Reply::Page(check_in_done(&door(app, ask), &done(app, &sent))),
    }
}

fn ended(app: &App) -> Ended {
    let open = by_link::open_for(&app.clinic.library().check_in().questionnaire_link);
    Ended {
        expired: (
            "This link has ended",
            format!("Links to these questions are open for {open}. Call us and we send another."),
        ),
        course_over: (
            "There is nothing to answer now",
            "Your course has ended, so we do not ask these questions any more. You are welcome back at any time."
                .to_owned(),
        ),
    }
}

/// The page of one question; nothing where there is no such item.
fn asked(
    app: &App,
    ask: &Ask,
    path: &str,
    asking: &Asking,
    id: &str,
    error: Option<String>,
) -> Option<Markup> {
    let items = &asking.instrument.items;
    let at = items.iter().position(|item| item.id == id)?;
    let item = items.get(at)?;
    let before = at.checked_sub(1).and_then(|before| items.get(before));
    let number = |n: usize| u8::try_from(n).unwrap_or(u8::MAX);
    let is_fresh = asking.answers.pairs().next().is_none() && asking.passed_over.is_empty();
    let view = QuestionnaireQuestion {
        above: asking.instrument.instruction.clone().or_else(|| {
            Some(format!("Think of {}.", asking.instrument.recall))
        }),
        said: (asking.is_anew && is_fresh).then(|| {
            "These questions were changed after you began, so they start again. Nothing you said before was sent.".to_owned()
        }),
        question: CheckIn {
            number: number(at + 1),
            of: number(items.len()),
            back: before.map(|before| format!("{path}/{}", before.id)),
            action: format!("{path}/{id}"),
            hidden: Vec::new(),
            question: item
                .text
                .clone()
                .unwrap_or_else(|| format!("Question {}", item.id)),
            hint: hint(asking, item),
            name: ANSWER.to_owned(),
            answers: answers(item),
            error,
            coping: None,
            on_phone: None,
        },
        kept: asking
            .draft
            .as_ref()
            .map(|draft| half_done::kept_on_phone(app, draft, &app.clinic.zone())),
    };
    Some(questionnaire_question(&door(app, ask), &view))
}

/// What was said before, where something was.
fn hint(asking: &Asking, item: &Item) -> String {
    match asking.said(&item.id) {
        None => ends(item).unwrap_or_default(),
        Some(Said::PassedOver) => "You skipped this one. You can still answer it.".to_owned(),
        Some(Said::Answered(value)) => {
            let choice = item.choices.iter().find(|choice| choice.value == value);
            let said = choice
                .and_then(|choice| choice.words.clone())
                .unwrap_or_else(|| value.to_string());
            format!("You said: {said}. Answer again to change it.")
        }
    }
}

fn answers(item: &Item) -> Answers {
    if let Some((least, most)) = item.scale() {
        let (least, most) = (least.value, most.value);
        let fault = format!("Write a whole number from {least} to {most}, or skip this one.");
        return Answers::Number {
            unit: format!("of {most}"),
            within: u32::try_from(most).ok().map(|most| Within {
                least: least.to_string(),
                most,
                places: 0,
                fault,
            }),
        };
    }
    if item.choices.is_empty() {
        return Answers::Number {
            unit: String::new(),
            within: None,
        };
    }
    let choices = item.choices.iter().map(|choice| {
        let number = choice.value.to_string();
        let words = choice.words.clone().unwrap_or_else(|| number.clone());
        Choice::new(number, words)
    });
    Answers::OneOf(choices.collect())
}

fn done(app: &App, sent: &SentAnswers) -> CheckInDone {
    // The board is let go of before the words ask for it again.
    let (zone, visit) = {
        let board = app.clinic.board();
        let visit = board
            .line(sent.patient)
            .and_then(|line| line.next_visit(sent.at).cloned());
        (board.house.zone(), visit)
    };
    let policy = app.clinic.library().policy();
    let hours = policy.to_act(Urgency::ActNow).as_hours();
    let said = (sent.n_passed_over > 0).then(|| {
        format!(
            "You skipped {}. That is kept as skipped, never as no.",
            words::of(sent.n_passed_over, "question", "questions")
        )
    });
    let mut next = Vec::new();
    if sent.is_told {
        next.push((
            "Today".to_owned(),
            format!(
                "Somebody at the clinic was told at {}: they ask you about one of your answers, or about one you skipped, {}.",
                words::time(sent.at, &zone),
                reading::by_when(app, sent.at, sent.patient, hours)
            ),
        ));
    }
    let (when, read) = reading::of(app, sent.at, sent.patient);
    let talked = "It goes into your record, and you talk about it at your next visit.";
    next.push((when, format!("{read} {talked}")));
    if let Some(visit) = visit {
        next.push((
            words::moment_short(visit.starts_at, &zone),
            visit.title.to_string(),
        ));
    }
    CheckInDone {
        useful: None,
        sent: format!("Sent {}", words::time(sent.at, &zone)),
        said,
        offer: None,
        next,
        receipt: sent.receipt.clone(),
        coping: None,
    }
}
