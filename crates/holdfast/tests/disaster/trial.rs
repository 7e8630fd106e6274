//! A real trial taken in, counted against its own tables.

use std::collections::{BTreeMap, BTreeSet};

use camino::Utf8Path;
use clinic::outcome::ask::{Asked, ask};
use clinic::{Actor, ActorId, KnownChart};
use jiff::civil::date;
use record::calendar::{civil_day, days_between};
use record::chart::visit::VisitState;
use record::fact::observation::{Found, InstrumentAnswered, UrineScreen};
use record::fact::person::{HistoryTaken, HistoryValue, MedicineTaken};
use record::fact::substance_use::UseReported;
use record::fact::visit::{CourseOpened, VisitBooked};
use record::words::Sex;

use crate::ground::{Ground, reference_trial};

type Row = BTreeMap<String, String>;

/// The rows of a table, read by this test alone.
fn table(trial: &Utf8Path, name: &str) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(trial.join(name)).unwrap();
    let head: Vec<String> = reader
        .headers()
        .unwrap()
        .iter()
        .map(str::to_owned)
        .collect();
    reader
        .records()
        .map(|row| {
            head.iter()
                .cloned()
                .zip(row.unwrap().iter().map(str::to_owned))
                .collect()
        })
        .collect()
}

fn day(row: &Row) -> i32 {
    row["when"].parse().unwrap()
}

/// What the tables say, each person's number with the sort of fact and the number of them.
type Tally = BTreeMap<(String, String), usize>;

/// Counts what the source files say.
fn expected(trial: &Utf8Path) -> Tally {
    let mut tally = Tally::new();
    let mut count = |who: &str, what: String, n: usize| {
        *tally.entry((who.to_owned(), what)).or_default() += n;
    };
    let mut given: BTreeSet<(String, i32)> = BTreeSet::new();
    let mut positive: BTreeSet<(String, i32, String)> = BTreeSet::new();
    for row in table(trial, "uds.csv") {
        given.insert((row["who"].clone(), day(&row)));
        positive.insert((row["who"].clone(), day(&row), row["what"].to_lowercase()));
    }
    for row in table(trial, "uds_temp.csv") {
        given.insert((row["who"].clone(), day(&row)));
    }
    for (who, _) in &given {
        count(who, "urine".to_owned(), 1);
    }
    for (who, _, what) in &positive {
        count(who, format!("urine positive for {what}"), 1);
    }
    let used: BTreeSet<(String, i32, String)> = table(trial, "tlfb.csv")
        .iter()
        .map(|row| (row["who"].clone(), day(row), row["what"].to_lowercase()))
        .collect();
    for (who, on, what) in &used {
        count(who, format!("used {what}"), 1);
        count(
            who,
            format!("used {what}, sum of days"),
            usize::try_from(on + 4_000).unwrap(),
        );
    }
    let mut visits: BTreeMap<(String, i32), bool> = BTreeMap::new();
    for row in table(trial, "derived_visitImputed.csv") {
        let kept = visits.entry((row["who"].clone(), day(&row))).or_default();
        *kept |= row["visitImputed"] == "Present";
    }
    for ((who, on), is_kept) in &visits {
        let what = if *is_kept {
            "visit kept"
        } else {
            "visit missed"
        };
        count(who, what.to_owned(), 1);
        count(
            who,
            format!("{what}, sum of days"),
            usize::try_from(on + 4_000).unwrap(),
        );
    }
    single_rows(trial, &mut count);
    tally
}

/// The tables whose every row and cell is an answer of the history.
const HISTORIES: &[&str] = &[
    "demographics",
    "derived_raceEthnicity",
    "psychiatric",
    "asi",
    "fagerstrom",
    "pain",
    "rbs_iv",
    "screening_date",
    "site_masked",
];

