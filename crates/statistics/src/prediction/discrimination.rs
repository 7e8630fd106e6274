//! Telling those with the outcome from those without.

use super::{PredictionError, Predictions};
use crate::tail::{self, Reference};

/// The area under the ROC curve.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Area {
    /// The chance that someone with the outcome was given the higher probability; ties count half.
    pub area: f64,
    /// Its variance by DeLong.
    pub variance: f64,
    /// Its confidence interval, cut to 0 and 1.
    pub interval: (f64, f64),
}

/// Two areas over the same people.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct AreaComparison {
    /// First area less the second.
    pub difference: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Difference over standard error.
    pub z: f64,
    /// Two-sided p.
    pub p: f64,
}

/// What follows from calling everyone at or above a probability positive.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct CutPoint {
    /// The probability.
    pub threshold: f64,
    /// Share of those with the outcome who are called.
    pub sensitivity: f64,
    /// Share of those without who are not.
    pub specificity: f64,
    /// Share of the called who have it; NaN when nobody is called.
    pub positive_value: f64,
    /// Share of the uncalled who do not; NaN when everybody is called.
    pub negative_value: f64,
}

/// DeLong's placement values: each person's share of the area.
struct Placements {
    area: f64,
    /// For each with the outcome, the share of those without who lie below.
    with: Vec<f64>,
    /// For each without, the share of those with who lie above.
    without: Vec<f64>,
}

impl Placements {
    fn of(predictions: &Predictions) -> Self {
        let mut with: Vec<f64> = Vec::new();
        let mut without: Vec<f64> = Vec::new();
        for (probability, outcome) in predictions.pairs() {
            if outcome {
                with.push(probability);
            } else {
                without.push(probability);
            }
        }
        let mut sorted_with = with.clone();
        let mut sorted_without = without.clone();
        sorted_with.sort_by(f64::total_cmp);
        sorted_without.sort_by(f64::total_cmp);
        let place = |sorted: &[f64], value: f64| {
            let below = sorted.partition_point(|other| *other < value);
            let not_above = sorted.partition_point(|other| *other <= value);
            (below + not_above) as f64 / (2 * sorted.len()) as f64
        };
        let with: Vec<f64> = with.iter().map(|p| place(&sorted_without, *p)).collect();
        let without: Vec<f64> = without
            .iter()
            .map(|p| 1.0 - place(&sorted_with, *p))
            .collect();
        let area = with.iter().sum::<f64>() / with.len() as f64;
        Self {
            area,
            with,
            without,
        }
    }

    /// Returns DeLong's covariance of two areas over the same people.
    fn covariance(&self, other: &Self) -> f64 {
        let part = |left: &[f64], right: &[f64]| {
            let n = left.len() as f64;
            if n < 2.0 {
                return f64::NAN;
            }
            let products = left.iter().zip(right);
            let sum: f64 = products
                .map(|(a, b)| (a - self.area) * (b - other.area))
                .sum();
            sum / (n - 1.0) / n
        };
        part(&self.with, &other.with) + part(&self.without, &other.without)
    }
}

impl Predictions {
    /// Returns the area under the ROC curve with DeLong's interval (DeLong, DeLong and
    /// Clarke-Pearson 1988, *Biometrics* 44).
    ///
    /// Sorts once each way, so it costs `n ln n` (Sun and Xu 2014). The variance needs two people
    /// of each kind, and is NaN otherwise. Error: about 1e-14.
    pub fn discrimination(&self, level: f64) -> Area {
        let placements = Placements::of(self);
        let variance = placements.covariance(&placements);
        let reach = tail::normal_quantile(0.5 + level / 2.0) * variance.sqrt();
        let (low, high) = (placements.area - reach, placements.area + reach);
        Area {
            area: placements.area,
            variance,
            interval: (low.max(0.0), high.min(1.0)),
        }
    }

    /// Returns what follows from calling everyone at or above `threshold`.
    pub fn at(&self, threshold: f64) -> CutPoint {
        let (mut hits, mut alarms) = (0.0, 0.0);
        for (probability, outcome) in self.pairs() {
            if probability >= threshold {
                if outcome { hits += 1.0 } else { alarms += 1.0 }
            }
        }
        let with = self.n_events() as f64;
        let without = self.n() as f64 - with;
        let uncalled = without - alarms + with - hits;
        CutPoint {
            threshold,
            sensitivity: hits / with,
            specificity: 1.0 - alarms / without,
            positive_value: hits / (hits + alarms),
            negative_value: (without - alarms) / uncalled,
        }
    }

    /// Returns the cut half way between two neighbouring probabilities where sensitivity plus
    /// specificity is largest (Youden 1950); the lowest such cut when several tie.
    pub fn youden(&self) -> CutPoint {
        let mut sorted: Vec<(f64, bool)> = self.pairs().collect();
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
        let with = self.n_events() as f64;
        let without = self.n() as f64 - with;
        let (mut hits, mut rejected) = (with, 0.0);
        let mut best = (f64::NEG_INFINITY, f64::NEG_INFINITY);
        for neighbours in sorted.windows(2) {
            let ((probability, outcome), (next, _)) = (neighbours[0], neighbours[1]);
            if outcome {
                hits -= 1.0;
            } else {
                rejected += 1.0;
            }
            let sum = hits / with + rejected / without;
            if next > probability && sum > best.0 + 1e-12 {
                best = (sum, f64::midpoint(probability, next));
            }
        }
        self.at(best.1)
    }
}

