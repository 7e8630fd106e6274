//! `holdfast person` and `holdfast key`: people, roles, keys.

use std::io::Write;
use std::sync::Arc;

use camino::Utf8PathBuf;
use clinic::act::people::{self, NewPerson};
use clinic::{Actor, Operation};
use journal::{MasterKey, SystemChance};
use record::Clock;
use record::words::{Door, Line, Role};

use super::init::{one_time_secret, write_key};
use super::{Format, Outcome, Unaskable};
use crate::place::Place;
use crate::real::{RealChance, RealClock};

/// Adds and lists people, sets pass phrases when nobody can sign in to do it, and erases a record
#[derive(clap::Subcommand)]
#[command(after_help = "Example:\n  holdfast person list --data clinic")]
pub(crate) enum Person {
    Add(Add),
    Reset(Reset),
    List(List),
    Erase(super::erase::Erase),
}

impl Person {
    pub(crate) fn run(self, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        match self {
            Self::Add(add) => add.run(out),
            Self::Reset(reset) => reset.run(out),
            Self::List(list) => list.run(out),
            Self::Erase(erase) => erase.run(out),
        }
    }
}

/// Adds a person and prints their one-time pass phrase
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  holdfast person add --data clinic --name \"Dana Whitlock RN\" --sign-in dana --role nurse"
)]
pub(crate) struct Add {
    #[command(flatten)]
    place: Place,
    /// Their name as printed, with credentials
    #[arg(long)]
    name: String,
    /// The name they sign in with
    #[arg(long)]
    sign_in: String,
    /// What they may act as; may be given more than once
    #[arg(long = "role", required = true)]
    roles: Vec<String>,
}

impl Add {
    fn run(self, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        let roles: Result<Vec<Role>, Unaskable> =
            self.roles.iter().map(|text| role(text)).collect();
        let person = NewPerson {
            name: line(&self.name)?,
            sign_in_name: line(&self.sign_in)?,
            roles: roles?,
            patient: None,
        };
        let clock: Arc<dyn Clock> = Arc::new(RealClock);
        let clinic = self.place.open(Arc::clone(&clock))?;
        let mut chance = RealChance::default();
        let secret = one_time_secret(&mut chance);
        let system = Actor::system(Door::Command);
        let mut operation = Operation::new(system, &*clock, &mut chance);
        people::add(&mut operation, &clinic, person, &secret).map_err(said)?;
        writeln!(
            out,
            "{} signs in as {} with the pass phrase {secret}",
            self.name, self.sign_in
        )?;
        Ok(Outcome::Done)
    }
}

/// Sets a new one-time pass phrase and ends the person's sign-ins
#[derive(clap::Args)]
#[command(after_help = "Example:\n  holdfast person reset --data clinic --sign-in dana")]
pub(crate) struct Reset {
    #[command(flatten)]
    place: Place,
    /// The name they sign in with
    #[arg(long)]
    sign_in: String,
}

impl Reset {
    fn run(self, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        let clock: Arc<dyn Clock> = Arc::new(RealClock);
        let clinic = self.place.open(Arc::clone(&clock))?;
        let person = clinic.board().person_named(&self.sign_in).map(|(id, _)| id);
        let person =
            person.ok_or_else(|| Unaskable(format!("nobody signs in as {}", self.sign_in)))?;
        let mut chance = RealChance::default();
        let secret = one_time_secret(&mut chance);
        let system = Actor::system(Door::Command);
        let mut operation = Operation::new(system, &*clock, &mut chance);
        people::reset_secret(&mut operation, &clinic, person, &secret).map_err(said)?;
        writeln!(
            out,
            "{} signs in with the pass phrase {secret}",
            self.sign_in
        )?;
        Ok(Outcome::Done)
    }
}

