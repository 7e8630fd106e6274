//! The course as marks on one axis.

use std::collections::BTreeMap;

use super::lane::{BarLane, Lane, MarkLane, Note, Reading, ReadingLane, StripLane, scale};
use super::{CourseFigure, Layout, LifeNote, SessionMark, tick_days};
use crate::series::{draw_use, finite};
use crate::svg::{Anchor, Svg, count, text_width};

/// Height of one row of life notes.
const LIFE_ROW: f64 = 18.0;
/// More rows than this are not drawn; the table has them.
const LIFE_ROWS_MAX: usize = 6;

pub(super) fn draw(figure: &CourseFigure, at: &Layout, desc: &str) -> String {
    let mut svg = Svg::new();
    let lanes_foot = at.head + figure.lanes.iter().map(Lane::height).sum::<f64>() + 6.0;
    let rows = life_rows(&figure.life, at);
    let n_rows = rows
        .iter()
        .map(|row| row + 1)
        .max()
        .unwrap_or(0)
        .min(LIFE_ROWS_MAX);
    let life_height = if figure.life.is_empty() {
        4.0
    } else {
        count(n_rows) * LIFE_ROW + 12.0
    };
    let foot = lanes_foot + life_height;

    future(&mut svg, figure, at, lanes_foot);
    let mut top = at.head;
    for lane in &figure.lanes {
        draw_lane(&mut svg, at, lane, top, figure);
        top += lane.height();
    }
    sessions(&mut svg, figure, at);
    life(&mut svg, figure, at, &rows, (lanes_foot, foot));
    axis(&mut svg, figure, at, foot);
    if let Some(today) = on_axis(figure, figure.today) {
        let is_named = figure.sessions.iter().any(|session| {
            (at.x(session.day) - at.x(today)).abs() < session_label_half(session) + 2.0
        });
        let top = if is_named { at.head - 4.0 } else { 8.0 };
        svg.line("fg-now", (at.x(today), top), (at.x(today), lanes_foot));
        svg.line("fg-now", (at.x(today), foot - 8.0), (at.x(today), foot));
    }
    let has_key = super::key::draw(&mut svg, figure, at, foot + 58.0);
    let key_height = if has_key { 30.0 } else { 0.0 };
    let size = (at.width, foot + 40.0 + key_height);
    svg.finish(&figure.id, "fg fg-course", size, (&figure.title, desc))
}

fn on_axis(figure: &CourseFigure, day: Option<i32>) -> Option<i32> {
    day.filter(|day| (figure.first_day..=figure.last_day).contains(day))
}

pub(super) fn shown(figure: &CourseFigure, day: i32) -> bool {
    (figure.first_day..=figure.last_day).contains(&day)
}

/// What is still to come stands on shaded ground.
fn future(svg: &mut Svg, figure: &CourseFigure, at: &Layout, foot: f64) {
    let Some(today) = on_axis(figure, figure.today) else {
        return;
    };
    let x = at.x(today);
    svg.rect("fg-future", (x, 0.0), at.edge - x, foot);
    let words = format!("Today, day {today}");
    let width = text_width(&words) + text_width(&figure.today_words) + 16.0;
    // Behind every name of a session that would stand in it.
    let x = figure
        .sessions
        .iter()
        .filter(|session| shown(figure, session.day))
        .map(|session| (at.x(session.day), session_label_half(session) + 4.0))
        .fold(x, |x, (middle, half)| {
            let is_in_it = middle + half > x && middle - half < x + width;
            if is_in_it { middle + half } else { x }
        });
    let free = at.edge - x;
    if free > width + 84.0 {
        svg.text_with_lead((x + 8.0, 20.0), &words, &figure.today_words);
        svg.text("fg-tick", (at.edge - 18.0, 20.0), Anchor::End, "planned");
    } else {
        let x = at.x(today) - 8.0;
        svg.text("fg-strong fg-halo", (x, 14.0), Anchor::End, &words);
    }
}

fn sessions(svg: &mut Svg, figure: &CourseFigure, at: &Layout) {
    let foot = match figure.lanes.first() {
        Some(Lane::Line(lane)) if lane.is_main => at.head + 140.0,
        Some(lane) => at.head + lane.height(),
        None => at.head + 20.0,
    };
    let mut free_from = f64::NEG_INFINITY;
    for session in figure
        .sessions
        .iter()
        .filter(|session| shown(figure, session.day))
    {
        let x = at.x(session.day);
        let class = if session.is_planned {
            "fg-dose fg-planned"
        } else {
            "fg-dose"
        };
        svg.rect(class, (x - 1.5, at.head - 4.0), 3.0, foot - at.head + 4.0);
        let half = session_label_half(session);
        if x - half > free_from {
            svg.text("fg-strong", (x, 14.0), Anchor::Middle, &session.name);
            svg.text("fg-tick", (x, 31.0), Anchor::Middle, &session.amount);
            free_from = x + half + 2.0;
        }
    }
}

