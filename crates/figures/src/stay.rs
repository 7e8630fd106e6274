//! How far a stay is along: the infusion, the rest of the shortest stay, and now.

use crate::drawing::{DataTable, Drawing};
use crate::svg::{Anchor, Svg};

/// A stay from the start of the dose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StayBar {
    /// Minutes the infusion takes as ordered.
    pub infusion_minutes: u16,
    /// Minutes of drug given so far; the infusion's own once it has ended.
    pub given_minutes: u16,
    /// Minutes of the shortest stay.
    pub stay_minutes: u16,
    /// Minutes since the start; `None` before a dose.
    pub now_minute: Option<u16>,
}

const WIDTH: f64 = 592.0;
/// The shortest stay ends here; what is longer goes on to the right.
const STAY: f64 = 474.0;

impl StayBar {
    /// Draws the bar under an identifier unique on the page.
    pub fn draw(&self, id: &str) -> Drawing {
        let mut svg = Svg::new();
        let x = |minute: u16| f64::from(minute) / f64::from(self.stay_minutes.max(1)) * STAY;
        svg.rect("fg-stayplan", (0.5, 2.0), STAY, 20.0);
        if let Some(now) = self.now_minute {
            let now = x(now).min(WIDTH - 3.0);
            svg.rect("fg-stayordered", (0.0, 2.0), x(self.infusion_minutes), 20.0);
            svg.rect("fg-staydone", (0.0, 2.0), now, 20.0);
            let given = x(self.given_minutes).min(now);
            svg.rect("fg-staygiven", (0.0, 2.0), given, 20.0);
            svg.rect("fg-staynow", (now - 1.5, 0.0), 4.0, 24.0);
        }
        let label = |svg: &mut Svg, minute: u16, anchor: Anchor, words: &str| {
            svg.text("fg-tick", (x(minute), 44.0), anchor, words);
        };
        label(&mut svg, 0, Anchor::Start, "0");
        // Where it would stand in another number it is left out: a dose not begun, or one at once.
        if (24.0..STAY - 72.0).contains(&x(self.infusion_minutes)) {
            label(
                &mut svg,
                self.infusion_minutes,
                Anchor::Middle,
                &self.infusion_minutes.to_string(),
            );
        }
        label(
            &mut svg,
            self.stay_minutes,
            Anchor::Middle,
            &format!("{} min", self.stay_minutes),
        );
        let title = "How far the stay is along".to_owned();
        let desc = self.now_minute.map_or_else(
            || {
                format!(
                    "Not begun; the shortest stay is {} minutes.",
                    self.stay_minutes
                )
            },
            |now| format!("Minute {now} of at least {}.", self.stay_minutes),
        );
        Drawing {
            svg: svg.finish(id, "fg fg-staybar", (WIDTH, 48.0), (&title, &desc)),
            title,
            desc,
            table: DataTable::default(),
            width: 592,
        }
    }
}
