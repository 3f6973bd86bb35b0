//! After a restart: every cart comes back line by line, every open sale is asked about.

use std::collections::BTreeMap;
use std::sync::Arc;

use yima_core::Cart;
use yima_core::sale::{Event, Sale, State};
use yima_gateway::{Account, StoreInfo};
use yima_store::{CartStatus, SaleListRow, StoredCart, StoredSale};

use super::carts::OpenCart;
use super::sales::OpenSale;
use super::{Engine, StartError};
use crate::view::{LastSale, Mode, Today, UnreadableView};
use crate::{Clock, Gateway, Screen, Store, qr};

impl<G: Gateway, S: Store, C: Clock, W: Screen> Engine<G, S, C, W> {
    pub(super) async fn recover(&mut self) -> Result<(), StartError> {
        self.bring_back_carts(self.store.open_carts().await?);
        for stored in self.store.open_sales().await? {
            let order_id = stored.order.id.clone();
            let open =
                self.brought_back(stored).ok_or_else(|| StartError::SaleUnreadable(order_id.clone()))?;
            let is_over = open.sale.is_written_off();
            if is_over { &mut self.watched } else { &mut self.sales }.insert(order_id, open);
        }
        for stored in self.store.watched_sales().await? {
            self.watch_again(stored);
        }
        let now = self.clock.now();
        self.today_day = yima_store::day_of(now.wall_ms);
        let (count, sum_fen) = self.store.day_totals(self.today_day.clone()).await?;
        self.today = Today { count, sum_fen };
        // Cash may have been taken in the moment in which the program ended: this says so.
        self.last_sale = self.store.last_sale().await?.and_then(last_sale);
        self.next_heartbeat_ms = now.mono_ms;
        self.look_for_a_mark().await?;
        let order_ids: Vec<_> = self.watched.keys().chain(self.sales.keys()).cloned().collect();
        for order_id in &order_ids {
            if let Err(refusal) = self.happened(order_id, Event::Resume).await {
                tracing::error!(%refusal, %order_id, "could not be resumed; it is asked about later");
            }
        }
        self.keep_a_cart_ready().await;
        Ok(())
    }

    /// Goes on asking about a sale that has ended. One that cannot be read keeps nobody from selling, and is told.
    pub(super) fn watch_again(&mut self, stored: StoredSale) {
        let order_id = stored.order.id.clone();
        let unreadable = UnreadableView {
            order_id: order_id.clone(),
            total_fen: stored.order.total_fen,
            due_fen: stored.facts.refund_due_fen,
        };
        if let Some(open) = self.brought_back(stored) {
            self.watched.insert(order_id, open);
            return;
        }
        tracing::error!(%order_id, "cannot be read: nobody asks about it");
        self.unreadable.retain(|known| known.order_id != order_id);
        self.unreadable.push(unreadable);
    }

    fn bring_back_carts(&mut self, stored: Vec<StoredCart>) {
        let (charged, open): (Vec<_>, Vec<_>) =
            stored.into_iter().partition(|cart| cart.status == CartStatus::Charged);
        // The goods being paid stand in front of those scanned meanwhile.
        for cart in charged.into_iter().chain(open) {
            match cart.status {
                CartStatus::Held => self.held.push(cart.id),
                CartStatus::Parked => {}
                _ => self.queue.push(cart.id),
            }
            let usual = self.terms.ids.usual_waiters();
            let mut open = OpenCart::new(Cart::restore(cart.lines, cart.terms).with_usual_waiters(usual));
            open.charged = matches!(cart.status, CartStatus::Charged | CartStatus::Parked);
            self.carts.insert(cart.id, open);
        }
        let carts: &BTreeMap<_, _> = &self.carts;
        let empty = |id: &_| carts.get(id).is_some_and(|open| open.cart.is_empty() && !open.charged);
        // An empty cart that was kept ready is of use only at the end.
        self.queue.sort_by_key(empty);
    }

    pub(super) fn brought_back(&self, stored: StoredSale) -> Option<OpenSale> {
        let sale: Sale = serde_json::from_str(&stored.snapshot).ok()?;
        let mut account: Account = serde_json::from_str(&stored.account).ok()?;
        if let (Mode::Practice, Ok(sandbox)) = (self.terms.mode, &self.terms.account) {
            // Practice always talks to the sandbox inside the program, wherever that listens this time.
            account.endpoint = sandbox.endpoint.clone();
        }
        let store_info: StoreInfo = serde_json::from_str(&stored.store_info).ok()?;
        let consistent = sale.order_id() == &stored.order.id
            && sale.total_fen() == stored.order.total_fen
            && State::from_code(&stored.state) == Some(sale.state());
        let link = sale.trade().filter(|_| stored.open).and_then(|trade| trade.pay_url.clone());
        let sale_state = sale.state();
        consistent.then(|| OpenSale {
            sale: sale.with_timing(self.terms.timing),
            cart_id: stored.cart_id,
            holds_cart: stored.holds_cart && stored.open && sale_state != State::Refunding,
            lines: stored.order.lines.into(),
            was_away: stored.open && !matches!(sale_state, State::Unresolved | State::Refunding),
            version: stored.version,
            till_number: stored.till_number,
            account: Arc::new(account),
            store_info: Arc::new(store_info),
            body: stored.body.into(),
            charged_at: self.clock.now(),
            given_at: None,
            submitted_in_ms: None,
            pay_code: None,
            wallet: None,
            qr: link.and_then(|link| qr::make(&link).ok()).map(Arc::new),
        })
    }
}

/// `None` of one that goes on: it is told when it ends.
fn last_sale(row: SaleListRow) -> Option<LastSale> {
    let state =
        State::from_code(&row.state).filter(|state| state.is_final() || *state == State::Refunding)?;
    Some(LastSale {
        order_id: row.order_id,
        amount_fen: row.real_fen.unwrap_or(row.total_fen),
        way: row.way,
        state,
        refunded_fen: row.refunded_fen,
        at_ms: row.paid_ms.unwrap_or(row.created_ms),
    })
}
