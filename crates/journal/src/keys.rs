//! Keys: the master key a person keeps, the clinic's key under it, the streams' keys under that.
//!
//! | key | lives | sealed under | bound to |
//! |---|---|---|---|
//! | master | outside the database: a file, the environment, a safe | nothing | |
//! | clinic | founding row | master | clinic |
//! | signing seed (Ed25519) | founding row | clinic | clinic |
//! | data, one a stream | the stream's row, until it is erased | clinic (derived by HKDF) | clinic, stream |
//! | rim | nowhere: derived from the clinic's | | |
//!
//! A wrapped key is `nonce (12) , ciphertext (32) , tag (16)`.

use std::fmt;

use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use zeroize::Zeroizing;

use crate::chain::Digest;
use crate::chance::{Chance, ChanceFailed};
use crate::identifier::{ClinicId, StreamId};
use crate::seal::{DoesNotOpen, ReadyKey, open_once, seal_once};

mod text;

pub use text::KeyTextError;

/// A key sealed under another.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct WrappedKey(pub [u8; WRAPPED_KEY_BYTES]);

/// The length of a wrapped key.
pub const WRAPPED_KEY_BYTES: usize = 60;

impl fmt::Debug for WrappedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WrappedKey(..)")
    }
}

/// The first eight bytes of a hash of a master key: enough to tell two keys apart, useless for
/// finding one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint(pub [u8; 8]);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The key over all keys; 32 bytes that live outside the database.
///
/// Losing it loses the record, so it is backed up apart from the database.
/// It is overwritten when dropped and never printed by `Debug`.
#[derive(Clone)]
pub struct MasterKey(Zeroizing<[u8; 32]>);

impl MasterKey {
    /// Makes a new key.
    pub fn generate(chance: &dyn Chance) -> Result<Self, ChanceFailed> {
        let mut bytes = Zeroizing::new([0; 32]);
        chance.fill(&mut *bytes)?;
        Ok(Self(bytes))
    }

    /// Takes 32 bytes, from a hardware store for instance.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Gives the fingerprint that a journal remembers its master key by.
    pub fn fingerprint(&self) -> Fingerprint {
        let Digest(digest) = Digest::of(&[b"HFMASTER", &*self.0]);
        Fingerprint(digest.first_chunk::<8>().copied().unwrap_or_default())
    }

    /// Reads the text of a key file, or of an environment variable; see [`MasterKey::to_text`].
    ///
    /// Lines that begin with `#`, blanks, dashes and the case of letters do not matter, and the
    /// letters O, I and L are read as the digits they are mistaken for.
    pub fn from_text(text: &str) -> Result<Self, KeyTextError> {
        text::parse(text).map(Self)
    }

    /// Writes the key file: a comment that says what it is, and one line that holds it.
    ///
    /// The line is `holdfast-key-1:` and then, in Crockford's base 32 and groups of five, the
    /// 32 bytes and the first four bytes of their SHA-256, so that a mistyped key is told from a
    /// wrong one.
    pub fn to_text(&self) -> Zeroizing<String> {
        text::write(&self.0, self.fingerprint())
    }

    /// Seals the clinic's key.
    fn wrap(
        &self,
        chance: &dyn Chance,
        clinic: ClinicId,
        key: &[u8; 32],
    ) -> Result<WrappedKey, ChanceFailed> {
        wrap(&self.0, chance, &clinic_label(clinic), key)
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MasterKey({})", self.fingerprint())
    }
}

/// A stream's key, open in memory.
#[derive(Clone)]
pub(crate) struct DataKey(Zeroizing<[u8; 32]>);

impl DataKey {
    pub(crate) fn ready(&self) -> Result<ReadyKey, DoesNotOpen> {
        ReadyKey::new(&self.0)
    }
}

/// Everything that was derived from the clinic's key when the journal was opened.
pub(crate) struct Keyring {
    clinic: ClinicId,
    clinic_key: Zeroizing<[u8; 32]>,
    wrapping: ReadyKey,
    rim: ReadyKey,
    signing: Ed25519KeyPair,
}

/// The keys of a new journal, wrapped for the founding row.
pub(crate) struct NewKeys {
    pub(crate) clinic_key: WrappedKey,
    pub(crate) signing_key: WrappedKey,
}

impl Keyring {
    /// Makes the keys of a new clinic.
    pub(crate) fn found(
        chance: &dyn Chance,
        clinic: ClinicId,
        master: &MasterKey,
    ) -> Result<NewKeys, ChanceFailed> {
        let mut clinic_key = Zeroizing::new([0; 32]);
        chance.fill(&mut *clinic_key)?;
        let mut seed = Zeroizing::new([0; 32]);
        chance.fill(&mut *seed)?;
        Ok(NewKeys {
            clinic_key: master.wrap(chance, clinic, &clinic_key)?,
            signing_key: wrap(&clinic_key, chance, &signing_label(clinic), &seed)?,
        })
    }

