//! A score by week: every answer as a dot, as large as people are many, and the mean as a line.

use crate::drawing::{DataTable, Drawing};
use crate::svg::{Anchor, Svg, count, number};

/// The mean of a week.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScoreMean {
    /// The week.
    pub week: u32,
    /// The mean.
    pub mean: f64,
    /// The ends of its interval.
    pub interval: (f64, f64),
    /// How many answered; none where that is withheld.
    pub n: Option<u32>,
}

/// A score by week.
#[derive(Debug, Clone, PartialEq)]
pub struct Scores {
    /// Unique on the page.
    pub id: String,
    /// Its name.
    pub title: String,
    /// The scale in words: "0 to 10; down is better".
    pub axis: String,
    /// The top of the scale.
    pub top: f64,
    /// Week, value, and how many people.
    pub dots: Vec<(u32, f64, u32)>,
    /// The means.
    pub means: Vec<ScoreMean>,
    /// "answered that week, of 84".
    pub under: String,
}

const WIDTH: f64 = 560.0;
/// Left and right edge of the plot, and its upper and lower edge.
const PLOT: (f64, f64, f64, f64) = (40.0, 530.0, 30.0, 226.0);
const LAST_WEEK: f64 = 13.0;

fn x(week: u32) -> f64 {
    PLOT.0 + 14.0 + (f64::from(week) / LAST_WEEK).clamp(0.0, 1.0) * (PLOT.1 - PLOT.0 - 28.0)
}

impl Scores {
    fn y(&self, value: f64) -> f64 {
        PLOT.3 - (value / self.top.max(1e-9)).clamp(0.0, 1.0) * (PLOT.3 - PLOT.2)
    }

    /// Draws the score.
    pub fn draw(&self) -> Drawing {
        let mut svg = Svg::new();
        svg.text("fg-tick", (0.0, 14.0), Anchor::Start, &self.axis);
        self.axes(&mut svg);
        let most = self.dots.iter().map(|(_, _, n)| *n).max().unwrap_or(1);
        for (week, value, n) in &self.dots {
            // The area of a dot follows the number of people.
            let radius = (9.0 * (f64::from(*n) / f64::from(most.max(4))).sqrt()).max(1.5);
            svg.circle("fg-answer", (x(*week), self.y(*value)), radius);
        }
        let ends = |of: fn(&ScoreMean) -> f64| -> Vec<(f64, f64)> {
            self.means
                .iter()
                .map(|mean| (x(mean.week), self.y(of(mean))))
                .collect()
        };
        let mut around = ends(|mean| mean.interval.1);
        let mut back = ends(|mean| mean.interval.0);
        back.reverse();
        around.extend(back);
        svg.runs("fg-meanband", &[around]);
        svg.runs("fg-mean", &[ends(|mean| mean.mean)]);
        for mean in [self.means.first(), self.means.last()]
            .into_iter()
            .flatten()
        {
            let spot = (x(mean.week), self.y(mean.interval.1) - 6.0);
            svg.text(
                "fg-lane fg-halo",
                spot,
                Anchor::Middle,
                &format!("{:.1}", mean.mean),
            );
        }
        self.numbers(&mut svg);
        let desc = self.said();
        Drawing {
            svg: svg.finish(
                &self.id,
                "fg fg-scores",
                (WIDTH, 296.0),
                (&self.title, &desc),
            ),
            title: self.title.clone(),
            table: self.table(),
            desc,
            width: 560,
        }
    }

    fn axes(&self, svg: &mut Svg) {
        // Thirds of a scale that divides by three, quarters of another.
        let n_parts = if (self.top / 3.0).fract() < 1e-9 {
            3
        } else {
            4_u8
        };
        for part in 0..=n_parts {
            let value = self.top * f64::from(part) / f64::from(n_parts);
            let at = self.y(value);
            svg.line("fg-grid", (PLOT.0, at), (PLOT.1, at));
            svg.text(
                "fg-tick",
                (PLOT.0 - 8.0, at + 5.0),
                Anchor::End,
                &number(value),
            );
        }
        svg.line("fg-axis", (PLOT.0, PLOT.3), (PLOT.1, PLOT.3));
        for week in 0..=13_u32 {
            svg.line("fg-tickmark", (x(week), PLOT.3), (x(week), PLOT.3 + 5.0));
            let words = if week == 0 {
                "before".to_owned()
            } else {
                week.to_string()
            };
            if week % 2 == 0 {
                svg.text("fg-tick", (x(week), PLOT.3 + 20.0), Anchor::Middle, &words);
            }
        }
    }

    fn numbers(&self, svg: &mut Svg) {
        let near = PLOT.3 + 42.0;
        for mean in self.means.iter().filter(|mean| mean.week % 2 == 0) {
            let words = mean
                .n
                .map_or_else(|| "\u{2013}".to_owned(), |n| n.to_string());
            svg.text("fg-tick", (x(mean.week), near), Anchor::Middle, &words);
        }
        svg.text(
            "fg-tick",
            (PLOT.1 + 6.0, PLOT.3 + 20.0),
            Anchor::Start,
            "wk",
        );
        svg.text("fg-name", (0.0, near + 20.0), Anchor::Start, &self.under);
    }

    fn said(&self) -> String {
        let told = |mean: &ScoreMean| {
            let when = if mean.week == 0 {
                "before".to_owned()
            } else {
                format!("in week {}", mean.week)
            };
            format!(
                "{:.1} {when} ({:.1} to {:.1})",
                mean.mean, mean.interval.0, mean.interval.1
            )
        };
        match (self.means.first(), self.means.last()) {
            (Some(first), Some(last)) => format!("Mean {}, {}.", told(first), told(last)),
            (_, _) => format!(
                "{} groups of answers, no mean.",
                number(count(self.dots.len()))
            ),
        }
    }

