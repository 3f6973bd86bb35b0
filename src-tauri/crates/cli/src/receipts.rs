//! `yima receipts`: what was sold and how it ended, also beside a running till.

mod record;
mod terms;

use clap::Subcommand;
use jiff::civil::Date;
use yima_core::{Fen, OrderId};
use yima_store::{Mode, SaleListRow, SaleSearch, Store};

use crate::failure::Failure;
use crate::table::Table;
use crate::till::{ModeName, Till, wait_for};
use crate::words::{self, Out};
use crate::{Done, json};
pub(crate) use record::time_of;
use record::{Row, SaleRecord};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// List sales, newest first, those of unknown outcome before all others.
    List {
        /// An array of objects; amounts are exact decimals in yuan as text.
        #[arg(long)]
        json: bool,
        /// Only those of one day, such as 2026-11-22, in China Standard Time.
        #[arg(long)]
        day: Option<Date>,
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=SaleSearch::MAX_ROWS as i64))]
        limit: u32,
        /// Of this mode instead of the one the till is set to.
        #[arg(long)]
        mode: Option<ModeName>,
    },
    /// Print all that is kept of one sale, with its attempts, events and refunds.
    Show {
        /// A receipt number or an order id; the end of it is enough.
        #[arg(value_name = "RECEIPT_OR_ORDER")]
        name: String,
        /// One object; amounts are exact decimals in yuan as text.
        #[arg(long)]
        json: bool,
        /// Of this mode instead of the one the till is set to.
        #[arg(long)]
        mode: Option<ModeName>,
    },
}

pub(crate) fn run(command: &Command, till: &Till, out: &mut Out<'_>) -> Result<Done, Failure> {
    match command {
        Command::List { json, day, limit, mode } => {
            let search =
                SaleSearch { day: day.map(|day| day.to_string()), limit: *limit, ..SaleSearch::default() };
            let sales = search_in(till, till.mode(*mode)?, search)?;
            if *json { list_json(&sales, out)? } else { list(&sales, out)? }
        }
        Command::Show { name, json, mode } => {
            let store = till.reader(till.mode(*mode)?)?;
            let sale = wait_for(find(&store, name))?;
            if *json { json::print(&sale, out)? } else { sale.print(out)? }
        }
    }
    Ok(Done::Wholly)
}

/// A mode that was never used has no database, and no sales.
fn search_in(till: &Till, mode: Mode, search: SaleSearch) -> Result<Vec<SaleListRow>, Failure> {
    if !till.has_database(mode) {
        return Ok(Vec::new());
    }
    let store = till.reader(mode)?;
    wait_for(async { Ok(store.sales(search).await?) })
}

fn list(sales: &[SaleListRow], out: &mut Out<'_>) -> Result<(), Failure> {
    let language = out.language();
    let mut table = Table::new(&words::receipts::list_heads(), language).align_right(&[3, 4]);
    for sale in sales {
        let more = sale.line_count.saturating_sub(1);
        let goods =
            if more == 0 { sale.first_title.clone() } else { format!("{} +{more}", sale.first_title) };
        table.row([
            sale.receipt_number.as_deref().unwrap_or("-"),
            &time_of(sale.created_ms),
            words::receipts::state(&sale.state, language),
            &sale.total_fen.to_string(),
            &sale.real_fen.as_ref().map_or_else(|| "-".to_owned(), Fen::to_string),
            sale.order_id.as_str(),
            &goods,
        ]);
    }
    Ok(table.print(out)?)
}

fn list_json(sales: &[SaleListRow], out: &mut Out<'_>) -> Result<(), Failure> {
    let rows: Vec<Row<'_>> = sales.iter().map(Row::of).collect();
    Ok(json::print(&rows, out)?)
}

async fn find(store: &Store, name: &str) -> Result<SaleRecord, Failure> {
    let name = name.trim();
    let order_id = match OrderId::parse(name) {
        Ok(id) if store.sale(&id).await?.is_some() => id,
        _ => by_its_end(store, name).await?,
    };
    Ok(SaleRecord::of(store.kept_sale(&order_id).await?.ok_or_else(|| nothing_like(name))?))
}

/// The one sale whose receipt number or order id ends so. An amount, which a search finds too, names no sale.
async fn by_its_end(store: &Store, name: &str) -> Result<OrderId, Failure> {
    let search =
        SaleSearch { text: Some(name.to_owned()), limit: SaleSearch::MAX_ROWS, ..SaleSearch::default() };
    let ends_so = |text: &str| text.to_ascii_lowercase().ends_with(&name.to_ascii_lowercase());
    let mut found = store.sales(search).await?;
    found.retain(|sale| {
        ends_so(sale.order_id.as_str()) || sale.receipt_number.as_deref().is_some_and(ends_so)
    });
    let exact = found.iter().find(|sale| sale.receipt_number.as_deref() == Some(name));
    match (exact, found.as_slice()) {
        (Some(sale), _) | (None, [sale]) => Ok(sale.order_id.clone()),
        (None, []) => Err(nothing_like(name)),
        (None, several) => Err(Failure::new(words::receipts::several(several.len(), name))
            .advising(words::receipts::give_more_of_it())),
    }
}

fn nothing_like(name: &str) -> Failure {
    Failure::new(words::receipts::none(name)).advising(words::receipts::list_shows())
}
