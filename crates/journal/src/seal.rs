//! Sealing: AES-256-GCM with a random nonce, and nothing else.
//!
//! Sealed bytes are `nonce (12) , ciphertext , tag (16)`.
//! The nonce is random rather than counted from the version, because a version can be written
//! twice: once by a transaction that a crash undoes, or once before a backup and again after it is
//! restored. A counted nonce would then be used twice under one key, which gives the content away;
//! 96 random bits under a key that seals one stream stay far below the 2^32 messages that NIST
//! SP 800-38D section 8.3 allows.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::chance::{Chance, ChanceFailed};

/// How much longer sealed bytes are than open ones.
pub const SEAL_BYTES: usize = NONCE_LEN + 16;

/// The bytes do not open: another key, other associated data, or changed bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the sealed bytes do not open with this key")]
pub(crate) struct DoesNotOpen;

/// A key ready for use: expanded once, for many openings.
pub(crate) struct ReadyKey(LessSafeKey);

impl ReadyKey {
    /// Expands 32 bytes.
    pub(crate) fn new(bytes: &[u8; 32]) -> Result<Self, DoesNotOpen> {
        let unbound = UnboundKey::new(&AES_256_GCM, bytes).map_err(|_| DoesNotOpen)?;
        Ok(Self(LessSafeKey::new(unbound)))
    }

    /// Seals bytes and binds them to the associated data.
    pub(crate) fn seal(
        &self,
        chance: &dyn Chance,
        associated: &[u8],
        open: &[u8],
    ) -> Result<Vec<u8>, ChanceFailed> {
        let mut nonce = [0; NONCE_LEN];
        chance.fill(&mut nonce)?;
        let mut sealed = Vec::with_capacity(open.len() + SEAL_BYTES);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(open);
        let (_, text) = sealed.split_at_mut(NONCE_LEN);
        let tag = self
            .0
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(associated),
                text,
            )
            .map_err(|_| ChanceFailed)?;
        sealed.extend_from_slice(tag.as_ref());
        Ok(sealed)
    }

    /// Opens sealed bytes in their own buffer.
    pub(crate) fn open(
        &self,
        associated: &[u8],
        mut sealed: Vec<u8>,
    ) -> Result<Vec<u8>, DoesNotOpen> {
        let nonce = sealed
            .first_chunk::<NONCE_LEN>()
            .copied()
            .ok_or(DoesNotOpen)?;
        let length = self
            .0
            .open_within(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(associated),
                &mut sealed,
                NONCE_LEN..,
            )
            .map_err(|_| DoesNotOpen)?
            .len();
        sealed.truncate(length);
        Ok(sealed)
    }
}

/// Seals under a key that is used once.
pub(crate) fn seal_once(
    key: &[u8; 32],
    chance: &dyn Chance,
    associated: &[u8],
    open: &[u8],
) -> Result<Vec<u8>, ChanceFailed> {
    ReadyKey::new(key)
        .map_err(|_| ChanceFailed)?
        .seal(chance, associated, open)
}

/// Opens under a key that is used once.
pub(crate) fn open_once(
    key: &[u8; 32],
    associated: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, DoesNotOpen> {
    Ok(Zeroizing::new(
        ReadyKey::new(key)?.open(associated, sealed.to_vec())?,
    ))
}
