//! A plan laid out on the calendar: which visit on which day, at which hour, in which room, with whom.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use protocol::Protocol;
use record::calendar::{ProtocolDay, civil_day_of, protocol_day};
use record::fact::decision::PlanPrescribed;
use record::fact::visit::{VisitBooked, VisitPurpose};
use record::ids::{CourseId, VisitId};
use record::words::Line;

use crate::calendar::Wanted;
use crate::library::Library;
use crate::operation::Operation;

/// Where and when the visits of a plan are wanted.
#[derive(Clone, Debug)]
pub struct Placing {
    /// When dosing visits begin.
    pub dosing: Time,
    /// When talking sessions begin.
    pub therapy: Time,
    /// When visits for measures alone begin; nothing books none but the ninety-day review.
    pub measures: Option<Time>,
    /// The room of the dosing visits.
    pub room: Option<Line>,
    /// The room of the talking sessions.
    pub therapy_room: Option<Line>,
    /// Who is with the patient at a dose.
    pub nurse: Option<Line>,
    /// Who talks with them.
    pub therapist: Option<Line>,
    /// Visits wanted otherwise than the rest, by their key.
    pub otherwise: BTreeMap<String, Otherwise>,
}

/// One visit wanted otherwise than the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Otherwise {
    /// At another time.
    pub starts: Option<DateTime>,
    /// In another room.
    pub room: Option<Line>,
}

impl Placing {
    /// Dosing and talking at these hours, nothing else said.
    pub const fn at(dosing: Time, therapy: Time) -> Self {
        Self {
            dosing,
            therapy,
            measures: None,
            room: None,
            therapy_room: None,
            nurse: None,
            therapist: None,
            otherwise: BTreeMap::new(),
        }
    }
}

/// A visit of a plan on the calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Its name within the plan: `dose-1`, `talk-3`, `measures-30`, `review`.
    pub key: String,
    /// Which dosing or talking session it is.
    pub number: Option<u8>,
    /// The protocol day it stands for.
    pub day: ProtocolDay,
    /// The visit as wanted.
    pub wanted: Wanted,
    /// What should be known of it, such as that it was moved off a closed day.
    pub note: Option<String>,
}

impl Slot {
    /// The visit as it is booked at its moment.
    pub(crate) fn booked(
        &self,
        operation: &mut Operation<'_>,
        course: CourseId,
        starts_at: Timestamp,
    ) -> VisitBooked {
        VisitBooked {
            visit: VisitId::make(operation.now(), operation.chance),
            course: Some(course),
            purpose: self.wanted.purpose,
            title: Line::clipped(&self.wanted.title),
            day: Some(self.day),
            starts_at,
            minutes: self.wanted.minutes,
            with: self.wanted.with.as_deref().map(Line::clipped),
            room: self.wanted.room.as_deref().map(Line::clipped),
            number: self.number,
        }
    }
}

/// A plan laid out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Laid {
    /// Its visits, by time.
    pub slots: Vec<Slot>,
    /// What is in the protocol and is not booked, in sentences.
    pub left_out: Vec<String>,
}

struct Laying<'a> {
    plan: &'a PlanPrescribed,
    library: &'a Library,
    placing: &'a Placing,
    slots: Vec<Slot>,
}

/// Lays a plan out by its protocol days.
///
/// A talking session or a visit for measures that falls on a closed day stands on the next open one,
/// and says so; a dose never moves by itself.
pub fn lay(
    plan: &PlanPrescribed,
    protocol: &Protocol,
    library: &Library,
    placing: &Placing,
    today: Date,
) -> Laid {
    let mut laying = Laying {
        plan,
        library,
        placing,
        slots: Vec::new(),
    };
    laying.doses(protocol);
    laying.talks();
    let left_out = laying.measures(protocol, today);
    let mut slots = laying.slots;
    slots.sort_by(|one, other| {
        let key = |slot: &Slot| (slot.wanted.starts, slot.key.clone());
        key(one).cmp(&key(other))
    });
    Laid { slots, left_out }
}

