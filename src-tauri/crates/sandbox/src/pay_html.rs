//! The pay page as HTML: Chinese, with English below. All text from outside is escaped.

use std::fmt::Write as _;

use crate::amount::Amount;
use crate::clock;
use crate::goods::{Goods, read_goods};
use crate::order::Order;
use crate::status::{Channel, OrderStatus};

/// The page of one order as it stands. `again` shows a declined order's buttons instead of what became of it.
pub(crate) fn order_page(shop_name: &str, order: &Order, again: bool) -> String {
    if order.is_payable() && (order.status != OrderStatus::Failed || again) {
        return document("支付", &payable(shop_name, order));
    }
    let outcome = outcome_of(order);
    let mut body = header(shop_name);
    body += &outcome_head(&outcome);
    if outcome.shows_amount {
        let shown = order.payment.as_ref().map_or(order.payable, |payment| payment.real);
        body += &amount(shown);
    }
    body += &details(order);
    if order.status == OrderStatus::Failed {
        let _ = write!(
            body,
            "<div class=\"actions\"><a class=\"button pay\" href=\"/p/{}?again=true\">继续支付\
             <small lang=\"en\">Pay after all</small></a></div>",
            escape(&order.token)
        );
    }
    document(outcome.zh, &body)
}

/// For an address that names no order, or none any more.
pub(crate) fn expired_page() -> String {
    let outcome = Outcome {
        kind: "over",
        mark: DASH,
        zh: "付款码已失效",
        en: "This code has expired",
        hint_zh: "请让收银员重新生成付款码",
        hint_en: "Please ask the cashier for a new one",
        shows_amount: false,
    };
    document(outcome.zh, &outcome_head(&outcome))
}

pub(crate) fn trouble_page() -> String {
    let outcome = Outcome {
        kind: "bad",
        mark: CROSS,
        zh: "暂时无法处理",
        en: "This did not work just now",
        hint_zh: "练习网关无法保存订单，请稍后再试",
        hint_en: "The practice gateway cannot save the order. Please try again later",
        shows_amount: false,
    };
    document(outcome.zh, &outcome_head(&outcome))
}

struct Outcome {
    kind: &'static str,
    mark: &'static str,
    zh: &'static str,
    en: &'static str,
    hint_zh: &'static str,
    hint_en: &'static str,
    shows_amount: bool,
}

const TICK: &str = "<path d=\"M14 25l7 7 14-15\"/>";
const CROSS: &str = "<path d=\"M16 16l16 16M32 16L16 32\"/>";
const DASH: &str = "<path d=\"M15 24h18\"/>";
const BACK: &str = "<path d=\"M20 15l-6 6 6 6M14 21h13a7 7 0 0 1 0 14h-6\"/>";

fn outcome_of(order: &Order) -> Outcome {
    let outcome = |kind, mark, zh, en, hint_zh, hint_en, shows_amount| Outcome {
        kind,
        mark,
        zh,
        en,
        hint_zh,
        hint_en,
        shows_amount,
    };
    let paid = order.payment.is_some();
    match order.status {
        OrderStatus::Refunded | OrderStatus::Refunding => {
            outcome("over", BACK, "已退款", "Refunded", "款项已原路退回", "The money has gone back", true)
        }
        OrderStatus::Closed => {
            let hint = "收银员已关闭这笔订单，无需付款";
            outcome(
                "over",
                DASH,
                "订单已关闭",
                "Order closed",
                hint,
                "The cashier closed it. Nothing to pay",
                false,
            )
        }
        OrderStatus::Cancelled => {
            let hint = "收银员已撤销这笔订单，无需付款";
            outcome(
                "over",
                DASH,
                "订单已撤销",
                "Order cancelled",
                hint,
                "The cashier cancelled it. Nothing to pay",
                false,
            )
        }
        OrderStatus::Failed if !paid => {
            let hint = "您已拒绝这次支付，没有扣款";
            outcome("bad", CROSS, "未支付", "Declined", hint, "You declined. No money has moved", false)
        }
        _ => outcome(
            "good",
            TICK,
            "支付成功",
            "Paid",
            "请收好商品，谢谢惠顾",
            "Thank you for your purchase",
            true,
        ),
    }
}

