//! The lists a step shows: criteria, conditions, medicines with what they mean, signs, laboratory values.

use std::collections::BTreeSet;

use clinic::act::evaluation::{self, coded, graded};
use clinic::act::follow_back;
use jiff::Timestamp;
use pages::part::{Cell, Column, Table};
use pages::{Choice, Fact as Shown, Field, Form, Phrase, Piece, Section};
use protocol::evaluation::{Panel, Step};
use protocol::{Code, Quantity, Rule, Weight};
use record::Entry;
use record::calendar::civil_day;
use record::fact::observation::{LaboratoryResult, VitalsObserved};
use record::fact::person::MedicineListed;
use record::quantity::{BeatsPerMinute, Grams, Percent};
use record::words::Substance;

use crate::app::App;
use crate::ask::Ask;
use crate::forms::is_offered;
use crate::page::patient::Opened;
use crate::words;

/// A change of weight from this on is asked about: clinic policy.
const CHANGE_MAX_PERCENT: u32 = 10;

/// The sections of a step's list.
pub(super) fn sections(
    app: &App,
    ask: &Ask,
    opened: &Opened,
    step: &Step,
    panel: Panel,
) -> Vec<Section> {
    match panel {
        Panel::Criteria => vec![criteria(app, ask, opened, step)],
        Panel::Conditions => vec![conditions(app, ask, opened, step)],
        Panel::Medicines => medicines(app, ask, opened, step),
        Panel::Vitals => vec![vitals(app, ask, opened, step)],
        Panel::Laboratory => vec![laboratory(ask, opened, step)],
        Panel::Calendar => vec![calendar(opened)],
    }
}

fn on(opened: &Opened, entry: &Entry) -> String {
    words::day_plain(civil_day(entry.occurred_at.0, &opened.zone))
}

/// A form of the chart that comes back to this step, for who may send it.
fn inline(app: &App, ask: &Ask, opened: &Opened, step: &Step, code: &str) -> Option<Piece> {
    let back = format!("evaluation-{}", step.id);
    crate::forms::inline(app, ask, opened, code, back).map(Piece::Form)
}

fn way(ask: &Ask, opened: &Opened, step: &Step, code: &str, title: &str) -> Option<Piece> {
    let may = is_offered(ask, code, Some(opened.known.patient));
    let to = format!("{}?back=evaluation-{}", opened.form(code), step.id);
    may.then(|| Piece::Said(vec![Phrase::link(to, title)]))
}

fn criteria_rows(app: &App, opened: &Opened) -> Vec<Vec<Cell>> {
    let library = app.clinic.library();
    opened
        .chart()
        .criteria()
        .into_iter()
        .filter_map(|(substance, (entry, judged))| {
            let found = graded(library, judged)?;
            let mut grade = match &found.grade {
                Some(grade) => vec![Phrase::Strong(grade.clone())],
                None => Phrase::sentence("below the mildest grade"),
            };
            if let Some(remission) = judged.remission {
                grade.push(Phrase::plain(format!(", {remission}")));
            }
            if !found.is_settled {
                grade.push(Phrase::absent(format!(
                    "; not settled: {} not answered",
                    words::count(found.n_unanswered)
                )));
            }
            Some(vec![
                Phrase::sentence(substance.title()),
                Phrase::sentence(format!("{} of {}", found.n_met, found.of)),
                grade,
                Phrase::sentence(found.code.unwrap_or_default()),
                Phrase::sentence(on(opened, entry)),
            ])
        })
        .collect()
}

