//! What is due from or to everybody on a course: since when, how late, whose it is.
//!
//! Worked out from the board whenever it is asked for, and kept nowhere: what depends on the day is
//! never stored. A person is followed as closely as the relapse watch says, and the day is the one on
//! their own calendar.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use protocol::contact::relapse_watch::{RelapseWatch, Score};
use protocol::contact::stale::{Stale, TooOld};
use protocol::contact::{Cadence, Item, Owner, Tier, What, latest};
use record::calendar::{civil_day, days_between};
use record::chart::course::CourseState;
use record::ids::PatientId;

use crate::board::Board;
use crate::board::follow::{Done, Follow};
use crate::board::line::PatientLine;
use crate::library::Library;
use crate::relapse;

/// How far back a course may have begun and still have something due: the last assessment of a protocol
/// is a year out.
const DAYS_FOLLOWED: i32 = 400;

/// One thing that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// From or to whom.
    pub patient: PatientId,
    /// What kind of thing.
    pub what: What,
    /// What it is called.
    pub title: Arc<str>,
    /// The protocol day it was due on.
    pub day: i32,
    /// That day on the calendar.
    pub since: Date,
    /// Its time is over and it was not done.
    pub is_late: bool,
    /// How many due days in a row went by before it without it.
    pub n_missed: usize,
    /// Whose it is until somebody takes it.
    pub owner: Owner,
}

/// The days of everything that can be due, worked out once for a whole list.
#[derive(Debug)]
pub struct Calendar<'a> {
    cadence: &'a Cadence,
    rule: &'a RelapseWatch,
    stale: &'a Stale,
    items: Vec<Timed<'a>>,
    assessments: BTreeMap<(&'a str, u32), Assessments>,
}

/// An item, its title, and its days as planned, amber and red.
type Timed<'a> = (&'a Item, Arc<str>, [Vec<i32>; 3]);

/// A protocol's own days, rising, with what each is called.
type Assessments = Vec<(i32, Arc<str>)>;

/// Where a person stands today: the day of their course, and how closely they are followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Today {
    /// The civil day where they are.
    pub date: Date,
    /// The day of their course.
    pub day: i32,
    /// Day 0.
    pub day_zero: Date,
    /// How closely they are followed.
    pub tier: Tier,
    /// Their zone.
    pub zone: TimeZone,
}

/// Zones by name, each looked up once.
#[derive(Debug)]
pub struct Zones {
    here: TimeZone,
    known: BTreeMap<Box<str>, TimeZone>,
}

impl Zones {
    /// No zone but the clinic's own.
    pub fn of(here: TimeZone) -> Self {
        Self {
            here,
            known: BTreeMap::new(),
        }
    }

    /// The zone a patient keeps: the clinic's, unless they said another that is known.
    pub fn theirs(&mut self, line: &PatientLine) -> TimeZone {
        let contact = line.follow.contact.as_ref();
        let Some(name) = contact.and_then(|contact| contact.zone_name.as_ref()) else {
            return self.here.clone();
        };
        if let Some(zone) = self.known.get(name) {
            return zone.clone();
        }
        let zone = TimeZone::get(name).unwrap_or_else(|_| self.here.clone());
        self.known.insert(name.clone(), zone.clone());
        zone
    }
}

impl<'a> Calendar<'a> {
    /// The days of the cadence and of every protocol.
    pub fn of(library: &'a Library) -> Self {
        let cadence = library.cadence();
        let items = cadence
            .items
            .iter()
            .map(|item| {
                let days = [Tier::Calm, Tier::Amber, Tier::Red].map(|tier| item.days(tier));
                (item, Arc::from(item.title.as_str()), days)
            })
            .collect();
        let assessments = library.protocols().iter().map(|protocol| {
            let days = protocol.assessments.iter().filter(|one| one.day > 0);
            let days = days.map(|one| {
                let title = format!("Assessments of day {}", one.day);
                (i32::from(one.day), Arc::from(title))
            });
            let mut days: Assessments = days.collect();
            days.sort_unstable();
            ((protocol.id.as_str(), protocol.version), days)
        });
        Self {
            cadence,
            rule: library.relapse_watch(),
            stale: library.stale(),
            items,
            assessments: assessments.collect(),
        }
    }

    /// Where a person stands; nothing for one who is on no course, or before its day 1.
    pub fn today(&self, line: &PatientLine, now: Timestamp, zones: &mut Zones) -> Option<Today> {
        if line.stage.state != Some(CourseState::Open) {
            return None;
        }
        let day_zero = line.course.as_ref()?.day_zero?;
        let zone = zones.theirs(line);
        let date = civil_day(now, &zone);
        let day = days_between(day_zero, date);
        if !(1..=DAYS_FOLLOWED).contains(&day) {
            return None;
        }
        let score = self.watch(line, date, &zone);
        let tier = score.map_or(Tier::Calm, |(_, score)| score.tier);
        Some(Today {
            date,
            day,
            day_zero,
            tier,
            zone,
        })
    }

    /// The relapse watch of the last day a person can be scored on, by their own calendar; the same
    /// score as their chart gives. None before their day 0.
    pub fn watch(&self, line: &PatientLine, date: Date, zone: &TimeZone) -> Option<(Date, Score)> {
        let watched = line.follow.watched.as_ref()?;
        relapse::score_now(watched, date, self.rule, self.cadence, zone)
    }

