use yima_gateway::OrderStatus;

use super::*;

const NOON_S: i64 = 1_795_320_000;

/// Walks to the end, `few` orders in each part; gives the parts.
fn walked(mut walk: Walk, orders: usize) -> Vec<ListQuery> {
    let mut parts = Vec::new();
    while let Some(part) = walk.next() {
        assert!(parts.len() < 1_000, "it ends");
        parts.push(part);
        walk.read(orders, part.is_last.then_some(0));
    }
    parts
}

fn check_whole(parts: &[ListQuery], start_s: i64, end_s: i64) {
    let all: Vec<_> = parts.iter().filter(|part| !part.refunded_only).collect();
    assert_eq!((all.first().unwrap().start_s, all.last().unwrap().end_s), (start_s, end_s));
    assert!(all.windows(2).all(|pair| pair[0].end_s == pair[1].start_s), "without a gap: {all:?}");
}

#[test]
fn d8_a_walk_covers_all_the_time_and_a_month_before_and_after() {
    let walk = Walk::new((NOON_S - 10 * DAY_S) * 1_000, NOON_S * 1_000);
    let (start_s, end_s) = (NOON_S - 10 * DAY_S - MARGIN_S, NOON_S + MARGIN_S);
    for orders in [0, 5_000] {
        let parts = walked(walk.clone(), orders);
        check_whole(&parts, start_s, end_s);
        let back = parts.iter().take_while(|part| part.refunded_only).map(|part| part.end_s - part.start_s);
        assert_eq!(back.sum::<i64>(), REFUNDS_BEFORE_S, "what was given back is looked for further back");
        let most_s = parts.iter().map(|part| part.end_s - part.start_s).max();
        assert_eq!(most_s == Some(DAY_S), orders > FEW, "only where there is little the parts grow");
    }
}

#[test]
fn a_walk_goes_on_in_shorter_parts_where_one_cannot_be_read() {
    let mut walk = Walk::new(NOON_S * 1_000, NOON_S * 1_000);
    while walk.next().unwrap().refunded_only {
        walk.read(0, None);
    }
    let before = walk.next().unwrap();
    assert!(walk.narrow());
    let after = walk.next().unwrap();
    assert_eq!((after.start_s, after.refunded_only), (before.start_s, false));
    let mut times = 0;
    while walk.narrow() {
        times += 1;
    }
    assert!((5..30).contains(&times));
    assert_eq!(walk.next().unwrap().end_s - before.start_s, SHORTEST_S);
    check_whole(&walked(walk, 0), before.start_s, NOON_S + MARGIN_S);
}

#[test]
fn a_clock_that_was_wrong_makes_the_walk_longer() {
    let decades = walked(Walk::new(0, NOON_S * 1_000), 0);
    check_whole(&decades, 0, NOON_S + MARGIN_S);
    assert!(decades.len() < 700, "{}", decades.len());
    let behind = walked(Walk::new(NOON_S * 1_000, 0), 0);
    check_whole(&behind, NOON_S - MARGIN_S, NOON_S + MARGIN_S);
    for (since_ms, now_ms) in [(i64::MIN, i64::MIN), (-1, -1)] {
        walked(Walk::new(since_ms, now_ms), 5_000);
    }
}

#[test]
fn k1_a_clock_that_is_behind_is_found_at_the_end_and_the_walk_goes_on() {
    let mut walk = Walk::new((NOON_S - DAY_S) * 1_000, NOON_S * 1_000);
    let later_s = NOON_S + 100 * DAY_S;
    let mut parts = Vec::new();
    while let Some(part) = walk.next() {
        assert_eq!(part.is_last, part.end_s == NOON_S + MARGIN_S, "where it thought that the end was");
        parts.push(part);
        walk.read(0, part.is_last.then_some(later_s * 1_000));
    }
    check_whole(&parts, NOON_S - DAY_S - MARGIN_S, later_s + MARGIN_S);
    let mut ahead = Walk::new(NOON_S * 1_000, NOON_S * 1_000);
    while let Some(part) = ahead.next() {
        parts.push(part);
        ahead.read(0, Some((NOON_S - 90 * DAY_S) * 1_000));
    }
    assert_eq!(parts.last().unwrap().end_s, NOON_S + MARGIN_S, "one that is behind ours tells nothing");
}

