//! Rooms that are empty and left drug behind that nobody has accounted for.

use jiff::Timestamp;
use record::ids::{PatientId, SessionId};
use record::quantity::Micrograms;

use crate::app::App;

/// A session whose room closed, as when somebody left against advice, before its drug was settled.
pub(crate) struct Left {
    /// Whose it was.
    pub(crate) patient: PatientId,
    /// The session.
    pub(crate) session: SessionId,
    /// Which session of the course.
    pub(crate) number: u8,
    /// In which room.
    pub(crate) room: String,
    /// When the room closed.
    pub(crate) closed_at: Timestamp,
    /// What is not accounted for.
    pub(crate) amount: Micrograms,
}

impl Left {
    /// Where it is accounted for.
    pub(crate) fn place(&self) -> String {
        format!("/patients/{}/sessions/{}/drug", self.patient, self.session)
    }
}

/// Every such room, the one that closed first before the others.
pub(crate) fn left(app: &App) -> Vec<Left> {
    let held: Vec<(SessionId, PatientId, Micrograms)> = {
        let stock = app.clinic.stock();
        let sessions = stock.register.sessions_in_use().into_iter();
        sessions
            .filter_map(|session| {
                let patient = *stock.patients.get(&session)?;
                Some((session, patient, stock.register.in_use(session)))
            })
            .collect()
    };
    let mut all: Vec<Left> = held
        .into_iter()
        .filter_map(|(id, patient, amount)| {
            let known = app.clinic.chart(patient).ok()?;
            let mut sessions = known.chart.sessions().into_iter();
            let session = sessions.find(|one| one.id == id)?;
            Some(Left {
                patient,
                session: id,
                number: session.number,
                closed_at: session.closed_at?,
                room: session
                    .room
                    .clone()
                    .unwrap_or_else(|| "Room not set".to_owned()),
                amount,
            })
        })
        .collect();
    all.sort_by_key(|one| (one.closed_at, one.session));
    all
}
