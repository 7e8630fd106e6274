//! Who the patient is: identity, conditions, medicines, allergies, history.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::Chart;
use crate::entry::Entry;
use crate::fact::enquiry::{EnquiryReceived, Reach};
use crate::fact::evaluation::{CriteriaJudged, HistoryTold};
use crate::fact::observation::VitalsObserved;
use crate::fact::person::{
    AllergyListed, ConditionListed, HistoryTaken, HistoryValue, Identity, IdentityCorrected,
    MedicineListed, PersonRegistered, Standing,
};
use crate::quantity::Grams;
use crate::words::{Said, Substance};

impl Chart {
    /// Who the patient is, once registered: the last identity recorded.
    pub fn identity(&self) -> Option<&Identity> {
        let registered = self
            .all::<PersonRegistered>()
            .last()
            .map(|(entry, fact)| (entry.number, &fact.identity));
        let corrected = self
            .all::<IdentityCorrected>()
            .last()
            .map(|(entry, fact)| (entry.number, &fact.identity));
        registered
            .into_iter()
            .chain(corrected)
            .max_by_key(|(number, _)| *number)
            .map(|(_, identity)| identity)
    }

    /// The name to greet with: of the identity, or as given with the enquiry; of an erased record, that
    /// it was erased.
    pub fn name(&self) -> String {
        if self.is_erased() {
            return self.erased_on().map_or_else(
                || "Erased".to_owned(),
                |day| format!("Erased on {}", day.strftime("%-d %b %Y")),
            );
        }
        self.identity()
            .map(Identity::name)
            .or_else(|| self.enquiry().map(|(_, enquiry)| enquiry.name.to_string()))
            .unwrap_or_else(|| "Name not recorded".to_owned())
    }

    /// The enquiry this record began with.
    pub fn enquiry(&self) -> Option<(&Entry, &EnquiryReceived)> {
        self.all::<EnquiryReceived>().next()
    }

    /// How to reach the patient: by the identity, or as given with the enquiry.
    pub fn reach(&self) -> Option<&Reach> {
        self.identity()
            .and_then(|identity| identity.reach.as_ref())
            .or_else(|| self.enquiry().map(|(_, enquiry)| &enquiry.reach))
    }

    /// Completed years of age on a day; `None` where the date of birth is not known.
    pub fn age_on(&self, day: Date) -> Option<i16> {
        let born = self.identity()?.born?;
        let years = day.year() - born.year();
        let had_birthday = (day.month(), day.day()) >= (born.month(), born.day());
        Some(if had_birthday { years } else { years - 1 })
    }

    /// Conditions as last listed, by name.
    pub fn conditions(&self) -> Vec<(&Entry, &ConditionListed)> {
        last_by_name(self.all::<ConditionListed>(), |fact| fact.name.as_str())
    }

    /// Medicines as last listed, by name.
    pub fn medicines(&self) -> Vec<(&Entry, &MedicineListed)> {
        last_by_name(self.all::<MedicineListed>(), |fact| fact.name.as_str())
    }

    /// Medicines taken now.
    pub fn medicines_now(&self) -> Vec<(&Entry, &MedicineListed)> {
        let mut medicines = self.medicines();
        medicines.retain(|(_, medicine)| medicine.standing == Standing::Current);
        medicines
    }

    /// Allergies listed; an entry with no substance states that none is known.
    pub fn allergies(&self) -> Vec<(&Entry, &AllergyListed)> {
        self.all::<AllergyListed>().collect()
    }

    /// The last answer to each named input of the history.
    pub fn history(&self) -> BTreeMap<&str, (&Entry, &HistoryValue)> {
        self.all::<HistoryTaken>()
            .flat_map(|(entry, taken)| taken.answers.iter().map(move |answer| (entry, answer)))
            .map(|(entry, answer)| (answer.input.as_str(), (entry, &answer.answer)))
            .collect()
    }

    /// What the patient last said to each question of the evaluation, in their own words; nothing of
    /// it is an answer of the history until somebody at the clinic took it over.
    pub fn history_told(&self) -> BTreeMap<&str, (&Entry, &Said<HistoryValue>)> {
        self.all::<HistoryTold>()
            .map(|(entry, told)| (told.question.as_str(), (entry, &told.said)))
            .collect()
    }

    /// The criteria as last gone through, by substance.
    pub fn criteria(&self) -> BTreeMap<&Substance, (&Entry, &CriteriaJudged)> {
        self.all::<CriteriaJudged>()
            .map(|(entry, judged)| (&judged.substance, (entry, judged)))
            .collect()
    }

    /// The weight measured last, with the entry that says so.
    pub fn weight(&self) -> Option<(&Entry, Grams)> {
        self.all::<VitalsObserved>()
            .filter_map(|(entry, vitals)| Some((entry, vitals.weight_g?)))
            .max_by_key(|(entry, _)| (entry.occurred_at, entry.number))
    }
}

fn last_by_name<'a, F>(
    facts: impl Iterator<Item = (&'a Entry, &'a F)>,
    name: impl Fn(&'a F) -> &'a str,
) -> Vec<(&'a Entry, &'a F)> {
    let mut last: BTreeMap<String, (&Entry, &F)> = BTreeMap::new();
    for (entry, fact) in facts {
        last.insert(name(fact).to_lowercase(), (entry, fact));
    }
    last.into_values().collect()
}
