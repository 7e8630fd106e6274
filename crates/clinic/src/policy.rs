//! Clinic policy: the numbers the programme runs by that no source settles, read from the rule pack.
//!
//! They stand in `rules/policy.toml`, each with its unit and mark, and a clinic may set its own.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use protocol::{Decimal, Pack, Quantity, Unit};
use record::fact::care::Urgency;
use record::quantity::Micrograms;

/// The numbers the clinic runs by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Someone must have acted within this on an alert that says act now.
    pub act_now_within: SignedDuration,
    /// Someone must have acted within this on an alert that says watch.
    pub watch_within: SignedDuration,
    /// Whoever an alert was handed on to must have acted within this.
    pub handed_on_within: SignedDuration,
    /// By how much an alert that says act now, and one that says watch, may be put off each time.
    pub snooze_most: (SignedDuration, SignedDuration),
    /// From how many minutes after midnight on every open course is assessed again.
    pub reassess_minutes_after_midnight: i64,
    /// Craving of 0 to 10 from which a person is to look.
    pub craving_to_watch: u8,
    /// After how many days a weight is taken anew before a plan rests on it.
    pub weight_days_most: i64,
    /// By how many percent a weight typed for a plan may differ from the last one charted.
    pub weight_change_percent_most: u64,
    /// What a planned dose is rounded down to a multiple of.
    pub drawn_in: Micrograms,
    /// How long a dosing visit is booked for.
    pub dosing_visit_minutes: u32,
    /// How long the ninety-day review is booked for.
    pub review_visit_minutes: u32,
    /// The longest a visit may be booked for.
    pub visit_minutes_most: u32,
    /// After how many minutes one who has not arrived is late.
    pub late_after_minutes: i64,
    /// Systolic and diastolic pressure, in mmHg, from which a session's last reading is to watch.
    pub pressure_to_watch: (u16, u16),
    /// After how many minutes without a reading a pressure is old while somebody is in session.
    pub pressure_old_minutes: i64,
    /// Within how many minutes someone looks where a rule of a running session asks for it.
    pub room_watch_minutes: i64,
    /// From how many minutes overdue a reading is told to the nurses, the prescribers and the director.
    pub late_reading_minutes: [i64; 3],
    /// For how many minutes a time-out holds.
    pub time_out_minutes: i64,
    /// The shortest stay from the start of a dose, which no clinic and no protocol may shorten.
    pub stay_least_minutes: i64,
}

