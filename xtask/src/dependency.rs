//! The licences, sources and versions of every dependency, held to `deny.toml`.
//!
//! `deny.toml` is written for cargo-deny, which takes minutes to build and may not be installed; the
//! rules of it that need no network are read here, from the same file, against what Cargo says.

mod licence;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use camino::Utf8Path;
use serde::Deserialize;

use crate::fault::Fault;
use crate::metadata::{Metadata, Package};

/// `deny.toml`, as far as it is read here.
#[derive(Debug, Deserialize)]
struct Rules {
    graph: Graph,
    bans: Bans,
    licenses: Licences,
}

#[derive(Debug, Deserialize)]
struct Graph {
    targets: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Bans {
    deny: Vec<Named>,
    skip: Vec<Named>,
}

#[derive(Debug, Deserialize)]
struct Named {
    /// A package's name, or `name@version`.
    #[serde(rename = "crate")]
    package: String,
    reason: String,
    /// The packages that may name it all the same, as cargo-deny reads it too.
    #[serde(default)]
    wrappers: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Licences {
    allow: BTreeSet<String>,
}

/// Finds dependencies that `deny.toml` does not allow.
pub(crate) fn faults(root: &Utf8Path) -> Result<Vec<Fault>> {
    let text =
        std::fs::read_to_string(root.join("deny.toml")).context("failed to read deny.toml")?;
    let rules: Rules = toml::from_str(&text).context("failed to understand deny.toml")?;
    let mut faults = BTreeSet::new();
    for target in &rules.graph.targets {
        faults.extend(rules.broken_by(&Metadata::of(root, Some(target))?));
    }
    let lock =
        std::fs::read_to_string(root.join("Cargo.lock")).context("failed to read Cargo.lock")?;
    faults.extend(rules.locked(&lock));
    Ok(faults.into_iter().collect())
}

impl Rules {
    fn broken_by(&self, metadata: &Metadata) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for package in metadata.built() {
            faults.extend(self.licence_of(package));
            faults.extend(source_of(package));
            if !self.is_skipped(package) {
                versions
                    .entry(&package.name)
                    .or_default()
                    .insert(&package.version);
            }
        }
        for (name, versions) in versions
            .into_iter()
            .filter(|(_, versions)| versions.len() > 1)
        {
            let versions = versions.into_iter().collect::<Vec<_>>().join(" and ");
            let said =
                format!("{versions} are both in the tree; agree on one, or name it in deny.toml");
            faults.push(Fault::of(name, said));
        }
        faults
    }

    fn licence_of(&self, package: &Package) -> Option<Fault> {
        let Some(expression) = &package.license else {
            return Some(Fault::of(&package.name, "it does not say its licence"));
        };
        match licence::is_allowed(expression, &self.licenses.allow) {
            Ok(true) => None,
            Ok(false) => Some(Fault::of(
                &package.name,
                format!("`{expression}` is not allowed"),
            )),
            Err(why) => Some(Fault::of(&package.name, format!("`{expression}`: {why}"))),
        }
    }

    fn is_skipped(&self, package: &Package) -> bool {
        let exact = format!("{}@{}", package.name, package.version);
        self.bans
            .skip
            .iter()
            .any(|skip| skip.package == package.name || skip.package == exact)
    }

