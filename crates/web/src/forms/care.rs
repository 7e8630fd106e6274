//! Forms for every day: check-ins, use, alerts, notes, the safety plan.
#![expect(
    clippy::unnecessary_wraps,
    reason = "the drawing of every form has one shape"
)]

use clinic::act::{alert, check_in, note, sign_in};
use clinic::authority::Act;
use clinic::denied::{Denied, FieldFault};
use jiff::ToSpan as _;
use pages::{Choice, Field, FormPage};
use record::Fact;
use record::fact::care::{
    AlertCause, NoteKind, NoteSigned, SafetyPlanWritten, SafetyStep, Urgency,
};
use record::fact::substance_use::{CheckInAnswered, Use, UseMethod, UseReported, UseSource};
use record::ids::AlertId;
use record::quantity::{MilligramsTaken, Score10};
use record::words::{Line, Said, Substance, YesNo};

use super::{Desk, FactForm, FormKind, choices_of, read};
use crate::page::patient::may_read;
use crate::sent::{Answers, sentence};

pub(super) const FORMS: &[FormKind] = &[
    FormKind {
        code: "check-in",
        title: "Check-in",
        done: "Thank you. The check-in is in.",
        act: Act::CheckIn,
        draw: draw_check_in,
        send: send_check_in,
    },
    FormKind {
        code: "use-days",
        title: "Use on a day",
        done: "The day is recorded.",
        act: Act::ReportUse,
        draw: draw_use,
        send: send_use,
    },
    FormKind {
        code: "raise-alert",
        title: "Raise an alert",
        done: "The alert is on the watch list.",
        act: Act::RaiseAlert,
        draw: draw_raise,
        send: send_raise,
    },
    FormKind {
        code: "own-alert",
        title: "Take an alert",
        done: "The alert is yours.",
        act: Act::HandleAlert,
        draw: draw_own,
        send: send_own,
    },
    FormKind {
        code: "close-alert",
        title: "Settle an alert",
        done: "The alert is settled.",
        act: Act::HandleAlert,
        draw: draw_close,
        send: send_close,
    },
    FormKind {
        code: "sign-note",
        title: "Sign a note",
        done: "The note is signed and locked.",
        act: Act::SignNote,
        draw: draw_note,
        send: send_note,
    },
    FormKind {
        code: "addend-note",
        title: "Add to a signed note",
        done: "The addendum is signed.",
        act: Act::SignNote,
        draw: draw_addendum,
        send: send_addendum,
    },
    FormKind {
        code: "safety-plan",
        title: "Safety plan",
        done: "The safety plan is written.",
        act: Act::PlanSafety,
        draw: draw_safety,
        send: send_safety,
    },
];

fn yesterday(desk: &Desk<'_>) -> Result<String, Denied> {
    Ok(desk.opened()?.today.saturating_sub(1.day()).to_string())
}

fn draw_check_in(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let course = desk.opened()?.chart().course().ok_or(Denied::NotFound)?;
    let score = |name: &str, label: &str, hint: &str| {
        Field::number(name, label, "of 10").hint(hint).optional()
    };
    let used = vec![Choice::new("no", "No"), Choice::new("yes", "Yes")];
    Ok(desk
        .page(desk.form("Send").fields(vec![
            Field::day("day", "About which day?").value(&yesterday(desk)?),
            Field::one_of("used", format!("Any {} that day?", course.substance), used).optional(),
            score("craving", "Strongest craving", "0 none, 10 the strongest"),
            score("mood", "Mood", "0 worst, 10 best"),
            Field::number("sleep", "Sleep", "hours").optional(),
            score("stress", "Stress", "0 none, 10 worst"),
            score(
                "confidence",
                "How sure of tomorrow",
                "0 not at all, 10 very",
            ),
            Field::one_of("risky", "Is a hard situation coming?", choices_of!(YesNo)).optional(),
            Field::one_of("safe", "Are you safe?", choices_of!(YesNo)).optional(),
            Field::area("words", "Anything you want to say?").optional(),
            Field::tick("wants_call", "Please call me"),
        ]))
        .said("Every question may be passed over. Nothing here resets anything."))
}

fn said_score(answers: &mut Answers<'_>, field: &'static str) -> Said<Score10> {
    let score = answers.number_or_none(field, 0, 10);
    score
        .and_then(|score| u8::try_from(score).ok())
        .and_then(|score| Score10::new(score).ok())
        .map_or(Said::Skipped, Said::Answered)
}

