//! The people behind a number: every number of a report splits those it was counted among into parts,
//! and each part is a list of people.
//!
//! It is the one place that says who stands where. The charts behind a number are opened by it, and what
//! leaves the clinic is withheld by it: a number whose parts are small is not told.

use std::collections::BTreeMap;

use super::{Followed, Rules, line, time, trajectory, why};
use crate::cohort::Readings;
use crate::days::{RelapseRule, Strictness};
use crate::missing::{Answer, Counted};
use crate::trace::{Reached, Trace, WINDOW_WEEKS};
use crate::{Definition, Definitions};

/// A number of a report, by what it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Number<'a> {
    /// How many came to a stage of the way in.
    Stage(Reached),
    /// How many were in contact at day 90, of those who started.
    Ninety,
    /// An outcome, by its identifier.
    Outcome(&'a str),
    /// A week of the first twelve, the first being 1.
    Week(usize),
    /// The curve of relapse.
    Relapse,
    /// The curve of those still in contact.
    Retention,
    /// Relapse with loss of contact beside it.
    Incidence,
    /// Answers about craving in a week; 0 is before the first dose.
    Craving(usize),
    /// PHQ-9 in a week; 0 is before the first dose.
    Phq9(usize),
    /// People with any adverse event.
    AnyHarm,
    /// People with a serious adverse event.
    SeriousHarm,
    /// People of whom a dosing session was stopped early.
    StoppedEarly,
    /// A definition of a trial, by its identifier.
    Trial(&'a str),
}

impl<'a> Number<'a> {
    /// The number as it is named in an address.
    pub fn code(self) -> String {
        match self {
            Self::Stage(stage) => format!("way-{}", stage_code(stage)),
            Self::Ninety => "way-ninety".to_owned(),
            Self::Outcome(id) => id.to_owned(),
            Self::Week(week) => format!("week-{week}"),
            Self::Relapse => "relapse".to_owned(),
            Self::Retention => "retention".to_owned(),
            Self::Incidence => "incidence".to_owned(),
            Self::Craving(week) => format!("craving-{week}"),
            Self::Phq9(week) => format!("phq9-{week}"),
            Self::AnyHarm => "harm-any".to_owned(),
            Self::SeriousHarm => "harm-serious".to_owned(),
            Self::StoppedEarly => "harm-stopped".to_owned(),
            Self::Trial(id) => format!("trial-{id}"),
        }
    }

    /// The number an address names; what is nothing else is the identifier of an outcome.
    pub fn of_code(code: &'a str) -> Self {
        let week = |rest: &str| rest.parse::<usize>().ok();
        let plain = match code {
            "way-ninety" => Some(Self::Ninety),
            "relapse" => Some(Self::Relapse),
            "retention" => Some(Self::Retention),
            "incidence" => Some(Self::Incidence),
            "harm-any" => Some(Self::AnyHarm),
            "harm-serious" => Some(Self::SeriousHarm),
            "harm-stopped" => Some(Self::StoppedEarly),
            _ => None,
        };
        let stage = || {
            let name = code.strip_prefix("way-")?;
            let mut all = Reached::ALL.into_iter();
            all.find(|stage| stage_code(*stage) == name)
                .map(Self::Stage)
        };
        plain
            .or_else(stage)
            .or_else(|| code.strip_prefix("trial-").map(Self::Trial))
            .or_else(|| {
                code.strip_prefix("week-")
                    .and_then(week)
                    .filter(|week| (1..=WINDOW_WEEKS).contains(week))
                    .map(Self::Week)
            })
            .or_else(|| {
                code.strip_prefix("craving-")
                    .and_then(week)
                    .map(Self::Craving)
            })
            .or_else(|| code.strip_prefix("phq9-").and_then(week).map(Self::Phq9))
            .unwrap_or(Self::Outcome(code))
    }

    /// The number in words, as the title over the people behind it.
    pub fn words(self, rules: &Rules) -> String {
        let week = |of: &str, week: usize| match week {
            0 => format!("{of}, before day 0"),
            _ => format!("{of}, week {week}"),
        };
        match self {
            Self::Stage(stage) => stage.words().to_owned(),
            Self::Ninety => "In contact at day 90".to_owned(),
            Self::Outcome(id) => rules
                .outcome(id)
                .map_or_else(|| id.to_owned(), |outcome| outcome.name.clone()),
            Self::Week(n) => week("Without use", n),
            Self::Relapse => "Days to relapse".to_owned(),
            Self::Retention => "Still in contact".to_owned(),
            Self::Incidence => "Relapse, and loss of contact before it".to_owned(),
            Self::Craving(n) => week("Craving", n),
            Self::Phq9(n) => week("PHQ-9", n),
            Self::AnyHarm => "An adverse event noted".to_owned(),
            Self::SeriousHarm => "A serious adverse event noted".to_owned(),
            Self::StoppedEarly => "A dosing session stopped early".to_owned(),
            Self::Trial(id) => format!("As trials have defined success: {id}"),
        }
    }
}

const fn stage_code(stage: Reached) -> &'static str {
    match stage {
        Reached::Enquired => "enquired",
        Reached::Evaluated => "evaluated",
        Reached::Opened => "opened",
        Reached::Consented => "consented",
        Reached::Started => "started",
        Reached::AllDoses => "doses",
    }
}

