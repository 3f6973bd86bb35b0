//! `/order/list`: the orders of a span of time, which a shop reconciles with.
//!
//! A list is a count of money, so nothing in it is lost without a word: an entry that cannot be read is kept as
//! [`Unreadable`], and a list that may not be whole says why in [`Listing::gap`].

use std::collections::HashMap;
use std::time::Duration;

use serde::Serialize;
use yima_core::Fen;

use crate::answer::object;
use crate::client::Call;
use crate::fields::Fields;
use crate::request::{app_id, write};
use crate::{
    Account, CallError, Client, Credential, MalformedReason, MaybeSentReason, OrderStatus, RequestError,
    StoreInfo, Wallet, get,
};

const PATH: &str = "/order/list";
/// Room for 99 orders of 800 lines each, or for a day of ten thousand small ones.
const MAX_ANSWER_BYTES: usize = 8 * 1024 * 1024;
const WHOLE_SPAN: i64 = -1;
const TOO_MANY_REQUESTS: i64 = 5002;

/// Which orders are asked for. `None` is both kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Query {
    /// Unix seconds.
    pub start_s: i64,
    /// Unix seconds, not before the start.
    pub end_s: i64,
    pub pay_channel: Option<Wallet>,
    pub paid: Option<bool>,
    pub refunded: Option<bool>,
}

/// Which part of a long list is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageRequest {
    /// Orders to a page, 1 to 99.
    pub limit: u32,
    /// From 0.
    pub number: u32,
}

/// What came at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// How many orders there are on all pages, as the gateway tells it.
    pub total_num: u64,
    pub orders: Vec<get::Answer>,
    pub unreadable: Vec<Unreadable>,
}

/// All pages. Each order is in it once, as it was last seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    pub orders: Vec<get::Answer>,
    pub unreadable: Vec<Unreadable>,
    /// Why the list may lack orders; `None` where it is known to be whole.
    pub gap: Option<Gap>,
}

/// An entry of a list that is no whole order of this application; with as much of it as can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    pub order_id: Option<String>,
    pub trade_no: Option<String>,
    pub order_status: Option<OrderStatus>,
    pub create_time: Option<String>,
    pub total_fen: Option<Fen>,
    /// Zero where the gateway names none, as in a whole order.
    pub refund_fen: Option<Fen>,
    pub store_info: StoreInfo,
    pub reason: MalformedReason,
}

/// Why a list may lack orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Gap {
    #[error("the gateway told of {told} orders and listed {listed}")]
    Count { told: u64, listed: u64 },
    #[error("the gateway sent nothing new on page {page_num}, and no end")]
    RepeatedPage { page_num: u32 },
    #[error("there are more orders than are read at once; ask for a shorter span")]
    TooMany,
}

impl Default for PageRequest {
    /// The vendor's default: the first page of 20.
    fn default() -> Self {
        Self { limit: 20, number: 0 }
    }
}

impl PageRequest {
    pub const MAX_LIMIT: u32 = 99;
}

impl Client {
    /// The longest span that [`Self::list_whole`] takes, in seconds.
    pub const MAX_WHOLE_SPAN_S: i64 = 24 * 60 * 60;
    /// The most pages that [`Self::list_all`] reads: 9,900 orders.
    pub const MAX_PAGES: u32 = 100;
    /// The most that the pages of [`Self::list_all`] may hold together, in bytes.
    pub const MAX_LISTED_BYTES: usize = 64 * 1024 * 1024;
    /// The longest that [`Self::list_all`] may take.
    pub const LIST_TIMEOUT: Duration = Duration::from_secs(120);

    /// One page. Orders that are made while somebody pages move those behind them: see [`Self::list_all`].
    ///
    /// # Errors
    /// [`CallError`]; before anything is sent for a span or a page that is out of bounds.
    pub async fn list_page(
        &self,
        account: &Account,
        credential: &Credential,
        query: &Query,
        page: PageRequest,
    ) -> Result<Page, CallError> {
        Ok(self.fetch(account, credential, query, Some(page)).await?.page)
    }