fn send_check_in(desk: &Desk<'_>) -> Result<String, Denied> {
    let (patient, course) = (desk.patient()?, desk.course()?);
    let mut answers = desk.answers();
    let day = answers.day("day");
    let used = match answers.word_or_none("used", YesNo::from_code) {
        Some(YesNo::Yes) => Said::Answered(true),
        Some(YesNo::No) => Said::Answered(false),
        Some(YesNo::Unknown | YesNo::Declined) | None => Said::Skipped,
    };
    let craving_peak = said_score(&mut answers, "craving");
    let mood = said_score(&mut answers, "mood");
    let stress = said_score(&mut answers, "stress");
    let confidence = said_score(&mut answers, "confidence");
    let sleep = answers.word_or_none("sleep", |text| {
        record::quantity::parse_decimal(text, 1)
            .and_then(|tenths| u8::try_from(tenths / 5).ok())
            .filter(|half_hours| *half_hours <= 48)
    });
    let word = |answer: Option<YesNo>| answer.map_or(Said::Skipped, Said::Answered);
    let risky_situation = word(answers.word_or_none("risky", YesNo::from_code));
    let safe = word(answers.word_or_none("safe", YesNo::from_code));
    let words = answers.prose_or_none("words");
    read!(answers => day);
    let answered = CheckInAnswered {
        course,
        day,
        craving_now: Said::NotAsked,
        craving_peak,
        used,
        uses: Vec::new(),
        mood,
        sleep_half_hours: sleep.map_or(Said::Skipped, Said::Answered),
        stress,
        confidence,
        risky_situation,
        safe,
        wants_call: desk.ask.sent.is_ticked("wants_call"),
        words,
    };
    desk.operate(|operation, clinic| check_in::answer(operation, clinic, patient, answered))?;
    desk.chart()
}

pub(super) const USE: FactForm = FactForm {
    fields: |desk| {
        let substances = Substance::COMMON
            .iter()
            .map(|name| Choice::new(*name, *name))
            .collect();
        let used = vec![Choice::new("no", "Not used"), Choice::new("yes", "Used")];
        let _ = desk;
        vec![
            Field::day("day", "Which day?"),
            Field::select("substance", "Which substance?", substances),
            Field::one_of("used", "Was it used?", used),
            Field::number("amount", "How much", "g")
                .hint("Of the substance itself; a US drink holds 14 g of alcohol")
                .optional(),
            Field::one_of("method", "How was it asked?", choices_of!(UseMethod)),
            Field::one_of("source", "Who said so?", choices_of!(UseSource)),
        ]
    },
    read: |_, answers| {
        let day = answers.day("day");
        let substance = answers.word("substance", |text| Substance::new(text).ok());
        let used = answers.word("used", YesNo::from_code);
        let amount_mg = answers.quantity_or_none("amount", MilligramsTaken::parse);
        let method = answers.word("method", UseMethod::from_code);
        let source = answers.word("source", UseSource::from_code);
        let uses = vec![Use {
            substance: substance?,
            used: used? == YesNo::Yes,
            amount_mg,
        }];
        Some(
            UseReported {
                day: day?,
                uses,
                source: source?,
                method: method?,
            }
            .into(),
        )
    },
    pairs: |fact| {
        let Fact::UseReported(one) = fact else {
            return None;
        };
        let [only] = one.uses.as_slice() else {
            return None;
        };
        Some(vec![
            ("day".to_owned(), one.day.to_string()),
            ("substance".to_owned(), only.substance.to_string()),
            (
                "used".to_owned(),
                if only.used {
                    "yes".to_owned()
                } else {
                    "no".to_owned()
                },
            ),
            (
                "amount".to_owned(),
                only.amount_mg
                    .map_or_else(String::new, MilligramsTaken::number),
            ),
            ("method".to_owned(), one.method.code().to_owned()),
            ("source".to_owned(), one.source.code().to_owned()),
        ])
    },
};

fn draw_use(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let mut form = desk.form("Record").fields((USE.fields)(desk));
    if let Some(course) = desk.opened()?.chart().course() {
        form = form.keep(&[
            ("substance".to_owned(), course.substance.to_string()),
            ("day".to_owned(), yesterday(desk)?),
        ]);
    }
    Ok(desk.page(form))
}

fn send_use(desk: &Desk<'_>) -> Result<String, Denied> {
    let patient = desk.patient()?;
    let mut answers = desk.answers();
    let fact = (USE.read)(desk, &mut answers);
    read!(answers => fact);
    let Fact::UseReported(day) = fact else {
        return Err(Denied::NotFound);
    };
    desk.operate(|operation, clinic| check_in::report_use(operation, clinic, patient, vec![day]))?;
    desk.chart()
}

