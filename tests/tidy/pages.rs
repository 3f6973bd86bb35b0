//! What the windows' pages may not do.

use crate::{
    expect_none,
    files::{Source, places},
};

const TALKS_TO_THE_SHELL: &str = "ui/src/shared/backend/";

#[test]
fn one_folder_talks_to_the_shell() {
    let elsewhere = |source: &Source| is_page(source) && !source.path.starts_with(TALKS_TO_THE_SHELL);
    let words = ["@tauri-apps/", "__TAURI"].map(str::to_owned);
    expect_none("only shared/backend talks to the shell", &places(&words, elsewhere));
}

#[test]
fn text_is_never_markup() {
    let words =
        ["{@html", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write"].map(str::to_owned);
    expect_none("text from outside is shown as text", &places(&words, is_page));
}

#[test]
fn nothing_is_evaluated() {
    let words = ["eval(", "new Function("].map(str::to_owned);
    expect_none("pages run only what they were built with", &places(&words, is_page));
}

/// Code that is built into the pages.
fn is_page(source: &Source) -> bool {
    source.is_code() && source.path.starts_with("ui/src/") && !source.path.contains(".test.")
}
