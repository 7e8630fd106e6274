//! `holdfast demo`: a clinic with made-up patients, in one command, on a throwaway database.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context as _;
use camino::{Utf8Path, Utf8PathBuf};
use clinic::premises::Premises;
use clinic::{Clinic, Library};
use indicatif::{ProgressBar, ProgressStyle};
use journal::{ClinicId, Journal, MasterKey, SqliteKeeper, SystemChance};
use record::Clock;
use record::ids::uuid_at;
use virtual_clinic::chance::Seeded;
use virtual_clinic::contact::agree;
use virtual_clinic::staff::{self, Credential};
use virtual_clinic::{Size, beginning, populate};

use super::{Outcome, Unaskable, serve};
use crate::post_office::PostFile;
use crate::real::{MovedClock, RealChance, RealClock};

/// The pass phrase of everyone in the demonstration; its patients are made up.
const SECRET: &str = "kelp holds fast to rock";

/// Opens a clinic with made-up patients on a throwaway database
#[derive(clap::Args)]
#[command(after_help = "Example:\n  holdfast demo --listen 127.0.0.1:8080 --patients 200")]
pub(crate) struct Args {
    /// Where to listen; port 0 takes any that is free
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The same seed makes the same lives
    #[arg(long, value_name = "N", default_value_t = 20_261_124)]
    seed: u64,
    /// How many patients
    #[arg(long, value_name = "N", default_value_t = 150)]
    patients: usize,
    /// Where the throwaway folder is made [default: in memory where the machine offers that]
    #[arg(long, value_name = "DIR")]
    scratch: Option<Utf8PathBuf>,
    #[command(flatten)]
    site: serve::SiteFolder,
    #[command(flatten)]
    post: PostFile,
}

impl Args {
    pub(crate) fn run(self, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        let folder = throwaway(self.scratch.as_deref())?;
        let path = Utf8Path::from_path(folder.path())
            .context("the throwaway folder's name is not text")?;
        let clock = Arc::new(MovedClock::default());
        let now = RealClock.now();
        clock.move_to(beginning(now));
        let moved: Arc<dyn Clock> = clock.clone();
        let clinic = found(&path.join("clinic.holdfast"), moved)?;
        let site = self.site.read(clinic.library().evidence())?;
        let size = Size {
            n_patients: self.patients,
            seed: self.seed,
        };
        let post = self.post.read(None)?;
        let credentials = fill(&clinic, size, &clock)?;
        clock.let_go();
        agree(&clinic, &*clock, &mut Seeded::new(self.seed))?;
        let clinic = Arc::new(clinic);
        serve::open(
            &clinic,
            clock,
            self.listen,
            false,
            (site, post),
            &mut |address| {
                writeln!(out, "Holdfast is open at http://{address}")?;
                writeln!(out, "Everyone's pass phrase is: {SECRET}")?;
                for one in &credentials {
                    let (role, name) = (one.role.label(), &one.name);
                    writeln!(out, "  {:<12} {role} ({name})", one.sign_in_name)?;
                }
                writeln!(
                    out,
                    "Its patients are made up. Stop it with Ctrl-C; nothing is kept."
                )?;
                out.flush()
            },
        )
    }
}

/// A folder that is gone when the demonstration ends; in memory where the machine offers that.
fn throwaway(within: Option<&Utf8Path>) -> anyhow::Result<tempfile::TempDir> {
    if let Some(within) = within {
        return tempfile::tempdir_in(within).map_err(|error| {
            Unaskable(format!("no folder can be made in {within}: {error}")).into()
        });
    }
    let memory = Utf8Path::new("/dev/shm");
    let made = if memory.is_dir() {
        tempfile::tempdir_in(memory)
    } else {
        tempfile::tempdir()
    };
    made.or_else(|_| tempfile::tempdir())
        .context("no throwaway folder could be made")
}

/// Founds a clinic under a key nobody keeps.
fn found(database: &Utf8PathBuf, clock: Arc<dyn Clock>) -> anyhow::Result<Clinic> {
    let master = MasterKey::generate(&SystemChance)?;
    let keeper = Arc::new(SqliteKeeper::create(database)?);
    let id = ClinicId(uuid_at(clock.now(), &mut RealChance::default()));
    let journal = Journal::found(keeper, id, &master, clock, Arc::new(SystemChance))?;
    Ok(Clinic::open(journal, library()?)?)
}

/// What comes with Holdfast, and hours in which the clinic reads what its patients send.
fn library() -> anyhow::Result<Library> {
    let house = include_str!("../../../../premises/house.toml");
    let reading = include_str!("../../../../premises/demo-reading.toml");
    let premises = Premises::read(&format!("{house}\n{reading}"))?;
    Ok(Library::embedded()?.with_premises(premises))
}

/// Hires the staff, plays every life up to now, and gives one sign-in for each role.
fn fill(clinic: &Clinic, size: Size, clock: &MovedClock) -> anyhow::Result<Vec<Credential>> {
    let now = RealClock.now();
    let mut chance = Seeded::new(size.seed);
    let staff = staff::hire(clinic, clock, &mut chance, staff::busy_zone(now), SECRET)?;
    let bar = ProgressBar::new(0).with_style(
        ProgressStyle::with_template("Living {pos} of {len} days and hours {wide_bar} {eta}")
            .unwrap_or_else(|_| ProgressStyle::default_bar()),
    );
    populate(
        clinic,
        &staff,
        size,
        now,
        clock,
        &|at| clock.move_to(at),
        &|done, all| {
            bar.set_length(u64::try_from(all).unwrap_or(0));
            bar.set_position(u64::try_from(done).unwrap_or(0));
        },
    )?;
    bar.finish_and_clear();
    let mut credentials = staff.credentials;
    let patient = {
        let today = clinic.zone_today(now);
        let board = clinic.board();
        board
            .lines()
            .filter(|(_, line)| line.stage.on(today) == record::chart::course::Stage::NinetyDays)
            .max_by_key(|(_, line)| line.check_in_days.count_ones())
            .map(|(id, _)| *id)
    };
    if let Some(patient) = patient {
        credentials.push(staff::invite(clinic, clock, &mut chance, patient, SECRET)?);
    }
    Ok(credentials)
}
