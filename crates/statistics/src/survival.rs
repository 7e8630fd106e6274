//! Time to an event: curves, tests and regressions for data that may be censored.
//!
//! Everything starts from [`Times`]: when each row entered, when it left, and whether it left by
//! the event. Rows with anything missing are dropped by the caller, before, so that what was
//! dropped can be counted and said.

pub mod accuracy;
pub mod aft;
pub mod competing;
pub mod cox;
pub mod design;
pub mod fine_gray;
pub mod gray;
pub mod kaplan_meier;
pub mod log_rank;
mod order;
pub mod rmst;
pub(crate) mod symmetric;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SurvivalError {
    /// No rows.
    #[error("there are no rows; nothing can be estimated")]
    Empty,
    /// More rows than can be counted.
    #[error("{0} rows are more than 4294967295, the most that can be counted; split the file")]
    TooManyRows(usize),
    /// Two columns of different length.
    #[error("{what} has {found} rows where the times have {expected}")]
    Length {
        /// The column.
        what: &'static str,
        /// Rows of the times.
        expected: usize,
        /// Rows of the column.
        found: usize,
    },
    /// A time that is negative or not a finite number.
    #[error("row {row} has the time {value}; a time must be a finite number of zero or more")]
    BadTime {
        /// The row, counted from 1.
        row: usize,
        /// The time.
        value: f64,
    },
    /// An interval that ends before or when it starts.
    #[error("row {row} starts at {start} and stops at {stop}; it must stop after it starts")]
    BadInterval {
        /// The row, counted from 1.
        row: usize,
        /// Its start.
        start: f64,
        /// Its stop.
        stop: f64,
    },
    /// A status that is neither 0 nor 1.
    #[error("row {row} has the status {value}; it must be 1 for an event or 0 for none")]
    BadStatus {
        /// The row, counted from 1.
        row: usize,
        /// The status.
        value: f64,
    },
    /// A group code beyond the number of groups.
    #[error("row {row} is of group {code}, but there are only {groups} groups")]
    BadGroup {
        /// The row, counted from 1.
        row: usize,
        /// The code, counted from 0.
        code: usize,
        /// The number of groups.
        groups: usize,
    },
    /// A comparison of fewer than two groups.
    #[error("there is only one group with rows; a comparison needs two")]
    OneGroup,
    /// Nobody had the event.
    #[error("nobody had the event, so there is nothing to compare or to fit")]
    NoEvents,
    /// The variance of the test is zero.
    #[error(
        "the groups were never at risk together when an event happened, so nothing compares them"
    )]
    NothingComparable,
    /// A horizon beyond what was followed.
    #[error(
        "the horizon {horizon} is beyond {limit}, the last time a group was followed; shorten it"
    )]
    BeyondFollowUp {
        /// The horizon asked for.
        horizon: f64,
        /// The longest that can be asked for.
        limit: f64,
    },
    /// A horizon that is not a positive finite number.
    #[error("the horizon must be a positive finite number, not {0}")]
    BadHorizon(f64),
    /// A covariate with a value that is not finite.
    #[error("covariate `{term}` is {value} in row {row}; drop the row or give a number")]
    BadCovariate {
        /// The covariate.
        term: String,
        /// The row, counted from 1.
        row: usize,
        /// The value.
        value: f64,
    },
    /// Too many covariates.
    #[error("{found} covariates are more than the {limit} this fits; leave some out")]
    TooManyCovariates {
        /// How many were given.
        found: usize,
        /// How many are allowed.
        limit: usize,
    },
    /// A model that needs times above zero.
    #[error("row {row} has the time {value}; this model needs times above zero")]
    NotPositive {
        /// The row, counted from 1.
        row: usize,
        /// The time.
        value: f64,
    },
    /// A model that cannot take late entry.
    #[error("row {row} enters at {start}; this model needs every row followed from zero")]
    LateEntry {
        /// The row, counted from 1.
        row: usize,
        /// When it enters.
        start: f64,
    },
    /// A model whose columns determine one another.
    #[error("column `{term}` is constant or determined by the others; leave it out")]
    Collinear {
        /// The first such column.
        term: String,
    },
    /// An iteration that did not settle.
    #[error("the fit did not settle in {iterations} iterations; {why}")]
    NoConvergence {
        /// Iterations made.
        iterations: u32,
        /// The likely reason.
        why: &'static str,
    },
}

