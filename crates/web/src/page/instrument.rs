//! Questionnaires and ratings of a patient: what was answered and what it came to, and filling one in.

mod already;
mod fields;

use clinic::act::instrument::draft::Draft;
use clinic::act::instrument::{self, Filled, scored};
use clinic::authority::{Act, may};
use clinic::denied::Denied;
use instruments::{Answers, FilledBy as MeantFor, Instrument, Outcome, Scored};
use jiff::Timestamp;
use pages::screen::check_in::check_in_danger;
use pages::{
    Choice, Column, Field, Form, FormPage, Link, Phrase, Piece, Section, Sheet, Table, form_page,
    sheet,
};
use record::Entry;
use record::fact::observation::{FilledBy, InstrumentAnswered};
use record::words::Sex;

use fields::{answers, item_field};

pub(crate) use fields::ends;

use super::by_link::door;
use super::check_in::danger;
use super::half_done;
use super::patient::{Opened, header, open};
use crate::app::App;
use crate::ask::Ask;
use crate::forms::{choices_of, when_field};
use crate::reply::Reply;
use crate::sent::Answers as Read;
use crate::words;

/// Every questionnaire and rating, with what was last answered.
pub(crate) fn list(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = open(app, ask, "questionnaires")?;
    let is_patient = ask.signed_in()?.actor.patient().is_some();
    let mut view = Sheet::new("Questionnaires", "Questionnaires");
    view.patient = Some(header(app, &opened, vec![chart_link(&opened)]));
    let mut answered = Vec::new();
    let mut others = Vec::new();
    for one in app.clinic.library().instruments() {
        if is_patient && one.filled_by == MeantFor::Staff {
            continue;
        }
        let all = entries(&opened, &one.id);
        let to = opened.path(&format!("/questionnaires/{}", one.id));
        let mut name = vec![Phrase::link(to, one.title.as_str())];
        if let Some(draft) = begun(app, ask, &opened, one)? {
            let said = format!(", {} of {} answered so far", draft.n_answered(), draft.of());
            name.push(Phrase::Quiet(said));
        }
        let about = Phrase::sentence(one.about.as_str());
        match all.last() {
            Some((entry, last)) => answered.push(vec![
                name,
                about,
                last_said(&opened, one, last),
                Phrase::sentence(words::moment(entry.occurred_at.0, &opened.zone)),
                Phrase::sentence(all.len().to_string()),
            ]),
            None => others.push(vec![name, about, who_fills(app, one)]),
        }
    }
    view.main = vec![
        Section::new(
            "Answered",
            vec![Piece::Table(Table {
                caption: "Questionnaires answered, with the last result".to_owned(),
                columns: vec![
                    Column::words("Which"),
                    Column::words("What it asks"),
                    Column::words("Last result"),
                    Column::words("When"),
                    Column::numbers("Times"),
                ],
                rows: answered,
                when_empty: "Nothing has been answered yet.".to_owned(),
            })],
        ),
        Section::new(
            "Not answered yet",
            vec![Piece::Table(Table {
                caption: "Questionnaires not answered yet".to_owned(),
                columns: vec![
                    Column::words("Which"),
                    Column::words("What it asks"),
                    Column::words("Who fills it in"),
                ],
                rows: others,
                when_empty: "Every questionnaire was answered at least once.".to_owned(),
            })],
        ),
    ];
    let frame = words::frame(app, ask, Some(pages::Place::Patients));
    Ok(Reply::Page(sheet(&frame, &view)))
}

