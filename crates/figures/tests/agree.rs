//! The drawing and the data agree: coordinates are read back from the markup and compared with the series.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails by panicking")]

use std::collections::BTreeMap;

use figures::{
    BarLane, CourseFigure, Drawing, Lane, LineLane, Recent, RoomsOfTheDay, Share, ShareBar,
    ShareShape, StayPhase, ToDate, UseMark, UseStrip,
};
use proptest::prelude::*;

/// Every element of a class as its attributes.
///
/// The key under the axis repeats the shapes; it is not data and is left out.
fn elements(svg: &str, tag: &str, class: &str) -> Vec<BTreeMap<String, String>> {
    let svg: String = svg
        .split("<g class=\"fg-key\">")
        .enumerate()
        .map(|(place, piece)| {
            if place == 0 {
                piece
            } else {
                piece.split_once("</g>").unwrap().1
            }
        })
        .collect();
    svg.split(&format!("<{tag} "))
        .skip(1)
        .filter_map(|rest| rest.split_once('>').map(|(attributes, _)| attributes))
        .map(|attributes| {
            attributes
                .trim_end_matches('/')
                .split("\" ")
                .filter_map(|pair| pair.split_once("=\""))
                .map(|(name, value)| (name.to_owned(), value.trim_end_matches('"').to_owned()))
                .collect::<BTreeMap<String, String>>()
        })
        .filter(|found| found.get("class").is_some_and(|names| names == class))
        .collect()
}

fn number(element: &BTreeMap<String, String>, name: &str) -> f64 {
    element
        .get(name)
        .and_then(|value| value.parse().ok())
        .unwrap_or(f64::NAN)
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() < 0.11
}

