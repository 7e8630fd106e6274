//! The dose of each session, where a protocol leaves a choice.

use clinic::act::plan::reckon::{Wishes, reckon};
use protocol::{Basis, Quantity};

use super::harness::TestClinic;
use super::plan::{WEDNESDAY, ready};

/// The plan of six infusions between 0.3 and 1 mg/kg, with these wishes.
fn six(wishes: &Wishes) -> Result<Vec<String>, String> {
    let mut t = TestClinic::new();
    let (patient, course) = ready(&mut t);
    let known = t.clinic.chart(patient).unwrap();
    let who = (course, "Dr A");
    reckon(&t.clinic, &known, who, t.today(), wishes)
        .map(|found| {
            found
                .plan
                .doses
                .iter()
                .map(|dose| dose.dose.to_string())
                .collect()
        })
        .map_err(|faults| faults[0].sentence.clone())
}

#[test]
fn a_prescriber_chooses_the_dose_session_by_session_where_the_protocol_leaves_a_choice() {
    let dose = |text: &str| {
        let quantity = Quantity::parse(text).unwrap();
        protocol::dose::Dose::from_quantity(quantity).unwrap()
    };
    let all = |wished: Option<&str>, own: &[(u16, &str)]| Wishes {
        basis: Some(Basis::Actual),
        dose: wished.map(dose),
        doses: own
            .iter()
            .map(|(number, text)| (*number, dose(text)))
            .collect(),
        ..Wishes::of("depression-iv-6", WEDNESDAY)
    };
    let said = six(&all(None, &[(3, "0.75 mg/kg"), (6, "0.3 mg/kg")])).unwrap();
    assert_eq!(said[..2], [said[0].clone(), said[0].clone()]);
    assert_eq!(said, ["38 mg", "38 mg", "58 mg", "38 mg", "38 mg", "23 mg"]);
    let said = six(&all(Some("0.6 mg/kg"), &[(1, "0.5 mg/kg")])).unwrap();
    assert_eq!(said[0], "38 mg");
    assert!(said[1..].iter().all(|one| one == "46 mg"), "{said:?}");
    let outside = six(&all(None, &[(2, "1.2 mg/kg")])).unwrap_err();
    assert!(outside.starts_with("Session 2 leaves no"), "{outside}");
    let nowhere = six(&all(None, &[(40, "0.5 mg/kg")])).unwrap_err();
    assert!(nowhere.starts_with("There is no session 40"), "{nowhere}");
}

#[test]
fn a_session_whose_dose_the_protocol_fixes_takes_no_other() {
    let dose = Quantity::parse("0.5 mg/kg").unwrap();
    let dose = protocol::dose::Dose::from_quantity(dose).unwrap();
    let wishes = Wishes {
        basis: Some(Basis::Actual),
        doses: [(1, dose)].into(),
        ..Wishes::of("kare-2022", WEDNESDAY)
    };
    assert!(six(&wishes).unwrap_err().starts_with("Session 1 leaves no"));
}
