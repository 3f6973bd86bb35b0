//! How the till stood at the start, in the middle and at the end, and what all sales came to.

use std::fmt;
use std::time::Duration;

use crate::soak::accounts::Accounts;
use crate::soak::usage::{
    FILES_IN_FOLDER, GROWTH_MIB, LOG_MIB, MORE_FILES, MORE_THREADS, Usage, excesses, growth, most,
};

const BROKEN_TOLD: usize = 20;

#[derive(Default)]
pub struct Report {
    pub samples: Vec<Usage>,
    pub accounts: Accounts,
    pub took: Duration,
    pub days: i64,
    pub calls: u64,
    pub faults: u64,
    pub cut_short: u64,
}

impl Report {
    pub fn is_clean(&self) -> bool {
        self.broken().is_empty()
    }

    pub fn tell_broken(&self) {
        self.broken().iter().take(BROKEN_TOLD).for_each(|line| eprintln!("VIOLATION {line}"));
    }

    fn broken(&self) -> Vec<String> {
        let mut broken = self.accounts.broken.clone();
        broken.extend(excesses(&self.samples));
        if self.accounts.ends.paid == 0 {
            broken.push("nothing was sold".to_owned());
        }
        broken
    }

    fn row(&self, f: &mut fmt::Formatter<'_>, name: &str, usage: &Usage) -> fmt::Result {
        writeln!(
            f,
            "{name:<8}{:>8}{:>12.1}{:>12}{:>9}{:>10.2}{:>8}{:>14.1}",
            usage.sales,
            usage.memory_mib,
            usage.open_files,
            usage.threads,
            usage.log_mib,
            usage.files_in_folder,
            usage.database_mib
        )
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let samples = &self.samples;
        let heads = ["sales", "memory MiB", "open files", "threads", "log MiB", "files", "database MiB"];
        let [sales, memory, open, threads, log, files, database] = heads;
        writeln!(
            f,
            "{:<8}{sales:>8}{memory:>12}{open:>12}{threads:>9}{log:>10}{files:>8}{database:>14}",
            ""
        )?;
        let places = [("start", 0), ("middle", samples.len() / 2), ("end", samples.len().saturating_sub(1))];
        for (name, at) in places {
            if let Some(usage) = samples.get(at) {
                self.row(f, name, usage)?;
            }
        }
        let highest = Usage {
            sales: samples.last().map_or(0, |usage| usage.sales),
            memory_mib: most(samples, |usage| usage.memory_mib),
            open_files: most(samples, |usage| usage.open_files),
            threads: most(samples, |usage| usage.threads),
            log_mib: most(samples, |usage| usage.log_mib),
            database_mib: most(samples, |usage| usage.database_mib),
            files_in_folder: most(samples, |usage| usage.files_in_folder),
        };
        self.row(f, "most", &highest)?;
        let second = &samples[samples.len() / 2..];
        writeln!(
            f,
            "\nmemory over the second half {:+.2} MiB (at most {GROWTH_MIB}); open files at most {MORE_FILES} and \
             threads {MORE_THREADS} more than in the first; log at most {LOG_MIB} MiB; files at most {FILES_IN_FOLDER}",
            growth(second, |usage| usage.memory_mib)
        )?;
        writeln!(
            f,
            "{} s, {} days at the till, {} calls, {} of them bent, {} sales cut short",
            self.took.as_secs(),
            self.days,
            self.calls,
            self.faults,
            self.cut_short
        )?;
        let Accounts { sales, ends, .. } = &self.accounts;
        write!(
            f,
            "{sales} sales, {} paid, {} closed, {} unresolved, {} faults, {} lost, {} doubled, {} violations",
            ends.paid,
            ends.closed,
            ends.unresolved,
            self.faults,
            ends.lost,
            ends.doubled,
            self.broken().len()
        )
    }
}
