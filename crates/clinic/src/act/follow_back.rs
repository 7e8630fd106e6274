//! The timeline follow-back: many days at once, runs of days, anchors; a diary is never overwritten.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use record::Chart;
use record::calendar::{civil_day, days_between};
use record::fact::evaluation::AnchorNoted;
use record::fact::observation::{Found, UrineScreen};
use record::fact::substance_use::{CheckInAnswered, Use, UseMethod, UseReported, UseSource};
use record::ids::PatientId;
use record::quantity::MilligramsTaken;
use record::words::Substance;

use super::check_in::report_use;
use crate::authority::{Act, authorise};
use crate::clinic::{Clinic, Written};
use crate::denied::Denied;
use crate::operation::Operation;

/// How many days a calendar shows.
pub const DAYS: i32 = 90;

/// What was said of one substance on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said {
    /// Whether it was used.
    pub used: bool,
    /// How much, where it was said.
    pub amount_mg: Option<MilligramsTaken>,
}

/// What is on record for one day, each way it was asked by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DayKnown {
    /// By interview.
    pub interview: Option<Said>,
    /// By the patient's own diary or check-in.
    pub diary: Option<Said>,
    /// In conversation.
    pub conversation: Option<Said>,
    /// Whether a test of the urine of that day found it.
    pub is_found: bool,
}

impl DayKnown {
    /// Whether one way says used and another not, or all say not and the test of that day found it.
    pub fn is_conflict(&self) -> bool {
        let all = [self.interview, self.diary, self.conversation];
        let mut used = all.iter().flatten().map(|said| said.used);
        used.next()
            .is_some_and(|first| used.any(|other| other != first) || (self.is_found && !first))
    }
}

/// The days whose urine was found to hold a substance. A report of no use on such a day is in conflict
/// with it: neither is rewritten, and the day is not known until somebody asks. The day of the test alone
/// is the shortest a window can be: clinic policy.
pub fn found_by_test(chart: &Chart, substance: &Substance, zone: &TimeZone) -> BTreeSet<Date> {
    chart
        .all::<UrineScreen>()
        .filter(|(_, screen)| screen.not_given.is_none())
        .filter(|(_, screen)| {
            let mut findings = screen.findings.iter();
            findings.any(|one| one.substance == *substance && one.found == Found::Found)
        })
        .map(|(entry, _)| civil_day(entry.occurred_at.0, zone))
        .collect()
}

/// Every day on record of one substance; a day not in it is not known.
pub fn known(
    chart: &Chart,
    substance: &Substance,
    target: Option<&Substance>,
    zone: &TimeZone,
) -> BTreeMap<Date, DayKnown> {
    let mut days: BTreeMap<Date, DayKnown> = BTreeMap::new();
    for (_, report) in chart.all::<UseReported>() {
        for one in report.uses.iter().filter(|one| one.substance == *substance) {
            let said = Some(Said {
                used: one.used,
                amount_mg: one.amount_mg,
            });
            let day = days.entry(report.day).or_default();
            match report.method {
                UseMethod::Interview => day.interview = said,
                UseMethod::Diary => day.diary = said,
                UseMethod::Conversation => day.conversation = said,
            }
        }
    }
    for (_, check_in) in chart.all::<CheckInAnswered>() {
        let named = check_in
            .uses
            .iter()
            .find(|one| one.substance == *substance)
            .map(|one| Said {
                used: one.used,
                amount_mg: one.amount_mg,
            });
        let plain = check_in
            .used
            .answer()
            .filter(|used| target == Some(substance) && (!**used || check_in.uses.is_empty()))
            .map(|used| Said {
                used: *used,
                amount_mg: None,
            });
        if let Some(said) = named.or(plain) {
            days.entry(check_in.day).or_default().diary = Some(said);
        }
    }
    for day in found_by_test(chart, substance, zone) {
        if let Some(known) = days.get_mut(&day) {
            known.is_found = true;
        }
    }
    days
}

/// Whether any day was taken by interview.
pub fn has_interview(chart: &Chart) -> bool {
    chart
        .all::<UseReported>()
        .any(|(_, report)| report.method == UseMethod::Interview)
}

/// The days of a run that fall on these weekdays; none named means all of them.
pub fn run(from: Date, to: Date, on: &[Weekday]) -> Vec<Date> {
    let mut days = Vec::new();
    let mut day = from;
    while day <= to && days_between(from, day) < DAYS.max(366) {
        if on.is_empty() || on.contains(&day.weekday()) {
            days.push(day);
        }
        let next = day.saturating_add(1.day());
        if next == day {
            break;
        }
        day = next;
    }
    days
}

/// Fills days with one answer, leaving those an interview has answered.
pub fn filled(known: &BTreeMap<Date, DayKnown>, days: &[Date], said: Said) -> BTreeMap<Date, Said> {
    days.iter()
        .filter(|day| {
            known
                .get(*day)
                .is_none_or(|known| known.interview.is_none())
        })
        .map(|day| (*day, said))
        .collect()
}

