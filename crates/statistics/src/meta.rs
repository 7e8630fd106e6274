//! Meta-analysis of two-arm studies: effect sizes, pooled effects, heterogeneity, what each study
//! weighs and what happens without it, small-study effects, and regression on study features.
//!
//! The mental model: a study becomes an [`Effect`] (an estimate and its variance), effects become
//! a [`Pooled`] by [`pool`] under a [`Model`], and everything else asks `pool` again with studies
//! left out, added in order, mirrored, or explained by [`Moderators`].
//!
//! Conventions are those of the R package metafor (Viechtbauer 2010, *Journal of Statistical
//! Software* 36(3)): I² and H² come from τ² and the typical sampling variance, the tables with a
//! zero cell get one half added to all four cells, and intervals are two-sided.
//!
//! To add an estimator of τ²: add a variant to [`Heterogeneity`], its formula to
//! `heterogeneity.rs` with its standard error, and its name to [`Heterogeneity::name`].

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "numbers of studies are far below 2^52, and rounded counts are cut at zero first"
)]

mod bias;
mod effect;
mod heterogeneity;
mod mantel_haenszel;
mod model;
mod report;
mod sensitivity;
#[cfg(test)]
mod tests;
mod weighted;

pub use crate::convergence::Stop;
pub use bias::{
    Begg, Egger, EggerMixed, Side, TrimFill, begg, egger, egger_mixed, fail_safe_number,
    trim_and_fill,
};
pub use effect::{
    BinaryMeasure, Effect, MeanMeasure, TwoByTwo, TwoGroups, binary_effect, mean_effect,
};
pub use heterogeneity::{Heterogeneity, TauInterval, tau_interval};
pub use mantel_haenszel::{FixedTables, PetoPooled, mantel_haenszel, peto};
pub use model::{Model, Moderators, Pooled, Prediction, Regression, Test, pool, regress};
pub use report::{ReportInput, regression_report, report};
pub use sensitivity::{Influence, cumulative, influence, leave_one_out};

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum MetaError {
    /// No study was given, or fewer than the question needs.
    #[error("{given} studies were given and this needs at least {needed}; add studies")]
    TooFew {
        /// Studies given.
        given: usize,
        /// Studies needed.
        needed: usize,
    },
    /// An effect is not a number or its variance is not above zero.
    #[error(
        "study {study} (counting from 1) has estimate {estimate} and variance {variance}; both must be finite and the variance above zero"
    )]
    BadEffect {
        /// Which study, counting from one.
        study: usize,
        /// Its estimate.
        estimate: f64,
        /// Its variance.
        variance: f64,
    },
    /// A table or a pair of groups that cannot be read as counts, means and deviations.
    #[error("{what}; correct the study or leave it out")]
    BadStudy {
        /// What is wrong.
        what: String,
    },
    /// The studies agree exactly, so an interval from their spread does not exist.
    #[error(
        "all {k} estimates agree exactly, so the hartung-knapp standard error is zero and gives no interval; use the normal test"
    )]
    NoSpread {
        /// How many studies.
        k: usize,
    },
    /// A moderator is constant or a combination of the others.
    #[error(
        "moderator `{name}` is constant over these studies or a combination of the moderators before it; leave it out"
    )]
    DependentModerator {
        /// Its name.
        name: String,
    },
    /// A moderator has not one finite value for each study.
    #[error("moderator `{name}` needs one finite value for each of the {k} studies")]
    BadModerator {
        /// Its name.
        name: String,
        /// How many studies.
        k: usize,
    },
    /// The search for τ² did not settle.
    #[error("tau squared by {method} did not settle in {steps} steps; use another estimator")]
    NotConverged {
        /// The estimator.
        method: &'static str,
        /// Steps made.
        steps: usize,
    },
    /// Every table has no events (or only events) in both arms.
    #[error(
        "no table has both an event and a non-event, so {measure} cannot be pooled; report the counts"
    )]
    NothingHappened {
        /// The measure asked for.
        measure: &'static str,
    },
    /// A level outside (0, 1).
    #[error("the confidence level {level} must lie between 0 and 1, such as 0.95")]
    BadLevel {
        /// The level asked for.
        level: f64,
    },
}

/// What a reader must know beside the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// One study only: nothing was pooled and heterogeneity is unknowable.
    OneStudy,
    /// The estimates agree exactly.
    IdenticalStudies,
    /// The estimate of τ² lies on its boundary, zero.
    TauOnBoundary,
    /// Under five studies: intervals for τ² and predictions are very uncertain.
    FewStudies,
}

impl Note {
    /// Says it in a sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::OneStudy => {
                "Only one study was given: nothing is pooled and heterogeneity cannot be known."
            }
            Self::IdenticalStudies => {
                "All estimates agree exactly; the spread between studies is zero by arithmetic, not by proof."
            }
            Self::TauOnBoundary => {
                "The estimated variance between studies is zero, the smallest value it can take."
            }
            Self::FewStudies => {
                "Fewer than five studies: heterogeneity and the prediction interval are very uncertain."
            }
        }
    }
}
