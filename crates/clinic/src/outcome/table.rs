//! Tidy tables of the courses, without names, dates or anything one could be found by.
//!
//! A person is a number that holds within one download alone: the rows stand in the order of a hash of
//! the record's identifier and the position, so a number says neither who came first nor who is who in
//! another download. Days are counted from the index. A site or a protocol of few people is withheld.

use std::collections::BTreeMap;

use jiff::civil::Date;
use outcomes::days::{Day, Strictness, TimeTo};
use outcomes::missing::Answer;
use outcomes::tidy::{Column, Holds, Table, dictionary};
use outcomes::trace::{Reached, WINDOW_DAYS, before, last_between};
use outcomes::{Definitions, Kind, Symbol};

use super::Course;
use super::ask::{Asked, FEWEST, chosen};
use crate::authority::{Act, may};
use crate::clinic::Clinic;
use crate::denied::Denied;
use crate::digest::hexadecimal;
use crate::operation::Actor;

/// A table that can be taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tidy {
    /// One row a course.
    Courses,
    /// One row a course and week.
    Weeks,
    /// One row a course that started, one column each endpoint of a trial.
    Endpoints,
    /// One row a column of the others.
    Dictionary,
}

impl Tidy {
    /// Every table.
    pub const ALL: [Self; 4] = [
        Self::Courses,
        Self::Weeks,
        Self::Endpoints,
        Self::Dictionary,
    ];

    /// Its name in addresses and as a file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Courses => "courses",
            Self::Weeks => "weeks",
            Self::Endpoints => "endpoints",
            Self::Dictionary => "dictionary",
        }
    }
}

type Cell = fn(&Course, Option<usize>) -> String;

/// A column of the courses: its name, what it holds, its unit or values, what it means, and its value.
const COURSES: &[(&str, Holds, &str, &str, Cell)] = &[
    (
        "substance",
        Holds::Words,
        "word",
        "The substance treated; withheld where fewer than five people have it",
        |course, _| word(course.substance.as_deref()),
    ),
    (
        "protocol",
        Holds::Words,
        "word",
        "The protocol and its version; withheld where fewer than five people have it",
        |course, _| word(course.protocol.as_deref()),
    ),
    (
        "site",
        Holds::Words,
        "word",
        "The site, where the record names one; withheld where fewer than five people are there",
        |course, _| word(course.site.as_deref()),
    ),
    (
        "reached",
        Holds::Words,
        "word",
        "How far the person came",
        |course, _| course.trace.reached.words().to_owned(),
    ),
    (
        "ended",
        Holds::Words,
        "word",
        "Why no further, where the record says it",
        |course, _| word(course.trace.ended.map(outcomes::trace::Ended::words)),
    ),
    (
        "days_followed",
        Holds::Whole,
        "days, at most 90",
        "Days after the first dose that are over; empty before it",
        |_, passed| passed.map_or_else(String::new, |days| days.min(WINDOW_DAYS).to_string()),
    ),
    (
        "days_known",
        Holds::Whole,
        "days",
        "Of the first ninety, days on which use or its absence is known",
        |course, passed| counted(course, passed, |counts| counts.known),
    ),
    (
        "days_without_use",
        Holds::Whole,
        "days",
        "Of these, days known to be without use",
        |course, passed| counted(course, passed, |counts| counts.without),
    ),
    (
        "days_in_conflict",
        Holds::Whole,
        "days",
        "Days reported without use that a test contradicts",
        |course, passed| counted(course, passed, |counts| counts.conflict),
    ),
    (
        "first_use_day",
        Holds::Whole,
        "day",
        "The first day of use; empty where none is known",
        |course, passed| first_use(course, passed),
    ),
    (
        "last_known_day",
        Holds::Whole,
        "day",
        "The last day of which anything is known",
        |course, passed| {
            started(passed, |days| {
                course.trace.days_until(days).last_known().to_string()
            })
        },
    ),
    (
        "contact_lost_day",
        Holds::Whole,
        "day",
        "The last day of contact before four silent weeks; empty where contact held",
        |course, passed| lost(course, passed),
    ),
    (
        "craving_before",
        Holds::Number,
        "0 to 10",
        "The last craving before the first dose",
        |course, _| number(before(&course.trace.craving)),
    ),
    (
        "craving_at_90",
        Holds::Number,
        "0 to 10",
        "The last craving of days 77 to 90",
        |course, _| number(last_between(&course.trace.craving, 77, 90)),
    ),
    (
        "phq9_before",
        Holds::Number,
        "0 to 27",
        "The last PHQ-9 before the first dose",
        |course, _| number(before(&course.trace.phq9)),
    ),
    (
        "phq9_at_90",
        Holds::Number,
        "0 to 27",
        "The last PHQ-9 of days 77 to 90",
        |course, _| number(last_between(&course.trace.phq9, 77, 90)),
    ),
    (
        "sessions",
        Holds::Whole,
        "number",
        "Dosing sessions in which drug was given",
        |course, _| course.trace.harm.sessions.to_string(),
    ),
    (
        "word",
        Holds::Words,
        "symbols",
        "One symbol a week from the urines: + positive, - negative, * both, o missing, _ none due",
        |course, passed| started(passed, |_| course.trace.word.to_string()),
    ),
];

