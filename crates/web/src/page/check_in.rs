//! A check-in by a link: the birth date, one question a page, and what is said at the end.

use clinic::act::link::{self, Asking, SentCheckIn, Standing};
use clinic::denied::Denied;
use clinic::operation::Actor;
use jiff::Timestamp;
use maud::Markup;
use pages::Choice;
use pages::screen::check_in::{
    Answers, CheckIn, CheckInDanger, CheckInDone, SKIP_FIELD, Within, check_in, check_in_danger,
    check_in_done,
};
use protocol::contact::check_in::{AnsweredBy, Question};
use record::fact::care::{SafetyPlanWritten, Urgency};
use record::ids::PatientId;
use record::words::Door;

use super::by_link::{self, ANSWER, Ended, Proved, door};
use super::reading;
use crate::app::App;
use crate::ask::Ask;
use crate::reply::Reply;
use crate::words;

mod later;
pub(crate) mod own;
mod waited;

/// The page a link opens: the birth date, the next question, or how it ended.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let token: String = ask.name("token")?;
    link::opened(&app.clinic, &token, ask.now)?;
    let standing = link::standing(&app.clinic, &token, ask.pass.as_deref(), ask.now)?;
    Ok(shown(app, ask, &token, standing))
}

/// Takes the birth date.
pub(crate) fn prove(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let token: String = ask.name("token")?;
    let path = format!("/check-in/{token}");
    let proved = by_link::prove(app, ask, &path, |operation, clinic, born| {
        link::unlock(operation, clinic, &token, born)
    })?;
    match proved {
        Proved::In(reply) => Ok(reply),
        Proved::Nowhere => show(app, ask),
        Proved::Wrong(typed, said) => {
            let standing = link::standing(&app.clinic, &token, None, ask.now)?;
            if !matches!(standing, Standing::Locked { .. }) {
                return Ok(shown(app, ask, &token, standing));
            }
            let later = later::offer(app, ask, &token);
            Ok(by_link::proof(app, ask, &path, Some((typed, said)), later))
        }
    }
}

/// One question.
pub(crate) fn question(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let (token, id): (String, String) = (ask.name("token")?, ask.name("question")?);
    let standing = link::standing(&app.clinic, &token, ask.pass.as_deref(), ask.now)?;
    let Standing::Open(asking) = &standing else {
        return Ok(shown(app, ask, &token, standing));
    };
    Ok(asked(app, ask, &token, asking, &id, None).map_or_else(
        || Reply::SeeOther(format!("/check-in/{token}")),
        Reply::Page,
    ))
}

/// Takes one answer, or what is said after the end.
pub(crate) fn answer(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let (token, id): (String, String) = (ask.name("token")?, ask.name("question")?);
    let here = format!("/check-in/{token}");
    let pass = ask.pass.as_deref();
    let public = || Actor::public(Door::Link);
    if id == "call" {
        let wants = ask.sent.get("call") == Some("yes");
        app.operate(public(), None, |operation, clinic| {
            link::want_call(operation, clinic, &token, pass, wants)
        })?;
        return Ok(Reply::SeeOther(here));
    }
    if id == "later" {
        return later::take(app, ask, &token);
    }
    if id == "kept" {
        return waited::take(app, ask, &token);
    }
    if id == "mistake" {
        app.operate(public(), None, |operation, clinic| {
            link::by_mistake(operation, clinic, &token, pass)
        })?;
        return Ok(Reply::SeeOther(format!("{here}?mistake=told")));
    }
    let value = match ask.sent.get(SKIP_FIELD) {
        Some(_) => link::SKIPPED,
        None => ask.sent.get(ANSWER).unwrap_or_default(),
    };
    let taken = app.operate(public(), None, |operation, clinic| {
        link::answer(operation, clinic, &token, pass, &id, value)
    });
    match taken {
        Ok(Standing::Open(asking)) => Ok(Reply::SeeOther(match after(&asking, &id) {
            Some(next) => format!("{here}/{next}"),
            None => here,
        })),
        Ok(Standing::Sent(_) | Standing::Gone(_) | Standing::Locked { .. })
        | Err(Denied::NotFound) => Ok(Reply::SeeOther(here)),
        Err(Denied::Invalid(faults)) => {
            let standing = link::standing(&app.clinic, &token, pass, ask.now)?;
            let Standing::Open(asking) = &standing else {
                return Ok(shown(app, ask, &token, standing));
            };
            let error = by_link::beside_answer(faults);
            Ok(asked(app, ask, &token, asking, &id, error)
                .map_or(Reply::SeeOther(here), |page| Reply::PageWith(422, page)))
        }
        Err(other) => Err(other),
    }
}

