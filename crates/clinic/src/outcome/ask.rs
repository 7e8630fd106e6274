//! Asking what the courses come to: for whom, by which rule, and with what withheld.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use jiff::civil::Date;
use outcomes::Definitions;
use outcomes::cohort::Cohort;
use outcomes::days::RelapseRule;
use outcomes::missing::Answer;
use outcomes::report::{Curve, Followed, RELAPSE_RULES, Report, Rules, RulesError, first_use};
use outcomes::trace::WINDOW_DAYS;
use protocol::contact::Cadence;
use record::ids::PatientId;

use super::{Course, Standing};
use crate::authority::{Act, may};
use crate::clinic::Clinic;
use crate::completeness::{Completeness, Person};
use crate::denied::Denied;
use crate::operation::Actor;

/// The fewest people any part of what leaves the clinic may hold: clinic policy.
pub const FEWEST: u32 = 5;

/// What is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Only courses for this substance.
    pub substance: Option<String>,
    /// Only courses of this protocol and version.
    pub protocol: Option<String>,
    /// Only courses at this site.
    pub site: Option<String>,
    /// Only first doses of this year.
    pub year: Option<i16>,
    /// The rule for relapse, by its name; the first where none is given.
    pub relapse: Option<String>,
    /// Whether every trial definition is worked out too.
    pub definitions: bool,
    /// Whether small parts are withheld from whoever asks, as from anything that leaves the clinic.
    pub for_outside: bool,
}

impl Asked {
    /// The rule for relapse: its name, its words, and itself.
    pub fn relapse(&self) -> (&'static str, &'static str, RelapseRule) {
        let [first, ..] = RELAPSE_RULES;
        let named = |name: &str| RELAPSE_RULES.into_iter().find(|rule| rule.0 == name);
        self.relapse.as_deref().and_then(named).unwrap_or(first)
    }

    fn takes(&self, course: &Course) -> bool {
        let is = |wanted: &Option<String>, found: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| Some(wanted) == found)
        };
        is(&self.substance, course.substance.as_deref())
            && is(&self.protocol, course.protocol.as_deref())
            && is(&self.site, course.site.as_deref())
            && self
                .year
                .is_none_or(|year| year == course.counts_on().year())
    }

    /// Whether a part of the clinic's courses is asked for.
    pub const fn is_narrowed(&self) -> bool {
        self.substance.is_some()
            || self.protocol.is_some()
            || self.site.is_some()
            || self.year.is_some()
    }
}

/// What can be asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offered {
    /// Substances.
    pub substances: BTreeSet<String>,
    /// Protocols with their versions.
    pub protocols: BTreeSet<String>,
    /// Sites.
    pub sites: BTreeSet<String>,
    /// Years.
    pub years: BTreeSet<i16>,
}

/// Whose a course is, for who may look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The patient.
    pub patient: PatientId,
    /// The day of the first dose.
    pub index: Option<Date>,
    /// The protocol with its version.
    pub protocol: Option<Box<str>>,
}

impl Place {
    fn of(course: &Course) -> Self {
        Self {
            patient: course.patient,
            index: course.index,
            protocol: course.protocol.clone(),
        }
    }
}

/// What the courses come to.
#[derive(Clone, Debug)]
pub struct Made {
    /// What was asked.
    pub asked: Asked,
    /// The report.
    pub report: Report,
    /// The position of the last entry it was computed from.
    pub position: u64,
    /// What could be asked for.
    pub offered: Offered,
    /// Whose the courses counted are, in the order the report names them by.
    pub courses: Vec<Place>,
    /// The day of the report.
    pub today: Date,
    /// When the next of those who started reaches day 90, where one has not.
    pub next_ninety: Option<Date>,
    /// Whether all of it is withheld, because so few are asked about or left out.
    pub is_all_withheld: bool,
    /// The share without use by the first day of use, for each substance of the courses asked for.
    pub by_substance: BTreeMap<String, Result<Curve, String>>,
    /// Every yes-or-no definition of a trial over the weekly words of those who started, where asked.
    pub cohort: Option<Cohort>,
    /// Whether whoever asked may look at the charts behind it.
    pub may_look: bool,
    /// Who of those asked about is missing what, since when, and whose it is; small numbers are withheld
    /// with the report's.
    pub completeness: crate::completeness::Told,
}

static RULES: LazyLock<Result<Rules, RulesError>> = LazyLock::new(Rules::of_the_house);

/// The rules reports are made by.
///
/// # Errors
/// [`Denied::NotFound`] where the files that come with Holdfast are not sound, which a test rules out.
pub fn rules() -> Result<&'static Rules, Denied> {
    RULES.as_ref().map_err(|_| Denied::NotFound)
}

/// Tells what the courses come to.
///
/// Whoever may not open charts sees nothing small, whatever they ask for.
///
/// # Errors
/// [`Denied::Forbidden`] where the actor may not read the outcomes; what the journal says.
pub fn ask(clinic: &Clinic, actor: &Actor, asked: Asked, today: Date) -> Result<Arc<Made>, Denied> {
    may(actor, Act::ReadOutcomes, None)?;
    let may_look = may(actor, Act::ReadChart, None).is_ok();
    let standing = clinic.standing()?;
    let key = (standing.position, today, may_look, asked.clone());
    if let Some(made) = clinic.kept_answer(&key) {
        return Ok(made);
    }
    let cadence = clinic.library().cadence();
    let made = Arc::new(answer(&standing, asked, today, may_look, cadence)?);
    clinic.keep_answer(key, &made);
    Ok(made)
}

