//! What was asked of a page: who asks, of what, with which answers.

use std::net::IpAddr;

use clinic::Clinic;
use clinic::act::confirm::FIELD;
use clinic::act::reader::READER_SECRET;
use clinic::act::sign_in::SignIn;
use clinic::denied::Denied;
use clinic::operation::{FormSaid, Operation};
use jiff::Timestamp;
use pages::frame::CSRF_FIELD;
use record::ids::PatientId;
use uuid::Uuid;

use crate::app::App;
use crate::sent::Sent;

/// What a form carries beside what it says.
const NOT_SAID: &[&str] = &[
    CSRF_FIELD,
    "command",
    "back",
    "kept_at",
    "sent_at",
    FIELD,
    READER_SECRET,
    "secret",
    "second_secret",
];

/// What was asked of a page.
pub struct Ask {
    /// Who is signed in, where someone is.
    pub sign_in: Option<SignIn>,
    /// The token of their sign-in, to end it.
    pub(crate) token: Option<String>,
    /// The pass of a phone to a patient's link, where it carries one.
    pub(crate) pass: Option<String>,
    /// The host the browser asked, where it said.
    pub(crate) host: Option<String>,
    /// The path as asked for.
    pub path: String,
    /// The parts of the path that name something.
    pub(crate) names: Vec<(String, String)>,
    /// The answers in the address.
    pub(crate) query: Sent,
    /// The answers of a form.
    pub(crate) sent: Sent,
    /// When it was asked.
    pub now: Timestamp,
    /// The last change that was passed on by then: a page that is drawn holds it.
    pub(crate) drawn_at: u64,
    /// From which address, where that is known; kept for nothing but a limit of the hour.
    pub(crate) from: Option<IpAddr>,
}

impl Ask {
    /// The sign-in of a page only people signed in reach.
    ///
    /// # Errors
    /// [`Denied::NotFound`] where nobody is signed in, which the door above rules out.
    pub fn signed_in(&self) -> Result<&SignIn, Denied> {
        self.sign_in.as_ref().ok_or(Denied::NotFound)
    }

    /// The address of a stream for the page that answers this: it names what the page holds, so that what
    /// changes before the stream is open is told once it is.
    pub(crate) fn stream(&self, of: &str) -> String {
        format!("/live{of}?drawn={}", self.drawn_at)
    }

    /// A part of the path, read as what it names.
    ///
    /// # Errors
    /// [`Denied::NotFound`] where it does not name such a thing.
    pub fn name<T: std::str::FromStr>(&self, name: &str) -> Result<T, Denied> {
        self.names
            .iter()
            .find(|(known, _)| known == name)
            .and_then(|(_, value)| value.parse().ok())
            .ok_or(Denied::NotFound)
    }

    /// The patient the path names.
    ///
    /// # Errors
    /// [`Denied::NotFound`] where it names none.
    pub fn patient(&self) -> Result<PatientId, Denied> {
        self.name("patient")
    }

    /// The command identifier the form carried.
    pub fn command(&self) -> Option<Uuid> {
        self.sent.get("command").and_then(|text| text.parse().ok())
    }

    /// What the form said: what differs between two sendings of one form is no part of it, nor is a pass
    /// phrase. A device that kept an entry while the network was gone adds its own two times and takes
    /// the forgery token of the day.
    pub(crate) fn said(&self) -> FormSaid {
        let said = self.sent.pairs().iter().filter(|(name, answer)| {
            !NOT_SAID.contains(&name.as_str()) && !answer.trim().is_empty()
        });
        let said = said.map(|(name, answer)| (name.clone(), answer.trim().to_owned()));
        FormSaid::of(&self.path, said)
    }

    /// Runs a use case for who is signed in, under the form's command.
    ///
    /// # Errors
    /// What the use case says.
    pub fn operate<T>(
        &self,
        app: &App,
        act: impl FnOnce(&mut Operation<'_>, &Clinic) -> Result<T, Denied>,
    ) -> Result<T, Denied> {
        let actor = self.signed_in()?.actor.clone();
        app.operate(actor, self.command(), |operation, clinic| {
            operation.form = Some(self.said());
            act(operation, clinic)
        })
    }
}
