//! Time to contact: from an alert to the first time the patient was reached, measured and never guessed.

use jiff::{SignedDuration, Timestamp};
use record::fact::care::AlertCause;

use super::Board;

/// How long it took to reach people about whom something was raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeToContact {
    /// Of how many alerts raised in the stretch.
    pub n_alerts: usize,
    /// After how many of them the patient was reached.
    pub n_reached: usize,
    /// How many were settled with no contact written down.
    pub n_settled_unreached: usize,
    /// How many are open, past their clock.
    pub n_overdue: usize,
    /// The middle time of those reached; none where nobody was.
    pub median: Option<SignedDuration>,
}

impl Board {
    /// Time to contact of the alerts raised within a stretch before now.
    pub fn time_to_contact(&self, now: Timestamp, within: SignedDuration) -> TimeToContact {
        let since = now.saturating_sub(within).unwrap_or(Timestamp::MIN);
        let mut took = Vec::new();
        let mut told = TimeToContact {
            n_alerts: 0,
            n_reached: 0,
            n_settled_unreached: 0,
            n_overdue: 0,
            median: None,
        };
        for (_, line) in self.lines() {
            for alert in &line.alerts {
                if !asks_for_contact(alert.cause) {
                    continue;
                }
                let is_open = alert.closed_at.is_none();
                told.n_overdue += usize::from(is_open && alert.due_at < now);
                if alert.raised_at < since {
                    continue;
                }
                told.n_alerts += 1;
                match alert.reached_at {
                    Some(at) => took.push(at.duration_since(alert.raised_at)),
                    None => told.n_settled_unreached += usize::from(!is_open),
                }
            }
        }
        told.n_reached = took.len();
        told.median = middle(&mut took);
        told
    }
}

/// Whether an alert is about reaching the patient: a result that is missing may come without a word, and
/// rules that came out otherwise are the prescriber's to read; a
/// correction is answered in writing.
pub const fn asks_for_contact(cause: AlertCause) -> bool {
    match cause {
        AlertCause::Stale | AlertCause::Rules | AlertCause::CorrectionAsked => false,
        AlertCause::UseReported
        | AlertCause::CallAsked
        | AlertCause::Craving
        | AlertCause::Safety
        | AlertCause::Silence
        | AlertCause::VisitMissed
        | AlertCause::Reading
        | AlertCause::RelapseWatch
        | AlertCause::NotReached
        | AlertCause::HalfDone
        | AlertCause::Person => true,
    }
}

/// The middle, or the mean of the two in the middle.
fn middle(took: &mut [SignedDuration]) -> Option<SignedDuration> {
    took.sort_unstable();
    let half = took.len() / 2;
    let upper = took.get(half).copied()?;
    if took.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = took.get(half.checked_sub(1)?).copied()?;
    Some(SignedDuration::from_secs(i64::midpoint(
        lower.as_secs(),
        upper.as_secs(),
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_none_is_not_said_and_of_two_lies_between() {
        let hours = |all: &[i64]| -> Vec<SignedDuration> {
            all.iter()
                .map(|one| SignedDuration::from_hours(*one))
                .collect()
        };
        assert_eq!(middle(&mut hours(&[])), None);
        assert_eq!(
            middle(&mut hours(&[9, 1, 2])),
            Some(SignedDuration::from_hours(2))
        );
        assert_eq!(
            middle(&mut hours(&[4, 1])),
            Some(SignedDuration::from_mins(150))
        );
    }
}
