//! Assessing again: every open course against the rules in force, each night and whenever they change.
//!
//! Nobody asks for it. What comes out otherwise than in the last assessment is an entry and an alert with
//! an owner, in one append; what comes out the same leaves nothing behind. Run again, it finds nothing
//! new, across restarts too.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use protocol::Pack;
use rayon::prelude::*;
use record::calendar::civil_day;
use record::chart::EntryNumber;
use record::fact::care::{AlertCause, AlertOwned, Urgency};
use record::fact::decision::{
    EligibilityAssessed, EligibilityReassessed, RuleClass, RuleOutcome, Verdict,
};
use record::ids::{CourseId, PatientId, PersonId};
use record::words::{Line, Role};
use record::{Chart, Fact};
use serde::{Deserialize, Serialize};

use super::alert;
use super::eligibility::{stands, verdict};
use super::rule_pack::{in_force, moves::on_a_course};
use crate::authority::{Act, authorise};
use crate::board::Board;
use crate::clinic::{Clinic, KnownChart};
use crate::denied::Denied;
use crate::operation::Operation;

/// Where it is kept when everybody was last assessed, and how that went.
const SPACE: &str = "reassessed";
const LAST: &str = "last";

/// How many courses are worked out before the first of them is written.
const TOGETHER: usize = 256;

/// One look at everybody: when, by which rules, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// The clinic's day it was for.
    pub day: Date,
    /// When.
    pub at: Timestamp,
    /// The hash of the rules.
    pub digest: String,
    /// How many courses were assessed.
    pub n_assessed: usize,
    /// How many came out otherwise than before.
    pub n_changed: usize,
    /// How many were never assessed, so that there is nothing to compare with.
    pub n_never: usize,
    /// How many records could not be read whole.
    pub n_unreadable: usize,
}

/// What an assessment made again found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Again {
    /// What every rule says now.
    pub assessed: EligibilityAssessed,
    /// The rules that came out otherwise.
    pub changed: Vec<Line>,
    /// The rules that stand in the way of a dose and did not before.
    pub newly_stands: Vec<String>,
    /// The rules that no longer stand in the way.
    pub no_longer: Vec<String>,
    /// The rules that came out otherwise, and stand in the way as little, or as much, as before.
    pub otherwise: Vec<String>,
}

/// Assesses a course again, and says what is otherwise than in its last assessment; nothing where all is
/// the same, or where it was never assessed.
pub fn again(
    chart: &Chart,
    course: CourseId,
    pack: &Pack,
    now: Timestamp,
    zone: &TimeZone,
) -> Option<Again> {
    let (_, before) = chart.assessment(course)?;
    let facts = crate::facts::of(chart, course, pack, civil_day(now, zone), zone);
    let run = protocol::assess(&facts, pack, protocol::Stage::Screen, now);
    let verdicts: Vec<Verdict> = run.verdicts.iter().filter_map(verdict).collect();
    let of = |all: &'_ [Verdict], rule: &Line| all.iter().position(|one| one.rule == *rule);
    let mut changed: Vec<Line> = verdicts
        .iter()
        .filter(|now| {
            let was = of(&before.verdicts, &now.rule).and_then(|at| before.verdicts.get(at));
            was.is_none_or(|was| is_otherwise(was, now))
        })
        .map(|now| now.rule.clone())
        .collect();
    let gone = before.verdicts.iter().map(|was| &was.rule);
    changed.extend(gone.filter(|rule| of(&verdicts, rule).is_none()).cloned());
    if changed.is_empty() {
        return None;
    }
    let overrides = chart.overrides(course);
    let overridden: Vec<&str> = overrides.iter().map(|(_, one)| one.rule.as_str()).collect();
    let kept: Vec<&str> = overridden
        .iter()
        .copied()
        .filter(|rule| !changed.iter().any(|one| one.as_str() == *rule))
        .collect();
    let stood = |rule: &Line| {
        let was = of(&before.verdicts, rule).and_then(|at| before.verdicts.get(at));
        was.is_some_and(|was| stands(was, &overridden).is_some())
    };
    let stands_now = |rule: &Line| {
        let is = of(&verdicts, rule).and_then(|at| verdicts.get(at));
        is.is_some_and(|is| stands(is, &kept).is_some())
    };
    let is_told = |rule: &Line| {
        let either = verdicts.iter().chain(&before.verdicts);
        either
            .filter(|one| one.rule == *rule)
            .any(|one| one.class != RuleClass::Info)
    };
    let (mut newly_stands, mut no_longer, mut otherwise) = (Vec::new(), Vec::new(), Vec::new());
    for rule in &changed {
        match (stood(rule), stands_now(rule)) {
            (false, true) => newly_stands.push(rule.to_string()),
            (true, false) => no_longer.push(rule.to_string()),
            (true, true) | (false, false) if is_told(rule) => otherwise.push(rule.to_string()),
            (true, true) | (false, false) => {}
        }
    }
    Some(Again {
        assessed: EligibilityAssessed {
            course,
            pack: Line::clipped(&pack.id),
            pack_version: pack.version,
            verdicts,
        },
        changed,
        newly_stands,
        no_longer,
        otherwise,
    })
}

