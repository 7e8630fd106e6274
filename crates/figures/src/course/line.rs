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

/// The highest and the lowest place of the line between two places across, with the days beside them.
fn reach(
    at: &Layout,
    values: &crate::series::Values,
    y: &dyn Fn(f64) -> f64,
    (left, right): (f64, f64),
) -> (f64, f64) {
    let day = at.day_width();
    let near = values
        .iter()
        .filter(|(one, _)| (left - day..=right + day).contains(&at.x(**one)));
    near.fold(
        (f64::INFINITY, f64::NEG_INFINITY),
        |(over, under), (_, value)| (over.min(y(*value)), under.max(y(*value))),
    )
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
    // At its ends the line may go either way: there the number keeps clear of it by itself.
    let wanted = [
        (values.iter().next(), None),
        (highest, Some(true)),
        (lowest, Some(false)),
        (values.iter().next_back(), None),
    ];
    let mut taken: Vec<(f64, bool)> = Vec::new();
    for (day, value, side) in wanted
        .into_iter()
        .filter_map(|(found, side)| found.map(|(day, value)| (*day, *value, side)))
    {
        let x = at.x(day);
        let words = number(value);
        let half = text_width(&words) / 2.0;
        let is_first = day == figure.first_day;
        // A number beside the line of today stands before it, and not across it.
        let before_today = figure
            .today
            .map(|today| at.x(today))
            .filter(|today| *today >= x && today - x < half + 2.0);
        let (anchor, dx) = match (is_first, before_today) {
            (true, _) => (Anchor::Start, 8.0),
            (false, Some(today)) => (Anchor::End, today - x - 4.0),
            (false, None) => (Anchor::Middle, 0.0),
        };
        let left = match anchor {
            Anchor::Start => x + dx,
            Anchor::Middle => x - half,
            Anchor::End => x + dx - 2.0 * half,
        };
        let (over, under) = match side {
            Some(_) => (y(value), y(value)),
            None => reach(at, values, y, (left.min(x), (left + 2.0 * half).max(x))),
        };
        let nearer = y(value) - over <= under - y(value);
        // What is written over a session has the room above the scale to itself.
        let above =
            side.unwrap_or(nearer) && !(over - at.head < 9.0 && is_under_session(figure, at, x));
        if !shown(figure, day)
            || taken
                .iter()
                .any(|(other, side)| *side == above && (other - x).abs() < 18.0)
        {
            continue;
        }
        taken.push((x, above));
        let foot = if above { over - 9.0 } else { under + 18.0 };
        svg.text("fg-strong fg-halo", (x + dx, foot), anchor, &words);
    }
}
