//! The tables of the CTN-0094 release (R package `public.ctn0094data`), read for their words.

use std::collections::{BTreeMap, BTreeSet};

use crate::table::{Row, Table, TableError};
use crate::weekly::{
    Calendar, Known, PhaseWords, Randomised, SelfReport, Urines, words_from_self_report,
    words_from_urines,
};

/// The texts of the tables a word is made from.
#[derive(Clone, Copy, Debug)]
pub struct Tables<'a> {
    /// `participants.csv`: who.
    pub participants: &'a str,
    /// `randomization.csv`: who, which, when.
    pub randomization: &'a str,
    /// `uds.csv`: who, what, when. One row for each substance found.
    pub uds: &'a str,
    /// `derived_visitImputed.csv`: who, when, visitImputed.
    pub visits: &'a str,
}

/// One person of the release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The release's number for them.
    pub who: String,
    /// When they were randomised.
    pub randomised: Randomised,
    /// What their urines and visits showed.
    pub urines: Urines,
}

impl Person {
    /// Their words from urines.
    pub fn urine_words(&self, calendar: Calendar) -> Result<PhaseWords, TableError> {
        words_from_urines(self.randomised, &self.urines, calendar)
            .map_err(|fault| self.fault(&fault))
    }

    /// Their words from days of reported use, every other day taken as without use.
    ///
    /// The release says nothing of days on which no form was filled, so this flatters: a person who
    /// left is reported without use. Words from urines do not have this fault.
    pub fn self_report_words(
        &self,
        used: &BTreeMap<String, BTreeSet<i32>>,
        calendar: Calendar,
    ) -> Result<PhaseWords, TableError> {
        let used = used.get(&self.who).cloned().unwrap_or_default();
        let report = SelfReport {
            used,
            known: Known::EveryDay,
        };
        words_from_self_report(self.randomised, &report, calendar)
            .map_err(|fault| self.fault(&fault))
    }

    fn fault(&self, fault: &crate::weekly::CalendarError) -> TableError {
        TableError::Line {
            file: "randomization.csv".to_owned(),
            line: 1,
            what: format!("person {}: {fault}", self.who),
        }
    }
}

/// Reads everyone in `participants.csv`, in its order.
///
/// `positive` are the substances that make a urine positive, in any case of letters; the arm's own
/// medicine is not among them (clinical.md 6: a buprenorphine arm counts opioid and methadone).
pub fn read(tables: Tables<'_>, positive: &[String]) -> Result<Vec<Person>, TableError> {
    let participants = Table::read("participants.csv", tables.participants, ["who"])?;
    let mut people: BTreeMap<String, (Randomised, Urines)> = BTreeMap::new();
    for row in participants.rows() {
        let [who] = &row.fields;
        if people
            .insert(who.clone(), (Randomised::default(), Urines::default()))
            .is_some()
        {
            return Err(participants.fault(row, format!("{who} is in the table twice")));
        }
    }
    read_randomisations(tables.randomization, &mut people)?;

    let uds = Table::read("uds.csv", tables.uds, ["who", "what", "when"])?;
    refuse_unknown_substances("uds.csv", &uds, positive)?;
    for row in uds.rows() {
        let [who, what, when] = &row.fields;
        let (_, urines) = known_person(&uds, row, who, &mut people)?;
        let day = day(&uds, row, when)?;
        if is_one_of(what, positive) {
            urines.positive.insert(day);
        }
    }

    let visits = Table::read(
        "derived_visitImputed.csv",
        tables.visits,
        ["who", "when", "visitImputed"],
    )?;
    for row in visits.rows() {
        let [who, when, state] = &row.fields;
        let (_, urines) = known_person(&visits, row, who, &mut people)?;
        let day = day(&visits, row, when)?;
        match state.as_str() {
            "Present" => urines.present.insert(day),
            "Missing" => urines.missed.insert(day),
            other => {
                let what = format!("visitImputed is {other:?}; use Present or Missing");
                return Err(visits.fault(row, what));
            }
        };
    }
    let in_order = participants.rows().iter().filter_map(|row| {
        let [who] = &row.fields;
        let (randomised, urines) = people.remove(who)?;
        Some(Person {
            who: who.clone(),
            randomised,
            urines,
        })
    });
    Ok(in_order.collect())
}

