//! Change on a questionnaire: response, remission, important change, reliable change.
//!
//! All against the last answer before the first dose of the course. What cannot be said is
//! [`NotComputed`] with its reason, never a silent no.

use serde::{Deserialize, Serialize};

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// A lower score is better.
    Lower,
    /// A higher score is better.
    Higher,
}

/// What change on one instrument means. An absent number is a rule nobody has printed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeRule {
    /// The instrument's identifier.
    pub instrument: String,
    /// The instrument's name.
    pub name: String,
    /// Which way is better.
    pub better: Better,
    /// Response: better by at least this per cent of the score before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_percent: Option<f64>,
    /// Remission: a score of at most this, where lower is better.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remission_at_most: Option<f64>,
    /// Changes in points that people notice; more than one where sources differ, none decides alone.
    #[serde(default)]
    pub important_points: Vec<f64>,
    /// The same in per cent of the score before.
    #[serde(default)]
    pub important_percent: Vec<f64>,
    /// Published changes in points beyond the instrument's noise; where sources differ each is shown,
    /// none decides alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reliable_points: Vec<f64>,
    /// The standard deviation in people like these, for the reliable change index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standard_deviation: Option<f64>,
    /// The retest reliability, from 0 to below 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reliability: Option<f64>,
    /// Where the standard deviation and the reliability come from, where a clinic gave them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noise_source: Option<String>,
    /// Where the numbers come from.
    pub source: String,
}

/// The standard deviation and reliability of a questionnaire as a clinic gives them in a file, for
/// people like its own, over the name of its medical director.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Noise {
    /// The instrument's identifier.
    pub instrument: String,
    /// The standard deviation.
    pub standard_deviation: f64,
    /// The reliability, from 0 to below 1.
    pub reliability: f64,
    /// Who was measured: "580 people in primary care".
    pub sample: String,
    /// Where both numbers are printed.
    pub source: String,
    /// The medical director who decided that they hold here.
    pub decided_by: String,
    /// The day of that.
    pub decided_on: jiff::civil::Date,
}

/// Why a file of a standard deviation and a reliability is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoiseFault {
    /// It is not such a file.
    #[error(
        "line {line}: {said}; write instrument, standard_deviation, reliability, sample, source, decided_by and decided_on"
    )]
    Unread {
        /// The line.
        line: usize,
        /// What was wrong.
        said: String,
    },
    /// A number that cannot be meant.
    #[error("{0}")]
    Unsound(&'static str),
}

impl Noise {
    /// Reads the text of a file.
    ///
    /// # Errors
    /// [`NoiseFault`] with the line, or with the number that cannot be meant.
    pub fn read(text: &str) -> Result<Self, NoiseFault> {
        let noise: Self = toml::from_str(text).map_err(|error| NoiseFault::Unread {
            line: error
                .span()
                .and_then(|span| text.get(..span.start))
                .map_or(1, |before| before.matches('\n').count() + 1),
            said: error.message().to_owned(),
        })?;
        let words = [&noise.sample, &noise.source, &noise.decided_by];
        if !(noise.standard_deviation.is_finite() && noise.standard_deviation > 0.0) {
            Err(NoiseFault::Unsound(
                "the standard deviation must be above 0",
            ))
        } else if !(0.0..1.0).contains(&noise.reliability) {
            Err(NoiseFault::Unsound(
                "the reliability lies from 0 to below 1: a perfect one leaves no noise to compare with",
            ))
        } else if words.iter().any(|words| words.trim().is_empty()) {
            Err(NoiseFault::Unsound(
                "say of whom (sample), where printed (source) and which medical director decided it (decided_by)",
            ))
        } else {
            Ok(noise)
        }
    }

    /// Where the numbers come from, as one sentence part.
    fn said(&self) -> String {
        format!(
            "SD {}, r {}, of {} ({}); decided by {} on {}",
            self.standard_deviation,
            self.reliability,
            self.sample,
            self.source,
            self.decided_by,
            self.decided_on
        )
    }
}

