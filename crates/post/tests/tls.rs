//! Letters and texts over TLS, to a real server on this machine whose certificate was made for the test.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test stops at the first fault and says what it skipped"
)]

use clinic::act::message::Letter;
use jiff::Timestamp;
use post::{Carrier as _, Mail, Settings, Text, Trouble};
use record::fact::contact::Carriage;
use testkit::{Certificate, Gateway, MailServer};

const SECRET: &str = "0123456789abcdef0123456789abcdef";

fn letter(to: &str) -> Letter {
    Letter {
        carriage: Carriage::Mail,
        to: to.to_owned(),
        sender: "Reminder".to_owned(),
        subject: "Your reminder".to_owned(),
        text: "Your reminder: https://page.example/a".to_owned(),
        reference: "2026-03-03/msg_1".to_owned(),
    }
}

fn now() -> Timestamp {
    "2026-03-03T14:00:00Z".parse().unwrap()
}

fn settings(table: &str, authority: &str) -> Settings {
    let text = format!("address = \"https://page.example\"\n{table}");
    let open = |file: &str| match file {
        "authority" => Ok(authority.to_owned()),
        "secret" => Ok(SECRET.to_owned()),
        other => Err(format!("there is no {other}")),
    };
    Settings::read(&text, &open).unwrap()
}

fn mail(port: u16, security: &str, authority: &str) -> Mail {
    let table = format!(
        "[mail]\nhost = \"localhost\"\nport = {port}\nsecurity = \"{security}\"\nfrom = \"reminder@page.example\"\nauthority_file = \"authority\"\n"
    );
    Mail::of(settings(&table, authority).mail.as_ref().unwrap()).unwrap()
}

fn text(url: &str, authority: &str) -> Text {
    let table = format!(
        "[text]\nurl = \"{url}\"\nsecret_file = \"secret\"\nauthority_file = \"authority\"\n"
    );
    Text::of(settings(&table, authority).text.as_ref().unwrap()).unwrap()
}

/// The certificates of a test; none, with a sentence, where the machine cannot make them.
fn certificates<const N: usize>(names: [&str; N]) -> Option<[Certificate; N]> {
    if !Certificate::can_be_made() {
        println!("skipped: openssl is not on this machine, and makes the certificates");
        return None;
    }
    Some(names.map(|name| Certificate::of(name).unwrap()))
}

/// What is said of a certificate nobody here trusts.
fn is_refused(sent: Result<(), Trouble>) {
    match sent {
        Err(Trouble::Down(said)) => {
            assert!(said.contains("does not trust"), "{said}");
            assert!(said.contains("authority_file"), "{said}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_letter_travels_over_tls_from_the_first_byte_and_after_a_greeting() {
    let Some([ours]) = certificates(["localhost"]) else {
        return;
    };
    let implicit = MailServer::start_with_tls(&ours).unwrap();
    let starttls = MailServer::start_with_starttls(&ours).unwrap();
    for (server, security) in [(&implicit, "tls"), (&starttls, "starttls")] {
        let mail = mail(server.port(), security, ours.pem());
        mail.carry(&letter("rowan@box.example"), now()).unwrap();
        let taken = server.letters();
        assert_eq!(taken.len(), 1, "{security}");
        assert_eq!(taken[0].to, "rowan@box.example");
        assert!(taken[0].text.contains("Your reminder"), "{security}");
    }
}

#[test]
fn a_server_with_a_wrong_certificate_is_told_nothing_and_the_letter_waits() {
    let Some([ours, another, misnamed]) = certificates(["localhost", "localhost", "mail.example"])
    else {
        return;
    };
    // One of somebody else, and one we trust that is of another server.
    for (shown, trusted) in [(&another, &ours), (&misnamed, &misnamed)] {
        let implicit = MailServer::start_with_tls(shown).unwrap();
        let starttls = MailServer::start_with_starttls(shown).unwrap();
        for (server, security) in [(&implicit, "tls"), (&starttls, "starttls")] {
            let mail = mail(server.port(), security, trusted.pem());
            is_refused(mail.carry(&letter("rowan@box.example"), now()));
            assert!(server.letters().is_empty(), "{security}");
        }
    }
}

#[test]
fn a_server_that_offers_no_tls_is_told_nothing() {
    let Some([ours]) = certificates(["localhost"]) else {
        return;
    };
    let plain = MailServer::start().unwrap();
    let mail = mail(plain.port(), "starttls", ours.pem());
    let sent = mail.carry(&letter("rowan@box.example"), now());
    assert!(matches!(sent, Err(Trouble::Down(_))), "{sent:?}");
    assert!(plain.letters().is_empty());
}

#[test]
fn a_text_is_posted_over_https_to_the_gateway_we_trust_and_to_no_other() {
    let Some([ours, another]) = certificates(["localhost", "localhost"]) else {
        return;
    };
    let gateway = Gateway::start_with_tls(&ours).unwrap();
    let sent = text(&gateway.url(), ours.pem()).carry(&letter("+1 555 0100"), now());
    assert_eq!(sent, Ok(()));
    assert_eq!(gateway.posted().len(), 1);
    is_refused(text(&gateway.url(), another.pem()).carry(&letter("+1 555 0100"), now()));
    assert_eq!(gateway.posted().len(), 1, "nothing more was told");
}
