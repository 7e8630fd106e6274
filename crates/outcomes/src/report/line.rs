//! Outcomes of those who reached day 90: each a sentence, a count with its unknown, an interval.

use super::{Followed, Rules};
use crate::days::{Day, RelapseRule, Strictness, TimeTo};
use crate::estimand::Estimand;
use crate::missing::{Answer, Counted};
use crate::trace::{Trace, WINDOW_DAYS, before, last_between};

/// The population of every outcome.
const POPULATION: &str = "everyone who started and has reached day 90";

/// The first and last day of "now" at day 90.
const NOW: (i32, i32) = (77, 90);

/// The normal quantile that leaves 2.5 % on either side.
const Z: f64 = 1.959_963_984_540_054;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// People, once each.
    People,
    /// Days, which hang together within a person.
    Days,
    /// Weeks, likewise.
    Weeks,
}

impl Unit {
    /// The word for many of them.
    pub const fn words(self) -> &'static str {
        match self {
            Self::People => "people",
            Self::Days => "days",
            Self::Weeks => "weeks",
        }
    }
}

/// One outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Its identifier, as in `outcomes/programme.toml`.
    pub id: &'static str,
    /// Its name.
    pub name: String,
    /// Of whom, in words after their number: "who reached day 90".
    pub whom: &'static str,
    /// What the good ones are, after their number: "are known not to have used in days 61 to 90".
    pub so: &'static str,
    /// What the unknown ones are, after their number.
    pub unknown: &'static str,
    /// What is counted.
    pub unit: Unit,
    /// The count; none where it is withheld.
    pub counted: Option<Counted>,
    /// The 95 % interval of the share of those known, in per cent.
    pub interval: Option<(f64, f64)>,
    /// Whose answer it is, as places in what was given, for an outcome of people.
    pub answers: Vec<(usize, Answer)>,
    /// What exactly is estimated.
    pub estimand: Estimand,
}

impl Line {
    /// The sentence in three parts, the middle one carrying it.
    pub fn sentence(&self) -> [String; 3] {
        let Some(counted) = self.counted else {
            return [
                String::new(),
                "Withheld".to_owned(),
                format!(
                    ": {}. A part of it is so small that it could point at a person.",
                    self.name
                ),
            ];
        };
        if counted.of() == 0 {
            let whom = format!("Nobody {}", self.whom);
            return [
                String::new(),
                whom,
                ", so there is nothing to count.".to_owned(),
            ];
        }
        let lost = counted.not_known();
        let rest = match lost {
            0 => "; none is unknown.".to_owned(),
            _ => format!("; {} {}.", thousands(lost), agreeing(lost, self.unknown)),
        };
        [
            format!("Of {} {}, ", thousands(counted.of()), self.whom),
            format!(
                "{} {}",
                thousands(counted.n()),
                agreeing(counted.n(), self.so)
            ),
            rest,
        ]
    }
}

/// Words that follow a number, with their verb for one or for many.
fn agreeing(n: u32, words: &str) -> String {
    let verbs = [
        ("are ", "is "),
        ("were ", "was "),
        ("have ", "has "),
        ("report ", "reports "),
    ];
    let for_one = verbs
        .iter()
        .filter(|_| n == 1)
        .find_map(|(many, one)| Some(format!("{one}{}", words.strip_prefix(many)?)));
    for_one.unwrap_or_else(|| words.to_owned())
}

/// `1,204`.
pub fn thousands(n: u32) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Whether the person was seen or heard in the last fourteen of the ninety days.
pub(super) fn is_in_contact(trace: &Trace) -> bool {
    trace.has_contact(NOW.0, NOW.1)
}

type Ask<'a> = dyn Fn(&Trace) -> Option<Answer> + 'a;

struct Gather<'a> {
    counted: &'a [(usize, &'a Followed<'a>)],
    rules: &'a Rules,
    lines: Vec<Line>,
}

