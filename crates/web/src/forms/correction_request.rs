//! Forms by which a correction is asked for, answered, and answered back.

use clinic::act::correction_request::{self, Asked, correcting};
use clinic::authority::Act;
use clinic::denied::Denied;
use pages::{Choice, Field, FormPage, Phrase, Piece, Section};
use record::Entry;
use record::chart::EntryNumber;
use record::fact::correction::{CopyWay, CorrectionAnswer, DeclineBasis};

use super::{Desk, FormKind, choices_of, read};
use crate::page::patient::may_read;
use crate::page::sentence::sentence;
use crate::page::timeline::{has_line, text_of};
use crate::words;

pub(super) const FORMS: &[FormKind] = &[
    FormKind {
        code: "ask-correction",
        title: "Ask for a correction",
        done: "It is written down, and somebody has to answer it in writing.",
        act: Act::AskCorrection,
        draw: draw_ask,
        send: send_ask,
    },
    FormKind {
        code: "answer-correction",
        title: "Answer a correction asked for",
        done: "It is answered, and the patient sees the answer.",
        act: Act::AnswerCorrection,
        draw: draw_answer,
        send: send_answer,
    },
    FormKind {
        code: "state-disagreement",
        title: "Say why you do not agree",
        done: "Your statement stays with the record.",
        act: Act::AskCorrection,
        draw: draw_disagree,
        send: send_disagree,
    },
    FormKind {
        code: "rebut",
        title: "Write a rebuttal",
        done: "The rebuttal is in the record, and the patient has a copy.",
        act: Act::AnswerCorrection,
        draw: draw_rebuttal,
        send: send_rebuttal,
    },
    FormKind {
        code: "send-along",
        title: "Have it go along",
        done: "The request and the answer go along from now on.",
        act: Act::AskCorrection,
        draw: draw_along,
        send: send_along,
    },
];

/// How many lines can be chosen from at once; links lead to the older and the newer ones.
const OFFERED_MAX: usize = 40;

/// The part of the address that says how many times forty lines back the choice begins.
const PLACE: &str = "place";

fn line(desk: &Desk<'_>, entry: &Entry) -> String {
    let (head, rest) = sentence(desk.app, &entry.fact);
    let rest: String = rest.into_iter().map(text_of).collect();
    let whole = format!(
        "{} {head}{rest}",
        words::moment_short(entry.occurred_at.0, &desk.zone)
    );
    record::words::Line::clipped(&whole)
        .as_str()
        .chars()
        .take(90)
        .collect()
}

fn draw_ask(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let opened = desk.opened()?;
    let chart = opened.chart();
    let readable: Vec<&Entry> = chart
        .entries()
        .iter()
        .rev()
        .filter(|entry| has_line(&entry.fact) && may_read(desk.ask, chart, entry))
        .collect();
    let last = readable.len().saturating_sub(1) / OFFERED_MAX;
    let place = desk.named::<usize>(PLACE).unwrap_or(0).min(last);
    let lines = readable.iter().skip(place * OFFERED_MAX).take(OFFERED_MAX);
    let choices: Vec<Choice> = lines
        .map(|entry| Choice::new(entry.number.0.to_string(), line(desk, entry)))
        .collect();
    let shown = choices.len();
    let form = desk.form("Send").hidden(PLACE, place.to_string());
    let mut page = desk
        .page(form.fields(vec![
            Field::select("about", "Which line?", choices)
                .hint("Leave it if it is another, or you are not sure")
                .optional(),
            Field::area("wrong", "What is wrong?"),
            Field::area("should_say", "What should it say?"),
        ]))
        .said(format!(
            "We answer in writing within {} days. What was written first stays, struck through, with the right words beside it.",
            desk.app.clinic.library().alerts().correction.days_to_answer
        ));
    if last > 0 {
        let to = |place: usize| format!("{}?{PLACE}={place}", opened.form("ask-correction"));
        let from = place * OFFERED_MAX;
        let mut said = vec![Phrase::plain(format!(
            "Lines {} to {} of {}, the newest first. ",
            from + 1,
            from + shown,
            readable.len()
        ))];
        if place > 0 {
            said.push(Phrase::link(to(place - 1), "Newer lines"));
            said.push(Phrase::plain(" "));
        }
        if place < last {
            said.push(Phrase::link(to(place + 1), "Older lines"));
            said.push(Phrase::plain(" "));
            said.push(Phrase::link(to(last), "The oldest lines"));
        }
        page.before = vec![Section::new("Find the line first", vec![Piece::Said(said)])];
    }
    Ok(page)
}

