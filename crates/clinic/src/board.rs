//! The board: an in-memory fold of the clinic's journal that lists and queues read.
//!
//! It holds one line for each record, and a line is a pure function of the record's chart, so the
//! board folded entry by entry and the board folded anew are the same value. What depends on
//! the day is worked out when it is asked, never stored.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use record::Chart;
use record::chart::course::Stage;
use record::ids::{AlertId, PatientId, PersonId, VisitId};

pub mod contact;
pub mod follow;
pub mod house;
pub mod line;
pub(crate) mod snapshot;

use house::{House, Staff};
use line::PatientLine;

/// The board of a clinic.
#[derive(Clone, Debug, Default)]
pub struct Board {
    /// The clinic's own particulars.
    pub house: House,
    /// Defaults the clinic has overruled, by the name of the default, as they now stand.
    pub overrulings: BTreeMap<Box<str>, house::Overruling>,
    /// The last signature under each rule pack, by the pack's name.
    pub pack_signatures: BTreeMap<Box<str>, house::PackSignature>,
    /// Every report of the outcomes that was signed, in the order of the signatures.
    pub signed_reports: Vec<Arc<house::SignedReport>>,
    /// The clinic's certificates as a setting for esketamine, in the order they were recorded.
    pub certificates: Vec<record::fact::house::SettingCertified>,
    /// Who works here.
    pub people: BTreeMap<PersonId, Staff>,
    lines: BTreeMap<PatientId, Arc<PatientLine>>,
    visits: BTreeSet<(Timestamp, VisitId, PatientId)>,
    alerts: BTreeSet<(Timestamp, AlertId, PatientId)>,
    unanswered: BTreeSet<(Timestamp, PatientId)>,
    names: BTreeSet<(Box<str>, PatientId)>,
    unsigned: BTreeSet<(Timestamp, PatientId)>,
    day_zeros: BTreeSet<(Date, PatientId)>,
    position: u64,
    turn: u64,
}

/// Two boards are equal when they say the same, however often they changed on the way there.
impl PartialEq for Board {
    fn eq(&self, other: &Self) -> bool {
        self.house == other.house
            && self.overrulings == other.overrulings
            && self.pack_signatures == other.pack_signatures
            && self.signed_reports == other.signed_reports
            && self.certificates == other.certificates
            && self.people == other.people
            && self.lines == other.lines
            && self.visits == other.visits
            && self.alerts == other.alerts
            && self.unanswered == other.unanswered
            && self.names == other.names
            && self.unsigned == other.unsigned
            && self.day_zeros == other.day_zeros
            && self.position == other.position
    }
}

impl Eq for Board {}

impl Board {
    /// Rises with every change, so that what was worked out from the board can be kept until then.
    pub const fn turn(&self) -> u64 {
        self.turn
    }

    /// The line of a record.
    pub fn line(&self, patient: PatientId) -> Option<&Arc<PatientLine>> {
        self.lines.get(&patient)
    }

    /// Every line, by identifier, which is by the time the record began.
    pub fn lines(&self) -> impl DoubleEndedIterator<Item = (&PatientId, &Arc<PatientLine>)> {
        self.lines.iter()
    }

    /// How many records there are.
    pub fn n_records(&self) -> usize {
        self.lines.len()
    }

    /// The position of the last entry the board knows of.
    pub const fn position(&self) -> u64 {
        self.position
    }

    /// Lines by name.
    pub fn by_name(&self) -> impl Iterator<Item = (PatientId, &Arc<PatientLine>)> {
        self.names
            .iter()
            .filter_map(|(_, id)| Some((*id, self.lines.get(id)?)))
    }

    /// Visits that begin from `from` until before `until`, by time.
    pub fn visits_between(
        &self,
        from: Timestamp,
        until: Timestamp,
    ) -> impl Iterator<Item = (PatientId, &Arc<PatientLine>, &line::VisitLine)> {
        let least = (
            from,
            VisitId::from_uuid(uuid::Uuid::nil()),
            PatientId::from_uuid(uuid::Uuid::nil()),
        );
        self.visits
            .range(least..)
            .take_while(move |(at, _, _)| *at < until)
            .filter_map(|(_, visit, patient)| {
                let line = self.lines.get(patient)?;
                let visit = line.visits.iter().find(|known| known.id == *visit)?;
                Some((*patient, line, visit))
            })
    }

    /// Alerts that are open, longest waiting first.
    pub fn open_alerts(
        &self,
    ) -> impl Iterator<Item = (PatientId, &Arc<PatientLine>, &line::AlertLine)> {
        self.alerts.iter().filter_map(|(_, alert, patient)| {
            let line = self.lines.get(patient)?;
            let alert = line.alerts.iter().find(|known| known.id == *alert)?;
            Some((*patient, line, alert))
        })
    }

