//! A record taken in from a trial of the CTN-0094 layout: its own index and its own weekly words.
//!
//! The import keeps the days of randomisation as history, the visits that were held and missed, and the
//! urines with what was found in them; from these the trial's rule makes the words it made of its own
//! tables. Day 0 of the course is the day of consent, as in the tables.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use outcomes::Word;
use outcomes::weekly::{
    Calendar, Known, PhaseWords, Randomised, SelfReport, Urines, words_from_self_report,
    words_from_urines,
};
use record::Chart;
use record::calendar::{civil_day, days_between};
use record::chart::visit::VisitState;
use record::fact::house::RecordImported;
use record::fact::observation::{Found, UrineScreen};
use record::fact::person::{HistoryTaken, HistoryValue};
use record::fact::substance_use::UseReported;

/// What makes a urine positive in a buprenorphine arm, as the trial's own rule has it.
pub const POSITIVE: [&str; 2] = ["opioid", "methadone"];

/// What a record says of a trial.
#[derive(Clone, Debug)]
pub struct Trial {
    /// What the trial calls the person.
    pub who: String,
    /// When they were randomised, in days since consent.
    pub randomised: Randomised,
    /// Their urines and visits, in days since consent.
    pub urines: Urines,
    /// Days on which use was reported. The calendar is taken as filled, as the trial's words take it.
    pub reported: BTreeSet<i32>,
    consent: Date,
}

/// Reads a record that was taken in from a trial; none where it was not, or has no course of it.
pub fn of(chart: &Chart, zone: &TimeZone) -> Option<Trial> {
    with(chart, zone, &POSITIVE)
}

/// The same, with other substances that make a urine positive.
pub fn with(chart: &Chart, zone: &TimeZone, positive: &[&str]) -> Option<Trial> {
    let (_, imported) = chart.all::<RecordImported>().last()?;
    if !imported.source.as_str().starts_with("CTN-") {
        return None;
    }
    let consent = chart
        .courses()
        .into_iter()
        .find_map(|course| course.day_zero)?;
    let is_positive = |name: &str| positive.iter().any(|one| one.eq_ignore_ascii_case(name));
    let mut urines = Urines::default();
    for (entry, screen) in chart.all::<UrineScreen>() {
        let found = screen
            .findings
            .iter()
            .any(|one| one.found == Found::Found && is_positive(one.substance.as_str()));
        if found {
            let day = civil_day(entry.occurred_at.0, zone);
            urines.positive.insert(days_between(consent, day));
        }
    }
    for visit in chart.visits() {
        let day = days_between(consent, civil_day(visit.starts_at, zone));
        match visit.state {
            VisitState::Held => urines.present.insert(day),
            VisitState::Missed => urines.missed.insert(day),
            VisitState::Booked | VisitState::Arrived | VisitState::Cancelled => continue,
        };
    }
    let reported = chart
        .all::<UseReported>()
        .filter(|(_, report)| {
            let mut uses = report.uses.iter();
            uses.any(|one| one.used && is_positive(one.substance.as_str()))
        })
        .map(|(_, report)| days_between(consent, report.day))
        .collect();
    Some(Trial {
        who: imported.source_number.to_string(),
        randomised: Randomised {
            first: randomised(chart, "randomisation 1", consent),
            again: randomised(chart, "randomisation 2", consent),
        },
        urines,
        reported,
        consent,
    })
}

fn randomised(chart: &Chart, part: &str, consent: Date) -> Option<i32> {
    let taken = chart.all::<HistoryTaken>();
    let mut answers = taken
        .filter(|(_, taken)| taken.part.as_str() == part)
        .flat_map(|(_, taken)| &taken.answers);
    answers.find_map(|one| match (&one.answer, one.input.as_str()) {
        (HistoryValue::On(day), "day") => Some(days_between(consent, *day)),
        _ => None,
    })
}

impl Trial {
    /// The day of the first randomisation.
    pub fn randomised_on(&self) -> Option<Date> {
        let day = record::calendar::ProtocolDay(self.randomised.first?);
        Some(record::calendar::civil_day_of(day, self.consent))
    }

    /// The words of the urines by a trial's calendar; none where its days make no word.
    pub fn urine_words(&self, calendar: Calendar) -> Option<PhaseWords> {
        words_from_urines(self.randomised, &self.urines, calendar).ok()
    }

    /// The words of the reported days by a trial's calendar.
    pub fn self_report_words(&self, calendar: Calendar) -> Option<PhaseWords> {
        let report = SelfReport {
            used: self.reported.clone(),
            known: Known::EveryDay,
        };
        words_from_self_report(self.randomised, &report, calendar).ok()
    }

    /// The word of both phases, from the urines.
    pub(super) fn word(&self) -> Option<Word> {
        let words = self.urine_words(Calendar::CTN_0030)?;
        words.phase_1.followed_by(&words.phase_2).ok()
    }
}
