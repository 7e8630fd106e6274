//! The relapse watch: a daily sum of signals, each shown with its points, and what was not known.
//!
//! A missing item scores 0 and the score then reads "at least". It decides nothing: it orders the
//! day's calls. Weights and limits are data (`outcomes/relapse_watch.toml`).

use serde::{Deserialize, Serialize};

use crate::days::Day;
use crate::missing::Answer;

/// Weights and limits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WatchRule {
    /// Where they come from.
    pub source: String,
    /// Points for use within the last days.
    pub lapse_points: u8,
    /// How many days, today among them.
    pub lapse_days: usize,
    /// Craving today from here on is high (0 to 10).
    pub craving_high: f64,
    /// So far above the person's own mean it is high as well.
    pub craving_above_own_mean: f64,
    /// The mean is of so many days before today.
    pub craving_mean_days: usize,
    /// With at least so many answers.
    pub craving_answers_min: u32,
    /// Points for high craving.
    pub craving_high_points: u8,
    /// Craving today from here on counts a little.
    pub craving_some: f64,
    /// Points for it.
    pub craving_some_points: u8,
    /// Self-efficacy up to here is low (0 to 10).
    pub self_efficacy_at_most: f64,
    /// Points for it.
    pub self_efficacy_points: u8,
    /// Points for a risky situation expected.
    pub risky_situation_points: u8,
    /// A PHQ-9 from here on counts.
    pub phq9_at_least: u8,
    /// So does a rise of so much since the answer before.
    pub phq9_rise: u8,
    /// Points for either.
    pub phq9_points: u8,
    /// Sleep under so many hours counts.
    pub sleep_hours_under: f64,
    /// So does an ISI from here on.
    pub isi_at_least: u8,
    /// Points for either.
    pub sleep_points: u8,
    /// So many check-ins missed in a row count.
    pub missed_check_ins: u32,
    /// Points for it.
    pub missed_points: u8,
    /// Protective factors of the BAM up to here are few.
    pub protective_at_most: u8,
    /// Points for it.
    pub protective_points: u8,
    /// From here on the person is contacted within a day.
    pub amber_from: u8,
    /// From here on the person is contacted the same day.
    pub red_from: u8,
}

/// What is known of a person today; none for what was not asked or not answered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Signals {
    /// The last days in order, today last. Days before the first one given are not known.
    pub days: Vec<Day>,
    /// Craving today, 0 to 10.
    pub craving: Option<f64>,
    /// Craving on the days before today, in order, yesterday last.
    pub craving_before: Vec<Option<f64>>,
    /// Confidence to stay without use, 0 to 10.
    pub self_efficacy: Option<f64>,
    /// Whether a risky situation is expected.
    pub risky_situation: Option<bool>,
    /// The last PHQ-9.
    pub phq9: Option<u8>,
    /// The PHQ-9 before it.
    pub phq9_before: Option<u8>,
    /// Hours slept last night.
    pub sleep_hours: Option<f64>,
    /// The last ISI.
    pub isi: Option<u8>,
    /// Check-ins missed in a row up to now.
    pub missed_check_ins: u32,
    /// The protective factors of the last BAM-R.
    pub protective: Option<u8>,
}

/// An answer outside its scale.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("{item} is {value}, and its scale runs from 0 to {most}; correct it")]
pub struct SignalError {
    /// Which answer.
    pub item: &'static str,
    /// What was said.
    pub value: f64,
    /// The top of the scale.
    pub most: f64,
}

/// One item of the score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct WatchItem {
    /// What it looks at.
    pub name: &'static str,
    /// Its points; none when it is not known.
    pub points: Option<u8>,
    /// The most it can give.
    pub most: u8,
}

/// How soon somebody calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Band {
    /// By the plan.
    Green,
    /// Within a day.
    Amber,
    /// The same day.
    Red,
}

/// The score of one person on one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Watch {
    /// Every item with its points.
    pub items: Vec<WatchItem>,
    /// The sum of what is known.
    pub score: u8,
    /// The band of that sum. With items not known the true one may be higher.
    pub band: Band,
}

impl Watch {
    /// The names of the items that are not known.
    pub fn not_known(&self) -> impl Iterator<Item = &'static str> {
        self.items
            .iter()
            .filter(|item| item.points.is_none())
            .map(|item| item.name)
    }

    /// The score in words: "4 of 12", or "at least 4 of 12; not known: craving, sleep".
    pub fn sentence(&self) -> String {
        let most: u32 = self.items.iter().map(|item| u32::from(item.most)).sum();
        let missing: Vec<&str> = self.not_known().collect();
        if missing.is_empty() {
            format!("{} of {most}", self.score)
        } else {
            format!(
                "at least {} of {most}; not known: {}",
                self.score,
                missing.join(", ")
            )
        }
    }
}

impl WatchRule {
    /// The rule that comes with Holdfast. A test keeps the file sound.
    pub fn of_the_house() -> Result<Self, toml::de::Error> {
        toml::from_str(include_str!("../../../outcomes/relapse_watch.toml"))
    }

