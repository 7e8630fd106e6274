//! Laws of the record: what is written, refused, repeated, erased and proved.

use std::sync::Arc;

use super::{
    Bench, CLINIC, HandClock, SeededChance, all, append, author, command, fact, fact_at, is_stale,
    journal, journal_with, master, patient, said,
};
use crate::append::{AppendError, BYTES_PER_ENTRY_MAX, ENTRIES_PER_APPEND_MAX};
use crate::entry::{Content, Entry};
use crate::erasure::Erasure;
use crate::identifier::{Position, Version};
use crate::journal::{Journal, OpenError};
use crate::keys::MasterKey;
use crate::verify::Wrong;

pub(super) fn what_is_appended_is_read_back(bench: &dyn Bench) {
    let journal = journal(bench.keeper());
    assert_eq!(journal.head().unwrap().position, Position::START);
    assert_eq!(journal.stream(patient(1), Version::NONE).unwrap(), []);
    let answer = journal
        .append(append(vec![
            fact(patient(1), b"first"),
            fact(patient(2), b"second"),
            fact(patient(1), b"third"),
        ]))
        .unwrap();
    assert!(!answer.repeated);
    assert_eq!(
        answer.entries,
        [
            (patient(1), Version(1), Position(1)),
            (patient(2), Version(1), Position(2)),
            (patient(1), Version(2), Position(3)),
        ]
    );
    let stream = journal.stream(patient(1), Version::NONE).unwrap();
    assert_eq!(
        stream.iter().map(said).collect::<Vec<_>>(),
        ["first", "third"]
    );
    assert_eq!(stream[1].recorded_at, answer.recorded_at);
    assert_eq!(*stream[1].author, author());
    let later = journal.stream(patient(1), Version(1)).unwrap();
    assert_eq!(later.iter().map(said).collect::<Vec<_>>(), ["third"]);
    let after = journal.after(Position(1), 1).unwrap();
    assert_eq!(after.iter().map(said).collect::<Vec<_>>(), ["second"]);
    assert_eq!(journal.head().unwrap().hash, stream[1].hash);
    assert_eq!(journal.verify(&[], |_, _| {}).unwrap().entries, 3);
}

pub(super) fn an_append_over_several_streams_is_all_or_nothing(bench: &dyn Bench) {
    let journal = journal(bench.keeper());
    journal
        .append(append(vec![fact(patient(1), b"one")]))
        .unwrap();
    let refused = journal
        .append(append(vec![
            fact(patient(3), b"a new stream"),
            fact_at(patient(1), 1, b"right"),
            fact_at(patient(1), 1, b"wrong, the fact before counts"),
        ]))
        .unwrap_err();
    assert!(is_stale(&refused));
    assert_eq!(all(&journal).len(), 1);
    assert_eq!(journal.version(patient(3)).unwrap(), Version::NONE);
    let taken = journal
        .append(append(vec![
            fact_at(patient(3), 0, b"new"),
            fact_at(patient(1), 1, b"two"),
            fact_at(patient(1), 2, b"three"),
        ]))
        .unwrap();
    assert_eq!(taken.entries.len(), 3);
    assert_eq!(journal.verify(&[], |_, _| {}).unwrap().streams, 2);
}

pub(super) fn a_stale_expectation_is_refused_and_writes_nothing(bench: &dyn Bench) {
    let journal = journal(bench.keeper());
    journal
        .append(append(vec![fact_at(patient(1), 0, b"one")]))
        .unwrap();
    let refused = journal
        .append(append(vec![fact_at(patient(1), 0, b"again")]))
        .unwrap_err();
    let AppendError::Stale {
        stream,
        expected,
        found,
    } = refused
    else {
        unreachable!("refused for another reason: {refused:?}")
    };
    assert_eq!(
        (stream, expected, found),
        (patient(1), Version::NONE, Version(1))
    );
    assert!(is_stale(
        &journal
            .append(append(vec![fact_at(patient(1), 2, b"early")]))
            .unwrap_err()
    ));
    assert_eq!(all(&journal).len(), 1);
}

pub(super) fn a_repeated_command_is_given_the_first_answer(bench: &dyn Bench) {
    let first = append(vec![
        fact_at(patient(1), 0, b"one"),
        fact(patient(2), b"two"),
    ]);
    let answer = {
        let journal = journal(bench.keeper());
        let answer = journal.append(first.clone()).unwrap();
        let again = journal.append(first.clone()).unwrap();
        assert!(again.repeated);
        assert_eq!(
            (&again.entries, again.recorded_at),
            (&answer.entries, answer.recorded_at)
        );
        journal
            .append(append(vec![fact(patient(1), b"three")]))
            .unwrap();
        answer
    };
    // The answer is remembered by the journal, not by the process.
    let journal = journal(bench.keeper());
    let again = journal.append(first).unwrap();
    assert!(again.repeated);
    assert_eq!(again.entries, answer.entries);
    assert_eq!(all(&journal).len(), 3);
}

