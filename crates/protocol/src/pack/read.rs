//! Reading the files of a pack: first what rules refer to, then the rules.

mod refer;

use std::collections::BTreeMap;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::DeTable;

pub(super) use self::refer::fits;
use self::refer::{Referred, refer};
use super::{Pack, Pointer, inputs_read};
use crate::document::{Document, Placed, Table};
use crate::dose::Minutes;
use crate::expression::{Expression, Names, Type, parse};
use crate::rule::{Class, Consequence, Missing, Rule, Stage, Tighter};
use crate::{Dictionary, Fault, Faults, Mark, Sources};

/// The files that a pack file asks to be read beside it, as written.
pub fn includes(text: &str) -> Vec<String> {
    let mut file = Document::new("", text);
    let parsed = file.parse();
    let mut root = Table::root(&parsed);
    root.texts(&mut file, "includes")
        .into_iter()
        .map(|placed| placed.text)
        .collect()
}

/// One file with its parsed tables.
struct Part<'t> {
    file: Document<'t>,
    name: &'t str,
    head: Head,
    rules: Vec<Table<'t>>,
}

struct Head {
    id: String,
    version: u32,
    title: String,
    review_by: Date,
}

pub(super) fn read(
    files: &[(&str, &str)],
    dictionary: &Dictionary,
    sources: &Sources,
) -> Result<Pack, Faults> {
    let mut documents: Vec<Document<'_>> = files
        .iter()
        .map(|(name, text)| Document::new(name, text))
        .collect();
    let parsed: Vec<Spanned<DeTable<'_>>> = documents.iter_mut().map(Document::parse).collect();
    let mut parts = Vec::new();
    let mut referred = Referred::default();
    let mut pointers = Vec::new();
    for ((mut file, parsed), (name, _)) in documents.into_iter().zip(&parsed).zip(files) {
        let mut root = Table::root(parsed);
        let head = head(&mut root, &mut file);
        let _ = root.texts(&mut file, "includes");
        referred.collect(&mut root, &mut file, parts.len());
        pointers.extend(read_pointers(&mut root, &mut file));
        let rules = root.tables(&mut file, "rule");
        root.finish(&mut file);
        parts.push(Part {
            file,
            name,
            head,
            rules,
        });
    }
    let mut files: Vec<&mut Document<'_>> = parts.iter_mut().map(|part| &mut part.file).collect();
    let found = refer(referred, &mut files, dictionary);
    let names = Names {
        dictionary,
        settings: &found.dimensions,
        lists: &found.list_places,
        defines: &found.defines,
    };
    let mut rules: Vec<Rule> = Vec::new();
    let mut seen: BTreeMap<String, (String, usize)> = BTreeMap::new();
    for part in &mut parts {
        for table in std::mem::take(&mut part.rules) {
            let at = table.start();
            let rule = read_rule(table, part, &names, sources);
            if let Some((file, line)) = seen.get(&rule.id) {
                let wrong = format!("the rule {} is already at {file}:{line}", rule.id);
                part.file
                    .fault(at, wrong, "give one of them another id".to_owned());
            }
            seen.insert(rule.id.clone(), (rule.file.clone(), rule.line));
            rules.push(rule);
        }
    }
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    let heads: Vec<&Head> = parts.iter().map(|part| &part.head).collect();
    let (id, version, title) = heads
        .first()
        .map(|head| (head.id.clone(), head.version, head.title.clone()))
        .unwrap_or_default();
    let mut faults: Vec<_> = parts
        .into_iter()
        .flat_map(|part| part.file.faults())
        .collect();
    // What is said of a definition that could not be read is said where it stands, once.
    faults.retain(|fault: &Fault| {
        let unread = fault.wrong.strip_prefix("there is no input or definition ");
        !unread.is_some_and(|name| found.failed.contains(name))
    });
    if !faults.is_empty() {
        faults.sort();
        faults.dedup();
        return Err(Faults(faults));
    }
    let mut pack = assemble((id, version, title), rules, found, dictionary, sources);
    pack.pointers = pointers;
    Ok(pack)
}

fn assemble(
    (id, version, title): (String, u32, String),
    rules: Vec<Rule>,
    found: refer::Found,
    dictionary: &Dictionary,
    sources: &Sources,
) -> Pack {
    let mut defines: Vec<(usize, String, Expression)> = found
        .defines
        .into_iter()
        .map(|(name, (place, expression))| (place, name, expression))
        .collect();
    defines.sort_by_key(|(place, _, _)| *place);
    let cited = |number: &String| rules.iter().any(|rule| rule.sources.contains(number));
    let sources = sources.iter().filter(|(number, _)| cited(number));
    Pack {
        id,
        version,
        title,
        inputs: dictionary.only(&inputs_read(rules.iter())),
        sources: sources
            .map(|(number, source)| (number.clone(), source.clone()))
            .collect(),
        define_names: defines.iter().map(|(_, name, _)| name.clone()).collect(),
        defines: defines
            .into_iter()
            .map(|(_, _, expression)| expression)
            .collect(),
        lists: found.lists,
        defaults: found
            .settings
            .iter()
            .map(|(name, one)| (name.clone(), one.value))
            .collect(),
        settings: found.settings,
        pointers: Vec::new(),
        rules,
    }
}

