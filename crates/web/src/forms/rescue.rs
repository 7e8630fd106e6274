//! The forms of the rescue templates: the director's signature, and one that was used in a room.

use clinic::act::confirm::{FIELD, confirm};
use clinic::act::rescue::{Choice, MEANING, apply, sign, standing};
use clinic::authority::Act;
use clinic::denied::Denied;
use pages::{Control, Fact, Field, FormPage, Input, Piece, Section};
use record::ids::SessionId;

use super::{Desk, FormKind, when_field};
use crate::page::rescue::{PATH, by, signature};

pub(super) const FORMS: &[FormKind] = &[
    FormKind {
        code: "sign-rescue",
        title: "Sign the rescue templates",
        done: "The rescue templates are signed, and the rooms offer them.",
        act: Act::SignRescue,
        draw: draw_sign,
        send: send_sign,
    },
    FormKind {
        code: "use-rescue",
        title: "Use a rescue template",
        done: "It is charted as given or done.",
        act: Act::UseRescue,
        draw: draw_use,
        send: send_use,
    },
];

#[expect(
    clippy::unnecessary_wraps,
    reason = "the drawing of every form has one shape"
)]
fn draw_sign(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let rescue = desk.app.clinic.library().rescue();
    let field = Field::new(
        FIELD,
        "Your pass phrase, once more",
        Control::line(Input::Secret),
    )
    .hint("The one you sign in with");
    let form = desk
        .form("Sign")
        .hidden("shown", rescue.digest().0)
        .cancel(PATH, "Read the templates first")
        .fields(vec![field]);
    let mut page = desk.page(form).said(format!(
        "Your signature stands under {}, version {}, exactly as they are now, and says: \u{201c}{MEANING}\u{201d} \
         It is kept with your name, your role and the time.",
        rescue.title, rescue.version
    ));
    page.before = signature(desk.app, &standing(&desk.app.clinic));
    Ok(page)
}

fn send_sign(desk: &Desk<'_>) -> Result<String, Denied> {
    let secret = desk.ask.sent.raw(FIELD).unwrap_or_default();
    let shown: String = desk.needed("shown")?;
    desk.operate(|operation, clinic| {
        let confirmed = confirm(operation, clinic, secret)?;
        sign(operation, clinic, &shown, &confirmed)
    })?;
    Ok(format!("{PATH}?done=sign-rescue"))
}

fn draw_use(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let session: SessionId = desk.needed("session")?;
    let choice = choice(desk)?;
    let rescue = desk.app.clinic.library().rescue();
    let template = rescue.template(&choice.template).ok_or(Denied::NotFound)?;
    let room = desk.opened()?.path(&format!("/sessions/{session}"));
    let form = desk
        .form("Given or done: chart it")
        .hidden("template", template.id.clone())
        .hidden("version", template.version.to_string())
        .hidden("rule", choice.rule.clone())
        .cancel(room, "Back to the room, nothing charted")
        .fields(vec![when_field()]);
    let mut facts = vec![
        Fact::plain("What", template.dose.clone()),
        Fact::plain("When", template.when.clone()),
    ];
    if let Some(what) = &template.not_with {
        facts.push(Fact::plain("Not with", what.clone()));
    }
    facts.push(Fact::plain("By", by(template.by)));
    let mut page = desk.page(form).said(format!(
        "{}, on the alert of {}. Chart it once it is given or done, not before.",
        template.title, choice.rule
    ));
    page.before = vec![Section::new(
        template.title.clone(),
        vec![Piece::Facts(facts)],
    )];
    Ok(page)
}

fn choice(desk: &Desk<'_>) -> Result<Choice, Denied> {
    Ok(Choice {
        template: desk.needed("template")?,
        version: desk.needed("version")?,
        rule: desk.needed("rule")?,
    })
}

fn send_use(desk: &Desk<'_>) -> Result<String, Denied> {
    let (patient, session) = (desk.patient()?, desk.needed("session")?);
    let choice = choice(desk)?;
    let mut answers = desk.answers();
    let at = answers.moment_or_none("occurred_at");
    answers.done()?;
    desk.operate_at(at, |operation, clinic| {
        apply(operation, clinic, (patient, session), &choice)
    })?;
    desk.session(session)
}