#[test]
fn d8_the_walk_ends_although_the_gateways_clock_goes_on() {
    let mut walk = Walk::new(NOON_S * 1_000, NOON_S * 1_000);
    let mut gateway_s = NOON_S;
    for parts in 0.. {
        let Some(part) = walk.next() else { break };
        assert!(parts < 100, "it ends");
        gateway_s += 2;
        walk.read(0, part.is_last.then_some(gateway_s * 1_000));
    }
}

#[test]
fn k1_where_nobody_tells_the_time_the_walk_goes_on_for_a_year_and_ends() {
    let mut walk = Walk::new((NOON_S - 300 * DAY_S) * 1_000, (NOON_S - 300 * DAY_S) * 1_000);
    let mut parts = Vec::new();
    while let Some(part) = walk.next() {
        assert!(parts.len() < 100, "it ends");
        parts.push(part);
        walk.read(0, None);
    }
    assert!(parts.last().unwrap().end_s > NOON_S, "this computer's clock is 300 days behind");
}

#[test]
fn k2_the_gateways_times_are_chinas() {
    assert_eq!(china_ms("2026-11-22 12:00:00"), Some(NOON_S * 1_000));
    for text in ["", "2026-11-22", "2026-11-22T12:00:00Z", "2026-13-22 12:00:00", "noon"] {
        assert_eq!(china_ms(text), None, "{text}");
    }
}

#[test]
fn goods_are_taken_over_only_where_they_add_up() {
    let goods = |barcode: &str, num, price| get::Goods {
        barcode: Some(barcode.to_owned()),
        title: Some("水".to_owned()),
        num,
        price_fen: price,
    };
    let fen = |fen| Some(Fen::new(fen));
    let good = [goods("6921168509256", Some(2), fen(200)), goods("a-1", Some(1), fen(0))];
    let read = lines(&good, Fen::new(400)).unwrap();
    assert_eq!(read.iter().map(|line| line.amount_fen.get()).collect::<Vec<_>>(), [400, 0]);
    for (bad, total) in [
        (goods("6921168509256", Some(2), fen(200)), 401),
        (goods("6921168509256", None, fen(400)), 400),
        (goods("6921168509256", Some(1), None), 400),
        (goods("", Some(1), fen(400)), 400),
        (goods("6921168509256", Some(0), fen(400)), 400),
        (goods("6921168509256", Some(9_999), fen(i64::MAX)), 400),
    ] {
        assert_eq!(lines(&[bad], Fen::new(total)), None);
    }
}

#[test]
fn a_list_with_a_gap_or_an_entry_of_our_own_that_cannot_be_read_is_not_whole() {
    const OURS: &str = "019aa8f0c3d47abc8def0123456789ab";
    let unreadable = |id: Option<&str>, reason| Unreadable {
        order_id: id.map(str::to_owned),
        trade_no: None,
        order_status: Some(OrderStatus::Closed),
        create_time: None,
        total_fen: None,
        refund_fen: Some(Fen::ZERO),
        store_info: StoreInfo { terminal_id: Some("next".to_owned()), ..StoreInfo::default() },
        reason,
    };
    let no_trade = MalformedReason::Field { name: "trade_no" };
    let listing = Listing {
        unreadable: vec![
            unreadable(Some(OURS), MalformedReason::Field { name: "total_amount" }),
            unreadable(None, MalformedReason::NotJson),
            unreadable(Some("20261122-0001"), no_trade),
            unreadable(Some(OURS), MalformedReason::OtherApp),
            Unreadable { total_fen: Some(Fen::new(4)), ..unreadable(Some(OURS), no_trade) },
        ],
        ..Listing::default()
    };
    let read = listed(listing.clone());
    assert!(!read.may_lack);
    let next = |id| UnreadableOrder { id, terminal_id: Some("next".to_owned()) };
    assert_eq!(read.unreadable, [next(OrderId::parse(OURS).ok()), next(None)], "of others nothing is ours");
    let [order] = read.orders.as_slice() else { panic!("{read:?}") };
    assert_eq!((order.id.as_str(), order.status, order.total_fen), (OURS, Status::Closed, Fen::new(4)));
    let gap = Some(yima_gateway::list::Gap::TooMany);
    assert_eq!(listed(Listing { gap, ..listing }), Listed { may_lack: true, ..read });
}
