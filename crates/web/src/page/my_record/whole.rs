//! Everything on one page, to read, print or keep as a PDF: every entry its owner may read, oldest first.

use clinic::denied::Denied;
use jiff::civil::Date;
use pages::{Block, Chapter, Link, Paper, Phrase, Piece, Section, Sheet, sheet};
use record::Entry;
use record::calendar::civil_day;
use record::chart::Stands;

use super::{back, open_own, reads};
use crate::app::App;
use crate::ask::Ask;
use crate::page::disputed;
use crate::page::patient::Opened;
use crate::page::record::printed;
use crate::page::sentence::sentence;
use crate::page::timeline::{author, has_line, more, text_of};
use crate::reply::Reply;
use crate::words;

/// The page.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = open_own(app, ask, "my record, whole")?;
    let view = view(app, ask, &opened);
    Ok(Reply::Page(sheet(&words::frame(app, ask, None), &view)))
}

/// The same on paper.
pub(crate) fn print(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let opened = open_own(app, ask, "my record, whole, as a PDF")?;
    let view = view(app, ask, &opened);
    let mut chapters: Vec<Chapter> = view.main.iter().map(chapter).collect();
    chapters.insert(
        0,
        Chapter::new("What this is", vec![Block::Said(view.said.clone())]),
    );
    let paper = Paper {
        title: "My record".to_owned(),
        of: format!("drawn {}", words::moment(ask.now, &opened.zone)),
        name: opened.chart().name(),
        record: format!(
            "{}, {}",
            app.clinic.board().house.name,
            words::record_number(words::record_number_of(opened.chart()))
        ),
        chapters,
        foot: vec![format!(
            "Saved {} by its owner, Holdfast {}",
            words::moment(ask.now, &opened.zone),
            app.settings.version,
        )],
    };
    printed(&paper, "my-record.pdf")
}

fn chapter(section: &Section) -> Chapter {
    let blocks = section.pieces.iter().filter_map(|piece| {
        if let Piece::List(lines) = piece {
            return Some(Block::List(lines.clone()));
        }
        if let Piece::Said(words) = piece {
            return Some(Block::Said(words.clone()));
        }
        None
    });
    Chapter::new(section.title.clone(), blocks.collect())
}

fn view(app: &App, ask: &Ask, opened: &Opened) -> Sheet {
    let chart = opened.chart();
    let mut entries: Vec<&Entry> = chart
        .entries()
        .iter()
        .filter(|entry| has_line(&entry.fact) && reads(ask, chart, entry))
        .collect();
    entries.sort_by_key(|entry| (entry.occurred_at, entry.number));
    let mut view = Sheet::new("My record, whole", "My record");
    view.said = Phrase::sentence(format!(
        "{}: {}, oldest first, drawn {}. Notes of counselling sessions are kept apart and are not here.",
        chart.name(),
        words::of(entries.len(), "entry", "entries"),
        words::moment(ask.now, &opened.zone)
    ));
    view.acts = vec![
        back(opened),
        Link::new(opened.path("/my-record/whole.pdf"), "Save as PDF"),
    ];
    let mut month: Option<Date> = None;
    for entry in entries {
        let of = civil_day(entry.occurred_at.0, &opened.zone).first_of_month();
        if month != Some(of) {
            month = Some(of);
            let title = words::day_plain(of);
            let title = title.split_once(' ').map_or("", |(_, rest)| rest);
            view.main
                .push(Section::new(title, vec![Piece::List(Vec::new())]));
        }
        let line = line(app, opened, entry);
        let section = view.main.last_mut();
        if let Some(Piece::List(lines)) = section.and_then(|section| section.pieces.last_mut()) {
            lines.push(line);
        }
    }
    view.main.extend(disputed::section(app, ask, opened));
    if view.main.is_empty() {
        let none = "Nothing is written in your record yet.";
        view.main = vec![Section::new("Entries", vec![Piece::plain(none)])];
    }
    view
}

fn line(app: &App, opened: &Opened, entry: &Entry) -> Vec<Phrase> {
    let (head, rest) = sentence(app, &entry.fact);
    let mut line = vec![
        Phrase::Time(words::moment_short(entry.occurred_at.0, &opened.zone)),
        Phrase::plain(" "),
        Phrase::Strong(head),
    ];
    let struck = |pieces: Vec<Phrase>| {
        let texts = pieces
            .into_iter()
            .map(|piece| Phrase::Struck(text_of(piece)));
        texts.collect::<Vec<_>>()
    };
    let mut detail = more(app, &entry.fact);
    match opened.chart().stands(entry) {
        Stands::AsMade => line.extend(rest),
        Stands::Amended { by, reason, now } => {
            line.extend(struck(rest));
            let (_, instead) = sentence(app, now);
            let instead: String = instead.into_iter().map(text_of).collect();
            line.push(Phrase::Instead(instead));
            line.push(Phrase::plain(format!(
                ", corrected {} by {}: {reason}",
                words::moment_short(by.recorded_at.0, &opened.zone),
                author(app, by)
            )));
            detail = more(app, now);
        }
        Stands::InError { by, reason } => {
            line.extend(struck(rest));
            line.push(Phrase::plain(format!(
                ", entered in error, marked {} by {}: {reason}",
                words::moment_short(by.recorded_at.0, &opened.zone),
                author(app, by)
            )));
        }
    }
    for one in detail {
        let colon = if one.name.ends_with(['?', '.']) {
            ""
        } else {
            ":"
        };
        line.push(Phrase::plain(format!("; {}{colon} ", one.name)));
        line.extend(one.said);
    }
    let said: String = line.iter().cloned().map(text_of).collect();
    let stop = if said.ends_with('.') { "" } else { "." };
    line.push(Phrase::Quiet(format!("{stop} By {}.", author(app, entry))));
    line
}
