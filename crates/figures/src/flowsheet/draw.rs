//! Drawing: coordinates come from minutes and values and from nothing else.

use super::{Cell, DueMark, Flowsheet, Held, Infusion, Row};
use crate::drawing::Drawing;
use crate::svg::{Anchor, Svg, count, text_width};

const WIDTH: f64 = 776.0;
/// The first and the last minute stand here.
const LEFT: f64 = 100.0;
const RIGHT: f64 = 752.0;
const AXIS: f64 = 36.0;
const DRUG: f64 = 84.0;
const SATURATION: f64 = 134.0;
const PRESSURE: f64 = 276.0;
const ROW: f64 = 23.0;
const ACTS: f64 = 27.0;

impl Flowsheet {
    /// Draws the session.
    pub fn draw(&self) -> Drawing {
        let rows = PRESSURE + ROW * count(self.rows.len());
        let height = rows + ACTS;
        let mut svg = Svg::new();
        self.columns(&mut svg, rows);
        if let Some(infusion) = &self.infusion {
            self.drug(&mut svg, infusion);
        }
        self.saturation_lane(&mut svg);
        self.pressure_lane(&mut svg);
        for (place, row) in self.rows.iter().enumerate() {
            self.number_row(&mut svg, PRESSURE + ROW * count(place), row);
        }
        for y in [AXIS, DRUG, SATURATION, PRESSURE, rows] {
            svg.line("fg-axis", (0.0, y), (RIGHT, y));
        }
        svg.text("fg-tick", (0.0, rows + 18.0), Anchor::Start, "Acts");
        let mut free = 0.0;
        for (minute, number) in self.acts.iter().filter(|(minute, _)| self.shows(*minute)) {
            // Acts of one moment stand side by side rather than on one another.
            let at = (self.x(*minute).max(free), rows + 14.0);
            free = at.0 + 22.0;
            svg.circle("fg-actring", at, 10.5);
            let words = number.to_string();
            svg.text("fg-actnumber", (at.0, at.1 + 5.0), Anchor::Middle, &words);
        }
        self.now(&mut svg, height);
        let title = format!(
            "Flowsheet, minute {} to {}",
            minute_words(f64::from(self.from_minute)),
            self.to_minute
        );
        let desc = self.desc();
        Drawing {
            svg: svg.finish(&self.id, "fg fg-flow", (WIDTH, height), (&title, &desc)),
            title,
            desc,
            table: self.table(),
            width: 776,
        }
    }

    /// Where a minute stands.
    pub(super) fn x(&self, minute: f64) -> f64 {
        let (from, to) = (f64::from(self.from_minute), f64::from(self.to_minute));
        LEFT + (minute - from) / (to - from).max(1.0) * (RIGHT - LEFT)
    }

    fn shows(&self, minute: f64) -> bool {
        f64::from(self.from_minute) <= minute && minute <= f64::from(self.to_minute)
    }

    /// The clinic's clock at a minute.
    pub(super) fn clock(&self, minute: f64) -> String {
        let whole = (f64::from(self.zero_clock) + minute)
            .rem_euclid(1440.0)
            .floor();
        let (hour, rest) = ((whole / 60.0).floor(), whole.rem_euclid(60.0));
        format!("{hour:02.0}:{rest:02.0}")
    }

    fn columns(&self, svg: &mut Svg, bottom: f64) {
        if let Some(now) = self.now_minute {
            let x = self.x(now).clamp(LEFT, RIGHT);
            svg.rect("fg-future", (x, AXIS), RIGHT - x, bottom - AXIS);
        }
        // A label every ten minutes where there is room, else every twenty.
        let span = self.to_minute - self.from_minute;
        let step = if span > 100 { 20 } else { 10 };
        let first = self.from_minute.div_euclid(5) * 5;
        let minutes = (0..=80).map(|nth| first + nth * 5);
        for minute in minutes.filter(|one| self.from_minute <= *one && *one <= self.to_minute) {
            let x = self.x(f64::from(minute));
            let is_ten = minute.rem_euclid(10) == 0;
            let class = if is_ten {
                "fg-grid fg-grid--ten"
            } else {
                "fg-grid"
            };
            svg.line(class, (x, AXIS), (x, bottom));
            // The tab of now stands over a label that is too near it.
            let is_free = self
                .now_minute
                .is_none_or(|now| (self.x(now) - x).abs() > 26.0);
            if minute.rem_euclid(step) == 0 && (is_free || !self.is_started) {
                let words = minute_words(f64::from(minute));
                svg.text("fg-strong", (x, 13.0), Anchor::Middle, &words);
                let clock = self.clock(f64::from(minute));
                svg.text("fg-tick", (x, 30.0), Anchor::Middle, &clock);
            }
        }
        svg.text("fg-tick", (0.0, 13.0), Anchor::Start, "Minute");
        let clock = if self.is_started {
            "Clock"
        } else {
            "If begun now"
        };
        svg.text("fg-tick", (0.0, 30.0), Anchor::Start, clock);
    }

