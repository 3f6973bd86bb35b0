//! Where a fault is shown that a table over the engine cannot show, or not alone.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use yima_tests::programs::project_folder;

use super::{Row, answers, data, gateway, late, network, people, refunds, restored, ways};

/// What it takes to show a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    /// Raw bytes between the client and a server that says just those.
    Wire,
    /// The client against the sandbox.
    Contract,
    /// Real files: locked, torn, flipped, from another time, not synced.
    Files,
    /// A real process, killed.
    Kill,
    /// Real windows on a real display.
    Windows,
    /// One part of a program by itself.
    Part,
}

impl Level {
    /// Where such tests are.
    fn folders(self) -> &'static [&'static str] {
        match self {
            Self::Wire => &["src-tauri/crates/gateway/tests/"],
            Self::Contract => &["tests/contract/"],
            Self::Files => {
                &["src-tauri/crates/store/src/tests/", "src-tauri/crates/cli/tests/", "tests/simulate/power/"]
            }
            Self::Kill => &["tests/crash/"],
            Self::Windows => &["tests/e2e/"],
            Self::Part => &["src-tauri/src/", "src-tauri/crates/checkout/src/", "src-tauri/crates/core/src/"],
        }
    }
}

struct Elsewhere {
    ids: &'static str,
    level: Level,
    file: &'static str,
    test: &'static str,
}

const fn at(ids: &'static str, level: Level, file: &'static str, test: &'static str) -> Elsewhere {
    Elsewhere { ids, level, file, test }
}

const WIRE_IDS: &str = "N1 N2 N3 N4 N5 N6 N7 N8 N9 N10 N11 G14 G16 H1 H2 H3 H4 H5 H7 H8";

const ELSEWHERE: &[Elsewhere] = &[
    at(WIRE_IDS, Level::Wire, "faults.rs", "every_fault_has_its_meaning_its_deadline_and_its_bound"),
    at("N3", Level::Wire, "transport.rs", "n3_a_late_answer_is_nobodys"),
    at("N8", Level::Wire, "transport.rs", "n8_a_redirect_is_not_followed"),
    at("H5", Level::Wire, "log.rs", "a_log_has_no_secret_no_signature_and_no_escape_sequence"),
    at(
        "H6",
        Level::Contract,
        "calls.rs",
        "h6_a_title_is_text_whatever_it_holds_and_256_characters_of_it_go_out",
    ),
    at("G6", Level::Contract, "calls.rs", "g6_vouchers_stand_between_the_three_amounts"),
    at("D2", Level::Files, "faults.rs", "d2_what_a_sale_came_to_may_use_the_room_put_aside"),
    at("D3", Level::Files, "mod.rs", "d3_after_a_failed_sync_nothing_is_written_until_it_is_opened_again"),
    at(
        "D3",
        Level::Windows,
        "disk.rs",
        "d3_a_till_whose_disk_dies_says_so_ends_with_its_status_and_asks_when_it_is_opened_again",
    ),
    at("D3", Level::Windows, "disk.rs", "d3_both_windows_say_that_the_till_stops_over_a_disk_that_dies"),
    at("D4", Level::Files, "mod.rs", "d4_power_loss_takes_nothing_that_was_answered"),
    at("D5", Level::Files, "mod.rs", "d5_without_its_shared_memory_or_with_a_torn_log_it_recovers"),
    at(
        "D5",
        Level::Files,
        "verifying.rs",
        "d5_a_torn_log_without_shared_memory_recovers_to_what_was_answered",
    ),
    at("D6", Level::Files, "verifying.rs", "d6_a_flipped_bit_is_found"),
    at("D7", Level::Files, "faults.rs", "d7_a_database_locked_by_another_program_is_refused_after_a_while"),
    at("D7", Level::Files, "faults.rs", "d7_a_read_only_folder_is_refused_with_the_reason"),
    at(
        "D7",
        Level::Windows,
        "disk.rs",
        "d7_a_file_that_another_program_locks_while_the_till_is_open_refuses_with_the_reason",
    ),
    at(
        "D7",
        Level::Windows,
        "disk.rs",
        "d7_a_disk_that_turns_read_only_stops_the_till_and_the_next_start_names_the_file",
    ),
    at("D7", Level::Windows, "disk.rs", "d7_a_read_only_folder_is_not_opened_and_the_window_says_which"),
    at("D8", Level::Files, "installations.rs", "d8_a_copied_folder_is_told_from_the_one_it_was_copied_from"),
    at("D9", Level::Files, "opening.rs", "d9_a_newer_format_is_refused_and_left_alone"),
    at("D9", Level::Windows, "disk.rs", "d9_data_of_a_newer_program_are_not_opened_and_the_window_says_so"),
    at("L2", Level::Files, "secret.rs", "l2_without_a_keychain_a_secret_is_refused_and_leaves_no_trace"),
    at("C1", Level::Files, "goods.rs", "c1_scans_searches_and_sales_go_on_while_an_import_runs"),
    at("C1", Level::Files, "goods.rs", "c1_an_import_that_fails_leaves_everything_as_it_was"),
    at("P1", Level::Kill, "short.rs", "p1_killed_anywhere_no_sale_is_lost_and_none_is_paid_twice"),
    at("N1", Level::Windows, "faults.rs", "an_unreachable_gateway_loses_nothing"),
    at("N2", Level::Windows, "faults.rs", "an_answer_lost_on_the_way_makes_no_second_order"),
    at("D6", Level::Windows, "restoring.rs", "d6_damaged_data_can_be_read_and_a_backup_takes_their_place"),
    at(
        "D8",
        Level::Windows,
        "restoring.rs",
        "d8_an_old_backup_is_compared_with_the_gateway_before_anything_is_sold",
    ),
    at("P3", Level::Windows, "ending.rs", "p3_a_second_copy_brings_the_first_to_the_front"),
    at("P5", Level::Windows, "page_crash.rs", "p5_pages_that_die_come_back_where_things_stand"),
    at("U1", Level::Windows, "pressing.rs", "u1_charge_pressed_by_both_hands_makes_one_order"),
    at("U6", Level::Windows, "pressing.rs", "u6_the_old_qr_is_gone_before_the_next_sale_is_seen"),
    at("U2", Level::Windows, "ending.rs", "u2_quitting_over_an_open_payment_asks_and_keeps_the_sale"),
    at("U3", Level::Windows, "scanning.rs", "scans_while_waiting_begin_the_next_sale"),
    at("U4", Level::Windows, "windows.rs", "u4_the_customer_window_calls_nothing"),
    at("U5", Level::Windows, "windows.rs", "u5_an_unplugged_customer_display_comes_back"),
    at("S3", Level::Windows, "scanning.rs", "s3_a_scanners_enter_answers_no_question"),
    at("K3", Level::Files, "config.rs", "k3_the_mode_stays_while_a_sale_is_open"),
    at(
        "K3",
        Level::Files,
        "config.rs",
        "k3_the_mode_stays_while_a_closed_order_may_be_paid_or_a_refund_is_due",
    ),
    at("L1", Level::Files, "sandbox.rs", "l1_a_crash_leaves_no_copy_of_the_memory"),
    at("L1", Level::Windows, "secrets.rs", "l1_the_secret_is_in_no_file_no_command_line_and_no_page"),
    at("L2", Level::Part, "tests.rs", "l2_a_keychain_that_fails_is_told_and_never_replaced_by_a_file"),
    at("C1", Level::Part, "tests.rs", "c1_every_encoding_and_separator_that_spreadsheets_write_is_read"),
    at("C1", Level::Part, "tests.rs", "c1_every_row_that_is_refused_or_odd_is_told_by_its_line"),
    at("C2", Level::Part, "tests.rs", "c2_a_price_that_is_none_refuses_its_row"),
    at("C3", Level::Part, "tests.rs", "c3_an_export_reads_back_as_it_was"),
    at("C4", Level::Part, "tests.rs", "c4_a_packed_file_that_grows_beyond_measure_is_refused"),
    at("K2", Level::Part, "tests.rs", "k2_the_gateways_times_are_chinas"),
    at("C3", Level::Part, "tests.rs", "c3_no_cell_of_an_export_is_a_formula"),
];

