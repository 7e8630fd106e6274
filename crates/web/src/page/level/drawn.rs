//! A prediction as sections of a page. It only lays out what the engine computed.

use figures::{Level, LevelLine, LevelStroke};
use pages::{Column, Fact, Figure, Phrase, Piece, Section, Table};
use pharmacology::effect::{Comparison, Occupancy};
use pharmacology::preview::{ModelPreview, ModelSpread, Preview};
use pharmacology::{Model, wording};

use super::asked::{self, Asked, short, way};
use crate::app::App;

/// The hours of the tables.
const HOURS: [f64; 11] = [
    10.0 / 60.0,
    20.0 / 60.0,
    30.0 / 60.0,
    40.0 / 60.0,
    1.0,
    80.0 / 60.0,
    2.0,
    3.0,
    4.0,
    6.0,
    8.0,
];

/// Everything a prediction shows, in order.
///
/// Beside a plan what is under the curve of each model is one tap away; on a page of its own it is open.
pub(super) fn sections(
    app: &App,
    asked: &Asked,
    found: &Preview,
    known: &[Model],
    is_beside: bool,
) -> Vec<Section> {
    let top = found
        .models
        .iter()
        .flat_map(|one| &one.patients.p95)
        .copied()
        .fold(1.0, f64::max);
    let mut all: Vec<Section> = found
        .models
        .iter()
        .enumerate()
        .map(|(place, one)| {
            let other = found.models.iter().find(|other| other.name != one.name);
            let section = model(asked, found, (place, one), other, top * 1.05);
            if is_beside { beside(section) } else { section }
        })
        .collect();
    let mut apart = vec![Piece::plain(wording::TWO_SPREADS)];
    apart.extend(
        found
            .spreads
            .iter()
            .map(|spread| spread_said(spread, known)),
    );
    if found.spreads.is_empty() {
        apart.push(Piece::plain(
            "These models do not share a sampling site, so their distance is not only a matter of models: venous and arterial levels are never mixed.",
        ));
    }
    for (name, error) in &found.refused {
        apart.push(Piece::plain(format!(
            "{}.",
            asked::refused(name, error, known).says
        )));
    }
    all.push(Section::new("Between models", apart));
    all.push(targets(app, found));
    all.push(Section::new(
        "How to read this",
        vec![Piece::plain(wording::NO_DISCHARGE_CRITERION)],
    ));
    all
}

/// The curve of the first model alone, with the middle of the second beside it.
pub(super) fn first(found: &Preview) -> Option<Figure> {
    let one = found.models.first()?;
    let other = found.models.iter().find(|other| other.name != one.name);
    let highest = found.models.iter().flat_map(|one| &one.patients.p95);
    let top = highest.copied().fold(1.0, f64::max);
    Some(level(found, (0, one), other, top * 1.05))
}

/// A model with its curve and its measures in sight, and the rest one tap away.
fn beside(section: Section) -> Section {
    let mut pieces = section.pieces;
    let rest = pieces.split_off(2.min(pieces.len()));
    pieces.push(Piece::Within(
        "Receptors occupied, published concentrations, inputs and source".to_owned(),
        rest,
    ));
    Section { pieces, ..section }
}

fn spread_said(spread: &ModelSpread, known: &[Model]) -> Piece {
    let most = |values: &[f64]| whole(values.iter().copied().fold(0.0, f64::max));
    let titles: Vec<String> = spread
        .models
        .iter()
        .map(|name| asked::title(name, known))
        .collect();
    Piece::plain(format!(
        "In {} blood the middle person's highest level is {} to {} ng/mL, by model ({}).",
        spread.sampling.word(),
        most(&spread.low),
        most(&spread.high),
        titles.join("; ")
    ))
}

fn model(
    asked: &Asked,
    found: &Preview,
    (place, one): (usize, &ModelPreview),
    other: Option<&ModelPreview>,
    top: f64,
) -> Section {
    let mut pieces = vec![
        Piece::Figure(level(found, (place, one), other, top)),
        Piece::Facts(measures(one)),
        Piece::Figure(occupied(found, place, one)),
        Piece::plain(wording::OCCUPANCY_IS_RELATIVE),
        Piece::Table(findings(one)),
        Piece::plain(wording::DISSOCIATION_IS_OUR_SYNTHESIS),
    ];
    if !one.notices.is_empty() {
        let said = one.notices.iter();
        pieces.push(Piece::List(
            said.map(|notice| Phrase::sentence(notice.to_string()))
                .collect(),
        ));
    }
    pieces.push(Piece::Folded(
        "Inputs, model, people and source".into(),
        source(asked, one),
    ));
    Section::new(one.title.clone(), pieces)
}

