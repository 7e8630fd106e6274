//! The built `holdfast` as a process of its own, to be killed and started again.
//!
//! ```no_run
//! # fn main() -> Result<(), testkit::house::HouseError> {
//! // In a test of the crate `holdfast`: env!("CARGO_BIN_EXE_holdfast").
//! let program = "target/debug/holdfast";
//! let mut house = testkit::House::open(program, &["serve", "--data", "clinic", "--listen", "127.0.0.1:0"])?;
//! println!("open at {}", house.address());
//! house.kill()?; // as a power cut would
//! let again = testkit::House::open(program, &["serve", "--data", "clinic", "--listen", "127.0.0.1:0"])?;
//! # Ok(()) }
//! ```

use std::io::{BufRead as _, BufReader, Read};
use std::net::TcpListener;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What the binary prints when it can be visited, before its address.
const OPEN_AT: &str = "Holdfast is open at ";

/// How long a house may take to open, or to close when asked.
const PATIENCE: Duration = Duration::from_mins(1);

/// Why a house could not be opened or closed.
#[derive(Debug, thiserror::Error)]
pub enum HouseError {
    /// The program could not be started.
    #[error("failed to start {program}")]
    Start {
        /// The program.
        program: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The program ended before it said where it is open.
    #[error("holdfast ended with {status} before it was open, saying: {said}")]
    Ended {
        /// How it ended.
        status: ExitStatus,
        /// All it said.
        said: String,
    },
    /// The program neither opened nor ended within a minute.
    #[error("holdfast did not open within a minute, and said: {said}")]
    Silent {
        /// All it said.
        said: String,
    },
    /// The process could not be ended or waited for.
    #[error("failed to end holdfast")]
    End {
        /// What the system said.
        source: std::io::Error,
    },
}

/// A running `holdfast`, killed when dropped.
#[derive(Debug)]
pub struct House {
    process: Child,
    address: String,
    said: Arc<Mutex<String>>,
}

/// What a command said and how it ended.
#[derive(Debug)]
pub struct Ended {
    /// The exit code; nothing when a signal ended it.
    pub code: Option<i32>,
    /// All it wrote to standard output and standard error, as it came.
    pub said: String,
}

impl House {
    /// Starts the program and waits until it says where it is open.
    ///
    /// What it says before ending instead is in the error, so that a test can hold it to one clear
    /// sentence: a port that is taken, a folder that is read-only, a file another server holds.
    pub fn open(program: &str, arguments: &[&str]) -> Result<Self, HouseError> {
        let (mut process, said, lines) = start(program, arguments)?;
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            match lines.recv_timeout(Duration::from_millis(50)) {
                Ok(line) => {
                    if let Some((_, address)) = line.split_once(OPEN_AT) {
                        let address = address.trim().trim_end_matches(['/', '.']).to_owned();
                        return Ok(Self {
                            process,
                            address,
                            said,
                        });
                    }
                }
                Err(mpsc::RecvTimeoutError::Timeout) => {}
                Err(mpsc::RecvTimeoutError::Disconnected) => {
                    let status = process
                        .wait()
                        .map_err(|source| HouseError::End { source })?;
                    return Err(HouseError::Ended {
                        status,
                        said: read(&said),
                    });
                }
            }
        }
        let _ = process.kill();
        let _ = process.wait();
        Err(HouseError::Silent { said: read(&said) })
    }

    /// Runs a command of the program to its end.
    pub fn run(program: &str, arguments: &[&str]) -> Result<Ended, HouseError> {
        let (mut process, said, lines) = start(program, arguments)?;
        while lines.recv().is_ok() {}
        let status = process
            .wait()
            .map_err(|source| HouseError::End { source })?;
        Ok(Ended {
            code: status.code(),
            said: read(&said),
        })
    }

    /// Where the house is open, for example `http://127.0.0.1:41233`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The process, as the system knows it.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// All it has said so far.
    pub fn said(&self) -> String {
        read(&self.said)
    }

