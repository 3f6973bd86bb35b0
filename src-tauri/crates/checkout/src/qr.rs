//! The QR code of a payment link: made, and read back before anybody sees it.

use std::fmt::Write as _;

use qrcode::bits::Bits;
use qrcode::{Color, EcLevel, QrCode, Version};

/// A QR code as the `d` of one SVG path in a square of `modules` units; a quiet zone of four is included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Qr {
    pub modules: u32,
    pub path: String,
}

/// The link cannot be shown as a QR.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QrError {
    #[error("the link is too long for a QR code")]
    TooLong,
    #[error("the QR code does not read back as the link")]
    ReadsDifferently,
}

const QUIET_MODULES: usize = 4;

/// Makes the code at error level M and decodes its own matrix.
pub fn make(link: &str) -> Result<Qr, QrError> {
    let code = code(link).ok_or(QrError::TooLong)?;
    let side = code.width();
    let dark: Vec<bool> = code.to_colors().into_iter().map(|color| color == Color::Dark).collect();
    let grid = rqrr::Grid::new(Matrix { side, dark: &dark });
    match grid.decode() {
        Ok((_, text)) if text == link => Ok(Qr { modules: modules(side), path: path(side, &dark) }),
        _ => Err(QrError::ReadsDifferently),
    }
}

/// The smallest code that holds the link.
fn code(link: &str) -> Option<QrCode> {
    if link.is_ascii() {
        return QrCode::with_error_correction_level(link, EcLevel::M).ok();
    }
    // The encoder would write bytes that look like Shift-JIS as kanji, and phones would then read other letters.
    (1..=40).find_map(|version| {
        let mut bits = Bits::new(Version::Normal(version));
        bits.push_byte_data(link.as_bytes()).ok()?;
        bits.push_terminator(EcLevel::M).ok()?;
        QrCode::with_bits(bits, EcLevel::M).ok()
    })
}

fn modules(side: usize) -> u32 {
    u32::try_from(side + 2 * QUIET_MODULES).unwrap_or(u32::MAX)
}

/// One rectangle for each run of dark modules in a row.
fn path(side: usize, dark: &[bool]) -> String {
    let mut path = String::new();
    for (row, modules) in dark.chunks(side).enumerate() {
        let mut column = 0;
        while column < side {
            let run = modules[column..].iter().take_while(|dark| **dark).count();
            if run > 0 {
                let (x, y) = (column + QUIET_MODULES, row + QUIET_MODULES);
                // Writing to a String cannot fail.
                let _ = write!(path, "M{x} {y}h{run}v1h-{run}z");
            }
            column += run.max(1);
        }
    }
    path
}

struct Matrix<'a> {
    side: usize,
    dark: &'a [bool],
}

impl rqrr::BitGrid for Matrix<'_> {
    fn size(&self) -> usize {
        self.side
    }

    fn bit(&self, y: usize, x: usize) -> bool {
        self.dark.get(y * self.side + x).copied().unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use yima_gateway::{Endpoint, PayUrl, PayUrlHosts};

    /// What a camera would make of the picture.
    fn read(qr: &Qr) -> String {
        let side = qr.modules as usize;
        let mut dark = vec![false; side * side];
        for run in qr.path.split_terminator('z') {
            let numbers: Vec<usize> = run
                .split(|c: char| !c.is_ascii_digit())
                .filter(|digits| !digits.is_empty())
                .map(|digits| digits.parse().unwrap())
                .collect();
            let [x, y, width, 1, back] = numbers[..] else { panic!("{run}") };
            assert_eq!(width, back);
            dark[y * side + x..][..width].fill(true);
        }
        let inner = side - 2 * QUIET_MODULES;
        let cropped: Vec<bool> = (0..inner * inner)
            .map(|at| dark[(at / inner + QUIET_MODULES) * side + at % inner + QUIET_MODULES])
            .collect();
        assert_eq!(cropped.iter().filter(|dark| **dark).count(), dark.iter().filter(|dark| **dark).count());
        rqrr::Grid::new(Matrix { side: inner, dark: &cropped }).decode().unwrap().1
    }

    #[test]
    fn a_link_becomes_a_path_with_a_quiet_zone() {
        let qr = make("https://pay.example/p/1").unwrap();
        assert_eq!(qr.modules, 25 + 8);
        assert!(
            qr.path.starts_with("M4 4h7v1h-7z"),
            "the finder begins after four quiet modules: {}",
            qr.path
        );
    }

    #[test]
    fn no_byte_of_a_link_is_taken_for_a_kanji() {
        // 44 bytes, of which the last 24 look like Shift-JIS: as bytes they need the fourth version, as kanji the third.
        let link = format!("https://pay.example/{}", "丁的".repeat(4));
        assert_eq!((link.len(), make(&link).unwrap().modules), (44, 33 + 8));
    }

    #[test]
    fn a_link_that_does_not_fit_is_refused() {
        assert_eq!(make(&"x".repeat(3_000)), Err(QrError::TooLong));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn every_link_that_may_be_shown_becomes_a_code_and_its_picture_reads_back(
            link in "https?://(pay|支付)\\.example/(\\PC|[0-9A-Za-z/?&=%._~-]){0,120}",
        ) {
            let live = Endpoint::parse("https://gateway.example").unwrap();
            if let Ok(link) = PayUrl::parse(&link, &live, &PayUrlHosts::default()) {
                let qr = make(link.as_str()).unwrap();
                prop_assert_eq!(read(&qr), link.as_str());
            }
        }

        #[test]
        fn every_link_reads_back(tail in "[0-9A-Za-z/?&=%._~-]{1,400}") {
            let link = format!("https://pay.example/{tail}");
            prop_assert!(make(&link).is_ok());
        }
    }
}
