//! What can go wrong in a plan, each with the whole sentence a planner reads.

#[cfg(test)]
mod refusals {
    use pharmacology::plan::PlanText;
    use pharmacology::{Analyte, Model, Plan, Question, model};

    fn otto() -> Model {
        model::find("otto2021").unwrap().unwrap()
    }

    /// The sentence with which a plan of one patient and these doses is refused.
    fn refused(patient: &str, doses: &str) -> String {
        let otto = otto();
        let text = format!(r#"{{"patient": {{{patient}}}, "doses": [{doses}]}}"#);
        let bound = PlanText::from_json(&text)
            .and_then(|text| text.check(otto.name()))
            .and_then(|(patient, plan)| {
                Question::new(&otto, &patient, &plan, &[Analyte::Parent]).map(|_| ())
            });
        bound.unwrap_err().to_string()
    }

    fn infusion(start_h: f64, amount_mg: f64, hours: f64) -> String {
        format!(
            r#"{{"route": "iv_infusion", "start_h": {start_h}, "amount_mg": {amount_mg}, "duration_h": {hours}}}"#
        )
    }

    #[test]
    fn each_thing_that_can_go_wrong_with_a_plan_has_its_sentence() {
        let adult = r#""weight_kg": 70"#;
        let overlapping = format!("{}, {}", infusion(0.0, 20.0, 1.0), infusion(0.5, 20.0, 1.0));
        let swallowed = r#"{"route": "oral", "start_h": 0, "amount_mg": 20}"#;
        for (patient, doses, sentence) in [
            (
                adult,
                overlapping.as_str(),
                "`doses[1]` starts at 0.5 h while the infusion of `doses[0]` runs until 1 h; end one \
                 before the other starts, or add their rates",
            ),
            (
                adult,
                &infusion(0.0, 20.0, 0.0),
                "`doses[0].duration_h` is 0; give hours above zero; an injection at once is iv_bolus",
            ),
            (
                adult,
                &infusion(0.0, 20.0, -1.0),
                "`doses[0].duration_h` is -1; give hours above zero; an injection at once is iv_bolus",
            ),
            (
                adult,
                swallowed,
                "`doses[0].route` is oral, which otto2021 does not have (it has iv_bolus, \
                 iv_infusion); choose another model, or state your own `assumed_absorption`",
            ),
            (
                r#""weight_kg": 70, "age_years": 9"#,
                &infusion(0.0, 20.0, 0.7),
                "`patient.age_years` is 9 and otto2021 was built on adults; no adult model is right \
                 for a child: choose one built on children (herd2007, hornik2018, flint2017)",
            ),
            (
                adult,
                &infusion(0.0, 35_000.0, 0.7),
                "`doses[0].amount_mg` is 35000, which looks like another unit; give milligrams (not \
                 micrograms, not grams)",
            ),
            (
                adult,
                &infusion(0.0, 0.035, 0.7),
                "`doses[0].amount_mg` is 0.035, which looks like another unit; give milligrams (not \
                 micrograms, not grams); between 0.001 and 20 mg for each kilogram is plausible",
            ),
        ] {
            assert_eq!(refused(patient, doses), sentence);
        }
    }

    #[test]
    fn a_time_before_the_first_dose_has_its_sentence() {
        let plan = Plan::new(vec![pharmacology::Dose::infusion(1.0, 20.0, 0.7)]).unwrap();
        for (time, sentence) in [
            (
                0.5,
                "`--at` is 0.5 h, before the first dose at 1 h; times count from the first dose",
            ),
            (
                -1.0,
                "`--at` is -1 h, before the first dose at 1 h; times count from the first dose",
            ),
            (
                f64::NAN,
                "`--at` is NaN; give hours from the first dose, at most a year (8784)",
            ),
        ] {
            let error = plan.check_times("--at", &[time]).unwrap_err();
            assert_eq!(error.to_string(), sentence);
        }
    }
}
