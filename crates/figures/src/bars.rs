//! Bars of people: how far they came, and what is known of them.

use crate::drawing::{DataTable, Drawing};
use crate::svg::{Anchor, Svg, count, number, text_width};

/// One stage of a way, with those who came no further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayStep {
    /// The stage: "Evaluated".
    pub name: String,
    /// How many reached it; none where that is withheld.
    pub n: Option<u32>,
    /// Of how many; none where that is withheld.
    pub of: Option<u32>,
    /// Beside the bar: "61 did not: 38 not reached, 23 declined".
    pub note: String,
    /// Drawn in the colour of treatment.
    pub is_treated: bool,
}

/// How far people came, stage by stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// Unique on the page.
    pub id: String,
    /// Its name.
    pub title: String,
    /// The stages, first to last.
    pub steps: Vec<WayStep>,
}

const WAY_WIDTH: f64 = 800.0;
/// Where bars begin, and how long the longest is.
const WAY_BAR: (f64, f64) = (158.0, 270.0);

impl Way {
    /// Draws the way.
    pub fn draw(&self) -> Drawing {
        let most = self
            .steps
            .iter()
            .filter_map(|step| step.n.max(step.of))
            .max()
            .unwrap_or(0);
        let wide = |n: u32| WAY_BAR.1 * f64::from(n) / f64::from(most.max(1));
        let mut svg = Svg::new();
        for (place, step) in self.steps.iter().enumerate() {
            let top = 4.0 + 27.0 * count(place);
            svg.text("fg-lane", (0.0, top + 14.0), Anchor::Start, &step.name);
            let n = wide(step.n.unwrap_or(0));
            let of = wide(step.of.unwrap_or(0)).max(n);
            if of > n && step.n.is_some() {
                svg.rect("fg-lostpart", (WAY_BAR.0 + n, top + 0.5), of - n, 17.0);
            }
            let class = if step.is_treated { "fg-in" } else { "fg-pre" };
            svg.rect(class, (WAY_BAR.0, top), n, 18.0);
            let words = step.n.map_or_else(|| "withheld".to_owned(), thousands);
            if n > text_width(&words) + 12.0 {
                // At its beginning, which a narrow screen shows before it is moved.
                let spot = (WAY_BAR.0 + 6.0, top + 14.0);
                svg.text("fg-inner", spot, Anchor::Start, &words);
                let spot = (WAY_BAR.0 + of + 10.0, top + 14.0);
                svg.text("fg-tick", spot, Anchor::Start, &step.note);
            } else {
                let spot = (WAY_BAR.0 + of + 10.0, top + 14.0);
                svg.text_with_lead(spot, &words, &step.note);
            }
        }
        let height = 6.0 + 27.0 * count(self.steps.len());
        let desc = self.said();
        Drawing {
            svg: svg.finish(
                &self.id,
                "fg fg-way",
                (WAY_WIDTH, height),
                (&self.title, &desc),
            ),
            title: self.title.clone(),
            table: self.table(),
            desc,
            width: 800,
        }
    }

    fn said(&self) -> String {
        let one = |step: &WayStep| {
            let n = step.n.map_or_else(|| "withheld".to_owned(), thousands);
            format!("{} {n}", step.name)
        };
        let all: Vec<String> = self.steps.iter().map(one).collect();
        format!("{}.", all.join(", "))
    }

    fn table(&self) -> DataTable {
        let told = |n: Option<u32>| n.map_or_else(|| "withheld".to_owned(), thousands);
        DataTable {
            caption: self.title.clone(),
            columns: vec![
                ("Stage".into(), false),
                ("People".into(), true),
                ("Of".into(), true),
                ("Those who did not".into(), false),
            ],
            rows: self
                .steps
                .iter()
                .map(|step| {
                    vec![
                        step.name.clone(),
                        told(step.n),
                        told(step.of),
                        step.note.clone(),
                    ]
                })
                .collect(),
        }
    }
}

fn thousands(n: u32) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// What is known of a number of people: so, not known, not so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Unique on the page.
    pub id: String,
    /// What is so.
    pub title: String,
    /// Of how many it is so.
    pub so: u32,
    /// Of how many it is not known.
    pub not_known: u32,
    /// Of how many it is not so.
    pub not_so: u32,
}

const KNOWN_WIDTH: f64 = 226.0;

impl Known {
    /// Draws the bar.
    pub fn draw(&self) -> Drawing {
        let all = f64::from(self.so) + f64::from(self.not_known) + f64::from(self.not_so);
        let parts = [
            ("fg-yes", "fg-inner", self.so),
            ("fg-dontknow", "fg-name", self.not_known),
            ("fg-no", "fg-name", self.not_so),
        ];
        let mut svg = Svg::new();
        let mut at = 0.0;
        for (class, word, n) in parts {
            let wide = KNOWN_WIDTH * f64::from(n) / all.max(1.0);
            let inset = if class == "fg-dontknow" { 0.75 } else { 0.0 };
            if n > 0 {
                svg.rect(
                    class,
                    (at + inset, inset),
                    wide - 2.0 * inset,
                    22.0 - 2.0 * inset,
                );
            }
            let words = thousands(n);
            if wide > text_width(&words) + 6.0 && n > 0 {
                svg.text(word, (at + wide / 2.0, 16.0), Anchor::Middle, &words);
            }
            at += wide;
        }
        let desc = format!(
            "{} so, {} not known, {} not so.",
            thousands(self.so),
            thousands(self.not_known),
            thousands(self.not_so)
        );
        Drawing {
            svg: svg.finish(
                &self.id,
                "fg fg-known",
                (KNOWN_WIDTH, 22.0),
                (&self.title, &desc),
            ),
            title: self.title.clone(),
            table: DataTable {
                caption: self.title.clone(),
                columns: vec![("Answer".into(), false), ("Number".into(), true)],
                rows: vec![
                    vec!["so".into(), self.so.to_string()],
                    vec!["not known".into(), self.not_known.to_string()],
                    vec!["not so".into(), self.not_so.to_string()],
                ],
            },
            desc,
            width: 226,
        }
    }
}

