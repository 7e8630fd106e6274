//! The form by which the medical director overrules a default.

use clinic::act::confirm::{FIELD, confirm};
use clinic::act::overrule::{Decision, MEANING, overrule};
use clinic::authority::Act;
use clinic::denied::Denied;
use clinic::grounds;
use pages::{Choice, Field, FormPage};
use record::words::Line;

use super::{Desk, FormKind, read};
use crate::page::evidence::claim_path;

pub(super) const FORMS: &[FormKind] = &[FormKind {
    code: "overrule",
    title: "Overrule a default",
    done: "The decision is recorded, and stands beside the claim.",
    act: Act::OverruleDefault,
    draw,
    send,
}];

/// The claim the reader came from, where they came from one.
fn claim<'a>(desk: &Desk<'a>) -> Option<&'a evidence::record::Claim> {
    let id = desk
        .ask
        .sent
        .get("claim")
        .or_else(|| desk.ask.query.get("claim"))?;
    desk.app.clinic.library().evidence().claim(id)
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "the drawing of every form has one shape"
)]
fn draw(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let library = desk.app.clinic.library();
    let claim = claim(desk);
    let mut resting: Vec<grounds::Item> = match claim {
        Some(claim) => grounds::resting_on(library, &claim.id),
        None => grounds::items(library),
    };
    resting.retain(|item| grounds::of(library, item).is_some_and(|ground| ground.claim.is_some()));
    resting.dedup_by(|one, other| one.id == other.id);
    let choices = resting
        .into_iter()
        .map(|item| Choice::new(item.id.clone(), format!("{}, {}", item.id, item.title)))
        .collect();
    let mut form = desk.form("Record the decision");
    let mut said = String::new();
    if let Some(claim) = claim {
        form = form.hidden("claim", claim.id.clone());
        said = format!(
            "It rests on the claim \u{201c}{}\u{201d}. Our grade: {}. ",
            claim.claim,
            claim.grade.words()
        );
    }
    let back = claim.map_or_else(|| "/evidence".to_owned(), |claim| claim_path(&claim.id));
    let form = form.cancel(back, "Cancel").fields(vec![
        Field::select("about", "Which default?", choices),
        Field::line("instead", "What does the clinic do instead?")
            .hint("Leave empty to take an overruling back")
            .optional(),
        Field::area("reason", "Why?"),
        super::pass_phrase(Some(MEANING)),
    ]);
    said.push_str(
        "The decision is written with your name for everyone to see. It changes no rule by itself: a rule or \
         a protocol changes by a new version that is signed.",
    );
    Ok(desk.page(form).said(said))
}

fn send(desk: &Desk<'_>) -> Result<String, Denied> {
    let library = desk.app.clinic.library();
    let mut answers = desk.answers();
    let about = answers.line("about");
    let instead = answers.line_or_none("instead");
    let reason = answers.prose("reason");
    read!(answers => about, reason);
    let item = grounds::items(library)
        .into_iter()
        .find(|item| item.id == about.as_str());
    let ground = item.and_then(|item| grounds::of(library, &item));
    let claim = ground.and_then(|ground| ground.claim).ok_or_else(|| {
        Denied::invalid(
            "about",
            "This is no default that rests on a claim: choose one of those listed",
        )
    })?;
    let decision = Decision {
        claim: Line::clipped(&claim.id),
        about,
        instead,
        reason,
    };
    let secret = desk.ask.sent.raw(FIELD).unwrap_or_default();
    desk.operate(|operation, clinic| {
        let confirmed = confirm(operation, clinic, secret)?;
        overrule(operation, clinic, decision, &confirmed)
    })?;
    Ok(format!("{}?done=overrule", claim_path(&claim.id)))
}