/// When rows entered and left, and whether they left by the event.
#[derive(Clone, Copy, Debug)]
pub struct Times<'a> {
    start: Option<&'a [f64]>,
    stop: &'a [f64],
    event: &'a [bool],
}

impl<'a> Times<'a> {
    /// Rows followed from zero to `stop`; `event` says whether it happened then.
    pub fn new(stop: &'a [f64], event: &'a [bool]) -> Result<Self, SurvivalError> {
        same_length("the status", stop.len(), event.len())?;
        if stop.is_empty() {
            return Err(SurvivalError::Empty);
        }
        if u32::try_from(stop.len()).is_err() {
            return Err(SurvivalError::TooManyRows(stop.len()));
        }
        check_times(stop)?;
        Ok(Self {
            start: None,
            stop,
            event,
        })
    }

    /// Rows at risk in `(start, stop]`, for late entry and for covariates that change.
    pub fn with_entry(
        start: &'a [f64],
        stop: &'a [f64],
        event: &'a [bool],
    ) -> Result<Self, SurvivalError> {
        let times = Self::new(stop, event)?;
        same_length("the start", stop.len(), start.len())?;
        check_times(start)?;
        for (row, (&start, &stop)) in start.iter().zip(stop).enumerate() {
            if start >= stop {
                return Err(SurvivalError::BadInterval {
                    row: row + 1,
                    start,
                    stop,
                });
            }
        }
        Ok(Self {
            start: Some(start),
            ..times
        })
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.stop.len()
    }

    /// When each row left.
    pub fn stop(&self) -> &'a [f64] {
        self.stop
    }

    /// When each row entered, where that is not zero for all.
    pub fn start(&self) -> Option<&'a [f64]> {
        self.start
    }

    /// Whether each row left by the event.
    pub fn event(&self) -> &'a [bool] {
        self.event
    }

    /// How many rows left by the event.
    pub fn events(&self) -> usize {
        self.event.iter().filter(|event| **event).count()
    }
}

/// A group for each row, counted from 0.
#[derive(Clone, Copy, Debug)]
pub struct Groups<'a> {
    codes: &'a [u32],
    count: usize,
}

impl<'a> Groups<'a> {
    /// Checks that every code is below `count`.
    pub fn new(codes: &'a [u32], count: usize) -> Result<Self, SurvivalError> {
        let highest = codes.iter().copied().max().unwrap_or(0) as usize;
        if highest >= count && !codes.is_empty() {
            let row = codes
                .iter()
                .position(|code| *code as usize >= count)
                .unwrap_or(0)
                + 1;
            return Err(SurvivalError::BadGroup {
                row,
                code: highest,
                groups: count,
            });
        }
        Ok(Self { codes, count })
    }

    /// Each row's code.
    pub fn codes(&self) -> &'a [u32] {
        self.codes
    }

    /// The number of groups.
    pub fn count(&self) -> usize {
        self.count
    }
}

/// Reads a status column of zeros and ones.
pub fn events(status: &[f64]) -> Result<Vec<bool>, SurvivalError> {
    let mut events = Vec::with_capacity(status.len());
    for (row, &value) in status.iter().enumerate() {
        if value.total_cmp(&1.0).is_eq() {
            events.push(true);
        } else if value.abs() > 0.0 || value.is_nan() {
            return Err(SurvivalError::BadStatus {
                row: row + 1,
                value,
            });
        } else {
            events.push(false);
        }
    }
    Ok(events)
}

pub(crate) fn same_length(
    what: &'static str,
    expected: usize,
    found: usize,
) -> Result<(), SurvivalError> {
    if expected == found {
        Ok(())
    } else {
        Err(SurvivalError::Length {
            what,
            expected,
            found,
        })
    }
}

fn check_times(times: &[f64]) -> Result<(), SurvivalError> {
    // One branch-free pass; the row is looked for only when there is something to say.
    if times
        .iter()
        .fold(true, |good, t| good && (*t >= 0.0) && (*t < f64::INFINITY))
    {
        return Ok(());
    }
    let good = |t: &f64| *t >= 0.0 && t.is_finite();
    let row = times.iter().position(|t| !good(t)).unwrap_or(0);
    Err(SurvivalError::BadTime {
        row: row + 1,
        value: times[row],
    })
}
