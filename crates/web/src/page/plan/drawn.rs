//! A design as sections of a page: the dose spelled out, the course by day, the predicted level.

use clinic::act::plan::lay::Slot;
use clinic::act::plan::reckon::Reckoned;
use clinic::act::plan::sign::Designed;
use clinic::calendar::Checked;
use pages::{Cell, Column, Fact, Mark, Phrase, Piece, Section, Standing, Sum, Table, Term};
use protocol::dose::{Dose, Micrograms, Minutes};
use protocol::{Basis, Prescribed, Protocol};
use record::calendar::days_between;
use record::fact::visit::VisitPurpose;

use super::figure::{Drawn, course};
use crate::app::App;
use crate::page::patient::Opened;
use crate::page::{level, why};
use crate::words;

/// Everything a design shows, in order.
pub(super) fn sections(
    app: &App,
    opened: &Opened,
    protocol: &Protocol,
    designed: &Designed,
) -> Vec<Section> {
    let mut all = vec![
        dose(app, opened, protocol, &designed.reckoned),
        days(protocol, designed),
    ];
    let weight = designed.reckoned.plan.weight_g;
    let weight = weight.or_else(|| opened.chart().weight().map(|(_, weight)| weight));
    let age = opened.chart().age_on(opened.today).map(f64::from);
    if let Some(first) = designed.reckoned.plan.doses.first() {
        let kg = weight.map(|weight| f64::from(weight.get()) / 1_000.0);
        all.extend(level::of_planned(app, first, protocol, kg, age));
    }
    all
}

/// The dose of the first session as a sum, every session as drawn, and what limits them.
pub(super) fn dose(app: &App, opened: &Opened, protocol: &Protocol, found: &Reckoned) -> Section {
    let mut pieces = Vec::new();
    if let Some(first) = found.sessions.first() {
        pieces.push(Piece::Sum(sum(opened, found, first)));
    }
    pieces.push(Piece::Table(sessions(protocol, found)));
    if !found.kept.is_empty() {
        let kept: Vec<String> = found.kept.iter().map(ToString::to_string).collect();
        pieces.push(Piece::plain(format!(
            "The protocol leaves no choice in session {}: its own dose stands there.",
            kept.join(", ")
        )));
    }
    let mut facts = Vec::new();
    let mut cap = Phrase::sentence(format!("{} a session.", protocol.cap.amount));
    if let Some(by) = &found.plan.over_cap_approved_by {
        cap.push(Phrase::Mark(Mark::new(
            Standing::Watch,
            format!("Over it: {by} approves with their own pass phrase"),
        )));
    }
    cap.extend(why::of_protocol(app, &protocol.id, "cap"));
    facts.push(Fact {
        name: "Most".to_owned(),
        said: cap,
    });
    facts.extend(body(found));
    let mut stay = Phrase::sentence(format!(
        "{} min on the premises from the start of the dose.",
        protocol.stay_min.0
    ));
    stay.extend(why::of_protocol(app, &protocol.id, "stay"));
    facts.push(Fact {
        name: "Recovery".to_owned(),
        said: stay,
    });
    if let Some(doubt) = &found.doubt {
        facts.push(Fact {
            name: "Weight confirmed".to_owned(),
            said: vec![Phrase::Mark(Mark::new(
                Standing::Watch,
                crate::sent::sentence(&doubt.to_string()),
            ))],
        });
    }
    pieces.push(Piece::Facts(facts));
    let mut rests = vec![Phrase::Quiet("Doses and days rest on:".to_owned())];
    rests.extend(why::of_protocol(app, &protocol.id, "session"));
    if rests.len() > 1 {
        pieces.push(Piece::Said(rests));
    }
    Section::new("Dose", pieces)
}

