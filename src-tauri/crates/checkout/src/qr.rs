//! The QR code of a payment link: made, and read back before anybody sees it.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};

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
    let code = QrCode::with_error_correction_level(link, EcLevel::M).map_err(|_| QrError::TooLong)?;
    let side = code.width();
    let dark: Vec<bool> = code.to_colors().into_iter().map(|color| color == Color::Dark).collect();
    let grid = rqrr::Grid::new(Matrix { side, dark: &dark });
    match grid.decode() {
        Ok((_, text)) if text == link => Ok(Qr { modules: modules(side), path: path(side, &dark) }),
        _ => Err(QrError::ReadsDifferently),
    }
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
    fn a_link_that_does_not_fit_is_refused() {
        assert_eq!(make(&"x".repeat(3_000)), Err(QrError::TooLong));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn every_link_reads_back(tail in "[0-9A-Za-z/?&=%._~-]{1,400}") {
            let link = format!("https://pay.example/{tail}");
            prop_assert!(make(&link).is_ok());
        }
    }
}
