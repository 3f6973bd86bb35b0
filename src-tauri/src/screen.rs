//! The engine's views on their way to the windows.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tauri::ipc::Channel;
use tauri::{AppHandle, Emitter};
use tokio::sync::watch;
use yima_checkout::Screen;
use yima_checkout::view;
use yima_core::sale::State;

use crate::ipc::dto::{
    CashierMessage, CashierView, CustomerMessage, CustomerScreen, CustomerView, DisplayTest, Language,
    LineView, StaffView, StartProblem,
};
use crate::quitting::Quitting;
use crate::sound::{Ear, Sounds};
use crate::windows::CUSTOMER;

/// What the customer window listens to.
pub const CUSTOMER_VIEW: &str = "customer-view";

/// The line to the cashier window: the channel of the page that attached last.
#[derive(Clone, Default)]
pub struct CashierLine(Arc<Mutex<Option<Attached>>>);

struct Attached {
    channel: Channel<CashierMessage>,
    /// The goods that the page holds; `None` until it was sent a whole view.
    lines: Option<Vec<LineView>>,
}

impl CashierLine {
    pub fn attach(&self, channel: Channel<CashierMessage>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Attached { channel, lines: None });
    }

    pub fn cannot_start(&self, problem: StartProblem, language: Language) {
        if let Some(attached) = self.0.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            attached.send(CashierMessage::CannotStart { problem, language });
        }
    }

    /// Says whether the till is silent.
    pub fn tell_of_silence(&self, muted: bool) {
        if let Some(attached) = self.0.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            attached.send(CashierMessage::Sound { muted });
        }
    }

    pub fn show_staff(&self, staff: StaffView) {
        if let Some(attached) = self.0.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            attached.send(CashierMessage::Staff { staff });
        }
    }

    /// Asks whether the window shall be closed; `false` if there is no page to ask.
    pub fn ask_to_quit(&self) -> bool {
        let line = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        line.as_ref().is_some_and(|attached| attached.channel.send(CashierMessage::QuitAsked).is_ok())
    }

    /// Sends the view, or only what changed of its goods since the last one.
    pub fn show(&self, view: CashierView) {
        let mut line = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(attached) = line.as_mut() else { return };
        let mut view = Box::new(view);
        let message = match attached.lines.replace(view.cart.lines.clone()) {
            Some(before) => {
                let (changed, removed) = changes(std::mem::take(&mut view.cart.lines), &before);
                CashierMessage::Changes { view, changed, removed }
            }
            None => CashierMessage::View { view },
        };
        attached.send(message);
    }
}

impl Attached {
    fn send(&self, message: CashierMessage) {
        if let Err(error) = self.channel.send(message) {
            tracing::debug!(%error, "the cashier window is not there");
        }
    }
}

/// What is new or different in `after`, and the ids that are gone. Both lists are in the order of their ids.
fn changes(after: Vec<LineView>, before: &[LineView]) -> (Vec<LineView>, Vec<u32>) {
    let place = |lines: &[LineView], id: u32| lines.binary_search_by_key(&id, |line| line.id).ok();
    let removed = before.iter().map(|line| line.id).filter(|id| place(&after, *id).is_none()).collect();
    let is_new = |line: &LineView| place(before, line.id).is_none_or(|at| before[at] != *line);
    (after.into_iter().filter(is_new).collect(), removed)
}

/// The line to the customer window, which is told the newest view and may miss those between.
#[derive(Clone)]
pub struct CustomerLine(watch::Sender<Shown>);

/// All that the customer window shows.
#[derive(Clone, Default)]
struct Shown {
    /// `None` until the till is open or shut.
    view: Option<CustomerView>,
    test: Option<DisplayTest>,
    pictures: Vec<String>,
}

impl Shown {
    fn screen(&self) -> Option<CustomerScreen> {
        self.view.as_ref().map(|view| view.screen)
    }

    /// Whether a customer is told of a payment, which nothing may cover.
    fn is_about_payment(&self) -> bool {
        use CustomerScreen::{Confirm, Paid, Pay, ShowCode, Trouble};
        matches!(self.screen(), Some(Pay | ShowCode | Confirm | Paid | Trouble))
    }

    /// Whether the customer is asked to pay, which only holds as long as the engine says so.
    fn asks_for_payment(&self) -> bool {
        use CustomerScreen::{Confirm, Pay, ShowCode};
        matches!(self.screen(), Some(Pay | ShowCode | Confirm))
    }
}

impl CustomerLine {
    /// Tells the window from a task of its own until the program ends.
    pub fn start(app: AppHandle) -> Self {
        let (line, shown) = watch::channel(Shown::default());
        tauri::async_runtime::spawn(tell_customer(app, shown));
        Self(line)
    }

    pub fn show(&self, view: CustomerView) {
        self.0.send_modify(|shown| {
            shown.view = Some(view);
            if shown.is_about_payment() {
                shown.test = None;
            }
        });
    }

    /// Shows a monitor's number instead; `false` while the customer is told of a payment.
    pub fn begin_test(&self, test: DisplayTest) -> bool {
        self.0.send_if_modified(|shown| {
            let may_begin = !shown.is_about_payment();
            if may_begin {
                shown.test = Some(test);
            }
            may_begin
        })
    }

