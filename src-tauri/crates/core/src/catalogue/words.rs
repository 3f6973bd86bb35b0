//! What a product is found by: any part of its name, the initials of its pinyin, any part of a barcode.
//!
//! An index holds words of one and two letters for each name, so that one Chinese character finds as well as ten. It
//! names candidates; [`Query::finds`] decides.

use pinyin::ToPinyinMulti;

use super::Listed;

/// Stands before the parts of barcodes, so that they are no words of a name. No name has it once folded.
const BARCODE_MARK: char = '·';
/// A character has at most so many initials that count.
const INITIALS_MAX: usize = 4;

/// Letters and digits only, small and of half width.
#[must_use]
pub fn fold(text: &str) -> String {
    text.chars().flat_map(half_width).filter(|letter| letter.is_alphanumeric()).collect()
}

/// The first letter of each character's most usual reading; letters and digits as they are. `text` is folded.
#[must_use]
pub fn first_letters(text: &str) -> String {
    text.chars().map(|letter| initials(letter).next().unwrap_or(letter)).collect()
}

/// Adds the words that an index has of a product, each followed by a space.
pub fn index_words<'b>(title: &str, barcodes: impl IntoIterator<Item = &'b str>, words: &mut String) {
    let letters: Vec<Letter> = fold(title).chars().map(Letter::read).collect();
    for letter in &letters {
        letter.each(|one| put(words, &[one]));
    }
    for pair in letters.windows(2) {
        let [one, other] = pair else { continue };
        put(words, &[one.written, other.written]);
        for first in one.sounds() {
            for second in other.sounds() {
                if (first, second) != (one.written, other.written) {
                    put(words, &[first, second]);
                }
            }
        }
    }
    for barcode in barcodes {
        for part in barcode_parts(&fold(barcode)) {
            put(words, &part);
        }
    }
}

/// What somebody types to find goods: every term of it must be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// As it was typed, without spaces at its ends.
    text: String,
    terms: Vec<String>,
}

impl Query {
    /// What is typed beyond these is left aside.
    pub const MAX_CHARS: usize = 64;
    const TERMS_MAX: usize = 8;

    /// `None` if there is no letter or digit in it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text: String = text.trim().chars().take(Self::MAX_CHARS).collect();
        let terms = text.split_whitespace().map(fold).filter(|term| !term.is_empty()).take(Self::TERMS_MAX);
        let terms: Vec<String> = terms.collect();
        (!terms.is_empty()).then_some(Self { text, terms })
    }

    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// All terms as one, for what begins with it.
    #[must_use]
    pub fn folded(&self) -> String {
        self.terms.concat()
    }

    /// The words that an index must have of a product, in the language of SQLite's FTS5.
    #[must_use]
    pub fn expression(&self) -> String {
        let terms: Vec<String> = self.terms.iter().map(|term| term_expression(term)).collect();
        terms.join(" AND ")
    }

    /// Whether each term is in the name, its initials, or a barcode.
    #[must_use]
    pub fn finds(&self, product: &Listed) -> bool {
        let letters: Vec<Letter> = fold(&product.title).chars().map(Letter::read).collect();
        self.terms.iter().all(|term| {
            is_in_name(term, &letters)
                || product.barcodes.iter().any(|code| fold(code.as_str()).contains(term.as_str()))
        })
    }
}

/// A letter of a name, and how it may be typed.
struct Letter {
    written: char,
    initials: [Option<char>; INITIALS_MAX],
}

impl Letter {
    fn read(written: char) -> Self {
        let mut all = [None; INITIALS_MAX];
        for initial in initials(written) {
            if all.contains(&Some(initial)) {
                continue;
            }
            match all.iter_mut().find(|place| place.is_none()) {
                Some(place) => *place = Some(initial),
                None => break,
            }
        }
        Self { written, initials: all }
    }

    /// The initials; of what is no Chinese character, itself.
    fn sounds(&self) -> impl Iterator<Item = char> {
        let itself = self.initials[0].is_none().then_some(self.written);
        self.initials.iter().copied().flatten().chain(itself)
    }

    fn each(&self, mut act: impl FnMut(char)) {
        act(self.written);
        self.initials.iter().copied().flatten().for_each(&mut act);
    }

    fn is(&self, typed: char) -> bool {
        self.written == typed || self.initials.contains(&Some(typed))
    }
}

fn is_in_name(term: &str, letters: &[Letter]) -> bool {
    let typed: Vec<char> = term.chars().collect();
    letters.windows(typed.len()).any(|part| part.iter().zip(&typed).all(|(letter, typed)| letter.is(*typed)))
}

fn term_expression(term: &str) -> String {
    let letters: Vec<char> = term.chars().collect();
    let in_name = all_of(name_words(&letters));
    let parts = barcode_parts(term);
    let Some(last) = parts.len().checked_sub(1) else { return format!("({in_name})") };
    let few = parts.iter().enumerate().filter(|(at, _)| at % 3 == 0 || *at == last);
    let in_barcode = all_of(few.map(|(_, part)| part.iter().collect()).collect());
    format!("(({in_name}) OR ({in_barcode}))")
}

/// Words that have every letter between them, as few as can be: what they name is looked at anyway, and each costs a walk
/// through all that has it. A mixed pair may be of letters written or sounded, so its letters are asked for alone.
fn name_words(letters: &[char]) -> Vec<String> {
    let mut words = Vec::new();
    let mut is_covered = vec![false; letters.len()];
    let is_pair =
        |at: usize| letters.get(at..at + 2).is_some_and(|pair| has_reading(pair[0]) == has_reading(pair[1]));
    for at in 0..letters.len() {
        if is_covered[at] {
            continue;
        }
        let begin = if is_pair(at) { Some(at) } else { at.checked_sub(1).filter(|before| is_pair(*before)) };
        let word = begin.map_or(at..=at, |begin| begin..=begin + 1);
        words.push(letters[word.clone()].iter().collect());
        is_covered[word].fill(true);
    }
    words
}

