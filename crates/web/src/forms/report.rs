//! The form by which the medical director freezes and signs a report of the outcomes.

use clinic::act::confirm::{FIELD, confirm};
use clinic::authority::Act;
use clinic::denied::Denied;
use clinic::outcome::ask::Asked;
use clinic::outcome::signed::{Frozen, MEANING, digest_of, sign};
use pages::FormPage;

use super::{Desk, FormKind};
use crate::page::outcomes::{asked_by, path, report};

pub(super) const FORMS: &[FormKind] = &[FormKind {
    code: "sign-report",
    title: "Freeze and sign the report",
    done: "The report is signed, and listed under Signed reports.",
    act: Act::SignReport,
    draw,
    send,
}];

fn asked(desk: &Desk<'_>) -> Asked {
    asked_by(|name| desk.named::<String>(name), true)
}

/// The report as it was shown before, where it was, and as the record stands where it was not.
fn frozen(desk: &Desk<'_>) -> Result<Frozen, Denied> {
    let at = desk.named("day").zip(desk.named("position"));
    report::frozen(desk.app, desk.ask, asked(desk), at)
}

fn draw(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let frozen = frozen(desk)?;
    let digest = digest_of(&frozen.kept.lines);
    let field = super::pass_phrase(None);
    let asked = &frozen.asked;
    let year = asked.year.map(|year| year.to_string());
    let mut form = desk
        .form("Sign")
        .hidden("shown", digest.clone())
        .hidden("day", frozen.day.to_string())
        .hidden("position", frozen.position.to_string());
    for (name, value) in [
        ("substance", asked.substance.as_deref()),
        ("protocol", asked.protocol.as_deref()),
        ("site", asked.site.as_deref()),
        ("year", year.as_deref()),
        ("relapse", asked.relapse.as_deref()),
        ("definitions", asked.definitions.then_some("all")),
    ] {
        if let Some(value) = value {
            form = form.hidden(name, value);
        }
    }
    let form = form
        .cancel(
            path("/outcomes/report", asked, &[]),
            "Read the report first",
        )
        .fields(vec![field]);
    Ok(desk.page(form).said(format!(
        "Your signature stands under the report as computed from entry {} of the record, {} lines whose SHA-256 is \
         {digest}, and says: \u{201c}{MEANING}\u{201d} It is kept with your name, your role, the time and every line.",
        frozen.position,
        frozen.kept.lines.len(),
    )))
}

fn send(desk: &Desk<'_>) -> Result<String, Denied> {
    let secret = desk.ask.sent.raw(FIELD).unwrap_or_default();
    let shown: String = desk.needed("shown")?;
    let frozen = frozen(desk)?;
    desk.operate(|operation, clinic| {
        let confirmed = confirm(operation, clinic, secret)?;
        sign(operation, clinic, &frozen, &shown, &confirmed)
    })?;
    Ok("/outcomes?done=sign-report".to_owned())
}
