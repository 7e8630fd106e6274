//! The library: protocols, rules and consent texts, embedded in the program as files people can read.

use std::collections::BTreeMap;

use crate::consent_text::ConsentText;
use crate::policy::{Policy, PolicyError};
use crate::premises::{Premises, PremisesError};
use instruments::Wording;
use protocol::Quantity;

/// Why the library could not be read: a bug in the files the program was built with.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// The protocols or rules do not hold together.
    #[error("the protocols or rules this program was built with do not hold together")]
    Protocols(#[from] protocol::Faults),
    /// The cadence of contact or the questions of a check-in do not hold together.
    #[error("the cadence of contact this program was built with does not hold together")]
    Contact(#[from] protocol::contact::ContactFault),
    /// A number of clinic policy is not there, or cannot be used.
    #[error("the clinic's policy does not hold together")]
    Policy(#[from] PolicyError),
    /// The thresholds of the register of controlled substances do not hold together.
    #[error("the policy of the register of controlled substances does not hold together")]
    Stock(#[from] ledger::PolicyFault),
    /// A consent text is not in its form.
    #[error("the consent text {name} is not in its form")]
    Consent {
        /// Which.
        name: &'static str,
        /// What was wrong.
        #[source]
        source: toml::de::Error,
    },
    /// The rooms, hours and vials do not hold together.
    #[error("the clinic's rooms and hours do not hold together")]
    Premises(#[from] PremisesError),
    /// The licensed words of an instrument do not fit it.
    #[error(transparent)]
    Wording(#[from] instruments::NoWording),
    /// What change on a questionnaire means does not hold together.
    #[error("what change on a questionnaire means does not hold together")]
    Measures(#[from] outcomes::measures::MeasuresError),
    /// A standard deviation and reliability were given for an instrument without a better and a worse.
    #[error(
        "no score of {0} is better or worse than another: there is no real change to compute for it"
    )]
    NoDirection(String),
    /// Words were loaded for an instrument there is none of.
    #[error("there is no instrument {0}: `holdfast instrument list` names them")]
    NoInstrument(String),
    /// The rescue templates do not hold together.
    #[error("the rescue templates this program was built with do not hold together")]
    Rescue(#[from] protocol::rescue::RescueFault),
    /// The evidence is not sound.
    #[error("the evidence this program was built with is not sound")]
    Evidence(#[from] evidence::Unsound),
}

/// Protocols, rules, consent texts and the evidence.
#[derive(Debug)]
pub struct Library {
    protocols: Vec<protocol::Protocol>,
    consents: Vec<ConsentText>,
    pack: protocol::Pack,
    pack_digest: protocol::Digest,
    pack_text: Option<protocol::PackText>,
    evidence: evidence::Library,
    cadence: protocol::contact::Cadence,
    check_in: protocol::contact::check_in::Questions,
    alerts: protocol::contact::alerts::Alerts,
    relapse_watch: protocol::contact::relapse_watch::RelapseWatch,
    stale: protocol::contact::stale::Stale,
    useful: protocol::contact::useful::Useful,
    evaluation: protocol::evaluation::Steps,
    criteria: protocol::evaluation::criteria::Criteria,
    messages: protocol::contact::messages::Messages,
    policy: Policy,
    stock_policy: ledger::Policy,
    rescue: protocol::rescue::Rescue,
    premises: Premises,
    measures: outcomes::measures::Measures,
    examples: Vec<protocol::Example>,
    worded: BTreeMap<String, instruments::Instrument>,
    inputs: protocol::Dictionary,
}

/// Inputs that come from entries of their own, or belong to the day of a session, and are no
/// question of an evaluation.
const NOT_ASKED: &[&str] = &[
    "birth_date",
    "sex",
    "weight",
    "dose_given",
    "sessions_last_12_months",
    "sessions_planned",
    "course_first_dose",
    "route",
    "resting_systolic",
    "resting_diastolic",
    "alt",
    "alt_upper_limit",
    "ast",
    "ast_upper_limit",
    "bilirubin",
    "bilirubin_upper_limit",
    "albumin",
    "inr",
    "egfr",
    "medicine",
    "medicine_taken",
    "ketamine_allergy",
    "urine_ketamine",
    "breath_alcohol",
    "consent_treatment_current",
    "consent_part2_current",
    "systolic",
    "diastolic",
    "pulse",
    "saturation",
    "respiratory_rate",
    "temperature",
    "dose_started",
    "programme_enrolled",
    "setting_certified",
];

macro_rules! consents {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!("../../../consents/", $name, ".toml")))),*]
    };
}

/// The consents, in the order they are asked for.
const CONSENTS: &[(&str, &str)] = consents![
    "treatment" "part-2" "part-2-named" "counselling-notes" "proceedings" "telehealth" "research"
    "contact"
];

impl Library {
    /// Reads what the program was built with.
    ///
    /// # Errors
    /// [`LibraryError`], naming the file at fault.
    pub fn embedded() -> Result<Self, LibraryError> {
        let consents = CONSENTS
            .iter()
            .map(|(name, text)| {
                toml::from_str(text).map_err(|source| LibraryError::Consent { name, source })
            })
            .collect::<Result<_, _>>()?;
        let pack = protocol::house::pack()?;
        Ok(Self {
            protocols: protocol::house::protocols()?,
            pack_digest: pack.digest(),
            pack_text: Some(protocol::PackText::house()),
            examples: protocol::house::examples()?,
            cadence: protocol::contact::Cadence::house()?,
            check_in: protocol::contact::check_in::Questions::house()?,
            alerts: protocol::contact::alerts::Alerts::house()?,
            relapse_watch: protocol::contact::relapse_watch::RelapseWatch::house()?,
            stale: protocol::contact::stale::Stale::house()?,
            useful: protocol::contact::useful::Useful::house()?,
            evaluation: protocol::evaluation::Steps::house(&protocol::house::inputs()?)?,
            inputs: protocol::house::inputs()?,
            criteria: protocol::evaluation::criteria::Criteria::house()?,
            messages: protocol::contact::messages::Messages::house()?,
            policy: Policy::of(&pack, &BTreeMap::new())?,
            stock_policy: ledger::Policy::shipped()?,
            rescue: protocol::rescue::Rescue::house(&pack)?,
            premises: Premises::house()?,
            pack,
            worded: BTreeMap::new(),
            consents,
            measures: outcomes::measures::Measures::of_the_house()?,
            evidence: evidence::Library::of_the_house()?,
        })
    }

    /// What is due on which of the first ninety days.
    pub const fn cadence(&self) -> &protocol::contact::Cadence {
        &self.cadence
    }

    /// What a check-in asks.
    pub const fn check_in(&self) -> &protocol::contact::check_in::Questions {
        &self.check_in
    }

    /// What becomes of an alert nobody acts on.
    pub const fn alerts(&self) -> &protocol::contact::alerts::Alerts {
        &self.alerts
    }

    /// The points by which a return to use is watched for.
    pub const fn relapse_watch(&self) -> &protocol::contact::relapse_watch::RelapseWatch {
        &self.relapse_watch
    }

    /// The one useful thing said at the end of a check-in.
    pub const fn useful(&self) -> &protocol::contact::useful::Useful {
        &self.useful
    }

    /// When a result or a reading is too old to go by.
    pub const fn stale(&self) -> &protocol::contact::stale::Stale {
        &self.stale
    }

    /// The steps of an evaluation.
    pub const fn evaluation(&self) -> &protocol::evaluation::Steps {
        &self.evaluation
    }

    /// The criteria of a substance use disorder.
    pub const fn criteria(&self) -> &protocol::evaluation::criteria::Criteria {
        &self.criteria
    }

    /// When reminders leave and what they say.
    pub const fn messages(&self) -> &protocol::contact::messages::Messages {
        &self.messages
    }

    /// The same library with a clinic's own numbers in place of the pack's defaults.
    ///
    /// # Errors
    /// [`LibraryError::Policy`] for a name the pack has not, or a number that cannot be used.
    pub fn with_settings(self, own: &BTreeMap<String, Quantity>) -> Result<Self, LibraryError> {
        let policy = Policy::of(&self.pack, own)?;
        Ok(Self { policy, ..self })
    }

    /// The same library with a clinic's own rooms, hours and vials.
    #[must_use]
    pub fn with_premises(self, premises: Premises) -> Self {
        Self { premises, ..self }
    }

    /// The same library with a clinic's own choices for the register of controlled substances.
    #[must_use]
    pub fn with_stock_policy(self, stock_policy: ledger::Policy) -> Self {
        Self {
            stock_policy,
            ..self
        }
    }

    /// The same library with the register's numbers as a clinic wrote them in a file of its own.
    ///
    /// # Errors
    /// As [`ledger::Policy::of_clinic`].
    pub fn with_stock_policy_text(self, text: &str) -> Result<Self, ledger::PolicyFault> {
        Ok(self.with_stock_policy(ledger::Policy::of_clinic(text)?))
    }

    /// Rooms, hours, closing days and vials.
    pub const fn premises(&self) -> &Premises {
        &self.premises
    }

    /// The same library with the words a clinic holds a licence for.
    ///
    /// # Errors
    /// [`LibraryError::Wording`] where they do not fit the instrument, or there is no such one.
    pub fn with_wordings(mut self, loaded: &[Wording]) -> Result<Self, LibraryError> {
        for wording in loaded {
            let instrument = instruments::library().get(&wording.instrument);
            let instrument =
                instrument.ok_or_else(|| LibraryError::NoInstrument(wording.instrument.clone()))?;
            let worded = instrument.worded(Some(wording))?;
            self.worded.insert(worded.id.clone(), worded);
        }
        Ok(self)
    }

    /// The same library with the standard deviations and reliabilities a clinic gives for real change.
    ///
    /// # Errors
    /// [`LibraryError`] where there is no such instrument, or its first score has no better and worse.
    pub fn with_noise(mut self, given: &[outcomes::change::Noise]) -> Result<Self, LibraryError> {
        for noise in given {
            let instrument = instruments::library().get(&noise.instrument);
            let instrument =
                instrument.ok_or_else(|| LibraryError::NoInstrument(noise.instrument.clone()))?;
            let worse = instrument.scores.first().map(|score| score.worse);
            let better = match worse {
                Some(instruments::Worse::Higher) => outcomes::change::Better::Lower,
                Some(instruments::Worse::Lower) => outcomes::change::Better::Higher,
                Some(instruments::Worse::Neither) | None => {
                    return Err(LibraryError::NoDirection(instrument.title.clone()));
                }
            };
            self.measures = self.measures.with_noise(noise, &instrument.title, better);
        }
        Ok(self)
    }

    /// What change on each questionnaire means.
    pub const fn measures(&self) -> &outcomes::measures::Measures {
        &self.measures
    }

    /// The questionnaire or rating of that identifier, with the clinic's licensed words where it
    /// loaded them.
    pub fn instrument(&self, id: &str) -> Option<&instruments::Instrument> {
        self.worded
            .get(id)
            .or_else(|| instruments::library().get(id))
    }

    /// Every questionnaire and rating, by identifier.
    pub fn instruments(&self) -> impl Iterator<Item = &instruments::Instrument> {
        instruments::library()
            .all()
            .map(|house| self.worded.get(&house.id).unwrap_or(house))
    }

    /// Whether the words of an instrument may be shown here.
    pub fn is_worded(&self, id: &str) -> bool {
        self.worded.contains_key(id)
            || instruments::library()
                .get(id)
                .is_some_and(instruments::Instrument::has_own_words)
    }

    /// The numbers the clinic runs by.
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The thresholds of the register of controlled substances.
    pub const fn stock_policy(&self) -> &ledger::Policy {
        &self.stock_policy
    }

    /// What may be done in a room beside the plan, once it is signed.
    pub const fn rescue(&self) -> &protocol::rescue::Rescue {
        &self.rescue
    }

    /// Every protocol.
    pub fn protocols(&self) -> &[protocol::Protocol] {
        &self.protocols
    }

    /// The protocol of that identifier.
    pub fn protocol(&self, id: &str) -> Option<&protocol::Protocol> {
        self.protocols.iter().find(|protocol| protocol.id == id)
    }

    /// The rule pack in use.
    pub const fn pack(&self) -> &protocol::Pack {
        &self.pack
    }

    /// The SHA-256 of the pack in use, as a signature covers it.
    pub const fn pack_digest(&self) -> &protocol::Digest {
        &self.pack_digest
    }

    /// This library with other rescue templates in the place of those it came with.
    #[must_use]
    pub fn with_rescue(self, rescue: protocol::rescue::Rescue) -> Self {
        Self { rescue, ..self }
    }

    /// This library with another rule pack in the place of the one it came with, and the examples
    /// kept beside that pack; the numbers the clinic runs by are that pack's.
    ///
    /// # Errors
    /// [`LibraryError::Policy`] for a number of the pack that cannot be used.
    pub fn with_pack(
        self,
        pack: protocol::Pack,
        examples: Vec<protocol::Example>,
    ) -> Result<Self, LibraryError> {
        Ok(Self {
            policy: Policy::of(&pack, &BTreeMap::new())?,
            pack_digest: pack.digest(),
            pack_text: None,
            pack,
            examples,
            ..self
        })
    }

    /// This library with the pack of these texts in the place of the one it came with; the texts are
    /// kept with the signature, so that what was signed can be read later.
    ///
    /// # Errors
    /// As [`Library::with_pack`], and [`LibraryError::Protocols`] where the texts have faults.
    pub fn with_pack_text(
        self,
        text: protocol::PackText,
        examples: Vec<protocol::Example>,
    ) -> Result<Self, LibraryError> {
        let with_pack = self.with_pack(text.pack()?, examples)?;
        Ok(Self {
            pack_text: Some(text),
            ..with_pack
        })
    }

    /// The texts the pack in use was read from, where they are known.
    pub const fn pack_text(&self) -> Option<&protocol::PackText> {
        self.pack_text.as_ref()
    }

    /// The examples kept beside the rules.
    pub fn examples(&self) -> &[protocol::Example] {
        &self.examples
    }

    /// Claims, studies and what rests on them.
    pub const fn evidence(&self) -> &evidence::Library {
        &self.evidence
    }

    /// What an evaluation asks: the inputs the screening rules read that have no entry of their own.
    pub fn questions(&self) -> Vec<&protocol::Input> {
        let read = protocol::evaluation::read_at_screening(&self.pack);
        self.pack
            .inputs()
            .inputs()
            .filter(|input| {
                read.contains(input.name.as_str()) && !NOT_ASKED.contains(&input.name.as_str())
            })
            .collect()
    }

    /// The input of that name: of the pack in use, else of what ships, which an older verdict may name.
    pub fn input(&self, name: &str) -> Option<&protocol::Input> {
        let here = self.pack.inputs().input(name);
        here.or_else(|_| self.inputs.input(name)).ok()
    }

    /// What an input is called where a person reads it, "new pain or blood on passing urine".
    pub fn input_words(&self, name: &str) -> String {
        self.input(name)
            .map_or_else(|| self.inputs.words(name), protocol::Input::words)
    }

    /// Whether an input comes from entries of its own, so that nobody answers it by hand.
    pub fn has_entry_of_its_own(input: &str) -> bool {
        // What was taken today is asked today; only the list of medicines is kept for good.
        NOT_ASKED.contains(&input) && input != "medicine_taken"
    }

    /// Every consent text.
    pub fn consents(&self) -> &[ConsentText] {
        &self.consents
    }

    /// The consent text of that identifier.
    pub fn consent(&self, id: &str) -> Option<&ConsentText> {
        self.consents.iter().find(|text| text.id == id)
    }
}
