//! `/pay/get`: everything the gateway knows about one order.

use yima_core::Fen;

use crate::client::Call;
use crate::fields::Fields;
use crate::request::order_body;
use crate::{Account, CallError, Client, Credential, MalformedReason, OrderKey, OrderStatus, StoreInfo};

const PATH: &str = "/pay/get";

/// An order of a thousand lines comes back whole, and its payment must be readable.
const MAX_ANSWER_BYTES: usize = 1024 * 1024;

/// Times are `YYYY-MM-DD HH:MM:SS`, China Standard Time, as the gateway wrote them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub app_id: String,
    pub trade_no: String,
    pub order_id: String,
    pub order_status: OrderStatus,
    pub pay_channel: Option<PayChannel>,
    pub create_time: Option<String>,
    pub pay_time: Option<String>,
    pub refund_time: Option<String>,
    pub update_time: Option<String>,
    /// What was asked for.
    pub total_fen: Fen,
    /// That less the platform's member discounts.
    pub payable_fen: Fen,
    /// What the customer really paid; zero where the gateway names none.
    pub real_fen: Fen,
    /// What went back to the customer; zero where the gateway names none.
    pub refund_fen: Fen,
    pub voucher_list: Vec<Voucher>,
    pub refund_list: Vec<Refund>,
    /// What was sent with the order. What cannot be read of it is left out: no payment hangs on it.
    pub store_info: StoreInfo,
    /// What was sent with the order, as [`Self::store_info`].
    pub goods_list: Vec<Goods>,
}

/// One entry of the goods that an order was made with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Goods {
    pub barcode: Option<String>,
    pub title: Option<String>,
    pub num: Option<u32>,
    pub price_fen: Option<Fen>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PayChannel {
    WeChat,
    Alipay,
    /// As the gateway wrote it.
    Other(String),
}

/// A discount that went into the payment. Absent fields are absent in the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Voucher {
    pub id: Option<String>,
    pub name: Option<String>,
    pub activity_id: Option<String>,
    /// 1 all goods, 2 discount, 3 single item.
    pub scope: Option<String>,
    /// `COUPON` or `DISCOUNT`.
    pub kind: Option<String>,
    pub amount_fen: Option<Fen>,
    pub merchant_contribute_fen: Option<Fen>,
    pub other_contribute_fen: Option<Fen>,
    pub purchase_ant_contribute_fen: Option<Fen>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refund {
    pub refund_order_id: String,
    pub refund_fen: Fen,
    pub trade_no: Option<String>,
    pub refund_time: Option<String>,
}

impl Client {
    /// Asks for everything, by `&OrderId` or [`OrderKey`].
    ///
    /// # Errors
    /// [`CallError`], which leaves everything as it was.
    pub async fn get(
        &self,
        account: &Account,
        credential: &Credential,
        order: impl Into<OrderKey<'_>>,
    ) -> Result<Answer, CallError> {
        let body = order_body(account, order.into().named()?, None)?;
        let call = Call { path: PATH, account, credential, body: &body };
        self.call_within(MAX_ANSWER_BYTES, call, read).await
    }
}

pub(crate) fn read(data: &Fields<'_>) -> Result<Answer, MalformedReason> {
    let order_id = data.required_text("order_id")?;
    Ok(Answer {
        app_id: data.required_text("app_id")?,
        trade_no: data.required_text("trade_no")?,
        order_status: data.order_status()?,
        pay_channel: data.optional_text("pay_channel")?.map(PayChannel::from_wire),
        create_time: data.optional_text("create_time")?,
        pay_time: data.optional_text("pay_time")?,
        refund_time: data.optional_text("refund_time")?,
        update_time: data.optional_text("update_time")?,
        total_fen: data.required_fen("total_amount")?,
        payable_fen: data.required_fen("payable_amount")?,
        real_fen: data.optional_fen("real_amount")?.unwrap_or_default(),
        refund_fen: data.optional_fen("refund_amount")?.unwrap_or_default(),
        voucher_list: vouchers(data)?,
        refund_list: data
            .list("refund_list")?
            .iter()
            .map(|entry| refund(entry, &order_id))
            .collect::<Result<_, _>>()?,
        store_info: data.object("store_info").map(|info| store_info(&info)).unwrap_or_default(),
        goods_list: data.list("goods_list").unwrap_or_default().iter().map(goods).collect(),
        order_id,
    })
}

