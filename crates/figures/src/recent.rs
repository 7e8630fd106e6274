//! The last days of one person, very small: a line, its last value in words, and days of use.

use crate::drawing::{DataTable, Drawing};
use crate::series::{UseStrip, Values, draw_use, finite, runs};
use crate::svg::{Anchor, Svg, number};

/// The last days, small enough for a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Recent {
    /// Unique on the page.
    pub id: String,
    /// The measure: "craving".
    pub measure: String,
    /// Its range.
    pub range: (f64, f64),
    /// Its values by day.
    pub values: Values,
    /// Days of use; its `from` and `until` are the figure's.
    pub strip: UseStrip,
}

const WIDTH: f64 = 216.0;
const LEFT: f64 = 4.0;
const RIGHT: f64 = 132.0;
const TOP: f64 = 4.0;
const FOOT: f64 = 26.0;

impl Recent {
    /// Draws it; without an answer there is no line, and the words say so.
    pub fn draw(&self) -> Drawing {
        let values = finite(&self.values);
        let shown: Values = values
            .into_iter()
            .filter(|(day, _)| (self.strip.from..=self.strip.until).contains(day))
            .collect();
        let mut svg = Svg::new();
        let placed: Vec<Vec<(f64, f64)>> = runs(&shown, 1)
            .iter()
            .map(|run| {
                run.iter()
                    .map(|(day, value)| (self.x(*day), self.y(*value)))
                    .collect()
            })
            .collect();
        svg.runs("fg-line", &placed);
        for point in placed.iter().filter(|run| run.len() == 1).flatten() {
            svg.circle("fg-point", *point, 2.0);
        }
        let last = shown.iter().next_back();
        let words = last.map_or_else(
            || format!("no {}", self.measure),
            |(_, value)| format!("{} {}", self.measure, number(*value)),
        );
        if let Some((day, value)) = last {
            svg.circle("fg-point", (self.x(*day), self.y(*value)), 3.0);
        }
        svg.text("fg-strong", (RIGHT + 8.0, 18.0), Anchor::Start, &words);
        for (day, mark) in self.strip.days() {
            draw_use(&mut svg, mark, (self.x(day), 40.0), self.day_width());
        }
        let title = format!("Last days, {words}");
        let desc = self.strip.said();
        Drawing {
            svg: svg.finish(&self.id, "fg fg-recent", (WIDTH, 50.0), (&title, &desc)),
            table: DataTable {
                caption: title.clone(),
                columns: vec![
                    ("Day".into(), true),
                    (self.measure.clone(), true),
                    (self.strip.name.clone(), false),
                ],
                rows: self
                    .strip
                    .days()
                    .map(|(day, mark)| {
                        let value = shown
                            .get(&day)
                            .map_or_else(|| "no answer".to_owned(), |v| number(*v));
                        vec![day.to_string(), value, mark.word().to_owned()]
                    })
                    .collect(),
            },
            title,
            desc,
            width: 216,
        }
    }

    fn day_width(&self) -> f64 {
        (RIGHT - LEFT) / f64::from(self.strip.until.saturating_sub(self.strip.from).max(1))
    }

    fn x(&self, day: i32) -> f64 {
        LEFT + f64::from(day.saturating_sub(self.strip.from)) * self.day_width()
    }

    fn y(&self, value: f64) -> f64 {
        let span = self.range.1 - self.range.0;
        let share = if span > 0.0 {
            ((value - self.range.0) / span).clamp(0.0, 1.0)
        } else {
            0.0
        };
        FOOT - share * (FOOT - TOP)
    }

    /// Ten answers, then two silent days.
    pub fn sample_silent() -> Self {
        let values = [5.0, 5.0, 4.0, 3.0, 3.0, 4.0, 3.0, 4.0, 5.0, 7.0];
        Self::sample("recent-1", &values, crate::series::UseMark::NotKnown, 12)
    }

    /// Fourteen answers, the last a day of use.
    pub fn sample_used() -> Self {
        let values = [
            3.0, 4.0, 3.0, 4.0, 3.0, 4.0, 4.0, 5.0, 4.0, 5.0, 6.0, 6.0, 7.0, 8.0,
        ];
        Self::sample("recent-2", &values, crate::series::UseMark::Used, 13)
    }

    fn sample(id: &str, values: &[f64], last: crate::series::UseMark, until: i32) -> Self {
        let known = (0..until)
            .take(values.len())
            .map(|day| (day, crate::series::UseMark::NotUsed));
        Self {
            id: id.into(),
            measure: "craving".into(),
            range: (0.0, 10.0),
            values: (0..).zip(values.iter().copied()).collect(),
            strip: UseStrip {
                name: "Alcohol".into(),
                from: 0,
                until,
                marks: known.chain([(until, last)]).collect(),
            },
        }
    }
}
