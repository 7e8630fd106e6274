//! What each use case does, refuses and never does, said as given, when, then.

#[path = "use_cases/board.rs"]
mod board;
#[path = "use_cases/course.rs"]
mod course;
#[path = "use_cases/harness.rs"]
mod harness;
#[path = "use_cases/intake.rs"]
mod intake;
#[path = "use_cases/permission.rs"]
mod permission;
#[path = "use_cases/policy.rs"]
mod policy;
#[path = "use_cases/records.rs"]
mod records;
#[path = "use_cases/sample.rs"]
mod sample;
#[path = "use_cases/session.rs"]
mod session;
#[path = "use_cases/sign_in.rs"]
mod sign_in;