/// Counts the tables of which every row says one thing.
fn single_rows(trial: &Utf8Path, count: &mut dyn FnMut(&str, String, usize)) {
    for row in table(trial, "treatment.csv") {
        count(&row["who"], "medicine day".to_owned(), 1);
        count(
            &row["who"],
            "medicine mg".to_owned(),
            row["amount"].parse().unwrap(),
        );
    }
    for row in table(trial, "withdrawal.csv") {
        count(&row["who"], format!("withdrawal {}", row["withdrawal"]), 1);
    }
    for row in table(trial, "demographics.csv") {
        count(&row["who"], format!("aged {}", row["age"]), 1);
        count(&row["who"], format!("male {}", row["is_male"]), 1);
    }
    for row in table(trial, "randomization.csv") {
        count(
            &row["who"],
            format!("randomised {}: {}", row["which"], row["treatment"]),
            1,
        );
    }
    for name in HISTORIES {
        for row in table(trial, &format!("{name}.csv")) {
            let answers: Vec<&String> = row
                .iter()
                .filter(|(column, _)| *column != "who")
                .map(|(_, cell)| cell)
                .collect();
            count(&row["who"], format!("{name} answers"), answers.len());
            let n_yes = answers.iter().filter(|cell| **cell == "Yes").count();
            if n_yes > 0 {
                count(&row["who"], format!("{name} yes"), n_yes);
            }
        }
    }
}

/// Counts what the charts say.
fn found(clinic: &clinic::Clinic) -> Tally {
    let zone = clinic.zone();
    let patients: Vec<_> = clinic.board().lines().map(|(id, _)| *id).collect();
    let mut tally = Tally::new();
    for patient in patients {
        let known = clinic.chart(patient).unwrap();
        let identity = known.chart.identity().unwrap();
        let who = identity.family.as_ref().unwrap().as_str().to_owned();
        let mut count = |what: String, n: usize| {
            *tally.entry((who.clone(), what)).or_default() += n;
        };
        count(
            format!(
                "aged {}",
                identity
                    .age_years
                    .map_or(String::new(), |age| age.to_string())
            ),
            1,
        );
        let male = match identity.sex {
            Sex::Male => "Yes",
            Sex::Female => "No",
            Sex::Other | Sex::NotRecorded => "",
        };
        count(format!("male {male}"), 1);
        charted(&known, &zone, &mut count);
    }
    tally
}

fn charted(known: &KnownChart, zone: &jiff::tz::TimeZone, count: &mut dyn FnMut(String, usize)) {
    let chart = &known.chart;
    let zero = chart.course().unwrap().day_zero.unwrap();
    let shifted = |day| usize::try_from(days_between(zero, day) + 4_000).unwrap();
    for (_, screen) in chart.all::<UrineScreen>() {
        count("urine".to_owned(), 1);
        for finding in screen
            .findings
            .iter()
            .filter(|one| one.found == Found::Found)
        {
            count(format!("urine positive for {}", finding.substance), 1);
        }
    }
    for (entry, reported) in chart.all::<UseReported>() {
        assert_eq!(
            civil_day(entry.occurred_at.0, zone),
            reported.day,
            "one day in the clinic's zone"
        );
        for one in &reported.uses {
            assert!(one.used);
            count(format!("used {}", one.substance), 1);
            count(
                format!("used {}, sum of days", one.substance),
                shifted(reported.day),
            );
        }
    }
    for visit in chart.visits() {
        let what = match visit.state {
            VisitState::Held => "visit kept",
            VisitState::Missed => "visit missed",
            VisitState::Booked | VisitState::Arrived | VisitState::Cancelled => "visit open",
        };
        count(what.to_owned(), 1);
        count(
            format!("{what}, sum of days"),
            shifted(civil_day(visit.starts_at, zone)),
        );
    }
    for (entry, booked) in chart.all::<VisitBooked>() {
        assert_eq!(
            entry.occurred_at.0, booked.starts_at,
            "one moment for one day"
        );
    }
    for (_, taken) in chart.all::<MedicineTaken>() {
        assert_eq!(taken.name.as_str(), "buprenorphine");
        count("medicine day".to_owned(), 1);
        let micrograms = taken.micrograms.unwrap().get();
        count(
            "medicine mg".to_owned(),
            usize::try_from(micrograms / 1_000).unwrap(),
        );
    }
    for (_, rating) in chart.all::<InstrumentAnswered>() {
        count(format!("withdrawal {}", rating.items[0].value.unwrap()), 1);
    }
    for (_, opened) in chart.all::<CourseOpened>() {
        assert!(!opened.protocol.as_str().to_lowercase().contains("ketamine"));
        assert!(opened.protocol.as_str().contains("buprenorphine"));
        assert_eq!(opened.day_zero, Some(date(2026, 1, 5)));
    }
    histories(known, count);
}

