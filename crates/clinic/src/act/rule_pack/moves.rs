//! Whom another rule pack would move: every open course under both packs, on the facts of this moment.
//!
//! The screening rules are run. Those of the day are asked on the day, of that day's answers, and are
//! not guessed at here.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use protocol::{Clearance, Outcome, Pack, Stage, assess};
use rayon::prelude::*;
use record::Chart;
use record::calendar::civil_day;
use record::chart::course::CourseState;
use record::ids::{CourseId, PatientId};

use crate::clinic::Clinic;
use crate::denied::Denied;

/// What another pack would change, over everybody on a course.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moves {
    /// How many open courses were run under both packs.
    pub n_courses: usize,
    /// How many records could not be read whole, so that nobody can say of them.
    pub n_unreadable: usize,
    /// The people for whom something would come out otherwise.
    pub moved: Vec<Moved>,
}

/// One person for whom something would come out otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// Who.
    pub patient: PatientId,
    /// Whether a dose is stopped before, and now.
    pub is_stopped: (bool, bool),
    /// The rules that come out otherwise: how before, and how now; none where the rule is not there.
    pub rules: Vec<(String, Option<Outcome>, Option<Outcome>)>,
}

impl Moves {
    /// Those a dose would newly be stopped for.
    pub fn newly_stopped(&self) -> impl Iterator<Item = &Moved> {
        let newly = |one: &&Moved| matches!(one.is_stopped, (false, true));
        self.moved.iter().filter(newly)
    }

    /// Those nothing would stand in the way of any more.
    pub fn newly_passed(&self) -> impl Iterator<Item = &Moved> {
        let newly = |one: &&Moved| matches!(one.is_stopped, (true, false));
        self.moved.iter().filter(newly)
    }

    /// Those who would be stopped as before, or pass as before, on other grounds.
    pub fn otherwise(&self) -> impl Iterator<Item = &Moved> {
        let other = |one: &&Moved| one.is_stopped.0 == one.is_stopped.1;
        self.moved.iter().filter(other)
    }
}

/// Everybody on a course, under both packs.
///
/// # Errors
/// What the journal says when a record cannot be read.
pub fn between(clinic: &Clinic, before: &Pack, now: &Pack, at: Timestamp) -> Result<Moves, Denied> {
    let zone = clinic.zone();
    let people = on_a_course(clinic);
    let each: Vec<Option<Result<Moved, PatientId>>> = people
        .par_iter()
        .map(|(patient, course)| {
            let known = clinic.chart(*patient)?;
            if !known.chart.unreadable().is_empty() {
                return Ok(Some(Err(*patient)));
            }
            let moved = of_one(&known.chart, *course, (before, now), at, &zone);
            Ok(moved.map(|(is_stopped, rules)| {
                Ok(Moved {
                    patient: *patient,
                    is_stopped,
                    rules,
                })
            }))
        })
        .collect::<Result<_, Denied>>()?;
    let mut moves = Moves {
        n_courses: people.len(),
        ..Moves::default()
    };
    for one in each.into_iter().flatten() {
        match one {
            Ok(moved) => moves.moved.push(moved),
            Err(_) => moves.n_unreadable += 1,
        }
    }
    Ok(moves)
}

/// Everybody whose course is open or paused, in the order of the board.
pub(crate) fn on_a_course(clinic: &Clinic) -> Vec<(PatientId, CourseId)> {
    let board = clinic.board();
    board
        .lines()
        .filter(|(_, line)| {
            matches!(
                line.stage.state,
                Some(CourseState::Open | CourseState::Paused)
            )
        })
        .filter_map(|(patient, line)| Some((*patient, line.course.as_ref()?.id)))
        .collect()
}

type Otherwise = (
    (bool, bool),
    Vec<(String, Option<Outcome>, Option<Outcome>)>,
);

fn of_one(
    chart: &Chart,
    course: CourseId,
    (before, now): (&Pack, &Pack),
    at: Timestamp,
    zone: &TimeZone,
) -> Option<Otherwise> {
    let (was_stopped, was) = run(chart, course, before, at, zone);
    let (is_stopped, is) = run(chart, course, now, at, zone);
    let ids: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    let rules: Vec<_> = ids
        .into_iter()
        .map(|id| (id.clone(), was.get(id).copied(), is.get(id).copied()))
        .filter(|(_, was, is)| was != is)
        .collect();
    (was_stopped != is_stopped || !rules.is_empty()).then_some(((was_stopped, is_stopped), rules))
}

/// Whether a dose is stopped under a pack, and how every screening rule comes out.
fn run(
    chart: &Chart,
    course: CourseId,
    pack: &Pack,
    at: Timestamp,
    zone: &TimeZone,
) -> (bool, BTreeMap<String, Outcome>) {
    let facts = crate::facts::of(chart, course, pack, civil_day(at, zone), zone);
    let said = assess(&facts, pack, Stage::Screen, at);
    let outcomes = said
        .verdicts
        .iter()
        .map(|verdict| (verdict.rule.id.clone(), verdict.outcome))
        .collect();
    (said.clearance != Clearance::NothingInTheWay, outcomes)
}
