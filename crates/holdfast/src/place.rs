//! Where a clinic is kept: its data folder, its key, and opening it.

use std::sync::Arc;

use anyhow::Context as _;
use camino::{Utf8Path, Utf8PathBuf};
use clinic::premises::Premises;
use clinic::{Clinic, Library};
use instruments::Wording;
use journal::{Journal, MasterKey, SqliteKeeper, SystemChance};
use outcomes::change::Noise;
use record::Clock;

use crate::command::Unaskable;

/// Where a clinic is kept, and where its key is.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct Place {
    /// The folder of the clinic's data
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Utf8PathBuf,
    /// The file of the master key [default: DIR.key, beside the folder and never in it]
    #[arg(long, value_name = "FILE", env = "HOLDFAST_KEY_FILE")]
    pub(crate) key_file: Option<Utf8PathBuf>,
}

impl Place {
    /// The database.
    pub(crate) fn database(&self) -> Utf8PathBuf {
        self.data.join("clinic.holdfast")
    }

    /// The folder of the words a clinic holds a licence for.
    pub(crate) fn wordings(&self) -> Utf8PathBuf {
        self.data.join("wording")
    }

    /// The folder of the standard deviations and reliabilities a clinic gives for real change.
    pub(crate) fn noises(&self) -> Utf8PathBuf {
        self.data.join("change")
    }

    /// The clinic's own rooms, hours, closing days and vials, in place of those that come with Holdfast.
    pub(crate) fn premises(&self) -> Utf8PathBuf {
        self.data.join("premises.toml")
    }

    /// The clinic's own numbers of the register of controlled substances, in place of those that come with Holdfast.
    pub(crate) fn ledger(&self) -> Utf8PathBuf {
        self.data.join("ledger.toml")
    }

    /// The folder of the clinic's own rules.
    pub(crate) fn rules(&self) -> Utf8PathBuf {
        self.data.join("rules")
    }

    /// The library, with the clinic's own rules, rooms and hours and its licensed words in it.
    pub(crate) fn library(&self) -> anyhow::Result<Library> {
        let folder = self.wordings();
        let loaded = each_file(&folder, Wording::read)?;
        let library = Library::embedded()?.with_wordings(&loaded);
        let library = library.map_err(|error| Unaskable(format!("{folder}: {error}")))?;
        let folder = self.noises();
        let library = library.with_noise(&each_file(&folder, Noise::read)?);
        let library = library.map_err(|error| Unaskable(format!("{folder}: {error}")))?;
        let library = match crate::command::own_rules(&self.rules())? {
            Some((text, examples)) => library.with_pack_text(text, examples)?,
            None => library,
        };
        let own = self.ledger();
        let library = if own.is_file() {
            library
                .with_stock_policy_text(&std::fs::read_to_string(&own)?)
                .map_err(|error| Unaskable(format!("{own}: {error}")))?
        } else {
            library
        };
        let own = self.premises();
        if !own.is_file() {
            return Ok(library);
        }
        let premises = Premises::read(&std::fs::read_to_string(&own)?)
            .map_err(|error| Unaskable(format!("{own}: {error}")))?;
        Ok(library.with_premises(premises))
    }

    /// Where the master key is looked for.
    pub(crate) fn key_path(&self) -> Utf8PathBuf {
        self.key_file.clone().unwrap_or_else(|| {
            let data = self.named();
            let name = data.file_name().unwrap_or("clinic");
            data.with_file_name(format!("{name}.key"))
        })
    }

    /// The data folder by a path that ends in its name: `.` and `..` have none, and a key put beside
    /// them would lie in the folder.
    fn named(&self) -> Utf8PathBuf {
        if self.data.file_name().is_some() {
            return self.data.clone();
        }
        self.data
            .canonicalize_utf8()
            .unwrap_or_else(|_| self.data.clone())
    }

    /// Whether the key would lie in the data folder, where every copy of the data would carry it.
    pub(crate) fn holds_its_key(&self) -> bool {
        let whole =
            |path: &Utf8Path| camino::absolute_utf8(path).unwrap_or_else(|_| path.to_owned());
        let data = whole(&self.named());
        whole(&self.key_path()).starts_with(&data)
    }

