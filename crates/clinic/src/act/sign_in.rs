//! Signing in: secrets as argon2id hashes, opaque sign-ins, lock-out.
//!
//! A sign-in is a row, not an entry: 256 random bits go to the browser and only their SHA-256 is
//! kept. It ends after thirty idle minutes, after twelve hours, or when asked. Five wrong secrets
//! within fifteen minutes lock a name for fifteen more, whether or not anyone has that name.

use argon2::password_hash::PasswordHasher as _;
use argon2::{Argon2, PasswordHash, PasswordVerifier as _};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use data_encoding::BASE64URL_NOPAD;
use jiff::{SignedDuration, Timestamp};
use record::ids::{Chance, PersonId};
use record::words::{Door, Line, Role};
use serde::{Deserialize, Serialize};

use crate::clinic::Clinic;
use crate::denied::{Denied, FieldFault};
use crate::digest::hexadecimal;
use crate::operation::{Actor, ActorId, Operation};

mod kept;

use kept::Kept;
pub(crate) use kept::SignIns;

/// The shortest secret, in characters.
pub const SECRET_CHARACTERS_MIN: usize = 12;
/// The longest secret, in bytes, so that hashing cannot be made to take long.
pub const SECRET_BYTES_MAX: usize = 512;
/// A sign-in ends after this long without a request.
pub const IDLE_MAX: SignedDuration = SignedDuration::from_mins(30);
/// A sign-in ends after this long whatever happens.
pub const AGE_MAX: SignedDuration = SignedDuration::from_hours(12);
/// This many wrong secrets lock a name.
pub const WRONG_MAX: u32 = 5;
/// Wrong secrets are counted over this stretch, and a lock lasts as long.
pub const LOCK: SignedDuration = SignedDuration::from_mins(15);

const SECRETS: &str = "secret";
pub(super) const WRONG: &str = "wrong_secret";

/// Why a sign-in was not given.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The name or the secret is wrong; which of them is not said.
    #[error("that name and secret do not belong together")]
    Wrong,
    /// The name is locked for a while.
    #[error("too many wrong secrets; try again after {until}")]
    Locked {
        /// Until when.
        until: Timestamp,
    },
    /// The world failed.
    #[error(transparent)]
    Denied(#[from] Denied),
}

/// A sign-in as the door above knows it.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// Who is signed in.
    pub actor: Actor,
    /// The person.
    pub person: PersonId,
    /// The token every form of this sign-in must carry.
    pub form_token: String,
    /// When it ends whatever happens.
    pub ends_at: Timestamp,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct WrongCount {
    pub(super) n: u32,
    pub(super) first_at: Timestamp,
}

/// Refuses a secret that is too short or too long.
pub(crate) fn check_secret(secret: &str) -> Result<(), FieldFault> {
    if secret.chars().count() < SECRET_CHARACTERS_MIN {
        return Err(FieldFault::new(
            "secret",
            "Use at least 12 characters; a few words do well",
        ));
    }
    if secret.len() > SECRET_BYTES_MAX {
        return Err(FieldFault::new("secret", "Use at most 512 characters"));
    }
    Ok(())
}

pub(crate) fn random_bytes<const N: usize>(chance: &mut dyn Chance) -> [u8; N] {
    let mut bytes = [0_u8; N];
    for chunk in bytes.chunks_mut(8) {
        for (slot, byte) in chunk.iter_mut().zip(chance.draw().to_le_bytes()) {
            *slot = byte;
        }
    }
    bytes
}

/// Keeps the hash of a person's secret.
pub(crate) fn set_secret(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    person: PersonId,
    secret: &str,
) -> Result<(), Denied> {
    let salt: [u8; 16] = random_bytes(operation.chance);
    let hash = Argon2::default()
        .hash_password_with_salt(secret.as_bytes(), &salt)
        .map_err(|_| Denied::invalid("secret", "This secret cannot be kept: choose another"))?;
    clinic.journal().rim_put(
        SECRETS,
        &person.to_string(),
        hash.to_string().as_bytes(),
        None,
    )?;
    Ok(())
}

/// Whether a secret is a person's.
///
/// # Errors
/// What the journal says when it cannot be read.
pub fn is_secret_of(clinic: &Clinic, person: PersonId, secret: &str) -> Result<bool, Denied> {
    let kept = clinic.journal().rim_get(SECRETS, &person.to_string())?;
    Ok(kept.is_some_and(|kept| verifies(&kept.value, secret)))
}

fn verifies(kept: &[u8], secret: &str) -> bool {
    let Ok(text) = std::str::from_utf8(kept) else {
        return false;
    };
    let Ok(hash) = PasswordHash::new(text) else {
        return false;
    };
    secret.len() <= SECRET_BYTES_MAX
        && Argon2::default()
            .verify_password(secret.as_bytes(), &hash)
            .is_ok()
}

