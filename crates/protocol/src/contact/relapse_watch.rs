//! The relapse watch: how many signals of a return to use stand, as points one can read.
//!
//! It is clinic policy until the clinic's own people have shown how well it holds, and says so. An answer
//! that is missing scores nothing and is named, so that the score reads "at least".

use serde::{Deserialize, Serialize};

use super::{ContactFault, Tier, parse};

const HOUSE: &str = include_str!("../../../../contact/relapse-watch.toml");

/// The points and where they begin, as read from `contact/relapse-watch.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelapseWatch {
    /// Its version.
    pub version: u32,
    /// The evidence mark.
    pub mark: char,
    /// Where it comes from.
    pub source: String,
    /// From how many points a person is stepped up.
    pub amber_from: u32,
    /// Within how many hours somebody makes contact then.
    pub amber_hours: i64,
    /// From how many points a person is stepped up most.
    pub red_from: u32,
    /// Within how many hours somebody makes contact then.
    pub red_hours: i64,
    /// Use in the last days.
    pub lapse: Lapse,
    /// Craving.
    pub craving: Craving,
    /// Confidence of staying without, 0 to 10.
    pub confidence: AtMost,
    /// A risky situation expected.
    pub risky: Plain,
    /// The PHQ-9.
    pub mood: Mood,
    /// Sleep.
    pub sleep: Sleep,
    /// Check-ins missed one after another.
    pub missed: Missed,
    /// The protective score of the BAM.
    pub protective: Protective,
    /// When the clinic's own numbers say something.
    pub enough: Enough,
}

/// Use in the last days.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lapse {
    /// Its points.
    pub points: u32,
    /// The day itself and those before it.
    pub days: i32,
}

/// Craving: high, or well above the person's own mean, or else some.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Craving {
    /// The points of high craving.
    pub points: u32,
    /// High from here, of 10.
    pub high_from: u8,
    /// Or this far above the person's own mean.
    pub above_mean: f64,
    /// The days the mean is taken over, without the day itself.
    pub mean_days: i32,
    /// How many answers a mean needs.
    pub answers_min: usize,
    /// The points of some craving.
    pub some_points: u32,
    /// Some from here, of 10.
    pub some_from: u8,
}

/// An answer at or under a limit.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AtMost {
    /// Its points.
    pub points: u32,
    /// The limit.
    pub at_most: u8,
}

/// A yes.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plain {
    /// Its points.
    pub points: u32,
}

/// A score from a limit, or a rise against the answer before.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mood {
    /// Its points.
    pub points: u32,
    /// The limit.
    pub from: f64,
    /// The rise.
    pub rise: f64,
    /// How old the answer may be, in days.
    pub within_days: i32,
}

/// Short sleep by the check-in, or insomnia by the ISI.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sleep {
    /// Its points.
    pub points: u32,
    /// Short under this many hours.
    pub under_hours: f64,
    /// Insomnia from here.
    pub isi_from: f64,
    /// How old the ISI may be, in days.
    pub within_days: i32,
}

/// Check-ins missed one after another.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Missed {
    /// Its points.
    pub points: u32,
    /// From how many.
    pub in_a_row: u32,
}

/// The protective score of the BAM.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Protective {
    /// Its points.
    pub points: u32,
    /// Low at or under this.
    pub at_most: f64,
    /// How old the answer may be, in days.
    pub within_days: i32,
}

/// When the clinic's own numbers say something.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enough {
    /// People.
    pub people: usize,
    /// Days followed by use.
    pub lapses: usize,
    /// People in a group that is looked at by itself.
    pub people_in_a_group: usize,
}

/// What is known of a person on a day; "days ago" counts from that day, which is 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Signals {
    /// Days known, days ago, and whether the substance of the course was used.
    pub used: Vec<(i32, bool)>,
    /// Craving on the day, at its worst where that was asked.
    pub craving: Option<u8>,
    /// Cravings before, days ago.
    pub cravings_before: Vec<(i32, u8)>,
    /// Confidence.
    pub confidence: Option<u8>,
    /// Whether a risky situation is expected.
    pub risky: Option<bool>,
    /// PHQ-9 totals, days ago, latest first.
    pub phq_9: Vec<(i32, f64)>,
    /// Sleep in hours.
    pub sleep_hours: Option<f64>,
    /// The latest ISI total, days ago.
    pub isi: Option<(i32, f64)>,
    /// Check-ins missed one after another up to the day; none where none was due.
    pub missed_in_a_row: Option<u32>,
    /// The latest protective score of the BAM, days ago.
    pub protective: Option<(i32, f64)>,
}

/// One signal as it counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// Its name, for people.
    pub title: &'static str,
    /// The points it added.
    pub points: u32,
    /// The most it can add.
    pub most: u32,
    /// What it was read from: "craving 8 of 10"; where nothing was known, what is missing.
    pub because: String,
    /// Whether nothing was known, so that it may be more.
    pub is_missing: bool,
}

