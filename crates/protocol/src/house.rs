//! The files that ship with Holdfast, embedded: a clinic begins with these and signs its own.

use crate::{Dictionary, Example, Faults, Known, Pack, Protocol, Sources, read_examples, source};

/// The source list as shipped: its name and its text.
pub const SOURCES: (&str, &str) = (
    "rules/sources.toml",
    include_str!("../../../rules/sources.toml"),
);

/// The dictionary of inputs as shipped: its name and its text.
pub const INPUTS: (&str, &str) = (
    "rules/inputs.toml",
    include_str!("../../../rules/inputs.toml"),
);

/// The rule pack as shipped: each file's name and its text, the one that names the pack first.
pub const RULES: [(&str, &str); 7] = [
    (
        "rules/house.toml",
        include_str!("../../../rules/house.toml"),
    ),
    (
        "rules/shared.toml",
        include_str!("../../../rules/shared.toml"),
    ),
    (
        "rules/eligibility.toml",
        include_str!("../../../rules/eligibility.toml"),
    ),
    (
        "rules/interactions.toml",
        include_str!("../../../rules/interactions.toml"),
    ),
    (
        "rules/monitoring.toml",
        include_str!("../../../rules/monitoring.toml"),
    ),
    (
        "rules/discharge.toml",
        include_str!("../../../rules/discharge.toml"),
    ),
    (
        "rules/policy.toml",
        include_str!("../../../rules/policy.toml"),
    ),
];

/// A whole case that no rule stands in the way of, to begin a trial of the rules with.
pub const CASE: &str = include_str!("../../../rules/examples/clear.json");

/// The example tables as shipped: each file's name and its text.
pub const EXAMPLES: [(&str, &str); 4] = [
    (
        "rules/examples/discharge.toml",
        include_str!("../../../rules/examples/discharge.toml"),
    ),
    (
        "rules/examples/eligibility.toml",
        include_str!("../../../rules/examples/eligibility.toml"),
    ),
    (
        "rules/examples/interactions.toml",
        include_str!("../../../rules/examples/interactions.toml"),
    ),
    (
        "rules/examples/monitoring.toml",
        include_str!("../../../rules/examples/monitoring.toml"),
    ),
];

/// The protocols as shipped: each file's name and its text.
pub const PROTOCOLS: [(&str, &str); 11] = [
    (
        "protocols/dakwar-alcohol-2020.toml",
        include_str!("../../../protocols/dakwar-alcohol-2020.toml"),
    ),
    (
        "protocols/dakwar-cocaine-2019.toml",
        include_str!("../../../protocols/dakwar-cocaine-2019.toml"),
    ),
    (
        "protocols/das-2019.toml",
        include_str!("../../../protocols/das-2019.toml"),
    ),
    (
        "protocols/depression-iv-6.toml",
        include_str!("../../../protocols/depression-iv-6.toml"),
    ),
    (
        "protocols/esketamine-mdsi.toml",
        include_str!("../../../protocols/esketamine-mdsi.toml"),
    ),
    (
        "protocols/esketamine-trd.toml",
        include_str!("../../../protocols/esketamine-trd.toml"),
    ),
    (
        "protocols/kap-im.toml",
        include_str!("../../../protocols/kap-im.toml"),
    ),
    (
        "protocols/kap-sl.toml",
        include_str!("../../../protocols/kap-sl.toml"),
    ),
    (
        "protocols/kare-2022.toml",
        include_str!("../../../protocols/kare-2022.toml"),
    ),
    (
        "protocols/krupitsky-heroin-im.toml",
        include_str!("../../../protocols/krupitsky-heroin-im.toml"),
    ),
    (
        "protocols/more-kare.toml",
        include_str!("../../../protocols/more-kare.toml"),
    ),
];

/// The source list as shipped.
pub fn sources() -> Result<Sources, Faults> {
    source::read(SOURCES.0, SOURCES.1)
}

/// The dictionary of inputs as shipped.
pub fn inputs() -> Result<Dictionary, Faults> {
    Dictionary::read(INPUTS.0, INPUTS.1)
}

/// The rule pack as shipped, unsigned.
pub fn pack() -> Result<Pack, Faults> {
    Pack::read(&RULES, &inputs()?, &sources()?)
}

/// The examples as shipped.
pub fn examples() -> Result<Vec<Example>, Faults> {
    let inputs = inputs()?;
    let mut all = Vec::new();
    for (name, text) in EXAMPLES {
        all.extend(read_examples(name, text, &inputs)?);
    }
    Ok(all)
}

/// Every protocol as shipped.
pub fn protocols() -> Result<Vec<Protocol>, Faults> {
    let sources = sources()?;
    Protocol::read_all(
        &PROTOCOLS,
        &Known {
            sources: &sources,
            rules: None,
            inputs: Some(&inputs()?),
        },
    )
}