fn draw_raise(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    Ok(desk.page(desk.form("Raise").fields(vec![
        Field::line("sentence", "What needs a person, in a sentence?"),
        Field::one_of("urgency", "How pressing?", choices_of!(Urgency)),
    ])))
}

fn send_raise(desk: &Desk<'_>) -> Result<String, Denied> {
    let patient = desk.patient()?;
    let mut answers = desk.answers();
    let sentence = answers.line("sentence");
    let urgency = answers.word("urgency", Urgency::from_code);
    read!(answers => sentence, urgency);
    desk.operate(|operation, clinic| {
        alert::raise(
            operation,
            clinic,
            patient,
            AlertCause::Person,
            urgency,
            &sentence,
        )
    })?;
    desk.chart()
}

fn draw_own(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    desk.needed::<AlertId>("alert")?;
    Ok(desk.page(desk.form("Take it")))
}

fn send_own(desk: &Desk<'_>) -> Result<String, Denied> {
    let patient = desk.patient()?;
    let id: AlertId = desk.needed("alert")?;
    desk.operate(|operation, clinic| alert::own(operation, clinic, patient, id))?;
    desk.chart()
}

fn draw_close(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    desk.needed::<AlertId>("alert")?;
    Ok(desk.page(
        desk.form("Settle")
            .fields(vec![Field::area("note", "What came of it?")]),
    ))
}

fn send_close(desk: &Desk<'_>) -> Result<String, Denied> {
    let patient = desk.patient()?;
    let id: AlertId = desk.needed("alert")?;
    let mut answers = desk.answers();
    let note = answers.prose("note");
    read!(answers => note);
    desk.operate(|operation, clinic| alert::close(operation, clinic, patient, id, note))?;
    desk.chart()
}

/// The field that asks the signer's secret again.
fn secret_field() -> Field {
    Field::new(
        "pass_phrase",
        "Your pass phrase, to sign",
        pages::Control::line(pages::Input::Secret),
    )
}

/// Checks that the signer is who is signed in.
fn check_signer(desk: &Desk<'_>) -> Result<(), Denied> {
    let secret = desk.ask.sent.raw("pass_phrase").unwrap_or_default();
    let person = desk.ask.signed_in()?.person;
    if sign_in::is_secret_of(&desk.app.clinic, person, secret)? {
        return Ok(());
    }
    Err(Denied::invalid(
        "pass_phrase",
        "This is not your pass phrase: type it again",
    ))
}

fn draw_note(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let session: Option<record::ids::SessionId> = desk.named("session");
    let mut form = desk.form("Sign").fields(vec![
        Field::one_of("kind", "What kind of note?", choices_of!(NoteKind)),
        Field::line("title", "Title"),
        Field::area("text", "Note"),
        secret_field(),
    ]);
    if let Some(id) = session {
        let sessions = desk.opened()?.chart().sessions();
        let there = sessions
            .iter()
            .find(|one| one.id == id)
            .ok_or(Denied::NotFound)?;
        form = form.keep(&[
            ("kind".to_owned(), NoteKind::Session.code().to_owned()),
            ("title".to_owned(), format!("Session {}", there.number)),
            (
                "text".to_owned(),
                clinic::act::room::after::draft_note(
                    &desk.app.clinic,
                    desk.opened()?.chart(),
                    there,
                ),
            ),
        ]);
    }
    Ok(desk
        .page(form)
        .said("Once signed it is locked: it changes by addendum only."))
}

/// The beginnings of a session note, from the record itself.
fn send_note(desk: &Desk<'_>) -> Result<String, Denied> {
    let patient = desk.patient()?;
    let mut answers = desk.answers();
    let kind = answers.word("kind", NoteKind::from_code);
    let title = answers.line("title");
    let text = answers.prose("text");
    read!(answers => kind, title, text);
    check_signer(desk)?;
    let draft = note::Draft {
        kind,
        title,
        text,
        session: desk.named("session"),
    };
    desk.operate(|operation, clinic| note::sign(operation, clinic, patient, draft))?;
    desk.chart()
}

fn draw_addendum(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let chart = desk.opened()?.chart();
    let notes = chart
        .all::<NoteSigned>()
        .filter(|(entry, _)| may_read(desk.ask, chart, entry))
        .map(|(_, note)| Choice::new(note.note.to_string(), note.title.as_str()))
        .collect();
    Ok(desk.page(desk.form("Sign the addendum").fields(vec![
        Field::select("note", "To which note?", notes),
        Field::area("text", "What is added?"),
        secret_field(),
    ])))
}