    /// Ends the process without warning, as a power cut would (`SIGKILL`), and waits until it has gone.
    pub fn kill(&mut self) -> Result<(), HouseError> {
        let gone = self.process.kill().and_then(|()| self.process.wait());
        gone.map(drop).map_err(|source| HouseError::End { source })
    }

    /// Asks the process to close (`SIGTERM`), as a service manager would, and waits until it has.
    pub fn close(&mut self) -> Result<ExitStatus, HouseError> {
        let end = |source| HouseError::End { source };
        let id = self.process.id().to_string();
        Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .map_err(end)?;
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            if let Some(status) = self.process.try_wait().map_err(end)? {
                return Ok(status);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Err(HouseError::Silent { said: self.said() })
    }
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A port that is taken for as long as the listener lives, and its address.
pub fn taken_port() -> std::io::Result<(TcpListener, String)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?.to_string();
    Ok((listener, address))
}

type Started = (Child, Arc<Mutex<String>>, mpsc::Receiver<String>);

fn start(program: &str, arguments: &[&str]) -> Result<Started, HouseError> {
    let mut process = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|source| HouseError::Start {
            program: program.to_owned(),
            source,
        })?;
    let said = Arc::new(Mutex::new(String::new()));
    let (line, lines) = mpsc::channel();
    if let Some(out) = process.stdout.take() {
        listen(out, Arc::clone(&said), line.clone());
    }
    if let Some(out) = process.stderr.take() {
        listen(out, Arc::clone(&said), line);
    }
    Ok((process, said, lines))
}

/// Passes on every line, and keeps it; the channel closes when both ends of the process have.
fn listen(from: impl Read + Send + 'static, said: Arc<Mutex<String>>, line: mpsc::Sender<String>) {
    std::thread::spawn(move || {
        let mut from = BufReader::new(from);
        let mut bytes = Vec::new();
        while from.read_until(b'\n', &mut bytes).is_ok_and(|n| n > 0) {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            said.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push_str(&text);
            // Nobody waits for lines once the house is open; what it says is still kept.
            let _ = line.send(text);
            bytes.clear();
        }
    });
}

fn read(said: &Mutex<String>) -> String {
    said.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_house_is_open_when_it_says_where_and_is_gone_when_killed() {
        let script = "echo hello; echo 'Holdfast is open at http://127.0.0.1:4/'; exec sleep 60";
        let mut house = House::open("sh", &["-c", script]).unwrap();
        assert_eq!(house.address(), "http://127.0.0.1:4");
        assert!(house.said().starts_with("hello\n"));
        house.kill().unwrap();
    }

    #[test]
    fn a_house_that_ends_instead_of_opening_tells_what_it_said() {
        let error = House::open("sh", &["-c", "echo 'the port is taken' >&2; exit 2"]).unwrap_err();
        let HouseError::Ended { status, said } = error else {
            panic!("{error}")
        };
        assert_eq!(
            (status.code(), said.as_str()),
            (Some(2), "the port is taken\n")
        );
    }

    #[test]
    fn a_command_tells_its_code_and_all_it_said() {
        let ended = House::run("sh", &["-c", "echo out; echo err >&2; exit 1"]).unwrap();
        assert_eq!(ended.code, Some(1));
        assert!(ended.said.contains("out\n") && ended.said.contains("err\n"));
    }

    #[test]
    fn a_house_asked_to_close_closes_in_its_own_way() {
        let script =
            "trap 'exit 3' TERM; echo 'Holdfast is open at http://x'; while :; do sleep 0.01; done";
        let mut house = House::open("sh", &["-c", script]).unwrap();
        assert_eq!(house.close().unwrap().code(), Some(3));
    }

    #[test]
    fn a_taken_port_cannot_be_taken_again() {
        let (_held, address) = taken_port().unwrap();
        assert!(TcpListener::bind(&address).is_err());
    }
}
