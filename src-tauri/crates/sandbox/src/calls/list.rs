//! `/order/list`: what a shop compares its books with.

use crate::amount::Amount;
use crate::answer::Answer;
use crate::data::get_data;
use crate::fields::Fields;
use crate::ledger::Ledger;
use crate::order::Order;

use super::Asked;
use super::parameters::{malformed, missing, optional_number};

const PAGE_LIMIT_DEFAULT: i64 = 20;
/// The contract says: below 100.
const PAGE_LIMIT_MAX: i64 = 99;
const ALL_AT_ONCE: i64 = -1;
const ALL_AT_ONCE_SPAN_S_MAX: i64 = 24 * 60 * 60;
const EITHER: i64 = 10;

pub(super) fn list(asked: &Asked<'_>, ledger: &Ledger) -> Result<Answer, Answer> {
    let wanted = Wanted::read(&asked.fields)?;
    let page = Page::read(&asked.fields, &wanted)?;
    let found: Vec<&Order> =
        ledger.orders().iter().filter(|order| asked.whose().has(order) && wanted.fits(order)).collect();
    let list: Vec<_> =
        found.iter().skip(page.start()).take(page.limit).map(|order| get_data(order)).collect();
    let data = Fields::default()
        .with("total_num", found.len())
        .with("page_num", page.number)
        .with("order_list", list);
    Ok(Answer::success(data))
}

/// What is left out of a request filters nothing.
struct Wanted {
    start_s: Option<i64>,
    end_s: Option<i64>,
    pay_channel: Option<i64>,
    paid: Option<bool>,
    refunded: Option<bool>,
}

impl Wanted {
    fn read(fields: &Fields) -> Result<Self, Answer> {
        let wanted = Self {
            start_s: optional_number(fields, "start_time")?,
            end_s: optional_number(fields, "end_time")?,
            pay_channel: choice(fields, "pay_channel")?,
            paid: choice(fields, "paid")?.map(|number| number == 1),
            refunded: choice(fields, "refunded")?.map(|number| number == 1),
        };
        if wanted.start_s.zip(wanted.end_s).is_some_and(|(start_s, end_s)| start_s > end_s) {
            return Err(malformed("end_time"));
        }
        match optional_number(fields, "return_type")? {
            None | Some(0) => Ok(wanted),
            Some(_) => Err(malformed("return_type")),
        }
    }

    /// Both ends of the time count, by the second in which the order was made.
    fn fits(&self, order: &Order) -> bool {
        let made_s = order.created_ms.div_euclid(1_000);
        let channel = order.payment.as_ref().map(|payment| payment.channel.into());
        self.start_s.is_none_or(|start_s| start_s <= made_s)
            && self.end_s.is_none_or(|end_s| made_s <= end_s)
            && self.pay_channel.is_none_or(|wanted| channel == Some(wanted))
            && self.paid.is_none_or(|paid| paid == order.payment.is_some())
            && self.refunded.is_none_or(|refunded| refunded == (order.refunded() > Amount::ZERO))
    }
}

struct Page {
    number: i64,
    limit: usize,
}

impl Page {
    fn read(fields: &Fields, wanted: &Wanted) -> Result<Self, Answer> {
        let number = optional_number(fields, "page_num")?.unwrap_or(0);
        let limit = optional_number(fields, "page_limit")?.unwrap_or(PAGE_LIMIT_DEFAULT);
        if !(1..=PAGE_LIMIT_MAX).contains(&limit) {
            return Err(malformed("page_limit"));
        }
        match number {
            ALL_AT_ONCE => {
                let start_s = wanted.start_s.ok_or_else(|| missing("start_time"))?;
                let end_s = wanted.end_s.ok_or_else(|| missing("end_time"))?;
                match end_s.checked_sub(start_s) {
                    Some(..=ALL_AT_ONCE_SPAN_S_MAX) => Ok(Self { number, limit: usize::MAX }),
                    _ => Err(malformed("end_time: more than 24 hours")),
                }
            }
            0.. => Ok(Self { number, limit: usize::try_from(limit).unwrap_or_default() }),
            _ => Err(malformed("page_num")),
        }
    }

    fn start(&self) -> usize {
        match self.number {
            ALL_AT_ONCE => 0,
            number => usize::try_from(number).unwrap_or(usize::MAX).saturating_mul(self.limit),
        }
    }
}

/// 0 or 1; 10, which is every one, reads as nothing said.
fn choice(fields: &Fields, name: &str) -> Result<Option<i64>, Answer> {
    match optional_number(fields, name)? {
        None | Some(EITHER) => Ok(None),
        Some(number @ (0 | 1)) => Ok(Some(number)),
        Some(_) => Err(malformed(name)),
    }
}
