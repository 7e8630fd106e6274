//! The chart: what has happened, what comes next?

use clinic::act::follow_back::found_by_test;
use clinic::authority::{Act, may};
use clinic::denied::Denied;
use figures::{ToDate, UseMark, UseStrip};
use jiff::Timestamp;
use jiff::civil::DateTime;
use pages::{
    AsOf, Cell, Chart as View, Column, EntryShape, Figure, Link, Mark, Phrase, Piece, Section,
    Standing, Tab, Table, TimelineItem, chart as draw,
};
use record::calendar::{civil_day, days_between};
use record::chart::substance_use::UseDay;
use record::chart::visit::{Visit, VisitState};
use record::fact::substance_use::CheckInAnswered;
use record::{Chart, Entry};

use super::patient::{Opened, header, may_read, open};
use super::timeline::{Filter, has_line, item};
use crate::app::App;
use crate::ask::Ask;
use crate::forms::is_offered;
use crate::reply::Reply;
use crate::words;

/// How many entries a page of the timeline holds.
const ENTRIES_PER_PAGE: usize = 50;

/// The chart, now or as it stood.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let mut opened = open(app, ask, "chart")?;
    let past = ask
        .query
        .get("on")
        .and_then(|text| text.parse::<DateTime>().ok())
        .and_then(|local| opened.zone.to_timestamp(local).ok())
        .filter(|at| at.as_second() < ask.now.as_second() - 60);
    if let Some(at) = past {
        let stood = opened.chart().as_it_stood(at);
        let mut known = (*opened.known).clone();
        known.chart = stood;
        opened.known = std::sync::Arc::new(known);
        opened.today = civil_day(at, &opened.zone);
    }
    let at = past.unwrap_or(ask.now);
    let filter = ask
        .query
        .get("show")
        .and_then(|code| Filter::ALL.into_iter().find(|filter| filter.code() == code))
        .unwrap_or(Filter::Everything);
    let view = view(app, ask, &opened, filter, (at, past.is_some()));
    let mut frame = words::frame(app, ask, Some(pages::Place::Patients));
    frame.live = Some(ask.stream(&opened.path("")));
    Ok(Reply::Page(draw(&frame, &view)))
}

fn view(app: &App, ask: &Ask, opened: &Opened, filter: Filter, at: (Timestamp, bool)) -> View {
    let (at, is_past) = at;
    let chart = opened.chart();
    let role = ask.signed_in().ok().map(|known| &known.actor);
    let may_correct = !is_past
        && role.is_some_and(|actor| may(actor, Act::Correct, Some(opened.known.patient)).is_ok());
    let readable: Vec<&Entry> = chart
        .entries()
        .iter()
        .filter(|entry| has_line(&entry.fact) && may_read(ask, chart, entry))
        .collect();
    let mut lines: Vec<&Entry> = readable
        .iter()
        .copied()
        .filter(|entry| filter.keeps(&entry.fact))
        .collect();
    lines.sort_by_key(|entry| std::cmp::Reverse((entry.occurred_at, entry.number)));
    let skip = ask
        .query
        .get("from")
        .and_then(|text| text.parse::<usize>().ok())
        .unwrap_or(0);
    let past: Vec<TimelineItem> = lines
        .iter()
        .skip(skip)
        .take(ENTRIES_PER_PAGE)
        .map(|entry| item(app, opened, entry, may_correct))
        .collect();
    let n_older = lines.len().saturating_sub(skip + past.len());
    let on = if is_past {
        format!("&on={}", words::moment_field(at, &opened.zone))
    } else {
        String::new()
    };
    let page = |from: usize| opened.path(&format!("?show={}&from={from}{on}", filter.code()));
    let (coming, n_more) = future(ask, opened, at);
    let acts = if is_past {
        Vec::new()
    } else {
        acts(ask, opened)
    };
    View {
        patient: header(app, opened, acts),
        filters: filters(opened, &readable, filter, &on),
        as_of: as_of(opened, filter, at, is_past),
        future: if skip == 0 { coming } else { Vec::new() },
        now: now(opened, at),
        more_planned: (n_more > 0).then(|| {
            Link::new(
                opened.path("?planned=all"),
                format!("{n_more} more planned"),
            )
        }),
        newer: (skip > 0).then(|| Link::new(page(skip.saturating_sub(ENTRIES_PER_PAGE)), "Newer")),
        older: (n_older > 0).then(|| {
            let words = words::of(n_older, "entry", "entries");
            Link::new(page(skip + ENTRIES_PER_PAGE), format!("Older, {words}"))
        }),
        past,
        when_empty: if opened.chart().is_erased() {
            "What was written here was erased. Nobody can read it."
        } else {
            "Nothing is recorded here yet"
        }
        .to_owned(),
        side: side(app, ask, opened, (!is_past).then_some(at)),
    }
}

