//! The rooms of the day: who is where, when, and the line that says now.

use crate::drawing::{DataTable, Drawing};
use crate::svg::{Anchor, Svg, text_width};

/// How far along a stay is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StayPhase {
    /// The person has left.
    Done,
    /// The person is in the room now.
    Here,
    /// Booked.
    Planned,
}

/// One stay in one room. Times are minutes after midnight in the clinic's zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stay {
    /// The person as a wall may show them: "R. Pell".
    pub who: String,
    /// Comes or came at.
    pub from_minute: u16,
    /// Goes or went at.
    pub to_minute: u16,
    /// The infusion within the stay, if there is one.
    pub infusion: Option<(u16, u16)>,
    /// How far along it is.
    pub phase: StayPhase,
}

/// One room with its stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    /// Its name.
    pub name: String,
    /// Its stays, in order.
    pub stays: Vec<Stay>,
}

/// The rooms of one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomsOfTheDay {
    /// Unique on the page.
    pub id: String,
    /// Rooms, top to bottom.
    pub rooms: Vec<Room>,
    /// First hour shown, 0 to 23.
    pub first_hour: u16,
    /// Last hour shown, up to 24.
    pub last_hour: u16,
    /// Now, in minutes after midnight, when the day shown is today.
    pub now_minute: Option<u16>,
}

/// Room names stand left of this.
const LEFT: f64 = 64.0;
/// Full width; the board's own at 1280.
const WIDTH: f64 = 936.0;
const TOP: f64 = 24.0;
const ROW: f64 = 33.0;
const BAR: f64 = 19.0;

impl RoomsOfTheDay {
    /// Draws the day.
    pub fn draw(&self) -> Drawing {
        let height = TOP + ROW * crate::svg::count(self.rooms.len()) + 2.0;
        let mut svg = Svg::new();
        self.draw_hours(&mut svg, height);
        for (row, room) in self.rooms.iter().enumerate() {
            let top = TOP + ROW * crate::svg::count(row);
            svg.line("fg-grid", (0.0, top + ROW), (WIDTH, top + ROW));
            svg.text("fg-tick", (0.0, top + 21.5), Anchor::Start, &room.name);
            for (place, stay) in room.stays.iter().enumerate() {
                let until = room
                    .stays
                    .get(place + 1)
                    .map_or(WIDTH, |next| self.x(next.from_minute));
                self.draw_stay(&mut svg, top + 7.0, stay, until);
            }
        }
        if let Some(now) = self.now_minute {
            let x = self.x(now);
            svg.line("fg-now", (x, 18.0), (x, height));
            svg.rect("fg-nowtab", (x - 21.0, 0.0), 42.0, 18.0);
            svg.text("fg-nowtext", (x, 13.5), Anchor::Middle, &clock(now));
        }
        let title = "Rooms of the day".to_owned();
        let desc = self.desc();
        Drawing {
            svg: svg.finish(&self.id, "fg fg-rooms", (WIDTH, height), (&title, &desc)),
            title,
            desc,
            table: self.table(),
            width: 936,
        }
    }

    /// Where a minute of the day stands.
    fn x(&self, minute: u16) -> f64 {
        let first = f64::from(self.first_hour) * 60.0;
        let last = f64::from(self.last_hour.max(self.first_hour + 1)) * 60.0;
        let share = (f64::from(minute).clamp(first, last) - first) / (last - first);
        LEFT + share * (WIDTH - LEFT)
    }

    fn draw_hours(&self, svg: &mut Svg, height: f64) {
        for hour in self.first_hour..=self.last_hour.max(self.first_hour + 1) {
            let x = self.x(hour * 60);
            svg.line("fg-grid", (x, 20.0), (x, height));
            let under_now = self
                .now_minute
                .is_some_and(|now| (self.x(now) - (x + 12.0)).abs() < 36.0);
            if hour < self.last_hour && !under_now {
                svg.text(
                    "fg-tick",
                    (x + 4.0, 13.5),
                    Anchor::Start,
                    &format!("{hour:02}"),
                );
            }
        }
    }

    fn draw_stay(&self, svg: &mut Svg, y: f64, stay: &Stay, until: f64) {
        let (from, to) = (self.x(stay.from_minute), self.x(stay.to_minute));
        let now = self
            .now_minute
            .map_or(to, |minute| self.x(minute).clamp(from, to));
        match stay.phase {
            StayPhase::Done => svg.rect("fg-stay fg-done", (from, y), to - from, BAR),
            StayPhase::Planned => svg.rect("fg-stay fg-planned", (from, y), to - from, BAR),
            StayPhase::Here => {
                svg.rect("fg-stay fg-here", (from, y), now - from, BAR);
                svg.rect("fg-stay fg-tocome", (now, y), to - now, BAR);
            }
        }
        let mut free = from;
        if let Some((start, end)) = stay.infusion {
            let (start, end) = (self.x(start), self.x(end));
            match stay.phase {
                StayPhase::Done => svg.rect("fg-infusion fg-done", (start, y), end - start, BAR),
                StayPhase::Planned => {
                    svg.rect("fg-infusion fg-planned", (start, y), end - start, BAR);
                }
                StayPhase::Here => {
                    let given = now.clamp(start, end);
                    svg.rect("fg-infusion fg-here", (start, y), given - start, BAR);
                    svg.rect("fg-infusion fg-tocome", (given, y), end - given, BAR);
                }
            }
            free = end;
        }
        if self
            .now_minute
            .is_some_and(|minute| self.x(minute) > free && self.x(minute) < free + 24.0)
        {
            free = now;
        }
        if free + 5.0 + text_width(&stay.who) <= until + 2.0 {
            svg.text("fg-name", (free + 5.0, y + 14.5), Anchor::Start, &stay.who);
        }
    }

    fn desc(&self) -> String {
        let stays = self.rooms.iter().flat_map(|room| &room.stays);
        let here = stays
            .clone()
            .filter(|stay| stay.phase == StayPhase::Here)
            .count();
        let planned = stays
            .filter(|stay| stay.phase == StayPhase::Planned)
            .count();
        format!(
            "Rooms: {}, from {} to {}. Here now: {here}. Still planned: {planned}. The table holds every stay.",
            self.rooms.len(),
            clock(self.first_hour * 60),
            clock(self.last_hour * 60)
        )
    }

    fn table(&self) -> DataTable {
        let heads = ["Room", "Person", "In", "Infusion", "Out", "State"];
        DataTable {
            caption: "Rooms of the day".into(),
            columns: heads
                .iter()
                .map(|head| ((*head).to_owned(), false))
                .collect(),
            rows: self
                .rooms
                .iter()
                .flat_map(|room| room.stays.iter().map(|stay| stay_row(&room.name, stay)))
                .collect(),
        }
    }
}

fn stay_row(room: &str, stay: &Stay) -> Vec<String> {
    let infusion = stay.infusion.map_or_else(
        || "none".to_owned(),
        |(from, to)| format!("{} to {}", clock(from), clock(to)),
    );
    let state = match stay.phase {
        StayPhase::Done => "gone",
        StayPhase::Here => "here",
        StayPhase::Planned => "planned",
    };
    vec![
        room.to_owned(),
        stay.who.clone(),
        clock(stay.from_minute),
        infusion,
        clock(stay.to_minute),
        state.to_owned(),
    ]
}

/// A minute of the day as a clock shows it.
fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}
