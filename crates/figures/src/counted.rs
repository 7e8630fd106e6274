//! Things counted, a square each: rightly, wrongly, or beside what is claimed.

use crate::drawing::{DataTable, Drawing};
use crate::svg::{Anchor, Svg};

/// How things were counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountedShape {
    /// Filled: rightly.
    Right,
    /// Outlined: wrongly.
    Wrong,
    /// Pale: beside the claim.
    Beside,
}

/// Things of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedGroup {
    /// What they are.
    pub what: String,
    /// How many.
    pub n: u32,
    /// How they were counted.
    pub shape: CountedShape,
}

/// Things in a row, one square each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// Unique on the page.
    pub id: String,
    /// What is counted.
    pub title: String,
    /// The groups, left to right.
    pub groups: Vec<CountedGroup>,
}

const WIDTH: f64 = 736.0;
/// Space between groups.
const GAP: f64 = 6.0;

impl Counted {
    /// Draws the squares, each group under its words, which alternate above and below.
    pub fn draw(&self) -> Drawing {
        let n_all: u32 = self.groups.iter().map(|group| group.n).sum();
        let gaps = GAP * crate::svg::count(self.groups.len().saturating_sub(1));
        let pitch = (WIDTH - gaps) / f64::from(n_all.max(1));
        let side = (pitch - 1.5).min(12.0);
        let mut svg = Svg::new();
        let mut x = 0.0;
        for (place, group) in self.groups.iter().enumerate() {
            let class = match group.shape {
                CountedShape::Right => "fg-counted",
                CountedShape::Wrong => "fg-miscounted",
                CountedShape::Beside => "fg-reviews",
            };
            for square in 0..group.n {
                svg.rect(
                    class,
                    (x + pitch * f64::from(square) + 0.75, 24.0),
                    side,
                    side,
                );
            }
            let wide = pitch * f64::from(group.n);
            let (at, anchor) = if place + 1 == self.groups.len() {
                (x + wide, Anchor::End)
            } else {
                (x, Anchor::Start)
            };
            let y = if place % 2 == 0 { 16.0 } else { 56.0 };
            svg.text(
                "fg-name",
                (at, y),
                anchor,
                &format!("{} {}", group.n, group.what),
            );
            x += wide + GAP;
        }
        let parts: Vec<String> = self
            .groups
            .iter()
            .map(|group| format!("{} {}{}", group.n, group.what, group.shape.said()))
            .collect();
        let desc = format!("{}, of {n_all}.", parts.join(", "));
        Drawing {
            svg: svg.finish(
                &self.id,
                "fg fg-squares",
                (WIDTH, 62.0),
                (&self.title, &desc),
            ),
            title: self.title.clone(),
            table: self.table(),
            desc,
            width: 736,
        }
    }

    fn table(&self) -> DataTable {
        let row = |group: &CountedGroup| {
            vec![
                group.what.clone(),
                group.n.to_string(),
                group.shape.word().to_owned(),
            ]
        };
        DataTable {
            caption: self.title.clone(),
            columns: vec![
                ("Reports".into(), false),
                ("Number".into(), true),
                ("Counted".into(), false),
            ],
            rows: self.groups.iter().map(row).collect(),
        }
    }
}

impl CountedShape {
    fn word(self) -> &'static str {
        match self {
            Self::Right => "rightly",
            Self::Wrong => "wrongly",
            Self::Beside => "beside the claim",
        }
    }

    fn said(self) -> &'static str {
        match self {
            Self::Wrong => " (counted wrongly)",
            Self::Right | Self::Beside => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_square_for_each_thing_and_none_leaves_the_drawing() {
        let group = |what: &str, n: u32, shape: CountedShape| CountedGroup {
            what: what.into(),
            n,
            shape,
        };
        let drawn = Counted {
            id: "c".into(),
            title: "Reports".into(),
            groups: vec![
                group("reviews", 33, CountedShape::Beside),
                group("randomised trials", 31, CountedShape::Right),
                group("not randomised", 9, CountedShape::Wrong),
                group("retrospective", 10, CountedShape::Beside),
            ],
        }
        .draw();
        assert_eq!(drawn.svg.matches("<rect").count(), 83);
        assert_eq!(drawn.svg.matches("fg-miscounted").count(), 9);
        let last: f64 = drawn
            .svg
            .rsplit(" x=\"")
            .find_map(|part| part.split('"').next()?.parse().ok())
            .unwrap_or(f64::NAN);
        assert!(last <= WIDTH, "{last}");
        assert_eq!(drawn.table.rows.len(), 4);
        assert!(drawn.desc.ends_with("of 83."));
    }
}
