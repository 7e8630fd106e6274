//! The numbers over the figure: what is known, and what a return to use cannot take away.

use figures::{UseMark, UseStrip};
use outcomes::days::{Day, Days, Recovery};
use outcomes::measures;
use pages::BigNumber;

use crate::words;

/// What is known of use so far: nothing of it is ever reset.
pub(crate) struct Known {
    pub(crate) n_passed: usize,
    pub(crate) used: Vec<i32>,
    pub(crate) unknown: Vec<i32>,
    pub(crate) n_free: usize,
    pub(crate) longest: (usize, i32),
}

/// Counts the days of a strip from day 1 on: the day of the first dose itself counts neither as a day
/// without use nor as a return to it.
pub(crate) fn known(strip: &UseStrip) -> Known {
    let (mut run, mut longest) = (0_usize, (0_usize, 0_i32));
    let mut n_passed = 0;
    for (day, mark) in counted(strip) {
        n_passed += 1;
        run = if mark == UseMark::NotUsed { run + 1 } else { 0 };
        if run > longest.0 {
            longest = (run, day);
        }
    }
    let days_of = |wanted: UseMark| {
        let days = counted(strip).filter(|(_, mark)| *mark == wanted);
        days.map(|(day, _)| day).collect::<Vec<i32>>()
    };
    Known {
        n_passed,
        used: days_of(UseMark::Used),
        unknown: days_of(UseMark::NotKnown),
        n_free: days_of(UseMark::NotUsed).len(),
        longest,
    }
}

fn counted(strip: &UseStrip) -> impl Iterator<Item = (i32, UseMark)> + '_ {
    strip.days().filter(|(day, _)| *day >= 1)
}

/// The returns to use of a course and the way back from each: every one is kept.
pub(super) struct Recoveries {
    all: Vec<Recovery>,
    abstinent_days: u32,
}

impl Recoveries {
    /// Those of a strip whose first day is the day of the first dose, by the rule of the house.
    pub(super) fn of(strip: &UseStrip, rule: &measures::Recovery) -> Self {
        let days = counted(strip).map(|(_, mark)| match mark {
            UseMark::Used => Day::Used,
            UseMark::NotUsed => Day::NotUsed,
            UseMark::NotKnown => Day::NotKnown,
        });
        let needed = usize::try_from(rule.abstinent_days).unwrap_or(usize::MAX);
        Self {
            all: Days::new(days.collect()).recoveries(needed),
            abstinent_days: rule.abstinent_days,
        }
    }

    fn number(&self, is_own: bool) -> Option<BigNumber> {
        let (last, before) = self.all.split_last()?;
        let needed = self.abstinent_days;
        let number = match (last.days, is_own) {
            (Some(days), false) => format!("{} to recover", words::of(days, "day", "days")),
            (Some(days), true) => {
                format!("{} to find the way back", words::of(days, "day", "days"))
            }
            (None, false) => format!("Recovering since day {}", last.returned),
            (None, true) => "On the way back".to_owned(),
        };
        let mut said = match (last.days, is_own) {
            (Some(_), false) => format!(
                "From the use of day {} to the first of {needed} days in a row without.",
                last.returned
            ),
            (None, false) => format!(
                "{needed} days in a row without use have not come since; a day not known breaks the row."
            ),
            (Some(_), true) => format!(
                "From day {} to the first of {needed} days without in a row. You did that.",
                last.returned
            ),
            (None, true) => format!(
                "Since day {}. {needed} days without in a row and this one is behind you; each day between \
                 counts too.",
                last.returned
            ),
        };
        if !before.is_empty() {
            let earlier: Vec<String> = before
                .iter()
                .filter_map(|one| {
                    Some(format!(
                        "{} from day {}",
                        words::of(one.days?, "day", "days"),
                        one.returned
                    ))
                })
                .collect();
            said.push_str(if is_own {
                " The times before: "
            } else {
                " Before: "
            });
            said.push_str(&listed(&earlier));
            said.push('.');
        }
        Some(BigNumber { number, said })
    }
}

/// The last few of a list, and how many came before them.
fn listed(all: &[String]) -> String {
    const LISTED_MAX: usize = 4;
    let more = all.len().saturating_sub(LISTED_MAX);
    let last: Vec<&str> = all.iter().skip(more).map(String::as_str).collect();
    if more == 0 {
        last.join(", ")
    } else {
        format!("{} and {more} more", last.join(", "))
    }
}

/// Completeness first, then numbers that a return to use cannot reset.
pub(super) fn numbers(
    counted: &Known,
    recoveries: &Recoveries,
    today: i32,
    is_own: bool,
) -> Vec<BigNumber> {
    let n_known = counted.used.len() + counted.n_free;
    let in_care = usize::try_from(today.max(0)).unwrap_or(0);
    let either = |staff: String, own: &str| if is_own { own.to_owned() } else { staff };
    let number = |number: String, said: String| BigNumber { number, said };
    if counted.n_passed == 0 {
        return vec![number(
            "No day is over yet".to_owned(),
            either(
                "Days are counted from day 1 on, each once it is over.".to_owned(),
                "Your days are counted from day 1 on. Nothing sets them back.",
            ),
        )];
    }
    let mut numbers = vec![
        number(
            format!("{n_known} of {} days known", counted.n_passed),
            not_known(&counted.unknown, is_own),
        ),
        number(
            words::of(in_care, "day in care", "days in care"),
            either(
                "A return to use never ends or resets this.".to_owned(),
                "These only grow. Nothing sets them back.",
            ),
        ),
        number(
            words::of(counted.n_free, "day without use", "days without use"),
            either(
                format!(
                    "Of {n_known} known; of all {}, between {} and {}.",
                    counted.n_passed,
                    counted.n_free,
                    counted.n_free + counted.unknown.len()
                ),
                "All of them count, wherever they fall.",
            ),
        ),
    ];
    let (longest, until) = counted.longest;
    if longest > 0 {
        let from = until + 1 - i32::try_from(longest).unwrap_or(0);
        numbers.push(number(
            format!("{}, longest run", words::of(longest, "day", "days")),
            either(
                format!("Day {from} to {until}; an unknown day is not counted in."),
                "Your longest stretch so far. It stays yours.",
            ),
        ));
    }
    numbers.extend(recoveries.number(is_own));
    numbers
}

