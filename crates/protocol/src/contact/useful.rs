//! The one useful thing said at the end of a check-in.
//!
//! What can be said is data (`contact/useful.toml`), each with its source and mark, in the order in which
//! it is tried: after use before after a craving, somebody's own words before ours. What was not answered
//! makes no condition hold, so silence is never taken for a quiet day's word or a hard one's.

use serde::Deserialize;

use super::{ContactFault, parse};
use crate::mark::Mark;

const HOUSE: &str = include_str!("../../../../contact/useful.toml");

/// The steps of a safety plan a line may come from.
pub const STEPS: &[&str] = &[
    "signs",
    "alone",
    "company",
    "help",
    "professionals",
    "surroundings",
    "reason",
];

/// The longest line, in characters: it is read in one look, on a phone.
const SAY_MAX: usize = 260;

/// What no such line may say, in any case: it neither judges nor counts.
const NEVER: &[&str] = &[
    "should",
    "must",
    "fail",
    "relapse",
    "clean",
    "proud",
    "streak",
    "days without",
    "disappoint",
    "weak",
];

/// Everything that can be said.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Useful {
    /// Its identifier.
    pub id: String,
    /// Its version.
    pub version: u32,
    /// What can be said, in the order it is tried.
    #[serde(rename = "thing")]
    pub things: Vec<Thing>,
}

/// One thing that can be said, and when.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thing {
    /// Its identifier.
    pub id: String,
    /// Only where use was answered so.
    pub used: Option<bool>,
    /// Only where the craving was answered with at least this.
    pub craving_at_least: Option<u8>,
    /// Only where a risky situation is expected, or is not.
    pub risky: Option<bool>,
    /// Only where sleep was answered with at most this.
    pub sleep_half_hours_at_most: Option<u8>,
    /// The step of the safety plan whose first line fills `{own}`.
    pub from: Option<String>,
    /// Whether the next visit fills `{visit}`.
    #[serde(default)]
    pub next_visit: bool,
    /// What is said.
    pub say: String,
    /// The evidence mark.
    pub mark: char,
    /// Where it comes from.
    pub source: String,
}

/// What a check-in said of what chooses the thing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Whether anything was used, where it was answered.
    pub used: Option<bool>,
    /// The craving, where it was answered.
    pub craving: Option<u8>,
    /// Whether a risky situation is expected, where it was answered.
    pub risky: Option<bool>,
    /// Sleep in half hours, where it was answered.
    pub sleep_half_hours: Option<u8>,
}

impl Useful {
    /// What can be said, as shipped.
    ///
    /// # Errors
    /// [`ContactFault`] where the file the program was built with is at fault.
    pub fn house() -> Result<Self, ContactFault> {
        Self::read(HOUSE)
    }

    /// Reads what can be said.
    ///
    /// # Errors
    /// The first [`ContactFault`].
    pub fn read(text: &str) -> Result<Self, ContactFault> {
        let read: Self = parse(text)?;
        for (at, thing) in read.things.iter().enumerate() {
            let before = read.things.iter().take(at);
            if let Some(said) = fault(thing, before) {
                let item = thing.id.clone();
                return Err(ContactFault::Sense { item, said });
            }
        }
        let last = read.things.last();
        if last.is_none_or(|last| last.is_conditional() || last.needs_filling()) {
            return Err(ContactFault::Sense {
                item: "thing".to_owned(),
                said: "the last thing has no condition and nothing to fill, so that one is always found"
                    .to_owned(),
            });
        }
        Ok(read)
    }

    /// The one thing to say: `own` gives the first line of a step of the patient's plan, `visit` when and
    /// what the next visit is.
    pub fn one(
        &self,
        said: Said,
        own: impl Fn(&str) -> Option<String>,
        visit: Option<&str>,
    ) -> Option<String> {
        self.things
            .iter()
            .filter(|thing| thing.holds(said))
            .find_map(|thing| thing.filled(&own, visit))
    }
}

fn fault<'a>(thing: &Thing, mut before: impl Iterator<Item = &'a Thing>) -> Option<String> {
    let lower = thing.say.to_lowercase();
    if before.any(|one| one.id == thing.id) {
        Some("it is there twice".to_owned())
    } else if Mark::parse(&thing.mark.to_string()).is_none() {
        Some("its mark is R, K or H".to_owned())
    } else if thing.source.is_empty() {
        Some("say where it comes from".to_owned())
    } else if thing.say.chars().count() > SAY_MAX {
        Some(format!("it is read in one look: at most {SAY_MAX} letters"))
    } else if let Some(word) = NEVER.iter().find(|word| lower.contains(*word)) {
        Some(format!("\"{word}\" judges or counts: say it otherwise"))
    } else if thing
        .from
        .as_deref()
        .is_some_and(|step| !STEPS.contains(&step))
    {
        Some(format!(
            "a plan has no such step: use one of {}",
            STEPS.join(", ")
        ))
    } else if thing.from.is_some() != thing.say.contains("{own}") {
        Some("{own} is filled from a step named by `from`: write both or neither".to_owned())
    } else if thing.next_visit != thing.say.contains("{visit}") {
        Some("{visit} is filled with `next_visit = true`: write both or neither".to_owned())
    } else {
        None
    }
}

