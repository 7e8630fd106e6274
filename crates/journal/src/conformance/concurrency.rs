//! Laws of many writers and followers at once.

use std::thread;
use std::time::Duration;

use super::{Bench, all, append, fact, fact_at, is_stale, journal, patient, said};
use crate::identifier::{Position, Version};

const WRITERS: u128 = 8;
const APPENDS: usize = 40;

pub(super) fn positions_have_no_gap_under_concurrent_appends(bench: &dyn Bench) {
    let journal = journal(bench.keeper());
    let acknowledged: Vec<(String, Position)> = thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let journal = journal.clone();
                scope.spawn(move || {
                    let mut acknowledged = Vec::new();
                    for number in 0..APPENDS {
                        let text = format!("{writer} {number}");
                        let answer = journal
                            .append(append(vec![
                                fact(patient(writer), text.as_bytes()),
                                fact(patient(1000), text.as_bytes()),
                            ]))
                            .unwrap();
                        acknowledged.push((text, answer.entries[1].2));
                    }
                    acknowledged
                })
            })
            .collect();
        writers
            .into_iter()
            .flat_map(|writer| writer.join().unwrap())
            .collect()
    });
    let entries = all(&journal);
    assert_eq!(entries.len(), acknowledged.len() * 2);
    for (index, entry) in (1_u64..).zip(&entries) {
        assert_eq!(entry.position, Position(index));
    }
    for (text, position) in acknowledged {
        let index = usize::try_from(position.0).unwrap() - 1;
        assert_eq!(said(&entries[index]), text);
        assert_eq!(said(&entries[index - 1]), text, "an append stands together");
    }
    let shared = journal.stream(patient(1000), Version::NONE).unwrap();
    for (version, entry) in (1_u64..).zip(&shared) {
        assert_eq!(entry.version, Version(version));
    }
    journal.verify(&[], |_, _| {}).unwrap();
}

pub(super) fn one_of_many_concurrent_repeats_writes(bench: &dyn Bench) {
    let journal = journal(bench.keeper());
    for round in 0..20_u128 {
        let asked = append(vec![fact(patient(round), b"once")]);
        let answers: Vec<_> = thread::scope(|scope| {
            let askers: Vec<_> = (0..WRITERS)
                .map(|_| {
                    let (journal, asked) = (journal.clone(), asked.clone());
                    scope.spawn(move || journal.append(asked).unwrap())
                })
                .collect();
            askers
                .into_iter()
                .map(|asker| asker.join().unwrap())
                .collect()
        });
        assert_eq!(answers.iter().filter(|answer| !answer.repeated).count(), 1);
        assert!(
            answers
                .iter()
                .all(|answer| answer.entries == answers[0].entries)
        );
        assert_eq!(journal.version(patient(round)).unwrap(), Version(1));
    }
    journal.verify(&[], |_, _| {}).unwrap();
}

pub(super) fn one_of_many_with_the_same_expectation_writes(bench: &dyn Bench) {
    let journal = journal(bench.keeper());
    for round in 0..20_u64 {
        let answers: Vec<_> = thread::scope(|scope| {
            let askers: Vec<_> = (0..WRITERS)
                .map(|_| {
                    let journal = journal.clone();
                    let asked = append(vec![fact_at(patient(1), round, b"mine")]);
                    scope.spawn(move || journal.append(asked))
                })
                .collect();
            askers
                .into_iter()
                .map(|asker| asker.join().unwrap())
                .collect()
        });
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
        assert!(
            answers
                .iter()
                .filter_map(|answer| answer.as_ref().err())
                .all(is_stale)
        );
    }
    assert_eq!(journal.version(patient(1)).unwrap(), Version(20));
}

pub(super) fn a_follower_never_skips(bench: &dyn Bench) {
    let journal = journal(bench.keeper());
    let total = u64::try_from(WRITERS).unwrap() * u64::try_from(APPENDS).unwrap();
    thread::scope(|scope| {
        let followers: Vec<_> = (0..3)
            .map(|_| {
                let mut follower = journal.follow(Position::START);
                scope.spawn(move || {
                    let mut seen = Vec::new();
                    while u64::try_from(seen.len()).unwrap() < total {
                        let entries = follower.next(Duration::from_secs(30)).unwrap();
                        assert!(!entries.is_empty(), "a follower was left waiting");
                        seen.extend(entries.iter().map(|entry| entry.position.0));
                    }
                    assert_eq!(seen, (1..=total).collect::<Vec<u64>>());
                })
            })
            .collect();
        for writer in 0..WRITERS {
            let journal = journal.clone();
            scope.spawn(move || {
                for _ in 0..APPENDS {
                    journal
                        .append(append(vec![fact(patient(writer), b"x")]))
                        .unwrap();
                }
            });
        }
        for follower in followers {
            follower.join().unwrap();
        }
    });
    let mut late = journal.follow(Position(total));
    assert_eq!(late.next(Duration::ZERO).unwrap(), []);
}
