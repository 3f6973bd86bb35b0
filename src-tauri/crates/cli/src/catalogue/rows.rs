//! The rows of a catalogue file: `barcode,title,price`.

use std::collections::HashMap;
use std::io::Read;

use csv::{ByteRecord, Position, ReaderBuilder, Trim};
use yima_core::barcode::BarcodeError;
use yima_core::money::FenError;
use yima_core::{Barcode, Fen, Product};

/// Five times what a million rows take.
const FILE_BYTES_MAX: u64 = FILE_MIB_MAX * 1024 * 1024;
pub(crate) const FILE_MIB_MAX: u64 = 256;
/// What goes out of a title with an order.
pub(crate) const WIRE_TITLE_CHARS: usize = 256;
const HEADER: [&str; 3] = ["barcode", "title", "price"];

/// Why nothing of a file can be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FileError {
    #[error("{0}")]
    Unreadable(String),
    #[error("it is larger than {} MiB", FILE_MIB_MAX)]
    TooLarge,
    #[error("line {line} is not UTF-8; save the file as \"CSV UTF-8\"")]
    NotUtf8 { line: u64 },
    #[error("its first line is not barcode,title,price")]
    Header,
}

/// Why a row is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RowError {
    #[error("it has {found} columns, not {}; a comma within a title needs quotes around the title", HEADER.len())]
    Columns { found: usize },
    #[error(transparent)]
    Barcode(#[from] BarcodeError),
    #[error("the title is empty")]
    NoTitle,
    #[error("the title holds a line break or another control character")]
    TitleControl,
    #[error("price: {0}")]
    Price(#[from] FenError),
    #[error("price: it is zero")]
    PriceZero,
    #[error("price: it is above {}", Fen::MAX_ORDER)]
    PriceTooHigh,
}

/// What a person should know about a row.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Remark {
    #[error("refused: {0}")]
    Refused(#[from] RowError),
    #[error("the title has {chars} characters; the gateway is sent the first {WIRE_TITLE_CHARS}")]
    LongTitle { chars: usize },
    #[error("barcode {barcode} again: this row counts, not line {earlier_line}")]
    Replaces { barcode: String, earlier_line: u64 },
    #[error("barcode {barcode} looks rounded by a spreadsheet; format that column as text")]
    Rounded { barcode: String },
}

/// The goods in the file's order, each barcode once and as its last row has it. `remark` hears of rows by their line.
pub(crate) fn read(input: impl Read, remark: impl FnMut(u64, Remark)) -> Result<Vec<Product>, FileError> {
    read_at_most(FILE_BYTES_MAX, input, remark)
}

fn read_at_most(
    bytes_max: u64,
    input: impl Read,
    mut remark: impl FnMut(u64, Remark),
) -> Result<Vec<Product>, FileError> {
    let input = input.take(bytes_max);
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).trim(Trim::All).from_reader(input);
    let mut record = ByteRecord::new();
    let mut goods = Goods::default();
    let mut header_seen = false;
    while reader.read_byte_record(&mut record).map_err(|error| FileError::Unreadable(error.to_string()))? {
        let line = record.position().map_or(0, Position::line);
        let cells = record.iter().map(std::str::from_utf8).collect::<Result<Vec<_>, _>>();
        let cells = cells.map_err(|_| FileError::NotUtf8 { line })?;
        if !header_seen {
            require_header(&cells)?;
            header_seen = true;
            continue;
        }
        match product(&cells) {
            Ok(product) => goods.put(line, product).into_iter().for_each(|what| remark(line, what)),
            Err(error) => remark(line, error.into()),
        }
    }
    if reader.get_ref().limit() == 0 {
        return Err(FileError::TooLarge);
    }
    if header_seen { Ok(goods.products()) } else { Err(FileError::Header) }
}

#[derive(Default)]
struct Goods {
    rows: Vec<(u64, Product)>,
    places: HashMap<Barcode, usize>,
}

impl Goods {
    /// Takes the place of an earlier row with the same barcode.
    fn put(&mut self, line: u64, product: Product) -> Vec<Remark> {
        let mut remarks = remarks_on(&product);
        match self.places.get(&product.barcode).and_then(|place| self.rows.get_mut(*place)) {
            Some(earlier) => {
                let barcode = product.barcode.as_str().to_owned();
                remarks.push(Remark::Replaces { barcode, earlier_line: earlier.0 });
                *earlier = (line, product);
            }
            None => {
                let _ = self.places.insert(product.barcode.clone(), self.rows.len());
                self.rows.push((line, product));
            }
        }
        remarks
    }

    fn products(self) -> Vec<Product> {
        self.rows.into_iter().map(|(_, product)| product).collect()
    }
}

fn require_header(cells: &[&str]) -> Result<(), FileError> {
    let same = cells.len() == HEADER.len()
        && cells.iter().zip(HEADER).all(|(cell, name)| cell.eq_ignore_ascii_case(name));
    if same { Ok(()) } else { Err(FileError::Header) }
}

fn product(cells: &[&str]) -> Result<Product, RowError> {
    let &[barcode, title, price] = cells else { return Err(RowError::Columns { found: cells.len() }) };
    let barcode = Barcode::parse(barcode)?;
    if title.is_empty() {
        return Err(RowError::NoTitle);
    }
    if title.chars().any(char::is_control) {
        return Err(RowError::TitleControl);
    }
    let price_fen = Fen::parse(price)?;
    if !price_fen.is_positive() {
        return Err(RowError::PriceZero);
    }
    if price_fen > Fen::MAX_ORDER {
        return Err(RowError::PriceTooHigh);
    }
    Ok(Product { barcode, title: title.to_owned(), price_fen })
}

