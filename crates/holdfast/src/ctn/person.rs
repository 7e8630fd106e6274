//! One person of a trial: what each table says of them, and the facts it comes to.

use std::collections::{BTreeMap, BTreeSet};

use clinic::act::import::Foreign;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use record::calendar::{ProtocolDay, civil_day_of};
use record::fact::house::RecordImported;
use record::fact::observation::{
    FilledBy, Found, InstrumentAnswered, ItemAnswer, UrineFinding, UrineScreen,
};
use record::fact::person::{
    HistoryAnswer, HistoryTaken, HistoryValue, Identity, MedicineTaken, PersonRegistered,
};
use record::fact::substance_use::{Use, UseMethod, UseReported, UseSource};
use record::fact::visit::{CourseOpened, VisitBooked, VisitHeld, VisitMissed, VisitPurpose};
use record::ids::{CourseId, PatientId, VisitId};
use record::quantity::Micrograms;
use record::words::{Line, Prose, Sex, Substance, YesNo};
use record::{Fact, OccurredAt};
use uuid::Uuid;

use super::table::Row;
use super::{Fault, PANEL};

/// The hour facts of a day are dated to: the trial says no hour.
const HOUR: i8 = 12;

/// The oldest a person may be said to be, in years.
const AGE_MAX: u8 = 120;

/// One person of a trial.
pub(crate) struct Person {
    pub(crate) who: u32,
    day_zero: Date,
    age_years: Option<u8>,
    sex: Option<Sex>,
    history: BTreeMap<String, Vec<HistoryAnswer>>,
    visits: BTreeMap<i32, bool>,
    reasons: BTreeMap<i32, String>,
    urines: BTreeMap<i32, BTreeSet<String>>,
    urine_warm: BTreeMap<i32, Option<bool>>,
    uses: BTreeMap<i32, BTreeSet<String>>,
    medicines: Vec<(i32, u64)>,
    ratings: Vec<(i32, i32)>,
}

impl Person {
    pub(crate) fn new(who: u32, day_zero: Date) -> Self {
        Self {
            who,
            day_zero,
            age_years: None,
            sex: None,
            history: BTreeMap::new(),
            visits: BTreeMap::new(),
            reasons: BTreeMap::new(),
            urines: BTreeMap::new(),
            urine_warm: BTreeMap::new(),
            uses: BTreeMap::new(),
            medicines: Vec::new(),
            ratings: Vec::new(),
        }
    }

    fn answer(&mut self, part: &str, input: &str, answer: HistoryValue) {
        self.history
            .entry(part.to_owned())
            .or_default()
            .push(HistoryAnswer {
                input: Line::clipped(input),
                answer,
            });
    }

    /// An identifier that a second reading of the same person meets again.
    fn id(&self, trial: &str, of: &str) -> Uuid {
        let name = format!("{trial}/{}/{of}", self.who);
        let digest = clinic::digest::hexadecimal(&name);
        let bytes = data_encoding::HEXLOWER
            .decode(digest.as_bytes())
            .unwrap_or_default();
        let half: [u8; 16] = bytes
            .get(..16)
            .and_then(|half| half.try_into().ok())
            .unwrap_or([0; 16]);
        uuid::Builder::from_custom_bytes(half).into_uuid()
    }

    /// The command that takes this person in; the same in every run.
    pub(crate) fn command(&self, trial: &str) -> Uuid {
        self.id(trial, "import")
    }

    fn on(&self, day: i32, zone: &TimeZone) -> OccurredAt {
        let local = civil_day_of(ProtocolDay(day), self.day_zero).at(HOUR, 0, 0, 0);
        OccurredAt(
            zone.to_timestamp(local)
                .unwrap_or(jiff::Timestamp::UNIX_EPOCH),
        )
    }

    fn civil(&self, day: i32) -> Date {
        civil_day_of(ProtocolDay(day), self.day_zero)
    }

    /// Everything the trial says of this person, as facts in the order they happened.
    pub(crate) fn foreign(&self, trial: &str, zone: &TimeZone) -> Foreign {
        let course = CourseId::from_uuid(self.id(trial, "course"));
        let mut facts: Vec<(i32, Fact)> = Vec::new();
        self.gather_visits(trial, course, zone, &mut facts);
        self.gather_urines(&mut facts);
        self.gather_uses(&mut facts);
        self.gather_medicine(trial, &mut facts);
        facts.sort_by_key(|(day, _)| *day);
        let mut timed: Vec<(OccurredAt, Fact)> = self.opening(trial, course, zone);
        timed.extend(
            facts
                .into_iter()
                .map(|(day, fact)| (self.on(day, zone), fact)),
        );
        let remark = "De-identified trial data. Day 0 is the day of consent. The treatment was \
                      buprenorphine, not ketamine.";
        Foreign {
            patient: PatientId::from_uuid(self.id(trial, "patient")),
            imported: RecordImported {
                source: Line::clipped(trial),
                source_number: Line::clipped(&self.who.to_string()),
                remark: Some(Prose::clipped(remark)),
            },
            facts: timed,
        }
    }

