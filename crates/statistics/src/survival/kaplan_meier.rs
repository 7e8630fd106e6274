//! The Kaplan-Meier estimate of survival with Greenwood's variance, and Nelson-Aalen's hazard.
//!
//! Formula: S(t) = ∏ (1 − dⱼ / nⱼ) over times up to t with dⱼ events among nⱼ at risk; variance of
//! ln S: Σ dⱼ / (nⱼ (nⱼ − dⱼ)). Cumulative hazard Σ dⱼ / nⱼ with variance Σ dⱼ / nⱼ².
//! Reference: Kaplan and Meier, JASA 1958; Greenwood 1926; Klein and Moeschberger, "Survival
//! Analysis", 2003, chapter 4. Domain: any times of zero or more; an event and a censoring at one
//! time count the censored row as at risk. Method: one sort, one pass. Error bound: the product of
//! k factors, below k units in the last place.
//!
//! ```
//! use statistics::survival::{Times, kaplan_meier::kaplan_meier};
//! let curve = kaplan_meier(Times::new(&[1.0, 2.0, 3.0], &[true, false, true])?, None)?;
//! assert_eq!(curve[0].time, [1.0, 2.0, 3.0]);
//! assert!((curve[0].surv[0] - 2.0 / 3.0).abs() < 1e-15);
//! # Ok::<(), statistics::survival::SurvivalError>(())
//! ```

use super::order::{Run, runs};
use super::{Groups, SurvivalError, Times, same_length};
use crate::distribution::{Distribution, Normal};

/// How the interval of a survival probability is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interval {
    /// Symmetric for ln(−ln S); stays inside 0 to 1.
    LogLog,
    /// Symmetric for ln S; cut at 1.
    Log,
    /// Symmetric for S; cut at 0 and 1.
    Plain,
}

/// One estimated curve. All vectors have one element for each distinct time at which a row left.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curve {
    /// Distinct times, rising.
    pub time: Vec<f64>,
    /// Rows at risk just before each time.
    pub n_risk: Vec<u32>,
    /// Events at each time.
    pub n_event: Vec<u32>,
    /// Rows censored at each time.
    pub n_censor: Vec<u32>,
    /// Survival just after each time.
    pub surv: Vec<f64>,
    /// Greenwood's variance of ln S; infinite once S is zero.
    pub ln_variance: Vec<f64>,
}

/// Lower and upper limits, one for each time; NaN where there is none.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// Lower limits.
    pub lower: Vec<f64>,
    /// Upper limits.
    pub upper: Vec<f64>,
}

/// A quantile of the time with its interval; NaN where the curve never falls so far.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantile {
    /// The share of rows that have had the event by then.
    pub p: f64,
    /// The time.
    pub quantile: f64,
    /// Where the lower limit of the curve crosses.
    pub lower: f64,
    /// Where the upper limit of the curve crosses.
    pub upper: f64,
}

/// The curve of each group, or of all rows where `groups` is `None`.
pub fn kaplan_meier(
    times: Times<'_>,
    groups: Option<Groups<'_>>,
) -> Result<Vec<Curve>, SurvivalError> {
    let count = groups.map_or(1, |groups| groups.count());
    if let Some(groups) = groups {
        same_length("the group", times.rows(), groups.codes().len())?;
    }
    let entered = times.start().map(|start| entries(start, groups, count));
    let mut building: Vec<Building> = (0..count).map(|_| Building::default()).collect();
    for (group, state) in building.iter_mut().enumerate() {
        state.entries = entered.as_ref().map(|entered| entered[group].as_slice());
    }
    if entered.is_none() {
        match groups {
            Some(groups) => {
                for code in groups.codes() {
                    building[*code as usize].at_risk += 1;
                }
            }
            None => building[0].at_risk = times.rows() as u32,
        }
    }
    let event = times.event();
    let visit = |run: Run| building[(run.tag >> 1) as usize].take(run);
    match groups {
        Some(groups) => {
            let codes = groups.codes();
            let tag = |row: usize| codes[row] << 1 | u32::from(!event[row]);
            runs(times.stop(), tag, 2 * count as u32, visit);
        }
        None => runs(times.stop(), |row| u32::from(!event[row]), 2, visit),
    }
    Ok(building.into_iter().map(Building::finish).collect())
}

/// The times at which the rows of each group entered, rising.
fn entries(start: &[f64], groups: Option<Groups<'_>>, count: usize) -> Vec<Vec<f64>> {
    let mut entered = vec![Vec::new(); count];
    for (row, time) in start.iter().enumerate() {
        entered[groups.map_or(0, |groups| groups.codes()[row] as usize)].push(*time);
    }
    for times in &mut entered {
        times.sort_by(f64::total_cmp);
    }
    entered
}

/// A curve while its runs come in.
#[derive(Default)]
struct Building<'a> {
    curve: Curve,
    entries: Option<&'a [f64]>,
    at_risk: u32,
    time: f64,
    events: u32,
    censored: u32,
    surv: Option<f64>,
    ln_variance: f64,
}

