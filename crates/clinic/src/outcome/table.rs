//! Tidy tables of the courses, without names, dates or anything one could be found by.
//!
//! A person is a number that holds within one download alone: the rows stand in the order of a hash of
//! the record's identifier and the position, so a number says neither who came first nor who is who in
//! another download. Days are counted from the index. A site or a protocol of few people is withheld.

use std::collections::BTreeMap;

use jiff::civil::Date;
use outcomes::days::{Day, Strictness, TimeTo};
use outcomes::missing::Answer;
use outcomes::trace::{Reached, WINDOW_DAYS, before, last_between};
use outcomes::{Definitions, Symbol};

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

/// A column of the courses: its name, its unit or values, what it means, and its value.
const COURSES: &[(&str, &str, &str, Cell)] = &[
    (
        "substance",
        "word",
        "The substance treated; withheld where fewer than five people have it",
        |course, _| word(course.substance.as_deref()),
    ),
    (
        "protocol",
        "word",
        "The protocol and its version; withheld where fewer than five people have it",
        |course, _| word(course.protocol.as_deref()),
    ),
    (
        "site",
        "word",
        "The site, where the record names one; withheld where fewer than five people are there",
        |course, _| word(course.site.as_deref()),
    ),
    ("reached", "word", "How far the person came", |course, _| {
        course.trace.reached.words().to_owned()
    }),
    (
        "ended",
        "word",
        "Why no further, where the record says it",
        |course, _| word(course.trace.ended.map(outcomes::trace::Ended::words)),
    ),
    (
        "days_followed",
        "days, at most 90",
        "Days after the first dose that are over; empty before it",
        |_, passed| passed.map_or_else(String::new, |days| days.min(WINDOW_DAYS).to_string()),
    ),
    (
        "days_known",
        "days",
        "Of the first ninety, days on which use or its absence is known",
        |course, passed| counted(course, passed, |counts| counts.known),
    ),
    (
        "days_without_use",
        "days",
        "Of these, days known to be without use",
        |course, passed| counted(course, passed, |counts| counts.without),
    ),
    (
        "days_in_conflict",
        "days",
        "Days reported without use that a test contradicts",
        |course, passed| counted(course, passed, |counts| counts.conflict),
    ),
    (
        "first_use_day",
        "day",
        "The first day of use; empty where none is known",
        |course, passed| first_use(course, passed),
    ),
    (
        "last_known_day",
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
        "day",
        "The last day of contact before four silent weeks; empty where contact held",
        |course, passed| lost(course, passed),
    ),
    (
        "craving_before",
        "0 to 10",
        "The last craving before the first dose",
        |course, _| number(before(&course.trace.craving)),
    ),
    (
        "craving_at_90",
        "0 to 10",
        "The last craving of days 77 to 90",
        |course, _| number(last_between(&course.trace.craving, 77, 90)),
    ),
    (
        "phq9_before",
        "0 to 27",
        "The last PHQ-9 before the first dose",
        |course, _| number(before(&course.trace.phq9)),
    ),
    (
        "phq9_at_90",
        "0 to 27",
        "The last PHQ-9 of days 77 to 90",
        |course, _| number(last_between(&course.trace.phq9, 77, 90)),
    ),
    (
        "sessions",
        "number",
        "Dosing sessions in which drug was given",
        |course, _| course.trace.harm.sessions.to_string(),
    ),
    (
        "word",
        "symbols",
        "One symbol a week from the urines: + positive, - negative, * both, o missing, _ none due",
        |course, passed| started(passed, |_| course.trace.word.to_string()),
    ),
];

/// A table, as CSV.
///
/// # Errors
/// [`Denied::Forbidden`] where the actor may not take tables out; what the journal says.
pub fn table(
    clinic: &Clinic,
    actor: &Actor,
    asked: &Asked,
    today: Date,
    what: Tidy,
) -> Result<String, Denied> {
    may(actor, Act::Export, None)?;
    if what == Tidy::Dictionary {
        return Ok(dictionary());
    }
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
        Tidy::Courses | Tidy::Dictionary => of_courses(&courses, today),
        Tidy::Weeks => of_weeks(&courses, today),
        Tidy::Endpoints => of_endpoints(&courses, today),
    })
}

