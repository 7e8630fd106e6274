//! Every course as the outcomes count it, kept so that only what changed is folded again.
//!
//! A [`Course`] is a pure function of its record, like a line of the board; beside it stands how far
//! the day of the report is from its index. The numbers come from `outcomes`, which knows no record.

pub mod ask;
pub mod behind;
mod gather;
pub mod signed;
pub mod table;
pub mod told;
pub mod trial;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use outcomes::report::Followed;
use outcomes::trace::Trace;
use protocol::contact::complete::Given;
use rayon::prelude::*;
use record::Chart;
use record::calendar::days_between;
use record::ids::{CourseId, PatientId};

use crate::clinic::Clinic;
use crate::denied::Denied;

/// After how many days without an entry nobody can say that a person is still on the way: clinic policy.
pub const QUIET_DAYS: i32 = 30;

/// One course, or a record that has none yet, as the outcomes count it.
#[derive(Clone, Debug, PartialEq)]
pub struct Course {
    /// Whose it is.
    pub patient: PatientId,
    /// The course, once one was opened.
    pub course: Option<CourseId>,
    /// The protocol, with its version.
    pub protocol: Option<Box<str>>,
    /// The substance treated, or asked about.
    pub substance: Option<Box<str>>,
    /// The site, where the record names one.
    pub site: Option<Box<str>>,
    /// Where it was taken in from, where it was.
    pub source: Option<Box<str>>,
    /// When they asked, or the record began.
    pub asked: Date,
    /// The index: the day of the first dose, or the day a trial randomised them.
    pub index: Option<Date>,
    /// Whether a trial randomised them, so that the index is that day and not a dose of ours.
    pub is_of_trial: bool,
    /// The day of the last thing recorded.
    pub last: Date,
    /// Their days.
    pub trace: Trace,
    /// What is in of the check-ins they were asked for; none where nobody asked, as before day 0 or in a
    /// record taken in.
    pub check_ins: Option<CheckIns>,
}

/// The check-ins of a course, as far as the outcomes tell how complete they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckIns {
    /// Day 0.
    pub day_zero: Date,
    /// The days on which one was given.
    pub given: Given,
    /// Whether the course goes on.
    pub is_open: bool,
    /// Who has taken an open alert about the patient.
    pub owner: Option<Box<str>>,
}

impl Course {
    /// Every course of a record, or the record alone where it has none.
    pub fn all_of(patient: PatientId, chart: &Chart, zone: &TimeZone) -> Vec<Self> {
        gather::all(patient, chart, zone)
    }

    /// The course, and how many of its days are over by `today`.
    pub fn followed(&self, today: Date) -> Followed<'_> {
        let passed = self
            .index
            .map(|index| usize::try_from(days_between(index, today) - 1).unwrap_or(0));
        Followed {
            trace: &self.trace,
            passed,
            is_quiet: days_between(self.last, today) > QUIET_DAYS,
        }
    }

    /// The day by which a period is chosen: the first dose, or the day they asked where there is none.
    pub fn counts_on(&self) -> Date {
        self.index.unwrap_or(self.asked)
    }
}

type OfRecord = (u64, Arc<[Course]>);

/// Every course, by record, with the version of the record it was made from.
#[derive(Default)]
pub struct Courses {
    kept: Mutex<Kept>,
    signing: Mutex<()>,
}

impl Courses {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until nobody else signs a report, and keeps others from it.
    fn signing(&self) -> MutexGuard<'_, ()> {
        self.signing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Default)]
struct Kept {
    of: BTreeMap<PatientId, OfRecord>,
    /// The turn of the board at which all of it was the case, and the courses then.
    at: Option<(u64, Standing)>,
    /// What was asked of these courses, and the answers; they go when anything is written.
    made: Vec<(ask::Key, Arc<ask::Made>)>,
}

/// How many answers are kept until the next entry is written.
const ANSWERS_KEPT_MAX: usize = 24;

/// Every course as the journal stood at a position.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// The position of the last entry it was computed from.
    pub position: u64,
    /// The courses, by record.
    pub courses: Vec<Arc<[Course]>>,
}

impl Standing {
    /// Every course.
    pub fn iter(&self) -> impl Iterator<Item = &Course> {
        self.courses.iter().flat_map(|all| all.iter())
    }
}

impl Clinic {
    /// Every course as the outcomes count it. Records that changed since the last time are folded
    /// again, side by side; the others are not read.
    ///
    /// # Errors
    /// What the journal says when it cannot be read.
    pub fn standing(&self) -> Result<Standing, Denied> {
        let mut kept = self.courses().kept();
        let (turn, position, versions) = self.versions();
        if let Some((at, standing)) = &kept.at
            && *at == turn
        {
            return Ok(standing.clone());
        }
        let stale: Vec<(PatientId, u64)> = versions
            .iter()
            .filter(|(patient, version)| {
                kept.of
                    .get(patient)
                    .is_none_or(|(known, _)| known != version)
            })
            .copied()
            .collect();
        let zone = self.zone();
        let folded: Result<Vec<(PatientId, OfRecord)>, Denied> = stale
            .par_iter()
            .map(|(patient, _)| {
                let known = self.read_chart(*patient, None)?;
                let courses = Course::all_of(*patient, &known.chart, &zone);
                Ok((*patient, (known.version.0, courses.into())))
            })
            .collect();
        kept.of.extend(folded?);
        if kept.of.len() > versions.len() {
            let here: BTreeSet<PatientId> = versions.iter().map(|(patient, _)| *patient).collect();
            kept.of.retain(|patient, _| here.contains(patient));
        }
        let standing = Standing {
            position,
            courses: kept
                .of
                .values()
                .map(|(_, courses)| Arc::clone(courses))
                .collect(),
        };
        kept.at = Some((turn, standing.clone()));
        kept.made.clear();
        Ok(standing)
    }

    /// Every course as the journal stood at an earlier position: every record is read again.
    ///
    /// What was erased since stays erased.
    ///
    /// # Errors
    /// [`Denied::NotFound`] where the journal has not come so far; what it says when it cannot be read.
    pub fn standing_at(&self, position: u64) -> Result<Standing, Denied> {
        let now = self.standing()?;
        if now.position == position {
            return Ok(now);
        }
        if now.position < position {
            return Err(Denied::NotFound);
        }
        let zone = self.zone();
        let (_, _, versions) = self.versions();
        let courses: Result<Vec<Arc<[Course]>>, Denied> = versions
            .par_iter()
            .map(|(patient, _)| {
                let known = self.read_chart(*patient, None)?;
                let then = known.chart.as_of(position);
                Ok(Course::all_of(*patient, &then, &zone).into())
            })
            .collect();
        Ok(Standing {
            position,
            courses: courses?,
        })
    }

    /// The answer to the same question about the same courses, where it was asked before.
    fn kept_answer(&self, key: &ask::Key) -> Option<Arc<ask::Made>> {
        let kept = self.courses().kept();
        let mut all = kept.made.iter();
        all.find(|(known, _)| known == key)
            .map(|(_, made)| Arc::clone(made))
    }

    fn keep_answer(&self, key: ask::Key, made: &Arc<ask::Made>) {
        let mut kept = self.courses().kept();
        if kept.made.len() >= ANSWERS_KEPT_MAX {
            kept.made.clear();
        }
        kept.made.push((key, Arc::clone(made)));
    }

    fn versions(&self) -> (u64, u64, Vec<(PatientId, u64)>) {
        let board = self.board();
        let versions = board
            .lines()
            .map(|(patient, line)| (*patient, line.version))
            .collect();
        (board.turn(), board.position(), versions)
    }
}