/// Counts answers of the history, and the arm of each randomisation.
fn histories(known: &KnownChart, count: &mut dyn FnMut(String, usize)) {
    for (_, taken) in known.chart.all::<HistoryTaken>() {
        let part = taken.part.as_str();
        if HISTORIES.contains(&part) {
            count(format!("{part} answers"), taken.answers.len());
            let yes = HistoryValue::Plain(record::words::YesNo::Yes);
            let n_yes = taken.answers.iter().filter(|one| one.answer == yes).count();
            if n_yes > 0 {
                count(format!("{part} yes"), n_yes);
            }
        }
        let Some(which) = taken.part.as_str().strip_prefix("randomisation ") else {
            continue;
        };
        for answer in taken
            .answers
            .iter()
            .filter(|one| one.input.as_str() == "treatment")
        {
            let HistoryValue::Word(arm) = &answer.answer else {
                panic!("an arm is a word: {:?}", answer.answer)
            };
            count(format!("randomised {which}: {arm}"), 1);
        }
    }
}

#[test]
fn a_real_trial_taken_in_says_what_its_tables_say_gives_their_words_and_is_not_taken_in_twice() {
    let Some(trial) = reference_trial() else {
        return;
    };
    let ground = Ground::fresh();
    let import = ["import", "ctn", trial.as_str(), "--day-zero", "2026-01-05"];
    let started = std::time::Instant::now();
    let said = ground.ask(&import).done();
    println!("the trial was taken in within {:?}", started.elapsed());
    let n_people = table(&trial, "participants.csv").len();
    let first =
        format!("CTN-0030: {n_people} people taken in, 0 were here already, 0 left out for 0 rows");
    assert!(said.contains(&first), "{said}");

    let clinic = crate::people::opened(&ground);
    assert_eq!(clinic.board().n_records(), n_people);
    let (expected, found) = (expected(&trial), found(&clinic));
    for (what, n) in &expected {
        assert_eq!(found.get(what), Some(n), "{what:?}");
    }
    for what in found.keys() {
        assert!(expected.contains_key(what), "{what:?} is in no table");
    }
    drop(clinic);

    let position = ground.position();
    let again = ground.ask(&import).done();
    assert!(
        again.contains(&format!("0 people taken in, {n_people} were here already")),
        "{again}"
    );
    assert_eq!(ground.position(), position);
    exported_tables_agree(&ground, &expected);
    words_are_those_of_the_tables(&ground, &trial);
    the_page_gives_the_trials_own_endpoints(&ground, &trial);
}

