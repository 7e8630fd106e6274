//! Ninety days: is this helping?

mod mine;

use std::collections::BTreeMap;

use clinic::act::own;
use clinic::denied::Denied;
use figures::{
    BarLane, CourseFigure, Lane, LineLane, MarkLane, Note, Reading, ReadingLane, SessionMark,
    StripLane, UseMark, UseStrip, Values, tick_days,
};
use jiff::civil::Date;
use pages::{BigNumber, Figure, Link, NinetyDays, Phrase, Piece, Section, ninety_days};
use record::calendar::{ProtocolDay, civil_day, civil_day_of, days_between};
use record::chart::course::Course;
use record::chart::visit::VisitState;
use record::fact::observation::{Found, InstrumentAnswered, UrineScreen};
use record::fact::person::MedicineTaken;
use record::fact::substance_use::CheckInAnswered;
use record::fact::visit::VisitPurpose;

pub(crate) use mine::hide;
mod staff;

use super::chart::{craving, strip};
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
    frame.live = Some(format!("/live{}", opened.path("")));
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
    let mut view = match course {
        Some(course) => full(app, &opened, &course, acts, !is_own),
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

/// What is known of use so far: nothing of it is ever reset.
pub(crate) struct Known {
    pub(crate) n_passed: usize,
    pub(crate) used: Vec<i32>,
    pub(crate) unknown: Vec<i32>,
    pub(crate) n_free: usize,
    pub(crate) longest: (usize, i32),
}

/// Counts the days of a strip.
pub(crate) fn known(strip: &UseStrip) -> Known {
    let (mut run, mut longest) = (0_usize, (0_usize, 0_i32));
    let mut n_passed = 0;
    for (day, mark) in strip.days() {
        n_passed += 1;
        run = if mark == UseMark::NotUsed { run + 1 } else { 0 };
        if run > longest.0 {
            longest = (run, day);
        }
    }
    Known {
        n_passed,
        used: strip.days_of(UseMark::Used),
        unknown: strip.days_of(UseMark::NotKnown),
        n_free: strip.days_of(UseMark::NotUsed).len(),
        longest,
    }
}

fn full(
    app: &App,
    opened: &Opened,
    course: &Course,
    acts: Vec<Link>,
    is_staff: bool,
) -> NinetyDays {
    let chart = opened.chart();
    let day_zero = course.day_zero.unwrap_or(opened.today);
    let today = days_between(day_zero, opened.today);
    let last = last_day(opened, day_zero, today);
    let mut figure = figure(opened, course, day_zero, (today, last));
    figure.life = staff::life(opened, day_zero, last);
    let mut side = side(opened);
    let mut said = Vec::new();
    if is_staff {
        // Before the visits, which stand at the foot.
        let at = figure.lanes.len().saturating_sub(1);
        let lanes = staff::lanes(app, opened, course, day_zero);
        figure.lanes.splice(at..at, lanes);
        side.push(staff::completeness(app, opened, course, day_zero));
        said = staff::missing(app, opened, course, day_zero);
    }
    // Today is not over, so it is not yet a day nobody knows of.
    let shown = strip(chart, &course.substance, day_zero, (today - 1).min(last));
    let counted = known(&shown);
    let notes = NinetyDays::notes_of(&figure);
    said.extend([
        Phrase::plain(format!(
            "{} was used on {} of {} known days. ",
            course.substance.title(),
            counted.used.len(),
            counted.used.len() + counted.n_free
        )),
        Phrase::Quiet("One record cannot show why.".to_owned()),
    ]);
    NinetyDays {
        patient: header(app, opened, acts),
        title: "Ninety days: is this helping?".to_owned(),
        said,
        numbers: numbers(&counted, today),
        figure: Figure {
            drawing: figure.draw(),
            caption: Phrase::sentence(
                "By the patient's own account unless it says a test; one answer a day about the \
                 day before. A gap stays a gap. Doses from the session record.",
            ),
            table_link: "Every value as a table".to_owned(),
        },
        notes,
        side,
    }
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

fn numbers(counted: &Known, today: i32) -> Vec<BigNumber> {
    let n_known = counted.used.len() + counted.n_free;
    let number = |number: String, said: String| BigNumber { number, said };
    let missing: Vec<String> = counted
        .unknown
        .iter()
        .take(12)
        .map(ToString::to_string)
        .collect();
    let not_known = match counted.unknown.len() {
        0 => "Every day is known.".to_owned(),
        1..=12 => format!("Not known: day {}.", missing.join(", ")),
        n => format!("Not known: {n} days."),
    };
    let mut numbers = vec![
        number(
            format!("{n_known} of {} days known", counted.n_passed),
            not_known,
        ),
        number(
            words::of(
                usize::try_from(today.max(0)).unwrap_or(0),
                "day in care",
                "days in care",
            ),
            "A return to use never ends or resets this.".to_owned(),
        ),
        number(
            words::of(counted.n_free, "day without use", "days without use"),
            format!(
                "Of {n_known} known; of all {}, between {} and {}.",
                counted.n_passed,
                counted.n_free,
                counted.n_free + counted.unknown.len()
            ),
        ),
    ];
    let (longest, until) = counted.longest;
    if longest > 0 {
        let from = until + 1 - i32::try_from(longest).unwrap_or(0);
        numbers.push(number(
            format!("{}, longest run", words::of(longest, "day", "days")),
            format!("Day {from} to {until}; an unknown day is not counted in."),
        ));
    }
    numbers
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
        lanes: lanes(opened, course, day_zero, (today - 1).min(last)),
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

fn lanes(opened: &Opened, course: &Course, day_zero: Date, until: i32) -> Vec<Lane> {
    let chart = opened.chart();
    let mut lanes = Vec::new();
    let has_check_ins = chart.all::<CheckInAnswered>().next().is_some();
    if has_check_ins {
        lanes.push(line(
            "Craving",
            (0.0, 10.0),
            "",
            true,
            craving(chart, day_zero),
        ));
    }
    for name in substances(opened, course) {
        let strip = strip(chart, &name, day_zero, until);
        if name == course.substance || !strip.marks.is_empty() {
            lanes.push(Lane::Strip(StripLane {
                strip,
                planned: Vec::new(),
                notes: Vec::new(),
            }));
        }
    }
    if let Some(lane) = urines(opened, course, day_zero) {
        lanes.push(lane);
    }
    if has_check_ins {
        let mood = by_day(opened, day_zero, |one| {
            one.mood.answer().map(|score| f64::from(score.get()))
        });
        lanes.push(line("Mood", (0.0, 10.0), "", false, mood));
        let sleep = by_day(opened, day_zero, |one| {
            one.sleep_half_hours
                .answer()
                .map(|half_hours| f64::from(*half_hours) / 2.0)
        });
        lanes.push(line("Sleep", (0.0, 12.0), "h", false, sleep));
    }
    lanes.extend(medicine(opened, day_zero));
    lanes.extend(ratings(opened, day_zero));
    lanes.push(visits(opened, day_zero));
    lanes
}

/// The course's substance first, then every other that was reported.
fn substances(opened: &Opened, course: &Course) -> Vec<record::Substance> {
    let mut all = vec![course.substance.clone()];
    let days = opened.chart().use_days(Some(&course.substance));
    all.extend(
        days.keys()
            .filter(|name| **name != course.substance)
            .cloned(),
    );
    all.truncate(8);
    all
}

fn line(name: &str, range: (f64, f64), unit: &str, is_main: bool, values: Values) -> Lane {
    let note = values.last_key_value().map(|(day, value)| Note {
        lead: format!("{value} on day {day}."),
        rest: match name {
            "Craving" => {
                "Worst craving since the last check-in, 0 to 10. Down is better.".to_owned()
            }
            "Mood" => "Mood, 0 to 10. Up is better.".to_owned(),
            _ => "By own account.".to_owned(),
        },
    });
    Lane::Line(LineLane {
        name: name.to_owned(),
        range,
        unit: unit.to_owned(),
        every: 1,
        is_main,
        values,
        notes: note.into_iter().collect(),
    })
}

fn by_day(
    opened: &Opened,
    day_zero: Date,
    value: impl Fn(&CheckInAnswered) -> Option<f64>,
) -> Values {
    opened
        .chart()
        .all::<CheckInAnswered>()
        .filter_map(|(_, one)| Some((days_between(day_zero, one.day), value(one)?)))
        .collect()
}

/// Urine tests for the course's substance.
fn urines(opened: &Opened, course: &Course, day_zero: Date) -> Option<Lane> {
    let readings: BTreeMap<i32, Reading> = opened
        .chart()
        .all::<UrineScreen>()
        .filter_map(|(entry, screen)| {
            let day = days_between(day_zero, civil_day(entry.occurred_at.0, &opened.zone));
            if screen.not_given.is_some() {
                return Some((day, Reading::NotGiven));
            }
            let finding = screen
                .findings
                .iter()
                .find(|one| one.substance == course.substance)?;
            match finding.found {
                Found::Found => Some((day, Reading::Positive)),
                Found::NotFound => Some((day, Reading::Negative)),
                Found::Inconclusive | Found::NotTested => None,
            }
        })
        .collect();
    (!readings.is_empty()).then(|| {
        Lane::Readings(ReadingLane {
            name: "Urine".to_owned(),
            readings,
            notes: Vec::new(),
        })
    })
}

fn medicine(opened: &Opened, day_zero: Date) -> Option<Lane> {
    let mut amounts = Values::new();
    let mut name = None;
    for (_, taken) in opened.chart().all::<MedicineTaken>() {
        let micrograms = taken.micrograms?.get();
        let milligrams = u32::try_from(micrograms / 1_000).map_or(0.0, f64::from);
        *amounts
            .entry(days_between(day_zero, taken.day))
            .or_insert(0.0) += milligrams;
        name = Some(taken.name.to_string());
    }
    let name = record::Substance::new(&name?).ok()?.title();
    let top = amounts.values().copied().fold(8.0, f64::max);
    Some(Lane::Bars(BarLane {
        name,
        unit: "mg".to_owned(),
        top,
        amounts,
        notes: Vec::new(),
    }))
}

/// A clinician's rating that is a single number, such as withdrawal.
fn ratings(opened: &Opened, day_zero: Date) -> Option<Lane> {
    let values: Values = opened
        .chart()
        .all::<InstrumentAnswered>()
        .filter(|(_, one)| one.instrument.as_str().ends_with("withdrawal"))
        .filter_map(|(entry, one)| {
            let [only] = one.items.as_slice() else {
                return None;
            };
            let day = days_between(day_zero, civil_day(entry.occurred_at.0, &opened.zone));
            Some((day, f64::from(only.value?)))
        })
        .collect();
    (!values.is_empty()).then(|| {
        Lane::Line(LineLane {
            name: "Withdrawal".to_owned(),
            range: (0.0, 3.0),
            unit: String::new(),
            every: 8,
            is_main: false,
            values,
            notes: Vec::new(),
        })
    })
}

fn visits(opened: &Opened, day_zero: Date) -> Lane {
    let of = |state: VisitState| -> Vec<i32> {
        opened
            .chart()
            .visits()
            .iter()
            .filter(|visit| visit.state == state && visit.purpose != VisitPurpose::Dosing)
            .map(|visit| days_between(day_zero, civil_day(visit.starts_at, &opened.zone)))
            .filter(|day| *day >= 0)
            .collect()
    };
    Lane::Marks(MarkLane {
        name: "Visits".to_owned(),
        held: of(VisitState::Held),
        missed: of(VisitState::Missed),
        planned: of(VisitState::Booked),
        notes: Vec::new(),
    })
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
