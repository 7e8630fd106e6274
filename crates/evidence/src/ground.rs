//! From a threshold, a schedule or a default to the claim it rests on.

use crate::library::Library;
use crate::record::{Bearing, Claim};

/// What an item of a rule pack or a protocol rests on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ground<'a> {
    /// The claim, where there is one.
    pub claim: Option<&'a Claim>,
    /// Why it rests on that claim.
    pub because: Option<&'a str>,
    /// Whether the number is the clinic's own; a claim may still say why there is one at all.
    pub is_policy: bool,
}

impl Ground<'_> {
    /// The words that stand beside the item: the claim's, or "clinic policy".
    pub fn words(&self) -> String {
        let policy = if self.is_policy { "clinic policy" } else { "" };
        match self.claim {
            None => policy.to_owned(),
            Some(claim) if self.is_policy => format!("{policy}; see: {}", claim.claim),
            Some(claim) => claim.claim.clone(),
        }
    }
}

impl Library {
    /// What an item rests on: the bearing that names it, else, where it is not policy, the bearing of
    /// the first of its sources that has one. Nothing is said where neither is found and it is not
    /// policy either; a test of the house forbids such items.
    ///
    /// `item` is a rule (`M01`), a protocol (`kare-2022`) or a part of one (`kare-2022/therapy`).
    pub fn ground(&self, item: &str, sources: &[String], is_policy: bool) -> Option<Ground<'_>> {
        let bearing = self.bearing_named(item, is_policy).or_else(|| {
            let mut read = sources.iter().filter(|_| !is_policy);
            read.find_map(|source| self.bearing_read(source))
        });
        let claim = bearing.and_then(|bearing| self.claim(&bearing.claim));
        (claim.is_some() || is_policy).then_some(Ground {
            claim,
            because: bearing.map(|bearing| bearing.because.as_str()),
            is_policy,
        })
    }

    /// Where rules and protocols meet the claims.
    pub fn bearings(&self) -> &[Bearing] {
        &self.bearings
    }

    /// The bearings on a claim.
    pub fn bearings_on<'a>(&'a self, claim: &'a str) -> impl Iterator<Item = &'a Bearing> {
        self.bearings.iter().filter(move |one| one.claim == claim)
    }

    /// Named itself, as a part of every protocol, with every part of its own, or, where it is not policy,
    /// by the protocol it is a part of.
    fn bearing_named(&self, item: &str, is_policy: bool) -> Option<&Bearing> {
        let named = |name: &str| {
            let is_one = |one: &&Bearing| one.items.iter().any(|known| known == name);
            self.bearings.iter().find(is_one)
        };
        let (whole, part) = item.split_once('/').unwrap_or((item, ""));
        let names = [item.to_owned(), format!("*/{part}"), format!("{whole}/*")];
        let found = names.iter().find_map(|name| named(name));
        found.or_else(|| (!is_policy).then(|| named(whole)).flatten())
    }

    fn bearing_read(&self, source: &str) -> Option<&Bearing> {
        let is_one = |one: &&Bearing| one.sources.iter().any(|known| known == source);
        self.bearings.iter().find(is_one)
    }
}
