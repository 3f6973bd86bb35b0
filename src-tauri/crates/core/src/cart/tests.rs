use proptest::prelude::*;

use super::*;

fn barcode(text: &str) -> Barcode {
    Barcode::parse(text).unwrap()
}

fn cola() -> Goods {
    Goods::Known(Product { barcode: barcode("6901"), title: "可乐".into(), price_fen: Fen::new(300) })
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
    assert_eq!(change.after.unwrap().quantity.get(), 3);
    assert_eq!(cart.total_fen(), Fen::new(900));
}

#[test]
fn a_changed_price_starts_a_new_line() {
    let mut cart = Cart::default();
    cart.add(&cola(), Quantity::ONE).unwrap();
    cart.set_price(LineId(0), Fen::new(250), None).unwrap();
    cart.add(&cola(), Quantity::ONE).unwrap();
    assert_eq!(cart.lines().len(), 2);
    assert_eq!(cart.total_fen(), Fen::new(550));
}

#[test]
fn an_unknown_code_stays_until_it_is_priced_and_then_merges() {
    let mut cart = Cart::default();
    cart.add(&Goods::Unknown(barcode("999")), Quantity::ONE).unwrap();
    let id = OrderId::parse("o1").unwrap();
    assert_eq!(cart.order(id.clone()), Err(CartError::GoodsUnpriced { count: 1 }));
    cart.set_price(LineId(0), Fen::new(150), None).unwrap();
    cart.add(&Goods::Unknown(barcode("999")), Quantity::ONE).unwrap();
    let order = cart.order(id).unwrap();
    assert_eq!((order.total_fen, order.lines[0].title.as_str()), (Fen::new(300), "999"));
}

#[test]
fn refuses_what_cannot_be_sold() {
    let mut cart = Cart::default();
    assert_eq!(cart.order(OrderId::parse("o1").unwrap()), Err(CartError::Empty));
    assert_eq!(Quantity::new(0), Err(CartError::QuantityOutOfRange));
    assert_eq!(Quantity::new(10_000), Err(CartError::QuantityOutOfRange));
    cart.add(&cola(), pieces(9_999)).unwrap();
    assert_eq!(cart.add(&cola(), Quantity::ONE), Err(CartError::QuantityOutOfRange));
    assert_eq!(cart.set_price(LineId(0), Fen::ZERO, None), Err(CartError::PriceNotPositive));
    assert_eq!(cart.set_price(LineId(0), Fen::MAX_ORDER, None), Err(CartError::AmountTooLarge));
    assert_eq!(cart.remove(LineId(7)), Err(CartError::LineGone));
    assert_eq!(cart.total_fen(), Fen::new(300 * 9_999), "refused changes change nothing");
}

#[test]
fn a_total_over_the_limit_is_not_an_order() {
    let mut cart = Cart::default();
    for code in ["1", "2"] {
        let dear = Product { barcode: barcode(code), title: code.into(), price_fen: Fen::MAX_ORDER };
        cart.add(&Goods::Known(dear), Quantity::ONE).unwrap();
    }
    assert_eq!(cart.order(OrderId::parse("o1").unwrap()), Err(CartError::AmountTooLarge));
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

#[derive(Clone, Debug)]
enum Act {
    Scan { code: u8, known: bool, quantity: u32 },
    SetQuantity { line: u32, quantity: u32 },
    SetPrice { line: u32, price_fen: i64 },
    Remove { line: u32 },
    Undo,
    Redo,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => (0u8..6, any::<bool>(), 1u32..4000).prop_map(|(code, known, quantity)| Act::Scan { code, known, quantity }),
        1 => (0u32..12, 0u32..11_000).prop_map(|(line, quantity)| Act::SetQuantity { line, quantity }),
        1 => (0u32..12, -5i64..2_000_000_000).prop_map(|(line, price_fen)| Act::SetPrice { line, price_fen }),
        1 => (0u32..12).prop_map(|line| Act::Remove { line }),
        2 => Just(Act::Undo),
        1 => Just(Act::Redo),
    ]
}

fn play(cart: &mut Cart, act: &Act) -> Result<LineChange, CartError> {
    match *act {
        Act::Scan { code, known, quantity } => {
            let barcode = barcode(&code.to_string());
            let goods = if known {
                Goods::Known(Product {
                    title: code.to_string(),
                    price_fen: Fen::new(i64::from(code) * 100 + 1),
                    barcode,
                })
            } else {
                Goods::Unknown(barcode)
            };
            cart.add(&goods, Quantity::new(quantity)?)
        }
        Act::SetQuantity { line, quantity } => cart.set_quantity(LineId(line), Quantity::new(quantity)?),
        Act::SetPrice { line, price_fen } => cart.set_price(LineId(line), Fen::new(price_fen), None),
        Act::Remove { line } => cart.remove(LineId(line)),
        Act::Undo => cart.undo(),
        Act::Redo => cart.redo(),
    }
}

proptest! {
    #[test]
    fn total_is_the_sum_of_the_lines(acts in prop::collection::vec(act(), 0..60)) {
        let mut cart = Cart::default();
        for act in &acts {
            let before = cart.lines().to_vec();
            if play(&mut cart, act).is_err() {
                prop_assert_eq!(cart.lines(), &before[..]);
            }
            let sum: i64 = cart.lines().iter()
                .map(|line| line.price_fen.map_or(0, Fen::get) * i64::from(line.quantity.get())).sum();
            prop_assert_eq!(cart.total_fen().get(), sum);
            prop_assert!(cart.lines().is_sorted_by_key(|line| line.id));
        }
    }

    #[test]
    fn undo_after_anything_restores(acts in prop::collection::vec(act(), 0..60)) {
        let mut cart = Cart::default();
        for act in &acts {
            let before = cart.lines().to_vec();
            let is_step = !matches!(act, Act::Undo | Act::Redo);
            if play(&mut cart, act).is_ok() && is_step {
                let after = cart.lines().to_vec();
                cart.undo().unwrap();
                prop_assert_eq!(cart.lines(), &before[..]);
                cart.redo().unwrap();
                prop_assert_eq!(cart.lines(), &after[..]);
            }
        }
        while cart.undo().is_ok() {}
        prop_assert!(cart.is_empty());
    }

    #[test]
    fn the_changes_alone_rebuild_the_cart(acts in prop::collection::vec(act(), 0..60)) {
        let mut cart = Cart::default();
        let mut kept = std::collections::BTreeMap::new();
        for act in &acts {
            if let Ok(change) = play(&mut cart, act) {
                match (change.line_id(), change.after) {
                    (Some(id), Some(line)) => { kept.insert(id, line); }
                    (Some(id), None) => { kept.remove(&id); }
                    (None, _) => {}
                }
            }
        }
        let restored = Cart::restore(kept.into_values().collect());
        prop_assert_eq!(restored.lines(), cart.lines());
    }
}
