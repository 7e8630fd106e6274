//! Laws of the chart: what holds for every record, however strange.

use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use record::chart::substance_use::UseDay;
use record::chart::visit::VisitState;
use record::chart::{Chart, EntryNumber, Stands};
use record::entry::{Entry, decode};
use record::fact::Fact;
use record::fact::care::{Amended, EnteredInError};
use record::fact::observation::VitalsObserved;
use record::fact::substance_use::{Use, UseMethod, UseReported, UseSource};
use record::fact::visit::PatientArrived;
use record::quantity::BeatsPerMinute;
use record::time::{OccurredAt, RecordedAt};
use record::words::{Author, Door, Line, Role, Substance};

fn recorded(number: u64) -> Timestamp {
    let minutes = SignedDuration::from_mins(i64::try_from(number).unwrap_or(0));
    Timestamp::UNIX_EPOCH
        .saturating_add(minutes)
        .unwrap_or(Timestamp::MAX)
}

fn entry(number: u64, fact: Fact) -> Entry {
    Entry {
        number: EntryNumber(number),
        position: number * 2,
        recorded_at: RecordedAt(recorded(number)),
        occurred_at: OccurredAt(recorded(number % 7)),
        author: Author {
            who: "holdfast".to_owned(),
            role: Role::System,
            door: Door::Virtual,
        },
        fact,
    }
}

fn fold(facts: impl IntoIterator<Item = Fact>) -> Chart {
    Chart::fold((1..).zip(facts).map(|(number, fact)| entry(number, fact)))
}

fn pulse(beats: u16) -> Fact {
    Fact::from(VitalsObserved {
        pulse_per_min: Some(BeatsPerMinute::new(beats)),
        ..VitalsObserved::default()
    })
}

fn amended(target: u64, replacement: Fact) -> Fact {
    Fact::from(Amended {
        entry: EntryNumber(target),
        reason: Line::clipped("misread"),
        replacement: Box::new(replacement),
    })
}

fn in_error(target: u64) -> Fact {
    Fact::from(EnteredInError {
        entry: EntryNumber(target),
        reason: Line::clipped("wrong record"),
    })
}

fn pulses(chart: &Chart) -> Vec<u16> {
    chart
        .all::<VitalsObserved>()
        .filter_map(|(_, vitals)| vitals.pulse_per_min.map(BeatsPerMinute::get))
        .collect()
}

/// One real fact of every kind, from the golden folder.
fn golden() -> Vec<Fact> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../golden");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|file| file.path())
        .collect();
    files.sort();
    let facts: Vec<Fact> = files
        .iter()
        .filter_map(|path| std::fs::read(path).ok())
        .filter_map(|bytes| decode(&bytes).ok())
        .map(|(_, fact)| fact)
        .collect();
    assert_eq!(facts.len(), files.len(), "a golden entry cannot be read");
    facts
}

/// Any fact: one of every kind, or a correction that points anywhere and says anything.
fn any_fact() -> impl Strategy<Value = Fact> {
    let plain = golden();
    let replacement = proptest::sample::select(plain.clone());
    prop_oneof![
        3 => proptest::sample::select(plain),
        2 => (0_u64..50, replacement).prop_map(|(target, fact)| amended(target, fact)),
        1 => (0_u64..50, 30_u16..200).prop_map(|(target, beats)| amended(target, pulse(beats))),
        2 => (0_u64..50).prop_map(in_error),
        1 => (30_u16..200).prop_map(pulse),
    ]
}

fn any_record() -> impl Strategy<Value = Vec<Fact>> {
    proptest::collection::vec(any_fact(), 0..48)
}

/// Asks a chart everything it can be asked.
fn ask_everything(chart: &Chart) {
    let today = date(2026, 4, 1);
    let alcohol = Substance::new("alcohol").ok();
    for entry in chart.entries() {
        let _ = (
            chart.stands(entry),
            chart.now_says(entry),
            entry.minutes_late(),
        );
    }
    let _ = (
        chart.name(),
        chart.identity(),
        chart.reach(),
        chart.age_on(today),
    );
    let _ = (
        chart.conditions(),
        chart.medicines_now(),
        chart.allergies(),
        chart.history(),
    );
    let _ = (
        chart.weight(),
        chart.visits(),
        chart.sessions(),
        chart.alerts(),
    );
    let _ = (chart.stage(today), chart.use_days(alcohol.as_ref()));
    for course in chart.courses() {
        let _ = (
            chart.plan(course.id),
            chart.assessment(course.id),
            chart.overrides(course.id),
        );
        let _ = chart.consents_on(course.id, today);
    }
}

