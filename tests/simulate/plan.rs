//! What happens in one run, decided by its seed before it begins: a list from which anything can be left out.

use yima_core::sale::Call;

use crate::chance::Chance;
use crate::faults::{CALLS, DiskFault, Fault, LIST, ListFault, fault_of};

/// One thing that is done or goes wrong. An order is named by how many newer ones of its kind there are, so that what
/// is left out before it leaves it a meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Scan {
        goods: usize,
        pieces: u32,
    },
    /// The cashier changes what lies in front.
    Edit(Edit),
    Charge,
    /// The customer's code is scanned after its key, or before it is asked for.
    Code {
        asked_for: bool,
    },
    /// With so much more than the total.
    Cash {
        more_fen: i64,
    },
    /// The key is pressed twice before anything comes of it.
    ChargeTwice,
    Cancel,
    /// The cart in front is put aside.
    Hold,
    /// One that waits is brought up or given up; it is named by how many have waited longer.
    Resume(usize),
    DropHeld(usize),
    Ask(usize),
    Reverse(usize),
    WriteOff(usize),
    Settle(usize),
    /// One part of what was paid goes back, such as a half.
    Refund {
        sale: usize,
        part: i64,
    },
    DropRefund(usize),
    Pay(usize),
    Decline(usize),
    /// What was closed or reversed is paid all the same.
    PayLate(usize),
    /// Somebody gives money back without the till.
    BackOffice {
        order: usize,
        part: i64,
    },
    /// The gateway closes or reverses an order by itself.
    CloseThere(usize),
    CancelThere(usize),
    /// The next call of this kind goes wrong.
    Bend(Call, Fault),
    /// No call arrives for so long.
    Outage {
        ms: u64,
        refused: bool,
    },
    /// The next writes fail.
    Disk {
        fault: DiskFault,
        times: u32,
    },
    /// The program dies here and is started again.
    Crash {
        away_ms: u64,
    },
    /// The program dies when it comes by such a place, after passing it some times.
    CrashAt {
        place: Place,
        passes: u32,
        away_ms: u64,
    },
    Pass(u64),
    /// Time passes and the program, on a machine that sleeps or is busy, wakes only now and then.
    Doze(u64),
    /// Somebody sets the wall clock.
    SetWall(i64),
    /// The settings become these, of some.
    SetTerms(usize),
    /// A copy of all that is kept is put by.
    BackUp,
    /// The program ends, and the copy takes the place of what it kept.
    Restore {
        away_ms: u64,
    },
    /// The next part of the list comes to nothing.
    BendList(ListFault),
}

/// A line is named by how many newer ones there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    Quantity { line: usize, pieces: u32 },
    Remove(usize),
    Undo,
    Redo,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    BeforeWrite,
    AfterWrite,
    BeforeSend,
    AfterSend,
    OnAnswer,
}

const MOST_CUSTOMERS: u64 = 10;

/// The steps of this seed.
pub fn plan(seed: u64) -> Vec<Step> {
    let mut maker = Maker { chance: Chance::of(seed), trouble: 0, steps: Vec::new() };
    maker.trouble = maker.chance.pick(&[0, 5, 15, 30, 50]);
    for _ in 0..1 + maker.chance.below(MOST_CUSTOMERS) {
        maker.customer();
    }
    maker.steps
}

struct Maker {
    chance: Chance,
    /// Of a hundred chances for something to go wrong, how many are taken.
    trouble: u64,
    steps: Vec<Step>,
}

impl Maker {
    fn customer(&mut self) {
        if self.chance.one_in(6) {
            self.steps.push(Step::BackUp);
        }
        for _ in 0..1 + self.chance.below(2) {
            self.scan();
        }
        self.change_of_mind();
        if self.goes_wrong() {
            self.bend(Call::Scan);
        }
        self.trouble_perhaps();
        let charge = self.charge();
        self.steps.push(charge);
        self.pass();
        for _ in 0..self.chance.below(4) {
            self.act();
            self.trouble_perhaps();
            self.pass();
        }
        self.way_to_the_end();
        for _ in 0..self.chance.below(3) {
            self.afterwards();
            self.trouble_perhaps();
            self.pass();
        }
    }

