//! Who may do what: one compiled-in table, frozen as a snapshot that reads in a diff.

use std::fmt;

use record::ids::PatientId;
use record::words::Role;

use crate::denied::Denied;
use crate::operation::Operation;

/// How far a role's permission reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Not at all.
    No,
    /// For their own record only.
    Own,
    /// For every record of the clinic.
    All,
}

macro_rules! acts {
    ($($(#[$doc:meta])* $name:ident = $code:literal: $($role:ident)* $(, own $($own:ident)*)?;)*) => {
        /// Something a person can do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Act { $($(#[$doc])* $name,)* }

        impl Act {
            /// Every act, in the order of a course.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The act's code.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// How far a role's permission for this act reaches.
            pub const fn reach(self, role: Role) -> Reach {
                match (self, role) {
                    $($((Self::$name, Role::$role) => Reach::All,)*
                    $($((Self::$name, Role::$own) => Reach::Own,)*)?)*
                    _ => Reach::No,
                }
            }
        }
    };
}

acts! {
    /// Ask for an evaluation, or write down that someone did.
    TakeEnquiry = "take an enquiry": Public Coordinator Prescriber Nurse Therapist MedicalDirector System;
    /// Try to reach a person.
    MakeContact = "record a contact": Coordinator Prescriber Nurse Therapist MedicalDirector System;
    /// Book or hold an evaluation.
    Evaluate = "book or hold an evaluation": Coordinator Prescriber Nurse Therapist MedicalDirector System;
    /// Register a patient, or correct who they are.
    Register = "register a patient": Coordinator Prescriber Nurse MedicalDirector System;
    /// Take history, conditions, medicines, allergies.
    TakeHistory = "take history": Coordinator Prescriber Nurse Therapist MedicalDirector System;
    /// Answer the evaluation beforehand, in one's own words.
    TellHistory = "answer the evaluation beforehand": System, own Patient;
    /// Go through the criteria of a substance use disorder.
    JudgeCriteria = "judge the criteria of a disorder": Prescriber Nurse Therapist MedicalDirector System;
    /// Record what was measured.
    Observe = "record measurements": Prescriber Nurse MedicalDirector System;
    /// Answer a questionnaire, or rate one.
    AnswerInstrument = "answer a questionnaire": Coordinator Prescriber Nurse Therapist MedicalDirector System, own Patient;
    /// Open a course.
    OpenCourse = "open a course": Coordinator Prescriber MedicalDirector System;
    /// Run the eligibility rules.
    Assess = "run the eligibility rules": Prescriber Nurse MedicalDirector System;
    /// Override a rule that allows it.
    Override = "override a rule": Prescriber MedicalDirector;
    /// Sign or withdraw a consent with the patient.
    Consent = "sign or withdraw a consent": Coordinator Prescriber Nurse Therapist MedicalDirector System, own Patient;
    /// Prescribe or amend a plan.
    Prescribe = "prescribe a plan": Prescriber MedicalDirector System;
    /// Book, move, miss or hold visits.
    KeepCalendar = "keep the calendar": Coordinator Prescriber Nurse Therapist MedicalDirector System;
    /// Run a dosing session.
    RunSession = "run a dosing session": Prescriber Nurse MedicalDirector System;
    /// Write in the room: notes, and set and setting.
    WriteInRoom = "write in the session room": Prescriber Nurse Therapist MedicalDirector System;
    /// Issue, draw, waste and put back stock in a session.
    UseStock = "use stock in a session": Prescriber Nurse MedicalDirector;
    /// Receive, move and count stock, report a loss, correct a line.
    HandleStock = "receive, move and count stock": Prescriber Nurse MedicalDirector ComplianceOfficer;
    /// Register a location, transfer or destroy stock, close a case, take an inventory.
    SettleStock = "settle what becomes of stock": MedicalDirector ComplianceOfficer;
    /// See the register of controlled substances.
    ReadStock = "see the register of stock": Prescriber Nurse MedicalDirector ComplianceOfficer;
    /// Record what a person answered of their access to controlled drugs.
    CheckAccess = "check access to stock": MedicalDirector ComplianceOfficer System;
    /// Record that the monitoring form of an esketamine session was sent.
    SendMonitoringForm = "send a monitoring form": Coordinator Prescriber Nurse MedicalDirector System;
    /// Record that a person is enrolled with the programme of esketamine.
    EnrolWithProgramme = "record an enrolment": Coordinator Prescriber Nurse MedicalDirector System;
    /// Record that the clinic is certified as a setting for esketamine.
    CertifySetting = "record a certified setting": MedicalDirector ComplianceOfficer System;
    /// Put a device into a room.
    PlaceDevice = "put a device into a room": Prescriber Nurse MedicalDirector Administrator System;
    /// Answer a check-in.
    CheckIn = "answer a check-in": Coordinator Prescriber Nurse Therapist MedicalDirector System, own Patient;
    /// Make a link that leads one patient to one check-in.
    SendLink = "send a check-in link": Coordinator Prescriber Nurse Therapist MedicalDirector System;
    /// Say how a patient wants to be reached, or take it back.
    AgreeContact = "agree how to be reached": Coordinator Prescriber Nurse Therapist MedicalDirector System, own Patient;
    /// Queue reminders that are due, and note what became of them.
    Remind = "send reminders": System;
    /// Report use of substances by day.
    ReportUse = "report use by day": Coordinator Prescriber Nurse Therapist MedicalDirector System, own Patient;
    /// Raise an alert.
    RaiseAlert = "raise an alert": Coordinator Prescriber Nurse Therapist MedicalDirector System;
    /// Take or close an alert.
    HandleAlert = "take or close an alert": Coordinator Prescriber Nurse Therapist MedicalDirector System;
    /// Put an alert off for a while, with a reason.
    SnoozeAlert = "put an alert off": Coordinator Prescriber Nurse Therapist MedicalDirector;
    /// Hand an alert nobody acted on to the next person.
    HandOnAlert = "hand on an overdue alert": System;
    /// Write a safety plan with the patient.
    PlanSafety = "write a safety plan": Prescriber Nurse Therapist MedicalDirector System, own Patient;
    /// Sign a note, or add to a signed one.
    SignNote = "sign a note": Prescriber Nurse Therapist MedicalDirector System;
    /// Correct an entry.
    Correct = "correct an entry": Coordinator Prescriber Nurse Therapist MedicalDirector;
    /// Ask for an entry to be corrected, or state that one does not agree.
    AskCorrection = "ask for a correction": Coordinator Prescriber Nurse Therapist MedicalDirector System, own Patient;
    /// Accept or decline a correction asked for.
    AnswerCorrection = "answer a correction asked for": Coordinator Prescriber Nurse Therapist MedicalDirector;
    /// Pause, end or reopen a course.
    TurnCourse = "pause, end or reopen a course": Coordinator Prescriber MedicalDirector System;
    /// See Today, Enquiries, Patients, the calendar and the watch list.
    ReadBoard = "see the clinic's lists": Coordinator Prescriber Nurse Therapist MedicalDirector;
    /// Open a chart.
    ReadChart = "open a chart": Coordinator Prescriber Nurse Therapist MedicalDirector, own Patient;
    /// Read and download one's own record, as its owner.
    ReadOwnRecord = "read one's own record": , own Patient;
    /// Put one's own page of days away, or take it out again.
    HideOwnDays = "hide one's own days": , own Patient;
    /// Read counselling notes.
    ReadCounselling = "read counselling notes": Therapist;
    /// See who opened what.
    ReadAccessLog = "read the access log": ComplianceOfficer MedicalDirector;
    /// See people and their roles.
    ReadPeople = "see people and roles": Administrator MedicalDirector ComplianceOfficer;
    /// Add people, change roles, set secrets.
    ManagePeople = "manage people and roles": Administrator System;
    /// Make and revoke devices.
    ManageDevices = "make and revoke devices": Administrator System;
    /// Describe the clinic.
    DescribeClinic = "describe the clinic": Administrator System;
    /// Read the evidence and what rests on it.
    ReadEvidence = "read the evidence": Coordinator Prescriber Nurse Therapist MedicalDirector ComplianceOfficer Researcher Administrator;
    /// Overrule a default for the clinic.
    OverruleDefault = "overrule a default": MedicalDirector;
    /// Read the rules, and try them on made-up inputs.
    ReadRules = "read the rules": Coordinator Prescriber Nurse Therapist MedicalDirector ComplianceOfficer Researcher Administrator;
    /// Sign a rule pack for use on patients.
    SignRules = "sign a rule pack": MedicalDirector;
    /// Sign the rescue templates for use in the rooms.
    SignRescue = "sign the rescue templates": MedicalDirector;
    /// Chart that a signed rescue template was used.
    UseRescue = "use a signed rescue template": Prescriber Nurse MedicalDirector;
    /// See what the programme's courses come to, in numbers.
    ReadOutcomes = "read the outcomes": Coordinator Prescriber Nurse Therapist MedicalDirector ComplianceOfficer Researcher System;
    /// Freeze and sign a report of the outcomes.
    SignReport = "sign a report of the outcomes": MedicalDirector;
    /// Take in a record from elsewhere.
    Import = "import records": System;
    /// Take de-identified tables or a chart out.
    Export = "export": ComplianceOfficer Researcher System;
    /// Erase a record's content.
    Erase = "erase a record": ComplianceOfficer;
}

impl fmt::Display for Act {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code())
    }
}