/// A change held against one number of points beyond noise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// The points.
    pub points: f64,
    /// What the change is by them.
    pub reliable: Reliable,
}

/// Why something about a change cannot be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NotComputed {
    /// There is no answer before the first dose.
    #[error("not computed: no answer before the first dose")]
    NoScoreBefore,
    /// There is no answer now.
    #[error("not computed: no answer now")]
    NoScoreNow,
    /// A share of nothing has no meaning.
    #[error("not computed: the score before was 0")]
    StartedAtZero,
    /// No threshold is printed for this instrument.
    #[error("not computed: no threshold for this instrument")]
    NoRule,
    /// The standard deviation or the reliability is not known, or makes the index undefined.
    #[error("not computed: standard deviation or reliability not known")]
    NoReliability,
}

/// Whether a change is more than the instrument's noise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reliable {
    /// Better by more than noise.
    Better,
    /// Worse by more than noise.
    Worse,
    /// Within noise.
    Within,
}

impl ChangeRule {
    /// Refuses numbers that cannot be meant.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        let percents = self.response_percent.iter().chain(&self.important_percent);
        let points = self.important_points.iter().chain(&self.reliable_points);
        let mut all = percents
            .clone()
            .chain(points)
            .chain(&self.standard_deviation);
        if self.instrument.is_empty() || self.name.is_empty() || self.source.is_empty() {
            Some("a change rule needs its instrument, name and source")
        } else if !all.all(|number| number.is_finite() && *number > 0.0) {
            Some("points, per cent and standard deviation of a change rule must be above 0")
        } else if percents.into_iter().any(|&percent| percent > 100.0) {
            Some("a score cannot fall by more than 100 per cent")
        } else if self.reliability.is_some_and(|r| !(0.0..=1.0).contains(&r)) {
            Some("a reliability lies between 0 and 1")
        } else {
            None
        }
    }

    /// Points better than before: negative when worse.
    pub fn points_better(&self, before: Option<f64>, now: Option<f64>) -> Result<f64, NotComputed> {
        let before = before.ok_or(NotComputed::NoScoreBefore)?;
        let now = now.ok_or(NotComputed::NoScoreNow)?;
        Ok(match self.better {
            Better::Lower => before - now,
            Better::Higher => now - before,
        })
    }

    /// Per cent better than before, of the score before.
    pub fn percent_better(
        &self,
        before: Option<f64>,
        now: Option<f64>,
    ) -> Result<f64, NotComputed> {
        let points = self.points_better(before, now)?;
        match before {
            Some(before) if before > 0.0 => Ok(100.0 * (points / before)),
            Some(_) => Err(NotComputed::StartedAtZero),
            None => Err(NotComputed::NoScoreBefore),
        }
    }

    /// Whether the person responded.
    pub fn is_response(&self, before: Option<f64>, now: Option<f64>) -> Result<bool, NotComputed> {
        let percent = self.percent_better(before, now)?;
        Ok(percent >= self.response_percent.ok_or(NotComputed::NoRule)?)
    }

    /// Whether the person is in remission now.
    pub fn is_remission(&self, now: Option<f64>) -> Result<bool, NotComputed> {
        let now = now.ok_or(NotComputed::NoScoreNow)?;
        Ok(now <= self.remission_at_most.ok_or(NotComputed::NoRule)?)
    }

    /// The reliable change index: `(x2 - x1) / (SD sqrt(2) sqrt(1 - r))`, signed so that better is
    /// positive (Jacobson and Truax 1991, J Consult Clin Psychol 59:12).
    pub fn index(&self, before: Option<f64>, now: Option<f64>) -> Result<f64, NotComputed> {
        let points = self.points_better(before, now)?;
        let deviation = self.standard_deviation.ok_or(NotComputed::NoReliability)?;
        let reliability = self.reliability.ok_or(NotComputed::NoReliability)?;
        let noise = deviation * (2.0 * (1.0 - reliability)).sqrt();
        if noise > 0.0 {
            Ok(points / noise)
        } else {
            Err(NotComputed::NoReliability)
        }
    }

    /// Takes the standard deviation and reliability a clinic gives.
    pub(crate) fn take(&mut self, noise: &Noise) {
        self.standard_deviation = Some(noise.standard_deviation);
        self.reliability = Some(noise.reliability);
        self.noise_source = Some(noise.said());
    }

    /// Whether the change is more than noise, by each number there is for it, the least first: by the
    /// index beyond 1.96, else by each of the published points.
    pub fn readings(
        &self,
        before: Option<f64>,
        now: Option<f64>,
    ) -> Result<Vec<Reading>, NotComputed> {
        let better = self.points_better(before, now)?;
        let mut least = match (self.standard_deviation, self.reliability) {
            (Some(deviation), Some(reliability)) if self.index(before, now).is_ok() => {
                vec![1.96 * deviation * (2.0 * (1.0 - reliability)).sqrt()]
            }
            _ => self.reliable_points.clone(),
        };
        if least.is_empty() {
            return Err(NotComputed::NoReliability);
        }
        least.sort_by(f64::total_cmp);
        Ok(least
            .into_iter()
            .map(|points| Reading {
                points,
                reliable: if better >= points {
                    Reliable::Better
                } else if better <= -points {
                    Reliable::Worse
                } else {
                    Reliable::Within
                },
            })
            .collect())
    }

    /// Whether the change is more than noise by the strictest of the numbers there are.
    pub fn reliable(&self, before: Option<f64>, now: Option<f64>) -> Result<Reliable, NotComputed> {
        let readings = self.readings(before, now)?;
        let strictest = readings.last().ok_or(NotComputed::NoReliability)?;
        Ok(strictest.reliable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measures::Measures;

    fn rule(instrument: &str) -> ChangeRule {
        Measures::of_the_house()
            .unwrap()
            .change_on(instrument)
            .unwrap()
            .clone()
    }

    #[test]
    fn half_the_score_is_a_response_and_under_five_a_remission_on_the_phq_9() {
        let phq = rule("phq-9");
        assert_eq!(phq.is_response(Some(20.0), Some(10.0)), Ok(true));
        assert_eq!(phq.is_response(Some(20.0), Some(11.0)), Ok(false));
        assert_eq!(phq.is_remission(Some(4.0)), Ok(true));
        assert_eq!(phq.is_remission(Some(5.0)), Ok(false));
    }

    #[test]
    fn what_is_not_known_is_said_and_is_never_no() {
        let phq = rule("phq-9");
        assert_eq!(
            phq.is_response(None, Some(3.0)),
            Err(NotComputed::NoScoreBefore)
        );
        assert_eq!(
            phq.is_response(Some(3.0), None),
            Err(NotComputed::NoScoreNow)
        );
        assert_eq!(
            phq.is_response(Some(0.0), Some(0.0)),
            Err(NotComputed::StartedAtZero)
        );
        assert_eq!(
            rule("isi").reliable(Some(9.0), Some(2.0)),
            Err(NotComputed::NoReliability)
        );
        assert_eq!(
            phq.reliable(None, Some(2.0)),
            Err(NotComputed::NoScoreBefore)
        );
        assert_eq!(
            rule("isi").is_response(Some(9.0), Some(2.0)),
            Err(NotComputed::NoRule)
        );
        assert_eq!(
            NotComputed::NoReliability.to_string(),
            "not computed: standard deviation or reliability not known"
        );
    }

    /// Jacobson and Truax 1991: SD 7.5, r 0.80, scores of 32.5 and 47.5 are an index of 3.16.
    #[test]
    fn the_index_is_the_one_worked_in_print() {
        let marital = ChangeRule {
            standard_deviation: Some(7.5),
            reliability: Some(0.80),
            ..rule("phq-9")
        };
        let index = marital.index(Some(47.5), Some(32.5)).unwrap();
        assert!((index - 3.162).abs() < 5e-4);
        assert_eq!(
            marital.reliable(Some(47.5), Some(32.5)),
            Ok(Reliable::Better)
        );
        assert_eq!(
            marital.reliable(Some(32.5), Some(47.5)),
            Ok(Reliable::Worse)
        );
        let perfect = ChangeRule {
            reliability: Some(1.0),
            ..marital
        };
        assert_eq!(
            perfect.index(Some(9.0), Some(2.0)),
            Err(NotComputed::NoReliability)
        );
        assert_eq!(
            perfect.reliable(Some(9.0), Some(2.0)),
            Ok(Reliable::Better),
            "the published points stand in"
        );
    }

    #[test]
    fn published_points_stand_in_where_no_index_can_be_made_and_higher_can_be_better() {
        assert_eq!(
            rule("pcl-5").reliable(Some(50.0), Some(32.0)),
            Ok(Reliable::Better)
        );
        assert_eq!(
            rule("pcl-5").reliable(Some(50.0), Some(33.0)),
            Ok(Reliable::Within)
        );
        // Both published readings, the least first: 16 points are enough by one and not by the other.
        let both = rule("pcl-5").readings(Some(50.0), Some(34.0)).unwrap();
        assert_eq!(
            both,
            [
                Reading {
                    points: 15.0,
                    reliable: Reliable::Better
                },
                Reading {
                    points: 18.0,
                    reliable: Reliable::Within
                }
            ]
        );
        let phq = rule("phq-9");
        assert_eq!(phq.reliable(Some(15.0), Some(9.0)), Ok(Reliable::Better));
        assert_eq!(phq.reliable(Some(15.0), Some(10.0)), Ok(Reliable::Within));
        assert_eq!(phq.reliable(Some(9.0), Some(15.0)), Ok(Reliable::Worse));
        let gad = rule("gad-7");
        assert_eq!(gad.reliable(Some(15.0), Some(11.0)), Ok(Reliable::Better));
        assert_eq!(gad.reliable(Some(15.0), Some(12.0)), Ok(Reliable::Within));
        assert_eq!(
            rule("who-5").points_better(Some(40.0), Some(52.0)),
            Ok(12.0)
        );
    }
    const OWN: &str = "instrument = \"phq-9\"\nstandard_deviation = 6.0\nreliability = 0.84\nsample = \"120 people seen here\"\nsource = \"our own audit\"\ndecided_by = \"Dr Okafor\"\ndecided_on = \"2026-03-02\"\n";

    #[test]
    fn a_clinics_own_deviation_and_reliability_make_the_index_and_say_whose_they_are() {
        let noise = Noise::read(OWN).unwrap();
        let mut phq = rule("phq-9");
        phq.take(&noise);
        // 6 sqrt(2) sqrt(0.16) is 3.394, and 1.96 of it 6.652: seven points are beyond, six are not.
        let reading = phq.readings(Some(17.0), Some(10.0)).unwrap();
        assert_eq!(reading.len(), 1);
        assert!((reading[0].points - 6.652).abs() < 5e-4, "{reading:?}");
        assert_eq!(reading[0].reliable, Reliable::Better);
        assert_eq!(phq.reliable(Some(17.0), Some(11.0)), Ok(Reliable::Within));
        let said = phq.noise_source.unwrap();
        assert!(
            said.contains("decided by Dr Okafor on 2026-03-02"),
            "{said}"
        );
    }

    #[test]
    fn a_file_that_cannot_be_meant_is_refused_with_what_to_write() {
        let said = |text: &str| Noise::read(text).unwrap_err().to_string();
        assert!(said(&OWN.replace("0.84", "1.0")).contains("below 1"));
        assert!(said(&OWN.replace("6.0", "0.0")).contains("above 0"));
        assert!(said(&OWN.replace("6.0", "nan")).contains("above 0"));
        assert!(said(&OWN.replace("Dr Okafor", " ")).contains("which medical director"));
        assert!(said(&OWN.replace("reliability", "alpha")).starts_with("line 3"));
        assert!(said("instrument = ").starts_with("line 1"));
    }
}
