//! I12: the signing secret is nowhere that anybody but the program reads, and neither is what a customer pays with.

use std::path::Path;

use anyhow::Result;

/// Files in the folder and those in it, the log among them, that have a secret in them, and how many were read. Each
/// secret has a name.
pub fn in_files(folder: &Path, secrets: &[(&str, &str)]) -> Result<(u64, Vec<String>)> {
    let (mut read, mut found) = (0, Vec::new());
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        // A mebibyte of nothing, which would take longer to read than all the rest.
        let is_room = path.extension().is_some_and(|end| end == "reserve");
        if path.is_dir() {
            let (within, told) = in_files(&path, secrets)?;
            read += within;
            found.extend(told);
        } else if !is_room {
            read += 1;
            found.extend(secrets.iter().filter_map(|(name, secret)| tells(&path, name, secret)));
        }
    }
    Ok((read, found))
}

/// What every user of the machine may see of the process; it may be over before it is looked at.
pub fn in_process(id: u32, secret: &str) -> Vec<String> {
    let of_process = Path::new("/proc").join(id.to_string());
    ["cmdline", "environ"].iter().filter_map(|name| tells(&of_process.join(name), "secret", secret)).collect()
}

fn tells(path: &Path, name: &str, secret: &str) -> Option<String> {
    let bytes = std::fs::read(path).ok()?;
    let is_told = String::from_utf8_lossy(&bytes).contains(secret);
    is_told.then(|| format!("I12: the {name} is in {}", path.display()))
}
