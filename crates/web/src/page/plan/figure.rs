//! A plan on one axis by protocol day: doses, talking, measures, check-ins.

use std::collections::BTreeMap;

use clinic::act::plan::lay::Slot;
use figures::{CourseFigure, Lane, MarkLane, SessionMark, tick_days};
use jiff::civil::Date;
use pages::{Figure, Phrase};
use protocol::Protocol;
use record::calendar::{ProtocolDay, civil_day_of, protocol_day};
use record::chart::visit::{Visit, VisitState};
use record::fact::decision::PlanPrescribed;
use record::fact::visit::VisitPurpose;

use crate::words;

/// A visit as the figure draws it.
pub(super) struct Drawn {
    /// The protocol day.
    pub(super) day: i32,
    /// What it is for.
    pub(super) purpose: VisitPurpose,
    /// What became of it; booked while it is only designed.
    pub(super) state: VisitState,
}

impl Drawn {
    pub(super) fn of_slot(slot: &Slot, day_zero: Date) -> Self {
        Self {
            day: protocol_day(slot.wanted.starts.date(), day_zero).0,
            purpose: slot.wanted.purpose,
            state: VisitState::Booked,
        }
    }

    pub(super) fn of_visit(visit: &Visit, date: Date, day_zero: Date) -> Self {
        Self {
            day: protocol_day(date, day_zero).0,
            purpose: visit.purpose,
            state: visit.state,
        }
    }
}

fn lane(name: &str, of: &[&Drawn]) -> Lane {
    let days = |wanted: &dyn Fn(VisitState) -> bool| -> Vec<i32> {
        let days = of.iter().filter(|one| wanted(one.state));
        let mut days: Vec<i32> = days.map(|one| one.day).collect();
        days.sort_unstable();
        days.dedup();
        days
    };
    Lane::Marks(MarkLane {
        name: name.to_owned(),
        held: days(&|state| matches!(state, VisitState::Held | VisitState::Arrived)),
        missed: days(&|state| state == VisitState::Missed),
        planned: days(&|state| state == VisitState::Booked),
        notes: Vec::new(),
    })
}

/// The figure; nobody is named in it.
pub(super) fn course(
    plan: &PlanPrescribed,
    protocol: &Protocol,
    today: Option<Date>,
    drawn: &[Drawn],
    given: &[u8],
) -> Figure {
    let of = |purpose: VisitPurpose| -> Vec<&Drawn> {
        drawn.iter().filter(|one| one.purpose == purpose).collect()
    };
    let asked = protocol.assessments.iter().map(|one| i32::from(one.day));
    let asked: Vec<i32> = asked.filter(|day| *day <= 90).collect();
    let first = drawn.iter().map(|one| one.day).chain(asked.iter().copied());
    let first_day = first.min().unwrap_or(0).clamp(-28, 0);
    let doses = plan.doses.iter().map(|dose| dose.day.0);
    let last_day = doses.max().unwrap_or(0).max(90);
    let date = |day: i32| civil_day_of(ProtocolDay(day), plan.day_zero);
    let dates: BTreeMap<i32, String> = tick_days(first_day, last_day)
        .into_iter()
        .map(|day| (day, format!("{} {}", date(day).day(), month(date(day)))))
        .collect();
    let now = today.map(|today| protocol_day(today, plan.day_zero).0);
    let sessions = plan.doses.iter().map(|dose| SessionMark {
        day: dose.day.0,
        name: dose.number.to_string(),
        amount: String::new(),
        is_planned: !given.contains(&dose.number),
    });
    let figure = CourseFigure {
        id: "course".to_owned(),
        title: "The course by protocol day".to_owned(),
        first_day,
        last_day,
        today: now.filter(|now| (first_day..=last_day).contains(now)),
        today_words: today.map(words::day_short).unwrap_or_default(),
        dates,
        sessions: sessions.collect(),
        lanes: vec![
            lane("Doses", &of(VisitPurpose::Dosing)),
            lane("Talking", &of(VisitPurpose::Therapy)),
            lane("Visits", &of(VisitPurpose::FollowUp)),
            Lane::Marks(MarkLane {
                name: "Measures".to_owned(),
                held: Vec::new(),
                missed: Vec::new(),
                planned: asked,
                notes: Vec::new(),
            }),
        ],
        life: Vec::new(),
    };
    Figure {
        drawing: figure.draw(),
        caption: Phrase::sentence(
            "Days counted from day 0. Hollow is planned, filled was held, dashed was missed. Measures are \
             those the protocol asks for, taken at the visit of the day where there is one.",
        ),
        table_link: "As a table".to_owned(),
    }
}

fn month(date: Date) -> String {
    date.strftime("%b").to_string()
}
