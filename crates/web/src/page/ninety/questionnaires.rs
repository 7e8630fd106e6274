//! Questionnaires on the page of days: each over the bands of its own scale, with what of its change
//! counts as real, in the words of whoever reads. What cannot be computed says why.

use std::collections::BTreeMap;

use clinic::act::instrument::scored;
use figures::{Band, Lane, LineLane, Note, Values};
use instruments::{FilledBy as MeantFor, Instrument, Score, Scored, Worse};
use jiff::civil::Date;
use outcomes::change::{Better, ChangeRule, Reading, Reliable};
use outcomes::measures::Measures;
use record::calendar::{civil_day, days_between};
use record::fact::observation::InstrumentAnswered;
use record::words::Sex;

use crate::app::App;
use crate::page::instrument::{number, result_words};
use crate::page::patient::Opened;

/// The most questionnaires drawn as lanes; the rest are on their own page.
pub(super) const QUESTIONNAIRES_MAX: usize = 6;

/// One questionnaire of the course: by day, its value and what it came to in words.
pub(super) struct Told {
    pub(super) instrument: Instrument,
    pub(super) days: BTreeMap<i32, (f64, String)>,
    is_man: bool,
}

/// The questionnaires a patient fills in that were answered here, those answered most often first.
pub(super) fn told(app: &App, opened: &Opened, day_zero: Date) -> Vec<Told> {
    let sex = opened
        .chart()
        .identity()
        .map_or(Sex::NotRecorded, |identity| identity.sex);
    let mut all: BTreeMap<String, Told> = BTreeMap::new();
    for (entry, answered) in opened.chart().all::<InstrumentAnswered>() {
        let known = app
            .clinic
            .library()
            .instrument(answered.instrument.as_str());
        let Some(instrument) = known.filter(|one| one.filled_by == MeantFor::Patient) else {
            continue;
        };
        let scores = scored(instrument, answered, sex);
        let Some((value, said)) = scores.first().and_then(value_of) else {
            continue;
        };
        let day = days_between(day_zero, civil_day(entry.occurred_at.0, &opened.zone));
        all.entry(instrument.id.clone())
            .or_insert_with(|| Told {
                instrument: instrument.clone(),
                days: BTreeMap::new(),
                is_man: sex == Sex::Male,
            })
            .days
            .insert(day, (value, said));
    }
    let mut all: Vec<Told> = all.into_values().collect();
    all.sort_by_key(|one| std::cmp::Reverse(one.days.len()));
    all
}

fn value_of(one: &Scored<'_>) -> Option<(f64, String)> {
    Some((one.value()?, result_words(one)))
}

/// A lane for each of the first few.
pub(super) fn lanes(told: &[Told], measures: &Measures, is_own: bool) -> Vec<Lane> {
    told.iter()
        .take(QUESTIONNAIRES_MAX)
        .map(|one| Lane::Line(lane(one, measures, is_own)))
        .collect()
}

fn lane(told: &Told, measures: &Measures, is_own: bool) -> LineLane {
    let instrument = &told.instrument;
    let score = instrument.scores.first();
    let values: Values = told
        .days
        .iter()
        .filter(|(day, _)| **day >= 0)
        .map(|(day, (value, _))| (*day, *value))
        .collect();
    let rule = measures.change_on(&instrument.id);
    let note = told.days.last_key_value().map(|(day, (_, said))| {
        let about = if is_own {
            format!("{}. ", instrument.about)
        } else {
            String::new()
        };
        let way = score.map_or("", |score| way(score.worse));
        let change = change(&told.days, rule, is_own);
        Note {
            lead: format!("{said} on day {day}."),
            rest: [about.trim(), way, change.as_str()]
                .into_iter()
                .filter(|words| !words.is_empty())
                .collect::<Vec<_>>()
                .join(" "),
        }
    });
    LineLane {
        name: instrument.title.clone(),
        range: score.map_or((0.0, 10.0), |score| score.range),
        unit: String::new(),
        every: 31,
        is_main: false,
        bands: score.map_or_else(Vec::new, |score| bands(score, told.is_man)),
        values,
        notes: note.into_iter().collect(),
    }
}

const fn way(worse: Worse) -> &'static str {
    match worse {
        Worse::Higher => "Lower is better.",
        Worse::Lower => "Higher is better.",
        Worse::Neither => "",
    }
}

