//! What goes wrong with the disk and with each call.

use yima_core::sale::Call;

use crate::chance::Chance;

/// What goes wrong with such a call.
pub fn fault_of(call: Call, chance: &mut Chance) -> Fault {
    let own: &[Fault] = match call {
        Call::Scan | Call::Pay => &SCAN,
        Call::Check => &QUERY,
        Call::Get => {
            if chance.one_in(2) {
                &GET
            } else {
                &QUERY
            }
        }
        Call::Close | Call::Cancel => &END,
        Call::Refund => &REFUND,
    };
    if chance.one_in(2) { chance.pick(&ANY) } else { chance.pick(own) }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiskFault {
    Full,
    ReadOnly,
    Busy,
    /// The sync fails, and what was written is lost, or is not.
    Sync {
        kept: bool,
    },
}

/// What goes wrong with one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The connection is refused.
    Refused,
    /// It never arrives, and nobody says so.
    Lost,
    /// It is carried out; the connection breaks before the answer.
    Reset,
    /// It is carried out; the answer never comes.
    AnswerLost,
    /// It arrives long after it was given up.
    Late(u64),
    Slow(u64),
    /// It arrives a second time, so much later.
    Twice(u64),
    /// Something else answers in the gateway's place.
    Portal,
    /// HTTP 429.
    TooMany,
    /// Answered with a code that leaves open whether it was carried out, and it was, or was not.
    Code {
        code: &'static str,
        carried: bool,
    },
    /// Not looked at, and the answer says so.
    NotAccepted(&'static str),
    /// The answer is about another order, and noticed to be.
    OtherOrder,
    /// The answer names another order.
    WrongOrder,
    WrongAmount,
    PayableAboveTotal,
    PayableZero,
    /// The link is one that is not shown.
    NoLink,
    /// Status -10.
    Unsure,
    /// As it was so long ago.
    Stale(u64),
    /// Said to be done, and nothing was.
    NotCarried,
    /// The refund is under way for so long, and then made or not.
    Pending {
        ms: u64,
        made: bool,
    },
    /// The money of a reversal goes back so much later.
    SlowReversal(u64),
    /// The merchant's balance is short.
    ShortBalance,
    /// The task that asks dies, with its request on the way or not.
    Dies {
        sent: bool,
    },
}

/// What becomes of a part of the gateway's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListFault {
    Silent,
    Rejected,
    /// Too much at once.
    Incomplete,
    /// Only the older half of it comes, and says that it is not all.
    Lacks,
    Dies,
}

/// Which faults may meet a call.
const ANY: [Fault; 14] = [
    Fault::Refused,
    Fault::Lost,
    Fault::Reset,
    Fault::AnswerLost,
    Fault::Slow(5_000),
    Fault::Portal,
    Fault::TooMany,
    Fault::Code { code: "5001", carried: true },
    Fault::Code { code: "5001", carried: false },
    Fault::Code { code: "5002", carried: false },
    Fault::Late(12_000),
    Fault::Twice(3_000),
    Fault::Dies { sent: true },
    Fault::Dies { sent: false },
];
pub const LIST: [ListFault; 5] =
    [ListFault::Silent, ListFault::Rejected, ListFault::Incomplete, ListFault::Lacks, ListFault::Dies];
const SCAN: [Fault; 10] = [
    Fault::Late(70_000),
    Fault::Code { code: "1007", carried: true },
    Fault::NotAccepted("2000"),
    Fault::NotAccepted("5000"),
    Fault::OtherOrder,
    Fault::WrongOrder,
    Fault::WrongAmount,
    Fault::PayableAboveTotal,
    Fault::PayableZero,
    Fault::NoLink,
];
const QUERY: [Fault; 6] = [
    Fault::Code { code: "4001", carried: false },
    Fault::OtherOrder,
    Fault::WrongOrder,
    Fault::Unsure,
    Fault::Stale(20_000),
    Fault::Stale(4_000),
];
const GET: [Fault; 2] = [Fault::WrongAmount, Fault::Stale(20_000)];
const END: [Fault; 3] =
    [Fault::NotCarried, Fault::SlowReversal(15_000), Fault::Code { code: "4001", carried: false }];
const REFUND: [Fault; 6] = [
    Fault::Pending { ms: 20_000, made: true },
    Fault::Pending { ms: 20_000, made: false },
    Fault::Pending { ms: 200_000, made: true },
    Fault::ShortBalance,
    Fault::NotAccepted("3001"),
    Fault::NotAccepted("5000"),
];
pub const CALLS: [Call; 7] =
    [Call::Scan, Call::Pay, Call::Check, Call::Get, Call::Close, Call::Cancel, Call::Refund];
