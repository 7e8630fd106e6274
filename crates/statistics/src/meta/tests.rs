use super::*;
use proptest::prelude::*;

/// Thirteen trials of BCG vaccine against tuberculosis: ill and well among the vaccinated, ill and
/// well among controls (Colditz et al. 1994, *JAMA* 271, table 1).
const BCG: [[f64; 4]; 13] = [
    [4.0, 119.0, 11.0, 128.0],
    [6.0, 300.0, 29.0, 274.0],
    [3.0, 228.0, 11.0, 209.0],
    [62.0, 13536.0, 248.0, 12619.0],
    [33.0, 5036.0, 47.0, 5761.0],
    [180.0, 1361.0, 372.0, 1079.0],
    [8.0, 2537.0, 10.0, 619.0],
    [505.0, 87886.0, 499.0, 87892.0],
    [29.0, 7470.0, 45.0, 7232.0],
    [17.0, 1699.0, 65.0, 1600.0],
    [186.0, 50448.0, 141.0, 27197.0],
    [5.0, 2493.0, 3.0, 2338.0],
    [27.0, 16886.0, 29.0, 17825.0],
];

fn bcg_tables() -> Vec<TwoByTwo> {
    BCG.iter()
        .map(|[a, b, c, d]| TwoByTwo::new(*a, *b, *c, *d).unwrap())
        .collect()
}

fn bcg(measure: BinaryMeasure) -> Vec<Effect> {
    bcg_tables()
        .iter()
        .map(|table| binary_effect(measure, table))
        .collect()
}

fn assert_near(found: f64, wanted: f64, within: f64) {
    assert!((found - wanted).abs() <= within, "{found} is not {wanted}");
}

/// Viechtbauer 2010, *Journal of Statistical Software* 36(3), section 3: log risk ratios by REML.
#[test]
fn the_bcg_trials_pool_to_the_printed_figures() {
    let model = Model::new(Heterogeneity::Reml, Test::Normal);
    let pooled = pool(&bcg(BinaryMeasure::RiskRatio), &model).unwrap();
    assert_near(pooled.estimate, -0.7145, 5e-5);
    assert_near(pooled.standard_error, 0.1798, 5e-5);
    assert_near(pooled.statistic, -3.9744, 5e-5);
    assert_near(pooled.interval.0, -1.0669, 5e-5);
    assert_near(pooled.interval.1, -0.3622, 5e-5);
    assert_near(pooled.tau_square, 0.3132, 5e-5);
    assert_near(pooled.tau_square_se.unwrap(), 0.1664, 5e-5);
    assert_near(pooled.i_square, 92.22, 5e-3);
    assert_near(pooled.h_square, 12.86, 5e-3);
    assert_near(pooled.q, 152.2330, 5e-5);
}

/// Two studies by hand: 0 and 2, both with variance 1. Weights ½ and ½, μ = 1, Q = 2 on one degree,
/// τ² = (2 − 1)/(2 − 2/2) = 1, standard error √((1+1)/2) = 1.
#[test]
fn two_studies_pool_as_by_hand() {
    let effects = [0.0, 2.0].map(|estimate| Effect {
        estimate,
        variance: 1.0,
    });
    let model = Model::new(Heterogeneity::DerSimonianLaird, Test::Normal);
    let pooled = pool(&effects, &model).unwrap();
    assert_near(pooled.estimate, 1.0, 1e-15);
    assert_near(pooled.q, 2.0, 1e-15);
    assert_near(pooled.tau_square, 1.0, 1e-14);
    assert_near(pooled.standard_error, 1.0, 1e-14);
    assert_near(pooled.i_square, 50.0, 1e-12);
}

