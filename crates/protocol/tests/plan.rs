//! The dose for one person: worked by hand first, then refused in every way it can be wrong.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test that cannot go on has failed"
)]

use protocol::dose::{
    Dose, Grams, Micrograms, MicrogramsPerKilogram, MicrogramsPerMillilitre, Microlitres,
};
use protocol::{
    Basis, Order, PlanRefusal, PlannedKind, Protocol, Quantity, Vial, Weight, house, lay_out,
    prescribe,
};

fn protocol(id: &str) -> Protocol {
    house::protocols()
        .unwrap()
        .into_iter()
        .find(|one| one.id == id)
        .unwrap()
}

fn order(kilograms: u64) -> Order {
    let day = "2026-11-24".parse().unwrap();
    Order {
        session: 1,
        weight: Weight {
            grams: Grams(kilograms * 1_000),
            on: day,
        },
        basis: Some(Basis::Actual),
        ideal: None,
        height: None,
        chosen: Vec::new(),
        vial: Some(Vial {
            strength: MicrogramsPerMillilitre(50_000),
            step: Microlitres(10),
        }),
        second_prescriber: None,
        prescriber: "Dr A".to_owned(),
        weight_days_max: 7,
        on: day,
    }
}

/// 0.8 mg/kg x 83 kg = 66.4 mg; at 50 mg/mL that is 1.328 mL, on a syringe marked at 0.01 mL 1.32 mL,
/// which holds 66 mg: 66/83 = 0.795 mg/kg.
#[test]
fn a_dose_is_rounded_down_to_what_can_be_drawn() {
    let prescribed = prescribe(&protocol("kare-2022"), &order(83)).unwrap();
    let step = prescribed.steps[0];
    assert_eq!(step.exact, Micrograms(66_400));
    assert_eq!(step.volume, Some(Microlitres(1_320)));
    assert_eq!(step.drawn, Micrograms(66_000));
    assert_eq!(prescribed.total_per_kg, MicrogramsPerKilogram(795));
    assert_eq!(prescribed.protocol, "kare-2022@1");
}

/// 0.11 + 0.60 mg/kg x 70 kg = 7.7 mg and 42 mg.
#[test]
fn a_bolus_and_an_infusion_are_two_steps_of_one_session() {
    let prescribed = prescribe(&protocol("dakwar-alcohol-2020"), &order(70)).unwrap();
    let exact: Vec<u64> = prescribed.steps.iter().map(|step| step.exact.0).collect();
    assert_eq!(exact, [7_700, 42_000]);
    assert_eq!(
        prescribed.total,
        Micrograms(7_500 + 42_000),
        "0.154 mL is drawn as 0.15 mL"
    );
}

#[test]
fn a_dose_over_the_cap_needs_a_second_prescriber_who_is_another_person() {
    let kare = protocol("kare-2022");
    let refused = prescribe(&kare, &order(130)).unwrap_err();
    assert!(
        matches!(
            refused,
            PlanRefusal::OverCap {
                dose: Micrograms(104_000),
                ..
            }
        ),
        "{refused}"
    );
    let same = Order {
        second_prescriber: Some("Dr A ".to_owned()),
        ..order(130)
    };
    assert!(
        prescribe(&kare, &same)
            .unwrap_err()
            .to_string()
            .contains("must be another person")
    );
    let other = Order {
        second_prescriber: Some("Dr B".to_owned()),
        ..order(130)
    };
    assert_eq!(
        prescribe(&kare, &other)
            .unwrap()
            .over_cap_approved_by
            .as_deref(),
        Some("Dr B")
    );
    assert!(
        prescribe(&kare, &order(125)).is_ok(),
        "125 kg is exactly at the cap"
    );
}

#[test]
fn rounding_never_hides_a_dose_over_the_cap() {
    let rough = Vial {
        strength: MicrogramsPerMillilitre(50_000),
        step: Microlitres(500),
    };
    let order = Order {
        vial: Some(rough),
        ..order(126)
    };
    let refused = prescribe(&protocol("kare-2022"), &order).unwrap_err();
    assert!(matches!(
        refused,
        PlanRefusal::OverCap {
            dose: Micrograms(100_800),
            ..
        }
    ));
}

#[test]
fn a_reference_protocol_is_read_and_not_prescribed() {
    for id in ["krupitsky-heroin-im", "das-2019"] {
        let refused = prescribe(&protocol(id), &order(70)).unwrap_err();
        assert!(
            matches!(refused, PlanRefusal::ReferenceOnly { .. }),
            "{refused}"
        );
    }
}

