//! Before and after the dose: the rules of the day, the gate before leaving, and the rules that hold now.

use clinic::act::room::after::{Gate, gate};
use clinic::act::room::before::{Readiness, readiness};
use clinic::act::{certificate, enrolment};
use clinic::denied::Denied;
use clinic::inputs;
use pages::{
    Column, Link, Mark, Phrase, Piece, RuleLine, RuleOutcome as Came, Rules, Section, Sheet,
    Standing, Table, sheet,
};
use protocol::Clearance;
use record::chart::session::Session;
use record::fact::decision::{RuleClass, RuleOutcome, Verdict};
use record::ids::SessionId;

use super::super::patient::{Opened, header, open};
use super::Room;
use crate::app::App;
use crate::ask::Ask;
use crate::forms::is_offered;
use crate::reply::Reply;
use crate::words;

fn session_of(ask: &Ask, opened: &Opened) -> Result<Session, Denied> {
    let id: SessionId = ask.name("session")?;
    let mut sessions = opened.chart().sessions().into_iter();
    sessions
        .find(|session| session.id == id)
        .ok_or(Denied::NotFound)
}

fn page(app: &App, ask: &Ask, opened: &Opened, session: &Session, title: &str) -> Sheet {
    let mut view = Sheet::new(title, title);
    let back = Link::new(opened.path(&format!("/sessions/{}", session.id)), "Room");
    view.patient = Some(header(app, opened, vec![back]));
    let _ = ask;
    view
}

fn drawn(app: &App, ask: &Ask, opened: &Opened, view: &Sheet) -> Reply {
    let mut frame = words::frame(app, ask, Some(pages::Place::Patients));
    frame.live = Some(ask.stream(&opened.path("")));
    Reply::Page(sheet(&frame, view))
}

fn offered(ask: &Ask, opened: &Opened, session: &Session, acts: &[(&str, &str)]) -> Vec<Link> {
    acts.iter()
        .filter(|(code, _)| is_offered(ask, code, Some(opened.known.patient)))
        .map(|(code, words)| {
            Link::new(
                opened.form(&format!("{code}?session={}", session.id)),
                *words,
            )
        })
        .collect()
}

/// The rules of the day before a dose.
pub(crate) fn ready(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = open(app, ask, "readiness")?;
    let session = session_of(ask, &opened)?;
    let ready = readiness(&app.clinic, opened.chart(), &session, ask.now);
    let mut view = page(app, ask, &opened, &session, "Readiness before the dose");
    let n_open = ready
        .questions
        .iter()
        .filter(|question| question.is_open)
        .count();
    view.said = Phrase::sentence(clearance(&ready));
    view.mark = standing(&ready);
    let holds = app.clinic.library().policy().time_out_minutes;
    let is_checked = session
        .time_out_at
        .is_some_and(|at| words::minutes_between(at, ask.now) <= holds);
    let mut acts: Vec<(&str, &str)> = Vec::new();
    if session.started.is_none() && session.closed_at.is_none() {
        if is_checked {
            acts.push(("start-dose", "Start the dose"));
        } else if ready.clearance == Clearance::NothingInTheWay {
            acts.push(("time-out", "Time-out with two people"));
        } else if n_open > 0 {
            acts.push(("ask-today", "Answer what is open"));
        }
        acts.extend([
            ("draw-drug", "Draw the dose"),
            ("readings", "Vitals"),
            ("breath", "Breath test"),
            ("urine", "Urine screen"),
            ("ask-today", "Change an answer"),
            ("override-today", "Override a rule"),
            ("hold-today", "Hold today"),
        ]);
        if enrolment::is_in_the_way(&ready) {
            acts.insert(0, ("enrol-with-programme", "Record the enrolment"));
        }
        acts.dedup_by_key(|(code, _)| *code);
    }
    view.acts = offered(ask, &opened, &session, &acts);
    if certificate::is_in_the_way(&ready) && is_offered(ask, "certify-setting", None) {
        let certify = Link::new("/do/certify-setting", "Record the certificate");
        view.acts.insert(0, certify);
    }
    let in_the_way: Vec<Vec<Phrase>> = ready
        .in_the_way
        .iter()
        .map(|(rule, said)| {
            vec![
                Phrase::Strong(format!("{rule} ")),
                Phrase::plain(said.clone()),
            ]
        })
        .collect();
    if !in_the_way.is_empty() {
        view.main.push(Section::new(
            "In the way today",
            vec![Piece::List(in_the_way)],
        ));
    }
    view.main.push(Section::new(
        "What the rules said",
        vec![Piece::Rules(rules_of(app, &ready))],
    ));
    Ok(drawn(app, ask, &opened, &view))
}

