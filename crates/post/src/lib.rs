//! What carries messages out of the clinic: mail by SMTP, text messages by a signed webhook.
//!
//! ```
//! let text = r#"
//! address = "https://page.example"
//! [mail]
//! host = "127.0.0.1"
//! port = 2525
//! security = "none"
//! from = "reminder@page.example"
//! "#;
//! let settings = post::Settings::read(text, &|file| Err(format!("there is no {file}")))?;
//! assert!(settings.mail.is_some() && settings.text.is_none());
//! # Ok::<(), post::SettingsFault>(())
//! ```
//!
//! # The mental model
//!
//! A message waits in the journal's outbox, posted by the append that says it was due. The [`Postman`]
//! takes what is due, asks the clinic anew whether it may leave and what it says, hands it to a
//! [`Carrier`], and notes what came of it: it left, it waits and is tried again, or it is given up and is
//! somebody's task. A message is in the outbox until the carrier's yes is written down, so none is lost. A
//! stop between the yes and the note sends one a second time under the same name, which servers and
//! gateways that heed names drop.
//!
//! # The map
//!
//! [`Settings`] reads the clinic's file · [`Mail`] speaks SMTP · [`Text`] speaks to a gateway ·
//! [`Postman`] goes the rounds.
//!
//! # What it deliberately does not do
//!
//! It knows no medicine and writes no words: both are the clinic's.
//! It keeps no secret in the journal: secrets are in files named by the settings.
//! It takes no mail in: bounces that come back as letters are read by a person, or told by a gateway.
//! It never says that a letter was delivered or read, which mail cannot know.
//!
//! # To add a way a message travels
//!
//! 1. Add it to `record::fact::contact::Carriage`, and its words to `contact/messages.toml`.
//! 2. Implement [`Carrier`], and say which of its troubles mean that the address is wrong.
//! 3. Read its settings in [`Settings`], and give it to [`Postman::of`].

#![deny(missing_docs)]

mod mail;
mod postman;
mod settings;
mod text;

pub use mail::Mail;
pub use postman::{Carrier, Postman, Round, Trouble};
pub use settings::{MailSettings, Secret, Security, Settings, SettingsFault, TextSettings};
pub use text::Text;
