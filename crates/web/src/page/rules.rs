//! The rules as the medical director reads and signs them: the pack with its signature, and one rule.

mod alerts;
mod compared;
mod one;
mod sandbox;

use clinic::act::reassess;
use clinic::act::rule_pack::{self, Change, Difference, Standing, before};
use clinic::authority::{Act, may};
use clinic::board::house::PackSignature;
use clinic::denied::Denied;
use pages::{Column, Fact, Link, Mark, Phrase, Piece, Section, Sheet, Table, sheet};
use protocol::{Consequence, Missing, Rule};

use crate::app::App;
use crate::ask::Ask;
use crate::forms::is_offered;
use crate::reply::Reply;
use crate::words;

pub(crate) use compared::show as show_compared;
pub(crate) use one::{cited, show as show_rule};
pub(crate) use sandbox::{send as try_case, show as show_case};

/// The rules by the letter their ids begin with.
const PARTS: &[(char, &str)] = &[
    ('E', "Eligibility"),
    ('D', "Interactions"),
    ('M', "Monitoring"),
    ('G', "Before leaving"),
];

/// The address of a rule.
pub(crate) fn path(rule: &str) -> String {
    format!("/rules/{rule}")
}

/// The pack.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    may(&ask.signed_in()?.actor, Act::ReadRules, None)?;
    let library = app.clinic.library();
    let pack = library.pack();
    let standing = rule_pack::standing(&app.clinic);
    let mut view = Sheet::new(pack.title.clone(), "Rules");
    view.said = Phrase::sentence(format!(
        "Pack {}, version {}: {}. A rule that cannot be answered is shown as unanswered, never as passed.",
        pack.id,
        pack.version,
        words::of(pack.rules().len(), "rule", "rules"),
    ));
    view.said.push(Phrase::plain(" "));
    view.said.push(Phrase::link("/protocols", "The protocols"));
    view.said.push(Phrase::plain(", "));
    view.said
        .push(Phrase::link(super::rescue::PATH, "the rescue templates"));
    view.mark = Some(mark(&standing));
    let is_signed = matches!(standing, Standing::Signed(_));
    if !is_signed && is_offered(ask, "sign-rules", None) {
        view.acts = vec![Link::new("/do/sign-rules", "Sign these rules")];
    }
    view.acts
        .push(Link::new("/rules/try", "Try them on a case"));
    if !before::all(&app.clinic)?.is_empty() {
        view.acts
            .push(Link::new(compared::PATH, "Old and new text side by side"));
    }
    view.main = signature(app, &standing);
    view.main.push(assessed_again(app)?);
    let mut rest: Vec<&Rule> = pack.rules().iter().collect();
    for (letter, title) in PARTS {
        let (here, others): (Vec<&Rule>, Vec<&Rule>) = rest
            .into_iter()
            .partition(|rule| rule.id.starts_with(*letter));
        rest = others;
        view.main.extend(part(title, &here));
    }
    view.main.extend(part("Others", &rest));
    view.main.push(alerts::section(library));
    Ok(Reply::Page(sheet(&words::frame(app, ask, None), &view)))
}

/// How a signature stands, in a word.
pub(crate) fn mark(standing: &Standing) -> Mark {
    match standing {
        Standing::Signed(_) => Mark::new(pages::Standing::Settled, "Signed"),
        Standing::Unsigned => Mark::new(pages::Standing::ActNow, "Not signed"),
        Standing::Changed { .. } => {
            Mark::new(pages::Standing::ActNow, "Changed since it was signed")
        }
    }
}

/// What was signed, by whom, and what changed since.
pub(crate) fn signature(app: &App, standing: &Standing) -> Vec<Section> {
    let hash = Fact::plain(
        "Hash of this pack",
        app.clinic.library().pack_digest().0.clone(),
    );
    match standing {
        Standing::Unsigned => vec![Section::new(
            "Signature",
            vec![
                Piece::plain(
                    "Nobody has signed these rules. They can be read here, and they are run on no patient until the medical director signs them.",
                ),
                Piece::Facts(vec![hash]),
            ],
        )],
        Standing::Signed(signed) => vec![Section::new(
            "Signature",
            vec![Piece::Facts(facts(app, signed))],
        )],
        Standing::Changed { before, why } => vec![
            Section::new(
                "Signature",
                vec![
                    Piece::plain(format!(
                        "{why}. Until then the rules are run on no patient."
                    )),
                    Piece::Facts(vec![hash]),
                ],
            ),
            changed(app, before),
            Section::new(
                "What was signed before",
                vec![Piece::Facts(facts(app, before))],
            ),
        ],
    }
}

/// A signature: by whom, when, with what meaning, under what.
pub(crate) fn facts(app: &App, signature: &PackSignature) -> Vec<Fact> {
    let signed = &signature.signed;
    vec![
        Fact::plain("Signed by", format!("{}, {}", signed.name, signed.role)),
        Fact::plain("When", words::moment(signature.at, &app.clinic.zone())),
        Fact::plain("Meaning", signed.meaning.to_string()),
        Fact::plain("Version", signed.version.to_string()),
        Fact::plain("Hash of what was signed", signed.digest.to_string()),
    ]
}

