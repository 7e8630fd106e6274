//! The forms of the rescue templates: the director's signature, and one that was used in a room.

use clinic::act::confirm::{FIELD, confirm};
use clinic::act::rescue::against::{self, Held, Seen};
use clinic::act::rescue::{Choice, DESPITE, MEANING, apply, sign, standing};
use clinic::authority::Act;
use clinic::denied::Denied;
use pages::{Fact, Field, FormPage, Piece, Section};
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
    let field = super::pass_phrase(None);
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
    let opened = desk.opened()?;
    let room = opened.path(&format!("/sessions/{session}"));
    let mut there = opened.chart().sessions().into_iter();
    let there = there
        .find(|one| one.id == session)
        .ok_or(Denied::NotFound)?;
    let (clinic, now) = (&desk.app.clinic, desk.ask.now);
    let seen = against::against(clinic, opened.chart(), &there, template, now);
    let holds = seen.iter().any(|one| one.held == Held::Yes);
    let mut fields = vec![when_field()];
    if holds && against::prescribes(&desk.ask.signed_in()?.actor) {
        fields.push(
            Field::area(DESPITE, "Why is it given all the same?")
                .hint("Something that forbids it holds. Your reason is kept with your name."),
        );
    }
    let form = desk
        .form("Given or done: chart it")
        .hidden("template", template.id.clone())
        .hidden("version", template.version.to_string())
        .hidden("rule", choice.rule.clone())
        .cancel(room, "Back to the room, nothing charted")
        .fields(fields);
    let mut facts = vec![
        Fact::plain("What", template.dose.clone()),
        Fact::plain("When", template.when.clone()),
    ];
    facts.extend(seen.iter().map(forbids));
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

/// One thing that forbids a template: that it holds, that it does not, or that nobody knows.
fn forbids(one: &Seen) -> Fact {
    let name = format!("Not with {}", one.what);
    match one.held {
        Held::Yes => Fact::plain(name, format!("It holds: {}", one.on)),
        Held::No => Fact::plain(name, format!("Not so: {}", one.on)),
        Held::NotKnown => Fact::absent(name, format!("Not known: {}", one.on)),
    }
}

fn choice(desk: &Desk<'_>) -> Result<Choice, Denied> {
    Ok(Choice {
        template: desk.needed("template")?,
        version: desk.needed("version")?,
        rule: desk.needed("rule")?,
        despite: None,
    })
}

fn send_use(desk: &Desk<'_>) -> Result<String, Denied> {
    let (patient, session) = (desk.patient()?, desk.needed("session")?);
    let mut answers = desk.answers();
    let at = answers.moment_or_none("occurred_at");
    let choice = Choice {
        despite: answers.prose_or_none(DESPITE),
        ..choice(desk)?
    };
    answers.done()?;
    desk.operate_at(at, |operation, clinic| {
        apply(operation, clinic, (patient, session), &choice)
    })?;
    desk.session(session)
}