fn send_ask(desk: &Desk<'_>) -> Result<String, Denied> {
    let patient = desk.patient()?;
    let mut answers = desk.answers();
    let entry = answers.word_or_none("about", |text| text.parse().ok().map(EntryNumber));
    let wrong = answers.prose("wrong");
    let should_say = answers.prose("should_say");
    read!(answers => wrong, should_say);
    let chart = desk.opened()?.chart();
    // What may not be read cannot be named either, so that nobody learns that it is there.
    let entry = entry.filter(|number| {
        let named = chart.entry(*number);
        named.is_some_and(|entry| may_read(desk.ask, chart, entry))
    });
    let asked = Asked {
        entry,
        wrong,
        should_say,
    };
    desk.operate(|operation, clinic| correction_request::ask(operation, clinic, patient, asked))?;
    Ok(desk.opened()?.path("/corrections?done=ask-correction"))
}

fn request(desk: &Desk<'_>) -> Result<EntryNumber, Denied> {
    let number = EntryNumber(desk.needed("request")?);
    let chart = desk.opened()?.chart();
    let found = chart.correction_request(number).ok_or(Denied::NotFound)?;
    Ok(found.number())
}

/// What was asked, above the form.
fn before(desk: &Desk<'_>, number: EntryNumber) -> Result<Section, Denied> {
    let chart = desk.opened()?.chart();
    let asked = chart.correction_request(number).ok_or(Denied::NotFound)?;
    let mut pieces = Vec::new();
    if let Some(entry) = asked.fact.entry.and_then(|number| chart.entry(number))
        && may_read(desk.ask, chart, entry)
    {
        pieces.push(Piece::plain(line(desk, entry)));
    }
    pieces.push(Piece::Said(vec![
        Phrase::Strong("Wrong: ".to_owned()),
        Phrase::plain(asked.fact.wrong.as_str()),
    ]));
    pieces.push(Piece::Said(vec![
        Phrase::Strong("Should say: ".to_owned()),
        Phrase::plain(asked.fact.should_say.as_str()),
    ]));
    if let Some((_, CorrectionAnswer::Declined { basis, reason })) = asked.answer {
        pieces.push(Piece::Said(vec![
            Phrase::Strong("Declined: ".to_owned()),
            Phrase::plain(format!("{}. {reason}", basis.label())),
        ]));
    }
    for (_, words) in &asked.disagreements {
        pieces.push(Piece::Said(vec![
            Phrase::Strong("Disagrees: ".to_owned()),
            Phrase::plain(*words),
        ]));
    }
    Ok(Section::new("What was asked", pieces))
}

fn draw_answer(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let number = request(desk)?;
    let corrections = correcting(desk.opened()?.chart(), number);
    let offered = corrections
        .iter()
        .map(|entry| {
            let what = format!(
                "entry {}, {}: {}",
                entry.number.0,
                entry.fact.kind(),
                line(desk, entry)
            );
            Choice::new(entry.number.0.to_string(), what)
        })
        .collect::<Vec<_>>();
    let fields = vec![
        Field::one_of(
            "answer",
            "Is the record corrected?",
            vec![
                Choice::new("accepted", "Accepted: it was wrong, and is corrected"),
                Choice::new("declined", "Declined, for a reason"),
            ],
        ),
        Field::select("by", "Accepted: which entry corrects it?", offered)
            .hint(
                "Correct it on the chart first; what was written after the request is listed here",
            )
            .optional(),
        Field::select(
            "basis",
            "Declined: on which ground?",
            choices_of!(DeclineBasis),
        )
        .optional(),
        Field::area("reason", "Declined: why, in words the patient understands").optional(),
    ];
    let form = desk
        .form("Answer")
        .hidden("request", number.0.to_string())
        .fields(fields);
    let mut page = desk.page(form);
    page.before = vec![before(desk, number)?];
    Ok(page)
}

