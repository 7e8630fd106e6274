//! A rule pack: rules, the definitions, lists and settings they use, and the director's signature.

mod compare;
mod condition;
mod read;
mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use crate::expression::Expression;
use crate::{Dictionary, Faults, List, Mark, Quantity, Rule, Source, Sources};

pub use compare::{Compared, FieldCompared, RuleCompared, compare};
pub use condition::Truth;
pub use read::includes;
pub use text::PackText;

/// A versioned set of rules, checked: every name known, every unit fitting, every rule sourced.
///
/// # Examples
///
/// ```
/// let pack = protocol::house::pack().unwrap();
/// let age = pack.rule("E05a").unwrap();
/// assert_eq!(age.number(), "E05");
/// assert_eq!(age.when.source(), "age(birth_date) < 18 y");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Pack {
    /// Its name, for example `house`.
    pub id: String,
    /// Counted from 1.
    pub version: u32,
    /// What people call it.
    pub title: String,
    rules: Vec<Rule>,
    pointers: Vec<Pointer>,
    pub(crate) defines: Vec<Expression>,
    define_names: Vec<String>,
    lists: Vec<List>,
    settings: BTreeMap<String, Setting>,
    pub(crate) defaults: BTreeMap<String, Option<Quantity>>,
    inputs: Dictionary,
    sources: Sources,
}

/// A numbered rule that has no verdict of its own and sends the reader to others.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Pointer {
    /// Its id, as `E17`.
    pub id: String,
    /// What it is about.
    pub title: String,
    /// The rule numbers that answer in its place.
    pub to: Vec<String>,
}

/// A number that a clinic may set without a new version of the pack.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Setting {
    /// The default; `None` when it is off until a clinic sets it.
    pub value: Option<Quantity>,
    /// What it is.
    pub says: String,
    /// Where the default comes from.
    pub mark: Mark,
}

impl Pack {
    /// Reads a pack from its files (name, text), the first of which names the pack; or returns
    /// everything wrong with them.
    pub fn read(
        files: &[(&str, &str)],
        dictionary: &Dictionary,
        sources: &Sources,
    ) -> Result<Self, Faults> {
        read::read(files, dictionary, sources)
    }

    /// Its name with its version, as a verdict keeps it.
    pub fn pin(&self) -> String {
        format!("{}@{}", self.id, self.version)
    }

    /// The rules, in the order of their ids.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule with this id.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// The rules of one number: `E05` gives `E05a` and `E05b`.
    pub fn rules_numbered(&self, number: &str) -> impl Iterator<Item = &Rule> {
        self.rules
            .iter()
            .filter(move |rule| rule.number() == number)
    }

    /// Every rule id and number with the rule's title, for whoever refers to rules.
    pub fn names(&self) -> BTreeMap<String, String> {
        let ids = self
            .rules
            .iter()
            .map(|rule| (rule.id.clone(), rule.title.clone()));
        let numbers = self
            .rules
            .iter()
            .map(|rule| (rule.number().to_owned(), rule.title.clone()));
        let pointers = self
            .pointers
            .iter()
            .map(|one| (one.id.clone(), one.title.clone()));
        numbers.chain(ids).chain(pointers).collect()
    }

    /// The numbers that send the reader to other rules.
    pub fn pointers(&self) -> &[Pointer] {
        &self.pointers
    }

    /// The drug lists.
    pub fn lists(&self) -> &[List] {
        &self.lists
    }

    /// The settings with their defaults.
    pub fn settings(&self) -> &BTreeMap<String, Setting> {
        &self.settings
    }

    /// The definitions, by name.
    pub fn definitions(&self) -> impl Iterator<Item = (&str, &Expression)> {
        self.define_names
            .iter()
            .map(String::as_str)
            .zip(&self.defines)
    }

    /// A definition that is one number and nothing else, in the base unit of what it measures (a
    /// time in seconds); `None` where it is worked out from a chart, or is not there.
    pub fn constant(&self, name: &str) -> Option<crate::Decimal> {
        let (_, define) = self.definitions().find(|(known, _)| *known == name)?;
        define.constant()
    }

    /// The inputs that its rules read.
    pub fn inputs(&self) -> &Dictionary {
        &self.inputs
    }

    /// A source by its number.
    pub fn source(&self, number: &str) -> Option<&Source> {
        self.sources.get(number)
    }

    /// The pack as bytes that do not depend on layout, comments, or the order of files.
    ///
    /// A JSON rendering of everything that can change a verdict or how it is explained.
    pub fn canonical_bytes(&self) -> Vec<u8> {
        let definitions: BTreeMap<&str, &Expression> = self.definitions().collect();
        let whole = serde_json::json!({
            "id": self.id,
            "version": self.version,
            "title": self.title,
            "rules": self.rules,
            "pointers": self.pointers,
            "definitions": definitions,
            "lists": self.lists,
            "settings": self.settings,
            "inputs": self.inputs,
            "sources": self.sources,
        });
        whole.to_string().into_bytes()
    }

