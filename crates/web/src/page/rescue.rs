//! The rescue templates as the medical director reads and signs them, and as the rooms may use them.

use clinic::act::rescue::standing;
use clinic::act::rule_pack::Standing;
use clinic::authority::{Act, may};
use clinic::board::house::PackSignature;
use clinic::denied::Denied;
use pages::{Column, Fact, Link, Phrase, Piece, Section, Sheet, Table, sheet};
use protocol::rescue::{By, Template};

use super::rules;
use crate::app::App;
use crate::ask::Ask;
use crate::forms::is_offered;
use crate::reply::Reply;
use crate::words;

/// Where they are read.
pub(crate) const PATH: &str = "/rescue";

/// Every template, with the signature under them all.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    may(&ask.signed_in()?.actor, Act::ReadRules, None)?;
    let rescue = app.clinic.library().rescue();
    let standing = standing(&app.clinic);
    let mut view = Sheet::new(rescue.title.clone(), "Rescue");
    view.said = Phrase::sentence(
        "Each stands in the room on the alert of the rules it names, and on no other. Nothing here acts \
         by itself: a person gives it and charts it, under their own name. ",
    );
    view.said
        .push(Phrase::link("/rules", "The rules whose alerts they are"));
    view.mark = Some(rules::mark(&standing));
    if !matches!(standing, Standing::Signed(_)) && is_offered(ask, "sign-rescue", None) {
        view.acts = vec![Link::new("/do/sign-rescue", "Sign these templates")];
    }
    view.main = signature(app, &standing);
    view.main.push(Section::new(
        format!("Templates ({})", rescue.templates.len()),
        vec![Piece::Table(Table {
            caption: "Rescue and intervention templates".to_owned(),
            columns: [
                "Template",
                "What is given or done",
                "When",
                "Not with",
                "On the alert of",
                "By whom",
                "Evidence",
                "Sources",
            ]
            .map(Column::words)
            .to_vec(),
            rows: rescue.templates.iter().map(|one| line(app, one)).collect(),
            when_empty: "There is no template.".to_owned(),
        })],
    ));
    Ok(Reply::Page(sheet(&words::frame(app, ask, None), &view)))
}

/// What was signed, by whom, and what stands in the way where nothing is.
pub(crate) fn signature(app: &App, standing: &Standing) -> Vec<Section> {
    let hash = Fact::plain(
        "Hash of these templates",
        app.clinic.library().rescue().digest().0,
    );
    let pieces = match standing {
        Standing::Unsigned => vec![
            Piece::plain(
                "Nobody has signed these templates. They can be read here, and no room offers any of them \
                 until the medical director signs them.",
            ),
            Piece::Facts(vec![hash]),
        ],
        Standing::Signed(signed) => vec![Piece::Facts(rules::facts(app, signed))],
        Standing::Changed { before, why } => vec![
            Piece::plain(format!(
                "Changed since {}. {why}. Until then no room offers any of them.",
                signed_by(app, before)
            )),
            Piece::Facts(vec![hash]),
            Piece::Facts(rules::facts(app, before)),
        ],
    };
    vec![Section::new("Signature", pieces)]
}

fn line(app: &App, one: &Template) -> Vec<Vec<Phrase>> {
    let rules = one.rules.iter().enumerate().flat_map(|(place, rule)| {
        let comma = (place > 0).then(|| Phrase::plain(", "));
        comma
            .into_iter()
            .chain([Phrase::link(rules::path(rule), rule.clone())])
    });
    let evidence = [Some(rules::marked(one.mark())), one.note.clone()];
    let evidence: Vec<String> = evidence.into_iter().flatten().collect();
    vec![
        Phrase::sentence(format!("{}, version {}", one.title, one.version)),
        Phrase::sentence(one.dose.clone()),
        Phrase::sentence(one.when.clone()),
        match one.not_with() {
            Some(what) => Phrase::sentence(what),
            None => vec![Phrase::absent("nothing named")],
        },
        rules.collect(),
        Phrase::sentence(by(one.by)),
        Phrase::sentence(evidence.join(". ")),
        sources(app, one),
    ]
}

/// Where a template comes from: the sources of the rules, each with its number.
fn sources(app: &App, one: &Template) -> Vec<Phrase> {
    let named = rules::cited(app.clinic.library().pack(), &one.sources);
    let mut all: Vec<Phrase> = Vec::new();
    for one in named {
        if !all.is_empty() {
            all.push(Phrase::plain("; "));
        }
        all.extend(one);
    }
    all
}

/// "version 1 was signed by Ada Lindqvist, medical director, on 3 Feb 2027 at 14:10".
pub(crate) fn signed_by(app: &App, before: &PackSignature) -> String {
    let signed = &before.signed;
    format!(
        "version {} was signed by {}, {}, on {}",
        signed.version,
        signed.name,
        signed.role,
        words::moment(before.at, &app.clinic.zone())
    )
}

/// Who may use a template.
pub(crate) const fn by(by: By) -> &'static str {
    match by {
        By::Nurse => "nurse or prescriber",
        By::Prescriber => "prescriber",
    }
}