/// Lists people and their roles
#[derive(clap::Args)]
#[command(after_help = "Example:\n  holdfast person list --data clinic")]
pub(crate) struct List {
    #[command(flatten)]
    place: Place,
    /// How to print
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

impl List {
    fn run(self, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        let clinic = self.place.open_to_read(Arc::new(RealClock))?;
        let board = clinic.board();
        if self.format == Format::Json {
            let people: Vec<serde_json::Value> = board
                .people
                .values()
                .map(|staff| {
                    let roles: Vec<&str> = staff.roles.iter().map(|role| role.code()).collect();
                    serde_json::json!({
                        "sign_in": staff.sign_in_name,
                        "name": staff.name,
                        "roles": roles,
                        "is_here": staff.is_here,
                    })
                })
                .collect();
            writeln!(out, "{}", serde_json::to_string_pretty(&people)?)?;
            return Ok(Outcome::Done);
        }
        for staff in board.people.values() {
            let roles: Vec<&str> = staff.roles.iter().map(|role| role.code()).collect();
            let here = if staff.is_here { "" } else { " (has left)" };
            writeln!(
                out,
                "{:<16} {} [{}]{here}",
                staff.sign_in_name,
                staff.name,
                roles.join(", ")
            )?;
        }
        Ok(Outcome::Done)
    }
}

pub(super) fn line(text: &str) -> Result<Line, Unaskable> {
    Line::new(text).map_err(|error| Unaskable(format!("{text:?}: {error}")))
}

fn role(text: &str) -> Result<Role, Unaskable> {
    Role::from_code(text).ok_or_else(|| {
        let all: Vec<&str> = Role::ALL.iter().map(|role| role.code()).collect();
        Unaskable(format!(
            "{text} is not a role: choose one of {}",
            all.join(", ")
        ))
    })
}

/// What a use case found wrong, as a sentence for the command line.
pub(super) fn said(denied: clinic::Denied) -> anyhow::Error {
    if let clinic::Denied::Invalid(faults) = &denied {
        let said: Vec<&str> = faults.iter().map(|fault| fault.sentence.as_str()).collect();
        return Unaskable(said.join("; ")).into();
    }
    denied.into()
}

/// Says which master key opens the clinic, and changes it
#[derive(clap::Subcommand)]
#[command(after_help = "Example:\n  holdfast key show --data clinic")]
pub(crate) enum Key {
    Change(Change),
    Show(Show),
}

impl Key {
    pub(crate) fn run(self, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        match self {
            Self::Change(change) => change.run(out),
            Self::Show(show) => show.run(out),
        }
    }
}

/// Seals the clinic's keys under a new master key
#[derive(clap::Args)]
#[command(after_help = "Example:\n  holdfast key change --data clinic --to new.key")]
pub(crate) struct Change {
    #[command(flatten)]
    place: Place,
    /// Where to write the new key; nothing may be there yet
    #[arg(long, value_name = "FILE")]
    to: Utf8PathBuf,
}

impl Change {
    fn run(self, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        if self.to.exists() {
            return Err(Unaskable(format!("there is something at {} already", self.to)).into());
        }
        let clinic = self.place.open(Arc::new(RealClock))?;
        let master = MasterKey::generate(&SystemChance)?;
        write_key(&self.to, &master)?;
        clinic.journal().change_master_key(&master)?;
        writeln!(out, "The clinic now opens with the key in {}.", self.to)?;
        writeln!(
            out,
            "Backups made before still open with the old key: keep it as long as you keep them."
        )?;
        Ok(Outcome::Done)
    }
}

/// Says which key opens the clinic, without showing it
#[derive(clap::Args)]
#[command(after_help = "Example:\n  holdfast key show --data clinic")]
pub(crate) struct Show {
    #[command(flatten)]
    place: Place,
}

impl Show {
    fn run(self, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        self.place.journal_to_read(Arc::new(RealClock))?;
        let master = self.place.master_key()?;
        writeln!(
            out,
            "The key with the fingerprint {} opens this clinic.",
            master.fingerprint()
        )?;
        Ok(Outcome::Done)
    }
}
