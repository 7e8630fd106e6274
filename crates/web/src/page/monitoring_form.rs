//! The monitoring form of an esketamine session: a view of the session's facts, on the screen and on paper.

use clinic::act::certificate::certified;
use clinic::act::enrolment::enrolled;
use clinic::act::monitoring_form::{DAYS, due_on, has_form, sent};
use clinic::denied::Denied;
use jiff::civil::Date;
use pages::{Block, Chapter, Column, DocumentPage, Fact as Shown, Link, Mark, Paper, Phrase};
use pages::{Standing, Table, document_page};
use record::Fact;
use record::chart::session::Session;
use record::fact::observation::VitalsObserved;
use record::fact::session::Watched;

use super::patient::{Opened, header, open};
use super::record::{headed, printed, session};
use super::session::session_of;
use crate::app::App;
use crate::ask::Ask;
use crate::forms::is_offered;
use crate::reply::Reply;
use crate::words;

/// The classes of medicines the form asks about, and words that name one of them in a list.
const ASKED: &[(&str, &[&str])] = &[
    (
        "Benzodiazepine",
        &["azepam", "azolam", "clobazam", "chlordiazepoxide"],
    ),
    (
        "Other sedative or hypnotic",
        &[
            "zolpidem",
            "zopiclone",
            "eszopiclone",
            "zaleplon",
            "phenobarbital",
        ],
    ),
    (
        "Psychostimulant",
        &["amphetamine", "amfetamine", "methylphenidate", "modafinil"],
    ),
    (
        "MAO inhibitor",
        &[
            "phenelzine",
            "tranylcypromine",
            "selegiline",
            "isocarboxazid",
            "moclobemide",
        ],
    ),
    (
        "Opioid",
        &[
            "codone",
            "morph",
            "fentanyl",
            "methadone",
            "buprenorphine",
            "tramadol",
        ],
    ),
];

/// The form on the screen.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = open(app, ask, "monitoring form")?;
    let session = with_form(app, ask, &opened)?;
    let here = opened.path(&format!("/sessions/{}", session.id));
    let mut acts = vec![Link::new(
        format!("{here}/monitoring-form.pdf"),
        "Save as PDF",
    )];
    let code = "monitoring-form-sent";
    if session.started.is_some() && is_offered(ask, code, Some(opened.known.patient)) {
        let to = opened.form(&format!("{code}?session={}", session.id));
        acts.push(Link::new(to, "Record that it was sent"));
    }
    acts.push(Link::new(here, "Back to the session"));
    let view = DocumentPage {
        paper: paper(app, ask, &opened, &session)?,
        window: "Monitoring form".to_owned(),
        patient: Some(header(
            app,
            &opened,
            vec![Link::new(opened.path(""), "Chart")],
        )),
        acts,
    };
    let frame = words::frame(app, ask, Some(pages::Place::Patients));
    Ok(Reply::Page(document_page(&frame, &view)))
}

/// The form on paper.
pub(crate) fn print(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = open(app, ask, "monitoring form, printed")?;
    let session = with_form(app, ask, &opened)?;
    let paper = paper(app, ask, &opened, &session)?;
    printed(
        &paper,
        &format!("session-{}-monitoring-form.pdf", session.number),
    )
}

fn with_form(app: &App, ask: &Ask, opened: &Opened) -> Result<Session, Denied> {
    let session = session(ask, opened)?;
    if has_form(&app.clinic, opened.chart(), &session) {
        Ok(session)
    } else {
        Err(Denied::NotFound)
    }
}

/// How the seven days stand, for the session's page; nothing where there is no such form.
pub(super) fn clock(
    app: &App,
    ask: &Ask,
    opened: &Opened,
    of: &Session,
) -> Option<(Vec<Phrase>, Link)> {
    let _ = ask;
    if !has_form(&app.clinic, opened.chart(), of) {
        return None;
    }
    let link = opened.path(&format!("/sessions/{}/monitoring-form", of.id));
    Some((
        standing(app, opened, of),
        Link::new(link, "Monitoring form"),
    ))
}

