//! Where a catalogue's file may lie: folders that a person knows, drives that were plugged in, and what is in a folder.
//!
//! The till looks by itself, in its own page: a dialog of the system's would take the keys, and with them what is scanned.

use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use directories::UserDirs;

/// What a person would look through; the newest files come first.
const ENTRIES_MAX: usize = 200;
/// Of a folder with more than these the rest is not looked at.
const ENTRIES_READ_MAX: usize = 5_000;
const DRIVES_MAX: usize = 16;
const ENDINGS: [&str; 4] = ["csv", "txt", "tsv", "xlsx"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceKind {
    Downloads,
    Desktop,
    Documents,
    Home,
    Drive,
}

/// A folder's folders, and the files that may be catalogues.
#[derive(Debug, Default)]
pub struct Folder {
    pub folders: Vec<PathBuf>,
    /// Each with its length in bytes, the newest first.
    pub files: Vec<(PathBuf, u64)>,
    /// There is more in it.
    pub is_cut: bool,
}

/// Those that there are. Blocks.
pub fn places() -> Vec<(PlaceKind, PathBuf)> {
    let user = UserDirs::new();
    let of_user = user.iter().flat_map(|user| {
        [
            (PlaceKind::Downloads, user.download_dir()),
            (PlaceKind::Desktop, user.desktop_dir()),
            (PlaceKind::Documents, user.document_dir()),
            (PlaceKind::Home, Some(user.home_dir())),
        ]
    });
    let of_user = of_user.filter_map(|(kind, path)| Some((kind, path?.to_owned())));
    let drives = drives().into_iter().map(|path| (PlaceKind::Drive, path));
    of_user.chain(drives).filter(|(_, path)| path.is_dir()).collect()
}

/// Blocks.
pub fn look(folder: &Path) -> io::Result<Folder> {
    let mut entries = fs::read_dir(folder)?;
    let read: Vec<DirEntry> = entries.by_ref().take(ENTRIES_READ_MAX).filter_map(Result::ok).collect();
    let (mut folders, mut files) = (Vec::new(), Vec::new());
    for entry in read {
        let path = entry.path();
        // Follows links, as somebody who opens them would.
        let Ok(about) = fs::metadata(&path) else { continue };
        let is_hidden = entry.file_name().as_encoded_bytes().first() == Some(&b'.');
        if is_hidden {
            continue;
        }
        if about.is_dir() {
            folders.push(path);
        } else if about.is_file() && may_be_catalogue(&path) {
            files.push((about.modified().unwrap_or(SystemTime::UNIX_EPOCH), path, about.len()));
        }
    }
    folders.sort();
    files.sort_by(|one, other| other.cmp(one));
    let is_cut = entries.next().is_some() || folders.len() > ENTRIES_MAX || files.len() > ENTRIES_MAX;
    folders.truncate(ENTRIES_MAX);
    files.truncate(ENTRIES_MAX);
    Ok(Folder { folders, files: files.into_iter().map(|(_, path, bytes)| (path, bytes)).collect(), is_cut })
}

fn may_be_catalogue(path: &Path) -> bool {
    let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    ENDINGS.contains(&ending.as_str())
}

#[cfg(target_os = "linux")]
fn drives() -> Vec<PathBuf> {
    let user = std::env::var_os("USER").unwrap_or_default();
    ["/media", "/run/media"].iter().flat_map(|root| folders_in(&Path::new(root).join(&user))).collect()
}

#[cfg(target_os = "macos")]
fn drives() -> Vec<PathBuf> {
    folders_in(Path::new("/Volumes"))
}

#[cfg(windows)]
fn drives() -> Vec<PathBuf> {
    // C: is where everything else is, too.
    ('D'..='Z').map(|letter| PathBuf::from(format!("{letter}:\\"))).take(DRIVES_MAX + 7).collect()
}

#[cfg(not(windows))]
fn folders_in(root: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(root) else { return Vec::new() };
    entries.take(DRIVES_MAX).filter_map(|entry| Some(entry.ok()?.path())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_shows_its_folders_and_what_may_be_a_catalogue_the_newest_first() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("b")).unwrap();
        fs::create_dir(at("a")).unwrap();
        fs::create_dir(at(".hidden")).unwrap();
        for (age_s, name) in (1..).zip(["new.CSV", "photo.jpg", ".x.csv", "old.xlsx", "csv"]) {
            fs::write(at(name), "12345").unwrap();
            let time = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000 - age_s);
            fs::File::options().write(true).open(at(name)).unwrap().set_modified(time).unwrap();
        }
        let found = look(folder.path()).unwrap();
        assert_eq!(found.folders, [at("a"), at("b")]);
        assert_eq!(found.files, [(at("new.CSV"), 5), (at("old.xlsx"), 5)]);
        assert!(!found.is_cut);
        assert!(look(&at("none")).is_err());
    }

    #[test]
    fn a_great_folder_is_cut() {
        let folder = tempfile::tempdir().unwrap();
        for number in 0..=ENTRIES_MAX {
            fs::write(folder.path().join(format!("{number}.csv")), "").unwrap();
        }
        let found = look(folder.path()).unwrap();
        assert_eq!((found.files.len(), found.is_cut), (ENTRIES_MAX, true));
    }
}
