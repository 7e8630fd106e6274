//! The relapse watch over charts: what is known of a person on a day, and how well the points hold here.
//!
//! A score of a day uses only what is about that day and those before it. What the points are worth is
//! said from the clinic's own people and no others, and where they are too few, that is what is said.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use protocol::contact::relapse_watch::{RelapseWatch, Score, Signals};
use protocol::contact::{Cadence, Days, Standing, Tier, What, bit, standing};
use record::Chart;
use record::calendar::{civil_day, days_between};
use record::chart::course::Course;
use record::chart::substance_use::UseDay;
use record::fact::observation::InstrumentAnswered;
use record::fact::substance_use::CheckInAnswered;
use record::words::{Sex, YesNo};
use serde::{Deserialize, Serialize};
use statistics::prediction::{Predictions, area_by_person};

use crate::act::instrument::scored;

/// How far back the watch ever looks, in days.
const LOOKS_BACK: i32 = 30;

/// How many answers of one questionnaire a score reads: the last, and the one before it.
const SCORES_READ: usize = 2;

/// How many days after a score are looked at for use.
pub const AHEAD: i32 = 7;

/// Which scores the watch reads: the instrument, and its score.
const READS: [(&str, &str); 3] = [
    ("phq-9", "total"),
    ("isi", "total"),
    ("bam-r", "protective"),
];

/// What of a chart the watch reads, gathered once for every day of a course.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Watched {
    day_zero: Date,
    used: BTreeMap<Date, bool>,
    check_ins: BTreeMap<Date, Said>,
    /// When, which of [`READS`], and what it came to, rising by time.
    scores: Vec<(Timestamp, usize, f64)>,
    done: Days,
}

/// What of a check-in the watch reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Said {
    /// Craving, at its worst where that was asked.
    craving: Option<u8>,
    confidence: Option<u8>,
    risky: Option<bool>,
    sleep_half_hours: Option<u8>,
}

impl Said {
    fn of(answered: &CheckInAnswered) -> Self {
        let craving = answered
            .craving_peak
            .answer()
            .or(answered.craving_now.answer());
        Self {
            craving: craving.map(|craving| craving.get()),
            confidence: answered.confidence.answer().map(|score| score.get()),
            risky: answered
                .risky_situation
                .answer()
                .and_then(|said| match said {
                    YesNo::Yes => Some(true),
                    YesNo::No => Some(false),
                    YesNo::Unknown | YesNo::Declined => None,
                }),
            sleep_half_hours: answered.sleep_half_hours.answer().copied(),
        }
    }
}

impl Watched {
    /// Gathers what the watch reads of a course; none before it has a day 0.
    pub fn of(chart: &Chart, course: &Course) -> Option<Self> {
        Self::gathered(chart, course, usize::MAX)
    }

    /// The same, as far as the score of today or of a day to come needs it: what the board keeps.
    pub fn lately(chart: &Chart, course: &Course) -> Option<Self> {
        let mut watched = Self::gathered(chart, course, SCORES_READ)?;
        let last = watched.used.keys().chain(watched.check_ins.keys()).max();
        if let Some(last) = last.copied() {
            // A day more than the watch looks back, since the day scored may be the one before the last.
            let from = last.saturating_sub((LOOKS_BACK + 2).days());
            watched.used.retain(|day, _| *day >= from);
            watched.check_ins.retain(|day, _| *day >= from);
        }
        Some(watched)
    }

    /// `most` is how many answers of each questionnaire are kept, the latest.
    fn gathered(chart: &Chart, course: &Course, most: usize) -> Option<Self> {
        let day_zero = course.day_zero?;
        let days = chart.use_days(Some(&course.substance));
        // Where reports of a day disagree, it counts as used: the watch errs towards a call.
        let used = days.get(&course.substance).into_iter().flatten();
        let used = used.map(|(day, said)| match said {
            UseDay::Used | UseDay::Conflict => (*day, true),
            UseDay::NotUsed => (*day, false),
        });
        let mut watched = Self {
            day_zero,
            used: used.collect(),
            check_ins: BTreeMap::new(),
            scores: scores(chart, most),
            done: 0,
        };
        for (_, answered) in chart.all::<CheckInAnswered>() {
            if answered.course == course.id {
                watched.add(answered);
            }
        }
        Some(watched)
    }

