//! What evidence must satisfy before it is used: each fault names file, record, field and the mend.

// The build reads this file by its path, from where the module's own folder would be another.
#[path = "lint/claim.rs"]
mod claim;

use std::collections::{BTreeMap, BTreeSet};

use crate::load::{Fault, File, Filed, Shelf};
use crate::reading::{READING_AGE_MAX, reading_age};
use crate::record::{Arm, ArmNumbers, Contrast, Outcome, Study};
use claim::{check_bearings, check_claim, check_numbers_of_claim, check_pooling_of_claim};

/// The arm name for all people of a study.
const EVERYONE: &str = "everyone";

/// Reads and checks the files of an evidence folder. No fault: it may be used.
pub fn check(files: &[File]) -> Vec<Fault> {
    let (shelf, mut faults) = Shelf::read(files);
    faults.extend(check_shelf(&shelf));
    faults.sort();
    faults
}

/// Checks everything read.
pub(crate) fn check_shelf(shelf: &Shelf) -> Vec<Fault> {
    let mut desk = Desk::default();
    for study in &shelf.studies {
        desk.turn_to(study, &study.record.id);
        check_study(&mut desk, &study.record, &study.file);
    }
    check_twins(&mut desk, shelf);
    let known: BTreeSet<&str> = shelf
        .studies
        .iter()
        .filter(|study| study.record.shown)
        .map(|study| study.record.id.as_str())
        .chain(shelf.background.iter().map(|work| work.record.id.as_str()))
        .collect();
    for study in &shelf.studies {
        desk.turn_to(study, &study.record.id);
        if let Some(other) = &study.record.same_people_as {
            desk.require_known(&known, "same_people_as", other);
        }
    }
    for work in &shelf.background {
        desk.turn_to(work, &work.record.id);
        desk.require_text("citation", &work.record.citation);
        desk.require_text("seen", &work.record.seen);
        desk.require_text("finding", &work.record.finding);
    }
    for claim in &shelf.claims {
        desk.turn_to(claim, &claim.record.id);
        check_claim(&mut desk, &claim.record, &known);
        check_numbers_of_claim(&mut desk, &claim.record, shelf);
        check_pooling_of_claim(&mut desk, &claim.record, shelf);
    }
    check_harms(&mut desk, shelf, &known);
    for misreport in &shelf.misreports {
        desk.turn_to(misreport, &misreport.record.id);
        desk.require_known(&known, "source", &misreport.record.source);
        desk.require_text("instead", &misreport.record.instead);
        if misreport.record.wrong.is_empty() {
            desk.fault(
                "wrong",
                "nothing is said to be wrong",
                "say what is, or remove the record",
            );
        }
    }
    check_poolings(&mut desk, shelf);
    check_bearings(&mut desk, shelf);
    desk.faults
}

/// Where faults are gathered, open at one record.
#[derive(Default)]
struct Desk {
    file: String,
    record: String,
    faults: Vec<Fault>,
}

impl Desk {
    fn turn_to<T>(&mut self, filed: &Filed<T>, id: &str) {
        self.file.clone_from(&filed.file);
        id.clone_into(&mut self.record);
    }

    fn fault(
        &mut self,
        field: impl Into<String>,
        what: impl Into<String>,
        mend: impl Into<String>,
    ) {
        self.faults.push(Fault {
            file: self.file.clone(),
            record: self.record.clone(),
            field: field.into(),
            what: what.into(),
            mend: mend.into(),
        });
    }

    fn require_text(&mut self, field: &str, text: &str) {
        if text.trim().is_empty() {
            self.fault(field, "nothing is written", "write it");
        }
    }

    fn require_known(&mut self, known: &BTreeSet<&str>, field: &str, id: &str) {
        if !known.contains(id) {
            self.fault(
                field,
                format!("there is no shown study or background record {id:?}"),
                "correct the name, or add the record",
            );
        }
    }

    fn require_plain(&mut self, field: &str, text: &str) {
        self.require_text(field, text);
        let age = reading_age(text);
        if age > READING_AGE_MAX {
            self.fault(
                field,
                format!("the sentence asks for a reading age of {age:.1}"),
                format!("say it in shorter words and sentences, to {READING_AGE_MAX} or below"),
            );
        }
    }
}

