//! The thresholds of `ledger/policy.toml`, each with its source and whether it is law or the clinic's choice.

use serde::{Deserialize, Serialize};

/// Whose rule a number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mark {
    /// The federal law of the United States.
    #[serde(rename = "federal law")]
    FederalLaw,
    /// The clinic's own choice.
    #[serde(rename = "clinic policy")]
    ClinicPolicy,
}

/// A number with its unit, whose rule it is and where it is from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// What it is called in the file.
    pub id: String,
    /// The number.
    pub value: u32,
    /// Its unit.
    pub unit: String,
    /// Whose rule it is.
    pub mark: Mark,
    /// Where it is from.
    pub source: String,
}

/// Something the clinic may allow or not.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allowance {
    /// What it is called in the file.
    pub id: String,
    /// Whether it is allowed.
    pub allowed: bool,
    /// Whose rule it is.
    pub mark: Mark,
    /// Where it is from.
    pub source: String,
}

/// What one dosage unit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitIs {
    /// A millilitre of what is in the vial.
    Millilitre,
    /// The whole container as delivered: a vial, a device.
    Container,
}

/// What a dosage unit is of a drug, whose rule that is and where it is from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DosageUnit {
    /// The drug's name, as the first word of what the register lists.
    pub drug: String,
    /// What a unit of it is.
    pub is: UnitIs,
    /// Whose rule it is.
    pub mark: Mark,
    /// Where it is from.
    pub source: String,
}

/// What the register goes by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// How many days ahead a lot's expiry is said.
    pub lot_expiry_ahead: Threshold,
    /// How many days ahead a registration's expiry is said.
    pub registration_expiry_ahead: Threshold,
    /// How many days may pass between counts of a lot in a cabinet.
    pub count_every: Threshold,
    /// How many years may pass between inventories.
    pub inventory_every: Threshold,
    /// How many days ahead the next inventory is said.
    pub inventory_ahead: Threshold,
    /// How many days a case may stay open before it is said.
    pub case_open_longest: Threshold,
    /// Within how many business days of discovery a loss is notified.
    pub loss_notice: Threshold,
    /// Within how many days of discovery form 106 is complete.
    pub loss_form: Threshold,
    /// The most micrograms a vial can be said to hold.
    pub largest_vial: Threshold,
    /// The most that may be passed on to other practitioners, of all that is given and passed on in a year.
    pub distributed_share: Threshold,
    /// What a dosage unit is of each drug; of any other it is a container as delivered.
    pub dosage_units: Vec<DosageUnit>,
    /// Whether an opened vial may go back to the cabinet.
    pub opened_vials_return: Allowance,
    /// Whether a case may be closed on the count that opened it.
    pub one_count_closes_a_case: Allowance,
    /// Whether a person of whom no check of access is recorded may handle stock.
    pub access_without_check: Allowance,
}

