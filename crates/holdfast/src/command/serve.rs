//! `holdfast serve`: opens a clinic to people.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use anyhow::Context as _;
use camino::{Utf8Path, Utf8PathBuf};
use clinic::act::reassess;
use clinic::act::room::watch::stamp_missed;
use clinic::act::watch::look;
use clinic::{Actor, Clinic};
use record::Clock;
use record::words::Door;
use web::App;
use web::app::Settings;
use web::site::Site;

use super::{Outcome, Unaskable};
use crate::clock_back::ClockBack;
use crate::place::Place;
use crate::post_office::PostFile;
use crate::real::{RealChance, RealClock};

/// How long answers under way may take once the server is asked to stop.
const GRACE: Duration = Duration::from_secs(3);

/// Opens a clinic to people
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  holdfast serve --data clinic --listen 127.0.0.1:8080 --site our-words"
)]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
    /// Where to listen
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// People reach it over TLS, through a proxy: cookies are marked secure
    #[arg(long)]
    behind_tls: bool,
    #[command(flatten)]
    site: SiteFolder,
    #[command(flatten)]
    post: PostFile,
}

/// The clinic's own words on the public pages.
#[derive(clap::Args)]
pub(crate) struct SiteFolder {
    /// Folder with the clinic's own words for the public pages: clinic.toml, and words/LANGUAGE.toml
    /// where it has a language of its own [default: the words that come with Holdfast]
    #[arg(long, value_name = "DIR")]
    site: Option<Utf8PathBuf>,
}

impl SiteFolder {
    /// Reads the folder, or says what in it is wrong and how to mend it.
    pub(crate) fn read(&self, evidence: &::evidence::Library) -> anyhow::Result<Site> {
        let Some(folder) = &self.site else {
            return Ok(Site::of_the_house(evidence)?);
        };
        let unreadable = |path: &Utf8Path, error: &std::io::Error| {
            Unaskable(format!("failed to read {path}: {error}; check --site"))
        };
        let mut files = Vec::new();
        for (prefix, place) in [("", folder.clone()), ("words/", folder.join("words"))] {
            if !prefix.is_empty() && !place.is_dir() {
                continue;
            }
            let entries = place
                .read_dir_utf8()
                .map_err(|error| unreadable(&place, &error))?;
            for entry in entries {
                let entry = entry.map_err(|error| unreadable(&place, &error))?;
                if entry.path().extension() == Some("toml") {
                    let text = std::fs::read_to_string(entry.path())
                        .map_err(|error| unreadable(entry.path(), &error))?;
                    files.push((format!("{prefix}{}", entry.file_name()), text));
                }
            }
        }
        if !files.iter().any(|(name, _)| name == "clinic.toml") {
            let what = format!(
                "{folder} holds no clinic.toml; copy the folder site/ of Holdfast and change it"
            );
            return Err(Unaskable(what).into());
        }
        Site::read(&files, evidence).map_err(|faults| Unaskable(faults.to_string()).into())
    }
}

impl Args {
    pub(crate) fn run(self, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        let clock: Arc<dyn Clock> = Arc::new(RealClock);
        let clinic = Arc::new(self.place.open(Arc::clone(&clock))?);
        let site = self.site.read(clinic.library().evidence())?;
        let post = self.post.read(Some(&self.place.data))?;
        open(
            &clinic,
            clock,
            self.listen,
            self.behind_tls,
            (site, post),
            &mut |address| {
                writeln!(out, "Holdfast is open at http://{address}")?;
                out.flush()
            },
        )
    }
}

