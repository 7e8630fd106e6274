//! Rescue and intervention templates: what may be done in the room beside the plan, once it is signed.
//!
//! They are data (`rescue/house.toml`): the drug, the dose in words, when, what forbids it, the rules whose
//! alert calls for it, and where each comes from. Nothing here decides that one is given; a person does.

use serde::{Deserialize, Serialize};

use crate::{Digest, Mark, Pack};

const HOUSE: &str = include_str!("../../../rescue/house.toml");

/// Why the templates cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum RescueFault {
    /// The file is not in its form.
    #[error("the rescue templates cannot be read: {0}")]
    Form(#[from] toml::de::Error),
    /// What it says does not hold together.
    #[error("rescue template {template}: {said}")]
    Sense {
        /// Which template.
        template: String,
        /// What is wrong and what to write.
        said: String,
    },
}

/// Who may use a template without asking anybody further.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// A nurse or a prescriber, as a standing order.
    #[default]
    Nurse,
    /// A prescriber alone.
    Prescriber,
}

/// One thing that forbids a template: a measured state of the person, or something on the problem list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Against {
    /// What it is, in words.
    pub what: String,
    /// When it holds, in the language of the rules. What cannot be said is not known, never no.
    pub holds: Option<String>,
    /// Words of the problem list any of which says that it holds. That none is there does not say no.
    #[serde(default)]
    pub listed: Vec<String>,
}

/// One thing that may be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// Its identifier.
    pub id: String,
    /// Its version.
    pub version: u32,
    /// What it is called.
    pub title: String,
    /// The drug, where it is one: an allergy to it stands in the way.
    pub drug: Option<String>,
    /// The dose, or what is done, in words.
    pub dose: String,
    /// The few words on its button.
    pub short: String,
    /// When it is called for.
    pub when: String,
    /// What forbids it, without a prescriber who says why it is given all the same.
    #[serde(default, rename = "not_with")]
    pub against: Vec<Against>,
    /// The monitoring rules whose alert calls for it.
    pub rules: Vec<String>,
    /// Who may use it.
    #[serde(default)]
    pub by: By,
    /// Where it comes from, by the numbers of the list of sources.
    pub sources: Vec<String>,
    /// How far it may be trusted: `R`, `K` or `H`.
    pub evidence: String,
    /// What else is to be known of its source.
    pub note: Option<String>,
}

/// Every template, with the version that is signed as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rescue {
    /// Their name, under which they are signed.
    pub id: String,
    /// The version of them all.
    pub version: u32,
    /// What they are called.
    pub title: String,
    /// The templates.
    #[serde(rename = "template")]
    pub templates: Vec<Template>,
}

impl Rescue {
    /// As shipped.
    ///
    /// # Errors
    /// [`RescueFault`] where the file the program was built with is at fault.
    pub fn house(pack: &Pack) -> Result<Self, RescueFault> {
        Self::read(HOUSE, pack)
    }

    /// Reads templates and holds them to the rules and sources of a pack.
    ///
    /// # Errors
    /// The first [`RescueFault`].
    pub fn read(text: &str, pack: &Pack) -> Result<Self, RescueFault> {
        let read: Self = toml::from_str(text)?;
        for (place, one) in read.templates.iter().enumerate() {
            let twice = read.templates.iter().skip(place + 1);
            let said = if twice.clone().any(|other| other.id == one.id) {
                Some("two templates have this id: give one another".to_owned())
            } else {
                one.fault(pack)
            };
            if let Some(said) = said {
                let template = one.id.clone();
                return Err(RescueFault::Sense { template, said });
            }
        }
        Ok(read)
    }

    /// The template of that identifier.
    pub fn template(&self, id: &str) -> Option<&Template> {
        self.templates.iter().find(|one| one.id == id)
    }

    /// The templates the alert of a rule calls for.
    pub fn called_by<'a>(&'a self, rule: &'a str) -> impl Iterator<Item = &'a Template> {
        let calls = move |one: &&Template| one.rules.iter().any(|named| named == rule);
        self.templates.iter().filter(calls)
    }

