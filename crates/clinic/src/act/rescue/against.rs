//! What forbids a rescue template in one session: it holds, it does not, or nobody knows.
//!
//! That nothing is known is never read as "no": the room says what is not known, and the entry of a
//! template that was used keeps it.

use jiff::Timestamp;
use protocol::rescue::{Against, By, Template};
use record::Chart;
use record::chart::session::Session;
use record::fact::person::Standing;
use record::words::Role;

use crate::act::room::watch;
use crate::clinic::Clinic;
use crate::inputs;
use crate::operation::Actor;

/// How many people one sentence names.
const NAMED_MAX: usize = 3;

/// Whether something that forbids a template holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// It holds.
    Yes,
    /// It does not, by what was read or answered.
    No,
    /// It cannot be said.
    NotKnown,
}

/// One thing that forbids a template, as it stands in a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// What it is.
    pub what: String,
    /// Whether it holds.
    pub held: Held,
    /// What says so, or what would have to be known.
    pub on: String,
    /// Whether it is an allergy to the drug, which no reason lifts.
    pub is_allergy: bool,
}

/// What forbids a template, each as it stands in a session at a moment; allergies last.
pub fn against(
    clinic: &Clinic,
    chart: &Chart,
    session: &Session,
    template: &Template,
    at: Timestamp,
) -> Vec<Seen> {
    let facts = watch::facts(clinic, chart, session, at);
    let each = template.against.iter();
    let mut all: Vec<Seen> = each
        .map(|one| match &one.holds {
            Some(text) => measured(clinic, &facts, (one, text), at),
            None => listed(chart, one),
        })
        .collect();
    all.extend(allergy(chart, template));
    all
}

fn measured(
    clinic: &Clinic,
    facts: &protocol::Facts,
    (one, text): (&Against, &str),
    at: Timestamp,
) -> Seen {
    let pack = clinic.library().pack();
    let seen = |held, on| Seen {
        what: one.what.clone(),
        held,
        on,
        is_allergy: false,
    };
    // The templates were read against this pack as the program started, so this is not met; if it were,
    // nothing could be said.
    let Ok(condition) = pack.condition(text) else {
        return seen(Held::NotKnown, "the condition cannot be read".to_owned());
    };
    let truth = pack.truth(&condition, facts, at);
    let used: Vec<String> = truth
        .used
        .iter()
        .map(|used| {
            format!(
                "{} {}",
                inputs::words(clinic, used.input),
                used.observation.answer
            )
        })
        .collect();
    match truth.holds {
        Some(true) => seen(Held::Yes, used.join(", ")),
        Some(false) => seen(Held::No, used.join(", ")),
        None => {
            let wanted: Vec<String> = truth
                .missing
                .iter()
                .map(|one| inputs::words(clinic, one.input))
                .collect();
            let on = if wanted.is_empty() {
                "it cannot be said from what was charted".to_owned()
            } else {
                format!("nothing recent enough is charted of: {}", wanted.join(", "))
            };
            seen(Held::NotKnown, on)
        }
    }
}

fn listed(chart: &Chart, one: &Against) -> Seen {
    let listed = chart.conditions();
    let named = |standing: Standing| {
        listed.iter().find(|(_, condition)| {
            let name = condition.name.as_str().to_lowercase();
            let mut words = one.listed.iter();
            condition.standing == standing && words.any(|word| name.contains(&word.to_lowercase()))
        })
    };
    let (held, on) = match (named(Standing::Current), named(Standing::Refuted)) {
        (Some((_, condition)), _) => (
            Held::Yes,
            format!("{}, on the problem list", condition.name),
        ),
        (None, Some((_, condition))) => (
            Held::No,
            format!("{}, refuted on the problem list", condition.name),
        ),
        (None, None) => (
            Held::NotKnown,
            "nothing about it on the problem list, which does not say no: ask".to_owned(),
        ),
    };
    Seen {
        what: one.what.clone(),
        held,
        on,
        is_allergy: false,
    }
}

/// An allergy to the drug of a template; nothing for a template without a drug.
fn allergy(chart: &Chart, template: &Template) -> Option<Seen> {
    let drug = template.drug.as_ref()?.to_lowercase();
    let all = chart.allergies();
    let mut named = all.iter().filter_map(|(_, one)| one.to.as_ref());
    let found = named.find(|to| to.as_str().to_lowercase().contains(&drug));
    let (held, on) = match found {
        Some(to) => (Held::Yes, to.to_string()),
        None if all.is_empty() => (
            Held::NotKnown,
            "nobody has written down whether there are allergies: ask".to_owned(),
        ),
        None => (Held::No, "not among the allergies listed".to_owned()),
    };
    Some(Seen {
        what: format!("allergy to {drug}"),
        held,
        on,
        is_allergy: true,
    })
}

/// Whether somebody may use a template without calling anybody.
pub fn may_use(actor: &Actor, template: &Template) -> bool {
    match template.by {
        By::Nurse => true,
        By::Prescriber => prescribes(actor),
    }
}

/// Whether somebody may decide as a prescriber.
pub fn prescribes(actor: &Actor) -> bool {
    let mut roles = actor.roles.iter();
    roles.any(|role| matches!(role, Role::Prescriber | Role::MedicalDirector))
}

/// Whom to call for what only a prescriber decides, in words: the prescribers who work here.
pub fn whom_to_call(clinic: &Clinic) -> String {
    let board = clinic.board();
    let of = |role: Role| -> Vec<String> {
        let here = board.people.values().filter(|one| one.is_here);
        here.filter(|one| one.roles.contains(&role))
            .map(|one| one.name.clone())
            .take(NAMED_MAX)
            .collect()
    };
    let mut names = of(Role::Prescriber);
    if names.is_empty() {
        names = of(Role::MedicalDirector);
    }
    match names.split_last() {
        None => "a prescriber; none is entered under People".to_owned(),
        Some((only, [])) => only.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
    }
}
