//! What was charted, and whether the journal holds all of it, once, in order.

use crate::screen::Seen;

/// How many readings of a room can be told apart by their pressures.
pub(crate) const READINGS_MAX: usize = 400;

/// A reading a tablet charted, numbered within its room.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Charted {
    pub(crate) room: usize,
    pub(crate) number: usize,
    /// When it was to be sent.
    pub(crate) due_ms: f64,
    /// When the server had answered that it is durable.
    pub(crate) answered_ms: f64,
}

/// The pressures by which a reading is known: calm ones, so that no rule speaks.
pub(crate) fn pressures(number: usize) -> (u16, u16) {
    let part = |count: usize| u16::try_from(count).unwrap();
    (112 + part(number % 20), 60 + part(number / 20 % 20))
}

/// The number of the reading that has these pressures.
pub(crate) fn number_of((systolic, diastolic): (u16, u16)) -> Option<usize> {
    let (upper, lower) = (systolic.checked_sub(112)?, diastolic.checked_sub(60)?);
    (upper < 20 && lower < 20).then(|| usize::from(upper) + 20 * usize::from(lower))
}

/// What the journal lacks of what it acknowledged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) n_lost: usize,
    pub(crate) n_reordered: usize,
    pub(crate) n_twice: usize,
}

/// Holds the journal to what was charted by tablets and tapped in the first room.
pub(crate) fn compare(charted: &[Charted], seen: Option<&Seen>, kept: &[Vec<(u16, u16)>]) -> Kept {
    let mut found = Kept::default();
    let n_tapped = seen.map_or(0, |seen| seen.taps.len());
    for (room, kept) in kept.iter().enumerate() {
        let numbers: Vec<usize> = kept.iter().filter_map(|one| number_of(*one)).collect();
        let n_charted = charted.iter().filter(|one| one.room == room).count();
        let expected = if room == 0 {
            n_charted + n_tapped
        } else {
            n_charted
        };
        found.n_lost += (0..expected).filter(|n| !numbers.contains(n)).count();
        found.n_reordered += numbers.windows(2).filter(|pair| pair[1] < pair[0]).count();
        let mut once = numbers.clone();
        once.sort_unstable();
        once.dedup();
        found.n_twice += numbers.len() - once.len();
    }
    found
}