impl Laying<'_> {
    fn doses(&mut self, protocol: &Protocol) {
        let policy = self.library.policy();
        let stay = u32::try_from(protocol.stay_min.0).unwrap_or(u32::MAX);
        let n = self.plan.doses.len();
        for dose in &self.plan.doses {
            let wanted = Wanted {
                title: format!("Infusion {} of {n}", dose.number),
                purpose: VisitPurpose::Dosing,
                starts: self.on(dose.day).to_datetime(self.placing.dosing),
                minutes: policy.dosing_visit_minutes.max(stay),
                room: text(self.placing.room.as_ref()),
                with: text(self.placing.nurse.as_ref()),
            };
            let wanted = Wanted {
                title: if dose.minutes == 0 {
                    format!("Dose {} of {n}", dose.number)
                } else {
                    wanted.title
                },
                ..wanted
            };
            self.add(
                format!("dose-{}", dose.number),
                Some(dose.number),
                dose.day,
                wanted,
            );
        }
    }

    fn talks(&mut self) {
        for talk in &self.plan.therapy {
            let wanted = Wanted {
                title: format!("S{} {}", talk.number, talk.title),
                purpose: VisitPurpose::Therapy,
                starts: self.on(talk.day).to_datetime(self.placing.therapy),
                minutes: talk.minutes,
                room: text(self.placing.therapy_room.as_ref()),
                with: text(self.placing.therapist.as_ref()),
            };
            self.add(
                format!("talk-{}", talk.number),
                Some(talk.number),
                talk.day,
                wanted,
            );
        }
    }

    /// The review, and a visit for each day of measures on which nothing else brings the patient in.
    fn measures(&mut self, protocol: &Protocol, today: Date) -> Vec<String> {
        const REVIEW: ProtocolDay = ProtocolDay(90);
        let mut left_out = Vec::new();
        let time = self.placing.measures.unwrap_or(self.placing.therapy);
        let add = |laying: &mut Self, key: String, title: String, day| {
            let wanted = Wanted {
                title,
                purpose: VisitPurpose::FollowUp,
                starts: laying.on(day).to_datetime(time),
                minutes: laying.library.policy().review_visit_minutes,
                room: None,
                with: None,
            };
            laying.add(key, None, day, wanted);
        };
        add(
            self,
            "review".to_owned(),
            "Ninety-day review".to_owned(),
            REVIEW,
        );
        if self.placing.measures.is_none() {
            return left_out;
        }
        for one in &protocol.assessments {
            let day = ProtocolDay(i32::from(one.day));
            let date = self.on(day);
            let is_in = |slot: &Slot| slot.wanted.starts.date() == date;
            if day == REVIEW || self.slots.iter().any(is_in) {
                continue;
            }
            if date < today {
                left_out.push(format!(
                    "Measures of {day}, {}: this day has passed, so nothing is booked. Chart what was taken: {}.",
                    date.strftime("%a %-d %b"),
                    one.items.join(", ")
                ));
                continue;
            }
            let key = format!("measures-{}", one.day);
            add(self, key, format!("Measures, {day}"), day);
        }
        left_out
    }

    fn on(&self, day: ProtocolDay) -> Date {
        civil_day_of(day, self.plan.day_zero)
    }

    fn add(&mut self, key: String, number: Option<u8>, day: ProtocolDay, mut wanted: Wanted) {
        let mut note = None;
        if let Some(otherwise) = self.placing.otherwise.get(&key) {
            if let Some(starts) = otherwise.starts {
                wanted.starts = starts;
                note = Some("moved by hand".to_owned());
            }
            if let Some(room) = &otherwise.room {
                wanted.room = Some(room.to_string());
            }
        }
        if note.is_none() && !self.is_dosing_day(wanted.starts.date()) {
            note = self.off_closed_days(&mut wanted, day);
        }
        let day = if wanted.starts.date() == self.on(day) {
            day
        } else {
            protocol_day(wanted.starts.date(), self.plan.day_zero)
        };
        self.slots.push(Slot {
            key,
            number,
            day,
            wanted,
            note,
        });
    }

    /// Whether a dose is given on the day, which holds whatever belongs to it there.
    fn is_dosing_day(&self, date: Date) -> bool {
        let doses = self.plan.doses.iter();
        doses.into_iter().any(|dose| self.on(dose.day) == date)
    }

    /// What comes before the first dose is held earlier, so that it still comes before; the rest later.
    fn off_closed_days(&self, wanted: &mut Wanted, day: ProtocolDay) -> Option<String> {
        let premises = self.library.premises();
        let date = wanted.starts.date();
        let why = premises.closed_on(date)?;
        let next = if day.0 < 0 {
            premises.last_open(date)?
        } else {
            premises.next_open(date)?
        };
        wanted.starts = next.to_datetime(wanted.starts.time());
        Some(format!(
            "{} is closed, {why}: moved to {}",
            date.strftime("%a %-d %b"),
            next.strftime("%a %-d %b"),
        ))
    }
}

fn text(line: Option<&Line>) -> Option<String> {
    line.map(ToString::to_string)
}
