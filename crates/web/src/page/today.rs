//! Today: who needs me, and for what?

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};

use clinic::act::room::watch;
use clinic::authority::{Act, may};
use clinic::board::Board;
use clinic::board::line::{PatientLine, SessionLine, VisitLine};
use clinic::denied::Denied;
use clinic::{Library, Policy};
use figures::{Share, ShareBar, ShareShape};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use pages::screen::today::EMPTY_STAGES;
use pages::{Card, CardClock, Completeness, Link, Mark, Stage, Standing, Today, Waiting, today};
use record::calendar::{civil_day, days_between};
use record::chart::visit::VisitState;
use record::fact::care::Urgency;
use record::fact::visit::VisitPurpose;
use record::ids::{PatientId, SessionId};

use self::next::next_act;
use crate::app::App;
use crate::ask::Ask;
use crate::reply::Reply;
use crate::words;

mod next;

/// How many lines the rail of waiting things holds.
const WAITING_SHOWN: usize = 8;

/// The page.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    may(&ask.signed_in()?.actor, Act::ReadBoard, None)?;
    let view = kept(app, ask.now);
    let mut frame = words::frame(app, ask, Some(pages::Place::Today));
    frame.live = Some(ask.stream("/board"));
    Ok(Reply::Page(today(&frame, &view)))
}

/// The board of the day as worked out last, unless the board, the register or the minute has changed.
fn kept(app: &App, now: Timestamp) -> Arc<Today> {
    let minute = now.as_second().div_euclid(60);
    let turn = app.clinic.board().turn();
    let stock = app.clinic.stock().version.0;
    let mut kept = app.today.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((known, view)) = &*kept
        && *known == (turn, stock, minute)
    {
        return Arc::clone(view);
    }
    let fresh = Arc::new(view(app, now));
    *kept = Some(((turn, stock, minute), Arc::clone(&fresh)));
    fresh
}

/// A visit of the day with its patient.
pub(super) struct Coming<'a> {
    pub(super) patient: PatientId,
    pub(super) line: &'a PatientLine,
    pub(super) visit: &'a VisitLine,
}

pub(super) struct Clock<'a> {
    pub(super) now: Timestamp,
    pub(super) zone: &'a TimeZone,
    /// Where the times of a session and the numbers of policy are read.
    pub(super) library: &'a Library,
    /// When pressure is next to be read in each session that is running.
    pub(super) readings: &'a BTreeMap<SessionId, Timestamp>,
}

fn view(app: &App, now: Timestamp) -> Today {
    // Before the board is held: charts are read for it.
    let left = super::left::left(app);
    let readings = watch::next_in_each(&app.clinic, "systolic", now);
    let board = app.clinic.board();
    let zone = board.house.zone();
    let day = civil_day(now, &zone);
    let midnight = |date: Date| zone.to_timestamp(date.at(0, 0, 0, 0)).unwrap_or(now);
    let until = midnight(day.tomorrow().unwrap_or(day));
    let coming: Vec<Coming<'_>> = board
        .visits_between(midnight(day), until)
        .map(|(patient, line, visit)| Coming {
            patient,
            line,
            visit,
        })
        .collect();
    let clock = Clock {
        now,
        zone: &zone,
        library: app.clinic.library(),
        readings: &readings,
    };
    let mut cards: [Vec<Card>; 6] = Default::default();
    let mut over = Vec::new();
    let mut n_here = 0;
    for one in &coming {
        match place(one, &clock) {
            Some((stage, card)) => {
                n_here += 1;
                if let Some(stage) = cards.get_mut(stage) {
                    stage.push(card);
                }
            }
            None => over.extend(gone(one, &clock)),
        }
    }
    let gone_home = gone_home(over, &coming, &clock);
    let n_waiting = board.open_alerts().count() + board.unanswered_enquiries().count();
    Today {
        now: words::moment(now, &zone),
        said: format!(
            "{}. {n_here} here or expected, {} gone home.",
            board.house.name,
            gone_home.len()
        ),
        completeness: completeness(app, &board, now),
        stages: EMPTY_STAGES
            .iter()
            .zip(cards)
            .map(|((name, when_empty), cards)| Stage {
                name: (*name).to_owned(),
                cards,
                when_empty: (*when_empty).to_owned(),
            })
            .collect(),
        gone_home,
        waiting: {
            let mut all: Vec<Waiting> = rules_wait(app, &board).into_iter().collect();
            all.extend(left.iter().map(|one| left_behind(&board, one, now)));
            all.extend(waiting(&board, &clock));
            all
        },
        all_waiting: (n_waiting > WAITING_SHOWN)
            .then(|| Link::new("/watch-list", format!("All {n_waiting} that wait"))),
        due: Some(super::due::link(app, now)),
        rooms: super::rooms::rooms(&coming, &clock),
    }
}