pub(super) fn what_is_out_of_bounds_is_refused(bench: &dyn Bench) {
    let journal = journal(bench.keeper());
    assert!(matches!(
        journal.append(append(Vec::new())),
        Err(AppendError::Empty)
    ));
    let long = vec![0; BYTES_PER_ENTRY_MAX + 1];
    assert!(matches!(
        journal.append(append(vec![fact(patient(1), &long)])),
        Err(AppendError::TooMuch { .. })
    ));
    let many = vec![fact(patient(1), b"x"); ENTRIES_PER_APPEND_MAX + 1];
    assert!(matches!(
        journal.append(append(many)),
        Err(AppendError::TooMuch { .. })
    ));
    let mut nobody = append(vec![fact(patient(1), b"x")]);
    nobody.author.person = String::new();
    assert!(matches!(
        journal.append(nobody),
        Err(AppendError::Author(_))
    ));
    let reserved = append(vec![fact(Erasure::stream(CLINIC), b"erased 1")]);
    assert!(matches!(
        journal.append(reserved),
        Err(AppendError::Reserved { .. })
    ));
    assert_eq!(journal.head().unwrap().position, Position::START);
    journal
        .append(append(vec![fact(patient(1), &long[1..])]))
        .unwrap();
    let most = vec![fact(patient(1), b""); ENTRIES_PER_APPEND_MAX];
    assert_eq!(
        journal.append(append(most)).unwrap().entries.len(),
        ENTRIES_PER_APPEND_MAX
    );
    journal.verify(&[], |_, _| {}).unwrap();
}

pub(super) fn an_erased_stream_reads_as_erased_and_the_chain_still_verifies(bench: &dyn Bench) {
    {
        let journal = journal(bench.keeper());
        journal
            .append(append(vec![
                fact(patient(1), b"secret"),
                fact(patient(2), b"kept"),
            ]))
            .unwrap();
        let asked = command();
        journal
            .erase_stream(asked, patient(1), author(), "asked by the patient")
            .unwrap();
        let again = journal
            .erase_stream(asked, patient(1), author(), "asked again")
            .unwrap();
        assert!(again.repeated);
        let nothing = journal.erase_stream(command(), patient(9), author(), "nobody");
        assert!(matches!(nothing, Err(AppendError::NothingToErase { .. })));
    }
    let journal = journal(bench.keeper());
    let erased = journal.stream(patient(1), Version::NONE).unwrap();
    assert_eq!(
        erased
            .iter()
            .map(|entry| &entry.content)
            .collect::<Vec<_>>(),
        [&Content::Erased]
    );
    let entries = all(&journal);
    assert_eq!(entries.len(), 3);
    assert_eq!(said(&entries[1]), "kept");
    let erasure = Erasure::parse(entries[2].content.bytes().unwrap()).unwrap();
    assert_eq!(erasure.stream, patient(1));
    assert_eq!(erasure.reason, "asked by the patient");
    let report = journal.verify(&[], |_, _| {}).unwrap();
    assert_eq!((report.entries, report.erased), (3, 1));
    let late = journal.append(append(vec![fact(patient(1), b"late")]));
    assert!(matches!(late, Err(AppendError::Erased { .. })));
}

pub(super) fn everything_stands_after_opening_again(bench: &dyn Bench) {
    let mut before: Vec<Entry> = Vec::new();
    for round in 0..5_u64 {
        let journal = journal(bench.keeper());
        assert_eq!(all(&journal), before);
        let text = format!("round {round}");
        journal
            .append(append(vec![
                fact(patient(1), text.as_bytes()),
                fact_at(patient(u128::from(100 + round)), 0, b"new"),
            ]))
            .unwrap();
        before = all(&journal);
        assert_eq!(
            journal.verify(&[], |_, _| {}).unwrap().entries,
            2 * round + 2
        );
    }
}

