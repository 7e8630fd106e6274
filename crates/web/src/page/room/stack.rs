//! The stack of acts: what can be pressed now, by whoever asks, in the same order always.

use pages::{Corner, Pad, PadField, Press};
use record::fact::session::DoseStopped;

use super::Room;
use crate::forms::is_offered;

/// What can be pressed, top to bottom.
pub(super) fn presses(room: &Room<'_>) -> Vec<Press> {
    let session = room.session;
    let mut all = Vec::new();
    let mut offer = |code: &str, press: Press| all.extend(offered(room, code, press));
    let to = |code: &str| to(room, code);
    if session.started.is_none() {
        let ready = room
            .opened
            .path(&format!("/sessions/{}/readiness", session.id));
        offer("recover", Press::new("Readiness", ready).lead());
        offer(
            "readings",
            Press::new("Vitals", to("readings")).with_pad("vitals"),
        );
    } else {
        offer(
            "readings",
            Press::new("Vitals now", to("readings"))
                .with_pad("vitals")
                .lead(),
        );
    }
    offer(
        "readings",
        Press::new("Sedation", to("score-sedation"))
            .with_pad("sedation")
            .half(),
    );
    offer(
        "readings",
        Press::new("Symptoms", to("symptoms"))
            .with_pad("symptoms")
            .half(),
    );
    offer("room-note", Press::new("Note", to("room-note")).half());
    offer("signs", Press::new("Signs", to("signs")).half());
    if session.started.is_none() {
        offer("setting", Press::new("Setting", to("setting")).half());
    }
    let stock = room.opened.path(&format!("/sessions/{}/drug", session.id));
    let press = Press::new(super::drug::press(room.app, session), stock);
    // Before the dose it stands beside the setting, after it over the way out.
    let press = match (session.started, session.stopped) {
        (None, _) => press.half(),
        (Some(_), None) => press,
        (Some(_), Some(_)) => press.apart(),
    };
    all.extend(offered(room, "draw-drug", press));
    all.extend(drug(room));
    for (code, words) in [("adverse", "Adverse"), ("intervene", "Done")] {
        all.extend(offered(room, code, Press::new(words, to(code)).half()));
    }
    let help = Press::new("Call for help", to("call-help")).sending(hidden(room));
    all.extend(offered(room, "call-help", help));
    all
}

/// A press, where the form it sends is offered to whoever asks.
fn offered(room: &Room<'_>, code: &str, press: Press) -> Option<Press> {
    is_offered(room.ask, code, Some(room.opened.known.patient)).then_some(press)
}

/// What changes the giving of drug, or ends the stay.
fn drug(room: &Room<'_>) -> Vec<Press> {
    let session = room.session;
    let mut all = Vec::new();
    let mut offer = |code: &str, press: Press| all.extend(offered(room, code, press));
    let to = |code: &str| to(room, code);
    let devices = room.devices();
    let is_paused = session
        .infusion(room.now)
        .is_some_and(|one| one.rate.get() == 0);
    match (session.started, session.stopped) {
        // Devices have no rate: one press for each after the first, which went in with the start.
        (Some(_), None) if let Some(devices) = devices => {
            if devices.next_from.is_some() {
                let words = format!(
                    "Device {} of {} given",
                    devices.n_given.saturating_add(1),
                    devices.n_ordered
                );
                offer(
                    "next-device",
                    Press::new(words, to("next-device"))
                        .sending(hidden(room))
                        .apart(),
                );
            }
        }
        (Some(_), None) if is_paused => {
            offer(
                "change-dose",
                Press::new("Resume, with reason", to("change-dose")).apart(),
            );
        }
        (Some(_), None) => {
            offer(
                "pause",
                Press::new("Pause", to("pause"))
                    .sending(hidden(room))
                    .apart()
                    .half(),
            );
            offer(
                "change-dose",
                Press::new("Rate", to("change-dose")).apart().half(),
            );
        }
        (Some(_), Some(_)) => {
            let leave = room
                .opened
                .path(&format!("/sessions/{}/leaving", session.id));
            offer("recover", Press::new("Leaving", leave));
        }
        (None, _) => {}
    }
    all
}

/// What stands in the corner.
pub(super) fn corner(room: &Room<'_>) -> Corner {
    match (room.session.started, room.session.stopped) {
        (Some(started), None)
            if is_offered(room.ask, "stop-now", Some(room.opened.known.patient)) =>
        {
            Corner::Stop {
                action: room.opened.form("stop-now"),
                hidden: hidden(room),
                what: if started.minutes == 0 {
                    "the dose"
                } else {
                    "infusion"
                }
                .to_owned(),
            }
        }
        (Some(_), None) => Corner::Still("A nurse or a prescriber stops the dose".to_owned()),
        (Some(started), Some((at, given))) => Corner::Still(format!(
            "Stopped {}{}, {} of {} given",
            room.time(at),
            stopper(room).map_or_else(String::new, |who| format!(" by {who}")),
            given.number(),
            started.dose
        )),
        (None, _) => Corner::Still("No dose runs".to_owned()),
    }
}

/// Who stopped it, by their initials: where two press at once, each reads whose press it was.
fn stopper(room: &Room<'_>) -> Option<String> {
    let stops = room.opened.chart().all::<DoseStopped>();
    let mut own = stops.filter(|(_, one)| one.session == room.session.id);
    own.next_back().map(|(entry, _)| room.initials(entry))
}

fn to(room: &Room<'_>, code: &str) -> String {
    room.opened
        .form(&format!("{code}?session={}", room.session.id))
}

fn hidden(room: &Room<'_>) -> Vec<(String, String)> {
    vec![
        ("command".to_owned(), room.app.fresh_command().to_string()),
        ("session".to_owned(), room.session.id.to_string()),
    ]
}

/// The pads that open over the page.
pub(super) fn pads(room: &Room<'_>) -> Vec<Pad> {
    if !is_offered(room.ask, "readings", Some(room.opened.known.patient)) {
        return Vec::new();
    }
    let pad = |id: &str, title: &str, fields: Vec<PadField>| Pad {
        id: id.to_owned(),
        title: title.to_owned(),
        action: room.opened.form("readings"),
        hidden: hidden(room),
        fields,
        submit: "Chart".to_owned(),
    };
    let vitals = vec![
        number("systolic", "Systolic", "mmHg", 3),
        number("diastolic", "Diastolic", "mmHg", 2),
        number("pulse", "Pulse", "/min", 2),
        number("saturation", "SpO\u{2082}", "%", 2),
        number("breaths", "Resp. rate", "/min", 2),
    ];
    let sedation = vec![score(
        "sedation",
        "MOAA/S",
        "5 answers readily, 3 only when called loudly, 0 no response",
        5,
    )];
    let symptoms = vec![
        score("dissociation", "Dissociation", "0 to 10", 10),
        score("nausea", "Nausea", "0 to 10", 10),
        score("anxiety", "Anxiety", "0 to 10", 10),
    ];
    vec![
        pad("vitals", "Vitals now", vitals),
        pad("sedation", "Sedation score", sedation),
        pad("symptoms", "Symptom scores", symptoms),
    ]
}

fn number(name: &str, label: &str, unit: &str, digits: u8) -> PadField {
    PadField {
        name: name.to_owned(),
        label: label.to_owned(),
        unit: unit.to_owned(),
        digits,
        scores: Vec::new(),
    }
}

fn score(name: &str, label: &str, unit: &str, most: u8) -> PadField {
    let scores = (0..=most).map(|one| one.to_string()).collect();
    PadField {
        scores,
        ..number(name, label, unit, 0)
    }
}
