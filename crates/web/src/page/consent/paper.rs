//! A consent as it was signed, on the screen and on paper, both from one model.

use clinic::authority::{Act, may};
use clinic::consent_text::parts_of;
use clinic::denied::Denied;
use pages::{Block, Chapter, DocumentPage, Fact as Shown, Link, Paper, document_page};
use record::Entry;
use record::fact::decision::{ConsentSigned, ConsentWithdrawn};
use record::ids::ConsentId;

use super::{chart_link, frame, title_of};
use crate::app::App;
use crate::ask::Ask;
use crate::page::patient::{Opened, header, open};
use crate::page::record::{paper_of, printed};
use crate::page::timeline;
use crate::reply::Reply;
use crate::words;

/// The consent on the screen.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = open(app, ask, "consent")?;
    let consent: ConsentId = ask.name("consent")?;
    let here = opened.path(&format!("/consents/signed/{consent}"));
    let mut acts = vec![Link::new(format!("{here}/consent.pdf"), "Save as PDF")];
    let actor = &ask.signed_in()?.actor;
    let is_held = gone(&opened, consent).is_none();
    if is_held && may(actor, Act::Consent, Some(opened.known.patient)).is_ok() {
        let to = format!("{}?consent={consent}", opened.form("withdraw-consent"));
        acts.push(Link::new(to, "Withdraw this consent"));
    }
    let back = Link::new(opened.path("/consents"), "Consents");
    let view = DocumentPage {
        paper: paper(app, ask, &opened, consent)?,
        window: "Consent".to_owned(),
        patient: Some(header(app, &opened, vec![chart_link(&opened), back])),
        acts,
    };
    let mut page = frame(app, ask);
    page.notice = page.notice.or_else(|| {
        (ask.query.get("done") == Some("sign-consent")).then(|| "The consent is signed.".to_owned())
    });
    Ok(Reply::Page(document_page(&page, &view)))
}

/// The consent on paper.
pub(crate) fn print(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = open(app, ask, "consent, printed")?;
    let consent: ConsentId = ask.name("consent")?;
    printed(&paper(app, ask, &opened, consent)?, "consent.pdf")
}

fn gone(opened: &Opened, consent: ConsentId) -> Option<(&Entry, &ConsentWithdrawn)> {
    let mut all = opened.chart().all::<ConsentWithdrawn>();
    all.find(|(_, gone)| gone.consent == consent)
}

fn paper(app: &App, ask: &Ask, opened: &Opened, consent: ConsentId) -> Result<Paper, Denied> {
    let mut all = opened.chart().all::<ConsentSigned>();
    let (entry, one) = all
        .find(|(_, one)| one.consent == consent)
        .ok_or(Denied::NotFound)?;
    let mut chapters = as_shown(one);
    chapters.push(signature(app, opened, (entry, one)));
    let title = title_of(app, one);
    paper_of(app, ask, opened, (&title, "Consent"), chapters)
}

/// Every word that was shown and is covered by the hash: title, version, headings and paragraphs.
fn as_shown(one: &ConsentSigned) -> Vec<Chapter> {
    let Some(shown) = &one.shown else {
        let words = "The words of this version are not kept with the record; its hash is.";
        return vec![Chapter::new("As it was shown", vec![Block::plain(words)])];
    };
    let taken = parts_of(shown.as_str());
    let first = vec![Block::plain(taken.title), Block::plain(taken.version)];
    let mut chapters = vec![Chapter::new("As it was shown", first)];
    for (heading, paragraphs) in taken.parts {
        let blocks = paragraphs.into_iter().map(Block::plain).collect();
        match chapters.last_mut() {
            Some(last) if heading.is_empty() => last.blocks.extend::<Vec<Block>>(blocks),
            Some(_) | None => chapters.push(Chapter::new(heading, blocks)),
        }
    }
    chapters
}

fn signature(app: &App, opened: &Opened, (entry, one): (&Entry, &ConsentSigned)) -> Chapter {
    let mut facts = vec![
        Shown::plain("Signed by", one.signed_name.as_str()),
        Shown::plain("Meaning", one.meaning.as_str()),
        Shown::plain("When", words::moment(entry.occurred_at.0, &opened.zone)),
    ];
    if let Some(capacity) = &one.on_behalf_as {
        facts.push(Shown::plain("For the patient, as", capacity.as_str()));
    }
    if let Some(proof) = one.proved_by {
        facts.push(Shown::plain("Proved by", proof.label()));
        facts.push(Shown::plain("Recorded by", timeline::author(app, entry)));
    }
    facts.push(Shown::plain(
        "Holds",
        one.expires.map_or_else(
            || "until it is withdrawn".to_owned(),
            |last| format!("until {}", words::day_plain(last)),
        ),
    ));
    if let Some((gone, withdrawn)) = gone(opened, one.consent) {
        let said = withdrawn
            .reason
            .as_ref()
            .map_or_else(String::new, |reason| format!(": {reason}"));
        let at = words::moment(gone.occurred_at.0, &opened.zone);
        facts.push(Shown::plain("Withdrawn", format!("{at}{said}")));
    }
    facts.push(Shown::plain("What is signed", one.text_hash.as_str()));
    let covers = "The last line is the SHA-256 of the text as it was shown, from its title to its last word.";
    Chapter::new("Signature", vec![Block::Facts(facts), Block::plain(covers)])
}