    /// The score of a person's signals; refused when an answer lies outside its scale.
    ///
    /// ```
    /// use outcomes::watch::{Signals, WatchRule};
    /// let rule = WatchRule::of_the_house()?;
    /// let signals = Signals { craving: Some(8.0), missed_check_ins: 2, ..Signals::default() };
    /// assert_eq!(rule.watch(&signals)?.score, 3);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn watch(&self, signals: &Signals) -> Result<Watch, SignalError> {
        signals.check()?;
        let item = |name, answer, points| WatchItem {
            name,
            points: match answer {
                Answer::Yes => Some(points),
                Answer::No => Some(0),
                Answer::NotKnown => None,
            },
            most: points,
        };
        let efficacy = signals
            .self_efficacy
            .map(|value| value <= self.self_efficacy_at_most);
        let missed = signals.missed_check_ins >= self.missed_check_ins;
        let protective = signals
            .protective
            .map(|value| value <= self.protective_at_most);
        let items = vec![
            item(
                "use in the last days",
                self.lapse(signals),
                self.lapse_points,
            ),
            WatchItem {
                name: "craving",
                points: self.craving(signals),
                most: self.craving_high_points.max(self.craving_some_points),
            },
            item("self-efficacy", efficacy.into(), self.self_efficacy_points),
            item(
                "risky situation",
                signals.risky_situation.into(),
                self.risky_situation_points,
            ),
            item("mood", self.mood(signals), self.phq9_points),
            item("sleep", self.sleep(signals), self.sleep_points),
            item("missed check-ins", missed.into(), self.missed_points),
            item(
                "protective factors",
                protective.into(),
                self.protective_points,
            ),
        ];
        let score = items
            .iter()
            .filter_map(|item| item.points)
            .fold(0, u8::saturating_add);
        let band = if score >= self.red_from {
            Band::Red
        } else if score >= self.amber_from {
            Band::Amber
        } else {
            Band::Green
        };
        Ok(Watch { items, score, band })
    }

    fn lapse(&self, signals: &Signals) -> Answer {
        let last = signals.days.len().saturating_sub(self.lapse_days);
        let days = signals.days.get(last..).unwrap_or_default();
        let all_known = days.len() == self.lapse_days && !days.contains(&Day::NotKnown);
        if days.contains(&Day::Used) {
            Answer::Yes
        } else if all_known && !days.contains(&Day::InConflict) {
            Answer::No
        } else {
            Answer::NotKnown
        }
    }

    fn craving(&self, signals: &Signals) -> Option<u8> {
        let today = signals.craving?;
        let from = signals
            .craving_before
            .len()
            .saturating_sub(self.craving_mean_days);
        let before = signals.craving_before.iter().skip(from).flatten();
        let (sum, n) = before.fold((0.0, 0_u32), |(sum, n), answer| (sum + answer, n + 1));
        let above_own_mean = n >= self.craving_answers_min
            && n > 0
            && today - sum / f64::from(n) >= self.craving_above_own_mean;
        Some(if today >= self.craving_high || above_own_mean {
            self.craving_high_points
        } else if today >= self.craving_some {
            self.craving_some_points
        } else {
            0
        })
    }

    /// Known without the answer before when the score is high, or too low to have risen so much.
    fn mood(&self, signals: &Signals) -> Answer {
        let Some(now) = signals.phq9 else {
            return Answer::NotKnown;
        };
        if now >= self.phq9_at_least {
            return Answer::Yes;
        }
        match signals.phq9_before {
            Some(before) => (now.saturating_sub(before) >= self.phq9_rise).into(),
            None if now < self.phq9_rise => Answer::No,
            None => Answer::NotKnown,
        }
    }

    fn sleep(&self, signals: &Signals) -> Answer {
        let short = signals
            .sleep_hours
            .map(|hours| hours < self.sleep_hours_under);
        let insomnia = signals.isi.map(|isi| isi >= self.isi_at_least);
        match (short, insomnia) {
            (Some(true), _) | (_, Some(true)) => Answer::Yes,
            (Some(false), Some(false)) => Answer::No,
            (None, _) | (_, None) => Answer::NotKnown,
        }
    }
}

