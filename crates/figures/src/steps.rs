//! Shares over days as steps: a curve that falls or rises, its interval as a band, the numbers under it.

use crate::drawing::{DataTable, Drawing};
use crate::svg::{Anchor, Svg, number};

/// How a stepped line is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepStroke {
    /// Solid.
    First,
    /// Dashed: what stands beside it.
    Second,
}

/// A share from a day on, in per cent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepPoint {
    /// The day.
    pub day: f64,
    /// The share.
    pub share: f64,
    /// The ends of its interval, where there is one.
    pub interval: Option<(f64, f64)>,
}

/// One stepped line.
#[derive(Debug, Clone, PartialEq)]
pub struct StepLine {
    /// Its word in the table and beside its end: "relapsed".
    pub word: String,
    /// Its points, by day.
    pub points: Vec<StepPoint>,
    /// How it is drawn.
    pub stroke: StepStroke,
}

/// Shares over days.
#[derive(Debug, Clone, PartialEq)]
pub struct Steps {
    /// Unique on the page.
    pub id: String,
    /// Its name.
    pub title: String,
    /// What is measured along the side: "% without use so far".
    pub axis: String,
    /// The lines.
    pub lines: Vec<StepLine>,
    /// Days on which somebody was lost, ticked on the first line.
    pub ticks: Vec<f64>,
    /// When half had it, marked by two dotted lines.
    pub half_on: Option<f64>,
    /// Whether points are joined straight, because only these days are shown.
    pub is_coarse: bool,
    /// Names of the rows of numbers underneath: "at risk", "used".
    pub rows: Vec<String>,
    /// The days with their numbers.
    pub numbers: Vec<(u32, Vec<u32>)>,
}

const WIDTH: f64 = 600.0;
/// Left and right edge of the plot.
const PLOT: (f64, f64) = (44.0, 476.0);
/// Upper and lower edge of the plot.
const SIDE: (f64, f64) = (26.0, 226.0);
const LAST_DAY: f64 = 90.0;
/// How far labels at the end of lines keep apart.
const APART: f64 = 38.0;

fn x(day: f64) -> f64 {
    PLOT.0 + (day / LAST_DAY).clamp(0.0, 1.0) * (PLOT.1 - PLOT.0)
}

fn y(share: f64) -> f64 {
    SIDE.1 - (share / 100.0).clamp(0.0, 1.0) * (SIDE.1 - SIDE.0)
}

impl Steps {
    /// Draws the figure.
    pub fn draw(&self) -> Drawing {
        let rows = crate::svg::count(self.rows.len());
        let height = 258.0 + 18.0 * rows;
        let mut svg = Svg::new();
        svg.text("fg-tick", (0.0, 14.0), Anchor::Start, &self.axis);
        axes(&mut svg);
        for line in &self.lines {
            self.band(&mut svg, line);
        }
        if let Some(day) = self.half_on {
            svg.line("fg-half", (x(day), y(50.0)), (x(day), SIDE.1));
            svg.line("fg-half", (PLOT.0, y(50.0)), (x(day), y(50.0)));
        }
        for line in &self.lines {
            svg.runs(
                line.stroke.class(),
                &[self.path(&line.points, |point| point.share)],
            );
        }
        if let Some(line) = self.lines.first() {
            for day in &self.ticks {
                let at = y(at(&line.points, *day));
                svg.line("fg-censor", (x(*day), at - 5.0), (x(*day), at + 5.0));
            }
        }
        self.ends(&mut svg);
        self.under(&mut svg);
        let desc = self.said();
        Drawing {
            svg: svg.finish(
                &self.id,
                "fg fg-steps",
                (WIDTH, height),
                (&self.title, &desc),
            ),
            title: self.title.clone(),
            table: self.table(),
            desc,
            width: 600,
        }
    }

    /// The corners of a stepped line, or its points where only some days are shown.
    fn path(&self, points: &[StepPoint], of: impl Fn(&StepPoint) -> f64) -> Vec<(f64, f64)> {
        let mut path: Vec<(f64, f64)> = Vec::new();
        for point in points {
            if let Some((_, before)) = path.last().copied()
                && !self.is_coarse
            {
                path.push((x(point.day), before));
            }
            path.push((x(point.day), y(of(point))));
        }
        path
    }

    fn band(&self, svg: &mut Svg, line: &StepLine) {
        let known: Vec<StepPoint> = line
            .points
            .iter()
            .filter(|point| point.interval.is_some())
            .copied()
            .collect();
        let end = |of: fn((f64, f64)) -> f64| {
            move |point: &StepPoint| point.interval.map_or(point.share, of)
        };
        let mut around = self.path(&known, end(|ends| ends.1));
        let mut back = self.path(&known, end(|ends| ends.0));
        back.reverse();
        around.extend(back);
        svg.runs(line.stroke.band(), &[around]);
    }