pub(super) fn session_label_half(session: &SessionMark) -> f64 {
    text_width(&session.name).max(text_width(&session.amount)) / 2.0
}

fn draw_lane(svg: &mut Svg, at: &Layout, lane: &Lane, top: f64, figure: &CourseFigure) {
    match lane {
        Lane::Line(line) => super::line::draw(svg, at, line, top, figure),
        Lane::Strip(strip) => draw_strip(svg, at, strip, top, figure),
        Lane::Readings(readings) => draw_readings(svg, at, readings, top, figure),
        Lane::Marks(marks) => draw_marks(svg, at, marks, top, figure),
        Lane::Bars(bars) => draw_bars(svg, at, bars, top, figure),
    }
}

/// A value of a lane's scale: its hairline, as far as facts go, and its words left of the axis.
pub(super) fn tick(svg: &mut Svg, at: &Layout, figure: &CourseFigure, y: f64, words: &str) {
    svg.line("fg-grid", (at.left, y), (past_end(figure, at), y));
    svg.text("fg-tick", (at.left - 10.0, y + 5.0), Anchor::End, words);
}

/// The last day that can hold a fact.
pub(super) fn past_end(figure: &CourseFigure, at: &Layout) -> f64 {
    at.x(on_axis(figure, figure.today).unwrap_or(figure.last_day))
}

fn draw_strip(svg: &mut Svg, at: &Layout, lane: &StripLane, top: f64, figure: &CourseFigure) {
    let y = top + 15.0;
    svg.text("fg-lane", (0.0, y + 5.0), Anchor::Start, &lane.strip.name);
    for (day, mark) in lane.strip.days().filter(|(day, _)| shown(figure, *day)) {
        draw_use(svg, mark, (at.x(day), y), at.day_width());
    }
    for day in lane.planned.iter().filter(|day| shown(figure, **day)) {
        svg.line("fg-tickmark", (at.x(*day), y - 3.0), (at.x(*day), y + 3.0));
    }
    if lane.planned.is_empty() {
        draw_notes(svg, at, &lane.notes, y, figure);
    }
}

fn draw_readings(svg: &mut Svg, at: &Layout, lane: &ReadingLane, top: f64, figure: &CourseFigure) {
    let y = top + 18.0;
    svg.text("fg-lane", (0.0, y), Anchor::Start, &lane.name);
    let days: Vec<(i32, Reading)> = lane
        .readings
        .iter()
        .map(|(day, reading)| (*day, *reading))
        .filter(|(day, _)| shown(figure, *day))
        .collect();
    let crowded = is_crowded(&lane.readings, at);
    for (day, reading) in days {
        let x = at.x(day);
        match (reading, crowded) {
            (Reading::Positive | Reading::Negative, false) => {
                svg.text("fg-note", (x, y), Anchor::Middle, reading.word());
            }
            (Reading::NotGiven, false) => {
                svg.text("fg-tick", (x, y), Anchor::Middle, reading.word());
            }
            (Reading::Positive, true) => plus(svg, "fg-sign", (x, y - 5.0)),
            (Reading::Negative, true) => {
                svg.line("fg-sign", (x - 4.0, y - 5.0), (x + 4.0, y - 5.0));
            }
            (Reading::NotGiven, true) => svg.line("fg-unknown", (x, y - 11.0), (x, y + 1.0)),
        }
    }
    draw_notes(svg, at, &lane.notes, y - 5.0, figure);
}

/// The sign of a test that found something.
pub(super) fn plus(svg: &mut Svg, class: &str, at: (f64, f64)) {
    svg.line(class, (at.0 - 4.0, at.1), (at.0 + 4.0, at.1));
    svg.line(class, (at.0, at.1 - 4.0), (at.0, at.1 + 4.0));
}

/// Whether tests stand too close for a word each; then a sign takes the word's place.
pub(super) fn is_crowded(readings: &BTreeMap<i32, Reading>, at: &Layout) -> bool {
    readings
        .iter()
        .zip(readings.iter().skip(1))
        .any(|((a, first), (b, second))| {
            let room = f64::midpoint(text_width(first.word()), text_width(second.word())) + 6.0;
            at.x(*b) - at.x(*a) < room
        })
}

fn draw_marks(svg: &mut Svg, at: &Layout, lane: &MarkLane, top: f64, figure: &CourseFigure) {
    let y = top + 7.0;
    svg.text("fg-lane", (0.0, y + 11.0), Anchor::Start, &lane.name);
    let wide = (at.day_width() * 0.66).clamp(2.0, 6.0);
    let mut last = 0.0_f64;
    for (days, class) in [
        (&lane.held, "fg-held"),
        (&lane.missed, "fg-held fg-notheld"),
        (&lane.planned, "fg-held fg-planned"),
    ] {
        for day in days.iter().filter(|day| shown(figure, **day)) {
            svg.rect(class, (at.x(*day) - wide / 2.0, y), wide, 12.0);
            last = last.max(at.x(*day) + wide);
        }
    }
    if let (true, Some(note)) = (at.notes_fit, lane.notes.first()) {
        let x = last.max(past_end(figure, at) + 10.0) + 8.0;
        if x + text_width(&note.lead) + text_width(&note.rest) < at.width {
            svg.text_with_lead((x, y + 11.0), &note.lead, &note.rest);
        }
    }
}

