//! The studies of films, infusions, tables and medicines.

use super::*;

/// The oral film the arterial model was built on.
pub(super) fn film(bench: &mut Bench) {
    const ID: &str = "simons2022_50";
    const NAME: &str = "simons2022";
    let model = bench.model(NAME).clone();
    let plan = Plan::new(vec![Dose::at_once(Route::SublingualFilm, 0.0, 50.0)]).unwrap();
    let patient = person(73.0);
    for (analyte, path, word) in [
        (Analyte::Parent, "value", "esketamine"),
        (Analyte::Metabolite, "NK", "noresketamine"),
    ] {
        let question = ask(&model, &patient, &plan, analyte);
        let found = exposure(&question, &[], analyte).unwrap();
        let area = area(&model, &patient, &plan, analyte, 6.0) * 60.0;
        let band = Some(peaks(&question, 6.0));
        let of = |i: u8| bench.number(ID, &format!("/{path}/{i}"));
        let (peak, when, until_six) = (of(0), of(1), of(2));
        let study = "Simons 2022, 50 mg film";
        let quantity = format!("{word}: peak, ng/mL");
        bench.line(
            study,
            "yes",
            NAME,
            quantity,
            peak,
            found.c_max,
            band,
            Rule::TwoFold,
        );
        let quantity = format!("{word}: time of peak, min");
        let minutes = found.t_max_h * 60.0;
        bench.line(
            study,
            "yes",
            NAME,
            quantity,
            when,
            minutes,
            None,
            Rule::Shown,
        );
        let quantity = format!("{word}: area to 6 h, ng min/mL");
        let rule = Rule::OneAndAHalfFold;
        bench.line(study, "yes", NAME, quantity, until_six, area, None, rule);
    }
}

/// Digitised venous medians after 10 mg over 30 min.
pub(super) fn infusion(bench: &mut Bench) {
    let hours = [0.5, 1.0, 2.0, 3.0, 5.0, 6.0, 8.0, 10.0];
    let plan = Plan::new(vec![Dose::infusion(0.0, 10.0, 0.5)]).unwrap();
    for (name, fitted) in [
        ("otto2021", "parent no, metabolite yes"),
        ("perezruixo2020", "no"),
        ("simons2022", "no"),
    ] {
        let model = bench.model(name).clone();
        let asked = [Analyte::Parent, Analyte::Metabolite];
        let question = Question::new(&model, &person(68.0), &plan, &asked).unwrap();
        let mut levels = [0.0; 16];
        let times = Times::new(hours.to_vec()).unwrap();
        question
            .typical(&times, &mut Evaluator::new(), &mut levels)
            .unwrap();
        for (a, (path, word)) in [("K", "esketamine"), ("NK", "noresketamine")]
            .iter()
            .enumerate()
        {
            for i in [0, 1, 3, 6] {
                let reference = bench.number("chdr1311", &format!("/{path}/{i}"));
                let quantity = format!("{word} at {} h, ng/mL", hours[i]);
                let study = "CHDR1311, 10 mg over 30 min";
                let predicted = levels[a * 8 + i];
                let rule = if i == 0 { Rule::TwoFold } else { Rule::Shown };
                bench.line(
                    study, fitted, name, quantity, reference, predicted, None, rule,
                );
            }
        }
    }
}

/// The model's own published table.
pub(super) fn table_four(bench: &mut Bench) {
    const NAME: &str = "perezruixo2020";
    let model = bench.model(NAME).clone();
    let patient = person(74.0).aged(45.0).unwrap();
    for (n, id, study) in [
        (
            1,
            "perezruixo_t4_cauc_18_60_28",
            "Perez-Ruixo Table 4, 28 mg",
        ),
        (
            2,
            "perezruixo_t4_cauc_18_60_56",
            "Perez-Ruixo Table 4, 56 mg",
        ),
        (
            3,
            "perezruixo_t4_cauc_18_60_84",
            "Perez-Ruixo Table 4, 84 mg",
        ),
    ] {
        for (analyte, at, word) in [
            (Analyte::Parent, 0, "esketamine"),
            (Analyte::Metabolite, 2, "noresketamine"),
        ] {
            let plan = sprays(n);
            let question = ask(&model, &patient, &plan, analyte);
            let found = exposure(&question, &[], analyte).unwrap();
            let peak = bench.number(id, &format!("/value/{at}"));
            let area = bench.number(id, &format!("/value/{}", at + 1));
            let quantity = format!("{word}: peak, ng/mL");
            let band = Some(peaks(&question, 8.0));
            let fitted = "derived from the model";
            bench.line(
                study,
                fitted,
                NAME,
                quantity,
                peak,
                found.c_max,
                band,
                Rule::TwoFold,
            );
            let quantity = format!("{word}: area to 24 h, ng h/mL");
            let rule = Rule::OneAndAHalfFold;
            bench.line(
                study,
                fitted,
                NAME,
                quantity,
                area,
                found.area_24h,
                None,
                rule,
            );
        }
    }
}

/// Other medicines: the oral ratios go into the model, so only what follows from them is news.
pub(super) fn medicines(bench: &mut Bench) {
    const NAME: &str = "perezruixo2020";
    const STUDY: &str = "Interactions, 0.2 mg/kg by mouth";
    let model = bench.model(NAME).clone();
    let oral = Plan::new(vec![Dose::at_once(Route::Oral, 0.0, 14.0)]).unwrap();
    let vein = Plan::new(vec![Dose::infusion(0.0, 7.0, 0.5)]).unwrap();
    let find = |plan: &Plan, patient: &Patient| {
        exposure(
            &ask(&model, patient, plan, Analyte::Parent),
            &[],
            Analyte::Parent,
        )
        .unwrap()
    };
    let alone = (find(&oral, &person(70.0)), find(&vein, &person(70.0)));
    for (medicine, word) in [
        (Medicine::Clarithromycin, "clarithromycin"),
        (Medicine::Ticlopidine, "ticlopidine"),
        (Medicine::Itraconazole, "itraconazole"),
    ] {
        let reference = bench.number("ddi_oral", &format!("/value/{word}"));
        let ratio = find(&oral, &person(70.0).taking(medicine)).area / alone.0.area;
        let quantity = format!("{word}: ratio of oral areas");
        let rule = Rule::OneAndAHalfFold;
        bench.line(
            STUDY,
            "yes, put in",
            NAME,
            quantity,
            reference,
            ratio,
            None,
            rule,
        );
    }
    let peak = find(&oral, &person(70.0).taking(Medicine::Clarithromycin)).c_max / alone.0.c_max;
    let quantity = "clarithromycin: ratio of oral peaks";
    bench.line(
        "Hagelberg 2010",
        "no",
        NAME,
        quantity,
        3.6,
        peak,
        None,
        Rule::TwoFold,
    );
    let ratio = find(&vein, &person(70.0).taking(Medicine::Rifampicin)).area / alone.1.area;
    let quantity = "rifampicin: ratio of intravenous areas";
    let rule = Rule::OneAndAHalfFold;
    bench.line(
        "Peltoniemi 2012",
        "no",
        NAME,
        quantity,
        0.86,
        ratio,
        None,
        rule,
    );
}