/// One of them: its results so far, newest first.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = open(app, ask, "questionnaire")?;
    let one = found(app, ask)?;
    let actor = &ask.signed_in()?.actor;
    let mut view = Sheet::new(one.title.as_str(), one.title.as_str());
    let back = Link::new(opened.path("/questionnaires"), "Questionnaires");
    view.patient = Some(header(app, &opened, vec![chart_link(&opened), back]));
    view.said = Phrase::sentence(format!("{}, over {}.", one.about, one.recall));
    let is_theirs = actor.patient().is_none() || one.filled_by == MeantFor::Patient;
    let mut pieces = Vec::new();
    let said = match (app.clinic.library().is_worded(&one.id), is_theirs) {
        (true, true) => {
            let path = format!("/questionnaires/{}/fill", one.id);
            view.acts.push(Link::new(opened.path(&path), "Fill it in"));
            if one.filled_by == MeantFor::Patient && may(actor, Act::SendLink, None).is_ok() {
                let path = format!("/questionnaire-link?instrument={}", one.id);
                view.acts.push(Link::new(opened.path(&path), "Make a link"));
            }
            None
        }
        (true, false) => Some("This one is filled in by the clinic's staff.".to_owned()),
        (false, _) => Some(format!(
            "{} is {}: its words are shown once the clinic has loaded its licensed copy. Until then its total can be entered.",
            one.title,
            one.licence.code.label()
        )),
    };
    pieces.extend(said.map(Piece::plain));
    if may(actor, Act::Observe, Some(opened.known.patient)).is_ok() {
        let to = format!("{}?instrument={}", opened.form("instrument"), one.id);
        view.acts.push(Link::new(to, "Enter a total from paper"));
    }
    let all = entries(&opened, &one.id);
    if is_danger_asked(ask)?
        && let Some((entry, answered)) = all.last()
        && is_crisis(one, &instrument::answers_of(answered))
    {
        let to = opened.path(&format!("/questionnaires/{}", one.id));
        let on = Link::new(to, "Your answers are in: read them");
        return Ok(danger_page(app, ask, &opened, entry.occurred_at.0, on));
    }
    if let Some(draft) = begun(app, ask, &opened, one)? {
        pieces.push(Piece::plain(half_done::goes_on(app, &draft, &opened.zone)));
    }
    let mut rows = Vec::new();
    for (place, (entry, answered)) in all.iter().enumerate().rev() {
        let before = place
            .checked_sub(1)
            .and_then(|before| all.get(before))
            .map(|(_, answered)| *answered);
        rows.push(row(&opened, one, entry, answered, before));
    }
    pieces.push(Piece::Table(Table {
        caption: format!("Results of {}", one.title),
        columns: [
            "When",
            "Result",
            "Since the one before",
            "Passed over",
            "Filled in by",
        ]
        .map(Column::words)
        .to_vec(),
        rows,
        when_empty: "It has not been answered yet.".to_owned(),
    }));
    view.main = vec![Section::new("Results", pieces)];
    view.side = vec![about(one)];
    let frame = words::frame(app, ask, Some(pages::Place::Patients));
    Ok(Reply::Page(sheet(&frame, &view)))
}

/// The form, with what was kept of answers under way.
pub(crate) fn fill(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = open(app, ask, "questionnaire")?;
    let one = found(app, ask)?;
    let patient = opened.known.patient;
    let kept = ask.operate(app, |operation, clinic| {
        instrument::under_way(operation, clinic, patient, &one.id)
    })?;
    if is_danger_asked(ask)?
        && let Some(draft) = &kept
        && is_crisis(one, &draft.answers())
    {
        let to = opened.path(&format!("/questionnaires/{}/fill", one.id));
        let on = Link::new(to, "Go on with the questions: what you said is kept");
        return Ok(danger_page(app, ask, &opened, draft.last_at, on));
    }
    Ok(Reply::Page(drawn(
        app,
        ask,
        &opened,
        one,
        kept.as_ref(),
        None,
    )?))
}

/// Takes the answers.
pub(crate) fn send(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = open(app, ask, "questionnaire")?;
    let one = found(app, ask)?;
    let patient = opened.known.patient;
    let given = filled(app, ask, one).and_then(|(filled, at)| {
        ask.operate(app, |operation, clinic| {
            operation.occurred_at = at;
            instrument::answer(operation, clinic, patient, &filled)
        })?;
        Ok(is_crisis(one, &filled.answers))
    });
    match given {
        Ok(is_crisis) => {
            let danger = if is_crisis { "&danger=yes" } else { "" };
            let to = format!("/questionnaires/{}?done=instrument{danger}", one.id);
            Ok(Reply::SeeOther(opened.path(&to)))
        }
        Err(Denied::Invalid(faults)) => {
            let page = drawn(app, ask, &opened, one, None, Some(faults))?;
            Ok(Reply::PageWith(422, page))
        }
        Err(other) => Err(other),
    }
}

/// Keeps answers under way, from the page itself or for later. Where one of them may mean danger the page
/// of help is the answer itself, so that the script of the form leads there too.
pub(crate) fn keep(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = open(app, ask, "questionnaire")?;
    let one = found(app, ask)?;
    let answers = answers(ask, one)?;
    let patient = opened.known.patient;
    let kept = ask.operate(app, |operation, clinic| {
        instrument::keep(operation, clinic, patient, &one.id, &answers)
    })?;
    let to = opened.path(&format!("/questionnaires/{}/fill", one.id));
    if kept.is_crisis && ask.signed_in()?.actor.patient().is_some() {
        let on = Link::new(to, "Go on with the questions: what you said is kept");
        return Ok(danger_page(app, ask, &opened, kept.draft.last_at, on));
    }
    Ok(Reply::SeeOther(format!("{to}?kept=yes")))
}

/// Whether one of the answers may mean danger.
fn is_crisis(one: &Instrument, answers: &Answers) -> bool {
    let flagged = one.flagged(answers).unwrap_or_default();
    flagged.iter().any(|one| one.is_crisis)
}

