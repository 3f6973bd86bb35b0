use proptest::prelude::*;

use super::*;
use crate::barcode::CheckDigit;

fn barcode(text: &str) -> Barcode {
    Barcode::parse(text).unwrap()
}

fn layouts(text: &str) -> Layouts {
    Layouts::parse(text).unwrap()
}

/// The same code with the check digit that its others call for.
fn checked(text: &str) -> String {
    let digits: Vec<u8> = text.bytes().map(|byte| byte - b'0').collect();
    format!("{text}{}", check_digit(&digits))
}

/// Item as it stands, grams, fen.
fn said(layout: &str, code: &str) -> Option<(String, Option<u32>, Option<i64>)> {
    let read = layouts(layout).read(&barcode(code))?;
    let item = read.items.first()?.to_string();
    Some((item, read.grams.map(Grams::get), read.amount_fen.map(Fen::get)))
}

#[test]
fn a_code_says_what_its_layout_has() {
    let check = |layout: &str, digits: &str, grams, fen| {
        let code = checked(digits);
        assert_eq!(said(layout, &code), Some(("00456".to_owned(), grams, fen)), "{layout} of {code}");
    };
    check("21IIIIIAAA.AAC", "210045600846", None, Some(846));
    check("21IIIIIAAAAAC", "210045600846", None, Some(846));
    check("21IIIIIAAAA.AC", "210045600846", None, Some(8_460));
    check("21IIIIIAAAAA.C", "210045600846", None, Some(84_600));
    check("22IIIIIWW.WWWC", "220045601256", Some(1_256), None);
    check("22IIIIIWWWWWC", "220045601256", Some(1_256), None);
    check("22IIIIIWWW.WWC", "220045601256", Some(12_560), None);
    check("22IIIIIWWWW.WC", "220045601256", Some(125_600), None);
    check("2xIIIIIxAAAAC", "230045690846", None, Some(846));
    check("20IIIIIAAA.AAWW.WWWC", "20004560084600456", Some(456), Some(846));
    check("20IIIIIWW.WWWAAA.AAC", "20004560045600846", Some(456), Some(846));
    check("21IIIIIVAAAAC", "210045692875", None, Some(2_875));
    check("21IIIIIAAAAAVC", "2100456146856", None, Some(14_685));
}

#[test]
fn wrong_check_digits_and_other_codes_say_nothing() {
    let all = "21IIIIIAAA.AAC,22IIIIIWW.WWWC,23IIIIIVAAAAC";
    for code in [
        "2100456008465",
        "2300456828754",
        "6921168509256",
        "2400456008463",
        "21004560084",
        "2100456x08464",
        "1",
    ] {
        assert_eq!(said(all, code), None, "{code}");
    }
    assert_eq!(said("", "2100456008464"), None);
    assert!(said(all, "2100456008464").is_some());
}

#[test]
fn nothing_weighs_or_costs_nothing() {
    assert_eq!(said("21IIIIIAAA.AAC", &checked("210045600000")), Some(("00456".to_owned(), None, None)));
    assert_eq!(said("22IIIIIWW.WWWC", &checked("220045600000")), Some(("00456".to_owned(), None, None)));
}

#[test]
fn the_longest_beginning_decides_then_the_order() {
    let both = "2xIIIIIAAA.AAC,22IIIIIWW.WWWC";
    let code = checked("220045601256");
    assert_eq!(said(both, &code), Some(("00456".to_owned(), Some(1_256), None)));
    let first = "22IIIIIAAAAAC,22IIIIIWWWWWC";
    assert_eq!(said(first, &code), Some(("00456".to_owned(), None, Some(1_256))));
}

#[test]
fn s1_a_payment_code_is_never_goods_of_the_scales() {
    let alipay = checked("28004560084600456");
    assert!(barcode(&alipay).looks_like_payment_code());
    assert_eq!(said("2xIIIIIAAA.AAWW.WWWC", &alipay), None);
    assert!(said("2xIIIIIAAA.AAWW.WWWC", &checked("20004560084600456")).is_some());
}

