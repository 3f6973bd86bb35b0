//! Who works at a till, and what each role may do by itself.

/// What somebody is at this till.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Sells.
    Cashier,
    /// Decides about money as well, also for a cashier who asks.
    Supervisor,
    /// Sets the till up as well, and its people.
    Installer,
}

/// What not everybody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    Sell,
    OverridePrice,
    /// More off than the till's limit.
    DiscountAboveLimit,
    Refund,
    /// Takes an order back that has gone out: its payment is cancelled, or it is reversed.
    Void,
    /// Decides by word what the gateway does not tell: a written-off order, a refund made elsewhere, an unread list.
    Settle,
    ImportCatalogue,
    ChangeSettings,
    /// Adds cashiers, changes them and reads what they did.
    ManageStaff,
}

impl Role {
    pub const ALL: [Self; 3] = [Self::Cashier, Self::Supervisor, Self::Installer];

    /// As it is kept and typed.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cashier => "cashier",
            Self::Supervisor => "supervisor",
            Self::Installer => "installer",
        }
    }

    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Whether it may do this by itself, and let somebody else do it once.
    #[must_use]
    pub const fn may(self, act: Act) -> bool {
        match act {
            Act::Sell => true,
            Act::OverridePrice
            | Act::DiscountAboveLimit
            | Act::Refund
            | Act::Void
            | Act::Settle
            | Act::ImportCatalogue => !matches!(self, Self::Cashier),
            Act::ChangeSettings | Act::ManageStaff => matches!(self, Self::Installer),
        }
    }
}

impl Act {
    pub const ALL: [Self; 9] = [
        Self::Sell,
        Self::OverridePrice,
        Self::DiscountAboveLimit,
        Self::Refund,
        Self::Void,
        Self::Settle,
        Self::ImportCatalogue,
        Self::ChangeSettings,
        Self::ManageStaff,
    ];

    /// As it is kept.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sell => "sell",
            Self::OverridePrice => "override_price",
            Self::DiscountAboveLimit => "discount_above_limit",
            Self::Refund => "refund",
            Self::Void => "void",
            Self::Settle => "settle",
            Self::ImportCatalogue => "import_catalogue",
            Self::ChangeSettings => "change_settings",
            Self::ManageStaff => "manage_staff",
        }
    }
}

/// How long somebody waits after so many wrong PINs in a row, in milliseconds: nothing after the first two, since
/// fingers slip, then twice as long each time, and five minutes at most.
#[must_use]
pub fn pin_pause_ms(wrong_in_a_row: u32) -> i64 {
    const FREE: u32 = 2;
    const FIRST_MS: i64 = 5_000;
    const MOST_MS: i64 = 300_000;
    match wrong_in_a_row.checked_sub(FREE + 1) {
        None => 0,
        // Six doublings pass the longest pause.
        Some(doublings) => (FIRST_MS << doublings.min(6)).min(MOST_MS),
    }
}

/// What is left of that pause. A clock that was set back begins it anew, and never makes it longer.
#[must_use]
pub fn pin_pause_left_ms(wrong_in_a_row: u32, last_wrong_ms: i64, now_ms: i64) -> i64 {
    let gone_ms = now_ms.saturating_sub(last_wrong_ms).max(0);
    pin_pause_ms(wrong_in_a_row).saturating_sub(gone_ms).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_do_what_the_table_says() {
        let table = [
            (Act::Sell, [true, true, true]),
            (Act::OverridePrice, [false, true, true]),
            (Act::DiscountAboveLimit, [false, true, true]),
            (Act::Refund, [false, true, true]),
            (Act::Void, [false, true, true]),
            (Act::Settle, [false, true, true]),
            (Act::ImportCatalogue, [false, true, true]),
            (Act::ChangeSettings, [false, false, true]),
            (Act::ManageStaff, [false, false, true]),
        ];
        assert_eq!(table.map(|(act, _)| act), Act::ALL);
        for (act, expected) in table {
            assert_eq!(Role::ALL.map(|role| role.may(act)), expected, "{act:?}");
        }
    }

    #[test]
    fn names_are_read_back_and_tell_acts_apart() {
        for role in Role::ALL {
            assert_eq!(Role::named(role.name()), Some(role));
        }
        assert_eq!(Role::named("manager"), None);
        assert_eq!(Role::named("Cashier"), None);
        let names: std::collections::BTreeSet<_> = Act::ALL.iter().map(|act| act.name()).collect();
        assert_eq!(names.len(), Act::ALL.len());
    }

    #[test]
    fn wrong_pins_are_slowed_down_within_bounds() {
        let pauses_s: Vec<i64> = (0..12).map(|wrong| pin_pause_ms(wrong) / 1_000).collect();
        assert_eq!(pauses_s, [0, 0, 0, 5, 10, 20, 40, 80, 160, 300, 300, 300]);
        assert_eq!(pin_pause_ms(u32::MAX), 300_000);
    }

    #[test]
    fn a_pause_passes_and_a_clock_set_back_never_makes_it_longer() {
        assert_eq!(pin_pause_left_ms(3, 1_000, 1_000), 5_000);
        assert_eq!(pin_pause_left_ms(3, 1_000, 4_500), 1_500);
        assert_eq!(pin_pause_left_ms(3, 1_000, 6_000), 0);
        assert_eq!(pin_pause_left_ms(3, 1_000, i64::MAX), 0);
        assert_eq!(pin_pause_left_ms(3, i64::MAX, 0), 5_000);
        assert_eq!(pin_pause_left_ms(2, 0, 0), 0);
    }
}
