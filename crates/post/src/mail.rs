//! Mail by SMTP.

use std::error::Error;
use std::time::{Duration, SystemTime};

use clinic::act::message::Letter;
use jiff::Timestamp;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::{Address, SmtpTransport, Transport as _};

use crate::postman::{Carrier, Trouble};
use crate::settings::{MailSettings, Security, SettingsFault};

/// How long a server may take for one step.
const PATIENCE: Duration = Duration::from_secs(20);

/// Mail by SMTP.
pub struct Mail {
    transport: SmtpTransport,
    from: Address,
}

impl Mail {
    /// Sets mail up; nothing is spoken yet.
    ///
    /// # Errors
    /// What in the settings cannot be used.
    pub fn of(settings: &MailSettings) -> Result<Self, SettingsFault> {
        let wrong = |what: &dyn std::fmt::Display| SettingsFault(format!("mail: {what}"));
        let from = settings.from.parse().map_err(|error| wrong(&error))?;
        let parameters = || {
            let mut asked = TlsParameters::builder(settings.host.clone());
            if let Some(pem) = &settings.authority {
                let trusted =
                    Certificate::from_pem(pem.as_bytes()).map_err(|error| wrong(&error))?;
                asked = asked
                    .certificate_store(CertificateStore::None)
                    .add_root_certificate(trusted);
            }
            asked.build().map_err(|error| wrong(&error))
        };
        let tls = match settings.security {
            Security::Tls => Tls::Wrapper(parameters()?),
            Security::Starttls => Tls::Required(parameters()?),
            Security::None => Tls::None,
        };
        let mut transport = SmtpTransport::builder_dangerous(settings.host.as_str())
            .port(settings.port)
            .tls(tls)
            .timeout(Some(PATIENCE));
        if let Some((user, password)) = &settings.user {
            let credentials = Credentials::new(user.clone(), password.reveal().to_owned());
            transport = transport.credentials(credentials);
        }
        Ok(Self {
            transport: transport.build(),
            from,
        })
    }

    fn message(&self, letter: &Letter, to: Address, now: Timestamp) -> Result<Message, Trouble> {
        let from = Mailbox::new(Some(letter.sender.clone()), self.from.clone());
        // The same letter has the same name however often it is tried.
        let name = format!(
            "<{}@{}>",
            letter.reference.replace('/', "."),
            self.from.domain()
        );
        Message::builder()
            .from(from)
            .to(Mailbox::new(None, to))
            .subject(letter.subject.as_str())
            .message_id(Some(name))
            .date(moment(now))
            .header(AutoSubmitted)
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text.clone())
            .map_err(|error| Trouble::Later(format!("the letter could not be made: {error}")))
    }
}

impl Carrier for Mail {
    fn carry(&self, letter: &Letter, now: Timestamp) -> Result<(), Trouble> {
        let to = letter
            .to
            .trim()
            .parse()
            .map_err(|_| Trouble::Address("This is not a whole email address".to_owned()))?;
        let message = self.message(letter, to, now)?;
        match self.transport.send(&message) {
            Ok(_) => Ok(()),
            Err(error) => Err(trouble(&error)),
        }
    }
}

fn moment(now: Timestamp) -> SystemTime {
    let seconds = u64::try_from(now.as_second()).unwrap_or(0);
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

fn trouble(error: &lettre::transport::smtp::Error) -> Trouble {
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        said = format!("{said}: {inner}");
        cause = inner.source();
    }
    let code = error.status().map(u16::from);
    match code {
        None => Trouble::Down(certificate_said("mail server", said)),
        Some(code) if is_address_wrong(code, &said) => Trouble::Address(said),
        Some(_) => Trouble::Later(said),
    }
}

/// What is said where a connection was not made: of a certificate nobody can vouch for, what to do.
pub(crate) fn certificate_said(who: &str, said: String) -> String {
    if said.contains("certificate") {
        format!(
            "the {who} showed a certificate this machine does not trust, so nothing was told to it: mend it there, or name it with authority_file ({said})"
        )
    } else {
        said
    }
}

/// Whether a server's no is about the address: those codes, unless the reason it names is its own rules or
/// our sign-in.
fn is_address_wrong(code: u16, said: &str) -> bool {
    matches!(code, 550 | 551 | 553 | 556) && !said.contains("5.7.")
}

/// Says that no person wrote it, so that an absence notice is not sent back.
#[derive(Clone, Copy, Debug)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_no_about_the_address_makes_it_wrong() {
        assert!(is_address_wrong(550, "5.1.1 no such box"));
        assert!(is_address_wrong(550, "no such user here"));
        assert!(!is_address_wrong(550, "5.7.1 relaying denied"));
        assert!(!is_address_wrong(535, "5.7.8 sign in first"));
        assert!(!is_address_wrong(554, "5.3.4 too big"));
    }
}
