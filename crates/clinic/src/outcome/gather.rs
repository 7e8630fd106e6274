//! From a chart to its courses in days after the index.

use std::collections::{BTreeMap, BTreeSet};

use instruments::Answers;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use outcomes::trace::{Ended, Harm, Reached, Trace, days_of, word_of};
use protocol::contact::complete::Given;
use record::Chart;
use record::calendar::{civil_day, days_between};
use record::chart::course::{Course as Opened, CourseState};
use record::chart::session::Session;
use record::chart::substance_use::UseDay;
use record::fact::OneKind;
use record::fact::care::AlertCause;
use record::fact::decision::ConsentSigned;
use record::fact::enquiry::{ContactMade, EvaluationHeld, EvaluationLeadsTo, Reached as Answered};
use record::fact::house::RecordImported;
use record::fact::observation::{FilledBy, Found, InstrumentAnswered, UrineScreen};
use record::fact::person::{HistoryTaken, HistoryValue};
use record::fact::session::{AdverseNoted, DoseStopped};
use record::fact::substance_use::{CheckInAnswered, UseMethod, UseReported, UseSource};
use record::fact::visit::{PatientArrived, VisitHeld};
use record::ids::PatientId;

use super::{CheckIns, Course, trial};
use crate::board::line::check_in_days;

/// For how many days before a test a finding contradicts a report of no use: the day of the test
/// alone, which is the shortest a window can be. Clinic policy.
const TEST_WINDOW_DAYS: usize = 1;

struct Gather<'a> {
    patient: PatientId,
    chart: &'a Chart,
    zone: &'a TimeZone,
    asked: Date,
    last: Date,
    source: Option<Box<str>>,
    site: Option<Box<str>>,
}

pub(super) fn all(patient: PatientId, chart: &Chart, zone: &TimeZone) -> Vec<Course> {
    let day = |at: Timestamp| civil_day(at, zone);
    // When a record was taken in says nothing of the person.
    let days: Vec<Date> = chart
        .entries()
        .iter()
        .filter(|entry| entry.fact.kind() != RecordImported::KIND)
        .map(|entry| day(entry.occurred_at.0))
        .collect();
    let (Some(first), Some(last)) = (days.iter().min().copied(), days.iter().max().copied()) else {
        return Vec::new();
    };
    let gather = Gather {
        patient,
        chart,
        zone,
        asked: chart
            .enquiry()
            .map_or(first, |(entry, _)| day(entry.occurred_at.0)),
        last,
        source: chart
            .all::<RecordImported>()
            .last()
            .map(|(_, fact)| fact.source.as_str().into()),
        site: site(chart),
    };
    let opened = chart.courses();
    if opened.is_empty() {
        return vec![gather.before_course()];
    }
    let sessions = chart.sessions();
    opened
        .iter()
        .map(|course| gather.course(course, &sessions))
        .collect()
}

/// The site a record names, where it was taken in from a trial of several.
fn site(chart: &Chart) -> Option<Box<str>> {
    chart
        .all::<HistoryTaken>()
        .flat_map(|(_, taken)| &taken.answers)
        .find(|one| one.input.as_str() == "site_masked")
        .and_then(|one| match &one.answer {
            HistoryValue::Word(word) | HistoryValue::Number(word) => Some(word.as_str().into()),
            HistoryValue::Plain(_)
            | HistoryValue::On(_)
            | HistoryValue::At(_)
            | HistoryValue::Text(_) => None,
        })
}

