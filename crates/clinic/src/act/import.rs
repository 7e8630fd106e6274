//! Taking in a record from elsewhere, whole or not at all.

use record::fact::house::RecordImported;
use record::ids::PatientId;
use record::time::OccurredAt;
use record::{Clock, Fact};

use crate::authority::{Act, authorise};
use crate::clinic::{Clinic, Written};
use crate::denied::Denied;
use crate::operation::Operation;

/// A record from elsewhere: what it says, each fact with the time it happened.
#[derive(Clone, Debug)]
pub struct Foreign {
    /// The patient; made by the importer from the source's own number, so that a second run meets the same record.
    pub patient: PatientId,
    /// Where it is from.
    pub imported: RecordImported,
    /// What it says, in the order it happened.
    pub facts: Vec<(OccurredAt, Fact)>,
}

/// Takes in one person's record: one append, so nothing of it is ever half there.
///
/// The operation's command must be made from the source's own number too; a second run then writes
/// nothing and says so in [`Written::repeated`].
///
/// # Errors
/// [`Denied::Invalid`] for a record that says nothing; what the journal says otherwise.
pub fn take_in(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    foreign: Foreign,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::Import, None)?;
    if foreign.facts.is_empty() {
        return Err(Denied::invalid("facts", "This record says nothing"));
    }
    let clock: &dyn Clock = operation.clock;
    let mark = Fact::from(foreign.imported);
    let mut timed = vec![(OccurredAt(clock.now()), &mark)];
    timed.extend(foreign.facts.iter().map(|(at, fact)| (*at, fact)));
    clinic.record_timed(operation, role, foreign.patient, None, &timed)
}