/// What the rule between past and future says.
fn now(opened: &Opened, at: Timestamp) -> String {
    let day = opened
        .chart()
        .course()
        .and_then(|course| course.day(opened.today))
        .map_or_else(String::new, |day| format!(", {day}"));
    format!("{}{day}", words::moment(at, &opened.zone))
}

fn as_of(opened: &Opened, filter: Filter, at: Timestamp, is_past: bool) -> AsOf {
    let said = words::moment(at, &opened.zone);
    let back = Link::new(opened.path(""), "Back to now");
    AsOf {
        action: opened.path(""),
        show: Some(filter.code().to_owned()),
        value: words::moment_field(at, &opened.zone),
        past: is_past.then_some((said, back)),
    }
}

fn acts(ask: &Ask, opened: &Opened) -> Vec<Link> {
    if opened.chart().is_erased() {
        return Vec::new();
    }
    let ninety = Link::new(opened.path("/ninety-days"), "Ninety days");
    let is_patient = ask
        .signed_in()
        .is_ok_and(|known| known.actor.patient().is_some());
    if is_patient {
        return vec![Link::new(opened.path("/check-in"), "Check in")];
    }
    let mut acts = vec![ninety];
    if opened.chart().course().is_some() {
        acts.push(Link::new(opened.path("/eligibility"), "Eligibility"));
    }
    let course = opened.chart().course();
    let has_plan = course.is_some_and(|course| opened.chart().plan(course.id).is_some());
    if !has_plan {
        acts.push(Link::new(opened.path("/evaluation"), "Evaluation"));
    }
    if has_plan {
        acts.push(Link::new(opened.path("/plan"), "Plan"));
        acts.push(Link::new(opened.path("/predicted"), "Predicted level"));
    }
    let open = opened
        .chart()
        .sessions()
        .iter()
        .rev()
        .find(|session| session.closed_at.is_none())
        .map(|session| opened.path(&format!("/sessions/{}", session.id)));
    if let Some(session) = open {
        acts.push(Link::new(session, "Open session"));
    }
    acts.push(Link::new(opened.path("/add"), "Add entry"));
    acts
}

fn filters(opened: &Opened, entries: &[&Entry], chosen: Filter, on: &str) -> Vec<Tab> {
    Filter::ALL
        .into_iter()
        .map(|filter| {
            let n = entries
                .iter()
                .filter(|entry| filter.keeps(&entry.fact))
                .count();
            Tab {
                link: Link::new(
                    opened.path(&format!("?show={}{on}", filter.code())),
                    filter.words(),
                ),
                count: Some(words::count(n)),
                is_chosen: filter == chosen,
            }
        })
        .collect()
}