    /// The SHA-256 of [`Pack::canonical_bytes`].
    pub fn digest(&self) -> Digest {
        Digest::of(&self.canonical_bytes())
    }

    /// The SHA-256 of one rule alone, without what it shares with others.
    pub fn rule_digest(rule: &Rule) -> Digest {
        Digest::of(serde_json::json!(rule).to_string().as_bytes())
    }

    /// The SHA-256 of what the rules share: everything of [`Pack::canonical_bytes`] but the rules.
    pub fn shared_digest(&self) -> Digest {
        let definitions: BTreeMap<&str, &Expression> = self.definitions().collect();
        let shared = serde_json::json!({
            "pointers": self.pointers,
            "definitions": definitions,
            "lists": self.lists,
            "settings": self.settings,
            "inputs": self.inputs,
            "sources": self.sources,
        });
        Digest::of(shared.to_string().as_bytes())
    }

    /// Everything wrong with a clinic's own settings: unknown names, and values in another unit.
    pub fn check_settings(&self, own: &BTreeMap<String, Quantity>) -> Vec<SettingError> {
        let mut errors = Vec::new();
        for (name, value) in own {
            match self.settings.get(name) {
                None => errors.push(SettingError::Unknown {
                    name: name.clone(),
                    known: self.settings.keys().cloned().collect::<Vec<_>>().join(", "),
                }),
                Some(setting) if !read::fits(setting, *value) => {
                    errors.push(SettingError::OtherUnit {
                        name: name.clone(),
                        value: value.to_string(),
                        says: setting.says.clone(),
                    });
                }
                Some(_) => {}
            }
        }
        errors
    }

    /// Whether this is the pack that was signed.
    pub fn verify(&self, signature: &Signature) -> Result<(), SignatureError> {
        if signature.pack != self.id {
            return Err(SignatureError::OtherPack {
                signed: signature.pack.clone(),
                found: self.id.clone(),
            });
        }
        if signature.version != self.version {
            return Err(SignatureError::OtherVersion {
                pack: self.id.clone(),
                signed: signature.version,
                found: self.version,
            });
        }
        let found = self.digest();
        if signature.digest == found {
            Ok(())
        } else {
            Err(SignatureError::Edited {
                pack: self.pin(),
                signed: signature.digest.clone(),
                found,
            })
        }
    }
}

/// What is wrong with a clinic's own setting.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// The pack has no such setting.
    #[error("there is no setting {name}; the pack has {known}")]
    Unknown {
        /// As written.
        name: String,
        /// Every name.
        known: String,
    },
    /// The unit does not measure the same thing.
    #[error("the setting {name} is {value}, which is in another unit; it means: {says}")]
    OtherUnit {
        /// The setting.
        name: String,
        /// What was given.
        value: String,
        /// What it means.
        says: String,
    },
}

/// A SHA-256, in 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Digest(pub String);

impl Digest {
    /// The digest of bytes.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let mut text = String::with_capacity(64);
        for byte in Sha256::digest(bytes) {
            for half in [byte >> 4, byte & 15] {
                text.extend(char::from_digit(u32::from(half), 16));
            }
        }
        Self(text)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// A medical director's signature under a pack.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Signature {
    /// The id of the pack.
    pub pack: String,
    /// The version of the pack.
    pub version: u32,
    /// Who signed, as printed.
    pub name: String,
    /// In what role.
    pub role: String,
    /// When.
    pub at: Timestamp,
    /// What the signature means, for example "approved for use on patients of this clinic".
    pub meaning: String,
    /// What exactly was signed.
    pub digest: Digest,
}

/// Why a signature does not cover a pack.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// It is under another pack.
    #[error("the signature is under the pack {signed}, not {found}; sign {found}")]
    OtherPack {
        /// What was signed.
        signed: String,
        /// What is here.
        found: String,
    },
    /// It is under another version.
    #[error("version {signed} of {pack} was signed and this is version {found}; sign it again")]
    OtherVersion {
        /// The pack.
        pack: String,
        /// What was signed.
        signed: u32,
        /// What is here.
        found: u32,
    },
    /// The pack was changed without a new version.
    #[error(
        "{pack} was edited after it was signed: signed {signed}, found {found}; \
         raise its version and have it signed again"
    )]
    Edited {
        /// The pack with its version.
        pack: String,
        /// The digest that was signed.
        signed: Digest,
        /// The digest of what is here.
        found: Digest,
    },
}

/// Every input that any rule of these reads.
fn inputs_read<'r>(rules: impl Iterator<Item = &'r Rule>) -> BTreeSet<String> {
    rules.flat_map(Rule::reads).map(str::to_owned).collect()
}
