//! Our own drawings onto paper: the few elements that the figures are made of, and no others.

use crate::face::Faces;
use crate::mark::{BLACK, FAINT, Ink, Mark, QUIET, RULE, Shape};

const ACCENT: Ink = (0x0b, 0x5d, 0x66);
const WATCH: Ink = (0x8a, 0x52, 0x00);
const ACT: Ink = (0xb3, 0x26, 0x1e);
const CONTROL: Ink = (0x6d, 0x7f, 0x85);
const PULSE: Ink = (0x2f, 0x6f, 0x9f);
const SATURATION: Ink = (0x2a, 0x8f, 0x87);
const SHADE: Ink = (0xed, 0xf2, 0xf2);
const WHITE: Ink = (0xff, 0xff, 0xff);

/// A drawing that was read.
#[derive(Debug, Default)]
pub(crate) struct Drawn {
    pub(crate) width: f32,
    pub(crate) height: f32,
    elements: Vec<Element>,
}

#[derive(Debug)]
enum Element {
    Shape(Shape),
    Text {
        x: f32,
        y: f32,
        /// 0 begins at the point, 0.5 is centred on it, 1 ends there.
        hang: f32,
        words: String,
        look: TextLook,
    },
}

#[derive(Debug, Clone, Copy)]
struct TextLook {
    ink: Ink,
    is_bold: bool,
    size: f32,
}

/// Reads a drawing of the figures crate.
pub(crate) fn read(svg: &str) -> Drawn {
    let mut drawn = Drawn::default();
    let mut rest = svg;
    let mut inside: Option<(String, String)> = None;
    while let Some(open) = rest.find('<') {
        let (before, after) = rest.split_at(open);
        if let Some((_, words)) = &mut inside {
            words.push_str(before);
        }
        let end = after.find('>').map_or(after.len(), |end| end + 1);
        let (tag, next) = after.split_at(end);
        rest = next;
        if tag.starts_with("</text") {
            if let Some((tag, words)) = inside.take() {
                drawn.elements.push(text(&tag, &words));
            }
        } else if tag.starts_with("<text") {
            inside = Some((tag.to_owned(), String::new()));
        } else if tag.starts_with("<svg") {
            drawn.width = number(tag, "width");
            drawn.height = number(tag, "height");
        } else if let Some(shape) = shape(tag) {
            drawn.elements.push(Element::Shape(shape));
        }
    }
    drawn
}

/// A drawing as marks at a place and a scale.
pub(crate) fn placed(
    faces: &Faces,
    drawn: &Drawn,
    (left, top, scale): (f32, f32, f32),
) -> Vec<Mark> {
    let mut marks = Vec::new();
    for element in &drawn.elements {
        match element {
            Element::Shape(shape) => {
                let mut shape = shape.clone();
                for (_, x, y) in &mut shape.points {
                    *x = left + *x * scale;
                    *y = top + *y * scale;
                }
                if let Some((x, y, radius)) = &mut shape.circle {
                    *x = left + *x * scale;
                    *y = top + *y * scale;
                    *radius *= scale;
                }
                if let Some((_, width, dash)) = &mut shape.stroke {
                    *width *= scale;
                    if let Some((on, off)) = dash {
                        *on *= scale;
                        *off *= scale;
                    }
                }
                marks.push(Mark::Shape(shape));
            }
            Element::Text {
                x,
                y,
                hang,
                words,
                look,
            } => {
                let size = look.size * scale;
                let wide = faces.width(words, look.is_bold) * size;
                marks.push(Mark::Text {
                    x: left + x * scale - wide * hang,
                    y: top + y * scale,
                    text: format!("{words} "),
                    is_bold: look.is_bold,
                    size,
                    ink: look.ink,
                });
            }
        }
    }
    marks
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let wanted = format!(" {name}=\"");
    let from = tag.find(&wanted)? + wanted.len();
    let rest = tag.get(from..)?;
    rest.get(..rest.find('"')?)
}

fn number(tag: &str, name: &str) -> f32 {
    attribute(tag, name)
        .and_then(|text| text.parse().ok())
        .unwrap_or(0.0)
}

fn text(tag: &str, words: &str) -> Element {
    let hang = match attribute(tag, "text-anchor") {
        Some("middle") => 0.5,
        Some("end") => 1.0,
        _ => 0.0,
    };
    let plain = words
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&");
    Element::Text {
        x: number(tag, "x"),
        y: number(tag, "y"),
        hang,
        words: plain,
        look: text_look(attribute(tag, "class").unwrap_or_default()),
    }
}

fn text_look(class: &str) -> TextLook {
    let mut look = TextLook {
        ink: BLACK,
        is_bold: false,
        size: 14.0,
    };
    for one in class.split(' ') {
        match one {
            "fg-tick" => look.ink = QUIET,
            "fg-strong" | "fg-lane" | "fg-actnumber" => look.is_bold = true,
            "fg-within" | "fg-nowtext" => {
                look.ink = WHITE;
                look.is_bold = true;
            }
            "fg-iswatch" | "fg-limitword" => look.ink = WATCH,
            "fg-isact" => look.ink = ACT,
            "fg-missedword" => {
                look.ink = ACT;
                look.is_bold = true;
                look.size = 17.0;
            }
            _ => {}
        }
    }
    look
}

