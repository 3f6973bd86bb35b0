//! `--help` in Chinese. In English it is what stands at the commands and options themselves.

pub(crate) mod chinese;

use clap::{Arg, Command};
use yima_checkout::view::Language;

/// Every code of `yima sign`, as `Refusal::code` has them.
pub(crate) const SIGN_CODES: &str = "\
Error codes:
  line_too_long      the line has more than 1 MiB; it is passed over
  bad_line           not one JSON object in UTF-8, or a key stands twice in it
  bad_field          body, sign_type, app_secret or private_key_file is missing or of another kind
  bad_profile        a profile key or value that there is not
  body_not_object    the body is not one JSON object
  duplicate_key      a key stands twice in an object of the body
  bad_string         a string of the body is not valid Unicode
  sign_type_differs  the body's sign_type is not the line's
  secret_missing     MD5 without an app_secret, or with an empty one
  secret_in_body     the body has a field named like the application secret
  key_missing        RSA without a private_key_file
  key_file           the key file cannot be read
  key_not_pem        the file is not PEM text
  key_public         a public key or a certificate
  key_encrypted      the private key has a pass phrase
  key_unreadable     not an RSA private key in PKCS#8 or PKCS#1
  key_size           fewer than 1024 or more than 4096 bits
  rsa_failed         the key does not sign";

/// The same commands, explained in that language.
pub(crate) fn explained(command: Command, language: Language) -> Command {
    match language {
        Language::English => command,
        Language::Chinese => {
            let mut command = command;
            // Puts `--help` and the command `help` where they can be explained as well.
            command.build();
            in_chinese(command, "")
        }
    }
}

/// `parent` is what stands before the command's own name, without the program's.
fn in_chinese(mut command: Command, parent: &str) -> Command {
    let path = match command.get_name() {
        "yima" => String::new(),
        name => format!("{parent} {name}").trim_start().to_owned(),
    };
    let usage = command.render_usage().to_string();
    let usage =
        usage.trim_start_matches("Usage: ").replace("[OPTIONS]", "[选项]").replace("<COMMAND>", "<命令>");
    // `help config` explains `config`.
    let explained = path.split_whitespace().filter(|name| *name != "help").collect::<Vec<_>>().join(" ");
    let is_help = command.get_name() == "help";
    if let Some((about, more)) = chinese::command(if is_help { "help" } else { &explained }) {
        command = command.about(about).long_about(format!("{about}{more}"));
    }
    if path == "sign" {
        command = command.after_long_help(chinese::SIGN_CODES);
    }
    command
        .override_usage(usage.replace("[COMMAND]", "[命令]"))
        .help_template("{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}")
        .subcommand_help_heading("命令")
        .mut_args(|argument| argument_in_chinese(argument, &path))
        .mut_subcommands(|command| in_chinese(command, &path))
}

fn argument_in_chinese(argument: Arg, path: &str) -> Arg {
    let heading = if argument.is_positional() { "参数" } else { "选项" };
    let Some(text) = chinese::argument(path, argument.get_id().as_str()) else {
        return argument.help_heading(heading);
    };
    let text = format!("{text}{}", may_be(&argument));
    argument
        .help_heading(heading)
        .help(text)
        .long_help(None::<&str>)
        .hide_default_value(true)
        .hide_possible_values(true)
}

/// What clap would say in English.
fn may_be(argument: &Arg) -> String {
    let mut said = String::new();
    let values: Vec<_> =
        argument.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
    if argument.get_action().takes_values() && !values.is_empty() {
        said.push_str(&format!(" [可选：{}]", values.join("、")));
    }
    let defaults: Vec<_> =
        argument.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    if argument.get_action().takes_values() && !defaults.is_empty() {
        said.push_str(&format!(" [默认：{}]", defaults.join("、")));
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Cli;
    use clap::CommandFactory;

    fn is_chinese(text: &str) -> bool {
        text.chars().any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter))
    }

    fn unexplained(command: &Command, path: &str, found: &mut Vec<String>) {
        let path = format!("{path} {}", command.get_name());
        if !command.get_about().is_some_and(|about| is_chinese(&about.to_string())) {
            found.push(path.clone());
        }
        for argument in command.get_arguments().filter(|argument| !argument.is_hide_set()) {
            if !argument.get_help().is_some_and(|help| is_chinese(&help.to_string())) {
                found.push(format!("{path}: {}", argument.get_id()));
            }
        }
        for subcommand in command.get_subcommands() {
            unexplained(subcommand, &path, found);
        }
    }

    #[test]
    fn every_command_and_every_option_is_explained_in_chinese() {
        let mut found = Vec::new();
        unexplained(&explained(Cli::command(), Language::Chinese), "", &mut found);
        assert_eq!(found, Vec::<String>::new());
    }

    #[test]
    fn nothing_is_explained_that_there_is_not() {
        fn paths(command: &Command, parent: &str, all: &mut Vec<String>) {
            for subcommand in command.get_subcommands() {
                let path = format!("{parent} {}", subcommand.get_name()).trim_start().to_owned();
                all.extend(
                    subcommand.get_arguments().map(|argument| format!("{path}/{}", argument.get_id())),
                );
                paths(subcommand, &path, all);
                all.push(path);
            }
        }
        let mut all = Vec::new();
        paths(&Cli::command(), "", &mut all);
        for (path, id) in chinese::own_arguments() {
            assert!(all.contains(&format!("{path}/{id}")), "{path}: {id}");
        }
    }
}
