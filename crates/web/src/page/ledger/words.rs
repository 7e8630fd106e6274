//! Small words of the ledger: amounts, numbers, names in addresses, what a line is called.

use std::fmt::Write as _;

use ledger::{Act, Fact};
use record::quantity::Micrograms;

/// An amount in milligrams, with its thousands parted.
pub(crate) fn mg(amount: Micrograms) -> String {
    let text = amount.number();
    let (whole, rest) = text
        .split_once('.')
        .map_or((text.as_str(), None), |(whole, rest)| (whole, Some(rest)));
    let whole = whole
        .parse()
        .map_or_else(|_| whole.to_owned(), crate::words::count);
    rest.map_or_else(|| whole.clone(), |rest| format!("{whole}.{rest}"))
}

/// An amount that may be less than nought.
pub(super) fn signed(micrograms: i128) -> String {
    let size = u64::try_from(micrograms.unsigned_abs()).unwrap_or(u64::MAX);
    let sign = if micrograms < 0 { "\u{2212}" } else { "" };
    format!("{sign}{}", mg(Micrograms::new(size)))
}

/// A number with its thousands parted.
pub(super) fn number(number: u64) -> String {
    usize::try_from(number).map_or_else(|_| number.to_string(), crate::words::count)
}

/// A name as a part of an address.
pub(crate) fn path_part(name: &str) -> String {
    let mut out = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.') {
            out.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// A part of an address as the name it stands for; one that was read already stays as it is.
pub(super) fn from_path(part: &str) -> String {
    let bytes = part.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let code = part.get(at + 1..at + 3).filter(|_| *byte == b'%');
        if let Some(read) = code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            out.push(read);
            at += 3;
        } else {
            out.push(*byte);
            at += 1;
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| part.to_owned())
}

/// What a line is called.
pub(crate) const fn movement(fact: &Fact) -> &'static str {
    match fact {
        Fact::CaseOpened(_) => "Case opened",
        Fact::Held(_) => "Inventory found",
        Fact::Done(act) => match act {
            Act::Register(_) => "Registered",
            Act::Receive(_) => "Received",
            Act::Move { .. } => "Moved",
            Act::Issue { .. } => "Issued",
            Act::Draw(_) => "Drawn",
            Act::Give(_) => "Given",
            Act::Waste(_) => "Wasted",
            Act::Return { .. } => "Put back",
            Act::Transfer { .. } => "Transferred",
            Act::Destroy { .. } => "Destroyed",
            Act::Lose(_) => "Lost",
            Act::Count(_) => "Count",
            Act::Explain { .. } => "Case explained",
            Act::CloseCase { .. } => "Case closed",
            Act::Correct(_) => "Correction",
            Act::TakeInventory { .. } => "Inventory",
            Act::CloseSession { .. } => "Books closed",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_written_with_its_thousands_parted_and_no_figure_lost() {
        assert_eq!(mg(Micrograms::new(1_865_000)), "1,865");
        assert_eq!(mg(Micrograms::new(62_080)), "62.08");
        assert_eq!(signed(-5_000), "\u{2212}5");
    }

    #[test]
    fn a_name_survives_its_address() {
        for name in ["K26-318", "A/1 b", "100% \u{e9}"] {
            assert_eq!(from_path(&path_part(name)), name);
        }
    }
}
