//! A session as the series of its flowsheet.

use figures::flowsheet::{Cell, DueMark, Flowsheet, Held, Infusion, Piece, Pressure, Row};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use protocol::Due;
use record::chart::session::Session;
use record::fact::observation::VitalsObserved;
use record::fact::room::ReadingMissed;
use record::fact::session::{ObservationMade, Watched};
use record::quantity::{BeatsPerMinute, BreathsPerMinute, Micrograms, Percent, decimal};
use record::words::Door;
use record::{Chart, Entry};

/// From how many minutes after it was taken a reading counts as charted late.
const LATE_MINUTES: i64 = 2;

/// Whether an entry was charted later than it happened; what was imported or played always is.
pub(super) fn is_late(entry: &Entry) -> bool {
    match entry.author.door {
        Door::Import | Door::Virtual => false,
        Door::Web | Door::Command | Door::Link | Door::Device => {
            entry.minutes_late() >= LATE_MINUTES
        }
    }
}

/// What the series are made from.
pub(super) struct Seen<'a> {
    pub(super) chart: &'a Chart,
    pub(super) session: &'a Session,
    pub(super) dues: &'a [Due],
    /// Over which stretches which rules held.
    pub(super) held: &'a [protocol::Held],
    pub(super) pack: &'a protocol::Pack,
    pub(super) zone: &'a TimeZone,
    /// Now; the moment it was closed for a closed session.
    pub(super) now: Timestamp,
    /// The drug's name.
    pub(super) drug: String,
    /// The dose planned, where none has started: how much over how many minutes.
    pub(super) planned: Option<(Micrograms, u32)>,
    /// How many devices the dose is, where it goes in by devices.
    pub(super) n_devices: Option<u64>,
    /// Numbered acts with their moments.
    pub(super) acts: Vec<(Timestamp, usize)>,
}