fn check_study(desk: &mut Desk, study: &Study, file: &str) {
    desk.require_text("id", &study.id);
    if file != format!("studies/{}.toml", study.id) {
        desk.fault(
            "id",
            "the file has another name than the study",
            "name the file after its id",
        );
    }
    desk.require_text("citation", &study.citation);
    if study.shown && study.sources.is_empty() {
        desk.fault(
            "source",
            "the citation has no source",
            "say where it was seen, or set shown = false",
        );
    }
    if study.sources.is_empty() && study.outcomes.iter().any(Outcome::has_numbers) {
        desk.fault(
            "source",
            "numbers stand without a source",
            "say where they were seen",
        );
    }
    for source in &study.sources {
        if !source.url.starts_with("http") || source.seen.trim().is_empty() {
            desk.fault(
                "source",
                format!("{:?} is not an address with what was seen", source.url),
                "give both",
            );
        }
    }
    let mut names = BTreeSet::new();
    for arm in &study.arms {
        if arm.name == EVERYONE || !names.insert(arm.name.as_str()) {
            desk.fault(
                "arm",
                format!("the arm {:?} is there twice", arm.name),
                "rename one",
            );
        }
        if arm
            .dose
            .is_some_and(|dose| !(dose.is_finite() && dose >= 0.0))
        {
            desk.fault(
                format!("arm {:?} dose", arm.name),
                "the dose is below 0",
                "correct it",
            );
        }
    }
    let in_arms: u32 = study.arms.iter().filter_map(|arm| arm.n).sum();
    let is_crossover = study.class == crate::record::Class::RandomisedCrossover;
    if let Some(n) = study.n.filter(|&n| !is_crossover && in_arms > n) {
        desk.fault(
            "n",
            format!("the arms hold {in_arms} people and the study {n}"),
            "correct one of them",
        );
    }
    for (at, outcome) in study.outcomes.iter().enumerate() {
        check_outcome(desk, study, outcome, at + 1);
    }
}

fn check_outcome(desk: &mut Desk, study: &Study, outcome: &Outcome, number: usize) {
    let field = |part: &str| format!("outcome {number} {part}");
    desk.require_text(&field("name"), &outcome.name);
    if outcome
        .day
        .is_some_and(|day| !(day.is_finite() && day >= 0.0))
    {
        desk.fault(field("day"), "the day lies before the start", "correct it");
    }
    if outcome.construct.is_some() && outcome.contrast.is_none() {
        desk.fault(
            field("contrast"),
            "nothing is said of what is compared",
            "name the contrast",
        );
    }
    let compared = outcome
        .contrast
        .is_some_and(|contrast| contrast != Contrast::BeforeAfter);
    if compared && outcome.has_numbers() && outcome.better.is_none() && outcome.construct.is_some()
    {
        desk.fault(
            field("better"),
            "it is not said which way is better",
            "say higher or lower",
        );
    }
    if !outcome.has_numbers() && outcome.finds.is_none() && outcome.construct.is_none() {
        desk.fault(
            field("finds"),
            "neither a number nor a finding",
            "give one, or remove the outcome",
        );
    }
    for numbers in &outcome.arms {
        check_numbers(desk, study, numbers, number);
    }
    let Some(effect) = outcome.effect else { return };
    if effect.measure.is_ratio()
        && [Some(effect.value), effect.low, effect.high]
            .into_iter()
            .flatten()
            .any(|ratio| ratio <= 0.0)
    {
        desk.fault(field("effect"), "a ratio is not above 0", "correct it");
    }
    match (effect.low, effect.high) {
        (Some(low), Some(high)) if !(low <= effect.value && effect.value <= high) => desk.fault(
            field("effect"),
            format!(
                "the interval {low} to {high} excludes its estimate {}",
                effect.value
            ),
            "correct the estimate or the interval",
        ),
        (Some(_), None) | (None, Some(_)) => {
            desk.fault(
                field("effect"),
                "the interval has one end",
                "give both or none",
            );
        }
        (Some(_), Some(_)) | (None, None) => {}
    }
}

