//! The drug of a session: what is drawn, given, wasted and left to account for, with the acts that settle it.

use clinic::act::ledger::session::unaccounted;
use clinic::denied::Denied;
use ledger::{Container, SessionUse};
use pages::{
    Column, Fact as Shown, Link, Mark, Phrase, Piece, Section, Sheet, Standing, Table, sheet,
};
use record::chart::session::Session;
use record::ids::SessionId;
use record::quantity::Micrograms;

use super::super::patient::{Opened, header, open};
use crate::app::App;
use crate::ask::Ask;
use crate::forms::is_offered;
use crate::page::ledger::{movement, path_part};
use crate::reply::Reply;
use crate::words;

/// The page.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = open(app, ask, "the drug of a session")?;
    let id: SessionId = ask.name("session")?;
    let mut sessions = opened.chart().sessions().into_iter();
    let session = sessions
        .find(|session| session.id == id)
        .ok_or(Denied::NotFound)?;
    let title = format!("Drug of session {}", session.number);
    let mut view = Sheet::new(title, "Drug of a session");
    let back = Link::new(opened.path(&format!("/sessions/{id}")), "Room");
    view.patient = Some(header(app, &opened, vec![back]));
    let (mark, said) = stands(app, &session);
    view.mark = Some(mark);
    view.said = Phrase::sentence(said);
    view.acts = acts(app, ask, &opened, &session);
    view.main.push(sums(app, &opened, &session));
    view.main.push(held(app, &session));
    view.side.push(lines(app, &opened, &session));
    let mut frame = words::frame(app, ask, Some(pages::Place::Patients));
    frame.live = Some(ask.stream(&opened.path("")));
    Ok(Reply::Page(sheet(&frame, &view)))
}

fn used(app: &App, session: SessionId) -> SessionUse {
    let stock = app.clinic.stock();
    stock.register.use_of(session).copied().unwrap_or_default()
}

/// How the drug of a session stands, in a mark and a sentence.
fn stands(app: &App, session: &Session) -> (Mark, String) {
    if let Some(supply) = &session.other_supply {
        let said = format!(
            "The drug comes from {supply}, not from the clinic's stock; the register holds no line of it."
        );
        return (Mark::new(Standing::Unknown, "Other supply"), said);
    }
    let is_over = session.closed_at.is_some();
    match unaccounted(&app.clinic, session.id) {
        Some(_) if session.stopped.is_none() && !is_over => {
            let runs = if session.started.is_some() {
                "The dose runs; what was given is written in the register when it ends."
            } else {
                "The dose has not begun."
            };
            (Mark::new(Standing::Watch, "In use"), runs.to_owned())
        }
        Some(said) if is_over => (Mark::new(Standing::ActNow, "Not accounted for"), said),
        Some(said) => (Mark::new(Standing::Watch, "In use"), said),
        None if app.clinic.stock().register.is_closed(session.id) => (
            Mark::new(Standing::Settled, "Books closed"),
            "Every milligram issued to this session is accounted for.".to_owned(),
        ),
        None => (
            Mark::new(Standing::Unknown, "Nothing in use"),
            "This session holds no drug now.".to_owned(),
        ),
    }
}

fn acts(app: &App, ask: &Ask, opened: &Opened, session: &Session) -> Vec<Link> {
    let has_some = app.clinic.stock().register.in_use(session.id).get() > 0;
    let may_draw =
        session.closed_at.is_none() && session.stopped.is_none() && session.other_supply.is_none();
    let mut codes: Vec<(&str, &str)> = Vec::new();
    if may_draw {
        codes.push(("draw-drug", "Draw"));
    }
    let ready = opened.path(&format!("/sessions/{}/readiness", session.id));
    if has_some {
        codes.extend([
            ("waste-drug", "Waste before a witness"),
            ("return-vial", "Put an unopened vial back"),
            ("lose-drug", "Report a loss"),
        ]);
    } else if may_draw && session.started.is_none() {
        codes.push(("other-supply", "Name another supply"));
    }
    codes
        .into_iter()
        .filter(|(code, _)| is_offered(ask, code, Some(opened.known.patient)))
        .map(|(code, words)| {
            let to = opened.form(&format!("{code}?session={}", session.id));
            Link::new(to, words)
        })
        .chain((may_draw && session.started.is_none()).then(|| Link::new(ready, "Readiness")))
        .collect()
}