/// The score of a person on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Score {
    /// The points.
    pub points: u32,
    /// Whether an answer is missing, so that it may be more.
    pub is_at_least: bool,
    /// How closely the person is followed on it.
    pub tier: Tier,
    /// Every signal, in the order of the file.
    pub counted: Vec<Counted>,
}

impl Score {
    /// The points in words: "at least 3 points".
    pub fn said(&self) -> String {
        let least = if self.is_at_least { "at least " } else { "" };
        let word = if self.points == 1 { "point" } else { "points" };
        format!("{least}{} {word}", self.points)
    }

    /// The signals that added points, by name.
    pub fn reasons(&self) -> String {
        let added = self.counted.iter().filter(|one| one.points > 0);
        added.map(|one| one.title).collect::<Vec<_>>().join(", ")
    }
}

impl RelapseWatch {
    /// The watch as shipped.
    ///
    /// # Errors
    /// [`ContactFault`] where the file the program was built with is at fault.
    pub fn house() -> Result<Self, ContactFault> {
        Self::read(HOUSE)
    }

    /// Reads a watch.
    ///
    /// # Errors
    /// The first [`ContactFault`].
    pub fn read(text: &str) -> Result<Self, ContactFault> {
        let watch: Self = parse(text)?;
        let wrong = |item: &str, said: &str| {
            Err(ContactFault::Sense {
                item: item.to_owned(),
                said: said.to_owned(),
            })
        };
        if watch.source.is_empty() || !matches!(watch.mark, 'R' | 'K' | 'H') {
            return wrong("source", "give a source and a mark, R, K or H");
        }
        if watch.amber_from < 1 || watch.red_from <= watch.amber_from {
            return wrong("red_from", "amber begins at 1 or more, and red above amber");
        }
        if watch.red_from > watch.most() {
            return wrong(
                "red_from",
                "nobody could reach it: the points add up to less",
            );
        }
        if watch.amber_hours < 1 || watch.red_hours < 1 {
            return wrong("red_hours", "give 1 hour or more");
        }
        if watch.lapse.days < 1 || watch.craving.mean_days < 1 || watch.craving.answers_min < 1 {
            return wrong("lapse", "days and answers are 1 or more");
        }
        Ok(watch)
    }

    /// The most points there are.
    pub fn most(&self) -> u32 {
        [
            self.lapse.points,
            self.craving.points.max(self.craving.some_points),
            self.confidence.points,
            self.risky.points,
            self.mood.points,
            self.sleep.points,
            self.missed.points,
            self.protective.points,
        ]
        .into_iter()
        .fold(0, u32::saturating_add)
    }

    /// The score of what is known.
    pub fn score(&self, signals: &Signals) -> Score {
        let counted = vec![
            self.lapse(signals),
            self.craving(signals),
            self.confidence(signals),
            self.risky(signals),
            self.mood(signals),
            self.sleep(signals),
            self.missed(signals),
            self.protective(signals),
        ];
        let points = counted
            .iter()
            .map(|one| one.points)
            .fold(0, u32::saturating_add);
        Score {
            points,
            is_at_least: counted.iter().any(|one| one.is_missing),
            tier: self.tier(points),
            counted,
        }
    }

    /// How closely a person with that many points is followed.
    pub const fn tier(&self, points: u32) -> Tier {
        if points >= self.red_from {
            Tier::Red
        } else if points >= self.amber_from {
            Tier::Amber
        } else {
            Tier::Calm
        }
    }

    fn lapse(&self, signals: &Signals) -> Counted {
        let days = self.lapse.days;
        let within: Vec<&(i32, bool)> = signals
            .used
            .iter()
            .filter(|(ago, _)| (0..days).contains(ago))
            .collect();
        let used = within.iter().filter(|(_, used)| *used).count();
        // The day itself is not over, so that nobody can know it whole.
        let is_known = (1..days).all(|day| within.iter().any(|(ago, _)| *ago == day));
        let title = "Use in the last days";
        let most = self.lapse.points;
        match (used, is_known) {
            (0, true) => none(title, most, format!("no use on the last {days} days")),
            (0, false) => {
                let known = within.len();
                let because = format!("{known} of the last {days} days known, none with use");
                missing(title, most, because)
            }
            (1, _) => full(title, most, "use on 1 of them".to_owned()),
            (n, _) => full(title, most, format!("use on {n} of them")),
        }
    }

