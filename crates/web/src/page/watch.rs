//! The watch list: what needs a person, with an owner and a clock.

mod now;

use clinic::authority::{Act, may};
use clinic::board::Board;
use clinic::board::contact::asks_for_contact;
use clinic::board::line::{AlertLine, PatientLine};
use clinic::denied::Denied;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use pages::{Alert, Field, Form, Link, Mark, Phrase, Recent, Standing, Tab, WatchList, watch_list};
use record::calendar::{civil_day, days_between};
use record::fact::care::Urgency;
use record::ids::PatientId;
use record::words::Role;

use crate::app::App;
use crate::ask::Ask;
use crate::forms::snooze_fields;
use crate::reply::Reply;
use crate::words;

/// How many alerts one page shows.
const ALERTS_SHOWN: usize = 100;

/// The page.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let sign_in = ask.signed_in()?;
    may(&sign_in.actor, Act::ReadBoard, None)?;
    let is_mine = ask.query.get("show") == Some("mine");
    let board = app.clinic.board();
    let zone = board.house.zone();
    let mut all: Vec<(PatientId, &PatientLine, &AlertLine)> = board
        .open_alerts()
        .map(|(id, line, alert)| (id, &**line, alert))
        .collect();
    let owns = |alert: &AlertLine| {
        let next = alert.handed_on.as_ref().and_then(|one| one.person.as_ref());
        let is_owner = alert
            .owner
            .as_ref()
            .is_some_and(|(owner, _)| *owner == sign_in.person);
        is_owner || next.is_some_and(|(person, _)| *person == sign_in.person)
    };
    let n_all = all.len();
    let n_mine = all.iter().filter(|(_, _, alert)| owns(alert)).count();
    let n_act = all
        .iter()
        .filter(|(_, _, alert)| alert.urgency == Urgency::ActNow)
        .count();
    let n_unowned = all
        .iter()
        .filter(|(_, _, alert)| alert.owner.is_none())
        .count();
    all.retain(|(_, _, alert)| !is_mine || owns(alert));
    // What is put off for now comes after what waits; it never leaves the list.
    all.sort_by_key(|(_, _, alert)| (alert.urgency, is_put_off(alert, ask.now), alert.raised_at));
    let contact = contact(&board, ask.now);
    let today = civil_day(ask.now, &zone);
    let mut known = now::Now::of(app, ask.now, zone.clone());
    let alerts = all
        .iter()
        .take(ALERTS_SHOWN)
        .map(|(id, line, alert)| {
            let mut one = shown(app, ask, *id, line, alert, today, &zone);
            one.data.extend(known.of_alert(*id, line, alert));
            one
        })
        .collect();
    let tab = |code: &str, text: &str, n: usize, is_chosen: bool| Tab {
        link: Link::new(format!("/watch-list?show={code}"), text),
        count: Some(words::count(n)),
        is_chosen,
    };
    let view = WatchList {
        said: format!(
            "{n_act} to act on now, {} to watch, {n_unowned} without an owner.",
            n_all - n_act
        ),
        tabs: vec![
            tab("all", "Everyone's", n_all, !is_mine),
            tab("mine", "Mine", n_mine, is_mine),
        ],
        alerts,
        contact,
        foot: format!(
            "Drawn {}. Act now first, then the longest wait; what was put off comes after what waits.",
            words::moment(ask.now, &zone)
        ),
        when_empty: "Nothing waits for anyone.".to_owned(),
    };
    drop(all);
    drop(board);
    let mut frame = words::frame(app, ask, Some(pages::Place::WatchList));
    frame.live = Some(ask.stream("/board"));
    Ok(Reply::Page(watch_list(&frame, &view)))
}

fn shown(
    app: &App,
    ask: &Ask,
    id: PatientId,
    line: &PatientLine,
    alert: &AlertLine,
    today: jiff::civil::Date,
    zone: &jiff::tz::TimeZone,
) -> Alert {
    let is_act = alert.urgency == Urgency::ActNow;
    let clock = clock(app, alert, ask.now, zone);
    let day = line.course.as_ref().and_then(|course| course.day_zero);
    let form = |code: &str, words: &str| {
        Form::act(format!("/patients/{id}/do/{code}"), words)
            .named(format!("{code}-{}", alert.id))
            .hidden("command", app.fresh_command().to_string())
            .hidden("alert", alert.id.to_string())
            .hidden("back", "watch-list")
    };
    let is_mine = ask.sign_in.as_ref().is_some_and(|known| {
        alert
            .owner
            .as_ref()
            .is_some_and(|(owner, _)| *owner == known.person)
    });
    Alert {
        id: alert.id.to_string(),
        mark: if is_act {
            Mark::new(Standing::ActNow, "Act now")
        } else {
            Mark::new(Standing::Watch, "Watch")
        },
        waited: words::stretch(words::minutes_between(alert.raised_at, ask.now)),
        since: format!("since {}", words::moment_short(alert.raised_at, zone)),
        who: Link::new(format!("/patients/{id}"), line.name.to_string()),
        day: day.map_or_else(String::new, |zero| {
            format!("day {}", days_between(zero, today))
        }),
        reason: alert.sentence.to_string(),
        data: data(alert, ask.now, zone),
        recent: recent(line, today),
        owner: alert.owner.as_ref().map(|(_, name)| name.to_string()),
        clock,
        acts: if is_mine {
            Vec::new()
        } else {
            vec![form("own-alert", "Take it")]
        },
        call: (asks_for_contact(alert.cause) && may_call(ask, id)).then(|| {
            Link::new(
                format!("/patients/{id}/do/contact?back=watch-list"),
                "Call, and write it down",
            )
        }),
        snooze: snooze(app, alert, form("snooze-alert", "Put off"), is_mine),
        settle: Some(
            form("close-alert", "Settle").fields(vec![Field::area("note", "What came of it?")]),
        ),
    }
}

