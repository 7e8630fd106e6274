//! What the pooled effect owes to each study.

use super::{Effect, MetaError, Model, Pooled, pool};

/// Pools the studies again with each one left out in turn.
pub fn leave_one_out(effects: &[Effect], model: &Model) -> Result<Vec<Pooled>, MetaError> {
    if effects.len() < 2 {
        return Err(MetaError::TooFew {
            given: effects.len(),
            needed: 2,
        });
    }
    (0..effects.len())
        .map(|left_out| pool(&without(effects, left_out), model))
        .collect()
}

/// Pools the first study, the first two, and so on, in the order given.
pub fn cumulative(effects: &[Effect], model: &Model) -> Result<Vec<Pooled>, MetaError> {
    (1..=effects.len())
        .map(|count| pool(&effects[..count], model))
        .collect()
}

fn without(effects: &[Effect], left_out: usize) -> Vec<Effect> {
    let kept = effects
        .iter()
        .enumerate()
        .filter(|(index, _)| *index != left_out);
    kept.map(|(_, effect)| *effect).collect()
}

/// How much one study moves the result.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Influence {
    /// Its distance from the pool of the others, in standard errors of that distance.
    pub student_residual: f64,
    /// The squared move of the pooled effect when it is left out, over its variance.
    pub cook_distance: f64,
    /// Its leverage: the weight of its own estimate in its own fitted value.
    pub leverage: f64,
    /// The variance between the other studies.
    pub tau_square_without: f64,
    /// Cochran's Q of the other studies.
    pub q_without: f64,
    /// The variance of the pooled effect without it, over that with it.
    pub covariance_ratio: f64,
}

/// Measures the influence of each study (Viechtbauer and Cheung 2010, *Research Synthesis
/// Methods* 1).
///
/// With `μ₋ᵢ`, `τ²₋ᵢ` from the other studies: residual `(yᵢ − μ₋ᵢ)/√(vᵢ + τ²₋ᵢ + se₋ᵢ²)`, Cook's
/// distance `(μ − μ₋ᵢ)²/se²`. Domain: three studies or more. Error: that of the pooled fits.
pub fn influence(effects: &[Effect], model: &Model) -> Result<Vec<Influence>, MetaError> {
    if effects.len() < 3 {
        return Err(MetaError::TooFew {
            given: effects.len(),
            needed: 3,
        });
    }
    let all = pool(effects, model)?;
    let reduced = leave_one_out(effects, model)?;
    let measured = effects.iter().zip(&reduced).zip(&all.weights);
    Ok(measured
        .map(|((effect, others), weight)| {
            let error = effect.variance + others.tau_square + others.standard_error.powi(2);
            Influence {
                student_residual: (effect.estimate - others.estimate) / error.sqrt(),
                cook_distance: ((all.estimate - others.estimate) / all.standard_error).powi(2),
                leverage: weight / 100.0,
                tau_square_without: others.tau_square,
                q_without: others.q,
                covariance_ratio: (others.standard_error / all.standard_error).powi(2),
            }
        })
        .collect())
}