    fn charge(&mut self) -> Step {
        match self.chance.below(20) {
            0 | 1 => Step::ChargeTwice,
            2..=7 => {
                if self.goes_wrong() {
                    self.bend(Call::Pay);
                }
                Step::Code { asked_for: self.chance.one_in(2) }
            }
            8 | 9 => Step::Cash { more_fen: self.chance.pick(&[0, 0, 700, 5_000, -1]) },
            _ => Step::Charge,
        }
    }

    fn scan(&mut self) {
        let (goods, pieces) = (self.chance.pick(&[0, 1, 2, 3]), 1 + self.chance.below(3));
        self.steps.push(Step::Scan { goods, pieces: u32::try_from(pieces).unwrap_or(1) });
    }

    /// Before anything is charged, or behind what is being paid.
    fn change_of_mind(&mut self) {
        while self.chance.one_in(3) {
            let line = self.chance.pick(&[0, 0, 1, 2]);
            let pieces = u32::try_from(1 + self.chance.below(5)).unwrap_or(1);
            let step = match self.chance.below(8) {
                0 | 1 => Step::Edit(Edit::Quantity { line, pieces }),
                2 => Step::Edit(Edit::Remove(line)),
                3 => Step::Edit(Edit::Undo),
                4 => Step::Edit(Edit::Redo),
                5 => Step::Hold,
                6 if self.chance.one_in(3) => Step::DropHeld(line),
                // The cart at hand is exchanged for one that waits.
                _ => Step::Resume(line),
            };
            self.steps.push(step);
            self.trouble_perhaps();
        }
    }

    /// While the customer stands there.
    fn act(&mut self) {
        let which = self.which();
        match self.chance.below(11) {
            9 => self.change_of_mind(),
            10 => self.set_terms(),
            0 => self.steps.push(Step::Decline(0)),
            1 => self.steps.push(Step::Cancel),
            2 => self.steps.push(Step::Ask(which)),
            3 => self.steps.push(Step::Reverse(which)),
            4 => self.scan(),
            5 => self.steps.push(Step::Pay(which)),
            6 if self.chance.one_in(3) => self.steps.push(Step::CancelThere(which)),
            6 => self.steps.push(Step::CloseThere(which)),
            _ => self.pass(),
        }
    }

    fn way_to_the_end(&mut self) {
        let call = self.chance.pick(&[Call::Check, Call::Get, Call::Close]);
        if self.goes_wrong() {
            self.bend(call);
        }
        match self.chance.below(9) {
            8 => self.reversal(),
            0..=4 => {
                self.steps.push(Step::Pay(0));
                self.steps.push(Step::Pass(6_000));
            }
            5 => {
                self.steps.push(Step::Cancel);
                self.steps.push(Step::Pass(5_000));
            }
            6 => self.steps.push(Step::Pass(75_000)),
            _ => self.pass(),
        }
    }

    /// It cannot be closed, and the cashier has it reversed; the customer may have paid by then.
    fn reversal(&mut self) {
        let fault = Fault::Code { code: "5001", carried: false };
        let times = self.chance.below(4);
        self.steps.extend((0..times).map(|_| Step::Bend(Call::Check, fault)));
        self.steps.extend([Step::Bend(Call::Close, fault), Step::Cancel, Step::Pass(1_000)]);
        if self.chance.one_in(2) {
            self.steps.push(Step::Pay(0));
        }
        self.steps.extend([Step::Reverse(0), Step::Pass(9_000)]);
    }

