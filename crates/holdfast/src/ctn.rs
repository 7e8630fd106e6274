//! Reads a de-identified NIDA trial, in the layout of the CTN-0094 data packages, into records.
//!
//! One person is one record, taken in by one append: a malformed row rejects the person it belongs
//! to, whole, and is named by file, line, column and reason. Study day 0 is the day of consent; the
//! caller says which civil day that is. What the trial gave was buprenorphine, and the course says so.
//!
//! What is taken from where:
//!
//! | table | becomes |
//! |---|---|
//! | participants, demographics, derived_raceEthnicity, psychiatric, asi, fagerstrom, pain, rbs, rbs_iv, screening_date, site_masked, withdrawal_pre_post | the person and their history |
//! | randomization | history, one part for each randomisation |
//! | derived_visitImputed (visit gives reasons) | visits held and missed |
//! | uds, uds_temp | urine screens: found where a row says so, not found for the rest of the panel on a day a sample was given |
//! | tlfb | use by day, from a timeline follow-back interview; a day without a row stays not known |
//! | treatment | daily medicine |
//! | withdrawal | a clinician's rating, 0 none to 3 severe |

mod person;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use camino::Utf8Path;
use jiff::civil::Date;

pub(crate) use person::Person;
use table::{Row, read_table};

/// A row that could not be read, or a table that is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) file: &'static str,
    pub(crate) line: u64,
    pub(crate) column: String,
    pub(crate) reason: String,
    /// Whose row it was, where that could be read.
    pub(crate) who: Option<u32>,
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{}, line {}, column {}: {}",
            self.file, self.line, self.column, self.reason
        )
    }
}

/// A trial as read.
pub(crate) struct Trial {
    /// Its name, from the participants.
    pub(crate) name: String,
    /// Those whose every row could be read.
    pub(crate) people: Vec<Person>,
    /// What could not be read.
    pub(crate) faults: Vec<Fault>,
    /// How many people are left out because of it.
    pub(crate) n_left_out: usize,
    /// How many rows could be anybody's. While there are any, whoever is taken in may be taken in
    /// in part.
    pub(crate) n_anybodys: usize,
}

/// The substances every urine of the trial was tested for.
pub(crate) const PANEL: &[&str] = &[
    "amphetamine",
    "benzodiazepine",
    "buprenorphine",
    "cocaine",
    "methadone",
    "opioid",
    "thc",
];

/// The table everybody is listed in.
const PARTICIPANTS: &str = "participants.csv";

type Gather = fn(&mut Person, &Row<'_>) -> Result<(), Fault>;

/// The tables with the columns that must be there, and what is taken from each row.
const TABLES: &[(&str, &[&str], Gather)] = &[
    (
        "demographics.csv",
        &["who", "age", "is_male"],
        person::demographics,
    ),
    (
        "derived_raceEthnicity.csv",
        &["who", "race_ethnicity"],
        person::history,
    ),
    ("psychiatric.csv", &["who"], person::history),
    ("asi.csv", &["who", "used_iv"], person::history),
    ("fagerstrom.csv", &["who", "is_smoker"], person::history),
    ("pain.csv", &["who", "pain", "when"], person::dated_history),
    (
        "rbs.csv",
        &["who", "what", "did_use", "days"],
        person::risk_behaviour,
    ),
    ("rbs_iv.csv", &["who"], person::history),
    ("screening_date.csv", &["who"], person::history),
    ("site_masked.csv", &["who", "site_masked"], person::history),
    (
        "withdrawal_pre_post.csv",
        &["who", "what", "withdrawal"],
        person::induction,
    ),
    (
        "randomization.csv",
        &["who", "treatment", "which", "when"],
        person::randomisation,
    ),
    (
        "derived_visitImputed.csv",
        &["who", "when", "visitImputed"],
        person::visit,
    ),
    (
        "visit.csv",
        &["who", "visit", "what", "when"],
        person::visit_reason,
    ),
    ("uds.csv", &["who", "what", "when"], person::urine),
    (
        "uds_temp.csv",
        &["who", "was_temp_ok", "when"],
        person::urine_given,
    ),
    ("tlfb.csv", &["who", "what", "when"], person::use_day),
    (
        "treatment.csv",
        &["who", "amount", "when"],
        person::medicine,
    ),
    (
        "withdrawal.csv",
        &["who", "withdrawal", "when"],
        person::withdrawal,
    ),
];

/// Reads every table of a trial.
///
/// # Errors
/// The first file that is not there or has not the columns it should, in a sentence.
pub(crate) fn read(dir: &Utf8Path, day_zero: Date) -> Result<Trial, String> {
    let mut people: BTreeMap<u32, Person> = BTreeMap::new();
    let mut faults = Vec::new();
    let mut name = String::new();
    read_table(dir, PARTICIPANTS, &["who", "trial"], &mut faults, |row| {
        let who = row.who()?;
        let trial = row.text("trial");
        if trial.is_empty() {
            return Err(row.fault("trial", "the trial has no name"));
        }
        if name.is_empty() {
            trial.clone_into(&mut name);
        }
        if trial != name {
            let reason = format!("this is {trial}, and the first row is of {name}");
            return Err(row.fault("trial", &reason));
        }
        if people.insert(who, Person::new(who, day_zero)).is_some() {
            return Err(row.fault("who", "this person is listed twice"));
        }
        Ok(())
    })?;
    for (file, columns, gather) in TABLES {
        read_table(dir, file, columns, &mut faults, |row| {
            let who = row.who()?;
            let person = people
                .get_mut(&who)
                .ok_or_else(|| row.fault("who", "this person is not among the participants"))?;
            gather(person, row)
        })?;
    }
    // A row of the participants that names nobody leaves that person out: their other rows are of
    // somebody who is not listed.
    let n_anybodys = faults
        .iter()
        .filter(|fault| fault.who.is_none() && fault.file != PARTICIPANTS)
        .count();
    let faulty: BTreeSet<u32> = faults.iter().filter_map(|fault| fault.who).collect();
    let n_before = people.len();
    people.retain(|who, _| !faulty.contains(who));
    Ok(Trial {
        name,
        n_left_out: n_before - people.len(),
        people: people.into_values().collect(),
        faults,
        n_anybodys,
    })
}
