//! Text messages by a signed webhook.

use std::sync::Arc;
use std::time::Duration;

use clinic::act::message::Letter;
use clinic::act::message::inbound::{SIGNATURE_HEADER, TIME_HEADER, signature};
use jiff::Timestamp;
use serde::Serialize;
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};

use crate::mail::certificate_said;
use crate::postman::{Carrier, Trouble};
use crate::settings::{Secret, SettingsFault, TextSettings};

/// How long a gateway may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Text messages by a signed webhook.
pub struct Text {
    agent: Agent,
    url: String,
    secret: Secret,
}

#[derive(Serialize)]
struct Body<'a> {
    reference: &'a str,
    to: &'a str,
    sender: &'a str,
    text: &'a str,
}

impl Text {
    /// Sets the gateway up; nothing is spoken yet.
    ///
    /// # Errors
    /// What in the settings cannot be used.
    pub fn of(settings: &TextSettings) -> Result<Self, SettingsFault> {
        let roots = match &settings.authority {
            None => RootCerts::PlatformVerifier,
            Some(pem) => {
                let trusted = Certificate::from_pem(pem.as_bytes())
                    .map_err(|error| SettingsFault(format!("text: {error}")))?;
                RootCerts::new_with_certs(&[trusted])
            }
        };
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .root_certs(roots)
            .unversioned_rustls_crypto_provider(Arc::new(
                rustls::crypto::aws_lc_rs::default_provider(),
            ))
            .build();
        let config = Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .http_status_as_error(false)
            // A number and a link go where the settings say and nowhere else.
            .max_redirects(0)
            .proxy(None)
            .user_agent("holdfast")
            .tls_config(tls)
            .build();
        Ok(Self {
            agent: config.into(),
            url: settings.url.clone(),
            secret: settings.secret.clone(),
        })
    }
}

impl Carrier for Text {
    fn carry(&self, letter: &Letter, now: Timestamp) -> Result<(), Trouble> {
        let body = serde_json::to_vec(&Body {
            reference: &letter.reference,
            to: &letter.to,
            sender: &letter.sender,
            text: &letter.text,
        })
        .map_err(|error| Trouble::Later(format!("the message could not be made: {error}")))?;
        let seconds = now.as_second();
        let signed = signature(self.secret.reveal().as_bytes(), seconds, &body);
        let sent = self
            .agent
            .post(&self.url)
            .header("content-type", "application/json")
            .header("idempotency-key", &letter.reference)
            .header(TIME_HEADER, seconds.to_string())
            .header(SIGNATURE_HEADER, signed)
            .send(body.as_slice());
        let status = match sent {
            Ok(answer) => answer.status().as_u16(),
            Err(error) => {
                let said = format!("the gateway was not reached: {error}");
                return Err(Trouble::Down(certificate_said("gateway", said)));
            }
        };
        match status {
            200..=299 => Ok(()),
            // What a gateway answers for a number that takes no messages.
            410 | 422 => Err(Trouble::Address(format!(
                "The gateway says that the number takes no messages ({status})"
            ))),
            _ => Err(Trouble::Later(format!("the gateway answered {status}"))),
        }
    }
}
