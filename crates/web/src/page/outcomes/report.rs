//! The report that may leave the clinic: on a screen and on paper from one model, and as it was signed.

use clinic::denied::Denied;
use clinic::outcome::ask::{Asked, Made, ask_at};
use clinic::outcome::signed::{self, Frozen, Kept};
use clinic::outcome::told;
use figures::DataTable;
use pages::{Block, Chapter, Column, DocumentPage, Figure, Link, Outcomes, Paper, Phrase};
use pages::{Piece, Section, Table, document_page};
use record::fact::house::ReportSigned;

use super::super::record::printed;
use super::{chosen, made, path, view};
use crate::app::App;
use crate::ask::Ask;
use crate::forms::is_offered;
use crate::reply::Reply;
use crate::words;

/// The report as the record stands now, signed by nobody.
pub(crate) fn show(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let made = made(app, ask, true)?;
    let mut acts = vec![Link::new(
        to("/outcomes/report.pdf", &made.asked),
        "Save as PDF",
    )];
    if !made.is_all_withheld && is_offered(ask, "sign-report", None) {
        acts.push(Link::new(
            to("/do/sign-report", &made.asked),
            "Freeze and sign",
        ));
    }
    acts.push(Link::new(
        path("/outcomes", &made.asked, &[]),
        "Back to the page",
    ));
    let paper = unsigned(app, ask, &made)?;
    Ok(drawn(app, ask, paper, acts))
}

/// The same on paper.
pub(crate) fn print(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let made = made(app, ask, true)?;
    printed(&unsigned(app, ask, &made)?, "outcomes-not-signed.pdf")
}

/// A report as it was signed.
pub(crate) fn show_signed(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let position: u64 = ask.name("position")?;
    let here = format!("/outcomes/signed/{position}");
    let paper = signed_paper(app, ask, position)?;
    let (pdf, other) = if is_again(ask) {
        let pdf = format!("{here}/report.pdf?figures=again");
        (pdf, Link::new(here.clone(), "As it was frozen"))
    } else {
        let to = format!("{here}?figures=again");
        let other = Link::new(to, "Compute it again, with its figures");
        (format!("{here}/report.pdf"), other)
    };
    let acts = vec![
        Link::new(pdf, "Save as PDF"),
        other,
        Link::new(
            format!("{here}/report.txt"),
            "Save the lines that were signed",
        ),
        Link::new("/outcomes", "Back to the outcomes"),
    ];
    Ok(drawn(app, ask, paper, acts))
}

/// The same on paper.
pub(crate) fn print_signed(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let position: u64 = ask.name("position")?;
    let paper = signed_paper(app, ask, position)?;
    printed(&paper, &format!("outcomes-signed-{position}.pdf"))
}

/// The lines that were signed: the SHA-256 of this file is the one under the signature.
pub(crate) fn lines_signed(app: &App, ask: &Ask) -> Result<Reply, Denied> {
    let position: u64 = ask.name("position")?;
    let found = signed::find(&app.clinic, &ask.signed_in()?.actor, position)?;
    let name = format!("outcomes-signed-{position}.txt");
    let text = lines_of(&found.signed).join("\n");
    Ok(Reply::File(
        "text/plain; charset=utf-8",
        name,
        text.into_bytes(),
    ))
}

/// A report as it would be signed: now, or as the record stood at the position it was shown at.
pub(crate) fn frozen(
    app: &App,
    ask: &Ask,
    asked: Asked,
    at: Option<(jiff::civil::Date, u64)>,
) -> Result<Frozen, Denied> {
    let actor = &ask.signed_in()?.actor;
    let (day, position) = match at {
        Some(at) => at,
        None => (
            app.clinic.zone_today(ask.now),
            app.clinic.board().position(),
        ),
    };
    let made = ask_at(&app.clinic, actor, asked, day, position)?;
    if made.is_all_withheld {
        return Err(Denied::invalid(
            clinic::act::confirm::FIELD,
            "All of this report is withheld, so there is nothing to sign: choose less narrowly",
        ));
    }
    Ok(Frozen {
        day,
        position,
        version: app.settings.version.to_owned(),
        kept: Kept::of(paper(app, ask, &made).set_lines()),
        asked: made.asked,
    })
}

/// The reports that were signed, for the Outcomes page.
pub(super) fn section(app: &App) -> Section {
    let zone = app.clinic.zone();
    let board = app.clinic.board();
    let rows = board.signed_reports.iter().rev().map(|one| {
        let signed = &one.signed;
        let all = signed.asked.iter();
        let asked: Vec<String> = all
            .map(|one| format!("{} {}", one.name, one.value))
            .collect();
        let what = if asked.is_empty() {
            "Everybody".to_owned()
        } else {
            asked.join(", ")
        };
        vec![
            vec![Phrase::link(
                format!("/outcomes/signed/{}", one.position),
                what,
            )],
            Phrase::sentence(format!("{}, {}", signed.name, signed.role)),
            vec![Phrase::Time(words::moment(one.at, &zone))],
            Phrase::sentence(position_words(signed.position)),
            Phrase::sentence(signed.digest.to_string()),
        ]
    });
    let table = Table {
        caption: "Reports that were frozen and signed".to_owned(),
        columns: [
            "Of whom",
            "Signed by",
            "When",
            "Computed from",
            "SHA-256 of what was shown",
        ]
        .map(Column::words)
        .to_vec(),
        rows: rows.collect(),
        when_empty: "No report has been signed.".to_owned(),
    };
    Section::new("Signed reports", vec![Piece::Table(table)])
}