fn all_of(words: Vec<String>) -> String {
    let quoted: Vec<String> = words.into_iter().map(|word| format!("\"{word}\"")).collect();
    quoted.join(" AND ")
}

fn barcode_parts(folded: &str) -> Vec<[char; 4]> {
    let letters: Vec<char> = folded.chars().collect();
    if !folded.is_ascii() {
        return Vec::new();
    }
    letters.windows(3).map(|part| [BARCODE_MARK, part[0], part[1], part[2]]).collect()
}

fn put(words: &mut String, word: &[char]) {
    words.extend(word);
    words.push(' ');
}

fn has_reading(letter: char) -> bool {
    !letter.is_ascii() && initials(letter).next().is_some()
}

fn initials(letter: char) -> impl Iterator<Item = char> {
    let readings = (!letter.is_ascii()).then(|| letter.to_pinyin_multi()).flatten();
    readings.into_iter().flatten().filter_map(|reading| reading.first_letter().chars().next())
}

fn half_width(letter: char) -> impl Iterator<Item = char> {
    let code = u32::from(letter);
    let half = if (0xFF01..=0xFF5E).contains(&code) { char::from_u32(code - 0xFEE0) } else { None };
    half.unwrap_or(letter).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Barcode, Fen, catalogue::Unit};
    use proptest::prelude::*;

    fn listed(title: &str) -> Listed {
        Listed {
            barcodes: ["6921168509256", "AB-12"].map(|code| Barcode::parse(code).unwrap()).to_vec(),
            title: title.to_owned(),
            price_fen: Fen::new(100),
            unit: Unit::Piece,
            category: String::new(),
            is_active: true,
        }
    }

    /// Whether the words of the index hold what the query asks them for.
    fn is_candidate(query: &Query, product: &Listed) -> bool {
        let mut words = String::new();
        index_words(&product.title, product.barcodes.iter().map(Barcode::as_str), &mut words);
        let has = |expression: &str| {
            expression.split(" AND ").all(|word| words.split(' ').any(|one| one == word.trim_matches('"')))
        };
        query.terms.iter().all(|term| {
            let expression = term_expression(term);
            let inner = expression.trim_start_matches('(').trim_end_matches(')');
            inner.split(") OR (").any(has)
        })
    }

    #[test]
    fn a_name_is_found_by_its_parts_its_initials_and_its_barcodes() {
        let water = listed("农夫山泉 饮用天然水 550ML（整箱）");
        for found in [
            "水",
            "山泉",
            "农夫山泉",
            "nfsq",
            "NF",
            "n",
            "yytrs",
            "550",
            "550ml",
            "ml",
            "水550",
            "s550",
            "整箱",
            "农夫 550",
            "夫s",
            "６９２１",
            "9256",
            "692",
            "ab12",
            "b-12",
            "山 水",
            "泉饮",
        ] {
            let query = Query::parse(found).unwrap();
            assert!(query.finds(&water), "{found}");
            assert!(is_candidate(&query, &water), "{found}: {}", query.expression());
        }
        for missed in ["可乐", "nq", "山农", "551", "农夫 可乐", "6922", "水水"] {
            assert!(!Query::parse(missed).unwrap().finds(&water), "{missed}");
        }
    }

    #[test]
    fn a_character_with_several_readings_is_found_by_each() {
        for (title, typed) in
            [("可乐", "kl"), ("音乐盒", "yyh"), ("重庆火锅", "cqhg"), ("长城", "cc"), ("银行", "yh")]
        {
            let query = Query::parse(typed).unwrap();
            assert!(query.finds(&listed(title)) && is_candidate(&query, &listed(title)), "{title} {typed}");
        }
    }

    #[test]
    fn a_query_asks_for_few_words() {
        let asks =
            |text: &str, expected: &str| assert_eq!(Query::parse(text).unwrap().expression(), expected);
        asks("农夫山泉水", r#"("农夫" AND "山泉" AND "泉水")"#);
        asks("水5", r#"("水" AND "5")"#);
        asks("水50", r#"("水" AND "50")"#);
        asks("9256", r#"(("92" AND "56") OR ("·925" AND "·256"))"#);
    }

    #[test]
    fn text_is_folded() {
        assert_eq!(fold("Ａb－１２ 可乐(330mL)"), "ab12可乐330ml");
        assert_eq!(first_letters("农夫山泉550ml"), "nfsq550ml");
        assert_eq!(Query::parse(" \"*()- "), None);
    }

    proptest! {
        #[test]
        fn every_part_of_a_name_is_found_and_a_candidate(title in "[农夫山泉水可乐重长行茶aBc12 （-]{1,12}", from in 0usize..12, count in 1usize..6) {
            let product = listed(&title);
            let part: String = fold(&title).chars().skip(from).take(count).collect();
            if let Some(query) = Query::parse(&part) {
                prop_assert!(query.finds(&product) && is_candidate(&query, &product));
                let letters = Query::parse(&first_letters(&part)).unwrap();
                prop_assert!(letters.finds(&product) && is_candidate(&letters, &product), "{letters:?}");
            }
        }

        #[test]
        fn no_query_panics_or_breaks_out_of_its_quotes(text in "\\PC{0,80}") {
            if let Some(query) = Query::parse(&text) {
                let _ = query.finds(&listed("农夫山泉 550ml"));
                prop_assert!(query.expression().chars().all(|letter| letter.is_alphanumeric() || "\"()· ".contains(letter)));
            }
        }
    }
}
