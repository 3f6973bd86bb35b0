//! Everyday goods to practise with.

use yima_core::{Barcode, Fen, Product};

const GOODS: &str = include_str!("sample.csv");

/// The sample catalogue.
#[must_use]
pub fn products() -> Vec<Product> {
    GOODS.lines().filter_map(product).collect()
}

fn product(line: &str) -> Option<Product> {
    let (barcode, rest) = line.split_once(',')?;
    let (title, price) = rest.rsplit_once(',')?;
    Some(Product {
        barcode: Barcode::parse(barcode).ok()?,
        title: title.to_owned(),
        price_fen: Fen::parse(price).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use yima_core::barcode::{BarcodeKind, CheckDigit};

    use super::*;

    #[test]
    fn every_line_is_a_product_with_a_barcode_of_its_own() {
        let goods = products();
        assert_eq!(goods.len(), GOODS.lines().count());
        assert!((60..=80).contains(&goods.len()));
        let barcodes: BTreeSet<_> = goods.iter().map(|product| &product.barcode).collect();
        assert_eq!(barcodes.len(), goods.len());
        for Product { barcode, title, price_fen } in &goods {
            assert!(price_fen.is_positive() && !title.is_empty(), "{barcode}");
            assert_eq!(barcode.kind(), BarcodeKind::Ean13, "{barcode}");
        }
    }

    #[test]
    fn one_code_has_a_wrong_check_digit_as_in_real_shops() {
        let odd: Vec<_> = products()
            .into_iter()
            .filter(|product| product.barcode.check_digit() != CheckDigit::Right)
            .collect();
        let odd: Vec<_> = odd.iter().map(|product| product.barcode.as_str()).collect();
        assert_eq!(odd, ["6983748939221"]);
    }
}
