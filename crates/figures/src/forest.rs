//! Studies side by side: a forest plot on a log scale, squares of area 1/SE², those not randomised apart.

use crate::drawing::{DataTable, Drawing};
use crate::svg::{Anchor, Svg};

/// One study of a forest plot.
#[derive(Debug, Clone, PartialEq)]
pub struct ForestRow {
    /// Its short name, "Dakwar 2019".
    pub study: String,
    /// What the people used.
    pub substance: String,
    /// Until when, "day 35".
    pub until: String,
    /// "13/27", or nothing where counts were not seen.
    pub treated: Option<String>,
    /// The same of those compared with.
    pub control: Option<String>,
    /// The ratio, turned so that right is better.
    pub ratio: f64,
    /// The lower end of its interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// The standard error of its logarithm.
    pub standard_error: f64,
    /// Whether chance decided who got what.
    pub is_randomised: bool,
}

/// A summary the reader asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct ForestSummary {
    /// The pooled ratio.
    pub ratio: f64,
    /// Its interval.
    pub interval: (f64, f64),
    /// Where the true effect of a new study would lie.
    pub prediction: Option<(f64, f64)>,
}

/// A forest plot.
#[derive(Debug, Clone, PartialEq)]
pub struct Forest {
    /// Unique on the page.
    pub id: String,
    /// The question.
    pub title: String,
    /// What the ratio is of, "Odds ratio (95 %)".
    pub measure: String,
    /// Heads of the two columns of counts.
    pub arms: (String, String),
    /// Under the left and the right half of the axis.
    pub sides: (String, String),
    /// Over the rows that are not randomised, "Not randomised; shown apart".
    pub apart: String,
    /// The rows.
    pub rows: Vec<ForestRow>,
    /// Made only when the reader asks.
    pub summary: Option<ForestSummary>,
}

const WIDTH: f64 = 736.0;
const ROW: f64 = 28.0;
/// The plot's left and right edge.
const PLOT: (f64, f64) = (386.0, 582.0);
/// The largest square's side.
const SQUARE: f64 = 15.0;
/// The least and the most the axis shows, as powers of two.
const POWERS: (i32, i32) = (-4, 6);

struct Axis {
    powers: (i32, i32),
}

impl Axis {
    /// From the powers of two around every interval, as far as a page has room for.
    fn around(rows: &[ForestRow], summary: Option<&ForestSummary>) -> Self {
        let floor = |value: f64| (value.log2().floor()).clamp(-16.0, 16.0);
        let spans = rows
            .iter()
            .map(|row| (row.low, row.high))
            .chain(summary.map(|one| one.interval));
        let (lows, highs): (Vec<f64>, Vec<f64>) = spans
            .map(|(low, high)| (floor(low), -floor(1.0 / high)))
            .unzip();
        let low = lows.into_iter().fold(-1.0, f64::min);
        let high = highs.into_iter().fold(1.0, f64::max);
        let within = |value: f64| {
            (POWERS.0..=POWERS.1)
                .find(|power| f64::from(*power) >= value)
                .unwrap_or(POWERS.1)
        };
        Self {
            powers: (within(low), within(high)),
        }
    }

    /// Where a ratio lies, and whether it lies beyond the edge.
    fn at(&self, ratio: f64) -> (f64, bool) {
        let (low, high) = (f64::from(self.powers.0), f64::from(self.powers.1));
        let power = ratio.log2();
        let share = (power.clamp(low, high) - low) / (high - low);
        (
            PLOT.0 + share * (PLOT.1 - PLOT.0),
            !(low..=high).contains(&power),
        )
    }

    fn ticks(&self) -> impl Iterator<Item = (f64, String)> + '_ {
        (self.powers.0..=self.powers.1).map(|power| {
            let ratio = f64::from(power).exp2();
            let words = match power {
                -4 => "1/16".to_owned(),
                -3 => "⅛".to_owned(),
                -2 => "¼".to_owned(),
                -1 => "½".to_owned(),
                _ => format!("{ratio}"),
            };
            (self.at(ratio).0, words)
        })
    }
}

