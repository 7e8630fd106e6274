//! The relapse watch: one person's points with what they were read from, and how the points hold here.

use clinic::authority::{Act, may};
use clinic::denied::Denied;
use clinic::due::Zones;
use clinic::relapse::{AHEAD, Band, Held, Person, Telling, Watched, held, score_now};
use jiff::tz::TimeZone;
use pages::{Column, Fact as Shown, Link, Mark, Phrase, Piece, Section, Sheet, Table, sheet};
use protocol::contact::Tier;
use protocol::contact::relapse_watch::{Counted, Score};
use record::calendar::civil_day;
use record::words::Sex;

use super::patient::{Opened, header, open};
use crate::app::App;
use crate::ask::Ask;
use crate::reply::Reply;
use crate::words;

/// How many days back one person's page looks.
const DAYS_SHOWN: usize = 30;

/// One person.
pub(crate) fn show_one(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    may(&ask.signed_in()?.actor, Act::ReadBoard, None)?;
    let opened = open(app, ask, "relapse watch")?;
    let library = app.clinic.library();
    let (watch, cadence) = (library.relapse_watch(), library.cadence());
    let mut view = Sheet::new("Relapse watch", "Relapse watch");
    let links = vec![
        Link::new(opened.path(""), "Chart"),
        Link::new("/relapse-watch", "How it holds here"),
    ];
    view.patient = Some(header(app, &opened, links));
    view.said = Phrase::sentence(policy_words(app));
    let course = opened.chart().course();
    let watched = course
        .as_ref()
        .and_then(|course| Watched::of(opened.chart(), course));
    // By the person's own calendar, as on every list.
    let zone = theirs(app, &opened);
    let now = watched.as_ref().and_then(|watched| {
        let today = civil_day(ask.now, &zone);
        score_now(watched, today, watch, cadence, &zone)
    });
    let Some((day, score)) = now else {
        view.main = vec![Section::new(
            "No score",
            vec![Piece::plain(
                "It begins on day 0 of a course. There is none yet.",
            )],
        )];
        return Ok(Reply::Page(sheet(&frame(app, ask), &view)));
    };
    view.mark = mark(score.tier);
    view.main = vec![
        Section::new(
            format!(
                "{}: {} of {}",
                words::day_plain(day),
                score.said(),
                watch.most()
            ),
            vec![Piece::Table(signals(&score))],
        ),
        Section::new(
            "The days before",
            vec![Piece::Table(days_before(app, watched.as_ref(), &zone))],
        ),
    ];
    Ok(Reply::Page(sheet(&frame(app, ask), &view)))
}

/// How the points hold here.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    may(&ask.signed_in()?.actor, Act::ReadBoard, None)?;
    let library = app.clinic.library();
    let watch = library.relapse_watch();
    let people = people(app)?;
    let held = held(&people, watch, library.cadence(), &app.clinic.zone());
    let mut view = Sheet::new("How the relapse watch holds here", "Relapse watch");
    view.said = Phrase::sentence(policy_words(app));
    let too_little = held.too_little.as_deref();
    if let Some(too_little) = too_little {
        view.mark = Some(Mark::new(pages::Standing::Unknown, "Too little to tell"));
        let said = format!("{too_little}. What is counted stands below all the same.");
        view.main
            .push(Section::new("Not yet", vec![Piece::plain(said)]));
    }
    view.main.push(Section::new(
        format!("What followed, by points: use within {AHEAD} days"),
        vec![Piece::Table(bands(&held))],
    ));
    view.main.push(Section::new(
        "How well it told, and where it errs",
        vec![
            Piece::plain(
                "The area is the chance that a day before use scored higher than a day that was not; \
                 one half is a coin. Within people counts most: it says whether the watch knows when, \
                 not whom. A group too small is shown without a number.",
            ),
            Piece::Table(groups(&held)),
        ],
    ));
    let mut facts = vec![
        Shown::plain(
            "Amber from",
            format!(
                "{} points, contact within {} hours",
                watch.amber_from, watch.amber_hours
            ),
        ),
        Shown::plain(
            "Red from",
            format!(
                "{} points, contact within {} hours",
                watch.red_from, watch.red_hours
            ),
        ),
        Shown::plain("From", format!("{} [{}]", watch.source, watch.mark)),
    ];
    facts.push(Shown::plain("Version", watch.version.to_string()));
    view.side = vec![Section::new("The points", vec![Piece::Facts(facts)])];
    Ok(Reply::Page(sheet(&frame(app, ask), &view)))
}

fn frame(app: &App, ask: &Ask) -> pages::Frame {
    words::frame(app, ask, Some(pages::Place::WatchList))
}

/// The zone a patient's days are counted in.
fn theirs(app: &App, opened: &Opened) -> TimeZone {
    let board = app.clinic.board();
    let line = board.line(opened.known.patient);
    line.map_or_else(
        || opened.zone.clone(),
        |line| Zones::of(opened.zone.clone()).theirs(line),
    )
}

fn policy_words(app: &App) -> String {
    format!(
        "Clinic policy, version {}: points one can read, not a prediction anybody has tested here. It calls for contact and never decides care.",
        app.clinic.library().relapse_watch().version
    )
}

