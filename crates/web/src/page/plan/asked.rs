//! What is asked of a plan being designed: read from the address or the form, and drawn again as asked.

use std::collections::BTreeMap;

use clinic::act::plan::lay::{Otherwise, Placing, Slot};
use clinic::act::plan::reckon::{Wishes, body, measured};
use clinic::act::plan::sign::{Design, Designed};
use clinic::denied::FieldFault;
use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime, Time};
use pages::{Choice, Field, Form};
use protocol::dose::Dose;
use protocol::{Basis, Protocol, Quantity, Weight};
use record::fact::visit::VisitPurpose;
use record::ids::{CourseId, PersonId};
use record::words::{Line, Prose, Role};

use crate::app::App;
use crate::page::patient::Opened;
use crate::sent::{Sent, sentence};

/// Reads a design. What is not said yet is proposed: the first day that leaves room for what comes
/// before it, and common hours.
pub(super) fn read(
    app: &App,
    opened: &Opened,
    course: CourseId,
    protocol: &Protocol,
    sent: &Sent,
) -> Result<Design, Vec<FieldFault>> {
    let mut faults = Vec::new();
    let proposed = proposed_day(app, opened.today, protocol);
    let day_zero = or_fault(sent, "day_zero", "Write a day as 2026-11-27", &mut faults);
    let wishes = Wishes {
        protocol: protocol.id.clone(),
        day_zero: day_zero.unwrap_or(proposed),
        weight: weight(sent, opened.today, &mut faults),
        weight_confirmed: prose(sent, "weight_confirmed", &mut faults),
        basis: match sent.get("basis") {
            Some("actual") => Some(Basis::Actual),
            Some("ideal") => Some(Basis::Ideal),
            Some(_) | None => None,
        },
        dose: dose(sent, &mut faults),
        doses: doses(sent, &mut faults),
        second: second(app, sent),
    };
    let time = |field, otherwise, faults: &mut Vec<FieldFault>| {
        or_fault::<Time>(sent, field, "Write a time as 10:00", faults).unwrap_or(otherwise)
    };
    let placing = Placing {
        dosing: time("dosing", Time::constant(10, 0, 0, 0), &mut faults),
        therapy: time("therapy", Time::constant(8, 30, 0, 0), &mut faults),
        measures: Some(time("measures", Time::constant(14, 0, 0, 0), &mut faults)),
        room: line(sent, "room"),
        therapy_room: line(sent, "therapy_room"),
        nurse: line(sent, "nurse"),
        therapist: line(sent, "therapist"),
        otherwise: otherwise(sent, &mut faults),
    };
    if faults.is_empty() {
        Ok(Design {
            course,
            wishes,
            placing,
        })
    } else {
        Err(faults)
    }
}

/// The first open day that leaves the days before day 0 to come.
fn proposed_day(app: &App, today: Date, protocol: &Protocol) -> Date {
    let before = protocol
        .therapy
        .iter()
        .map(|talk| i32::from(talk.day))
        .min();
    let ahead = before.unwrap_or(0).min(0).abs().saturating_add(1);
    let day = today.saturating_add(ahead.days());
    app.clinic
        .library()
        .premises()
        .next_open(day)
        .unwrap_or(day)
}

fn or_fault<T: std::str::FromStr>(
    sent: &Sent,
    field: &'static str,
    mend: &str,
    faults: &mut Vec<FieldFault>,
) -> Option<T> {
    let read = sent.get(field)?.parse();
    if read.is_err() {
        faults.push(FieldFault::new(field, mend));
    }
    read.ok()
}

fn line(sent: &Sent, field: &str) -> Option<Line> {
    sent.get(field).map(Line::clipped)
}

pub(crate) fn prose(
    sent: &Sent,
    field: &'static str,
    faults: &mut Vec<FieldFault>,
) -> Option<Prose> {
    let read = Prose::new(sent.get(field)?);
    let wrong =
        |error: &dyn std::fmt::Display| FieldFault::new(field, sentence(&error.to_string()));
    if let Err(error) = &read {
        faults.push(wrong(error));
    }
    read.ok()
}

