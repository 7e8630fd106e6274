//! The watch list: what needs a person, with an owner and a clock.

use clinic::authority::{Act, may};
use clinic::board::line::{AlertLine, PatientLine};
use clinic::denied::Denied;
use pages::{Alert, Field, Form, Link, Mark, Phrase, Recent, Standing, Tab, WatchList, watch_list};
use record::calendar::{civil_day, days_between};
use record::fact::care::Urgency;
use record::ids::PatientId;

use crate::app::App;
use crate::ask::Ask;
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
        alert
            .owner
            .as_ref()
            .is_some_and(|(owner, _)| *owner == sign_in.person)
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
    all.sort_by_key(|(_, _, alert)| (alert.urgency, alert.raised_at));
    let today = civil_day(ask.now, &zone);
    let alerts = all
        .iter()
        .take(ALERTS_SHOWN)
        .map(|(id, line, alert)| shown(app, ask, *id, line, alert, today, &zone))
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
        foot: format!(
            "Drawn {}. Act now first, then the longest wait.",
            words::moment(ask.now, &zone)
        ),
        when_empty: "Nothing waits for anyone.".to_owned(),
    };
    drop(all);
    drop(board);
    let mut frame = words::frame(app, ask, Some(pages::Place::WatchList));
    frame.live = Some("/live/board".to_owned());
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
    let left = words::minutes_between(ask.now, alert.due_at);
    let clock = if left < 0 {
        format!(
            "Due {}, {} ago",
            words::moment_short(alert.due_at, zone),
            words::stretch(-left)
        )
    } else {
        format!(
            "Due {}, in {}",
            words::moment_short(alert.due_at, zone),
            words::stretch(left)
        )
    };
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
        data: vec![Phrase::sentence(format!("Cause: {}", alert.cause))],
        recent: recent(line, today),
        owner: alert.owner.as_ref().map(|(_, name)| name.to_string()),
        clock,
        acts: if is_mine {
            Vec::new()
        } else {
            vec![form("own-alert", "Take it")]
        },
        settle: Some(
            form("close-alert", "Settle").fields(vec![Field::area("note", "What came of it?")]),
        ),
    }
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
