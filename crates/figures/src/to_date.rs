//! The small figure beside the chart: craving, sessions and use to date.

use crate::drawing::{DataTable, Drawing};
use crate::series::{UseMark, UseStrip, Values, counted_days, draw_use, finite, runs};
use crate::svg::{Anchor, Svg, number};

/// What happened so far, small.
#[derive(Debug, Clone, PartialEq)]
pub struct ToDate {
    /// Unique on the page.
    pub id: String,
    /// The measure drawn: "Craving".
    pub measure: String,
    /// Its range.
    pub range: (f64, f64),
    /// Answers up to this many days apart are joined.
    pub every: i32,
    /// Its values.
    pub values: Values,
    /// Days of dosing sessions.
    pub sessions: Vec<i32>,
    /// Days of use; its `from` and `until` are the figure's.
    pub strip: UseStrip,
}

const WIDTH: f64 = 288.0;
const LEFT: f64 = 26.0;
const TOP: f64 = 10.0;
const FOOT: f64 = 80.0;
const STRIP: f64 = 96.0;
const HEIGHT: f64 = 124.0;

impl ToDate {
    /// Draws it. Without a single answer the axis is there and the line is not.
    pub fn draw(&self) -> Drawing {
        let values = finite(&self.values);
        let mut svg = Svg::new();
        let (low, high) = self.range;
        for value in [low, f64::midpoint(low, high), high] {
            let y = self.y(value);
            svg.line("fg-grid", (LEFT, y), (WIDTH, y));
            svg.text(
                "fg-tick",
                (LEFT - 6.0, y + 4.5),
                Anchor::End,
                &number(value),
            );
        }
        for day in self.shown(&self.sessions) {
            svg.line(
                "fg-session",
                (self.x(day), TOP - 6.0),
                (self.x(day), FOOT + 4.0),
            );
        }
        let placed: Vec<Vec<(f64, f64)>> = runs(&values, self.every)
            .iter()
            .map(|run| {
                run.iter()
                    .map(|(day, value)| (self.x(*day), self.y(*value)))
                    .collect()
            })
            .collect();
        svg.runs("fg-line", &placed);
        for point in placed.iter().filter(|run| run.len() == 1).flatten() {
            svg.circle("fg-point", *point, 2.5);
        }
        for (day, mark) in self.strip.days() {
            draw_use(&mut svg, mark, (self.x(day), STRIP), self.day_width());
        }
        for day in self.ticks() {
            svg.text(
                "fg-tick",
                (self.x(day), HEIGHT - 4.0),
                Anchor::Middle,
                &day.to_string(),
            );
        }
        let title = format!(
            "{} and use, day {} to {}",
            self.measure, self.strip.from, self.strip.until
        );
        let desc = self.desc(&values);
        Drawing {
            svg: svg.finish(&self.id, "fg fg-todate", (WIDTH, HEIGHT), (&title, &desc)),
            title,
            desc,
            table: self.table(&values),
            width: 288,
        }
    }

    fn day_width(&self) -> f64 {
        let days = f64::from(self.strip.until.saturating_sub(self.strip.from).max(1));
        (WIDTH - LEFT - 10.0) / days
    }

    fn x(&self, day: i32) -> f64 {
        LEFT + 3.0 + f64::from(day.saturating_sub(self.strip.from)) * self.day_width()
    }

    fn y(&self, value: f64) -> f64 {
        let (low, high) = self.range;
        let span = high - low;
        let share = if span > 0.0 {
            ((value - low) / span).clamp(0.0, 1.0)
        } else {
            0.0
        };
        FOOT - share * (FOOT - TOP)
    }

    fn shown(&self, days: &[i32]) -> Vec<i32> {
        days.iter()
            .copied()
            .filter(|day| (self.strip.from..=self.strip.until).contains(day))
            .collect()
    }

    /// Weeks, or as many weeks apart as leave room.
    fn ticks(&self) -> Vec<i32> {
        let span = self.strip.until.saturating_sub(self.strip.from).max(1);
        let step = [7, 14, 28, 56, 91, 182, 364]
            .into_iter()
            .find(|step| span / step <= 6)
            .unwrap_or(728);
        let mut days = Vec::new();
        let mut day = self.strip.from;
        while day <= self.strip.until {
            days.push(day);
            day = day.saturating_add(step);
        }
        days
    }

    fn desc(&self, values: &Values) -> String {
        let line = match (values.first_key_value(), values.last_key_value()) {
            (Some((first, at_first)), Some((last, at_last))) => format!(
                "{} {} on day {first}, {} on day {last}, {} answers.",
                self.measure,
                number(*at_first),
                number(*at_last),
                values.len()
            ),
            _ => format!("{}: no answer yet.", self.measure),
        };
        let sessions = self.shown(&self.sessions);
        format!(
            "{line} Sessions on {}. {}",
            counted_days(&sessions),
            self.strip.said()
        )
    }

    fn table(&self, values: &Values) -> DataTable {
        DataTable {
            caption: format!("{} and use by day", self.measure),
            columns: vec![
                ("Day".into(), true),
                (self.measure.clone(), true),
                (self.strip.name.clone(), false),
                ("Session".into(), false),
            ],
            rows: self
                .strip
                .days()
                .map(|(day, mark)| {
                    let value = values
                        .get(&day)
                        .map_or_else(|| "no answer".to_owned(), |v| number(*v));
                    let session = if self.sessions.contains(&day) {
                        "session"
                    } else {
                        ""
                    };
                    vec![
                        day.to_string(),
                        value,
                        mark.word().to_owned(),
                        session.to_owned(),
                    ]
                })
                .collect(),
        }
    }

    /// Samuel Adeyemi to day 30, for galleries and tests.
    pub fn sample() -> Self {
        Self {
            id: "to-date".into(),
            measure: "Craving".into(),
            range: (0.0, 10.0),
            every: 1,
            values: sample_craving(),
            sessions: vec![0, 7, 14],
            strip: sample_strip(),
        }
    }
}

/// Craving of a made-up person over thirty-one days, with its gaps.
pub(crate) fn sample_craving() -> Values {
    let days = [
        (0, 8.0),
        (1, 3.0),
        (2, 2.0),
        (3, 2.0),
        (4, 3.0),
        (5, 4.0),
        (6, 4.0),
        (7, 4.0),
        (8, 2.0),
        (9, 2.0),
        (10, 5.0),
        (11, 8.0),
        (12, 7.0),
        (13, 5.0),
        (14, 4.0),
        (15, 2.0),
        (16, 3.0),
        (19, 4.0),
        (21, 5.0),
        (22, 7.0),
        (23, 5.0),
        (24, 4.0),
        (27, 6.0),
        (28, 5.0),
        (29, 5.0),
        (30, 5.0),
    ];
    days.into_iter().collect()
}

/// Days of drinking of the same person.
pub(crate) fn sample_strip() -> UseStrip {
    let mark = |day| match day {
        11 | 12 | 22 => UseMark::Used,
        17 | 18 | 25 | 26 => UseMark::NotKnown,
        _ => UseMark::NotUsed,
    };
    UseStrip {
        name: "Alcohol".into(),
        from: 0,
        until: 30,
        marks: (0..=30).map(|day| (day, mark(day))).collect(),
    }
}