/// A weight in kilograms or pounds, of a day.
pub(crate) fn weight(
    sent: &Sent,
    today: Date,
    faults: &mut Vec<FieldFault>,
) -> Option<(Quantity, Date)> {
    let number = sent.get("weight")?;
    let unit = if sent.get("unit") == Some("lb") {
        "lb"
    } else {
        "kg"
    };
    let on = or_fault(sent, "weighed_on", "Write a day as 2026-11-27", faults).unwrap_or(today);
    let read = Quantity::parse(&format!("{number} {unit}"));
    if read.is_err() {
        let mend = "Write the weight as a number, such as 74.5, and choose its unit";
        faults.push(FieldFault::new("weight", mend));
    }
    read.ok().map(|quantity| (quantity, on))
}

/// Before the number of a session, in the name of the field of its own dose.
const OF_SESSION: &str = "dose-of-";

/// Doses wished for one session each.
pub(crate) fn doses(sent: &Sent, faults: &mut Vec<FieldFault>) -> BTreeMap<u16, Dose> {
    let fields = sent.pairs().iter().filter_map(|(name, text)| {
        let number = name.strip_prefix(OF_SESSION)?.parse().ok()?;
        (!text.trim().is_empty()).then_some((number, text))
    });
    let read = fields.filter_map(|(number, text)| Some((number, as_dose(text, faults)?)));
    read.collect()
}

pub(crate) fn dose(sent: &Sent, faults: &mut Vec<FieldFault>) -> Option<Dose> {
    as_dose(sent.get("dose")?, faults)
}

fn as_dose(text: &str, faults: &mut Vec<FieldFault>) -> Option<Dose> {
    let dose = Quantity::parse(text).ok().and_then(Dose::from_quantity);
    if dose.is_none() {
        let mend = "Write the dose with its unit, such as 0.6 mg/kg or 84 mg";
        faults.push(FieldFault::new("dose", mend));
    }
    dose
}

/// The printed name of the second prescriber chosen.
pub(crate) fn second(app: &App, sent: &Sent) -> Option<Line> {
    let person: PersonId = sent.get("second")?.parse().ok()?;
    let name = app.clinic.board().people.get(&person)?.name.clone();
    Some(Line::clipped(&name))
}

/// Visits wanted otherwise: `at-dose-1` and `room-dose-1`.
fn otherwise(
    sent: &Sent,
    faults: &mut Vec<FieldFault>,
) -> std::collections::BTreeMap<String, Otherwise> {
    let mut all: std::collections::BTreeMap<String, Otherwise> = std::collections::BTreeMap::new();
    for (name, value) in sent.pairs() {
        let value = value.trim();
        if value.is_empty() {
            continue;
        }
        if let Some(key) = name.strip_prefix("at-") {
            match value.parse::<DateTime>() {
                Ok(starts) => all.entry(key.to_owned()).or_default().starts = Some(starts),
                Err(_) => faults.push(FieldFault::new(
                    "visits",
                    format!("{value} is no time: write it as 2026-11-27T10:00"),
                )),
            }
        } else if let Some(key) = name.strip_prefix("room-") {
            all.entry(key.to_owned()).or_default().room = Some(Line::clipped(value));
        }
    }
    all
}

/// The form that asks, with what was asked in it.
pub(super) fn form(
    app: &App,
    opened: &Opened,
    protocol: &Protocol,
    sent: &Sent,
    designed: Option<&Designed>,
) -> Form {
    let day = sent.get("day_zero").map_or_else(
        || proposed_day(app, opened.today, protocol).to_string(),
        str::to_owned,
    );
    let value = |field: Field, otherwise: &str| {
        let said = sent.raw(&field.name).unwrap_or(otherwise).to_owned();
        field.value(&said)
    };
    let rooms = |purpose| rooms(app, purpose);
    let mut form = Form::ask(opened.path("/plan/new"), "Work it out")
        .named("design")
        .hidden("protocol", protocol.id.clone())
        .group("The dose", dose_fields(app, opened, protocol, sent))
        .group(
            "Days and hours",
            vec![
                value(Field::day("day_zero", "First dosing day, day 0"), &day),
                value(Field::line("dosing", "Doses begin at"), "10:00"),
                value(Field::line("therapy", "Talking sessions begin at"), "08:30"),
                value(Field::line("measures", "Visits for measures begin at"), "14:00"),
            ],
        )
        .group_with_hint(
            "Rooms and people",
            "A room that is not chosen is the first free one. Who is not named here can be named later.",
            vec![
                value(Field::select("room", "Room for doses", rooms(VisitPurpose::Dosing)).optional(), ""),
                value(Field::select("nurse", "Nurse", staff(app, Role::Nurse)).optional(), ""),
                value(
                    Field::select("therapy_room", "Room for talking", rooms(VisitPurpose::Therapy)).optional(),
                    "",
                ),
                value(Field::select("therapist", "Therapist", staff(app, Role::Therapist)).optional(), ""),
            ],
        );
    let alone = alone(app, sent, designed);
    if !alone.is_empty() {
        form = form.group_with_hint(
            "Visits that need a place of their own",
            "Another time or another room for one visit; the rest stay as they are.",
            alone,
        );
    }
    form
}

