//! The catalogue is copied only when it has changed: it is large, and changes with an import.

use std::path::Path;

use super::{Backup, BackupError, Database, all, back_up_in};
use crate::table::goods::Goods;
use crate::{DataDir, OpenError, connection, schema};

/// Makes a backup of the live catalogue as [`back_up_in`] does, unless the newest one has the same goods; `None` then,
/// and where there are no goods. Blocks. `at_ms` are Unix milliseconds.
pub fn back_up_goods(folder: &DataDir, at_ms: i64) -> Result<Option<Backup>, BackupError> {
    has_new_goods(folder, at_ms)?.then(|| back_up_in(folder, Database::Goods, at_ms)).transpose()
}

/// Whether the live catalogue has goods that its newest backup has not. `at_ms` are Unix milliseconds.
pub fn has_new_goods(folder: &DataDir, at_ms: i64) -> Result<bool, BackupError> {
    let place = Database::Goods.path(folder);
    if !place.exists() {
        return Ok(false);
    }
    let Some(present) = edition(&place)? else { return Ok(false) };
    // One from the future, as a clock that was wrong leaves it, would be the newest for ever.
    let newest = all(folder, Database::Goods).into_iter().find(|(made_ms, _)| *made_ms <= at_ms);
    Ok(newest.is_none_or(|(_, backup)| edition(&backup).ok().flatten().as_ref() != Some(&present)))
}

/// `None` where there are no goods.
fn edition(path: &Path) -> Result<Option<Vec<u8>>, OpenError> {
    let connection = connection::open_to_read(path)?;
    schema::require_current(path, &connection, Database::Goods.steps())?;
    let goods = Goods(&connection);
    let name = goods.is_empty().and_then(|is_empty| (!is_empty).then(|| goods.edition_name()).transpose());
    name.map_err(|error| OpenError::at(path, error))
}