/// The bands of a score as stretches of its scale; deeper is worse.
fn bands(score: &Score, is_man: bool) -> Vec<Band> {
    let bands = score.bands_for(is_man);
    let last = bands.len().saturating_sub(1);
    bands
        .iter()
        .enumerate()
        .map(|(place, band)| {
            let steps = match score.worse {
                Worse::Higher => place,
                Worse::Lower => last - place,
                Worse::Neither => 0,
            };
            Band {
                from: band.begins().unwrap_or(score.range.0),
                is_above: band.from.is_none(),
                word: band.word.clone(),
                depth: u8::try_from(steps).unwrap_or(u8::MAX),
            }
        })
        .collect()
}

/// What of the change since the start counts as real, or why that cannot be said.
fn change(days: &BTreeMap<i32, (f64, String)>, rule: Option<&ChangeRule>, is_own: bool) -> String {
    // The last answer before the first dose, else the first there is.
    let start = days
        .range(..=0)
        .next_back()
        .or_else(|| days.first_key_value());
    let (Some((from, (before, _))), Some((to, (now, _)))) = (start, days.last_key_value()) else {
        return String::new();
    };
    if from == to {
        return "Answered once: nothing to compare yet.".to_owned();
    }
    let by = match (now - before, now > before) {
        (0.0, _) => "the same".to_owned(),
        (by, true) => format!("up {}", number(by)),
        (by, false) => format!("down {}", number(by.abs())),
    };
    let readings = rule.map(|rule| rule.readings(Some(*before), Some(*now)));
    let real = match (readings, is_own) {
        (Some(Ok(readings)), false) => {
            let whose = rule.and_then(|rule| rule.noise_source.as_deref());
            counted(&readings, whose)
        }
        (Some(Ok(readings)), true) => plain(&readings).to_owned(),
        (Some(Err(why)), false) => format!("real change {why}"),
        (None, false) => "real change not computed: no published rule for it here".to_owned(),
        (Some(Err(_)) | None, true) => {
            "how far these answers move by themselves is not known, so we do not call it a real change"
                .to_owned()
        }
    };
    let noticed = rule.map_or_else(String::new, |rule| noticed(rule, *before, *now, is_own));
    let outcome = rule
        .filter(|_| !is_own)
        .map_or_else(String::new, |rule| outcome(rule, *before, *now));
    format!("Since day {from}: {by}; {real}.{noticed}{outcome}")
}

const fn said(change: Reliable) -> &'static str {
    match change {
        Reliable::Better => "better by more than chance would do",
        Reliable::Worse => "worse by more than chance would do",
        Reliable::Within => "within what chance would do",
    }
}

/// The change by each number of points there is for it: one is said alone, of several each is.
fn counted(readings: &[Reading], whose: Option<&str>) -> String {
    let points = |reading: &Reading| {
        let points = number(reading.points);
        whose.map_or_else(
            || format!("{points} points"),
            |whose| format!("{points} points: {whose}"),
        )
    };
    let all: Vec<String> = readings.iter().map(points).collect();
    match readings {
        [first, rest @ ..] if rest.iter().all(|one| one.reliable == first.reliable) => {
            format!("{} ({})", said(first.reliable), all.join(" and "))
        }
        several => several
            .iter()
            .zip(all)
            .map(|(one, points)| {
                format!("{} by one published reading ({points})", said(one.reliable))
            })
            .collect::<Vec<_>>()
            .join(", "),
    }
}

/// The same for the person themselves.
fn plain(readings: &[Reading]) -> &'static str {
    let all = |reliable: Reliable| readings.iter().all(|one| one.reliable == reliable);
    let any = |reliable: Reliable| readings.iter().any(|one| one.reliable == reliable);
    if all(Reliable::Better) {
        "that is better, by more than answers move by themselves: a real change"
    } else if all(Reliable::Worse) {
        "that is harder than at the start, by more than answers move by themselves. It is ours to look \
         at with you, and it takes nothing from what you did"
    } else if any(Reliable::Better) {
        "that is better. By one published measure it is a real change, by another it is not yet beyond \
         what answers move by themselves"
    } else if any(Reliable::Worse) {
        "that is harder than at the start. By one published measure it is more than answers move by \
         themselves, by another it is not. It is ours to look at with you, and it takes nothing from \
         what you did"
    } else {
        "about where you were: answers move this much by themselves from one week to the next"
    }
}

