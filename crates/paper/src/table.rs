//! Tables: columns as wide as they need, a head on every page, rows that do not break where they can help it.

use krilla::tagging::{TableHeaderScope, Tag};
use pages::Table;

use crate::face::Faces;
use crate::mark::{FAINT, LEFT, RIGHT, RULE, Sheets, TOP};
use crate::words::{Span, atoms, lines, put_line, spans, width};

const SIZE: f32 = 9.0;
const LINE: f32 = 12.0;
const PAD: f32 = 3.5;
const GAP: f32 = 12.0;

/// A table cut into lines.
struct Cut {
    rooms: Vec<f32>,
    is_number: Vec<bool>,
    head: Vec<Vec<Vec<Span>>>,
    rows: Vec<Vec<Vec<Vec<Span>>>>,
}

/// Sets a table that has rows.
pub(crate) fn set(faces: &Faces, sheets: &mut Sheets, under: usize, table: &Table) {
    let cut = cut(faces, table);
    let head_height = height(&cut.head);
    let first = cut.rows.first().map_or(0.0, |row| height(row));
    sheets.make_room(LINE + head_height + first + 8.0);
    let node = sheets.node(under, Tag::Table);
    let caption = sheets.node(node, Tag::Caption);
    sheets.y += LINE;
    let (y, size) = (sheets.y - 3.0, SIZE);
    let words = [Span::quiet(table.caption.clone())];
    put_line(faces, sheets, Some(caption), &words, (LEFT, y, size));
    let head = sheets.node(node, Tag::THead);
    head_row(faces, sheets, &cut, Some(head));
    let body = sheets.node(node, Tag::TBody);
    for row in &cut.rows {
        let high = height(row);
        if sheets.y + high > sheets.bottom && high < sheets.bottom - TOP - head_height {
            sheets.turn();
            head_row(faces, sheets, &cut, None);
        }
        body_row(faces, sheets, &cut, (body, row));
    }
    sheets.y += 8.0;
}

fn height(row: &[Vec<Vec<Span>>]) -> f32 {
    let n = row.iter().map(Vec::len).max().unwrap_or(1).max(1);
    LINE * f32::from(u16::try_from(n).unwrap_or(u16::MAX)) + 2.0 * PAD
}

/// The head; on the pages after the first it is an artifact, so that it is read once.
fn head_row(faces: &Faces, sheets: &mut Sheets, cut: &Cut, under: Option<usize>) {
    let row = under.map(|head| sheets.node(head, Tag::TR));
    let cells: Vec<Option<usize>> = cut
        .head
        .iter()
        .map(|_| row.map(|row| sheets.node(row, Tag::TH(TableHeaderScope::Column))))
        .collect();
    put_cells(faces, sheets, cut, &cut.head, &cells);
    let y = sheets.y;
    sheets.rule(y, RULE);
}

fn body_row(
    faces: &Faces,
    sheets: &mut Sheets,
    cut: &Cut,
    (body, row): (usize, &[Vec<Vec<Span>>]),
) {
    let node = sheets.node(body, Tag::TR);
    let cells: Vec<Option<usize>> = row
        .iter()
        .enumerate()
        .map(|(place, _)| {
            Some(if place == 0 {
                sheets.node(node, Tag::TH(TableHeaderScope::Row))
            } else {
                sheets.node(node, Tag::TD)
            })
        })
        .collect();
    put_cells(faces, sheets, cut, row, &cells);
    let y = sheets.y;
    sheets.rule(y, FAINT);
}

/// Puts the lines of cells beside one another; a row that is taller than a page goes on over the next.
fn put_cells(
    faces: &Faces,
    sheets: &mut Sheets,
    cut: &Cut,
    row: &[Vec<Vec<Span>>],
    cells: &[Option<usize>],
) {
    sheets.y += PAD;
    let n = row.iter().map(Vec::len).max().unwrap_or(1).max(1);
    for place in 0..n {
        sheets.make_room(LINE);
        sheets.y += LINE;
        let y = sheets.y - 3.0;
        let mut x = LEFT;
        let columns = cut.rooms.iter().zip(&cut.is_number);
        for (((room, is_number), cell), node) in columns.zip(row).zip(cells) {
            if let Some(line) = cell.get(place) {
                let at = if *is_number {
                    x + (room - trimmed_width(faces, line)).max(0.0)
                } else {
                    x
                };
                put_line(faces, sheets, *node, line, (at, y, SIZE));
            }
            x += room + GAP;
        }
    }
    sheets.y += PAD;
}

fn trimmed_width(faces: &Faces, line: &[Span]) -> f32 {
    let whole = width(faces, line, SIZE);
    let last = line.last().filter(|span| span.text.ends_with(' '));
    whole - last.map_or(0.0, |span| faces.width(" ", span.is_bold) * SIZE)
}

fn cut(faces: &Faces, table: &Table) -> Cut {
    let head: Vec<Vec<Span>> = table
        .columns
        .iter()
        .map(|column| vec![Span::bold(column.head.clone())])
        .collect();
    let rows: Vec<Vec<Vec<Span>>> = table
        .rows
        .iter()
        .map(|row| row.iter().map(|cell| never_empty(spans(cell))).collect())
        .collect();
    let rooms = rooms(faces, &head, &rows);
    let into_lines = |cells: &[Vec<Span>]| {
        cells
            .iter()
            .zip(&rooms)
            .map(|(cell, room)| lines(faces, cell, SIZE, *room + 0.01))
            .collect::<Vec<_>>()
    };
    Cut {
        head: into_lines(&head),
        rows: rows.iter().map(|row| into_lines(row)).collect(),
        is_number: table
            .columns
            .iter()
            .map(|column| column.is_number)
            .collect(),
        rooms: rooms.clone(),
    }
}

/// A cell with nothing in it would be no cell of the tree, and the row would have too few.
fn never_empty(cell: Vec<Span>) -> Vec<Span> {
    if cell.iter().all(|span| span.text.is_empty()) {
        vec![Span::plain(" ")]
    } else {
        cell
    }
}

/// How wide each column is: as it needs, or, where that is too much, its longest word and a share of the rest.
fn rooms(faces: &Faces, head: &[Vec<Span>], rows: &[Vec<Vec<Span>>]) -> Vec<f32> {
    let mut least = Vec::new();
    let mut most = Vec::new();
    for (place, cell) in head.iter().enumerate() {
        let column = rows.iter().filter_map(|row| row.get(place));
        let all: Vec<&Vec<Span>> = column.chain(std::iter::once(cell)).collect();
        let whole = all.iter().map(|cell| width(faces, cell, SIZE));
        let word = all.iter().flat_map(|cell| {
            atoms(cell)
                .into_iter()
                .map(|atom| trimmed_width(faces, &atom))
        });
        least.push(word.fold(0.0_f32, f32::max));
        most.push(whole.fold(0.0_f32, f32::max));
    }
    let n = f32::from(u16::try_from(head.len().saturating_sub(1)).unwrap_or(0));
    let room = RIGHT - LEFT - GAP * n;
    let (sum_least, sum_most): (f32, f32) = (least.iter().sum(), most.iter().sum());
    if sum_most <= room {
        return most;
    }
    if sum_least >= room {
        return least.iter().map(|one| one * room / sum_least).collect();
    }
    let share = (room - sum_least) / (sum_most - sum_least).max(0.01);
    let both = least.iter().zip(&most);
    both.map(|(least, most)| least + (most - least) * share)
        .collect()
}
