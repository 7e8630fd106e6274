//! Evidence: claims by what hangs on them, one claim or study in full, and what a search finds.

mod claim;
mod look;
mod own;
mod study;

use clinic::authority::{Act, may};
use clinic::denied::Denied;
use evidence::record::{Claim, Consequence};
use evidence::{Library, Work};
use pages::screen::evidence::{ClaimGroup, ClaimLine, Evidence, EvidenceMain};
use pages::screen::site::Grade;
use pages::{Control, Field, Form, Input, Link, Phrase};

use crate::app::App;
use crate::ask::Ask;
use crate::reply::Reply;
use crate::site::lay::capital;
use crate::words;

/// The address of a claim.
pub(crate) fn claim_path(claim: &str) -> String {
    format!("/evidence/{claim}")
}

/// The address of a study or a background record.
fn work_path(work: &str) -> String {
    format!("/evidence/studies/{work}")
}

/// The overview, or what a search finds.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    may(&ask.signed_in()?.actor, Act::ReadEvidence, None)?;
    let main = match ask.query.get("find") {
        Some(words) => look::found(app, words),
        None => look::overview(app),
    };
    Ok(drawn(app, ask, main, None))
}

/// One claim.
pub(crate) fn show_claim(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    may(&ask.signed_in()?.actor, Act::ReadEvidence, None)?;
    let id: String = ask.name("claim")?;
    let claim = library(app).claim(&id).ok_or(Denied::NotFound)?;
    let main = EvidenceMain::Claim(Box::new(claim::view(app, ask, claim)));
    Ok(drawn(app, ask, main, Some(&claim.id)))
}

/// One study, or a work beside the study records.
pub(crate) fn show_study(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    may(&ask.signed_in()?.actor, Act::ReadEvidence, None)?;
    let id: String = ask.name("study")?;
    let work = library(app).work(&id).ok_or(Denied::NotFound)?;
    Ok(drawn(app, ask, study::view(app, &work), None))
}

fn library(app: &App) -> &Library {
    app.clinic.library().evidence()
}

fn drawn(app: &App, ask: &Ask, main: EvidenceMain, here: Option<&str>) -> Reply {
    let field = Field::new(
        "find",
        "Search claims and studies",
        Control::line(Input::Search),
    );
    let view = Evidence {
        list_prints: ask.path == "/evidence" && ask.query.get("find").is_none(),
        said: "Ordered by what hangs on them. Grades are ours, in GRADE words.".to_owned(),
        search: Form::ask("/evidence", "Search")
            .named("search")
            .fields(vec![field.value(ask.query.get("find").unwrap_or_default())]),
        groups: groups(app, here),
        main,
    };
    let frame = words::frame(app, ask, Some(pages::Place::Evidence));
    Reply::Page(pages::evidence(&frame, &view))
}

fn groups(app: &App, here: Option<&str>) -> Vec<ClaimGroup> {
    let library = library(app);
    let board = app.clinic.board();
    let line = |claim: &Claim| ClaimLine {
        link: Link::new(claim_path(&claim.id), capital(&claim.claim)),
        under: under(library, claim),
        grade: grade(claim),
        is_here: here == Some(claim.id.as_str()),
        is_overruled: board.overrulings.values().any(|one| one.claim == claim.id),
    };
    let group = |consequence: Consequence| ClaimGroup {
        title: consequence.words().to_owned(),
        lines: library
            .claims()
            .iter()
            .filter(|claim| claim.consequence == consequence)
            .map(line)
            .collect(),
    };
    Consequence::ALL.into_iter().map(group).collect()
}

fn grade(claim: &Claim) -> Grade {
    Grade {
        word: capital(claim.grade.words()),
        marks: claim.grade.marks(),
    }
}

/// What a claim rests on, in a few words.
fn under(library: &Library, claim: &Claim) -> String {
    if claim.grade.marks() == 0 {
        return claim
            .reasons
            .first()
            .map_or_else(String::new, |reason| capital(reason));
    }
    let (mut n_randomised, mut n_others, mut n_beside) = (0, 0, 0);
    for work in library
        .works(&claim.in_favour)
        .chain(library.works(&claim.against))
    {
        match work {
            Work::Study(study) if study.class.is_randomised() => n_randomised += 1,
            Work::Study(_) => n_others += 1,
            Work::Background(_) => n_beside += 1,
        }
    }
    let counted = [
        (
            n_randomised,
            words::of(n_randomised, "randomised study", "randomised studies"),
        ),
        (
            n_others,
            words::of(n_others, "other study", "other studies"),
        ),
        (
            n_beside,
            words::of(n_beside, "review or cohort", "reviews and cohorts"),
        ),
    ];
    let said: Vec<String> = counted
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(_, said)| said)
        .collect();
    said.join(", ")
}

/// `Dakwar 2019` of `dakwar-2019`.
pub(super) fn short(id: &str) -> String {
    capital(&id.replace('-', " "))
}

/// A link to a work under its short name.
fn work_link(id: &str) -> Phrase {
    Phrase::link(work_path(id), short(id))
}

/// The word by which an enum of the evidence is written in its files.
fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word.replace('_', " "),
        Ok(_) | Err(_) => String::new(),
    }
}
