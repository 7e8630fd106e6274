//! What the monitoring rules say now, and the rescue templates an alert calls for.

use clinic::act::rescue;
use pages::{Link, RuleSaid};

use super::{Room, standing};
use crate::forms::is_offered;

/// The alerts of the monitoring rules, strictest first.
pub(super) fn said(room: &Room<'_>) -> Vec<RuleSaid> {
    room.holds
        .iter()
        .map(|one| RuleSaid {
            mark: standing(one.act),
            rule: one.rule.clone(),
            sentence: one.sentence.clone(),
            source: one.mark.clone(),
            why: Link::new(
                room.opened
                    .path(&format!("/sessions/{}/rules", room.session.id)),
                "Why?",
            ),
            offers: offers(room, &one.rule),
            not_offered: not_offered(room, &one.rule),
        })
        .collect()
}

/// The signed templates the alert of a rule calls for, for whoever may use them.
fn offers(room: &Room<'_>, rule: &str) -> Vec<Link> {
    let patient = Some(room.opened.known.patient);
    if !rescue::is_signed(&room.app.clinic) || !is_offered(room.ask, "use-rescue", patient) {
        return Vec::new();
    }
    let all = room.app.clinic.library().rescue().called_by(rule);
    all.map(|one| {
        let to = format!(
            "use-rescue?session={}&template={}&version={}&rule={rule}",
            room.session.id, one.id, one.version
        );
        Link::new(room.opened.form(&to), one.short.clone())
    })
    .collect()
}

/// Why an alert offers none of the templates there are for it.
fn not_offered(room: &Room<'_>, rule: &str) -> Option<String> {
    let mut all = room.app.clinic.library().rescue().called_by(rule);
    (all.next().is_some() && !rescue::is_signed(&room.app.clinic))
        .then(|| "Rescue templates are off: the medical director has not signed them.".to_owned())
}