fn send_answer(desk: &Desk<'_>) -> Result<String, Denied> {
    let patient = desk.patient()?;
    let number = request(desk)?;
    let mut answers = desk.answers();
    let is_accepted = answers.word("answer", |text| match text {
        "accepted" => Some(true),
        "declined" => Some(false),
        _ => None,
    });
    let by = answers.word_or_none("by", |text| text.parse().ok().map(EntryNumber));
    let basis = answers.word_or_none("basis", DeclineBasis::from_code);
    let reason = answers.prose_or_none("reason");
    read!(answers => is_accepted);
    let answer = if is_accepted {
        let by = by.ok_or_else(|| {
            Denied::invalid(
                "by",
                "Correct the entry first, then choose the correction here",
            )
        })?;
        CorrectionAnswer::Accepted { by }
    } else {
        CorrectionAnswer::Declined {
            basis: basis
                .ok_or_else(|| Denied::invalid("basis", "Choose the ground it is declined on"))?,
            reason: reason.ok_or_else(|| {
                Denied::invalid("reason", "Say why, so that the patient understands it")
            })?,
        }
    };
    desk.operate(|operation, clinic| {
        correction_request::answer(operation, clinic, patient, number, answer)
    })?;
    Ok(desk.opened()?.path("/corrections?done=answer-correction"))
}

fn draw_disagree(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let number = request(desk)?;
    let form = desk
        .form("Keep it with the record")
        .hidden("request", number.0.to_string())
        .fields(vec![Field::area("words", "Why do you not agree?")]);
    let mut page = desk.page(form);
    page.before = vec![before(desk, number)?];
    Ok(page)
}

fn send_disagree(desk: &Desk<'_>) -> Result<String, Denied> {
    let patient = desk.patient()?;
    let number = request(desk)?;
    let mut answers = desk.answers();
    let words = answers.prose("words");
    read!(answers => words);
    desk.operate(|operation, clinic| {
        correction_request::disagree(operation, clinic, patient, number, words)
    })?;
    Ok(desk.opened()?.path("/corrections?done=state-disagreement"))
}

fn draw_rebuttal(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let number = request(desk)?;
    let form = desk
        .form("Sign it, and give them the copy")
        .hidden("request", number.0.to_string())
        .fields(vec![
            Field::area(
                "words",
                "What do you say to it, in words the patient understands?",
            ),
            Field::one_of(
                "copied",
                "How is the patient given a copy?",
                choices_of!(CopyWay),
            ),
        ]);
    let mut page = desk.page(form).said(
        "It stays with the request, the answer and the statement, and goes along with all of them. 45 CFR 164.526(d)(3).",
    );
    page.before = vec![before(desk, number)?];
    Ok(page)
}

fn send_rebuttal(desk: &Desk<'_>) -> Result<String, Denied> {
    let patient = desk.patient()?;
    let number = request(desk)?;
    let mut answers = desk.answers();
    let words = answers.prose("words");
    let copied = answers.word("copied", CopyWay::from_code);
    read!(answers => words, copied);
    desk.operate(|operation, clinic| {
        correction_request::rebut(operation, clinic, patient, number, (words, copied))
    })?;
    Ok(desk.opened()?.path("/corrections?done=rebut"))
}

fn draw_along(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let number = request(desk)?;
    let form = desk
        .form("Have them go along")
        .hidden("request", number.0.to_string());
    let mut page = desk.page(form).said(
        "The request and the answer are sent along whenever what they are about is sent to anybody. 45 CFR 164.526(d)(1)(iii).",
    );
    page.before = vec![before(desk, number)?];
    Ok(page)
}

fn send_along(desk: &Desk<'_>) -> Result<String, Denied> {
    let patient = desk.patient()?;
    let number = request(desk)?;
    desk.operate(|operation, clinic| {
        correction_request::send_along(operation, clinic, patient, number)
    })?;
    Ok(desk.opened()?.path("/corrections?done=send-along"))
}