    /// Everything in a span of at most 24 hours, in one answer of at most 8 MiB.
    ///
    /// # Errors
    /// As [`Self::list_page`]; [`MalformedReason::TooLarge`] where only [`Self::list_all`] will do.
    pub async fn list_whole(
        &self,
        account: &Account,
        credential: &Credential,
        query: &Query,
    ) -> Result<Listing, CallError> {
        let mut pages = Pages::default();
        pages.add(self.fetch(account, credential, query, None).await?);
        Ok(pages.listing(None))
    }

    /// Page after page to the end, whatever the gateway says about how many there are.
    ///
    /// It ends with an empty page, with a short one once all that were told of are there, with a page that brings nothing
    /// new, or at [`Self::MAX_PAGES`] and [`Self::MAX_LISTED_BYTES`]. It waits and asks again up to three times where the
    /// gateway is too busy (5002).
    ///
    /// # Errors
    /// [`CallError`] of any page, and [`MaybeSentReason::Timeout`] after [`Self::LIST_TIMEOUT`]: ask again from the start.
    pub async fn list_all(
        &self,
        account: &Account,
        credential: &Credential,
        query: &Query,
    ) -> Result<Listing, CallError> {
        let pages = self.all_pages(account, credential, query);
        tokio::time::timeout(Self::LIST_TIMEOUT, pages)
            .await
            .unwrap_or_else(|_| Err(MaybeSentReason::Timeout.into()))
    }

    async fn all_pages(
        &self,
        account: &Account,
        credential: &Credential,
        query: &Query,
    ) -> Result<Listing, CallError> {
        const LIMIT: u32 = PageRequest::MAX_LIMIT;
        let mut pages = Pages::default();
        for number in 0..Self::MAX_PAGES {
            let page = Some(PageRequest { limit: LIMIT, number });
            let fetched = self.fetch_patiently(account, credential, query, page).await?;
            let entries = fetched.page.orders.len() + fetched.page.unreadable.len();
            let anything_new = pages.add(fetched);
            if entries == 0 || (entries < LIMIT as usize && pages.listed() >= pages.told) {
                return Ok(pages.listing(None));
            }
            if !anything_new {
                return Ok(pages.listing(Some(Gap::RepeatedPage { page_num: number })));
            }
            if pages.bytes > Self::MAX_LISTED_BYTES {
                break;
            }
        }
        Ok(pages.listing(Some(Gap::TooMany)))
    }

    async fn fetch_patiently(
        &self,
        account: &Account,
        credential: &Credential,
        query: &Query,
        page: Option<PageRequest>,
    ) -> Result<Fetched, CallError> {
        for wait_s in [1, 2, 4] {
            match self.fetch(account, credential, query, page).await {
                Err(CallError::Rejected { code: TOO_MANY_REQUESTS, .. }) => {
                    tokio::time::sleep(Duration::from_secs(wait_s)).await;
                }
                outcome => return outcome,
            }
        }
        self.fetch(account, credential, query, page).await
    }

    async fn fetch(
        &self,
        account: &Account,
        credential: &Credential,
        query: &Query,
        page: Option<PageRequest>,
    ) -> Result<Fetched, CallError> {
        let body = body(account, query, page)?;
        let call = Call { path: PATH, account, credential, body: &body };
        self.call_within(MAX_ANSWER_BYTES, call, |data| read(data, &account.app_id)).await
    }
}

fn body(account: &Account, query: &Query, page: Option<PageRequest>) -> Result<Vec<u8>, RequestError> {
    let out_of_range = |field, allowed| Err(RequestError::OutOfRange { field, allowed });
    if query.start_s < 0 {
        return out_of_range("start_time", "0 or later, in Unix seconds");
    }
    if query.end_s < query.start_s {
        return out_of_range("end_time", "start_time or later, in Unix seconds");
    }
    if page.is_none() && query.end_s - query.start_s > Client::MAX_WHOLE_SPAN_S {
        return out_of_range("end_time", "at most 24 hours after start_time where all is asked for at once");
    }
    if page.is_some_and(|page| !(1..=PageRequest::MAX_LIMIT).contains(&page.limit)) {
        return out_of_range("page_limit", "1 to 99");
    }
    write(&Wire {
        app_id: app_id(account)?,
        start_time: query.start_s,
        end_time: query.end_s,
        pay_channel: filter(query.pay_channel.map(|wallet| wallet == Wallet::Alipay)),
        paid: filter(query.paid),
        refunded: filter(query.refunded),
        page_limit: page.map(|page| page.limit),
        page_num: page.map_or(WHOLE_SPAN, |page| page.number.into()),
        return_type: 0,
        sign_type: account.sign_type.name(),
    })
}

