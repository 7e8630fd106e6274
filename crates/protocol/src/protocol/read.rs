//! Reading protocol files, with every fault and its line.

mod sound;
mod target;

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::DeTable;

use super::{
    AssessmentDay, Cadence, Cap, Choice, Finding, Known, Maintenance, Protocol, Route, Session,
    Standing, Step, Therapy, TherapyKind,
};
use crate::document::{Document, Placed, Table};
use crate::dose::{Dose, Micrograms, MicrogramsPerKilogram, Minutes};
use crate::fault::Fault;
use crate::{Faults, Unit};

const THERAPY_KINDS: [(&str, TherapyKind); 4] = [
    ("preparation", TherapyKind::Preparation),
    ("dosing", TherapyKind::Dosing),
    ("integration", TherapyKind::Integration),
    ("counselling", TherapyKind::Counselling),
];

pub(super) fn read_all(files: &[(&str, &str)], known: &Known<'_>) -> Result<Vec<Protocol>, Faults> {
    let mut protocols: Vec<Protocol> = Vec::new();
    let mut faults: Vec<Fault> = Vec::new();
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for (name, text) in files {
        let mut file = Document::new(name, text);
        let parsed = file.parse();
        let found = read_one(&mut file, &parsed, known);
        if let Some(first) = seen.insert(found.id.clone(), (*name).to_owned()) {
            file.fault(
                0,
                format!("the protocol {} is also in {first}", found.id),
                "give one of them another id".to_owned(),
            );
        }
        protocols.push(found);
        faults.extend(file.faults());
    }
    if faults.is_empty() {
        Ok(protocols)
    } else {
        faults.sort();
        Err(Faults(faults))
    }
}

/// Where tables begin, for faults that only the whole file shows.
#[derive(Default)]
struct Places {
    sessions: Vec<usize>,
    therapy: Vec<usize>,
}

fn read_one<'t>(
    file: &mut Document<'t>,
    parsed: &'t Spanned<DeTable<'t>>,
    known: &Known<'_>,
) -> Protocol {
    let mut root = Table::root(parsed);
    let id = root.text(file, "id").text;
    if !id.is_empty() {
        root.name = format!("the protocol {id}");
    }
    let mut places = Places::default();
    let protocol = Protocol {
        version: version(&mut root, file),
        title: root.text(file, "title").text,
        substance: substance(&mut root, file),
        standing: standing(&mut root, file),
        indications: texts(&mut root, file, "indications"),
        evidence: root.mark(file, "evidence"),
        evidence_note: root
            .text_maybe(file, "evidence_note")
            .map(|placed| placed.text),
        sources: sources(&mut root, file, known),
        review_by: root.date(file, "review_by").unwrap_or_default(),
        cap: cap(&mut root, file),
        stay_min: root.minutes_maybe(file, "stay_min").unwrap_or_default(),
        escort_required: root.truth(file, "escort_required"),
        basis_asked_from: root.quantity_maybe(file, "basis_asked_from"),
        piece: piece(&mut root, file, "piece"),
        piece_part: piece(&mut root, file, "piece_part"),
        piece_apart: root.minutes_maybe(file, "piece_apart"),
        sessions: sessions(&mut root, file, known, &mut places.sessions),
        maintenance: maintenance(&mut root, file),
        therapy: therapy(&mut root, file, &mut places.therapy),
        monitoring: monitoring(&mut root, file, known),
        assessments: assessments(&mut root, file),
        findings: findings(&mut root, file, known),
        targets: target::targets(&mut root, file, known),
        id,
    };
    sound::whole(file, &protocol, &places, known);
    root.finish(file);
    protocol
}

fn version(root: &mut Table<'_>, file: &mut Document<'_>) -> u32 {
    let version = root.whole(file, "version");
    u32::try_from(version)
        .ok()
        .filter(|version| *version > 0)
        .unwrap_or_else(|| {
            let wrong = format!("the version of {} is not a number from 1", root.name);
            file.fault(root.start(), wrong, "write for example version = 1".into());
            1
        })
}