/// What is asked of the dose: a weight, its basis where the protocol asks, a dose where it leaves a choice.
pub(crate) fn dose_fields(
    app: &App,
    opened: &Opened,
    protocol: &Protocol,
    sent: &Sent,
) -> Vec<Field> {
    let value = |field: Field, otherwise: &str| {
        let said = sent.raw(&field.name).unwrap_or(otherwise).to_owned();
        field.value(&said)
    };
    let last = measured(&app.clinic, &opened.known).map_or_else(
        || "No weight is charted yet".to_owned(),
        |weight| {
            let on = crate::words::day_plain(weight.on);
            format!("Empty: {}, weighed {on}", weight.grams)
        },
    );
    let steps = || protocol.sessions.iter().flat_map(|session| &session.steps);
    let mut fields = Vec::new();
    if steps().any(|step| matches!(step.dose, Dose::PerKilogram(_))) {
        let units = Choice::list(&[("kg", "kg"), ("lb", "lb")]);
        let bases = Choice::list(&[("actual", "Actual weight"), ("ideal", "Ideal weight")]);
        let mut field = Field::line("weight", "Another weight")
            .hint(last)
            .optional();
        if let pages::Control::Line { room, .. } = &mut field.control {
            *room = pages::Room::Short;
        }
        fields.push(value(field, ""));
        fields.push(value(Field::one_of("unit", "In", units), "kg"));
        fields.push(value(Field::day("weighed_on", "Weighed on").optional(), ""));
        let mut basis = Field::one_of("basis", "Reckoned on", bases);
        match both_weights(app, opened, protocol, sent) {
            Some(said) => basis = basis.hint(said),
            None => basis = basis.optional(),
        }
        fields.push(value(basis, ""));
    }
    if steps().any(|step| step.choice != protocol::Choice::None) {
        let mut field = Field::line("dose", "Dose, where there is a choice").optional();
        if let Some(step) = steps().find(|step| step.choice != protocol::Choice::None) {
            field = field.hint(open(step));
        }
        fields.push(value(field, ""));
        fields.extend(
            own_doses(protocol)
                .into_iter()
                .map(|field| value(field, "")),
        );
    }
    if sent.get("weight_confirmed").is_some() {
        fields.push(confirm_field(sent));
    }
    if sent.get("second").is_some() {
        fields.push(second_field(app, sent));
    }
    fields
}

/// Actual weight, ideal weight and mass index, where the protocol asks for a choice between them.
fn both_weights(app: &App, opened: &Opened, protocol: &Protocol, sent: &Sent) -> Option<String> {
    let course = opened.chart().course()?;
    let given = weight(sent, opened.today, &mut Vec::new());
    let inputs = app.clinic.library().pack().inputs();
    let given = given.and_then(|(given, on)| Weight::new(given, on, inputs).ok());
    let weight = given.or_else(|| measured(&app.clinic, &opened.known));
    let of = (course.id, opened.today);
    let body = body(&app.clinic, &opened.known, of, protocol, weight);
    let weight = weight.filter(|_| body.must_choose)?;
    let ideal = body
        .ideal
        .map_or_else(|| "not known".to_owned(), |ideal| ideal.to_string());
    let index = body
        .index
        .unwrap_or_else(|| "not known, height not charted".to_owned());
    Some(format!(
        "Actual {}, ideal {ideal}; body mass index {index}",
        weight.grams
    ))
}