    /// Enquiries nobody has answered, longest waiting first.
    pub fn unanswered_enquiries(&self) -> impl Iterator<Item = (PatientId, &Arc<PatientLine>)> {
        self.unanswered
            .iter()
            .filter_map(|(_, id)| Some((*id, self.lines.get(id)?)))
    }

    /// Records with a closed session whose note is not signed, longest waiting first.
    pub fn unsigned_notes(&self) -> impl Iterator<Item = (PatientId, &Arc<PatientLine>)> {
        self.unsigned
            .iter()
            .filter_map(|(_, id)| Some((*id, self.lines.get(id)?)))
    }

    /// Records whose day 0 lies from one day to another, both included.
    pub fn begun_between(
        &self,
        from: Date,
        until: Date,
    ) -> impl Iterator<Item = (PatientId, &Arc<PatientLine>)> {
        let least = PatientId::from_uuid(uuid::Uuid::nil());
        self.day_zeros
            .range((from, least)..)
            .take_while(move |(day, _)| *day <= until)
            .filter_map(|(_, id)| Some((*id, self.lines.get(id)?)))
    }

    /// How many records stand at each stage on a day.
    pub fn stages(&self, today: Date) -> BTreeMap<Stage, usize> {
        let mut stages = BTreeMap::new();
        for line in self.lines.values() {
            *stages.entry(line.stage.on(today)).or_insert(0) += 1;
        }
        stages
    }

    /// The person who signs in with a name.
    pub fn person_named(&self, sign_in_name: &str) -> Option<(PersonId, &Staff)> {
        let wanted = sign_in_name.trim().to_lowercase();
        self.people
            .iter()
            .find(|(_, staff)| staff.is_here && staff.sign_in_name.to_lowercase() == wanted)
            .map(|(id, staff)| (*id, staff))
    }

    /// The name to print for an author's identifier.
    pub fn author_name(&self, who: &str) -> String {
        if who == "holdfast" {
            return "Holdfast".to_owned();
        }
        if who == "public" {
            return "Someone not signed in".to_owned();
        }
        if let Ok(person) = who.parse::<PersonId>() {
            return self
                .people
                .get(&person)
                .map_or_else(|| who.to_owned(), |staff| staff.name.clone());
        }
        who.parse::<PatientId>()
            .ok()
            .and_then(|patient| self.lines.get(&patient))
            .map_or_else(|| who.to_owned(), |line| line.name.to_string())
    }

    /// Puts a record's line in the place of the one before, unless that one is newer.
    pub fn put(&mut self, patient: PatientId, line: PatientLine) {
        if let Some(old) = self.lines.get(&patient).cloned() {
            if old.version > line.version {
                return;
            }
            self.unlist(patient, &old);
        }
        self.position = self.position.max(line.position);
        self.turn += 1;
        for visit in &line.visits {
            self.visits.insert((visit.starts_at, visit.id, patient));
        }
        for alert in line.alerts.iter().filter(|alert| alert.closed_at.is_none()) {
            self.alerts.insert((alert.raised_at, alert.id, patient));
        }
        if let Some(received_at) = line.waits_since() {
            self.unanswered.insert((received_at, patient));
        }
        self.names.insert((line.sort_name.clone(), patient));
        if let Some((_, _, closed_at)) = line.unsigned.first() {
            self.unsigned.insert((*closed_at, patient));
        }
        if let Some(day_zero) = line.stage.day_zero {
            self.day_zeros.insert((day_zero, patient));
        }
        self.lines.insert(patient, Arc::new(line));
    }

    fn unlist(&mut self, patient: PatientId, old: &PatientLine) {
        for visit in &old.visits {
            self.visits.remove(&(visit.starts_at, visit.id, patient));
        }
        for alert in &old.alerts {
            self.alerts.remove(&(alert.raised_at, alert.id, patient));
        }
        if let Some(received_at) = old.waits_since() {
            self.unanswered.remove(&(received_at, patient));
        }
        self.names.remove(&(old.sort_name.clone(), patient));
        if let Some((_, _, closed_at)) = old.unsigned.first() {
            self.unsigned.remove(&(*closed_at, patient));
        }
        if let Some(day_zero) = old.stage.day_zero {
            self.day_zeros.remove(&(day_zero, patient));
        }
    }

    /// Puts a working person's particulars.
    pub(crate) fn put_person(&mut self, person: PersonId, chart: &Chart) {
        if let Some(staff) = Staff::of(chart) {
            self.people.insert(person, staff);
        }
    }

    /// Puts the clinic's own particulars.
    pub(crate) fn put_house(&mut self, chart: &Chart) {
        self.overrulings = house::overrulings(chart);
        self.pack_signatures = house::signatures(chart);
        self.signed_reports = house::reports(chart);
        self.certificates = house::certificates(chart);
        self.turn += 1;
        if let Some(house) = House::of(chart) {
            self.house = house;
        }
    }
}