    fn drug(&self, svg: &mut Svg, infusion: &Infusion) {
        svg.text("fg-tick", (0.0, 54.0), Anchor::Start, &infusion.drug);
        svg.text("fg-tick", (0.0, 72.0), Anchor::Start, "mg");
        let (top, high) = (59.0, 16.0);
        let from = self.x(infusion.planned.0);
        let to = self.x(infusion.planned.1).min(RIGHT);
        svg.rect("fg-ordered", (from, top), to - from, high);
        let mut free = from;
        let mut end = to;
        for piece in &infusion.pieces {
            let left = self.x(piece.from);
            let right = self.x(piece.to).min(RIGHT);
            let class = if piece.is_paused {
                "fg-paused"
            } else {
                "fg-running"
            };
            svg.rect(class, (left, top), right - left, high);
            let wide = text_width(&piece.given);
            if !piece.is_paused && right - wide - 5.0 >= free.max(left) {
                let at = (right - 5.0, top + 12.5);
                svg.text("fg-within", at, Anchor::End, &piece.given);
            }
            if right > left {
                svg.line("fg-cut", (right, top), (right, top + high));
            }
            free = right;
            end = end.max(right);
        }
        svg.text("fg-strong", (from, 53.0), Anchor::Start, &infusion.ordered);
        let after = from + text_width(&infusion.ordered) + 24.0;
        let so_far = (free + 6.0).max(after);
        svg.text("fg-strong", (so_far, 53.0), Anchor::Start, &infusion.so_far);
        if end + 6.0 + text_width(&infusion.ends) <= WIDTH {
            let at = (end + 6.0, top + 12.5);
            svg.text("fg-tick", at, Anchor::Start, &infusion.ends);
        }
    }

    fn saturation_lane(&self, svg: &mut Svg) {
        let row = &self.saturation;
        svg.text("fg-tick", (0.0, DRUG + 20.0), Anchor::Start, &row.name);
        svg.text("fg-tick", (0.0, DRUG + 38.0), Anchor::Start, &row.unit);
        let y = |value: f64| DRUG + 6.0 + (100.0 - value.clamp(88.0, 100.0)) * 2.6;
        let scale = |svg: &mut Svg, at: f64, words: &str| {
            let place = (LEFT - 6.0, at + 5.0);
            svg.text("fg-tick fg-small", place, Anchor::End, words);
        };
        svg.line("fg-grid fg-grid--ten", (LEFT, y(100.0)), (RIGHT, y(100.0)));
        scale(svg, y(100.0), "100");
        if let Some(limit) = self.saturation_limit {
            let at = y(f64::from(limit));
            svg.line("fg-limit", (LEFT, at), (RIGHT, at));
            scale(svg, at, &limit.to_string());
        }
        let points: Vec<(f64, f64)> = row
            .cells
            .iter()
            .filter(|cell| self.shows(cell.minute))
            .filter_map(|cell| Some((self.x(cell.minute), y(cell.value.parse().ok()?))))
            .collect();
        svg.runs("fg-saturation", std::slice::from_ref(&points));
        for point in &points {
            svg.circle("fg-saturationdot", *point, 2.5);
        }
        self.cells(svg, &row.cells, SATURATION - 4.0);
        self.due_boxes(svg, &row.due, SATURATION - 9.0);
    }

    /// The lowest and highest pressure the scale shows, in whole twenties.
    fn scale(&self) -> (u16, u16) {
        let all = self.pressures.iter().flat_map(|one| [one.upper, one.lower]);
        let pulses = self
            .pulse
            .iter()
            .filter_map(|one| one.value.parse::<u16>().ok());
        let all: Vec<u16> = all.chain(pulses).collect();
        let low = all.iter().min().map_or(60, |low| low / 20 * 20).min(60);
        let high = all.iter().max().map_or(180, |high| high.div_ceil(20) * 20);
        (low, high.max(180))
    }

    /// Where a pressure or a pulse stands.
    pub(super) fn y(&self, value: u16) -> f64 {
        let (low, high) = self.scale();
        let share = (f64::from(value) - f64::from(low)) / f64::from(high - low).max(1.0);
        let (top, bottom) = (SATURATION + 24.0, PRESSURE - 12.0);
        bottom - share * (bottom - top)
    }