fn send_addendum(desk: &Desk<'_>) -> Result<String, Denied> {
    let patient = desk.patient()?;
    let mut answers = desk.answers();
    let id = answers.word("note", |text| text.parse().ok());
    let text = answers.prose("text");
    read!(answers => id, text);
    let chart = desk.opened()?.chart();
    let is_hidden = chart
        .all::<NoteSigned>()
        .any(|(entry, note)| note.note == id && !may_read(desk.ask, chart, entry));
    if is_hidden {
        return Err(Denied::NotFound);
    }
    check_signer(desk)?;
    desk.operate(|operation, clinic| note::addend(operation, clinic, patient, id, text))?;
    desk.chart()
}

/// The six steps of a safety plan, in our own words, and one reason for living.
pub(crate) const SAFETY_STEPS: &[(&str, &str)] = &[
    ("signs", "How do I notice that it is getting worse?"),
    ("alone", "What can I do on my own that helps?"),
    ("company", "Who or where takes my mind off it?"),
    ("help", "Whom can I ask for help, and how do I reach them?"),
    (
        "professionals",
        "Which professionals and crisis lines can I call?",
    ),
    (
        "surroundings",
        "How do we make my surroundings safer? Think of firearms, pills, ketamine.",
    ),
    ("reason", "What do I want to live for?"),
];

/// The field of each step, and how much is enough of it.
const SAFETY_FIELDS: [(&str, &str); 7] = [
    (
        "step-signs",
        "Thoughts, feelings, things I do. Up to three are enough",
    ),
    ("step-alone", "Without reaching anybody. Up to three"),
    (
        "step-company",
        "Two people with their numbers, and two places",
    ),
    ("step-help", "Up to three people, each with a number"),
    (
        "step-professionals",
        "Names with numbers: therapist, doctor, emergency department. 988 stands on the page already",
    ),
    ("step-surroundings", "Two things, and who helps with them"),
    ("step-reason", "One is enough"),
];

fn draw_safety(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let latest = desk.opened()?.chart().latest::<SafetyPlanWritten>();
    // What was written last stands in the fields, so that a change loses nothing of it.
    let written = |step: &str| -> String {
        let steps = latest.into_iter().flat_map(|(_, plan)| &plan.steps);
        let lines: Vec<&str> = steps
            .filter(|one| one.step.as_str() == step)
            .flat_map(|one| one.lines.iter().map(Line::as_str))
            .collect();
        lines.join("\n")
    };
    let mut fields: Vec<Field> = SAFETY_STEPS
        .iter()
        .zip(SAFETY_FIELDS)
        .enumerate()
        .map(|(place, ((step, words), (field, hint)))| {
            let label = if place < 6 {
                format!("{}. {words}", place + 1)
            } else {
                (*words).to_owned()
            };
            Field::area(field, label)
                .hint(hint)
                .value(&written(step))
                .optional()
        })
        .collect();
    let review = latest.and_then(|(_, plan)| plan.review_on);
    let review = review.map_or_else(String::new, |day| day.to_string());
    fields.push(
        Field::day("review_on", "When shall we go through it again?")
            .value(&review)
            .optional(),
    );
    Ok(desk
        .page(desk.form("Keep this plan").fields(fields))
        .said("Six steps, in your own words, one thing a line. It is kept exactly as you write it, and what you leave empty stays open."))
}

fn send_safety(desk: &Desk<'_>) -> Result<String, Denied> {
    let patient = desk.patient()?;
    let mut answers = desk.answers();
    let review_on = answers.day_or_none("review_on");
    answers.done()?;
    let (mut steps, mut faults) = (Vec::new(), Vec::new());
    for ((step, _), (field, _)) in SAFETY_STEPS.iter().zip(SAFETY_FIELDS) {
        let mut lines = Vec::new();
        let written = desk.ask.sent.raw(field).unwrap_or_default().lines();
        for line in written.map(str::trim).filter(|line| !line.is_empty()) {
            match Line::new(line) {
                Ok(line) => lines.push(line),
                // Nothing that was written for such a plan is left out in silence.
                Err(error) => faults.push(FieldFault::new(field, sentence(&error.to_string()))),
            }
        }
        steps.push(SafetyStep {
            step: Line::clipped(step),
            lines,
        });
    }
    if !faults.is_empty() {
        return Err(Denied::Invalid(faults));
    }
    let plan = SafetyPlanWritten { steps, review_on };
    desk.operate(|operation, clinic| note::plan_safety(operation, clinic, patient, plan))?;
    Ok(desk.opened()?.path("/safety-plan?done=safety-plan"))
}
