//! All that people read stands in the two languages' words, and nowhere else in the program.

use std::fs;
use std::path::{Path, PathBuf};

use yima_store::Mode;

use crate::receipts::{Ending, sell};
use crate::yima::{Ran, Yima, finish};

/// Output of `yima sign` is for programs.
const NOT_FOR_PEOPLE: [&str; 1] = ["sign"];
const WORDS: [&str; 4] = ["words", "words.rs", "doctor/words", "doctor/words.rs"];

impl Yima {
    fn in_chinese(&self, arguments: &[&str]) -> Ran {
        finish(self.command().env("LC_ALL", "zh_CN.UTF-8").args(arguments), b"")
    }
}

#[test]
fn nothing_is_said_in_one_language_alone() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&root, &mut files);
    assert!(files.len() > 20, "the program's files were found: {files:?}");
    let mut found = Vec::new();
    for file in &files {
        let name = file.strip_prefix(&root).unwrap();
        if WORDS.iter().chain(&NOT_FOR_PEOPLE).any(|words| name.starts_with(words)) {
            continue;
        }
        let text = fs::read_to_string(file).unwrap();
        let program = text.lines().take_while(|line| *line != "#[cfg(test)]");
        for (number, line) in (1..).zip(program) {
            let said = literals(line).into_iter().filter(|literal| is_said(literal));
            found.extend(said.map(|literal| format!("{}:{number}: {literal}", name.display())));
        }
    }
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn what_is_said_is_recognized() {
    let said = |line: &str| literals(line).iter().any(|literal| is_said(literal));
    assert!(said(r#"writeln!(out, "{count} rows refused")?"#));
    assert!(said(r#"Failure::new("没有")"#));
    assert!(said(r#"("a \"b c\" d")"#));
    assert!(!said(r#"writeln!(out, "{} = {}", "mode", "live")?"#));
    assert!(!said(r#"// says "one two" to nobody"#));
    assert!(!said(r#"#[error("it has {found} columns")]"#));
}

/// Of the settings, if they say something; else of the system, if it says something; else Chinese.
#[test]
fn the_language_is_the_one_that_is_set_or_the_systems() {
    let yima = Yima::new();
    let said = |locale: &str| {
        let mut command = yima.command();
        for variable in ["LC_ALL", "LC_MESSAGES", "LANG"] {
            command.env_remove(variable);
        }
        command.env("LANG", locale).args(["config", "get", "colour"]);
        finish(&mut command, b"").err
    };
    let is_chinese = |locale: &str| {
        let said = said(locale);
        assert!(said.contains("colour"), "{said}");
        assert_ne!(said.contains("没有设置项"), said.contains("there is no setting"), "{said}");
        said.contains("没有设置项")
    };
    assert!(is_chinese("zh_CN.UTF-8") && is_chinese("C.UTF-8") && is_chinese(""));
    assert!(!is_chinese("en_GB.UTF-8") && !is_chinese("fr_FR"));
    yima.done(&["config", "set", "language", "en"]);
    assert!(!is_chinese("zh_CN.UTF-8") && !is_chinese(""));
    yima.done(&["config", "set", "language", "zh-CN"]);
    assert!(is_chinese("zh_CN.UTF-8") && is_chinese("en_GB.UTF-8"));
}

#[test]
fn asking_for_help_makes_no_folder() {
    let yima = Yima::new();
    for arguments in [["--help"].as_slice(), &["config", "--help"], &["help", "sign"], &["nonsense"]] {
        yima.in_chinese(arguments);
    }
    assert!(!yima.path("data").exists());
}

#[test]
fn help_and_what_is_not_understood_are_chinese() {
    let yima = Yima::new();
    for arguments in
        [["--help"].as_slice(), &["receipts", "list", "-h"], &["help", "sandbox"], &["config", "help", "set"]]
    {
        let ran = yima.in_chinese(arguments);
        assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{arguments:?}");
        let mut english = ran.out.lines().filter(|line| is_english(line));
        assert_eq!(english.next(), None, "{arguments:?}");
    }
    for (arguments, expected) in [
        (["confi"].as_slice(), "没有命令 confi；是不是 config？"),
        (&["config", "set", "mode"], "缺少参数：<VALUE>"),
        (&["receipts", "list", "--jsn"], "没有参数 --jsn；是不是 --json？"),
        (&["receipts", "list", "--limit", "0"], "--limit <LIMIT> 不能是“0”"),
        (&["receipts", "list", "--mode"], "--mode <MODE> 后面要有值"),
        (&["restore", "--as", "x"], "可用的值：practice, live, goods, settings"),
        (&["config", "list", "--json", "--explain"], "--json 不能与 --explain 同用"),
        (&["sandbox", "--app-id", "a", "--discount", "-1"], "小于零"),
        (&[], "用法：yima [选项] <命令>"),
    ] {
        let ran = yima.in_chinese(arguments);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{arguments:?}");
        assert!(ran.err.starts_with("yima: ") && ran.err.contains(expected), "{arguments:?}: {}", ran.err);
        assert!(!ran.err.lines().any(is_english), "{}", ran.err);
    }
}

#[test]
fn what_was_done_and_what_went_wrong_is_chinese() {
    let yima = Yima::new();
    let goods = yima.path("goods.csv");
    fs::write(&goods, "barcode,title,price\n1,茶,3\n1,茶,x\n").unwrap();
    let goods = goods.to_str().unwrap();
    let secret = yima.path("secret");
    fs::write(&secret, "").unwrap();
    let secret = secret.to_str().unwrap();
    let cases: [(&[&str], &str); 14] = [
        (&["catalogue", "import", goods], "第 3 行：未接受：价格："),
        (&["catalogue", "import", "none.csv"], "none.csv：没有这个文件或文件夹；没有导入任何商品"),
        (&["receipts", "list"], "小票号"),
        (&["receipts", "show", "7"], "这个模式里没有小票或订单“7”"),
        (&["config", "list"], "设置项"),
        (&["config", "list", "--explain"], "可用的值：zh-CN、en；默认：zh-CN"),
        (&["config", "set", "sale.qr_timeout_s", "4"], "不能是“4”：太小；可用的值：5 到 3600 秒"),
        (&["config", "get", "store.store_id"], "store.store_id 未设置"),
        (&["secret", "set", "app_secret"], "密钥是空的"),
        (&["backup"], "字节，已核对"),
        (&["verify"], "完好"),
        (&["restore", "none.db"], "从文件名看不出是什么的备份"),
        (&["restore", "--as", "live"], "备份文件夹里没有完好的备份"),
        (&["sandbox", "--app-id", "a", "--secret-file", secret], "密钥是空的"),
    ];
    for (arguments, expected) in cases {
        let ran = yima.in_chinese(arguments);
        let said = format!("{}{}", ran.out, ran.err);
        assert!(said.contains(expected), "{arguments:?}: {said}");
        assert!(!said.lines().any(is_english), "{arguments:?}: {said}");
    }
    let held = yima.data_dir().lock().unwrap();
    let ran = yima.in_chinese(&["config", "set", "till.number", "02"]);
    assert!(ran.err.contains("正被另一个程序使用") && ran.err.contains("请关闭收银台再试"), "{}", ran.err);
    drop(held);
}

#[test]
fn what_was_sold_and_counted_is_chinese() {
    let yima = Yima::new();
    sell(&yima.data_dir().database(Mode::Practice), "a1", Ending::Paid);
    let listed = yima.in_chinese(&["receipts", "list"]).out;
    assert!(listed.starts_with("小票号 ") && listed.contains("  已付款  "), "{listed}");
    let shown = yima.in_chinese(&["receipts", "show", "a1"]).out;
    assert!(shown.contains("状态          已付款\n") && shown.contains("提交中"), "{shown}");
    let verified = yima.in_chinese(&["verify"]).out;
    for line in verified.lines().filter(|line| !line.starts_with(' ')) {
        let (_, counted) = line.split_once('：').unwrap();
        assert!(!counted.chars().any(|letter| letter.is_ascii_alphabetic()), "{line}");
    }
    assert_eq!(verified.matches("  完好\n").count(), 2, "{verified}");
}

/// Two words of a sentence beside each other; names of commands are no sentence.
fn is_english(line: &str) -> bool {
    let names = ["yima", "config", "set", "list", "secret", "verify", "restore", "receipts"];
    let is_word = |word: &str| {
        word.len() > 1 && word.chars().all(|letter| letter.is_ascii_lowercase()) && !names.contains(&word)
    };
    let words: Vec<&str> = line.split_whitespace().collect();
    words.windows(2).any(|near| near.iter().all(|word| is_word(word)))
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// What stands between quotes in a line of the program; comments and attributes say nothing to a person.
fn literals(line: &str) -> Vec<String> {
    let line = line.trim_start();
    if line.starts_with("//") || line.starts_with("#[") {
        return Vec::new();
    }
    let (mut found, mut open, mut escaped) = (Vec::new(), None::<String>, false);
    for letter in line.chars() {
        match &mut open {
            Some(literal) if escaped || !matches!(letter, '"' | '\\') => {
                escaped = false;
                literal.push(letter);
            }
            Some(_) if letter == '\\' => escaped = true,
            Some(_) => found.extend(open.take()),
            None if letter == '"' => open = Some(String::new()),
            None => {}
        }
    }
    found.extend(open);
    found
}

/// Chinese, or two words.
fn is_said(literal: &str) -> bool {
    let letters: Vec<char> = literal.chars().collect();
    let is_word = |letter: &char| letter.is_ascii_alphabetic();
    let two_words = letters.windows(3).any(
        |near| matches!(near, [before, ' ', after] if (is_word(before) || *before == '}') && is_word(after)),
    );
    two_words || letters.iter().any(|letter| ('\u{4e00}'..='\u{9fff}').contains(letter))
}