    /// Adds a check-in that is not in the chart yet.
    pub fn add(&mut self, answered: &CheckInAnswered) {
        self.done |= bit(days_between(self.day_zero, answered.day));
        if let Some(used) = answered.used.answer() {
            let known = self.used.entry(answered.day).or_insert(*used);
            *known = *known || *used;
        }
        self.check_ins.insert(answered.day, Said::of(answered));
    }

    /// The days a check-in is about.
    pub fn answered_days(&self) -> impl DoubleEndedIterator<Item = Date> + '_ {
        self.check_ins.keys().copied()
    }

    /// The last day a person can be scored on: today where a check-in is about it already, or else the
    /// day before.
    pub fn last_day(&self, today: Date) -> Date {
        if self.check_ins.contains_key(&today) {
            today
        } else {
            today.saturating_sub(1.day())
        }
    }

    /// What is known on a day; `zone` is the one the person's days are counted in.
    pub fn signals(&self, day: Date, cadence: &Cadence, zone: &TimeZone) -> Signals {
        let ago = |then: Date| days_between(then, day);
        let recent = |then: &Date| (0..=LOOKS_BACK).contains(&ago(*then));
        let now = self.check_ins.get(&day);
        let before = self.check_ins.iter().filter(|(then, _)| **then < day);
        let of = |instrument: &str| {
            let is_it = |which: usize| READS.get(which).is_some_and(|(id, _)| *id == instrument);
            let all = self.scores.iter().rev();
            let mine = all.filter(|(_, which, _)| is_it(*which));
            mine.map(|(at, _, value)| (ago(civil_day(*at, zone)), *value))
                .filter(|(since, _)| *since >= 0)
                .take(SCORES_READ)
                .collect::<Vec<_>>()
        };
        Signals {
            used: self
                .used
                .iter()
                .filter(|(then, _)| recent(then))
                .map(|(then, used)| (ago(*then), *used))
                .collect(),
            craving: now.and_then(|one| one.craving),
            cravings_before: before
                .filter(|(then, _)| recent(then))
                .filter_map(|(then, one)| Some((ago(*then), one.craving?)))
                .collect(),
            confidence: now.and_then(|one| one.confidence),
            risky: now.and_then(|one| one.risky),
            phq_9: of("phq-9"),
            sleep_hours: now.and_then(|one| Some(f64::from(one.sleep_half_hours?) / 2.0)),
            isi: of("isi").first().copied(),
            missed_in_a_row: self.missed(day, cadence),
            protective: of("bam-r").first().copied(),
        }
    }

    fn missed(&self, day: Date, cadence: &Cadence) -> Option<u32> {
        let item = cadence
            .items
            .iter()
            .find(|item| item.what == What::CheckIn)?;
        // A check-in is about the day before it is given: the last one to be missed is yesterday's.
        let today = days_between(self.day_zero, day).saturating_add(1);
        let mut missed = None;
        for due in standing(item, Tier::Calm, self.done << 1, today) {
            missed = match (due.standing, missed) {
                (Standing::Done, _) => Some(0),
                (Standing::Missed, before) => Some(before.unwrap_or(0_u32).saturating_add(1)),
                (Standing::Open | Standing::ToCome, before) => before,
            };
        }
        missed
    }

    /// Whether the days after a day are known to hold use; `None` where that is not known.
    fn use_after(&self, day: Date) -> Option<bool> {
        let ahead = (1..=AHEAD).map(|n| day.saturating_add(n.days()));
        let known: Vec<Option<bool>> = ahead.map(|day| self.used.get(&day).copied()).collect();
        if known.contains(&Some(true)) {
            return Some(true);
        }
        known.iter().all(Option::is_some).then_some(false)
    }
}

