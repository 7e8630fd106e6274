//! Marks and their tree into a file.

use krilla::color::rgb;
use krilla::configure::{Accessibility, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point};
use krilla::metadata::Metadata;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke, StrokeDash};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, SpanTag, TagGroup, TagTree};
use krilla::{Document, SerializeSettings};
use pages::Paper;

use crate::PaperError;
use crate::face::Faces;
use crate::mark::{Child, HEIGHT, Ink, Mark, Node, Put, Shape, Sheets, WIDTH};

/// The language of the pages.
const LANGUAGE: &str = "en-US";

/// Writes the file.
pub(crate) fn write(faces: &Faces, paper: &Paper, sheets: Sheets) -> Result<Vec<u8>, PaperError> {
    let configuration = ConfigurationBuilder::new()
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|no| PaperError::Writer(format!("{no:?}")))?;
    let mut document = Document::new_with(SerializeSettings {
        configuration,
        enable_tagging: true,
        ..SerializeSettings::default()
    });
    let title = format!("{}, {}", paper.title, paper.of);
    document.set_metadata(
        Metadata::new()
            .title(title)
            .language(LANGUAGE.to_owned())
            .creator("Holdfast".to_owned()),
    );
    let mut leaves: Vec<Option<Identifier>> = Vec::new();
    leaves.resize_with(sheets.n_leaves, || None);
    for page in &sheets.pages {
        let settings = PageSettings::from_wh(WIDTH, HEIGHT)
            .ok_or_else(|| PaperError::Writer("the page has no size".to_owned()))?;
        let mut sheet = document.start_page_with(settings);
        let mut surface = sheet.surface();
        put_page(faces, &mut surface, page, &mut leaves);
        surface.finish();
        sheet.finish();
    }
    let mut tree = TagTree::new().with_lang(Some(LANGUAGE.to_owned()));
    if let Some(root) = group(&sheets.nodes, 0, &mut leaves) {
        tree.push(root);
    }
    document.set_tag_tree(tree);
    let mut outline = Outline::new();
    for (words, page, y) in sheets.heads {
        let to = XyzDestination::new(page, Point::from_xy(0.0, y));
        outline.push_child(OutlineNode::new(words, to));
    }
    document.set_outline(outline);
    document
        .finish()
        .map_err(|no| PaperError::Writer(format!("{no:?}")))
}

/// Puts the marks of a page; marks of one leaf that follow one another are one piece of content.
fn put_page(
    faces: &Faces,
    surface: &mut Surface<'_>,
    page: &[Put],
    leaves: &mut [Option<Identifier>],
) {
    let mut open: Option<Option<usize>> = None;
    for put in page {
        if open != Some(put.leaf) {
            if open.is_some() {
                surface.end_tagged();
            }
            match put.leaf {
                None => {
                    let artifact = Artifact::with_kind(ArtifactType::Other);
                    surface.start_tagged(ContentTag::Artifact(artifact));
                }
                Some(leaf) => {
                    let tag = match put.mark {
                        Mark::Text { .. } => ContentTag::Span(SpanTag::empty()),
                        Mark::Shape(_) => ContentTag::Other,
                    };
                    let identifier = surface.start_tagged(tag);
                    if let Some(place) = leaves.get_mut(leaf) {
                        *place = Some(identifier);
                    }
                }
            }
            open = Some(put.leaf);
        }
        match &put.mark {
            Mark::Text {
                x,
                y,
                text,
                is_bold,
                size,
                ink,
            } => put_text(faces, surface, (*x, *y, *size), (text, *is_bold, *ink)),
            Mark::Shape(shape) => put_shape(surface, shape),
        }
    }
    if open.is_some() {
        surface.end_tagged();
    }
}

fn put_text(
    faces: &Faces,
    surface: &mut Surface<'_>,
    (mut x, y, size): (f32, f32, f32),
    (text, is_bold, ink): (&str, bool, Ink),
) {
    surface.set_stroke(None);
    surface.set_fill(Some(fill(ink)));
    for run in faces.runs(text, is_bold) {
        let at = Point::from_xy(x, y);
        surface.draw_glyphs(at, &run.glyphs, run.font, &run.text, size, false);
        x += run.width * size;
    }
}

fn put_shape(surface: &mut Surface<'_>, shape: &Shape) {
    let mut path = PathBuilder::new();
    if let Some((x, y, radius)) = shape.circle {
        circle(&mut path, (x, y), radius);
    }
    for (is_first, x, y) in &shape.points {
        if *is_first {
            path.move_to(*x, *y);
        } else {
            path.line_to(*x, *y);
        }
    }
    if shape.is_closed {
        path.close();
    }
    let Some(path) = path.finish() else {
        return;
    };
    if shape.fill.is_none() && shape.stroke.is_none() {
        return;
    }
    surface.set_fill(shape.fill.map(fill));
    surface.set_stroke(shape.stroke.map(|(ink, width, dash)| Stroke {
        paint: colour(ink).into(),
        width,
        dash: dash.map(|(on, off)| StrokeDash {
            array: vec![on, off],
            offset: 0.0,
        }),
        ..Stroke::default()
    }));
    surface.draw_path(&path);
}

/// A circle of four curves; the number is how far their handles reach.
fn circle(path: &mut PathBuilder, (x, y): (f32, f32), radius: f32) {
    let reach = radius * 0.552_285;
    path.move_to(x + radius, y);
    path.cubic_to(x + radius, y + reach, x + reach, y + radius, x, y + radius);
    path.cubic_to(x - reach, y + radius, x - radius, y + reach, x - radius, y);
    path.cubic_to(x - radius, y - reach, x - reach, y - radius, x, y - radius);
    path.cubic_to(x + reach, y - radius, x + radius, y - reach, x + radius, y);
    path.close();
}

fn colour((red, green, blue): Ink) -> rgb::Color {
    rgb::Color::new(red, green, blue)
}

fn fill(ink: Ink) -> Fill {
    Fill {
        paint: colour(ink).into(),
        ..Fill::default()
    }
}

/// The tree as the writer wants it.
fn group(nodes: &[Node], place: usize, leaves: &mut [Option<Identifier>]) -> Option<TagGroup> {
    let node = nodes.get(place)?;
    let mut here = TagGroup::new(node.tag.clone());
    for child in &node.children {
        match child {
            Child::Node(place) => {
                if let Some(child) = group(nodes, *place, leaves) {
                    here.push(child);
                }
            }
            Child::Leaf(leaf) => {
                if let Some(identifier) = leaves.get_mut(*leaf).and_then(Option::take) {
                    here.push(identifier);
                }
            }
        }
    }
    Some(here)
}
