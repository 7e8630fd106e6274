//! `holdfast init`: keys and the first administrator.

use std::io::{BufRead as _, Write};
use std::sync::Arc;

use anyhow::Context as _;
use camino::Utf8Path;
use clinic::act::people::{NewPerson, add, describe_clinic};
use clinic::{Actor, Clinic, Library, Operation};
use data_encoding::BASE32_NOPAD;
use journal::{ClinicId, Journal, MasterKey, SqliteKeeper, SystemChance};
use record::Clock;
use record::fact::house::ClinicDescribed;
use record::ids::{Chance as _, uuid_at};
use record::words::{Door, Line, Role};

use super::{Outcome, Unaskable};
use crate::place::Place;
use crate::real::{RealChance, RealClock};

/// Makes a clinic: its keys, its journal, its first administrator
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  holdfast init --data clinic --name \"Tern Harbour Clinic\" --zone America/New_York"
)]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
    /// Ask nothing, and print the one-time pass phrase of the first administrator
    #[arg(long)]
    yes: bool,
    /// What the clinic is called
    #[arg(long, default_value = "The clinic")]
    name: String,
    /// Its time zone, by IANA name
    #[arg(long, default_value = "UTC")]
    zone: String,
}

impl Args {
    pub(crate) fn run(self, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        let (name, zone) = if self.yes {
            (self.name.clone(), self.zone.clone())
        } else {
            (
                ask(out, "What is the clinic called?", &self.name)?,
                ask(out, "In which time zone?", &self.zone)?,
            )
        };
        if jiff::tz::TimeZone::get(&zone).is_err() {
            return Err(Unaskable(format!(
                "{zone} is not a time zone: write one such as America/New_York"
            ))
            .into());
        }
        let name =
            Line::new(&name).map_err(|error| Unaskable(format!("the clinic's name: {error}")))?;
        let key_path = self.place.key_path();
        let database = self.place.database();
        if database.exists() {
            let there = format!(
                "there is a clinic at {} already; nothing was changed",
                self.place.data
            );
            return Err(Unaskable(there).into());
        }
        if self.place.holds_its_key() {
            let inside = format!(
                "the key {key_path} would lie in the data folder, and go wherever the data goes: \
                 name another place with --key-file"
            );
            return Err(Unaskable(inside).into());
        }
        if key_path.exists() {
            let there = format!(
                "there is a key at {key_path} already: move it away, or name another with --key-file"
            );
            return Err(Unaskable(there).into());
        }
        std::fs::create_dir_all(&self.place.data)
            .with_context(|| format!("the folder {} could not be made", self.place.data))?;
        let master = MasterKey::generate(&SystemChance)?;
        write_key(&key_path, &master)?;
        let clock: Arc<dyn Clock> = Arc::new(RealClock);
        let keeper = Arc::new(SqliteKeeper::create(&database)?);
        let mut chance = RealChance::default();
        let id = ClinicId(uuid_at(clock.now(), &mut chance));
        let journal = Journal::found(
            keeper,
            id,
            &master,
            Arc::clone(&clock),
            Arc::new(SystemChance),
        )?;
        let clinic = Clinic::open(journal, Library::embedded()?)?;
        let secret = set_up(&clinic, &*clock, &mut chance, name, &zone)?;
        writeln!(out, "The clinic is made in {}.", self.place.data)?;
        writeln!(out, "Its master key is in {key_path}.")?;
        writeln!(
            out,
            "Keep a copy of the key apart from the data: without it the record cannot be read, by anyone, ever."
        )?;
        writeln!(
            out,
            "First administrator: sign in as admin with the pass phrase {secret}"
        )?;
        writeln!(out, "Change it under People once you are in.")?;
        Ok(Outcome::Done)
    }
}

fn ask(out: &mut dyn Write, question: &str, default: &str) -> anyhow::Result<String> {
    write!(out, "{question} [{default}] ")?;
    out.flush()?;
    let mut answer = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut answer)
        .context("the answer could not be read")?;
    let answer = answer.trim();
    Ok(if answer.is_empty() {
        default.to_owned()
    } else {
        answer.to_owned()
    })
}

/// Describes the clinic and adds its first administrator; gives the one-time pass phrase.
fn set_up(
    clinic: &Clinic,
    clock: &dyn Clock,
    chance: &mut RealChance,
    name: Line,
    zone: &str,
) -> anyhow::Result<String> {
    let secret = one_time_secret(chance);
    let system = Actor::system(Door::Command);
    let described = ClinicDescribed {
        name,
        zone: Line::clipped(zone),
        phone: None,
        crisis_line: Line::clipped("988"),
    };
    describe_clinic(
        &mut Operation::new(system.clone(), clock, chance),
        clinic,
        described,
    )?;
    let person = NewPerson {
        name: Line::clipped("Administrator"),
        sign_in_name: Line::clipped("admin"),
        roles: vec![Role::Administrator],
        patient: None,
    };
    add(
        &mut Operation::new(system, clock, chance),
        clinic,
        person,
        &secret,
    )?;
    Ok(secret)
}

/// Eighty bits as four groups of four letters and figures.
pub(crate) fn one_time_secret(chance: &mut RealChance) -> String {
    let mut bytes = chance.draw().to_le_bytes().to_vec();
    bytes.extend(chance.draw().to_le_bytes().iter().take(2));
    let text = BASE32_NOPAD.encode(&bytes).to_lowercase();
    let letters: Vec<char> = text.chars().collect();
    letters
        .chunks(4)
        .map(String::from_iter)
        .collect::<Vec<_>>()
        .join("-")
}

/// Writes a key where only its owner can read it.
pub(crate) fn write_key(path: &Utf8Path, master: &MasterKey) -> anyhow::Result<()> {
    use std::fs::OpenOptions;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options
        .open(path)
        .with_context(|| format!("the key file {path} could not be made"))?;
    file.write_all(master.to_text().as_bytes())
        .and_then(|()| file.write_all(b"\n"))
        .and_then(|()| file.sync_all())
        .with_context(|| format!("the key file {path} could not be written"))
}