fn changed(app: &App, before: &PackSignature) -> Section {
    let library = app.clinic.library();
    let all = rule_pack::differences(&before.signed, library);
    let mut pieces = vec![Piece::Table(Table {
        caption: "Rules that differ from what was signed".to_owned(),
        columns: ["Rule", "Title", "What happened", "Signed as", "Now"]
            .map(Column::words)
            .to_vec(),
        rows: all.iter().map(difference).collect(),
        when_empty: "No rule itself differs.".to_owned(),
    })];
    if rule_pack::shared_differs(&before.signed, library) {
        pieces.push(Piece::plain(
            "What the rules share differs too: a definition, a list of drugs, a setting, an input or a source. Any rule that uses it may answer otherwise.",
        ));
    }
    pieces.push(Piece::Said(vec![Phrase::link(
        compared::PATH,
        "Read old and new text side by side, and whom it would move",
    )]));
    Section::new("What changed since the signature", pieces)
}

fn difference(one: &Difference) -> Vec<Vec<Phrase>> {
    let (id, word) = match one.change {
        Change::Added => (Phrase::link(path(&one.rule), one.rule.clone()), "added"),
        Change::Edited => (
            Phrase::link(path(&one.rule), one.rule.clone()),
            "reads otherwise",
        ),
        Change::Removed => (Phrase::plain(one.rule.clone()), "removed"),
    };
    let version = |version: Option<u32>| match version {
        Some(version) => Phrase::sentence(format!("version {version}")),
        None => vec![Phrase::absent("not there")],
    };
    vec![
        vec![id],
        Phrase::sentence(one.title.clone()),
        Phrase::sentence(word),
        version(one.versions.0),
        version(one.versions.1),
    ]
}

/// When every open course was last assessed by these rules: that nobody did is said, never passed over.
fn assessed_again(app: &App) -> Result<Section, Denied> {
    let in_use = &app.clinic.library().pack_digest().0;
    let pieces = match reassess::last(&app.clinic)? {
        None => vec![Piece::Said(vec![Phrase::absent(
            "Not yet: every open course is assessed again at the first look once the rules are signed, and then each night.",
        )])],
        Some(look) => {
            let mut facts = vec![
                Fact::plain("When", words::moment(look.at, &app.clinic.zone())),
                Fact::plain("Courses assessed", look.n_assessed.to_string()),
                Fact::plain(
                    "Came out otherwise, each with an alert",
                    look.n_changed.to_string(),
                ),
                Fact::plain("Never assessed", look.n_never.to_string()),
                Fact::plain(
                    "Records that cannot be read whole",
                    look.n_unreadable.to_string(),
                ),
            ];
            if look.digest != *in_use {
                facts.push(Fact::plain(
                    "By which rules",
                    "Other rules than these; by these from the first look after they are signed",
                ));
            }
            vec![Piece::Facts(facts)]
        }
    };
    Ok(Section::new("All open courses, assessed again", pieces))
}

fn part(title: &str, rules: &[&Rule]) -> Option<Section> {
    if rules.is_empty() {
        return None;
    }
    let table = Table {
        caption: format!("{title}: rules"),
        columns: [
            "Rule",
            "Title",
            "Asked",
            "Class",
            "If an input is missing",
            "Evidence",
            "Review by",
        ]
        .map(Column::words)
        .to_vec(),
        rows: rules.iter().map(|rule| line(rule)).collect(),
        when_empty: String::new(),
    };
    Some(Section::new(
        format!("{title} ({})", rules.len()),
        vec![Piece::Table(table)],
    ))
}

fn line(rule: &Rule) -> Vec<Vec<Phrase>> {
    vec![
        vec![Phrase::link(path(&rule.id), rule.id.clone())],
        Phrase::sentence(rule.title.clone()),
        Phrase::sentence(asked(rule)),
        Phrase::sentence(rule.consequence.to_string()),
        Phrase::sentence(missing(rule)),
        Phrase::sentence(evidence(rule)),
        vec![Phrase::Time(rule.review_by.to_string())],
    ]
}

fn asked(rule: &Rule) -> String {
    let words: Vec<&str> = rule.stages.iter().map(|stage| stage.word()).collect();
    words.join(", ")
}

/// What a missing input does, in a few words.
fn missing(rule: &Rule) -> &'static str {
    match (rule.consequence, rule.missing) {
        (Consequence::Required, _) => "not met",
        (_, Missing::Block) => "blocks until answered",
        (_, Missing::Ask) => "listed; going on needs a reason",
        (_, Missing::Ignore) => "asked for, never in the way",
    }
}

fn evidence(rule: &Rule) -> String {
    marked(rule.mark)
}

/// What an evidence mark means, in a few words.
pub(crate) fn marked(mark: protocol::Mark) -> String {
    match mark {
        protocol::Mark::House => "H, clinic policy".to_owned(),
        protocol::Mark::Recalled => "K, to be verified at the source".to_owned(),
        protocol::Mark::Read => "R, read at the source".to_owned(),
    }
}
