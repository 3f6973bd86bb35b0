use proptest::prelude::*;

use super::*;
use crate::{Permille, Rounding};

fn barcode(text: &str) -> Barcode {
    Barcode::parse(text).unwrap()
}

fn cola() -> Goods {
    Goods::Known(Product { barcode: barcode("6901"), title: "可乐".into(), price_fen: Fen::new(300) })
}

fn total(cart: &Cart) -> Fen {
    cart.bill(&PriceRules::default()).total_fen
}

fn pieces(count: u32) -> Quantity {
    Quantity::new(count).unwrap()
}

#[test]
fn the_same_goods_add_up_on_one_line() {
    let mut cart = Cart::default();
    cart.add(&cola(), Quantity::ONE).unwrap();
    let change = cart.add(&cola(), pieces(2)).unwrap();
    assert_eq!(cart.lines().len(), 1);
    assert_eq!(change.line().unwrap().quantity.get(), 3);
    assert_eq!(total(&cart), Fen::new(900));
}

#[test]
fn a_changed_price_starts_a_new_line() {
    let mut cart = Cart::default();
    cart.add(&cola(), Quantity::ONE).unwrap();
    assert_eq!(cart.set_price(LineId(0), Fen::new(250), None), Err(CartError::PriceListed));
    cart.override_price(LineId(0), Fen::new(250), "临期".into()).unwrap();
    cart.add(&cola(), Quantity::ONE).unwrap();
    assert_eq!(cart.lines().len(), 2);
    assert_eq!(total(&cart), Fen::new(550));
}

#[test]
fn an_unknown_code_stays_until_it_is_priced_and_then_merges() {
    let mut cart = Cart::default();
    cart.add(&Goods::Unknown(barcode("999")), Quantity::ONE).unwrap();
    let id = OrderId::parse("o1").unwrap();
    assert_eq!(cart.order(id.clone(), &PriceRules::default()), Err(CartError::GoodsUnpriced { count: 1 }));
    cart.set_price(LineId(0), Fen::new(150), None).unwrap();
    cart.add(&Goods::Unknown(barcode("999")), Quantity::ONE).unwrap();
    let order = cart.order(id, &PriceRules::default()).unwrap();
    assert_eq!((order.total_fen, order.lines[0].title.as_str()), (Fen::new(300), "999"));
}

#[test]
fn refuses_what_cannot_be_sold() {
    let mut cart = Cart::default();
    assert_eq!(cart.order(OrderId::parse("o1").unwrap(), &PriceRules::default()), Err(CartError::Empty));
    assert_eq!(Quantity::new(0), Err(CartError::QuantityOutOfRange));
    assert_eq!(Quantity::new(10_000), Err(CartError::QuantityOutOfRange));
    cart.add(&cola(), pieces(9_999)).unwrap();
    assert_eq!(cart.add(&cola(), Quantity::ONE), Err(CartError::QuantityOutOfRange));
    let mut priced = |fen: Fen| cart.override_price(LineId(0), fen, "why".into());
    assert_eq!(priced(Fen::ZERO), Err(CartError::PriceNotPositive));
    assert_eq!(priced(Fen::MAX_ORDER), Err(CartError::AmountTooLarge));
    assert_eq!(cart.remove(LineId(7)), Err(CartError::LineGone));
    assert_eq!(total(&cart), Fen::new(300 * 9_999), "refused changes change nothing");
}

#[test]
fn a_total_over_the_limit_is_not_an_order() {
    let mut cart = Cart::default();
    for code in ["1", "2"] {
        let dear = Product { barcode: barcode(code), title: code.into(), price_fen: Fen::MAX_ORDER };
        cart.add(&Goods::Known(dear), Quantity::ONE).unwrap();
    }
    assert_eq!(
        cart.order(OrderId::parse("o1").unwrap(), &PriceRules::default()),
        Err(CartError::AmountTooLarge)
    );
}