impl Thing {
    const fn is_conditional(&self) -> bool {
        self.used.is_some()
            || self.craving_at_least.is_some()
            || self.risky.is_some()
            || self.sleep_half_hours_at_most.is_some()
    }

    const fn needs_filling(&self) -> bool {
        self.from.is_some() || self.next_visit
    }

    fn holds(&self, said: Said) -> bool {
        self.used.is_none_or(|used| said.used == Some(used))
            && self
                .craving_at_least
                .is_none_or(|least| said.craving.is_some_and(|craving| craving >= least))
            && self.risky.is_none_or(|risky| said.risky == Some(risky))
            && self
                .sleep_half_hours_at_most
                .is_none_or(|most| said.sleep_half_hours.is_some_and(|slept| slept <= most))
    }

    fn filled(&self, own: &impl Fn(&str) -> Option<String>, visit: Option<&str>) -> Option<String> {
        let mut say = self.say.clone();
        if self.next_visit {
            say = say.replace("{visit}", visit?);
        }
        if let Some(step) = &self.from {
            let own = own(step)?;
            say = say.replace("{own}", own.trim().trim_end_matches('.'));
        }
        Some(say)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(said: Said, plan: &[(&str, &str)], visit: Option<&str>) -> String {
        let own = |step: &str| {
            let line = plan.iter().find(|(known, _)| *known == step);
            line.map(|(_, line)| (*line).to_owned())
        };
        Useful::house().unwrap().one(said, own, visit).unwrap()
    }

    const PLAN: &[(&str, &str)] = &[
        ("alone", "Walk to the harbour."),
        ("help", "Joe, my brother"),
        ("reason", "My daughter"),
    ];

    #[test]
    fn after_use_it_offers_people_and_a_call_before_anything_else() {
        let used = Said {
            used: Some(true),
            craving: Some(10),
            ..Said::default()
        };
        assert!(one(used, PLAN, None).contains("Joe, my brother"));
        assert!(one(used, &[], None).contains("glad to hear from you"));
    }

    #[test]
    fn a_strong_urge_is_met_with_the_patients_own_line_and_without_one_with_the_wave() {
        let craving = |score| Said {
            used: Some(false),
            craving: Some(score),
            ..Said::default()
        };
        assert_eq!(
            one(craving(7), PLAN, None),
            "For the next strong urge, from your own plan: Walk to the harbour."
        );
        assert!(one(craving(7), &[], None).contains("like a wave"));
        assert!(!one(craving(6), PLAN, None).contains("urge"));
    }

    #[test]
    fn a_quiet_day_gives_back_their_own_reason_or_the_next_visit_and_silence_makes_nothing_hold() {
        let quiet = Said::default();
        assert!(one(quiet, PLAN, Some("Tue 10:30")).contains("My daughter"));
        assert_eq!(
            one(quiet, &[], Some("Tue 10:30, a visit")),
            "The next time we see you: Tue 10:30, a visit."
        );
        assert!(one(quiet, &[], None).contains("one tap away"));
    }

    #[test]
    fn what_judges_or_cannot_be_filled_is_refused_with_what_to_write() {
        let said = |from: &str, to: &str| {
            let text = HOUSE.replacen(from, to, 1);
            assert_ne!(text, HOUSE, "{from}");
            Useful::read(&text).unwrap_err().to_string()
        };
        assert!(said("After a short night", "You should sleep. After").contains("judges"));
        assert!(said("from = \"alone\"", "from = \"along\"").contains("no such step"));
        assert!(said("from = \"reason\"", "").contains("both or neither"));
        assert!(said("mark = \"K\"", "mark = \"Z\"").contains("R, K or H"));
        assert!(said("id = \"used\"", "id = \"used-own-people\"").contains("twice"));
        let cut = HOUSE.split("[[thing]]\nid = \"plan\"").next().unwrap();
        assert!(
            Useful::read(cut)
                .unwrap_err()
                .to_string()
                .contains("always found")
        );
    }
}