/// Everybody on the board whose course has begun, from their charts.
fn people(app: &App) -> Result<Vec<Person>, Denied> {
    let patients: Vec<_> = {
        let board = app.clinic.board();
        let begun = board.lines().filter(|(_, line)| {
            line.course
                .as_ref()
                .is_some_and(|course| course.day_zero.is_some())
        });
        begun.map(|(patient, _)| *patient).collect()
    };
    let mut people = Vec::new();
    for patient in patients {
        let known = app.clinic.chart(patient)?;
        let Some(course) = known.chart.course() else {
            continue;
        };
        let Some(watched) = Watched::of(&known.chart, &course) else {
            continue;
        };
        let sex = known
            .chart
            .identity()
            .map_or(Sex::NotRecorded, |one| one.sex);
        people.push(Person {
            watched,
            sex,
            age: course
                .day_zero
                .and_then(|day| known.chart.age_on(day))
                .map(i32::from),
            substance: course.substance.to_string(),
        });
    }
    Ok(people)
}

/// A low score has no mark of its own: it is no all-clear.
fn mark(tier: Tier) -> Option<Mark> {
    match tier {
        Tier::Calm => None,
        Tier::Amber => Some(Mark::new(pages::Standing::Watch, "Amber")),
        Tier::Red => Some(Mark::new(pages::Standing::ActNow, "Red")),
    }
}

/// The days a check-in is about, newest first, with what each scored.
fn days_before(app: &App, watched: Option<&Watched>, zone: &TimeZone) -> Table {
    let library = app.clinic.library();
    let (watch, cadence) = (library.relapse_watch(), library.cadence());
    let rows = watched.iter().flat_map(|watched| {
        let days = watched.answered_days().rev().take(DAYS_SHOWN);
        days.map(|day| {
            let score = watch.score(&watched.signals(day, cadence, zone));
            vec![
                Phrase::sentence(words::day_plain(day)),
                Phrase::sentence(score.said()),
                mark(score.tier).map_or_else(
                    || Phrase::sentence("as planned"),
                    |mark| vec![Phrase::Mark(mark)],
                ),
                Phrase::sentence(score.reasons()),
            ]
        })
    });
    Table {
        caption: "Scores of the days a check-in is about".to_owned(),
        columns: ["Day", "Points", "Followed", "From"]
            .map(Column::words)
            .to_vec(),
        rows: rows.collect(),
        when_empty: "No check-in has been answered yet.".to_owned(),
    }
}

fn signals(score: &Score) -> Table {
    let row = |one: &Counted| {
        let because = if one.is_missing {
            vec![Phrase::absent(one.because.as_str())]
        } else {
            Phrase::sentence(one.because.as_str())
        };
        vec![
            Phrase::sentence(one.title),
            Phrase::sentence(format!("{} of {}", one.points, one.most)),
            because,
        ]
    };
    Table {
        caption: "Every signal with its points".to_owned(),
        columns: ["Signal", "Points", "Read from"]
            .map(Column::words)
            .to_vec(),
        rows: score.counted.iter().map(row).collect(),
        when_empty: String::new(),
    }
}

fn bands(held: &Held) -> Table {
    let row = |(points, band): (usize, &Band)| {
        let known = band.used + band.free;
        let share = if known == 0 {
            vec![Phrase::absent("no known day")]
        } else {
            Phrase::sentence(format!(
                "{} in 100",
                (band.used * 200 + known) / (2 * known)
            ))
        };
        vec![
            Phrase::sentence(points.to_string()),
            Phrase::sentence(known.to_string()),
            Phrase::sentence(band.used.to_string()),
            share,
            Phrase::sentence(band.unknown.to_string()),
        ]
    };
    Table {
        caption: "Days by points, and how often use followed".to_owned(),
        columns: vec![
            Column::numbers("Points"),
            Column::numbers("Days whose week after is known"),
            Column::numbers("Followed by use"),
            Column::numbers("Share"),
            Column::numbers("Days whose week after is not known"),
        ],
        rows: held.bands.iter().enumerate().map(row).collect(),
        when_empty: String::new(),
    }
}

fn groups(held: &Held) -> Table {
    let row = |one: &Telling| {
        let small = || vec![Phrase::absent("too few")];
        let pooled = one.pooled.map_or_else(small, |(area, (low, high))| {
            Phrase::sentence(format!("{area:.2} ({low:.2} to {high:.2})"))
        });
        let within = one.within.map_or_else(small, |(area, people)| {
            Phrase::sentence(format!("{area:.2}, in {people}"))
        });
        let share = |part: Option<f64>| {
            part.map_or_else(small, |part| {
                Phrase::sentence(format!("{:.0} in 100", part * 100.0))
            })
        };
        vec![
            Phrase::sentence(one.group.as_str()),
            Phrase::sentence(one.people.to_string()),
            Phrase::sentence(one.days.to_string()),
            pooled,
            within,
            share(one.caught),
            share(one.called_in_vain),
        ]
    };
    Table {
        caption: "How well the points told, by group".to_owned(),
        columns: vec![
            Column::words("Group"),
            Column::numbers("People"),
            Column::numbers("Days"),
            Column::numbers("Area, all days"),
            Column::numbers("Area within people"),
            Column::numbers("Days before use that were amber or red"),
            Column::numbers("Other days that were"),
        ],
        rows: held.groups.iter().map(row).collect(),
        when_empty: String::new(),
    }
}