fn level(
    found: &Preview,
    (place, one): (usize, &ModelPreview),
    other: Option<&ModelPreview>,
    top: f64,
) -> Figure {
    let line = |word: &str, values: &[f64], stroke| LevelLine {
        word: word.to_owned(),
        values: values.to_vec(),
        stroke,
    };
    let mut lines = vec![
        line("P50", &one.patients.p50, LevelStroke::Middle),
        line(
            "at the effect site, P50",
            &one.effect_site_patients.p50,
            LevelStroke::Beside,
        ),
    ];
    if let Some(other) = other {
        let word = format!("P50 of {}", short(&other.title));
        lines.push(line(&word, &other.patients.p50, LevelStroke::Apart));
    }
    let drawing = Level {
        id: format!("level-{place}"),
        title: format!(
            "Predicted {} level, {}",
            one.sampling.word(),
            short(&one.title)
        ),
        unit: "ng/mL".into(),
        hours: found.times_h.clone(),
        low: ("P5".into(), one.patients.p5.clone()),
        high: ("P95".into(), one.patients.p95.clone()),
        lines,
        top,
        table_hours: HOURS.to_vec(),
    };
    Figure {
        drawing: drawing.draw(),
        caption: Phrase::sentence(format!(
            "A plan, not a measurement. {} in {} plasma, ng/mL, hours from the start; the band holds nine people of ten in this model.",
            capital(one.drug.word()),
            one.sampling.word()
        )),
        table_link: "As a table".into(),
    }
}

fn occupied(found: &Preview, place: usize, one: &ModelPreview) -> Figure {
    let share = |of: fn(&Occupancy) -> f64| -> Vec<f64> {
        one.occupancy.iter().map(|at| of(at) * 100.0).collect()
    };
    let drawing = Level {
        id: format!("occupancy-{place}"),
        title: format!("Receptors occupied, {}", short(&one.title)),
        unit: "%".into(),
        hours: found.times_h.clone(),
        low: ("weakest published affinity".into(), share(|at| at.low)),
        high: ("strongest".into(), share(|at| at.high)),
        lines: vec![LevelLine {
            word: "Ebert 1997".into(),
            values: share(|at| at.middle),
            stroke: LevelStroke::Middle,
        }],
        top: 100.0,
        table_hours: HOURS.to_vec(),
    };
    Figure {
        drawing: drawing.draw(),
        caption: Phrase::sentence(
            "NMDA receptors occupied in the typical person, %, by the published affinities; hours from the start.",
        ),
        table_link: "As a table".into(),
    }
}

fn measures(one: &ModelPreview) -> Vec<Fact> {
    let [low, middle, high] = one.c_max_patients.map(whole);
    let slow = one.effect_site.slow.iter().copied().fold(0.0, f64::max);
    vec![
        Fact::plain(
            "Highest level, typical person",
            format!(
                "{} ng/mL ({})",
                whole(one.exposure.c_max),
                one.sampling.word()
            ),
        ),
        Fact::plain(
            "Highest level, P5 / P50 / P95",
            format!("{low} / {middle} / {high} ng/mL"),
        ),
        Fact::plain(
            "Reached after",
            format!("{} min", whole(one.exposure.t_max_h * 60.0)),
        ),
        Fact::plain(
            "Area to 24 h",
            format!("{} ng h/mL", whole(one.exposure.area_24h)),
        ),
        Fact::plain(
            "Half-life of the last phase",
            format!("{:.1} h", one.exposure.half_life_h),
        ),
        Fact::plain(
            "Highest at the effect site",
            format!(
                "{} to {} ng/mL, by published equilibration half-times of 0 to 11.8 min",
                whole(slow),
                whole(one.effect_site.at_once.iter().copied().fold(0.0, f64::max))
            ),
        ),
    ]
}

fn findings(one: &ModelPreview) -> Table {
    let comparable = |all: &[Comparison; 3]| !all.contains(&Comparison::NotComparable);
    let rows = one
        .findings
        .iter()
        .filter(|(_, all)| comparable(all))
        .map(|(finding, all)| {
            let range = if finding.to_ng_per_ml.is_finite() {
                format!(
                    "{} to {}",
                    whole(finding.from_ng_per_ml),
                    whole(finding.to_ng_per_ml)
                )
            } else {
                format!("over {}", whole(finding.from_ng_per_ml))
            };
            let [low, middle, high] = all.map(stands);
            [
                finding.what.to_owned(),
                range,
                format!("{low} / {middle} / {high}"),
                finding.source.to_owned(),
            ]
            .map(Phrase::sentence)
            .to_vec()
        });
    Table {
        caption: format!(
            "Published concentrations beside the highest level, {}",
            short(&one.title)
        ),
        columns: ["What was seen", "ng/mL", "P5 / P50 / P95 is", "Source"]
            .map(Column::words)
            .to_vec(),
        rows: rows.collect(),
        when_empty: "No published concentration is of this drug and this sampling site, so none can be compared.".into(),
    }
}