impl Building<'_> {
    fn take(&mut self, run: Run) {
        if run.time > self.time {
            self.close();
            self.time = run.time;
        }
        if run.tag & 1 == 0 {
            self.events = run.count;
        } else {
            self.censored = run.count;
        }
    }

    /// Writes the time that is now complete.
    fn close(&mut self) {
        let left = self.events + self.censored;
        if left == 0 {
            return;
        }
        if let Some(entries) = self.entries {
            let entered = entries.partition_point(|start| *start < self.time);
            self.at_risk += entered as u32;
            self.entries = Some(&entries[entered..]);
        }
        let (n, d) = (f64::from(self.at_risk), f64::from(self.events));
        let mut surv = self.surv.unwrap_or(1.0);
        if self.events > 0 {
            surv *= (n - d) / n;
            self.ln_variance += d / (n * (n - d));
        }
        self.surv = Some(surv);
        self.curve.time.push(self.time);
        self.curve.n_risk.push(self.at_risk);
        self.curve.n_event.push(self.events);
        self.curve.n_censor.push(self.censored);
        self.curve.surv.push(surv);
        self.curve.ln_variance.push(self.ln_variance);
        self.at_risk -= left;
        self.events = 0;
        self.censored = 0;
    }

    fn finish(mut self) -> Curve {
        self.close();
        self.curve
    }
}

impl Curve {
    /// Greenwood's standard error of S; NaN once S is zero.
    pub fn standard_error(&self) -> Vec<f64> {
        self.surv
            .iter()
            .zip(&self.ln_variance)
            .map(|(s, v)| s * v.sqrt())
            .collect()
    }

    /// Nelson and Aalen's cumulative hazard and its standard error.
    pub fn cumulative_hazard(&self) -> (Vec<f64>, Vec<f64>) {
        let (mut hazard, mut variance) = (0.0, 0.0);
        self.n_risk
            .iter()
            .zip(&self.n_event)
            .map(|(&n, &d)| {
                let (n, d) = (f64::from(n), f64::from(d));
                hazard += d / n;
                variance += d / (n * n);
                (hazard, variance.sqrt())
            })
            .unzip()
    }

    /// Limits of S at a confidence level such as 0.95; NaN where the scale has no value there.
    pub fn limits(&self, interval: Interval, level: f64) -> Limits {
        let z = Normal.quantile(f64::midpoint(1.0, level));
        let (lower, upper) = self
            .surv
            .iter()
            .zip(&self.ln_variance)
            .map(|(s, v)| limits_of(*s, z * v.sqrt(), interval))
            .unzip();
        Limits { lower, upper }
    }

    /// Survival just after a time; 1 before the first.
    pub fn at(&self, time: f64) -> f64 {
        let index = self.time.partition_point(|t| *t <= time);
        index.checked_sub(1).map_or(1.0, |index| self.surv[index])
    }

    /// Survival just before a time.
    pub fn before(&self, time: f64) -> f64 {
        let index = self.time.partition_point(|t| *t < time);
        index.checked_sub(1).map_or(1.0, |index| self.surv[index])
    }

    /// The times by which shares `p` of the rows have had the event, with intervals made by
    /// reading the limits of the curve the same way (Brookmeyer and Crowley 1982). Where the curve
    /// is flat at exactly that height the middle of the flat is given.
    pub fn quantiles(&self, p: &[f64], interval: Interval, level: f64) -> Vec<Quantile> {
        let limits = self.limits(interval, level);
        p.iter()
            .map(|&p| Quantile {
                p,
                quantile: self.crossing(&self.surv, p),
                lower: self.crossing(&limits.lower, p),
                upper: self.crossing(&limits.upper, p),
            })
            .collect()
    }

    /// Where a curve of survival first falls to 1 − `p`.
    fn crossing(&self, heights: &[f64], p: f64) -> f64 {
        // Products that should be exactly one quarter are so to within rounding.
        let tolerance = f64::EPSILON.sqrt();
        let first = |least: f64| {
            let mut found: Option<(f64, f64)> = None;
            for (time, height) in self.time.iter().zip(heights) {
                let fallen = 1.0 - height;
                if fallen >= least && found.is_none_or(|(_, best)| fallen < best) {
                    found = Some((*time, fallen));
                }
            }
            found
        };
        let Some((time, fallen)) = first(p - tolerance) else {
            return f64::NAN;
        };
        if (fallen - p).abs() >= tolerance {
            return time;
        }
        let last_differs = heights
            .last()
            .is_some_and(|last| (1.0 - last - p).abs() >= tolerance);
        let after = if last_differs {
            first(p + tolerance).map_or(f64::NAN, |(time, _)| time)
        } else {
            self.time.last().copied().unwrap_or(f64::NAN)
        };
        f64::midpoint(time, after)
    }
}

