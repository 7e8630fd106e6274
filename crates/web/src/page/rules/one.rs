//! One rule: what it says, why, what it reads, and its examples run now.

use std::collections::BTreeSet;

use clinic::authority::{Act, may};
use clinic::denied::Denied;
use pages::{Column, Fact, Link, Mark, Phrase, Piece, Section, Sheet, Table, sheet};
use protocol::{Answer, Class, Consequence, Example, Expected, Outcome, Pack, Rule, Tried};

use super::{asked, evidence, missing, sandbox};
use crate::app::App;
use crate::ask::Ask;
use crate::reply::Reply;
use crate::sent::sentence;
use crate::words;

/// The page.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    may(&ask.signed_in()?.actor, Act::ReadRules, None)?;
    let id: String = ask.name("rule")?;
    let library = app.clinic.library();
    let pack = library.pack();
    let rule = pack.rule(&id).ok_or(Denied::NotFound)?;
    let mut view = Sheet::new(
        format!("{} {}", rule.id, rule.title),
        format!("Rule {}", rule.id),
    );
    view.said = Phrase::sentence(format!(
        "Version {} of the rule, in pack {}, version {}.",
        rule.version, pack.id, pack.version
    ));
    view.acts = vec![Link::new("/rules", "All rules")];
    let examples: Vec<&Example> = library
        .examples()
        .iter()
        .filter(|example| example.rule == rule.id)
        .collect();
    view.main = vec![
        Section::new("What it says", vec![Piece::Facts(says(rule))]),
        Section::new("Why", why(app, pack, rule)),
        Section::new("What it reads", reads(pack, rule)),
        Section::new(
            "Examples, run now",
            vec![Piece::Table(table(&examples, pack))],
        ),
        sandbox::of_one(app, ask, rule),
    ];
    Ok(Reply::Page(sheet(&words::frame(app, ask, None), &view)))
}

fn says(rule: &Rule) -> Vec<Fact> {
    let when = match rule.consequence {
        Consequence::Required => "Met when",
        Consequence::Gate(_) | Consequence::Act(_) => "Applies when",
    };
    let mut all = vec![
        Fact::plain("Asked", asked(rule)),
        Fact::code(when, one_line(rule.when.source())),
        Fact::plain("Then", rule.consequence.to_string()),
        Fact::plain("If an input is missing", missing(rule)),
        Fact::plain("Who may override it", overriding(rule)),
    ];
    if let Some(settled) = &rule.settled_by {
        all.push(Fact::code("Settled by", one_line(settled.source())));
    }
    for action in &rule.actions {
        all.push(Fact::plain("Do", action.clone()));
    }
    if let Some(tighter) = &rule.tighter {
        all.push(Fact::code("Readings due sooner", tighter.to_string()));
    }
    all
}

/// A condition as written, its line breaks as spaces.
fn one_line(source: &str) -> String {
    source.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn overriding(rule: &Rule) -> &'static str {
    match rule.consequence {
        Consequence::Gate(Class::Override) if rule.second_reader => {
            "A prescriber, with a reason, a mitigation and a second reader"
        }
        Consequence::Gate(Class::Override) => "A prescriber, with a reason and a mitigation",
        Consequence::Gate(Class::Exclude) => {
            "Nobody: only a new assessment with changed facts reopens the way"
        }
        Consequence::Gate(Class::HoldToday) => "Nobody today: check again once it has passed",
        Consequence::Gate(Class::Caution | Class::Info) | Consequence::Act(_) => {
            "It is not in the way of a dose by itself"
        }
        Consequence::Required => "Nobody: leaving before it is met is leaving against advice",
    }
}

fn why(app: &App, pack: &Pack, rule: &Rule) -> Vec<Piece> {
    let mut marked = Phrase::sentence(format!("Evidence: {}.", evidence(rule)));
    if let Some(note) = &rule.mark_note {
        marked.push(Phrase::plain(format!(" {note}")));
    }
    marked.extend(crate::page::why::of_rule(app, &rule.id));
    vec![
        Piece::plain(rule.rationale.clone()),
        Piece::Said(marked),
        Piece::List(cited(pack, &rule.sources)),
        Piece::Facts(vec![
            Fact::plain("Review by", rule.review_by.to_string()),
            Fact::plain("Written in", format!("{}, line {}", rule.file, rule.line)),
        ]),
    ]
}