/// Reads `tlfb.csv` (who, what, when): for each person the days on which one of `substances` was
/// reported.
pub fn read_days_of_use(
    tlfb: &str,
    substances: &[String],
) -> Result<BTreeMap<String, BTreeSet<i32>>, TableError> {
    let table = Table::read("tlfb.csv", tlfb, ["who", "what", "when"])?;
    refuse_unknown_substances("tlfb.csv", &table, substances)?;
    let mut used: BTreeMap<String, BTreeSet<i32>> = BTreeMap::new();
    for row in table.rows() {
        let [who, what, when] = &row.fields;
        let day = day(&table, row, when)?;
        if is_one_of(what, substances) {
            used.entry(who.clone()).or_default().insert(day);
        }
    }
    Ok(used)
}

type People = BTreeMap<String, (Randomised, Urines)>;

fn read_randomisations(text: &str, people: &mut People) -> Result<(), TableError> {
    let table = Table::read("randomization.csv", text, ["who", "which", "when"])?;
    for row in table.rows() {
        let [who, which, when] = &row.fields;
        let (randomised, _) = known_person(&table, row, who, people)?;
        if is_unknown(when) {
            continue;
        }
        let day = day(&table, row, when)?;
        let slot = match which.as_str() {
            "1" => &mut randomised.first,
            "2" => &mut randomised.again,
            other => {
                let what =
                    format!("which is {other:?}; a randomisation is the first, 1, or second, 2");
                return Err(table.fault(row, what));
            }
        };
        if slot.replace(day).is_some_and(|before| before != day) {
            let what = format!("{who} has randomisation {which} on two days; keep the right one");
            return Err(table.fault(row, what));
        }
    }
    Ok(())
}

fn known_person<'p, const N: usize>(
    table: &Table<N>,
    row: &Row<N>,
    who: &str,
    people: &'p mut People,
) -> Result<&'p mut (Randomised, Urines), TableError> {
    people.get_mut(who).ok_or_else(|| {
        table.fault(
            row,
            format!("person {who:?} is not in participants.csv; add or remove them"),
        )
    })
}

fn day<const N: usize>(table: &Table<N>, row: &Row<N>, text: &str) -> Result<i32, TableError> {
    text.parse().map_err(|_| {
        table.fault(
            row,
            format!("the day {text:?} is not a whole number of days since consent"),
        )
    })
}

/// A name that no row bears is a slip of the pen, and would make everybody abstinent.
fn refuse_unknown_substances(
    file: &str,
    table: &Table<3>,
    substances: &[String],
) -> Result<(), TableError> {
    const TARGETS: [&str; 3] = ["Opioid", "Methadone", "Heroin"];
    let found: BTreeSet<&str> = table
        .rows()
        .iter()
        .map(|row| {
            let [_, what, _] = &row.fields;
            what.as_str()
        })
        .collect();
    let is_known = |name: &String| {
        found
            .iter()
            .chain(&TARGETS)
            .any(|known| known.eq_ignore_ascii_case(name))
    };
    match substances.iter().find(|name| !is_known(name)) {
        None if substances.is_empty() => Err(TableError::Line {
            file: file.to_owned(),
            line: 1,
            what: "no substance was named as positive; name at least one".to_owned(),
        }),
        None => Ok(()),
        Some(name) => Err(TableError::Line {
            file: file.to_owned(),
            line: 1,
            what: format!(
                "no row is about {name:?}; the table knows {}",
                found.into_iter().collect::<Vec<_>>().join(", ")
            ),
        }),
    }
}

fn is_one_of(what: &str, substances: &[String]) -> bool {
    substances
        .iter()
        .any(|name| name.eq_ignore_ascii_case(what))
}

fn is_unknown(text: &str) -> bool {
    text.is_empty() || text == "NA"
}
