//! Which monitor the customer window belongs on, and putting it there.

use tauri::{AppHandle, Manager, Monitor, PhysicalPosition, PhysicalSize, WebviewWindow};
use yima_checkout::view::CustomerDisplay;

use crate::windows::{CASHIER, CUSTOMER};

/// A monitor as the system tells of it, in pixels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// What the system calls it; may be empty, and two may be called the same.
    pub name: String,
    pub x: i32,
    pub y: i32,
    pub width: u32,
    pub height: u32,
}

impl Seen {
    /// Name and place, as the setting keeps them.
    pub fn id(&self) -> String {
        format!("{}@{}", self.name, self.place())
    }

    fn place(&self) -> String {
        format!("{},{}", self.x, self.y)
    }

    /// Whether one shows a part of what the other shows, as mirrored monitors do.
    fn overlaps(&self, other: &Self) -> bool {
        let apart = |from: i32, size: u32, other: i32| i64::from(from) + i64::from(size) <= i64::from(other);
        !(apart(self.x, self.width, other.x)
            || apart(other.x, other.width, self.x)
            || apart(self.y, self.height, other.y)
            || apart(other.y, other.height, self.y))
    }
}

impl From<&Monitor> for Seen {
    fn from(monitor: &Monitor) -> Self {
        let (place, size) = (monitor.position(), monitor.size());
        let name = monitor.name().cloned().unwrap_or_default();
        Self { name, x: place.x, y: place.y, width: size.width, height: size.height }
    }
}

/// The monitors there are, and the one that the cashier's window is on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    pub monitors: Vec<Seen>,
    pub cashier: Option<Seen>,
}

/// The monitors as they are now.
pub fn look(app: &AppHandle) -> Layout {
    let monitors: Vec<Seen> = app.available_monitors().unwrap_or_default().iter().map(Seen::from).collect();
    let own = app.get_webview_window(CASHIER).and_then(|cashier| {
        let current = cashier.current_monitor().ok().flatten();
        current.or_else(|| cashier.primary_monitor().ok().flatten())
    });
    let cashier = own.as_ref().map(Seen::from).or_else(|| monitors.first().cloned());
    Layout { monitors, cashier }
}

impl Layout {
    /// Where the customer's window goes: to the chosen monitor, or to the first that is free where none is chosen.
    /// `None` where there is no such monitor: what the cashier sees is never covered.
    pub fn customers(&self, chosen: Option<&str>) -> Option<&Seen> {
        match chosen {
            Some(id) => self.find(id).filter(|monitor| self.is_free(monitor)),
            None => self.monitors.iter().find(|monitor| self.is_free(monitor)),
        }
    }

    /// The monitor with this name and place; else the only one of that name, which was moved; else what is now in
    /// that place, as after a cable was put into another socket.
    pub fn find(&self, id: &str) -> Option<&Seen> {
        let (name, place) = id.rsplit_once('@')?;
        let all = || self.monitors.iter();
        let mut namesakes = all().filter(|monitor| monitor.name == name);
        let only_namesake = namesakes.next().filter(|_| namesakes.next().is_none());
        all()
            .find(|monitor| monitor.id() == id)
            .or(only_namesake)
            .or_else(|| all().find(|monitor| monitor.place() == place))
    }

    /// Whether the cashier's window is elsewhere.
    pub fn is_free(&self, monitor: &Seen) -> bool {
        self.cashier.as_ref().is_some_and(|cashier| !cashier.overlaps(monitor))
    }
}

