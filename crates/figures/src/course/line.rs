//! A measure as a line with its gaps, over the named stretches of its scale.

use super::draw::{draw_notes, session_label_half, shown, tick};
use super::lane::{BAND_TALL, LineLane, scale};
use super::{CourseFigure, Layout};
use crate::series::{finite, runs};
use crate::svg::{Anchor, Svg, number, text_width};

pub(super) fn draw(svg: &mut Svg, at: &Layout, lane: &LineLane, top: f64, figure: &CourseFigure) {
    let tall = lane.tall();
    let top = if lane.is_main { top } else { top + 12.0 };
    let (low, high) = lane.range;
    let span = high - low;
    let y = |value: f64| {
        let share = if span > 0.0 {
            ((value - low) / span).clamp(0.0, 1.0)
        } else {
            0.0
        };
        top + tall - share * tall
    };
    bands(svg, at, lane, &y, figure);
    for value in scales(lane, &y) {
        tick(svg, at, figure, y(value), &scale(value, &lane.unit));
    }
    svg.text(
        "fg-lane",
        (0.0, top + tall / 2.0 + 5.0),
        Anchor::Start,
        &lane.name,
    );
    let values = finite(&lane.values);
    stroke(svg, at, lane, &y, figure);
    if lane.is_main {
        label_extremes(svg, at, &values, &y, figure);
    }
    if values.is_empty() {
        let words = format!("{}: no answer yet", lane.name);
        svg.text(
            "fg-tick",
            (at.left + 8.0, top + tall / 2.0 - 6.0),
            Anchor::Start,
            &words,
        );
    }
    draw_notes(svg, at, &lane.notes, top + tall / 2.0, figure);
}

/// The numbers of the scale that are written: its ends, and the middle or where a stretch begins.
fn scales(lane: &LineLane, y: &dyn Fn(f64) -> f64) -> Vec<f64> {
    let (low, high) = lane.range;
    if lane.is_main {
        return vec![low, f64::midpoint(low, high), high];
    }
    let mut written = vec![low, high];
    for band in &lane.bands {
        let is_free = |other: &f64| (y(*other) - y(band.from)).abs() >= BAND_TALL - 2.0;
        if written.iter().all(is_free) {
            written.push(band.from);
        }
    }
    written
}

/// The stretches of the scale behind the values, each with its word right of the axis.
fn bands(
    svg: &mut Svg,
    at: &Layout,
    lane: &LineLane,
    y: &dyn Fn(f64) -> f64,
    figure: &CourseFigure,
) {
    let ends = lane.bands.iter().skip(1).map(|band| band.from);
    let right = at.x(figure.last_day);
    for (band, end) in lane.bands.iter().zip(ends.chain([lane.range.1])) {
        let (top, foot) = (y(end), y(band.from));
        let class = format!("fg-band fg-band{}", band.depth.min(4));
        svg.rect(&class, (at.left, top), right - at.left, foot - top);
        if foot - top >= BAND_TALL - 4.0 {
            let middle = f64::midpoint(top, foot) + 5.0;
            svg.text("fg-tick", (at.edge, middle), Anchor::Start, &band.word);
        }
    }
}

/// The line and its points; a value with no neighbour is a point by itself.
fn stroke(
    svg: &mut Svg,
    at: &Layout,
    lane: &LineLane,
    y: &dyn Fn(f64) -> f64,
    figure: &CourseFigure,
) {
    let values = finite(&lane.values);
    let placed: Vec<Vec<(f64, f64)>> = runs(&values, lane.every)
        .iter()
        .map(|run| {
            let on = run.iter().filter(|(day, _)| shown(figure, *day));
            on.map(|(day, value)| (at.x(*day), y(*value))).collect()
        })
        .collect();
    svg.runs(if lane.is_main { "fg-line" } else { "fg-thin" }, &placed);
    let radius = (at.day_width() * 0.3).clamp(1.2, 2.6);
    for run in &placed {
        if lane.is_main || !lane.bands.is_empty() || run.len() == 1 {
            for point in run {
                svg.circle(
                    if lane.is_main {
                        "fg-point"
                    } else {
                        "fg-thinpoint"
                    },
                    *point,
                    radius,
                );
            }
        }
    }
}

/// Whether the name or the amount of a session is written over a place.
fn is_under_session(figure: &CourseFigure, at: &Layout, x: f64) -> bool {
    figure
        .sessions
        .iter()
        .any(|session| (at.x(session.day) - x).abs() < session_label_half(session) + 12.0)
}

/// Writes the first, the highest, the lowest and the last value beside the line, where they do not touch.
fn label_extremes(
    svg: &mut Svg,
    at: &Layout,
    values: &crate::series::Values,
    y: &dyn Fn(f64) -> f64,
    figure: &CourseFigure,
) {
    let highest = values.iter().max_by(|a, b| a.1.total_cmp(b.1));
    let lowest = values.iter().min_by(|a, b| a.1.total_cmp(b.1));
    let wanted = [
        (values.iter().next(), true),
        (highest, true),
        (lowest, false),
        (values.iter().next_back(), true),
    ];
    let mut taken: Vec<(f64, bool)> = Vec::new();
    for (day, value, above) in wanted
        .into_iter()
        .filter_map(|(found, above)| found.map(|(day, value)| (*day, *value, above)))
    {
        let x = at.x(day);
        // What is written over a session has the room above the scale to itself.
        let above = above && !(y(value) - at.head < 9.0 && is_under_session(figure, at, x));
        if !shown(figure, day)
            || taken
                .iter()
                .any(|(other, side)| *side == above && (other - x).abs() < 18.0)
        {
            continue;
        }
        taken.push((x, above));
        let is_first = day == figure.first_day;
        let (dx, dy) = if is_first {
            (8.0, -3.0)
        } else if above {
            (0.0, -9.0)
        } else {
            (0.0, 18.0)
        };
        // A number beside the line of today stands before it, and not across it.
        let words = number(value);
        let half = text_width(&words) / 2.0;
        let is_at_today = figure
            .today
            .is_some_and(|today| at.x(today) >= x && at.x(today) - x < half + 2.0);
        let (anchor, dx) = match (is_first, is_at_today) {
            (true, _) => (Anchor::Start, dx),
            (false, true) => (Anchor::End, at.x(figure.today.unwrap_or(day)) - x - 4.0),
            (false, false) => (Anchor::Middle, dx),
        };
        svg.text("fg-strong fg-halo", (x + dx, y(value) + dy), anchor, &words);
    }
}
