//! A case: a count differed, and until it is closed nothing of the lot is dispensed.

use std::collections::BTreeMap;

use jiff::civil::Date;
use record::ids::PersonId;
use record::quantity::Micrograms;

use crate::ids::{LocationId, LotId, VialId};

/// A difference that is, or was, to be explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The cabinet.
    pub location: LocationId,
    /// The lot.
    pub lot: LotId,
    /// The day it was opened.
    pub opened: Date,
    /// The day it was closed.
    pub closed: Option<Date>,
    /// Every person who counted, in order.
    pub counted_by: Vec<PersonId>,
    /// What the last count found in the vials that differed.
    pub found: BTreeMap<VialId, Micrograms>,
    /// What was said of it.
    pub explanations: Vec<String>,
}

impl Case {
    /// Whether it is still open.
    pub const fn is_open(&self) -> bool {
        self.closed.is_none()
    }

    /// Whether a second person has counted.
    pub fn is_counted_twice(&self) -> bool {
        let first = self.counted_by.first();
        self.counted_by.iter().any(|person| Some(person) != first)
    }
}