fn position_words(position: u64) -> String {
    format!(
        "entry {}",
        words::count(usize::try_from(position).unwrap_or(0))
    )
}

fn to(base: &str, asked: &Asked) -> String {
    let more: &[(&str, &str)] = if asked.definitions {
        &[("definitions", "all")]
    } else {
        &[]
    };
    path(base, asked, more)
}

fn drawn(app: &App, ask: &Ask, paper: Paper, acts: Vec<Link>) -> Reply {
    let view = DocumentPage {
        paper,
        window: "Outcomes report".to_owned(),
        patient: None,
        acts,
    };
    let frame = words::frame(app, ask, Some(pages::Place::Outcomes));
    Reply::Page(document_page(&frame, &view))
}

fn unsigned(app: &App, ask: &Ask, made: &Made) -> Result<Paper, Denied> {
    let mut paper = paper(app, ask, made);
    let digest = signed::digest_of(&Kept::of(paper.set_lines()).lines);
    let head = app.clinic.journal().head();
    let head = head.map_err(|error| Denied::Read(error.into()))?;
    paper.foot = vec![
        format!(
            "Not signed. Printed {} by {}, Holdfast {}",
            words::moment(ask.now, &app.clinic.zone()),
            ask.signed_in()?.actor.name,
            app.settings.version,
        ),
        format!(
            "Computed from {}. Head of the record: {} at position {}",
            position_words(made.position),
            head.hash,
            head.position.0
        ),
        format!("SHA-256 of what is written above: {digest}"),
        format!(
            "SHA-256 of its numbers as `holdfast outcomes report --data DIR --format json` prints them: {}",
            clinic::digest::hexadecimal(&told::content(made))
        ),
    ];
    Ok(paper)
}

fn lines_of(signed: &ReportSigned) -> Vec<String> {
    signed.lines.iter().map(ToString::to_string).collect()
}

/// Whether a signed report is asked for as the record gives it at its position, figures and all.
fn is_again(ask: &Ask) -> bool {
    ask.query.get("figures") == Some("again")
}

/// The report as it was signed, from what was kept of it: no record is read. Computed again on request: with its
/// figures where the record still gives the same lines, and the lines alone where something was erased or a later
/// Holdfast says it otherwise.
fn signed_paper(app: &App, ask: &Ask, position: u64) -> Result<Paper, Denied> {
    let actor = &ask.signed_in()?.actor;
    let found = signed::find(&app.clinic, actor, position)?;
    let signed = &found.signed;
    let lines = lines_of(signed);
    let mut again = as_frozen(app, signed, &lines);
    if is_again(ask) {
        let made = ask_at(
            &app.clinic,
            actor,
            signed::asked_of(signed),
            signed.day,
            signed.position,
        )?;
        let computed = paper(app, ask, &made);
        if Kept::of(computed.set_lines()).lines == lines {
            again = computed;
        } else {
            let words = "The record no longer gives exactly these lines: something was erased since, or this version of \
                Holdfast says it otherwise. They stand as they were signed, without figures.";
            let said = Chapter::new(
                "Computed again, it is not the same",
                vec![Block::plain(words)],
            );
            again.chapters.insert(0, said);
        }
    }
    let hash = signed::digest_of(&lines);
    let is_whole = if hash == signed.digest.as_str() {
        "computed again, it is the same"
    } else {
        "the lines kept give another: they are not what was signed"
    };
    again.foot = vec![
        format!(
            "Signed by {}, {}, on {}: \u{201c}{}\u{201d}",
            signed.name,
            signed.role,
            words::moment(found.at, &app.clinic.zone()),
            signed.meaning
        ),
        format!(
            "SHA-256 of what was signed, by Holdfast {}: {}; {is_whole}",
            signed.version, signed.digest
        ),
        format!(
            "Head of the record then, position {}: {}; signed in {}",
            signed.head_position,
            signed.head,
            position_words(found.position)
        ),
    ];
    Ok(again)
}

/// What was frozen, set as it was.
fn as_frozen(app: &App, signed: &ReportSigned, lines: &[String]) -> Paper {
    let set = signed.set.as_ref();
    let again = set.and_then(|set| Paper::of_lines(set.as_str(), lines));
    let (title, chapters) = again.unwrap_or_else(|| {
        // Reports of the first version were kept without how they are set.
        let items = lines.iter().map(|line| Phrase::sentence(line.clone()));
        let block = Block::List(items.collect());
        let chapter = Chapter::new("As it was signed", vec![block]);
        ("Outcomes of the programme".to_owned(), vec![chapter])
    });
    Paper {
        title,
        of: position_words(signed.position),
        name: app.clinic.board().house.name.clone(),
        record: words::day(signed.day),
        chapters,
        foot: Vec::new(),
    }
}

