//! What the shapes mean, under the axis, so that the drawing can be read by itself.

use super::draw::{is_crowded, plus};
use super::{CourseFigure, Lane, Layout};
use crate::series::{UseMark, draw_use};
use crate::svg::{Anchor, Svg, text_width};

/// Writes the key at a height and says whether there was anything to write.
pub(super) fn draw(svg: &mut Svg, figure: &CourseFigure, at: &Layout, y: f64) -> bool {
    let has_strip = figure
        .lanes
        .iter()
        .any(|lane| matches!(lane, Lane::Strip(_)));
    let has_signs = figure.lanes.iter().any(|lane| match lane {
        Lane::Readings(readings) => is_crowded(&readings.readings, at),
        Lane::Line(_) | Lane::Strip(_) | Lane::Marks(_) | Lane::Bars(_) => false,
    });
    let has_zero = figure.lanes.iter().any(|lane| match lane {
        Lane::Bars(bars) => bars
            .amounts
            .values()
            .any(|amount| amount.abs() < f64::EPSILON),
        Lane::Line(_) | Lane::Strip(_) | Lane::Readings(_) | Lane::Marks(_) => false,
    });
    let mut x = at.left;
    let word = |svg: &mut Svg, x: &mut f64, words: &str| {
        svg.text("fg-tick", (*x + 10.0, y + 5.0), Anchor::Start, words);
        *x += text_width(words) + 34.0;
    };
    if has_strip {
        for mark in [UseMark::Used, UseMark::NotUsed, UseMark::NotKnown] {
            let mut shape = Svg::new();
            draw_use(&mut shape, mark, (x, y), 8.8);
            svg.group("fg-key", &shape);
            word(svg, &mut x, mark.word());
        }
    }
    if has_signs {
        plus(svg, "fg-sign fg-key", (x, y));
        word(svg, &mut x, "found");
        svg.line("fg-sign fg-key", (x - 4.0, y), (x + 4.0, y));
        word(svg, &mut x, "not found");
        svg.line("fg-unknown fg-key", (x, y - 7.0), (x, y + 7.0));
        word(svg, &mut x, "not given");
    }
    if has_zero {
        svg.circle("fg-zero fg-key", (x, y), 1.8);
        word(svg, &mut x, "recorded as zero");
    }
    has_strip || has_signs || has_zero
}
