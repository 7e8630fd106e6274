//! Substance-use words, endpoint definitions and programme outcomes.
