//! Forms for the dosing session.
#![expect(
    clippy::unnecessary_wraps,
    reason = "the drawing of every form has one shape"
)]

use clinic::act::session::{self, Happening, Opening};
use clinic::authority::Act;
use clinic::denied::Denied;
use pages::{Field, FormPage};
use record::fact::decision::Route;
use record::fact::session::{
    AdverseNoted, DoseChange, DoseChanged, DoseStarted, DoseStopped, InterventionMade,
    ObservationMade, SessionClosed, Severity, Watched,
};
use record::ids::{AdverseId, SessionId};
use record::quantity::{Grams, Micrograms, MicrogramsPerMinute, Minutes, Unreadable};

use super::stock::is_nought;
use super::{Desk, FormKind, choices_of, read, when_field};

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
        "open-session",
        "Open a dosing session",
        "The session is open.",
        draw_open,
        send_open,
    ),
    kind(
        "start-dose",
        "Start the dose",
        "The dose has started.",
        draw_start,
        send_start,
    ),
    kind(
        "change-dose",
        "Change the dose",
        "The change is charted.",
        draw_change,
        send_change,
    ),
    kind(
        "stop-dose",
        "End the dose",
        "The dose has ended.",
        draw_stop,
        send_stop,
    ),
    kind(
        "observe",
        "Observation",
        "The observation is charted.",
        draw_observe,
        send_observe,
    ),
    kind(
        "adverse",
        "Adverse event",
        "The adverse event is charted.",
        draw_adverse,
        send_adverse,
    ),
    kind(
        "intervene",
        "Intervention",
        "The intervention is charted.",
        draw_intervene,
        send_intervene,
    ),
    kind(
        "close-session",
        "Close the session",
        "The session is closed.",
        draw_close,
        send_close,
    ),
];

fn draw_open(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    desk.course()?;
    Ok(desk.page(desk.form("Open").fields(vec![
        Field::line("room", "In which room?").optional(),
        Field::number("weight", "Weight today", "kg").optional(),
    ])))
}

fn send_open(desk: &Desk<'_>) -> Result<String, Denied> {
    let (patient, course) = (desk.patient()?, desk.course()?);
    let mut answers = desk.answers();
    let room = answers.line_or_none("room");
    let weight_g = answers.quantity_or_none("weight", Grams::parse);
    answers.done()?;
    let opening = Opening {
        course,
        visit: desk.named("visit"),
        room,
        weight_g,
    };
    let session =
        desk.operate(|operation, clinic| session::open(operation, clinic, patient, opening))?;
    desk.session(session)
}

fn send_happening(
    desk: &Desk<'_>,
    at: Option<jiff::Timestamp>,
    happening: impl FnOnce(SessionId) -> Happening,
) -> Result<String, Denied> {
    let patient = desk.patient()?;
    let id: SessionId = desk.needed("session")?;
    let happening = happening(id);
    desk.operate_at(at, |operation, clinic| {
        session::happen(operation, clinic, patient, id, happening)
    })?;
    desk.session(id)
}

fn draw_start(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let id: SessionId = desk.needed("session")?;
    let chart = desk.opened()?.chart();
    let sessions = chart.sessions();
    let there = sessions
        .iter()
        .find(|session| session.id == id)
        .ok_or(Denied::NotFound)?;
    let planned = chart
        .plan(there.course)
        .and_then(|(_, plan)| plan.doses.iter().find(|dose| dose.number == there.number));
    let mut form = desk.form("Start").fields(vec![
        Field::number("dose", "Dose", "mg"),
        Field::one_of("route", "Route", choices_of!(Route)),
        Field::number("minutes", "Over", "min"),
        when_field(),
    ]);
    let mut said = "No dose is planned for this session.".to_owned();
    if let Some(dose) = planned {
        said = format!(
            "Planned: {} {}{}.",
            dose.dose,
            dose.route,
            crate::words::over(dose.minutes)
        );
        form = form.keep(&[
            ("dose".to_owned(), dose.dose.number()),
            ("route".to_owned(), dose.route.code().to_owned()),
            ("minutes".to_owned(), dose.minutes.to_string()),
        ]);
    }
    Ok(desk.page(form).said(said))
}

fn send_start(desk: &Desk<'_>) -> Result<String, Denied> {
    let mut answers = desk.answers();
    let dose = answers.quantity("dose", Micrograms::parse);
    let route = answers.word("route", Route::from_code);
    let minutes = answers.quantity("minutes", Minutes::parse);
    let at = answers.moment_or_none("occurred_at");
    read!(answers => dose, route, minutes);
    send_happening(desk, at, |session| {
        Happening::Start(DoseStarted {
            session,
            dose,
            route,
            minutes,
        })
    })
}

/// An amount given, called so where it cannot be; nought where nothing went in.
fn given_of(text: &str) -> Result<Micrograms, Unreadable> {
    if is_nought(text) {
        return Ok(Micrograms::new(0));
    }
    Micrograms::parse(text).map_err(|fault| fault.of("an amount given"))
}

fn draw_change(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    // One more device has a press and a form of its own.
    let mut changes = choices_of!(DoseChange);
    changes.retain(|choice| choice.value != DoseChange::Piece.code());
    Ok(desk.page(desk.form("Chart").fields(vec![
        Field::one_of("change", "What changes?", changes),
        Field::number("rate", "New rate", "mg/min").hint("Where the rate changes").optional(),
        Field::number("given", "Given so far, as the pump says", "mg").optional(),
        Field::line("reason", "Why?").optional(),
        when_field(),
    ])))
}

