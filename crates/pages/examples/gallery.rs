//! Renders every page from its samples: `cargo run -p pages --example gallery -- OUT_DIR`.

use std::fs;
use std::io;

fn main() -> io::Result<()> {
    let Some(out) = std::env::args().nth(1) else {
        return Err(io::Error::other(
            "name the folder to write to: gallery -- OUT_DIR",
        ));
    };
    let assets = format!("{out}/assets");
    fs::create_dir_all(&assets)?;
    for file in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../web/assets"))? {
        let file = file?;
        fs::copy(
            file.path(),
            format!("{assets}/{}", file.file_name().to_string_lossy()),
        )?;
    }
    let leaves = pages::gallery::leaves("assets");
    for leaf in &leaves {
        fs::write(format!("{out}/{}.html", leaf.name), &leaf.html)?;
    }
    fs::write(
        format!("{out}/index.html"),
        pages::gallery::index("assets", &leaves),
    )
}
