//! What the tests' reports add up to: the closing line of `./test`.

use std::io::Write;
use std::ops::AddAssign;

use anyhow::{Context as _, Result, bail};
use camino::Utf8Path;

/// How many tests passed, failed and could not be asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Tally {
    n_passed: u64,
    n_failed: u64,
    n_skipped: u64,
    /// Why, one sentence each.
    skips: Vec<String>,
}

/// Adds up steps and prints their sum as the closing line.
///
/// A step is `NAME=CODE`, and counts as one; or `NAME=CODE,REPORT`, and counts as the cases of its
/// report (`.xml` as nextest writes it, anything else as `cargo test` prints it).
pub(crate) fn run(arguments: &[String], out: &mut dyn Write) -> Result<bool> {
    if arguments.is_empty() {
        bail!("tally needs at least one step, such as tidy=0");
    }
    let mut sum = Tally::default();
    for argument in arguments {
        let (_, step) = argument
            .split_once('=')
            .context("a step is written NAME=CODE")?;
        sum += match step.split_once(',') {
            Some((code, report)) => Tally::of_report(report)?.ended(code),
            None => Tally::default().ended(step),
        };
    }
    sum.skips.sort();
    sum.skips.dedup();
    for sentence in &sum.skips {
        writeln!(out, "{sentence}")?;
    }
    writeln!(
        out,
        "{} passed, {} failed, {} skipped",
        sum.n_passed, sum.n_failed, sum.n_skipped
    )?;
    Ok(sum.n_failed == 0 && sum.n_passed > 0)
}

impl Tally {
    /// Holds what was counted to how the step ended: one that failed has at least one failure, and
    /// one that passed without a report is one pass.
    fn ended(mut self, code: &str) -> Self {
        if code != "0" {
            self.n_failed = self.n_failed.max(1);
        } else if self == Self::default() {
            self.n_passed = 1;
        }
        self
    }

    fn of_report(path: &str) -> Result<Self> {
        // What does not compile leaves no report.
        if !Utf8Path::new(path).exists() {
            return Ok(Self::default());
        }
        let text =
            std::fs::read_to_string(path).with_context(|| format!("failed to read {path}"))?;
        if Utf8Path::new(path).extension() == Some("xml") {
            Ok(Self::of_junit(&text))
        } else {
            Ok(Self::of_log(&text))
        }
    }

    /// Counts the cases of a report in XML; a case that said it was skipped was not asked.
    fn of_junit(text: &str) -> Self {
        let mut sum = Self::default();
        for case in text.split("<testcase ").skip(1) {
            let case = case.split("</testcase>").next().unwrap_or(case);
            if case.contains("<failure") || case.contains("<error") {
                sum.n_failed += 1;
            } else if let Some(sentence) = skip_in(case) {
                sum.n_skipped += 1;
                sum.skips.push(sentence);
            } else {
                sum.n_passed += 1;
            }
        }
        sum
    }

    /// Adds up the `test result:` lines of `cargo test`; with the output shown, tests that said they
    /// were skipped are taken from those that passed.
    fn of_log(text: &str) -> Self {
        let mut sum = Self::default();
        for line in text.lines() {
            if let Some(counts) = line.strip_prefix("test result: ") {
                sum.n_passed += count(counts, " passed");
                sum.n_failed += count(counts, " failed");
                sum.n_skipped += count(counts, " ignored");
            }
        }
        sum.skips = text.lines().filter_map(skip_sentence).collect();
        let n_said = u64::try_from(sum.skips.len())
            .unwrap_or(u64::MAX)
            .min(sum.n_passed);
        sum.n_passed -= n_said;
        sum.n_skipped += n_said;
        sum
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.n_passed += other.n_passed;
        self.n_failed += other.n_failed;
        self.n_skipped += other.n_skipped;
        self.skips.extend(other.skips);
    }
}

fn skip_in(case: &str) -> Option<String> {
    case.split(['\n', '>']).find_map(skip_sentence)
}

/// A line such as `skipped: no Chromium on this machine`, as [`testkit::skip`] prints it.
fn skip_sentence(line: &str) -> Option<String> {
    let line = line
        .trim()
        .trim_end_matches("</system-err")
        .trim_end_matches("</system-out");
    let start: String = line.chars().take(8).collect::<String>().to_lowercase();
    let is_skip =
        start.starts_with("skipped:") || start.starts_with("skipped ") || start == "skipping";
    is_skip.then(|| line.to_owned())
}

fn count(counts: &str, what: &str) -> u64 {
    let before = counts.split(what).next().unwrap_or_default();
    let digits = before
        .rsplit(|letter: char| !letter.is_ascii_digit())
        .next()
        .unwrap_or_default();
    if counts.contains(what) {
        digits.parse().unwrap_or(0)
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JUNIT: &str = r#"<testsuites name="house" tests="4" failures="1">
        <testcase name="a" classname="x"><system-out>running 1 test</system-out></testcase>
        <testcase name="b" classname="x"><failure type="test failure">left is not right</failure></testcase>
        <testcase name="c" classname="x"><system-err>skipped: no Chromium here</system-err></testcase>
        <testcase name="d" classname="x"/>
        </testsuites>"#;

    #[test]
    fn a_report_is_counted_case_by_case_and_a_skip_is_not_a_pass() {
        let sum = Tally::of_junit(JUNIT);
        assert_eq!((sum.n_passed, sum.n_failed, sum.n_skipped), (2, 1, 1));
        assert_eq!(sum.skips, ["skipped: no Chromium here"]);
    }

    #[test]
    fn what_cargo_prints_is_added_up() {
        let log = "skipped: no trials here\n\
            test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out\n\
            test result: FAILED. 12 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out\n";
        let sum = Tally::of_log(log);
        assert_eq!((sum.n_passed, sum.n_failed, sum.n_skipped), (14, 2, 2));
    }

    #[test]
    fn the_closing_line_is_the_sum_and_one_failure_fails_it() {
        let closing = |steps: &[&str]| {
            let mut out = Vec::new();
            let steps: Vec<String> = steps.iter().map(|step| (*step).to_owned()).collect();
            let is_passed = run(&steps, &mut out).unwrap();
            (is_passed, String::from_utf8(out).unwrap())
        };
        assert_eq!(
            closing(&["tidy=0", "clippy=0"]),
            (true, "2 passed, 0 failed, 0 skipped\n".to_owned())
        );
        assert_eq!(
            closing(&["tidy=0", "clippy=101"]),
            (false, "1 passed, 1 failed, 0 skipped\n".to_owned())
        );
        assert!(run(&[], &mut Vec::new()).is_err());
    }

    #[test]
    fn a_step_that_failed_has_a_failure_whatever_its_report_says() {
        assert_eq!(Tally::of_junit(JUNIT).ended("100").n_failed, 1);
        assert_eq!(
            Tally::of_log("test result: ok. 3 passed; 0 failed;")
                .ended("101")
                .n_failed,
            1
        );
        assert_eq!(
            Tally::of_report("there/is/no.xml")
                .unwrap()
                .ended("101")
                .n_failed,
            1
        );
    }
}