impl Forest {
    /// Draws the plot. Without a row it says so.
    pub fn draw(&self) -> Drawing {
        let (there, apart): (Vec<&ForestRow>, Vec<&ForestRow>) =
            self.rows.iter().partition(|row| row.is_randomised);
        let axis = Axis::around(&self.rows, self.summary.as_ref());
        let n_lines = there.len()
            + apart.len()
            + usize::from(!apart.is_empty())
            + self
                .summary
                .as_ref()
                .map_or(0, |one| 1 + usize::from(one.prediction.is_some()));
        let foot = 30.0 + ROW * crate::svg::count(n_lines);
        let mut svg = Svg::new();
        self.head(&mut svg);
        for (x, _) in axis.ticks() {
            svg.line("fg-grid", (x, 26.0), (x, foot));
        }
        let one = axis.at(1.0).0;
        svg.line("fg-now", (one, 26.0), (one, foot));
        let mut y = 26.0 + ROW / 2.0;
        for row in there {
            self.row(&mut svg, &axis, row, y);
            y += ROW;
        }
        if let Some(summary) = &self.summary {
            y = draw_summary(&mut svg, &axis, summary, y);
        }
        if !apart.is_empty() {
            svg.text("fg-tick", (0.0, y + 5.0), Anchor::Start, &self.apart);
            y += ROW;
        }
        for row in apart {
            self.row(&mut svg, &axis, row, y);
            y += ROW;
        }
        self.foot(&mut svg, &axis, foot);
        let desc = self.said();
        Drawing {
            svg: svg.finish(
                &self.id,
                "fg fg-forest",
                (WIDTH, foot + 46.0),
                (&self.title, &desc),
            ),
            title: self.title.clone(),
            table: self.table(),
            desc,
            width: 736,
        }
    }

    fn head(&self, svg: &mut Svg) {
        for (x, anchor, words) in [
            (0.0, Anchor::Start, "Study"),
            (152.0, Anchor::Start, "Drug"),
            (212.0, Anchor::Start, "Until"),
            (324.0, Anchor::End, &*self.arms.0),
            (378.0, Anchor::End, &*self.arms.1),
            (WIDTH, Anchor::End, &*self.measure),
        ] {
            svg.text("fg-tick", (x, 14.0), anchor, words);
        }
        svg.line("fg-axis", (0.0, 22.0), (WIDTH, 22.0));
    }

    fn row(&self, svg: &mut Svg, axis: &Axis, row: &ForestRow, y: f64) {
        let base = y + 5.0;
        svg.text("fg-strong", (0.0, base), Anchor::Start, &row.study);
        svg.text("fg-name", (152.0, base), Anchor::Start, &row.substance);
        svg.text("fg-name", (212.0, base), Anchor::Start, &row.until);
        match (&row.treated, &row.control) {
            (Some(treated), Some(control)) => {
                svg.text("fg-name", (324.0, base), Anchor::End, treated);
                svg.text("fg-name", (378.0, base), Anchor::End, control);
            }
            (None, _) | (_, None) => {
                svg.text("fg-tick", (378.0, base), Anchor::End, "counts unseen");
            }
        }
        let (low, is_low_beyond) = axis.at(row.low);
        let (high, is_high_beyond) = axis.at(row.high);
        let class = if row.is_randomised {
            "fg-interval"
        } else {
            "fg-interval fg-apart"
        };
        svg.line(class, (low, y), (high, y));
        if is_low_beyond {
            svg.runs(
                class,
                &[vec![(low + 5.0, y - 4.0), (low, y), (low + 5.0, y + 4.0)]],
            );
        }
        if is_high_beyond {
            svg.runs(
                class,
                &[vec![
                    (high - 5.0, y - 4.0),
                    (high, y),
                    (high - 5.0, y + 4.0),
                ]],
            );
        }
        let side = self.side(row);
        let class = if row.is_randomised {
            "fg-square"
        } else {
            "fg-square fg-apart"
        };
        let at = axis.at(row.ratio).0;
        svg.rect(class, (at - side / 2.0, y - side / 2.0), side, side);
        let words = format!("{} {}", ratio(row.ratio), interval((row.low, row.high)));
        svg.text("fg-name", (WIDTH, base), Anchor::End, &words);
    }