/// The Outcomes page of that clinic gives, as published, what the trial's own library gives for those who
/// were randomised: each yes-or-no endpoint for as many people.
fn the_page_gives_the_trials_own_endpoints(ground: &Ground, trial: &Utf8Path) {
    let randomised: BTreeSet<String> = table(trial, "randomization.csv")
        .iter()
        .filter(|row| row["which"] == "1")
        .map(|row| row["who"].clone())
        .collect();
    let rows: Vec<Row> = table(trial, "reference/endpoints_derived_words.csv")
        .into_iter()
        .filter(|row| randomised.contains(&row["who"]))
        .collect();
    assert_eq!(rows.len(), randomised.len());
    let clinic = crate::people::opened(ground);
    let director = Actor {
        id: ActorId::System,
        name: record::words::Line::new("the director").unwrap(),
        roles: vec![record::words::Role::MedicalDirector],
        door: record::words::Door::Web,
    };
    let asked = Asked {
        definitions: true,
        ..Asked::default()
    };
    let made = ask(&clinic, &director, asked, date(2026, 11, 24)).unwrap();
    let cohort = made.cohort.as_ref().unwrap();
    assert_eq!(usize::try_from(cohort.people).unwrap(), randomised.len());
    assert!(cohort.endpoints.len() > 10, "{}", cohort.endpoints.len());
    for endpoint in &cohort.endpoints {
        let column = rows[0]
            .keys()
            .find(|column| column.eq_ignore_ascii_case(&endpoint.id));
        let column = column.unwrap_or_else(|| panic!("{} is no column", endpoint.id));
        let theirs = rows.iter().filter(|row| row[column] == "TRUE").count();
        assert_eq!(
            usize::try_from(endpoint.as_published).unwrap(),
            theirs,
            "{column}"
        );
        // What is known of it is never more than what was published, nor less than what is left.
        let counted = endpoint.counted;
        assert!(counted.n() <= counted.known() && counted.known() <= counted.of());
    }
    assert_eq!(made.report.n_started, cohort.people);
}

/// The tables that go out count as the tables that came in.
fn exported_tables_agree(ground: &Ground, expected: &Tally) {
    let to = ground.root.join("tables");
    ground
        .ask(&["export", "tables", "--to", to.as_str()])
        .done();
    let total = |wanted: &dyn Fn(&str) -> bool| -> usize {
        let all = expected.iter().filter(|((_, what), _)| wanted(what));
        all.map(|(_, n)| n).sum()
    };
    let visits = table(&to, "visits.csv");
    let in_state = |state: &str| visits.iter().filter(|row| row["state"] == state).count();
    assert_eq!(in_state("held"), total(&|what| what == "visit kept"));
    assert_eq!(in_state("missed"), total(&|what| what == "visit missed"));
    let urines = table(&to, "urines.csv");
    let n_found = urines.iter().filter(|row| row["found"] == "found").count();
    assert_eq!(
        n_found,
        total(&|what| what.starts_with("urine positive for "))
    );
    let used = table(&to, "use_days.csv");
    let n_used = used
        .iter()
        .filter(|row| row["substance"] == "opioid")
        .count();
    assert_eq!(n_used, total(&|what| what == "used opioid"));
}

/// The clinic that took the trial in gives the trial's own words for every person and both sources, and
/// so its own endpoints, which the same program computes from the words.
fn words_are_those_of_the_tables(ground: &Ground, trial: &Utf8Path) {
    let n_people = table(trial, "participants.csv").len();
    for source in ["urine", "self-report"] {
        let of_tables = [
            "outcomes",
            "words",
            "--ctn",
            trial.as_str(),
            "--source",
            source,
        ];
        let of_tables = crate::ground::ask(&of_tables).done();
        let of_clinic = ground
            .ask(&["outcomes", "words", "--source", source])
            .done();
        let differing: Vec<(&str, &str)> = of_tables
            .lines()
            .zip(of_clinic.lines())
            .filter(|(one, other)| one != other)
            .collect();
        assert!(
            differing.is_empty(),
            "{source}: {}: {:?}",
            differing.len(),
            differing.first()
        );
        assert_eq!(of_clinic.lines().count(), n_people + 1);
    }
    let report = ground
        .ask(&["outcomes", "report", "--format", "json"])
        .done();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let n_randomised = table(trial, "randomization.csv")
        .iter()
        .filter(|row| row["which"] == "1")
        .count();
    assert_eq!(report["started"], n_randomised);
    assert_eq!(report["reached_day_90"], n_randomised);
}
