//! A claim in full: its grade and why, the studies side by side, for and against, what is not known.

use clinic::grounds;
use evidence::record::{
    Better, Claim, Consequence, CountedAs, Measure, Misreport, Outcome, Pooling, Study, Substance,
};
use evidence::{Prefer, SideBySide, Work, pooling};
use figures::{Counted, CountedGroup, CountedShape, Forest, ForestRow, ForestSummary};
use pages::screen::evidence::{ClaimView, MisreportView, Plot};
use pages::{Figure, Link, Phrase, Piece, Section};

use super::study::said;
use super::{claim_path, grade, library, look, own, short, word, work_link};
use crate::app::App;
use crate::ask::Ask;
use crate::forms::is_offered;
use crate::site::lay::capital;
use crate::words;

/// How many rules and defaults are named before the rest is counted.
const NAMED_MAX: usize = 12;

/// The claim as it is shown, with what the reader chose for its plot.
pub(super) fn view(app: &App, ask: &Ask, claim: &Claim) -> ClaimView {
    let library = library(app);
    let pooling = claim.pooling.as_deref().and_then(|id| library.pooling(id));
    let works = |ids: &[String]| -> Vec<Vec<Phrase>> {
        library
            .works(ids)
            .map(|work| line(&work, pooling))
            .collect()
    };
    let unknown = claim
        .not_known
        .iter()
        .map(|one| Phrase::sentence(capital(one)));
    let mut sections: Vec<Section> = own::section(app, ask, claim).into_iter().collect();
    if matches!(claim.consequence, Consequence::Dose | Consequence::Offer) {
        sections.push(Section::new(
            "What can go wrong",
            vec![Piece::Table(look::harms(library.harms().iter()))],
        ));
    }
    ClaimView {
        title: capital(&claim.claim),
        grade: grade(claim),
        grade_note: claim.grade_note.clone(),
        plain: claim.patients.clone(),
        numbers: claim.clinicians.clone(),
        small: small(app, claim),
        plot: pooling.map(|pooling| plot(app, ask, claim, pooling)),
        columns: vec![
            ("For".to_owned(), works(&claim.in_favour)),
            ("Against, or undecided".to_owned(), works(&claim.against)),
            ("What is not known".to_owned(), unknown.collect()),
        ],
        would_change: claim.would_change.clone(),
        misreports: misreports(app, claim),
        sections,
        overrulings: overrulings(app, claim),
        overrule: is_offered(ask, "overrule", None).then(|| {
            Link::new(
                format!("/do/overrule?claim={}", claim.id),
                "Overrule a default, with a reason and a name",
            )
        }),
    }
}

/// Why it is graded so, what uses it, and how it was read.
fn small(app: &App, claim: &Claim) -> Vec<Phrase> {
    let why = if claim.grade.marks() == 0 {
        "Not graded because"
    } else {
        "Marked down for"
    };
    let resting = grounds::resting_on(app.clinic.library(), &claim.id);
    let mut names: Vec<&str> = resting
        .iter()
        .map(|item| item.id.as_str())
        .take(NAMED_MAX)
        .collect();
    let more = resting.len().saturating_sub(NAMED_MAX);
    let rest = format!("{more} more");
    if more > 0 {
        names.push(&rest);
    }
    let mut used = names.join(", ");
    if !app.site.clinic.hide_claims.contains(&claim.id) {
        if !used.is_empty() {
            used.push_str("; ");
        }
        used.push_str("the public pages");
    }
    let used = if used.is_empty() {
        "nothing in the product".to_owned()
    } else {
        used
    };
    vec![
        Phrase::plain(format!("{why}: {}. Used by: {used}. ", claim.reasons.join(", "))),
        Phrase::Strong(
            "Read from abstracts and registry pages; no full paper has been checked by a person yet.".to_owned(),
        ),
    ]
}

/// The outcomes that speak to the claim: of its pooling's comparisons where it has one, else those
/// whose construct is named, else whatever was seen.
fn found(study: &Study, pooling: Option<&Pooling>) -> Vec<String> {
    let shown = |outcome: &&Outcome| outcome.verified && !said(outcome).is_empty();
    let speaks = |outcome: &&Outcome| {
        outcome.construct.is_some()
            && pooling.is_none_or(|pooling| {
                outcome
                    .contrast
                    .is_none_or(|one| pooling.contrasts.contains(&one))
            })
    };
    let mut chosen: Vec<&Outcome> = study.outcomes.iter().filter(shown).filter(speaks).collect();
    if chosen.is_empty() {
        chosen = study.outcomes.iter().filter(shown).collect();
    }
    let phrase = |outcome: &&Outcome| format!("{}: {}", outcome.name, said(outcome));
    chosen.iter().take(3).map(phrase).collect()
}