    /// What is known of a person and too old to go by, within the days the cadence holds.
    pub fn too_old(&self, line: &PatientLine, today: &Today) -> Vec<TooOld<'_>> {
        if today.day > self.cadence.days {
            return Vec::new();
        }
        let last = |item: &Item| last_done(item, line, today);
        self.stale.too_old(self.cadence, today.day, last)
    }

    /// Everything due of one person.
    pub fn due(&self, patient: PatientId, line: &PatientLine, today: &Today) -> Vec<Due> {
        let mut due = Vec::new();
        let mut put = |what, title: &Arc<str>, owner, found: protocol::contact::Latest| {
            let listed = self.cadence.assessment.listed_days;
            if today.day > found.day.saturating_add(listed) {
                return;
            }
            due.push(Due {
                patient,
                what,
                title: Arc::clone(title),
                day: found.day,
                since: today.day_zero.saturating_add(found.day.days()),
                is_late: found.is_late,
                n_missed: found.n_missed,
                owner,
            });
        };
        for (item, title, days) in &self.items {
            if let Some(found) = self.found(item, days, line, today) {
                put(item.what, title, item.owner, found);
            }
        }
        if let Some(found) = self.assessment(line, today) {
            let (title, found) = found;
            put(What::Visit, &title, self.cadence.assessment.owner, found);
        }
        due
    }

    /// How the check-in of somebody stands today, where one is due and not late.
    pub fn check_in(&self, line: &PatientLine, today: &Today) -> Option<i32> {
        let (item, _, days) = self
            .items
            .iter()
            .find(|(item, _, _)| item.what == What::CheckIn)?;
        let found = self.found(item, days, line, today)?;
        (!found.is_late).then_some(found.day)
    }

    fn found(
        &self,
        item: &Item,
        days: &[Vec<i32>; 3],
        line: &PatientLine,
        today: &Today,
    ) -> Option<protocol::contact::Latest> {
        let [calm, amber, red] = days;
        let days = match today.tier {
            Tier::Calm => calm,
            Tier::Amber => amber,
            Tier::Red => red,
        };
        let done = last_done(item, line, today);
        let found = latest(days, item.open_days, done, today.day)?;
        // A check-in that was not given is silence, which the watch list has; it is not due any more.
        let is_over = item.what == What::CheckIn && found.is_late;
        (!is_over && today.day <= self.cadence.days.saturating_add(item.open_days)).then_some(found)
    }

    fn assessment(
        &self,
        line: &PatientLine,
        today: &Today,
    ) -> Option<(Arc<str>, protocol::contact::Latest)> {
        let course = line.course.as_ref()?;
        let days = self
            .assessments
            .get(&(&*course.protocol, course.protocol_version))?;
        let n_come = days.partition_point(|(day, _)| *day <= today.day);
        let (day, title) = days.get(n_come.checked_sub(1)?)?;
        let held = done_day(&line.follow, Done::Assessment, today);
        let open = self.cadence.assessment.open_days;
        let found = latest(&[*day], open, held, today.day)?;
        Some((Arc::clone(title), found))
    }
}

/// Protocol days a check-in was answered on, told from the days they are about: the day after.
const fn asked(line: &PatientLine) -> u128 {
    line.check_in_days << 1
}

fn last_done(item: &Item, line: &PatientLine, today: &Today) -> Option<i32> {
    let follow = &line.follow;
    let on = |done| done_day(follow, done, today);
    match item.what {
        What::CheckIn => {
            let days = asked(line);
            (days != 0)
                .then(|| 127_u32.saturating_sub(days.leading_zeros()))
                .and_then(|day| i32::try_from(day).ok())
        }
        What::Call => on(Done::Call),
        What::Visit => on(Done::Therapy),
        What::Instrument => {
            let at = follow.last_answered(item.id.as_str())?;
            Some(days_between(today.day_zero, civil_day(at, &today.zone)))
        }
        What::Interview => on(Done::Interview),
        What::Urine => on(Done::Urine),
        What::Laboratory => on(Done::Laboratory),
    }
}

fn done_day(follow: &Follow, done: Done, today: &Today) -> Option<i32> {
    let at = follow.last_done(done)?;
    Some(days_between(today.day_zero, civil_day(at, &today.zone)))
}

/// Everything due of everybody on a course, late things first, then by how long it has been due.
pub fn list(board: &Board, library: &Library, now: Timestamp) -> Vec<Due> {
    let calendar = Calendar::of(library);
    let mut zones = Zones::of(board.house.zone());
    // A day to either side, since a patient's day may be another than the clinic's.
    let today = civil_day(now, &board.house.zone());
    let earliest = today.saturating_sub((DAYS_FOLLOWED + 1).days());
    let latest = today.saturating_add(1.day());
    let mut all = Vec::new();
    for (patient, line) in board.begun_between(earliest, latest) {
        if let Some(today) = calendar.today(line, now, &mut zones) {
            all.extend(calendar.due(patient, line, &today));
        }
    }
    all.sort_by_key(|due| (!due.is_late, due.since, due.patient));
    all
}

/// Everything due of one person, and where they stand.
pub fn of(
    board: &Board,
    library: &Library,
    patient: PatientId,
    now: Timestamp,
) -> Option<(Today, Vec<Due>)> {
    let calendar = Calendar::of(library);
    let line = board.line(patient)?;
    let today = calendar.today(line, now, &mut Zones::of(board.house.zone()))?;
    let due = calendar.due(patient, line, &today);
    Some((today, due))
}