/// Some of the people a number was counted among, who are alike in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The part as it is named in an address.
    pub code: String,
    /// The part in words.
    pub words: String,
    /// Who they are, as places in what was given.
    pub who: Vec<usize>,
}

impl Part {
    fn new(code: &str, words: &str) -> Self {
        Self {
            code: code.to_owned(),
            words: words.to_owned(),
            who: Vec::new(),
        }
    }
}

/// What a number is worked out by.
#[derive(Clone, Copy, Debug)]
pub struct By<'a> {
    /// The rules of the report.
    pub rules: &'a Rules,
    /// The rule for relapse.
    pub relapse: RelapseRule,
    /// The definitions of trials; a number of theirs has no parts without them.
    pub definitions: Option<&'a Definitions>,
}

/// The parts of a number: everybody it was counted among is in exactly one. None where there is no such
/// number.
pub fn parts(all: &[Followed<'_>], by: By<'_>, number: Number<'_>) -> Option<Vec<Part>> {
    let started = || {
        all.iter()
            .enumerate()
            .filter(|(_, one)| one.passed.is_some())
    };
    let counted = || {
        all.iter()
            .enumerate()
            .filter(|(_, one)| one.has_reached_ninety())
    };
    let answers = |of: &dyn Fn(&Trace) -> Option<Answer>| {
        let given = counted().filter_map(|(place, one)| Some((place, of(one.trace)?)));
        by_answer(given)
    };
    Some(match number {
        Number::Stage(stage) => of_stage(all, stage),
        Number::Ninety => of_ninety(all),
        Number::Outcome("percent_days_abstinent") => {
            answers(&|trace| Some(of_some(trace.days.abstinent(Strictness::First))))
        }
        Number::Outcome("weeks_without_use") => {
            answers(&|trace| Some(of_some(Counted::of_answers(trace.weeks()))))
        }
        Number::Outcome(id) => {
            let counted: Vec<(usize, &Followed<'_>)> = counted().collect();
            let lines = line::lines(&counted, by.rules);
            let found = lines.into_iter().find(|line| line.id == id)?;
            by_answer(found.answers)
        }
        Number::Week(week) => answers(&|trace| trace.weeks().get(week.checked_sub(1)?).copied()),
        Number::Relapse => of_curve(started(), "relapsed", |one, passed| {
            time::relapsed(one, passed, by.relapse)
        }),
        Number::Retention => of_curve(started(), "lost", |one, passed| one.trace.lost(passed)),
        Number::Incidence => of_incidence(started(), by.relapse),
        Number::Craving(week) => of_week(started(), week, |trace| &trace.craving)?,
        Number::Phq9(week) => of_week(started(), week, |trace| &trace.phq9)?,
        Number::AnyHarm => of_harm(started(), "with one noted", |trace| trace.harm.noted),
        Number::SeriousHarm => of_harm(started(), "with one noted", |trace| trace.harm.serious),
        Number::StoppedEarly => {
            of_harm(started(), "stopped early", |trace| trace.harm.stopped_early)
        }
        Number::Trial(id) => of_trial(started(), by.definitions?.find(id)?),
    })
}

type Place<'a> = (usize, &'a Followed<'a>);

fn by_answer(answers: impl IntoIterator<Item = (usize, Answer)>) -> Vec<Part> {
    let mut so = Part::new("so", "so");
    let mut not_known = Part::new("not-known", "not known");
    let mut not_so = Part::new("not-so", "not so");
    for (place, answer) in answers {
        match answer {
            Answer::Yes => so.who.push(place),
            Answer::NotKnown => not_known.who.push(place),
            Answer::No => not_so.who.push(place),
        }
    }
    vec![so, not_known, not_so]
}

/// An outcome of days or weeks, by person: some without use, none of those known, or none known.
fn of_some(counted: Counted) -> Answer {
    if counted.known() == 0 {
        Answer::NotKnown
    } else {
        Answer::from(counted.n() > 0)
    }
}

fn of_stage(all: &[Followed<'_>], stage: Reached) -> Vec<Part> {
    let mut came = Part::new("so", "came so far");
    let mut without: BTreeMap<&'static str, Vec<usize>> = BTreeMap::new();
    let before = Reached::ALL.into_iter().rev().find(|other| *other < stage);
    for (place, one) in all.iter().enumerate() {
        if one.trace.reached >= stage {
            came.who.push(place);
        } else if before.is_none_or(|before| one.trace.reached >= before) {
            without.entry(why(one)).or_default().push(place);
        }
    }
    with_reasons(came, without)
}

fn of_ninety(all: &[Followed<'_>]) -> Vec<Part> {
    let mut came = Part::new("so", "in contact");
    let mut without: BTreeMap<&'static str, Vec<usize>> = BTreeMap::new();
    for (place, one) in all
        .iter()
        .enumerate()
        .filter(|(_, one)| one.passed.is_some())
    {
        if !one.has_reached_ninety() {
            without.entry("not at day 90 yet").or_default().push(place);
        } else if line::is_in_contact(one.trace) {
            came.who.push(place);
        } else {
            without
                .entry("no contact since day 76")
                .or_default()
                .push(place);
        }
    }
    with_reasons(came, without)
}

fn with_reasons(came: Part, without: BTreeMap<&'static str, Vec<usize>>) -> Vec<Part> {
    let mut parts = vec![came];
    let mut reasons: Vec<Part> = without
        .into_iter()
        .map(|(why, who)| Part {
            code: why.replace(' ', "-"),
            words: why.to_owned(),
            who,
        })
        .collect();
    reasons.sort_by_key(|one| std::cmp::Reverse(one.who.len()));
    parts.extend(reasons);
    parts
}

fn of_curve<'a>(
    started: impl Iterator<Item = Place<'a>>,
    happened: &str,
    until: impl Fn(&Followed<'_>, usize) -> crate::trace::Until,
) -> Vec<Part> {
    let mut had = Part::new("so", happened);
    let mut lost = Part::new("not-known", "not known after their last day");
    let mut not = Part::new("not-so", &format!("not {happened} as far as followed"));
    for (place, one) in started {
        let passed = one.passed.unwrap_or(0);
        let end = until(one, passed);
        let part = if end.happened {
            &mut had
        } else if end.day < passed.min(crate::trace::WINDOW_DAYS) {
            &mut lost
        } else {
            &mut not
        };
        part.who.push(place);
    }
    vec![had, lost, not]
}

fn of_incidence<'a>(started: impl Iterator<Item = Place<'a>>, rule: RelapseRule) -> Vec<Part> {
    let mut relapsed = Part::new("so", "relapsed");
    let mut lost = Part::new("lost", "lost before it");
    let mut neither = Part::new("not-so", "neither so far");
    for (place, one) in started {
        let passed = one.passed.unwrap_or(0);
        let (_, cause) = time::first_of(time::relapsed(one, passed, rule), one.trace.lost(passed));
        match cause {
            1 => relapsed.who.push(place),
            2 => lost.who.push(place),
            _ => neither.who.push(place),
        }
    }
    vec![relapsed, lost, neither]
}

fn of_week<'a>(
    started: impl Iterator<Item = Place<'a>>,
    week: usize,
    values: impl Fn(&Trace) -> &[(i32, f64)],
) -> Option<Vec<Part>> {
    let mut answered = Part::new("so", "answered");
    let mut silent = Part::new("not-known", "did not answer");
    for (place, one) in started {
        let weeks = trajectory::by_week(values(one.trace), one.passed.unwrap_or(0));
        match weeks.get(week)? {
            Some(_) => answered.who.push(place),
            None => silent.who.push(place),
        }
    }
    Some(vec![answered, silent])
}

fn of_harm<'a>(
    started: impl Iterator<Item = Place<'a>>,
    words: &str,
    of: fn(&Trace) -> u32,
) -> Vec<Part> {
    let mut with = Part::new("so", words);
    let mut without = Part::new("not-so", "none recorded");
    for (place, one) in started {
        if of(one.trace) > 0 {
            with.who.push(place);
        } else {
            without.who.push(place);
        }
    }
    vec![with, without]
}

/// A definition is known where it says the same with every missed week positive and with every one
/// negative, as in [`crate::cohort`].
fn of_trial<'a>(started: impl Iterator<Item = Place<'a>>, rule: &Definition) -> Vec<Part> {
    let mut short = Part::new("not-defined", "their word is too short for the rule");
    let mut answers = Vec::new();
    for (place, one) in started {
        match Readings::of(&one.trace.word).answer(rule) {
            Some((_, answer)) => answers.push((place, answer)),
            None => short.who.push(place),
        }
    }
    let mut parts = by_answer(answers);
    parts.push(short);
    parts
}
