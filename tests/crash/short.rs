//! P1: SIGKILL at every failpoint. A round of the kill harness: each failpoint once, and a few instants at random.

use std::process::Command;

#[test]
fn p1_killed_anywhere_no_sale_is_lost_and_none_is_paid_twice() {
    let output = Command::new(env!("CARGO_BIN_EXE_crash")).args(["runs", "--runs", "84"]).output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    println!("{printed}");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let totals = printed.lines().last().unwrap();
    assert!(
        totals.starts_with("84 runs, ") && totals.ends_with(" 0 lost, 0 doubled, 0 violations"),
        "{totals}"
    );
}

#[test]
fn a_till_that_breaks_its_word_is_found_out() {
    for (flaw, seed, broken) in [("orders-late", "72", "I1: "), ("no-goods", "40", "I8: ")] {
        let arguments = ["runs", "--runs", "1", "--seed", seed, "--flaw", flaw];
        let output = Command::new(env!("CARGO_BIN_EXE_crash")).args(arguments).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && told.contains(broken), "{flaw}: {told}");
    }
}
