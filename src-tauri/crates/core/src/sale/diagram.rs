//! The machine drawn from its own edges.

use std::fmt::Write;

use super::State;

/// The states and edges as a Mermaid state diagram, one edge a line.
///
/// A cart that is charged comes in at [`State::Ready`], one that is paid in cash at [`State::Paid`], an order that only the gateway still knows at
/// [`State::Unresolved`]; what is final in all outcomes goes out.
#[must_use]
pub fn diagram() -> String {
    let mut text =
        "stateDiagram-v2\n    [*] --> Ready: charge\n    [*] --> Paid: cash\n    [*] --> Unresolved: found in the gateway's list\n"
            .to_owned();
    for state in State::ALL {
        for next in state.next() {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "    {state:?} --> {next:?}");
        }
        if state.is_final() {
            let _ = writeln!(text, "    {state:?} --> [*]");
        }
    }
    text
}