/// The question after this one: going back and answering anew goes on from there.
fn after<'a>(asking: &'a Asking, id: &str) -> Option<&'a str> {
    let at = asking
        .questions
        .iter()
        .position(|question| question.id == id)?;
    asking
        .questions
        .get(at + 1)
        .map(|question| question.id.as_str())
}

fn shown(app: &App, ask: &Ask, token: &str, standing: Standing) -> Reply {
    match standing {
        Standing::Gone(why) => by_link::gone(app, ask, why, ended(app)),
        Standing::Locked { .. } => {
            let later = later::offer(app, ask, token);
            by_link::proof(app, ask, &format!("/check-in/{token}"), None, later)
        }
        Standing::Open(asking) => {
            let first = asking.next().or(asking.questions.last());
            let page = first.and_then(|first| asked(app, ask, token, &asking, &first.id, None));
            page.map_or_else(|| Reply::SeeOther("/".to_owned()), Reply::Page)
        }
        Standing::Sent(sent) if sent.is_danger => Reply::Page(check_in_danger(
            &door(app, ask),
            &danger(
                app,
                ask,
                &format!("/check-in/{token}"),
                sent.patient,
                sent.at,
            ),
        )),
        Standing::Sent(sent) => {
            Reply::Page(check_in_done(&door(app, ask), &done(app, token, &sent)))
        }
    }
}

fn ended(app: &App) -> Ended {
    let open = by_link::open_for(&app.clinic.library().check_in().link);
    Ended {
        expired: (
            "This link has ended",
            format!(
                "Links to a check-in are open for {open}. The next one comes to you as usual, and nothing you sent before is lost."
            ),
        ),
        course_over: (
            "There is nothing to answer now",
            "Your course has ended, so we do not ask for check-ins any more. You are welcome back at any time."
                .to_owned(),
        ),
    }
}

/// The page of one question; nothing where it is not asked.
fn asked(
    app: &App,
    ask: &Ask,
    token: &str,
    asking: &Asking,
    id: &str,
    error: Option<String>,
) -> Option<Markup> {
    let mut view = question_of(token, asking, id)?;
    view.error = error;
    view.coping = waited::coping(app, asking.patient);
    view.on_phone = waited::on_phone(app, ask, token, asking, id);
    Some(check_in(&door(app, ask), &view))
}

/// One question, as it is asked on a page of its own or from a page that holds them all.
fn question_of(token: &str, asking: &Asking, id: &str) -> Option<CheckIn> {
    let at = asking
        .questions
        .iter()
        .position(|question| question.id == id)?;
    let question = asking.questions.get(at)?;
    let before = at
        .checked_sub(1)
        .and_then(|before| asking.questions.get(before));
    let number = |n: usize| u8::try_from(n).unwrap_or(u8::MAX);
    Some(CheckIn {
        number: number(at + 1),
        of: number(asking.questions.len()),
        back: before.map(|before| format!("/check-in/{token}/{}", before.id)),
        action: format!("/check-in/{token}/{id}"),
        hidden: Vec::new(),
        question: question.ask.replace("{substance}", &asking.substance),
        hint: hint(question, asking),
        name: ANSWER.to_owned(),
        answers: answers(question),
        error: None,
        coping: None,
        on_phone: None,
    })
}

