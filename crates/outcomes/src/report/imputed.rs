//! Weeks without use, by how the weeks that are not known are read: left out, as use, as no use, and by
//! multiple imputation where that can be defended.
//!
//! **The imputation.** A week not known is drawn from known weeks of people who were alike: in the same third
//! of the twelve weeks, with the same answer in the last known week before it; where fewer
//! than [`DONORS_MIN`] such weeks are known, from every known week of that third. Each completed table first
//! draws as many of those known weeks as there are, with replacement, and then the answer by their share (the
//! approximate Bayesian bootstrap of Rubin and Schenker 1986), so that tables differ by what is not known of
//! the share too. [`TABLES`] tables are combined by Rubin's rules over people
//! ([`statistics::imputation::rubin`]).
//!
//! **What it supposes.** That among people alike in this way those not known are like those known (missing at
//! random). That cannot be tested, and people who use are often those who fall silent; so beside it stands what
//! it comes to if the odds of a week without use are a half and a quarter of those of people alike
//! (delta-adjusted, not at random). A share of nought or one has no odds to change: there the draw stays.
//!
//! **When it is refused.** With fewer than [`PEOPLE_MIN`] people, with more than [`MISSING_MOST`] of the weeks
//! not known, and with fewer than [`DONORS_MIN`] known weeks in a third to draw from: more would be made up than known.
//! The limits are clinic policy. The seed is given: the same seed and answers give the same numbers.

use statistics::imputation::rubin;

use super::Followed;
use super::line::clustered;
use crate::missing::{Answer, Counted, Reading as Read};
use crate::trace::WINDOW_WEEKS;

/// Completed tables: at least the percentage missing that is allowed (White, Royston and Wood 2011).
pub const TABLES: usize = 40;

/// The fewest people an imputation is made for.
pub const PEOPLE_MIN: usize = 20;

/// The largest share of weeks that may be not known.
pub const MISSING_MOST: f64 = 0.4;

/// The fewest known weeks a week is drawn from.
pub const DONORS_MIN: u32 = 10;

/// By what the odds of a week without use are divided in the drawn weeks, and what that says.
const ODDS: [(f64, &str); 3] = [
    (1.0, "Imputed: like known weeks of people alike"),
    (2.0, "Imputed, with half the odds of those alike"),
    (4.0, "Imputed, with a quarter of the odds of those alike"),
];

/// One way to read the weeks not known.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// How they are read.
    pub words: &'static str,
    /// The share of weeks without use, in per cent; none where there is nothing to divide by.
    pub share: Option<f64>,
    /// The ends of its 95 % interval.
    pub interval: Option<(f64, f64)>,
}

/// Every way to read them.
#[derive(Clone, Debug, PartialEq)]
pub struct Readings {
    /// The readings, those of the imputation last.
    pub all: Vec<Reading>,
    /// Why nothing was imputed, where it was not.
    pub why_not: Option<String>,
    /// How many weeks of how many are not known.
    pub not_known: (u32, u32),
    /// The share of the variance that comes from what is not known, by the first imputation.
    pub missing_share: Option<f64>,
}

