//! What must hold across a whole instrument.

use super::{Fault, ITEMS_MAX, fault, items_of, scores_of};
use crate::instrument::{Instrument, Score};

pub(super) fn check(instrument: &Instrument, faults: &mut Vec<Fault>) {
    if instrument.items.is_empty() || instrument.items.len() > ITEMS_MAX {
        faults.push(fault(
            "item",
            format!("an instrument has 1 to {ITEMS_MAX} items"),
        ));
    }
    if !matches!(instrument.mark, 'R' | 'K' | 'H') {
        faults.push(fault(
            "mark",
            "write R (read), K (recalled, to be verified) or H (clinic policy)",
        ));
    }
    let prints = instrument.items.iter().any(|item| item.text.is_some());
    if prints && !instrument.licence.code.may_be_printed() {
        faults.push(fault(
            "licence",
            format!(
                "these words are {}: leave them out here, a clinic loads its own copy",
                instrument.licence.code.label()
            ),
        ));
    }
    if instrument.licence.code.may_be_printed() && !instrument.has_own_words() {
        faults.push(fault(
            "item",
            "an instrument that may be printed needs the words of every item",
        ));
    }
    for code in [&instrument.codes.instrument, &instrument.codes.total]
        .into_iter()
        .flatten()
    {
        if !is_loinc(code) {
            faults.push(fault(
                "codes",
                format!("{code} is no LOINC code: its check digit does not agree"),
            ));
        }
    }
    for (at, score) in instrument.scores.iter().enumerate() {
        check_score(instrument, at, score, faults);
    }
    for flag in &instrument.flags {
        let is_known = match (&flag.item, &flag.score) {
            (Some(item), None) => instrument.item(item).is_some(),
            (None, Some(name)) => instrument.scores.iter().any(|score| score.id == *name),
            (Some(_), Some(_)) | (None, None) => false,
        };
        if !is_known {
            faults.push(fault(
                "flag",
                "a flag looks at one item or one score of this instrument",
            ));
        }
    }
    for rise in &instrument.rises {
        let is_known = instrument.scores.iter().any(|score| score.id == rise.score);
        if !is_known || rise.by <= 0.0 {
            faults.push(fault(
                "rise",
                "a rise looks at one score of this instrument and is above 0",
            ));
        }
    }
}

fn check_score(instrument: &Instrument, at: usize, score: &Score, faults: &mut Vec<Fault>) {
    let place = format!("score {}", score.id);
    let named = items_of(&score.formula)
        .into_iter()
        .chain(score.reversed.iter().map(String::as_str))
        .chain(score.alternatives.iter().flatten().map(String::as_str));
    for item in named {
        match instrument.item(item) {
            None => faults.push(fault(&place, format!("there is no item {item}"))),
            Some(known) if known.is_unscored => faults.push(fault(
                &place,
                format!("item {item} is said not to be scored"),
            )),
            Some(_) => {}
        }
    }
    for other in scores_of(&score.formula) {
        let before = instrument.scores.iter().take(at);
        if !before.into_iter().any(|known| known.id == other) {
            faults.push(fault(
                &place,
                format!("there is no score {other} before this one"),
            ));
        }
    }
    if score.range.0 >= score.range.1 {
        faults.push(fault(
            &place,
            "the range goes from the least to the greatest",
        ));
    }
    for bands in [&score.bands, &score.bands_men] {
        let starts: Vec<f64> = bands
            .iter()
            .filter_map(|band| band.from.or(band.above))
            .collect();
        let rises = starts
            .windows(2)
            .all(|pair| matches!(pair, [low, high] if low < high));
        if starts.len() != bands.len()
            || !rises
            || starts.first().is_some_and(|low| *low > score.range.0)
        {
            faults.push(fault(
                &place,
                "bands rise, each with from or above, and the first begins where the range does",
            ));
        }
    }
}

/// Whether the check digit of a LOINC code agrees (mod 10, weights 2 and 1 from the right).
fn is_loinc(code: &str) -> bool {
    let Some((number, check)) = code.split_once('-') else {
        return false;
    };
    let digits: Option<Vec<u32>> = number
        .chars()
        .rev()
        .map(|digit| digit.to_digit(10))
        .collect();
    let (Some(digits), Ok(check)) = (digits, check.parse::<u32>()) else {
        return false;
    };
    let sum: u32 = digits
        .iter()
        .enumerate()
        .map(|(at, digit)| if at % 2 == 0 { digit * 2 } else { *digit })
        .map(|doubled| doubled / 10 + doubled % 10)
        .sum();
    !digits.is_empty() && (sum + check).is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_digit_of_a_loinc_code_is_held() {
        for good in [
            "44249-1", "44261-6", "69737-5", "70274-6", "72109-2", "93373-9",
        ] {
            assert!(is_loinc(good), "{good}");
        }
        for bad in ["72109-3", "44249-2", "-1", "44249", "x-1", ""] {
            assert!(!is_loinc(bad), "{bad}");
        }
    }
}
