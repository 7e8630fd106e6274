//! What becomes of an alert nobody acts on, and how often one may be put off.

use serde::Deserialize;

use super::{ContactFault, parse};

const ALERTS: &str = include_str!("../../../../contact/alerts.toml");

/// How often an alert may be put off.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snooze {
    /// Times at the most.
    pub times_at_most: usize,
    /// Where that comes from.
    pub source: String,
}

/// Who is next when an alert is past its clock.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The role, by its code: `medical_director`.
    pub to: String,
    /// Where that comes from.
    pub source: String,
}

/// What becomes of a request to correct the record.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// Days within which it is answered in writing.
    pub days_to_answer: i32,
    /// Where that comes from.
    pub source: String,
    /// Hours in which someone has to take it up.
    pub hours_to_act: i64,
    /// Where that comes from.
    pub hours_source: String,
}

/// What becomes of alerts.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alerts {
    /// Their identifier.
    pub id: String,
    /// Their version.
    pub version: u32,
    /// How often one may be put off.
    pub snooze: Snooze,
    /// What becomes of a request to correct the record.
    pub correction: Correction,
    /// Who is next, in order.
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
}

impl Alerts {
    /// As shipped.
    ///
    /// # Errors
    /// [`ContactFault`] where the file the program was built with is at fault.
    pub fn house() -> Result<Self, ContactFault> {
        Self::read(ALERTS)
    }

    /// Reads them.
    ///
    /// # Errors
    /// The first [`ContactFault`].
    pub fn read(text: &str) -> Result<Self, ContactFault> {
        let read: Self = parse(text)?;
        if read.steps.is_empty() || read.steps.len() > 8 {
            return Err(ContactFault::Sense {
                item: "step".to_owned(),
                said: "an alert nobody acts on goes to somebody: write one to eight steps"
                    .to_owned(),
            });
        }
        if read.correction.days_to_answer < 1 || read.correction.hours_to_act < 1 {
            return Err(ContactFault::Sense {
                item: "correction".to_owned(),
                said: "days to answer and hours to act are 1 or more".to_owned(),
            });
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alert_nobody_acts_on_always_goes_to_somebody() {
        assert!(!Alerts::house().unwrap().steps.is_empty());
        let none = "id = \"a\"\nversion = 1\nstep = []\n[snooze]\ntimes_at_most = 1\nsource = \"s\"\n\
             [correction]\ndays_to_answer = 60\nsource = \"s\"\nhours_to_act = 1\nhours_source = \"s\"\n";
        let fault = Alerts::read(none).unwrap_err().to_string();
        assert!(fault.contains("one to eight steps"), "{fault}");
    }
}