/// The last answers of each questionnaire the watch reads, as they are scored now, rising by time.
fn scores(chart: &Chart, most: usize) -> Vec<(Timestamp, usize, f64)> {
    let sex = chart.identity().map_or(Sex::NotRecorded, |known| known.sex);
    let mut scores = Vec::new();
    for (which, (id, score)) in READS.iter().enumerate() {
        let Some(instrument) = instruments::library().get(id) else {
            continue;
        };
        let mut answers: Vec<_> = chart
            .all::<InstrumentAnswered>()
            .filter(|(_, answered)| answered.instrument.as_str() == *id)
            .map(|(entry, answered)| (entry.occurred_at.0, answered))
            .collect();
        answers.sort_by_key(|(at, _)| *at);
        let latest = answers.iter().rev().filter_map(|(at, answered)| {
            let all = scored(instrument, answered, sex);
            let value = all.iter().find(|one| one.score.id == *score)?.value()?;
            Some((*at, which, value))
        });
        scores.extend(latest.take(most));
    }
    scores.sort_by_key(|(at, ..)| *at);
    scores
}

/// The score of the last day a person can be scored on.
pub fn score_now(
    watched: &Watched,
    today: Date,
    watch: &RelapseWatch,
    cadence: &Cadence,
    zone: &TimeZone,
) -> Option<(Date, Score)> {
    let day = watched.last_day(today);
    (days_between(watched.day_zero, day) >= 0)
        .then(|| (day, watch.score(&watched.signals(day, cadence, zone))))
}

/// One person as the watch is judged on them.
#[derive(Clone, Debug)]
pub struct Person {
    /// What was read of them.
    pub watched: Watched,
    /// Their sex.
    pub sex: Sex,
    /// Their age at day 0, in years, where it is known.
    pub age: Option<i32>,
    /// The substance of the course.
    pub substance: String,
}

/// Days with a number of points, and what followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Band {
    /// Days followed by use within the next seven.
    pub used: usize,
    /// Days followed by seven known days without.
    pub free: usize,
    /// Days of which that is not known.
    pub unknown: usize,
}

/// How well the points told, in a group of people.
#[derive(Clone, Debug, PartialEq)]
pub struct Telling {
    /// The group.
    pub group: String,
    /// People with a scored day whose week after is known.
    pub people: usize,
    /// Such days.
    pub days: usize,
    /// Of them followed by use.
    pub used: usize,
    /// The chance that a day before use scored higher than one that was not, with its interval, over
    /// all days; none where they are too few.
    pub pooled: Option<(f64, (f64, f64))>,
    /// The same within each person, averaged, and over how many people.
    pub within: Option<(f64, usize)>,
    /// Share of days before use that were amber or red.
    pub caught: Option<f64>,
    /// Share of days not before use that were.
    pub called_in_vain: Option<f64>,
}

/// How the watch held here.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// By points, from nought to the most.
    pub bands: Vec<Band>,
    /// Everybody first, then by sex, age and substance.
    pub groups: Vec<Telling>,
    /// Why nothing is said of how well it holds, where there is too little to tell.
    pub too_little: Option<String>,
}

/// Judges the watch on people: calibration by points, discrimination within people, error by group.
pub fn held(people: &[Person], watch: &RelapseWatch, cadence: &Cadence, zone: &TimeZone) -> Held {
    let most = usize::try_from(watch.most()).unwrap_or(0);
    let mut bands = vec![Band::default(); most.saturating_add(1)];
    let mut rows = Vec::new();
    for (number, person) in people.iter().enumerate() {
        for day in person.watched.answered_days() {
            let score = watch.score(&person.watched.signals(day, cadence, zone));
            let after = person.watched.use_after(day);
            let place = usize::try_from(score.points).unwrap_or(most).min(most);
            if let Some(band) = bands.get_mut(place) {
                match after {
                    Some(true) => band.used += 1,
                    Some(false) => band.free += 1,
                    None => band.unknown += 1,
                }
            }
            if let Some(used) = after {
                rows.push(Row {
                    person: number,
                    points: score.points,
                    is_called: score.tier != Tier::Calm,
                    used,
                });
            }
        }
    }
    let everybody = telling("Everybody", &rows, watch, |_| true);
    let enough = watch.enough;
    let too_little =
        (everybody.people < enough.people || everybody.used < enough.lapses).then(|| {
            format!(
                "Too little to tell: {} people and {} days before use; {} and {} are asked for",
                everybody.people, everybody.used, enough.people, enough.lapses
            )
        });
    let mut groups = vec![everybody];
    for (name, belongs) in groups_of(people) {
        let group = telling(&name, &rows, watch, |row| {
            belongs.get(row.person).copied().unwrap_or(false)
        });
        groups.push(group);
    }
    Held {
        bands,
        groups,
        too_little,
    }
}