/// Cited sources, each with its number, and a way to it where there is one.
pub(crate) fn cited(pack: &Pack, sources: &[String]) -> Vec<Vec<Phrase>> {
    let each = sources.iter().map(|number| match pack.source(number) {
        Some(source) if is_link(&source.address) => vec![
            Phrase::plain(format!("{number} ")),
            Phrase::link(source.address.clone(), source.title.clone()),
        ],
        Some(source) => Phrase::sentence(format!("{number} {}, {}", source.title, source.address)),
        None => vec![Phrase::absent(format!(
            "{number}: not in the list of sources"
        ))],
    });
    each.collect()
}

fn is_link(address: &str) -> bool {
    address.starts_with("https://") && !address.contains(char::is_whitespace)
}

fn reads(pack: &Pack, rule: &Rule) -> Vec<Piece> {
    let names: BTreeSet<&str> = rule.reads().collect();
    let rows = names
        .iter()
        .filter_map(|name| pack.inputs().input(name).ok())
        .map(|input| {
            vec![
                vec![
                    Phrase::plain(sentence(&input.words())),
                    Phrase::plain(" "),
                    Phrase::Code(input.name.clone()),
                ],
                Phrase::sentence(input.question.clone()),
                Phrase::sentence(input.answered_with()),
            ]
        })
        .collect();
    let mut pieces = vec![Piece::Table(Table {
        caption: "Inputs of this rule".to_owned(),
        columns: ["Input", "What it asks", "Answered with"]
            .map(Column::words)
            .to_vec(),
        rows,
        when_empty: "It reads nothing of its own.".to_owned(),
    })];
    let defined: Vec<Fact> = pack
        .definitions()
        .filter(|(name, _)| rule.when.names(name))
        .map(|(name, meaning)| Fact {
            name: name.replace('_', " "),
            said: vec![Phrase::Code(format!(
                "{name} = {}",
                one_line(meaning.source())
            ))],
        })
        .collect();
    if !defined.is_empty() {
        pieces.push(Piece::plain(
            "Words its condition uses, as the pack defines them:",
        ));
        pieces.push(Piece::Facts(defined));
    }
    pieces
}

fn table(examples: &[&Example], pack: &Pack) -> Table {
    Table {
        caption: "Examples with what the rule says of them now".to_owned(),
        columns: ["Facts", "Should", "Does"].map(Column::words).to_vec(),
        rows: examples
            .iter()
            .map(|example| {
                vec![
                    facts(pack, example),
                    Phrase::sentence(should(example.expected)),
                    does(example, pack),
                ]
            })
            .collect(),
        when_empty: "This rule has no example: write one before it is signed.".to_owned(),
    }
}

/// An answer in words: a choice as people say it.
pub(super) fn answer(pack: &Pack, input: &str, answer: &Answer) -> String {
    let said = answer.to_string();
    match pack.inputs().input(input) {
        Ok(input) => input.said(&said),
        Err(_) => said,
    }
}

fn facts(pack: &Pack, example: &Example) -> Vec<Phrase> {
    let mut all = Vec::new();
    for input in example.facts.inputs() {
        for seen in example.facts.of(input) {
            let words = pack.inputs().words(input);
            all.push(format!("{words}: {}", answer(pack, input, &seen.answer)));
        }
    }
    if all.is_empty() {
        return vec![Phrase::absent("nothing is known")];
    }
    Phrase::sentence(all.join("; "))
}

const fn should(expected: Expected) -> &'static str {
    match expected {
        Expected::Fires => "apply",
        Expected::Not => "not apply",
        Expected::Unanswered => "stay unanswered",
        Expected::Settled => "be settled by another answer",
    }
}

fn does(example: &Example, pack: &Pack) -> Vec<Phrase> {
    match example.try_on(pack) {
        Tried::AsExpected => Phrase::sentence("as it should"),
        Tried::Otherwise(outcome) => {
            vec![Phrase::Mark(Mark::new(
                pages::Standing::ActNow,
                format!("otherwise: {}", said(outcome)),
            ))]
        }
        Tried::NoRule => vec![Phrase::absent("there is no such rule")],
    }
}

const fn said(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Fired => "it applies",
        Outcome::NotFired => "it does not apply",
        Outcome::Unanswered => "it is unanswered",
        Outcome::Settled => "another answer settles it",
        Outcome::Unchanged => "nothing it reads is new",
        Outcome::Met => "it is met",
        Outcome::NotMet => "it is not met",
    }
}
