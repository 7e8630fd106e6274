//! What a programme's courses come to: who is in it, what happened, over which time, with what is not
//! known and with what is withheld.
//!
//! A report is a function of traces and of how many days of each have passed. It counts everybody who
//! started and has reached day 90 in its outcomes, and everybody who started in its curves; nobody is
//! left out for answering too little.

pub mod behind;
pub mod groups;
pub mod imputed;
mod line;
mod time;
mod trajectory;
mod withhold;

use std::collections::BTreeMap;

pub use line::{Line, Unit, thousands};
pub use time::{Curve, CurvePoint, Incidence, Risk};
pub use trajectory::{Bubble, Trajectory, WeekMean};

use crate::change::ChangeRule;
use crate::days::RelapseRule;
use crate::measures::{Measures, MeasuresError};
use crate::missing::{Answer, Counted};
use crate::programme::{self, ProgrammeOutcome};
use crate::trace::{Reached, Trace, WINDOW_DAYS, WINDOW_WEEKS};

/// One course and how far it has come by the day of the report.
#[derive(Clone, Copy, Debug)]
pub struct Followed<'a> {
    /// The course.
    pub trace: &'a Trace,
    /// Whole days since the index that are over; none before it.
    pub passed: Option<usize>,
    /// Whether nothing was recorded for so long that nobody can say it goes on.
    pub is_quiet: bool,
}

impl Followed<'_> {
    /// Whether the ninetieth day is over.
    pub fn has_reached_ninety(&self) -> bool {
        self.passed.is_some_and(|passed| passed >= WINDOW_DAYS)
    }
}

/// The rules and words a report is made by.
#[derive(Clone, Debug)]
pub struct Rules {
    pub(crate) measures: Measures,
    pub(crate) programme: Vec<ProgrammeOutcome>,
}

/// Why the rules of a report cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    /// The measures.
    #[error(transparent)]
    Measures(#[from] MeasuresError),
    /// The outcomes in words.
    #[error("failed to read the outcomes of a programme")]
    Programme(#[from] toml::de::Error),
}

impl Rules {
    /// The rules that come with Holdfast. A test keeps their files sound.
    pub fn of_the_house() -> Result<Self, RulesError> {
        Ok(Self {
            measures: Measures::of_the_house()?,
            programme: programme::of_the_house()?,
        })
    }

    /// An outcome in words.
    pub fn outcome(&self, id: &str) -> Option<&ProgrammeOutcome> {
        self.programme.iter().find(|one| one.id == id)
    }

    pub(crate) fn change(&self, instrument: &str) -> Option<&ChangeRule> {
        let mut all = self.measures.change.iter();
        all.find(|rule| rule.instrument == instrument)
    }
}

/// A relapse rule a reader can choose, by its name in addresses.
pub const RELAPSE_RULES: [(&str, &str, RelapseRule); 2] = [
    ("first-use", "the first day of use", RelapseRule::FirstUse),
    (
        "ten-days",
        "ten days of use within twenty-eight, a positive urine counting for five (Lee 2016)",
        RelapseRule::LEE_2016,
    ),
];

/// One stage of the way in, and those who came no further.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The stage.
    pub words: &'static str,
    /// How many reached it; none where that is withheld.
    pub n: Option<u32>,
    /// Of how many who could have: those of the stage before, or of those who started.
    pub of: Option<u32>,
    /// Those of `of` who did not, by why.
    pub without: Vec<(&'static str, u32)>,
    /// Whether people have had the first dose by then.
    pub is_started: bool,
    /// Who reached it, as places in what was given.
    pub who: Vec<usize>,
}

/// What a programme's courses come to.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The way from enquiry to day 90.
    pub steps: Vec<Step>,
    /// How many started.
    pub n_started: u32,
    /// Of these, how many have reached day 90 and are counted in the outcomes.
    pub n_counted: u32,
    /// What happened to them.
    pub lines: Vec<Line>,
    /// Weeks of the first twelve without use.
    pub weeks: Vec<Counted>,
    /// The share not yet relapsed, by the rule chosen.
    pub relapse: Result<Curve, String>,
    /// The share still in contact.
    pub retention: Result<Curve, String>,
    /// Relapse with loss of contact as a competing end.
    pub incidence: Result<Incidence, String>,
    /// Craving by week.
    pub craving: Trajectory,
    /// PHQ-9 by week.
    pub phq9: Trajectory,
    /// Harm among those who started.
    pub harm: HarmSum,
    /// The fewest people a shown part may hold; 1 where nothing is withheld.
    pub fewest: u32,
}

/// Harm among those who started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HarmSum {
    /// People with a serious adverse event; none where that is withheld.
    pub with_serious: Option<u32>,
    /// People with any adverse event.
    pub with_any: Option<u32>,
    /// People who started.
    pub people: u32,
    /// Dosing sessions in which drug was given.
    pub sessions: u32,
    /// Of these, stopped before all was given.
    pub stopped_early: Option<u32>,
}

