//! What the patient answered: check-ins, and questionnaires with what they came to.

use std::collections::BTreeMap;

use clinic::act::instrument::scored;
use pages::{Phrase, Piece, Section};
use record::Entry;
use record::fact::observation::InstrumentAnswered;
use record::fact::substance_use::CheckInAnswered;
use record::words::Sex;

use crate::app::App;
use crate::page::instrument::result_words;
use crate::page::patient::Opened;
use crate::words;

/// How many check-ins are listed; the others are on the whole record.
const CHECK_INS_MAX: usize = 7;

/// The section.
pub(super) fn section(app: &App, opened: &Opened) -> Section {
    let mut pieces = check_ins(opened);
    pieces.extend(questionnaires(app, opened));
    Section::new("What I answered", pieces)
}

fn check_ins(opened: &Opened) -> Vec<Piece> {
    let mut all: Vec<(&Entry, &CheckInAnswered)> =
        opened.chart().all::<CheckInAnswered>().collect();
    all.sort_by_key(|(entry, one)| (one.day, entry.number));
    if all.is_empty() {
        return vec![Piece::Said(vec![Phrase::absent(
            "You have not answered a check-in yet.",
        )])];
    }
    let n_all = all.len();
    let lines = all.into_iter().rev().take(CHECK_INS_MAX).map(|(_, one)| {
        vec![
            Phrase::Time(words::day_short(one.day)),
            Phrase::plain(format!(": {}.", told(one))),
        ]
    });
    let lines: Vec<_> = lines.collect();
    let shown = lines.len();
    let said = if shown < n_all {
        format!("You have answered {n_all} check-ins. The last {shown}:")
    } else {
        format!(
            "You have answered {}.",
            words::of(n_all, "check-in", "check-ins")
        )
    };
    vec![Piece::plain(said), Piece::List(lines)]
}

/// A check-in in the words of who answered it; what was not answered is said to be so.
fn told(one: &CheckInAnswered) -> String {
    let known = |said: Option<String>, what: &str| match said {
        Some(said) => said,
        None => format!("{what} not answered"),
    };
    let used = one.used.answer().map(|used| {
        let words = if *used { "you used" } else { "you did not use" };
        words.to_owned()
    });
    let craving = one
        .craving_peak
        .answer()
        .map(|score| format!("craving at its worst {}", score.get()));
    let mood = one
        .mood
        .answer()
        .map(|score| format!("mood {}", score.get()));
    let sleep = one.sleep_half_hours.answer().map(|half_hours| {
        let hours = f64::from(*half_hours) / 2.0;
        format!("slept {hours} hours")
    });
    let mut told = [
        known(used, "use"),
        known(craving, "craving"),
        known(mood, "mood"),
        known(sleep, "sleep"),
    ]
    .join(", ");
    if one.wants_call {
        told.push_str("; you asked for a call");
    }
    if let Some(words) = &one.words {
        told.push_str("; in your words: ");
        told.push_str(words.as_str());
    }
    told
}

fn questionnaires(app: &App, opened: &Opened) -> Vec<Piece> {
    let chart = opened.chart();
    let sex = chart
        .identity()
        .map_or(Sex::NotRecorded, |identity| identity.sex);
    let mut last: BTreeMap<&str, Vec<(&Entry, &InstrumentAnswered)>> = BTreeMap::new();
    for (entry, answered) in chart.all::<InstrumentAnswered>() {
        let of = last.entry(answered.instrument.as_str()).or_default();
        of.push((entry, answered));
    }
    let lines = last.into_iter().filter_map(|(id, mut all)| {
        all.sort_by_key(|(entry, _)| (entry.occurred_at, entry.number));
        let (entry, answered) = all.last()?;
        let mut line = match app.clinic.library().instrument(id) {
            Some(one) => {
                let to = opened.path(&format!("/questionnaires/{id}"));
                let result = scored(one, answered, sex).first().map_or_else(
                    || Phrase::absent("not scored"),
                    |first| Phrase::Strong(result_words(first)),
                );
                vec![
                    Phrase::link(to, one.about.as_str()),
                    Phrase::plain(format!(" ({}): ", one.title)),
                    result,
                ]
            }
            None => vec![
                Phrase::plain(format!("{id}: ")),
                Phrase::absent("this version cannot score it"),
            ],
        };
        line.push(Phrase::plain(", on "));
        let when = words::moment_short(entry.occurred_at.0, &opened.zone);
        line.push(Phrase::Time(when));
        Some(line)
    });
    let lines: Vec<_> = lines.collect();
    if lines.is_empty() {
        return vec![Piece::Said(vec![Phrase::absent(
            "No questionnaire has been answered yet.",
        )])];
    }
    vec![
        Piece::plain("Questionnaires, each with its last result:"),
        Piece::List(lines),
        Piece::plain(
            "A word such as \"moderate\" is how the makers of a questionnaire sort its points. It is not \
             a diagnosis, and one result is never all of it: ask us what yours means.",
        ),
    ]
}