fn standing(app: &App, opened: &Opened, of: &Session) -> Vec<Phrase> {
    if let Some((_, sent)) = sent(opened.chart(), of.id) {
        let said = format!(
            "Monitoring form sent on {} by {}, {}",
            words::day(sent.sent_on),
            sent.sent_by,
            sent.reference
        );
        return super::monitoring_since::counted(app, opened, of).map_or_else(
            || vec![Phrase::Mark(Mark::new(Standing::Settled, said.clone()))],
            |changed| {
                let changed = Phrase::Mark(Mark::new(Standing::Watch, changed));
                vec![Phrase::plain(format!("{said}. ")), changed]
            },
        );
    }
    let Some(due) = due_on(&app.clinic, of) else {
        return vec![Phrase::absent(
            "No drug was given, so no monitoring form is due",
        )];
    };
    let left = days_between(opened.today, due);
    let (standing, said) = if left < 0 {
        (
            Standing::ActNow,
            format!("Monitoring form overdue since {}", words::day(due)),
        )
    } else {
        let n = usize::try_from(left).unwrap_or(0);
        let left = words::of(n, "day left", "days left");
        (
            Standing::Watch,
            format!("Monitoring form to be sent by {}, {left}", words::day(due)),
        )
    };
    vec![Phrase::Mark(Mark::new(standing, said))]
}

fn days_between(from: Date, to: Date) -> i32 {
    (to - from).get_days()
}

/// The enrolment and the certificate that stood on the day of the session.
fn programme(app: &App, opened: &Opened, of: &Session) -> Vec<Shown> {
    let day = record::calendar::civil_day(of.opened_at, &app.clinic.zone());
    let enrolled = enrolled(opened.chart(), day);
    let board = app.clinic.board();
    let certified = certified(&board, day);
    vec![
        enrolled.map_or_else(
            || Shown::absent("Enrolled", "no enrolment recorded for that day"),
            |(_, one)| {
                let since = words::day_plain(one.enrolled_on);
                Shown::plain("Enrolled", format!("as {}, since {since}", one.reference))
            },
        ),
        certified.map_or_else(
            || Shown::absent("Setting", "no certificate recorded for that day"),
            |one| {
                let since = words::day_plain(one.certified_on);
                Shown::plain(
                    "Setting",
                    format!("certified as {}, since {since}", one.reference),
                )
            },
        ),
    ]
}

fn paper(app: &App, ask: &Ask, opened: &Opened, of: &Session) -> Result<Paper, Denied> {
    let mut about = vec![Shown {
        name: "Standing".to_owned(),
        said: standing(app, opened, of),
    }];
    about.push(Shown::plain(
        "Clock",
        format!("Within {DAYS} days of the session. Sending it is a person's act: Holdfast sends nothing."),
    ));
    let mut chapters = vec![
        Chapter::new("By when", vec![Block::Facts(about)]),
        Chapter::new("Programme", vec![Block::Facts(programme(app, opened, of))]),
        Chapter::new(
            "Medicines asked about",
            vec![Block::Table(medicines(opened))],
        ),
        Chapter::new(
            "Dose",
            vec![
                Block::Facts(dose(opened, of)),
                Block::Table(super::monitoring_lots::table(app, opened, of)),
            ],
        ),
        Chapter::new("Vital signs", vec![Block::Table(vitals(opened, of))]),
        Chapter::new("Events", vec![Block::Facts(events(opened, of))]),
    ];
    chapters.extend(super::monitoring_since::chapter(app, opened, of));
    headed(app, ask, opened, "Esketamine monitoring form", of, chapters)
}

fn medicines(opened: &Opened) -> Table {
    let listed = opened.chart().medicines_now();
    let rows = ASKED
        .iter()
        .map(|(class, names)| {
            let found: Vec<String> = listed
                .iter()
                .map(|(_, one)| one.name.to_string())
                .filter(|name| {
                    let name = name.to_lowercase();
                    names.iter().any(|word| name.contains(word))
                })
                .collect();
            let said = if found.is_empty() {
                vec![Phrase::absent("none on the list: ask and write it down")]
            } else {
                Phrase::sentence(found.join(", "))
            };
            vec![Phrase::sentence(*class), said]
        })
        .collect();
    Table {
        caption:
            "What the medicine list names, by class; the list is searched by name and may miss one"
                .to_owned(),
        columns: vec![Column::words("Class"), Column::words("On the list")],
        rows,
        when_empty: "No class is asked about".to_owned(),
    }
}