/// A table.
///
/// # Errors
/// [`Denied::Forbidden`] where the actor may not take tables out; what the journal says.
pub fn table(
    clinic: &Clinic,
    actor: &Actor,
    asked: &Asked,
    today: Date,
    what: Tidy,
) -> Result<Table, Denied> {
    may(actor, Act::Export, None)?;
    let standing = clinic.standing()?;
    let mut courses: Vec<&Course> = chosen(&standing, asked).0;
    let position = standing.position;
    courses.sort_by_cached_key(|course| {
        hexadecimal(&format!(
            "{position}/{}/{:?}",
            course.patient, course.course
        ))
    });
    let n_left_out = standing.iter().count() - courses.len();
    let fewest = usize::try_from(FEWEST).unwrap_or(5);
    let is_small = |n: usize| n > 0 && n < fewest;
    if asked.is_narrowed() && (is_small(courses.len()) || is_small(n_left_out)) {
        courses.clear();
    }
    Ok(match what {
        Tidy::Courses => of_courses(&courses, today),
        Tidy::Weeks => of_weeks(&courses, today),
        Tidy::Endpoints => of_endpoints(&courses, today),
        Tidy::Dictionary => dictionary(&[
            of_courses(&[], today),
            of_weeks(&[], today),
            of_endpoints(&[], today),
        ]),
    })
}

fn who() -> Column {
    Column::new(
        "who",
        Holds::Whole,
        "number",
        "A person within this download alone; another download numbers anew",
    )
}

fn of_courses(courses: &[&Course], today: Date) -> Table {
    let seldom = Seldom::among(courses);
    let columns = COURSES
        .iter()
        .map(|(name, holds, values, means, _)| Column::new(*name, *holds, *values, *means));
    let mut rows = Vec::with_capacity(courses.len());
    for (place, course) in courses.iter().enumerate() {
        let passed = course.followed(today).passed;
        let cells = COURSES.iter().map(|(name, _, _, _, cell)| {
            let value = cell(course, passed);
            if seldom.has(name, &value) {
                "withheld".to_owned()
            } else {
                value
            }
        });
        rows.push(
            std::iter::once((place + 1).to_string())
                .chain(cells)
                .collect(),
        );
    }
    Table {
        name: Tidy::Courses.name().to_owned(),
        columns: std::iter::once(who()).chain(columns).collect(),
        rows,
    }
}

fn of_weeks(courses: &[&Course], today: Date) -> Table {
    let mut rows = Vec::new();
    for (place, course) in courses.iter().enumerate() {
        let Some(passed) = course.followed(today).passed else {
            continue;
        };
        for (week, answer) in course.trace.weeks().into_iter().enumerate() {
            if (week + 1) * 7 > passed {
                break;
            }
            let told = match answer {
                Answer::Yes => "without use",
                Answer::No => "use",
                Answer::NotKnown => "not known",
            };
            let urine = course
                .trace
                .word
                .symbols()
                .get(week)
                .copied()
                .map_or("", in_a_word);
            let first = i32::try_from(week * 7 + 1).unwrap_or(1);
            let craving = &course.trace.craving;
            let of_week: Vec<f64> = craving
                .iter()
                .filter(|(day, _)| (first..first + 7).contains(day))
                .map(|(_, value)| *value)
                .collect();
            let n = u32::try_from(of_week.len()).map_or(1.0, f64::from);
            let mean = (!of_week.is_empty()).then(|| of_week.iter().sum::<f64>() / n);
            rows.push(vec![
                (place + 1).to_string(),
                (week + 1).to_string(),
                told.to_owned(),
                urine.to_owned(),
                number(mean),
            ]);
        }
    }
    let craving = "The mean of the week's answers; empty where there is none";
    Table {
        name: Tidy::Weeks.name().to_owned(),
        columns: vec![
            who(),
            Column::new(
                "week",
                Holds::Whole,
                "1 to 12",
                "The week after the first dose, or after randomisation in a trial",
            ),
            Column::new(
                "use",
                Holds::Words,
                "without use, use, not known",
                "What urines and reports together say of the week",
            ),
            Column::new(
                "urine",
                Holds::Words,
                "word",
                "What the urines say of the week",
            ),
            Column::new("craving_mean", Holds::Number, "0 to 10", craving),
        ],
        rows,
    }
}

