//! The clinic's own particulars and who works there.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use record::Chart;
use record::fact::house::{
    AccessChecked, ClinicDescribed, DefaultOverruled, PackSigned, ReportSigned, RolesChanged,
    SettingCertified, StaffAdded, StaffLeft,
};
use record::ids::PatientId;
use record::words::Role;

/// The clinic's own particulars.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct House {
    /// What it is called.
    pub name: String,
    /// Its zone, by IANA name.
    pub zone_name: String,
    /// Its telephone number.
    pub phone: Option<String>,
    /// The crisis line shown on every patient page.
    pub crisis_line: String,
}

impl Default for House {
    fn default() -> Self {
        Self {
            name: "The clinic".to_owned(),
            zone_name: "UTC".to_owned(),
            phone: None,
            crisis_line: "988".to_owned(),
        }
    }
}

impl House {
    /// The clinic as last described.
    pub(crate) fn of(chart: &Chart) -> Option<Self> {
        chart.all::<ClinicDescribed>().last().map(|(_, fact)| Self {
            name: fact.name.to_string(),
            zone_name: fact.zone.to_string(),
            phone: fact.phone.as_ref().map(ToString::to_string),
            crisis_line: fact.crisis_line.to_string(),
        })
    }

    /// The zone; UTC where the name is not known, which describing the clinic refuses.
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.zone_name).unwrap_or(TimeZone::UTC)
    }
}

/// A default the clinic has overruled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overruling {
    /// The claim it rests on.
    pub claim: String,
    /// What the clinic does instead.
    pub instead: String,
    /// Why.
    pub reason: String,
    /// Who decided, as printed then.
    pub name: String,
    /// When.
    pub at: Timestamp,
}

/// The overrulings that stand: the last word on each default, unless it gave the default back.
pub(crate) fn overrulings(chart: &Chart) -> BTreeMap<Box<str>, Overruling> {
    let mut standing = BTreeMap::new();
    for (entry, fact) in chart.all::<DefaultOverruled>() {
        let about: Box<str> = fact.about.as_str().into();
        match &fact.instead {
            None => {
                standing.remove(&about);
            }
            Some(instead) => {
                let overruling = Overruling {
                    claim: fact.claim.to_string(),
                    instead: instead.to_string(),
                    reason: fact.reason.to_string(),
                    name: fact.name.to_string(),
                    at: entry.occurred_at.0,
                };
                standing.insert(about, overruling);
            }
        }
    }
    standing
}

/// A signature under a rule pack, as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackSignature {
    /// What was signed, by whom, as what.
    pub signed: PackSigned,
    /// When.
    pub at: Timestamp,
}

/// The last signature under each pack, by the pack's name.
pub(crate) fn signatures(chart: &Chart) -> BTreeMap<Box<str>, PackSignature> {
    chart
        .all::<PackSigned>()
        .map(|(entry, fact)| {
            let signature = PackSignature {
                signed: fact.clone(),
                at: entry.recorded_at.0,
            };
            (fact.pack.as_str().into(), signature)
        })
        .collect()
}

/// A report of the outcomes as it was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedReport {
    /// What was signed, by whom, as what.
    pub signed: ReportSigned,
    /// When.
    pub at: Timestamp,
    /// The position of the signature, by which the report is called.
    pub position: u64,
}

/// Every report that was signed, in the order of the signatures.
pub(crate) fn reports(chart: &Chart) -> Vec<Arc<SignedReport>> {
    chart
        .all::<ReportSigned>()
        .map(|(entry, fact)| {
            Arc::new(SignedReport {
                signed: fact.clone(),
                at: entry.recorded_at.0,
                position: entry.position,
            })
        })
        .collect()
}

/// Every certificate as a setting for esketamine, in the order they were recorded.
pub(crate) fn certificates(chart: &Chart) -> Vec<SettingCertified> {
    let all = chart.all::<SettingCertified>();
    all.map(|(_, fact)| fact.clone()).collect()
}

/// Someone who works at the clinic, or a patient who signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staff {
    /// Their name as printed.
    pub name: String,
    /// The name they sign in with.
    pub sign_in_name: String,
    /// What they may act as.
    pub roles: Vec<Role>,
    /// The patient they are, where they are one.
    pub patient: Option<PatientId>,
    /// Whether they still work here.
    pub is_here: bool,
    /// What they last answered of their access to controlled drugs.
    pub access: Option<AccessChecked>,
}

impl Staff {
    /// A person as last recorded.
    pub(crate) fn of(chart: &Chart) -> Option<Self> {
        let (_, added) = chart.all::<StaffAdded>().last()?;
        let roles = chart
            .all::<RolesChanged>()
            .last()
            .map_or_else(|| added.roles.clone(), |(_, changed)| changed.roles.clone());
        Some(Self {
            name: added.name.to_string(),
            sign_in_name: added.sign_in_name.to_string(),
            roles,
            patient: added.patient,
            is_here: chart.all::<StaffLeft>().next().is_none(),
            access: chart
                .all::<AccessChecked>()
                .last()
                .map(|(_, fact)| fact.clone()),
        })
    }
}
