//! One protocol as a page a director reads and prints.

use clinic::authority::{Act, may};
use clinic::denied::Denied;
use pages::{
    Cell, Column, Fact, Link, Mark, Phrase, Piece, Section, Sheet, Standing as Stands, Table, sheet,
};
use protocol::{Choice, Protocol, Session, Standing, Step, TherapyKind};

use super::{graded, mark_words};
use crate::app::App;
use crate::ask::Ask;
use crate::page::{rules, why};
use crate::reply::Reply;
use crate::words;

/// The page.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    may(&ask.signed_in()?.actor, Act::ReadRules, None)?;
    let id: String = ask.name("protocol")?;
    let protocol = app.clinic.library().protocol(&id).ok_or(Denied::NotFound)?;
    let mut view = Sheet::new(protocol.title.clone(), "Protocol");
    view.mark = Some(match &protocol.standing {
        Standing::Prescribable => Mark::new(Stands::Settled, "Can be prescribed"),
        Standing::ReferenceOnly(_) => Mark::new(Stands::Unknown, "For reference only"),
    });
    view.said = Phrase::sentence(format!(
        "{}, version {}, of {}. To be read again by {}.",
        protocol.id,
        protocol.version,
        protocol.substance,
        words::day_plain(protocol.review_by)
    ));
    view.acts = vec![Link::new("/protocols", "All protocols")];
    view.main = vec![
        what(app, protocol),
        doses(app, protocol),
        talks(app, protocol),
        watched(app, protocol),
        asked(app, protocol),
    ];
    if !protocol.maintenance.is_empty() {
        view.main.push(later(app, protocol));
    }
    view.side = vec![
        limits(app, protocol),
        before(app, protocol),
        evidence(protocol),
    ];
    let frame = words::frame(app, ask, Some(pages::Place::Evidence));
    Ok(Reply::Page(sheet(&frame, &view)))
}

fn what(app: &App, protocol: &Protocol) -> Section {
    let mut pieces = vec![Piece::plain(format!(
        "For {}.",
        protocol.indications.join("; ")
    ))];
    if let Standing::ReferenceOnly(reason) = &protocol.standing {
        pieces.push(Piece::Said(vec![
            Phrase::Strong("It cannot be prescribed: ".to_owned()),
            Phrase::plain(format!("{reason}.")),
        ]));
    }
    pieces.push(Piece::Said(graded(app, protocol)));
    if let Some(note) = &protocol.evidence_note {
        pieces.push(Piece::plain(note.clone()));
    }
    Section::new("What it is", pieces)
}

fn table(caption: &str, columns: &[&str], rows: Vec<Vec<Cell>>, when_empty: &str) -> Piece {
    Piece::Table(Table {
        caption: caption.to_owned(),
        columns: columns.iter().map(|head| Column::words(*head)).collect(),
        rows,
        when_empty: when_empty.to_owned(),
    })
}

/// The words and the way to why, under a section.
fn grounds(app: &App, protocol: &Protocol, part: &str) -> Option<Piece> {
    let said = why::of_protocol(app, &protocol.id, part);
    let lead = Phrase::Quiet("Rests on:".to_owned());
    (!said.is_empty()).then(|| Piece::Said([vec![lead], said].concat()))
}

fn doses(app: &App, protocol: &Protocol) -> Section {
    let row = |session: &Session| {
        let steps: Vec<String> = session.steps.iter().map(step).collect();
        vec![
            Phrase::sentence(session.number.to_string()),
            Phrase::sentence(session.day.to_string()),
            Phrase::sentence(session.route.to_string()),
            Phrase::sentence(steps.join(", then ")),
            Phrase::sentence(mark_words(session.mark)),
        ]
    };
    let rows = protocol.sessions.iter().map(row).collect();
    let columns = ["Session", "Day", "Way in", "Dose", "Figure"];
    let mut pieces = vec![table("Dosing sessions", &columns, rows, "None")];
    pieces.extend(grounds(app, protocol, "session"));
    Section::new("What is given", pieces)
}

fn step(step: &Step) -> String {
    let over = match step.over.0 {
        0 => "at once".to_owned(),
        minutes => format!("over {minutes} min"),
    };
    let choice = match &step.choice {
        Choice::None => String::new(),
        Choice::Between(low, high) => format!(", or from {low} to {high}"),
        Choice::OneOf(doses) => {
            let doses: Vec<String> = doses.iter().map(ToString::to_string).collect();
            format!(", or one of {}", doses.join(", "))
        }
    };
    format!("{} {over}{choice}", step.dose)
}