fn read_pointers(root: &mut Table<'_>, file: &mut Document<'_>) -> Vec<Pointer> {
    let mut out = Vec::new();
    for mut table in root.tables(file, "pointer") {
        let id = table.text(file, "id").text;
        let title = table.text(file, "title").text;
        let to = table
            .texts(file, "to")
            .into_iter()
            .map(|placed| placed.text)
            .collect();
        table.finish(file);
        out.push(Pointer { id, title, to });
    }
    out
}

fn head(root: &mut Table<'_>, file: &mut Document<'_>) -> Head {
    let id = root.text(file, "id").text;
    if !id.is_empty() {
        root.name = format!("the file {id}");
    }
    let version = u32::try_from(root.whole(file, "version")).unwrap_or_default();
    if version == 0 {
        let wrong = format!("the version of {} is not a number from 1", root.name);
        file.fault(0, wrong, "write version = 1".to_owned());
    }
    Head {
        id,
        version,
        title: root.text(file, "title").text,
        review_by: root.date(file, "review_by").unwrap_or_default(),
    }
}

fn read_rule(
    mut table: Table<'_>,
    part: &mut Part<'_>,
    names: &Names<'_>,
    known: &Sources,
) -> Rule {
    let file = &mut part.file;
    let id = table.text(file, "id");
    let is_plain = |one: char| one.is_ascii_alphanumeric() || "-_.".contains(one);
    if !id.text.chars().all(is_plain) {
        let wrong = format!("the id {:?} has signs a rule is not called by", id.text);
        let instead = "write letters, digits, hyphens and points, for example id = \"E05a\"";
        file.fault(id.start, wrong, instead.to_owned());
    }
    let id = id.text;
    if !id.is_empty() {
        table.name = format!("the rule {id}");
    }
    let line = file.line(table.start());
    let stages = stages(&mut table, file);
    let consequence = consequence(&mut table, file);
    let has_own_date = table.entries().any(|(key, _, _)| key == "review_by");
    let own_date = if has_own_date {
        table.date(file, "review_by")
    } else {
        None
    };
    let rule = Rule {
        version: version(&mut table, file),
        title: table.text(file, "title").text,
        when: condition(&mut table, file, names, consequence),
        settled_by: settled(&mut table, file, names),
        missing: missing(&mut table, file, consequence),
        actions: table
            .texts(file, "actions")
            .into_iter()
            .map(|placed| placed.text)
            .collect(),
        tighter: tighter(&mut table, file, names.dictionary),
        rationale: table.text(file, "rationale").text,
        mark: table.mark(file, "evidence"),
        mark_note: table
            .text_maybe(file, "evidence_note")
            .map(|placed| placed.text),
        sources: sources(&mut table, file, known),
        review_by: own_date.unwrap_or(part.head.review_by),
        second_reader: table.truth(file, "second_reader"),
        file: part.name.to_owned(),
        line,
        stages,
        consequence,
        id,
    };
    sound(&table, file, &rule);
    table.finish(file);
    rule
}

/// What must hold within one rule.
fn sound(table: &Table<'_>, file: &mut Document<'_>, rule: &Rule) {
    let mut fault = |wrong: &str, instead: &str| {
        file.fault(
            table.start(),
            format!("{} {wrong}", table.name),
            instead.to_owned(),
        );
    };
    if rule.actions.is_empty() {
        fault("says nothing to do", "write actions = [\"...\"]");
    }
    if rule.mark == Mark::Read && rule.sources.iter().all(|source| source == "HOUSE") {
        fault(
            "is marked R and cites only clinic policy",
            "cite what was read, or mark it H",
        );
    }
    let is_said = |tighter: &Tighter| {
        let said = format!("every {}", tighter.every.0);
        rule.actions.iter().any(|action| action.contains(&said))
    };
    if rule.tighter.as_ref().is_some_and(|one| !is_said(one)) {
        fault(
            "asks for readings sooner and does not say so to whoever reads it",
            "name the minutes in its actions, for example \"pressure every 5 minutes\"",
        );
    }
    if rule.tighter.is_some() && rule.consequence == Consequence::Required {
        fault(
            "asks for readings sooner, which an item of the leaving check cannot",
            "leave tighter out",
        );
    }
    let blocks = matches!(
        rule.consequence,
        Consequence::Gate(Class::Exclude | Class::HoldToday)
    );
    if blocks && rule.missing != Missing::Block {
        fault(
            "lets a missing input pass although it excludes or holds",
            "write missing = \"block\", or leave missing out",
        );
    }
    let is_in_session = rule.stages.contains(&Stage::InSession);
    let is_leaving = rule.stages.contains(&Stage::Discharge);
    let fits = match rule.consequence {
        Consequence::Gate(_) => !is_in_session && !is_leaving,
        Consequence::Act(_) => is_in_session && rule.stages.len() == 1,
        Consequence::Required => is_leaving && rule.stages.len() == 1,
    };
    if !rule.stages.is_empty() && !fits {
        fault(
            "has a class that does not belong to its stage",
            "use exclude, hold_today, override, caution, info before a session; stop, slow, \
             notify, alert in one; required at discharge",
        );
    }
}

