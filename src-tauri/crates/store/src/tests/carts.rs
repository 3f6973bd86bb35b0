use proptest::prelude::*;
use yima_core::cart::{CartError, OrderTerms, Waiters};
use yima_core::{Discount, Grams, Line, LineId, Permille, PriceRules, Rounding, Weighed};

use super::*;
use crate::{CartStatus, StoredCart};

#[tokio::test]
async fn a_cart_comes_back_as_it_was() {
    let shop = Shop::open();
    let cart = shop.store.new_cart(NOON_MS).await.unwrap();
    let mut goods = Cart::default();
    let water = add(&mut goods, "6921168509256", 200);
    let unknown = goods.add(&Goods::Unknown(barcode("999")), Quantity::new(3).unwrap()).unwrap();
    let more = add(&mut goods, "6921168509256", 200);
    shop.store.save_cart(cart, vec![water, unknown, more]).await.unwrap();
    shop.store.save_waiters(cart, served_by("W1")).await.unwrap();
    let second = shop.store.new_cart(NOON_MS).await.unwrap();

    let shop = shop.reopen();
    let kept = |id, lines: &[Line], waiters| StoredCart {
        id,
        status: CartStatus::Open,
        lines: lines.to_vec(),
        terms: OrderTerms { waiters, ..OrderTerms::default() },
    };
    let carts = shop.store.open_carts().await.unwrap();
    assert_eq!(carts, [kept(cart, goods.lines(), served_by("W1")), kept(second, &[], Waiters::default())]);
    assert_eq!(carts[0].lines.len(), 2);

    let others = goods.set_waiters(served_by("W7"));
    shop.store.save_cart(cart, vec![others]).await.unwrap();
    assert_eq!(shop.reopen().store.open_carts().await.unwrap()[0].terms.waiters, served_by("W7"));
}

fn served_by(waiter: &str) -> Waiters {
    Waiters { first: Some(waiter.to_owned()), second: None }
}

#[tokio::test]
async fn only_an_open_cart_is_edited() {
    let shop = Shop::open();
    let mut goods = Cart::default();
    let change = vec![add(&mut goods, "1", 200)];
    let nobody = CartId(77);
    assert_eq!(shop.store.save_cart(nobody, change.clone()).await, Err(StoreError::NotOpen));
    assert_eq!(shop.store.save_waiters(nobody, Waiters::default()).await, Err(StoreError::NotOpen));

    let (cart, _) = shop.begun("a1", 200, NOON_MS).await;
    let before = shop.store.open_carts().await.unwrap();
    assert_eq!(before[0].status, CartStatus::Charged);
    assert_eq!(shop.store.save_cart(cart, change).await, Err(StoreError::NotOpen));
    assert_eq!(shop.store.save_waiters(cart, served_by("W")).await, Err(StoreError::NotOpen));
    assert_eq!(shop.store.open_carts().await.unwrap(), before);
}

#[tokio::test]
async fn a_change_is_on_the_disk_when_it_is_answered() {
    let shop = Shop::open();
    let cart = shop.store.new_cart(NOON_MS).await.unwrap();
    let mut goods = Cart::default();
    for code in ["1", "2", "3"] {
        let change = add(&mut goods, code, 100);
        shop.store.save_cart(cart, vec![change]).await.unwrap();
        assert_eq!(shop.after_power_loss().store.open_carts().await.unwrap()[0].lines, goods.lines());
    }
}

#[derive(Clone, Debug)]
enum Act {
    Scan(u8),
    Quantity(u32, u32),
    Price(u32, i64),
    Weigh(bool),
    Override(u32, i64),
    Discount(Option<u32>, Option<Discount>),
    Note(Option<u32>, bool),
    Remove(u32),
    Clear,
    Undo,
    Redo,
}

impl Act {
    fn on(&self, cart: &mut Cart) -> Result<CartChange, CartError> {
        match *self {
            Act::Scan(code @ 0..=5) => {
                cart.add(&Goods::Known(product(&code.to_string(), "known", 150)), Quantity::ONE)
            }
            Act::Scan(code) => cart.add(&Goods::Unknown(barcode(&code.to_string())), Quantity::ONE),
            Act::Quantity(line, pieces) => cart.set_quantity(LineId(line), Quantity::new(pieces)?),
            Act::Price(line, fen) => cart.set_price(LineId(line), Fen::new(fen), None),
            Act::Weigh(is_label) => {
                let grams = Weighed::Grams(Grams::new(456).unwrap());
                let weighed = if is_label { Weighed::Amount(Fen::new(1_000)) } else { grams };
                cart.add_weighed(&product("21", "pork", 3_280), weighed)
            }
            Act::Override(line, fen) => cart.override_price(LineId(line), Fen::new(fen), "临期".to_owned()),
            Act::Discount(Some(line), discount) => cart.discount_line(LineId(line), discount),
            Act::Discount(None, discount) => cart.discount_order(discount),
            Act::Note(line, says) => cart.note(line.map(LineId), says.then(|| "不要袋".to_owned())),
            Act::Remove(line) => cart.remove(LineId(line)),
            Act::Clear => cart.clear(),
            Act::Undo => cart.undo(),
            Act::Redo => cart.redo(),
        }
    }
}

fn discount() -> impl Strategy<Value = Option<Discount>> {
    prop_oneof![
        Just(None),
        (1i64..200).prop_map(|fen| Some(Discount::Amount(Fen::new(fen)))),
        (1u32..=1_000).prop_map(|part| Permille::new(part).ok().map(Discount::Percent)),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => (0u8..9).prop_map(Act::Scan),
        1 => (0u32..8, 0u32..10_001).prop_map(|(line, pieces)| Act::Quantity(line, pieces)),
        1 => (0u32..8, 0i64..2_000_000_000).prop_map(|(line, fen)| Act::Price(line, fen)),
        1 => any::<bool>().prop_map(Act::Weigh),
        1 => (0u32..8, 0i64..2_000).prop_map(|(line, fen)| Act::Override(line, fen)),
        2 => (prop::option::of(0u32..8), discount()).prop_map(|(line, off)| Act::Discount(line, off)),
        1 => (prop::option::of(0u32..8), any::<bool>()).prop_map(|(line, says)| Act::Note(line, says)),
        1 => (0u32..8).prop_map(Act::Remove),
        1 => Just(Act::Clear),
        2 => Just(Act::Undo),
        1 => Just(Act::Redo),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn saved_changes_rebuild_the_cart(acts in prop::collection::vec(act(), 1..40), batch in 1usize..4) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let shop = Shop::open();
            let id = shop.store.new_cart(NOON_MS).await.unwrap();
            let mut cart = Cart::default();
            let changes: Vec<_> = acts.iter().filter_map(|act| act.on(&mut cart).ok()).collect();
            for some in changes.chunks(batch) {
                shop.store.save_cart(id, some.to_vec()).await.unwrap();
            }
            let kept = shop.reopen().store.open_carts().await.unwrap().remove(0);
            assert_eq!((kept.lines.as_slice(), &kept.terms), (cart.lines(), cart.terms()));
            let rules = PriceRules { rounding: Rounding::Jiao, ..PriceRules::default() };
            assert_eq!(Cart::restore(kept.lines, kept.terms).bill(&rules), cart.bill(&rules));
        });
    }
}