/// Whether a rule says something else than it did. An override hangs on the facts it was given for, so
/// for a rule that may be overridden other facts are something else too.
fn is_otherwise(was: &Verdict, is: &Verdict) -> bool {
    let other_facts =
        is.class == RuleClass::Override && is.outcome == RuleOutcome::Fired && was.seen != is.seen;
    was.version != is.version || was.outcome != is.outcome || was.class != is.class || other_facts
}

impl Again {
    /// What an alert says of it; nothing where only information changed.
    pub fn sentence(&self) -> Option<String> {
        let parts: Vec<String> = [
            ("now in the way of a dose", &self.newly_stands),
            ("no longer in the way", &self.no_longer),
            ("otherwise than before", &self.otherwise),
        ]
        .into_iter()
        .filter(|(_, rules)| !rules.is_empty())
        .map(|(word, rules)| format!("{}: {word}", rules.join(", ")))
        .collect();
        (!parts.is_empty()).then(|| format!("Assessed again. {}", parts.join("; ")))
    }
}

/// When everybody was last assessed again, and how that went; nothing where it never was.
///
/// # Errors
/// What the journal says when it cannot be read.
pub fn last(clinic: &Clinic) -> Result<Option<Look>, Denied> {
    let row = clinic.journal().rim_get(SPACE, LAST)?;
    Ok(row.and_then(|row| serde_json::from_slice(&row.value).ok()))
}

/// Assesses everybody again where it is due: past the clinic's hour of the night on a day it was not done
/// for yet, or at once where other rules are in force than then.
///
/// # Errors
/// What the journal says when it cannot be read or written.
pub fn look(operation: &mut Operation<'_>, clinic: &Clinic) -> Result<Option<Look>, Denied> {
    authorise(operation, Act::Assess, None)?;
    if in_force(clinic).is_err() {
        // Rules nobody signed are run on nobody; the page of the rules says since when.
        return Ok(None);
    }
    let now = clinic.zone().to_datetime(operation.now());
    let hour = clinic.library().policy().reassess_minutes_after_midnight;
    let is_night_past = i64::from(now.hour()) * 60 + i64::from(now.minute()) >= hour;
    let digest = &clinic.library().pack_digest().0;
    let is_due = last(clinic)?.is_none_or(|before| {
        before.digest != *digest || (before.day < now.date() && is_night_past)
    });
    if is_due {
        run(operation, clinic).map(Some)
    } else {
        Ok(None)
    }
}

/// Assesses everybody again, now.
///
/// # Errors
/// The refusal where the rules are not in force; what the journal says when it cannot be read or written.
pub fn run(operation: &mut Operation<'_>, clinic: &Clinic) -> Result<Look, Denied> {
    authorise(operation, Act::Assess, None)?;
    in_force(clinic)?;
    let now = operation.now();
    let zone = clinic.zone();
    let mut look = Look {
        day: civil_day(now, &zone),
        at: now,
        digest: clinic.library().pack_digest().0.clone(),
        n_assessed: 0,
        n_changed: 0,
        n_never: 0,
        n_unreadable: 0,
    };
    for some in on_a_course(clinic).chunks(TOGETHER) {
        let found: Vec<Found> = some
            .par_iter()
            .map(|(patient, course)| find(clinic, *patient, *course, now, &zone))
            .collect::<Result<_, Denied>>()?;
        for one in found {
            match one {
                Found::Never => look.n_never += 1,
                Found::Unreadable => look.n_unreadable += 1,
                Found::Same => look.n_assessed += 1,
                Found::Otherwise(patient, course) => {
                    look.n_assessed += 1;
                    look.n_changed += usize::from(write(operation, clinic, patient, course)?);
                }
            }
        }
    }
    let row = serde_json::to_vec(&look).unwrap_or_default();
    clinic.journal().rim_put(SPACE, LAST, &row, None)?;
    Ok(look)
}