/// One visit to come, or one that was due at a moment that has passed.
fn planned(
    ask: &Ask,
    opened: &Opened,
    visit: &Visit,
    due_before: Option<Timestamp>,
) -> TimelineItem {
    let day = opened
        .chart()
        .course()
        .and_then(|course| course.day(civil_day(visit.starts_at, &opened.zone)))
        .map_or_else(String::new, |day| format!("Day {}", day.0));
    let when = words::moment_short(visit.starts_at, &opened.zone);
    let with = visit
        .with
        .as_deref()
        .map_or_else(String::new, |with| format!(", {with}"));
    let rest = vec![Phrase::plain(format!("{with}, {} min", visit.minutes))];
    let shape = if due_before.is_some() {
        EntryShape::Due
    } else {
        EntryShape::Planned
    };
    let mut item = TimelineItem::new(day, when, shape, &*visit.title, rest);
    item.mark = due_before.map(|at| {
        let waited = words::stretch(words::minutes_between(visit.starts_at, at));
        Mark::new(Standing::Unknown, format!("Not recorded, {waited}"))
    });
    let acts: &[(&str, &str)] = if due_before.is_some() {
        &[
            ("visit-arrive", "Arrived"),
            ("visit-hold", "Held"),
            ("visit-move", "Move"),
            ("visit-miss", "Missed"),
            ("visit-cancel", "Cancel"),
        ]
    } else {
        &[("visit-move", "Move"), ("visit-cancel", "Cancel")]
    };
    let patient = Some(opened.known.patient);
    item.acts = acts
        .iter()
        .filter(|(code, _)| is_offered(ask, code, patient))
        .map(|(code, words)| {
            let form = opened.form(&format!("{code}?visit={}", visit.id));
            Link::new(form, *words)
        })
        .collect();
    item
}

/// Visits to come, the next three nearest the rule, and how many more there are.
fn future(ask: &Ask, opened: &Opened, at: Timestamp) -> (Vec<TimelineItem>, usize) {
    let visits = opened.chart().visits();
    let coming: Vec<&Visit> = visits
        .iter()
        .filter(|visit| visit.state == VisitState::Booked && visit.starts_at > at)
        .collect();
    let overdue: Vec<&Visit> = visits
        .iter()
        .filter(|visit| {
            matches!(visit.state, VisitState::Booked | VisitState::Arrived) && visit.starts_at <= at
        })
        .collect();
    let n_shown = if ask.query.get("planned") == Some("all") {
        coming.len()
    } else {
        3
    };
    let n_more = coming.len().saturating_sub(n_shown);
    let line = |visit: &Visit, is_due: bool| planned(ask, opened, visit, is_due.then_some(at));
    let mut items: Vec<TimelineItem> = coming
        .iter()
        .take(n_shown)
        .rev()
        .map(|visit| line(visit, false))
        .collect();
    items.extend(overdue.iter().rev().take(3).map(|visit| line(visit, true)));
    (items, n_more)
}

fn side(app: &App, ask: &Ask, opened: &Opened, now: Option<Timestamp>) -> Vec<Section> {
    let chart = opened.chart();
    let mut side = Vec::new();
    let is_staff = ask
        .signed_in()
        .is_ok_and(|known| known.actor.patient().is_none());
    if let Some(now) = now.filter(|_| is_staff) {
        side.extend(super::half_done::section(app, opened));
        side.extend(super::due::section(app, opened, now));
    }
    if let Some(course) = chart.course()
        && course.day_zero.is_some()
    {
        side.push(to_date(opened, &course));
    }
    side.push(medicines(chart));
    let doses = doses(opened);
    if let Some(doses) = doses {
        side.push(doses);
    }
    // A log that cannot be read is missing from the page, and said in the logs; the chart is shown.
    match super::messages::section(app, opened) {
        Ok(section) => side.extend(section),
        Err(error) => tracing::error!(error = %error, "the log of messages could not be read"),
    }
    side
}

/// Craving, sessions and use since day 0, small.
fn to_date(opened: &Opened, course: &record::chart::course::Course) -> Section {
    let chart = opened.chart();
    let day_zero = course.day_zero.unwrap_or(opened.today);
    // Today is not over, so it is not yet a day nobody knows of.
    let until = (days_between(day_zero, opened.today) - 1).clamp(-1, 365);
    let values = craving(chart, day_zero);
    let sessions = chart
        .sessions()
        .iter()
        .filter(|session| session.course == course.id && session.started.is_some())
        .map(|session| days_between(day_zero, civil_day(session.opened_at, &opened.zone)))
        .collect();
    let strip = strip(chart, &course.substance, day_zero, until, &opened.zone);
    let said = strip.said();
    let drawing = ToDate {
        id: "to-date".to_owned(),
        measure: "Craving".to_owned(),
        range: (0.0, 10.0),
        every: 1,
        values,
        sessions,
        strip,
    }
    .draw();
    let figure = Figure {
        drawing,
        caption: Phrase::sentence(
            "Craving, 0 to 10, one a day; sessions as upright lines. Beneath: use by day.",
        ),
        table_link: "As a table".to_owned(),
    };
    Section::new("To date", vec![Piece::Figure(figure), Piece::plain(said)])
}