    /// Opens the keys of a clinic.
    pub(crate) fn open(
        clinic: ClinicId,
        master: &MasterKey,
        keys: &NewKeys,
    ) -> Result<Self, DoesNotOpen> {
        let clinic_key = unwrap(&master.0, &clinic_label(clinic), &keys.clinic_key)?;
        let seed = unwrap(&clinic_key, &signing_label(clinic), &keys.signing_key)?;
        Ok(Self {
            clinic,
            wrapping: ReadyKey::new(&*derive(&clinic_key, b"HFWRAP1")?)?,
            rim: ReadyKey::new(&*derive(&clinic_key, b"HFRIM1")?)?,
            signing: Ed25519KeyPair::from_seed_unchecked(&*seed).map_err(|_| DoesNotOpen)?,
            clinic_key,
        })
    }

    /// Seals the clinic's key anew under another master key.
    pub(crate) fn rewrap(
        &self,
        chance: &dyn Chance,
        master: &MasterKey,
    ) -> Result<WrappedKey, ChanceFailed> {
        master.wrap(chance, self.clinic, &self.clinic_key)
    }

    /// Makes a new data key for a stream.
    pub(crate) fn new_data_key(
        &self,
        chance: &dyn Chance,
        stream: StreamId,
    ) -> Result<WrappedKey, ChanceFailed> {
        let mut key = Zeroizing::new([0; 32]);
        chance.fill(&mut *key)?;
        let sealed = self
            .wrapping
            .seal(chance, &data_label(self.clinic, stream), &*key)?;
        Ok(WrappedKey(sealed.try_into().map_err(|_| ChanceFailed)?))
    }

    /// Opens a stream's data key.
    pub(crate) fn data_key(
        &self,
        stream: StreamId,
        wrapped: &WrappedKey,
    ) -> Result<DataKey, DoesNotOpen> {
        let open = self
            .wrapping
            .open(&data_label(self.clinic, stream), wrapped.0.to_vec())?;
        let open = Zeroizing::new(open);
        let mut key = Zeroizing::new([0; 32]);
        if open.len() != key.len() {
            return Err(DoesNotOpen);
        }
        key.copy_from_slice(&open);
        Ok(DataKey(key))
    }

    /// Gives the key that seals rim values.
    pub(crate) fn rim(&self) -> &ReadyKey {
        &self.rim
    }

    /// Signs with the clinic's Ed25519 key.
    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        let mut signature = [0; 64];
        let made = self.signing.sign(message);
        if let Some(bytes) = made.as_ref().first_chunk::<64>() {
            signature = *bytes;
        }
        signature
    }

    /// Gives the clinic's Ed25519 public key.
    pub(crate) fn public_key(&self) -> [u8; 32] {
        let public = self.signing.public_key().as_ref();
        public.first_chunk::<32>().copied().unwrap_or_default()
    }
}

fn clinic_label(clinic: ClinicId) -> Vec<u8> {
    [b"HFCKEY1\0".as_slice(), clinic.0.as_bytes()].concat()
}

fn signing_label(clinic: ClinicId) -> Vec<u8> {
    [b"HFSIGN1\0".as_slice(), clinic.0.as_bytes()].concat()
}

fn data_label(clinic: ClinicId, stream: StreamId) -> Vec<u8> {
    let kind = stream.kind.as_str().as_bytes();
    [
        b"HFDATA1\0".as_slice(),
        clinic.0.as_bytes(),
        stream.id.as_bytes(),
        kind,
    ]
    .concat()
}

fn wrap(
    under: &[u8; 32],
    chance: &dyn Chance,
    label: &[u8],
    key: &[u8; 32],
) -> Result<WrappedKey, ChanceFailed> {
    let sealed = seal_once(under, chance, label, key)?;
    Ok(WrappedKey(sealed.try_into().map_err(|_| ChanceFailed)?))
}

fn unwrap(
    under: &[u8; 32],
    label: &[u8],
    wrapped: &WrappedKey,
) -> Result<Zeroizing<[u8; 32]>, DoesNotOpen> {
    let open = open_once(under, label, &wrapped.0)?;
    let mut key = Zeroizing::new([0; 32]);
    if open.len() != key.len() {
        return Err(DoesNotOpen);
    }
    key.copy_from_slice(&open);
    Ok(key)
}

/// The length of a derived key, for HKDF.
struct ThirtyTwo;

impl KeyType for ThirtyTwo {
    fn len(&self) -> usize {
        32
    }
}

/// Derives a key for one use from the clinic's key (HKDF, RFC 5869, no salt).
fn derive(clinic_key: &[u8; 32], label: &[u8]) -> Result<Zeroizing<[u8; 32]>, DoesNotOpen> {
    let extracted = Salt::new(HKDF_SHA256, &[]).extract(clinic_key);
    let mut key = Zeroizing::new([0; 32]);
    extracted
        .expand(&[label], ThirtyTwo)
        .and_then(|okm| okm.fill(&mut *key))
        .map_err(|_| DoesNotOpen)?;
    Ok(key)
}
