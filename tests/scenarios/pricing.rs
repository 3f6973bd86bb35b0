//! Prices, discounts and notes that somebody changes by hand, from the cart to the wire and the receipt.

use yima_checkout::{Command, Refusal};
use yima_core::cart::CartError;
use yima_core::sale::{State, Status};
use yima_core::{Discount, Fen, LineId, Permille, PriceRules, Promotion, Rounding};

use crate::desk::{Desk, NOODLES, WATER, terms};

const FIRST: LineId = LineId(0);
const SECOND: LineId = LineId(1);

fn percent(permille: u32) -> Option<Discount> {
    Permille::new(permille).ok().map(Discount::Percent)
}

fn override_price(line: LineId, fen: i64, reason: &str) -> Command {
    Command::OverridePrice { line, price: Fen::new(fen), reason: reason.to_owned() }
}

fn note(line: Option<LineId>, text: &str) -> Command {
    Command::Note { line, text: text.to_owned() }
}

/// Three of water and one of noodles, at 12.34 with all that can be changed.
async fn changed() -> Desk {
    let desk = Desk::open_with(yima_checkout::Terms {
        prices: PriceRules { rounding: Rounding::Jiao, ..PriceRules::default() },
        ..terms()
    })
    .await;
    for code in [WATER, NOODLES, WATER, WATER] {
        desk.scan(code).await;
    }
    for act in [
        override_price(SECOND, 399, " 临期 "),
        Command::DiscountLine { line: FIRST, discount: percent(50) },
        Command::DiscountLine { line: SECOND, discount: Some(Discount::Amount(Fen::new(12))) },
        Command::DiscountOrder { discount: percent(33) },
        note(Some(SECOND), "不要袋"),
        note(None, "送货"),
    ] {
        desk.act(act).await.unwrap();
    }
    desk
}

#[tokio::test]
async fn what_was_changed_by_hand_survives_a_restart_and_reaches_the_receipt() {
    let desk = changed().await;
    let before = desk.view().cart;
    let sums = |bill: &yima_core::Bill| {
        [bill.subtotal_fen, bill.lines_off_fen, bill.order_off_fen, bill.rounding_fen, bill.total_fen]
            .map(Fen::get)
    };
    // 6.00 less 5 % and 3.99 less 0.12 are 9.57; 3.3 % of that is 0.32; 9.25 is rounded down.
    assert_eq!(sums(&before.bill), [999, 42, 32, 5, 920]);
    let customer = desk.customer();
    assert_eq!(
        (customer.subtotal_fen, customer.saving_fen, customer.total_fen),
        (Fen::new(999), Fen::new(79), Fen::new(920))
    );

    let desk = desk.restart().await;
    desk.settle().await;
    let after = desk.view().cart;
    assert_eq!((&after.lines, &after.terms, &after.bill), (&before.lines, &before.terms, &before.bill));
    assert!(!after.can_undo, "what was done before a restart cannot be undone");

    let order_id = desk.charge().await.order_id;
    let kept = desk.disk.store.sale(&order_id).await.unwrap().unwrap();
    let sent: serde_json::Value = serde_json::from_slice(&kept.body).unwrap();
    assert_eq!(sent["total_amount"], "9.20");
    let entries = sent["goods_list"].as_array().unwrap();
    let fen = |entry: &serde_json::Value| {
        Fen::parse(&entry["price"].to_string()).unwrap().get() * entry["num"].as_i64().unwrap()
    };
    assert_eq!(entries.iter().map(fen).sum::<i64>(), 920);

    desk.gateway.set_status(Status::Paid);
    desk.until(State::Paid).await;
    assert_eq!(desk.customer().saving_fen, Fen::new(79), "still to be seen beside the thanks");
    let kept = desk.disk.store.sale(&order_id).await.unwrap().unwrap();
    let noodles = &kept.order.lines[1];
    assert_eq!((noodles.price_fen, noodles.detail.list_price_fen), (Fen::new(399), Some(Fen::new(480))));
    assert_eq!(noodles.detail.price_reason.as_deref(), Some("临期"));
    assert_eq!((noodles.detail.off_fen, noodles.detail.note.as_deref()), (Fen::new(12), Some("不要袋")));
    let told: yima_core::OrderDetail = serde_json::from_str(kept.detail.as_deref().unwrap()).unwrap();
    assert_eq!(told.note.as_deref(), Some("送货"));
    assert_eq!([told.subtotal_fen, told.order_off_fen, told.rounding_fen].map(Fen::get), [999, 32, 5]);
    assert!(!String::from_utf8_lossy(&kept.body).contains("送货"), "the gateway is not told");
    for line in &kept.order.lines {
        let gross = line.price_fen.checked_mul(line.quantity.get()).unwrap().get();
        assert_eq!(line.amount_fen.get() + line.detail.off_fen.get() + line.detail.share_fen.get(), gross);
    }
    desk.check_books().await;
}