const fn kind(kind: TherapyKind) -> &'static str {
    match kind {
        TherapyKind::Preparation => "preparation",
        TherapyKind::Dosing => "on the day of a dose, before it",
        TherapyKind::Integration => "integration",
        TherapyKind::Counselling => "counselling",
    }
}

fn talks(app: &App, protocol: &Protocol) -> Section {
    let rows = protocol.therapy.iter().map(|talk| {
        vec![
            vec![Phrase::Strong(format!("{} {}", talk.number, talk.title))],
            Phrase::sentence(talk.day.to_string()),
            Phrase::sentence(format!("{} min", talk.minutes.0)),
            Phrase::sentence(kind(talk.kind)),
            Phrase::sentence(talk.content.join("; ")),
            Phrase::sentence(mark_words(talk.mark)),
        ]
    });
    let columns = [
        "Session",
        "Day",
        "Length",
        "What for",
        "What is done in it",
        "Figure",
    ];
    let none = "No talking session is laid down: the clinic settles them.";
    let mut pieces = vec![table("Talking sessions", &columns, rows.collect(), none)];
    pieces.extend(grounds(app, protocol, "therapy"));
    Section::new("Talking sessions", pieces)
}

fn watched(app: &App, protocol: &Protocol) -> Section {
    let rows = protocol.monitoring.iter().map(|one| {
        let items: Vec<String> = one
            .items
            .iter()
            .map(|item| app.clinic.library().input_words(item))
            .collect();
        let mut when = Vec::new();
        if !one.at.is_empty() {
            let at: Vec<String> = one.at.iter().map(ToString::to_string).collect();
            when.push(format!("at minute {}", at.join(", ")));
        }
        if let Some(every) = one.during {
            when.push(format!("every {} min while it runs", every.0));
        }
        if let Some(every) = one.after {
            when.push(format!("every {} min afterwards", every.0));
        }
        if one.continuous {
            when.push("and without pause, on a monitor".to_owned());
        }
        if one.before_leaving {
            when.push("once more before leaving".to_owned());
        }
        vec![
            Phrase::sentence(items.join(", ")),
            Phrase::sentence(when.join("; ")),
            Phrase::sentence(mark_words(one.mark)),
        ]
    });
    let columns = ["What", "When, from the start of the dose", "Figure"];
    let caption = "What is charted in a session";
    let mut pieces = vec![table(
        caption,
        &columns,
        rows.collect(),
        "Nothing is laid down",
    )];
    pieces.extend(grounds(app, protocol, "monitoring"));
    Section::new("Watched in a session", pieces)
}

fn asked(app: &App, protocol: &Protocol) -> Section {
    let rows = protocol.assessments.iter().map(|one| {
        vec![
            Phrase::sentence(one.day.to_string()),
            Phrase::sentence(one.items.join(", ")),
            Phrase::sentence(mark_words(one.mark)),
        ]
    });
    let columns = ["Day", "What is asked or measured", "Figure"];
    let caption = "Questionnaires and tests by day";
    let mut pieces = vec![table(
        caption,
        &columns,
        rows.collect(),
        "Nothing is laid down",
    )];
    pieces.extend(grounds(app, protocol, "assessment"));
    Section::new("Questionnaires and tests", pieces)
}

fn later(app: &App, protocol: &Protocol) -> Section {
    let rows = protocol.maintenance.iter().map(|one| {
        let every: Vec<String> = one.every_days.iter().map(ToString::to_string).collect();
        let most = one.count_max.map_or_else(
            || "until reviewed".to_owned(),
            |most| format!("{most} at most"),
        );
        vec![
            Phrase::sentence(one.from_day.to_string()),
            Phrase::sentence(format!("every {} days", every.join(" or "))),
            Phrase::sentence(most),
            Phrase::sentence(one.note.clone()),
            Phrase::sentence(mark_words(one.mark)),
        ]
    });
    let columns = [
        "From day",
        "How often",
        "How many",
        "What decides",
        "Figure",
    ];
    let mut pieces = vec![table(
        "Sessions that may follow",
        &columns,
        rows.collect(),
        "None",
    )];
    pieces.extend(grounds(app, protocol, "maintenance"));
    Section::new("What may follow", pieces)
}

