//! The timeline follow-back: ninety days of a substance, what every way of asking says of each.

use std::collections::{BTreeMap, BTreeSet};

use clinic::act::follow_back::{self, DAYS, Said};
use clinic::authority::{Act, Reach, may};
use clinic::denied::Denied;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use record::Chart;
use record::fact::evaluation::{AnchorNoted, AnchorSort};
use record::fact::person::HistoryTaken;
use record::fact::substance_use::{CheckInAnswered, UseReported, UseSource};
use record::quantity::{MilligramsTaken, parse_decimal};
use record::words::Substance;

use super::patient::{Opened, open};
use crate::app::App;
use crate::ask::Ask;
use crate::reply::Reply;
use crate::sent::Answers;
use crate::words;

mod beside;
mod drawn;

use drawn::drawn;

/// Milligrams of alcohol in a US standard drink (14 g), the local measure of the pages.
const DRINK_MG: u64 = 14_000;

/// The most drinks of a day that are no slip of typing.
const DRINKS_MAX: i64 = 100;

/// What a run of days is filled with, as it is sent.
const FILLS: [(&str, &str); 2] = [
    ("amount", "With the answer below"),
    ("week", "With the week before, day by day"),
];

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("Mon", Weekday::Monday),
    ("Tue", Weekday::Tuesday),
    ("Wed", Weekday::Wednesday),
    ("Thu", Weekday::Thursday),
    ("Fri", Weekday::Friday),
    ("Sat", Weekday::Saturday),
    ("Sun", Weekday::Sunday),
];

/// What one calendar is about.
struct Window {
    substance: Substance,
    target: Option<Substance>,
    from: Date,
    to: Date,
    first_dose: Option<Date>,
}

impl Window {
    fn of(ask: &Ask, opened: &Opened) -> Self {
        let named = |name: &str| ask.sent.get(name).or_else(|| ask.query.get(name));
        let chart = opened.chart();
        let target = chart.course().map(|course| course.substance);
        let substance = named("substance")
            .and_then(|name| Substance::new(name).ok())
            .or_else(|| target.clone())
            .or_else(|| substances(chart, None).into_iter().next())
            .or_else(|| Substance::new("alcohol").ok());
        let yesterday = opened.today.saturating_sub(1.day());
        let to = named("until")
            .and_then(|text| text.parse::<Date>().ok())
            .filter(|day| *day <= opened.today)
            .unwrap_or(yesterday);
        let first_dose = chart
            .sessions()
            .iter()
            .filter_map(|session| session.started.as_ref().map(|started| started.at))
            .min()
            .map(|at| record::calendar::civil_day(at, &opened.zone));
        Self {
            substance: substance.unwrap_or_else(|| unreachable!("alcohol is a name")),
            target,
            from: to.saturating_sub((DAYS - 1).days()),
            to,
            first_dose,
        }
    }

    fn is_alcohol(&self) -> bool {
        self.substance.as_str() == "alcohol"
    }

    fn unit(&self) -> &'static str {
        if self.is_alcohol() {
            "drinks of 14 g"
        } else {
            "grams"
        }
    }

    fn path(opened: &Opened, substance: &Substance, until: Date) -> String {
        let name: String = substance
            .as_str()
            .chars()
            .map(|letter| if letter == ' ' { '+' } else { letter })
            .filter(|letter| letter.is_alphanumeric() || matches!(letter, '+' | '-' | '_'))
            .collect();
        opened.path(&format!("/calendar?substance={name}&until={until}"))
    }

    fn here(&self, opened: &Opened) -> String {
        Self::path(opened, &self.substance, self.to)
    }

    fn contains(&self, day: Date) -> bool {
        (self.from..=self.to).contains(&day)
    }
}

/// The substances of a record: of the course, of reports, of check-ins, of the evaluation.
pub(crate) fn substances(chart: &Chart, also: Option<&Substance>) -> BTreeSet<Substance> {
    let mut all: BTreeSet<Substance> = chart
        .all::<UseReported>()
        .flat_map(|(_, report)| report.uses.iter())
        .chain(
            chart
                .all::<CheckInAnswered>()
                .flat_map(|(_, one)| one.uses.iter()),
        )
        .map(|one| one.substance.clone())
        .collect();
    for (_, taken) in chart.all::<HistoryTaken>() {
        for one in &taken.answers {
            if one.input.as_str() == "substance_in_use"
                && let record::fact::person::HistoryValue::Word(word) = &one.answer
                && word.as_str() != "none"
                && let Ok(substance) = Substance::new(word.as_str())
            {
                all.insert(substance);
            }
        }
    }
    all.extend(chart.course().map(|course| course.substance));
    all.extend(also.cloned());
    all
}