struct Row {
    person: usize,
    points: u32,
    is_called: bool,
    used: bool,
}

/// The groups a person is looked at in, each with who belongs to it.
fn groups_of(people: &[Person]) -> Vec<(String, Vec<bool>)> {
    let mut groups: Vec<(String, Vec<bool>)> = Vec::new();
    for sex in [Sex::Female, Sex::Male] {
        let belongs = people.iter().map(|one| one.sex == sex).collect();
        groups.push((format!("Sex {sex}"), belongs));
    }
    let by_age = |from: i32, below: i32| {
        let is_in = |one: &Person| one.age.is_some_and(|age| (from..below).contains(&age));
        people.iter().map(is_in).collect()
    };
    groups.push(("Under 40".to_owned(), by_age(0, 40)));
    groups.push(("40 and over".to_owned(), by_age(40, 200)));
    let mut substances: Vec<&str> = people.iter().map(|one| one.substance.as_str()).collect();
    substances.sort_unstable();
    substances.dedup();
    for substance in substances {
        let belongs = people
            .iter()
            .map(|one| one.substance == substance)
            .collect();
        groups.push((format!("Treated for {substance}"), belongs));
    }
    groups
}

fn telling(
    group: &str,
    rows: &[Row],
    watch: &RelapseWatch,
    belongs: impl Fn(&Row) -> bool,
) -> Telling {
    let rows: Vec<&Row> = rows.iter().filter(|row| belongs(row)).collect();
    let mut numbers: Vec<usize> = rows.iter().map(|row| row.person).collect();
    numbers.dedup();
    let used = rows.iter().filter(|row| row.used).count();
    let mut telling = Telling {
        group: group.to_owned(),
        people: numbers.len(),
        days: rows.len(),
        used,
        pooled: None,
        within: None,
        caught: None,
        called_in_vain: None,
    };
    if telling.people < watch.enough.people_in_a_group {
        return telling;
    }
    let most = f64::from(watch.most().max(1));
    let scores: Vec<f64> = rows
        .iter()
        .map(|row| f64::from(row.points) / most)
        .collect();
    let outcomes: Vec<f64> = rows
        .iter()
        .map(|row| f64::from(u8::from(row.used)))
        .collect();
    let people: Vec<usize> = rows.iter().map(|row| row.person).collect();
    telling.pooled = Predictions::new(&scores, &outcomes).ok().map(|all| {
        let area = all.discrimination(0.95);
        (area.area, area.interval)
    });
    let areas = area_by_person(&scores, &outcomes, &people).unwrap_or_default();
    let areas: Vec<f64> = areas.into_iter().filter_map(|one| one.area).collect();
    telling.within = share(areas.iter().sum(), areas.len()).map(|mean| (mean, areas.len()));
    let called = |before_use: bool| {
        let of: Vec<&&Row> = rows.iter().filter(|row| row.used == before_use).collect();
        let called = of.iter().filter(|row| row.is_called).count();
        share(u32::try_from(called).map_or(f64::NAN, f64::from), of.len())
    };
    telling.caught = called(true);
    telling.called_in_vain = called(false);
    telling
}

/// A part over a whole; none of nothing.
fn share(part: f64, whole: usize) -> Option<f64> {
    let whole = u32::try_from(whole).ok().filter(|whole| *whole > 0)?;
    Some(part / f64::from(whole))
}