/// The line beneath a question; where it was answered before, what was said.
fn hint(question: &Question, asking: &Asking) -> String {
    match asking.answered.get(&question.id).map(String::as_str) {
        None => question.hint.clone(),
        Some(link::SKIPPED) => "You skipped this one. You can still answer it.".to_owned(),
        Some(said) => {
            let said = match said {
                "unknown" => "not sure",
                other => other,
            };
            format!("You said: {said}. Answer again to change it.")
        }
    }
}

/// What the phone itself turns back, as the record would.
fn within((least, most): (&str, u32), places: u8, fault: &str) -> Within {
    Within {
        least: least.to_owned(),
        most,
        places,
        fault: fault.to_owned(),
    }
}

fn answers(question: &Question) -> Answers {
    match question.kind {
        AnsweredBy::Ladder => Answers::Ladder {
            high: question.high.clone(),
            low: question.low.clone(),
        },
        AnsweredBy::YesNo => Answers::OneOf(Choice::list(&[("no", "No"), ("yes", "Yes")])),
        AnsweredBy::YesNoUnsure => Answers::OneOf(Choice::list(&[
            ("yes", "Yes"),
            ("no", "No"),
            ("unknown", "Not sure"),
        ])),
        AnsweredBy::Drinks => Answers::Number {
            unit: "drinks".to_owned(),
            within: Some(within(
                ("0.1", 100),
                1,
                "Write a number of drinks, for example 3",
            )),
        },
        AnsweredBy::Grams => Answers::Number {
            unit: "grams".to_owned(),
            within: Some(within(
                ("0.001", 100),
                3,
                "Write a number of grams, for example 0.5",
            )),
        },
        AnsweredBy::Hours => Answers::Number {
            unit: "hours".to_owned(),
            within: Some(within(
                ("0", 24),
                1,
                "Write a number of hours, for example 6.5",
            )),
        },
        AnsweredBy::Words => Answers::Words,
    }
}

fn done(app: &App, token: &str, sent: &SentCheckIn) -> CheckInDone {
    // The board is let go of before a chart is read: one that waits to write it would stand between.
    let (zone, phone, visit) = {
        let board = app.clinic.board();
        let visit = board
            .line(sent.patient)
            .and_then(|line| line.next_visit(sent.at).cloned());
        (board.house.zone(), board.house.phone.clone(), visit)
    };
    let said = sent.used.then_some(
        "You said you used. That day is written down as one day. The days before it stay as they are.",
    );
    let left = sent.left.map(|left| left_said(left, phone));
    let said: Vec<String> = said.map(str::to_owned).into_iter().chain(left).collect();
    let mut next = vec![reading::of(app, sent.at, sent.patient)];
    if sent.wants_call == Some(true) {
        next.insert(0, reading::call(app, sent.at, sent.patient));
    }
    let visit = visit.map(|visit| {
        let when = words::moment_short(visit.starts_at, &zone);
        (when, visit.title.to_string())
    });
    let useful = useful(app, sent, visit.as_ref());
    next.extend(visit);
    CheckInDone {
        sent: waited::sent_line(app, sent),
        said: (!said.is_empty()).then(|| said.join(" ")),
        offer: (sent.used && sent.wants_call.is_none()).then(|| {
            (
                reading::offer(app, sent.at, sent.patient).to_owned(),
                format!("/check-in/{token}/call"),
            )
        }),
        useful,
        next,
        receipt: sent.receipt.clone(),
        coping: waited::coping(app, sent.patient),
    }
}

