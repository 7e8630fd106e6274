//! Forgery tokens for forms of people who are not signed in: no cookie, no row, only a seal over the time.

use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign, verify};
use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use record::ids::Chance;

/// How long a form may lie open before it is sent, in seconds.
const OPEN_SECONDS_MAX: i64 = 12 * 3_600;

/// The key that seals the tokens of this process; a restart makes old forms ask to be sent again.
pub(crate) struct FormKey(Key);

impl FormKey {
    pub(crate) fn draw(chance: &mut dyn Chance) -> Self {
        let bytes: Vec<u8> = (0..4).flat_map(|_| chance.draw().to_le_bytes()).collect();
        Self(Key::new(HMAC_SHA256, &bytes))
    }

    /// A token for a form drawn now.
    pub(crate) fn token(&self, now: Timestamp) -> String {
        let drawn = now.as_second().to_be_bytes();
        let mut bytes = drawn.to_vec();
        bytes.extend_from_slice(sign(&self.0, &drawn).as_ref());
        BASE64URL_NOPAD.encode(&bytes)
    }

    /// Whether a token was made here and not too long ago.
    pub(crate) fn knows(&self, token: &str, now: Timestamp) -> bool {
        self.age(token, now).is_some()
    }

    /// How many seconds ago a token was made; nothing where it was not made here, or too long ago.
    pub(crate) fn age(&self, token: &str, now: Timestamp) -> Option<i64> {
        let bytes = BASE64URL_NOPAD.decode(token.as_bytes()).ok()?;
        let (drawn, seal) = bytes.split_first_chunk::<8>()?;
        let age = now.as_second() - i64::from_be_bytes(*drawn);
        let is_ours = verify(&self.0, drawn, seal).is_ok();
        (is_ours && (0..=OPEN_SECONDS_MAX).contains(&age)).then_some(age)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed;

    impl Chance for Fixed {
        fn draw(&mut self) -> u64 {
            7
        }
    }

    #[test]
    fn a_token_is_known_for_twelve_hours_and_not_when_changed() {
        let key = FormKey::draw(&mut Fixed);
        let drawn = Timestamp::UNIX_EPOCH;
        let token = key.token(drawn);
        let later = |seconds| Timestamp::from_second(seconds).unwrap();
        assert!(key.knows(&token, later(60)));
        assert!(!key.knows(&token, later(OPEN_SECONDS_MAX + 1)));
        assert!(!key.knows(&format!("{token}A"), later(60)));
        assert!(!key.knows("", later(60)));
    }
}