fn sum(opened: &Opened, found: &Reckoned, first: &Prescribed) -> Sum {
    let rate: u64 = first
        .steps
        .iter()
        .map(|step| match step.dose {
            Dose::PerKilogram(rate) => rate.0,
            Dose::Fixed(_) => 0,
        })
        .sum();
    let exact = Micrograms(first.steps.iter().map(|step| step.exact.0).sum());
    let over = Minutes(first.steps.iter().map(|step| step.over.0).sum());
    let mut terms = Vec::new();
    if let (true, Some(weight)) = (rate > 0, found.weight) {
        let rate = protocol::dose::MicrogramsPerKilogram(rate);
        let ago = match days_between(weight.on, opened.today) {
            0 => "weighed today".to_owned(),
            1 => "weighed yesterday".to_owned(),
            days => format!("weighed {days} days ago"),
        };
        let basis = match first.basis {
            Basis::Actual => ago,
            Basis::Ideal => format!("ideal weight; {} {ago}", weight.grams),
        };
        terms.push(Term::new(
            "",
            rate.to_string(),
            "the protocol\u{2019}s, or chosen",
        ));
        terms.push(Term::new("\u{d7}", first.grams.to_string(), basis));
        terms.push(Term::new("=", exact.to_string(), "before rounding"));
    }
    let how = if over.0 == 0 {
        first.total.to_string()
    } else {
        format!("{} over {} min", first.total, over.0)
    };
    let before = if terms.is_empty() { "" } else { "so" };
    terms.push(Term::result(before, how, drawn(first, found)));
    Sum { terms }
}

/// "1.18 mL of 50 mg/mL, rounded down to the syringe", or whole pieces.
fn drawn(session: &Prescribed, found: &Reckoned) -> String {
    let volumes: Vec<String> = session
        .steps
        .iter()
        .filter_map(|step| step.volume.map(|volume| volume.to_string()))
        .collect();
    let pieces: u64 = session.steps.iter().filter_map(|step| step.pieces).sum();
    match (found.plan.vial, volumes.is_empty()) {
        (Some(vial), false) => format!(
            "{} of {vial}, rounded down to what can be drawn",
            volumes.join(" then ")
        ),
        (_, _) if pieces > 0 => words::of(
            usize::try_from(pieces).unwrap_or(usize::MAX),
            "whole piece",
            "whole pieces",
        ),
        (_, _) => String::new(),
    }
}

fn sessions(protocol: &Protocol, found: &Reckoned) -> Table {
    let both = found.sessions.iter().zip(&protocol.sessions);
    let rows = both.map(|(one, session)| {
        let over: u64 = one.steps.iter().map(|step| step.over.0).sum();
        let per_kg = if one.total_per_kg.0 == 0 {
            vec![Phrase::absent("not by weight")]
        } else {
            Phrase::sentence(one.total_per_kg.to_string())
        };
        let over = if over == 0 {
            "at once".to_owned()
        } else {
            format!("{over} min")
        };
        vec![
            Phrase::sentence(one.session.to_string()),
            Phrase::sentence(format!("day {}", session.day)),
            vec![Phrase::Strong(one.total.to_string())],
            per_kg,
            Phrase::sentence(one.route.to_string()),
            Phrase::sentence(over),
            Phrase::sentence(drawn(one, found)),
        ]
    });
    let columns = [
        "Session",
        "Day",
        "Dose",
        "By weight, as drawn",
        "Way in",
        "Over",
        "To draw",
    ];
    Table {
        caption: "Doses of the plan".to_owned(),
        columns: columns
            .iter()
            .map(|head| Column {
                head: (*head).to_owned(),
                is_number: ["Dose", "By weight, as drawn", "Over"].contains(head),
            })
            .collect(),
        rows: rows.collect(),
        when_empty: "The protocol holds no dose.".to_owned(),
    }
}

/// Actual and ideal weight and the mass index, where they bear on the dose.
fn body(found: &Reckoned) -> Vec<Fact> {
    let Some(weight) = found.weight else {
        return Vec::new();
    };
    let ideal = found.body.ideal.map_or_else(
        || {
            Fact::absent(
                "Ideal weight",
                "not known: it needs sex and a height of five feet or more",
            )
        },
        |ideal| Fact::plain("Ideal weight", ideal.to_string()),
    );
    let index = found.body.index.as_ref().map_or_else(
        || Fact::absent("Body mass index", "not known: the height is not charted"),
        |index| Fact::plain("Body mass index", format!("{index} kg/m\u{b2}")),
    );
    let on = words::day_plain(weight.on);
    vec![
        Fact::plain("Actual weight", format!("{}, {on}", weight.grams)),
        ideal,
        index,
    ]
}

