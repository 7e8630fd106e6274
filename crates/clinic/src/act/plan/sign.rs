//! Signing a plan: the doses, the overrides it needs and every visit, in one transaction or not at all.

use jiff::Timestamp;
use record::Fact;
use record::calendar::civil_day;
use record::chart::course::Course;
use record::fact::decision::{EligibilityOverridden, PlanPrescribed, RuleClass, Verdict};
use record::ids::{CourseId, PatientId, PersonId};
use record::words::Prose;

use super::lay::{Laid, Placing, Slot, lay};
use super::reckon::{Reckoned, Wishes, reckon};
use crate::act::confirm::{Another, Confirmed, another};
use crate::act::eligibility::{may_prescribe_with, refuse, stands};
use crate::act::reader::read_too;
use crate::act::rule_pack;
use crate::authority::{Act, authorise};
use crate::calendar::{
    Checked, Ground, OnTheClock, Wanted, check, ends, on_the_clock, taken_around,
};
use crate::clinic::{Clinic, KnownChart, Written};
use crate::denied::{Denied, FieldFault};
use crate::digest::hexadecimal;
use crate::operation::Operation;

/// What signing a plan means, shown beside the pass phrase and kept with the plan.
pub const MEANING: &str =
    "I prescribe this plan as it is shown: its doses, its days and its overrides.";

/// A plan as it is designed, before it is signed.
#[derive(Clone, Debug)]
pub struct Design {
    /// The course.
    pub course: CourseId,
    /// What is wished of the doses.
    pub wishes: Wishes,
    /// Where and when the visits are wanted.
    pub placing: Placing,
}

/// What a design comes to.
#[derive(Clone, Debug)]
pub struct Designed {
    /// The doses.
    pub reckoned: Reckoned,
    /// The visits.
    pub laid: Laid,
    /// What stands against each visit, in the same order.
    pub checked: Vec<Checked>,
    /// The SHA-256 of doses and visits, so that what is signed is what was shown.
    pub digest: String,
}

impl Designed {
    /// How many visits cannot stand where they are wanted.
    pub fn n_clashes(&self) -> usize {
        let clashing = self.checked.iter().filter(|one| !one.clashes.is_empty());
        clashing.count()
    }
}

/// Works a design out, for the page that shows it and for the signature under it.
///
/// # Errors
/// [`Denied::Invalid`] with every answer to mend; [`Denied::NotFound`] for a course that is not there.
pub fn design(
    operation: &Operation<'_>,
    clinic: &Clinic,
    known: &KnownChart,
    asked: &Design,
) -> Result<Designed, Denied> {
    let course = crate::act::course::find(known, asked.course)?;
    let today = civil_day(operation.now(), &clinic.zone());
    let who = operation.actor.name.as_str();
    let reckoned =
        reckon(clinic, known, (course.id, who), today, &asked.wishes).map_err(Denied::Invalid)?;
    let library = clinic.library();
    let protocol = library.protocol(&asked.wishes.protocol);
    let protocol = protocol.ok_or(Denied::NotFound)?;
    let mut laid = lay(&reckoned.plan, protocol, library, &asked.placing, today);
    take_free_rooms(clinic, known.patient, &mut laid.slots);
    let checked = check_slots(clinic, known.patient, operation.now(), &laid.slots);
    let digest = digest(&reckoned.plan, &laid.slots)?;
    Ok(Designed {
        reckoned,
        laid,
        checked,
        digest,
    })
}

/// Gives each visit that names no room the first that is for it and free; none where none is.
fn take_free_rooms(clinic: &Clinic, patient: PatientId, slots: &mut [Slot]) {
    let zone = clinic.zone();
    let wanted: Vec<Wanted> = slots.iter().map(|slot| slot.wanted.clone()).collect();
    let mut taken: Vec<(String, Timestamp, Timestamp)> = taken_around(clinic, &wanted, &[])
        .into_iter()
        .filter(|one| one.patient != patient)
        .filter_map(|one| Some((one.room?, one.from, one.until)))
        .collect();
    for slot in slots {
        let from = match on_the_clock(&zone, slot.wanted.starts) {
            OnTheClock::Once(at) | OnTheClock::Twice(at) => at,
            OnTheClock::Never(_) => continue,
        };
        let until = ends(from, slot.wanted.minutes);
        let is_free = |name: &str| {
            !taken
                .iter()
                .any(|(room, start, end)| room == name && *start < until && from < *end)
        };
        if slot.wanted.room.is_none() {
            let mut rooms = clinic.library().premises().rooms_for(slot.wanted.purpose);
            let found = rooms.find(|room| is_free(&room.name));
            slot.wanted.room = found.map(|room| room.name.clone());
        }
        if let Some(room) = &slot.wanted.room {
            taken.push((room.clone(), from, until));
        }
    }
}