    fn opening(&self, trial: &str, course: CourseId, zone: &TimeZone) -> Vec<(OccurredAt, Fact)> {
        let at = self.on(0, zone);
        let identity = Identity {
            given: Line::clipped("Participant"),
            family: Some(Line::clipped(&self.who.to_string())),
            preferred: None,
            pronouns: None,
            born: None,
            age_years: self.age_years,
            sex: self.sex.unwrap_or(Sex::NotRecorded),
            record_number: Some(Line::clipped(&format!("{trial} {}", self.who))),
            reach: None,
            address: None,
        };
        let opened = CourseOpened {
            course,
            protocol: Line::clipped(&format!("{} buprenorphine", trial.to_lowercase())),
            protocol_version: 1,
            substance: Substance::new("opioid").unwrap_or_else(|_| unreachable!("a plain word")),
            day_zero: Some(self.day_zero),
        };
        let mut facts = vec![
            (at, PersonRegistered { identity }.into()),
            (at, Fact::from(opened)),
        ];
        for (part, answers) in &self.history {
            let taken = HistoryTaken {
                part: Line::clipped(part),
                answers: answers.clone(),
            };
            facts.push((at, taken.into()));
        }
        facts
    }

    fn gather_visits(
        &self,
        trial: &str,
        course: CourseId,
        zone: &TimeZone,
        facts: &mut Vec<(i32, Fact)>,
    ) {
        for (day, is_present) in &self.visits {
            let visit = VisitId::from_uuid(self.id(trial, &format!("visit {day}")));
            let booked = VisitBooked {
                visit,
                course: Some(course),
                purpose: VisitPurpose::FollowUp,
                title: Line::clipped("Study visit"),
                day: Some(ProtocolDay(*day)),
                starts_at: self.on(*day, zone).0,
                minutes: 60,
                with: None,
                room: None,
                number: None,
            };
            facts.push((*day, booked.into()));
            let fact: Fact = if *is_present {
                VisitHeld {
                    visit,
                    summary: None,
                }
                .into()
            } else {
                let reason = self.reasons.get(day).map(|reason| Line::clipped(reason));
                VisitMissed { visit, reason }.into()
            };
            facts.push((*day, fact));
        }
    }

    fn gather_urines(&self, facts: &mut Vec<(i32, Fact)>) {
        let days: BTreeSet<i32> = self
            .urines
            .keys()
            .chain(self.urine_warm.keys())
            .copied()
            .collect();
        for day in days {
            let found = self.urines.get(&day);
            let is_found = |substance: &str| found.is_some_and(|found| found.contains(substance));
            let beyond = found.into_iter().flatten().map(String::as_str);
            let panel: BTreeSet<&str> = PANEL.iter().copied().chain(beyond).collect();
            let findings = panel
                .into_iter()
                .filter_map(|name| {
                    Some(UrineFinding {
                        substance: Substance::new(name).ok()?,
                        found: if is_found(name) {
                            Found::Found
                        } else {
                            Found::NotFound
                        },
                    })
                })
                .collect();
            let temperature_ok = self.urine_warm.get(&day).copied().flatten();
            facts.push((
                day,
                UrineScreen {
                    findings,
                    temperature_ok,
                    not_given: None,
                }
                .into(),
            ));
        }
    }

    fn gather_uses(&self, facts: &mut Vec<(i32, Fact)>) {
        for (day, substances) in &self.uses {
            let uses = substances
                .iter()
                .filter_map(|name| {
                    let substance = Substance::new(name).ok()?;
                    Some(Use {
                        substance,
                        used: true,
                        amount_mg: None,
                    })
                })
                .collect();
            let reported = UseReported {
                day: self.civil(*day),
                uses,
                source: UseSource::Patient,
                method: UseMethod::Interview,
            };
            facts.push((*day, reported.into()));
        }
    }

    fn gather_medicine(&self, trial: &str, facts: &mut Vec<(i32, Fact)>) {
        for (day, milligrams) in &self.medicines {
            let taken = MedicineTaken {
                name: Line::clipped("buprenorphine"),
                micrograms: Some(Micrograms::new(milligrams * 1_000)),
                day: self.civil(*day),
            };
            facts.push((*day, taken.into()));
        }
        for (day, category) in &self.ratings {
            let rating = InstrumentAnswered {
                instrument: Line::clipped(&format!("{} withdrawal", trial.to_lowercase())),
                version: Line::clipped("1"),
                items: vec![ItemAnswer {
                    item: Line::clipped("category"),
                    value: Some(*category),
                }],
                entered_total: None,
                filled_by: FilledBy::Clinician,
            };
            facts.push((*day, rating.into()));
        }
    }
}

/// A cell as an answer: yes and no as such, anything else as a word; an empty cell is not known.
fn value(text: &str) -> HistoryValue {
    match text.to_lowercase().as_str() {
        "yes" => HistoryValue::Plain(YesNo::Yes),
        "no" => HistoryValue::Plain(YesNo::No),
        "" | "missing" | "not answered" => HistoryValue::Plain(YesNo::Unknown),
        _ => HistoryValue::Word(Line::clipped(text)),
    }
}

