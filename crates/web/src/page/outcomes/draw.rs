//! A report as rows and sentences, and the way in.

use clinic::outcome::ask::Made;
use figures::{Drawing, Known, Way, WayStep};
use outcomes::Estimand;
use outcomes::missing::{Counted, Reading};
use outcomes::report::behind::Number;
use outcomes::report::{Line, Step, thousands};
use outcomes::trace::Reached;
use pages::{Fact as Shown, Figure, OutcomeRow, Phrase};

use super::behind;

/// The way from enquiry to day 90.
pub(super) fn way(made: &Made) -> Figure {
    let steps = made
        .report
        .steps
        .iter()
        .map(|step| way_step(made, step))
        .collect();
    let way = Way {
        id: "way".to_owned(),
        title: "From enquiry to day 90".to_owned(),
        steps,
    };
    shown(
        way.draw(),
        "Everybody who asked, or whose record was taken in. Who came to a later stage came through the earlier ones.",
    )
}

/// The charts behind each stage.
pub(super) fn way_from(made: &Made) -> Vec<Phrase> {
    let stage = |step: &Step| {
        let stage = Reached::ALL
            .into_iter()
            .find(|stage| stage.words() == step.words);
        let number = stage.map_or(Number::Ninety, Number::Stage);
        (number, counted(stage_words(made, step), step.n))
    };
    let numbers: Vec<_> = made.report.steps.iter().map(stage).collect();
    behind::from(made, &numbers)
}

/// A stage in words; who a trial randomised had no first dose of ours.
fn stage_words(made: &Made, step: &Step) -> &'static str {
    if step.words == Reached::Started.words() {
        made.began.words()
    } else {
        step.words
    }
}

/// "First dose 84".
pub(super) fn counted(words: &str, n: Option<u32>) -> String {
    n.map_or_else(|| words.to_owned(), |n| format!("{words} {}", thousands(n)))
}

/// The charts behind harm.
pub(super) fn harm_from(made: &Made) -> Vec<Phrase> {
    let harm = &made.report.harm;
    let mut numbers = vec![
        (
            Number::SeriousHarm,
            counted("serious adverse event", harm.with_serious),
        ),
        (Number::AnyHarm, counted("any adverse event", harm.with_any)),
    ];
    if harm.sessions > 0 {
        numbers.push((Number::StoppedEarly, "a session stopped early".to_owned()));
    }
    behind::from(made, &numbers)
}

fn way_step(made: &Made, step: &Step) -> WayStep {
    let reasons: Vec<String> = step
        .without
        .iter()
        .map(|(why, n)| format!("{} {why}", thousands(*n)))
        .collect();
    WayStep {
        name: stage_words(made, step).to_owned(),
        n: step.n,
        of: step.of,
        note: reasons.join(", "),
        is_treated: step.is_started,
    }
}

pub(super) fn shown(drawing: Drawing, caption: &str) -> Figure {
    Figure {
        drawing,
        caption: if caption.is_empty() {
            Vec::new()
        } else {
            Phrase::sentence(caption)
        },
        table_link: "Every value as a table".to_owned(),
    }
}

/// What exactly is estimated, as a box of facts.
pub(super) fn box_of(estimand: &Estimand) -> Vec<Shown> {
    let mut facts = vec![
        Shown::plain("People", estimand.population.clone()),
        Shown::plain("Measure", estimand.variable.clone()),
    ];
    for one in &estimand.intercurrent_events {
        facts.push(Shown::plain(
            format!("If {}", one.event),
            one.handling.clone(),
        ));
    }
    facts.push(Shown::plain("Summary", estimand.summary.clone()));
    facts
}

/// One row an outcome.
pub(super) fn rows(made: &Made) -> Vec<OutcomeRow> {
    made.report
        .lines
        .iter()
        .map(|line| row(made, line))
        .collect()
}

fn row(made: &Made, line: &Line) -> OutcomeRow {
    let [lead, strong, rest] = line.sentence();
    let sentence = vec![
        Phrase::plain(lead),
        Phrase::Strong(strong),
        Phrase::plain(rest),
    ];
    let entry = behind::entry(made);
    let from = if behind::may_open(made) {
        let to = behind::to(made, Number::Outcome(line.id));
        vec![Phrase::link(to, format!("Charts behind it, {entry}"))]
    } else {
        Phrase::sentence(entry)
    };
    let told = line.counted.map(numbers);
    let interval = line.interval.map_or_else(
        || {
            if told.is_some() {
                "none".to_owned()
            } else {
                String::new()
            }
        },
        |(low, high)| format!("{low:.0} to {high:.0}"),
    );
    let (share, range) = told.unwrap_or_else(|| ("withheld".to_owned(), String::new()));
    OutcomeRow {
        sentence,
        bar: line.counted.map(|counted| bar(line, counted)),
        share,
        interval,
        range,
        estimand: box_of(&line.estimand),
        from,
    }
}

pub(super) fn numbers(counted: Counted) -> (String, String) {
    let share = counted
        .percent(Reading::AsMissing)
        .map_or_else(|| "none known".to_owned(), |share| format!("{share:.0} %"));
    let range = match counted.range_percent() {
        None => "nobody to count".to_owned(),
        Some(_) if counted.not_known() == 0 => "all known".to_owned(),
        Some((worst, best)) => format!("{worst:.0} to {best:.0} %"),
    };
    (share, range)
}

fn bar(line: &Line, counted: Counted) -> Drawing {
    Known {
        id: format!("known-{}", line.id),
        title: line.name.clone(),
        so: counted.n(),
        not_known: counted.not_known(),
        not_so: counted.known() - counted.n(),
    }
    .draw()
}

/// Harm, in a sentence.
pub(super) fn harm(made: &Made) -> Vec<Phrase> {
    let harm = &made.report.harm;
    if harm.people == 0 {
        return Vec::new();
    }
    let told = |n: Option<u32>| n.map_or_else(|| "a withheld number of".to_owned(), thousands);
    if harm.sessions == 0 {
        return vec![
            Phrase::Strong("Harm: ".to_owned()),
            Phrase::plain(format!(
                "no dosing session is recorded of these {}, so no harm of one is known or ruled out; {} had an adverse event \
                 noted.",
                thousands(harm.people),
                told(harm.with_any),
            )),
        ];
    }
    // With none seen in n people, up to about 3 in n cannot be ruled out (Hanley and Lippman-Hand 1983).
    let rule_of_three = match harm.with_serious {
        Some(0) => {
            let most = 100.0 * 3.0 / f64::from(harm.people);
            format!(
                " None seen does not mean none: up to {:.0} % cannot be ruled out.",
                most.min(100.0).ceil()
            )
        }
        Some(_) | None => String::new(),
    };
    vec![
        Phrase::Strong("Harm: ".to_owned()),
        Phrase::plain(format!(
            "of {} who started, {} had a serious adverse event noted and {} any; {} of {} dosing sessions were \
             stopped early.{rule_of_three}",
            thousands(harm.people),
            told(harm.with_serious),
            told(harm.with_any),
            told(harm.stopped_early),
            thousands(harm.sessions),
        )),
    ]
}