    /// The side of a square whose area goes with 1/SE².
    fn side(&self, row: &ForestRow) -> f64 {
        let least = self
            .rows
            .iter()
            .map(|row| row.standard_error)
            .fold(f64::INFINITY, f64::min);
        SQUARE * least / row.standard_error
    }

    fn foot(&self, svg: &mut Svg, axis: &Axis, y: f64) {
        svg.line("fg-axis", (PLOT.0, y), (PLOT.1, y));
        for (x, words) in axis.ticks() {
            svg.line("fg-tickmark", (x, y), (x, y + 5.0));
            svg.text("fg-tick", (x, y + 20.0), Anchor::Middle, &words);
        }
        let one = axis.at(1.0).0;
        svg.text("fg-tick", (one - 8.0, y + 40.0), Anchor::End, &self.sides.0);
        svg.text(
            "fg-tick",
            (one + 8.0, y + 40.0),
            Anchor::Start,
            &self.sides.1,
        );
    }

    fn said(&self) -> String {
        if self.rows.is_empty() {
            return "No study has usable numbers.".to_owned();
        }
        let row = |row: &ForestRow| {
            let apart = if row.is_randomised {
                ""
            } else {
                ", not randomised"
            };
            format!(
                "{}{apart} {} {}",
                row.study,
                ratio(row.ratio),
                interval((row.low, row.high))
            )
        };
        let mut said: Vec<String> = self.rows.iter().map(row).collect();
        if let Some(one) = &self.summary {
            said.push(format!(
                "summary of the randomised {} {}",
                ratio(one.ratio),
                interval(one.interval)
            ));
        }
        format!("{}: {}.", self.measure, said.join("; "))
    }

    fn table(&self) -> DataTable {
        let absent = || "not seen".to_owned();
        let rows = self.rows.iter().map(|row| {
            vec![
                row.study.clone(),
                row.substance.clone(),
                row.until.clone(),
                row.treated.clone().unwrap_or_else(absent),
                row.control.clone().unwrap_or_else(absent),
                ratio(row.ratio),
                ratio(row.low),
                ratio(row.high),
                format!("{:.3}", row.standard_error),
                if row.is_randomised { "yes" } else { "no" }.to_owned(),
            ]
        });
        let column = |head: &str, is_number: bool| (head.to_owned(), is_number);
        DataTable {
            caption: self.title.clone(),
            columns: vec![
                column("Study", false),
                column("Drug", false),
                column("Until", false),
                column(&self.arms.0, true),
                column(&self.arms.1, true),
                column("Ratio", true),
                column("From", true),
                column("To", true),
                column("SE of its log", true),
                column("Randomised", false),
            ],
            rows: rows.collect(),
        }
    }
}

/// The summary's diamond and, under it, the span in which a new study's true effect would lie.
fn draw_summary(svg: &mut Svg, axis: &Axis, summary: &ForestSummary, y: f64) -> f64 {
    let at = |value: f64| axis.at(value).0;
    let (low, high) = (at(summary.interval.0), at(summary.interval.1));
    let middle = at(summary.ratio);
    svg.text(
        "fg-strong",
        (0.0, y + 5.0),
        Anchor::Start,
        "Summary of the randomised rows",
    );
    svg.runs(
        "fg-diamond",
        &[vec![
            (low, y),
            (middle, y - 7.0),
            (high, y),
            (middle, y + 7.0),
            (low, y),
        ]],
    );
    let words = format!("{} {}", ratio(summary.ratio), interval(summary.interval));
    svg.text("fg-name", (WIDTH, y + 5.0), Anchor::End, &words);
    let Some(prediction) = summary.prediction else {
        return y + ROW;
    };
    let y = y + ROW;
    svg.text(
        "fg-name",
        (0.0, y + 5.0),
        Anchor::Start,
        "Where a new study would lie",
    );
    svg.line(
        "fg-prediction",
        (at(prediction.0), y),
        (at(prediction.1), y),
    );
    svg.text(
        "fg-name",
        (WIDTH, y + 5.0),
        Anchor::End,
        &interval(prediction),
    );
    y + ROW
}

