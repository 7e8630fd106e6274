//! Models for people measured more than once: linear mixed models, logistic mixed models,
//! generalised estimating equations and repeated measures with an unstructured covariance.
//!
//! The mental model: a [`Formula`] and a table make a [`Design`]; a design and a choice of method
//! make a fit; a fit says its estimates, their uncertainty, and in [`Note`]s what is doubtful about
//! them (a variance on its boundary, a search that stopped early).
//!
//! | question | function | after |
//! |---|---|---|
//! | how does a measure change, people differing | [`linear`] | lme4's `lmer` |
//! | what is the mean at each visit, people differing in level | [`VisitAnswers::means`] | lme4's `lmer`, without its rows |
//! | how likely is an outcome for a given person | [`logistic_mixed`] | lme4's `glmer` |
//! | how likely is it on average, clusters allowed for | [`gee`] | geepack |
//! | what is the mean at each visit, nothing assumed of the covariance | [`repeated`] | nlme's `gls` |
//!
//! It deliberately does not do crossed groupings, offsets, or families beyond the normal and the
//! binomial.
//!
//! To add a covariance structure: add a variant to [`Structure`] and its columns to
//! `repeated/structure.rs`.

#![expect(
    clippy::cast_precision_loss,
    reason = "numbers of rows and groups are far below 2^52"
)]

mod descent;
mod formula;
mod gee;
mod linear;
mod logistic;
mod logistic_mixed;
mod repeated;
mod report;
mod request;
mod search;

pub use crate::convergence::Stop;
pub use formula::{Coding, Design, Formula, RandomDesign, RandomTerm};
pub use gee::{Clustered, Family, GeeFit, WorkingCorrelation, gee};
pub use linear::{
    Approximation, Coefficient, Criterion, LinearFit, RandomVariance, VisitAnswers, VisitMeans,
    linear,
};

pub use logistic::{LogisticFit, logistic, probability};
pub use logistic_mixed::{LogisticMixedFit, logistic_mixed};
pub use repeated::{Repeated, RepeatedFit, Structure, repeated};
pub use report::{
    gee_report, linear_report, logistic_mixed_report, logistic_report, repeated_report,
};
pub use request::answer;

use crate::table::TableError;

/// Why there is no fit.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum MixedError {
    /// The formula cannot be read.
    #[error("the formula `{text}` cannot be read: {why}")]
    Formula {
        /// The formula.
        text: String,
        /// What is wrong with it.
        why: String,
    },
    /// A column is missing or of the wrong kind.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A reference level that does not occur.
    #[error("column `{column}` has no level `{level}` to compare with")]
    NoSuchLevel {
        /// The column.
        column: String,
        /// The level asked for.
        level: String,
    },
    /// No row has all the values the formula names.
    #[error("no row has a value in every column of the formula")]
    NoRows,
    /// Random terms over two groupings.
    #[error("random terms over both `{first}` and `{second}` are not supported; use one grouping")]
    TwoGroupings {
        /// One grouping.
        first: String,
        /// Another.
        second: String,
    },
    /// The formula has no random term.
    #[error(
        "the formula has no random term such as `(1 | group)`; add one or fit a plain regression"
    )]
    NoRandomTerm,
    /// A fixed column says what others say already.
    #[error("the term `{term}` is constant or a combination of the terms before it; leave it out")]
    Dependent {
        /// The term.
        term: String,
    },
    /// Fewer rows than coefficients.
    #[error("{rows} complete rows cannot support {parameters} parameters; add data or simplify")]
    TooFewRows {
        /// Rows there are.
        rows: usize,
        /// Parameters asked for.
        parameters: usize,
    },
    /// Each group has one row, so the residual and the group variance cannot be told apart.
    #[error(
        "every group has one row, so the variance between groups cannot be told from the residual"
    )]
    OneRowPerGroup,
    /// Nothing is left to explain: the response is constant or fits exactly.
    #[error("the fixed terms explain the response exactly, so there is no variance to divide")]
    NoResidual,
    /// A response that must be zero or one is something else.
    #[error("the response must be 0 or 1 and row {row} (counting from 1) has {value}")]
    NotBinary {
        /// Which complete row.
        row: usize,
        /// What it has.
        value: f64,
    },
    /// A value that is not finite.
    #[error("a column of the formula holds a value that is not a finite number")]
    NotFinite,
    /// The outcome is foretold exactly by the terms, so some coefficient has no finite value.
    #[error(
        "the terms separate the outcomes exactly (`{term}` runs off without end), so there is no finite estimate; leave it out or combine levels"
    )]
    Separation {
        /// The term that runs off most.
        term: String,
    },
    /// The search did not settle.
    #[error("the {what} did not converge in {steps} steps; simplify the model or rescale a column")]
    NotConverged {
        /// Which search.
        what: &'static str,
        /// Steps made.
        steps: usize,
    },
    /// Two rows of one subject at one visit.
    #[error("subject {subject} has two rows at visit {visit}; keep one")]
    RepeatedVisit {
        /// The subject.
        subject: String,
        /// The visit.
        visit: String,
    },
    /// Two visits that no subject has both of.
    #[error(
        "no subject was seen at both visit {first} and visit {second}, so their covariance cannot be estimated; leave one visit out"
    )]
    NeverTogether {
        /// One visit.
        first: String,
        /// Another.
        second: String,
    },
    /// A quadrature that cannot be.
    #[error(
        "{asked} nodes cannot be used with {columns} random columns; use one node, or up to 101 with a single column"
    )]
    Nodes {
        /// Nodes asked for.
        asked: usize,
        /// Random columns.
        columns: usize,
    },
    /// A covariance that cannot be inverted.
    #[error("the covariance of the {what} is not positive definite; simplify the model")]
    NotPositive {
        /// Of what.
        what: &'static str,
    },
}

/// What a reader must know beside the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// A random variance is zero or two random terms move as one.
    Singular,
}

impl Note {
    /// Says it in a sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Singular => {
                "The fit is singular: a variance is estimated as zero or two random terms as moving as one, so the variance components and the degrees of freedom are not to be relied on."
            }
        }
    }
}
