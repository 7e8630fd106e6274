//! The course in words and as a table.

use std::collections::BTreeSet;

use super::CourseFigure;
use super::lane::{Lane, LineLane, Reading};
use crate::drawing::DataTable;
use crate::series::{Values, counted_days, finite};
use crate::svg::number;

/// One paragraph that says what the drawing shows.
pub(super) fn desc(figure: &CourseFigure) -> String {
    let mut said: Vec<String> = Vec::new();
    let given: Vec<i32> = figure
        .sessions
        .iter()
        .filter(|session| !session.is_planned)
        .map(|session| session.day)
        .collect();
    if !figure.sessions.is_empty() {
        said.push(format!("Dosing sessions on {}.", counted_days(&given)));
    }
    said.extend(figure.lanes.iter().map(lane_words));
    said.push("The table holds every value.".to_owned());
    said.join(" ")
}

fn lane_words(lane: &Lane) -> String {
    match lane {
        Lane::Line(line) => {
            let values = values_words(&line.name, &finite(&line.values), "answers");
            format!("{values}{}", bands_words(line))
        }
        Lane::Bars(bars) => values_words(&bars.name, &finite(&bars.amounts), "days"),
        Lane::Strip(strip) => strip.strip.said(),
        Lane::Readings(lane) => {
            let n = |wanted: Reading| {
                lane.readings
                    .values()
                    .filter(|found| **found == wanted)
                    .count()
            };
            format!(
                "{}: {} positive, {} negative, {} not given.",
                lane.name,
                n(Reading::Positive),
                n(Reading::Negative),
                n(Reading::NotGiven)
            )
        }
        Lane::Marks(lane) => format!(
            "{}: {} held, {} missed, {} planned.",
            lane.name,
            lane.held.len(),
            lane.missed.len(),
            lane.planned.len()
        ),
    }
}

/// " Its scale: minimal, mild from 5, moderate from 10."; empty where no stretch has a name.
fn bands_words(line: &LineLane) -> String {
    let named: Vec<String> = line
        .bands
        .iter()
        .map(|band| match (band.is_above, band.from > line.range.0) {
            (false, false) => band.word.clone(),
            (false, true) => format!("{} from {}", band.word, number(band.from)),
            (true, _) => format!("{} above {}", band.word, number(band.from)),
        })
        .collect();
    if named.is_empty() {
        String::new()
    } else {
        format!(" Its scale: {}.", named.join(", "))
    }
}

fn values_words(name: &str, values: &Values, of: &str) -> String {
    let highest = values.iter().max_by(|a, b| a.1.total_cmp(b.1));
    let lowest = values.iter().min_by(|a, b| a.1.total_cmp(b.1));
    match (
        values.iter().next(),
        highest,
        lowest,
        values.iter().next_back(),
    ) {
        (Some(first), Some(high), Some(low), Some(last)) => format!(
            "{name}: {} on day {}, highest {} on day {}, lowest {} on day {}, {} on day {}; {} {of}.",
            number(*first.1),
            first.0,
            number(*high.1),
            high.0,
            number(*low.1),
            low.0,
            number(*last.1),
            last.0,
            values.len()
        ),
        _ => format!("{name}: nothing recorded."),
    }
}

/// A row for each day that holds anything.
pub(super) fn table(figure: &CourseFigure) -> DataTable {
    let mut columns = vec![("Day".to_owned(), true), ("Session".to_owned(), false)];
    columns.extend(figure.lanes.iter().map(|lane| match lane {
        Lane::Line(line) => (with_unit(&line.name, &line.unit), line.bands.is_empty()),
        Lane::Bars(bars) => (with_unit(&bars.name, &bars.unit), true),
        Lane::Strip(_) | Lane::Readings(_) | Lane::Marks(_) => (lane.name().to_owned(), false),
    }));
    columns.push(("Life".to_owned(), false));
    DataTable {
        caption: figure.title.clone(),
        columns,
        rows: days(figure)
            .into_iter()
            .map(|day| row(figure, day))
            .collect(),
    }
}

fn with_unit(name: &str, unit: &str) -> String {
    if unit.is_empty() {
        name.to_owned()
    } else {
        format!("{name}, {unit}")
    }
}

fn days(figure: &CourseFigure) -> BTreeSet<i32> {
    let mut days: BTreeSet<i32> = figure.sessions.iter().map(|session| session.day).collect();
    days.extend(figure.life.iter().map(|note| note.day));
    for lane in &figure.lanes {
        match lane {
            Lane::Line(line) => days.extend(line.values.keys()),
            Lane::Bars(bars) => days.extend(bars.amounts.keys()),
            Lane::Strip(strip) => days.extend(strip.strip.days().map(|(day, _)| day)),
            Lane::Readings(lane) => days.extend(lane.readings.keys()),
            Lane::Marks(lane) => {
                days.extend(lane.held.iter().chain(&lane.missed).chain(&lane.planned));
            }
        }
    }
    days.into_iter()
        .filter(|day| (figure.first_day..=figure.last_day).contains(day))
        .collect()
}

fn row(figure: &CourseFigure, day: i32) -> Vec<String> {
    let sessions: Vec<String> = figure
        .sessions
        .iter()
        .filter(|session| session.day == day)
        .map(|session| {
            let planned = if session.is_planned { ", planned" } else { "" };
            format!("{} {}{planned}", session.name, session.amount)
                .trim()
                .to_owned()
        })
        .collect();
    let mut cells = vec![day.to_string(), sessions.join("; ")];
    cells.extend(figure.lanes.iter().map(|lane| cell(lane, day)));
    let life: Vec<&str> = figure
        .life
        .iter()
        .filter(|note| note.day == day)
        .map(|note| note.words.as_str())
        .collect();
    cells.push(life.join("; "));
    cells
}

fn cell(lane: &Lane, day: i32) -> String {
    let value = |values: &Values| {
        values
            .get(&day)
            .filter(|value| value.is_finite())
            .map_or_else(|| "no answer".to_owned(), |v| number(*v))
    };
    match lane {
        Lane::Line(line) => {
            let word = line.values.get(&day).and_then(|found| line.word_of(*found));
            let word = word.map_or_else(String::new, |word| format!(", {word}"));
            format!("{}{word}", value(&line.values))
        }
        Lane::Bars(bars) => value(&bars.amounts),
        Lane::Strip(strip) => strip
            .strip
            .on(day)
            .map_or_else(String::new, |mark| mark.word().to_owned()),
        Lane::Readings(lane) => lane
            .readings
            .get(&day)
            .map_or_else(String::new, |reading| reading.word().to_owned()),
        Lane::Marks(lane) => {
            let mut words = Vec::new();
            if lane.held.contains(&day) {
                words.push("held");
            }
            if lane.missed.contains(&day) {
                words.push("missed");
            }
            if lane.planned.contains(&day) {
                words.push("planned");
            }
            words.join(", ")
        }
    }
}