fn criteria(app: &App, ask: &Ask, opened: &Opened, step: &Step) -> Section {
    let library = app.clinic.library();
    let table = Table {
        caption: "Criteria by substance".to_owned(),
        columns: vec![
            Column::words("Substance"),
            Column::numbers("Criteria met"),
            Column::words("Grade"),
            Column::words("ICD-10-CM"),
            Column::words("Asked"),
        ],
        rows: criteria_rows(app, opened),
        when_empty: "No criteria have been gone through yet.".to_owned(),
    };
    let mut pieces = vec![Piece::Table(table)];
    if is_offered(ask, "criteria", Some(opened.known.patient)) {
        let named = library.criteria().disorders.iter();
        let mut offered: BTreeSet<Substance> = named
            .filter(|disorder| disorder.id != "other")
            .filter_map(|disorder| Substance::new(&disorder.id).ok())
            .collect();
        offered.extend(crate::page::follow_back::substances(opened.chart(), None));
        let choices = offered
            .iter()
            .map(|one| Choice::new(one.as_str(), one.title()))
            .collect();
        let form = Form::ask(opened.form("criteria"), "Go through the criteria")
            .named("which")
            .hidden("back", format!("evaluation-{}", step.id))
            .fields(vec![Field::select(
                "substance",
                "Of which substance?",
                choices,
            )]);
        pieces.push(Piece::Form(form));
    }
    pieces.push(Piece::plain(format!(
        "Grades and codes: source {}, mark {}. The code set changes every October: check a code against the file of the year.",
        library.criteria().source,
        library.criteria().evidence
    )));
    Section::new("Criteria by substance", pieces)
}

fn conditions(app: &App, ask: &Ask, opened: &Opened, step: &Step) -> Section {
    let rows = opened
        .chart()
        .conditions()
        .into_iter()
        .map(|(entry, one)| {
            let code = one
                .code
                .as_ref()
                .map_or_else(String::new, |code| code.code.to_string());
            vec![
                Phrase::sentence(one.name.to_string()),
                Phrase::sentence(code),
                Phrase::sentence(one.standing.label()),
                Phrase::sentence(on(opened, entry)),
            ]
        })
        .collect();
    let table = Table {
        caption: "Problem list".to_owned(),
        columns: ["Condition", "Code", "Holds", "Listed"]
            .map(Column::words)
            .to_vec(),
        rows,
        when_empty: "Nothing is on the problem list.".to_owned(),
    };
    let mut pieces = vec![Piece::Table(table)];
    pieces.extend(inline(app, ask, opened, step, "condition"));
    Section::new("Problem list", pieces)
}

fn medicine_row(opened: &Opened, entry: &Entry, one: &MedicineListed) -> Vec<Cell> {
    let text = |line: &Option<record::Line>| {
        line.as_ref().map_or_else(
            || vec![Phrase::absent("not said")],
            |line| Phrase::sentence(line.to_string()),
        )
    };
    let name = if one.name.as_str() == "none" {
        Phrase::sentence("None are taken")
    } else {
        Phrase::sentence(one.name.to_string())
    };
    let code = one.code.as_ref().map_or_else(
        || vec![Phrase::absent("free text")],
        |code| Phrase::sentence(format!("RxNorm {}", code.code)),
    );
    vec![
        name,
        text(&one.dose),
        code,
        Phrase::sentence(one.standing.label()),
        Phrase::sentence(on(opened, entry)),
    ]
}

fn medicines(app: &App, ask: &Ask, opened: &Opened, step: &Step) -> Vec<Section> {
    let chart = opened.chart();
    let listed = chart.medicines();
    let table = Table {
        caption: "Medicines".to_owned(),
        columns: ["Medicine", "Dose and times", "Code", "Taken", "Asked"]
            .map(Column::words)
            .to_vec(),
        rows: listed
            .iter()
            .map(|(entry, one)| medicine_row(opened, entry, one))
            .collect(),
        when_empty: "Nobody has asked about medicines yet.".to_owned(),
    };
    let mut pieces = vec![Piece::Table(table)];
    pieces.extend(inline(app, ask, opened, step, "medicine"));
    if is_offered(ask, "medicine", Some(opened.known.patient)) {
        if listed.is_empty() {
            pieces.extend(way(
                ask,
                opened,
                step,
                "no-medicines",
                "No medicines are taken",
            ));
        } else {
            pieces.extend(way(
                ask,
                opened,
                step,
                "medicines-still",
                "Confirm what is still taken",
            ));
        }
    }
    let codes: Vec<Code> = chart
        .medicines_now()
        .into_iter()
        .map(|(_, one)| coded(one))
        .collect();
    let meaning = if codes.is_empty() {
        vec![Piece::Said(vec![Phrase::absent(
            "Not known: no medicine is listed, and that none is taken is not recorded.",
        )])]
    } else {
        meanings(app, &codes, ask.now)
    };
    vec![
        Section::new("Medicines", pieces),
        Section::new("What they mean for ketamine", meaning),
        allergies(app, ask, opened, step),
    ]
}

