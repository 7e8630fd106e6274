//! How a patient may be reached now, and what was queued for them.

use jiff::civil::Time;

use super::{Chart, EntryNumber};
use crate::entry::Entry;
use crate::fact::contact::{
    Carriage, ContactPreferred, ContactRevoked, MessageNotDelivered, ReminderQueued, Reminds,
    Revocable,
};
use crate::fact::person::{IdentityCorrected, PersonRegistered};
use crate::words::YesNo;

/// What a patient agreed to, less what they took back since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// How messages may travel, the preferred way first.
    pub carriages: Vec<Carriage>,
    /// Whether reminders of check-ins are agreed to.
    pub check_ins: bool,
    /// Whether reminders of visits are agreed to.
    pub visits: bool,
    /// The language of messages.
    pub language: String,
    /// Their zone by IANA name, where it is not the clinic's.
    pub zone: Option<String>,
    /// From when, by their clock, nothing is sent.
    pub quiet_from: Time,
    /// Until when nothing is sent.
    pub quiet_until: Time,
    /// Whether it is safe to leave a spoken message.
    pub safe_to_leave_message: YesNo,
    /// The words to name the sender with.
    pub sender_words: Option<String>,
    /// Ways whose address bounced since it was last written down.
    pub bounced: Vec<Carriage>,
}

impl Contact {
    /// Whether reminders of this kind are agreed to.
    pub const fn allows(&self, reminds: Reminds) -> bool {
        match reminds {
            Reminds::CheckIn => self.check_ins,
            Reminds::Visit => self.visits,
        }
    }

    fn revoke(&mut self, what: Revocable) {
        match what {
            Revocable::Everything => self.carriages.clear(),
            Revocable::Mail => self.carriages.retain(|one| *one != Carriage::Mail),
            Revocable::Text => self.carriages.retain(|one| *one != Carriage::Text),
            Revocable::CheckIns => self.check_ins = false,
            Revocable::Visits => self.visits = false,
            Revocable::SpokenMessage => self.safe_to_leave_message = YesNo::No,
        }
    }
}

impl Chart {
    /// How the patient may be reached: the last preference, less what was taken back after it. Nothing
    /// where they never said.
    pub fn contact(&self) -> Option<Contact> {
        let (entry, said) = self.all::<ContactPreferred>().last()?;
        let mut contact = Contact {
            carriages: said.carriages.clone(),
            check_ins: said.check_ins,
            visits: said.visits,
            language: said.language.to_string(),
            zone: said.zone.as_ref().map(ToString::to_string),
            quiet_from: said.quiet_from,
            quiet_until: said.quiet_until,
            safe_to_leave_message: said.safe_to_leave_message,
            sender_words: said.sender_words.as_ref().map(ToString::to_string),
            bounced: Vec::new(),
        };
        for (later, revoked) in self.all::<ContactRevoked>() {
            if later.number > entry.number {
                contact.revoke(revoked.what);
            }
        }
        let written = self.address_written().max(Some(entry.number));
        contact.bounced = self
            .all::<MessageNotDelivered>()
            .filter(|(entry, fact)| fact.is_address_wrong && Some(entry.number) > written)
            .map(|(_, fact)| fact.carriage)
            .collect();
        Some(contact)
    }

    /// The entry that last wrote down where the patient can be reached.
    fn address_written(&self) -> Option<EntryNumber> {
        let registered = self.all::<PersonRegistered>().last();
        let corrected = self.all::<IdentityCorrected>().last();
        let registered = registered.map(|(entry, _)| entry.number);
        registered.max(corrected.map(|(entry, _)| entry.number))
    }

    /// Where a message by this way goes: the number or address, where one is written down.
    pub fn address(&self, carriage: Carriage) -> Option<String> {
        let reach = self.reach()?;
        let address = match carriage {
            Carriage::Mail => reach.email.as_ref(),
            Carriage::Text => reach.phone.as_ref(),
        };
        address.map(ToString::to_string)
    }

    /// Every reminder queued.
    pub fn reminders(&self) -> impl Iterator<Item = (&Entry, &ReminderQueued)> {
        self.all::<ReminderQueued>()
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::civil::time;
    use uuid::Uuid;

    use super::*;
    use crate::fact::Fact;
    use crate::ids::MessageId;
    use crate::time::{OccurredAt, RecordedAt};
    use crate::words::{Author, Door, Line, Role};

    fn chart(facts: Vec<Fact>) -> Chart {
        let at = Timestamp::UNIX_EPOCH;
        Chart::fold((1..).zip(facts).map(|(number, fact)| Entry {
            number: EntryNumber(number),
            position: number,
            recorded_at: RecordedAt(at),
            occurred_at: OccurredAt(at),
            author: Author {
                who: "public".to_owned(),
                role: Role::System,
                door: Door::Web,
            },
            fact,
        }))
    }

    fn both() -> ContactPreferred {
        ContactPreferred {
            carriages: vec![Carriage::Text, Carriage::Mail],
            check_ins: true,
            visits: true,
            language: Line::new("en").unwrap(),
            zone: None,
            quiet_from: time(21, 0, 0, 0),
            quiet_until: time(8, 0, 0, 0),
            safe_to_leave_message: YesNo::Yes,
            sender_words: None,
        }
    }

    fn revoked(what: Revocable) -> Fact {
        ContactRevoked { what, reason: None }.into()
    }

    #[test]
    fn each_part_of_what_was_agreed_is_taken_back_alone_and_a_new_preference_gives_it_again() {
        assert!(
            chart(Vec::new()).contact().is_none(),
            "silence is no consent"
        );
        let left = |what| chart(vec![both().into(), revoked(what)]).contact().unwrap();
        assert_eq!(left(Revocable::Text).carriages, [Carriage::Mail]);
        assert!(left(Revocable::Everything).carriages.is_empty());
        assert!(!left(Revocable::CheckIns).check_ins);
        assert!(left(Revocable::CheckIns).visits);
        let spoken = left(Revocable::SpokenMessage);
        assert_eq!(spoken.safe_to_leave_message, YesNo::No);
        let again = chart(vec![
            both().into(),
            revoked(Revocable::Everything),
            both().into(),
        ]);
        assert_eq!(again.contact().unwrap().carriages.len(), 2);
    }

    #[test]
    fn an_address_that_bounced_is_out_until_it_is_written_down_anew() {
        let bounced = MessageNotDelivered {
            message: MessageId::from_uuid(Uuid::from_u128(5)),
            carriage: Carriage::Mail,
            is_address_wrong: true,
            reason: Line::new("no such box").unwrap(),
        };
        let facts = vec![both().into(), bounced.into()];
        let contact = chart(facts.clone()).contact().unwrap();
        assert_eq!(contact.bounced, [Carriage::Mail]);
        let mut facts = facts;
        facts.push(both().into());
        assert!(chart(facts).contact().unwrap().bounced.is_empty());
    }
}