/// Where a visit of the day stands and the card it makes; `None` once it is over.
fn place(one: &Coming<'_>, clock: &Clock<'_>) -> Option<(usize, Card)> {
    if let Some(session) = session_of(one, clock) {
        return in_room(one, session, clock);
    }
    let href = format!("/patients/{}", one.patient);
    let card = |clock_shown: Option<CardClock>, flag: Option<Mark>| Card {
        who: Link::new(href, one.line.name.to_string()),
        lines: one.visit.room.iter().map(ToString::to_string).collect(),
        clock: clock_shown,
        act: one.visit.title.to_string(),
        at: words::time(one.visit.starts_at, clock.zone),
        flag,
    };
    match one.visit.state {
        VisitState::Booked => {
            let late = words::minutes_between(one.visit.starts_at, clock.now);
            let flag = (late >= clock.library.policy().late_after_minutes).then(|| {
                Mark::new(
                    Standing::Unknown,
                    format!("Not here, {} late", words::stretch(late)),
                )
            });
            Some((0, card(None, flag)))
        }
        VisitState::Arrived => {
            let minutes = words::minutes_between(clock.now, one.visit.starts_at);
            Some((1, card(Some(minutes_clock(minutes)), None)))
        }
        VisitState::Held | VisitState::Missed | VisitState::Cancelled => None,
    }
}

fn minutes_clock(minutes: i64) -> CardClock {
    CardClock {
        minutes: minutes.abs().to_string(),
        unit: if minutes < 0 {
            "min late".to_owned()
        } else {
            "min".to_owned()
        },
        is_late: minutes < 0,
    }
}

/// Whether a session is the one of this visit: opened on its day.
fn is_of(session: &SessionLine, visit: &VisitLine, clock: &Clock<'_>) -> bool {
    civil_day(session.opened_at, clock.zone) == civil_day(visit.starts_at, clock.zone)
}

/// The card of someone in a room.
fn in_room(one: &Coming<'_>, session: &SessionLine, clock: &Clock<'_>) -> Option<(usize, Card)> {
    if session.closed_at.is_some() {
        return None;
    }
    let room = session
        .room
        .as_deref()
        .or(one.visit.room.as_deref())
        .unwrap_or("Room not set");
    let (stage, minute, due_at, act) = next_act(one.line.course.as_ref(), session, clock);
    let minutes = words::minutes_between(clock.now, due_at);
    let is_late = minutes < 0;
    let flag = if is_late {
        Some(Mark::new(Standing::ActNow, "Act now"))
    } else {
        session
            .last_vitals
            .as_ref()
            .map(|(_, pressure)| Mark::new(Standing::Watch, format!("Last {pressure}")))
            .filter(|_| is_high(session, clock.library.policy()))
    };
    let mut lines = vec![room.to_owned()];
    lines.extend(minute);
    let card = Card {
        who: Link::new(
            format!("/patients/{}/sessions/{}", one.patient, session.id),
            one.line.name.to_string(),
        ),
        lines,
        clock: Some(minutes_clock(minutes)),
        act: act.to_owned(),
        at: words::time(due_at, clock.zone),
        flag,
    };
    Some((stage, card))
}

