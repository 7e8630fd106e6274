//! A dosing session: what was given, what was seen, and what can be added.

use clinic::denied::Denied;
use pages::{Column, Fact as Shown, Link, Phrase, Piece, Section, Sheet, Table, sheet};
use record::chart::session::Session;
use record::fact::care::NoteSigned;
use record::ids::SessionId;
use record::{Chart, Entry, Fact};

use super::patient::{Opened, header, may_read, open};
use super::sentence::sentence;
use super::timeline::author;
use crate::app::App;
use crate::ask::Ask;
use crate::forms::is_offered;
use crate::reply::Reply;
use crate::words;

/// The page.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = open(app, ask, "session")?;
    let id: SessionId = ask.name("session")?;
    let sessions = opened.chart().sessions();
    let session = sessions
        .iter()
        .find(|session| session.id == id)
        .ok_or(Denied::NotFound)?;
    if session.closed_at.is_none() {
        return Ok(super::room::page(app, ask, &opened, session));
    }
    let mut view = Sheet::new(format!("Session {}", session.number), "Session");
    view.patient = Some(header(
        app,
        &opened,
        vec![Link::new(opened.path(""), "Chart")],
    ));
    view.said = Phrase::sentence(said(&opened, session));
    let clock = super::monitoring_form::clock(app, ask, &opened, session);
    view.acts = acts(ask, &opened, session);
    view.acts.push(Link::new(
        opened.path(&format!("/sessions/{}/record", session.id)),
        "Whole record, to print",
    ));
    if let Some((said, link)) = clock {
        view.said.push(Phrase::plain(" "));
        view.said.extend(said);
        view.acts.push(link);
    }
    view.main = vec![
        Section::new(
            "What was given",
            vec![Piece::Facts(given(&opened, session))],
        ),
        Section::new(
            "Flowsheet",
            vec![Piece::Figure(super::room::record_figure(
                app, ask, &opened, session,
            ))],
        ),
        Section::new("Readings", vec![Piece::Table(readings(&opened, session))]),
    ];
    view.side = vec![Section::new(
        "Everything recorded",
        vec![Piece::List(lines(app, ask, &opened, session))],
    )];
    let mut frame = words::frame(app, ask, Some(pages::Place::Patients));
    frame.live = Some(ask.stream(&opened.path("")));
    Ok(Reply::Page(sheet(&frame, &view)))
}

fn said(opened: &Opened, session: &Session) -> String {
    let opened_at = words::moment(session.opened_at, &opened.zone);
    match session.closed_at {
        Some(at) if session.left_against_advice => {
            format!(
                "{opened_at}. Left against advice at {}.",
                words::time(at, &opened.zone)
            )
        }
        Some(at) => format!("{opened_at}. Closed at {}.", words::time(at, &opened.zone)),
        None => format!("Open since {opened_at}."),
    }
}

/// What can be done now, for those whose role allows it.
fn acts(ask: &Ask, opened: &Opened, session: &Session) -> Vec<Link> {
    let patient = Some(opened.known.patient);
    let form = |(code, words): (&str, &str)| {
        let to = opened.form(&format!("{code}?session={}", session.id));
        is_offered(ask, code, patient).then(|| Link::new(to, words))
    };
    acts_now(opened, session)
        .into_iter()
        .filter_map(form)
        .collect()
}

fn acts_now(opened: &Opened, session: &Session) -> Vec<(&'static str, &'static str)> {
    let form = |code: &'static str, words: &'static str| (code, words);
    if session.closed_at.is_some() {
        let is_signed = opened
            .chart()
            .all::<NoteSigned>()
            .any(|(_, note)| note.is_note_of(session.id));
        return if is_signed {
            Vec::new()
        } else {
            vec![form("sign-note", "Sign the session note")]
        };
    }
    Vec::new()
}

fn given(opened: &Opened, session: &Session) -> Vec<Shown> {
    let mut facts = Vec::new();
    facts.push(match session.weight_g {
        Some(weight) => Shown::plain("Weight", weight.to_string()),
        None => Shown::absent("Weight", "not recorded"),
    });
    facts.push(planned(opened.chart(), session));
    facts.push(match session.started {
        Some(started) => Shown::plain(
            "Started",
            format!(
                "{} {} at {}",
                started.dose,
                started.route,
                words::time(started.at, &opened.zone)
            ),
        ),
        None => Shown::absent("Started", "not yet"),
    });
    facts.push(match (session.stopped, session.started) {
        (Some((at, given)), _) => Shown::plain(
            "Given",
            format!("{given}, ended {}", words::time(at, &opened.zone)),
        ),
        (None, Some(_)) => Shown::absent("Given", "under way"),
        (None, None) => Shown::absent("Given", "nothing yet"),
    });
    facts
}

