//! From a table to the columns a model is fitted to.
//!
//! A numeric covariate is one column. A text covariate is one column of zeros and ones for each
//! level but the first, named by the covariate and the level run together (`armB`), as reference
//! software names them.

use crate::table::{Column, Factor, Table, TableError};

/// The columns of a model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Design {
    /// The name of each column.
    pub terms: Vec<String>,
    /// The columns, each with a value for every row; NaN is missing.
    pub columns: Vec<Vec<f64>>,
}

impl Design {
    /// The columns of the covariates named.
    pub fn of(table: &Table, covariates: &[&str]) -> Result<Self, TableError> {
        let mut design = Self::default();
        for name in covariates {
            match table.column(name)? {
                Column::Number(numbers) => {
                    design.terms.push((*name).to_owned());
                    design.columns.push(numbers.clone());
                }
                Column::Text { factor, .. } => {
                    for (code, level) in factor.levels.iter().enumerate().skip(1) {
                        design.terms.push(format!("{name}{level}"));
                        design.columns.push(indicator(factor, code));
                    }
                }
            }
        }
        Ok(design)
    }

    /// The rows in which no column is missing.
    pub fn complete_rows(&self, rows: usize) -> Vec<usize> {
        (0..rows)
            .filter(|row| self.columns.iter().all(|column| !column[*row].is_nan()))
            .collect()
    }

    /// The design of some rows.
    #[must_use]
    pub fn select(&self, rows: &[usize]) -> Self {
        let columns = self
            .columns
            .iter()
            .map(|column| rows.iter().map(|row| column[*row]).collect())
            .collect();
        Self {
            terms: self.terms.clone(),
            columns,
        }
    }

    /// The columns as slices, as the models take them.
    pub fn slices(&self) -> Vec<&[f64]> {
        self.columns.iter().map(Vec::as_slice).collect()
    }
}

/// One for the rows of a level, zero for others, NaN where missing.
pub fn indicator(factor: &Factor, code: usize) -> Vec<f64> {
    factor
        .codes
        .iter()
        .map(|found| found.map_or(f64::NAN, |found| f64::from(u8::from(found == code))))
        .collect()
}

/// The label of a level, as reference software writes it: the level alone where the column is
/// text and `bare`, else `name=level`.
pub fn level_label(table: &Table, name: &str, level: &str, bare: bool) -> String {
    match table.column(name) {
        Ok(Column::Text { .. }) if bare => level.to_owned(),
        _ => format!("{name}={level}"),
    }
}

#[cfg(test)]
mod tests {
    use super::Design;
    use crate::table::Table;

    #[test]
    fn a_text_covariate_becomes_a_column_for_each_level_but_the_first() {
        let table = Table::read(b"x,arm\n1,b\n2,a\n,c\n").unwrap();
        let design = Design::of(&table, &["x", "arm"]).unwrap();
        assert_eq!(design.terms, ["x", "armb", "armc"]);
        assert_eq!(design.columns[1], [1.0, 0.0, 0.0]);
        assert_eq!(design.complete_rows(3), [0, 1]);
    }
}