/// Whether the last pressure is one the clinic's policy asks a person to look at.
fn is_high(session: &SessionLine, policy: &Policy) -> bool {
    let (systolic, diastolic) = policy.pressure_to_watch;
    session
        .last_vitals
        .as_ref()
        .and_then(|(_, text)| text.split_once('/'))
        .is_some_and(|(upper, lower)| {
            upper.parse::<u16>().is_ok_and(|upper| upper >= systolic)
                || lower.parse::<u16>().is_ok_and(|lower| lower >= diastolic)
        })
}

pub(super) fn in_minutes(at: Timestamp, minutes: i64) -> Timestamp {
    at.saturating_add(jiff::SignedDuration::from_mins(minutes))
        .unwrap_or(at)
}

/// Whose visit is over and when it ended, as far as is known.
fn gone(one: &Coming<'_>, clock: &Clock<'_>) -> Option<(PatientId, Timestamp)> {
    let closed_at = session_of(one, clock).and_then(|session| session.closed_at);
    let planned = in_minutes(one.visit.starts_at, i64::from(one.visit.minutes));
    let is_over = one.visit.state == VisitState::Held || closed_at.is_some();
    is_over.then(|| (one.patient, closed_at.unwrap_or(planned).min(clock.now)))
}

/// The dosing session a visit became.
pub(super) fn session_of<'a>(one: &Coming<'a>, clock: &Clock<'_>) -> Option<&'a SessionLine> {
    one.line.session.as_deref().filter(|session| {
        one.visit.purpose == VisitPurpose::Dosing && is_of(session, one.visit, clock)
    })
}

