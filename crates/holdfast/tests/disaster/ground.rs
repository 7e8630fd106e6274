//! A clinic of its own for one test, and the program to ask about it.

use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};
use tempfile::TempDir;
use testkit::{House, Visitor};

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_holdfast");

/// What a command said, each way apart, and how it ended.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    /// Holds the command to have done what was asked.
    #[track_caller]
    pub(crate) fn done(self) -> String {
        assert_eq!(self.code, Some(0), "{} {}", self.out, self.err);
        self.out
    }

    /// Holds the command to have ended with this code and one line that says all of this.
    #[track_caller]
    pub(crate) fn refused(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, Some(code), "{} {}", self.out, self.err);
        assert_eq!(self.err.lines().count(), 1, "one sentence: {}", self.err);
        assert!(self.err.starts_with("holdfast: "), "{}", self.err);
        for word in words {
            assert!(self.err.contains(word), "{word:?} is not in {}", self.err);
        }
    }
}

/// The account that owns nothing, by its number on every Unix.
pub(crate) const NOBODY: u32 = 65_534;

/// The program, asked this, with nothing of the environment that would give it a key.
fn asking(arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command
        .args(arguments)
        .env_remove("HOLDFAST_KEY")
        .env_remove("HOLDFAST_KEY_FILE")
        .stdin(Stdio::null());
    command
}

fn said(mut command: Command) -> std::io::Result<Said> {
    let output = command.output()?;
    Ok(Said {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    })
}

/// Asks the program, with a little of the environment set.
pub(crate) fn ask_in(environment: &[(&str, &str)], arguments: &[&str]) -> Said {
    let mut command = asking(arguments);
    command.envs(environment.iter().copied());
    said(command).unwrap()
}

/// Asks the program as [`NOBODY`], which only root can.
pub(crate) fn ask_as_nobody(arguments: &[&str]) -> std::io::Result<Said> {
    let mut command = asking(arguments);
    command.uid(NOBODY).gid(NOBODY);
    said(command)
}

/// Asks the program.
pub(crate) fn ask(arguments: &[&str]) -> Said {
    ask_in(&[], arguments)
}

/// A throwaway folder; in memory where the machine offers that.
pub(crate) fn folder() -> (TempDir, Utf8PathBuf) {
    let memory = Utf8Path::new("/dev/shm");
    let made = if memory.is_dir() {
        tempfile::tempdir_in(memory)
    } else {
        tempfile::tempdir()
    };
    let made = made.unwrap();
    let path = Utf8PathBuf::from_path_buf(made.path().to_owned()).unwrap();
    (made, path)
}

/// One clinic, its folder, its key and its administrator's pass phrase.
pub(crate) struct Ground {
    _folder: TempDir,
    /// The folder everything of the test is in.
    pub(crate) root: Utf8PathBuf,
    pub(crate) secret: String,
}

/// A clinic as `init` makes it, made once: a pass phrase is slow to hash, and copies are clinics.
struct Pattern {
    database: Vec<u8>,
    key: Vec<u8>,
    secret: String,
}

fn pattern() -> &'static Pattern {
    static PATTERN: OnceLock<Pattern> = OnceLock::new();
    PATTERN.get_or_init(|| {
        let (_folder, root) = folder();
        let data = root.join("clinic");
        let zone = "America/New_York";
        let said = ask(&["init", "--yes", "--data", data.as_str(), "--zone", zone]).done();
        Pattern {
            database: std::fs::read(data.join("clinic.holdfast")).unwrap(),
            key: std::fs::read(root.join("clinic.key")).unwrap(),
            secret: secret_in(&said),
        }
    })
}

/// The pass phrase at the end of the line that names it.
pub(crate) fn secret_in(said: &str) -> String {
    let line = said.lines().find(|line| line.contains("pass phrase "));
    let line = line.unwrap_or_else(|| panic!("no pass phrase in {said}"));
    line.rsplit(' ').next().unwrap().to_owned()
}

impl Ground {
    pub(crate) fn fresh() -> Self {
        let pattern = pattern();
        let (made, root) = folder();
        std::fs::create_dir(root.join("clinic")).unwrap();
        std::fs::write(root.join("clinic/clinic.holdfast"), &pattern.database).unwrap();
        std::fs::write(root.join("clinic.key"), &pattern.key).unwrap();
        // A test writes faster than any person, and more often.
        std::fs::create_dir(root.join("site")).unwrap();
        let hurried = "seconds_min = 0\nper_hour = 1000000\nper_hour_together = 1000000\n";
        std::fs::write(root.join("site/clinic.toml"), hurried).unwrap();
        Self {
            _folder: made,
            root,
            secret: pattern.secret.clone(),
        }
    }

    pub(crate) fn data(&self) -> Utf8PathBuf {
        self.root.join("clinic")
    }

    pub(crate) fn database(&self) -> Utf8PathBuf {
        self.root.join("clinic/clinic.holdfast")
    }

