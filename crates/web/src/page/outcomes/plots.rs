//! The figures of the outcomes: curves, weeks and scores, each with what it supposes and what it was
//! computed from.

use clinic::outcome::ask::{Made, rules};
use figures::{Drawing, ScoreMean, Scores, StepLine, StepPoint, StepStroke, Steps, Weeks};
use outcomes::report::behind::Number;
use outcomes::report::{Curve, CurvePoint, Incidence, RELAPSE_RULES, Risk, Trajectory, thousands};
use pages::{Fact as Shown, Link, OutcomePlot, Phrase};

use super::draw::{box_of, counted, shown};
use super::{behind, path};

/// The figures.
pub(super) fn plots(made: &Made) -> Vec<OutcomePlot> {
    vec![
        relapse(made),
        retention(made),
        incidence(made),
        weeks(made),
        scores(
            made,
            ("craving", "Craving by week, every answer a dot", 10.0),
            &made.report.craving,
            Number::Craving,
        ),
        scores(
            made,
            ("phq9", "PHQ-9 by week, every answer a dot", 27.0),
            &made.report.phq9,
            Number::Phq9,
        ),
    ]
}

fn absent(title: &str, why: &str, choices: Vec<Link>) -> OutcomePlot {
    OutcomePlot {
        title: title.to_owned(),
        figure: None,
        said: vec![vec![Phrase::absent(why)]],
        choices,
        estimand: Vec::new(),
        from: Vec::new(),
    }
}

/// What exactly a figure of everybody who started estimates, from the words in `outcomes/programme.toml`.
fn estimand(id: &str) -> Vec<Shown> {
    rules()
        .ok()
        .and_then(|rules| rules.outcome(id))
        .map_or_else(Vec::new, |outcome| {
            box_of(&outcome.estimand("everyone who started"))
        })
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
        estimand: estimand(if code == "first-use" {
            "time_to_lapse"
        } else {
            "time_to_relapse_ten_days"
        }),
        from: from_curve(made, Number::Relapse, "relapsed", curve),
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
        estimand: estimand("still_in_contact"),
        from: from_curve(made, Number::Retention, "lost", curve),
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

fn from_curve(made: &Made, number: Number<'_>, happened: &str, curve: &Curve) -> Vec<Phrase> {
    let words = counted(happened, Some(curve.happened));
    behind::from(made, &[(number, words)])
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
        estimand: estimand("relapse_or_loss"),
        from: behind::from(
            made,
            &[(Number::Incidence, "relapsed, lost and neither".to_owned())],
        ),
    }
}

fn weeks(made: &Made) -> OutcomePlot {
    let title = "Weeks without use";
    if made.report.n_counted == 0 {
        let why = if made.is_all_withheld {
            "Withheld."
        } else {
            "Nobody among these has reached day 90 yet."
        };
        return absent(title, why, Vec::new());
    }
    let weeks = made
        .report
        .weeks
        .iter()
        .map(|week| (week.of() > 0).then(|| (week.n(), week.not_known(), week.known() - week.n())))
        .collect();
    let numbers: Vec<(Number<'_>, String)> = (1..=made.report.weeks.len())
        .map(|week| (Number::Week(week), format!("week {week}")))
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
        estimand: made
            .report
            .lines
            .iter()
            .find(|line| line.id == "weeks_without_use")
            .map_or_else(Vec::new, |line| box_of(&line.estimand)),
        from: behind::from(made, &numbers),
    }
}

fn scores(
    made: &Made,
    (id, title, top): (&str, &str, f64),
    found: &Trajectory,
    number: fn(usize) -> Number<'static>,
) -> OutcomePlot {
    if found.means.is_empty() && found.bubbles.is_empty() {
        let is_said = found.people > 0 || made.is_all_withheld;
        let why = found.said.clone().filter(|_| is_said);
        return absent(
            title,
            &why.unwrap_or_else(|| "Nobody has answered yet.".to_owned()),
            Vec::new(),
        );
    }
    let numbers: Vec<(Number<'_>, String)> = found
        .means
        .iter()
        .filter_map(|mean| {
            let words = match mean.week {
                0 => "before".to_owned(),
                week => format!("week {week}"),
            };
            Some((number(usize::try_from(mean.week).ok()?), words))
        })
        .collect();
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
            &format!(
                "The area of a dot follows the number of people. \u{201c}Before\u{201d} is the last answer before {}.",
                made.began.within()
            ),
        )),
        said,
        choices: Vec::new(),
        estimand: estimand(&format!("{id}_by_week")),
        from: behind::from(made, &numbers),
    }
}