enum Found {
    Never,
    Unreadable,
    Same,
    Otherwise(PatientId, CourseId),
}

fn find(
    clinic: &Clinic,
    patient: PatientId,
    course: CourseId,
    now: Timestamp,
    zone: &TimeZone,
) -> Result<Found, Denied> {
    let known = clinic.chart(patient)?;
    Ok(if !known.chart.unreadable().is_empty() {
        Found::Unreadable
    } else if known.chart.assessment(course).is_none() {
        Found::Never
    } else {
        let pack = clinic.library().pack();
        match again(&known.chart, course, pack, now, zone) {
            Some(_) => Found::Otherwise(patient, course),
            None => Found::Same,
        }
    })
}

/// How often it is tried anew where somebody writes in the same record at that moment.
const TRIES: usize = 5;

/// Writes what is otherwise, with its alert and the alert's owner, in one append; whether something was.
fn write(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    course: CourseId,
) -> Result<bool, Denied> {
    let role = authorise(operation, Act::Assess, Some(patient))?;
    for _ in 0..TRIES {
        let known = clinic.chart(patient)?;
        let now = operation.now();
        let pack = clinic.library().pack();
        let Some(found) = again(&known.chart, course, pack, now, &clinic.zone()) else {
            return Ok(false);
        };
        let after = known
            .chart
            .assessment(course)
            .map(|(entry, _)| entry.number);
        let facts = facts(operation, clinic, &known, course, found);
        let after = after.map_or(0, |EntryNumber(number)| number);
        let command = format!(
            "{patient} assessed again after {after}, {}",
            known.version.0
        );
        let writing = Operation::new(
            operation.actor.clone(),
            operation.clock,
            &mut *operation.chance,
        )
        .under(crate::digest::command(&command));
        match clinic.record(&writing, role, patient, Some(known.version), &facts) {
            Ok(written) => return Ok(!written.repeated),
            Err(Denied::Stale) => {}
            Err(other) => return Err(other),
        }
    }
    Err(Denied::Stale)
}

fn facts(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    known: &KnownChart,
    course: CourseId,
    found: Again,
) -> Vec<Fact> {
    let sentence = found.sentence();
    let fact = EligibilityReassessed {
        assessed: found.assessed,
        changed: found.changed,
    };
    let mut facts = vec![fact.into()];
    let Some(sentence) = sentence else {
        return facts;
    };
    let raised = alert::raised(
        operation.now(),
        operation.chance,
        clinic.library().policy(),
        known,
        AlertCause::Rules,
        Urgency::Watch,
        &sentence,
    );
    let owned = owner(&clinic.board(), &known.chart, course).and_then(|(owner, owner_name)| {
        let Fact::AlertRaised(raised) = &raised else {
            return None;
        };
        Some(AlertOwned {
            alert: raised.alert,
            owner,
            owner_name,
        })
    });
    facts.push(raised);
    facts.extend(owned.map(Fact::from));
    facts
}

/// Whose it is: the prescriber of the plan where they still work here, else the first prescriber, else
/// the medical director. Where there is none it is nobody's, and its clock hands it on.
fn owner(board: &Board, chart: &Chart, course: CourseId) -> Option<(PersonId, Line)> {
    let prescribed = chart.plan(course).map(|(entry, _)| &entry.author.who);
    let in_role = |role: Role| {
        let here = board.people.iter();
        here.filter(move |(_, staff)| staff.is_here && staff.roles.contains(&role))
    };
    let author = in_role(Role::Prescriber)
        .chain(in_role(Role::MedicalDirector))
        .find(|(id, _)| prescribed.is_some_and(|who| *who == id.to_string()));
    author
        .or_else(|| in_role(Role::Prescriber).next())
        .or_else(|| in_role(Role::MedicalDirector).next())
        .map(|(id, staff)| (*id, Line::clipped(&staff.name)))
}