fn check_numbers(desk: &mut Desk, study: &Study, numbers: &ArmNumbers, number: usize) {
    let field = |part: &str| format!("outcome {number} arm {:?} {part}", numbers.arm);
    let named: Vec<Option<&Arm>> = std::iter::once(&numbers.arm)
        .chain(&numbers.and)
        .map(|name| study.arms.iter().find(|arm| arm.name == *name))
        .collect();
    if numbers.arm != EVERYONE && named.contains(&None) {
        let arms: Vec<&str> = study.arms.iter().map(|arm| arm.name.as_str()).collect();
        desk.fault(
            field("name"),
            "the study has no such arm",
            format!("use one of: {}", arms.join("; ")),
        );
    }
    let size: Option<u32> = if numbers.arm == EVERYONE {
        study.n
    } else {
        named.iter().map(|arm| arm.and_then(|arm| arm.n)).sum()
    };
    if let (Some(n), Some(size)) = (numbers.n, size)
        && n > size
    {
        desk.fault(
            field("n"),
            format!("{n} people of an arm of {size}"),
            "correct one of them",
        );
    }
    let n = numbers.n.or(size);
    if let (Some(events), Some(n)) = (numbers.events, n) {
        if events > n {
            desk.fault(
                field("events"),
                format!("{events} events of {n} people"),
                "correct the count or the size",
            );
        } else if let Some(percent) = numbers.percent.filter(|_| n > 0) {
            let counted = 100.0 * f64::from(events) / f64::from(n);
            if (counted - percent).abs() > 1.0 {
                desk.fault(
                    field("percent"),
                    format!("{events} of {n} are {counted:.1} and not {percent} in 100"),
                    "correct the count, the size or the share",
                );
            }
        }
    }
    if numbers
        .percent
        .is_some_and(|percent| !(0.0..=100.0).contains(&percent))
    {
        desk.fault(
            field("percent"),
            "a share lies outside 0 to 100",
            "correct it",
        );
    }
    if numbers.sd.is_some_and(|sd| !(sd.is_finite() && sd >= 0.0)) {
        desk.fault(field("sd"), "a standard deviation is below 0", "correct it");
    }
}

/// The same study under two names, by id, DOI or citation.
fn check_twins(desk: &mut Desk, shelf: &Shelf) {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for study in &shelf.studies {
        desk.turn_to(study, &study.record.id);
        let record = &study.record;
        let letters: String = record
            .citation
            .to_lowercase()
            .chars()
            .filter(|sign| sign.is_alphanumeric())
            .collect();
        let marks = [
            ("id", Some(format!("id {}", record.id))),
            (
                "doi",
                record
                    .doi
                    .as_ref()
                    .map(|doi| format!("doi {}", doi.to_lowercase())),
            ),
            ("citation", Some(format!("citation {letters}"))),
        ];
        for (field, mark) in marks {
            let Some(mark) = mark else { continue };
            if let Some(other) = seen.insert(mark, study.file.clone()) {
                desk.fault(
                    field,
                    format!("the study is also in {other}"),
                    "keep one file, or correct the one that is wrong",
                );
            }
        }
    }
}

fn check_harms(desk: &mut Desk, shelf: &Shelf, known: &BTreeSet<&str>) {
    for harm in &shelf.harms {
        desk.turn_to(harm, &harm.record.id);
        let harm = &harm.record;
        desk.require_text("figure", &harm.figure);
        desk.require_text("source", &harm.source);
        desk.require_plain("patients", &harm.patients);
        if let Some(study) = &harm.study {
            desk.require_known(known, "study", study);
        }
        match (harm.n, harm.of) {
            (Some(n), Some(of)) if n > of => desk.fault(
                "n",
                format!("{n} events of {of} people"),
                "correct the count or the size",
            ),
            (Some(_), None) | (None, Some(_)) => {
                desk.fault("n", "a count without its size", "give both or none");
            }
            (Some(_), Some(_)) | (None, None) => {}
        }
    }
    let claims = shelf
        .claims
        .iter()
        .map(|claim| (&claim.file, &claim.record.id));
    let harms = shelf.harms.iter().map(|harm| (&harm.file, &harm.record.id));
    let misreports = shelf
        .misreports
        .iter()
        .map(|one| (&one.file, &one.record.id));
    let works = shelf
        .background
        .iter()
        .map(|one| (&one.file, &one.record.id));
    let mut seen = BTreeSet::new();
    for (file, id) in claims.chain(harms).chain(misreports).chain(works) {
        if !seen.insert((file, id)) {
            desk.file.clone_from(file);
            desk.record.clone_from(id);
            desk.fault("id", "the record is there twice", "rename or remove one");
        }
    }
}

fn check_poolings(desk: &mut Desk, shelf: &Shelf) {
    for pooling in &shelf.poolings {
        desk.turn_to(pooling, &pooling.record.id);
        let pooling = &pooling.record;
        desk.require_text("because", &pooling.because);
        if pooling.may_summarise && pooling.contrasts.len() != 1 {
            desk.fault(
                "may_summarise",
                "different comparisons cannot be summarised",
                "name one contrast, or say false",
            );
        }
        if !pooling.measure.is_ratio() {
            desk.fault("measure", "only ratios are pooled so far", "use odds_ratio");
        }
        let meets = |outcome: &Outcome| {
            outcome.construct.as_deref() == Some(pooling.construct.as_str())
                && outcome
                    .contrast
                    .is_some_and(|one| pooling.contrasts.contains(&one))
        };
        if !shelf
            .studies
            .iter()
            .any(|study| study.record.outcomes.iter().any(meets))
        {
            desk.fault(
                "construct",
                "no outcome meets it",
                "correct construct or contrast",
            );
        }
    }
}
