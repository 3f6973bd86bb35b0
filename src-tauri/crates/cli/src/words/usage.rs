//! What is wrong with the arguments, or with what was given on standard input.

use std::error::Error;
use std::io;

use clap::error::{ContextKind, ErrorKind};

use super::failures::system;
use super::sandbox::BadOption;
use super::{Said, said};
use crate::table::visible;

pub(crate) fn may_leave_a_dump(error: &io::Error) -> Said {
    said(
        format!("程序崩溃时可能留下内存转储：{error}"),
        format!("a crash may leave a copy of the memory: {error}"),
    )
}

pub(crate) fn standard_input(error: &io::Error) -> Said {
    said("标准输入无法读取", "standard input cannot be read").because(&system(error))
}

pub(crate) fn not_understood(error: &clap::Error) -> Said {
    let english = error.render().to_string();
    // Which is the help, in the language that is spoken.
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return said(english.trim_end(), english.trim_end());
    }
    let mut chinese = what(error);
    if let Some(usage) = told(error, ContextKind::Usage) {
        chinese.push_str("\n\n用法：");
        chinese.push_str(usage.trim_start_matches("Usage: ").trim_end());
    }
    chinese.push_str("\n\n详细说明请用 --help");
    said(chinese, english.trim_start_matches("error: ").trim_end())
}

fn what(error: &clap::Error) -> String {
    let named = |kind| visible(&told(error, kind).unwrap_or_default());
    let argument = || named(ContextKind::InvalidArg);
    let value = || named(ContextKind::InvalidValue);
    let meant = |kind| told(error, kind).map_or_else(String::new, |meant| format!("；是不是 {meant}？"));
    match error.kind() {
        ErrorKind::UnknownArgument => {
            format!("没有参数 {}{}", argument(), meant(ContextKind::SuggestedArg))
        }
        ErrorKind::InvalidSubcommand => {
            let name = named(ContextKind::InvalidSubcommand);
            format!("没有命令 {name}{}", meant(ContextKind::SuggestedSubcommand))
        }
        ErrorKind::MissingSubcommand => {
            format!("缺少命令；可用的有：{}", named(ContextKind::ValidSubcommand))
        }
        ErrorKind::MissingRequiredArgument => format!("缺少参数：{}", argument()),
        ErrorKind::ArgumentConflict => {
            format!("{} 不能与 {} 同用", argument(), named(ContextKind::PriorArg))
        }
        ErrorKind::InvalidValue if value().is_empty() => format!("{} 后面要有值", argument()),
        ErrorKind::InvalidValue => {
            format!("{} 不能是“{}”；可用的值：{}", argument(), value(), named(ContextKind::ValidValue))
        }
        ErrorKind::ValueValidation => format!("{} 不能是“{}”{}", argument(), value(), reason(error)),
        ErrorKind::InvalidUtf8 => "参数不是 UTF-8 文本".to_owned(),
        _ => format!("参数不对：{}", argument()),
    }
}

/// Of options that are read here; what numbers may be stands in the help.
fn reason(error: &clap::Error) -> String {
    let ours = error.source().and_then(|source| source.downcast_ref::<BadOption>());
    ours.map_or_else(String::new, |problem| format!("：{}", problem.said().chinese))
}

fn told(error: &clap::Error, kind: ContextKind) -> Option<String> {
    error.get(kind).map(ToString::to_string).filter(|told| !told.is_empty())
}
