//! Every call where all goes well, field by field.

use yima_core::Fen;
use yima_gateway::get::{Answer, PayChannel};
use yima_gateway::{OrderKey, OrderStatus, check, scan};
use yima_sandbox::{Call, Channel, PayCodeOutcome, Terms, Voucher, VoucherKind};

use crate::till::{ALIPAY_CODE, APP_ID, Till, WECHAT_CODE, amount, code_of, order, store_info};

#[tokio::test]
async fn an_order_that_the_customer_scans() {
    let till = Till::open();
    let made = till.scan("sale1", 1_101).await.unwrap();
    let record = till.sandbox.order("sale1").unwrap();
    assert_eq!((made.total_fen, made.payable_fen), (Fen::new(1_101), Fen::new(1_101)));
    assert_eq!((&made.trade_no, &made.pay_url), (&record.trade_no, &record.pay_url));
    let checked = till.check_by(check::Key::TradeNo(&made.trade_no)).await.unwrap();
    assert_eq!((checked.order_id.as_str(), checked.order_status), ("sale1", OrderStatus::Paying));
    assert_eq!(checked.trade_no.as_ref(), Some(&made.trade_no));
    assert!(checked.check_time.is_some_and(|time| time.len() == 19));

    let before = till.get("sale1").await.unwrap();
    assert_eq!((&before.order_status, before.real_fen), (&OrderStatus::Paying, Fen::ZERO));
    assert_eq!((before.pay_channel, before.pay_time, before.refund_time), (None, None, None));
    till.sandbox.pay("sale1", Channel::Alipay, None).await.unwrap();
    let paid = till.get("sale1").await.unwrap();
    assert_eq!((&paid.order_status, &paid.pay_channel), (&OrderStatus::Paid, &Some(PayChannel::Alipay)));
    assert_eq!([paid.total_fen, paid.payable_fen, paid.real_fen].map(Fen::get), [1_101; 3]);
    assert_eq!((paid.app_id.as_str(), &paid.trade_no), (APP_ID, &made.trade_no));
    assert_eq!((&paid.create_time, &paid.pay_time), (&Some(record.create_time), &paid.update_time));
    assert_echo(&paid, 1_101);
    let by_trade_no = OrderKey::TradeNo(&made.trade_no);
    assert_eq!(till.client.get(&till.account, &till.credential, by_trade_no).await, Ok(paid));
}

/// What was sent with the order comes back with it.
fn assert_echo(answer: &Answer, total_fen: i64) {
    assert_eq!(answer.store_info, store_info());
    let lines = order("x", total_fen).lines;
    assert_eq!(answer.goods_list.len(), lines.len());
    for (goods, line) in answer.goods_list.iter().zip(lines) {
        assert_eq!(goods.barcode.as_deref(), Some(line.barcode.as_str()));
        assert_eq!(goods.title.as_ref(), Some(&line.title));
        assert_eq!((goods.num, goods.price_fen), (Some(line.quantity.get()), Some(line.price_fen)));
    }
}

#[tokio::test]
async fn h6_a_title_is_text_whatever_it_holds_and_256_characters_of_it_go_out() {
    let till = Till::open();
    let titles = [
        "<script>alert(1)</script>".to_owned(),
        "x&total_amount=0.01&sign=00\"},{\"\\u0000".to_owned(),
        "糖".repeat(300),
        "🥤".repeat(257),
    ];
    for (at, title) in titles.into_iter().enumerate() {
        let (id, mut order) = (format!("h6x{at}"), order(&format!("h6x{at}"), 200));
        order.lines[0].title.clone_from(&title);
        let request = scan::Request { order: &order, store_info: &store_info() };
        let body = request.body(&till.account).unwrap();
        let made = till.client.scan(&till.account, &till.credential, &body).await.unwrap();
        assert_eq!((made.total_fen, made.payable_fen), (Fen::new(200), Fen::new(200)), "{title}");
        let sent: String = title.chars().take(256).collect();
        assert_eq!(till.get(&id).await.unwrap().goods_list[0].title, Some(sent));
        assert_eq!(order.lines[0].title, title, "here it stays whole");
    }
}

#[tokio::test]
async fn a_payment_code_that_the_till_scans() {
    let till = Till::open();
    for (id, code, channel) in
        [("w", WECHAT_CODE, PayChannel::WeChat), ("a", ALIPAY_CODE, PayChannel::Alipay)]
    {
        let paid = till.qrcode(id, 250, code).await.unwrap();
        assert_eq!((&paid.order_status, &paid.pay_type), (&OrderStatus::Paid, &Some(channel.clone())));
        assert_eq!([paid.total_fen, paid.payable_fen, paid.real_fen].map(Fen::get), [250; 3]);
        let details = till.get(id).await.unwrap();
        assert_eq!((&details.pay_channel, details.real_fen), (&Some(channel), Fen::new(250)));
        assert_echo(&details, 250);
        let stored = serde_json::to_string(&till.sandbox.order(id).unwrap()).unwrap();
        assert!(!stored.contains(code));
    }
    assert_eq!(code_of(till.qrcode("again", 250, WECHAT_CODE).await), 1001, "a code pays once");
    assert_eq!(till.check("again").await, Ok(OrderStatus::Failed));
}

