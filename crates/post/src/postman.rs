//! The postman's rounds.

use clinic::act::message::{self, Leaving, Letter, Stationery};
use clinic::act::remind::KIND;
use clinic::{Actor, Clinic, Denied, Operation};
use jiff::{SignedDuration, Timestamp};
use record::Clock;
use record::fact::contact::Carriage;
use record::ids::Chance;
use record::words::Door;

use crate::mail::Mail;
use crate::settings::{Settings, SettingsFault};
use crate::text::Text;

/// How many messages one round looks at.
const PER_ROUND: usize = 500;

/// How long everything of a way waits after it could not be reached.
const DOWN_FOR: SignedDuration = SignedDuration::from_mins(1);

/// Why a message did not leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The server or gateway could not be reached, so nothing else of this way is tried now.
    Down(String),
    /// It said no to this message, for now.
    Later(String),
    /// The address takes no messages.
    Address(String),
}

/// What carries a message.
pub trait Carrier: Send {
    /// Hands a message over; an `Ok` means that it was taken.
    ///
    /// # Errors
    /// Why it was not.
    fn carry(&self, letter: &Letter, now: Timestamp) -> Result<(), Trouble>;
}

/// What came of one round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// Messages that left.
    pub n_left: usize,
    /// Messages that wait: for the end of quiet hours, or to be tried again.
    pub n_waiting: usize,
    /// Messages that nobody needs any more.
    pub n_not_needed: usize,
    /// Messages given up.
    pub n_given_up: usize,
}

/// Takes what is due out of the outbox and to its carrier.
pub struct Postman {
    stationery: Stationery,
    mail: Option<Box<dyn Carrier>>,
    text: Option<Box<dyn Carrier>>,
}

impl Postman {
    /// A postman with what the settings set up.
    ///
    /// # Errors
    /// What in them cannot be used.
    pub fn of(settings: &Settings) -> Result<Self, SettingsFault> {
        let mail = settings.mail.as_ref().map(Mail::of).transpose()?;
        let text = settings.text.as_ref().map(Text::of).transpose()?;
        Ok(Self {
            stationery: Stationery {
                address: settings.address.clone(),
                languages: settings.languages.clone(),
            },
            mail: mail.map(|mail| -> Box<dyn Carrier> { Box::new(mail) }),
            text: text.map(|text| -> Box<dyn Carrier> { Box::new(text) }),
        })
    }

    /// The ways that are set up.
    pub fn carriages(&self) -> Vec<Carriage> {
        [
            (Carriage::Mail, self.mail.is_some()),
            (Carriage::Text, self.text.is_some()),
        ]
        .into_iter()
        .filter_map(|(carriage, is_there)| is_there.then_some(carriage))
        .collect()
    }

    fn carrier(&self, carriage: Carriage) -> Option<&dyn Carrier> {
        match carriage {
            Carriage::Mail => self.mail.as_deref(),
            Carriage::Text => self.text.as_deref(),
        }
    }

    /// One round: everything that is due now leaves, waits, or ends.
    ///
    /// # Errors
    /// What the journal says when it cannot be read or written; the rest of the round is for the next.
    pub fn round(
        &self,
        clinic: &Clinic,
        clock: &dyn Clock,
        chance: &mut dyn Chance,
    ) -> Result<Round, Denied> {
        let mut round = Round::default();
        let mut down: Vec<Carriage> = Vec::new();
        for work in clinic.journal().outbox_due(clock.now(), PER_ROUND)? {
            if work.row.kind != KIND {
                continue;
            }
            let now = clock.now();
            let letter = match message::leaving(clinic, &work, &self.stationery, now)? {
                Leaving::Now(letter) => letter,
                Leaving::NotBefore(moment) => {
                    message::waits(clinic, &work, now, None, Some(moment))?;
                    round.n_waiting += 1;
                    continue;
                }
                Leaving::Never(ended) => {
                    message::never(&mut system(clock, chance), clinic, &work, ended)?;
                    round.n_not_needed += 1;
                    continue;
                }
            };
            if down.contains(&letter.carriage) {
                let next = now.checked_add(DOWN_FOR).ok();
                message::waits(clinic, &work, now, None, next)?;
                round.n_waiting += 1;
                continue;
            }
            let carried = self.carrier(letter.carriage).map_or_else(
                || Err(Trouble::Down("this way is not set up any more".to_owned())),
                |carrier| carrier.carry(&letter, now),
            );
            match carried {
                Ok(()) => {
                    message::left(clinic, &work, now)?;
                    round.n_left += 1;
                }
                Err(Trouble::Address(why)) => {
                    message::given_up(&mut system(clock, chance), clinic, &work, &why, true)?;
                    round.n_given_up += 1;
                }
                Err(trouble) => {
                    let (Trouble::Down(why) | Trouble::Later(why) | Trouble::Address(why)) =
                        &trouble;
                    if matches!(trouble, Trouble::Down(_)) {
                        down.push(letter.carriage);
                    }
                    message::waits(clinic, &work, now, Some(why), None)?;
                    round.n_waiting += 1;
                }
            }
        }
        Ok(round)
    }
}

fn system<'a>(clock: &'a dyn Clock, chance: &'a mut dyn Chance) -> Operation<'a> {
    Operation::new(Actor::system(Door::Command), clock, chance)
}
