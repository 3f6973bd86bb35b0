//! Pictures of the screen, and what a camera reads off them.

use std::{path::Path, process::Command};

use anyhow::{Context, Result};

use crate::{
    display::{Area, Display},
    process::output,
};

/// Photographs a part of the screen into a PNG file.
pub fn take(display: &Display, area: Area, file: &Path) -> Result<()> {
    let Area { x, y, width, height } = area;
    output(
        Command::new("import")
            .args(["-display", display.name(), "-window", "root", "-crop"])
            .arg(format!("{width}x{height}+{x}+{y}"))
            .arg("+repage")
            .arg(file),
    )?;
    Ok(())
}

/// Reads the one QR code in a picture, as a phone would.
pub fn read_qr(file: &Path) -> Result<String> {
    let text = output(Command::new("zbarimg").args(["--quiet", "--raw"]).arg(file))
        .with_context(|| format!("no QR code can be read off {}", file.display()))?;
    Ok(text.trim_end().to_owned())
}