    fn ends(&self, svg: &mut Svg) {
        let mut ends: Vec<(f64, &StepLine, StepPoint)> = self
            .lines
            .iter()
            .filter_map(|line| {
                let last = line.points.last()?;
                Some((y(last.share), line, *last))
            })
            .collect();
        ends.sort_by(|one, other| one.0.total_cmp(&other.0));
        let mut lowest = 0.0_f64;
        for (at, line, last) in ends {
            // The label stays above the axis, whose words begin beneath it.
            let at = at.max(lowest).min(SIDE.1 - 18.0);
            lowest = at + APART;
            let lead = format!("{:.0} %", last.share);
            let word = if self.lines.len() > 1 { &line.word } else { "" };
            svg.text_with_lead((PLOT.1 + 8.0, at + 5.0), &lead, word);
            if let Some((low, high)) = last.interval {
                let words = format!("{low:.0} to {high:.0}");
                svg.text("fg-tick", (PLOT.1 + 8.0, at + 22.0), Anchor::Start, &words);
            }
        }
    }

    fn under(&self, svg: &mut Svg) {
        for (place, word) in self.rows.iter().enumerate() {
            let at = 268.0 + 18.0 * crate::svg::count(place);
            svg.text("fg-name", (PLOT.1 + 26.0, at), Anchor::Start, word);
            for (day, values) in &self.numbers {
                if let Some(value) = values.get(place) {
                    let spot = (x(f64::from(*day)), at);
                    svg.text("fg-tick", spot, Anchor::Middle, &value.to_string());
                }
            }
        }
    }

    fn said(&self) -> String {
        let one = |line: &StepLine| {
            let last = line.points.last()?;
            let around = last.interval.map_or_else(String::new, |(low, high)| {
                format!(" ({low:.0} to {high:.0})")
            });
            let day = number(last.day);
            Some(format!(
                "{}: {:.0} %{around} on day {day}",
                line.word, last.share
            ))
        };
        let lines: Vec<String> = self.lines.iter().filter_map(one).collect();
        if lines.is_empty() {
            return "Nothing to draw.".to_owned();
        }
        format!("{}.", lines.join("; "))
    }

    fn table(&self) -> DataTable {
        let mut rows = Vec::new();
        for line in &self.lines {
            for point in &line.points {
                let end = |of: fn((f64, f64)) -> f64| {
                    point
                        .interval
                        .map_or_else(|| "none".to_owned(), |ends| number(of(ends)))
                };
                rows.push(vec![
                    line.word.clone(),
                    number(point.day),
                    number(point.share),
                    end(|ends| ends.0),
                    end(|ends| ends.1),
                ]);
            }
        }
        DataTable {
            caption: self.title.clone(),
            columns: vec![
                ("What".into(), false),
                ("From day".into(), true),
                ("Share, %".into(), true),
                ("95 % from".into(), true),
                ("to".into(), true),
            ],
            rows,
        }
    }
}

/// The share on a day.
fn at(points: &[StepPoint], day: f64) -> f64 {
    points
        .iter()
        .rev()
        .find(|point| point.day <= day)
        .map_or(0.0, |point| point.share)
}

fn axes(svg: &mut Svg) {
    for share in [0.0, 25.0, 50.0, 75.0, 100.0] {
        svg.line("fg-grid", (PLOT.0, y(share)), (PLOT.1, y(share)));
        let spot = (PLOT.0 - 8.0, y(share) + 5.0);
        svg.text("fg-tick", spot, Anchor::End, &number(share));
    }
    svg.line("fg-axis", (PLOT.0, SIDE.1), (PLOT.1, SIDE.1));
    for day in [0.0, 15.0, 30.0, 45.0, 60.0, 75.0, 90.0] {
        svg.line("fg-tickmark", (x(day), SIDE.1), (x(day), SIDE.1 + 5.0));
        svg.text(
            "fg-tick",
            (x(day), SIDE.1 + 20.0),
            Anchor::Middle,
            &number(day),
        );
    }
    svg.text(
        "fg-tick",
        (PLOT.1 + 26.0, SIDE.1 + 20.0),
        Anchor::Start,
        "day",
    );
}

impl StepStroke {
    fn class(self) -> &'static str {
        match self {
            Self::First => "fg-step",
            Self::Second => "fg-step2",
        }
    }

    fn band(self) -> &'static str {
        match self {
            Self::First => "fg-stepband",
            Self::Second => "fg-stepband2",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_stands_where_its_day_and_share_are() {
        let point = |day: f64, share: f64| StepPoint {
            day,
            share,
            interval: Some((share - 10.0, share)),
        };
        let drawn = Steps {
            id: "s".into(),
            title: "Days to first use".into(),
            axis: "% without use".into(),
            lines: vec![StepLine {
                word: "without use".into(),
                points: vec![point(0.0, 100.0), point(45.0, 50.0)],
                stroke: StepStroke::First,
            }],
            ticks: vec![45.0],
            half_on: Some(45.0),
            is_coarse: false,
            rows: vec!["at risk".into()],
            numbers: vec![(0, vec![8]), (45, vec![4])],
        }
        .draw();
        // Day 45 is the middle of 44 to 476, a share of 50 the middle of 226 to 26.
        assert!(drawn.svg.contains("M44 26L260 26L260 126"), "{}", drawn.svg);
        assert_eq!(drawn.desc, "without use: 50 % (40 to 50) on day 45.");
        assert_eq!(drawn.table.rows.len(), 2);
    }
}