    pub fn end_test(&self) {
        self.0.send_if_modified(|shown| shown.test.take().is_some());
    }

    pub fn is_tested(&self) -> bool {
        self.0.borrow().test.is_some()
    }

    /// The addresses of the pictures that a welcome shows. They never have a QR shown once more.
    pub fn set_pictures(&self, pictures: Vec<String>) {
        self.0.send_if_modified(|shown| {
            shown.pictures = pictures;
            !shown.is_about_payment()
        });
    }
}

/// A list that grows may wait for the cashier's next two frames; an amount, a QR or an outcome may not.
const CASHIER_FIRST: Duration = Duration::from_millis(34);

/// A page that cannot ask is told so often: one that was loaded late, or again, shows the newest view soon. A QR is
/// only ever shown by the engine itself, which tells of it every second: without it the page takes the QR down. So is
/// the request to confirm on the phone.
const TOLD_AGAIN: Duration = Duration::from_secs(2);

async fn tell_customer(app: AppHandle, mut all: watch::Receiver<Shown>) {
    loop {
        let changed = tokio::time::timeout(TOLD_AGAIN, all.changed()).await;
        if matches!(changed, Ok(Err(_))) {
            return;
        }
        if changed.is_err() && all.borrow().asks_for_payment() {
            continue;
        }
        let screen = all.borrow().screen();
        if changed.is_ok() && screen == Some(CustomerScreen::Shopping) {
            tokio::time::sleep(CASHIER_FIRST).await;
        }
        let Shown { view, test, pictures } = all.borrow_and_update().clone();
        let Some(view) = view else { continue };
        let is_idle = view.screen == CustomerScreen::Welcome;
        let pictures = if is_idle { pictures } else { Vec::new() };
        if let Err(error) = app.emit_to(CUSTOMER, CUSTOMER_VIEW, CustomerMessage { view, test, pictures }) {
            tracing::debug!(%error, "the customer window is not there");
        }
    }
}

/// Both windows, as the engine sees them.
pub struct Windows {
    pub cashier: CashierLine,
    pub customer: CustomerLine,
    pub quitting: Quitting,
    pub sounds: Sounds,
    pub ear: Mutex<Ear>,
}

impl Screen for Windows {
    fn show_cashier(&self, view: view::CashierView) {
        let is_paying = view.payment.as_ref().is_some_and(|payment| {
            !payment.state.is_final() && !matches!(payment.state, State::Unresolved | State::Refunding)
        });
        self.quitting.set_paying(is_paying);
        let payment = view.payment.as_ref().map(Into::into);
        let heard =
            self.ear.lock().unwrap_or_else(PoisonError::into_inner).hear(view.notice.as_ref(), payment);
        self.cashier.show(view.into());
        // Seen first.
        if let Some(sound) = heard {
            self.sounds.play(sound);
        }
    }

    fn show_customer(&self, view: view::CustomerView) {
        self.customer.show(view.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::till::Shut;
    use crate::windows::closed;

    fn line(id: u32, quantity: u32) -> LineView {
        LineView {
            id,
            barcode: id.to_string(),
            title: None,
            price_fen: Some(100),
            quantity,
            amount_fen: i64::from(quantity) * 100,
            gross_fen: i64::from(quantity) * 100,
            is_listed: true,
            list_price_fen: None,
            price_reason: None,
            is_weighed: false,
            weight_g: None,
            discount: None,
            note: None,
            check_digit_wrong: false,
        }
    }

    #[test]
    fn only_what_changed_is_sent() {
        let before = [line(0, 1), line(1, 1), line(2, 4)];
        let after = vec![line(0, 1), line(2, 5), line(3, 1)];
        assert_eq!(changes(after, &before), (vec![line(2, 5), line(3, 1)], vec![1]));
        assert_eq!(changes(before.to_vec(), &before), (vec![], vec![]));
        assert_eq!(changes(vec![], &before), (vec![], vec![0, 1, 2]));
    }

    #[test]
    fn a_test_gives_way_to_a_payment_and_pictures_renew_none() {
        let view = |screen| {
            let shut = Shut { problem: StartProblem::PartFailed, language: Language::Chinese };
            CustomerView { screen, ..closed(&shut) }
        };
        let test = || DisplayTest { number: 2, width: 1280, height: 800 };
        let (sender, mut told) = watch::channel(Shown::default());
        let line = CustomerLine(sender);
        use CustomerScreen::{Confirm, Paid, Pay, ShowCode, Trouble};
        for screen in [Pay, ShowCode, Confirm, Paid, Trouble] {
            line.show(view(CustomerScreen::Shopping));
            assert!(line.begin_test(test()) && line.is_tested());
            line.show(view(screen));
            assert!(!line.is_tested() && !line.begin_test(test()), "{screen:?}");
            told.mark_unchanged();
            line.set_pictures(vec!["a".to_owned()]);
            assert!(!told.has_changed().unwrap(), "{screen:?}");
        }
        line.show(view(CustomerScreen::Welcome));
        line.set_pictures(vec!["b".to_owned()]);
        assert_eq!(told.borrow_and_update().pictures, ["b"]);
    }
}