/// A work with what it found, in a few lines.
fn line(work: &Work<'_>, pooling: Option<&Pooling>) -> Vec<Phrase> {
    let mut phrases = vec![work_link(work.id())];
    match work {
        Work::Background(one) => phrases.push(Phrase::plain(format!(": {}", one.finding))),
        Work::Study(study) => {
            if let Some(n) = study.n {
                phrases.push(Phrase::plain(format!(", {n} people")));
            }
            if !study.class.is_randomised() {
                phrases.push(Phrase::Quiet(", not randomised".to_owned()));
            }
            let found = found(study, pooling);
            if found.is_empty() {
                phrases.push(Phrase::absent(": numbers not seen"));
            } else {
                phrases.push(Phrase::plain(format!(": {}.", found.join(". "))));
            }
        }
    }
    phrases
}

/// What the reader chose: a summary, adjusted effects, one substance.
struct Chosen {
    pool: bool,
    adjusted: bool,
    substance: Option<Substance>,
}

impl Chosen {
    fn of(ask: &Ask) -> Self {
        let substance = ask.query.get("drug");
        Self {
            pool: ask.query.get("pool").is_some(),
            adjusted: ask.query.get("adjusted").is_some(),
            substance: substance.and_then(|name| serde_json::from_value(name.into()).ok()),
        }
    }

    fn path(&self, claim: &str) -> String {
        let mut chosen = Vec::new();
        if self.pool {
            chosen.push("pool=yes".to_owned());
        }
        if self.adjusted {
            chosen.push("adjusted=yes".to_owned());
        }
        if let Some(substance) = &self.substance {
            chosen.push(format!("drug={}", word(substance).replace(' ', "_")));
        }
        let joint = if chosen.is_empty() { "" } else { "?" };
        format!("{}{joint}{}", claim_path(claim), chosen.join("&"))
    }
}

fn plot(app: &App, ask: &Ask, claim: &Claim, pooling: &Pooling) -> Plot {
    let chosen = Chosen::of(ask);
    let prefer = if chosen.adjusted {
        Prefer::Adjusted
    } else {
        Prefer::Raw
    };
    let library = library(app);
    let side = library.side_by_side(pooling, chosen.substance, prefer);
    let mut said = Vec::new();
    if !chosen.pool && !side.words.is_empty() {
        said.push(format!(
            "What the rows do not share: {}.",
            side.words.join("; ")
        ));
    }
    for left in &side.left_out {
        said.push(format!("{} has no row: {}.", short(&left.study), left.why));
    }
    let summary = if chosen.pool {
        match side.summary() {
            Ok(summary) => {
                said.insert(0, pooled(&summary));
                Some(ForestSummary {
                    ratio: summary.ratio,
                    interval: summary.interval,
                    prediction: summary.prediction,
                })
            }
            Err(why) => {
                said.insert(0, capital(&format!("{why}.")));
                None
            }
        }
    } else {
        said.insert(
            0,
            format!("No diamond, unless you ask for one: {}.", side.because),
        );
        None
    };
    let drawing = forest(app, pooling, &side, summary).draw();
    let caption = "Ratio on a log scale, turned so that right is better. The area of a square follows \
        1/SE\u{b2}. A published ratio of relapse is turned round.";
    Plot {
        figure: Figure {
            drawing,
            caption: Phrase::sentence(caption),
            table_link: "The numbers behind it, as a table".to_owned(),
        },
        said,
        choices: choices(claim, &chosen, &side),
    }
}

/// What must be said beside a summary.
fn pooled(summary: &pooling::Summary) -> String {
    let prediction = summary.prediction.map_or_else(
        || "where a new study would lie cannot be said".to_owned(),
        |(low, high)| {
            if high > 1_000.0 || low < 0.001 {
                "a new study could lie nearly anywhere".to_owned()
            } else {
                format!("a new study would lie between {low:.2} and {high:.2}")
            }
        },
    );
    format!(
        "Pooled because you asked: {:.2} ({:.2} to {:.2}, Hartung-Knapp, {} studies); {prediction}; \
         I\u{b2} {:.0} %. Beside it stands: {}.",
        summary.ratio,
        summary.interval.0,
        summary.interval.1,
        summary.k,
        summary.i_square,
        summary.words.join("; ")
    )
}

fn choices(claim: &Claim, chosen: &Chosen, side: &SideBySide) -> Vec<Link> {
    let with = |pool: bool, adjusted: bool, substance: Option<Substance>| {
        Chosen {
            pool,
            adjusted,
            substance,
        }
        .path(&claim.id)
    };
    let Chosen {
        pool,
        adjusted,
        substance,
    } = *chosen;
    let mut links = Vec::new();
    if pool {
        links.push(Link::new(
            with(false, adjusted, substance),
            "Show the rows only",
        ));
    } else if side.may_summarise {
        links.push(Link::new(
            with(true, adjusted, substance),
            "Pool anyway, with Hartung-Knapp",
        ));
    }
    if adjusted {
        links.push(Link::new(with(pool, false, substance), "Take raw effects"));
    } else {
        links.push(Link::new(
            with(pool, true, substance),
            "Take adjusted effects where printed",
        ));
    }
    match substance {
        Some(_) => links.push(Link::new(with(pool, adjusted, None), "All drugs")),
        None => links.push(Link::new(
            with(pool, adjusted, Some(Substance::Alcohol)),
            "Alcohol only",
        )),
    }
    links
}

