//! Old and new text of the rules side by side, and whom the difference would move: what the medical
//! director reads before signing.

use clinic::act::rule_pack::before::{self, Before};
use clinic::act::rule_pack::moves::{self, Moved, Moves};
use clinic::act::rule_pack::{Standing, standing};
use clinic::authority::{Act, may};
use clinic::denied::Denied;
use pages::{Beside, BesideField, Column, Link, Phrase, Piece, Section, Sheet, Table, sheet};
use protocol::{Compared, FieldCompared, Outcome, Pack, RuleCompared, compare};

use super::{mark, path};
use crate::app::App;
use crate::ask::Ask;
use crate::forms::is_offered;
use crate::reply::Reply;
use crate::words;

/// The address.
pub(super) const PATH: &str = "/rules/compare";

/// The page.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    may(&ask.signed_in()?.actor, Act::ReadRules, None)?;
    let all = before::all(&app.clinic)?;
    let wanted = ask.query.get("with").unwrap_or_default();
    let chosen = if wanted.is_empty() {
        all.first()
    } else {
        Some(
            all.iter()
                .find(|one| one.digest == wanted)
                .ok_or(Denied::NotFound)?,
        )
    };
    let standing = standing(&app.clinic);
    let mut view = Sheet::new("Old and new rules side by side", "Old and new rules");
    view.mark = Some(mark(&standing));
    if !matches!(standing, Standing::Signed(_)) && is_offered(ask, "sign-rules", None) {
        view.acts = vec![Link::new("/do/sign-rules", "Sign these rules")];
    }
    view.acts.push(Link::new("/rules", "All rules"));
    let pack = app.clinic.library().pack();
    match chosen {
        None => {
            view.said = Phrase::sentence(
                "There is nothing to compare with: no other rules were signed, and these are the ones that ship.",
            );
        }
        Some(one) => {
            view.said = Phrase::sentence(format!("{}, beside {}.", pack.pin(), said(app, one)));
            match &one.pack {
                Ok(other) => view.main = beside(app, ask, (other, one), pack)?,
                Err(why) => {
                    view.main = vec![Section::new(
                        "The old text",
                        vec![Piece::plain(format!(
                            "{} cannot be laid beside these rules: {why}. What changed since the signature, rule by rule, is on the page of all rules.",
                            one.pin
                        ))],
                    )];
                }
            }
            view.main.extend(others(app, &all, one));
        }
    }
    Ok(Reply::Page(sheet(&words::frame(app, ask, None), &view)))
}

/// "house@1, signed by Dr Edith Lindqvist on Mon 23 Nov 2026, 14:05".
fn said(app: &App, one: &Before) -> String {
    match &one.signed {
        Some((name, at)) => format!(
            "{}, signed by {name} on {}",
            one.pin,
            words::moment(*at, &app.clinic.zone())
        ),
        None => format!("{}, the rules that ship with Holdfast", one.pin),
    }
}

fn others(app: &App, all: &[Before], chosen: &Before) -> Option<Section> {
    let links: Vec<Vec<Phrase>> = all
        .iter()
        .filter(|one| one.digest != chosen.digest)
        .map(|one| {
            vec![Phrase::link(
                format!("{PATH}?with={}", one.digest),
                said(app, one),
            )]
        })
        .collect();
    (!links.is_empty()).then(|| Section::new("Compare with others", vec![Piece::List(links)]))
}

fn beside(
    app: &App,
    ask: &Ask,
    (other, one): (&Pack, &Before),
    pack: &Pack,
) -> Result<Vec<Section>, Denied> {
    let found = compare(other, pack);
    let moves = moves::between(&app.clinic, other, pack, ask.now)?;
    let heads = (
        match one.signed {
            Some(_) => format!("Signed, {}", one.pin),
            None => format!("As it ships, {}", one.pin),
        },
        format!("Now, {}", pack.pin()),
    );
    let mut all = vec![whom(app, ask, &moves)?];
    if found.is_empty() {
        all.push(Section::new(
            "What changed",
            vec![Piece::plain(
                "No rule, and nothing the rules share, reads otherwise.",
            )],
        ));
        return Ok(all);
    }
    all.push(summary(&found));
    all.extend(found.rules.iter().map(|rule| of_rule(rule, &heads)));
    if !found.shared.is_empty() {
        let fields = found.shared.iter().map(field).collect();
        all.push(Section::new(
            "What the rules share",
            vec![Piece::Beside(Beside {
                before: heads.0,
                now: heads.1,
                changed: fields,
                same: Vec::new(),
            })],
        ));
    }
    Ok(all)
}

