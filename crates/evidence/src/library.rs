//! The evidence that was read and found sound.

use std::collections::BTreeSet;

use crate::lint::check_shelf;
use crate::load::{Fault, File, Filed, Shelf};
use crate::record::{Background, Bearing, Claim, Harm, Misreport, Pooling, Study};

include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// Evidence that may not be used, with everything that is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the evidence has {} faults, the first: {}", .0.len(), .0.first().map(ToString::to_string).unwrap_or_default())]
pub struct Unsound(pub Vec<Fault>);

/// The library: only sound evidence gets in.
#[derive(Clone, Debug, PartialEq)]
pub struct Library {
    studies: Vec<Study>,
    background: Vec<Background>,
    claims: Vec<Claim>,
    harms: Vec<Harm>,
    misreports: Vec<Misreport>,
    poolings: Vec<Pooling>,
    pub(crate) bearings: Vec<Bearing>,
}

/// A work on which a claim rests.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Work<'a> {
    /// A study with its record.
    Study(&'a Study),
    /// A review, cohort or trial outside the study records.
    Background(&'a Background),
}

impl Work<'_> {
    /// Our name for it.
    pub fn id(&self) -> &str {
        match self {
            Work::Study(study) => &study.id,
            Work::Background(work) => &work.id,
        }
    }

    /// Who, what, where.
    pub fn citation(&self) -> &str {
        match self {
            Work::Study(study) => &study.citation,
            Work::Background(work) => &work.citation,
        }
    }
}

/// The evidence files that come with Holdfast, by name.
pub fn files_of_the_house() -> Vec<File> {
    let file = |&(name, text): &(&str, &str)| File {
        name: name.to_owned(),
        text: text.to_owned(),
    };
    FILES.iter().map(file).collect()
}

fn unfiled<T>(filed: Vec<Filed<T>>) -> Vec<T> {
    filed.into_iter().map(|one| one.record).collect()
}

impl Library {
    /// The evidence that comes with Holdfast. It was checked when it was built, so an error is a
    /// fault of the build.
    pub fn of_the_house() -> Result<Self, Unsound> {
        Self::read(&files_of_the_house())
    }

    /// Reads evidence files; refused as a whole when anything in them is unsound.
    pub fn read(files: &[File]) -> Result<Self, Unsound> {
        let (shelf, mut faults) = Shelf::read(files);
        faults.extend(check_shelf(&shelf));
        if !faults.is_empty() {
            faults.sort();
            return Err(Unsound(faults));
        }
        Ok(Library {
            studies: unfiled(shelf.studies),
            background: unfiled(shelf.background),
            claims: unfiled(shelf.claims),
            harms: unfiled(shelf.harms),
            misreports: unfiled(shelf.misreports),
            poolings: unfiled(shelf.poolings),
            bearings: unfiled(shelf.bearings),
        })
    }

    /// The studies, those that may not be shown among them.
    pub fn studies(&self) -> &[Study] {
        &self.studies
    }

    /// The study with this name.
    pub fn study(&self, id: &str) -> Option<&Study> {
        self.studies.iter().find(|study| study.id == id)
    }

    /// Reviews, cohorts and trials outside the study records.
    pub fn background(&self) -> &[Background] {
        &self.background
    }

    /// The claims, by consequence as they are written.
    pub fn claims(&self) -> &[Claim] {
        &self.claims
    }

    /// The claim with this name.
    pub fn claim(&self, id: &str) -> Option<&Claim> {
        self.claims.iter().find(|claim| claim.id == id)
    }

    /// The claims a clinic shows: all but those it hides. It has no way to change a grade.
    pub fn claims_but(&self, hidden: &BTreeSet<String>) -> Vec<&Claim> {
        self.claims
            .iter()
            .filter(|claim| !hidden.contains(&claim.id))
            .collect()
    }

    /// The works behind names, as a claim lists them.
    pub fn works<'a>(&'a self, ids: &'a [String]) -> impl Iterator<Item = Work<'a>> {
        ids.iter().filter_map(|id| self.work(id))
    }

    /// The study or background record with this name.
    pub fn work(&self, id: &str) -> Option<Work<'_>> {
        self.study(id).map(Work::Study).or_else(|| {
            self.background
                .iter()
                .find(|work| work.id == id)
                .map(Work::Background)
        })
    }

    /// The claims that rest on a study or background record.
    pub fn claims_on<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a Claim> {
        self.claims.iter().filter(move |claim| {
            claim
                .in_favour
                .iter()
                .chain(&claim.against)
                .any(|other| other == id)
        })
    }

    /// The harms.
    pub fn harms(&self) -> &[Harm] {
        &self.harms
    }

    /// The misreports.
    pub fn misreports(&self) -> &[Misreport] {
        &self.misreports
    }

    /// What may be pooled.
    pub fn poolings(&self) -> &[Pooling] {
        &self.poolings
    }

    /// The pooling with this name.
    pub fn pooling(&self, id: &str) -> Option<&Pooling> {
        self.poolings.iter().find(|pooling| pooling.id == id)
    }
}
