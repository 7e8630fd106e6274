//! Reading the list of sources, `rules/sources.toml`.

use crate::document::{Document, Table};
use crate::mark::{Source, Sources};
use crate::{Fault, Faults};

/// Reads the source list, or everything wrong with it.
pub fn read(name: &str, text: &str) -> Result<Sources, Faults> {
    let mut file = Document::new(name, text);
    let parsed = file.parse();
    let mut sources = Sources::new();
    for (number, mut table) in Table::root(&parsed).children(&mut file) {
        let source = Source {
            title: table.text(&mut file, "title").text,
            address: table.text(&mut file, "address").text,
        };
        table.finish(&mut file);
        sources.insert(number, source);
    }
    let mut faults: Vec<Fault> = file.faults();
    faults.sort();
    if faults.is_empty() {
        Ok(sources)
    } else {
        Err(Faults(faults))
    }
}