    fn afterwards(&mut self) {
        let (which, part) = (self.which(), self.chance.pick(&[1, 2, 2, 3]));
        match self.chance.below(16) {
            14 => self.set_terms(),
            15 => self.restore(),
            0 | 1 => self.steps.push(Step::PayLate(which)),
            2..=4 => {
                if self.goes_wrong() {
                    self.bend(Call::Refund);
                }
                self.steps.push(Step::Refund { sale: which, part });
            }
            5 => self.steps.push(Step::BackOffice { order: which, part }),
            6 => self.steps.push(Step::Settle(which)),
            7 => self.steps.push(Step::WriteOff(which)),
            8 => self.steps.push(Step::DropRefund(which)),
            9 | 10 => self.steps.push(Step::Resume(0)),
            11 => {
                if self.goes_wrong() {
                    self.bend(Call::Cancel);
                }
                self.steps.push(Step::Reverse(which));
            }
            12 => {
                let minutes = self.minutes();
                self.steps.push(Step::Doze(minutes));
            }
            _ => self.steps.push(Step::Ask(which)),
        }
    }

    fn set_terms(&mut self) {
        let which = self.chance.pick(&[0, 1, 2]);
        self.steps.push(Step::SetTerms(which));
    }

    fn restore(&mut self) {
        while self.goes_wrong() {
            let fault = self.chance.pick(&LIST);
            self.steps.push(Step::BendList(fault));
        }
        // Longer than anything is on its way: what arrives after the list was read is in no list.
        let away_ms = self.chance.pick(&[100_000, 400_000, 7_200_000]);
        self.steps.push(Step::Restore { away_ms });
    }

    fn trouble_perhaps(&mut self) {
        if !self.goes_wrong() {
            return;
        }
        let step = match self.chance.below(10) {
            0..=2 => {
                let call = self.chance.pick(&CALLS);
                return self.bend(call);
            }
            3 => Step::Crash { away_ms: self.away_ms() },
            4 | 5 => {
                let places = [
                    Place::BeforeWrite,
                    Place::AfterWrite,
                    Place::BeforeSend,
                    Place::AfterSend,
                    Place::OnAnswer,
                ];
                let (place, passes) = (self.chance.pick(&places), self.chance.below(5));
                Step::CrashAt { place, passes: u32::try_from(passes).unwrap_or(0), away_ms: self.away_ms() }
            }
            6 => Step::Outage {
                ms: self.chance.pick(&[9_000, 40_000, 90_000]),
                refused: self.chance.one_in(2),
            },
            7 | 8 => {
                let sync = DiskFault::Sync { kept: self.chance.one_in(2) };
                let fault =
                    self.chance.pick(&[DiskFault::Full, DiskFault::ReadOnly, DiskFault::Busy, sync, sync]);
                Step::Disk { fault, times: self.chance.pick(&[1, 1, 2, 5]) }
            }
            _ => {
                Step::SetWall(self.chance.pick(&[-86_400_000, -600_000, -59_000, 59_000, 600_000, 3_600_000]))
            }
        };
        self.steps.push(step);
    }

    fn bend(&mut self, call: Call) {
        let fault = fault_of(call, &mut self.chance);
        // Sometimes again and again.
        let times = self.chance.pick(&[1, 1, 1, 2, 6]);
        self.steps.extend((0..times).map(|_| Step::Bend(call, fault)));
    }

    fn pass(&mut self) {
        let ms = match self.chance.below(8) {
            0 | 1 => return,
            2..=4 => 100 + self.chance.below(1_500),
            5 | 6 => 1_000 + self.chance.below(9_000),
            _ => 10_000 + self.chance.below(40_000),
        };
        self.steps.push(Step::Pass(ms));
    }

    fn goes_wrong(&mut self) -> bool {
        self.chance.below(100) < self.trouble
    }

    /// Mostly the newest.
    fn which(&mut self) -> usize {
        self.chance.pick(&[0, 0, 0, 0, 1, 1, 2, 3])
    }

    fn away_ms(&mut self) -> u64 {
        self.chance.pick(&[0, 500, 3_000, 30_000, 70_000, 400_000])
    }

    fn minutes(&mut self) -> u64 {
        self.chance.pick(&[2, 5, 15, 60, 120]) * 60_000
    }
}
