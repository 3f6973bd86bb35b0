//! What both windows say, and what is kept under it.

use yima_checkout::view::{CashierView, CustomerScreen, Notice};
use yima_core::sale::{Call, Reason, State};
use yima_core::{Fen, OrderId};
use yima_store::SaleSearch;

use crate::desk::Desk;

/// All of it is held, but for what is left `None` in an expectation.
#[derive(Clone, Debug, PartialEq)]
pub struct Sight {
    /// Where the cashier's payment panel stands.
    panel: Option<State>,
    reason: Option<Reason>,
    declined: bool,
    customer: CustomerScreen,
    /// In the cashier's window, in the customer's.
    qr: [bool; 2],
    /// Every sale that is kept, oldest first.
    kept: Vec<State>,
    /// How many orders the gateway has.
    orders: usize,
    unresolved: u32,
    refunds_due: u32,
    held: u32,
    /// The outcome that could not be kept.
    stuck: bool,
    /// Told to be compared with the gateway before anything is sold.
    compares: bool,
    damaged: bool,
    offline: Option<bool>,
    pieces: Option<u32>,
    notice: Option<Notice>,
    /// How many were paid today, and what for.
    today: Option<(u32, Fen)>,
    /// What became of sales while the till was away.
    news: Option<Vec<State>>,
    receipt: Option<String>,
    /// Total, payable and real, in the panel.
    amounts: Option<[Option<Fen>; 3]>,
    /// What went back, in the panel.
    given_back: Option<Fen>,
    /// How often the gateway was asked this.
    asked: Option<(Call, usize)>,
    /// Whether a QR was shown since the till was started.
    any_qr: Option<bool>,
}

/// A payment panel.
pub fn panel(state: State, customer: CustomerScreen) -> Sight {
    let shows = customer == CustomerScreen::Pay;
    Sight { panel: Some(state), qr: [shows; 2], ..no_panel(customer) }.kept([state])
}

pub fn no_panel(customer: CustomerScreen) -> Sight {
    Sight {
        panel: None,
        reason: None,
        declined: false,
        customer,
        qr: [false; 2],
        kept: Vec::new(),
        orders: 0,
        unresolved: 0,
        refunds_due: 0,
        held: 0,
        stuck: false,
        compares: false,
        damaged: false,
        offline: None,
        pieces: None,
        notice: None,
        today: None,
        news: None,
        receipt: None,
        amounts: None,
        given_back: None,
        asked: None,
        any_qr: None,
    }
}

/// The thanks after a payment.
pub fn paid(fen: i64) -> Sight {
    panel(State::Paid, CustomerScreen::Paid).today(1, fen)
}

impl Sight {
    pub fn because(self, reason: Reason) -> Self {
        Self { reason: Some(reason), ..self }
    }

    pub fn declined(self) -> Self {
        Self { declined: true, ..self }
    }

    /// These sales, oldest first, and an order at the gateway for each.
    pub fn kept(self, states: impl Into<Vec<State>>) -> Self {
        let kept = states.into();
        Self { orders: kept.len(), kept, ..self }
    }

    pub fn orders(self, count: usize) -> Self {
        Self { orders: count, ..self }
    }

    pub fn unresolved(self, count: u32) -> Self {
        Self { unresolved: count, ..self }
    }

    pub fn due(self, count: u32) -> Self {
        Self { refunds_due: count, ..self }
    }

    pub fn held(self, count: u32) -> Self {
        Self { held: count, ..self }
    }

    pub fn stuck(self) -> Self {
        Self { stuck: true, ..self }
    }

    pub fn compares(self) -> Self {
        Self { compares: true, ..self }
    }

    pub fn damaged(self) -> Self {
        Self { damaged: true, ..self }
    }

    pub fn offline(self, offline: bool) -> Self {
        Self { offline: Some(offline), ..self }
    }

    pub fn pieces(self, count: u32) -> Self {
        Self { pieces: Some(count), ..self }
    }

    pub fn told(self, notice: Notice) -> Self {
        Self { notice: Some(notice), ..self }
    }

    pub fn today(self, count: u32, fen: i64) -> Self {
        Self { today: Some((count, Fen::new(fen))), ..self }
    }