#[tokio::test]
async fn each_change_is_one_step_back_and_durable_each_time() {
    let desk = changed().await;
    let full = desk.view().cart;
    desk.act(Command::Clear).await.unwrap();
    assert!(
        desk.view().cart.lines.is_empty() && desk.view().cart.terms == yima_core::cart::OrderTerms::default()
    );
    desk.act(Command::Undo).await.unwrap();
    assert_eq!((desk.view().cart.lines, desk.view().cart.terms), (full.lines.clone(), full.terms));

    for _ in 0..6 {
        desk.act(Command::Undo).await.unwrap();
    }
    let bill = desk.view().cart.bill;
    assert_eq!((bill.saving_fen(), bill.total_fen), (Fen::ZERO, Fen::new(1_080)), "as it was scanned");
    desk.act(Command::Redo).await.unwrap();
    let desk = desk.restart().await;
    desk.settle().await;
    assert_eq!(desk.view().cart.lines[1].overridden_fen(), Some(Fen::new(480)), "only the price is changed");
    assert_eq!(desk.view().cart.bill.total_fen, Fen::new(990), "6.00 and 3.99, rounded down");
}

#[tokio::test]
async fn promotions_are_taken_off_by_themselves_and_reach_wire_and_receipt() {
    let rules = "半价 = item 2 at 50%: 6921168509256; 满减 = every 5 off 0.33";
    let prices = PriceRules { promotions: Promotion::parse_all(rules).unwrap(), ..PriceRules::default() };
    let desk = Desk::open_with(yima_checkout::Terms { prices, ..terms() }).await;
    for code in [WATER, NOODLES, WATER, WATER] {
        desk.scan(code).await;
    }
    let view = desk.view().cart;
    // Half of one of three at 2.00, then 5.00 and 4.80 are left.
    assert_eq!(
        view.bill.promotions.iter().map(|applied| applied.off_fen.get()).collect::<Vec<_>>(),
        [100, 33]
    );
    assert_eq!((desk.customer().saving_fen, view.total_fen), (Fen::new(133), Fen::new(947)));

    desk.act(Command::DiscountLine { line: FIRST, discount: percent(100) }).await.unwrap();
    let by_hand = desk.view().cart.bill;
    assert_eq!(
        (by_hand.promotions.len(), by_hand.total_fen),
        (0, Fen::new(1_020)),
        "4.80 alone is under 5.00"
    );
    desk.act(Command::Undo).await.unwrap();

    let desk = desk.restart().await;
    desk.settle().await;
    let order_id = desk.charge().await.order_id;
    desk.gateway.set_status(Status::Paid);
    assert_eq!(desk.until(State::Paid).await.total_fen, Fen::new(947));
    let lines = desk.disk.store.sale(&order_id).await.unwrap().unwrap().order.lines;
    assert_eq!(lines.iter().map(|line| line.detail.off_fen.get()).sum::<i64>(), 133);
    desk.check_books().await;
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_and_changes_nothing() {
    let desk = Desk::open().await;
    assert_eq!(desk.act(Command::Clear).await, Err(Refusal::Cart(CartError::Empty)));
    desk.scan(WATER).await;
    let before = desk.view().cart.lines;
    let long = "很".repeat(201);
    for act in [
        override_price(FIRST, 100, "  "),
        override_price(FIRST, 100, &long),
        note(None, &long),
        note(Some(FIRST), "a\nb"),
    ] {
        assert_eq!(desk.act(act).await, Err(Refusal::WordMissing));
    }
    let price = Command::SetPrice { line: FIRST, price: Fen::new(1), title: None };
    for (act, error) in [
        (price, CartError::PriceListed),
        (override_price(FIRST, 0, "why"), CartError::PriceNotPositive),
        (
            Command::DiscountLine { line: FIRST, discount: Some(Discount::Amount(Fen::new(201))) },
            CartError::DiscountOutOfRange,
        ),
        (
            Command::DiscountOrder { discount: Some(Discount::Amount(Fen::ZERO)) },
            CartError::DiscountOutOfRange,
        ),
        (Command::DiscountLine { line: SECOND, discount: None }, CartError::LineGone),
    ] {
        assert_eq!(desk.act(act).await, Err(Refusal::Cart(error)));
    }
    assert_eq!(desk.view().cart.lines, before);

    desk.act(Command::DiscountOrder { discount: percent(1_000) }).await.unwrap();
    assert!(!desk.view().cart.can_charge);
    assert_eq!(desk.act(Command::Charge).await, Err(Refusal::Cart(CartError::TotalNotPositive)));
    desk.act(note(None, "x")).await.unwrap();
    desk.act(note(None, "")).await.unwrap();
    assert_eq!(desk.view().cart.terms.note, None);
}

#[tokio::test]
async fn nothing_is_changed_while_a_payment_is_open() {
    let desk = changed().await;
    desk.charge().await;
    for act in [
        override_price(FIRST, 1, "why"),
        Command::DiscountOrder { discount: None },
        note(None, "x"),
        Command::Clear,
    ] {
        assert_eq!(desk.act(act).await, Err(Refusal::CartLocked));
    }
}

#[tokio::test]
async fn what_a_held_cart_comes_to_is_what_it_comes_to_when_it_is_brought_up() {
    let promotions = Promotion::parse_all("半价 = item 2 at 50%").unwrap();
    let prices = PriceRules { rounding: Rounding::Jiao, promotions };
    let desk = Desk::open_with(yima_checkout::Terms { prices: prices.clone(), ..terms() }).await;
    for code in [WATER, NOODLES, WATER] {
        desk.scan(code).await;
    }
    desk.act(Command::DiscountLine { line: SECOND, discount: percent(70) }).await.unwrap();
    desk.act(Command::DiscountOrder { discount: percent(33) }).await.unwrap();
    let before = desk.view().cart.bill;
    assert!(before.saving_fen() > before.order_off_fen && before.rounding_fen.is_positive(), "{before:?}");
    desk.act(Command::Hold { name: None }).await.unwrap();
    // As the list of held carts reads it.
    let held = desk.disk.store.held_carts().await.unwrap().remove(0).cart;
    let listed = yima_core::Cart::restore(held.lines, held.terms).bill(&prices);
    desk.act(Command::Resume { cart: held.id }).await.unwrap();
    assert_eq!((&listed, &desk.view().cart.bill), (&before, &before));
}

#[tokio::test]
async fn a_price_that_cannot_be_is_told_before_a_reason_is_asked_for() {
    let desk = Desk::open().await;
    for code in [WATER, WATER] {
        desk.scan(code).await;
    }
    let too_much = override_price(FIRST, Fen::MAX_ORDER.get(), " ");
    assert_eq!(desk.act(too_much).await, Err(Refusal::Cart(CartError::AmountTooLarge)));
    assert_eq!(desk.act(override_price(FIRST, 100, " ")).await, Err(Refusal::WordMissing));
}
