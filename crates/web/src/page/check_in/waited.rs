//! Answers that waited on a phone without a line, and what a phone is handed so that it can go on.

use clinic::act::link::waited::{TakenIn, WAITED_MAX, Waited, for_phone, take_in};
use clinic::act::link::{Asking, Gone, SentCheckIn};
use clinic::denied::Denied;
use clinic::operation::Actor;
use jiff::{SignedDuration, Timestamp};
use pages::{Ahead, CheckInReceived, Coping, Link, NOT_TOLD, OnPhone, check_in_received};
use record::ids::PatientId;
use record::words::Door;

use super::{ANSWER, by_link, danger, door, question_of};
use crate::app::App;
use crate::ask::Ask;
use crate::page::help_now;
use crate::reply::Reply;
use crate::words;

/// The longest an answer may have waited: what a phone says beyond that is its clock's fault.
const KEPT_HOURS_MAX: i64 = 31 * 24;

/// Takes what waited.
pub(super) fn take(app: &App, ask: &Ask, token: &str) -> Result<Reply, Denied> {
    let slot = ask.sent.get("slot").unwrap_or_default().to_owned();
    let waited = waited(ask);
    let taken = app.operate(Actor::public(Door::Link), None, |operation, clinic| {
        take_in(operation, clinic, token, &slot, &waited)
    });
    let view = match taken {
        Ok(TakenIn::In(sent)) => return Ok(is_in(app, ask, token, &sent)),
        Ok(TakenIn::Open { next, unfit }) => CheckInReceived {
            title: "Kept so far".to_owned(),
            state: "open",
            next,
            lines: unfit
                .into_iter()
                .map(|one| format!("{}.", one.sentence))
                .collect(),
            on: Some(Link::new(
                format!("/check-in/{token}"),
                "Go on with the questions",
            )),
        },
        Ok(TakenIn::Refused { why, is_told }) => refused(app, why, is_told),
        Err(Denied::NotFound) => refused(app, Gone::Unknown, false),
        Err(Denied::Invalid(faults)) => CheckInReceived {
            title: "This could not be read".to_owned(),
            state: "refused",
            next: None,
            lines: by_link::beside_answer(faults).into_iter().collect(),
            on: None,
        },
        Err(other) => return Err(other),
    };
    Ok(Reply::Page(check_in_received(&door(app, ask), &view)))
}

/// What was sent, in the order it was given. How long an answer waited is said by the phone's own clock,
/// which may be wrong; the stretch is not.
fn waited(ask: &Ask) -> Vec<Waited> {
    let sent_at = ask.sent.get("sent_at").and_then(|text| text.parse().ok());
    let mut all: Vec<Waited> = Vec::new();
    for (name, value) in ask.sent.pairs() {
        if name == "question" && all.len() <= WAITED_MAX {
            all.push(Waited {
                question: value.clone(),
                value: String::new(),
                at: ask.now,
                command: String::new(),
            });
        }
        let Some(last) = all.last_mut() else { continue };
        match name.as_str() {
            ANSWER => last.value.clone_from(value),
            "command" => last.command = value.chars().take(64).collect(),
            "kept_at" => last.at = told_at(ask.now, value.parse().ok(), sent_at),
            _ => {}
        }
    }
    all
}

fn told_at(now: Timestamp, kept_at: Option<i64>, sent_at: Option<i64>) -> Timestamp {
    let waited = kept_at.zip(sent_at).map_or(0, |(kept, sent)| {
        sent.saturating_sub(kept)
            .clamp(0, KEPT_HOURS_MAX * 3_600_000)
    });
    now.checked_sub(SignedDuration::from_millis(waited))
        .unwrap_or(now)
}

/// The check-in is in: its end for a phone that is known, a receipt and nothing of anybody for any other.
fn is_in(app: &App, ask: &Ask, token: &str, sent: &SentCheckIn) -> Reply {
    let here = format!("/check-in/{token}");
    let standing = clinic::act::link::standing(&app.clinic, token, ask.pass.as_deref(), ask.now);
    if let Ok(standing @ clinic::act::link::Standing::Sent(_)) = standing {
        return super::shown(app, ask, token, standing);
    }
    if sent.is_danger {
        let mut view = danger(app, ask, &here, sent.patient, sent.at);
        view.people.clear();
        (view.plan, view.mistake) = (None, None);
        return Reply::Page(pages::check_in_danger(&door(app, ask), &view));
    }
    let lines = vec![
        format!("{}.", sent_line(app, sent)),
        format!("Receipt {}. Show it if we say nothing came.", sent.receipt),
    ];
    let view = CheckInReceived {
        title: "Thank you. Your answers are in.".to_owned(),
        state: "in",
        next: None,
        lines,
        on: Some(Link::new(here, "Look at this check-in")),
    };
    Reply::Page(check_in_received(&door(app, ask), &view))
}

