//! Which groups of people may be told of, so that no subtraction of one from another finds a few.
//!
//! Withholding what is small does not defend against two questions whose answers differ by one person.
//! So the groups that can be asked for are fixed (everybody; each substance, protocol, site and year), and
//! they are taken in one order that does not depend on who asks what. Together the groups taken so far
//! cut people into **blocks**, those who are in exactly the same of them. A group is taken only if every
//! block it leaves holds, of every part of the number, nobody or at least `fewest`. Whatever is joined,
//! cut or subtracted from groups that were taken is a union of blocks, so it too holds of every part
//! nobody or at least `fewest`; and what is chosen by several groups at once is such a cut, so it needs no
//! rule of its own.
//!
//! It is asked number by number, because a group that is safe for one outcome may leave one person in
//! another. It does not defend against what is learned by comparing different outcomes, nor reports of
//! different days: a report that is signed stands as of its day, and whoever signs two decides on both.

use std::collections::BTreeMap;

use super::behind::{By, Number, parts};
use super::line::{self, Unit};
use super::{Followed, Report, Rules, time};
use crate::cohort::Readings;
use crate::days::RelapseRule;
use crate::missing::Answer;
use crate::trace::{Reached, Until};

/// The days on which a curve of a chosen group is told: the same for every group.
const GROUP_DAYS: [u32; 3] = [0, 45, 90];

/// The part of a number a person is in; none where it does not count them.
pub type InPart = Option<usize>;

/// Which groups, taken in their order, may be told of for a number whose parts are `in_part`. Each group
/// says of each person whether they are in it.
pub fn tellable(groups: &[Vec<bool>], in_part: &[InPart], fewest: u32) -> Vec<bool> {
    // The block of each person; none while they are in no group that was taken.
    let mut block_of: Vec<Option<usize>> = vec![None; in_part.len()];
    let mut taken = Vec::with_capacity(groups.len());
    for group in groups {
        let is_in = |person: usize| group.get(person).copied().unwrap_or(false);
        let mut sizes: BTreeMap<(Option<usize>, bool, usize), u32> = BTreeMap::new();
        for (person, (part, block)) in in_part.iter().zip(&block_of).enumerate() {
            let is_in = is_in(person);
            // Who is in no group taken is told of in none.
            if let Some(part) = part
                && (is_in || block.is_some())
            {
                *sizes.entry((*block, is_in, *part)).or_insert(0) += 1;
            }
        }
        let is_taken = sizes.values().all(|n| *n >= fewest);
        taken.push(is_taken);
        if !is_taken {
            continue;
        }
        let mut names: BTreeMap<(Option<usize>, bool), usize> = BTreeMap::new();
        for (person, block) in block_of.iter_mut().enumerate() {
            let is_in = is_in(person);
            if is_in || block.is_some() {
                let next = names.len();
                *block = Some(*names.entry((*block, is_in)).or_insert(next));
            }
        }
    }
    taken
}

/// What may be told of some people, chosen by groups of all of them.
pub struct Telling<'a> {
    all: &'a [Followed<'a>],
    groups: &'a [Vec<bool>],
    /// The groups asked for, by their place; the first is everybody.
    asked: Vec<usize>,
    by: By<'a>,
    fewest: u32,
    /// Of each outcome of people, the answer of each.
    answers: BTreeMap<&'static str, Vec<(usize, Answer)>>,
}