#[test]
fn a_full_cart_takes_no_new_line() {
    let mut cart = Cart::default();
    for code in 0..Cart::MAX_LINES {
        cart.add(&Goods::Unknown(barcode(&code.to_string())), Quantity::ONE).unwrap();
    }
    assert_eq!(cart.add(&Goods::Unknown(barcode("new")), Quantity::ONE), Err(CartError::CartFull));
    cart.add(&Goods::Unknown(barcode("7")), Quantity::ONE).unwrap();
}

#[test]
fn what_somebody_changed_by_hand_takes_no_more_goods() {
    let change = |cart: &mut Cart, at: u32| {
        let line = LineId(at);
        match at {
            0 => cart.override_price(line, Fen::new(250), "临期".into()),
            1 => cart.discount_line(line, Some(Discount::Amount(Fen::new(10)))),
            2 => cart.note(Some(line), Some("不要袋".into())),
            _ => cart.note(None, Some("送货".into())),
        }
    };
    let mut cart = Cart::default();
    for at in 0..4 {
        cart.add(&cola(), Quantity::ONE).unwrap();
        change(&mut cart, at).unwrap();
    }
    cart.add(&cola(), Quantity::ONE).unwrap();
    let counts: Vec<u32> = cart.lines().iter().map(|line| line.quantity.get()).collect();
    assert_eq!(counts, [1, 1, 1, 2], "a note on the order is none on a line");
    assert_eq!(cart.lines()[0].overridden_fen(), Some(Fen::new(300)));
    cart.override_price(LineId(0), Fen::new(300), "back".into()).unwrap();
    assert_eq!((cart.lines()[0].overridden_fen(), &cart.lines()[0].price_reason), (None, &None));
}

#[test]
fn weighed_goods_are_a_line_each_and_not_counted() {
    let pork = Product { barcode: barcode("21"), title: "五花肉".into(), price_fen: Fen::new(3_280) };
    let mut cart = Cart::default();
    let grams = Weighed::Grams(crate::Grams::new(456).unwrap());
    cart.add_weighed(&pork, grams).unwrap();
    cart.add_weighed(&pork, Weighed::Amount(Fen::new(1_000))).unwrap();
    assert_eq!(cart.lines().iter().map(|line| line.gross_fen().get()).collect::<Vec<_>>(), [1_496, 1_000]);
    assert_eq!(cart.lines().iter().map(Line::grams).collect::<Vec<_>>(), [Some(456), Some(305)]);
    assert_eq!(cart.set_quantity(LineId(0), pieces(2)), Err(CartError::Weighed));
    cart.override_price(LineId(1), Fen::new(2_000), "会员".into()).unwrap();
    assert_eq!(cart.lines()[1].gross_fen(), Fen::new(610), "305 g at the new price");
    let order = cart.order(OrderId::parse("o1").unwrap(), &PriceRules::default()).unwrap();
    assert!(order.lines.iter().all(|line| line.quantity == Quantity::ONE));
    assert_eq!(order.lines[0].detail.grams, Some(456));
}

#[test]
fn a_discount_is_of_something_and_not_more_than_it() {
    let amount = |fen| Some(Discount::Amount(Fen::new(fen)));
    let mut cart = Cart::default();
    assert_eq!(cart.discount_order(amount(1)), Err(CartError::DiscountOutOfRange), "of nothing");
    cart.add(&cola(), Quantity::ONE).unwrap();
    cart.add(&Goods::Unknown(barcode("999")), Quantity::ONE).unwrap();
    for (off, allowed) in [(0, false), (-5, false), (301, false), (300, true)] {
        assert_eq!(cart.discount_line(LineId(0), amount(off)).is_ok(), allowed, "{off}");
    }
    assert_eq!(cart.discount_order(amount(1)), Err(CartError::DiscountOutOfRange), "nothing is left");
    assert_eq!(cart.discount_line(LineId(1), amount(1)), Err(CartError::GoodsUnpriced { count: 1 }));
    cart.discount_line(LineId(0), None).unwrap();
    cart.discount_order(amount(300)).unwrap();
    cart.remove(LineId(1)).unwrap();
    assert_eq!(
        cart.order(OrderId::parse("o1").unwrap(), &PriceRules::default()),
        Err(CartError::TotalNotPositive)
    );
}