fn readings(opened: &Opened, session: &Session) -> Table {
    let cell = |text: Option<String>| {
        text.map_or_else(|| vec![Phrase::absent("not taken")], Phrase::sentence)
    };
    let rows = session
        .vitals
        .iter()
        .map(|(at, vitals)| {
            let pressure = vitals
                .systolic_mmhg
                .zip(vitals.diastolic_mmhg)
                .map(|(upper, lower)| format!("{}/{}", upper.number(), lower.number()));
            vec![
                vec![Phrase::Time(words::time(*at, &opened.zone))],
                cell(
                    session
                        .started
                        .map(|started| format!("{}", words::minutes_between(started.at, *at))),
                ),
                cell(pressure),
                cell(
                    vitals
                        .pulse_per_min
                        .map(record::quantity::BeatsPerMinute::number),
                ),
                cell(
                    vitals
                        .saturation_percent
                        .map(record::quantity::Percent::number),
                ),
                cell(
                    vitals
                        .breaths_per_min
                        .map(record::quantity::BreathsPerMinute::number),
                ),
            ]
        })
        .collect();
    Table {
        caption: "Vital signs of this session".to_owned(),
        columns: vec![
            Column::words("Time"),
            Column::numbers("Minute"),
            Column::numbers("Pressure, mmHg"),
            Column::numbers("Pulse, /min"),
            Column::numbers("Saturation, %"),
            Column::numbers("Breathing, /min"),
        ],
        rows,
        when_empty: "No reading has been taken yet".to_owned(),
    }
}

fn lines(app: &App, ask: &Ask, opened: &Opened, session: &Session) -> Vec<Vec<Phrase>> {
    let chart = opened.chart();
    let mut entries: Vec<(&Entry, &Fact)> = chart
        .entries()
        .iter()
        .filter(|entry| may_read(ask, chart, entry))
        .filter_map(|entry| Some((entry, chart.now_says(entry)?)))
        .filter(|(_, fact)| session_of(fact) == Some(session.id))
        .collect();
    entries.sort_by_key(|(entry, _)| (entry.occurred_at, entry.number));
    entries
        .into_iter()
        .map(|(entry, fact)| {
            let (head, rest) = sentence(app, fact);
            let mut line = vec![
                Phrase::Time(words::time(entry.occurred_at.0, &opened.zone)),
                Phrase::plain(" "),
                Phrase::Strong(head),
            ];
            line.extend(rest);
            line.push(Phrase::Quiet(format!(" {}", author(app, entry))));
            line
        })
        .collect()
}

/// The session a fact belongs to.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "only these kinds carry a session"
)]
pub(super) fn session_of(fact: &Fact) -> Option<SessionId> {
    match fact {
        Fact::SessionOpened(one) => Some(one.session),
        Fact::DoseStarted(one) => Some(one.session),
        Fact::DoseChanged(one) => Some(one.session),
        Fact::DoseStopped(one) => Some(one.session),
        Fact::ObservationMade(one) => Some(one.session),
        Fact::RecoveryAssessed(one) => Some(one.session),
        Fact::SessionClosed(one) => Some(one.session),
        Fact::AdverseNoted(one) => one.session,
        Fact::InterventionMade(one) => one.session,
        Fact::VitalsObserved(one) => one.session,
        Fact::NoteSigned(one) => one.session,
        Fact::SessionAnswered(one) => Some(one.session),
        Fact::ReadinessAssessed(one) => Some(one.session),
        Fact::TimeOutHeld(one) => Some(one.session),
        Fact::SessionHeld(one) => Some(one.session),
        Fact::SettingChosen(one) => Some(one.session),
        Fact::RuleFired(one) => Some(one.session),
        Fact::ReadingMissed(one) => Some(one.session),
        Fact::LeftAgainstAdvice(one) => Some(one.session),
        Fact::MonitoringFormSent(one) => Some(one.session),
        _ => None,
    }
}

/// What the plan says of a session.
pub(crate) fn planned(chart: &Chart, session: &Session) -> Shown {
    let plan = chart.plan(session.course);
    let dose = plan.and_then(|(_, plan)| {
        let mut doses = plan.doses.iter();
        doses.find(|dose| dose.number == session.number)
    });
    match dose {
        Some(dose) => Shown::plain(
            "Planned",
            format!("{} {}{}", dose.dose, dose.route, words::over(dose.minutes)),
        ),
        None => Shown::absent("Planned", "nothing planned for this session"),
    }
}