/// Those whose last visit of the day is over, each once; who has another to come is not gone.
fn gone_home(
    over: Vec<(PatientId, Timestamp)>,
    coming: &[Coming<'_>],
    clock: &Clock<'_>,
) -> Vec<(String, String)> {
    let last: BTreeMap<PatientId, Timestamp> = over.into_iter().collect();
    let is_awaited = |patient: PatientId| {
        coming
            .iter()
            .any(|one| one.patient == patient && place(one, clock).is_some())
    };
    let mut gone: Vec<(Timestamp, String)> = last
        .into_iter()
        .filter(|(patient, _)| !is_awaited(*patient))
        .filter_map(|(patient, at)| {
            let one = coming.iter().find(|one| one.patient == patient)?;
            Some((at, one.line.name.to_string()))
        })
        .collect();
    gone.sort();
    gone.into_iter()
        .map(|(at, name)| (name, words::time(at, clock.zone)))
        .collect()
}

/// How many of the check-ins due of those within their ninety days are in, and who is missing theirs.
fn completeness(app: &App, board: &Board, now: Timestamp) -> Option<Completeness> {
    let told = clinic::completeness::on_board(board, app.clinic.library().cadence(), now);
    if told.due == 0 {
        return None;
    }
    let share = |word: &str, count: u64, shape| Share {
        word: word.to_owned(),
        count,
        shape,
    };
    let bar = ShareBar {
        id: "complete".to_owned(),
        title: "Ninety-day answers".to_owned(),
        shares: vec![
            share("answered", told.answered, ShareShape::There),
            share("open", told.open, ShareShape::Open),
            share("declined", told.declined, ShareShape::Declined),
            share("missed", told.missed, ShareShape::Missed),
        ],
        width: 500,
    };
    let shown = |n: u64| words::count(usize::try_from(n).unwrap_or(0));
    let n_people = usize::try_from(told.n_people).unwrap_or(0);
    Some(Completeness {
        share: format!("{} %", told.answered * 100 / told.due),
        of: format!(
            "{} of {}, from {}",
            shown(told.answered),
            shown(told.due),
            words::of(n_people, "person", "people")
        ),
        bar: bar.draw(),
        open: shown(told.open),
        declined: shown(told.declined),
        missed: shown(told.missed),
        missing: super::missing::in_short(&told),
        who: Link::new("/missing", "Who is missing what?"),
    })
}

/// Drug left behind in a room that is empty: it waits before everything but the rules.
fn left_behind(board: &Board, one: &super::left::Left, now: Timestamp) -> Waiting {
    let name = board.line(one.patient);
    let name = name.map_or_else(|| "A patient".to_owned(), |line| line.name.to_string());
    Waiting {
        what: Link::new(one.place(), format!("{} not accounted for", one.amount)),
        how_long: words::stretch(words::minutes_between(one.closed_at, now)),
        about: format!("{name}, session {}, {}", one.number, one.room),
        owner: None,
        mark: Some(Mark::new(Standing::ActNow, "Act now")),
    }
}

/// Rules without a signature wait before everything else: no patient is assessed or dosed until then.
fn rules_wait(app: &App, board: &Board) -> Option<Waiting> {
    let what = match clinic::act::rule_pack::standing_on(board, app.clinic.library()) {
        clinic::act::rule_pack::Standing::Signed(_) => return None,
        clinic::act::rule_pack::Standing::Unsigned => "The rules are not signed",
        clinic::act::rule_pack::Standing::Changed { .. } => {
            "The rules changed since they were signed"
        }
    };
    Some(Waiting {
        what: Link::new("/rules", what),
        how_long: "now".to_owned(),
        about: "Nobody is assessed or dosed until they are".to_owned(),
        owner: Some("Medical director".to_owned()),
        mark: Some(Mark::new(Standing::ActNow, "Act now")),
    })
}

/// What waits for a person, longest first.
fn waiting(board: &Board, clock: &Clock<'_>) -> Vec<Waiting> {
    let mut waiting: Vec<(Timestamp, Waiting)> = Vec::new();
    for (patient, line, alert) in board.open_alerts() {
        let day = line
            .course
            .as_ref()
            .and_then(|course| course.day_zero)
            .map_or_else(String::new, |zero| {
                format!(
                    ", day {}",
                    days_between(zero, civil_day(clock.now, clock.zone))
                )
            });
        let mark = match alert.urgency {
            Urgency::ActNow => Mark::new(Standing::ActNow, "Act now"),
            Urgency::Watch => Mark::new(Standing::Watch, "Watch"),
        };
        waiting.push((
            alert.raised_at,
            Waiting {
                what: Link::new(
                    format!("/watch-list#{}", alert.id),
                    alert.sentence.to_string(),
                ),
                how_long: words::stretch(words::minutes_between(alert.raised_at, clock.now)),
                about: format!("{}{day}", line.name),
                owner: alert.owner.as_ref().map(|(_, name)| name.to_string()),
                mark: Some(mark),
            },
        ));
        let _ = patient;
    }
    for (patient, line) in board.unanswered_enquiries() {
        let Some(since) = line.waits_since() else {
            continue;
        };
        waiting.push((
            since,
            Waiting {
                what: Link::new(format!("/patients/{patient}"), "Enquiry not yet answered"),
                how_long: words::stretch(words::minutes_between(since, clock.now)),
                about: line.name.to_string(),
                owner: None,
                mark: None,
            },
        ));
    }
    for (patient, line) in board.unsigned_notes().take(WAITING_SHOWN) {
        for (session, number, closed_at) in &line.unsigned {
            waiting.push((
                *closed_at,
                Waiting {
                    what: Link::new(
                        format!("/patients/{patient}/sessions/{session}"),
                        "Session note not signed",
                    ),
                    how_long: words::stretch(words::minutes_between(*closed_at, clock.now)),
                    about: format!("{}, session {number}", line.name),
                    owner: None,
                    mark: None,
                },
            ));
        }
    }
    waiting.sort_by_key(|(since, _)| *since);
    waiting
        .into_iter()
        .take(WAITING_SHOWN)
        .map(|(_, one)| one)
        .collect()
}