fn send_change(desk: &Desk<'_>) -> Result<String, Denied> {
    let mut answers = desk.answers();
    let known = |code: &str| DoseChange::from_code(code).filter(|one| *one != DoseChange::Piece);
    let change = answers.word("change", known);
    let given_so_far = answers.quantity_or_none("given", given_of);
    let rate = answers.quantity_or_none("rate", MicrogramsPerMinute::parse);
    let reason = answers.line_or_none("reason");
    let at = answers.moment_or_none("occurred_at");
    read!(answers => change);
    send_happening(desk, at, |session| {
        Happening::Change(DoseChanged {
            session,
            change,
            given_so_far,
            reason,
            rate,
        })
    })
}

fn draw_stop(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    Ok(desk.page(desk.form("End the dose").fields(vec![
        Field::number("given", "How much was given in all?", "mg"),
        Field::line("reason", "If not all of it, why?").optional(),
        when_field(),
    ])))
}

fn send_stop(desk: &Desk<'_>) -> Result<String, Denied> {
    let mut answers = desk.answers();
    let given = answers.quantity("given", given_of);
    let reason = answers.line_or_none("reason");
    let at = answers.moment_or_none("occurred_at");
    read!(answers => given);
    send_happening(desk, at, |session| {
        Happening::Stop(DoseStopped {
            session,
            given,
            reason,
        })
    })
}

fn draw_observe(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    Ok(desk.page(desk.form("Chart").fields(vec![
        Field::one_of("watched", "What?", choices_of!(Watched)),
        Field::number("score", "Score", "").hint("0 to 10; sedation 0 to 5").optional(),
        Field::area("words", "In words").optional(),
        when_field(),
    ])))
}

fn send_observe(desk: &Desk<'_>) -> Result<String, Denied> {
    let mut answers = desk.answers();
    let watched = answers.word("watched", Watched::from_code);
    let most = if watched == Some(Watched::Sedation) {
        5
    } else {
        10
    };
    let score = answers.number_or_none("score", 0, most);
    let words = answers.prose_or_none("words");
    let at = answers.moment_or_none("occurred_at");
    if score.is_none() && words.is_none() {
        answers.fault("score", "Enter a score, or words");
    }
    read!(answers => watched);
    let score = score.and_then(|score| u8::try_from(score).ok());
    send_happening(desk, at, |session| {
        Happening::Observe(ObservationMade {
            session,
            watched,
            score,
            words,
        })
    })
}

fn draw_adverse(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    Ok(desk.page(desk.form("Chart").fields(vec![
        Field::line("what", "What happened?"),
        Field::one_of("severity", "How severe?", choices_of!(Severity)),
        Field::tick(
            "serious",
            "Serious: death, danger to life, hospital, lasting harm",
        ),
        Field::line("outcome", "How did it end?").optional(),
        when_field(),
    ])))
}

fn send_adverse(desk: &Desk<'_>) -> Result<String, Denied> {
    let mut answers = desk.answers();
    let what = answers.line("what");
    let severity = answers.word("severity", Severity::from_code);
    let outcome = answers.line_or_none("outcome");
    let at = answers.moment_or_none("occurred_at");
    read!(answers => what, severity);
    let serious = desk.ask.sent.is_ticked("serious");
    let adverse =
        desk.operate(|operation, _| Ok(AdverseId::make(operation.now(), operation.chance)))?;
    send_happening(desk, at, |session| {
        let session = Some(session);
        Happening::Adverse(AdverseNoted {
            adverse,
            session,
            what,
            severity,
            serious,
            outcome,
        })
    })
}

fn draw_intervene(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    Ok(desk.page(desk.form("Chart").fields(vec![
        Field::line("what", "What was done?"),
        Field::line("reason", "Why?").optional(),
        when_field(),
    ])))
}

fn send_intervene(desk: &Desk<'_>) -> Result<String, Denied> {
    let mut answers = desk.answers();
    let what = answers.line("what");
    let reason = answers.line_or_none("reason");
    let at = answers.moment_or_none("occurred_at");
    read!(answers => what);
    send_happening(desk, at, |session| {
        Happening::Intervene(InterventionMade {
            session: Some(session),
            what,
            reason,
            template: None,
        })
    })
}

fn draw_close(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    Ok(desk.page(
        desk.form("Close the session")
            .fields(vec![Field::line("escort", "With whom do they leave?")]),
    ))
}

fn send_close(desk: &Desk<'_>) -> Result<String, Denied> {
    let mut answers = desk.answers();
    let escort = answers.line("escort");
    answers.done()?;
    send_happening(desk, None, |session| {
        Happening::Close(SessionClosed {
            session,
            escort,
            against_advice: false,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_went_in_is_an_answer_and_what_cannot_be_is_called_what_it_is() {
        assert_eq!(given_of("0"), Ok(Micrograms::new(0)));
        assert_eq!(given_of("12.5"), Ok(Micrograms::new(12_500)));
        for text in ["2000", "-1", "all"] {
            let said = given_of(text).unwrap_err().to_string();
            assert!(said.starts_with("an amount given"), "{said}");
        }
    }
}
