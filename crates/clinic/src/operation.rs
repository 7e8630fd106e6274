//! The operation: who asks, in what role, through which door, with which clock and chance.

use jiff::Timestamp;
use journal::CommandId;
use record::Clock;
use record::ids::{Chance, PatientId, PersonId};
use record::time::OccurredAt;
use record::words::{Author, Door, Line, Role};
use uuid::Uuid;

use crate::digest::hexadecimal;

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActorId {
    /// Someone who works at the clinic.
    Person(PersonId),
    /// A patient, for themselves.
    Patient(PatientId),
    /// Someone not signed in.
    Public,
    /// The program itself.
    System,
}

/// Who acts, by which name, in which roles, through which door.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub id: ActorId,
    /// Their name as printed.
    pub name: Line,
    /// What they may act as.
    pub roles: Vec<Role>,
    /// Through which door they came.
    pub door: Door,
}

impl Actor {
    /// Someone not signed in.
    pub fn public(door: Door) -> Self {
        Self {
            id: ActorId::Public,
            name: Line::clipped("Someone not signed in"),
            roles: vec![Role::Public],
            door,
        }
    }

    /// The program itself, through a door.
    pub fn system(door: Door) -> Self {
        Self {
            id: ActorId::System,
            name: Line::clipped("Holdfast"),
            roles: vec![Role::System],
            door,
        }
    }

    /// The identifier written beside an entry.
    pub fn who(&self) -> String {
        match &self.id {
            ActorId::Person(id) => id.to_string(),
            ActorId::Patient(id) => id.to_string(),
            ActorId::Public => "public".to_owned(),
            ActorId::System => "holdfast".to_owned(),
        }
    }

    /// The person, where the actor is one.
    pub const fn person(&self) -> Option<PersonId> {
        match self.id {
            ActorId::Person(id) => Some(id),
            ActorId::Patient(_) | ActorId::Public | ActorId::System => None,
        }
    }

    /// The patient, where the actor is one.
    pub const fn patient(&self) -> Option<PatientId> {
        match self.id {
            ActorId::Patient(id) => Some(id),
            ActorId::Person(_) | ActorId::Public | ActorId::System => None,
        }
    }

    /// The author of an entry made in `role`.
    pub fn author(&self, role: Role) -> Author {
        Author {
            who: self.who(),
            role,
            door: self.door,
        }
    }
}

/// What a form said, as a digest: two forms that say the same have the same.
///
/// It holds what was typed, chosen and ticked, wherever the page put it, and nothing of what differs
/// between two sendings of one form: the door leaves that out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormSaid(String);

impl FormSaid {
    /// The digest of the answers under an address.
    pub fn of(address: &str, answers: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut answers: Vec<_> = answers.into_iter().collect();
        answers.sort();
        let mut text = format!("{}:{address}", address.len());
        for (name, answer) in answers {
            // Each with its length, so that no answer can be mistaken for two.
            let sizes = format!("\n{}:{}:", name.len(), answer.len());
            text.extend([sizes, name, answer]);
        }
        Self(hexadecimal(&text))
    }

    /// A command of its own for what this form said, where one who mends an answer and sends it once more
    /// is to be heard again: the same form is the same command.
    #[must_use]
    pub fn under(&self, command: Uuid) -> Uuid {
        crate::digest::command(&format!("{command} {}", self.0))
    }
}

/// One thing someone asked for: the first parameter of every use case.
pub struct Operation<'a> {
    /// Who asks.
    pub actor: Actor,
    /// The command's identifier, made by the caller; a repeat returns the first answer.
    pub command: CommandId,
    /// What the form said that asks for it, where a form does: under one command no other is taken.
    pub form: Option<FormSaid>,
    /// When what is told happened, where that differs from now.
    pub occurred_at: Option<Timestamp>,
    /// The clock.
    pub clock: &'a dyn Clock,
    /// The chance.
    pub chance: &'a mut dyn Chance,
}

impl<'a> Operation<'a> {
    /// An operation that happens now, under a fresh command identifier.
    pub fn new(actor: Actor, clock: &'a dyn Clock, chance: &'a mut dyn Chance) -> Self {
        let command = CommandId(record::ids::uuid_at(clock.now(), chance));
        Self {
            actor,
            command,
            form: None,
            occurred_at: None,
            clock,
            chance,
        }
    }

    /// The same operation under a command identifier the caller made.
    #[must_use]
    pub fn under(mut self, command: Uuid) -> Self {
        self.command = CommandId(command);
        self
    }

    /// The same operation, telling of a moment in the past.
    #[must_use]
    pub fn at(mut self, occurred_at: Timestamp) -> Self {
        self.occurred_at = Some(occurred_at);
        self
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// When what is told happened.
    pub fn occurred(&self) -> OccurredAt {
        OccurredAt(self.occurred_at.unwrap_or_else(|| self.now()))
    }
}
