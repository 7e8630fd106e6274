//! The doors, tried over HTTP only: who may come, what may be sent, and a whole course by forms.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod access;
mod before;
mod calm;
mod correcting;
mod course;
mod enquiring;
mod evidence;
mod form;
mod hostile;
mod house;
mod inputs;
mod instrument;
mod law;
mod level;
mod link;
mod link_told;
mod live;
mod mishap;
mod outcomes;
mod overriding;
mod own;
mod plan;
mod public;
mod questionnaire;
mod reach;
mod reading;
mod record;
mod record_number;
mod record_whole;
mod reports;
mod rescue;
mod room_words;
mod rules;
mod sign_in;
mod stock;
mod treatment;
mod unfinished;
mod waited;
mod whole;
