//! Ninety days: is this helping?

mod lanes;
mod mine;
mod numbers;
mod questionnaires;
mod shown;
mod staff;

use std::collections::BTreeMap;

use clinic::act::{follow_back, own};
use clinic::denied::Denied;
use figures::{CourseFigure, SessionMark, tick_days};
use jiff::civil::Date;
use pages::{Figure, Link, NinetyDays, Phrase, Piece, Section, ninety_days};
use record::calendar::{ProtocolDay, civil_day, civil_day_of, days_between};
use record::chart::course::Course;
use record::chart::visit::VisitState;

pub(crate) use mine::hide;
pub(crate) use numbers::known;

use self::shown::Shown;
use super::chart::strip;
use super::patient::{Opened, header, open};
use crate::app::App;
use crate::ask::Ask;
use crate::reply::Reply;
use crate::words;

/// The longest stretch one figure shows, in days.
const DAYS_SHOWN_MAX: i32 = 380;

/// The page.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = open(app, ask, "ninety days")?;
    let chart = opened.chart();
    let course = chart.course().filter(|course| course.day_zero.is_some());
    let mut frame = words::frame(app, ask, Some(pages::Place::Patients));
    frame.live = Some(ask.stream(&opened.path("")));
    let is_own = ask.signed_in()?.actor.patient().is_some();
    let way = if is_own {
        opened.path("/check-in")
    } else {
        opened.form("check-in")
    };
    let check_in = Link::new(way, "Check in");
    let is_hidden = own::are_days_hidden(&app.clinic, opened.known.patient)?;
    if is_own && is_hidden {
        return Ok(mine::put_away(app, ask, &opened));
    }
    let acts = if is_own {
        // The way to the record is in the masthead of a patient's own pages.
        vec![check_in]
    } else {
        vec![
            Link::new(opened.path(""), "Chart"),
            Link::new(opened.path("/relapse-watch"), "Relapse watch"),
            check_in,
        ]
    };
    let shown = Shown::of(app, ask, &opened, is_own)?;
    let mut view = match course {
        Some(course) => full(app, &opened, &course, acts, &shown),
        None => empty(app, &opened, acts),
    };
    if is_own {
        mine::in_plain_words(&opened, &mut view);
    } else if is_hidden {
        view.said.push(Phrase::plain(
            " The patient has put this page away for themselves.",
        ));
    }
    Ok(Reply::Page(ninety_days(&frame, &view)))
}

fn empty(app: &App, opened: &Opened, acts: Vec<Link>) -> NinetyDays {
    let drawing = CourseFigure {
        id: "ninety".to_owned(),
        title: "No days yet".to_owned(),
        first_day: 0,
        last_day: 90,
        today: None,
        today_words: String::new(),
        dates: BTreeMap::new(),
        sessions: Vec::new(),
        lanes: Vec::new(),
        life: Vec::new(),
    }
    .draw();
    NinetyDays {
        patient: header(app, opened, acts),
        title: "Ninety days".to_owned(),
        said: Phrase::sentence("They begin on day 0, which a plan sets. There is none yet."),
        numbers: Vec::new(),
        figure: Figure {
            drawing,
            caption: Vec::new(),
            table_link: "As a table".to_owned(),
        },
        notes: Vec::new(),
        side: Vec::new(),
    }
}

fn full(app: &App, opened: &Opened, course: &Course, acts: Vec<Link>, shown: &Shown) -> NinetyDays {
    let is_staff = !shown.is_own;
    let chart = opened.chart();
    let day_zero = course.day_zero.unwrap_or(opened.today);
    let today = days_between(day_zero, opened.today);
    let last = last_day(opened, day_zero, today);
    let mut figure = figure(opened, course, day_zero, (today, last));
    figure.life = staff::life(opened, day_zero, last);
    let mut side = side(opened);
    let mut said = Vec::new();
    let measures = app.clinic.library().measures();
    let told = questionnaires::told(app, opened, day_zero);
    let mut between = questionnaires::lanes(&told, measures, shown.is_own);
    if is_staff {
        between.splice(0..0, staff::relapse(app, opened, course, day_zero));
        side.push(staff::completeness(opened, course, day_zero, &told));
        said = staff::missing(app, opened, course, day_zero);
    }
    // Before the visits, which stand at the foot.
    let at = figure.lanes.len().saturating_sub(1);
    figure.lanes.splice(at..at, between);
    let (choose, away) = shown.apply(&mut figure.lanes);
    side.push(choose);
    // Today is not over, so it is not yet a day nobody knows of.
    let strip = strip(
        chart,
        &course.substance,
        day_zero,
        (today - 1).min(last),
        &opened.zone,
    );
    let counted = known(&strip);
    let recoveries = numbers::Recoveries::of(&strip, &measures.recovery);
    let notes = NinetyDays::notes_of(&figure);
    let has_bands =
        |lane: &figures::Lane| matches!(lane, figures::Lane::Line(line) if !line.bands.is_empty());
    let of_bands = if figure.lanes.iter().any(has_bands) {
        " The words beside a questionnaire are the bands of its own scale."
    } else {
        ""
    };
    if counted.n_passed > 0 {
        said.extend([
            Phrase::plain(format!(
                "{} was used on {} of {} known days. ",
                course.substance.title(),
                counted.used.len(),
                counted.used.len() + counted.n_free
            )),
            Phrase::Quiet("One record cannot show why.".to_owned()),
        ]);
    }
    let against = against_test(opened, course, day_zero, (today - 1).min(last));
    said.extend(against.filter(|_| is_staff));
    said.extend(away);
    NinetyDays {
        patient: header(app, opened, acts),
        title: "Ninety days: is this helping?".to_owned(),
        said,
        numbers: numbers::numbers(&counted, &recoveries, today, shown.is_own),
        figure: Figure {
            drawing: figure.draw(),
            caption: Phrase::sentence(format!(
                "By the patient's own account unless it says a test; one answer a day about the \
                 day before. A gap stays a gap. Doses from the session record.{of_bands}"
            )),
            table_link: "Every value as a table".to_owned(),
        },
        notes,
        side,
    }
}