#[test]
fn goods_are_looked_for_under_each_of_their_names() {
    let items = layouts("21IIIIIAAA.AAC").read(&barcode("2100456008464")).unwrap().items;
    let names: Vec<&str> = items.iter().map(Barcode::as_str).collect();
    assert_eq!(names, ["00456", "456", "2100456", "2100456000000"]);
    assert_eq!(barcode("2100456000000").check_digit(), CheckDigit::Right);
    let items = layouts("21IIIIIAAA.AAC").read(&barcode(&checked("210000000846"))).unwrap().items;
    assert_eq!(items.first().unwrap().as_str(), "00000", "an item code of zeros has no shorter name");
}

#[test]
fn what_is_no_layout_is_refused_by_name() {
    for wrong in [
        "IIIIIAAA.AAC",
        "11IIIIIAAA.AAC",
        "x1IIIIIAAA.AAC",
        "21AAAAAC",
        "21IIIIIC",
        "21IIIIIAA.AA.AC",
        "21IIIIIA.AAAAC",
        "21IIIIIW.WWWWC",
        "21III.IIAAAAAC",
        "21IIICIAAAAAC",
        "21IIIAIIAAAAC",
        "21IIIIIVAAAC",
        "21IIIIIVVAAAAC",
        "21IIIIIWWWWWWWC",
        "21IIIIIAAAAAAAAAC",
        "21IIIIIIIIIIIAAAAAC",
        "21iiiiiAAAAAC",
        "二一",
        &format!("21{}AAAAAC", "x".repeat(40)),
    ] {
        let error = Layouts::parse(&format!("22IIIIIWW.WWWC, {wrong}")).unwrap_err();
        assert!(wrong.starts_with(&error.entry), "{wrong}: {error}");
    }
    assert!(Layouts::parse(&"21IIIIIAAAAAC,".repeat(21)).is_err());
    assert_eq!(layouts(" 21IIIIIAAAAAC ，22IIIIIWWWWWC").to_string(), "21IIIIIAAAAAC,22IIIIIWWWWWC");
    assert_eq!(layouts(""), Layouts::default());
}

proptest! {
    #[test]
    fn what_was_printed_is_read(item in 0u32..100_000, grams in 1u32..100_000, fen in 1i64..100_000) {
        let both = checked(&format!("20{item:05}{fen:05}{grams:05}"));
        let expected = (format!("{item:05}"), Some(grams), Some(fen));
        prop_assert_eq!(said("2xIIIIIAAA.AAWW.WWWC", &both), Some(expected));
    }

    #[test]
    fn one_wrong_digit_is_never_read(
        item in 0u32..100_000, fen in 0u32..100_000, place in 2usize..13, step in 1u8..10,
    ) {
        let mut code = checked(&format!("21{item:05}{fen:05}")).into_bytes();
        code[place] = b'0' + (code[place] - b'0' + step) % 10;
        prop_assert_eq!(said("21IIIIIAAA.AAC", std::str::from_utf8(&code).unwrap()), None);
    }

    #[test]
    fn no_text_panics(layout in "[0-9xIWAVC.]{0,24}", code in "[ -~]{1,32}") {
        if let (Ok(layouts), Ok(barcode)) = (Layouts::parse(&layout), Barcode::parse(&code)) {
            let _ = layouts.read(&barcode);
        }
    }

    #[test]
    fn a_layout_reads_any_code_of_its_shape_or_none(layout in "2[0-9x]I{1,6}[WA]{1,7}[VC]{0,2}", seed in any::<u64>()) {
        if let Ok(layouts) = Layouts::parse(&layout) {
            let digits: String = (0..layout.len()).map(|at| char::from(b'0' + ((seed >> (at % 60)) % 10) as u8)).collect();
            let code = format!("2{}", &digits[1..]);
            if let Some(read) = layouts.read(&barcode(&code)) {
                prop_assert!(!read.items.is_empty());
            }
        }
    }
}