/// Compares two predictions of the same outcomes by their areas, pairing people (DeLong, DeLong
/// and Clarke-Pearson 1988).
pub fn compare_areas(
    first: &Predictions,
    second: &Predictions,
) -> Result<AreaComparison, PredictionError> {
    if first.outcomes != second.outcomes {
        return Err(PredictionError::Length {
            probabilities: first.n(),
            outcomes: second.n(),
        });
    }
    let (one, other) = (Placements::of(first), Placements::of(second));
    let variance = one.covariance(&one) + other.covariance(&other) - 2.0 * one.covariance(&other);
    let difference = one.area - other.area;
    let standard_error = variance.max(0.0).sqrt();
    let z = difference / standard_error;
    Ok(AreaComparison {
        difference,
        standard_error,
        z,
        p: Reference::Normal.two_sided(z),
    })
}

/// One person's area.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonArea {
    /// The person, as numbered by the caller.
    pub person: usize,
    /// Rows of that person.
    pub n: usize,
    /// Rows with the outcome.
    pub n_events: usize,
    /// The area, none for a person whose outcomes are all the same.
    pub area: Option<f64>,
}

/// Returns the area within each person.
///
/// A pooled area also rewards knowing which people have more outcomes, which a clinic knows
/// already; the area within people says whether the prediction knows *when*.
pub fn area_by_person(
    probabilities: &[f64],
    outcomes: &[f64],
    people: &[usize],
) -> Result<Vec<PersonArea>, PredictionError> {
    if people.len() != outcomes.len() || probabilities.len() != outcomes.len() {
        let (probabilities, outcomes) = (probabilities.len(), outcomes.len());
        return Err(PredictionError::Length {
            probabilities,
            outcomes,
        });
    }
    let mut rows: std::collections::BTreeMap<usize, Vec<usize>> = std::collections::BTreeMap::new();
    for (row, person) in people.iter().enumerate() {
        rows.entry(*person).or_default().push(row);
    }
    rows.into_iter()
        .map(|(person, own)| {
            let pick = |values: &[f64]| own.iter().map(|row| values[*row]).collect::<Vec<f64>>();
            let (n, happened) = (own.len(), pick(outcomes));
            let n_events = happened.iter().filter(|y| **y > 0.5).count();
            let area = match Predictions::new(&pick(probabilities), &happened) {
                Ok(predictions) => Some(Placements::of(&predictions).area),
                Err(PredictionError::OneKind { .. }) => None,
                Err(error) => return Err(error),
            };
            Ok(PersonArea {
                person,
                n,
                n_events,
                area,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// By hand: with the outcome 0.9, 0.6, 0.5; without 0.7, 0.4, 0.5. Of nine pairs 3 + 2 + 1.5
    /// are in order, so the area is 6.5/9.
    #[test]
    fn the_area_of_six_people_is_as_by_hand() {
        let outcomes = [1.0, 1.0, 1.0, 0.0, 0.0, 0.0];
        let predictions = Predictions::new(&[0.9, 0.6, 0.5, 0.7, 0.4, 0.5], &outcomes).unwrap();
        let area = predictions.discrimination(0.95);
        assert!((area.area - 6.5 / 9.0).abs() < 1e-15);
        // Placements 1, 2/3, 1/2 and 1/3, 1, 5/6 about their means, over n(n−1).
        let spread = |values: [f64; 3]| {
            let mean = values.iter().sum::<f64>() / 3.0;
            values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / 6.0
        };
        let wanted = spread([1.0, 2.0 / 3.0, 0.5]) + spread([1.0 / 3.0, 1.0, 5.0 / 6.0]);
        assert!((area.variance - wanted).abs() < 1e-15);
    }

    #[test]
    fn a_person_whose_outcomes_are_all_the_same_has_no_area() {
        let areas =
            area_by_person(&[0.1, 0.9, 0.3, 0.4], &[0.0, 1.0, 0.0, 0.0], &[7, 7, 8, 8]).unwrap();
        assert_eq!(areas[0].area, Some(1.0));
        assert_eq!(areas[1].area, None);
    }

    #[test]
    fn outcomes_of_one_kind_are_refused() {
        let refused = Predictions::new(&[0.1, 0.2], &[1.0, 1.0]);
        assert_eq!(refused, Err(PredictionError::OneKind { n: 2 }));
    }

    proptest! {
        #[test]
        fn the_area_sees_only_order(
            rows in prop::collection::vec((0.01..0.99_f64, any::<bool>()), 4..60),
        ) {
            let outcomes: Vec<f64> = rows.iter().map(|r| if r.1 { 1.0 } else { 0.0 }).collect();
            let plain: Vec<f64> = rows.iter().map(|r| r.0).collect();
            let bent: Vec<f64> = plain.iter().map(|p| p * p * p).collect();
            let mirrored: Vec<f64> = plain.iter().map(|p| 1.0 - p).collect();
            let Ok(left) = Predictions::new(&plain, &outcomes) else { return Ok(()) };
            let right = Predictions::new(&bent, &outcomes)?;
            let other = Predictions::new(&mirrored, &outcomes)?;
            let area = left.discrimination(0.95).area;
            prop_assert!((area - right.discrimination(0.95).area).abs() < 1e-12);
            prop_assert!((area + other.discrimination(0.95).area - 1.0).abs() < 1e-12);
            let slow: f64 = rows.iter().filter(|r| r.1).map(|with| {
                let without = rows.iter().filter(|r| !r.1);
                without.map(|r| if with.0 > r.0 { 1.0 } else if with.0 < r.0 { 0.0 } else { 0.5 })
                    .sum::<f64>()
            }).sum();
            let n_pairs = left.n_events() * (left.n() - left.n_events());
            prop_assert!((area - slow / n_pairs as f64).abs() < 1e-12);
        }
    }
}
