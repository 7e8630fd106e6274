//! Survival, meta-analysis, mixed models and prediction; knows nothing of medicine.