fn remarks_on(product: &Product) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let chars = product.title.chars().count();
    if chars > WIRE_TITLE_CHARS {
        remarks.push(Remark::LongTitle { chars });
    }
    if is_rounded(product.barcode.as_str()) {
        remarks.push(Remark::Rounded { barcode: product.barcode.as_str().to_owned() });
    }
    remarks
}

/// Like `6.92117E+12`, which is what many goods have in common once a spreadsheet has touched their barcodes.
fn is_rounded(barcode: &str) -> bool {
    let digits =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    barcode.split_once("E+").is_some_and(|(mantissa, exponent)| digits(mantissa) && digits(exponent))
}

#[cfg(test)]
mod tests {
    use super::*;

    type Remarks = Vec<(u64, Remark)>;

    fn read_all(text: &[u8]) -> (Result<Vec<String>, FileError>, Remarks) {
        let mut remarks = Vec::new();
        let products = read(text, |line, remark| remarks.push((line, remark)));
        let shown = |product: &Product| {
            format!("{}|{}|{}", product.barcode.as_str(), product.title, product.price_fen.get())
        };
        (products.map(|products| products.iter().map(shown).collect()), remarks)
    }

    fn check(text: &str, expected: &[&str], expected_remarks: Vec<(u64, Remark)>) {
        let (products, remarks) = read_all(text.as_bytes());
        assert_eq!(
            products.as_deref(),
            Ok(expected.iter().map(|row| (*row).to_owned()).collect::<Vec<_>>().as_slice())
        );
        assert_eq!(remarks, expected_remarks, "{text}");
    }

    #[test]
    fn good_rows_are_read_exactly() {
        check(
            "barcode,title,price\n1,茶,3\n2,\"a, b\",0.50\r\n\n3, x , 9999999.99 \n",
            &["1|茶|300", "2|a, b|50", "3|x|999999999"],
            vec![],
        );
        check(
            "\u{feff}Barcode,TITLE,price\n1,<script>&total_amount=0.01,1.0",
            &["1|<script>&total_amount=0.01|100"],
            vec![],
        );
        check("barcode,title,price\n", &[], vec![]);
    }

    #[test]
    fn bad_rows_are_left_out_by_line_and_reason() {
        let price = |error| RowError::Price(error);
        let cases = [
            (",茶,1", RowError::Barcode(BarcodeError::Empty)),
            ("茶,茶,1", RowError::Barcode(BarcodeError::NotPrintable)),
            ("123456789012345678901234567890123,茶,1", RowError::Barcode(BarcodeError::TooLong)),
            ("1,,1", RowError::NoTitle),
            ("1,\"a\nb\",1", RowError::TitleControl),
            ("1,茶\u{1b}[2J,1", RowError::TitleControl),
            ("1,茶,", price(FenError::Empty)),
            ("1,茶,１２", price(FenError::Malformed)),
            ("1,茶,1e3", price(FenError::Malformed)),
            ("1,茶,¥3", price(FenError::Malformed)),
            ("1,茶,-1", price(FenError::Negative)),
            ("1,茶,1.005", price(FenError::TooPrecise)),
            ("1,茶,0.00", RowError::PriceZero),
            ("1,茶,10000000", RowError::PriceTooHigh),
            ("1,茶,1,00", RowError::Columns { found: 4 }),
            ("1,茶", RowError::Columns { found: 2 }),
        ];
        for (row, error) in cases {
            let text = format!("barcode,title,price\n7,good,7\n{row}\n8,good,8\n");
            check(&text, &["7|good|700", "8|good|800"], vec![(3, Remark::Refused(error))]);
        }
    }

    #[test]
    fn the_last_row_of_a_barcode_counts_and_odd_rows_are_remarked_on() {
        let replaces = |earlier_line| Remark::Replaces { barcode: "1".to_owned(), earlier_line };
        check(
            "barcode,title,price\n1,a,1\n2,b,2\n1,c,3\n1,d,4\n1,e,0\n",
            &["1|d|400", "2|b|200"],
            vec![(4, replaces(2)), (5, replaces(4)), (6, Remark::Refused(RowError::PriceZero))],
        );
        let title = "长".repeat(257);
        let row = format!("1|{title}|100");
        check(
            &format!("barcode,title,price\n1,{title},1"),
            &[row.as_str()],
            vec![(2, Remark::LongTitle { chars: 257 })],
        );
        check(
            &format!("barcode,title,price\n1,{},1", "长".repeat(256)),
            &[row.replacen('长', "", 1).as_str()],
            vec![],
        );
        let rounded = Remark::Rounded { barcode: "6.92117E+12".to_owned() };
        check("barcode,title,price\n6.92117E+12,a,1", &["6.92117E+12|a|100"], vec![(2, rounded)]);
        check("barcode,title,price\nPRE+1,a,1", &["PRE+1|a|100"], vec![]);
    }

    #[test]
    fn a_file_that_cannot_be_meant_is_refused_whole() {
        let check = |text: &[u8], error| assert_eq!(read_all(text).0, Err(error), "{text:?}");
        check(b"", FileError::Header);
        check(b"1,a,1\n", FileError::Header);
        check(b"barcode;title;price\n", FileError::Header);
        check(b"barcode,price,title\n1,1,a\n", FileError::Header);
        // 茶 in GBK.
        check(b"barcode,title,price\n1,a,1\n2,\xb2\xe8,1\n", FileError::NotUtf8 { line: 3 });
        check(b"\xff\xfeb\0a\0", FileError::NotUtf8 { line: 1 });
    }

    #[test]
    fn a_file_that_does_not_end_is_refused() {
        let endless = b"barcode,title,price\n".chain(std::io::repeat(b'x'));
        assert_eq!(read_at_most(100_000, endless, |_, _| {}).err(), Some(FileError::TooLarge));
    }
}