impl Report {
    /// What the courses come to, by a rule for relapse.
    pub fn of(all: &[Followed<'_>], rules: &Rules, relapse: RelapseRule) -> Self {
        let started: Vec<&Followed<'_>> = all.iter().filter(|one| one.passed.is_some()).collect();
        let counted: Vec<(usize, &Followed<'_>)> = all
            .iter()
            .enumerate()
            .filter(|(_, one)| one.has_reached_ninety())
            .collect();
        let n_started = count(started.len());
        Self {
            steps: steps(all),
            n_started,
            n_counted: count(counted.len()),
            lines: line::lines(&counted, rules),
            weeks: weeks(&counted),
            relapse: time::relapse(&started, relapse),
            retention: time::retention(&started),
            incidence: time::incidence(&started, relapse),
            craving: trajectory::of(&started, |trace| &trace.craving),
            phq9: trajectory::of(&started, |trace| &trace.phq9),
            harm: harm(&started),
            fewest: 1,
        }
    }
}

/// The share without use of those who started, by the first day of use: what trials most often count.
///
/// # Errors
/// A sentence where too few have started.
pub fn first_use(all: &[Followed<'_>]) -> Result<Curve, String> {
    let started: Vec<&Followed<'_>> = all.iter().filter(|one| one.passed.is_some()).collect();
    time::relapse(&started, RelapseRule::FirstUse)
}

pub(crate) fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn steps(all: &[Followed<'_>]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let has_plans = all.iter().any(|one| one.trace.doses_planned > 0);
    for stage in Reached::ALL {
        if stage == Reached::AllDoses && !has_plans {
            continue;
        }
        let (mut who, mut n_before, mut without) = (Vec::new(), 0, BTreeMap::new());
        for (place, one) in all.iter().enumerate() {
            if one.trace.reached >= stage {
                who.push(place);
            }
            let was_before = Reached::ALL
                .iter()
                .rev()
                .find(|earlier| **earlier < stage)
                .is_none_or(|before| one.trace.reached >= *before);
            n_before += u32::from(was_before);
            if was_before && one.trace.reached < stage {
                *without.entry(why(one)).or_insert(0) += 1;
            }
        }
        steps.push(Step {
            words: stage.words(),
            n: Some(count(who.len())),
            of: Some(n_before),
            without: most_first(without),
            is_started: stage >= Reached::Started,
            who,
        });
    }
    steps.push(known_at_ninety(all));
    steps
}

fn why(one: &Followed<'_>) -> &'static str {
    match one.trace.ended {
        Some(ended) => ended.words(),
        None if one.is_quiet => "nothing known since",
        None => "still on the way",
    }
}

fn known_at_ninety(all: &[Followed<'_>]) -> Step {
    let (mut who, mut n_started, mut without) = (Vec::new(), 0, BTreeMap::new());
    for (place, one) in all.iter().enumerate() {
        if one.passed.is_none() {
            continue;
        }
        n_started += 1;
        if !one.has_reached_ninety() {
            *without.entry("not at day 90 yet").or_insert(0) += 1;
        } else if line::is_in_contact(one.trace) {
            who.push(place);
        } else {
            *without.entry("no contact since day 76").or_insert(0) += 1;
        }
    }
    Step {
        words: "In contact at day 90",
        n: Some(count(who.len())),
        of: Some(n_started),
        without: most_first(without),
        is_started: true,
        who,
    }
}

fn most_first(counted: BTreeMap<&'static str, u32>) -> Vec<(&'static str, u32)> {
    let mut all: Vec<_> = counted.into_iter().collect();
    all.sort_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(other.0)));
    all
}

fn weeks(counted: &[(usize, &Followed<'_>)]) -> Vec<Counted> {
    let all: Vec<Vec<Answer>> = counted.iter().map(|(_, one)| one.trace.weeks()).collect();
    let of = |week: usize| Counted::of_answers(all.iter().filter_map(|one| one.get(week).copied()));
    (0..WINDOW_WEEKS).map(of).collect()
}

fn harm(started: &[&Followed<'_>]) -> HarmSum {
    let people = |of: fn(&Trace) -> bool| count(started.iter().filter(|one| of(one.trace)).count());
    let sum = |of: fn(&Trace) -> u32| started.iter().map(|one| of(one.trace)).sum();
    HarmSum {
        with_serious: Some(people(|trace| trace.harm.serious > 0)),
        with_any: Some(people(|trace| trace.harm.noted > 0)),
        people: count(started.len()),
        sessions: sum(|trace| trace.harm.sessions),
        stopped_early: Some(sum(|trace| trace.harm.stopped_early)),
    }
}

#[cfg(test)]
mod tests;