/// Whether a patient asks for the page of help: staff see the alert instead.
fn is_danger_asked(ask: &Ask) -> Result<bool, Denied> {
    let is_patient = ask.signed_in()?.actor.patient().is_some();
    Ok(is_patient && ask.query.get("danger").is_some())
}

/// The crisis line first, then who was told, then the way on.
fn danger_page(app: &App, ask: &Ask, opened: &Opened, at: Timestamp, on: Link) -> Reply {
    let mut view = danger(app, ask, "", opened.known.patient, at);
    (view.mistake, view.go_on) = (None, Some(on));
    Reply::Page(check_in_danger(&door(app, ask), &view))
}

fn found<'a>(app: &'a App, ask: &Ask) -> Result<&'a Instrument, Denied> {
    let id: String = ask.name("instrument")?;
    app.clinic.library().instrument(&id).ok_or(Denied::NotFound)
}

/// What is under way of it.
fn begun(app: &App, ask: &Ask, opened: &Opened, one: &Instrument) -> Result<Option<Draft>, Denied> {
    let patient = opened.known.patient;
    ask.operate(app, |operation, clinic| {
        if may(&operation.actor, Act::AnswerInstrument, Some(patient)).is_err() {
            return Ok(None);
        }
        instrument::under_way(operation, clinic, patient, &one.id)
    })
}

fn chart_link(opened: &Opened) -> Link {
    Link::new(opened.path(""), "Chart")
}

fn entries<'a>(opened: &'a Opened, id: &str) -> Vec<(&'a Entry, &'a InstrumentAnswered)> {
    let all = opened.chart().all::<InstrumentAnswered>();
    let mut all: Vec<_> = all
        .filter(|(_, answered)| answered.instrument.as_str() == id)
        .collect();
    all.sort_by_key(|(entry, _)| entry.occurred_at);
    all
}

fn sex(opened: &Opened) -> Sex {
    let identity = opened.chart().identity();
    identity.map_or(Sex::NotRecorded, |identity| identity.sex)
}

fn who_fills(app: &App, one: &Instrument) -> Vec<Phrase> {
    let who = match one.filled_by {
        MeantFor::Patient => "The patient",
        MeantFor::Staff => "Staff, from what they see and ask",
    };
    let waits = if app.clinic.library().is_worded(&one.id) {
        ""
    } else {
        "; totals only, until the licensed copy is loaded"
    };
    Phrase::sentence(format!("{who}{waits}"))
}

fn last_said(opened: &Opened, one: &Instrument, last: &InstrumentAnswered) -> Vec<Phrase> {
    let all = scored(one, last, sex(opened));
    all.first()
        .map_or_else(|| vec![Phrase::absent("not scored")], |first| result(first))
}

/// A score in words, set apart where there is none.
fn result(one: &Scored<'_>) -> Vec<Phrase> {
    match one.outcome {
        Outcome::Value { .. } => Phrase::sentence(result_words(one)),
        Outcome::NotComputed { .. } => vec![Phrase::absent(result_words(one))],
    }
}

/// A score in words: `14, moderate`, or why there is none.
pub(crate) fn result_words(one: &Scored<'_>) -> String {
    match &one.outcome {
        Outcome::Value { value, band } => {
            let carried = if one.is_prorated {
                " (items passed over carried over)"
            } else {
                ""
            };
            let band = band.map_or_else(String::new, |band| format!(", {band}"));
            format!("{}{band}{carried}", number(*value))
        }
        Outcome::NotComputed { why, .. } => format!("no score: {why}"),
    }
}

/// Two decimals at the most, and none where it is whole.
pub(crate) fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    text.to_owned()
}

fn row(
    opened: &Opened,
    one: &Instrument,
    entry: &Entry,
    answered: &InstrumentAnswered,
    before: Option<&InstrumentAnswered>,
) -> Vec<Vec<Phrase>> {
    let sex = sex(opened);
    let scores = scored(one, answered, sex);
    let mut said = Vec::new();
    for (place, score) in scores.iter().enumerate() {
        if place > 0 {
            said.push(Phrase::plain("; "));
        }
        if scores.len() > 1 {
            said.push(Phrase::plain(format!("{}: ", score.score.title)));
        }
        said.extend(result(score));
    }
    if said.is_empty() {
        said.push(Phrase::absent("not scored"));
    }
    let now = scores.first().and_then(Scored::value);
    let then = before.and_then(|before| scored(one, before, sex).first()?.value());
    let change = match (now, then) {
        (Some(now), Some(then)) if now > then => {
            Phrase::plain(format!("up {}", number(now - then)))
        }
        (Some(now), Some(then)) if now < then => {
            Phrase::plain(format!("down {}", number(then - now)))
        }
        (Some(_), Some(_)) => Phrase::plain("the same"),
        _ => Phrase::absent("nothing to compare"),
    };
    let over: Vec<&str> = answered
        .items
        .iter()
        .filter(|item| item.value.is_none())
        .map(|item| item.item.as_str())
        .collect();
    let over = match (answered.items.is_empty(), over.as_slice()) {
        (true, _) => Phrase::absent("a total only"),
        (false, []) => Phrase::plain("none"),
        (false, over) => Phrase::plain(over.join(", ")),
    };
    vec![
        Phrase::sentence(words::moment(entry.occurred_at.0, &opened.zone)),
        said,
        vec![change],
        vec![over],
        Phrase::sentence(crate::sent::sentence(answered.filled_by.label())),
    ]
}

