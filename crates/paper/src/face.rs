//! The typeface: which letters it has, and how wide they are.

use std::collections::BTreeMap;

use krilla::text::{Font, GlyphId, KrillaGlyph, Tag};
use skrifa::instance::Size;
use skrifa::{FontRef, MetadataProvider as _};

use crate::PaperError;

/// The letters of English and of most of Western Europe.
const TEXT: &[u8] = include_bytes!("../assets/text.ttf");
/// The letters of the names of the rest of Europe.
const MORE: &[u8] = include_bytes!("../assets/more.ttf");

/// One file at one weight.
struct Face {
    font: Font,
    /// The glyph of each letter with its width in ems, read once: a page asks for thousands.
    letters: BTreeMap<char, (u32, f32)>,
}

/// The typeface at its two weights.
pub(crate) struct Faces {
    regular: [Face; 2],
    bold: [Face; 2],
}

/// Letters of one file, one after another.
pub(crate) struct Run {
    pub(crate) font: Font,
    pub(crate) text: String,
    pub(crate) glyphs: Vec<KrillaGlyph>,
    /// In ems.
    pub(crate) width: f32,
}

impl Face {
    fn read(bytes: &'static [u8], weight: f32) -> Result<Self, PaperError> {
        let file = FontRef::new(bytes).map_err(|_| PaperError::Typeface)?;
        let font = Font::new_variable(bytes.into(), 0, &[(Tag::new(b"wght"), weight)])
            .ok_or(PaperError::Typeface)?;
        let at = file.axes().location([("wght", weight)]);
        let units = font.units_per_em();
        let metrics = file.glyph_metrics(Size::unscaled(), &at);
        let letters = file
            .charmap()
            .mappings()
            .filter_map(|(letter, glyph)| {
                let width = metrics.advance_width(glyph)? / units;
                Some((char::from_u32(letter)?, (glyph.to_u32(), width)))
            })
            .collect();
        Ok(Self { font, letters })
    }

    /// The glyph of a letter with its width in ems.
    fn glyph(&self, letter: char) -> Option<(u32, f32)> {
        self.letters.get(&letter).copied()
    }
}

impl Faces {
    pub(crate) fn read() -> Result<Self, PaperError> {
        Ok(Self {
            regular: [Face::read(TEXT, 400.0)?, Face::read(MORE, 400.0)?],
            bold: [Face::read(TEXT, 700.0)?, Face::read(MORE, 700.0)?],
        })
    }

    /// The width of words, in ems.
    pub(crate) fn width(&self, words: &str, is_bold: bool) -> f32 {
        self.runs(words, is_bold).iter().map(|run| run.width).sum()
    }

    /// Words as runs of letters of one file each.
    pub(crate) fn runs(&self, words: &str, is_bold: bool) -> Vec<Run> {
        let faces = if is_bold { &self.bold } else { &self.regular };
        let mut runs: Vec<(bool, Run)> = Vec::new();
        for letter in words.chars().flat_map(|letter| written(faces, letter)) {
            let [text, more] = faces;
            let (is_more, face, (glyph, width)) = match (text.glyph(letter), more.glyph(letter)) {
                (Some(found), _) => (false, text, found),
                (None, Some(found)) => (true, more, found),
                (None, None) => continue,
            };
            let is_same = runs.last().is_some_and(|(which, _)| *which == is_more);
            if !is_same {
                let run = Run {
                    font: face.font.clone(),
                    text: String::new(),
                    glyphs: Vec::new(),
                    width: 0.0,
                };
                runs.push((is_more, run));
            }
            if let Some((_, run)) = runs.last_mut() {
                let from = run.text.len();
                run.text.push(letter);
                let range = from..run.text.len();
                let id = GlyphId::new(glyph);
                run.glyphs
                    .push(KrillaGlyph::new(id, width, 0.0, 0.0, 0.0, range, None));
                run.width += width;
            }
        }
        runs.into_iter().map(|(_, run)| run).collect()
    }
}

/// A letter as it can be written: a letter the typeface does not have is named by its number, so that
/// nothing of a name is lost without a trace.
fn written(faces: &[Face; 2], letter: char) -> Vec<char> {
    if letter.is_whitespace() || letter.is_control() {
        return vec![' '];
    }
    if faces.iter().any(|face| face.glyph(letter).is_some()) {
        return vec![letter];
    }
    match letter {
        '\u{2011}' | '\u{2010}' => vec!['-'],
        '\u{2192}' => vec!['-', '>'],
        // Subscripts as in SpO2: the digit is what is said.
        '\u{2080}'..='\u{2089}' => {
            vec![char::from_digit(u32::from(letter).saturating_sub(0x2080), 10).unwrap_or(letter)]
        }
        '\u{2265}' => vec!['>', '='],
        '\u{2264}' => vec!['<', '='],
        other => format!("[U+{:04X}]", u32::from(other)).chars().collect(),
    }
}
