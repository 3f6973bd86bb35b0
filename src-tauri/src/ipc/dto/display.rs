//! The customer's display: what its window is sent, and what the settings tell of it.

use serde::Serialize;
use specta::Type;

use super::CustomerView;

/// What the customer window is sent.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct CustomerMessage {
    pub view: CustomerView,
    /// Shown instead of goods or a welcome.
    pub test: Option<DisplayTest>,
    /// Addresses of what a welcome shows in turn.
    pub pictures: Vec<String>,
}

/// The monitor that is tested, with its size in pixels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct DisplayTest {
    /// As the settings number it, from 1.
    pub number: u32,
    pub width: u32,
    pub height: u32,
}

/// All monitors, and where the two windows are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct DisplaysView {
    pub monitors: Vec<MonitorView>,
    /// Somebody chose a monitor that is not plugged in now.
    pub is_chosen_missing: bool,
    pub pictures: PicturesView,
}

/// One monitor; place and size are in pixels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct MonitorView {
    /// What `display.customer` is set to for it.
    pub id: String,
    pub number: u32,
    pub name: String,
    pub x: i32,
    pub y: i32,
    pub width: u32,
    pub height: u32,
    /// The cashier's window is here, or on a monitor that shows the same.
    pub is_cashiers: bool,
    pub is_customers: bool,
    pub is_chosen: bool,
}

/// What was found in the folder of pictures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct PicturesView {
    pub is_being_read: bool,
    pub shown: u32,
    pub problem: Option<FolderProblem>,
    /// The first of those that are not shown, at most twenty.
    pub skipped: Vec<SkippedPicture>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct SkippedPicture {
    pub file: String,
    pub problem: PictureProblem,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum FolderProblem {
    NotThere,
    NotRead,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum PictureProblem {
    NotRead,
    NotAPicture,
    TooLarge,
    TooMany,
}

/// Why a monitor is not tested. Nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum DisplayTestRefusal {
    /// Or nobody is logged in.
    NotOpen,
    NotPluggedIn,
    /// The customer's window never covers the cashier's.
    CashierIsThere,
    CustomerIsPaying,
}