/// Decides whether the actor may do `act` about `patient`, and in which of their roles.
///
/// # Errors
/// [`Denied::NotFound`] when a patient asks about a record that is not theirs, so that they cannot
/// learn it exists; [`Denied::Forbidden`] when no role allows the act.
pub fn authorise(
    operation: &Operation<'_>,
    act: Act,
    patient: Option<PatientId>,
) -> Result<Role, Denied> {
    may(&operation.actor, act, patient)
}

/// Decides the same for an actor without an operation.
///
/// # Errors
/// As [`authorise`].
pub fn may(
    actor: &crate::operation::Actor,
    act: Act,
    patient: Option<PatientId>,
) -> Result<Role, Denied> {
    let roles = &actor.roles;
    if let Some(role) = roles.iter().find(|role| act.reach(**role) == Reach::All) {
        return Ok(*role);
    }
    let Some(role) = roles.iter().find(|role| act.reach(**role) == Reach::Own) else {
        return Err(Denied::Forbidden { act });
    };
    if patient.is_some() && patient == actor.patient() {
        Ok(*role)
    } else {
        Err(Denied::NotFound)
    }
}

/// The whole table as text: one line an act, one column a role.
pub fn table() -> String {
    let width = Act::ALL
        .iter()
        .map(|act| act.code().len())
        .max()
        .unwrap_or(0);
    let mut text = " ".repeat(width);
    for role in Role::ALL {
        text.push_str("  ");
        text.push_str(role.code());
    }
    text.push('\n');
    for act in Act::ALL {
        text.push_str(act.code());
        text.push_str(&" ".repeat(width - act.code().len().min(width)));
        for role in Role::ALL {
            let mark = match act.reach(*role) {
                Reach::All => "all",
                Reach::Own => "own",
                Reach::No => "-",
            };
            let cell = format!("  {mark:^width$}", width = role.code().len());
            text.push_str(&cell);
        }
        while text.ends_with(' ') {
            text.pop();
        }
        text.push('\n');
    }
    text
}
