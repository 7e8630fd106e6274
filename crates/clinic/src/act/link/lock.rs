//! What stands before every patient's link: its time, its tries, and the passes of phones that said the
//! birth date; and the row all of it is kept in.

use data_encoding::BASE64URL_NOPAD;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use protocol::contact::check_in::LinkLife;
use record::Chance;
use record::ids::PatientId;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::super::sign_in::random_bytes;
use super::Gone;
use crate::clinic::Clinic;
use crate::denied::Denied;
use crate::digest::hexadecimal;
use crate::library::Library;
use crate::operation::Operation;

/// How long a row outlives its link, so that who opens an old one is told that its time is over.
const KEPT_AFTER: SignedDuration = SignedDuration::from_hours(7 * 24);

/// A link of one kind, as its row is kept.
pub(super) trait Link: Serialize + DeserializeOwned {
    /// The space of its rows.
    const SPACE: &'static str;

    /// How long links of this kind live, and how many tries they allow.
    fn life(library: &Library) -> &LinkLife;
    /// Whose it is.
    fn patient(&self) -> PatientId;
    /// Its lock.
    fn lock(&self) -> &Lock;
    /// Its lock, to be tried.
    fn lock_mut(&mut self) -> &mut Lock;

    /// When its row may be swept away; never, as long as it holds what is written nowhere else.
    fn swept_at(&self) -> Option<Timestamp> {
        Some(self.lock().swept_at())
    }
}

/// The row of a link; none where there is no such link, or it was swept away.
pub(super) fn read<L: Link>(clinic: &Clinic, key: &str) -> Result<Option<L>, Denied> {
    let row = clinic.journal().rim_get(L::SPACE, key)?;
    Ok(row.and_then(|row| serde_json::from_slice(&row.value).ok()))
}

/// Keeps the row of a link.
pub(super) fn keep<L: Link>(clinic: &Clinic, key: &str, link: &L) -> Result<(), Denied> {
    let swept_at = link.swept_at();
    clinic
        .journal()
        .rim_put(L::SPACE, key, &serde_json::to_vec(link)?, swept_at)?;
    Ok(())
}

/// Takes the birth date; gives the pass that opens the questions on this phone.
///
/// # Errors
/// [`Denied::Invalid`] where it is wrong; [`Denied::NotFound`] where the link leads nowhere.
pub(super) fn unlock<L: Link>(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    token: &str,
    born: Date,
) -> Result<String, Denied> {
    let key = hexadecimal(token);
    let _held = clinic.hold_link(&key);
    let mut link: L = read(clinic, &key)?.ok_or(Denied::NotFound)?;
    let now = operation.now();
    let life = L::life(clinic.library());
    if link.lock().gone(life, now).is_some() {
        return Err(Denied::NotFound);
    }
    let known = clinic.chart(link.patient())?;
    let is_right = known.chart.identity().and_then(|identity| identity.born) == Some(born);
    let opened = link.lock_mut().open(operation.chance, life, now, is_right);
    keep(clinic, &key, &link)?;
    opened
}

/// The most phones that may hold a pass to one link.
const PASSES_MAX: usize = 8;

/// What a link ends in: 256 random bits, of which only the SHA-256 is kept.
pub(in crate::act) fn token(chance: &mut dyn Chance) -> String {
    BASE64URL_NOPAD.encode(&random_bytes::<32>(chance))
}

/// What lets a phone with this pass put answers in later, and see nothing. The pass cannot be had from it.
pub(super) fn slot_of(pass: &str) -> String {
    hexadecimal(&format!("{pass} slot"))
}

/// The lock of one link.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Lock {
    pub(super) expires_at: Timestamp,
    wrong: u32,
    passes: Vec<(String, Timestamp)>,
    /// The slots of phones that said the birth date, as hashes.
    #[serde(default)]
    slots: Vec<String>,
}

impl Lock {
    pub(super) fn new(now: Timestamp, life: &LinkLife) -> Self {
        Self {
            expires_at: now
                .saturating_add(SignedDuration::from_hours(life.hours))
                .unwrap_or(now),
            wrong: 0,
            passes: Vec::new(),
            slots: Vec::new(),
        }
    }

    /// A lock that ends at a moment, nobody having tried it yet.
    pub(super) const fn until(expires_at: Timestamp) -> Self {
        Self {
            expires_at,
            wrong: 0,
            passes: Vec::new(),
            slots: Vec::new(),
        }
    }

    /// When its row may be swept away.
    pub(super) fn swept_at(&self) -> Timestamp {
        self.expires_at
            .saturating_add(KEPT_AFTER)
            .unwrap_or(self.expires_at)
    }

    /// Why it leads nowhere, where it does not.
    pub(super) fn gone(&self, life: &LinkLife, now: Timestamp) -> Option<Gone> {
        if self.wrong >= life.wrong_at_most {
            Some(Gone::TooManyTries)
        } else if now > self.expires_at {
            Some(Gone::Expired)
        } else {
            None
        }
    }

    /// How many tries are left.
    pub(super) const fn tries_left(&self, life: &LinkLife) -> u32 {
        life.wrong_at_most.saturating_sub(self.wrong)
    }

    /// Whether a phone has a pass that still holds.
    pub(super) fn lets_in(&self, pass: Option<&str>, now: Timestamp) -> bool {
        pass.map(hexadecimal).is_some_and(|pass| {
            let known = self.passes.iter().find(|(known, _)| *known == pass);
            known.is_some_and(|(_, until)| now <= *until)
        })
    }

    /// Whether answers may be put in under this slot.
    pub(super) fn has_slot(&self, slot: &str) -> bool {
        self.slots.contains(&hexadecimal(slot))
    }

    /// Takes whether the birth date was right: a pass for this phone, or one try fewer. Either way the
    /// lock has changed and is to be kept.
    pub(super) fn open(
        &mut self,
        chance: &mut dyn Chance,
        life: &LinkLife,
        now: Timestamp,
        is_right: bool,
    ) -> Result<String, Denied> {
        if !is_right {
            self.wrong = self.wrong.saturating_add(1);
            let said = match self.tries_left(life) {
                0 => "That is not the birth date we have. This link is closed now: call us and we send another".to_owned(),
                1 => "That is not the birth date we have. One try is left".to_owned(),
                left => format!("That is not the birth date we have. {left} tries are left"),
            };
            return Err(Denied::invalid("born", said));
        }
        let pass = token(chance);
        let until = now
            .saturating_add(SignedDuration::from_mins(life.pass_minutes))
            .unwrap_or(now);
        self.passes.retain(|(_, until)| *until >= now);
        if self.passes.len() >= PASSES_MAX {
            self.passes.remove(0);
        }
        self.passes.push((hexadecimal(&pass), until));
        if self.slots.len() >= PASSES_MAX {
            self.slots.remove(0);
        }
        self.slots.push(hexadecimal(&slot_of(&pass)));
        self.wrong = 0;
        Ok(pass)
    }
}
