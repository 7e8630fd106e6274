//! What every request can reach: the clinic, the clock, chance, and who follows changes.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use clinic::Clinic;
use clinic::operation::{Actor, Operation};
use record::Clock;
use record::ids::Chance;
use tokio::sync::broadcast;
use uuid::Uuid;

use crate::site::Site;
use crate::site::gate::Gate;
use crate::site::still::Shelf;
use crate::token::FormKey;

/// How many changes a slow stream may be behind before it is told to read everything.
const CHANGES_BEHIND_MAX: usize = 512;

/// The board of the day as worked out last, under the turn of the board, the version of the register and
/// the minute it holds for.
pub(crate) type KeptToday = Option<((u64, u64, i64), Arc<pages::Today>)>;

/// What every request can reach.
pub struct App {
    /// The clinic.
    pub clinic: Arc<Clinic>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// How this door is set up.
    pub settings: Settings,
    chance: Mutex<Box<dyn Chance + Send>>,
    pub(crate) form_key: FormKey,
    pub(crate) site: Site,
    pub(crate) shelf: Shelf,
    pub(crate) gate: Gate,
    pub(crate) today: Mutex<KeptToday>,
    pub(crate) due: Mutex<Option<(i64, Arc<Vec<clinic::due::Due>>)>>,
    /// How messages leave, once it is set up.
    pub post: OnceLock<Arc<Post>>,
    pub(crate) changes: broadcast::Sender<clinic::live::Change>,
    last_change: AtomicU64,
}

/// How messages leave, as far as pages show it and reports of delivery need it.
#[derive(Debug)]
pub struct Post {
    /// The ways that are set up.
    pub carriages: Vec<record::fact::contact::Carriage>,
    /// Languages beside English, by code and own name.
    pub languages: Vec<(String, String)>,
    /// What reports of delivery are signed with; none where none are taken.
    pub reports: Option<Vec<u8>>,
}

/// How the door is set up.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whether people reach it over TLS, as behind a proxy; cookies are then marked secure.
    pub is_behind_tls: bool,
    /// The version of the program.
    pub version: &'static str,
    /// The emergency number.
    pub emergency: String,
}

impl App {
    /// Puts the door before a clinic, with the public pages as they come with Holdfast, and follows its
    /// changes on a thread of its own.
    ///
    /// # Panics
    /// Where the pages that come with Holdfast are not sound, which a test of the build rules out.
    pub fn new(
        clinic: Arc<Clinic>,
        clock: Arc<dyn Clock>,
        chance: Box<dyn Chance + Send>,
        settings: Settings,
    ) -> Arc<Self> {
        let site = Site::of_the_house(clinic.library().evidence());
        let site = site.unwrap_or_else(|faults| unreachable!("{faults}"));
        Self::with_site(clinic, clock, chance, settings, site)
    }

    /// As [`App::new`], with a clinic's own words on the public pages.
    pub fn with_site(
        clinic: Arc<Clinic>,
        clock: Arc<dyn Clock>,
        mut chance: Box<dyn Chance + Send>,
        settings: Settings,
        site: Site,
    ) -> Arc<Self> {
        let (changes, _) = broadcast::channel(CHANGES_BEHIND_MAX);
        let form_key = FormKey::draw(&mut *chance);
        // A head that cannot be read now stands for nothing: the first page then reads once more.
        let head = clinic.journal().head().map_or(0, |head| head.position.0);
        let app = Arc::new(Self {
            clinic,
            clock,
            settings,
            chance: Mutex::new(chance),
            form_key,
            site,
            shelf: Shelf::default(),
            gate: Gate::default(),
            today: Mutex::new(None),
            due: Mutex::new(None),
            post: OnceLock::new(),
            changes,
            last_change: AtomicU64::new(head),
        });
        app.forward_changes();
        app
    }

    /// Passes the clinic's changes on to every stream, until the clinic or the door is gone.
    fn forward_changes(self: &Arc<Self>) {
        let app = Arc::downgrade(self);
        let follower = self.clinic.changes().follow();
        std::thread::spawn(move || {
            while let Ok(change) = follower.recv() {
                let Some(app) = app.upgrade() else { return };
                app.last_change.fetch_max(change.position, Ordering::AcqRel);
                // No stream is open when nobody listens, which is no fault.
                let _ = app.changes.send(change);
            }
        });
    }

    /// The position of the last change that was passed on; what comes after it is heard by every stream
    /// that is open by now.
    pub(crate) fn last_change(&self) -> u64 {
        self.last_change.load(Ordering::Acquire)
    }

    /// Runs a use case for an actor, under the command the form carried where it carried one.
    pub fn operate<T>(
        &self,
        actor: Actor,
        command: Option<Uuid>,
        act: impl FnOnce(&mut Operation<'_>, &Clinic) -> T,
    ) -> T {
        let mut chance = Drawn { app: self };
        let mut operation = Operation::new(actor, &*self.clock, &mut chance);
        if let Some(command) = command {
            operation = operation.under(command);
        }
        act(&mut operation, &self.clinic)
    }

    /// The whole address of a path, as a person elsewhere would open it.
    pub(crate) fn address(&self, ask: &crate::ask::Ask, path: &str) -> String {
        let scheme = if self.settings.is_behind_tls {
            "https"
        } else {
            "http"
        };
        format!(
            "{scheme}://{}{path}",
            ask.host.as_deref().unwrap_or_default()
        )
    }

    /// A fresh command identifier for a form.
    pub fn fresh_command(&self) -> Uuid {
        record::ids::uuid_at(self.clock.now(), &mut Drawn { app: self })
    }
}

/// Draws from the shared chance, a number at a time, so that one request never holds up another.
struct Drawn<'a> {
    app: &'a App,
}

impl Chance for Drawn<'_> {
    fn draw(&mut self) -> u64 {
        self.app
            .chance
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .draw()
    }
}
