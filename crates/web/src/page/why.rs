//! "Why?" beside what the product proposes: the way to the claim it rests on, or "clinic policy".

use clinic::grounds;
use evidence::Ground;
use pages::Phrase;

use super::evidence::claim_path;
use crate::app::App;

/// Beside a rule, by its id.
pub(crate) fn of_rule(app: &App, rule: &str) -> Vec<Phrase> {
    said(grounds::of_rule(app.clinic.library(), rule))
}

/// Beside a default of a protocol: `session`, `cap`, `stay`, `therapy`, `monitoring`, `assessment`,
/// `maintenance`.
pub(crate) fn of_protocol(app: &App, protocol: &str, part: &str) -> Vec<Phrase> {
    said(grounds::of_protocol(app.clinic.library(), protocol, part))
}

fn said(ground: Option<Ground<'_>>) -> Vec<Phrase> {
    let Some(ground) = ground else {
        return Vec::new();
    };
    let mut phrases = Vec::new();
    if ground.is_policy {
        phrases.push(Phrase::Quiet(" Clinic policy.".to_owned()));
    }
    if let Some(claim) = ground.claim {
        phrases.push(Phrase::plain(" "));
        phrases.push(Phrase::link(claim_path(&claim.id), "why?"));
    }
    phrases
}