fn forest(
    app: &App,
    pooling: &Pooling,
    side: &SideBySide,
    summary: Option<ForestSummary>,
) -> Forest {
    let measure = match pooling.measure {
        Measure::OddsRatio => "Odds ratio (95 %)",
        Measure::RiskRatio => "Risk ratio (95 %)",
        Measure::HazardRatio => "Hazard ratio (95 %)",
        Measure::Difference | Measure::Coefficient | Measure::TStatistic => "Effect (95 %)",
    };
    let (left, right) = match pooling.better {
        Better::Higher => ("control better", "ketamine better"),
        Better::Lower => ("ketamine better", "control better"),
    };
    let rows = side.randomised.iter().chain(&side.not_randomised);
    Forest {
        id: "forest".to_owned(),
        title: capital(&pooling.question),
        measure: measure.to_owned(),
        arms: ("Ketamine".to_owned(), "Control".to_owned()),
        sides: (left.to_owned(), right.to_owned()),
        apart: "Not randomised; shown apart and never pooled".to_owned(),
        rows: rows
            .map(|row| forest_row(app, row, pooling.better))
            .collect(),
        summary,
    }
}

/// A row with its counts, turned as its ratio is: those abstinent, not those who drank.
fn forest_row(app: &App, row: &pooling::Row, better: Better) -> ForestRow {
    let counts = |is_control: bool| {
        let study = library(app).study(&row.study)?;
        let outcome = study.outcomes.iter().find(|one| one.name == row.outcome)?;
        let mut sides = outcome.arms.iter().filter_map(|numbers| {
            let arm = study.arms.iter().find(|arm| arm.name == numbers.arm)?;
            let n = numbers.n.or(arm.n)?;
            let turned = outcome.better.is_some_and(|one| one != better);
            let events = numbers.events?;
            let events = if turned {
                n.checked_sub(events)?
            } else {
                events
            };
            (arm.control == is_control).then(|| format!("{events}/{n}"))
        });
        sides.next()
    };
    ForestRow {
        study: short(&row.study),
        substance: word(&row.substance),
        until: row.day.map_or_else(String::new, |day| format!("day {day}")),
        treated: counts(false),
        control: counts(true),
        ratio: row.ratio,
        low: row.low,
        high: row.high,
        standard_error: row.standard_error,
        is_randomised: row.class.is_randomised(),
    }
}

/// Misreports of a work on which the claim rests.
fn misreports(app: &App, claim: &Claim) -> Vec<MisreportView> {
    let is_of = |one: &&Misreport| {
        claim
            .in_favour
            .iter()
            .chain(&claim.against)
            .any(|id| *id == one.source)
    };
    let all = library(app).misreports().iter().filter(is_of);
    all.map(|one| MisreportView {
        says: one.says.clone(),
        said_by: one.said_by.clone(),
        wrong: one.wrong.iter().map(|words| capital(words)).collect(),
        instead: one.instead.clone(),
        counted: (!one.counted.is_empty()).then(|| counted(one)),
    })
    .collect()
}

fn counted(one: &Misreport) -> Figure {
    let shape = |counted: CountedAs| match counted {
        CountedAs::Right => CountedShape::Right,
        CountedAs::Wrong => CountedShape::Wrong,
        CountedAs::Beside => CountedShape::Beside,
    };
    let groups = one.counted.iter().map(|group| CountedGroup {
        what: group.what.clone(),
        n: group.n,
        shape: shape(group.counted),
    });
    let figure = Counted {
        id: format!("counted-{}", one.id),
        title: "The reports, one square each".to_owned(),
        groups: groups.collect(),
    };
    Figure {
        drawing: figure.draw(),
        caption: Phrase::sentence(
            "One square is one report; an outlined one was counted as what it is not.",
        ),
        table_link: "As a table".to_owned(),
    }
}

fn overrulings(app: &App, claim: &Claim) -> Vec<Vec<Phrase>> {
    let zone = app.clinic.zone();
    let board = app.clinic.board();
    let standing = board
        .overrulings
        .iter()
        .filter(|(_, one)| one.claim == claim.id);
    standing
        .map(|(about, one)| {
            vec![
                Phrase::Strong(format!("{about}: ")),
                Phrase::plain(format!("{}. Why: {} ", one.instead, one.reason)),
                Phrase::Quiet(format!("{}, {}.", one.name, words::moment(one.at, &zone))),
            ]
        })
        .collect()
}