    pub fn news(self, states: impl Into<Vec<State>>) -> Self {
        Self { news: Some(states.into()), ..self }
    }

    pub fn receipt(self, number: &str) -> Self {
        Self { receipt: Some(number.to_owned()), ..self }
    }

    pub fn amounts(self, fen: [i64; 3]) -> Self {
        Self { amounts: Some(fen.map(|fen| Some(Fen::new(fen)))), ..self }
    }

    pub fn given_back(self, fen: i64) -> Self {
        Self { given_back: Some(Fen::new(fen)), ..self }
    }

    pub fn asked(self, call: Call, count: usize) -> Self {
        Self { asked: Some((call, count)), ..self }
    }

    /// No QR since the till was started.
    pub fn never_a_qr(self) -> Self {
        Self { any_qr: Some(false), ..self }
    }

    /// What there is, where it is not this.
    pub async fn differs(&self, desk: &Desk) -> Option<Self> {
        let mut seen = Self::of(desk).await;
        let CashierView { payment, .. } = desk.view();
        seen.offline = self.offline.and(payment.as_ref().map(|payment| payment.offline));
        seen.receipt =
            self.receipt.as_ref().and(payment.as_ref().and_then(|payment| payment.receipt_number.clone()));
        seen.amounts = self.amounts.and(payment.map(|it| [Some(it.total_fen), it.payable_fen, it.real_fen]));
        seen.asked = self.asked.map(|(call, _)| (call, desk.gateway.count(call)));
        seen.any_qr = self.any_qr.and(seen.any_qr);
        seen.pieces = self.pieces.and(seen.pieces);
        seen.notice = self.notice.as_ref().and(seen.notice);
        seen.today = self.today.and(seen.today);
        seen.news = self.news.as_ref().and(seen.news);
        (seen != *self).then_some(seen)
    }

    /// In words, without what is alike.
    pub fn difference(&self, seen: &Self) -> String {
        let [wanted, seen] = [self, seen].map(|sight| format!("{sight:#?}"));
        let only = |of: &str, other: &str| -> String {
            of.lines().filter(|line| !other.lines().any(|it| it == *line)).map(str::trim).collect()
        };
        format!("it is {} and not {}", only(&seen, &wanted), only(&wanted, &seen))
    }

    async fn of(desk: &Desk) -> Self {
        let (cashier, customer) = (desk.view(), desk.customer());
        let payment = cashier.payment.as_ref();
        Self {
            panel: payment.map(|payment| payment.state),
            reason: payment.and_then(|payment| payment.reason.clone()),
            declined: customer.declined && payment.is_some_and(|payment| payment.declined),
            customer: customer.screen,
            qr: [payment.is_some_and(|payment| payment.qr.is_some()), customer.qr.is_some()],
            kept: sales(desk).await.into_iter().map(|(_, state)| state).collect(),
            orders: desk.gateway.ledger().orders.len(),
            unresolved: cashier.unresolved_count,
            refunds_due: cashier.refunds_due_count,
            held: cashier.held_count,
            stuck: cashier.stuck.is_some(),
            compares: cashier.reconcile.is_some(),
            damaged: cashier.is_damaged,
            offline: None,
            pieces: Some(cashier.cart.pieces),
            notice: cashier.notice.map(|(_, notice)| notice),
            today: Some((cashier.today.count, cashier.today.sum_fen)),
            news: Some(cashier.away.iter().map(|news| news.state).collect()),
            receipt: None,
            amounts: None,
            given_back: payment.and_then(|payment| payment.refunded_fen),
            asked: None,
            any_qr: Some(desk.shown.customer.lock().unwrap().iter().any(|view| view.qr.is_some())),
        }
    }
}

/// Every sale that is kept, by the order of their ids, which is that of their time.
pub async fn sales(desk: &Desk) -> Vec<(OrderId, State)> {
    let search = SaleSearch { limit: SaleSearch::MAX_ROWS, ..SaleSearch::default() };
    let rows = desk.disk.store.sales(search).await.unwrap();
    let mut sales: Vec<_> =
        rows.into_iter().map(|row| (row.order_id, State::from_code(&row.state).unwrap())).collect();
    sales.sort_by(|one, other| one.0.as_str().cmp(other.0.as_str()));
    sales
}