fn limits(app: &App, protocol: &Protocol) -> Section {
    let with_why = |name: &str, words: String, part: &str| Fact {
        name: name.to_owned(),
        said: [
            Phrase::sentence(words),
            why::of_protocol(app, &protocol.id, part),
        ]
        .concat(),
    };
    let lifted = if protocol.cap.second_prescriber_may_lift {
        "; a second prescriber may approve more"
    } else {
        "; nobody may give more"
    };
    let most = format!("{} a session{lifted}.", protocol.cap.amount);
    let stay = format!("{} min from the start of the dose.", protocol.stay_min.0);
    let mut facts = vec![
        with_why("Most", most, "cap"),
        with_why("Stay", stay, "stay"),
    ];
    facts.push(Fact::plain(
        "Escort",
        if protocol.escort_required {
            "taken home by a named adult"
        } else {
            "not asked for"
        },
    ));
    if let Some(from) = protocol.basis_asked_from {
        facts.push(Fact::plain(
            "Weight",
            format!(
                "from a body mass index of {from} on, the prescriber chooses actual or ideal weight"
            ),
        ));
    }
    if let Some(piece) = protocol.piece {
        let parts = protocol.piece_part.map_or_else(String::new, |part| {
            format!("; a dose that ends early, in whole parts of {part}")
        });
        let apart = protocol.piece_apart.map_or_else(String::new, |apart| {
            format!("; one after another, {} min apart", apart.0)
        });
        facts.push(Fact::plain(
            "Comes in",
            format!("whole pieces of {piece}{apart}{parts}"),
        ));
    }
    Section::new("Limits", vec![Piece::Facts(facts)])
}

/// The rules that must have let each session through.
fn before(app: &App, protocol: &Protocol) -> Section {
    let pack = app.clinic.library().pack();
    let lines = protocol.sessions.iter().map(|session| {
        let mut said = vec![Phrase::Strong(format!("Session {}: ", session.number))];
        for rule in &session.prerequisites {
            // A protocol may name a family of rules, such as E16 for E16a and E16b.
            let is_of_it = |known: &&protocol::Rule| {
                let rest = known.id.strip_prefix(rule.as_str());
                rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
            };
            let all: Vec<&protocol::Rule> = pack.rules().iter().filter(is_of_it).collect();
            if all.is_empty() {
                said.push(Phrase::plain(format!("{rule} ")));
            }
            for known in all {
                said.push(Phrase::link(rules::path(&known.id), known.id.clone()));
                said.push(Phrase::plain(" "));
            }
        }
        if session.prerequisites.is_empty() {
            said.push(Phrase::absent("none named"));
        }
        said
    });
    Section::new("Rules before each dose", vec![Piece::List(lines.collect())])
}

fn evidence(protocol: &Protocol) -> Section {
    let marked = |says: &str, mark, sources: &[String]| {
        Phrase::sentence(format!(
            "{says} ({}; {})",
            mark_words(mark),
            sources.join(", ")
        ))
    };
    let found = protocol.findings.iter();
    let mut lines: Vec<Vec<Phrase>> = found
        .map(|one| marked(&one.says, one.mark, &one.sources))
        .collect();
    if lines.is_empty() {
        lines.push(vec![Phrase::absent("No result is written down here")]);
    }
    let aimed = protocol.targets.iter();
    let aimed: Vec<Vec<Phrase>> = aimed
        .map(|one| {
            let says = format!("{} Blood: {}.", one.says, one.site.word());
            marked(&says, one.mark, &one.sources)
        })
        .collect();
    let known = protocol::house::sources().unwrap_or_default();
    let sources = protocol.sources.iter().map(|number| {
        let Some(source) = known.get(number.as_str()) else {
            return vec![Phrase::absent(format!(
                "{number}: not in the list of sources"
            ))];
        };
        let is_link = source.address.starts_with("https://") && !source.address.contains(' ');
        if is_link {
            vec![
                Phrase::plain(format!("{number} ")),
                Phrase::link(source.address.clone(), source.title.clone()),
            ]
        } else {
            Phrase::sentence(format!("{number} {}, {}", source.title, source.address))
        }
    });
    let mut pieces = vec![Piece::List(lines)];
    if aimed.is_empty() {
        pieces.push(Piece::plain(
            "It was published without a level in blood to aim at.",
        ));
    } else {
        pieces.push(Piece::plain("Level in blood it was published to aim at:"));
        pieces.push(Piece::List(aimed));
    }
    pieces.push(Piece::List(sources.collect()));
    Section::new("What was found, and where", pieces)
}