/// Response and remission as they are printed, each where there is a rule for it.
fn outcome(rule: &ChangeRule, before: f64, now: f64) -> String {
    let mut said: Vec<String> = Vec::new();
    if let Some(percent) = rule.response_percent {
        let response = match rule.is_response(Some(before), Some(now)) {
            Ok(true) => "reached".to_owned(),
            Ok(false) => "not reached".to_owned(),
            Err(why) => why.to_string(),
        };
        said.push(format!(
            " Response, {} % better: {response}.",
            number(percent)
        ));
    }
    if let (Some(most), Ok(is_remission)) = (rule.remission_at_most, rule.is_remission(Some(now))) {
        let remission = if is_remission { "yes" } else { "no" };
        said.push(format!(
            " Remission, {} or less: {remission}.",
            number(most)
        ));
    }
    said.concat()
}

/// Changes people notice, where they are published: in points and in shares of the first score, each
/// said beside the others, and none decides by itself.
fn noticed(rule: &ChangeRule, before: f64, now: f64, is_own: bool) -> String {
    let better = match rule.better {
        Better::Lower => before - now,
        Better::Higher => now - before,
    };
    let points = rule.important_points.iter().copied();
    let points = points.map(|points| (points, format!("{} points", number(points))));
    let shares = rule.important_percent.iter().copied();
    let shares = shares.map(|share| {
        let words = format!("{} % of the first score", number(share));
        (before * share / 100.0, words)
    });
    let (reached, short): (Vec<_>, Vec<_>) = points
        .chain(shares)
        .partition(|(least, _)| better != 0.0 && better.abs() >= *least);
    let words = |all: &[(f64, String)]| {
        let all: Vec<&str> = all.iter().map(|(_, words)| words.as_str()).collect();
        all.join(" and ")
    };
    let mut said: Vec<String> = Vec::new();
    if !reached.is_empty() {
        let by = words(&reached);
        said.push(match (better > 0.0, is_own) {
            (true, false) => format!(" Better by at least {by}, a change people notice."),
            (false, false) => format!(" Worse by at least {by}, a change people notice."),
            (true, true) => format!(
                " A change of {by} is one that people notice, and this is one for the better."
            ),
            (false, true) => format!(
                " A change of {by} is one that people notice. If it is heavy just now, tell us."
            ),
        });
    }
    if !short.is_empty() && (!is_own || reached.is_empty()) {
        let by = words(&short);
        said.push(if is_own {
            format!(" People notice a change of about {by}.")
        } else if reached.is_empty() {
            format!(" Less than {by}, a change people notice.")
        } else {
            format!(" By {by} it is not yet one.")
        });
    }
    said.concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(instrument: &str) -> ChangeRule {
        Measures::of_the_house()
            .unwrap()
            .change_on(instrument)
            .unwrap()
            .clone()
    }

    fn days(all: &[(i32, f64)]) -> BTreeMap<i32, (f64, String)> {
        all.iter()
            .map(|(day, value)| (*day, (*value, number(*value))))
            .collect()
    }

    #[test]
    fn a_real_change_is_said_to_the_clinician_and_to_the_person_in_their_own_words() {
        let (better, pcl) = (days(&[(-2, 50.0), (30, 30.0)]), rule("pcl-5"));
        assert_eq!(
            change(&better, Some(&pcl), false),
            "Since day -2: down 20; better by more than chance would do (15 points and 18 points). Remission, 28 or less: no."
        );
        assert!(change(&better, Some(&pcl), true).ends_with(": a real change."));
        let worse = change(&days(&[(0, 30.0), (30, 50.0)]), Some(&pcl), true);
        assert!(worse.contains("takes nothing from what you did"), "{worse}");
        let within = change(&days(&[(0, 30.0), (30, 33.0)]), Some(&pcl), true);
        assert!(within.contains("about where you were"), "{within}");
    }

    #[test]
    fn where_two_readings_are_published_both_are_said_and_neither_decides() {
        let (answers, pcl) = (days(&[(0, 50.0), (30, 34.0)]), rule("pcl-5"));
        let staff = change(&answers, Some(&pcl), false);
        assert!(
            staff.contains(
                "better by more than chance would do by one published reading (15 points), within what chance would do by one published reading (18 points)"
            ),
            "{staff}"
        );
        let own = change(&answers, Some(&pcl), true);
        assert!(
            own.contains("By one published measure it is a real change"),
            "{own}"
        );
        let worse = change(&days(&[(0, 34.0), (30, 50.0)]), Some(&pcl), true);
        assert!(worse.contains("takes nothing from what you did"), "{worse}");
    }

    #[test]
    fn a_change_on_the_phq_9_is_held_to_its_points_its_share_its_response_and_remission() {
        let (answers, phq) = (days(&[(0, 17.0), (30, 9.0)]), rule("phq-9"));
        let staff = change(&answers, Some(&phq), false);
        assert_eq!(
            staff,
            "Since day 0: down 8; better by more than chance would do (6 points). Better by at least 5 points and \
             20 % of the first score, a change people notice. Response, 50 % better: not reached. \
             Remission, 4 or less: no."
        );
        let (answers, phq) = (days(&[(0, 20.0), (30, 16.0)]), rule("phq-9"));
        let staff = change(&answers, Some(&phq), false);
        assert!(
            staff.contains("within what chance would do (6 points)"),
            "{staff}"
        );
        assert!(
            staff.contains("Better by at least 20 % of the first score, a change people notice. By 5 points it is not yet one."),
            "{staff}"
        );
        let own = change(&answers, Some(&phq), true);
        assert!(
            own.contains("for the better") && !own.contains("about 5 points"),
            "{own}"
        );
        let same = change(&days(&[(0, 0.0), (30, 0.0)]), Some(&phq), false);
        assert!(same.contains("Less than 5 points and 20 %"), "{same}");
        assert!(
            same.contains("Response, 50 % better: not computed: the score before was 0"),
            "{same}"
        );
    }

    #[test]
    fn a_clinics_own_numbers_are_used_and_named() {
        let text = "instrument = \"phq-9\"\nstandard_deviation = 6.0\nreliability = 0.84\nsample = \"120 people seen here\"\nsource = \"our own audit\"\ndecided_by = \"Dr Okafor\"\ndecided_on = \"2026-03-02\"\n";
        let noise = outcomes::change::Noise::read(text).unwrap();
        let library = clinic::Library::embedded()
            .unwrap()
            .with_noise(&[noise])
            .unwrap();
        let phq = library.measures().change_on("phq-9").unwrap();
        let staff = change(&days(&[(0, 17.0), (30, 11.0)]), Some(phq), false);
        assert!(
            staff.contains("within what chance would do (6.65 points: SD 6, r 0.84, of 120 people seen here (our own audit); decided by Dr Okafor on 2026-03-02)"),
            "{staff}"
        );
        let edi = text.replace("phq-9", "edi");
        let edi = outcomes::change::Noise::read(&edi).unwrap();
        let refused = clinic::Library::embedded()
            .unwrap()
            .with_noise(&[edi])
            .unwrap_err();
        assert!(
            refused
                .to_string()
                .contains("no score of EDI is better or worse"),
            "{refused}"
        );
    }

    #[test]
    fn a_change_that_cannot_be_computed_says_so_and_is_not_called_real() {
        let (answers, isi) = (days(&[(0, 17.0), (30, 9.0)]), rule("isi"));
        let staff = change(&answers, Some(&isi), false);
        assert!(
            staff.contains("not computed: standard deviation"),
            "{staff}"
        );
        assert!(staff.contains("Better by at least 6 points"), "{staff}");
        let own = change(&answers, Some(&isi), true);
        assert!(own.contains("do not call it a real change"), "{own}");
        assert!(own.contains("for the better"), "{own}");
        let none = change(&answers, None, false);
        assert!(none.contains("no published rule"), "{none}");
        let once = change(&days(&[(4, 9.0)]), Some(&isi), true);
        assert_eq!(once, "Answered once: nothing to compare yet.");
    }

    #[test]
    fn every_band_of_every_shipped_questionnaire_lies_on_its_scale_with_its_word() {
        for instrument in instruments::library().all() {
            for score in &instrument.scores {
                for (is_man, drawn) in [(false, bands(score, false)), (true, bands(score, true))] {
                    let lane = LineLane {
                        name: instrument.title.clone(),
                        range: score.range,
                        unit: String::new(),
                        every: 31,
                        is_main: false,
                        bands: drawn,
                        values: Values::new(),
                        notes: Vec::new(),
                    };
                    let (mut value, most) = score.range;
                    while value <= most && !lane.bands.is_empty() {
                        let at = instrument.entered(&score.id, value, is_man);
                        if let Some(instruments::Outcome::Value { band, .. }) =
                            at.map(|at| at.outcome)
                        {
                            assert_eq!(lane.word_of(value), band, "{} {value}", instrument.id);
                        }
                        value += 1.0;
                    }
                }
            }
        }
    }
}