/// A ratio to two places; a large or a tiny one as far as it can be read.
fn ratio(value: f64) -> String {
    if value >= 1_000.0 {
        "over 1000".to_owned()
    } else if value >= 100.0 {
        format!("{value:.0}")
    } else if value < 0.01 {
        "under 0.01".to_owned()
    } else {
        format!("{value:.2}")
    }
}

fn interval((low, high): (f64, f64)) -> String {
    format!("({} to {})", ratio(low), ratio(high))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(
        study: &str,
        (value, low, high): (f64, f64, f64),
        se: f64,
        is_randomised: bool,
    ) -> ForestRow {
        ForestRow {
            study: study.into(),
            substance: "alcohol".into(),
            until: "day 21".into(),
            treated: Some("9/17".into()),
            control: Some("9/22".into()),
            ratio: value,
            low,
            high,
            standard_error: se,
            is_randomised,
        }
    }

    fn forest() -> Forest {
        Forest {
            id: "f".into(),
            title: "Abstinent".into(),
            measure: "Odds ratio (95 %)".into(),
            arms: ("Ketamine".into(), "Control".into()),
            sides: ("control better".into(), "ketamine better".into()),
            apart: "Not randomised; shown apart".into(),
            rows: vec![
                row("Dakwar 2019", (7.74, 1.88, 31.87), 0.722, true),
                row("Krupitsky 1997", (6.08, 3.33, 11.12), 0.308, false),
            ],
            summary: None,
        }
    }

    fn sides(svg: &str) -> Vec<f64> {
        let squares = svg.split("class=\"fg-square").skip(1);
        let width = |part: &str| {
            part.split("width=\"")
                .nth(1)?
                .split('"')
                .next()?
                .parse()
                .ok()
        };
        squares.filter_map(width).collect()
    }

    #[test]
    fn the_area_of_a_square_goes_with_one_over_the_square_of_the_standard_error() {
        let drawn = forest().draw();
        let sides = sides(&drawn.svg);
        assert_eq!(sides.len(), 2);
        let areas = sides[0] * sides[0] / (sides[1] * sides[1]);
        let weights = (0.308 * 0.308) / (0.722 * 0.722);
        assert!((areas - weights).abs() < 0.01, "{areas} is not {weights}");
    }

    #[test]
    fn a_study_that_is_not_randomised_stands_under_a_line_of_its_own_and_no_diamond_is_drawn_unasked()
     {
        let svg = forest().draw().svg;
        let apart = svg.find("Not randomised").expect("a line of its own");
        assert!(
            svg.find("Dakwar").expect("a row") < apart
                && apart < svg.rfind("Krupitsky").expect("a row")
        );
        assert!(!svg.contains("fg-diamond"));
        let mut asked = forest();
        asked.summary = Some(ForestSummary {
            ratio: 2.29,
            interval: (0.21, 24.42),
            prediction: Some((0.000_1, 60_000.0)),
        });
        let drawn = asked.draw();
        assert!(drawn.svg.contains("fg-diamond") && drawn.svg.contains("fg-prediction"));
        assert!(drawn.svg.contains("(under 0.01 to over 1000)"));
        assert!(
            drawn
                .desc
                .contains("summary of the randomised 2.29 (0.21 to 24.42)")
        );
    }

    #[test]
    fn coordinates_and_the_table_agree_with_the_rows() {
        let drawn = forest().draw();
        let axis = Axis::around(&forest().rows, None);
        assert_eq!(axis.powers, (-1, 5));
        assert!((axis.at(1.0).0 - (PLOT.0 + (PLOT.1 - PLOT.0) / 6.0)).abs() < 1e-9);
        assert_eq!(drawn.table.rows[0][5..8], ["7.74", "1.88", "31.87"]);
        let empty = Forest {
            rows: Vec::new(),
            ..forest()
        };
        assert_eq!(empty.draw().desc, "No study has usable numbers.");
    }
}
