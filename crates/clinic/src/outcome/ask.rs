//! Asking what the courses come to: for whom, by which rule, and with what withheld.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use jiff::civil::Date;
use outcomes::Definitions;
use outcomes::cohort::Cohort;
use outcomes::days::RelapseRule;
use outcomes::report::behind::By;
use outcomes::report::groups::Telling;
use outcomes::report::imputed::{Readings, readings};
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

    /// Each of the choices by which people are asked for, alone.
    fn alone(&self) -> Vec<Self> {
        let with = |pick: fn(&mut Self, &Self)| {
            let mut one = Self::default();
            pick(&mut one, self);
            one
        };
        let mut all = vec![
            with(|one, from| one.substance.clone_from(&from.substance)),
            with(|one, from| one.protocol.clone_from(&from.protocol)),
            with(|one, from| one.site.clone_from(&from.site)),
            with(|one, from| one.year = from.year),
        ];
        all.retain(Self::is_narrowed);
        all
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
    pub(super) fn of(course: &Course) -> Self {
        Self {
            patient: course.patient,
            index: course.index,
            protocol: course.protocol.clone(),
        }
    }
}

/// What the courses asked for begin with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Began {
    /// The first dose given here.
    #[default]
    Dose,
    /// The day a trial randomised them.
    Randomised,
    /// The one for some, the other for others.
    Either,
}

impl Began {
    fn of(courses: &[&Course]) -> Self {
        let of_trial = courses.iter().filter(|one| one.is_of_trial).count();
        match of_trial {
            0 => Self::Dose,
            n if n == courses.len() => Self::Randomised,
            _ => Self::Either,
        }
    }

    /// The stage in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Dose => "First dose",
            Self::Randomised => "Randomised",
            Self::Either => "Dosed or randomised",
        }
    }

    /// What it is, within a sentence.
    pub const fn within(self) -> &'static str {
        match self {
            Self::Dose => "the first dose",
            Self::Randomised => "the day of randomisation",
            Self::Either => "the first dose or the day of randomisation",
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
    /// Weeks without use by how the weeks not known are read; none with nobody to count, or withheld.
    pub readings: Option<Readings>,
    /// Every yes-or-no definition of a trial over the weekly words of those who started, where asked.
    pub cohort: Option<Cohort>,
    /// The definitions whose numbers are withheld, because a group's would give a few away.
    pub withheld_trials: BTreeSet<String>,
    /// What day 0 is: a first dose, a randomisation, or either.
    pub began: Began,
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
    let followed: Vec<Followed<'_>> = taken.iter().map(|one| one.followed(today)).collect();
    let (_, _, rule) = asked.relapse();
    let whole = Report::of(&followed, rules()?, rule);
    let definitions = definitions(&asked)?;
    let by = By {
        rules: rules()?,
        relapse: rule,
        definitions: definitions.as_ref(),
    };
    let is_outside = asked.for_outside || !may_look;
    let outside = is_outside.then(|| Outside::of(standing, &asked, &offered, today));
    let telling = outside.as_ref().map(|outside| outside.telling(by));
    let is_all_withheld = telling
        .as_ref()
        .is_some_and(|telling| asked.is_narrowed() && telling.is_offered() && !telling.people());
    let began = Began::of(&taken);
    let next_ninety = next_ninety(&taken, today).filter(|_| !is_all_withheld);
    let (report, by_substance) = match (&outside, &telling) {
        (Some(_), Some(_)) if is_all_withheld => (
            Report::all_withheld(rules()?, rule, FEWEST),
            BTreeMap::new(),
        ),
        (Some(outside), Some(telling)) => (
            whole.told(telling),
            outside.by_substance(&taken, today, telling),
        ),
        (_, _) => (whole, by_substance(&taken, today)),
    };
    // A group's could be subtracted from everybody's, so outside only everybody's is told.
    let fewest = match (is_outside, asked.is_narrowed()) {
        (true, true) => u32::MAX,
        (true, false) => FEWEST,
        (false, _) => 0,
    };
    let completeness = completeness(&taken, today, cadence).told(fewest);
    let started = || taken.iter().filter(|course| course.index.is_some());
    let cohort = definitions
        .as_ref()
        .filter(|_| !is_all_withheld)
        .map(|all| Cohort::of(all, started().map(|course| &course.trace.word)));
    let withheld_trials = match (&cohort, &telling) {
        (Some(cohort), Some(telling)) => withheld(cohort, telling),
        (_, _) => BTreeSet::new(),
    };
    // Drawn by the position, so the same record gives the same numbers.
    let readings = is_told_of_weeks(&report).then(|| readings(&followed, standing.position));
    Ok(Made {
        by_substance,
        readings,
        cohort,
        withheld_trials,
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
        began,
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

fn withheld(cohort: &Cohort, telling: &Telling<'_>) -> BTreeSet<String> {
    let trials = cohort.endpoints.iter();
    trials
        .filter(|one| !telling.trial(&one.id))
        .map(|one| one.id.clone())
        .collect()
}

fn is_told_of_weeks(report: &Report) -> bool {
    let mut lines = report.lines.iter();
    lines.any(|line| line.id == "weeks_without_use" && line.counted.is_some_and(|n| n.of() > 0))
}

fn definitions(asked: &Asked) -> Result<Option<Definitions>, Denied> {
    if !asked.definitions {
        return Ok(None);
    }
    // A test keeps the files that come with Holdfast sound.
    let all = Definitions::of_the_house().map_err(|_| Denied::NotFound)?;
    Ok(Some(all))
}

fn of_substances<'a>(courses: &[&'a Course], today: Date) -> BTreeMap<&'a str, Vec<Followed<'a>>> {
    let mut all: BTreeMap<&str, Vec<Followed<'_>>> = BTreeMap::new();
    for course in courses {
        if let Some(substance) = &course.substance {
            let of = all.entry(substance).or_default();
            of.push(course.followed(today));
        }
    }
    all
}

fn by_substance(courses: &[&Course], today: Date) -> BTreeMap<String, Result<Curve, String>> {
    of_substances(courses, today)
        .into_iter()
        .map(|(substance, followed)| (substance.to_owned(), first_use(&followed)))
        .collect()
}

/// Everybody, and the fixed groups that can be asked for, for whoever is told nothing small.
struct Outside<'a> {
    all: Vec<Followed<'a>>,
    groups: Vec<Vec<bool>>,
    /// The groups asked for; a value nobody has is the group after the last, which is never told of.
    asked: Vec<usize>,
    /// The group of each substance.
    substances: BTreeMap<String, usize>,
}

