//! Yima Till: the windows around the engine.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod backups;
mod damage;
mod display;
mod doctor;
mod focus;
mod front;
mod goods_import;
mod ipc;
mod log;
mod monitors;
mod opening;
mod pictures;
mod places;
mod practice;
mod quitting;
#[cfg(not(windows))]
mod revival;
mod screen;
mod signing;
mod sound;
mod staff;
mod till;
mod windows;

use std::process::ExitCode;

fn main() -> ExitCode {
    if let Err(error) = yima_checkout::secrets::forbid_dumps() {
        complain(&format!("a crash may leave a copy of the memory: {error}"));
    }
    let explicit = match data_dir_argument(std::env::args_os().skip(1)) {
        Ok(explicit) => explicit,
        Err(complaint) => {
            complain(&complaint);
            return ExitCode::from(2);
        }
    };
    match windows::run(explicit) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

/// `--data-dir DIR` or `--data-dir=DIR`; nothing else is understood.
fn data_dir_argument(
    mut arguments: impl Iterator<Item = std::ffi::OsString>,
) -> Result<Option<std::path::PathBuf>, String> {
    let mut found = None;
    while let Some(argument) = arguments.next() {
        let text = argument.to_string_lossy();
        if text == "--data-dir" {
            let folder = arguments.next().ok_or("--data-dir needs a folder")?;
            found = Some(folder.into());
        } else if let Some(folder) = text.strip_prefix("--data-dir=").filter(|folder| !folder.is_empty()) {
            found = Some(folder.into());
        } else {
            return Err(format!("{text:?} is not understood; usage: yima-till [--data-dir DIR]"));
        }
    }
    Ok(found)
}

#[expect(clippy::print_stderr, reason = "there is no window to say it in")]
fn complain(complaint: &str) {
    eprintln!("yima-till: {complaint}");
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::data_dir_argument;

    #[test]
    fn reads_the_data_folder_and_refuses_the_rest() {
        let parse = |arguments: &[&str]| data_dir_argument(arguments.iter().map(Into::into));
        assert_eq!(parse(&[]), Ok(None));
        assert_eq!(parse(&["--data-dir", "a"]).unwrap().as_deref(), Some(Path::new("a")));
        assert_eq!(parse(&["--data-dir=a b"]).unwrap().as_deref(), Some(Path::new("a b")));
        assert!(parse(&["--data-dir"]).is_err());
        assert!(parse(&["--data-dir="]).is_err());
        assert!(parse(&["--secret=x"]).is_err());
    }
}