fn allergies(app: &App, ask: &Ask, opened: &Opened, step: &Step) -> Section {
    let lines: Vec<Vec<Phrase>> = opened
        .chart()
        .allergies()
        .into_iter()
        .map(|(entry, one)| {
            let what = one.to.as_ref().map_or_else(
                || "None known".to_owned(),
                |to| {
                    let reaction = one
                        .reaction
                        .as_ref()
                        .map_or_else(String::new, |reaction| format!(" ({reaction})"));
                    format!("{to}{reaction}, {}", one.certainty)
                },
            );
            vec![
                Phrase::plain(what),
                Phrase::Quiet(format!(", asked {}", on(opened, entry))),
            ]
        })
        .collect();
    let mut pieces = if lines.is_empty() {
        vec![Piece::Said(vec![Phrase::absent("Nobody has asked yet.")])]
    } else {
        vec![Piece::List(lines)]
    };
    pieces.extend(inline(app, ask, opened, step, "allergy"));
    Section::new("Allergies", pieces)
}

/// What the rules say of these medicines; never that all is well.
pub(super) fn meanings(app: &App, medicines: &[Code], now: Timestamp) -> Vec<Piece> {
    let library = app.clinic.library();
    let zone = app.clinic.zone();
    let found = evaluation::meanings(library, medicines, now, &zone);
    if found.is_empty() {
        return vec![Piece::plain(
            "No interaction rule names this. That is not a finding that there is none: the lists give examples, and a class is found by its code only.",
        )];
    }
    let lines = found
        .iter()
        .map(|meaning| {
            let mut words = vec![
                Phrase::Strong(format!(
                    "{} ({}): ",
                    meaning.rule.title,
                    meaning.rule.consequence.word()
                )),
                Phrase::plain(format!("{} ", meaning.rule.rationale)),
                Phrase::plain(format!("Do: {}. ", meaning.rule.actions.join("; "))),
                Phrase::Quiet(format!("For {}. ", meaning.medicines.join(", "))),
            ];
            words.extend(sources(app, meaning.rule));
            words
        })
        .collect();
    vec![Piece::List(lines)]
}

fn sources(app: &App, rule: &Rule) -> Vec<Phrase> {
    let pack = app.clinic.library().pack();
    let titles: Vec<&str> = rule
        .sources
        .iter()
        .filter_map(|number| pack.source(number))
        .map(|source| source.title.as_str())
        .collect();
    vec![
        Phrase::Quiet(format!(
            "Source: {}; {}. ",
            titles.join("; "),
            rule.mark.said()
        )),
        Phrase::link(
            crate::page::rules::path(&rule.id),
            format!("Read {}", rule.id),
        ),
    ]
}

fn vitals(app: &App, ask: &Ask, opened: &Opened, step: &Step) -> Section {
    let mut rows: Vec<(&Entry, &VitalsObserved)> = opened
        .chart()
        .all::<VitalsObserved>()
        .filter(|(_, vitals)| vitals.session.is_none())
        .collect();
    rows.sort_by_key(|(entry, _)| std::cmp::Reverse(entry.occurred_at));
    let table = Table {
        caption: "Vital signs at visits".to_owned(),
        columns: vec![
            Column::words("When"),
            Column::numbers("Pressure, mmHg"),
            Column::numbers("Pulse, /min"),
            Column::numbers("Saturation, %"),
            Column::numbers("Weight, kg"),
        ],
        rows: rows
            .iter()
            .take(6)
            .map(|(entry, vitals)| signs_row(opened, entry, vitals))
            .collect(),
        when_empty: "No vital signs are charted yet.".to_owned(),
    };
    let mut pieces = vec![Piece::Table(table)];
    if let Some(doubt) = weight_doubt(app, opened) {
        pieces.push(Piece::Said(vec![Phrase::Strong(crate::sent::sentence(
            &format!("{doubt}."),
        ))]));
    }
    let n_pressures = rows
        .iter()
        .filter(|(entry, vitals)| {
            vitals.systolic_mmhg.is_some()
                && civil_day(entry.occurred_at.0, &opened.zone) == opened.today
        })
        .count();
    if n_pressures == 1 {
        pieces.push(Piece::plain(
            "One pressure is charted today: the rules ask for two at least 5 minutes apart.",
        ));
    }
    pieces.extend(inline(app, ask, opened, step, "vitals"));
    Section::new("Vital signs", pieces)
}