/// Limits of one probability from the half width of the interval of its logarithm.
fn limits_of(s: f64, half: f64, interval: Interval) -> (f64, f64) {
    if s <= 0.0 {
        return (f64::NAN, f64::NAN);
    }
    match interval {
        Interval::Plain => ((s - s * half).max(0.0), (s + s * half).min(1.0)),
        Interval::Log => (s * (-half).exp(), (s * half.exp()).min(1.0)),
        Interval::LogLog if s >= 1.0 => (f64::NAN, f64::NAN),
        Interval::LogLog => {
            let (ln, shift) = (s.ln(), half / s.ln());
            ((ln * (-shift).exp()).exp(), (ln * shift.exp()).exp())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Groups, Interval, kaplan_meier};
    use crate::survival::Times;

    /// Remission of acute leukaemia in weeks on 6-MP: Freireich 1963, in Cox 1972 and in Klein and
    /// Moeschberger, table 4.1 (survival and Greenwood's standard error).
    pub(crate) const SIX_MP: [(f64, bool); 21] = [
        (6.0, true),
        (6.0, true),
        (6.0, true),
        (6.0, false),
        (7.0, true),
        (9.0, false),
        (10.0, true),
        (10.0, false),
        (11.0, false),
        (13.0, true),
        (16.0, true),
        (17.0, false),
        (19.0, false),
        (20.0, false),
        (22.0, true),
        (23.0, true),
        (25.0, false),
        (32.0, false),
        (32.0, false),
        (34.0, false),
        (35.0, false),
    ];

    fn six_mp() -> (Vec<f64>, Vec<bool>) {
        SIX_MP.iter().copied().unzip()
    }

    #[test]
    fn the_6_mp_arm_has_the_survival_of_the_printed_table() {
        let (time, event) = six_mp();
        let curve = kaplan_meier(Times::new(&time, &event).unwrap(), None)
            .unwrap()
            .remove(0);
        let printed = [
            (6.0, 0.857, 0.076),
            (7.0, 0.807, 0.087),
            (10.0, 0.753, 0.096),
            (13.0, 0.690, 0.107),
            (16.0, 0.627, 0.114),
            (22.0, 0.538, 0.128),
            (23.0, 0.448, 0.135),
        ];
        let errors = curve.standard_error();
        for (time, surv, error) in printed {
            let at = curve
                .time
                .iter()
                .position(|t| t.total_cmp(&time).is_eq())
                .unwrap();
            assert!((curve.surv[at] - surv).abs() < 5.1e-4, "{time}");
            assert!((errors[at] - error).abs() < 5.1e-4, "{time}");
        }
        let median = curve.quantiles(&[0.5], Interval::Log, 0.95)[0];
        assert!((median.quantile - 23.0).abs() < 1e-12 && (median.lower - 16.0).abs() < 1e-12);
        assert!(median.upper.is_nan());
    }

    #[test]
    fn a_flat_at_exactly_the_height_gives_its_middle() {
        let time = [1.0, 2.0, 3.0, 4.0];
        let curve = &kaplan_meier(Times::new(&time, &[true; 4]).unwrap(), None).unwrap()[0];
        let found = curve.quantiles(&[0.5, 0.6], Interval::Plain, 0.95);
        assert!((found[0].quantile - 2.5).abs() < 1e-12);
        assert!((found[1].quantile - 3.0).abs() < 1e-12);
    }

    #[test]
    fn when_all_are_censored_the_curve_stays_at_one_and_has_no_quantile() {
        let time = [3.0, 1.0];
        let curve = &kaplan_meier(Times::new(&time, &[false; 2]).unwrap(), None).unwrap()[0];
        assert_eq!(curve.surv, [1.0, 1.0]);
        assert!(
            curve.quantiles(&[0.5], Interval::LogLog, 0.95)[0]
                .quantile
                .is_nan()
        );
    }

    proptest::proptest! {
        #[test]
        fn row_order_scale_and_copies_do_not_change_the_curve(
            rows in proptest::collection::vec((1_u32..30, proptest::bool::ANY, 0_u32..3), 1..40),
            scale in 0.01_f64..100.0,
        ) {
            let read = |rows: &[(u32, bool, u32)], scale: f64| {
                let time: Vec<f64> = rows.iter().map(|r| f64::from(r.0) * scale).collect();
                let event: Vec<bool> = rows.iter().map(|r| r.1).collect();
                let codes: Vec<u32> = rows.iter().map(|r| r.2).collect();
                let groups = Groups::new(&codes, 3).unwrap();
                kaplan_meier(Times::new(&time, &event).unwrap(), Some(groups)).unwrap()
            };
            let plain = read(&rows, 1.0);
            let mut changed = rows.clone();
            changed.reverse();
            changed.extend(rows.iter().copied());
            let other = read(&changed, scale);
            for (plain, other) in plain.iter().zip(&other) {
                proptest::prop_assert_eq!(plain.time.len(), other.time.len());
                for (i, s) in plain.surv.iter().enumerate() {
                    proptest::prop_assert!((s - other.surv[i]).abs() < 1e-12);
                    proptest::prop_assert!((plain.time[i] * scale - other.time[i]).abs() < 1e-9);
                    proptest::prop_assert_eq!(2 * plain.n_risk[i], other.n_risk[i]);
                }
            }
        }
    }
}