/// The report as a document, from the view the Outcomes page is drawn from.
fn paper(app: &App, ask: &Ask, made: &Made) -> Paper {
    let view = view(app, ask, made);
    let mut chapters = vec![
        Chapter::new("Who was asked about", asked_about(made)),
        super::super::missing::chapter(&made.completeness),
        Chapter::new("Who is in it", figure(&view.way)),
        Chapter::new(view.whose.clone(), outcomes(&view)),
    ];
    for plot in &view.plots {
        let mut blocks = plot.figure.as_ref().map_or_else(Vec::new, figure);
        blocks.extend(plot.said.iter().cloned().map(Block::Said));
        chapters.push(Chapter::new(plot.title.clone(), blocks));
    }
    // Where no definitions were asked for there is only the way to them, which is none on paper.
    let n = if made.cohort.is_some() {
        view.sections.len()
    } else {
        1
    };
    chapters.extend(view.sections.iter().take(n).map(section_of));
    chapters.push(Chapter::new(
        "What exactly each line counts",
        estimands(&view),
    ));
    Paper {
        title: "Outcomes of the programme".to_owned(),
        of: position_words(made.position),
        name: app.clinic.board().house.name.clone(),
        record: words::day(made.today),
        chapters,
        foot: Vec::new(),
    }
}

fn asked_about(made: &Made) -> Vec<Block> {
    let words = format!(
        "Followed up to {}. Computed from {} of the record. Day 0 is the first dose; of a record taken in from a trial, the \
         day of randomisation. No group of ours was randomised, so nothing here says what the treatment did.",
        words::day(made.today),
        position_words(made.position),
    );
    vec![Block::Said(chosen(made)), Block::plain(words)]
}

fn figure(figure: &Figure) -> Vec<Block> {
    vec![
        Block::Figure(figure.clone()),
        Block::Table(values(&figure.drawing.table)),
    ]
}

fn values(table: &DataTable) -> Table {
    let column = |(head, is_number): &(String, bool)| {
        if *is_number {
            Column::numbers(head.clone())
        } else {
            Column::words(head.clone())
        }
    };
    Table {
        caption: table.caption.clone(),
        columns: table.columns.iter().map(column).collect(),
        rows: table
            .rows
            .iter()
            .map(|row| {
                row.iter()
                    .map(|cell| Phrase::sentence(cell.clone()))
                    .collect()
            })
            .collect(),
        when_empty: "Nothing to show".to_owned(),
    }
}

fn outcomes(view: &Outcomes) -> Vec<Block> {
    if view.rows.is_empty() {
        return vec![Block::plain(view.when_empty.clone())];
    }
    let rows = view.rows.iter().map(|row| {
        let bar = row.bar.as_ref();
        let known = bar.map_or_else(|| "withheld".to_owned(), |bar| bar.desc.clone());
        vec![
            row.sentence.clone(),
            Phrase::sentence(known),
            Phrase::sentence(row.share.clone()),
            Phrase::sentence(row.interval.clone()),
            Phrase::sentence(row.range.clone()),
        ]
    });
    let table = Table {
        caption: view.whose.clone(),
        columns: vec![
            Column::words("Outcome"),
            Column::words("Known and not known"),
            Column::numbers("Of those known"),
            Column::numbers("95 % interval"),
            Column::numbers("Worst to best case"),
        ],
        rows: rows.collect(),
        when_empty: view.when_empty.clone(),
    };
    let mut blocks = vec![Block::Table(table)];
    if !view.harm.is_empty() {
        blocks.push(Block::Said(view.harm.clone()));
    }
    blocks
}

fn estimands(view: &Outcomes) -> Vec<Block> {
    if view.rows.is_empty() {
        return vec![Block::Facts(view.estimand.clone())];
    }
    let rows = view.rows.iter();
    rows.flat_map(|row| {
        [
            Block::Said(row.sentence.clone()),
            Block::Facts(row.estimand.clone()),
        ]
    })
    .collect()
}

fn section_of(section: &Section) -> Chapter {
    let blocks = section.pieces.iter().filter_map(|piece| match piece {
        Piece::Said(words) => Some(Block::Said(words.clone())),
        Piece::List(items) => Some(Block::List(items.clone())),
        Piece::Facts(all) => Some(Block::Facts(all.clone())),
        Piece::Table(one) => Some(Block::Table(one.clone())),
        Piece::Figure(one) => Some(Block::Figure(one.clone())),
        Piece::Timeline(_)
        | Piece::Beside(_)
        | Piece::Form(_)
        | Piece::Refusal(_)
        | Piece::Rules(_)
        | Piece::Document(_)
        | Piece::Folded(..)
        | Piece::Offers(_)
        | Piece::Sum(_)
        | Piece::Within(..) => None,
    });
    Chapter::new(section.title.clone(), blocks.collect())
}
