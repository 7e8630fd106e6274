//! A predicted level over hours: how people differ as a band, the middle and what stands beside it as lines.

use crate::drawing::{DataTable, Drawing};
use crate::svg::{Anchor, Svg, number};

/// How a line of a level is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LevelStroke {
    /// The middle of the band: solid.
    Middle,
    /// Another reading of the same person: fine.
    Beside,
    /// Another model's middle: dashed, because it is another study.
    Apart,
}

/// One line of a level.
#[derive(Debug, Clone, PartialEq)]
pub struct LevelLine {
    /// Its word in the key and in the table, "half of people below".
    pub word: String,
    /// A value for each time.
    pub values: Vec<f64>,
    /// How it is drawn.
    pub stroke: LevelStroke,
}

/// A predicted level: one band and lines, from the first dose on.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    /// Unique on the page.
    pub id: String,
    /// Its name.
    pub title: String,
    /// What is measured along the side, "ng/mL".
    pub unit: String,
    /// Hours from the first dose, ascending.
    pub hours: Vec<f64>,
    /// The lower edge of the band, its word first.
    pub low: (String, Vec<f64>),
    /// The upper edge.
    pub high: (String, Vec<f64>),
    /// The lines over the band.
    pub lines: Vec<LevelLine>,
    /// The top of the axis; figures that are compared share it.
    pub top: f64,
    /// The hours of the table, which need not hold every point drawn.
    pub table_hours: Vec<f64>,
}

const WIDTH: f64 = 720.0;
/// Left and right edge of the plot.
const PLOT: (f64, f64) = (52.0, 706.0);
/// Upper and lower edge of the plot.
const SIDE: (f64, f64) = (34.0, 214.0);

impl Level {
    /// Draws the level.
    pub fn draw(&self) -> Drawing {
        let mut svg = Svg::new();
        svg.text("fg-tick", (0.0, 20.0), Anchor::Start, &self.unit);
        self.axes(&mut svg);
        self.band(&mut svg);
        for line in &self.lines {
            let points = self.points(&line.values).collect();
            svg.runs(line.stroke.class(), &[points]);
        }
        self.key(&mut svg);
        let desc = self.said();
        Drawing {
            svg: svg.finish(
                &self.id,
                "fg fg-level",
                (WIDTH, 300.0),
                (&self.title, &desc),
            ),
            title: self.title.clone(),
            table: self.table(),
            desc,
            width: 720,
        }
    }

    fn until(&self) -> f64 {
        self.hours.last().copied().unwrap_or(1.0).max(1e-6)
    }

    fn x(&self, hour: f64) -> f64 {
        PLOT.0 + (hour / self.until()).clamp(0.0, 1.0) * (PLOT.1 - PLOT.0)
    }

    fn y(&self, value: f64) -> f64 {
        SIDE.1 - (value / self.top.max(1e-9)).clamp(0.0, 1.0) * (SIDE.1 - SIDE.0)
    }

    fn points<'a>(&'a self, values: &'a [f64]) -> impl Iterator<Item = (f64, f64)> + 'a {
        let both = self.hours.iter().zip(values);
        both.map(|(hour, value)| (self.x(*hour), self.y(*value)))
    }

    fn axes(&self, svg: &mut Svg) {
        let values = step(self.top);
        for tick in (0..=10).map(|n| values * f64::from(n)) {
            if tick <= self.top {
                let y = self.y(tick);
                svg.line("fg-grid", (PLOT.0, y), (PLOT.1, y));
                svg.text(
                    "fg-tick",
                    (PLOT.0 - 8.0, y + 5.0),
                    Anchor::End,
                    &number(tick),
                );
            }
        }
        let hours = step(self.until());
        for hour in (0..=10).map(|n| hours * f64::from(n)) {
            if hour <= self.until() {
                let x = self.x(hour);
                svg.line("fg-tickmark", (x, SIDE.1), (x, SIDE.1 + 5.0));
                let words = format!("{} h", number(hour));
                svg.text("fg-tick", (x, SIDE.1 + 21.0), Anchor::Middle, &words);
            }
        }
        svg.line("fg-axis", (PLOT.0, SIDE.1), (PLOT.1, SIDE.1));
    }

    fn band(&self, svg: &mut Svg) {
        let mut around: Vec<(f64, f64)> = self.points(&self.high.1).collect();
        let mut back: Vec<(f64, f64)> = self.points(&self.low.1).collect();
        back.reverse();
        around.extend(back);
        svg.runs("fg-levelband", &[around]);
    }