fn summary(found: &Compared) -> Section {
    let mut pieces = vec![Piece::plain(format!(
        "{} and {} the rules share.",
        words::of(
            found.rules.len(),
            "rule that reads otherwise",
            "rules that read otherwise"
        ),
        words::of(found.shared.len(), "thing", "things"),
    ))];
    if !found.reached.is_empty() {
        let mut line = Phrase::sentence(
            "These rules read the same, and use something shared that changed, so that they may answer otherwise: ",
        );
        for (place, id) in found.reached.iter().enumerate() {
            if place > 0 {
                line.push(Phrase::plain(", "));
            }
            line.push(Phrase::link(path(id), id.clone()));
        }
        pieces.push(Piece::Said(line));
    }
    Section::new("What changed", pieces)
}

fn of_rule(rule: &RuleCompared, heads: &(String, String)) -> Section {
    let happened = match (rule.before, rule.now) {
        (None, _) => "new".to_owned(),
        (_, None) => "removed".to_owned(),
        (Some(before), Some(now)) if before == now => {
            format!("reads otherwise, still as version {now}")
        }
        (Some(before), Some(now)) => format!("version {before} to version {now}"),
    };
    let (changed, same): (Vec<&FieldCompared>, Vec<&FieldCompared>) =
        rule.fields.iter().partition(|field| field.differs());
    Section::new(
        format!("{} {}: {happened}", rule.id, rule.title),
        vec![Piece::Beside(Beside {
            before: heads.0.clone(),
            now: heads.1.clone(),
            changed: changed.into_iter().map(field).collect(),
            same: same
                .into_iter()
                .map(|field| (field.name.clone(), field.now.clone().unwrap_or_default()))
                .collect(),
        })],
    )
}

fn field(one: &FieldCompared) -> BesideField {
    BesideField::new(one.name.clone(), one.before.as_deref(), one.now.as_deref())
}

/// Whom it would move: numbers for everybody who reads the rules, names for those who may open charts.
fn whom(app: &App, ask: &Ask, moves: &Moves) -> Result<Section, Denied> {
    let n_otherwise = moves.otherwise().count();
    let mut pieces = vec![Piece::Said(vec![
        Phrase::Strong(format!(
            "Would newly stop {}, newly pass {}.",
            moves.newly_stopped().count(),
            moves.newly_passed().count()
        )),
        Phrase::plain(format!(
            " {n_otherwise} more would be stopped or pass as before, on other grounds. The screening rules were run now on {}, under both packs; the rules of the day are asked on the day.",
            words::of(moves.n_courses, "open course", "open courses"),
        )),
    ])];
    if moves.n_unreadable > 0 {
        pieces.push(Piece::plain(format!(
            "{} cannot be read whole, so that nobody can say of them.",
            words::of(moves.n_unreadable, "record", "records")
        )));
    }
    if may(&ask.signed_in()?.actor, Act::ReadChart, None).is_err() {
        pieces.push(Piece::plain("The names are for those who may open charts."));
        return Ok(Section::new("Whom it would move", pieces));
    }
    let board = app.clinic.board();
    let order = moves
        .newly_stopped()
        .chain(moves.newly_passed())
        .chain(moves.otherwise());
    pieces.push(Piece::Table(Table {
        caption: "People for whom something would come out otherwise".to_owned(),
        columns: ["Who", "Before", "Then", "Rules that come out otherwise"]
            .map(Column::words)
            .to_vec(),
        rows: order
            .map(|one| {
                let name = board
                    .line(one.patient)
                    .map_or_else(|| "somebody".to_owned(), |line| line.name.to_string());
                row(one, name)
            })
            .collect(),
        when_empty: "Nobody on a course would be moved.".to_owned(),
    }));
    Ok(Section::new("Whom it would move", pieces))
}

fn row(one: &Moved, name: String) -> Vec<Vec<Phrase>> {
    let stands = |is_stopped: bool| {
        Phrase::sentence(if is_stopped {
            "stopped"
        } else {
            "nothing in the way"
        })
    };
    let rules: Vec<String> = one
        .rules
        .iter()
        .map(|(id, was, is)| format!("{id}: {}, then {}", outcome(*was), outcome(*is)))
        .collect();
    vec![
        vec![Phrase::link(
            format!("/patients/{}/eligibility", one.patient),
            name,
        )],
        stands(one.is_stopped.0),
        stands(one.is_stopped.1),
        Phrase::sentence(rules.join("; ")),
    ]
}

const fn outcome(outcome: Option<Outcome>) -> &'static str {
    match outcome {
        None => "not there",
        Some(Outcome::Fired) => "applies",
        Some(Outcome::NotFired | Outcome::Unchanged) => "does not apply",
        Some(Outcome::Unanswered) => "unanswered",
        Some(Outcome::Settled) => "settled by another answer",
        Some(Outcome::Met) => "met",
        Some(Outcome::NotMet) => "not met",
    }
}