/// 10 is all, 0 and 1 the one kind and the other.
fn filter(kind: Option<bool>) -> u8 {
    kind.map_or(10, u8::from)
}

#[derive(Serialize)]
struct Wire<'a> {
    app_id: &'a str,
    start_time: i64,
    end_time: i64,
    pay_channel: u8,
    paid: u8,
    refunded: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    page_limit: Option<u32>,
    page_num: i64,
    return_type: u8,
    sign_type: &'static str,
}

pub(crate) struct Fetched {
    pub page: Page,
    bytes: usize,
}

pub(crate) fn read(data: &Fields<'_>, app_id: &str) -> Result<Fetched, MalformedReason> {
    let entries = data.entries("order_list")?;
    let bytes = entries.iter().map(|entry| entry.get().len()).sum();
    let mut page =
        Page { total_num: data.required_count("total_num")?, orders: Vec::new(), unreadable: Vec::new() };
    for entry in entries {
        let fields = object(entry).unwrap_or(Fields::EMPTY);
        match object(entry).and_then(|fields| order(&fields, app_id)) {
            Ok(order) => page.orders.push(order),
            Err(reason) => page.unreadable.push(unreadable(&fields, reason)),
        }
    }
    Ok(Fetched { page, bytes })
}

fn unreadable(fields: &Fields<'_>, reason: MalformedReason) -> Unreadable {
    Unreadable {
        order_id: fields.text("order_id"),
        trade_no: fields.text("trade_no"),
        order_status: fields.order_status().ok(),
        create_time: fields.text("create_time"),
        total_fen: fields.optional_fen("total_amount").ok().flatten(),
        refund_fen: fields.optional_fen("refund_amount").ok().map(Option::unwrap_or_default),
        store_info: fields.object("store_info").map(|info| get::store_info(&info)).unwrap_or_default(),
        reason,
    }
}

fn order(fields: &Fields<'_>, app_id: &str) -> Result<get::Answer, MalformedReason> {
    let order = get::read(fields)?;
    if order.app_id == app_id { Ok(order) } else { Err(MalformedReason::OtherApp) }
}

/// What was read so far, each order once.
#[derive(Default)]
struct Pages {
    orders: Vec<get::Answer>,
    places: HashMap<(String, String), usize>,
    unreadable: Vec<Unreadable>,
    told: u64,
    bytes: usize,
}

impl Pages {
    /// Whether the page brought anything that was not there.
    fn add(&mut self, fetched: Fetched) -> bool {
        let before = self.listed();
        self.told = fetched.page.total_num;
        self.bytes += fetched.bytes;
        for order in fetched.page.orders {
            let next = self.orders.len();
            let place = *self.places.entry((order.order_id.clone(), order.trade_no.clone())).or_insert(next);
            match self.orders.get_mut(place) {
                Some(seen) => *seen = order,
                None => self.orders.push(order),
            }
        }
        for entry in fetched.page.unreadable {
            if !self.unreadable.contains(&entry) {
                self.unreadable.push(entry);
            }
        }
        self.listed() > before
    }

    fn listed(&self) -> u64 {
        (self.orders.len() + self.unreadable.len()) as u64
    }

    fn listing(self, gap: Option<Gap>) -> Listing {
        let (told, listed) = (self.told, self.listed());
        let gap = gap.or((told != listed).then_some(Gap::Count { told, listed }));
        Listing { orders: self.orders, unreadable: self.unreadable, gap }
    }
}

#[cfg(test)]
mod tests;