#[test]
fn every_fault_is_a_row_or_is_shown_elsewhere() {
    let rows = all_rows();
    let ids = rows.iter().map(|row| row.id.to_owned());
    let elsewhere = ELSEWHERE.iter().flat_map(|entry| entry.ids.split(' ')).map(str::to_owned);
    let shown: BTreeSet<String> = ids.chain(elsewhere).collect();
    assert_eq!(shown, listed(), "the list in ARCHITECTURE.md");
    let names: BTreeSet<String> = rows.iter().map(|row| format!("{} {}", row.id, row.what)).collect();
    assert_eq!(names.len(), rows.len(), "no two rows have one name");
}

#[test]
fn what_is_shown_elsewhere_is_there() {
    for Elsewhere { ids, level, file, test } in ELSEWHERE {
        let sources: Vec<String> =
            level.folders().iter().flat_map(|folder| texts(&project_folder().join(folder), file)).collect();
        let is_there = |text: &String| {
            let holds_each = *ids != WIRE_IDS || ids.split(' ').all(|id| text.contains(&format!("\"{id}\"")));
            text.contains(&format!("fn {test}(")) && holds_each
        };
        assert!(sources.iter().any(is_there), "{ids}: no {test} in a {file} of {level:?}");
    }
}

fn all_rows() -> Vec<Row> {
    let families = [
        network::rows(),
        gateway::rows(),
        late::rows(),
        refunds::rows(),
        answers::rows(),
        data::rows(),
        restored::rows(),
        people::rows(),
        ways::rows(),
    ];
    families.into_iter().flatten().collect()
}

/// The ids in the first column of the list.
fn listed() -> BTreeSet<String> {
    let text = fs::read_to_string(project_folder().join("ARCHITECTURE.md")).unwrap();
    let (_, rest) = text.split_once("## What goes wrong").unwrap();
    let list = rest.split("\n## ").next().unwrap();
    let ids = list.lines().filter_map(|line| line.strip_prefix("| ")?.split(" |").next());
    ids.filter(|id| id.chars().any(|letter| letter.is_ascii_digit())).map(str::to_owned).collect()
}

/// The files of this name in a folder and below it.
fn texts(folder: &Path, name: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            found.extend(texts(&path, name));
        } else if entry.file_name() == name {
            found.push(fs::read_to_string(&path).unwrap());
        }
    }
    found
}
