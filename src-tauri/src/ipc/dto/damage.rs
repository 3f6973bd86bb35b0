//! What is told of damaged data.

use serde::Serialize;
use specta::Type;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct DamageView {
    /// Receipts can be looked up; nothing can be changed.
    pub can_read: bool,
    /// When the newest backup was made, China Standard Time: `2026-11-22` and `13:00:00`. `None` if there is none.
    pub backup_day: Option<String>,
    pub backup_time: Option<String>,
}
