//! Words into lines.

use pages::Phrase;

use crate::face::Faces;
use crate::mark::{BLACK, Ink, Mark, QUIET, Shape, Sheets};

/// Words set one way.
#[derive(Debug, Clone)]
pub(crate) struct Span {
    pub(crate) text: String,
    pub(crate) is_bold: bool,
    pub(crate) is_struck: bool,
    pub(crate) ink: Ink,
}

impl Span {
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            is_bold: false,
            is_struck: false,
            ink: BLACK,
        }
    }

    pub(crate) fn bold(text: impl Into<String>) -> Self {
        Self {
            is_bold: true,
            ..Self::plain(text)
        }
    }

    pub(crate) fn quiet(text: impl Into<String>) -> Self {
        Self {
            ink: QUIET,
            ..Self::plain(text)
        }
    }

    fn like(&self, text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..self.clone()
        }
    }
}

/// Phrases as they are set: what is absent is quiet, what was corrected is struck through.
pub(crate) fn spans(phrases: &[Phrase]) -> Vec<Span> {
    phrases
        .iter()
        .map(|phrase| match phrase {
            Phrase::Plain(words)
            | Phrase::Instead(words)
            | Phrase::Time(words)
            | Phrase::Code(words) => Span::plain(words),
            Phrase::Strong(words) => Span::bold(words),
            Phrase::Quiet(words) | Phrase::Absent(words) => Span::quiet(words),
            Phrase::Struck(words) => Span {
                is_struck: true,
                ..Span::quiet(words)
            },
            Phrase::Link(link) => Span::plain(&link.text),
            Phrase::Mark(mark) => Span::bold(&mark.word),
        })
        .collect()
}

/// The width of spans at a size.
pub(crate) fn width(faces: &Faces, spans: &[Span], size: f32) -> f32 {
    spans
        .iter()
        .map(|span| faces.width(&span.text, span.is_bold) * size)
        .sum()
}

/// Spans cut where a line may end: after a space or a line feed.
pub(crate) fn atoms(spans: &[Span]) -> Vec<Vec<Span>> {
    let mut atoms: Vec<Vec<Span>> = Vec::new();
    let mut is_open = false;
    for span in spans {
        for piece in span.text.split_inclusive([' ', '\n']) {
            let piece_span = span.like(piece);
            match atoms.last_mut().filter(|_| is_open) {
                Some(atom) => atom.push(piece_span),
                None => atoms.push(vec![piece_span]),
            }
            is_open = !piece.ends_with([' ', '\n']);
        }
    }
    atoms
}

/// Words broken into lines of at most `room` points; a word longer than a line is cut.
pub(crate) fn lines(faces: &Faces, spans: &[Span], size: f32, room: f32) -> Vec<Vec<Span>> {
    let mut lines: Vec<Vec<Span>> = Vec::new();
    let mut line: Vec<Span> = Vec::new();
    let mut used = 0.0_f32;
    for atom in atoms(spans) {
        let trimmed: Vec<Span> = atom
            .iter()
            .map(|span| span.like(span.text.trim_end()))
            .collect();
        let inner = width(faces, &trimmed, size);
        if used + inner > room && !line.is_empty() {
            lines.push(std::mem::take(&mut line));
            used = 0.0;
        }
        let is_end = atom.last().is_some_and(|span| span.text.ends_with('\n'));
        if inner > room {
            for (rest, cut) in cut(faces, &atom, size, room) {
                if rest {
                    lines.push(vec![cut]);
                } else {
                    used += width(faces, std::slice::from_ref(&cut), size);
                    line.push(cut);
                }
            }
        } else {
            used += width(faces, &atom, size);
            line.extend(atom);
        }
        if is_end {
            lines.push(std::mem::take(&mut line));
            used = 0.0;
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// A word that is longer than a line, in pieces; `true` for a piece that fills its line.
fn cut(faces: &Faces, atom: &[Span], size: f32, room: f32) -> Vec<(bool, Span)> {
    let mut pieces = Vec::new();
    for span in atom {
        let mut text = String::new();
        let mut used = 0.0_f32;
        for letter in span.text.chars() {
            let wide = faces.width(letter.encode_utf8(&mut [0; 4]), span.is_bold) * size;
            if used + wide > room && !text.is_empty() {
                pieces.push((true, span.like(std::mem::take(&mut text))));
                used = 0.0;
            }
            text.push(letter);
            used += wide;
        }
        if !text.is_empty() {
            pieces.push((false, span.like(text)));
        }
    }
    pieces
}

/// Puts one line on the page, its words under `node`.
pub(crate) fn put_line(
    faces: &Faces,
    sheets: &mut Sheets,
    node: Option<usize>,
    line: &[Span],
    (mut x, y, size): (f32, f32, f32),
) {
    for span in line.iter().filter(|span| !span.text.is_empty()) {
        let leaf = node.map(|node| sheets.leaf(node));
        let wide = faces.width(&span.text, span.is_bold) * size;
        let text = Mark::Text {
            x,
            y,
            text: span.text.clone(),
            is_bold: span.is_bold,
            size,
            ink: span.ink,
        };
        sheets.put(leaf, text);
        if span.is_struck {
            let middle = y - size * 0.3;
            let shape = Shape {
                points: vec![(true, x, middle), (false, x + wide, middle)],
                stroke: Some((span.ink, 0.7, None)),
                ..Shape::default()
            };
            sheets.put(None, Mark::Shape(shape));
        }
        x += wide;
    }
}