proptest! {
    #[test]
    fn a_fold_answers_every_question_about_any_entries_in_any_order(facts in any_record()) {
        ask_everything(&fold(facts));
    }

    #[test]
    fn a_correction_never_removes_an_entry(facts in any_record()) {
        let chart = fold(facts.clone());
        let kept: Vec<Fact> = chart.entries().iter().map(|entry| entry.fact.clone()).collect();
        prop_assert_eq!(kept, facts);
        for (at, entry) in (1..).zip(chart.entries()) {
            prop_assert_eq!(chart.entry(EntryNumber(at)), Some(entry));
        }
    }

    #[test]
    fn a_fold_entry_by_entry_is_the_fold_of_all_at_once(facts in any_record(), cut in 0_usize..48) {
        let mut chart = fold(facts.iter().take(cut).cloned());
        for (at, fact) in facts.iter().enumerate().skip(cut) {
            chart.take(entry(u64::try_from(at + 1).unwrap_or(0), fact.clone()));
        }
        prop_assert_eq!(chart, fold(facts));
    }

    #[test]
    fn a_chart_as_it_stood_is_the_fold_of_what_was_recorded_by_then(
        facts in any_record(),
        until in 0_u64..60,
    ) {
        let known = usize::try_from(until).unwrap_or(0);
        let then = fold(facts.clone()).as_it_stood(recorded(until));
        prop_assert_eq!(then, fold(facts.into_iter().take(known)));
    }

    #[test]
    fn an_entry_now_says_a_fact_of_its_own_kind_or_nothing(facts in any_record()) {
        let chart = fold(facts);
        for entry in chart.entries() {
            if let Some(now) = chart.now_says(entry) {
                prop_assert_eq!(now.kind(), entry.fact.kind());
            }
        }
    }

    #[test]
    fn a_correction_that_stands_was_made_later_and_points_at_its_entry(facts in any_record()) {
        let chart = fold(facts);
        for entry in chart.entries() {
            let by = match chart.stands(entry) {
                Stands::AsMade => continue,
                Stands::Amended { by, .. } | Stands::InError { by, .. } => by,
            };
            prop_assert!(by.number > entry.number);
            let still_stands = !matches!(chart.stands(by), Stands::InError { .. });
            prop_assert!(still_stands, "a withdrawn correction stands");
        }
    }

    #[test]
    fn of_many_amendments_the_last_stands(beats in proptest::collection::vec(30_u16..200, 1..12)) {
        let last = beats.last().copied().into_iter().collect::<Vec<_>>();
        let amendments = beats.into_iter().map(|beats| amended(1, pulse(beats)));
        prop_assert_eq!(pulses(&fold(std::iter::once(pulse(72)).chain(amendments))), last);
    }

    #[test]
    fn amending_twice_to_the_same_is_amending_once(first in 30_u16..200, then in 30_u16..200) {
        let once = fold([pulse(first), amended(1, pulse(then))]);
        let twice = fold([pulse(first), amended(1, pulse(then)), amended(1, pulse(then))]);
        prop_assert_eq!(pulses(&once), pulses(&twice));
    }

    #[test]
    fn an_amendment_entered_in_error_brings_back_what_was_before(
        beats in proptest::collection::vec(30_u16..200, 1..8),
    ) {
        let facts: Vec<Fact> = std::iter::once(pulse(72))
            .chain(beats.iter().map(|beats| amended(1, pulse(*beats))))
            .collect();
        let mut undone = facts.clone();
        let last = u64::try_from(facts.len()).unwrap_or(0);
        undone.push(in_error(last));
        let before = fold(facts.into_iter().take(beats.len()));
        prop_assert_eq!(pulses(&fold(undone)), pulses(&before));
    }

    #[test]
    fn a_chain_of_withdrawals_stands_or_falls_with_its_length(length in 1_u64..40) {
        let chain = (1..=length).map(in_error);
        let chart = fold(std::iter::once(pulse(72)).chain(chain));
        let expected: Vec<u16> = if length % 2 == 0 { vec![72] } else { Vec::new() };
        prop_assert_eq!(pulses(&chart), expected);
    }

    #[test]
    fn two_ways_of_asking_that_disagree_are_in_conflict_whichever_came_first(
        first in any::<bool>(),
        second in any::<bool>(),
        swapped in any::<bool>(),
    ) {
        let one = reported(first, UseMethod::Interview);
        let other = reported(second, UseMethod::Diary);
        let facts = if swapped { [other, one] } else { [one, other] };
        let days = fold(facts).use_days(None);
        let said = days.values().flat_map(|days| days.values()).copied().collect::<Vec<_>>();
        let expected = match (first, second) {
            (true, true) => UseDay::Used,
            (false, false) => UseDay::NotUsed,
            (true, false) | (false, true) => UseDay::Conflict,
        };
        prop_assert_eq!(said, vec![expected]);
    }
}