fn substance(root: &mut Table<'_>, file: &mut Document<'_>) -> String {
    let known = [("ketamine", "ketamine"), ("esketamine", "esketamine")];
    root.word(file, "substance", &known)
        .unwrap_or("ketamine")
        .to_owned()
}

fn standing(root: &mut Table<'_>, file: &mut Document<'_>) -> Standing {
    let is_reference = root.word(
        file,
        "standing",
        &[("prescribable", false), ("reference", true)],
    );
    let reason = root.text_maybe(file, "reference_reason");
    match (is_reference, reason) {
        (Some(true), Some(reason)) => Standing::ReferenceOnly(reason.text),
        (Some(true), None) => {
            let wrong = "a reference protocol says why it cannot be prescribed".to_owned();
            file.fault(
                root.start(),
                wrong,
                "write reference_reason = \"...\"".into(),
            );
            Standing::ReferenceOnly(String::new())
        }
        (Some(false), Some(reason)) => {
            let wrong = "a prescribable protocol has a reference_reason".to_owned();
            file.fault(
                reason.start,
                wrong,
                "leave it out or write standing = \"reference\"".into(),
            );
            Standing::ReferenceOnly(reason.text)
        }
        (Some(false), None) => Standing::Prescribable,
        (None, _) => Standing::ReferenceOnly(String::new()),
    }
}

fn cap(root: &mut Table<'_>, file: &mut Document<'_>) -> Cap {
    let placed = root.text(file, "max_dose");
    let amount = mass(root, file, "max_dose", &placed).filter(|amount| amount.0 > 0);
    if amount.is_none() && !placed.text.is_empty() {
        let wrong = "max_dose is not a mass above zero".to_owned();
        file.fault(
            placed.start,
            wrong,
            "write for example max_dose = \"100 mg\"".into(),
        );
    }
    Cap {
        amount: amount.unwrap_or_default(),
        mark: root.mark(file, "max_dose_evidence"),
        second_prescriber_may_lift: root.truth(file, "max_dose_second_prescriber_may_lift"),
    }
}

fn mass(
    root: &Table<'_>,
    file: &mut Document<'_>,
    key: &str,
    placed: &Placed,
) -> Option<Micrograms> {
    if placed.text.is_empty() {
        return None;
    }
    Micrograms::from_quantity(root.quantity_of(file, key, placed)?)
}

fn piece(root: &mut Table<'_>, file: &mut Document<'_>, key: &'static str) -> Option<Micrograms> {
    let placed = root.text_maybe(file, key)?;
    let found = mass(root, file, key, &placed).filter(|mass| mass.0 > 0);
    if found.is_none() {
        file.fault(
            placed.start,
            format!("{key} is not a mass"),
            format!("write {key} = \"28 mg\""),
        );
    }
    found
}

fn texts(table: &mut Table<'_>, file: &mut Document<'_>, key: &'static str) -> Vec<String> {
    table
        .texts(file, key)
        .into_iter()
        .map(|placed| placed.text)
        .collect()
}

fn sources(table: &mut Table<'_>, file: &mut Document<'_>, known: &Known<'_>) -> Vec<String> {
    let cited = table.texts(file, "sources");
    if cited.is_empty() {
        let wrong = format!("{} has no source", table.name);
        file.fault(
            table.start(),
            wrong,
            "write for example sources = [\"S4\"]".into(),
        );
    }
    for source in &cited {
        if !known.sources.contains_key(&source.text) {
            let wrong = format!(
                "the source {} of {} is not in the list",
                source.text, table.name
            );
            file.fault(source.start, wrong, "add it to rules/sources.toml".into());
        }
    }
    cited.into_iter().map(|placed| placed.text).collect()
}

fn day(table: &mut Table<'_>, file: &mut Document<'_>, key: &'static str) -> i16 {
    let day = table.whole(file, key);
    i16::try_from(day).unwrap_or_else(|_| {
        let wrong = format!("the {key} of {} is {day}", table.name);
        file.fault(
            table.start(),
            wrong,
            "write a day between -3650 and 3650".into(),
        );
        0
    })
}

fn number(table: &mut Table<'_>, file: &mut Document<'_>) -> u16 {
    u16::try_from(table.whole(file, "number")).unwrap_or_default()
}