fn check_slots(
    clinic: &Clinic,
    patient: PatientId,
    now: Timestamp,
    slots: &[Slot],
) -> Vec<Checked> {
    let wanted: Vec<Wanted> = slots.iter().map(|slot| slot.wanted.clone()).collect();
    let taken = taken_around(clinic, &wanted, &[]);
    let zone = clinic.zone();
    let ground = Ground {
        zone: &zone,
        premises: clinic.library().premises(),
        now,
        patient,
        taken: &taken,
    };
    check(ground, &wanted)
}

fn digest(plan: &PlanPrescribed, slots: &[Slot]) -> Result<String, Denied> {
    let mut lines = vec![serde_json::to_string(plan)?];
    lines.extend(slots.iter().map(|slot| {
        let wanted = &slot.wanted;
        format!(
            "{} {} {} {:?} {:?}",
            slot.key, wanted.starts, wanted.minutes, wanted.room, wanted.with
        )
    }));
    Ok(hexadecimal(&lines.join("\n")))
}

/// The rules in the way that a prescriber may override as the plan is signed.
pub fn to_override(known: &KnownChart, course: CourseId) -> Vec<&Verdict> {
    let overrides = known.chart.overrides(course);
    let overridden: Vec<&str> = overrides
        .iter()
        .map(|(_, fact)| fact.rule.as_str())
        .collect();
    let assessment = known.chart.assessment(course);
    let verdicts = assessment
        .into_iter()
        .flat_map(|(_, assessment)| &assessment.verdicts);
    verdicts
        .filter(|verdict| verdict.class == RuleClass::Override)
        .filter(|verdict| stands(verdict, &overridden).is_some())
        .collect()
}

/// Confirms that another prescriber approves a dose over the cap, by their own pass phrase.
///
/// # Errors
/// [`Denied::Invalid`] where it is the prescriber themselves, nobody who prescribes, or not their pass
/// phrase.
pub fn approve(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    second: PersonId,
    secret: &str,
) -> Result<Confirmed, Denied> {
    let words = Another {
        fields: ("second", "second_secret"),
        them: "The second prescriber",
    };
    another(operation, clinic, second, secret, &words)
}

/// What is signed beside the design itself.
#[derive(Clone, Debug)]
pub struct Signing {
    /// The digest of what was shown.
    pub shown: String,
    /// Overrides given in place, each with its reasons.
    pub overrides: Vec<EligibilityOverridden>,
    /// The prescriber, who has just typed their pass phrase.
    pub confirmed: Confirmed,
    /// The second prescriber, where the dose is over the cap.
    pub second: Option<Confirmed>,
    /// The second reader of the overrides, who has just typed their pass phrase.
    pub reader: Option<Confirmed>,
}

/// Prescribes a plan and books its visits: all of it, or nothing.
///
/// # Errors
/// A recorded refusal where rules or consents stand against it; [`Denied::Invalid`] where an answer is
/// to be mended, a visit clashes, the plan is not what was shown, or another is prescribed already.
pub fn sign(
    operation: &mut Operation<'_>,
    clinic: &Clinic,
    patient: PatientId,
    asked: &Design,
    signing: &Signing,
) -> Result<Written, Denied> {
    let role = authorise(operation, Act::Prescribe, Some(patient))?;
    if let Some(first) = clinic.first_answer(operation, Some(patient))? {
        return Ok(first);
    }
    if !signing.confirmed.is(&operation.actor) {
        return Err(Denied::Forbidden {
            act: Act::Prescribe,
        });
    }
    let known = clinic.chart(patient)?;
    let course = crate::act::course::find(&known, asked.course)?;
    let _calendar = clinic.hold_calendar();
    let designed = design(operation, clinic, &known, asked)?;
    is_as_shown(&known, &course, asked, &designed, signing)?;
    let overrides = overrides(operation, clinic, &known, course.id, signing)?;
    let more: Vec<&str> = overrides.iter().map(|one| one.rule.as_str()).collect();
    let today = civil_day(operation.now(), &clinic.zone());
    let stands = rule_pack::in_force(clinic)
        .and_then(|()| may_prescribe_with(clinic, &known.chart, course.id, today, &more));
    if let Err(refusal) = stands {
        let act = Act::Prescribe;
        return Err(refuse(operation, clinic, role, patient, act, refusal));
    }
    let mut facts: Vec<Fact> = overrides.into_iter().map(Fact::from).collect();
    let plan = PlanPrescribed {
        signed: Some(Prose::clipped(MEANING)),
        ..designed.reckoned.plan
    };
    facts.push(plan.into());
    for (slot, checked) in designed.laid.slots.iter().zip(&designed.checked) {
        if let Some(at) = checked.at {
            facts.push(slot.booked(operation, course.id, at).into());
        }
    }
    clinic.record(operation, role, patient, Some(known.version), &facts)
}