/// Tells what the courses came to as the journal stood at a position, on a day, as it may leave the
/// clinic: the same position and day give the same answer for ever.
///
/// # Errors
/// As [`ask`], and [`Denied::NotFound`] for a position that is still to come.
pub fn ask_at(
    clinic: &Clinic,
    actor: &Actor,
    mut asked: Asked,
    day: Date,
    position: u64,
) -> Result<Made, Denied> {
    may(actor, Act::ReadOutcomes, None)?;
    asked.for_outside = true;
    let standing = clinic.standing_at(position)?;
    answer(&standing, asked, day, false, clinic.library().cadence())
}

/// What makes two questions the same.
pub(super) type Key = (u64, Date, bool, Asked);

fn answer(
    standing: &Standing,
    asked: Asked,
    today: Date,
    may_look: bool,
    cadence: &Cadence,
) -> Result<Made, Denied> {
    let (taken, offered) = chosen(standing, &asked);
    let n_left_out = u32::try_from(standing.iter().count() - taken.len()).unwrap_or(u32::MAX);
    let followed: Vec<Followed<'_>> = taken.iter().map(|one| one.followed(today)).collect();
    let (_, _, rule) = asked.relapse();
    let whole = Report::of(&followed, rules()?, rule);
    let is_outside = asked.for_outside || !may_look;
    let by_substance = by_substance(&taken, today, is_outside);
    let next_ninety = next_ninety(&taken, today);
    let is_small = |n: u32| n > 0 && n < FEWEST;
    let n_in = u32::try_from(taken.len()).unwrap_or(u32::MAX);
    // A few left out could be found by asking for everybody, and a few asked for are themselves small.
    let is_all_withheld =
        is_outside && asked.is_narrowed() && (is_small(n_in) || is_small(n_left_out));
    let report = if is_all_withheld {
        Report::of(&[], rules()?, rule).withheld(FEWEST)
    } else if is_outside {
        whole.withheld(FEWEST)
    } else {
        whole
    };
    let completeness =
        completeness(&taken, today, cadence).told(match (is_all_withheld, is_outside) {
            (true, _) => u32::MAX,
            (false, true) => FEWEST,
            (false, false) => 0,
        });
    let cohort = if asked.definitions && !is_all_withheld {
        let definitions = Definitions::of_the_house().map_err(|_| Denied::NotFound)?;
        let started = taken.iter().filter(|course| course.index.is_some());
        Some(Cohort::of(
            &definitions,
            started.map(|course| &course.trace.word),
        ))
    } else {
        None
    };
    Ok(Made {
        by_substance: if is_all_withheld {
            BTreeMap::new()
        } else {
            by_substance
        },
        cohort,
        completeness,
        asked,
        report,
        position: standing.position,
        offered,
        courses: if may_look {
            taken.iter().map(|one| Place::of(one)).collect()
        } else {
            Vec::new()
        },
        today,
        next_ninety,
        is_all_withheld,
        may_look,
    })
}

/// How complete the check-ins of these courses are on a day.
fn completeness(courses: &[&Course], today: Date, cadence: &Cadence) -> Completeness {
    let people = courses.iter().filter_map(|course| {
        let check_ins = course.check_ins.as_ref()?;
        Some(Person {
            patient: course.patient,
            day_zero: check_ins.day_zero,
            given: check_ins.given,
            is_open: check_ins.is_open,
            owner: check_ins.owner.as_deref(),
        })
    });
    crate::completeness::of(cadence, today, people)
}

fn by_substance(
    courses: &[&Course],
    today: Date,
    is_outside: bool,
) -> BTreeMap<String, Result<Curve, String>> {
    let mut all: BTreeMap<String, Vec<Followed<'_>>> = BTreeMap::new();
    for course in courses {
        if let Some(substance) = &course.substance {
            let of = all.entry(substance.to_string()).or_default();
            of.push(course.followed(today));
        }
    }
    all.into_iter()
        .map(|(substance, followed)| {
            let curve = first_use(&followed);
            let told = if is_outside {
                curve.and_then(|curve| curve.withheld(FEWEST))
            } else {
                curve
            };
            (substance, told)
        })
        .collect()
}

/// The courses asked for, and what could be asked for.
pub(super) fn chosen<'a>(standing: &'a Standing, asked: &Asked) -> (Vec<&'a Course>, Offered) {
    let mut offered = Offered::default();
    let mut courses = Vec::new();
    for course in standing.iter() {
        offered.take(course);
        if asked.takes(course) {
            courses.push(course);
        }
    }
    (courses, offered)
}

fn next_ninety(courses: &[&Course], today: Date) -> Option<Date> {
    let window = i32::try_from(WINDOW_DAYS).unwrap_or(90);
    let day = |index: Date| {
        // The ninetieth day has to be over.
        record::calendar::civil_day_of(record::calendar::ProtocolDay(window + 1), index)
    };
    courses
        .iter()
        .filter_map(|course| course.index)
        .map(day)
        .filter(|day| *day > today)
        .min()
}

impl Offered {
    fn take(&mut self, course: &Course) {
        let add = |set: &mut BTreeSet<String>, name: Option<&str>| {
            if let Some(name) = name
                && !set.contains(name)
            {
                set.insert(name.to_owned());
            }
        };
        add(&mut self.substances, course.substance.as_deref());
        add(&mut self.protocols, course.protocol.as_deref());
        add(&mut self.sites, course.site.as_deref());
        self.years.insert(course.counts_on().year());
    }
}

impl Made {
    /// Whose records stand behind an answer to an outcome; none where they may not be looked at.
    pub fn behind(&self, outcome: &str, answer: Answer) -> Vec<PatientId> {
        let Some(line) = self.report.lines.iter().find(|line| line.id == outcome) else {
            return Vec::new();
        };
        line.answers
            .iter()
            .filter(|(_, given)| *given == answer)
            .filter_map(|(place, _)| self.courses.get(*place))
            .map(|course| course.patient)
            .collect()
    }
}