    /// The SHA-256 of all of them, as a signature covers it.
    pub fn digest(&self) -> Digest {
        Digest::of(serde_json::json!(self).to_string().as_bytes())
    }
}

impl Template {
    /// How far it may be trusted.
    pub fn mark(&self) -> Mark {
        Mark::parse(&self.evidence).unwrap_or(Mark::House)
    }

    /// The SHA-256 of this template alone.
    pub fn digest(&self) -> Digest {
        Digest::of(serde_json::json!(self).to_string().as_bytes())
    }

    /// What is done, whole: what stands in the record.
    pub fn said(&self) -> String {
        format!("{}: {}", self.title, self.dose)
    }

    /// Everything that forbids it, in words; `None` where nothing is named.
    pub fn not_with(&self) -> Option<String> {
        let all: Vec<&str> = self.against.iter().map(|one| one.what.as_str()).collect();
        (!all.is_empty()).then(|| all.join("; "))
    }

    fn fault(&self, pack: &Pack) -> Option<String> {
        let blank = [&self.id, &self.title, &self.dose, &self.short, &self.when];
        if blank.iter().any(|text| text.trim().is_empty()) {
            return Some("id, title, dose, short and when each say something".to_owned());
        }
        if Mark::parse(&self.evidence).is_none() {
            return Some("write evidence as R, K or H".to_owned());
        }
        if self.rules.is_empty() || self.sources.is_empty() {
            return Some("name at least one rule and one source".to_owned());
        }
        let no_rule = self.rules.iter().find(|rule| pack.rule(rule).is_none());
        if let Some(rule) = no_rule {
            return Some(format!("there is no rule {rule} in the pack"));
        }
        let no_source = self.sources.iter().find(|one| pack.source(one).is_none());
        if let Some(one) = no_source {
            return Some(format!("there is no source {one} in the list of sources"));
        }
        self.against.iter().find_map(|one| one.fault(pack))
    }
}

impl Against {
    fn fault(&self, pack: &Pack) -> Option<String> {
        if self.what.trim().is_empty() {
            return Some("what forbids it says something".to_owned());
        }
        match &self.holds {
            Some(text) => {
                let error = pack.condition(text).err()?;
                Some(format!("{}: {error}", self.what))
            }
            None if self.listed.is_empty() => Some(format!(
                "{}: write when it holds, or the words of the problem list that say it",
                self.what
            )),
            None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_names_rules_and_sources_there_are_and_none_is_named_twice() {
        let pack = crate::house::pack().unwrap();
        let house = Rescue::house(&pack).unwrap();
        assert!(house.called_by("M08").count() >= 2);
        assert!(house.called_by("M01").next().is_none());
        let fault = |from: &str, to: &str| {
            let text = HOUSE.replacen(from, to, 1);
            Rescue::read(&text, &pack).unwrap_err().to_string()
        };
        assert!(fault("\"M07\", \"M08\"", "\"M99\"").contains("no rule M99"));
        assert!(fault("[\"S50\"]", "[\"S999\"]").contains("no source S999"));
        assert!(fault("hydralazine-iv", "labetalol-iv").contains("two templates"));
        assert!(fault("min < 60 /min", "min < 60 kg").contains("pulse under 60"));
        assert!(fault("listed = [\"asthma\"]", "listed = []").contains("write when it holds"));
        assert!(fault("evidence = \"K\"", "evidence = \"sure\"").contains("R, K or H"));
        assert!(fault("dose = \"10 mg intravenously, slowly\"", "dose = \" \"").contains("say"));
    }

    #[test]
    fn a_changed_dose_is_another_digest() {
        let pack = crate::house::pack().unwrap();
        let house = Rescue::house(&pack).unwrap();
        let other = HOUSE.replacen("10 mg intravenously, slowly", "20 mg intravenously", 1);
        let other = Rescue::read(&other, &pack).unwrap();
        assert_ne!(house.digest(), other.digest());
    }
}
