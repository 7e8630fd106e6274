//! Who is missing what, since when, and whose it is: one function over people, whether they come from
//! the lines of the board or from the courses of a report.
//!
//! It counts the check-ins that were due as planned ([`Asked`]); what else is late stands in
//! [`crate::due`], which has an owner for each.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use protocol::contact::complete::{Asked, Complete, Given};
use protocol::contact::{Cadence, Owner};
use record::calendar::{civil_day, days_between};
use record::chart::course::CourseState;
use record::ids::PatientId;

use crate::board::Board;

/// A person who is, or was, asked for check-ins.
#[derive(Clone, Copy, Debug)]
pub struct Person<'a> {
    /// Who.
    pub patient: PatientId,
    /// Day 0 of their course.
    pub day_zero: Date,
    /// The days on which they gave one.
    pub given: Given,
    /// Whether the course goes on.
    pub is_open: bool,
    /// Who has taken an open alert about them.
    pub owner: Option<&'a str>,
}

/// Whose a gap is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whose {
    /// Somebody has it.
    Taken(Box<str>),
    /// Nobody has taken it, so it falls to a role.
    FallsTo(Owner),
    /// The course is over or paused: what is missing stays missing.
    Over,
}

/// Somebody whose last due check-ins are missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Who.
    pub patient: PatientId,
    /// The day on which the first of them was due.
    pub since: Date,
    /// How many days ago that was.
    pub days: i32,
    /// How many were due since.
    pub n_missed: u32,
    /// Whose it is.
    pub whose: Whose,
}

/// How complete the check-ins of some people are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completeness {
    /// How many people have been asked for at least one.
    pub n_people: u32,
    /// How many check-ins were due of them.
    pub due: u64,
    /// How many of these are in.
    pub answered: u64,
    /// How many were sent with every question passed over.
    pub declined: u64,
    /// How many can still be given.
    pub open: u64,
    /// How many were not given in their time.
    pub missed: u64,
    /// Whose last ones are missing, the longest gap first.
    pub gaps: Vec<Gap>,
}

/// A number that may be told, or is withheld because it, or what it could be taken from, is small.
pub type Number = Option<u64>;

/// What of it may be told, with what is small withheld.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// How many people have been asked.
    pub n_people: Number,
    /// How many check-ins were due, and how many of them are in.
    pub in_of: Option<(u64, u64)>,
    /// Declined, open and missed.
    pub not_in: Option<[u64; 3]>,
    /// How many people are missing their last ones.
    pub n_missing: Number,
    /// These people by for how long, each with how many somebody has, how many nobody has, and how many
    /// are of courses that are over.
    pub by_length: Option<[Stretch; 3]>,
    /// The role that what nobody took falls to.
    pub falls_to: Option<Owner>,
    /// When the longest gap began; withheld from whatever leaves the clinic.
    pub since: Option<Date>,
}

/// People who are missing answers for some length of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stretch {
    /// For at least so many days.
    pub from_days: i32,
    /// How many of them somebody has taken.
    pub taken: u64,
    /// How many nobody has taken.
    pub not_taken: u64,
    /// How many are of courses that are over.
    pub over: u64,
}

impl Stretch {
    /// How many people that is.
    pub const fn n(&self) -> u64 {
        self.taken
            .saturating_add(self.not_taken)
            .saturating_add(self.over)
    }
}

/// From how many days on a gap is counted to which stretch: clinic policy, as a way to read them only.
const STRETCHES_FROM: [i32; 3] = [0, 8, 31];

/// How complete the check-ins of these people are on a day.
pub fn of<'a>(
    cadence: &Cadence,
    today: Date,
    people: impl Iterator<Item = Person<'a>>,
) -> Completeness {
    let asked = Asked::of(cadence);
    let mut all = Completeness::default();
    for person in people {
        let day = days_between(person.day_zero, today);
        let one = asked.complete(person.given, day);
        if one.due > 0 {
            all.add(&one);
            all.gaps
                .extend(gap_of(&person, &one, today, cadence.silence.owner));
        }
    }
    all.gaps
        .sort_by_key(|gap| (gap.whose == Whose::Over, gap.since, gap.patient));
    all
}

/// How complete one person's check-ins are, and the gap that goes on.
pub fn of_one(cadence: &Cadence, today: Date, person: &Person<'_>) -> (Complete, Option<Gap>) {
    let day = days_between(person.day_zero, today);
    let one = Asked::of(cadence).complete(person.given, day);
    (one, gap_of(person, &one, today, cadence.silence.owner))
}

/// How complete the check-ins are of everybody within their ninety days whose course goes on.
pub fn on_board(board: &Board, cadence: &Cadence, now: Timestamp) -> Completeness {
    let today = civil_day(now, &board.house.zone());
    let earliest = today.saturating_sub(cadence.days.days());
    let people = board
        .begun_between(earliest, today)
        .filter(|(_, line)| line.stage.state == Some(CourseState::Open))
        .filter_map(|(patient, line)| {
            Some(Person {
                patient,
                day_zero: line.course.as_ref()?.day_zero?,
                given: line.given(),
                is_open: true,
                owner: line.taken_by(),
            })
        });
    of(cadence, today, people)
}

fn gap_of(person: &Person<'_>, one: &Complete, today: Date, falls_to: Owner) -> Option<Gap> {
    let gap = one.gap?;
    let since = person.day_zero.saturating_add(gap.since.days());
    Some(Gap {
        patient: person.patient,
        since,
        days: days_between(since, today),
        n_missed: gap.n,
        whose: match person.owner {
            _ if !person.is_open => Whose::Over,
            Some(name) => Whose::Taken(name.into()),
            None => Whose::FallsTo(falls_to),
        },
    })
}