fn draw_bars(svg: &mut Svg, at: &Layout, lane: &BarLane, top: f64, figure: &CourseFigure) {
    let (top, tall) = (top + 12.0, 44.0);
    let ground = top + tall;
    let y = |value: f64| {
        let share = if lane.top > 0.0 {
            (value / lane.top).clamp(0.0, 1.0)
        } else {
            0.0
        };
        ground - share * tall
    };
    svg.text(
        "fg-lane",
        (0.0, top + tall / 2.0 + 5.0),
        Anchor::Start,
        &lane.name,
    );
    for value in [0.0, lane.top] {
        tick(svg, at, figure, y(value), &scale(value, &lane.unit));
    }
    let wide = (at.day_width() * 0.7).clamp(1.5, 6.0);
    for (day, amount) in finite(&lane.amounts)
        .iter()
        .filter(|(day, _)| shown(figure, **day))
    {
        if *amount > 0.0 {
            svg.rect(
                "fg-bar",
                (at.x(*day) - wide / 2.0, y(*amount)),
                wide,
                ground - y(*amount),
            );
        } else {
            svg.circle("fg-zero", (at.x(*day), ground), (wide / 2.0).min(1.8));
        }
    }
    draw_notes(svg, at, &lane.notes, top + tall / 2.0, figure);
}

/// Notes stand in the empty future, if it is wide enough.
pub(super) fn draw_notes(
    svg: &mut Svg,
    at: &Layout,
    notes: &[Note],
    middle: f64,
    figure: &CourseFigure,
) {
    let Some(today) = on_axis(figure, figure.today).filter(|_| at.notes_fit) else {
        return;
    };
    let first = middle + 5.0 - 10.0 * (count(notes.len()) - 1.0);
    for (place, note) in notes.iter().enumerate() {
        let at = (at.x(today) + 18.0, first + 20.0 * count(place));
        svg.text_with_lead(at, &note.lead, &note.rest);
    }
}

/// The row of each life note, from below: a note stands above every later one its words reach.
fn life_rows(life: &[LifeNote], at: &Layout) -> Vec<usize> {
    let mut rows: Vec<usize> = vec![0; life.len()];
    let mut below: Vec<(f64, usize)> = Vec::new();
    for (place, note) in life.iter().enumerate().rev() {
        let x = at.x(note.day);
        let reach = x + text_width(&life_words(note)) + 16.0;
        let row = below
            .iter()
            .filter(|(other, _)| *other < reach)
            .map(|(_, row)| row + 1)
            .max()
            .unwrap_or(0);
        below.push((x, row));
        if let Some(slot) = rows.get_mut(place) {
            *slot = row;
        }
    }
    rows
}

fn life_words(note: &LifeNote) -> String {
    format!("Day {} {}", note.day, note.words)
}

fn life(svg: &mut Svg, figure: &CourseFigure, at: &Layout, rows: &[usize], span: (f64, f64)) {
    if figure.life.is_empty() {
        return;
    }
    svg.text("fg-lane", (0.0, span.0 + 18.0), Anchor::Start, "Life");
    for (note, row) in figure
        .life
        .iter()
        .zip(rows)
        .filter(|(note, _)| shown(figure, note.day))
    {
        if *row >= LIFE_ROWS_MAX {
            continue;
        }
        let x = at.x(note.day);
        let y = span.1 - 6.0 - LIFE_ROW * count(*row);
        let class = if note.is_planned {
            "fg-stem fg-planned"
        } else {
            "fg-stem"
        };
        svg.line(class, (x, y - 12.0), (x, span.1));
        let words = life_words(note);
        if x + 7.0 + text_width(&words) <= at.width {
            svg.text("fg-note fg-halo", (x + 7.0, y), Anchor::Start, &words);
        } else {
            svg.text("fg-note fg-halo", (x - 7.0, y), Anchor::End, &words);
        }
    }
}

fn axis(svg: &mut Svg, figure: &CourseFigure, at: &Layout, foot: f64) {
    svg.line("fg-axis", (at.left, foot), (at.x(figure.last_day), foot));
    for day in tick_days(figure.first_day, figure.last_day) {
        let x = at.x(day);
        svg.line("fg-axis", (x, foot), (x, foot + 5.0));
        let is_last = day == figure.last_day;
        let (x, anchor) = if is_last {
            (at.edge, Anchor::End)
        } else {
            (x, Anchor::Middle)
        };
        svg.text("fg-strong", (x, foot + 20.0), anchor, &format!("D{day}"));
        if let Some(date) = figure.dates.get(&day) {
            svg.text("fg-tick", (x, foot + 36.0), anchor, date);
        }
    }
}
