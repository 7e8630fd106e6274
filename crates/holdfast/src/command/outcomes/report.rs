//! `holdfast outcomes report`: what happened to a group of people, with what is not known.

use std::io::Write;

use ::outcomes::cohort::{Cohort, CohortEndpoint};
use ::outcomes::missing::{Counted, Reading};
use ::outcomes::{Definitions, table};
use camino::Utf8PathBuf;
use serde_json::{Value, json};

use super::super::Outcome;
use super::{kept, read, unaskable};

#[derive(clap::Args)]
pub(super) struct Report {
    /// The table of people and words, or - for standard input
    #[arg(long, value_name = "FILE", required_unless_present = "data")]
    words: Option<Utf8PathBuf>,
    /// A clinic's data: what became of everybody who started there
    #[arg(long, value_name = "DIR", conflicts_with_all = ["words", "withhold_under"])]
    data: Option<Utf8PathBuf>,
    #[command(flatten)]
    of: kept::OfClinic,
    /// Withhold a line with a part of some people, but fewer than this
    #[arg(long, value_name = "PEOPLE", default_value_t = 1)]
    withhold_under: u32,
    /// How it is printed
    #[arg(long, value_enum, default_value_t = kept::Told::Text)]
    format: kept::Told,
}

impl Report {
    pub(super) fn run(self, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        if let Some(data) = &self.data {
            return kept::report(data, &self.of, self.format, out);
        }
        let definitions = Definitions::of_the_house()?;
        let words = self.words.clone().unwrap_or_default();
        let text = read(&words)?;
        let people = table::people_and_words(words.as_str(), &text).map_err(unaskable)?;
        let cohort = Cohort::of(&definitions, people.iter().map(|(_, word)| word));
        match self.format {
            kept::Told::Text => self.print(out, &cohort)?,
            kept::Told::Csv => self.csv(out, &cohort)?,
            kept::Told::Json => {
                serde_json::to_writer_pretty(&mut *out, &self.object(&cohort))?;
                writeln!(out)?;
            }
        }
        Ok(Outcome::Done)
    }

    fn print(&self, out: &mut dyn Write, cohort: &Cohort) -> std::io::Result<()> {
        if cohort.people < self.withhold_under {
            return writeln!(out, "Fewer than {} people: withheld", self.withhold_under);
        }
        writeln!(out, "{} people\n", cohort.people)?;
        writeln!(out, "Tested in the last week of their word")?;
        writeln!(out, "  {}", self.sentence(cohort.tested_in_last_week))?;
        if !cohort.negative_weeks.has_small_part(self.withhold_under) {
            let weeks = cohort.negative_weeks.sentence("negative");
            writeln!(out, "Weeks in which a test was due\n  {weeks}")?;
        }
        writeln!(out, "\nEndpoints")?;
        for endpoint in &cohort.endpoints {
            writeln!(out, "{}: {}", endpoint.id, endpoint.says)?;
            writeln!(out, "  {}", self.sentence(endpoint.counted))?;
            if !self.withholds(endpoint) {
                writeln!(
                    out,
                    "  as published, with its own reading of missed weeks: {}; word too short for {}",
                    endpoint.as_published, endpoint.not_defined
                )?;
            }
        }
        Ok(())
    }

    fn csv(&self, out: &mut dyn Write, cohort: &Cohort) -> anyhow::Result<()> {
        let mut csv = csv::Writer::from_writer(out);
        let head = [
            "endpoint",
            "n",
            "known",
            "of",
            "not_known",
            "as_published",
            "not_defined",
        ];
        csv.write_record(head)?;
        for one in &cohort.endpoints {
            let counted = one.counted;
            let numbers = [
                counted.n(),
                counted.known(),
                counted.of(),
                counted.not_known(),
                one.as_published,
                one.not_defined,
            ];
            csv.write_field(&one.id)?;
            for n in numbers {
                let is_shown = !self.withholds(one) && cohort.people >= self.withhold_under;
                csv.write_field(if is_shown {
                    n.to_string()
                } else {
                    "withheld".to_owned()
                })?;
            }
            csv.write_record(None::<&[u8]>)?;
        }
        csv.flush()?;
        Ok(())
    }

    fn withholds(&self, endpoint: &CohortEndpoint) -> bool {
        let is_small = |part: u32| part > 0 && part < self.withhold_under;
        endpoint.counted.has_small_part(self.withhold_under)
            || is_small(endpoint.as_published)
            || is_small(endpoint.not_defined)
    }

    fn sentence(&self, counted: Counted) -> String {
        if counted.has_small_part(self.withhold_under) {
            return format!(
                "withheld: a part of it is fewer than {} people",
                self.withhold_under
            );
        }
        let (Some((least, most)), of) = (counted.range_percent(), counted.of()) else {
            return "nobody to count".to_owned();
        };
        let is = |n: u32| if n == 1 { "is" } else { "are" };
        let (n, rest, lost) = (
            counted.n(),
            counted.known() - counted.n(),
            counted.not_known(),
        );
        let range = if lost == 0 {
            String::new()
        } else {
            format!("; {least:.0} % to {most:.0} % with all of those not so, or all so")
        };
        let known = match (
            counted.percent(Reading::AsMissing),
            counted.interval_percent(),
        ) {
            (Some(share), Some((lower, upper))) => {
                format!("; of those known {share:.0} % (95 %: {lower:.0} to {upper:.0})")
            }
            (None, _) | (_, None) => String::new(),
        };
        format!(
            "{n} of {of} {} so, {rest} {} not so, {lost} {} not known{range}{known}",
            is(n),
            is(rest),
            is(lost),
        )
    }

    fn object(&self, cohort: &Cohort) -> Value {
        if cohort.people < self.withhold_under {
            return json!({ "withheld_under": self.withhold_under });
        }
        let endpoints: Vec<Value> = cohort
            .endpoints
            .iter()
            .map(|endpoint| {
                if self.withholds(endpoint) {
                    json!({ "id": endpoint.id, "says": endpoint.says, "withheld": true })
                } else {
                    json!({
                        "id": endpoint.id, "says": endpoint.says,
                        "counted": self.counted(endpoint.counted),
                        "as_published": endpoint.as_published, "not_defined": endpoint.not_defined,
                    })
                }
            })
            .collect();
        json!({
            "people": cohort.people,
            "withheld_under": self.withhold_under,
            "tested_in_last_week": self.counted(cohort.tested_in_last_week),
            "endpoints": endpoints,
        })
    }

    fn counted(&self, counted: Counted) -> Value {
        if counted.has_small_part(self.withhold_under) {
            return json!({ "withheld": true });
        }
        json!({
            "n": counted.n(), "known": counted.known(), "of": counted.of(),
            "not_known": counted.not_known(),
            "percent_of_known": counted.percent(Reading::AsMissing),
            "interval_95_percent": counted.interval_percent(),
            "worst_to_best_percent": counted.range_percent(),
        })
    }
}