/// A field for each session that leaves a choice, where there are several.
fn own_doses(protocol: &Protocol) -> Vec<Field> {
    let open: Vec<&protocol::Session> = protocol
        .sessions
        .iter()
        .filter(|session| {
            let mut steps = session.steps.iter();
            steps.any(|step| step.choice != protocol::Choice::None)
        })
        .collect();
    if open.len() < 2 {
        return Vec::new();
    }
    open.into_iter()
        .map(|session| {
            let mut field = Field::line(
                format!("{OF_SESSION}{}", session.number),
                format!("Session {}, if another dose", session.number),
            )
            .optional();
            if let pages::Control::Line { room, .. } = &mut field.control {
                *room = pages::Room::Short;
            }
            field
        })
        .collect()
}

fn open(step: &protocol::Step) -> String {
    match &step.choice {
        protocol::Choice::None => String::new(),
        protocol::Choice::Between(low, high) => {
            format!("Empty: {}; open from {low} to {high}", step.dose)
        }
        protocol::Choice::OneOf(doses) => {
            let doses: Vec<String> = doses.iter().map(ToString::to_string).collect();
            format!("Empty: {}; open: {}", step.dose, doses.join(", "))
        }
    }
}

/// Asked only once the weight looks wrong.
pub(crate) fn confirm_field(sent: &Sent) -> Field {
    Field::area("weight_confirmed", "Why is this weight right?")
        .hint("Kept with the plan")
        .value(sent.raw("weight_confirmed").unwrap_or_default())
}

/// Asked only once the dose is over the cap.
pub(crate) fn second_field(app: &App, sent: &Sent) -> Field {
    let board = app.clinic.board();
    let may = |role: &Role| matches!(role, Role::Prescriber | Role::MedicalDirector);
    let people = board
        .people
        .iter()
        .filter(|(_, staff)| staff.is_here && staff.roles.iter().any(may));
    let people = people.map(|(id, staff)| Choice::new(id.to_string(), staff.name.clone()));
    Field::select("second", "Second prescriber", people.collect())
        .hint("They approve the dose over the cap with their own pass phrase")
        .value(sent.raw("second").unwrap_or_default())
}

pub(crate) fn rooms(app: &App, purpose: VisitPurpose) -> Vec<Choice> {
    let rooms = app.clinic.library().premises().rooms_for(purpose);
    rooms
        .map(|room| Choice::new(room.name.clone(), room.name.clone()))
        .collect()
}

/// Everyone here in a role, by name as visits name them.
pub(crate) fn staff(app: &App, role: Role) -> Vec<Choice> {
    let board = app.clinic.board();
    let here = board.people.values();
    let here = here.filter(|staff| staff.is_here && staff.roles.contains(&role));
    let mut names: Vec<String> = here.map(|staff| staff.name.clone()).collect();
    names.sort();
    names
        .into_iter()
        .map(|name| Choice::new(name.clone(), name))
        .collect()
}

/// Fields for the visits that clash, and for those already placed by hand.
fn alone(app: &App, sent: &Sent, designed: Option<&Designed>) -> Vec<Field> {
    let Some(designed) = designed else {
        return Vec::new();
    };
    let slots = designed.laid.slots.iter().zip(&designed.checked);
    let mut fields = Vec::new();
    for (slot, checked) in slots {
        let (at, room) = (format!("at-{}", slot.key), format!("room-{}", slot.key));
        let is_by_hand = sent.get(&at).is_some() || sent.get(&room).is_some();
        if checked.clashes.is_empty() && !is_by_hand {
            continue;
        }
        fields.extend(own(app, slot, (&at, &room), sent));
    }
    fields
}

fn own(app: &App, slot: &Slot, (at, room): (&str, &str), sent: &Sent) -> [Field; 2] {
    let title = &slot.wanted.title;
    let rooms = rooms(app, slot.wanted.purpose);
    let starts = slot.wanted.starts.strftime("%Y-%m-%dT%H:%M").to_string();
    let starts = sent.get(at).map_or(starts, str::to_owned);
    [
        Field::moment(at, format!("{title}, begins")).value(&starts),
        Field::select(room, format!("{title}, room"), rooms)
            .optional()
            .value(sent.raw(room).unwrap_or_default()),
    ]
}