#[test]
fn three_trials_of_an_exploratory_pool_give_the_figures_computed_apart() {
    let effects = [
        (2.046_156, 0.722_278),
        (0.485_508, 0.651_264),
        (0.223_144, 0.488_050),
    ]
    .map(|(estimate, error): (f64, f64)| Effect {
        estimate,
        variance: error * error,
    });
    let common = pool(&effects, &Model::new(Heterogeneity::Common, Test::Normal)).unwrap();
    assert_near(common.estimate.exp(), 2.0311, 5e-5);
    let laird = Model::new(Heterogeneity::DerSimonianLaird, Test::Normal);
    let random = pool(&effects, &laird).unwrap();
    assert_near(random.estimate.exp(), 2.2851, 5e-5);
    assert_near(random.interval.0.exp(), 0.8020, 5e-5);
    assert_near(random.interval.1.exp(), 6.5108, 5e-5);
    assert_near(random.q, 4.5361, 5e-5);
    assert_near(random.tau_square, 0.478_255, 5e-6);
    assert_near(random.i_square, 55.91, 5e-3);
    let knapp = Model {
        test: Test::HartungKnapp,
        ..laird
    };
    let wide = pool(&effects, &knapp).unwrap();
    assert_near(wide.interval.0.exp(), 0.2138, 5e-5);
    assert_near(wide.interval.1.exp(), 24.4223, 5e-3);
}

#[test]
fn ten_identical_studies_say_so_and_have_no_hartung_knapp_interval() {
    let effects = [Effect {
        estimate: 0.3,
        variance: 0.04,
    }; 10];
    let model = Model::new(Heterogeneity::Reml, Test::Normal);
    let pooled = pool(&effects, &model).unwrap();
    assert_near(pooled.standard_error, (0.004_f64).sqrt(), 1e-15);
    assert!(pooled.notes.contains(&Note::IdenticalStudies));
    assert!(pooled.notes.contains(&Note::TauOnBoundary));
    assert!(pooled.tau_interval.unwrap().is_empty);
    let knapp = Model::new(Heterogeneity::Reml, Test::HartungKnapp);
    assert_eq!(pool(&effects, &knapp), Err(MetaError::NoSpread { k: 10 }));
    let constant = MetaError::DependentModerator {
        name: "sei".to_owned(),
    };
    assert_eq!(egger(&effects, 0.95), Err(constant));
}

#[test]
fn one_study_is_returned_as_it_is_and_said_to_be_alone() {
    let effects = [Effect {
        estimate: 0.3,
        variance: 0.04,
    }];
    let pooled = pool(&effects, &Model::new(Heterogeneity::Reml, Test::Normal)).unwrap();
    assert_near(pooled.estimate, 0.3, 1e-15);
    assert_eq!(pooled.notes, [Note::OneStudy]);
    let knapp = Model::new(Heterogeneity::Reml, Test::HartungKnapp);
    assert!(matches!(
        pool(&effects, &knapp),
        Err(MetaError::TooFew { .. })
    ));
}

#[test]
fn no_study_at_all_is_refused() {
    let model = Model::new(Heterogeneity::Reml, Test::Normal);
    assert_eq!(
        pool(&[], &model),
        Err(MetaError::TooFew {
            given: 0,
            needed: 1
        })
    );
}

#[test]
fn a_table_with_zero_cells_in_both_arms_is_said_to_carry_no_information() {
    let empty = TwoByTwo::new(0.0, 20.0, 0.0, 21.0).unwrap();
    assert!(empty.is_uninformative());
    assert!(
        binary_effect(BinaryMeasure::OddsRatio, &empty)
            .variance
            .is_finite()
    );
    let mut tables = bcg_tables();
    tables.push(empty);
    let with = mantel_haenszel(BinaryMeasure::OddsRatio, &tables, 0.95).unwrap();
    let without = mantel_haenszel(BinaryMeasure::OddsRatio, &bcg_tables(), 0.95).unwrap();
    assert_eq!(with.n_uninformative, 1);
    assert_near(with.estimate, without.estimate, 1e-15);
    let alone = mantel_haenszel(BinaryMeasure::OddsRatio, &[empty], 0.95);
    assert!(matches!(alone, Err(MetaError::NothingHappened { .. })));
    assert!(matches!(
        peto(&[empty], 0.95),
        Err(MetaError::NothingHappened { .. })
    ));
}

