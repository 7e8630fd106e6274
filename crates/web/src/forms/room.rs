//! Forms of the session room; each is also what a pad of the page sends.
#![expect(
    clippy::unnecessary_wraps,
    reason = "the drawing of every form has one shape"
)]

use clinic::act::room::{self, Readings, Stopped};
use clinic::authority::Act;
use clinic::denied::Denied;
use jiff::{SignedDuration, Timestamp};
use pages::{Choice, Field, FormPage};
use record::fact::person::{HistoryAnswer, HistoryValue};
use record::fact::room::SettingChosen;
use record::fact::session::Watched;
use record::ids::SessionId;
use record::words::{Line, YesNo};

use super::observation::VITALS;
use super::{Desk, FormKind, read, when_field};
use crate::sent::Answers;

/// How long an entry may have waited on a device without a network, in hours.
const KEPT_HOURS_MAX: i64 = 48;

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
        "readings",
        "A set of readings",
        "The readings are charted.",
        draw_readings,
        send_readings,
    ),
    kind(
        "score-sedation",
        "Sedation score",
        "The score is charted.",
        draw_sedation,
        send_readings,
    ),
    kind(
        "symptoms",
        "Symptom scores",
        "The scores are charted.",
        draw_symptoms,
        send_readings,
    ),
    kind(
        "signs",
        "Signs",
        "The answers are charted.",
        draw_signs,
        send_signs,
    ),
    FormKind {
        act: Act::WriteInRoom,
        ..kind(
            "room-note",
            "Note in the room",
            "The note is charted.",
            draw_note,
            send_note,
        )
    },
    FormKind {
        act: Act::WriteInRoom,
        ..kind(
            "setting",
            "Set and setting",
            "Set and setting are charted.",
            draw_setting,
            send_setting,
        )
    },
    kind(
        "pause",
        "Pause the infusion",
        "The infusion is paused.",
        draw_pause,
        send_pause,
    ),
    kind(
        "next-device",
        "One more device given",
        "The device is charted.",
        draw_device,
        send_device,
    ),
    kind(
        "stop-now",
        "Stop the infusion",
        "The infusion is stopped.",
        draw_stop,
        send_stop,
    ),
    FormKind {
        act: Act::WriteInRoom,
        ..kind(
            "call-help",
            "Call for help",
            "Help is called.",
            draw_help,
            send_help,
        )
    },
];

/// When what is told happened: now, unless it waited on the device or somebody says how long ago.
///
/// An entry that waited says by its own clock how long; that clock may be wrong, the stretch is not.
fn told_at(desk: &Desk<'_>, answers: &mut Answers<'_>) -> Option<Timestamp> {
    let now = desk.ask.now;
    let sent = &desk.ask.sent;
    let number = |name: &str| sent.get(name).and_then(|text| text.parse::<i64>().ok());
    if let (Some(kept), Some(sent_at)) = (number("kept_at"), number("sent_at")) {
        let waited = sent_at
            .saturating_sub(kept)
            .clamp(0, KEPT_HOURS_MAX * 3_600_000);
        return now.checked_sub(SignedDuration::from_millis(waited)).ok();
    }
    if let Some(minutes) = answers.number_or_none("minutes_ago", 0, 600) {
        let minutes = SignedDuration::from_mins(i64::from(minutes));
        return (!minutes.is_zero())
            .then(|| now.checked_sub(minutes).ok())
            .flatten();
    }
    answers.moment_or_none("occurred_at")
}

fn score_fields(scores: &[(&'static str, &'static str, u32)]) -> Vec<Field> {
    let field = |(name, label, most): &(&'static str, &'static str, u32)| {
        Field::number(*name, *label, "")
            .hint(format!("0 to {most}"))
            .optional()
    };
    scores.iter().map(field).collect()
}

const SYMPTOMS: &[(&str, &str, u32)] = &[
    ("dissociation", "Dissociation", 10),
    ("nausea", "Nausea", 10),
    ("anxiety", "Anxiety", 10),
    ("pain", "Pain", 10),
];
const SEDATION: &[(&str, &str, u32)] = &[("sedation", "Sedation, MOAA/S", 5)];

fn draw_readings(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let mut fields = (VITALS.fields)(desk);
    fields.extend(score_fields(SEDATION));
    fields.extend(score_fields(SYMPTOMS));
    fields.push(when_field());
    Ok(desk
        .page(desk.form("Chart").fields(fields))
        .said("Enter what was taken. What is left empty was not taken."))
}

fn draw_sedation(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let mut fields = score_fields(SEDATION);
    fields.push(when_field());
    Ok(desk.page(desk.form("Chart").fields(fields)))
}