#[test]
fn clearing_is_one_change() {
    let mut cart = Cart::default();
    assert_eq!(cart.clear(), Err(CartError::Empty));
    cart.add(&cola(), pieces(2)).unwrap();
    cart.add(&Goods::Unknown(barcode("999")), Quantity::ONE).unwrap();
    cart.discount_order(Some(Discount::Amount(Fen::new(100)))).unwrap();
    let before = (cart.lines().to_vec(), cart.terms().clone());
    cart.clear().unwrap();
    assert!(cart.is_empty() && cart.terms() == &OrderTerms::default());
    cart.undo().unwrap();
    assert_eq!((cart.lines().to_vec(), cart.terms().clone()), before);
    cart.redo().unwrap();
    assert!(cart.is_empty());
}

#[test]
fn the_next_customers_goods_are_none_of_the_discount_of_goods_that_were_taken_out() {
    let mut cart = Cart::default();
    let tenth = Some(Discount::Percent(Permille::new(100).unwrap()));
    assert_eq!(cart.discount_order(tenth), Err(CartError::DiscountOutOfRange));
    cart.add(&cola(), pieces(2)).unwrap();
    cart.add(&Goods::Unknown(barcode("999")), Quantity::ONE).unwrap();
    cart.discount_order(tenth).unwrap();
    cart.remove(LineId(1)).unwrap();
    assert_eq!((cart.terms().discount, total(&cart)), (tenth, Fen::new(540)));
    let change = cart.remove(LineId(0)).unwrap();
    assert!(change.terms.is_some(), "it is kept as well");
    cart.add(&cola(), Quantity::ONE).unwrap();
    assert_eq!(total(&cart), Fen::new(300));
    for _ in 0..2 {
        cart.undo().unwrap();
    }
    assert_eq!((cart.terms().discount, total(&cart)), (tenth, Fen::new(540)));
}

#[derive(Clone, Debug)]
enum Act {
    Scan { code: u8, known: bool, quantity: u32 },
    Weigh { grams: u32 },
    SetQuantity { line: u32, quantity: u32 },
    SetPrice { line: u32, price_fen: i64 },
    Override { line: u32, price_fen: i64 },
    Discount { line: Option<u32>, discount: Option<Discount> },
    Note { line: Option<u32> },
    Serve { waiter: u8 },
    Remove { line: u32 },
    Clear,
    Undo,
    Redo,
}

