//! U, K and S: people, clocks and scanners.

use yima_checkout::view::CustomerScreen::{Pay, Shopping, Trouble, Welcome};
use yima_checkout::view::Notice;
use yima_checkout::{Command, Refusal, StoreIds, Terms};
use yima_core::cart::CartError;
use yima_core::sale::State::{Awaiting, Closing, Paid};
use yima_core::sale::{Call, CallFailure, Reason, Status};
use yima_core::{LineId, Quantity};
use yima_gateway::{Account, Endpoint};

use super::sight::{no_panel, paid, panel};
use super::story::{Act, At, CHARGE, DISMISS, REFUND, Step};
use super::{Row, row};
use crate::desk::{NOODLES, WATER, terms};
use crate::gateway::{Fault, Ledger};

pub fn rows() -> Vec<Row> {
    [presses(), next_customer(), clocks(), settings(), codes()].into_iter().flatten().collect()
}

fn presses() -> Vec<Row> {
    vec![
        row("U1", "charge", At::Cart).then(
            [Step::AllDo(20, CHARGE), Step::Until(Awaiting)],
            panel(Awaiting, Pay).asked(Call::Scan, 1),
        ),
        row("U1", "a refund", At::Paid)
            .then([Step::AllDo(20, REFUND), Step::Seconds(3)], no_panel(Welcome).kept([Paid]).today(1, 100)),
    ]
}

fn next_customer() -> Vec<Row> {
    let edit: Act = |_| Command::SetQuantity { line: LineId(0), quantity: Quantity::new(5).unwrap() };
    let title = "康师傅红烧牛肉面 桶装".to_owned();
    vec![
        row("U2", "clearing while it may be paid", At::Awaiting)
            .then(
                [Step::Refused(|_| Command::Clear, Refusal::CartLocked)],
                panel(Awaiting, Pay).pieces(1).asked(Call::Close, 0),
            )
            .then([Step::Status(Status::Paid), Step::Until(Paid)], paid(200)),
        row("U3", "into the next cart", At::Awaiting)
            .then(
                [Step::Scan(NOODLES), Step::Refused(edit, Refusal::CartLocked)],
                panel(Awaiting, Pay).pieces(1).told(Notice::WentToNextCart { title }),
            )
            .then([Step::Status(Status::Paid), Step::Until(Paid)], paid(200).pieces(1)),
        row("U6", "by a scan", At::Awaiting)
            .then([Step::Status(Status::Paid), Step::Until(Paid)], paid(200))
            .then([Step::Scan(NOODLES)], no_panel(Shopping).kept([Paid]).pieces(1))
            .then([Step::Do(CHARGE), Step::Until(Awaiting)], panel(Awaiting, Pay).kept([Paid, Awaiting])),
        row("U6", "by goods that were scanned before", At::Awaiting)
            .then([Step::Scan(NOODLES), Step::Status(Status::Paid), Step::Until(Paid)], paid(200).pieces(1))
            .then([Step::Do(DISMISS)], no_panel(Shopping).kept([Paid]).pieces(1)),
    ]
}

fn clocks() -> Vec<Row> {
    const YEAR_MS: i64 = 365 * 86_400_000;
    let deaf = || Step::Fail(Call::Close, Fault::Before(CallFailure::Unknown), 99);
    let later = || [Step::Heal, Step::Status(Status::Paid), Step::Until(Paid)];
    let found = |row: Row| row.then(later(), paid(200));
    vec![
        row("K1", "ahead", At::Awaiting)
            .then(
                [deaf(), Step::Clock(YEAR_MS), Step::Seconds(1)],
                panel(Closing, Trouble).because(Reason::Expired),
            )
            .then(later(), paid(200).because(Reason::Expired)),
        found(
            row("K1", "behind", At::Awaiting)
                .then([deaf(), Step::Clock(-YEAR_MS), Step::Seconds(10)], panel(Awaiting, Pay)),
        ),
        found(
            row("K1", "in 1970", At::Awaiting)
                .then([deaf(), Step::Clock(-1_795_327_297_000), Step::Seconds(10)], panel(Awaiting, Pay)),
        ),
        row("K1", "over midnight and back", At::Paid)
            .then([Step::Clock(86_400_000), Step::Minutes(1)], no_panel(Welcome).kept([Paid]).today(0, 0))
            .then([Step::Clock(-86_400_000), Step::Minutes(1)], no_panel(Welcome).kept([Paid]).today(1, 200)),
    ]
}