    /// What may not even be locked, for any platform or feature, but by those a rule names.
    fn locked(&self, lock: &str) -> Vec<Fault> {
        let names = lock
            .lines()
            .filter_map(|line| line.strip_prefix("name = \""));
        let names: BTreeSet<&str> = names.map(|name| name.trim_end_matches('"')).collect();
        let banned = self
            .bans
            .deny
            .iter()
            .filter(|ban| names.contains(ban.package.as_str()))
            .filter(|ban| !only_wrapped(lock, ban));
        banned
            .map(|ban| {
                Fault::of(
                    "Cargo.lock",
                    format!("`{}` is banned: {}", ban.package, ban.reason),
                )
            })
            .collect()
    }
}

/// Whether nothing locks a banned package but those its rule names.
fn only_wrapped(lock: &str, ban: &Named) -> bool {
    let plain = format!(" \"{}\"", ban.package);
    let with_version = format!(" \"{} ", ban.package);
    let names_it =
        |line: &str| line.trim_end_matches(',') == plain || line.starts_with(&with_version);
    let dependents: Vec<&str> = lock
        .split("[[package]]")
        .filter(|block| block.lines().any(names_it))
        .filter_map(|block| {
            block
                .lines()
                .find_map(|line| line.strip_prefix("name = \""))
        })
        .map(|name| name.trim_end_matches('"'))
        .collect();
    let is_wrapper = |name: &&str| ban.wrappers.iter().any(|wrapper| wrapper == name);
    !dependents.is_empty() && dependents.iter().all(is_wrapper)
}

/// Ours has no source; every other comes from a registry, never from a repository's branch.
fn source_of(package: &Package) -> Option<Fault> {
    let source = package.source.as_deref()?;
    let is_known = source.starts_with("registry+") || source.starts_with("sparse+");
    (!is_known).then(|| {
        Fault::of(
            &package.name,
            format!("it comes from `{source}`, not a registry"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Rules {
        toml::from_str(
            r#"
            graph = { targets = ["here"] }
            bans = { deny = [{ crate = "openssl", reason = "rustls" }], skip = [{ crate = "old@1.0.0", reason = "on its way out" }] }
            licenses = { allow = ["MIT"] }
            "#,
        )
        .unwrap()
    }

    fn said(packages: &[(&str, &str, Option<&str>, &str)]) -> Vec<String> {
        let package = |(name, version, licence, source): &(&str, &str, Option<&str>, &str)| {
            serde_json::json!({
                "name": name, "version": version, "id": format!("{name} {version}"), "license": licence,
                "source": source, "manifest_path": "/house/Cargo.toml", "dependencies": [],
            })
        };
        let packages: Vec<_> = packages.iter().map(package).collect();
        let nodes: Vec<_> = packages
            .iter()
            .map(|one| serde_json::json!({ "id": one["id"] }))
            .collect();
        let printed = serde_json::json!({
            "packages": packages, "workspace_members": [], "resolve": { "nodes": nodes },
        });
        let metadata = Metadata::read(printed.to_string().as_bytes()).unwrap();
        rules()
            .broken_by(&metadata)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn a_licence_that_is_not_allowed_or_not_said_is_a_fault() {
        assert_eq!(said(&[("a", "1.0.0", Some("MIT"), "registry+r")]), [""; 0]);
        assert_eq!(
            said(&[("a", "1.0.0", Some("GPL-3.0"), "registry+r")]),
            ["a: `GPL-3.0` is not allowed"]
        );
        assert_eq!(said(&[("a", "1.0.0", None, "registry+r")]).len(), 1);
    }

    #[test]
    fn a_source_that_is_no_registry_is_a_fault() {
        assert_eq!(
            said(&[("a", "1.0.0", Some("MIT"), "git+https://example.org/a")]).len(),
            1
        );
    }

    #[test]
    fn two_versions_of_one_package_are_a_fault_unless_one_is_named() {
        let two = |name| {
            said(&[
                (name, "1.0.0", Some("MIT"), "registry+r"),
                (name, "2.0.0", Some("MIT"), "registry+r"),
            ])
        };
        assert_eq!(two("a").len(), 1);
        assert_eq!(two("old"), [""; 0]);
    }

    #[test]
    fn a_banned_package_may_not_even_be_locked() {
        let found = rules().locked("[[package]]\nname = \"openssl\"\n");
        assert_eq!(
            found,
            [Fault::of("Cargo.lock", "`openssl` is banned: rustls")]
        );
        assert_eq!(rules().locked("name = \"openssl-probe\"\n"), []);
    }

    #[test]
    fn a_banned_package_is_locked_by_the_wrappers_its_rule_names_and_by_nobody_else() {
        let mut rules = rules();
        rules.bans.deny[0].wrappers = vec!["wrapper".to_owned()];
        let lock = |by: &str| {
            format!(
                "[[package]]\nname = \"openssl\"\n[[package]]\nname = \"{by}\"\ndependencies = [\n \"openssl\",\n]\n"
            )
        };
        assert_eq!(rules.locked(&lock("wrapper")), []);
        assert_eq!(rules.locked(&lock("another")).len(), 1);
    }
}