    /// Reads the master key: from the environment, from its file, or asked for.
    pub(crate) fn master_key(&self) -> anyhow::Result<MasterKey> {
        if let Ok(text) = std::env::var("HOLDFAST_KEY") {
            return parse(&text, "the environment variable HOLDFAST_KEY");
        }
        let path = self.key_path();
        if path.is_file() {
            let text = std::fs::read_to_string(&path).map_err(|error| {
                Unaskable(format!("the key file {path} cannot be read: {error}"))
            })?;
            return parse(&text, path.as_str());
        }
        if is_terminal() {
            let text = rpassword::prompt_password("Master key: ")
                .context("the master key could not be asked for")?;
            return parse(&text, "what was typed");
        }
        Err(Unaskable(format!(
            "there is no master key at {path}: name its file with --key-file, or set HOLDFAST_KEY"
        ))
        .into())
    }

    /// Opens the clinic for writing; one at a time may.
    pub(crate) fn open(&self, clock: Arc<dyn Clock>) -> anyhow::Result<Clinic> {
        let keeper = SqliteKeeper::open(&self.database()).map_err(|error| refused(&error))?;
        self.clinic(keeper, clock)
    }

    /// Opens the clinic for reading, beside a server that has it open.
    pub(crate) fn open_to_read(&self, clock: Arc<dyn Clock>) -> anyhow::Result<Clinic> {
        let keeper =
            SqliteKeeper::open_to_read(&self.database()).map_err(|error| refused(&error))?;
        self.clinic(keeper, clock)
    }

    /// Opens the journal alone for reading.
    pub(crate) fn journal_to_read(&self, clock: Arc<dyn Clock>) -> anyhow::Result<Journal> {
        let keeper =
            SqliteKeeper::open_to_read(&self.database()).map_err(|error| refused(&error))?;
        let master = self.master_key()?;
        Ok(Journal::open(
            Arc::new(keeper),
            &master,
            clock,
            Arc::new(SystemChance),
        )?)
    }

    fn clinic(&self, keeper: SqliteKeeper, clock: Arc<dyn Clock>) -> anyhow::Result<Clinic> {
        let master = self.master_key()?;
        let journal = Journal::open(Arc::new(keeper), &master, clock, Arc::new(SystemChance))?;
        if let Some(back) = journal.clock_set_back() {
            tracing::warn!("{}", crate::clock_back::sentence(back));
        }
        Ok(Clinic::open(journal, self.library()?)?)
    }
}

/// A keeper that cannot be asked is a question that cannot be asked.
fn refused(error: &journal::KeeperError) -> anyhow::Error {
    Unaskable(error.to_string()).into()
}

/// What every file of a folder says; nothing where there is no folder.
fn each_file<T, E: std::fmt::Display>(
    folder: &Utf8Path,
    read: impl Fn(&str) -> Result<T, E>,
) -> anyhow::Result<Vec<T>> {
    let mut all = Vec::new();
    if !folder.is_dir() {
        return Ok(all);
    }
    for entry in folder.read_dir_utf8()? {
        let entry = entry?;
        let path = entry.path();
        if path.extension() == Some("toml") {
            let one = read(&std::fs::read_to_string(path)?)
                .map_err(|said| Unaskable(format!("{path}: {said}")))?;
            all.push(one);
        }
    }
    Ok(all)
}

fn parse(text: &str, from: &str) -> anyhow::Result<MasterKey> {
    MasterKey::from_text(text.trim()).map_err(|error| Unaskable(format!("{from}: {error}")).into())
}

fn is_terminal() -> bool {
    use std::io::IsTerminal as _;
    std::io::stdin().is_terminal()
}

/// Reads checkpoints kept off the machine.
pub(crate) fn checkpoints(files: &[Utf8PathBuf]) -> anyhow::Result<Vec<journal::Checkpoint>> {
    files.iter().map(|file| checkpoint(file)).collect()
}

fn checkpoint(file: &Utf8Path) -> anyhow::Result<journal::Checkpoint> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| Unaskable(format!("{file} cannot be read: {error}")))?;
    journal::Checkpoint::parse(&text).map_err(|error| Unaskable(format!("{file}: {error}")).into())
}