fn days(protocol: &Protocol, designed: &Designed) -> Section {
    let plan = &designed.reckoned.plan;
    let slots = &designed.laid.slots;
    let drawn: Vec<Drawn> = slots
        .iter()
        .map(|slot| Drawn::of_slot(slot, plan.day_zero))
        .collect();
    let n = designed.n_clashes();
    let mut pieces = vec![Piece::Figure(course(plan, protocol, None, &drawn, &[]))];
    if n > 0 {
        let words = words::of(n, "visit cannot stand", "visits cannot stand");
        pieces.insert(
            0,
            Piece::Said(vec![
                Phrase::Mark(Mark::new(Standing::ActNow, format!("{words} where wanted"))),
                Phrase::plain(" Give each another time or room above, or move day 0."),
            ]),
        );
    }
    let rows = slots.iter().zip(&designed.checked);
    pieces.push(Piece::Table(Table {
        caption: "Visits of the plan".to_owned(),
        columns: ["Day", "When", "What", "Where", "With", "Stands"]
            .map(Column::words)
            .to_vec(),
        rows: rows
            .map(|(slot, checked)| row(protocol, plan, slot, checked))
            .collect(),
        when_empty: "There is nothing to book.".to_owned(),
    }));
    if !designed.laid.left_out.is_empty() {
        let lines = designed.laid.left_out.iter();
        let lines = lines.map(|words| Phrase::sentence(words.clone())).collect();
        pieces.push(Piece::List(lines));
    }
    Section::new("The course by day", pieces)
}

/// From when the dose runs and until when recovery holds the room, within a visit.
pub(crate) fn recovery(
    starts: jiff::civil::DateTime,
    visit_minutes: u32,
    stay: u64,
    infusion: u32,
) -> String {
    let minutes = |n: i64| jiff::Span::new().minutes(n);
    let stay = i64::try_from(stay).unwrap_or(i64::MAX);
    let lead = i64::from(visit_minutes).saturating_sub(stay).max(0);
    let from = starts.saturating_add(minutes(lead));
    let until = from.saturating_add(minutes(i64::from(infusion)));
    let end = starts.saturating_add(minutes(i64::from(visit_minutes)));
    format!(
        "dose {} to {}, recovery until {}",
        from.strftime("%H:%M"),
        until.strftime("%H:%M"),
        end.strftime("%H:%M")
    )
}

fn row(
    protocol: &Protocol,
    plan: &record::fact::decision::PlanPrescribed,
    slot: &Slot,
    checked: &Checked,
) -> Vec<Cell> {
    let wanted = &slot.wanted;
    let end = wanted
        .starts
        .saturating_add(jiff::Span::new().minutes(i64::from(wanted.minutes)));
    let when = format!(
        "{}, {} to {}",
        words::day_short(wanted.starts.date()),
        wanted.starts.strftime("%H:%M"),
        end.strftime("%H:%M")
    );
    let mut what = vec![Phrase::Strong(wanted.title.clone())];
    if wanted.purpose == VisitPurpose::Dosing {
        let dose = plan
            .doses
            .iter()
            .find(|dose| Some(dose.number) == slot.number);
        let infusion = dose.map_or(0, |dose| dose.minutes);
        let stay = protocol.stay_min.0;
        let said = recovery(wanted.starts, wanted.minutes, stay, infusion);
        what.push(Phrase::Quiet(format!(", {said}")));
    }
    vec![
        Phrase::sentence(slot.day.to_string()),
        Phrase::sentence(when),
        what,
        Phrase::or_absent(wanted.room.as_ref(), "no room free"),
        Phrase::or_absent(wanted.with.as_ref(), "nobody named"),
        stands(slot, checked),
    ]
}

fn stands(slot: &Slot, checked: &Checked) -> Vec<Phrase> {
    let mut said = Vec::new();
    for clash in &checked.clashes {
        said.push(Phrase::Mark(Mark::new(Standing::ActNow, "Cannot stand")));
        said.push(Phrase::plain(format!(
            " {}. ",
            crate::sent::sentence(&clash.to_string())
        )));
    }
    if checked.comes_twice {
        said.push(Phrase::plain(
            "The clocks go back that night and this time comes twice: the first is meant. ",
        ));
    }
    if let Some(note) = &slot.note {
        said.push(Phrase::plain(crate::sent::sentence(note)));
    }
    if said.is_empty() {
        said.push(Phrase::Quiet("free".to_owned()));
    }
    said
}