fn of_endpoints(courses: &[&Course], today: Date) -> Table {
    let Ok(definitions) = Definitions::of_the_house() else {
        return Table::default();
    };
    let word = "The word the endpoints are computed from";
    let mut columns = vec![who(), Column::new("word", Holds::Words, "symbols", word)];
    for definition in &definitions {
        let holds = holds(definition.kind);
        let values = format!("{:?}", definition.kind).to_lowercase();
        let means = format!("{} {}", definition.says, definition.citation);
        for name in &definition.columns {
            columns.push(Column::new(
                name.clone(),
                holds,
                values.clone(),
                means.clone(),
            ));
        }
    }
    let mut rows = Vec::new();
    for (place, course) in courses.iter().enumerate() {
        if course.followed(today).passed.is_none() {
            continue;
        }
        let word = &course.trace.word;
        let mut cells = vec![(place + 1).to_string(), word.to_string()];
        for (definition, value) in definitions.iter().zip(definitions.values(word)) {
            cells.extend(value.cells(definition.columns.len()));
        }
        rows.push(cells);
    }
    Table {
        name: Tidy::Endpoints.name().to_owned(),
        columns,
        rows,
    }
}

/// What the columns of a kind of endpoint hold; a time is a week, and 1 where it happened.
const fn holds(kind: Kind) -> Holds {
    match kind {
        Kind::Truth => Holds::Truth,
        Kind::Whole | Kind::Time => Holds::Whole,
        Kind::Halves | Kind::Share | Kind::Score => Holds::Number,
    }
}

const fn in_a_word(symbol: Symbol) -> &'static str {
    match symbol {
        Symbol::Positive => "positive",
        Symbol::Negative => "negative",
        Symbol::Mixed => "both",
        Symbol::Missing => "missing",
        Symbol::Unscheduled => "none due",
    }
}

/// Words so few courses have that they could point at somebody.
struct Seldom(BTreeMap<&'static str, BTreeMap<String, u32>>);

impl Seldom {
    fn among(courses: &[&Course]) -> Self {
        let mut counted: BTreeMap<&'static str, BTreeMap<String, u32>> = BTreeMap::new();
        for course in courses {
            for (name, _, _, _, cell) in COURSES.iter().take(5) {
                *counted
                    .entry(name)
                    .or_default()
                    .entry(cell(course, None))
                    .or_insert(0) += 1;
            }
        }
        Self(counted)
    }

    fn has(&self, column: &str, value: &str) -> bool {
        let counted = self.0.get(column).and_then(|values| values.get(value));
        counted.is_some_and(|n| *n < FEWEST) && !value.is_empty()
    }
}

fn word(text: Option<&str>) -> String {
    text.unwrap_or_default().to_owned()
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| {
        let rounded = (value * 100.0).round() / 100.0;
        rounded.to_string()
    })
}

fn started(passed: Option<usize>, tell: impl FnOnce(usize) -> String) -> String {
    passed.map_or_else(String::new, tell)
}

struct Counts {
    known: usize,
    without: usize,
    conflict: usize,
}

fn counted(course: &Course, passed: Option<usize>, of: fn(&Counts) -> usize) -> String {
    started(passed, |passed| {
        let days = course.trace.days_until(passed);
        let n = |wanted: Day| days.days().iter().filter(|day| **day == wanted).count();
        let without = n(Day::NotUsed);
        let counts = Counts {
            known: without + n(Day::Used),
            without,
            conflict: n(Day::InConflict),
        };
        of(&counts).to_string()
    })
}

fn first_use(course: &Course, passed: Option<usize>) -> String {
    started(passed, |passed| {
        match course.trace.days_until(passed).first_use(Strictness::First) {
            TimeTo::Happened { day } => day.to_string(),
            TimeTo::NotBy { .. } => String::new(),
        }
    })
}

fn lost(course: &Course, passed: Option<usize>) -> String {
    started(passed, |passed| {
        let lost = course.trace.lost(passed);
        if lost.happened && course.trace.reached >= Reached::Started {
            lost.day.to_string()
        } else {
            String::new()
        }
    })
}