/// Fills days with what was said of the day a week before, those just filled included; what was not known
/// a week before stays not known.
pub fn as_the_week_before(known: &BTreeMap<Date, DayKnown>, days: &[Date]) -> BTreeMap<Date, Said> {
    let mut filled: BTreeMap<Date, Said> = BTreeMap::new();
    for day in days {
        let is_answered = known
            .get(day)
            .is_some_and(|known| known.interview.is_some());
        let before = day.saturating_sub(7.days());
        let said = filled
            .get(&before)
            .copied()
            .or_else(|| known.get(&before).and_then(|known| known.interview));
        if let Some(said) = said.filter(|_| !is_answered) {
            filled.insert(*day, said);
        }
    }
    filled
}

/// Records days of one substance as an interview takes them, each an entry; nothing else is touched.
///
/// # Errors
/// As [`report_use`], and [`Denied::Invalid`] where no day says anything new.
pub fn interview(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    substance: &Substance,
    source: UseSource,
    days: &BTreeMap<Date, Said>,
) -> Result<Written, Denied> {
    let reports = days
        .iter()
        .map(|(day, said)| UseReported {
            day: *day,
            uses: vec![Use {
                substance: substance.clone(),
                used: said.used,
                amount_mg: said.amount_mg,
            }],
            source,
            method: UseMethod::Interview,
        })
        .collect();
    report_use(operation, clinic, patient, reports)
}

/// Notes an anchor: a holiday, a pay day, something that happened.
///
/// # Errors
/// [`Denied::Invalid`] where it ends before it begins, or lasts longer than the calendar.
pub fn note_anchor(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    anchor: AnchorNoted,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::ReportUse, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    clinic.chart(patient)?;
    if anchor.to < anchor.from {
        return Err(Denied::invalid(
            "anchor_to",
            "This ends before it begins: check both days",
        ));
    }
    if days_between(anchor.from, anchor.to) > DAYS {
        return Err(Denied::invalid(
            "anchor_to",
            "An anchor places a few days: give one of at most ninety",
        ));
    }
    clinic.record(operation, role, patient, None, &[anchor.into()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const USED: Said = Said {
        used: true,
        amount_mg: None,
    };
    const NOT: Said = Said {
        used: false,
        amount_mg: None,
    };

    fn answered(day: Date, said: Said) -> (Date, DayKnown) {
        let known = DayKnown {
            interview: Some(said),
            ..DayKnown::default()
        };
        (day, known)
    }

    #[test]
    fn every_weekday_of_a_run_is_filled_and_what_was_answered_is_left() {
        let known = BTreeMap::from([answered(date(2026, 11, 4), NOT)]);
        let weekdays = [
            Weekday::Monday,
            Weekday::Tuesday,
            Weekday::Wednesday,
            Weekday::Thursday,
            Weekday::Friday,
        ];
        let days = run(date(2026, 11, 2), date(2026, 11, 8), &weekdays);
        assert_eq!(days.len(), 5);
        let filled = filled(&known, &days, USED);
        assert_eq!(filled.len(), 4);
        assert!(!filled.contains_key(&date(2026, 11, 4)));
    }

    #[test]
    fn a_week_is_copied_onward_and_what_was_unknown_stays_unknown() {
        let known = BTreeMap::from([
            answered(date(2026, 11, 2), USED),
            answered(date(2026, 11, 3), NOT),
        ]);
        let days = run(date(2026, 11, 9), date(2026, 11, 22), &[]);
        let filled = as_the_week_before(&known, &days);
        let days: Vec<Date> = filled.keys().copied().collect();
        let copied = [
            date(2026, 11, 9),
            date(2026, 11, 10),
            date(2026, 11, 16),
            date(2026, 11, 17),
        ];
        assert_eq!(days, copied);
        assert_eq!(filled.get(&date(2026, 11, 16)), Some(&USED));
    }

    #[test]
    fn an_interview_and_a_diary_that_disagree_are_in_conflict_and_silence_is_not() {
        let both = DayKnown {
            interview: Some(NOT),
            diary: Some(USED),
            conversation: None,
            ..DayKnown::default()
        };
        assert!(both.is_conflict());
        let alone = DayKnown {
            diary: None,
            ..both
        };
        assert!(!alone.is_conflict());
        assert!(!DayKnown::default().is_conflict());
        let against_test = DayKnown {
            diary: Some(NOT),
            is_found: true,
            ..DayKnown::default()
        };
        assert!(against_test.is_conflict());
        let with_test = DayKnown {
            diary: Some(USED),
            is_found: true,
            ..DayKnown::default()
        };
        assert!(!with_test.is_conflict());
        let test_alone = DayKnown {
            is_found: true,
            ..DayKnown::default()
        };
        assert!(!test_alone.is_conflict(), "nobody said otherwise");
    }
}
