//! The numbers by which drinking, change and completeness are judged, read from
//! `outcomes/measures.toml`.

use serde::{Deserialize, Serialize};

use crate::change::{Better, ChangeRule, Noise};

/// All of them. A director may change them under signature; [`Measures::of_the_house`] are those
/// that come with Holdfast.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measures {
    /// Limits for days with alcohol.
    pub drinking: DrinkingLimits,
    /// When a person counts as back on course.
    pub recovery: Recovery,
    /// When the first ninety days are complete.
    pub ninety_days: NinetyDayRule,
    /// What change on each questionnaire means.
    pub change: Vec<ChangeRule>,
}

/// Limits for days with alcohol, in grams of ethanol.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DrinkingLimits {
    /// Grams in one standard drink, for display.
    pub standard_drink_grams: f64,
    /// Where that comes from.
    pub standard_drink_source: String,
    /// From this many grams on a man's day is heavy.
    pub heavy_day_men_grams: f64,
    /// From this many grams on a woman's day is heavy.
    pub heavy_day_women_grams: f64,
    /// Where these come from.
    pub heavy_day_source: String,
    /// The tops of low, medium and high risk for men, in mean grams a day.
    pub who_levels_men_grams: [f64; 3],
    /// The tops of low, medium and high risk for women, in mean grams a day.
    pub who_levels_women_grams: [f64; 3],
    /// Where these come from.
    pub who_levels_source: String,
    /// How many days the level is a mean over.
    pub who_window_days: u32,
    /// How many of them must be known.
    pub who_known_days_min: u32,
    /// Where these come from.
    pub who_window_source: String,
    /// More than this in a day is a slip of the pen.
    pub plausible_grams_max: f64,
}

/// When a person who used again is back on course.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recovery {
    /// Days without use in a row.
    pub abstinent_days: u32,
    /// Where this comes from.
    pub source: String,
}

/// When the first ninety days of a person are complete.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NinetyDayRule {
    /// How many days.
    pub days: u32,
    /// One of this many last days must be known.
    pub status_within_days: u32,
    /// At least this share of all days must be known.
    pub known_share_min: f64,
    /// Where this comes from.
    pub source: String,
}

/// Why measures could not be taken.
#[derive(Debug, thiserror::Error)]
pub enum MeasuresError {
    /// The text is not what a measures file looks like.
    #[error("failed to read the outcome measures")]
    Read(#[source] toml::de::Error),
    /// A number cannot be meant.
    #[error("the outcome measures: {0}")]
    Unsound(&'static str),
}

impl Measures {
    /// The measures that come with Holdfast. A test keeps the file sound.
    pub fn of_the_house() -> Result<Self, MeasuresError> {
        Self::read(include_str!("../../../outcomes/measures.toml"))
    }

    /// Reads measures from the text of a file.
    pub fn read(text: &str) -> Result<Self, MeasuresError> {
        let measures: Measures = toml::from_str(text).map_err(MeasuresError::Read)?;
        match measures.fault() {
            None => Ok(measures),
            Some(fault) => Err(MeasuresError::Unsound(fault)),
        }
    }

    /// The rule for an instrument, by its identifier.
    pub fn change_on(&self, instrument: &str) -> Option<&ChangeRule> {
        self.change
            .iter()
            .find(|rule| rule.instrument == instrument)
    }

    /// The same measures with a clinic's own standard deviation and reliability for an instrument,
    /// which has this name and gets better this way.
    #[must_use]
    pub fn with_noise(mut self, noise: &Noise, name: &str, better: Better) -> Self {
        if self.change_on(&noise.instrument).is_none() {
            self.change.push(ChangeRule {
                instrument: noise.instrument.clone(),
                name: name.to_owned(),
                better,
                response_percent: None,
                remission_at_most: None,
                important_points: Vec::new(),
                important_percent: Vec::new(),
                reliable_points: Vec::new(),
                standard_deviation: None,
                reliability: None,
                noise_source: None,
                source: noise.source.clone(),
            });
        }
        let rules = self.change.iter_mut();
        for rule in rules.filter(|rule| rule.instrument == noise.instrument) {
            rule.take(noise);
        }
        self
    }

    fn fault(&self) -> Option<&'static str> {
        let drinking = &self.drinking;
        let rising = |levels: &[f64; 3]| {
            let [low, medium, high] = *levels;
            0.0 < low && low < medium && medium < high && high.is_finite()
        };
        let positive = |grams: f64| grams.is_finite() && grams > 0.0;
        let ninety = &self.ninety_days;
        if !rising(&drinking.who_levels_men_grams) || !rising(&drinking.who_levels_women_grams) {
            Some("the WHO levels must rise from above 0")
        } else if ![
            drinking.standard_drink_grams,
            drinking.heavy_day_men_grams,
            drinking.heavy_day_women_grams,
            drinking.plausible_grams_max,
        ]
        .into_iter()
        .all(positive)
        {
            Some("grams must be above 0")
        } else if !(1..=drinking.who_window_days).contains(&drinking.who_known_days_min) {
            Some("the days that must be known must lie within the window")
        } else if self.recovery.abstinent_days == 0 {
            Some("recovery needs at least one day")
        } else if !(1..=ninety.days).contains(&ninety.status_within_days)
            || !(0.0..=1.0).contains(&ninety.known_share_min)
        {
            Some("the ninety days need a window within them and a share between 0 and 1")
        } else {
            self.change.iter().find_map(ChangeRule::fault)
        }
    }
}