impl Seen<'_> {
    fn zero(&self) -> Timestamp {
        self.session.started.map_or(self.now, |started| started.at)
    }

    fn minute(&self, at: Timestamp) -> f64 {
        let seconds = at.as_second() - self.zero().as_second();
        f64::from(i32::try_from(seconds).unwrap_or(i32::MAX)) / 60.0
    }

    fn whole_minute(&self, at: Timestamp) -> i32 {
        let seconds = at.as_second() - self.zero().as_second();
        i32::try_from(seconds.div_euclid(60)).unwrap_or(0)
    }

    /// Which stretch of minutes is shown: what has been, and what is due.
    fn window(&self) -> (i32, i32) {
        let first = self
            .session
            .vitals
            .first()
            .map_or(0, |(at, _)| self.whole_minute(*at));
        let from = first.clamp(-60, -15).div_euclid(5) * 5;
        let now = self.whole_minute(self.now);
        if now < 50 {
            return (from, 60);
        }
        let last = now.saturating_add(10).div_euclid(5) * 5;
        (from, last.clamp(135, 400))
    }

    /// The series.
    pub(super) fn flowsheet(&self, id: &str) -> Flowsheet {
        let (from_minute, to_minute) = self.window();
        let local = self.zone.to_datetime(self.zero());
        let zero_clock = u16::try_from(i32::from(local.hour()) * 60 + i32::from(local.minute()));
        let is_open = self.session.closed_at.is_none();
        Flowsheet {
            id: id.to_owned(),
            from_minute,
            to_minute,
            zero_clock: zero_clock.unwrap_or(0),
            is_started: self.session.started.is_some(),
            now_minute: is_open.then(|| self.minute(self.now)),
            infusion: self.infusion(),
            saturation: Row {
                name: "SpO\u{2082}".to_owned(),
                unit: "%".to_owned(),
                cells: self.vital("saturation", |one| {
                    one.saturation_percent.map(Percent::number)
                }),
                due: self.due("saturation"),
            },
            saturation_limit: Some(94),
            pressures: self.pressures(),
            pressures_due: self.due("systolic"),
            pressure_limit: Some((160, "M06 from 160".to_owned())),
            pulse: self.vital("pulse", |one| one.pulse_per_min.map(BeatsPerMinute::number)),
            rows: self.rows(),
            acts: self
                .acts
                .iter()
                .map(|(at, number)| (self.minute(*at), *number))
                .collect(),
        }
    }

    fn vitals(&self) -> Vec<(&Entry, &VitalsObserved)> {
        let of_session =
            |(_, one): &(&Entry, &VitalsObserved)| one.session == Some(self.session.id);
        let mut all: Vec<_> = self
            .chart
            .all::<VitalsObserved>()
            .filter(of_session)
            .collect();
        all.sort_by_key(|(entry, _)| (entry.occurred_at, entry.number));
        all
    }

    fn pressures(&self) -> Vec<Pressure> {
        self.vitals()
            .into_iter()
            .filter_map(|(entry, one)| {
                Some(Pressure {
                    minute: self.minute(entry.occurred_at.0),
                    upper: one.systolic_mmhg?.get(),
                    lower: one.diastolic_mmhg?.get(),
                    held: self.held_at("systolic", entry.occurred_at.0),
                    is_late: is_late(entry),
                })
            })
            .collect()
    }

    fn vital(&self, input: &str, of: impl Fn(&VitalsObserved) -> Option<String>) -> Vec<Cell> {
        self.vitals()
            .into_iter()
            .filter_map(|(entry, one)| Some(self.cell(input, entry, of(one)?)))
            .collect()
    }

    fn cell(&self, input: &str, entry: &Entry, value: String) -> Cell {
        Cell {
            minute: self.minute(entry.occurred_at.0),
            value,
            held: self.held_at(input, entry.occurred_at.0),
            is_late: is_late(entry),
        }
    }

    fn scores(&self, input: &str, watched: Watched) -> Vec<Cell> {
        let mut all: Vec<_> = self
            .chart
            .all::<ObservationMade>()
            .filter(|(_, one)| one.session == self.session.id && one.watched == watched)
            .collect();
        all.sort_by_key(|(entry, _)| (entry.occurred_at, entry.number));
        all.into_iter()
            .filter_map(|(entry, one)| Some(self.cell(input, entry, one.score?.to_string())))
            .collect()
    }

    fn rows(&self) -> Vec<Row> {
        let breaths = self.vital("respiratory_rate", |one| {
            one.breaths_per_min.map(BreathsPerMinute::number)
        });
        let mut rows = vec![Row {
            name: "Resp. rate".to_owned(),
            unit: "/min".to_owned(),
            cells: breaths,
            due: self.due("respiratory_rate"),
        }];
        let scored = [
            ("MOAA/S", "of 5", "sedation", Watched::Sedation),
            (
                "Dissociation",
                "of 10",
                "dissociation",
                Watched::Dissociation,
            ),
            ("Nausea", "of 10", "nausea", Watched::Nausea),
            ("Anxiety", "of 10", "anxiety", Watched::Anxiety),
        ];
        rows.extend(scored.map(|(name, unit, input, watched)| Row {
            name: name.to_owned(),
            unit: unit.to_owned(),
            cells: self.scores(input, watched),
            due: self.due(input),
        }));
        rows
    }

    /// The strictest rule on this input that held at a reading.
    fn held_at(&self, input: &str, at: Timestamp) -> Held {
        self.held
            .iter()
            .filter(|one| one.from <= at && at <= one.to)
            .filter(|one| {
                let rule = self.pack.rule(&one.rule);
                rule.is_some_and(|rule| rule.when.reads().any(|read| read == input))
            })
            .map(|one| match one.act {
                protocol::Act::Alert | protocol::Act::Notify => Held::Watch,
                protocol::Act::Slow | protocol::Act::Stop => Held::Act,
            })
            .max_by_key(|held| u8::from(*held == Held::Act))
            .unwrap_or(Held::Plain)
    }

    /// What is due of an input, and what was missed of it.
    fn due(&self, input: &str) -> Vec<DueMark> {
        let missed: Vec<Timestamp> = self
            .chart
            .all::<ReadingMissed>()
            .filter(|(_, one)| one.session == self.session.id)
            .filter(|(_, one)| one.items.iter().any(|item| item.as_str() == input))
            .map(|(_, one)| one.due_at)
            .collect();
        let is_open = self.session.closed_at.is_none();
        let mut marks: Vec<DueMark> = missed
            .iter()
            .map(|at| DueMark {
                minute: self.minute(*at),
                is_missed: true,
            })
            .collect();
        let open = self
            .dues
            .iter()
            .filter(|due| due.item == input && due.read_at.is_none());
        marks.extend(
            open.filter(|due| is_open && due.minute >= 0 && !missed.contains(&due.at))
                .map(|due| DueMark {
                    minute: self.minute(due.at),
                    is_missed: false,
                }),
        );
        marks
    }

    fn infusion(&self) -> Option<Infusion> {
        let Some(started) = self.session.started else {
            let (dose, minutes) = self.planned?;
            let ordered = self.ordered(dose, minutes);
            return Some(Infusion {
                drug: self.drug.clone(),
                ordered,
                planned: (0.0, f64::from(minutes.max(1))),
                pieces: Vec::new(),
                so_far: String::new(),
                ends: "planned".to_owned(),
            });
        };
        let infusion = self.session.infusion(self.now)?;
        let mut pieces = Vec::new();
        let steps = infusion.steps.as_slice();
        for (place, step) in steps.iter().enumerate() {
            let next = steps.get(place + 1);
            let is_last = next.is_none();
            if is_last && self.session.stopped.is_some() {
                break;
            }
            let end = infusion
                .ends_at
                .filter(|_| is_last)
                .map_or(self.now, |ends| ends.min(self.now));
            let to = next.map_or(end, |next| next.at);
            let given = next.map_or(infusion.given, |next| next.given);
            pieces.push(Piece {
                from: self.minute(step.at),
                to: self.minute(to).max(self.minute(step.at)),
                given: super::readouts::tenths(given),
                is_paused: step.rate.get() == 0 && started.minutes > 0,
            });
        }
        let per_kg = |given: Micrograms| {
            self.session
                .weight_g
                .map(|weight| per_kg(given, weight.get()))
        };
        let ends = self.session.stopped.map_or_else(
            || {
                let waits = if self.n_devices.is_some() {
                    "by devices"
                } else {
                    "paused"
                };
                let at = infusion
                    .ends_at
                    .map_or_else(|| waits.to_owned(), |at| crate::words::time(at, self.zone));
                let kg = per_kg(started.dose).map_or_else(String::new, |kg| format!(", {kg}"));
                format!("{}{kg}, {at}", started.dose)
            },
            |(at, given)| {
                format!(
                    "ended {}, {} of {}",
                    crate::words::time(at, self.zone),
                    given.number(),
                    started.dose
                )
            },
        );
        let so_far = per_kg(infusion.given).filter(|_| self.session.stopped.is_none());
        Some(Infusion {
            drug: self.drug.clone(),
            ordered: self.ordered(started.dose, started.minutes),
            planned: (0.0, f64::from(started.minutes.max(1))),
            pieces,
            so_far: so_far.map_or_else(String::new, |kg| format!("{kg} so far")),
            ends,
        })
    }
}

impl Seen<'_> {
    /// What was ordered, in words.
    fn ordered(&self, dose: Micrograms, minutes: u32) -> String {
        match self.n_devices {
            Some(n) if minutes == 0 => format!("{dose}, {}", crate::words::of_devices(n)),
            Some(_) | None => ordered(dose, minutes),
        }
    }
}

/// `0.54 mg/kg`, rounded down to a hundredth.
pub(super) fn per_kg(given: Micrograms, weight_g: u32) -> String {
    let per_kg = given.get().saturating_mul(1_000) / u64::from(weight_g.max(1)) / 10;
    format!("{} mg/kg", decimal(i64::try_from(per_kg).unwrap_or(0), 2))
}

fn ordered(dose: Micrograms, minutes: u32) -> String {
    if minutes == 0 {
        return format!("{dose} at once");
    }
    let rate = dose.get() / u64::from(minutes);
    let rate = decimal(i64::try_from(rate / 10).unwrap_or(0), 2);
    format!("{dose} over {minutes} min, {rate} mg/min")
}