/// Begins a sign-in; the token goes to the browser and is not kept.
///
/// # Errors
/// [`SignInError::Wrong`] whichever of name and secret is wrong; [`SignInError::Locked`] after too
/// many tries.
pub fn begin(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    name: &str,
    secret: &str,
) -> Result<(String, SignIn), SignInError> {
    let now = operation.now();
    let key = hexadecimal(&name.trim().to_lowercase());
    let wrong = wrong_count(clinic, &key, now)?;
    if let Some(count) = wrong.filter(|count| count.n >= WRONG_MAX) {
        let until = count.first_at.saturating_add(LOCK).unwrap_or(now);
        return Err(SignInError::Locked { until });
    }
    let person = clinic.board().person_named(name).map(|(id, _)| id);
    let is_right = if let Some(person) = person {
        is_secret_of(clinic, person, secret)?
    } else {
        // Hash something all the same, so that a name that exists takes no longer to refuse.
        let salt: [u8; 16] = random_bytes(operation.chance);
        let _ = Argon2::default()
            .hash_password_with_salt(secret.get(..64).unwrap_or(secret).as_bytes(), &salt);
        false
    };
    let Some(person) = person.filter(|_| is_right) else {
        let count = wrong.unwrap_or(WrongCount {
            n: 0,
            first_at: now,
        });
        let n = count.n + 1;
        // The lock lasts its whole length from the try that closed it.
        let first_at = if n >= WRONG_MAX { now } else { count.first_at };
        let count = WrongCount { n, first_at };
        let until = count.first_at.saturating_add(LOCK).unwrap_or(now);
        put(clinic, WRONG, &key, &count, until)?;
        return Err(SignInError::Wrong);
    };
    clinic
        .journal()
        .rim_remove(WRONG, &key)
        .map_err(Denied::from)?;
    let token = BASE64URL_NOPAD.encode(&random_bytes::<32>(operation.chance));
    let form_token = BASE64URL_NOPAD.encode(&random_bytes::<32>(operation.chance));
    let kept = Kept {
        person,
        began_at: now,
        seen_at: now,
        form_token,
    };
    clinic
        .sign_ins()
        .keep(clinic, &hexadecimal(&token), &kept)?;
    let sign_in = signed_in(clinic, &kept).ok_or(SignInError::Wrong)?;
    Ok((token, sign_in))
}

/// Resumes the sign-in a token names, if it has not ended.
///
/// # Errors
/// What the journal says when it cannot be read.
pub fn resume(clinic: &Clinic, token: &str, now: Timestamp) -> Result<Option<SignIn>, Denied> {
    let key = hexadecimal(token);
    let Some(mut kept) = clinic.sign_ins().find(clinic, &key)? else {
        return Ok(None);
    };
    let idle = now.duration_since(kept.seen_at);
    if idle > IDLE_MAX || now.duration_since(kept.began_at) > AGE_MAX {
        clinic.sign_ins().end(clinic, &key)?;
        return Ok(None);
    }
    // Written once a minute at most, so that reading pages does not write.
    if idle > SignedDuration::from_mins(1) {
        kept.seen_at = now;
        clinic.sign_ins().see(clinic, &key, &kept)?;
    }
    Ok(signed_in(clinic, &kept))
}

/// Ends the sign-in a token names.
///
/// # Errors
/// What the journal says when it cannot be written.
pub fn end(clinic: &Clinic, token: &str) -> Result<(), Denied> {
    clinic.sign_ins().end(clinic, &hexadecimal(token))
}

/// Ends every sign-in of a person.
pub(crate) fn end_all(clinic: &Clinic, person: PersonId) -> Result<(), Denied> {
    clinic.sign_ins().end_all(clinic, person)
}

/// Ends every sign-in of a person and forgets their secret: nobody signs in as them again.
pub(crate) fn forget(clinic: &Clinic, person: PersonId) -> Result<(), Denied> {
    end_all(clinic, person)?;
    clinic.journal().rim_remove(SECRETS, &person.to_string())?;
    Ok(())
}

/// Whether a form carries the token of its sign-in; compared in constant time.
pub fn is_form_token(sign_in: &SignIn, token: &str) -> bool {
    verify_slices_are_equal(sign_in.form_token.as_bytes(), token.as_bytes()).is_ok()
}

fn signed_in(clinic: &Clinic, kept: &Kept) -> Option<SignIn> {
    let board = clinic.board();
    let staff = board
        .people
        .get(&kept.person)
        .filter(|staff| staff.is_here)?;
    let id = match staff.patient {
        Some(patient) if staff.roles.contains(&Role::Patient) => ActorId::Patient(patient),
        Some(_) | None => ActorId::Person(kept.person),
    };
    Some(SignIn {
        actor: Actor {
            id,
            name: Line::clipped(&staff.name),
            roles: staff.roles.clone(),
            door: Door::Web,
        },
        person: kept.person,
        form_token: kept.form_token.clone(),
        ends_at: kept
            .began_at
            .saturating_add(AGE_MAX)
            .unwrap_or(kept.began_at),
    })
}

pub(super) fn wrong_count(
    clinic: &Clinic,
    key: &str,
    now: Timestamp,
) -> Result<Option<WrongCount>, Denied> {
    let count = get::<WrongCount>(clinic, WRONG, key)?;
    Ok(count.filter(|count| now.duration_since(count.first_at) < LOCK))
}

fn get<T: serde::de::DeserializeOwned>(
    clinic: &Clinic,
    space: &str,
    key: &str,
) -> Result<Option<T>, Denied> {
    let row = clinic.journal().rim_get(space, key)?;
    Ok(row.and_then(|row| serde_json::from_slice(&row.value).ok()))
}

pub(super) fn put<T: Serialize>(
    clinic: &Clinic,
    space: &str,
    key: &str,
    value: &T,
    expires_at: Timestamp,
) -> Result<(), Denied> {
    let value = serde_json::to_vec(value)?;
    clinic
        .journal()
        .rim_put(space, key, &value, Some(expires_at))?;
    Ok(())
}