/// The weeks without use of those who reached day 90, by how the unknown ones are read.
pub fn readings(all: &[Followed<'_>], seed: u64) -> Readings {
    let people: Vec<Vec<Answer>> = all
        .iter()
        .filter(|one| one.has_reached_ninety())
        .map(|one| one.trace.weeks())
        .collect();
    of_weeks(&people, seed)
}

/// The same of the answers of each person, week by week.
pub fn of_weeks(people: &[Vec<Answer>], seed: u64) -> Readings {
    let counted: Vec<Counted> = people
        .iter()
        .map(|weeks| Counted::of_answers(weeks.iter().copied()))
        .collect();
    let sum = |of: fn(Counted) -> u32| -> u32 { counted.iter().map(|one| of(*one)).sum() };
    let total = Counted::new(sum(Counted::n), sum(Counted::known), sum(Counted::of));
    let as_known = |n: fn(Counted) -> u32| -> Vec<Counted> {
        let read = |one: &Counted| Counted::new(n(*one), one.of(), one.of());
        counted.iter().map(read).collect()
    };
    let mut readings = vec![
        Reading {
            words: "Left out, above and below the line",
            share: total.percent(Read::AsMissing),
            interval: clustered(&counted),
        },
        Reading {
            words: "All as use (worst case)",
            share: total.percent(Read::AsUse),
            interval: clustered(&as_known(Counted::n)),
        },
        Reading {
            words: "All as no use (best case)",
            share: total.percent(Read::AsNoUse),
            interval: clustered(&as_known(|one| one.n() + one.not_known())),
        },
    ];
    let (mut why_not, mut missing_share) = (None, None);
    match imputed(people, total, seed) {
        Ok((found, share)) => {
            readings.extend(found);
            missing_share = Some(share);
        }
        Err(why) => why_not = Some(why),
    }
    Readings {
        all: readings,
        why_not,
        not_known: (total.not_known(), total.of()),
        missing_share,
    }
}

fn imputed(
    people: &[Vec<Answer>],
    total: Counted,
    seed: u64,
) -> Result<(Vec<Reading>, f64), String> {
    if total.not_known() == 0 {
        return Err("No week is unknown, so nothing is imputed.".to_owned());
    }
    if people.len() < PEOPLE_MIN {
        return Err(format!(
            "Nothing is imputed: {} people are too few to say what people alike did; it takes {PEOPLE_MIN}.",
            people.len()
        ));
    }
    let share = f64::from(total.not_known()) / f64::from(total.of());
    if share > MISSING_MOST {
        return Err(format!(
            "Nothing is imputed: {:.0} % of the weeks are not known, and over {:.0} % more would be made up than \
             can be defended.",
            100.0 * share,
            100.0 * MISSING_MOST
        ));
    }
    let strata = Strata::of(people).widened();
    strata.are_enough()?;
    let mut readings = Vec::new();
    let mut missing_share = 0.0;
    for (divisor, words) in ODDS {
        // The same seed for each: they differ by the odds alone.
        let mut draws = Draws(seed);
        let (mut means, mut variances) = (Vec::new(), Vec::new());
        for _ in 0..TABLES {
            let (mean, variance) = strata.completed(people, divisor, &mut draws);
            means.push(100.0 * mean);
            variances.push(10_000.0 * variance);
        }
        let df = f64::from(super::count(people.len())) - 1.0;
        let pooled = rubin(&means, &variances, df, 0.95)
            .map_err(|error| format!("Nothing is imputed: {error}."))?;
        if readings.is_empty() {
            missing_share = pooled.missing_share;
        }
        let (low, high) = pooled.interval;
        readings.push(Reading {
            words,
            share: Some(pooled.estimate),
            interval: (high > low).then(|| (low.max(0.0), high.min(100.0))),
        });
    }
    Ok((readings, missing_share))
}

/// The third of the window a week lies in, and the answer of the last known week before it.
type Alike = (usize, usize);

const THIRDS: usize = 3;

/// Known weeks by what their people are alike in, and weeks not known likewise.
struct Strata {
    /// Without use, of known, of each.
    known: [[(u32, u32); 3]; THIRDS],
    /// How many weeks of each are not known.
    unknown: [[u32; 3]; THIRDS],
}

impl Strata {
    fn of(people: &[Vec<Answer>]) -> Self {
        let mut strata = Self {
            known: [[(0, 0); 3]; THIRDS],
            unknown: [[0; 3]; THIRDS],
        };
        for weeks in people {
            walk(weeks, |(third, last), answer| {
                let known = strata
                    .known
                    .get_mut(third)
                    .and_then(|one| one.get_mut(last));
                let unknown = strata
                    .unknown
                    .get_mut(third)
                    .and_then(|one| one.get_mut(last));
                if let (Some((without, of)), Some(unknown)) = (known, unknown) {
                    match answer {
                        Answer::Yes => {
                            *without += 1;
                            *of += 1;
                        }
                        Answer::No => *of += 1,
                        Answer::NotKnown => *unknown += 1,
                    }
                }
            });
        }
        strata
    }

    /// The same, with every known week of a third in place of those of people alike where these are few.
    fn widened(mut self) -> Self {
        for third in &mut self.known {
            let all = third
                .iter()
                .fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
            for one in third.iter_mut().filter(|(_, of)| *of < DONORS_MIN) {
                *one = all;
            }
        }
        self
    }

    fn are_enough(&self) -> Result<(), String> {
        let mut all = self
            .known
            .iter()
            .flatten()
            .zip(self.unknown.iter().flatten());
        match all.find(|((_, known), unknown)| **unknown > 0 && *known < DONORS_MIN) {
            None => Ok(()),
            Some(((_, known), unknown)) => Err(format!(
                "Nothing is imputed: {unknown} unknown weeks have only {known} known weeks of people alike to be drawn \
                 from; it takes {DONORS_MIN}."
            )),
        }
    }

    /// The mean share of weeks without use of a person in one completed table, and its variance.
    fn completed(&self, people: &[Vec<Answer>], divisor: f64, draws: &mut Draws) -> (f64, f64) {
        let mut shares = [[0.0; 3]; THIRDS];
        for (drawn, known) in shares.iter_mut().flatten().zip(self.known.iter().flatten()) {
            let (without, of) = *known;
            *drawn = odds_divided(draws.bootstrapped(without, of), divisor);
        }
        let mut by_person: Vec<f64> = Vec::with_capacity(people.len());
        for weeks in people {
            let (mut without, mut of) = (0.0, 0.0);
            walk(weeks, |(third, last), answer| {
                let is_without = match answer {
                    Answer::Yes => true,
                    Answer::No => false,
                    Answer::NotKnown => {
                        let share = shares.get(third).and_then(|one| one.get(last));
                        draws.next() < share.copied().unwrap_or(0.0)
                    }
                };
                of += 1.0;
                without += if is_without { 1.0 } else { 0.0 };
            });
            if of > 0.0 {
                by_person.push(without / of);
            }
        }
        let n = f64::from(super::count(by_person.len()));
        let mean = by_person.iter().sum::<f64>() / n;
        let squares: f64 = by_person.iter().map(|one| (one - mean).powi(2)).sum();
        (mean, squares / (n - 1.0) / n)
    }
}

/// Goes through a person's weeks, with what each is alike in.
fn walk(weeks: &[Answer], mut see: impl FnMut(Alike, Answer)) {
    let mut last = 2;
    for (week, answer) in weeks.iter().enumerate() {
        let third = (week * THIRDS / WINDOW_WEEKS).min(THIRDS - 1);
        see((third, last), *answer);
        last = match answer {
            Answer::Yes => 0,
            Answer::No => 1,
            Answer::NotKnown => last,
        };
    }
}

fn odds_divided(share: f64, divisor: f64) -> f64 {
    share / (share + (1.0 - share) * divisor)
}

/// Numbers that look like chance and follow from a seed (`SplitMix64`, Steele, Lea and Flood 2014).
struct Draws(u64);

impl Draws {
    /// A number from 0 up to 1.
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        // The upper 32 bits are as even as any.
        let upper = u32::try_from(z >> 32).unwrap_or(0);
        f64::from(upper) / 4_294_967_296.0
    }

    /// The share of `of` draws with replacement from `without` of `of`.
    fn bootstrapped(&mut self, without: u32, of: u32) -> f64 {
        if of == 0 {
            return 0.0;
        }
        let share = f64::from(without) / f64::from(of);
        let mut n = 0_u32;
        for _ in 0..of {
            n += u32::from(self.next() < share);
        }
        f64::from(n) / f64::from(of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn week(person: usize, week: usize) -> Answer {
        // Half of the people never use and half always do; every fifth week of theirs is not known.
        if (person / 2 + week) % 5 == 4 {
            Answer::NotKnown
        } else {
            Answer::from(person.is_multiple_of(2))
        }
    }

    fn people(n: usize) -> Vec<Vec<Answer>> {
        (0..n)
            .map(|person| (0..WINDOW_WEEKS).map(|nth| week(person, nth)).collect())
            .collect()
    }

    #[test]
    fn people_alike_in_all_but_silence_are_imputed_as_they_are() {
        // Worked by hand: whoever is known without use always is, so what is drawn is what they did, and the
        // answer is one half whatever is drawn, but for first weeks not known, which are drawn from both halves.
        let found = of_weeks(&people(200), 7);
        assert_eq!(found.why_not, None);
        let shares: Vec<f64> = found.all.iter().filter_map(|one| one.share).collect();
        assert_eq!(shares.len(), 6);
        assert!((shares[0] - 50.0).abs() < 1.0, "{shares:?}");
        assert!((shares[3] - 50.0).abs() < 2.0, "{shares:?}");
        let share = found.missing_share.unwrap();
        assert!((0.0..0.2).contains(&share), "{share}");
    }

    #[test]
    fn every_imputation_lies_between_the_worst_and_the_best_and_falls_with_the_odds() {
        // Four in ten without use, three with, three not known, whoever it is and whatever came before.
        let mut chance = Draws(9);
        let mut drawn = || match chance.next() {
            draw if draw < 0.4 => Answer::Yes,
            draw if draw < 0.7 => Answer::No,
            _ => Answer::NotKnown,
        };
        let people: Vec<Vec<Answer>> = (0..400)
            .map(|_| (0..WINDOW_WEEKS).map(|_| drawn()).collect())
            .collect();
        let found = of_weeks(&people, 1);
        let shares: Vec<f64> = found.all.iter().map(|one| one.share.unwrap()).collect();
        let [_, worst, best, random, half, quarter] = shares[..] else {
            panic!("{found:?}");
        };
        assert!(worst < quarter && quarter < half && half < random && random < best);
        // Of 4 in 7 known, drawn alike: close to the share of the known.
        assert!((random - 100.0 * 4.0 / 7.0).abs() < 4.0, "{random}");
        for one in &found.all {
            let (low, high) = one.interval.unwrap();
            assert!(low < one.share.unwrap() && one.share.unwrap() < high);
        }
        assert_eq!(
            of_weeks(&people, 1),
            found,
            "the same seed, the same numbers"
        );
        assert_ne!(of_weeks(&people, 2), found, "another seed, other draws");
    }

    #[test]
    fn it_is_refused_in_a_sentence_where_it_could_not_be_defended() {
        let why = |people: &[Vec<Answer>]| of_weeks(people, 1).why_not.unwrap();
        assert!(why(&people(19)).contains("19 people are too few"));
        let known = vec![vec![Answer::Yes; WINDOW_WEEKS]; 30];
        assert!(why(&known).contains("No week is unknown"));
        let mut silent = known.clone();
        for weeks in &mut silent {
            weeks.truncate(6);
            weeks.resize(WINDOW_WEEKS, Answer::NotKnown);
        }
        assert!(why(&silent).contains("50 % of the weeks are not known"));
        // All of the last third is unknown: nobody alike is known there.
        let mut ended = known.clone();
        for weeks in &mut ended {
            weeks.truncate(8);
            weeks.resize(WINDOW_WEEKS, Answer::NotKnown);
        }
        assert!(why(&ended).contains("only 0 known weeks"));
        // One known week there is not enough either, and ten are, whoever they are of.
        ended[0][8] = Answer::Yes;
        assert!(why(&ended).contains("only 1 known weeks"));
        for weeks in ended.iter_mut().take(10) {
            weeks[8] = Answer::No;
        }
        assert_eq!(of_weeks(&ended, 1).why_not, None);
        assert!(why(&[]).contains("No week is unknown"));
        let found = of_weeks(&silent, 1);
        assert_eq!(found.all.len(), 3, "the other readings stand all the same");
        assert_eq!(found.not_known, (180, 360));
    }

    #[test]
    fn draws_are_even() {
        let mut draws = Draws(3);
        let n = 20_000;
        let mean = (0..n).map(|_| draws.next()).sum::<f64>() / f64::from(n);
        assert!((mean - 0.5).abs() < 0.01, "{mean}");
        assert!((odds_divided(0.5, 4.0) - 0.2).abs() < 1e-15);
        assert_eq!((odds_divided(0.0, 4.0), odds_divided(1.0, 4.0)), (0.0, 1.0));
    }
}