fn shape(tag: &str) -> Option<Shape> {
    let mut shape = look(attribute(tag, "class").unwrap_or_default());
    if tag.starts_with("<line") {
        let (from, to) = (
            (number(tag, "x1"), number(tag, "y1")),
            (number(tag, "x2"), number(tag, "y2")),
        );
        shape.points = vec![(true, from.0, from.1), (false, to.0, to.1)];
        shape.fill = None;
        shape.stroke = shape.stroke.or(Some((RULE, 1.0, None)));
    } else if tag.starts_with("<rect") {
        let (x, y) = (number(tag, "x"), number(tag, "y"));
        let (right, bottom) = (x + number(tag, "width"), y + number(tag, "height"));
        shape.points = vec![
            (true, x, y),
            (false, right, y),
            (false, right, bottom),
            (false, x, bottom),
        ];
        shape.is_closed = true;
    } else if tag.starts_with("<circle") {
        shape.circle = Some((number(tag, "cx"), number(tag, "cy"), number(tag, "r")));
    } else if tag.starts_with("<path") {
        let (points, is_closed) = path(attribute(tag, "d")?);
        shape.points = points;
        shape.is_closed = is_closed;
        if shape.fill.is_none() && shape.stroke.is_none() {
            shape.stroke = Some((BLACK, 1.0, None));
        }
    } else {
        return None;
    }
    Some(shape)
}

/// The points of a path of straight lines; nothing else is drawn by the figures.
fn path(text: &str) -> (Vec<(bool, f32, f32)>, bool) {
    let mut points: Vec<(bool, f32, f32)> = Vec::new();
    let mut numbers: Vec<f32> = Vec::new();
    let mut word = String::new();
    let mut pen = 'M';
    let mut is_closed = false;
    for letter in text.chars().chain(std::iter::once('M')) {
        let is_number = letter.is_ascii_digit() || letter == '.' || letter == '-';
        if letter == '-' || !is_number {
            if let Ok(number) = word.parse() {
                numbers.push(number);
            }
            word.clear();
        }
        if is_number {
            word.push(letter);
        }
        if letter.is_ascii_alphabetic() {
            for pair in numbers.chunks(2) {
                let [x, y] = pair else { continue };
                let (base_x, base_y) = match points.last().filter(|_| pen == 'l') {
                    Some((_, x, y)) => (*x, *y),
                    None => (0.0, 0.0),
                };
                points.push((pen == 'M', base_x + x, base_y + y));
            }
            numbers.clear();
            is_closed = is_closed || letter == 'z';
            pen = letter;
        }
    }
    (points, is_closed)
}

/// How a class is drawn on paper: as on the screen, in the same colours.
fn look(class: &str) -> Shape {
    let mut shape = Shape::default();
    for one in class.split(' ') {
        let (fill, stroke) = match one {
            "fg-grid" => (None, Some((FAINT, 1.0, None))),
            "fg-axis" | "fg-tickmark" => (None, Some((RULE, 1.0, None))),
            "fg-future" => (Some(SHADE), None),
            "fg-now" | "fg-sign" | "fg-actring" => (None, Some((BLACK, 1.5, None))),
            "fg-nowtab" | "fg-used" => (Some(BLACK), None),
            "fg-limit" => (None, Some((WATCH, 1.0, Some((2.0, 4.0))))),
            "fg-ordered" => (None, Some((ACCENT, 1.0, None))),
            "fg-running" => (Some(ACCENT), None),
            "fg-paused" => (None, Some((WATCH, 1.0, Some((3.0, 2.0))))),
            "fg-cut" => (None, Some((WHITE, 1.5, None))),
            "fg-saturation" => (None, Some((SATURATION, 2.0, None))),
            "fg-saturationdot" => (Some(SATURATION), None),
            "fg-caret" => (None, Some((BLACK, 1.6, None))),
            "fg-iswatch" => (None, Some((WATCH, 1.6, None))),
            "fg-isact" => (None, Some((ACT, 1.6, None))),
            "fg-pulse" => (Some(PULSE), None),
            "fg-pulseline" => (None, Some((PULSE, 1.0, None))),
            "fg-due" => (None, Some((CONTROL, 1.5, Some((3.0, 2.0))))),
            "fg-kept" => (None, Some((WATCH, 4.0, None))),
            _ => continue,
        };
        shape.fill = fill.or(shape.fill);
        shape.stroke = stroke.or(shape.stroke);
    }
    shape
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caret_and_a_diamond_are_read_with_their_points() {
        let (caret, is_closed) = path("M-3 17L4 10L11 17");
        assert_eq!(
            caret,
            vec![(true, -3.0, 17.0), (false, 4.0, 10.0), (false, 11.0, 17.0)]
        );
        assert!(!is_closed);
        let (diamond, is_closed) = path("M10 5l4 6l-4 6l-4 -6z");
        assert_eq!(diamond.last(), Some(&(false, 6.0, 11.0)));
        assert!(is_closed);
    }

    #[test]
    fn words_in_two_weights_are_read_as_one_line_and_without_their_escapes() {
        let drawn = read(
            r#"<svg width="10" height="20"><text class="fg-note" x="1" y="2"><tspan class="fg-strong">A</tspan> B &lt; C</text></svg>"#,
        );
        assert!((drawn.height - 20.0).abs() < 0.01);
        assert!(
            matches!(drawn.elements.as_slice(), [Element::Text { words, .. }] if words == "A B < C")
        );
    }
}
