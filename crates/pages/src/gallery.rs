//! Every page rendered from its samples, with no database.

use maud::{DOCTYPE, Markup, html};

use crate::frame::{Door, Frame, Place, head};
use crate::screen;

/// One page of the gallery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// File name without its ending, `today-quiet`.
    pub name: String,
    /// The whole page.
    pub html: String,
}

/// Every sample of every page, in the order of the site map. `assets` is where the style sheets lie, seen from the page.
pub fn leaves(assets: &str) -> Vec<Leaf> {
    let door = Door {
        assets: assets.to_owned(),
        ..Door::sample()
    };
    let frame = Frame {
        assets: assets.to_owned(),
        ..Frame::sample()
    };
    let mut all = Vec::new();
    outside(
        &mut all,
        "public",
        &door,
        screen::public::Public::samples(),
        screen::public::public,
    );
    outside(
        &mut all,
        "enquiry_received",
        &door,
        screen::public::EnquiryReceived::samples(),
        screen::public::enquiry_received,
    );
    outside(
        &mut all,
        "sign_in",
        &door,
        screen::sign_in::SignIn::samples(),
        screen::sign_in::sign_in,
    );
    inside(
        &mut all,
        "today",
        &frame,
        Place::Today,
        screen::today::Today::samples(),
        screen::today::today,
    );
    all
}

/// The page that leads to all the others.
pub fn index(assets: &str, leaves: &[Leaf]) -> String {
    html! {
        (DOCTYPE)
        html lang="en-US" {
            (head(assets, "Gallery - Holdfast", &["ground"]))
            body { main.hf-page {
                h1.hf-h-m { "Gallery" }
                p { "Every page of Holdfast, rendered from samples." }
                ul { @for leaf in leaves { li { a.hf-tap href={ (leaf.name) ".html" } { (leaf.name) } } } }
            } }
        }
    }
    .into_string()
}

fn outside<V>(
    all: &mut Vec<Leaf>,
    page: &str,
    door: &Door,
    samples: Vec<(&'static str, V)>,
    draw: fn(&Door, &V) -> Markup,
) {
    for (sample, view) in samples {
        all.push(Leaf {
            name: format!("{page}-{sample}"),
            html: draw(door, &view).into_string(),
        });
    }
}

fn inside<V>(
    all: &mut Vec<Leaf>,
    page: &str,
    frame: &Frame,
    place: Place,
    samples: Vec<(&'static str, V)>,
    draw: fn(&Frame, &V) -> Markup,
) {
    let frame = frame.clone().at(place);
    for (sample, view) in samples {
        all.push(Leaf {
            name: format!("{page}-{sample}"),
            html: draw(&frame, &view).into_string(),
        });
    }
}
