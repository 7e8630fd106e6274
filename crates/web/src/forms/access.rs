//! Forms of what the law asks before controlled drugs are handled: who may have access.
#![expect(
    clippy::unnecessary_wraps,
    reason = "the drawing of every form has one shape"
)]

use clinic::act::certificate::record_certified;
use clinic::act::ledger::access::{QUESTIONS, record_check};
use clinic::authority::Act;
use clinic::denied::Denied;
use pages::{Choice, Field, FormPage};
use record::ids::PersonId;
use record::words::YesNo;

use super::{Desk, FormKind, read};

pub(super) const FORMS: &[FormKind] = &[
    FormKind {
        code: "check-access",
        title: "Record a check of access to controlled drugs",
        done: "The check is recorded.",
        act: Act::CheckAccess,
        draw: draw_check,
        send: send_check,
    },
    FormKind {
        code: "certify-setting",
        title: "Record the certificate as a setting for esketamine",
        done: "The certificate is recorded, and the rules of the day read it.",
        act: Act::CertifySetting,
        draw: draw_certificate,
        send: send_certificate,
    },
];

/// What is said above a certificate.
const CERTIFICATE_SAID: &str = "The programme of esketamine certifies the clinic itself; Holdfast sends nothing. Until the certificate is recorded here, no esketamine is received and rule E55 holds every dose.";

/// What is said above a check.
const CHECK_SAID: &str = "Ask the person each question, and record what they answered. One yes shuts them out from controlled drugs: nobody may be employed with access then (21 CFR 1301.76(a)). What they answered is seen by those who record checks; others read only whether there is access.";

fn person(desk: &Desk<'_>) -> Result<(PersonId, String), Denied> {
    let id: PersonId = desk.needed("person")?;
    let board = desk.app.clinic.board();
    let staff = board.people.get(&id).ok_or(Denied::NotFound)?;
    Ok((id, staff.name.clone()))
}

fn answered() -> Vec<Choice> {
    let words = |answer: YesNo| match answer {
        YesNo::Yes => "Yes",
        YesNo::No => "No",
        YesNo::Unknown => "Not known",
        YesNo::Declined => "Not answered",
    };
    let all = [YesNo::No, YesNo::Yes, YesNo::Unknown, YesNo::Declined];
    all.map(|answer| Choice::new(answer.code(), words(answer)))
        .to_vec()
}

fn draw_check(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let (_, name) = person(desk)?;
    let today = desk.app.clinic.zone_today(desk.ask.now).to_string();
    let questions = QUESTIONS.map(|(field, words)| Field::one_of(field, words, answered()));
    let form = desk
        .form("Record it")
        .cancel("/ledger/access", "Cancel")
        .group(name, questions.to_vec())
        .group(
            "How they were asked",
            vec![
                Field::day("asked_on", "On which day?").value(&today),
                Field::line("how", "How, and where is the answer kept?")
                    .hint("For example: signed statement, with the papers of the person"),
            ],
        );
    Ok(desk.page(form).said(CHECK_SAID))
}

fn send_check(desk: &Desk<'_>) -> Result<String, Denied> {
    let (person, _) = person(desk)?;
    let mut answers = desk.answers();
    let [convicted, denied, revoked, surrendered] =
        QUESTIONS.map(|(field, _)| answers.word(field, YesNo::from_code));
    let (asked_on, how) = (answers.day("asked_on"), answers.line("how"));
    read!(answers => convicted, denied, revoked, surrendered, asked_on, how);
    let told = [convicted, denied, revoked, surrendered];
    desk.operate(|operation, clinic| {
        record_check(operation, clinic, (person, asked_on), how, told)
    })?;
    Ok("/ledger/access?done=check-access".to_owned())
}

fn draw_certificate(desk: &Desk<'_>) -> Result<FormPage, Denied> {
    let today = desk.app.clinic.zone_today(desk.ask.now).to_string();
    let form = desk
        .form("Record it")
        .cancel("/ledger/access", "Cancel")
        .fields(vec![
            Field::day("certified_on", "Certified since which day?").value(&today),
            Field::line("reference", "Number of the certificate")
                .hint("Or the programme's confirmation, where the certificate has no number"),
        ]);
    Ok(desk.page(form).said(CERTIFICATE_SAID))
}

fn send_certificate(desk: &Desk<'_>) -> Result<String, Denied> {
    let mut answers = desk.answers();
    let (certified_on, reference) = (answers.day("certified_on"), answers.line("reference"));
    read!(answers => certified_on, reference);
    desk.operate(|operation, clinic| {
        record_certified(operation, clinic, (certified_on, reference))
    })?;
    Ok("/ledger/access?done=certify-setting".to_owned())
}
