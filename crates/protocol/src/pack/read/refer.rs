//! What rules refer to: settings, drug lists, and definitions, which may refer to one another.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::{Document, Placed, Table};
use crate::expression::{Expression, Names, parse, words};
use crate::fault::nearest;
use crate::pack::Setting;
use crate::{Dictionary, Dimension, Drug, List, Quantity};

/// Collected from all files, not yet understood.
#[derive(Default)]
pub(super) struct Referred {
    settings: BTreeMap<String, Setting>,
    lists: BTreeMap<String, List>,
    /// The place of the file, and the lists it takes over.
    unions: BTreeMap<String, (usize, Vec<Placed>)>,
    /// The place of the file, and the text.
    defines: BTreeMap<String, (usize, Placed)>,
}

/// Understood.
pub(super) struct Found {
    pub(super) settings: BTreeMap<String, Setting>,
    pub(super) dimensions: BTreeMap<String, Dimension>,
    pub(super) lists: Vec<List>,
    pub(super) list_places: BTreeMap<String, usize>,
    pub(super) defines: BTreeMap<String, (usize, Expression)>,
    /// Definitions that could not be read, so that whoever uses one is not faulted a second time.
    pub(super) failed: BTreeSet<String>,
}

impl Referred {
    pub(super) fn collect(&mut self, root: &mut Table<'_>, file: &mut Document<'_>, place: usize) {
        for (name, mut table) in root.named(file, "setting") {
            let setting = read_setting(&mut table, file);
            let at = table.start();
            table.finish(file);
            if self.settings.insert(name.clone(), setting).is_some() {
                twice(file, at, "setting", &name);
            }
        }
        for (name, mut table) in root.named(file, "list") {
            let list = read_list(&name, &mut table, file);
            let parts = table.texts(file, "lists");
            let at = table.start();
            table.finish(file);
            self.unions.insert(name.clone(), (place, parts));
            if self.lists.insert(name.clone(), list).is_some() {
                twice(file, at, "list", &name);
            }
        }
        for (name, mut table) in root.named(file, "define") {
            let is = table.text(file, "is");
            let _ = table.text_maybe(file, "says");
            let at = table.start();
            table.finish(file);
            if self.defines.insert(name.clone(), (place, is)).is_some() {
                twice(file, at, "definition", &name);
            }
        }
    }
}

/// The later of two would silently stand in the place of the other.
fn twice(file: &mut Document<'_>, at: usize, what: &str, name: &str) {
    let wrong = format!("there is another {what} {name} in this pack");
    file.fault(at, wrong, "give one of them another name".to_owned());
}

fn read_setting(table: &mut Table<'_>, file: &mut Document<'_>) -> Setting {
    let placed = table.text(file, "value");
    let unit = table.text_maybe(file, "unit");
    let value = if placed.text == "off" {
        None
    } else {
        table.quantity_of(file, "value", &placed)
    };
    if let Some(unit) = unit
        .as_ref()
        .filter(|one| crate::Unit::named(&one.text).is_none())
    {
        let wrong = format!(
            "unit of {} is {:?}, which is not known",
            table.name, unit.text
        );
        file.fault(
            unit.start,
            wrong,
            "write for example unit = \"points\"".to_owned(),
        );
    }
    if placed.text == "off" && unit.is_none() {
        let wrong = format!("{} is off and has no unit", table.name);
        file.fault(
            placed.start,
            wrong,
            "write unit = \"points\" beside it".to_owned(),
        );
    }
    let says = table.text(file, "says").text;
    let says = match unit {
        Some(unit) => format!("{says} (in {})", unit.text),
        None => says,
    };
    Setting {
        value,
        says,
        mark: table.mark(file, "evidence"),
    }
}

fn read_list(name: &str, table: &mut Table<'_>, file: &mut Document<'_>) -> List {
    let title = table.text(file, "title").text;
    let mut drugs = Vec::new();
    for mut drug in table.tables(file, "drugs") {
        drugs.push(Drug {
            name: drug.text(file, "name").text,
            rxnorm: drug.text_maybe(file, "rxnorm").map(|placed| placed.text),
            mark: drug.mark(file, "evidence"),
        });
        drug.finish(file);
    }
    let classes: Vec<String> = table
        .texts(file, "classes")
        .into_iter()
        .map(|placed| placed.text)
        .collect();
    let classes_mark = if classes.is_empty() {
        crate::Mark::House
    } else {
        table.mark(file, "classes_evidence")
    };
    List {
        name: name.to_owned(),
        title,
        drugs,
        classes,
        classes_mark,
    }
}