    fn pressure_lane(&self, svg: &mut Svg) {
        self.pressure_scale(svg);
        let pulse: Vec<(f64, f64)> = self
            .pulse
            .iter()
            .filter(|one| self.shows(one.minute))
            .filter_map(|one| Some((self.x(one.minute), self.y(one.value.parse().ok()?))))
            .collect();
        svg.runs("fg-pulseline", std::slice::from_ref(&pulse));
        self.carets(svg);
        for at in pulse {
            svg.circle("fg-pulse", at, 4.0);
        }
        let due = self.pressures_due.iter();
        for due in due.filter(|due| self.shows(due.minute)) {
            let x = self.x(due.minute);
            if due.is_missed {
                let at = (x, PRESSURE - 3.0);
                svg.text("fg-missedword", at, Anchor::Middle, "\u{d7}");
            } else {
                svg.caret("fg-due", (x, self.y(130)), -7.0);
                svg.caret("fg-due", (x, self.y(100)), 7.0);
            }
        }
    }

    fn pressure_scale(&self, svg: &mut Svg) {
        let (low, high) = self.scale();
        let heads = [
            (22.0, "Pressure"),
            (40.0, "mmHg"),
            (66.0, "Pulse"),
            (84.0, "/min"),
        ];
        for (at, words) in heads {
            svg.text("fg-tick", (0.0, SATURATION + at), Anchor::Start, words);
        }
        let step = if high - low > 140 { 40 } else { 20 };
        for value in (low..=high).filter(|value| (value - low).is_multiple_of(step)) {
            let y = self.y(value);
            svg.line("fg-grid fg-grid--ten", (LEFT, y), (RIGHT, y));
            let at = (LEFT - 6.0, y + 4.5);
            svg.text("fg-tick fg-small", at, Anchor::End, &value.to_string());
        }
        if let Some((limit, words)) = &self.pressure_limit {
            let y = self.y(*limit);
            svg.line("fg-limit", (LEFT, y), (RIGHT, y));
            svg.text("fg-limitword", (RIGHT - 4.0, y - 5.0), Anchor::End, words);
        }
    }

    fn carets(&self, svg: &mut Svg) {
        let shown = || self.pressures.iter().filter(|one| self.shows(one.minute));
        for one in shown() {
            let (x, upper, lower) = (self.x(one.minute), self.y(one.upper), self.y(one.lower));
            let class = format!("fg-caret{}", held_class(one.held));
            svg.line(&class, (x, upper), (x, lower));
            svg.caret(&class, (x, upper), -7.0);
            svg.caret(&class, (x, lower), 7.0);
        }
        // From the newest back, so that where two would stand on one another the newer is written.
        let mut free = WIDTH;
        for one in shown().rev() {
            let late = if one.is_late { "~" } else { "" };
            let words = format!("{late}{}/{}", one.upper, one.lower);
            let (x, half) = (self.x(one.minute), text_width(&words) / 2.0);
            if x + half > free {
                continue;
            }
            let class = format!("fg-strong fg-halo{}", held_class(one.held));
            let at = (x, self.y(one.upper) - 12.0);
            svg.text(&class, at, Anchor::Middle, &words);
            free = x - half - 4.0;
        }
    }

    fn number_row(&self, svg: &mut Svg, top: f64, row: &Row) {
        let base = top + 16.5;
        svg.text("fg-tick", (0.0, base), Anchor::Start, &row.name);
        svg.text("fg-tick", (RIGHT - 4.0, base), Anchor::End, &row.unit);
        svg.line("fg-grid fg-grid--ten", (0.0, top + ROW), (RIGHT, top + ROW));
        self.cells(svg, &row.cells, base);
        // The last columns hold the unit; what is due there moves into sight as time goes on.
        let free = |due: &&DueMark| self.x(due.minute) < RIGHT - 12.0 - text_width(&row.unit);
        let due: Vec<DueMark> = row.due.iter().filter(free).copied().collect();
        self.due_boxes(svg, &due, base - 5.5);
    }

    fn cells(&self, svg: &mut Svg, cells: &[Cell], base: f64) {
        let mut free = WIDTH;
        for cell in cells.iter().rev().filter(|cell| self.shows(cell.minute)) {
            let late = if cell.is_late { "~" } else { "" };
            let words = format!("{late}{}", cell.value);
            let (x, half) = (self.x(cell.minute), text_width(&words) / 2.0);
            if x + half > free {
                continue;
            }
            let class = format!("fg-strong fg-halo{}", held_class(cell.held));
            svg.text(&class, (x, base), Anchor::Middle, &words);
            free = x - half - 3.0;
        }
    }

    fn due_boxes(&self, svg: &mut Svg, due: &[DueMark], middle: f64) {
        for one in due.iter().filter(|one| self.shows(one.minute)) {
            let x = self.x(one.minute);
            if one.is_missed {
                let at = (x, middle + 5.5);
                svg.text("fg-missedword", at, Anchor::Middle, "\u{d7}");
            } else {
                svg.rect("fg-due", (x - 6.5, middle - 6.5), 13.0, 13.0);
            }
        }
    }

