//! A bar cut into shares: completeness and its like.

use crate::drawing::{DataTable, Drawing};
use crate::svg::{Svg, number};

/// How a share is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShareShape {
    /// Filled: what is there.
    There,
    /// Tinted with a border: still open.
    Open,
    /// Grey with a border: declined.
    Declined,
    /// Dashed and empty: missed.
    Missed,
}

/// One share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// Its word, "answered".
    pub word: String,
    /// How many.
    pub count: u64,
    /// How it is drawn.
    pub shape: ShareShape,
}

/// A bar of shares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShareBar {
    /// Unique on the page.
    pub id: String,
    /// Its name.
    pub title: String,
    /// Its shares, left to right.
    pub shares: Vec<Share>,
    /// Width in pixels.
    pub width: u32,
}

impl ShareBar {
    /// Draws the bar. With nothing to share out there is one dashed, empty bar: absent, not zero.
    pub fn draw(&self) -> Drawing {
        let width = f64::from(self.width);
        let total: u64 = self.shares.iter().map(|share| share.count).sum();
        let mut svg = Svg::new();
        if total == 0 {
            svg.rect("fg-missed", (0.5, 0.5), width - 1.0, 11.0);
        }
        let mut x = 0.5;
        for share in self.shares.iter().filter(|share| share.count > 0) {
            let wide = (width - 1.0) * ratio(share.count, total);
            svg.rect(share.shape.class(), (x, 0.5), wide, 11.0);
            x += wide;
        }
        let desc = if total == 0 {
            "Nothing to count yet.".to_owned()
        } else {
            let parts: Vec<String> = self
                .shares
                .iter()
                .map(|share| format!("{} {}", share.word, share.count))
                .collect();
            format!("{}, of {total}.", parts.join(", "))
        };
        Drawing {
            svg: svg.finish(&self.id, "fg fg-share", (width, 12.0), (&self.title, &desc)),
            title: self.title.clone(),
            table: self.table(total),
            desc,
            width: self.width,
        }
    }

    fn table(&self, total: u64) -> DataTable {
        DataTable {
            caption: self.title.clone(),
            columns: vec![
                ("Answers".into(), false),
                ("Number".into(), true),
                ("Share, %".into(), true),
            ],
            rows: self
                .shares
                .iter()
                .map(|share| {
                    let percent = if total == 0 {
                        "none to count".to_owned()
                    } else {
                        number(ratio(share.count, total) * 100.0)
                    };
                    vec![share.word.clone(), share.count.to_string(), percent]
                })
                .collect(),
        }
    }
}

impl ShareShape {
    fn class(self) -> &'static str {
        match self {
            Self::There => "fg-there",
            Self::Open => "fg-open",
            Self::Declined => "fg-declined",
            Self::Missed => "fg-missed",
        }
    }
}

/// A part of a whole between 0 and 1; counts above four thousand million are clamped.
fn ratio(part: u64, whole: u64) -> f64 {
    let as_float = |n: u64| u32::try_from(n).map_or(f64::from(u32::MAX), f64::from);
    if whole == 0 {
        0.0
    } else {
        as_float(part) / as_float(whole)
    }
}
