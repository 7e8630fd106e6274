//! The large figures of the room: since when, how much, and the last of each vital sign that counts.

use pages::{Mark, Readout, Standing};
use record::fact::observation::VitalsObserved;
use record::quantity::{BeatsPerMinute, Percent};

use super::monitor::Last;
use super::{Room, flow, standing};
use crate::words;

impl Room<'_> {
    pub(super) fn readouts(&self) -> Vec<Readout> {
        let mut all = vec![self.since(), self.given()];
        all.push(
            self.vital("Pressure", "", &["systolic", "diastolic"], |one| {
                let (upper, lower) = one.systolic_mmhg.zip(one.diastolic_mmhg)?;
                Some(format!("{}/{}", upper.number(), lower.number()))
            }),
        );
        all.push(self.vital("Pulse", "", &["pulse"], |one| {
            one.pulse_per_min.map(BeatsPerMinute::number)
        }));
        let saturation = |one: &VitalsObserved| one.saturation_percent.map(Percent::number);
        all.push(self.vital("SpO\u{2082}", "%", &["saturation"], saturation));
        all
    }

    fn since(&self) -> Readout {
        let Some(started) = self.session.started else {
            let minutes = words::minutes_between(self.session.opened_at, self.now);
            let sub = format!("in the room since {}", self.time(self.session.opened_at));
            return readout("Before the dose", minutes.to_string(), "min", sub);
        };
        let minutes = words::minutes_between(started.at, self.now);
        let ends = self.session.infusion(self.now).and_then(|one| one.ends_at);
        let sub = match (self.session.stopped, ends) {
            (Some((at, _)), _) => format!("ended {}", self.time(at)),
            (None, None) if let Some(devices) = self.devices() => self.next_device(devices),
            (None, Some(at)) if at <= self.now => {
                format!("over since {}", self.time(at))
            }
            (None, Some(at)) => format!("of {}, ends {}", started.minutes, self.time(at)),
            (None, None) => "paused".to_owned(),
        };
        Readout {
            since: self
                .session
                .closed_at
                .is_none()
                .then(|| started.at.as_second()),
            ..readout("Since start", minutes.to_string(), "min", sub)
        }
    }

    fn given(&self) -> Readout {
        let planned = self.planned();
        let Some(infusion) = self.session.infusion(self.now) else {
            let sub = planned.map_or_else(
                || "no dose planned".to_owned(),
                |(dose, minutes)| match self.n_devices(dose) {
                    Some(n) => format!("{dose} planned, {}", words::of_devices(n)),
                    None => format!("{dose} over {minutes} min planned"),
                },
            );
            return readout("Given", "0".to_owned(), "mg", sub);
        };
        let ordered = self
            .session
            .started
            .map_or(infusion.given, |started| started.dose);
        let to_go =
            record::quantity::Micrograms::new(ordered.get().saturating_sub(infusion.given.get()));
        let kg = self
            .session
            .weight_g
            .map(|weight| flow::per_kg(infusion.given, weight.get()));
        let kg = kg.unwrap_or_else(|| "weight not known".to_owned());
        let left = if self.session.stopped.is_some() {
            format!("of {ordered}")
        } else {
            format!("{} mg to go", tenths(to_go))
        };
        readout(
            "Given",
            tenths(infusion.given),
            "mg",
            format!("{kg}, {left}"),
        )
    }

    pub(super) fn planned(&self) -> Option<(record::quantity::Micrograms, u32)> {
        let (_, plan) = self.opened.chart().plan(self.session.course)?;
        let dose = plan
            .doses
            .iter()
            .find(|dose| dose.number == self.session.number)?;
        Some((dose.dose, dose.minutes))
    }

    fn vital(
        &self,
        name: &str,
        unit: &str,
        inputs: &[&str],
        of: impl Fn(&VitalsObserved) -> Option<String>,
    ) -> Readout {
        let Some(Last {
            at,
            value,
            device,
            counts,
        }) = self.last(&of)
        else {
            return readout(name, String::new(), "", String::new());
        };
        let is_stale = !counts
            || device.is_some_and(|device| self.monitors.iter().any(|one| one.device == *device));
        // The mark takes the place: the line below the figures names the monitor that is stale.
        let by = if device.is_some() && !is_stale {
            ", monitor"
        } else {
            ""
        };
        let mut holds = self.holds.iter();
        let rule = holds.find(|one| {
            let mut seen = one.seen.iter();
            seen.any(|(input, _)| inputs.contains(&input.as_str()))
        });
        let mark = rule
            .map(|one| standing(self.session, one.act))
            .or_else(|| is_stale.then(|| Mark::new(Standing::Unknown, "Stale")));
        Readout {
            mark,
            ..readout(name, value, unit, format!("{}{by}", self.time(at)))
        }
    }
}

fn readout(name: &str, number: String, unit: &str, sub: String) -> Readout {
    Readout {
        name: name.to_owned(),
        number,
        unit: unit.to_owned(),
        sub,
        mark: None,
        since: None,
    }
}

/// A tenth of a milligram is as fine as two metres can read; rounded down.
pub(super) fn tenths(given: record::quantity::Micrograms) -> String {
    record::quantity::decimal(i64::try_from(given.get() / 100).unwrap_or(0), 1)
}
