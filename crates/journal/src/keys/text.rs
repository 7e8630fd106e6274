//! The text of a key file.

use data_encoding::{Encoding, Specification};
use thiserror::Error;
use zeroize::Zeroizing;

use super::Fingerprint;
use crate::chain::Digest;

const MARK: &str = "holdfast-key-1:";
const CHECK_BYTES: usize = 4;
const GROUP: usize = 5;

/// A text that is no master key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum KeyTextError {
    /// There is no key in the text.
    #[error("there is no line that begins with holdfast-key-1: in the key text")]
    Absent,
    /// There is a key, but it has the wrong length, a strange letter, or a wrong check.
    #[error(
        "the master key is mistyped or cut short; compare it letter by letter with the one kept \
         apart"
    )]
    Mistyped,
}

pub(super) fn parse(text: &str) -> Result<Zeroizing<[u8; 32]>, KeyTextError> {
    let line = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with('#'))
        .find_map(|line| {
            let (mark, rest) = line.split_at_checked(MARK.len())?;
            mark.eq_ignore_ascii_case(MARK).then_some(rest)
        })
        .ok_or(KeyTextError::Absent)?;
    let encoding = crockford().ok_or(KeyTextError::Mistyped)?;
    let letters = Zeroizing::new(line.trim().as_bytes().to_vec());
    let bytes = Zeroizing::new(
        encoding
            .decode(&letters)
            .map_err(|_| KeyTextError::Mistyped)?,
    );
    let (key, check) = bytes
        .split_first_chunk::<32>()
        .ok_or(KeyTextError::Mistyped)?;
    if check != check_of(key) {
        return Err(KeyTextError::Mistyped);
    }
    Ok(Zeroizing::new(*key))
}

pub(super) fn write(key: &[u8; 32], fingerprint: Fingerprint) -> Zeroizing<String> {
    let mut bytes = Zeroizing::new(key.to_vec());
    bytes.extend_from_slice(&check_of(key));
    let letters = Zeroizing::new(
        crockford()
            .map(|encoding| encoding.encode(&bytes))
            .unwrap_or_default(),
    );
    let mut text = Zeroizing::new(String::with_capacity(400));
    text.push_str(
        "# The master key of a Holdfast journal. Whoever has it and the database reads\n",
    );
    text.push_str("# everything; without it nobody does. Keep a copy apart from the database.\n");
    text.push_str("# fingerprint ");
    text.push_str(&fingerprint.to_string());
    text.push('\n');
    text.push_str(MARK);
    for (index, letter) in letters.chars().enumerate() {
        text.push_str(match (index, index % GROUP) {
            (0, _) => " ",
            (_, 0) => "-",
            (_, _) => "",
        });
        text.push(letter);
    }
    text.push('\n');
    text
}

fn check_of(key: &[u8; 32]) -> [u8; CHECK_BYTES] {
    let Digest(digest) = Digest::of(&[b"HFCHECK1", key]);
    digest
        .first_chunk::<CHECK_BYTES>()
        .copied()
        .unwrap_or_default()
}

/// Crockford's base 32: no I, L, O or U, and what is mistaken for a digit is read as one.
fn crockford() -> Option<Encoding> {
    let mut specification = Specification::new();
    specification
        .symbols
        .push_str("0123456789ABCDEFGHJKMNPQRSTVWXYZ");
    specification
        .translate
        .from
        .push_str("abcdefghjkmnpqrstvwxyzoOiIlL");
    specification
        .translate
        .to
        .push_str("ABCDEFGHJKMNPQRSTVWXYZ001111");
    specification.ignore.push_str("- \t");
    specification.encoding().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::MasterKey;

    fn key() -> MasterKey {
        MasterKey::from_bytes(std::array::from_fn(|index| {
            u8::try_from(index * 7).unwrap_or(0)
        }))
    }

    #[test]
    fn a_key_file_reads_back_as_the_key_it_was_written_from() {
        let text = key().to_text();
        assert_eq!(
            MasterKey::from_text(&text).unwrap().fingerprint(),
            key().fingerprint()
        );
    }

    #[test]
    fn a_key_typed_by_hand_in_lower_case_without_dashes_is_taken() {
        let typed = key()
            .to_text()
            .to_lowercase()
            .replace('-', " ")
            .replace("key 1", "key-1");
        let typed = typed.replace("holdfast key", "holdfast-key");
        assert_eq!(
            MasterKey::from_text(&typed).unwrap().fingerprint(),
            key().fingerprint()
        );
    }

    #[test]
    fn every_single_mistyped_letter_is_told() {
        let text = key().to_text();
        let start = text.find(MARK).unwrap() + MARK.len() + 1;
        for at in start..text.trim_end().len() {
            let was = text.as_bytes()[at];
            if was == b'-' {
                continue;
            }
            let mut typed = text.as_bytes().to_vec();
            typed[at] = if was == b'7' { b'8' } else { b'7' };
            let typed = String::from_utf8(typed).unwrap();
            assert_eq!(
                MasterKey::from_text(&typed).err(),
                Some(KeyTextError::Mistyped)
            );
        }
    }

    #[test]
    fn a_text_without_a_key_says_so() {
        assert_eq!(
            MasterKey::from_text("# nothing\n").err(),
            Some(KeyTextError::Absent)
        );
    }

    #[test]
    fn a_key_never_shows_itself_in_debug_output() {
        let shown = format!("{:?}", key());
        assert_eq!(shown, format!("MasterKey({})", key().fingerprint()));
    }
}