impl Gather<'_> {
    fn day(&self, at: Timestamp) -> Date {
        civil_day(at, self.zone)
    }

    fn before_course(&self) -> Course {
        let held = self.chart.all::<EvaluationHeld>().last();
        let (reached, ended) = match held {
            Some((_, held)) => (Reached::Evaluated, led_to(held.leads_to)),
            None => (Reached::Enquired, self.not_reached()),
        };
        let substance = self
            .chart
            .enquiry()
            .and_then(|(_, asked)| asked.substance.as_ref());
        Course {
            patient: self.patient,
            course: None,
            protocol: None,
            substance: substance.map(|substance| substance.as_str().into()),
            site: self.site.clone(),
            source: self.source.clone(),
            asked: self.asked,
            index: None,
            is_of_trial: false,
            last: self.last,
            check_ins: None,
            trace: Trace {
                reached,
                ended,
                ..Trace::default()
            },
        }
    }

    /// Whether somebody tried and never reached the person.
    fn not_reached(&self) -> Option<Ended> {
        let tried: Vec<Answered> = self
            .chart
            .all::<ContactMade>()
            .map(|(_, contact)| contact.reached)
            .collect();
        let is_lost = !tried.is_empty() && !tried.contains(&Answered::Spoke);
        is_lost.then_some(Ended::NotReached)
    }

    fn course(&self, course: &Opened, sessions: &[Session]) -> Course {
        let of_course: Vec<&Session> = sessions
            .iter()
            .filter(|session| session.course == course.id && session.started.is_some())
            .collect();
        let first_dose = of_course
            .iter()
            .filter_map(|session| session.started)
            .map(|started| self.day(started.at))
            .min();
        let trial = trial::of(self.chart, self.zone);
        let index = trial
            .as_ref()
            .map_or(first_dose, trial::Trial::randomised_on);
        let is_of_trial = trial.is_some();
        let reached = self.reached(course, index.is_some(), of_course.len());
        let mut trace = Trace {
            // Day 0 of a trial's record is the day of consent.
            reached: if is_of_trial {
                reached.max(Reached::Consented)
            } else {
                reached
            },
            ended: match course.state {
                CourseState::Left => Some(Ended::Left),
                CourseState::Completed => Some(Ended::Completed),
                CourseState::Open | CourseState::Paused => None,
            },
            doses_planned: self
                .chart
                .plan(course.id)
                .map_or(0, |(_, plan)| plan.doses.len()),
            harm: self.harm(&of_course),
            ..Trace::default()
        };
        if let Some(index) = index {
            self.fill(&mut trace, course, index);
            if let Some(word) = trial.and_then(|trial| trial.word()) {
                trace.word = word;
            }
        }
        Course {
            patient: self.patient,
            course: Some(course.id),
            protocol: Some(
                format!("{} version {}", course.protocol, course.protocol_version).into(),
            ),
            substance: Some(course.substance.as_str().into()),
            site: self.site.clone(),
            source: self.source.clone(),
            asked: self.asked,
            index,
            is_of_trial,
            last: self.last,
            check_ins: self.check_ins(course),
            trace,
        }
    }

    fn check_ins(&self, course: &Opened) -> Option<CheckIns> {
        let day_zero = course.day_zero.filter(|_| self.source.is_none())?;
        let of = |says: bool| {
            check_in_days(self.chart, Some(day_zero), |one| {
                one.course == course.id && one.says_anything() == says
            })
        };
        let answered = of(true);
        let is_open = course.state == CourseState::Open;
        let alerts = self.chart.alerts();
        let open = || alerts.iter().filter(|one| one.closed_at.is_none());
        let silent = open().filter(|one| one.cause == AlertCause::Silence);
        let owner = silent
            .chain(open())
            .find_map(|one| one.owner.as_ref())
            .map(|(_, name)| name.as_str().into());
        Some(CheckIns {
            day_zero,
            // Asked for on the day after the one it is about.
            given: Given {
                answered: answered << 1,
                declined: (of(false) & !answered) << 1,
            },
            is_open,
            owner: owner.filter(|_| is_open),
        })
    }

    fn reached(&self, course: &Opened, is_started: bool, n_given: usize) -> Reached {
        let n_planned = self.chart.plan(course.id).map(|(_, plan)| plan.doses.len());
        let has_all = n_planned.is_some_and(|n| n > 0 && n_given >= n);
        let is_signed = self
            .chart
            .all::<ConsentSigned>()
            .any(|(_, consent)| consent.course == course.id);
        match (is_started, has_all, is_signed) {
            (true, true, _) => Reached::AllDoses,
            (true, false, _) => Reached::Started,
            (false, _, true) => Reached::Consented,
            (false, _, false) => Reached::Opened,
        }
    }

    fn fill(&self, trace: &mut Trace, course: &Opened, index: Date) {
        let after = |day: Date| days_between(index, day);
        let reported: BTreeMap<i32, Option<bool>> = self
            .chart
            .use_days(Some(&course.substance))
            .get(&course.substance)
            .into_iter()
            .flatten()
            .map(|(day, said)| {
                let used = match said {
                    UseDay::Used => Some(true),
                    UseDay::NotUsed => Some(false),
                    UseDay::Conflict => None,
                };
                (after(*day), used)
            })
            .collect();
        trace.urines = self.urines(course, index);
        trace.days = days_of(&reported, &trace.urines, TEST_WINDOW_DAYS);
        trace.word = word_of(&trace.urines);
        trace.contacts = self.contacts(index);
        trace.craving = self.craving(index);
        trace.phq9 = self.phq9(index);
    }

    fn urines(&self, course: &Opened, index: Date) -> BTreeMap<i32, bool> {
        let mut urines = BTreeMap::new();
        for (entry, screen) in self.chart.all::<UrineScreen>() {
            let day = days_between(index, self.day(entry.occurred_at.0));
            let found = screen
                .findings
                .iter()
                .find(|one| one.substance == course.substance)
                .map(|one| one.found);
            let found = match found {
                Some(Found::Found) => true,
                Some(Found::NotFound) => false,
                Some(Found::Inconclusive | Found::NotTested) | None => continue,
            };
            if screen.not_given.is_none() {
                *urines.entry(day).or_insert(false) |= found;
            }
        }
        urines
    }

    /// Days on which something came from the patient. An interview tells of days long past, so the day
    /// it tells of is no contact.
    fn contacts(&self, index: Date) -> BTreeSet<i32> {
        let mut days = BTreeSet::new();
        let mut add = |at: Timestamp| {
            let day = days_between(index, civil_day(at, self.zone));
            if day > 0 {
                days.insert(day);
            }
        };
        let chart = self.chart;
        for (entry, _) in chart.all::<CheckInAnswered>() {
            add(entry.occurred_at.0);
        }
        for (entry, contact) in chart.all::<ContactMade>() {
            if contact.reached == Answered::Spoke {
                add(entry.occurred_at.0);
            }
        }
        for (entry, answered) in chart.all::<InstrumentAnswered>() {
            if answered.filled_by != FilledBy::Clinician {
                add(entry.occurred_at.0);
            }
        }
        for (entry, reported) in chart.all::<UseReported>() {
            if reported.source == UseSource::Patient && reported.method != UseMethod::Interview {
                add(entry.occurred_at.0);
            }
        }
        for (entry, screen) in chart.all::<UrineScreen>() {
            if screen.not_given.is_none() {
                add(entry.occurred_at.0);
            }
        }
        for (entry, _) in chart.all::<PatientArrived>() {
            add(entry.occurred_at.0);
        }
        for (entry, _) in chart.all::<VisitHeld>() {
            add(entry.occurred_at.0);
        }
        for (entry, _) in chart.all::<DoseStopped>() {
            add(entry.occurred_at.0);
        }
        days
    }

    fn craving(&self, index: Date) -> Vec<(i32, f64)> {
        let mut values: Vec<(i32, f64)> = self
            .chart
            .all::<CheckInAnswered>()
            .filter_map(|(_, one)| {
                let score = one.craving_peak.answer().or(one.craving_now.answer())?;
                Some((days_between(index, one.day), f64::from(score.get())))
            })
            .collect();
        values.extend(self.scores("craving", "peak", index));
        values.sort_by_key(|(day, _)| *day);
        values
    }

    fn phq9(&self, index: Date) -> Vec<(i32, f64)> {
        let mut values = self.scores("phq-9", "total", index);
        values.sort_by_key(|(day, _)| *day);
        values
    }

    /// Every score of an instrument that can be said, by day.
    fn scores(&self, name: &str, score: &str, index: Date) -> Vec<(i32, f64)> {
        let Some(instrument) = instruments::library().get(name) else {
            return Vec::new();
        };
        self.chart
            .all::<InstrumentAnswered>()
            .filter(|(_, one)| one.instrument.as_str() == name)
            .filter_map(|(entry, one)| {
                let value = if let Some(total) = one.entered_total {
                    instrument
                        .entered(score, f64::from(total), false)?
                        .value()?
                } else {
                    let items = one.items.iter();
                    let answers = Answers::of(
                        items.filter_map(|item| Some((item.item.as_str(), item.value?))),
                    );
                    let scored = instrument.scored(&answers).ok()?;
                    scored.iter().find(|one| one.score.id == score)?.value()?
                };
                Some((days_between(index, self.day(entry.occurred_at.0)), value))
            })
            .collect()
    }

    fn harm(&self, sessions: &[&Session]) -> Harm {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let noted = self.chart.all::<AdverseNoted>();
        let serious = self
            .chart
            .all::<AdverseNoted>()
            .filter(|(_, one)| one.serious);
        let stopped = self.chart.all::<DoseStopped>().filter(|(_, one)| {
            one.reason.is_some() && sessions.iter().any(|session| session.id == one.session)
        });
        Harm {
            noted: count(noted.count()),
            serious: count(serious.count()),
            sessions: count(sessions.len()),
            stopped_early: count(stopped.count()),
        }
    }
}

const fn led_to(leads_to: EvaluationLeadsTo) -> Option<Ended> {
    match leads_to {
        EvaluationLeadsTo::Proceed => None,
        EvaluationLeadsTo::Refer => Some(Ended::Referred),
        EvaluationLeadsTo::NotNow => Some(Ended::NotNow),
        EvaluationLeadsTo::Declined => Some(Ended::Declined),
    }
}
