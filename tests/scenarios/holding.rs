//! Carts that wait until the cashier brings them up.

use yima_checkout::{Command, Refusal};
use yima_core::Fen;
use yima_core::cart::CartError;
use yima_core::sale::State;
use yima_store::{CartId, HeldCart};

use crate::desk::{Desk, NOODLES, WATER};
use crate::watching::pay_late;

impl Desk {
    async fn hold(&self, name: Option<&str>) -> Result<(), Refusal> {
        self.act(Command::Hold { name: name.map(str::to_owned) }).await
    }

    pub async fn held(&self) -> Vec<HeldCart> {
        self.disk.store.held_carts().await.unwrap()
    }

    async fn id_of(&self, name: &str) -> CartId {
        let is_meant = |held: &HeldCart| held.name.as_deref() == Some(name);
        self.held().await.into_iter().find(is_meant).unwrap().cart.id
    }

    fn codes(&self) -> Vec<String> {
        self.view().cart.lines.iter().map(|line| line.barcode.to_string()).collect()
    }
}

#[tokio::test]
async fn any_number_of_carts_wait_by_name_and_over_a_restart() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    desk.hold(Some("李姐")).await.unwrap();
    assert_eq!((desk.codes().len(), desk.view().held_count), (0, 1), "and the next customer is served");
    desk.scan(NOODLES).await;
    desk.hold(None).await.unwrap();
    desk.scan("4711").await;
    desk.hold(None).await.unwrap();
    desk.scan(NOODLES).await;

    let desk = desk.restart().await;
    desk.settle().await;
    assert_eq!((desk.codes(), desk.view().held_count), (vec![NOODLES.to_owned()], 3));
    let names: Vec<_> = desk.held().await.into_iter().map(|held| held.name.unwrap()).collect();
    assert_eq!(names, ["李姐", "1", "2"]);

    let wanted = desk.id_of("李姐").await;
    desk.act(Command::Resume { cart: wanted }).await.unwrap();
    assert_eq!(desk.codes(), [WATER]);
    let names: Vec<_> = desk.held().await.into_iter().map(|held| held.name.unwrap()).collect();
    assert_eq!(names, ["1", "2", "3"], "the goods at hand wait in its place");
    desk.scan(WATER).await;
    assert_eq!(desk.view().cart.pieces, 2, "and it is scanned into again");
    desk.charge().await;
    desk.check_books().await;
}

#[tokio::test]
async fn what_cannot_be_held_or_brought_up_stays_where_it_is() {
    let desk = Desk::open().await;
    assert_eq!(desk.hold(None).await, Err(Refusal::Cart(CartError::Empty)));
    assert_eq!(desk.act(Command::Resume { cart: CartId(77) }).await, Err(Refusal::NotFound));
    desk.scan(WATER).await;
    desk.hold(None).await.unwrap();
    let waiting = desk.id_of("1").await;
    desk.scan(NOODLES).await;
    desk.charge().await;
    assert_eq!(desk.hold(None).await, Err(Refusal::CartLocked));
    assert_eq!(desk.act(Command::Resume { cart: waiting }).await, Err(Refusal::CartLocked));
    assert_eq!((desk.codes(), desk.view().held_count), (vec![NOODLES.to_owned()], 1));
    desk.disk.full.store(true, std::sync::atomic::Ordering::SeqCst);
    assert!(desk.act(Command::DropHeld { cart: waiting }).await.is_err());
    assert_eq!(desk.view().held_count, 1, "what could not be written did not happen");
}

#[tokio::test]
async fn two_hundred_carts_wait_and_no_more() {
    let desk = Desk::open().await;
    for _ in 0..200 {
        desk.scan(WATER).await;
        desk.hold(None).await.unwrap();
    }
    desk.scan(WATER).await;
    assert_eq!(desk.hold(None).await, Err(Refusal::TooManyHeld { max: 200 }));
    assert_eq!((desk.view().cart.pieces, desk.view().held_count), (1, 200));
    let first = desk.id_of("1").await;
    desk.act(Command::Resume { cart: first }).await.unwrap();
    assert_eq!(desk.view().held_count, 200, "changing places needs no more room");
}

#[tokio::test]
async fn a_cart_that_was_given_up_is_gone_and_a_late_payment_for_it_is_due_back() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    let order_id = desk.charge().await.order_id;
    desk.scan(NOODLES).await;
    desk.act(Command::CancelPayment).await.unwrap();
    desk.until(State::Closed).await;
    let given_back = desk.held().await.remove(0);
    assert_eq!((given_back.name, given_back.given_back_as.as_deref()), (None, Some("closed")));
    desk.act(Command::DropHeld { cart: given_back.cart.id }).await.unwrap();
    assert_eq!((desk.view().held_count, desk.held().await.len()), (0, 0));
    assert_eq!(desk.codes(), [NOODLES], "the goods at hand are not touched");

    pay_late(&desk, &order_id);
    desk.pass(60_000).await;
    assert_eq!(desk.view().refunds_due_count, 1, "nobody has the goods any more");
    let desk = desk.restart().await;
    desk.settle().await;
    assert_eq!((desk.view().held_count, desk.codes()), (0, vec![NOODLES.to_owned()]));
}

#[tokio::test]
async fn a_held_cart_goes_back_to_its_sale_when_that_was_paid_after_all() {
    let desk = Desk::open().await;
    desk.scan(WATER).await;
    let order_id = desk.charge().await.order_id;
    desk.act(Command::CancelPayment).await.unwrap();
    desk.until(State::Closed).await;
    desk.hold(Some("李姐")).await.unwrap();
    pay_late(&desk, &order_id);
    desk.pass(60_000).await;
    let view = desk.view();
    assert_eq!((view.held_count, view.refunds_due_count, view.today.sum_fen), (0, 0, Fen::new(200)));
    desk.check_books().await;
}
