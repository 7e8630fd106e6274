//! Every value of a flowsheet as rows: one row a moment, one column a reading.

use super::{Cell, Flowsheet, Held};
use crate::drawing::DataTable;

impl Flowsheet {
    pub(super) fn table(&self) -> DataTable {
        let mut columns = vec![
            ("Minute".to_owned(), true),
            ("Clock".to_owned(), true),
            ("Pressure, mmHg".to_owned(), true),
            ("Pulse, /min".to_owned(), true),
            ("Saturation, %".to_owned(), true),
        ];
        for row in &self.rows {
            columns.push((format!("{}, {}", row.name, row.unit), true));
        }
        let mut moments: Vec<f64> = self.pressures.iter().map(|one| one.minute).collect();
        moments.extend(self.pulse.iter().map(|one| one.minute));
        moments.extend(self.saturation.cells.iter().map(|one| one.minute));
        for row in &self.rows {
            moments.extend(row.cells.iter().map(|one| one.minute));
        }
        moments.sort_by(f64::total_cmp);
        moments.dedup_by(|a, b| same(*a, *b));
        let rows = moments.into_iter().map(|at| self.table_row(at)).collect();
        DataTable {
            caption: "Every reading of this session".to_owned(),
            columns,
            rows,
        }
    }

    fn table_row(&self, at: f64) -> Vec<String> {
        // Two sets of one moment stand side by side: none is left out.
        let pressures = self.pressures.iter().filter(|one| same(one.minute, at));
        let pressures: Vec<String> = pressures
            .map(|one| {
                let value = format!("{}/{}", one.upper, one.lower);
                said(&value, one.held, one.is_late)
            })
            .collect();
        let mut row = vec![
            super::draw::minute_words(at.floor()),
            self.clock(at),
            pressures.join(", then "),
            cell_at(&self.pulse, at),
            cell_at(&self.saturation.cells, at),
        ];
        row.extend(self.rows.iter().map(|one| cell_at(&one.cells, at)));
        row
    }
}

fn cell_at(cells: &[Cell], at: f64) -> String {
    let found: Vec<String> = cells
        .iter()
        .filter(|one| same(one.minute, at))
        .map(|one| said(&one.value, one.held, one.is_late))
        .collect();
    found.join(", then ")
}

fn said(value: &str, held: Held, is_late: bool) -> String {
    let word = match held {
        Held::Plain => "",
        Held::Watch => ", watch",
        Held::Act => ", act now",
    };
    let late = if is_late { ", charted late" } else { "" };
    format!("{value}{word}{late}")
}

/// Whether two moments are the same second.
fn same(a: f64, b: f64) -> bool {
    (a - b).abs() < 0.008
}