/// Where it comes from, and whose words they are.
fn about(one: &Instrument) -> Section {
    let mut facts = vec![
        pages::Fact::plain("Scoring", format!("version {}", one.version)),
        pages::Fact::plain("From", format!("{} [{}]", one.source, one.mark)),
        pages::Fact::plain("Licence", one.licence.said.as_str()),
    ];
    for score in &one.scores {
        let (least, most) = score.range;
        let bands: Vec<String> = score
            .bands
            .iter()
            .filter_map(|band| Some(format!("{} from {}", band.word, number(band.from?))))
            .collect();
        let bands = if bands.is_empty() {
            "no bands are published".to_owned()
        } else {
            bands.join(", ")
        };
        let said = format!("{} to {}; {bands}", number(least), number(most));
        facts.push(pages::Fact::plain(score.title.as_str(), said));
    }
    Section::new("About it", vec![Piece::Facts(facts)])
}

fn drawn(
    app: &App,
    ask: &Ask,
    opened: &Opened,
    one: &Instrument,
    kept: Option<&Draft>,
    faults: Option<Vec<clinic::denied::FieldFault>>,
) -> Result<maud::Markup, Denied> {
    let answers = kept.map(Draft::answers);
    let is_patient = ask.signed_in()?.actor.patient().is_some();
    if !app.clinic.library().is_worded(&one.id) {
        return Err(Denied::NotFound);
    }
    let base = opened.path(&format!("/questionnaires/{}", one.id));
    let mut form = Form::act(format!("{base}/fill"), "Give these answers")
        .hidden("command", app.fresh_command().to_string())
        .kept_at(format!("{base}/keep"))
        .cancel(base, "Back")
        .small("What you leave open counts as passed over, never as no.");
    let items = one
        .items
        .iter()
        .map(|item| item_field(item, answers.as_ref()));
    let items: Vec<Field> = items.collect();
    form = match &one.instruction {
        Some(words) if one.items.len() > 1 => form.group_with_hint("Questions", words, items),
        Some(_) | None => form.fields(items),
    };
    if !is_patient {
        let by = match one.filled_by {
            MeantFor::Patient => choices_of!(FilledBy),
            MeantFor::Staff => vec![Choice::new(FilledBy::Clinician.code(), "Clinician")],
        };
        let first = (one.filled_by == MeantFor::Staff).then_some(FilledBy::Clinician.code());
        let by = Field::one_of("filled_by", "Who filled it in?", by).value(first.unwrap_or(""));
        form = form.fields(vec![by, when_field()]);
    }
    let was_sent = faults.is_some();
    if was_sent {
        form = form.keep(ask.sent.pairs());
    }
    for fault in faults.into_iter().flatten() {
        form = form.wrong(fault.field, fault.sentence);
    }
    let mut page = FormPage::new(one.title.as_str(), form)
        .about(header(app, opened, vec![chart_link(opened)]))
        .said(format!("{}, over {}.", one.about, one.recall));
    page.before
        .extend(already::filled_in(opened, one).filter(|_| !is_patient));
    if let Some(draft) = kept.filter(|_| !was_sent) {
        page = page.said(format!(
            "{}, over {}. {}",
            one.about,
            one.recall,
            half_done::goes_on(app, draft, &opened.zone)
        ));
    }
    let frame = words::frame(app, ask, Some(pages::Place::Patients));
    Ok(form_page(&frame, &page))
}

fn filled(
    app: &App,
    ask: &Ask,
    one: &Instrument,
) -> Result<(Filled, Option<jiff::Timestamp>), Denied> {
    let is_patient = ask.signed_in()?.actor.patient().is_some();
    let mut read = Read::of(&ask.sent, app.clinic.zone());
    let at = read.moment_or_none("occurred_at");
    let filled_by = if is_patient {
        Some(FilledBy::Patient)
    } else {
        read.word("filled_by", FilledBy::from_code)
    };
    read.done()?;
    let filled = Filled {
        instrument: one.id.clone(),
        answers: answers(ask, one)?,
        filled_by: filled_by.ok_or(Denied::NotFound)?,
    };
    Ok((filled, at))
}
