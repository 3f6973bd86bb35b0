//! What must hold in a practice or live database beyond what SQLite itself looks after.

use super::Check;

/// The sales that the rules are tried on: the newest, as many as `?1` says, all if that is negative.
pub(super) const CHECKED: &str = "WITH checked (order_id) AS MATERIALIZED
    (SELECT order_id FROM sales ORDER BY created_ms DESC, order_id DESC LIMIT ?1)";

/// Each follows [`CHECKED`] and gives a text for every case in which it is broken.
pub(super) const RULES: &[(Check, &str)] = &[
    (
        Check::Events,
        "SELECT order_id || ' has ' || count(*) || ' events, numbered ' || min(version) || ' to ' || max(version)
         FROM checked JOIN sale_events USING (order_id)
         GROUP BY order_id HAVING min(version) <> 1 OR max(version) <> count(*)",
    ),
    (
        Check::Events,
        "SELECT order_id || ' has no events' FROM checked
         WHERE NOT EXISTS (SELECT 1 FROM sale_events AS e WHERE e.order_id = checked.order_id)",
    ),
    (
        Check::Events,
        "SELECT e.order_id || ' was ' || json_extract(e.snapshot, '$.state') || ' when event ' || e.version
            || ' says ' || e.state
         FROM checked JOIN sale_events AS e USING (order_id)
         WHERE json_extract(e.snapshot, '$.state') <> e.state",
    ),
    (
        Check::Sales,
        "SELECT s.order_id || ' is ' || s.state || ' at version ' || s.version || '; its last event says '
            || e.state || ' at ' || e.version
         FROM checked JOIN sales AS s USING (order_id) JOIN sale_events AS e ON e.order_id = s.order_id
            AND e.version = (SELECT max(version) FROM sale_events WHERE order_id = s.order_id)
         WHERE s.version <> e.version OR s.state <> e.state",
    ),
    (
        Check::Sales,
        "SELECT s.order_id || ' is kept otherwise than its last event says'
         FROM checked JOIN sales AS s USING (order_id) JOIN sale_events AS e ON e.order_id = s.order_id
            AND e.version = (SELECT max(version) FROM sale_events WHERE order_id = s.order_id)
         WHERE s.snapshot <> e.snapshot",
    ),
    (
        // The members of the core's sale; what the event does not have tells nothing.
        Check::Sales,
        "SELECT s.order_id || ' has other amounts than its last event says'
         FROM checked JOIN sales AS s USING (order_id)
         WHERE json_extract(s.snapshot, '$.order_id') <> s.order_id
            OR json_extract(s.snapshot, '$.total_fen') <> s.total_fen
            OR json_extract(s.snapshot, '$.state') <> s.state
            OR json_type(s.snapshot, '$.payment') IS NOT NULL
                AND json_extract(s.snapshot, '$.payment.real_fen') IS NOT s.real_fen
            OR json_type(s.snapshot, '$.trade') IS NOT NULL
                AND coalesce(json_extract(s.snapshot, '$.payment.payable_fen'),
                    json_extract(s.snapshot, '$.trade.payable_fen')) IS NOT s.payable_fen
            OR json_extract(s.snapshot, '$.payment.refunded_fen') <> coalesce(s.refunded_fen, 0)
            OR json_type(s.snapshot, '$.refund_due_fen') IS NOT NULL
                AND json_extract(s.snapshot, '$.refund_due_fen') IS NOT s.refund_due_fen",
    ),
    (
        Check::Sales,
        "SELECT s.order_id || ' tells the payment otherwise than its last event'
         FROM checked JOIN sales AS s USING (order_id)
         WHERE json_type(s.snapshot, '$.payment') IS NOT NULL
                AND (coalesce(json_extract(s.snapshot, '$.payment.trade_no'),
                    json_extract(s.snapshot, '$.trade.trade_no')) IS NOT s.trade_no
                OR json_extract(s.snapshot, '$.payment.pay_time') IS NOT s.pay_time)
            OR json_type(s.snapshot, '$.reason') IS NOT NULL
                AND json_extract(s.snapshot, '$.reason') IS NOT json(s.reason)",
    ),
    (
        // Whoever is asked about no more is not given back what is due.
        Check::Sales,
        "SELECT s.order_id || ' is ' || CASE s.watched WHEN 0 THEN 'not ' ELSE '' END || 'watched and '
            || CASE s.urgent WHEN 0 THEN 'not ' ELSE '' END || 'urgent, and its last event says otherwise'
         FROM checked JOIN sales AS s USING (order_id)
         WHERE json_type(s.snapshot, '$.watch') IS NOT NULL
            AND (s.watched <> (s.open = 0 AND json_type(s.snapshot, '$.watch') <> 'null')
                OR s.urgent <> (json_type(s.snapshot, '$.refund_due_fen') <> 'null'
                    OR s.state = 'unresolved' AND json_extract(s.snapshot, '$.written_off') = 0
                    OR s.state = 'refunding'
                        AND json_extract(s.snapshot, '$.refund.progress.code') IS 'refused'))",
    ),
    (
        Check::Sales,
        "SELECT s.order_id || ' tells its way to be paid otherwise than its last event'
         FROM checked JOIN sales AS s USING (order_id)
         WHERE json_type(s.snapshot, '$.payment') = 'object'
                AND CASE json_extract(s.snapshot, '$.payment.channel') WHEN 'wechat' THEN 0 WHEN 'alipay' THEN 1 END
                    IS NOT s.channel
            OR json_type(s.snapshot, '$.payment') = 'null' AND s.channel IS NOT NULL
            OR json_type(s.snapshot, '$.trade') IS NOT NULL
                AND json_extract(s.snapshot, '$.trade.pay_url') IS NOT s.pay_url",
    ),
    (
        Check::Sales,
        "SELECT s.order_id || ' is paid by ' || s.way || ' with ' || coalesce(s.tendered_fen, 'no') || ' fen in cash'
         FROM checked JOIN sales AS s USING (order_id)
         WHERE json_extract(s.snapshot, '$.way') <> s.way
            OR (s.way = 'cash') <> (s.tendered_fen IS NOT NULL)
            OR s.way = 'cash' AND s.real_fen IS NOT s.total_fen
            OR json_type(s.snapshot, '$.payment') IS NOT NULL
                AND json_extract(s.snapshot, '$.payment.tendered_fen') IS NOT s.tendered_fen",
    ),
    (
        Check::Sales,
        "SELECT s.order_id || ' is ' || s.state || CASE s.open WHEN 0 THEN ' and not open' ELSE ' and open' END
         FROM checked JOIN sales AS s USING (order_id)
         WHERE s.open = (s.state IN ('paid', 'closed', 'cancelled', 'void', 'refunded'))",
    ),
    (
        Check::Goods,
        "SELECT s.order_id || ' is ' || s.total_fen || ' fen, its goods are '
            || coalesce((SELECT sum(amount_fen) FROM sale_lines WHERE order_id = s.order_id), 'none')
         FROM checked JOIN sales AS s USING (order_id)
         WHERE s.total_fen IS NOT (SELECT sum(amount_fen) FROM sale_lines WHERE order_id = s.order_id)",
    ),
    (
        Check::Attempts,
        "SELECT e.order_id || ' lacks attempt ' || e.attempt FROM checked JOIN sale_events AS e USING (order_id)
         WHERE e.attempt IS NOT NULL AND NOT EXISTS
            (SELECT 1 FROM attempts AS a WHERE a.order_id = e.order_id AND a.attempt = e.attempt)",
    ),
    (
        Check::Attempts,
        "SELECT a.order_id || ' has attempt ' || a.attempt || ' without an event'
         FROM checked JOIN attempts AS a USING (order_id) WHERE NOT EXISTS
            (SELECT 1 FROM sale_events AS e WHERE e.order_id = a.order_id AND e.attempt = a.attempt)",
    ),
    (
        Check::Refunds,
        "SELECT s.order_id || ' was paid ' || coalesce(s.real_fen, 0) || ' fen and gave back ' || sum(r.amount_fen)
         FROM checked JOIN sales AS s USING (order_id) JOIN refunds AS r USING (order_id)
         WHERE r.progress = 'done' GROUP BY s.order_id HAVING sum(r.amount_fen) > coalesce(s.real_fen, 0)",
    ),
    (
        Check::Refunds,
        "SELECT s.order_id || ' keeps its newest refund otherwise than its last event says'
         FROM checked JOIN sales AS s USING (order_id)
         WHERE json_type(s.snapshot, '$.refund') = 'object' AND NOT EXISTS
            (SELECT 1 FROM refunds AS r WHERE r.order_id = s.order_id
                AND r.refund_id = json_extract(s.snapshot, '$.refund.id')
                AND r.amount_fen = json_extract(s.snapshot, '$.refund.amount_fen')
                AND r.progress = json_extract(s.snapshot, '$.refund.progress.code'))",
    ),
    (
        // One at a time: whatever came before the newest is over.
        Check::Refunds,
        "SELECT r.refund_id || ' of ' || s.order_id || ' is ' || r.progress || ' and not the newest'
         FROM checked JOIN sales AS s USING (order_id) JOIN refunds AS r USING (order_id)
         WHERE json_type(s.snapshot, '$.refund') IS NOT NULL
            AND json_extract(s.snapshot, '$.refund.id') IS NOT r.refund_id
            AND r.progress NOT IN ('done', 'failed', 'unconfirmed')",
    ),
    (
        Check::Receipts,
        "SELECT order_id || ' was paid and has no receipt' FROM checked
         WHERE EXISTS (SELECT 1 FROM sale_events AS e WHERE e.order_id = checked.order_id AND e.state = 'paid')
            AND NOT EXISTS (SELECT 1 FROM receipts AS r WHERE r.order_id = checked.order_id)",
    ),
    (
        Check::Receipts,
        "SELECT r.number || ' is the receipt of ' || r.order_id || ', which was never paid'
         FROM checked JOIN receipts AS r USING (order_id) WHERE NOT EXISTS
            (SELECT 1 FROM sale_events AS e WHERE e.order_id = r.order_id AND e.state = 'paid')",
    ),
    (
        Check::Receipts,
        "SELECT 'till ' || till_number || ' gave ' || count(*) || ' receipts on ' || day || ', numbered '
            || min(count) || ' to ' || max(count)
         FROM receipts GROUP BY till_number, day
         HAVING min(count) <> 1 OR max(count) <> count(*) OR count(DISTINCT count) <> count(*)",
    ),
    (
        Check::Receipts,
        "SELECT r.number || ' is not the number of receipt ' || r.count || ' of ' || r.day
         FROM checked JOIN receipts AS r USING (order_id)
         WHERE r.number NOT GLOB r.till_number || '*-' || replace(r.day, '-', '') || '-' || printf('%04d', r.count)",
    ),
    (
        Check::Carts,
        "SELECT 'cart ' || cart_id || ' is ' || status || ' and no sale has it' FROM carts
         WHERE status IN ('charged', 'parked')
            AND NOT EXISTS (SELECT 1 FROM sales WHERE holds_cart = 1 AND sales.cart_id = carts.cart_id)",
    ),
    (
        Check::Carts,
        "SELECT s.order_id || ' has cart ' || s.cart_id || ', which is ' || c.status
         FROM sales AS s JOIN carts AS c USING (cart_id)
         WHERE s.open = 1 AND s.holds_cart = 1 AND c.status NOT IN ('charged', 'parked', 'done')",
    ),
    (
        Check::Carts,
        "SELECT 'cart ' || cart_id || ' is done and has goods' FROM carts
         WHERE status = 'done' AND EXISTS (SELECT 1 FROM cart_lines AS l WHERE l.cart_id = carts.cart_id)",
    ),
];
