//! What a clinic says of itself on the public pages, from its `clinic.toml`.

use std::collections::BTreeSet;

use jiff::civil::{Date, Time, Weekday};
use serde::Deserialize;

use super::{PAGES, SiteFault};

/// What a clinic says of itself. It can hide a claim; it has no place to grade one.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClinicText {
    /// Its name; the record's where absent.
    pub(crate) name: Option<String>,
    /// Its telephone number; the record's where absent.
    pub(crate) phone: Option<String>,
    /// Where it is.
    pub(crate) address: Option<String>,
    /// When it is open.
    pub(crate) hours: Option<String>,
    /// The language of the pages, as a file in `words/`.
    #[serde(default = "english")]
    pub(crate) language: String,
    /// Who reads what people write.
    #[serde(default = "reader")]
    pub(crate) reader: String,
    /// By when they answer.
    #[serde(default = "answered_by")]
    pub(crate) answered_by: String,
    /// The days on which they work, `mon` to `sun`.
    #[serde(default = "working_days")]
    working_days: Vec<String>,
    /// When a working day ends, `18:00`.
    #[serde(default = "until")]
    until: String,
    /// Sooner than this many seconds after a form was drawn, it is asked for once more.
    #[serde(default = "seconds_min")]
    pub(crate) seconds_min: u32,
    /// How many enquiries are taken from one address in an hour.
    #[serde(default = "per_hour")]
    pub(crate) per_hour: u32,
    /// How many are taken in an hour from everywhere together.
    #[serde(default = "per_hour_together")]
    pub(crate) per_hour_together: u32,
    /// Claims not shown.
    #[serde(default)]
    pub(crate) hide_claims: BTreeSet<String>,
    /// What it costs.
    #[serde(default)]
    pub(crate) cost: Vec<String>,
    /// Treatment day by day.
    #[serde(default)]
    pub(crate) day: Vec<DayText>,
    /// Who people will meet.
    #[serde(default)]
    pub(crate) team: Vec<PersonText>,
    /// Paragraphs of its own.
    #[serde(default)]
    pub(crate) paragraph: Vec<ParagraphText>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DayText {
    pub(crate) when: String,
    pub(crate) what: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PersonText {
    pub(crate) name: String,
    pub(crate) role: String,
    #[serde(default)]
    pub(crate) say: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ParagraphText {
    pub(crate) page: String,
    pub(crate) heading: Option<String>,
    pub(crate) say: Vec<String>,
}

fn english() -> String {
    "en".to_owned()
}

fn reader() -> String {
    "A coordinator".to_owned()
}

fn answered_by() -> String {
    "the end of the next working day".to_owned()
}

fn working_days() -> Vec<String> {
    ["mon", "tue", "wed", "thu", "fri"]
        .map(str::to_owned)
        .to_vec()
}

fn until() -> String {
    "18:00".to_owned()
}

fn seconds_min() -> u32 {
    2
}

fn per_hour() -> u32 {
    20
}

fn per_hour_together() -> u32 {
    500
}

const DAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

impl ClinicText {
    /// Everything that is wrong with it.
    pub(super) fn faults(&self, evidence: &evidence::Library) -> Vec<SiteFault> {
        let mut faults = Vec::new();
        let mut fault = |what: String, mend: &str| {
            faults.push(SiteFault {
                file: "clinic.toml".to_owned(),
                what,
                mend: mend.to_owned(),
            });
        };
        for claim in &self.hide_claims {
            if evidence.claim(claim).is_none() {
                fault(
                    format!("hide_claims: there is no claim {claim:?}"),
                    "use a name that `holdfast evidence claims` lists",
                );
            }
        }
        for paragraph in &self.paragraph {
            if !PAGES.contains(&paragraph.page.as_str()) {
                fault(
                    format!("paragraph: there is no page {:?}", paragraph.page),
                    &format!("use one of: {}", PAGES.join(", ")),
                );
            }
        }
        if self.weekdays().is_none_or(|days| days.is_empty()) {
            fault(
                "working_days: not days of the week".to_owned(),
                "use mon, tue, wed, thu, fri, sat, sun, at least one",
            );
        }
        if self.day_ends().is_none() {
            fault(
                format!("until: {:?} is not a time of day", self.until),
                "write it as 18:00",
            );
        }
        faults
    }

    fn weekdays(&self) -> Option<Vec<Weekday>> {
        let named = |day: &String| {
            let found = DAYS.iter().find(|(name, _)| name == day);
            found.map(|(_, weekday)| *weekday)
        };
        self.working_days.iter().map(named).collect()
    }

    fn day_ends(&self) -> Option<Time> {
        let (hour, minute) = self.until.split_once(':')?;
        Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
    }

    /// The end of the next working day after a day: by when an enquiry of that day is answered.
    pub(crate) fn promised(&self, asked: Date) -> Option<(Date, Time)> {
        let (days, ends) = (self.weekdays()?, self.day_ends()?);
        let mut day = asked;
        for _ in 0..7 {
            day = day.tomorrow().ok()?;
            if days.contains(&day.weekday()) {
                return Some((day, ends));
            }
        }
        None
    }
}
