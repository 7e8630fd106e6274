//! The flowsheet of a dosing session: everything on one time axis, in five-minute columns.
//!
//! Pressures are opposed carets joined by a hairline, pulse is dots, the infusion a bar with what was
//! in by each step, the other readings are number rows beneath. The future is shaded and holds what
//! is due; what was missed is drawn as missed and stays so.

mod draw;
mod sample;
mod table;

/// How a reading stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// No rule asks for anything on it.
    Plain,
    /// A rule asks somebody to look.
    Watch,
    /// A rule asks to slow or stop.
    Act,
}

/// A pressure at one minute.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pressure {
    /// Minutes from the start of the dose.
    pub minute: f64,
    /// Systolic, mmHg.
    pub upper: u16,
    /// Diastolic, mmHg.
    pub lower: u16,
    /// How it stands.
    pub held: Held,
    /// Charted later than it was taken.
    pub is_late: bool,
}

/// A number at one minute.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// Minutes from the start of the dose.
    pub minute: f64,
    /// The number, as it is written.
    pub value: String,
    /// How it stands.
    pub held: Held,
    /// Charted later than it was taken.
    pub is_late: bool,
}

/// A reading that is due, or was and is not there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DueMark {
    /// Minutes from the start of the dose.
    pub minute: f64,
    /// It was stamped as missed.
    pub is_missed: bool,
}

/// A row of numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// Its unit or its scale, "of 5".
    pub unit: String,
    /// What was read.
    pub cells: Vec<Cell>,
    /// What is due, and what was missed.
    pub due: Vec<DueMark>,
}

/// A piece of the infusion at one rate.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// From this minute.
    pub from: f64,
    /// To this minute.
    pub to: f64,
    /// What was in at its end, "14".
    pub given: String,
    /// Nothing was given in it.
    pub is_paused: bool,
}

/// The drug, given against planned.
#[derive(Debug, Clone, PartialEq)]
pub struct Infusion {
    /// The drug, "Ketamine".
    pub drug: String,
    /// What was ordered, "56 mg over 40 min, 1.4 mg/min".
    pub ordered: String,
    /// From start to the end as planned.
    pub planned: (f64, f64),
    /// What was given, piece by piece.
    pub pieces: Vec<Piece>,
    /// What is in by now, "0.54 mg/kg so far"; empty when it has ended.
    pub so_far: String,
    /// What stands behind the bar, "56 mg, 0.8 mg/kg, 14:18".
    pub ends: String,
}

/// A dosing session on one time axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Flowsheet {
    /// Unique on the page.
    pub id: String,
    /// First minute shown.
    pub from_minute: i32,
    /// Last minute shown.
    pub to_minute: i32,
    /// What the clinic's clock said at minute 0, in minutes after midnight.
    pub zero_clock: u16,
    /// Whether minute 0 is the start of the dose; before it has started it is a plan.
    pub is_started: bool,
    /// Now; `None` when the session is over.
    pub now_minute: Option<f64>,
    /// The drug.
    pub infusion: Option<Infusion>,
    /// Saturation, by time.
    pub saturation: Row,
    /// Under this a rule speaks.
    pub saturation_limit: Option<u16>,
    /// Pressures, by time.
    pub pressures: Vec<Pressure>,
    /// Pressures due or missed.
    pub pressures_due: Vec<DueMark>,
    /// From this a rule speaks, with its name, "M06 from 160".
    pub pressure_limit: Option<(u16, String)>,
    /// Pulse, by time.
    pub pulse: Vec<Cell>,
    /// The rows beneath.
    pub rows: Vec<Row>,
    /// Numbered acts by minute.
    pub acts: Vec<(f64, usize)>,
}