fn draw_symptoms(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let mut fields = score_fields(SYMPTOMS);
    fields.push(when_field());
    Ok(desk.page(desk.form("Chart").fields(fields)))
}

fn send_readings(desk: &Desk<'_>) -> Result<String, Denied> {
    let (patient, session) = (desk.patient()?, desk.needed::<SessionId>("session")?);
    let mut answers = desk.answers();
    let at = told_at(desk, &mut answers);
    let vitals = (VITALS.read)(desk, &mut answers);
    let mut scores = Vec::new();
    for (name, _, most) in SEDATION.iter().chain(SYMPTOMS) {
        let score = answers
            .number_or_none(name, 0, *most)
            .and_then(|one| u8::try_from(one).ok());
        scores.extend(Watched::from_code(name).zip(score));
    }
    let remark = answers.prose_or_none("words");
    read!(answers => vitals);
    let record::Fact::VitalsObserved(vitals) = vitals else {
        return Err(Denied::NotFound);
    };
    let readings = Readings {
        vitals,
        scores,
        answers: Vec::new(),
        remark,
    };
    desk.operate_at(at, |operation, clinic| {
        room::chart(operation, clinic, patient, session, readings)
    })?;
    desk.session(session)
}

/// Signs asked by yes or no, by the input they answer.
const SIGNS: &[(&str, &str)] = &[
    (
        "hypertensive_symptom",
        "Headache, chest pain, change of vision, weakness or breathlessness?",
    ),
    ("vomiting", "Has vomited?"),
    ("arrhythmia_new", "A new rhythm disorder?"),
    ("bradycardia_symptom", "Faint, pale or confused?"),
    ("on_room_air", "Breathing room air?"),
];
const EMERGENCIES: &[(&str, &str)] = &[
    ("laryngospasm", "Laryngospasm"),
    ("stridor", "Stridor"),
    ("seizure", "Seizure"),
    ("anaphylaxis", "Anaphylaxis"),
];

fn draw_signs(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let mut fields: Vec<Field> = SIGNS
        .iter()
        .map(|(name, words)| Field::one_of(*name, *words, yes_no()).optional())
        .collect();
    let emergencies = EMERGENCIES
        .iter()
        .map(|(code, words)| Choice::new(*code, *words))
        .collect();
    fields.push(Field::one_of("emergency_sign", "An emergency?", emergencies).optional());
    fields.push(
        Field::number("agitation", "Agitation, RASS", "")
            .hint("\u{2212}5 to 4")
            .optional(),
    );
    fields.push(
        Field::number("distress", "Distress", "")
            .hint("0 to 10")
            .optional(),
    );
    fields.push(when_field());
    Ok(desk
        .page(desk.form("Chart").fields(fields))
        .said("Answer what was asked or seen. What is left empty was not asked."))
}

pub(super) fn yes_no() -> Vec<Choice> {
    vec![Choice::new("yes", "Yes"), Choice::new("no", "No")]
}

fn send_signs(desk: &Desk<'_>) -> Result<String, Denied> {
    let (patient, session) = (desk.patient()?, desk.needed::<SessionId>("session")?);
    let mut answers = desk.answers();
    let at = told_at(desk, &mut answers);
    let mut told = Vec::new();
    let mut tell = |input: &str, answer: HistoryValue| {
        told.push(HistoryAnswer {
            input: Line::clipped(input),
            answer,
        });
    };
    for (name, _) in SIGNS {
        if let Some(answer) = answers.word_or_none(name, YesNo::from_code) {
            tell(name, HistoryValue::Plain(answer));
        }
    }
    let known = |code: &str| {
        EMERGENCIES
            .iter()
            .find(|(one, _)| *one == code)
            .map(|(one, _)| *one)
    };
    if let Some(sign) = answers.word_or_none("emergency_sign", known) {
        tell("emergency_sign", HistoryValue::Word(Line::clipped(sign)));
    }
    for (name, least, most) in [("agitation", -5_i64, 4_i64), ("distress", 0, 10)] {
        let Some(text) = desk.ask.sent.get(name) else {
            continue;
        };
        match text.replace('\u{2212}', "-").parse::<i64>() {
            Ok(score) if (least..=most).contains(&score) => {
                tell(
                    name,
                    HistoryValue::Number(Line::clipped(&score.to_string())),
                );
            }
            Ok(_) | Err(_) => {
                answers.fault(name, format!("Enter a whole number from {least} to {most}"));
            }
        }
    }
    answers.done()?;
    let readings = Readings {
        answers: told,
        ..Readings::default()
    };
    desk.operate_at(at, |operation, clinic| {
        room::chart(operation, clinic, patient, session, readings)
    })?;
    desk.session(session)
}

