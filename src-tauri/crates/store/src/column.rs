//! Columns as the core's types. What a column holds was checked when it was written; what does not read back as
//! such is damage.

use rusqlite::types::Type;
use rusqlite::{Error, Result, Row};
use yima_core::sale::Way;
use yima_core::{Barcode, Discount, Fen, Grams, OrderId, Permille, Quantity};

pub(crate) fn fen(row: &Row<'_>, name: &str) -> Result<Fen> {
    row.get(name).map(Fen::new)
}

pub(crate) fn optional_fen(row: &Row<'_>, name: &str) -> Result<Option<Fen>> {
    Ok(row.get::<_, Option<i64>>(name)?.map(Fen::new))
}

pub(crate) fn barcode(row: &Row<'_>, name: &str) -> Result<Barcode> {
    parsed(row, name, Type::Text, |text: String| Barcode::parse(&text))
}

pub(crate) fn quantity(row: &Row<'_>, name: &str) -> Result<Quantity> {
    parsed(row, name, Type::Integer, Quantity::new)
}

pub(crate) fn grams(row: &Row<'_>, name: &str) -> Result<Option<Grams>> {
    parsed(row, name, Type::Integer, |grams: Option<u32>| grams.map(Grams::new).transpose())
}

/// Out of `discount_fen` and `discount_permille`, of which one at most is set.
pub(crate) fn discount(row: &Row<'_>) -> Result<Option<Discount>> {
    let permille = parsed(row, "discount_permille", Type::Integer, |part: Option<u32>| {
        part.map(Permille::new).transpose()
    })?;
    let amount = optional_fen(row, "discount_fen")?.map(Discount::Amount);
    Ok(amount.or(permille.map(Discount::Percent)))
}

/// For these two columns.
pub(crate) fn of_discount(discount: Option<Discount>) -> (Option<i64>, Option<u32>) {
    match discount {
        Some(Discount::Amount(fen)) => (Some(fen.get()), None),
        Some(Discount::Percent(permille)) => (None, Some(permille.get())),
        None => (None, None),
    }
}

pub(crate) fn order_id(row: &Row<'_>, name: &str) -> Result<OrderId> {
    parsed(row, name, Type::Text, |text: String| OrderId::parse(&text))
}

pub(crate) fn way(row: &Row<'_>, name: &str) -> Result<Way> {
    parsed(row, name, Type::Text, |code: String| Way::from_code(&code).ok_or(NoWay(code)))
}

#[derive(Debug, thiserror::Error)]
#[error("nobody pays by {0}")]
struct NoWay(String);

pub(crate) fn parsed<S, T, E>(
    row: &Row<'_>,
    name: &str,
    kind: Type,
    parse: impl FnOnce(S) -> std::result::Result<T, E>,
) -> Result<T>
where
    S: rusqlite::types::FromSql,
    E: std::error::Error + Send + Sync + 'static,
{
    let place = row.as_ref().column_index(name)?;
    parse(row.get(place)?).map_err(|error| Error::FromSqlConversionFailure(place, kind, Box::new(error)))
}
