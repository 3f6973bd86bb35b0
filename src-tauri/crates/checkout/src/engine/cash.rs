//! Notes and coins: the sale is over as soon as it is durable, and the gateway is not asked.

use std::sync::Arc;

use yima_core::Fen;
use yima_core::sale::{Sale, State, Way};
use yima_store::{NewReceipt, NewSale};

use super::Engine;
use super::carts::OpenCart;
use super::happening::THANKS_MS;
use super::record::{json, step};
use super::sales::{OpenSale, Outcome};
use crate::view::PricedLine;
use crate::{Clock, Gateway, Refusal, Screen, Store};

impl<G: Gateway, S: Store, C: Clock, W: Screen> Engine<G, S, C, W> {
    pub(super) async fn take_cash(&mut self, total_fen: Fen, tendered_fen: Fen) -> Result<(), Refusal> {
        self.may_sell()?;
        let now = self.clock.now();
        let (cart_id, order) = self.front_order(now)?;
        if order.total_fen != total_fen {
            return Err(Refusal::TotalChanged);
        }
        let account = self.account()?;
        let store_info = Arc::new(self.store_info());
        let till_number = self.terms.till_number.clone();
        let sale = Sale::cash(order.id.clone(), account.app_id.clone(), total_fen, tendered_fen)
            .filter(|_| tendered_fen <= Fen::MAX_ORDER)
            .ok_or(Refusal::CashTooLittle)?;
        let lines = order.lines.clone().into();
        let new_sale = NewSale {
            order,
            cart_id,
            way: Way::Cash,
            tendered_fen: Some(tendered_fen),
            detail: self.front_detail(),
            account: json(&*account),
            store_info: json(&*store_info),
            terminal_id: self.terms.ids.terminal_id.clone(),
            till_number: till_number.clone(),
            cashier_id: self.terms.ids.cashier_id.clone(),
            // Nothing is sent.
            body: Vec::new(),
        };
        let receipt = NewReceipt { till_number: till_number.clone(), at_ms: now.wall_ms };
        let paid = step(&sale, State::Paid.code(), now);
        let sold = self.store.sell(new_sale, paid, receipt).await;
        let sold = sold.map_err(|error| Refusal::NotSaved(self.not_written(&error)))?;
        self.changes = self.changes.wrapping_add(1);
        let open = OpenSale {
            sale,
            cart_id,
            holds_cart: false,
            lines,
            version: sold.version,
            till_number,
            account,
            store_info,
            body: Arc::default(),
            charged_at: now,
            submitted_in_ms: None,
            pay_code: None,
            wallet: None,
            qr: None,
            was_away: false,
            given_at: None,
        };
        let payment = self.payment_view(&open, sold.receipt_number, now);
        self.queue.retain(|id| *id != cart_id);
        let prices = &self.terms.prices;
        let goods = |sold: OpenCart| PricedLine::all_of(sold.cart.lines(), &sold.cart.bill(prices));
        let goods = self.carts.remove(&cart_id).map(goods).unwrap_or_default();
        self.code = None;
        self.ended(&payment, true, now);
        self.outcome =
            Some(Outcome { payment, goods, thanks_until_ms: now.mono_ms.saturating_add(THANKS_MS) });
        self.keep_a_cart_ready().await;
        Ok(())
    }
}
