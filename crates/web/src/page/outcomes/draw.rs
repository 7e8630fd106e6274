//! A report as rows, figures and sentences.

use clinic::outcome::ask::Made;
use figures::{
    Drawing, Known, ScoreMean, Scores, StepLine, StepPoint, StepStroke, Steps, Way, WayStep, Weeks,
};
use outcomes::Estimand;
use outcomes::missing::{Counted, Reading};
use outcomes::report::{
    Curve, CurvePoint, Incidence, Line, RELAPSE_RULES, Risk, Step, Trajectory, Unit, thousands,
};
use pages::{Fact as Shown, Figure, Link, OutcomePlot, OutcomeRow, Phrase};

use super::path;
use crate::words;

/// The way from enquiry to day 90.
pub(super) fn way(made: &Made) -> Figure {
    let steps = made.report.steps.iter().map(way_step).collect();
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

fn way_step(step: &Step) -> WayStep {
    let reasons: Vec<String> = step
        .without
        .iter()
        .map(|(why, n)| format!("{} {why}", thousands(*n)))
        .collect();
    WayStep {
        name: step.words.to_owned(),
        n: step.n,
        of: step.of,
        note: reasons.join(", "),
        is_treated: step.is_started,
    }
}

fn shown(drawing: Drawing, caption: &str) -> Figure {
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
    let entry = format!(
        "entry {}",
        words::count(usize::try_from(made.position).unwrap_or(0))
    );
    let may_open = made.may_look && line.unit == Unit::People && !made.asked.for_outside;
    let from = if may_open {
        let to = path("/outcomes/behind", &made.asked, &[("of", line.id)]);
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

/// The figures.
pub(super) fn plots(made: &Made) -> Vec<OutcomePlot> {
    vec![
        relapse(made),
        retention(made),
        incidence(made),
        weeks(made),
        scores(
            "craving",
            "Craving by week, every answer a dot",
            10.0,
            &made.report.craving,
        ),
        scores(
            "phq9",
            "PHQ-9 by week, every answer a dot",
            27.0,
            &made.report.phq9,
        ),
    ]
}

fn absent(title: &str, why: &str, choices: Vec<Link>) -> OutcomePlot {
    OutcomePlot {
        title: title.to_owned(),
        figure: None,
        said: vec![vec![Phrase::absent(why)]],
        choices,
    }
}

fn step_line(word: &str, points: &[CurvePoint], stroke: StepStroke) -> StepLine {
    StepLine {
        word: word.to_owned(),
        points: points
            .iter()
            .map(|point| StepPoint {
                day: point.day,
                share: point.share,
                interval: point.interval,
            })
            .collect(),
        stroke,
    }
}

fn under(risk: &[Risk]) -> Vec<(u32, Vec<u32>)> {
    risk.iter()
        .map(|one| (one.day, vec![one.at_risk, one.happened]))
        .collect()
}

fn relapse(made: &Made) -> OutcomePlot {
    let (code, rule, _) = made.asked.relapse();
    let title = "Days to relapse";
    let choices: Vec<Link> = RELAPSE_RULES
        .into_iter()
        .filter(|(other, _, _)| *other != code)
        .map(|(other, rule, _)| {
            let base = if made.asked.for_outside {
                "/outcomes/report"
            } else {
                "/outcomes"
            };
            Link::new(
                path(base, &made.asked, &[("relapse", other)]),
                format!("Take {rule}"),
            )
        })
        .collect();
    let curve = match &made.report.relapse {
        Ok(curve) => curve,
        Err(why) => return absent(title, why, choices),
    };
    let drawing = curve_of(
        "relapse",
        title,
        "% not relapsed so far",
        ["not relapsed", "relapsed"],
        curve,
        made.report.fewest > 1,
    );
    let mut said = vec![Phrase::sentence(format!("Relapse is here {rule}."))];
    said.push(Phrase::sentence(supposes(curve, "relapsed")));
    OutcomePlot {
        title: title.to_owned(),
        figure: Some(shown(drawing, CURVE_CAPTION)),
        said,
        choices,
    }
}

const CURVE_CAPTION: &str = "Kaplan-Meier. Band: 95 % interval (log-log). Tick: the last day known, \
    by report or clean test, of somebody of whom nothing more is known.";

fn retention(made: &Made) -> OutcomePlot {
    let title = "Still in contact";
    let curve = match &made.report.retention {
        Ok(curve) => curve,
        Err(why) => return absent(title, why, Vec::new()),
    };
    let drawing = curve_of(
        "retention",
        title,
        "% still in contact",
        ["in contact", "lost"],
        curve,
        made.report.fewest > 1,
    );
    let words = "Contact is lost on the last day before four weeks without an answer, a visit, a test or a call that \
        reached the person. Who was heard of less than four weeks ago is followed up to that day.";
    OutcomePlot {
        title: title.to_owned(),
        figure: Some(shown(drawing, CURVE_CAPTION)),
        said: vec![Phrase::sentence(words)],
        choices: Vec::new(),
    }
}

fn curve_of(
    id: &str,
    title: &str,
    axis: &str,
    [word, happened]: [&str; 2],
    curve: &Curve,
    is_coarse: bool,
) -> Drawing {
    Steps {
        id: id.to_owned(),
        title: title.to_owned(),
        axis: axis.to_owned(),
        lines: vec![step_line(word, &curve.points, StepStroke::First)],
        ticks: curve.censored.clone(),
        half_on: curve.median.map(|(day, _, _)| day),
        is_coarse,
        rows: vec!["at risk".to_owned(), happened.to_owned()],
        numbers: under(&curve.risk),
    }
    .draw()
}

/// What a curve supposes of those lost, and where it would end otherwise.
fn supposes(curve: &Curve, happened: &str) -> String {
    let median = curve.median.map_or_else(
        || format!("Fewer than half had {happened} by the last day known. "),
        |(day, low, high)| {
            let end = |day: Option<f64>| {
                day.map_or_else(|| "not reached".to_owned(), |day| format!("{day:.0}"))
            };
            format!(
                "Half had {happened} by day {day:.0} (95 %: {} to {}). ",
                end(low),
                end(high)
            )
        },
    );
    if !curve.range.0.is_finite() {
        return "How many were lost on the way is withheld.".to_owned();
    }
    let lost = match curve.lost {
        0 => "Nobody was lost before it could be said.".to_owned(),
        n => format!(
            "Of {}, {} were lost before it could be said; the curve takes them to be like the rest. Had all of them \
             {happened} it would end at {:.0} %, had none, at {:.0} %.",
            thousands(curve.n),
            thousands(n),
            curve.range.0,
            curve.range.1
        ),
    };
    format!("{median}{lost}")
}

fn incidence(made: &Made) -> OutcomePlot {
    let title = "Relapse, and loss of contact before it";
    let both: &Incidence = match &made.report.incidence {
        Ok(both) => both,
        Err(why) => return absent(title, why, Vec::new()),
    };
    let drawing = Steps {
        id: "incidence".to_owned(),
        title: title.to_owned(),
        axis: "% so far".to_owned(),
        lines: vec![
            step_line("relapsed", &both.relapse, StepStroke::First),
            step_line("lost", &both.lost, StepStroke::Second),
        ],
        ticks: Vec::new(),
        half_on: None,
        is_coarse: made.report.fewest > 1,
        rows: vec!["at risk".to_owned(), "relapsed".to_owned()],
        numbers: under(&both.risk),
    }
    .draw();
    let caption = "Aalen-Johansen: loss of contact is an end of its own, so neither share is read as if it could not come. \
        Band: 95 % interval.";
    OutcomePlot {
        title: title.to_owned(),
        figure: Some(shown(drawing, caption)),
        said: vec![Phrase::sentence(
            "Whoever was lost may have relapsed since: the two together are the most that relapsed or may have.",
        )],
        choices: Vec::new(),
    }
}

fn weeks(made: &Made) -> OutcomePlot {
    let title = "Weeks without use";
    if made.report.n_counted == 0 {
        return absent(
            title,
            "Nobody among these has reached day 90 yet.",
            Vec::new(),
        );
    }
    let weeks = made
        .report
        .weeks
        .iter()
        .map(|week| (week.of() > 0).then(|| (week.n(), week.not_known(), week.known() - week.n())))
        .collect();
    let drawing = Weeks {
        id: "weeks".to_owned(),
        title: title.to_owned(),
        weeks,
    }
    .draw();
    let caption = "Filled: without use. Dashed: not known. Grey: with use. Of those who have reached day 90. A week without \
        urine needs four days known without use.";
    OutcomePlot {
        title: title.to_owned(),
        figure: Some(shown(drawing, caption)),
        said: Vec::new(),
        choices: Vec::new(),
    }
}

fn scores(id: &str, title: &str, top: f64, found: &Trajectory) -> OutcomePlot {
    if found.means.is_empty() && found.bubbles.is_empty() {
        let why = found.said.clone().filter(|_| found.people > 0);
        return absent(
            title,
            &why.unwrap_or_else(|| "Nobody has answered yet.".to_owned()),
            Vec::new(),
        );
    }
    let means = found
        .means
        .iter()
        .map(|mean| ScoreMean {
            week: mean.week,
            mean: mean.mean,
            interval: mean.interval,
            n: mean.n,
        })
        .collect();
    let drawing = Scores {
        id: id.to_owned(),
        title: title.to_owned(),
        axis: format!("0 to {top:.0}; down is better"),
        top,
        dots: found
            .bubbles
            .iter()
            .map(|one| (one.week, one.value, one.n))
            .collect(),
        means,
        under: format!(
            "answered that week, of {} who started",
            thousands(found.started)
        ),
    }
    .draw();
    let mut said = vec![Phrase::sentence(
        "Line: mean of a mixed model with a level for each person, 95 % band. Fewer answer later, and they may be the better \
         ones: the model takes those who fell silent to go on as people with their earlier answers do.",
    )];
    if let Some(words) = &found.said {
        said.push(Phrase::sentence(words.clone()));
    }
    OutcomePlot {
        title: title.to_owned(),
        figure: Some(shown(
            drawing,
            "The area of a dot follows the number of people. \u{201c}Before\u{201d} is the last answer before the first dose.",
        )),
        said,
        choices: Vec::new(),
    }
}
