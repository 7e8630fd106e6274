//! The devices door: a monitor's bridge sends readings as JSON under its token, without a cookie.

use clinic::act::device::{NotTaken, Reading, Taken, check_token, take};
use clinic::denied::Denied;
use clinic::operation::Actor;
use jiff::Timestamp;
use record::fact::observation::VitalsObserved;
use record::quantity::{
    BeatsPerMinute, BreathsPerMinute, MillimetresOfMercury, Percent, TenthsCelsius, Unreadable,
};
use record::words::Door;
use serde::Deserialize;

use crate::app::App;
use crate::door::machine::{Heard, Machine, Tongue};
use crate::sent::sentence;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    at: Timestamp,
    sequence: u64,
    values: Values,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Values {
    systolic: Option<Value>,
    diastolic: Option<Value>,
    pulse: Option<Value>,
    saturation: Option<Value>,
    breathing: Option<Value>,
    temperature: Option<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Value {
    value: serde_json::Number,
    unit: String,
}

/// What a device is told: a status and a sentence.
type Told = (u16, String);

/// The door of a monitor's bridge.
pub(crate) const READINGS: Machine = Machine {
    bytes_max: 4 * 1024,
    too_long: "One reading is smaller than this: send one at a time",
    tongue: Tongue::Json,
    answer: |app, heard| match taken(app, heard) {
        Ok(told) | Err(told) => told,
    },
};

fn taken(app: &App, heard: &Heard) -> Result<Told, Told> {
    let token = token(heard).ok_or_else(|| {
        (
            401,
            "Send the device's token as: Authorization: Bearer TOKEN".to_owned(),
        )
    })?;
    check_token(&app.clinic, token).map_err(|no| refused(&no))?;
    if !is_json(heard) {
        return Err((415, "Send the reading as application/json".to_owned()));
    }
    let reading = read(&heard.body).map_err(|said| (422, sentence(&said)))?;
    let actor = Actor::system(Door::Device);
    let taken = app.operate(actor, None, |operation, clinic| {
        take(
            clinic,
            (operation.clock, &mut *operation.chance),
            token,
            &reading,
        )
    });
    Ok(match taken {
        Ok(Taken::Now { is_stale: false }) => (201, "charted".to_owned()),
        Ok(Taken::Now { is_stale: true }) => (
            201,
            "charted as stale: it is too old to count as current".to_owned(),
        ),
        Ok(Taken::Before) => (200, "taken in before".to_owned()),
        Err(no) => refused(&no),
    })
}

fn refused(no: &NotTaken) -> Told {
    let status = match no {
        NotTaken::Unknown | NotTaken::Revoked => 401,
        NotTaken::TooMany(_) => 429,
        NotTaken::Ahead => 422,
        NotTaken::NoSession(_)
        | NotTaken::Closed(_)
        | NotTaken::TwoSessions(_)
        | NotTaken::BeforeSession(_)
        | NotTaken::BeforeRoom(_) => 409,
        NotTaken::Denied(denied) => return denied_words(denied),
    };
    (status, no.to_string())
}

fn denied_words(denied: &Denied) -> Told {
    match denied {
        Denied::Invalid(faults) => {
            let said: Vec<&str> = faults.iter().map(|one| one.sentence.as_str()).collect();
            (422, said.join(". "))
        }
        Denied::Stale => (503, "The record is busy: send the reading again".to_owned()),
        Denied::Forbidden { .. } | Denied::NotFound | Denied::Refused(_) => {
            (409, denied.to_string())
        }
        Denied::Append(_) | Denied::Read(_) | Denied::Rim(_) | Denied::Encode(_) => {
            tracing::error!(error = %denied, "a reading could not be kept");
            (
                503,
                "The reading could not be kept: send it again".to_owned(),
            )
        }
    }
}

fn token(heard: &Heard) -> Option<&str> {
    let token = heard
        .header("authorization")?
        .strip_prefix("Bearer ")?
        .trim();
    (!token.is_empty() && token.len() < 200).then_some(token)
}

fn is_json(heard: &Heard) -> bool {
    let kind = heard.header("content-type");
    kind.is_some_and(|kind| kind.starts_with("application/json"))
}

/// Reads what was sent, strictly: every value with its unit.
fn read(bytes: &[u8]) -> Result<Reading, String> {
    let sent: Sent = serde_json::from_slice(bytes).map_err(|error| {
        format!("This is not a reading as docs/operate/devices.md has it: {error}")
    })?;
    let values = sent.values;
    let vitals = VitalsObserved {
        systolic_mmhg: value(
            "systolic",
            values.systolic,
            "mmHg",
            MillimetresOfMercury::parse,
        )?,
        diastolic_mmhg: value(
            "diastolic",
            values.diastolic,
            "mmHg",
            MillimetresOfMercury::parse,
        )?,
        pulse_per_min: value("pulse", values.pulse, "/min", BeatsPerMinute::parse)?,
        saturation_percent: value("saturation", values.saturation, "%", Percent::parse)?,
        breaths_per_min: value(
            "breathing",
            values.breathing,
            "/min",
            BreathsPerMinute::parse,
        )?,
        temperature_tenths_c: value(
            "temperature",
            values.temperature,
            "Cel",
            TenthsCelsius::parse,
        )?,
        ..VitalsObserved::default()
    };
    Ok(Reading {
        sequence: sent.sequence,
        at: sent.at,
        vitals,
    })
}

fn value<Q>(
    name: &str,
    sent: Option<Value>,
    unit: &str,
    parse: impl Fn(&str) -> Result<Q, Unreadable>,
) -> Result<Option<Q>, String> {
    let Some(sent) = sent else {
        return Ok(None);
    };
    if sent.unit != unit {
        return Err(format!(
            "{name} is taken in {unit}, and this is in {}: let the bridge convert it",
            sent.unit
        ));
    }
    parse(&sent.value.to_string())
        .map(Some)
        .map_err(|fault| fault.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(values: &str) -> Result<Reading, String> {
        let text = format!(r#"{{"at":"2027-02-01T14:00:00Z","sequence":7,"values":{values}}}"#);
        read(text.as_bytes())
    }

    #[test]
    fn a_pressure_of_720_is_refused_with_its_sentence() {
        let said = with(
            r#"{"systolic":{"value":720,"unit":"mmHg"},"diastolic":{"value":80,"unit":"mmHg"}}"#,
        );
        let said = said.unwrap_err();
        assert!(said.contains("720 mmHg"), "{said}");
    }

    #[test]
    fn a_value_without_its_unit_or_in_another_or_of_another_name_is_refused() {
        assert!(
            with(r#"{"pulse":{"value":80}}"#)
                .unwrap_err()
                .contains("unit")
        );
        let kilopascal = with(r#"{"systolic":{"value":17,"unit":"kPa"}}"#).unwrap_err();
        assert!(
            kilopascal.contains("mmHg") && kilopascal.contains("kPa"),
            "{kilopascal}"
        );
        assert!(with(r#"{"weight":{"value":80,"unit":"kg"}}"#).is_err());
        let read = with(r#"{"temperature":{"value":36.8,"unit":"Cel"}}"#).unwrap();
        assert_eq!(read.vitals.temperature_tenths_c.unwrap().get(), 368);
    }
}
