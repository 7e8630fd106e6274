//! Reads the evidence files, refuses to build when one of them is unsound, and writes the list by
//! which they are embedded.
//!
//! A claim without study rows, a number without a source and a grade without a reason do not build.

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;

#[path = "src/lint.rs"]
pub mod lint;
#[path = "src/load.rs"]
pub mod load;
#[path = "src/reading.rs"]
pub mod reading;
#[path = "src/record.rs"]
pub mod record;

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(&std::env::var("CARGO_MANIFEST_DIR")?).join("../../evidence");
    println!("cargo::rerun-if-changed={}", root.display());
    println!("cargo::rerun-if-changed=src");
    let mut files = Vec::new();
    for folder in ["", "studies"] {
        for entry in std::fs::read_dir(root.join(folder))? {
            let path = entry?.path();
            if path
                .extension()
                .is_some_and(|extension| extension == "toml")
            {
                let name = path
                    .file_name()
                    .and_then(|name| name.to_str())
                    .ok_or("a file name")?;
                let name = if folder.is_empty() {
                    name.to_owned()
                } else {
                    format!("{folder}/{name}")
                };
                files.push(load::File {
                    text: std::fs::read_to_string(&path)?,
                    name,
                });
            }
        }
    }
    files.sort_by(|one, other| one.name.cmp(&other.name));
    let faults = lint::check(&files);
    if !faults.is_empty() {
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        return Err(format!("the evidence is unsound:\n{}", faults.join("\n")).into());
    }
    let mut list = String::from(
        "/// Name and text of each evidence file.\nconst FILES: &[(&str, &str)] = &[\n",
    );
    for file in &files {
        let path = root.join(&file.name).canonicalize()?;
        writeln!(
            list,
            "    ({:?}, include_str!({:?})),",
            file.name,
            path.display().to_string()
        )?;
    }
    list.push_str("];\n");
    std::fs::write(Path::new(&std::env::var("OUT_DIR")?).join("files.rs"), list)?;
    Ok(())
}
