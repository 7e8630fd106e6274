//! The clinic's file of how messages leave, and the thread that queues and carries them.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use camino::{Utf8Path, Utf8PathBuf};
use clinic::Actor;
use clinic::act::remind;
use post::{Postman, Settings};
use record::words::Door;
use web::App;
use web::app::Post;

use crate::command::Unaskable;

/// How often the postman goes the rounds.
const ROUND_EVERY: Duration = Duration::from_secs(5);

/// How many rounds a minute holds: what is due is looked at once a minute.
const ROUNDS_A_MINUTE: u32 = 12;

/// The name of the file in the folder of the clinic's data.
const FILE: &str = "post.toml";

/// Where the file is.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct PostFile {
    /// The file that says how reminders leave; without one none is queued [default: post.toml in the
    /// folder of the clinic's data]
    #[arg(long, value_name = "FILE")]
    post: Option<Utf8PathBuf>,
}

impl PostFile {
    /// Reads the file, or says what in it is wrong and how to mend it. Nothing where there is none.
    pub(crate) fn read(&self, data: Option<&Utf8Path>) -> anyhow::Result<Option<Settings>> {
        let path = match (&self.post, data) {
            (Some(path), _) => path.clone(),
            (None, Some(data)) if data.join(FILE).is_file() => data.join(FILE),
            (None, _) => return Ok(None),
        };
        let text = read(&path).map_err(Unaskable)?;
        let beside = path.parent().unwrap_or(Utf8Path::new(""));
        let open = |name: &str| read(&beside.join(name));
        let settings = Settings::read(&text, &open)
            .map_err(|fault| Unaskable(format!("{path}, {fault}; see docs/operate/messages.md")))?;
        Ok(Some(settings))
    }
}

fn read(path: &Utf8Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{path} cannot be read: {error}"))
}

/// Queues reminders and carries messages for as long as the door is open.
pub(crate) fn open(app: &Arc<App>, settings: &Settings) -> anyhow::Result<()> {
    let postman = Postman::of(settings).map_err(|fault| Unaskable(fault.to_string()))?;
    let carriages = postman.carriages();
    let languages = settings.languages.values();
    let set_up = Post {
        carriages: carriages.clone(),
        languages: languages
            .map(|words| (words.language.clone(), words.name.clone()))
            .collect(),
        reports: settings
            .reports
            .as_ref()
            .map(|secret| secret.reveal().as_bytes().to_vec()),
    };
    // It is set once, before anybody comes.
    let _ = app.post.set(Arc::new(set_up));
    let followed = Arc::downgrade(app);
    let rounds = move || {
        let mut turn = 0_u32;
        while let Some(app) = followed.upgrade() {
            let actor = || Actor::system(Door::Command);
            if turn.is_multiple_of(ROUNDS_A_MINUTE) {
                let looked = app.operate(actor(), None, |operation, clinic| {
                    remind::look(operation, clinic, &carriages)
                });
                if let Err(error) = looked {
                    tracing::error!(error = %error, "what is due could not be looked at");
                }
            }
            let round = app.operate(actor(), None, |operation, clinic| {
                postman.round(clinic, operation.clock, operation.chance)
            });
            match round {
                Ok(round) if round.n_left + round.n_given_up > 0 => {
                    tracing::info!(left = round.n_left, given_up = round.n_given_up, "messages");
                }
                Ok(_) => {}
                Err(error) => tracing::error!(error = %error, "messages could not be carried"),
            }
            turn = turn.wrapping_add(1);
            drop(app);
            std::thread::sleep(ROUND_EVERY);
        }
    };
    let thread = std::thread::Builder::new().name("post".to_owned());
    thread
        .spawn(rounds)
        .context("the thread that carries messages could not be started")?;
    Ok(())
}
