//! The course on one axis: sessions, lines with their gaps, use strips, tests, therapy, medicine, life. No composite score.

mod draw;
mod key;
mod lane;
mod line;
mod sample;
mod words;

use std::collections::BTreeMap;

pub use lane::{Band, BarLane, Lane, LineLane, MarkLane, Note, Reading, ReadingLane, StripLane};

use crate::drawing::Drawing;
use crate::svg::text_width;

/// A course, or any stretch of days, as one figure.
#[derive(Debug, Clone, PartialEq)]
pub struct CourseFigure {
    /// Unique on the page.
    pub id: String,
    /// Its name: "Samuel Adeyemi, day 0 to day 90, today is day 31". No name when it leaves the clinic.
    pub title: String,
    /// First day of the axis.
    pub first_day: i32,
    /// Last day of the axis.
    pub last_day: i32,
    /// Today, when it lies on the axis; what comes after is shaded.
    pub today: Option<i32>,
    /// Words beside the rule: "Mon 23 Nov".
    pub today_words: String,
    /// Dates under the ticks, by day: "23 Oct". Ticks are those of [`tick_days`].
    pub dates: BTreeMap<i32, String>,
    /// Dosing sessions as tall marks.
    pub sessions: Vec<SessionMark>,
    /// The lanes, top to bottom.
    pub lanes: Vec<Lane>,
    /// What happened in the person's life, along the foot.
    pub life: Vec<LifeNote>,
}

/// A dosing session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionMark {
    /// On this day.
    pub day: i32,
    /// "Dose 1".
    pub name: String,
    /// "62 mg"; empty when not yet given.
    pub amount: String,
    /// Hollow until given.
    pub is_planned: bool,
}

/// Something in the person's life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LifeNote {
    /// On this day.
    pub day: i32,
    /// In the person's words.
    pub words: String,
    /// Still to come.
    pub is_planned: bool,
}

impl CourseFigure {
    /// Draws it.
    pub fn draw(&self) -> Drawing {
        let layout = Layout::of(self);
        let desc = words::desc(self);
        Drawing {
            svg: draw::draw(self, &layout, &desc),
            title: self.title.clone(),
            table: words::table(self),
            desc,
            width: layout.whole_width(),
        }
    }

    /// Whether the lanes' own notes stand inside the drawing, in the empty future. If not, the page says them beneath.
    pub fn notes_are_drawn(&self) -> bool {
        Layout::of(self).notes_fit
    }

    /// The lanes' notes, by lane.
    pub fn notes(&self) -> Vec<(String, Vec<Note>)> {
        self.lanes
            .iter()
            .filter(|lane| !lane.notes().is_empty())
            .map(|lane| (lane.name().to_owned(), lane.notes().to_vec()))
            .collect()
    }
}

/// Days that carry a tick: both ends, and every fortnight or month between, as the length asks.
pub fn tick_days(first: i32, last: i32) -> Vec<i32> {
    let span = last.saturating_sub(first);
    let step = [7, 15, 30, 60, 90, 180, 360]
        .into_iter()
        .find(|step| span / step <= 7)
        .unwrap_or(720);
    let mut days: Vec<i32> = Vec::new();
    let mut day = first;
    while day < last && last - day > step / 2 {
        days.push(day);
        day = day.saturating_add(step);
    }
    days.push(last);
    days
}

/// Where things stand, in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Layout {
    first: i32,
    days: f64,
    pub(crate) left: f64,
    pub(crate) width: f64,
    /// Where the ground of the axis ends; right of it stand only the words of stretches.
    pub(crate) edge: f64,
    /// Room above the lanes, for the names of the sessions and of today.
    pub(crate) head: f64,
    pub(crate) notes_fit: bool,
}

/// The figure is never narrower than this.
const WIDTH_MIN: f64 = 908.0;
/// A day is never narrower than this: three shapes stay three shapes.
const DAY_MIN: f64 = 5.4;
/// Room right of the last day.
const RIGHT: f64 = 18.0;

impl Layout {
    fn of(figure: &CourseFigure) -> Self {
        let names = figure
            .lanes
            .iter()
            .map(|lane| text_width(lane.name()) + lane.scale_width());
        let left = names.fold(84.0_f64, f64::max).min(220.0);
        let days = f64::from(
            figure
                .last_day
                .saturating_sub(figure.first_day)
                .clamp(1, 3660),
        );
        let words = figure.lanes.iter().map(Lane::words_width);
        let gutter = words.fold(0.0_f64, f64::max).min(180.0);
        let width = WIDTH_MIN.max(left + RIGHT + gutter + days * DAY_MIN);
        let edge = width - gutter;
        let has_head = figure.today.is_some() || !figure.sessions.is_empty();
        let head = if has_head { 40.0 } else { 12.0 };
        let mut layout = Self {
            first: figure.first_day,
            days,
            left,
            width,
            edge,
            head,
            notes_fit: false,
        };
        layout.notes_fit = figure.today.is_some_and(|today| {
            let free = edge - RIGHT - layout.x(today);
            figure
                .lanes
                .iter()
                .flat_map(Lane::notes)
                .all(|note| text_width(&note.lead) + text_width(&note.rest) + 36.0 <= free)
        });
        layout
    }

    /// Where a day stands.
    pub(crate) fn x(&self, day: i32) -> f64 {
        self.left + f64::from(day.saturating_sub(self.first)) * self.day_width()
    }

    pub(crate) fn day_width(&self) -> f64 {
        (self.edge - self.left - RIGHT) / self.days
    }

    fn whole_width(&self) -> u32 {
        let mut whole = 908_u32;
        while f64::from(whole) < self.width {
            whole += 1;
        }
        whole
    }
}
