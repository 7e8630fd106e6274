//! What a gateway tells of messages it carried: signed, fresh, said once.
//!
//! The signature is HMAC-SHA256 over the time and the body, as text messages leave with, so one page of
//! documentation serves both ways. What is not signed, is old, or came before is refused with nothing said
//! of why but what the sender must mend.

use aws_lc_rs::hmac;
use data_encoding::HEXLOWER;
use jiff::{SignedDuration, Timestamp};
use record::fact::contact::Carriage;
use serde::Deserialize;

use super::{change, not_delivered, read};
use crate::authority::{Act, authorise};
use crate::clinic::Clinic;
use crate::denied::Denied;
use crate::operation::Operation;

/// The header that holds the time of signing, in seconds since 1970.
pub const TIME_HEADER: &str = "holdfast-time";

/// The header that holds the signature.
pub const SIGNATURE_HEADER: &str = "holdfast-signature";

/// How far a sender's clock may be from ours.
const APART_MAX: SignedDuration = SignedDuration::from_mins(5);

/// The most reports one body may hold.
pub const REPORTS_MAX: usize = 500;

const SEEN: &str = "message_report";

/// The signature of a body at a time, as its header has it: `v1=` and 64 hexadecimal digits.
pub fn signature(secret: &[u8], seconds: i64, body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let tag = hmac::sign(&key, &signed(seconds, body));
    format!("v1={}", HEXLOWER.encode(tag.as_ref()))
}

fn signed(seconds: i64, body: &[u8]) -> Vec<u8> {
    [seconds.to_string().as_bytes(), b".", body].concat()
}

/// Why a body was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It is not signed with our secret, or not now.
    NotSigned,
    /// It came before.
    Repeated,
    /// It does not hold what it should.
    Unreadable,
}

/// What a body says of one message.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Report {
    reference: String,
    state: State,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Delivered,
    Bounced,
    Failed,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    reports: Vec<Report>,
}

/// Takes a body; gives how many of its reports were about messages of ours.
///
/// # Errors
/// [`Denied`] where the journal cannot be written; the inner error says why a body was not taken.
pub fn take(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    secret: &[u8],
    (time, signature): (&str, &str),
    body: &[u8],
) -> Result<Result<usize, Refused>, Denied> {
    authorise(operation, Act::Remind, None)?;
    let now = operation.now();
    let Some(tag) = verified(secret, time, signature, body, now) else {
        return Ok(Err(Refused::NotSigned));
    };
    if clinic.journal().rim_get(SEEN, &tag)?.is_some() {
        return Ok(Err(Refused::Repeated));
    }
    let Ok(body) = serde_json::from_slice::<Body>(body) else {
        return Ok(Err(Refused::Unreadable));
    };
    if body.reports.len() > REPORTS_MAX {
        return Ok(Err(Refused::Unreadable));
    }
    let mut n_known = 0;
    for report in &body.reports {
        n_known += usize::from(apply(operation, clinic, report)?);
    }
    // Remembered once it is taken in, so that what was cut off halfway is taken when it is sent again;
    // to be taken in twice at once does nothing more than once.
    let forgotten_at = now.checked_add(APART_MAX * 3).ok();
    clinic.journal().rim_put(SEEN, &tag, b"", forgotten_at)?;
    Ok(Ok(n_known))
}

/// The signature in one spelling, where it is ours and fresh.
fn verified(
    secret: &[u8],
    time: &str,
    signature: &str,
    body: &[u8],
    now: Timestamp,
) -> Option<String> {
    let seconds: i64 = time.parse().ok()?;
    let then = Timestamp::from_second(seconds).ok()?;
    if now.duration_since(then).abs() > APART_MAX {
        return None;
    }
    let digits = signature.strip_prefix("v1=")?;
    let tag = HEXLOWER.decode(digits.as_bytes()).ok()?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    hmac::verify(&key, &signed(seconds, body), &tag).ok()?;
    Some(digits.to_owned())
}

fn apply(operation: &mut Operation<'_>, clinic: &Clinic, report: &Report) -> Result<bool, Denied> {
    // A reference no message of ours has, however long or odd, names nothing.
    if report.reference.len() > 100 {
        return Ok(false);
    }
    let Some(logged) = read(clinic, &report.reference)? else {
        return Ok(false);
    };
    let now = operation.now();
    match report.state {
        State::Delivered => {
            change(clinic, &report.reference, None, |logged| {
                logged.delivered_at = logged.delivered_at.or(Some(now));
            })?;
        }
        State::Bounced | State::Failed if logged.delivered_at.is_some() => {}
        State::Bounced => {
            let why = match logged.carriage {
                Carriage::Mail => "The mail came back",
                Carriage::Text => "The gateway says that the number takes no messages",
            };
            not_delivered(operation, clinic, &logged, why, true)?;
        }
        State::Failed => {
            let why = "The gateway says that it was not delivered";
            not_delivered(operation, clinic, &logged, why, false)?;
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_holds_for_its_body_its_time_and_its_secret_alone() {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let body = br#"{"reports":[]}"#;
        let good = signature(b"secret", 1_800_000_000, body);
        let at = |secret: &[u8], time: &str, body: &[u8]| {
            verified(secret, time, &good, body, now).is_some()
        };
        assert!(at(b"secret", "1800000000", body));
        assert!(!at(b"other", "1800000000", body));
        assert!(!at(b"secret", "1800000001", body), "the time is signed too");
        assert!(!at(b"secret", "1800000000", b"{}"));
        assert!(!at(b"secret", "soon", body));
        let old = signature(b"secret", 1_799_999_000, body);
        assert!(verified(b"secret", "1799999000", &old, body, now).is_none());
        assert!(verified(b"secret", "1800000000", "v1=zz", body, now).is_none());
        assert!(verified(b"secret", "1800000000", "", body, now).is_none());
    }
}