    fn table(&self) -> DataTable {
        let row = |mean: &ScoreMean| {
            vec![
                if mean.week == 0 {
                    "before".to_owned()
                } else {
                    mean.week.to_string()
                },
                number(mean.mean),
                number(mean.interval.0),
                number(mean.interval.1),
                mean.n
                    .map_or_else(|| "withheld".to_owned(), |n| n.to_string()),
            ]
        };
        DataTable {
            caption: self.title.clone(),
            columns: vec![
                ("Week".into(), false),
                ("Mean".into(), true),
                ("95 % from".into(), true),
                ("to".into(), true),
                ("Answered".into(), true),
            ],
            rows: self.means.iter().map(row).collect(),
        }
    }
}

/// One of several shares side by side, ours or a published one.
#[derive(Debug, Clone, PartialEq)]
pub struct SideShare {
    /// Whose: "Ours", "Dakwar 2020, ketamine, 9 of 17".
    pub name: String,
    /// The share in per cent.
    pub share: f64,
    /// The ends of its interval, where there is one.
    pub interval: Option<(f64, f64)>,
    /// Whether it is the clinic's own.
    pub is_own: bool,
}

/// Shares side by side and never merged.
#[derive(Debug, Clone, PartialEq)]
pub struct SideShares {
    /// Unique on the page.
    pub id: String,
    /// Its name.
    pub title: String,
    /// The rows.
    pub rows: Vec<SideShare>,
}

/// Left and right end of the axis of shares.
const AXIS: (f64, f64) = (8.0, 508.0);

impl SideShares {
    /// Draws the rows under one axis, with nothing across them.
    pub fn draw(&self) -> Drawing {
        let at = |share: f64| AXIS.0 + (share / 100.0).clamp(0.0, 1.0) * (AXIS.1 - AXIS.0);
        let bottom = 8.0 + 42.0 * count(self.rows.len());
        let mut svg = Svg::new();
        for share in [0.0, 50.0, 100.0] {
            svg.line("fg-grid", (at(share), 4.0), (at(share), bottom));
            let spot = (at(share), bottom + 16.0);
            svg.text("fg-tick", spot, Anchor::Middle, &number(share));
        }
        for (place, row) in self.rows.iter().enumerate() {
            let top = 4.0 + 42.0 * count(place);
            if row.is_own {
                svg.text(
                    "fg-lane fg-halo",
                    (0.0, top + 14.0),
                    Anchor::Start,
                    &row.name,
                );
            } else {
                svg.text(
                    "fg-tick fg-halo",
                    (0.0, top + 14.0),
                    Anchor::Start,
                    &row.name,
                );
            }
            let value = format!("{:.0} %", row.share);
            svg.text("fg-lane fg-halo", (560.0, top + 14.0), Anchor::End, &value);
            let y = top + 28.0;
            if let Some((low, high)) = row.interval {
                let class = if row.is_own {
                    "fg-ownline"
                } else {
                    "fg-theirline"
                };
                svg.line(class, (at(low), y), (at(high), y));
            }
            if row.is_own {
                svg.circle("fg-own", (at(row.share), y), 4.5);
            } else {
                svg.rect("fg-their", (at(row.share) - 4.0, y - 4.0), 8.0, 8.0);
            }
        }
        let told: Vec<String> = self
            .rows
            .iter()
            .map(|row| format!("{} {:.0} %", row.name, row.share))
            .collect();
        let desc = format!("{}. Side by side, not merged.", told.join("; "));
        Drawing {
            svg: svg.finish(
                &self.id,
                "fg fg-side",
                (560.0, bottom + 24.0),
                (&self.title, &desc),
            ),
            title: self.title.clone(),
            table: self.table(),
            desc,
            width: 560,
        }
    }

    fn table(&self) -> DataTable {
        let end = |end: Option<f64>| end.map_or_else(|| "none".to_owned(), number);
        DataTable {
            caption: self.title.clone(),
            columns: vec![
                ("Whose".into(), false),
                ("Share, %".into(), true),
                ("95 % from".into(), true),
                ("to".into(), true),
            ],
            rows: self
                .rows
                .iter()
                .map(|row| {
                    vec![
                        row.name.clone(),
                        number(row.share),
                        end(row.interval.map(|ends| ends.0)),
                        end(row.interval.map(|ends| ends.1)),
                    ]
                })
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_area_of_a_dot_follows_the_number_of_people() {
        let drawn = Scores {
            id: "s".into(),
            title: "Craving".into(),
            axis: "0 to 10".into(),
            top: 10.0,
            dots: vec![(0, 10.0, 16), (13, 0.0, 4)],
            means: Vec::new(),
            under: "answered".into(),
        }
        .draw();
        assert!(
            drawn
                .svg
                .contains(r#"class="fg-answer" cx="54" cy="30" r="9""#),
            "{}",
            drawn.svg
        );
        assert!(
            drawn
                .svg
                .contains(r#"class="fg-answer" cx="516" cy="226" r="4.5""#)
        );
    }

    #[test]
    fn ours_and_theirs_are_two_shapes_and_nothing_runs_across_them() {
        let row = |name: &str, is_own: bool| SideShare {
            name: name.into(),
            share: 50.0,
            interval: Some((25.0, 75.0)),
            is_own,
        };
        let drawn = SideShares {
            id: "b".into(),
            title: "Without use".into(),
            rows: vec![row("Ours", true), row("Trial, 5 of 10", false)],
        }
        .draw();
        assert_eq!(drawn.svg.matches(r#"class="fg-own""#).count(), 1);
        assert_eq!(drawn.svg.matches(r#"class="fg-their""#).count(), 1);
        assert!(!drawn.svg.contains("<path"), "no diamond");
    }
}