fn may_call(ask: &Ask, id: PatientId) -> bool {
    let known = ask.sign_in.as_ref();
    known.is_some_and(|known| may(&known.actor, Act::MakeContact, Some(id)).is_ok())
}

fn is_put_off(alert: &AlertLine, now: Timestamp) -> bool {
    alert.snoozed.as_ref().is_some_and(|one| one.until > now)
}

/// What runs out, and whose turn it is then.
fn clock(app: &App, alert: &AlertLine, now: Timestamp, zone: &TimeZone) -> String {
    let left = words::minutes_between(now, alert.due_at);
    let due = words::moment_short(alert.due_at, zone);
    let clock = if left < 0 {
        format!("Due {due}, {} ago.", words::stretch(-left))
    } else {
        format!("Due {due}, in {}.", words::stretch(left))
    };
    let step = alert.handed_on.as_ref().map_or(0, |one| one.step);
    let steps = &app.clinic.library().alerts().steps;
    let next = steps
        .get(usize::from(step))
        .and_then(|step| Role::from_code(&step.to));
    match next {
        Some(role) => format!("{clock} Then to the {role}."),
        None => format!("{clock} Nobody is left to hand it to."),
    }
}

/// What is known of an alert besides its reason.
fn data(alert: &AlertLine, now: Timestamp, zone: &TimeZone) -> Vec<Vec<Phrase>> {
    let mut data = vec![Phrase::sentence(format!("Cause: {}", alert.cause))];
    if let Some(one) = &alert.handed_on {
        let to = one.person.as_ref().map_or_else(
            || format!("the {}; nobody works here as one", one.to),
            |(_, name)| format!("{name}, {}", one.to),
        );
        data.push(vec![
            Phrase::Strong(format!("Handed on to {to}")),
            Phrase::plain(format!(
                ", {}: nobody had acted by its clock.",
                words::moment_short(one.at, zone)
            )),
        ]);
    }
    if let Some(one) = &alert.snoozed {
        let lead = if one.until > now {
            format!("Put off until {}", words::moment_short(one.until, zone))
        } else {
            format!("Was put off until {}", words::moment_short(one.until, zone))
        };
        data.push(vec![
            Phrase::Strong(lead),
            Phrase::plain(format!(
                " by {} ({}): {}",
                one.by_name,
                words::of(one.times, "time", "times"),
                one.reason
            )),
        ]);
    }
    if let Some(tried) = &alert.tried {
        data.push(Phrase::sentence(format!(
            "Tried {}, last {}: {}.",
            words::of(usize::try_from(tried.times).unwrap_or(0), "time", "times"),
            words::moment_short(tried.last_at, zone),
            tried.last
        )));
    }
    if let Some(at) = alert.reached_at {
        data.push(Phrase::sentence(format!(
            "Reached {}, after {}.",
            words::moment_short(at, zone),
            words::stretch(words::minutes_between(alert.raised_at, at))
        )));
    }
    data
}

/// The form that puts an alert off, where it may be put off by this reader at all.
fn snooze(app: &App, alert: &AlertLine, form: Form, is_mine: bool) -> Option<Form> {
    let times = alert.snoozed.as_ref().map_or(0, |one| one.times);
    let most = app.clinic.library().alerts().snooze.times_at_most;
    let is_free = alert.owner.is_none() || is_mine;
    (is_free && times < most).then(|| form.fields(snooze_fields(app, alert.urgency)))
}

/// How long it took to reach people, over the last thirty days.
fn contact(board: &Board, now: Timestamp) -> String {
    let told = board.time_to_contact(now, SignedDuration::from_hours(30 * 24));
    if told.n_alerts == 0 {
        return "Time to contact: no alert was raised in the last 30 days.".to_owned();
    }
    let median = match told.median {
        Some(median) => format!(
            "{} in the middle, of {} reached",
            words::stretch(median.as_mins()),
            words::of(told.n_reached, "patient", "patients")
        ),
        None => "nobody was reached, or no contact was written down".to_owned(),
    };
    format!(
        "Time to contact, of {} in the last 30 days: {median}. {} settled with no contact written down. {} now open past the clock.",
        words::of(told.n_alerts, "alert", "alerts"),
        told.n_settled_unreached,
        told.n_overdue
    )
}

/// The last fourteen days of check-ins, in words.
fn recent(line: &PatientLine, today: jiff::civil::Date) -> Recent {
    let Some(zero) = line.course.as_ref().and_then(|course| course.day_zero) else {
        return Recent::Absent("no course".to_owned());
    };
    let day = days_between(zero, today);
    let due = day.clamp(0, 14);
    if due == 0 {
        return Recent::Absent("no day has passed".to_owned());
    }
    let answered = (day - due..day)
        .filter_map(|day| u32::try_from(day).ok().filter(|day| *day < 128))
        .filter(|day| line.check_in_days & (1_u128 << day) != 0)
        .count();
    Recent::Absent(format!("{answered} of {due} check-ins"))
}
