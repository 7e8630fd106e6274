//! What a person can do, one module for each part of a course.
//!
//! Every use case has the same order: authorise, read the chart, ask what stands against it, append,
//! answer. To add one: write it in the module it belongs to, give it an [`crate::authority::Act`],
//! and say in its document what it refuses.

pub mod alert;
pub mod certificate;
pub mod check_in;
pub mod confirm;
pub mod consent;
pub mod contact;
pub mod correction;
pub mod correction_request;
pub mod course;
pub mod device;
pub mod eligibility;
pub mod enquiry;
pub mod enrolment;
pub mod erase;
pub mod evaluation;
pub mod follow_back;
pub mod import;
pub mod instrument;
pub mod ledger;
pub mod link;
mod marks;
pub mod message;
pub mod monitoring_form;
pub mod note;
pub mod observation;
pub mod overrule;
pub mod own;
pub mod people;
pub mod plan;
pub mod public_enquiry;
pub mod reader;
pub mod reassess;
pub mod registration;
pub mod remind;
pub mod rescue;
pub mod room;
pub mod rule_pack;
pub mod session;
pub mod sign_in;
pub mod visit;
pub mod watch;
