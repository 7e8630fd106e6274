//! A clinic's own pack: written out to be changed, and loaded in place of the one that ships.

use std::io::Write;

use anyhow::Context as _;
use camino::{Utf8Path, Utf8PathBuf};
use protocol::{Example, PackText, house, read_examples};

use super::load;
use super::{Outcome, test, told};
use crate::command::Unaskable;
use crate::place::Place;

/// Writes the pack that ships into a folder that is not there yet.
pub(super) fn export(out: &mut dyn Write, folder: &Utf8Path) -> anyhow::Result<Outcome> {
    if folder.exists() {
        let says = format!("{folder} is there already: name a folder that is not");
        return Err(Unaskable(says).into());
    }
    let files = house::RULES.into_iter().chain(house::EXAMPLES);
    for (name, text) in files.chain([house::INPUTS, house::SOURCES]) {
        let own = name.strip_prefix("rules/").unwrap_or(name);
        write(&folder.join(own), text)?;
    }
    writeln!(
        out,
        "The rules are in {folder}. Change them, raise the version in house.toml, then:\n  holdfast rules check {folder}/house.toml\n  holdfast rules load {folder}/house.toml --data CLINIC"
    )?;
    Ok(Outcome::Done)
}

/// Holds a pack to its examples and keeps it as the clinic's own; unsigned, it is run on no patient.
pub(super) fn load(out: &mut dyn Write, file: &Utf8Path, place: &Place) -> anyhow::Result<Outcome> {
    is_there(place)?;
    let loaded = load::read(Some(file))?;
    let pack = match loaded.pack() {
        Ok(pack) => pack,
        Err(faults) => return told(out, &faults.0),
    };
    let examples = example_files(file.parent().unwrap_or(Utf8Path::new("")))?;
    if examples.is_empty() {
        let says = "there are no examples beside the pack: keep the folder examples/ with it";
        return Err(Unaskable(says.to_owned()).into());
    }
    if test(out, &examples, Some(file))? == Outcome::Failed {
        return Ok(Outcome::Failed);
    }
    let to = place.rules();
    let fresh = to.with_extension("part");
    if fresh.exists() {
        std::fs::remove_dir_all(&fresh).context("an earlier load was cut short")?;
    }
    for (name, text) in loaded.to_keep()? {
        write(&fresh.join(name), text)?;
    }
    for example in &examples {
        let name = example.file_name().unwrap_or("examples.toml");
        write(&fresh.join("examples").join(name), &load::text(example)?)?;
    }
    if to.exists() {
        std::fs::remove_dir_all(&to).context("the pack before could not be put away")?;
    }
    std::fs::rename(&fresh, &to).context("the pack could not be put in its place")?;
    writeln!(
        out,
        "{} {} is loaded. From the next start of serve it waits for the medical director's signature under Rules; until then no dose can be given.",
        pack.pin(),
        pack.title
    )?;
    Ok(Outcome::Done)
}

/// Puts the pack that ships back in place of the clinic's own.
pub(super) fn unload(out: &mut dyn Write, place: &Place) -> anyhow::Result<Outcome> {
    is_there(place)?;
    let kept = place.rules();
    if !kept.is_dir() {
        let says = "the clinic has no pack of its own: it runs on the one that ships";
        return Err(Unaskable(says.to_owned()).into());
    }
    std::fs::remove_dir_all(&kept)?;
    writeln!(
        out,
        "The pack that ships is back in place. From the next start of serve it counts as the director last signed it."
    )?;
    Ok(Outcome::Done)
}

/// The clinic's own pack with its examples, where it has loaded one.
pub(crate) fn own(folder: &Utf8Path) -> anyhow::Result<Option<(PackText, Vec<Example>)>> {
    let file = folder.join(load::PACK_FILE);
    if !file.is_file() {
        return Ok(None);
    }
    let loaded = load::read(Some(&file))?;
    let faulty = |faults: &protocol::Faults| {
        Unaskable(format!(
            "the clinic's own rules in {folder} have faults: {faults}; mend them and `holdfast rules load` them again, or `holdfast rules unload`"
        ))
    };
    loaded.pack().map_err(|faults| faulty(&faults))?;
    let dictionary = loaded.dictionary()?;
    let mut examples = Vec::new();
    for example in example_files(folder)? {
        let text = load::text(&example)?;
        let found = read_examples(example.as_str(), &text, &dictionary);
        examples.extend(found.map_err(|faults| faulty(&faults))?);
    }
    Ok(Some((loaded.into_text(), examples)))
}

fn example_files(folder: &Utf8Path) -> anyhow::Result<Vec<Utf8PathBuf>> {
    let folder = folder.join("examples");
    let mut files = Vec::new();
    if folder.is_dir() {
        for entry in folder.read_dir_utf8()? {
            let path = entry?.into_path();
            if path.extension() == Some("toml") {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

fn write(path: &Utf8Path, text: &str) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, text).with_context(|| format!("failed to write {path}"))
}

/// Holds that there is a clinic to load a pack for.
fn is_there(place: &Place) -> anyhow::Result<()> {
    if place.database().is_file() {
        return Ok(());
    }
    let says = format!(
        "there is no clinic in {}: make one with `holdfast init`",
        place.data
    );
    Err(Unaskable(says).into())
}