fn discount() -> impl Strategy<Value = Option<Discount>> {
    prop_oneof![
        Just(None),
        (-5i64..3_000).prop_map(|fen| Some(Discount::Amount(Fen::new(fen)))),
        (1u32..=1_000).prop_map(|permille| Permille::new(permille).ok().map(Discount::Percent)),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    let line = || 0u32..12;
    prop_oneof![
        6 => (0u8..6, any::<bool>(), 1u32..4000).prop_map(|(code, known, quantity)| Act::Scan { code, known, quantity }),
        1 => (1u32..5_000).prop_map(|grams| Act::Weigh { grams }),
        1 => (line(), 0u32..11_000).prop_map(|(line, quantity)| Act::SetQuantity { line, quantity }),
        1 => (line(), -5i64..2_000_000_000).prop_map(|(line, price_fen)| Act::SetPrice { line, price_fen }),
        1 => (line(), -5i64..9_000).prop_map(|(line, price_fen)| Act::Override { line, price_fen }),
        2 => (prop::option::of(line()), discount()).prop_map(|(line, discount)| Act::Discount { line, discount }),
        1 => prop::option::of(line()).prop_map(|line| Act::Note { line }),
        1 => (0u8..3).prop_map(|waiter| Act::Serve { waiter }),
        1 => line().prop_map(|line| Act::Remove { line }),
        1 => Just(Act::Clear),
        3 => Just(Act::Undo),
        1 => Just(Act::Redo),
    ]
}

fn play(cart: &mut Cart, act: &Act) -> Result<CartChange, CartError> {
    let product = |code: &str, price_fen| Product {
        title: code.to_owned(),
        price_fen: Fen::new(price_fen),
        barcode: barcode(code),
    };
    match *act {
        Act::Scan { code, known, quantity } => {
            let text = code.to_string();
            let goods = match known {
                true => Goods::Known(product(&text, i64::from(code) * 100 + 1)),
                false => Goods::Unknown(barcode(&text)),
            };
            cart.add(&goods, Quantity::new(quantity)?)
        }
        Act::Weigh { grams } => {
            let grams = crate::Grams::new(grams).unwrap();
            cart.add_weighed(&product("21", 3_280), Weighed::Grams(grams))
        }
        Act::SetQuantity { line, quantity } => cart.set_quantity(LineId(line), Quantity::new(quantity)?),
        Act::SetPrice { line, price_fen } => cart.set_price(LineId(line), Fen::new(price_fen), None),
        Act::Override { line, price_fen } => {
            cart.override_price(LineId(line), Fen::new(price_fen), "why".into())
        }
        Act::Discount { line: Some(line), discount } => cart.discount_line(LineId(line), discount),
        Act::Discount { line: None, discount } => cart.discount_order(discount),
        Act::Note { line } => cart.note(line.map(LineId), Some("note".into())),
        Act::Serve { waiter } => {
            Ok(cart.set_waiters(Waiters { first: Some(waiter.to_string()), second: None }))
        }
        Act::Remove { line } => cart.remove(LineId(line)),
        Act::Clear => cart.clear(),
        Act::Undo => cart.undo(),
        Act::Redo => cart.redo(),
    }
}

fn kept(cart: &Cart) -> (Vec<Line>, OrderTerms) {
    (cart.lines().to_vec(), cart.terms().clone())
}

fn rules() -> impl Strategy<Value = PriceRules> {
    let rounding = prop_oneof![Just(Rounding::None), Just(Rounding::Jiao), Just(Rounding::Yuan)];
    let rule = prop_oneof![
        (2u32..9, 0u32..100).prop_map(|(nth, percent)| format!("item {nth} at {percent}%")),
        (2u32..9)
            .prop_flat_map(|pieces| (Just(pieces), 1..pieces))
            .prop_map(|(pieces, paid)| format!("{pieces} for {paid}")),
        (1u32..50, 0u32..50, any::<bool>()).prop_map(|(off, more, each)| {
            format!("{} {} off {off}", if each { "every" } else { "over" }, off + more)
        }),
    ];
    let entry = (rule, prop::collection::vec(0u8..6, 0..3)).prop_map(|(rule, goods)| {
        let codes: Vec<String> = goods.iter().map(u8::to_string).collect();
        if codes.is_empty() { format!("p = {rule}") } else { format!("p = {rule}: {}", codes.join(" ")) }
    });
    (rounding, prop::collection::vec(entry, 0..5)).prop_map(|(rounding, entries)| PriceRules {
        rounding,
        promotions: crate::Promotion::parse_all(&entries.join(";")).unwrap(),
    })
}

proptest! {
    #[test]
    fn an_orders_lines_add_up_to_its_total(acts in prop::collection::vec(act(), 0..60), rules in rules()) {
        let mut cart = Cart::default();
        for act in &acts {
            let before = kept(&cart);
            if play(&mut cart, act).is_err() {
                prop_assert_eq!(kept(&cart), before);
            }
            let bill = cart.bill(&rules);
            prop_assert_eq!(&bill, &cart.bill(&rules));
            for (line, came) in cart.lines().iter().zip(&bill.lines) {
                prop_assert_eq!(came.gross_fen, line.gross_fen());
                prop_assert!(came.off_fen >= Fen::ZERO && came.share_fen >= Fen::ZERO);
                prop_assert_eq!(came.paid_fen().get(), (came.gross_fen.get() - came.off_fen.get()) - came.share_fen.get());
                prop_assert!(came.paid_fen() >= Fen::ZERO);
            }
            let paid: i64 = bill.lines.iter().map(|line| line.paid_fen().get()).sum();
            prop_assert_eq!(paid, bill.total_fen.get());
            let off = bill.lines_off_fen.get() + bill.order_off_fen.get() + bill.rounding_fen.get();
            prop_assert_eq!(bill.subtotal_fen.get() - off, bill.total_fen.get());
            if let Ok(order) = cart.order(OrderId::parse("o1").unwrap(), &rules) {
                let sum: i64 = order.lines.iter().map(|line| line.amount_fen.get()).sum();
                prop_assert_eq!((sum, order.lines.len()), (order.total_fen.get(), cart.lines().len()));
                prop_assert!(order.total_fen.is_positive() && order.total_fen == bill.total_fen);
            }
            prop_assert!(cart.lines().is_sorted_by_key(|line| line.id));
        }
    }

    #[test]
    fn undo_after_anything_restores(acts in prop::collection::vec(act(), 0..60)) {
        let mut cart = Cart::default();
        for act in &acts {
            let before = kept(&cart);
            let is_step = !matches!(act, Act::Undo | Act::Redo);
            if play(&mut cart, act).is_ok() && is_step {
                let after = kept(&cart);
                cart.undo().unwrap();
                prop_assert_eq!(kept(&cart), before);
                cart.redo().unwrap();
                prop_assert_eq!(kept(&cart), after);
            }
        }
        while cart.undo().is_ok() {}
        prop_assert_eq!(kept(&cart), (Vec::new(), OrderTerms::default()));
    }

    #[test]
    fn the_changes_alone_rebuild_the_cart(acts in prop::collection::vec(act(), 0..60)) {
        let mut cart = Cart::default();
        let mut lines = std::collections::BTreeMap::new();
        let mut terms = OrderTerms::default();
        for act in &acts {
            let Ok(change) = play(&mut cart, act) else { continue };
            for change in change.lines {
                match (change.line_id(), change.after) {
                    (Some(id), Some(line)) => { lines.insert(id, line); }
                    (Some(id), None) => { lines.remove(&id); }
                    (None, _) => {}
                }
            }
            terms = change.terms.map_or(terms, |change| change.after);
        }
        let restored = Cart::restore(lines.into_values().collect(), terms);
        prop_assert_eq!(kept(&restored), kept(&cart));
    }
}

#[test]
fn goods_sold_by_weight_wait_for_it_and_cannot_be_charged_before() {
    let mut cart = Cart::default();
    let apples = Product {
        barcode: Barcode::parse("00456").unwrap(),
        title: "apples".to_owned(),
        price_fen: Fen::new(1_280),
    };
    cart.add_unweighed(&apples).unwrap();
    cart.add_unweighed(&apples).unwrap();
    let [first, second] = [LineId(0), LineId(1)];
    assert_eq!((cart.lines().len(), cart.unpriced_count()), (2, 2), "each bag is weighed by itself");
    assert!(cart.line(first).unwrap().awaits_weight());
    assert_eq!(cart.line(first).unwrap().overridden_fen(), None);
    let id = OrderId::parse("a1").unwrap();
    let unpriced = |count| Err(CartError::GoodsUnpriced { count });
    assert_eq!(cart.order(id.clone(), &PriceRules::default()).map(drop), unpriced(2));
    assert_eq!(cart.set_quantity(first, Quantity::new(3).unwrap()).map(drop), Err(CartError::Weighed));
    assert_eq!(cart.override_price(first, Fen::new(1), "why".to_owned()).map(drop), unpriced(1));

    cart.set_weight(first, Grams::new(485).unwrap()).unwrap();
    assert_eq!(cart.bill(&PriceRules::default()).total_fen, Fen::new(621), "620.8 fen");
    cart.set_weight(first, Grams::new(1_000).unwrap()).unwrap();
    assert_eq!(cart.bill(&PriceRules::default()).total_fen, Fen::new(1_280), "weighed again");
    assert_eq!(cart.unpriced_count(), 1);
    cart.undo().unwrap();
    cart.undo().unwrap();
    assert!(cart.line(first).unwrap().awaits_weight(), "undone, it waits again");
    cart.remove(second).unwrap();
    cart.add(&Goods::Known(apples), Quantity::ONE).unwrap();
    let pieces = cart.lines().last().unwrap().id;
    assert_eq!(cart.set_weight(pieces, Grams::new(1).unwrap()).map(drop), Err(CartError::NotWeighed));
    assert_eq!(cart.lines().len(), 2, "and joins nothing that waits for its weight");
}