const fn stands(one: Comparison) -> &'static str {
    match one {
        Comparison::Below => "below",
        Comparison::Within => "within",
        Comparison::Above => "above",
        Comparison::NotComparable => "not comparable",
    }
}

fn source(asked: &Asked, one: &ModelPreview) -> Vec<Fact> {
    let over = if asked.minutes > 0.0 {
        format!(", over {} min", whole(asked.minutes))
    } else {
        String::new()
    };
    let age = asked
        .age
        .map_or_else(|| "age not given".to_owned(), |age| format!("{age} years"));
    vec![
        Fact::plain(
            "Inputs",
            format!(
                "{:.1} mg {}, {}{over}; {:.1} kg, {age}",
                asked.mg,
                asked.drug.word(),
                way(asked.route),
                asked.weight_kg
            ),
        ),
        Fact::plain("Model", one.name.clone()),
        Fact::plain("Sampling site", one.sampling.word()),
        Fact::plain(
            "People",
            one.n_people
                .map_or_else(|| "number not recorded".to_owned(), |n| format!("n = {n}")),
        ),
        Fact::plain("Who they were", one.population.clone()),
        Fact::plain("Citation", one.citation.clone()),
        Fact::plain(
            "DOI",
            one.doi
                .clone()
                .unwrap_or_else(|| "none recorded".to_owned()),
        ),
    ]
}

/// What protocols were published to aim at in blood, beside the highest level of each model; most were
/// published without one. A level of unknown or other blood is shown and never compared.
fn targets(app: &App, found: &Preview) -> Section {
    let protocols = app.clinic.library().protocols().iter();
    let aimed: Vec<_> = protocols
        .flat_map(|protocol| protocol.targets.iter().map(move |one| (protocol, one)))
        .map(|(protocol, one)| {
            let (from, to) = (one.from_ng_per_ml, one.to_ng_per_ml);
            let range = if from == to {
                from.to_string()
            } else {
                format!("{from} to {to}")
            };
            let beside: Vec<String> = found
                .models
                .iter()
                .map(|model| {
                    let [low, _, high] = model.c_max_patients.map(whole);
                    let how = if one.site.word() == model.sampling.word() {
                        stands(against(model.c_max_patients, from, to))
                    } else {
                        "not compared, because the blood is not known to be the same"
                    };
                    format!("{} P5 to P95 {low} to {high}: {how}", short(&model.title))
                })
                .collect();
            [
                protocol.title.clone(),
                range,
                one.site.word().to_owned(),
                beside.join("; "),
                format!(
                    "{}; {}",
                    crate::page::protocols::mark_words(one.mark),
                    one.sources.join(", ")
                ),
            ]
            .map(Phrase::sentence)
            .to_vec()
        })
        .collect();
    let table = Table {
        caption: "Levels protocols were published to aim at".to_owned(),
        columns: [
            "Protocol",
            "ng/mL",
            "Blood",
            "Highest level of this plan",
            "Source",
        ]
        .map(Column::words)
        .to_vec(),
        rows: aimed,
        when_empty: "No protocol of the house was published with a level to aim at.".to_owned(),
    };
    let without: Vec<&str> = app
        .clinic
        .library()
        .protocols()
        .iter()
        .filter(|protocol| protocol.targets.is_empty())
        .map(|protocol| protocol.title.as_str())
        .collect();
    let mut pieces = vec![Piece::Table(table)];
    if !without.is_empty() {
        let rest = format!("No published target: {}.", without.join("; "));
        pieces.push(Piece::plain(rest));
    }
    Section::new("What protocols aimed at", pieces)
}

/// Where the middle person's highest level stands beside a range.
fn against([_, middle, _]: [f64; 3], from: u32, to: u32) -> Comparison {
    if middle < f64::from(from) {
        Comparison::Below
    } else if middle > f64::from(to) {
        Comparison::Above
    } else {
        Comparison::Within
    }
}

fn capital(word: &str) -> String {
    crate::site::lay::capital(word)
}

fn whole(value: f64) -> String {
    format!("{value:.0}")
}
