//! What every threshold, schedule and default of the rules and protocols rests on: a claim of the
//! evidence, or the words "clinic policy".
//!
//! ```
//! use clinic::{Library, grounds};
//! let library = Library::embedded()?;
//! let ground = grounds::of_rule(&library, "M02").ok_or("no ground")?;
//! assert_eq!(ground.claim.map(|claim| claim.id.as_str()), Some("pressure-limit"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use evidence::Ground;
use protocol::{Mark, Protocol, Rule};

use crate::library::Library;

/// A threshold, a schedule or a default of the rules and protocols.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its own name: `M01`, `kare-2022/therapy`, `setting breath_alcohol_limit`.
    pub id: String,
    /// What it is, in words.
    pub title: String,
    /// How its number came here.
    pub mark: Mark,
    /// Where it was read, as numbers of the source list.
    pub sources: Vec<String>,
}

/// Parts of a protocol that carry a default of their own.
const SESSION: &str = "session";
const CAP: &str = "cap";
const STAY: &str = "stay";
const THERAPY: &str = "therapy";
const MONITORING: &str = "monitoring";
const ASSESSMENT: &str = "assessment";
const MAINTENANCE: &str = "maintenance";

/// Every item of the rule pack, of every protocol and of the cadence of contact.
pub fn items(library: &Library) -> Vec<Item> {
    let pack = library.pack();
    let rules = pack.rules().iter().map(of_the_rule);
    let settings = pack.settings().iter().map(|(name, setting)| Item {
        id: format!("setting {name}"),
        title: setting.says.clone(),
        mark: setting.mark,
        sources: Vec::new(),
    });
    let protocols = library.protocols().iter().flat_map(of_the_protocol);
    let cadence = library.cadence();
    let contacts = cadence.items.iter().map(|one| Item {
        id: format!("{}/{}", cadence.id, one.id),
        title: format!("{}: {}", cadence.title, one.title),
        mark: Mark::parse(&one.mark.to_string()).unwrap_or(Mark::House),
        sources: vec![one.source.clone()],
    });
    rules
        .chain(settings)
        .chain(protocols)
        .chain(contacts)
        .collect()
}

/// What an item rests on.
pub fn of<'a>(library: &'a Library, item: &Item) -> Option<Ground<'a>> {
    let is_policy = item.mark == Mark::House;
    library
        .evidence()
        .ground(&item.id, &item.sources, is_policy)
}

/// The items that rest on a claim, each once.
pub fn resting_on(library: &Library, claim: &str) -> Vec<Item> {
    let rests = |item: &Item| {
        let ground = of(library, item).and_then(|ground| ground.claim);
        ground.is_some_and(|found| found.id == claim)
    };
    let mut found: Vec<Item> = items(library).into_iter().filter(rests).collect();
    found.sort_by(|one, other| one.id.cmp(&other.id));
    found.dedup_by(|one, other| one.id == other.id);
    found
}

/// What a rule rests on, by its id.
pub fn of_rule<'a>(library: &'a Library, rule: &str) -> Option<Ground<'a>> {
    let rule = library.pack().rules().iter().find(|one| one.id == rule)?;
    of(library, &of_the_rule(rule))
}

/// What a part of a protocol rests on: `session`, `cap`, `stay`, `therapy`, `monitoring`,
/// `assessment` or `maintenance`.
pub fn of_protocol<'a>(library: &'a Library, protocol: &str, part: &str) -> Option<Ground<'a>> {
    let id = format!("{protocol}/{part}");
    let protocol = library.protocol(protocol)?;
    let item = of_the_protocol(protocol)
        .into_iter()
        .find(|one| one.id == id)?;
    of(library, &item)
}

fn of_the_rule(rule: &Rule) -> Item {
    Item {
        id: rule.id.clone(),
        title: rule.title.clone(),
        mark: rule.mark,
        sources: rule.sources.clone(),
    }
}

/// The parts of a protocol, each with the marks it holds; a part with two marks is there twice.
fn of_the_protocol(protocol: &Protocol) -> Vec<Item> {
    let stay = [(STAY, "time on the premises", protocol.evidence)];
    let cap = [(CAP, "most in one session", protocol.cap.mark)];
    let sessions = protocol
        .sessions
        .iter()
        .map(|one| (SESSION, "dose and day", one.mark));
    let therapy = protocol
        .therapy
        .iter()
        .map(|one| (THERAPY, "talking sessions", one.mark));
    let watched = protocol.monitoring.iter();
    let watched = watched.map(|one| (MONITORING, "what is charted in a session", one.mark));
    let asked = protocol.assessments.iter();
    let asked = asked.map(|one| (ASSESSMENT, "what is asked on which day", one.mark));
    let later = protocol.maintenance.iter();
    let later = later.map(|one| (MAINTENANCE, "sessions that may follow", one.mark));
    let mut all: Vec<Item> = stay
        .into_iter()
        .chain(cap)
        .chain(sessions)
        .chain(therapy)
        .chain(watched)
        .chain(asked)
        .chain(later)
        .map(|(part, words, mark)| Item {
            id: format!("{}/{part}", protocol.id),
            title: format!("{}: {words}", protocol.title),
            mark,
            sources: protocol.sources.clone(),
        })
        .collect();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_threshold_schedule_and_default_cites_a_claim_or_says_clinic_policy() {
        let library = Library::embedded().unwrap();
        let items = items(&library);
        let (mut n_claims, mut n_policy) = (0, 0);
        let mut without = Vec::new();
        for item in &items {
            match of(&library, item) {
                Some(ground) if ground.is_policy => {
                    assert!(ground.words().starts_with("clinic policy"), "{}", item.id);
                    n_policy += 1;
                }
                Some(ground) => {
                    assert!(ground.claim.is_some(), "{}", item.id);
                    n_claims += 1;
                }
                None => without.push(format!("{} {} {:?}", item.id, item.title, item.sources)),
            }
        }
        assert!(
            without.is_empty(),
            "{} without ground:\n{}",
            without.len(),
            without.join("\n")
        );
        assert!(
            n_claims > 80 && n_policy > 50,
            "{n_claims} cite a claim, {n_policy} are policy"
        );
    }

    #[test]
    fn every_item_a_bearing_names_is_there() {
        let library = Library::embedded().unwrap();
        let items = items(&library);
        for bearing in library.evidence().bearings() {
            for name in &bearing.items {
                let found = items.iter().any(|item| match name.strip_prefix("*/") {
                    Some(part) => item.id.ends_with(&format!("/{part}")),
                    None if name.ends_with("/*") => item.id.starts_with(name.trim_end_matches('*')),
                    None => item.id == *name || item.id.starts_with(&format!("{name}/")),
                });
                assert!(
                    found,
                    "{name} of the bearing on {} is no item",
                    bearing.claim
                );
            }
        }
    }
}