pub(super) fn recorded_time_never_runs_backwards(bench: &dyn Bench) {
    let clock = Arc::new(HandClock::new());
    let first = {
        let journal = journal_with(bench.keeper(), Arc::clone(&clock));
        let first = journal
            .append(append(vec![fact(patient(1), b"one")]))
            .unwrap();
        assert_eq!(journal.clock_set_back(), None);
        clock.shift(-3600);
        let second = journal
            .append(append(vec![fact(patient(1), b"two")]))
            .unwrap();
        assert_eq!(second.recorded_at, first.recorded_at);
        assert_eq!(
            journal.clock_set_back().unwrap().recorded_at,
            first.recorded_at
        );
        first
    };
    let journal = journal_with(bench.keeper(), Arc::clone(&clock));
    assert!(
        journal.clock_set_back().is_some(),
        "noticed when the journal is opened"
    );
    clock.shift(3601);
    let third = journal
        .append(append(vec![fact(patient(1), b"three")]))
        .unwrap();
    assert!(third.recorded_at > first.recorded_at);
    assert_eq!(journal.clock_set_back(), None);
    journal.verify(&[], |_, _| {}).unwrap();
}

pub(super) fn a_wrong_master_key_is_named_and_changes_nothing(bench: &dyn Bench) {
    let given = MasterKey::from_bytes([8; 32]);
    {
        let journal = journal(bench.keeper());
        journal
            .append(append(vec![fact(patient(1), b"one")]))
            .unwrap();
    }
    let clock = || Arc::new(HandClock::new());
    let chance = || Arc::new(SeededChance::new(99));
    let wrong = Journal::open(bench.keeper(), &given, clock(), chance()).err();
    let Some(OpenError::WrongMasterKey {
        given: said_given,
        needed,
    }) = wrong
    else {
        unreachable!("refused for another reason: {wrong:?}")
    };
    assert_eq!(
        (said_given, needed),
        (given.fingerprint(), master().fingerprint())
    );
    {
        let journal = journal(bench.keeper());
        journal.verify(&[], |_, _| {}).unwrap();
        journal.change_master_key(&given).unwrap();
    }
    let journal = Journal::open(bench.keeper(), &given, clock(), chance()).unwrap();
    assert_eq!(said(&all(&journal)[0]), "one");
}

pub(super) fn checkpoints_are_kept_and_compared(bench: &dyn Bench) {
    let (early, late) = {
        let journal = journal(bench.keeper());
        let empty = journal.checkpoint().unwrap();
        assert_eq!(empty.position, Position::START);
        journal
            .append(append(vec![fact(patient(1), b"one")]))
            .unwrap();
        let early = journal.checkpoint().unwrap();
        journal
            .append(append(vec![fact(patient(1), b"two")]))
            .unwrap();
        (early, journal.checkpoint().unwrap())
    };
    let journal = journal(bench.keeper());
    assert_eq!(journal.checkpoints().unwrap().len(), 3);
    let report = journal
        .verify(&[early.clone(), late.clone()], |_, _| {})
        .unwrap();
    assert_eq!(report.checkpoints, 5);
    let mut forged = early;
    forged.position = Position(2);
    let fault = journal
        .verify(&[forged], |_, _| {})
        .unwrap_err()
        .fault()
        .cloned()
        .unwrap();
    assert_eq!(fault.what, Wrong::CheckpointKey);
    assert_eq!(crate::Checkpoint::parse(&late.to_string()).unwrap(), late);
}

pub(super) fn replay_gives_what_after_gives(bench: &dyn Bench) {
    let journal = journal(bench.keeper());
    for round in 0..9_u128 {
        let facts = (0..1000).map(|number| {
            let text = format!("{round} {number}");
            fact(patient(number % 97), text.as_bytes())
        });
        journal.append(append(facts.collect())).unwrap();
    }
    journal
        .erase_stream(command(), patient(13), author(), "asked")
        .unwrap();
    let mut replayed: Vec<Entry> = Vec::new();
    let came_to = journal.replay(Position::START, |batch| replayed.extend_from_slice(batch));
    assert_eq!(came_to.unwrap(), Position(9001));
    assert!(replayed == all(&journal), "a replay gives what pages give");
    let mut rest: Vec<Entry> = Vec::new();
    journal
        .replay(Position(8999), |batch| rest.extend_from_slice(batch))
        .unwrap();
    assert!(
        rest == replayed[8999..],
        "the rest is what stands at the end"
    );
    let long: Vec<Entry> = replayed
        .iter()
        .filter(|entry| entry.stream == patient(5))
        .cloned()
        .collect();
    assert_eq!(journal.stream(patient(5), Version::NONE).unwrap(), long);
    journal
        .append(append(vec![fact(patient(700), b"x"); 600]))
        .unwrap();
    let versions: Vec<u64> = journal
        .stream(patient(700), Version(3))
        .unwrap()
        .iter()
        .map(|entry| entry.version.0)
        .collect();
    assert_eq!(versions, (4..=600).collect::<Vec<u64>>());
}
