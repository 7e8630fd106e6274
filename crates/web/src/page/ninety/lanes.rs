//! The lanes everybody sees who may see the page: craving, use, tests, mood, sleep, medicine, visits.

use std::collections::BTreeMap;

use figures::{BarLane, Lane, LineLane, MarkLane, Note, Reading, ReadingLane, StripLane, Values};
use jiff::civil::Date;
use record::calendar::{civil_day, days_between};
use record::chart::course::Course;
use record::chart::visit::VisitState;
use record::fact::observation::{Found, InstrumentAnswered, UrineScreen};
use record::fact::person::MedicineTaken;
use record::fact::substance_use::CheckInAnswered;
use record::fact::visit::VisitPurpose;

use crate::page::chart::{craving, strip};
use crate::page::patient::Opened;

pub(super) fn lanes(opened: &Opened, course: &Course, day_zero: Date, until: i32) -> Vec<Lane> {
    let chart = opened.chart();
    let mut lanes = Vec::new();
    let has_check_ins = chart.all::<CheckInAnswered>().next().is_some();
    if has_check_ins {
        lanes.push(line(
            "Craving",
            (0.0, 10.0),
            "",
            true,
            craving(chart, day_zero),
        ));
    }
    for name in substances(opened, course) {
        let strip = strip(chart, &name, day_zero, until, &opened.zone);
        if name == course.substance || !strip.marks.is_empty() {
            lanes.push(Lane::Strip(StripLane {
                strip,
                planned: Vec::new(),
                notes: Vec::new(),
            }));
        }
    }
    if let Some(lane) = urines(opened, course, day_zero) {
        lanes.push(lane);
    }
    if has_check_ins {
        let mood = by_day(opened, day_zero, |one| {
            one.mood.answer().map(|score| f64::from(score.get()))
        });
        lanes.push(line("Mood", (0.0, 10.0), "", false, mood));
        let sleep = by_day(opened, day_zero, |one| {
            one.sleep_half_hours
                .answer()
                .map(|half_hours| f64::from(*half_hours) / 2.0)
        });
        lanes.push(line("Sleep", (0.0, 12.0), "h", false, sleep));
    }
    lanes.extend(medicine(opened, day_zero));
    lanes.extend(ratings(opened, day_zero));
    lanes.push(visits(opened, day_zero));
    lanes
}

/// The course's substance first, then every other that was reported.
fn substances(opened: &Opened, course: &Course) -> Vec<record::Substance> {
    let mut all = vec![course.substance.clone()];
    let days = opened.chart().use_days(Some(&course.substance));
    all.extend(
        days.keys()
            .filter(|name| **name != course.substance)
            .cloned(),
    );
    all.truncate(8);
    all
}

fn line(name: &str, range: (f64, f64), unit: &str, is_main: bool, values: Values) -> Lane {
    let note = values.last_key_value().map(|(day, value)| Note {
        lead: format!("{value} on day {day}."),
        rest: match name {
            "Craving" => {
                "Worst craving since the last check-in, 0 to 10. Down is better.".to_owned()
            }
            "Mood" => "Mood, 0 to 10. Up is better.".to_owned(),
            _ => "By own account.".to_owned(),
        },
    });
    Lane::Line(LineLane {
        name: name.to_owned(),
        range,
        unit: unit.to_owned(),
        every: 1,
        is_main,
        bands: Vec::new(),
        values,
        notes: note.into_iter().collect(),
    })
}

fn by_day(
    opened: &Opened,
    day_zero: Date,
    value: impl Fn(&CheckInAnswered) -> Option<f64>,
) -> Values {
    opened
        .chart()
        .all::<CheckInAnswered>()
        .filter_map(|(_, one)| Some((days_between(day_zero, one.day), value(one)?)))
        .collect()
}

/// Urine tests for the course's substance.
fn urines(opened: &Opened, course: &Course, day_zero: Date) -> Option<Lane> {
    let readings: BTreeMap<i32, Reading> = opened
        .chart()
        .all::<UrineScreen>()
        .filter_map(|(entry, screen)| {
            let day = days_between(day_zero, civil_day(entry.occurred_at.0, &opened.zone));
            if screen.not_given.is_some() {
                return Some((day, Reading::NotGiven));
            }
            let finding = screen
                .findings
                .iter()
                .find(|one| one.substance == course.substance)?;
            match finding.found {
                Found::Found => Some((day, Reading::Positive)),
                Found::NotFound => Some((day, Reading::Negative)),
                Found::Inconclusive | Found::NotTested => None,
            }
        })
        .collect();
    (!readings.is_empty()).then(|| {
        Lane::Readings(ReadingLane {
            name: "Urine".to_owned(),
            readings,
            notes: Vec::new(),
        })
    })
}

fn medicine(opened: &Opened, day_zero: Date) -> Option<Lane> {
    let mut amounts = Values::new();
    let mut name = None;
    for (_, taken) in opened.chart().all::<MedicineTaken>() {
        let micrograms = taken.micrograms?.get();
        let milligrams = u32::try_from(micrograms / 1_000).map_or(0.0, f64::from);
        *amounts
            .entry(days_between(day_zero, taken.day))
            .or_insert(0.0) += milligrams;
        name = Some(taken.name.to_string());
    }
    let name = record::Substance::new(&name?).ok()?.title();
    let top = amounts.values().copied().fold(8.0, f64::max);
    Some(Lane::Bars(BarLane {
        name,
        unit: "mg".to_owned(),
        top,
        amounts,
        notes: Vec::new(),
    }))
}

/// A clinician's rating that is a single number, such as withdrawal.
fn ratings(opened: &Opened, day_zero: Date) -> Option<Lane> {
    let values: Values = opened
        .chart()
        .all::<InstrumentAnswered>()
        .filter(|(_, one)| one.instrument.as_str().ends_with("withdrawal"))
        .filter_map(|(entry, one)| {
            let [only] = one.items.as_slice() else {
                return None;
            };
            let day = days_between(day_zero, civil_day(entry.occurred_at.0, &opened.zone));
            Some((day, f64::from(only.value?)))
        })
        .collect();
    (!values.is_empty()).then(|| {
        Lane::Line(LineLane {
            name: "Withdrawal".to_owned(),
            range: (0.0, 3.0),
            unit: String::new(),
            every: 8,
            is_main: false,
            bands: Vec::new(),
            values,
            notes: Vec::new(),
        })
    })
}

fn visits(opened: &Opened, day_zero: Date) -> Lane {
    let of = |state: VisitState| -> Vec<i32> {
        opened
            .chart()
            .visits()
            .iter()
            .filter(|visit| visit.state == state && visit.purpose != VisitPurpose::Dosing)
            .map(|visit| days_between(day_zero, civil_day(visit.starts_at, &opened.zone)))
            .filter(|day| *day >= 0)
            .collect()
    };
    Lane::Marks(MarkLane {
        name: "Visits".to_owned(),
        held: of(VisitState::Held),
        missed: of(VisitState::Missed),
        planned: of(VisitState::Booked),
        notes: Vec::new(),
    })
}
