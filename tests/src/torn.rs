//! Scans that this machine tore apart: between two of their keys it did nothing for longer than any scanner waits.
//! The till has to refuse those, and to take all others.

use anyhow::{Context, Result};

use crate::session::{Session, Window};

/// The till's listener swallows a scan's keys on the way: that is where their times are noted. What is longer than
/// 55 ms by the key events' own time is two pieces to the till.
const WATCH: &str = r#"
    const scans = window.scans = [{ last: null, torn: false }];
    const swallow = Event.prototype.stopImmediatePropagation;
    Event.prototype.stopImmediatePropagation = function () {
        if (this.type === 'keydown') {
            const scan = scans.at(-1);
            scan.torn ||= scan.last !== null && this.timeStamp - scan.last > 55;
            scan.last = this.timeStamp;
            if (this.code === 'Enter') scans.push({ last: null, torn: false });
        }
        return swallow.call(this);
    };
"#;
const READ: &str = "return window.scans.flatMap((scan, at) => scan.torn ? [at] : [])";

impl Session {
    /// From now on notes the keys that scanners send, for [`Session::torn_scans`].
    pub async fn watch_scans(&mut self) -> Result<()> {
        self.read(Window::Cashier, WATCH).await?;
        Ok(())
    }

    /// A scan begins: what was pressed since the last one is forgotten. Gives how many have ended.
    pub(crate) async fn begin_scan(&mut self) -> Result<u64> {
        self.read(Window::Cashier, "window.scans[window.scans.length - 1] = { last: null, torn: false }")
            .await?;
        self.ended_scans().await
    }

    pub(crate) async fn ended_scans(&mut self) -> Result<u64> {
        let count = self.read(Window::Cashier, "return window.scans.length - 1").await?;
        count.as_u64().context("a number of scans")
    }

    /// Which of the scans since then, counted from 0, were torn apart.
    pub async fn torn_scans(&mut self) -> Result<Vec<usize>> {
        let torn = self.read(Window::Cashier, READ).await?;
        let torn = torn.as_array().context("a list of scans")?.iter().filter_map(serde_json::Value::as_u64);
        Ok(torn.map(usize::try_from).collect::<Result<_, _>>()?)
    }
}