/// The days reported without use on which the test found it, in a sentence.
fn against_test(opened: &Opened, course: &Course, day_zero: Date, until: i32) -> Option<Phrase> {
    let target = Some(&course.substance);
    let known = follow_back::known(opened.chart(), &course.substance, target, &opened.zone);
    let days: Vec<i32> = known
        .iter()
        .filter(|(_, known)| known.is_found && known.is_conflict())
        .map(|(day, _)| days_between(day_zero, *day))
        .filter(|day| (1..=until).contains(day))
        .collect();
    (!days.is_empty()).then(|| {
        Phrase::plain(format!(
            " On {} the urine was found to hold it and no use was reported: both are kept, and the day counts \
             as not known.",
            numbers::listed_days(&days)
        ))
    })
}

/// The figure runs to day 90, or as far as the record goes, within its bound.
fn last_day(opened: &Opened, day_zero: Date, today: i32) -> i32 {
    let recorded = opened
        .chart()
        .entries()
        .iter()
        // When a record was taken in says nothing of the course.
        .filter(|entry| !matches!(entry.fact, record::Fact::RecordImported(_)))
        .map(|entry| days_between(day_zero, civil_day(entry.occurred_at.0, &opened.zone)))
        .filter(|day| *day <= today)
        .max()
        .unwrap_or(0);
    recorded.clamp(90, DAYS_SHOWN_MAX)
}

fn figure(opened: &Opened, course: &Course, day_zero: Date, days: (i32, i32)) -> CourseFigure {
    let (today, last) = days;
    let dates = tick_days(0, last)
        .into_iter()
        .map(|day| {
            let date = civil_day_of(ProtocolDay(day), day_zero);
            (
                day,
                words::day_short(date)
                    .split_once(' ')
                    .map_or(String::new(), |(_, rest)| rest.to_owned()),
            )
        })
        .collect();
    let is_on_axis = (0..=last).contains(&today);
    CourseFigure {
        id: "ninety".to_owned(),
        title: format!("Day 0 to day {last}"),
        first_day: 0,
        last_day: last,
        today: is_on_axis.then_some(today),
        today_words: words::day_short(opened.today),
        dates,
        sessions: sessions(opened, course, day_zero),
        lanes: lanes::lanes(opened, course, day_zero, (today - 1).min(last)),
        life: Vec::new(),
    }
}

fn sessions(opened: &Opened, course: &Course, day_zero: Date) -> Vec<SessionMark> {
    let chart = opened.chart();
    let held = chart.sessions();
    let held: Vec<_> = held
        .iter()
        .filter(|session| session.course == course.id)
        .collect();
    let mut marks: Vec<SessionMark> = held
        .iter()
        .filter(|session| session.started.is_some())
        .map(|session| SessionMark {
            day: days_between(day_zero, civil_day(session.opened_at, &opened.zone)),
            name: format!("Dose {}", session.number),
            amount: session
                .stopped
                .map_or_else(String::new, |(_, given)| given.to_string()),
            is_planned: false,
        })
        .collect();
    if let Some((_, plan)) = chart.plan(course.id) {
        let n_held = held.len();
        marks.extend(
            plan.doses
                .iter()
                .filter(|dose| usize::from(dose.number) > n_held)
                .map(|dose| SessionMark {
                    day: dose.day.0,
                    name: format!("Dose {}", dose.number),
                    amount: String::new(),
                    is_planned: true,
                }),
        );
    }
    marks
}

fn side(opened: &Opened) -> Vec<Section> {
    let visits = opened.chart().visits();
    let next = visits.iter().find(|visit| {
        visit.state == VisitState::Booked
            && civil_day(visit.starts_at, &opened.zone) >= opened.today
    });
    let said = match next {
        Some(visit) => vec![
            Piece::Said(vec![Phrase::Strong(words::moment_short(
                visit.starts_at,
                &opened.zone,
            ))]),
            Piece::plain(format!("{}, {} min", visit.title, visit.minutes)),
        ],
        None => vec![Piece::Said(vec![Phrase::absent("none booked")])],
    };
    vec![Section::new("Next visit", said)]
}
