//! What stands before a patient's link: its time, its tries, and the passes of phones that said the birth date.

use data_encoding::BASE64URL_NOPAD;
use jiff::{SignedDuration, Timestamp};
use protocol::contact::check_in::LinkLife;
use record::Chance;
use serde::{Deserialize, Serialize};

use super::super::sign_in::random_bytes;
use super::Gone;
use crate::denied::Denied;
use crate::digest::hexadecimal;

/// The most phones that may hold a pass to one link.
const PASSES_MAX: usize = 8;

/// What a link ends in: 256 random bits, of which only the SHA-256 is kept.
pub(in crate::act) fn token(chance: &mut dyn Chance) -> String {
    BASE64URL_NOPAD.encode(&random_bytes::<32>(chance))
}

/// The lock of one link.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Lock {
    pub(super) expires_at: Timestamp,
    wrong: u32,
    passes: Vec<(String, Timestamp)>,
}

impl Lock {
    pub(super) fn new(now: Timestamp, life: &LinkLife) -> Self {
        Self {
            expires_at: now
                .saturating_add(SignedDuration::from_hours(life.hours))
                .unwrap_or(now),
            wrong: 0,
            passes: Vec::new(),
        }
    }

    /// A lock that ends at a moment, nobody having tried it yet.
    pub(super) const fn until(expires_at: Timestamp) -> Self {
        Self {
            expires_at,
            wrong: 0,
            passes: Vec::new(),
        }
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
        let pass = BASE64URL_NOPAD.encode(&random_bytes::<32>(chance));
        let until = now
            .saturating_add(SignedDuration::from_mins(life.pass_minutes))
            .unwrap_or(now);
        self.passes.retain(|(_, until)| *until >= now);
        if self.passes.len() >= PASSES_MAX {
            self.passes.remove(0);
        }
        self.passes.push((hexadecimal(&pass), until));
        self.wrong = 0;
        Ok(pass)
    }
}
