//! Forms before and after the dose: the day's questions, holding, overriding, the time-out, leaving.
#![expect(
    clippy::unnecessary_wraps,
    reason = "the drawing of every form has one shape"
)]

use clinic::act::reader::Hands;
use clinic::act::room::after::{self, gate};
use clinic::act::room::before::{self, Question, Second, TIME_OUT_CHECKS, readiness};
use clinic::authority::Act;
use clinic::denied::Denied;
use pages::{Choice, Field, FormPage};
use protocol::Kind;
use record::chart::session::Session;
use record::fact::decision::EligibilityOverridden;
use record::fact::person::{HistoryAnswer, HistoryValue};
use record::ids::SessionId;
use record::words::{Line, Prose, YesNo};

use super::room::yes_no;
use super::{Desk, FormKind, read};
use crate::sent::{moment_of, sentence};

const fn kind(
    code: &'static str,
    title: &'static str,
    done: &'static str,
    draw: fn(&Desk<'_>) -> Result<FormPage, Denied>,
    send: fn(&Desk<'_>) -> Result<String, Denied>,
) -> FormKind {
    FormKind {
        code,
        title,
        done,
        act: Act::RunSession,
        draw,
        send,
    }
}

pub(super) const FORMS: &[FormKind] = &[
    kind(
        "ask-today",
        "Questions of the day",
        "The answers are charted.",
        draw_today,
        send_today,
    ),
    kind(
        "ask-leaving",
        "Questions before leaving",
        "The answers are charted.",
        draw_leaving,
        send_leaving,
    ),
    FormKind {
        act: Act::Override,
        ..kind(
            "override-today",
            "Override a rule of the day",
            "The rule is overridden.",
            draw_override,
            send_override,
        )
    },
    kind(
        "hold-today",
        "Hold today",
        "The session is held for today.",
        draw_hold,
        send_hold,
    ),
    kind(
        "time-out",
        "Time-out with two people",
        "The time-out was held.",
        draw_time_out,
        send_time_out,
    ),
    kind(
        "recover",
        "Readiness to leave",
        "Readiness to leave is signed.",
        draw_recover,
        send_recover,
    ),
    kind(
        "leave-against-advice",
        "Leaves against advice",
        "Leaving against advice is recorded.",
        draw_against,
        send_against,
    ),
];

/// Inputs that have a form of their own, which keeps them with their units and devices.
const CHARTED_ELSEWHERE: &[&str] = &[
    "systolic",
    "diastolic",
    "pulse",
    "saturation",
    "respiratory_rate",
    "temperature",
    "weight",
    "breath_alcohol",
    "urine_ketamine",
    "sedation",
    "dissociation",
    "dose_started",
    "reading_overdue",
];

fn there(desk: &Desk<'_>) -> Result<Session, Denied> {
    let id: SessionId = desk.needed("session")?;
    let mut sessions = desk.opened()?.chart().sessions().into_iter();
    sessions
        .find(|session| session.id == id)
        .ok_or(Denied::NotFound)
}

fn questions_today(desk: &Desk<'_>) -> Result<Vec<Question>, Denied> {
    let session = there(desk)?;
    let asked = readiness(
        &desk.app.clinic,
        desk.opened()?.chart(),
        &session,
        desk.ask.now,
    );
    let mut all: Vec<Question> = asked.questions;
    all.sort_by_key(|question| !question.is_open);
    Ok(all)
}

fn questions_leaving(desk: &Desk<'_>) -> Result<Vec<Question>, Denied> {
    let session = there(desk)?;
    Ok(gate(
        &desk.app.clinic,
        desk.opened()?.chart(),
        &session,
        desk.ask.now,
    )
    .questions)
}

fn field(library: &clinic::Library, question: &Question) -> Option<Field> {
    if CHARTED_ELSEWHERE.contains(&question.input.as_str()) {
        return None;
    }
    let (name, words) = (question.input.clone(), question.words.clone());
    let field = match &question.kind {
        Kind::YesNo => Field::one_of(name, words, yes_no()),
        Kind::Choice(_) => {
            let input = library.input(&name);
            let known = input.map_or_else(Vec::new, protocol::Input::choices);
            let choice = |(code, said): (&str, String)| Choice::new(code, sentence(&said));
            Field::select(name, words, known.into_iter().map(choice).collect())
        }
        Kind::Quantity { unit, .. } => {
            let unit = unit
                .as_ref()
                .map_or_else(String::new, |unit| unit.symbol.to_owned());
            Field::number(name, words, unit)
        }
        Kind::Moment => Field::moment(name, words),
        Kind::Date => Field::day(name, words),
        Kind::Coded => Field::line(name, words).hint("One name, or none"),
    };
    Some(field.optional())
}

fn draw_questions(desk: &Desk<'_>, questions: &[Question]) -> FormPage {
    let mut form = desk.form("Chart the answers");
    let fields = |is_open: bool| -> Vec<Field> {
        let asked = questions
            .iter()
            .filter(|question| question.is_open == is_open);
        asked
            .filter_map(|one| field(desk.app.clinic.library(), one))
            .collect()
    };
    let (open, answered) = (fields(true), fields(false));
    if !open.is_empty() {
        form = form.group("Open", open);
    }
    if !answered.is_empty() {
        form = form.group(
            "Answered already: answer again only what has changed",
            answered,
        );
    }
    desk.page(form).said(
        "What is left empty stays as it is. Readings, breath and urine have forms of their own.",
    )
}

fn send_questions(desk: &Desk<'_>, questions: &[Question]) -> Result<(), Denied> {
    let (patient, session) = (desk.patient()?, desk.needed::<SessionId>("session")?);
    let mut answers = desk.answers();
    let mut told = Vec::new();
    for question in questions {
        // Names of inputs are the pack's; a fault names the form as a whole.
        let Some(text) = desk.ask.sent.get(&question.input) else {
            continue;
        };
        match value(desk, &question.kind, text) {
            Some(answer) => told.push(HistoryAnswer {
                input: Line::clipped(&question.input),
                answer,
            }),
            None => answers.fault(
                "answers",
                format!("{} This answer cannot be read", question.words),
            ),
        }
    }
    answers.done()?;
    desk.operate(|operation, clinic| before::answer(operation, clinic, patient, session, told))?;
    Ok(())
}

fn value(desk: &Desk<'_>, kind: &Kind, text: &str) -> Option<HistoryValue> {
    match kind {
        Kind::YesNo => YesNo::from_code(text).map(HistoryValue::Plain),
        Kind::Choice(choices) => choices
            .iter()
            .any(|one| one == text)
            .then(|| HistoryValue::Word(Line::clipped(text))),
        Kind::Quantity { unit, plausible } => {
            let unit = unit
                .as_ref()
                .map_or_else(String::new, |unit| format!(" {}", unit.symbol));
            let quantity = protocol::Quantity::parse(&format!("{text}{unit}")).ok()?;
            let fits = plausible.as_ref().is_none_or(|(low, high)| {
                low.base() <= quantity.base() && quantity.base() <= high.base()
            });
            fits.then(|| HistoryValue::Number(Line::clipped(text)))
        }
        Kind::Moment => moment_of(text, &desk.zone).map(HistoryValue::At),
        Kind::Date => text.parse().ok().map(HistoryValue::On),
        Kind::Coded => Line::new(text).ok().map(HistoryValue::Word),
    }
}

fn to(desk: &Desk<'_>, page: &str, code: &str) -> Result<String, Denied> {
    let session: SessionId = desk.needed("session")?;
    Ok(desk
        .opened()?
        .path(&format!("/sessions/{session}/{page}?done={code}")))
}

fn draw_today(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    Ok(draw_questions(desk, &questions_today(desk)?))
}

fn send_today(desk: &Desk<'_>) -> Result<String, Denied> {
    send_questions(desk, &questions_today(desk)?)?;
    to(desk, "readiness", "ask-today")
}

fn draw_leaving(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    Ok(draw_questions(desk, &questions_leaving(desk)?))
}

fn send_leaving(desk: &Desk<'_>) -> Result<String, Denied> {
    send_questions(desk, &questions_leaving(desk)?)?;
    to(desk, "leaving", "ask-leaving")
}

fn draw_override(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let session = there(desk)?;
    let ready = readiness(
        &desk.app.clinic,
        desk.opened()?.chart(),
        &session,
        desk.ask.now,
    );
    let choices = ready
        .in_the_way
        .iter()
        .map(|(rule, said)| Choice::new(rule.clone(), format!("{rule}. {said}")));
    let mut fields = vec![
        Field::one_of("rule", "Which rule?", choices.collect()),
        Field::area("reason", "Why?"),
        Field::area("mitigation", "What is done about the risk?"),
    ];
    fields.extend(super::reader_fields(desk.app, desk.ask, |rule| {
        ready.in_the_way.iter().any(|(one, _)| one == rule)
    }));
    fields.push(super::own_field());
    Ok(desk.page(desk.form("Override").fields(fields)))
}

fn send_override(desk: &Desk<'_>) -> Result<String, Denied> {
    let (patient, session) = (desk.patient()?, there(desk)?);
    let mut answers = desk.answers();
    let rule = answers.line("rule");
    let reason = answers.prose("reason");
    let mitigation = answers.prose("mitigation");
    read!(answers => rule, reason, mitigation);
    let overridden = EligibilityOverridden {
        course: session.course,
        rule,
        reason,
        mitigation,
        second_reader: None,
        second_reader_person: None,
        rule_version: None,
        signed: None,
    };
    desk.operate(|operation, clinic| {
        let own = super::own(&desk.ask.sent, operation, clinic)?;
        let reader = super::reader(&desk.ask.sent, operation, clinic)?;
        let hands = Hands {
            own: &own,
            reader: reader.as_ref(),
        };
        before::override_today(operation, clinic, patient, session.id, overridden, hands)
    })?;
    to(desk, "readiness", "override-today")
}

fn draw_hold(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let form = desk
        .form("Hold today")
        .fields(vec![Field::area("reason", "Why is nothing given today?")]);
    Ok(desk
        .page(form)
        .said("The session closes without a dose. Book it anew from the calendar."))
}

fn send_hold(desk: &Desk<'_>) -> Result<String, Denied> {
    let (patient, session) = (desk.patient()?, desk.needed::<SessionId>("session")?);
    let mut answers = desk.answers();
    let reason = answers.prose("reason");
    read!(answers => reason);
    desk.operate(|operation, clinic| {
        before::hold_today(operation, clinic, patient, session, reason)
    })?;
    desk.session(session)
}

fn draw_time_out(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let session = there(desk)?;
    let chart = desk.opened()?.chart();
    let planned = chart.plan(session.course).and_then(|(_, plan)| {
        let dose = plan
            .doses
            .iter()
            .find(|dose| dose.number == session.number)?;
        Some(format!(
            "{} {} over {} min",
            dose.dose, dose.route, dose.minutes
        ))
    });
    let checks = TIME_OUT_CHECKS
        .iter()
        .map(|(code, words)| Choice::new(*code, *words))
        .collect();
    let form = desk
        .form("Both have checked")
        .group(
            "Said aloud by both",
            vec![Field::any_of("checked", "Every item", checks)],
        )
        .group_with_hint(
            "The second person",
            "A nurse or a prescriber, not the one signed in here, with their own pass phrase.",
            vec![
                Field::line("second_name", "Their sign-in name"),
                Field::new(
                    "second_secret",
                    "Their pass phrase",
                    pages::Control::line(pages::Input::Secret),
                ),
            ],
        );
    let said = planned.map_or_else(
        || "No dose is planned for this session.".to_owned(),
        |dose| format!("Planned: {dose}."),
    );
    Ok(desk.page(form).said(said))
}

fn send_time_out(desk: &Desk<'_>) -> Result<String, Denied> {
    let (patient, session) = (desk.patient()?, desk.needed::<SessionId>("session")?);
    let mut answers = desk.answers();
    let name = answers.line("second_name");
    let secret = desk.ask.sent.raw("second_secret").map(str::to_owned);
    if secret.as_deref().is_none_or(str::is_empty) {
        answers.fault("second_secret", "Answer this");
    }
    let ticked: Vec<&str> = desk.ask.sent.all("checked").collect();
    let checked = TIME_OUT_CHECKS
        .iter()
        .filter(|(code, _)| ticked.contains(code))
        .map(|(_, words)| Line::clipped(words))
        .collect();
    read!(answers => name, secret);
    let second = Second::proved(&desk.app.clinic, name.as_str(), &secret, desk.ask.now)?;
    desk.operate(|operation, clinic| {
        before::time_out(operation, clinic, patient, session, (second, checked))
    })?;
    to(desk, "readiness", "time-out")
}

fn draw_recover(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let session = there(desk)?;
    let gate = gate(
        &desk.app.clinic,
        desk.opened()?.chart(),
        &session,
        desk.ask.now,
    );
    let unmet = gate.lines.iter().filter(|line| !line.is_met);
    let fields = unmet.map(|line| {
        let hint = format!("{} {}", line.actions, line.seen.join(". "));
        Field::line(
            format!("because-{}", line.rule),
            format!("{} {}: no, because", line.rule, line.title),
        )
        .hint(hint)
        .optional()
    });
    let n_met = gate.lines.iter().filter(|line| line.is_met).count();
    Ok(desk
        .page(desk.form("Sign readiness").fields(fields.collect()))
        .said(format!("{n_met} of {} items are met. Each of the others is met first, or answered no, because.", gate.lines.len())))
}

fn send_recover(desk: &Desk<'_>) -> Result<String, Denied> {
    let (patient, session) = (desk.patient()?, desk.needed::<SessionId>("session")?);
    let because: Vec<(String, Line)> = desk
        .ask
        .sent
        .pairs()
        .iter()
        .filter_map(|(name, text)| {
            Some((
                name.strip_prefix("because-")?.to_owned(),
                Line::new(text).ok()?,
            ))
        })
        .collect();
    desk.operate(|operation, clinic| {
        after::sign_gate(operation, clinic, patient, session, &because)
    })?;
    to(desk, "leaving", "recover")
}

fn draw_against(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let form = desk.form("Record it").fields(vec![
        Field::area("told", "What were they told, and what did they say?"),
        Field::line("with", "With whom do they leave?").optional(),
    ]);
    Ok(desk
        .page(form)
        .said("The session closes, and somebody calls them within 12 hours."))
}

fn send_against(desk: &Desk<'_>) -> Result<String, Denied> {
    let (patient, session) = (desk.patient()?, desk.needed::<SessionId>("session")?);
    let mut answers = desk.answers();
    let told: Option<Prose> = answers.prose("told");
    let with = answers.line_or_none("with");
    read!(answers => told);
    desk.operate(|operation, clinic| {
        after::leave_against_advice(operation, clinic, patient, session, (told, with))
    })?;
    desk.session(session)
}
