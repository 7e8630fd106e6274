use std::fmt::Write as _;

use super::*;
use crate::mixed::search::Landscape as _;
use crate::mixed::{Coding, Formula};
use crate::table::Table;
use proptest::prelude::*;

fn fit(csv: &str, formula: &str, criterion: Criterion) -> Result<LinearFit, MixedError> {
    let table = Table::read(csv.as_bytes())?;
    let design = Design::new(&Formula::parse(formula)?, &table, &Coding::default())?;
    linear(&design, criterion)
}

fn assert_near(found: f64, wanted: f64, within: f64) {
    assert!((found - wanted).abs() <= within, "{found} is not {wanted}");
}

/// Six railway rails, three travel times each, in nanoseconds less 36 100 (Devore 2000; Pinheiro
/// and Bates 2000, *Mixed-Effects Models in S and S-PLUS*, section 1.1).
const RAILS: [[f64; 3]; 6] = [
    [55.0, 53.0, 54.0],
    [26.0, 37.0, 32.0],
    [78.0, 91.0, 85.0],
    [92.0, 100.0, 96.0],
    [49.0, 51.0, 50.0],
    [80.0, 85.0, 83.0],
];

fn rails() -> String {
    let mut csv = "travel,rail\n".to_owned();
    for (rail, times) in RAILS.iter().enumerate() {
        for time in times {
            writeln!(csv, "{time},{}", rail + 1).unwrap();
        }
    }
    csv
}

/// The book prints β = 66.5 with standard error 10.17104, random and residual deviations 24.80547
/// and 4.020779, and log restricted likelihood −61.0885. Balanced, so the analysis of variance gives
/// them by hand too: σ² = 194/12, σ_b² = (MS − σ²)/3, five degrees of freedom for the mean.
#[test]
fn the_rails_have_the_printed_variances() {
    let fit = fit(&rails(), "travel ~ 1 + (1 | rail)", Criterion::Reml).unwrap();
    assert_near(fit.coefficients[0], 66.5, 1e-10);
    assert_near(fit.standard_errors()[0], 10.17104, 5e-6);
    assert_near(fit.variances[0].deviation, 24.80547, 5e-6);
    assert_near(fit.sigma * fit.sigma, 194.0 / 12.0, 1e-8);
    assert_near(fit.log_likelihood, -61.0885, 5e-5);
    for approximation in [Approximation::Satterthwaite, Approximation::KenwardRoger] {
        assert_near(fit.tests(approximation).unwrap()[0].degrees, 5.0, 1e-6);
    }
    assert!(!fit.is_singular());
}

#[test]
fn groups_that_differ_less_than_chance_are_said_to_be_singular() {
    let csv = "y,g\n1,a\n2,a\n3,a\n3,b\n2,b\n1,b\n2,c\n1,c\n3,c\n";
    let fit = fit(csv, "y ~ 1 + (1 | g)", Criterion::Reml).unwrap();
    assert!(fit.is_singular());
    assert_near(fit.variances[0].variance, 0.0, 1e-9);
    assert_near(fit.sigma * fit.sigma, 6.0 / 8.0, 1e-9);
    assert_near(fit.coefficients[0], 2.0, 1e-12);
}

#[test]
fn a_constant_column_is_named() {
    let csv = "y,x,g\n1,5,a\n2,5,a\n3,5,b\n5,5,b\n4,5,c\n";
    let refused = fit(csv, "y ~ x + (1 | g)", Criterion::Ml);
    assert_eq!(
        refused.err(),
        Some(MixedError::Dependent {
            term: "x".to_owned()
        })
    );
}

#[test]
fn a_response_without_spread_is_refused() {
    let csv = "y,g\n4,a\n4,a\n4,b\n4,b\n";
    assert_eq!(
        fit(csv, "y ~ 1 + (1 | g)", Criterion::Ml).err(),
        Some(MixedError::NoResidual)
    );
}