/// Weeks side by side, each cut into so, not known, not so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weeks {
    /// Unique on the page.
    pub id: String,
    /// Its name.
    pub title: String,
    /// So, not known, not so of each week; none where it is withheld.
    pub weeks: Vec<Option<(u32, u32, u32)>>,
}

/// Left and right edge of the weeks, and their upper and lower edge.
const WEEKS: (f64, f64, f64, f64) = (44.0, 560.0, 26.0, 206.0);

impl Weeks {
    /// Draws the weeks.
    pub fn draw(&self) -> Drawing {
        let mut svg = Svg::new();
        svg.text("fg-tick", (0.0, 14.0), Anchor::Start, "% of people");
        let tall = WEEKS.3 - WEEKS.2;
        for share in [0.0, 50.0, 100.0] {
            let y = WEEKS.3 - tall * share / 100.0;
            svg.line("fg-grid", (WEEKS.0, y), (WEEKS.1, y));
            svg.text(
                "fg-tick",
                (WEEKS.0 - 8.0, y + 5.0),
                Anchor::End,
                &number(share),
            );
        }
        let pitch = (WEEKS.1 - WEEKS.0) / count(self.weeks.len().max(1));
        for (place, week) in self.weeks.iter().enumerate() {
            let left = WEEKS.0 + pitch * count(place) + 3.0;
            let middle = left + (pitch - 6.0) / 2.0;
            svg.text(
                "fg-tick",
                (middle, WEEKS.3 + 20.0),
                Anchor::Middle,
                &(place + 1).to_string(),
            );
            let Some((so, unknown, not_so)) = *week else {
                continue;
            };
            let all = f64::from(so) + f64::from(unknown) + f64::from(not_so);
            let mut bottom = WEEKS.3;
            for (class, n) in [("fg-yes", so), ("fg-dontknow", unknown), ("fg-no", not_so)] {
                let high = tall * f64::from(n) / all.max(1.0);
                if n > 0 {
                    svg.rect(class, (left, bottom - high), pitch - 6.0, high);
                }
                if high > 20.0 {
                    let word = if class == "fg-yes" {
                        "fg-inner"
                    } else {
                        "fg-name"
                    };
                    let spot = (middle, bottom - high / 2.0 + 5.0);
                    svg.text(word, spot, Anchor::Middle, &n.to_string());
                }
                bottom -= high;
            }
        }
        svg.line("fg-axis", (WEEKS.0, WEEKS.3), (WEEKS.1, WEEKS.3));
        svg.text(
            "fg-tick",
            (WEEKS.1 + 6.0, WEEKS.3 + 20.0),
            Anchor::Start,
            "week",
        );
        let told = self.weeks.iter().flatten().count();
        let desc = format!(
            "{told} weeks of {}, each cut into without use, not known and with use.",
            self.weeks.len()
        );
        Drawing {
            svg: svg.finish(
                &self.id,
                "fg fg-weeks",
                (600.0, 236.0),
                (&self.title, &desc),
            ),
            title: self.title.clone(),
            table: self.table(),
            desc,
            width: 600,
        }
    }

    fn table(&self) -> DataTable {
        let row = |(place, week): (usize, &Option<(u32, u32, u32)>)| {
            let told = week.map_or_else(
                || ["withheld"; 3].map(str::to_owned),
                |(so, unknown, not_so)| [so, unknown, not_so].map(|n| n.to_string()),
            );
            let mut row = vec![(place + 1).to_string()];
            row.extend(told);
            row
        };
        DataTable {
            caption: self.title.clone(),
            columns: vec![
                ("Week".into(), true),
                ("Without use".into(), true),
                ("Not known".into(), true),
                ("With use".into(), true),
            ],
            rows: self.weeks.iter().enumerate().map(row).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_long_as_their_numbers_and_what_is_withheld_has_none() {
        let step = |name: &str, n: Option<u32>, of: u32| WayStep {
            name: name.into(),
            n,
            of: Some(of),
            note: String::new(),
            is_treated: false,
        };
        let drawn = Way {
            id: "w".into(),
            title: "Who is in it".into(),
            steps: vec![
                step("Enquired", Some(200), 200),
                step("Evaluated", Some(100), 200),
                step("Opened", None, 100),
            ],
        }
        .draw();
        assert!(
            drawn
                .svg
                .contains(r#"class="fg-pre" x="158" y="31" width="135""#),
            "{}",
            drawn.svg
        );
        assert!(drawn.svg.contains("withheld"));
        assert_eq!(drawn.desc, "Enquired 200, Evaluated 100, Opened withheld.");
    }

    #[test]
    fn the_parts_of_a_bar_fill_it() {
        let drawn = Known {
            id: "k".into(),
            title: "t".into(),
            so: 50,
            not_known: 25,
            not_so: 25,
        }
        .draw();
        assert!(
            drawn
                .svg
                .contains(r#"class="fg-yes" x="0" y="0" width="113""#)
        );
        assert!(
            drawn
                .svg
                .contains(r#"class="fg-no" x="169.5" y="0" width="56.5""#)
        );
        let nobody = Known {
            id: "k".into(),
            title: "t".into(),
            so: 0,
            not_known: 0,
            not_so: 0,
        }
        .draw();
        assert!(!nobody.svg.contains("<rect"));
    }
}
