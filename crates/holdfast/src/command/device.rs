//! A device to try the devices door with: it sends readings as a monitor's bridge would.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use jiff::{SignedDuration, Timestamp};
use record::Clock as _;

use crate::command::Outcome;
use crate::real::RealClock;

/// What to do with devices.
#[derive(Debug, Subcommand)]
#[command(
    after_help = "Example:\n  holdfast device simulate --to http://127.0.0.1:8080 --token TOKEN"
)]
pub(crate) enum Device {
    /// Send made-up readings, to try the door
    #[command(
        after_help = "Example:\n  holdfast device simulate --to http://127.0.0.1:8080 --token TOKEN"
    )]
    Simulate(Simulate),
}

/// A device that is not there.
#[derive(Debug, Args)]
pub(crate) struct Simulate {
    /// Where the clinic listens: `http://127.0.0.1:8080`
    #[arg(long)]
    to: String,
    /// The device's token, as it was shown once.
    #[arg(long)]
    token: String,
    /// Seconds between two readings.
    #[arg(long, default_value_t = 5)]
    rate: u64,
    /// How many readings to send; each is one line of what came of it.
    #[arg(long, default_value_t = 12)]
    count: u64,
    /// Let every third reading jump, as a cuff does on a moving arm: a pressure of 210.
    #[arg(long)]
    jump: bool,
    /// Send readings that are ten minutes old.
    #[arg(long)]
    stale: bool,
}

impl Device {
    /// Runs the command.
    pub(crate) fn run(self, out: &mut dyn std::io::Write) -> anyhow::Result<Outcome> {
        let Self::Simulate(simulate) = &self;
        simulated(simulate, out)
    }
}

fn simulated(simulate: &Simulate, out: &mut dyn std::io::Write) -> anyhow::Result<Outcome> {
    let Some(host) = simulate.to.strip_prefix("http://") else {
        bail!("the simulator speaks plain HTTP to a clinic on this machine: --to http://HOST:PORT");
    };
    let host = host.trim_end_matches('/');
    for nth in 1..=simulate.count {
        let age = if simulate.stale { 600 } else { 0 };
        let at = RealClock
            .now()
            .checked_sub(SignedDuration::from_secs(age))
            .context("the clock is not one that can be told")?;
        let body = reading(nth, at, simulate.jump);
        let said = send(host, &simulate.token, &body)?;
        writeln!(out, "{nth}: {said}")?;
        if nth < simulate.count {
            std::thread::sleep(Duration::from_secs(simulate.rate));
        }
    }
    Ok(Outcome::Done)
}

/// A reading that wanders a little around what a resting adult has.
fn reading(nth: u64, at: Timestamp, jumps: bool) -> String {
    let wander = nth.wrapping_mul(7) % 9;
    let upper = if jumps && nth.is_multiple_of(3) {
        210
    } else {
        126 + wander
    };
    let of = |value: u64, unit: &str| serde_json::json!({ "value": value, "unit": unit });
    serde_json::json!({
        "at": at.to_string(),
        "sequence": nth,
        "values": {
            "systolic": of(upper, "mmHg"),
            "diastolic": of(78 + wander / 2, "mmHg"),
            "pulse": of(72 + wander, "/min"),
            "saturation": of(96 + wander % 3, "%"),
            "breathing": of(14 + wander % 4, "/min"),
        }
    })
    .to_string()
}

fn send(host: &str, token: &str, body: &str) -> anyhow::Result<String> {
    let mut stream =
        TcpStream::connect(host).with_context(|| format!("nobody listens at {host}"))?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    write!(
        stream,
        "POST /devices/readings HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let status = answer.split_whitespace().nth(1).unwrap_or("no status");
    let said = answer.split("\r\n\r\n").nth(1).unwrap_or_default().trim();
    Ok(format!("{status} {said}"))
}