#[test]
fn a_constant_moderator_is_named() {
    let moderators = Moderators::new().with("site", vec![2.0; 13]);
    let model = Model::new(Heterogeneity::Reml, Test::Normal);
    let refused = regress(&bcg(BinaryMeasure::RiskRatio), &moderators, &model);
    assert_eq!(
        refused,
        Err(MetaError::DependentModerator {
            name: "site".to_owned()
        })
    );
}

#[test]
fn a_negative_variance_is_refused_with_its_place() {
    let effects =
        [(0.1, 0.2), (0.2, -0.1)].map(|(estimate, variance)| Effect { estimate, variance });
    let refused = pool(&effects, &Model::new(Heterogeneity::Common, Test::Normal));
    assert_eq!(
        refused,
        Err(MetaError::BadEffect {
            study: 2,
            estimate: 0.2,
            variance: -0.1
        })
    );
}

fn studies() -> impl Strategy<Value = Vec<Effect>> {
    let study = (-2.0..2.0_f64, 0.01..1.0_f64);
    prop::collection::vec(
        study.prop_map(|(estimate, variance)| Effect { estimate, variance }),
        3..20,
    )
}

fn near(left: f64, right: f64, scale: f64) -> bool {
    (left - right).abs() <= 1e-8 * scale.abs().max(left.abs()).max(1e-3)
}

proptest! {
    #[test]
    fn the_order_of_studies_changes_nothing(effects in studies()) {
        let mut reversed = effects.clone();
        reversed.reverse();
        for method in Heterogeneity::ALL {
            let model = Model::new(method, Test::Normal);
            let (left, right) = (pool(&effects, &model)?, pool(&reversed, &model)?);
            prop_assert!(near(left.estimate, right.estimate, left.standard_error));
            prop_assert!(near(left.tau_square, right.tau_square, 1.0));
        }
    }

    #[test]
    fn a_change_of_unit_and_of_origin_is_followed(
        effects in studies(),
        unit in 0.1..10.0_f64,
        shift in -3.0..3.0_f64,
    ) {
        let moved: Vec<Effect> = effects
            .iter()
            .map(|e| Effect { estimate: unit * e.estimate + shift, variance: unit * unit * e.variance })
            .collect();
        for method in Heterogeneity::ALL {
            let model = Model::new(method, Test::Normal);
            let (left, right) = (pool(&effects, &model)?, pool(&moved, &model)?);
            prop_assert!(near(unit * left.estimate + shift, right.estimate, right.standard_error));
            prop_assert!(near(unit * unit * left.tau_square, right.tau_square, unit * unit));
            prop_assert!(near(left.i_square, right.i_square, 1.0));
        }
    }

    #[test]
    fn swapping_arms_turns_the_sign_of_every_binary_measure(
        a in 0..30_u32, b in 1..30_u32, c in 0..30_u32, d in 1..30_u32,
    ) {
        let [a, b, c, d] = [a, b, c, d].map(f64::from);
        let (one, other) = (TwoByTwo::new(a, b, c, d)?, TwoByTwo::new(c, d, a, b)?);
        for measure in BinaryMeasure::ALL {
            let (left, right) = (binary_effect(measure, &one), binary_effect(measure, &other));
            prop_assert!((left.estimate + right.estimate).abs() < 1e-12 * left.variance.max(1.0));
            prop_assert!((left.variance - right.variance).abs() < 1e-12 * left.variance.max(1.0));
        }
    }

    #[test]
    fn weights_add_up_to_a_hundred_and_the_interval_holds_the_estimate(effects in studies()) {
        for method in Heterogeneity::ALL {
            let pooled = pool(&effects, &Model::new(method, Test::Normal))?;
            prop_assert!((pooled.weights.iter().sum::<f64>() - 100.0).abs() < 1e-9);
            prop_assert!(pooled.interval.0 < pooled.estimate && pooled.estimate < pooled.interval.1);
            let fills = trim_and_fill(&effects, &Model::new(Heterogeneity::Common, Test::Normal))?;
            prop_assert!(fills.n_filled < effects.len());
        }
    }
}