impl<'a> Telling<'a> {
    /// What may be told of those in every group of `asked`, when `groups`, of which the first is everybody,
    /// are all that can be asked for.
    pub fn new(
        all: &'a [Followed<'a>],
        groups: &'a [Vec<bool>],
        asked: Vec<usize>,
        by: By<'a>,
        fewest: u32,
    ) -> Self {
        let counted: Vec<(usize, &Followed<'_>)> = all
            .iter()
            .enumerate()
            .filter(|(_, one)| one.has_reached_ninety())
            .collect();
        let lines = line::lines(&counted, by.rules).into_iter();
        Self {
            all,
            groups,
            asked,
            by,
            fewest,
            answers: lines
                .filter(|line| line.unit == Unit::People)
                .map(|line| (line.id, line.answers))
                .collect(),
        }
    }

    /// The same for those who are in another group besides.
    #[must_use]
    pub fn and(&self, group: usize) -> Self {
        let mut asked = self.asked.clone();
        asked.push(group);
        Self {
            asked,
            answers: self.answers.clone(),
            ..*self
        }
    }

    /// Whether a part of everybody is asked for.
    pub fn is_narrowed(&self) -> bool {
        self.asked.iter().any(|group| *group > 0)
    }

    /// Whether every group asked for is one that can be: of another there is nobody, and nothing to tell.
    pub fn is_offered(&self) -> bool {
        self.asked.iter().all(|group| *group < self.groups.len())
    }

    /// Whether a number of these parts may be told. Everybody must be tellable of it before any group is:
    /// everybody's numbers are shown by rules of their own, and a group's could be subtracted from them.
    fn is_told(&self, in_part: &[InPart]) -> bool {
        let taken = tellable(self.groups, in_part, self.fewest);
        let is_taken = |group: usize| taken.get(group).copied().unwrap_or(false);
        is_taken(0) && self.asked.iter().all(|group| is_taken(*group))
    }

    fn of(&self, in_part: impl Fn(&Followed<'_>) -> InPart) -> Vec<InPart> {
        self.all.iter().map(in_part).collect()
    }

    /// Whether it may be told how many there are, how many of them started, and how many reached day 90.
    pub fn people(&self) -> bool {
        let of =
            |is: &dyn Fn(&Followed<'_>) -> bool| self.is_told(&self.of(|one| is(one).then_some(0)));
        of(&|_| true) && of(&|one| one.passed.is_some()) && of(&|one| one.has_reached_ninety())
    }

    /// Whether a number may be told.
    pub fn number(&self, number: Number<'_>) -> bool {
        let mut in_part: Vec<InPart> = vec![None; self.all.len()];
        let mut put = |part: usize, person: usize| {
            if let Some(place) = in_part.get_mut(person) {
                *place = Some(part);
            }
        };
        if let Number::Outcome(id) = number {
            match self.answers.get(id) {
                Some(answers) => {
                    for (person, answer) in answers {
                        put(
                            match answer {
                                Answer::Yes => 0,
                                Answer::NotKnown => 1,
                                Answer::No => 2,
                            },
                            *person,
                        );
                    }
                }
                // Days and weeks are sums over people, so a difference is told of all who differ.
                None => {
                    return self.is_told(&self.of(|one| one.has_reached_ninety().then_some(0)));
                }
            }
        } else {
            let Some(parts) = parts(self.all, self.by, number) else {
                return false;
            };
            for (part, found) in parts.iter().enumerate() {
                for person in &found.who {
                    put(part, *person);
                }
            }
        }
        self.is_told(&in_part)
    }

    /// Whether what a trial's definition gives may be told, its own reading of missed weeks included.
    pub fn trial(&self, id: &str) -> bool {
        let rule = self.by.definitions.and_then(|all| all.find(id));
        let as_published = self.of(|one| {
            one.passed?;
            let found = Readings::of(&one.trace.word).answer(rule?);
            found.map(|(published, _)| usize::from(published))
        });
        self.number(Number::Trial(id)) && self.is_told(&as_published)
    }

    /// Whether a curve may be told on [`GROUP_DAYS`].
    fn curve(&self, until: impl Fn(&Followed<'_>, usize) -> (usize, usize)) -> bool {
        let in_part = self.of(|one| {
            let (day, cause) = until(one, one.passed?);
            let [_, middle, last] =
                GROUP_DAYS.map(|day| usize::try_from(day).unwrap_or(usize::MAX));
            let is_over = |by: usize| if cause > 0 { day <= by } else { day < by };
            let interval = if is_over(middle) {
                0
            } else if is_over(last) {
                1
            } else {
                2
            };
            Some(3 * cause + interval)
        });
        self.is_told(&in_part)
    }

    fn until(&self, until: impl Fn(&Followed<'_>, usize) -> Until) -> bool {
        self.curve(|one, passed| {
            let end = until(one, passed);
            (end.day, usize::from(end.happened))
        })
    }

    /// Whether the curve of relapse by a rule may be told of the group.
    pub fn relapse(&self, rule: RelapseRule) -> bool {
        self.until(|one, passed| time::relapsed(one, passed, rule))
    }
}

impl Report {
    /// A report of which nothing may be told.
    pub fn all_withheld(rules: &Rules, relapse: RelapseRule, fewest: u32) -> Self {
        const WITHHELD: &str = "Withheld.";
        let mut report = Self::of(&[], rules, relapse).withheld(fewest);
        for step in &mut report.steps {
            step.n = None;
            step.of = None;
        }
        for line in &mut report.lines {
            line.counted = None;
        }
        report.relapse = Err(WITHHELD.to_owned());
        report.retention = Err(WITHHELD.to_owned());
        report.incidence = Err(WITHHELD.to_owned());
        for one in [&mut report.craving, &mut report.phq9] {
            one.said = Some(WITHHELD.to_owned());
        }
        report
    }

    /// The report as it may leave the clinic: nothing small in it, and nothing that differs by a few from
    /// what can be told of another group.
    #[must_use]
    pub fn told(self, telling: &Telling<'_>) -> Self {
        let mut report = self.withheld(telling.fewest);
        for line in &mut report.lines {
            if !telling.number(Number::Outcome(line.id)) {
                line.counted = None;
                line.interval = None;
            }
        }
        if !telling.is_narrowed() {
            return report;
        }
        report.way_of_group(telling);
        for (place, week) in report.weeks.iter_mut().enumerate() {
            if !telling.number(Number::Week(place + 1)) {
                *week = crate::missing::Counted::default();
            }
        }
        let rule = telling.by.relapse;
        report.relapse = report
            .relapse
            .and_then(|curve| curve.on_group_days(telling.relapse(rule)));
        let retention = telling.until(|one, passed| one.trace.lost(passed));
        report.retention = report
            .retention
            .and_then(|curve| curve.on_group_days(retention));
        let incidence = telling.curve(|one, passed| {
            let (relapse, lost) = (time::relapsed(one, passed, rule), one.trace.lost(passed));
            let (day, cause) = time::first_of(relapse, lost);
            (day, usize::try_from(cause).unwrap_or(0))
        });
        report.incidence = report.incidence.and_then(|both| {
            let risk = on_group_days(&both.risk, incidence)?;
            Ok(both.on(risk))
        });
        let is_told = |week: u32, number: fn(usize) -> Number<'static>| {
            usize::try_from(week).is_ok_and(|week| telling.number(number(week)))
        };
        report
            .craving
            .keep_weeks(|week| is_told(week, Number::Craving));
        report.phq9.keep_weeks(|week| is_told(week, Number::Phq9));
        let harm = &mut report.harm;
        for (n, number) in [
            (&mut harm.with_serious, Number::SeriousHarm),
            (&mut harm.with_any, Number::AnyHarm),
            (&mut harm.stopped_early, Number::StoppedEarly),
        ] {
            *n = n.filter(|_| telling.number(number));
        }
        report
    }

    /// Of a group only who asked, who started and who was in contact at day 90 are told, without reasons:
    /// every further stage would cut the blocks once more.
    fn way_of_group(&mut self, telling: &Telling<'_>) {
        let is_started = telling
            .is_told(&telling.of(|one| Some(usize::from(one.trace.reached >= Reached::Started))));
        let is_ninety = is_started && telling.number(Number::Ninety);
        let n_asked = self.steps.first().and_then(|step| step.n);
        for step in &mut self.steps {
            step.without.clear();
            let is_kept = match step.words {
                words if words == Reached::Enquired.words() => is_started,
                words if words == Reached::Started.words() => {
                    step.of = n_asked;
                    is_started
                }
                words if words.contains("90") => is_ninety,
                _ => false,
            };
            if !is_kept {
                step.n = None;
            }
        }
    }
}

pub(super) fn on_group_days(risk: &[time::Risk], is_told: bool) -> Result<Vec<time::Risk>, String> {
    let kept: Vec<time::Risk> = risk
        .iter()
        .filter(|one| GROUP_DAYS.contains(&one.day))
        .copied()
        .collect();
    if is_told && kept.len() > 1 {
        Ok(kept)
    } else {
        Err(
            "Withheld: with the curve of another group it would give away what happened to a few."
                .to_owned(),
        )
    }
}