impl Signals {
    fn check(&self) -> Result<(), SignalError> {
        let whole = |value: Option<u8>| value.map(f64::from);
        let cravings = self
            .craving_before
            .iter()
            .map(|&answer| ("craving", answer, 10.0));
        let answers = [
            ("craving", self.craving, 10.0),
            ("self-efficacy", self.self_efficacy, 10.0),
            ("the PHQ-9", whole(self.phq9), 27.0),
            ("the PHQ-9 before", whole(self.phq9_before), 27.0),
            ("sleep", self.sleep_hours, 24.0),
            ("the ISI", whole(self.isi), 28.0),
            ("protective factors", whole(self.protective), 24.0),
        ];
        let fault = answers
            .into_iter()
            .chain(cravings)
            .find_map(|(item, value, most)| {
                let value = value.filter(|value| !(0.0..=most).contains(value))?;
                Some(SignalError { item, value, most })
            });
        fault.map_or(Ok(()), Err)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watch(signals: &Signals) -> Watch {
        WatchRule::of_the_house().unwrap().watch(signals).unwrap()
    }

    fn quiet() -> Signals {
        Signals {
            days: vec![Day::NotUsed; 7],
            craving: Some(1.0),
            craving_before: vec![Some(1.0); 14],
            self_efficacy: Some(9.0),
            risky_situation: Some(false),
            phq9: Some(3),
            phq9_before: Some(3),
            sleep_hours: Some(8.0),
            isi: Some(2),
            missed_check_ins: 0,
            protective: Some(20),
        }
    }

    fn points(signals: &Signals, name: &str) -> Option<u8> {
        watch(signals)
            .items
            .iter()
            .find(|item| item.name == name)
            .unwrap()
            .points
    }

    #[test]
    fn the_most_is_twelve_and_the_least_is_none() {
        let quiet = watch(&quiet());
        assert_eq!(
            (quiet.score, quiet.band, quiet.sentence()),
            (0, Band::Green, "0 of 12".into())
        );
        let loud = watch(&Signals {
            days: vec![Day::Used],
            craving: Some(9.0),
            self_efficacy: Some(4.0),
            risky_situation: Some(true),
            phq9: Some(10),
            sleep_hours: Some(4.5),
            missed_check_ins: 2,
            protective: Some(12),
            ..Signals::default()
        });
        assert_eq!((loud.score, loud.band), (12, Band::Red));
    }

    #[test]
    fn what_is_not_known_scores_nothing_and_is_named() {
        let unknown = watch(&Signals::default());
        assert_eq!(unknown.band, Band::Green);
        assert_eq!(
            unknown.sentence(),
            "at least 0 of 12; not known: use in the last days, craving, self-efficacy, risky \
             situation, mood, sleep, protective factors"
        );
    }

    #[test]
    fn use_counts_for_today_and_the_six_days_before() {
        let mut signals = quiet();
        signals.days = vec![Day::NotUsed; 8];
        signals.days[0] = Day::Used;
        assert_eq!(points(&signals, "use in the last days"), Some(0));
        signals.days[1] = Day::Used;
        assert_eq!(points(&signals, "use in the last days"), Some(3));
        signals.days[1] = Day::InConflict;
        assert_eq!(points(&signals, "use in the last days"), None);
        signals.days = vec![Day::NotUsed; 6];
        assert_eq!(points(&signals, "use in the last days"), None);
    }

    #[test]
    fn craving_is_high_at_seven_or_two_above_the_own_mean_of_five_answers() {
        let of = |today: f64, before: &[Option<f64>]| {
            let craving_before = before.to_vec();
            points(
                &Signals {
                    craving: Some(today),
                    craving_before,
                    ..quiet()
                },
                "craving",
            )
        };
        assert_eq!(
            (of(7.0, &[]), of(6.9, &[]), of(3.9, &[])),
            (Some(2), Some(1), Some(0))
        );
        assert_eq!(of(3.0, &[Some(1.0); 5]), Some(2));
        assert_eq!(of(3.0, &[Some(1.0); 4]), Some(0));
        // Answers of more than fourteen days ago no longer count.
        let mut old = vec![Some(0.0); 5];
        old.extend(vec![None; 14]);
        assert_eq!(of(3.0, &old), Some(0));
    }

    #[test]
    fn mood_is_known_without_the_answer_before_only_where_it_cannot_matter() {
        let of = |phq9, phq9_before| {
            points(
                &Signals {
                    phq9,
                    phq9_before,
                    ..quiet()
                },
                "mood",
            )
        };
        assert_eq!(
            (of(Some(10), None), of(Some(4), None), of(Some(7), None)),
            (Some(1), Some(0), None)
        );
        assert_eq!(
            (of(Some(7), Some(2)), of(Some(7), Some(3))),
            (Some(1), Some(0))
        );
    }

    #[test]
    fn the_bands_begin_at_three_and_six() {
        let mut signals = Signals {
            days: vec![Day::Used],
            ..quiet()
        };
        assert_eq!(
            (watch(&signals).score, watch(&signals).band),
            (3, Band::Amber)
        );
        signals.self_efficacy = Some(0.0);
        signals.risky_situation = Some(true);
        assert_eq!(
            (watch(&signals).score, watch(&signals).band),
            (6, Band::Red)
        );
    }

    #[test]
    fn an_answer_outside_its_scale_is_refused() {
        let rule = WatchRule::of_the_house().unwrap();
        let refused = rule
            .watch(&Signals {
                craving: Some(11.0),
                ..quiet()
            })
            .unwrap_err();
        assert_eq!(
            refused.to_string(),
            "craving is 11, and its scale runs from 0 to 10; correct it"
        );
        assert!(
            rule.watch(&Signals {
                sleep_hours: Some(f64::NAN),
                ..quiet()
            })
            .is_err()
        );
    }
}
