use super::{
    Beta, ChiSquared, Distribution, FisherF, Gamma, Normal, StudentT, chi_squared_p, ln_beta,
    ln_gamma, normal_two_sided,
};

fn close(ours: f64, truth: f64, tolerance: f64) {
    let scale = truth.abs().max(f64::MIN_POSITIVE);
    assert!(
        (ours - truth).abs() <= tolerance * scale,
        "{ours:e} is not {truth:e}"
    );
}

#[test]
fn the_normal_quantile_of_975_in_1000_is_the_1_96_of_every_table() {
    close(Normal.quantile(0.975), 1.959_963_984_540_054, 1e-14);
    close(Normal.cdf(1.96), 0.975_002_104_851_779_7, 1e-14);
    close(Normal.sf(5.0), 2.866_515_718_791_939e-7, 1e-14);
    close(normal_two_sided(-1.0), 0.317_310_507_862_914_1, 1e-14);
}

#[test]
fn normal_tails_keep_their_logarithm_where_they_underflow() {
    // Mills' ratio is between x/(x²+1) and 1/x.
    for x in [30.0_f64, 50.0, 1e3, 1e8] {
        let base = -0.5 * x * x - 0.5 * (2.0 * std::f64::consts::PI).ln();
        let low = base + (x / (x * x + 1.0)).ln();
        let high = base - x.ln();
        let ours = Normal.ln_sf(x);
        assert!(ours >= low - 1e-12 * low.abs() && ours <= high + 1e-12 * high.abs());
    }
    close(Normal.ln_sf(25.0), Normal.ln_sf(25.000_000_000_001), 1e-12);
}

#[test]
fn chi_squared_with_two_degrees_of_freedom_is_exponential() {
    let chi = ChiSquared::new(2.0).unwrap();
    for x in [0.01, 0.5, 1.0, 3.0, 10.0, 100.0, 1000.0] {
        close(chi.sf(x), (-0.5 * x).exp(), 1e-13);
        close(chi.ln_sf(x), -0.5 * x, 1e-13);
        close(chi.cdf(x), -(-0.5 * x).exp_m1(), 1e-13);
    }
}

#[test]
fn chi_squared_with_one_degree_of_freedom_is_a_squared_normal() {
    for z in [0.01_f64, 0.3, 1.0, 1.7, 2.5, 6.0, 20.0] {
        close(chi_squared_p(z * z, 1.0), normal_two_sided(z), 1e-12);
    }
}

#[test]
fn chi_squared_with_even_degrees_of_freedom_is_a_poisson_sum() {
    // Q(k, x) = e^-x sum of x^j / j! below k.
    for (k, x) in [
        (5_u32, 2.0_f64),
        (5, 30.0),
        (20, 10.0),
        (20, 60.0),
        (100, 150.0),
    ] {
        let mut term = (-x).exp();
        let mut sum = 0.0;
        for j in 0..k {
            sum += term;
            term *= x / f64::from(j + 1);
        }
        close(chi_squared_p(2.0 * x, 2.0 * f64::from(k)), sum, 1e-12);
    }
}

#[test]
fn student_t_has_its_closed_forms() {
    let cauchy = StudentT::new(1.0).unwrap();
    let two = StudentT::new(2.0).unwrap();
    for t in [-30.0_f64, -2.0, -0.1, 0.0, 0.2, 1.0, 7.0] {
        close(cauchy.cdf(t), 0.5 + t.atan() / std::f64::consts::PI, 1e-12);
        close(two.cdf(t), 0.5 + t / (2.0 * (2.0 + t * t).sqrt()), 1e-12);
    }
    // With ten degrees of freedom the tail is a finite sum in the angle whose tangent is t/√10.
    let t = StudentT::new(10.0).unwrap().quantile(0.975);
    let angle = (t / 10.0_f64.sqrt()).atan();
    let square = angle.cos().powi(2);
    let mut term = 1.0;
    let mut sum = 1.0;
    for k in 1..5 {
        term *= square * f64::from(2 * k - 1) / f64::from(2 * k);
        sum += term;
    }
    close(angle.sin() * sum, 0.95, 1e-13);
    close(t, 2.228_138_85, 1e-8);
}

#[test]
fn f_is_a_squared_t_and_a_ratio_of_betas() {
    for df in [1.0_f64, 3.5, 12.0, 400.0] {
        for t in [0.1_f64, 1.0, 2.5, 9.0] {
            let f = FisherF::new(1.0, df).unwrap().sf(t * t);
            close(f, StudentT::new(df).unwrap().two_sided(t), 1e-12);
        }
    }
    // With two numerator degrees of freedom P(F > x) = (1 + 2x/d)^(-d/2).
    for (d, x) in [(4.0_f64, 1.0_f64), (10.0, 3.0), (7.0, 50.0)] {
        close(
            FisherF::new(2.0, d).unwrap().sf(x),
            (1.0 + 2.0 * x / d).powf(-0.5 * d),
            1e-12,
        );
    }
}

#[test]
fn beta_with_whole_shapes_is_a_binomial_sum() {
    // I_x(1, b) = 1 - (1-x)^b and I_x(a, 1) = x^a.
    for x in [0.001_f64, 0.2, 0.5, 0.9, 0.999] {
        close(Beta::new(1.0, 7.0).unwrap().sf(x), (1.0 - x).powi(7), 1e-12);
        close(Beta::new(4.5, 1.0).unwrap().cdf(x), x.powf(4.5), 1e-12);
        close(
            Beta::new(0.5, 0.5).unwrap().cdf(x),
            2.0 / std::f64::consts::PI * x.sqrt().asin(),
            1e-12,
        );
    }
}

#[test]
fn quantiles_undo_tails() {
    let gamma = Gamma::new(0.3, 2.0).unwrap();
    let chi = ChiSquared::new(17.0).unwrap();
    let t = StudentT::new(3.7).unwrap();
    let f = FisherF::new(3.0, 11.0).unwrap();
    let beta = Beta::new(2.0, 9.0).unwrap();
    let all: [&dyn Distribution; 6] = [&Normal, &gamma, &chi, &t, &f, &beta];
    for distribution in all {
        for p in [1e-12, 1e-6, 0.01, 0.3, 0.5, 0.77, 0.999] {
            close(distribution.cdf(distribution.quantile(p)), p, 1e-11);
            close(distribution.sf(distribution.upper_quantile(p)), p, 1e-11);
        }
        assert!(distribution.quantile(1.5).is_nan());
        assert!(distribution.quantile(f64::NAN).is_nan());
    }
}

#[test]
fn log_gamma_and_log_beta_agree_with_factorials() {
    close(ln_gamma(11.0), 3_628_800.0_f64.ln(), 1e-14);
    close(ln_beta(3.0, 4.0), (1.0_f64 / 60.0).ln(), 1e-13);
    close(ln_beta(1.0, 1e6), -(1e6_f64).ln(), 1e-12);
    close(ln_beta(2.0, 50.0), -(50.0_f64 * 51.0).ln(), 1e-12);
}

#[test]
fn parameters_that_are_not_positive_are_refused() {
    assert!(Gamma::new(-1.0, 1.0).is_err());
    assert!(ChiSquared::new(f64::NAN).is_err());
    let said = StudentT::new(0.0).unwrap_err().to_string();
    assert_eq!(
        said,
        "the degrees of freedom of a Student t distribution must be a positive number, not 0"
    );
}