impl Completeness {
    fn add(&mut self, one: &Complete) {
        self.n_people = self.n_people.saturating_add(1);
        for (sum, n) in [
            (&mut self.due, one.due),
            (&mut self.answered, one.answered),
            (&mut self.declined, one.declined),
            (&mut self.open, one.open),
            (&mut self.missed, one.missed),
        ] {
            *sum = sum.saturating_add(u64::from(n));
        }
    }

    /// What may be told where every count of people, and every count of check-ins that is not all of
    /// them, has to be none or at least `fewest`. What could be worked out from the rest goes with it.
    pub fn told(&self, fewest: u32) -> Told {
        let fewest = u64::from(fewest);
        let is_small = |n: u64| n > 0 && n < fewest;
        let n_people = u64::from(self.n_people);
        if is_small(n_people) || fewest == u64::from(u32::MAX) {
            return Told::default();
        }
        let not_in = [self.declined, self.open, self.missed];
        let n_missing = u64::try_from(self.gaps.len()).unwrap_or(u64::MAX);
        let is_missing_told = !is_small(n_missing) && !is_small(n_people.saturating_sub(n_missing));
        let by_length = self.by_length();
        let parts = by_length
            .iter()
            .flat_map(|one| [one.taken, one.not_taken, one.over]);
        let is_split_told = is_missing_told && !parts.into_iter().any(is_small);
        let is_in_told =
            !is_small(self.answered) && !is_small(self.due.saturating_sub(self.answered));
        let first = self.gaps.iter().map(|gap| gap.since).min();
        Told {
            n_people: Some(n_people),
            in_of: is_in_told.then_some((self.answered, self.due)),
            not_in: (is_in_told && !not_in.into_iter().any(is_small)).then_some(not_in),
            n_missing: is_missing_told.then_some(n_missing),
            by_length: is_split_told.then_some(by_length),
            falls_to: self.gaps.iter().find_map(|gap| match gap.whose {
                Whose::FallsTo(owner) => Some(owner),
                Whose::Taken(_) | Whose::Over => None,
            }),
            // A date of one person.
            since: first.filter(|_| fewest == 0),
        }
    }

    fn by_length(&self) -> [Stretch; 3] {
        let mut all = STRETCHES_FROM.map(|from_days| Stretch {
            from_days,
            ..Stretch::default()
        });
        for gap in &self.gaps {
            let of = all.iter_mut().rev().find(|one| gap.days >= one.from_days);
            let Some(of) = of else { continue };
            let count = match gap.whose {
                Whose::Taken(_) => &mut of.taken,
                Whose::FallsTo(_) => &mut of.not_taken,
                Whose::Over => &mut of.over,
            };
            *count = count.saturating_add(1);
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use protocol::contact::bit;

    use super::*;

    fn patient(n: u128) -> PatientId {
        PatientId::from_uuid(uuid::Uuid::from_u128(n))
    }

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    /// Somebody of day 20 who answered up to a day.
    fn until(n: u128, last: i32, owner: Option<&'static str>) -> Person<'static> {
        Person {
            patient: patient(n),
            day_zero: date("2026-11-03"),
            given: Given {
                answered: (1..=last).fold(0, |days, day| days | bit(day)),
                declined: 0,
            },
            is_open: true,
            owner,
        }
    }

    fn told(people: &[Person<'_>]) -> Completeness {
        let cadence = Cadence::house().unwrap();
        of(&cadence, date("2026-11-23"), people.iter().copied())
    }

    #[test]
    fn each_gap_says_who_since_when_and_whose_the_longest_first() {
        let all = told(&[
            until(1, 17, None),
            until(2, 5, Some("Maria Santos")),
            until(3, 20, None),
        ]);
        assert_eq!((all.n_people, all.due, all.answered), (3, 60, 42));
        assert_eq!((all.open, all.missed), (2, 16));
        let said: Vec<_> = all
            .gaps
            .iter()
            .map(|gap| (gap.patient, gap.since, gap.n_missed, &gap.whose))
            .collect();
        let (taken, falls) = (
            Whose::Taken("Maria Santos".into()),
            Whose::FallsTo(Owner::Coordinator),
        );
        assert_eq!(
            said,
            [
                (patient(2), date("2026-11-09"), 14, &taken),
                (patient(1), date("2026-11-21"), 2, &falls),
            ]
        );
    }

    #[test]
    fn one_whose_course_is_over_stays_missing_and_is_nobodys() {
        let over = Person {
            is_open: false,
            ..until(1, 5, None)
        };
        let all = told(&[over, until(2, 17, None)]);
        assert_eq!(all.gaps.last().unwrap().whose, Whose::Over);
        let [week, month, _] = all.told(0).by_length.unwrap();
        assert_eq!((week.not_taken, month.over), (1, 1));
    }

    #[test]
    fn what_leaves_the_clinic_tells_no_small_number_and_nothing_to_take_one_from() {
        let few: Vec<_> = (0..4).map(|n| until(n, 5, None)).collect();
        assert_eq!(told(&few).told(5), Told::default());
        // Thirty people of whom two are missing: neither the two nor the twenty-eight's complement.
        let mut many: Vec<_> = (0..28).map(|n| until(n, 20, None)).collect();
        many.extend((28..30).map(|n| until(n, 5, None)));
        let said = told(&many).told(5);
        assert_eq!(
            (said.n_people, said.n_missing, said.by_length),
            (Some(30), None, None)
        );
        assert_eq!(said.since, None, "a date is one person's");
        // A small part of the gaps hides how they are divided, not how many there are.
        many.extend((30..36).map(|n| until(n, 5, Some("Maria Santos"))));
        let said = told(&many).told(5);
        assert_eq!((said.n_missing, said.by_length), (Some(8), None));
        assert!(told(&many).told(0).by_length.is_some());
    }
}
