//! The form by which the medical director signs the rules.

use clinic::act::confirm::{FIELD, confirm};
use clinic::act::rule_pack::{MEANING, sign, standing};
use clinic::authority::Act;
use clinic::denied::Denied;
use pages::FormPage;

use super::{Desk, FormKind};
use crate::page::rules::signature;

pub(super) const FORMS: &[FormKind] = &[FormKind {
    code: "sign-rules",
    title: "Sign the rules",
    done: "The rules are signed and in use.",
    act: Act::SignRules,
    draw,
    send,
}];

#[expect(
    clippy::unnecessary_wraps,
    reason = "the drawing of every form has one shape"
)]
fn draw(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let library = desk.app.clinic.library();
    let pack = library.pack();
    let field = super::pass_phrase(None);
    let form = desk
        .form("Sign")
        .hidden("shown", library.pack_digest().0.clone())
        .cancel("/rules", "Read the rules first")
        .fields(vec![field]);
    let mut page = desk.page(form).said(format!(
        "Your signature stands under {}, version {}, exactly as it is now, and says: \u{201c}{MEANING}\u{201d} \
         It is kept with your name, your role and the time.",
        pack.title, pack.version
    ));
    page.before = signature(desk.app, &standing(&desk.app.clinic));
    Ok(page)
}

fn send(desk: &Desk<'_>) -> Result<String, Denied> {
    let secret = desk.ask.sent.raw(FIELD).unwrap_or_default();
    let shown: String = desk.needed("shown")?;
    desk.operate(|operation, clinic| {
        let confirmed = confirm(operation, clinic, secret)?;
        sign(operation, clinic, &shown, &confirmed)
    })?;
    Ok("/rules?done=sign-rules".to_owned())
}