/// Why a number of policy cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// The rule pack has no such number, or has it switched off.
    #[error("the rule pack sets no {0}, and the clinic cannot run without it")]
    NotSet(&'static str),
    /// It is not a whole number in its unit, or not one that makes sense.
    #[error("{name} is {value}: write a whole number of {unit} from 1 to {most}")]
    Unusable {
        /// The setting.
        name: &'static str,
        /// What it is.
        value: String,
        /// In what it is counted.
        unit: &'static str,
        /// The largest that makes sense.
        most: i64,
    },
    /// A clinic's own number is of another name or measures something else.
    #[error(transparent)]
    Setting(#[from] protocol::SettingError),
}

impl Policy {
    /// The numbers of a pack, a clinic's own in place of its defaults.
    ///
    /// # Errors
    /// [`PolicyError`], naming the first number that cannot be used.
    pub fn of(pack: &Pack, own: &BTreeMap<String, Quantity>) -> Result<Self, PolicyError> {
        if let Some(error) = pack.check_settings(own).into_iter().next() {
            return Err(error.into());
        }
        let whole = |name: &'static str, unit: &'static str, most: i64| {
            let default = pack.settings().get(name).and_then(|setting| setting.value);
            let value = own.get(name).copied().or(default);
            whole_in(value.ok_or(PolicyError::NotSet(name))?, unit)
                .filter(|whole| (1..=most).contains(whole))
                .ok_or_else(|| PolicyError::Unusable {
                    name,
                    value: value.map_or_else(String::new, |value| value.to_string()),
                    unit,
                    most,
                })
        };
        let minutes = |name, most| whole(name, "min", most);
        let pressure = |name| whole(name, "mmHg", 300).map(small);
        let stay = pack
            .constant("stay_least")
            .and_then(Decimal::floor)
            .ok_or(PolicyError::NotSet("stay_least"))?;
        Ok(Self {
            act_now_within: SignedDuration::from_mins(minutes("alert_act_now_within", 10_080)?),
            watch_within: SignedDuration::from_mins(minutes("alert_watch_within", 10_080)?),
            handed_on_within: SignedDuration::from_mins(minutes("alert_handed_on_within", 10_080)?),
            snooze_most: (
                SignedDuration::from_mins(minutes("alert_snooze_act_now", 1_440)?),
                SignedDuration::from_mins(minutes("alert_snooze_watch", 10_080)?),
            ),
            reassess_minutes_after_midnight: minutes("reassess_after_midnight", 1_439)?,
            craving_to_watch: small(whole("craving_to_watch", "points", 10)?),
            weight_days_most: whole("weight_valid", "d", 365)?,
            weight_change_percent_most: small(whole("weight_change_most", "%", 100)?),
            drawn_in: Micrograms::new(
                small::<u64>(whole("dose_drawn_in", "mg", 100)?).saturating_mul(1_000),
            ),
            dosing_visit_minutes: small(minutes("dosing_visit", 1_440)?),
            review_visit_minutes: small(minutes("review_visit", 1_440)?),
            visit_minutes_most: small(minutes("visit_longest", 1_440)?),
            late_after_minutes: minutes("late_after", 1_440)?,
            pressure_to_watch: (
                pressure("pressure_watch_systolic")?,
                pressure("pressure_watch_diastolic")?,
            ),
            pressure_old_minutes: minutes("pressure_old_after", 1_440)?,
            room_watch_minutes: minutes("room_watch_within", 1_440)?,
            late_reading_minutes: [
                minutes("late_reading_to_nurses", 1_440)?,
                minutes("late_reading_to_prescribers", 1_440)?,
                minutes("late_reading_to_director", 1_440)?,
            ],
            time_out_minutes: minutes("time_out_holds", 1_440)?,
            stay_least_minutes: stay.div_euclid(60),
        })
    }

    /// Within how long someone must have acted on an alert.
    pub const fn to_act(&self, urgency: Urgency) -> SignedDuration {
        match urgency {
            Urgency::ActNow => self.act_now_within,
            Urgency::Watch => self.watch_within,
        }
    }

    /// By how much an alert may be put off each time.
    pub const fn snooze_most(&self, urgency: Urgency) -> SignedDuration {
        match urgency {
            Urgency::ActNow => self.snooze_most.0,
            Urgency::Watch => self.snooze_most.1,
        }
    }
}

/// A quantity in whole units; `None` where it measures something else or is no whole number of them.
fn whole_in(value: Quantity, unit: &str) -> Option<i64> {
    let unit = Unit::named(unit)?;
    if value.dimension() != unit.dimension {
        return None;
    }
    let amount = unit.from_base(value.base())?;
    let whole = amount.floor()?;
    (Decimal::whole(whole) == amount).then_some(whole)
}

/// A number that was held to its range already, in the type it is used in.
fn small<T: TryFrom<i64> + Default>(whole: i64) -> T {
    T::try_from(whole).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &str, value: &str) -> Result<Policy, PolicyError> {
        let own = BTreeMap::from([(name.to_owned(), Quantity::parse(value).unwrap())]);
        Policy::of(&protocol::house::pack().unwrap(), &own)
    }

    #[test]
    fn a_clinics_own_number_stands_in_place_of_the_packs() {
        let own = with("alert_act_now_within", "90 min").unwrap();
        assert_eq!(own.to_act(Urgency::ActNow), SignedDuration::from_mins(90));
        assert_eq!(own.to_act(Urgency::Watch), SignedDuration::from_hours(24));
    }

    #[test]
    fn a_number_of_another_name_unit_or_size_is_refused_with_what_to_write() {
        let said = |name, value| with(name, value).unwrap_err().to_string();
        assert!(said("craving_to_wach", "8 points").contains("there is no setting"));
        assert!(said("craving_to_watch", "8 mmHg").contains("another unit"));
        assert_eq!(
            said("craving_to_watch", "11 points"),
            "craving_to_watch is 11 points: write a whole number of points from 1 to 10"
        );
        assert!(said("dose_drawn_in", "0.5 mg").contains("a whole number of mg"));
        assert!(said("late_after", "0 min").contains("from 1"));
    }

    #[test]
    fn the_shortest_stay_is_no_setting() {
        assert!(with("stay_least", "60 min").is_err());
        let house = Policy::of(&protocol::house::pack().unwrap(), &BTreeMap::new()).unwrap();
        assert_eq!(house.stay_least_minutes, 120);
    }
}
