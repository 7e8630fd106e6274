//! The estimand box: what exactly a number is about (ICH E9(R1), in our own words).

use serde::{Deserialize, Serialize};

use crate::definition::{Definition, Kind};

/// What a number is about. Every outcome a page shows carries one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Estimand {
    /// Whom it speaks of.
    pub population: String,
    /// What is measured on each of them.
    pub variable: String,
    /// What can happen on the way and what is then done.
    pub intercurrent_events: Vec<IntercurrentEvent>,
    /// How the people's values become one number.
    pub summary: String,
}

/// Something that happens after the start and changes what a value means or whether there is one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IntercurrentEvent {
    /// What happens.
    pub event: String,
    /// What is done with the person's value.
    pub handling: String,
}

impl IntercurrentEvent {
    /// An event and its handling.
    pub fn new(event: impl Into<String>, handling: impl Into<String>) -> Self {
        IntercurrentEvent {
            event: event.into(),
            handling: handling.into(),
        }
    }
}

impl Definition {
    /// The estimand of this definition in `population`, which is said as a phrase: "everyone
    /// randomised".
    pub fn estimand(&self, population: &str) -> Estimand {
        let mut intercurrent_events = vec![
            IntercurrentEvent::new("a week's test is missed", self.missing.clone()),
            IntercurrentEvent::new(
                "a week has both positive and negative tests",
                self.mixed.clone(),
            ),
        ];
        if let Some(weeks) = self.retained_weeks_min {
            intercurrent_events.push(IntercurrentEvent::new(
                format!("the person is not seen in week {weeks} or later"),
                match self.kind {
                    Kind::Truth => "the answer is no",
                    Kind::Whole | Kind::Halves | Kind::Share | Kind::Score => "the value is 0",
                    Kind::Time => "it counts as happened in week 1",
                },
            ));
        }
        if let Some(weeks) = self.word_weeks_min {
            intercurrent_events.push(IntercurrentEvent::new(
                format!("the word has fewer than {weeks} weeks"),
                "there is no value, and the person is counted as not known",
            ));
        }
        Estimand {
            population: population.to_owned(),
            variable: self.says.clone(),
            intercurrent_events,
            summary: self.kind.summary().to_owned(),
        }
    }
}

impl Kind {
    /// How values of this kind become one number.
    pub fn summary(self) -> &'static str {
        match self {
            Kind::Truth => "the share for whom it is so, with its interval",
            Kind::Whole | Kind::Halves | Kind::Share | Kind::Score => {
                "the mean and its interval, with the quartiles"
            }
            Kind::Time => "the Kaplan-Meier share without it, week by week, with its interval",
        }
    }
}
