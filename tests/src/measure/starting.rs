//! How soon the windows stand and how much memory is the program's own, beside an empty program with two windows.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result};
use x11rb::protocol::xproto::{ConnectionExt, ImageFormat};

use super::report::{Report, Series};
use crate::{
    display::{Display, TopLevel},
    patience::now,
    process::Group,
    programs::{Programs, target_folder},
    session::surround,
};

const ROUNDS: usize = 5;
const LOOK_AGAIN: Duration = Duration::from_millis(2);
const LIMIT: Duration = Duration::from_secs(30);
/// After that long an idle program has given back what its start alone took; pages do so after some ten seconds.
const SETTLED: Duration = Duration::from_secs(15);
const MIB: f64 = 1024.0 * 1024.0;

/// What one program took in each round.
#[derive(Default)]
struct Starts {
    /// Until the cashier's window stood.
    visible: Series,
    /// Until something was drawn in it.
    drawn: Series,
    /// Until both windows stood.
    both: Series,
    private_mib: Series,
}

pub fn measure(programs: &Programs, report: &mut Report) -> Result<()> {
    let folder = target_folder().join("e2e/bench-start");
    fs::create_dir_all(&folder)?;
    let folder = folder.canonicalize()?;
    let display = Display::start(&folder)?;
    let data = folder.join("data").display().to_string();
    let (mut till, mut floor) = (Starts::default(), Starts::default());
    // The first round of each warms the machine and sets the till up; it does not count.
    for round in 0..=ROUNDS {
        let mut ignored = Starts::default();
        let counts = round > 0;
        start(&display, &folder, programs.floor(), &[], if counts { &mut floor } else { &mut ignored })?;
        start(
            &display,
            &folder,
            programs.till(),
            &["--data-dir", &data],
            if counts { &mut till } else { &mut ignored },
        )?;
    }
    compare(report, "window visible", "ms", &till.visible, &floor.visible, Some(1.5));
    compare(report, "something drawn in it", "ms", &till.drawn, &floor.drawn, None);
    compare(report, "both windows visible", "ms", &till.both, &floor.both, None);
    compare(report, "private memory", "MiB", &till.private_mib, &floor.private_mib, Some(1.4));
    Ok(())
}

fn compare(
    report: &mut Report,
    what: &str,
    unit: &'static str,
    till: &Series,
    floor: &Series,
    most: Option<f64>,
) {
    report.add(&format!("{what}, the till, median"), till.median(), unit, None);
    report.add(&format!("{what}, an empty program, median"), floor.median(), unit, None);
    report.add("  the till's as multiple of the empty program's", till.median() / floor.median(), "x", most);
}

fn start(
    display: &Display,
    home: &Path,
    program: PathBuf,
    arguments: &[&str],
    starts: &mut Starts,
) -> Result<()> {
    let mut command = Command::new(program);
    command.args(arguments);
    surround(&mut command, display, home)?;
    let begin = now();
    let group = Group::start(&mut command, &home.join("program.log"))?;
    let since = || begin.elapsed().as_secs_f64() * 1000.0;
    let cashier = poll(display, |windows| windows.iter().find(|found| is_cashier(found)).cloned())?;
    starts.visible.add(since());
    let mut drawn = None;
    let mut both = None;
    while drawn.is_none() || both.is_none() {
        if drawn.is_none() && is_drawn(display, &cashier)? {
            drawn = Some(since());
        }
        if both.is_none() && display.windows()?.iter().filter(|found| found.visible).count() >= 2 {
            both = Some(since());
        }
        anyhow::ensure!(begin.elapsed() < LIMIT, "the windows do not come");
        std::thread::sleep(LOOK_AGAIN);
    }
    starts.drawn.extend(drawn);
    starts.both.extend(both);
    std::thread::sleep(SETTLED);
    starts.private_mib.add(private_bytes(group.id())? / MIB);
    drop(group);
    poll(display, |windows| windows.is_empty().then_some(()))
}

fn poll<T>(display: &Display, wanted: impl Fn(&[TopLevel]) -> Option<T>) -> Result<T> {
    let begin = now();
    loop {
        if let Some(found) = wanted(&display.windows()?) {
            return Ok(found);
        }
        anyhow::ensure!(begin.elapsed() < LIMIT, "the windows do not come or go");
        std::thread::sleep(LOOK_AGAIN);
    }
}

fn is_cashier(window: &TopLevel) -> bool {
    window.visible && !window.title.contains("customer") && !window.title.contains("顾客屏")
}

/// Whether the top left corner, where both programs write something, has more than one colour.
fn is_drawn(display: &Display, window: &TopLevel) -> Result<bool> {
    let corner =
        display.connection().get_image(ImageFormat::Z_PIXMAP, window.window, 0, 0, 240, 60, !0)?.reply();
    let Ok(corner) = corner else { return Ok(false) };
    let first = corner.data.chunks_exact(4).next().map(<[u8]>::to_vec).context("a picture has pixels")?;
    Ok(corner.data.chunks_exact(4).any(|pixel| pixel != first))
}

/// The memory that only this process and its descendants have, in bytes.
pub(super) fn private_bytes(root: u32) -> Result<f64> {
    let mut sum_kib = 0.0;
    for id in descendants(root)? {
        // A process may go while it is asked about.
        let Ok(usage) = fs::read_to_string(format!("/proc/{id}/smaps_rollup")) else { continue };
        let private = usage.lines().filter(|line| line.starts_with("Private_"));
        sum_kib +=
            private.filter_map(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok()).sum::<f64>();
    }
    Ok(sum_kib * 1024.0)
}

fn descendants(root: u32) -> Result<Vec<u32>> {
    let mut children: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for entry in fs::read_dir("/proc")? {
        let Some(id) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        if let Some(parent) = parent(id) {
            children.entry(parent).or_default().push(id);
        }
    }
    let mut all = vec![root];
    let mut next = 0;
    while next < all.len() {
        all.extend(children.remove(&all[next]).unwrap_or_default());
        next += 1;
    }
    Ok(all)
}

/// The fourth field of `stat`, after a name that may hold anything.
fn parent(id: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}