fn sessions(
    root: &mut Table<'_>,
    file: &mut Document<'_>,
    known: &Known<'_>,
    places: &mut Vec<usize>,
) -> Vec<Session> {
    let mut out = Vec::new();
    for mut table in root.tables(file, "session") {
        places.push(table.start());
        let session = Session {
            number: number(&mut table, file),
            day: day(&mut table, file, "day"),
            route: table
                .word(file, "route", &Route::WORDS)
                .unwrap_or(Route::Iv),
            steps: steps(&mut table, file),
            prerequisites: prerequisites(&mut table, file, known),
            mark: table.mark(file, "evidence"),
        };
        table.finish(file);
        out.push(session);
    }
    out
}

fn prerequisites(table: &mut Table<'_>, file: &mut Document<'_>, known: &Known<'_>) -> Vec<String> {
    let asked = table.texts(file, "prerequisites");
    if let Some(rules) = known.rules {
        for rule in asked.iter().filter(|rule| !rules.contains_key(&rule.text)) {
            let wrong = format!(
                "{} asks for the rule {}, which no pack has",
                table.name, rule.text
            );
            file.fault(
                rule.start,
                wrong,
                "name a rule by its id, for example \"E07\"".into(),
            );
        }
    }
    asked.into_iter().map(|placed| placed.text).collect()
}

fn steps(table: &mut Table<'_>, file: &mut Document<'_>) -> Vec<Step> {
    let mut out = Vec::new();
    for mut one in table.tables(file, "step") {
        let placed = one.text(file, "dose");
        let stated = dose(&one, file, "dose", &placed);
        let between: Vec<Dose> = doses(&mut one, file, "between");
        let one_of: Vec<Dose> = doses(&mut one, file, "one_of");
        let choice = match (between.as_slice(), one_of.is_empty()) {
            ([], true) => Choice::None,
            ([low, high], true) => Choice::Between(*low, *high),
            ([], false) => Choice::OneOf(one_of),
            _ => {
                let wrong = format!("{} does not leave one clear choice", one.name);
                let instead = "write between = [LOW, HIGH] or one_of = [A, B], not both";
                file.fault(one.start(), wrong, instead.into());
                Choice::None
            }
        };
        let over = one.minutes_maybe(file, "over").unwrap_or_default();
        if let Some(dose) = stated {
            if matches!(
                dose,
                Dose::Fixed(Micrograms(0)) | Dose::PerKilogram(MicrogramsPerKilogram(0))
            ) {
                let wrong = format!("the dose of {} of {} is nothing", one.name, table.name);
                file.fault(
                    placed.start,
                    wrong,
                    "write it in mg/kg or mg, above zero".into(),
                );
            }
            if !(choice == Choice::None || in_choice(&choice, dose)) {
                let wrong = format!("the dose of {} is not among its own choices", one.name);
                file.fault(placed.start, wrong, "start from one that is".into());
            }
            out.push(Step { dose, choice, over });
        }
        one.finish(file);
    }
    if out.is_empty() {
        let wrong = format!("{} gives nothing", table.name);
        file.fault(
            table.start(),
            wrong,
            "add step = [{ dose = \"0.8 mg/kg\", over = \"40 min\" }]".into(),
        );
    }
    out
}

fn in_choice(choice: &Choice, dose: Dose) -> bool {
    // Any other stated dose will do: what is asked is whether the choice itself holds this one.
    let elsewhere = Dose::Fixed(Micrograms(u64::MAX));
    choice.allows(elsewhere, dose)
}

fn doses(one: &mut Table<'_>, file: &mut Document<'_>, key: &'static str) -> Vec<Dose> {
    let placed = one.texts(file, key);
    placed
        .iter()
        .filter_map(|placed| dose(one, file, key, placed))
        .collect()
}

fn dose(one: &Table<'_>, file: &mut Document<'_>, key: &str, placed: &Placed) -> Option<Dose> {
    if placed.text.is_empty() {
        return None;
    }
    let quantity = one.quantity_of(file, key, placed)?;
    let found = Dose::from_quantity(quantity);
    if found.is_none() {
        let unit = quantity.unit().map_or("no unit", |unit: Unit| unit.symbol);
        let wrong = format!(
            "{key} of {} is in {unit}, or finer than a microgram",
            one.name
        );
        file.fault(placed.start, wrong, "write it in mg/kg or mg".into());
    }
    found
}

