//! Golden entries: one real example of every kind and version, whose bytes never change again.
//!
//! What a released program wrote must be read by every later one. A file here is never edited; a new
//! version of a kind brings a new file and leaves the old one.

use std::collections::BTreeMap;
use std::error::Error;

use jiff::{SignedDuration, Timestamp};
use record::chart::{Chart, EntryNumber, Stands};
use record::entry::{Entry, decode, encode};
use record::fact::{DecodeError, Fact, Kind};
use record::time::{OccurredAt, RecordedAt};
use record::words::{Author, Door, Role};

type Outcome = Result<(), Box<dyn Error>>;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../golden");

/// Every golden entry by its file's name, without the line's end.
fn golden() -> Result<BTreeMap<String, Vec<u8>>, Box<dyn Error>> {
    let mut found = BTreeMap::new();
    for file in std::fs::read_dir(FOLDER)? {
        let path = file?.path();
        let name = path.file_name().ok_or("a file without a name")?;
        let name = name.to_string_lossy().into_owned();
        let mut bytes = std::fs::read(&path)?;
        assert_eq!(bytes.pop(), Some(b'\n'), "{name} must end its line");
        assert!(!bytes.contains(&b'\n'), "{name} must be one line");
        found.insert(name, bytes);
    }
    Ok(found)
}

fn entry(number: u64, occurred_at: OccurredAt, fact: Fact) -> Result<Entry, Box<dyn Error>> {
    let minutes = SignedDuration::from_mins(i64::try_from(number)?);
    let began: Timestamp = "2027-01-01T00:00:00Z".parse()?;
    Ok(Entry {
        number: EntryNumber(number),
        position: number,
        recorded_at: RecordedAt(began.checked_add(minutes)?),
        occurred_at,
        author: Author {
            who: "holdfast".to_owned(),
            role: Role::System,
            door: Door::Import,
        },
        fact,
    })
}

#[test]
fn every_kind_and_version_ever_released_has_a_golden_entry_and_no_file_is_without_a_kind() -> Outcome
{
    let expected: Vec<String> = Kind::ALL
        .iter()
        .flat_map(|kind| {
            (1..=kind.version()).map(|version| format!("{}.v{version}.json", kind.code()))
        })
        .collect();
    let mut sorted = expected.clone();
    sorted.sort();
    let found: Vec<String> = golden()?.into_keys().collect();
    assert_eq!(found, sorted);
    Ok(())
}

#[test]
fn every_golden_entry_is_read_as_the_kind_its_file_is_named_after() -> Outcome {
    for (name, bytes) in golden()? {
        let (_, fact) = decode(&bytes).map_err(|error| format!("{name}: {error:?}"))?;
        let code = name.split('.').next().ok_or("a file without a name")?;
        assert_eq!(fact.kind().code(), code, "{name}");
    }
    Ok(())
}

#[test]
fn the_newest_version_of_every_kind_is_written_in_the_same_bytes_as_ever() -> Outcome {
    let golden = golden()?;
    for kind in Kind::ALL {
        let name = format!("{}.v{}.json", kind.code(), kind.version());
        let bytes = golden
            .get(&name)
            .ok_or_else(|| format!("{name} is missing"))?;
        let (occurred_at, fact) = decode(bytes)?;
        let written = String::from_utf8(encode(occurred_at, &fact)?)?;
        assert_eq!(written, String::from_utf8(bytes.clone())?, "{name}");
    }
    Ok(())
}

#[test]
fn all_golden_entries_fold_into_one_chart_and_none_is_lost() -> Outcome {
    let mut chart = Chart::default();
    let mut told = Vec::new();
    for bytes in golden()?.into_values() {
        told.push(decode(&bytes)?);
    }
    told.sort_by_key(|(occurred_at, _)| *occurred_at);
    let facts: Vec<Fact> = told.iter().map(|(_, fact)| fact.clone()).collect();
    for (at, (occurred_at, fact)) in told.into_iter().enumerate() {
        chart.take(entry(u64::try_from(at)? + 1, occurred_at, fact)?);
    }
    let kept: Vec<Fact> = chart
        .entries()
        .iter()
        .map(|entry| entry.fact.clone())
        .collect();
    assert_eq!(kept, facts);
    assert_eq!(chart.name(), "Ro Marsh");
    assert_eq!(chart.courses().len(), 1);
    assert_eq!(chart.sessions().len(), 1);
    assert_eq!(chart.alerts().len(), 1);
    assert!(chart.unreadable().is_empty());
    let corrected = chart
        .entries()
        .iter()
        .filter(|entry| chart.stands(entry) != Stands::AsMade)
        .map(|entry| entry.fact.kind())
        .collect::<Vec<_>>();
    assert_eq!(corrected, [Kind::VisitMissed, Kind::VitalsObserved]);
    Ok(())
}

#[test]
fn an_entry_of_an_unknown_kind_is_refused_in_a_sentence_that_says_what_to_do() -> Outcome {
    let bytes =
        br#"{"kind":"aura_read","version":1,"occurred_at":"2026-03-02T13:05:00Z","data":{}}"#;
    let error = decode(bytes).err().ok_or("it was read")?;
    assert!(matches!(error, DecodeError::Unknown { version: 1, .. }));
    assert_eq!(
        error.to_string(),
        "the entry is of kind aura_read version 1, which this version of Holdfast does not know: \
         open it with a newer one"
    );
    Ok(())
}

#[test]
fn every_golden_entry_of_a_version_to_come_is_refused_and_leaves_a_banner_on_the_chart() -> Outcome
{
    let mut chart = Chart::default();
    for kind in Kind::ALL {
        for version in [0, kind.version() + 1, u16::MAX] {
            let name = format!("{}.v{}.json", kind.code(), kind.version());
            let text = std::fs::read_to_string(format!("{FOLDER}/{name}"))?;
            let newer = text.replacen(
                &format!("\"version\":{}", kind.version()),
                &format!("\"version\":{version}"),
                1,
            );
            let error = decode(newer.as_bytes()).err().ok_or("it was read")?;
            assert_eq!(
                error.to_string(),
                format!(
                    "the entry is of kind {} version {version}, which this version of Holdfast does \
                     not know: open it with a newer one",
                    kind.code()
                )
            );
        }
    }
    chart.take_unreadable(EntryNumber(1));
    assert_eq!(chart.unreadable(), [EntryNumber(1)]);
    Ok(())
}

#[test]
fn damaged_bytes_are_refused_and_never_read_as_something_else() -> Outcome {
    for (name, bytes) in golden()? {
        let half = bytes.get(..bytes.len() / 2).ok_or("an empty file")?;
        assert!(matches!(decode(half), Err(DecodeError::Form(_))), "{name}");
        let emptied = String::from_utf8(bytes.clone())?;
        let (head, _) = emptied.split_once("\"data\":").ok_or("no data")?;
        let emptied = format!("{head}\"data\":[7,7]}}");
        assert!(
            matches!(decode(emptied.as_bytes()), Err(DecodeError::Data { .. })),
            "{name}"
        );
    }
    Ok(())
}
