//! From the name of a term back to the column it was made of.
//!
//! A term is the name of a numeric column, or the name of a text column run together with a level
//! (`armB`), or the name of a level that stands elsewhere in the reference (`arm1`), or a word for
//! one level of a text column whose levels are its first letters (`male` where sex is F or M).

use statistics::survival::design::{Design, indicator};
use statistics::table::{Column, Table};

use super::{Answer, say};

/// The columns of the terms; `first_arm` is the level that the term `arm1` marks.
pub(super) fn design(table: &Table, terms: &[String], first_arm: Option<&str>) -> Answer<Design> {
    let mut design = Design::default();
    for term in terms {
        design.columns.push(column(table, term, first_arm)?);
        design.terms.push(term.clone());
    }
    Ok(design)
}

fn column(table: &Table, term: &str, first_arm: Option<&str>) -> Answer<Vec<f64>> {
    if table.has(term) {
        return table.numbers(term).map(<[f64]>::to_vec).map_err(say);
    }
    let level = first_arm.filter(|_| term == "arm1");
    for name in table.names() {
        let Column::Text { factor, .. } = table.column(name).map_err(say)? else {
            continue;
        };
        let wanted = level.or_else(|| term.strip_prefix(name.as_str()));
        if let Some(code) = factor
            .levels
            .iter()
            .position(|found| Some(found.as_str()) == wanted)
        {
            return Ok(indicator(factor, code));
        }
    }
    let lower = term.to_lowercase();
    for name in table.names() {
        let Column::Text { factor, .. } = table.column(name).map_err(say)? else {
            continue;
        };
        // One level begins the word, and it is the only one that does.
        let begins = |level: &String| lower.starts_with(&level.to_lowercase());
        let found: Vec<usize> = (0..factor.levels.len())
            .filter(|at| factor.levels.get(*at).is_some_and(begins))
            .collect();
        if let [code] = found.as_slice() {
            return Ok(indicator(factor, *code));
        }
    }
    Err(format!("no column of the table explains the term `{term}`"))
}