pub(crate) fn vouchers(data: &Fields<'_>) -> Result<Vec<Voucher>, MalformedReason> {
    data.list("voucher_list")?.iter().map(voucher).collect()
}

fn voucher(entry: &Fields<'_>) -> Result<Voucher, MalformedReason> {
    Ok(Voucher {
        id: entry.optional_text("id")?,
        name: entry.optional_text("name")?,
        activity_id: entry.optional_text("activity_id")?,
        scope: entry.optional_text("scope")?,
        kind: entry.optional_text("type")?,
        amount_fen: entry.optional_fen("amount")?,
        merchant_contribute_fen: entry.optional_fen("merchant_contribute")?,
        other_contribute_fen: entry.optional_fen("other_contribute")?,
        purchase_ant_contribute_fen: entry.optional_fen("purchase_ant_contribute")?,
    })
}

fn refund(entry: &Fields<'_>, order_id: &str) -> Result<Refund, MalformedReason> {
    if entry.optional_text("order_id")?.is_some_and(|other| other != order_id) {
        return Err(MalformedReason::OtherOrder);
    }
    Ok(Refund {
        refund_order_id: entry.required_text("refund_order_id")?,
        refund_fen: entry.required_fen("refund_amount")?,
        trade_no: entry.optional_text("trade_no")?,
        refund_time: entry.optional_text("refund_time")?,
    })
}

pub(crate) fn store_info(info: &Fields<'_>) -> StoreInfo {
    StoreInfo {
        store_id: info.text("store_id"),
        cashier_id: info.text("cashier_id"),
        waiter1_id: info.text("waiter1_id"),
        waiter2_id: info.text("waiter2_id"),
        terminal_id: info.text("terminal_id"),
    }
}

fn goods(entry: &Fields<'_>) -> Goods {
    Goods {
        barcode: entry.text("barcode"),
        title: entry.text("title"),
        num: entry.text("num").and_then(|num| num.parse().ok()),
        price_fen: entry.optional_fen("price").ok().flatten(),
    }
}