fn outcome_head(outcome: &Outcome) -> String {
    let Outcome { kind, mark, zh, en, hint_zh, hint_en, .. } = outcome;
    format!(
        "<section class=\"outcome {kind}\" role=\"status\"><svg viewBox=\"0 0 48 48\" aria-hidden=\"true\">{mark}</svg>\
         <h2>{zh}</h2><p class=\"en\" lang=\"en\">{en}</p>\
         <p class=\"hint\">{hint_zh}<span lang=\"en\">{hint_en}</span></p></section>"
    )
}

fn payable(shop_name: &str, order: &Order) -> String {
    let mut body = header(shop_name);
    let _ = write!(
        body,
        "<section class=\"due\"><p class=\"label\">应付 <span lang=\"en\">Amount to pay</span></p>{}</section>",
        amount(order.payable)
    );
    body += &goods(order);
    body += &sums(order);
    let token = escape(&order.token);
    let _ = write!(
        body,
        "<form class=\"actions\" method=\"post\" action=\"/p/{token}/pay\">\
         <fieldset><legend class=\"unseen\">支付方式 Pay with</legend>{}</fieldset>\
         <button class=\"button pay\">支付 ¥{}<small lang=\"en\">Pay</small></button>\
         <button class=\"button decline\" formaction=\"/p/{token}/decline\">不支付<small lang=\"en\">Decline</small></button>\
         </form>",
        channel_choices(order),
        grouped(order.payable)
    );
    body
}

fn header(shop_name: &str) -> String {
    format!(
        "<header><svg viewBox=\"0 0 32 32\" aria-hidden=\"true\"><rect width=\"32\" height=\"32\" rx=\"8\"/>\
         <rect class=\"hole\" x=\"10\" y=\"10\" width=\"12\" height=\"12\" rx=\"2\"/></svg><h1>{}</h1></header>",
        escape(shop_name)
    )
}

/// Who showed a payment code has chosen already.
fn channel_choices(order: &Order) -> String {
    match &order.used_code {
        Some(code) => channel_choice(code.channel, true),
        None => channel_choice(Channel::WeChat, true) + &channel_choice(Channel::Alipay, false),
    }
}

fn channel_choice(channel: Channel, checked: bool) -> String {
    let (zh, en) = channel_names(channel);
    let checked = if checked { " checked" } else { "" };
    format!(
        "<label><input type=\"radio\" name=\"channel\" value=\"{}\"{checked}><span>{zh}\
         <small lang=\"en\">{en}</small></span></label>",
        i64::from(channel)
    )
}

fn goods(order: &Order) -> String {
    let list = order.fields.get("goods_list").and_then(read_goods).unwrap_or_default();
    if list.is_empty() {
        return String::new();
    }
    let lines: String = list.iter().map(goods_line).collect();
    format!("<ul class=\"goods\" tabindex=\"0\" aria-label=\"商品 Goods\">{lines}</ul>")
}

fn goods_line(goods: &Goods) -> String {
    let title = goods.title.as_deref().or(goods.barcode.as_deref()).unwrap_or("商品");
    let num = goods.num.map(|num| format!("×{num}")).unwrap_or_default();
    let total = goods.line_total().or(goods.price).map(grouped).unwrap_or_default();
    format!(
        "<li><bdi>{}</bdi><span class=\"num\">{num}</span><span class=\"sum\">{total}</span></li>",
        escape(title)
    )
}

fn sums(order: &Order) -> String {
    let discount = order.total.less(order.payable);
    let mut list = String::from("<dl class=\"sums\">");
    list += &sum("合计", "Total", &yuan(order.total), "");
    if discount > Amount::ZERO {
        list += &sum("会员优惠", "Member discount", &format!("−{}", yuan(discount)), " class=\"good\"");
    }
    list + "</dl>"
}

