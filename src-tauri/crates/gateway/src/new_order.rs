//! The body of a new order, the same whether the customer scans the till's code or the till the customer's.

use serde::Serialize;
use yima_core::{Fen, Order, OrderId, OrderLine};

use crate::request::{Amount, DecimalNumber, app_id, write};
use crate::{Account, RequestError, StoreInfo};

const MAX_TITLE_CHARS: usize = 256;

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    pub order: &'a Order,
    pub store_info: &'a StoreInfo,
}

impl Request<'_> {
    /// The body without `sign`: to be stored before it is first sent, and the same bytes for every sending.
    ///
    /// # Errors
    /// A total that is not above zero or is more than any order, goods that do not add up to it, an app_id that cannot be
    /// sent.
    pub fn body(&self, account: &Account) -> Result<Vec<u8>, RequestError> {
        let total_fen = self.order.total_fen;
        if !total_fen.is_positive() || total_fen > Fen::MAX_ORDER {
            return Err(RequestError::TotalOutOfRange);
        }
        let goods_list: Vec<Goods<'_>> = self.order.lines.iter().flat_map(entries).collect();
        if goods_sum(&goods_list) != Some(total_fen) {
            return Err(RequestError::GoodsDoNotAddUp);
        }
        write(&Wire {
            app_id: app_id(account)?,
            order_id: &self.order.id,
            total_amount: Amount(total_fen, account.profile.amount_form),
            goods_list,
            sign_type: account.sign_type.name(),
            store_info: Some(self.store_info).filter(|info| !info.is_empty()),
        })
    }
}

#[derive(Serialize)]
struct Wire<'a> {
    app_id: &'a str,
    order_id: &'a OrderId,
    total_amount: Amount,
    goods_list: Vec<Goods<'a>>,
    sign_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    store_info: Option<&'a StoreInfo>,
}

#[derive(Serialize)]
struct Goods<'a> {
    barcode: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    title: &'a str,
    num: u32,
    price: DecimalNumber,
}

/// A line as pieces of one price, or of two that differ by one fen where its amount does not divide evenly.
fn entries(line: &OrderLine) -> impl Iterator<Item = Goods<'_>> {
    let pieces = i64::from(line.quantity.get());
    let (price, dearer) = (line.amount_fen.get() / pieces, line.amount_fen.get() % pieces);
    let title = cut(&line.title);
    [(pieces - dearer, price), (dearer, price.saturating_add(1))].into_iter().filter_map(
        move |(num, price)| {
            let num = u32::try_from(num).ok().filter(|num| *num > 0)?;
            Some(Goods { barcode: line.barcode.as_str(), title, num, price: DecimalNumber(Fen::new(price)) })
        },
    )
}

fn cut(title: &str) -> &str {
    title.char_indices().nth(MAX_TITLE_CHARS).map_or(title, |(end, _)| &title[..end])
}