/// "Sent 08:12", or both times where it waited.
pub(super) fn sent_line(app: &App, sent: &SentCheckIn) -> String {
    let zone = app.clinic.zone();
    let waited = sent
        .answered_at
        .filter(|answered| words::minutes_between(*answered, sent.at) >= 1);
    match waited {
        None => format!("Sent {}", words::time(sent.at, &zone)),
        Some(answered) => {
            let day = |at: Timestamp| record::calendar::civil_day(at, &zone);
            let say = |at| {
                if day(answered) == day(sent.at) {
                    words::time(at, &zone)
                } else {
                    words::moment_short(at, &zone)
                }
            };
            format!("Answered {}, received {}", say(answered), say(sent.at))
        }
    }
}

fn refused(app: &App, why: Gone, is_told: bool) -> CheckInReceived {
    let phone = app.clinic.board().house.phone.clone();
    let call = phone.map_or_else(
        || "Tell us when you see us".to_owned(),
        |phone| format!("Call {phone} and say it to us"),
    );
    let (title, said) = match why {
        Gone::CourseOver => (
            "There is nothing to answer now",
            "Your course had ended when this came in, so it is not written down.",
        ),
        Gone::Erased => (
            "There is nothing to answer now",
            "What we kept of you had been erased when this came in, so it is not written down.",
        ),
        Gone::Unknown | Gone::Expired | Gone::TooManyTries => (
            "This came too late for its link",
            "The link had been closed for days when this came in, so it is not written down.",
        ),
    };
    let mut lines = vec![format!("{said} {call}.")];
    if is_told {
        lines.push("Somebody at the clinic was told now that you are not safe.".to_owned());
    }
    CheckInReceived {
        title: title.to_owned(),
        state: "refused",
        next: None,
        lines,
        on: None,
    }
}

/// What the phone that shows `id` needs to go on without a line; none where it has no pass to speak of.
pub(super) fn on_phone(
    app: &App,
    ask: &Ask,
    token: &str,
    asking: &Asking,
    id: &str,
) -> Option<Box<OnPhone>> {
    let handed = for_phone(&app.clinic, token, ask.pass.as_deref()?, asking);
    let ahead = handed.ahead.questions.iter().filter_map(|question| {
        let mut view = question_of(token, &handed.ahead, &question.id)?;
        // What was said is put in by the script, which knows what was said since.
        view.hint.clone_from(&question.hint);
        Some(Ahead {
            id: question.id.clone(),
            is_after_use: handed.after_use.contains(&question.id),
            said: handed.ahead.answered.get(&question.id).cloned(),
            danger: (question.id == "safe").then(|| "no unknown".to_owned()),
            question: view,
        })
    });
    let base = format!("/check-in/{token}");
    let mut at_once = danger(app, ask, &base, asking.patient, ask.now);
    NOT_TOLD.clone_into(&mut at_once.told);
    at_once.mistake = None;
    Some(Box::new(OnPhone {
        kept: format!("{base}/kept"),
        slot: handed.slot,
        receipt: handed.receipt,
        here: id.to_owned(),
        ahead: ahead.collect(),
        clinic_phone: app.clinic.board().house.phone.clone(),
        danger: at_once,
        base,
    }))
}

/// The plan and the people of a patient, for the foot of their check-in.
pub(super) fn coping(app: &App, patient: PatientId) -> Option<Coping> {
    let known = app.clinic.chart(patient).ok()?;
    let (people, plan) = help_now::plan_of(&known.chart);
    Some(Coping {
        people,
        clinic_phone: app.clinic.board().house.phone.clone(),
        plan,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_whose_clock_is_wrong_is_believed_in_how_long_and_not_in_when() {
        let now: Timestamp = "2026-03-02T12:00:00Z".parse().unwrap();
        let at = |kept, sent| told_at(now, kept, sent).to_string();
        // A clock of 1970 and a wait of an hour.
        assert_eq!(at(Some(5_000), Some(3_605_000)), "2026-03-02T11:00:00Z");
        // Set back while it waited: given now, not in the future.
        assert_eq!(at(Some(9_000), Some(1_000)), "2026-03-02T12:00:00Z");
        assert_eq!(at(None, Some(1_000)), "2026-03-02T12:00:00Z");
    }
}