    fn now(&self, svg: &mut Svg, bottom: f64) {
        let now = self.now_minute.filter(|now| self.shows(*now));
        let Some(now) = now.filter(|_| self.is_started) else {
            return;
        };
        let x = self.x(now);
        svg.line("fg-now", (x, 18.0), (x, bottom));
        svg.rect("fg-nowtab", (x - 15.0, 0.0), 30.0, 18.0);
        let words = minute_words(now.floor());
        svg.text("fg-nowtext", (x, 13.5), Anchor::Middle, &words);
    }

    fn desc(&self) -> String {
        let last = self.pressures.last().map_or_else(
            || "No pressure has been taken".to_owned(),
            |one| {
                let minute = minute_words(one.minute.floor());
                format!(
                    "Last pressure {}/{} at minute {minute}",
                    one.upper, one.lower
                )
            },
        );
        let rows = self.rows.iter().map(|row| &row.due);
        let missed = rows
            .chain([&self.pressures_due, &self.saturation.due])
            .flatten()
            .filter(|one| one.is_missed)
            .count();
        let drug = self.infusion.as_ref().map_or_else(
            || "No drug ordered".to_owned(),
            |one| {
                let given = one.pieces.last().map_or("0", |piece| piece.given.as_str());
                format!("{}: {given} mg in, of {}", one.drug, one.ordered)
            },
        );
        format!("{last}. {drug}. Readings missed: {missed}. The table holds every number.")
    }
}

fn held_class(held: Held) -> &'static str {
    match held {
        Held::Plain => "",
        Held::Watch => " fg-iswatch",
        Held::Act => " fg-isact",
    }
}

/// A minute with a true minus sign.
pub(super) fn minute_words(minute: f64) -> String {
    if minute < 0.0 {
        format!("\u{2212}{:.0}", minute.abs())
    } else {
        format!("{minute:.0}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers of an attribute, in the order drawn, of elements whose class begins with `class`.
    fn read_back(svg: &str, tag: &str, class: &str, name: &str) -> Vec<f64> {
        let opening = format!("<{tag} class=\"{class}");
        svg.match_indices(&opening)
            .filter_map(|(at, _)| {
                let element = svg.get(at..)?.split('>').next()?;
                let value = element.split(&format!(" {name}=\"")).nth(1)?;
                value.split('"').next()?.parse().ok()
            })
            .collect()
    }

    /// One decimal is what is written.
    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 0.06
    }

    #[test]
    fn coordinates_read_back_from_the_drawing_are_those_of_the_data() {
        for flow in [
            Flowsheet::sample_running(),
            Flowsheet::sample_crisis(),
            Flowsheet::sample_before(),
        ] {
            let svg = flow.draw().svg;
            let (x, upper) = (
                read_back(&svg, "line", "fg-caret", "x1"),
                read_back(&svg, "line", "fg-caret", "y1"),
            );
            let lower = read_back(&svg, "line", "fg-caret", "y2");
            assert_eq!(x.len(), flow.pressures.len());
            for (nth, one) in flow.pressures.iter().enumerate() {
                assert!(near(x[nth], flow.x(one.minute)), "minute {}", one.minute);
                assert!(near(upper[nth], flow.y(one.upper)) && near(lower[nth], flow.y(one.lower)));
                assert!(upper[nth] < lower[nth], "the higher pressure stands higher");
            }
        }
    }

    #[test]
    fn the_infusion_bar_ends_where_now_stands_and_a_pause_is_not_drawn_as_given() {
        let flow = Flowsheet::sample_running();
        let svg = flow.draw().svg;
        let now = read_back(&svg, "line", "fg-now", "x1")[0];
        let left = read_back(&svg, "rect", "fg-running", "x");
        let width = read_back(&svg, "rect", "fg-running", "width");
        assert!((left[2] + width[2] - now).abs() < 0.11);
        let crisis = Flowsheet::sample_crisis().draw().svg;
        assert_eq!(read_back(&crisis, "rect", "fg-paused", "x").len(), 1);
    }

    #[test]
    fn what_was_missed_is_said_in_words_and_what_is_absent_is_no_number() {
        let drawing = Flowsheet::sample_crisis().draw();
        assert!(
            drawing.desc.contains("Readings missed: 1."),
            "{}",
            drawing.desc
        );
        let before = Flowsheet::sample_before().draw();
        assert_eq!(before.table.rows.len(), 1);
        assert_eq!(before.table.rows[0][4], "", "saturation was not read");
    }

    #[test]
    fn equal_series_give_equal_bytes() {
        let draw = || Flowsheet::sample_running().draw().svg;
        assert_eq!(draw(), draw());
    }
}
