//! A finger on the cashier's screen.

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use x11rb::protocol::{
    xproto::{BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, ConnectionExt as _, MOTION_NOTIFY_EVENT},
    xtest::ConnectionExt as _,
};

use crate::{
    patience::wait_until,
    session::{PATIENCE, Window},
    shop::Shop,
};

/// What a finger hits, in pixels.
const LEAST_TARGET_PX: i64 = 44;
const LEFT: u8 = 1;

/// Where the middle of an element is and how large it is, once nothing lies on it and it can be pressed.
const PLACE: &str = "
    const element = document.querySelector(arguments[0]);
    if (element === null || element.disabled || element.closest('[inert]') !== null) return null;
    const { left, top, width, height } = element.getBoundingClientRect();
    const [x, y] = [left + width / 2, top + height / 2];
    return element.contains(document.elementFromPoint(x, y)) ? [x, y, width, height].map(Math.round) : null";

impl Shop {
    /// Touches the first element of the cashier's window that this selector finds. It has to be as large as a finger.
    pub async fn touch(&mut self, selector: &str) -> Result<()> {
        let [x, y, width, height] = self.still_place(selector).await?;
        ensure!(width.min(height) >= LEAST_TARGET_PX, "{selector} has {width}x{height} pixels");
        let area = self.window(Window::Cashier)?.area;
        let (x, y) = (i16::try_from(x + i64::from(area.x))?, i16::try_from(y + i64::from(area.y))?);
        let (connection, root) = (self.display.connection(), self.display.root());
        connection.xtest_fake_input(MOTION_NOTIFY_EVENT, 0, 0, root, x, y, 0)?;
        for event in [BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT] {
            connection.xtest_fake_input(event, LEFT, 0, root, x, y, 0)?;
        }
        // Answered only after all before it.
        connection.get_input_focus()?.reply()?;
        Ok(())
    }

    /// Where it is once it does not move any more.
    async fn still_place(&mut self, selector: &str) -> Result<[i64; 4]> {
        let mut before = None;
        wait_until(&format!("{selector} to be touched"), PATIENCE, async || {
            let now = place(&self.pages()?.read_with(Window::Cashier, PLACE, vec![selector.into()]).await?);
            let still = now.filter(|now| before == Some(*now));
            before = now;
            Ok(still)
        })
        .await
        .context("nothing is there to be touched")
    }
}

fn place(read: &Value) -> Option<[i64; 4]> {
    let numbers: Vec<i64> = read.as_array()?.iter().filter_map(Value::as_i64).collect();
    numbers.try_into().ok()
}
