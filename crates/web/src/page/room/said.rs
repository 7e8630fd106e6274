//! What the monitoring rules say now, and the rescue templates an alert calls for.

use std::collections::BTreeSet;

use clinic::act::rescue;
use clinic::act::rescue::against::{self, Held, Seen};
use clinic::act::rule_pack::Standing;
use jiff::Timestamp;
use pages::{Link, RuleSaid};
use protocol::rescue::Template;
use record::fact::session::InterventionMade;

use super::{Room, standing};
use crate::forms::is_offered;
use crate::words;

/// The alerts of the monitoring rules, strictest first. The templates they call for stand together under
/// the strictest that calls for any, each once: what is to be pressed is in one place, and the room does
/// not grow with every alert.
pub(super) fn said(room: &Room<'_>) -> Vec<RuleSaid> {
    let mut called = called(room);
    room.holds
        .iter()
        .map(|one| {
            let calls = room.app.clinic.library().rescue().called_by(&one.rule);
            let called = match calls.count() {
                0 => Called::default(),
                _ => std::mem::take(&mut called),
            };
            RuleSaid {
                mark: standing(room.session, one.act),
                rule: one.rule.clone(),
                sentence: one.sentence.clone(),
                source: one.mark.clone(),
                why: Link::new(
                    room.opened
                        .path(&format!("/sessions/{}/rules", room.session.id)),
                    "Why?",
                ),
                offers: called.offers,
                barred: called.barred,
                not_known: called.not_known,
                not_offered: not_offered(room, &one.rule),
            }
        })
        .collect()
}

/// The templates the alerts call for, as they stand for whoever looks.
#[derive(Default)]
struct Called {
    offers: Vec<Link>,
    barred: Vec<String>,
    not_known: Option<String>,
}

/// The signed templates the alerts of a session call for, each once: a press where this person may use
/// one, and words in its place where only a prescriber may.
fn called(room: &Room<'_>) -> Called {
    let patient = Some(room.opened.known.patient);
    let clinic = &room.app.clinic;
    let mut called = Called::default();
    if !rescue::is_signed(clinic) || !is_offered(room.ask, "use-rescue", patient) {
        return called;
    }
    let Ok(signed_in) = room.ask.signed_in() else {
        return called;
    };
    let actor = &signed_in.actor;
    let mut unknown: Vec<String> = Vec::new();
    let mut named = BTreeSet::new();
    let templates = room.holds.iter().flat_map(|held| {
        let all = clinic.library().rescue().called_by(&held.rule);
        all.map(|one| (held.rule.as_str(), one))
    });
    for (rule, one) in templates {
        if !named.insert(one.id.as_str()) {
            continue;
        }
        let seen = against::against(clinic, room.opened.chart(), room.session, one, room.now);
        let call = format!("Prescriber only: call {}.", against::whom_to_call(clinic));
        let held = held(&seen);
        let prescribes = against::prescribes(actor);
        if let Some(allergy) = seen
            .iter()
            .find(|one| one.is_allergy && one.held == Held::Yes)
        {
            let words = format!(
                "{}: not given by template, {} is listed.",
                one.short, allergy.what
            );
            called.barred.push(words);
        } else if !against::may_use(actor, one) {
            called.barred.push(format!("{}. {call}", one.short));
        } else if !held.is_empty() && !prescribes {
            called
                .barred
                .push(format!("{}: not with {held}. {call}", one.short));
        } else {
            called.offers.push(offer(room, rule, one, &held));
            unknown.extend(not_known(one, &seen));
        }
    }
    called.not_known = (!unknown.is_empty()).then(|| format!("Not known: {}.", unknown.join("; ")));
    called
}

fn offer(room: &Room<'_>, rule: &str, one: &Template, held: &str) -> Link {
    let to = format!(
        "use-rescue?session={}&template={}&version={}&rule={rule}",
        room.session.id, one.id, one.version
    );
    let again = last_used(room, one).map_or_else(String::new, |at| {
        format!(", again: last {}", words::time(at, &room.opened.zone))
    });
    let said = if held.is_empty() {
        format!("{}{again}", one.short)
    } else {
        format!("{}{again}: {held}, say why", one.short)
    };
    Link::new(room.opened.form(&to), said)
}

/// When a template was last used in this session: a second dose is never pressed for want of knowing of
/// the first.
fn last_used(room: &Room<'_>, one: &Template) -> Option<Timestamp> {
    let made = room.opened.chart().all::<InterventionMade>();
    let used = made.filter(|(_, made)| {
        let template = made.template.as_ref();
        made.session == Some(room.session.id)
            && template.is_some_and(|used| used.template.as_str() == one.id)
    });
    used.map(|(entry, _)| entry.occurred_at.0).max()
}

/// What forbids a template and holds, in words; empty where nothing does.
fn held(seen: &[Seen]) -> String {
    let held = seen.iter().filter(|one| one.held == Held::Yes);
    let held: Vec<&str> = held.map(|one| one.what.as_str()).collect();
    held.join(", ")
}

/// What of a template's contraindications nobody knows; nothing where all is known.
fn not_known(one: &Template, seen: &[Seen]) -> Option<String> {
    let unknown = seen.iter().filter(|one| one.held == Held::NotKnown);
    let unknown: Vec<&str> = unknown.map(|one| one.what.as_str()).collect();
    (!unknown.is_empty()).then(|| format!("{} ({})", unknown.join(", "), one.title.to_lowercase()))
}

/// Why an alert offers none of the templates there are for it.
fn not_offered(room: &Room<'_>, rule: &str) -> Option<String> {
    room.app.clinic.library().rescue().called_by(rule).next()?;
    match rescue::standing(&room.app.clinic) {
        Standing::Signed(_) => None,
        Standing::Unsigned => {
            Some("Rescue templates are off: the medical director has not signed them.".to_owned())
        }
        Standing::Changed { before, .. } => Some(format!(
            "Rescue templates are off: they changed since {}.",
            crate::page::rescue::signed_by(room.app, &before)
        )),
    }
}