pub(super) fn refer(
    referred: Referred,
    files: &mut [&mut Document<'_>],
    dictionary: &Dictionary,
) -> Found {
    check_unions(&referred, files);
    let lists = united(&referred.lists, &referred.unions);
    let list_places = lists
        .iter()
        .enumerate()
        .map(|(place, list)| (list.name.clone(), place))
        .collect();
    let dimensions = referred
        .settings
        .iter()
        .map(|(name, setting)| (name.clone(), dimension_of(setting)))
        .collect();
    let mut found = Found {
        settings: referred.settings,
        dimensions,
        lists,
        list_places,
        defines: BTreeMap::new(),
        failed: BTreeSet::new(),
    };
    define(&referred.defines, &mut found, files, dictionary);
    let failed = referred.defines.into_keys();
    found.failed = failed
        .filter(|name| !found.defines.contains_key(name))
        .collect();
    found
}

/// A list that takes over another takes over drugs, so the other must be there and be one of drugs.
fn check_unions(referred: &Referred, files: &mut [&mut Document<'_>]) {
    for (name, (place, parts)) in &referred.unions {
        let Some(file) = files.get_mut(*place) else {
            continue;
        };
        for part in parts {
            let takes_over = referred
                .unions
                .get(&part.text)
                .map(|(_, parts)| !parts.is_empty());
            let (wrong, instead) = match takes_over {
                Some(false) => continue,
                Some(true) => (
                    format!(
                        "the list {name} takes over {}, which takes over others itself",
                        part.text
                    ),
                    "name those others here".to_owned(),
                ),
                None => (
                    format!(
                        "the list {name} takes over {:?}, and there is no such list",
                        part.text
                    ),
                    match nearest(&part.text, referred.lists.keys().map(String::as_str)) {
                        Some(known) => format!("did you mean {known:?}?"),
                        None => "write [list.NAME] for it".to_owned(),
                    },
                ),
            };
            file.fault(part.start, wrong, instead);
        }
    }
}

/// A setting that is off says its unit at the end of its words; one that is on shows it.
fn dimension_of(setting: &Setting) -> Dimension {
    if let Some(value) = setting.value {
        return value.dimension();
    }
    let unit = setting
        .says
        .rsplit_once("(in ")
        .map(|(_, unit)| unit.trim_end_matches(')'));
    unit.and_then(crate::Unit::named)
        .map_or(Dimension::NONE, |unit| unit.dimension)
}

/// Each list with what it takes over from the lists it names.
fn united(
    lists: &BTreeMap<String, List>,
    unions: &BTreeMap<String, (usize, Vec<Placed>)>,
) -> Vec<List> {
    let mut out: Vec<List> = Vec::new();
    for (name, list) in lists {
        let mut whole = list.clone();
        for part in unions
            .get(name)
            .into_iter()
            .flat_map(|(_, parts)| parts)
            .filter_map(|part| lists.get(&part.text))
        {
            whole.drugs.extend(part.drugs.iter().cloned());
            whole.classes.extend(part.classes.iter().cloned());
            whole.classes_mark = part.classes_mark;
        }
        out.push(whole);
    }
    out
}

/// Reads definitions in an order in which each comes after those it uses; a circle is a fault.
fn define(
    texts: &BTreeMap<String, (usize, Placed)>,
    found: &mut Found,
    files: &mut [&mut Document<'_>],
    dictionary: &Dictionary,
) {
    let uses: BTreeMap<&str, BTreeSet<String>> = texts
        .iter()
        .map(|(name, (_, placed))| {
            let used = words(&placed.text)
                .into_iter()
                .filter(|word| texts.contains_key(word));
            (name.as_str(), used.collect())
        })
        .collect();
    let mut waiting: BTreeSet<&str> = texts.keys().map(String::as_str).collect();
    let mut understood: BTreeSet<String> = BTreeSet::new();
    while !waiting.is_empty() {
        let is_ready = |name: &&str| {
            uses.get(name)
                .is_some_and(|used| used.iter().all(|one| understood.contains(one)))
        };
        let ready: Vec<&str> = waiting.iter().copied().filter(is_ready).collect();
        if ready.is_empty() {
            let circle: Vec<&str> = waiting.iter().copied().collect();
            if let Some((place, placed)) = circle.first().and_then(|name| texts.get(*name))
                && let Some(file) = files.get_mut(*place)
            {
                let wrong = match circle.as_slice() {
                    [one] => format!("the definition {one} uses itself"),
                    _ => format!("the definitions {} go round in a circle", circle.join(", ")),
                };
                file.fault(
                    placed.start,
                    wrong,
                    "let one of them read inputs only".to_owned(),
                );
            }
            return;
        }
        for name in ready {
            waiting.remove(name);
            understood.insert(name.to_owned());
            if let Some((place, placed)) = texts.get(name)
                && let Some(file) = files.get_mut(*place)
            {
                define_one(name, placed, found, file, dictionary);
            }
        }
    }
}

fn define_one(
    name: &str,
    placed: &Placed,
    found: &mut Found,
    file: &mut Document<'_>,
    dictionary: &Dictionary,
) {
    if dictionary.input(name).is_ok() {
        let wrong = format!("{name} is an input and a definition");
        file.fault(
            placed.start,
            wrong,
            "give the definition another name".to_owned(),
        );
    }
    let names = Names {
        dictionary,
        settings: &found.dimensions,
        lists: &found.list_places,
        defines: &found.defines,
    };
    match parse(&placed.text, &names, None) {
        Ok(expression) => {
            let place = found.defines.len();
            found.defines.insert(name.to_owned(), (place, expression));
        }
        Err(error) => {
            file.fault(
                placed.start.saturating_add(error.at),
                error.wrong,
                error.instead,
            );
        }
    }
}

/// Whether a clinic's own value fits a setting.
pub(crate) fn fits(setting: &Setting, value: Quantity) -> bool {
    dimension_of(setting) == value.dimension()
}