/// Every outcome, in the order they are shown.
pub(super) fn lines(counted: &[(usize, &Followed<'_>)], rules: &Rules) -> Vec<Line> {
    let mut gather = Gather {
        counted,
        rules,
        lines: Vec::new(),
    };
    gather.of_use();
    gather.of_questionnaires();
    gather.lines
}

impl Gather<'_> {
    /// Adds an outcome of people; those `ask` says nothing of are not counted in it.
    fn people(&mut self, id: &'static str, words: [&'static str; 3], ask: &Ask<'_>) {
        let answers: Vec<(usize, Answer)> = self
            .counted
            .iter()
            .filter_map(|(place, one)| Some((*place, ask(one.trace)?)))
            .collect();
        let counted = Counted::of_answers(answers.iter().map(|(_, answer)| *answer));
        self.push(
            id,
            words,
            Unit::People,
            counted,
            counted.interval_percent(),
            answers,
        );
    }

    /// Adds an outcome of days or weeks, counted by person.
    fn parts(
        &mut self,
        id: &'static str,
        words: [&'static str; 3],
        unit: Unit,
        ask: &dyn Fn(&Trace) -> Counted,
    ) {
        let by_person: Vec<Counted> = self.counted.iter().map(|(_, one)| ask(one.trace)).collect();
        let sum = |of: fn(Counted) -> u32| by_person.iter().map(|one| of(*one)).sum();
        let counted = Counted::new(sum(Counted::n), sum(Counted::known), sum(Counted::of));
        self.push(id, words, unit, counted, clustered(&by_person), Vec::new());
    }

    fn push(
        &mut self,
        id: &'static str,
        [whom, so, unknown]: [&'static str; 3],
        unit: Unit,
        counted: Counted,
        interval: Option<(f64, f64)>,
        answers: Vec<(usize, Answer)>,
    ) {
        let Some(outcome) = self.rules.outcome(id) else {
            return;
        };
        self.lines.push(Line {
            id,
            name: outcome.name.clone(),
            whom,
            so,
            unknown,
            unit,
            counted: Some(counted),
            interval,
            answers,
            estimand: outcome.estimand(POPULATION),
        });
    }

    fn of_use(&mut self) {
        self.people(
            "abstinent_last_30_days",
            [
                "who reached day 90",
                "are known not to have used in days 61 to 90",
                "are not known",
            ],
            &|trace| Some(without_use(trace, 60)),
        );
        self.people(
            "time_to_relapse_ten_days",
            [
                "who reached day 90",
                "are known not to have relapsed by then (ten days of use in twenty-eight)",
                "are not known",
            ],
            &|trace| Some(not_relapsed(trace)),
        );
        self.parts(
            "percent_days_abstinent",
            ["days", "are known to be without use", "are not known"],
            Unit::Days,
            &|trace| trace.days.abstinent(Strictness::First),
        );
        self.parts(
            "weeks_without_use",
            ["weeks", "are known to be without use", "are not known"],
            Unit::Weeks,
            &|trace| Counted::of_answers(trace.weeks()),
        );
        self.people(
            "in_contact_at_ninety",
            [
                "who reached day 90",
                "were in contact in days 77 to 90",
                "are not known",
            ],
            &|trace| Some(Answer::from(is_in_contact(trace))),
        );
        let rule = self.rules.measures.ninety_days.clone();
        self.people(
            "ninety_day_completeness",
            [
                "who reached day 90",
                "told us of four in five of their days",
                "are not known",
            ],
            &|trace| Some(Answer::from(trace.days.completeness(&rule).is_complete)),
        );
    }

    fn of_questionnaires(&mut self) {
        if let Some(rule) = self.rules.change("craving").cloned() {
            self.people(
                "craving_response",
                [
                    "who reached day 90",
                    "report craving lower by three tenths or more",
                    "have no answer before or none in days 77 to 90",
                ],
                &|trace| {
                    Some(Answer::from(
                        rule.is_response(before(&trace.craving), now(&trace.craving))
                            .ok(),
                    ))
                },
            );
        }
        if let Some(rule) = self.rules.change("phq-9").cloned() {
            self.people(
                "phq9_fall_of_five",
                [
                    "with a PHQ-9 of 10 or more before",
                    "fell by 5 or more",
                    "have no answer in days 77 to 90",
                ],
                &|trace| {
                    let start = before(&trace.phq9).filter(|score| *score >= 10.0)?;
                    let fell = rule.points_better(Some(start), now(&trace.phq9)).ok();
                    Some(Answer::from(fell.map(|points| points >= 5.0)))
                },
            );
            self.people(
                "phq9_remission",
                [
                    "who reached day 90",
                    "have a PHQ-9 under 5",
                    "have no answer in days 77 to 90",
                ],
                &|trace| Some(Answer::from(rule.is_remission(now(&trace.phq9)).ok())),
            );
        }
    }
}

fn now(values: &[(i32, f64)]) -> Option<f64> {
    last_between(values, NOW.0, NOW.1)
}

/// Whether every day after `from` is known to be without use.
fn without_use(trace: &Trace, from: usize) -> Answer {
    let days = trace.days.days().get(from..).unwrap_or_default();
    if days.contains(&Day::Used) {
        Answer::No
    } else if !days.is_empty() && days.iter().all(|day| *day == Day::NotUsed) {
        Answer::Yes
    } else {
        Answer::NotKnown
    }
}

/// Whether no relapse came by day 90: known where it came in what is known, or where it would not have
/// come even if every unknown day had been one of use.
fn not_relapsed(trace: &Trace) -> Answer {
    let rule = RelapseRule::LEE_2016;
    let by = |strictness| match trace.days.relapse(rule, strictness) {
        TimeTo::Happened { day } => day <= WINDOW_DAYS,
        TimeTo::NotBy { .. } => false,
    };
    match (by(Strictness::First), by(Strictness::Strict)) {
        (true, _) => Answer::No,
        (false, false) => Answer::Yes,
        (false, true) => Answer::NotKnown,
    }
}

/// The interval of a ratio of sums over people, who are the sampling units: `p ± z √v` with
/// `v = m/(m-1) Σ(nᵢ - p kᵢ)² / (Σkᵢ)²` (Cochran 1977, *Sampling Techniques*, 3rd edition, eq. 6.13,
/// without the correction for a finite population), cut to 0 to 100. None for fewer than two people or
/// where they do not differ, since a width of nothing would be claimed.
pub(super) fn clustered(by_person: &[Counted]) -> Option<(f64, f64)> {
    let people: Vec<(f64, f64)> = by_person
        .iter()
        .filter(|one| one.known() > 0)
        .map(|one| (f64::from(one.n()), f64::from(one.known())))
        .collect();
    let m = f64::from(super::count(people.len()));
    let (n, known) = people
        .iter()
        .fold((0.0, 0.0), |(n, k), one| (n + one.0, k + one.1));
    if m < 2.0 || known <= 0.0 {
        return None;
    }
    let share = n / known;
    let squares: f64 = people.iter().map(|(n, k)| (n - share * k).powi(2)).sum();
    let half = Z * (m / (m - 1.0) * squares).sqrt() / known;
    (half > 0.0).then(|| {
        (
            100.0 * (share - half).max(0.0),
            100.0 * (share + half).min(1.0),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_of_days_is_as_wide_as_people_differ() {
        // By hand: shares 1 and 0 of ten days each; p = 0.5, sum of squares 50, v = 2 * 50 / 400.
        let (lower, upper) =
            clustered(&[Counted::new(10, 10, 10), Counted::new(0, 10, 10)]).unwrap();
        assert_eq!((lower, upper), (0.0, 100.0));
        let five: Vec<Counted> = (0..10).map(|n| Counted::new(4 + n % 3, 10, 10)).collect();
        let (lower, upper) = clustered(&five).unwrap();
        // p = 0.49; squares 3 (1), 4 (0.81 each) ...; worked out in a spreadsheet.
        let share = 0.49;
        let squares: f64 = five
            .iter()
            .map(|one| (f64::from(one.n()) - 4.9).powi(2))
            .sum();
        let half = Z * (10.0 / 9.0 * squares).sqrt() / 100.0;
        assert!((lower - 100.0 * (share - half)).abs() < 1e-9);
        assert!((upper - 100.0 * (share + half)).abs() < 1e-9);
        assert_eq!(clustered(&[Counted::new(3, 10, 10)]), None);
        assert_eq!(clustered(&[Counted::new(3, 10, 10); 4]), None);
    }

    #[test]
    fn a_person_of_whom_nothing_is_known_is_in_no_outcome_a_success() {
        let rules = Rules::of_the_house().unwrap();
        let trace = Trace {
            days: crate::days::Days::new(vec![Day::NotKnown; WINDOW_DAYS]),
            ..Trace::default()
        };
        let followed = Followed {
            trace: &trace,
            passed: Some(90),
            is_quiet: true,
        };
        let lines = lines(&[(0, &followed)], &rules);
        assert_eq!(lines.len(), 9);
        for line in lines {
            assert_eq!(line.counted.unwrap().n(), 0, "{}", line.id);
        }
    }

    #[test]
    fn one_unknown_day_of_thirty_leaves_the_answer_unknown_and_one_day_of_use_settles_it() {
        let with = |day: usize, what: Day| {
            let mut days = vec![Day::NotUsed; WINDOW_DAYS];
            days[day - 1] = what;
            without_use(
                &Trace {
                    days: crate::days::Days::new(days),
                    ..Trace::default()
                },
                60,
            )
        };
        assert_eq!(with(60, Day::Used), Answer::Yes);
        assert_eq!(with(61, Day::NotKnown), Answer::NotKnown);
        assert_eq!(with(90, Day::InConflict), Answer::NotKnown);
        assert_eq!(with(90, Day::Used), Answer::No);
    }

    #[test]
    fn a_sentence_says_the_good_of_all_and_the_unknown() {
        let rules = Rules::of_the_house().unwrap();
        let mut lines = lines(&[], &rules);
        lines[0].counted = Some(Counted::new(1_047, 1_069, 1_084));
        assert_eq!(
            lines[0].sentence().concat(),
            "Of 1,084 who reached day 90, 1,047 are known not to have used in days 61 to 90; 15 are not known."
        );
    }
}