/// The calendar.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = open(app, ask, "follow-back calendar")?;
    Ok(Reply::Page(drawn(app, ask, &opened, &Wrong::default())))
}

/// What is wrong with what was sent.
#[derive(Default)]
struct Wrong {
    days: BTreeMap<Date, String>,
    form: &'static str,
    fields: Vec<(String, String)>,
}

/// Takes days, a run of days, or an anchor.
pub(crate) fn send(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = open(app, ask, "follow-back calendar")?;
    may(
        &ask.signed_in()?.actor,
        Act::ReportUse,
        Some(opened.known.patient),
    )?;
    if !is_staff(ask) {
        return Err(Denied::Forbidden {
            act: Act::ReportUse,
        });
    }
    let window = Window::of(ask, &opened);
    let done = match ask.sent.get("what") {
        Some("fill") => fill(ask, app, &opened, &window),
        Some("anchor") => anchor(ask, app, &opened),
        _ => days(ask, app, &opened, &window),
    };
    match done {
        Ok(()) => Ok(Reply::SeeOther(window.here(&opened))),
        Err(Failed::Wrong(wrong)) => Ok(Reply::PageWith(422, drawn(app, ask, &opened, &wrong))),
        Err(Failed::Denied(denied)) => Err(denied),
    }
}

/// An interview is taken by the clinic; a patient reads it.
fn is_staff(ask: &Ask) -> bool {
    ask.signed_in().is_ok_and(|known| {
        let roles = &known.actor.roles;
        roles
            .iter()
            .any(|role| Act::ReportUse.reach(*role) == Reach::All)
    })
}

enum Failed {
    Wrong(Wrong),
    Denied(Denied),
}

fn wrong(form: &'static str, fields: Vec<(String, String)>) -> Failed {
    Failed::Wrong(Wrong {
        form,
        fields,
        days: BTreeMap::new(),
    })
}

fn failed(form: &'static str, denied: Denied) -> Failed {
    let Denied::Invalid(faults) = denied else {
        return Failed::Denied(denied);
    };
    let fields = faults
        .into_iter()
        .map(|fault| (fault.field.to_owned(), fault.sentence))
        .collect();
    wrong(form, fields)
}

/// What was typed into a day: nothing, not used, an amount, or used and the amount not known.
fn typed(window: &Window, text: &str) -> Result<Option<Said>, String> {
    let said = |used, amount_mg| Some(Said { used, amount_mg });
    match text.trim().to_lowercase().as_str() {
        "" => Ok(None),
        "0" | "no" | "n" => Ok(said(false, None)),
        "u" | "x" | "yes" | "y" => Ok(said(true, None)),
        other => {
            let mg = if window.is_alcohol() {
                parse_decimal(other, 1)
                    .filter(|tenths| (1..=DRINKS_MAX * 10).contains(tenths))
                    .and_then(|tenths| u64::try_from(tenths).ok())
                    .map(|tenths| MilligramsTaken::new(tenths.saturating_mul(DRINK_MG) / 10))
            } else {
                MilligramsTaken::parse(other).ok()
            };
            mg.map(|mg| said(true, Some(mg))).ok_or_else(|| {
                if window.is_alcohol() {
                    "Write 0, a number of drinks up to 100, or u for used".to_owned()
                } else {
                    "Write 0, an amount in grams, or u for used".to_owned()
                }
            })
        }
    }
}

/// What a box shows of an answer, as it would be typed.
fn shown(window: &Window, said: Option<Said>) -> String {
    match said {
        None => String::new(),
        Some(Said { used: false, .. }) => "0".to_owned(),
        Some(Said {
            amount_mg: None, ..
        }) => "u".to_owned(),
        Some(Said {
            amount_mg: Some(mg),
            ..
        }) if window.is_alcohol() => {
            // Rounded to a tenth of a drink, which is as fine as it is typed.
            let tenths = mg.get().saturating_mul(10).saturating_add(DRINK_MG / 2) / DRINK_MG;
            match (tenths / 10, tenths % 10) {
                (whole, 0) => whole.to_string(),
                (whole, rest) => format!("{whole}.{rest}"),
            }
        }
        Some(Said {
            amount_mg: Some(mg),
            ..
        }) => mg.number(),
    }
}

fn source(ask: &Ask) -> UseSource {
    ask.sent
        .get("source")
        .and_then(UseSource::from_code)
        .unwrap_or(UseSource::Patient)
}

