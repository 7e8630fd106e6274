//! The report as text.

use std::fmt::Write as _;

use super::*;

pub(super) fn table(lines: &[&Line], text: &mut String) {
    text.push_str(
        "| study | fitted | model | quantity | published | predicted | patients P5 to P95 | fold | verdict |\n\
         |---|---|---|---|---|---|---|---|---|\n",
    );
    for line in lines {
        let band = line.band.map_or_else(
            || "-".to_owned(),
            |b| format!("{} to {}", digits(b[0]), digits(b[2])),
        );
        let verdict = match line.passes() {
            Some(true) => "within",
            Some(false) => "**fails**",
            None => "not judged",
        };
        let fold = match line.rule {
            Rule::Within(..) => "-".to_owned(),
            Rule::TwoFold | Rule::OneAndAHalfFold | Rule::Shown => {
                format!("{:.2}", line.fold())
            }
        };
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {band} | {fold} | {verdict} |",
            line.study,
            line.fitted,
            line.model,
            line.quantity,
            line.published,
            digits(line.predicted),
        );
    }
}

pub(super) fn write(lines: &[Line]) -> String {
    let mut text = String::from(
        "# Pharmacology: predicted against published\n\n\
         This report is written by a test (`cargo test -p pharmacology --test validation`, with `HOLDFAST_REGENERATE=1` to write it again) from the models in `pharmacology/` and the published values in the validation file beside the design.\n\
         Predictions are for the typical person of 70 kg unless the study says otherwise (68 kg CHDR1311, 73 kg Simons, 74 kg and 45 years Perez-Ruixo and the label).\n\
         A peak should be within twofold, an area or a clearance within 1.5-fold, a published range should contain the prediction.\n\
         *Fitted* says whether the data built the model: agreement with such data is a regression test and no evidence.\n\
         Venous and arterial models are listed apart and must not be compared with one another's thresholds.\n\
         Racemic doses under a model of esketamine are two halves, R with 0.859 of the clearance of S.\n\n",
    );
    for (title, site) in [
        ("Venous models", Sampling::Venous),
        ("Arterial model", Sampling::Arterial),
        (
            "Models whose sampling site is not recorded",
            Sampling::Unrecorded,
        ),
    ] {
        let own: Vec<&Line> = lines.iter().filter(|line| line.site == site).collect();
        let judged = own.iter().filter(|l| l.passes().is_some()).count();
        let within = own.iter().filter(|l| l.passes() == Some(true)).count();
        let unseen: Vec<_> = own
            .iter()
            .filter(|l| l.fitted == "no" && l.passes().is_some())
            .collect();
        let unseen_within = unseen.iter().filter(|l| l.passes() == Some(true)).count();
        let _ = writeln!(text, "## {title}\n");
        let _ = writeln!(
            text,
            "{within} of {judged} judged values are within their limit; of those the models had not seen, {unseen_within} of {}.\n",
            unseen.len()
        );
        table(&own, &mut text);
        text.push('\n');
    }
    plainly(lines, &mut text);
    text
}

/// What failed and what could not be asked, in sentences.
pub(super) fn plainly(lines: &[Line], text: &mut String) {
    text.push_str("## Said plainly\n\n");
    for line in lines.iter().filter(|line| line.passes() == Some(false)) {
        let way = if line.predicted > line.reference {
            "too high"
        } else {
            "too low"
        };
        let _ = writeln!(
            text,
            "- {} is {way} for {} ({}): {} against {}.",
            line.model,
            line.study,
            line.quantity,
            digits(line.predicted),
            line.published
        );
    }
    let covered = lines.iter().filter_map(|l| {
        let band = l.band?;
        (l.fitted == "no").then_some(l.reference >= band[0] && l.reference <= band[2])
    });
    let covered: Vec<bool> = covered.collect();
    let _ = writeln!(
        text,
        "- The band of patients (P5 to P95) holds {} of {} published means the models had not seen; the wish was 80 %.",
        covered.iter().filter(|c| **c).count(),
        covered.len()
    );
    text.push_str(
        "- The metabolite of Perez-Ruixo 2021 overpredicts its own published area when the table is taken literally; its peak is right. It is marked as of low confidence wherever it is shown.\n\
         - Lahti 2001 gives a level after an injection without the time of sampling; nothing can be judged from it.\n\
         - Rolan 2014 (sublingual wafer, bioavailability 0.29) has no model here: the film of Simons 2022 is another product, and a wafer can only be drawn with an absorption the user states.\n\
         - The rise of blood pressure in 741 infusions has no model with parameters; it is shown as an observation and never computed.\n\
         - The ratios of oral areas under other medicines are put into the model and come back by construction; what follows from them (peaks, the intravenous route) is judged above.\n\
         - Simons 2022 is arterial: its peaks during an infusion stand above those measured in veins, and a venous study cannot fail it or confirm it.\n",
    );
}
