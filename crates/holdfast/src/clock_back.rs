//! A machine whose clock was set back: said once when it begins and once when it is over.

use journal::ClockSetBack;

/// What an operator is told of a clock that stands before the last entry, and what to do.
pub(crate) fn sentence(back: ClockSetBack) -> String {
    let (clock, recorded_at) = (back.clock, back.recorded_at.0);
    format!(
        "the clock of this machine says {clock:.0}, which is before the last entry of the record ({recorded_at:.0}): \
         entries carry that later time until the clock has passed it, and nothing is lost; \
         set the clock right, or see whether it ran ahead"
    )
}

/// Whether the clock stood back at the last look, so that it is told once and not every minute.
#[derive(Debug, Default)]
pub(crate) struct ClockBack {
    was_told: bool,
}

impl ClockBack {
    /// Begins where the opening of the clinic has told how the clock stands.
    pub(crate) const fn told(back: Option<ClockSetBack>) -> Self {
        Self {
            was_told: back.is_some(),
        }
    }

    /// Tells what changed since the last look.
    pub(crate) fn look(&mut self, back: Option<ClockSetBack>) {
        if let Some(words) = self.news(back) {
            tracing::warn!("{words}");
        }
    }

    fn news(&mut self, back: Option<ClockSetBack>) -> Option<String> {
        let was_told = std::mem::replace(&mut self.was_told, back.is_some());
        match (was_told, back) {
            (false, Some(back)) => Some(sentence(back)),
            (true, None) => Some(
                "the clock of this machine has passed the last entry again: entries carry its time"
                    .to_owned(),
            ),
            (true, Some(_)) | (false, None) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use record::RecordedAt;

    use super::{ClockBack, ClockSetBack};

    #[test]
    fn a_clock_set_back_while_the_clinic_is_open_is_told_once_and_its_end_once() {
        let back = Some(ClockSetBack {
            recorded_at: RecordedAt("2026-03-02T15:00:00Z".parse().unwrap_or_default()),
            clock: "2026-03-02T14:00:00Z".parse().unwrap_or_default(),
        });
        let mut clock = ClockBack::default();
        assert_eq!(clock.news(None), None);
        let told = clock.news(back).unwrap_or_default();
        assert!(told.contains("says 2026-03-02T14:00:00Z"), "{told}");
        assert!(told.contains("(2026-03-02T15:00:00Z)"), "{told}");
        assert_eq!(clock.news(back), None, "told once");
        let over = clock.news(None).unwrap_or_default();
        assert!(over.contains("entries carry its time"), "{over}");
        assert_eq!(clock.news(None), None);
    }
}