/// What the press in the room says: how much is drawn, or left to account for.
pub(super) fn press(app: &App, session: &Session) -> String {
    let stock = app.clinic.stock();
    let (drawn, left) = (
        stock.register.drawn(session.id),
        stock.register.in_use(session.id),
    );
    if session.other_supply.is_some() {
        "Other supply".to_owned()
    } else if session.stopped.is_some() && left.get() > 0 {
        format!("Waste {left}")
    } else if session.stopped.is_some() {
        "No drug left".to_owned()
    } else if left.get() == 0 {
        "Draw".to_owned()
    } else {
        format!("Drawn {drawn}")
    }
}

fn sums(app: &App, opened: &Opened, session: &Session) -> Section {
    let used = used(app, session.id);
    let stock = app.clinic.stock();
    let drawn_now = stock.register.drawn(session.id);
    let left = stock.register.in_use(session.id);
    let planned = opened.chart().plan(session.course).and_then(|(_, plan)| {
        let mut doses = plan.doses.iter();
        let dose = doses.find(|dose| dose.number == session.number)?;
        Some(dose.dose)
    });
    let charted = session.stopped.map(|(_, given)| given);
    let mut facts = vec![
        planned.map_or_else(
            || Shown::absent("Planned", "no dose planned"),
            |dose| Shown::plain("Planned", dose.to_string()),
        ),
        Shown::plain("Issued", used.issued.to_string()),
        Shown::plain("Drawn", used.drawn.to_string()),
        Shown::plain("Drawn and still there", drawn_now.to_string()),
    ];
    facts.push(match (session.started, charted) {
        (None, _) => Shown::absent("Given", "not started"),
        (Some(_), None) => Shown::absent("Given", "runs; written when it ends"),
        (Some(_), Some(given)) if given == used.given || session.other_supply.is_some() => {
            Shown::plain("Given", given.to_string())
        }
        (Some(_), Some(given)) => Shown::plain(
            "Given",
            format!("{given} by the chart, {} by the register", used.given),
        ),
    });
    facts.extend([
        Shown::plain("Wasted", used.wasted.to_string()),
        Shown::plain("Put back", used.returned.to_string()),
        Shown::plain("Lost", used.lost.to_string()),
        Shown::plain("Left to account for", left.to_string()),
    ]);
    Section::new("Drawn, given, left", vec![Piece::Facts(facts)])
}

fn held(app: &App, session: &Session) -> Section {
    let stock = app.clinic.stock();
    let rows = stock
        .register
        .held(session.id)
        .map(|(vial, container, amount)| {
            let place = match container {
                Container::Syringe => "drawn from it",
                Container::Vial => "left in it",
            };
            vec![
                vec![vial_link(vial)],
                Phrase::sentence(place),
                Phrase::sentence(amount.number()),
            ]
        });
    let table = Table {
        caption: "What this session holds".to_owned(),
        columns: vec![
            Column::words("Vial"),
            Column::words("Where"),
            Column::numbers("mg"),
        ],
        rows: rows.collect(),
        when_empty: "Nothing.".to_owned(),
    };
    Section::new("What it holds now", vec![Piece::Table(table)])
}

fn vial_link(vial: &ledger::VialId) -> Phrase {
    Phrase::link(
        format!("/ledger/vials/{}", path_part(vial.as_str())),
        vial.to_string(),
    )
}

fn lines(app: &App, opened: &Opened, session: &Session) -> Section {
    let stock = app.clinic.stock();
    let board = app.clinic.board();
    let is_own = |line: &ledger::Line| {
        line.moves.iter().any(|made| {
            made.from.session() == Some(session.id) || made.to.session() == Some(session.id)
        })
    };
    let list = stock
        .register
        .postings()
        .iter()
        .filter(|posting| is_own(&posting.line))
        .map(|posting| {
            let line = &posting.line;
            let sum: u64 = line.moves.iter().map(|made| made.amount.get()).sum();
            let vial = line.moves.first().map(|made| made.vial.to_string());
            let mut said = vec![
                Phrase::Time(words::time(line.at, &opened.zone)),
                Phrase::plain(format!(
                    " {} {} ",
                    movement(&line.fact),
                    Micrograms::new(sum)
                )),
                Phrase::Quiet(vial.unwrap_or_default()),
                Phrase::plain(format!(", {}", board.author_name(&line.by.to_string()))),
            ];
            if let ledger::Fact::Done(ledger::Act::Waste(waste)) = &line.fact {
                let witness = board.author_name(&waste.witness.to_string());
                said.push(Phrase::plain(format!("; witness {witness}")));
            }
            said
        })
        .collect::<Vec<_>>();
    let piece = if list.is_empty() {
        Piece::Said(vec![Phrase::absent("no line yet")])
    } else {
        Piece::List(list)
    };
    Section::new("Lines of the register", vec![piece])
}