fn clearance(ready: &Readiness) -> String {
    let n = words::of(ready.in_the_way.len(), "rule stands", "rules stand");
    match ready.clearance {
        Clearance::NothingInTheWay => {
            "No rule that was asked stands in the way. Two people still check.".to_owned()
        }
        Clearance::NeedsOverride => {
            format!("{n} in the way: a prescriber records a reason, or the session is held.")
        }
        Clearance::NeedsAnswers => format!("{n} in the way: questions are open."),
        Clearance::HeldToday => format!("{n} in the way: not today as it stands."),
        Clearance::Excluded => format!("{n} in the way: excluded until a new assessment."),
    }
}

fn standing(ready: &Readiness) -> Option<Mark> {
    match ready.clearance {
        Clearance::NothingInTheWay => None,
        Clearance::NeedsAnswers => Some(Mark::new(Standing::Unknown, "Not answered")),
        Clearance::NeedsOverride => Some(Mark::new(Standing::Watch, "Needs a reason")),
        Clearance::HeldToday => Some(Mark::new(Standing::ActNow, "Held today")),
        Clearance::Excluded => Some(Mark::new(Standing::ActNow, "Excluded")),
    }
}

fn rules_of(app: &App, ready: &Readiness) -> Rules {
    let pack = app.clinic.library().pack();
    let said = format!(
        "{} of pack {}, version {}.",
        words::of(ready.verdicts.len(), "rule", "rules"),
        pack.id,
        pack.version
    );
    let all = ready
        .verdicts
        .iter()
        .map(|one| (came_out(one), line(app, one)));
    Rules::of(said, all.collect())
}

fn came_out(verdict: &Verdict) -> Came {
    let is_strict = matches!(verdict.class, RuleClass::Exclude | RuleClass::HoldToday);
    match verdict.outcome {
        RuleOutcome::Fired if is_strict => Came::Excludes,
        RuleOutcome::Fired => Came::Cautions,
        RuleOutcome::Unanswered => Came::Unanswered,
        RuleOutcome::NotFired | RuleOutcome::Settled => Came::DidNotFire,
    }
}

fn line(app: &App, verdict: &Verdict) -> RuleLine {
    let seen = verdict.seen.iter().map(|seen| {
        Phrase::plain(format!(
            "{}: {}. ",
            inputs::words(&app.clinic, seen.input.as_str()),
            inputs::value(&app.clinic, seen.input.as_str(), seen.value.as_str())
        ))
    });
    let missing = verdict.missing.iter().flat_map(|input| {
        let name = inputs::words(&app.clinic, input.as_str());
        [
            Phrase::absent(format!("{name}: not asked")),
            Phrase::plain(" "),
        ]
    });
    RuleLine {
        rule: verdict.rule.to_string(),
        sentence: Phrase::sentence(format!("{} ({})", verdict.title, verdict.class)),
        inputs: seen.chain(missing).collect(),
    }
}