impl<'a> Outside<'a> {
    fn of(standing: &'a Standing, asked: &Asked, offered: &Offered, today: Date) -> Self {
        let everybody: Vec<&Course> = standing.iter().collect();
        let one_each = offered.one_each();
        let place = |wanted: &Asked| {
            let mut all = one_each.iter();
            all.position(|one| one == wanted).unwrap_or(one_each.len())
        };
        let substances = offered.substances.iter().map(|substance| {
            let group = Asked {
                substance: Some(substance.clone()),
                ..Asked::default()
            };
            (substance.clone(), place(&group))
        });
        let substances = substances.collect();
        let mut places = vec![0];
        places.extend(asked.alone().iter().map(place));
        if places.len() > 1 {
            // A part is told of whether or not everybody can be.
            places.retain(|place| *place > 0);
        }
        Self {
            all: everybody.iter().map(|one| one.followed(today)).collect(),
            groups: one_each
                .iter()
                .map(|one| everybody.iter().map(|course| one.takes(course)).collect())
                .collect(),
            asked: places,
            substances,
        }
    }

    fn telling<'b>(&'b self, by: By<'b>) -> Telling<'b> {
        Telling::new(&self.all, &self.groups, self.asked.clone(), by, FEWEST)
    }

    fn by_substance(
        &self,
        courses: &[&Course],
        today: Date,
        telling: &Telling<'_>,
    ) -> BTreeMap<String, Result<Curve, String>> {
        of_substances(courses, today)
            .into_iter()
            .map(|(substance, followed)| {
                let group = self.substances.get(substance).copied().unwrap_or(0);
                let is_told = telling.and(group).relapse(RelapseRule::FirstUse);
                let curve = first_use(&followed)
                    .and_then(|curve| curve.withheld(FEWEST))
                    .and_then(|curve| curve.on_group_days(is_told));
                (substance.to_owned(), curve)
            })
            .collect()
    }
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
    /// Everybody, and each single choice: the groups of people that can be asked for, in the order in which
    /// they are looked at for what one would give away of another.
    fn one_each(&self) -> Vec<Asked> {
        let substance = |one: &String| Asked {
            substance: Some(one.clone()),
            ..Asked::default()
        };
        let protocol = |one: &String| Asked {
            protocol: Some(one.clone()),
            ..Asked::default()
        };
        let site = |one: &String| Asked {
            site: Some(one.clone()),
            ..Asked::default()
        };
        let year = |one: &i16| Asked {
            year: Some(*one),
            ..Asked::default()
        };
        std::iter::once(Asked::default())
            .chain(self.substances.iter().map(substance))
            .chain(self.protocols.iter().map(protocol))
            .chain(self.sites.iter().map(site))
            .chain(self.years.iter().map(year))
            .collect()
    }

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