fn draw_note(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let fields = vec![Field::area("words", "What was seen or said?"), when_field()];
    Ok(desk.page(desk.form("Chart").fields(fields)))
}

fn send_note(desk: &Desk<'_>) -> Result<String, Denied> {
    let (patient, session) = (desk.patient()?, desk.needed::<SessionId>("session")?);
    let mut answers = desk.answers();
    let at = told_at(desk, &mut answers);
    let words = answers.prose("words");
    read!(answers => words);
    desk.operate_at(at, |operation, clinic| {
        room::note(operation, clinic, patient, session, words)
    })?;
    desk.session(session)
}

fn draw_setting(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    Ok(desk.page(desk.form("Chart").fields(vec![
        Field::line("music", "Music").optional(),
        Field::one_of("eyeshade", "Eyeshade?", yes_no()).optional(),
        Field::area("intention", "Intention, in their own words").optional(),
        Field::line("sitter", "Who sits with them?").optional(),
        when_field(),
    ])))
}

fn send_setting(desk: &Desk<'_>) -> Result<String, Denied> {
    let (patient, session) = (desk.patient()?, desk.needed::<SessionId>("session")?);
    let mut answers = desk.answers();
    let at = told_at(desk, &mut answers);
    let music = answers.line_or_none("music");
    let eyeshade = answers.word_or_none("eyeshade", YesNo::from_code);
    let intention = answers.prose_or_none("intention");
    let sitter = answers.line_or_none("sitter");
    answers.done()?;
    let eyeshade = eyeshade.map(|answer| answer == YesNo::Yes);
    let setting = SettingChosen {
        session,
        music,
        eyeshade,
        intention,
        sitter,
    };
    desk.operate_at(at, |operation, clinic| {
        room::choose_setting(operation, clinic, patient, setting)
    })?;
    desk.session(session)
}

/// A press without questions, for who comes to its address: the same press, once more.
/// A press of the room as a page of its own, with what it does.
fn press(desk: &Desk<'_>, said: &str) -> FormPage {
    desk.page(desk.form("Yes, now")).said(said)
}

fn draw_pause(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    Ok(press(
        desk,
        "Nothing more goes in until it is resumed, with a reason.",
    ))
}

fn draw_stop(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    Ok(press(
        desk,
        "The dose ends now, with what is in by then, and is not begun again.",
    ))
}

fn draw_help(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    Ok(press(
        desk,
        "Today, the watch list and the floor board say at once which room, when and who called.",
    ))
}

fn send_pause(desk: &Desk<'_>) -> Result<String, Denied> {
    let (patient, session) = (desk.patient()?, desk.needed::<SessionId>("session")?);
    let at = told_at(desk, &mut desk.answers());
    desk.operate_at(at, |operation, clinic| {
        room::pause(operation, clinic, patient, session)
    })?;
    desk.session(session)
}

fn draw_device(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let form = desk.form("One more is given").fields(vec![
        Field::line(
            "reason",
            "If it was given sooner than the protocol says, why?",
        )
        .optional(),
        when_field(),
    ]);
    Ok(desk.page(form))
}

fn send_device(desk: &Desk<'_>) -> Result<String, Denied> {
    let (patient, session) = (desk.patient()?, desk.needed::<SessionId>("session")?);
    let mut answers = desk.answers();
    let at = told_at(desk, &mut answers);
    let reason = answers.line_or_none("reason");
    answers.done()?;
    desk.operate_at(at, |operation, clinic| {
        room::next_device(operation, clinic, patient, (session, reason))
    })?;
    desk.session(session)
}

fn send_stop(desk: &Desk<'_>) -> Result<String, Denied> {
    let (patient, session) = (desk.patient()?, desk.needed::<SessionId>("session")?);
    let at = told_at(desk, &mut desk.answers());
    let stopped = desk.operate_at(at, |operation, clinic| {
        room::stop_now(operation, clinic, patient, session)
    })?;
    match stopped {
        Stopped::Now(_) => desk.session(session),
        Stopped::Before => Ok(desk
            .opened()?
            .path(&format!("/sessions/{session}?done=stopped-before"))),
    }
}

fn send_help(desk: &Desk<'_>) -> Result<String, Denied> {
    let (patient, session) = (desk.patient()?, desk.needed::<SessionId>("session")?);
    let at = told_at(desk, &mut desk.answers());
    desk.operate_at(at, |operation, clinic| {
        room::call_help(operation, clinic, patient, session)
    })?;
    desk.session(session)
}
