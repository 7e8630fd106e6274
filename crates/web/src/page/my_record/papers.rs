//! What was signed and written, and who may see the record by law and by the patient's own consents.

use clinic::authority::{Act, Reach};
use pages::{Fact as Shown, Phrase, Piece, Section};
use record::fact::care::{NoteSigned, SafetyPlanWritten};
use record::fact::decision::ConsentSigned;
use record::words::Role;

use crate::app::App;
use crate::ask::Ask;
use crate::page::consent::title_of;
use crate::page::patient::{Opened, may_read};
use crate::sent::sentence;
use crate::words;

/// How many notes are listed; the others are on the whole record.
const NOTES_MAX: usize = 10;

/// My documents.
pub(super) fn section(app: &App, ask: &Ask, opened: &Opened) -> Section {
    let chart = opened.chart();
    let mut lines: Vec<Vec<Phrase>> = chart
        .all::<ConsentSigned>()
        .map(|(entry, one)| {
            let to = opened.path(&format!("/consents/signed/{}", one.consent));
            vec![
                Phrase::plain("Consent: "),
                Phrase::link(to, title_of(app, one)),
                Phrase::plain(", signed "),
                Phrase::Time(words::moment_short(entry.occurred_at.0, &opened.zone)),
            ]
        })
        .collect();
    let plan = chart.course().and_then(|course| chart.plan(course.id));
    lines.push(match plan {
        Some((entry, _)) => vec![
            Phrase::link(opened.path("/plan"), "My treatment plan"),
            Phrase::plain(", made "),
            Phrase::Time(words::moment_short(entry.occurred_at.0, &opened.zone)),
        ],
        None => vec![Phrase::absent("No treatment plan yet")],
    });
    lines.push(match chart.latest::<SafetyPlanWritten>() {
        Some((entry, _)) => vec![
            Phrase::link(opened.path("/safety-plan"), "My safety plan"),
            Phrase::plain(", last written "),
            Phrase::Time(words::moment_short(entry.occurred_at.0, &opened.zone)),
        ],
        None => vec![
            Phrase::absent("No safety plan yet"),
            Phrase::plain(". "),
            Phrase::link(opened.form("safety-plan"), "Write one"),
        ],
    });
    let mut pieces = vec![Piece::List(lines)];
    pieces.extend(notes(ask, opened));
    Section::new("My documents", pieces)
}

fn notes(ask: &Ask, opened: &Opened) -> Vec<Piece> {
    let chart = opened.chart();
    let mut all: Vec<_> = chart
        .all::<NoteSigned>()
        .filter(|(entry, _)| may_read(ask, chart, entry))
        .collect();
    all.sort_by_key(|(entry, _)| std::cmp::Reverse((entry.occurred_at, entry.number)));
    let n_more = all.len().saturating_sub(NOTES_MAX);
    let mut pieces: Vec<Piece> = all
        .into_iter()
        .take(NOTES_MAX)
        .map(|(entry, note)| {
            let when = words::moment_short(entry.occurred_at.0, &opened.zone);
            let title = format!("{} by {}, {when}", note.title, note.signed_name);
            Piece::Within(title, vec![Piece::plain(note.text.as_str())])
        })
        .collect();
    if n_more > 0 {
        pieces.push(Piece::Said(vec![
            Phrase::plain(format!("{n_more} older notes are on ")),
            Phrase::link(opened.path("/my-record/whole"), "the whole record"),
            Phrase::plain("."),
        ]));
    }
    pieces.push(Piece::plain(
        "Notes of counselling sessions are kept apart: only the therapist who wrote them and those who \
         treat you in therapy read them. Ask your therapist about them.",
    ));
    pieces
}

/// Who may see it, and what each consent allows.
pub(super) fn who_may_see(app: &App, opened: &Opened) -> Section {
    let roles = |act: Act| {
        let all = Role::ALL
            .iter()
            .filter(|role| act.reach(**role) == Reach::All);
        let names: Vec<&str> = all.map(|role| role.label()).collect();
        names.join(", ")
    };
    let mut pieces = vec![Piece::plain(format!(
        "Here, the people who treat you may open it: {}. Each opening is written down. Nobody else may, \
         unless you allow it, a court orders it, or your life is in danger and somebody has to know. \
         42 CFR part 2.",
        roles(Act::ReadChart)
    ))];
    let chart = opened.chart();
    let held = chart.course().map_or_else(Vec::new, |course| {
        chart.consents_on(course.id, opened.today)
    });
    if held.is_empty() {
        pieces.push(Piece::Said(vec![Phrase::absent(
            "No consent of yours is in force.",
        )]));
    }
    for (_, one) in held {
        let to = opened.path(&format!("/consents/signed/{}", one.consent));
        pieces.push(Piece::Said(vec![
            Phrase::plain("You allow: "),
            Phrase::link(to, title_of(app, one)),
        ]));
        pieces.push(Piece::Facts(allows(one)));
    }
    pieces.push(Piece::Said(vec![
        Phrase::link(opened.path("/consents"), "Give or withdraw a consent"),
        Phrase::plain(". You can withdraw at any time; what was already shared stays shared."),
    ]));
    Section::new("Who may see it", pieces)
}

/// One consent: what it allows, to whom, why and until when.
fn allows(one: &ConsentSigned) -> Vec<Shown> {
    let mut facts = Vec::new();
    let asks = [
        ("information", "What"),
        ("recipients", "With whom"),
        ("purpose", "Why"),
    ];
    for (ask, name) in asks {
        let answer = one.answers.iter().find(|given| given.ask.as_str() == ask);
        facts.extend(answer.map(|given| Shown::plain(name, sentence(given.answer.as_str()))));
    }
    facts.push(Shown::plain(
        "Until",
        one.expires.map_or_else(
            || "you withdraw it".to_owned(),
            |last| format!("{}, or you withdraw it", words::day_plain(last)),
        ),
    ));
    facts
}
