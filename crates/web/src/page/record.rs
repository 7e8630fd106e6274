//! The record of one session, whole: on the screen and on paper, both from one model.

mod after;
mod before;
mod drug;
mod during;
mod trail;

use clinic::denied::Denied;
use pages::{Block, DocumentPage, Link, Paper, Phrase, document_page};
use record::chart::Stands;
use record::chart::session::Session;
use record::ids::SessionId;
use record::{Entry, Fact};

use super::disputed;
use super::patient::{Opened, header, may_read, open};
use super::session::session_of;
use crate::app::App;
use crate::ask::Ask;
use crate::reply::Reply;
use crate::words;

/// Everything the chapters are made from.
struct Record<'a> {
    app: &'a App,
    ask: &'a Ask,
    opened: &'a Opened,
    session: &'a Session,
}

/// The record on the screen.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = open(app, ask, "session record")?;
    let session = session(ask, &opened)?;
    let here = opened.path(&format!("/sessions/{}", session.id));
    let view = DocumentPage {
        paper: paper(app, ask, &opened, &session)?,
        window: "Session record".to_owned(),
        patient: Some(header(
            app,
            &opened,
            vec![Link::new(opened.path(""), "Chart")],
        )),
        acts: vec![
            Link::new(format!("{here}/record.pdf"), "Save as PDF"),
            Link::new(here, "Back to the session"),
        ],
    };
    let frame = words::frame(app, ask, Some(pages::Place::Patients));
    Ok(Reply::Page(document_page(&frame, &view)))
}

/// The record on paper.
pub(crate) fn print(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = open(app, ask, "session record, printed")?;
    let session = session(ask, &opened)?;
    let paper = paper(app, ask, &opened, &session)?;
    printed(&paper, &format!("session-{}-record.pdf", session.number))
}

/// A paper as a file to save.
pub(super) fn printed(paper: &Paper, name: &str) -> Result<Reply, Denied> {
    let bytes = paper::pdf(paper).map_err(|error| {
        tracing::error!(%error, "a paper could not be set");
        Denied::invalid(
            "paper",
            "The paper could not be made: print the page instead",
        )
    })?;
    Ok(Reply::File("application/pdf", name.to_owned(), bytes))
}

pub(super) fn session(ask: &Ask, opened: &Opened) -> Result<Session, Denied> {
    let id: SessionId = ask.name("session")?;
    let mut sessions = opened.chart().sessions().into_iter();
    sessions
        .find(|session| session.id == id)
        .ok_or(Denied::NotFound)
}

fn paper(app: &App, ask: &Ask, opened: &Opened, session: &Session) -> Result<Paper, Denied> {
    let record = Record {
        app,
        ask,
        opened,
        session,
    };
    let chapters = vec![
        before::who(&record),
        before::planned_and_given(&record),
        before::readiness(&record),
        before::time_out(&record),
        during::flowsheet(&record),
        during::readings(&record),
        during::cadence(&record),
        during::scores(&record),
        during::rules(&record),
        during::events(&record),
        during::medicines(&record),
        drug::drug(&record),
        after::leaving(&record),
        after::notes(&record),
        trail::corrections(&record),
        trail::everything(&record),
    ];
    headed(app, ask, opened, "Session record", session, chapters)
}

/// A paper about one session, with its heads and what vouches for it at its foot.
pub(super) fn headed(
    app: &App,
    ask: &Ask,
    opened: &Opened,
    title: &str,
    session: &Session,
    mut chapters: Vec<pages::Chapter>,
) -> Result<Paper, Denied> {
    chapters.extend(disputed::chapter(app, ask, opened, Some(session.id)));
    let of = format!("Session {}", session.number);
    paper_of(app, ask, opened, (title, &of), chapters)
}

/// A paper of one record, with its heads and what vouches for it at its foot.
pub(super) fn paper_of(
    app: &App,
    ask: &Ask,
    opened: &Opened,
    (title, of): (&str, &str),
    chapters: Vec<pages::Chapter>,
) -> Result<Paper, Denied> {
    let chart = opened.chart();
    let head = app.clinic.journal().head().map_err(|error| {
        tracing::error!(%error, "the head of the journal could not be read");
        Denied::invalid("paper", "The journal could not be read: try again")
    })?;
    let last = chart.entries().last();
    let by = ask.signed_in()?.actor.name.clone();
    Ok(Paper {
        title: title.to_owned(),
        of: of.to_owned(),
        name: chart.name(),
        record: words::record_number(words::record_number_of(chart)),
        chapters,
        foot: vec![
            format!(
                "Journal position {}, chain head {}",
                head.position.0, head.hash
            ),
            format!(
                "Last entry of this record: {} at position {}. Printed {} by {by}",
                last.map_or(0, |entry| entry.number.0),
                last.map_or(0, |entry| entry.position),
                words::moment(ask.now, &opened.zone),
            ),
        ],
    })
}

impl Record<'_> {
    fn time(&self, at: jiff::Timestamp) -> String {
        words::time(at, &self.opened.zone)
    }

    fn moment(&self, at: jiff::Timestamp) -> String {
        words::moment(at, &self.opened.zone)
    }

    /// The name and the role of who made an entry.
    fn by(&self, entry: &Entry) -> String {
        let name = super::timeline::author(self.app, entry);
        if entry.author.role == record::words::Role::System {
            return name;
        }
        format!("{name}, {}", entry.author.role)
    }

    /// Every entry of the session that whoever asks may read, as made, by the time it happened.
    fn entries(&self) -> Vec<&Entry> {
        let chart = self.opened.chart();
        let mut entries: Vec<&Entry> = chart
            .entries()
            .iter()
            .filter(|entry| may_read(self.ask, chart, entry))
            .filter(|entry| {
                let now = chart.now_says(entry).and_then(session_of);
                session_of(&entry.fact) == Some(self.session.id) || now == Some(self.session.id)
            })
            .collect();
        entries.sort_by_key(|entry| (entry.occurred_at, entry.number));
        entries
    }

    /// The entries of the session as they now stand; those entered in error are not among them.
    fn standing(&self) -> Vec<(&Entry, &Fact)> {
        let chart = self.opened.chart();
        self.entries()
            .into_iter()
            .filter_map(|entry| Some((entry, chart.now_says(entry)?)))
            .filter(|(_, fact)| session_of(fact) == Some(self.session.id))
            .collect()
    }

    /// Whether an entry was corrected, in words that point at its correction.
    fn corrected(&self, entry: &Entry) -> Option<String> {
        match self.opened.chart().stands(entry) {
            Stands::AsMade => None,
            Stands::Amended { by, .. } => Some(format!("corrected by entry {}", by.number)),
            Stands::InError { by, .. } => Some(format!("entered in error, entry {}", by.number)),
        }
    }
}

/// A paragraph that says what is not there.
fn absent(words: &str) -> Block {
    Block::Said(vec![Phrase::absent(words)])
}
