//! Blocks onto pages.

use std::num::NonZeroU16;

use krilla::geom::Rect;
use krilla::tagging::{BBox, ListNumbering, Tag};
use pages::{Block, Fact, Figure, Paper};

use crate::drawing;
use crate::face::Faces;
use crate::mark::{FOOT_LINE, LEFT, RIGHT, RULE, Sheets};
use crate::table;
use crate::words::{Span, lines, put_line, spans, width};

const BODY: f32 = 10.0;
const LINE: f32 = 14.0;
const NAMES: f32 = 130.0;
const FOOT_SIZE: f32 = 7.5;

/// Sets a whole document.
pub(crate) fn set(faces: &Faces, paper: &Paper) -> Sheets {
    let foot = foot(faces, paper);
    let mut sheets = Sheets::new(Tag::Part, foot.len());
    let title = sheets.node(0, Tag::Hn(NonZeroU16::MIN, Some(paper.title.clone())));
    sheets.y += 16.0;
    let (y, words) = (sheets.y, [Span::bold(paper.title.clone())]);
    put_line(faces, &mut sheets, Some(title), &words, (LEFT, y, 18.0));
    sheets.y += 4.0;
    for chapter in &paper.chapters {
        let section = sheets.node(0, Tag::Section);
        // A heading never stands alone at the foot of a page.
        sheets.make_room(104.0);
        sheets.y += 26.0;
        let level = NonZeroU16::MIN.saturating_add(1);
        let head = sheets.node(section, Tag::Hn(level, Some(chapter.title.clone())));
        let (page, y) = (sheets.pages.len().saturating_sub(1), sheets.y);
        sheets
            .heads
            .push((chapter.title.clone(), page, (y - 16.0).max(0.0)));
        let words = [Span::bold(chapter.title.clone())];
        put_line(faces, &mut sheets, Some(head), &words, (LEFT, y, 13.0));
        sheets.y += 8.0;
        for block in &chapter.blocks {
            set_block(faces, &mut sheets, section, block);
        }
    }
    heads_and_feet(faces, &mut sheets, paper, &foot);
    sheets
}

fn set_block(faces: &Faces, sheets: &mut Sheets, section: usize, block: &Block) {
    match block {
        Block::Said(phrases) => {
            let node = sheets.node(section, Tag::P);
            paragraph(faces, sheets, node, &spans(phrases), LEFT);
            sheets.y += 4.0;
        }
        Block::List(items) => list(faces, sheets, section, items),
        Block::Facts(all) => facts(faces, sheets, section, all),
        Block::Table(one) if one.rows.is_empty() => {
            let node = sheets.node(section, Tag::P);
            let words = [Span::quiet(one.when_empty.clone())];
            paragraph(faces, sheets, node, &words, LEFT);
            sheets.y += 4.0;
        }
        Block::Table(one) => table::set(faces, sheets, section, one),
        Block::Figure(one) => figure(faces, sheets, section, one),
    }
}

fn paragraph(faces: &Faces, sheets: &mut Sheets, node: usize, words: &[Span], left: f32) {
    for line in lines(faces, words, BODY, RIGHT - left) {
        sheets.make_room(LINE);
        sheets.y += LINE;
        let y = sheets.y - 3.0;
        put_line(faces, sheets, Some(node), &line, (left, y, BODY));
    }
}

fn list(faces: &Faces, sheets: &mut Sheets, section: usize, items: &[Vec<pages::Phrase>]) {
    let node = sheets.node(section, Tag::L(ListNumbering::Disc));
    for item in items {
        sheets.make_room(LINE);
        let place = sheets.node(node, Tag::LI);
        let label = sheets.node(place, Tag::Lbl);
        let y = sheets.y + LINE - 3.0;
        let dot = [Span::quiet("\u{2022}")];
        put_line(faces, sheets, Some(label), &dot, (LEFT, y, BODY));
        let body = sheets.node(place, Tag::LBody);
        paragraph(faces, sheets, body, &spans(item), LEFT + 12.0);
        sheets.y += 2.0;
    }
    sheets.y += 4.0;
}