/// The gate before leaving.
pub(crate) fn leaving(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = open(app, ask, "leaving")?;
    let session = session_of(ask, &opened)?;
    let gate = gate(&app.clinic, opened.chart(), &session, ask.now);
    let mut view = page(app, ask, &opened, &session, "Readiness to leave");
    view.said = Phrase::sentence(leaving_said(&opened, &gate, ask));
    let acts: &[(&str, &str)] = if session.closed_at.is_some() {
        &[]
    } else if session.is_recovery_assessed {
        &[
            ("close-session", "Close the session"),
            ("leave-against-advice", "Leaves against advice"),
        ]
    } else {
        &[
            ("ask-leaving", "Answer what is open"),
            ("recover", "Sign readiness"),
            ("readings", "Vitals"),
            ("leave-against-advice", "Leaves against advice"),
        ]
    };
    view.acts = offered(ask, &opened, &session, acts);
    let rows = gate.lines.iter().map(|line| {
        let stands = match (line.is_met, line.is_answered) {
            (true, _) => Phrase::plain("Met"),
            (false, true) => Phrase::Mark(Mark::new(Standing::Watch, "Not met")),
            (false, false) => Phrase::absent("not answered"),
        };
        let todo = if line.is_met {
            String::new()
        } else {
            line.actions.clone()
        };
        vec![
            vec![Phrase::Strong(line.rule.clone())],
            Phrase::sentence(line.title.clone()),
            vec![stands],
            vec![Phrase::Quiet(line.seen.join(". "))],
            Phrase::sentence(todo),
        ]
    });
    let columns = ["Item", "What it asks", "Stands", "On what", "What to do"];
    let table = Table {
        caption: "The gate before leaving".to_owned(),
        columns: columns.map(Column::words).to_vec(),
        rows: rows.collect(),
        when_empty: "The rules hold no gate".to_owned(),
    };
    view.main
        .push(Section::new("The gate", vec![Piece::Table(table)]));
    Ok(drawn(app, ask, &opened, &view))
}

fn leaving_said(opened: &Opened, gate: &Gate, ask: &Ask) -> String {
    let n = gate.lines.iter().filter(|line| !line.is_met).count();
    let open = words::of(n, "item is", "items are");
    let clock = gate.stay_over_at.map_or_else(String::new, |at| {
        let over = words::time(at, &opened.zone);
        if at > ask.now {
            let left = words::minutes_between(ask.now, at) + 1;
            format!(" The shortest stay is over at {over}, in {left} min; it cannot be shortened.")
        } else {
            format!(" The shortest stay was over at {over}.")
        }
    });
    format!("{open} not met.{clock}")
}

/// The monitoring rules that hold now, and what each hangs on.
pub(crate) fn rules(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = open(app, ask, "rules of the session")?;
    let session = session_of(ask, &opened)?;
    let room = Room::of(app, ask, &opened, &session);
    let pack = app.clinic.library().pack();
    let mut view = page(app, ask, &opened, &session, "Why the room says so");
    view.said = Phrase::sentence(format!(
        "At {}, by pack {}, version {}.",
        words::time(room.now, &opened.zone),
        pack.id,
        pack.version
    ));
    let rows = room.holds.iter().map(|one| {
        let rule = pack.rule(&one.rule);
        let seen = one.seen.iter().map(|(input, value)| {
            let words = inputs::words(&app.clinic, input);
            format!("{words}: {}", inputs::value(&app.clinic, input, value))
        });
        let why = rule.map_or_else(String::new, |rule| {
            let note = rule
                .mark_note
                .as_deref()
                .map_or_else(String::new, |note| format!(" {note}"));
            format!(
                "{} {}.{note} Sources {}.",
                rule.rationale,
                one.mark,
                rule.sources.join(", ")
            )
        });
        vec![
            vec![Phrase::Strong(one.rule.clone())],
            Phrase::sentence(one.sentence.clone()),
            Phrase::sentence(seen.collect::<Vec<_>>().join(". ")),
            Phrase::sentence(why),
        ]
    });
    let table = Table {
        caption: "Rules that hold now".to_owned(),
        columns: ["Rule", "What it says", "On what", "Why"]
            .map(Column::words)
            .to_vec(),
        rows: rows.collect(),
        when_empty: "No rule that could be asked holds now. What was not read was not asked."
            .to_owned(),
    };
    view.main.push(Section::new(
        "Rules that hold now",
        vec![Piece::Table(table)],
    ));
    Ok(drawn(app, ask, &opened, &view))
}
