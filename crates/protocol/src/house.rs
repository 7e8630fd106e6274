//! The files that ship with Holdfast, embedded: a clinic begins with these and signs its own.

use crate::{Faults, Known, Protocol, Sources, source};

/// The source list as shipped: its name and its text.
pub const SOURCES: (&str, &str) = (
    "rules/sources.toml",
    include_str!("../../../rules/sources.toml"),
);

/// The protocols as shipped: each file's name and its text.
pub const PROTOCOLS: [(&str, &str); 1] = [(
    "protocols/kare-2022.toml",
    include_str!("../../../protocols/kare-2022.toml"),
)];

/// The source list as shipped.
pub fn sources() -> Result<Sources, Faults> {
    source::read(SOURCES.0, SOURCES.1)
}

/// Every protocol as shipped.
pub fn protocols() -> Result<Vec<Protocol>, Faults> {
    let sources = sources()?;
    Protocol::read_all(
        &PROTOCOLS,
        &Known {
            sources: &sources,
            rules: None,
        },
    )
}
