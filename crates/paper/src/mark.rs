//! Marks on pages, and the tree that says what they are.

use krilla::tagging::TagKind;

/// A colour.
pub(crate) type Ink = (u8, u8, u8);

/// How a line is drawn: ink, width, and the lengths of a dash and its gap.
pub(crate) type Pen = (Ink, f32, Option<(f32, f32)>);

pub(crate) const BLACK: Ink = (0x1c, 0x2a, 0x2e);
pub(crate) const QUIET: Ink = (0x46, 0x58, 0x5e);
pub(crate) const RULE: Ink = (0xa7, 0xb5, 0xb9);
pub(crate) const FAINT: Ink = (0xd5, 0xde, 0xdf);

/// The paper, in points: US Letter.
pub(crate) const WIDTH: f32 = 612.0;
pub(crate) const HEIGHT: f32 = 792.0;
pub(crate) const LEFT: f32 = 54.0;
pub(crate) const RIGHT: f32 = WIDTH - 54.0;
pub(crate) const TOP: f32 = 78.0;
/// The room under the bottom line of a page, with a foot of up to three lines.
const FOOT: f32 = 66.0;
/// The lines of a foot that need no more room than that.
const FOOT_LINES: usize = 3;
/// The height of a line of the foot.
pub(crate) const FOOT_LINE: f32 = 10.0;

/// A line that is drawn or filled.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shape {
    /// Points; `true` begins a new run.
    pub(crate) points: Vec<(bool, f32, f32)>,
    pub(crate) is_closed: bool,
    pub(crate) fill: Option<Ink>,
    pub(crate) stroke: Option<Pen>,
    /// Centre and radius, where it is a circle.
    pub(crate) circle: Option<(f32, f32, f32)>,
}

/// What is put on a page.
#[derive(Debug, Clone)]
pub(crate) enum Mark {
    /// Words on a baseline.
    Text {
        x: f32,
        y: f32,
        text: String,
        is_bold: bool,
        size: f32,
        ink: Ink,
    },
    /// A line or an area.
    Shape(Shape),
}

/// A mark, and the leaf of the tree it belongs to; none is an artifact: a rule, a head, a foot.
pub(crate) struct Put {
    pub(crate) mark: Mark,
    pub(crate) leaf: Option<usize>,
}

/// A node of the tree.
pub(crate) struct Node {
    pub(crate) tag: TagKind,
    pub(crate) children: Vec<Child>,
}

/// What hangs from a node.
#[derive(Clone, Copy)]
pub(crate) enum Child {
    Node(usize),
    Leaf(usize),
}

/// Pages as they are filled.
pub(crate) struct Sheets {
    pub(crate) pages: Vec<Vec<Put>>,
    /// Where the next thing goes on the last page.
    pub(crate) y: f32,
    /// Where the room for what the document says ends on every page, above its foot.
    pub(crate) bottom: f32,
    pub(crate) nodes: Vec<Node>,
    pub(crate) n_leaves: usize,
    /// Headings with their pages and heights, for the outline.
    pub(crate) heads: Vec<(String, usize, f32)>,
}

/// Where the room above a foot of so many lines ends. A foot of more than half a page would leave none: it
/// is not made to, and the words of a page then lie at least as high as they are read.
fn bottom(foot_lines: usize) -> f32 {
    let more = u16::try_from(foot_lines.saturating_sub(FOOT_LINES)).unwrap_or(u16::MAX);
    (HEIGHT - FOOT - f32::from(more) * FOOT_LINE).max(HEIGHT / 2.0)
}

impl Sheets {
    /// No pages yet, each to have a foot of so many lines.
    pub(crate) fn new(root: impl Into<TagKind>, foot_lines: usize) -> Self {
        let root = Node {
            tag: root.into(),
            children: Vec::new(),
        };
        Self {
            pages: vec![Vec::new()],
            y: TOP,
            bottom: bottom(foot_lines),
            nodes: vec![root],
            n_leaves: 0,
            heads: Vec::new(),
        }
    }

    pub(crate) fn node(&mut self, under: usize, tag: impl Into<TagKind>) -> usize {
        let place = self.nodes.len();
        self.nodes.push(Node {
            tag: tag.into(),
            children: Vec::new(),
        });
        if let Some(parent) = self.nodes.get_mut(under) {
            parent.children.push(Child::Node(place));
        }
        place
    }

    /// A leaf: what lies on one page and is read as one.
    pub(crate) fn leaf(&mut self, under: usize) -> usize {
        let leaf = self.n_leaves;
        self.n_leaves += 1;
        if let Some(parent) = self.nodes.get_mut(under) {
            parent.children.push(Child::Leaf(leaf));
        }
        leaf
    }

    pub(crate) fn put(&mut self, leaf: Option<usize>, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(Put { mark, leaf });
        }
    }

    pub(crate) fn turn(&mut self) {
        self.pages.push(Vec::new());
        self.y = TOP;
    }

    /// Turns the page where `height` does not fit any more; says whether it did.
    pub(crate) fn make_room(&mut self, height: f32) -> bool {
        let is_full = self.y + height > self.bottom && self.y > TOP;
        if is_full {
            self.turn();
        }
        is_full
    }

    pub(crate) fn rule(&mut self, y: f32, ink: Ink) {
        self.put(
            None,
            Mark::Shape(Shape {
                points: vec![(true, LEFT, y), (false, RIGHT, y)],
                stroke: Some((ink, 0.6, None)),
                ..Shape::default()
            }),
        );
    }
}