/// The one useful thing for today: of their own plan where it has one, else of ours.
fn useful(app: &App, sent: &SentCheckIn, visit: Option<&(String, String)>) -> Option<String> {
    let known = app.clinic.chart(sent.patient).ok();
    let plan = known.as_ref().and_then(|known| {
        let (_, plan) = known.chart.latest::<SafetyPlanWritten>()?;
        Some(plan)
    });
    let own = |step: &str| {
        let steps = plan.iter().flat_map(|plan| &plan.steps);
        let mut lines = steps
            .filter(|one| one.step.as_str() == step)
            .flat_map(|one| one.lines.iter());
        lines.next().map(ToString::to_string)
    };
    let visit = visit.map(|(when, title)| format!("{when}, {title}"));
    let things = app.clinic.library().useful();
    things.one(sent.said, own, visit.as_deref())
}

/// What is said to who comes back to a check-in that was closed before its end.
fn left_said(left: link::Left, phone: Option<String>) -> String {
    let tell = phone.map_or_else(
        || "tell us when we next speak".to_owned(),
        |phone| format!("call {phone} or tell us when we next speak"),
    );
    format!(
        "You had answered {} of {} questions when this check-in was closed. They are written down as you gave them, and the rest is left open. To add something, {tell}.",
        left.answered, left.of
    )
}

/// What is shown to one who may be in danger, by a link at `path`, who said so at `at`.
pub(crate) fn danger(
    app: &App,
    ask: &Ask,
    path: &str,
    patient: PatientId,
    at: Timestamp,
) -> CheckInDanger {
    let zone = app.clinic.zone();
    let known = app.clinic.chart(patient).ok();
    let chart = known.as_ref().map(|known| &known.chart);
    let plan = chart.and_then(|chart| {
        chart
            .latest::<SafetyPlanWritten>()
            .map(|(_, plan)| plan.clone())
    });
    let lines = |step: &str| -> Vec<String> {
        let steps = plan.iter().flat_map(|plan| &plan.steps);
        steps
            .filter(|one| one.step.as_str() == step)
            .flat_map(|one| one.lines.iter().map(ToString::to_string))
            .collect()
    };
    let hours = app
        .clinic
        .library()
        .policy()
        .to_act(Urgency::ActNow)
        .as_hours();
    let phone = chart
        .and_then(|chart| chart.identity())
        .and_then(|identity| identity.reach.as_ref()?.phone.as_ref());
    let number = phone.map_or_else(
        || " They call you".to_owned(),
        |phone| {
            let digits: Vec<char> = phone
                .as_str()
                .chars()
                .filter(char::is_ascii_digit)
                .collect();
            let last: String = digits.iter().skip(digits.len().saturating_sub(4)).collect();
            format!(" They call the number ending {last}")
        },
    );
    let told = format!(
        "Somebody at the clinic was told at {}.{number} {}.",
        words::time(at, &zone),
        reading::by_when(app, at, patient, hours)
    );
    let is_told = ask.query.get("mistake").is_some();
    CheckInDanger {
        told: if is_told {
            format!("{told} You told us it was tapped by mistake.")
        } else {
            told
        },
        people: lines("help")
            .into_iter()
            .filter_map(|line| person(&line))
            .collect(),
        plan: lines("alone").into_iter().next(),
        mistake: (!is_told).then(|| format!("{path}/mistake")),
        go_on: None,
    }
}

/// Who and which number, from a line such as "Joe, my brother, 207 555 0170".
pub(crate) fn person(line: &str) -> Option<(String, String)> {
    let at = line.find(|letter: char| letter.is_ascii_digit() || letter == '+')?;
    let (who, number) = line.split_at_checked(at)?;
    let who = who.trim_end_matches([',', ' ', ':', '-']);
    let n_digits = number.chars().filter(char::is_ascii_digit).count();
    (n_digits >= 7 && !who.is_empty()).then(|| (who.to_owned(), number.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_of_a_safety_plan_are_offered_with_their_number() {
        let joe = Some(("Joe, my brother".to_owned(), "207 555 0170".to_owned()));
        assert_eq!(person("Joe, my brother, 207 555 0170"), joe);
        assert_eq!(person("Joe"), None);
        assert_eq!(person("Call 911"), None);
    }
}
