//! The plan: designed and signed, then shown as one object.

mod asked;
pub(crate) mod design;
mod drawn;
mod figure;
mod signing;
mod standing;

/// Fields a plan is designed and amended with.
pub(crate) mod fields {
    pub(crate) use super::asked::{
        confirm_field, dose, dose_fields, doses, prose, rooms, second, second_field, staff, weight,
    };
}

pub(crate) use drawn::recovery;
pub(crate) use standing::show;