/// Every run of a path as points.
fn runs_of(svg: &str, class: &str) -> Vec<Vec<(f64, f64)>> {
    elements(svg, "path", class)
        .iter()
        .flat_map(|path| {
            path.get("d")
                .cloned()
                .unwrap_or_default()
                .split('M')
                .skip(1)
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .map(|run| {
            run.split('L')
                .map(|point| {
                    let (x, y) = point.split_once(' ').unwrap();
                    (x.parse().unwrap(), y.parse().unwrap())
                })
                .collect()
        })
        .collect()
}

fn sound(drawing: &Drawing) {
    for bad in [
        "NaN", "=\"inf", "-inf\"", " inf", "style=", "<script", "http://", "https://",
    ] {
        assert!(!drawing.svg.contains(bad), "{bad} in {}", drawing.svg);
    }
    assert!(drawing.svg.starts_with("<svg ") && drawing.svg.ends_with("</svg>"));
    assert!(drawing.svg.contains("<title id=") && drawing.svg.contains("<desc id="));
    assert_eq!(
        drawing.svg.matches("<text").count(),
        drawing.svg.matches("</text>").count()
    );
    for row in &drawing.table.rows {
        assert_eq!(row.len(), drawing.table.columns.len());
    }
}

fn main_line(figure: &CourseFigure) -> &LineLane {
    figure
        .lanes
        .iter()
        .find_map(|lane| match lane {
            Lane::Line(line) if line.is_main => Some(line),
            Lane::Line(_) | Lane::Strip(_) | Lane::Readings(_) | Lane::Marks(_) | Lane::Bars(_) => {
                None
            }
        })
        .unwrap()
}

#[test]
fn every_craving_answer_is_one_point_at_its_day_and_value() {
    let figure = CourseFigure::sample();
    let svg = figure.draw().svg;
    let points = elements(&svg, "circle", "fg-point");
    let line = main_line(&figure);
    assert_eq!(points.len(), line.values.len());
    // Day 0 and day 30 are ticks of the axis; they give the scale without knowing the layout.
    let (x0, x30) = (
        number(&points[0], "cx"),
        number(points.last().unwrap(), "cx"),
    );
    let per_day = (x30 - x0) / 30.0;
    // Craving 8 on day 0 and 2 on day 2 give the other scale.
    let (y8, y2) = (number(&points[0], "cy"), number(&points[2], "cy"));
    let per_point = (y2 - y8) / 6.0;
    for (point, (day, value)) in points.iter().zip(&line.values) {
        assert!(
            near(number(point, "cx"), x0 + per_day * f64::from(*day)),
            "day {day}"
        );
        assert!(
            near(number(point, "cy"), y8 + per_point * (8.0 - value)),
            "day {day}"
        );
    }
}

#[test]
fn a_gap_stays_a_gap() {
    let figure = CourseFigure::sample();
    let drawn = runs_of(&figure.draw().svg, "fg-line");
    // Days 0 to 16, 21 to 24 and 27 to 30; day 19 stands alone and is a point only.
    let lengths: Vec<usize> = drawn.iter().map(Vec::len).collect();
    assert_eq!(lengths, [17, 4, 4]);
}

#[test]
fn each_day_of_use_has_its_own_shape() {
    let svg = CourseFigure::sample().draw().svg;
    assert_eq!(elements(&svg, "path", "fg-used").len(), 3);
    assert_eq!(elements(&svg, "line", "fg-unknown").len(), 4);
    assert_eq!(elements(&svg, "rect", "fg-free").len(), 24);
}

#[test]
fn the_future_begins_at_today_and_sessions_stand_on_their_days() {
    let figure = CourseFigure::sample();
    let svg = figure.draw().svg;
    let future = &elements(&svg, "rect", "fg-future")[0];
    let now = &elements(&svg, "line", "fg-now")[0];
    assert!(near(number(future, "x"), number(now, "x1")));
    let doses: Vec<f64> = elements(&svg, "rect", "fg-dose")
        .iter()
        .map(|dose| number(dose, "x") + 1.5)
        .collect();
    assert_eq!(doses.len(), 3);
    assert!(near(doses[1] - doses[0], doses[2] - doses[1]));
    let per_day = (doses[1] - doses[0]) / 7.0;
    assert!((number(now, "x1") - doses[0] - 31.0 * per_day).abs() < 0.5);
}

#[test]
fn the_table_holds_every_value() {
    let drawing = CourseFigure::sample().draw();
    let row = |day: &str| {
        drawing
            .table
            .rows
            .iter()
            .find(|row| row[0] == day)
            .unwrap()
            .clone()
    };
    let heads: Vec<&str> = drawing
        .table
        .columns
        .iter()
        .map(|(head, _)| head.as_str())
        .collect();
    assert_eq!(
        heads,
        [
            "Day",
            "Session",
            "Craving",
            "Alcohol",
            "Urine EtG",
            "Mood",
            "Sleep, h",
            "PHQ-9",
            "Therapy",
            "Life"
        ]
    );
    assert_eq!(
        row("0"),
        [
            "0",
            "Dose 1 62 mg",
            "8",
            "not used",
            "",
            "3",
            "5",
            "17, moderately severe",
            "held",
            ""
        ]
    );
    assert_eq!(
        row("17").join("|"),
        "17||no answer|not known||no answer|no answer|no answer||"
    );
    assert_eq!(
        row("22"),
        [
            "22",
            "",
            "7",
            "used",
            "",
            "3",
            "4.5",
            "no answer",
            "held",
            ""
        ]
    );
    assert_eq!(row("27")[4], "not given");
}

#[test]
fn a_questionnaire_stands_over_the_bands_of_its_scale_each_with_its_word() {
    let drawing = CourseFigure::sample().draw();
    for (depth, word) in ["minimal", "mild", "moderate", "moderately severe", "severe"]
        .into_iter()
        .enumerate()
    {
        let ground = format!("fg-band fg-band{depth}");
        assert_eq!(drawing.svg.matches(&ground).count(), 1, "{ground}");
        assert!(drawing.svg.contains(&format!(">{word}</text>")), "{word}");
    }
    let band = drawing.svg.find("fg-band4").unwrap();
    let value = drawing.svg.find("fg-thinpoint").unwrap();
    assert!(band < value, "a band lies behind the values");
    let said = "Its scale: minimal, mild from 5, moderate from 10";
    assert!(drawing.desc.contains(said), "{}", drawing.desc);
}

#[test]
fn nothing_known_is_drawn_as_absent_and_not_as_zero() {
    let drawing = CourseFigure::sample_empty().draw();
    sound(&drawing);
    assert!(runs_of(&drawing.svg, "fg-line").is_empty());
    assert!(elements(&drawing.svg, "circle", "fg-point").is_empty());
    assert!(drawing.svg.contains("Craving: no answer yet"));
    assert!(drawing.desc.contains("Craving: nothing recorded."));
    assert!(elements(&drawing.svg, "rect", "fg-free").is_empty());
}

#[test]
fn a_day_nobody_spoke_of_is_not_known() {
    let strip = UseStrip {
        name: "Alcohol".into(),
        from: 0,
        until: 4,
        marks: [(1, UseMark::NotUsed), (3, UseMark::Used)].into(),
    };
    assert_eq!(strip.days_of(UseMark::NotKnown), [0, 2, 4]);
    assert_eq!(
        strip.said(),
        "Alcohol: used on 1 day (3); not known on 3 days (0, 2, 4); not used on 1."
    );
}

#[test]
fn half_a_year_keeps_three_shapes_apart_and_a_recorded_zero_visible() {
    let figure = CourseFigure::sample_long();
    let drawing = figure.draw();
    sound(&drawing);
    assert!(drawing.width > 908);
    // Two substances, every day of 183 drawn once.
    let marks = elements(&drawing.svg, "path", "fg-used").len()
        + elements(&drawing.svg, "rect", "fg-free").len()
        + elements(&drawing.svg, "line", "fg-unknown").len();
    // Urine tests that were not given are dashes too.
    let not_given = 25 / 4;
    assert_eq!(marks, 183 * 2 + not_given);
    let bars: Vec<&BarLane> = figure
        .lanes
        .iter()
        .filter_map(|lane| match lane {
            Lane::Bars(bars) => Some(bars),
            Lane::Line(_) | Lane::Strip(_) | Lane::Readings(_) | Lane::Marks(_) => None,
        })
        .collect();
    assert_eq!(
        elements(&drawing.svg, "rect", "fg-bar").len() + 1,
        bars[0].amounts.len()
    );
    assert_eq!(elements(&drawing.svg, "circle", "fg-zero").len(), 1);
}

#[test]
fn the_shares_of_a_bar_fill_it_in_proportion() {
    let share = |count, shape| Share {
        word: "x".into(),
        count,
        shape,
    };
    let bar = ShareBar {
        id: "b".into(),
        title: "Answers".into(),
        shares: vec![share(3, ShareShape::There), share(1, ShareShape::Missed)],
        width: 401,
    };
    let drawing = bar.draw();
    sound(&drawing);
    let there = &elements(&drawing.svg, "rect", "fg-there")[0];
    let missed = &elements(&drawing.svg, "rect", "fg-missed")[0];
    assert!(near(number(there, "width"), 300.0) && near(number(missed, "width"), 100.0));
    assert!(near(
        number(there, "x") + number(there, "width"),
        number(missed, "x")
    ));
    assert_eq!(drawing.table.rows[1], ["x", "1", "25"]);
}

#[test]
fn a_room_shows_what_was_given_up_to_now_and_what_is_to_come() {
    let stay = figures::Stay {
        who: "R. Pell".into(),
        from_minute: 765,
        to_minute: 938,
        infusion: Some((818, 858)),
        phase: StayPhase::Here,
    };
    let day = RoomsOfTheDay {
        id: "r".into(),
        rooms: vec![figures::Room {
            name: "Room 2".into(),
            stays: vec![stay],
        }],
        first_hour: 8,
        last_hour: 19,
        now_minute: Some(845),
    };
    let drawing = day.draw();
    sound(&drawing);
    let minute = 872.0 / 660.0;
    let given = &elements(&drawing.svg, "rect", "fg-infusion fg-here")[0];
    let to_come = &elements(&drawing.svg, "rect", "fg-infusion fg-tocome")[0];
    assert!(near(number(given, "width"), 27.0 * minute));
    assert!(near(number(to_come, "width"), 13.0 * minute));
    assert_eq!(
        drawing.table.rows[0],
        [
            "Room 2",
            "R. Pell",
            "12:45",
            "13:38 to 14:18",
            "15:38",
            "here"
        ]
    );
}

#[test]
fn equal_series_give_equal_bytes() {
    assert_eq!(
        CourseFigure::sample().draw().svg,
        CourseFigure::sample().draw().svg
    );
    assert_eq!(ToDate::sample().draw().svg, ToDate::sample().draw().svg);
}

#[test]
fn words_from_outside_cannot_leave_their_element() {
    let mut figure = CourseFigure::sample();
    figure.title = "</title><script>x</script>".into();
    figure.life[0].words = "a < b & \"c\"".into();
    let svg = figure.draw().svg;
    assert!(!svg.contains("<script"));
    assert!(svg.contains("a &lt; b &amp; &quot;c&quot;"));
}

#[test]
fn the_figures_look_as_reviewed() {
    insta::assert_snapshot!("course", lines(&CourseFigure::sample().draw()));
    insta::assert_snapshot!("course_long", lines(&CourseFigure::sample_long().draw()));
    insta::assert_snapshot!("course_empty", lines(&CourseFigure::sample_empty().draw()));
    insta::assert_snapshot!("to_date", lines(&ToDate::sample().draw()));
    insta::assert_snapshot!("recent_silent", lines(&Recent::sample_silent().draw()));
}

/// One element a line, so that a change can be read.
fn lines(drawing: &Drawing) -> String {
    drawing.svg.replace("><", ">\n<")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_series_makes_a_number_that_is_none(
        values in proptest::collection::btree_map(-400_i32..4000, prop_oneof![
            Just(f64::NAN), Just(f64::INFINITY), -1e9_f64..1e9, 0.0_f64..10.0
        ], 0..60),
        first in -400_i32..400,
        days in -10_i32..3000,
        today in proptest::option::of(-500_i32..4000),
        range in prop_oneof![Just((0.0, 10.0)), Just((5.0, 5.0)), Just((10.0, 0.0)), Just((f64::NAN, 1.0))],
    ) {
        let mut figure = CourseFigure::sample();
        figure.first_day = first;
        figure.last_day = first + days;
        figure.today = today;
        for lane in &mut figure.lanes {
            match lane {
                Lane::Line(line) => { line.values.clone_from(&values); line.range = range; }
                Lane::Bars(bars) => bars.amounts.clone_from(&values),
                Lane::Strip(strip) => strip.strip.until = first + days,
                Lane::Readings(_) | Lane::Marks(_) => {}
            }
        }
        sound(&figure.draw());
        let mut small = ToDate::sample();
        small.values.clone_from(&values);
        small.range = range;
        small.strip.from = first;
        small.strip.until = first + days;
        sound(&small.draw());
    }
}