fn of_courses(courses: &[&Course], today: Date) -> String {
    let seldom = Seldom::among(courses);
    let head = std::iter::once("who").chain(COURSES.iter().map(|column| column.0));
    let mut out = row(head.map(str::to_owned));
    for (place, course) in courses.iter().enumerate() {
        let passed = course.followed(today).passed;
        let cells = COURSES.iter().map(|(name, _, _, cell)| {
            let value = cell(course, passed);
            if seldom.has(name, &value) {
                "withheld".to_owned()
            } else {
                value
            }
        });
        out.push_str(&row(std::iter::once((place + 1).to_string()).chain(cells)));
    }
    out
}

fn of_weeks(courses: &[&Course], today: Date) -> String {
    let head = ["who", "week", "use", "urine", "craving_mean"];
    let mut out = row(head.map(str::to_owned));
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
            let cells = [
                (place + 1).to_string(),
                (week + 1).to_string(),
                told.to_owned(),
                urine.to_owned(),
                number(mean),
            ];
            out.push_str(&row(cells));
        }
    }
    out
}

fn of_endpoints(courses: &[&Course], today: Date) -> String {
    let Ok(definitions) = Definitions::of_the_house() else {
        return String::new();
    };
    let head = ["who", "word"].into_iter().chain(definitions.columns());
    let mut out = row(head.map(str::to_owned));
    for (place, course) in courses.iter().enumerate() {
        if course.followed(today).passed.is_none() {
            continue;
        }
        let word = &course.trace.word;
        let mut cells = vec![(place + 1).to_string(), word.to_string()];
        for (definition, value) in definitions.iter().zip(definitions.values(word)) {
            cells.extend(value.cells(definition.columns.len()));
        }
        out.push_str(&row(cells));
    }
    out
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

/// What each column means, made from the columns themselves.
fn dictionary() -> String {
    let mut out = row(["table", "column", "values", "means"].map(str::to_owned));
    let mut add = |table: &str, column: &str, values: &str, means: &str| {
        out.push_str(&row([table, column, values, means].map(str::to_owned)));
    };
    let who = "A person within this download alone; another download numbers anew";
    add("courses", "who", "number", who);
    for (name, values, means, _) in COURSES {
        add("courses", name, values, means);
    }
    add("weeks", "who", "number", who);
    add(
        "weeks",
        "week",
        "1 to 12",
        "The week after the first dose, or after randomisation in a trial",
    );
    add(
        "weeks",
        "use",
        "without use, use, not known",
        "What urines and reports together say of the week",
    );
    add("weeks", "urine", "word", "What the urines say of the week");
    add(
        "weeks",
        "craving_mean",
        "0 to 10",
        "The mean of the week's answers; empty where there is none",
    );
    add("endpoints", "who", "number", who);
    add(
        "endpoints",
        "word",
        "symbols",
        "The word the endpoints are computed from",
    );
    if let Ok(definitions) = Definitions::of_the_house() {
        for definition in &definitions {
            for column in &definition.columns {
                let means = format!("{} {}", definition.says, definition.citation);
                add(
                    "endpoints",
                    column,
                    &format!("{:?}", definition.kind).to_lowercase(),
                    &means,
                );
            }
        }
    }
    out
}

/// Words so few courses have that they could point at somebody.
struct Seldom(BTreeMap<&'static str, BTreeMap<String, u32>>);

impl Seldom {
    fn among(courses: &[&Course]) -> Self {
        let mut counted: BTreeMap<&'static str, BTreeMap<String, u32>> = BTreeMap::new();
        for course in courses {
            for (name, _, _, cell) in COURSES.iter().take(5) {
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

/// A row of a table, its cells quoted where they must be.
fn row(cells: impl IntoIterator<Item = String>) -> String {
    let quoted = |cell: String| {
        if cell.contains(['"', ',', '\n', '\r']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell
        }
    };
    let cells: Vec<String> = cells.into_iter().map(quoted).collect();
    format!("{}\r\n", cells.join(","))
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
