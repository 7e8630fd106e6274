//! Levels a protocol was published to aim at.

use super::sources;
use crate::document::{Document, Table};
use crate::protocol::{Known, Site, Target};

/// The highest level anyone could have aimed at in a person awake, as a guard against other units.
const NG_PER_ML_MAX: i64 = 5_000;

pub(super) fn targets(
    root: &mut Table<'_>,
    file: &mut Document<'_>,
    known: &Known<'_>,
) -> Vec<Target> {
    let mut out = Vec::new();
    for mut table in root.tables(file, "target") {
        let (from, to) = (
            table.whole(file, "from_ng_per_ml"),
            table.whole(file, "to_ng_per_ml"),
        );
        if !(1..=NG_PER_ML_MAX).contains(&from) || !(from..=NG_PER_ML_MAX).contains(&to) {
            let wrong = format!("a target from {from} to {to} ng/mL is no range of levels");
            let mend = format!(
                "write from_ng_per_ml and to_ng_per_ml from 1 to {NG_PER_ML_MAX}, the lower first"
            );
            file.fault(table.start(), wrong, mend);
        }
        let site = table.word(file, "site", &Site::WORDS);
        out.push(Target {
            from_ng_per_ml: u32::try_from(from).unwrap_or_default(),
            to_ng_per_ml: u32::try_from(to).unwrap_or_default(),
            site: site.unwrap_or(Site::NotStated),
            says: table.text(file, "says").text,
            mark: table.mark(file, "evidence"),
            sources: sources(&mut table, file, known),
        });
        table.finish(file);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Faults, Protocol};

    fn das(target: &str) -> Result<Protocol, Faults> {
        let text = include_str!("../../../../../protocols/das-2019.toml");
        let (before, rest) = text.split_once("[[target]]").unwrap();
        let after = rest.split_once("\n\n").map_or("", |(_, after)| after);
        let text = format!("{before}{target}\n\n{after}");
        let sources = crate::house::sources().unwrap();
        let known = Known {
            sources: &sources,
            rules: None,
            inputs: None,
        };
        let mut all = Protocol::read_all(&[("das-2019.toml", &text)], &known)?;
        Ok(all.remove(0))
    }

    #[test]
    fn a_published_target_is_read_with_its_site_mark_and_source() {
        let protocols = crate::house::protocols().unwrap();
        let das = protocols.iter().find(|one| one.id == "das-2019").unwrap();
        let target = &das.targets[0];
        assert_eq!((target.from_ng_per_ml, target.to_ng_per_ml), (350, 350));
        assert_eq!(target.site, Site::NotStated);
        assert_eq!(target.mark, crate::Mark::Recalled);
        assert_eq!(target.sources, ["S33"]);
    }

    #[test]
    fn a_target_in_other_units_or_upside_down_is_refused_with_what_to_write() {
        for range in [(350_000, 350_000), (350, 300), (0, 10)] {
            let target = format!(
                "[[target]]\nfrom_ng_per_ml = {}\nto_ng_per_ml = {}\nsite = \"not stated\"\n\
                 says = \"aimed at\"\nevidence = \"K\"\nsources = [\"S33\"]",
                range.0, range.1
            );
            let said = das(&target).unwrap_err().to_string();
            assert!(said.contains("the lower first"), "{said}");
        }
    }
}