    /// The clinic's words for the public pages.
    pub(crate) fn site(&self) -> Utf8PathBuf {
        self.root.join("site")
    }

    pub(crate) fn key(&self) -> Utf8PathBuf {
        self.root.join("clinic.key")
    }

    /// Asks the program about this clinic.
    pub(crate) fn ask(&self, arguments: &[&str]) -> Said {
        let data = self.data();
        let mut all = arguments.to_vec();
        all.extend(["--data", data.as_str()]);
        ask(&all)
    }

    /// Gives every file of this clinic to [`NOBODY`], as only root can.
    pub(crate) fn give_to_nobody(&self) -> std::io::Result<()> {
        for path in [&self.root, &self.data(), &self.database(), &self.key()] {
            std::os::unix::fs::chown(path, Some(NOBODY), Some(NOBODY))?;
        }
        Ok(())
    }

    /// Serves this clinic.
    pub(crate) fn serve(&self) -> House {
        let (data, site) = (self.data(), self.site());
        let place = ["--data", data.as_str(), "--site", site.as_str()];
        let listen = ["--listen", "127.0.0.1:0"];
        House::open(PROGRAM, &[&["serve"][..], &place, &listen].concat()).unwrap()
    }

    /// Serves this clinic, takes enquiries of these names, and closes.
    pub(crate) fn take_enquiries(&self, names: &[&str]) {
        let mut house = self.serve();
        for name in names {
            enquire(house.address(), name, &command(name)).unwrap();
        }
        assert!(house.close().unwrap().success());
    }

    /// The database, with what forbids changing an entry taken away: what a thief would do.
    pub(crate) fn forced(&self) -> rusqlite::Connection {
        let connection = rusqlite::Connection::open(self.database().as_std_path()).unwrap();
        let triggers: Vec<String> = connection
            .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        for trigger in triggers {
            connection
                .execute_batch(&format!("DROP TRIGGER {trigger}"))
                .unwrap();
        }
        connection
    }

    /// The position `verify` found, of a clinic that verifies.
    pub(crate) fn position(&self) -> i64 {
        let said = self.ask(&["verify", "--format", "json"]).done();
        json(&said)["position"].as_i64().unwrap()
    }
}

/// The time of this machine, which the built program goes by too.
#[expect(
    clippy::disallowed_methods,
    reason = "the program under test reads the real clock"
)]
pub(crate) fn real_now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

pub(crate) fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// A command identifier made from a name.
pub(crate) fn command(name: &str) -> String {
    let mut bytes = [7_u8; 16];
    for (slot, byte) in bytes.iter_mut().zip(name.bytes().rev()) {
        *slot = byte;
    }
    uuid::Builder::from_custom_bytes(bytes)
        .into_uuid()
        .to_string()
}

/// Sends the public form; nothing when the server did not acknowledge it.
pub(crate) fn enquire(address: &str, name: &str, command: &str) -> Option<String> {
    let mut visitor = Visitor::of(address);
    let page = visitor.get("/").ok()?;
    let token = page.hidden("csrf")?;
    let answer = visitor
        .post(
            "/enquiries/new",
            &[
                ("csrf", &token),
                ("command", command),
                ("name", name),
                ("by", "call"),
                ("reach", "555 0100 200"),
                ("message", "yes"),
                ("about", "I would like to talk."),
                ("consent", "yes"),
            ],
        )
        .ok()?;
    assert_eq!(answer.status, 303, "{}", answer.text());
    Some(answer.header("location").unwrap().to_owned())
}

/// Signs in; gives the visitor and where it was led.
pub(crate) fn sign_in(address: &str, name: &str, secret: &str) -> (Visitor, u16) {
    let mut visitor = Visitor::of(address);
    let token = visitor.get("/sign-in").unwrap().hidden("csrf").unwrap();
    let fields = [
        ("csrf", token.as_str()),
        ("name", name),
        ("pass_phrase", secret),
    ];
    let answer = visitor.post("/sign-in", &fields).unwrap();
    (visitor, answer.status)
}

/// Where the reference trial is; says so and gives nothing where it is not.
pub(crate) fn reference_trial() -> Option<Utf8PathBuf> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared");
    let root = std::env::var("HOLDFAST_REFERENCE").unwrap_or_else(|_| default.to_owned());
    let trial = Utf8PathBuf::from(root).join("outcomes/ctn0030");
    if trial.join("participants.csv").is_file() {
        return Some(trial);
    }
    testkit::skip(
        "the reference trial is not here; set HOLDFAST_REFERENCE to the folder that holds outcomes/ctn0030",
    );
    None
}

/// Waits until something is so, or a minute is over.
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let (_never, nothing) = std::sync::mpsc::channel::<()>();
    for _ in 0..6_000 {
        if is_so() {
            return;
        }
        let _ = nothing.recv_timeout(Duration::from_millis(10));
    }
    panic!("{what} within a minute");
}