/// What is wrong with a policy file.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// It is not the format.
    #[error("the ledger's policy cannot be read: {0}")]
    Format(#[from] toml::de::Error),
    /// An entry is missing, or there more than once.
    #[error("the ledger's policy has {0} not exactly once")]
    NotOnce(&'static str),
    /// An entry has another unit than the code counts in.
    #[error("{0} is counted in {1}")]
    Unit(&'static str, &'static str),
    /// A number is nought, or a source is empty.
    #[error("{0} has no number or no source")]
    Empty(&'static str),
    /// An entry nobody reads.
    #[error("the ledger's policy has an entry {0}, which is not known: take it out")]
    Unknown(String),
    /// A number of federal law is laxer than the law.
    #[error("{id} is federal law: write {most} {unit} or fewer, a clinic may tighten it only")]
    Laxer {
        /// The entry.
        id: &'static str,
        /// The most it may be.
        most: u32,
        /// Its unit.
        unit: String,
    },
    /// An entry says that another's rule it is.
    #[error(
        "{0} has another mark than in the file that comes with Holdfast: leave its mark as it is"
    )]
    Mark(&'static str),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    threshold: Vec<Threshold>,
    allowance: Vec<Allowance>,
    dosage_unit: Vec<DosageUnit>,
}

impl Policy {
    /// The policy that Holdfast ships, from `ledger/policy.toml`.
    ///
    /// # Errors
    ///
    /// When the file is at fault; a test reads it.
    pub fn shipped() -> Result<Self, Fault> {
        Self::read(include_str!("../../../ledger/policy.toml"))
    }

    /// Reads a policy and checks every entry of it.
    ///
    /// # Errors
    ///
    /// When an entry is missing, doubled, unknown, without a source, or in another unit.
    pub fn read(text: &str) -> Result<Self, Fault> {
        let mut file: File = toml::from_str(text)?;
        let policy = Self {
            lot_expiry_ahead: file.number("lot_expiry_ahead", "days")?,
            registration_expiry_ahead: file.number("registration_expiry_ahead", "days")?,
            count_every: file.number("count_every", "days")?,
            inventory_every: file.number("inventory_every", "years")?,
            inventory_ahead: file.number("inventory_ahead", "days")?,
            case_open_longest: file.number("case_open_longest", "days")?,
            loss_notice: file.number("loss_notice", "business days")?,
            loss_form: file.number("loss_form", "days")?,
            largest_vial: file.number("largest_vial", "micrograms")?,
            distributed_share: file.number("distributed_share", "percent")?,
            dosage_units: file.units()?,
            opened_vials_return: file.choice("opened_vials_return")?,
            one_count_closes_a_case: file.choice("one_count_closes_a_case")?,
            access_without_check: file.choice("access_without_check")?,
        };
        let mut left = file.threshold.into_iter().map(|entry| entry.id);
        let rest = left.next();
        let rest = rest.or_else(|| file.allowance.into_iter().map(|entry| entry.id).next());
        rest.map_or(Ok(policy), |id| Err(Fault::Unknown(id)))
    }

    /// Reads a clinic's own policy, whole in place of the one that comes with Holdfast. What is federal
    /// law it may tighten and not loosen; what is clinic policy it sets as it likes.
    ///
    /// # Errors
    ///
    /// As [`Self::read`], and where a number of federal law is laxer than the law or its mark is changed.
    pub fn of_clinic(text: &str) -> Result<Self, Fault> {
        let (own, shipped) = (Self::read(text)?, Self::shipped()?);
        for ((id, own), (_, shipped)) in own.thresholds().into_iter().zip(shipped.thresholds()) {
            if own.mark != shipped.mark {
                return Err(Fault::Mark(id));
            }
            // Every number of the law is a most: days, years and a share.
            if shipped.mark == Mark::FederalLaw && own.value > shipped.value {
                return Err(Fault::Laxer {
                    id,
                    most: shipped.value,
                    unit: shipped.unit.clone(),
                });
            }
        }
        Ok(own)
    }

    /// Every number, with what it is called in the file.
    const fn thresholds(&self) -> [(&'static str, &Threshold); 10] {
        [
            ("lot_expiry_ahead", &self.lot_expiry_ahead),
            ("registration_expiry_ahead", &self.registration_expiry_ahead),
            ("count_every", &self.count_every),
            ("inventory_every", &self.inventory_every),
            ("inventory_ahead", &self.inventory_ahead),
            ("case_open_longest", &self.case_open_longest),
            ("loss_notice", &self.loss_notice),
            ("loss_form", &self.loss_form),
            ("largest_vial", &self.largest_vial),
            ("distributed_share", &self.distributed_share),
        ]
    }
}

impl Policy {
    /// What a dosage unit is of a drug as the register lists it, such as `ketamine 10 mg/mL`.
    pub fn dosage_unit(&self, listed: &str) -> UnitIs {
        let drug = listed.split_whitespace().next().unwrap_or_default();
        let mut all = self.dosage_units.iter();
        all.find(|one| one.drug.eq_ignore_ascii_case(drug))
            .map_or(UnitIs::Container, |one| one.is)
    }
}

impl File {
    fn units(&mut self) -> Result<Vec<DosageUnit>, Fault> {
        let all = std::mem::take(&mut self.dosage_unit);
        for (at, one) in all.iter().enumerate() {
            if one.source.trim().is_empty() || one.drug.trim().is_empty() {
                return Err(Fault::Empty("dosage_unit"));
            }
            let mut before = all.iter().take(at);
            if before.any(|other| other.drug.eq_ignore_ascii_case(&one.drug)) {
                return Err(Fault::NotOnce("a dosage_unit of each drug"));
            }
        }
        Ok(all)
    }

    fn number(&mut self, id: &'static str, unit: &'static str) -> Result<Threshold, Fault> {
        let found = once(&mut self.threshold, id, |entry| entry.id == id)?;
        if found.unit != unit {
            return Err(Fault::Unit(id, unit));
        }
        if found.value == 0 || found.source.trim().is_empty() {
            return Err(Fault::Empty(id));
        }
        Ok(found)
    }

    fn choice(&mut self, id: &'static str) -> Result<Allowance, Fault> {
        let found = once(&mut self.allowance, id, |entry| entry.id == id)?;
        if found.source.trim().is_empty() {
            return Err(Fault::Empty(id));
        }
        Ok(found)
    }
}

/// Takes the one entry that is meant out of the list.
fn once<T>(list: &mut Vec<T>, id: &'static str, is_meant: impl Fn(&T) -> bool) -> Result<T, Fault> {
    let (mut meant, rest): (Vec<T>, Vec<T>) = std::mem::take(list).into_iter().partition(is_meant);
    *list = rest;
    match (meant.pop(), meant.is_empty()) {
        (Some(entry), true) => Ok(entry),
        _ => Err(Fault::NotOnce(id)),
    }
}
