//! Every cell of the reference endpoints, and every row of the reference words, computed again.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test stops at the first thing that is not as it says"
)]

use std::collections::BTreeMap;
use std::path::Path;

use outcomes::weekly::{Calendar, PhaseWords};
use outcomes::{Definitions, Word, ctn};

/// Where the reference data lies; nothing when it is not there, which is said.
fn reference(name: &str) -> Option<String> {
    let root = std::env::var("HOLDFAST_REFERENCE")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared").to_owned());
    let path = Path::new(&root).join("outcomes/ctn0030").join(name);
    if let Ok(text) = std::fs::read_to_string(&path) {
        Some(text)
    } else {
        println!("skipped: the reference file {name} is not there");
        None
    }
}

fn cells_that_differ(file: &str) -> Option<(usize, Vec<String>)> {
    let text = reference(file)?;
    let definitions = Definitions::of_the_house().unwrap();
    let mut table = csv::Reader::from_reader(text.as_bytes());
    let names: Vec<String> = table.headers().unwrap().iter().map(str::to_owned).collect();
    assert_eq!(names[2..], definitions.columns().collect::<Vec<_>>());
    let mut differing = Vec::new();
    let mut n = 0;
    for row in table.records() {
        let row = row.unwrap();
        let word: Word = row[1].parse().unwrap();
        let values = definitions.values(&word);
        let ours = definitions
            .iter()
            .zip(values)
            .flat_map(|(definition, value)| value.cells(definition.columns.len()));
        for ((ours, theirs), name) in ours.zip(row.iter().skip(2)).zip(&names[2..]) {
            n += 1;
            if ours != theirs {
                differing.push(format!("{word} {name}: ours {ours}, theirs {theirs}"));
            }
        }
    }
    Some((n, differing))
}

#[test]
fn no_cell_differs_from_the_published_endpoints() {
    let Some((n, differing)) = cells_that_differ("reference/endpoints_ctnote.csv") else {
        return;
    };
    assert_eq!(n, 868 * 62);
    assert!(
        differing.is_empty(),
        "{} cells:\n{}",
        differing.len(),
        differing[..differing.len().min(20)].join("\n")
    );
}

#[test]
fn no_cell_differs_on_the_derived_words() {
    let Some((n, differing)) = cells_that_differ("reference/endpoints_derived_words.csv") else {
        return;
    };
    assert_eq!(n, 868 * 62);
    assert!(
        differing.is_empty(),
        "{} cells:\n{}",
        differing.len(),
        differing[..differing.len().min(20)].join("\n")
    );
}

type Rows = BTreeMap<String, [String; 4]>;

/// The reference words by person: whether randomised, then the three words.
fn reference_words(file: &str) -> Option<Rows> {
    let text = reference(file)?;
    let mut rows = Rows::new();
    for row in csv::Reader::from_reader(text.as_bytes()).records() {
        let row = row.unwrap();
        rows.insert(
            row[0].into(),
            [&row[2], &row[5], &row[6], &row[7]].map(str::to_owned),
        );
    }
    Some(rows)
}

fn people() -> Option<Vec<ctn::Person>> {
    let [participants, randomization, uds, visits] = [
        "participants.csv",
        "randomization.csv",
        "uds.csv",
        "derived_visitImputed.csv",
    ]
    .map(reference);
    let tables = ctn::Tables {
        participants: &participants?,
        randomization: &randomization?,
        uds: &uds?,
        visits: &visits?,
    };
    Some(ctn::read(tables, &["Opioid".into(), "Methadone".into()]).unwrap())
}

fn texts(words: &PhaseWords) -> [String; 3] {
    [&words.baseline, &words.phase_1, &words.phase_2].map(ToString::to_string)
}

#[test]
fn all_words_are_rebuilt_from_raw_urines_and_visits() {
    let (Some(rows), Some(people)) = (reference_words("derived_weeklyOpioidPattern.csv"), people())
    else {
        return;
    };
    let mut randomised = 0;
    for person in &people {
        let [first, words @ ..] = &rows[&person.who];
        assert_eq!(
            &texts(&person.urine_words(Calendar::CTN_0030).unwrap()),
            words,
            "{}",
            person.who
        );
        randomised += usize::from(!first.is_empty());
    }
    assert_eq!((people.len(), randomised), (868, 653));
}

/// The release does not say how its baseline weeks of self-report were cut, so only study weeks are
/// held to it; four people differ there in their last week, which the release marks as never due.
#[test]
fn study_weeks_of_self_report_agree_but_for_four_people() {
    let (Some(rows), Some(people)) = (reference_words("derived_weeklyTLFBPattern.csv"), people())
    else {
        return;
    };
    let Some(tlfb) = reference("tlfb.csv") else {
        return;
    };
    let substances = ["Opioid".into(), "Heroin".into(), "Methadone".into()];
    let used = ctn::read_days_of_use(&tlfb, &substances).unwrap();
    let calendar = Calendar {
        never_randomised_weeks: 14,
        ..Calendar::CTN_0030
    };
    let differs = |person: &&ctn::Person| {
        let [_, _, phase_1, phase_2] = &rows[&person.who];
        let ours = texts(&person.self_report_words(&used, calendar).unwrap());
        ours[1..] != [phase_1.clone(), phase_2.clone()]
    };
    assert_eq!(people.iter().filter(differs).count(), 4);
}