fn record(
    ask: &Ask,
    app: &App,
    opened: &Opened,
    window: &Window,
    days: &BTreeMap<Date, Said>,
) -> Result<(), Denied> {
    ask.operate(app, |operation, clinic| {
        follow_back::interview(
            operation,
            clinic,
            opened.known.patient,
            &window.substance,
            source(ask),
            days,
        )
    })?;
    Ok(())
}

/// The days typed one by one: only what changed is written, and an emptied box takes nothing back.
fn days(ask: &Ask, app: &App, opened: &Opened, window: &Window) -> Result<(), Failed> {
    let known = follow_back::known(
        opened.chart(),
        &window.substance,
        window.target.as_ref(),
        &opened.zone,
    );
    let mut changed = BTreeMap::new();
    let mut faults = BTreeMap::new();
    for day in follow_back::run(window.from, window.to, &[]) {
        let Some(text) = ask.sent.raw(&format!("day-{day}")) else {
            continue;
        };
        let before = known.get(&day).and_then(|known| known.interview);
        if text.trim() == shown(window, before) {
            continue;
        }
        match typed(window, text) {
            Ok(Some(said)) if Some(said) != before => {
                changed.insert(day, said);
            }
            Ok(Some(_)) => {}
            Ok(None) => {
                let said = "An emptied box takes nothing back: type the right answer, or mark the entry in the chart as entered in error";
                faults.insert(day, said.to_owned());
            }
            Err(said) => {
                faults.insert(day, said);
            }
        }
    }
    if !faults.is_empty() {
        return Err(Failed::Wrong(Wrong {
            days: faults,
            ..Wrong::default()
        }));
    }
    if changed.is_empty() {
        return Ok(());
    }
    record(ask, app, opened, window, &changed).map_err(|denied| failed("days", denied))
}

/// A run of days at once.
fn fill(ask: &Ask, app: &App, opened: &Opened, window: &Window) -> Result<(), Failed> {
    let mut answers = Answers::of(&ask.sent, app.clinic.zone());
    let (from, to) = (answers.day("from"), answers.day("to"));
    answers.done().map_err(|denied| failed("fill", denied))?;
    let (Some(from), Some(to)) = (from, to) else {
        return Err(Failed::Denied(Denied::NotFound));
    };
    let one = |field: &str, said: &str| wrong("fill", vec![(field.to_owned(), said.to_owned())]);
    if to < from {
        return Err(one("to", "This is before the first day: check both"));
    }
    if !window.contains(from) || !window.contains(to) {
        let said = format!(
            "Give days of this calendar, from {} to {}",
            words::day_plain(window.from),
            words::day_plain(window.to)
        );
        return Err(one("from", &said));
    }
    let on: Vec<Weekday> = ask
        .sent
        .all("on")
        .filter_map(|name| WEEKDAYS.iter().find(|(known, _)| *known == name))
        .map(|(_, weekday)| *weekday)
        .collect();
    let run = follow_back::run(from, to, &on);
    let known = follow_back::known(
        opened.chart(),
        &window.substance,
        window.target.as_ref(),
        &opened.zone,
    );
    let filled = if ask.sent.get("with") == Some("week") {
        follow_back::as_the_week_before(&known, &run)
    } else {
        let said = typed(window, ask.sent.get("answer").unwrap_or_default())
            .map_err(|said| one("answer", &said))?;
        let Some(said) = said else {
            return Err(one(
                "answer",
                "Write what to fill the days with: 0, a number, or u",
            ));
        };
        follow_back::filled(&known, &run, said)
    };
    if filled.is_empty() {
        return Err(one(
            "from",
            "Nothing to fill: each of these days has its answer, or nothing is known of the week before",
        ));
    }
    record(ask, app, opened, window, &filled).map_err(|denied| failed("fill", denied))
}

fn anchor(ask: &Ask, app: &App, opened: &Opened) -> Result<(), Failed> {
    let mut answers = Answers::of(&ask.sent, app.clinic.zone());
    let from = answers.day("anchor_from");
    let to = answers.day_or_none("anchor_to");
    let sort = answers.word("sort", AnchorSort::from_code);
    let label = answers.line("label");
    answers.done().map_err(|denied| failed("anchor", denied))?;
    let (Some(from), Some(sort), Some(label)) = (from, sort, label) else {
        return Err(Failed::Denied(Denied::NotFound));
    };
    let anchor = AnchorNoted {
        from,
        to: to.unwrap_or(from),
        sort,
        label,
    };
    let patient = opened.known.patient;
    ask.operate(app, |operation, clinic| {
        follow_back::note_anchor(operation, clinic, patient, anchor)
    })
    .map_err(|denied| failed("anchor", denied))?;
    Ok(())
}
