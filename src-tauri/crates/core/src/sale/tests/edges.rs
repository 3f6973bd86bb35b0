//! The machine's edges are those that were decided on, and the drawing shows them.

use std::path::Path;

use super::*;

/// All edges there are. A draft is a cart: charging it makes a sale that is ready.
const DECIDED: &str = "
    Ready -> Submitting, Void
    Submitting -> Awaiting, Verifying, Closing, Unresolved, Void
    Awaiting -> Verifying, Closing, Cancelling, Closed, Cancelled, Unresolved
    Verifying -> Paid, Awaiting, Unresolved
    Closing -> Closed, Verifying, Cancelling, Unresolved
    Cancelling -> Cancelled, Closed, Verifying, Unresolved
    Unresolved -> Verifying, Closing, Cancelling, Closed, Cancelled
    Closed -> Verifying
    Cancelled -> Verifying
    Paid -> Refunding, Refunded
    Refunding -> Paid, Refunded
";

#[test]
fn i11_the_edges_are_those_decided_on() {
    let mut decided: Vec<(String, String)> = Vec::new();
    for line in DECIDED.trim().lines() {
        let (from, next) = line.split_once(" -> ").unwrap();
        decided.extend(next.split(", ").map(|to| (from.trim().to_owned(), to.to_owned())));
    }
    let mut made: Vec<(String, String)> = State::ALL
        .iter()
        .flat_map(|from| from.next().iter().map(move |to| (format!("{from:?}"), format!("{to:?}"))))
        .collect();
    decided.sort();
    made.sort();
    assert_eq!(made, decided);
}

#[test]
fn i11_a_move_that_is_no_edge_is_refused_and_told() {
    for from in State::ALL {
        for to in State::ALL.into_iter().filter(|to| !from.next().contains(to)) {
            let mut desk = Desk::awaiting();
            desk.sale.state = from;
            let before = serde_json::to_string(&desk.sale).unwrap();
            for effects in [
                desk.sale.enter(to, Some(Reason::Expired), desk.now),
                desk.sale.enter_and_send(to, Some(Reason::Expired), Call::Close, desk.now),
            ] {
                assert_eq!(effects, Effects { defect: Some(Defect { from, to }), ..Effects::default() });
            }
            assert_eq!(serde_json::to_string(&desk.sale).unwrap(), before, "{from:?} -> {to:?}");
        }
    }
}

/// Each tries a move, and notes something of the sale before or after it.
type Act = fn(&mut Sale, Now) -> Effects;

const ACTS: [(State, Act); 6] = [
    (State::Paid, |sale, now| {
        let effects = sale.got_while_verifying(Ok(order(Status::Paid)), now);
        // It was reversed, so it would be owed, and watched for a day.
        assert!(sale.payment().is_some() && sale.is_given_back() && sale.watch.is_some());
        effects
    }),
    (State::Closing, |sale, now| sale.begin_closing(Reason::Expired, now)),
    (State::Cancelling, Sale::begin_cancelling),
    (State::Submitting, |sale, now| {
        sale.attempts = 7;
        sale.deadline = None;
        sale.enter_and_send(State::Submitting, None, Call::Scan, now)
    }),
    (State::Refunding, |sale, now| sale.refund_paid(OrderId::parse("r1").unwrap(), Fen::new(1), now)),
    (State::Refunded, |sale, now| {
        sale.way = Way::Cash;
        sale.refund_paid(OrderId::parse("r1").unwrap(), Fen::new(4_143), now)
    }),
];

#[test]
fn i11_a_move_that_is_refused_leaves_the_sale_as_it_was() {
    for (to, act) in ACTS {
        for from in State::ALL.into_iter().filter(|from| !from.next().contains(&to)) {
            let mut desk = Desk::paid();
            (desk.sale.state, desk.sale.cancel_sent) = (from, true);
            let before = serde_json::to_string(&desk.sale).unwrap();
            let effects = desk.sale.or_as_before(|sale| Ok(act(sale, desk.now)));
            let refused = Effects { defect: Some(Defect { from, to }), ..Effects::default() };
            assert_eq!(effects, Ok(refused));
            assert_eq!(serde_json::to_string(&desk.sale).unwrap(), before, "{from:?} -> {to:?}");
            let mut changed = desk.sale.clone();
            act(&mut changed, desk.now);
            assert_ne!(serde_json::to_string(&changed).unwrap(), before, "{to:?}: nothing was there to undo");
        }
    }
}

/// `ARCHITECTURE.md` draws the machine as it is; `YIMA_UPDATE_DIAGRAM=1` renews the drawing.
#[test]
fn the_drawing_is_the_machine() {
    const BEGIN: &str = "<!-- machine: drawn from the code -->\n```mermaid\n";
    const END: &str = "```\n<!-- machine: end -->";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../ARCHITECTURE.md");
    let text = std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    let (before, rest) = text.split_once(BEGIN).expect("the drawing's beginning is marked");
    let (drawn, after) = rest.split_once(END).expect("the drawing's end is marked");
    if std::env::var_os("YIMA_UPDATE_DIAGRAM").is_some() {
        std::fs::write(&path, format!("{before}{BEGIN}{}{END}{after}", diagram())).unwrap();
        return;
    }
    assert!(drawn == diagram(), "run this test with YIMA_UPDATE_DIAGRAM=1");
}