#[tokio::test]
async fn a_payment_code_whose_customer_is_asked_first() {
    let till = Till::with_terms(Terms { pay_code: PayCodeOutcome::Waits, ..Terms::default() });
    assert_eq!(code_of(till.qrcode("pays", 250, WECHAT_CODE).await), 1002);
    assert_eq!(code_of(till.qrcode("declines", 250, ALIPAY_CODE).await), 1002);
    assert_eq!(till.check("pays").await, Ok(OrderStatus::Paying));
    till.sandbox.pay("pays", Channel::Alipay, None).await.unwrap();
    till.sandbox.decline("declines").await.unwrap();
    assert_eq!(till.check("declines").await, Ok(OrderStatus::Failed));
    let paid = till.get("pays").await.unwrap();
    assert_eq!((paid.order_status, paid.pay_channel), (OrderStatus::Paid, Some(PayChannel::WeChat)));
}

#[tokio::test]
async fn g6_vouchers_stand_between_the_three_amounts() {
    let single = Voucher {
        id: "c1".to_owned(),
        name: "满减券".to_owned(),
        activity_id: "act".to_owned(),
        scope: 3,
        kind: VoucherKind::Coupon,
        amount: amount(120),
        merchant_contribute: amount(20),
        other_contribute: amount(30),
        purchase_ant_contribute: amount(70),
    };
    let till = Till::with_terms(Terms {
        member_vouchers: vec![Voucher::member(amount(100)), single],
        channel_vouchers: vec![Voucher::channel(amount(200))],
        ..Terms::default()
    });
    let made = till.sell("scanned", 2_500).await;
    assert_eq!((made.total_fen, made.payable_fen), (Fen::new(2_500), Fen::new(2_280)));
    let charged = till.qrcode("charged", 2_500, WECHAT_CODE).await.unwrap();
    let details = till.get("scanned").await.unwrap();
    assert_eq!(charged.voucher_list, details.voucher_list);
    assert_eq!(
        [charged.total_fen, charged.payable_fen, charged.real_fen].map(Fen::get),
        [2_500, 2_280, 2_080]
    );
    assert_eq!(
        [details.total_fen, details.payable_fen, details.real_fen].map(Fen::get),
        [2_500, 2_280, 2_080]
    );
    let told: Vec<_> = details
        .voucher_list
        .iter()
        .map(|voucher| {
            let parts = [
                voucher.amount_fen,
                voucher.merchant_contribute_fen,
                voucher.other_contribute_fen,
                voucher.purchase_ant_contribute_fen,
            ];
            (voucher.id.as_deref().unwrap(), parts.map(|part| part.unwrap().get()))
        })
        .collect();
    let expected = [("member", [100, 100, 0, 0]), ("c1", [120, 20, 30, 70]), ("channel", [200, 0, 200, 0])];
    assert_eq!(told, expected);
    let second = &details.voucher_list[1];
    let texts = [&second.name, &second.activity_id, &second.scope, &second.kind];
    assert_eq!(texts.map(|text| text.as_deref().unwrap()), ["满减券", "act", "3", "COUPON"]);

    till.sell("tiny", 1).await;
    let tiny = till.get("tiny").await.unwrap();
    assert_eq!((tiny.payable_fen, tiny.real_fen, tiny.voucher_list.len()), (Fen::new(1), Fen::new(1), 0));
}

#[tokio::test]
async fn orders_that_end() {
    let till = Till::open();
    for id in ["closed", "cancelled"] {
        till.scan(id, 100).await.unwrap();
    }
    till.sell("reversed", 100).await;
    till.close("closed").await.unwrap();
    till.cancel("cancelled").await.unwrap();
    till.cancel("reversed").await.unwrap();
    assert_eq!(till.check("closed").await, Ok(OrderStatus::Closed));
    assert_eq!(till.check("cancelled").await, Ok(OrderStatus::Cancelled));
    let reversed = till.get("reversed").await.unwrap();
    assert_eq!((reversed.order_status, reversed.refund_fen), (OrderStatus::Refunded, Fen::new(100)));
    assert_eq!(reversed.refund_list.len(), 1);
    assert!(reversed.refund_time.is_some());
    for (id, call) in [("closed", Call::Close), ("cancelled", Call::Cancel), ("reversed", Call::Cancel)] {
        assert_eq!(till.sandbox.order(id).unwrap().times_received(call), 1, "{id}");
    }
}

#[tokio::test]
async fn every_status_means_the_same_on_both_sides() {
    let till = Till::open();
    till.scan("s", 100).await.unwrap();
    for (number, expected) in [
        (0, OrderStatus::Paying),
        (1, OrderStatus::Paid),
        (3, OrderStatus::PartlyRefunded),
        (2, OrderStatus::Refunded),
        (4, OrderStatus::Closed),
        (5, OrderStatus::Cancelled),
        (-1, OrderStatus::Failed),
        (-2, OrderStatus::RefundFailed),
        (-3, OrderStatus::Refunding),
        (-10, OrderStatus::Unknown("-10".to_owned())),
    ] {
        let status = yima_sandbox::OrderStatus::try_from(number).unwrap();
        till.sandbox.set_status("s", status).await.unwrap();
        assert_eq!(till.check("s").await.as_ref(), Ok(&expected));
        assert_eq!(till.get("s").await.unwrap().order_status, expected);
    }
}