    fn key(&self, svg: &mut Svg) {
        let band = format!("{} to {}", self.low.0, self.high.0);
        svg.rect("fg-levelband", (PLOT.0, 250.0), 22.0, 10.0);
        svg.text("fg-name", (PLOT.0 + 30.0, 260.0), Anchor::Start, &band);
        let mut x = PLOT.0;
        for line in &self.lines {
            let mid = 281.0;
            let run = vec![(x, mid), (x + 22.0, mid)];
            svg.runs(line.stroke.class(), &[run]);
            svg.text("fg-name", (x + 30.0, mid + 5.0), Anchor::Start, &line.word);
            x += 30.0 + crate::svg::text_width(&line.word) + 14.0;
        }
    }

    /// The columns of the table: the band's edges around the lines.
    fn columns(&self) -> Vec<(&str, &[f64])> {
        let mut all = vec![(self.low.0.as_str(), self.low.1.as_slice())];
        let lines = self.lines.iter();
        all.extend(lines.map(|line| (line.word.as_str(), line.values.as_slice())));
        all.insert(2.min(all.len()), (&self.high.0, &self.high.1));
        all
    }

    /// The point drawn nearest to an hour.
    fn nearest(&self, hour: f64) -> Option<usize> {
        let far = |at: &f64| (at - hour).abs();
        let both = self.hours.iter().enumerate();
        both.min_by(|a, b| far(a.1).total_cmp(&far(b.1)))
            .map(|(place, _)| place)
    }

    fn table(&self) -> DataTable {
        let columns = self.columns();
        let mut heads = vec![("Hours".to_owned(), true)];
        heads.extend(
            columns
                .iter()
                .map(|(word, _)| (format!("{word}, {}", self.unit), true)),
        );
        let places = self
            .table_hours
            .iter()
            .filter_map(|hour| self.nearest(*hour));
        let rows = places.map(|place| {
            let hour = self.hours.get(place).copied().unwrap_or_default();
            let mut row = vec![format!("{hour:.2}")];
            row.extend(columns.iter().map(|(_, values)| {
                values
                    .get(place)
                    .map_or_else(|| "not predicted".to_owned(), |value| number(*value))
            }));
            row
        });
        DataTable {
            caption: self.title.clone(),
            columns: heads,
            rows: rows.collect(),
        }
    }

    fn said(&self) -> String {
        let peak = |(word, values): &(&str, &[f64])| {
            let most = values.iter().copied().fold(0.0, f64::max);
            format!("{word} {}", number(most))
        };
        let all: Vec<String> = self.columns().iter().map(peak).collect();
        format!("Highest values, {}: {}.", self.unit, all.join("; "))
    }
}

impl LevelStroke {
    fn class(self) -> &'static str {
        match self {
            Self::Middle => "fg-levelmiddle",
            Self::Beside => "fg-levelbeside",
            Self::Apart => "fg-levelapart",
        }
    }
}

/// A round step that cuts an axis into at most seven parts.
fn step(top: f64) -> f64 {
    let steps = [
        0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0, 2_000.0,
        5_000.0, 10_000.0, 20_000.0, 50_000.0, 100_000.0,
    ];
    let fits = |step: &f64| top / step <= 7.0;
    steps.into_iter().find(fits).unwrap_or(top.max(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_value_touches_the_top_and_the_table_holds_what_is_drawn() {
        let level = Level {
            id: "l".into(),
            title: "Level".into(),
            unit: "ng/mL".into(),
            hours: vec![0.0, 1.0, 2.0],
            low: ("P5".into(), vec![0.0, 50.0, 25.0]),
            high: ("P95".into(), vec![0.0, 200.0, 100.0]),
            lines: vec![LevelLine {
                word: "P50".into(),
                values: vec![0.0, 100.0, 50.0],
                stroke: LevelStroke::Middle,
            }],
            top: 200.0,
            table_hours: vec![1.0],
        };
        let drawn = level.draw();
        assert!(
            drawn
                .svg
                .contains(r#"class="fg-levelmiddle" d="M52 214L379 124L706 169""#)
        );
        assert!(
            drawn.svg.contains("L379 34"),
            "the band's top: {}",
            drawn.svg
        );
        assert_eq!(drawn.table.rows, [["1.00", "50", "100", "200"]]);
    }
}