fn dose(opened: &Opened, of: &Session) -> Vec<Shown> {
    let mut facts = Vec::new();
    facts.push(match (of.started, of.stopped) {
        (Some(started), Some((at, given))) => Shown::plain(
            "Given",
            format!(
                "{given} {} from {} to {}",
                started.route,
                words::moment(started.at, &opened.zone),
                words::time(at, &opened.zone)
            ),
        ),
        (Some(started), None) => {
            Shown::plain("Given", format!("{} begun, no end charted", started.dose))
        }
        (None, _) => Shown::absent("Given", "nothing"),
    });
    let stay = of.started.zip(of.closed_at);
    facts.push(match stay {
        Some((started, closed)) => Shown::plain(
            "Watched for",
            format!(
                "{} min from the first device to leaving",
                words::minutes_between(started.at, closed)
            ),
        ),
        None => Shown::absent("Watched for", "not known yet"),
    });
    facts
}

/// The pressure before, at forty minutes and at the end: the readings nearest to each.
fn vitals(opened: &Opened, of: &Session) -> Table {
    let pressure = |one: &VitalsObserved| {
        let (upper, lower) = one.systolic_mmhg.zip(one.diastolic_mmhg)?;
        Some(format!("{}/{} mmHg", upper.number(), lower.number()))
    };
    let read: Vec<_> = of
        .vitals
        .iter()
        .filter_map(|(at, one)| Some((*at, pressure(one)?)))
        .collect();
    let started = of.started.map(|started| started.at);
    let before = started.and_then(|zero| read.iter().rev().find(|(at, _)| *at <= zero));
    let forty = started.and_then(|zero| {
        let distance = |at: jiff::Timestamp| (words::minutes_between(zero, at) - 40).abs();
        let near = read.iter().filter(|(at, _)| distance(*at) <= 10);
        near.min_by_key(|(at, _)| distance(*at))
    });
    let last = started.and_then(|zero| read.last().filter(|(at, _)| *at > zero));
    let row = |name: &str, found: Option<&(jiff::Timestamp, String)>| {
        let cells = match found {
            Some((at, said)) => [
                Phrase::sentence(said.clone()),
                vec![Phrase::Time(words::time(*at, &opened.zone))],
            ],
            None => [
                vec![Phrase::absent("not taken")],
                vec![Phrase::absent("not taken")],
            ],
        };
        let mut row = vec![Phrase::sentence(name)];
        row.extend(cells);
        row
    };
    Table {
        caption: "Blood pressure as charted".to_owned(),
        columns: vec![
            Column::words("When"),
            Column::words("Pressure"),
            Column::words("Read at"),
        ],
        rows: vec![
            row("Before the dose", before),
            row("About 40 minutes after", forty),
            row("Before leaving", last),
        ],
        when_empty: "No pressure was charted".to_owned(),
    }
}

fn events(opened: &Opened, of: &Session) -> Vec<Shown> {
    let mut facts = Vec::new();
    let least = of
        .observations
        .iter()
        .filter(|(_, watched, _)| *watched == Watched::Sedation)
        .filter_map(|(_, _, score)| *score)
        .min();
    facts.push(match least {
        Some(score) => Shown::plain("Sedation", format!("lowest MOAA/S {score} of 5")),
        None => Shown::absent("Sedation", "not charted"),
    });
    facts.push(match of.greatest(Watched::Dissociation) {
        Some(score) => Shown::plain("Dissociation", format!("greatest {score} of 10")),
        None => Shown::absent("Dissociation", "not charted"),
    });
    let chart = opened.chart();
    let harm: Vec<String> = chart
        .entries()
        .iter()
        .filter_map(|entry| chart.now_says(entry))
        .filter(|fact| session_of(fact) == Some(of.id))
        .filter_map(|fact| {
            let Fact::AdverseNoted(one) = fact else {
                return None;
            };
            let serious = if one.serious { ", serious" } else { "" };
            Some(format!("{}, {}{serious}", one.what, one.severity))
        })
        .collect();
    facts.push(if harm.is_empty() {
        Shown::absent("Adverse events", "none recorded")
    } else {
        Shown::plain("Adverse events", harm.join("; "))
    });
    facts
}
