//! What each use case does, refuses and never does, said as given, when, then.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "a test stops at the first fault"
)]

#[path = "use_cases/access.rs"]
mod access;
#[path = "use_cases/alert.rs"]
mod alert;
#[path = "use_cases/board.rs"]
mod board;
#[path = "use_cases/consent.rs"]
mod consent;
#[path = "use_cases/course.rs"]
mod course;
#[path = "use_cases/device.rs"]
mod device;
#[path = "use_cases/devices_given.rs"]
mod devices_given;
#[path = "use_cases/enrolment.rs"]
mod enrolment;
#[path = "use_cases/erase.rs"]
mod erase;
#[path = "use_cases/esketamine.rs"]
mod esketamine;
#[path = "use_cases/half_done.rs"]
mod half_done;
#[path = "use_cases/harness.rs"]
mod harness;
#[path = "use_cases/instrument.rs"]
mod instrument;
#[path = "use_cases/intake.rs"]
mod intake;
#[path = "use_cases/leaving.rs"]
mod leaving;
#[path = "use_cases/monitoring_form.rs"]
mod monitoring_form;
#[path = "use_cases/outcome.rs"]
mod outcome;
#[path = "use_cases/overrule.rs"]
mod overrule;
#[path = "use_cases/permission.rs"]
mod permission;
#[path = "use_cases/plan.rs"]
mod plan;
#[path = "use_cases/plan_clocks.rs"]
mod plan_clocks;
#[path = "use_cases/plan_doses.rs"]
mod plan_doses;
#[path = "use_cases/plan_moves.rs"]
mod plan_moves;
#[path = "use_cases/policy.rs"]
mod policy;
#[path = "use_cases/public_enquiry.rs"]
mod public_enquiry;
#[path = "use_cases/reach.rs"]
mod reach;
#[path = "use_cases/reader.rs"]
mod reader;
#[path = "use_cases/ready.rs"]
mod ready;
#[path = "use_cases/reassess.rs"]
mod reassess;
#[path = "use_cases/records.rs"]
mod records;
#[path = "use_cases/register.rs"]
mod register;
#[path = "use_cases/register_laws.rs"]
mod register_laws;
#[path = "use_cases/relapse.rs"]
mod relapse;
#[path = "use_cases/remind.rs"]
mod remind;
#[path = "use_cases/rescue.rs"]
mod rescue;
#[path = "use_cases/room.rs"]
mod room;
#[path = "use_cases/room_due.rs"]
mod room_due;
#[path = "use_cases/rule_pack.rs"]
mod rule_pack;
#[path = "use_cases/sample.rs"]
mod sample;
#[path = "use_cases/session.rs"]
mod session;
#[path = "use_cases/session_day.rs"]
mod session_day;
#[path = "use_cases/sign_in.rs"]
mod sign_in;
#[path = "use_cases/slips.rs"]
mod slips;
#[path = "use_cases/stale.rs"]
mod stale;
#[path = "use_cases/stock.rs"]
mod stock;
#[path = "use_cases/watch.rs"]
mod watch;
#[path = "use_cases/year.rs"]
mod year;