#[test]
fn one_row_a_group_is_refused() {
    let csv = "y,g\n4,a\n5,b\n4,c\n3,d\n";
    let refused = fit(csv, "y ~ 1 + (1 | g)", Criterion::Ml).err();
    assert_eq!(refused, Some(MixedError::OneRowPerGroup));
}

#[test]
fn two_groupings_are_refused_with_their_names() {
    let csv = "y,g,h\n4,a,c\n5,a,d\n4,b,c\n3,b,d\n";
    let refused = fit(csv, "y ~ 1 + (1 | g) + (1 | h)", Criterion::Ml).err();
    let wanted = MixedError::TwoGroupings {
        first: "g".to_owned(),
        second: "h".to_owned(),
    };
    assert_eq!(refused, Some(wanted));
}

/// Rows of (group, x, noise) from which a response with real group effects is made.
fn rows() -> impl Strategy<Value = Vec<(usize, f64, f64)>> {
    prop::collection::vec((0..6_usize, -2.0..2.0_f64, -1.0..1.0_f64), 24..60)
}

fn csv_of(rows: &[(usize, f64, f64)], unit: f64, shift: f64) -> String {
    let mut csv = "y,x,g\n".to_owned();
    for (group, x, noise) in rows {
        let of_group = [1.5, -2.0, 0.5, 2.5, -1.0, 0.0][*group];
        let y = unit * (1.0 + 0.7 * x + of_group * (1.0 + 0.4 * x) + 0.5 * noise) + shift;
        writeln!(csv, "{y},{x},g{group}").unwrap();
    }
    csv
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_order_of_rows_changes_nothing(rows in rows()) {
        let mut reversed = rows.clone();
        reversed.reverse();
        let formula = "y ~ x + (x | g)";
        let left = fit(&csv_of(&rows, 1.0, 0.0), formula, Criterion::Reml);
        let right = fit(&csv_of(&reversed, 1.0, 0.0), formula, Criterion::Reml);
        let (Ok(left), Ok(right)) = (left, right) else { return Ok(()) };
        prop_assert!((left.log_likelihood - right.log_likelihood).abs() < 1e-8);
        for (a, b) in left.coefficients.iter().zip(&right.coefficients) {
            prop_assert!((a - b).abs() < 1e-6 * (1.0 + a.abs()));
        }
    }

    #[test]
    fn a_change_of_unit_and_origin_is_followed(
        rows in rows(), unit in 0.01..100.0_f64, shift in -50.0..50.0_f64,
    ) {
        let formula = "y ~ x + (1 | g)";
        let left = fit(&csv_of(&rows, 1.0, 0.0), formula, Criterion::Ml);
        let right = fit(&csv_of(&rows, unit, shift), formula, Criterion::Ml);
        let (Ok(left), Ok(right)) = (left, right) else { return Ok(()) };
        let wanted = unit * left.coefficients[0] + shift;
        prop_assert!((right.coefficients[0] - wanted).abs() < 1e-7 * (unit + shift.abs()));
        prop_assert!((right.coefficients[1] / unit - left.coefficients[1]).abs() < 1e-7);
        prop_assert!((right.sigma / unit - left.sigma).abs() < 1e-7);
        let moved = left.log_likelihood - left.n as f64 * unit.ln();
        prop_assert!((right.log_likelihood - moved).abs() < 1e-6);
    }

    /// The fit is a maximum: no other covariance of a few tried has a higher likelihood.
    #[test]
    fn no_plain_regression_is_likelier(rows in rows()) {
        let Ok(fit) = fit(&csv_of(&rows, 1.0, 0.0), "y ~ x + (1 | g)", Criterion::Ml) else {
            return Ok(());
        };
        let profile = Profile {
            groups: &fit.state.groups,
            n: fit.n as f64,
            is_restricted: false,
            free: fit.state.free.clone(),
        };
        for factor in [0.0, 0.3, 0.9, 1.1, 3.0] {
            let other = profile.at(fit.state.place.lower.scaled(factor)).unwrap();
            prop_assert!(fit.state.place.deviance <= other.deviance + 1e-9);
        }
    }
}