const DAY: Date = date(2026, 3, 17);

fn reported(used: bool, method: UseMethod) -> Fact {
    let uses = Substance::new("alcohol")
        .into_iter()
        .map(|substance| Use {
            substance,
            used,
            amount_mg: None,
        })
        .collect();
    Fact::from(UseReported {
        day: DAY,
        uses,
        source: UseSource::Patient,
        method,
    })
}

#[test]
fn within_one_way_of_asking_the_later_report_of_a_day_replaces_the_earlier() {
    let facts = [
        reported(true, UseMethod::Interview),
        reported(false, UseMethod::Interview),
    ];
    let days = fold(facts).use_days(None);
    let said: Vec<UseDay> = days
        .values()
        .flat_map(|days| days.values())
        .copied()
        .collect();
    assert_eq!(said, [UseDay::NotUsed]);
}

#[test]
fn corrections_that_point_forwards_at_themselves_or_at_nothing_change_nothing() {
    let chart = fold([
        in_error(3),
        in_error(2),
        pulse(72),
        in_error(900),
        amended(3, in_error(1)),
    ]);
    assert_eq!(pulses(&chart), [72]);
}

#[test]
fn a_replacement_of_another_kind_changes_nothing() {
    let chart = fold([pulse(72), amended(1, reported(true, UseMethod::Diary))]);
    assert_eq!(pulses(&chart), [72]);
    assert!(chart.use_days(None).is_empty());
}

#[test]
fn a_chain_of_two_hundred_thousand_withdrawals_is_folded_like_any_other() {
    let chain = (1..=200_000).map(in_error);
    let chart = fold(std::iter::once(pulse(72)).chain(chain));
    assert_eq!(pulses(&chart), [72]);
}

#[test]
fn a_chart_as_it_stood_keeps_the_banner_over_what_cannot_be_read() {
    let mut chart = fold([pulse(72)]);
    chart.take_unreadable(EntryNumber(2));
    chart.take_erased();
    let then = chart.as_it_stood(recorded(1));
    assert_eq!(then.unreadable(), [EntryNumber(2)]);
    assert!(then.is_erased());
}

#[test]
fn the_latest_fact_is_the_one_that_happened_last_not_the_one_written_last() {
    let chart = fold((0..9).map(|_| pulse(72)));
    // The ninth entry happened in minute 2 and the sixth in minute 6.
    assert_eq!(
        chart
            .latest::<VitalsObserved>()
            .map(|(entry, _)| entry.number),
        Some(EntryNumber(6))
    );
}

#[test]
fn a_visit_moved_after_the_patient_arrived_waits_to_be_held_again() {
    let chart = fold(
        golden()
            .into_iter()
            .filter(|fact| matches!(fact, Fact::VisitBooked(_) | Fact::VisitMoved(_))),
    );
    let Some(visit) = chart.visits().pop() else {
        unreachable!("the golden visit is booked")
    };
    let arrived = Fact::from(PatientArrived { visit: visit.id });
    let facts: Vec<Fact> = chart
        .entries()
        .iter()
        .map(|entry| entry.fact.clone())
        .collect();
    let states = |facts: Vec<Fact>| {
        fold(facts)
            .visits()
            .iter()
            .map(|v| v.state)
            .collect::<Vec<_>>()
    };
    let moved_last = [facts.first().cloned(), Some(arrived), facts.last().cloned()];
    assert_eq!(
        states(moved_last.into_iter().flatten().collect()),
        [VisitState::Booked]
    );
}