fn settings() -> Vec<Row> {
    let change: Act = |_| Command::SetTerms { terms: Box::new(other_terms()) };
    let each_has_its_own = |ledger: &mut Ledger| {
        let bodies = ledger.orders.values().map(|trade| String::from_utf8(trade.body.clone()).unwrap());
        let bodies: Vec<String> = bodies.collect();
        assert!(
            bodies[0].contains(r#""app_id":"app""#) && bodies[1].contains(r#""app_id":"other""#),
            "{bodies:?}"
        );
    };
    vec![
        row("K3", "account, terminal and till number", At::Awaiting)
            .then([Step::Do(change)], panel(Awaiting, Pay))
            .then([Step::Status(Status::Paid), Step::Until(Paid)], paid(200).receipt("01-20261122-0001"))
            .then(
                [Step::Scan(WATER), Step::Do(CHARGE), Step::Until(Awaiting), Step::Gateway(each_has_its_own)],
                panel(Awaiting, Pay).kept([Paid, Awaiting]),
            ),
    ]
}

fn other_terms() -> Terms {
    let endpoint = Endpoint::parse("https://other.example").unwrap();
    let account = terms().account.map(|account| Account { endpoint, app_id: "other".into(), ..account });
    let ids = StoreIds { terminal_id: "other-terminal".into(), ..StoreIds::default() };
    Terms { till_number: "02".into(), account, ids, ..terms() }
}

fn codes() -> Vec<Row> {
    let goods = || no_panel(Shopping).pieces(1).asked(Call::Scan, 0);
    let no_goods = |act: Act| Step::Refused(act, Refusal::PaymentCode);
    let unreadable = |act: Act| Step::Refused(act, Refusal::CodeUnreadable);
    let out_of_range = || Refusal::Cart(CartError::QuantityOutOfRange);
    vec![
        row("S1", "of either channel", At::Cart)
            .then(
                [
                    Step::Do(|_| scan("134512345678901234")),
                    Step::Do(|_| scan("2812345678901234")),
                    Step::Do(|_| scan("285012345678901234567890")),
                    Step::Do(|_| Command::Enter { text: "134512345678901234".into() }),
                ],
                goods().asked(Call::Pay, 0),
            )
            .then([Step::Restart], goods()),
        row("S1", "while something is being paid", At::Awaiting).then(
            [
                no_goods(|_| scan("134512345678901234")),
                no_goods(|_| Command::Enter { text: "2812345678901234".into() }),
            ],
            panel(Awaiting, Pay).asked(Call::Pay, 0),
        ),
        row("S2", "a code that no scanner sends", At::Cart).then(
            [
                unreadable(|_| scan("")),
                unreadable(|_| scan(&"1".repeat(10_000))),
                unreadable(|_| scan("12\u{7}")),
            ],
            goods(),
        ),
        row("S2", "a lost digit", At::Cart)
            .then(
                [Step::Scan("692116850925")],
                goods().told(Notice::UnknownCode { barcode: "692116850925".into() }),
            )
            .then([Step::Refused(CHARGE, Refusal::Cart(CartError::GoodsUnpriced { count: 1 }))], goods()),
        row("S2", "quantities", At::Cart).then(
            [
                Step::Refused(|_| Command::Enter { text: "0*690".into() }, out_of_range()),
                Step::Refused(|_| Command::Enter { text: "*10000".into() }, out_of_range()),
            ],
            goods(),
        ),
    ]
}

fn scan(code: &str) -> Command {
    Command::Scan { code: code.into(), quantity: Quantity::ONE }
}