/// What is read more often while the rule holds.
fn tighter(
    table: &mut Table<'_>,
    file: &mut Document<'_>,
    dictionary: &Dictionary,
) -> Option<Tighter> {
    let mut asked = table.table_maybe(file, "tighter")?;
    let read = asked.texts(file, "read");
    for one in &read {
        if let Err(error) = dictionary.input(&one.text) {
            let wrong = format!("read of {} names {:?}", asked.name, one.text);
            file.fault(one.start, wrong, error.to_string());
        }
    }
    let (every, until) = (
        asked.minutes_maybe(file, "every"),
        asked.minutes_maybe(file, "until"),
    );
    let is_sound =
        every.is_some_and(|every| every > Minutes(0) && until.is_none_or(|until| until >= every));
    if read.is_empty() || !is_sound {
        file.fault(
            asked.start(),
            format!("{} names no reading, or no span that can be kept", asked.name),
            "write { read = [\"systolic\"], every = \"5 min\", until = \"20 min\" }, until left out or not \
             below every"
                .to_owned(),
        );
    }
    asked.finish(file);
    Some(Tighter {
        read: read.into_iter().map(|one| one.text).collect(),
        every: every?,
        until,
    })
}

fn version(table: &mut Table<'_>, file: &mut Document<'_>) -> u32 {
    let version = table.whole_maybe(file, "version").unwrap_or(1);
    u32::try_from(version)
        .ok()
        .filter(|version| *version > 0)
        .unwrap_or_else(|| {
            let wrong = format!("the version of {} is {version}", table.name);
            file.fault(table.start(), wrong, "count versions from 1".to_owned());
            1
        })
}

fn stages(table: &mut Table<'_>, file: &mut Document<'_>) -> Vec<Stage> {
    let placed = table.texts(file, "stage");
    if placed.is_empty() {
        let wrong = format!("{} has no stage", table.name);
        let instead = format!(
            "write stage = [...] with some of {}",
            Stage::names().join(", ")
        );
        file.fault(table.start(), wrong, instead);
    }
    placed
        .iter()
        .filter_map(|one| table.word_of(file, "stage", one, &Stage::WORDS))
        .collect()
}

fn consequence(table: &mut Table<'_>, file: &mut Document<'_>) -> Consequence {
    let found = table.word(file, "class", &Consequence::WORDS);
    found.unwrap_or(Consequence::Gate(Class::Exclude))
}

fn missing(table: &mut Table<'_>, file: &mut Document<'_>, consequence: Consequence) -> Missing {
    let by_class = match consequence {
        Consequence::Gate(Class::Exclude | Class::HoldToday) | Consequence::Required => {
            Missing::Block
        }
        Consequence::Gate(Class::Override) => Missing::Ask,
        Consequence::Gate(Class::Caution | Class::Info) | Consequence::Act(_) => Missing::Ignore,
    };
    let written = table.text_maybe(file, "missing");
    let written = written.and_then(|one| table.word_of(file, "missing", &one, &Missing::WORDS));
    written.unwrap_or(by_class)
}

/// `when`, or `met_when` for an item of the discharge gate.
fn condition(
    table: &mut Table<'_>,
    file: &mut Document<'_>,
    names: &Names<'_>,
    consequence: Consequence,
) -> Expression {
    let key = match consequence {
        Consequence::Required => "met_when",
        Consequence::Gate(_) | Consequence::Act(_) => "when",
    };
    let placed = table.text(file, key);
    expression(file, &placed, names).unwrap_or_else(|| Expression::never(&placed.text))
}

fn settled(
    table: &mut Table<'_>,
    file: &mut Document<'_>,
    names: &Names<'_>,
) -> Option<Expression> {
    let placed = table.text_maybe(file, "settled_by")?;
    expression(file, &placed, names)
}

fn expression(file: &mut Document<'_>, placed: &Placed, names: &Names<'_>) -> Option<Expression> {
    if placed.text.trim().is_empty() {
        return None;
    }
    match parse(&placed.text, names, Some(Type::Truth)) {
        Ok(expression) => Some(expression),
        Err(error) => {
            file.fault(
                placed.start.saturating_add(error.at),
                error.wrong,
                error.instead,
            );
            None
        }
    }
}

fn sources(table: &mut Table<'_>, file: &mut Document<'_>, known: &Sources) -> Vec<String> {
    let cited = table.texts(file, "sources");
    if cited.is_empty() {
        let wrong = format!("{} has no source", table.name);
        let instead = "write sources = [\"S4\"], or [\"HOUSE\"] for clinic policy";
        file.fault(table.start(), wrong, instead.to_owned());
    }
    for source in cited
        .iter()
        .filter(|source| !known.contains_key(&source.text))
    {
        let wrong = format!(
            "the source {} of {} is not in the list",
            source.text, table.name
        );
        file.fault(
            source.start,
            wrong,
            "add it to rules/sources.toml".to_owned(),
        );
    }
    cited.into_iter().map(|placed| placed.text).collect()
}