/// Puts the customer window on a monitor of its own, fullscreen. Without one it is an ordinary window under all
/// others; one that has just lost its monitor hides.
pub fn place_customer(app: &AppHandle, monitor: Option<&Seen>, had_its_own: bool) -> CustomerDisplay {
    let (Some(customer), Some(cashier)) = (app.get_webview_window(CUSTOMER), app.get_webview_window(CASHIER))
    else {
        return CustomerDisplay::Closed;
    };
    let placed = match monitor {
        Some(monitor) => cover(&customer, monitor).map(|()| CustomerDisplay::OwnMonitor),
        None if had_its_own => hide(&customer).map(|()| CustomerDisplay::SharedMonitor),
        None => stand_behind(&customer, &cashier).map(|()| CustomerDisplay::SharedMonitor),
    };
    placed.unwrap_or_else(|error| {
        tracing::warn!(%error, "the customer window cannot be placed");
        CustomerDisplay::Closed
    })
}

fn cover(customer: &WebviewWindow, monitor: &Seen) -> tauri::Result<()> {
    customer.set_always_on_bottom(false)?;
    customer.set_fullscreen(false)?;
    customer.set_position(PhysicalPosition::new(monitor.x, monitor.y))?;
    customer.set_size(PhysicalSize::new(monitor.width, monitor.height))?;
    customer.show()?;
    customer.set_fullscreen(true)
}

fn hide(customer: &WebviewWindow) -> tauri::Result<()> {
    customer.hide()?;
    customer.set_fullscreen(false)
}

fn stand_behind(customer: &WebviewWindow, cashier: &WebviewWindow) -> tauri::Result<()> {
    customer.set_fullscreen(false)?;
    customer.set_always_on_bottom(true)?;
    customer.set_size(PhysicalSize::new(1_024, 600))?;
    customer.show()?;
    cashier.set_focus()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(name: &str, x: i32, width: u32) -> Seen {
        Seen { name: name.to_owned(), x, y: 0, width, height: 800 }
    }

    fn layout(others: &[Seen]) -> Layout {
        let cashier = seen("A", 0, 1366);
        let monitors = std::iter::once(&cashier).chain(others).cloned().collect();
        Layout { monitors, cashier: Some(cashier) }
    }

    #[test]
    fn without_a_choice_it_is_the_first_that_is_free() {
        assert_eq!(layout(&[]).customers(None), None);
        let two = layout(&[seen("B", 1366, 1280), seen("C", -1024, 1024)]);
        assert_eq!(two.customers(None).map(Seen::id).as_deref(), Some("B@1366,0"));
        assert_eq!(Layout::default().customers(None), None);
    }

    #[test]
    fn nothing_that_shows_the_cashiers_window_is_covered() {
        let mirrored = layout(&[seen("B", 0, 1280)]);
        assert_eq!(mirrored.customers(None), None, "a mirror");
        assert_eq!(mirrored.customers(Some("B@0,0")), None, "a mirror that somebody chose");
        assert_eq!(layout(&[seen("B", 1365, 1280)]).customers(None), None, "one column of pixels");
        assert_eq!(layout(&[seen("B", 1366, 1280)]).customers(Some("A@0,0")), None, "the cashier's own");
        let nowhere = Layout { cashier: None, ..layout(&[seen("B", 1366, 1280)]) };
        assert_eq!(nowhere.customers(None), None, "nobody knows where the cashier's window is");
    }

    #[test]
    fn a_chosen_one_is_known_by_name_and_place() {
        let layout = layout(&[seen("B", 1366, 1280), seen("C", 2646, 1280), seen("C", 3926, 1280)]);
        let found = |id| layout.customers(Some(id)).map(Seen::id);
        assert_eq!(found("C@3926,0").as_deref(), Some("C@3926,0"), "both");
        assert_eq!(found("B@5000,0").as_deref(), Some("B@1366,0"), "it was moved");
        assert_eq!(found("Z@2646,0").as_deref(), Some("C@2646,0"), "another socket");
        assert_eq!(found("C@5000,0"), None, "two of that name, and neither is there");
        assert_eq!(found("Z@5000,0"), None, "unplugged: no other monitor is taken for it");
        assert_eq!(found(""), None);
        assert_eq!(found("C"), None);
    }
}