/// What there is to say about an order that is over: the amounts that differ, and how and when it was paid.
fn details(order: &Order) -> String {
    let mut list = String::from("<dl class=\"details\">");
    if let Some(payment) = &order.payment {
        let discount = order.total.less(order.payable);
        let subsidy = order.payable.less(payment.real);
        if discount.plus(subsidy).unwrap_or_default() > Amount::ZERO {
            list += &sum("合计", "Total", &yuan(order.total), "");
        }
        if discount > Amount::ZERO {
            list += &sum("会员优惠", "Member discount", &format!("−{}", yuan(discount)), " class=\"good\"");
        }
        if subsidy > Amount::ZERO {
            list += &sum("渠道优惠", "Channel discount", &format!("−{}", yuan(subsidy)), " class=\"good\"");
        }
        let (zh, en) = channel_names(payment.channel);
        list += &sum("支付方式", "Paid with", &format!("{zh} <span lang=\"en\">{en}</span>"), "");
        list += &sum("支付时间", "Paid at", &clock::china_text(payment.at_ms), "");
    } else {
        list += &sum("金额", "Amount", &yuan(order.payable), "");
    }
    let refunded = order.refunded();
    if refunded > Amount::ZERO {
        list += &sum("已退金额", "Refunded", &yuan(refunded), "");
    }
    list += &sum("订单号", "Order", &escape(&order_tail(order)), " class=\"mono\"");
    list + "</dl>"
}

/// People compare the tail: order ids begin alike.
fn order_tail(order: &Order) -> String {
    const TAIL_CHARS: usize = 12;
    let count = order.order_id.chars().count();
    if count <= TAIL_CHARS {
        return order.order_id.clone();
    }
    format!("…{}", order.order_id.chars().skip(count - TAIL_CHARS).collect::<String>())
}

fn sum(zh: &str, en: &str, value: &str, class: &str) -> String {
    format!("<div{class}><dt>{zh} <span lang=\"en\">{en}</span></dt><dd>{value}</dd></div>")
}

const fn channel_names(channel: Channel) -> (&'static str, &'static str) {
    match channel {
        Channel::WeChat => ("微信支付", "WeChat Pay"),
        Channel::Alipay => ("支付宝", "Alipay"),
    }
}

fn document(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1, viewport-fit=cover\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{title} · 练习</title>\
         <link rel=\"stylesheet\" href=\"/style.css\"></head><body>\
         <p class=\"practice\">练习模式，不会真的扣款<span lang=\"en\">Practice: no real money moves</span></p>\
         <main>{body}</main></body></html>\n"
    )
}

/// The page's one big amount.
fn amount(amount: Amount) -> String {
    const SHORT_CHARS_MAX: usize = 10;
    let text = grouped(amount);
    let class = if text.len() > SHORT_CHARS_MAX { "amount long" } else { "amount" };
    format!("<p class=\"{class}\"><span class=\"yuan\">¥</span>{text}</p>")
}

fn yuan(amount: Amount) -> String {
    format!("¥{}", grouped(amount))
}

/// `1,284.60`.
fn grouped(amount: Amount) -> String {
    let text = amount.to_string();
    let whole_digits = text.find('.').unwrap_or(text.len());
    let mut grouped = String::with_capacity(text.len() + text.len() / 3);
    for (place, character) in text.chars().enumerate() {
        if place > 0 && place < whole_digits && (whole_digits - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(character);
    }
    grouped
}

/// Safe as text and inside a quoted attribute.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            control if control.is_control() => safe.push(' '),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    #[test]
    fn thousands_are_set_apart() {
        for (fen, text) in
            [(1, "0.01"), (99_999, "999.99"), (128_460, "1,284.60"), (999_999_999, "9,999,999.99")]
        {
            assert_eq!(super::grouped(crate::Amount::from_fen(fen).unwrap()), text);
        }
    }

    #[test]
    fn text_cannot_become_markup() {
        assert_eq!(
            super::escape("<a href=\"x\">'&\u{0}</a>"),
            "&lt;a href=&quot;x&quot;&gt;&#39;&amp; &lt;/a&gt;"
        );
    }
}