    fn craving(&self, signals: &Signals) -> Counted {
        let (rule, title) = (&self.craving, "Craving");
        let most = rule.points.max(rule.some_points);
        let Some(now) = signals.craving else {
            return missing(title, most, "not answered".to_owned());
        };
        let before: Vec<f64> = signals
            .cravings_before
            .iter()
            .filter(|(ago, _)| (1..=rule.mean_days).contains(ago))
            .map(|(_, craving)| f64::from(*craving))
            .collect();
        let n = u32::try_from(before.len()).unwrap_or(u32::MAX);
        let mean = before.iter().sum::<f64>() / f64::from(n.max(1));
        let is_above = before.len() >= rule.answers_min && f64::from(now) >= mean + rule.above_mean;
        if now >= rule.high_from {
            full(title, rule.points, format!("{now} of 10")).out_of(most)
        } else if is_above {
            let because = format!("{now} of 10, against {mean:.1} as a rule");
            full(title, rule.points, because).out_of(most)
        } else if now >= rule.some_from {
            full(title, rule.some_points, format!("{now} of 10")).out_of(most)
        } else {
            none(title, most, format!("{now} of 10"))
        }
    }

    fn confidence(&self, signals: &Signals) -> Counted {
        let (title, most) = ("Confidence", self.confidence.points);
        match signals.confidence {
            None => missing(title, most, "not answered".to_owned()),
            Some(sure) if sure <= self.confidence.at_most => {
                full(title, most, format!("{sure} of 10"))
            }
            Some(sure) => none(title, most, format!("{sure} of 10")),
        }
    }

    fn risky(&self, signals: &Signals) -> Counted {
        let (title, most) = ("A risky situation ahead", self.risky.points);
        match signals.risky {
            None => missing(title, most, "not answered".to_owned()),
            Some(true) => full(title, most, "expected".to_owned()),
            Some(false) => none(title, most, "none expected".to_owned()),
        }
    }

    fn mood(&self, signals: &Signals) -> Counted {
        let (title, most) = ("Low mood", self.mood.points);
        let mut scores = signals.phq_9.iter();
        let last = scores
            .next()
            .filter(|(ago, _)| *ago <= self.mood.within_days);
        let Some((_, last)) = last else {
            let because = format!("no PHQ-9 in the last {} days", self.mood.within_days);
            return missing(title, most, because);
        };
        let rise = scores.next().map(|(_, before)| last - before);
        if *last >= self.mood.from {
            full(title, most, format!("PHQ-9 {last}"))
        } else if let Some(rise) = rise.filter(|rise| *rise >= self.mood.rise) {
            full(title, most, format!("PHQ-9 {last}, up {rise}"))
        } else {
            none(title, most, format!("PHQ-9 {last}"))
        }
    }

    fn sleep(&self, signals: &Signals) -> Counted {
        let (rule, title, most) = (&self.sleep, "Poor sleep", self.sleep.points);
        let isi = signals.isi.filter(|(ago, _)| *ago <= rule.within_days);
        match (signals.sleep_hours, isi) {
            (Some(hours), _) if hours < rule.under_hours => {
                full(title, most, format!("{hours} hours"))
            }
            (_, Some((_, isi))) if isi >= rule.isi_from => full(title, most, format!("ISI {isi}")),
            (None, None) => missing(title, most, "not answered".to_owned()),
            (Some(hours), _) => none(title, most, format!("{hours} hours")),
            (None, Some((_, isi))) => none(title, most, format!("ISI {isi}")),
        }
    }

    fn missed(&self, signals: &Signals) -> Counted {
        let (title, most) = ("Check-ins missed", self.missed.points);
        match signals.missed_in_a_row {
            None => none(title, most, "none was due yet".to_owned()),
            Some(n) if n >= self.missed.in_a_row => full(title, most, format!("{n} in a row")),
            Some(0) => none(title, most, "the last one was answered".to_owned()),
            Some(n) => none(title, most, format!("{n} in a row")),
        }
    }

    fn protective(&self, signals: &Signals) -> Counted {
        let (rule, title, most) = (
            &self.protective,
            "Little to lean on",
            self.protective.points,
        );
        let score = signals
            .protective
            .filter(|(ago, _)| *ago <= rule.within_days);
        match score {
            None => {
                let because = format!("no BAM in the last {} days", rule.within_days);
                missing(title, most, because)
            }
            Some((_, score)) if score <= rule.at_most => {
                full(title, most, format!("protective score {score} of 24"))
            }
            Some((_, score)) => none(title, most, format!("protective score {score} of 24")),
        }
    }
}

impl Counted {
    const fn out_of(mut self, most: u32) -> Self {
        self.most = most;
        self
    }
}

const fn full(title: &'static str, points: u32, because: String) -> Counted {
    Counted {
        title,
        points,
        most: points,
        because,
        is_missing: false,
    }
}

const fn none(title: &'static str, most: u32, because: String) -> Counted {
    Counted {
        title,
        points: 0,
        most,
        because,
        is_missing: false,
    }
}

const fn missing(title: &'static str, most: u32, because: String) -> Counted {
    Counted {
        title,
        points: 0,
        most,
        because,
        is_missing: true,
    }
}