#[test]
fn from_an_index_of_30_the_prescriber_must_choose_the_weight() {
    let kare = protocol("kare-2022");
    let height = Quantity::parse("165 cm").ok();
    let open = Order {
        basis: None,
        height,
        ..order(90)
    };
    let refused = prescribe(&kare, &open).unwrap_err();
    assert_eq!(
        refused,
        PlanRefusal::BasisNotChosen {
            bmi: "33".to_owned()
        }
    );
    let ideal = Order {
        basis: Some(Basis::Ideal),
        ideal: Some(Grams(57_000)),
        ..open.clone()
    };
    assert_eq!(
        prescribe(&kare, &ideal).unwrap().steps[0].exact,
        Micrograms(45_600)
    );
    let lean = Order {
        basis: None,
        height,
        ..order(60)
    };
    assert_eq!(prescribe(&kare, &lean).unwrap().basis, Basis::Actual);
    let unknown = Order {
        basis: None,
        height: None,
        ..order(60)
    };
    assert_eq!(
        prescribe(&kare, &unknown).unwrap_err(),
        PlanRefusal::NoHeight
    );
    let no_ideal = Order {
        basis: Some(Basis::Ideal),
        ideal: None,
        ..order(60)
    };
    assert_eq!(
        prescribe(&kare, &no_ideal).unwrap_err(),
        PlanRefusal::NoIdealWeight
    );
}

#[test]
fn esketamine_comes_in_whole_devices_and_only_in_the_doses_left_open() {
    let esketamine = protocol("esketamine-trd");
    let base = Order {
        vial: None,
        session: 2,
        ..order(70)
    };
    let chosen = |milligrams: u64| Order {
        chosen: vec![Dose::Fixed(Micrograms(milligrams * 1_000))],
        ..base.clone()
    };
    assert_eq!(
        prescribe(&esketamine, &chosen(84)).unwrap().steps[0].pieces,
        Some(3)
    );
    assert!(matches!(
        prescribe(&esketamine, &chosen(112)).unwrap_err(),
        PlanRefusal::DoseNotOpen { session: 2, .. }
    ));
    let first = Order {
        session: 1,
        ..chosen(84)
    };
    assert!(matches!(
        prescribe(&esketamine, &first),
        Err(PlanRefusal::DoseNotOpen { .. })
    ));
}

#[test]
fn an_old_weight_one_from_tomorrow_and_an_empty_vial_are_refused() {
    let kare = protocol("kare-2022");
    for on in ["2026-11-16", "2026-11-25"] {
        let weight = Weight {
            grams: Grams(70_000),
            on: on.parse().unwrap(),
        };
        let refused = prescribe(
            &kare,
            &Order {
                weight,
                ..order(70)
            },
        )
        .unwrap_err();
        assert!(
            matches!(refused, PlanRefusal::WeightTooOld { .. }),
            "{on}: {refused}"
        );
    }
    let refused = |vial| prescribe(&kare, &Order { vial, ..order(70) }).unwrap_err();
    assert_eq!(refused(None), PlanRefusal::NoVial);
    let empty = Vial {
        strength: MicrogramsPerMillilitre(0),
        step: Microlitres(10),
    };
    assert_eq!(refused(Some(empty)), PlanRefusal::EmptyVial);
    let coarse = Vial {
        strength: MicrogramsPerMillilitre(50_000),
        step: Microlitres(5_000),
    };
    assert_eq!(
        refused(Some(coarse)),
        PlanRefusal::TooSmallToDraw {
            dose: Micrograms(56_000)
        }
    );
    let no_session = Order {
        session: 4,
        ..order(70)
    };
    assert!(matches!(
        prescribe(&kare, &no_session),
        Err(PlanRefusal::NoSession { has: 3, .. })
    ));
}

#[test]
fn a_course_is_laid_out_by_civil_days_across_a_leap_day() {
    let days = lay_out(&protocol("kare-2022"), "2028-02-21".parse().unwrap()).unwrap();
    let sessions: Vec<String> = days
        .iter()
        .filter(|one| matches!(one.what, PlannedKind::Session { .. }))
        .map(|one| one.date.to_string())
        .collect();
    assert_eq!(sessions, ["2028-02-21", "2028-02-28", "2028-03-06"]);
    let therapy = days
        .iter()
        .filter(|one| matches!(one.what, PlannedKind::Therapy { .. }))
        .count();
    assert_eq!(therapy, 7);
    assert!(days.windows(2).all(|pair| pair[0].date <= pair[1].date));
    assert!(lay_out(&protocol("kare-2022"), "9999-12-31".parse().unwrap()).is_err());
}