/// Serves until it is asked to stop; `announce` is told where once it listens.
pub(crate) fn open(
    clinic: &Arc<Clinic>,
    clock: Arc<dyn Clock>,
    listen: SocketAddr,
    is_behind_tls: bool,
    (site, post): (Site, Option<post::Settings>),
    announce: &mut dyn FnMut(SocketAddr) -> std::io::Result<()>,
) -> anyhow::Result<Outcome> {
    let settings = Settings {
        is_behind_tls,
        version: env!("CARGO_PKG_VERSION"),
        emergency: "911".to_owned(),
    };
    let app = App::with_site(
        Arc::clone(clinic),
        clock,
        Box::<RealChance>::default(),
        settings,
        site,
    );
    let runtime = web::threads().context("the server's threads could not be started")?;
    let watch = runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(listen)
            .await
            .map_err(|error| {
                Unaskable(format!(
                    "cannot listen at {listen} ({error}): choose another with --listen"
                ))
            })?;
        // Only a server that listens looks after the clinic: one that is refused leaves it as it was.
        let watch = Watch::keep(&app)?;
        if let Some(post) = &post {
            crate::post_office::open(&app, post)?;
        }
        announce(listener.local_addr()?)?;
        let (stop, mut stopping) = tokio::sync::watch::channel(false);
        let asked = async move {
            stopped().await;
            let _ = stop.send(true);
        };
        let router = web::router(&app).into_make_service_with_connect_info::<SocketAddr>();
        let serving = axum::serve(listener, router).with_graceful_shutdown(asked);
        tokio::select! {
            ended = async { serving.await } => ended.context("the server stopped")?,
            // A page that follows its record holds a stream open for as long as it is looked at.
            () = async {
                let _ = stopping.wait_for(|is_asked| *is_asked).await;
                tokio::time::sleep(GRACE).await;
            } => {}
        }
        anyhow::Ok(watch)
    })?;
    drop(watch);
    // Streams that browsers hold open end with the process; what was queued is made durable first.
    runtime.shutdown_background();
    clinic.journal().flush()?;
    clinic.keep_snapshot()?;
    Ok(Outcome::Done)
}

/// How often the clock looks for readings that are late.
const WATCH_EVERY: Duration = Duration::from_secs(5);

/// How many of those looks a minute holds.
const LOOKS_A_MINUTE: u32 = 12;

/// The thread that stamps late readings as missed and tells the people on the ladder, for as long as the
/// door is open.
///
/// Dropping it waits until the look under way is done: a process that ends beneath it would end by a signal.
struct Watch {
    stop: Option<mpsc::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Watch {
    fn keep(app: &Arc<App>) -> anyhow::Result<Self> {
        let (stop, stopping) = mpsc::channel::<()>();
        let app = Arc::clone(app);
        let watch = move || {
            let mut turn = 0_u32;
            let mut clock_back = ClockBack::told(app.clinic.journal().clock_set_back());
            keep_snapshot_anew(&app.clinic);
            loop {
                clock_back.look(app.clinic.journal().clock_set_back());
                look_after(&app, turn);
                turn = turn.wrapping_add(1);
                match stopping.recv_timeout(WATCH_EVERY) {
                    Err(mpsc::RecvTimeoutError::Timeout) => {}
                    Ok(()) | Err(mpsc::RecvTimeoutError::Disconnected) => return,
                }
            }
        };
        let thread = std::thread::Builder::new()
            .name("watch".to_owned())
            .spawn(watch)
            .context("the watch over late readings could not be started")?;
        Ok(Self {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the watch over late readings had ended before");
        }
    }
}

/// How many records folded anew at the start are worth a new snapshot at once.
const FOLDED_ANEW_MANY: usize = 500;

/// Keeps a snapshot where the start had to do without one, so that the next start after a kill does not.
fn keep_snapshot_anew(clinic: &Clinic) {
    if clinic.n_folded_anew() < FOLDED_ANEW_MANY {
        return;
    }
    if let Err(error) = clinic.keep_snapshot() {
        tracing::error!(error = %error, "the snapshot for the next start could not be kept");
    }
}

/// One look at what is late, and once a minute at who is silent and at the rules.
fn look_after(app: &Arc<App>, turn: u32) {
    let actor = Actor::system(Door::Command);
    let stamped = app.operate(actor.clone(), None, stamp_missed);
    if let Err(error) = stamped {
        tracing::error!(error = %error, "the watch over late readings could not look");
    }
    // Silence is counted in days and a visit is missed after an hour: a minute is soon enough.
    if !turn.is_multiple_of(LOOKS_A_MINUTE) {
        return;
    }
    if let Err(error) = app.operate(actor, None, look) {
        tracing::error!(error = %error, "the watch over silence could not look");
    }
    assess_again(app);
}

/// Assesses every open course again where the night for it has come.
fn assess_again(app: &Arc<App>) {
    match app.operate(Actor::system(Door::Command), None, reassess::look) {
        Ok(None) => {}
        Ok(Some(look)) => {
            tracing::info!(
                assessed = look.n_assessed,
                changed = look.n_changed,
                "assessed again"
            );
        }
        Err(error) => tracing::error!(error = %error, "the courses could not be assessed again"),
    }
}

/// Waits for the signal to stop: an interrupt at the keyboard, or the system's.
async fn stopped() {
    let interrupted = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut ended) = signal(SignalKind::terminate()) else {
            return interrupted.await;
        };
        tokio::select! {
            () = interrupted => {}
            _ = ended.recv() => {}
        }
    }
    #[cfg(not(unix))]
    interrupted.await;
}