/// `None` when the sum does not fit, or a price is below zero.
fn goods_sum(goods: &[Goods<'_>]) -> Option<Fen> {
    goods.iter().try_fold(Fen::ZERO, |sum, entry| {
        let price = Some(entry.price.0).filter(|price| *price >= Fen::ZERO)?;
        sum.checked_add(price.checked_mul(entry.num)?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::Fields;
    use crate::{AmountForm, Endpoint, Profile, SignType};
    use proptest::prelude::*;
    use yima_core::{Barcode, LineDetail, Quantity};

    fn account(amount_form: AmountForm) -> Account {
        Account {
            endpoint: Endpoint::parse("https://a.example").unwrap(),
            app_id: "app".to_owned(),
            sign_type: SignType::Md5,
            profile: Profile { amount_form, ..Profile::default() },
        }
    }

    fn line(barcode: &str, title: &str, pieces: u32, amount_fen: i64) -> OrderLine {
        OrderLine {
            barcode: Barcode::parse(barcode).unwrap(),
            title: title.to_owned(),
            price_fen: Fen::new(amount_fen / i64::from(pieces)),
            quantity: Quantity::new(pieces).unwrap(),
            amount_fen: Fen::new(amount_fen),
            detail: LineDetail::default(),
        }
    }

    fn order(lines: Vec<OrderLine>, total_fen: i64) -> Order {
        Order { id: OrderId::parse("0193a1").unwrap(), lines, total_fen: Fen::new(total_fen) }
    }

    fn body(order: &Order, info: &StoreInfo, form: AmountForm) -> Result<String, RequestError> {
        Request { order, store_info: info }
            .body(&account(form))
            .map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn the_vendors_own_example() {
        let goods = vec![line("6983748939221", "可乐", 2, 600), line("6987483920018", "<b>&\"", 1, 500)];
        let order = order(goods, 1100);
        let info = StoreInfo { terminal_id: Some("t1".to_owned()), ..StoreInfo::default() };
        let goods = r#"[{"barcode":"6983748939221","title":"可乐","num":2,"price":3.00},{"barcode":"6987483920018","title":"<b>&\"","num":1,"price":5.00}]"#;
        assert_eq!(
            body(&order, &info, AmountForm::String),
            Ok(format!(
                r#"{{"app_id":"app","order_id":"0193a1","total_amount":"11.00","goods_list":{goods},"sign_type":"MD5","store_info":{{"terminal_id":"t1"}}}}"#
            ))
        );
        assert_eq!(
            body(&order, &StoreInfo::default(), AmountForm::Number),
            Ok(format!(
                r#"{{"app_id":"app","order_id":"0193a1","total_amount":11.00,"goods_list":{goods},"sign_type":"MD5"}}"#
            ))
        );
    }

    #[test]
    fn a_title_is_cut_to_256_characters_and_an_empty_one_left_out() {
        let order = order(vec![line("1", &"🥤".repeat(257), 1, 1), line("2", "", 1, 1)], 2);
        let body = body(&order, &StoreInfo::default(), AmountForm::String).unwrap();
        assert!(body.contains(&format!(r#""title":"{}","num":1"#, "🥤".repeat(256))), "{body}");
        assert!(body.contains(r#"{"barcode":"2","num":1,"price":0.01}"#), "{body}");
    }

    #[test]
    fn what_does_not_add_up_is_not_sent() {
        let check = |lines, total_fen, error| {
            assert_eq!(body(&order(lines, total_fen), &StoreInfo::default(), AmountForm::String), Err(error));
        };
        check(vec![line("1", "a", 1, 0)], 0, RequestError::TotalOutOfRange);
        check(vec![line("1", "a", 1, -5)], -5, RequestError::TotalOutOfRange);
        check(vec![line("1", "a", 1, 1_000_000_000)], 1_000_000_000, RequestError::TotalOutOfRange);
        check(vec![line("1", "a", 1, 5)], 6, RequestError::GoodsDoNotAddUp);
        check(vec![], 6, RequestError::GoodsDoNotAddUp);
        check(
            vec![line("1", "a", 1, i64::MAX), line("2", "b", 1, i64::MAX)],
            6,
            RequestError::GoodsDoNotAddUp,
        );
        check(vec![line("1", "a", 2, -5), line("2", "b", 1, 11)], 6, RequestError::GoodsDoNotAddUp);
    }

    proptest! {
        #[test]
        fn goods_always_add_up(amounts in prop::collection::vec((1u32..=9_999, 1i64..10_000_000), 1..50)) {
            let total: i64 = amounts.iter().map(|(_, fen)| fen).sum();
            let lines = amounts.iter().map(|(pieces, fen)| line("1", "a", *pieces, *fen)).collect();
            let text = body(&order(lines, total), &StoreInfo::default(), AmountForm::String).unwrap();
            let fields = Fields::parse(&text).unwrap();
            let sum: i64 = fields.list("goods_list").unwrap().iter().map(|entry| {
                entry.required_text("num").unwrap().parse::<i64>().unwrap() * entry.required_fen("price").unwrap().get()
            }).sum();
            prop_assert_eq!(sum, total);
            prop_assert_eq!(fields.required_fen("total_amount"), Ok(Fen::new(total)));
        }
    }
}