pub(super) fn demographics(person: &mut Person, row: &Row<'_>) -> Result<(), Fault> {
    if !row.text("age").is_empty() {
        let years: u8 = row.whole("age")?;
        if years > AGE_MAX {
            return Err(row.fault("age", "nobody is that old"));
        }
        person.age_years = Some(years);
    }
    person.sex = match row.text("is_male") {
        "Yes" => Some(Sex::Male),
        "No" => Some(Sex::Female),
        "" => None,
        _ => return Err(row.fault("is_male", "this is neither Yes nor No")),
    };
    history(person, row)
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "every table is gathered by this shape"
)]
pub(super) fn history(person: &mut Person, row: &Row<'_>) -> Result<(), Fault> {
    let part = row.file.trim_end_matches(".csv").to_owned();
    for (column, text) in row.cells() {
        person.answer(&part, column, value(text));
    }
    Ok(())
}

pub(super) fn dated_history(person: &mut Person, row: &Row<'_>) -> Result<(), Fault> {
    row.day("when")?;
    history(person, row)
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "every table is gathered by this shape"
)]
pub(super) fn risk_behaviour(person: &mut Person, row: &Row<'_>) -> Result<(), Fault> {
    let what = row.text("what").to_owned();
    person.answer("rbs", &format!("{what} used"), value(row.text("did_use")));
    person.answer(
        "rbs",
        &format!("{what} days of thirty"),
        value(row.text("days")),
    );
    Ok(())
}

pub(super) fn induction(person: &mut Person, row: &Row<'_>) -> Result<(), Fault> {
    let category: u8 = row.whole("withdrawal")?;
    let input = format!("withdrawal {} induction", row.text("what"));
    person.answer(
        "induction",
        &input,
        HistoryValue::Number(Line::clipped(&category.to_string())),
    );
    Ok(())
}

pub(super) fn randomisation(person: &mut Person, row: &Row<'_>) -> Result<(), Fault> {
    let day = row.day("when")?;
    let part = format!("randomisation {}", row.text("which"));
    person.answer(&part, "treatment", value(row.text("treatment")));
    let on = person.civil(day);
    person.answer(&part, "day", HistoryValue::On(on));
    Ok(())
}

pub(super) fn visit(person: &mut Person, row: &Row<'_>) -> Result<(), Fault> {
    let is_present = match row.text("visitImputed") {
        "Present" => true,
        "Missing" => false,
        _ => return Err(row.fault("visitImputed", "this is neither Present nor Missing")),
    };
    let day = row.day("when")?;
    // Where a day is listed as both, the visit took place.
    let kept = person.visits.entry(day).or_insert(is_present);
    *kept |= is_present;
    Ok(())
}

pub(super) fn visit_reason(person: &mut Person, row: &Row<'_>) -> Result<(), Fault> {
    if row.text("when").is_empty() {
        return Ok(());
    }
    let day = row.day("when")?;
    let reasons: Vec<&str> = [
        ("is_no_show", "did not come"),
        ("is_left_study", "left the study"),
        ("is_in_jail", "in jail"),
        ("is_forgot", "forgot"),
        ("is_in_hospital", "in hospital"),
        ("is_missing_14_consecutive", "missing for fourteen days"),
    ]
    .iter()
    .filter(|(column, _)| row.text(column) == "1")
    .map(|(_, words)| *words)
    .collect();
    if !reasons.is_empty() {
        person.reasons.insert(day, reasons.join(", "));
    }
    Ok(())
}

pub(super) fn urine(person: &mut Person, row: &Row<'_>) -> Result<(), Fault> {
    let substance = row.substance("what")?;
    person
        .urines
        .entry(row.day("when")?)
        .or_default()
        .insert(substance);
    Ok(())
}

pub(super) fn urine_given(person: &mut Person, row: &Row<'_>) -> Result<(), Fault> {
    // The trial writes 99 where nobody noted the temperature.
    let was_warm = match row.text("was_temp_ok") {
        "1" => Some(true),
        "0" => Some(false),
        "99" | "" => None,
        _ => return Err(row.fault("was_temp_ok", "this is none of 0, 1 and 99")),
    };
    person.urine_warm.insert(row.day("when")?, was_warm);
    Ok(())
}

pub(super) fn use_day(person: &mut Person, row: &Row<'_>) -> Result<(), Fault> {
    let substance = row.substance("what")?;
    person
        .uses
        .entry(row.day("when")?)
        .or_default()
        .insert(substance);
    Ok(())
}

pub(super) fn medicine(person: &mut Person, row: &Row<'_>) -> Result<(), Fault> {
    let milligrams: u64 = row.whole("amount")?;
    if milligrams > 1_000 {
        return Err(row.fault("amount", "more than 1000 mg in a day is not plausible"));
    }
    person.medicines.push((row.day("when")?, milligrams));
    Ok(())
}

pub(super) fn withdrawal(person: &mut Person, row: &Row<'_>) -> Result<(), Fault> {
    let category: i32 = row.whole("withdrawal")?;
    if !(0..=3).contains(&category) {
        return Err(row.fault("withdrawal", "the category is none of 0, 1, 2 and 3"));
    }
    person.ratings.push((row.day("when")?, category));
    Ok(())
}
