//! Which language a person is spoken to in.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use yima_checkout::view::Language;
use yima_store::{DataDir, SettingsFile};

/// What the till is set to; else the system's language, if it names one; else what a new till speaks.
pub(crate) fn chosen(arguments: &[OsString]) -> Language {
    set(arguments).or_else(of_the_system).unwrap_or(Language::Chinese)
}

/// Makes no folder and no file: whoever asks for help has not asked for a till.
fn set(arguments: &[OsString]) -> Option<Language> {
    let settings = DataDir::existing(data_dir(arguments))?.settings_db();
    let file = settings.exists().then(|| SettingsFile::open(&settings).ok())??;
    match file.get("language").ok()??.as_str() {
        "zh-CN" => Some(Language::Chinese),
        "en" => Some(Language::English),
        _ => None,
    }
}

/// Needed before the arguments are understood, since what is wrong with them is to be said in some language.
fn data_dir(arguments: &[OsString]) -> Option<PathBuf> {
    const OPTION: &str = "--data-dir";
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        if argument == OPTION {
            return arguments.next().map(PathBuf::from);
        }
        let folder = argument.to_str().and_then(|argument| argument.strip_prefix(OPTION)?.strip_prefix('='));
        if let Some(folder) = folder {
            return Some(folder.into());
        }
    }
    None
}

fn of_the_system() -> Option<Language> {
    let variables = ["LC_ALL", "LC_MESSAGES", "LANG"].map(env::var_os);
    let locale = variables.into_iter().flatten().find(|locale| !locale.is_empty())?;
    of_locale(&locale.to_string_lossy())
}

/// `C` and `POSIX` name no language.
fn of_locale(locale: &str) -> Option<Language> {
    match locale.split(['_', '.', '@', '-']).next().unwrap_or_default() {
        "" | "C" | "POSIX" => None,
        "zh" => Some(Language::Chinese),
        _ => Some(Language::English),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_names_a_language_or_none() {
        for (locale, expected) in [
            ("zh_CN.UTF-8", Some(Language::Chinese)),
            ("zh-Hans-CN", Some(Language::Chinese)),
            ("zh", Some(Language::Chinese)),
            ("en_US.UTF-8", Some(Language::English)),
            ("de_DE@euro", Some(Language::English)),
            ("C", None),
            ("C.UTF-8", None),
            ("POSIX", None),
            ("", None),
        ] {
            assert_eq!(of_locale(locale), expected, "{locale}");
        }
    }

    #[test]
    fn the_folder_is_found_among_the_arguments() {
        let found = |arguments: &[&str]| data_dir(&arguments.iter().map(OsString::from).collect::<Vec<_>>());
        assert_eq!(found(&["config", "--data-dir", "a", "list"]), Some("a".into()));
        assert_eq!(found(&["--data-dir=a b", "list"]), Some("a b".into()));
        assert_eq!(found(&["--data-dirs=a", "list"]), None);
        assert_eq!(found(&["list", "--data-dir"]), None);
    }
}
