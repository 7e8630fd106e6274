//! The clinic's words: quantities with units, identifiers with kinds, the two times, the entry
//! kinds, and the [`Chart`] they fold into.
//!
//! ```
//! use record::chart::Chart;
//! use record::fact::observation::VitalsObserved;
//! use record::quantity::MillimetresOfMercury;
//!
//! let pressure = MillimetresOfMercury::parse("146")?;
//! let vitals = VitalsObserved { systolic_mmhg: Some(pressure), ..VitalsObserved::default() };
//! assert_eq!(vitals.diastolic_mmhg, None, "absent is absent, never normal");
//! assert_eq!(Chart::fold([]).entries().len(), 0);
//! # Ok::<(), record::quantity::Unreadable>(())
//! ```
//!
//! # Mental model
//!
//! A clinical record is a journal of signed facts; everything a person sees is a fold of it.
//! A [`fact::Fact`] says one thing that happened. An [`entry::Entry`] is a fact with its author, its
//! number and its two times. A [`chart::Chart`] is what the entries of one patient come to, with
//! corrections applied and still visible. The fold is total: it never fails and never reads a clock.
//!
//! # Map
//!
//! [`fact`] holds the entry kinds by the part of care they belong to; [`entry`] their bytes;
//! [`chart`] the fold; [`stock`] the lines of the register; [`quantity`], [`ids`], [`words`], [`time`] and [`calendar`] the small words.
//!
//! # Glossary
//!
//! One concept has one word, here and in code, tables, addresses, screens and commits.
//!
//! | word | means |
//! |---|---|
//! | adverse event | harm seen or reported; the only kind of *event* there is |
//! | alert | something that needs a person, with a reason, an owner and a clock |
//! | author | who made an entry, in which role, through which door |
//! | board | the fold of the whole clinic that lists and queues read |
//! | chart | the fold of one patient's record |
//! | check-in | the short daily set of questions a patient answers |
//! | consent | a signed text with its version and hash |
//! | correction | an entry that amends another or marks it entered in error |
//! | course | one run of a patient through a protocol; a return to use never closes it |
//! | day 0 | the first dosing day of a course; protocol days count from it |
//! | entry | one fact in the journal, with its author and two times |
//! | evaluation | the free first assessment of a person who enquired |
//! | fact | what an entry says |
//! | instrument | a questionnaire or rating with its version and scoring |
//! | journal | the append-only record of a clinic |
//! | occurred, recorded | when a thing happened, as claimed; when the journal took it in |
//! | message | a letter or text that leaves the clinic for a patient; a *reminder* is one about something due |
//! | order | a prescriber's instruction |
//! | patient | a person who receives, or asks for, treatment |
//! | person | someone who works at the clinic and signs in |
//! | plan | the prescribed doses and therapy of a course, by protocol day |
//! | protocol | treatment as data: doses, days, therapy, monitoring, evidence |
//! | record | everything kept about one patient |
//! | refusal | a clinical or legal no, with its rule |
//! | register | the account of controlled substances, vial by vial; its entries are lines |
//! | session | a dosing session |
//! | stock | what the clinic keeps of controlled substances, whoever it is for |
//! | time-out | the moment before drug in which two people check together |
//! | sign-in | the stretch in which a person is known to the program |
//! | timeline follow-back | an interview that goes back day by day over substance use |
//! | urine screen | a test of urine for several substances |
//! | vial | one container of a controlled substance, by its own number |
//! | visit | a time booked with a patient |
//! | waste | drug that was not given and was made unusable before a second person, the witness |
//!
//! # What this crate does not do
//!
//! It reads no clock, draws no chance, opens no file and knows no database. It judges nobody:
//! plausible ranges refuse typing slips, and what a value *means* is for `protocol` to say.
//!
//! # To add an entry kind
//!
//! Follow the steps at the head of [`fact`].

#![deny(missing_docs)]

pub mod calendar;
pub mod chart;
pub mod entry;
pub mod fact;
pub mod ids;
pub mod quantity;
pub mod stock;
pub mod time;
pub mod words;

pub use chart::{Chart, EntryNumber};
pub use entry::Entry;
pub use fact::{Fact, Kind};
pub use ids::Chance;
pub use time::{Clock, OccurredAt, RecordedAt};
pub use words::{Author, Door, Line, Prose, Role, Said, Substance};
