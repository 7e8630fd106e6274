//! What Cargo says of the house and its dependencies.

use std::collections::BTreeSet;
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use camino::{Utf8Path, Utf8PathBuf};
use serde::Deserialize;

/// What `cargo metadata` prints, as far as it is read here.
#[derive(Debug, Deserialize)]
pub(crate) struct Metadata {
    pub(crate) packages: Vec<Package>,
    workspace_members: BTreeSet<String>,
    resolve: Option<Resolve>,
}

#[derive(Debug, Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
struct Node {
    id: String,
}

/// One package of the tree.
#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) id: String,
    pub(crate) license: Option<String>,
    pub(crate) source: Option<String>,
    pub(crate) manifest_path: Utf8PathBuf,
    pub(crate) dependencies: Vec<Dependency>,
}

/// One arrow that a package declares.
#[derive(Debug, Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// Nothing for an ordinary one, `dev` or `build` for the others.
    pub(crate) kind: Option<String>,
}

impl Metadata {
    /// Asks Cargo, for all platforms or for one.
    pub(crate) fn of(root: &Utf8Path, target: Option<&str>) -> Result<Self> {
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        let mut command = Command::new(cargo);
        command
            .args(["metadata", "--format-version", "1"])
            .current_dir(root);
        match target {
            Some(target) => command.args(["--filter-platform", target]),
            None => command.arg("--no-deps"),
        };
        let output = command.output().context("failed to run cargo metadata")?;
        if !output.status.success() {
            bail!(
                "cargo metadata said: {}",
                String::from_utf8_lossy(&output.stderr).trim()
            );
        }
        Self::read(&output.stdout)
    }

    /// Reads what Cargo printed.
    pub(crate) fn read(printed: &[u8]) -> Result<Self> {
        serde_json::from_slice(printed).context("cargo metadata printed what we cannot read")
    }

    /// The crates of the house.
    pub(crate) fn ours(&self) -> impl Iterator<Item = &Package> {
        self.packages
            .iter()
            .filter(|package| self.workspace_members.contains(&package.id))
    }

    /// Every package that is built on the platform asked for, ours among them.
    pub(crate) fn built(&self) -> impl Iterator<Item = &Package> {
        let ids: BTreeSet<&str> = self
            .resolve
            .iter()
            .flat_map(|all| &all.nodes)
            .map(|node| node.id.as_str())
            .collect();
        self.packages
            .iter()
            .filter(move |package| ids.contains(package.id.as_str()))
    }
}

impl Package {
    /// The package's folder from the root of the house.
    pub(crate) fn folder(&self) -> String {
        let folder = self.manifest_path.parent().unwrap_or(&self.manifest_path);
        let mut parts: Vec<&str> = folder
            .components()
            .rev()
            .take(2)
            .map(|part| part.as_str())
            .collect();
        // A crate is `crates/NAME` or, for chores, `NAME`.
        parts.retain(|part| *part == "crates" || Some(*part) == folder.file_name());
        parts.reverse();
        parts.join("/")
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A crate and its arrows: to whom, and of which kind.
    pub(crate) type Arrows<'a> = (&'a str, &'a [(&'a str, Option<&'a str>)]);

    /// What Cargo would print of crates with these arrows.
    pub(crate) fn given(crates: &[Arrows<'_>]) -> Metadata {
        let packages = crates.iter().map(|(name, arrows)| {
            let dependencies: Vec<_> = arrows
                .iter()
                .map(|(to, kind)| serde_json::json!({ "name": to, "kind": kind }))
                .collect();
            serde_json::json!({
                "name": name, "version": "0.1.0", "id": name, "license": "Apache-2.0",
                "source": null, "manifest_path": format!("/house/crates/{name}/Cargo.toml"),
                "dependencies": dependencies,
            })
        });
        let ids: Vec<_> = crates.iter().map(|(name, _)| *name).collect();
        let printed = serde_json::json!({
            "packages": packages.collect::<Vec<_>>(), "workspace_members": ids,
            "resolve": { "nodes": ids.iter().map(|id| serde_json::json!({ "id": id })).collect::<Vec<_>>() },
        });
        Metadata::read(printed.to_string().as_bytes()).unwrap()
    }

    #[test]
    fn a_crate_knows_its_folder_from_the_root() {
        let metadata = given(&[("record", &[])]);
        let folders: Vec<String> = metadata.ours().map(Package::folder).collect();
        assert_eq!(folders, ["crates/record"]);
    }
}