fn signs_row(opened: &Opened, entry: &Entry, vitals: &VitalsObserved) -> Vec<Cell> {
    let cell = |text: Option<String>| {
        text.map_or_else(|| vec![Phrase::absent("not taken")], Phrase::sentence)
    };
    let pressure = vitals
        .systolic_mmhg
        .zip(vitals.diastolic_mmhg)
        .map(|(upper, lower)| format!("{}/{}", upper.number(), lower.number()));
    vec![
        vec![Phrase::Time(words::moment(
            entry.occurred_at.0,
            &opened.zone,
        ))],
        cell(pressure),
        cell(vitals.pulse_per_min.map(BeatsPerMinute::number)),
        cell(vitals.saturation_percent.map(Percent::number)),
        cell(vitals.weight_g.map(Grams::number)),
    ]
}

/// What looks wrong with the weight measured last, beside the one before.
fn weight_doubt(app: &App, opened: &Opened) -> Option<protocol::Doubt> {
    let inputs = app.clinic.library().pack().inputs();
    let mut weights: Vec<_> = opened
        .chart()
        .all::<VitalsObserved>()
        .filter_map(|(entry, vitals)| Some((entry.occurred_at, entry.number, vitals.weight_g?)))
        .collect();
    weights.sort();
    let mut last = weights.iter().rev().filter_map(|(at, _, grams)| {
        let quantity = Quantity::parse(&grams.to_string()).ok()?;
        Weight::new(quantity, civil_day(at.0, &opened.zone), inputs).ok()
    });
    let (now, before) = (last.next()?, last.next()?);
    now.doubt(before, CHANGE_MAX_PERCENT)
}

fn laboratory(ask: &Ask, opened: &Opened, step: &Step) -> Section {
    let mut results: Vec<(&Entry, &LaboratoryResult)> =
        opened.chart().all::<LaboratoryResult>().collect();
    results.sort_by_key(|(_, result)| std::cmp::Reverse(result.sampled_at));
    let rows = results
        .iter()
        .take(12)
        .map(|(_, result)| {
            let unit = result
                .unit
                .as_ref()
                .map_or_else(String::new, |unit| format!(" {unit}"));
            let high = result.high.as_ref().map_or_else(
                || vec![Phrase::absent("not said")],
                |high| Phrase::sentence(format!("{high}{unit}")),
            );
            vec![
                Phrase::sentence(result.test.to_string()),
                Phrase::sentence(format!("{}{unit}", result.value)),
                high,
                Phrase::sentence(words::day_plain(civil_day(result.sampled_at, &opened.zone))),
            ]
        })
        .collect();
    let table = Table {
        caption: "Laboratory values, newest first".to_owned(),
        columns: vec![
            Column::words("Test"),
            Column::numbers("Result"),
            Column::numbers("Upper limit"),
            Column::words("Sampled"),
        ],
        rows,
        when_empty: "No values are recorded yet.".to_owned(),
    };
    let mut pieces = vec![Piece::Table(table)];
    pieces.extend(way(
        ask,
        opened,
        step,
        "laboratory-values",
        "Enter the values of a report",
    ));
    pieces.extend(way(ask, opened, step, "laboratory", "Enter another test"));
    pieces.extend(way(ask, opened, step, "urine", "Enter a urine screen"));
    Section::new("Laboratory values", pieces)
}

fn calendar(opened: &Opened) -> Section {
    let state = if follow_back::has_interview(opened.chart()) {
        Shown::plain("Interview", "days are recorded")
    } else {
        Shown::absent("Interview", "not held yet")
    };
    Section::new(
        "Follow-back calendar",
        vec![
            Piece::Facts(vec![state]),
            Piece::Said(vec![Phrase::link(
                opened.path("/calendar"),
                "Open the ninety days",
            )]),
        ],
    )
}