/// "day 12", "days 12, 40, 76", or the first twelve and how many more.
pub(super) fn listed_days(days: &[i32]) -> String {
    let shown: Vec<String> = days.iter().take(12).map(i32::to_string).collect();
    let more = days.len() - shown.len();
    let noun = if days.len() == 1 { "day" } else { "days" };
    match more {
        0 => format!("{noun} {}", shown.join(", ")),
        more => format!("{noun} {} and {more} more", shown.join(", ")),
    }
}

fn not_known(unknown: &[i32], is_own: bool) -> String {
    const LISTED_MAX: usize = 12;
    match (unknown.len(), is_own) {
        (0, true) => "You told us about every day.".to_owned(),
        (0, false) => "Every day is known.".to_owned(),
        (n, true) => format!(
            "{} not known: nothing was said, or two things disagree. You can still tell us about them.",
            words::of(n, "day is", "days are")
        ),
        (n, false) if n <= LISTED_MAX => {
            let days: Vec<String> = unknown.iter().map(ToString::to_string).collect();
            format!("Not known: day {}.", days.join(", "))
        }
        (n, false) => format!("Not known: {n} days."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Days 0 to 12, with use on day 3, and what follows it.
    fn strip(used: &[i32], unknown: &[i32], until: i32) -> UseStrip {
        let mark = |day: &i32| {
            if used.contains(day) {
                UseMark::Used
            } else {
                UseMark::NotUsed
            }
        };
        UseStrip {
            name: "Alcohol".to_owned(),
            from: 0,
            until,
            marks: (0..=until)
                .filter(|day| !unknown.contains(day))
                .map(|day| (day, mark(&day)))
                .collect(),
        }
    }

    fn rule() -> measures::Recovery {
        measures::Measures::of_the_house().unwrap().recovery
    }

    fn said(strip: &UseStrip, is_own: bool) -> Option<BigNumber> {
        Recoveries::of(strip, &rule()).number(is_own)
    }

    #[test]
    fn time_to_recover_runs_from_the_use_to_the_first_of_the_days_without_it() {
        assert_eq!(
            said(&strip(&[], &[], 30), false),
            None,
            "nothing to recover from"
        );
        let once = said(&strip(&[3, 4], &[], 30), false).unwrap();
        assert_eq!(once.number, "2 days to recover");
        assert!(once.said.contains("day 3"), "{}", once.said);
        let own = said(&strip(&[3, 4], &[], 30), true).unwrap();
        assert_eq!(own.number, "2 days to find the way back");
    }

    #[test]
    fn a_way_back_that_is_not_over_is_said_to_be_one_and_earlier_ones_are_kept() {
        let open = said(&strip(&[3, 28], &[], 30), false).unwrap();
        assert_eq!(open.number, "Recovering since day 28");
        assert!(
            open.said.contains("Before: 1 day from day 3"),
            "{}",
            open.said
        );
        let own = said(&strip(&[3, 28], &[], 30), true).unwrap();
        assert_eq!(own.number, "On the way back");
        assert!(
            own.said.contains("each day between counts too"),
            "{}",
            own.said
        );
    }

    #[test]
    fn a_day_nobody_knows_of_does_not_count_as_recovered() {
        let unknown: Vec<i32> = (4..=30).step_by(5).collect();
        let open = said(&strip(&[3], &unknown, 30), false).unwrap();
        assert_eq!(open.number, "Recovering since day 3");
    }

    #[test]
    fn a_return_to_use_takes_nothing_from_any_number_there_was() {
        let before = known(&strip(&[], &[], 20));
        let after = known(&strip(&[21], &[], 21));
        assert_eq!(after.n_free, before.n_free);
        assert_eq!(after.longest, before.longest);
        assert_eq!(after.n_passed, before.n_passed + 1);
    }

    #[test]
    fn the_day_of_the_first_dose_counts_neither_as_a_day_without_nor_as_use() {
        // Days 1 to 12 by hand: used on 3 and 7, not known on 10, so nine without; 4 to 6 is the longest run,
        // as 11 and 12 are two and 8 and 9 are two.
        for used_on_day_zero in [false, true] {
            let mut one = strip(&[3, 7], &[10], 12);
            if used_on_day_zero {
                one.marks.insert(0, UseMark::Used);
            }
            let counted = known(&one);
            assert_eq!(counted.n_passed, 12);
            assert_eq!(counted.used, [3, 7]);
            assert_eq!(counted.unknown, [10]);
            assert_eq!(counted.n_free, 9);
            assert_eq!(counted.longest, (3, 6));
        }
    }
}
