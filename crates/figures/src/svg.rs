//! Writing SVG: numbers rounded one way, text escaped one way, elements in the order given.

use std::fmt::Write as _;

/// An `svg` element being written.
#[derive(Debug, Default)]
pub(crate) struct Svg {
    body: String,
}

/// Where a label hangs from its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    /// Begins at the point.
    Start,
    /// Is centred on the point.
    Middle,
    /// Ends at the point.
    End,
}

impl Svg {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        self.put(format_args!(
            r#"<line class="{class}" x1="{}" y1="{}" x2="{}" y2="{}"/>"#,
            number(from.0),
            number(from.1),
            number(to.0),
            number(to.1)
        ));
    }

    pub(crate) fn rect(&mut self, class: &str, at: (f64, f64), width: f64, height: f64) {
        self.put(format_args!(
            r#"<rect class="{class}" x="{}" y="{}" width="{}" height="{}"/>"#,
            number(at.0),
            number(at.1),
            number(width.max(0.0)),
            number(height.max(0.0))
        ));
    }

    pub(crate) fn circle(&mut self, class: &str, at: (f64, f64), radius: f64) {
        self.put(format_args!(
            r#"<circle class="{class}" cx="{}" cy="{}" r="{}"/>"#,
            number(at.0),
            number(at.1),
            number(radius)
        ));
    }

    /// A line through points; each run is drawn by itself, so a gap stays a gap.
    pub(crate) fn runs(&mut self, class: &str, runs: &[Vec<(f64, f64)>]) {
        let mut path = String::new();
        for run in runs.iter().filter(|run| run.len() > 1) {
            for (place, (x, y)) in run.iter().enumerate() {
                let pen = if place == 0 { 'M' } else { 'L' };
                path.push(pen);
                path.push_str(&number(*x));
                path.push(' ');
                path.push_str(&number(*y));
            }
        }
        if !path.is_empty() {
            self.put(format_args!(r#"<path class="{class}" d="{path}"/>"#));
        }
    }

    /// A diamond around a point.
    pub(crate) fn diamond(&mut self, class: &str, at: (f64, f64), half: (f64, f64)) {
        self.put(format_args!(
            r#"<path class="{class}" d="M{} {}l{w} {h}l-{w} {h}l-{w} -{h}z"/>"#,
            number(at.0),
            number(at.1 - half.1),
            w = number(half.0),
            h = number(half.1)
        ));
    }

    /// A caret with its point at `at`, opening upwards for a negative height.
    pub(crate) fn caret(&mut self, class: &str, at: (f64, f64), height: f64) {
        self.put(format_args!(
            r#"<path class="{class}" d="M{} {y}L{} {}L{} {y}"/>"#,
            number(at.0 - 7.0),
            number(at.0),
            number(at.1),
            number(at.0 + 7.0),
            y = number(at.1 + height)
        ));
    }

    pub(crate) fn text(&mut self, class: &str, at: (f64, f64), anchor: Anchor, words: &str) {
        let hung = match anchor {
            Anchor::Start => "",
            Anchor::Middle => r#" text-anchor="middle""#,
            Anchor::End => r#" text-anchor="end""#,
        };
        self.put(format_args!(
            r#"<text class="{class}" x="{}" y="{}"{hung}>{}</text>"#,
            number(at.0),
            number(at.1),
            escape(words)
        ));
    }

    /// Text of two weights on one line.
    pub(crate) fn text_with_lead(&mut self, at: (f64, f64), lead: &str, rest: &str) {
        let gap = if lead.is_empty() || rest.is_empty() {
            ""
        } else {
            " "
        };
        self.put(format_args!(
            r#"<text class="fg-note" x="{}" y="{}"><tspan class="fg-strong">{}</tspan>{gap}{}</text>"#,
            number(at.0),
            number(at.1),
            escape(lead),
            escape(rest)
        ));
    }

    /// Puts another drawing inside, under a class of its own.
    pub(crate) fn group(&mut self, class: &str, inner: &Self) {
        self.put(format_args!(r#"<g class="{class}">{}</g>"#, inner.body));
    }

    /// Closes the element: its size, its name and its words come first.
    pub(crate) fn finish(
        self,
        id: &str,
        class: &str,
        size: (f64, f64),
        words: (&str, &str),
    ) -> String {
        let (w, h) = (number(size.0), number(size.1));
        let (title, desc) = (escape(words.0), escape(words.1));
        let id = escape(id);
        format!(
            r#"<svg class="{class}" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-labelledby="{id}-t {id}-d"><title id="{id}-t">{title}</title><desc id="{id}-d">{desc}</desc>{}</svg>"#,
            self.body
        )
    }

    fn put(&mut self, element: std::fmt::Arguments<'_>) {
        // Writing into a String cannot fail.
        let _ = self.body.write_fmt(element);
    }
}

/// A coordinate to one decimal, without a trailing zero. A number that is none is never written: it becomes 0.
pub(crate) fn number(value: f64) -> String {
    if !value.is_finite() {
        return "0".to_owned();
    }
    let tenths = (value * 10.0).round();
    if tenths == 0.0 {
        return "0".to_owned();
    }
    // Whole tenths are written as integers: a drawing is mostly numbers, and the shortest decimal of
    // a float takes three times as long to find.
    if tenths.abs() < TENTHS_MAX {
        return of_tenths(tenths);
    }
    format!("{}", tenths / 10.0)
}

/// Tenths below this are whole numbers that an integer holds exactly.
const TENTHS_MAX: f64 = 1e15;

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "a whole number below 1e15 is an i64"
)]
fn of_tenths(tenths: f64) -> String {
    let tenths = tenths as i64;
    let sign = if tenths < 0 { "-" } else { "" };
    let (whole, tenth) = (tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10);
    if tenth == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{tenth}")
    }
}

/// Text made safe inside an element or an attribute.
pub(crate) fn escape(words: &str) -> String {
    let mut safe = String::with_capacity(words.len());
    for c in words.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            // XML knows no other control characters.
            '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' => {}
            other => safe.push(other),
        }
    }
    safe
}

/// How wide words are at 14 px, rounded up by class of letter: what a layout needs to keep labels apart.
///
/// Measured on Atkinson Hyperlegible Next at weight 400 with tabular figures; 600 is 3.4 % wider, which the rounding covers.
pub(crate) fn text_width(words: &str) -> f64 {
    words
        .chars()
        .map(|c| match c {
            '\'' | ',' | '.' | ':' | ';' => 3.0,
            '|' | '`' | 'i' | 'l' | 'j' | '!' | '/' | '(' | ')' | '"' | ' ' => 4.1,
            '[' | ']' | '{' | '}' | 'f' | 't' | 'r' | '-' | '_' | '\\' | 'I' => 5.2,
            'z' | 's' | 'y' | 'c' | 'v' | 'k' | 'x' | '?' | '*' | 'J' => 7.0,
            'a'..='h' | 'n'..='q' | 'u' | 'E' | 'F' | 'L' | 'T' | 'S' | 'P' | '$' | '<' | '>' => {
                8.0
            }
            'w' | 'O' | 'Q' | 'D' | 'U' | 'N' | 'G' | 'H' | '&' => 10.1,
            'm' | 'M' | 'W' | '@' | '%' => 12.4,
            _ => 9.0,
        })
        .sum()
}

/// A count as a number one can draw with.
pub(crate) fn count(n: usize) -> f64 {
    u32::try_from(n).map_or(f64::from(u32::MAX), f64::from)
}