/// Worst craving by day of the course.
pub(crate) fn craving(chart: &Chart, day_zero: jiff::civil::Date) -> figures::Values {
    chart
        .all::<CheckInAnswered>()
        .filter_map(|(_, answered)| {
            let craving = answered
                .craving_peak
                .answer()
                .or(answered.craving_now.answer())?;
            Some((
                days_between(day_zero, answered.day),
                f64::from(craving.get()),
            ))
        })
        .collect()
}

/// Use of one substance by day of the course.
pub(crate) fn strip(
    chart: &Chart,
    substance: &record::Substance,
    day_zero: jiff::civil::Date,
    until: i32,
    zone: &jiff::tz::TimeZone,
) -> UseStrip {
    let days = chart.use_days(Some(substance));
    let found = found_by_test(chart, substance, zone);
    let marks = days
        .get(substance)
        .into_iter()
        .flatten()
        .map(|(day, known)| {
            let mark = match known {
                UseDay::Used => UseMark::Used,
                UseDay::NotUsed if !found.contains(day) => UseMark::NotUsed,
                // Two reports, or a report and the test, disagree: nobody knows, until someone asks.
                UseDay::NotUsed | UseDay::Conflict => UseMark::NotKnown,
            };
            (days_between(day_zero, *day), mark)
        })
        .collect();
    UseStrip {
        name: substance.title(),
        from: 0,
        until,
        marks,
    }
}

fn medicines(chart: &Chart) -> Section {
    let taken = chart.medicines_now();
    let pieces = if taken.is_empty() {
        let asked = !chart.medicines().is_empty();
        let words = if asked { "None taken now" } else { "Not asked" };
        vec![Piece::Said(vec![Phrase::absent(words)])]
    } else {
        let lines = taken
            .iter()
            .map(|(_, medicine)| {
                let dose = medicine
                    .dose
                    .as_ref()
                    .map_or_else(String::new, |dose| format!(" {dose}"));
                Phrase::sentence(format!("{}{dose}", medicine.name))
            })
            .collect();
        vec![Piece::List(lines)]
    };
    Section::new("Medicines", pieces)
}

/// What was given so far, session by session.
fn doses(opened: &Opened) -> Option<Section> {
    let sessions = opened.chart().sessions();
    let given: Vec<_> = sessions
        .iter()
        .filter(|session| session.started.is_some())
        .collect();
    if given.is_empty() {
        return None;
    }
    let mut total = 0_u64;
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for session in &given {
        let day = words::day_short(civil_day(session.opened_at, &opened.zone));
        let href = opened.path(&format!("/sessions/{}", session.id));
        let amount = session.stopped.map(|(_, given)| given);
        total += amount.map_or(0, record::quantity::Micrograms::get);
        let weight = session.weight_g.map_or_else(
            || vec![Phrase::absent("not weighed")],
            |weight| Phrase::sentence(weight.to_string()),
        );
        let amount = amount.map_or_else(
            || vec![Phrase::absent("under way")],
            |given| Phrase::sentence(given.to_string()),
        );
        rows.push(vec![
            vec![Phrase::link(href, format!("{}, {day}", session.number))],
            weight,
            amount,
        ]);
    }
    let total = record::quantity::Micrograms::new(total);
    rows.push(vec![
        vec![Phrase::Strong("All".to_owned())],
        Vec::new(),
        vec![Phrase::Strong(total.to_string())],
    ]);
    let table = Table {
        caption: "Ketamine given so far".to_owned(),
        columns: vec![
            Column::words("Infusion"),
            Column::numbers("Weight"),
            Column::numbers("Given"),
        ],
        rows,
        when_empty: String::new(),
    };
    Some(Section::new("Ketamine so far", vec![Piece::Table(table)]))
}