/// Names at the left, what is known at the right: a list whose labels are the names.
fn facts(faces: &Faces, sheets: &mut Sheets, section: usize, all: &[Fact]) {
    let node = sheets.node(section, Tag::L(ListNumbering::None));
    for fact in all {
        sheets.make_room(LINE);
        let place = sheets.node(node, Tag::LI);
        let label = sheets.node(place, Tag::Lbl);
        let name = [Span::quiet(fact.name.clone())];
        let top = sheets.y;
        let mut names_end = top;
        for line in lines(faces, &name, BODY, NAMES - 10.0) {
            names_end += LINE;
            let y = names_end - 3.0;
            put_line(faces, sheets, Some(label), &line, (LEFT, y, BODY));
        }
        let body = sheets.node(place, Tag::LBody);
        let page = sheets.pages.len();
        paragraph(faces, sheets, body, &spans(&fact.said), LEFT + NAMES);
        if sheets.pages.len() == page {
            sheets.y = sheets.y.max(names_end);
        }
    }
    sheets.y += 4.0;
}

fn figure(faces: &Faces, sheets: &mut Sheets, section: usize, one: &Figure) {
    let drawn = drawing::read(&one.drawing.svg);
    let scale = ((RIGHT - LEFT) / drawn.width.max(1.0)).min(1.0);
    let high = drawn.height * scale;
    sheets.make_room(high + 2.0 * LINE);
    sheets.y += 6.0;
    let top = sheets.y;
    let page = sheets.pages.len().saturating_sub(1);
    let words = format!("{}. {}", one.drawing.title, one.drawing.desc);
    let around = Rect::from_ltrb(LEFT, top, LEFT + drawn.width * scale, top + high);
    let tag = Tag::Figure(Some(words)).with_bbox(around.map(|rect| BBox::new(page, rect)));
    let node = sheets.node(section, tag);
    let leaf = sheets.leaf(node);
    for mark in drawing::placed(faces, &drawn, (LEFT, top, scale)) {
        sheets.put(Some(leaf), mark);
    }
    sheets.y += high + 2.0;
    let caption = sheets.node(node, Tag::Caption);
    paragraph(faces, sheets, caption, &spans(&one.caption), LEFT);
    sheets.y += 8.0;
}

/// What stands on every page: whose it is, which page of how many, and what vouches for it.
fn heads_and_feet(faces: &Faces, sheets: &mut Sheets, paper: &Paper, foot: &[Vec<Span>]) {
    let n = sheets.pages.len();
    let pages = std::mem::take(&mut sheets.pages);
    for (place, page) in (1_usize..).zip(pages) {
        sheets.pages.push(page);
        let left = [
            Span::bold(paper.name.clone()),
            Span::plain(format!("   {}", paper.record)),
        ];
        put_line(faces, sheets, None, &left, (LEFT, 48.0, 9.5));
        let said = format!("{}   Page {place} of {n}", paper.of);
        let right = [Span::plain(said)];
        let x = RIGHT - width(faces, &right, 9.5);
        put_line(faces, sheets, None, &right, (x, 48.0, 9.5));
        sheets.rule(56.0, RULE);
        sheets.rule(sheets.bottom + 12.0, RULE);
        // On the last page the foot is read aloud too: it is part of what the document says.
        if place < n {
            put_foot(faces, sheets, None, foot);
        }
    }
    let node = sheets.node(0, Tag::P);
    put_foot(faces, sheets, Some(node), foot);
}

/// The foot in lines that fit the page: a long line goes on in the next one, and the foot begins as much
/// higher.
fn foot(faces: &Faces, paper: &Paper) -> Vec<Vec<Span>> {
    paper
        .foot
        .iter()
        .flat_map(|line| {
            let words = [Span::quiet(format!("{line} "))];
            lines(faces, &words, FOOT_SIZE, RIGHT - LEFT)
        })
        .collect()
}

fn put_foot(faces: &Faces, sheets: &mut Sheets, node: Option<usize>, foot: &[Vec<Span>]) {
    let mut y = sheets.bottom + 23.0;
    for line in foot {
        put_line(faces, sheets, node, line, (LEFT, y, FOOT_SIZE));
        y += FOOT_LINE;
    }
}