impl PayChannel {
    pub(crate) fn from_wire(text: String) -> Self {
        match text.as_str() {
            "0" => Self::WeChat,
            "1" => Self::Alipay,
            _ => Self::Other(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer;
    use proptest::prelude::*;

    const FULL: &str = r#"{"app_id":"app","trade_no":"t","order_id":"a","order_status":"3","pay_channel":"1",
        "create_time":"2026-11-22 10:00:00","pay_time":"2026-11-22 10:00:05","refund_time":"","update_time":null,
        "total_amount":25,"payable_amount":"24.00","real_amount":22.0,"refund_amount":"1.5",
        "voucher_list":[{"id":7,"name":"会员","activity_id":"9","scope":1,"type":"COUPON","amount":"1.00",
            "merchant_contribute":0.4,"other_contribute":0.6,"purchase_ant_contribute":0}, {}],
        "refund_list":[{"trade_no":"t2","refund_amount":1.5,"refund_time":"2026-11-22 11:00:00",
            "order_id":"a","refund_order_id":"r1"}],
        "store_info":{"store_id":"1","terminal_id":7,"x":[]},
        "goods_list":[{"barcode":"69","title":"可乐","num":"2","price":3.5}, {"num":1.5,"price":"x"}],"new_field":{"__proto__":1e400}}"#;

    fn read_data(data: &str) -> Result<Answer, MalformedReason> {
        read(&answer::data(&format!(r#"{{"code":1000,"data":{data}}}"#)).unwrap())
    }

    #[test]
    fn every_field_of_the_table() {
        let answer = read_data(FULL).unwrap();
        assert_eq!(
            (answer.app_id.as_str(), answer.trade_no.as_str(), answer.order_id.as_str()),
            ("app", "t", "a")
        );
        assert_eq!(answer.order_status, OrderStatus::PartlyRefunded);
        assert_eq!(answer.pay_channel, Some(PayChannel::Alipay));
        assert_eq!(answer.create_time.as_deref(), Some("2026-11-22 10:00:00"));
        assert_eq!((answer.refund_time, answer.update_time), (None, None));
        let amounts =
            [answer.total_fen, answer.payable_fen, answer.real_fen, answer.refund_fen].map(Fen::get);
        assert_eq!(amounts, [2500, 2400, 2200, 150]);
        let voucher = &answer.voucher_list[0];
        assert_eq!((voucher.id.as_deref(), voucher.kind.as_deref()), (Some("7"), Some("COUPON")));
        assert_eq!(
            (voucher.amount_fen, voucher.other_contribute_fen),
            (Some(Fen::new(100)), Some(Fen::new(60)))
        );
        assert_eq!(answer.voucher_list.len(), 2);
        let refund = Refund {
            refund_order_id: "r1".to_owned(),
            refund_fen: Fen::new(150),
            trade_no: Some("t2".to_owned()),
            refund_time: Some("2026-11-22 11:00:00".to_owned()),
        };
        assert_eq!(answer.refund_list, [refund]);
        let store_info = StoreInfo {
            store_id: Some("1".to_owned()),
            terminal_id: Some("7".to_owned()),
            ..StoreInfo::default()
        };
        assert_eq!(answer.store_info, store_info);
        let cola = Goods {
            barcode: Some("69".to_owned()),
            title: Some("可乐".to_owned()),
            num: Some(2),
            price_fen: Some(Fen::new(350)),
        };
        assert_eq!(answer.goods_list, [cola, Goods::default()]);
    }

    #[test]
    fn what_is_not_there_is_zero_or_nothing_and_what_is_wrong_is_refused() {
        const UNPAID: &str = r#"{"app_id":"app","trade_no":"t","order_id":"a","order_status":0,"total_amount":1,"payable_amount":1}"#;
        let answer = read_data(UNPAID).unwrap();
        assert_eq!((answer.real_fen, answer.refund_fen, answer.pay_channel), (Fen::ZERO, Fen::ZERO, None));
        let check = |from: &str, to: &str, reason| {
            let changed = UNPAID.replace(from, to);
            assert_ne!(changed, UNPAID);
            assert_eq!(read_data(&changed), Err(reason), "{to}");
        };
        check(r#""app_id":"app","#, "", MalformedReason::Field { name: "app_id" });
        check(r#""order_status":0,"#, "", MalformedReason::Field { name: "order_status" });
        check(
            r#""payable_amount":1"#,
            r#""payable_amount":1.001"#,
            MalformedReason::Field { name: "payable_amount" },
        );
        check("0,", r#"0,"real_amount":-1,"#, MalformedReason::Field { name: "real_amount" });
        check("0,", r#"0,"voucher_list":{},"#, MalformedReason::Field { name: "voucher_list" });
        check("0,", r#"0,"voucher_list":[1],"#, MalformedReason::NotJson);
        check(
            "0,",
            r#"0,"refund_list":[{"refund_amount":1}],"#,
            MalformedReason::Field { name: "refund_order_id" },
        );
        for unread in [r#""store_info":"x","goods_list":{}"#, r#""store_info":[],"goods_list":[1]"#] {
            let answer = read_data(&UNPAID.replacen("0,", &format!("0,{unread},"), 1)).unwrap();
            assert_eq!((answer.store_info, answer.goods_list), (StoreInfo::default(), vec![]));
        }
        let foreign = r#"0,"refund_list":[{"refund_amount":1,"refund_order_id":"r","order_id":"b"}],"#;
        check("0,", foreign, MalformedReason::OtherOrder);
    }

    #[test]
    fn a_status_outside_the_table_is_unknown() {
        for (wire, shown) in
            [("7", "7"), ("\"paid\"", "paid"), ("true", "true"), ("[1]", "[1]"), ("1.0", "1.0"), ("\"\"", "")]
        {
            let data = format!(
                r#"{{"app_id":"app","trade_no":"t","order_id":"a","order_status":{wire},"total_amount":1,"payable_amount":1}}"#
            );
            assert_eq!(read_data(&data).unwrap().order_status, OrderStatus::Unknown(shown.to_owned()));
        }
    }

    proptest! {
        #[test]
        fn no_damage_to_an_answer_panics(
            place in 0..FULL.chars().count(), length in 0usize..20, patch in r#"[{}\[\]":,\\a0-9.\-e\x00]{0,4}"#,
        ) {
            let chars: Vec<char> = FULL.chars().collect();
            let end = (place + length).min(chars.len());
            let damaged: String = chars[..place].iter().chain(&patch.chars().collect::<Vec<_>>()).chain(&chars[end..]).collect();
            if let Ok(data) = answer::data(&format!(r#"{{"code":1000,"data":{damaged}}}"#)) {
                let _ = read(&data);
            }
        }
    }
}