fn maintenance(root: &mut Table<'_>, file: &mut Document<'_>) -> Vec<Maintenance> {
    let mut out = Vec::new();
    for mut table in root.tables(file, "maintenance") {
        out.push(Maintenance {
            from_day: day(&mut table, file, "from_day"),
            every_days: table.wholes(file, "every_days"),
            count_max: table
                .whole_maybe(file, "count_max")
                .and_then(|count| u16::try_from(count).ok()),
            note: table.text(file, "note").text,
            mark: table.mark(file, "evidence"),
        });
        table.finish(file);
    }
    out
}

fn therapy(root: &mut Table<'_>, file: &mut Document<'_>, places: &mut Vec<usize>) -> Vec<Therapy> {
    let mut out = Vec::new();
    for mut table in root.tables(file, "therapy") {
        places.push(table.start());
        out.push(Therapy {
            number: number(&mut table, file),
            day: day(&mut table, file, "day"),
            minutes: table.minutes_maybe(file, "minutes").unwrap_or_default(),
            kind: table
                .word(file, "kind", &THERAPY_KINDS)
                .unwrap_or(TherapyKind::Counselling),
            title: table.text(file, "title").text,
            content: texts(&mut table, file, "content"),
            beside_session: table
                .whole_maybe(file, "beside_session")
                .and_then(|number| u16::try_from(number).ok()),
            mark: table.mark(file, "evidence"),
        });
        table.finish(file);
    }
    out
}

fn monitoring(root: &mut Table<'_>, file: &mut Document<'_>, known: &Known<'_>) -> Vec<Cadence> {
    let mut out = Vec::new();
    for mut table in root.tables(file, "monitoring") {
        let cadence = Cadence {
            items: items(&mut table, file, known),
            at: table.wholes(file, "at"),
            during: table.minutes_maybe(file, "during"),
            after: table.minutes_maybe(file, "after"),
            continuous: table.truth(file, "continuous"),
            before_leaving: table.truth(file, "before_leaving"),
            mark: table.mark(file, "evidence"),
        };
        sound::minutes(file, &table, &cadence);
        let zero = Some(Minutes(0));
        if cadence.items.is_empty() || cadence.during == zero || cadence.after == zero {
            let wrong = format!("{} has no items, or is due every 0 minutes", table.name);
            file.fault(
                table.start(),
                wrong,
                "name items and an interval above zero".into(),
            );
        }
        table.finish(file);
        out.push(cadence);
    }
    out
}

/// What is charted, by names the dictionary knows: another could never be read, and would always be late.
fn items(table: &mut Table<'_>, file: &mut Document<'_>, known: &Known<'_>) -> Vec<String> {
    let placed = table.texts(file, "items");
    for one in &placed {
        let known = known.inputs.map(|inputs| inputs.input(&one.text));
        if let Some(Err(error)) = known {
            let wrong = format!("{} charts {:?}", table.name, one.text);
            file.fault(one.start, wrong, error.to_string());
        }
    }
    placed.into_iter().map(|placed| placed.text).collect()
}

fn assessments(root: &mut Table<'_>, file: &mut Document<'_>) -> Vec<AssessmentDay> {
    let mut out = Vec::new();
    for mut table in root.tables(file, "assessment") {
        out.push(AssessmentDay {
            day: day(&mut table, file, "day"),
            items: texts(&mut table, file, "items"),
            mark: table.mark(file, "evidence"),
        });
        table.finish(file);
    }
    out
}

fn findings(root: &mut Table<'_>, file: &mut Document<'_>, known: &Known<'_>) -> Vec<Finding> {
    let mut out = Vec::new();
    for mut table in root.tables(file, "finding") {
        out.push(Finding {
            says: table.text(file, "says").text,
            mark: table.mark(file, "evidence"),
            sources: sources(&mut table, file, known),
        });
        table.finish(file);
    }
    out
}