/// Refuses what is not the plan that was read, or cannot stand.
fn is_as_shown(
    known: &KnownChart,
    course: &Course,
    asked: &Design,
    designed: &Designed,
    signing: &Signing,
) -> Result<(), Denied> {
    if known.chart.plan(course.id).is_some() {
        let sentence = "A plan is prescribed for this course already: amend that one";
        return Err(Denied::invalid("protocol", sentence));
    }
    if course.protocol != asked.wishes.protocol {
        return Err(Denied::invalid(
            "protocol",
            format!(
                "This course was opened under {}, and its rules and consents were asked for that: \
                 end it and open a course under the other protocol, or prescribe this one",
                course.protocol
            ),
        ));
    }
    let plan = &designed.reckoned.plan;
    let approver = signing.second.as_ref().map(Confirmed::name);
    if plan.over_cap_approved_by.is_some() && plan.over_cap_approved_by.as_ref() != approver {
        return Err(Denied::invalid(
            "second_secret",
            "A dose over the cap needs the second prescriber\u{2019}s own pass phrase",
        ));
    }
    let faults = clash_faults("visits", &designed.laid.slots, &designed.checked);
    if !faults.is_empty() {
        return Err(Denied::Invalid(faults));
    }
    if signing.shown != designed.digest {
        return Err(Denied::invalid(
            "shown",
            "The plan is not the one you read, because something changed in between: read what it \
             comes to now, and sign that",
        ));
    }
    Ok(())
}

/// What stands against each visit, as faults of a form.
pub(crate) fn clash_faults(
    field: &'static str,
    slots: &[Slot],
    checked: &[Checked],
) -> Vec<FieldFault> {
    let both = slots.iter().zip(checked);
    let of_one = |(slot, one): (&Slot, &Checked)| -> Vec<FieldFault> {
        let said = |clash| {
            let (title, starts) = (&slot.wanted.title, slot.wanted.starts);
            format!("{title}, {}: {clash}", starts.strftime("%a %-d %b %H:%M"))
        };
        one.clashes
            .iter()
            .map(|clash| FieldFault::new(field, said(clash)))
            .collect()
    };
    both.flat_map(of_one).collect()
}

/// The overrides given in place, each of a rule that stands and may be overridden, with the second reader
/// under those that ask for one.
fn overrides(
    operation: &Operation<'_>,
    clinic: &Clinic,
    known: &KnownChart,
    course: CourseId,
    signing: &Signing,
) -> Result<Vec<EligibilityOverridden>, Denied> {
    let standing = to_override(known, course);
    let (mut faults, mut read) = (Vec::new(), Vec::new());
    for one in &signing.overrides {
        if !standing.iter().any(|verdict| verdict.rule == one.rule) {
            faults.push(FieldFault::new(
                "rule",
                format!(
                    "{} does not stand in the way, or may not be overridden",
                    one.rule
                ),
            ));
        }
        match read_too(operation, clinic, one.clone(), signing.reader.as_ref()) {
            Ok(one) => read.push(one),
            Err(Denied::Invalid(wrong)) => faults.extend(wrong),
            Err(other) => return Err(other),
        }
    }
    if faults.is_empty() {
        Ok(read)
    } else {
        Err(Denied::Invalid(faults))
    }
}
