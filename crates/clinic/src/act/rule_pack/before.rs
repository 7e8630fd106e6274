//! What was signed before: every signature under the clinic's rules, with the texts that were kept.

use jiff::Timestamp;
use journal::Version;
use protocol::{Pack, PackText};
use record::Chart;
use record::fact::house::{PackFile, PackKept, PackSigned};
use record::words::Line;

use crate::clinic::{Clinic, settings_stream, take};
use crate::denied::Denied;
use crate::library::Library;

/// A pack the one in use can be compared with.
#[derive(Clone, Debug)]
pub struct Before {
    /// The hash by which it is asked for.
    pub digest: String,
    /// Its name with its version, such as `house@1`.
    pub pin: String,
    /// Who signed it and when; nothing for the pack that ships, as a pack of its own.
    pub signed: Option<(String, Timestamp)>,
    /// The pack, or why it can no longer be read, in one sentence.
    pub pack: Result<Pack, String>,
}

/// The texts of the pack in use, as they are kept with a signature.
pub(super) fn to_keep(library: &Library) -> Option<PackKept> {
    let text = library.pack_text()?;
    let pack = library.pack();
    let file = |(name, text): &(String, String)| PackFile {
        name: Line::clipped(name),
        text: text.clone(),
    };
    Some(PackKept {
        pack: Line::clipped(&pack.id),
        version: pack.version,
        digest: Line::clipped(&library.pack_digest().0),
        files: text.files.iter().map(file).collect(),
        inputs: file(&text.inputs),
        sources: file(&text.sources),
    })
}

/// Every pack the one in use can be compared with, but itself: those that were signed, the latest first,
/// then the one that ships with Holdfast.
///
/// # Errors
/// What the journal says when it cannot be read.
pub fn all(clinic: &Clinic) -> Result<Vec<Before>, Denied> {
    let mut settings = Chart::default();
    for entry in &clinic.journal().stream(settings_stream(), Version(0))? {
        take(&mut settings, entry);
    }
    let in_use = clinic.library().pack_digest();
    let mut found: Vec<Before> = Vec::new();
    let signed: Vec<_> = settings.all::<PackSigned>().collect();
    for (entry, fact) in signed.into_iter().rev() {
        let is_known = found.iter().any(|one| one.digest == fact.digest.as_str());
        if fact.digest.as_str() == in_use.0 || is_known {
            continue;
        }
        found.push(Before {
            digest: fact.digest.to_string(),
            pin: format!("{}@{}", fact.pack, fact.version),
            signed: Some((fact.name.to_string(), entry.recorded_at.0)),
            pack: read(&settings, fact),
        });
    }
    let ships = protocol::house::pack().map_err(|faults| faults.to_string());
    if let Ok(pack) = &ships {
        let digest = pack.digest();
        let is_known = found.iter().any(|one| one.digest == digest.0);
        if digest != *in_use && !is_known {
            found.push(Before {
                digest: digest.0,
                pin: pack.pin(),
                signed: None,
                pack: ships,
            });
        }
    }
    Ok(found)
}

/// The pack of a signature: from the texts kept with it, or the one that ships where it is the same.
fn read(settings: &Chart, signed: &PackSigned) -> Result<Pack, String> {
    let kept = settings
        .all::<PackKept>()
        .map(|(_, kept)| kept)
        .find(|kept| kept.digest == signed.digest);
    let Some(kept) = kept else {
        let ships = protocol::house::pack().map_err(|faults| faults.to_string())?;
        return if ships.digest().0 == signed.digest.as_str() {
            Ok(ships)
        } else {
            Err("its text was not kept when it was signed".to_owned())
        };
    };
    let file = |file: &PackFile| (file.name.to_string(), file.text.clone());
    let text = PackText {
        files: kept.files.iter().map(file).collect(),
        inputs: file(&kept.inputs),
        sources: file(&kept.sources),
    };
    let pack = text
        .pack()
        .map_err(|_| "this version of Holdfast cannot read it any more".to_owned())?;
    if pack.digest().0 == signed.digest.as_str() {
        Ok(pack)
    } else {
        Err("this version of Holdfast understands it otherwise than it was signed".to_owned())
    }
}
